//! The steps of a check that need at most one text: one page and one template serve them all, each step says what it
//! asks and what it does. A step carries the revision the person read, and is refused when the file changed since.
//! Those that sign are in `sign.rs`.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, CheckState, Refusal, Taken},
    store::{self, Texts},
    verbs::{self, Act},
};
use crate::{
    access::Can,
    addresses::{self as at, Address},
    audit::Events,
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, PersonId},
    text::{Optional, Text, day_words, many},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    /// The text of a step, if it asks one.
    pub struct StepForm reads StepAnswer {
        text: Field<Optional<Text>>,
    }
}

/// What the page of a step says.
#[derive(Debug, Default)]
pub struct Ask {
    /// What the step means, paragraph by paragraph.
    pub says: Vec<String>,
    /// The label of the text, or empty if none is asked.
    pub label: &'static str,
    /// More about the text.
    pub hint: &'static str,
    /// Of a signature, what its person does: `You sign`.
    pub acts: &'static str,
    /// Whether what goes out is shown.
    pub shows: bool,
}

/// A verb that is such a step.
pub trait Step: Act + Sized {
    /// What the page says.
    fn ask(file: &CaseFile, by: PersonId) -> Ask;

    /// Does it, on the locked file.
    fn act(
        can: &Can<Self>,
        change: &mut Change,
        file: &CaseFile,
        text: &str,
    ) -> impl Future<Output = Result<Events>> + Send;

    fn leads_to(file: &CaseFile) -> Address {
        at::check(file.check.id)
    }
}

#[derive(Template)]
#[template(path = "checks/step.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    /// The heading, and the button.
    title: &'static str,
    ask: Ask,
    /// Why the step is not possible now, if it is not.
    refused: Option<String>,
    sent: Sent<StepForm>,
}

/// The page of a step.
pub async fn show<S: Step>(can: Can<S>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    let sent = can.form(StepForm::blank(), file.check.revision).await?;
    page::<S>(&can, &file, sent)
}

pub async fn submit<S: Step>(can: Can<S>, Path(id): Path<CheckId>, mut sent: Sent<StepForm>) -> Result<Response> {
    let done = take::<S>(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        sent.renew(file.check.revision);
        page::<S>(&can, &file, sent)
    })
    .await
}

fn page<S: Step>(can: &Can<S>, file: &CaseFile, sent: Sent<StepForm>) -> Result<Response> {
    let refused = S::VERB.judge(file, can.id).err().map(|refusal| refusal.to_string());
    html(&Page { layout: can.layout(), title: S::VERB.title(), ask: S::ask(file, can.id), refused, file, sent })
}

pub(super) async fn take<S: Step>(can: &Can<S>, id: CheckId, sent: &mut Sent<StepForm>) -> Result<Response> {
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, Some(sent.version)).await?;
    let text = sent.read()?.text.or_empty();
    if text.is_empty() && !S::ask(&file, can.id).label.is_empty() {
        sent.form.text.refuse(Refusal::NoAnswer);
        return Err(AppError::Invalid);
    }
    let events = S::act(can, &mut change, &file, &text).await?;
    change.commit(events, &S::leads_to(&file)).await
}

impl Step for verbs::Discard {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says =
            vec!["The draft is taken away. Its licenses and parties stay, and the log keeps that it was.".into()];
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        store_step(change, file.check.discard(can.id)?).await
    }

    fn leads_to(_: &CaseFile) -> Address {
        at::home()
    }
}

impl Step for verbs::Request {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let check = &file.check;
        let mut says = vec![format!(
            "{} goes to {}, to be answered within {}.",
            check.reference,
            check.post_name,
            many(check.days_to_answer, "day")
        )];
        says.extend(check.recalled.first().map(|last| {
            format!(
                "It went to {} on {} and was recalled: {}",
                last.post,
                day_words(last.requested_at.date()),
                last.reason
            )
        }));
        Ask { says, shows: true, ..Ask::default() }
    }

    async fn act(_: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        store_step(change, file.request()?).await
    }
}

impl Step for verbs::Acknowledge {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says = vec!["You become the officer of this check, and Washington sees that the post has it.".into()];
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        store_step(change, file.take(can.id, Self::VERB, "")?).await
    }
}

impl Step for verbs::Interim {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        Ask {
            says: vec!["Tells Washington where the check stands. The due date stays.".into()],
            label: Self::VERB.label(),
            hint: "What is done, what is awaited, from whom and until when.",
            ..Ask::default()
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        store_step(change, file.take(can.id, Self::VERB, text)?).await
    }
}

impl Step for verbs::GiveBack {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        Ask {
            says: vec![
                "The file opens again at post, with its recommendation as a text to be changed. A proposed result is withdrawn.".into(),
                "The days it was in Washington are added to the due date.".into(),
            ],
            label: "Questions",
            hint: "What the post should still find out.",
            ..Ask::default()
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        store_step(change, file.give_back(can.id, text)?).await
    }
}

impl Step for verbs::TakeOver {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let officer = file.check.officer_name.as_deref().unwrap_or("Its officer");
        let says = vec![format!(
            "{officer} no longer serves at {}. You become the officer of this check.",
            file.check.post_name
        )];
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let to = file.take_over(can.id, &can.name)?;
        store::reassign(change, &to).await?;
        Ok(to.into())
    }
}

impl Step for verbs::Waive {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says = vec!["The post may reply without a site visit.".into()];
        Ask { says, label: "Why", hint: "Such as: the host government does not let officers in.", ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let waived = file.waive(can.id, text)?;
        store::waive(change, &waived).await?;
        Ok(waived.into())
    }
}

impl Step for verbs::Hold {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let says = vec![if file.check.state == CheckState::Replied {
            "The post has answered, so no clock runs: its due date stays as it is when the check is resumed.".into()
        } else {
            "The clock stops; the days on hold are added to the due date when the check is resumed.".into()
        }];
        Ask { says, label: "Why", ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        store_step(change, file.take(can.id, Self::VERB, text)?).await
    }
}

impl Step for verbs::Resume {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let says = vec![format!("On hold because: {}", file.check.held_reason.as_deref().unwrap_or("-"))];
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        store_step(change, file.take(can.id, Self::VERB, "")?).await
    }
}

async fn store_step(change: &mut Change, taken: Taken) -> Result<Events> {
    store::take(change, &taken).await?;
    Ok(taken.into())
}

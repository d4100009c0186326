//! The steps of a check that need at most one text: one page and one template serve them all, each step says what it
//! asks and what it does. A step carries the revision the person read, and is refused when the file changed since.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, CheckState, Refusal, Stepped},
    store::{self, Texts},
    verbs::{self, Act},
};
use crate::{
    access::{Actor, Can},
    audit::{Event, Events},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, PersonId},
    text::{Optional, Text},
    web::{Form, Layout, Path, Sent, filters::day_words, html},
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

    fn leads_to(file: &CaseFile) -> String {
        format!("/checks/{}", file.check.id)
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

async fn take<S: Step>(can: &Can<S>, id: CheckId, sent: &mut Sent<StepForm>) -> Result<Response> {
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
        let step = file.check.discard(can.id)?;
        store::discard(change, &step).await?;
        Ok(Self::VERB.event(&file.check, "").before(&file.check.subject).into())
    }

    fn leads_to(_: &CaseFile) -> String {
        "/".into()
    }
}

impl Step for verbs::Request {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let check = &file.check;
        let says = vec![format!(
            "{} goes to {}, to be answered within {} days.",
            check.reference, check.post_name, check.days_to_answer
        )];
        Ask { says, ..Ask::default() }
    }

    async fn act(_: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.request()?;
        let due = file.check.due_when_sent(change.at);
        store::save_step(change, &step, Some(due)).await?;
        Ok(Self::VERB.event(&file.check, format!(" to {}, due {}", file.check.post_name, day_words(due))).into())
    }
}

impl Step for verbs::Acknowledge {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says = vec!["You become the officer of this check, and Washington sees that the post has it.".into()];
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.take(can.id, Self::VERB)?;
        store::save_step(change, &step, None).await?;
        Ok(Self::VERB.event(&file.check, "").into())
    }
}

impl Step for verbs::Interim {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        Ask {
            says: vec!["Tells Washington where the check stands. The due date stays.".into()],
            label: Self::VERB.label(),
            hint: "What is done, what is awaited, from whom and until when.",
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let step = file.take(can.id, Self::VERB)?;
        store::insert_interim_reply(change, &file.check, text).await?;
        store::save_step(change, &step, None).await?;
        Ok(Self::VERB.event(&file.check, "").after(text).into())
    }
}

impl Step for verbs::Sign {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let mut says = vec![
            "Your name stands under the reply. Another person of the post clears it, and it goes to Washington.".into(),
        ];
        if let Some(word) = &file.check.recommendation {
            says.push(format!("Recommendation: {}. {}", word.word.label(), word.text));
        }
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let recommendation = file.sign(can.id)?;
        store::sign_recommendation(change, recommendation, file.check.revision).await?;
        let word = file.check.recommendation.as_ref().map_or("", |word| word.word.label()).to_lowercase();
        Ok(Self::VERB.event(&file.check, format!(": {word}")).after(file.check.revision).into())
    }
}

impl Step for verbs::Clear {
    fn ask(file: &CaseFile, by: PersonId) -> Ask {
        let mut says = vec![
            "The reply goes to Washington and is frozen. Contacts may still be added until the check closes.".into(),
        ];
        if let Some(word) = &file.check.recommendation {
            says.push(format!("Recommendation: {}. {}", word.word.label(), word.text));
        }
        if let Ok(cleared) = file.clear(by)
            && cleared.post_of_one
        {
            says.push(
                "You signed it yourself, and nobody else serves at the post today: this is printed as a caveat.".into(),
            );
        }
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let cleared = file.clear(can.id)?;
        store::clear(change, &file.check, &cleared).await?;
        let alone = if cleared.post_of_one { " as the only person of the post" } else { "" };
        Ok(Self::VERB.event(&file.check, alone).after(file.check.revision).into())
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
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let step = file.give_back(can.id)?;
        store::insert_questions(change, file.check.id, text).await?;
        let due = file.check.due_after_washington(change.at);
        store::save_step(change, &step, due).await?;
        let until = due.map(|due| format!(", due {}", day_words(due))).unwrap_or_default();
        Ok(Self::VERB.event(&file.check, until).before(file.check.due_on).after((text, due)).into())
    }
}

impl Step for verbs::Decline {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let mut says = vec![
            "The proposal is withdrawn. The case officer reads why, and proposes another result or asks the post."
                .into(),
        ];
        says.extend(result_says(file));
        let hint = "What speaks against the result, or what is missing.";
        Ask { says, label: "Why", hint }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let result = file.decline(can.id)?;
        store::decline_result(change, file.check.id, result, text).await?;
        Ok(Self::VERB.event(&file.check, result_word(file)).after(text).into())
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
        file.take_over(can.id)?;
        store::save_officer(change, file.check.id, can.id).await?;
        Ok(Self::VERB.event(&file.check, "").before(&file.check.officer_name).after(&can.name).into())
    }
}

impl Step for verbs::Waive {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says = vec!["The post may reply without a site visit.".into()];
        Ask { says, label: "Why", hint: "Such as: the host government does not let officers in." }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        file.waive(can.id)?;
        store::save_waiver(change, file.check.id, text).await?;
        Ok(Self::VERB.event(&file.check, "").after(text).into())
    }
}

impl Step for verbs::Hold {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let says = vec![if file.check.state == CheckState::Replied {
            "The post has answered, so no clock runs: its due date stays as it is when the check is resumed.".into()
        } else {
            "The clock stops; the days on hold are added to the due date when the check is resumed.".into()
        }];
        Ask { says, label: "Why", hint: "" }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let step = file.take(can.id, Self::VERB)?;
        store::save_step(change, &step, None).await?;
        store::save_hold_reason(change, file.check.id, text).await?;
        Ok(Self::VERB.event(&file.check, "").after(text).into())
    }
}

impl Step for verbs::Resume {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let says = vec![format!("On hold because: {}", file.check.held_reason.as_deref().unwrap_or("-"))];
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.take(can.id, Self::VERB)?;
        let held = file.check.days_held(change.at);
        store::save_step(change, &step, file.check.due_after_hold(change.at)).await?;
        Ok(Self::VERB.event(&file.check, format!(" after {held} days on hold")).into())
    }
}

fn result_word(file: &CaseFile) -> String {
    file.check.result.as_ref().map_or_else(String::new, |result| format!(": {}", result.word.label().to_lowercase()))
}

fn result_says(file: &CaseFile) -> Vec<String> {
    let mut says = Vec::new();
    if let Some(result) = &file.check.result {
        says.push(format!("Result: {}. {}", result.word.label(), result.text));
        if !result.caveat.is_empty() {
            says.push(format!("Caveat: {}", result.caveat));
        }
    }
    says.extend(file.caveats().into_iter().map(str::to_owned));
    says
}

impl Step for verbs::SignResult {
    fn ask(file: &CaseFile, by: PersonId) -> Ask {
        let mut says = result_says(file);
        let earlier =
            file.check.earlier_result.as_ref().filter(|result| result.signed_by.is_some_and(|signer| signer != by));
        if let Some(name) = earlier.and_then(|result| result.signed_by_name.as_ref()) {
            says.push(format!(
                "{name} signed an earlier result. Who signed one decides no license of the check: a third reviewer will have to."
            ));
        }
        Ask { says, ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let proof = file.sign_result(can.id)?;
        store::sign_result(change, proof.result, file.check.revision).await?;
        let event = Self::VERB.event(&file.check, result_word(file)).after(file.check.revision);
        settle_result(can, change, file, proof.step.as_ref(), event).await
    }
}

impl Step for verbs::Countersign {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        Ask { says: result_says(file), ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let proof = file.countersign(can.id)?;
        store::countersign_result(change, proof.result, file.check.revision).await?;
        let event = Self::VERB.event(&file.check, "").after(file.check.revision);
        settle_result(can, change, file, proof.step.as_ref(), event).await
    }
}

/// The last signature takes the check to its result, and closes it if none of its licenses is open.
pub(super) async fn settle_result(
    actor: &Actor,
    change: &mut Change,
    file: &CaseFile,
    step: Option<&Stepped>,
    event: Event,
) -> Result<Events> {
    let Some(step) = step else { return Ok(event.into()) };
    store::save_step(change, step, None).await?;
    let mut settled = file.clone();
    settled.check.state = step.to();
    let closed = if settled.closes() { Some(store::close_one(change, actor, &settled).await?) } else { None };
    Ok(Events::from(event).and_all(closed))
}

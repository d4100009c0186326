//! The steps of a check that need at most one text: one page and one template serve them all, each step says what it asks and
//! what it does. A step carries the revision the person read, and is refused when the file changed since.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, CheckState, CheckVerb},
    store::{self, Texts},
};
use crate::{
    access::{
        Can, Permitted,
        permission::{ClearReplies, CountersignResults, DeclineResults, DirectChecks, OpenChecks, SignResults, WorkChecks},
    },
    audit::{Event, Events, Verb},
    db::Change,
    error::{AppError, Result},
    form,
    id::CheckId,
    text::{Optional, Text},
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
    /// The heading, and the button.
    pub title: &'static str,
    /// What the step means, paragraph by paragraph.
    pub says: Vec<String>,
    /// The label of the text, or empty if none is asked.
    pub label: &'static str,
    /// More about the text.
    pub hint: &'static str,
    /// Why the step is not possible now, if it is not.
    pub refused: Option<String>,
}

/// A step of a check.
pub trait Step: Send + Sync + 'static {
    /// Who may.
    type Needs: Permitted;

    /// What the page says.
    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask;

    /// Does it, on the locked file.
    fn act(can: &Can<Self::Needs>, change: &mut Change, file: &CaseFile, text: &str) -> impl Future<Output = Result<Events>> + Send;

    /// Where it leads.
    fn leads_to(file: &CaseFile) -> String {
        format!("/checks/{}", file.check.id)
    }
}

#[derive(Template)]
#[template(path = "checks/step.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    ask: Ask,
    sent: Sent<StepForm>,
}

/// The page of a step.
pub async fn show<S: Step>(can: Can<S::Needs>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    let sent = can.form(StepForm::blank(), file.check.revision).await?;
    page::<S>(&can, &file, sent)
}

/// Takes the step.
pub async fn submit<S: Step>(can: Can<S::Needs>, Path(id): Path<CheckId>, mut sent: Sent<StepForm>) -> Result<Response> {
    let done = take::<S>(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        sent.renew(file.check.revision);
        page::<S>(&can, &file, sent)
    })
    .await
}

fn page<S: Step>(can: &Can<S::Needs>, file: &CaseFile, sent: Sent<StepForm>) -> Result<Response> {
    html(&Page { layout: can.layout(), ask: S::ask(file, can.id), file, sent })
}

async fn take<S: Step>(can: &Can<S::Needs>, id: CheckId, sent: &mut Sent<StepForm>) -> Result<Response> {
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, Some(sent.version)).await?;
    let text = sent.read()?.text.or_empty();
    if text.is_empty() && !S::ask(&file, can.id).label.is_empty() {
        sent.form.text.refuse("This answer is needed.");
        return Err(AppError::Invalid);
    }
    let events = S::act(can, &mut change, &file, &text).await?;
    change.commit(events, &S::leads_to(&file)).await
}

fn refused(refusal: super::model::Refusal) -> AppError {
    AppError::Refused(refusal.to_string())
}

fn why<T>(judged: Result<T, super::model::Refusal>) -> Option<String> {
    judged.err().map(|refusal| refusal.to_string())
}

/// Takes a draft away.
#[derive(Debug)]
pub struct Discard;

impl Step for Discard {
    type Needs = OpenChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let says = vec!["The draft is taken away. Its licenses and parties stay, and the log keeps that it was.".into()];
        Ask { title: "Discard this draft", says, refused: why(file.check.discard(by)), ..Ask::default() }
    }

    async fn act(can: &Can<OpenChecks>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.check.discard(can.id).map_err(refused)?;
        store::discard(change, &step).await?;
        let check = &file.check;
        Ok(Event::new(Verb::CheckDiscarded, check.id, format!("discarded draft {}", check.reference)).before(&check.subject).into())
    }

    fn leads_to(_: &CaseFile) -> String {
        "/".into()
    }
}

/// Sends the request to the post (guard 1).
#[derive(Debug)]
pub struct Request;

impl Step for Request {
    type Needs = OpenChecks;

    fn ask(file: &CaseFile, _: crate::id::PersonId) -> Ask {
        let check = &file.check;
        let says = vec![format!("{} goes to {}, to be answered within {} days.", check.reference, check.post_name, check.days_to_answer)];
        Ask { title: "Send to the post", says, refused: why(file.request()), ..Ask::default() }
    }

    async fn act(_: &Can<OpenChecks>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.request().map_err(refused)?;
        let due = store::due(change.at, &file.check.post_zone, i64::from(file.check.days_to_answer));
        store::save_step(change, &step, Some(due)).await?;
        let sentence = format!("sent {} to {}, due {}", file.check.reference, file.check.post_name, crate::web::filters::day_words(due));
        Ok(Event::new(Verb::CheckRequested, file.check.id, sentence).into())
    }
}

/// Takes a request up at post.
#[derive(Debug)]
pub struct Acknowledge;

impl Step for Acknowledge {
    type Needs = WorkChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let says = vec!["You become the officer of this check, and Washington sees that the post has it.".into()];
        Ask { title: "Acknowledge", says, refused: why(file.take(by, CheckVerb::Acknowledge)), ..Ask::default() }
    }

    async fn act(can: &Can<WorkChecks>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.take(can.id, CheckVerb::Acknowledge).map_err(refused)?;
        store::save_step(change, &step, None).await?;
        Ok(Event::new(Verb::CheckAcknowledged, file.check.id, format!("acknowledged {}", file.check.reference)).into())
    }
}

/// Tells Washington where the check stands.
#[derive(Debug)]
pub struct Interim;

impl Step for Interim {
    type Needs = WorkChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        Ask {
            title: "Sign an interim reply",
            says: vec!["Tells Washington where the check stands. The due date stays.".into()],
            label: "Interim reply",
            hint: "What is done, what is awaited, from whom and until when.",
            refused: why(file.take(by, CheckVerb::InterimReply)),
        }
    }

    async fn act(can: &Can<WorkChecks>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let step = file.take(can.id, CheckVerb::InterimReply).map_err(refused)?;
        store::insert_interim_reply(change, &file.check, text).await?;
        store::save_step(change, &step, None).await?;
        Ok(Event::new(Verb::InterimReplySigned, file.check.id, "signed an interim reply").after(text).into())
    }
}

/// Signs the recommendation (guards 2, 3, 9).
#[derive(Debug)]
pub struct Sign;

impl Step for Sign {
    type Needs = WorkChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let mut says = vec!["Your name stands under the reply. Another person of the post clears it, and it goes to Washington.".into()];
        if let Some(word) = &file.check.recommendation {
            says.push(format!("Recommendation: {}. {}", word.word.label(), word.text));
        }
        Ask { title: "Sign the recommendation", says, refused: why(file.sign(by)), ..Ask::default() }
    }

    async fn act(can: &Can<WorkChecks>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let recommendation = file.sign(can.id).map_err(refused)?;
        store::sign_recommendation(change, recommendation, file.check.revision).await?;
        let word = file.check.recommendation.as_ref().map_or("", |word| word.word.label());
        let sentence = format!("signed the recommendation: {}", word.to_lowercase());
        Ok(Event::new(Verb::RecommendationSigned, file.check.id, sentence).after(file.check.revision).into())
    }
}

/// Lets the reply go to Washington (guard 2).
#[derive(Debug)]
pub struct Clear;

impl Step for Clear {
    type Needs = ClearReplies;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let mut says = vec!["The reply goes to Washington and is frozen. Contacts may still be added until the check closes.".into()];
        if let Some(word) = &file.check.recommendation {
            says.push(format!("Recommendation: {}. {}", word.word.label(), word.text));
        }
        if let Ok(cleared) = file.clear(by)
            && cleared.post_of_one
        {
            says.push("You signed it yourself, and nobody else serves at the post today: this is printed as a caveat.".into());
        }
        Ask { title: "Clear the reply", says, refused: why(file.clear(by)), ..Ask::default() }
    }

    async fn act(can: &Can<ClearReplies>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let cleared = file.clear(can.id).map_err(refused)?;
        store::clear(change, &file.check, &cleared).await?;
        let alone = if cleared.post_of_one { " as the only person of the post" } else { "" };
        let sentence = format!("cleared the reply to {}{alone}", file.check.reference);
        Ok(Event::new(Verb::ReplyCleared, file.check.id, sentence).after(file.check.revision).into())
    }
}

/// Asks the post again.
#[derive(Debug)]
pub struct GiveBack;

impl Step for GiveBack {
    type Needs = DirectChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        Ask {
            title: "Give back with questions",
            says: vec![
                "The file opens again at post, with its recommendation as a text to be changed. A proposed result is withdrawn.".into(),
                "The days it was in Washington are added to the due date.".into(),
            ],
            label: "Questions",
            hint: "What the post should still find out.",
            refused: why(file.give_back(by)),
        }
    }

    async fn act(can: &Can<DirectChecks>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let step = file.give_back(can.id).map_err(refused)?;
        store::insert_questions(change, file.check.id, text).await?;
        let due = file.check.due_after_washington(change.at);
        store::save_step(change, &step, due).await?;
        let until = due.map(|due| format!(", due {}", crate::web::filters::day_words(due))).unwrap_or_default();
        let sentence = format!("gave {} back with questions{until}", file.check.reference);
        let event = Event::new(Verb::CheckGivenBack, file.check.id, sentence).before(file.check.due_on);
        Ok(event.after((text, due)).into())
    }
}

/// Declines to sign or to countersign the proposed result.
#[derive(Debug)]
pub struct Decline;

impl Step for Decline {
    type Needs = DeclineResults;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let mut says = vec!["The proposal is withdrawn. The case officer reads why, and proposes another result or asks the post.".into()];
        says.extend(result_says(file));
        let hint = "What speaks against the result, or what is missing.";
        Ask { title: "Decline the result", says, label: "Why", hint, refused: why(file.decline(by)) }
    }

    async fn act(can: &Can<DeclineResults>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let result = file.decline(can.id).map_err(refused)?;
        store::decline_result(change, file.check.id, result, text).await?;
        let word = file.check.result.as_ref().map_or("", |result| result.word.label()).to_lowercase();
        let sentence = format!("declined the result of {}: {word}", file.check.reference);
        Ok(Event::new(Verb::ResultDeclined, file.check.id, sentence).after(text).into())
    }
}

/// Takes over a check whose officer left the post.
#[derive(Debug)]
pub struct TakeOver;

impl Step for TakeOver {
    type Needs = WorkChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let officer = file.check.officer_name.as_deref().unwrap_or("Its officer");
        let says = vec![format!("{officer} no longer serves at {}. You become the officer of this check.", file.check.post_name)];
        Ask { title: "Take over", says, refused: why(file.take_over(by)), ..Ask::default() }
    }

    async fn act(can: &Can<WorkChecks>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        file.take_over(can.id).map_err(refused)?;
        store::save_officer(change, file.check.id, can.id).await?;
        let event = Event::new(Verb::CheckReassigned, file.check.id, format!("took {} over", file.check.reference));
        Ok(event.before(&file.check.officer_name).after(&can.name).into())
    }
}

/// Waives a required site visit (guard 2).
#[derive(Debug)]
pub struct Waive;

impl Step for Waive {
    type Needs = DirectChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let refused = why(file.waive(by));
        let says = vec!["The post may reply without a site visit.".into()];
        Ask { title: "Waive the site visit", says, label: "Why", hint: "Such as: the host government does not let officers in.", refused }
    }

    async fn act(can: &Can<DirectChecks>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        file.waive(can.id).map_err(refused)?;
        store::save_waiver(change, file.check.id, text).await?;
        Ok(Event::new(Verb::SiteVisitWaived, file.check.id, "waived the site visit").after(text).into())
    }
}

/// Stops the clock.
#[derive(Debug)]
pub struct Hold;

impl Step for Hold {
    type Needs = DirectChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let says = vec![if file.check.state == CheckState::Replied {
            "The post has answered, so no clock runs: its due date stays as it is when the check is resumed.".into()
        } else {
            "The clock stops; the days on hold are added to the due date when the check is resumed.".into()
        }];
        Ask { title: "Put on hold", says, label: "Why", hint: "", refused: why(file.take(by, CheckVerb::Hold)) }
    }

    async fn act(can: &Can<DirectChecks>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let step = file.take(can.id, CheckVerb::Hold).map_err(refused)?;
        store::save_step(change, &step, None).await?;
        store::save_hold_reason(change, file.check.id, text).await?;
        Ok(Event::new(Verb::CheckHeld, file.check.id, format!("put {} on hold", file.check.reference)).after(text).into())
    }
}

/// Lets the clock run again.
#[derive(Debug)]
pub struct Resume;

impl Step for Resume {
    type Needs = DirectChecks;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let says = vec![format!("On hold because: {}", file.check.held_reason.as_deref().unwrap_or("-"))];
        Ask { title: "Resume", says, refused: why(file.take(by, CheckVerb::Resume)), ..Ask::default() }
    }

    async fn act(can: &Can<DirectChecks>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let step = file.take(can.id, CheckVerb::Resume).map_err(refused)?;
        let held = file.check.days_held(change.at);
        store::save_step(change, &step, file.check.due_after_hold(change.at)).await?;
        let sentence = format!("resumed {} after {held} days on hold", file.check.reference);
        Ok(Event::new(Verb::CheckResumed, file.check.id, sentence).into())
    }
}

/// Signs the proposed result (guards 9 to 13).
#[derive(Debug)]
pub struct SignResult;

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

impl Step for SignResult {
    type Needs = SignResults;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        let mut says = result_says(file);
        let earlier = file.check.earlier_result.as_ref().filter(|result| result.signed_by.is_some_and(|signer| signer != by));
        if let Some(name) = earlier.and_then(|result| result.signed_by_name.as_ref()) {
            says.push(format!(
                "{name} signed an earlier result. Who signed one decides no license of the check: a third reviewer will have to."
            ));
        }
        Ask { title: "Sign the result", says, refused: why(file.sign_result(by)), ..Ask::default() }
    }

    async fn act(can: &Can<SignResults>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let proof = file.sign_result(can.id).map_err(refused)?;
        store::sign_result(change, proof.result, file.check.revision).await?;
        let word = file.check.result.as_ref().map_or("", |result| result.word.label()).to_lowercase();
        let event = Event::new(Verb::ResultSigned, file.check.id, format!("signed the result of {}: {word}", file.check.reference));
        settle_result(can, change, file, proof.step.as_ref(), event.after(file.check.revision)).await
    }
}

/// Countersigns an unfavorable result (guard 10).
#[derive(Debug)]
pub struct Countersign;

impl Step for Countersign {
    type Needs = CountersignResults;

    fn ask(file: &CaseFile, by: crate::id::PersonId) -> Ask {
        Ask { title: "Countersign the result", says: result_says(file), refused: why(file.countersign(by)), ..Ask::default() }
    }

    async fn act(can: &Can<CountersignResults>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let proof = file.countersign(can.id).map_err(refused)?;
        store::countersign_result(change, proof.result, file.check.revision).await?;
        let event = Event::new(Verb::ResultCountersigned, file.check.id, format!("countersigned the result of {}", file.check.reference));
        settle_result(can, change, file, proof.step.as_ref(), event.after(file.check.revision)).await
    }
}

/// The last signature takes the check to its result, and closes it if none of its licenses is open.
pub(super) async fn settle_result(
    actor: &crate::access::Actor,
    change: &mut Change,
    file: &CaseFile,
    step: Option<&super::model::Stepped>,
    event: Event,
) -> Result<Events> {
    let Some(step) = step else { return Ok(event.into()) };
    store::save_step(change, step, None).await?;
    let mut settled = file.clone();
    settled.check.state = step.to();
    let closed = if settled.closes() { Some(store::close_one(change, actor, &settled).await?) } else { None };
    Ok(Events::from(event).and_all(closed))
}

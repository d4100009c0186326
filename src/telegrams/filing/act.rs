//! An accepted proposal is done by the page it belongs to, and the telegram notes what became of it.

use std::{fmt::Display, pin::Pin};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    access::{Actor, Permission},
    addresses as at,
    approvals::{self, model::ApprovalState},
    audit::{Event, Made, Subject, Verb},
    checks,
    db::{
        Change,
        drafts::{Filled, Source},
    },
    error::{AppError, Result},
    evidence,
    id::{CheckId, FormId, TelegramId},
    licenses, parties,
    telegrams::{
        desk::{self, Act, Desk, Form, Plan},
        model::{Answer, NewAnswer},
        reading::Proposal,
        refusal::Refusal,
        store,
    },
    text::storable,
    web::{self, Form as _, Sent, form::Pairs},
};

/// What a telegram says that a person files or rejects: a proposal, or sentences they pointed at. It is kept with a
/// draft that is filled from it, and noted on the telegram when that is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Noted {
    pub telegram: TelegramId,
    /// `telegram GUATEMALA 773, paragraph 7`.
    pub cited: String,
    /// The check it is filed into.
    pub check: Option<CheckId>,
    /// The proposal's name, or that of the first of the sentences.
    pub key: String,
    /// The kind of proposal, or [`Noted::POINTED`].
    pub kind: String,
    /// The label of its paragraph; empty: the header.
    pub paragraph: String,
    pub words: String,
    /// In one line, what it is.
    pub says: String,
    /// What was proposed, or which sentences it is.
    pub proposed: Json,
}

impl Noted {
    /// The kind of what a person pointed at.
    pub const POINTED: &'static str = "sentence";

    pub fn of(desk: &Desk, proposal: &Proposal) -> Self {
        let (kind, proposed) = desk::proposed(proposal);
        let (label, says) = crate::telegrams::wording::says(&proposal.value);
        Self {
            telegram: desk.telegram.id,
            cited: desk.cited(proposal.paragraph.as_deref()).replacen("Telegram", "telegram", 1),
            check: desk.file.as_ref().map(|file| file.check.id),
            key: proposal.key.clone(),
            kind,
            paragraph: proposal.paragraph.clone().unwrap_or_default(),
            words: desk.words(proposal).into_owned(),
            says: format!("{label}: {says}"),
            proposed,
        }
    }

    /// Where the telegram shows it, beside that check.
    fn place(&self, check: Option<CheckId>) -> String {
        // A long telegram is shown in parts: the one that has the words.
        let paragraph = Some(&self.paragraph).filter(|label| !label.is_empty());
        at::telegram(self.telegram).with_some("check", check).with_some("paragraph", paragraph).at(&self.key).into()
    }
}

/// Whether the answers of an act are all there and each right by itself, so that it can be done without its page.
pub fn is_whole(act: &Act) -> bool {
    fn whole<F: web::Form>(pairs: &Pairs) -> bool {
        F::sent(pairs).read().is_some()
    }
    let pairs = Pairs::of(&act.answers);
    match &act.form {
        Form::Open => whole::<checks::edit::OpenForm>(&pairs),
        Form::Register(_) => whole::<licenses::register::LicenseForm>(&pairs),
        Form::PutOn(_) => whole::<licenses::put_on::NumberForm>(&pairs),
        Form::Party(_) | Form::Subject(_) => {
            let form = licenses::parties::RoleForm::sent(&pairs).read();
            form.is_some_and(|read| {
                let is_new = || read.name.0.is_some() && read.kind.0.is_some() && read.country.0.is_some();
                !read.role.is_empty() && (read.party.0.is_some() || is_new())
            })
        }
        Form::Found(_) => whole::<parties::register::FoundForm>(&pairs),
        Form::Items(_) => whole::<licenses::items::ItemForm>(&pairs),
        Form::Cell(..) => {
            let read = approvals::cell::CellForm::sent(&pairs).read();
            read.is_some_and(|read| match read.state {
                ApprovalState::Needed | ApprovalState::Refused | ApprovalState::Revoked => true,
                ApprovalState::Applied => read.applied_on.0.is_some(),
                ApprovalState::Issued | ApprovalState::NotRequired => false,
            })
        }
        Form::Contact(_) => whole::<evidence::interview::InterviewForm>(&pairs),
        Form::Statement(_) => whole::<evidence::statement::StatementForm>(&pairs),
        Form::Document(_) => whole::<evidence::document::DocumentForm>(&pairs),
        Form::Finding(..) => whole::<evidence::finding::FindingForm>(&pairs),
        Form::Recommend(_) => whole::<checks::recommend::RecommendForm>(&pairs),
        Form::Serials(_) => whole::<approvals::custody::SerialsForm>(&pairs),
        Form::Custody(_) => whole::<approvals::custody::StepForm>(&pairs),
    }
}

/// Does what an act says, by the rules of its page.
///
/// # Errors
/// [`AppError::Refused`] with the rule's or the field's sentence.
pub async fn perform(actor: &Actor, change: &mut Change, act: &Act) -> Result<Made> {
    if !actor.may(act.form.permission()) {
        return Err(Refusal::Told(act.form.permission().refusal().into()).into());
    }
    let pairs = Pairs::of(&act.answers);
    // A field that is wrong says so on its own page; here its sentence is the refusal.
    macro_rules! enter {
        ($form:ty, $version:expr, |$sent:ident| $done:expr) => {{
            #[allow(unused_mut, reason = "some pages refuse fields, some do not")]
            let mut $sent = Sent::<$form>::answered(&pairs, $version);
            let done = $done.await;
            match done {
                Err(AppError::Invalid) => {
                    let faults =
                        $sent.errors().into_iter().map(|fault| format!("{}: {}", fault.named(), fault.message));
                    Err(Refusal::Told(faults.collect::<Vec<_>>().join(" ")).into())
                }
                done => done,
            }
        }};
    }
    let version = act.version;
    match act.form.clone() {
        Form::Open => enter!(checks::edit::OpenForm, version, |sent| checks::edit::enter(actor, change, &mut sent)),
        Form::Register(id) => {
            enter!(licenses::register::LicenseForm, version, |sent| licenses::register::enter(
                actor,
                change,
                Some(id),
                &mut sent
            ))
        }
        Form::PutOn(id) => {
            enter!(licenses::put_on::NumberForm, version, |sent| licenses::put_on::put_on(actor, change, id, &mut sent))
        }
        Form::Party(id) => {
            enter!(licenses::parties::RoleForm, version, |sent| licenses::parties::enter(actor, change, id, &mut sent))
        }
        Form::Subject(id) => {
            enter!(licenses::parties::RoleForm, version, |sent| licenses::subjects::enter(actor, change, id, &mut sent))
        }
        Form::Found(id) => {
            enter!(parties::register::FoundForm, version, |sent| parties::register::enter_found(
                actor, change, id, &mut sent
            ))
        }
        Form::Items(id) => enter!(licenses::items::ItemForm, version, |sent| licenses::items::enter(
            actor, change, id, None, &mut sent
        )),
        Form::Cell(id, item, authority) => {
            enter!(approvals::cell::CellForm, version, |sent| approvals::cell::enter(
                actor,
                change,
                id,
                item,
                Some(authority),
                &mut sent
            ))
        }
        Form::Contact(id) => {
            enter!(evidence::interview::InterviewForm, version, |sent| evidence::keep::enter(
                actor, change, id, None, &mut sent
            ))
        }
        Form::Statement(id) => {
            enter!(evidence::statement::StatementForm, version, |sent| evidence::record::enter::<
                evidence::model::Statement,
            >(actor, change, id, None, &mut sent))
        }
        Form::Document(id) => {
            enter!(
                evidence::document::DocumentForm,
                version,
                |sent| evidence::record::enter::<evidence::model::Document>(actor, change, id, None, &mut sent)
            )
        }
        Form::Finding(id, topic, party) => {
            let of = evidence::finding::Of { party };
            enter!(evidence::finding::FindingForm, version, |sent| evidence::finding::enter(
                actor, change, id, &topic, of, &sent
            ))
        }
        Form::Recommend(id) => {
            enter!(checks::recommend::RecommendForm, version, |sent| checks::recommend::enter(
                actor, change, id, &mut sent
            ))
        }
        Form::Serials(id) => {
            enter!(approvals::custody::SerialsForm, version, |sent| approvals::custody::enter_serials(
                actor, change, id, &mut sent
            ))
        }
        Form::Custody(id) => {
            enter!(approvals::custody::StepForm, version, |sent| approvals::custody::enter(
                actor, change, id, &mut sent
            ))
        }
    }
}

/// Keeps with the telegram what became of what it says, and adds it to the log. A check that was opened from it has it
/// on file.
pub async fn note(change: &mut Change, noted: &Noted, answer: Answer, made: Option<Made>) -> Result<Made> {
    let opened = made.as_ref().and_then(Made::opened);
    if let Some(check) = opened {
        store::join(change, noted.telegram, check).await?;
    }
    let check = opened.or(noted.check);
    let row = made.as_ref().map(|made| made.row.named());
    let mut proposed = noted.proposed.clone();
    // The same sentence may become several rows, or one row several times; it is set aside for each check.
    if let (Json::Object(fields), Noted::POINTED) = (&mut proposed, noted.kind.as_str()) {
        match answer {
            Answer::Rejected => fields.insert("check".into(), json!(check)),
            _ => fields.insert("filing".into(), json!(uuid::Uuid::now_v7())),
        };
    }
    let new = NewAnswer {
        telegram: noted.telegram,
        key: &noted.key,
        kind: &noted.kind,
        answer,
        paragraph: &noted.paragraph,
        words: &noted.words,
        says: &noted.says,
        proposed,
        check,
        license: made.as_ref().and_then(|made| made.files().1),
        row,
    };
    store::save_answer(change, &new).await?;
    let done = match (noted.kind.as_str(), answer) {
        (Noted::POINTED, Answer::Rejected) => "set aside",
        (Noted::POINTED, _) => "filed",
        _ => answer.label(),
    };
    let sentence = format!("{} from {}: {}", done.to_lowercase(), noted.cited, noted.says);
    let mut event = Event::new(Verb::TelegramAnswered, Subject::Telegram(noted.telegram), sentence);
    if let Some(check) = check {
        event = event.on_check(check);
    }
    Ok(match made {
        Some(Made { row, events, to }) => Made { row, events: events.and(event), to },
        None => Made::new(Subject::Telegram(noted.telegram), event, String::new()),
    })
}

/// Settles on a telegram that a form which was filled from it was sent: within the same change, and back to the
/// telegram.
pub fn settle<'a>(
    change: &'a mut Change,
    noted: &'a Json,
    made: Made,
) -> Pin<Box<dyn Future<Output = Result<Made>> + Send + 'a>> {
    Box::pin(async move {
        let noted = Noted::deserialize(noted).map_err(AppError::internal)?;
        let scope = change.scope(Permission::FileTelegrams).ok_or(AppError::NotFound)?;
        let telegram = store::find_for_update(change, scope, noted.telegram).await?;
        if noted.check.is_some_and(|check| telegram.checks.iter().all(|(known, _)| *known != check)) {
            return Err(Refusal::TakenOff(telegram.titled()).into());
        }
        let answer = if noted.kind == Noted::POINTED { Answer::Accepted } else { Answer::Changed };
        let opened = made.opened();
        let made = note(change, &noted, answer, Some(made)).await.map_err(|error| match error {
            AppError::Stale => Refusal::AcceptedMeanwhile.into(),
            error => error,
        })?;
        Ok(Made { to: noted.place(opened.or(noted.check)), ..made })
    })
}

/// A draft of an act's page, filled with its answers, the words it rests on shown above it.
pub fn draft(act: &Act, shown: Source, noted: &Noted, filled_by: FormId) -> Result<Filled> {
    let known = act.answers.iter().find(|(name, _)| *name == web::form::MARKS);
    let unmarked = known.map(|(_, answer)| answer.clone()).unwrap_or_default();
    let shown = Source { back: noted.place(noted.check), unmarked, ..shown };
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(act.answers.iter().map(|(name, answer)| (*name, answer.as_str())));
    let body = body.finish();
    // What may be a mark was taken with the telegram, and is asked about when the form is sent.
    act.answers.iter().try_for_each(|(_, answer)| storable(answer)).map_err(Refusal::Told)?;
    let title = format!("{} from {}", act.form.named(), noted.cited);
    Ok(Filled {
        path: act.form.address().into(),
        title,
        body,
        shown,
        noted: serde_json::to_value(noted).map_err(AppError::internal)?,
        filled_by,
    })
}

/// Accepts a proposal as it is: does what it says, and notes it. Gives the events of both.
///
/// # Errors
/// [`AppError::Refused`] when it cannot be done now, or needs a person's answers.
pub async fn accept(actor: &Actor, change: &mut Change, desk: &Desk, proposal: &Proposal) -> Result<Made> {
    let refused = |why: &dyn Display| {
        let (label, says) = crate::telegrams::wording::says(&proposal.value);
        AppError::from(Refusal::Proposal { label, says, why: why.to_string() })
    };
    let made = match desk.plan(proposal) {
        Plan::Act(Act { by_hand: Some(why), .. }) => return Err(refused(&why)),
        Plan::Act(act) if !is_whole(&act) => {
            return Err(refused(&Refusal::TooLittle));
        }
        Plan::Act(act) => {
            let done = perform(actor, change, &act).await.map_err(|error| match error {
                AppError::Refused(why) => refused(&why),
                AppError::Stale => refused(&Refusal::ChangedNow),
                error => error,
            })?;
            Some(done)
        }
        Plan::Note => None,
        Plan::Known(why) | Plan::Later(why) | Plan::Follows(why) => return Err(refused(&why)),
    };
    note(change, &Noted::of(desk, proposal), Answer::Accepted, made).await
}

//! Whose a check is in Washington: taking it, at one press, and handing it over to somebody else.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Candidate, CaseFile, Owner, Refusal},
    store::{self, Texts},
    verbs,
};
use crate::{
    access::{Can, permission::TakeChecks},
    addresses as at,
    audit::{Event, Events},
    error::{AppError, Result},
    form,
    id::{CheckId, PersonId},
    text::{Line, Optional},
    web::{Form, Layout, Path, Sent, YesForm, html},
    words::Choice,
};

form! {
    /// Who has it from now on, as what; blank: it stays.
    pub struct HandOverForm reads HandOver {
        case_officer: Field<Optional<PersonId>>,
        reviewer: Field<Optional<PersonId>>,
        reason: Field<Optional<Line>>,
    }
}

#[derive(Template)]
#[template(path = "checks/hand_over.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    /// Who else may be its case officer, where the reader may give that away.
    case_officers: Option<Vec<Choice>>,
    reviewers: Option<Vec<Choice>>,
    /// Why it is not to be handed over now.
    refused: Option<String>,
    sent: Sent<HandOverForm>,
}

/// Makes a check the reader's own.
pub async fn submit_take(can: Can<TakeChecks>, Path(id): Path<CheckId>, sent: Sent<YesForm>) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let file = store::find_for_update(&mut change, &can, id, None).await?;
    let owned = file.take_on(&can.reader(), &can.name)?;
    store::give(&mut change, &owned).await?;
    change.commit(owned, &at::check(id)).await
}

pub async fn show(can: Can<verbs::HandOver>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Left).await?;
    let sent = can.form(HandOverForm::blank(), as_read(&file)).await?;
    page(&can, &file, sent).await
}

pub async fn submit(
    can: Can<verbs::HandOver>,
    Path(id): Path<CheckId>,
    mut sent: Sent<HandOverForm>,
) -> Result<Response> {
    let done = hand_over(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        let sent = sent.against(&HandOverForm::blank(), as_read(&file));
        page(&can, &file, sent).await
    })
    .await
}

/// What a form was read from: who has it, and nothing else that happens to the check.
fn as_read(file: &CaseFile) -> i32 {
    let of = |owner| file.check.had_by(owner).map_or(0, |had| had.id.0.as_u128());
    let both = of(Owner::CaseOfficer) ^ of(Owner::Reviewer).rotate_left(1);
    1 + i32::try_from(both % 1_000_003).unwrap_or_default()
}

async fn page(can: &Can<verbs::HandOver>, file: &CaseFile, sent: Sent<HandOverForm>) -> Result<Response> {
    let reader = can.reader();
    let mut conn = can.reads().acquire().await?;
    let all = store::candidates(&mut conn, can.washington_today()).await?;
    drop(conn);
    let offered = file.hands_over(&reader);
    let others = |owner: Owner| {
        let had = file.check.had_by(owner).map(|had| had.id);
        let fits = |one: &&Candidate| one.owner == owner && Some(one.id) != had && file.may_have(owner, one.id).is_ok();
        let choices = all.iter().filter(fits).map(|one| Choice::new(one.id, &one.name)).collect();
        offered.contains(&owner).then_some(choices)
    };
    let (case_officers, reviewers) = (others(Owner::CaseOfficer), others(Owner::Reviewer));
    let refused = file.may_be_owned().err().or_else(|| offered.is_empty().then_some(Refusal::NotTheirs));
    let refused = refused.map(|refusal| refusal.to_string());
    html(&Page { layout: can.layout(), file, case_officers, reviewers, refused, sent })
}

async fn hand_over(can: &Can<verbs::HandOver>, id: CheckId, sent: &mut Sent<HandOverForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    file.may_be_owned()?;
    if sent.version != as_read(&file) {
        return Err(AppError::Stale);
    }
    let all = store::candidates(change.conn(), can.washington_today()).await?;
    let (reader, reason, form) = (can.reader(), read.reason.or_empty(), &mut sent.form);
    let mut events: Vec<Event> = Vec::new();
    for (owner, field) in [(Owner::CaseOfficer, &mut form.case_officer), (Owner::Reviewer, &mut form.reviewer)] {
        let Some(person) = field.raw().parse().ok() else { continue };
        let owned = Candidate::chosen(&all, owner, person).and_then(|to| file.hand_over(&reader, to, &reason));
        let owned = field.judged(owned).ok_or(AppError::Invalid)?;
        store::give(&mut change, &owned).await?;
        events.push(owned.into());
    }
    if events.is_empty() {
        let supervised = file.hands_over(&reader).contains(&Owner::CaseOfficer);
        if supervised { &mut form.case_officer } else { &mut form.reviewer }.refuse(Refusal::NobodyChosen);
        return Err(AppError::Invalid);
    }
    let first = events.remove(0);
    change.commit(Events::from(first).and_all(events), &at::check(id)).await
}

//! Subjects of a check without a license.

use axum::response::Response;

use super::parties::{Chosen, InRole, Place, RoleForm, Search, blank, page, party};
use crate::{
    access::{Actor, Can, permission::OpenChecks},
    addresses as at,
    audit::{Event, Events, Made, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::{AppError, Result},
    id::{CheckId, SubjectId},
    web::{Path, Query, Sent, YesForm},
};

fn check_place(file: &CaseFile) -> Place {
    Place {
        back: at::check(file.check.id).at("parties").into(),
        back_label: file.check.reference.clone(),
        asks_possession: false,
    }
}

/// The form that makes a party the subject of a check without a license.
pub async fn show(can: Can<OpenChecks>, Path(id): Path<CheckId>, Query(search): Query<Search>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(blank(false, &search), 0).await?;
    page(&can, check_place(&file), search, sent).await
}

/// Makes it the subject.
pub async fn submit(
    can: Can<OpenChecks>,
    Path(id): Path<CheckId>,
    Query(search): Query<Search>,
    mut sent: Sent<RoleForm>,
) -> Result<Response> {
    let done = add(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        page(&can, check_place(&file), search, sent).await
    })
    .await
}

async fn add(can: &Can<OpenChecks>, id: CheckId, sent: &mut Sent<RoleForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, sent).await).await
}

/// Makes a party the subject of a check, within a change.
pub(crate) async fn enter(can: &Actor, change: &mut Change, id: CheckId, sent: &mut Sent<RoleForm>) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    file.takes_subject(read.party.0)?;
    let chosen = party(can, change, &read, &mut sent.form).await?;
    let mut events = make(change, id, &chosen, &read).await?.into_iter();
    let event = events.next().ok_or(AppError::Invalid)?;
    let events = Events::from(event).and_all(events).and_all(chosen.event);
    Ok(Made::new(Subject::Party(chosen.id), events, at::check(id).at("parties")))
}

/// Makes a party the subject of a check in each of its roles, with an entry for the log each.
pub(crate) async fn make(change: &mut Change, id: CheckId, chosen: &Chosen, read: &InRole) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for role in read.role.iter().copied() {
        checks::store::add_subject(change, id, chosen.id, role).await?;
        let sentence = format!("added {} as a subject ({})", chosen.name, role.label().to_lowercase());
        events.push(Event::new(Verb::CheckChanged, id, sentence).on_party(chosen.id));
    }
    Ok(events)
}

/// Takes a subject off a draft.
pub async fn submit_remove(
    can: Can<OpenChecks>,
    Path((id, row)): Path<(CheckId, SubjectId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let file = checks::store::find_for_update(&mut change, &can, id, None).await?;
    let subject = file.check.subjects.iter().find(|subject| subject.id == row).ok_or(AppError::NotFound)?;
    file.check.is_draft_of("subjects")?;
    checks::store::remove_subject(&mut change, id, row).await?;
    let event = Event::new(Verb::CheckChanged, id, format!("took {} off", subject.name)).on_party(subject.party_id);
    change.commit(event, &at::check(id).at("parties")).await
}

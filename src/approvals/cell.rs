//! The cells of the permit matrix: proposed from the country rules, and recorded one by one.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Approval, ApprovalState, LicenseContact, NewCell, Refusal, Whose},
    store,
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{Events, Made, Subject},
    db::Change,
    error::{AppError, Result},
    form,
    id::{ApprovalId, AuthorityId, ContactId, ItemGroupId, LicenseId, PermitId},
    licenses::{self, model::LicenseFile},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Sent, YesForm, html},
    words::Choice,
};

form! {
    pub struct CellForm reads Cell {
        state: Field<ApprovalState>,
        applied_on: Dated<Optional<Day>>,
        permit: Field<Optional<PermitId>>,
        waits_for: Field<Optional<Line>>,
        given_on: Dated<Optional<Day>>,
        proof: Field<Optional<Text>>,
        contact: Field<Optional<ContactId>>,
        note: Field<Optional<Line>>,
    }
}

#[derive(Template)]
#[template(path = "approvals/cell.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    item: String,
    authority: String,
    permits: Vec<Choice>,
    contacts: Vec<Choice>,
    sent: Sent<CellForm>,
}

/// A license whose evidence the reader's post may record now: pending or approved on conditions.
pub(super) fn recordable(license: &LicenseFile, actor: &Actor) -> Result<()> {
    if !license.checks.iter().any(|check| actor.sees_post(check.post_id)) {
        return Err(AppError::NotFound);
    }
    Ok(license.takes_papers()?)
}

/// Adds every cell the country rules ask for and nobody recorded.
pub async fn submit_propose(can: Can<WorkChecks>, Path(id): Path<LicenseId>, sent: Sent<YesForm>) -> Result<Response> {
    licenses::store::find(&can, id).await?;
    let mut change = can.change(&sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, &can)?;
    let proposed = license.propose_cells()?;
    store::propose(&mut change, &proposed).await?;
    licenses::store::touch(&mut change, id).await?;
    change.commit(proposed, &at::license(id).at("approvals")).await
}

fn filled(approval: Option<&Approval>) -> CellForm {
    let mut form = CellForm::blank();
    let day = |day: Option<time::Date>| day.map(|day| Day(day).to_string()).unwrap_or_default();
    if let Some(row) = approval {
        form.state.set(row.state);
        form.applied_on.set(day(row.applied_on));
        form.permit.set(row.permit_id.map(|id| id.to_string()).unwrap_or_default());
        form.waits_for.set(&row.waits_for);
        form.given_on.set(day(row.given_on));
        form.proof.set(&row.proof);
        form.contact.set(row.contact_id.map(|id| id.to_string()).unwrap_or_default());
        form.note.set(&row.note);
    }
    form
}

/// An authority of the address: its id, or `none` for "the country asks for no approval at all".
fn authority(text: &str) -> Result<Option<AuthorityId>> {
    if text == "none" { Ok(None) } else { text.parse().map(Some).map_err(|_| AppError::NotFound) }
}

async fn page(
    can: &Can<WorkChecks>,
    license: LicenseFile,
    item: ItemGroupId,
    of: Option<AuthorityId>,
    sent: Sent<CellForm>,
) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let authorities = store::authorities(&mut conn, &license.destination).await?;
    let authority = match of {
        None => "No approval asked for".to_owned(),
        Some(id) => authorities
            .into_iter()
            .find(|choice| choice.value == id.to_string())
            .map(|choice| choice.label)
            .ok_or(AppError::NotFound)?,
    };
    let contacts = store::contacts(&mut conn, can, license.id).await?;
    let contacts = contacts.into_iter().map(|contact| Choice::new(contact.id, contact.named())).collect();
    let permits = license
        .permits
        .iter()
        .filter(|permit| !permit.is_withdrawn())
        .map(|permit| Choice::new(permit.id, format!("{} of {}", permit.number, permit.issuer)))
        .collect();
    let item = license.item(item).ok_or(AppError::NotFound)?.named();
    html(&Page { layout: can.layout(), license, item, authority, permits, contacts, sent })
}

/// The form of a cell.
pub async fn show(
    can: Can<WorkChecks>,
    Path((id, item, of)): Path<(LicenseId, ItemGroupId, String)>,
) -> Result<Response> {
    let (license, of) = (licenses::store::find(&can, id).await?, authority(&of)?);
    let row = license.approval(item, of);
    let sent = can.form(filled(row), row.map_or(0, |row| row.version)).await?;
    page(&can, license, item, of, sent).await
}

pub async fn submit(
    can: Can<WorkChecks>,
    Path((id, item, of)): Path<(LicenseId, ItemGroupId, String)>,
    mut sent: Sent<CellForm>,
) -> Result<Response> {
    let of = authority(&of)?;
    let done = record(&can, id, item, of, &mut sent).await;
    sent.answer(done, async |sent| {
        let license = licenses::store::find(&can, id).await?;
        let row = license.approval(item, of);
        let sent = sent.against(&filled(row), row.map_or(0, |row| row.version));
        page(&can, license, item, of, sent).await
    })
    .await
}

async fn record(
    can: &Can<WorkChecks>,
    id: LicenseId,
    item: ItemGroupId,
    of: Option<AuthorityId>,
    sent: &mut Sent<CellForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, item, of, sent).await).await
}

/// Records a cell within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: LicenseId,
    item: ItemGroupId,
    of: Option<AuthorityId>,
    sent: &mut Sent<CellForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let license = licenses::store::find_for_update(change, can.scope(), id).await?;
    recordable(&license, can)?;
    let group = license.item(item).ok_or(AppError::NotFound)?;
    let to = at::license(id).at("approvals");
    let new = NewCell {
        state: read.state,
        applied_on: read.applied_on.0.map(|day| day.0),
        permit: read.permit.0,
        waits_for: read.waits_for.or_empty(),
        given_on: read.given_on.0.map(|day| day.0),
        proof: read.proof.or_empty(),
        contact: read.contact.0,
        note: read.note.or_empty(),
    };
    let contacts = store::contacts(change.conn(), can, id).await?;
    let told_by = |id| contacts.iter().find(|known| known.id == id).map(LicenseContact::told);
    let serves = |post| can.sees_post(post);
    if of.is_none() && new.state == ApprovalState::Needed {
        let withdrawn = license.withdraw_exemption(group, &new, told_by, serves, can.today());
        let withdrawn = withdrawn.map_err(|refusals| refuse(&mut sent.form, refusals))?;
        store::remove_exemption(change, &withdrawn, sent.version).await?;
        licenses::store::touch(change, id).await?;
        return Ok(Made::new(Subject::Row("import_approval", withdrawn.approval().0), withdrawn, to));
    }
    let whose = match of {
        None => None,
        Some(of) => Some((of, store::authority_named(change.conn(), of).await?)),
    };
    let whose = whose.as_ref().map(|(id, (name, parent))| Whose { id: *id, name, parent: *parent });
    let recorded = license.record_cell((ApprovalId::new(), group), whose, new, told_by, serves, can.today());
    let recorded = recorded.map_err(|refusals| refuse(&mut sent.form, refusals))?;
    store::save_approval(change, &recorded, sent.version).await?;
    let ready = licenses::store::settle(change, &license).await?;
    let row = Subject::Row("import_approval", recorded.approval().0);
    Ok(Made::new(row, Events::from(recorded).and_all(ready), to))
}

/// Where refusals stand on the form.
fn refuse(form: &mut CellForm, refusals: Vec<Refusal>) -> AppError {
    for refusal in refusals {
        let sentence = refusal.to_string();
        match refusal {
            Refusal::NoPermit | Refusal::WithdrawnPermit | Refusal::OtherPermit => form.permit.refuse(sentence),
            Refusal::NoProof => form.proof.refuse(sentence),
            Refusal::Spoken | Refusal::OfAnother(_) | Refusal::Contact => form.contact.refuse(sentence),
            Refusal::NotDated | Refusal::AppliedOn(_) => form.applied_on.refuse(sentence),
            Refusal::GivenOn(_) | Refusal::StillWaits(_) => form.given_on.refuse(sentence),
            Refusal::Asked(_) | Refusal::NoAuthority => form.state.refuse(sentence),
            other => return other.into(),
        }
    }
    AppError::Invalid
}

//! Parties in their roles on a license, and subjects of a check without one: searched first, registered in the same form.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::LicenseFile,
    register::{RemoveForm, editable},
    store,
};
use crate::{
    access::{
        Actor, Can,
        permission::{OpenChecks, RegisterLicenses},
    },
    audit::{Event, Verb},
    checks::{
        self,
        model::{CaseFile, CheckState},
        store::Texts,
    },
    countries,
    db::Change,
    error::{AppError, Result, constraint},
    form,
    id::{CheckId, LicenseId, LicensePartyId, PartyId, SubjectId},
    parties::{
        self,
        model::{PartyKind, PartyRole, TakesPossession},
        store::PartyData,
    },
    text::{Line, Optional, Text},
    web::{Form, Layout, Path, Query, Sent, html},
    words::Choice,
};

form! {
    /// A party in a role: a known one, or a new record.
    pub struct RoleForm reads InRole {
        party: Field<Optional<PartyId>>,
        name: Field<Optional<Line>>,
        kind: Field<Optional<PartyKind>>,
        country: Field<Optional<Line>>,
        address: Field<Optional<Text>>,
        role: Field<PartyRole>,
        takes_possession: Field<TakesPossession>,
    }
}

form! {
    /// Whether a party ever holds the items.
    pub struct PossessionForm reads Possession {
        takes_possession: Field<TakesPossession>,
    }
}

/// What is looked for.
#[derive(Debug, Clone, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "licenses/party.html")]
struct Page {
    layout: Layout,
    back: String,
    back_label: String,
    asks_possession: bool,
    q: String,
    found: Vec<Choice>,
    countries: Vec<Choice>,
    sent: Sent<RoleForm>,
}

#[derive(Template)]
#[template(path = "licenses/possession.html")]
struct PossessionPage {
    layout: Layout,
    license: LicenseFile,
    party: String,
    sent: Sent<PossessionForm>,
}

struct Place {
    back: String,
    back_label: String,
    asks_possession: bool,
}

async fn page(actor: &Actor, place: Place, q: String, sent: Sent<RoleForm>) -> Result<Response> {
    let mut conn = actor.reads().acquire().await?;
    let looked_for = if q.is_empty() { sent.form.name.raw().to_owned() } else { q };
    let rows =
        if looked_for.is_empty() { Vec::new() } else { parties::store::search(&mut conn, actor.scope(), &looked_for, None, 10).await? };
    let found = rows.into_iter().map(|row| Choice::new(row.id, row.name).hint(format!("{}, {}", row.kind.label(), row.country))).collect();
    let countries = countries::store::choices(actor.reads()).await?;
    let Place { back, back_label, asks_possession } = place;
    html(&Page { layout: actor.layout(), back, back_label, asks_possession, q: looked_for, found, countries, sent })
}

fn blank(asks_possession: bool) -> RoleForm {
    let mut form = RoleForm::blank();
    form.takes_possession.set(if asks_possession { "" } else { TakesPossession::Unknown.code() });
    form
}

/// The chosen party, or a new record; its id and name.
async fn party(change: &mut Change, read: &InRole, sent: &mut Sent<RoleForm>) -> Result<(PartyId, Option<Event>)> {
    if let Some(id) = read.party.0 {
        return Ok((id, None));
    }
    let (Some(name), Some(kind), Some(country)) = (&read.name.0, read.kind.0, &read.country.0) else {
        sent.form.party.refuse("Choose a party, or give the name, kind and country of a new one.");
        return Err(AppError::Invalid);
    };
    let address = read.address.0.as_ref().map_or("", Text::as_str);
    let data = PartyData { name: name.as_str(), kind, country: country.as_str(), address };
    let inserted = parties::store::insert(change, &data, None).await;
    let id = inserted.map_err(|error| match constraint(&error) {
        Some("parties_country_fkey") => {
            sent.form.country.refuse("Choose a country from the list.");
            AppError::Invalid
        }
        _ => error.into(),
    })?;
    Ok((id, Some(Event::new(Verb::PartyRecorded, id, format!("registered {name}")))))
}

fn license_place(license: &LicenseFile) -> Place {
    Place { back: format!("/licenses/{}#parties", license.id), back_label: license.number.clone(), asks_possession: true }
}

/// The form that puts a party on a license.
pub async fn show(can: Can<RegisterLicenses>, Path(id): Path<LicenseId>, Query(search): Query<Search>) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let sent = can.form(blank(true), 0).await?;
    page(&can, license_place(&license), search.q, sent).await
}

/// Puts it there.
pub async fn submit(
    can: Can<RegisterLicenses>,
    Path(id): Path<LicenseId>,
    Query(search): Query<Search>,
    mut sent: Sent<RoleForm>,
) -> Result<Response> {
    let done = add(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let license = store::find(&can, id).await?;
        page(&can, license_place(&license), search.q, sent).await
    })
    .await
}

async fn add(can: &Can<RegisterLicenses>, id: LicenseId, sent: &mut Sent<RoleForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    editable(&license)?;
    let (party, recorded) = party(&mut change, &read, sent).await?;
    let inserted = store::insert_party(&mut change, id, party, read.role, read.takes_possession).await;
    inserted.map_err(|error| match constraint(&error) {
        Some("license_parties_once") => AppError::Refused("This party has this role on the license already.".into()),
        Some("license_parties_party_fkey") => AppError::Refused("Choose a party from the list.".into()),
        _ => error.into(),
    })?;
    store::touch_facts(&mut change, id).await?;
    let sentence = format!("added a party as {} ({})", read.role.label().to_lowercase(), read.takes_possession.label().to_lowercase());
    let event = Event::new(Verb::RolesChanged, id, sentence).on_party(party);
    change.commit(crate::audit::Events::from(event).and_all(recorded), &format!("/licenses/{id}#parties")).await
}

fn role(license: &LicenseFile, row: LicensePartyId) -> Result<&super::model::LicenseParty> {
    license.parties.iter().find(|party| party.id == row).ok_or(AppError::NotFound)
}

/// The form that changes whether a party takes possession.
pub async fn show_edit(can: Can<RegisterLicenses>, Path((id, row)): Path<(LicenseId, LicensePartyId)>) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let (name, version, now) = role(&license, row).map(|party| (party.name.clone(), party.version, party.takes_possession))?;
    let mut form = PossessionForm::blank();
    form.takes_possession.set(now);
    let sent = can.form(form, version).await?;
    html(&PossessionPage { layout: can.layout(), license, party: name, sent })
}

/// Changes it.
pub async fn submit_edit(
    can: Can<RegisterLicenses>,
    Path((id, row)): Path<(LicenseId, LicensePartyId)>,
    sent: Sent<PossessionForm>,
) -> Result<Response> {
    let done = edit(&can, id, row, &sent).await;
    sent.answer(done, async |sent| {
        let license = store::find(&can, id).await?;
        let mut saved = PossessionForm::blank();
        let (name, version, now) = role(&license, row).map(|party| (party.name.clone(), party.version, party.takes_possession))?;
        saved.takes_possession.set(now);
        html(&PossessionPage { layout: can.layout(), license, party: name, sent: sent.against(&saved, version) })
    })
    .await
}

async fn edit(can: &Can<RegisterLicenses>, id: LicenseId, row: LicensePartyId, sent: &Sent<PossessionForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    let party = role(&license, row)?;
    if !license.status.is_open() {
        editable(&license)?;
    }
    store::save_party(&mut change, row, read.takes_possession, sent.version).await?;
    store::touch_facts(&mut change, id).await?;
    let sentence = format!("recorded of {}: {}", party.name, read.takes_possession.label().to_lowercase());
    let event =
        Event::new(Verb::RolesChanged, id, sentence).on_party(party.party_id).before(party.takes_possession).after(read.takes_possession);
    change.commit(event, &format!("/licenses/{id}#parties")).await
}

/// Takes a role off a license that is still pending.
pub async fn submit_remove(
    can: Can<RegisterLicenses>,
    Path((id, row)): Path<(LicenseId, LicensePartyId)>,
    sent: Sent<RemoveForm>,
) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    editable(&license)?;
    let party = role(&license, row)?;
    store::remove_party(&mut change, row).await?;
    store::touch_facts(&mut change, id).await?;
    let sentence = format!("took {} off as {}", party.name, party.role.label().to_lowercase());
    change.commit(Event::new(Verb::RolesChanged, id, sentence).on_party(party.party_id), &format!("/licenses/{id}#parties")).await
}

fn check_place(file: &CaseFile) -> Place {
    Place { back: format!("/checks/{}#parties", file.check.id), back_label: file.check.reference.clone(), asks_possession: false }
}

/// The form that makes a party the subject of a check without a license.
pub async fn show_subject(can: Can<OpenChecks>, Path(id): Path<CheckId>, Query(search): Query<Search>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(blank(false), 0).await?;
    page(&can, check_place(&file), search.q, sent).await
}

/// Makes it the subject.
pub async fn submit_subject(
    can: Can<OpenChecks>,
    Path(id): Path<CheckId>,
    Query(search): Query<Search>,
    mut sent: Sent<RoleForm>,
) -> Result<Response> {
    let done = add_subject(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        page(&can, check_place(&file), search.q, sent).await
    })
    .await
}

async fn add_subject(can: &Can<OpenChecks>, id: CheckId, sent: &mut Sent<RoleForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    if file.check.state != CheckState::Draft || file.check.check_type.has_licenses() {
        return Err(AppError::Refused("Subjects are added while the check is a draft of a type without licenses.".into()));
    }
    let (party, recorded) = party(&mut change, &read, sent).await?;
    checks::store::add_subject(&mut change, id, party, read.role).await?;
    let event = Event::new(Verb::CheckChanged, id, format!("added a subject as {}", read.role.label().to_lowercase())).on_party(party);
    change.commit(crate::audit::Events::from(event).and_all(recorded), &format!("/checks/{id}#parties")).await
}

/// Takes a subject off a draft.
pub async fn submit_remove_subject(
    can: Can<OpenChecks>,
    Path((id, row)): Path<(CheckId, SubjectId)>,
    sent: Sent<RemoveForm>,
) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let file = checks::store::find_for_update(&mut change, &can, id, None).await?;
    let subject = file.check.subjects.iter().find(|subject| subject.id == row).ok_or(AppError::NotFound)?;
    if file.check.state != CheckState::Draft {
        return Err(AppError::Refused("The request was sent; its subjects can no longer be changed.".into()));
    }
    checks::store::remove_subject(&mut change, id, row).await?;
    let event = Event::new(Verb::CheckChanged, id, format!("took {} off", subject.name)).on_party(subject.party_id);
    change.commit(event, &format!("/checks/{id}#parties")).await
}

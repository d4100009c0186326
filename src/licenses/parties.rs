//! Parties in their roles on a license: searched first, registered only when they are not known.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::{
    access::{Actor, Can, permission::RegisterLicenses},
    addresses as at,
    audit::{Event, Events, Made, Subject, Verb, says},
    countries,
    db::Change,
    error::{AppError, Refuses, Result},
    form,
    id::{LicenseId, LicensePartyId, PartyId},
    licenses::{
        model::{LicenseFile, Refusal},
        store,
    },
    parties::{
        self,
        model::{Namesake, PartyKind, PartyRole, Standing, TakesPossession},
        store::{PartyData, PartyRow},
    },
    text::{Line, Optional, Text},
    web::{
        Form, Layout, Path, Query, Sent, YesForm,
        form::{Block, Spare},
        html,
    },
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
        role: Fields<PartyRole>,
        takes_possession: Field<TakesPossession>,
        namesake: Fields<Namesake>,
    }
}

impl Spare for RoleForm {
    /// Whether it takes possession is preset.
    fn is_blank(&self) -> bool {
        let said = [self.party.raw(), self.name.raw(), self.kind.raw(), self.country.raw(), self.address.raw()];
        let is_ticked = self.role.is_answered() || self.namesake.is_answered();
        said.iter().all(|said| said.trim().is_empty()) && !is_ticked
    }
}

impl Block for RoleForm {
    const ONE: &'static str = "Party";
    const MOST: usize = 20;
}

form! {
    /// Whether a party ever holds the items.
    pub struct PossessionForm reads Possession {
        takes_possession: Field<TakesPossession>,
    }
}

/// What is looked for, or the found party that is to be linked, with the role it was found in.
#[derive(Debug, Clone, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    party: Option<PartyId>,
    #[serde(default)]
    role: String,
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
    /// Known parties of the name typed for a new one.
    namesakes: Vec<PartyRow>,
    sent: Sent<RoleForm>,
}

impl Page {
    /// Whether the fields of a party that nobody knows yet stand open.
    fn asks_for_a_new_one(&self) -> bool {
        let searched_in_vain = !self.q.is_empty() && self.found.is_empty();
        let begun = !self.sent.form.name.raw().is_empty() || self.sent.source.is_some();
        searched_in_vain || begun || !self.namesakes.is_empty()
    }
}

#[derive(Template)]
#[template(path = "licenses/possession.html")]
struct PossessionPage {
    layout: Layout,
    license: LicenseFile,
    party: String,
    sent: Sent<PossessionForm>,
}

pub(super) struct Place {
    pub(super) back: String,
    pub(super) back_label: String,
    pub(super) asks_possession: bool,
}

pub(super) async fn page(actor: &Actor, place: Place, search: Search, sent: Sent<RoleForm>) -> Result<Response> {
    let namesakes = parties::store::namesakes_typed(actor, sent.form.name.raw(), sent.form.country.raw()).await?;
    let linked = match search.party {
        None => None,
        Some(id) => {
            let party = parties::store::find(actor, id).await?;
            Some(Choice::new(id, party.name).hint(format!("{}, {}", party.kind.label(), party.country_name)))
        }
    };
    let countries = countries::store::choices(actor.reads()).await?;
    let mut conn = actor.searches().acquire().await?;
    let looked_for = if search.q.is_empty() { sent.form.name.raw().to_owned() } else { search.q };
    let rows = parties::store::search(&mut conn, actor.scope(), &looked_for, 10).await?;
    drop(conn);
    let rows =
        rows.into_iter().filter(|row| search.party != Some(row.id) && namesakes.iter().all(|known| known.id != row.id));
    let choice = |row: &PartyRow| Choice::new(row.id, &row.name).hint(format!("{}, {}", row.kind.label(), row.country));
    let found = linked.into_iter().chain(namesakes.iter().map(choice)).chain(rows.map(|row| choice(&row))).collect();
    let Place { back, back_label, asks_possession } = place;
    html(&Page {
        layout: actor.layout(),
        back,
        back_label,
        asks_possession,
        q: looked_for,
        found,
        countries,
        namesakes,
        sent,
    })
}

pub(super) fn blank(asks_possession: bool, search: &Search) -> RoleForm {
    let mut form = RoleForm::blank();
    form.takes_possession.set(if asks_possession { "" } else { TakesPossession::Unknown.code() });
    if let Some(party) = search.party {
        form.party.set(party);
    }
    form.role.set(search.role.parse::<PartyRole>());
    form
}

/// A party that is put in a role, and what is to be logged of its own record.
pub(crate) struct Chosen {
    pub(crate) id: PartyId,
    pub(crate) name: String,
    pub(crate) event: Option<Event>,
}

/// The chosen party, whose record is established if a post had found it, or a new record; in at least one role.
pub(crate) async fn party(can: &Actor, change: &mut Change, read: &InRole, form: &mut RoleForm) -> Result<Chosen> {
    if read.role.is_empty() {
        form.role.refuse(Refusal::NoRole);
        return Err(AppError::Invalid);
    }
    if let Some(id) = read.party.0 {
        let Some(known) = parties::store::known(change, id).await? else {
            form.party.refuse(Refusal::UnknownParty);
            return Err(AppError::Invalid);
        };
        let mut event = None;
        if known.standing == Standing::Found {
            parties::store::establish(change, known.id).await?;
            event =
                Some(Event::new(Verb::PartyChanged, known.id, format!("established {}, found by a post", known.name)));
        }
        return Ok(Chosen { id: known.id, name: known.name, event });
    }
    let (Some(name), Some(kind), Some(country)) = (&read.name.0, read.kind.0, &read.country.0) else {
        form.party.refuse(Refusal::NoParty);
        return Err(AppError::Invalid);
    };
    let address = read.address.0.as_ref().map_or("", Text::as_str);
    let data = PartyData { name: name.as_str(), kind, country: country.as_str(), address };
    if read.namesake.is_empty()
        && !parties::store::namesakes_now(change, can.scope(), data.name, data.country).await?.is_empty()
    {
        form.name.refuse(parties::refusal::Refusal::Known);
        return Err(AppError::Invalid);
    }
    let inserted = parties::store::insert(change, &data, None).await;
    let id = inserted.or_else(|error| {
        form.country.refuse(parties::refusal::Refusal::held(error)?);
        Err(AppError::Invalid)
    })?;
    let (country, _) = countries::store::find(can.reads(), data.country).await?;
    let event = Event::new(Verb::PartyRecorded, id, format!("registered {name}")).after(data.described(&country));
    Ok(Chosen { id, name: name.to_string(), event: Some(event) })
}

fn license_place(license: &LicenseFile) -> Place {
    Place {
        back: at::license(license.id).at("parties").into(),
        back_label: license.number.clone(),
        asks_possession: true,
    }
}

/// The form that puts a party on a license.
pub async fn show(
    can: Can<RegisterLicenses>,
    Path(id): Path<LicenseId>,
    Query(search): Query<Search>,
) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let sent = can.form(blank(true, &search), 0).await?;
    page(&can, license_place(&license), search, sent).await
}

pub async fn submit(
    can: Can<RegisterLicenses>,
    Path(id): Path<LicenseId>,
    Query(search): Query<Search>,
    mut sent: Sent<RoleForm>,
) -> Result<Response> {
    let done = add(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let license = store::find(&can, id).await?;
        page(&can, license_place(&license), search, sent).await
    })
    .await
}

async fn add(can: &Can<RegisterLicenses>, id: LicenseId, sent: &mut Sent<RoleForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, sent).await).await
}

/// Puts a party in its roles on a license, within a change.
pub(crate) async fn enter(can: &Actor, change: &mut Change, id: LicenseId, sent: &mut Sent<RoleForm>) -> Result<Made> {
    let read = sent.read()?;
    let license = store::find_for_update(change, can.scope(), id).await?;
    license.changeable()?;
    let chosen = party(can, change, &read, &mut sent.form).await?;
    let mut rows = put(change, id, &chosen, &read).await?.into_iter();
    store::touch_facts(change, id).await?;
    let (row, event) = rows.next().ok_or(AppError::Invalid)?;
    Ok(Made::new(
        Subject::Row("license_party", row.0),
        Events::from(event).and_all(rows.map(|(_, event)| event)).and_all(chosen.event),
        at::license(id).at("parties"),
    ))
}

/// Puts a party on a license in each of its roles, with an entry for the log each.
pub(crate) async fn put(
    change: &mut Change,
    license: LicenseId,
    chosen: &Chosen,
    read: &InRole,
) -> Result<Vec<(LicensePartyId, Event)>> {
    let mut rows = Vec::new();
    for role in read.role.iter().copied() {
        let row = store::insert_party(change, license, chosen.id, role, read.takes_possession).await?;
        rows.push((row, added(license, chosen.id, &chosen.name, role, read.takes_possession)));
    }
    Ok(rows)
}

fn added(license: LicenseId, party: PartyId, name: &str, role: PartyRole, takes: TakesPossession) -> Event {
    let sentence = format!("added {name} as {} ({})", role.label().to_lowercase(), takes.label().to_lowercase());
    Event::new(Verb::RolesChanged, license, sentence).on_party(party)
}

/// Takes over the parties of another license of the same check, each in its role.
pub async fn submit_take(
    can: Can<RegisterLicenses>,
    Path((id, other)): Path<(LicenseId, LicenseId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    license.changeable()?;
    let siblings = store::around(change.conn(), can.scope(), id, can.at).await?.siblings;
    if siblings.iter().all(|sibling| sibling.id != other) {
        return Err(AppError::NotFound);
    }
    let from = store::files(change.conn(), can.scope(), &[other], can.washington_today()).await?;
    let from = from.into_iter().next().ok_or(AppError::NotFound)?;
    let mut events = Vec::new();
    for party in &from.parties {
        let there =
            |known: &crate::licenses::model::LicenseParty| known.party_id == party.party_id && known.role == party.role;
        if license.parties.iter().any(there) {
            continue;
        }
        store::insert_party(&mut change, id, party.party_id, party.role, party.takes_possession).await?;
        events.push(added(id, party.party_id, &party.name, party.role, party.takes_possession));
    }
    if events.is_empty() {
        return Err(Refusal::AllThere(from.number).into());
    }
    store::touch_facts(&mut change, id).await?;
    let event = Event::new(Verb::RolesChanged, id, format!("took over the parties of license {}", from.number));
    change.commit(Events::from(event).and_all(events), &at::license(id).at("parties")).await
}

fn role(license: &LicenseFile, row: LicensePartyId) -> Result<&crate::licenses::model::LicenseParty> {
    license.parties.iter().find(|party| party.id == row).ok_or(AppError::NotFound)
}

/// The form that changes whether a party takes possession.
pub async fn show_edit(
    can: Can<RegisterLicenses>,
    Path((id, row)): Path<(LicenseId, LicensePartyId)>,
) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let (name, version, now) =
        role(&license, row).map(|party| (party.name.clone(), party.version, party.takes_possession))?;
    let mut form = PossessionForm::blank();
    form.takes_possession.set(now);
    let sent = can.form(form, version).await?;
    html(&PossessionPage { layout: can.layout(), license, party: name, sent })
}

pub async fn submit_edit(
    can: Can<RegisterLicenses>,
    Path((id, row)): Path<(LicenseId, LicensePartyId)>,
    sent: Sent<PossessionForm>,
) -> Result<Response> {
    let done = edit(&can, id, row, &sent).await;
    sent.answer(done, async |sent| {
        let license = store::find(&can, id).await?;
        let mut saved = PossessionForm::blank();
        let (name, version, now) =
            role(&license, row).map(|party| (party.name.clone(), party.version, party.takes_possession))?;
        saved.takes_possession.set(now);
        html(&PossessionPage { layout: can.layout(), license, party: name, sent: sent.against(&saved, version) })
    })
    .await
}

async fn edit(
    can: &Can<RegisterLicenses>,
    id: LicenseId,
    row: LicensePartyId,
    sent: &Sent<PossessionForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    let party = role(&license, row)?;
    if !license.status.is_open() {
        license.changeable()?;
    }
    store::save_party(&mut change, row, read.takes_possession, sent.version).await?;
    store::touch_changed(&mut change, id, read.takes_possession != party.takes_possession).await?;
    let sentence = format!("recorded of {}: {}", party.name, read.takes_possession.label().to_lowercase());
    let event = Event::new(Verb::RolesChanged, id, sentence).on_party(party.party_id);
    let event = event.before(says("Possession", party.takes_possession));
    let event = event.after(says("Possession", read.takes_possession));
    change.commit(event, &at::license(id).at("parties")).await
}

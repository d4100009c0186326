//! Registering a party, changing its record, and recording one that a post found.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Namesake, PartyKind, PartyRole},
    refusal::Refusal,
    store::{self, FoundAt, PartyData, PartyRow},
};
use crate::{
    access::{
        Actor, Can,
        permission::{EditParties, WorkChecks},
    },
    addresses as at,
    audit::{Event, Events, Made, Subject, Verb},
    checks::{self, store::Texts},
    countries,
    db::Change,
    error::{AppError, Refuses, Result},
    form,
    id::{CheckId, PartyId},
    licenses,
    text::{Line, Optional, Text},
    web::{Field, Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    pub struct PartyForm reads Named {
        name: Field<Line>,
        kind: Field<PartyKind>,
        country: Field<Line>,
        address: Field<Optional<Text>>,
        namesake: Fields<Namesake>,
    }
}

form! {
    /// A party as a post found it.
    pub struct FoundForm reads Found {
        name: Field<Line>,
        kind: Field<PartyKind>,
        country: Field<Line>,
        address: Field<Optional<Text>>,
        role: Field<PartyRole>,
        source: Field<Text>,
        namesake: Fields<Namesake>,
    }
}

#[derive(Template)]
#[template(path = "parties/register.html")]
struct Page {
    layout: Layout,
    title: &'static str,
    countries: Vec<Choice>,
    /// Those of the same name, once one was typed.
    namesakes: Vec<PartyRow>,
    sent: Sent<PartyForm>,
}

#[derive(Template)]
#[template(path = "parties/found.html")]
struct FoundPage {
    layout: Layout,
    check: (CheckId, String),
    countries: Vec<Choice>,
    /// Those of the same name on the post's own files, once one was typed.
    namesakes: Vec<PartyRow>,
    sent: Sent<FoundForm>,
}

async fn page(actor: &Actor, title: &'static str, namesakes: Vec<PartyRow>, sent: Sent<PartyForm>) -> Result<Response> {
    html(&Page {
        layout: actor.layout(),
        title,
        countries: countries::store::choices(actor.reads()).await?,
        namesakes,
        sent,
    })
}

/// The form of a new party.
pub async fn show(can: Can<EditParties>) -> Result<Response> {
    let sent = can.form(PartyForm::blank(), 0).await?;
    page(&can, "Register a party", Vec::new(), sent).await
}

pub async fn submit(can: Can<EditParties>, mut sent: Sent<PartyForm>) -> Result<Response> {
    let done = register(&can, &mut sent).await;
    sent.answer(done, async |sent| {
        let known = store::namesakes_typed(&can, sent.form.name.raw(), sent.form.country.raw()).await?;
        page(&can, "Register a party", known, sent).await
    })
    .await
}

async fn register(can: &Can<EditParties>, sent: &mut Sent<PartyForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let address = read.address.or_empty();
    let data =
        PartyData { name: read.name.as_str(), kind: read.kind, country: read.country.as_str(), address: &address };
    if read.namesake.is_empty()
        && !store::namesakes_now(&mut change, can.scope(), data.name, data.country).await?.is_empty()
    {
        sent.form.name.refuse(Refusal::Known);
        return Err(AppError::Invalid);
    }
    let inserted = store::insert(&mut change, &data, None).await;
    let id = inserted.map_err(|error| unknown_country(error, &mut sent.form.country))?;
    let (country, _) = countries::store::find(can.reads(), data.country).await?;
    let event =
        Event::new(Verb::PartyRecorded, id, format!("registered {}", data.name)).after(data.described(&country));
    change.commit(event, &at::party(id)).await
}

/// What the database says first of a country.
fn unknown_country(error: sqlx::Error, field: &mut Field<Line>) -> AppError {
    Refusal::held(error).map_or_else(
        |error| error,
        |refusal| {
            field.refuse(refusal.to_string());
            AppError::Invalid
        },
    )
}

async fn filled(can: &Can<EditParties>, id: PartyId) -> Result<(PartyForm, i32)> {
    let (party, mut form) = (store::find(can, id).await?, PartyForm::blank());
    form.name.set(&party.name);
    form.kind.set(party.kind);
    form.country.set(&party.country);
    form.address.set(&party.address);
    Ok((form, party.version))
}

/// The form of a known party.
pub async fn show_edit(can: Can<EditParties>, Path(id): Path<PartyId>) -> Result<Response> {
    let (form, version) = filled(&can, id).await?;
    let sent = can.form(form, version).await?;
    page(&can, "Change a party", Vec::new(), sent).await
}

/// Changes it, and establishes what a post found.
pub async fn submit_edit(can: Can<EditParties>, Path(id): Path<PartyId>, sent: Sent<PartyForm>) -> Result<Response> {
    let done = edit(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let (saved, version) = filled(&can, id).await?;
        page(&can, "Change a party", Vec::new(), sent.against(&saved, version)).await
    })
    .await
}

async fn edit(can: &Can<EditParties>, id: PartyId, sent: &Sent<PartyForm>) -> Result<Response> {
    let read = sent.read()?;
    let before = store::find(can, id).await?;
    let mut change = can.change(sent).await?;
    let address = read.address.or_empty();
    let data =
        PartyData { name: read.name.as_str(), kind: read.kind, country: read.country.as_str(), address: &address };
    let open = licenses::store::open_of_party(&mut change, id).await?;
    store::save(&mut change, id, &data, sent.version).await?;
    if before.name != data.name {
        store::insert_alias(&mut change, id, &before.name, "Earlier name of this record").await?;
    }
    let event = Event::new(Verb::PartyChanged, id, format!("changed {}", data.name));
    let was = PartyData { name: &before.name, kind: before.kind, country: &before.country, address: &before.address };
    let (country, _) = countries::store::find(can.reads(), data.country).await?;
    let event = event.before(was.described(&before.country_name)).after(data.described(&country));
    let ready = licenses::store::settle_all(&mut change, &open).await?;
    change.commit(Events::from(event).and_all(ready), &at::party(id)).await
}

/// The form of a party a post found.
pub async fn show_found(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let sent = can.form(FoundForm::blank(), 0).await?;
    found_page(&can, id, sent).await
}

/// Records it for the case officer to link.
pub async fn submit_found(
    can: Can<WorkChecks>,
    Path(id): Path<CheckId>,
    mut sent: Sent<FoundForm>,
) -> Result<Response> {
    let done = found(&can, id, &mut sent).await;
    sent.answer(done, async |sent| found_page(&can, id, sent).await).await
}

async fn found_page(can: &Can<WorkChecks>, id: CheckId, sent: Sent<FoundForm>) -> Result<Response> {
    let file = checks::store::find(can, id, Texts::Left).await?;
    let countries = countries::store::choices(can.reads()).await?;
    let namesakes = store::namesakes_typed(can, sent.form.name.raw(), sent.form.country.raw()).await?;
    html(&FoundPage { layout: can.layout(), check: (id, file.check.reference), countries, namesakes, sent })
}

async fn found(can: &Can<WorkChecks>, id: CheckId, sent: &mut Sent<FoundForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter_found(can, change, id, sent).await).await
}

/// Records a party as a post found it, within a change.
pub(crate) async fn enter_found(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    sent: &mut Sent<FoundForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    file.check.takes_found_parties()?;
    let address = read.address.or_empty();
    let data =
        PartyData { name: read.name.as_str(), kind: read.kind, country: read.country.as_str(), address: &address };
    if read.namesake.is_empty() && !store::namesakes_now(change, can.scope(), data.name, data.country).await?.is_empty()
    {
        sent.form.name.refuse(Refusal::Known);
        return Err(AppError::Invalid);
    }
    let at = FoundAt { check: id, role: read.role, source: read.source.as_str() };
    let inserted = store::insert(change, &data, Some(&at)).await;
    let party = inserted.map_err(|error| unknown_country(error, &mut sent.form.country))?;
    checks::store::touch(change, id).await?;
    let sentence = format!("found a party: {} as {}", data.name, read.role.label().to_lowercase());
    let (country, _) = countries::store::find(can.reads(), data.country).await?;
    let after = data.described(&country).and("Source", at.source);
    let event = Event::new(Verb::PartyRecorded, party, sentence).on_check(id).after(after);
    Ok(Made::new(Subject::Party(party), event, at::check(id).at("parties")))
}

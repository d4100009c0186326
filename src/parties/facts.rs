//! Adding to a party's record: a sourced fact, another name, an entry on a screening list; and merging two records into
//! one.

use askama::Template;
use axum::response::Response;

use super::{
    model::{FactKind, SharedRole},
    refusal::Refusal,
    store,
};
use crate::{
    access::{
        Actor, Can,
        permission::{AddPartyFacts, EditParties},
    },
    addresses as at,
    audit::{Event, Events, Verb, says},
    error::{AppError, Result},
    form,
    id::PartyId,
    licenses,
    reference::{self, model::ReferenceKind},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Query, Sent, html},
    words::Choice,
};
use serde::Deserialize;

form! {
    pub struct FactForm reads Fact {
        kind: Field<FactKind>,
        text: Field<Text>,
        source: Field<Line>,
    }
}

form! {
    pub struct AliasForm reads Alias {
        name: Field<Line>,
        source: Field<Line>,
    }
}

form! {
    /// An entry on a screening list.
    pub struct ListingForm reads Listing {
        list: Field<Line>,
        starts_on: Dated<Day>,
        ends_on: Dated<Optional<Day>>,
        source: Field<Line>,
    }
}

form! {
    /// The record to merge into.
    pub struct MergeForm reads Merge {
        into: Field<PartyId>,
        source: Field<Line>,
    }
}

#[derive(Template)]
#[template(path = "parties/fact.html")]
struct FactPage {
    layout: Layout,
    party: store::PartyFile,
    sent: Sent<FactForm>,
}

#[derive(Template)]
#[template(path = "parties/alias.html")]
struct AliasPage {
    layout: Layout,
    party: store::PartyFile,
    sent: Sent<AliasForm>,
}

#[derive(Template)]
#[template(path = "parties/listing.html")]
struct ListingPage {
    layout: Layout,
    party: store::PartyFile,
    lists: Vec<Choice>,
    sent: Sent<ListingForm>,
}

#[derive(Template)]
#[template(path = "parties/merge.html")]
struct MergePage {
    layout: Layout,
    party: store::PartyFile,
    q: String,
    found: Vec<Choice>,
    sent: Sent<MergeForm>,
}

/// The form of a fact.
pub async fn show_fact(can: Can<AddPartyFacts>, Path(id): Path<PartyId>) -> Result<Response> {
    let party = store::find(&can, id).await?;
    let sent = can.form(FactForm::blank(), 0).await?;
    html(&FactPage { layout: can.layout(), party, sent })
}

pub async fn submit_fact(can: Can<AddPartyFacts>, Path(id): Path<PartyId>, sent: Sent<FactForm>) -> Result<Response> {
    let party = store::find(&can, id).await?;
    let done = add_fact(&can, id, &sent).await;
    sent.answer(done, async |sent| html(&FactPage { layout: can.layout(), party, sent })).await
}

async fn add_fact(can: &Can<AddPartyFacts>, id: PartyId, sent: &Sent<FactForm>) -> Result<Response> {
    let read = sent.read()?;
    standing(&store::find(can, id).await?)?;
    let mut change = can.change(sent).await?;
    store::insert_fact(&mut change, id, read.kind, read.text.as_str(), read.source.as_str()).await?;
    let sentence = format!("added a fact: {}", read.kind.label().to_lowercase());
    let event = Event::new(Verb::PartyFactAdded, id, sentence)
        .after(says("Fact", read.text.as_str()).and("Source", read.source.as_str()));
    change.commit(event, &at::party(id)).await
}

/// The form of another name.
pub async fn show_alias(can: Can<EditParties>, Path(id): Path<PartyId>) -> Result<Response> {
    let party = store::find(&can, id).await?;
    let sent = can.form(AliasForm::blank(), 0).await?;
    html(&AliasPage { layout: can.layout(), party, sent })
}

pub async fn submit_alias(can: Can<EditParties>, Path(id): Path<PartyId>, sent: Sent<AliasForm>) -> Result<Response> {
    let party = store::find(&can, id).await?;
    let done = add_alias(&can, id, &sent).await;
    sent.answer(done, async |sent| html(&AliasPage { layout: can.layout(), party, sent })).await
}

async fn add_alias(can: &Can<EditParties>, id: PartyId, sent: &Sent<AliasForm>) -> Result<Response> {
    let read = sent.read()?;
    standing(&store::find(can, id).await?)?;
    let mut change = can.change(sent).await?;
    let before = licenses::store::open_of_party(&mut change, id).await?;
    store::insert_alias(&mut change, id, read.name.as_str(), read.source.as_str()).await?;
    let ready = licenses::store::settle_all(&mut change, &before).await?;
    let event = Event::new(Verb::PartyFactAdded, id, format!("added another name: {}", read.name));
    let event = event.after(says("Name", read.name.as_str()).and("Source", read.source.as_str()));
    change.commit(Events::from(event).and_all(ready), &at::party(id)).await
}

async fn listing_page(can: &Actor, id: PartyId, sent: Sent<ListingForm>) -> Result<Response> {
    let party = store::find(can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let lists = reference::store::on(&mut conn, can.washington_today()).await?.choices(ReferenceKind::ScreeningList);
    html(&ListingPage { layout: can.layout(), party, lists, sent })
}

/// The form of a list entry.
pub async fn show_listing(can: Can<EditParties>, Path(id): Path<PartyId>) -> Result<Response> {
    let sent = can.form(ListingForm::blank(), 0).await?;
    listing_page(&can, id, sent).await
}

/// Adds it; it blocks approvals while it lasts (guard 7).
pub async fn submit_listing(
    can: Can<EditParties>,
    Path(id): Path<PartyId>,
    mut sent: Sent<ListingForm>,
) -> Result<Response> {
    let done = add_listing(&can, id, &mut sent).await;
    sent.answer(done, async |sent| listing_page(&can, id, sent).await).await
}

async fn add_listing(can: &Can<EditParties>, id: PartyId, sent: &mut Sent<ListingForm>) -> Result<Response> {
    let read = sent.read()?;
    let party = store::find(can, id).await?;
    standing(&party)?;
    let mut change = can.change(sent).await?;
    let reference = reference::store::on(change.conn(), can.washington_today()).await?;
    if !reference.knows(ReferenceKind::ScreeningList, read.list.as_str()) {
        sent.form.list.refuse(Refusal::List);
        return Err(AppError::Invalid);
    }
    let ends = read.ends_on.0.map(|day| day.0);
    store::insert_listing(&mut change, id, read.list.as_str(), read.source.as_str(), read.starts_on.0, ends).await?;
    let list = reference.label(ReferenceKind::ScreeningList, read.list.as_str());
    let event = Event::new(Verb::PartyFactAdded, id, format!("recorded {} on a list: {list}", party.name));
    let after = says("List", list).and("First day", read.starts_on.0).and("Last day", ends);
    let event = event.after(after.and("Source", read.source.as_str()));
    change.commit(event, &at::party(id)).await
}

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

async fn merge_page(can: &Actor, id: PartyId, q: String, sent: Sent<MergeForm>) -> Result<Response> {
    let party = store::find(can, id).await?;
    let mut conn = can.searches().acquire().await?;
    let q = if q.is_empty() { party.name.clone() } else { q };
    let rows = store::search(&mut conn, can.scope(), &q, 11).await?;
    let found = rows.into_iter().filter(|row| row.id != id);
    let found =
        found.map(|row| Choice::new(row.id, row.name).hint(format!("{}, {}", row.kind.label(), row.country))).collect();
    html(&MergePage { layout: can.layout(), party, q, found, sent })
}

/// The records a party may be one with.
pub async fn show_merge(
    can: Can<EditParties>,
    Path(id): Path<PartyId>,
    Query(search): Query<Search>,
) -> Result<Response> {
    let sent = can.form(MergeForm::blank(), 0).await?;
    merge_page(&can, id, search.q, sent).await
}

/// Makes one record of two.
pub async fn submit_merge(
    can: Can<EditParties>,
    Path(id): Path<PartyId>,
    mut sent: Sent<MergeForm>,
) -> Result<Response> {
    let done = merge(&can, id, &mut sent).await;
    sent.answer(done, async |sent| merge_page(&can, id, String::new(), sent).await).await
}

async fn merge(can: &Can<EditParties>, id: PartyId, sent: &mut Sent<MergeForm>) -> Result<Response> {
    let read = sent.read()?;
    let from = store::find(can, id).await?;
    let into = store::find(can, read.into).await;
    let into = into.ok().filter(|into| into.id != id && into.merged_into.is_none());
    let Some(into) = into else {
        sent.form.into.refuse(Refusal::OtherRecord);
        return Err(AppError::Invalid);
    };
    let mut change = can.change(sent).await?;
    let files = store::open_files(&mut change, id, into.id).await?;
    let shared = store::shared_roles(&mut change, id, into.id, &files).await?;
    SharedRole::judge(&shared, &from.name, &into.name)?;
    let before = licenses::store::open_of_both(&mut change, id, into.id).await?;
    store::merge(&mut change, id, into.id, read.source.as_str(), &files).await?;
    let ready = licenses::store::settle_all(&mut change, &before).await?;
    let sentence = format!("merged {} into {}", from.name, into.name);
    let event = || Event::new(Verb::PartiesMerged, into.id, &*sentence);
    // Each open file says in its timeline that a party of it is now another record.
    let licenses = files.licenses.iter().map(|license| event().on_license(*license));
    let checks = files.checks.iter().filter(|(_, licensed)| !licensed).map(|(check, _)| event().on_check(*check));
    let whole = event()
        .before(says("Name", &from.name).and("Country", &from.country_name).and("Address", &from.address))
        .after(says("Name", &into.name).and("Source", read.source.as_str()));
    change.commit(Events::from(whole).and_all(licenses).and_all(checks).and_all(ready), &at::party(into.id)).await
}

/// What is added goes to the record that stands.
fn standing(party: &store::PartyFile) -> Result<()> {
    if party.merged_into.is_some() { Err(Refusal::Merged(party.name.clone()).into()) } else { Ok(()) }
}

//! Reference data for the administrator: looked through by kind, compared with its source, ended and replaced, never edited.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Entry, ReferenceKind},
    store::{self, EntryData},
};
use crate::{
    access::{Actor, Can, permission::ManageReference},
    audit::{Event, Verb},
    countries,
    error::{AppError, Result, constraint},
    form,
    id::ReferenceId,
    licenses::register::RemoveForm,
    text::{Day, Dollars, Line, Optional, Quantity, Text},
    web::{Form, Layout, Path, Sent, filters, html},
    words::Choice,
};

form! {
    /// A new row.
    pub struct EntryForm reads NewEntry {
        code: Field<Line>,
        label: Field<Line>,
        detail: Field<Optional<Text>>,
        country: Field<Optional<Line>>,
        source: Field<Line>,
        starts_on: Field<Day>,
    }
}

form! {
    /// What takes a row's place.
    pub struct ReplaceForm reads Replacement {
        label: Field<Line>,
        amount: Field<Optional<Dollars>>,
        waiting_days: Field<Optional<Quantity>>,
        source: Field<Line>,
        starts_on: Field<Day>,
    }
}

form! {
    /// The last day.
    pub struct EndForm reads Ended {
        ends_on: Field<Day>,
    }
}

#[derive(Template)]
#[template(path = "reference/list.html")]
struct ListPage {
    layout: Layout,
    kinds: Vec<(ReferenceKind, i64, i64)>,
}

#[derive(Template)]
#[template(path = "reference/kind.html")]
struct KindPage {
    layout: Layout,
    kind: ReferenceKind,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "reference/add.html")]
struct AddPage {
    layout: Layout,
    kind: ReferenceKind,
    countries: Vec<Choice>,
    sent: Sent<EntryForm>,
}

#[derive(Template)]
#[template(path = "reference/replace.html")]
struct ReplacePage {
    layout: Layout,
    kind: ReferenceKind,
    entry: Entry,
    sent: Sent<ReplaceForm>,
}

#[derive(Template)]
#[template(path = "reference/end.html")]
struct EndPage {
    layout: Layout,
    kind: ReferenceKind,
    entry: Entry,
    sent: Sent<EndForm>,
}

/// The kinds, with what is still to be confirmed.
pub async fn list(can: Can<ManageReference>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let kinds = store::counts(&mut conn, can.washington_today()).await?;
    html(&ListPage { layout: can.layout(), kinds })
}

fn kind(code: &str) -> Result<ReferenceKind> {
    code.parse().map_err(|_| AppError::NotFound)
}

/// The rows of a kind.
pub async fn show(can: Can<ManageReference>, Path(code): Path<String>) -> Result<Response> {
    let kind = kind(&code)?;
    let mut conn = can.reads().acquire().await?;
    let entries = store::of_kind(&mut conn, kind).await?;
    html(&KindPage { layout: can.layout(), kind, entries })
}

async fn entry(can: &Actor, kind: ReferenceKind, id: ReferenceId) -> Result<Entry> {
    let mut conn = can.reads().acquire().await?;
    store::of_kind(&mut conn, kind).await?.into_iter().find(|entry| entry.id == id).ok_or(AppError::NotFound)
}

/// Whether a kind's rows are about one country each.
fn is_by_country(kind: ReferenceKind) -> bool {
    matches!(kind, ReferenceKind::ProscribedCountry | ReferenceKind::CountryGroup)
}

async fn add_page(can: &Actor, kind: ReferenceKind, sent: Sent<EntryForm>) -> Result<Response> {
    let countries = if is_by_country(kind) { countries::store::choices(can.reads()).await? } else { Vec::new() };
    html(&AddPage { layout: can.layout(), kind, countries, sent })
}

/// Kinds whose rows are only words can be added here; topics and thresholds are replaced.
fn addable(code: &str) -> Result<ReferenceKind> {
    match kind(code)? {
        ReferenceKind::Topic | ReferenceKind::NotificationThreshold => Err(AppError::NotFound),
        kind => Ok(kind),
    }
}

/// The form of a new row.
pub async fn show_add(can: Can<ManageReference>, Path(code): Path<String>) -> Result<Response> {
    let kind = addable(&code)?;
    let sent = can.form(EntryForm::blank(), 0).await?;
    add_page(&can, kind, sent).await
}

/// Adds it.
pub async fn submit_add(can: Can<ManageReference>, Path(code): Path<String>, mut sent: Sent<EntryForm>) -> Result<Response> {
    let kind = addable(&code)?;
    let done = add(&can, kind, &mut sent).await;
    sent.answer(done, async |sent| add_page(&can, kind, sent).await).await
}

async fn add(can: &Can<ManageReference>, kind: ReferenceKind, sent: &mut Sent<EntryForm>) -> Result<Response> {
    let read = sent.read()?;
    let country = read.country.0.as_ref().map(Line::as_str);
    if is_by_country(kind) != country.is_some() {
        sent.form.country.refuse("Choose the country.");
        return Err(AppError::Invalid);
    }
    let detail = read.detail.or_empty();
    let mut change = can.change(sent).await?;
    let data = EntryData {
        kind,
        code: read.code.as_str(),
        label: read.label.as_str(),
        detail: &detail,
        country,
        source: read.source.as_str(),
        starts_on: read.starts_on.0,
    };
    let inserted = store::insert(&mut change, &data).await;
    let id = inserted.map_err(|error| match constraint(&error) {
        Some("reference_entries_one_at_a_time") => {
            sent.form.code.refuse("A row of this code holds at that time: end or replace it.");
            AppError::Invalid
        }
        Some("reference_entries_country_fkey") => {
            sent.form.country.refuse("Choose a country from the list.");
            AppError::Invalid
        }
        _ => error.into(),
    })?;
    let event = Event::new(Verb::ReferenceChanged, id, format!("added to {}: {}", kind.label().to_lowercase(), data.label));
    change.commit(event.after((data.code, data.source, data.starts_on)), &format!("/reference/{}", kind.code())).await
}

/// Notes that a row was compared with its source.
pub async fn submit_confirm(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, ReferenceId)>,
    sent: Sent<RemoveForm>,
) -> Result<Response> {
    let kind = kind(&code)?;
    let entry = entry(&can, kind, id).await?;
    let mut change = can.change(&sent).await?;
    store::confirm(&mut change, id).await?;
    let event = Event::new(Verb::ReferenceChanged, id, format!("confirmed of {}: {}", kind.label().to_lowercase(), entry.label));
    change.commit(event, &format!("/reference/{}", kind.code())).await
}

/// The form that replaces a row.
pub async fn show_replace(can: Can<ManageReference>, Path((code, id)): Path<(String, ReferenceId)>) -> Result<Response> {
    let kind = kind(&code)?;
    let entry = entry(&can, kind, id).await?;
    let mut form = ReplaceForm::blank();
    form.label.set(&entry.label);
    form.source.set(&entry.source);
    form.amount.set(entry.amount.map(|amount| amount.to_string()).unwrap_or_default());
    form.waiting_days.set(entry.waiting_days.map(|days| days.to_string()).unwrap_or_default());
    let sent = can.form(form, 0).await?;
    html(&ReplacePage { layout: can.layout(), kind, entry, sent })
}

/// Replaces it: the old row ends the day before.
pub async fn submit_replace(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, ReferenceId)>,
    mut sent: Sent<ReplaceForm>,
) -> Result<Response> {
    let kind = kind(&code)?;
    let done = replace(&can, kind, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let entry = entry(&can, kind, id).await?;
        html(&ReplacePage { layout: can.layout(), kind, entry, sent })
    })
    .await
}

async fn replace(can: &Can<ManageReference>, kind: ReferenceKind, id: ReferenceId, sent: &mut Sent<ReplaceForm>) -> Result<Response> {
    let read = sent.read()?;
    let before = entry(can, kind, id).await?;
    if before.ends_on.is_some() || read.starts_on.0 <= before.starts_on {
        sent.form.starts_on.refuse("The new row begins after the one it replaces, and that one has not ended.");
        return Err(AppError::Invalid);
    }
    let mut change = can.change(sent).await?;
    let amount = read.amount.0.map(|amount| amount.0);
    let days = read.waiting_days.0.and_then(|days| i32::try_from(days.0).ok());
    let replaced = store::replace(&mut change, id, read.label.as_str(), amount, days, read.source.as_str(), read.starts_on.0).await;
    let new = replaced.map_err(|error| match constraint(&error) {
        Some("reference_entries_one_at_a_time") => AppError::Refused("Another row of this code holds at that time.".into()),
        _ => error.into(),
    })?;
    let event = Event::new(Verb::ReferenceChanged, new, format!("replaced in {}: {}", kind.label().to_lowercase(), read.label));
    let event =
        event.before((id, &before.label, before.amount, before.waiting_days)).after((amount, days, read.source.as_str(), read.starts_on.0));
    change.commit(event, &format!("/reference/{}", kind.code())).await
}

/// The form that ends a row.
pub async fn show_end(can: Can<ManageReference>, Path((code, id)): Path<(String, ReferenceId)>) -> Result<Response> {
    let kind = kind(&code)?;
    let entry = entry(&can, kind, id).await?;
    let sent = can.form(EndForm::blank(), 0).await?;
    html(&EndPage { layout: can.layout(), kind, entry, sent })
}

/// Ends it.
pub async fn submit_end(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, ReferenceId)>,
    mut sent: Sent<EndForm>,
) -> Result<Response> {
    let kind = kind(&code)?;
    let done = end(&can, kind, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let entry = entry(&can, kind, id).await?;
        html(&EndPage { layout: can.layout(), kind, entry, sent })
    })
    .await
}

async fn end(can: &Can<ManageReference>, kind: ReferenceKind, id: ReferenceId, sent: &mut Sent<EndForm>) -> Result<Response> {
    let read = sent.read()?;
    let before = entry(can, kind, id).await?;
    if before.ends_on.is_some() || read.ends_on.0 < before.starts_on {
        sent.form.ends_on.refuse("The last day is not before the first, and the row has not ended yet.");
        return Err(AppError::Invalid);
    }
    let mut change = can.change(sent).await?;
    store::end(&mut change, id, read.ends_on.0).await?;
    let event = Event::new(Verb::ReferenceChanged, id, format!("ended of {}: {}", kind.label().to_lowercase(), before.label));
    change.commit(event.after(read.ends_on.0), &format!("/reference/{}", kind.code())).await
}

//! Reference data for the administrator: looked through by kind, compared with its source, ended and replaced, never
//! edited.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::{Entry, Reference, ReferenceKind, ThresholdItems, is_code},
    refusal::Refusal,
    store::{self, Asking, EntryData, KindRow},
};
use crate::{
    access::{Actor, Can, permission::ManageReference},
    addresses::{self as at, Address},
    audit::{Event, Events, Verb, says},
    checks::model::CheckType,
    countries,
    error::{AppError, Refuses, Result},
    faults::Fault,
    form,
    id::ReferenceId,
    mistakes::{self, model::Mistake},
    parties::model::PartyRole,
    text::{Day, Dollars, Line, Optional, Quantity, Text},
    web::{Field, Fields, Form, Layout, Path, Query, Sent, filters, html},
    words::Choice,
};
use time::Date;

form! {
    pub struct EntryForm reads NewEntry {
        code: Field<Line>,
        label: Field<Line>,
        detail: Field<Optional<Text>>,
        country: Field<Optional<Line>>,
        country_group: Field<Optional<Line>>,
        topic: Field<Optional<Line>>,
        items: Field<Optional<ThresholdItems>>,
        amount: Field<Optional<Dollars>>,
        waiting_days: Field<Optional<Quantity>>,
        check_types: Fields<CheckType>,
        party_roles: Fields<PartyRole>,
        item_classes: Fields<Line>,
        source: Field<Line>,
        starts_on: Dated<Day>,
        look_again_on: Dated<Optional<Day>>,
    }
}

form! {
    /// What takes a row's place.
    pub struct ReplaceForm reads Replacement {
        label: Field<Line>,
        detail: Field<Optional<Text>>,
        amount: Field<Optional<Dollars>>,
        waiting_days: Field<Optional<Quantity>>,
        check_types: Fields<CheckType>,
        party_roles: Fields<PartyRole>,
        item_classes: Fields<Line>,
        source: Field<Line>,
        starts_on: Dated<Day>,
        look_again_on: Dated<Optional<Day>>,
    }
}

form! {
    /// The rows that were compared with their source.
    pub struct ConfirmForm reads Confirmed {
        rows: Fields<ReferenceId>,
    }
}

form! {
    pub struct EndForm reads Ended {
        ends_on: Dated<Day>,
    }
}

#[derive(Template)]
#[template(path = "reference/list.html")]
struct ListPage {
    layout: Layout,
    kinds: Vec<KindRow>,
}

#[derive(Template)]
#[template(path = "reference/kind.html")]
struct KindPage {
    layout: Layout,
    kind: ReferenceKind,
    entries: Vec<Entry>,
    /// How many rows there are in all, where only those that wait are shown.
    only_of: Option<usize>,
    /// How many hold, or will, and nobody confirmed.
    unconfirmed: usize,
    confirm_at: Address,
    today: Date,
    /// What was taken back of the kind, and what may still be.
    mistakes: Vec<Mistake>,
    recorded_today: Vec<uuid::Uuid>,
    sent: Sent<ConfirmForm>,
}

#[derive(Template)]
#[template(path = "reference/add.html")]
struct AddPage {
    layout: Layout,
    kind: ReferenceKind,
    countries: Vec<Choice>,
    groups: Vec<Choice>,
    topics: Vec<Choice>,
    classes: Vec<Choice>,
    sent: Sent<EntryForm>,
}

#[derive(Template)]
#[template(path = "reference/replace.html")]
struct ReplacePage {
    layout: Layout,
    kind: ReferenceKind,
    entry: Entry,
    classes: Vec<Choice>,
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

/// Which rows are asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    only: String,
}

/// The rows of a kind.
pub async fn show(can: Can<ManageReference>, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    kind_page(&can, kind(&code)?, &asked, Sent::fresh(ConfirmForm::blank(), 0)).await
}

async fn kind_page(can: &Actor, kind: ReferenceKind, asked: &Asked, sent: Sent<ConfirmForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let mut entries = store::of_kind(&mut conn, kind).await?;
    let today = can.washington_today();
    let only_of = (asked.only == store::WAITING).then_some(entries.len());
    entries.retain(|entry| only_of.is_none() || entry.waits(today));
    let unconfirmed = entries.iter().filter(|entry| entry.waits_for_confirmation(today)).count();
    let confirm_at = at::reference_confirm(kind.code());
    let mistakes::store::Beside { mistakes, recorded_today } =
        mistakes::store::beside(&mut conn, kind.code(), can.at).await?;
    let layout = can.layout();
    html(&KindPage { layout, kind, entries, only_of, unconfirmed, confirm_at, today, mistakes, recorded_today, sent })
}

async fn entry(can: &Actor, kind: ReferenceKind, id: ReferenceId) -> Result<Entry> {
    let mut conn = can.reads().acquire().await?;
    store::of_kind(&mut conn, kind).await?.into_iter().find(|entry| entry.id == id).ok_or(AppError::NotFound)
}

async fn add_page(can: &Actor, kind: ReferenceKind, sent: Sent<EntryForm>) -> Result<Response> {
    let countries = if kind.is_by_country() { countries::store::choices(can.reads()).await? } else { Vec::new() };
    let mut conn = can.reads().acquire().await?;
    let reference = store::on(&mut conn, can.washington_today()).await?;
    let groups = if kind.has_group() { reference.country_groups() } else { Vec::new() };
    let topics = if kind.has_topic() { reference.choices(ReferenceKind::Topic) } else { Vec::new() };
    let classes = if kind.has_classes() { reference.choices(ReferenceKind::ItemClass) } else { Vec::new() };
    html(&AddPage { layout: can.layout(), kind, countries, groups, topics, classes, sent })
}

/// The form of a new row.
pub async fn show_add(can: Can<ManageReference>, Path(code): Path<String>) -> Result<Response> {
    let kind = kind(&code)?;
    let sent = can.form(EntryForm::blank(), 0).await?;
    add_page(&can, kind, sent).await
}

pub async fn submit_add(
    can: Can<ManageReference>,
    Path(code): Path<String>,
    mut sent: Sent<EntryForm>,
) -> Result<Response> {
    let kind = kind(&code)?;
    let done = add(&can, kind, &mut sent).await;
    sent.answer(done, async |sent| add_page(&can, kind, sent).await).await
}

/// What a row of its kind needs beside the words.
fn judge(kind: ReferenceKind, read: &NewEntry, known: &Reference, form: &mut EntryForm) {
    if !is_code(read.code.as_str()) {
        form.code.refuse(Refusal::Code);
    }
    if kind.is_by_country() && read.country.0.is_none() {
        form.country.refuse(Refusal::NoCountry);
    }
    if kind.has_classes() {
        judge_asked(kind, &read.check_types, &read.item_classes, known, &mut form.check_types, &mut form.item_classes);
    }
    let topic = read.topic.0.as_ref().map(Line::as_str);
    if kind.has_topic() && !topic.is_some_and(|topic| known.knows(ReferenceKind::Topic, topic)) {
        form.topic.refuse(Refusal::NoTopic);
    }
    let group = read.country_group.0.as_ref().map(Line::as_str);
    let everywhere = kind == ReferenceKind::CommerceFirearms && group.is_none();
    if kind.has_group()
        && !everywhere
        && !known.country_groups().iter().any(|choice| Some(choice.value.as_str()) == group)
    {
        form.country_group.refuse(Refusal::NoGroup);
    }
    if kind.is_a_threshold() {
        if read.items.0.is_none() {
            form.items.refuse(Refusal::NoItems);
        }
        judge_threshold(read.amount.0, read.waiting_days.0, &mut form.amount, &mut form.waiting_days);
    }
}

/// A threshold has an amount and days to wait, whether it is added or takes the place of another.
fn judge_threshold(
    amount: Option<Dollars>,
    days: Option<Quantity>,
    amount_field: &mut Field<Optional<Dollars>>,
    days_field: &mut Field<Optional<Quantity>>,
) {
    if amount.is_none_or(|amount| amount.0.is_zero()) {
        amount_field.refuse(Refusal::NoAmount);
    }
    if days.and_then(waiting_days).is_none() {
        days_field.refuse(Refusal::NoDays);
    }
}

fn asking(kind: ReferenceKind, types: &[CheckType], roles: &[PartyRole], classes: &[Line]) -> Asking {
    match kind {
        kind if kind.is_asked_of_posts() => Asking::of(types, roles, classes),
        kind if kind.has_check_types() => Asking::of(types, &[], classes),
        kind if kind.has_classes() => Asking::of(&[], &[], classes),
        _ => Asking::default(),
    }
}

fn waiting_days(days: Quantity) -> Option<i32> {
    i32::try_from(days.0).ok()
}

/// A topic is asked on checks of some type, and a row is for classes that are known.
fn judge_asked(
    kind: ReferenceKind,
    types: &[CheckType],
    classes: &[Line],
    known: &Reference,
    type_field: &mut Fields<CheckType>,
    class_field: &mut Fields<Line>,
) {
    if kind.has_check_types() && types.is_empty() {
        type_field.refuse(Refusal::NoType);
    }
    if !classes.iter().all(|class| known.knows(ReferenceKind::ItemClass, class.as_str())) {
        class_field.refuse(Refusal::Classes);
    }
}

async fn add(can: &Can<ManageReference>, kind: ReferenceKind, sent: &mut Sent<EntryForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let known = store::on(change.conn(), can.washington_today()).await?;
    judge(kind, &read, &known, &mut sent.form);
    sent.read()?;
    let detail = read.detail.or_empty();
    let is_threshold = kind.is_a_threshold();
    let data = EntryData {
        kind,
        code: read.code.as_str(),
        label: read.label.as_str(),
        detail: &detail,
        country: read.country.0.as_ref().filter(|_| kind.is_by_country()).map(Line::as_str),
        country_group: read.country_group.0.as_ref().filter(|_| kind.has_group()).map(Line::as_str),
        topic: read.topic.0.as_ref().filter(|_| kind.has_topic()).map(Line::as_str),
        items: read.items.0.filter(|_| is_threshold),
        amount: read.amount.0.filter(|_| is_threshold).map(|amount| amount.0),
        waiting_days: read.waiting_days.0.filter(|_| is_threshold).and_then(waiting_days),
        asked: asking(kind, &read.check_types, &read.party_roles, &read.item_classes),
        source: read.source.as_str(),
        starts_on: read.starts_on.0,
        look_again_on: read.look_again_on.0.map(|day| day.0),
    };
    let inserted = store::insert(&mut change, &data).await;
    let id = inserted.or_else(|error| {
        let refusal = Refusal::held(error)?;
        let sentence = refusal.to_string();
        match refusal {
            Refusal::Fault(Fault::Country) => sent.form.country.refuse(sentence),
            _ => sent.form.code.refuse(sentence),
        }
        Err(AppError::Invalid)
    })?;
    let event =
        Event::new(Verb::ReferenceChanged, id, format!("added to {}: {}", kind.label().to_lowercase(), data.label));
    change.commit(event.after(data.described()), &at::reference_kind(kind.code())).await
}

/// Notes that rows were compared with their source: one entry in the log for each.
pub async fn submit_confirm(
    can: Can<ManageReference>,
    Path(code): Path<String>,
    mut sent: Sent<ConfirmForm>,
) -> Result<Response> {
    let kind = kind(&code)?;
    let done = confirm(&can, kind, &mut sent).await;
    sent.answer(done, async |sent| kind_page(&can, kind, &Asked::default(), sent).await).await
}

async fn confirm(can: &Can<ManageReference>, kind: ReferenceKind, sent: &mut Sent<ConfirmForm>) -> Result<Response> {
    let read = sent.read()?;
    if read.rows.is_empty() {
        sent.form.rows.refuse(Refusal::NothingTicked);
        return Err(AppError::Invalid);
    }
    let mut change = can.change(sent).await?;
    let rows = store::confirm(&mut change, kind, &read.rows).await?;
    let mut events = rows.into_iter().map(|(id, label)| {
        Event::new(Verb::ReferenceChanged, id, format!("confirmed of {}: {label}", kind.label().to_lowercase()))
    });
    let first = events.next().ok_or(Refusal::Confirmed)?;
    change.commit(Events::from(first).and_all(events), &at::reference_kind(kind.code())).await
}

/// The form that replaces a row.
pub async fn show_replace(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, ReferenceId)>,
) -> Result<Response> {
    let kind = kind(&code)?;
    let entry = entry(&can, kind, id).await?;
    let mut form = ReplaceForm::blank();
    form.label.set(&entry.label);
    form.detail.set(&entry.detail);
    form.check_types.set(&entry.check_types);
    form.party_roles.set(&entry.party_roles);
    form.item_classes.set(&entry.item_classes);
    form.source.set(&entry.source);
    form.amount.set(entry.amount.map(|amount| amount.to_string()).unwrap_or_default());
    form.waiting_days.set(entry.waiting_days.map(|days| days.to_string()).unwrap_or_default());
    form.look_again_on.set(entry.look_again_on.map(|day| Day(day).to_string()).unwrap_or_default());
    let sent = can.form(form, 0).await?;
    replace_page(&can, kind, entry, sent).await
}

async fn replace_page(can: &Actor, kind: ReferenceKind, entry: Entry, sent: Sent<ReplaceForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let reference = store::on(&mut conn, can.washington_today()).await?;
    let classes = if kind.has_classes() { reference.choices(ReferenceKind::ItemClass) } else { Vec::new() };
    html(&ReplacePage { layout: can.layout(), kind, entry, classes, sent })
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
        replace_page(&can, kind, entry, sent).await
    })
    .await
}

async fn replace(
    can: &Can<ManageReference>,
    kind: ReferenceKind,
    id: ReferenceId,
    sent: &mut Sent<ReplaceForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let before = entry(can, kind, id).await?;
    let may = before.may_be_replaced(read.starts_on.0, can.washington_today());
    sent.form.starts_on.judged(may).ok_or(AppError::Invalid)?;
    let mut change = can.change(sent).await?;
    let is_threshold = kind.is_a_threshold();
    if is_threshold {
        let form = &mut sent.form;
        judge_threshold(read.amount.0, read.waiting_days.0, &mut form.amount, &mut form.waiting_days);
        sent.read()?;
    }
    if kind.has_classes() {
        let known = store::on(change.conn(), can.washington_today()).await?;
        let form = &mut sent.form;
        judge_asked(kind, &read.check_types, &read.item_classes, &known, &mut form.check_types, &mut form.item_classes);
        sent.read()?;
    }
    let detail = read.detail.or_empty();
    let data = EntryData {
        kind,
        code: &before.code,
        label: read.label.as_str(),
        detail: &detail,
        country: before.country.as_deref(),
        country_group: before.country_group.as_deref(),
        topic: before.topic.as_deref(),
        items: before.items,
        amount: read.amount.0.filter(|_| is_threshold).map(|amount| amount.0),
        waiting_days: read.waiting_days.0.filter(|_| is_threshold).and_then(waiting_days),
        asked: asking(kind, &read.check_types, &read.party_roles, &read.item_classes),
        source: read.source.as_str(),
        starts_on: read.starts_on.0,
        look_again_on: read.look_again_on.0.map(|day| day.0),
    };
    let replaced = store::replace(&mut change, id, &data).await;
    let new = replaced.or_else(|error| {
        let refusal = match Refusal::held(error)? {
            Refusal::CodeHolds => Refusal::AnotherHolds,
            other => other,
        };
        Err(AppError::from(refusal))
    })?;
    let event =
        Event::new(Verb::ReferenceChanged, new, format!("replaced in {}: {}", kind.label().to_lowercase(), read.label));
    change.commit(event.before(before.described()).after(data.described()), &at::reference_kind(kind.code())).await
}

/// The form that ends a row.
pub async fn show_end(can: Can<ManageReference>, Path((code, id)): Path<(String, ReferenceId)>) -> Result<Response> {
    let kind = kind(&code)?;
    let entry = entry(&can, kind, id).await?;
    let sent = can.form(EndForm::blank(), 0).await?;
    html(&EndPage { layout: can.layout(), kind, entry, sent })
}

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

async fn end(
    can: &Can<ManageReference>,
    kind: ReferenceKind,
    id: ReferenceId,
    sent: &mut Sent<EndForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let before = entry(can, kind, id).await?;
    let may = before.may_end(read.ends_on.0, can.washington_today());
    sent.form.ends_on.judged(may).ok_or(AppError::Invalid)?;
    let mut change = can.change(sent).await?;
    store::end(&mut change, id, read.ends_on.0).await?;
    let event =
        Event::new(Verb::ReferenceChanged, id, format!("ended of {}: {}", kind.label().to_lowercase(), before.label));
    change.commit(event.after(says("Last day", read.ends_on.0)), &at::reference_kind(kind.code())).await
}

//! People, for the administrator: accounts and first passwords.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::{
    access::{Actor, Can, Role, permission::ManagePeople},
    accounts::{
        hashing::hash,
        model::{AccountName, FIRST_PASSWORD, Held, NewPassword, first_password_until},
        refusal::Refusal,
        store::{self, AssignmentRow, NewPerson, PersonRow, SessionRow},
    },
    addresses as at,
    audit::{Event, Verb, says},
    checks::standing::store::count_of,
    error::{AppError, Refuses, Result},
    form,
    id::PersonId,
    mistakes::{self, model::Mistake},
    text::{self, Dollars, Line, dollars},
    web::{
        Form, Layout, Path, Query, Sent, YesForm, filters, html,
        pagination::{PAGE, Slice},
    },
};

form! {
    pub struct AddForm reads Added {
        account: Field<AccountName>,
        name: Field<Line>,
    }
}

form! {
    pub struct PersonForm reads Person {
        name: Field<Line>,
        decision_authority: Field<Dollars>,
    }
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    layout: Layout,
    q: String,
    slice: Slice<PersonRow>,
}

#[derive(Template)]
#[template(path = "people/add.html")]
struct AddPage {
    layout: Layout,
    sent: Sent<AddForm>,
}

#[derive(Template)]
#[template(path = "people/show.html")]
struct Page {
    layout: Layout,
    person: PersonRow,
    /// Until when a first password is good that is still in use.
    first_password_until: Option<OffsetDateTime>,
    assignments: Vec<AssignmentRow>,
    sessions: Vec<SessionRow>,
    /// Roles that were given by mistake and taken back.
    mistakes: Vec<Mistake>,
    itself: bool,
    /// How many open checks are theirs, if any are.
    has: Option<String>,
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    layout: Layout,
    person: PersonRow,
    sent: Sent<PersonForm>,
}

#[derive(Template)]
#[template(path = "people/first_password.html")]
struct FirstPasswordPage {
    layout: Layout,
    account: String,
    person: PersonId,
    password: String,
}

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

pub async fn list(can: Can<ManagePeople>, Query(search): Query<Search>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let rows = store::people(can.reads(), &search.q, &search.after, None, can.at, limit).await?;
    let slice = Slice::of(rows, |row| row.account.clone());
    html(&ListPage { layout: can.layout(), q: search.q, slice })
}

/// The form of a new account.
pub async fn show_add(can: Can<ManagePeople>) -> Result<Response> {
    let sent = can.form(AddForm::blank(), 0).await?;
    html(&AddPage { layout: can.layout(), sent })
}

/// Adds it, and shows the first password once. A repeat leads to the person: the password is shown by the first answer
/// only.
pub async fn submit_add(can: Can<ManagePeople>, mut sent: Sent<AddForm>) -> Result<Response> {
    let done = add(&can, &mut sent).await;
    sent.answer(done, async |sent| html(&AddPage { layout: can.layout(), sent })).await
}

async fn add(can: &Can<ManagePeople>, sent: &mut Sent<AddForm>) -> Result<Response> {
    let read = sent.read()?;
    let password = NewPassword::random();
    let hashed = hash(password.clone()).await?;
    let mut change = can.change(sent).await?;
    let person = NewPerson {
        account: read.account.as_str(),
        name: read.name.as_str(),
        password_hash: &hashed,
        temporary_until: Some(can.at + FIRST_PASSWORD),
    };
    let inserted = store::insert_person(&mut change, &person).await;
    let id = inserted.or_else(|error| {
        sent.form.account.refuse(Refusal::held(error)?.to_string());
        Err(AppError::Invalid)
    })?;
    let _led =
        change.commit(Event::new(Verb::PersonAdded, id, format!("added {}", read.name)), &at::person(id)).await?;
    first_password(can, read.account.as_str(), id, &password)
}

fn first_password(can: &Actor, account: &str, person: PersonId, password: &NewPassword) -> Result<Response> {
    html(&FirstPasswordPage {
        layout: can.layout(),
        account: account.to_owned(),
        person,
        password: password.reveal().to_owned(),
    })
}

pub async fn show(can: Can<ManagePeople>, Path(id): Path<PersonId>) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    let assignments = store::assignments(can.reads(), id, can.at).await?;
    let sessions = store::sessions(can.reads(), id, can.at).await?;
    let beside = mistakes::store::beside(can.reads().acquire().await?.as_mut(), &id.to_string(), can.at).await?;
    let mistakes = beside.mistakes;
    let count = count_of(can.reads().acquire().await?.as_mut(), id, can.at).await?;
    let has = (count > 0).then(|| text::many(count, "open check"));
    let (layout, itself) = (can.layout(), id == can.id);
    let roles: Vec<Held> = assignments.iter().map(AssignmentRow::held).collect();
    let first_password_until = person.temporary_until.map(|over| first_password_until(over, &roles));
    html(&Page { layout, person, first_password_until, assignments, sessions, mistakes, itself, has })
}

fn filled(person: &PersonRow) -> PersonForm {
    let mut form = PersonForm::blank();
    form.name.set(&person.name);
    form.decision_authority.set(person.decision_authority);
    form
}

/// The form of a person.
pub async fn show_edit(can: Can<ManagePeople>, Path(id): Path<PersonId>) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    let sent = can.form(filled(&person), person.version).await?;
    html(&EditPage { layout: can.layout(), person, sent })
}

/// Changes name and authority.
pub async fn submit_edit(can: Can<ManagePeople>, Path(id): Path<PersonId>, sent: Sent<PersonForm>) -> Result<Response> {
    let done = edit(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let person = store::find(can.reads(), id, can.at).await?;
        let sent = sent.against(&filled(&person), person.version);
        html(&EditPage { layout: can.layout(), person, sent })
    })
    .await
}

async fn edit(can: &Can<ManagePeople>, id: PersonId, sent: &Sent<PersonForm>) -> Result<Response> {
    let read = sent.read()?;
    let before = store::find(can.reads(), id, can.at).await?;
    let mut change = can.change(sent).await?;
    let authority: Decimal = read.decision_authority.0;
    if !store::save_person(&mut change, id, read.name.as_str(), authority, sent.version).await? {
        return Err(AppError::Stale);
    }
    let event = Event::new(Verb::PersonChanged, id, format!("changed {}", before.name));
    let told = |name: &str, authority: Decimal| says("Name", name).and("May decide up to", dollars(authority));
    let event = event.before(told(&before.name, before.decision_authority)).after(told(read.name.as_str(), authority));
    change.commit(event, &at::person(id)).await
}

/// A new first password, shown once; every session of the person ends.
pub async fn submit_reset(can: Can<ManagePeople>, Path(id): Path<PersonId>, sent: Sent<YesForm>) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    let password = NewPassword::random();
    let hashed = hash(password.clone()).await?;
    let mut change = can.change(&sent).await?;
    store::save_password(&mut change, id, &hashed, Some(can.at + FIRST_PASSWORD)).await?;
    store::end_other_sessions(&mut change, id, None).await?;
    let event = Event::new(Verb::PasswordReset, id, format!("gave {} a new first password", person.name));
    let _led = change.commit(event, &at::person(id)).await?;
    first_password(&can, &person.account, id, &password)
}

async fn switch(can: &Can<ManagePeople>, id: PersonId, sent: &Sent<YesForm>, disabled: bool) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    let mut change = can.change(sent).await?;
    let administers = person.role == Some(Role::Admin) && disabled;
    if administers && !store::others_administer(&mut change, None, Some(id), Some(can.washington_today())).await? {
        return Err(Refusal::NoAdministrator.into());
    }
    store::save_disabled(&mut change, id, disabled).await?;
    let (verb, word) = if disabled { (Verb::PersonDisabled, "disabled") } else { (Verb::PersonEnabled, "enabled") };
    change.commit(Event::new(verb, id, format!("{word} {}", person.name)), &at::person(id)).await.map_err(Refusal::said)
}

/// Bars a person from signing in.
pub async fn submit_disable(can: Can<ManagePeople>, Path(id): Path<PersonId>, sent: Sent<YesForm>) -> Result<Response> {
    switch(&can, id, &sent, true).await
}

/// Lets a person in again.
pub async fn submit_enable(can: Can<ManagePeople>, Path(id): Path<PersonId>, sent: Sent<YesForm>) -> Result<Response> {
    switch(&can, id, &sent, false).await
}

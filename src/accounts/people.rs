//! People, for the administrator: accounts, dated roles, first passwords, sessions. And everybody's own sessions.

use askama::Template;
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;

use super::{
    hashing::hash,
    model::{AccountName, FIRST_PASSWORD, NewPassword, Term},
    store::{self, AssignmentRow, NewPerson, PersonRow, SessionRow},
};
use crate::{
    access::{Actor, Can, Role, SignedIn, permission::ManagePeople},
    audit::{Event, Verb},
    error::{AppError, Result, constraint},
    form,
    id::{AssignmentId, PersonId, PostId, SessionId},
    text::{Day, Dollars, Line, Optional},
    web::{
        Form, Layout, Path, Query, Sent, YesForm, filters,
        filters::day_words,
        html,
        pagination::{PAGE, Slice},
    },
    words::Choice,
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

form! {
    pub struct AssignForm reads Assigned {
        role: Field<Role>,
        post: Field<Optional<PostId>>,
        starts_on: Field<Day>,
        ends_on: Field<Optional<Day>>,
    }
}

form! {
    /// The last day of a role.
    pub struct EndForm reads Ended {
        ends_on: Field<Day>,
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
    assignments: Vec<AssignmentRow>,
    sessions: Vec<SessionRow>,
    itself: bool,
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct EditPage {
    layout: Layout,
    person: PersonRow,
    sent: Sent<PersonForm>,
}

#[derive(Template)]
#[template(path = "people/assign.html")]
struct AssignPage {
    layout: Layout,
    person: PersonRow,
    posts: Vec<Choice>,
    sent: Sent<AssignForm>,
}

#[derive(Template)]
#[template(path = "people/end.html")]
struct EndPage {
    layout: Layout,
    person: PersonRow,
    assignment: AssignmentRow,
    sent: Sent<EndForm>,
}

#[derive(Template)]
#[template(path = "people/first_password.html")]
struct FirstPasswordPage {
    layout: Layout,
    account: String,
    person: PersonId,
    password: String,
}

#[derive(Template)]
#[template(path = "accounts/sessions.html")]
struct SessionsPage {
    layout: Layout,
    sessions: Vec<SessionRow>,
    present: SessionId,
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
    let id = inserted.map_err(|error| match constraint(&error) {
        Some("people_account_key") => {
            sent.form.account.refuse("This account name is taken.");
            AppError::Invalid
        }
        _ => error.into(),
    })?;
    let _led = change
        .commit(Event::new(Verb::PersonAdded, id, format!("added {}", read.name)), &format!("/people/{id}"))
        .await?;
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
    html(&Page { layout: can.layout(), itself: id == can.id, person, assignments, sessions })
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
    let described =
        |name: &str, authority: Decimal| json!({ "name": name, "may decide up to": format!("${authority}") });
    let event = event
        .before(described(&before.name, before.decision_authority))
        .after(described(read.name.as_str(), authority));
    change.commit(event, &format!("/people/{id}")).await
}

async fn assign_page(can: &Actor, id: PersonId, sent: Sent<AssignForm>) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    let posts = store::open_posts(can.reads()).await?;
    html(&AssignPage { layout: can.layout(), person, posts, sent })
}

/// The form of a dated role.
pub async fn show_assign(can: Can<ManagePeople>, Path(id): Path<PersonId>) -> Result<Response> {
    let sent = can.form(AssignForm::blank(), 0).await?;
    assign_page(&can, id, sent).await
}

pub async fn submit_assign(
    can: Can<ManagePeople>,
    Path(id): Path<PersonId>,
    mut sent: Sent<AssignForm>,
) -> Result<Response> {
    let done = assign(&can, id, &mut sent).await;
    sent.answer(done, async |sent| assign_page(&can, id, sent).await).await
}

async fn assign(can: &Can<ManagePeople>, id: PersonId, sent: &mut Sent<AssignForm>) -> Result<Response> {
    let read = sent.read()?;
    let person = store::find(can.reads(), id, can.at).await?;
    let at_post = matches!(read.role, Role::PostOfficer | Role::PostSupervisor);
    if at_post != read.post.0.is_some() {
        sent.form.post.refuse(if at_post {
            "Choose the post."
        } else {
            "This role is in Washington: leave the post blank."
        });
    }
    let ends = read.ends_on.0.map(|day| day.0);
    if ends.is_some_and(|ends| ends < read.starts_on.0) {
        sent.form.ends_on.refuse("The last day is before the first.");
    }
    sent.read()?;
    let term = Term { starts_on: read.starts_on.0, ends_on: ends };
    let others = store::assignments(can.reads(), id, can.at).await?;
    if let Some(other) = others.iter().find(|other| other.term().overlaps(&term)) {
        let way = other.term().makes_way_for(&term, other.today);
        return Err(AppError::Refused(format!("One role at a time: {} is {}. {way}", person.name, other.named())));
    }
    let mut change = can.change(sent).await?;
    let given = store::insert_assignment(&mut change, id, read.role, read.post.0, read.starts_on.0, ends).await;
    let row = given.map_err(|error| match constraint(&error) {
        Some("assignments_one_at_a_time") => {
            AppError::Refused("One role at a time: another role was given in between.".into())
        }
        Some("assignments_post_fkey") => AppError::Refused("Choose a post from the list.".into()),
        _ => error.into(),
    })?;
    let sentence =
        format!("made {} {} from {}", person.name, read.role.label().to_lowercase(), day_words(read.starts_on.0));
    let post = read.post.0.map(|post| post.to_string());
    let posts = store::open_posts(can.reads()).await?;
    let post = posts.iter().find(|known| Some(&known.value) == post.as_ref()).map(|known| known.label.as_str());
    let after = json!({ "role": read.role.label(), "post": post, "first day": day_words(read.starts_on.0), "last day": ends.map(day_words) });
    change.commit(Event::new(Verb::AssignmentChanged, row, sentence).after(after), &format!("/people/{id}")).await
}

impl AssignmentRow {
    fn term(&self) -> Term {
        Term { starts_on: self.starts_on, ends_on: self.ends_on }
    }

    /// `post officer, Kingston, from 5 Jan 2026`.
    fn named(&self) -> String {
        let post = self.post.as_ref().map(|post| format!(", {post}")).unwrap_or_default();
        let until = self.ends_on.map(|day| format!(" to {}", day_words(day))).unwrap_or_default();
        format!("{}{post}, from {}{until}", self.role.label().to_lowercase(), day_words(self.starts_on))
    }

    fn is_coming(&self) -> bool {
        self.term().is_coming(self.today)
    }

    fn may_end(&self) -> bool {
        self.term().may_end(self.today)
    }
}

/// Takes a role back that has not begun: a mistake, of which only the log remains.
pub async fn submit_withdraw(
    can: Can<ManagePeople>,
    Path((id, row)): Path<(PersonId, AssignmentId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let (person, before) = assignment(&can, id, row).await?;
    let mut change = can.change(&sent).await?;
    if !store::withdraw_assignment(&mut change, row, id, before.today).await? {
        return Err(AppError::Refused("This role has begun: end it with a last day instead.".into()));
    }
    let sentence = format!("withdrew a role of {} before it began: {}", person.name, before.named());
    change
        .commit(Event::new(Verb::AssignmentChanged, row, sentence), &format!("/people/{id}"))
        .await
        .map_err(last_administrator)
}

async fn assignment(can: &Actor, id: PersonId, row: AssignmentId) -> Result<(PersonRow, AssignmentRow)> {
    let person = store::find(can.reads(), id, can.at).await?;
    let row = store::assignments(can.reads(), id, can.at)
        .await?
        .into_iter()
        .find(|known| known.id == row)
        .ok_or(AppError::NotFound)?;
    Ok((person, row))
}

/// The form that ends a role.
pub async fn show_end(can: Can<ManagePeople>, Path((id, row)): Path<(PersonId, AssignmentId)>) -> Result<Response> {
    let (person, assignment) = assignment(&can, id, row).await?;
    let sent = can.form(EndForm::blank(), 0).await?;
    html(&EndPage { layout: can.layout(), person, assignment, sent })
}

pub async fn submit_end(
    can: Can<ManagePeople>,
    Path((id, row)): Path<(PersonId, AssignmentId)>,
    mut sent: Sent<EndForm>,
) -> Result<Response> {
    let done = end(&can, id, row, &mut sent).await;
    sent.answer(done, async |sent| {
        let (person, assignment) = assignment(&can, id, row).await?;
        html(&EndPage { layout: can.layout(), person, assignment, sent })
    })
    .await
}

async fn end(can: &Can<ManagePeople>, id: PersonId, row: AssignmentId, sent: &mut Sent<EndForm>) -> Result<Response> {
    let read = sent.read()?;
    let (person, before) = assignment(can, id, row).await?;
    if read.ends_on.0 < before.starts_on {
        sent.form.ends_on.refuse("The last day is before the first.");
        return Err(AppError::Invalid);
    }
    let mut change = can.change(sent).await?;
    if before.role == Role::Admin
        && !store::others_administer(&mut change, Some(row), None, read.ends_on.0.next_day()).await?
    {
        return Err(AppError::Refused(NO_ADMINISTRATOR.into()));
    }
    if !store::end_assignment(&mut change, row, id, read.ends_on.0).await? {
        return Err(AppError::Refused("This role ends on that day or before already.".into()));
    }
    let sentence = format!("ended the role of {}: {}", person.name, before.role.label().to_lowercase());
    let event = Event::new(Verb::AssignmentChanged, row, sentence)
        .before(json!({ "last day": before.ends_on.map(day_words) }))
        .after(json!({ "last day": day_words(read.ends_on.0) }));
    change.commit(event, &format!("/people/{id}")).await.map_err(last_administrator)
}

const NO_ADMINISTRATOR: &str = "No administrator would remain: there must always be one whose role has begun and has no last day. Give another person that role \
     first, and do this once it has begun.";

fn last_administrator(error: AppError) -> AppError {
    let AppError::Internal(cause) = &error else { return error };
    match cause.downcast_ref::<sqlx::Error>().and_then(constraint) {
        Some("people_one_administrator") => AppError::Refused(NO_ADMINISTRATOR.into()),
        _ => error,
    }
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
    let _led = change.commit(event, &format!("/people/{id}")).await?;
    first_password(&can, &person.account, id, &password)
}

async fn switch(can: &Can<ManagePeople>, id: PersonId, sent: &Sent<YesForm>, disabled: bool) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    let mut change = can.change(sent).await?;
    let administers = person.role == Some(Role::Admin) && disabled;
    if administers && !store::others_administer(&mut change, None, Some(id), Some(can.washington_today())).await? {
        return Err(AppError::Refused(NO_ADMINISTRATOR.into()));
    }
    store::save_disabled(&mut change, id, disabled).await?;
    let (verb, word) = if disabled { (Verb::PersonDisabled, "disabled") } else { (Verb::PersonEnabled, "enabled") };
    change
        .commit(Event::new(verb, id, format!("{word} {}", person.name)), &format!("/people/{id}"))
        .await
        .map_err(last_administrator)
}

/// Bars a person from signing in.
pub async fn submit_disable(can: Can<ManagePeople>, Path(id): Path<PersonId>, sent: Sent<YesForm>) -> Result<Response> {
    switch(&can, id, &sent, true).await
}

/// Lets a person in again.
pub async fn submit_enable(can: Can<ManagePeople>, Path(id): Path<PersonId>, sent: Sent<YesForm>) -> Result<Response> {
    switch(&can, id, &sent, false).await
}

/// Ends one session of a person.
pub async fn submit_end_session(
    can: Can<ManagePeople>,
    Path((id, session)): Path<(PersonId, SessionId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    if !store::owns_session(can.reads(), id, session).await? {
        return Err(AppError::NotFound);
    }
    let mut change = can.change(&sent).await?;
    store::end_session(&mut change, session).await?;
    let event = Event::new(Verb::SessionEnded, session, format!("ended a session of {}", person.name));
    change.commit(event, &format!("/people/{id}")).await
}

pub async fn show_sessions(person: SignedIn) -> Result<Response> {
    let sessions = store::sessions(person.reads(), person.id, person.at).await?;
    html(&SessionsPage { layout: person.layout.clone(), sessions, present: person.session })
}

/// Ends one of one's own sessions.
pub async fn submit_own_session(
    person: SignedIn,
    Path(session): Path<SessionId>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    if !store::owns_session(person.reads(), person.id, session).await? {
        return Err(AppError::NotFound);
    }
    let mut change = person.change(&sent).await?;
    store::end_session(&mut change, session).await?;
    let led = change.commit(Event::new(Verb::SessionEnded, session, "ended a session"), "/sessions").await?;
    Ok(led.into_response())
}

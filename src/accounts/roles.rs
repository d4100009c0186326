//! Who has which role from when until when, for the administrator.

use askama::Template;
use axum::response::Response;

use crate::{
    access::{Actor, Can, Role, permission::ManagePeople},
    accounts::{
        model::{Held, Term},
        refusal::Refusal,
        store::{self, AssignmentRow, PersonRow},
    },
    addresses as at,
    audit::{Event, Verb, says},
    error::{AppError, Refuses, Result},
    faults::in_order,
    form,
    id::{AssignmentId, PersonId, PostId},
    text::{Day, Optional},
    web::{
        Form, Layout, Path, Sent,
        filters::{self, day_words},
        html,
    },
    words::Choice,
};

form! {
    pub struct AssignForm reads Assigned {
        role: Field<Role>,
        post: Field<Optional<PostId>>,
        starts_on: Dated<Day>,
        ends_on: Dated<Optional<Day>>,
    }
}

form! {
    /// The last day of a role.
    pub struct EndForm reads Ended {
        ends_on: Dated<Day>,
    }
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
        let refusal = if at_post { Refusal::NoPost } else { Refusal::InWashington };
        sent.form.post.refuse(refusal.to_string());
    }
    let ends = read.ends_on.0.map(|day| day.0);
    sent.form.ends_on.judged(in_order(read.starts_on.0, ends));
    sent.read()?;
    let term = Term { starts_on: read.starts_on.0, ends_on: ends };
    let others = store::assignments(can.reads(), id, can.at).await?;
    if let Some(other) = others.iter().find(|other| other.term().overlaps(&term)) {
        let way = other.term().makes_way_for(&term, other.today);
        return Err(Refusal::Overlaps { name: person.name, role: other.named(), way }.into());
    }
    let mut change = can.change(sent).await?;
    let given = store::insert_assignment(&mut change, id, read.role, read.post.0, read.starts_on.0, ends).await;
    let row = given.map_err(Refusal::said)?;
    let sentence =
        format!("made {} {} from {}", person.name, read.role.label().to_lowercase(), day_words(read.starts_on.0));
    let post = read.post.0.map(|post| post.to_string());
    let posts = store::open_posts(can.reads()).await?;
    let post = posts.iter().find(|known| Some(&known.value) == post.as_ref()).map(|known| known.label.as_str());
    let after = says("Role", read.role).and("Post", post).and("First day", read.starts_on.0).and("Last day", ends);
    change.commit(Event::new(Verb::AssignmentChanged, row, sentence).after(after), &at::person(id)).await
}

impl AssignmentRow {
    fn term(&self) -> Term {
        Term { starts_on: self.starts_on, ends_on: self.ends_on }
    }

    /// `post officer, Kingston, from 5 Jan 2026`.
    pub fn named(&self) -> String {
        let post = self.post.as_ref().map(|post| format!(", {post}")).unwrap_or_default();
        let until = self.ends_on.map(|day| format!(" to {}", day_words(day))).unwrap_or_default();
        format!("{}{post}, from {}{until}", self.role.label().to_lowercase(), day_words(self.starts_on))
    }

    pub(super) fn is_coming(&self) -> bool {
        self.term().is_coming(self.today)
    }

    /// Whether it may be taken back as given by mistake.
    pub fn may_take_back(&self) -> std::result::Result<(), Refusal> {
        self.term().may_take_back(self.today, self.given_today, self.is_used)
    }

    pub(super) fn held(&self) -> Held {
        Held { starts_on: self.starts_on, ends_on: self.ends_on, zone: self.zone.clone() }
    }

    pub(super) fn may_end(&self) -> bool {
        self.term().may_end(self.today)
    }
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
    sent.form.ends_on.judged(in_order(before.starts_on, read.ends_on.0)).ok_or(AppError::Invalid)?;
    let mut change = can.change(sent).await?;
    if before.role == Role::Admin
        && !store::others_administer(&mut change, Some(row), None, read.ends_on.0.next_day()).await?
    {
        return Err(Refusal::NoAdministrator.into());
    }
    if !store::end_assignment(&mut change, row, id, read.ends_on.0).await? {
        return Err(Refusal::EndsAlready.into());
    }
    let sentence = format!("ended the role of {}: {}", person.name, before.role.label().to_lowercase());
    let event = Event::new(Verb::AssignmentChanged, row, sentence)
        .before(says("Last day", before.ends_on))
        .after(says("Last day", read.ends_on.0));
    change.commit(event, &at::person(id)).await.map_err(Refusal::said)
}

//! Recording a contact, and mending one while the check is in progress. Contacts may be added until the check closes.

use askama::Template;
use axum::response::Response;

use super::{
    model::{ChannelSource, Contact, ContactKind},
    store::{self, ContactData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    approvals,
    audit::{Event, Made, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::{AppError, Result},
    form,
    id::{AuthorityId, CheckId, ContactId},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    pub struct ContactForm reads Recorded {
        kind: Field<ContactKind>,
        occurred_on: Field<Optional<Day>>,
        with_whom: Field<Line>,
        authority: Field<Optional<AuthorityId>>,
        place: Field<Optional<Line>>,
        channel_source: Field<ChannelSource>,
        summary: Field<Text>,
    }
}

#[derive(Template)]
#[template(path = "evidence/contact.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    changes: bool,
    authorities: Vec<Choice>,
    sent: Sent<ContactForm>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        if self.changes { "Change a contact" } else { "Record a contact" }
    }
}

async fn page(can: &Can<WorkChecks>, file: &CaseFile, changes: bool, sent: Sent<ContactForm>) -> Result<Response> {
    let authorities = authorities(can, file).await?;
    html(&Page { layout: can.layout(), file, changes, authorities, sent })
}

/// The authorities of the post's country and of where the licenses go.
async fn authorities(can: &Actor, file: &CaseFile) -> Result<Vec<Choice>> {
    let mut countries: Vec<String> = file.licenses.iter().map(|license| license.destination.clone()).collect();
    countries.push(file.check.post_country.clone());
    let mut conn = can.reads().acquire().await?;
    approvals::store::authorities_of(&mut conn, &countries).await
}

/// The form of a new contact.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(ContactForm::blank(), 0).await?;
    page(&can, &file, false, sent).await
}

pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, mut sent: Sent<ContactForm>) -> Result<Response> {
    let done = record(&can, id, None, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        page(&can, &file, false, sent).await
    })
    .await
}

/// The form of a recorded contact.
pub async fn show_edit(can: Can<WorkChecks>, Path((id, contact)): Path<(CheckId, ContactId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = find(&file, contact)?;
    let sent = can.form(filled(found), found.version).await?;
    page(&can, &file, true, sent).await
}

pub async fn submit_edit(
    can: Can<WorkChecks>,
    Path((id, contact)): Path<(CheckId, ContactId)>,
    mut sent: Sent<ContactForm>,
) -> Result<Response> {
    let done = record(&can, id, Some(contact), &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let found = find(&file, contact)?;
        let sent = sent.against(&filled(found), found.version);
        page(&can, &file, true, sent).await
    })
    .await
}

fn find(file: &CaseFile, id: ContactId) -> Result<&Contact> {
    file.check.contacts.iter().find(|contact| contact.id == id).ok_or(AppError::NotFound)
}

fn filled(contact: &Contact) -> ContactForm {
    let mut form = ContactForm::blank();
    form.kind.set(contact.kind);
    form.occurred_on.set(contact.occurred_on.map(|day| Day(day).to_string()).unwrap_or_default());
    form.with_whom.set(&contact.with_whom);
    form.authority.set(contact.authority_id.map(|id| id.to_string()).unwrap_or_default());
    form.place.set(&contact.place);
    form.channel_source.set(contact.channel_source);
    form.summary.set(&contact.summary);
    form
}

async fn record(
    can: &Can<WorkChecks>,
    id: CheckId,
    contact: Option<ContactId>,
    sent: &mut Sent<ContactForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, contact, sent).await).await
}

/// Records a contact within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    contact: Option<ContactId>,
    sent: &mut Sent<ContactForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    if read.occurred_on.0.is_some_and(|day| day.0 > file.check.post_day(can.at)) {
        sent.form.occurred_on.refuse("This day is still to come at the post.");
        return Err(AppError::Invalid);
    }
    if let Some(authority) = read.authority.0
        && authorities(can, &file).await?.iter().all(|choice| choice.value != authority.to_string())
    {
        sent.form.authority.refuse("Choose an authority from the list.");
        return Err(AppError::Invalid);
    }
    let place = read.place.or_empty();
    let data = ContactData {
        kind: read.kind,
        occurred_on: read.occurred_on.0.map(|day| day.0),
        with_whom: read.with_whom.as_str(),
        authority: read.authority.0,
        place: &place,
        channel: read.channel_source,
        summary: read.summary.as_str(),
    };
    let (row, verb) = match contact {
        None => (store::insert_contact(change, id, &data).await?, "recorded"),
        Some(contact) => {
            store::save_contact(change, id, contact, &data, sent.version).await?;
            (contact, "changed")
        }
    };
    checks::store::touch(change, id).await?;
    let sentence = format!("{verb} a contact: {} with {}", read.kind.label().to_lowercase(), data.with_whom);
    let mut event =
        Event::new(Verb::ContactRecorded, Subject::Row("contact", row.0), sentence).on_check(id).after(data.summary);
    if let Some(before) = file.check.contacts.iter().find(|before| Some(before.id) == contact) {
        event = event.before(&before.summary);
    }
    Ok(Made::new(Subject::Row("contact", row.0), event, format!("/checks/{id}#contacts")))
}

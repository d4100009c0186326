//! Recording a contact, and mending one while the check is in progress. Contacts may be added until the check closes.

use askama::Template;
use axum::response::Response;

use super::{
    model::{ChannelSource, Contact, ContactKind},
    store::{self, ContactData},
};
use crate::{
    access::{Can, permission::WorkChecks},
    audit::{Event, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    error::{AppError, Result},
    form,
    id::{CheckId, ContactId},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    /// A contact.
    pub struct ContactForm reads Recorded {
        kind: Field<ContactKind>,
        occurred_on: Field<Optional<Day>>,
        with_whom: Field<Line>,
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
    sent: Sent<ContactForm>,
}

/// The form of a new contact.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(ContactForm::blank(), 0).await?;
    html(&Page { layout: can.layout(), file: &file, changes: false, sent })
}

/// Records it.
pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, mut sent: Sent<ContactForm>) -> Result<Response> {
    let done = record(&can, id, None, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        html(&Page { layout: can.layout(), file: &file, changes: false, sent })
    })
    .await
}

/// The form of a recorded contact.
pub async fn show_edit(can: Can<WorkChecks>, Path((id, contact)): Path<(CheckId, ContactId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = find(&file, contact)?;
    let sent = can.form(filled(found), found.version).await?;
    html(&Page { layout: can.layout(), file: &file, changes: true, sent })
}

/// Changes it.
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
        html(&Page { layout: can.layout(), file: &file, changes: true, sent })
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
    form.place.set(&contact.place);
    form.channel_source.set(contact.channel_source);
    form.summary.set(&contact.summary);
    form
}

async fn record(can: &Can<WorkChecks>, id: CheckId, contact: Option<ContactId>, sent: &mut Sent<ContactForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    if read.occurred_on.0.is_some_and(|day| day.0 > file.check.post_day(can.at)) {
        sent.form.occurred_on.refuse("This day is still to come at the post.");
        return Err(AppError::Invalid);
    }
    let place = read.place.or_empty();
    let data = ContactData {
        kind: read.kind,
        occurred_on: read.occurred_on.0.map(|day| day.0),
        with_whom: read.with_whom.as_str(),
        place: &place,
        channel: read.channel_source,
        summary: read.summary.as_str(),
    };
    let (row, verb) = match contact {
        None => (store::insert_contact(&mut change, id, &data).await?, "recorded"),
        Some(contact) => {
            store::save_contact(&mut change, id, contact, &data, sent.version).await?;
            (contact, "changed")
        }
    };
    checks::store::touch(&mut change, id).await?;
    let sentence = format!("{verb} a contact: {} with {}", read.kind.label().to_lowercase(), data.with_whom);
    let mut event = Event::new(Verb::ContactRecorded, Subject::Row("contact", row.0), sentence).on_check(id).after(data.summary);
    if let Some(before) = file.check.contacts.iter().find(|before| Some(before.id) == contact) {
        event = event.before(&before.summary);
    }
    change.commit(event, &format!("/checks/{id}#contacts")).await
}

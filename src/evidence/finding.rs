//! Recording post's answer on one topic, for one party where the topic is per party, with what it rests on.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::{FindingAnswer, NewFinding, PortionMark},
    store,
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Made, Subject},
    checks::{
        self,
        model::{CaseFile, FindingRecorded},
        store::Texts,
    },
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, ContactId, DocumentId, FindingId, PartyId},
    reference::model::ReferenceKind,
    text::Text,
    web::{Form, Layout, Path, Query, Sent, html},
    words::Choice,
};

form! {
    pub struct FindingForm reads Found {
        answer: Field<FindingAnswer>,
        text: Field<Text>,
        portion_mark: Field<PortionMark>,
        contacts: Fields<ContactId>,
        documents: Fields<DocumentId>,
    }
}

/// For which party, where the topic is per party.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Of {
    pub party: Option<PartyId>,
}

#[derive(Template)]
#[template(path = "evidence/finding.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    topic: &'a str,
    party: Option<String>,
    contacts: Vec<Choice>,
    documents: Vec<Choice>,
    statements: Vec<&'a super::model::Statement>,
    /// What the answer is an answer to.
    asks: &'static str,
    /// The one that is changed, if one is.
    changes: Option<FindingId>,
    sent: Sent<FindingForm>,
}

/// The form, filled with the present finding.
pub async fn show(
    can: Can<WorkChecks>,
    Path((id, topic)): Path<(CheckId, String)>,
    Query(of): Query<Of>,
) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let saved = file.check.finding(&topic, of.party);
    let sent = can.form(filled(&file, &topic, of), saved.map_or(0, |saved| saved.version)).await?;
    page(&can, &file, &topic, of, sent)
}

pub async fn submit(
    can: Can<WorkChecks>,
    Path((id, topic)): Path<(CheckId, String)>,
    Query(of): Query<Of>,
    mut sent: Sent<FindingForm>,
) -> Result<Response> {
    let done = record(&can, id, &topic, of, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let saved = file.check.finding(&topic, of.party);
        let sent = sent.against(&filled(&file, &topic, of), saved.map_or(0, |saved| saved.version));
        page(&can, &file, &topic, of, sent)
    })
    .await
}

fn page(can: &Can<WorkChecks>, file: &CaseFile, topic: &str, of: Of, sent: Sent<FindingForm>) -> Result<Response> {
    let (label, party) = asked(file, topic, of)?;
    let contacts = file.check.contacts.iter().map(|contact| Choice::new(contact.id, contact.named())).collect();
    let named = |document: &super::model::Document| Choice::new(document.id, document.named());
    let documents = file.check.documents.iter().map(named).collect();
    let statements =
        file.check.statements.iter().filter(|statement| statement.topic.as_deref() == Some(topic)).collect();
    let asks = asks(file);
    let changes = file.check.finding(topic, of.party).map(|finding| finding.id);
    let layout = can.layout();
    html(&Page { layout, file, topic: label, party, contacts, documents, statements, asks, changes, sent })
}

/// What an answer is an answer to: a company is not held against an application that nobody filed.
pub(super) fn asks(file: &CaseFile) -> &'static str {
    if file.licenses.is_empty() { "Is it as the party says?" } else { "Is it as the application says?" }
}

/// The topic's label and the party's name, if the file asks for them or has them; any topic in force may be answered.
pub(super) fn asked<'a>(file: &'a CaseFile, topic: &str, of: Of) -> Result<(&'a str, Option<String>)> {
    let entry = file.reference.of(ReferenceKind::Topic).find(|entry| entry.code == topic).ok_or(AppError::NotFound)?;
    let parties = file.parties();
    let party = of.party.map(|id| {
        parties
            .iter()
            .find(|(known, _, _)| *known == id)
            .map(|(_, name, _)| (*name).to_owned())
            .ok_or(AppError::NotFound)
    });
    if entry.party_roles.is_empty() != of.party.is_none() {
        return Err(AppError::NotFound);
    }
    Ok((&entry.label, party.transpose()?))
}

/// The finding as it is; of one that nobody wrote yet, the contacts at which something was said on it are ticked.
pub(super) fn filled(file: &CaseFile, topic: &str, of: Of) -> FindingForm {
    let mut form = FindingForm::blank();
    form.portion_mark.set(PortionMark::DEFAULT);
    form.contacts.set(file.said_on(topic, of.party));
    if let Some(finding) = file.check.finding(topic, of.party) {
        form.answer.set(finding.answer);
        form.text.set(&finding.text);
        form.portion_mark.set(finding.portion_mark);
        form.contacts.set(&finding.contacts);
        form.documents.set(&finding.documents);
    }
    form
}

async fn record(
    can: &Can<WorkChecks>,
    id: CheckId,
    topic: &str,
    of: Of,
    sent: &mut Sent<FindingForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, topic, of, sent).await).await
}

/// Records a finding within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    topic: &str,
    of: Of,
    sent: &Sent<FindingForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    let recorded = recorded(&file, topic, of, read)?;
    let finding = store::save_finding(change, &recorded, sent.version).await?;
    let row = Subject::Row("finding", finding.0);
    checks::store::touch(change, id).await?;
    Ok(Made::new(row, Event::from(recorded).about(row), at::check(id).at_row("finding", finding)))
}

/// The proof that a finding may be written on a topic, for its party; wherever it was typed.
pub(super) fn recorded(file: &CaseFile, topic: &str, of: Of, read: Found) -> Result<FindingRecorded> {
    let (label, party) = asked(file, topic, of)?;
    let new = NewFinding {
        topic: topic.to_owned(),
        party: of.party,
        answer: read.answer,
        text: read.text.as_str().to_owned(),
        mark: read.portion_mark,
        contacts: read.contacts,
        documents: read.documents,
    };
    Ok(file.check.record_finding(new, label, party.as_deref())?)
}

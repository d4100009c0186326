//! Recording what a contact asserted.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Contact, Refusal, SourceGrade, Statement},
    record::Kind,
    store::{self, StatementData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Subject, Verb, says},
    checks::model::CaseFile,
    db::Change,
    error::Result,
    form,
    id::{CheckId, ContactId, PartyId, StatementId},
    reference::model::ReferenceKind,
    text::{Line, Optional, Text},
    web::{
        Form, Layout, Sent,
        form::{Block, Spare},
        html,
    },
    words::Choice,
};

form! {
    /// What was stated, on whatever page.
    pub struct SaidForm reads Said {
        text: Field<Text>,
        topic: Field<Optional<Line>>,
        source_grade: Field<SourceGrade>,
        about: Field<Optional<PartyId>>,
    }
}

form! {
    /// A statement by itself.
    pub struct StatementForm reads Stated {
        contact: Field<ContactId>,
        said: Part<SaidForm>,
    }
}

impl Spare for SaidForm {
    fn is_blank(&self) -> bool {
        self.text.raw().trim().is_empty()
    }
}

impl Block for SaidForm {
    const ONE: &'static str = "Statement";
    const MOST: usize = 20;
}

impl SaidForm {
    /// One that begins as the one before: most often the same person goes on about the same party.
    pub(super) fn after(before: Option<&Self>) -> Self {
        let mut form = Self::blank();
        if let Some(before) = before {
            form.source_grade.set(before.source_grade.raw());
            form.about.set(before.about.raw());
        }
        form
    }
}

impl Said {
    /// Refuses what answers that parsed cannot be on this file.
    pub(super) fn judge(&self, file: &CaseFile, form: &mut SaidForm) {
        if self.topic.0.as_ref().is_some_and(|topic| !file.reference.knows(ReferenceKind::Topic, topic.as_str())) {
            form.topic.refuse(Refusal::Topic);
        }
        if self.about.0.is_some_and(|about| file.parties().iter().all(|(party, _, _)| *party != about)) {
            form.about.refuse(Refusal::Party);
        }
    }

    /// What is kept of it, as said at a contact.
    pub(super) fn data(&self, contact: ContactId) -> StatementData<'_> {
        StatementData {
            contact,
            text: self.text.as_str(),
            topic: self.topic.0.as_ref().map(Line::as_str),
            about: self.about.0,
            grade: self.source_grade,
        }
    }

    /// Its entry in the log.
    pub(super) fn event(&self, before: Option<&Statement>, whom: &str, row: Subject) -> Event {
        let verb = if before.is_some() { "changed" } else { "recorded" };
        let told = |text: &str, grade: SourceGrade| says("Statement", text).and("Source", grade);
        Event::new(Verb::StatementRecorded, row, format!("{verb} what {whom} stated"))
            .before(before.map(|before| told(&before.text, before.source_grade)))
            .after(told(self.text.as_str(), self.source_grade))
    }
}

#[derive(Template)]
#[template(path = "evidence/statement.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    contacts: Vec<Choice>,
    topics: Vec<Choice>,
    parties: Vec<Choice>,
    /// The one that is changed, if one is.
    changes: Option<StatementId>,
    sent: Sent<StatementForm>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        if self.changes.is_some() { "Change a statement" } else { "Record a statement" }
    }
}

impl Kind for Statement {
    const NAMES: (&'static str, &'static str) = ("statement", "statements");
    type Id = StatementId;
    type Form = StatementForm;
    type Read = Stated;

    fn of(file: &CaseFile) -> &[Self] {
        &file.check.statements
    }

    fn key(&self) -> (StatementId, i32) {
        (self.id, self.version)
    }

    /// Most often of the contact that was just recorded.
    fn blank(file: &CaseFile) -> StatementForm {
        let mut form = StatementForm::blank();
        if let Some(last) = file.check.contacts.iter().find(|contact| file.check.takes_statement(contact).is_ok()) {
            form.contact.set(last.id);
        }
        form
    }

    fn filled(&self) -> StatementForm {
        let mut form = StatementForm::blank();
        form.contact.set(self.contact_id);
        form.said.source_grade.set(self.source_grade);
        form.said.topic.set(self.topic.as_deref().unwrap_or_default());
        form.said.about.set(self.about_party_id.map(|id| id.to_string()).unwrap_or_default());
        form.said.text.set(&self.text);
        form
    }

    async fn page(
        can: &Can<WorkChecks>,
        file: &CaseFile,
        before: Option<&Self>,
        sent: Sent<StatementForm>,
    ) -> Result<Response> {
        let takes = |contact: &&Contact| file.check.takes_statement(contact).is_ok();
        let contacts = file.check.contacts.iter().filter(takes);
        let contacts = contacts.map(|contact| Choice::new(contact.id, contact.named())).collect();
        let topics = file.reference.choices(ReferenceKind::Topic);
        html(&Page {
            layout: can.layout(),
            file,
            contacts,
            topics,
            parties: parties(file),
            changes: before.map(|statement| statement.id),
            sent,
        })
    }

    async fn judge(
        _: &Actor,
        file: &CaseFile,
        before: Option<&Self>,
        read: &Stated,
        form: &mut StatementForm,
    ) -> Result<()> {
        let contact = file.check.contacts.iter().find(|contact| contact.id == read.contact).ok_or(Refusal::Contact);
        form.contact.judged(contact.and_then(|contact| file.check.takes_statement(contact)));
        read.said.judge(file, &mut form.said);
        if let Some(before) = before {
            let grade = read.said.source_grade;
            form.said.source_grade.judged(before.may_be_graded(grade, &file.check.statements));
        }
        Ok(())
    }

    async fn save(
        change: &mut Change,
        check: CheckId,
        before: Option<&Self>,
        read: &Stated,
        version: i32,
    ) -> Result<StatementId> {
        let data = read.said.data(read.contact);
        let Some(before) = before else { return store::insert_statement(change, check, &data).await };
        store::save_statement(change, before.id, &data, version).await?;
        Ok(before.id)
    }

    fn event(file: &CaseFile, before: Option<&Self>, read: &Stated, row: Subject) -> Event {
        let contact = file.check.contacts.iter().find(|contact| contact.id == read.contact);
        let whom = contact.map_or("", |contact| contact.with_whom.as_str());
        read.said.event(before, whom, row)
    }
}

/// The parties of the file, each once.
pub(super) fn parties(file: &CaseFile) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for (id, name, _) in file.parties() {
        if choices.iter().all(|choice| choice.value != id.to_string()) {
            choices.push(Choice::new(id, name));
        }
    }
    choices
}

//! Taking back what was recorded by mistake on a check: each kind of row, what keeps it, and what lapses with it.

use uuid::Uuid;

use super::{
    file::{CaseFile, CheckSubject},
    refusal::Refusal,
    words::CheckState,
};
use crate::{
    evidence::model::{Contact, Document, Finding, Statement},
    mistakes::model::{MistakeKind, Recorded, Row, Side},
    reference::model::ReferenceKind,
    text::many,
};

impl CaseFile {
    /// A row of the check by its kind and id, as it would be taken back. Who recorded it the log knows.
    pub fn mistaken(&self, kind: MistakeKind, id: Uuid) -> Option<Row> {
        let check = &self.check;
        match kind {
            MistakeKind::Contact => {
                check.contacts.iter().find(|contact| contact.id.0 == id).map(|contact| self.mistaken_contact(contact))
            }
            MistakeKind::Statement => {
                let statement = check.statements.iter().find(|statement| statement.id.0 == id);
                statement.map(|statement| self.mistaken_statement(statement))
            }
            MistakeKind::Document => {
                let document = check.documents.iter().find(|document| document.id.0 == id);
                document.map(|document| self.mistaken_document(document))
            }
            MistakeKind::Finding => {
                check.findings.iter().find(|finding| finding.id.0 == id).map(|finding| self.mistaken_finding(finding))
            }
            MistakeKind::CheckSubject => {
                let subject = check.subjects.iter().find(|subject| subject.id.0 == id);
                subject.map(|subject| self.mistaken_subject(subject))
            }
            _ => None,
        }
    }

    /// A row of the post's own: what it answers by stays as it is once it has.
    fn of_post(&self, kind: MistakeKind, id: Uuid, version: i32, said: String, lapses: Vec<String>) -> Row {
        let kept = self.check.takes_findings().err().map(|refusal| refusal.to_string());
        let carries = !lapses.is_empty();
        let section = match kind {
            MistakeKind::Contact => "contacts",
            MistakeKind::Statement => "statements",
            MistakeKind::Document => "documents",
            _ => "findings",
        };
        let recorded = Recorded { by: None, side: Side::Post, at_post: Some(self.check.post_id), carries };
        Row { kind, id, version, said, recorded, kept, lapses, section }
    }

    fn mistaken_contact(&self, contact: &Contact) -> Row {
        let (check, id) = (&self.check, contact.id);
        let stated = check.statements.iter().filter(|statement| statement.contact_id == id).count();
        let based = check.findings.iter().filter(|finding| finding.contacts.contains(&id)).count();
        let answers = self.licenses.iter().flat_map(|license| &license.approvals);
        let answers = answers.filter(|row| row.contact_id == Some(id)).count();
        let mut lapses = Vec::new();
        if stated > 0 {
            lapses.push(format!("What was stated there: {}", many(stated, "statement")));
        }
        if based > 0 {
            lapses.push(format!("That {} on it", rest(based)));
        }
        if answers > 0 {
            lapses.push(format!("That it told {} of the permit matrix", many(answers, "answer")));
        }
        let papers = self.papers_verified_through(id);
        lapses.extend(papers.into_iter().map(|paper| format!("The verification of {paper}")));
        self.of_post(MistakeKind::Contact, id.0, contact.version, contact.named(), lapses)
    }

    fn mistaken_statement(&self, statement: &Statement) -> Row {
        let id = statement.id;
        let linked = self.check.statements.iter();
        let linked = linked.filter(|other| other.confirmed_by == Some(id) || other.contradicted_by == Some(id)).count();
        let mut lapses = Vec::new();
        if linked > 0 {
            lapses.push(format!(
                "What it says of {}: that it bears them out, or is the opposite",
                many(linked, "statement")
            ));
        }
        let said = format!("{}: {}", statement.with_whom, begun(&statement.text));
        self.of_post(MistakeKind::Statement, id.0, statement.version, said, lapses)
    }

    fn mistaken_document(&self, document: &Document) -> Row {
        let based = self.check.findings.iter().filter(|finding| finding.documents.contains(&document.id)).count();
        let lapses = if based > 0 { vec![format!("That {} on it", rest(based))] } else { Vec::new() };
        let number = if document.number.is_empty() { "" } else { " " };
        let said = format!("{}{number}{} of {}", document.kind, document.number, document.issuer);
        self.of_post(MistakeKind::Document, document.id.0, document.version, said, lapses)
    }

    fn mistaken_finding(&self, finding: &Finding) -> Row {
        let topic = self.reference.label(ReferenceKind::Topic, &finding.topic);
        let of = finding.party_name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let said = format!("{topic}{of}: {}. {}", finding.answer.label(), begun(&finding.text));
        self.of_post(MistakeKind::Finding, finding.id.0, finding.version, said, Vec::new())
    }

    fn mistaken_subject(&self, subject: &CheckSubject) -> Row {
        let check = &self.check;
        let found = check.findings.iter().filter(|finding| finding.party_id == Some(subject.party_id)).count();
        let said = check.statements.iter().filter(|said| said.about_party_id == Some(subject.party_id)).count();
        let mut lapses = Vec::new();
        if found + said > 0 {
            let stays = (many(found, "finding"), many(said, "statement"));
            lapses.push(format!("That it is asked about; what is on file of it stays: {}, {}", stays.0, stays.1));
        }
        let open = matches!(check.state, CheckState::Draft | CheckState::Requested | CheckState::InProgress);
        let kept = match check.subjects.len() {
            _ if !open => Some(Refusal::SubjectAnswered.to_string()),
            0 | 1 if check.state != CheckState::Draft => Some(Refusal::NoSubject.to_string()),
            _ => None,
        };
        Row {
            kind: MistakeKind::CheckSubject,
            id: subject.id.0,
            version: 0,
            said: format!("{}, {}", subject.name, subject.role.label().to_lowercase()),
            recorded: Recorded { by: None, side: Side::Washington, at_post: None, carries: found + said > 0 },
            kept,
            lapses,
            section: "parties",
        }
    }
}

/// `2 findings rest`.
fn rest(findings: usize) -> String {
    let rests = if findings == 1 { "rests" } else { "rest" };
    format!("{} {rests}", many(findings, "finding"))
}

/// The first words of a text, on one line.
fn begun(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(160) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

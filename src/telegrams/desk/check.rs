//! What the check owns: contacts, statements, documents, findings, the recommendation.

use super::{
    Desk,
    act::{ANOTHER_ANSWER, Act, Form, Plan, day, later, line, some, text},
    takes_no_contacts,
};
use crate::{
    checks::model::CaseFile,
    evidence::model::{ChannelSource, Document, SourceGrade},
    id::{ContactId, DocumentId, PartyId},
    reference::model::ReferenceKind as Words,
    telegrams::reading::{Confidence, Proposal, Value},
    text::{folded, folded_name, name_key},
};

impl Desk {
    pub(super) fn contact(&self, file: &CaseFile, proposal: &Proposal) -> Plan {
        let Value::Contact { contact_kind, with_whom, authority, on, place, summary } = &proposal.value else {
            return Plan::Note;
        };
        let whom = line(with_whom);
        let same = |known: &&crate::evidence::model::Contact| {
            known.kind == *contact_kind
                && known.occurred_on == *on
                && folded_name(&known.with_whom) == folded_name(&whom)
        };
        if let Some(known) = file.check.contacts.iter().find(same) {
            return Plan::Known(format!("It is recorded: {}.", known.named()));
        }
        if !file.check.takes_contacts() {
            return later(takes_no_contacts(file));
        }
        let country = file.licenses.first().map_or(&self.telegram.post_country, |license| &license.destination);
        let office = authority.as_deref().and_then(|called| self.authority(called, country));
        // How the post and they spoke decides what may rest on it (guard 12): where it is only guessed, a person
        // chooses it.
        let kind = if proposal.confidence == Confidence::Possible { "" } else { contact_kind.code() };
        let mut answers = vec![
            ("kind", kind.to_owned()),
            ("with_whom", whom),
            ("authority", office.map(|known| known.id.to_string()).unwrap_or_default()),
            ("place", line(place.as_deref().unwrap_or_default())),
            ("channel_source", ChannelSource::NotStated.code().to_owned()),
            ("summary", text(summary)),
        ];
        answers.extend(day("occurred_on", *on));
        Plan::Act(Act::new(Form::Contact(file.check.id), answers))
    }

    /// The contact that a proposal became, else the one contact of the file with that person.
    pub(super) fn contact_of(&self, file: &CaseFile, key: Option<&str>, said_by: &str) -> Option<ContactId> {
        if let Some(id) = key.and_then(|key| self.row_of(key, "contact")) {
            return file.check.contacts.iter().map(|contact| contact.id).find(|contact| contact.0 == id);
        }
        let planned = key.and_then(|key| self.proposal(key)).map(|proposal| &proposal.value);
        let whom = match planned {
            Some(Value::Contact { with_whom, .. }) => folded_name(&line(with_whom)),
            _ => folded_name(said_by),
        };
        let whom = format!(" {whom} ");
        let with = |named: &&(ContactId, String)| !whom.trim().is_empty() && named.1.contains(&whom);
        match self.contacts.iter().filter(with).collect::<Vec<_>>().as_slice() {
            [one] => Some(one.0),
            _ => None,
        }
    }

    /// A party of the file by a name that a telegram gives it, spelled out or short.
    pub(super) fn party_called(&self, file: &CaseFile, called: &str) -> Option<PartyId> {
        let mut names = vec![name_key(called)];
        for proposal in &self.reading.proposals {
            let Value::Party { name, short_name, .. } = &proposal.value else { continue };
            let both: Vec<String> =
                [Some(name), short_name.as_ref()].into_iter().flatten().map(|name| name_key(name)).collect();
            if !both.contains(&names[0]) {
                continue;
            }
            // It may have been accepted as a record of another name.
            if let Some(id) = self.row_of(&proposal.key, "license_party") {
                let rows = || file.licenses.iter().flat_map(|license| &license.parties);
                return rows().find(|party| party.id.0 == id).map(|party| party.party_id);
            }
            if let Some(id) = self.row_of(&proposal.key, "party") {
                return file.parties().into_iter().map(|(party, ..)| party).find(|party| party.0 == id);
            }
            names.extend(both);
        }
        let licensed = file.licenses.iter().flat_map(|license| &license.parties);
        let found =
            licensed.filter(|party| party.folded.iter().any(|known| names.contains(known))).map(|party| party.party_id);
        let subjects = file
            .check
            .subjects
            .iter()
            .filter(|subject| names.contains(&name_key(&subject.name)))
            .map(|subject| subject.party_id);
        found.chain(subjects).next()
    }

    #[expect(clippy::too_many_arguments, reason = "what a statement is made of")]
    pub(super) fn statement(
        &self,
        file: &CaseFile,
        contact: Option<&str>,
        said_by: &str,
        grade: SourceGrade,
        topic: Option<&str>,
        about: Option<&str>,
        words: &str,
    ) -> Plan {
        let words = text(words);
        if let Some(known) = file.check.statements.iter().find(|known| said_alike(&known.text, &words)) {
            return Plan::Known(format!("It is recorded: what {} stated.", known.with_whom));
        }
        if !file.check.takes_contacts() {
            return later(takes_no_contacts(file));
        }
        let Some(contact) = self.contact_of(file, contact, said_by) else {
            let is_open =
                |found: &Proposal| found.confidence != Confidence::Possible && self.answered(&found.key).is_none();
            let of_contact = contact.and_then(|key| self.proposal(key)).is_some_and(is_open);
            let why = format!("Accept the contact with {said_by} first.");
            return if of_contact { Plan::Follows(why) } else { Plan::Later(why) };
        };
        let party = about.and_then(|about| self.party_called(file, about));
        let topic = topic.filter(|topic| file.reference.knows(Words::Topic, topic));
        let answers = vec![
            ("contact", contact.to_string()),
            ("source_grade", grade.code().to_owned()),
            ("topic", some(topic)),
            ("about", party.map(|party| party.to_string()).unwrap_or_default()),
            ("text", words),
        ];
        Plan::Act(Act::new(Form::Statement(file.check.id), answers))
    }

    pub(super) fn finding(&self, file: &CaseFile, proposal: &Proposal) -> Plan {
        let Value::Finding { topic, party, answer, text: words, mark, basis } = &proposal.value else {
            return Plan::Note;
        };
        let Some(entry) = file.reference.of(Words::Topic).find(|entry| entry.code == *topic) else { return Plan::Note };
        let of = match (entry.party_roles.is_empty(), party) {
            (true, _) => None,
            (false, None) => return later("It names no party; change it to say whom it is about."),
            (false, Some(name)) => match self.party_called(file, name) {
                None => return later(format!("{name} is no party of this check yet.")),
                found => found,
            },
        };
        let words = text(words);
        let saved = file.check.finding(topic, of);
        if saved.is_some_and(|saved| saved.answer == *answer && said_alike(&saved.text, &words)) {
            return Plan::Known("The file has this finding.".into());
        }
        if let Err(refusal) = file.check.takes_findings() {
            return later(refusal);
        }
        let mut answers =
            vec![("answer", answer.code().to_owned()), ("text", words), ("portion_mark", mark.code().to_owned())];
        answers.extend(
            self.contacts_behind(file, proposal, topic, basis)
                .into_iter()
                .map(|contact| ("contacts", contact.to_string())),
        );
        answers.extend(
            basis
                .iter()
                .filter_map(|key| self.document_of(file, key))
                .map(|document| ("documents", document.to_string())),
        );
        let mut act = Act::new(Form::Finding(file.check.id, topic.clone(), of), answers);
        if let Some(saved) = saved {
            act.version = saved.version;
            act.by_hand = Some(ANOTHER_ANSWER);
        }
        Plan::Act(act)
    }

    /// The document that a proposal became, or that says the same.
    pub(super) fn document_of(&self, file: &CaseFile, key: &str) -> Option<DocumentId> {
        if let Some(id) = self.row_of(key, "document") {
            return file.check.documents.iter().map(|document| document.id).find(|document| document.0 == id);
        }
        let value = &self.proposal(key)?.value;
        file.check.documents.iter().find(|known| is_document(known, value)).map(|known| known.id)
    }

    /// The contacts a finding rests on: those it names, else those who stated something on its topic in its paragraph.
    pub(super) fn contacts_behind(
        &self,
        file: &CaseFile,
        finding: &Proposal,
        of: &str,
        named: &[String],
    ) -> Vec<ContactId> {
        let mut contacts = Vec::new();
        if !named.is_empty() {
            let keyed = |key: &String| match &self.proposal(key)?.value {
                Value::Contact { with_whom, .. } => self.contact_of(file, Some(key), with_whom),
                _ => None,
            };
            return named.iter().filter_map(keyed).collect();
        }
        for proposal in &self.reading.proposals {
            let found = match &proposal.value {
                Value::Statement { contact_key, said_by, topic, .. }
                    if topic.as_deref() == Some(of) && proposal.paragraph == finding.paragraph =>
                {
                    self.contact_of(file, contact_key.as_deref(), said_by)
                }
                _ => None,
            };
            contacts.extend(found.filter(|found| !contacts.contains(found)));
        }
        contacts
    }
}

/// Whether a document of the file is the one that a telegram describes.
fn is_document(known: &Document, value: &Value) -> bool {
    let Value::Document { what, issuer, number, dated, .. } = value else { return false };
    folded(&known.kind) == folded(what)
        && folded(&known.issuer) == folded(issuer)
        && folded(&known.number) == folded(number.as_deref().unwrap_or_default())
        && known.dated == *dated
}

pub(super) fn document(file: &CaseFile, value: &Value) -> Plan {
    let Value::Document { what, issuer, number, dated, kept_at, text: words } = value else { return Plan::Note };
    if file.check.documents.iter().any(|known| is_document(known, value)) {
        return Plan::Known("The file has this document.".into());
    }
    if !file.check.takes_contacts() {
        return later(takes_no_contacts(file));
    }
    let mut answers = vec![
        ("kind", line(what)),
        ("issuer", line(issuer)),
        ("number", line(number.as_deref().unwrap_or_default())),
        ("kept_at", line(kept_at)),
        ("description", text(words.as_deref().unwrap_or_default())),
    ];
    answers.extend(day("dated", *dated));
    Plan::Act(Act::new(Form::Document(file.check.id), answers))
}

pub(super) fn recommend(file: &CaseFile, value: &Value) -> Plan {
    let Value::Recommendation { word, conditions, text: words, .. } = value else { return Plan::Note };
    let saved = file.check.recommendation.as_ref();
    if let Some(saved) = saved.filter(|saved| saved.word == *word && saved.text.starts_with(words.trim())) {
        return Plan::Known(format!("The file has it: {}.", saved.word.label().to_lowercase()));
    }
    if let Err(refusal) = file.may_recommend() {
        return later(refusal);
    }
    let mut whole = words.trim().to_owned();
    for condition in conditions.iter().filter(|condition| !words.contains(condition.as_str())) {
        whole.push_str("\nCondition: ");
        whole.push_str(condition);
    }
    let answers = vec![("word", word.code().to_owned()), ("text", text(&whole))];
    let mut act = Act::new(Form::Recommend(file.check.id), answers);
    act.version = file.recommendation_version();
    act.by_hand = saved.is_some().then_some(ANOTHER_ANSWER);
    Plan::Act(act)
}

/// Whether two texts are the same words, blank space and damage of punctuation aside.
fn said_alike(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

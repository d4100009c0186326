//! Findings: the post's own answers, which it gives until it has replied.

use super::{
    file::{CaseFile, CheckFile},
    words::CheckState,
};
use crate::{
    audit::{Event, Verb, says},
    evidence::model::{Finding, FindingAnswer, NewFinding, Refusal},
    id::{CheckId, ContactId},
    proof,
};

proof! {
    /// Proof that a finding may be written.
    pub struct FindingRecorded {
        check: CheckId,
        says: NewFinding,
    }
}

impl CaseFile {
    /// The papers of its licenses that were verified through a contact.
    pub fn papers_verified_through(&self, contact: ContactId) -> Vec<String> {
        let through = |known: Option<ContactId>| known == Some(contact);
        let permits = self.licenses.iter().flat_map(|license| &license.permits);
        let permits = permits.filter(|permit| through(permit.verified_contact_id) && !permit.is_withdrawn());
        let signatures = self.licenses.iter().filter_map(|license| license.certificate.as_ref());
        let signatures = signatures.flat_map(|certificate| &certificate.signatures);
        let signatures = signatures.filter(|signature| through(signature.verified_contact_id));
        permits
            .map(|permit| format!("permit {} of {}", permit.number, permit.issuer))
            .chain(signatures.map(|signature| format!("the signature of {}", signature.signer_name)))
            .collect()
    }
}

impl CheckFile {
    /// Whether findings are written now.
    pub fn takes_findings(&self) -> Result<(), Refusal> {
        if self.state == CheckState::InProgress { Ok(self.is_unsigned()?) } else { Err(Refusal::NotInProgress) }
    }

    /// As the log says what was found on a topic, by its label and the party's name.
    pub fn found_words(label: &str, party: Option<&str>, answer: FindingAnswer) -> String {
        let about = party.map(|name| format!(" ({name})")).unwrap_or_default();
        format!("found on {}{about}: {}", label.to_lowercase(), answer.label().to_lowercase())
    }

    /// Recording a finding, by the topic's label and the party's name. Findings are the post's answer: they are written
    /// until it replied.
    pub fn record_finding(
        &self,
        new: NewFinding,
        label: &str,
        party: Option<&str>,
    ) -> Result<FindingRecorded, Refusal> {
        self.takes_findings()?;
        let sentence = Self::found_words(label, party, new.answer);
        let event = Event::new(Verb::FindingRecorded, self.id, sentence);
        let told = |answer: FindingAnswer, text: &str| says("Answer", answer).and("Text", text);
        let before = self.finding(&new.topic, new.party).map(|before| told(before.answer, &before.text));
        let event = event.before(before).after(told(new.answer, &new.text));
        Ok(FindingRecorded { check: self.id, says: new, event })
    }

    /// Letting a finding rest on one more contact, by the topic's label and the contact's name: it says what it said.
    pub fn rest_finding(
        &self,
        finding: &Finding,
        label: &str,
        (contact, named): (ContactId, &str),
    ) -> Result<FindingRecorded, Refusal> {
        self.takes_findings()?;
        let mut contacts = finding.contacts.clone();
        if !contacts.contains(&contact) {
            contacts.push(contact);
        }
        let about = finding.party_name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let sentence = format!("let the finding on {}{about} rest on one more contact", label.to_lowercase());
        let event = Event::new(Verb::FindingRecorded, self.id, sentence).after(says("Rests on", named));
        let says = NewFinding {
            topic: finding.topic.clone(),
            party: finding.party_id,
            answer: finding.answer,
            text: finding.text.clone(),
            mark: finding.portion_mark,
            contacts,
            documents: finding.documents.clone(),
        };
        Ok(FindingRecorded { check: self.id, says, event })
    }
}

//! Findings: the post's own answers, which it gives until it has replied.

use super::file::CheckFile;
use crate::{
    audit::{Event, Verb},
    evidence::model::{NewFinding, Refusal},
    id::CheckId,
    proof,
};

proof! {
    /// Proof that a finding may be written.
    pub struct FindingRecorded {
        check: CheckId,
        says: NewFinding,
    }
}

impl CheckFile {
    /// Whether findings are written now.
    pub fn takes_findings(&self) -> Result<(), Refusal> {
        if self.is_workable() { Ok(()) } else { Err(Refusal::NotInProgress) }
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
        let about = party.map(|name| format!(" ({name})")).unwrap_or_default();
        let sentence = format!("found on {}{about}: {}", label.to_lowercase(), new.answer.label().to_lowercase());
        let event = Event::new(Verb::FindingRecorded, self.id, sentence).after((new.answer, &new.text));
        let event = match self.finding(&new.topic, new.party) {
            Some(before) => event.before((before.answer, &before.text)),
            None => event,
        };
        Ok(FindingRecorded { check: self.id, says: new, event })
    }
}

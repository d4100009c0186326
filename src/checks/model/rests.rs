//! What a signature under a reply or a result rested on, and what changed beneath it since (guard 11).

use super::{
    answers::{CheckResult, Recommendation, Returned},
    file::{CaseFile, CheckFile},
};
use crate::{
    basis::{Basis, Changed},
    checks::contradictions,
    evidence::model::ReplySigned,
    reference::model::ReferenceKind,
};

/// What a check says itself: a row more, or one less, is another file.
const SAYS: [&str; 6] = ["licensed", "subject", "contact", "statement", "document", "finding"];
/// What is known of a subject as of a party on a license.
const LISTED: [&str; 2] = ["subject-listed", "subject-proscribed"];

impl CheckFile {
    /// The recommendation that somebody signed: what the reply says stands, until it is returned or given back.
    pub fn signed_reply(&self) -> Option<&Recommendation> {
        self.recommendation.as_ref().filter(|word| word.signed_by.is_some())
    }

    /// Whether nobody signed what the reply says.
    pub fn is_unsigned(&self) -> Result<(), ReplySigned> {
        let signer = |word: &Recommendation| ReplySigned(word.signed_by_name.clone().unwrap_or_default());
        self.signed_reply().map_or(Ok(()), |word| Err(signer(word)))
    }

    /// The remark with which the reply came back, until it is signed again.
    pub fn returned(&self) -> Option<&Returned> {
        let since = self.questions.first().map(|asked| asked.at);
        self.returned.first().filter(|back| self.is_workable() && since.is_none_or(|asked| back.at > asked))
    }
}

impl CaseFile {
    /// What the file says, in its own rows, in its licenses and in what does not fit together. Dates, officers and
    /// priorities are no part of it, nor are explanations: those are judged when somebody signs.
    pub fn rests_on(&self) -> Basis {
        let (check, mut basis) = (
            &self.check,
            contradictions::RULES.iter().fold(Basis::reading(&[SAYS.as_slice(), &LISTED].concat()), |basis, rule| {
                basis.and_reading(&of_rule(rule))
            }),
        );
        for license in &self.licenses {
            let named = (self.licenses.len() > 1).then(|| format!("license {}", license.number));
            basis = basis.with("licensed", license.id, "there", format!("license {}", license.number));
            basis = basis.taking(license.id, named.as_deref(), license.signed_on(&self.reference, self.today()));
        }
        for subject in &check.subjects {
            basis = basis.with(
                "subject",
                subject.id,
                format!("{}/{}", subject.role.code(), subject.party_id),
                format!("subject {}", subject.name),
            );
            basis = subject.screened().says(basis, LISTED, &self.reference);
        }
        for contact in &check.contacts {
            let says = format!("contact: {} with {}", contact.kind.label().to_lowercase(), contact.with_whom);
            basis = basis.with("contact", contact.id, "recorded", says);
        }
        for statement in &check.statements {
            let says = format!("statement of {}", statement.with_whom);
            basis = basis.with("statement", statement.id, statement.version, says);
        }
        for document in &check.documents {
            basis = basis.with(
                "document",
                document.id,
                "described",
                format!("document: {} of {}", document.kind, document.issuer),
            );
        }
        for finding in &check.findings {
            let topic = self.reference.label(ReferenceKind::Topic, &finding.topic);
            let says = format!("finding on {}: {}", topic.to_lowercase(), finding.answer.label().to_lowercase());
            basis = basis.with("finding", finding.id, finding.answer.code(), says);
        }
        for found in self.contradictions() {
            let (rule, which) = found.key.split_once(':').unwrap_or((&found.key, ""));
            let kind = of_rule(rule);
            basis = basis.with(&kind, which, &found.fingerprint, found.sentence.clone());
            basis = basis.formerly(&kind, which, found.formerly.as_deref());
        }
        basis
    }

    /// What changed since the reply was signed: whoever clears it reads that.
    pub fn changed_since_signed(&self) -> Vec<Changed> {
        let signed = self.check.signed_reply().filter(|word| word.cleared_by.is_none());
        let basis = signed.and_then(|word| word.rests_on.as_ref());
        basis.map_or_else(Vec::new, |basis| basis.changes(&self.rests_on()))
    }

    /// Whether something changed since the reply was signed by a program that kept no more than the revision.
    pub fn changed_unseen(&self) -> bool {
        let signed = self.check.signed_reply().filter(|word| word.cleared_by.is_none() && word.rests_on.is_none());
        signed.is_some_and(|word| word.signed_revision != Some(self.check.revision))
    }

    /// What changed since the reply was cleared, until a result stands: whoever judges by it reads that.
    pub fn changed_since_cleared(&self) -> Vec<Changed> {
        let cleared = self.check.recommendation.as_ref().filter(|_| !self.check.state.is_judged());
        let basis = cleared.and_then(|word| word.cleared_on.as_ref());
        basis.map_or_else(Vec::new, |basis| basis.changes(&self.rests_on()))
    }

    /// What changed since the result was signed: that signature lapsed.
    pub fn changed_since_result(&self) -> Vec<Changed> {
        let signed = self.check.result.as_ref().filter(|result| result.signed_by.is_some());
        let basis = signed.and_then(|result| result.rests_on.as_ref());
        basis.map_or_else(Vec::new, |basis| basis.changes(&self.rests_on()))
    }

    /// The result that is signed and waits for its countersignature: the file is as its signer read it. A signature on
    /// another file lapsed; of one that a program before this one kept, the revision tells.
    pub fn half_signed(&self) -> Option<&CheckResult> {
        let signed = self.check.result.as_ref().filter(|result| result.signed_by.is_some());
        let result = signed.filter(|_| !self.check.state.is_judged())?;
        let stands = match &result.rests_on {
            Some(_) => self.changed_since_result().is_empty(),
            None => result.signed_revision == Some(self.check.revision),
        };
        stands.then_some(result)
    }
}

/// The kind of facts that a rule of contradictions makes.
fn of_rule(rule: &str) -> String {
    format!("contradiction-{rule}")
}

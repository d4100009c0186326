//! The result of a check: what bears it, who proposes, signs, countersigns or declines it, and the end without an
//! answer. The numbers are those of the rulebook.

use super::{
    answers::ResultReason,
    file::CaseFile,
    guards::as_read,
    path::Stepped,
    refusal::Refusal,
    words::{CheckState, CheckType, EndedBecause, ResultWord},
};
use crate::{
    audit::{self, Subject},
    basis::{Basis, joined},
    checks::verbs::CheckVerb,
    duties::model::{Duty, Separated},
    id::{CheckId, FindingId, PersonId, PostId, ResultId},
    parties::model::TakesPossession,
    proof,
    reference::model::ReferenceKind,
};

/// What a result is to say.
#[derive(Debug, Clone)]
pub struct NewResult {
    pub word: ResultWord,
    pub text: String,
    pub caveat: String,
    pub reasons: Vec<ResultReason>,
}

proof! {
    /// Proof that a result may be proposed.
    pub struct Proposed {
        check: CheckId,
        result: ResultId,
        says: NewResult,
    }
}

proof! {
    /// Proof that a result may be signed.
    pub struct ResultSigned {
        result: ResultId,
        revision: i32,
        /// What the file says.
        basis: Basis,
        /// The step, if this is the last signature.
        step: Option<Stepped>,
    }
}

proof! {
    /// Proof that a signed result may be countersigned: the last signature.
    pub struct Countersigned {
        result: ResultId,
        revision: i32,
        step: Stepped,
    }
}

proof! {
    /// Proof that a reviewer ends a check early: with a result of their own that says why.
    pub struct EndedEarly {
        step: Stepped,
        revision: i32,
        /// What the file says.
        basis: Basis,
        /// Of a recalled request, the post that it had been sent to.
        post: Option<PostId>,
        result: ResultId,
        because: EndedBecause,
        text: String,
    }
}

proof! {
    /// Proof that a proposed result may be declined.
    pub struct Declined {
        check: CheckId,
        result: ResultId,
        why: String,
    }
}

impl EndedEarly {
    /// The result that says why.
    pub fn says(&self) -> NewResult {
        let (word, text) = (ResultWord::NotCompleted, self.text.clone());
        NewResult { word, text, caveat: String::new(), reasons: Vec::new() }
    }
}

impl CaseFile {
    /// Whether the facts bear a result's word (guards 9, 10, 12, 13).
    pub fn bears(&self, word: ResultWord, reasons: &[ResultReason]) -> Result<(), Refusal> {
        if word.is_favorable() {
            let unknown = self.licenses.iter().flat_map(|license| &license.parties);
            let unknown = unknown
                .into_iter()
                .find(|party| party.role.is_go_between() && party.takes_possession == TakesPossession::Unknown);
            if let Some(party) = unknown {
                return Err(Refusal::PossessionUnknown(party.name.clone()));
            }
            if self.check.check_type == CheckType::PostShipment && !self.check.has_firm_basis() {
                return Err(Refusal::NoFirmBasis);
            }
            self.unexplained(|contradiction| contradiction.blocks_favorable)?;
        }
        let founded =
            reasons.iter().any(|reason| reason.is_primary) && reasons.iter().any(|reason| reason.finding_id.is_some());
        if word == ResultWord::Unfavorable && !founded {
            return Err(Refusal::NoReason);
        }
        Ok(())
    }

    /// The reasons ticked, the primary one first. A code that is not in force, or a finding of another check, is
    /// refused.
    pub fn reasons<'a>(
        &self,
        primary: &str,
        finding: Option<FindingId>,
        others: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<ResultReason>, Refusal> {
        let unknown = |code: &str| !self.reference.knows(ReferenceKind::ReasonCode, code);
        let foreign = finding.is_some_and(|id| self.check.findings.iter().all(|finding| finding.id != id));
        let mut reasons = Vec::new();
        if !primary.is_empty() {
            reasons.push(ResultReason { code: primary.to_owned(), is_primary: true, finding_id: finding });
        }
        for code in others {
            if reasons.iter().all(|reason: &ResultReason| reason.code != code) {
                reasons.push(ResultReason { code: code.to_owned(), is_primary: false, finding_id: None });
            }
        }
        if foreign || reasons.iter().any(|reason| unknown(&reason.code)) {
            return Err(Refusal::UnknownReasons);
        }
        Ok(reasons)
    }

    /// Whether a result may be proposed, in place of an earlier proposal.
    pub fn may_propose(&self, by: PersonId) -> Result<(), Refusal> {
        self.check.step(CheckVerb::Propose)?;
        if self.half_signed().is_some() {
            return Err(Refusal::ResultSigned);
        }
        self.apart(by, Duty::Propose)
    }

    /// Proposing a result, in place of an earlier proposal (guards 9, 10, 12, 13).
    pub fn propose(&self, by: PersonId, result: ResultId, says: NewResult) -> Result<Proposed, Refusal> {
        self.may_propose(by)?;
        match says.word {
            ResultWord::FavorableWithCaveat if says.caveat.is_empty() => return Err(Refusal::NoCaveat),
            ResultWord::NotCompleted => return Err(Refusal::EndedByReviewers),
            _ => self.bears(says.word, &says.reasons)?,
        }
        let event = CheckVerb::Propose.event(&self.check, format!(": {}", says.word.label().to_lowercase()));
        let after = audit::says("Result", says.word).and("Text", &says.text).and("Caveat", &says.caveat);
        let event = event.about(Subject::Row("result", result.0)).after(after);
        Ok(Proposed { check: self.check.id, result, says, event })
    }

    /// The word of the proposed result, as a sentence goes on with it.
    fn result_word(&self) -> String {
        self.check
            .result
            .as_ref()
            .map_or_else(String::new, |result| format!(": {}", result.word.label().to_lowercase()))
    }

    /// Signing the proposed result (guards 10, 11).
    pub fn sign_result(&self, by: PersonId) -> Result<ResultSigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let result = self.check.result.as_ref().ok_or(Refusal::NoResult)?;
        if self.half_signed().is_some() {
            return Err(Refusal::WaitsForCountersignature);
        }
        self.apart(by, Duty::SignResult)?;
        self.bears(result.word, &result.reasons)?;
        let (revision, step) = (self.check.revision, (!result.word.needs_countersignature()).then_some(step));
        let event = CheckVerb::SignResult.event(&self.check, self.result_word()).after(as_read(revision));
        Ok(ResultSigned { result: result.id, revision, basis: self.rests_on(), step, event })
    }

    /// Countersigning it (guards 10, 11): the last signature on the result.
    pub fn countersign(&self, by: PersonId) -> Result<Countersigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let signed = self.check.result.as_ref().filter(|result| result.signed_by.is_some()).ok_or(Refusal::NoResult)?;
        let result = self.half_signed().filter(|known| known.id == signed.id).ok_or_else(|| self.lapsed())?;
        self.apart(by, Duty::Countersign)?;
        let revision = self.check.revision;
        let event = CheckVerb::Countersign.event(&self.check, "").after(as_read(revision));
        Ok(Countersigned { result: result.id, revision, step, event })
    }

    /// Why a signature under the result lapsed.
    fn lapsed(&self) -> Refusal {
        let changed = joined(&self.changed_since_result());
        Refusal::ResultLapsed(if changed.is_empty() { "what changed was not kept".into() } else { changed })
    }

    /// Declining to sign or to countersign the proposed result: the case officer proposes another one, or asks the
    /// post. Who signed it leaves that to another.
    pub fn decline(&self, by: PersonId, why: &str) -> Result<Declined, Refusal> {
        let result = self.may_decline(by)?;
        let event = CheckVerb::Decline.event(&self.check, self.result_word()).after(audit::says("Reason", why));
        Ok(Declined { check: self.check.id, result, why: why.to_owned(), event })
    }

    /// Whether a person may decline the proposed result; gives it.
    pub fn may_decline(&self, by: PersonId) -> Result<ResultId, Refusal> {
        self.check.step(CheckVerb::Decline)?;
        let result = self.check.result.as_ref().ok_or(Refusal::NoResult)?;
        if result.signed_by == Some(by) {
            let place = self.check.reference.clone();
            return Err(Separated { later: Duty::Decline, earlier: Duty::SignResult, place }.into());
        }
        self.apart(by, Duty::Decline)?;
        Ok(result.id)
    }

    /// Ending it early, with a result that a reviewer signs alone.
    pub fn end_early(
        &self,
        by: PersonId,
        result: ResultId,
        because: EndedBecause,
        text: &str,
    ) -> Result<EndedEarly, Refusal> {
        let (mut step, revision) = (self.may_end_early(by)?, self.check.revision);
        // It ends as what it was: a request to the post that had it, due when it was.
        let recalled = self.ends_as_sent()?;
        if let Some(recalled) = recalled {
            step = step.setting(recalled.due_on);
        }
        let post = recalled.map(|recalled| recalled.post_id);
        let event = CheckVerb::EndEarly.event(&self.check, format!(": {}", because.label().to_lowercase()));
        let event = event.after(audit::says("Reason", text));
        Ok(EndedEarly { step, revision, basis: self.rests_on(), post, result, because, text: text.to_owned(), event })
    }

    /// Whether it may be ended early.
    pub fn may_end_early(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::EndEarly)?;
        if self.check.state == CheckState::Draft && !self.check.was_sent() {
            return Err(Refusal::NeverSent);
        }
        self.ends_as_sent()?;
        self.waits_for_no_countersignature()?;
        self.apart(by, Duty::EndEarly)?;
        Ok(step)
    }

    pub(super) fn waits_for_no_countersignature(&self) -> Result<(), Refusal> {
        if self.half_signed().is_some() { Err(Refusal::WaitsForCountersignature) } else { Ok(()) }
    }
}

//! The guards of a check: what has to be true before a request, a signature, a clearance, a result. The numbers are
//! those of the rulebook.

use super::{
    file::{CaseFile, ResultReason},
    path::{Stepped, Taken},
    refusal::Refusal,
    words::{CheckType, EndedBecause, RecommendationWord, ResultWord, SiteVisit},
};
use crate::{
    audit::Subject,
    checks::{contradictions::Contradiction, verbs::CheckVerb},
    duties::model::{Duty, Separated},
    evidence::model::ContactKind,
    id::{CheckId, FindingId, PersonId, RecommendationId, ResultId},
    licenses::model::{LicenseFile, LicenseStatus},
    parties::model::TakesPossession,
    proof,
    reference::model::{Asked, ReferenceKind},
    text::day_words,
};

proof! {
    /// Proof that the recommendation may be signed.
    pub struct Signed {
        recommendation: RecommendationId,
        /// The revision that was read.
        revision: i32,
    }
}

proof! {
    /// Proof that a reply may be cleared.
    pub struct Cleared {
        step: Stepped,
        revision: i32,
        /// The signer clears alone, being alone at the post.
        post_of_one: bool,
    }
}

proof! {
    /// Proof that the post's recommendation may say so.
    pub struct Recommended {
        check: CheckId,
        recommendation: RecommendationId,
        word: RecommendationWord,
        text: String,
    }
}

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

proof! {
    /// Proof that a contradiction may be explained.
    pub struct Explained {
        check: CheckId,
        contradiction: String,
        /// The fingerprint of the facts it explains.
        fingerprint: String,
        text: String,
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
    /// Sending the request (guard 1). Type, post, reason and site-visit level are given by the form and the table.
    pub fn request(&self) -> Result<Taken, Refusal> {
        let due = self.check.due_when_sent(self.now);
        let step = self.check.step(CheckVerb::Request)?.setting(due);
        let check_type = self.check.check_type;
        if let Some(license) = self.licenses.first().filter(|_| !check_type.has_licenses()) {
            return Err(Refusal::HasLicense(license.number.clone()));
        }
        let issued =
            |license: &LicenseFile| matches!(license.status, LicenseStatus::Approved | LicenseStatus::Suspended);
        let fits = |license: &&LicenseFile| {
            if check_type.follows_issue() { issued(license) } else { license.status.is_open() }
        };
        if let Some(license) = self.licenses.iter().find(|license| !fits(license)) {
            return Err(Refusal::LicenseStands {
                number: license.number.clone(),
                status: license.status.label().to_lowercase(),
                check_type: check_type.label().to_lowercase(),
                wanted: if check_type.follows_issue() { "issued licenses" } else { "licenses that are not decided" },
            });
        }
        let licensed = self.licenses.iter().any(|license| !license.items.is_empty());
        match check_type.has_licenses() {
            true if !licensed => Err(Refusal::NoLicense),
            false if self.check.subjects.is_empty() => Err(Refusal::NoSubject),
            _ => {
                let to = format!(" to {}, due {}", self.check.post_name, day_words(due));
                Ok(Taken::of(step, &self.check, CheckVerb::Request.event(&self.check, to)))
            }
        }
    }

    /// Signing the recommendation (guards 2, 3, 9, 11). A signature falls away when the file changes under it: whoever
    /// read the file as it is now signs again.
    pub fn sign(&self, by: PersonId) -> Result<Signed, Refusal> {
        if !self.check.is_workable() {
            return Err(self.check.off_the_path(CheckVerb::Sign));
        }
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        if recommendation.signed_revision == Some(self.check.revision) {
            return Err(Refusal::AlreadySigned);
        }
        self.apart(by, Duty::SignReply)?;
        self.is_complete(recommendation.word)?;
        let (word, revision) = (recommendation.word.label().to_lowercase(), self.check.revision);
        let event = CheckVerb::Sign.event(&self.check, format!(": {word}")).after(revision);
        Ok(Signed { recommendation: recommendation.id, revision, event })
    }

    /// Clearing the reply (guard 2): another person of the post, or the signer where only one is there.
    pub fn clear(&self, by: PersonId) -> Result<Cleared, Refusal> {
        let step = self.check.step(CheckVerb::Clear)?;
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        let signer = recommendation.signed_by.ok_or(Refusal::NotSigned)?;
        if recommendation.signed_revision != Some(self.check.revision) {
            return Err(Refusal::ChangedSinceSigned);
        }
        self.is_complete(recommendation.word)?;
        let alone = self.check.people_at_post == [signer];
        if by == signer && !alone {
            return Err(Refusal::OwnClearance);
        }
        self.apart(by, Duty::ClearReply)?;
        let (revision, post_of_one) = (self.check.revision, by == signer);
        let alone = if post_of_one { " as the only person of the post" } else { "" };
        let event = CheckVerb::Clear.event(&self.check, alone).after(revision);
        Ok(Cleared { step, revision, post_of_one, event })
    }

    /// Whether the recommendation may be written: it is the post's, until it replied.
    pub fn may_recommend(&self) -> Result<(), Refusal> {
        if self.check.is_workable() { Ok(()) } else { Err(Refusal::NotInProgress) }
    }

    /// Writing the recommendation, in place of an earlier one (guard 3).
    pub fn recommend(
        &self,
        recommendation: RecommendationId,
        word: RecommendationWord,
        text: &str,
    ) -> Result<Recommended, Refusal> {
        self.may_recommend()?;
        self.fits(word)?;
        let event = CheckVerb::Recommend.event(&self.check, format!(": {}", word.label().to_lowercase()));
        let event = event.after((word, text));
        let event = match &self.check.recommendation {
            Some(before) => event.before((before.word, &before.text)),
            None => event,
        };
        Ok(Recommended { check: self.check.id, recommendation, word, text: text.to_owned(), event })
    }

    /// Whether a recommendation's word fits what is open on the licenses (guard 3).
    pub fn fits(&self, word: RecommendationWord) -> Result<(), Refusal> {
        let open = self.open_conditions();
        match word {
            RecommendationWord::SupportWithConditions if open.is_empty() => Err(Refusal::NothingOpen),
            RecommendationWord::Support if !open.is_empty() => {
                let all = open.iter().map(|(_, open)| open.text.as_str()).collect::<Vec<_>>().join("; ");
                Err(Refusal::StillOpen(all))
            }
            _ => Ok(()),
        }
    }

    /// What the reply needs (guards 2, 3, 9).
    fn is_complete(&self, word: RecommendationWord) -> Result<(), Refusal> {
        let lacking = self.unanswered();
        if !lacking.is_empty() {
            let named = |asked: &Asked| {
                asked
                    .party
                    .as_ref()
                    .map_or_else(|| asked.label.clone(), |(_, name)| format!("{} ({name})", asked.label))
            };
            return Err(Refusal::Unanswered(lacking.iter().map(named).collect::<Vec<_>>().join("; ")));
        }
        let visited = self.check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
        if self.check.site_visit == SiteVisit::Required && !visited && self.check.site_visit_waiver.is_none() {
            return Err(Refusal::NoSiteVisit);
        }
        self.fits(word)?;
        self.unexplained(|contradiction| contradiction.blocks_reply)
    }

    fn unexplained(&self, relevant: impl Fn(&Contradiction) -> bool) -> Result<(), Refusal> {
        let found = self
            .contradictions()
            .into_iter()
            .find(|contradiction| contradiction.explanation.is_none() && relevant(contradiction));
        found.map_or(Ok(()), |contradiction| Err(Refusal::Unexplained(contradiction.sentence)))
    }

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

    /// Proposing a result, in place of an earlier proposal (guards 9, 10, 12, 13).
    pub fn propose(&self, by: PersonId, result: ResultId, says: NewResult) -> Result<Proposed, Refusal> {
        self.may_propose(by)?;
        match says.word {
            ResultWord::FavorableWithCaveat if says.caveat.is_empty() => return Err(Refusal::NoCaveat),
            ResultWord::NotCompleted => return Err(Refusal::EndedByReviewers),
            _ => self.bears(says.word, &says.reasons)?,
        }
        let event = CheckVerb::Propose.event(&self.check, format!(": {}", says.word.label().to_lowercase()));
        let event = event.about(Subject::Row("result", result.0)).after((says.word, &says.text, &says.caveat));
        Ok(Proposed { check: self.check.id, result, says, event })
    }

    /// Ending it early, with a result that a reviewer signs alone.
    pub fn end_early(
        &self,
        by: PersonId,
        result: ResultId,
        because: EndedBecause,
        text: &str,
    ) -> Result<EndedEarly, Refusal> {
        let (step, revision) = (self.may_end_early(by)?, self.check.revision);
        let event = CheckVerb::EndEarly.event(&self.check, format!(": {}", because.label().to_lowercase())).after(text);
        Ok(EndedEarly { step, revision, result, because, text: text.to_owned(), event })
    }

    /// The contradictions that wait for one side's explanation.
    pub fn waiting(&self, at_post: bool) -> Vec<Contradiction> {
        let waits = |found: &Contradiction| found.explanation.is_none() && found.by_post == at_post;
        self.contradictions().into_iter().filter(waits).collect()
    }

    /// Whether contradictions may still be explained.
    pub fn may_explain(&self) -> Result<(), Refusal> {
        if self.check.state.is_judged() { Err(Refusal::Frozen) } else { Ok(()) }
    }

    /// Explaining a contradiction that waits for one's side.
    pub fn explain(&self, at_post: bool, contradiction: &str, text: &str) -> Result<Explained, Refusal> {
        self.may_explain()?;
        let waits = self.waiting(at_post).into_iter().find(|found| found.key == contradiction);
        let found = waits.ok_or(Refusal::NotWaiting)?;
        let event = CheckVerb::Explain.event(&self.check, format!(": {}", found.sentence)).after(text);
        let (contradiction, fingerprint) = (found.key, found.fingerprint);
        Ok(Explained { check: self.check.id, contradiction, fingerprint, text: text.to_owned(), event })
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
        if result.signed_by.is_some() {
            return Err(Refusal::WaitsForCountersignature);
        }
        self.apart(by, Duty::SignResult)?;
        self.bears(result.word, &result.reasons)?;
        let (revision, step) = (self.check.revision, (!result.word.needs_countersignature()).then_some(step));
        let event = CheckVerb::SignResult.event(&self.check, self.result_word()).after(revision);
        Ok(ResultSigned { result: result.id, revision, step, event })
    }

    /// Countersigning it (guards 10, 11): the last signature on the result.
    pub fn countersign(&self, by: PersonId) -> Result<Countersigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let result = self.check.result.as_ref().filter(|result| result.signed_by.is_some()).ok_or(Refusal::NoResult)?;
        self.apart(by, Duty::Countersign)?;
        let revision = self.check.revision;
        let event = CheckVerb::Countersign.event(&self.check, "").after(revision);
        Ok(Countersigned { result: result.id, revision, step, event })
    }

    /// Declining to sign or to countersign the proposed result: the case officer proposes another one, or asks the
    /// post. Who signed it leaves that to another.
    pub fn decline(&self, by: PersonId, why: &str) -> Result<Declined, Refusal> {
        let result = self.may_decline(by)?;
        let event = CheckVerb::Decline.event(&self.check, self.result_word()).after(why);
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
}

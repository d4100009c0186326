//! The guards of a check: what has to be true before a request, a signature, a clearance, a result. The numbers are
//! those of the rulebook.

use super::{
    file::{CaseFile, ResultReason},
    path::Stepped,
    refusal::Refusal,
    words::{CheckType, RecommendationWord, ResultWord, SiteVisit},
};
use crate::{
    checks::{contradictions::Contradiction, verbs::CheckVerb},
    duties::model::{Duty, Separated},
    evidence::model::ContactKind,
    id::{PersonId, RecommendationId, ResultId},
    licenses::model::{LicenseFile, LicenseStatus},
    parties::model::TakesPossession,
    reference::model::Asked,
};

/// Proof that a reply may be cleared.
#[derive(Debug)]
pub struct Cleared {
    pub step: Stepped,
    /// The signer clears alone, being alone at the post.
    pub post_of_one: bool,
}

/// Proof that a result may be signed.
#[derive(Debug)]
pub struct ResultSigned {
    pub result: ResultId,
    /// The step, if this is the last signature.
    pub step: Option<Stepped>,
}

impl CaseFile {
    /// Sending the request (guard 1). Type, post, reason and site-visit level are given by the form and the table.
    pub fn request(&self) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::Request)?;
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
            _ => Ok(step),
        }
    }

    /// Signing the recommendation (guards 2, 3, 9, 11). A signature falls away when the file changes under it: whoever
    /// read the file as it is now signs again.
    pub fn sign(&self, by: PersonId) -> Result<RecommendationId, Refusal> {
        if !self.check.is_workable() {
            return Err(self.check.off_the_path(CheckVerb::Sign));
        }
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        if recommendation.signed_revision == Some(self.check.revision) {
            return Err(Refusal::AlreadySigned);
        }
        self.apart(by, Duty::SignReply)?;
        self.is_complete(recommendation.word)?;
        Ok(recommendation.id)
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
        Ok(Cleared { step, post_of_one: by == signer })
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

    /// Signing the proposed result (guards 10, 11).
    pub fn sign_result(&self, by: PersonId) -> Result<ResultSigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let result = self.check.result.as_ref().ok_or(Refusal::NoResult)?;
        if result.signed_by.is_some() {
            return Err(Refusal::WaitsForCountersignature);
        }
        self.apart(by, Duty::SignResult)?;
        self.bears(result.word, &result.reasons)?;
        Ok(ResultSigned { result: result.id, step: (!result.word.needs_countersignature()).then_some(step) })
    }

    /// Countersigning it (guards 10, 11): the last signature on the result.
    pub fn countersign(&self, by: PersonId) -> Result<ResultSigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let result = self.check.result.as_ref().filter(|result| result.signed_by.is_some()).ok_or(Refusal::NoResult)?;
        self.apart(by, Duty::Countersign)?;
        Ok(ResultSigned { result: result.id, step: Some(step) })
    }

    /// Declining to sign or to countersign the proposed result: the case officer proposes another one, or asks the
    /// post. Who signed it leaves that to another.
    pub fn decline(&self, by: PersonId) -> Result<ResultId, Refusal> {
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

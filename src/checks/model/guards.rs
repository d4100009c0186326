//! The guards of a check until its reply goes: what has to be true before a request, a signature, a clearance. The
//! numbers are those of the rulebook.

use super::{
    answers::Recommendation,
    file::CaseFile,
    path::{Stepped, Taken},
    refusal::Refusal,
    words::{CheckState, RecommendationWord, SiteVisit},
};
use crate::{
    audit::{Values, says},
    basis::Basis,
    checks::{contradictions::Contradiction, verbs::CheckVerb},
    duties::model::Duty,
    evidence::model::ContactKind,
    id::{CheckId, PersonId, RecommendationId},
    licenses::model::{LicenseFile, LicenseStatus},
    proof,
    reference::model::Asked,
    text::day_words,
};

proof! {
    /// Proof that the recommendation may be signed.
    pub struct Signed {
        recommendation: RecommendationId,
        /// The revision that was read.
        revision: i32,
        /// What the file says.
        basis: Basis,
    }
}

proof! {
    /// Proof that a signed reply goes back to be changed.
    pub struct BroughtBack {
        recommendation: RecommendationId,
        check: CheckId,
        remark: String,
    }
}

proof! {
    /// Proof that a reply may be cleared.
    pub struct Cleared {
        step: Stepped,
        revision: i32,
        /// What the file says.
        basis: Basis,
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

proof! {
    /// Proof that a contradiction may be explained.
    pub struct Explained {
        check: CheckId,
        contradiction: String,
        /// The fingerprint of the facts it explains.
        fingerprint: String,
        /// The sentence it explains.
        said: String,
        text: String,
    }
}

/// What a signature says of the file beneath it.
pub(super) fn as_read(revision: i32) -> Values {
    says("Version of the file", revision)
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

    /// Signing the recommendation (guards 2, 3, 9, 11). What it says stands from then on; what changes elsewhere is
    /// told to whoever clears it.
    pub fn sign(&self, by: PersonId) -> Result<Signed, Refusal> {
        if self.check.state != CheckState::InProgress {
            return Err(self.check.off_the_path(CheckVerb::Sign));
        }
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        if recommendation.signed_by.is_some() {
            return Err(Refusal::AlreadySigned);
        }
        self.apart(by, Duty::SignReply)?;
        self.is_complete(recommendation.word)?;
        let (word, revision) = (recommendation.word.label().to_lowercase(), self.check.revision);
        let event = CheckVerb::Sign.event(&self.check, format!(": {word}")).after(as_read(revision));
        Ok(Signed { recommendation: recommendation.id, revision, basis: self.rests_on(), event })
    }

    /// Returning a signed reply within the post, with what is to be changed: it is open again and unsigned.
    pub fn bring_back(&self, by: PersonId, remark: &str) -> Result<BroughtBack, Refusal> {
        let recommendation = self.may_bring_back(by)?;
        let word = recommendation.word.label().to_lowercase();
        let signer = recommendation.signed_by_name.as_deref();
        let event = CheckVerb::BringBack.event(&self.check, format!(": {word}")).before(says("Signed by", signer));
        let (recommendation, event) = (recommendation.id, event.after(says("Remark", remark)));
        Ok(BroughtBack { recommendation, check: self.check.id, remark: remark.to_owned(), event })
    }

    /// Whether a signed reply may be returned by a person of the post, its signer too; gives it.
    pub fn may_bring_back(&self, by: PersonId) -> Result<&Recommendation, Refusal> {
        if self.check.state != CheckState::InProgress {
            return Err(self.check.off_the_path(CheckVerb::BringBack));
        }
        let signed = self.check.signed_reply().ok_or(Refusal::NotSigned)?;
        self.apart(by, Duty::Work)?;
        Ok(signed)
    }

    /// Clearing the reply (guard 2): another person of the post, or the signer where only one is there.
    pub fn clear(&self, by: PersonId) -> Result<Cleared, Refusal> {
        let step = self.check.step(CheckVerb::Clear)?;
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        let signer = recommendation.signed_by.ok_or(Refusal::NotSigned)?;
        self.is_complete(recommendation.word)?;
        let alone = matches!(self.check.serving[..], [(only, _)] if only == signer);
        if by == signer && !alone {
            return Err(Refusal::OwnClearance);
        }
        self.apart(by, Duty::ClearReply)?;
        let (revision, post_of_one) = (self.check.revision, by == signer);
        let alone = if post_of_one { " as the only person of the post" } else { "" };
        let event = CheckVerb::Clear.event(&self.check, alone).after(as_read(revision));
        Ok(Cleared { step, revision, basis: self.rests_on(), post_of_one, event })
    }

    /// Whether the recommendation may be written: it is the post's, until it replied.
    pub fn may_recommend(&self) -> Result<(), Refusal> {
        if self.check.state != CheckState::InProgress {
            return Err(Refusal::NotInProgress);
        }
        Ok(self.check.is_unsigned()?)
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
        let told = |word: RecommendationWord, text: &str| says("Recommendation", word).and("Text", text);
        let before = self.check.recommendation.as_ref().map(|before| told(before.word, &before.text));
        let event = event.before(before).after(told(word, text));
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
    pub fn is_complete(&self, word: RecommendationWord) -> Result<(), Refusal> {
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
        if self.check.findings.is_empty() {
            return Err(Refusal::NothingFound);
        }
        let visited = self.check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
        if self.check.site_visit == SiteVisit::Required && !visited && self.check.site_visit_waiver.is_none() {
            return Err(Refusal::NoSiteVisit);
        }
        self.fits(word)?;
        self.unexplained(|contradiction| contradiction.blocks_reply)
    }

    pub(super) fn unexplained(&self, relevant: impl Fn(&Contradiction) -> bool) -> Result<(), Refusal> {
        let found = self
            .contradictions()
            .into_iter()
            .find(|contradiction| contradiction.explanation.is_none() && relevant(contradiction));
        found.map_or(Ok(()), |contradiction| Err(Refusal::Unexplained(contradiction.sentence)))
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
        let event =
            CheckVerb::Explain.event(&self.check, format!(": {}", found.sentence)).after(says("Explanation", text));
        let (contradiction, fingerprint, said) = (found.key, found.fingerprint, found.sentence);
        Ok(Explained { check: self.check.id, contradiction, fingerprint, said, text: text.to_owned(), event })
    }
}

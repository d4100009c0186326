//! The path of a check: a step is taken from a state, or refused.

use time::Date;

use super::{
    file::{CaseFile, CheckFile},
    refusal::Refusal,
    words::{CheckState, SiteVisit},
};
use crate::{
    checks::verbs::CheckVerb,
    duties::model::{self as duties, Done, Duty},
    id::{CheckId, LicenseId, PartyId, PersonId},
    licenses::model::LicenseFile,
};

/// Proof that a check may take a step. Only the rules of [`CaseFile`] make one.
#[derive(Debug)]
pub struct Stepped {
    check: CheckId,
    verb: CheckVerb,
    from: CheckState,
    to: CheckState,
}

impl Stepped {
    pub fn check(&self) -> CheckId {
        self.check
    }

    pub fn verb(&self) -> CheckVerb {
        self.verb
    }

    pub fn from(&self) -> CheckState {
        self.from
    }

    /// Where it is now.
    pub fn to(&self) -> CheckState {
        self.to
    }

    pub fn milestone(&self) -> Option<Milestone> {
        match self.verb {
            CheckVerb::Request => Some(Milestone::Sent),
            CheckVerb::Acknowledge => Some(Milestone::Acknowledged),
            CheckVerb::Clear => Some(Milestone::Answered),
            CheckVerb::GiveBack => Some(Milestone::GivenBack),
            CheckVerb::Hold => Some(Milestone::Held),
            CheckVerb::Resume => Some(Milestone::Resumed),
            CheckVerb::SignResult | CheckVerb::Countersign | CheckVerb::EndEarly => Some(Milestone::Resulted),
            CheckVerb::Edit
            | CheckVerb::Discard
            | CheckVerb::Sign
            | CheckVerb::Recommend
            | CheckVerb::Interim
            | CheckVerb::Reassign
            | CheckVerb::Propose
            | CheckVerb::Decline
            | CheckVerb::TakeOver
            | CheckVerb::Extend
            | CheckVerb::Waive
            | CheckVerb::Explain => None,
        }
    }
}

/// What a step leaves on its check beside where the check stands, with the moment and the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Milestone {
    Sent,
    /// Who acknowledges becomes its officer.
    Acknowledged,
    Answered,
    /// The answer no longer stands.
    GivenBack,
    Held,
    Resumed,
    Resulted,
}

impl CheckFile {
    pub(super) fn step(&self, verb: CheckVerb) -> Result<Stepped, Refusal> {
        let to = self.state.after(verb, self.held_state).ok_or_else(|| self.off_the_path(verb))?;
        Ok(Stepped { check: self.id, verb, from: self.state, to })
    }

    pub(super) fn off_the_path(&self, verb: CheckVerb) -> Refusal {
        Refusal::Path { state: self.state.label().to_lowercase(), verb: verb.label() }
    }

    /// The most days a post is given.
    const MOST_DAYS: i64 = 730;

    /// Whether a post may be given so many days.
    pub fn grants(days: Option<i64>) -> Result<(), Refusal> {
        if days.is_some_and(|days| days > Self::MOST_DAYS) {
            Err(Refusal::TooManyDays(Self::MOST_DAYS))
        } else {
            Ok(())
        }
    }

    /// Whether parties that the post found may be added: until its result stands.
    pub fn takes_found_parties(&self) -> Result<(), Refusal> {
        if self.state.is_judged() { Err(Refusal::ResultStands) } else { Ok(()) }
    }

    /// Whether what hangs on a draft may be changed: until the request was sent.
    pub fn is_draft_of(&self, what: &'static str) -> Result<(), Refusal> {
        if self.state == CheckState::Draft { Ok(()) } else { Err(Refusal::SentWith(what)) }
    }

    /// Whether a license that is being registered goes on it: on a draft of a type that has licenses.
    pub fn takes_licenses(&self) -> Result<(), Refusal> {
        self.is_draft_of("licenses")?;
        if self.check_type.has_licenses() { Ok(()) } else { Err(Refusal::TakesNoLicense) }
    }

    /// Whether such a license is on the side of the issue that its type is about.
    pub fn fits_issue(&self, approved_on: Option<Date>) -> Result<(), Refusal> {
        match (self.check_type.follows_issue(), approved_on) {
            (false, Some(_)) => Err(Refusal::BeforeIssue),
            (true, None) => Err(Refusal::AfterIssue),
            _ => Ok(()),
        }
    }

    /// Whether a known license is put on it.
    pub fn takes_known_licenses(&self) -> Result<(), Refusal> {
        let may = self.state == CheckState::Draft && self.check_type.has_licenses();
        if may { Ok(()) } else { Err(Refusal::LicensesOfDrafts) }
    }

    pub fn discard(&self, by: PersonId) -> Result<Stepped, Refusal> {
        if by == self.opened_by { self.step(CheckVerb::Discard) } else { Err(Refusal::NotOpener) }
    }
}

impl CaseFile {
    /// Whether an earlier act of a person on the check or on a license of it keeps them from this one (guard 11).
    pub fn apart(&self, by: PersonId, duty: Duty) -> Result<(), Refusal> {
        let of = |license: &LicenseFile| {
            license.duties.iter().filter(|done| done.license_id.is_some()).cloned().collect::<Vec<_>>()
        };
        let on_licenses: Vec<Done> = self.licenses.iter().flat_map(of).collect();
        Ok(duties::judge(duty, by, self.check.duties.iter().chain(&on_licenses))?)
    }

    /// A step that asks nothing but the path and the table of duties: acknowledge, interim reply, hold, resume.
    ///
    /// # Errors
    /// When the path has no such step, or who has to take it.
    pub fn take(&self, by: PersonId, verb: CheckVerb) -> Result<Stepped, Refusal> {
        let step = self.check.step(verb)?;
        let duty = match verb {
            CheckVerb::Hold => Duty::Hold,
            CheckVerb::Resume => Duty::Resume,
            _ => Duty::Work,
        };
        self.apart(by, duty)?;
        Ok(step)
    }

    /// Giving it back with questions. A result that a reviewer signed is not withdrawn; it waits for its
    /// countersignature.
    pub fn give_back(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::GiveBack)?;
        self.waits_for_no_countersignature()?;
        self.apart(by, Duty::GiveBack)?;
        Ok(step)
    }

    /// Proposing a result, in place of an earlier proposal.
    pub fn propose(&self, by: PersonId) -> Result<(), Refusal> {
        self.check.step(CheckVerb::Propose)?;
        if self.check.result.as_ref().is_some_and(|result| result.signed_by.is_some()) {
            return Err(Refusal::ResultSigned);
        }
        self.apart(by, Duty::Propose)
    }

    /// Waiving a required site visit (guard 2).
    pub fn waive(&self, by: PersonId) -> Result<(), Refusal> {
        let check = &self.check;
        let required = check.site_visit == SiteVisit::Required && check.site_visit_waiver.is_none();
        if !required || check.state.is_judged() {
            return Err(Refusal::NoVisitToWaive);
        }
        self.apart(by, Duty::Waive)
    }

    /// Moving the due date of a check that is at the post; gives the present one.
    pub fn extend(&self, by: PersonId) -> Result<Date, Refusal> {
        let due = self.check.due_on.filter(|_| self.check.state.is_at_post()).ok_or(Refusal::NotAtPost)?;
        self.apart(by, Duty::Extend)?;
        Ok(due)
    }

    pub fn end_early(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::EndEarly)?;
        self.waits_for_no_countersignature()?;
        self.apart(by, Duty::EndEarly)?;
        Ok(step)
    }

    /// Whether a license is not on it yet.
    pub fn is_without(&self, license: LicenseId, number: &str) -> Result<(), Refusal> {
        if self.license(license).is_some() { Err(Refusal::LicenseThere(number.to_owned())) } else { Ok(()) }
    }

    /// Whether a party becomes its subject: of a draft without licenses, and later one that the post found.
    pub fn takes_subject(&self, party: Option<PartyId>) -> Result<(), Refusal> {
        let check = &self.check;
        let found = party.is_some_and(|party| check.found.iter().any(|found| found.id == party));
        let may = check.state == CheckState::Draft || (found && !check.state.is_judged());
        if may && !check.check_type.has_licenses() { Ok(()) } else { Err(Refusal::SubjectsOfDrafts) }
    }

    /// Taking over a check at a post: when its officer no longer serves there.
    ///
    /// # Errors
    /// When the officer is there; then the post's supervisor reassigns it.
    pub fn take_over(&self, by: PersonId) -> Result<(), Refusal> {
        let check = &self.check;
        let there = check.officer_id.is_some_and(|officer| officer == by || check.people_at_post.contains(&officer));
        match (check.state.is_at_post() || check.state == CheckState::Replied, there) {
            (false, _) => Err(check.off_the_path(CheckVerb::TakeOver)),
            (true, true) => Err(Refusal::OfficerIsThere(check.officer_name.clone().unwrap_or_default())),
            (true, false) => Ok(()),
        }
    }

    pub(super) fn waits_for_no_countersignature(&self) -> Result<(), Refusal> {
        match &self.check.result {
            Some(result) if result.signed_by.is_some() => Err(Refusal::WaitsForCountersignature),
            _ => Ok(()),
        }
    }
}

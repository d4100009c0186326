//! The path of a check: a step is taken from a state, or refused.

use time::Date;

use super::{
    file::{CaseFile, CheckFile},
    refusal::Refusal,
    words::{CheckState, Priority, SiteVisit},
};
use crate::{
    audit::{Event, Verb, says},
    checks::verbs::CheckVerb,
    duties::model::{self as duties, Done, Duty},
    id::{CheckId, LicenseId, PartyId, PersonId},
    licenses::model::LicenseFile,
    proof,
    text::{day_words, many},
};

/// Proof that a check may take a step. Only the rules of [`CaseFile`] make one, as a part of a proof that says what is
/// logged.
#[derive(Debug, Clone)]
pub struct Stepped {
    check: CheckId,
    verb: CheckVerb,
    from: CheckState,
    to: CheckState,
    due: Option<Date>,
}

proof! {
    /// Proof that a step is taken that needs at most one text: sent, acknowledged, answered between, given back, held,
    /// resumed, discarded.
    pub struct Taken {
        step: Stepped,
        /// What is asked, answered, or why.
        text: String,
        /// The revision that was read.
        revision: i32,
    }
}

proof! {
    /// Proof that a required site visit may be waived.
    pub struct Waived {
        check: CheckId,
        why: String,
    }
}

proof! {
    /// Proof that the due date may be moved.
    pub struct Extended {
        check: CheckId,
        before: Date,
        due: Date,
        reason: String,
    }
}

proof! {
    /// Proof that a check that was sent may become more or less urgent.
    pub struct Prioritized {
        check: CheckId,
        priority: Priority,
    }
}

proof! {
    /// Proof that a check goes to another officer of its post.
    pub struct Reassigned {
        check: CheckId,
        officer: PersonId,
    }
}

proof! {
    /// Proof that nothing keeps a check open any more.
    pub struct Closed {
        check: CheckId,
    }
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
            | CheckVerb::Recall
            | CheckVerb::Sign
            | CheckVerb::BringBack
            | CheckVerb::Recommend
            | CheckVerb::Interim
            | CheckVerb::Reassign
            | CheckVerb::HandOver
            | CheckVerb::Propose
            | CheckVerb::Decline
            | CheckVerb::TakeOver
            | CheckVerb::Extend
            | CheckVerb::Prioritize
            | CheckVerb::Waive
            | CheckVerb::Explain => None,
        }
    }

    pub(super) fn setting(self, due: Date) -> Self {
        Self { due: Some(due), ..self }
    }

    /// The due date that it sets.
    pub fn due(&self) -> Option<Date> {
        self.due
    }
}

impl Taken {
    pub(super) fn of(step: Stepped, check: &CheckFile, event: Event) -> Self {
        Self { step, text: String::new(), revision: check.revision, event }
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
        Ok(Stepped { check: self.id, verb, from: self.state, to, due: None })
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

    /// Whether the request itself may be changed.
    pub fn is_draft(&self) -> Result<(), Refusal> {
        if self.state == CheckState::Draft { Ok(()) } else { Err(Refusal::Sent) }
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
    pub fn take(&self, by: PersonId, verb: CheckVerb, text: &str) -> Result<Taken, Refusal> {
        let (check, mut step) = (&self.check, self.may_take(by, verb)?);
        let event = match verb {
            CheckVerb::Resume => {
                step.due = check.due_after_hold(self.now);
                verb.event(check, format!(" after {} on hold", many(check.days_held(self.now), "day")))
            }
            CheckVerb::Acknowledge => verb.event(check, ""),
            CheckVerb::Hold => verb.event(check, "").after(says("Reason", text)),
            _ => verb.event(check, "").after(says("Text", text)),
        };
        Ok(Taken { step, text: text.to_owned(), revision: check.revision, event })
    }

    /// Whether such a step may be taken.
    pub fn may_take(&self, by: PersonId, verb: CheckVerb) -> Result<Stepped, Refusal> {
        let step = self.check.step(verb)?;
        let duty = match verb {
            CheckVerb::Acknowledge | CheckVerb::Interim => Duty::Work,
            CheckVerb::Hold => Duty::Hold,
            CheckVerb::Resume => Duty::Resume,
            _ => return Err(self.check.off_the_path(verb)),
        };
        self.apart(by, duty)?;
        Ok(step)
    }

    /// Giving it back with questions. A result that a reviewer signed is not withdrawn; it waits for its
    /// countersignature.
    pub fn give_back(&self, by: PersonId, questions: &str) -> Result<Taken, Refusal> {
        let (check, mut step) = (&self.check, self.may_give_back(by)?);
        step.due = check.due_after_washington(self.now);
        let until = step.due.map(|due| format!(", due {}", day_words(due))).unwrap_or_default();
        let event = CheckVerb::GiveBack.event(check, until).before(says("Due", check.due_on));
        let event = event.after(says("Due", step.due).and("Questions", questions));
        Ok(Taken { step, text: questions.to_owned(), revision: check.revision, event })
    }

    /// Whether it may be given back.
    pub fn may_give_back(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::GiveBack)?;
        self.waits_for_no_countersignature()?;
        self.apart(by, Duty::GiveBack)?;
        Ok(step)
    }

    /// Waiving a required site visit (guard 2).
    pub fn waive(&self, by: PersonId, why: &str) -> Result<Waived, Refusal> {
        self.may_waive(by)?;
        let event = CheckVerb::Waive.event(&self.check, "").after(says("Reason", why));
        Ok(Waived { check: self.check.id, why: why.to_owned(), event })
    }

    /// Whether there is a visit to waive, and a person may.
    pub fn may_waive(&self, by: PersonId) -> Result<(), Refusal> {
        let check = &self.check;
        let required = check.site_visit == SiteVisit::Required && check.site_visit_waiver.is_none();
        if !required || check.state.is_judged() {
            return Err(Refusal::NoVisitToWaive);
        }
        self.apart(by, Duty::Waive)
    }

    /// Moving the due date of a check that is at the post, to a later one.
    pub fn extend(&self, by: PersonId, due: Date, reason: &str) -> Result<Extended, Refusal> {
        let before = self.may_extend(by)?;
        if due <= before {
            return Err(Refusal::NotLater(day_words(before)));
        }
        let event = CheckVerb::Extend.event(&self.check, format!(" to {}", day_words(due)));
        let event = event.before(says("Due", before)).after(says("Due", due).and("Reason", reason));
        Ok(Extended { check: self.check.id, before, due, reason: reason.to_owned(), event })
    }

    /// Whether the due date may be moved; gives the present one.
    pub fn may_extend(&self, by: PersonId) -> Result<Date, Refusal> {
        let due = self.check.due_on.filter(|_| self.check.state.is_at_post()).ok_or(Refusal::NotAtPost)?;
        self.apart(by, Duty::Extend)?;
        Ok(due)
    }

    /// Changing the priority of a check that was sent and not answered for good. The due date stays.
    pub fn prioritize(&self, priority: Priority, reason: &str) -> Result<Prioritized, Refusal> {
        self.may_prioritize()?;
        let (check, before) = (&self.check, self.check.priority);
        if priority == before {
            return Err(Refusal::SamePriority(before.label().to_lowercase()));
        }
        let more = format!(" to {}: {reason}", priority.label().to_lowercase());
        let event = CheckVerb::Prioritize.event(check, more).before(says("Priority", before));
        let event = event.after(says("Priority", priority).and("Reason", reason));
        Ok(Prioritized { check: check.id, priority, event })
    }

    /// Whether anybody still hurries for it. A draft's priority is changed with the draft.
    pub fn may_prioritize(&self) -> Result<(), Refusal> {
        let state = self.check.state;
        if state == CheckState::Draft || state.is_judged() {
            return Err(self.check.off_the_path(CheckVerb::Prioritize));
        }
        Ok(())
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

    /// Taking over a check at a post.
    pub fn take_over(&self, by: PersonId, name: &str) -> Result<Reassigned, Refusal> {
        self.may_take_over(by)?;
        let check = &self.check;
        let event = CheckVerb::TakeOver
            .event(check, "")
            .before(says("Officer", &check.officer_name))
            .after(says("Officer", name));
        Ok(Reassigned { check: check.id, officer: by, event })
    }

    /// Giving it to another officer who serves at the post.
    pub fn reassign(&self, (officer, name): (PersonId, &str)) -> Result<Reassigned, Refusal> {
        self.may_reassign()?;
        let check = &self.check;
        if !check.serves(officer) {
            return Err(Refusal::NotServing);
        }
        let event = CheckVerb::Reassign.event(check, format!(" to {name}"));
        let event = event.before(says("Officer", &check.officer_name)).after(says("Officer", name));
        Ok(Reassigned { check: check.id, officer, event })
    }

    /// Whether anybody works on it any more.
    pub fn may_reassign(&self) -> Result<(), Refusal> {
        if self.check.state.is_judged() { Err(Refusal::Judged) } else { Ok(()) }
    }

    /// Closes by itself, once its result stands and none of its licenses is open.
    pub fn close(&self) -> Option<Closed> {
        let reference = &self.check.reference;
        let event =
            Event::new(Verb::CheckClosed, self.check.id, format!("closed {reference}: no license of it is open"));
        self.closes().then_some(Closed { check: self.check.id, event })
    }

    /// Whether it may be taken over: when its officer no longer serves there. One who does leaves it to the post's
    /// supervisor to reassign it.
    pub fn may_take_over(&self, by: PersonId) -> Result<(), Refusal> {
        let check = &self.check;
        let there = check.officer_id.is_some_and(|officer| officer == by || check.serves(officer));
        match (check.state.is_at_post() || check.state == CheckState::Replied, there) {
            (false, _) => Err(check.off_the_path(CheckVerb::TakeOver)),
            (true, true) => Err(Refusal::OfficerIsThere(check.officer_name.clone().unwrap_or_default())),
            (true, false) => Ok(()),
        }
    }
}

//! Acts on a license. Every guard is checked again at a confirmation.

use rust_decimal::Decimal;
use time::Date;

use super::{
    file::{Condition, Exception, LicenseCheck, LicenseFile},
    persons::Decider,
    refusal::Refusal,
    words::{Act, LicenseStatus},
};
use crate::{
    audit::{Event, Subject, Verb, says},
    basis::Basis,
    duties::model::Duty,
    faults::has_come,
    id::{ConditionId, LicenseId, PartyId, PersonId, ResultId},
    licenses::verbs::LicenseVerb,
    parties::model::PartyRole,
    proof,
    reference::model::{Entry, Reference},
    vocabulary::{CheckState, CheckType, ResultWord},
};

proof! {
    /// Proof that the rules allow this act. Only [`LicenseFile::decide`] makes one.
    pub struct Decided {
        license: LicenseId,
        /// The number of the decision on the license.
        number: i32,
        act: Act,
        /// Where the license stands now.
        status: LicenseStatus,
        /// The amount that was held against the decider's authority, in U.S. dollars.
        amount: Decimal,
        /// The revision that was read.
        revision: i32,
        reasons: String,
        provisos: Vec<String>,
        basis: Basis,
    }
}

proof! {
    /// Proof that a supervisor may except that (guards 7, 11, 15).
    pub struct Excepted {
        license: LicenseId,
        guard: i32,
        /// The party, for guard 7.
        party: Option<PartyId>,
        /// The result, for guard 15.
        result: Option<ResultId>,
        reason: String,
        basis: Basis,
    }
}

proof! {
    /// Proof that a condition in words may be raised.
    pub struct Raised {
        license: LicenseId,
        condition: ConditionId,
        text: String,
        who_acts: String,
    }
}

proof! {
    /// Proof that a person may note a condition as met.
    pub struct Met {
        condition: ConditionId,
        evidence: String,
    }
}

proof! {
    /// Proof that the day of certification may be noted (guard 8).
    pub struct Certified {
        license: LicenseId,
        day: Option<Date>,
    }
}

impl LicenseFile {
    /// Decides, for reasons and with provisos. Every guard is checked again at a confirmation.
    pub fn decide(
        &self,
        by: Decider,
        (act, reasons, provisos): (Act, &str, Vec<String>),
        reference: &Reference,
        today: Date,
    ) -> Result<Decided, Refusal> {
        let status = self.may_decide(by, act, reference, today)?;
        let number = self.decisions.last().map_or(1, |last| last.number + 1);
        let sentence = format!("{} license {} (decision {number})", act.participle(), self.number);
        let event = LicenseVerb::Decide.event(self.id, sentence).before(says("Status", self.status));
        let after = says("Status", status).and("Reasons", reasons).and("Provisos", &*provisos);
        let event = event.after(after.and("Version of the file", self.revision));
        let (amount, revision, reasons) = (self.amount(), self.revision, reasons.to_owned());
        let basis = self.decided_on(reference, today, true);
        Ok(Decided { license: self.id, number, act, status, amount, revision, reasons, provisos, basis, event })
    }

    /// Whether a person may decide so; gives where the license would stand.
    pub fn may_decide(
        &self,
        by: Decider,
        act: Act,
        reference: &Reference,
        today: Date,
    ) -> Result<LicenseStatus, Refusal> {
        let status = self.leads_to(act, reference)?;
        self.is_theirs(by, act)?;
        if act.releases() {
            self.release(act, reference, today)?;
        }
        if act == Act::Reinstate {
            self.no_party_blocks(reference)?;
        }
        let changed = self.changed_beneath(reference, true);
        if act == Act::Confirm && !changed.is_empty() {
            return Err(Refusal::BasisChanged(changed));
        }
        Ok(status)
    }

    /// Where an act leads: along the license's path, or, where the basis of the decision in force changed, to that
    /// decision made again.
    pub fn leads_to(&self, act: Act, reference: &Reference) -> Result<LicenseStatus, Refusal> {
        let again = || self.status.again(act).filter(|_| !self.changed_beneath(reference, true).is_empty());
        let refused = || Refusal::Status { now: self.status.label().to_lowercase(), wanted: act.participle() };
        self.status.after(act).or_else(again).ok_or_else(refused)
    }

    /// Of some acts, those that lead anywhere from here.
    pub fn may_choose(&self, acts: &[Act], reference: &Reference) -> Vec<Act> {
        acts.iter().copied().filter(|act| self.leads_to(*act, reference).is_ok()).collect()
    }

    /// Whether it is to be approved or not: it never was, or its basis changed since.
    pub fn open_to_decide(&self, reference: &Reference) -> bool {
        !self.may_choose(&[Act::Approve, Act::ApproveOnConditions], reference).is_empty()
    }

    fn release(&self, act: Act, reference: &Reference, today: Date) -> Result<(), Refusal> {
        self.releasable(reference)?;
        let open = self.open_now(reference, today);
        match act {
            Act::ApproveOnConditions if open.is_empty() => Err(Refusal::NothingOpen),
            Act::Approve | Act::Confirm if !open.is_empty() => Err(Refusal::Open { act, open }),
            _ => Ok(()),
        }
    }

    /// Whether it may be approved at all, whoever does and whatever is still open (guards 7 and 15).
    pub fn releasable(&self, reference: &Reference) -> Result<(), Refusal> {
        if self.items.is_empty() {
            return Err(Refusal::NoItems);
        }
        // How much it is worth decides who may approve it, and whether it has to be notified.
        if self.value().is_none() {
            return Err(Refusal::NoValue);
        }
        if self.parties.iter().all(|party| party.role != PartyRole::EndUser) {
            return Err(Refusal::NoEndUser);
        }
        // What is looked at once it is issued does not keep it from being decided again.
        let before_issue = |check: &&LicenseCheck| self.status.is_open() || check.check_type == CheckType::PreLicense;
        if let Some(check) = self.checks.iter().filter(before_issue).find(|check| !check.state.is_judged()) {
            return Err(Refusal::CheckRunning(check.reference.clone()));
        }
        if !self.is_excepted_result(reference) {
            self.bears_approval()?;
        }
        self.no_party_blocks(reference)
    }

    /// Whether every party may receive the items, or is excepted (guard 7).
    fn no_party_blocks(&self, reference: &Reference) -> Result<(), Refusal> {
        match self.blocked_parties(reference).into_iter().next() {
            Some((_, party, why)) => Err(Refusal::Party { party, why }),
            None => Ok(()),
        }
    }

    /// Parties that block approval and are not excepted (guard 7): who, and why.
    pub fn blocked_parties(&self, reference: &Reference) -> Vec<(PartyId, String, String)> {
        let mut blocked: Vec<(PartyId, String, String)> = Vec::new();
        for party in &self.parties {
            let stands = |except: &Exception| {
                except.guard == 7
                    && except.party_id == Some(party.party_id)
                    && self.lapsed(except, reference).is_empty()
            };
            let excepted = self.exceptions.iter().any(stands);
            let known = blocked.iter().any(|(id, _, _)| *id == party.party_id);
            let screened = party.screened();
            let receives = matches!(party.role, PartyRole::EndUser | PartyRole::ForeignConsignee);
            let bound = reference.proscription(&self.destination).filter(|_| receives);
            let to = |entry: &Entry| {
                format!(
                    "to receive the items in {}, a proscribed destination ({})",
                    self.destination_name, entry.source
                )
            };
            let why = screened.proscribed(reference).or_else(|| bound.map(to)).or_else(|| screened.listed());
            if let Some(why) = why.filter(|_| !excepted && !known) {
                blocked.push((party.party_id, party.name.clone(), why));
            }
        }
        blocked
    }

    /// Whether the results bear an approval (guard 15): a pre-license check has a favorable one that speaks of the
    /// license as it is, and none has an unfavorable or inconclusive one.
    pub fn bears_approval(&self) -> Result<(), Refusal> {
        let bad =
            |check: &LicenseCheck| matches!(check.result, Some(ResultWord::Unfavorable | ResultWord::Inconclusive));
        if self.judged_checks().any(bad) {
            return Err(Refusal::NoFavorable);
        }
        let mut favorable =
            self.judged_checks().filter(|check| check.result.is_some_and(ResultWord::is_favorable)).peekable();
        let first = favorable.peek().map(|check| check.reference.clone()).ok_or(Refusal::NoFavorable)?;
        let fits = |check: &LicenseCheck| self.facts_changed_at <= check.result_signed_at;
        if favorable.any(fits) { Ok(()) } else { Err(Refusal::Lapsed(first)) }
    }

    /// The signed results of the judged pre-license checks.
    pub(super) fn results(&self) -> impl Iterator<Item = (&LicenseCheck, ResultWord)> {
        self.judged_checks().filter_map(|check| Some((check, check.result?)))
    }

    /// The judged pre-license checks.
    fn judged_checks(&self) -> impl Iterator<Item = &LicenseCheck> {
        self.checks.iter().filter(|check| check.state.is_judged() && check.check_type == CheckType::PreLicense)
    }

    /// The last result of a pre-license check; an exception to guard 15 is for this one.
    pub fn last_result(&self) -> Option<ResultId> {
        self.judged_checks()
            .filter(|check| check.result.is_some())
            .max_by_key(|check| check.result_signed_at)?
            .result_id
    }

    /// Whether a supervisor excepted guard 15 for the last result. The exception lapses with a later result or changed
    /// facts; of one that knows not what it rested on, with any change.
    pub fn is_excepted_result(&self, reference: &Reference) -> bool {
        let as_it_was = |exception: &Exception| match exception.basis {
            Some(_) => self.lapsed(exception, reference).is_empty(),
            None => self.facts_changed_at <= Some(exception.excepted_at),
        };
        let fits = |exception: &Exception| {
            exception.guard == 15 && exception.result_id == self.last_result() && as_it_was(exception)
        };
        self.exceptions.iter().any(fits)
    }

    /// Whether items, parties, destination and value may be changed: while the application is pending and no answer of
    /// a post about it waits in Washington, also on hold, or, for a license registered as already approved, until a
    /// post has answered.
    pub fn changeable(&self) -> Result<(), Refusal> {
        let answered = |check: &&LicenseCheck| check.held_state.unwrap_or(check.state) == CheckState::Replied;
        if let Some(check) = self.checks.iter().find(answered) {
            return Err(Refusal::Replied(check.reference.clone()));
        }
        let registered = self.registered_approved_on.is_some() && self.decisions.is_empty();
        match self.status {
            LicenseStatus::Pending => Ok(()),
            _ if registered && self.checks.iter().all(|check| !check.state.is_judged()) => Ok(()),
            status => Err(Refusal::Sealed(status.label().to_lowercase())),
        }
    }

    /// Why the results do not bear an approval, once the checks on the license are judged and no exception stands.
    /// Where there is no check there is nothing to except.
    pub fn missing_result(&self, reference: &Reference) -> Option<Refusal> {
        let judged = !self.checks.is_empty() && self.checks.iter().all(|check| check.state.is_judged());
        self.bears_approval().err().filter(|_| judged && !self.is_excepted_result(reference))
    }

    /// Making an exception (guards 7, 11, 15): for a party that blocks approval, or for the missing result.
    pub fn except(&self, by: PersonId, what: &str, reason: &str, reference: &Reference) -> Result<Excepted, Refusal> {
        self.may_except(by, reference)?;
        let blocked = self.blocked_parties(reference);
        let party = blocked.into_iter().find(|(party, _, _)| party.to_string() == what);
        let (guard, party, result, about) = match party {
            Some((party, name, _)) => (7, Some(party), None, name),
            None if what == Self::RESULT && self.missing_result(reference).is_some() => {
                (15, None, self.last_result(), "the missing favorable result".to_owned())
            }
            None => return Err(Refusal::NothingToExcept),
        };
        let event = LicenseVerb::Except.event(self.id, about).after(says("Reason", reason));
        let event = match party {
            Some(party) => event.on_party(party),
            None => event,
        };
        let (reason, basis) = (reason.to_owned(), self.excepted_on(party, reference));
        Ok(Excepted { license: self.id, guard, party, result, reason, basis, event })
    }

    /// What is excepted where it is no party.
    pub const RESULT: &str = "result";

    /// Whether a person may make an exception: on an open license, on one that is to be decided again, and on one that
    /// was stopped and may not run again because of a party.
    pub fn may_except(&self, by: PersonId, reference: &Reference) -> Result<(), Refusal> {
        let stopped = self.status == LicenseStatus::Suspended && !self.blocked_parties(reference).is_empty();
        if !stopped && self.changed_beneath(reference, true).is_empty() {
            self.while_open("an exception would change nothing")?;
        }
        self.apart(by, Duty::Except)
    }

    /// Raising a condition in words.
    pub fn raise(&self, condition: ConditionId, text: &str, who_acts: &str) -> Result<Raised, Refusal> {
        self.may_raise()?;
        let event = LicenseVerb::Raise.event(self.id, text).about(Subject::Row("condition", condition.0));
        let (text, event) = (text.to_owned(), event.after(says("Who acts", who_acts)));
        Ok(Raised { license: self.id, condition, text, who_acts: who_acts.to_owned(), event })
    }

    /// Noting that a condition is met, and by what.
    pub fn meet(&self, by: PersonId, condition: &Condition, evidence: &str) -> Result<Met, Refusal> {
        self.may_meet(by)?;
        let (row, sentence) = (Subject::Row("condition", condition.id.0), format!("condition met: {}", condition.text));
        let event =
            Event::new(Verb::ConditionChanged, row, sentence).on_license(self.id).after(says("Evidence", evidence));
        Ok(Met { condition: condition.id, evidence: evidence.to_owned(), event })
    }

    /// Noting the day of certification, which has come (guard 8).
    pub fn certify(&self, day: Option<Date>, source: &str, today: Date) -> Result<Certified, Refusal> {
        self.may_certify()?;
        has_come(day, today)?;
        let event = LicenseVerb::Certify.event(self.id, "").before(says("Certified on", self.certified_on));
        let event = event.after(says("Certified on", day).and("Source", source));
        Ok(Certified { license: self.id, day, event })
    }

    /// Raising a condition in words on an open license.
    pub fn may_raise(&self) -> Result<(), Refusal> {
        self.while_open("a condition would change nothing")
    }

    /// Noting on an open license that a condition is met.
    pub fn may_meet(&self, by: PersonId) -> Result<(), Refusal> {
        self.while_open("its conditions stand as they are")?;
        self.apart(by, Duty::MeetCondition)
    }

    /// Noting the certification of an open license (guard 8).
    pub fn may_certify(&self) -> Result<(), Refusal> {
        self.while_open("its certification stands as it is")
    }

    /// Splitting an item group of an open license.
    pub fn may_split(&self) -> Result<(), Refusal> {
        self.while_open("its items can no longer be split")
    }

    fn while_open(&self, stands: &'static str) -> Result<(), Refusal> {
        if self.status.is_open() { Ok(()) } else { Err(Refusal::Settled(stands)) }
    }
}

//! Whose a check is in Washington: a case officer's, and once it is answered a reviewer's too. Who has it is asked to
//! act, by name; nobody else is forbidden to.

use rust_decimal::Decimal;
use serde::Deserialize;
use time::OffsetDateTime;

use super::{
    file::{CaseFile, CheckFile},
    refusal::Refusal,
    words::CheckState,
};
use crate::{
    access::{Reader, Role},
    audit::{Event, Verb, says},
    duties::model::{self as duties, Duty},
    id::{CheckId, PersonId},
    proof,
    text::a,
    words,
};

words! {
    /// What somebody has a check as.
    pub enum Owner {
        CaseOfficer = "case_officer", "Case officer";
        Reviewer = "reviewer", "Reviewer";
    }

    /// How a check came to somebody.
    pub enum CameBy {
        /// They took it, or were given it.
        Given = "given", "Given";
        Opened = "opened", "Opened";
        /// Its region is theirs by default.
        Region = "region", "Region";
    }
}

impl Owner {
    /// What the people of a role have checks as.
    pub fn of(role: Role) -> Option<Self> {
        match role {
            Role::CaseOfficer => Some(Self::CaseOfficer),
            Role::Reviewer => Some(Self::Reviewer),
            _ => None,
        }
    }

    /// As it stands in a sentence: `case officer`.
    pub fn word(self) -> String {
        self.label().to_lowercase()
    }
}

/// Somebody to whom a check may have come.
#[derive(Debug, Clone, Deserialize)]
pub struct Holder {
    #[serde(rename = "as")]
    pub owner: Owner,
    pub by: CameBy,
    pub id: PersonId,
    pub name: String,
    /// Of a region's: since when its checks go to them.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// Whether they have that role today, and may come in.
    pub serves: bool,
    /// The largest value of a license that they may decide.
    #[serde(with = "rust_decimal::serde::str")]
    pub authority: Decimal,
}

/// Somebody whom a check may be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: PersonId,
    pub name: String,
    /// What their role of today lets them have.
    pub owner: Owner,
}

proof! {
    /// Proof that somebody has a check from now on.
    pub struct Owned {
        check: CheckId,
        owner: Owner,
        person: PersonId,
    }
}

impl CheckFile {
    /// Whether the post has answered, if only until the check is given back: from then on it has a reviewer.
    pub fn is_answered(&self) -> bool {
        let state = self.held_state.filter(|_| self.state == CheckState::OnHold).unwrap_or(self.state);
        state == CheckState::Replied || state.is_judged()
    }

    /// To whom it falls, the first first, whether they serve or not: who took it or was given it; else who opened it,
    /// or whom its region had by then, once it is no draft; and then whom the region has.
    pub fn falls_to(&self, owner: Owner) -> Vec<&Holder> {
        let by = |by| self.holders.iter().find(|holder| holder.owner == owner && holder.by == by);
        let (given, opened, region) = (by(CameBy::Given), by(CameBy::Opened), by(CameBy::Region));
        if owner == Owner::Reviewer && !self.is_answered() {
            return Vec::new();
        }
        let had_it = region.is_some_and(|holder| holder.since.is_none_or(|since| since <= self.opened_at));
        let order = match given {
            Some(_) => [given, region],
            None if had_it && self.was_sent() => [region, opened],
            None => [opened, region],
        };
        order.into_iter().flatten().collect()
    }

    /// Who has it: the first of them who serves.
    pub fn had_by(&self, owner: Owner) -> Option<&Holder> {
        self.falls_to(owner).into_iter().find(|holder| holder.serves)
    }

    /// Its officer, while they serve at the post.
    pub fn officer(&self) -> Option<(PersonId, &str)> {
        let id = self.officer_id.filter(|officer| self.serves(*officer))?;
        Some((id, self.officer_name.as_deref().unwrap_or_default()))
    }
}

impl CaseFile {
    /// Taking a check: it is the reader's from now on.
    pub fn take_on(&self, by: &Reader, name: &str) -> Result<Owned, Refusal> {
        let owner = Owner::of(by.role).ok_or(Refusal::NotTaken)?;
        self.may_have(owner, by.id)?;
        let (check, had) = (&self.check, self.check.had_by(owner));
        if had.is_some_and(|had| had.id == by.id) {
            return Err(Refusal::HasIt("You have".into()));
        }
        let sentence = format!("took {} as its {}", check.reference, owner.word());
        let event = Event::new(Verb::OwnerChanged, check.id, sentence);
        let event = event.before(says(owner.label(), had.map(|had| had.name.as_str())));
        Ok(Owned { check: check.id, owner, person: by.id, event: event.after(says(owner.label(), name)) })
    }

    /// Handing it over to another person of the role. Why stands in the log alone.
    pub fn hand_over(&self, by: &Reader, to: &Candidate, reason: &str) -> Result<Owned, Refusal> {
        let owner = to.owner;
        if !self.hands_over(by).contains(&owner) {
            return Err(Refusal::NotTheirs);
        }
        self.may_have(owner, to.id).map_err(|refusal| match refusal {
            Refusal::Separated(_) => Refusal::Barred(to.name.clone()),
            refusal => refusal,
        })?;
        let (check, had) = (&self.check, self.check.had_by(owner));
        if had.is_some_and(|had| had.id == to.id) {
            return Err(Refusal::HasIt(format!("{} has", to.name)));
        }
        let sentence = format!("gave {} to {} as its {}", check.reference, to.name, owner.word());
        let event = Event::new(Verb::OwnerChanged, check.id, sentence);
        let event = event.before(says(owner.label(), had.map(|had| had.name.as_str())));
        let now = says(owner.label(), &to.name);
        let now = if reason.is_empty() { now } else { now.and("Reason", reason) };
        Ok(Owned { check: check.id, owner, person: to.id, event: event.after(now) })
    }

    /// What of the check a reader may hand over: a supervisor all of it, somebody who has it their part.
    pub fn hands_over(&self, by: &Reader) -> Vec<Owner> {
        let is_theirs = |owner: &Owner| {
            by.role == Role::Supervisor
                || (Owner::of(by.role) == Some(*owner) && self.check.had_by(*owner).is_some_and(|had| had.id == by.id))
        };
        let there = |owner: &Owner| *owner == Owner::CaseOfficer || self.check.is_answered();
        Owner::ALL.iter().copied().filter(is_theirs).filter(there).collect()
    }

    /// Whether anybody has it any more.
    pub fn may_be_owned(&self) -> Result<(), Refusal> {
        if self.check.state == CheckState::Closed { Err(Refusal::NobodysAnyMore) } else { Ok(()) }
    }

    /// Whether somebody who serves in the role may have it. Nobody is a reviewer who may neither sign its result nor,
    /// once it is signed, decide one of its licenses (guard 11).
    pub fn may_have(&self, owner: Owner, person: PersonId) -> Result<(), Refusal> {
        self.may_be_owned()?;
        if owner == Owner::CaseOfficer {
            return Ok(());
        }
        if !self.check.is_answered() {
            return Err(Refusal::NotAnswered);
        }
        if !self.check.state.is_judged() {
            return self.apart(person, Duty::SignResult);
        }
        let open = self.licenses.iter().filter(|license| license.status.is_open());
        let judged: Vec<_> = open.map(|license| duties::judge(Duty::Decide, person, &license.duties)).collect();
        if judged.iter().any(Result::is_ok) { Ok(()) } else { Ok(judged.into_iter().collect::<Result<_, _>>()?) }
    }

    /// Whether a reader may take it.
    pub fn may_take_on(&self, by: &Reader) -> bool {
        let is_theirs = |owner| self.check.had_by(owner).is_some_and(|had| had.id == by.id);
        Owner::of(by.role).is_some_and(|owner| !is_theirs(owner) && self.may_have(owner, by.id).is_ok())
    }
}

impl Candidate {
    /// Who of them was chosen.
    pub fn chosen(all: &[Self], owner: Owner, id: PersonId) -> Result<&Self, Refusal> {
        let found = all.iter().find(|candidate| candidate.owner == owner && candidate.id == id);
        found.ok_or_else(|| Refusal::NotInRole(a(&owner.word())))
    }
}

//! Whose turn it is, as a reader sees it: the next step as a button where the rules let them take it; else whom they
//! wait for, why it is not theirs, and what they can do meanwhile.

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckFile, Holder, Owner},
    next_step::{NextStep, Queue, Who, next_step},
    verbs::CheckVerb,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Permission, Reader},
    id::PersonId,
    licenses::model::reaches,
    text::a,
};

/// The next step of a check, for a reader.
#[derive(Debug)]
pub struct Turn {
    pub next: NextStep,
    /// Who, in words; `you` for the reader.
    pub who: String,
    /// The button of the step itself: address and label.
    pub act: Option<(String, &'static str)>,
    /// Whether it is asked of another one, and the button there for whoever helps out.
    pub is_quiet: bool,
    /// Why it is not the reader's, or empty.
    pub why_not: String,
    /// What the reader can do meanwhile: address and label.
    pub beside: Option<(String, &'static str)>,
    /// Where the reader assigns it, which is nobody's: address and label.
    pub assign: Option<(String, &'static str)>,
}

/// Of whom a step is asked. Others of the role may take it all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// One person, by name.
    Person(PersonId, String),
    /// It would be one person's, and nobody has it who may take it: somebody has to assign it.
    Nobody,
    /// Whoever of a role, or of the post, comes first.
    Anybody,
}

impl Whose {
    /// Whether that person is asked, be it as one of many.
    pub fn asks(&self, person: PersonId) -> bool {
        match self {
            Self::Person(id, _) => *id == person,
            Self::Nobody => false,
            Self::Anybody => true,
        }
    }

    /// Whether it is asked of another one than that person.
    pub fn is_anothers(&self, person: PersonId) -> bool {
        matches!(self, Self::Person(id, _) if *id != person)
    }
}

/// Of whom the next step is asked: of who has the check, if the rules let them take this very step (guard 11) and their
/// authority reaches; else of whom it falls to next.
pub fn whose(file: &CaseFile, next: &NextStep) -> Whose {
    let may = |person| next.judge(file, person).is_ok();
    let reached = |authority| next.amount(file).is_none_or(|amount| reaches(authority, amount));
    let held = |owner| {
        let fits = |holder: &&Holder| holder.serves && may(holder.id) && reached(holder.authority);
        let first = file.check.falls_to(owner).into_iter().find(fits);
        first.map_or(Whose::Nobody, |holder| Whose::Person(holder.id, holder.name.clone()))
    };
    match next.who() {
        Who::CaseOfficer => held(Owner::CaseOfficer),
        Who::Reviewer => held(Owner::Reviewer),
        Who::Post => at_post(file, next, may),
        Who::Supervisor | Who::Outside | Who::Nobody => Whose::Anybody,
    }
}

/// At the post: of its officer while they serve there; of who wrote what is to be changed. A reply is cleared by
/// another person, whoever that is.
fn at_post(file: &CaseFile, next: &NextStep, may: impl Fn(PersonId) -> bool) -> Whose {
    let check = &file.check;
    match (next, check.officer()) {
        (NextStep::ChangeRecommendation(_, writer, name), _) if check.serves(*writer) => {
            Whose::Person(*writer, name.clone())
        }
        (NextStep::ClearReply(_) | NextStep::ReturnReply(..), _) => Whose::Anybody,
        (_, Some((officer, name))) if may(officer) => Whose::Person(officer, name.to_owned()),
        (NextStep::Acknowledge, _) | (_, Some(_)) => Whose::Anybody,
        (_, None) => Whose::Nobody,
    }
}

/// Whose turn it is.
pub fn turn(reader: &Reader, file: &CaseFile) -> Turn {
    let next = next_step(file);
    let (door, whose) = (next.door(file), whose(file, &next));
    let permission = door.as_ref().map(|(permission, ..)| *permission);
    let judged =
        theirs(reader, permission, next.explained_at_post(), next.meanwhile(), || next.is_theirs(file, reader));
    let act = judged.as_ref().ok().and(door).map(|(_, href, label)| (href, label));
    let who = if act.is_some() && whose.asks(reader.id) {
        "you".to_owned()
    } else {
        let is_allowed = || next.judge(file, reader.id).is_ok();
        others(reader, next.who(), &whose, permission, &named(file, &next, &whose), is_allowed)
    };
    let is_quiet = whose.is_anothers(reader.id);
    let beside = next.beside(file, reader.id).filter(|(permission, ..)| act.is_none() && reader.may(*permission));
    let beside = beside.map(|(_, href, label)| (href, label));
    let assign = if whose == Whose::Nobody { assign(reader, file, next.who()) } else { None };
    Turn { who, act, is_quiet, why_not: judged.err().unwrap_or_default(), beside, assign, next }
}

/// Where the reader assigns what nobody has, if they may.
fn assign(reader: &Reader, file: &CaseFile, who: Who) -> Option<(String, &'static str)> {
    let verb = if who == Who::Post { CheckVerb::Reassign } else { CheckVerb::HandOver };
    let may = CheckVerb::offered(reader, file).any(|offered| offered == verb);
    may.then(|| (verb.address(file.check.id).into(), "Assign it"))
}

/// Whether a step is the reader's to take; `judged` says what the file has against them.
fn theirs(
    reader: &Reader,
    permission: Option<Permission>,
    explained_at_post: Option<bool>,
    meanwhile: &str,
    judged: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let Some(permission) = permission else { return Err(meanwhile.into()) };
    if !reader.may(permission) {
        return Err(permission.refusal().into());
    }
    match explained_at_post {
        Some(true) if reader.post.is_none() => Err("The post explains this.".into()),
        Some(false) if reader.post.is_some() => Err("A case officer explains this.".into()),
        _ => judged(),
    }
}

/// Whom a reader waits for, of whom the step is not asked.
fn others(
    reader: &Reader,
    who: Who,
    whose: &Whose,
    permission: Option<Permission>,
    named: &str,
    is_allowed: impl FnOnce() -> bool,
) -> String {
    match who {
        Who::Post if *whose == Whose::Anybody && reader.post.is_some() && !is_allowed() => {
            "another person of the post".into()
        }
        Who::Supervisor if permission.is_some_and(|permission| reader.may(permission)) => another("supervisor"),
        _ => named.into(),
    }
}

/// Whom a reader waits for whose authority does not reach.
pub const WITH_AUTHORITY: &str = "a reviewer with more authority";

/// Somebody else of the reader's own role.
pub fn another(role: &str) -> String {
    format!("another {role}")
}

/// Who acts, as others read it: one person with what they have the check as, or the post; nobody yet.
fn named(file: &CaseFile, next: &NextStep, whose: &Whose) -> String {
    let (check, who) = (&file.check, next.who());
    match (who, whose) {
        (Who::Post, Whose::Person(_, name)) => format!("{name}, {}", check.post_name),
        (Who::Post, Whose::Nobody) => format!("nobody yet at {}", check.post_name),
        (Who::Post, Whose::Anybody) => match check.officer() {
            Some((_, name)) => format!("{name}, {}", check.post_name),
            None => check.post_name.clone(),
        },
        (who, Whose::Person(_, name)) => format!("{name}, {}", who.label().to_lowercase()),
        (who, Whose::Nobody) => format!("nobody yet as its {}", who.label().to_lowercase()),
        (Who::Supervisor, Whose::Anybody) => a("supervisor"),
        (_, Whose::Anybody) => next.outside(),
    }
}

/// The next step without its file: whose turn it is for any reader, as lists tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    pub who: Who,
    /// What, in one sentence.
    pub text: String,
    permission: Option<Permission>,
    explained_at_post: Option<bool>,
    /// Of whom it is asked.
    pub whose: Whose,
    /// Who has the check, at the post and in Washington, and who had it that serves no more.
    pub had_by: Vec<PersonId>,
    named: String,
    door: Option<(String, String)>,
    may: Allowed,
    /// The amount that the reader's authority has to reach.
    #[serde(with = "rust_decimal::serde::str_option")]
    amount: Option<Decimal>,
    /// Which queue it stands in.
    pub queue: Option<Queue>,
}

/// Which persons the file lets do something. Roles are asked beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// Whether it lets somebody who never had to do with it.
    anybody: bool,
    /// For whom it is the other way round.
    except: Vec<PersonId>,
}

impl Allowed {
    /// Asks a rule for each person that the file names, and for somebody whom it does not name.
    pub fn of(people: &[PersonId], allows: impl Fn(PersonId) -> bool) -> Self {
        let anybody = allows(PersonId(uuid::Uuid::nil()));
        Self { anybody, except: people.iter().copied().filter(|person| allows(*person) != anybody).collect() }
    }

    /// Whether the file lets that person.
    pub fn allows(&self, person: PersonId) -> bool {
        self.anybody != self.except.contains(&person)
    }
}

impl Ahead {
    /// The next step of a file; `people` are all whom it names.
    pub fn of(file: &CaseFile, people: &[PersonId]) -> Self {
        let next = next_step(file);
        let (door, whose) = (next.door(file), whose(file, &next));
        Self {
            who: next.who(),
            text: next.text(),
            permission: door.as_ref().map(|(permission, ..)| *permission),
            explained_at_post: next.explained_at_post(),
            named: named(file, &next, &whose),
            whose,
            had_by: had_by(&file.check),
            door: door.map(|(_, href, label)| (href, label.to_owned())),
            may: Allowed::of(people, |person| next.judge(file, person).is_ok()),
            amount: next.amount(file),
            queue: next.queue(),
        }
    }

    /// No step that anybody here can take, and why.
    pub fn nothing(why: &str) -> Self {
        Self {
            who: Who::Nobody,
            text: why.to_owned(),
            permission: None,
            explained_at_post: None,
            whose: Whose::Anybody,
            had_by: Vec::new(),
            named: "nobody".into(),
            door: None,
            may: Allowed::default(),
            amount: None,
            queue: None,
        }
    }

    /// Whether the file lets that person take it, whatever their role.
    pub fn allows(&self, person: PersonId) -> bool {
        self.may.allows(person)
    }

    /// The button of the step, where the reader may take it: address and label.
    pub fn act(&self, reader: &Reader) -> Option<(String, String)> {
        let reached = self.amount.is_none_or(|amount| reaches(reader.authority, amount));
        let allowed = || if reached && self.allows(reader.id) { Ok(()) } else { Err(String::new()) };
        theirs(reader, self.permission, self.explained_at_post, "", allowed).ok().and_then(|()| self.door.clone())
    }

    /// The same, but where it is asked of another one by name.
    pub fn asked(&self, reader: &Reader) -> Option<(String, String)> {
        self.act(reader).filter(|_| !self.whose.is_anothers(reader.id))
    }

    /// Whose it is, as a list says it: the role, and by name who is asked.
    pub fn asked_of(&self) -> String {
        let role = self.who.label();
        match &self.whose {
            Whose::Person(_, name) => format!("{role}: {name}"),
            Whose::Nobody => format!("{role}: nobody yet"),
            Whose::Anybody => role.into(),
        }
    }

    /// Whether it waits for that reader by name.
    pub fn waits_for(&self, reader: &Reader) -> bool {
        matches!(self.whose, Whose::Person(id, _) if id == reader.id) && self.act(reader).is_some()
    }

    /// Who takes it: `you`, or whom the reader waits for.
    pub fn whom(&self, reader: &Reader) -> String {
        if self.act(reader).is_some() && self.whose.asks(reader.id) {
            return "you".into();
        }
        others(reader, self.who, &self.whose, self.permission, &self.named, || self.allows(reader.id))
    }
}

/// Whose a check is: its officer's at post, and in Washington whoever it fell to first.
fn had_by(check: &CheckFile) -> Vec<PersonId> {
    let first = |owner| check.had_by(owner).or_else(|| check.falls_to(owner).first().copied());
    let washington = Owner::ALL.iter().filter_map(|owner| first(*owner)).map(|holder| holder.id);
    check.officer_id.into_iter().chain(washington).collect()
}

/// Whether a contradiction waits for the reader's explanation: the post's before it replies, the case officer's until
/// the result.
pub fn may_explain(reader: &Reader, file: &CaseFile) -> bool {
    let at_post = reader.post.is_some();
    let waits = |found: &Contradiction| found.explanation.is_none() && found.by_post == at_post;
    reader.may(CheckVerb::Explain.permission())
        && CheckVerb::Explain.judge(file, reader.id).is_ok()
        && file.contradictions().iter().any(waits)
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;

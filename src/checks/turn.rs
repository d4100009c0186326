//! Whose turn it is, as a reader sees it: the next step as a button where the rules let them take it; else whom they
//! wait for, why it is not theirs, and what they can do meanwhile.

use super::{
    contradictions::Contradiction,
    model::CaseFile,
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
    /// Why it is not the reader's, or empty.
    pub why_not: String,
    /// What the reader can do meanwhile: address and label.
    pub beside: Option<(String, &'static str)>,
}

/// Whose turn it is.
pub fn turn(reader: &Reader, file: &CaseFile) -> Turn {
    let next = next_step(file);
    let door = next.door(file);
    let permission = door.as_ref().map(|(permission, ..)| *permission);
    let judged =
        theirs(reader, permission, next.explained_at_post(), next.meanwhile(), || next.is_theirs(file, reader));
    let act = judged.as_ref().ok().and(door).map(|(_, href, label)| (href, label));
    let who = if act.is_some() {
        "you".to_owned()
    } else {
        let is_allowed = || next.judge(file, reader.id).is_ok();
        let whom = others(reader, next.who(), permission, next.explained_at_post(), &named(file, &next), is_allowed);
        with_authority(reader, permission, next.amount(file), whom)
    };
    let beside = next.beside(file, reader.id).filter(|(permission, ..)| act.is_none() && reader.may(*permission));
    let beside = beside.map(|(_, href, label)| (href, label));
    Turn { who, act, why_not: judged.err().unwrap_or_default(), beside, next }
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

/// Whom a reader waits for, who may not take the step.
fn others(
    reader: &Reader,
    who: Who,
    permission: Option<Permission>,
    explained_at_post: Option<bool>,
    named: &str,
    is_allowed: impl FnOnce() -> bool,
) -> String {
    let whoever = |role: &str| {
        let theirs = permission.is_some_and(|permission| reader.may(permission));
        if theirs { another(role) } else { a(role) }
    };
    match who {
        Who::Post if reader.post.is_some() && !is_allowed() => "another person of the post".into(),
        Who::Post | Who::Outside | Who::Nobody => named.into(),
        Who::CaseOfficer if explained_at_post.is_some() => "a case officer".into(),
        Who::CaseOfficer => whoever("case officer"),
        Who::Reviewer => whoever("reviewer"),
        Who::Supervisor => whoever("supervisor"),
    }
}

/// Whom a reader waits for whose authority does not reach.
pub const WITH_AUTHORITY: &str = "a reviewer with more authority";

fn with_authority(reader: &Reader, permission: Option<Permission>, amount: Option<Decimal>, whom: String) -> String {
    let theirs = permission.is_some_and(|permission| reader.may(permission));
    if theirs && amount.is_some_and(|amount| !reaches(reader.authority, amount)) { WITH_AUTHORITY.into() } else { whom }
}

/// Somebody else of the reader's own role.
pub fn another(role: &str) -> String {
    format!("another {role}")
}

/// Who acts, named: at the post, or where it is nobody with a role here.
fn named(file: &CaseFile, next: &NextStep) -> String {
    let check = &file.check;
    let writer = match next {
        NextStep::ChangeRecommendation(_, writer, name) if check.serves(*writer) => Some(name),
        _ => None,
    };
    match next.who() {
        Who::Post => match writer.or(check.officer_name.as_ref()) {
            Some(name) => format!("{name}, {}", check.post_name),
            None => check.post_name.clone(),
        },
        _ => next.outside(),
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
        let door = next.door(file);
        Self {
            who: next.who(),
            text: next.text(),
            permission: door.as_ref().map(|(permission, ..)| *permission),
            explained_at_post: next.explained_at_post(),
            named: named(file, &next),
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

    /// Who takes it: `you`, or whom the reader waits for.
    pub fn whom(&self, reader: &Reader) -> String {
        if self.act(reader).is_some() {
            return "you".into();
        }
        let is_allowed = || self.allows(reader.id);
        let whom = others(reader, self.who, self.permission, self.explained_at_post, &self.named, is_allowed);
        with_authority(reader, self.permission, self.amount, whom)
    }
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

//! What changed beneath a signature: the facts, held against what the last judgement before it rested on; and what
//! others did since then, or since the reader's own last act if that was later.

use time::OffsetDateTime;

use crate::{
    addresses::{self as at, Address},
    audit::store::Entry,
    basis::{Basis, Changed},
    checks::{
        model::{CaseFile, CheckFile, CheckResult},
        verbs::CheckVerb,
    },
    licenses::model::LicenseFile,
    reference::model::Reference,
    text::moment_words,
};

/// How many of either the page shows.
const SHOWN: usize = 10;

/// What changed beneath a signature.
#[derive(Debug, Default)]
pub struct Changes {
    /// Facts that are others now, by the judgement that rested on them.
    pub facts: Vec<Since>,
    /// What others did since: since when, in words; nothing, where nobody knows of a moment.
    pub acts_since: String,
    pub acts: Vec<Done>,
    pub more: bool,
    /// Where all of it stands.
    pub all: Option<Address>,
}

/// Facts that changed since a judgement.
#[derive(Debug, PartialEq, Eq)]
pub struct Since {
    /// `Changed since the reply was cleared`.
    pub title: String,
    pub facts: Vec<String>,
    pub more: usize,
}

/// What somebody did, as the log says it.
#[derive(Debug)]
pub struct Done {
    pub at: OffsetDateTime,
    pub what: String,
}

/// A judgement that another one rests on: what it was, when, and the facts that are others since.
type Judged = (&'static str, OffsetDateTime, Vec<Changed>);

impl Changes {
    pub(super) fn of_check(file: &CaseFile, verb: CheckVerb, name: &str, entries: &[Entry]) -> Self {
        let judged = before(file, verb);
        let mut facts: Vec<Since> = judged.iter().filter_map(|(what, _, facts)| Since::of(what, facts)).collect();
        if file.changed_unseen() {
            let fact = "The file changed; what changed was not kept.".to_owned();
            facts.push(Since { title: "Changed since it was signed".into(), facts: vec![fact], more: 0 });
        }
        let own = entries.iter().find(|entry| entry.who == name).map(|entry| ("you last acted on this file", entry.at));
        let last = judged.as_ref().map(|(what, at, _)| (*what, *at));
        let since = own.into_iter().chain(last).max_by_key(|(_, at)| *at);
        let after = |entry: &&Entry| since.is_some_and(|(_, at)| entry.at > at) && entry.who != name;
        let acts: Vec<&Entry> = entries.iter().filter(after).collect();
        let more = acts.len() > SHOWN;
        let done = |entry: &Entry| Done { at: entry.at, what: format!("{} {}", entry.who, entry.summary) };
        Self {
            facts,
            acts_since: since.map(|(what, at)| format!("since {what}, {}", moment_words(at))).unwrap_or_default(),
            acts: acts.into_iter().take(SHOWN).map(done).collect(),
            more,
            all: Some(at::check_print(file.check.id).at("timeline")),
        }
    }

    pub(super) fn of_license(license: &LicenseFile, cases: &[CaseFile], reference: &Reference) -> Self {
        let mut facts: Vec<Since> = Vec::new();
        let beneath = license.changed_beneath(reference, true);
        if let Some(decision) = license.in_force() {
            facts.extend(Since::of(&format!("decision {} was signed", decision.number), &beneath));
        }
        for file in cases.iter().filter(|file| file.check.result.as_ref().is_some_and(is_signed)) {
            let what = format!("the result of {} was signed", file.check.reference);
            facts.extend(Since::of(&what, &file.changed_since_result()));
        }
        let decided = license.decisions.last().map(|last| ("the last decision", last.decided_at));
        let signed = license.checks.iter().filter_map(|check| check.result_signed_at).max();
        let last =
            decided.into_iter().chain(signed.map(|at| ("the last result was signed", at))).max_by_key(|(_, at)| *at);
        let acts_since = last.map(|(what, at)| format!("since {what}, {}", moment_words(at))).unwrap_or_default();
        Self { facts, acts_since, ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.acts.is_empty()
    }
}

impl Since {
    fn of(what: &str, changed: &[Changed]) -> Option<Self> {
        let facts: Vec<String> = changed.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = changed.len().saturating_sub(SHOWN);
        (!facts.is_empty()).then(|| Self { title: format!("Changed since {what}"), facts, more })
    }
}

fn is_signed(result: &CheckResult) -> bool {
    result.signed_by.is_some()
}

/// The judgement that a signature on a check rests on.
fn before(file: &CaseFile, verb: CheckVerb) -> Option<Judged> {
    let check = &file.check;
    match verb {
        CheckVerb::Sign => earlier_reply(file, check),
        CheckVerb::Clear | CheckVerb::BringBack => {
            Some(("it was signed", check.signed_reply()?.signed_at?, file.changed_since_signed()))
        }
        _ => {
            let lapsed = check.result.as_ref().filter(|result| is_signed(result) && file.half_signed().is_none());
            if let Some((at, facts)) = lapsed.and_then(|result| Some((result.signed_at?, file.changed_since_result())))
            {
                return Some(("the first signature", at, facts));
            }
            let cleared = check.recommendation.as_ref()?.cleared_at?;
            Some(("the reply was cleared", cleared, file.changed_since_cleared()))
        }
    }
}

/// What an officer signs again: the reply that was given back, or returned within the post.
fn earlier_reply(file: &CaseFile, check: &CheckFile) -> Option<Judged> {
    let changes =
        |basis: &Option<Basis>| basis.as_ref().map(|basis| basis.changes(&file.rests_on())).unwrap_or_default();
    let word = check.earlier_recommendation.as_ref()?;
    match word.cleared_at {
        Some(at) => Some(("the earlier reply was cleared", at, changes(&word.cleared_on))),
        None => Some(("the earlier reply was signed", word.signed_at?, changes(&word.rests_on))),
    }
}

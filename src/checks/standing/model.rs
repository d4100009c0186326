//! Where an open check stands: everything that lists and homes say of it beyond its own columns, computed from its file
//! for all readers.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{
    access::{Permission, Reader},
    checks::{
        model::{CaseFile, CheckFile, CheckState, RecommendationWord, ResultWord},
        next_step::{NextStep, next_step},
        turn::{Ahead, Allowed, WITH_AUTHORITY, another},
    },
    clock::Zone,
    evidence::model::{Contact, ContactKind, Finding},
    id::{CheckId, PersonId},
    licenses::{
        model::{Decider, LicenseFile, LicenseStatus, OpenCondition, reaches},
        verbs::LicenseVerb,
    },
    reference::model::Reference,
    text::{a, many},
};

/// The rules that computed a row: what their sources hash to, so that no change of them is forgotten.
pub const RULES: &str = env!("LANTERN_RULES");

/// Where a check stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub check: CheckId,
    pub ahead: Ahead,
    /// What holds of it.
    pub marks: Marks,
    /// What the rows of the home pages say.
    pub words: Words,
    /// From when until when the same facts are judged so.
    pub holds: (OffsetDateTime, OffsetDateTime),
}

/// What holds of a check, as home pages group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Something in it contradicts itself, and nobody explained it.
    Contradictory = 1,
    /// The post may explain something.
    PostExplains = 2,
    /// A case officer may explain something.
    WashingtonExplains = 4,
    /// A license of it is approved on conditions, and none is open.
    Ready = 8,
    /// Its result is signed, and a license of it approved on conditions.
    Conditional = 16,
    /// A party blocks an open license of it.
    Blocked = 32,
    /// It came back with questions.
    Questioned = 64,
    /// The post found a party on it.
    Found = 128,
    /// Its reply waits to be cleared.
    Clearable = 256,
    /// Its next step is to decide a license of it again.
    Again = 512,
}

/// A set of marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks(pub i32);

impl Marks {
    /// Whether one of them is this.
    pub fn has(self, mark: Mark) -> bool {
        self.0 & mark as i32 != 0
    }

    fn with(self, mark: Mark, holds: bool) -> Self {
        if holds { Self(self.0 | mark as i32) } else { self }
    }
}

/// An act on a license that stands on a row beside the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    permission: Permission,
    href: String,
    label: String,
    may: Allowed,
    /// The amount that the reader's authority has to reach.
    #[serde(with = "rust_decimal::serde::str_option")]
    amount: Option<Decimal>,
}

impl Offer {
    /// A verb, called so, on a license; `people` are all whom its file names.
    pub fn of(
        (verb, label): (LicenseVerb, &str),
        license: &LicenseFile,
        people: &[PersonId],
        (reference, today): (&Reference, Date),
    ) -> Self {
        let by = |id| Decider { id, authority: Decimal::MAX };
        Self {
            permission: verb.permission(),
            href: verb.address(license.id).into(),
            label: label.to_owned(),
            may: Allowed::of(people, |person| verb.judge(license, by(person), reference, today).is_ok()),
            amount: verb.amount(license),
        }
    }

    /// Its address and label, if it is the reader's.
    pub fn act(&self, reader: &Reader) -> Option<(String, String)> {
        let theirs = reader.may(self.permission) && self.may.allows(reader.id) && self.is_reached(reader);
        theirs.then(|| (self.href.clone(), self.label.clone()))
    }

    fn is_reached(&self, reader: &Reader) -> bool {
        self.amount.is_none_or(|amount| reaches(reader.authority, amount))
    }

    /// Whom a reader waits for, who may not do it.
    pub fn whom(&self, reader: &Reader) -> String {
        let role = if self.permission == Permission::MakeExceptions { "supervisor" } else { "reviewer" };
        if reader.may(self.permission) && !self.is_reached(reader) {
            return WITH_AUTHORITY.into();
        }
        if reader.may(self.permission) { another(role) } else { a(role) }
    }
}

/// What the rows of the home pages say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What the post recommends.
    pub says: Option<RecommendationWord>,
    /// What is proposed or signed.
    pub result: Option<ResultWord>,
    /// Since when the proposed or signed result waits.
    #[serde(with = "time::serde::rfc3339::option")]
    pub result_since: Option<OffsetDateTime>,
    /// The kinds of contacts and papers that its findings rest on; empty: nothing.
    pub rests_on: String,
    /// Whether one of them is more than a call.
    pub is_firm: bool,
    /// Its first license that is approved on conditions.
    pub conditional: Option<Conditional>,
    /// What is open on its first license that waits for a decision.
    pub pending: Option<Open>,
    /// What contradicts itself: the first sentence, how many more, and whether the post explains it.
    pub contradiction: Option<(String, usize, bool)>,
    /// Its first license that a party blocks: why, the license's number, and the exception.
    pub blocked: Option<(String, String, Offer)>,
}

/// The conditions of a license that are open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The first: what, and who has to act.
    pub first: Option<(String, String)>,
    pub more: usize,
}

/// A license that is approved on conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditional {
    pub open: Open,
    /// How many permits it has.
    pub permits: usize,
    /// When it was decided last.
    #[serde(with = "time::serde::rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    pub confirm: Offer,
}

impl Open {
    fn of(open: &[OpenCondition]) -> Self {
        let first = open.first().map(|open| (open.text.clone(), open.who.to_string()));
        Self { first, more: open.len().saturating_sub(1) }
    }
}

impl Standing {
    /// Of a file with all its licenses.
    pub fn of(file: &CaseFile) -> Self {
        let check = &file.check;
        let people = people(file);
        let next = next_step(file);
        let unexplained: Vec<_> =
            file.contradictions().into_iter().filter(|found| found.explanation.is_none()).collect();
        let explains = |by_post| !check.state.is_judged() && unexplained.iter().any(|found| found.by_post == by_post);
        let of = |status| file.licenses.iter().find(move |license| license.status == status);
        let conditional = of(LicenseStatus::ApprovedOnConditions);
        let blocked =
            |license: &&LicenseFile| license.status.is_open() && !license.blocked_parties(&file.reference).is_empty();
        let blocked = file.licenses.iter().find(blocked);
        let marks = Marks::default()
            .with(Mark::Contradictory, !unexplained.is_empty())
            .with(Mark::PostExplains, explains(true))
            .with(Mark::WashingtonExplains, explains(false))
            .with(Mark::Ready, file.licenses.iter().any(|license| license.is_ready(&file.reference, file.today())))
            .with(Mark::Conditional, check.state == CheckState::Resulted && conditional.is_some())
            .with(Mark::Blocked, blocked.is_some())
            .with(Mark::Questioned, !check.questions.is_empty())
            .with(Mark::Found, !check.found.is_empty())
            .with(Mark::Clearable, matches!(next, NextStep::ClearReply(_)))
            .with(Mark::Again, matches!(next, NextStep::DecideAgain(..)));
        let offer = |verb: LicenseVerb, license: &LicenseFile| {
            Offer::of((verb, verb.label()), license, &people, (&file.reference, file.today()))
        };
        let open = |license: &LicenseFile| Open::of(&license.open_conditions(&file.reference, file.today()));
        let words = Words {
            says: check.recommendation.as_ref().map(|word| word.word),
            result: check.result.as_ref().map(|result| result.word),
            result_since: check.result.as_ref().map(|result| result.signed_at.unwrap_or(result.proposed_at)),
            rests_on: rests_on(check),
            is_firm: check.has_firm_basis(),
            conditional: conditional.map(|license| Conditional {
                open: open(license),
                permits: license.permits.len(),
                decided_at: license.decisions.last().map(|decision| decision.decided_at),
                confirm: offer(LicenseVerb::Confirm, license),
            }),
            pending: of(LicenseStatus::Pending).map(open),
            contradiction: unexplained
                .first()
                .map(|found| (found.sentence.clone(), unexplained.len() - 1, found.by_post)),
            blocked: blocked.map(|license| {
                let why = license
                    .blocked_parties(&file.reference)
                    .into_iter()
                    .next()
                    .map(|(_, name, why)| format!("{name} is {why}"));
                (why.unwrap_or_default(), license.number.clone(), offer(LicenseVerb::Except, license))
            }),
        };
        // Facts are judged by days: Washington's and the post's.
        let (there, here) =
            (Zone::named(&check.post_zone).span_of_day(file.now), Zone::named(Zone::WASHINGTON).span_of_day(file.now));
        let holds = (there.0.max(here.0), there.1.min(here.1));
        Self { check: check.id, ahead: Ahead::of(file, &people), marks, words, holds }
    }

    /// Of a check whose file cannot be read, so that nobody else's list fails for it. It is tried again every minute.
    pub fn unreadable(check: CheckId, now: OffsetDateTime) -> Self {
        let ahead =
            Ahead::nothing("Its file cannot be read. An administrator of the server finds the reason in its log.");
        let holds = (now, now + time::Duration::minutes(1));
        Self { check, ahead, marks: Marks::default(), words: Words::default(), holds }
    }
}

/// Whom the file names: everybody else is judged alike.
fn people(file: &CaseFile) -> Vec<PersonId> {
    let check = &file.check;
    let done =
        check.duties.iter().chain(file.licenses.iter().flat_map(|license| &license.duties)).map(|done| done.person_id);
    let words = check.recommendation.iter().flat_map(|word| [Some(word.written_by), word.signed_by, word.cleared_by]);
    let results = check.result.iter().flat_map(|result| [Some(result.proposed_by), result.signed_by]);
    let named = [Some(check.opened_by), check.officer_id].into_iter().chain(words).chain(results).flatten();
    let mut people: Vec<PersonId> = done.chain(named).chain(check.serving.iter().map(|(person, _)| *person)).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// The kinds of contacts and papers its findings rest on.
fn rests_on(check: &CheckFile) -> String {
    let used =
        |contact: &&Contact| check.findings.iter().any(|finding: &Finding| finding.contacts.contains(&contact.id));
    let of = |kind: ContactKind| check.contacts.iter().filter(used).filter(|contact| contact.kind == kind).count();
    let documents = check
        .documents
        .iter()
        .filter(|document| check.findings.iter().any(|finding| finding.documents.contains(&document.id)));
    let kinds = [
        ContactKind::SiteVisit,
        ContactKind::Meeting,
        ContactKind::DiplomaticNote,
        ContactKind::Letter,
        ContactKind::Email,
        ContactKind::Call,
    ];
    let mut parts: Vec<String> = kinds
        .iter()
        .map(|kind| (of(*kind), kind.label().to_lowercase()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, label)| if count == 1 { label } else { many(count, &label) })
        .collect();
    let papers = documents.count();
    if papers > 0 {
        parts.push(many(papers, "document"));
    }
    parts.join(", ")
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;

//! A license that is to be decided again: what lists and homes say of it beyond its own columns.

use time::Date;

use super::model::Offer;
use crate::{
    id::{DecisionId, LicenseId, PersonId},
    licenses::{
        model::{Ground, LicenseFile, LicenseStatus, Refusal},
        verbs::LicenseVerb,
    },
    reference::model::Reference,
};

/// What a list says while licenses of it are still being read.
pub const UNREAD: &str = "Licenses are being read again after a change: more may follow in a moment.";

/// A license whose decision in force no longer stands on its basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    pub license: LicenseId,
    /// The decision that is to be made again.
    pub decision: DecisionId,
    /// Whether it was issued; else it waits to be.
    pub is_issued: bool,
    /// The kinds of facts that are others now.
    pub grounds: Vec<Ground>,
    /// What may be done with it.
    pub acts: Vec<Offer>,
}

impl Again {
    /// Of a license as it is; nothing, where it stands as it was decided.
    pub fn of(license: &LicenseFile, reference: &Reference, today: Date) -> Option<Self> {
        let (decision, grounds) = license.asks_again(reference)?;
        let mut people: Vec<PersonId> = license.duties.iter().map(|done| done.person_id).collect();
        people.sort_unstable();
        people.dedup();
        let offer = |verb, label| Offer::of((verb, label), license, &people, (reference, today));
        // As a check's next step has it: what only a supervisor lets through comes to the supervisor first.
        let acts = match license.releasable(reference) {
            Ok(()) => vec![offer(LicenseVerb::Decide, LicenseVerb::AGAIN)],
            Err(Refusal::NoFavorable | Refusal::Lapsed(_) | Refusal::Party { .. }) => {
                vec![offer(LicenseVerb::Except, LicenseVerb::Except.label())]
            }
            Err(_) => Vec::new(),
        };
        let is_issued = license.status == LicenseStatus::Approved;
        Some(Self { license: license.id, decision: decision.id, is_issued, grounds, acts })
    }
}

#[cfg(test)]
#[path = "again_tests.rs"]
mod tests;

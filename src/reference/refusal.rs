//! Why a row of law and practice is not kept, replaced or ended: each sentence once.

use crate::{error::Refuses, faults::Fault};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Up to 40 letters, digits, dashes and underscores.")]
    Code,
    #[error("Choose the country.")]
    NoCountry,
    #[error("Choose the group of countries.")]
    NoGroup,
    #[error("Choose the topic.")]
    NoTopic,
    #[error("Choose what the threshold counts.")]
    NoItems,
    #[error("Give the amount.")]
    NoAmount,
    #[error("Give the days to wait.")]
    NoDays,
    #[error("Choose at least one type of check.")]
    NoType,
    #[error("Choose item classes from the list.")]
    Classes,
    #[error("A row of this code holds at that time: end or replace it.")]
    CodeHolds,
    /// Of a row that is to take another one's place.
    #[error("Another row of this code holds at that time.")]
    AnotherHolds,
    #[error("Tick the rows you compared with their source.")]
    NothingTicked,
    #[error("These rows were confirmed already.")]
    Confirmed,
    #[error("This row ends already: add a new one from the day after.")]
    EndsBeforeReplaced,
    #[error("The new row begins today in Washington or later: what held on a past day is not rewritten.")]
    BeginsInThePast,
    #[error("The new row begins after the first day of the one it replaces.")]
    BeginsTooEarly,
    #[error("This row ends already.")]
    Ends,
    #[error("The last day is yesterday in Washington or later: what held on a past day is not rewritten.")]
    EndsInThePast,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[
        ("reference_entries_one_at_a_time", Self::CodeHolds),
        ("reference_entries_country_fkey", Self::Fault(Fault::Country)),
    ];
}

//! Why a party is not kept, added to or merged: each sentence once.

use crate::{error::Refuses, faults::Fault};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("A party of this name in this country is known. Choose it, or say that this is another one.")]
    Known,
    #[error("{0} is one with another record now: add it there.")]
    Merged(String),
    #[error("Choose a list.")]
    List,
    #[error("Choose another record.")]
    OtherRecord,
    /// One license says the opposite of the two.
    #[error(
        "On license {license} {from} is {from_is} and {into} is {into_is}. Correct the one that is wrong on the license first, then merge."
    )]
    Opposite { license: String, from: String, from_is: String, into: String, into_is: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[("parties_country_fkey", Self::Fault(Fault::Country))];
}

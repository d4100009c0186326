//! Why a party is not kept, added to or merged: each sentence once.

use crate::{error::Refuses, faults::Fault, mistakes};

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
    /// What comes later is undone first.
    #[error("{from} was merged into {into} later. Undo that merge first.")]
    Later { from: String, into: String },
    #[error(
        "Who merged them did so before Lantern kept what moved: record the other party anew and take back what is not this one's."
    )]
    NotKept,
    #[error("This merge was undone before.")]
    Undone,
    /// Of a row that was recorded since.
    #[error("Say whose this is.")]
    Unsaid,
    #[error(
        "{check} is not with its post, which keeps what it wrote: {says}. Leave it where it is, or have the check given back or its signed reply returned first."
    )]
    Frozen { check: String, says: String },
    #[error("{party} has the same already: {says}. Leave it where it is, or take one of the two back first.")]
    Twice { party: String, says: String },
    #[error(transparent)]
    NotYours(#[from] mistakes::model::Refusal),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[("parties_country_fkey", Self::Fault(Fault::Country))];
}

//! Why what stands on the page of a new check does not belong together: each sentence once.

use crate::{error::Refuses, text::many};

/// Why the page is not kept as it is. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Lines stand on a license: give its number above.")]
    NoLicenseForLines,
    #[error("A check of this type is about licenses, and its parties stand on one: give its number above.")]
    NoLicenseForParties,
    /// A license on another type of check.
    #[error("A check of this type is about a party alone: leave the license blank, or choose another type.")]
    OfNoLicense,
    #[error("One save takes {}; this is {}.", many(.most, "line"), .pasted)]
    TooManyLines { most: usize, pasted: usize },
    #[error("One save takes {}.", many(.0, "party"))]
    TooManyParties(usize),
    /// A choice that was made for another number.
    #[error("The license that was chosen has another number: find it again.")]
    OfAnotherNumber,
    #[error("There is no license of this number, and no check of this reference.")]
    NothingToCopy,
}

impl Refuses for Refusal {}

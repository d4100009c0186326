//! Why something about a license's papers is refused: each sentence once.

use super::{Alike, Unconfirmed};
use crate::{duties::model::Separated, error::Refuses, faults::Fault, text::many};

/// Why something about a license's papers is refused. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither pending nor approved on conditions.
    #[error("The license is {0}; its approvals can no longer be changed.")]
    Settled(String),
    #[error("No check of your post on this license is open.")]
    NoOpenCheck,
    #[error("The country rules ask for nothing that is not recorded. Record a cell yourself, with its proof.")]
    NothingToPropose,
    /// A cell that another post recorded.
    #[error("This is the word of {0}. Ask them to change it.")]
    WordOf(String),
    #[error("Choose a contact of your post.")]
    Contact,
    /// Guard 4: a spoken promise.
    #[error("Issued means on paper: record the permit first, and choose it here. A spoken promise is no permit.")]
    NoPermit,
    /// Guard 4: no proof at all.
    #[error("Say what shows that none is required: the country rule you confirmed, or the paper.")]
    NoProof,
    /// Guard 4: a spoken word as proof.
    #[error(
        "A spoken word is no proof. Choose the letter, e-mail or diplomatic note that says so, or confirm the country's rule that none is needed."
    )]
    Spoken,
    /// Guard 4: a written word, of somebody whose consent is not asked for.
    #[error(
        "Only {0} can say that none is required. Choose a letter, e-mail or diplomatic note whose contact was with it."
    )]
    OfAnother(String),
    #[error("Give the day it was applied for.")]
    NotDated,
    #[error("The country's rules ask for {0}. Say of that authority alone that it is not required, with its proof.")]
    Asked(String),
    #[error("Without an authority the only answers are: not required, or needed to take that back.")]
    NoAuthority,
    #[error("This permit was taken back as recorded by mistake.")]
    WithdrawnPermit,
    #[error("Choose a permit of this license.")]
    OtherPermit,
    #[error("Choose an authority of the destination.")]
    Issuer,
    #[error("Choose authorities of the destination.")]
    Authorities,
    #[error("Tick the items it covers.")]
    NoItems,
    #[error(
        "Permit {number} of {issuer} is on this license already. If it was recorded by mistake, take it back first."
    )]
    Known { number: String, issuer: String },
    /// It is perhaps the same.
    #[error(
        "Is {number} {}? Look at the paper: write the number as it stands there, and say below that it is \
         another one if it is.",
        .other.asked(.issuer)
    )]
    Alike { number: String, other: Alike, issuer: String },
    /// More than ten years.
    #[error(
        "Until {until} it is valid for {}. Correct the year, or say below that it stands so on the paper.",
        many(.years, "year")
    )]
    LongValid { until: String, years: i32 },
    /// They are perhaps the same.
    #[error(
        "Could these be one weapon written in two ways: {0}? If so, write the number as it was recorded; if not, say below that they are \
         others."
    )]
    AlikeSerials(String),
    /// What a permit would fill is another post's word.
    #[error("What is recorded of {item} is the word of {post}. Untick it, or ask them to change it.")]
    WordOn { item: String, post: String },
    /// What a permit would fill rests on a paper that counts.
    #[error(
        "{item} rests on permit {number} of {issuer}, which counts. Untick it, or record first that the authority revoked that permit."
    )]
    Filled { item: String, number: String, issuer: String },
    #[error("This permit was taken back.")]
    TakenBack,
    /// Guards 5 and 6: what the contact lacks.
    #[error(transparent)]
    Unconfirmed(#[from] Unconfirmed),
    /// Guard 5, as the database holds it.
    #[error("Only the authority that issued a paper confirms it, through a channel not taken from the paper.")]
    NotTheIssuer,
    /// Guard 6, as the database holds it.
    #[error("Only the signer's own side confirms a signature, through a channel not taken from the paper.")]
    NotTheSigner,
    /// Guard 6: one signature for each, and none takes the place of another.
    #[error("The {signer} ({name}) signed already. If that signature was recorded by mistake, take it back first.")]
    SignedAlready { signer: String, name: String },
    /// Guard 4: something that was waited for is closed, or explained.
    #[error("Give the day the end-user was given {0}, or say in the remark why nobody waits for it any more.")]
    StillWaits(String),
    /// The page was made of one.
    #[error("Somebody else took this certificate back after you opened the page. Save again to record it anew.")]
    CertificateGone,
    /// Of a page of the program of before.
    #[error("Signatures are saved with their certificate, on this page. What you typed stands below: save it here.")]
    SignedWithThePaper,
    #[error("Choose a party of this license.")]
    Party,
    #[error("Choose items of this license.")]
    Item,
    #[error("This day is still to come; a step to come is planned.")]
    Planned,
    /// Of a step of the custody path.
    #[error(
        "Somebody else changed this step after you opened the page. What they saved stands beside yours; save again to keep yours."
    )]
    StepChanged,
    #[error("Somebody else took this step back. Save again to record it anew, or remove it.")]
    StepGone,
    #[error(
        "Somebody else put these steps in another order after you opened the page: it is shown below. Give the places again."
    )]
    OrderChanged,
    #[error("One save takes {} at most.", many(.0, "step"))]
    TooManySteps(usize),
    #[error("Nothing here was added or changed.")]
    NoSteps,
    /// Of lines that were pasted.
    #[error("{0}")]
    Unclear(String),
    #[error("See below how each line is read. If that is right, save the count.")]
    NotSeen,
    /// Of numbers that were counted before; what changes.
    #[error("This changes an earlier count: {0}. If that is right, save the count on its page, which shows it.")]
    Recounts(String),
    #[error("Give at least one serial number.")]
    NoSerials,
    /// Guard 11: an earlier act of the same person.
    #[error(transparent)]
    Separated(#[from] Separated),
    /// Of the day it was applied for.
    #[error(transparent)]
    AppliedOn(Fault),
    /// Of the day the end-user was given what they wait for.
    #[error(transparent)]
    GivenOn(Fault),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[
        ("permits_verified_off_paper", Refusal::NotTheIssuer),
        ("permits_verified_by_issuer", Refusal::NotTheIssuer),
        ("certificate_signatures_verified_off_paper", Refusal::NotTheSigner),
        ("certificate_signatures_verified_by_signer", Refusal::NotTheSigner),
    ];

    fn of_constraint(name: &str, detail: Option<&str>) -> Option<Self> {
        Self::in_table(name).or_else(|| Separated::of_constraint(name, detail).map(Self::from))
    }
}

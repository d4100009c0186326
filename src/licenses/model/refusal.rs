//! Why an act on a license is refused: each sentence once.

use std::fmt;

use rust_decimal::Decimal;

use super::{open::OpenCondition, words::Act};
use crate::{
    basis::{Changed, joined},
    duties::model::Separated,
    error::Refuses,
    faults::Fault,
    text::dollars,
};

/// Why an act on a license is refused. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The license stands elsewhere.
    #[error("The license is {now}; it cannot be {wanted}.")]
    Status {
        /// Where it stands, in words.
        now: String,
        /// What was asked, as a participle.
        wanted: &'static str,
    },
    #[error("Cannot {}: {}", .act.code(), Listed(.open))]
    Open { act: Act, open: Vec<OpenCondition> },
    /// Approving on conditions with none.
    #[error("No condition is open: approve the license instead.")]
    NothingOpen,
    #[error("Cannot approve: {party} is {why}. A supervisor may make an exception with a reason.")]
    Party {
        party: String,
        /// In or from a proscribed country, or on a list.
        why: String,
    },
    /// Guard 11: an earlier act of the same person.
    #[error(transparent)]
    Separated(#[from] Separated),
    /// What is for an open license alone.
    #[error("The license is decided; {0}.")]
    Settled(&'static str),
    /// Guard 11: the amount.
    #[error(
        "The license is worth {}; your authority is {}. A reviewer with more authority must decide it.",
        dollars(*value),
        dollars(*authority)
    )]
    Amount { value: Decimal, authority: Decimal },
    #[error("Check {0} has no signed result yet; wait for it, or end the check early.")]
    CheckRunning(String),
    #[error(
        "No pre-license check on this license has a favorable result. A supervisor may make an exception with a reason."
    )]
    NoFavorable,
    /// Guard 15: the license changed after its result.
    #[error(
        "Items, parties or value of the license changed after the result of {0} was signed, so the result speaks of another license. \
         Open a new check on it; a supervisor may make an exception with a reason."
    )]
    Lapsed(String),
    /// The license has no items.
    #[error("The license has no items; record them first.")]
    NoItems,
    /// Guard 11: the amount, which nobody knows.
    #[error("The application does not state the value of the license; record it first.")]
    NoValue,
    /// The license has no end-user.
    #[error("The license has no end-user; record the parties first.")]
    NoEndUser,
    /// The post answered about the license as it is.
    #[error(
        "The post has replied in {0} about the license as it is. Give the check back first, then change the license."
    )]
    Replied(String),
    /// Taking back what a decision rested on.
    #[error("The license is {0}, and its decision rested on this: it stays as it is.")]
    Rested(String),
    /// Guard 11: the decision on conditions rested on other facts.
    #[error("What the decision rested on has changed: {}. Decide the license again.", joined(.0))]
    BasisChanged(Vec<Changed>),
    /// Guard 11: the amount, as the database holds it.
    #[error("The license is worth more than your authority.")]
    BeyondAuthority,
    #[error("The license was changed after you opened this page. Open it again.")]
    ChangedSince,
    #[error("Choose one of the acts offered.")]
    NotOffered,
    #[error("Choose what to except.")]
    NothingToExcept,
    #[error("Choose a category from the list.")]
    Category,
    #[error("Take fewer than the {0} there are.")]
    TooMany(i64),
    #[error("Choose a form from the list.")]
    Form,
    #[error("This number is known under this form. Add that license to the check instead.")]
    NumberTaken,
    /// The same one, in this or another spelling.
    #[error("This number is known under this form: it is license {0}. Add that one to the check instead.")]
    NumberKnown(String),
    /// It is perhaps the same.
    #[error(
        "Is {number} one of these, written in another way: {others}? Look at the application: write the number as it stands there, and say \
         below that it is another one if it is."
    )]
    NumberAlike { number: String, others: String },
    #[error("No license has this number yet. Register it with the link below.")]
    UnknownNumber,
    #[error("This number is known under several forms. Choose the license.")]
    SeveralForms,
    #[error("Choose a party from the list.")]
    UnknownParty,
    #[error("Choose a party, or give the name, kind and country of a new one.")]
    NoParty,
    #[error("Tick at least one role.")]
    NoRole,
    #[error("This party has this role on the license already.")]
    InRole,
    #[error("Every party of license {0} is on this license already.")]
    AllThere(String),
    #[error(transparent)]
    Fault(#[from] Fault),
    /// What was issued stays as it was issued.
    #[error("The license is {0}; what it says can no longer be changed.")]
    Sealed(String),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[
        ("duties_amount_within_authority", Self::BeyondAuthority),
        ("license_parties_once", Self::InRole),
        ("licenses_number_key", Self::NumberTaken),
        ("licenses_value_stated", Self::NoValue),
        ("licenses_destination_fkey", Self::Fault(Fault::Country)),
    ];

    fn of_constraint(name: &str, detail: Option<&str>) -> Option<Self> {
        Self::in_table(name).or_else(|| Separated::of_constraint(name, detail).map(Self::from))
    }
}

struct Listed<'a>(&'a [OpenCondition]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "condition is" } else { "conditions are" };
        let all = self.0.iter().map(|open| open.text.as_str()).collect::<Vec<_>>().join("; ");
        write!(f, "{} {plural} open - {all}.", self.0.len())
    }
}

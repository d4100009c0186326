//! Why an account, a role or a password is not given: each sentence once.

use crate::{error::Refuses, faults::Fault};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This account name is taken.")]
    AccountTaken,
    #[error("Choose the post.")]
    NoPost,
    #[error("This role is in Washington: leave the post blank.")]
    InWashington,
    #[error("Choose a post from the list.")]
    UnknownPost,
    /// The role it stands in the way of, and how that makes way.
    #[error("One role at a time: {name} is {role}. {way}")]
    Overlaps { name: String, role: String, way: String },
    #[error("One role at a time: another role was given in between.")]
    OverlapsNow,
    #[error("This role has begun: end it with a last day instead.")]
    HasBegun,
    #[error("Something was done in this role already: end it with a last day instead.")]
    WasUsed,
    #[error("This role ends on that day or before already.")]
    EndsAlready,
    #[error(
        "No administrator would remain: there must always be one whose role has begun and has no last day. Give another person that role \
         first, and do this once it has begun."
    )]
    NoAdministrator,
    #[error("The account and the password do not fit together, or the account is not in use.")]
    NoFit,
    #[error("This is not the present password.")]
    PresentPassword,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[
        ("people_account_key", Self::AccountTaken),
        ("assignments_one_at_a_time", Self::OverlapsNow),
        ("assignments_post_fkey", Self::UnknownPost),
        ("people_one_administrator", Self::NoAdministrator),
    ];
}

//! Why something about what a post learns is refused: each sentence once.

use crate::{error::Refuses, text::many};

/// Changing what a reply says that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} signed the reply: what it says stands until the reply is returned with a remark.")]
pub struct ReplySigned(pub String);

/// Why something about what a post learns is refused. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Findings are written while the check is in progress.")]
    NotInProgress,
    /// The post has replied.
    #[error(
        "What the post wrote is changed while the check is in progress. Contacts, statements and documents may still be added until it closes."
    )]
    Frozen,
    #[error(transparent)]
    Signed(#[from] ReplySigned),
    /// Adding to what a reply rests on.
    #[error("The reply rests on this contact as it was. Record what was said since as a contact of its own.")]
    RepliedOn,
    #[error("A paper was verified through this contact meanwhile. Open the contact again, then change it.")]
    ChannelStays,
    #[error("One save takes {} at most. Take some out and save; then add them to the contact.", many(*.0, "statement"))]
    TooMany(usize),
    /// What was ticked is another one by now, or settled.
    #[error("Something ticked here changed after you opened this page. Tick what is still as you say.")]
    ChangedSince,
    /// An answer that another person saved since the page with it was opened.
    #[error("Somebody else answered this after you opened the page. Both answers are here; save again to keep yours.")]
    AnsweredSince,
    /// A topic of which nothing is asked, or not any more.
    #[error("This is not asked on this check. Copy what you typed to where it belongs.")]
    NotAsked,
    /// A worksheet that was sent as it came.
    #[error("Nothing on this page was changed: there is nothing to save.")]
    NothingAnswered,
    /// Guard 4: what it shows is judged by with whom it was, and how.
    #[error("By this contact no approval of {0} is required. Change that answer on the license first.")]
    ShowsNoneRequired(String),
    #[error("This day is still to come at the post.")]
    ToCome,
    #[error("Choose an authority from the list.")]
    Authority,
    #[error("Choose a contact of this check.")]
    Contact,
    #[error("Choose a topic from the list.")]
    Topic,
    #[error("Choose a party of this check.")]
    Party,
    #[error("Only a statement from a better source bears this one out.")]
    NoBetterSource,
    #[error("Choose another statement of this check.")]
    OtherStatement,
    /// Grading one that bears out another.
    #[error(
        "It bears out another statement, and has to stay of a better source than that one; take the link off first."
    )]
    BearsOut,
    /// Grading one that is borne out.
    #[error("The statement that bears it out would no longer be of a better source; take the link off first.")]
    BorneOut,
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[
        ("contacts_not_frozen", Self::Frozen),
        ("statements_not_frozen", Self::Frozen),
        ("documents_not_frozen", Self::Frozen),
        ("findings_not_frozen", Self::Frozen),
        ("finding_basis_not_frozen", Self::Frozen),
        ("statements_contact_replied", Self::RepliedOn),
        ("contacts_channel_verified", Self::ChannelStays),
    ];

    /// What is frozen because somebody signed comes with their name.
    fn of_constraint(name: &str, detail: Option<&str>) -> Option<Self> {
        match (Self::in_table(name)?, detail) {
            (Self::Frozen, Some(signer)) => Some(ReplySigned(signer.to_owned()).into()),
            (held, _) => Some(held),
        }
    }
}

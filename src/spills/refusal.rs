//! Why a text is not hidden, removed or put back: each sentence once.

use crate::error::Refuses;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no text in this row any more. Open the file again, and choose the text where it stands now.")]
    NoText,
    #[error("You reported it. Another person removes it or puts it back.")]
    OwnReport,
    #[error("It is settled already.")]
    Settled,
    #[error("Choose one of the texts.")]
    NotThere,
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] =
        &[("spills_something", Self::NoText), ("spills_settled_by_another", Self::OwnReport)];
}

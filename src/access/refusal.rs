//! Why a text is not kept for a person: each sentence once.

use crate::error::Refuses;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "Not kept: there is room for {room}, so discard one under My work, Typed and not sent, such as the {which} ({title}, kept on {kept})."
    )]
    NoRoom { room: String, which: &'static str, title: String, kept: String },
    /// Classified, or not to be stored: as the reader of texts says it.
    #[error("{0}")]
    Unstorable(String),
}

impl Refuses for Refusal {}

//! Why nothing is invented: each sentence once.

use crate::error::Refuses;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the database is not empty ({0} has rows); generate fills only one that was just migrated")]
    NotEmpty(String),
    /// Another schema, or a rule that refuses what was invented, in its own words.
    #[error("{0}")]
    Told(String),
}

impl Refuses for Refusal {}

impl Refusal {
    pub(super) fn of(refusal: impl std::fmt::Display) -> Self {
        Self::Told(refusal.to_string())
    }
}

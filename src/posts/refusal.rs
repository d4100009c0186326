//! Why a post is not kept: each sentence once.

use crate::{error::Refuses, faults::Fault};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is a post of this name.")]
    NameTaken,
    #[error("This is no city's time zone. Choose it from the list.")]
    Zone,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] =
        &[("posts_name_key", Self::NameTaken), ("posts_country_fkey", Self::Fault(Fault::Country))];
}

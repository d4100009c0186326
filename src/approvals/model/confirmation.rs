//! Contacts that confirm a paper.

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use crate::{
    basis::Changed,
    evidence::model::ChannelSource,
    id::{AuthorityId, PartyId, PostId},
    text::day_words,
};

/// A contact that is to confirm a paper.
#[derive(Debug, Clone, Copy)]
pub struct Confirmation {
    /// Where its number, address or name came from.
    pub channel: ChannelSource,
    /// The authority it was with, if with one.
    pub authority: Option<AuthorityId>,
    /// The party it was with, if with one.
    pub party: Option<PartyId>,
    /// Its day at the post.
    pub occurred_on: Option<Date>,
}

/// A verification of a paper that lapsed, because the contact it was made through was changed.
#[derive(Debug, Clone, Deserialize)]
pub struct Lapsed {
    /// Who had verified it.
    pub by: String,
    /// The post whose contact it was.
    pub post: Option<PostId>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub changes: Vec<Changed>,
}

/// Why a contact does not confirm a paper (guards 5 and 6). Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unconfirmed {
    /// A paper cannot vouch for itself.
    #[error(
        "Its number or address was taken from the paper, or is not stated; use one from a directory, an earlier file or the embassy."
    )]
    Channel,
    #[error("It was not with {0}, the authority that issued the paper.")]
    Authority(String),
    #[error("It was not with the {0}, who signed.")]
    Signer(String),
    #[error("Its day is not stated; give it first.")]
    NotDated,
    /// Before there was a paper.
    #[error("It took place before the paper was there ({0}).")]
    Before(String),
}

impl Confirmation {
    pub(super) fn after(&self, paper: Option<Date>) -> Result<(), Unconfirmed> {
        if !self.channel.verifies() {
            return Err(Unconfirmed::Channel);
        }
        let day = self.occurred_on.ok_or(Unconfirmed::NotDated)?;
        match paper.filter(|paper| day < *paper) {
            Some(paper) => Err(Unconfirmed::Before(day_words(paper))),
            None => Ok(()),
        }
    }
}

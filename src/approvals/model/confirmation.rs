//! Contacts that confirm a paper.

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use crate::{
    basis::Changed,
    evidence::model::{ChannelSource, Contact},
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

/// A contact that somebody is writing down, as far as it goes. What is not said yet rules no paper out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sketch {
    pub channel: Option<ChannelSource>,
    pub authority: Option<AuthorityId>,
    pub party: Option<PartyId>,
    pub occurred_on: Option<Date>,
}

impl Sketch {
    /// Whether it may still have been with anybody.
    pub(super) fn is_open(&self) -> bool {
        self.authority.is_none() && self.party.is_none()
    }

    /// What it is worth at best.
    pub(super) fn at_best(&self) -> Confirmation {
        Confirmation {
            channel: self.channel.unwrap_or(ChannelSource::Directory),
            authority: self.authority,
            party: self.party,
            occurred_on: self.occurred_on.or(Some(Date::MAX)),
        }
    }
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

impl From<&Contact> for Confirmation {
    fn from(contact: &Contact) -> Self {
        Self {
            channel: contact.channel_source,
            authority: contact.authority_id,
            party: contact.party_id,
            occurred_on: contact.occurred_on,
        }
    }
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

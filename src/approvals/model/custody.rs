//! Where the items are on their way, and what a count found.

use serde::Deserialize;
use time::Date;

use super::{
    approval::of_another,
    refusal::Refusal,
    words::{CustodyStage, SerialState},
};
use crate::id::{CustodyStepId, ItemGroupId, PartyId, PersonId, PostId};

/// What a step is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    pub stage: CustodyStage,
    /// Who holds the items.
    pub holder: String,
    /// The party, if it is one.
    pub party: Option<PartyId>,
    pub what: String,
    pub on_date: Option<Date>,
    pub quantity: Option<i64>,
    pub item: Option<ItemGroupId>,
}

/// A step of the custody path: who physically holds the items.
#[derive(Debug, Clone, Deserialize)]
pub struct CustodyStep {
    pub id: CustodyStepId,
    pub stage: CustodyStage,
    /// What orders it on the path; its place among those that are there, its list says.
    pub position: i32,
    /// The same before it was ever moved.
    pub first_position: i32,
    /// Who holds the items.
    pub holder: String,
    /// The party, if it is one.
    pub party_id: Option<PartyId>,
    /// What that party is called, on the license or no longer.
    pub party: Option<String>,
    pub what: String,
    pub on_date: Option<Date>,
    pub quantity: Option<i64>,
    pub item_group_id: Option<ItemGroupId>,
    /// Who said it last.
    pub recorded_by: PersonId,
    /// Whose word it is, if that is known.
    pub recorded_at_post: Option<PostId>,
    pub recorded_at_post_name: Option<String>,
    /// Raised where it says something else, not where it moves.
    pub version: i32,
}

impl CustodyStep {
    /// The post whose word it is, where that is one the reader does not serve at: they move it, and do not change it.
    pub fn word_of_another(&self, serves: impl Fn(PostId) -> bool) -> Option<&str> {
        of_another(self.recorded_at_post, self.recorded_at_post_name.as_deref(), serves)
    }

    /// Whether what it says is the reader's to change.
    pub fn is_own_word(&self, serves: impl Fn(PostId) -> bool) -> Result<(), Refusal> {
        self.word_of_another(serves).map_or(Ok(()), |post| Err(Refusal::WordOf(post.to_owned())))
    }

    /// What it says now.
    pub fn says(&self) -> NewStep {
        NewStep {
            stage: self.stage,
            holder: self.holder.clone(),
            party: self.party_id,
            what: self.what.clone(),
            on_date: self.on_date,
            quantity: self.quantity,
            item: self.item_group_id,
        }
    }
}

/// How many serial numbers of an item group a count found in one state, and with whom.
#[derive(Debug, Clone, Deserialize)]
pub struct SerialCount {
    pub item_group_id: ItemGroupId,
    pub state: SerialState,
    /// Held by which party.
    pub holder_party_id: Option<PartyId>,
    pub count: i64,
    /// Of those that are missing or elsewhere, the first hundred.
    pub numbers: Vec<String>,
    /// Those that stand in another item group of the license too, the first hundred.
    pub twice: Vec<String>,
}

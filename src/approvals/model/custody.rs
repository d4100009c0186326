//! Where the items are on their way, and what a count found.

use serde::Deserialize;
use time::Date;

use super::words::{CustodyStage, SerialState};
use crate::id::{CustodyStepId, ItemGroupId, PartyId};

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
    /// Its place on the path.
    pub position: i32,
    /// Who holds the items.
    pub holder: String,
    /// The party, if it is one.
    pub party_id: Option<PartyId>,
    pub what: String,
    pub on_date: Option<Date>,
    pub quantity: Option<i64>,
    pub item_group_id: Option<ItemGroupId>,
    pub version: i32,
}

impl CustodyStep {
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

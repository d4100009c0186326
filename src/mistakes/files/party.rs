//! Rows of a party's record.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    access::{Actor, permission::TakeBackRecords},
    addresses::{self as at, Address},
    audit::Event,
    db::Change,
    error::Result,
    id::PartyId,
    licenses,
    mistakes::{
        model::{InFile, MistakeKind, Recorded, Row, Side, TakenBack},
        store,
        take_back::File,
    },
    parties::{
        self,
        refusal::Refusal,
        store::{Fact, PartyFile},
    },
};

#[derive(Debug)]
pub struct Party(PartyFile);

impl File for Party {
    type May = TakeBackRecords;
    type Key = PartyId;

    async fn read(can: &Actor, id: &PartyId) -> Result<Self> {
        parties::store::find(can, *id).await.map(Self)
    }

    async fn lock(change: &mut Change, can: &Actor, id: &PartyId) -> Result<Self> {
        parties::store::lock(change, *id).await?;
        parties::store::find(can, *id).await.map(Self)
    }

    fn file(&self) -> InFile {
        InFile::Party(self.0.id)
    }

    fn place(&self) -> (Address, &'static str, String) {
        (at::parties(), "Parties", self.0.name.clone())
    }

    fn at(&self, section: &'static str) -> Address {
        at::party(self.0.id).at(section)
    }

    async fn row(&self, _: &mut PgConnection, _: &Actor, kind: MistakeKind, id: Uuid) -> Result<Option<Row>> {
        Ok(self.0.facts.iter().find(|fact| fact.row == kind && fact.id == id).map(|fact| self.mistaken(fact)))
    }

    async fn strike(self, change: &mut Change, taken: &TakenBack) -> Result<Vec<Event>> {
        let before = licenses::store::open_of_party(change, self.0.id).await?;
        store::strike(change, taken).await?;
        licenses::store::settle_all(change, &before).await
    }
}

impl Party {
    /// Another name, a fact or a list entry: what it made count or block does so no more.
    fn mistaken(&self, fact: &Fact) -> Row {
        let (what, side) = match fact.row {
            MistakeKind::PartyAlias => {
                ("That papers in this name count as the party's, and that its entries block", Side::Washington)
            }
            MistakeKind::PartyListing => {
                ("That it blocks approvals, and the exceptions that were made for it", Side::Washington)
            }
            _ => ("That it is known of the party", fact.at_post.map_or(Side::Washington, |_| Side::Post)),
        };
        Row {
            kind: fact.row,
            id: fact.id,
            version: 0,
            said: format!("{}: {}", fact.row.label(), fact.text),
            recorded: Recorded { by: Some(fact.recorded_by), side, at_post: fact.at_post, carries: false },
            kept: self.0.merged_into.is_some().then(|| Refusal::Merged(self.0.name.clone()).to_string()),
            lapses: vec![what.to_owned()],
            section: "facts",
        }
    }
}

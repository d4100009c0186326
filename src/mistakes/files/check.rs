//! Rows of a check.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    access::{Actor, permission::TakeBackRecords},
    addresses::{self as at, Address},
    approvals,
    audit::Event,
    basis::Changed,
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::Result,
    id::{CheckId, ContactId},
    licenses,
    mistakes::{
        model::{InFile, MistakeKind, Row, TakenBack},
        store,
        take_back::File,
    },
};

#[derive(Debug)]
pub struct Check(CaseFile);

impl File for Check {
    type May = TakeBackRecords;
    type Key = CheckId;

    async fn read(can: &Actor, id: &CheckId) -> Result<Self> {
        checks::store::find(can, *id, Texts::Begun).await.map(Self)
    }

    async fn lock(change: &mut Change, can: &Actor, id: &CheckId) -> Result<Self> {
        checks::store::find_for_update(change, can, *id, None).await.map(Self)
    }

    fn file(&self) -> InFile {
        InFile::Check(self.0.check.id)
    }

    fn place(&self) -> (Address, &'static str, String) {
        (at::checks(), "Checks", self.0.check.reference.clone())
    }

    fn at(&self, section: &'static str) -> Address {
        at::check(self.0.check.id).at(section)
    }

    async fn row(&self, _: &mut PgConnection, _: &Actor, kind: MistakeKind, id: Uuid) -> Result<Option<Row>> {
        Ok(self.0.mistaken(kind, id))
    }

    async fn strike(self, change: &mut Change, taken: &TakenBack) -> Result<Vec<Event>> {
        let mut lapsed = Vec::new();
        if *taken.kind() == MistakeKind::Contact {
            let contact = ContactId(*taken.row());
            let gone = Changed { before: Some(taken.said().clone()), after: None };
            lapsed = approvals::store::lapse_verifications(change, contact, &[gone]).await?;
            store::let_go_of_contact(change, contact.0).await?;
        }
        store::strike(change, taken).await?;
        checks::store::touch(change, self.0.check.id).await?;
        // What a contact told of a license it tells no more.
        for license in &self.0.licenses {
            licenses::store::touch(change, license.id).await?;
        }
        Ok(lapsed)
    }
}

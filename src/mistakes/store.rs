//! Every statement on what was recorded by mistake.

use super::model::MistakeKind;
use crate::{db::Change, error::Result, id::MistakeId, licenses::model::TakenBack};

/// Keeps what stood there, why it was a mistake, and who took it back.
pub async fn insert(change: &mut Change, taken: &TakenBack) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into mistakes (id, kind, row_id, license_id, said, reason, taken_back_by, taken_back_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        MistakeId::new().0,
        *taken.kind() as MistakeKind,
        *taken.row(),
        taken.license().0,
        taken.said().as_str(),
        taken.reason().as_str(),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

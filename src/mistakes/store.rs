//! Every statement on what was recorded by mistake.

use super::model::MistakeKind;
use crate::{
    db::Change,
    error::Result,
    id::{LicenseId, MistakeId},
};

/// Keeps what stood there, why it was a mistake, and who took it back.
pub async fn insert(
    change: &mut Change,
    kind: MistakeKind,
    row: uuid::Uuid,
    license: LicenseId,
    said: &str,
    reason: &str,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into mistakes (id, kind, row_id, license_id, said, reason, taken_back_by, taken_back_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        MistakeId::new().0,
        kind as MistakeKind,
        row,
        license.0,
        said,
        reason,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

//! Every statement on notes of correction.

use super::model::{CorrectionNoted, Of};
use crate::{db::Change, error::Result, id::CorrectionId};

/// Keeps a note beside its text.
pub async fn insert(change: &mut Change, noted: &CorrectionNoted) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let (check, license) = match noted.of() {
        Of::Check { id, .. } => (Some(id.0), None),
        Of::License { id, .. } => (None, Some(id.0)),
    };
    sqlx::query!(
        "insert into corrections (id, place, row_id, check_id, license_id, said, text, noted_by, noted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        CorrectionId::new().0,
        noted.place().kind.code(),
        noted.place().row,
        check,
        license,
        noted.said().as_str(),
        noted.text().as_str(),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

//! What a change beneath a license raises and makes ready.

use super::read::{EVERYTHING, files};
use crate::{
    audit::{Event, Verb},
    clock::Zone,
    db::Change,
    error::{AppError, Result},
    id::LicenseId,
    licenses::model::LicenseFile,
    reference,
};

/// Raises the revision of a license and of the open checks on it: everything beneath them changed.
pub async fn touch(change: &mut Change, id: LicenseId) -> Result<()> {
    sqlx::query!(
        "with raised as (update checks set revision = revision + 1
             where id in (select check_id from check_licenses where license_id = $1) and state <> 'closed')
         update licenses set revision = revision + 1 where id = $1",
        id.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// As [`touch_facts`] if a save changed what a result speaks of; as [`touch`] if it left that as it was.
pub async fn touch_changed(change: &mut Change, id: LicenseId, changed: bool) -> Result<()> {
    if changed { touch_facts(change, id).await } else { touch(change, id).await }
}

/// As [`touch`], for what a result speaks of: items, parties, destination, value. A result signed before no longer
/// bears an approval.
pub async fn touch_facts(change: &mut Change, id: LicenseId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update licenses set facts_changed_at = $2 where id = $1", id.0, at).execute(change.conn()).await?;
    touch(change, id).await
}

/// Raises the revisions, and tells whether the change made the license ready to issue.
pub async fn settle(change: &mut Change, before: &LicenseFile) -> Result<Option<Event>> {
    touch(change, before.id).await?;
    let today = Zone::named(Zone::WASHINGTON).day(change.at);
    let reference = reference::store::on(change.conn(), today).await?;
    let after =
        files(change.conn(), EVERYTHING, &[before.id], today).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let became = after.is_ready(&reference, today) && !before.is_ready(&reference, today);
    Ok(became
        .then(|| Event::new(Verb::BecameReady, before.id, format!("license {} became ready to issue", before.number))))
}

/// Raises the revisions of licenses that a change elsewhere concerns, and tells which of them it made ready to issue.
pub async fn settle_all(change: &mut Change, before: &[LicenseFile]) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for license in before {
        events.extend(settle(change, license).await?);
    }
    Ok(events)
}

//! Permits: recorded, verified, revoked, withdrawn.

use super::cell::fill_cells;
use crate::{
    access::Scope,
    approvals::model::Alike,
    db::Change,
    error::{AppError, Result},
    id::AuthorityId,
    licenses::model::{PermitRecorded, PermitRevoked, PermitVerified},
    mistakes::model::TakenBack,
    text::{folded, look_alike},
};

/// The number of a permit of an issuer that differs from this one in what is easily misread, whichever license it is
/// on.
///
/// The number of one on a license outside the scope is not told.
pub async fn alike_permit(
    change: &mut Change,
    scope: Scope,
    issuer: AuthorityId,
    number: &str,
) -> Result<Option<Alike>> {
    let number = folded(number);
    let known = sqlx::query!(
        r#"select p.number, $4 or exists (select from check_licenses k join checks c on c.id = k.check_id
               where k.license_id = p.license_id and c.post_id = $5 and c.state <> 'draft') as "is_seen!"
           from permits p where p.authority_id = $1 and look_alike(p.number_normalized) = $2 and p.number_normalized <> $3
               and p.withdrawn_at is null order by 2 desc, p.recorded_at, p.id limit 1"#,
        issuer.0,
        look_alike(&number),
        number,
        scope.all,
        scope.post
    );
    let known = known.fetch_optional(change.conn()).await?;
    Ok(known.map(|known| if known.is_seen { Alike::Seen(known.number) } else { Alike::Elsewhere }))
}

/// Records a permit, and lets it fill its cells. Its number counts for this license unless it counts for another live
/// one.
pub async fn record_permit(change: &mut Change, recorded: &PermitRecorded) -> Result<()> {
    let (id, permit) = (recorded.permit(), recorded.says());
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let number = folded(&permit.number);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("permit {} {number}", permit.issuer))
        .fetch_one(change.conn())
        .await?;
    sqlx::query!(
        "insert into permits (id, license_id, authority_id, number, number_normalized, issued_on, valid_from, valid_until, quantity, unit,
             named_party, kept_at, holds_number, recorded_by, recorded_at, recorded_at_post)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
             not exists (select from permits h where h.authority_id = $3 and h.number_normalized = $5 and h.holds_number), $13, $14, $15",
        id.0,
        recorded.license().0,
        permit.issuer.0,
        permit.number.as_str(),
        number,
        permit.issued_on,
        permit.valid_from,
        permit.valid_until,
        permit.quantity,
        permit.unit.as_str(),
        permit.named_party.as_str(),
        permit.kept_at.as_str(),
        person,
        at,
        change.post().map(|post| post.0)
    )
    .execute(change.conn())
    .await?;
    let mut authorities: Vec<uuid::Uuid> = permit.authorities.iter().map(|id| id.0).collect();
    authorities.push(permit.issuer.0);
    sqlx::query!(
        "insert into permit_authorities (permit_id, authority_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        id.0,
        &authorities
    )
    .execute(change.conn())
    .await?;
    fill_cells(change, recorded).await
}

/// Notes that the authority confirmed a permit as genuine, through a contact.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between; the separation of duties has its own constraints.
pub async fn verify_permit(change: &mut Change, verified: &PermitVerified, read: i32) -> Result<bool, sqlx::Error> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "update permits set verified_by = $3, verified_at = $4, verified_contact_id = $5, lapsed = null, version = version + 1
         where id = $1 and version = $2 and verified_at is null",
        verified.permit().0,
        read,
        person,
        at,
        verified.contact().0
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

/// Notes that the authority took a permit back.
pub async fn revoke_permit(change: &mut Change, revoked: &PermitRevoked, read: i32) -> Result<()> {
    let person = change.person().map(|person| person.0);
    let saved = sqlx::query!(
        "update permits set revoked_on = $3, revoked_by = $4, version = version + 1 where id = $1 and version = $2",
        revoked.permit().0,
        read,
        *revoked.day(),
        person
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes a permit back that was recorded by mistake: it fills no cell and holds no number any more.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn withdraw_permit(change: &mut Change, taken: &TakenBack) -> Result<()> {
    let (id, at) = (taken.row(), change.at);
    let saved = sqlx::query!(
        "update permits set withdrawn_at = $3, withdrawn_reason = $4, holds_number = false, version = version + 1
         where id = $1 and version = $2 and withdrawn_at is null",
        *id,
        *taken.version(),
        at,
        taken.reason().as_str()
    );
    if saved.execute(change.conn()).await?.rows_affected() != 1 {
        return Err(AppError::Stale);
    }
    sqlx::query!(
        "update import_approvals set state = case when applied_on is null then 'needed' else 'applied' end, permit_id = null,
             version = version + 1 where permit_id = $1",
        *id
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

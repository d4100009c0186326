//! The cells of the matrix: proposed by a rule, and what a person says of each.

use crate::{
    approvals::model::ApprovalState,
    db::Change,
    error::{AppError, Result},
    id::ApprovalId,
    licenses::model::{CellRecorded, CellsProposed, ExemptionWithdrawn, PermitRecorded},
};

/// Adds the cells that the country rules propose.
pub async fn propose(change: &mut Change, proposed: &CellsProposed) -> Result<()> {
    let (at, person, post) = (change.at, change.person().map(|person| person.0), change.post().map(|post| post.0));
    for cell in proposed.cells() {
        sqlx::query!(
        "insert into import_approvals (id, license_id, item_group_id, authority_id, state, usual_days, country_rule_id, recorded_by, recorded_at,
             recorded_at_post)
         values ($1, $2, $3, $4, 'needed', $5, $6, $7, $8, $9) on conflict do nothing",
            ApprovalId::new().0,
            proposed.license().0,
            cell.item.0,
            Some(cell.authority.0),
            cell.days,
            cell.rule.0,
            person,
            at,
            post
        )
        .execute(change.conn())
        .await?;
    }
    Ok(())
}

/// Keeps a cell, in place of the one that was read (version 0: none).
pub async fn save_approval(change: &mut Change, recorded: &CellRecorded, read: i32) -> Result<()> {
    let says = recorded.says();
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query_scalar!(
        r#"insert into import_approvals (id, license_id, item_group_id, authority_id, state, applied_on, permit_id, waits_for, given_on, proof,
             country_rule_id, contact_id, note, recorded_by, recorded_at, recorded_at_post)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17)
         on conflict (item_group_id, authority_id) do update set state = $5, applied_on = $6, permit_id = $7, waits_for = $8, given_on = $9,
             proof = $10, country_rule_id = coalesce($11, import_approvals.country_rule_id), contact_id = $12, note = $13, recorded_by = $14,
             recorded_at = $15, recorded_at_post = $17, version = import_approvals.version + 1
         where import_approvals.version = $16 returning id as "id: ApprovalId""#,
        recorded.approval().0,
        recorded.license().0,
        recorded.item().0,
        recorded.authority().map(|id| id.0),
        says.state as ApprovalState,
        says.applied_on,
        says.permit.map(|id| id.0),
        says.waits_for.as_str(),
        says.given_on,
        says.proof.as_str(),
        recorded.rule().map(|id| id.0),
        says.contact.map(|id| id.0),
        says.note.as_str(),
        person,
        at,
        read,
        change.post().map(|post| post.0)
    );
    saved.fetch_optional(change.conn()).await?.map(drop).ok_or(AppError::Stale)
}

/// Takes back that the country asks for no approval of an item group at all.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn remove_exemption(change: &mut Change, withdrawn: &ExemptionWithdrawn, read: i32) -> Result<()> {
    let removed = sqlx::query!(
        "delete from import_approvals where item_group_id = $1 and authority_id is null and version = $2",
        withdrawn.item().0,
        read
    );
    if removed.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Lets a permit fill cells.
pub(super) async fn fill_cells(change: &mut Change, recorded: &PermitRecorded) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let (items, authorities): (Vec<uuid::Uuid>, Vec<uuid::Uuid>) =
        recorded.cells().iter().map(|(item, authority)| (item.0, authority.0)).unzip();
    sqlx::query!(
        "insert into import_approvals (id, license_id, item_group_id, authority_id, state, permit_id, recorded_by, recorded_at, recorded_at_post)
         select gen_random_uuid(), $1, v.item, v.authority, 'issued', $2, $5, $6, $7
         from unnest($3::uuid[], $4::uuid[]) as v (item, authority)
         on conflict (item_group_id, authority_id) do update set state = 'issued', permit_id = $2, recorded_by = $5, recorded_at = $6,
             recorded_at_post = $7, version = import_approvals.version + 1",
        recorded.license().0,
        recorded.permit().0,
        &items,
        &authorities,
        person,
        at,
        change.post().map(|post| post.0)
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

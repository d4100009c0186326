//! The cells of the matrix: proposed by a rule, and what a person says of each.

use time::Date;

use crate::{
    approvals::model::ApprovalState,
    db::Change,
    error::{AppError, Result},
    id::{ApprovalId, AuthorityId, ContactId, CountryRuleId, ItemGroupId, LicenseId, PermitId},
};

/// Adds a cell that a country rule proposes, unless it is there.
pub async fn propose(
    change: &mut Change,
    license: LicenseId,
    item: ItemGroupId,
    authority: Option<AuthorityId>,
    rule: CountryRuleId,
    days: Option<i32>,
) -> Result<bool> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let added = sqlx::query!(
        "insert into import_approvals (id, license_id, item_group_id, authority_id, state, usual_days, country_rule_id, recorded_by, recorded_at,
             recorded_at_post)
         values ($1, $2, $3, $4, 'needed', $5, $6, $7, $8, $9) on conflict do nothing",
        ApprovalId::new().0,
        license.0,
        item.0,
        authority.map(|id| id.0),
        days,
        rule.0,
        person,
        at,
        change.post().map(|post| post.0)
    );
    Ok(added.execute(change.conn()).await?.rows_affected() == 1)
}

/// What the form says of a cell.
#[derive(Debug)]
pub struct ApprovalData<'a> {
    /// How far it has come.
    pub state: ApprovalState,
    /// When it was applied for.
    pub applied_on: Option<Date>,
    /// The permit that shows it.
    pub permit: Option<PermitId>,
    /// What the end-user waits for.
    pub waits_for: &'a str,
    /// When the end-user was given it.
    pub given_on: Option<Date>,
    /// Why none is required.
    pub proof: &'a str,
    pub rule: Option<CountryRuleId>,
    /// The contact that told it.
    pub contact: Option<ContactId>,
    pub note: &'a str,
}

/// Keeps a cell, in place of the one that was read (version 0: none).
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_approval(
    change: &mut Change,
    license: LicenseId,
    item: ItemGroupId,
    authority: Option<AuthorityId>,
    data: &ApprovalData<'_>,
    read: i32,
) -> Result<ApprovalId> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query_scalar!(
        r#"insert into import_approvals (id, license_id, item_group_id, authority_id, state, applied_on, permit_id, waits_for, given_on, proof,
             country_rule_id, contact_id, note, recorded_by, recorded_at, recorded_at_post)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17)
         on conflict (item_group_id, authority_id) do update set state = $5, applied_on = $6, permit_id = $7, waits_for = $8, given_on = $9,
             proof = $10, country_rule_id = coalesce($11, import_approvals.country_rule_id), contact_id = $12, note = $13, recorded_by = $14,
             recorded_at = $15, recorded_at_post = $17, version = import_approvals.version + 1
         where import_approvals.version = $16 returning id as "id: ApprovalId""#,
        ApprovalId::new().0,
        license.0,
        item.0,
        authority.map(|id| id.0),
        data.state as ApprovalState,
        data.applied_on,
        data.permit.map(|id| id.0),
        data.waits_for,
        data.given_on,
        data.proof,
        data.rule.map(|id| id.0),
        data.contact.map(|id| id.0),
        data.note,
        person,
        at,
        read,
        change.post().map(|post| post.0)
    );
    saved.fetch_optional(change.conn()).await?.ok_or(AppError::Stale)
}

/// Takes back that the country asks for no approval of an item group at all.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn remove_exemption(change: &mut Change, item: ItemGroupId, read: i32) -> Result<()> {
    let removed = sqlx::query!(
        "delete from import_approvals where item_group_id = $1 and authority_id is null and version = $2",
        item.0,
        read
    );
    if removed.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Lets a permit fill cells.
pub async fn fill_cells(
    change: &mut Change,
    license: LicenseId,
    permit: PermitId,
    cells: &[(ItemGroupId, AuthorityId)],
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let (items, authorities): (Vec<uuid::Uuid>, Vec<uuid::Uuid>) =
        cells.iter().map(|(item, authority)| (item.0, authority.0)).unzip();
    sqlx::query!(
        "insert into import_approvals (id, license_id, item_group_id, authority_id, state, permit_id, recorded_by, recorded_at, recorded_at_post)
         select gen_random_uuid(), $1, v.item, v.authority, 'issued', $2, $5, $6, $7
         from unnest($3::uuid[], $4::uuid[]) as v (item, authority)
         on conflict (item_group_id, authority_id) do update set state = 'issued', permit_id = $2, recorded_by = $5, recorded_at = $6,
             recorded_at_post = $7, version = import_approvals.version + 1",
        license.0,
        permit.0,
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

//! What was applied for: the license itself, its items and its parties.

use time::Date;

use crate::{
    db::Change,
    error::{AppError, Refuses, Result},
    id::{ItemGroupId, LicenseId},
    licenses::model::{Certified, ItemGroup, LicenseStatus, Refusal},
};

/// What the registering form says of a license.
#[derive(Debug)]
pub struct LicenseData<'a> {
    pub number: &'a str,
    pub form: &'a str,
    pub destination: &'a str,
    /// Where the application states it.
    pub value: Option<rust_decimal::Decimal>,
    /// When the application came.
    pub received_on: Option<Date>,
    /// What it is for.
    pub purpose: &'a str,
    /// First seen when already issued, on that day.
    pub approved_on: Option<Date>,
}

/// Registers a license: pending, or approved on the day given.
///
/// # Errors
/// A number known under the same form breaks `licenses_number_key`.
pub async fn insert(change: &mut Change, license: &LicenseData<'_>) -> Result<LicenseId, sqlx::Error> {
    let (id, at, person) = (LicenseId::new(), change.at, change.person().map(|person| person.0));
    let status = if license.approved_on.is_some() { LicenseStatus::Approved } else { LicenseStatus::Pending };
    sqlx::query!(
        "insert into licenses (id, number, number_normalized, form, status, registered_approved_on, destination, value_usd, received_on,
             purpose, registered_by, registered_at, value_stated) values ($1, $2, $3, $4, $5, $6, $7, coalesce($8::numeric, 0), $9, $10, $11,
             $12, $8 is not null)",
        id.0,
        license.number,
        crate::text::folded(license.number),
        license.form,
        status as LicenseStatus,
        license.approved_on,
        license.destination,
        license.value,
        license.received_on,
        license.purpose,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes a license. Says whether the version fitted.
///
/// # Errors
/// As [`insert`].
pub async fn save(
    change: &mut Change,
    id: LicenseId,
    license: &LicenseData<'_>,
    read: i32,
) -> Result<bool, sqlx::Error> {
    let saved = sqlx::query!(
        "update licenses set number = $3, number_normalized = $4, form = $5, destination = $6, value_usd = coalesce($7::numeric, 0),
             value_stated = $7 is not null, received_on = $8, purpose = $9, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        license.number,
        crate::text::folded(license.number),
        license.form,
        license.destination,
        license.value,
        license.received_on,
        license.purpose
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

/// Notes the day the notification was certified to Congress.
pub async fn certify(change: &mut Change, certified: &Certified) -> Result<()> {
    let (id, day) = (certified.license(), *certified.day());
    sqlx::query!("update licenses set certified_on = $2, version = version + 1 where id = $1", id.0, day)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// What the form says of an item group.
#[derive(Debug, PartialEq)]
pub struct ItemData<'a> {
    /// Such as `9 mm pistols`.
    pub label: &'a str,
    pub item_class: &'a str,
    pub usml_category: Option<&'a str>,
    pub significant: bool,
    pub major: bool,
    pub quantity: i64,
    pub unit: &'a str,
    pub value: Option<rust_decimal::Decimal>,
    pub jurisdiction: crate::licenses::model::Jurisdiction,
}

impl<'a> ItemData<'a> {
    /// What an item group says already.
    pub fn of(item: &'a ItemGroup) -> Self {
        Self {
            label: &item.label,
            item_class: &item.item_class,
            usml_category: item.usml_category.as_deref(),
            significant: item.significant_military_equipment,
            major: item.major_defense_equipment,
            quantity: item.quantity,
            unit: &item.unit_typed,
            value: item.value_usd,
            jurisdiction: item.jurisdiction,
        }
    }
}

/// Adds an item group at the end of the list.
pub async fn insert_item(
    change: &mut Change,
    license: LicenseId,
    item: &ItemData<'_>,
    split_from: Option<ItemGroupId>,
) -> Result<ItemGroupId> {
    let id = ItemGroupId::new();
    sqlx::query!(
        "insert into item_groups (id, license_id, label, item_class, usml_category, significant_military_equipment, major_defense_equipment,
             quantity, unit, value_usd, jurisdiction, split_from, position)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce(max(position), 0) + 1 from item_groups where license_id = $2",
        id.0,
        license.0,
        item.label,
        item.item_class,
        item.usml_category,
        item.significant,
        item.major,
        item.quantity,
        item.unit,
        item.value,
        item.jurisdiction as crate::licenses::model::Jurisdiction,
        split_from.map(|id| id.0)
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes an item group.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_item(change: &mut Change, id: ItemGroupId, item: &ItemData<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update item_groups set label = $3, item_class = $4, usml_category = $5, significant_military_equipment = $6,
             major_defense_equipment = $7, quantity = $8, unit = $9, value_usd = $10, jurisdiction = $11, version = version + 1
         where id = $1 and version = $2",
        id.0,
        read,
        item.label,
        item.item_class,
        item.usml_category,
        item.significant,
        item.major,
        item.quantity,
        item.unit,
        item.value,
        item.jurisdiction as crate::licenses::model::Jurisdiction
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes some of an item group away, for the group split off it.
pub async fn reduce_item(
    change: &mut Change,
    id: ItemGroupId,
    quantity: i64,
    value: Option<rust_decimal::Decimal>,
) -> Result<()> {
    sqlx::query!(
        "update item_groups set quantity = $2, value_usd = $3, version = version + 1 where id = $1",
        id.0,
        quantity,
        value
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Puts a party in a role on a license.
///
/// # Errors
/// A party that is in that role already breaks `license_parties_once`.
pub async fn insert_party(
    change: &mut Change,
    license: LicenseId,
    party: crate::id::PartyId,
    role: crate::parties::model::PartyRole,
    possession: crate::parties::model::TakesPossession,
) -> Result<crate::id::LicensePartyId> {
    let row = crate::id::LicensePartyId::new();
    sqlx::query!(
        "insert into license_parties (id, license_id, party_id, role, takes_possession) values ($1, $2, $3, $4, $5)",
        row.0,
        license.0,
        party.0,
        role as crate::parties::model::PartyRole,
        possession as crate::parties::model::TakesPossession
    )
    .execute(change.conn())
    .await
    .map_err(Refusal::said)?;
    Ok(row)
}

/// Changes whether a party takes possession.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_party(
    change: &mut Change,
    id: crate::id::LicensePartyId,
    possession: crate::parties::model::TakesPossession,
    read: i32,
) -> Result<()> {
    let saved = sqlx::query!(
        "update license_parties set takes_possession = $3, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        possession as crate::parties::model::TakesPossession
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

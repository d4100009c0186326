//! What is recorded of a party: itself, its aliases, facts and listings.

use time::Date;

use crate::{
    audit::{Values, says},
    db::Change,
    error::{AppError, Result},
    id::{AliasId, CheckId, FactId, ListingId, PartyId},
    parties::model::{FactKind, PartyKind, PartyRole, Standing},
    text::folded_name,
};

/// A party to be recorded.
#[derive(Debug)]
pub struct PartyData<'a> {
    pub name: &'a str,
    pub kind: PartyKind,
    pub country: &'a str,
    pub address: &'a str,
}

impl PartyData<'_> {
    /// As the log shows it, with the country's name.
    pub fn described(&self, country: &str) -> Values {
        says("Name", self.name).and("Kind", self.kind).and("Country", country).and("Address", self.address)
    }
}

/// Where a post found a party.
#[derive(Debug)]
pub struct FoundAt<'a> {
    pub check: CheckId,
    pub role: PartyRole,
    /// How it is known.
    pub source: &'a str,
}

/// Records a party; one that a post found waits for a case officer.
pub async fn insert(
    change: &mut Change,
    party: &PartyData<'_>,
    found: Option<&FoundAt<'_>>,
) -> Result<PartyId, sqlx::Error> {
    let (id, at, person) = (PartyId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into parties (id, kind, name, name_folded, country, address, standing, found_on_check, found_role, found_source,
             created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        party.kind as PartyKind,
        party.name,
        folded_name(party.name),
        party.country,
        party.address,
        if found.is_some() { Standing::Found } else { Standing::Established } as Standing,
        found.map(|found| found.check.0),
        found.map(|found| found.role.code()),
        found.map(|found| found.source),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes a party and establishes its record.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save(change: &mut Change, id: PartyId, party: &PartyData<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update parties set kind = $3, name = $4, name_folded = $5, country = $6, address = $7, standing = 'established',
             version = version + 1 where id = $1 and version = $2 and standing <> 'merged'",
        id.0,
        read,
        party.kind as PartyKind,
        party.name,
        folded_name(party.name),
        party.country,
        party.address
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Adds another name, unless it is known. Gives the row, if it is a new one.
pub async fn insert_alias(change: &mut Change, id: PartyId, name: &str, source: &str) -> Result<Option<AliasId>> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let added = sqlx::query_scalar!(
        r#"insert into party_aliases (id, party_id, name, name_folded, source, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id as "id: AliasId""#,
        AliasId::new().0,
        id.0,
        name,
        folded_name(name),
        source,
        person,
        at
    );
    Ok(added.fetch_optional(change.conn()).await?)
}

/// Adds a sourced fact.
pub async fn insert_fact(change: &mut Change, id: PartyId, kind: FactKind, text: &str, source: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into party_facts (id, party_id, kind, text, source, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7)",
        FactId::new().0,
        id.0,
        kind as FactKind,
        text,
        source,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Adds an entry on a screening list.
pub async fn insert_listing(
    change: &mut Change,
    id: PartyId,
    list: &str,
    source: &str,
    starts: Date,
    ends: Option<Date>,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into party_listings (id, party_id, list, source, starts_on, ends_on, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        ListingId::new().0,
        id.0,
        list,
        source,
        starts,
        ends,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Establishes the record of a party that a post found, now that it is linked.
pub async fn establish(change: &mut Change, id: PartyId) -> Result<()> {
    sqlx::query!(
        "update parties set standing = 'established', version = version + 1 where id = $1 and standing = 'found'",
        id.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

//! Every statement on reference rows.

use sqlx::{PgConnection, types::Json};
use time::Date;

use super::model::{Entry, Reference, ReferenceKind};
use crate::{
    db::Change,
    error::{AppError, Result},
    id::ReferenceId,
};

/// The rows that hold on a day: one statement.
pub async fn on(conn: &mut PgConnection, day: Date) -> Result<Reference> {
    let rows = sqlx::query_scalar!(
        r#"select coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('confirmed', e.confirmed_at is not null)
               order by e.kind, e.position, e.label), '[]') as "rows!: Json<Vec<Entry>>"
           from reference_entries e where $1 between e.starts_on and coalesce(e.ends_on, 'infinity')"#,
        day
    );
    Ok(Reference(rows.fetch_one(conn).await?.0))
}

/// The rows of a kind, past and coming ones too.
pub async fn of_kind(conn: &mut PgConnection, kind: ReferenceKind) -> Result<Vec<Entry>> {
    let rows = sqlx::query_scalar!(
        r#"select coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('confirmed', e.confirmed_at is not null)
               order by e.ends_on nulls first, e.position, e.label, e.starts_on), '[]') as "rows!: Json<Vec<Entry>>"
           from reference_entries e where e.kind = $1"#,
        kind as ReferenceKind
    );
    Ok(rows.fetch_one(conn).await?.0)
}

/// How many rows of each kind hold, and how many of them nobody has confirmed.
pub async fn counts(conn: &mut PgConnection, day: Date) -> Result<Vec<(ReferenceKind, i64, i64)>> {
    let rows = sqlx::query!(
        r#"select kind as "kind: ReferenceKind", count(*) as "all!", count(*) filter (where confirmed_at is null) as "unconfirmed!"
           from reference_entries where $1 between starts_on and coalesce(ends_on, 'infinity') group by kind order by kind"#,
        day
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.kind, row.all, row.unconfirmed)).collect())
}

/// Notes that an administrator compared a row with its source.
pub async fn confirm(change: &mut Change, id: ReferenceId) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!("update reference_entries set confirmed_by = $2, confirmed_at = $3 where id = $1", id.0, person, at);
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Ends a row; it holds through that day.
pub async fn end(change: &mut Change, id: ReferenceId, last: Date) -> Result<()> {
    let saved = sqlx::query!("update reference_entries set ends_on = $2 where id = $1 and ends_on is null and starts_on <= $2", id.0, last);
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Adds a row that takes the place of another from a day on: everything that is not said stays as it was.
///
/// # Errors
/// A row that holds at the same time breaks `reference_entries_one_at_a_time`.
pub async fn replace(
    change: &mut Change,
    id: ReferenceId,
    label: &str,
    amount: Option<rust_decimal::Decimal>,
    days: Option<i32>,
    source: &str,
    from: Date,
) -> Result<ReferenceId, sqlx::Error> {
    let (new, at, person) = (ReferenceId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!("update reference_entries set ends_on = $2::date - 1 where id = $1 and ends_on is null and starts_on < $2", id.0, from)
        .execute(change.conn())
        .await?;
    sqlx::query!(
        "insert into reference_entries (id, kind, code, label, detail, country, country_group, items, amount, waiting_days, check_types,
             party_roles, item_classes, position, source, starts_on, confirmed_by, confirmed_at)
         select $2, kind, code, $3, detail, country, country_group, items, coalesce($4, amount), coalesce($5, waiting_days), check_types,
             party_roles, item_classes, position, $6, $7, $8, $9 from reference_entries where id = $1",
        id.0,
        new.0,
        label,
        amount,
        days,
        source,
        from,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(new)
}

/// A row to be added.
#[derive(Debug)]
pub struct EntryData<'a> {
    /// Its kind.
    pub kind: ReferenceKind,
    /// The code that other tables store.
    pub code: &'a str,
    /// What people read.
    pub label: &'a str,
    /// More about it.
    pub detail: &'a str,
    /// The country, for kinds that are about one.
    pub country: Option<&'a str>,
    /// Statute, regulation or standard.
    pub source: &'a str,
    /// The first day.
    pub starts_on: Date,
}

/// Adds a row, confirmed by who adds it.
///
/// # Errors
/// A row that holds at the same time breaks `reference_entries_one_at_a_time`.
pub async fn insert(change: &mut Change, entry: &EntryData<'_>) -> Result<ReferenceId, sqlx::Error> {
    let (id, at, person) = (ReferenceId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into reference_entries (id, kind, code, label, detail, country, position, source, starts_on, confirmed_by, confirmed_at)
         values ($1, $2, $3, $4, $5, $6, 1000, $7, $8, $9, $10)",
        id.0,
        entry.kind as ReferenceKind,
        entry.code,
        entry.label,
        entry.detail,
        entry.country,
        entry.source,
        entry.starts_on,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

//! Every statement on reference rows.

use sqlx::{PgConnection, types::Json};
use time::Date;

use super::model::{Entry, Reference};
use crate::error::Result;

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

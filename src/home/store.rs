//! What stands on the home page beside the checks, in one statement.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

use crate::{access::Scope, error::Result, id::PersonId};

/// A page on which a person typed something that is not sent.
#[derive(Debug, Deserialize)]
pub struct Unsent {
    /// Its address.
    pub path: String,
    /// Its title, or nothing.
    pub title: String,
    /// When the text was last kept.
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: OffsetDateTime,
}

/// What a person began and did not finish.
#[derive(Debug, Default)]
pub struct Begun {
    /// The pages on which they typed something that is not sent, the newest first.
    pub unsent: Vec<Unsent>,
    /// How many telegrams within their scope came in and are on no check; beyond a hundred, a hundred.
    pub loose: i64,
}

/// What a person began: of unsent pages so many, of telegrams those that came in since a moment; none since no moment.
pub async fn begun(conn: &mut PgConnection, person: PersonId, scope: Scope, pages: i64, since: Option<OffsetDateTime>) -> Result<Begun> {
    let row = sqlx::query!(
        r#"select (select coalesce(jsonb_agg(to_jsonb(p) order by p.saved_at desc), '[]') from (
                   select path, (array_agg(title order by saved_at desc))[1] as title, max(saved_at) as saved_at
                   from drafts where person_id = $1 group by path order by max(saved_at) desc limit $2) p) as "unsent!: Json<Vec<Unsent>>",
               (select count(*) from (
                   select from telegrams t where t.way = 'in' and t.recorded_at > $3 and ($4 or t.post_id = $5)
                       and not exists (select from telegram_checks k where k.telegram_id = t.id) limit 100) n) as "loose!""#,
        person.0,
        pages,
        since,
        scope.all,
        scope.post
    );
    let row = row.fetch_one(conn).await?;
    Ok(Begun { unsent: row.unsent.0, loose: row.loose })
}

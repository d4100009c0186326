//! How many open checks somebody has, and how many nobody: counts, for people who see no check.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{
    checks::{model::Owner, standing::model::RULES},
    error::Result,
    id::PersonId,
    text::many,
    vocabulary::Region,
};

/// How many open checks of a region wait for somebody whom nobody named.
#[derive(Debug)]
pub struct Unowned {
    pub region: Region,
    pub owner: Owner,
    pub count: i64,
}

impl Unowned {
    /// `2 checks have no reviewer`.
    pub fn said(&self) -> String {
        let have = if self.count == 1 { "has" } else { "have" };
        format!("{} {have} no {}", many(self.count, "check"), self.owner.word())
    }
}

/// By region, what is asked of nobody.
pub async fn unowned(conn: &mut PgConnection, now: OffsetDateTime) -> Result<Vec<Unowned>> {
    let rows = sqlx::query_as!(
        Unowned,
        r#"select n.region as "region!: Region", s.ahead ->> 'who' as "owner!: Owner", count(*) as "count!"
           from check_standings s join checks c on c.id = s.check_id join posts o on o.id = c.post_id join countries n on n.code = o.country
           where s.rules = $1 and s.holds_from <= $2 and $2 < s.holds_until and c.state <> 'closed' and s.ahead ->> 'whose' = 'Nobody'
               and s.ahead ->> 'who' in ('case_officer', 'reviewer') and n.region <> 'US'
           group by 1, 2 order by 1, 2"#,
        RULES,
        now
    );
    Ok(rows.fetch_all(conn).await?)
}

/// How many open checks somebody has, or had when their role ended.
pub async fn count_of(conn: &mut PgConnection, person: PersonId, now: OffsetDateTime) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from check_standings s join checks c on c.id = s.check_id
           where s.rules = $1 and s.holds_from <= $2 and $2 < s.holds_until and c.state <> 'closed' and s.ahead -> 'had_by' ? $3"#,
        RULES,
        now,
        person.to_string()
    );
    Ok(count.fetch_one(conn).await?)
}

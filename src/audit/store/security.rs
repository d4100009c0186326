//! What the server refused, and how often.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    audit::{SecurityEvent, SecurityKind},
    error::Result,
    web::filters::moment_words,
};

/// Counts a refusal with the same ones of the hour, or begins a row. The function bounds the table.
pub async fn note_security_event(pool: &PgPool, event: &SecurityEvent, at: OffsetDateTime, times: i64) -> Result<()> {
    sqlx::query!(
        "select note_security_event($1, $2, $3, $4, $5, $6, $7)",
        event.kind.code(),
        event.person.map(|id| id.0),
        event.account,
        event.address,
        event.detail,
        at,
        times
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// A security event as people read it.
#[derive(Debug)]
pub struct Refusal {
    pub id: Uuid,
    pub kind: SecurityKind,
    /// The account, if there is such a one.
    pub account: Option<String>,
    /// The name of its person.
    pub name: Option<String>,
    pub address: String,
    /// What was asked for.
    pub detail: String,
    /// The first time within the hour.
    pub first_at: OffsetDateTime,
    /// The last time within the hour.
    pub last_at: OffsetDateTime,
    /// How often within the hour.
    pub times: i64,
}

impl Refusal {
    /// Whether it counts what came after the first thousand different ones of an hour.
    pub fn is_rest(&self) -> bool {
        self.address.is_empty()
    }

    /// The last time, where people read it as another than the first.
    pub fn last(&self) -> Option<String> {
        let last = moment_words(self.last_at);
        (last != moment_words(self.first_at)).then_some(last)
    }

    /// What people read for the account where none is named.
    pub fn nobody(&self) -> &'static str {
        match self.kind {
            _ if self.is_rest() => "many accounts",
            SecurityKind::OtherSite => "nobody known",
            _ => "no such account",
        }
    }
}

/// What security events are searched by; what is empty is not asked.
#[derive(Debug, Default)]
pub struct RefusalFilter<'a> {
    pub kind: Option<SecurityKind>,
    pub account: &'a str,
    /// This address, as addresses are counted.
    pub address: &'a str,
    pub beyond: Option<Uuid>,
}

/// Security events that fit, the newest first.
pub async fn refusals(pool: &PgPool, filter: &RefusalFilter<'_>, limit: i64) -> Result<Vec<Refusal>> {
    let rows = sqlx::query_as!(
        Refusal,
        r#"select e.id, e.kind as "kind: SecurityKind", p.account as "account?", p.name as "name?", e.address, e.detail, e.first_at, e.last_at,
               e.times
           from security_events e left join people p on p.id = e.person_id
           where ($1::text is null or e.kind = $1) and ($2 = '' or e.person_id = (select id from people where account = lower($2)))
               and ($3 = '' or e.address = $3)
               and ($4::uuid is null or (e.first_at, e.id) < (select first_at, id from security_events where id = $4))
           order by e.first_at desc, e.id desc limit $5"#,
        filter.kind.map(SecurityKind::code),
        filter.account,
        filter.address,
        filter.beyond,
        limit
    );
    Ok(rows.fetch_all(pool).await?)
}

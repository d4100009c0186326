//! Sessions: begun, listed, ended.

use sqlx::PgPool;
use time::OffsetDateTime;

use crate::{
    db::Change,
    error::Result,
    id::{PersonId, SessionId},
};

/// Starts a session; one the same browser had before ends.
pub async fn insert_session(
    change: &mut Change,
    person: PersonId,
    key_hash: &[u8],
    before: Option<&[u8]>,
    address: &str,
    agent: &str,
) -> Result<SessionId> {
    let (id, at) = (SessionId::new(), change.at);
    sqlx::query!(
        "update sessions set ended_at = $2 where key_hash = $1 and ended_at is null",
        before.unwrap_or_default(),
        at
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "insert into sessions (id, key_hash, person_id, started_at, seen_at, address, agent) values ($1, $2, $3, $4, $4, $5, $6)",
        id.0,
        key_hash,
        person.0,
        at,
        address,
        agent
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

pub async fn end_session(change: &mut Change, session: SessionId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update sessions set ended_at = $2 where id = $1 and ended_at is null", session.0, at)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Ends every session of a person but one.
pub async fn end_other_sessions(change: &mut Change, person: PersonId, kept: Option<SessionId>) -> Result<()> {
    let at = change.at;
    sqlx::query!(
        "update sessions set ended_at = $2 where person_id = $1 and ended_at is null and id is distinct from $3",
        person.0,
        at,
        kept.map(|id| id.0)
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub started_at: OffsetDateTime,
    pub seen_at: OffsetDateTime,
    pub address: String,
    /// What the browser says it is.
    pub agent: String,
}

impl SessionRow {
    /// Whether it is this one.
    pub fn is(&self, session: &SessionId) -> bool {
        self.id == *session
    }
}

/// The sessions of a person that have not ended and can still be used.
pub async fn sessions(pool: &PgPool, person: PersonId, now: OffsetDateTime) -> Result<Vec<SessionRow>> {
    let rows = sqlx::query_as!(
        SessionRow,
        r#"select id as "id: SessionId", started_at, seen_at, address, agent from sessions
           where person_id = $1 and ended_at is null and seen_at > $2 and started_at > $3 order by seen_at desc limit 50"#,
        person.0,
        now - crate::access::session::IDLE,
        now - crate::access::session::ABSOLUTE
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Whether a session is, or was, that person's.
pub async fn owns_session(pool: &PgPool, person: PersonId, session: SessionId) -> Result<bool> {
    let owns = sqlx::query_scalar!(
        r#"select exists (select from sessions where id = $1 and person_id = $2) as "owns!""#,
        session.0,
        person.0
    );
    Ok(owns.fetch_one(pool).await?)
}

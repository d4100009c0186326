//! What is old is cleared by the program itself, once an hour and in small batches. Several servers on one database may
//! do so at once: each passes over the rows another is at.

use std::convert::Infallible;

use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

use super::{Db, drafts};
use crate::{clock::Clock, error::Result};

const EVERY: std::time::Duration = std::time::Duration::from_hours(1);
/// How many rows a statement takes.
const BATCH: i64 = 1000;
/// How many statements a table gets each time; the rest waits for the next.
const BATCHES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// Texts that were typed and not sent.
    Drafts,
    /// What texts were filled from that are no more.
    Sources,
    /// What tells a repeated submit from a new one.
    Submissions,
    /// Sessions, but for each person's newest, which tells when they were last here.
    Sessions,
}

impl Old {
    /// Everything that is cleared, after how long. A draft is counted from its last change, a session from its start.
    const AGES: &[(Self, Duration)] = &[
        (Self::Drafts, drafts::AGE),
        (Self::Sources, drafts::AGE),
        // Twice as long as a draft lasts: no text is sent a second time because its first submit was forgotten.
        (Self::Submissions, Duration::days(180)),
        (Self::Sessions, Duration::days(30)),
    ];

    async fn clear(self, pool: &PgPool, before: OffsetDateTime) -> Result<u64> {
        let statement = match self {
            Self::Drafts => sqlx::query!(
                "delete from drafts where form_id = any (array(
                     select form_id from drafts where saved_at < $1 order by saved_at limit $2 for update skip locked))",
                before,
                BATCH
            ),
            Self::Sources => sqlx::query!(
                "delete from draft_sources where form_id = any (array(
                     select form_id from draft_sources s where filled_at < $1
                         and not exists (select from drafts d where d.person_id = s.person_id and d.path = s.path
                             and (d.form_id = s.form_id or strpos(d.body, 'continues=' || s.form_id || '.') > 0))
                     order by filled_at limit $2 for update skip locked))",
                before,
                BATCH
            ),
            Self::Submissions => sqlx::query!(
                "delete from submissions where form_id = any (array(
                     select form_id from submissions where at < $1 order by at limit $2 for update skip locked))",
                before,
                BATCH
            ),
            Self::Sessions => sqlx::query!(
                "delete from sessions where id = any (array(
                     select id from sessions s where started_at < $1
                         and exists (select from sessions n where n.person_id = s.person_id and n.started_at > s.started_at)
                     order by started_at limit $2 for update skip locked))",
                before,
                BATCH
            ),
        };
        Ok(statement.execute(pool).await?.rows_affected())
    }
}

/// Clears what is old at that moment. Gives how many rows that were.
pub async fn clear(db: &Db, now: OffsetDateTime) -> Result<u64> {
    let mut all = 0;
    for (old, age) in Old::AGES {
        for _ in 0..BATCHES {
            let cleared = old.clear(db.scratch(), now - *age).await?;
            all += cleared;
            if cleared < BATCH.unsigned_abs() {
                break;
            }
        }
    }
    Ok(all)
}

/// Clears at once and then every hour, as long as the server runs.
pub async fn every_hour(db: &Db, clock: &Clock) -> Infallible {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        match clear(db, clock.now()).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "cleared what was old"),
            Err(error) => tracing::warn!(%error, "what is old was not cleared; tried again in an hour"),
        }
    }
}

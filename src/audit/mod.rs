//! The log: every fact that happened, who made it so, from where, before and after.
//! Rows are only ever added; PostgreSQL refuses everything else, and refuses a change without its entry.

mod event;
/// The log as a page.
pub mod list;
/// Security events as a page.
pub mod security;
/// Searching and reading.
pub mod store;
mod trace;

pub use list::routes;

pub use event::{Event, Events, Made, Subject, Verb};
pub use trace::{SecurityEvent, SecurityEvents, SecurityKind};

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{db::By, error::Result, id::EventId};

/// Adds the entries of one change. Called by `Change` alone.
pub(crate) async fn record(conn: &mut PgConnection, by: &By, at: OffsetDateTime, events: Events) -> Result<()> {
    let (person, role, post, address, job) = match by {
        By::Person { id, role, post, address } => (Some(id.0), *role, post.map(|post| post.0), Some(address.as_str()), None),
        By::Job(name) => (None, None, None, None, Some(*name)),
    };
    for event in events.0 {
        sqlx::query!(
            "insert into audit_events (id, at, actor_id, job, role, post_id, address, verb, subject_kind, subject_id,
                 check_id, license_id, party_id, summary, before, after)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            EventId::new().0,
            at,
            person,
            job,
            role,
            post,
            address,
            event.verb.code(),
            event.subject.0,
            event.subject.1,
            event.check.map(|id| id.0),
            event.license.map(|id| id.0),
            event.party.map(|id| id.0),
            event.summary,
            event.before,
            event.after
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

//! The log: every fact that happened, who made it so, from where, before and after.
//! Rows are only ever added; PostgreSQL refuses everything else, and refuses a change without its entry.

mod by;
mod event;
pub mod export;
pub mod list;
pub mod security;
mod signature;
pub mod store;
mod trace;
mod values;

pub use list::routes;

pub use by::By;
pub use event::{Event, Events, Made, Subject, Verb};
pub use trace::{SecurityEvent, SecurityEvents, SecurityKind};
pub use values::{Values, says};

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{error::Result, id::EventId};

/// Adds the entries of one change, in one statement, and says under which session it is made: at the commit the
/// database holds what was changed against both. Called by `Change` alone.
pub(crate) async fn record(
    conn: &mut PgConnection,
    (by, session): (&By, Option<&[u8]>),
    at: OffsetDateTime,
    events: Events,
) -> Result<()> {
    let events = events.0;
    let of = |about: fn(&Event) -> Option<Uuid>| events.iter().map(about).collect::<Vec<_>>();
    let [before, after] = [|event: &Event| event.before.clone(), |event: &Event| event.after.clone()]
        .map(|of| events.iter().map(of).collect::<Vec<_>>());
    sqlx::query!(
        "with carried as materialized (select set_config('lantern.session', coalesce(encode($17, 'hex'), ''), true))
         insert into audit_events (id, verb, subject_kind, subject_id, check_id, license_id, party_id, summary, before, after,
             at, actor_id, job, role, post_id, address)
         select e.*, $11, $12, $13, $14, $15, $16
         from carried, unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::jsonb[], $10::jsonb[]) e",
        &events.iter().map(|_| EventId::new().0).collect::<Vec<_>>(),
        &events.iter().map(|event| event.verb.code().to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|event| event.subject.0.to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|event| event.subject.1).collect::<Vec<_>>(),
        &of(|event| event.check.map(|id| id.0)) as &[Option<Uuid>],
        &of(|event| event.license.map(|id| id.0)) as &[Option<Uuid>],
        &of(|event| event.party.map(|id| id.0)) as &[Option<Uuid>],
        &events.iter().map(|event| event.summary.clone()).collect::<Vec<_>>(),
        &before as &[Option<Value>],
        &after as &[Option<Value>],
        at,
        by.person().map(|id| id.0),
        by.job(),
        by.role(),
        by.post().map(|id| id.0),
        by.address(),
        session
    )
    .execute(conn)
    .await?;
    Ok(())
}

//! The doors to PostgreSQL: two pools that can only read, and `Change`, the only way to write. A change commits
//! together with its log entries, or not at all. What reads is given up as soon as nobody waits for it; what writes
//! goes on to its end.

mod change;
pub mod clearing;
pub mod drafts;
pub mod kept;
pub mod local;
pub(crate) mod lost;
pub mod readiness;
pub mod readings;
mod schema;

pub use change::*;
pub use schema::*;

use std::{pin::Pin, str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::OffsetDateTime;

use crate::{
    access::Proof,
    audit::{By, Made},
    error::Result,
};

/// The pools. Only `access`, the sign-in and the jobs hold one; everybody else goes through an actor.
#[derive(Debug, Clone)]
pub struct Db {
    reads: PgPool,
    searches: PgPool,
    writes: PgPool,
    projections: PgPool,
    settle: Option<Settle>,
}

/// What a feature does when a form is sent that it had filled in: within the same change it notes what was made, and
/// may lead elsewhere. It reads what it noted with the draft.
pub type Settle =
    for<'a> fn(&'a mut Change, &'a serde_json::Value, Made) -> Pin<Box<dyn Future<Output = Result<Made>> + Send + 'a>>;

/// How each pool holds its connections.
struct Pools {
    reads: PgPoolOptions,
    searches: PgPoolOptions,
    writes: PgPoolOptions,
}

/// How long a statement of a page may take, and one of a change may wait for a lock, in milliseconds.
const PAGE: &str = "4000";
/// How long a statement of a search may take, in milliseconds. Who searches for something so common is asked to narrow
/// it down.
const SEARCH: &str = "2000";
/// How often PostgreSQL looks whether somebody still waits for what it reads, in milliseconds.
const STILL_THERE: &str = "500";
/// How long a connection that is given back may take to be ready for the next statement.
const READY: Duration = Duration::from_millis(100);
/// How a step of an export begins: it may take longer than a search, since nobody can narrow down what has begun.
const EXPORT_STEP: &str = "begin; set local statement_timeout = 30000";

impl Db {
    /// Pools for people, who are told in time when the database does not answer. They connect on first use: a database
    /// that is down answers 503, and recovers without a restart.
    pub fn lazy(options: &PgConnectOptions, connections: u32) -> Self {
        let pool = |share| {
            lost::asking_rarely(PgPoolOptions::new().max_connections(share).acquire_timeout(Duration::from_secs(4)))
        };
        let pools = Pools {
            reads: given_up(pool(connections)),
            searches: given_up(pool(connections.div_ceil(2))),
            writes: pool(connections),
        };
        // What nobody waits for any more is ended.
        let reading = options.clone().options([("client_connection_check_interval", STILL_THERE)]);
        let (page, search) =
            (reading.clone().options([("statement_timeout", PAGE)]), reading.options([("statement_timeout", SEARCH)]));
        Self::with(pools, &page, &search, &options.clone().options([("lock_timeout", PAGE)]))
    }

    /// Pools for the program's own work, for which nobody waits in front of a page: a busy machine makes it late and
    /// does not end it. Connections are few (a page holds one while it takes another).
    pub fn unhurried(options: &PgConnectOptions) -> Self {
        const NEVER: Duration = Duration::from_hours(24);
        let pool = || PgPoolOptions::new().max_connections(4).acquire_timeout(NEVER).test_before_acquire(false);
        let pools = Pools { reads: pool(), searches: pool(), writes: pool() };
        let planned = options.clone().options([("plan_cache_mode", "force_generic_plan")]);
        Self::with(pools, &planned, options, &planned)
    }

    /// Names are looked up in our schema alone, and nothing is compiled: a page reads few rows by many small
    /// subqueries, and compiling them takes longer than running them. Every statement of the program is kept prepared,
    /// with its plan.
    fn with(
        pools: Pools,
        reading: &PgConnectOptions,
        searching: &PgConnectOptions,
        writing: &PgConnectOptions,
    ) -> Self {
        let ours = |options: &PgConnectOptions| {
            options
                .clone()
                .options([("search_path", "pg_catalog,public,pg_temp"), ("jit", "off")])
                .statement_cache_capacity(400)
        };
        let only_reading =
            |options: &PgConnectOptions| ours(options).options([("default_transaction_read_only", "on")]);
        // What is searched for is as rare or as common as it happens to be: a plan for the average would be wrong for
        // most. And what walks along an index until a page is full should not be taken for reading a table from a slow
        // disk.
        let searching =
            only_reading(searching).options([("plan_cache_mode", "force_custom_plan"), ("random_page_cost", "1.1")]);
        Self {
            reads: pools.reads.connect_lazy_with(only_reading(reading)),
            searches: pools.searches.connect_lazy_with(searching),
            projections: pools.writes.clone().max_connections(1).connect_lazy_with(ours(writing)),
            settle: None,
            writes: pools.writes.connect_lazy_with(ours(writing)),
        }
    }

    /// These doors, with what is done when a form is sent that a feature had filled in.
    #[must_use]
    pub fn settling(self, settle: Settle) -> Self {
        Self { settle: Some(settle), ..self }
    }

    /// The reading pool: PostgreSQL refuses a write on it.
    pub fn reads(&self) -> &PgPool {
        &self.reads
    }

    /// The pool of searches and exports, apart so that none of them keeps a page waiting; it reads only, too.
    pub fn searches(&self) -> &PgPool {
        &self.searches
    }

    /// A connection for one step of an export, from the pool of searches. Between its steps an export holds none,
    /// however slowly the browser takes it.
    pub async fn export_step(&self) -> Result<Transaction<'static, Postgres>> {
        Ok(self.searches.begin_with(EXPORT_STEP).await?)
    }

    /// Begins a change. From then on the request is not run again.
    pub async fn change(&self, by: By, at: OffsetDateTime) -> Result<Change> {
        let tx = self.writes.begin().await?;
        lost::make_final();
        Ok(Change {
            tx,
            by,
            at,
            form: None,
            filled: None,
            settle: self.settle,
            unmarked: Vec::new(),
            session: None,
            proof: Proof::Old,
        })
    }

    /// The writing pool, for the few tables whose rows are no part of the record: sessions, sign-in attempts, drafts.
    /// From then on the request is not run again.
    pub(crate) fn scratch(&self) -> &PgPool {
        lost::make_final();
        &self.writes
    }

    /// The writing pool, for what a request notes on its way and says again when it is run again: that the person was
    /// here.
    pub(crate) fn notes(&self) -> &PgPool {
        &self.writes
    }

    /// One writing connection, for what follows from the record and is computed anew by whoever reads it next: they
    /// wait for one another, and no change waits for them.
    pub(crate) fn projections(&self) -> &PgPool {
        &self.projections
    }

    /// Closes the pools, waiting for what is under way.
    pub async fn close(&self) {
        self.reads.close().await;
        self.searches.close().await;
        self.writes.close().await;
        self.projections.close().await;
    }
}

/// A pool whose statements are given up with whoever asked for them. Dropping a request drops its statement only here;
/// so the connection, which is still busy with it, is closed instead of kept, and PostgreSQL ends what it does for a
/// connection that is gone.
fn given_up(pool: PgPoolOptions) -> PgPoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move { Ok(matches!(tokio::time::timeout(READY, connection.flush()).await, Ok(Ok(())))) })
    })
}

/// Reads a `postgres://` address.
pub fn address(url: &str) -> Result<PgConnectOptions, &'static str> {
    const WANTED: &str = "give an address such as postgres://lantern_app@host/lantern";
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    PgConnectOptions::from_str(url).ok().filter(|_| postgres).ok_or(WANTED)
}

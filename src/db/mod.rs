//! The doors to PostgreSQL: two pools that can only read, and `Change`, the only way to write. A change commits
//! together with its log entries, or not at all. What reads is given up as soon as nobody waits for it; what writes
//! goes on to its end.

pub mod local;

pub mod clearing;
pub mod drafts;

pub mod kept;

pub(crate) mod lost;

pub mod readiness;

pub mod readings;

use std::{pin::Pin, str::FromStr, time::Duration};

use axum::response::{IntoResponse, Redirect, Response};
use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::OffsetDateTime;

use crate::{
    audit::{Events, Made, record},
    error::{AppError, Result},
    id::{PersonId, PostId},
};
use drafts::{Claimed, Filled, Mark};

/// Every migration, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

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
        Ok(Change { tx, by, at, form: None, filled: None, settle: self.settle })
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

/// Applies every migration as `lantern_owner`. Running it again does nothing.
///
/// What a new database gives to everybody is taken away each time: rights on a database are neither copied with it nor
/// in a dump.
///
/// # Errors
/// When the server cannot be reached, or a migration fails (it is rolled back as a whole).
pub async fn migrate(options: &PgConnectOptions) -> Result<(), sqlx::migrate::MigrateError> {
    use sqlx::ConnectOptions;
    let mut connection = options.clone().options([("role", "lantern_owner")]).connect().await?;
    MIGRATIONS.run(&mut connection).await?;
    sqlx::raw_sql(CREATE_NOTHING).execute(&mut connection).await?;
    Ok(())
}

/// A temporary table, or one of another schema, could stand before one of ours where a name is looked up.
const CREATE_NOTHING: &str = "do $$ begin
    execute format('revoke create, temporary on database %I from public, lantern_app', current_database());
    revoke create on schema public from public, lantern_app;
end $$";

/// Whether a migration stopped because those applied before are not this program's: another version of Lantern was
/// here.
pub fn is_of_another_version(error: &sqlx::migrate::MigrateError) -> bool {
    use sqlx::migrate::MigrateError as E;
    matches!(error, E::VersionMissing(_) | E::VersionMismatch(_) | E::VersionTooOld(..) | E::VersionTooNew(..))
}

/// Why the program does not serve this database, in words after "the database"; `None` when it does.
pub async fn unfit(db: &Db) -> Result<Option<&'static str>> {
    lost::once(async {
        let schema = another_schema(&db.reads).await?;
        Ok(if schema.is_some() {
            schema
        } else if creates(&db.reads).await? {
            Some("lets the program create tables, temporary ones too, that could hide its own; connect as lantern_app, and run lantern migrate")
        } else {
            None
        })
    })
    .await
}

/// Why this program does not serve the schema, if so. A later Lantern's is served while servers are replaced one after
/// the other, as long as nothing that this one needs was taken away.
async fn another_schema(pool: &PgPool) -> Result<Option<&'static str>> {
    let applied = sqlx::query_as("select version, checksum from _sqlx_migrations where success order by version")
        .fetch_all(pool)
        .await;
    let applied: Vec<(i64, Vec<u8>)> = match applied {
        // A database that nobody has migrated yet.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => return Ok(Some(NOT_MIGRATED)),
        applied => applied?,
    };
    let is_there = |migration: &sqlx::migrate::Migration| {
        applied
            .iter()
            .any(|(version, checksum)| (*version, checksum.as_slice()) == (migration.version, &*migration.checksum))
    };
    if !MIGRATIONS.iter().all(is_there) {
        return Ok(Some(NOT_MIGRATED));
    }
    let ours = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    if applied.iter().all(|(version, _)| MIGRATIONS.version_exists(*version)) {
        return Ok(None);
    }
    let oldest = sqlx::query_scalar!(r#"select oldest_borne() as "oldest!""#).fetch_one(pool).await?;
    Ok((ours < oldest).then_some(TOO_NEW))
}

const NOT_MIGRATED: &str = "has another schema; run lantern migrate";
const TOO_NEW: &str = "has the schema of a later Lantern, which this one cannot serve; run that version";

/// Whether the role of these connections may create anything.
async fn creates(pool: &PgPool) -> Result<bool> {
    let creates = sqlx::query_scalar!(
        r#"select has_database_privilege(current_database(), 'create') or has_database_privilege(current_database(), 'temporary')
               or has_schema_privilege('public', 'create') as "creates!""#
    );
    Ok(creates.fetch_one(pool).await?)
}

/// Reads a `postgres://` address.
pub fn address(url: &str) -> Result<PgConnectOptions, &'static str> {
    const WANTED: &str = "give an address such as postgres://lantern_app@host/lantern";
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    PgConnectOptions::from_str(url).ok().filter(|_| postgres).ok_or(WANTED)
}

/// Who makes a change.
#[derive(Debug, Clone)]
pub enum By {
    /// A signed-in person, as of now.
    Person {
        id: PersonId,
        role: Option<&'static str>,
        /// Where they serve, if at a post.
        post: Option<PostId>,
        address: String,
    },
    /// A job, or the server's own terminal.
    Job(&'static str),
}

/// A change under way: a transaction that ends with [`Change::commit`] or is rolled back.
#[must_use = "a change that is not committed is rolled back"]
#[derive(Debug)]
pub struct Change {
    tx: Transaction<'static, Postgres>,
    by: By,
    form: Option<(Mark, PersonId)>,
    /// What its form was filled from, if it was.
    filled: Option<Box<Filled>>,
    settle: Option<Settle>,
    /// The one instant that stamps every row of this change, and its log entries.
    pub at: OffsetDateTime,
}

impl Change {
    /// The connection, for a store's statements.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Who makes it; `None` for a job.
    pub fn person(&self) -> Option<PersonId> {
        match self.by {
            By::Person { id, .. } => Some(id),
            By::Job(_) => None,
        }
    }

    /// The post of the person who makes it, if they serve at one.
    pub fn post(&self) -> Option<PostId> {
        match self.by {
            By::Person { post, .. } => post,
            By::Job(_) => None,
        }
    }

    /// Claims the form for what is sent to this address: from now on nobody can submit it again.
    ///
    /// # Errors
    /// [`AppError::AlreadyDone`] with the first submit's redirect, or [`AppError::OtherAnswers`]. Waits for a first
    /// submit that is under way.
    pub(crate) async fn claim(&mut self, form: Mark, person: PersonId, address: &str) -> Result<()> {
        match drafts::claim(&mut self.tx, &form, person, address, self.at).await? {
            Claimed::Before(redirect) => return Err(AppError::AlreadyDone(redirect)),
            Claimed::Now(filled) => self.filled = filled,
        }
        self.form = Some((form, person));
        Ok(())
    }

    /// Records what happened, commits, and leads on to `to`. There is no other way to commit.
    pub async fn commit(mut self, events: impl Into<Events>, to: &str) -> Result<Response> {
        if let Some((form, person)) = &self.form {
            drafts::settle(&mut self.tx, form, *person, to).await?;
        }
        self.finish(events).await?;
        Ok(Redirect::to(to).into_response())
    }

    /// Records and commits what one act made, and leads on to where it leads. A form that was filled in for its person
    /// settles what it was filled from in the same change, and leads on to the next that was filled with it; or to
    /// another of the same words, where the person asked for one.
    pub async fn make(mut self, made: Made) -> Result<Response> {
        let (Some(mut filled), Some(settle), Some((form, person))) =
            (self.filled.take(), self.settle, self.form.clone())
        else {
            return self.commit(made.events, &made.to).await;
        };
        let mut made = settle(&mut self, &filled.noted, made).await?;
        if form.another && filled.shown.again {
            made.says().clone_into(&mut filled.shown.saved);
            drafts::write(&mut self.tx, person, &filled, self.at).await?;
        }
        if let Some(next) = drafts::next(&mut self.tx, person, filled.filled_by, form.root()).await? {
            made.to = next;
        }
        self.commit(made.events, &made.to).await
    }

    /// Tries a part of this change: what it wrote before it was refused is undone, and the change goes on.
    pub async fn attempt<T>(&mut self, part: impl AsyncFnOnce(&mut Self) -> Result<T>) -> Result<T> {
        sqlx::raw_sql("savepoint part").execute(&mut *self.tx).await?;
        let done = part(self).await;
        let end =
            if done.is_ok() { "release savepoint part" } else { "rollback to savepoint part; release savepoint part" };
        sqlx::raw_sql(end).execute(&mut *self.tx).await?;
        done
    }

    /// The role of the person who makes it, by its code.
    pub fn role(&self) -> Option<&'static str> {
        match self.by {
            By::Person { role, .. } => role,
            By::Job(_) => None,
        }
    }

    /// As [`Change::commit`], for a change that no browser waits for.
    pub async fn finish(mut self, events: impl Into<Events>) -> Result<()> {
        record(&mut self.tx, &self.by, self.at, events.into()).await?;
        self.tx.commit().await.map_err(AppError::of_commit)
    }
}

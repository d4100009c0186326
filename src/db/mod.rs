//! The two doors to PostgreSQL: a pool that can only read, and `Change`, the only way to write.
//! A change commits together with its log entries, or not at all.

/// The private cluster that Lantern starts by itself.
pub mod local;

/// What is typed but not yet submitted, and what was submitted once.
pub mod drafts;

use std::{str::FromStr, time::Duration};

use axum::response::{IntoResponse, Redirect, Response};
use sqlx::{
    PgConnection, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::OffsetDateTime;

use crate::{
    audit::{Events, Made, record},
    error::{AppError, Result},
    id::{FormId, PersonId, PostId},
};

/// Every migration, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// The pools. Only `access`, the sign-in and the jobs hold one; everybody else goes through an actor.
#[derive(Debug, Clone)]
pub struct Db {
    reads: PgPool,
    writes: PgPool,
}

impl Db {
    /// Pools for people, who are told in time when the database does not answer. They connect on first use: a database that is down
    /// answers 503, and recovers without a restart.
    pub fn lazy(options: &PgConnectOptions, connections: u32) -> Self {
        let pool = || PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(4));
        Self::with(pool, options.clone().options([("lock_timeout", "4000")]), &[("statement_timeout", "4000")])
    }

    /// Pools for the program's own work, for which nobody waits in front of a page: a busy machine makes it late and does not end it.
    /// Connections are few (a page holds one while it takes another), and what one has prepared stays prepared.
    pub fn unhurried(options: &PgConnectOptions) -> Self {
        const NEVER: Duration = Duration::from_hours(24);
        let pool = || PgPoolOptions::new().max_connections(4).acquire_timeout(NEVER).test_before_acquire(false);
        Self::with(pool, options.clone().statement_cache_capacity(1000).options([("plan_cache_mode", "force_generic_plan")]), &[])
    }

    fn with(pool: impl Fn() -> PgPoolOptions, options: PgConnectOptions, reading: &[(&str, &str)]) -> Self {
        let read_only = options.clone().options([("default_transaction_read_only", "on")]).options(reading.iter().copied());
        Self { reads: pool().connect_lazy_with(read_only), writes: pool().connect_lazy_with(options) }
    }

    /// The reading pool: PostgreSQL refuses a write on it.
    pub fn reads(&self) -> &PgPool {
        &self.reads
    }

    /// Begins a change.
    pub async fn change(&self, by: By, at: OffsetDateTime) -> Result<Change> {
        Ok(Change { tx: self.writes.begin().await?, by, at, form: None })
    }

    /// The writing pool, for the few tables whose rows are no part of the record: sessions, sign-in attempts, drafts.
    pub(crate) fn scratch(&self) -> &PgPool {
        &self.writes
    }

    /// Closes both pools, waiting for what is under way.
    pub async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}

/// Applies every migration as `lantern_owner`. Running it again does nothing.
///
/// # Errors
/// When the server cannot be reached, or a migration fails (it is rolled back as a whole).
pub async fn migrate(options: &PgConnectOptions) -> Result<(), sqlx::migrate::MigrateError> {
    use sqlx::ConnectOptions;
    let mut connection = options.clone().options([("role", "lantern_owner")]).connect().await?;
    MIGRATIONS.run(&mut connection).await
}

/// Whether a migration stopped because those applied before are not this program's: another version of Lantern was here.
pub fn is_of_another_version(error: &sqlx::migrate::MigrateError) -> bool {
    use sqlx::migrate::MigrateError as E;
    matches!(error, E::VersionMissing(_) | E::VersionMismatch(_) | E::VersionTooOld(..) | E::VersionTooNew(..))
}

/// Whether the database has exactly this program's migrations.
pub async fn is_current(pool: &PgPool) -> Result<bool> {
    let applied = sqlx::query_as("select version, checksum from _sqlx_migrations where success order by version").fetch_all(pool).await;
    let applied: Vec<(i64, Vec<u8>)> = match applied {
        // A database that nobody has migrated yet.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => return Ok(false),
        applied => applied?,
    };
    let applied = applied.iter().map(|(version, checksum)| (*version, checksum.as_slice()));
    Ok(applied.eq(MIGRATIONS.iter().map(|migration| (migration.version, &*migration.checksum))))
}

/// Reads a `postgres://` address.
///
/// # Errors
/// When it is none.
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
        /// Who.
        id: PersonId,
        /// The role's code.
        role: Option<&'static str>,
        /// Where they serve, if at a post.
        post: Option<PostId>,
        /// The browser's address.
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
    form: Option<FormId>,
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

    /// Claims the form: from now on nobody can submit it again.
    ///
    /// # Errors
    /// [`AppError::AlreadyDone`] with the first submit's redirect, or [`AppError::OtherAnswers`]. Waits for a first submit that is under way.
    pub(crate) async fn claim(&mut self, form: FormId, person: PersonId, answers: &[u8]) -> Result<()> {
        if let Some(redirect) = drafts::claim(&mut self.tx, form, person, answers, self.at).await? {
            return Err(AppError::AlreadyDone(redirect));
        }
        self.form = Some(form);
        Ok(())
    }

    /// Records what happened, commits, and leads on to `to`. There is no other way to commit.
    pub async fn commit(mut self, events: impl Into<Events>, to: &str) -> Result<Response> {
        if let Some(form) = self.form {
            drafts::settle(&mut self.tx, form, to).await?;
        }
        self.finish(events).await?;
        Ok(Redirect::to(to).into_response())
    }

    /// Records and commits what one act made, and leads on to where it leads.
    pub async fn make(self, made: Made) -> Result<Response> {
        self.commit(made.events, &made.to).await
    }

    /// As [`Change::commit`], for a change that no browser waits for.
    pub async fn finish(mut self, events: impl Into<Events>) -> Result<()> {
        record(&mut self.tx, &self.by, self.at, events.into()).await?;
        self.tx.commit().await.map_err(AppError::of_commit)
    }
}

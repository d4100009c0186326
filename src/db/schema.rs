//! The schema: migrated, and found to be the one that this program knows.

use sqlx::{PgConnection, PgPool, migrate::Migrator, postgres::PgConnectOptions};

use super::{Db, lost};
use crate::error::Result;

/// Every migration, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Applies every migration as `lantern_owner`. Running it again does nothing.
///
/// What a new database gives to everybody is taken away each time: rights on a database are neither copied with it nor
/// in a dump. And an upgrade ends what the one before it still bore.
///
/// # Errors
/// When the server cannot be reached, or a migration fails (it is rolled back as a whole).
pub async fn migrate(options: &PgConnectOptions, beside: Beside) -> Result<(), sqlx::migrate::MigrateError> {
    use sqlx::ConnectOptions;
    let mut connection = options.clone().options([("role", "lantern_owner")]).connect().await?;
    let before = applied(&mut connection).await?;
    let ours: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    MIGRATIONS.run(&mut connection).await?;
    sqlx::raw_sql(CREATE_NOTHING).execute(&mut connection).await?;
    if let Some(oldest) = oldest_served(&before, &ours, beside) {
        sqlx::query!("select bear_from($1)", oldest).execute(&mut connection).await?;
    }
    Ok(())
}

/// What else may be serving a database that is migrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// The program before this one, until each server was replaced.
    Older,
    /// No program but this one, at whichever servers.
    Nothing,
}

/// Whether a program may still be serving that shows a post what is not for it: nothing is recalled until then, and no
/// remark is written.
pub async fn older_serves(options: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    use sqlx::ConnectOptions;
    let mut connection = options.clone().options([("role", "lantern_owner")]).connect().await?;
    sqlx::query_scalar!(r#"select older_serves() as "older!""#).fetch_one(&mut connection).await
}

/// The migrations of a database, none where it has none yet.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>, sqlx::Error> {
    let table: Option<String> =
        sqlx::query_scalar("select to_regclass('public._sqlx_migrations')::text").fetch_one(&mut *connection).await?;
    match table {
        Some(_) => sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(connection).await,
        None => Ok(Vec::new()),
    }
}

/// The newest migration of this program.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The first migrations whose programs do what is counted on once no older one serves: the one that carries the
/// session of whoever changes something (a change without one is nobody's from then on), and the one that shows a post
/// nothing of what another one had, or of what Washington writes to Washington (until then nothing is recalled, and no
/// remark is written).
const COUNTED_ON: [i64; 2] = [53, 71];

/// From which of these on the programs are that may be serving a database which had the migrations `before`, by a
/// program that has `ours`. Who upgrades it replaced the servers by the program of before since, so that none from
/// before that is served any more. Migrations land in another order than that of their numbers: the newest one of a
/// program says nothing of those before it.
pub fn oldest_served(before: &[i64], ours: &[i64], beside: Beside) -> Option<i64> {
    let served = match beside {
        Beside::Older if ours.iter().all(|version| before.contains(version)) => return None,
        Beside::Older => before,
        Beside::Nothing => ours,
    };
    COUNTED_ON.into_iter().rfind(|from| served.contains(from))
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
    let ours = newest();
    if applied.iter().all(|(version, _)| MIGRATIONS.version_exists(*version)) {
        return Ok(None);
    }
    let oldest = sqlx::query_scalar!(r#"select oldest_borne() as "oldest!""#).fetch_one(pool).await;
    match oldest {
        Ok(oldest) => {
            let lacks = applied.iter().any(|(version, _)| *version == oldest) && !MIGRATIONS.version_exists(oldest);
            Ok((ours < oldest || lacks).then_some(TOO_NEW))
        }
        // A later Lantern dropped the function, or took this role's right to call it.
        Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42883" | "42501")) => {
            Ok(Some(TOO_NEW))
        }
        Err(error) => Err(error.into()),
    }
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

//! Every statement on people, assignments and sign-in attempts.

use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

use crate::{
    access::Role,
    db::Change,
    error::Result,
    id::{AssignmentId, PersonId, PostId, SessionId},
};

/// What a sign-in is judged by.
#[derive(Debug)]
pub struct Credentials {
    /// Who.
    pub id: PersonId,
    /// The Argon2id hash.
    pub password_hash: String,
    /// Disabled, or with a first password that is no longer good.
    pub barred: bool,
}

/// Finds an account for sign-in.
pub async fn credentials(pool: &PgPool, account: &str, now: OffsetDateTime) -> Result<Option<Credentials>> {
    let found = sqlx::query_as!(
        Credentials,
        r#"select id as "id: PersonId", password_hash,
               (disabled_at is not null or coalesce(temporary_until < $2, false)) as "barred!"
           from people where account = $1"#,
        account,
        now
    );
    Ok(found.fetch_optional(pool).await?)
}

/// Failures in the last quarter of an hour: of the account, and from the address.
pub async fn recent_failures(pool: &PgPool, account: &str, address: &str, now: OffsetDateTime) -> Result<(i64, i64)> {
    let since = now - Duration::minutes(15);
    let counted = sqlx::query!(
        r#"select (select count(*) from login_attempts where account = $1 and at > $3 and not succeeded) as "account!",
                  (select count(*) from login_attempts where address = $2 and at > $3 and not succeeded) as "address!""#,
        account,
        address,
        since
    );
    let row = counted.fetch_one(pool).await?;
    Ok((row.account, row.address))
}

/// Notes an attempt, and forgets those older than a day.
pub async fn note_attempt(pool: &PgPool, account: &str, address: &str, now: OffsetDateTime, succeeded: bool) -> Result<()> {
    sqlx::query!(
        "with forgotten as (delete from login_attempts where at < $4::timestamptz - interval '1 day')
         insert into login_attempts (id, account, address, at, succeeded) values ($1, $2, $3, $4, $5)",
        uuid::Uuid::now_v7(),
        account,
        address,
        now,
        succeeded
    )
    .execute(pool)
    .await?;
    Ok(())
}

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
    sqlx::query!("update sessions set ended_at = $2 where key_hash = $1 and ended_at is null", before.unwrap_or_default(), at)
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

/// Ends a session.
pub async fn end_session(change: &mut Change, session: SessionId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update sessions set ended_at = $2 where id = $1 and ended_at is null", session.0, at).execute(change.conn()).await?;
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

/// Stores a password. `temporary_until` makes it a first password.
pub async fn save_password(change: &mut Change, person: PersonId, hash: &str, temporary_until: Option<OffsetDateTime>) -> Result<()> {
    sqlx::query!(
        "update people set password_hash = $2, temporary_until = $3, version = version + 1 where id = $1",
        person.0,
        hash,
        temporary_until
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// A person to be added.
#[derive(Debug)]
pub struct NewPerson<'a> {
    /// The name typed at sign-in, lower case.
    pub account: &'a str,
    /// The name shown.
    pub name: &'a str,
    /// The hash of the first password.
    pub password_hash: &'a str,
    /// Until when the first password is good.
    pub temporary_until: Option<OffsetDateTime>,
}

/// Adds a person.
///
/// # Errors
/// A second use of an account name breaks `people_account_key`.
pub async fn insert_person(change: &mut Change, person: &NewPerson<'_>) -> Result<PersonId, sqlx::Error> {
    let (id, at) = (PersonId::new(), change.at);
    sqlx::query!(
        "insert into people (id, account, name, password_hash, temporary_until, created_at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        person.account,
        person.name,
        person.password_hash,
        person.temporary_until,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Gives a person a role from a day on.
///
/// # Errors
/// A second role at the same time breaks `assignments_one_at_a_time`.
pub async fn insert_assignment(
    change: &mut Change,
    person: PersonId,
    role: Role,
    post: Option<PostId>,
    starts_on: time::Date,
    ends_on: Option<time::Date>,
) -> Result<AssignmentId, sqlx::Error> {
    let id = AssignmentId::new();
    sqlx::query!(
        "insert into assignments (id, person_id, role, post_id, starts_on, ends_on) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        person.0,
        role as Role,
        post.map(|post| post.0),
        starts_on,
        ends_on
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// The password hash of a signed-in person, to verify the present password before a change.
pub async fn password_hash(pool: &PgPool, person: PersonId) -> Result<String> {
    Ok(sqlx::query_scalar!("select password_hash from people where id = $1", person.0).fetch_one(pool).await?)
}

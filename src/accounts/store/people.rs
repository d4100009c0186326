//! People: added, listed, changed, barred, and their passwords.

use sqlx::PgPool;
use time::OffsetDateTime;

use super::session::end_other_sessions;
use crate::{access::Role, db::Change, error::Result, id::PersonId};

/// Stores a password, and forgets every browser that knew the one before. `temporary_until` makes it a first password.
pub async fn save_password(
    change: &mut Change,
    person: PersonId,
    hash: &str,
    temporary_until: Option<OffsetDateTime>,
) -> Result<()> {
    sqlx::query!(
        "update people set password_hash = $2, temporary_until = $3, version = version + 1 where id = $1",
        person.0,
        hash,
        temporary_until
    )
    .execute(change.conn())
    .await?;
    sqlx::query!("delete from known_browsers where person_id = $1", person.0).execute(change.conn()).await?;
    Ok(())
}

/// A person to be added.
#[derive(Debug)]
pub struct NewPerson<'a> {
    /// The name typed at sign-in, lower case.
    pub account: &'a str,
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

/// A person in a list.
#[derive(Debug)]
pub struct PersonRow {
    pub id: PersonId,
    /// The name typed at sign-in.
    pub account: String,
    pub name: String,
    /// The largest license value they may decide.
    pub decision_authority: rust_decimal::Decimal,
    /// Since when they cannot sign in.
    pub disabled_at: Option<OffsetDateTime>,
    /// Until when a first password is good.
    pub temporary_until: Option<OffsetDateTime>,
    pub version: i32,
    pub role: Option<Role>,
    /// Where, for people at post.
    pub post: Option<String>,
    /// When they last asked for a page.
    pub seen_at: Option<OffsetDateTime>,
}

/// People whose name or account contains `query`, by name from `after` on; or one.
pub async fn people(
    pool: &PgPool,
    query: &str,
    after: &str,
    only: Option<PersonId>,
    now: OffsetDateTime,
    limit: i64,
) -> Result<Vec<PersonRow>> {
    let like = format!("%{}%", query.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query_as!(
        PersonRow,
        r#"select p.id as "id: PersonId", p.account, p.name, p.decision_authority, p.disabled_at, p.temporary_until, p.version,
               a.role as "role?: Role", o.name as "post?", (select max(s.seen_at) from sessions s where s.person_id = p.id) as "seen_at"
           from people p
           left join (assignments a left join posts o on o.id = a.post_id) on a.person_id = p.id
               and ($4::timestamptz at time zone coalesce(o.zone, 'America/New_York'))::date between a.starts_on and coalesce(a.ends_on, 'infinity')
           where ($1 = '%%' or p.name ilike $1 or p.account like lower($1)) and p.account > $2 and ($3::uuid is null or p.id = $3)
           order by p.account limit $5"#,
        like,
        after,
        only.map(|id| id.0),
        now,
        limit
    );
    Ok(rows.fetch_all(pool).await?)
}

pub async fn find(pool: &PgPool, id: PersonId, now: OffsetDateTime) -> Result<PersonRow> {
    people(pool, "", "", Some(id), now, 1).await?.into_iter().next().ok_or(crate::error::AppError::NotFound)
}

/// Changes a person's name and authority.
pub async fn save_person(
    change: &mut Change,
    id: PersonId,
    name: &str,
    authority: rust_decimal::Decimal,
    read: i32,
) -> Result<bool> {
    let saved = sqlx::query!(
        "update people set name = $3, decision_authority = $4, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        name,
        authority
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

/// Bars a person from signing in, or lets them in again; every session ends.
///
/// # Errors
/// The last administrator stays: `people_one_administrator`, told at commit.
pub async fn save_disabled(change: &mut Change, id: PersonId, disabled: bool) -> Result<()> {
    let at = change.at;
    sqlx::query!(
        "update people set disabled_at = case when $2 then $3::timestamptz end, version = version + 1 where id = $1",
        id.0,
        disabled,
        at
    )
    .execute(change.conn())
    .await?;
    end_other_sessions(change, id, None).await
}

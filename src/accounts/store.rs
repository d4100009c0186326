//! Every statement on people, assignments, sign-in attempts and known browsers.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    browser::{KNOWN, MOST},
    model::{COUNTED, Count, Failures},
};
use crate::{
    access::Role,
    db::Change,
    error::Result,
    id::{AssignmentId, PersonId, PostId, SessionId},
};

/// What a sign-in is judged by.
#[derive(Debug)]
pub struct Credentials {
    pub id: PersonId,
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

/// The browser of this key, if it signed in to this account since the password was chosen.
pub async fn known_browser(pool: &PgPool, account: &str, key_hash: &[u8], now: OffsetDateTime) -> Result<Option<Uuid>> {
    let known = sqlx::query_scalar!(
        "select b.id from known_browsers b join people p on p.id = b.person_id where b.key_hash = $1 and p.account = $2 and b.used_at > $3",
        key_hash,
        account,
        now - KNOWN
    );
    Ok(known.fetch_optional(pool).await?)
}

/// Knows the browser of a person from now on, by the key it has if the server gave it one, else by a new one; gives
/// whether it was the former. The browsers used last are known.
pub async fn remember_browser(
    change: &mut Change,
    person: PersonId,
    presented: Option<&[u8]>,
    new: &[u8],
) -> Result<bool> {
    let at = change.at;
    let ours = sqlx::query_scalar!(
        r#"select exists (select from known_browsers where key_hash = $1 and used_at > $2) as "ours!""#,
        presented.unwrap_or_default(),
        at - KNOWN
    );
    let ours = ours.fetch_one(change.conn()).await?;
    sqlx::query!(
        "insert into known_browsers (id, person_id, key_hash, since, used_at) values ($1, $2, $3, $4, $4)
         on conflict on constraint known_browsers_once do update set used_at = excluded.used_at",
        Uuid::now_v7(),
        person.0,
        if ours { presented.unwrap_or_default() } else { new },
        at
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "delete from known_browsers where person_id = $1 and id not in
             (select id from known_browsers where person_id = $1 and used_at > $2 order by used_at desc, id desc limit $3)",
        person.0,
        at - KNOWN,
        MOST
    )
    .execute(change.conn())
    .await?;
    Ok(ours)
}

/// The failures of late that an attempt is counted with.
pub async fn failures(
    pool: &PgPool,
    account: &str,
    address: &str,
    browser: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<Vec<Failures>> {
    let since = now - COUNTED;
    if let Some(browser) = browser {
        let row = sqlx::query!(
            r#"select count(*) as "times!", max(at) as last from login_attempts where browser_id = $1 and at > $2 and not succeeded"#,
            browser,
            since
        );
        let row = row.fetch_one(pool).await?;
        return Ok(vec![Failures { by: Count::Browser, times: row.times, last: row.last }]);
    }
    let row = sqlx::query!(
        r#"select a.here as "here!", a.here_last, a.times as "account!", a.last as account_last, b.times as "address!", b.last as address_last
           from (select count(*) filter (where address = $2) as here, max(at) filter (where address = $2) as here_last,
                     count(*) as times, max(at) as last
                 from login_attempts where account = $1 and at > $3 and browser_id is null and not succeeded) a,
                (select count(*) as times, max(at) as last
                 from login_attempts where address = $2 and at > $3 and browser_id is null and not succeeded) b"#,
        account,
        address,
        since
    );
    let row = row.fetch_one(pool).await?;
    Ok(vec![
        Failures { by: Count::AccountHere, times: row.here, last: row.here_last },
        Failures { by: Count::Account, times: row.account, last: row.account_last },
        Failures { by: Count::Address, times: row.address, last: row.address_last },
    ])
}

/// Notes an attempt, a failure until it is known to have succeeded, and forgets those older than a day.
pub async fn note_attempt(
    pool: &PgPool,
    account: &str,
    address: &str,
    browser: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "with forgotten as (delete from login_attempts where at < $5::timestamptz - interval '1 day')
         insert into login_attempts (id, account, address, browser_id, at, succeeded) values ($1, $2, $3, $4, $5, false)",
        id,
        account,
        address,
        browser,
        now
    )
    .execute(pool)
    .await?;
    Ok(id)
}

/// Notes that an attempt succeeded.
pub async fn note_success(pool: &PgPool, attempt: Uuid) -> Result<()> {
    sqlx::query!("update login_attempts set succeeded = true where id = $1", attempt).execute(pool).await?;
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

#[derive(Debug)]
pub struct AssignmentRow {
    pub id: AssignmentId,
    pub role: Role,
    /// Where, for people at post.
    pub post: Option<String>,
    pub starts_on: time::Date,
    pub ends_on: Option<time::Date>,
    /// Today where the role is held: at the post, or in Washington.
    pub today: time::Date,
}

/// The assignments of a person, the last first.
pub async fn assignments(pool: &PgPool, id: PersonId, now: OffsetDateTime) -> Result<Vec<AssignmentRow>> {
    let rows = sqlx::query_as!(
        AssignmentRow,
        r#"select a.id as "id: AssignmentId", a.role as "role: Role", o.name as "post?", a.starts_on, a.ends_on,
               ($2::timestamptz at time zone coalesce(o.zone, 'America/New_York'))::date as "today!"
           from assignments a left join posts o on o.id = a.post_id where a.person_id = $1 order by a.starts_on desc"#,
        id.0,
        now
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Takes an assignment back that has not begun.
///
/// # Errors
/// The last administrator stays: `people_one_administrator`, told at commit.
pub async fn withdraw_assignment(
    change: &mut Change,
    id: AssignmentId,
    person: PersonId,
    today: time::Date,
) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from assignments where id = $1 and person_id = $2 and starts_on > $3",
        id.0,
        person.0,
        today
    );
    Ok(gone.execute(change.conn()).await?.rows_affected() == 1)
}

/// Ends an assignment; it holds through that day.
///
/// # Errors
/// The last administrator stays: `people_one_administrator`. A day before the first breaks `assignments_in_order`.
pub async fn end_assignment(
    change: &mut Change,
    id: AssignmentId,
    person: PersonId,
    last: time::Date,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "update assignments set ends_on = $3, version = version + 1 where id = $1 and person_id = $2 and (ends_on is null or ends_on > $3)",
        id.0,
        person.0,
        last
    );
    Ok(ended.execute(change.conn()).await?.rows_affected() == 1)
}

/// Whether somebody administers on a day by another assignment, or besides a person. Two who end each other's role wait
/// here.
pub async fn others_administer(
    change: &mut Change,
    besides: Option<AssignmentId>,
    besides_person: Option<PersonId>,
    day: Option<time::Date>,
) -> Result<bool> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('keep_an_administrator'))").execute(change.conn()).await?;
    let others = sqlx::query_scalar!(
        r#"select exists (select from assignments a join people p on p.id = a.person_id
               where a.role = 'admin' and p.disabled_at is null and a.id is distinct from $1 and a.person_id is distinct from $2
                   and $3::date between a.starts_on and coalesce(a.ends_on, 'infinity')) as "others!""#,
        besides.map(|id| id.0),
        besides_person.map(|id| id.0),
        day
    );
    Ok(others.fetch_one(change.conn()).await?)
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

/// Open posts, as the assignment form offers them.
pub async fn open_posts(pool: &PgPool) -> Result<Vec<crate::words::Choice>> {
    let rows = sqlx::query!(r#"select id as "id: PostId", name from posts where closed_on is null order by name"#);
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| crate::words::Choice::new(row.id, row.name)).collect())
}

//! What a sign-in is judged by: credentials, known browsers, failures of late.

use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    accounts::{
        browser::{KNOWN, MOST},
        model::{COUNTED, Count, Failures, Held, first_password_until},
    },
    db::Change,
    error::Result,
    id::PersonId,
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
    let found = sqlx::query!(
        r#"select id as "id: PersonId", password_hash, disabled_at is not null as "disabled!", temporary_until,
               (select coalesce(jsonb_agg(jsonb_build_object('starts_on', a.starts_on, 'ends_on', a.ends_on,
                    'zone', coalesce(o.zone, 'America/New_York'))), '[]')
                from assignments a left join posts o on o.id = a.post_id
                where a.person_id = people.id and people.temporary_until is not null) as "roles!: Json<Vec<Held>>"
           from people where account = $1"#,
        account
    );
    Ok(found.fetch_optional(pool).await?.map(|row| {
        let is_over = row.temporary_until.is_some_and(|over| first_password_until(over, &row.roles) < now);
        Credentials { id: row.id, password_hash: row.password_hash, barred: row.disabled || is_over }
    }))
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

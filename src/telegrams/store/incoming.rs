//! What came in: kept, put on checks, and the checks and posts it may belong to.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{
    access::Scope,
    db::Change,
    error::{AppError, Refuses, Result},
    id::{CheckId, PostId, TelegramId},
    telegrams::{
        model::{Candidate, Incoming},
        reading::Direction,
        refusal::Refusal,
    },
};

/// Keeps a telegram that came in.
pub async fn insert_incoming(change: &mut Change, telegram: &Incoming<'_>, fingerprint: &[u8]) -> Result<TelegramId> {
    let (id, at, person) = (TelegramId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into telegrams (id, way, state, direction, post_id, original, fingerprint, originator, number, year, sent_at, subject,
             recorded_by, recorded_at, has_list)
         values ($1, 'in', 'filed', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id.0,
        telegram.direction as Direction,
        telegram.post.0,
        telegram.text.as_bytes(),
        fingerprint,
        telegram.head.originator.as_deref(),
        telegram.head.number,
        telegram.head.year,
        telegram.head.sent_at,
        telegram.head.subject,
        person,
        at,
        telegram.unmarked
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Puts a telegram on a check.
///
/// # Errors
/// [`AppError::Refused`] when the check is closed.
pub async fn join(change: &mut Change, telegram: TelegramId, check: CheckId) -> Result<bool> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let joined = sqlx::query!(
        "insert into telegram_checks (telegram_id, check_id, joined_by, joined_at) values ($1, $2, $3, $4) on conflict do nothing",
        telegram.0,
        check.0,
        person,
        at
    );
    let joined = joined.execute(change.conn()).await.map_err(Refusal::said)?;
    Ok(joined.rows_affected() == 1)
}

/// Takes a telegram off a check, with what was rejected of it there.
///
/// # Errors
/// [`AppError::Refused`] when something of it was accepted there.
pub async fn leave(change: &mut Change, telegram: TelegramId, check: CheckId) -> Result<()> {
    let gone =
        sqlx::query!("delete from telegram_answers where telegram_id = $1 and check_id = $2", telegram.0, check.0);
    gone.execute(change.conn()).await.map_err(Refusal::said)?;
    sqlx::query!("delete from telegram_checks where telegram_id = $1 and check_id = $2", telegram.0, check.0)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// What a telegram names: other telegrams by originator, number and year if that is told, checks by their references,
/// licenses by their folded numbers; and whose it is.
#[derive(Debug)]
pub struct Named {
    pub post: PostId,
    /// When it was sent.
    pub sent_at: Option<OffsetDateTime>,
    pub messages: Vec<(String, i32, Option<i32>)>,
    pub references: Vec<String>,
    pub licenses: Vec<String>,
}

/// The checks of its post that a telegram may belong to. Numbers begin anew each year: one without a year is of a
/// telegram that was sent in the year before this one.
pub async fn candidates(conn: &mut PgConnection, scope: Scope, named: &Named) -> Result<Vec<Candidate>> {
    let originators: Vec<String> = named.messages.iter().map(|(originator, ..)| originator.clone()).collect();
    let numbers: Vec<i32> = named.messages.iter().map(|(_, number, _)| *number).collect();
    let years: Vec<Option<i32>> = named.messages.iter().map(|(.., year)| *year).collect();
    let rows = sqlx::query!(
        r#"with named as (
               select k.check_id from telegrams t join telegram_checks k on k.telegram_id = t.id
               join unnest($1::text[], $2::integer[], $7::integer[]) as v (originator, number, year)
                   on t.number = v.number and t.originator = v.originator
               where case when v.year is not null and t.year is not null then t.year = v.year
                   else t.sent_at is null or $8::timestamptz is null
                       or t.sent_at between $8::timestamptz - interval '1 year' and $8::timestamptz end
               union select id from checks where reference = any($3)),
           licensed as (
               select k.check_id from licenses l join check_licenses k on k.license_id = l.id where l.number_normalized = any($4))
           select c.id as "id: CheckId", c.reference as "reference!", c.subject, c.state = 'closed' as "is_closed!",
               exists (select from named n where n.check_id = c.id) as "by_reference!",
               exists (select from licensed n where n.check_id = c.id) as "by_license!"
           from checks c where c.id in (select check_id from named union select check_id from licensed)
               and c.post_id = $9 and ($5 or (c.post_id = $6 and c.state <> 'draft')) order by c.id desc limit 20"#,
        &originators,
        &numbers,
        &named.references,
        &named.licenses,
        scope.all,
        scope.post,
        &years as &[Option<i32>],
        named.sent_at,
        named.post.0
    );
    let rows = rows.fetch_all(conn).await?;
    let candidates = rows.into_iter().map(|row| Candidate {
        id: row.id,
        reference: row.reference,
        subject: row.subject,
        is_closed: row.is_closed,
        by_reference: row.by_reference,
        by_license: row.by_license,
    });
    Ok(candidates.collect())
}

/// The name of a post, and its country.
pub async fn post_name(conn: &mut PgConnection, post: PostId) -> Result<(String, String)> {
    let row = sqlx::query!("select name, country from posts where id = $1", post.0).fetch_optional(conn).await?;
    row.map(|row| (row.name, row.country)).ok_or(AppError::NotFound)
}

/// The one post of these lower-case names; where no name is known, the one post of these countries.
pub async fn post_called(conn: &mut PgConnection, names: &[String], countries: &[String]) -> Result<Option<PostId>> {
    let rows = sqlx::query!(
        r#"select id as "id: PostId", lower(name) = any($1) as "named!" from posts where lower(name) = any($1) or country = any($2)"#,
        names,
        countries
    );
    let rows = rows.fetch_all(conn).await?;
    let called: Vec<PostId> = rows.iter().filter(|row| row.named).map(|row| row.id).collect();
    match (called.as_slice(), rows.as_slice()) {
        ([one], _) => Ok(Some(*one)),
        ([], [one]) => Ok(Some(one.id)),
        _ => Ok(None),
    }
}

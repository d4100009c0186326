//! What goes out: drafts, message numbers, and what was sent.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::incoming::join;
use crate::{
    db::Change,
    error::{AppError, Result},
    id::{CheckId, PostId, TelegramId},
    telegrams::reading::Direction,
};

/// A telegram that goes out, as it is written.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// The post it is to or from.
    pub post: PostId,
    /// What it is for.
    pub direction: Direction,
    pub subject: &'a str,
    /// What the person wrote.
    pub body: &'a str,
    /// Of what the case file said, the digest of [`crate::telegrams::writing::composed`].
    pub composed: &'a str,
}

/// Keeps the draft of a telegram on a check.
pub async fn insert_draft(change: &mut Change, check: CheckId, telegram: &Outgoing<'_>) -> Result<TelegramId> {
    let (id, at, person) = (TelegramId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into telegrams (id, way, state, direction, post_id, body, composed_digest, subject, recorded_by, recorded_at)
         values ($1, 'out', 'draft', $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        telegram.direction as Direction,
        telegram.post.0,
        telegram.body,
        telegram.composed,
        telegram.subject,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    join(change, id, check).await?;
    Ok(id)
}

pub async fn save_draft(change: &mut Change, id: TelegramId, outgoing: &Outgoing<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update telegrams set subject = $3, body = $4, composed_digest = $5, version = version + 1
         where id = $1 and version = $2 and state = 'draft'",
        id.0,
        read,
        outgoing.subject,
        outgoing.body,
        outgoing.composed
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes a draft away.
///
/// # Errors
/// [`AppError::Stale`] when it was changed since it was read.
pub async fn discard_draft(change: &mut Change, id: TelegramId, read: i32) -> Result<()> {
    sqlx::query!("delete from telegram_checks where telegram_id = $1", id.0).execute(change.conn()).await?;
    let gone = sqlx::query!("delete from telegrams where id = $1 and version = $2 and state = 'draft'", id.0, read);
    if gone.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes the drafts of a check away, with the check.
pub async fn discard_drafts_of(change: &mut Change, check: CheckId) -> Result<()> {
    sqlx::query!(
        "with gone as (delete from telegram_checks k using telegrams t where k.check_id = $1 and t.id = k.telegram_id and t.state = 'draft'
             returning k.telegram_id)
         delete from telegrams where id in (select telegram_id from gone)",
        check.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// The next message number of an originator in a year, with the series locked: of what was sent here and of what came
/// in. It may have more digits than a number has.
pub async fn next_number(change: &mut Change, originator: &str, year: i32) -> Result<i32> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("telegram {originator} {year}"))
        .fetch_one(change.conn())
        .await?;
    Ok(last_number(change.conn(), originator, year).await? + 1)
}

/// The highest message number of an originator in a year that is known here; 0: none.
pub async fn last_number(conn: &mut PgConnection, originator: &str, year: i32) -> Result<i32> {
    let last = sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) as "last!" from telegrams where originator = $1 and year = $2"#,
        originator,
        year
    );
    Ok(last.fetch_one(conn).await?)
}

/// Whether a telegram of that number is known here, sent or come in.
pub async fn is_taken(conn: &mut PgConnection, originator: &str, year: i32, number: i32) -> Result<bool> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from telegrams where originator = $1 and year = $2 and number = $3) as "taken!""#,
        originator,
        year,
        number
    );
    Ok(taken.fetch_one(conn).await?)
}

/// The telegrams that a check's telegrams with a post quote, as far as that was accepted: `STATE 63028`.
pub async fn quoted(conn: &mut PgConnection, check: CheckId, post: PostId) -> Result<Vec<String>> {
    let quoted = sqlx::query_scalar!(
        r#"select distinct concat(proposed #>> '{message,originator}', ' ', proposed #>> '{message,number}') as "named!" from telegram_answers a
           where check_id = $1 and kind = 'reference' and answer <> 'rejected' and proposed #>> '{message,number}' is not null
               and exists (select from telegrams t where t.id = a.telegram_id and t.post_id = $2)"#,
        check.0,
        post.0
    );
    Ok(quoted.fetch_all(conn).await?)
}

/// What makes a draft final.
#[derive(Debug)]
pub struct Final<'a> {
    /// Who sends it: `GUATEMALA`, `STATE`.
    pub originator: &'a str,
    pub number: i32,
    /// The year of the number.
    pub year: i32,
    pub sent_at: OffsetDateTime,
    /// The whole text, as sent.
    pub text: &'a str,
}

/// Makes a draft final.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between; the constraint `telegrams_number_key` when the number is
/// taken.
pub async fn send(
    change: &mut Change,
    id: TelegramId,
    sent: &Final<'_>,
    fingerprint: &[u8],
    read: i32,
) -> Result<bool, sqlx::Error> {
    let person = change.person().map(|person| person.0);
    let saved = sqlx::query!(
        "update telegrams set state = 'sent', original = $3, fingerprint = $4, originator = $5, number = $6, year = $7, sent_at = $8,
             sent_by = $9, version = version + 1
         where id = $1 and version = $2 and state = 'draft'",
        id.0,
        read,
        sent.text.as_bytes(),
        fingerprint,
        sent.originator,
        sent.number,
        sent.year,
        sent.sent_at,
        person
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

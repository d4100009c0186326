//! Telegrams as they stand, and those of the same words.

use sqlx::{PgConnection, types::Json};

use crate::{
    access::Scope,
    db::Change,
    error::{AppError, Result},
    id::{CheckId, PostId, TelegramId},
    telegrams::{
        model::{Answered, Telegram, TelegramState, Way},
        reading::Direction,
        readings::READER,
    },
};

/// How much of a telegram is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Much {
    /// What a list shows.
    Head,
    /// That, and what people made of its proposals.
    Answers,
    Whole,
}

/// Telegrams by their ids, or of a check, the newest first.
pub(super) async fn files(
    conn: &mut PgConnection,
    scope: Scope,
    ids: &[TelegramId],
    check: Option<CheckId>,
    much: Much,
) -> Result<Vec<Telegram>> {
    let (whole, answers) = (much == Much::Whole, much != Much::Head);
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select t.id as "id: TelegramId", t.way as "way: Way", t.state as "state: TelegramState", t.direction as "direction: Direction",
               t.post_id as "post_id: PostId", o.name as post_name, o.country as post_country, case when $4 then t.original end as original,
               case when $4 then t.body end as body, t.composed_digest, t.originator, t.number, t.year, t.sent_at, t.subject, t.has_list, m.name as recorded_by_name,
               t.recorded_at, s.name as "sent_by_name?", t.version,
               (select coalesce(jsonb_agg(jsonb_build_array(c.id, c.reference) order by k.joined_at), '[]')
                from telegram_checks k join checks c on c.id = k.check_id
                where k.telegram_id = t.id and ($2 or (c.post_id = $3 and c.state <> 'draft'))) as "checks!: Json<Vec<(CheckId, String)>>",
               (select coalesce(jsonb_agg(jsonb_build_object('key', a.key, 'answer', a.answer, 'check_id', a.check_id, 'subject_kind', a.subject_kind,
                    'subject_id', a.subject_id, 'proposed', a.proposed, 'by', p.name)), '[]')
                from telegram_answers a join people p on p.id = a.answered_by where (select $6::boolean) and a.telegram_id = t.id) as "answers!: Json<Vec<Answered>>",
               (select r.reading from telegram_readings r where (select $4::boolean) and r.telegram_id = t.id and r.reader = (select $7::text)) as reading,
               (select coalesce(array_agg(e.id order by e.id), '{}') from telegrams e
                where (select $4::boolean) and e.fingerprint = t.fingerprint and e.id <> t.id and ($2 or e.post_id = $3)) as "same!: Vec<TelegramId>"
           from telegrams t join posts o on o.id = t.post_id join people m on m.id = t.recorded_by left join people s on s.id = t.sent_by
           where t.id in (select unnest((select $1::uuid[])) union all
                   select k.telegram_id from telegram_checks k where k.check_id = (select $5::uuid))
               and ((select $2::boolean) or (t.post_id = $3 and not (t.state = 'draft' and t.direction in ('request', 'reminder'))))
           order by t.id desc"#,
        &ids,
        scope.all,
        scope.post,
        whole,
        check.map(|id| id.0),
        answers,
        READER
    );
    let rows = rows.fetch_all(conn).await?;
    let telegrams = rows.into_iter().map(|row| Telegram {
        id: row.id,
        way: row.way,
        state: row.state,
        direction: row.direction,
        post_id: row.post_id,
        post_name: row.post_name,
        post_country: row.post_country,
        original: row.original,
        unmarked: row.has_list,
        reading: row.reading,
        body: row.body,
        composed: row.composed_digest,
        originator: row.originator,
        number: row.number,
        year: row.year,
        sent_at: row.sent_at,
        subject: row.subject,
        recorded_by_name: row.recorded_by_name,
        recorded_at: row.recorded_at,
        sent_by_name: row.sent_by_name,
        checks: row.checks.0,
        answers: row.answers.0,
        same: row.same,
        version: row.version,
    });
    Ok(telegrams.collect())
}

/// One telegram with its text.
pub async fn find(conn: &mut PgConnection, scope: Scope, id: TelegramId) -> Result<Telegram> {
    files(conn, scope, &[id], None, Much::Whole).await?.into_iter().next().ok_or(AppError::NotFound)
}

/// One telegram, locked for a change.
pub async fn find_for_update(change: &mut Change, scope: Scope, id: TelegramId) -> Result<Telegram> {
    sqlx::query!("select id from telegrams where id = $1 for update", id.0)
        .fetch_optional(change.conn())
        .await?
        .ok_or(AppError::NotFound)?;
    find(change.conn(), scope, id).await
}

/// Reads again what may have changed of a telegram that this change has locked: its checks, and what people made of it.
pub async fn reread(change: &mut Change, scope: Scope, telegram: &mut Telegram) -> Result<()> {
    let now = files(change.conn(), scope, &[telegram.id], None, Much::Answers)
        .await?
        .into_iter()
        .next()
        .ok_or(AppError::NotFound)?;
    (telegram.checks, telegram.answers) = (now.checks, now.answers);
    Ok(())
}

/// The telegrams of a check, the newest first, without their text; as far as the reader may see them.
pub async fn of_check(conn: &mut PgConnection, scope: Scope, check: CheckId) -> Result<Vec<Telegram>> {
    files(conn, scope, &[], Some(check), Much::Head).await
}

/// Telegrams of the same words, blank space aside, within the reader's scope.
pub async fn same(conn: &mut PgConnection, scope: Scope, fingerprint: &[u8]) -> Result<Vec<TelegramId>> {
    let rows = sqlx::query_scalar!(
        r#"select id as "id: TelegramId" from telegrams
           where fingerprint = $1 and ($2 or post_id = $3) order by id limit 5"#,
        fingerprint,
        scope.all,
        scope.post
    );
    Ok(rows.fetch_all(conn).await?)
}

/// As [`same`], and nobody else files the same telegram until the change ends.
pub async fn same_for_update(change: &mut Change, scope: Scope, fingerprint: &[u8]) -> Result<Vec<TelegramId>> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))", fingerprint)
        .fetch_one(change.conn())
        .await?;
    same(change.conn(), scope, fingerprint).await
}

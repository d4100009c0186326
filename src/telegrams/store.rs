//! Every statement on telegrams. Outside the reader's scope they are not there; what Washington still writes is
//! nobody's at post.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

use super::{
    model::{Answer, Answered, Candidate, Incoming, NewAnswer, Origins, Telegram, TelegramState, Way},
    reading::Direction,
    readings::READER,
};
use crate::{
    access::Scope,
    db::Change,
    error::{AppError, Result, constraint},
    id::{AuthorityId, CheckId, LicenseId, PartyId, PostId, TelegramId},
    text::patterns,
};

/// How much of a telegram is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Much {
    /// What a list shows.
    Head,
    /// That, and what people made of its proposals.
    Answers,
    Whole,
}

/// Telegrams by their ids, or of a check, the newest first.
async fn files(
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
        has_list: row.has_list,
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

/// What a list of telegrams is filtered by.
#[derive(Debug, Default)]
pub struct Filter {
    pub way: Option<Way>,
    /// What they are for.
    pub direction: Option<Direction>,
    pub post: Option<PostId>,
    /// On no check yet.
    pub loose: bool,
    /// With this message number, or these words in the subject.
    pub text: String,
    pub after: Option<TelegramId>,
}

/// How many of the newest telegrams are looked through for words before the index of words is asked: whatever is common
/// is found among them.
const RECENT: i64 = 1000;

/// The telegrams that fit, the newest first, without their text; of drafts only those that are written to or by the
/// reader's side.
pub async fn list(conn: &mut PgConnection, scope: Scope, filter: &Filter, limit: i64) -> Result<Vec<Telegram>> {
    let most = usize::try_from(limit).unwrap_or_default();
    let found = if let Some(words) = Words::of(&filter.text) {
        let recent = through(conn, scope, filter, &words).await?;
        let are_all = i64::try_from(recent.len()).is_ok_and(|recent| recent < RECENT);
        let found: Vec<TelegramId> =
            recent.into_iter().filter_map(|(id, fits)| fits.then_some(id)).take(most).collect();
        if are_all || found.len() == most { found } else { by_index(conn, scope, filter, Some(&words), limit).await? }
    } else {
        by_index(conn, scope, filter, None, limit).await?
    };
    files(conn, scope, &found, None, Much::Head).await
}

/// What is looked for in telegrams.
struct Words {
    like: Vec<String>,
    number: i32,
}

impl Words {
    fn of(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        (!text.trim().is_empty()).then(|| Self { like: patterns(text), number: digits.parse().unwrap_or(-1) })
    }
}

/// The newest telegrams that fit but for words, and whether those fit too.
async fn through(
    conn: &mut PgConnection,
    scope: Scope,
    filter: &Filter,
    words: &Words,
) -> Result<Vec<(TelegramId, bool)>> {
    let mut query = sqlx::QueryBuilder::new("select k.id, f.fits from (");
    walk(&mut query, scope, filter, RECENT);
    query.push(") k cross join lateral (select coalesce(t.subject ilike any(").push_bind(&words.like);
    query.push(") or t.originator ilike any(").push_bind(&words.like).push(") or t.number = ").push_bind(words.number);
    query.push(", false) as fits from telegrams t where t.id = k.id offset 0) f order by k.id desc");
    let rows: Vec<(uuid::Uuid, bool)> = query.build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id, fits)| (TelegramId(id), fits)).collect())
}

/// The newest telegrams that fit, by the indexes of words.
async fn by_index(
    conn: &mut PgConnection,
    scope: Scope,
    filter: &Filter,
    words: Option<&Words>,
    limit: i64,
) -> Result<Vec<TelegramId>> {
    let mut query = sqlx::QueryBuilder::new("");
    if let Some(words) = words {
        query.push(
            "select t.id from telegrams t where t.id = any(array(select id from telegrams where subject ilike any(",
        );
        query.push_bind(&words.like);
        query.push(") union select id from telegrams where originator ilike any(").push_bind(&words.like);
        query.push(") union select id from telegrams where number = ").push_bind(words.number).push("))");
        if filter.loose {
            query.push(" and t.id in (select telegram_id from loose_telegrams)");
        }
        conditions(&mut query, scope, filter);
        query.push(" order by t.id desc limit ").push_bind(limit);
    } else {
        walk(&mut query, scope, filter, limit);
    }
    let ids: Vec<uuid::Uuid> = query.build_query_scalar().fetch_all(conn).await?;
    Ok(ids.into_iter().map(TelegramId).collect())
}

/// The next telegrams that fit but for words: along one index, or the first of each way and direction together, along
/// another.
fn walk(query: &mut sqlx::QueryBuilder<sqlx::Postgres>, scope: Scope, filter: &Filter, count: i64) {
    query.push("select k.id from (values (0)) as one (row)");
    if filter.loose {
        // Of the telegrams on no check there is a list of its own; they are few among all.
        query.push(" cross join lateral (select t.id from (select distinct telegram_id from loose_telegrams where telegram_id < ");
        query.push_bind(from(filter)).push(") z join telegrams t on t.id = z.telegram_id where true");
    } else if filter.way.is_some() || filter.direction.is_some() {
        let ways = filter.way.map_or_else(|| Way::ALL.to_vec(), |way| vec![way]);
        let directions = filter.direction.map_or_else(|| Direction::ALL.to_vec(), |direction| vec![direction]);
        let codes = (
            ways.iter().map(|word| word.code()).collect::<Vec<_>>(),
            directions.iter().map(|word| word.code()).collect::<Vec<_>>(),
        );
        query.push(" cross join unnest(").push_bind(codes.0).push(") as w (way) cross join unnest(");
        query.push_bind(codes.1).push(") as d (direction) cross join lateral (select t.id from telegrams t");
        query.push(" where t.way = w.way and t.direction = d.direction");
    } else {
        query.push(" cross join lateral (select t.id from telegrams t where true");
    }
    conditions(query, scope, filter);
    query.push(" order by t.id desc limit ").push_bind(count).push(") k order by k.id desc limit ").push_bind(count);
}

/// What is asked, but words. The key is always asked, so that the first page is read as the others are.
fn conditions(query: &mut sqlx::QueryBuilder<sqlx::Postgres>, scope: Scope, filter: &Filter) {
    query.push(" and t.id < ").push_bind(from(filter));
    if !scope.all {
        query.push(" and t.post_id = ").push_bind(scope.post);
        // What Washington still writes is nobody's at post.
        query.push(" and not (t.state = 'draft' and t.direction in ('request', 'reminder'))");
    }
    if let Some(way) = filter.way {
        query.push(" and t.way = ").push_bind(way);
    }
    if let Some(direction) = filter.direction {
        query.push(" and t.direction = ").push_bind(direction);
    }
    if let Some(post) = filter.post {
        query.push(" and t.post_id = ").push_bind(post.0);
    }
    if filter.loose {
        query.push(" and not exists (select from telegram_checks k where k.telegram_id = t.id)");
    }
}

fn from(filter: &Filter) -> uuid::Uuid {
    filter.after.map_or(uuid::Uuid::max(), |after| after.0)
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
        telegram.has_list
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
    let joined = joined.execute(change.conn()).await.map_err(|error| match constraint(&error) {
        Some("telegram_checks_sealed") => {
            AppError::Refused("This check is closed; it takes nothing more. Open a follow-up check for what came later.".into())
        }
        Some("telegram_checks_of_its_post") => AppError::Refused(
            "This check is at another post than the telegram's, whose people could not read it. Read the telegram in for the check's post."
                .into(),
        ),
        _ => error.into(),
    })?;
    Ok(joined.rows_affected() == 1)
}

/// Takes a telegram off a check, with what was rejected of it there.
///
/// # Errors
/// [`AppError::Refused`] when something of it was accepted there.
pub async fn leave(change: &mut Change, telegram: TelegramId, check: CheckId) -> Result<()> {
    let gone =
        sqlx::query!("delete from telegram_answers where telegram_id = $1 and check_id = $2", telegram.0, check.0);
    gone.execute(change.conn()).await.map_err(|error| match constraint(&error) {
        Some("telegram_answers_kept") => {
            AppError::Refused("Something of it was accepted into this check: it stays there.".into())
        }
        _ => error.into(),
    })?;
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

/// Keeps what a person made of a proposal. A rejection may be thought over; what was accepted stays.
///
/// # Errors
/// [`AppError::Stale`] when it was accepted in between.
pub async fn save_answer(change: &mut Change, new: &NewAnswer<'_>) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "insert into telegram_answers (telegram_id, key, kind, answer, paragraph, words, says, proposed, check_id, license_id, subject_kind,
             subject_id, answered_by, answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (telegram_id, key, proposed_digest) do update set answer = $4, check_id = $9, license_id = $10, subject_kind = $11, subject_id = $12,
             answered_by = $13, answered_at = $14
         where telegram_answers.answer = 'rejected'",
        new.telegram.0,
        new.key,
        new.kind,
        new.answer as Answer,
        new.paragraph,
        new.words,
        new.says,
        new.proposed,
        new.check.map(|id| id.0),
        new.license.map(|id| id.0),
        new.row.map(|(kind, _)| kind),
        new.row.map(|(_, id)| id),
        person,
        at
    );
    let saved = saved.execute(change.conn()).await.map_err(|error| match constraint(&error) {
        Some("telegram_answers_sealed") => AppError::Refused("This check is closed; it takes nothing more.".into()),
        _ => error.into(),
    })?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// The paragraphs that rows of a check and its licenses came from, as far as the reader may see those telegrams; of
/// each the first `characters`.
pub async fn origins(
    conn: &mut PgConnection,
    scope: Scope,
    check: Option<CheckId>,
    licenses: &[LicenseId],
    characters: i32,
) -> Result<Vec<Origins>> {
    let licenses: Vec<uuid::Uuid> = licenses.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select a.telegram_id as "telegram: TelegramId", t.originator, t.number, a.kind, a.paragraph, left(a.words, $5) as "words!",
               length(a.words) > $5 as "is_cut!", a.says, a.subject_id, a.subject_kind
           from telegram_answers a join telegrams t on t.id = a.telegram_id
           where a.answer <> 'rejected' and (a.check_id = (select $1::uuid) or a.license_id = any((select $2::uuid[])::uuid[]))
               and ((select $3::boolean) or t.post_id = $4)
           order by a.telegram_id, a.key limit 2000"#,
        check.map(|id| id.0),
        &licenses,
        scope.all,
        scope.post,
        characters
    );
    let rows = rows.fetch_all(conn).await?;
    let origins = rows.into_iter().map(|row| Origins {
        telegram: row.telegram,
        named: match (row.originator, row.number) {
            (Some(originator), Some(number)) => format!("{originator} {number}"),
            _ => "a telegram".to_owned(),
        },
        kind: row.kind,
        paragraph: row.paragraph,
        words: row.words,
        is_cut: row.is_cut,
        says: row.says,
        row: row.subject_id,
        row_kind: row.subject_kind,
    });
    Ok(origins.collect())
}

/// An authority, with the names a telegram may call it by.
#[derive(Debug, Clone, Deserialize)]
pub struct NamedAuthority {
    pub id: AuthorityId,
    pub country: String,
    pub name: String,
    pub short_name: String,
    /// The authority that does its work by now.
    pub successor: Option<AuthorityId>,
}

/// A party that is known by one of some folded names.
#[derive(Debug, Clone, Deserialize)]
pub struct NamedParty {
    pub id: PartyId,
    /// The folded name it was found by.
    pub folded: String,
}

/// What is known by the names and numbers of a telegram.
#[derive(Debug, Default)]
pub struct Known {
    /// The authorities of the countries it may be about.
    pub authorities: Vec<NamedAuthority>,
    /// The parties known by its names, records that were merged aside.
    pub parties: Vec<NamedParty>,
    /// The licenses known by its numbers, with these as they are folded.
    pub licenses: Vec<(LicenseId, String)>,
}

/// What is known by some names: one statement.
pub async fn known(
    conn: &mut PgConnection,
    countries: &[String],
    names: &[String],
    numbers: &[String],
) -> Result<Known> {
    let row = sqlx::query!(
        r#"select
               (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'country', country, 'name', name, 'short_name', short_name,
                    'successor', successor_id) order by country, name), '[]') from authorities where country = any((select $1::text[])::text[])) as "authorities!: Json<Vec<NamedAuthority>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'folded', f.folded)), '[]') from (
                    select id, name_folded as folded from parties where standing <> 'merged' and name_folded = any($2)
                    union select p.id, a.name_folded from party_aliases a join parties p on p.id = a.party_id
                    where p.standing <> 'merged' and a.name_folded = any($2)) f) as "parties!: Json<Vec<NamedParty>>",
               (select coalesce(jsonb_agg(jsonb_build_array(id, number_normalized) order by id), '[]')
                from licenses where number_normalized = any($3)) as "licenses!: Json<Vec<(LicenseId, String)>>""#,
        countries,
        names,
        numbers
    );
    let row = row.fetch_one(conn).await?;
    Ok(Known { authorities: row.authorities.0, parties: row.parties.0, licenses: row.licenses.0 })
}

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
    /// Of what the case file said, the digest of [`super::writing::composed`].
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

/// The telegrams that a check's telegrams quote, as far as that was accepted: `STATE 63028`.
pub async fn quoted(conn: &mut PgConnection, check: CheckId) -> Result<Vec<String>> {
    let quoted = sqlx::query_scalar!(
        r#"select distinct concat(proposed #>> '{message,originator}', ' ', proposed #>> '{message,number}') as "named!" from telegram_answers
           where check_id = $1 and kind = 'reference' and answer <> 'rejected' and proposed #>> '{message,number}' is not null"#,
        check.0
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

//! Licenses that are to be decided again: rows are brought up to date, in the order in which those of checks are.
//! Whoever takes marks away leaves, by a trigger, which licenses they concern; these are read, a few at a time. What
//! nobody has read yet, or a change of law may have touched wherever it is, is gone through from the first license to
//! the last, beside everything else.

use serde::Deserialize;
use sqlx::{PgConnection, PgPool, types::Json};
use time::{Date, OffsetDateTime};

use super::keep::begin;
use crate::{
    access::Actor,
    checks::standing::{
        again::Again,
        model::{Offer, RULES},
    },
    clock::Zone,
    error::{AppError, Result},
    id::LicenseId,
    licenses::{
        model::Ground,
        store::{EVERYTHING, files},
    },
    reference,
};

/// How many licenses one transaction reads: short, so that nobody waits long for another's.
const BATCH: i64 = 20;
/// How many licenses are looked at in one step for whether they have to be read at all.
const STRETCH: i64 = 1000;
/// How many steps whoever lists takes; what is left then, the server does by itself.
const WAITED_FOR: usize = 10;
/// How many steps the server takes before it looks at something else.
pub(super) const BESIDE: usize = 40;

/// How many are counted.
const COUNTED: i64 = 1000;

fn washington(now: OffsetDateTime) -> Date {
    Zone::named(Zone::WASHINGTON).day(now)
}

/// Brings the rows of some rules up to date, in so many short transactions at most. Gives whether all are.
pub async fn read_again(pool: &PgPool, rules: &str, now: OffsetDateTime, most: usize) -> Result<bool> {
    for _ in 0..most {
        let mut tx = begin(pool, now).await?;
        let is_done = step(&mut tx, rules, now).await?;
        tx.commit().await?;
        if is_done {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Does what is next; gives whether there was nothing.
async fn step(conn: &mut PgConnection, rules: &str, now: OffsetDateTime) -> Result<bool> {
    let today = washington(now);
    let read =
        sqlx::query!("select day, upto from bases_read where rules = $1", rules).fetch_optional(&mut *conn).await?;
    let Some(read) = read else {
        begin_reading(conn, rules, now).await?;
        return Ok(false);
    };
    if read.day != today {
        turn(conn, rules, (read.day, today), now).await?;
        return Ok(false);
    }
    let ids = sqlx::query_scalar!(
        r#"select license_id as "id: LicenseId" from bases_to_read where rules = $1 order by license_id limit $2"#,
        rules,
        BATCH
    );
    let ids = ids.fetch_all(&mut *conn).await?;
    if !ids.is_empty() {
        let (found, unread) = judged(conn, &ids, today).await?;
        save(conn, rules, now, (&ids, &unread), &found).await?;
        return Ok(false);
    }
    match read.upto {
        Some(upto) => go_on(conn, rules, upto).await.map(|()| false),
        None => Ok(true),
    }
}

/// Rules that never read a license begin with what others found, and go through every one. What nobody asked for in a
/// week goes.
async fn begin_reading(conn: &mut PgConnection, rules: &str, now: OffsetDateTime) -> Result<()> {
    sqlx::query!("delete from bases_read where used_at < $1::timestamptz - interval '7 days'", now)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "with others as (select rules from bases_read order by used_at desc limit 1),
         begun as (insert into bases_read (rules, day, upto, used_at) values ($1, $2, '00000000-0000-0000-0000-000000000000', $3)),
         left_over as (insert into bases_to_read (rules, license_id)
             select $1, license_id from bases_to_read where rules = (select rules from others))
         insert into changed_bases (license_id, rules, decision_id, since, is_issued, grounds, acts)
         select license_id, $1, decision_id, since, is_issued, grounds, acts from changed_bases where rules = (select rules from others)",
        rules,
        washington(now),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Another day has come in Washington: what begins to hold or ends between the two days is marked as if it were
/// changed.
async fn turn(conn: &mut PgConnection, rules: &str, days: (Date, Date), now: OffsetDateTime) -> Result<()> {
    let (first, last) = (days.0.min(days.1), days.0.max(days.1));
    sqlx::query!(
        "with turned as (update bases_read set day = $2, used_at = $3 where rules = $1)
         insert into standing_marks (kind, key, number)
         select 'party', party_id, null from party_listings
         where (starts_on > $4 and starts_on <= $5) or (ends_on >= $4 and ends_on < $5)
         union select case kind when 'proscribed_country' then 'country' else 'licenses' end, null,
             case kind when 'proscribed_country' then country end
         from reference_entries where kind in ('proscribed_country', 'unit', 'commerce_firearms', 'country_group')
             and ((starts_on > $4 and starts_on <= $5) or (ends_on >= $4 and ends_on < $5))",
        rules,
        days.1,
        now,
        first,
        last
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Of the next licenses, those that may have a row are to be read.
async fn go_on(conn: &mut PgConnection, rules: &str, upto: uuid::Uuid) -> Result<()> {
    sqlx::query!(
        "with stretch as materialized (select id, status from licenses where id > $2 order by id limit $3),
         queued as (insert into bases_to_read (rules, license_id)
             select $1, l.id from stretch l where (l.status in ('approved', 'approved_on_conditions')
                     and exists (select from decisions d where d.license_id = l.id and d.basis is not null))
                 or exists (select from changed_bases b where b.license_id = l.id)
             on conflict do nothing)
         update bases_read set upto = (select id from stretch order by id desc limit 1) where rules = $1",
        rules,
        upto,
        STRETCH
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which of these licenses are to be decided again, from their files; and those that cannot be read, of which nothing
/// is said anew.
async fn judged(conn: &mut PgConnection, ids: &[LicenseId], today: Date) -> Result<(Vec<Again>, Vec<uuid::Uuid>)> {
    let reference = reference::store::on(conn, today).await?;
    let again = |license: &_| Again::of(license, &reference, today);
    match files(conn, EVERYTHING, ids, today).await {
        Ok(files) => return Ok((files.iter().filter_map(again).collect(), Vec::new())),
        Err(AppError::Internal(_)) => {}
        Err(error) => return Err(error),
    }
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for id in ids {
        match files(conn, EVERYTHING, &[*id], today).await {
            Ok(files) => found.extend(files.iter().filter_map(again)),
            Err(AppError::Internal(error)) => {
                tracing::error!(license = %id, %error, "a license cannot be read");
                unread.push(id.0);
            }
            Err(error) => return Err(error),
        }
    }
    Ok((found, unread))
}

/// Keeps what was found of the licenses that were read. It is known since it was first found of that decision.
async fn save(
    conn: &mut PgConnection,
    rules: &str,
    now: OffsetDateTime,
    (ids, unread): (&[LicenseId], &[uuid::Uuid]),
    found: &[Again],
) -> Result<()> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let stay: Vec<uuid::Uuid> = found.iter().map(|again| again.license.0).chain(unread.iter().copied()).collect();
    sqlx::query!(
        "with read as (delete from bases_to_read where rules = $1 and license_id = any($2))
         delete from changed_bases where rules = $1 and license_id = any($2) and license_id <> all($3)",
        rules,
        &ids,
        &stay
    )
    .execute(&mut *conn)
    .await?;
    for again in found {
        let grounds: Vec<String> = again.grounds.iter().map(ToString::to_string).collect();
        sqlx::query!(
            "insert into changed_bases (license_id, rules, decision_id, since, is_issued, grounds, acts) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (license_id, rules) do update set decision_id = excluded.decision_id, is_issued = excluded.is_issued,
                 grounds = excluded.grounds, acts = excluded.acts,
                 since = case when changed_bases.decision_id = excluded.decision_id then changed_bases.since else excluded.since end",
            again.license.0,
            rules,
            again.decision.0,
            now,
            again.is_issued,
            &grounds,
            Json(&again.acts) as Json<&Vec<Offer>>
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Whether every row is up to date: as far as `whole` knows, or after so many steps as a page waits for.
pub async fn bring_up(actor: &Actor) -> Result<bool> {
    let is_whole = whole(&mut *actor.reads().acquire().await?, RULES, actor.at).await?;
    if is_whole { Ok(true) } else { read_again(actor.projections(), RULES, actor.at, WAITED_FOR).await }
}

/// Whether nothing is left to read.
pub(super) async fn whole(conn: &mut PgConnection, rules: &str, now: OffsetDateTime) -> Result<bool> {
    let whole = sqlx::query_scalar!(r#"select bases_are_read($1, $2) as "is!""#, rules, washington(now));
    Ok(whole.fetch_one(conn).await?)
}

/// An issued license that is to be decided again, as homes show it.
#[derive(Debug, Deserialize)]
pub struct Issued {
    pub id: LicenseId,
    pub number: String,
    pub destination: String,
    /// The end-users and consignees.
    pub parties: String,
    /// Since when that is known.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// The kinds of facts that are others now.
    pub grounds: Vec<Ground>,
    /// What may be done with it.
    pub acts: Vec<Offer>,
}

/// Issued licenses that are to be decided again.
#[derive(Debug, Default)]
pub struct IssuedAgain {
    /// Those that have waited longest.
    pub rows: Vec<Issued>,
    /// How many there are, and whether that is as far as they are counted.
    pub count: usize,
    pub is_cut: bool,
    /// Whether every license is read that may be one of them.
    pub is_whole: bool,
}

/// The issued licenses that are to be decided again, so many at most, those that have waited longest first.
pub async fn issued(actor: &Actor, most: i64) -> Result<IssuedAgain> {
    let stored = issued_as_stored(actor, most).await?;
    if stored.is_whole {
        return Ok(stored);
    }
    let is_whole = read_again(actor.projections(), RULES, actor.at, WAITED_FOR).await?;
    Ok(IssuedAgain { is_whole, ..issued_as_stored(actor, most).await? })
}

async fn issued_as_stored(actor: &Actor, most: i64) -> Result<IssuedAgain> {
    let row = sqlx::query!(
        r#"select (select count(*) from (select from changed_bases where rules = $1 and is_issued order by since limit $4) n) as "count!",
               bases_are_read($1, $2) as "is_whole!",
               (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'number', l.number, 'destination', d.name, 'since', b.since,
                       'grounds', b.grounds, 'acts', b.acts, 'parties', (select coalesce(string_agg(distinct p.name, ', '), '')
                           from license_parties r join parties w on w.id = r.party_id join parties p on p.id = coalesce(w.merged_into, w.id)
                           where r.license_id = l.id and r.role in ('end_user', 'foreign_consignee'))) order by b.since, b.license_id), '[]')
                from (select * from changed_bases where rules = $1 and is_issued order by since, license_id limit $3) b
                cross join lateral (select * from licenses where id = b.license_id offset 0) l
                join countries d on d.code = l.destination) as "rows!: Json<Vec<Issued>>""#,
        RULES,
        washington(actor.at),
        most,
        COUNTED
    );
    let row = row.fetch_one(actor.reads()).await?;
    let (count, is_cut) = (usize::try_from(row.count).unwrap_or_default(), row.count >= COUNTED);
    Ok(IssuedAgain { rows: row.rows.0, count, is_cut, is_whole: row.is_whole })
}

/// The licenses that are stored otherwise than their files say, by number. What is marked, to be read again or not
/// reached yet is believed by nobody and is not compared; each batch is one snapshot, so that it may be asked beside a
/// running server.
pub async fn differing_again(pool: &PgPool, now: OffsetDateTime) -> Result<Vec<String>> {
    let (today, mut differing, mut last) = (washington(now), Vec::new(), uuid::Uuid::nil());
    loop {
        let mut tx = pool.begin_with("begin isolation level repeatable read read only").await?;
        let rows = sqlx::query!(
            r#"with stretch as materialized (select id, number, status from licenses where id > $1 order by id limit $4),
               marked as materialized (select licenses_of_marks(array_agg(kind), array_agg(key), array_agg(number)) as id from standing_marks)
               select l.id as "id!: LicenseId", l.number as "number!",
                   coalesce(r.day = $3 and (r.upto is null or l.id <= r.upto) and l.id not in (select id from marked where id is not null)
                       and not exists (select from standing_marks where kind = 'licenses')
                       and not exists (select from bases_to_read t where t.rules = $2 and t.license_id = l.id)
                       and ((l.status in ('approved', 'approved_on_conditions')
                               and exists (select from decisions d where d.license_id = l.id and d.basis is not null))
                           or b.license_id is not null), false) as "is_compared!",
                   b.decision_id as "decision?", b.is_issued as "is_issued?", b.grounds as "grounds?", b.acts as "acts?: Json<Vec<Offer>>"
               from stretch l left join bases_read r on r.rules = $2
               left join changed_bases b on b.license_id = l.id and b.rules = $2 order by l.id"#,
            last,
            RULES,
            today,
            STRETCH
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        let Some(end) = rows.last() else { return Ok(differing) };
        last = end.id.0;
        let compared: Vec<_> = rows.into_iter().filter(|row| row.is_compared).collect();
        for batch in compared.chunks(usize::try_from(BATCH).unwrap_or(1)) {
            let ids: Vec<LicenseId> = batch.iter().map(|row| row.id).collect();
            let (found, unread) = judged(&mut tx, &ids, today).await?;
            for row in batch.iter().filter(|row| !unread.contains(&row.id.0)) {
                let file = found.iter().find(|again| again.license == row.id);
                let says = |again: &Again| {
                    let grounds: Vec<String> = again.grounds.iter().map(ToString::to_string).collect();
                    row.decision == Some(again.decision.0)
                        && row.is_issued == Some(again.is_issued)
                        && row.grounds.as_ref() == Some(&grounds)
                        && row.acts.as_ref().is_some_and(|acts| acts.0 == again.acts)
                };
                if !file.map_or(row.decision.is_none(), says) {
                    differing.push(row.number.clone());
                }
            }
        }
    }
}

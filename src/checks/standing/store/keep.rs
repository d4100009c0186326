//! Rows are brought up to date.
//!
//! One at a time brings rows up to date, and nothing is missed and nothing locked against people's changes, because of
//! the order in which it works: it takes the marks away and with them the rows of the checks they concern, and only
//! then, in a later statement, reads the files of those that have no row. A change that commits after the marks were
//! taken has left its own; one that committed before is in the files.

use std::convert::Infallible;

use sqlx::{PgConnection, PgPool, Postgres, Transaction, types::Json};
use time::OffsetDateTime;

use super::again::{BESIDE, read_again, whole};
use crate::{
    access::Actor,
    checks::{
        standing::model::{RULES, Standing, Words},
        store::{Texts, cases},
        turn::Ahead,
    },
    clock::Clock,
    db::Db,
    error::{AppError, Result},
    id::CheckId,
    licenses::store::EVERYTHING,
};

/// How many checks one transaction computes: short, so that nobody waits long for another's.
const BATCH: i64 = 20;

/// Brings every row up to date once a second, so that who lists next finds little to do: after midnight, and after a
/// change that concerns every check, that is much.
pub async fn keep_up(db: &Db, clock: &Clock) -> Infallible {
    let mut seconds = tokio::time::interval(std::time::Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        if let Err(error) = keep_up_now(db, clock.now()).await {
            tracing::warn!(%error, "where checks stand was not brought up to date; tried again in a second");
        }
    }
}

/// Brings every row up to date, if one is not.
pub async fn keep_up_now(db: &Db, now: OffsetDateTime) -> Result<()> {
    let mut conn = db.reads().acquire().await?;
    let is_marked =
        sqlx::query_scalar!(r#"select exists (select from standing_marks) as "is!""#).fetch_one(&mut *conn).await?;
    let is_behind = is_marked || !missing(&mut conn, RULES, now, 1).await?.is_empty();
    drop(conn);
    if is_behind {
        refresh(db.projections(), RULES, now).await?;
    }
    if !whole(&mut *db.reads().acquire().await?, RULES, now).await? {
        read_again(db.projections(), RULES, now, BESIDE).await?;
    }
    Ok(())
}

/// Brings every row of some rules up to date, in short transactions. Gives how many checks were computed.
pub async fn refresh(pool: &PgPool, rules: &str, now: OffsetDateTime) -> Result<usize> {
    let mut computed = 0;
    loop {
        let mut tx = begin(pool, now).await?;
        let ids = missing(&mut tx, rules, now, BATCH).await?;
        if !ids.is_empty() {
            let standings = computed_anew(&mut tx, &ids, now).await?;
            save(&mut tx, &standings, rules).await?;
        }
        tx.commit().await?;
        if ids.is_empty() {
            return Ok(computed);
        }
        computed += ids.len();
    }
}

/// Where these checks stand, from their files. One that cannot be read says so, and keeps nobody from the others.
async fn computed_anew(conn: &mut PgConnection, ids: &[CheckId], now: OffsetDateTime) -> Result<Vec<Standing>> {
    match cases(conn, EVERYTHING, ids, Texts::Left, now).await {
        Ok(files) => return Ok(files.iter().map(Standing::of).collect()),
        Err(AppError::Internal(_)) => {}
        Err(error) => return Err(error),
    }
    let mut standings = Vec::new();
    for id in ids {
        match cases(conn, EVERYTHING, &[*id], Texts::Left, now).await {
            Ok(files) => standings.extend(files.iter().map(Standing::of)),
            Err(AppError::Internal(error)) => {
                tracing::error!(check = %id, %error, "a file cannot be read");
                standings.push(Standing::unreadable(*id, now));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(standings)
}

/// Waits for whoever else brings rows up to date; then takes the marks away, and with them the rows of every check that
/// they concern, whichever rules computed them. Rows of rules that nobody asked for in a week go too.
pub(super) async fn begin(pool: &PgPool, now: OffsetDateTime) -> Result<Transaction<'static, Postgres>> {
    let mut tx = pool.begin().await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('check_standings', 0))").fetch_one(&mut *tx).await?;
    sqlx::query!(
        "with gone as (delete from standing_marks)
         delete from check_standings where check_id in (select check_id from marked_checks) or holds_until < $1::timestamptz - interval '7 days'",
        now
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx)
}

/// Takes the marks away, if there are any, so that what is listed at a post is looked for where the files say by now.
pub async fn settle(actor: &Actor) -> Result<()> {
    let is_marked =
        sqlx::query_scalar!(r#"select exists (select from standing_marks) as "is!""#).fetch_one(actor.reads()).await?;
    if is_marked && !actor.scope().all {
        begin(actor.projections(), actor.at).await?.commit().await?;
    }
    Ok(())
}

/// Open checks that have no row by these rules at that moment; so many at most.
async fn missing(conn: &mut PgConnection, rules: &str, now: OffsetDateTime, most: i64) -> Result<Vec<CheckId>> {
    let missing = sqlx::query_scalar!(
        r#"select c.id as "id: CheckId" from checks c
           where c.state <> 'closed' and not exists (select from check_standings s
               where s.check_id = c.id and s.rules = $1 and s.holds_from <= $2 and $2 < s.holds_until)
           limit $3"#,
        rules,
        now,
        most
    );
    Ok(missing.fetch_all(conn).await?)
}

async fn save(conn: &mut PgConnection, standings: &[Standing], rules: &str) -> Result<()> {
    let mut rows = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for standing in standings {
        rows.0.push(standing.check.0);
        rows.1.push(standing.holds.0);
        rows.2.push(standing.holds.1);
        rows.3.push(standing.marks.0);
        rows.4.push(Json(&standing.ahead));
        rows.5.push(Json(&standing.words));
    }
    sqlx::query!(
        "insert into check_standings (check_id, holds_from, holds_until, marks, ahead, words, rules)
         select s.*, $7 from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::jsonb[], $6::jsonb[]) s
         on conflict (check_id, rules) do update set holds_from = excluded.holds_from, holds_until = excluded.holds_until,
             marks = excluded.marks, ahead = excluded.ahead, words = excluded.words",
        &rows.0,
        &rows.1,
        &rows.2,
        &rows.3,
        &rows.4 as &[Json<&Ahead>],
        &rows.5 as &[Json<&Words>],
        rules
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The open checks that are stored as standing elsewhere than their files say, by reference. A row that is marked, or
/// that holds at other moments, is believed by nobody and is not compared; each batch is one snapshot, so that it may
/// be asked beside a running server.
pub async fn differing(pool: &PgPool, now: OffsetDateTime) -> Result<Vec<String>> {
    let mut differing = Vec::new();
    let mut last = CheckId(uuid::Uuid::nil());
    loop {
        let mut tx = pool.begin_with("begin isolation level repeatable read read only").await?;
        let rows = sqlx::query!(
            r#"select c.id as "id!: CheckId", c.reference as "reference!", s.marks as "marks!", s.ahead as "ahead!: Json<Ahead>",
                   s.words as "words!: Json<Words>"
               from checks c join check_standings s on s.check_id = c.id and s.rules = $2 and s.holds_from <= $3 and $3 < s.holds_until
               where c.id > $1 and c.state <> 'closed' and c.id not in (select check_id from marked_checks where check_id is not null)
               order by c.id limit $4"#,
            last.0,
            RULES,
            now,
            BATCH
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        let Some(end) = rows.last() else { return Ok(differing) };
        last = end.id;
        let ids: Vec<CheckId> = rows.iter().map(|row| row.id).collect();
        let files = computed_anew(&mut tx, &ids, now).await?;
        for row in rows {
            let file = files.iter().find(|file| file.check == row.id);
            if !file
                .is_some_and(|file| (file.marks.0, &file.ahead, &file.words) == (row.marks, &row.ahead.0, &row.words.0))
            {
                differing.push(row.reference);
            }
        }
    }
}

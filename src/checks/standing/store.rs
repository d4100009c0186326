//! Every statement on where checks stand.
//!
//! One at a time brings rows up to date, and nothing is missed and nothing locked against people's changes, because of
//! the order in which it works: it takes the marks away and with them the rows of the checks they concern, and only
//! then, in a later statement, reads the files of those that have no row. A change that commits after the marks were
//! taken has left its own; one that committed before is in the files.

use std::{convert::Infallible, sync::Arc};

use sqlx::{PgConnection, PgPool, Postgres, Transaction, types::Json};
use time::{Date, OffsetDateTime};

use super::model::{Marks, RULES, Standing, Words};
use crate::{
    access::{Actor, Scope},
    checks::{
        due::Due,
        model::{CheckState, CheckType, Priority, ResultWord},
        store::{self, Key, Search, Step, Texts, cases},
        turn::Ahead,
    },
    clock::{Clock, Zone},
    db::{Db, kept::Kept},
    error::{AppError, Result},
    id::{CheckId, PersonId, PostId},
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
async fn begin(pool: &PgPool, now: OffsetDateTime) -> Result<Transaction<'static, Postgres>> {
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

/// The open checks by due date, and from when until when they are judged so.
#[derive(Debug)]
pub struct OpenChecks {
    lines: Vec<Arc<Line>>,
    holds: (OffsetDateTime, OffsetDateTime),
}

/// The version before serves those who came a moment earlier.
static KEPT: Kept<OpenChecks> = Kept::new(2);

/// Every open check within the reader's scope, by due date. They stay in the process; whether they are still those of
/// the database is asked each time, by one small statement.
pub async fn open(actor: &Actor) -> Result<Vec<Arc<Line>>> {
    let now = sqlx::query!(
        r#"select version, (select exists (select from standing_marks)) as "is_marked!" from kept_versions where of_what = 'standings'"#
    );
    let now = now.fetch_one(actor.reads()).await?;
    let known = KEPT.of(now.version).filter(|_| !now.is_marked);
    let open = match known.filter(|open| open.holds.0 <= actor.at && actor.at < open.holds.1) {
        Some(open) => open,
        None => read_open(actor).await?,
    };
    let all = actor.scope().all;
    let is_theirs = |line: &&Arc<Line>| all || (actor.sees_post(line.post) && line.state != CheckState::Draft);
    Ok(open.lines.iter().filter(is_theirs).cloned().collect())
}

/// Reads the open checks, and keeps them if none is behind its file.
async fn read_open(actor: &Actor) -> Result<Arc<OpenChecks>> {
    let (mut open, mut version) = open_as_stored(actor).await?;
    if version.is_none() {
        refresh(actor.projections(), RULES, actor.at).await?;
        (open, version) = open_as_stored(actor).await?;
    }
    let open = Arc::new(open);
    if let Some(version) = version {
        KEPT.keep(version, &open);
    }
    Ok(open)
}

/// What is stored at one moment, and its version if nothing of it is behind its file.
async fn open_as_stored(actor: &Actor) -> Result<(OpenChecks, Option<uuid::Uuid>)> {
    let mut tx = actor.reads().begin_with("begin isolation level repeatable read read only").await?;
    let now = sqlx::query!(
        r#"select array(select id from checks where state <> 'closed' order by due_on nulls last, id) as "ids!",
               v.version, max(s.holds_from) as holds_from, min(s.holds_until) as holds_until
           from kept_versions v left join check_standings s on s.rules = $1 and s.holds_from <= $2 and $2 < s.holds_until
           where v.of_what = 'standings' group by v.version"#,
        RULES,
        actor.at
    );
    let now = now.fetch_one(&mut *tx).await?;
    let ids: Vec<CheckId> = now.ids.into_iter().map(CheckId).collect();
    let (lines, is_behind) = lines_as_stored(&mut tx, EVERYTHING, &ids, actor.at).await?;
    tx.rollback().await?;
    let day = Zone::named(Zone::WASHINGTON).span_of_day(actor.at);
    let holds = (now.holds_from.unwrap_or(day.0), now.holds_until.unwrap_or(day.1));
    Ok((OpenChecks { lines: lines.into_iter().map(Arc::new).collect(), holds }, (!is_behind).then_some(now.version)))
}

/// The next step of a check that was opened after the others were brought up to date.
fn not_yet() -> Ahead {
    Ahead::nothing("It was opened at this moment: open it to see its next step.")
}

/// A check as a list shows it.
#[derive(Debug)]
pub struct Line {
    pub id: CheckId,
    /// As people call it.
    pub reference: String,
    pub check_type: CheckType,
    /// Where on its path.
    pub state: CheckState,
    pub priority: Priority,
    pub subject: String,
    pub post: PostId,
    pub post_name: String,
    post_zone: String,
    /// The day it is due.
    pub due_on: Option<Date>,
    requested_at: Option<OffsetDateTime>,
    /// When the post answered.
    pub replied_at: Option<OffsetDateTime>,
    /// When its result was signed.
    pub resulted_at: Option<OffsetDateTime>,
    /// Who has it at post.
    pub officer: Option<PersonId>,
    pub officer_name: Option<String>,
    pub result: Option<ResultWord>,
    /// What holds of it.
    pub marks: Marks,
    pub ahead: Ahead,
    /// What home pages say.
    pub words: Words,
}

impl Line {
    /// Its due date as people read it.
    pub fn due(&self) -> Due<'_> {
        Due { state: self.state, on: self.due_on, requested_at: self.requested_at, zone: &self.post_zone }
    }
}

/// Checks as lists show them, in the order of `ids`, as far as they are within the reader's scope.
pub async fn lines(actor: &Actor, ids: &[CheckId]) -> Result<Vec<Line>> {
    let mut conn = actor.reads().acquire().await?;
    let (lines, is_behind) = lines_as_stored(&mut conn, actor.scope(), ids, actor.at).await?;
    if !is_behind {
        return Ok(lines);
    }
    drop(conn);
    refresh(actor.projections(), RULES, actor.at).await?;
    let mut conn = actor.reads().acquire().await?;
    Ok(lines_as_stored(&mut conn, actor.scope(), ids, actor.at).await?.0)
}

/// The next checks of an export, as lists show them by now, and how far it came.
pub async fn step(actor: &Actor, search: &Search, after: Option<Key>, most: i64) -> Result<(Step, Vec<Line>)> {
    let (found, lines, is_behind) = step_as_stored(actor, search, after, most).await?;
    if !is_behind {
        return Ok((found, lines));
    }
    refresh(actor.projections(), RULES, actor.now()).await?;
    let (found, lines, _) = step_as_stored(actor, search, after, most).await?;
    Ok((found, lines))
}

async fn step_as_stored(
    actor: &Actor,
    search: &Search,
    after: Option<Key>,
    most: i64,
) -> Result<(Step, Vec<Line>, bool)> {
    let mut conn = actor.export_step().await?;
    let step = store::step(&mut conn, search, after, most).await?;
    let ids: Vec<CheckId> = step.found.iter().map(|key| key.id).collect();
    let (lines, is_behind) = lines_as_stored(&mut conn, actor.scope(), &ids, actor.now()).await?;
    Ok((step, lines, is_behind))
}

/// What is stored, and whether some of it is behind its file.
async fn lines_as_stored(
    conn: &mut PgConnection,
    scope: Scope,
    ids: &[CheckId],
    at: OffsetDateTime,
) -> Result<(Vec<Line>, bool)> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select c.id as "id!: CheckId", c.reference as "reference!", c.type as "check_type: CheckType", c.state as "state: CheckState",
               c.priority as "priority: Priority", c.subject, c.post_id as "post: PostId", o.name as post_name, o.zone as post_zone, c.due_on,
               c.requested_at, c.replied_at, c.resulted_at, c.officer_id as "officer: PersonId", officer.name as "officer_name?",
               (select r.word from results r where r.check_id = c.id and r.withdrawn_at is null and r.signed_by is not null) as "result: ResultWord",
               s.marks as "marks?", s.ahead as "ahead?: Json<Ahead>", s.words as "words?: Json<Words>",
               (select exists (select from standing_marks)) as "is_marked!"
           from unnest($1::uuid[]) with ordinality as k (id, place)
           cross join lateral (select * from checks where id = k.id offset 0) c join posts o on o.id = c.post_id
           left join people officer on officer.id = c.officer_id
           left join check_standings s on s.check_id = c.id and s.rules = $4 and s.holds_from <= $5 and $5 < s.holds_until
           where (select $2::boolean) or (c.post_id = $3 and c.state <> 'draft')
           order by k.place"#,
        &ids,
        scope.all,
        scope.post,
        RULES,
        at
    );
    let rows = rows.fetch_all(conn).await?;
    let is_behind = rows.iter().any(|row| row.state != CheckState::Closed && (row.is_marked || row.ahead.is_none()));
    let lines = rows.into_iter().map(|row| {
        let is_closed = row.state == CheckState::Closed;
        let stored = row.ahead.zip(row.words).filter(|_| !is_closed).map(|(ahead, words)| (ahead.0, words.0));
        let closed = || {
            row.result.map_or_else(|| "Closed".to_owned(), |word| format!("Closed: {}", word.label().to_lowercase()))
        };
        let without = || (if is_closed { Ahead::nothing(&closed()) } else { not_yet() }, Words::default());
        let (ahead, words) = stored.unwrap_or_else(without);
        Line {
            id: row.id,
            reference: row.reference,
            check_type: row.check_type,
            state: row.state,
            priority: row.priority,
            subject: row.subject,
            post: row.post,
            post_name: row.post_name,
            post_zone: row.post_zone,
            due_on: row.due_on,
            requested_at: row.requested_at,
            replied_at: row.replied_at,
            resulted_at: row.resulted_at,
            officer: row.officer,
            officer_name: row.officer_name,
            result: row.result,
            marks: Marks(row.marks.unwrap_or_default()),
            ahead,
            words,
        }
    });
    Ok((lines.collect(), is_behind))
}

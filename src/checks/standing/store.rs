//! Every statement on where checks stand.
//!
//! Nothing is missed, and nothing is locked against people's changes, because of the order in which one transaction works: it takes the
//! marks away first, then waits for whoever computes the same checks, and only then reads their files. A change that commits after the
//! marks were taken has left its own; one that committed before is in the files that are read.

use std::convert::Infallible;

use sqlx::{PgConnection, PgPool, types::Json};
use time::{Date, OffsetDateTime};

use super::model::{Marks, RULES, Standing, Words};
use crate::{
    access::{Actor, Scope},
    checks::{
        due::Due,
        model::{CheckState, CheckType, Priority, ResultWord},
        next_step::Who,
        store::{Texts, cases},
        turn::Ahead,
    },
    clock::Clock,
    db::Db,
    error::Result,
    id::{CheckId, PersonId, PostId},
    licenses::store::EVERYTHING,
};

/// How many checks one transaction computes: short, so that nobody waits long for another's.
const BATCH: i64 = 20;

/// Brings every row up to date before a page lists. Most pages find nothing to do.
pub async fn freshen(actor: &Actor) -> Result<()> {
    let mut conn = actor.reads().acquire().await?;
    let is_behind = is_behind(&mut conn, actor.at).await?;
    drop(conn);
    if is_behind {
        refresh(actor.projections(), actor.at).await?;
    }
    Ok(())
}

/// Whether some row may be behind its file: there is a mark, or a row that other rules computed, or that holds at other moments.
async fn is_behind(conn: &mut PgConnection, now: OffsetDateTime) -> Result<bool> {
    let behind = sqlx::query_scalar!(
        r#"select exists (select from standing_marks)
               or exists (select from check_standings where holds_until <= $1 or computed_for > $1 or rules <> $2) as "behind!""#,
        now,
        RULES
    );
    Ok(behind.fetch_one(conn).await?)
}

/// Brings every row up to date once a second, so that who lists next finds little to do: after midnight, and after a change that concerns
/// every check, that is much.
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

/// Brings every row up to date that is behind.
pub async fn keep_up_now(db: &Db, now: OffsetDateTime) -> Result<()> {
    let is_behind = is_behind(&mut *db.reads().acquire().await?, now).await?;
    if is_behind {
        refresh(db.notes(), now).await?;
    }
    Ok(())
}

/// Brings every row up to date, in short transactions. Gives how many checks were computed.
pub async fn refresh(pool: &PgPool, now: OffsetDateTime) -> Result<usize> {
    let mut computed = 0;
    loop {
        let mut tx = pool.begin().await?;
        spread(&mut tx, now).await?;
        let ids = take(&mut tx).await?;
        // Whoever took the marks that were in sight has committed: taking waited for them. There may be others.
        let is_done = ids.is_empty() && !is_behind(&mut tx, now).await?;
        compute(&mut tx, &ids, now).await?;
        tx.commit().await?;
        if is_done {
            return Ok(computed);
        }
        computed += ids.len();
    }
}

/// The open checks that are stored as standing elsewhere than their files say, and closed ones that are stored at all, by reference. What
/// is marked is not counted: it is not believed by anybody.
pub async fn differing(pool: &PgPool, now: OffsetDateTime) -> Result<Vec<String>> {
    let mut differing = Vec::new();
    let mut last = CheckId(uuid::Uuid::nil());
    loop {
        let mut tx = pool.begin_with("begin isolation level repeatable read read only").await?;
        let rows = sqlx::query!(
            r#"select c.id as "id!: CheckId", c.reference as "reference!", c.state as "state!: CheckState", s.marks as "marks?",
                   s.ahead as "ahead?: Json<Ahead>", s.words as "words?: Json<Words>"
               from checks c left join check_standings s on s.check_id = c.id
               where c.id > $1 and (c.state <> 'closed' or s.check_id is not null)
               order by c.id limit $2"#,
            last.0,
            BATCH
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        let Some(end) = rows.last() else { return Ok(differing) };
        last = end.id;
        let ids: Vec<CheckId> = rows.iter().map(|row| row.id).collect();
        let files = cases(&mut tx, EVERYTHING, &ids, Texts::Left, now).await?;
        for row in rows {
            let file = files.iter().find(|file| file.check.id == row.id && row.state != CheckState::Closed);
            let said = file.map(Standing::of).map(|standing| (standing.marks.0, standing.ahead, standing.words));
            let stored = row.marks.zip(row.ahead).zip(row.words).map(|((marks, ahead), words)| (marks, ahead.0, words.0));
            if said != stored {
                differing.push(row.reference);
            }
        }
    }
}

/// Computes and stores where some checks stand. The files are read after everybody else's computing of the same checks has ended.
async fn compute(conn: &mut PgConnection, ids: &[CheckId], now: OffsetDateTime) -> Result<()> {
    let keys: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('standing ' || o.id, 0)) from (select id::text from unnest($1::uuid[]) as k (id) order by 1) o",
        &keys
    )
    .fetch_all(&mut *conn)
    .await?;
    let files = cases(conn, EVERYTHING, ids, Texts::Left, now).await?;
    let open = files.iter().filter(|file| file.check.state != CheckState::Closed);
    save(conn, &keys, &open.map(Standing::of).collect::<Vec<_>>(), now).await
}

/// Stores where these checks stand. Those that are not among `standings` are closed or gone, and stand nowhere.
async fn save(conn: &mut PgConnection, checks: &[uuid::Uuid], standings: &[Standing], now: OffsetDateTime) -> Result<()> {
    let mut rows = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for standing in standings {
        rows.0.push(standing.check.0);
        rows.1.push(standing.marks.0);
        rows.2.push(Json(&standing.ahead));
        rows.3.push(Json(&standing.words));
        rows.4.push(standing.holds_until);
    }
    sqlx::query!("delete from check_standings where check_id = any ($1) and check_id <> all ($2)", checks, &rows.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into check_standings (check_id, marks, ahead, words, holds_until, computed_for, rules)
         select s.*, $6, $7 from unnest($1::uuid[], $2::int[], $3::jsonb[], $4::jsonb[], $5::timestamptz[]) s
         on conflict (check_id) do update set marks = excluded.marks, ahead = excluded.ahead, words = excluded.words,
             holds_until = excluded.holds_until, computed_for = excluded.computed_for, rules = excluded.rules",
        &rows.0,
        &rows.1,
        &rows.2 as &[Json<&Ahead>],
        &rows.3 as &[Json<&Words>],
        &rows.4,
        now,
        RULES
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the marks away and leaves one for each check that they concern, and for each row that holds no longer. Of a closed check only
/// that it closed concerns anybody.
async fn spread(conn: &mut PgConnection, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        r#"with gone as (delete from standing_marks where kind <> 'file' returning kind, key, number),
           named as (select p.id, p.merged_into from gone g join parties p on p.id = g.key where g.kind = 'party'),
           same as (select id from named union select merged_into from named where merged_into is not null),
           people as (select id from same union select p.id from parties p join same on p.merged_into = same.id),
           direct as (
               select key as id from gone where kind = 'check'
               union select f.check_id from gone g join findings f on f.id = g.key where g.kind = 'finding'
               union select r.check_id from gone g join results r on r.id = g.key where g.kind = 'result'
               union select s.check_id from people p join check_subjects s on s.party_id = p.id
               union select p.found_on_check from people n join parties p on p.id = n.id where p.found_on_check is not null),
           licensed as (
               select key as id from gone where kind = 'license'
               union select p.license_id from gone g join permits p on p.id = g.key where g.kind = 'permit'
               union select p.license_id from gone g join permits p on p.authority_id = g.key and p.number_normalized = g.number
                   where g.kind = 'number'
               union select c.license_id from gone g join certificates c on c.id = g.key where g.kind = 'certificate'
               union select l.license_id from people p join license_parties l on l.party_id = p.id
               union select k.license_id from direct d join check_licenses k on k.check_id = d.id),
           meant as (
               select id from direct
               union select k.check_id from licensed l join check_licenses k on k.license_id = l.id
               union select c.id from gone g join checks c on c.post_id = g.key and c.state <> 'closed' where g.kind = 'post'
               union select c.id from checks c where c.state <> 'closed' and exists (select from gone where kind = 'everything')
               union select s.check_id from check_standings s where s.holds_until <= $1 or s.computed_for > $1 or s.rules <> $2)
           insert into standing_marks (kind, key)
           select 'file', m.id from meant m left join checks c on c.id = m.id left join check_standings s on s.check_id = m.id
           where c.state <> 'closed' or s.check_id is not null"#,
        now,
        RULES
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the marks of some checks away. Waits for whoever is computing one of them.
async fn take(conn: &mut PgConnection) -> Result<Vec<CheckId>> {
    let taken = sqlx::query_scalar!(
        r#"with few as (select key from standing_marks where kind = 'file' group by key order by key limit $1),
           gone as (delete from standing_marks m using few where m.kind = 'file' and m.key = few.key returning m.key)
           select distinct key as "id!: CheckId" from gone"#,
        BATCH
    );
    Ok(taken.fetch_all(conn).await?)
}

/// An open check, as the groups and counts of a home page ask.
#[derive(Debug)]
pub struct OpenCheck {
    /// Which.
    pub id: CheckId,
    /// Where on its path.
    pub state: CheckState,
    /// At which post.
    pub post: PostId,
    /// Its name.
    pub post_name: String,
    post_zone: String,
    due_on: Option<Date>,
    requested_at: Option<OffsetDateTime>,
    /// Whose it is at post.
    pub officer: Option<PersonId>,
    /// What holds of it.
    pub marks: Marks,
    /// The next step.
    pub ahead: Ahead,
}

impl OpenCheck {
    /// Its due date as people read it.
    pub fn due(&self) -> Due<'_> {
        Due { state: self.state, on: self.due_on, requested_at: self.requested_at, zone: &self.post_zone }
    }
}

/// Every open check within the reader's scope, by due date.
pub async fn open(conn: &mut PgConnection, scope: Scope) -> Result<Vec<OpenCheck>> {
    let rows = sqlx::query!(
        r#"select c.id as "id: CheckId", c.state as "state: CheckState", c.post_id as "post: PostId", o.name as post_name, o.zone as post_zone,
               c.due_on, c.requested_at, c.officer_id as "officer: PersonId", s.marks, s.ahead as "ahead: Json<Ahead>"
           from check_standings s join checks c on c.id = s.check_id join posts o on o.id = c.post_id
           where $1 or (c.post_id = $2 and c.state <> 'draft')
           order by c.due_on nulls last, c.id"#,
        scope.all,
        scope.post
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| OpenCheck {
        id: row.id,
        state: row.state,
        post: row.post,
        post_name: row.post_name,
        post_zone: row.post_zone,
        due_on: row.due_on,
        requested_at: row.requested_at,
        officer: row.officer,
        marks: Marks(row.marks),
        ahead: row.ahead.0,
    });
    Ok(rows.collect())
}

/// A check as a list shows it.
#[derive(Debug)]
pub struct Line {
    /// Which.
    pub id: CheckId,
    /// As people call it.
    pub reference: String,
    /// What for.
    pub check_type: CheckType,
    /// Where on its path.
    pub state: CheckState,
    /// How urgent.
    pub priority: Priority,
    /// What about.
    pub subject: String,
    /// The post's name.
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
    pub officer_name: Option<String>,
    /// The signed result.
    pub result: Option<ResultWord>,
    /// What holds of it.
    pub marks: Marks,
    /// The next step, and what home pages say; closed checks have none.
    pub standing: Option<(Ahead, Words)>,
}

impl Line {
    /// Its due date as people read it.
    pub fn due(&self) -> Due<'_> {
        Due { state: self.state, on: self.due_on, requested_at: self.requested_at, zone: &self.post_zone }
    }

    /// The next step in one sentence.
    pub fn step(&self) -> &str {
        self.standing.as_ref().map_or("Closed", |(ahead, _)| &ahead.text)
    }

    /// Who takes it.
    pub fn who(&self) -> Who {
        self.standing.as_ref().map_or(Who::Nobody, |(ahead, _)| ahead.who)
    }
}

/// Checks as lists show them, in the order of `ids`, as far as they are within the reader's scope.
pub async fn lines(conn: &mut PgConnection, scope: Scope, ids: &[CheckId]) -> Result<Vec<Line>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select c.id as "id: CheckId", c.reference, c.type as "check_type: CheckType", c.state as "state: CheckState",
               c.priority as "priority: Priority", c.subject, o.name as post_name, o.zone as post_zone, c.due_on, c.requested_at, c.replied_at,
               c.resulted_at, officer.name as "officer_name?",
               (select r.word from results r where r.check_id = c.id and r.withdrawn_at is null and r.signed_by is not null) as "result: ResultWord",
               s.marks as "marks?", s.ahead as "ahead?: Json<Ahead>", s.words as "words?: Json<Words>"
           from unnest($1::uuid[]) with ordinality as k (id, place) join checks c on c.id = k.id join posts o on o.id = c.post_id
           left join people officer on officer.id = c.officer_id
           left join check_standings s on s.check_id = c.id and c.state <> 'closed'
           where $2 or (c.post_id = $3 and c.state <> 'draft')
           order by k.place"#,
        &ids,
        scope.all,
        scope.post
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| Line {
        id: row.id,
        reference: row.reference,
        check_type: row.check_type,
        state: row.state,
        priority: row.priority,
        subject: row.subject,
        post_name: row.post_name,
        post_zone: row.post_zone,
        due_on: row.due_on,
        requested_at: row.requested_at,
        replied_at: row.replied_at,
        resulted_at: row.resulted_at,
        officer_name: row.officer_name,
        result: row.result,
        marks: Marks(row.marks.unwrap_or_default()),
        standing: row.ahead.zip(row.words).map(|(ahead, words)| (ahead.0, words.0)),
    });
    Ok(rows.collect())
}

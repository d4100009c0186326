//! Checks as lists show them.

use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime};

use super::keep::refresh;
use crate::{
    access::{Actor, Scope},
    checks::{
        due::Due,
        model::{CheckState, CheckType, Priority, ResultWord},
        standing::model::{Marks, RULES, Words},
        store::{self, Key, Search, Step},
        turn::Ahead,
    },
    error::Result,
    id::{CheckId, PersonId, PostId},
};

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
    let Stored { lines, is_behind, .. } = lines_as_stored(&mut conn, actor.scope(), ids, actor.at).await?;
    if !is_behind {
        return Ok(lines);
    }
    drop(conn);
    refresh(actor.projections(), RULES, actor.at).await?;
    let mut conn = actor.reads().acquire().await?;
    Ok(lines_as_stored(&mut conn, actor.scope(), ids, actor.at).await?.lines)
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
    let Stored { lines, is_behind, .. } = lines_as_stored(&mut conn, actor.scope(), &ids, actor.now()).await?;
    Ok((step, lines, is_behind))
}

/// What is ahead of a check of which nothing is stored: it is closed, or nobody has read its file yet.
fn ahead_of_none(state: CheckState, result: Option<ResultWord>) -> Ahead {
    if state != CheckState::Closed {
        return not_yet();
    }
    let told = result.map_or_else(|| "Closed".to_owned(), |word| format!("Closed: {}", word.label().to_lowercase()));
    Ahead::nothing(&told)
}

/// Lines as one statement found them stored.
pub(super) struct Stored {
    pub(super) lines: Vec<Line>,
    /// Whether some of it is behind its file.
    pub(super) is_behind: bool,
    /// Of all that is stored, at that moment; none where there is no line.
    pub(super) version: Option<uuid::Uuid>,
}

pub(super) async fn lines_as_stored(
    conn: &mut PgConnection,
    scope: Scope,
    ids: &[CheckId],
    at: OffsetDateTime,
) -> Result<Stored> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select c.id as "id!: CheckId", c.reference as "reference!", c.type as "check_type: CheckType", c.state as "state: CheckState",
               c.priority as "priority: Priority", c.subject, c.post_id as "post: PostId", o.name as post_name, o.zone as post_zone, c.due_on,
               c.requested_at, c.replied_at, c.resulted_at, c.officer_id as "officer: PersonId", officer.name as "officer_name?",
               (select r.word from results r where r.check_id = c.id and r.withdrawn_at is null and r.signed_by is not null) as "result: ResultWord",
               s.marks as "marks?", s.ahead as "ahead?: Json<Ahead>", s.words as "words?: Json<Words>",
               (select exists (select from standing_marks)) as "is_marked!",
               (select version from kept_versions where of_what = 'standings') as "version!"
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
    let version = rows.first().map(|row| row.version);
    let lines = rows.into_iter().map(|row| {
        let is_closed = row.state == CheckState::Closed;
        let stored = row.ahead.zip(row.words).filter(|_| !is_closed).map(|(ahead, words)| (ahead.0, words.0));
        let (ahead, words) = stored.unwrap_or_else(|| (ahead_of_none(row.state, row.result), Words::default()));
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
    Ok(Stored { lines: lines.collect(), is_behind, version })
}

//! Every statement on remarks. Those of another circle than the reader's are not there.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

use super::model::{Part, Read, Remark, Somebody, To, Written};
use crate::{
    access::{Role, Scope},
    db::Change,
    error::{AppError, Result},
    id::{CheckId, PersonId, PostId, RemarkId},
};

/// Which remarks are read.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// The threads of a check in which something was written last, so many.
    Latest(i64),
    /// The whole thread of one remark.
    ThreadOf(RemarkId),
}

/// Remarks of a check within the reader's scope: thread by thread, first those in which one waits for somebody, of
/// these the last one that was written in first, and in each from the first remark on.
pub async fn of_check(conn: &mut PgConnection, scope: Scope, check: CheckId, which: Which) -> Result<Vec<Remark>> {
    let (threads, of) = match which {
        Which::Latest(threads) => (threads, None),
        Which::ThreadOf(remark) => (1, Some(remark.0)),
    };
    let rows = sqlx::query!(
        r#"select r.id as "id: RemarkId", r.thread_id as "thread: RemarkId", r.answers_id as "answers: RemarkId", r.post_id as "post: PostId",
               r.to_part as "to_part: Part", r.to_person as "to_person: PersonId", called(t.id, t.name, r.written_at) as "to_name?", r.text,
               r.written_by as "by: PersonId", called(w.id, w.name, r.written_at) as "by_name!", called(o.id, o.name, r.written_at) as "by_post?",
               r.written_at as at, r.settled_at, called(s.id, s.name, r.settled_at) as "settled_by?",
               exists (select from remarks a where a.answers_id = r.id and a.written_by = r.settled_by and a.written_at = r.settled_at) as "is_answered!",
               called(k.id, k.name, r.written_at) as "post_name?", h.in_all as "in_all!"
           from (select thread_id, max(written_at) as last, bool_or(settled_at is null) as waits, sum(count(*)) over ()::bigint as in_all from remarks
               where check_id = $1 and ($2 or post_id = $3) and ($5::uuid is null or thread_id = (select thread_id from remarks where id = $5))
               group by thread_id order by waits desc, last desc, thread_id desc limit $4) h
           join remarks r on r.thread_id = h.thread_id join people w on w.id = r.written_by left join posts o on o.id = r.written_at_post
           left join people t on t.id = r.to_person left join people s on s.id = r.settled_by left join posts k on k.id = r.post_id
           order by h.waits desc, h.last desc, h.thread_id desc, r.written_at, r.id"#,
        check.0,
        scope.all,
        scope.post,
        threads,
        of
    );
    let remarks = rows.fetch_all(conn).await?.into_iter().filter_map(|row| {
        let to = row.to_part.map(To::Part).or(row.to_person.map(To::Person))?;
        let to_name = row.to_part.map_or_else(|| row.to_name.unwrap_or_default(), |part| part.label().to_lowercase());
        Some(Remark {
            id: row.id,
            thread: row.thread,
            answers: row.answers,
            post: row.post,
            post_name: row.post_name,
            to,
            to_name,
            text: row.text,
            by: row.by,
            by_name: row.by_name,
            by_post: row.by_post,
            at: row.at,
            settled_at: row.settled_at,
            settled_by: row.settled_by,
            is_answered: row.is_answered,
            in_all: row.in_all,
        })
    });
    Ok(remarks.collect())
}

/// One remark with its thread, within the reader's scope.
pub async fn find(
    conn: &mut PgConnection,
    scope: Scope,
    check: CheckId,
    id: RemarkId,
) -> Result<(Remark, Vec<Remark>)> {
    let thread = of_check(conn, scope, check, Which::ThreadOf(id)).await?;
    let remark = thread.iter().find(|remark| remark.id == id).cloned().ok_or(AppError::NotFound)?;
    Ok((remark, thread))
}

/// Whom a remark on a check may be for by name: who serves at its post, and who did something on it and still has a
/// part in Washington.
pub async fn people(
    conn: &mut PgConnection,
    check: CheckId,
    now: OffsetDateTime,
    today: Date,
) -> Result<Vec<Somebody>> {
    let rows = sqlx::query!(
        r#"select m.id as "id!: PersonId", m.name as "name!", a.role as "role!: Role" from checks c join posts o on o.id = c.post_id
               join assignments a on a.post_id = c.post_id join people m on m.id = a.person_id
               where c.id = $1 and m.disabled_at is null and ($2::timestamptz at time zone o.zone)::date between a.starts_on and coalesce(a.ends_on, 'infinity')
           union select m.id, m.name, a.role from duties d join assignments a on a.person_id = d.person_id join people m on m.id = a.person_id
               where d.check_id = $1 and m.disabled_at is null and a.post_id is null and $3 between a.starts_on and coalesce(a.ends_on, 'infinity')
           order by 2, 1"#,
        check.0,
        now,
        today
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.filter_map(|row| Some(Somebody { id: row.id, name: row.name, part: Part::of(row.role)? })).collect())
}

/// Keeps a remark; what it answers waits no more, if it does so.
pub async fn insert(change: &mut Change, written: &Written) -> Result<()> {
    let (at, person, post) = (change.at, change.person().map(|person| person.0), change.post().map(|post| post.0));
    let (part, to) = match *written.to() {
        To::Part(part) => (Some(part), None),
        To::Person(person) => (None, Some(person.0)),
    };
    sqlx::query!(
        "insert into remarks (id, check_id, thread_id, answers_id, post_id, to_part, to_person, text, written_by, written_at_post, written_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        written.id().0,
        written.check().0,
        written.thread().0,
        written.answers().map(|(answered, _)| answered.0),
        written.post().map(|post| post.0),
        part as Option<Part>,
        to,
        written.text().as_str(),
        person,
        post,
        at
    )
    .execute(change.conn())
    .await?;
    match *written.answers() {
        Some((answered, true)) => settle(change, answered).await,
        _ => Ok(()),
    }
}

/// What somebody marked as read waits no more.
pub async fn read(change: &mut Change, read: &Read) -> Result<()> {
    settle(change, *read.id()).await
}

async fn settle(change: &mut Change, id: RemarkId) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update remarks set settled_at = $2, settled_by = $3 where id = $1 and settled_at is null",
        id.0,
        at,
        person
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

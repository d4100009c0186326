//! Who has which role where, from when until when.

use sqlx::PgPool;
use time::OffsetDateTime;

use crate::{
    access::Role,
    db::Change,
    error::Result,
    id::{AssignmentId, PersonId, PostId},
};

/// Gives a person a role from a day on.
///
/// # Errors
/// A second role at the same time breaks `assignments_one_at_a_time`.
pub async fn insert_assignment(
    change: &mut Change,
    person: PersonId,
    role: Role,
    post: Option<PostId>,
    starts_on: time::Date,
    ends_on: Option<time::Date>,
) -> Result<AssignmentId, sqlx::Error> {
    let id = AssignmentId::new();
    sqlx::query!(
        "insert into assignments (id, person_id, role, post_id, starts_on, ends_on) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        person.0,
        role as Role,
        post.map(|post| post.0),
        starts_on,
        ends_on
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

#[derive(Debug)]
pub struct AssignmentRow {
    pub id: AssignmentId,
    pub role: Role,
    /// Where, for people at post.
    pub post: Option<String>,
    pub starts_on: time::Date,
    pub ends_on: Option<time::Date>,
    pub version: i32,
    /// The zone of the post, or Washington's.
    pub zone: String,
    /// Today where the role is held: at the post, or in Washington.
    pub today: time::Date,
    /// Whether it was given today, on Washington's calendar.
    pub given_today: bool,
    /// Whether the person did anything in it lately; their own coming and going is nothing.
    pub is_used: bool,
}

/// The assignments of a person, the last first. What was done in one matters where it was given or began today: within
/// two days, wherever that is. The first entry on it gave it, if it has one for each version: what came with a new
/// installation was given by the entry on its person.
pub async fn assignments(pool: &PgPool, id: PersonId, now: OffsetDateTime) -> Result<Vec<AssignmentRow>> {
    let rows = sqlx::query_as!(
        AssignmentRow,
        r#"select a.id as "id: AssignmentId", a.role as "role: Role", o.name as "post?", a.starts_on, a.ends_on, a.version,
               coalesce(o.zone, 'America/New_York') as "zone!",
               ($2::timestamptz at time zone coalesce(o.zone, 'America/New_York'))::date as "today!",
               coalesce(g.at >= date_trunc('day', $2::timestamptz, 'America/New_York'), false) as "given_today!",
               exists (select from audit_events e where e.actor_id = a.person_id and e.role = a.role
                   and e.at >= $2::timestamptz - interval '2 days'
                   and e.at >= greatest(g.at, a.starts_on::timestamp at time zone coalesce(o.zone, 'America/New_York'))
                   and e.verb not in ('signed_out', 'session_ended', 'password_changed')) as "is_used!"
           from assignments a left join posts o on o.id = a.post_id
           left join lateral (select min(e.at) as at from audit_events e where e.subject_id = a.id having count(*) >= a.version) g on true
           where a.person_id = $1 order by a.starts_on desc"#,
        id.0,
        now
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Ends an assignment; it holds through that day.
///
/// # Errors
/// The last administrator stays: `people_one_administrator`. A day before the first breaks `assignments_in_order`.
pub async fn end_assignment(
    change: &mut Change,
    id: AssignmentId,
    person: PersonId,
    last: time::Date,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "update assignments set ends_on = $3, version = version + 1 where id = $1 and person_id = $2 and (ends_on is null or ends_on > $3)",
        id.0,
        person.0,
        last
    );
    Ok(ended.execute(change.conn()).await?.rows_affected() == 1)
}

/// Whether somebody administers on a day by another assignment, or besides a person. Two who end each other's role wait
/// here.
pub async fn others_administer(
    change: &mut Change,
    besides: Option<AssignmentId>,
    besides_person: Option<PersonId>,
    day: Option<time::Date>,
) -> Result<bool> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('keep_an_administrator'))").execute(change.conn()).await?;
    let others = sqlx::query_scalar!(
        r#"select exists (select from assignments a join people p on p.id = a.person_id
               where a.role = 'admin' and p.disabled_at is null and a.id is distinct from $1 and a.person_id is distinct from $2
                   and $3::date between a.starts_on and coalesce(a.ends_on, 'infinity')) as "others!""#,
        besides.map(|id| id.0),
        besides_person.map(|id| id.0),
        day
    );
    Ok(others.fetch_one(change.conn()).await?)
}

/// Open posts, as the assignment form offers them.
pub async fn open_posts(pool: &PgPool) -> Result<Vec<crate::words::Choice>> {
    let rows = sqlx::query!(r#"select id as "id: PostId", name from posts where closed_on is null order by name"#);
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| crate::words::Choice::new(row.id, row.name)).collect())
}

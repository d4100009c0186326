//! Every statement on posts.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

use crate::{
    access::{Actor, Role},
    db::Change,
    error::{AppError, Result},
    id::{PersonId, PostId},
    words::Choice,
};

/// A post with its load.
#[derive(Debug)]
pub struct PostRow {
    pub id: PostId,
    pub name: String,
    pub country: String,
    pub country_name: String,
    pub zone: String,
    pub closed_on: Option<Date>,
    pub version: i32,
    /// Checks at the post.
    pub open: i64,
    /// Of them, past their due date on the post's own calendar.
    pub overdue: i64,
}

/// The posts a reader may see: their own at post, else all; with how many checks wait there.
pub async fn list(actor: &Actor, only: Option<PostId>) -> Result<Vec<PostRow>> {
    let own = actor.post().map(|post| post.id.0);
    let rows = sqlx::query_as!(
        PostRow,
        r#"select o.id as "id: PostId", o.name, o.country, n.name as country_name, o.zone, o.closed_on, o.version,
               coalesce(w.open, 0) as "open!", coalesce(w.overdue, 0) as "overdue!"
           from posts o join countries n on n.code = o.country
           left join lateral (select count(*) as open,
                   count(*) filter (where c.due_on < ($3::timestamptz at time zone o.zone)::date) as overdue
               from checks c where c.post_id = o.id and c.state in ('requested', 'in_progress')) w on $4
           where ($1::uuid is null or o.id = $1) and ($2::uuid is null or o.id = $2)
           order by o.name"#,
        own,
        only.map(|post| post.0),
        actor.at,
        actor.role != Role::Admin
    );
    Ok(rows.fetch_all(actor.reads()).await?)
}

/// One post within the reader's scope.
pub async fn find(actor: &Actor, id: PostId) -> Result<PostRow> {
    list(actor, Some(id)).await?.into_iter().next().ok_or(AppError::NotFound)
}

/// Open posts, as a form offers them.
pub async fn choices(actor: &Actor) -> Result<Vec<Choice>> {
    let rows = sqlx::query!(r#"select id as "id: PostId", name from posts where closed_on is null order by name"#);
    Ok(rows.fetch_all(actor.reads()).await?.into_iter().map(|row| Choice::new(row.id, row.name)).collect())
}

/// Somebody who serves or served at a post.
#[derive(Debug)]
pub struct Officer {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub open: i64,
}

/// The officers of a post, present and coming, with what they have open.
pub async fn officers(conn: &mut PgConnection, post: PostId, now: OffsetDateTime) -> Result<Vec<Officer>> {
    let rows = sqlx::query_as!(
        Officer,
        r#"select p.id as "id: PersonId", p.name, a.role as "role: Role", a.starts_on, a.ends_on,
               (select count(*) from checks c where c.officer_id = p.id and c.post_id = $1 and c.state in ('requested', 'in_progress')) as "open!"
           from assignments a join people p on p.id = a.person_id join posts o on o.id = a.post_id
           where a.post_id = $1 and p.disabled_at is null
               and coalesce(a.ends_on, 'infinity') >= ($2::timestamptz at time zone o.zone)::date
           order by a.role desc, p.name"#,
        post.0,
        now
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Who serves at a post today, and as what.
pub async fn serving(conn: &mut PgConnection, post: PostId, now: OffsetDateTime) -> Result<Vec<(PersonId, Role)>> {
    let rows = sqlx::query!(
        r#"select a.person_id as "person: PersonId", a.role as "role: Role"
           from assignments a join people p on p.id = a.person_id join posts o on o.id = a.post_id
           where a.post_id = $1 and p.disabled_at is null
               and ($2::timestamptz at time zone o.zone)::date between a.starts_on and coalesce(a.ends_on, 'infinity')"#,
        post.0,
        now
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.person, row.role)).collect())
}

/// Whether the database has a zone of that name.
pub async fn knows_zone(actor: &Actor, name: &str) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"select exists (select from pg_timezone_names where lower(name) = lower($1)) as "known!""#,
        name
    );
    Ok(known.fetch_one(actor.reads()).await?)
}

/// What the administrator says of a post.
#[derive(Debug)]
pub struct PostData<'a> {
    pub name: &'a str,
    pub country: &'a str,
    pub zone: &'a str,
    pub closed_on: Option<Date>,
}

/// Adds a post.
///
/// # Errors
/// A second post of a name breaks `posts_name_key`, an unknown country `posts_country_fkey`.
pub async fn insert(change: &mut Change, post: &PostData<'_>) -> Result<PostId, sqlx::Error> {
    let id = PostId::new();
    sqlx::query!(
        "insert into posts (id, name, country, zone, closed_on) values ($1, $2, $3, $4, $5)",
        id.0,
        post.name,
        post.country,
        post.zone,
        post.closed_on
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes a post. Says whether the version fitted.
///
/// # Errors
/// As [`insert`].
pub async fn save(change: &mut Change, id: PostId, post: &PostData<'_>, read: i32) -> Result<bool, sqlx::Error> {
    let saved = sqlx::query!(
        "update posts set name = $3, country = $4, zone = $5, closed_on = $6, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        post.name,
        post.country,
        post.zone,
        post.closed_on
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

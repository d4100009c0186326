//! Every statement on what was reported as classified. What is changed, the database's own functions change.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{Outcome, Place, Side, Spill, SpillFile, SpillSettled};
use crate::{
    db::Change,
    error::{AppError, Result},
    id::{PersonId, PostId, SpillId},
};

/// A text of a file, by its first words.
#[derive(Debug)]
pub struct Begun {
    pub place: String,
    pub row: Uuid,
    pub called: String,
    pub begins: String,
}

/// The texts of a file, as people of `post` may read them: of a check those that are told to them; without a post all.
pub async fn texts(pool: &PgPool, file: SpillFile, id: Uuid, post: Option<PostId>) -> Result<Vec<Begun>> {
    let rows = sqlx::query_as!(
        Begun,
        r#"select place as "place!", row_id as "row!", called as "called!", begins as "begins!" from spill_rows($1, $2) s
           where $3::uuid is null or $1 <> 'check' or told_to($2, place, row_id) = $3"#,
        file as SpillFile,
        id,
        post.map(|post| post.0)
    );
    Ok(rows.fetch_all(pool).await?)
}

/// What was reported on a side, what is to be settled first, then the last; or one report of it.
pub async fn spills(conn: &mut PgConnection, side: Side, only: Option<SpillId>) -> Result<Vec<Spill>> {
    let rows = sqlx::query_as!(
        Spill,
        r#"select s.id as "id: SpillId", p.called as "called!", s.file as "file: SpillFile", s.post_id as "post: PostId", o.name as "post_name?",
               s.characters, s.why, s.reported_by as "reported_by: PersonId", r.name as reporter, s.reported_at, s.outcome as "outcome: Outcome",
               s.settled_because, t.name as "settler?"
           from spills s join spill_places() p on p.place = s.place join people r on r.id = s.reported_by
           left join people t on t.id = s.settled_by left join posts o on o.id = s.post_id
           where ($1::uuid is null or s.id = $1) and ($2::uuid is null or s.post_id = $2)
           order by s.outcome is not null, s.reported_at desc, s.id desc limit 200"#,
        only.map(|id| id.0),
        side.post().map(|post| post.0)
    );
    Ok(rows.fetch_all(conn).await?)
}

/// One report, settled once: another change waits.
pub async fn find_for_update(change: &mut Change, id: SpillId) -> Result<Spill> {
    let key = format!("spill {id}");
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(change.conn()).await?;
    find(change.conn(), id).await
}

pub async fn find(conn: &mut PgConnection, id: SpillId) -> Result<Spill> {
    spills(conn, Side::Every, Some(id)).await?.into_iter().next().ok_or(AppError::NotFound)
}

/// Hides a text and what repeats it.
///
/// # Errors
/// A row without a text breaks `spills_something`.
pub async fn hide(change: &mut Change, id: SpillId, place: &Place, why: &str) -> Result<(), sqlx::Error> {
    let (at, by) = (change.at, change.by().clone());
    sqlx::query!(
        "select hide_text($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        place.kind,
        place.row,
        why,
        by.person().map(|id| id.0),
        by.role(),
        by.post().map(|id| id.0),
        by.address(),
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Removes what is hidden for good, or puts it back.
pub async fn settle(change: &mut Change, settled: &SpillSettled) -> Result<(), sqlx::Error> {
    let (at, by) = (change.at, change.by().clone());
    sqlx::query!(
        "select settle_text($1, $2, $3, $4, $5, $6, $7, $8)",
        settled.spill().0,
        settled.outcome().code(),
        settled.because().as_str(),
        by.person().map(|id| id.0),
        by.role(),
        by.post().map(|id| id.0),
        by.address(),
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

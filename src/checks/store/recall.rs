//! Requests that were recalled: what a post goes on reading of a check that it no longer has.

use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

use super::path::save_step;
use crate::{
    access::{Actor, Scope},
    checks::model::{Recall, Recalled, Refusal},
    db::Change,
    duties,
    error::{AppError, Result},
    id::{CheckId, RecallId},
    text::day_words,
};

/// A recalled request in a list.
#[derive(Debug)]
pub struct RecallRow {
    pub id: RecallId,
    pub check: CheckId,
    pub reference: String,
    pub post: String,
    /// What it was about, as it was sent.
    pub subject: String,
    pub reason: String,
    pub by: String,
    pub at: OffsetDateTime,
    /// When it was sent again, for Washington.
    pub again_at: Option<OffsetDateTime>,
}

/// Keeps the request as it was sent, and makes it a draft: due on no day, with no officer, and with no visit waived.
pub async fn recall(change: &mut Change, recalled: &Recalled) -> Result<()> {
    let (check, at, person) = (recalled.step().check(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into recalls (id, check_id, post_id, type, subject, why, own_questions, about, about_ids, priority, site_visit, days_to_answer, due_on,
             requested_by, requested_at, reason, recalled_by, recalled_at)
         select $2, id, post_id, type, subject, reason, own_questions, $3, $7, priority, site_visit, days_to_answer, due_on, requested_by, requested_at, $4, $5, $6
         from checks where id = $1",
        check.0,
        RecallId::new().0,
        recalled.about().as_str(),
        recalled.reason().as_str(),
        person,
        at,
        recalled.about_ids().as_str()
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    save_step(change, recalled.step()).await?;
    sqlx::query!(
        "update checks set due_on = null, officer_id = null, site_visit_waiver = null, site_visit_waived_at = null, site_visit_waived_by = null
         where id = $1",
        check.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// What a post had of a check, the last request first: its reference, and each as it was sent.
pub async fn recalled(conn: &mut PgConnection, scope: Scope, check: CheckId) -> Result<Option<(String, Vec<Recall>)>> {
    let row = sqlx::query!(
        r#"select c.reference as "reference!", (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'post_id', r.post_id, 'post', called(k.id, k.name, r.requested_at),
               'check_type', r.type, 'subject', r.subject, 'why', r.why, 'own_questions', r.own_questions, 'about', r.about, 'about_ids', about_now(r.about_ids), 'priority', r.priority, 'site_visit', r.site_visit,
               'days_to_answer', r.days_to_answer, 'due_on', r.due_on, 'requested_at', r.requested_at, 'reason', r.reason, 'by', called(m.id, m.name, r.recalled_at), 'at', r.recalled_at)
               order by r.recalled_at desc), '[]')
           from recalls r join posts k on k.id = r.post_id join people m on m.id = r.recalled_by
           where r.check_id = c.id and r.post_id = $2) as "all!: Json<Vec<Recall>>"
           from checks c where c.id = $1"#,
        check.0,
        scope.post
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.reference, row.all.0)).filter(|(_, all)| !all.is_empty()))
}

/// Why a file is not there: out of scope, it is as what does not exist; a post that had it is told who took it back.
pub(super) async fn gone(conn: &mut PgConnection, scope: Scope, check: CheckId) -> AppError {
    let found = if scope.post.is_some() { recalled(conn, scope, check).await } else { Ok(None) };
    match found {
        Ok(Some((reference, all))) => all.first().map_or(AppError::NotFound, |last| {
            let (day, reason) = (day_words(last.at.date()), last.reason.clone());
            Refusal::Recalled { reference, day, reason }.into()
        }),
        Ok(None) => AppError::NotFound,
        Err(error) => error,
    }
}

/// The requests that were recalled, as far as the reader's scope goes, the last first, from one on.
pub async fn recalls(actor: &Actor, after: Option<RecallId>, limit: i64) -> Result<Vec<RecallRow>> {
    let scope = actor.scope();
    let rows = sqlx::query_as!(
        RecallRow,
        r#"select r.id as "id: RecallId", r.check_id as "check: CheckId", c.reference as "reference!", called(k.id, k.name, r.requested_at) as "post!",
               r.subject, r.reason, called(m.id, m.name, r.recalled_at) as "by!", r.recalled_at as at,
               case when (select $1::boolean) then coalesce((select min(n.requested_at) from recalls n where n.check_id = r.check_id and n.requested_at > r.requested_at),
                   case when c.requested_at > r.requested_at then c.requested_at end) end as again_at
           from ((select id from recalls where (select $1::boolean) and id < $3 order by id desc limit $4)
               union all (select id from recalls where not (select $1::boolean) and post_id = $2 and id < $3 order by id desc limit $4)) f
           join recalls r on r.id = f.id join checks c on c.id = r.check_id join posts k on k.id = r.post_id join people m on m.id = r.recalled_by
           order by r.id desc"#,
        scope.all,
        scope.post,
        after.map_or(uuid::Uuid::max(), |after| after.0),
        limit
    );
    Ok(rows.fetch_all(actor.reads()).await?)
}

//! What Washington writes before a check is sent: the request, its licenses and its subjects.

use super::path::touch;
use crate::{
    checks::model::{CheckType, Priority, SiteVisit, Stepped},
    db::Change,
    error::{AppError, Result},
    id::{CheckId, LicenseId, PartyId, PostId, SubjectId},
    parties::model::PartyRole,
};

/// What the opening form says of a check.
#[derive(Debug)]
pub struct Request<'a> {
    pub check_type: CheckType,
    /// Where it is asked.
    pub post: PostId,
    /// What it is about.
    pub subject: &'a str,
    pub reason: &'a str,
    /// What the post is asked beside the topics.
    pub questions: &'a str,
    pub priority: Priority,
    /// How a site visit is asked for.
    pub site_visit: SiteVisit,
    pub days: i32,
    /// The earlier check it follows.
    pub follows: Option<CheckId>,
}

/// Opens a draft under the next number of the calendar year.
pub async fn insert(change: &mut Change, request: &Request<'_>, year: i32) -> Result<(CheckId, String)> {
    let (id, at, person) = (CheckId::new(), change.at, change.person().ok_or(AppError::NotFound)?);
    let number = sqlx::query_scalar!(
        "insert into check_numbers (year, last) values ($1, 1) on conflict (year) do update set last = check_numbers.last + 1 returning last",
        year
    );
    let number = number.fetch_one(change.conn()).await?;
    let reference = sqlx::query_scalar!(
        r#"insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, opened_by,
               opened_at, follows_check_id, own_questions)
           values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning reference as "reference!""#,
        id.0,
        year,
        number,
        request.check_type as CheckType,
        request.post.0,
        request.subject,
        request.reason,
        request.priority as Priority,
        request.site_visit as SiteVisit,
        request.days,
        person.0,
        at,
        request.follows.map(|follows| follows.0),
        request.questions
    );
    let reference = reference.fetch_one(change.conn()).await?;
    Ok((id, reference))
}

/// Changes a draft. `read` is the version the form was read from.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_request(change: &mut Change, id: CheckId, request: &Request<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update checks set type = $3, post_id = $4, subject = $5, reason = $6, priority = $7, site_visit = $8, days_to_answer = $9,
             follows_check_id = $10, own_questions = $11, version = version + 1, revision = revision + 1
         where id = $1 and version = $2 and state = 'draft'",
        id.0,
        read,
        request.check_type as CheckType,
        request.post.0,
        request.subject,
        request.reason,
        request.priority as Priority,
        request.site_visit as SiteVisit,
        request.days,
        request.follows.map(|follows| follows.0),
        request.questions
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Puts a license on a draft check.
pub async fn add_license(change: &mut Change, id: CheckId, license: LicenseId) -> Result<()> {
    sqlx::query!(
        "insert into check_licenses (check_id, license_id) values ($1, $2) on conflict do nothing",
        id.0,
        license.0
    )
    .execute(change.conn())
    .await?;
    touch(change, id).await
}

/// Takes a license off a draft check.
pub async fn remove_license(change: &mut Change, id: CheckId, license: LicenseId) -> Result<()> {
    sqlx::query!("delete from check_licenses where check_id = $1 and license_id = $2", id.0, license.0)
        .execute(change.conn())
        .await?;
    touch(change, id).await
}

/// Adds a subject to a draft check.
pub async fn add_subject(change: &mut Change, id: CheckId, party: PartyId, role: PartyRole) -> Result<()> {
    sqlx::query!(
        "insert into check_subjects (id, check_id, party_id, role) values ($1, $2, $3, $4) on conflict do nothing",
        SubjectId::new().0,
        id.0,
        party.0,
        role as PartyRole
    )
    .execute(change.conn())
    .await?;
    touch(change, id).await
}

/// Takes a subject off a draft check.
pub async fn remove_subject(change: &mut Change, id: CheckId, subject: SubjectId) -> Result<()> {
    sqlx::query!("delete from check_subjects where check_id = $1 and id = $2", id.0, subject.0)
        .execute(change.conn())
        .await?;
    touch(change, id).await
}

/// Takes a discarded draft away.
pub(super) async fn discard(change: &mut Change, step: &Stepped) -> Result<()> {
    let id = step.check().0;
    crate::telegrams::store::discard_drafts_of(change, step.check()).await?;
    sqlx::query!("delete from telegram_answers where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from telegram_checks where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from check_licenses where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from check_subjects where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from checks where id = $1", id).execute(change.conn()).await?;
    Ok(())
}

//! Checks as they stand: whole case files, and a check by its reference.

use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

use super::recall::gone;
use crate::{
    access::{Actor, Role, Scope},
    checks::model::{
        CaseFile, CheckFile, CheckResult, CheckState, CheckSubject, CheckType, Explanation, FoundParty, Holder, Note,
        Priority, Recall, Recommendation, Returned, SiteVisit,
    },
    clock::Zone,
    corrections::model::Correction,
    db::Change,
    duties::model::Done,
    error::{AppError, Result},
    evidence::model::{Contact, Document, Finding, Statement},
    id::{CheckId, LicenseId, PersonId, PostId},
    licenses::{self, model::LicenseFile},
    mistakes::model::Mistake,
    reference::{self, model::Reference, store::Rows},
};

/// How much of each text a page reads: none for lists, the first lines for the case file, most of it for who signs, all
/// for print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    Left,
    /// The first 300 characters.
    Begun,
    /// The first 1,200 characters.
    Read,
    Whole,
}

impl Texts {
    /// How many characters of a text are read.
    pub fn characters(self) -> i32 {
        match self {
            Self::Left => 0,
            Self::Begun => 300,
            Self::Read => 1_200,
            Self::Whole => 1_000_000,
        }
    }
}

/// Checks with everything they own, and the ids of their licenses: one statement. Outside the scope they are not there,
/// and a draft is nobody's at post.
async fn files(
    conn: &mut PgConnection,
    scope: Scope,
    ids: &[CheckId],
    texts: Texts,
    now: OffsetDateTime,
) -> Result<Vec<(CheckFile, Vec<LicenseId>)>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let day = Zone::named(Zone::WASHINGTON).day(now);
    let rows = sqlx::query_file!("src/checks/file.sql", &ids, scope.all, scope.post, texts.characters(), now, day);
    let files = rows.fetch_all(conn).await?.into_iter().map(|row| {
        let file = CheckFile {
            id: row.id,
            reference: row.reference,
            check_type: row.check_type,
            state: row.state,
            held_state: row.held_state,
            held_at: row.held_at,
            held_reason: row.held_reason,
            post_id: row.post_id,
            post_name: row.post_name,
            post_country: row.post_country,
            post_zone: row.post_zone,
            subject: row.subject,
            reason: row.reason,
            own_questions: row.own_questions,
            priority: row.priority,
            site_visit: row.site_visit,
            site_visit_waiver: row.site_visit_waiver,
            days_to_answer: row.days_to_answer,
            due_on: row.due_on,
            opened_by: row.opened_by,
            opened_by_name: row.opened_by_name,
            opened_at: row.opened_at,
            requested_at: row.requested_at,
            worked_at_post: row.worked_at_post,
            words_hidden: row.words_hidden,
            officer_id: row.officer_id,
            officer_name: row.officer_name,
            replied_at: row.replied_at,
            resulted_at: row.resulted_at,
            closed_at: row.closed_at,
            follows: row.follows_check_id.zip(row.follows),
            revision: row.revision,
            version: row.version,
            subjects: row.subjects.0,
            found: row.found.0,
            recalled: row.recalled.0,
            questions: row.questions.0,
            interim_replies: row.interim.0,
            extensions: row.extensions.0,
            contacts: row.contacts.0,
            statements: row.statements.0,
            documents: row.documents.0,
            findings: row.findings.0,
            recommendation: row.recommendation.map(|word| word.0),
            earlier_recommendation: row.earlier_recommendation.map(|word| word.0),
            returned: row.returned.0,
            result: row.result.map(|result| result.0),
            earlier_result: row.earlier_result.map(|result| result.0),
            explanations: row.explanations.0,
            holders: row.holders.0,
            serving: row.serving.0,
            has_remarks: row.has_remarks,
            has_telegrams: row.has_telegrams,
            older_serves: row.older_serves,
            duties: row.duties.0,
            mistakes: row.mistakes.0,
            corrections: row.corrections.0,
        };
        (file, row.licenses.into_iter().map(LicenseId).collect())
    });
    Ok(files.collect())
}

/// Case files, in the order of `ids`: three statements, whatever their number.
pub async fn cases(
    conn: &mut PgConnection,
    scope: Scope,
    ids: &[CheckId],
    texts: Texts,
    now: OffsetDateTime,
) -> Result<Vec<CaseFile>> {
    let today = Zone::named(Zone::WASHINGTON).day(now);
    let checks = files(conn, scope, ids, texts, now).await?;
    let wanted: Vec<LicenseId> = checks.iter().flat_map(|(_, licenses)| licenses.iter().copied()).collect();
    let licenses = licenses::store::files(conn, licenses::store::EVERYTHING, &wanted, today).await?;
    let rows = reference::store::rows(conn).await?;
    Ok(joined(checks, &licenses, &rows, now))
}

/// The case files of the checks on a license, the first first, and the reference data of that moment: two statements,
/// and one more where other licenses are on them. Who decides a license sees all of its checks.
pub async fn cases_on(
    conn: &mut PgConnection,
    license: &LicenseFile,
    texts: Texts,
    now: OffsetDateTime,
) -> Result<(Vec<CaseFile>, Reference)> {
    let today = Zone::named(Zone::WASHINGTON).day(now);
    let mut ids: Vec<CheckId> = license.checks.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    let checks = files(conn, licenses::store::EVERYTHING, &ids, texts, now).await?;
    let on_them = checks.iter().flat_map(|(_, licenses)| licenses.iter().copied());
    let mut others: Vec<LicenseId> = on_them.filter(|id| *id != license.id).collect();
    others.sort_unstable();
    others.dedup();
    let mut around = vec![license.clone()];
    if !others.is_empty() {
        around.extend(licenses::store::files(conn, licenses::store::EVERYTHING, &others, today).await?);
    }
    let rows = reference::store::rows(conn).await?;
    Ok((joined(checks, &around, &rows, now), rows.on(today)))
}

/// Checks with those of the licenses that are on them. A closed one is read by the reference data of the day it closed.
fn joined(
    checks: Vec<(CheckFile, Vec<LicenseId>)>,
    licenses: &[LicenseFile],
    rows: &Rows,
    now: OffsetDateTime,
) -> Vec<CaseFile> {
    let day = |check: &CheckFile| Zone::named(Zone::WASHINGTON).day(check.closed_at.unwrap_or(now));
    let case = |(check, ids): (CheckFile, Vec<LicenseId>)| {
        let licenses = licenses.iter().filter(|license| ids.contains(&license.id)).cloned().collect();
        CaseFile { licenses, reference: rows.on(day(&check)), check, now }
    };
    checks.into_iter().map(case).collect()
}

/// One case file within the reader's scope.
///
/// # Errors
/// [`AppError::NotFound`]; for people of a post that had it, that the request was recalled.
pub async fn find(actor: &Actor, id: CheckId, texts: Texts) -> Result<CaseFile> {
    let mut conn = actor.reads().acquire().await?;
    match cases(&mut conn, actor.scope(), &[id], texts, actor.at).await?.into_iter().next() {
        Some(file) => Ok(file),
        None => Err(gone(&mut conn, actor.scope(), id).await),
    }
}

/// One case file, its check and licenses locked until the change ends. `read` is the revision the person's form was
/// read from; `None` does not ask.
///
/// # Errors
/// [`AppError::Stale`] when the file changed since.
pub async fn find_for_update(change: &mut Change, actor: &Actor, id: CheckId, read: Option<i32>) -> Result<CaseFile> {
    sqlx::query!(
        "select id from licenses where id in (select license_id from check_licenses where check_id = $1) order by id for update",
        id.0
    )
    .fetch_all(change.conn())
    .await?;
    sqlx::query!("select id from checks where id = $1 for update", id.0)
        .fetch_optional(change.conn())
        .await?
        .ok_or(AppError::NotFound)?;
    let at = change.at;
    let found = cases(change.conn(), actor.scope(), &[id], Texts::Whole, at).await?;
    let Some(file) = found.into_iter().next() else { return Err(gone(change.conn(), actor.scope(), id).await) };
    if read.is_some_and(|read| read != file.check.revision) { Err(AppError::Stale) } else { Ok(file) }
}

/// The check of a reference such as `BL-2026-0042`.
pub async fn by_reference(conn: &mut PgConnection, reference: &str) -> Result<Option<CheckId>> {
    let found = sqlx::query_scalar!(
        r#"select id as "id: CheckId" from checks where reference = $1 and state <> 'draft'"#,
        reference
    );
    Ok(found.fetch_optional(conn).await?)
}

/// The check with that reference, as far as the reader may see it.
pub async fn by_reference_within(change: &mut Change, scope: Scope, reference: &str) -> Result<Option<CheckId>> {
    let found = sqlx::query_scalar!(
        r#"select id as "id: CheckId" from checks where reference = $1 and ($2 or (post_id = $3 and state <> 'draft'))"#,
        reference,
        scope.all,
        scope.post
    );
    Ok(found.fetch_optional(change.conn()).await?)
}

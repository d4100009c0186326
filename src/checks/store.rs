//! Every statement on checks.

use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime};

use super::model::{
    CaseFile, CheckFile, CheckResult, CheckState, CheckSubject, CheckType, Cleared, EndedBecause, Explanation,
    FoundParty, Note, Priority, Recommendation, RecommendationWord, ResultReason, ResultWord, SiteVisit, Stepped,
};
use crate::{
    access::{Actor, Scope},
    audit::{Event, Verb},
    clock::Zone,
    db::Change,
    duties::{self, model::Done},
    error::{AppError, Result},
    evidence::model::{Contact, Document, Finding, Statement},
    id::{
        CheckId, ExplanationId, ExtensionId, InterimReplyId, LicenseId, PartyId, PersonId, PostId, QuestionId,
        RecommendationId, ResultId, SubjectId,
    },
    licenses,
    parties::model::PartyRole,
    reference,
};

/// How much of each text a page reads: none for lists, the first lines for the case file, all for print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    Left,
    /// The first 300 characters.
    Begun,
    Whole,
}

impl Texts {
    /// How many characters of a text are read.
    pub fn characters(self) -> i32 {
        match self {
            Self::Left => 0,
            Self::Begun => 300,
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
    let rows = sqlx::query_file!("src/checks/file.sql", &ids, scope.all, scope.post, texts.characters(), now);
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
            priority: row.priority,
            site_visit: row.site_visit,
            site_visit_waiver: row.site_visit_waiver,
            days_to_answer: row.days_to_answer,
            due_on: row.due_on,
            opened_by: row.opened_by,
            opened_by_name: row.opened_by_name,
            opened_at: row.opened_at,
            requested_at: row.requested_at,
            officer_id: row.officer_id,
            officer_name: row.officer_name,
            replied_at: row.replied_at,
            resulted_at: row.resulted_at,
            closed_at: row.closed_at,
            follows: row.follows,
            follows_check_id: row.follows_check_id,
            revision: row.revision,
            version: row.version,
            subjects: row.subjects.0,
            found: row.found.0,
            questions: row.questions.0,
            interim_replies: row.interim.0,
            extensions: row.extensions.0,
            contacts: row.contacts.0,
            statements: row.statements.0,
            documents: row.documents.0,
            findings: row.findings.0,
            recommendation: row.recommendation.map(|word| word.0),
            earlier_recommendation: row.earlier_recommendation.map(|word| word.0),
            result: row.result.map(|result| result.0),
            earlier_result: row.earlier_result.map(|result| result.0),
            explanations: row.explanations.0,
            people_at_post: row.people_at_post.into_iter().map(PersonId).collect(),
            duties: row.duties.0,
        };
        (file, row.licenses.into_iter().map(LicenseId).collect())
    });
    Ok(files.collect())
}

/// Case files, in the order of `ids`: three statements, whatever their number. A closed one is read by the reference
/// data of the day it closed.
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
    let cases = checks.into_iter().map(|(check, ids)| {
        let licenses = licenses.iter().filter(|license| ids.contains(&license.id)).cloned().collect();
        let day = check.closed_at.map_or(today, |closed| Zone::named(Zone::WASHINGTON).day(closed));
        CaseFile { check, licenses, reference: rows.on(day), now }
    });
    Ok(cases.collect())
}

/// One case file within the reader's scope.
pub async fn find(actor: &Actor, id: CheckId, texts: Texts) -> Result<CaseFile> {
    let mut conn = actor.reads().acquire().await?;
    cases(&mut conn, actor.scope(), &[id], texts, actor.at).await?.into_iter().next().ok_or(AppError::NotFound)
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
    let file = found.into_iter().next().ok_or(AppError::NotFound)?;
    if read.is_some_and(|read| read != file.check.revision) { Err(AppError::Stale) } else { Ok(file) }
}

/// Raises the revision of a check: something beneath it changed.
pub async fn touch(change: &mut Change, id: CheckId) -> Result<()> {
    sqlx::query!("update checks set revision = revision + 1 where id = $1", id.0).execute(change.conn()).await?;
    Ok(())
}

/// The first day a check may be due.
pub fn due(requested: OffsetDateTime, zone: &str, days: i64) -> Date {
    Zone::named(zone).day(requested) + time::Duration::days(days)
}

/// What the opening form says of a check.
#[derive(Debug)]
pub struct Request<'a> {
    pub check_type: CheckType,
    /// Where it is asked.
    pub post: PostId,
    /// What it is about.
    pub subject: &'a str,
    pub reason: &'a str,
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
               opened_at, follows_check_id)
           values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13) returning reference as "reference!""#,
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
        request.follows.map(|follows| follows.0)
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
             follows_check_id = $10, version = version + 1, revision = revision + 1
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
        request.follows.map(|follows| follows.0)
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// The check of a reference such as `BL-2026-0042`.
pub async fn by_reference(change: &mut Change, reference: &str) -> Result<Option<CheckId>> {
    let found = sqlx::query_scalar!(
        r#"select id as "id: CheckId" from checks where reference = $1 and state <> 'draft'"#,
        reference
    );
    Ok(found.fetch_optional(change.conn()).await?)
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
pub async fn discard(change: &mut Change, step: &Stepped) -> Result<()> {
    let id = step.check().0;
    crate::telegrams::store::discard_drafts_of(change, step.check()).await?;
    sqlx::query!("delete from telegram_answers where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from telegram_checks where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from check_licenses where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from check_subjects where check_id = $1", id).execute(change.conn()).await?;
    sqlx::query!("delete from checks where id = $1", id).execute(change.conn()).await?;
    Ok(())
}

/// Stores a step along the path, with the moment of those that have one, and the due date of those that set one.
pub async fn save_step(change: &mut Change, step: &Stepped, due: Option<Date>) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update checks set state = $2, revision = revision + 1, version = version + 1,
             requested_at = case when $3 = 'request' then $4 else requested_at end,
             requested_by = case when $3 = 'request' then $5 else requested_by end,
             officer_id = case when $3 = 'acknowledge' then $5 else officer_id end,
             acknowledged_at = case when $3 = 'acknowledge' then $4 else acknowledged_at end,
             replied_at = case when $3 = 'clear' then $4 when $3 = 'give_back' then null else replied_at end,
             resulted_at = case when $2 = 'resulted' then $4 else resulted_at end,
             held_state = case when $2 = 'on_hold' then state end,
             held_at = case when $2 = 'on_hold' then $4 end,
             held_reason = case when $2 = 'on_hold' then '' end,
             held_by = case when $2 = 'on_hold' then $5 end,
             resumed_by = case when $3 = 'resume' then $5 else resumed_by end,
             resumed_at = case when $3 = 'resume' then $4 else resumed_at end,
             due_on = coalesce($6, due_on)
         where id = $1",
        step.check().0,
        step.to() as CheckState,
        step.verb().code(),
        at,
        person,
        due
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Moves the due date.
pub async fn save_due(change: &mut Change, id: CheckId, due: Date) -> Result<()> {
    sqlx::query!("update checks set due_on = $2, revision = revision + 1 where id = $1", id.0, due)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Sets why a check is on hold.
pub async fn save_hold_reason(change: &mut Change, id: CheckId, reason: &str) -> Result<()> {
    sqlx::query!("update checks set held_reason = $2 where id = $1", id.0, reason).execute(change.conn()).await?;
    Ok(())
}

/// Closes a check whose result stands and whose licenses are settled.
pub async fn close(change: &mut Change, id: CheckId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update checks set state = 'closed', closed_at = $2, revision = revision + 1 where id = $1", id.0, at)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Gives a check to another officer of the post.
pub async fn save_officer(change: &mut Change, id: CheckId, officer: PersonId) -> Result<()> {
    sqlx::query!("update checks set officer_id = $2, version = version + 1 where id = $1", id.0, officer.0)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Waives a required site visit.
pub async fn save_waiver(change: &mut Change, id: CheckId, reason: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update checks set site_visit_waiver = $2, site_visit_waived_at = $3, site_visit_waived_by = $4, revision = revision + 1
         where id = $1",
        id.0,
        reason,
        at,
        person
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Keeps the questions a check was given back with; the recommendation and a proposed result are withdrawn.
pub async fn insert_questions(change: &mut Change, id: CheckId, text: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into check_questions (id, check_id, text, asked_by, asked_at) values ($1, $2, $3, $4, $5)",
        QuestionId::new().0,
        id.0,
        text,
        person,
        at
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    sqlx::query!("update recommendations set withdrawn_at = $2 where check_id = $1 and withdrawn_at is null", id.0, at)
        .execute(change.conn())
        .await
        .map_err(duties::refused)?;
    withdraw_result(change, id).await
}

async fn withdraw_result(change: &mut Change, id: CheckId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update results set withdrawn_at = $2 where check_id = $1 and withdrawn_at is null", id.0, at)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Withdraws the result that a reviewer or a supervisor declined to sign.
pub async fn decline_result(change: &mut Change, id: CheckId, result: ResultId, reason: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update results set withdrawn_at = $2, declined_because = $3, declined_by = $4 where id = $1",
        result.0,
        at,
        reason,
        person
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    touch(change, id).await
}

/// Keeps a signed interim reply.
pub async fn insert_interim_reply(change: &mut Change, file: &CheckFile, text: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into interim_replies (id, check_id, text, signed_by, signed_at, revision_read) values ($1, $2, $3, $4, $5, $6)",
        InterimReplyId::new().0,
        file.id.0,
        text,
        person,
        at,
        file.revision
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

pub async fn insert_extension(change: &mut Change, id: CheckId, before: Date, after: Date, reason: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into extensions (id, check_id, due_before, due_after, reason, extended_by, extended_at) values ($1, $2, $3, $4, $5, $6, $7)",
        ExtensionId::new().0,
        id.0,
        before,
        after,
        reason,
        person,
        at
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    save_due(change, id, after).await
}

/// Writes the recommendation; a signature on an earlier text falls away.
pub async fn save_recommendation(
    change: &mut Change,
    id: CheckId,
    word: RecommendationWord,
    text: &str,
) -> Result<RecommendationId> {
    let (row, at, person) = (RecommendationId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!("update recommendations set withdrawn_at = $2 where check_id = $1 and withdrawn_at is null", id.0, at)
        .execute(change.conn())
        .await?;
    sqlx::query!(
        "insert into recommendations (id, check_id, word, text, written_by, written_at) values ($1, $2, $3, $4, $5, $6)",
        row.0,
        id.0,
        word as RecommendationWord,
        text,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    touch(change, id).await?;
    Ok(row)
}

/// Signs the recommendation on the revision that was read. A signature that fell away stays, on a withdrawn copy: who
/// gave it is kept apart from the result and the decision all the same.
pub async fn sign_recommendation(change: &mut Change, id: RecommendationId, revision: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into recommendations (id, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, withdrawn_at)
         select $2, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, $3
         from recommendations where id = $1 and signed_by is not null",
        id.0,
        RecommendationId::new().0,
        at
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    sqlx::query!(
        "update recommendations set signed_by = $2, signed_at = $3, signed_revision = $4, version = version + 1 where id = $1",
        id.0,
        person,
        at,
        revision
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

pub async fn clear(change: &mut Change, file: &CheckFile, cleared: &Cleared) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update recommendations set cleared_by = $2, cleared_at = $3, cleared_revision = $4, post_of_one = $5, version = version + 1
         where check_id = $1 and withdrawn_at is null",
        file.id.0,
        person,
        at,
        file.revision,
        cleared.post_of_one
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    save_step(change, &cleared.step, None).await
}

/// A result to be proposed.
#[derive(Debug)]
pub struct NewResult<'a> {
    pub word: ResultWord,
    pub text: &'a str,
    pub caveat: &'a str,
    /// Why it was ended early.
    pub ended_because: Option<EndedBecause>,
    pub reasons: &'a [ResultReason],
}

/// Proposes a result in place of an earlier proposal.
pub async fn save_result(change: &mut Change, id: CheckId, new: &NewResult<'_>) -> Result<ResultId> {
    withdraw_result(change, id).await?;
    let (result, at, person) = (ResultId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into results (id, check_id, word, text, caveat, ended_because, proposed_by, proposed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        result.0,
        id.0,
        new.word as ResultWord,
        new.text,
        new.caveat,
        new.ended_because as Option<EndedBecause>,
        person,
        at
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    let codes: Vec<String> = new.reasons.iter().map(|reason| reason.code.clone()).collect();
    let primary: Vec<bool> = new.reasons.iter().map(|reason| reason.is_primary).collect();
    let findings: Vec<Option<uuid::Uuid>> = new.reasons.iter().map(|reason| reason.finding_id.map(|id| id.0)).collect();
    sqlx::query!(
        "insert into result_reasons (result_id, code, is_primary, finding_id)
         select $1, v.code, v.is_primary, v.finding from unnest($2::text[], $3::boolean[], $4::uuid[]) as v (code, is_primary, finding)",
        result.0,
        &codes,
        &primary,
        &findings as &[Option<uuid::Uuid>]
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    touch(change, id).await?;
    Ok(result)
}

/// Signs a result on the revision that was read.
pub async fn sign_result(change: &mut Change, id: ResultId, revision: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update results set signed_by = $2, signed_at = $3, signed_revision = $4, version = version + 1 where id = $1",
        id.0,
        person,
        at,
        revision
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Countersigns a result on the revision that was read.
pub async fn countersign_result(change: &mut Change, id: ResultId, revision: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update results set countersigned_by = $2, countersigned_at = $3, countersigned_revision = $4, version = version + 1 where id = $1",
        id.0,
        person,
        at,
        revision
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Keeps an explanation of a contradiction.
pub async fn insert_explanation(
    change: &mut Change,
    id: CheckId,
    key: &str,
    fingerprint: &str,
    text: &str,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into explanations (id, check_id, contradiction, fingerprint, text, explained_by, explained_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        ExplanationId::new().0,
        id.0,
        key,
        fingerprint,
        text,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    touch(change, id).await
}

/// Closes every check on a license that is resulted and has no open license left: the same change that settled it.
pub async fn close_settled(change: &mut Change, actor: &Actor, license: LicenseId) -> Result<Vec<Event>> {
    let ids = sqlx::query_scalar!(
        r#"select c.id as "id: CheckId" from checks c join check_licenses k on k.check_id = c.id
           where k.license_id = $1 and c.state = 'resulted' for update of c"#,
        license.0
    );
    let ids = ids.fetch_all(change.conn()).await?;
    let mut events = Vec::new();
    let at = change.at;
    let files = cases(change.conn(), licenses::store::EVERYTHING, &ids, Texts::Left, at).await?;
    for file in files.iter().filter(|file| file.closes()) {
        events.push(close_one(change, actor, file).await?);
    }
    Ok(events)
}

/// Closes a check by itself.
pub async fn close_one(change: &mut Change, _actor: &Actor, file: &CaseFile) -> Result<Event> {
    close(change, file.check.id).await?;
    Ok(Event::new(
        Verb::CheckClosed,
        file.check.id,
        format!("closed {}: no license of it is open", file.check.reference),
    ))
}

/// What a list of checks is filtered by; what is `None` or empty is not asked.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    pub check_type: Option<CheckType>,
    pub state: Option<CheckState>,
    pub post: Option<PostId>,
    /// At posts of this country, by its code or its name.
    pub country: String,
    /// `overdue`, or `week`: due within seven days.
    pub due: String,
    /// With a party whose name, or another name of it, is like this.
    pub party: String,
    /// Whose reference, subject or license number contains this.
    pub text: String,
    /// `due` sorts by due date, everything else by age, the newest first.
    pub sort: String,
    pub after: Option<CheckId>,
}

/// Where a list of checks goes on: after this check; sorted by due date, after this one of that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Key {
    pub id: CheckId,
    /// Its due date, where that is what the list is sorted by.
    pub due: Option<Date>,
}

/// A filter whose names are looked up and within the reader's scope: every part of it is something an index knows.
#[derive(Debug, Clone)]
pub struct Search {
    /// The states and types to look into, where either is asked.
    kinds: Option<(Vec<&'static str>, Vec<&'static str>)>,
    /// The posts to look at; `None`: every one.
    posts: Option<Vec<uuid::Uuid>>,
    /// What Washington still writes is nobody's at post.
    drafts: bool,
    /// Due until so many days from today.
    until: Option<i32>,
    at: OffsetDateTime,
    text: Option<Text>,
    /// Parties that are looked for.
    parties: Option<Vec<uuid::Uuid>>,
    by_due: bool,
}

#[derive(Debug, Clone)]
struct Text {
    /// The patterns of a reference and of a subject.
    like: Vec<String>,
    /// The pattern of a license's number, if one has it.
    number: Option<String>,
}

/// How far a reading of the list came.
#[derive(Debug)]
pub struct Step {
    /// Checks that fit, in their order.
    pub found: Vec<Key>,
    /// Where to go on; `None`: there are no more.
    pub next: Option<Key>,
}

/// How many checks are looked through for words before their indexes are asked: whatever is common is found among them,
/// and whatever is not has few rows in the indexes.
const THROUGH: i64 = 2000;
/// How many parties are few.
const FEW: usize = 16;

/// Looks up what a filter names.
pub async fn looked_up(conn: &mut PgConnection, actor: &Actor, filter: &Filter) -> Result<Search> {
    let scope = actor.scope();
    let mut posts =
        if scope.all { filter.post.map(|post| vec![post.0]) } else { Some(scope.post.into_iter().collect()) };
    if let (false, Some(post), Some(posts)) = (scope.all, filter.post, posts.as_mut()) {
        posts.retain(|own| *own == post.0);
    }
    let country = filter.country.trim();
    if !country.is_empty() {
        let there = sqlx::query_scalar!(
            "select id from posts where country in (select code from countries where code = upper($1) or lower(name) = lower($1))",
            country
        );
        let there = there.fetch_all(&mut *conn).await?;
        posts = Some(
            posts
                .map_or_else(|| there.clone(), |posts| posts.into_iter().filter(|post| there.contains(post)).collect()),
        );
    }
    let until = match filter.due.as_str() {
        "overdue" => Some(-1),
        "week" => Some(7),
        _ => None,
    };
    let may_be = |state: &CheckState| {
        filter.state.is_none_or(|asked| asked == *state)
            && (scope.all || *state != CheckState::Draft)
            && (until.is_none() || matches!(state, CheckState::Requested | CheckState::InProgress))
    };
    let is_asked = filter.state.is_some() || filter.check_type.is_some() || until.is_some() || filter.sort == "due";
    let kinds = is_asked.then(|| {
        let states = CheckState::ALL.iter().filter(|state| may_be(state)).map(|state| state.code());
        let types = CheckType::ALL
            .iter()
            .filter(|word| filter.check_type.is_none_or(|asked| asked == **word))
            .map(|word| word.code());
        (states.collect(), types.collect())
    });
    let text = if filter.text.trim().is_empty() { None } else { Some(text(conn, &filter.text).await?) };
    let parties = if filter.party.trim().is_empty() { None } else { Some(parties(conn, &filter.party).await?) };
    Ok(Search { kinds, posts, drafts: scope.all, until, at: actor.at, text, parties, by_due: filter.sort == "due" })
}

async fn text(conn: &mut PgConnection, text: &str) -> Result<Text> {
    let number = Some(crate::text::folded(text)).filter(|number| !number.is_empty()).map(|number| format!("{number}%"));
    let begins = sqlx::query_scalar!(
        r#"select exists (select from licenses where number_normalized collate "C" like $1) as "begins!""#,
        number.as_deref()
    );
    let begins = begins.fetch_one(conn).await?;
    Ok(Text { like: crate::text::patterns(text), number: number.filter(|_| begins) })
}

/// Parties with a name like this, and who was merged into them: who is merged is found by the names of the record that
/// stands, and the other way round.
async fn parties(conn: &mut PgConnection, name: &str) -> Result<Vec<uuid::Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"with named as (select id, merged_into from parties where name_folded like any($1)
               union select p.id, p.merged_into from party_aliases a join parties p on p.id = a.party_id where a.name_folded like any($1)),
           same as (select coalesce(merged_into, id) as id from named)
           select id as "id!" from same
           union select id from parties where merged_into = any(array(select id from same))"#,
        &crate::text::patterns(&crate::text::folded_name(name))
    );
    Ok(ids.fetch_all(conn).await?)
}

/// The key of a check that a list goes on after, if the reader may see it.
pub async fn key(conn: &mut PgConnection, scope: Scope, id: CheckId) -> Result<Option<Key>> {
    let key = sqlx::query_as!(
        Key,
        r#"select id as "id: CheckId", due_on as due from checks where id = $1 and ($2 or (post_id = $3 and state <> 'draft'))"#,
        id.0,
        scope.all,
        scope.post
    );
    Ok(key.fetch_optional(conn).await?)
}

/// The first checks that fit after `after`.
pub async fn page(conn: &mut PgConnection, search: &Search, after: Option<Key>, limit: i64) -> Result<Vec<Key>> {
    if !search.looks_for_words() {
        return Ok(step(conn, search, after, limit).await?.found);
    }
    if search.is_of_few_parties() {
        return by_index(conn, search, after, limit).await;
    }
    let first = through(conn, search, after, THROUGH, limit).await?;
    if first.next.is_none() || is_full(&first.found, limit) {
        return Ok(first.found);
    }
    by_index(conn, search, after, limit).await
}

/// The next checks that fit, at most `most`, and where to go on.
pub async fn step(conn: &mut PgConnection, search: &Search, after: Option<Key>, most: i64) -> Result<Step> {
    through(conn, search, after, if search.looks_for_words() { THROUGH.max(most) } else { most }, most).await
}

fn is_full(found: &[Key], limit: i64) -> bool {
    i64::try_from(found.len()).is_ok_and(|found| found >= limit)
}

/// Looks through the next checks in order, and gives at most `limit` that have the words.
async fn through(
    conn: &mut PgConnection,
    search: &Search,
    after: Option<Key>,
    through: i64,
    limit: i64,
) -> Result<Step> {
    if search.is_of_nothing() {
        return Ok(Step { found: Vec::new(), next: None });
    }
    let mut query = sqlx::QueryBuilder::new("select k.id, k.due, ");
    query.push(if search.looks_for_words() { "f.fits" } else { "true" }).push(" from (");
    search.walk(&mut query, after, through);
    query.push(" order by ").push(search.order("k.")).push(" limit ").push_bind(through).push(") k");
    if search.looks_for_words() {
        query.push(" cross join lateral (select ");
        search.fits(&mut query);
        query.push(" as fits from checks c where c.id = k.id offset 0) f");
    }
    query.push(" order by ").push(search.order("k."));
    let rows: Vec<(CheckId, Option<Date>, bool)> = query.build_query_as().fetch_all(conn).await?;
    let came = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let last = rows.last().map(|(id, due, _)| Key { id: *id, due: *due });
    let mut found: Vec<Key> = rows.into_iter().filter(|(.., fits)| *fits).map(|(id, due, _)| Key { id, due }).collect();
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = if is_full(&found, limit) { found.last().copied() } else { last.filter(|_| came >= through) };
    Ok(Step { found, next })
}

/// By the indexes of words, of numbers and of parties. One `or` of them would look at every check there is, and so
/// would a join with what they find, of which nobody knows how many there are.
async fn by_index(conn: &mut PgConnection, search: &Search, after: Option<Key>, limit: i64) -> Result<Vec<Key>> {
    let mut query = sqlx::QueryBuilder::new("select c.id, ");
    query.push(search.due()).push(" as due from checks c join posts o on o.id = c.post_id where true");
    if let Some(Text { like, number }) = &search.text {
        query.push(" and c.id = any(array(select id from checks where reference ilike any(").push_bind(like);
        query.push(") union select id from checks where subject ilike any(").push_bind(like).push(")");
        if let Some(number) = number {
            query.push(" union select k.check_id from licenses l join check_licenses k on k.license_id = l.id");
            query.push(" where l.number_normalized collate \"C\" like ").push_bind(number);
        }
        query.push("))");
    }
    if let Some(parties) = &search.parties {
        query.push(" and c.id = any(array(select k.check_id from license_parties l join check_licenses k on k.license_id = l.license_id");
        query.push(" where l.party_id = any(").push_bind(parties);
        query.push(") union select check_id from check_subjects where party_id = any(").push_bind(parties).push(")))");
    }
    if !search.drafts {
        query.push(" and c.state <> 'draft'");
    }
    if let Some((states, types)) = &search.kinds {
        query.push(" and c.state = any(").push_bind(states).push(") and c.type = any(").push_bind(types).push(")");
    }
    if let Some(posts) = &search.posts {
        query.push(" and c.post_id = any(").push_bind(posts).push(")");
    }
    search.conditions(&mut query, after);
    query.push(" order by ").push(search.order("c.")).push(" limit ").push_bind(limit);
    Ok(query.build_query_as().fetch_all(conn).await?)
}

/// What a list by due date is sorted by: an index has it in this very form.
const DUE: &str = "coalesce(c.due_on, 'infinity')";

impl Search {
    /// Whether nothing can fit: no state is asked that may be due, or no post that the reader sees.
    fn is_of_nothing(&self) -> bool {
        self.kinds.as_ref().is_some_and(|(states, _)| states.is_empty())
            || self.posts.as_ref().is_some_and(Vec::is_empty)
    }

    /// Of few parties all checks are fetched by the index of their licenses; of more, the newest checks are looked
    /// through first.
    fn is_of_few_parties(&self) -> bool {
        self.text.is_none() && self.parties.as_ref().is_some_and(|parties| parties.len() <= FEW)
    }

    fn looks_for_words(&self) -> bool {
        self.text.is_some() || self.parties.is_some()
    }

    fn order(&self, table: &str) -> String {
        match (self.by_due, table) {
            (true, "c.") => format!("{DUE}, c.id"),
            (true, table) => format!("coalesce({table}due, 'infinity'), {table}id"),
            (false, table) => format!("{table}id desc"),
        }
    }

    fn due(&self) -> &'static str {
        if self.by_due { "c.due_on" } else { "null::date" }
    }

    /// The next `count` checks in order, whether they have the words or not: along one index, or the first of each
    /// state, type and post together, along another. Only what those indexes hold is asked, so that no other one looks
    /// as good.
    fn walk(&self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>, after: Option<Key>, count: i64) {
        query.push("select k.* from (values (0)) as one (row)");
        if let Some((states, types)) = &self.kinds {
            query
                .push(" cross join unnest(")
                .push_bind(states)
                .push(") as s (state) cross join unnest(")
                .push_bind(types)
                .push(") as t (type)");
        }
        if let Some(posts) = &self.posts {
            query.push(" cross join unnest(").push_bind(posts).push(") as p (post)");
        }
        query.push(" cross join lateral (select c.id, ").push(self.due()).push(" as due from checks c");
        if self.until.is_some() {
            query.push(" join posts o on o.id = c.post_id");
        }
        query.push(" where true");
        if self.kinds.is_some() {
            query.push(" and c.state = s.state and c.type = t.type");
        } else if !self.drafts {
            query.push(" and c.state <> 'draft'");
        }
        if self.posts.is_some() {
            query.push(" and c.post_id = p.post");
        }
        self.conditions(query, after);
        // What is due is found by its date; in another order, all of it is put in order.
        if self.by_due || self.until.is_none() {
            query.push(" order by ").push(self.order("c.")).push(" limit ").push_bind(count);
        }
        query.push(") k");
    }

    fn fits(&self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>) {
        query.push("coalesce(true");
        if let Some(Text { like, number }) = &self.text {
            query
                .push(" and (c.reference ilike any(")
                .push_bind(like)
                .push(") or c.subject ilike any(")
                .push_bind(like)
                .push(")");
            if let Some(number) = number {
                query.push(" or (select bool_or(l.number_normalized collate \"C\" like ").push_bind(number);
                query.push(") from check_licenses k join licenses l on l.id = k.license_id where k.check_id = c.id)");
            }
            query.push(")");
        }
        if let Some(parties) = &self.parties {
            query.push(" and coalesce((select bool_or(s.party_id = any(").push_bind(parties);
            query
                .push(")) from check_subjects s where s.check_id = c.id) or (select bool_or(l.party_id = any(")
                .push_bind(parties);
            query.push(")) from check_licenses k join license_parties l on l.license_id = k.license_id where k.check_id = c.id), false)");
        }
        query.push(", false)");
    }

    /// Due date and key. The key is always asked, so that the first page is read as the others are.
    fn conditions(&self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>, after: Option<Key>) {
        if let Some(days) = self.until {
            // No place's day is later than this one: up to there, an index knows.
            let latest = self.at.date() + time::Duration::days(i64::from(days) + 1);
            query.push(" and ").push(DUE).push(" <= ").push_bind(latest).push(" and c.due_on <= (").push_bind(self.at);
            query.push("::timestamptz at time zone o.zone)::date + ").push_bind(days);
        }
        if self.by_due {
            query.push(" and (").push(DUE).push(", c.id) > (");
            match after {
                Some(Key { due: Some(due), .. }) => query.push_bind(due),
                Some(Key { due: None, .. }) => query.push("'infinity'::date"),
                None => query.push("'-infinity'::date"),
            };
            query.push(", ").push_bind(after.map_or(uuid::Uuid::nil(), |key| key.id.0)).push(")");
        } else {
            query.push(" and c.id < ").push_bind(after.map_or(uuid::Uuid::max(), |key| key.id.0));
        }
    }
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

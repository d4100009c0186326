//! A check along its path: its steps, its dates, its officer, and its end.

use time::Date;

use super::read::{Texts, cases};
use crate::{
    access::Actor,
    audit::{Event, Verb},
    checks::model::{CaseFile, CheckState, Milestone, Stepped},
    db::Change,
    duties,
    error::Result,
    id::{CheckId, ExtensionId, LicenseId, PersonId},
    licenses,
};

/// Raises the revision of a check: something beneath it changed.
pub async fn touch(change: &mut Change, id: CheckId) -> Result<()> {
    sqlx::query!("update checks set revision = revision + 1 where id = $1", id.0).execute(change.conn()).await?;
    Ok(())
}

/// Stores a step along the path, with what it leaves on the check and the due date of those that set one.
pub async fn save_step(change: &mut Change, step: &Stepped, due: Option<Date>) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let when = |milestone| (step.milestone() == Some(milestone)).then_some(at);
    let who = |milestone| person.filter(|_| step.milestone() == Some(milestone));
    sqlx::query!(
        "update checks set state = $2, revision = revision + 1, version = version + 1,
             requested_at = coalesce($3, requested_at), requested_by = coalesce($4, requested_by),
             acknowledged_at = coalesce($5, acknowledged_at), officer_id = coalesce($6, officer_id),
             replied_at = case when $7 then null else coalesce($8, replied_at) end,
             resulted_at = coalesce($9, resulted_at),
             held_state = case when $10::timestamptz is not null then state end, held_at = $10, held_by = $11,
             held_reason = case when $10 is not null then '' end,
             resumed_at = coalesce($12, resumed_at), resumed_by = coalesce($13, resumed_by),
             due_on = coalesce($14, due_on)
         where id = $1",
        step.check().0,
        step.to() as CheckState,
        when(Milestone::Sent),
        who(Milestone::Sent),
        when(Milestone::Acknowledged),
        who(Milestone::Acknowledged),
        step.milestone() == Some(Milestone::GivenBack),
        when(Milestone::Answered),
        when(Milestone::Resulted),
        when(Milestone::Held),
        who(Milestone::Held),
        when(Milestone::Resumed),
        who(Milestone::Resumed),
        due
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Moves the due date.
async fn save_due(change: &mut Change, id: CheckId, due: Date) -> Result<()> {
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

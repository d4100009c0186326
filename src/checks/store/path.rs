//! A check along its path: its steps, its dates, its officer, and its end.

use sqlx::PgConnection;
use time::Date;

use super::{
    answer::{insert_interim_reply, insert_questions},
    draft::discard,
    read::{Texts, cases},
};
use crate::{
    audit::Event,
    checks::{
        model::{
            Candidate, CaseFile, CheckState, Closed, Extended, Milestone, Owned, Owner, Prioritized, Priority,
            Reassigned, Stepped, Taken, Waived,
        },
        verbs::CheckVerb,
    },
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

/// Takes a step, and keeps the text that it asks.
pub async fn take(change: &mut Change, taken: &Taken) -> Result<()> {
    let step = taken.step();
    match step.verb() {
        CheckVerb::Discard => return discard(change, step).await,
        CheckVerb::Interim => insert_interim_reply(change, taken).await?,
        CheckVerb::GiveBack => insert_questions(change, taken).await?,
        _ => {}
    }
    save_step(change, step).await?;
    if step.verb() == CheckVerb::Hold { save_hold_reason(change, taken).await } else { Ok(()) }
}

/// Stores a step along the path, with what it leaves on the check and the due date of those that set one.
pub(super) async fn save_step(change: &mut Change, step: &Stepped) -> Result<()> {
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
        step.due()
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

async fn save_hold_reason(change: &mut Change, taken: &Taken) -> Result<()> {
    let check = taken.step().check();
    sqlx::query!("update checks set held_reason = $2 where id = $1", check.0, taken.text().as_str())
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Closes a check whose result stands and whose licenses are settled.
pub async fn close(change: &mut Change, closed: &Closed) -> Result<()> {
    let (id, at) = (closed.check(), change.at);
    sqlx::query!("update checks set state = 'closed', closed_at = $2, revision = revision + 1 where id = $1", id.0, at)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Gives a check to another officer of the post.
pub async fn reassign(change: &mut Change, to: &Reassigned) -> Result<()> {
    let (id, officer) = (to.check(), to.officer());
    sqlx::query!("update checks set officer_id = $2, version = version + 1 where id = $1", id.0, officer.0)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Gives a check to somebody in Washington. Nothing that is signed speaks of who has it: it stands.
pub async fn give(change: &mut Change, to: &Owned) -> Result<()> {
    let (id, person) = (to.check().0, to.person().0);
    let done = match to.owner() {
        Owner::CaseOfficer => sqlx::query!("update checks set case_officer_id = $2 where id = $1", id, person),
        Owner::Reviewer => sqlx::query!("update checks set reviewer_id = $2 where id = $1", id, person),
    };
    done.execute(change.conn()).await?;
    Ok(())
}

/// Who has a role of those in Washington that checks are had in, on that day.
pub async fn candidates(conn: &mut PgConnection, today: Date) -> Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: PersonId", m.name, a.role as "owner: Owner" from assignments a join people m on m.id = a.person_id
           where a.role in ('case_officer', 'reviewer') and m.disabled_at is null and $1 between a.starts_on and coalesce(a.ends_on, 'infinity')
           order by m.name, m.id"#,
        today
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| Candidate { id: row.id, name: row.name, owner: row.owner }).collect())
}

/// Waives a required site visit.
pub async fn waive(change: &mut Change, waived: &Waived) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update checks set site_visit_waiver = $2, site_visit_waived_at = $3, site_visit_waived_by = $4, revision = revision + 1
         where id = $1",
        waived.check().0,
        waived.why().as_str(),
        at,
        person
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Moves the due date.
pub async fn extend(change: &mut Change, extended: &Extended) -> Result<()> {
    let id = extended.check();
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into extensions (id, check_id, due_before, due_after, reason, extended_by, extended_at) values ($1, $2, $3, $4, $5, $6, $7)",
        ExtensionId::new().0,
        id.0,
        *extended.before(),
        *extended.due(),
        extended.reason().as_str(),
        person,
        at
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    sqlx::query!("update checks set due_on = $2, revision = revision + 1 where id = $1", id.0, *extended.due())
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Makes a check more or less urgent. What was signed speaks of other things: it stands.
pub async fn prioritize(change: &mut Change, to: &Prioritized) -> Result<()> {
    let (id, priority) = (to.check(), *to.priority());
    sqlx::query!("update checks set priority = $2 where id = $1", id.0, priority as Priority)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Closes every check on a license that is resulted and has no open license left: the same change that settled it.
pub async fn close_settled(change: &mut Change, license: LicenseId) -> Result<Vec<Event>> {
    let ids = sqlx::query_scalar!(
        r#"select c.id as "id: CheckId" from checks c join check_licenses k on k.check_id = c.id
           where k.license_id = $1 and c.state = 'resulted' for update of c"#,
        license.0
    );
    let ids = ids.fetch_all(change.conn()).await?;
    let mut events = Vec::new();
    let at = change.at;
    let files = cases(change.conn(), licenses::store::EVERYTHING, &ids, Texts::Left, at).await?;
    for closed in files.iter().filter_map(CaseFile::close) {
        close(change, &closed).await?;
        events.push(closed.into());
    }
    Ok(events)
}

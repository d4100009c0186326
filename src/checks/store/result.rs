//! The result of a check: proposed, declined, signed, countersigned.

use sqlx::types::Json;

use super::path::{save_step, touch};
use crate::{
    basis::Basis,
    checks::model::{Countersigned, Declined, EndedBecause, EndedEarly, NewResult, Proposed, ResultSigned, ResultWord},
    db::Change,
    duties,
    error::Result,
    id::{CheckId, ResultId},
};

pub(super) async fn withdraw_result(change: &mut Change, id: CheckId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update results set withdrawn_at = $2 where check_id = $1 and withdrawn_at is null", id.0, at)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// Withdraws the result that a reviewer or a supervisor declined to sign.
pub async fn decline_result(change: &mut Change, declined: &Declined) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update results set withdrawn_at = $2, declined_because = $3, declined_by = $4 where id = $1",
        declined.result().0,
        at,
        declined.why().as_str(),
        person
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    touch(change, *declined.check()).await
}

/// Proposes a result in place of an earlier proposal.
pub async fn propose(change: &mut Change, proposed: &Proposed) -> Result<()> {
    let says = proposed.says();
    insert(change, *proposed.check(), *proposed.result(), says, None).await
}

/// Ends a check with a result that its reviewer signs.
pub async fn end_early(change: &mut Change, ended: &EndedEarly) -> Result<()> {
    insert(change, ended.step().check(), *ended.result(), &ended.says(), Some(*ended.because())).await?;
    sign(change, *ended.result(), *ended.revision(), ended.basis()).await?;
    if let Some(post) = ended.post() {
        sqlx::query!("update checks set post_id = $2 where id = $1", ended.step().check().0, post.0)
            .execute(change.conn())
            .await?;
    }
    save_step(change, ended.step()).await
}

async fn insert(
    change: &mut Change,
    id: CheckId,
    result: ResultId,
    new: &NewResult,
    ended_because: Option<EndedBecause>,
) -> Result<()> {
    withdraw_result(change, id).await?;
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into results (id, check_id, word, text, caveat, ended_because, proposed_by, proposed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        result.0,
        id.0,
        new.word as ResultWord,
        new.text.as_str(),
        new.caveat.as_str(),
        ended_because as Option<EndedBecause>,
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
    touch(change, id).await
}

/// Signs a result on the revision that was read; the last signature takes the check to its result.
pub async fn sign_result(change: &mut Change, signed: &ResultSigned) -> Result<()> {
    sign(change, *signed.result(), *signed.revision(), signed.basis()).await?;
    match signed.step() {
        Some(step) => save_step(change, step).await,
        None => Ok(()),
    }
}

async fn sign(change: &mut Change, id: ResultId, revision: i32, basis: &Basis) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update results set signed_by = $2, signed_at = $3, signed_revision = $4, rests_on = $5, version = version + 1 where id = $1",
        id.0,
        person,
        at,
        revision,
        Json(basis) as _
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Countersigns a result on the revision that was read.
pub async fn countersign_result(change: &mut Change, signed: &Countersigned) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update results set countersigned_by = $2, countersigned_at = $3, countersigned_revision = $4, version = version + 1 where id = $1",
        signed.result().0,
        person,
        at,
        *signed.revision()
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    save_step(change, signed.step()).await
}

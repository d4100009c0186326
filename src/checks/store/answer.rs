//! What the post answers: interim replies and the recommendation; what Washington asks back and what is explained.

use super::{
    path::{save_step, touch},
    result::withdraw_result,
};
use sqlx::types::Json;

use crate::{
    checks::model::{BroughtBack, Cleared, Explained, RecommendationWord, Recommended, Signed, Taken},
    db::Change,
    duties,
    error::Result,
    id::{ExplanationId, InterimReplyId, QuestionId, RecommendationId},
};

/// Keeps the questions a check was given back with; the recommendation and a proposed result are withdrawn.
pub(super) async fn insert_questions(change: &mut Change, taken: &Taken) -> Result<()> {
    let id = taken.step().check();
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into check_questions (id, check_id, text, asked_by, asked_at) values ($1, $2, $3, $4, $5)",
        QuestionId::new().0,
        id.0,
        taken.text().as_str(),
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

/// Keeps a signed interim reply.
pub(super) async fn insert_interim_reply(change: &mut Change, taken: &Taken) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into interim_replies (id, check_id, text, signed_by, signed_at, revision_read) values ($1, $2, $3, $4, $5, $6)",
        InterimReplyId::new().0,
        taken.step().check().0,
        taken.text().as_str(),
        person,
        at,
        *taken.revision()
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Writes the recommendation, in place of an earlier one that nobody signed.
pub async fn recommend(change: &mut Change, recommended: &Recommended) -> Result<()> {
    let (id, at, person) = (*recommended.check(), change.at, change.person().map(|person| person.0));
    sqlx::query!("update recommendations set withdrawn_at = $2 where check_id = $1 and withdrawn_at is null", id.0, at)
        .execute(change.conn())
        .await?;
    sqlx::query!(
        "insert into recommendations (id, check_id, word, text, written_by, written_at) values ($1, $2, $3, $4, $5, $6)",
        recommended.recommendation().0,
        id.0,
        *recommended.word() as RecommendationWord,
        recommended.text().as_str(),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    touch(change, id).await
}

/// Signs the recommendation on the file as it was read.
pub async fn sign_recommendation(change: &mut Change, signed: &Signed) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update recommendations set signed_by = $2, signed_at = $3, signed_revision = $4, rests_on = $5, version = version + 1
         where id = $1",
        signed.recommendation().0,
        person,
        at,
        *signed.revision(),
        Json(signed.basis()) as _
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    Ok(())
}

/// Opens a signed reply again. The signature stays on a withdrawn copy: who gave it is kept apart from the result and
/// the decision all the same.
pub async fn bring_back(change: &mut Change, back: &BroughtBack) -> Result<()> {
    let (id, at, person) = (*back.recommendation(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into recommendations (id, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, rests_on,
             withdrawn_at, returned_by, returned_remark)
         select $2, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, rests_on, $3, $4, $5
         from recommendations where id = $1",
        id.0,
        RecommendationId::new().0,
        at,
        person,
        back.remark().as_str()
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    sqlx::query!(
        "update recommendations set signed_by = null, signed_at = null, signed_revision = null, rests_on = null, version = version + 1
         where id = $1",
        id.0
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    touch(change, *back.check()).await
}

pub async fn clear(change: &mut Change, cleared: &Cleared) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "update recommendations set cleared_by = $2, cleared_at = $3, cleared_revision = $4, post_of_one = $5, cleared_on = $6, version = version + 1
         where check_id = $1 and withdrawn_at is null",
        cleared.step().check().0,
        person,
        at,
        *cleared.revision(),
        *cleared.post_of_one(),
        Json(cleared.basis()) as _
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    save_step(change, cleared.step()).await
}

/// Keeps an explanation of a contradiction.
pub async fn explain(change: &mut Change, explained: &Explained) -> Result<()> {
    let (id, at, person) = (*explained.check(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into explanations (id, check_id, contradiction, fingerprint, text, explained_by, explained_at, said)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        ExplanationId::new().0,
        id.0,
        explained.contradiction().as_str(),
        explained.fingerprint().as_str(),
        explained.text().as_str(),
        person,
        at,
        explained.said().as_str()
    )
    .execute(change.conn())
    .await?;
    touch(change, id).await
}

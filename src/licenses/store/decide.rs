//! Acts on a license: decisions, exceptions, and the conditions of an approval.

use sqlx::types::Json;

use crate::{
    basis::Basis,
    db::Change,
    duties,
    error::{AppError, Refuses, Result},
    id::{DecisionId, LicenseId, ProvisoId},
    licenses::model::{Act, Decided, Excepted, LicenseStatus, Met, Raised, Refusal},
};

/// Stores a decided act, with its provisos. A returned or denied license releases its permits' numbers.
pub async fn save_decision(change: &mut Change, decided: &Decided) -> Result<DecisionId> {
    let (id, at, person) = (DecisionId::new(), change.at, change.person().ok_or(AppError::NotFound)?);
    let (license, provisos) = (decided.license().0, decided.provisos());
    sqlx::query!(
        "insert into decisions (id, license_id, number, act, reasons, decided_by, decided_at, revision_read, value_usd, basis)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.0,
        license,
        *decided.number(),
        *decided.act() as Act,
        decided.reasons().as_str(),
        person.0,
        at,
        *decided.revision(),
        *decided.amount(),
        Json(decided.basis()) as Json<&Basis>
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    if !provisos.is_empty() {
        let ids: Vec<uuid::Uuid> = provisos.iter().map(|_| ProvisoId::new().0).collect();
        sqlx::query!(
            "insert into provisos (id, decision_id, number, text)
             select v.id, $1, v.number, v.text from unnest($2::uuid[], $3::text[]) with ordinality as v (id, text, number)",
            id.0,
            &ids,
            provisos.as_slice()
        )
        .execute(change.conn())
        .await?;
    }
    sqlx::query!(
        "update licenses set status = $2, revision = revision + 1, version = version + 1 where id = $1",
        license,
        *decided.status() as LicenseStatus
    )
    .execute(change.conn())
    .await?;
    if matches!(decided.status(), LicenseStatus::Returned | LicenseStatus::Denied) {
        release_numbers(change, *decided.license()).await?;
    }
    Ok(id)
}

/// Gives the permit numbers that a license no longer uses (it is returned or denied, or the paper is withdrawn) to the
/// oldest live license that has the same paper. A paper that its authority revoked is nobody's.
pub async fn release_numbers(change: &mut Change, license: LicenseId) -> Result<()> {
    sqlx::query!(
        "update permits set holds_number = false where license_id = $1 and holds_number and (withdrawn_at is not null or exists
                      (select from licenses where id = $1 and status in ('returned', 'denied')))",
        license.0
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "update permits set holds_number = true where id in (
             select distinct on (p.authority_id, p.number_normalized) p.id from permits p join licenses l on l.id = p.license_id
             where l.status not in ('returned', 'denied') and p.withdrawn_at is null and not exists (select from permits h where h.holds_number
                     and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized)
                 and not exists (select from permits h where h.revoked_on is not null and h.withdrawn_at is null
                     and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized)
                 and (p.authority_id, p.number_normalized) in (select authority_id, number_normalized from permits where license_id = $1)
             order by p.authority_id, p.number_normalized, p.id)",
        license.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Adds a condition in words.
pub async fn raise(change: &mut Change, raised: &Raised) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into conditions (id, license_id, text, who_acts, raised_by, raised_at) values ($1, $2, $3, $4, $5, $6)",
        raised.condition().0,
        raised.license().0,
        raised.text().as_str(),
        raised.who_acts().as_str(),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Notes that a condition is met, and by what.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn meet(change: &mut Change, met: &Met, read: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "update conditions set met_at = $3, met_by = $4, evidence = $5, version = version + 1 where id = $1 and version = $2 and met_at is null",
        met.condition().0,
        read,
        at,
        person,
        met.evidence().as_str()
    );
    if saved.execute(change.conn()).await.map_err(duties::refused)?.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::Stale)
    }
}

/// Keeps a supervisor's exception.
pub async fn except(change: &mut Change, excepted: &Excepted) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into exceptions (id, license_id, guard, party_id, reason, excepted_by, excepted_at, result_id, basis)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        crate::id::ExceptionId::new().0,
        excepted.license().0,
        *excepted.guard(),
        excepted.party().map(|party| party.0),
        excepted.reason().as_str(),
        person,
        at,
        excepted.result().map(|result| result.0),
        Json(excepted.basis()) as Json<&Basis>
    )
    .execute(change.conn())
    .await
    .map_err(Refusal::said)?;
    Ok(())
}

/// The largest value a person may decide.
pub async fn authority_of(change: &mut Change, person: crate::id::PersonId) -> Result<rust_decimal::Decimal> {
    Ok(sqlx::query_scalar!("select decision_authority from people where id = $1", person.0)
        .fetch_one(change.conn())
        .await?)
}

//! Two records of one party become one: what of theirs is open is locked, and moves.

use super::record::insert_alias;
use crate::{
    db::Change,
    error::{AppError, Result},
    id::{CheckId, LicenseId, PartyId},
    parties::model::{PartyRole, SharedRole, TakesPossession},
};

/// The open files that name one of two parties, locked: a license that is not settled or has a check that is not
/// closed, and every check that is not closed. What is closed keeps what it says.
#[derive(Debug)]
pub struct Files {
    /// The licenses, with their numbers.
    pub licenses: Vec<(LicenseId, String)>,
    /// The checks, and whether one of the licenses is theirs.
    pub checks: Vec<(CheckId, bool)>,
}

/// Locks the open files of two parties.
pub async fn open_files(change: &mut Change, from: PartyId, into: PartyId) -> Result<Files> {
    let same: Vec<uuid::Uuid> = vec![from.0, into.0];
    let licenses = sqlx::query!(
        r#"with same as (select id from parties where id = any($1) or merged_into = any($1))
           select l.id as "id: LicenseId", l.number from licenses l
           where (l.status in ('pending', 'approved_on_conditions') or exists (select from check_licenses k join checks c on c.id = k.check_id
                   where k.license_id = l.id and c.state <> 'closed'))
               and l.id in (select license_id from license_parties where party_id in (select id from same)
                   union all select license_id from custody_steps where party_id in (select id from same)
                   union all select license_id from serials where holder_party_id in (select id from same)
                   union all select license_id from exceptions where party_id in (select id from same))
           order by l.id for update of l"#,
        &same
    );
    let licenses: Vec<(LicenseId, String)> =
        licenses.fetch_all(change.conn()).await?.into_iter().map(|row| (row.id, row.number)).collect();
    let ids: Vec<uuid::Uuid> = licenses.iter().map(|(id, _)| id.0).collect();
    let checks = sqlx::query!(
        r#"with same as (select id from parties where id = any($1) or merged_into = any($1))
           select c.id as "id: CheckId", exists (select from check_licenses k where k.check_id = c.id and k.license_id = any($2)) as "licensed!"
           from checks c where c.state <> 'closed' and c.id in (select check_id from check_licenses where license_id = any($2)
               union all select check_id from check_subjects where party_id in (select id from same)
               union all select check_id from findings where party_id in (select id from same)
               union all select check_id from statements where about_party_id in (select id from same)
               union all select found_on_check from parties where standing = 'found' and id in (select id from same))
           order by c.id for update of c"#,
        &same,
        &ids
    );
    let checks = checks.fetch_all(change.conn()).await?.into_iter().map(|row| (row.id, row.licensed)).collect();
    sqlx::query!("select id from parties where id = any($1) order by id for update", &same)
        .fetch_all(change.conn())
        .await?;
    Ok(Files { licenses, checks })
}

/// How two parties stand beside each other on the open licenses that name both.
pub async fn shared_roles(change: &mut Change, from: PartyId, into: PartyId, files: &Files) -> Result<Vec<SharedRole>> {
    let ids: Vec<uuid::Uuid> = files.licenses.iter().map(|(id, _)| id.0).collect();
    let rows = sqlx::query!(
        r#"select l.number, f.role as "from_role: PartyRole", f.takes_possession as "from_takes: TakesPossession",
               t.role as "into_role: PartyRole", t.takes_possession as "into_takes: TakesPossession"
           from license_parties f join license_parties t on t.license_id = f.license_id join licenses l on l.id = f.license_id
           where f.party_id = $1 and t.party_id = $2 and l.id = any($3) order by l.id, f.role, t.role"#,
        from.0,
        into.0,
        &ids
    );
    let shared = rows.fetch_all(change.conn()).await?.into_iter().map(|row| SharedRole {
        license: row.number,
        from: (row.from_role, row.from_takes),
        into: (row.into_role, row.into_takes),
    });
    Ok(shared.collect())
}

/// Makes one record of two: names, facts and list entries of `from` become `into`'s, and so do its roles in open files.
/// What was recorded with it keeps its id and is read as `into`'s; `from` stays, and points there.
///
/// # Errors
/// [`AppError::Stale`] when one of the two was merged in between.
pub async fn merge(change: &mut Change, from: PartyId, into: PartyId, source: &str, files: &Files) -> Result<()> {
    let standing =
        sqlx::query!("select id, name, name_folded, standing from parties where id = any($1)", &[from.0, into.0]);
    let standing = standing.fetch_all(change.conn()).await?;
    let (Some(old), Some(new)) =
        (standing.iter().find(|row| row.id == from.0), standing.iter().find(|row| row.id == into.0))
    else {
        return Err(AppError::NotFound);
    };
    if old.standing == "merged" || new.standing == "merged" {
        return Err(AppError::Stale);
    }
    move_roles(change, from, into, files).await?;
    sqlx::query!("update party_facts set party_id = $2 where party_id = $1", from.0, into.0)
        .execute(change.conn())
        .await?;
    sqlx::query!("update party_listings set party_id = $2 where party_id = $1", from.0, into.0)
        .execute(change.conn())
        .await?;
    sqlx::query!(
        "update party_aliases a set party_id = $2 where party_id = $1
             and not exists (select from party_aliases t where t.party_id = $2 and t.name_folded = a.name_folded)",
        from.0,
        into.0
    )
    .execute(change.conn())
    .await?;
    if old.name_folded != new.name_folded {
        insert_alias(change, into, &old.name, source).await?;
    }
    // Pointers stay one step long: who was merged into `from` before is now one with `into`.
    sqlx::query!(
        "update parties set standing = 'merged', merged_into = $2, version = version + 1 where id = $1 or merged_into = $1",
        from.0,
        into.0
    )
    .execute(change.conn())
    .await?;
    raise(change, files).await
}

/// Moves the roles on open licenses and the subjects of open checks; of two rows that become one, what is known of
/// possession stays.
async fn move_roles(change: &mut Change, from: PartyId, into: PartyId, files: &Files) -> Result<()> {
    let licenses: Vec<uuid::Uuid> = files.licenses.iter().map(|(id, _)| id.0).collect();
    let checks: Vec<uuid::Uuid> = files.checks.iter().map(|(id, _)| id.0).collect();
    sqlx::query!(
        "update license_parties t set takes_possession = f.takes_possession, version = t.version + 1 from license_parties f
         where f.party_id = $1 and t.party_id = $2 and t.license_id = f.license_id and t.role = f.role and t.license_id = any($3)
             and t.takes_possession = 'unknown' and f.takes_possession <> 'unknown'",
        from.0,
        into.0,
        &licenses
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "delete from license_parties f where f.party_id = $1 and f.license_id = any($3) and exists (select from license_parties t
             where t.license_id = f.license_id and t.role = f.role and t.party_id = $2)",
        from.0,
        into.0,
        &licenses
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "update license_parties set party_id = $2, version = version + 1 where party_id = $1 and license_id = any($3)",
        from.0,
        into.0,
        &licenses
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "delete from check_subjects f where f.party_id = $1 and f.check_id = any($3) and exists (select from check_subjects t
             where t.check_id = f.check_id and t.role = f.role and t.party_id = $2)",
        from.0,
        into.0,
        &checks
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "update check_subjects set party_id = $2 where party_id = $1 and check_id = any($3)",
        from.0,
        into.0,
        &checks
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Raises the revisions of files that changed.
async fn raise(change: &mut Change, files: &Files) -> Result<()> {
    let licenses: Vec<uuid::Uuid> = files.licenses.iter().map(|(id, _)| id.0).collect();
    let checks: Vec<uuid::Uuid> = files.checks.iter().map(|(id, _)| id.0).collect();
    sqlx::query!("update licenses set revision = revision + 1 where id = any($1)", &licenses)
        .execute(change.conn())
        .await?;
    sqlx::query!("update checks set revision = revision + 1 where id = any($1)", &checks)
        .execute(change.conn())
        .await?;
    Ok(())
}

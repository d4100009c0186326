//! Two records of one party become one: what of theirs is open is locked, and moves.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::record::insert_alias;
use crate::{
    db::Change,
    error::{AppError, Result},
    id::{AliasId, CheckId, LicenseId, MergeId, PartyId},
    parties::model::{PartyRole, SharedRole, Standing, TakesPossession},
};

/// The open files that name one of two parties: a license that is not settled or has a check that is not closed, and
/// every check that is not closed. What is closed keeps what it says.
#[derive(Debug)]
pub struct Files {
    pub licenses: Vec<LicenseId>,
    /// The checks, and whether one of the licenses is theirs.
    pub checks: Vec<(CheckId, bool)>,
}

impl Files {
    pub(super) fn license_ids(&self) -> Vec<Uuid> {
        self.licenses.iter().map(|id| id.0).collect()
    }

    pub(super) fn check_ids(&self) -> Vec<Uuid> {
        self.checks.iter().map(|(id, _)| id.0).collect()
    }
}

/// Locks the open files of two parties, and both records: then nothing new names them.
pub async fn open_files(change: &mut Change, from: PartyId, into: PartyId) -> Result<Files> {
    let same = [from.0, into.0];
    sqlx::query!(
        "select id from licenses where id in (select license_id from open_files_of($1)) order by id for update",
        &same
    )
    .fetch_all(change.conn())
    .await?;
    sqlx::query!(
        "select id from checks where id in (select check_id from open_files_of($1)) order by id for update",
        &same
    )
    .fetch_all(change.conn())
    .await?;
    sqlx::query!("select id from parties where id = any($1) order by id for update", &same)
        .fetch_all(change.conn())
        .await?;
    files_of(change.conn(), from, into).await
}

/// The open files of two parties, as they are now.
pub async fn files_of(conn: &mut PgConnection, from: PartyId, into: PartyId) -> Result<Files> {
    let rows = sqlx::query!(
        r#"with open as (select * from open_files_of($1))
           select o.license_id as "license: LicenseId", o.check_id as "check: CheckId",
               coalesce(o.check_id = any(array(select k.check_id from check_licenses k
                   where k.license_id = any(array(select license_id from open)))), false) as "licensed!"
           from open o order by o.license_id, o.check_id"#,
        &[from.0, into.0]
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(Files {
        licenses: rows.iter().filter_map(|row| row.license).collect(),
        checks: rows.iter().filter_map(|row| Some((row.check?, row.licensed))).collect(),
    })
}

/// How two parties stand beside each other on the open licenses that name both.
pub async fn shared_roles(change: &mut Change, from: PartyId, into: PartyId, files: &Files) -> Result<Vec<SharedRole>> {
    let rows = sqlx::query!(
        r#"select l.number, f.role as "from_role: PartyRole", f.takes_possession as "from_takes: TakesPossession",
               t.role as "into_role: PartyRole", t.takes_possession as "into_takes: TakesPossession"
           from license_parties f join license_parties t on t.license_id = f.license_id join licenses l on l.id = f.license_id
           where f.party_id = $1 and t.party_id = $2 and l.id = any($3) order by l.id, f.role, t.role"#,
        from.0,
        into.0,
        &files.license_ids()
    );
    let shared = rows.fetch_all(change.conn()).await?.into_iter().map(|row| SharedRole {
        license: row.number,
        from: (row.from_role, row.from_takes),
        into: (row.into_role, row.into_takes),
    });
    Ok(shared.collect())
}

/// What a merge does, kept so that it can be undone.
#[derive(Debug, Default)]
struct Kept {
    /// The rows that move, by table.
    moved: BTreeMap<&'static str, Vec<Uuid>>,
    /// The rows that become one with another, by table.
    taken: BTreeMap<&'static str, Vec<Value>>,
    /// The roles that take from the other record whether it takes possession.
    learned: Vec<Value>,
    alias: Option<AliasId>,
    earlier: Vec<Uuid>,
    /// What is `into`'s own before.
    stood: Vec<Uuid>,
}

/// Makes one record of two: names, facts and list entries of `from` become `into`'s, and so do its roles in open files.
/// What was recorded with it keeps its id and is read as `into`'s; `from` stays, and points there. What moved is kept.
///
/// # Errors
/// [`AppError::Stale`] when one of the two was merged in between.
pub async fn merge(change: &mut Change, from: PartyId, into: PartyId, source: &str, files: &Files) -> Result<()> {
    let standing = sqlx::query!(
        r#"select id, name, name_folded, standing as "standing: Standing" from parties where id = any($1)"#,
        &[from.0, into.0]
    );
    let standing = standing.fetch_all(change.conn()).await?;
    let (Some(old), Some(new)) =
        (standing.iter().find(|row| row.id == from.0), standing.iter().find(|row| row.id == into.0))
    else {
        return Err(AppError::NotFound);
    };
    if old.standing == Standing::Merged || new.standing == Standing::Merged {
        return Err(AppError::Stale);
    }
    let mut kept = Kept { stood: own(change, into, files).await?, ..Kept::default() };
    move_roles(change, from, into, files, &mut kept).await?;
    move_subjects(change, from, into, files, &mut kept).await?;
    move_known(change, from, into, &mut kept).await?;
    if old.name_folded != new.name_folded {
        kept.alias = insert_alias(change, into, &old.name, source).await?;
    }
    // Pointers stay one step long: who was merged into `from` before is now one with `into`.
    let moved = sqlx::query_scalar!(
        "update parties set standing = 'merged', merged_into = $2, version = version + 1 where id = $1 or merged_into = $1 returning id",
        from.0,
        into.0
    );
    kept.earlier = moved.fetch_all(change.conn()).await?.into_iter().filter(|id| *id != from.0).collect();
    keep(change, (from, old.standing), into, source, &kept).await?;
    raise(change, files).await
}

/// What is a record's own: its rows, and the records merged into it.
async fn own(change: &mut Change, party: PartyId, files: &Files) -> Result<Vec<Uuid>> {
    let own = sqlx::query_scalar!(
        r#"select id as "id!" from party_aliases where party_id = $1 union all select id from party_facts where party_id = $1
           union all select id from party_listings where party_id = $1 union all select id from license_parties where party_id = $1
           union all select id from check_subjects where party_id = $1 union all select id from findings where party_id = $1
           union all select id from statements where about_party_id = $1 union all select id from custody_steps where party_id = $1
           union all select id from serials where holder_party_id = $1 union all select id from parties where merged_into = $1
           union all select id from contacts where party_id = $1 and check_id = any($2)"#,
        party.0,
        &files.check_ids()
    );
    Ok(own.fetch_all(change.conn()).await?)
}

async fn keep(
    change: &mut Change,
    (from, standing): (PartyId, Standing),
    into: PartyId,
    source: &str,
    kept: &Kept,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into merges (id, from_party, into_party, source, merged_by, merged_at, standing, moved, taken, learned, alias, earlier, stood)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        MergeId::new().0,
        from.0,
        into.0,
        source,
        person,
        at,
        standing as Standing,
        Json(&kept.moved) as _,
        Json(&kept.taken) as _,
        Json(&kept.learned) as _,
        kept.alias.map(|alias| alias.0),
        &kept.earlier,
        &kept.stood
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Moves the roles on open licenses; of two rows that become one, what is known of possession stays.
async fn move_roles(change: &mut Change, from: PartyId, into: PartyId, files: &Files, kept: &mut Kept) -> Result<()> {
    let licenses = files.license_ids();
    let learned = sqlx::query!(
        "update license_parties t set takes_possession = f.takes_possession, version = t.version + 1
         from license_parties f, license_parties o
         where f.party_id = $1 and t.party_id = $2 and t.license_id = f.license_id and t.role = f.role and t.license_id = any($3)
             and o.id = t.id and t.takes_possession = 'unknown' and f.takes_possession <> 'unknown'
         returning t.id, o.takes_possession as was, t.version",
        from.0,
        into.0,
        &licenses
    );
    let learned = learned.fetch_all(change.conn()).await?.into_iter();
    kept.learned = learned.map(|row| json!({ "id": row.id, "was": row.was, "version": row.version })).collect();
    let taken = sqlx::query_scalar!(
        r#"delete from license_parties f where f.party_id = $1 and f.license_id = any($3) and exists (select from license_parties t
             where t.license_id = f.license_id and t.role = f.role and t.party_id = $2) returning to_jsonb(f) as "gone!""#,
        from.0,
        into.0,
        &licenses
    );
    kept.taken.insert("license_parties", taken.fetch_all(change.conn()).await?);
    let moved = sqlx::query_scalar!(
        "update license_parties set party_id = $2, version = version + 1 where party_id = $1 and license_id = any($3) returning id",
        from.0,
        into.0,
        &licenses
    );
    kept.moved.insert("license_parties", moved.fetch_all(change.conn()).await?);
    Ok(())
}

/// Moves the subjects of open checks.
async fn move_subjects(
    change: &mut Change,
    from: PartyId,
    into: PartyId,
    files: &Files,
    kept: &mut Kept,
) -> Result<()> {
    let checks = files.check_ids();
    let taken = sqlx::query_scalar!(
        r#"delete from check_subjects f where f.party_id = $1 and f.check_id = any($3) and exists (select from check_subjects t
             where t.check_id = f.check_id and t.role = f.role and t.party_id = $2) returning to_jsonb(f) as "gone!""#,
        from.0,
        into.0,
        &checks
    );
    kept.taken.insert("check_subjects", taken.fetch_all(change.conn()).await?);
    let moved = sqlx::query_scalar!(
        "update check_subjects set party_id = $2 where party_id = $1 and check_id = any($3) returning id",
        from.0,
        into.0,
        &checks
    );
    kept.moved.insert("check_subjects", moved.fetch_all(change.conn()).await?);
    Ok(())
}

/// Moves facts, list entries, and those other names that are new there.
async fn move_known(change: &mut Change, from: PartyId, into: PartyId, kept: &mut Kept) -> Result<()> {
    let facts =
        sqlx::query_scalar!("update party_facts set party_id = $2 where party_id = $1 returning id", from.0, into.0);
    kept.moved.insert("party_facts", facts.fetch_all(change.conn()).await?);
    let listings =
        sqlx::query_scalar!("update party_listings set party_id = $2 where party_id = $1 returning id", from.0, into.0);
    kept.moved.insert("party_listings", listings.fetch_all(change.conn()).await?);
    let aliases = sqlx::query_scalar!(
        "update party_aliases a set party_id = $2 where party_id = $1
             and not exists (select from party_aliases t where t.party_id = $2 and t.name_folded = a.name_folded) returning id",
        from.0,
        into.0
    );
    kept.moved.insert("party_aliases", aliases.fetch_all(change.conn()).await?);
    Ok(())
}

/// Raises the revisions of files that changed.
pub(super) async fn raise(change: &mut Change, files: &Files) -> Result<()> {
    sqlx::query!("update licenses set revision = revision + 1 where id = any($1)", &files.license_ids())
        .execute(change.conn())
        .await?;
    sqlx::query!("update checks set revision = revision + 1 where id = any($1)", &files.check_ids())
        .execute(change.conn())
        .await?;
    Ok(())
}

//! Every statement on whom the checks of regions go to.

use sqlx::PgConnection;

use crate::{
    db::Change,
    error::{AppError, Result},
    id::{PersonId, RegionOwnersId},
    vocabulary::Region,
};

/// Whom the checks of a region go to.
#[derive(Debug)]
pub struct RegionOwners {
    pub region: Region,
    /// Nothing, while nobody was ever set.
    pub id: Option<RegionOwnersId>,
    pub case_officer: Option<(PersonId, String)>,
    pub reviewer: Option<(PersonId, String)>,
    pub version: i32,
}

/// Of every region, or of one, as it is.
pub async fn owners(conn: &mut PgConnection, only: Option<Region>) -> Result<Vec<RegionOwners>> {
    let rows = sqlx::query!(
        r#"select r.region as "region!: Region", o.id as "id?: RegionOwnersId", coalesce(o.version, 0) as "version!",
               c.id as "case_officer?: PersonId", c.name as "case_officer_name?", v.id as "reviewer?: PersonId", v.name as "reviewer_name?"
           from unnest($1::text[]) with ordinality r (region, place) left join region_owners o on o.region = r.region
           left join people c on c.id = o.case_officer_id left join people v on v.id = o.reviewer_id
           where $2::text is null or r.region = $2 order by r.place"#,
        &Region::ALL.iter().map(ToString::to_string).collect::<Vec<_>>(),
        only.map(Region::code)
    );
    let rows = rows.fetch_all(conn).await?;
    let owners = rows.into_iter().map(|row| RegionOwners {
        region: row.region,
        id: row.id,
        case_officer: row.case_officer.zip(row.case_officer_name),
        reviewer: row.reviewer.zip(row.reviewer_name),
        version: row.version,
    });
    Ok(owners.collect())
}

/// Sets whom a region's checks go to from now on; a case officer who stays has them since when they were set. `read` is
/// the version that was read.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save(
    change: &mut Change,
    of: &RegionOwners,
    (case_officer, reviewer): (Option<PersonId>, Option<PersonId>),
    read: i32,
) -> Result<RegionOwnersId> {
    let (id, at) = (of.id.unwrap_or_else(RegionOwnersId::new), change.at);
    let saved = sqlx::query!(
        "insert into region_owners as o (id, region, case_officer_id, case_officer_since, reviewer_id)
         values ($1, $2, $3, case when $3::uuid is not null then $4::timestamptz end, $5)
         on conflict (region) do update set case_officer_id = excluded.case_officer_id, reviewer_id = excluded.reviewer_id, version = o.version + 1,
             case_officer_since = case when o.case_officer_id = excluded.case_officer_id then o.case_officer_since else excluded.case_officer_since end
         where o.version = $6",
        id.0,
        of.region as Region,
        case_officer.map(|person| person.0),
        at,
        reviewer.map(|person| person.0),
        read
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(id) } else { Err(AppError::Stale) }
}

//! The newest entries of one file.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::entry::Entry;
use crate::{
    error::Result,
    id::{CheckId, EventId, LicenseId, PostId},
};

/// The moment of the newest entry.
pub async fn last_moment(conn: &mut PgConnection) -> Result<Option<OffsetDateTime>> {
    Ok(sqlx::query_scalar!("select max(at) from audit_events").fetch_one(conn).await?)
}

/// The newest entries of a check and of licenses, as people of `post` may read them: of their checks what is told to
/// them (`told_to`: done while they had it, and about no row of another side) and done by nobody of another post, of a
/// shared license their own acts and Washington's; without a post everything.
pub async fn timeline(
    conn: &mut PgConnection,
    check: Option<CheckId>,
    licenses: &[LicenseId],
    post: Option<PostId>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let licenses: Vec<Uuid> = licenses.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Entry,
        r#"select e.id as "id: EventId", e.at, coalesce(called(p.id, p.name, e.at), e.job, '') as "who!", e.role, called(o.id, o.name, e.at) as "post?", e.address, e.verb, e.summary,
               c.reference as "check?", e.check_id as "check_id: CheckId", e.license_id as "license_id: LicenseId", l.number as "license?",
               e.before, e.after
           from (select id, at from (
                   select * from (select e.id, e.at from audit_events e where e.check_id = (select $1::uuid)
                       and ((select $3::uuid) is null or (told_to(e.check_id, e.subject_kind, e.subject_id, e.at) = (select $3::uuid)
                           and (e.post_id is null or e.post_id = (select $3::uuid))))
                       order by e.at desc, e.id desc limit (select $4::bigint)) k
                   union select k.id, k.at from unnest((select $2::uuid[])) n (id) cross join lateral (
                       select e.id, e.at from audit_events e where e.license_id = n.id
                           and ((select $3::uuid) is null or (e.post_id is null or e.post_id = (select $3::uuid))
                               and (e.check_id is null or told_to(e.check_id, e.subject_kind, e.subject_id, e.at) = (select $3::uuid)))
                       order by e.at desc, e.id desc limit (select $4::bigint)) k) both_kinds
               order by at desc, id desc limit (select $4::bigint)) f
           join audit_events e on e.id = f.id left join people p on p.id = e.actor_id left join posts o on o.id = e.post_id
           left join checks c on c.id = e.check_id left join licenses l on l.id = e.license_id
           order by e.at desc, e.id desc"#,
        check.map(|id| id.0),
        &licenses,
        post.map(|id| id.0),
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}

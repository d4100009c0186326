//! The newest entries of one file.

use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::entry::Entry;
use crate::{
    audit::Verb,
    error::Result,
    id::{CheckId, EventId, LicenseId, PersonId, PostId},
};

/// How long a save is a moment ago.
const A_MOMENT: Duration = Duration::seconds(30);
/// As many entries one act makes at most of which nothing is said where it led.
const BESIDE: i64 = 20;

/// Whether a moment is one of which its person is still told.
pub fn is_a_moment_ago(at: OffsetDateTime, now: OffsetDateTime) -> bool {
    (Duration::ZERO..=A_MOMENT).contains(&(now - at))
}

/// What a person did a moment ago, in one sentence without its actor. What only came of their act is passed over.
pub async fn done_last(pool: &PgPool, person: PersonId, now: OffsetDateTime) -> Result<Option<String>> {
    let acts = sqlx::query!(
        "select verb, summary, at from audit_events where actor_id = $1 order by at desc, id desc limit $2",
        person.0,
        BESIDE
    );
    let acts = acts.fetch_all(pool).await?;
    let newest = acts.first().map(|act| act.at).filter(|at| is_a_moment_ago(*at, now));
    let last = acts.iter().take_while(|act| Some(act.at) == newest);
    let mut own = last.filter(|act| act.verb.parse().is_ok_and(|verb: Verb| !verb.comes_of_an_act()));
    let Some(act) = own.next() else { return Ok(None) };
    // Answers are logged one by one; whatever else is of many parts is told as a whole.
    let answers = Verb::FindingRecorded.code();
    let more = own.filter(|more| act.verb == answers && more.verb == answers).count();
    let says = act.summary.trim_end_matches('.');
    Ok(Some(if more == 0 { says.to_owned() } else { format!("{says}, and {more} more") }))
}

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

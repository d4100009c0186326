//! What stands on the home page beside the checks, in one statement.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::{Duration, OffsetDateTime};

use super::upkeep::{Ending, Few, Lacking, SOON, Upkeep};
use crate::{
    access::{Actor, Role, Scope},
    checks::standing::store::unowned,
    db::drafts::Unsent,
    error::Result,
    id::{CheckId, PersonId, RemarkId},
    reference,
    remarks::model::Part,
    spills::model::Side,
    text::is_cut,
};

/// A request that was taken back from the reader's post.
#[derive(Debug, Deserialize)]
pub struct Recalled {
    pub check: CheckId,
    pub reference: String,
    /// What it was about, as it was sent.
    pub subject: String,
    pub reason: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A remark that waits for the reader.
#[derive(Debug, Deserialize)]
pub struct Waiting {
    pub id: RemarkId,
    pub check: CheckId,
    pub reference: String,
    pub subject: String,
    /// The first of what it says, as much as the row has room for.
    pub text: String,
    pub length: i32,
    pub by: String,
    /// Whether it is for the reader by name.
    pub by_name: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl Waiting {
    /// Whether the text was cut.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.text, self.length)
    }
}

/// What a person began and did not finish.
#[derive(Debug, Default)]
pub struct Begun {
    /// What they typed and did not send, the newest first.
    pub unsent: Vec<Unsent>,
    /// How many texts that are in all.
    pub all_unsent: i64,
    /// How many telegrams within their scope came in and are on no check; beyond a hundred, a hundred.
    pub loose: i64,
    /// How many texts that others reported as classified wait for them.
    pub reported: i64,
    /// What was lately recalled from their post, and is not there again.
    pub recalled: Vec<Recalled>,
    /// Remarks that wait for them, the newest first.
    pub remarks: Vec<Waiting>,
    /// How many those are in all; beyond a hundred, a hundred.
    pub all_remarks: i64,
}

/// How long a post's home tells of a recalled request: a list keeps it for ever.
const LATELY: Duration = Duration::days(30);

impl Begun {
    pub fn has_more_unsent(&self) -> bool {
        usize::try_from(self.all_unsent).is_ok_and(|all| all > self.unsent.len())
    }
}

/// How many lines of a list an administrator's page shows.
const SHOWN: i64 = 6;

/// What a person began, and what waits for them beside checks: of unsent texts so many, of telegrams those that came in
/// since a moment, none since no moment; of reported texts those of the side they settle for, none for no side.
pub async fn begun(
    conn: &mut PgConnection,
    person: PersonId,
    scope: Scope,
    texts: i64,
    since: Option<OffsetDateTime>,
    (settles, part, now): (Option<Side>, Option<Part>, OffsetDateTime),
) -> Result<Begun> {
    let row = sqlx::query!(
        r#"with waiting as materialized (
               select w.*, c.reference, c.subject from (
                   (select r.* from remarks r where r.settled_at is null and r.to_person = $1 and r.to_person is not null)
                   union all (select r.* from remarks r where r.settled_at is null and r.to_part = $9 and r.to_part is not null and $5::uuid is null)
                   union all (select r.* from remarks r where r.settled_at is null and r.to_part = $9 and r.to_part is not null and r.post_id = $5)) w
               join checks c on c.id = w.check_id
               where c.state <> 'closed' and w.written_by <> $1 and ($4 or (c.post_id = $5 and c.state <> 'draft' and w.post_id = $5))
               order by w.written_at desc, w.id desc limit 100)
           select (select coalesce(jsonb_agg(to_jsonb(p) order by p.saved_at desc), '[]') from (
                   select form_id, path, title, saved_at, encode(sha256(convert_to(body, 'UTF8')), 'hex') as hash
                   from drafts where person_id = $1 order by saved_at desc, form_id desc limit $2) p) as "unsent!: Json<Vec<Unsent>>",
               (select count(*) from drafts where person_id = $1) as "all_unsent!",
               (select count(*) from (
                   select from telegrams t where t.way = 'in' and t.recorded_at > $3 and ($4 or t.post_id = $5)
                       and not exists (select from telegram_checks k where k.telegram_id = t.id) limit 100) n) as "loose!",
               (select count(*) from spills where settled_at is null and reported_by <> $1 and $6 and ($7::uuid is null or post_id = $7)) as "reported!",
               (select coalesce(jsonb_agg(jsonb_build_object('check', r.check_id, 'reference', r.reference, 'subject', r.subject, 'reason', r.reason,
                    'by', called(m.id, m.name, r.recalled_at), 'at', r.recalled_at) order by r.id desc), '[]')
                from (select r.*, c.reference from recalls r join checks c on c.id = r.check_id
                    where r.post_id = $5 and r.recalled_at > $8 and (c.post_id <> r.post_id or c.state = 'draft')
                        and not exists (select from recalls n where n.check_id = r.check_id and n.post_id = r.post_id and n.id > r.id)
                    order by r.id desc limit 6) r
                join people m on m.id = r.recalled_by) as "recalled!: Json<Vec<Recalled>>",
               (select count(*) from waiting) as "all_remarks!",
               (select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'check', w.check_id, 'reference', w.reference, 'subject', w.subject,
                    'text', left(w.text, 240), 'length', length(w.text), 'by', called(m.id, m.name, w.written_at), 'by_name', w.to_person is not null,
                    'at', w.written_at) order by w.written_at desc, w.id desc), '[]')
                from (select * from waiting order by written_at desc, id desc limit 8) w join people m on m.id = w.written_by)
                    as "remarks!: Json<Vec<Waiting>>""#,
        person.0,
        texts,
        since,
        scope.all,
        scope.post,
        settles.is_some(),
        settles.and_then(Side::post).map(|post| post.0),
        now - LATELY,
        part as Option<Part>
    );
    let row = row.fetch_one(conn).await?;
    Ok(Begun {
        unsent: row.unsent.0,
        all_unsent: row.all_unsent,
        loose: row.loose,
        reported: row.reported,
        recalled: row.recalled.0,
        remarks: row.remarks.0,
        all_remarks: row.all_remarks,
    })
}

/// What waits for an administrator: one statement for the people, one for the rows.
pub async fn upkeep(conn: &mut PgConnection, actor: &Actor) -> Result<Upkeep> {
    let (at_post, washington): (Vec<Role>, Vec<Role>) =
        Role::ALL.iter().partition(|role| matches!(role, Role::PostOfficer | Role::PostSupervisor));
    let codes = |roles: &[Role]| roles.iter().map(ToString::to_string).collect::<Vec<String>>();
    let row = sqlx::query!(
        r#"with part as materialized (
               select p.*, coalesce(p.post::text, '') || p.role as key, ($1::timestamptz at time zone p.zone)::date as today
               from (select o.id as post, o.name, o.zone, r.role from posts o cross join unnest($2::text[]) r (role)
                       where o.closed_on is null or o.closed_on > ($1::timestamptz at time zone o.zone)::date
                     union all select null, 'Washington', 'America/New_York', r.role from unnest($3::text[]) r (role)) p),
           held as materialized (
               select a.person_id as person, m.name as holder, m.disabled_at is null as serves, a.starts_on, coalesce(a.ends_on, 'infinity') as last,
                   p.key, p.role, p.name as place, p.today
               from assignments a join people m on m.id = a.person_id join part p on p.key = coalesce(a.post_id::text, '') || a.role),
           ending as (
               select h.person, h.holder as name, h.role, h.place, h.last as ends_on,
                   exists (select from held o where o.key = h.key and o.serves and h.last + 1 between o.starts_on and o.last) as is_followed
               from held h where h.serves and h.last between h.today and h.today + $4::integer
                   and not exists (select from held o where o.key = h.key and o.person = h.person and h.last + 1 between o.starts_on and o.last)),
           lacking as (
               select p.post, p.name, jsonb_agg(jsonb_build_object('role', p.role,
                   'last', (select jsonb_build_object('name', h.holder, 'day', h.last) from held h
                       where h.key = p.key and h.last < p.today order by h.last desc limit 1),
                   'next', (select jsonb_build_object('name', h.holder, 'day', h.starts_on) from held h
                       where h.key = p.key and h.serves and h.starts_on > p.today order by h.starts_on limit 1)) order by p.role) as parts
               from part p where not exists (select from held h where h.key = p.key and h.serves and p.today between h.starts_on and h.last)
               group by p.post, p.name)
           select (select count(*) from ending) as "all_ending!", (select count(*) from lacking) as "all_lacking!",
               (select coalesce(jsonb_agg(to_jsonb(e) order by e.ends_on, e.name), '[]')
                from (select * from ending order by ends_on, name limit $5) e) as "ending!: Json<Vec<Ending>>",
               (select coalesce(jsonb_agg(to_jsonb(l) order by l.post is not null, l.name), '[]')
                from (select * from lacking order by post is not null, name limit $5) l) as "lacking!: Json<Vec<Lacking>>""#,
        actor.at,
        &codes(&at_post),
        &codes(&washington),
        SOON,
        SHOWN
    );
    let row = row.fetch_one(&mut *conn).await?;
    let unowned = unowned(conn, actor.at).await?;
    let mut lists = reference::store::counts(conn, actor.washington_today()).await?;
    lists.retain(|list| list.waiting > 0);
    lists.sort_by_key(|list| std::cmp::Reverse(list.waiting));
    let (all, rows) = (lists.len(), lists.iter().map(|list| list.waiting).sum());
    lists.truncate(usize::try_from(SHOWN).unwrap_or_default());
    let counted = |all: i64| usize::try_from(all).unwrap_or_default();
    Ok(Upkeep {
        ending: Few { shown: row.ending.0, all: counted(row.all_ending) },
        lacking: Few { shown: row.lacking.0, all: counted(row.all_lacking) },
        unowned,
        lists: Few { shown: lists, all },
        rows,
    })
}

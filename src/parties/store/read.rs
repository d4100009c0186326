//! One party: what is known of it, its licenses and its checks.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

use crate::{
    access::{Actor, Scope},
    checks::model::{CheckType, ResultWord},
    db::Change,
    error::Result,
    id::{CheckId, LicenseId, PartyId, PersonId, PostId},
    mistakes::model::{Mistake, MistakeKind},
    parties::model::{FactKind, PartyKind, PartyRole, Standing},
};

/// A sourced fact, an alias or a listing.
#[derive(Debug, Deserialize)]
pub struct Fact {
    pub id: uuid::Uuid,
    /// Which of the three.
    pub row: MistakeKind,
    pub recorded_by: PersonId,
    /// The post whose person recorded it, if one's did.
    pub at_post: Option<PostId>,
    pub what: String,
    pub text: String,
    /// Where it is from.
    pub source: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl Fact {
    /// What it is, in people's words.
    pub fn called(&self) -> &'static str {
        self.what.parse::<FactKind>().map_or_else(|_| self.row.label(), FactKind::label)
    }
}

/// A license a party is on.
#[derive(Debug)]
pub struct PartyLicense {
    pub id: LicenseId,
    pub number: String,
    pub roles: Vec<PartyRole>,
    pub status: crate::licenses::model::LicenseStatus,
}

impl PartyLicense {
    /// The roles in words.
    pub fn roles(&self) -> String {
        self.roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(", ")
    }
}

/// A check a party is part of. What another post's officer sees of it is year, type and result only.
#[derive(Debug)]
pub struct PartyCheck {
    /// The check, if the reader may see it.
    pub id: Option<CheckId>,
    /// Its reference, if the reader may see it.
    pub reference: Option<String>,
    /// Its post, if the reader may see it.
    pub post: Option<String>,
    pub year: i32,
    pub check_type: CheckType,
    pub result: Option<ResultWord>,
}

/// A party with what is known of it.
#[derive(Debug)]
pub struct PartyFile {
    pub id: PartyId,
    pub name: String,
    pub kind: PartyKind,
    pub country: String,
    pub country_name: String,
    pub address: String,
    /// How far its record is established.
    pub standing: Standing,
    /// The record it was merged into.
    pub merged_into: Option<PartyId>,
    /// As what a post found it.
    pub found_role: Option<String>,
    /// Where a post found it.
    pub found_source: Option<String>,
    pub version: i32,
    /// Facts, aliases and listings, the last first.
    pub facts: Vec<Fact>,
    /// What was recorded by mistake and taken back, the first first.
    pub mistakes: Vec<Mistake>,
}

/// One party within the reader's scope.
pub async fn find(actor: &Actor, id: PartyId) -> Result<PartyFile> {
    let scope = actor.scope();
    let row = sqlx::query!(
        r#"with same as (select id from parties where id = $1 or merged_into = $1)
           select p.name, p.kind as "kind: PartyKind", p.country, n.name as country_name, p.address, p.standing as "standing: Standing",
               p.merged_into as "merged_into: PartyId", p.found_role, p.found_source, p.version,
               (select coalesce(jsonb_agg(f order by f.at desc), '[]') from (
                   select t.id, 'party_fact' as row, t.recorded_by, kind as what, text, source, m.name as by, recorded_at as at, (select a.post_id from assignments a
                       where a.person_id = m.id and t.recorded_at::date between a.starts_on and coalesce(a.ends_on, 'infinity') limit 1) as at_post
                   from party_facts t join people m on m.id = recorded_by where party_id in (select id from same)
                   union all select a.id, 'party_alias', a.recorded_by, 'alias', a.name, source, m.name, recorded_at, null
                   from party_aliases a join people m on m.id = recorded_by where party_id in (select id from same)
                   union all select t.id, 'party_listing', t.recorded_by, 'listing',
                       coalesce(e.label, t.list) || ', from ' || to_char(t.starts_on, 'FMDD Mon YYYY')
                           || coalesce(' to ' || to_char(t.ends_on, 'FMDD Mon YYYY'), ''), t.source, m.name, t.recorded_at, null
                   from party_listings t join people m on m.id = t.recorded_by
                   left join reference_entries e on e.kind = 'screening_list' and e.code = t.list and e.ends_on is null where t.party_id in (select id from same)) f
               ) as "facts!: Json<Vec<Fact>>",
               (select coalesce(jsonb_agg(jsonb_build_object('kind', y.kind, 'row_id', y.row_id, 'said', y.said, 'reason', y.reason,
                    'by', called(m.id, m.name, y.taken_back_at), 'at', y.taken_back_at) order by y.id), '[]')
                from mistakes y join people m on m.id = y.taken_back_by where y.party_id in (select id from same)) as "mistakes!: Json<Vec<Mistake>>"
           from parties p join countries n on n.code = p.country where p.id = $1 and ($2 or party_at_post($1, $3))"#,
        id.0,
        scope.all,
        scope.post
    );
    let row = row.fetch_one(actor.reads()).await?;
    Ok(PartyFile {
        id,
        name: row.name,
        kind: row.kind,
        country: row.country,
        country_name: row.country_name,
        address: row.address,
        standing: row.standing,
        merged_into: row.merged_into,
        found_role: row.found_role,
        found_source: row.found_source,
        version: row.version,
        facts: row.facts.0,
        mistakes: row.mistakes.0,
    })
}

/// A merge as both records show it.
#[derive(Debug)]
pub struct Merged {
    pub from: PartyId,
    pub from_name: String,
    pub into: PartyId,
    pub into_name: String,
    /// How it was known; none of a merge that was not kept.
    pub source: Option<String>,
    pub by: Option<String>,
    pub at: Option<OffsetDateTime>,
    pub undone_by: Option<String>,
    pub undone_at: Option<OffsetDateTime>,
    pub undone_reason: Option<String>,
}

/// The merges that a record was part of, the last first.
pub async fn merges(conn: &mut PgConnection, id: PartyId) -> Result<Vec<Merged>> {
    let rows = sqlx::query_as!(
        Merged,
        r#"select f.id as "from!: PartyId", f.name as "from_name!", p.id as "into!: PartyId", p.name as "into_name!", k.source, called(b.id, b.name, k.at) as by, k.at,
               called(u.id, u.name, k.undone_at) as undone_by, k.undone_at, k.undone_reason
           from (select id, from_party, into_party, source, merged_by, merged_at as at, undone_by, undone_at, undone_reason from merges where into_party = $1
               union all select id, from_party, into_party, source, merged_by, merged_at, undone_by, undone_at, undone_reason from merges
                   where from_party = $1
               union all select null, w.id, w.merged_into, null, null, null, null, null, null from parties w
                   where (w.merged_into = $1 or w.id = $1 and w.merged_into is not null)
                       and not exists (select from merges m where m.from_party = w.id and m.undone_at is null)) k
           join parties f on f.id = k.from_party join parties p on p.id = k.into_party
           left join people b on b.id = k.merged_by left join people u on u.id = k.undone_by
           order by k.id desc nulls last, f.name"#,
        id.0
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The licenses of a party within the reader's scope, the newest first, from `before` on.
pub async fn licenses(
    conn: &mut PgConnection,
    scope: Scope,
    id: PartyId,
    before: Option<LicenseId>,
    limit: i64,
) -> Result<Vec<PartyLicense>> {
    let rows = sqlx::query_as!(
        PartyLicense,
        r#"with same as (select id from parties where id = $1 or merged_into = $1)
           select l.id as "id: LicenseId", l.number, l.status as "status: crate::licenses::model::LicenseStatus",
               array(select distinct r.role from license_parties r where r.license_id = l.id and r.party_id in (select id from same) order by 1)
                   as "roles!: Vec<PartyRole>"
           from (select distinct k.license_id from same cross join lateral (
                   select distinct lp.license_id from license_parties lp
                   where lp.party_id = same.id and lp.license_id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                       and ($3 or exists (select from check_licenses k join checks c on c.id = k.check_id
                           where k.license_id = lp.license_id and c.post_id = $4 and c.state <> 'draft'))
                   order by lp.license_id desc limit $5) k
               order by k.license_id desc limit $5) n
           join licenses l on l.id = n.license_id order by l.id desc"#,
        id.0,
        before.map(|id| id.0),
        scope.all,
        scope.post,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The checks of a party, the newest first, after the first `skipped`: within the reader's scope, and at post the
/// closed ones of other posts. They are counted off, where lists have a key, because the key of another post's check is
/// not for the reader; all of one party are gathered in any case.
pub async fn checks(
    conn: &mut PgConnection,
    scope: Scope,
    id: PartyId,
    skipped: i64,
    limit: i64,
) -> Result<Vec<PartyCheck>> {
    let rows = sqlx::query_as!(
        PartyCheck,
        r#"with same as (select id, found_on_check from parties where id = $1 or merged_into = $1),
           concerned as (
               select k.check_id as id from same join license_parties lp on lp.party_id = same.id join check_licenses k on k.license_id = lp.license_id
               union select s.check_id from same join check_subjects s on s.party_id = same.id
               union select found_on_check from same)
           select case when $2 or c.post_id = $3 then c.id end as "id: CheckId", case when $2 or c.post_id = $3 then c.reference end as reference,
               case when $2 or c.post_id = $3 then o.name end as post, c.year, c.type as "check_type: CheckType", r.word as "result?: ResultWord"
           from (select c.* from (select id from concerned order by id desc offset 0) n join checks c on c.id = n.id
               where c.state <> 'draft' and ($2 or c.post_id = $3 or c.state = 'closed') order by n.id desc limit $5 offset $4) c
           join posts o on o.id = c.post_id
           left join results r on r.check_id = c.id and r.withdrawn_at is null and r.signed_by is not null
           order by c.id desc"#,
        id.0,
        scope.all,
        scope.post,
        skipped,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The party of an id, the record it was merged into included.
#[derive(Debug)]
pub struct Known {
    /// The record that stands.
    pub id: PartyId,
    pub name: String,
    /// How far it is established.
    pub standing: Standing,
}

/// Locks a party's record until the change ends.
pub async fn lock(change: &mut Change, id: PartyId) -> Result<()> {
    sqlx::query!("select id from parties where id = $1 for update", id.0).fetch_one(change.conn()).await?;
    Ok(())
}

/// The record that stands for a party, and its name.
pub async fn known(change: &mut Change, id: PartyId) -> Result<Option<Known>> {
    let row = sqlx::query_as!(
        Known,
        r#"select p.id as "id: PartyId", p.name, p.standing as "standing: Standing" from parties w
           join parties p on p.id = coalesce(w.merged_into, w.id) where w.id = $1"#,
        id.0
    );
    Ok(row.fetch_optional(change.conn()).await?)
}

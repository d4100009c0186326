//! Every statement on parties, their aliases, facts and listings.

use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime};

use super::model::{FactKind, PartyKind, PartyRole, SharedRole, Standing, TakesPossession};
use crate::{
    access::{Actor, Scope},
    checks::model::{CheckType, ResultWord},
    db::Change,
    error::{AppError, Result},
    id::{AliasId, CheckId, FactId, LicenseId, ListingId, PartyId},
    text::{folded_name, is_short, patterns},
};
use serde::Deserialize;
use serde_json::json;

/// A party in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct PartyRow {
    pub id: PartyId,
    pub name: String,
    pub kind: PartyKind,
    pub country: String,
    /// How far its record is established.
    pub standing: Standing,
}

/// Parties whose name or another name has `query` in it, the nearest first; where those do not fill the list, also
/// parties whose name is like it. Of one or two letters: those with a word that begins so. At post only those of the
/// post's own licenses and checks.
pub async fn search(conn: &mut PgConnection, scope: Scope, query: &str, limit: i64) -> Result<Vec<PartyRow>> {
    let folded = folded_name(query);
    if folded.is_empty() {
        // Punctuation alone folds to nothing, and no party is called so.
        return Ok(Vec::new());
    }
    let having = nearest(conn, scope, &folded, false, limit).await.map_err(AppError::of_search)?;
    let enough = i64::try_from(having.len()).is_ok_and(|found| found >= limit);
    if enough || is_short(&folded) {
        Ok(having)
    } else {
        nearest(conn, scope, &folded, true, limit).await.map_err(AppError::of_search)
    }
}

async fn nearest(
    conn: &mut PgConnection,
    scope: Scope,
    folded: &str,
    alike: bool,
    limit: i64,
) -> Result<Vec<PartyRow>> {
    let rows = sqlx::query_as!(
        PartyRow,
        r#"with named as materialized (
               select id from parties where name_folded like any($1)
               union select id from parties where $3 and name_folded % $2
               union select party_id from party_aliases where name_folded like any($1)
               union select party_id from party_aliases where $3 and name_folded % $2)
           select id as "id!: PartyId", name as "name!", kind as "kind!: PartyKind", (select n.name from countries n where n.code = country) as "country!",
               standing as "standing!: Standing"
           -- `offset 0` has each fetched by its key, and what a post sees asked of one after the other until there are enough.
           from (select n.*, similarity(n.name_folded, $2) as near
               from named cross join lateral (select * from parties p where p.id = named.id and p.standing <> 'merged' offset 0) n
               where $4 or exists (select from post_parties q where q.post_id = $5 and q.party_id = n.id)
               order by near desc, n.name_folded, n.id offset 0) p
           where $4 or party_at_post(id, $5)
           order by near desc, name_folded, id limit $6"#,
        &patterns(folded),
        folded,
        alike,
        scope.all,
        scope.post,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}

/// How many parties a post may have so that all are gathered and put in order; of more, the parties are walked by name.
const GATHERED: i32 = 5000;

/// The parties by name, after the name and id of `after`; at post only those of the post's own licenses and checks.
pub async fn by_name(
    conn: &mut PgConnection,
    scope: Scope,
    after: Option<(&str, PartyId)>,
    limit: i64,
) -> Result<Vec<PartyRow>> {
    let mut query = sqlx::QueryBuilder::new(
        "select p.id, p.name, p.kind, (select n.name from countries n where n.code = p.country) as country, p.standing from ",
    );
    // The key is always asked, so that the first page is read as the others are.
    let (name, id) = after.unwrap_or(("", PartyId(uuid::Uuid::nil())));
    let beyond = |query: &mut sqlx::QueryBuilder<sqlx::Postgres>| {
        query.push(" and p.standing <> 'merged' and (p.name_folded, p.id) > (");
        query.push_bind(name.to_owned()).push(", ").push_bind(id.0).push(")");
    };
    if scope.all {
        query.push("parties p where true");
        beyond(&mut query);
    } else if has_few(conn, scope).await? {
        // `offset 0` has each fetched by its key, and what a post sees asked of one after the other until there are
        // enough.
        query.push("(select p.* from post_parties q cross join lateral (select * from parties p where p.id = q.party_id offset 0) p");
        query.push(" where q.post_id = ").push_bind(scope.post);
        beyond(&mut query);
        query
            .push(" order by p.name_folded, p.id offset 0) p where party_at_post(p.id, ")
            .push_bind(scope.post)
            .push(")");
    } else {
        query.push(
            "parties p where case when exists (select from post_parties q where q.party_id = p.id and q.post_id = ",
        );
        query.push_bind(scope.post).push(" offset 0) then party_at_post(p.id, ").push_bind(scope.post).push(") end");
        beyond(&mut query);
    }
    query.push(" order by p.name_folded, p.id limit ").push_bind(limit);
    Ok(query.build_query_as().fetch_all(conn).await?)
}

async fn has_few(conn: &mut PgConnection, scope: Scope) -> Result<bool> {
    let few = sqlx::query_scalar!(
        r#"select count(*) <= $2 as "few!" from (select from post_parties where post_id = $1 limit $2 + 1) q"#,
        scope.post,
        GATHERED
    );
    Ok(few.fetch_one(conn).await?)
}

/// A sourced fact, an alias or a listing.
#[derive(Debug, Deserialize)]
pub struct Fact {
    pub what: String,
    pub text: String,
    /// Where it is from.
    pub source: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
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
}

/// One party within the reader's scope.
pub async fn find(actor: &Actor, id: PartyId) -> Result<PartyFile> {
    let scope = actor.scope();
    let row = sqlx::query!(
        r#"with same as (select id from parties where id = $1 or merged_into = $1)
           select p.name, p.kind as "kind: PartyKind", p.country, n.name as country_name, p.address, p.standing as "standing: Standing",
               p.merged_into as "merged_into: PartyId", p.found_role, p.found_source, p.version,
               (select coalesce(jsonb_agg(f order by f.at desc), '[]') from (
                   select kind as what, text, source, m.name as by, recorded_at as at from party_facts join people m on m.id = recorded_by where party_id in (select id from same)
                   union all select 'alias', a.name, source, m.name, recorded_at from party_aliases a join people m on m.id = recorded_by
                   where party_id in (select id from same)
                   union all select 'listing', coalesce(e.label, t.list) || ', from ' || t.starts_on || coalesce(' to ' || t.ends_on, ''), t.source, m.name, t.recorded_at
                   from party_listings t join people m on m.id = t.recorded_by
                   left join reference_entries e on e.kind = 'screening_list' and e.code = t.list and e.ends_on is null where t.party_id in (select id from same)) f
               ) as "facts!: Json<Vec<Fact>>"
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
    })
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

/// A party to be recorded.
#[derive(Debug)]
pub struct PartyData<'a> {
    pub name: &'a str,
    pub kind: PartyKind,
    pub country: &'a str,
    pub address: &'a str,
}

impl PartyData<'_> {
    /// As the log shows it.
    pub fn described(&self) -> serde_json::Value {
        json!({ "name": self.name, "kind": self.kind.label(), "country": self.country, "address": self.address })
    }
}

/// Where a post found a party.
#[derive(Debug)]
pub struct FoundAt<'a> {
    pub check: CheckId,
    pub role: PartyRole,
    /// How it is known.
    pub source: &'a str,
}

/// Records a party; one that a post found waits for a case officer.
pub async fn insert(
    change: &mut Change,
    party: &PartyData<'_>,
    found: Option<&FoundAt<'_>>,
) -> Result<PartyId, sqlx::Error> {
    let (id, at, person) = (PartyId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into parties (id, kind, name, name_folded, country, address, standing, found_on_check, found_role, found_source,
             created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        party.kind as PartyKind,
        party.name,
        folded_name(party.name),
        party.country,
        party.address,
        if found.is_some() { Standing::Found } else { Standing::Established } as Standing,
        found.map(|found| found.check.0),
        found.map(|found| found.role.code()),
        found.map(|found| found.source),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes a party and establishes its record.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save(change: &mut Change, id: PartyId, party: &PartyData<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update parties set kind = $3, name = $4, name_folded = $5, country = $6, address = $7, standing = 'established',
             version = version + 1 where id = $1 and version = $2 and standing <> 'merged'",
        id.0,
        read,
        party.kind as PartyKind,
        party.name,
        folded_name(party.name),
        party.country,
        party.address
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

pub async fn insert_alias(change: &mut Change, id: PartyId, name: &str, source: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into party_aliases (id, party_id, name, name_folded, source, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        AliasId::new().0,
        id.0,
        name,
        folded_name(name),
        source,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Adds a sourced fact.
pub async fn insert_fact(change: &mut Change, id: PartyId, kind: FactKind, text: &str, source: &str) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into party_facts (id, party_id, kind, text, source, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7)",
        FactId::new().0,
        id.0,
        kind as FactKind,
        text,
        source,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Adds an entry on a screening list.
pub async fn insert_listing(
    change: &mut Change,
    id: PartyId,
    list: &str,
    source: &str,
    starts: Date,
    ends: Option<Date>,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into party_listings (id, party_id, list, source, starts_on, ends_on, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        ListingId::new().0,
        id.0,
        list,
        source,
        starts,
        ends,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
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

/// Establishes the record of a party that a post found, now that it is linked.
pub async fn establish(change: &mut Change, id: PartyId) -> Result<()> {
    sqlx::query!(
        "update parties set standing = 'established', version = version + 1 where id = $1 and standing = 'found'",
        id.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Parties of that name or alias in that country, spelling aside, as far as the reader may know of them.
pub async fn namesakes(conn: &mut PgConnection, scope: Scope, name: &str, country: &str) -> Result<Vec<PartyRow>> {
    let rows = sqlx::query_as!(
        PartyRow,
        r#"select p.id as "id: PartyId", p.name, p.kind as "kind: PartyKind", n.name as country, p.standing as "standing: Standing"
           from (select id from parties where name_folded = $1 union select party_id from party_aliases where name_folded = $1) f
           join parties p on p.id = f.id join countries n on n.code = p.country
           where p.standing <> 'merged' and p.country = $2 and ($3 or party_at_post(p.id, $4))
           order by p.name, p.id limit 10"#,
        folded_name(name),
        country,
        scope.all,
        scope.post
    );
    Ok(rows.fetch_all(conn).await?)
}

/// As [`namesakes`], of what was typed into a form; of half a form nobody.
pub async fn namesakes_typed(actor: &Actor, name: &str, country: &str) -> Result<Vec<PartyRow>> {
    if name.trim().is_empty() || country.is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = actor.reads().acquire().await?;
    namesakes(&mut conn, actor.scope(), name, country).await
}

/// As [`namesakes`], so that of two people who register one name at the same moment the second is told.
pub async fn namesakes_now(change: &mut Change, scope: Scope, name: &str, country: &str) -> Result<Vec<PartyRow>> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('party:' || $1))", folded_name(name))
        .execute(change.conn())
        .await?;
    namesakes(change.conn(), scope, name, country).await
}

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

//! Parties by name: searched, listed in order, and those of one name.

use sqlx::PgConnection;

use crate::{
    access::{Actor, Scope},
    db::Change,
    error::{AppError, Result},
    id::PartyId,
    parties::model::{PartyKind, Standing},
    text::{folded_name, is_short, name_key, patterns},
};

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

/// Parties of that name or alias in that country, spelling aside, as far as the reader may know of them.
pub async fn namesakes(conn: &mut PgConnection, scope: Scope, name: &str, country: &str) -> Result<Vec<PartyRow>> {
    let rows = sqlx::query_as!(
        PartyRow,
        r#"select p.id as "id: PartyId", p.name, p.kind as "kind: PartyKind", n.name as country, p.standing as "standing: Standing"
           from (select id from parties where name_key(name_folded) = $1
                   union select party_id from party_aliases where name_key(name_folded) = $1) f
           join parties p on p.id = f.id join countries n on n.code = p.country
           where p.standing <> 'merged' and p.country = $2 and ($3 or party_at_post(p.id, $4))
           order by p.name, p.id limit 10"#,
        name_key(name),
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
    sqlx::query!("select pg_advisory_xact_lock(hashtext('party:' || $1))", name_key(name))
        .execute(change.conn())
        .await?;
    namesakes(change.conn(), scope, name, country).await
}

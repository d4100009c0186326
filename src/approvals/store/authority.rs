//! What a form on approvals offers: the authorities of a country, and the contacts that confirm a paper.

use sqlx::PgConnection;
use time::Date;

use crate::{
    access::Actor,
    approvals::model::LicenseContact,
    error::Result,
    evidence::model::{ChannelSource, ContactKind},
    id::{AuthorityId, ContactId, LicenseId, PartyId},
    web::filters::day_words,
    words::Choice,
};

/// The contacts of the reader's post on a license's checks, the last first.
pub async fn contacts(conn: &mut PgConnection, actor: &Actor, license: LicenseId) -> Result<Vec<LicenseContact>> {
    let scope = actor.scope();
    let rows = sqlx::query_as!(
        LicenseContact,
        r#"select t.id as "id: ContactId", t.kind as "kind: ContactKind", t.with_whom, t.occurred_on, t.channel_source as "channel: ChannelSource",
               t.authority_id as "authority: AuthorityId", coalesce(w.merged_into, w.id) as "party: PartyId"
           from contacts t join checks c on c.id = t.check_id join check_licenses k on k.check_id = c.id
           left join parties w on w.id = t.party_id
           where k.license_id = $1 and ($2 or c.post_id = $3) order by t.occurred_on desc nulls last, t.id desc limit 100"#,
        license.0,
        scope.all,
        scope.post
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The authorities of a country, as a form offers them.
pub async fn authorities(conn: &mut PgConnection, country: &str) -> Result<Vec<Choice>> {
    authorities_of(conn, &[country.to_owned()]).await
}

/// The authorities of several countries, as a form offers them.
pub async fn authorities_of(conn: &mut PgConnection, countries: &[String]) -> Result<Vec<Choice>> {
    let rows = sqlx::query!(
        r#"select id as "id: AuthorityId", name, short_name, ended_on from authorities where country = any($1)
           order by country, ended_on is not null, name"#,
        countries
    );
    let rows = rows.fetch_all(conn).await?;
    let until = |day: Option<Date>| day.map(|day| format!(", until {}", day_words(day))).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| Choice::new(row.id, format!("{} ({}){}", row.name, row.short_name, until(row.ended_on))))
        .collect())
}

/// An authority's whole name.
pub async fn authority_in_full(conn: &mut PgConnection, id: AuthorityId) -> Result<String> {
    Ok(sqlx::query_scalar!("select name from authorities where id = $1", id.0).fetch_one(conn).await?)
}

/// An authority's short name, and the authority above it.
pub async fn authority_named(conn: &mut PgConnection, id: AuthorityId) -> Result<(String, Option<AuthorityId>)> {
    let row =
        sqlx::query!(r#"select short_name, parent_id as "parent: AuthorityId" from authorities where id = $1"#, id.0);
    let row = row.fetch_one(conn).await?;
    Ok((row.short_name, row.parent))
}

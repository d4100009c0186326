//! Looking through the log: by person, words, verb and days, along its indexes.

use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Row, postgres::PgRow};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::entry::Entry;
use crate::{
    error::Result,
    id::EventId,
    text::{CheckReference, LicenseNumber, patterns},
};

/// What the log is searched by; what is `None` or empty is not asked.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Whose name or account contains this, or the job of this name.
    pub who: String,
    /// Whose sentence contains this. A license's number asks for its story, and the reference of a check for its own
    /// with that of its licenses.
    pub text: String,
    pub verb: Option<String>,
    pub from: Option<Date>,
    /// Until this day (UTC), included.
    pub until: Option<Date>,
    /// Not after this moment.
    pub before: Option<OffsetDateTime>,
    pub oldest_first: bool,
}

/// A search whose names and numbers are looked up: every part of it is something an index knows.
#[derive(Debug, Clone)]
pub struct Search {
    filter: Filter,
    who: Option<Who>,
    words: Option<Words>,
}

#[derive(Debug, Clone)]
struct Who {
    people: Vec<Uuid>,
    job: String,
}

#[derive(Debug, Clone)]
struct Words {
    /// The patterns of a sentence.
    like: Vec<String>,
    check: Option<Uuid>,
    licenses: Vec<Uuid>,
}

/// How far a reading of the log came.
#[derive(Debug)]
pub struct Step {
    /// Entries that fit, in their order.
    pub rows: Vec<Entry>,
    /// Where to go on; `None`: there are no more.
    pub next: Option<EventId>,
}

/// How many of the next entries are looked through for words before anything else: whatever is common here fills a page
/// from them.
const FIRST: i64 = 1000;

/// How many entries with the words the index may have to be asked: it gives all of them, and the page takes the next
/// ones.
const RARE: f64 = 10_000.0;

/// How many more a page looks through for words that are not rare, one after the other. Where they do not fill it, it
/// says how far it came.
const MORE: [i64; 2] = [8_000, 32_000];

/// How many people's entries are merged; of more, everybody's are looked through.
const FEW: usize = 16;

/// What an entry shows, of `f`, which has the ids.
const ENTRY: &str =
    "e.id, e.at, coalesce(called(p.id, p.name, e.at), e.job, '') as who, e.role, called(o.id, o.name, e.at) as post, e.address, e.verb, e.summary,
    c.reference as \"check\", e.check_id, e.license_id, l.number as license, e.before, e.after";

const OF: &str =
    " join audit_events e on e.id = f.id left join people p on p.id = e.actor_id left join posts o on o.id = e.post_id
    left join checks c on c.id = e.check_id left join licenses l on l.id = e.license_id";

/// Looks up whom and what a search names.
pub async fn looked_up(conn: &mut PgConnection, filter: Filter) -> Result<Search> {
    let who = match filter.who.trim() {
        "" => None,
        name => Some(Who { people: people(conn, name).await?, job: name.to_owned() }),
    };
    let words = match filter.text.trim() {
        "" => None,
        text => Some(words(conn, text).await?),
    };
    Ok(Search { filter, who, words })
}

async fn people(conn: &mut PgConnection, name: &str) -> Result<Vec<Uuid>> {
    let like = patterns(name);
    let people =
        sqlx::query_scalar!("select id from people where name ilike any($1) or account = lower($2)", &like, name);
    Ok(people.fetch_all(conn).await?)
}

async fn words(conn: &mut PgConnection, text: &str) -> Result<Words> {
    let text = CheckReference::or_typed(text);
    let named = sqlx::query!(
        r#"with named as (select id from checks where reference = upper($1))
           select (select id from named) as "check", array(select license_id from check_licenses where check_id in (select id from named)
               union select id from licenses where number_normalized = any($2)) as "licenses!""#,
        text,
        &LicenseNumber::new(&text).spellings()
    );
    let named = named.fetch_one(conn).await?;
    Ok(Words { like: patterns(&text), check: named.check, licenses: named.licenses })
}

/// The first entries that fit beyond `beyond`, in the order asked for, the newest first unless that is the oldest;
/// fewer than `limit` where there are no more, or where a page does not look through more: then it says where to go on.
pub async fn page(conn: &mut PgConnection, search: &Search, beyond: Option<EventId>, limit: i64) -> Result<Step> {
    let is_full = |step: &Step| i64::try_from(step.rows.len()).is_ok_and(|found| found >= limit);
    let Some(words) = &search.words else { return step(conn, search, beyond, limit, limit).await };
    let first = step(conn, search, beyond, FIRST, limit).await?;
    if is_full(&first) || first.next.is_none() {
        return Ok(first);
    }
    // A fifth of what is wanted: the rest stands in a few times as many of the next entries.
    let is_common = i64::try_from(first.rows.len()).is_ok_and(|found| found * 5 >= limit);
    if !is_common && about(conn, words).await? <= RARE {
        return said(conn, search, beyond, limit).await;
    }
    let mut step = first;
    for through in MORE {
        let left = limit - i64::try_from(step.rows.len()).unwrap_or_default();
        if left <= 0 || step.next.is_none() {
            break;
        }
        let more = self::step(conn, search, step.next, through, left).await?;
        step.rows.extend(more.rows);
        step.next = more.next;
    }
    Ok(step)
}

/// In about how many entries the words stand, as 120 blocks of the log say, taken here and there.
async fn about(conn: &mut PgConnection, words: &Words) -> Result<f64> {
    let about = sqlx::query_scalar!(
        r#"with log as materialized (select relpages, reltuples::float8 from pg_class where oid = 'audit_events'::regclass)
           select count(*) filter (where summary ilike any($1))::float8 / greatest(count(*), 1) * (select reltuples from log) as "about!"
           from audit_events tablesample system ((select least(100, 12000.0 / greatest(relpages, 1)) from log))"#,
        &words.like
    );
    Ok(about.fetch_one(conn).await?)
}

/// Looks through the next `through` entries of the log and gives at most `limit` that fit.
pub async fn step(
    conn: &mut PgConnection,
    search: &Search,
    beyond: Option<EventId>,
    through: i64,
    limit: i64,
) -> Result<Step> {
    if search.names_a_file() {
        return of_files(conn, search, beyond, limit).await;
    }
    let order = search.order();
    // Of few people the entries are merged; else who acted is judged entry by entry, as words are.
    let merged = search.who.as_ref().filter(|who| search.words.is_none() || who.people.len() <= FEW);
    let judged = search.who.as_ref().filter(|_| merged.is_none());
    let mut query = QueryBuilder::new("with through as materialized (select b.id, b.at");
    if let Some(words) = &search.words {
        query.push(", b.summary ilike any(").push_bind(words.like.clone()).push(")");
        acted(&mut query, "b", judged);
        query.push(" as fits from (");
    } else {
        query.push(", true as fits from (");
    }
    search.base(&mut query, merged, beyond, through);
    query.push(") b)");
    query
        .push(", fitting as (select id from through where fits order by ")
        .push(order)
        .push(" limit ")
        .push_bind(limit);
    query
        .push("), came as (select count(*) as through, (array_agg(id order by ")
        .push(search.backwards())
        .push("))[1] as last from through)");
    query
        .push(" select came.through, came.last, ")
        .push(ENTRY)
        .push(" from came left join (fitting f")
        .push(OF)
        .push(") on true");
    query.push(" order by ").push(order_of("e.", order));
    let rows = query.build().fetch_all(conn).await?;
    let came = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (gone, last): (i64, Option<EventId>) = (came.try_get("through")?, came.try_get("last")?);
    let fits = |row: &&PgRow| row.try_get::<Option<Uuid>, _>("id").is_ok_and(|id| id.is_some());
    let rows = rows.iter().filter(fits).map(Entry::from_row).collect::<Result<Vec<Entry>, sqlx::Error>>()?;
    let full = i64::try_from(rows.len()).is_ok_and(|found| found >= limit);
    let next = if full { rows.last().map(|row| row.id) } else { last.filter(|_| gone >= through) };
    Ok(Step { rows, next })
}

/// By the index of words, which has few rows of them.
async fn said(conn: &mut PgConnection, search: &Search, beyond: Option<EventId>, limit: i64) -> Result<Step> {
    let Some(words) = &search.words else { return Ok(Step { rows: Vec::new(), next: None }) };
    let mut query = QueryBuilder::new(
        "with found as materialized (select e.id, e.at from audit_events e where e.summary ilike any(",
    );
    query.push_bind(words.like.clone()).push(")");
    acted(&mut query, "e", search.who.as_ref());
    search.conditions(&mut query, beyond);
    shown(conn, search, query, limit).await
}

/// The story of the files that the text names: known by their ids, whatever the sentences say.
async fn of_files(conn: &mut PgConnection, search: &Search, beyond: Option<EventId>, limit: i64) -> Result<Step> {
    let Some(words) = &search.words else { return Ok(Step { rows: Vec::new(), next: None }) };
    let order = search.order();
    let mut query =
        QueryBuilder::new("with found as (select * from (select e.id, e.at from audit_events e where e.check_id = ");
    query.push_bind(words.check);
    acted(&mut query, "e", search.who.as_ref());
    search.conditions(&mut query, beyond);
    query.push(" order by ").push(order_of("e.", order)).push(" limit ").push_bind(limit);
    query.push(") c union all select k.id, k.at from unnest(").push_bind(words.licenses.clone());
    query.push(") n (id) cross join lateral (select e.id, e.at from audit_events e where e.license_id = n.id");
    acted(&mut query, "e", search.who.as_ref());
    search.conditions(&mut query, beyond);
    query.push(" order by ").push(order_of("e.", order)).push(" limit ").push_bind(limit).push(") k");
    shown(conn, search, query, limit).await
}

/// What `found`, the last part of the query so far, has, as people read it.
async fn shown(
    conn: &mut PgConnection,
    search: &Search,
    mut query: QueryBuilder<Postgres>,
    limit: i64,
) -> Result<Step> {
    let order = search.order();
    query.push(") select ").push(ENTRY).push(" from (select distinct id, at from found order by ").push(order);
    query.push(" limit ").push_bind(limit).push(") f").push(OF).push(" order by ").push(order_of("e.", order));
    let rows: Vec<Entry> = query.build_query_as().fetch_all(conn).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= limit);
    Ok(Step { next: rows.last().filter(|_| is_full).map(|row| row.id), rows })
}

fn acted(query: &mut QueryBuilder<Postgres>, table: &str, who: Option<&Who>) {
    let Some(who) = who else { return };
    query.push(" and (").push(table).push(".actor_id = any(").push_bind(who.people.clone()).push(") or ");
    query.push(table).push(".job = ").push_bind(who.job.clone()).push(")");
}

/// The order's columns with their table's name in front.
fn order_of(table: &str, order: &str) -> String {
    order.split(", ").map(|column| format!("{table}{column}")).collect::<Vec<_>>().join(", ")
}

impl Search {
    /// Whether the words are the name of a check or a license.
    fn names_a_file(&self) -> bool {
        self.words.as_ref().is_some_and(|words| words.check.is_some() || !words.licenses.is_empty())
    }

    fn order(&self) -> &'static str {
        if self.filter.oldest_first { "at, id" } else { "at desc, id desc" }
    }

    fn backwards(&self) -> &'static str {
        if self.filter.oldest_first { "at desc, id desc" } else { "at, id" }
    }

    /// The first entries by verb and days, of everybody or of those people, in order: each of them a walk along one
    /// index.
    fn base(&self, query: &mut QueryBuilder<Postgres>, who: Option<&Who>, beyond: Option<EventId>, count: i64) {
        let order = self.order();
        // Where nothing else is asked, the index alone tells who is next.
        let columns = if self.words.is_some() { "e.id, e.at, e.summary, e.actor_id, e.job" } else { "e.id, e.at" };
        let first = |query: &mut QueryBuilder<Postgres>| {
            self.conditions(query, beyond);
            query.push(" order by ").push(order_of("e.", order)).push(" limit ").push_bind(count);
        };
        let Some(who) = who else {
            query.push("select ").push(columns).push(" from audit_events e where true");
            return first(query);
        };
        query.push("select * from (select k.* from unnest(").push_bind(who.people.clone());
        query
            .push(") n (id) cross join lateral (select ")
            .push(columns)
            .push(" from audit_events e where e.actor_id = n.id");
        first(query);
        query.push(") k union all select * from (select ").push(columns).push(" from audit_events e where e.job = ");
        query.push_bind(who.job.clone());
        first(query);
        query.push(") j) m order by ").push(order).push(" limit ").push_bind(count);
    }

    /// Verb, days and key.
    fn conditions(&self, query: &mut QueryBuilder<Postgres>, beyond: Option<EventId>) {
        let filter = &self.filter;
        if let Some(verb) = &filter.verb {
            query.push(" and e.verb = ").push_bind(verb.clone());
        }
        if let Some(from) = filter.from {
            query.push(" and e.at >= ").push_bind(from.midnight().assume_utc());
        }
        // The last day there is has no next one, and nothing comes after it.
        if let Some(next) = filter.until.and_then(Date::next_day) {
            query.push(" and e.at < ").push_bind(next.midnight().assume_utc());
        }
        if let Some(before) = filter.before {
            query.push(" and e.at <= ").push_bind(before);
        }
        // The key is always asked, so that the first page is read as the others are.
        query.push(if filter.oldest_first { " and (e.at, e.id) > " } else { " and (e.at, e.id) < " });
        match beyond {
            Some(beyond) => query.push("(select at, id from audit_events where id = ").push_bind(beyond.0).push(")"),
            None if filter.oldest_first => query.push("('-infinity', ").push_bind(Uuid::nil()).push(")"),
            None => query.push("('infinity', ").push_bind(Uuid::max()).push(")"),
        };
    }
}

/// The newest entries, whatever they are.
pub async fn newest(conn: &mut PgConnection, limit: i64) -> Result<Vec<Entry>> {
    Ok(page(conn, &Search { filter: Filter::default(), who: None, words: None }, None, limit).await?.rows)
}

//! Lists of checks: what is asked, looked up and walked along an index.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

use crate::{
    access::{Actor, Scope},
    checks::model::{CheckState, CheckType},
    error::Result,
    id::{CheckId, PostId},
};

/// What a list of checks is filtered by; what is `None` or empty is not asked.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    pub check_type: Option<CheckType>,
    pub state: Option<CheckState>,
    pub post: Option<PostId>,
    /// At posts of this country, by its code or its name.
    pub country: String,
    /// `overdue`, or `week`: due within seven days.
    pub due: String,
    /// Checks that are named one by one.
    pub only: Option<Vec<CheckId>>,
    /// With a party whose name, or another name of it, is like this.
    pub party: String,
    /// Whose reference, subject or license number contains this.
    pub text: String,
    /// `due` sorts by due date, everything else by age, the newest first.
    pub sort: String,
    pub after: Option<CheckId>,
}

/// Where a list of checks goes on: after this check; sorted by due date, after this one of that date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Key {
    pub id: CheckId,
    /// Its due date, where that is what the list is sorted by.
    pub due: Option<Date>,
}

/// A filter whose names are looked up and within the reader's scope: every part of it is something an index knows.
#[derive(Debug, Clone)]
pub struct Search {
    /// The states and types to look into, where either is asked.
    kinds: Option<(Vec<&'static str>, Vec<&'static str>)>,
    /// The posts to look at; `None`: every one.
    posts: Option<Vec<uuid::Uuid>>,
    /// What Washington still writes is nobody's at post.
    drafts: bool,
    /// Checks that are named one by one.
    only: Option<Vec<uuid::Uuid>>,
    /// Due until so many days from today.
    until: Option<i32>,
    at: OffsetDateTime,
    text: Option<Text>,
    /// Parties that are looked for.
    parties: Option<Vec<uuid::Uuid>>,
    by_due: bool,
}

#[derive(Debug, Clone)]
struct Text {
    /// The patterns of a reference and of a subject.
    like: Vec<String>,
    /// The pattern of a license's number, if one has it.
    number: Option<String>,
}

/// How far a reading of the list came.
#[derive(Debug)]
pub struct Step {
    /// Checks that fit, in their order.
    pub found: Vec<Key>,
    /// Where to go on; `None`: there are no more.
    pub next: Option<Key>,
}

/// How many checks are looked through for words before their indexes are asked: whatever is common is found among them,
/// and whatever is not has few rows in the indexes.
const THROUGH: i64 = 2000;

/// How many parties are few.
const FEW: usize = 16;

/// Looks up what a filter names.
pub async fn looked_up(conn: &mut PgConnection, actor: &Actor, filter: &Filter) -> Result<Search> {
    let scope = actor.scope();
    let mut posts =
        if scope.all { filter.post.map(|post| vec![post.0]) } else { Some(scope.post.into_iter().collect()) };
    if let (false, Some(post), Some(posts)) = (scope.all, filter.post, posts.as_mut()) {
        posts.retain(|own| *own == post.0);
    }
    let country = filter.country.trim();
    if !country.is_empty() {
        let there = sqlx::query_scalar!(
            "select id from posts where country in (select code from countries where code = upper($1) or lower(name) = lower($1))",
            country
        );
        let there = there.fetch_all(&mut *conn).await?;
        posts = Some(
            posts
                .map_or_else(|| there.clone(), |posts| posts.into_iter().filter(|post| there.contains(post)).collect()),
        );
    }
    let until = match filter.due.as_str() {
        "overdue" => Some(-1),
        "week" => Some(7),
        _ => None,
    };
    let may_be = |state: &CheckState| {
        filter.state.is_none_or(|asked| asked == *state)
            && (scope.all || *state != CheckState::Draft)
            && (until.is_none() || matches!(state, CheckState::Requested | CheckState::InProgress))
    };
    let is_asked = filter.state.is_some() || filter.check_type.is_some() || until.is_some() || filter.sort == "due";
    let kinds = is_asked.then(|| {
        let states = CheckState::ALL.iter().filter(|state| may_be(state)).map(|state| state.code());
        let types = CheckType::ALL
            .iter()
            .filter(|word| filter.check_type.is_none_or(|asked| asked == **word))
            .map(|word| word.code());
        (states.collect(), types.collect())
    });
    let text = if filter.text.trim().is_empty() { None } else { Some(text(conn, &filter.text).await?) };
    let parties = if filter.party.trim().is_empty() { None } else { Some(parties(conn, &filter.party).await?) };
    let only = filter.only.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    Ok(Search {
        kinds,
        posts,
        drafts: scope.all,
        only,
        until,
        at: actor.at,
        text,
        parties,
        by_due: filter.sort == "due",
    })
}

async fn text(conn: &mut PgConnection, text: &str) -> Result<Text> {
    let number = Some(crate::text::folded(text)).filter(|number| !number.is_empty()).map(|number| format!("{number}%"));
    let begins = sqlx::query_scalar!(
        r#"select exists (select from licenses where number_normalized collate "C" like $1) as "begins!""#,
        number.as_deref()
    );
    let begins = begins.fetch_one(conn).await?;
    let text = crate::text::CheckReference::or_typed(text);
    Ok(Text { like: crate::text::patterns(&text), number: number.filter(|_| begins) })
}

/// Parties with a name like this, and who was merged into them: who is merged is found by the names of the record that
/// stands, and the other way round.
async fn parties(conn: &mut PgConnection, name: &str) -> Result<Vec<uuid::Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"with named as (select id, merged_into from parties where name_folded like any($1)
               union select p.id, p.merged_into from party_aliases a join parties p on p.id = a.party_id where a.name_folded like any($1)),
           same as (select coalesce(merged_into, id) as id from named)
           select id as "id!" from same
           union select id from parties where merged_into = any(array(select id from same))"#,
        &crate::text::patterns(&crate::text::folded_name(name))
    );
    Ok(ids.fetch_all(conn).await?)
}

/// The key of a check that a list goes on after, if the reader may see it.
pub async fn key(conn: &mut PgConnection, scope: Scope, id: CheckId) -> Result<Option<Key>> {
    let key = sqlx::query_as!(
        Key,
        r#"select id as "id: CheckId", due_on as due from checks where id = $1 and ($2 or (post_id = $3 and state <> 'draft'))"#,
        id.0,
        scope.all,
        scope.post
    );
    Ok(key.fetch_optional(conn).await?)
}

/// The first checks that fit after `after`.
pub async fn page(conn: &mut PgConnection, search: &Search, after: Option<Key>, limit: i64) -> Result<Vec<Key>> {
    if !search.looks_for_words() {
        return Ok(step(conn, search, after, limit).await?.found);
    }
    if search.is_of_few_parties() {
        return by_index(conn, search, after, limit).await;
    }
    let first = through(conn, search, after, THROUGH, limit).await?;
    if first.next.is_none() || is_full(&first.found, limit) {
        return Ok(first.found);
    }
    by_index(conn, search, after, limit).await
}

/// The next checks that fit, at most `most`, and where to go on.
pub async fn step(conn: &mut PgConnection, search: &Search, after: Option<Key>, most: i64) -> Result<Step> {
    through(conn, search, after, if search.looks_for_words() { THROUGH.max(most) } else { most }, most).await
}

fn is_full(found: &[Key], limit: i64) -> bool {
    i64::try_from(found.len()).is_ok_and(|found| found >= limit)
}

/// Looks through the next checks in order, and gives at most `limit` that have the words.
async fn through(
    conn: &mut PgConnection,
    search: &Search,
    after: Option<Key>,
    through: i64,
    limit: i64,
) -> Result<Step> {
    if search.is_of_nothing() {
        return Ok(Step { found: Vec::new(), next: None });
    }
    let mut query = sqlx::QueryBuilder::new("select k.id, k.due, ");
    query.push(if search.looks_for_words() { "f.fits" } else { "true" }).push(" from (");
    search.walk(&mut query, after, through);
    query.push(" order by ").push(search.order("k.")).push(" limit ").push_bind(through).push(") k");
    if search.looks_for_words() {
        query.push(" cross join lateral (select ");
        search.fits(&mut query);
        query.push(" as fits from checks c where c.id = k.id offset 0) f");
    }
    query.push(" order by ").push(search.order("k."));
    let rows: Vec<(CheckId, Option<Date>, bool)> = query.build_query_as().fetch_all(conn).await?;
    let came = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let last = rows.last().map(|(id, due, _)| Key { id: *id, due: *due });
    let mut found: Vec<Key> = rows.into_iter().filter(|(.., fits)| *fits).map(|(id, due, _)| Key { id, due }).collect();
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = if is_full(&found, limit) { found.last().copied() } else { last.filter(|_| came >= through) };
    Ok(Step { found, next })
}

/// By the indexes of words, of numbers and of parties. One `or` of them would look at every check there is, and so
/// would a join with what they find, of which nobody knows how many there are.
async fn by_index(conn: &mut PgConnection, search: &Search, after: Option<Key>, limit: i64) -> Result<Vec<Key>> {
    let mut query = sqlx::QueryBuilder::new("select c.id, ");
    query.push(search.due()).push(" as due from checks c join posts o on o.id = c.post_id where true");
    if let Some(Text { like, number }) = &search.text {
        query.push(" and c.id = any(array(select id from checks where reference ilike any(").push_bind(like);
        query.push(") union select id from checks where subject ilike any(").push_bind(like).push(")");
        if let Some(number) = number {
            query.push(" union select k.check_id from licenses l join check_licenses k on k.license_id = l.id");
            query.push(" where l.number_normalized collate \"C\" like ").push_bind(number);
        }
        query.push("))");
    }
    if let Some(parties) = &search.parties {
        query.push(" and c.id = any(array(select k.check_id from license_parties l join check_licenses k on k.license_id = l.license_id");
        query.push(" where l.party_id = any(").push_bind(parties);
        query.push(") union select check_id from check_subjects where party_id = any(").push_bind(parties).push(")))");
    }
    if !search.drafts {
        query.push(" and c.state <> 'draft'");
    }
    if let Some((states, types)) = &search.kinds {
        query.push(" and c.state = any(").push_bind(states).push(") and c.type = any(").push_bind(types).push(")");
    }
    if let Some(posts) = &search.posts {
        query.push(" and c.post_id = any(").push_bind(posts).push(")");
    }
    search.conditions(&mut query, after);
    query.push(" order by ").push(search.order("c.")).push(" limit ").push_bind(limit);
    Ok(query.build_query_as().fetch_all(conn).await?)
}

/// What a list by due date is sorted by: an index has it in this very form.
const DUE: &str = "coalesce(c.due_on, 'infinity')";

impl Search {
    /// Whether nothing can fit: no state is asked that may be due, or no post that the reader sees.
    fn is_of_nothing(&self) -> bool {
        self.kinds.as_ref().is_some_and(|(states, _)| states.is_empty())
            || self.posts.as_ref().is_some_and(Vec::is_empty)
            || self.only.as_ref().is_some_and(Vec::is_empty)
    }

    /// Of few parties all checks are fetched by the index of their licenses; of more, the newest checks are looked
    /// through first.
    fn is_of_few_parties(&self) -> bool {
        self.text.is_none() && self.parties.as_ref().is_some_and(|parties| parties.len() <= FEW)
    }

    fn looks_for_words(&self) -> bool {
        self.text.is_some() || self.parties.is_some()
    }

    fn order(&self, table: &str) -> String {
        match (self.by_due, table) {
            (true, "c.") => format!("{DUE}, c.id"),
            (true, table) => format!("coalesce({table}due, 'infinity'), {table}id"),
            (false, table) => format!("{table}id desc"),
        }
    }

    fn due(&self) -> &'static str {
        if self.by_due { "c.due_on" } else { "null::date" }
    }

    /// The next `count` checks in order, whether they have the words or not: along one index, or the first of each
    /// state, type and post together, along another. Only what those indexes hold is asked, so that no other one looks
    /// as good.
    fn walk(&self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>, after: Option<Key>, count: i64) {
        query.push("select k.* from (values (0)) as one (row)");
        if let Some((states, types)) = &self.kinds {
            query
                .push(" cross join unnest(")
                .push_bind(states)
                .push(") as s (state) cross join unnest(")
                .push_bind(types)
                .push(") as t (type)");
        }
        if let Some(posts) = &self.posts {
            query.push(" cross join unnest(").push_bind(posts).push(") as p (post)");
        }
        query.push(" cross join lateral (select c.id, ").push(self.due()).push(" as due from checks c");
        if self.until.is_some() {
            query.push(" join posts o on o.id = c.post_id");
        }
        query.push(" where true");
        if self.kinds.is_some() {
            query.push(" and c.state = s.state and c.type = t.type");
        } else if !self.drafts {
            query.push(" and c.state <> 'draft'");
        }
        if self.posts.is_some() {
            query.push(" and c.post_id = p.post");
        }
        self.conditions(query, after);
        // What is due is found by its date; in another order, all of it is put in order.
        if self.by_due || self.until.is_none() {
            query.push(" order by ").push(self.order("c.")).push(" limit ").push_bind(count);
        }
        query.push(") k");
    }

    fn fits(&self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>) {
        query.push("coalesce(true");
        if let Some(Text { like, number }) = &self.text {
            query
                .push(" and (c.reference ilike any(")
                .push_bind(like)
                .push(") or c.subject ilike any(")
                .push_bind(like)
                .push(")");
            if let Some(number) = number {
                query.push(" or (select bool_or(l.number_normalized collate \"C\" like ").push_bind(number);
                query.push(") from check_licenses k join licenses l on l.id = k.license_id where k.check_id = c.id)");
            }
            query.push(")");
        }
        if let Some(parties) = &self.parties {
            query.push(" and coalesce((select bool_or(s.party_id = any(").push_bind(parties);
            query
                .push(")) from check_subjects s where s.check_id = c.id) or (select bool_or(l.party_id = any(")
                .push_bind(parties);
            query.push(")) from check_licenses k join license_parties l on l.license_id = k.license_id where k.check_id = c.id), false)");
        }
        query.push(", false)");
    }

    /// Due date and key. The key is always asked, so that the first page is read as the others are.
    fn conditions(&self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>, after: Option<Key>) {
        if let Some(only) = &self.only {
            query.push(" and c.id = any(").push_bind(only).push(")");
        }
        if let Some(days) = self.until {
            // No place's day is later than this one: up to there, an index knows.
            let latest = self.at.date() + time::Duration::days(i64::from(days) + 1);
            query.push(" and ").push(DUE).push(" <= ").push_bind(latest).push(" and c.due_on <= (").push_bind(self.at);
            query.push("::timestamptz at time zone o.zone)::date + ").push_bind(days);
        }
        if self.by_due {
            query.push(" and (").push(DUE).push(", c.id) > (");
            match after {
                Some(Key { due: Some(due), .. }) => query.push_bind(due),
                Some(Key { due: None, .. }) => query.push("'infinity'::date"),
                None => query.push("'-infinity'::date"),
            };
            query.push(", ").push_bind(after.map_or(uuid::Uuid::nil(), |key| key.id.0)).push(")");
        } else {
            query.push(" and c.id < ").push_bind(after.map_or(uuid::Uuid::max(), |key| key.id.0));
        }
    }
}

//! The list of telegrams, and the search in it.

use sqlx::PgConnection;

use super::read::{Much, files};
use crate::{
    access::Scope,
    error::Result,
    id::{PostId, TelegramId},
    telegrams::{
        model::{Telegram, Way},
        reading::Direction,
    },
    text::{CheckReference, patterns},
};

/// What a list of telegrams is filtered by.
#[derive(Debug, Default)]
pub struct Filter {
    pub way: Option<Way>,
    /// What they are for.
    pub direction: Option<Direction>,
    pub post: Option<PostId>,
    /// On no check yet.
    pub loose: bool,
    /// With this message number, or these words in the subject.
    pub text: String,
    pub after: Option<TelegramId>,
}

/// How many of the newest telegrams are looked through for words before the index of words is asked: whatever is common
/// is found among them.
const RECENT: i64 = 1000;

/// The telegrams that fit, the newest first, without their text; of drafts only those that are written to or by the
/// reader's side.
pub async fn list(conn: &mut PgConnection, scope: Scope, filter: &Filter, limit: i64) -> Result<Vec<Telegram>> {
    let most = usize::try_from(limit).unwrap_or_default();
    let found = if let Some(words) = Words::of(&filter.text) {
        let recent = through(conn, scope, filter, &words).await?;
        let are_all = i64::try_from(recent.len()).is_ok_and(|recent| recent < RECENT);
        let found: Vec<TelegramId> =
            recent.into_iter().filter_map(|(id, fits)| fits.then_some(id)).take(most).collect();
        if are_all || found.len() == most { found } else { by_index(conn, scope, filter, Some(&words), limit).await? }
    } else {
        by_index(conn, scope, filter, None, limit).await?
    };
    files(conn, scope, &found, None, Much::Head).await
}

/// What is looked for in telegrams.
struct Words {
    like: Vec<String>,
    number: i32,
}

impl Words {
    fn of(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        (!text.trim().is_empty())
            .then(|| Self { like: patterns(&CheckReference::or_typed(text)), number: digits.parse().unwrap_or(-1) })
    }
}

/// The newest telegrams that fit but for words, and whether those fit too.
async fn through(
    conn: &mut PgConnection,
    scope: Scope,
    filter: &Filter,
    words: &Words,
) -> Result<Vec<(TelegramId, bool)>> {
    let mut query = sqlx::QueryBuilder::new("select k.id, f.fits from (");
    walk(&mut query, scope, filter, RECENT);
    query.push(") k cross join lateral (select coalesce(t.subject ilike any(").push_bind(&words.like);
    query.push(") or t.originator ilike any(").push_bind(&words.like).push(") or t.number = ").push_bind(words.number);
    query.push(", false) as fits from telegrams t where t.id = k.id offset 0) f order by k.id desc");
    let rows: Vec<(uuid::Uuid, bool)> = query.build_query_as().fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id, fits)| (TelegramId(id), fits)).collect())
}

/// The newest telegrams that fit, by the indexes of words.
async fn by_index(
    conn: &mut PgConnection,
    scope: Scope,
    filter: &Filter,
    words: Option<&Words>,
    limit: i64,
) -> Result<Vec<TelegramId>> {
    let mut query = sqlx::QueryBuilder::new("");
    if let Some(words) = words {
        query.push(
            "select t.id from telegrams t where t.id = any(array(select id from telegrams where subject ilike any(",
        );
        query.push_bind(&words.like);
        query.push(") union select id from telegrams where originator ilike any(").push_bind(&words.like);
        query.push(") union select id from telegrams where number = ").push_bind(words.number).push("))");
        if filter.loose {
            query.push(" and t.id in (select telegram_id from loose_telegrams)");
        }
        conditions(&mut query, scope, filter);
        query.push(" order by t.id desc limit ").push_bind(limit);
    } else {
        walk(&mut query, scope, filter, limit);
    }
    let ids: Vec<uuid::Uuid> = query.build_query_scalar().fetch_all(conn).await?;
    Ok(ids.into_iter().map(TelegramId).collect())
}

/// The next telegrams that fit but for words: along one index, or the first of each way and direction together, along
/// another.
fn walk(query: &mut sqlx::QueryBuilder<sqlx::Postgres>, scope: Scope, filter: &Filter, count: i64) {
    query.push("select k.id from (values (0)) as one (row)");
    if filter.loose {
        // Of the telegrams on no check there is a list of its own; they are few among all.
        query.push(" cross join lateral (select t.id from (select distinct telegram_id from loose_telegrams where telegram_id < ");
        query.push_bind(from(filter)).push(") z join telegrams t on t.id = z.telegram_id where true");
    } else if filter.way.is_some() || filter.direction.is_some() {
        let ways = filter.way.map_or_else(|| Way::ALL.to_vec(), |way| vec![way]);
        let directions = filter.direction.map_or_else(|| Direction::ALL.to_vec(), |direction| vec![direction]);
        let codes = (
            ways.iter().map(|word| word.code()).collect::<Vec<_>>(),
            directions.iter().map(|word| word.code()).collect::<Vec<_>>(),
        );
        query.push(" cross join unnest(").push_bind(codes.0).push(") as w (way) cross join unnest(");
        query.push_bind(codes.1).push(") as d (direction) cross join lateral (select t.id from telegrams t");
        query.push(" where t.way = w.way and t.direction = d.direction");
    } else {
        query.push(" cross join lateral (select t.id from telegrams t where true");
    }
    conditions(query, scope, filter);
    query.push(" order by t.id desc limit ").push_bind(count).push(") k order by k.id desc limit ").push_bind(count);
}

/// What is asked, but words. The key is always asked, so that the first page is read as the others are.
fn conditions(query: &mut sqlx::QueryBuilder<sqlx::Postgres>, scope: Scope, filter: &Filter) {
    query.push(" and t.id < ").push_bind(from(filter));
    if !scope.all {
        query.push(" and t.post_id = ").push_bind(scope.post);
        // What Washington still writes is nobody's at post.
        query.push(" and not (t.state = 'draft' and t.direction in ('request', 'reminder'))");
    }
    if let Some(way) = filter.way {
        query.push(" and t.way = ").push_bind(way);
    }
    if let Some(direction) = filter.direction {
        query.push(" and t.direction = ").push_bind(direction);
    }
    if let Some(post) = filter.post {
        query.push(" and t.post_id = ").push_bind(post.0);
    }
    if filter.loose {
        query.push(" and not exists (select from telegram_checks k where k.telegram_id = t.id)");
    }
}

fn from(filter: &Filter) -> uuid::Uuid {
    filter.after.map_or(uuid::Uuid::max(), |after| after.0)
}

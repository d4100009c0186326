//! The open checks, kept in the process for as long as the database says they are the same.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{
    keep::refresh,
    lines::{Line, lines_as_stored},
};
use crate::{
    access::Actor,
    checks::{model::CheckState, standing::model::RULES},
    clock::Zone,
    db::kept::Kept,
    error::Result,
    id::CheckId,
    licenses::store::EVERYTHING,
};

/// The open checks by due date, and from when until when they are judged so.
#[derive(Debug)]
pub struct OpenChecks {
    lines: Vec<Arc<Line>>,
    holds: (OffsetDateTime, OffsetDateTime),
}

/// The version before serves those who came a moment earlier.
static KEPT: Kept<OpenChecks> = Kept::new(2);

/// Every open check within the reader's scope, by due date. They stay in the process; whether they are still those of
/// the database is asked each time, by one small statement.
pub async fn open(actor: &Actor) -> Result<Vec<Arc<Line>>> {
    let now = sqlx::query!(
        r#"select version, (select exists (select from standing_marks)) as "is_marked!" from kept_versions where of_what = 'standings'"#
    );
    let now = now.fetch_one(actor.reads()).await?;
    let known = KEPT.of(now.version).filter(|_| !now.is_marked);
    let open = match known.filter(|open| open.holds.0 <= actor.at && actor.at < open.holds.1) {
        Some(open) => open,
        None => read_open(actor).await?,
    };
    let all = actor.scope().all;
    let is_theirs = |line: &&Arc<Line>| all || (actor.sees_post(line.post) && line.state != CheckState::Draft);
    Ok(open.lines.iter().filter(is_theirs).cloned().collect())
}

/// Reads the open checks, and keeps them if none is behind its file.
async fn read_open(actor: &Actor) -> Result<Arc<OpenChecks>> {
    let (mut open, mut version) = open_as_stored(actor).await?;
    if version.is_none() {
        refresh(actor.projections(), RULES, actor.at).await?;
        (open, version) = open_as_stored(actor).await?;
    }
    let open = Arc::new(open);
    if let Some(version) = version {
        KEPT.keep(version, &open);
    }
    Ok(open)
}

/// What is stored, and its version if nothing of it is behind its file, nor was changed while it was read.
async fn open_as_stored(actor: &Actor) -> Result<(OpenChecks, Option<uuid::Uuid>)> {
    let mut conn = actor.reads().acquire().await?;
    let now = sqlx::query!(
        r#"select array(select id from checks where state <> 'closed' order by due_on nulls last, id) as "ids!",
               v.version, max(s.holds_from) as holds_from, min(s.holds_until) as holds_until
           from kept_versions v left join check_standings s on s.rules = $1 and s.holds_from <= $2 and $2 < s.holds_until
           where v.of_what = 'standings' group by v.version"#,
        RULES,
        actor.at
    );
    let now = now.fetch_one(&mut *conn).await?;
    let ids: Vec<CheckId> = now.ids.into_iter().map(CheckId).collect();
    let stored = lines_as_stored(&mut conn, EVERYTHING, &ids, actor.at).await?;
    let is_same = stored.version.is_none_or(|version| version == now.version);
    let day = Zone::named(Zone::WASHINGTON).span_of_day(actor.at);
    let holds = (now.holds_from.unwrap_or(day.0), now.holds_until.unwrap_or(day.1));
    let version = Some(now.version).filter(|_| is_same && !stored.is_behind);
    Ok((OpenChecks { lines: stored.lines.into_iter().map(Arc::new).collect(), holds }, version))
}

//! The checks, one line each, filtered and sorted by the address; and the same as CSV.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use time::OffsetDateTime;

use super::{
    standing::{
        self,
        store::{Line, lines, open},
    },
    store::{self, Filter, Key},
    turn::Whose,
};
use crate::{
    access::{Actor, Can, Permission, permission::ReadChecks},
    addresses::{self as at, Address},
    audit::export,
    error::{AppError, Result},
    id::CheckId,
    posts,
    web::{
        Layout, Query,
        csv::Sheet,
        html,
        pagination::{PAGE, Slice},
        request::Requested,
    },
    words::Choice,
};

/// The filters as the address carries them.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    #[serde(default, rename = "type")]
    check_type: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    due: String,
    /// Of whom the next step is asked, or who has it.
    #[serde(default)]
    whose: String,
    #[serde(default)]
    party: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "checks/list.html")]
struct Page {
    layout: Layout,
    asked: Asked,
    posts: Vec<Choice>,
    now: OffsetDateTime,
    slice: Slice<Line>,
    may_open: bool,
}

impl Asked {
    /// Closed sets stay closed: an unknown word filters nothing out.
    fn filter(&self) -> Filter {
        Filter {
            check_type: self.check_type.parse().ok(),
            state: self.state.parse().ok(),
            post: self.post.parse().ok(),
            country: self.country.clone(),
            due: self.due.clone(),
            only: None,
            party: self.party.clone(),
            text: self.text.clone(),
            sort: self.sort.clone(),
            after: self.after.parse().ok(),
        }
    }

    /// A list with the filters in its address.
    fn of(&self, list: Address) -> Address {
        list.with_filled(&[
            ("type", &self.check_type),
            ("state", &self.state),
            ("post", &self.post),
            ("country", &self.country),
            ("due", &self.due),
            ("whose", &self.whose),
            ("party", &self.party),
            ("text", &self.text),
            ("sort", &self.sort),
        ])
    }

    fn is_blank(&self) -> bool {
        self.of(at::checks()) == at::checks()
    }
}

pub async fn show(can: Can<ReadChecks>, Query(asked): Query<Asked>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let posts = if can.post().is_some() { Vec::new() } else { posts::store::choices(&can).await? };
    let found = found(&can, &asked, limit).await.map_err(AppError::of_search)?;
    let ids: Vec<CheckId> = found.into_iter().map(|key| key.id).collect();
    let lines = lines(&can, &ids).await?;
    let slice = Slice::of(lines, |line| line.id.to_string());
    let may_open = can.may(Permission::OpenChecks);
    html(&Page { layout: can.layout(), now: can.at, asked, posts, slice, may_open })
}

/// The open checks of which that holds: they are asked of the reader by name, or the reader's, or nobody's yet.
async fn whose(actor: &Actor, whose: &str) -> Result<Option<Vec<CheckId>>> {
    let reader = actor.reader();
    if !["next", "mine", "nobody"].contains(&whose) {
        return Ok(None);
    }
    let lines = open(actor).await?;
    let fits = |line: &&Arc<Line>| match whose {
        "next" => line.ahead.waits_for(&reader),
        "mine" => line.ahead.had_by.contains(&reader.id),
        _ => line.ahead.whose == Whose::Nobody,
    };
    Ok(Some(lines.iter().filter(fits).map(|line| line.id).collect()))
}

async fn found(can: &Can<ReadChecks>, asked: &Asked, limit: i64) -> Result<Vec<Key>> {
    let filter = Filter { only: whose(can, &asked.whose).await?, ..asked.filter() };
    let mut conn = can.searches().acquire().await?;
    let search = store::looked_up(&mut conn, can, &filter).await?;
    let after = match filter.after {
        Some(id) => match store::key(&mut conn, can.scope(), id).await? {
            Some(key) => Some(key),
            // A check out of scope is as good as none.
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    store::page(&mut conn, &search, after, limit).await
}

const COLUMNS: &[&str] = &["Reference", "Type", "State", "Post", "Subject", "Due", "Next step", "Who", "Result"];
/// How many rows a step of the file has at most.
const STEP: i64 = 1000;

/// The same rows as a file, as many as they are.
pub async fn file(can: Can<ReadChecks>, Query(asked): Query<Asked>, Requested(address): Requested) -> Result<Response> {
    let search = {
        let filter = Filter { only: whose(&can, &asked.whose).await?, ..asked.filter() };
        let mut conn = can.searches().acquire().await?;
        Arc::new(store::looked_up(&mut conn, &can, &filter).await?)
    };
    let can = Arc::new(can.into_actor());
    let file = export::File { name: "checks.csv", row: "check", columns: COLUMNS, address };
    let reader = Arc::clone(&can);
    export::send(can, file, move |after| {
        let (reader, search) = (Arc::clone(&reader), Arc::clone(&search));
        async move {
            let (step, lines) = standing::store::step(&reader, &search, after, STEP).await?;
            let mut sheet = Sheet::part();
            for line in &lines {
                write(&mut sheet, line)?;
            }
            Ok(export::Part { sheet, count: lines.len(), next: step.next })
        }
    })
    .await
}

fn write(sheet: &mut Sheet, line: &Line) -> Result<()> {
    let due = line.due_on.map(|due| due.to_string()).unwrap_or_default();
    let (check_type, state, who) = (line.check_type.label(), line.state.label(), line.ahead.who.label());
    let result = line.result.map_or("", |word| word.label());
    sheet.row([&line.reference, check_type, state, &line.post_name, &line.subject, &due, &line.ahead.text, who, result])
}

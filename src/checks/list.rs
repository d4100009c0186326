//! The checks, one line each, filtered and sorted by the address; and the same as CSV.

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;

use super::{
    standing::store::{Line, lines},
    store::{self, Filter},
};
use crate::{
    access::{Can, Permission, permission::ReadChecks},
    audit::{Event, Verb},
    error::{AppError, Result},
    posts,
    web::{
        Layout, Query,
        csv::Sheet,
        html,
        pagination::{PAGE, Slice},
        request::Address,
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
    query: String,
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
            party: self.party.clone(),
            text: self.text.clone(),
            officer: None,
            sort: self.sort.clone(),
            after: self.after.parse().ok(),
        }
    }

    /// The filters as an address carries them on.
    fn query(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let all = [
            ("type", &self.check_type),
            ("state", &self.state),
            ("post", &self.post),
            ("country", &self.country),
            ("due", &self.due),
            ("party", &self.party),
            ("text", &self.text),
            ("sort", &self.sort),
        ];
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            pairs.append_pair(name, value);
        }
        pairs.finish()
    }
}

/// The list.
pub async fn show(can: Can<ReadChecks>, Query(asked): Query<Asked>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let posts = if can.post().is_some() { Vec::new() } else { posts::store::choices(&can).await? };
    let ids = store::ids(&can, &asked.filter(), limit).await?;
    let lines = lines(&can, &ids).await?;
    let slice = Slice::of(lines, |line| line.id.to_string());
    let (query, may_open) = (asked.query(), can.may(Permission::OpenChecks));
    html(&Page { layout: can.layout(), now: can.at, asked, posts, slice, query, may_open })
}

/// How many rows a file may have.
const MOST: i64 = 5000;

/// The same rows as a file; the export is logged.
pub async fn export(can: Can<ReadChecks>, Query(asked): Query<Asked>, Address(address): Address) -> Result<Response> {
    let mut sheet = Sheet::new(&["Reference", "Type", "State", "Post", "Subject", "Due", "Next step", "Who", "Result"]);
    let ids = store::ids(&can, &asked.filter(), MOST).await?;
    for some in ids.chunks(200) {
        for line in lines(&can, some).await? {
            let due = line.due_on.map(|due| due.to_string()).unwrap_or_default();
            let (check_type, state, who) = (line.check_type.label(), line.state.label(), line.ahead.who.label());
            let result = line.result.map_or("", |word| word.label());
            sheet.row([&line.reference, check_type, state, &line.post_name, &line.subject, &due, &line.ahead.text, who, result])?;
        }
    }
    let subject = crate::audit::Subject::Person(can.id);
    let event = Event::new(Verb::Exported, subject, format!("exported {} checks", ids.len())).after(json!({ "search": address }));
    can.change_unprompted().await?.finish(event).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"checks.csv\"")];
    Ok((headers, sheet.finish().map_err(AppError::internal)?).into_response())
}

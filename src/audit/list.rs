//! The log as the auditor searches it, and as CSV.

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Event, Subject, Verb, security,
    store::{self, Entry, Filter},
};
use crate::{
    access::{Can, permission::ReadLog},
    aside::aside,
    error::{AppError, Result},
    text::Day,
    web::{
        Layout, Query, Routes,
        csv::Sheet,
        filters, html,
        pagination::{PAGE, Slice},
        request::Address,
    },
};

/// The addresses.
pub fn routes() -> Routes {
    Routes::new().page("/log", show).page("/log.csv", export).page("/log/security", security::show)
}

/// The search as the address carries it; days as `d/m/y`.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    #[serde(default)]
    who: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    verb: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// `oldest` sorts so, everything else the newest first.
    #[serde(default)]
    order: String,
    #[serde(default)]
    beyond: String,
}

#[derive(Template)]
#[template(path = "log/list.html")]
struct Page {
    layout: Layout,
    asked: Asked,
    query: String,
    slice: Slice<Entry>,
}

impl Asked {
    fn filter(&self) -> Result<Filter> {
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => {
                text.parse::<Day>().map(|day| Some(day.0)).map_err(|_| AppError::BadRequest("Write the days of the search as 18/6/2026."))
            }
        };
        Ok(Filter {
            who: self.who.clone(),
            text: self.text.clone(),
            verb: self.verb.parse::<Verb>().ok().map(|verb| verb.code().to_owned()),
            from: day(&self.from)?,
            until: day(&self.until)?,
            oldest_first: self.oldest_first(),
            beyond: self.beyond.parse().ok(),
            ..Filter::default()
        })
    }

    fn oldest_first(&self) -> bool {
        self.order == "oldest"
    }

    /// What lies beyond the page, in words.
    fn beyond_label(&self) -> &'static str {
        if self.oldest_first() { "Newer entries" } else { "Older entries" }
    }

    fn query(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let all = [
            ("who", &self.who),
            ("text", &self.text),
            ("verb", &self.verb),
            ("from", &self.from),
            ("until", &self.until),
            ("order", &self.order),
        ];
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            pairs.append_pair(name, value);
        }
        pairs.finish()
    }
}

/// The search.
async fn show(can: Can<ReadLog>, Query(asked): Query<Asked>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let rows = store::list(&mut conn, &asked.filter()?, limit).await?;
    let slice = Slice::of(rows, |row| row.id.to_string());
    html(&Page { layout: can.layout(), query: asked.query(), asked, slice })
}

/// How many entries a file may have.
const MOST: i64 = 50_000;

/// The same entries as a file; the export is logged.
async fn export(can: Can<ReadLog>, Query(asked): Query<Asked>, Address(address): Address) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let rows = store::list(&mut conn, &asked.filter()?, MOST).await?;
    drop(conn);
    let many = rows.len();
    let file = aside(move || written(&rows)).await??;
    let event = Event::new(Verb::Exported, Subject::Person(can.id), format!("exported {many} entries of the log"))
        .after(json!({ "search": address }));
    can.change_unprompted().await?.finish(event).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"log.csv\"")];
    Ok((headers, file).into_response())
}

/// Entries as a file.
fn written(rows: &[Entry]) -> Result<Vec<u8>> {
    let mut sheet = Sheet::new(&["When (UTC)", "Who", "Role", "Post", "From", "What", "Check", "License", "Before", "After"]);
    for row in rows {
        let (before, after) = row.values();
        let at = filters::moment_words(row.at);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (post, from, check, license) = (text(&row.post), text(&row.address), text(&row.check), text(&row.license));
        sheet.row([at.as_str(), &row.who, row.role_label(), &post, &from, &row.summary, &check, &license, &before, &after])?;
    }
    sheet.finish().map_err(AppError::internal)
}

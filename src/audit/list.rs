//! The log as the auditor searches it, and as CSV.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use time::Date;

use super::{
    Verb, export, security,
    store::{self, Entry, Filter},
};
use crate::{
    access::{Can, permission::ReadLog},
    addresses::{self as at, Address, route},
    error::{AppError, Result},
    text::Day,
    web::{
        Layout, Query, Routes,
        csv::Sheet,
        filters, html,
        pagination::{PAGE, Slice},
        request::Requested,
    },
    words::Choice,
};

pub fn routes() -> Routes {
    Routes::new().page(route::log, show).page(route::log_csv, file).page(route::security_events, security::show)
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
    slice: Slice<Entry>,
}

impl Asked {
    fn filter(&self, today: Date) -> Result<Filter> {
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => Day::relative(text, today)
                .map_or_else(|| text.parse::<Day>(), Ok)
                .map(|day| Some(day.0))
                .map_err(|_| AppError::BadRequest("Write the days of the search as 18 Jun 2026.")),
        };
        Ok(Filter {
            who: self.who.clone(),
            text: self.text.clone(),
            verb: self.verb.parse::<Verb>().ok().map(|verb| verb.code().to_owned()),
            from: day(&self.from)?,
            until: day(&self.until)?,
            oldest_first: self.oldest_first(),
            before: None,
        })
    }

    fn oldest_first(&self) -> bool {
        self.order == "oldest"
    }

    /// What lies beyond the page, in words.
    fn beyond_label(&self) -> &'static str {
        if self.oldest_first() { "Newer entries" } else { "Older entries" }
    }

    /// A list with the search in its address.
    fn of(&self, list: Address) -> Address {
        list.with_filled(&[
            ("who", &self.who),
            ("text", &self.text),
            ("verb", &self.verb),
            ("from", &self.from),
            ("until", &self.until),
            ("order", &self.order),
        ])
    }
}

async fn show(can: Can<ReadLog>, Query(asked): Query<Asked>) -> Result<Response> {
    let slice = searched(&can, &asked).await.map_err(AppError::of_search)?;
    html(&Page { layout: can.layout(), asked, slice })
}

async fn searched(can: &Can<ReadLog>, asked: &Asked) -> Result<Slice<Entry>> {
    let mut conn = can.searches().acquire().await?;
    let search = store::looked_up(&mut conn, asked.filter(can.washington_today())?).await?;
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let step = store::page(&mut conn, &search, asked.beyond.parse().ok(), limit).await?;
    let next = step.next.map(|next| next.to_string());
    Ok(Slice::of_those_looked_through(step.rows, next, |row| row.id.to_string()))
}

const COLUMNS: &[&str] = &["When (UTC)", "Who", "Role", "Post", "From", "What", "Check", "License", "Before", "After"];
/// How many entries a step of the file has at most.
const STEP: i64 = 500;
/// How many entries a step looks through when it looks for words.
const THROUGH: i64 = 5000;

/// The same entries as a file, as many as they are.
async fn file(can: Can<ReadLog>, Query(asked): Query<Asked>, Requested(address): Requested) -> Result<Response> {
    let filter = asked.filter(can.washington_today())?;
    let through = if filter.text.trim().is_empty() { STEP } else { THROUGH };
    let search = {
        let mut conn = can.searches().acquire().await?;
        // What is logged meanwhile, such as the export itself, is not waited for.
        let filter = Filter { before: store::last_moment(&mut conn).await?, ..filter };
        Arc::new(store::looked_up(&mut conn, filter).await?)
    };
    let can = Arc::new(can.into_actor());
    let file = export::File { name: "log.csv", row: "log entry", columns: COLUMNS, address };
    let reader = Arc::clone(&can);
    export::send(can, file, move |beyond| {
        let (reader, search) = (Arc::clone(&reader), Arc::clone(&search));
        async move {
            let step = store::step(&mut *reader.export_step().await?, &search, beyond, through, STEP).await?;
            let mut sheet = Sheet::part();
            for row in &step.rows {
                write(&mut sheet, row)?;
            }
            Ok(export::Part { sheet, count: step.rows.len(), next: step.next })
        }
    })
    .await
}

fn write(sheet: &mut Sheet, row: &Entry) -> Result<()> {
    let (before, after) = row.values();
    let at = filters::moment_words(row.at);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (post, from, check, license) = (text(&row.post), text(&row.address), text(&row.check), text(&row.license));
    sheet.row([at.as_str(), &row.who, row.role_label(), &post, &from, &row.summary, &check, &license, &before, &after])
}

//! The parties, searched by name and alias.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, PartyRow};
use crate::{
    access::{Can, Permission, permission::ReadParties},
    error::Result,
    text::folded_name,
    web::{
        Layout, Query, html,
        pagination::{PAGE, Slice},
    },
};

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "parties/list.html")]
struct Page {
    layout: Layout,
    q: String,
    slice: Slice<PartyRow>,
    may_register: bool,
}

/// A search, or all by name.
pub async fn show(can: Can<ReadParties>, Query(filter): Query<Filter>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let after = filter.after.split_once(' ').and_then(|(id, name)| Some((name, id.parse().ok()?)));
    let rows = store::search(&mut conn, can.scope(), &filter.q, after.filter(|_| filter.q.trim().is_empty()), limit).await?;
    let slice = Slice::of(rows, |row| format!("{} {}", row.id, folded_name(&row.name)));
    html(&Page { layout: can.layout(), q: filter.q, slice, may_register: can.may(Permission::EditParties) })
}

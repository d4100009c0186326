//! The parties, searched by name and alias.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, PartyRow};
use crate::{
    access::{Can, Permission, permission::ReadParties},
    addresses as at,
    checks::standing,
    error::{AppError, Result},
    text::{folded_name, is_short},
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
    /// Too short to be looked for within words.
    is_short: bool,
    slice: Slice<PartyRow>,
    may_register: bool,
}

/// A search, or all by name.
pub async fn show(can: Can<ReadParties>, Query(filter): Query<Filter>) -> Result<Response> {
    standing::store::settle(&can).await?;
    let slice = searched(&can, &filter).await.map_err(AppError::of_search)?;
    let is_short = !filter.q.trim().is_empty() && is_short(&folded_name(&filter.q));
    html(&Page { layout: can.layout(), q: filter.q, is_short, slice, may_register: can.may(Permission::EditParties) })
}

async fn searched(can: &Can<ReadParties>, filter: &Filter) -> Result<Slice<PartyRow>> {
    let mut conn = can.searches().acquire().await?;
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let rows = if filter.q.trim().is_empty() {
        let after = filter.after.split_once(' ').and_then(|(id, name)| Some((name, id.parse().ok()?)));
        store::by_name(&mut conn, can.scope(), after, limit).await?
    } else {
        store::search(&mut conn, can.scope(), &filter.q, limit).await?
    };
    Ok(Slice::of(rows, |row| format!("{} {}", row.id, folded_name(&row.name))))
}

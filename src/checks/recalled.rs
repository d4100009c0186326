//! Recalling a request; a list of those that were; and what stands at a check's address for people of a post that had
//! it.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::{CaseFile, Recall},
    steps::{Ask, Step},
    store::{self, RecallRow},
    verbs,
};
use crate::{
    access::{Actor, Can, permission::ReadChecks},
    addresses as at,
    audit::Events,
    db::Change,
    error::{AppError, Result},
    id::{CheckId, PersonId, RecallId},
    web::{
        Layout, Query, filters, html,
        pagination::{PAGE, Slice},
    },
};

/// Where the list goes on.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "checks/recalls.html")]
struct List {
    layout: Layout,
    slice: Slice<RecallRow>,
    at_post: bool,
}

#[derive(Template)]
#[template(path = "checks/recalled.html")]
struct Page {
    layout: Layout,
    id: CheckId,
    reference: String,
    /// The request that was recalled last.
    last: Recall,
    /// What had been sent and recalled before, the last first.
    earlier: Vec<Recall>,
}

impl Step for verbs::Recall {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let (check, mut says) = (&file.check, Vec::new());
        says.push(format!(
            "{} is taken back from {}, which has not acknowledged it. It is a draft again: it can be changed and sent again, or a reviewer ends it early.",
            check.reference, check.post_name
        ));
        says.push("The post reads that it was recalled, by whom and why, and the request as it was sent.".into());
        if check.site_visit_waiver.is_some() {
            says.push("The waiver of its site visit goes with the request: it would have to be waived again.".into());
        }
        Ask {
            says,
            label: "Why",
            hint: "The post reads this. Such as: it was meant for another post.",
            ..Ask::default()
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let recalled = file.recall(can.id, text)?;
        store::recall(change, &recalled).await?;
        Ok(recalled.into())
    }
}

/// Every request that was recalled, the last first: a post's own ones, all in Washington.
pub async fn list(can: Can<ReadChecks>, Query(asked): Query<Asked>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let after: Option<RecallId> = asked.after.parse().ok();
    let rows = store::recalls(&can, after, limit).await?;
    let slice = Slice::of(rows, |row| row.id.to_string());
    html(&List { layout: can.layout(), slice, at_post: can.post().is_some() })
}

/// What a post is told of a check that it no longer has: what it had been asked, and why not any more. Of what becomes
/// of the draft it is told nothing.
pub(super) async fn page(can: &Actor, check: CheckId) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let (reference, mut all) = store::recalled(&mut conn, can.scope(), check).await?.ok_or(AppError::NotFound)?;
    drop(conn);
    let last = all.remove(0);
    html(&Page { layout: can.layout(), id: check, reference, last, earlier: all })
}

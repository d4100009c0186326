//! A party: who it is, what is known of it and from where, its licenses, and every check within the reader's scope.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, Merged, PartyCheck, PartyFile, PartyLicense};
use crate::{
    access::{Can, Permission, permission::ReadParties},
    addresses as at,
    error::Result,
    id::PartyId,
    web::{
        Layout, Path, Query, filters, html,
        pagination::{PAGE, Slice},
    },
};

/// Where its lists go on.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Licenses from this one on.
    #[serde(default)]
    licenses: String,
    /// Which fifty of the checks.
    #[serde(default)]
    checks: String,
}

#[derive(Template)]
#[template(path = "parties/show.html")]
struct Page {
    layout: Layout,
    party: PartyFile,
    licenses: Slice<PartyLicense>,
    checks: Slice<PartyCheck>,
    merges: Vec<Merged>,
    /// Whether one of them can be undone here.
    is_merged_into: bool,
    /// Whether these are the newest.
    from_first: bool,
    may_edit: bool,
    may_add: bool,
    may_take_back: bool,
    may_unmerge: bool,
}

pub async fn show(can: Can<ReadParties>, Path(id): Path<PartyId>, Query(asked): Query<Asked>) -> Result<Response> {
    let party = store::find(&can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let most = i64::try_from(PAGE).unwrap_or(50);
    let before = asked.licenses.parse().ok();
    let licenses = store::licenses(&mut conn, can.scope(), id, before, most + 1).await?;
    let nth = asked.checks.parse::<u16>().unwrap_or(1).max(1);
    let checks = store::checks(&mut conn, can.scope(), id, i64::from(nth - 1) * most, most + 1).await?;
    let merges = store::merges(&mut conn, id).await?;
    drop(conn);
    let licenses = Slice::of(licenses, |license| license.id.to_string());
    let checks = Slice::of(checks, |_| (u32::from(nth) + 1).to_string());
    let (may_edit, may_add) = (can.may(Permission::EditParties), can.may(Permission::AddPartyFacts));
    html(&Page {
        layout: can.layout(),
        party,
        licenses,
        checks,
        is_merged_into: merges.iter().any(|merge| merge.into == id && merge.undone_at.is_none()),
        merges,
        from_first: before.is_none() && nth == 1,
        may_edit,
        may_add,
        may_take_back: can.may(Permission::TakeBackRecords),
        may_unmerge: can.may(Permission::UndoMerges),
    })
}

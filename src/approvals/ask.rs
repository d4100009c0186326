//! The cells that nobody put into the matrix yet: any authority of the country, or that none is required.

use askama::Template;
use axum::response::Response;

use super::store;
use crate::{
    access::{Can, permission::WorkChecks},
    addresses as at,
    error::Result,
    id::{ItemGroupId, LicenseId},
    licenses::{self, model::LicenseFile},
    web::{Layout, Path, html},
    words::Choice,
};

/// An item group with the cells it may still get.
#[derive(Debug)]
struct Row {
    label: String,
    item: ItemGroupId,
    authorities: Vec<Choice>,
    may_be_exempt: bool,
}

#[derive(Template)]
#[template(path = "approvals/ask.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    rows: Vec<Row>,
}

pub async fn show(can: Can<WorkChecks>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let authorities = store::authorities(&mut conn, &license.destination).await?;
    let asks = |class: &str| license.rules.iter().any(|rule| rule.item_class == class && rule.authority_id.is_some());
    let recorded = |item, authority: &Choice| {
        let of =
            |row: &super::model::Approval| row.authority_id.map(|id| id.to_string()).as_ref() == Some(&authority.value);
        license.approvals.iter().any(|row| row.item_group_id == item && of(row))
    };
    let rows = license.items.iter().map(|item| Row {
        label: item.named(),
        item: item.id,
        authorities: authorities.iter().filter(|authority| !recorded(item.id, authority)).cloned().collect(),
        may_be_exempt: !asks(&item.item_class),
    });
    let rows = rows.collect();
    html(&Page { layout: can.layout(), rows, license })
}

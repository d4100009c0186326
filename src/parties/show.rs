//! A party: who it is, what is known of it and from where, its licenses, and every check within the reader's scope.

use askama::Template;
use axum::response::Response;

use super::store::{self, PartyFile};
use crate::{
    access::{Can, Permission, permission::ReadParties},
    error::Result,
    id::PartyId,
    web::{Layout, Path, filters, html},
};

#[derive(Template)]
#[template(path = "parties/show.html")]
struct Page {
    layout: Layout,
    party: PartyFile,
    may_edit: bool,
    may_add: bool,
}

/// The page.
pub async fn show(can: Can<ReadParties>, Path(id): Path<PartyId>) -> Result<Response> {
    let party = store::find(&can, id).await?;
    let (may_edit, may_add) = (can.may(Permission::EditParties), can.may(Permission::AddPartyFacts));
    html(&Page { layout: can.layout(), party, may_edit, may_add })
}

//! What a person typed and did not send.

use askama::Template;
use axum::response::Response;

use crate::{
    access::SignedIn,
    addresses as at,
    db::drafts::Unsent,
    error::Result,
    web::{Layout, filters, html},
};

#[derive(Template)]
#[template(path = "drafts/list.html")]
struct Page {
    layout: Layout,
    unsent: Vec<Unsent>,
}

/// Everything that the person typed and did not send.
pub async fn show(person: SignedIn) -> Result<Response> {
    html(&Page { layout: person.layout.clone(), unsent: person.unsent().await? })
}

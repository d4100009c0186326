//! The About page.

use askama::Template;
use axum::response::Response;

use crate::{
    access::Actor,
    addresses as at,
    error::Result,
    web::{Layout, assets, html},
};

#[derive(Template)]
#[template(path = "about/show.html")]
struct Page {
    layout: Layout,
    version: &'static str,
    uswds: &'static str,
}

/// The page; it asks for nobody.
pub async fn show(actor: Result<Actor>) -> Result<Response> {
    let layout = actor.map_or_else(|_| Layout::signed_out(false), |actor| actor.layout());
    html(&Page { layout, version: env!("CARGO_PKG_VERSION"), uswds: assets::USWDS_LICENSE })
}

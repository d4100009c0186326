//! About Lantern: what it is, how to use it without a mouse, whose work is in it.

use askama::Template;
use axum::response::Response;

use crate::{
    access::Actor,
    addresses::{self as at, route},
    error::Result,
    web::{Layout, Routes, assets, html},
};

pub fn routes() -> Routes {
    Routes::new().page(route::about, show)
}

#[derive(Template)]
#[template(path = "about/show.html")]
struct Page {
    layout: Layout,
    version: &'static str,
    uswds: &'static str,
}

/// The page; it asks for nobody.
async fn show(actor: Result<Actor>) -> Result<Response> {
    let layout = actor.map_or_else(|_| Layout::signed_out(false), |actor| actor.layout());
    html(&Page { layout, version: env!("CARGO_PKG_VERSION"), uswds: assets::USWDS_LICENSE })
}

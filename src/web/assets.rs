//! The style sheet and the script: embedded, named by their content, kept by browsers forever.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::Path;
use crate::error::{AppError, Result};

/// The address of the style sheet.
pub const SHEET: &str = concat!("/static/", env!("LANTERN_SHEET"));
/// The address of the script.
pub const SCRIPT: &str = concat!("/static/", env!("LANTERN_SCRIPT"));
/// A lamp in a square, for the browser's tab.
pub const ICON: &str = concat!(
    "data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27 viewBox=%270 0 8 8%27%3E",
    "%3Crect width=%278%27 height=%278%27 rx=%271%27 fill=%27%23162e51%27/%3E",
    "%3Cpath d=%27M2 1v6h4%27 stroke=%27%23fff%27 fill=%27none%27/%3E%3C/svg%3E"
);
/// The license of the design system, shown on the About page.
pub const USWDS_LICENSE: &str = include_str!(concat!(env!("OUT_DIR"), "/uswds-license.txt"));

const SHEET_TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/lantern.css"));
const SCRIPT_TEXT: &str = concat!(include_str!("../../static/app.js"), include_str!("../../static/fields.js"));

/// A page of another version asks for its own sheet and script, and reaches this server while servers are replaced one
/// after the other. It gets these, which are nearly the same, rather than none; nobody keeps them under that name.
pub async fn serve(Path(name): Path<String>) -> Result<Response> {
    let (kind, text, ours) = if is_of(&name, env!("LANTERN_SHEET")) {
        ("text/css; charset=utf-8", SHEET_TEXT, env!("LANTERN_SHEET"))
    } else if is_of(&name, env!("LANTERN_SCRIPT")) {
        ("text/javascript; charset=utf-8", SCRIPT_TEXT, env!("LANTERN_SCRIPT"))
    } else {
        return Err(AppError::NotFound);
    };
    let kept = if name == ours { "public, max-age=31536000, immutable" } else { "no-store" };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], text).into_response())
}

/// Whether a name is that of an asset, whatever its hash says of its content.
fn is_of(name: &str, ours: &str) -> bool {
    let plain = |name: &str| {
        let (stem, ending) = name.split_once('.')?;
        Some((stem.split_once('-')?.0.to_owned(), ending.to_owned()))
    };
    plain(name).is_some_and(|name| Some(name) == plain(ours))
}

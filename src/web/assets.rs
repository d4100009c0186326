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
const SCRIPT_TEXT: &str = include_str!("../../static/app.js");

pub async fn serve(Path(name): Path<String>) -> Result<Response> {
    let (kind, text) = match name.as_str() {
        env!("LANTERN_SHEET") => ("text/css; charset=utf-8", SHEET_TEXT),
        env!("LANTERN_SCRIPT") => ("text/javascript; charset=utf-8", SCRIPT_TEXT),
        _ => return Err(AppError::NotFound),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], text)
        .into_response())
}

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

//! The style sheet and the script, embedded.

use axum::response::{IntoResponse, Response};

use crate::error::AppError;

/// The address of the style sheet.
pub const SHEET: &str = "/static/lantern.css";
/// The address of the script.
pub const SCRIPT: &str = "/static/app.js";

/// A static file.
pub async fn serve() -> Response {
    AppError::NotFound.into_response()
}

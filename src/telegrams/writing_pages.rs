//! Writing a telegram.

use axum::response::Response;

use super::model::Telegram;
use crate::{
    access::Actor,
    error::{AppError, Result},
};

/// A telegram that goes out.
pub fn show_written(_can: &Actor, _telegram: &Telegram) -> Result<Response> {
    Err(AppError::NotFound)
}

//! Proving a person again by their password, before they sign.

use std::pin::Pin;

use axum::{extract::FromRequestParts, http::request::Parts};

use super::judge::Judge;
use crate::{access::session::Present, app::App, audit::SecurityKind, error::Result};

/// Whether it is the password of that person; judged as at sign-in.
pub fn by_password<'a>(
    app: &'a App,
    parts: &'a mut Parts,
    present: &'a Present,
    typed: &'a str,
) -> Pin<Box<dyn Future<Output = Result<bool>> + Send + 'a>> {
    Box::pin(async move {
        let Ok(attempt) = typed.parse() else { return Ok(false) };
        let judge = Judge::from_request_parts(parts, app).await?;
        let proved = judge.judge(&present.account, attempt, SecurityKind::PasswordNotProved).await?;
        Ok(proved.is_some_and(|proved| proved.id == present.person))
    })
}

//! Autosave: what is typed is kept on the server as a draft until it is submitted or discarded.

use axum::{
    Extension,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    access::SignedIn,
    db::drafts::DraftPage,
    error::{AppError, Result},
    id::FormId,
    web::{
        Routes,
        body::Typed,
        form::{Pairs, holds_a_secret, storable},
    },
};

/// The addresses.
pub fn routes() -> Routes {
    Routes::new().action("/drafts", keep).action("/drafts/discard", discard)
}

/// The most characters of a page's title that are kept.
const TITLE: usize = 120;

/// Keeps a form's body under its id. Classified text is refused here as everywhere.
async fn keep(person: SignedIn, Extension(typed): Extension<Typed>) -> Result<Response> {
    let pairs = Pairs::parse(typed.as_str());
    let form: FormId = pairs.last("form_id").parse().map_err(|_| AppError::BadRequest("A draft needs its form's id."))?;
    let path = local(pairs.last("path"))?;
    if holds_a_secret(typed.as_str()) {
        return Err(AppError::BadRequest("A password is never kept."));
    }
    storable(typed.as_str()).map_err(AppError::Refused)?;
    let title: String = pairs.last("title").chars().take(TITLE).collect();
    person.keep_draft(form, DraftPage { path, title: &title }, typed.as_str()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Forgets what was typed on a page, and shows the page afresh.
async fn discard(person: SignedIn, Extension(typed): Extension<Typed>) -> Result<Response> {
    let pairs = Pairs::parse(typed.as_str());
    let path = local(pairs.last("path"))?;
    person.discard_drafts(path).await?;
    Ok(Redirect::to(path).into_response())
}

fn local(path: &str) -> Result<&str> {
    let fits = path.starts_with('/') && !path.starts_with("//") && path.len() <= 500 && !path.contains(['\\', '#', '\r', '\n', '\0']);
    if fits { Ok(path) } else { Err(AppError::BadRequest("A draft needs the path of its page.")) }
}

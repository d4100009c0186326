//! Autosave: what is typed is kept on the server as a draft until it is submitted or discarded; and the list of what is
//! kept.

use askama::Template;
use axum::{
    Extension,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;

use crate::{
    access::{SignedIn, refusal::Refusal},
    addresses::{self as at, route},
    db::drafts::{Continued, Discarded, DraftPage, Unsent},
    error::{AppError, Result},
    id::FormId,
    web::{
        Layout, Routes,
        body::Typed,
        filters,
        form::{Pairs, holds_a_secret, mark, storable},
        html,
    },
};

pub fn routes() -> Routes {
    Routes::new().form(route::drafts, list, keep).action(route::draft_discard, discard)
}

/// The most characters of a page's title that are kept.
const TITLE: usize = 120;
/// The most texts that are discarded at once: what a form goes on with, and what was typed into it since.
const AT_ONCE: usize = 2;

#[derive(Template)]
#[template(path = "drafts/list.html")]
struct Page {
    layout: Layout,
    unsent: Vec<Unsent>,
}

/// Everything that the person typed and did not send.
async fn list(person: SignedIn) -> Result<Response> {
    html(&Page { layout: person.layout.clone(), unsent: person.unsent().await? })
}

/// Keeps a form's body under its id. Classified text is refused here as everywhere. A form that was used before is
/// named a new id: the page takes it on and keeps its text under that, while a save that comes after its own submit
/// keeps nothing.
async fn keep(person: SignedIn, Extension(typed): Extension<Typed>) -> Result<Response> {
    let typed = typed.as_str();
    let mark = mark(typed).ok_or(AppError::BadRequest("A draft needs its form's id."))?;
    if holds_a_secret(typed) {
        return Err(AppError::BadRequest("A password is never kept."));
    }
    storable(typed).map_err(Refusal::Unstorable)?;
    let pairs = Pairs::parse(typed);
    let title: String = pairs.last("title").chars().take(TITLE).collect();
    match person.keep_draft(mark.form, mark.continues.as_ref(), local(pairs.last("path"), &title)?, typed).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(AppError::OtherAnswers(_)) => Ok(under_a_new_id(mark.form)),
        Err(error) => Err(error),
    }
}

/// Not kept: says under which id it can be, and that the text was begun in the form that was used.
fn under_a_new_id(form: FormId) -> Response {
    let problem = json!({
        "type": "about:blank",
        "title": AppError::SENT_BEFORE,
        "status": StatusCode::CONFLICT.as_u16(),
        "detail": "Not kept: this form was sent or discarded before. Send it, and Lantern gives your text back to be looked at.",
        "form_id": FormId::new(),
        "continues": Continued { root: form, draft: form, hash: String::new() }.to_string(),
    });
    (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
}

/// Forgets texts, and shows the page the person was on afresh, or what is next to be gone through.
async fn discard(person: SignedIn, Extension(typed): Extension<Typed>) -> Result<Response> {
    let pairs = Pairs::parse(typed.as_str());
    let path = local(pairs.last("path"), "")?.path;
    let texts: Result<Vec<Discarded>, _> = pairs.all("draft").iter().take(AT_ONCE).map(|text| text.parse()).collect();
    let texts = texts.map_err(|_| {
        AppError::BadRequest("Go back to the list of what is typed and not sent, and discard it there.")
    })?;
    let next = person.discard_drafts(&texts, path).await?;
    Ok(Redirect::to(next.as_deref().unwrap_or(path)).into_response())
}

fn local<'a>(path: &'a str, title: &'a str) -> Result<DraftPage<'a>> {
    DraftPage::local(path, title)
        .ok_or(AppError::BadRequest("Not kept: the address of this page is too long or is none of Lantern's."))
}

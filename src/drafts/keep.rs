//! Keeping what is typed under its form's id, and forgetting it.

use axum::{
    Extension,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;

use crate::{
    access::{SignedIn, refusal::Refusal},
    db::drafts::{Continued, Discarded, DraftPage},
    error::{AppError, Result},
    id::FormId,
    text::unmarked,
    web::{
        body::Typed,
        form::{Pairs, holds_a_secret, mark, storable},
    },
};

/// The most characters of a page's title that are kept.
const TITLE: usize = 120;
/// The most texts that are discarded at once: what a form goes on with, and what was typed into it since.
const AT_ONCE: usize = 2;

/// Keeps a form's body under its id. Classified text is refused here as everywhere. A form that was used before is
/// named a new id: the page takes it on and keeps its text under that, while a save that comes after its own submit
/// keeps nothing.
pub async fn keep(person: SignedIn, Extension(typed): Extension<Typed>) -> Result<Response> {
    let typed = typed.as_str();
    let mark = mark(typed).ok_or(AppError::BadRequest("A draft needs its form's id."))?;
    if holds_a_secret(typed) {
        return Err(AppError::BadRequest("A password is never kept."));
    }
    // The browser sends its page's title along, in which a name may look like a mark: nobody typed it here.
    let pairs = Pairs::parse(typed);
    let title: String = pairs.last("title").chars().take(TITLE).collect();
    let title = if unmarked(&title).is_ok() { title } else { String::new() };
    let typed = &without_title(typed);
    storable(typed).map_err(Refusal::Unstorable)?;
    match person.keep_draft(mark.form, mark.continues.as_ref(), local(pairs.last("path"), &title)?, typed).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(AppError::OtherAnswers(_)) => Ok(under_a_new_id(mark.form)),
        Err(error) => Err(error),
    }
}

fn without_title(typed: &str) -> String {
    let pairs = form_urlencoded::parse(typed.as_bytes()).filter(|(name, _)| name != "title");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
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
pub async fn discard(person: SignedIn, Extension(typed): Extension<Typed>) -> Result<Response> {
    let pairs = Pairs::parse(typed.as_str());
    let path = local(pairs.last("path"), "")?.path;
    let texts: Result<Vec<Discarded>, _> = pairs.all("draft").iter().take(AT_ONCE).map(|text| text.parse()).collect();
    let texts = texts.map_err(|_| {
        AppError::BadRequest("Go back to the list of what is typed and not sent, and discard it there.")
    })?;
    let next = person.discard_drafts(&texts, path).await?;
    // Whoever clears a list stays on it; on a form's own page one goes on to what was filled with it.
    let next = next.filter(|_| !pairs.last("go_on").is_empty());
    Ok(Redirect::to(next.as_deref().unwrap_or(path)).into_response())
}

fn local<'a>(path: &'a str, title: &'a str) -> Result<DraftPage<'a>> {
    DraftPage::local(path, title)
        .ok_or(AppError::BadRequest("Not kept: the address of this page is too long or is none of Lantern's."))
}

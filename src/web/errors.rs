//! One layer turns every error into a page inside the normal frame, with whatever was typed, or into problem+json (RFC
//! 9457).

use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;
use time::Date;

use crate::{
    access::client_address,
    addresses as at,
    app::{App, Site},
    audit::{SecurityEvent, SecurityKind},
    db::drafts::{Continued, Source},
    error::{AppError, Failure, KeptText, Used},
    id::PersonId,
    web::{
        Layout,
        body::Typed,
        bounds,
        form::{OWN, mark},
    },
};

/// What the extractors learned about the request, for the layers around them.
#[derive(Debug, Clone, Default)]
pub struct Seen(pub Arc<OnceLock<SeenPerson>>);

impl Seen {
    /// What was sent before, if the form comes with other answers than it was sent with.
    pub fn used(&self) -> Option<Used> {
        self.0.get()?.used
    }

    /// The day where the person is.
    pub fn today(&self) -> Option<Date> {
        Some(self.0.get()?.layout.person.as_ref()?.today)
    }

    /// What the form that came was filled from.
    pub fn source(&self) -> Option<Source> {
        self.0.get()?.source.clone()
    }
}

/// The person a request came from.
#[derive(Debug)]
pub struct SeenPerson {
    pub id: PersonId,
    pub layout: Layout,
    /// What was sent before of the form that came.
    pub used: Option<Used>,
    /// What that form was filled from.
    pub source: Option<Source>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    layout: Layout,
    title: &'a str,
    text: &'a str,
    kept: Vec<(String, String)>,
    kept_action: String,
    kept_button: &'a str,
}

/// Renders what failed beneath it.
pub async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let seen = request.extensions().get::<Seen>().cloned().unwrap_or_default();
    let asked = Asked::of(&app.site, &request);
    let mut response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = AppError::BadRequest("This address does not take that.").into_response();
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    }
    let Some(Failure(mut error)) = response.extensions_mut().remove::<Failure>() else { return response };
    // A text under a used id is given back, also where its page is gone.
    if let (AppError::NotFound, Some(used)) = (&*error, seen.used()) {
        error = Arc::new(AppError::OtherAnswers(used));
        *response.status_mut() = error.status();
    }
    match &*error {
        AppError::AlreadyDone(_) | AppError::ChoosePassword => return response,
        AppError::SignedOut(KeptText::Sent(led)) if asked.wants_html => {
            return Redirect::to(&sign_in(led)).into_response();
        }
        AppError::SignedOut(kept) if asked.wants_html && *kept != KeptText::OnThePage => {
            return Redirect::to(&sign_in(&asked.path)).into_response();
        }
        AppError::Internal(cause) => tracing::error!(error = %cause, "internal error"),
        AppError::Slow | AppError::Late(None) => tracing::warn!("no answer in time"),
        AppError::Late(Some(cause)) => tracing::warn!(error = %cause, "no answer to a commit"),
        AppError::Unavailable(cause) => tracing::warn!(error = %cause, "database unavailable"),
        _ => {}
    }
    if let AppError::Forbidden(why) = &*error {
        let detail = format!("{} {}: {why}", asked.method, asked.route);
        let event = match seen.0.get() {
            Some(person) => SecurityEvent::of_person(SecurityKind::RightRefused, person.id, &asked.address, detail),
            None => SecurityEvent::of_nobody(SecurityKind::OtherSite, &asked.address, detail),
        };
        app.security.note(event).await;
    }
    let layout =
        seen.0.get().map_or_else(|| Layout::signed_out(app.site.demonstration), |person| person.layout.clone());
    asked.answer(&error, response.status(), layout)
}

/// What was asked for, kept for an answer that fails.
struct Asked {
    method: Method,
    path: String,
    route: String,
    address: String,
    wants_html: bool,
    typed: Typed,
}

impl Asked {
    fn of(site: &Site, request: &Request) -> Self {
        Self {
            route: request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned(),
            address: client_address(site, request.headers(), request.extensions()),
            method: request.method().clone(),
            path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            wants_html: prefers_html(request.headers()),
            typed: request.extensions().get::<Typed>().cloned().unwrap_or_default(),
        }
    }

    fn answer(&self, error: &AppError, status: StatusCode, layout: Layout) -> Response {
        let (title, text) = error.words();
        if !self.wants_html {
            let problem = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": text });
            let mut response =
                (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response();
            response.headers_mut().extend(error.retry_after());
            return response;
        }
        let signed_out = matches!(error, AppError::SignedOut(_));
        let (kept_action, kept_button) =
            if signed_out { (sign_in(&self.path), "Sign in") } else { (self.path.clone(), "Try again") };
        let page = Page { layout, title, text: &text, kept: self.kept(error), kept_action, kept_button };
        let mut response = match page.render() {
            Ok(body) => (status, body).into_response(),
            Err(_) => (status, title).into_response(),
        };
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response.headers_mut().extend(error.retry_after());
        response
    }

    /// What was typed; passwords are not given back, an empty answer is none, and nothing is for an address that is not
    /// there.
    fn kept(&self, error: &AppError) -> Vec<(String, String)> {
        if self.method != Method::POST || matches!(error, AppError::NotFound | AppError::TooLarge(_)) {
            return Vec::new();
        }
        let typed = self.typed.as_str();
        let is_kept =
            |name: &str, value: &str| !name.contains("password") && (!value.is_empty() || OWN.contains(&name));
        let pairs = form_urlencoded::parse(typed.as_bytes()).filter(|(name, value)| is_kept(name, value));
        let mut kept: Vec<(String, String)> =
            pairs.map(|(name, value)| (name.into_owned(), value.replace('\0', ""))).collect();
        if let (AppError::OtherAnswers(used), Some(mark)) = (error, mark(typed)) {
            let (form, continues) = mark.renewed(*used);
            for (name, value) in &mut kept {
                match name.as_str() {
                    "form_id" => *value = form.to_string(),
                    "continues" => *value = continues.as_ref().map(Continued::to_string).unwrap_or_default(),
                    _ => {}
                }
            }
        }
        kept
    }
}

/// Where to sign in and go on from; for an address longer than any page's, only where to sign in.
fn sign_in(next: &str) -> String {
    if next.len() > bounds::ADDRESS / 4 {
        return at::sign_in().into();
    }
    at::sign_in().with("next", next).into()
}

/// A browser's `Accept` names `text/html`; a program that wants JSON says so.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    accept.contains("text/html") || !accept.contains("json")
}

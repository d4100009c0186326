//! Leaving: the session ends at once; its key opens nothing any more.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};

use super::store;
use crate::{
    access::{SignedIn, session},
    app::App,
    audit::{Event, Verb},
    error::Result,
};

/// Ends the session of this request.
pub async fn submit(State(app): State<App>, person: SignedIn) -> Result<Response> {
    let mut change = person.change_unprompted().await?;
    store::end_session(&mut change, person.session).await?;
    let mut response = change.commit(Event::new(Verb::SignedOut, person.session, "signed out"), "/sign-in").await?;
    if let Ok(cookie) = HeaderValue::from_str(&session::cookie(&app.site, String::new()).to_string()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

//! Leaving: the session ends at once, also one that has ended by age; its key opens nothing and keeps nothing any more.

use axum::{
    extract::State,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

use super::store;
use crate::{
    access::{
        client_address,
        session::{self, Presence},
    },
    addresses as at,
    app::App,
    audit::{By, Event, Verb},
    error::Result,
};

/// Ends the session whose key came with this request.
pub async fn submit(State(app): State<App>, parts: Parts) -> Result<Response> {
    let now = app.clock.now();
    let presence = match session::presented(&app.site, &parts.headers) {
        Some(key_hash) => session::look_up(app.db.reads(), app.db.scratch(), &key_hash, now).await?,
        None => Presence::Unknown,
    };
    let ending = match presence {
        Presence::Unknown => None,
        Presence::Aged { session, person } => Some((session, person, None)),
        Presence::Present(present) => Some((present.session, present.person, present.duty)),
    };
    if let Some((session, person, duty)) = ending {
        let (role, post) = duty.map_or((None, None), |duty| (Some(duty.role.code()), duty.post.map(|post| post.id)));
        let by = By::Person {
            id: person,
            role,
            post,
            address: client_address(&app.site, &parts.headers, &parts.extensions),
        };
        let mut change = app.db.change(by, now).await?;
        store::end_session(&mut change, session).await?;
        change.finish(Event::new(Verb::SignedOut, session, "signed out")).await?;
    }
    let mut response = Redirect::to(&at::sign_in()).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&session::cookie(&app.site, String::new()).to_string()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

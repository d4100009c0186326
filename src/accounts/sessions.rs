//! Sessions: ended by the administrator, and everybody's own.

use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::{
    access::{Can, SignedIn, permission::ManagePeople},
    accounts::store::{self, SessionRow},
    addresses as at,
    audit::{Event, Verb},
    error::{AppError, Result},
    id::{PersonId, SessionId},
    web::{Layout, Path, Sent, YesForm, filters, html},
};

#[derive(Template)]
#[template(path = "accounts/sessions.html")]
struct SessionsPage {
    layout: Layout,
    sessions: Vec<SessionRow>,
    present: SessionId,
}

/// Ends one session of a person.
pub async fn submit_end(
    can: Can<ManagePeople>,
    Path((id, session)): Path<(PersonId, SessionId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let person = store::find(can.reads(), id, can.at).await?;
    if !store::owns_session(can.reads(), id, session).await? {
        return Err(AppError::NotFound);
    }
    let mut change = can.change(&sent).await?;
    store::end_session(&mut change, session).await?;
    let event = Event::new(Verb::SessionEnded, session, format!("ended a session of {}", person.name));
    change.commit(event, &at::person(id)).await
}

pub async fn show(person: SignedIn) -> Result<Response> {
    let sessions = store::sessions(person.reads(), person.id, person.at).await?;
    html(&SessionsPage { layout: person.layout.clone(), sessions, present: person.session })
}

/// Ends one of one's own sessions.
pub async fn submit_own(person: SignedIn, Path(session): Path<SessionId>, sent: Sent<YesForm>) -> Result<Response> {
    if !store::owns_session(person.reads(), person.id, session).await? {
        return Err(AppError::NotFound);
    }
    let mut change = person.change(&sent).await?;
    store::end_session(&mut change, session).await?;
    let led = change.commit(Event::new(Verb::SessionEnded, session, "ended a session"), &at::sessions()).await?;
    Ok(led.into_response())
}

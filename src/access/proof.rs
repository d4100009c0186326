//! Before a signature of any kind its person is proved again. Signing in proves, and so does the password; here is the
//! one place that single sign-on fills in their stead.

use std::pin::Pin;

use axum::http::{Method, request::Parts};
use time::Duration;

use super::{
    proven::Proof,
    session::{self, Present},
};
use crate::{
    app::App,
    error::{AppError, Result},
    web::body::Proof as Typed,
};

/// How long a proof holds.
const HOLDS: Duration = Duration::minutes(15);

/// How a person proves who they are, by what they typed beside a form: whether it fits. As slow, as counted and as
/// traced as signing in.
pub type Prove =
    for<'a> fn(&'a App, &'a mut Parts, &'a Present, &'a str) -> Pin<Box<dyn Future<Output = Result<bool>> + Send + 'a>>;

/// How the person of a session stands; what they typed is judged where it is needed.
pub(super) async fn of(app: &App, parts: &mut Parts, present: &Present) -> Result<Proof> {
    let at = app.clock.now();
    if present.proved_at + HOLDS >= at {
        return Ok(Proof::Holds);
    }
    let typed = parts.extensions.get::<Typed>().filter(|_| parts.method == Method::POST).cloned();
    let Some(typed) = typed else { return Ok(Proof::Old) };
    match (app.prove)(app, parts, present, typed.as_str()).await {
        Ok(true) => {
            session::note_proof(app.db.scratch(), present.session, at).await?;
            Ok(Proof::Holds)
        }
        Ok(false) => Ok(Proof::Wrong),
        Err(AppError::TooMany(seconds)) => Ok(Proof::Wait(seconds)),
        Err(error) => Err(error),
    }
}

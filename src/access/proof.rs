//! Before a signature of any kind its person is proved again. Signing in proves, and so does the password; here is the
//! one place that single sign-on fills in their stead.

use std::{fmt, pin::Pin};

use axum::http::{Method, request::Parts};
use time::Duration;

use super::session::{self, Present};
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

/// How a person stands before a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Proved of late: nothing is asked.
    Holds,
    /// Proved too long ago.
    Old,
    /// Typed, and it does not fit.
    Wrong,
    /// Too many attempts: it may be typed again after so many seconds.
    Wait(u64),
}

impl Proof {
    /// Whether a page asks for it.
    pub fn is_asked(&self) -> bool {
        *self != Self::Holds
    }

    pub fn is_wrong(&self) -> bool {
        *self == Self::Wrong
    }

    /// What stands in the way of a signature.
    ///
    /// # Errors
    /// [`AppError::NotProved`], or [`AppError::TooMany`].
    pub fn holds(self) -> Result<()> {
        match self {
            Self::Holds => Ok(()),
            Self::Old | Self::Wrong => Err(AppError::NotProved(self)),
            Self::Wait(seconds) => Err(AppError::TooMany(seconds)),
        }
    }
}

/// What is said above a form that was not signed.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wrong => "This is not your password. Nothing was signed: type it again and sign.",
            _ => {
                "You last proved who you are more than 15 minutes ago. Nothing was signed: type your password and sign."
            }
        })
    }
}

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

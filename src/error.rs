//! Everything that can go wrong in a request, and what the person is told. One enum; `web::errors` renders it.

use crate::{access::Proof, addresses as at, text::many};
use std::{borrow::Cow, error::Error as StdError, fmt::Display};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

/// The result of a handler and of everything it calls.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Why a request did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not there, or outside the person's scope: the two look alike.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in. What was typed is kept as `kept` says.
    #[error("signed out")]
    SignedOut(KeptText),
    /// Signed in, but the role does not include this.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// A first password has to be replaced before anything else.
    #[error("a password has to be chosen")]
    ChoosePassword,
    /// At least one field of the form is wrong; the form says which.
    #[error("invalid form")]
    Invalid,
    /// A rule of the domain says no: the sentence the person reads.
    #[error("refused: {0}")]
    Refused(Said),
    /// Somebody else changed what the form was about since it was read.
    #[error("stale form")]
    Stale,
    /// The form was submitted before; this is where that led.
    #[error("already done")]
    AlreadyDone(String),
    /// The form was submitted before with other answers or elsewhere, or is another person's; these answers are not
    /// saved.
    #[error("submitted before with other answers")]
    OtherAnswers(Used),
    /// A signature of a person who has to be proved again before it.
    #[error("not proved")]
    NotProved(Proof),
    /// The request itself makes no sense.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// The body is over a limit: the sentence the person reads.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// The address is over a limit.
    #[error("address too long")]
    AddressTooLong,
    /// The body does not arrive.
    #[error("body too slow")]
    TooSlow,
    /// More long work is asked for than is done in time.
    #[error("too busy")]
    Busy,
    /// Too many attempts; wait so many seconds.
    #[error("too many attempts: {0} s")]
    TooMany(u64),
    /// The database does not answer, or only reads.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A page took too long to read, and was given up.
    #[error("no page in time")]
    Slow,
    /// A search found too much to look through within its time.
    #[error("a search took too long")]
    TooBroad,
    /// A submit has no answer yet, or its commit never had one (with what the database said). Whether it was done is
    /// not known; the same form sent again finds out.
    #[error("no answer in time")]
    Late(#[source] Option<sqlx::Error>),
    /// Ours to mend; the person sees only that something failed.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// The sentence of a refusal. Only what [`Refuses`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Said(String);

/// What was sent before, of a form that comes with other answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    Form,
    /// Another form that went on with the same draft.
    Text,
}

/// What became of the text of a form that came without a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptText {
    None,
    /// The session ended by age: filed as that person's draft.
    Draft,
    /// The session ended by age, and this very text was sent before: where that led.
    Sent(String),
    /// The sender is unknown, or there is no room: only the answering page carries it.
    OnThePage,
}

impl AppError {
    /// The heading over what a rule refuses.
    pub const REFUSED: &'static str = "Not possible now";
    /// The heading over a form that was used before.
    pub const SENT_BEFORE: &'static str = "Not saved yet";
    /// The heading over a signature that its person has to be proved again for.
    const NOT_PROVED: &'static str = "Not signed yet";
    /// What its sender does next.
    pub const LOOK_FIRST: &'static str = "This form was sent or discarded before, perhaps from another window. Look at what is saved, \
         then send this again if it is still needed.";

    /// Wraps an error that is ours to mend.
    pub fn internal(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::ChoosePassword | Self::AlreadyDone(_) => StatusCode::SEE_OTHER,
            Self::Invalid | Self::NotProved(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(_) | Self::Stale | Self::OtherAnswers(_) => StatusCode::CONFLICT,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::AddressTooLong => StatusCode::URI_TOO_LONG,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::Slow | Self::TooBroad | Self::Late(_) | Self::Busy => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether it is that a connection to the database was dead, or died meanwhile; another one may do.
    pub fn is_dead_connection(&self) -> bool {
        let Self::Unavailable(cause) = self else { return false };
        match cause {
            sqlx::Error::Io(_) => true,
            // Ended by somebody, by a crash, or for idling.
            sqlx::Error::Database(database) => {
                matches!(database.code().as_deref(), Some("57P01" | "57P02" | "57P05" | "25P03"))
            }
            _ => false,
        }
    }

    /// What tells a program to come again, and when.
    pub fn retry_after(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::TooMany(seconds) => Some((header::RETRY_AFTER, (*seconds).into())),
            _ => None,
        }
    }

    /// Heading, explanation and what to do next.
    pub fn words(&self) -> (&'static str, Cow<'static, str>) {
        match self {
            Self::NotFound => {
                ("Not found", "There is nothing at this address that you may see. Check the address, or go to your work.".into())
            }
            Self::SignedOut(KeptText::OnThePage) => {
                ("Sign in to go on", "You are not signed in. What you typed is below and goes with you when you sign in.".into())
            }
            Self::SignedOut(_) => ("Sign in to go on", "You are not signed in.".into()),
            Self::Forbidden(why) => ("Not yours to do", (*why).into()),
            Self::Invalid => ("Something is missing", "Go back to the form: it says which answers are missing or wrong.".into()),
            Self::Refused(sentence) => (Self::REFUSED, sentence.0.clone().into()),
            Self::Stale => {
                ("Changed in between", "Somebody else changed this after you opened it. Open it again, then make your change.".into())
            }
            Self::OtherAnswers(_) => (Self::SENT_BEFORE, Self::LOOK_FIRST.into()),
            Self::NotProved(proof) => (Self::NOT_PROVED, proof.to_string().into()),
            Self::BadRequest(why) => ("This request makes no sense", (*why).into()),
            Self::TooLarge(why) => ("Too large", (*why).into()),
            Self::AddressTooLong => ("Too long", "This address is longer than any of Lantern's. Start again from the list.".into()),
            Self::TooSlow => ("Too slow", "The form did not arrive: the connection stood still. Go back and send it again.".into()),
            Self::Busy => (
                "Too much at once",
                "Lantern is busy with other long telegrams and files. Nothing was changed: wait a minute, then try again.".into(),
            ),
            Self::TooMany(seconds) => {
                ("Too many attempts", format!("Wait {}, then try again.", many(seconds, "second")).into())
            }
            Self::Unavailable(_) => (
                "The database does not answer",
                "Nothing was changed that you were not told of. What you typed is on this page: wait a moment, then try again.".into(),
            ),
            Self::Slow => ("No answer in time", "The database took too long. Nothing was changed: wait a moment, then try again.".into()),
            Self::TooBroad => (
                "This search takes too long",
                "There is too much to look through in two seconds. Type more of the word or number, or narrow the search with another filter.".into(),
            ),
            Self::Late(_) => (
                "No answer in time",
                "The database did not answer in time, so it is not known whether this was done. Send it again: Lantern does the same form only once, and what you typed is on this page.".into(),
            ),
            Self::Internal(_) => (
                "Something failed on our side",
                "It has been logged. What you typed is on this page: try again, and tell the administrator if it fails again.".into(),
            ),
            Self::ChoosePassword | Self::AlreadyDone(_) => ("Go on", "".into()),
        }
    }
}

/// Whether that heading stands over what a rule refuses: the rulebook says more.
pub fn is_refusal(title: &str) -> bool {
    title == AppError::REFUSED
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(database) => match database.code().as_deref() {
                // Read-only, shutting down, starting up, out of connections, of disk or of memory; a statement or a
                // lock over its time limit.
                Some(
                    "25006" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "53300" | "53100" | "53200" | "57014"
                    | "55P03",
                ) => Self::Unavailable(error),
                // Two changes in each other's way: nothing happened, and trying again will work.
                Some("40001" | "40P01") => Self::Stale,
                _ => Self::internal(error),
            },
            _ => Self::internal(error),
        }
    }
}

impl AppError {
    /// An error of a search, whose statements have a time limit of their own: who waits again would wait again in vain.
    #[must_use]
    pub fn of_search(self) -> Self {
        match &self {
            Self::Unavailable(sqlx::Error::Database(database)) if database.code().as_deref() == Some("57014") => {
                Self::TooBroad
            }
            _ => self,
        }
    }

    /// An error of a commit. One that had no answer may have been done or not; one under a session that somebody ended
    /// meanwhile was not.
    pub fn of_commit(error: sqlx::Error) -> Self {
        if constraint(&error) == Some("sessions_live") {
            return Self::SignedOut(KeptText::OnThePage);
        }
        match Self::from(error) {
            Self::Unavailable(cause) => Self::Late(Some(cause)),
            known => known,
        }
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

/// Carried from where an error arose to the layer that renders it.
#[derive(Debug, Clone)]
pub struct Failure(pub std::sync::Arc<AppError>);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = match &self {
            Self::AlreadyDone(to) => (self.status(), [(header::LOCATION, to.clone())]).into_response(),
            Self::ChoosePassword => (self.status(), [(header::LOCATION, String::from(at::password()))]).into_response(),
            _ => self.status().into_response(),
        };
        response.extensions_mut().insert(Failure(std::sync::Arc::new(self)));
        response
    }
}

/// Why something is refused: an enum of a feature, whose words are what the person reads. Each sentence of a feature
/// stands there once, also those that the database says first, because two acted at the same moment.
pub trait Refuses: Display + Clone + 'static {
    /// What a constraint of the database means, by its name.
    const HELD: &'static [(&'static str, Self)] = &[];

    /// What the table says a constraint means.
    fn in_table(name: &str) -> Option<Self> {
        Self::HELD.iter().find(|(held, _)| *held == name).map(|(_, refusal)| refusal.clone())
    }

    /// What a constraint means, with the detail that came with it.
    fn of_constraint(name: &str, _detail: Option<&str>) -> Option<Self> {
        Self::in_table(name)
    }

    /// The refusal that a failed statement or commit stands for. Any other error stays what it is.
    fn held(error: impl Into<AppError>) -> Result<Self> {
        let error = error.into();
        let raised = error.raised().and_then(|raised| {
            let detail = raised.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail);
            Self::of_constraint(raised.constraint()?, detail)
        });
        raised.ok_or(error)
    }

    /// The same, for where no field says it.
    fn said(error: impl Into<AppError>) -> AppError {
        Self::held(error).map_or_else(|error| error, AppError::from)
    }
}

impl<R: Refuses> From<R> for AppError {
    fn from(refusal: R) -> Self {
        Self::Refused(Said(refusal.to_string()))
    }
}

impl AppError {
    /// What the database raised, of an error that no other kind fits.
    fn raised(&self) -> Option<&(dyn DatabaseError + 'static)> {
        let Self::Internal(cause) = self else { return None };
        cause.downcast_ref::<sqlx::Error>()?.as_database_error()
    }
}

/// Names the database constraint an error comes from, so that a store can turn it into the field's or the rule's own
/// sentence.
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|database| database.constraint())
}

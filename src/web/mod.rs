//! What every page needs and no feature owns: forms, the frame around a page, addresses, layers.

/// What met a dead connection to the database is run once more.
pub mod again;
/// The style sheet and the script, embedded.
pub mod assets;
/// The body of a post, read once and kept for every answer.
pub mod body;
/// The most a request may be.
pub mod bounds;
/// Posts from other sites are refused.
pub mod csrf;
/// Tables for spreadsheets.
pub mod csv;
/// Errors as pages, with what was typed.
pub mod errors;
/// Filters shared by the templates.
pub mod filters;
/// Forms whose fields judge themselves.
pub mod form;
/// What every response says to the browser.
pub mod headers;
/// One log line a request.
pub mod log;
/// The frame around a page.
pub mod page;
/// Lists read in steps, from a key on.
pub mod pagination;
/// Every request is answered in time, no submit is cut short.
pub mod patience;
/// Path and query parameters.
pub mod request;
/// Addresses, recorded as they are declared.
pub mod routes;

pub use form::{Field, Fields, Form, Secret, Sent, YesForm};
pub use page::{Layout, html};
pub use request::{Path, Query};
pub use routes::Routes;

//! What every page needs and no feature owns: forms, the frame around a page, addresses, layers.

pub mod again;
pub mod assets;
pub mod body;
pub mod bounds;
pub mod csrf;
pub mod csv;
pub mod errors;
pub mod filters;
pub mod form;
pub mod headers;
pub mod judged;
pub mod log;
pub mod page;
pub mod pagination;
pub mod patience;
pub mod request;
pub mod routes;
pub mod script;
pub mod unmarked;

pub use form::{Blocks, Dated, Each, Field, Fields, Form, Maybe, Part, Secret, Sent, YesForm};
pub use page::{Layout, html};
pub use request::{Path, Query};
pub use routes::Routes;

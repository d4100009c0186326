//! Autosave: what is typed is kept on the server as a draft until it is submitted or discarded; and the list of what is
//! kept.

mod keep;
mod list;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new().form(route::drafts, list::show, keep::keep).action(route::draft_discard, keep::discard)
}

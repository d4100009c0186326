//! Dated rows of law and practice: ended and replaced, never edited.

pub mod model;
pub mod refusal;
pub mod show;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::reference, show::list)
        .page(route::reference_kind, show::show)
        .form(route::reference_add, show::show_add, show::submit_add)
        .action(route::reference_confirm, show::submit_confirm)
        .form(route::reference_replace, show::show_replace, show::submit_replace)
        .form(route::reference_end, show::show_end, show::submit_end)
}

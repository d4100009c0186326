//! One record for a company, government body, international organization or person, for all checks and posts.

pub mod facts;
pub mod list;
pub mod model;
pub mod refusal;
pub mod register;
pub mod show;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .page("/parties", list::show)
        .form("/parties/register", register::show, register::submit)
        .page("/parties/{id}", show::show)
        .form("/parties/{id}/edit", register::show_edit, register::submit_edit)
        .form("/parties/{id}/fact", facts::show_fact, facts::submit_fact)
        .form("/parties/{id}/alias", facts::show_alias, facts::submit_alias)
        .form("/parties/{id}/listing", facts::show_listing, facts::submit_listing)
        .form("/parties/{id}/merge", facts::show_merge, facts::submit_merge)
        .form("/checks/{id}/parties/found", register::show_found, register::submit_found)
}

//! One record for a company, government body, international organization or person, for all checks and posts.

pub mod facts;
pub mod list;
pub mod model;
pub mod refusal;
pub mod register;
pub mod show;
pub mod store;
pub mod unmerge;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::parties, list::show)
        .form(route::party_register, register::show, register::submit)
        .page(route::party, show::show)
        .form(route::party_edit, register::show_edit, register::submit_edit)
        .form(route::party_fact, facts::show_fact, facts::submit_fact)
        .form(route::party_alias, facts::show_alias, facts::submit_alias)
        .form(route::party_listing, facts::show_listing, facts::submit_listing)
        .form(route::party_merge, facts::show_merge, facts::submit_merge)
        .form(route::party_unmerge, unmerge::show, unmerge::submit)
        .form(route::party_found, register::show_found, register::submit_found)
}

//! Countries: their authorities, and what they ask for which items.

pub mod refusal;
pub mod show;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::countries, show::list)
        .page(route::country, show::show)
        .form(route::country_rule_add, show::show_rule, show::submit_rule)
        .action(route::country_rule_confirm, show::submit_confirm)
        .form(route::country_rule_end, show::show_end, show::submit_end)
        .form(route::authority_add, show::show_authority, show::submit_authority)
}

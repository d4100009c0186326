//! Countries: their authorities, and what they ask for which items.

pub mod authorities;
pub mod refusal;
pub mod replace;
pub mod show;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::countries, show::list)
        .page(route::country, show::show)
        .form(route::country_rule_add, show::show_rule, show::submit_rule)
        .action(route::country_rule_confirm, show::submit_confirm)
        .form(route::country_rule_replace, replace::show, replace::submit)
        .form(route::country_rule_end, show::show_end, show::submit_end)
        .form(route::authority_add, authorities::show_authority, authorities::submit_authority)
        .form(route::authority_end, authorities::show_end, authorities::submit_end)
}

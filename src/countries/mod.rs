//! Countries: their authorities, and what they ask for which items.

pub mod refusal;
pub mod show;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .page("/countries", show::list)
        .page("/countries/{code}", show::show)
        .form("/countries/{code}/rules/add", show::show_rule, show::submit_rule)
        .action("/countries/{code}/rules/{rule}/confirm", show::submit_confirm)
        .form("/countries/{code}/rules/{rule}/end", show::show_end, show::submit_end)
        .form("/countries/{code}/authorities/add", show::show_authority, show::submit_authority)
}

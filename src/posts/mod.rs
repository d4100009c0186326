//! Posts: embassies and consulates, their officers and their load.

pub mod refusal;
pub mod show;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::posts, show::list)
        .form(route::post_add, show::show_add, show::submit_add)
        .page(route::post, show::show)
        .form(route::post_edit, show::show_edit, show::submit_edit)
}

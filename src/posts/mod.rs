//! Posts: embassies and consulates, their officers and their load.

pub mod refusal;
pub mod show;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .page("/posts", show::list)
        .form("/posts/add", show::show_add, show::submit_add)
        .page("/posts/{id}", show::show)
        .form("/posts/{id}/edit", show::show_edit, show::submit_edit)
}

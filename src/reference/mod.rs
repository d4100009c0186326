//! Dated rows of law and practice: ended and replaced, never edited.

pub mod model;
pub mod refusal;
pub mod show;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .page("/reference", show::list)
        .page("/reference/{kind}", show::show)
        .form("/reference/{kind}/add", show::show_add, show::submit_add)
        .action("/reference/{kind}/confirm", show::submit_confirm)
        .form("/reference/{kind}/{entry}/replace", show::show_replace, show::submit_replace)
        .form("/reference/{kind}/{entry}/end", show::show_end, show::submit_end)
}

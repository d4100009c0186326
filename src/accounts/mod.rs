//! People and how they come in: sign-in after notice and consent, passwords, sessions, assignments.

pub mod browser;
pub mod common;
mod gate;
pub mod hashing;
pub mod judge;
pub mod model;
pub mod password;
pub mod people;
pub mod refusal;
pub mod roles;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
pub mod store;

pub use gate::Gate;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .form("/sign-in", sign_in::show, sign_in::submit)
        .action("/sign-out", sign_out::submit)
        .form("/password", password::show, password::submit)
        .page("/sessions", sessions::show)
        .action("/sessions/{session}/end", sessions::submit_own)
        .page("/people", people::list)
        .form("/people/add", people::show_add, people::submit_add)
        .page("/people/{id}", people::show)
        .form("/people/{id}/edit", people::show_edit, people::submit_edit)
        .form("/people/{id}/assign", roles::show_assign, roles::submit_assign)
        .form("/people/{id}/assignments/{assignment}/end", roles::show_end, roles::submit_end)
        .action("/people/{id}/assignments/{assignment}/withdraw", roles::submit_withdraw)
        .action("/people/{id}/reset", people::submit_reset)
        .action("/people/{id}/disable", people::submit_disable)
        .action("/people/{id}/enable", people::submit_enable)
        .action("/people/{id}/sessions/{session}/end", sessions::submit_end)
}

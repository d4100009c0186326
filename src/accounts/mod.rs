//! People and how they come in: sign-in after notice and consent, passwords, sessions, assignments.

/// Browsers that signed in before.
pub mod browser;
/// Passwords that attackers try first.
pub mod common;
/// The gate before a password is compared.
mod gate;
/// Passwords as they are stored.
pub mod hashing;
/// Who judges a password.
pub mod judge;
/// What an account is made of, and its rules.
pub mod model;
/// Choosing a password.
pub mod password;
/// People and sessions.
pub mod people;
/// Coming in.
pub mod sign_in;
/// Leaving.
pub mod sign_out;
/// Every statement on people, assignments, sign-in attempts and known browsers.
pub mod store;

pub use gate::Gate;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new()
        .form("/sign-in", sign_in::show, sign_in::submit)
        .action("/sign-out", sign_out::submit)
        .form("/password", password::show, password::submit)
        .page("/sessions", people::show_sessions)
        .action("/sessions/{session}/end", people::submit_own_session)
        .page("/people", people::list)
        .form("/people/add", people::show_add, people::submit_add)
        .page("/people/{id}", people::show)
        .form("/people/{id}/edit", people::show_edit, people::submit_edit)
        .form("/people/{id}/assign", people::show_assign, people::submit_assign)
        .form("/people/{id}/assignments/{assignment}/end", people::show_end, people::submit_end)
        .action("/people/{id}/assignments/{assignment}/withdraw", people::submit_withdraw)
        .action("/people/{id}/reset", people::submit_reset)
        .action("/people/{id}/disable", people::submit_disable)
        .action("/people/{id}/enable", people::submit_enable)
        .action("/people/{id}/sessions/{session}/end", people::submit_end_session)
}

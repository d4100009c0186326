//! People and how they come in: sign-in after notice and consent, passwords, sessions, assignments.

/// What an account is made of, and its rules.
pub mod model;
/// Choosing a password.
pub mod password;
/// Coming in.
pub mod sign_in;
/// Leaving.
pub mod sign_out;
/// Every statement on people, assignments and sign-in attempts.
pub mod store;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new().form("/sign-in", sign_in::show, sign_in::submit).action("/sign-out", sign_out::submit).form(
        "/password",
        password::show,
        password::submit,
    )
}

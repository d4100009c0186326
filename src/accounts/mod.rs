//! People and how they come in: sign-in after notice and consent, passwords, sessions, assignments.

pub mod browser;
pub mod common;
mod gate;
pub mod hashing;
pub mod judge;
pub mod model;
pub mod password;
pub mod people;
mod prove;
pub mod refusal;
pub mod roles;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
pub mod store;

pub use gate::Gate;
pub use prove::by_password;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .form(route::sign_in, sign_in::show, sign_in::submit)
        .action(route::sign_out, sign_out::submit)
        .form(route::password, password::show, password::submit)
        .page(route::sessions, sessions::show)
        .action(route::session_end, sessions::submit_own)
        .page(route::people, people::list)
        .form(route::person_add, people::show_add, people::submit_add)
        .page(route::person, people::show)
        .form(route::person_edit, people::show_edit, people::submit_edit)
        .form(route::person_assign, roles::show_assign, roles::submit_assign)
        .form(route::assignment_end, roles::show_end, roles::submit_end)
        .action(route::person_reset, people::submit_reset)
        .action(route::person_disable, people::submit_disable)
        .action(route::person_enable, people::submit_enable)
        .action(route::person_session_end, sessions::submit_end)
}

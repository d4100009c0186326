//! Telegrams in and out: one is read into proposals that a person accepts, and one is written from the case file.

/// Reading one from the terminal.
pub mod command;
/// What a proposal becomes, and what stands in the way.
pub mod desk;
/// Doing what an accepted proposal says.
pub mod filing;
/// Putting a telegram on a check.
pub mod join;
/// The telegrams, one line each.
pub mod list;
/// What is kept of a telegram.
pub mod model;
/// Taking one in.
pub mod read_in;
/// Reading one.
pub mod reading;
/// Reading one aside, and once.
pub mod readings;
/// Going through one.
pub mod review;
/// Sending one.
pub mod send;
/// Every statement.
pub mod store;
/// What a proposal says, for people.
pub mod wording;
/// Writing one, the page.
pub mod write;
/// Writing one, its text.
pub mod writing;
/// One that goes out.
pub mod written;

pub use filing::settle;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new()
        .page("/telegrams", list::show)
        .form("/telegrams/read", read_in::show, read_in::submit)
        .form("/telegrams/{id}", review::show, review::submit)
        .page("/telegrams/{id}/text", review::text)
        .form("/telegrams/{id}/join", join::show, join::submit)
        .action("/telegrams/{id}/leave/{check}", join::submit_leave)
        .form("/checks/{id}/telegrams/write/{direction}", write::show, write::submit)
        .form("/telegrams/{id}/edit", write::show_edit, write::submit_edit)
        .form("/telegrams/{id}/send", send::show, send::submit)
        .action("/telegrams/{id}/discard", written::submit_discard)
}

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
/// A form that is filled from a telegram.
pub mod origin;
/// Taking one in.
pub mod read_in;
/// Reading one.
pub mod reading;
/// Going through one.
pub mod review;
/// Every statement.
pub mod store;
/// What a proposal says, for people.
pub mod wording;
/// Writing one.
pub mod writing;
/// The pages on which one is written.
pub mod writing_pages;

pub use origin::Origin;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new()
        .page("/telegrams", list::show)
        .form("/telegrams/read", read_in::show, read_in::submit)
        .form("/telegrams/{id}", review::show, review::submit)
        .page("/telegrams/{id}/text", review::text)
        .form("/telegrams/{id}/join", join::show, join::submit)
        .form("/checks/{id}/telegrams/write/{direction}", writing_pages::show, writing_pages::submit)
        .form("/telegrams/{id}/edit", writing_pages::show_edit, writing_pages::submit_edit)
        .form("/telegrams/{id}/send", writing_pages::show_send, writing_pages::submit_send)
        .action("/telegrams/{id}/discard", writing_pages::submit_discard)
}

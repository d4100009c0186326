//! Telegrams in and out: one is read into proposals that a person accepts, and one is written from the case file.

pub mod command;
pub mod desk;
pub mod filing;
pub mod join;
pub mod list;
pub mod model;
pub mod read_in;
pub mod reading;
pub mod readings;
pub mod refusal;
pub mod review;
pub mod send;
pub mod store;
pub mod wording;
pub mod write;
pub mod writing;
pub mod written;

pub use filing::settle;

use crate::web::Routes;

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

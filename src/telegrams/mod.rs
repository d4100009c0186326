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

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::telegrams, list::show)
        .form(route::telegram_read, read_in::show, read_in::submit)
        .form(route::telegram, review::show, review::submit)
        .page(route::telegram_text, review::text)
        .form(route::telegram_join, join::show, join::submit)
        .action(route::telegram_leave, join::submit_leave)
        .form(route::telegram_write, write::show, write::submit)
        .form(route::telegram_edit, write::show_edit, write::submit_edit)
        .form(route::telegram_send, send::show, send::submit)
        .action(route::telegram_discard, written::submit_discard)
}

//! What a post learns: contacts, statements, documents, and the findings that rest on them.

pub mod answer;
mod answers;
mod beside;
pub mod contact;
pub mod document;
pub mod finding;
pub mod interview;
pub mod keep;
pub mod link;
pub mod model;
pub mod record;
mod settles;
pub mod statement;
pub mod store;
pub mod worksheet;

use self::{
    model::{Document, Statement},
    record::{show, show_edit, submit, submit_edit},
};
use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .form(route::contact_record, interview::show, interview::submit)
        .form(route::contact_edit, interview::show_edit, interview::submit_edit)
        .form(route::statement_record, show::<Statement>, submit::<Statement>)
        .form(route::statement_edit, show_edit::<Statement>, submit_edit::<Statement>)
        .form(route::statement_link, link::show, link::submit)
        .form(route::document_describe, show::<Document>, submit::<Document>)
        .form(route::document_edit, show_edit::<Document>, submit_edit::<Document>)
        .form(route::worksheet, worksheet::show, worksheet::submit)
        .form(route::finding, finding::show, finding::submit)
}

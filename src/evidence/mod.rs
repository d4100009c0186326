//! What a post learns: contacts, statements, documents, and the findings that rest on them.

pub mod contact;
pub mod document;
pub mod finding;
pub mod link;
pub mod model;
pub mod record;
pub mod statement;
pub mod store;

use self::{
    model::{Contact, Document, Statement},
    record::{show, show_edit, submit, submit_edit},
};
use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .form(route::contact_record, show::<Contact>, submit::<Contact>)
        .form(route::contact_edit, show_edit::<Contact>, submit_edit::<Contact>)
        .form(route::statement_record, show::<Statement>, submit::<Statement>)
        .form(route::statement_edit, show_edit::<Statement>, submit_edit::<Statement>)
        .form(route::statement_link, link::show, link::submit)
        .form(route::document_describe, show::<Document>, submit::<Document>)
        .form(route::document_edit, show_edit::<Document>, submit_edit::<Document>)
        .form(route::finding, finding::show, finding::submit)
}

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
use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .form("/checks/{id}/contacts/record", show::<Contact>, submit::<Contact>)
        .form("/checks/{id}/contacts/{contact}/edit", show_edit::<Contact>, submit_edit::<Contact>)
        .form("/checks/{id}/statements/record", show::<Statement>, submit::<Statement>)
        .form("/checks/{id}/statements/{statement}/edit", show_edit::<Statement>, submit_edit::<Statement>)
        .form("/checks/{id}/statements/{statement}/link", link::show, link::submit)
        .form("/checks/{id}/documents/describe", show::<Document>, submit::<Document>)
        .form("/checks/{id}/documents/{document}/edit", show_edit::<Document>, submit_edit::<Document>)
        .form("/checks/{id}/findings/{topic}", finding::show, finding::submit)
}

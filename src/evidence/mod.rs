//! What a post learns: contacts, statements, documents, and the findings that rest on them.

pub mod contact;
pub mod document;
pub mod finding;
pub mod model;
pub mod statement;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .form("/checks/{id}/contacts/record", contact::show, contact::submit)
        .form("/checks/{id}/contacts/{contact}/edit", contact::show_edit, contact::submit_edit)
        .form("/checks/{id}/statements/record", statement::show, statement::submit)
        .form("/checks/{id}/statements/{statement}/edit", statement::show_edit, statement::submit_edit)
        .form("/checks/{id}/statements/{statement}/link", statement::show_link, statement::submit_link)
        .form("/checks/{id}/documents/describe", document::show, document::submit)
        .form("/checks/{id}/documents/{document}/edit", document::show_edit, document::submit_edit)
        .form("/checks/{id}/findings/{topic}", finding::show, finding::submit)
}

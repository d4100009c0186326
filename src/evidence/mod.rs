//! What a post learns.

/// Contacts, statements, documents, findings.
pub mod model;

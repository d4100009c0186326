//! Dated rows of law and practice.

/// The rows and what the rules ask of them.
pub mod model;
/// Every statement.
pub mod store;

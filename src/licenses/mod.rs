//! Licenses.

/// The file, its open conditions and the acts on it.
pub mod model;
/// Every statement.
pub mod store;

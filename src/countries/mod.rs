//! Countries: their authorities, and what they ask for which items.

/// Every statement.
pub mod store;

//! One record for a company, government body, international organization or person, for all checks and posts.

/// Kinds and roles.
pub mod model;
/// Every statement.
pub mod store;

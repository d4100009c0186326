//! Posts: embassies and consulates, their officers and their load.

/// Every statement.
pub mod store;

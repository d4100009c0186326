//! Where each open check stands: what lists, homes and counts show of it, computed once by the rules and stored. A change leaves marks
//! (by one map of tables); whoever lists next brings the marked, outlived and older rows up to date first, so that no list is ever behind its files
//! and none reads one.

/// Which files a changed row concerns.
pub mod map;
/// Where a check stands, computed from its file.
pub mod model;
/// Its statements, and how the rows are kept up to date.
pub mod store;

//! Where each open check stands: what lists, homes and counts show of it, computed once by the rules and stored; and
//! which licenses are to be decided again. A change leaves marks by triggers of the database; whoever lists next brings
//! the marked, outlived and missing rows up to date first, so that no list is ever behind its files and none reads one.

pub mod again;
pub mod model;
pub mod store;

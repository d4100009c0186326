//! Reading the log; writing and reading security events.

mod entry;
mod search;
mod security;
mod timeline;

pub use entry::*;
pub use search::*;
pub use security::*;
pub use timeline::*;

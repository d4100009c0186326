//! Every statement on parties, their aliases, facts and listings.

mod merge;
mod read;
mod record;
mod search;

pub use merge::*;
pub use read::*;
pub use record::*;
pub use search::*;

//! Every statement on parties, their aliases, facts and listings.

mod merge;
mod read;
mod record;
mod search;
mod unmerge;

pub use merge::*;
pub use read::*;
pub use record::*;
pub use search::*;
pub use unmerge::*;

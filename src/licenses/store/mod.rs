//! Every statement on licenses, their items, parties, conditions and decisions.

mod decide;
mod facts;
mod list;
mod read;
mod settle;

pub use decide::*;
pub use facts::*;
pub use list::*;
pub use read::*;
pub use settle::*;

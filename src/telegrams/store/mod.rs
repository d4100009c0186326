//! Every statement on telegrams. Outside the reader's scope they are not there; what Washington still writes is
//! nobody's at post.

mod incoming;
mod list;
mod outgoing;
mod proposals;
mod read;

pub use incoming::*;
pub use list::*;
pub use outgoing::*;
pub use proposals::*;
pub use read::*;

//! Every statement on where checks stand.

mod keep;
mod lines;
mod open;

pub use keep::*;
pub use lines::*;
pub use open::*;

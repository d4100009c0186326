//! Every statement on where checks stand.

mod again;
mod keep;
mod lines;
mod open;
mod owned;

pub use again::*;
pub use keep::*;
pub use lines::*;
pub use open::*;
pub use owned::*;

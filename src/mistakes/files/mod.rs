//! The kinds of files, and what taking a row of each back brings with it.

mod administration;
mod check;
mod license;
mod party;

pub use administration::{Country, Person, ReferenceRows};
pub use check::Check;
pub use license::License;
pub use party::Party;

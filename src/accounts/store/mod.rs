//! Every statement on people, assignments, sign-in attempts and known browsers.

mod assignments;
mod people;
mod session;
mod sign_in;

pub use assignments::*;
pub use people::*;
pub use session::*;
pub use sign_in::*;

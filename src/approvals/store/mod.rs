//! Every statement on permits, import approvals, certificates, custody steps and serial numbers.

mod authority;
mod cell;
mod certificate;
mod custody;
mod lapse;
mod permit;

pub use authority::*;
pub use cell::*;
pub use certificate::*;
pub use custody::*;
pub use lapse::*;
pub use permit::*;

//! Host-country consent: permits, the import approvals they show, certificates, custody, serial numbers.
//! Whether a paper counts is computed from the file and the day, never stored (guards 5 and 6).

mod approval;
mod cell;
mod certificate;
mod confirmation;
mod custody;
mod new;
mod permit;
mod refusal;
mod serials;
mod words;

pub use approval::*;
pub use cell::Cell;
pub use certificate::*;
pub use confirmation::*;
pub use custody::*;
pub use new::*;
pub use permit::*;
pub use refusal::Refusal;
pub use serials::{Pasted, Tally, counted, recounted};
pub use words::*;

#[cfg(test)]
mod tests;

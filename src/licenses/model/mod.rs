//! The rules of licenses: pure, total, and what they allow is a proof.

mod decide;
mod file;
mod matrix;
mod open;
mod refusal;
mod take_back;
mod words;

pub use decide::{Decided, Decider};
pub use file::*;
pub use open::{ConditionKind, Mover, OpenCondition};
pub use refusal::Refusal;
pub use words::{Act, Jurisdiction, LicenseStatus};

#[cfg(test)]
mod tests;

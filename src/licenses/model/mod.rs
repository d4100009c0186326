//! The rules of licenses: pure, total, and what they allow is a proof.

/// Acts, and what they ask.
mod decide;
/// A license and everything it owns.
mod file;
/// What is still open.
mod open;
/// Why not.
mod refusal;
/// Taking back what was recorded by mistake.
mod take_back;
/// The closed vocabularies.
mod words;

pub use decide::{Decided, Decider};
pub use file::*;
pub use open::{ConditionKind, Mover, OpenCondition};
pub use refusal::Refusal;
pub use words::{Act, Jurisdiction, LicenseStatus};

#[cfg(test)]
mod tests;

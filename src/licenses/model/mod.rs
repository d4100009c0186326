//! The rules of licenses: pure, total, and what they allow is a proof.

mod decide;
mod file;
mod matrix;
mod open;
mod papers;
mod refusal;
mod rests;
mod take_back;
mod words;

pub use decide::{Certified, Decided, Decider, Excepted, Met, Raised, on_lists};
pub use file::*;
pub use open::{ConditionKind, Mover, NO_CERTIFICATE, OpenCondition, not_counting, waits_until};
pub use papers::*;
pub use refusal::Refusal;
pub use take_back::TakenBack;
pub use words::{Act, Jurisdiction, LicenseStatus};

#[cfg(test)]
mod acts_tests;
#[cfg(test)]
mod papers_tests;
#[cfg(test)]
mod rests_tests;
#[cfg(test)]
mod tests;

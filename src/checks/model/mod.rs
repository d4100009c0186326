//! The rules of checks: pure, total, and what they allow is a proof.

mod answers;
mod empty;
mod file;
mod findings;
mod guards;
mod owners;
mod path;
mod recall;
mod refusal;
mod rests;
mod result;
mod settles;
mod take_back;
mod words;

pub use answers::*;
pub use file::*;
pub use findings::FindingRecorded;
pub use guards::{BroughtBack, Cleared, Explained, Recommended, Signed};
pub use owners::{CameBy, Candidate, Holder, Owned, Owner};
pub use path::{Closed, Extended, Milestone, Prioritized, Reassigned, Stepped, Taken, Waived};
pub use recall::Recalled;
pub use refusal::Refusal;
pub use result::{Countersigned, Declined, EndedEarly, NewResult, Proposed, ResultSigned};
pub use settles::{Paper, Unverified, Verified};
pub use words::*;

#[cfg(test)]
mod acts_tests;
#[cfg(test)]
mod owners_tests;
#[cfg(test)]
mod rests_tests;
#[cfg(test)]
mod settles_tests;
#[cfg(test)]
mod take_back_tests;
#[cfg(test)]
mod tests;

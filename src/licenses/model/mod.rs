//! The rules of licenses: pure, total, and what they allow is a proof.

mod custody;
mod decide;
mod file;
mod matrix;
mod number;
mod open;
mod papers;
mod persons;
mod refusal;
mod rests;
mod screened;
mod signatures;
mod take_back;
mod weapon;
mod words;

pub use custody::{PathOrdered, StepRecorded};
pub use decide::{Certified, Decided, Excepted, Met, Raised};
pub use file::*;
pub use number::{KnownNumber, is_new, perhaps};
pub use open::{
    ConditionKind, Mover, NO_CERTIFICATE, NO_ITEMS, OpenCondition, not_counting, still_waited_for, waits_until,
};
pub use papers::*;
pub use persons::{Decider, reaches};
pub use refusal::Refusal;
pub use screened::{Screened, on_lists};
pub use signatures::*;
pub use weapon::{Other, Recounted, Shared, Told, is_seen_twice, stands_elsewhere};
pub use words::{Act, Ground, Jurisdiction, LicenseStatus, called};

#[cfg(test)]
mod acts_tests;
#[cfg(test)]
mod papers_tests;
#[cfg(test)]
mod rests_tests;
#[cfg(test)]
mod take_back_tests;
#[cfg(test)]
mod tests;

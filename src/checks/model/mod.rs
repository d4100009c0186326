//! The rules of checks: pure, total, and what they allow is a proof.

/// A check and everything it owns.
mod file;
/// What has to be true before an act.
mod guards;
/// From state to state.
mod path;
/// Why not.
mod refusal;
/// The closed vocabularies.
mod words;

pub use file::*;
pub use guards::{Cleared, ResultSigned};
pub use path::Stepped;
pub use refusal::Refusal;
pub use words::*;

#[cfg(test)]
mod tests;

//! The rules of checks: pure, total, and what they allow is a proof.

mod file;
mod guards;
mod path;
mod refusal;
mod words;

pub use file::*;
pub use guards::{Cleared, ResultSigned};
pub use path::{Milestone, Stepped};
pub use refusal::Refusal;
pub use words::*;

#[cfg(test)]
mod tests;

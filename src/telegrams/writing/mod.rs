//! Writing a telegram from the case file. What it says is a list of the same values that a telegram is read into, each in a fixed wording
//! that people like to read and that is read back as it was: see [`crate::telegrams::reading::proposals::own`].

/// The text.
pub mod compose;
/// What it says.
pub mod content;
/// Lines of at most 65 characters of plain ASCII.
pub mod lines;

pub use compose::{Envelope, body, whole};
pub use content::Content;

#[cfg(test)]
mod tests;

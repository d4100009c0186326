//! Writing a telegram from the case file. What it says is a list of the same values that a telegram is read into, each
//! in a fixed wording that people like to read and that is read back as it was: see
//! [`crate::telegrams::reading::proposals::own`].

pub mod compose;
pub mod content;
pub mod lines;

pub use compose::{Envelope, body, whole};
pub use content::Content;

use sha2::{Digest, Sha256};

use super::reading::Direction;
use crate::checks::model::CaseFile;

/// The text that a telegram of that direction would have now, and its digest: another digest, and the case file says
/// something else.
pub fn composed(file: &CaseFile, direction: Direction) -> (String, String) {
    let text = body(&Content::of(file, direction));
    let digest =
        Sha256::digest(text.as_bytes()).iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    (text, digest)
}

#[cfg(test)]
mod tests;

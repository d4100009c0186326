//! Checks.

/// What cannot all be true.
pub mod contradictions;
/// The file and its path.
pub mod model;
/// Who has to do what.
pub mod next_step;

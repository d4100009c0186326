//! Telegrams in and out: one is read into proposals that a person accepts, and one is written from the case file.

/// Reading one.
pub mod reading;

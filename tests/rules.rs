//! The rules, end to end.

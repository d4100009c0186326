//! Licenses.

/// The file, its open conditions and the acts on it.
pub mod model;

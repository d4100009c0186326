//! Host-country consent.

/// Papers and why they count.
pub mod model;

//! The harness.

pub mod app;
pub mod client;

pub use app::TestApp;
pub use client::{Page, Visitor};

//! The harness.

pub mod app;
pub mod client;
pub mod filled;

pub use app::TestApp;
pub use client::{Page, Visitor};
pub use filled::Filled;

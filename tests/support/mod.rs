//! The harness.

pub mod app;
pub mod browser;
pub mod client;
pub mod filled;
pub mod journey;
pub mod judge;
#[allow(dead_code, reason = "a test counts what a bench measures")]
pub mod link;
pub mod plans;
pub mod program;
pub mod watchdog;
pub mod wire;

pub use app::TestApp;
pub use browser::Browser;
pub use client::{Page, Visitor};
pub use filled::Filled;
pub use watchdog::Watchdog;

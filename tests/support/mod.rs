//! The harness.

pub mod app;
pub mod browser;
pub mod client;
pub mod filled;
pub mod judge;
pub mod plans;
pub mod program;
pub mod watchdog;
pub mod wire;

pub use app::TestApp;
pub use browser::Browser;
pub use client::{Page, Visitor};
pub use filled::Filled;
pub use watchdog::Watchdog;

//! What every request shares.

use crate::{clock::Clock, db::Db};

/// The state of the server.
#[derive(Debug, Clone)]
pub struct App {
    /// The pools; only `access`, the sign-in and the jobs use them (`tests/architecture.rs` holds it).
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// How the server is reached.
    pub site: Site,
}

/// How the server is reached.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// `scheme://host[:port]` as browsers see it; another origin's posts are refused.
    pub origin: String,
    /// A proxy in front names the browser's address in the last `X-Forwarded-For` entry.
    pub behind_proxy: bool,
    /// The demonstration: says so on every page, and tells the statements of a page in `Server-Timing`.
    pub demonstration: bool,
}

impl Site {
    /// Whether browsers reach it over TLS.
    pub fn is_secure(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

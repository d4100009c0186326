//! What every request shares.

use std::sync::Arc;

use crate::{
    access::Prove,
    accounts::{self, Gate},
    audit::SecurityEvents,
    clock::Clock,
    db::Db,
    telegrams,
};

/// The state of the server.
#[derive(Debug, Clone)]
pub struct App {
    /// The pools; only `access`, the sign-in and the jobs use them (`tests/architecture.rs` holds it).
    pub db: Db,
    pub clock: Clock,
    /// How the server is reached.
    pub site: Site,
    /// Who may have a password compared.
    pub gate: Arc<Gate>,
    /// How a person is proved again before a signature: the one place that single sign-on takes.
    pub prove: Prove,
    /// Where refusals leave a trace.
    pub security: Arc<SecurityEvents>,
}

impl App {
    /// A server on that database, nobody waiting at its gate.
    pub fn new(db: Db, clock: Clock, site: Site) -> Self {
        let security = Arc::new(SecurityEvents::of(&db, &clock));
        let db = db.settling(telegrams::settle);
        Self { db, clock, site, gate: Arc::default(), prove: accounts::by_password, security }
    }
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

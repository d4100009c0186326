//! A browser that signed in to an account before: it keeps a random key for long, of which the database has the hash,
//! beside the person. The key lets nobody in; its attempts are counted by themselves, so that nobody else's guesses
//! keep its owner waiting.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, SameSite};
use time::Duration;

use crate::{access::session, app::Site};

/// How long a browser is known without being used; browsers keep no cookie longer.
pub const KNOWN: Duration = Duration::days(400);
/// How many browsers of one person are known.
pub const MOST: i64 = 20;

/// The key that a browser keeps.
#[derive(Clone)]
pub struct BrowserKey(String);

impl std::fmt::Debug for BrowserKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserKey")
    }
}

impl BrowserKey {
    pub fn fresh() -> Self {
        Self(session::new_key().0)
    }

    /// The one a request carries.
    pub fn presented(site: &Site, headers: &HeaderMap) -> Option<Self> {
        session::presented_as(name(site), headers).filter(|key| key.len() == 64).map(Self)
    }

    /// What is stored of it.
    pub fn hash(&self) -> Vec<u8> {
        session::hash(&self.0)
    }

    /// The cookie that keeps it.
    pub fn cookie(self, site: &Site) -> Cookie<'static> {
        let cookie = Cookie::build((name(site), self.0)).path("/").http_only(true).same_site(SameSite::Lax);
        cookie.secure(site.is_secure()).max_age(KNOWN).build()
    }
}

fn name(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-lantern-browser" } else { "lantern-browser" }
}

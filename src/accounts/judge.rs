//! The one judge of passwords: signing in and choosing a password are as slow and as counted.

use axum::{extract::FromRequestParts, http::request::Parts};
use time::OffsetDateTime;

use super::{
    browser::BrowserKey,
    gate::Asker,
    model::{Attempt, counted_name},
    store::{self, Credentials},
};
use crate::{
    access::{client_address, counted_address},
    app::App,
    audit::{SecurityEvent, SecurityKind},
    error::{AppError, Result},
};

/// A browser that wants a password compared, and what compares it.
#[derive(Debug)]
pub struct Judge {
    app: App,
    pub address: String,
    /// The key by which the browser may be known.
    pub browser: Option<BrowserKey>,
}

impl FromRequestParts<App> for Judge {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self {
            app: app.clone(),
            address: client_address(&app.site, &parts.headers, &parts.extensions),
            browser: BrowserKey::presented(&app.site, &parts.headers),
        })
    }
}

impl Judge {
    /// Whose password it is. An unknown account, one not in use and a wrong password get the same answer for the same
    /// work: one comparison. `failed` is the trace of an attempt that does not fit.
    ///
    /// # Errors
    /// [`AppError::TooMany`], before anything is compared.
    pub async fn judge(&self, account: &str, attempt: Attempt, failed: SecurityKind) -> Result<Option<Credentials>> {
        let account = account.trim().to_lowercase();
        let compared = self.compare(&account, attempt).await;
        let trace = match &compared {
            Ok(Some(person)) if person.barred => SecurityKind::SignInBarred,
            Ok(None) => failed,
            Err(AppError::TooMany(_)) => SecurityKind::ToldToWait,
            Ok(Some(_)) | Err(_) => return compared,
        };
        self.app.security.note(SecurityEvent::of_account(trace, &account, &self.address)).await;
        compared.map(|_| None)
    }

    /// The host of the site, which attackers try as a password.
    pub fn site(&self) -> &str {
        &self.app.site.origin
    }

    async fn compare(&self, account: &str, attempt: Attempt) -> Result<Option<Credentials>> {
        let browser = match &self.browser {
            Some(key) => store::known_browser(self.app.db.reads(), account, &key.hash(), self.app.clock.now()).await?,
            None => None,
        };
        let asker = Asker { account: account.to_owned(), address: counted_address(&self.address), browser };
        let gate = &self.app.gate;
        gate.pass(&asker, self.app.clock.now())?;
        let lane = gate.lane(&asker);
        let _place = lane.places.try_acquire().map_err(|_| AppError::TooMany(1))?;
        let (counted, found) = {
            let _turn = lane.turn.lock().await;
            self.count(&asker, self.app.clock.now()).await?
        };
        let hash = found.as_ref().map(|person| person.password_hash.clone());
        if !gate.compare(lane, attempt, hash).await? {
            return Ok(None);
        }
        if found.as_ref().is_some_and(|person| !person.barred) {
            store::note_success(self.app.db.scratch(), counted).await?;
        }
        Ok(found)
    }

    /// Counts an attempt that may be made, as a failure until it is known to fit.
    async fn count(&self, asker: &Asker, now: OffsetDateTime) -> Result<(uuid::Uuid, Option<Credentials>)> {
        self.app.gate.pass(asker, now)?;
        let found = store::credentials(self.app.db.reads(), &asker.account, now).await?;
        let name = if found.is_some() { asker.account.clone() } else { counted_name(&asker.account) };
        let failures = store::failures(self.app.db.reads(), &name, &asker.address, asker.browser, now).await?;
        self.app.gate.pass_by(asker, &failures, now)?;
        let counted = store::note_attempt(self.app.db.scratch(), &name, &asker.address, asker.browser, now).await?;
        Ok((counted, found))
    }
}

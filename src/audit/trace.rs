//! Security events: what was refused, to whom and where. They leave a trace apart from the legal log, which holds what
//! was done; a flood of them costs one statement at a time, and what is the same is counted, not repeated.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::store;
use crate::{access::counted_address, clock::Clock, db::Db, id::PersonId, web::log::within_request, words};

words! {
    pub enum SecurityKind {
        /// An account and a password that do not fit together.
        SignInFailed = "sign_in_failed", "Sign-in failed";
        /// The right password of a disabled account, or a first password that is no longer good.
        SignInBarred = "sign_in_barred", "Right password, account not in use";
        /// A signed-in person who chose a password did not know the present one.
        PasswordNotProved = "password_not_proved", "Present password wrong";
        /// More attempts than are let through.
        ToldToWait = "told_to_wait", "Too many attempts, told to wait";
        /// A signed-in person asked for what their role does not include.
        RightRefused = "right_refused", "Right refused";
        /// A form came from another site.
        OtherSite = "other_site", "Sent from another site, refused";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecurityEvent {
    pub(super) kind: SecurityKind,
    pub(super) person: Option<PersonId>,
    pub(super) account: Option<String>,
    pub(super) address: String,
    pub(super) detail: String,
}

impl SecurityEvent {
    /// An attempt on an account. The name is kept only if there is such an account: people type passwords there.
    pub fn of_account(kind: SecurityKind, account: &str, address: &str) -> Self {
        Self {
            kind,
            person: None,
            account: Some(account.to_owned()),
            address: counted_address(address),
            detail: String::new(),
        }
    }

    /// A signed-in person was refused what `detail` says.
    pub fn of_person(kind: SecurityKind, person: PersonId, address: &str, detail: String) -> Self {
        Self { kind, person: Some(person), account: None, address: counted_address(address), detail }
    }

    /// Nobody knows who was refused what `detail` says.
    pub fn of_nobody(kind: SecurityKind, address: &str, detail: String) -> Self {
        Self { kind, person: None, account: None, address: counted_address(address), detail }
    }
}

/// Where refusals leave their trace.
#[derive(Debug)]
pub struct SecurityEvents {
    db: Db,
    clock: Clock,
    pending: Mutex<HashMap<SecurityEvent, i64>>,
    writing: tokio::sync::Mutex<()>,
}

impl SecurityEvents {
    /// How long an answer waits for its trace. A database that does not answer makes no refusal slower than that.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// Those of a server on that database.
    pub fn of(db: &Db, clock: &Clock) -> Self {
        Self { db: db.clone(), clock: clock.clone(), pending: Mutex::default(), writing: tokio::sync::Mutex::default() }
    }

    /// Notes a refusal. One writer at a time takes what has come in meanwhile, so that a flood is counted and not
    /// queued.
    pub async fn note(self: &Arc<Self>, event: SecurityEvent) {
        *self.pending().entry(event).or_default() += 1;
        let events = Arc::clone(self);
        let written = tokio::spawn(within_request(async move { events.write().await }));
        let _ = tokio::time::timeout(Self::PATIENCE, written).await;
    }

    async fn write(&self) {
        let _turn = self.writing.lock().await;
        let pending = std::mem::take(&mut *self.pending());
        for (event, times) in pending {
            if let Err(error) = store::note_security_event(self.db.scratch(), &event, self.clock.now(), times).await {
                tracing::warn!(kind = event.kind.code(), times, %error, "a security event could not be stored");
            }
        }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, HashMap<SecurityEvent, i64>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

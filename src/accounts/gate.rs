//! The gate before a password is compared. It stands in the process and before any work is done: a flood of guesses
//! costs neither the memory of a comparison nor a statement each, and known browsers have a lane of their own. What is
//! counted stands in the database, which several servers may share.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use time::OffsetDateTime;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    hashing::{fits, in_turn},
    model::{Attempt, Count, Failures},
};
use crate::error::{AppError, Result};

/// Whose attempt it is, as it is counted.
#[derive(Debug)]
pub(super) struct Asker {
    /// The name typed, lower case.
    pub account: String,
    /// The address, as addresses are counted.
    pub address: String,
    /// The browser, if it signed in to this account before.
    pub browser: Option<Uuid>,
}

impl Asker {
    fn counts(&self) -> &'static [Count] {
        if self.browser.is_some() { &[Count::Browser] } else { &[Count::AccountHere, Count::Account, Count::Address] }
    }

    fn key(&self, by: Count) -> (Count, String) {
        let name = match by {
            Count::Browser => self.browser.unwrap_or_default().to_string(),
            Count::AccountHere => format!("{} {}", self.address, self.account),
            Count::Account => self.account.clone(),
            Count::Address => self.address.clone(),
        };
        (by, name)
    }
}

/// The gate of a server.
#[derive(Debug)]
pub struct Gate {
    known: Lane,
    others: Lane,
    /// What may not be tried before a moment, so that who is told to wait is told so without asking the database.
    closed: Mutex<HashMap<(Count, String), OffsetDateTime>>,
    comparisons: AtomicU64,
}

/// Attempts that wait for each other.
#[derive(Debug)]
pub(super) struct Lane {
    /// One for each attempt that is under way: there is no endless waiting.
    pub places: Semaphore,
    /// Attempts are counted one after the other, so that a hundred at once count each other too.
    pub turn: tokio::sync::Mutex<()>,
    comparing: Semaphore,
}

impl Lane {
    fn new(places: usize, comparing: usize) -> Self {
        Self {
            places: Semaphore::new(places),
            turn: tokio::sync::Mutex::default(),
            comparing: Semaphore::new(comparing),
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        // Six comparisons at a time are 114 MB; fifty that wait for four are done in a second or two.
        Self {
            known: Lane::new(16, 2),
            others: Lane::new(52, 4),
            closed: Mutex::default(),
            comparisons: AtomicU64::default(),
        }
    }
}

impl Gate {
    /// How many passwords were compared so far.
    pub fn comparisons(&self) -> u64 {
        self.comparisons.load(Ordering::Relaxed)
    }

    pub(super) fn lane(&self, asker: &Asker) -> &Lane {
        if asker.browser.is_some() { &self.known } else { &self.others }
    }

    /// Lets an attempt go on.
    ///
    /// # Errors
    /// [`AppError::TooMany`].
    pub(super) fn pass(&self, asker: &Asker, now: OffsetDateTime) -> Result<()> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let until = asker.counts().iter().filter_map(|by| closed.get(&asker.key(*by))).max();
        until.map_or(Ok(()), |until| wait(*until, now))
    }

    /// Lets an attempt go on by what the database counted.
    ///
    /// # Errors
    /// [`AppError::TooMany`]; until then nobody like it needs to ask the database.
    pub(super) fn pass_by(&self, asker: &Asker, failures: &[Failures], now: OffsetDateTime) -> Result<()> {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.retain(|_, until| *until > now);
        for counted in failures {
            if let Some(next) = counted.next().filter(|next| *next > now) {
                closed.insert(asker.key(counted.by), next);
            }
        }
        drop(closed);
        self.pass(asker, now)
    }

    /// Compares a password, when it is its turn.
    pub(super) async fn compare(&self, lane: &Lane, attempt: Attempt, hash: Option<String>) -> Result<bool> {
        self.comparisons.fetch_add(1, Ordering::Relaxed);
        in_turn(&lane.comparing, move || fits(&attempt, hash.as_deref())).await
    }
}

fn wait(until: OffsetDateTime, now: OffsetDateTime) -> Result<()> {
    let milliseconds = u64::try_from((until - now).whole_milliseconds()).unwrap_or_default();
    if milliseconds == 0 { Ok(()) } else { Err(AppError::TooMany(milliseconds.div_ceil(1000))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{Duration, macros::datetime};

    const NOW: OffsetDateTime = datetime!(2026-11-23 18:00 UTC);

    fn asker(account: &str, address: &str) -> Asker {
        Asker { account: account.into(), address: address.into(), browser: None }
    }

    fn told(gate: &Gate, asker: &Asker, now: OffsetDateTime) -> Option<u64> {
        match gate.pass(asker, now) {
            Err(AppError::TooMany(seconds)) => Some(seconds),
            other => other.map(|()| None).expect("nothing else is told"),
        }
    }

    #[test]
    fn who_is_told_to_wait_may_come_when_told() {
        let (gate, here) = (Gate::default(), asker("lima", "192.0.2.7"));
        let failures = [Failures { by: Count::AccountHere, times: 8, last: Some(NOW) }];
        assert!(gate.pass_by(&here, &failures, NOW).is_err());
        assert_eq!(told(&gate, &here, NOW), Some(8));
        assert_eq!(told(&gate, &here, NOW + Duration::milliseconds(7001)), Some(1));
        assert_eq!(told(&gate, &here, NOW + Duration::seconds(8)), None);
    }

    #[test]
    fn guesses_at_one_address_leave_turns_to_others() {
        let (gate, here) = (Gate::default(), asker("lima", "192.0.2.7"));
        let failures = [Failures { by: Count::AccountHere, times: 8, last: Some(NOW) }];
        assert!(gate.pass_by(&here, &failures, NOW).is_err());
        assert_eq!(told(&gate, &asker("lima", "192.0.2.8"), NOW), None);
        assert_eq!(told(&gate, &asker("prague", "192.0.2.7"), NOW), None);
        let account = [Failures { by: Count::Account, times: 12, last: Some(NOW) }];
        assert!(gate.pass_by(&here, &account, NOW).is_err());
        assert_eq!(told(&gate, &asker("lima", "192.0.2.8"), NOW), Some(4));
        let known = Asker { browser: Some(Uuid::nil()), ..asker("lima", "192.0.2.7") };
        assert_eq!(told(&gate, &known, NOW), None, "a known browser does not wait for them");
    }
}

//! Account names, passwords and their rules.

use std::{fmt, str::FromStr};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use time::{Date, Duration};

use crate::{
    error::{AppError, Result},
    web::filters::day_words,
};

/// The fewest characters of a password (NIST SP 800-63B asks for length, not for kinds of characters).
pub const PASSWORD_LEAST: usize = 12;
/// The most characters of a password.
pub const PASSWORD_MOST: usize = 128;
/// How long a first password is good for.
pub const FIRST_PASSWORD: Duration = Duration::hours(72);

/// The name typed at sign-in: lower-case letters, digits, dot, dash, underscore; 2 to 40.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName(String);

impl AccountName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let name = raw.trim().to_lowercase();
        let fits = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
        let starts = name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if fits && starts && (2..=40).contains(&name.len()) {
            Ok(Self(name))
        } else {
            Err("Use 2 to 40 lower-case letters, digits, dots and dashes, starting with a letter or digit.")
        }
    }
}

/// A password a person chose, within the rules.
#[derive(Clone)]
pub struct NewPassword(String);

impl FromStr for NewPassword {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let length = raw.chars().count();
        if length < PASSWORD_LEAST {
            Err(format!("Use at least {PASSWORD_LEAST} characters; a few words are easy to remember."))
        } else if length > PASSWORD_MOST {
            Err(format!("Use at most {PASSWORD_MOST} characters."))
        } else if is_common(raw) {
            Err("This password is on the lists that attackers try first. Choose another one.".into())
        } else {
            Ok(Self(raw.to_owned()))
        }
    }
}

impl NewPassword {
    /// A random first password in four groups, readable aloud.
    pub fn random() -> Self {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let letters: Vec<char> =
            rand::random::<[u8; 16]>().iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
        Self(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    /// The password, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it contains the account's name.
    pub fn contains(&self, account: &str) -> bool {
        self.0.to_lowercase().contains(account)
    }
}

/// A password typed to prove who one is; any text.
#[derive(Clone)]
pub struct Attempt(String);

impl FromStr for Attempt {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        if raw.is_empty() { Err("Type your password.") } else { Ok(Self(raw.to_owned())) }
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword")
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt")
    }
}

/// Common passwords of twelve characters and more, folded.
fn is_common(password: &str) -> bool {
    const COMMON: &str = include_str!("common_passwords.txt");
    let folded = password.to_lowercase();
    let one_character = folded.chars().all(|c| folded.starts_with(c));
    one_character || COMMON.lines().any(|common| common == folded)
}

/// Hashes a password with Argon2id. Takes tens of milliseconds on another thread.
pub async fn hash(password: NewPassword) -> Result<String> {
    let hashed = on_another_thread(move || Argon2::default().hash_password(password.0.as_bytes()).map(|hash| hash.to_string())).await?;
    hashed.map_err(|error| AppError::internal(error.to_string()))
}

/// Whether the attempt fits the hash; without a hash it takes as long, and fails.
pub async fn verify(attempt: Attempt, hash: Option<String>) -> Result<bool> {
    /// The hash of nothing anybody knows, for accounts that do not exist.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$hYzNqMUeOa+xWGkiRHFKVBSOcFVpGXGjSmGpvWu6r5I";
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    let fits = on_another_thread(move || Argon2::default().verify_password(attempt.0.as_bytes(), hash.as_str()).is_ok()).await?;
    Ok(fits && known)
}

async fn on_another_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    /// Each verification takes 19 MB: a hundred at once wait in line instead of filling the memory.
    static AT_ONCE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(8);
    let _turn = AT_ONCE.acquire().await.map_err(AppError::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
}

/// How long an attempt waits, given the failures of the last quarter of an hour: an account's own delay grows quickly but never
/// locks its owner out, and an address that fifty officers share is slowed late.
pub fn delay(account_failures: i64, address_failures: i64) -> std::time::Duration {
    let steps = |failures: i64, free: i64| u32::try_from((failures - free).clamp(0, 4)).unwrap_or(4);
    let (account, address) = (steps(account_failures, 3), steps(address_failures / 20, 3));
    let milliseconds = |step: u32| if step == 0 { 0 } else { 250 * 2_u64.pow(step) };
    std::time::Duration::from_millis(milliseconds(account).max(milliseconds(address)))
}

/// A role with its days.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// The first day.
    pub starts_on: Date,
    /// The last day, included.
    pub ends_on: Option<Date>,
}

impl Term {
    /// Whether it has not begun: it can be taken back, as nobody acted in it.
    pub fn is_coming(&self, today: Date) -> bool {
        self.starts_on > today
    }

    /// Whether its last day can still be set or moved forward.
    pub fn may_end(&self, today: Date) -> bool {
        !self.is_coming(today) && self.ends_on.is_none_or(|last| last >= today)
    }

    /// Whether both hold on some day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, two: &Self| one.ends_on.is_some_and(|last| last < two.starts_on);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// What to do about a role that stands in the way of a new one.
    pub fn makes_way_for(&self, new: &Self, today: Date) -> String {
        if self.is_coming(today) {
            return "Withdraw it first if it is a mistake, or give the new role a last day before it begins.".into();
        }
        match new.starts_on.previous_day().filter(|last| *last >= self.starts_on) {
            Some(last) => format!("End it first with {} as its last day, or let the new role begin after it.", day_words(last)),
            None => {
                let first = self.starts_on.next_day().map(day_words).unwrap_or_default();
                format!("It cannot end before its own first day: end it on that day, and let the new role begin on {first} or later.")
            }
        }
    }
}

/// A path on this site, or `/`: where a person is led after signing in.
pub fn local_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if local && !next.starts_with("/sign-") { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_judged_by_length_and_by_the_lists() {
        assert!("short".parse::<NewPassword>().is_err());
        assert!("x".repeat(129).parse::<NewPassword>().is_err());
        assert!("Password1234".parse::<NewPassword>().is_err());
        assert!("aaaaaaaaaaaaaaa".parse::<NewPassword>().is_err());
        assert!("four words in a row".parse::<NewPassword>().is_ok());
        assert!(NewPassword::random().reveal().parse::<NewPassword>().is_ok());
    }

    #[test]
    fn a_role_in_the_way_says_what_to_do() {
        use time::macros::date;
        let term = |starts_on, ends_on| Term { starts_on, ends_on };
        let (today, open) = (date!(2026 - 11 - 23), term(date!(2026 - 01 - 05), None));
        let new = term(today, None);
        assert!(open.overlaps(&new) && open.may_end(today) && !open.is_coming(today));
        assert_eq!(open.makes_way_for(&new, today), "End it first with 22 Nov 2026 as its last day, or let the new role begin after it.");
        let same_day = term(today, None);
        assert!(same_day.makes_way_for(&new, today).contains("let the new role begin on 24 Nov 2026 or later"));
        let coming = term(date!(2026 - 12 - 01), None);
        assert!(coming.is_coming(today) && !coming.may_end(today) && coming.overlaps(&new));
        assert!(coming.makes_way_for(&new, today).starts_with("Withdraw it first"));
        let past = term(date!(2025 - 01 - 01), Some(date!(2026 - 11 - 22)));
        assert!(!past.overlaps(&new) && !past.may_end(today));
        assert!(term(date!(2025 - 01 - 01), Some(today)).may_end(today), "a last day set for today can still be yesterday");
    }

    #[test]
    fn delays_grow_and_never_lock_out() {
        assert_eq!(delay(0, 0).as_millis(), 0);
        assert_eq!(delay(3, 50).as_millis(), 0, "fifty officers behind one address");
        assert!(delay(5, 0) > delay(4, 0));
        assert_eq!(delay(1000, 0), delay(7, 0));
        assert!(delay(0, 1000).as_secs() <= 4, "a page is answered in time");
    }

    #[test]
    fn only_local_paths_are_led_to() {
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:1", "/\t/evil.example"] {
            assert_eq!(local_path(foreign), "/", "{foreign:?}");
        }
        assert_eq!(local_path("/checks/1/reply?x=1"), "/checks/1/reply?x=1");
    }

    #[tokio::test]
    async fn an_unknown_account_costs_a_verification_and_fails() {
        let hashed = hash(NewPassword("correct horse battery".into())).await.expect("hashes");
        let attempt = |text: &str| Attempt(text.to_owned());
        assert!(verify(attempt("correct horse battery"), Some(hashed.clone())).await.expect("verifies"));
        assert!(!verify(attempt("wrong"), Some(hashed)).await.expect("verifies"));
        assert!(!verify(attempt("anything"), None).await.expect("verifies"));
    }
}

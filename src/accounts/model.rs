//! Account names, passwords and their rules.

use std::{fmt, str::FromStr};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use time::{Date, Duration, OffsetDateTime};

use super::refusal::Refusal;
use crate::{clock::Zone, text::day_words};

/// The fewest characters of a password (NIST SP 800-63B asks for length, not for kinds of characters).
const PASSWORD_LEAST: usize = 12;
/// The most characters of a password.
const PASSWORD_MOST: usize = 128;
/// How long a first password is good for, from when it was made or from when it can first be used.
pub const FIRST_PASSWORD: Duration = Duration::hours(72);

/// The name typed at sign-in: lower-case letters, digits, dot, dash, underscore; 2 to 40.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName(String);

impl AccountName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let name = raw.trim().to_lowercase();
        let fits =
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
        let starts = name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if fits && starts && (2..=40).contains(&name.len()) {
            Ok(Self(name))
        } else {
            Err("Use 2 to 40 lower-case letters, digits, dots and dashes, starting with a letter or digit.")
        }
    }
}

/// A password as a person typed it to be theirs, of a length that is taken. What it is made of is judged by
/// [`TypedPassword::judged`], which knows whose it is to be.
#[derive(Clone)]
pub struct TypedPassword(pub(super) String);

impl FromStr for TypedPassword {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let length = raw.chars().count();
        if length < PASSWORD_LEAST {
            Err(format!("Use at least {PASSWORD_LEAST} characters; a few words are easy to remember."))
        } else if length > PASSWORD_MOST {
            Err(format!("Use at most {PASSWORD_MOST} characters."))
        } else {
            Ok(Self(raw.to_owned()))
        }
    }
}

/// A password that an account may have: only such a one is hashed.
#[derive(Clone)]
pub struct NewPassword(pub(super) String);

impl NewPassword {
    /// A random first password in four groups, readable aloud.
    pub fn random() -> Self {
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let letters: Vec<char> = rand::random::<[u8; 16]>()
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
            .collect();
        Self(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    /// One that stands in the source, such as the demonstration's: everybody may know it, so no rule judges it.
    pub fn published(password: &'static str) -> Self {
        Self(password.to_owned())
    }

    /// The password, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A password typed to prove who one is; any text.
#[derive(Clone)]
pub struct Attempt(pub(super) String);

impl FromStr for Attempt {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        if raw.is_empty() { Err("Type your password.") } else { Ok(Self(raw.to_owned())) }
    }
}

impl fmt::Debug for TypedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedPassword")
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

/// Failures are counted so long.
pub const COUNTED: Duration = Duration::minutes(15);

/// What failed attempts are counted by. A known browser is counted by itself; of all others an account is counted as
/// attempts from one address and as all of them, and an address as all its attempts on whatever account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// A browser that signed in to this account before.
    Browser,
    /// The account, from this address.
    AccountHere,
    Account,
    /// The address, which fifty officers may share.
    Address,
}

/// Failed attempts that are counted together.
#[derive(Debug, Clone, Copy)]
pub struct Failures {
    /// What they are counted by.
    pub by: Count,
    /// How many there were lately.
    pub times: i64,
    pub last: Option<OffsetDateTime>,
}

impl Count {
    /// How many failures cost nothing, and the longest wait after one. A guesser at one address waits longer for an
    /// account than all addresses together, so that one address leaves turns to its owner elsewhere.
    const fn allowance(self) -> (i64, Duration) {
        match self {
            Self::Browser => (10, Duration::seconds(60)),
            Self::AccountHere => (5, Duration::seconds(60)),
            Self::Account => (10, Duration::seconds(30)),
            Self::Address => (100, Duration::seconds(10)),
        }
    }
}

impl Failures {
    /// When the next attempt may be made: at once while failures are few, then after waits that double and stay short,
    /// so that nobody is locked out. An attempt that was told to wait is no failure and makes no wait longer.
    pub fn next(&self) -> Option<OffsetDateTime> {
        let (free, longest) = self.by.allowance();
        let beyond = u32::try_from(self.times - free).ok()?;
        let wait = Duration::seconds(1_i64.checked_shl(beyond).unwrap_or(i64::MAX)).min(longest);
        Some(self.last? + wait)
    }
}

/// What a name that no account has is counted as: one of 65,536, so that what somebody typed there, perhaps a password,
/// is not stored and cannot be found out. No account has such a name.
pub fn counted_name(typed: &str) -> String {
    let hash = Sha256::digest(typed.as_bytes());
    format!("#{:02x}{:02x}", hash[0], hash[1])
}

/// A role with its days.
#[derive(Debug, Clone, Copy)]
pub struct Term {
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

    /// Whether it may be taken back as given by mistake: nothing was done in it, and it has not begun before today,
    /// unless it was given today. Afterwards it is ended.
    pub fn may_take_back(&self, today: Date, given_today: bool, is_used: bool) -> Result<(), Refusal> {
        match () {
            () if self.is_coming(today) => Ok(()),
            () if self.starts_on < today && !given_today => Err(Refusal::HasBegun),
            () if is_used => Err(Refusal::WasUsed),
            () => Ok(()),
        }
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
        if let Some(last) = new.starts_on.previous_day().filter(|last| *last >= self.starts_on) {
            return format!(
                "End it first with {} as its last day, or let the new role begin after it.",
                day_words(last)
            );
        }
        let first = self.starts_on.next_day().map(day_words).unwrap_or_default();
        format!(
            "It cannot end before its own first day: end it on that day, and let the new role begin on {first} or later."
        )
    }
}

/// A person's role with its days, on the calendar of where it is held.
#[derive(Debug, Clone, Deserialize)]
pub struct Held {
    pub starts_on: Date,
    /// The last day, included.
    pub ends_on: Option<Date>,
    /// The zone of the post, or Washington's.
    pub zone: String,
}

/// Until when a first password is good that would be over at `over` if its person could use it at once. Whose role
/// begins later can use it only then: it is good from the first day of the first role that was not over when it was
/// made. A role that was over by then, or held already, lengthens nothing.
pub fn first_password_until(over: OffsetDateTime, roles: &[Held]) -> OffsetDateTime {
    let made = over - FIRST_PASSWORD;
    let begins = |role: &Held| {
        let zone = Zone::named(&role.zone);
        let is_over = role.ends_on.is_some_and(|last| last < zone.day(made));
        if is_over { None } else { zone.begins(role.starts_on) }
    };
    let first = roles.iter().filter_map(begins).min();
    first.map_or(over, |first| over.max(first + FIRST_PASSWORD))
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
    fn a_password_has_twelve_to_128_characters() {
        for (length, fits) in [(11, false), (12, true), (128, true), (129, false)] {
            assert_eq!("ж".repeat(length).parse::<TypedPassword>().is_ok(), fits, "{length}");
        }
    }

    #[test]
    fn a_role_in_the_way_says_what_to_do() {
        use time::macros::date;
        let term = |starts_on, ends_on| Term { starts_on, ends_on };
        let (today, open) = (date!(2026 - 11 - 23), term(date!(2026 - 01 - 05), None));
        let new = term(today, None);
        assert!(open.overlaps(&new) && open.may_end(today) && !open.is_coming(today));
        assert_eq!(
            open.makes_way_for(&new, today),
            "End it first with 22 Nov 2026 as its last day, or let the new role begin after it."
        );
        let same_day = term(today, None);
        assert!(same_day.makes_way_for(&new, today).contains("let the new role begin on 24 Nov 2026 or later"));
        let coming = term(date!(2026 - 12 - 01), None);
        assert!(coming.is_coming(today) && !coming.may_end(today) && coming.overlaps(&new));
        assert!(coming.makes_way_for(&new, today).starts_with("Withdraw it first"));
        let past = term(date!(2025 - 01 - 01), Some(date!(2026 - 11 - 22)));
        assert!(!past.overlaps(&new) && !past.may_end(today));
        assert!(
            term(date!(2025 - 01 - 01), Some(today)).may_end(today),
            "a last day set for today can still be yesterday"
        );
    }

    #[test]
    fn a_role_given_by_mistake_is_taken_back_on_its_day_and_before_anything_was_done_in_it() {
        use time::macros::date;
        let (yesterday, today, tomorrow) = (date!(2026 - 11 - 22), date!(2026 - 11 - 23), date!(2026 - 11 - 24));
        let judge = |starts_on, given_today, is_used| {
            Term { starts_on, ends_on: None }.may_take_back(today, given_today, is_used)
        };
        for given_today in [false, true] {
            assert_eq!(judge(tomorrow, given_today, false), Ok(()));
            assert_eq!(judge(today, given_today, false), Ok(()));
            assert_eq!(judge(today, given_today, true), Err(Refusal::WasUsed));
        }
        assert_eq!(judge(yesterday, true, false), Ok(()), "typed with an earlier first day");
        assert_eq!(judge(yesterday, true, true), Err(Refusal::WasUsed));
        assert_eq!(judge(yesterday, false, false), Err(Refusal::HasBegun));
        assert_eq!(judge(yesterday, false, true), Err(Refusal::HasBegun));
    }

    #[test]
    fn a_first_password_lives_from_the_first_day_of_the_role() {
        use time::macros::{date, datetime};
        let made = datetime!(2026-11-23 18:00 UTC);
        let held = |starts_on, ends_on, zone: &str| Held { starts_on, ends_on, zone: zone.into() };
        let until = |roles: &[Held]| first_password_until(made + FIRST_PASSWORD, roles);
        let at_once = datetime!(2026-11-26 18:00 UTC);
        assert_eq!(until(&[]), at_once, "no role yet");
        let begun = held(date!(2026 - 11 - 02), None, Zone::WASHINGTON);
        assert_eq!(until(std::slice::from_ref(&begun)), at_once, "a role that holds");
        assert_eq!(until(&[held(date!(2026 - 11 - 23), None, Zone::WASHINGTON)]), at_once, "from today");
        let apia = held(date!(2026 - 12 - 07), None, "Pacific/Apia");
        let washington = held(date!(2026 - 12 - 07), None, Zone::WASHINGTON);
        assert_eq!(until(std::slice::from_ref(&apia)), datetime!(2026-12-09 11:00 UTC), "midnight at the post");
        assert_eq!(until(std::slice::from_ref(&washington)), datetime!(2026-12-10 05:00 UTC), "midnight in Washington");
        assert_eq!(until(&[washington.clone(), apia.clone()]), until(&[apia]), "the first of two");
        let over = held(date!(2026 - 01 - 05), Some(date!(2026 - 11 - 22)), Zone::WASHINGTON);
        assert_eq!(until(&[over, washington.clone()]), until(std::slice::from_ref(&washington)), "one that was over");
        let last_day = held(date!(2026 - 01 - 05), Some(date!(2026 - 11 - 23)), Zone::WASHINGTON);
        assert_eq!(until(&[last_day, washington]), at_once, "it could be used on that day");
    }

    #[test]
    fn waits_grow_and_stay_short() {
        let last = time::macros::datetime!(2026-11-23 18:00 UTC);
        let wait =
            |by, times| Failures { by, times, last: Some(last) }.next().map(|next| (next - last).whole_seconds());
        for (by, free, longest) in
            [(Count::Browser, 10, 60), (Count::AccountHere, 5, 60), (Count::Account, 10, 30), (Count::Address, 100, 10)]
        {
            assert_eq!(wait(by, free - 1), None, "{by:?}");
            assert_eq!((wait(by, free), wait(by, free + 1), wait(by, free + 2)), (Some(1), Some(2), Some(4)), "{by:?}");
            assert_eq!((wait(by, free + 6), wait(by, free + 100_000)), (Some(longest), Some(longest)), "{by:?}");
        }
        assert_eq!(Failures { by: Count::Account, times: 0, last: None }.next(), None);
    }

    #[test]
    fn a_name_that_nobody_has_is_not_kept() {
        let counted = counted_name("my own password");
        assert_eq!(counted, counted_name("my own password"));
        assert_eq!(counted.len(), 5);
        assert!(counted.parse::<AccountName>().is_err(), "an account could have it");
    }

    #[test]
    fn only_local_paths_are_led_to() {
        for foreign in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:1", "/\t/evil.example"]
        {
            assert_eq!(local_path(foreign), "/", "{foreign:?}");
        }
        assert_eq!(local_path("/checks/1/reply?x=1"), "/checks/1/reply?x=1");
    }
}

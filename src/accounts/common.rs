//! Passwords that attackers try first: lists of common ones, names and words, and what people make of them. NIST SP
//! 800-63B asks for length and for lists, not for kinds of characters.
//!
//! `zxcvbn` has the lists (30,000 passwords, twice as many words and names) and takes a password apart: words written
//! with digits for letters, backwards, doubled, runs on the keyboard, sequences, years and dates. What is asked here is
//! how many guesses somebody needs who tries the parts in the order of those lists.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Match, matching::patterns::MatchPattern};

use super::model::{NewPassword, TypedPassword};

/// The fewest guesses: where `zxcvbn` itself begins to call a password hard to guess. Two words of a list need fewer,
/// three that are not among the first hundreds need more.
const LEAST_GUESSES: u64 = 100_000_000;
/// So many characters are looked at together: beyond that the library's work grows without bound.
const STRETCH: usize = 32;
/// Words of the work itself.
const WORK: &[&str] = &[
    "lantern",
    "bluelantern",
    "enduse",
    "embassy",
    "consulate",
    "department",
    "washington",
    "license",
    "export",
    "officer",
    "reviewer",
];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// It is made of words that everybody knows of this person or this site.
    Known,
    /// It repeats, counts, or follows the keys.
    Regular,
    /// It is made of what stands on the lists.
    Common,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known => {
                "This is built on your name, your account, your post or this site. Use a few words that have nothing to do with them."
            }
            Self::Regular => {
                "This repeats itself or runs along the keys or the alphabet. Use a few words that have nothing to do with each other."
            }
            Self::Common => {
                "This is built on words that attackers try first. Use a few more words that have nothing to do with each other."
            }
        })
    }
}

impl TypedPassword {
    /// A password that may be had, if nobody would guess it soon who knows the lists and `about`: names of the person,
    /// their post and the site. Takes milliseconds, at worst most of a second.
    pub fn judged(self, about: &[&str]) -> Result<NewPassword, Weakness> {
        let about = words(about);
        let about: Vec<&str> = about.iter().map(String::as_str).chain(WORK.iter().copied()).collect();
        for reading in readings(&self.0) {
            let weak = |stretch: &[u8]| weakness(&String::from_utf8_lossy(stretch), &about);
            let found: Option<Vec<Weakness>> = reading.as_bytes().chunks(STRETCH).map(weak).collect();
            if let Some(found) = found {
                return Err(found.first().copied().unwrap_or(Weakness::Regular));
            }
        }
        Ok(NewPassword(self.0))
    }
}

/// What is wrong with a stretch of a password, unless it is hard to guess by itself.
fn weakness(stretch: &str, about: &[&str]) -> Option<Weakness> {
    let estimate = zxcvbn::zxcvbn(stretch, about);
    let parts = estimate.sequence();
    // The product of the parts. The library's own number adds 10,000 for every part, so that three passwords in a row
    // would do.
    let guesses = parts.iter().filter_map(|part| part.guesses).fold(1, u64::saturating_mul);
    if guesses >= LEAST_GUESSES {
        return None;
    }
    let known = |part: &Match| match &part.pattern {
        MatchPattern::Dictionary(word) => about.contains(&word.matched_word.as_str()),
        MatchPattern::Repeat(again) => {
            about.contains(&again.base_token.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()))
        }
        _ => false,
    };
    let regular = |part: &&Match| {
        matches!(part.pattern, MatchPattern::Repeat(_) | MatchPattern::Sequence(_) | MatchPattern::Spatial(_))
    };
    Some(if parts.iter().any(known) {
        Weakness::Known
    } else if parts.iter().filter(regular).map(|part| part.token.len()).sum::<usize>() * 2 > stretch.len() {
        Weakness::Regular
    } else {
        Weakness::Common
    })
}

/// A password as typed, without what separates its parts, and without any signs, as far as most of it is left: marks
/// and other scripts' letters by their nearest ASCII.
fn readings(typed: &str) -> impl Iterator<Item = String> {
    /// Signs that stand for letters.
    const LETTERS: &str = "@$!|+%({[<";
    let typed = ascii(typed);
    let kept = |keep: fn(char) -> bool| typed.chars().filter(|c| keep(*c)).collect::<String>();
    let all = [
        typed.clone(),
        kept(|c| c.is_ascii_alphanumeric() || LETTERS.contains(c)),
        kept(|c| c.is_ascii_alphanumeric()),
    ];
    let most = typed.len() / 2;
    all.into_iter().filter(move |reading| reading.len() >= most)
}

/// The words of names, and each name as one word.
fn words(names: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for name in names {
        let name = ascii(name).to_lowercase();
        words.extend(name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned));
        words.push(name.chars().filter(char::is_ascii_alphanumeric).collect());
    }
    words.retain(|word| word.len() > 2);
    words
}

fn ascii(text: &str) -> String {
    any_ascii::any_ascii(&text.nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Result<(), Weakness> {
        let about = ["j.merrit", "Jonas Merrit", "Guatemala", "https://lantern.example.gov"];
        let typed: TypedPassword = password.parse().unwrap_or_else(|error| panic!("{password}: {error}"));
        typed.judged(&about).map(|_| ())
    }

    #[test]
    fn what_is_built_on_common_passwords_is_refused_however_it_is_dressed() {
        for password in [
            "Password1234",
            "P@ssw0rd1234",
            "pässwörd1234",
            "ｐａｓｓｗｏｒｄ１２３４",
            "p a s s w o r d 1",
            "P@ssw0rd.2026!",
            "drowssap4321",
            "MyPassword2026!",
            "secretpassword",
            "iloveyouforever",
            "monkey dragon shadow",
            "Summer 2026 !!",
            "summer.2026.summer",
            "november2026",
            "administrator1",
            "changeme12345",
            "unbelievable",
            "purple elephants",
            "qwertyuiop123",
            "1q2w3e4r5t6y",
        ] {
            assert_eq!(judged(password), Err(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn what_repeats_or_counts_is_refused_at_any_length() {
        let long = [
            "z".repeat(128),
            "x1".repeat(64),
            "passwordpassword".repeat(8),
            "12345678901234567890".repeat(6),
            "?".repeat(20),
        ];
        for password in long.iter().map(String::as_str).chain([
            "zzzzzzzzzzzz",
            "abcdefghijkl",
            "123456789012",
            "footballfootball",
            "P@ssw0rd-P@ssw0rd-1",
        ]) {
            assert_eq!(judged(password), Err(Weakness::Regular), "{password}");
        }
    }

    #[test]
    fn what_is_built_on_the_person_the_post_or_the_site_is_refused() {
        for password in [
            "jonasmerrit1970",
            "Jonas Merrit 2026",
            "merrit-merrit-merrit1",
            "Merrit-Merrit-2026",
            "j.merrit.2026!",
            "Guatemala2026!",
            "guatemala-embassy-1",
            "Lantern2026!!",
            "blue-lantern-2026",
            "lantern demonstration",
            "lantern.example.gov",
            "state department 1",
        ] {
            assert_eq!(judged(password), Err(Weakness::Known), "{password}");
        }
    }

    #[test]
    fn a_few_words_of_any_language_and_random_characters_are_taken() {
        let tail = "x".repeat(100) + "four words in a row";
        for password in [
            "three calm otters",
            "four words in a row",
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "otter-lamp-violin-7",
            "tres nutrias tranquilas",
            "три спокойные выдры",
            "三只冷静的水獭在河边喝茶聊天",
            "gkrj-b8sn-2hqw-mmdp",
            "#^@!*&$%(_)~",
            "Jonas found three calm otters",
            &tail,
        ] {
            assert_eq!(judged(password), Ok(()), "{password}");
        }
        for _ in 0..20 {
            assert_eq!(judged(NewPassword::random().reveal()), Ok(()));
        }
    }
}

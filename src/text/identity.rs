//! What a number names. Each kind has its own comparison: the same one in another spelling, perhaps the same (a person
//! is asked, and shown both), or another.

use std::{fmt, str::FromStr};

use super::folded;

/// What two numbers as they are written say of what they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    Same,
    /// They differ in what is easily misread or left out.
    Perhaps,
    Another,
}

/// The number on a paper of a host-country authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitNumber(String);

/// The number of an export license, perhaps with the prefix of its form: `05-971940` of a DSP-5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseNumber {
    folded: String,
    prefix: Option<&'static str>,
    /// What stands after the prefix.
    own: String,
}

/// The reference of a check, `BL-2026-0037`, however it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckReference {
    year: u16,
    number: u32,
}

/// A folded number with what is taken for each other made alike: O and 0, I, L and 1, B and 8, with zeros in front or
/// without. The database has the same function (`look_alike`).
pub fn look_alike(folded: &str) -> String {
    let digit = |c: char| match c {
        'o' => '0',
        'i' | 'l' => '1',
        'b' => '8',
        c => c,
    };
    let mut letters = folded.chars().map(digit).peekable();
    let (mut shown, mut within) = (String::new(), false);
    while let Some(letter) = letters.next() {
        if letter != '0' || within || !letters.peek().is_some_and(char::is_ascii_digit) {
            shown.push(letter);
            within = letter.is_ascii_digit();
        }
    }
    shown
}

fn likeness(one: &str, other: &str) -> Likeness {
    if one == other {
        Likeness::Same
    } else if look_alike(one) == look_alike(other) {
        Likeness::Perhaps
    } else {
        Likeness::Another
    }
}

impl PermitNumber {
    pub fn new(written: &str) -> Self {
        Self(folded(written))
    }

    pub fn compare(&self, other: &Self) -> Likeness {
        likeness(&self.0, &other.0)
    }
}

/// What the numbers of forms begin with: DSP-5, 61, 73, 85 and 94.
const PREFIXES: [&str; 5] = ["05", "61", "73", "85", "94"];
/// What stands after a prefix has at least so many signs.
const OWN: usize = 6;

/// A number that begins with the name of its form, `DSP-5 971940`: what the numbers of that form begin with, and what
/// stands after the name.
fn named(written: &str) -> Option<(&'static str, &str)> {
    let rest = written.get(..3).filter(|name| name.eq_ignore_ascii_case("dsp")).and(written.get(3..))?;
    let rest = rest.trim_start_matches(|c: char| c == '-' || c.is_whitespace());
    let after = |prefix: &str| {
        let after = rest.strip_prefix(prefix).or_else(|| rest.strip_prefix(prefix.trim_start_matches('0')))?;
        let number = after.trim_start_matches(|c: char| !c.is_alphanumeric());
        (number.len() < after.len() && folded(number).len() >= OWN).then_some(number)
    };
    PREFIXES.iter().find_map(|prefix| Some((*prefix, after(prefix)?)))
}

impl LicenseNumber {
    pub fn new(written: &str) -> Self {
        let folded = folded(written);
        let written = written.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
        if let Some((prefix, number)) = named(written) {
            let number = Self::new(number);
            return Self { folded, prefix: number.prefix.or(Some(prefix)), own: number.own };
        }
        let is_parted = |prefix: &&&str| {
            written.strip_prefix(**prefix).is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()))
        };
        // Nine digits that begin with 05 are a number of its own; with another 05 before them, one with its prefix.
        let twice = PREFIXES.iter().find(|prefix| folded.len() == 11 && folded.starts_with(&prefix.repeat(2)));
        let prefix =
            PREFIXES.iter().find(is_parted).filter(|prefix| folded.len() >= prefix.len() + OWN).or(twice).copied();
        let own = prefix.and_then(|prefix| folded.strip_prefix(prefix)).unwrap_or(&folded).to_owned();
        Self { folded, prefix, own }
    }

    /// What it has in common with every number that is perhaps the same. The database has the same function
    /// (`license_alike`).
    pub fn alike(&self) -> String {
        look_alike(&self.own)
    }

    /// What the same number has in each of its spellings.
    pub fn key(&self) -> String {
        match self.prefix {
            None | Some("05") => self.own.clone(),
            Some(prefix) => format!("{prefix}{}", self.own),
        }
    }

    /// How it may stand on file, folded: with the prefix of the first form or without.
    pub fn spellings(&self) -> Vec<String> {
        let mut all = vec![self.folded.clone()];
        match self.prefix {
            Some("05") => all.push(self.own.clone()),
            None if self.own.len() >= OWN => all.push(format!("05{}", self.own)),
            _ => {}
        }
        all
    }

    /// Whether that is this number as it may stand on file.
    pub fn is_spelled(&self, written: &str) -> bool {
        self.compare(&Self::new(written)) == Likeness::Same || self.spellings().contains(&folded(written))
    }

    /// A prefix of the first form says nothing that its absence denies; one of another form may have been left out.
    pub fn compare(&self, other: &Self) -> Likeness {
        let alike = likeness(&self.own, &other.own);
        match (self.prefix, other.prefix) {
            _ if self.folded == other.folded => Likeness::Same,
            (Some(one), Some(other)) if one != other => Likeness::Another,
            (None | Some("05"), None | Some("05")) | (Some(_), Some(_)) => alike,
            _ if alike == Likeness::Another => Likeness::Another,
            _ => Likeness::Perhaps,
        }
    }
}

impl CheckReference {
    /// The reference that a text is, or the text as it was typed.
    pub fn or_typed(text: &str) -> String {
        text.parse::<Self>().map_or_else(|()| text.trim().to_owned(), |reference| reference.to_string())
    }
}

impl FromStr for CheckReference {
    type Err = ();

    /// With or without signs in between, in any case: `bl 2026 37`. Without them, as many digits as it is printed with.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim().to_ascii_lowercase();
        let is_between = |c: char| c.is_whitespace() || (!c.is_alphanumeric() && !matches!(c, ',' | ';' | '%' | '_'));
        let rest = text.strip_prefix("bl").ok_or(())?.trim_start_matches(is_between);
        let year = rest.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit())).ok_or(())?;
        let number = rest[4..].trim_start_matches(is_between);
        let is_parted = number.len() < rest.len() - 4;
        let is_one = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if !is_one || !(is_parted || number.len() >= 4) {
            return Err(());
        }
        let (year, number) = (year.parse().map_err(|_| ())?, number.parse().map_err(|_| ())?);
        Ok(Self { year, number })
    }
}

impl fmt::Display for CheckReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BL-{}-{:04}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn permit_numbers_are_the_same_perhaps_the_same_or_another() {
        let of = |one: &str, other: &str| PermitNumber::new(one).compare(&PermitNumber::new(other));
        for (one, other, likeness) in [
            ("4471-B", "4471 b", Likeness::Same),
            ("4471/2026", "4471-2026", Likeness::Same),
            ("DIG.4471", "dig4471", Likeness::Same),
            ("4471-B", "4471-8", Likeness::Perhaps),
            ("0047/26", "47/26", Likeness::Perhaps),
            ("DIG-0047", "DIG-47", Likeness::Perhaps),
            ("I-100", "1-1OO", Likeness::Perhaps),
            ("4471-B", "4471-C", Likeness::Another),
            ("4471", "44710", Likeness::Another),
            ("470", "4700", Likeness::Another),
            ("47/26", "47/27", Likeness::Another),
        ] {
            assert_eq!((of(one, other), of(other, one)), (likeness, likeness), "{one} {other}");
        }
    }

    #[test]
    fn what_is_easily_misread_is_perhaps_the_same() {
        let of = |one: &str, other: &str| likeness(&folded(one), &folded(other));
        for (one, other, likeness) in [
            ("AB 123", "ab-123", Likeness::Same),
            ("123", "00123", Likeness::Perhaps),
            ("A0123", "A123", Likeness::Perhaps),
            ("AO12", "A012", Likeness::Perhaps),
            ("AI2", "A12", Likeness::Perhaps),
            ("Al2", "A12", Likeness::Perhaps),
            ("B12", "812", Likeness::Perhaps),
            ("0", "O", Likeness::Perhaps),
            ("0", "000", Likeness::Perhaps),
            ("123", "1230", Likeness::Another),
            ("A12", "B12", Likeness::Another),
            ("123", "124", Likeness::Another),
        ] {
            assert_eq!((of(one, other), of(other, one)), (likeness, likeness), "{one} {other}");
        }
    }

    #[test]
    fn license_numbers_are_the_same_perhaps_the_same_or_another() {
        let of = |one: &str, other: &str| LicenseNumber::new(one).compare(&LicenseNumber::new(other));
        for (one, other, likeness) in [
            ("050107086", "05-0107086", Likeness::Same),
            ("05-971940", "971940", Likeness::Same),
            ("05-050119403", "050119403", Likeness::Same),
            ("05050119403", "050119403", Likeness::Same),
            ("#865711", "865711", Likeness::Same),
            ("05.971940", "05/971940", Likeness::Same),
            ("DSP-5 050123456", "050123456", Likeness::Same),
            ("dsp 05/971940", "05-971940", Likeness::Same),
            ("DSP-5 05-971940", "971940", Likeness::Same),
            ("DSP-73: 971940", "73-971940", Likeness::Same),
            ("DSP-73: 971940", "971940", Likeness::Perhaps),
            ("DSP-5 5O123456", "050123456", Likeness::Perhaps),
            ("00971940", "971940", Likeness::Perhaps),
            ("DSP-5 971940", "DSP-73 971940", Likeness::Another),
            ("DSP-5 1234", "1234", Likeness::Another),
            ("DSP5971940", "971940", Likeness::Another),
            ("73-971940", "971940", Likeness::Perhaps),
            ("05-97194O", "971940", Likeness::Perhaps),
            ("73-971940", "05-971940", Likeness::Another),
            ("05-971940", "05-971941", Likeness::Another),
            ("05-1234", "1234", Likeness::Another),
            ("050119403", "050119404", Likeness::Another),
        ] {
            assert_eq!((of(one, other), of(other, one)), (likeness, likeness), "{one} {other}");
        }
        let key = |written: &str| LicenseNumber::new(written).key();
        assert!(key("05-793116") == key("793116") && key("05050119403") == key("050119403"));
        assert!(key("73-793116") != key("05-793116") && key("05-1234") != key("1234"));
        assert!(key("DSP-5 793116") == key("793116") && key("DSP-73 793116") == key("73-793116"));
        assert_eq!(LicenseNumber::new("971940").spellings(), ["971940", "05971940"]);
        assert_eq!(LicenseNumber::new("05-971940").spellings(), ["05971940", "971940"]);
    }

    #[test]
    fn a_check_is_found_however_its_reference_is_typed() {
        for typed in [
            "BL-2026-0037",
            "bl 2026 0037",
            "BL-2026-37",
            " bl/2026/37 ",
            "BL\u{2013}2026\u{2013}0037",
            "BL20260037",
            "Bl2026-037",
        ] {
            assert_eq!(CheckReference::or_typed(typed), "BL-2026-0037", "{typed}");
        }
        assert_eq!(CheckReference::or_typed("bl 2026 12345"), "BL-2026-12345");
        for other in [
            "BL-2026",
            "BL-26-37",
            "BL202637",
            "BL-2026-",
            "2026-0037",
            "BL-2026-37a",
            "black 2026 37",
            "BL-2026_37",
            "BL%2026-37",
            "é",
            "",
        ] {
            assert_eq!(other.parse::<CheckReference>(), Err(()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_perhaps_the_same_is_so_both_ways_and_once_more(number in "[0-9oilbx]{1,9}") {
            let once = look_alike(&number);
            prop_assert_eq!(look_alike(&once), once.clone());
            prop_assert_ne!(likeness(&number, &once), Likeness::Another);
        }
    }
}

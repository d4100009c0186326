//! Quantities and amounts, as people type them. What can mean only one thing is taken, in whatever way it is written;
//! what could mean two is asked back with both; nothing else is read. No reading rests on a separator that could have
//! meant the other thing.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;

/// A whole number of at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(pub i64);

/// An amount in U.S. dollars, not negative, with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(pub Decimal);

/// A number as it was typed, in plain digits: 12 and 50.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    whole: String,
    decimals: String,
}

/// Why it is no number, or not one alone.
#[derive(Debug, PartialEq, Eq)]
enum Misread {
    NoNumber,
    /// `12,500`: with or without its separator as thousands.
    TwoWays {
        thousands: String,
        decimals: String,
    },
}

/// The zeros of scripts whose digits a keyboard may type: Arabic, Persian, Devanagari, Bengali, Thai, full-width.
const ZEROS: [char; 6] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];

/// A digit of any of those scripts as a plain one; everything else as it is.
pub(super) fn plain_digit(c: char) -> char {
    let of = |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10);
    ZEROS.iter().find_map(of).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

/// One of each kind of separator: `,` and `.` may group or begin decimals, a blank and `'` only group, `٫` only begins.
fn plain(c: char) -> char {
    match c {
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2019}' | '\u{66c}' => '\'',
        '\u{ff0c}' => ',',
        '\u{ff0e}' => '.',
        c => plain_digit(c),
    }
}

/// Whether groups of digits are the thousands of one number: of three, or as in India of two before the last three.
fn is_grouped(groups: &[&str], separator: char) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let of = |size: usize| {
        (1..=size).contains(&first.len()) && !first.starts_with('0') && middle.iter().all(|group| group.len() == size)
    };
    last.len() == 3 && (of(3) || separator == ',' && of(2))
}

impl FromStr for Typed {
    type Err = Misread;

    fn from_str(raw: &str) -> Result<Self, Misread> {
        let text: String = raw.trim().chars().map(plain).collect();
        let is_separator = |c: char| matches!(c, ',' | '.' | ' ' | '\'' | '\u{66b}');
        let has_digits = text.ends_with(|c: char| c.is_ascii_digit());
        if !has_digits || !text.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
            return Err(Misread::NoNumber);
        }
        let groups: Vec<&str> = text.split(is_separator).collect();
        let mut separators: Vec<char> = text.chars().filter(|c| is_separator(*c)).collect();
        let whole = |groups: &[&str]| Self { whole: groups.concat(), decimals: String::new() };
        let Some(last) = separators.pop() else { return Ok(whole(&groups)) };
        let (tail, head) = groups.split_last().ok_or(Misread::NoNumber)?;
        let with_decimals = || Self { whole: head.concat(), decimals: (*tail).to_owned() };
        match (separators.first(), last) {
            (None, ',' | '.') if tail.len() == 3 && !matches!(head, ["" | "0"]) => {
                let plain = Self { decimals: tail.trim_end_matches('0').to_owned(), ..with_decimals() };
                Err(Misread::TwoWays { thousands: groups.concat(), decimals: plain.to_string() })
            }
            (None, ',' | '.' | '\u{66b}') => Ok(with_decimals()),
            (Some(first), _) if separators.iter().any(|separator| separator != first) => Err(Misread::NoNumber),
            (Some(first), ',' | '.' | '\u{66b}') if *first != last && head_is_whole(head, *first) => {
                Ok(with_decimals())
            }
            (first, _)
                if last != '\u{66b}' && first.is_none_or(|first| *first == last) && is_grouped(&groups, last) =>
            {
                Ok(whole(&groups))
            }
            _ => Err(Misread::NoNumber),
        }
    }
}

/// Whether what stands before the decimals is grouped by a separator of its own.
fn head_is_whole(head: &[&str], separator: char) -> bool {
    separator != '\u{66b}' && is_grouped(head, separator)
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = match self.whole.trim_start_matches('0') {
            "" => "0",
            whole => whole,
        };
        if self.decimals.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{}", self.decimals) }
    }
}

impl FromStr for Quantity {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        const NEEDED: &str = "Give a whole number from 1 to 1,000,000,000.";
        let typed = match raw.parse::<Typed>() {
            Ok(typed) => typed,
            Err(Misread::NoNumber) => return Err(NEEDED.into()),
            Err(Misread::TwoWays { thousands, decimals }) if decimals.contains('.') => {
                return Err(format!(
                    "Is {} in the thousands? Write {thousands}. Or is it {decimals}? Give a whole number, in a smaller unit.",
                    raw.trim()
                ));
            }
            Err(Misread::TwoWays { thousands, decimals }) => return Err(two_ways(raw, &thousands, &decimals)),
        };
        if !typed.decimals.trim_end_matches('0').is_empty() {
            return Err(format!("This reads as {typed}. {NEEDED}"));
        }
        match typed.whole.parse() {
            Ok(quantity @ 1..=1_000_000_000) => Ok(Self(quantity)),
            _ => Err(NEEDED.into()),
        }
    }
}

/// What is asked of a number whose separator may be either.
fn two_ways(raw: &str, thousands: &str, decimals: &str) -> String {
    format!("Is {} in the thousands (write {thousands}) or does it have decimals (write {decimals})?", raw.trim())
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Without the sign or the code of the dollar, before or after.
fn without_dollar(raw: &str) -> &str {
    let text = raw.trim();
    let upper = text.to_ascii_uppercase();
    for sign in ["US$", "USD", "$"] {
        if upper.starts_with(sign) {
            return &text[sign.len()..];
        }
        if upper.ends_with(sign) {
            return &text[..text.len() - sign.len()];
        }
    }
    text
}

impl FromStr for Dollars {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        const NEEDED: &str = "Give an amount in U.S. dollars, such as 48200 or 48,200.50.";
        let mut typed = match without_dollar(raw).parse::<Typed>() {
            Ok(typed) => typed,
            Err(Misread::NoNumber) => return Err(NEEDED.into()),
            Err(Misread::TwoWays { thousands, decimals }) => return Err(two_ways(raw, &thousands, &decimals)),
        };
        if typed.decimals.trim_end_matches('0').len() > 2 {
            return Err(format!("This reads as {typed}. Give dollars and cents: at most two decimals."));
        }
        typed.decimals.truncate(2);
        match typed.to_string().parse::<Decimal>() {
            Ok(amount) if amount < Decimal::from(10_i64.pow(14)) => Ok(Self(amount)),
            _ => Err(NEEDED.into()),
        }
    }
}

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;

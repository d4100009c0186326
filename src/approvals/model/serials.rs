//! Serial numbers as they are pasted, from a list, a letter or a spreadsheet: how each line is read, before anything is
//! saved. What can only be meant in one way is taken; what could mean two is asked; what has no number is left out, and
//! said.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    fmt,
    hash::{Hash, Hasher},
};

use serde::Deserialize;

use super::{Refusal, words::SerialState};
use crate::text::{folded, grouped, many};

/// The most numbers that one count takes.
pub const MOST: usize = 20_000;

/// How a line is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// As one number, as it stands.
    Number,
    /// As one number with blanks within it.
    WithBlanks(String),
    /// As so many numbers beside each other.
    Several(usize),
    /// From the first through the last, so many.
    Range {
        first: String,
        last: String,
        count: usize,
    },
    /// Words without a number.
    LeftOut,
    Asked(Unclear),
}

/// Why a line is asked about. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    #[error("is {0} one number or several? Write one number a line; one number without the blank")]
    OneOrSeveral(String),
    #[error("is {0} one number or a range? Write a range with the whole number on both sides, such as A100-A129")]
    NumberOrRange(String),
    #[error("{0} runs backwards; write the first number first")]
    Backwards(String),
    #[error("{0} is more numbers than one count takes")]
    TooMany(String),
    #[error(
        "a spreadsheet rounded {0}, and its last digits are lost; format the column as text there, and paste it again"
    )]
    Rounded(String),
}

/// A line that was pasted, counted from one, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: usize,
    pub typed: String,
    pub read: Read,
    /// A number of it that stands on an earlier line too, and on which.
    repeat: Option<(String, usize)>,
}

/// Lines of a list, a letter or a spreadsheet, and the numbers that they come to.
#[derive(Debug, Default)]
pub struct Pasted {
    /// Its lines, blank ones aside.
    pub lines: Vec<Line>,
    /// Each number once, in order.
    pub numbers: Vec<String>,
    /// What this count changes: the words of [`recounted`], nothing where all are new or stay what they are.
    pub changes: String,
}

/// What stands before a number and is none of it.
const LABELS: &[&str] = &["sn", "no", "nr", "num", "number", "numbers", "serial", "serials", "ser"];

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("one number"),
            Self::WithBlanks(number) => write!(f, "one number, with its blanks: {number}"),
            Self::Several(count) => f.write_str(&many(count, "number")),
            Self::Range { first, last, count } => write!(f, "{}, from {first} through {last}", many(count, "number")),
            Self::LeftOut => f.write_str("no number: left out"),
            Self::Asked(unclear) => unclear.fmt(f),
        }
    }
}

impl Line {
    /// How it is read, in words.
    pub fn said(&self) -> String {
        let repeat = self.repeat.as_ref();
        let repeat = repeat.map(|(number, line)| format!("; {number} stands on line {line} too, and counts once"));
        format!("{}{}", self.read, repeat.unwrap_or_default())
    }
}

impl Pasted {
    pub fn read(text: &str) -> Self {
        let (mut pasted, mut known) = (Self::default(), HashMap::new());
        for (index, typed) in text.lines().enumerate() {
            let at = index + 1;
            let cells: Vec<&str> = typed
                .split(['\t', ',', ';'])
                .map(str::trim)
                .filter(|cell| cell.contains(char::is_alphanumeric))
                .collect();
            if cells.is_empty() {
                continue;
            }
            let (mut numbers, mut reads) = (Vec::new(), Vec::new());
            for cell in cells {
                reads.push(cell_read(cell, &mut numbers, MOST.saturating_sub(pasted.numbers.len())));
            }
            let mut repeat = None;
            for number in &numbers {
                if let Some(line) = known.get(&folded(number)) {
                    repeat = Some((number.clone(), *line));
                } else {
                    known.insert(folded(number), at);
                    pasted.numbers.push(number.clone());
                }
            }
            let asked = reads.iter().find(|read| matches!(read, Read::Asked(_))).cloned();
            reads.retain(|read| *read != Read::LeftOut);
            let read = asked.unwrap_or_else(|| match <[Read; 1]>::try_from(reads) {
                Ok([read]) => read,
                Err(_) if numbers.is_empty() => Read::LeftOut,
                Err(_) => Read::Several(numbers.len()),
            });
            pasted.lines.push(Line { at, typed: typed.trim().to_owned(), read, repeat });
        }
        pasted
    }

    /// The lines that are not one number as it stands.
    pub fn to_look_at(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.read != Read::Number || line.repeat.is_some())
    }

    /// How many are one number as it stands.
    pub fn as_they_stand(&self) -> usize {
        self.lines.len() - self.to_look_at().count()
    }

    /// The first lines that nobody could tell, in words.
    pub fn unclear(&self) -> Option<String> {
        let asked = self.lines.iter().filter(|line| matches!(line.read, Read::Asked(_)));
        let first: Vec<String> = asked.take(3).map(|line| format!("Line {}: {}.", line.at, line.read)).collect();
        (!first.is_empty()).then(|| first.join(" "))
    }

    /// Whether they may be counted: every line can be told, and a person saw how each is read.
    pub fn judge(&self, seen: Option<&str>) -> Result<(), Refusal> {
        match self.unclear() {
            Some(unclear) => Err(Refusal::Unclear(unclear)),
            None if self.numbers.is_empty() => Err(Refusal::NoSerials),
            None if seen == Some(self.seen().as_str()) => Ok(()),
            None if seen == Some(self.seen_as("").as_str()) => Err(Refusal::Recounts(self.changes.clone())),
            None => Err(Refusal::NotSeen),
        }
    }

    /// The same numbers, counted before.
    #[must_use]
    pub fn changing(self, changes: String) -> Self {
        Self { changes, ..self }
    }

    /// What a person saw of the reading: other numbers have another one, and so have other changes.
    pub fn seen(&self) -> String {
        self.seen_as(&self.changes)
    }

    fn seen_as(&self, changes: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.numbers, changes).hash(&mut hasher);
        format!("{}-{:x}", self.numbers.len(), hasher.finish())
    }
}

/// What one count found of an item group.
#[derive(Debug, Clone, Deserialize)]
pub struct Tally {
    pub item: String,
    pub state: SerialState,
    pub numbers: i64,
}

impl fmt::Display for Tally {
    /// `36 serial numbers of 9 mm pistols: seen`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numbers, state) = (many(self.numbers, "serial number"), self.state.label().to_lowercase());
        write!(f, "{numbers} of {}: {state}", self.item)
    }
}

/// What one count found, in all.
pub fn counted(found: &[Tally]) -> String {
    found.iter().map(Tally::to_string).collect::<Vec<_>>().join("; ")
}

/// What a count of numbers that were counted before changes: `3 seen and 1 not yet counted before, now missing`.
pub fn recounted(before: &[(SerialState, i64)], now: SerialState) -> String {
    let changed = before.iter().filter(|(state, count)| *state != now && *count > 0);
    let changed: Vec<String> = changed
        .map(|(state, count)| format!("{} {}", grouped(&count.to_string()), state.label().to_lowercase()))
        .collect();
    if changed.is_empty() {
        return String::new();
    }
    format!("{} before, now {}", changed.join(" and "), now.label().to_lowercase())
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_numeric())
}

/// Reads a cell, and adds its numbers, at most so many.
fn cell_read(cell: &str, numbers: &mut Vec<String>, most: usize) -> Read {
    if !has_digit(cell) {
        return Read::LeftOut;
    }
    let mut words: Vec<&str> = cell.split_whitespace().collect();
    while words.len() > 1 && is_beside(words[0]) {
        words.remove(0);
    }
    let whole = words.join(" ");
    if let Some(read) = range(&whole, numbers, most) {
        return read;
    }
    if is_rounded(&whole) {
        return Read::Asked(Unclear::Rounded(whole));
    }
    let with_digits = words.iter().filter(|word| has_digit(word)).count();
    if words.len() > 1 && with_digits == words.len() {
        if words.iter().any(|word| shape(word) != shape(words[0])) {
            return Read::Asked(Unclear::OneOrSeveral(whole));
        }
        numbers.extend(words.iter().map(|word| (*word).to_owned()));
        return Read::Several(words.len());
    }
    // A sentence with a number in it is no number.
    if words.len() > 3 {
        return Read::Asked(Unclear::OneOrSeveral(whole));
    }
    if numbers.len() >= most {
        return Read::Asked(Unclear::TooMany(whole));
    }
    numbers.push(whole.clone());
    if whole.contains(' ') { Read::WithBlanks(whole) } else { Read::Number }
}

/// Whether a word before a number is none of it: `S/N`, `No.`, `12)`.
fn is_beside(word: &str) -> bool {
    let counted = word
        .strip_suffix([')', '.'])
        .is_some_and(|digits| digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit()));
    counted || LABELS.contains(&folded(word).as_str()) || !word.contains(char::is_alphanumeric)
}

/// Letters and digits in their order: `A9` of `AB1234` and of `X77`; with its length.
fn shape(word: &str) -> (usize, String) {
    let kind = |c: char| {
        if c.is_numeric() {
            '9'
        } else if c.is_alphabetic() {
            'A'
        } else {
            c
        }
    };
    (word.chars().count(), word.chars().map(kind).collect())
}

/// `1.23457E+11`: what a spreadsheet makes of a long number.
fn is_rounded(text: &str) -> bool {
    let Some((digits, power)) =
        text.split_once(['E', 'e']).and_then(|(digits, rest)| Some((digits, rest.strip_prefix('+')?)))
    else {
        return false;
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain(digits) && plain(power)
}

/// A number's letters and the digits it ends with.
fn ends(number: &str) -> (&str, &str) {
    number.split_at(number.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// `A100-A129`, `A100 to A129`; `None` where it is no range.
fn range(text: &str, numbers: &mut Vec<String>, most: usize) -> Option<Read> {
    let sides = [" to ", " through ", " thru ", " - ", "\u{2013}", "\u{2014}", "-"].iter().find_map(|between| {
        let lower = text.to_ascii_lowercase();
        let at = lower.find(between).filter(|_| lower.matches(between).count() == 1)?;
        Some((text[..at].trim(), text[at + between.len()..].trim(), between.len() > 1))
    });
    let (first, last, is_said) = sides?;
    let ((prefix, from), (other, to)) = (ends(first), ends(last));
    if from.is_empty() || to.is_empty() || from.len() != to.len() || first.contains(' ') || last.contains(' ') {
        return None;
    }
    let asked = |unclear: fn(String) -> Unclear| Some(Read::Asked(unclear(text.to_owned())));
    let (begin, end) = (from.parse::<u64>(), to.parse::<u64>());
    let is_short = !is_said && (prefix.is_empty() || other.is_empty());
    match (folded(prefix) == folded(other), &begin, &end) {
        // A dash within a number; what rises may be a range all the same.
        (_, Ok(begin), Ok(end)) if is_short && begin >= end => return None,
        (same, ..) if is_short && (same || other.is_empty()) => return asked(Unclear::NumberOrRange),
        (true, ..) => {}
        (false, ..) => return None,
    }
    let (Ok(begin), Ok(end)) = (begin, end) else { return asked(Unclear::TooMany) };
    let Some(count) = end.checked_sub(begin).and_then(|steps| usize::try_from(steps + 1).ok()) else {
        return asked(Unclear::Backwards);
    };
    if count + numbers.len() > most {
        return asked(Unclear::TooMany);
    }
    let width = from.len();
    numbers.extend((begin..=end).map(|number| format!("{prefix}{number:0width$}")));
    Some(Read::Range { first: first.to_owned(), last: last.to_owned(), count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> (Read, Vec<String>) {
        let pasted = Pasted::read(line);
        let [line] = &pasted.lines[..] else { panic!("one line: {line}") };
        (line.read.clone(), pasted.numbers)
    }

    #[test]
    fn a_line_is_read_as_it_can_only_be_meant() {
        let range = |first: &str, last: &str, count| Read::Range { first: first.into(), last: last.into(), count };
        for (typed, read, numbers) in [
            ("AB1234", Read::Number, vec!["AB1234"]),
            (" 00123 ", Read::Number, vec!["00123"]),
            ("AB-123-456", Read::Number, vec!["AB-123-456"]),
            ("A100-B129", Read::Number, vec!["A100-B129"]),
            ("A8-1", Read::Number, vec!["A8-1"]),
            ("129-100", Read::Number, vec!["129-100"]),
            ("12-3456", Read::Number, vec!["12-3456"]),
            ("12E34", Read::Number, vec!["12E34"]),
            ("S/N AB1234", Read::Number, vec!["AB1234"]),
            ("Serial No. 77123", Read::Number, vec!["77123"]),
            ("12) AB1234", Read::Number, vec!["AB1234"]),
            ("- AB1234", Read::Number, vec!["AB1234"]),
            ("AB 1234", Read::WithBlanks("AB 1234".into()), vec!["AB 1234"]),
            ("AB1 AB2 AB3", Read::Several(3), vec!["AB1", "AB2", "AB3"]),
            ("AB1, AB2;AB3", Read::Several(3), vec!["AB1", "AB2", "AB3"]),
            ("Pistol\tAB1\t", Read::Number, vec!["AB1"]),
            ("AB1\tAB2", Read::Several(2), vec!["AB1", "AB2"]),
            ("A098-A101", range("A098", "A101", 4), vec!["A098", "A099", "A100", "A101"]),
            ("A8 to A9", range("A8", "A9", 2), vec!["A8", "A9"]),
            ("A8\u{2013}A9", range("A8", "A9", 2), vec!["A8", "A9"]),
            ("108 - 109", range("108", "109", 2), vec!["108", "109"]),
            ("Serial numbers", Read::LeftOut, vec![]),
            ("Total:", Read::LeftOut, vec![]),
        ] {
            assert_eq!(one(typed), (read, numbers.into_iter().map(str::to_owned).collect()), "{typed}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_asked_and_adds_no_number() {
        for (typed, unclear) in [
            ("12 3456", Unclear::OneOrSeveral("12 3456".into())),
            ("30 pistols of 9 mm", Unclear::OneOrSeveral("30 pistols of 9 mm".into())),
            ("100-129", Unclear::NumberOrRange("100-129".into())),
            ("A100-129", Unclear::NumberOrRange("A100-129".into())),
            ("A129-A100", Unclear::Backwards("A129-A100".into())),
            ("A00000-A99999", Unclear::TooMany("A00000-A99999".into())),
            ("1.23457E+11", Unclear::Rounded("1.23457E+11".into())),
            ("1e+11", Unclear::Rounded("1e+11".into())),
        ] {
            assert_eq!(one(typed), (Read::Asked(unclear), vec![]), "{typed}");
        }
    }

    #[test]
    fn a_recount_says_what_it_changes_and_is_seen_so() {
        use SerialState::{Elsewhere, Missing, NotCounted, Seen};
        for (before, now, says) in [
            (&[][..], Seen, ""),
            (&[(Seen, 38)], Seen, ""),
            (&[(Seen, 1)], Missing, "1 seen before, now missing"),
            (&[(Seen, 1200), (NotCounted, 2)], Missing, "1,200 seen and 2 not yet counted before, now missing"),
            (&[(Missing, 2), (Elsewhere, 1)], Elsewhere, "2 missing before, now elsewhere"),
        ] {
            assert_eq!(recounted(before, now), says, "{before:?}");
        }
        let plain = Pasted::read("KX1");
        let changing = Pasted::read("KX1").changing("1 seen before, now missing".into());
        assert_eq!(plain.judge(Some(&plain.seen())), Ok(()));
        let recounts = Refusal::Recounts("1 seen before, now missing".into());
        assert_eq!(changing.judge(Some(&plain.seen())), Err(recounts), "the lines were seen, and not what they change");
        for unseen in [None, Some("1-0")] {
            assert_eq!((changing.judge(unseen), plain.judge(unseen)), (Err(Refusal::NotSeen), Err(Refusal::NotSeen)));
        }
        assert_eq!(changing.judge(Some(&changing.seen())), Ok(()));
    }

    #[test]
    fn a_repeat_is_said_and_counted_once_and_ten_thousand_lines_are_read() {
        let pasted = Pasted::read("AB1\n\nab-1\nAB1-AB3\nAB9");
        let reads: Vec<String> = pasted.lines.iter().map(|line| format!("{}: {}", line.at, line.said())).collect();
        assert_eq!(
            reads,
            [
                "1: one number",
                "3: one number; ab-1 stands on line 1 too, and counts once",
                "4: 3 numbers, from AB1 through AB3; AB1 stands on line 1 too, and counts once",
                "5: one number"
            ]
        );
        assert_eq!(pasted.numbers, ["AB1", "AB2", "AB3", "AB9"]);
        let many: Vec<String> = (0..10_000).map(|number| format!("KX{number:05}")).collect();
        let pasted = Pasted::read(&many.join("\n"));
        assert_eq!((pasted.numbers.len(), pasted.as_they_stand(), pasted.unclear()), (10_000, 10_000, None));
        let unclear = Pasted::read("A00001-A20000\nB1").unclear();
        assert_eq!(unclear.as_deref(), Some("Line 2: B1 is more numbers than one count takes."));
    }
}

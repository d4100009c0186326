//! Sentences of the paragraphs, with who speaks in them. Damage of the transmission (`CICIG,s` for `CICIG's`) is mended here and nowhere
//! else; where a sentence stands in the input is kept.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::telegrams::reading::{Encoding, Paragraph, PieceKind, Span};

/// At most so many sentences of one paragraph are looked at; the rest of it is shown and proposes nothing.
const MOST_IN_PARAGRAPH: usize = 400;
/// At most so many sentences of one telegram.
const MOST: usize = 20_000;
/// A longer stretch without an end is no sentence.
const LONGEST: usize = 2_000;

/// A sentence or a list item.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Which paragraph.
    pub paragraph: usize,
    /// Its words, mended, on one line.
    pub text: String,
    /// The words as a whole in lower case, for rules that look for words.
    pub lower: String,
    /// Where it stands in the input.
    pub span: Span,
    /// What it stands in: running text, a list item, a quoted text, a comment, a note.
    pub kind: PieceKind,
}

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "cia", "sdn", "pvt", "pty", "ltda", "bhd", "lda", "lic", "insp", "supt", "ing", "eng", "gov", "sen", "min", "amb", "hon", "prof",
    "sra", "messrs", "nr", "art", "col", "gen", "lt", "capt", "maj", "mr", "mrs", "ms", "dr", "brig", "sgt", "cmdr", "adm", "no", "nos",
    "inc", "ltd", "co", "corp", "st", "ave", "tel", "fig", "approx", "dept", "u.s", "u.n", "u", "s.a", "e.g", "i.e", "etc", "jr", "sr",
    "vs", "a.m", "p.m", "ph.d", "ext", "rep", "qty",
];

/// Every sentence of the paragraphs, in order.
pub fn sentences(paragraphs: &[Paragraph], encoding: Encoding) -> Vec<Sentence> {
    let mut all = Vec::new();
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if all.len() >= MOST {
            break;
        }
        for range in ranges(&paragraph.text).take(MOST_IN_PARAGRAPH) {
            let raw = &paragraph.text[range.clone()];
            let text = mended(raw);
            if text.is_empty() || raw.len() > LONGEST {
                continue;
            }
            all.push(Sentence {
                paragraph: index,
                lower: text.to_lowercase(),
                text,
                span: paragraph.place(&range, encoding),
                kind: paragraph.part_at(range.start + raw.len() / 2),
            });
        }
    }
    all
}

/// Where the sentences of a text are.
fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        let start = at;
        while at < bytes.len() {
            let here = at;
            at += 1;
            if bytes[here] == b'\n' {
                return Some(start..here);
            }
            if matches!(bytes[here], b'.' | b'!' | b'?') && ends_sentence(text, start, here) {
                while at < bytes.len() && matches!(bytes[at], b'"' | b')' | b'\'') {
                    at += 1;
                }
                return Some(start..at);
            }
        }
        (start < bytes.len()).then_some(start..bytes.len())
    })
}

/// Whether a full stop ends a sentence: a capital follows, and no abbreviation or initial stands before.
fn ends_sentence(text: &str, start: usize, stop: usize) -> bool {
    let after = text[stop + 1..].trim_start_matches(['"', ')', '\'', '\u{201d}']);
    if after.trim().is_empty() {
        return true;
    }
    let next = after.trim_start();
    let spaced = next.len() < after.len();
    let begins = next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '"' | '\u{201c}' | '-'));
    if !spaced || !begins {
        return false;
    }
    if text.as_bytes()[stop] != b'.' {
        return true;
    }
    let word = text[start..stop].rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '"']);
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    // `of the U.N. He added`: the abbreviation ends the sentence where a new one plainly begins.
    if matches!(
        word.to_ascii_lowercase().as_str(),
        "u.s" | "u.n" | "inc" | "ltd" | "ltda" | "bhd" | "lda" | "co" | "corp" | "s.a" | "etc" | "p.m" | "a.m"
    ) && begins_sentence(next)
    {
        return true;
    }
    let counts = !matches!(word.to_ascii_lowercase().as_str(), "no" | "nos") || next.starts_with(|c: char| c.is_ascii_digit());
    let shortened = counts && ABBREVIATIONS.contains(&word.to_ascii_lowercase().as_str());
    !is_initial && !shortened
}

/// Whether a text begins as only a new sentence does: with an article or pronoun, or with a name and a verb of saying.
fn begins_sentence(text: &str) -> bool {
    const FIRST: [&str; 22] = [
        "The",
        "He",
        "She",
        "They",
        "It",
        "This",
        "That",
        "These",
        "Those",
        "In",
        "On",
        "At",
        "Post",
        "According",
        "However",
        "His",
        "Her",
        "Their",
        "Upon",
        "While",
        "After",
        "Poloff",
    ];
    let mut words = text.split(' ');
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let verb = if second.ends_with("ly") { words.next().unwrap_or_default() } else { second };
    FIRST.contains(&first) || (!first.ends_with(',') && super::words::SAID.is_match(verb))
}

static POSSESSIVE: LazyLock<Regex> = LazyLock::new(|| super::words::exact(r"(\w),s\b"));

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    super::words::pattern(
        r"^\(?(?:summary|begin summary|begin text|begin quote|comment|note|introduction|background)(?: and (?:comment|action request))?(?: follows)?\s*[:.-]+\s*|^\W*(?:begin|end) (?:text|quote)\W*",
    )
});

/// Words on one line, commas for apostrophes mended, a label such as `Summary:` left out.
pub fn mended(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let flat = LABEL.replace(&flat, "").into_owned();
    if flat.contains(",s") { POSSESSIVE.replace_all(&flat, "$1's").into_owned() } else { flat }
}

/// Numbers in figures, or in words up to ninety-nine and by the hundred: a part of a pattern.
pub const NUMBERS: &str = r"\d{1,3}(?:,\d{3})+|\d+|(?:one|two|three|four|five|six|seven|eight|nine) hundred|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?";

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A number in figures or in words up to ninety-nine, and `hundred`.
pub fn number(words: &str) -> Option<i64> {
    let words = words.trim().to_lowercase();
    let figures: String = words.chars().filter(|c| *c != ',').collect();
    if figures.chars().all(|c| c.is_ascii_digit()) {
        return figures.parse().ok();
    }
    let one = |word: &str| ONES.iter().position(|name| *name == word).and_then(|at| i64::try_from(at).ok());
    let ten = |word: &str| TENS.iter().position(|name| *name == word).and_then(|at| i64::try_from((at + 2) * 10).ok());
    let parts: Vec<&str> = words.split([' ', '-']).filter(|part| !part.is_empty() && *part != "and").collect();
    match parts.as_slice() {
        [word] => one(word).or_else(|| ten(word)),
        [tens, ones] if *ones == "hundred" => one(tens).map(|number| number * 100),
        [tens, ones] => Some(ten(tens)? + one(ones).filter(|number| *number < 10)?),
        [hundreds, "hundred", rest @ ..] => Some(one(hundreds)? * 100 + number(&rest.join(" "))?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "Poloff met with Col. A. Vidal of the U.S. office. He said \"no.\" Then, at 3.5 km, it ended! Item one\nItem two";
        let found: Vec<&str> = ranges(text).map(|range| &text[range]).collect();
        let wanted =
            ["Poloff met with Col. A. Vidal of the U.S. office.", "He said \"no.\"", "Then, at 3.5 km, it ended!", "Item one", "Item two"];
        assert_eq!(found, wanted);
    }

    #[test]
    fn numbers_are_read_in_words_too() {
        for (words, value) in [("30", 30), ("1,500", 1500), ("six", 6), ("Forty-five", 45), ("ninety nine", 99), ("two hundred", 200)] {
            assert_eq!(number(words), Some(value), "{words}");
        }
        for none in ["many", "a few", "", "twenty twenty"] {
            assert_eq!(number(none).filter(|_| !none.is_empty()), None, "{none}");
        }
    }

    #[test]
    fn commas_for_apostrophes_are_mended() {
        assert_eq!(mended("the commission,s\n mandate, so"), "the commission's mandate, so");
    }
}

//! Sentences of the paragraphs. Damage of the transmission and of sites (`CICIG,s` for `CICIG's`, `&amp;`) is mended
//! here and nowhere else; where a sentence stands in the input is kept.

use std::{ops::Range, sync::LazyLock};

use regex::{Captures, Regex};

use super::{
    Encoding, Paragraph, PieceKind, Span,
    words::{exact, patterns},
};

/// At most so many sentences of one paragraph are looked at; the rest of it is shown and proposes nothing.
const MOST_IN_PARAGRAPH: usize = 2_000;
/// At most so many sentences of one telegram.
const MOST: usize = 20_000;
/// A longer stretch without an end is cut.
const LONGEST: usize = 2_000;
/// A longer list item is running text.
const LONGEST_ITEM: usize = 240;

/// A sentence or a list item.
#[derive(Debug, Clone)]
pub struct Found {
    pub paragraph: usize,
    /// Its words, mended, on one line.
    pub text: String,
    /// Where it stands in the input.
    pub span: Span,
    /// What it stands in: running text, a list item, a quoted text, a comment, a note.
    pub kind: PieceKind,
}

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "cia", "sdn", "pvt", "pty", "ltda", "bhd", "lda", "lic", "insp", "supt", "ing", "eng", "gov", "sen", "min", "amb",
    "hon", "prof", "sra", "messrs", "nr", "art", "col", "gen", "lt", "capt", "maj", "mr", "mrs", "ms", "dr", "brig",
    "sgt", "cmdr", "adm", "no", "nos", "inc", "ltd", "co", "corp", "st", "ave", "tel", "fig", "approx", "dept", "u.s",
    "u.n", "u", "s.a", "e.g", "i.e", "etc", "jr", "sr", "vs", "a.m", "p.m", "ph.d", "ext", "rep", "qty", "cdr", "cpt",
    "comdt", "dir", "asst", "sec", "para", "paras", "cal", "cf", "al",
];

/// Of these, those that may end a sentence, where another one plainly begins.
const MAY_END: &[&str] =
    &["u.s", "u.n", "inc", "ltd", "ltda", "bhd", "lda", "co", "corp", "s.a", "etc", "p.m", "a.m", "jr", "al"];

/// Every sentence of the paragraphs, in order.
pub fn sentences(paragraphs: &[Paragraph], encoding: Encoding) -> Vec<Found> {
    let mut all = Vec::new();
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if all.len() >= MOST {
            break;
        }
        let parts = paragraph.parts.iter().filter(|(range, _)| !range.is_empty());
        let ranges = parts
            .flat_map(|(part, kind)| ranges_of(&paragraph.text, part.clone(), *kind).map(move |range| (range, *kind)));
        for (range, kind) in joined(&paragraph.text, ranges).take(MOST_IN_PARAGRAPH) {
            let raw = &paragraph.text[range.clone()];
            let text = unlabelled(&mended(raw));
            if text.bytes().any(|byte| byte.is_ascii_alphanumeric()) && !CLOSING.is_match(&text) {
                all.push(Found { paragraph: index, text, span: paragraph.place(&range, encoding), kind });
            }
        }
    }
    all
}

/// Where the sentences of a part are; a list item is one.
fn ranges_of(text: &str, part: Range<usize>, kind: PieceKind) -> Box<dyn Iterator<Item = Range<usize>> + '_> {
    let words = &text[part.clone()];
    if kind == PieceKind::ListItem && words.len() <= LONGEST_ITEM {
        let begins = part.start + (words.len() - words.trim_start().len());
        return Box::new(
            std::iter::once(begins..part.start + words.trim_end().len()).filter(|range| !range.is_empty()),
        );
    }
    Box::new(ranges(words).map(move |range| part.start + range.start..part.start + range.end))
}

/// A sentence that the end of a page breaks off, and that goes on after it, is one.
fn joined<'a>(
    text: &'a str,
    ranges: impl Iterator<Item = (Range<usize>, PieceKind)> + 'a,
) -> impl Iterator<Item = (Range<usize>, PieceKind)> + 'a {
    let mut ranges = ranges.peekable();
    std::iter::from_fn(move || {
        let (mut range, kind) = ranges.next()?;
        while let Some((next, of)) = ranges.peek() {
            let open = kind == *of
                && kind != PieceKind::ListItem
                && !text[range.clone()].trim_end().ends_with(['.', '!', '?', ':', '"', ')', '\n']);
            let goes_on = text[range.end..next.start].trim_matches(' ').is_empty();
            if !(open && goes_on && range.len() + next.len() < LONGEST) {
                break;
            }
            range.end = next.end;
            ranges.next();
        }
        Some((range, kind))
    })
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
            if bytes[here] == b'\n' || (here - start >= LONGEST && bytes[here] == b' ') {
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
    let next = after.trim_start_matches([' ', '\t', '\u{a0}']);
    if next.is_empty() || next.starts_with('\n') {
        return true;
    }
    let spaced = next.len() < after.len();
    let begins =
        next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '"' | '\u{201c}' | '-'));
    if !spaced || !begins {
        return false;
    }
    if text.as_bytes()[stop] != b'.' {
        return true;
    }
    let from = (stop.saturating_sub(24).max(start)..=stop).find(|at| text.is_char_boundary(*at)).unwrap_or(stop);
    let word = text[from..stop].rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '"']);
    let lower = word.to_ascii_lowercase();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    // `of the U.N. He added`: the abbreviation ends the sentence where a new one plainly begins.
    if MAY_END.contains(&lower.as_str()) && begins_sentence(next) {
        return true;
    }
    let counts = !matches!(lower.as_str(), "no" | "nos") || next.starts_with(|c: char| c.is_ascii_digit());
    !(is_initial || counts && ABBREVIATIONS.contains(&lower.as_str()))
}

/// Whether a text begins as only a new sentence does: with an article, a pronoun or a post.
fn begins_sentence(text: &str) -> bool {
    const FIRST: [&str; 30] = [
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
        "Econoff",
        "Emboff",
        "A",
        "An",
        "No",
        "There",
        "We",
        "Its",
    ];
    let first = text.split([' ', ',']).next().unwrap_or_default();
    FIRST.iter().any(|word| *word == first || (first.len() > 1 && word.to_ascii_uppercase() == first))
}

static POSSESSIVE: LazyLock<Regex> = LazyLock::new(|| exact(r"(\w),s\b"));

patterns! {
    LABEL = r"^\(?(?:begin )?(?:summary|text|quote|comment|note|introduction|background)(?:(?: and|,|/) ?(?:comment|recommendation|action request))*(?: follows)?\s*[:.-]+\s*|^\W*(?:begin|end) (?:text|quote)\W*";
    CLOSING = r"^\W*(?:begin|end) (?:of )?(?:summary|text|quote|comment|note|introduction|background|message)(?:(?: and|,|/) ?(?:comment|recommendation|action request))*(?: follows)?\W*$|^\W*end\W*$";
}

/// What sites and transmissions make of signs, and what they were.
const DAMAGED: [(&str, &str); 14] = [
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("\u{e2}\u{20ac}\u{2122}", "'"),
    ("\u{e2}\u{20ac}\u{153}", "\""),
    ("\u{e2}\u{20ac}\u{9d}", "\""),
    ("\u{e2}\u{20ac}\u{201c}", "-"),
    ("<br>", " "),
    ("<br/>", " "),
];

/// Words on one line, damage mended.
pub fn mended(text: &str) -> String {
    let mut mended = text.to_owned();
    if mended.contains(['&', '<', '\u{e2}']) {
        for (damaged, sign) in DAMAGED.iter().filter(|(damaged, _)| text.contains(damaged)) {
            mended = mended.replace(damaged, sign);
        }
    }
    if mended.contains('&') && mended.contains(';') {
        mended = ENTITY
            .replace_all(&mended, |found: &Captures<'_>| entity(&found[1]).unwrap_or_else(|| found[0].to_owned()))
            .into_owned();
    }
    let flat = mended.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.contains(",s") { POSSESSIVE.replace_all(&flat, "$1's").into_owned() } else { flat }
}

static ENTITY: LazyLock<Regex> =
    LazyLock::new(|| exact(r"&([A-Za-z](?:uml|acute|grave|circ|tilde|cedil|ring|caron)|#\d{2,5});"));

/// The letter that a page writes as `&Uuml;` or `&#220;`.
fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        return char::from_u32(number.parse().ok()?).filter(|c| !c.is_control()).map(String::from);
    }
    let (letter, mark) = (name.chars().next()?, &name[1..]);
    let marks = [
        ("uml", '\u{308}'),
        ("acute", '\u{301}'),
        ("grave", '\u{300}'),
        ("circ", '\u{302}'),
        ("tilde", '\u{303}'),
        ("cedil", '\u{327}'),
        ("ring", '\u{30a}'),
        ("caron", '\u{30c}'),
    ];
    let mark = marks.iter().find(|(name, _)| *name == mark)?.1;
    unicode_normalization::char::compose(letter, mark).map(String::from)
}

/// Words without a label such as `Summary:`.
fn unlabelled(text: &str) -> String {
    LABEL.replace(text, "").into_owned()
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
        let wanted = [
            "Poloff met with Col. A. Vidal of the U.S. office.",
            "He said \"no.\"",
            "Then, at 3.5 km, it ended!",
            "Item one",
            "Item two",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_list_item_is_one_sentence_and_labels_are_none() {
        let text = "1. (SBU) Summary: Post met him. The items are:\n-- 30 pistols. They are new.\n-- six rifles\nEnd Summary.\n";
        let found: Vec<String> =
            super::super::read(text.as_bytes()).sentences.into_iter().map(|sentence| sentence.text).collect();
        assert_eq!(found, ["Post met him.", "The items are:", "-- 30 pistols. They are new.", "-- six rifles"]);
    }

    #[test]
    fn numbers_are_read_in_words_too() {
        for (words, value) in
            [("30", 30), ("1,500", 1500), ("six", 6), ("Forty-five", 45), ("ninety nine", 99), ("two hundred", 200)]
        {
            assert_eq!(number(words), Some(value), "{words}");
        }
        for none in ["many", "a few", "", "twenty twenty"] {
            assert_eq!(number(none).filter(|_| !none.is_empty()), None, "{none}");
        }
    }

    #[test]
    fn damaged_signs_are_mended() {
        assert_eq!(mended("the commission,s\n mandate, so"), "the commission's mandate, so");
        assert_eq!(mended("Kivisaar O&Uuml; &#8211; S&atilde;o"), "Kivisaar O\u{dc} \u{2013} S\u{e3}o");
        assert_eq!(
            mended("Arms &amp; Co. said &quot;no&quot; to the firm\u{e2}\u{20ac}\u{2122}s"),
            "Arms & Co. said \"no\" to the firm's"
        );
    }
}

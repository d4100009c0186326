//! Classification marks: what looks classified is refused, and a list is told from a mark.

use std::cell::Cell;

/// How much of a classification mark is told.
const MARK: usize = 40;

thread_local! {
    /// Whether a person said of the text at hand that its lines (A), (B), (C) are a list.
    static LISTS: Cell<bool> = const { Cell::new(false) };
}

/// Judges a text of which a person said that its lines `(A)`, `(B)`, `(C)` are a list. Nothing else that is refused
/// passes by it: neither a `(C)` that stands alone, nor one with a number before it, nor one that comes after another
/// mark.
pub fn with_lists<T>(judge: impl FnOnce() -> T) -> T {
    struct Until(bool);
    impl Drop for Until {
        fn drop(&mut self) {
            LISTS.set(self.0);
        }
    }
    let _until = Until(LISTS.replace(true));
    judge()
}

/// Whether a refusal of [`super::storable`] asks whether a mark is the entry of a list.
pub fn asks_for_a_list(refusal: &str) -> bool {
    refusal.starts_with("Is (C)")
}

/// Whether a refusal of [`super::storable`] is for a classification mark.
pub fn tells_of_classification(refusal: &str) -> bool {
    refusal.starts_with("This looks classified (") || asks_for_a_list(refusal)
}

/// What a classification mark in a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classification {
    /// A portion mark or a banner line.
    Marked(String),
    /// `(C)` after `(A)` and `(B)`: ask.
    PerhapsAList,
}

/// Finds a classification mark: upper-case `(C)`, `(S)` or `(TS)`, with an optional caveat, at the start of a paragraph
/// after its number; or a line that is only CONFIDENTIAL, SECRET or TOP SECRET. `weapon(s)` is honest text.
pub fn classification(text: &str) -> Option<Classification> {
    classified_line(text).map(|(_, found)| found)
}

/// As [`classification`], with the number of the line, the first being 1.
pub(super) fn classified_line(text: &str) -> Option<(usize, Classification)> {
    let (mut after_a, mut after_b, mut list, mut at) = (false, false, List::default(), 0);
    for whole in text.split_inclusive(ends_a_line) {
        let line = whole.trim_matches(is_unseen);
        let third = list.is_third(line);
        let found = match portion_mark(line) {
            _ if matches!(line, "CONFIDENTIAL" | "SECRET" | "TOP SECRET") => {
                Some(Classification::Marked(line.to_owned()))
            }
            _ if heads_a_classified_telegram(line) => Some(Classification::Marked("its header".to_owned())),
            Some("C") if third && LISTS.get() => None,
            Some("C") if (third || after_b) && !LISTS.get() => Some(Classification::PerhapsAList),
            Some(mark) if is_classified(mark) => {
                Some(Classification::Marked(format!("({})", mark.chars().take(MARK).collect::<String>())))
            }
            mark => {
                after_b = after_b || (after_a && mark == Some("B"));
                after_a = after_a || mark == Some("A");
                None
            }
        };
        if let Some(found) = found {
            // CR LF ends one line, not two.
            return Some((1 + text[..at].replace("\r\n", "\n").matches(ends_a_line).count(), found));
        }
        at += whole.len();
    }
    None
}

/// How far a list `(A)`, `(B)`, `(C)` has come: its entries at the heads of lines, or one after the other as in `REF:
/// (A) ... (B) ...`.
#[derive(Default)]
struct List {
    passed: u8,
    /// The last entry stood within a line: the next one stands there too, or on the line after it.
    within: bool,
}

impl List {
    /// Whether a line begins with the third entry. Another mark at its head ends the list.
    fn is_third(&mut self, line: &str) -> bool {
        if line.is_empty() {
            return false;
        }
        if line.starts_with("(C)") && self.passed == 2 {
            *self = Self::default();
            return true;
        }
        let entries = line
            .match_indices('(')
            .filter(|(at, _)| line[..*at].ends_with(|before: char| before.is_whitespace()) || *at == 0);
        let entries: Vec<(usize, u8)> = entries
            .filter_map(|(at, _)| {
                Some((at, *line.as_bytes().get(at + 1)?)).filter(|_| line.as_bytes().get(at + 2) == Some(&b')'))
            })
            .collect();
        if self.within || (portion_mark(line).is_some() && entries.first().is_none_or(|(at, _)| *at > 0)) {
            self.passed = 0;
        }
        for (at, letter) in entries {
            self.passed = match (letter, self.passed) {
                (b'A', _) => 1,
                (b'B', 1) => 2,
                _ => 0,
            };
            self.within = at > 0;
        }
        self.within &= self.passed > 0;
        false
    }
}

/// Every character that any program ends a line or a page with: a mark after it stands at the head of a line.
pub(super) fn ends_a_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What may stand before a paragraph's number and is not read: blanks, a byte order mark, a pilcrow.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{b6}')
}

/// A line that only the header of a classified telegram has: `C O N F I D E N T I A L SECTION 01 OF 02 ...`, `SECRET
/// GUATEMALA 000773`, `CONFIDENTIAL//NOFORN`, `ZNY CCCCC ZZH`.
fn heads_a_classified_telegram(line: &str) -> bool {
    if let Some(group) = line.strip_prefix("ZNY").filter(|group| group.starts_with(is_unseen)) {
        return ["CCCCC", "SSSSS", "TTTTT"].iter().any(|class| group.trim_start().starts_with(class));
    }
    if let Some((_, level)) =
        line.split_once(':').filter(|(label, _)| label.trim_end().eq_ignore_ascii_case("classification"))
    {
        let level = level.trim_start();
        return ["CONFIDENTIAL", "SECRET", "TOP SECRET"]
            .iter()
            .any(|class| level.get(..class.len()).is_some_and(|found| found.eq_ignore_ascii_case(class)));
    }
    if ["C O N F I D E N T I A L", "S E C R E T", "T O P  S E C R E T", "T O P S E C R E T"]
        .iter()
        .any(|spaced| line.starts_with(spaced))
    {
        return true;
    }
    let rest = ["TOP SECRET", "SECRET", "CONFIDENTIAL"].into_iter().find_map(|level| line.strip_prefix(level));
    let Some(rest) = rest.filter(|rest| rest.starts_with([' ', '/'])) else { return false };
    let upper = rest
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, ' ' | '/' | '-' | ',' | '.' | '\''));
    let words: Vec<&str> = rest.split([' ', '/', ',']).filter(|word| !word.is_empty()).collect();
    let caveat = |word: &&str| {
        matches!(
            *word,
            "NOFORN" | "SIPDIS" | "NODIS" | "EXDIS" | "NF" | "SI" | "ORCON" | "REL" | "SECTION" | "LIMDIS" | "STADIS"
        )
    };
    let numbered = words.last().is_some_and(|word| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
    upper && (numbered || words.first().is_some_and(caveat))
}

/// The words in brackets at the start of a paragraph, after its number: `3. (SBU) Post ...` gives `SBU`.
fn portion_mark(paragraph: &str) -> Option<&str> {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ')') || is_unseen(c);
    let bracketed = paragraph.strip_prefix('(').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let unnumbered = bracketed.unwrap_or(paragraph).trim_start_matches(number);
    unnumbered.strip_prefix('(')?.split_once(')').map(|(mark, _)| mark.trim())
}

/// Whether a portion mark is above unclassified: `C`, `S/NF`, `TS//SI`, `S-NF`.
pub fn is_classified(mark: &str) -> bool {
    let (level, caveat) = mark.split_once(['/', '-']).unwrap_or((mark, ""));
    matches!(level.trim(), "C" | "S" | "TS")
        && caveat.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '/' | ' ' | ',' | '-'))
}

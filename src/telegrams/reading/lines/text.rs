//! Lines of the text, by their own look: numbered paragraphs, entries of lists, rows of tables, a signature.

use crate::telegrams::reading::words::patterns;

/// A numbered paragraph at the head of a line: its number, its portion mark, where its text begins.
pub fn numbered(line: &str) -> Option<(u32, Option<&str>, usize)> {
    let trimmed = line.trim_start_matches([' ', '\t', '\u{a0}', '\u{b6}']);
    let bracketed = trimmed.strip_prefix('(').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let rest = bracketed.unwrap_or(trimmed);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 7 {
        return None;
    }
    let number = rest[..digits].parse().ok()?;
    let mut after = &rest[digits..];
    let spaced_stop = after.trim_start_matches([' ', '\t']);
    if spaced_stop.starts_with('.') && spaced_stop[1..].trim_start().starts_with('(') {
        after = spaced_stop;
    }
    let closed = match (bracketed.is_some(), after.chars().next()) {
        (true, Some(')')) | (false, Some('.' | ')')) => {
            after = &after[1..];
            after = after.strip_prefix('.').unwrap_or(after);
            true
        }
        _ => false,
    };
    let spaced = after.trim_start_matches([' ', '\t', '\u{a0}']);
    let blank = spaced.len() < after.len();
    let mark = mark(spaced);
    if !(closed && (blank || mark.is_some() || after.is_empty())) && !(mark.is_some() && blank) {
        return None;
    }
    let text = mark.map_or(spaced, |(_, rest)| rest);
    Some((number, mark.map(|(mark, _)| mark), line.len() - text.len()))
}

/// A portion mark in brackets, and what follows it: `U`, `SBU`, `FOUO`, `SBU/NF`, `U//FOUO`.
pub(super) fn mark(text: &str) -> Option<(&str, &str)> {
    let (inside, rest) = text.strip_prefix('(')?.split_once(')')?;
    let level = inside.split('/').next().unwrap_or_default();
    let is_mark = matches!(level.trim(), "U" | "SBU" | "FOUO" | "LOU" | "C" | "S" | "TS" | "u" | "sbu" | "Sbu");
    is_mark.then(|| (inside.trim(), rest.trim_start_matches([' ', '\t', '\u{a0}'])))
}

/// A portion mark that begins a text without a number: the mark, where the text begins.
pub fn marked(line: &str) -> Option<(&str, usize)> {
    let (found, text) = mark(line.trim_start())?;
    Some((found, line.len() - text.len()))
}

/// A list item at the head of a line: where its text begins. `-- thirty pistols`, `A. ...`, `(b) ...`, `* ...`.
pub fn list_item(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    let dashes = trimmed.len() - trimmed.trim_start_matches(['-', '*', '\u{2022}', '\u{2013}', '\u{2014}']).len();
    let after = if dashes > 0 {
        &trimmed[dashes..]
    } else {
        let inner = trimmed.strip_prefix('(').unwrap_or(trimmed);
        let mut letters = inner.chars();
        let (first, second) = (letters.next()?, letters.next()?);
        let closed = if trimmed.starts_with('(') { second == ')' } else { matches!(second, '.' | ')') };
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        match (first.is_ascii_alphabetic() && closed, digits) {
            (true, _) => &inner[2..],
            (false, 1 | 2) if inner[digits..].starts_with([')', '.']) && !inner.starts_with('0') => {
                &inner[digits + 1..]
            }
            _ => return None,
        }
    };
    let text = after.trim_start();
    let is_item = text.len() < after.len() && !text.is_empty() && (dashes <= 3 || !trimmed.starts_with('-'));
    is_item.then(|| line.len() - text.len())
}

/// A row of a table or list without a sign: a number set in or set apart, and what it is of; or words, and a number
/// after dots or a gap.
pub fn is_row(line: &str) -> bool {
    patterns! {
        FIRST = r"^(?:\s{2,}(?:\d{1,2}\s{2,})?(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?)\s+|(?:\d{1,2}\s{3,})?\d[\d,]*\s{3,})(?:ea\.?|each|x)?\s*[a-z.].*[a-z]{3}";
        NUMBERED = r"^\s*\d{1,4}; ?[^;]+; ?[^;]+;";
        LAST = r"^\s*[a-z(.].*[a-z].*?(?:\s*\.{3,}|\s{4,})\s*\d[\d,]*\s*$";
    }
    let columns = || line.trim().split("   ").filter(|part| !part.trim().is_empty()).count() > 1;
    line.trim_start().starts_with('|')
        || columns()
        || FIRST.is_match(line)
        || LAST.is_match(line)
        || NUMBERED.is_match(line)
}

/// A surname alone: upper case, at most two words.
pub fn is_surname(words: &str) -> bool {
    let parts: Vec<&str> = words.split(' ').collect();
    let name = |part: &&str| part.len() >= 2 && part.chars().all(|c| c.is_uppercase() || matches!(c, '\'' | '-' | '.'));
    parts.len() <= 2 && parts.iter().all(name) && words.chars().any(char::is_alphabetic) && words.len() <= 30
}

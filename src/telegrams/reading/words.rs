//! The one place where patterns are compiled: each when it is first looked for.

use regex::Regex;

/// Compiles a pattern, and the only place where one is. Its `\w` and `\d` are written out by `WORD`: as Unicode has
/// them they take six times the memory, of the pattern and of each thread that looks for it.
pub fn exact(text: &str) -> Regex {
    Regex::new(&with_small_classes(text)).expect("it is a pattern")
}

/// Letters, digits and `_`: of what telegrams are written in, Windows-1252, exactly those; of other scripts every sign,
/// as whole blocks.
const WORD: &str =
    r"0-9A-Za-z_\x{AA}\x{B5}\x{BA}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2C1}\x{370}-\x{1FFF}\x{2C00}-\x{10FFFF}";

/// A pattern whose `\w`, `\W` and `\d` are written out.
fn with_small_classes(text: &str) -> String {
    let (mut small, mut in_class, mut letters) = (String::with_capacity(text.len() * 2), false, text.chars());
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('w') if in_class => small.push_str(WORD),
                Some('w') => small.extend(["[", WORD, "]"]),
                Some('W') if !in_class => small.extend(["[^", WORD, "]"]),
                Some('d') if in_class => small.push_str("0-9"),
                Some('d') => small.push_str("[0-9]"),
                escaped => small.extend(['\\'].into_iter().chain(escaped)),
            },
            c => {
                in_class = (in_class || c == '[') && c != ']';
                small.push(c);
            }
        }
    }
    small
}

/// Compiles a pattern of English words that ignores case. Where it can, its letters are those of ASCII: that takes a
/// third of the time and room. A pattern that says what is not there (`[^.;]`), or looks for blank space of any kind
/// (`\s`), cannot.
pub fn pattern(text: &str) -> Regex {
    let plain = (!text.contains(r"\s")).then(|| Regex::new(&format!("(?i-u){text}")).ok()).flatten();
    plain.unwrap_or_else(|| exact(&format!("(?i){text}")))
}

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| $crate::telegrams::reading::words::pattern($text));
    )*};
}
pub(crate) use patterns;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_telegrams_are_written_in_has_the_letters_that_it_has() {
        let (small, whole) = (exact(r"^\w$"), Regex::new(r"^\w$").expect("a pattern"));
        let written = (0..=255_u8).filter_map(|byte| encoding_rs::WINDOWS_1252.decode(&[byte]).0.chars().next());
        for c in written.chain('\0'..'\u{2c2}').filter(|c| *c != '\u{2c6}') {
            assert_eq!(small.is_match(&c.to_string()), whole.is_match(&c.to_string()), "{c:?}");
        }
    }

    #[test]
    fn a_class_is_written_out_wherever_it_stands() {
        assert_eq!(with_small_classes(r"\d{2}[.\d]\\d\b"), r"[0-9]{2}[.0-9]\\d\b");
        assert!(exact(r"^[\w&'-]+\W[^\w]$").is_match("Žižka's-&Co ."));
    }
}

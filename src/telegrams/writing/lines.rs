//! Plain ASCII in lines of at most 65 characters. A line of exactly 65 goes on without a space on the next one: so a
//! word that is longer than a line comes back whole.

use crate::text::judge;

/// The most characters of a line.
pub const WIDTH: usize = 65;

/// What an item begins with.
const ITEM: &str = "-- ";

/// What a continuation line begins with.
pub const INDENT: &str = "   ";

/// Stands in front of a word that would look like something else at the head of a line: a portion mark, a paragraph's
/// number, a banner. On the line after a broken word its first character stands alone.
const SHIELD: &str = "= ";

/// A text on one line in plain ASCII: letters of other scripts by those that sound like them, blank space folded. This
/// is all that a text loses in a telegram.
pub fn plain(text: &str) -> String {
    let ascii = any_ascii::any_ascii(text);
    let printable: String = ascii.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Wraps a line of plain words, the first after `lead` and the others after [`INDENT`].
pub fn wrap(lead: &str, words: &str) -> String {
    let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    let mut lines: Vec<String> = Vec::new();
    let (mut words, mut rest) = (words.as_slice(), None);
    while lines.is_empty() || rest.is_some() || !words.is_empty() {
        let lead = if lines.is_empty() { lead } else { INDENT };
        let shield = match (rest, words) {
            // What is left of a word: never empty, nor what the sign for that would be taken off.
            (Some(rest), _) if str::is_empty(rest) || rest.starts_with('=') => "=",
            (None, [word, next @ ..]) if lead == INDENT && looks_like_a_head(word, next.first()) => SHIELD,
            (None, ["=", ..]) if lead == ITEM => SHIELD,
            _ => "",
        };
        let mut line = filled(format!("{lead}{shield}"), rest, words);
        if shield.is_empty() && matches!(lead, ITEM | INDENT) && judge(&line.text).marked.is_some() {
            let shield = if rest.is_some() { "=" } else { SHIELD };
            line = filled(format!("{lead}{shield}"), rest, words);
        }
        (words, rest) = (line.words, line.rest);
        lines.push(line.text);
    }
    lines.join("\n")
}

/// One line, and what did not fit.
struct Filled<'a> {
    text: String,
    rest: Option<&'a str>,
    words: &'a [&'a str],
}

/// Puts the rest of a word that was broken, and as many words as fit, on a line. A word is broken only where it begins
/// one.
fn filled<'a>(mut text: String, rest: Option<&'a str>, mut words: &'a [&'a str]) -> Filled<'a> {
    let first = rest.or_else(|| {
        let (first, others) = words.split_first()?;
        words = others;
        Some(first)
    });
    let first = first.unwrap_or_default();
    if text.len() + first.len() >= WIDTH {
        let (now, later) = first.split_at(WIDTH - text.len());
        text.push_str(now);
        return Filled { text, rest: Some(later), words };
    }
    text.push_str(first);
    while let Some((word, others)) = words.split_first().filter(|(word, _)| text.len() + 1 + word.len() < WIDTH) {
        text.push(' ');
        text.push_str(word);
        words = others;
    }
    Filled { text, rest: None, words }
}

/// A text that a person wrote, as a telegram carries it: plain ASCII, and what is longer than a line on several. An
/// item stays one item.
pub fn fitted(text: &str) -> String {
    let mut fitted = String::with_capacity(text.len());
    for line in text.trim_end().lines() {
        let line: String =
            any_ascii::any_ascii(line).chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect();
        let line = line.trim_end();
        match [ITEM, INDENT].into_iter().find_map(|lead| Some((lead, line.strip_prefix(lead)?))) {
            _ if line.len() <= WIDTH => fitted.push_str(line),
            Some((lead, words)) => fitted.push_str(&wrap(lead, words)),
            None => fitted.push_str(&folded(line)),
        }
        fitted.push('\n');
    }
    fitted
}

/// A line of running text on lines that are short enough, each filled with as many words as it takes.
fn folded(line: &str) -> String {
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let mut rest = word;
        while !rest.is_empty() {
            let last = lines.last_mut().expect("there is always one line");
            let space = usize::from(!last.is_empty());
            if last.len() + space + rest.len() <= WIDTH {
                last.push_str(&" "[..space]);
                last.push_str(rest);
                break;
            }
            if last.is_empty() {
                let (now, later) = rest.split_at(WIDTH);
                last.push_str(now);
                rest = later;
            }
            lines.push(String::new());
        }
    }
    lines.join("\n")
}

/// Whether a word at the head of a line would be taken for a mark, a number, a banner or this file's own signs. A
/// number of running text, `10 Jun` or `30 pieces`, is none of them, nor is the first of several words in brackets.
fn looks_like_a_head(word: &str, next: Option<&&str>) -> bool {
    let runs_on = next.is_some_and(|next| next.starts_with(|c: char| c.is_ascii_alphabetic()));
    if runs_on && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let remark =
        word.strip_prefix('(').is_some_and(|first| first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b','));
    if remark && word.len() > 2 {
        return false;
    }
    let banner = ["SECRET", "CONFIDENTIAL", "TOP", "ZNY", "C", "S", "T"];
    let plain = word.split(['/', '-', ',', '.']).next().unwrap_or(word);
    word.starts_with(['(', '=', '-', '*']) || word.starts_with(|c: char| c.is_ascii_digit()) || banner.contains(&plain)
}

/// Puts wrapped lines together again: the first without its lead, the others without their indent.
pub fn unwrap<'a>(lead: usize, lines: impl Iterator<Item = &'a str>) -> String {
    let mut words = String::new();
    let mut goes_on = false;
    for (index, line) in lines.enumerate() {
        let own = if index == 0 {
            line.get(lead..).unwrap_or_default()
        } else {
            line.strip_prefix(INDENT).unwrap_or(line.trim_start())
        };
        let own = match (index, goes_on) {
            (0, _) if lead != ITEM.len() => own,
            (_, true) => own.strip_prefix('=').unwrap_or(own),
            _ => own.strip_prefix(SHIELD).unwrap_or(own),
        };
        if index > 0 && !goes_on {
            words.push(' ');
        }
        words.push_str(own.trim_end());
        goes_on = line.len() == WIDTH;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_of_other_scripts_become_those_that_sound_like_them() {
        assert_eq!(plain("Société “Générale” – №5\n Москва"), "Societe \"Generale\" - No5 Moskva");
    }

    /// Words, and what looks like a mark or a part of one.
    fn words() -> impl Strategy<Value = String> {
        let marks = [
            "SECRET",
            "\"SECRET",
            "SECRET\"",
            "[",
            "!",
            "--",
            "=",
            "TOP",
            "(S)",
            "(C)",
            "(U)",
            "CONFIDENTIAL:",
            "NATO",
            "PAGE",
            "Classification:",
            "DECL:",
            "ZNY",
            "SSSSS",
            "1.",
            "20330101",
            "xS//NF",
            "http://SECRET",
        ];
        prop_oneof![proptest::sample::select(marks.to_vec()).prop_map(String::from), "[a-zA-Z]{1,9}", "[!-~]{50,90}"]
    }

    proptest! {
        #[test]
        fn lines_are_short_and_come_back(words in proptest::collection::vec("[!-~]{1,90}", 0..40)) {
            let text = words.join(" ");
            let wrapped = wrap("-- ", &text);
            prop_assert!(wrapped.lines().all(|line| line.len() <= WIDTH), "{wrapped}");
            prop_assert_eq!(unwrap(3, wrapped.lines()), text);
        }

        /// What bears no mark on one line bears none on several.
        #[test]
        fn no_line_is_refused_for_its_width(words in proptest::collection::vec(words(), 0..30)) {
            let text = words.join(" ");
            prop_assume!(judge(&text).marked.is_none());
            let wrapped = wrap("-- ", &text);
            prop_assert_eq!(judge(&wrapped).marked, None, "{}", wrapped);
            prop_assert_eq!(unwrap(3, wrapped.lines()), text);
        }

        #[test]
        fn what_a_person_wrote_is_made_to_fit_once(text in "(-- |   )?[ -~\n\u{c0}-\u{17f}]{0,400}") {
            let once = fitted(&text);
            prop_assert!(once.lines().all(|line| line.len() <= WIDTH && line.is_ascii()), "{once}");
            prop_assert_eq!(fitted(&once), once.clone());
            let words = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
            prop_assert_eq!(words(&once), words(&any_ascii::any_ascii(&text)));
        }
    }
}

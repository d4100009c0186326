//! Plain ASCII in lines of at most 65 characters. A line of exactly 65 goes on without a space on the next one: so a
//! word that is longer than a line comes back whole.

/// The most characters of a line.
pub const WIDTH: usize = 65;

/// What an item begins with.
const ITEM: &str = "-- ";

/// What a continuation line begins with.
pub const INDENT: &str = "   ";

/// Stands in front of a word that would look like something else at the head of a line: a portion mark, a paragraph's
/// number.
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
    let mut lines = Vec::new();
    let mut line = lead.to_owned();
    let mut is_fresh = true;
    let mut words = words.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let space = usize::from(!is_fresh);
        if line.len() + space + word.len() < WIDTH {
            if !is_fresh {
                line.push(' ');
            }
            line.push_str(word);
            is_fresh = false;
            continue;
        }
        if !is_fresh {
            lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
            if looks_like_a_head(word, words.peek()) {
                line.push_str(SHIELD);
            }
        }
        let mut rest = word;
        while line.len() + rest.len() >= WIDTH {
            let (now, later) = rest.split_at(WIDTH - line.len());
            line.push_str(now);
            lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
            rest = later;
            // A line is never empty, and what is left of a word never looks like the sign for that.
            if rest.is_empty() || rest.starts_with('=') {
                line.push('=');
            }
        }
        line.push_str(rest);
        is_fresh = false;
    }
    lines.push(line);
    lines.join("\n")
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
    // Signs before a banner do not hide it, whether they are a part of its word or one of their own.
    let plain = word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let plain = plain.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(word);
    word.starts_with(['(', '=', '-', '*'])
        || word.starts_with(|c: char| c.is_ascii_digit())
        || plain.is_empty()
        || banner.contains(&plain)
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
            (0, _) => own,
            (_, true) => own.strip_prefix('=').unwrap_or(own),
            (_, false) => own.strip_prefix(SHIELD).unwrap_or(own),
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

    proptest! {
        #[test]
        fn lines_are_short_and_come_back(words in proptest::collection::vec("[!-~]{1,90}", 0..40)) {
            let text = words.join(" ");
            let wrapped = wrap("-- ", &text);
            prop_assert!(wrapped.lines().all(|line| line.len() <= WIDTH), "{wrapped}");
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

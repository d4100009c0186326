//! Classification marks, and the two answers to what looks like one: a mark that can be nothing else is *refused*; of
//! what may be one a person is *asked*, and what they say holds for the very lines they were shown.

mod letters;
mod rules;

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use self::{
    letters::plain,
    rules::{Listed, Sign},
};

/// How much of a mark, or of the line that may be one, is told.
const MARK: usize = 40;
const SHOWN: usize = 120;
/// Of how many lines of a text a person is asked: more than a list has that only looks so.
pub(crate) const MOST: usize = 200;
/// A line that is not longer is little but the mark: what is asked about is what follows on it too.
const BARE: usize = 12;

/// A mark that can be nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The number of its line, the first being 1.
    pub line: usize,
    /// Its own letters, as they look.
    pub mark: String,
}

/// A line of which a person is asked whether it bears a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its number, the first being 1.
    pub line: usize,
    /// The line as typed, but for blanks around it; with the next one, where it is a mark and little else.
    pub words: String,
    /// About how many characters stand before what looks like a mark.
    before: usize,
}

/// Of the lines that a person said to bear no mark, those that stand in these texts and in none of those before: of
/// others nobody was asked with them.
pub fn denied<'a, 'b>(
    said: &[Question],
    texts: impl IntoIterator<Item = &'a str>,
    before: impl IntoIterator<Item = &'b str>,
) -> Vec<Question> {
    // Nobody reads a file for marks of which nothing was said.
    if said.is_empty() {
        return Vec::new();
    }
    let words = |text: &str| judge(text).asked.into_iter().map(|line| line.words);
    let own: HashSet<String> = texts.into_iter().flat_map(words).collect();
    let before: HashSet<String> = before.into_iter().flat_map(words).collect();
    said.iter().filter(|line| own.contains(&line.words) && !before.contains(&line.words)).cloned().collect()
}

impl Question {
    /// The name of this line in an answer: no other line has it.
    pub fn key(&self) -> String {
        let hash = Sha256::digest(self.words.as_bytes());
        hash.iter().take(12).fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
    }

    /// The line, or what fits of it around the mark.
    pub fn shown(&self) -> String {
        let whole = self.words.chars().count();
        let from = if whole <= SHOWN { 0 } else { self.before.saturating_sub(SHOWN / 4).min(whole - SHOWN) };
        let cut: String = self.words.chars().skip(from).take(SHOWN).collect();
        let (begins, ends) = (if from > 0 { "..." } else { "" }, if from + SHOWN < whole { "..." } else { "" });
        format!("{begins}{cut}{ends}")
    }
}

/// What is said of a text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub marked: Option<Marked>,
    /// What a person is asked about, each line once.
    pub asked: Vec<Question>,
}

/// Judges a text, line by line, and the cells of a line each.
pub fn judge(text: &str) -> Judgement {
    let (mut judgement, mut seen) = (Judgement::default(), HashSet::new());
    let (mut listed, mut number, mut at) = (Listed::default(), 1, 0);
    for whole in text.split_inclusive(ends_a_line) {
        let mut cell_at = at;
        for cell in whole.split_inclusive('\t') {
            let line = plain(cell);
            match rules::sign(line.trim(), listed) {
                Some(Sign::Mark(mark)) => {
                    let mark = mark.chars().take(MARK).collect();
                    judgement.marked.get_or_insert(Marked { line: number, mark });
                }
                Some(Sign::Perhaps(before)) => {
                    let before = before + text[at..cell_at].trim_start().chars().count();
                    let question = Question { line: number, words: asked(text, at, whole), before };
                    if judgement.asked.len() == MOST {
                        let mark = question.shown().chars().take(MARK).collect();
                        judgement.marked.get_or_insert(Marked { line: number, mark });
                    } else if seen.insert(question.words.clone()) {
                        judgement.asked.push(question);
                    }
                }
                None => {}
            }
            listed.take(&line);
            cell_at += cell.len();
        }
        at += whole.len();
        // CR LF ends one line, not two.
        if whole.ends_with(ends_a_line) && !(whole.ends_with('\r') && text[at..].starts_with('\n')) {
            number += 1;
        }
    }
    judgement
}

/// What a person is shown of a line that begins at `at`.
fn asked(text: &str, at: usize, line: &str) -> String {
    let words = line.trim();
    if words.chars().count() > BARE {
        return words.to_owned();
    }
    let next = text[at + line.len()..].split(ends_a_line).map(str::trim).find(|next| !next.is_empty());
    next.map_or_else(|| words.to_owned(), |next| format!("{words} {next}"))
}

/// Every character that any program ends a line or a page with: a mark after it stands at the head of a line.
pub(super) fn ends_a_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

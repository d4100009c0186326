//! Classification marks, and the two answers to what looks like one: a mark that can be nothing else is *refused*; of
//! what may be one a person is *asked*, and what they say holds for the very lines they were shown.

mod letters;
mod rules;

use sha2::{Digest, Sha256};

use self::{letters::plain, rules::Sign};

/// How much of a mark, or of the line that may be one, is told.
const MARK: usize = 40;
const SHOWN: usize = 120;

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
    /// The line as typed, but for blanks around it.
    pub words: String,
}

impl Question {
    /// The name of this line in an answer: no other line has it.
    pub fn key(&self) -> String {
        let hash = Sha256::digest(self.words.as_bytes());
        hash.iter().take(12).fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
    }

    /// The line, or what fits of it.
    pub fn shown(&self) -> String {
        let cut: String = self.words.chars().take(SHOWN).collect();
        if cut.len() < self.words.len() { cut + "..." } else { cut }
    }
}

/// What is said of a text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub marked: Option<Marked>,
    /// What a person is asked about, each line once.
    pub asked: Vec<Question>,
}

/// Judges a text, line by line.
pub fn judge(text: &str) -> Judgement {
    let (mut judgement, mut before, mut at) = (Judgement::default(), String::new(), 0);
    for whole in text.split_inclusive(|c| ends_a_line(c) || c == '\t') {
        let line = plain(whole);
        // CR LF ends one line, not two.
        let number = || 1 + text[..at].replace("\r\n", "\n").matches(ends_a_line).count();
        match rules::sign(line.trim(), &before) {
            Some(Sign::Mark(mark)) => {
                let mark = mark.chars().take(MARK).collect();
                judgement.marked.get_or_insert_with(|| Marked { line: number(), mark });
            }
            Some(Sign::Perhaps) => {
                let question = Question { line: number(), words: whole.trim().to_owned() };
                if judgement.asked.iter().all(|other| other.words != question.words) {
                    judgement.asked.push(question);
                }
            }
            None => {}
        }
        // Only entries of lists are looked for in it.
        if line.contains('(') {
            before.push_str(&line);
        }
        at += whole.len();
    }
    judgement
}

/// Every character that any program ends a line or a page with: a mark after it stands at the head of a line.
pub(super) fn ends_a_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

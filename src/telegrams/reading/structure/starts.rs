//! Where numbered paragraphs begin.

use std::collections::HashSet;

use super::has_word;
use crate::telegrams::reading::lines::{self, Line};

/// Where a numbered paragraph begins.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) label: String,
    pub(super) mark: Option<String>,
    /// Where its text begins on the line.
    pub(super) text: usize,
}

/// Where numbered paragraphs begin: with a portion mark, or with the next number after a blank line. Numbers inside a
/// quoted text that is closed are its own, and so are numbers without a mark of which a marked paragraph comes later.
pub(super) fn starts(lines: &[Line<'_>]) -> Vec<Option<Start>> {
    let mut found: Vec<Option<Start>> = vec![None; lines.len()];
    let quoted_to = quotations(lines);
    let numbered: Vec<_> = lines.iter().map(|line| lines::numbered(line.text)).collect();
    let mut marked: HashSet<u32> =
        numbered.iter().flatten().filter(|(_, mark, _)| mark.is_some()).map(|(number, _, _)| *number).collect();
    let (mut last, mut quoted, mut in_header) = (0_u32, 0, false);
    for (index, line) in lines.iter().enumerate() {
        if quoted_to[index] > index {
            quoted = quoted_to[index];
        }
        let after_blank = index == 0 || lines[index - 1].is_blank();
        in_header = in_header || lines::keyword(line.words()).is_some();
        let Some((number, mark, at)) = numbered[index] else { continue };
        // A line that is set in goes on with what stands above it.
        if (index < quoted && mark.is_none() && quoted_to[index] <= index)
            || (!after_blank && line.text.starts_with("   "))
        {
            continue;
        }
        let next = number == last.saturating_add(1);
        let near = number > last && number <= last.saturating_add(6);
        let told_later = marked.contains(&number);
        let is_start = mark.is_some()
            || (next && !told_later && (after_blank || ((last > 0 || in_header) && is_new_sentence(&line.text[at..]))))
            || (near && !told_later && after_blank && last > 0);
        if is_start {
            last = number;
            marked.remove(&number);
            found[index] = Some(Start { label: number.to_string(), mark: mark.map(str::to_owned), text: at });
        }
    }
    found
}

/// Whether a text begins as a sentence does, and goes on.
fn is_new_sentence(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase() || c == '(' || c == '"') && text.split_whitespace().nth(3).is_some()
}

/// For each line that begins a quoted text: the line after its end, if it ends; else 0.
fn quotations(lines: &[Line<'_>]) -> Vec<usize> {
    let mut to = vec![0; lines.len()];
    let mut end = 0;
    for index in (0..lines.len()).rev() {
        let words = lines[index].words();
        if has_word(words, "END TEXT") || has_word(words, "END QUOTE") {
            end = index + 1;
        }
        if has_word(words, "BEGIN TEXT") || has_word(words, "BEGIN QUOTE") {
            to[index] = end.max(index);
            end = 0;
        }
    }
    to
}

//! From lines to pieces and paragraphs. One pass finds where numbered paragraphs begin, one gives every line its kind,
//! one cuts out what stands inside a paragraph (notes, comments, quoted texts), one puts the paragraphs together as
//! people read them. Each is linear.

mod cut;
mod paragraphs;
mod sort;
mod starts;

pub use cut::*;

use self::{cut::cut, paragraphs::paragraphs, sort::Sorter, starts::starts};
use crate::telegrams::reading::{
    Paragraph, PieceKind,
    decode::Decoded,
    lines::{self, Line},
};

/// A stretch of the text with its kind; `paragraph` is an index into the paragraphs.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    pub kind: PieceKind,
    pub start: usize,
    pub end: usize,
    /// Which paragraph it belongs to.
    pub paragraph: Option<usize>,
    /// Whether it begins a piece of its own even beside one of its kind.
    begins: bool,
}

/// What the structure of a telegram is.
#[derive(Debug, Default)]
pub struct Structure<'a> {
    pub lines: Vec<Line<'a>>,
    /// Every byte of the text, once, in order.
    pub stretches: Vec<Stretch>,
    pub paragraphs: Vec<Paragraph>,
    /// Whether any line of a header was found.
    pub has_header: bool,
    /// The sections that were begun: of the first header and of repeated ones.
    pub sections: Vec<u32>,
    /// The lines whose words were repeated at a break.
    pub repeated: Vec<usize>,
    /// The first line after the last paragraph that was not read.
    pub tail: Option<usize>,
}

impl<'a> Structure<'a> {
    /// The lines of a stretch: their words within it.
    pub fn lines_of(&self, stretch: &Stretch) -> impl Iterator<Item = Line<'a>> + '_ {
        let first = self.lines.partition_point(|line| line.end <= stretch.start);
        let (start, end) = (stretch.start, stretch.end);
        self.lines[first..].iter().take_while(move |line| line.start < end).map(move |line| within(line, start, end))
    }

    /// The words of a stretch on one line.
    pub fn words_of(&self, stretch: &Stretch) -> String {
        joined(self.lines_of(stretch))
    }

    /// The stretches of a kind.
    pub fn of_kind(&self, kind: PieceKind) -> impl Iterator<Item = &Stretch> {
        self.stretches.iter().filter(move |stretch| stretch.kind == kind)
    }
}

/// A line as far as it stands within a stretch.
fn within<'a>(line: &Line<'a>, start: usize, end: usize) -> Line<'a> {
    let to = line.begin + line.text.len();
    let (from, to) = (start.clamp(line.begin, to), end.clamp(line.begin, to));
    Line { text: &line.text[from - line.begin..to.max(from) - line.begin], begin: from, ..*line }
}

fn joined<'a>(lines: impl Iterator<Item = Line<'a>>) -> String {
    lines.flat_map(|line| line.text.split_whitespace()).collect::<Vec<_>>().join(" ")
}

pub fn structure<'a>(decoded: &'a Decoded<'_>) -> Structure<'a> {
    let lines = lines::lines(decoded.text.as_ref());
    let starts = starts(&lines);
    let mut sorter = Sorter::new(&lines, &starts);
    sorter.sort();
    let Sorter { kinds, repeated, labels, headings, has_header, sections, tail, .. } = sorter;
    let stretches = cut(&lines, &kinds);
    let paragraphs = paragraphs(decoded, &lines, &stretches, &labels, &headings);
    Structure { lines, stretches, paragraphs, has_header, sections, repeated, tail }
}

/// Whether a line has these words, in any case.
fn has_word(line: &str, words: &str) -> bool {
    find(line, words).is_some()
}

/// Where a line has these words, in any case.
fn find(line: &str, words: &str) -> Option<usize> {
    let (bytes, wanted) = (line.as_bytes(), words.as_bytes());
    bytes.windows(wanted.len()).position(|part| part.eq_ignore_ascii_case(wanted))
}

/// `SECTION 01 OF 02`, or the section of a `DE` line.
pub fn section_of(words: &str) -> Option<u32> {
    if lines::is_routing(words) {
        return words.split_once('#')?.1.split_once('/')?.1.split(' ').next()?.parse().ok();
    }
    let (_, rest) = lines::classification(words)?;
    lines::message_line(rest)?.section.map(|(section, _)| section)
}

/// Whether lines are running text: a sentence that ends, or more than a heading would be.
pub fn is_prose(lines: &[Line<'_>]) -> bool {
    let Some(last) = lines.last() else { return false };
    (lines.len() > 2 && !(lines.len() <= 4 && is_titled(lines)))
        || lines.iter().any(|line| line.words().len() > 90 || (line.words().len() > 40 && line.words().ends_with('.')))
        || (last.words().ends_with(['.', ',', ';']) && lines.iter().map(|line| line.words().len()).sum::<usize>() > 25)
}

/// Whether lines look like a heading: short, without a full stop, and nearly every word with a capital.
pub fn is_titled(lines: &[Line<'_>]) -> bool {
    let words = || lines.iter().flat_map(|line| line.words().split_whitespace()).filter(|word| word.len() > 3);
    let (all, capital) = words().fold((0, 0), |(all, capital), word| {
        let begins =
            word.trim_start_matches(['(', '"', '\'']).starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        (all + 1, capital + usize::from(begins))
    });
    all > 0
        && capital * 10 >= all * 7
        && lines.iter().all(|line| {
            line.words().len() <= 70 && !line.words().ends_with(['.', ';']) && !line.text.starts_with("   ")
        })
        && lines
            .first()
            .is_some_and(|line| line.words().starts_with(char::is_uppercase) && lines::list_item(line.text).is_none())
}

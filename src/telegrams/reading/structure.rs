//! From lines to pieces and paragraphs. One pass finds where numbered paragraphs begin, one gives every line its kind,
//! one cuts out what stands inside a paragraph (notes, comments, quoted texts), one puts the paragraphs together as
//! people read them. Each is linear.

use std::collections::HashSet;

use super::{
    Paragraph, Piece, PieceKind, Span,
    decode::Decoded,
    head,
    lines::{self, Line},
};

/// Where a numbered paragraph begins.
#[derive(Debug, Clone)]
struct Start {
    label: String,
    mark: Option<String>,
    /// Where its text begins on the line.
    text: usize,
}

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

/// Where numbered paragraphs begin: with a portion mark, or with the next number after a blank line. Numbers inside a
/// quoted text that is closed are its own, and so are numbers without a mark of which a marked paragraph comes later.
fn starts(lines: &[Line<'_>]) -> Vec<Option<Start>> {
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

/// Whether a line has these words, in any case.
fn has_word(line: &str, words: &str) -> bool {
    find(line, words).is_some()
}

/// Where a line has these words, in any case.
fn find(line: &str, words: &str) -> Option<usize> {
    let (bytes, wanted) = (line.as_bytes(), words.as_bytes());
    bytes.windows(wanted.len()).position(|part| part.eq_ignore_ascii_case(wanted))
}

/// Gives every line its kind.
struct Sorter<'a> {
    lines: &'a [Line<'a>],
    starts: &'a [Option<Start>],
    /// The kind of each line, its paragraph, and whether it begins a piece.
    kinds: Vec<(PieceKind, Option<usize>, bool)>,
    /// The number and mark of each paragraph.
    labels: Vec<(String, Option<String>, usize)>,
    /// The heading above each paragraph, as lines.
    headings: Vec<Option<(usize, usize)>>,
    heading: Option<(usize, usize)>,
    /// The next numbered paragraph from each line on.
    next_start: Vec<usize>,
    repeated: Vec<usize>,
    has_header: bool,
    /// Whether a paragraph has a number.
    is_numbered: bool,
    is_signed: bool,
    sections: Vec<u32>,
    /// The last line of running text, and whether a page ended since.
    last_text: Option<usize>,
    tail: Option<usize>,
    /// The groups of the header that were found.
    groups: HashSet<PieceKind>,
}

impl<'a> Sorter<'a> {
    fn new(lines: &'a [Line<'a>], starts: &'a [Option<Start>]) -> Self {
        let mut next_start = vec![lines.len(); lines.len() + 1];
        for index in (0..lines.len()).rev() {
            next_start[index] = if starts[index].is_some() { index } else { next_start[index + 1] };
        }
        Self {
            lines,
            starts,
            kinds: Vec::with_capacity(lines.len()),
            labels: Vec::new(),
            headings: Vec::new(),
            heading: None,
            next_start,
            repeated: Vec::new(),
            has_header: false,
            is_numbered: false,
            is_signed: false,
            sections: Vec::new(),
            last_text: None,
            tail: None,
            groups: HashSet::new(),
        }
    }

    fn sort(&mut self) {
        let head = head::head(self.lines, self.next_start[0]);
        self.has_header = head.has_header;
        for (index, (kind, begins)) in head.kinds.into_iter().enumerate() {
            if kind == PieceKind::Heading && self.heading.is_none_or(|(_, to)| to != index) {
                self.heading = Some((index, index));
            }
            if let Some((_, to)) = self.heading.as_mut().filter(|_| kind == PieceKind::Heading) {
                *to = index + 1;
            }
            self.note_section(self.lines[index].words());
            self.groups.insert(kind);
            self.kinds.push((kind, None, begins));
        }
        self.body();
        debug_assert_eq!(self.kinds.len(), self.lines.len());
    }

    fn put(&mut self, kind: PieceKind) {
        self.kinds.push((kind, None, false));
    }

    fn at(&self) -> usize {
        self.kinds.len()
    }

    fn note_section(&mut self, words: &str) {
        if let Some(section) = section_of(words)
            && self.sections.last() != Some(&section)
        {
            self.sections.push(section);
        }
    }

    /// The numbered paragraphs, and running text without numbers.
    fn body(&mut self) {
        while self.at() < self.lines.len() {
            let index = self.at();
            let words = self.lines[index].words();
            if self.lines[index].is_blank() {
                self.put(PieceKind::Blank);
            } else if self.starts[index].is_some() {
                self.begin(index);
            } else if lines::is_page_line(words) {
                // As public sites show telegrams, only the page lines tell that a section is there.
                if let Some(section) =
                    lines::page_section(words).filter(|section| self.sections.last() != Some(section))
                {
                    self.sections.push(section);
                }
                self.put(PieceKind::PageLine);
            } else if self.is_repeated_header(index) {
                self.note_section(words);
                self.put(PieceKind::RepeatedHeader);
            } else if lines::is_transmission(words) {
                self.put(PieceKind::Transmission);
            } else if matches!(words, "UNCLASSIFIED" | "UNCLAS" | "SBU" | "SENSITIVE BUT UNCLASSIFIED") {
                self.put(PieceKind::Classification);
            } else if let Some(kind) = self.out_of_place(index) {
                self.groups.insert(kind);
                self.kinds.push((kind, None, true));
            } else if self.kinds.last().is_some_and(|(kind, _, _)| *kind == PieceKind::Reference)
                && head::is_lettered(words)
            {
                self.kinds.push((PieceKind::Reference, None, true));
            } else {
                self.text(index);
            }
        }
    }

    /// A group of the header that stands in the text, of a kind that the header has not.
    fn out_of_place(&self, index: usize) -> Option<PieceKind> {
        let ended = index > 0 && self.lines[index - 1].words().ends_with(['.', ')', '"']);
        let after_blank = ended || self.kinds.last().is_some_and(|(kind, _, _)| *kind == PieceKind::Blank);
        let (kind, rest) = lines::keyword(self.lines[index].words()).filter(|_| after_blank && self.has_header)?;
        (!self.groups.contains(&kind) && !rest.is_empty() && lines::is_shouted(self.lines[index].words()))
            .then_some(kind)
    }

    fn begin(&mut self, index: usize) {
        let Some(start) = &self.starts[index] else { return };
        self.heading = self.heading.take().or_else(|| self.heading_above(index));
        self.labels.push((start.label.clone(), start.mark.clone(), start.text));
        self.headings.push(self.heading.take());
        self.is_numbered = true;
        let paragraph = self.labels.len() - 1;
        if self.is_repeated_text(index) {
            self.repeat(index);
            return;
        }
        self.kinds.push((PieceKind::Paragraph, Some(paragraph), true));
        self.last_text = Some(index);
    }

    /// Where a site took the blank lines out, a heading stands right between the end of a sentence and the next number.
    fn heading_above(&mut self, index: usize) -> Option<(usize, usize)> {
        let from = (index.saturating_sub(3)..index).find(|from| {
            let text = |at: usize| self.kinds[at].0 == PieceKind::Paragraph && !self.kinds[at].2;
            *from > 0
                && self.lines[from - 1].words().ends_with(['.', '!', '?', ')', '"'])
                && (*from..index).all(text)
                && is_titled(&self.lines[*from..index])
        })?;
        for at in from..index {
            self.kinds[at] = (PieceKind::Heading, None, false);
        }
        Some((from, index))
    }

    fn repeat(&mut self, index: usize) {
        self.repeated.push(index);
        let paragraph = self.labels.len().checked_sub(1);
        self.kinds.push((PieceKind::RepeatedText, paragraph, false));
    }

    /// A line of a header inside the body: by its look, or because it goes on with a header that is repeated.
    fn is_repeated_header(&self, index: usize) -> bool {
        let words = self.lines[index].words();
        let after_one = self
            .kinds
            .iter()
            .rev()
            .find(|(kind, _, _)| *kind != PieceKind::Blank)
            .is_some_and(|(kind, _, _)| matches!(kind, PieceKind::RepeatedHeader | PieceKind::PageLine));
        match head::look(words) {
            Some(PieceKind::Routing | PieceKind::DateTimeGroup) => self.has_header,
            Some(PieceKind::Classification) => {
                section_of(words).is_some() || lines::message_number(words).is_some() || after_one
            }
            Some(_) => after_one,
            None => {
                let directly = self.kinds.last().is_some_and(|(kind, _, _)| *kind == PieceKind::RepeatedHeader);
                directly
                    && lines::is_shouted(words)
                    && (lines::is_office(words) || lines::message_number(words).is_some())
            }
        }
    }

    /// Whether a line says again what the last line of running text said, perhaps with its first letter garbled.
    fn is_repeated_text(&self, index: usize) -> bool {
        let Some(last) = self.last_text else { return false };
        let (before, now) = (self.lines[last].words(), self.lines[index].words());
        if before.len() < 20 || now.len() < before.len() || now.len() > before.len() + 2 * 4 {
            return false;
        }
        now.char_indices().map(|(at, _)| at).take(3).any(|at| now[at..] == *before)
    }

    fn text(&mut self, index: usize) {
        let after_blank = index == 0 || self.kinds.last().is_some_and(|(kind, _, _)| *kind == PieceKind::Blank);
        let block_end = self.block_end(index);
        let next = self.next_start[index];
        if after_blank && self.is_heading(index, block_end, next) {
            self.heading = Some((index, block_end));
            for _ in index..block_end {
                self.put(PieceKind::Heading);
            }
            return;
        }
        if self.is_repeated_text(index) {
            self.repeat(index);
            return;
        }
        if next == self.lines.len() && (self.is_last_name(index) || lines::is_signed(self.lines[index].words())) {
            self.is_signed = true;
            self.put(PieceKind::Signature);
            return;
        }
        let is_numbered = self.is_numbered;
        let row = self.is_numbered && lines::is_row(self.lines[index].text);
        let item = row || lines::list_item(self.lines[index].text).is_some();
        if (after_blank || self.is_signed)
            && is_numbered
            && next == self.lines.len()
            && !item
            && !self.goes_on(index, block_end)
        {
            self.tail(index, block_end);
            return;
        }
        // `(C)` without a number is refused before, but as the third entry of a list.
        let marked = lines::marked(self.lines[index].text).filter(|(mark, _)| *mark != "C");
        if self.labels.is_empty() || (after_blank && !is_numbered && !item) || (after_blank && marked.is_some()) {
            let (mark, at) = marked.map_or((None, 0), |(mark, at)| (Some(mark.to_owned()), at));
            self.labels.push((String::new(), mark, at));
            self.headings.push(self.heading.take());
        }
        let paragraph = Some(self.labels.len() - 1);
        let kind = if item { PieceKind::ListItem } else { self.running(index, paragraph, after_blank) };
        self.kinds.push((kind, paragraph, item));
        self.last_text = Some(index);
    }

    /// A line that goes on with a list item is part of it; a new sentence below one that ended is not, nor what stands
    /// after a blank line.
    fn running(&self, index: usize, paragraph: Option<usize>, after_blank: bool) -> PieceKind {
        let line = &self.lines[index];
        let closes = line.words().get(..4).is_some_and(|begins| begins.eq_ignore_ascii_case("end "));
        let ended = index > 0 && self.lines[index - 1].words().ends_with(['.', ';']);
        let fresh = ended && line.text.starts_with(char::is_uppercase);
        match self.kinds.last() {
            Some((PieceKind::ListItem, of, _)) if *of == paragraph && !after_blank && !closes && !fresh => {
                PieceKind::ListItem
            }
            _ => PieceKind::Paragraph,
        }
    }

    /// A surname right below the last sentence; in a text that is all capitals only with nothing after it but the end
    /// of the transmission.
    fn is_last_name(&self, index: usize) -> bool {
        let ends = |at: usize| self.lines[at].words().ends_with(['.', '"', ')']);
        let after = &self.lines[index + 1..];
        let in_letters = |at: usize| self.lines[at].words().bytes().any(|byte| byte.is_ascii_lowercase());
        let below = self.kinds.last().is_some_and(|(kind, _, _)| *kind == PieceKind::Reference);
        index > 0
            && (below || ends(index - 1))
            && lines::is_surname(self.lines[index].words())
            && (below
                || in_letters(index - 1)
                || (after.len() < 30
                    && after.iter().all(|line| line.is_blank() || lines::is_transmission(line.words()))))
    }

    fn block_end(&self, index: usize) -> usize {
        let limit = (index + 5).min(self.lines.len());
        (index..limit)
            .find(|at| self.lines[*at].is_blank() || (*at > index && self.starts[*at].is_some()))
            .unwrap_or(limit)
    }

    /// A few lines between a blank line and a numbered paragraph that are no sentence.
    fn is_heading(&self, index: usize, block_end: usize, next: usize) -> bool {
        let apart = |line: &Line<'_>| line.is_blank() || head::look(line.words()).is_some();
        let directly =
            next < self.lines.len() && next <= block_end + 30 && self.lines[block_end..next].iter().all(apart);
        directly
            && block_end - index <= 4
            && !is_prose(&self.lines[index..block_end])
            && lines::list_item(self.lines[index].text).is_none()
    }

    /// Whether a block after the last numbered paragraph belongs to it all the same: the end of a quotation or a
    /// comment, a portion, or sentences in lines as telegrams have them.
    fn goes_on(&self, index: usize, block_end: usize) -> bool {
        let words = self.lines[index].words();
        let closes = ["END ", "BEGIN TEXT", "BEGIN QUOTE", "COMMENT", "(COMMENT", "NOTE"].iter().any(|start| {
            words.len() >= start.len()
                && words.is_char_boundary(start.len())
                && words[..start.len()].eq_ignore_ascii_case(start)
        });
        let block = &self.lines[index..block_end];
        let sentences = !self.is_signed
            && self.tail.is_none()
            && is_prose(block)
            && block.iter().all(|line| line.words().len() <= 78)
            && words.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '"' | '(' | '\''));
        closes || sentences || lines::marked(words).is_some() || self.in_quotation(index)
    }

    /// Whether a quoted text that began in this paragraph is still open.
    fn in_quotation(&self, index: usize) -> bool {
        let Some(paragraph) = self.labels.len().checked_sub(1) else { return false };
        let mine = (0..index).rev().take(400).take_while(|at| self.kinds[*at].1.is_none_or(|of| of == paragraph));
        for at in mine {
            let words = self.lines[at].words();
            if has_word(words, "END TEXT") || has_word(words, "END QUOTE") {
                return false;
            }
            if has_word(words, "BEGIN TEXT") || has_word(words, "BEGIN QUOTE") {
                return true;
            }
        }
        false
    }

    /// What stands after the last paragraph: a surname, or what no telegram has.
    fn tail(&mut self, index: usize, block_end: usize) {
        if block_end == index + 1 && lines::is_surname(self.lines[index].words()) && !self.is_signed {
            self.is_signed = true;
            self.put(PieceKind::Signature);
            return;
        }
        while self.at() < self.lines.len() {
            let line = &self.lines[self.at()];
            let at_end =
                lines::is_transmission(line.words()) || matches!(line.words(), "UNCLASSIFIED" | "UNCLAS" | "SBU");
            if !at_end && !line.is_blank() {
                self.tail = self.tail.or(Some(self.at()));
            }
            self.put(if at_end { PieceKind::Transmission } else { PieceKind::NotUnderstood });
        }
    }
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

/// What may open and close inside a paragraph.
const INSIDE: [(&str, &str, PieceKind); 5] = [
    ("BEGIN TEXT", "END TEXT", PieceKind::Quotation),
    ("BEGIN QUOTE", "END QUOTE", PieceKind::Quotation),
    ("QUOTE", "UNQUOTE", PieceKind::Quotation),
    ("COMMENT", "END COMMENT", PieceKind::Comment),
    ("NOTE", "END NOTE", PieceKind::Note),
];

/// Cuts the lines into stretches, and what stands inside paragraphs out of them.
fn cut(lines: &[Line<'_>], kinds: &[(PieceKind, Option<usize>, bool)]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut inside: Option<usize> = None;
    let mut paragraph = None;
    for (index, line) in lines.iter().enumerate() {
        let (kind, of, begins) = kinds[index];
        if of.is_some() && of != paragraph {
            paragraph = of;
            inside = None;
        }
        if !matches!(kind, PieceKind::Paragraph | PieceKind::ListItem) {
            let kind =
                if kind == PieceKind::Blank && inside.is_some_and(|which| INSIDE[which].2 == PieceKind::Quotation) {
                    PieceKind::Quotation
                } else {
                    kind
                };
            let of = if kind == PieceKind::Quotation { paragraph } else { of };
            push(&mut stretches, Stretch { kind, start: line.start, end: line.end, paragraph: of, begins });
            continue;
        }
        let (mut at, mut first) = (line.start, begins);
        let mut ahead = [None; INSIDE.len()];
        while at < line.end {
            let from = at.saturating_sub(line.begin).min(line.text.len());
            let rest = &line.text[from..];
            let here = line.begin + from;
            let opens = if inside.is_none() { opening(line.text, from, &mut ahead) } else { None };
            let (kind, stop) = match (inside, opens) {
                (Some(which), _) => {
                    let (_, close, kind) = INSIDE[which];
                    let closed = find(rest, close).map(|found| close_of(line, here + found + close.len()));
                    if closed.is_some() {
                        inside = None;
                    }
                    (kind, closed.unwrap_or(line.end))
                }
                (None, Some((found, which))) => {
                    inside = Some(which);
                    (kind, here + found)
                }
                (None, None) => (kind, line.end),
            };
            if stop > at {
                push(&mut stretches, Stretch { kind, start: at, end: stop, paragraph: of, begins: first });
                first = false;
            }
            at = stop;
        }
    }
    stretches
}

/// After a closing word: its full stop and bracket belong to it, and what is left of the line if that is nothing.
fn close_of(line: &Line<'_>, after: usize) -> usize {
    let rest = &line.text[after - line.begin..];
    let more = rest.len() - rest.trim_start_matches(['.', ')', ' ', '\t', ':']).len();
    if more == rest.len() { line.end } else { after + more }
}

/// Where something opens in a line, from a place on. A comment or note opens with a colon, a dash, or at the start of a
/// paragraph. `ahead` keeps where each word stands next, so that a line is looked through once for each and not once
/// for each place.
fn opening(line: &str, from: usize, ahead: &mut [Option<usize>; INSIDE.len()]) -> Option<(usize, usize)> {
    let (rest, at_start) = (&line[from..], from == 0);
    let mut best: Option<(usize, usize)> = None;
    for (which, (open, _, kind)) in INSIDE.iter().enumerate() {
        let next = ahead[which]
            .filter(|next| *next >= from)
            .unwrap_or_else(|| find(rest, open).map_or(usize::MAX, |found| from + found));
        ahead[which] = Some(next);
        let Some(found) = next.checked_sub(from).filter(|_| next < line.len()) else { continue };
        let before = rest[..found].trim_end_matches(['(', ' ', '\t', '*', '-', '/']);
        let after = &rest[found + open.len()..];
        let alone = !before.ends_with(|c: char| c.is_alphanumeric()) || before.is_empty();
        let colon = after.trim_start().starts_with([':', '-']);
        let fits = match kind {
            PieceKind::Quotation if *open == "QUOTE" => at_start && before.is_empty() && after.starts_with(['.', ':']),
            PieceKind::Quotation => true,
            _ => {
                alone
                    && (colon
                        || (at_start
                            && lines::numbered(before).is_none()
                            && is_label_only(before)
                            && after.starts_with(['.', ')'])))
                    && !rest.as_bytes()[..found].last_chunk::<4>().is_some_and(|end| end.eq_ignore_ascii_case(b"END "))
            }
        };
        let bracket = rest[..found].ends_with('(');
        let at = if bracket { found - 1 } else { found };
        if fits && best.is_none_or(|(first, _)| at < first) {
            best = Some((at, which));
        }
    }
    best
}

/// Whether there is nothing before a word but a paragraph's number and mark.
fn is_label_only(before: &str) -> bool {
    before.chars().all(|c| !c.is_lowercase())
}

/// Adds a stretch, as part of the last one where both are the same.
fn push(stretches: &mut Vec<Stretch>, stretch: Stretch) {
    if stretch.start == stretch.end {
        return;
    }
    if let Some(last) = stretches.last_mut()
        && !stretch.begins
        && last.kind == stretch.kind
        && last.paragraph == stretch.paragraph
    {
        last.end = stretch.end;
        return;
    }
    stretches.push(stretch);
}

/// The pieces, in bytes of the input.
pub fn pieces(decoded: &Decoded<'_>, structure: &Structure<'_>) -> Vec<Piece> {
    let label = |index: usize| structure.paragraphs[index].label.clone();
    let piece = |stretch: &Stretch| Piece {
        kind: stretch.kind,
        span: decoded.span(stretch.start, stretch.end),
        paragraph: stretch.paragraph.map(label),
    };
    structure.stretches.iter().map(piece).collect()
}

/// Puts the paragraphs together as people read them.
fn paragraphs(
    decoded: &Decoded<'_>,
    lines: &[Line<'_>],
    stretches: &[Stretch],
    labels: &[(String, Option<String>, usize)],
    headings: &[Option<(usize, usize)>],
) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = labels
        .iter()
        .zip(headings)
        .map(|((label, mark, _), heading)| Paragraph {
            label: label.clone(),
            heading: heading.map(|(from, to)| joined(lines[from..to].iter().filter(|line| !line.is_blank()).copied())),
            mark: mark.as_ref().map(|mark| mark.to_ascii_uppercase()),
            text: String::new(),
            span: Span { start: usize::MAX, end: 0 },
            places: Vec::new(),
            parts: Vec::new(),
        })
        .collect();
    let (mut blank_since, mut broken_since, mut first) = (false, false, 0);
    for stretch in stretches {
        while lines.get(first).is_some_and(|line| line.end <= stretch.start) {
            first += 1;
        }
        let Some(index) = stretch.paragraph else {
            blank_since |= stretch.kind == PieceKind::Blank;
            broken_since |= matches!(stretch.kind, PieceKind::PageLine | PieceKind::RepeatedHeader);
            continue;
        };
        let paragraph = &mut paragraphs[index];
        let is_first = paragraph.span.start == usize::MAX;
        let span = decoded.span(stretch.start, stretch.end);
        paragraph.span.start = paragraph.span.start.min(span.start);
        paragraph.span.end = paragraph.span.end.max(span.end);
        if stretch.kind == PieceKind::RepeatedText {
            continue;
        }
        let from = if is_first { lines[first].begin + labels[index].2 } else { stretch.start };
        // A page that ends in the middle of a sentence ends nothing.
        let goes_on = broken_since && !paragraph.text.ends_with(['.', '!', '?', ':', ';', '"', ')']);
        broken_since = false;
        let mut new_line = (blank_since && !is_first && !goes_on)
            || (stretch.kind == PieceKind::ListItem && !paragraph.text.is_empty());
        blank_since = false;
        let begun = paragraph.text.len();
        for line in lines[first..].iter().take_while(|line| line.start < stretch.end) {
            let line = within(line, from.max(stretch.start), stretch.end);
            if line.is_blank() {
                // The blocks of a letter.
                new_line |= paragraph.text.len() > begun;
                continue;
            }
            add(paragraph, decoded, &line, std::mem::take(&mut new_line));
        }
        paragraph.parts.push((begun..paragraph.text.len(), stretch.kind));
    }
    for paragraph in paragraphs.iter_mut().filter(|paragraph| paragraph.span.start == usize::MAX) {
        paragraph.span = Span { start: 0, end: 0 };
    }
    paragraphs
}

/// Adds the words of a line to a paragraph, and where they came from.
fn add(paragraph: &mut Paragraph, decoded: &Decoded<'_>, line: &Line<'_>, new_line: bool) {
    let words = line.words();
    if !paragraph.text.is_empty() {
        if new_line || is_label(words) {
            paragraph.text.push('\n');
        } else if !(joins_without_space(&paragraph.text) && words.starts_with(char::is_alphanumeric)) {
            paragraph.text.push(' ');
        }
    }
    let start = line.begin + (line.text.len() - line.text.trim_start().len());
    paragraph.places.push((paragraph.text.len(), decoded.span(start, start).start));
    paragraph.text.push_str(words);
}

/// Whether a line begins with the label of a role or of items: `End-user: ...`.
fn is_label(words: &str) -> bool {
    let Some((label, _)) = words.split_once(':') else { return false };
    let label = label.trim_start_matches("The ").to_lowercase();
    let known = [
        "end-user",
        "end user",
        "consignee",
        "applicant",
        "manufacturer",
        "seller",
        "vendor",
        "supplier",
        "broker",
        "forwarder",
        "quantity",
        "item",
        "value",
    ];
    label.len() <= 40 && known.iter().any(|word| label.contains(word))
}

/// A word that is parted at a hyphen: what follows belongs to it.
fn joins_without_space(text: &str) -> bool {
    text.ends_with('-') && text[..text.len() - 1].ends_with(char::is_alphanumeric)
}

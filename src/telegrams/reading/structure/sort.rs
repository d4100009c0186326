//! Every line is given its kind.

use std::collections::HashSet;

use super::{has_word, is_prose, is_titled, section_of, starts::Start};
use crate::telegrams::reading::{
    PieceKind, head,
    lines::{self, Line},
};

/// Gives every line its kind.
pub(super) struct Sorter<'a> {
    pub(super) lines: &'a [Line<'a>],
    pub(super) starts: &'a [Option<Start>],
    /// The kind of each line, its paragraph, and whether it begins a piece.
    pub(super) kinds: Vec<(PieceKind, Option<usize>, bool)>,
    /// The number and mark of each paragraph.
    pub(super) labels: Vec<(String, Option<String>, usize)>,
    /// The heading above each paragraph, as lines.
    pub(super) headings: Vec<Option<(usize, usize)>>,
    pub(super) heading: Option<(usize, usize)>,
    /// The next numbered paragraph from each line on.
    pub(super) next_start: Vec<usize>,
    pub(super) repeated: Vec<usize>,
    pub(super) has_header: bool,
    /// Whether a paragraph has a number.
    pub(super) is_numbered: bool,
    pub(super) is_signed: bool,
    pub(super) sections: Vec<u32>,
    /// The last line of running text, and whether a page ended since.
    pub(super) last_text: Option<usize>,
    pub(super) tail: Option<usize>,
    /// The groups of the header that were found.
    pub(super) groups: HashSet<PieceKind>,
}

impl<'a> Sorter<'a> {
    pub(super) fn new(lines: &'a [Line<'a>], starts: &'a [Option<Start>]) -> Self {
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

    pub(super) fn sort(&mut self) {
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

    pub(super) fn begin(&mut self, index: usize) {
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

    pub(super) fn text(&mut self, index: usize) {
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

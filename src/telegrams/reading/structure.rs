//! From lines to pieces and paragraphs. One pass finds where numbered paragraphs begin, one gives every line its kind, one cuts out what
//! stands inside a paragraph (notes, comments, quoted texts), one puts the paragraphs together as people read them. Each is linear.

use super::{
    Paragraph, Piece, PieceKind,
    decode::Decoded,
    lines::{self, Keyword, Line},
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
    /// What it is.
    pub kind: PieceKind,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Which paragraph it belongs to.
    pub paragraph: Option<usize>,
    /// Whether it begins a piece of its own even beside one of its kind.
    begins: bool,
}

/// What the structure of a telegram is.
#[derive(Debug, Default)]
pub struct Structure {
    /// Every byte of the text, once, in order.
    pub stretches: Vec<Stretch>,
    /// The paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// Whether any line of a header was found.
    pub has_header: bool,
    /// The sections that were begun: of the first header and of repeated ones.
    pub sections: Vec<u32>,
    /// Where words were repeated at a break.
    pub repeated: Vec<usize>,
}

/// Finds the structure.
pub fn structure(decoded: &Decoded<'_>) -> Structure {
    let text = decoded.text.as_ref();
    let lines = lines::lines(text);
    let starts = starts(&lines);
    let mut sorter = Sorter::new(&lines, &starts);
    sorter.sort();
    let Sorter { kinds, repeated, labels, headings, has_header, sections, .. } = sorter;
    let stretches = cut(&lines, &kinds);
    let paragraphs = paragraphs(decoded, &lines, &stretches, &labels, &headings);
    Structure { stretches, paragraphs, has_header, sections, repeated }
}

/// Where numbered paragraphs begin: with a portion mark, or with the next number after a blank line. Numbers inside a quoted text that
/// is closed are its own.
fn starts(lines: &[Line<'_>]) -> Vec<Option<Start>> {
    let mut found: Vec<Option<Start>> = vec![None; lines.len()];
    let quoted_to = quotations(lines);
    let (mut last, mut index, mut quoted) = (0_u32, 0, 0);
    while index < lines.len() {
        if quoted_to[index] > index {
            quoted = quoted_to[index];
        }
        let line = &lines[index];
        let after_blank = index == 0 || lines[index - 1].is_blank();
        let after_header = last == 0 && index > 0 && header_kind(lines[index - 1].words()).is_some();
        if let Some((number, mark, at)) = lines::numbered(line.text)
            && (index >= quoted || mark.is_some() || quoted_to[index] > index)
            // A line that is set in goes on with what stands above it.
            && (after_blank || !line.text.starts_with("   "))
        {
            let next = number == last.saturating_add(1);
            let near = number > last && number <= last.saturating_add(6);
            let is_start = mark.is_some()
                || (next && (after_blank || (last > 0 || after_header) && is_new_sentence(&line.text[at..])))
                || (near && after_blank && last > 0);
            if is_start {
                last = number;
                found[index] = Some(Start { label: number.to_string(), mark: mark.map(str::to_owned), text: at });
            }
        }
        index += 1;
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
    /// The last line of the header, and whether any line of it was passed.
    last_header: Option<usize>,
    header_passed: bool,
    /// Whether a paragraph has a number.
    is_numbered: bool,
    sections: Vec<u32>,
    /// The last line of running text, and whether a page ended since.
    last_text: Option<usize>,
    broken: bool,
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
            last_header: None,
            header_passed: false,
            is_numbered: false,
            sections: Vec::new(),
            last_text: None,
            broken: false,
        }
    }

    fn sort(&mut self) {
        self.head();
        self.body();
        debug_assert_eq!(self.kinds.len(), self.lines.len());
    }

    fn put(&mut self, kind: PieceKind) {
        self.kinds.push((kind, None, false));
    }

    fn at(&self) -> usize {
        self.kinds.len()
    }

    /// The lines before the first numbered paragraph.
    fn head(&mut self) {
        let first = self.next_start[0];
        self.last_header = self.lines[..first].iter().rposition(|line| header_kind(line.words()).is_some());
        self.has_header = self.last_header.is_some();
        let mut open: Option<PieceKind> = None;
        while self.at() < first {
            let index = self.at();
            let words = self.lines[index].words();
            if words.is_empty() {
                open = None;
                self.put(PieceKind::Blank);
                continue;
            }
            if let Some(kind) = header_kind(words) {
                self.header_passed = true;
                self.note_section(words);
                let begins = matches!(kind, PieceKind::Reference | PieceKind::Transmission);
                self.kinds.push((kind, None, begins));
                open = Some(kind).filter(|kind| {
                    matches!(
                        kind,
                        PieceKind::Subject
                            | PieceKind::Tags
                            | PieceKind::Reference
                            | PieceKind::To
                            | PieceKind::Info
                            | PieceKind::Classification
                            | PieceKind::From
                            | PieceKind::ExecutiveOrder
                    )
                });
                continue;
            }
            match open {
                Some(PieceKind::Classification) if lines::message_number(words).is_some() => self.put(PieceKind::Classification),
                Some(PieceKind::To | PieceKind::Info) if is_address(words) => self.put(open.unwrap_or(PieceKind::To)),
                Some(kind @ (PieceKind::Subject | PieceKind::Tags)) => self.put(kind),
                Some(PieceKind::Reference) => self.kinds.push((PieceKind::Reference, None, is_lettered(words))),
                _ if lines::is_for_office(words) && self.header_passed => self.put(PieceKind::Attention),
                _ if is_lettered_reference(words) && self.follows(PieceKind::Reference) => {
                    self.kinds.push((PieceKind::Reference, None, true));
                }
                _ => {
                    open = None;
                    if !self.loose(first) {
                        break;
                    }
                }
            }
        }
    }

    /// Whether the last line that is not blank is of this kind.
    fn follows(&self, kind: PieceKind) -> bool {
        self.kinds.iter().rev().find(|(found, _, _)| *found != PieceKind::Blank).is_some_and(|(found, _, _)| *found == kind)
    }

    /// Text in front of the first numbered paragraph that no header knows: a heading, a title of the site before any header, or running
    /// text without a number. Gives false when running text begins, which the body takes on.
    fn loose(&mut self, first: usize) -> bool {
        let index = self.at();
        let block_end =
            (index..first).find(|at| self.lines[*at].is_blank() || header_kind(self.lines[*at].words()).is_some()).unwrap_or(first);
        let header_follows = self.last_header.is_some_and(|last| last >= index);
        let header_before = self.header_passed;
        let prose = is_prose(&self.lines[index..block_end]);
        let numbered_next = first < self.lines.len() && self.lines[block_end..first].iter().all(Line::is_blank);
        if header_follows && (!header_before || !prose) {
            for _ in index..block_end {
                self.put(PieceKind::NotUnderstood);
            }
        } else if !prose && numbered_next && block_end - index <= 2 {
            self.heading = Some((index, block_end));
            for _ in index..block_end {
                self.put(PieceKind::Heading);
            }
        } else if prose || (header_before && !numbered_next) {
            return false;
        } else {
            for _ in index..block_end {
                self.put(PieceKind::NotUnderstood);
            }
        }
        true
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
            if words.is_empty() {
                self.put(PieceKind::Blank);
            } else if self.starts[index].is_some() {
                self.begin(index);
            } else if lines::is_page_line(words) {
                // As public sites show telegrams, only the page lines tell that a section is there.
                if let Some(section) = lines::page_section(words).filter(|section| self.sections.last() != Some(section)) {
                    self.sections.push(section);
                }
                self.broken = true;
                self.put(PieceKind::PageLine);
            } else if self.is_repeated_header(index) {
                self.note_section(words);
                self.broken = true;
                self.put(PieceKind::RepeatedHeader);
            } else if lines::is_transmission(words) {
                self.put(PieceKind::Transmission);
            } else if matches!(words, "UNCLASSIFIED" | "UNCLAS" | "SBU" | "SENSITIVE BUT UNCLASSIFIED") {
                self.put(PieceKind::Classification);
            } else {
                self.text(index);
            }
        }
    }

    fn begin(&mut self, index: usize) {
        let Some(start) = &self.starts[index] else { return };
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
        match header_kind(words) {
            Some(PieceKind::Routing | PieceKind::DateTimeGroup) => self.has_header,
            Some(PieceKind::Classification) => section_of(words).is_some() || lines::message_number(words).is_some(),
            Some(_) => after_one,
            None => {
                let directly = self.kinds.last().is_some_and(|(kind, _, _)| *kind == PieceKind::RepeatedHeader);
                directly && (is_address(words) || lines::message_number(words).is_some())
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
            self.put(PieceKind::Signature);
            return;
        }
        let is_numbered = self.is_numbered;
        let item = lines::list_item(self.lines[index].text).is_some();
        if after_blank && is_numbered && next == self.lines.len() && !item && !self.goes_on(index) {
            self.tail(index, block_end);
            return;
        }
        let marked = lines::marked(self.lines[index].text);
        if self.labels.is_empty() || (after_blank && !is_numbered && !item) || (after_blank && marked.is_some()) {
            let (mark, at) = marked.map_or((None, 0), |(mark, at)| (Some(mark.to_owned()), at));
            self.labels.push((String::new(), mark, at));
            self.headings.push(self.heading.take());
        }
        let paragraph = Some(self.labels.len() - 1);
        let kind = if item { PieceKind::ListItem } else { self.running(paragraph, after_blank) };
        self.kinds.push((kind, paragraph, item));
        self.last_text = Some(index);
        self.broken = false;
    }

    /// A line that goes on with a list item is part of it; after a blank line the paragraph goes on.
    fn running(&self, paragraph: Option<usize>, after_blank: bool) -> PieceKind {
        match self.kinds.last() {
            Some((PieceKind::ListItem, of, _)) if *of == paragraph && !after_blank => PieceKind::ListItem,
            _ => PieceKind::Paragraph,
        }
    }

    /// A surname right below the last sentence, and nothing after it but the end of the transmission.
    fn is_last_name(&self, index: usize) -> bool {
        let ends = |at: usize| self.lines[at].words().ends_with(['.', '"', ')']);
        let after = &self.lines[index + 1..];
        index > 0
            && ends(index - 1)
            && lines::is_surname(self.lines[index].words())
            && after.len() < 30
            && after.iter().all(|line| line.is_blank() || lines::is_transmission(line.words()))
    }

    fn block_end(&self, index: usize) -> usize {
        let limit = (index + 4).min(self.lines.len());
        (index..limit).find(|at| self.lines[*at].is_blank() || (*at > index && self.starts[*at].is_some())).unwrap_or(limit)
    }

    /// One or two lines between a blank line and a numbered paragraph that are no sentence.
    fn is_heading(&self, index: usize, block_end: usize, next: usize) -> bool {
        let directly = next < self.lines.len() && self.lines[block_end..next].iter().take(4).all(Line::is_blank) && next <= block_end + 3;
        directly && block_end - index <= 2 && !is_prose(&self.lines[index..block_end]) && lines::list_item(self.lines[index].text).is_none()
    }

    /// Whether a block after the last numbered paragraph belongs to it all the same: the end of a quotation or a comment, or a portion.
    fn goes_on(&self, index: usize) -> bool {
        let words = self.lines[index].words();
        let closes = ["END ", "BEGIN TEXT", "BEGIN QUOTE", "COMMENT", "(COMMENT", "NOTE"].iter().any(|start| {
            words.len() >= start.len() && words.is_char_boundary(start.len()) && words[..start.len()].eq_ignore_ascii_case(start)
        });
        closes || lines::marked(words).is_some() || self.in_quotation(index)
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
        if block_end == index + 1
            && lines::is_surname(self.lines[index].words())
            && !self.kinds.iter().any(|(kind, _, _)| *kind == PieceKind::Signature)
        {
            self.put(PieceKind::Signature);
            return;
        }
        while self.at() < self.lines.len() {
            let words = self.lines[self.at()].words();
            let at_end = lines::is_transmission(words) || matches!(words, "UNCLASSIFIED" | "UNCLAS" | "SBU");
            self.put(if at_end { PieceKind::Transmission } else { PieceKind::NotUnderstood });
        }
    }
}

/// `SECTION 01 OF 02`, or the section of a `DE` line.
pub fn section_of(words: &str) -> Option<u32> {
    if let Some(at) = words.find("SECTION ") {
        let digits: String = words[at + 8..].chars().take_while(char::is_ascii_digit).collect();
        return digits.parse().ok();
    }
    lines::is_routing(words).then(|| words.split_once('#')?.1.split_once('/')?.1.split(' ').next()?.parse().ok()).flatten()
}

/// The kind of a header's line by its look.
pub fn header_kind(words: &str) -> Option<PieceKind> {
    let (first, _) = lines::first_word(words);
    Some(match first {
        "FM" => PieceKind::From,
        "TO" if is_address(words.trim_start_matches("TO ")) => PieceKind::To,
        "INFO" if words.len() > 4 && !words.contains(':') => PieceKind::Info,
        _ if lines::is_routing(words) => PieceKind::Routing,
        _ if lines::is_transmission(words) => PieceKind::Transmission,
        _ if lines::date_time_group(words).is_some() => PieceKind::DateTimeGroup,
        _ if words.starts_with('\u{feff}') && words.chars().count() == 1 => PieceKind::Transmission,
        _ if lines::captions(words).is_some() => PieceKind::Caption,
        _ if is_classification_line(words) => PieceKind::Classification,
        _ => match lines::keyword(words) {
            Some((Keyword::ExecutiveOrder, _)) => PieceKind::ExecutiveOrder,
            Some((Keyword::Tags, _)) => PieceKind::Tags,
            Some((Keyword::Subject, _)) => PieceKind::Subject,
            Some((Keyword::Reference, _)) => PieceKind::Reference,
            None if lines::labelled(words).is_some() => return lines::labelled(words).map(|(kind, _)| kind),
            None if lines::is_page_line(words) => PieceKind::PageLine,
            None if lines::is_attention(words) => PieceKind::Attention,
            None => return None,
        },
    })
}

/// A classification alone, or with section, message number or captions.
fn is_classification_line(words: &str) -> bool {
    lines::classification(words).is_some_and(|(_, rest)| {
        rest.is_empty()
            || rest.starts_with("SECTION")
            || lines::message_number(rest).is_some()
            || lines::captions(rest.trim_start_matches('/')).is_some()
    })
}

/// An addressee: upper case with a routing indicator, or an office's name. `RUEHC/SECSTATE WASHDC PRIORITY 1234`.
fn is_address(words: &str) -> bool {
    let upper = !words.chars().any(|c| c.is_ascii_lowercase()) && words.chars().any(char::is_alphabetic);
    let office = [
        "RU",
        "SECSTATE",
        "AMEMBASSY",
        "AMCONSUL",
        "USMISSION",
        "USDOC",
        "DEPT",
        "JOINT",
        "CJCS",
        "CIA",
        "DIA",
        "NSC",
        "WHITE HOUSE",
        "COLLECTIVE",
        "ALL ",
        "AMEMB",
        "HQ",
        "CDR",
        "USINT",
        "AIT",
    ];
    upper && !words.contains(':') && office.iter().any(|start| words.starts_with(start))
}

/// `A. 08 STATE 63028`, `B) ...`, `(C) ...`: the next lettered reference.
fn is_lettered(words: &str) -> bool {
    lines::list_item(words).is_some() && !words.starts_with(['-', '*'])
}

fn is_lettered_reference(words: &str) -> bool {
    is_lettered(words) && words.len() < 120
}

/// Whether lines are running text: a sentence that ends, or more than a heading would be.
fn is_prose(lines: &[Line<'_>]) -> bool {
    let Some(last) = lines.last() else { return false };
    let words = last.words();
    lines.len() > 2
        || lines.iter().any(|line| line.words().len() > 90)
        || (words.ends_with(['.', ',', ';']) && lines.iter().map(|line| line.words().len()).sum::<usize>() > 25)
}

/// What may open and close inside a paragraph.
const INSIDE: [(&str, &str, PieceKind); 4] = [
    ("BEGIN TEXT", "END TEXT", PieceKind::Quotation),
    ("BEGIN QUOTE", "END QUOTE", PieceKind::Quotation),
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
            let kind = if kind == PieceKind::Blank && inside.is_some_and(|which| INSIDE[which].2 == PieceKind::Quotation) {
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
            let from = (at - line.start).min(line.text.len());
            let rest = &line.text[from..];
            let opens = if inside.is_none() { opening(line.text, from, &mut ahead) } else { None };
            let (kind, stop) = match (inside, opens) {
                (Some(which), _) => {
                    let (_, close, kind) = INSIDE[which];
                    let closed = find(rest, close).map(|found| close_of(line, at + found + close.len()));
                    if closed.is_some() {
                        inside = None;
                    }
                    (kind, closed.unwrap_or(line.end))
                }
                (None, Some((found, which))) => {
                    inside = Some(which);
                    (kind, at + found)
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
    let rest = &line.text[after - line.start..];
    let more = rest.len() - rest.trim_start_matches(['.', ')', ' ', '\t', ':']).len();
    if more == rest.len() { line.end } else { after + more }
}

/// Where something opens in a line, from a place on. A comment or note opens with a colon, a dash, or at the start of a paragraph. `ahead`
/// keeps where each word stands next, so that a line is looked through once for each and not once for each place.
fn opening(line: &str, from: usize, ahead: &mut [Option<usize>; INSIDE.len()]) -> Option<(usize, usize)> {
    let (rest, at_start) = (&line[from..], from == 0);
    let mut best: Option<(usize, usize)> = None;
    for (which, (open, _, kind)) in INSIDE.iter().enumerate() {
        let next = ahead[which].filter(|next| *next >= from).unwrap_or_else(|| find(rest, open).map_or(usize::MAX, |found| from + found));
        ahead[which] = Some(next);
        let Some(found) = next.checked_sub(from).filter(|_| next < line.len()) else { continue };
        let before = rest[..found].trim_end_matches(['(', ' ', '\t', '*', '-', '/']);
        let after = &rest[found + open.len()..];
        let alone = !before.ends_with(|c: char| c.is_alphanumeric()) || before.is_empty();
        let colon = after.trim_start().starts_with([':', '-']);
        let fits = match kind {
            PieceKind::Quotation => true,
            _ => {
                alone
                    && (colon || (at_start && lines::numbered(before).is_none() && is_label_only(before) && after.starts_with(['.', ')'])))
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
pub fn pieces(decoded: &Decoded<'_>, structure: &Structure) -> Vec<Piece> {
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
    let text = decoded.text.as_ref();
    let joined = |from: usize, to: usize| lines[from..to].iter().map(super::lines::Line::words).collect::<Vec<_>>().join(" ");
    let mut paragraphs: Vec<Paragraph> = labels
        .iter()
        .zip(headings)
        .map(|((label, mark, _), heading)| Paragraph {
            label: label.clone(),
            heading: heading.map(|(from, to)| joined(from, to)),
            mark: mark.as_ref().map(|mark| mark.to_ascii_uppercase()),
            text: String::new(),
            span: super::Span { start: usize::MAX, end: 0 },
            places: Vec::new(),
            parts: Vec::new(),
        })
        .collect();
    let mut blank_since = false;
    for stretch in stretches {
        let Some(index) = stretch.paragraph else {
            blank_since |= stretch.kind == PieceKind::Blank;
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
        let skipped = if is_first { labels[index].2 } else { 0 };
        let from = (stretch.start + skipped).min(stretch.end);
        let new_line = (blank_since && !is_first) || (stretch.kind == PieceKind::ListItem && !paragraph.text.is_empty());
        blank_since = false;
        let begun = paragraph.text.len();
        take(paragraph, decoded, text, from, stretch.end, new_line);
        paragraph.parts.push((begun..paragraph.text.len(), stretch.kind));
    }
    for paragraph in paragraphs.iter_mut().filter(|paragraph| paragraph.span.start == usize::MAX) {
        paragraph.span = super::Span { start: 0, end: 0 };
    }
    paragraphs
}

/// Adds the words of a stretch to a paragraph, line by line, and where each came from.
fn take(paragraph: &mut Paragraph, decoded: &Decoded<'_>, text: &str, from: usize, to: usize, new_line: bool) {
    let mut at = from;
    let (mut new_line, mut begun) = (new_line, false);
    for line in text[from..to].split(['\n', '\r']) {
        let words = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len() + 1;
        if words.is_empty() {
            // The blocks of a letter; half of `\r\n` is no empty line.
            let before = &text[from..at.min(to)];
            new_line |= begun && (before.ends_with("\n\n") || before.ends_with("\n\r\n"));
            continue;
        }
        begun = true;
        if !paragraph.text.is_empty() {
            if new_line || is_label(words) {
                paragraph.text.push('\n');
            } else if !(joins_without_space(&paragraph.text) && words.starts_with(char::is_alphanumeric)) {
                paragraph.text.push(' ');
            }
        }
        new_line = false;
        paragraph.places.push((paragraph.text.len(), decoded.span(start, start).start));
        paragraph.text.push_str(words);
    }
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

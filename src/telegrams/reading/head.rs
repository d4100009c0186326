//! The lines before the first numbered paragraph. The header goes on to its last group, whatever stands between: names
//! in the attention block, addresses in any form, what nobody knows. Nothing in it ends it before that.

use super::{
    PieceKind,
    lines::{self, Line},
    structure::{is_prose, is_titled},
};

/// What stands before the first numbered paragraph.
#[derive(Debug, Default)]
pub struct Head {
    /// The kind of each line, and whether it begins a piece; running text and what follows it is left to the body.
    pub kinds: Vec<(PieceKind, bool)>,
    /// Whether any line of a header was found.
    pub has_header: bool,
}

/// At most so many lines that no rule knows stand between two groups of a header.
const APART: usize = 15;

/// Gives the lines before the first numbered paragraph their kinds.
pub fn head(all: &[Line<'_>], first: usize) -> Head {
    let lines = &all[..first];
    let looks: Vec<Option<PieceKind>> = lines.iter().map(|line| look(line.words())).collect();
    let end = end(lines, &looks);
    let mut sorter = Sorter { all, first, lines, end, kinds: Vec::new(), open: None, groups: false, from: None };
    while sorter.kinds.len() < first && sorter.line(looks[sorter.kinds.len()]) {}
    Head { kinds: sorter.kinds, has_header: end > 0 }
}

/// Where the header ends: after the last of its groups that stands near the one before it. After the subject no
/// sentences stand between.
fn end(lines: &[Line<'_>], looks: &[Option<PieceKind>]) -> usize {
    let (mut end, mut apart, mut sentences, mut subject) = (0, 0, 0, false);
    for (index, (line, look)) in lines.iter().zip(looks.iter().copied()).enumerate() {
        let number = !subject && lines::message_number(line.words()).is_some();
        if let Some(kind) = look.or(number.then_some(PieceKind::Classification)) {
            if (end > 0 && apart > APART) || sentences > 1 {
                break;
            }
            (end, apart, sentences) = (index + 1, 0, 0);
            subject |= kind == PieceKind::Subject;
        } else if !line.is_blank() {
            apart += 1;
            let words = line.words();
            sentences += usize::from(subject && words.len() > 45 && !is_lettered(words) && !lines::is_shouted(words));
        }
    }
    end
}

struct Sorter<'a> {
    all: &'a [Line<'a>],
    first: usize,
    lines: &'a [Line<'a>],
    /// After the last line of the header.
    end: usize,
    kinds: Vec<(PieceKind, bool)>,
    /// The group that the next line may go on with.
    open: Option<PieceKind>,
    /// Whether E.O., TAGS, subject or references were passed: what is unknown before them is for somebody's attention.
    groups: bool,
    /// The first line of the header.
    from: Option<usize>,
}

impl Sorter<'_> {
    fn put(&mut self, kind: PieceKind, begins: bool) {
        self.kinds.push((kind, begins));
    }

    /// Gives the next line its kind; false when running text begins.
    fn line(&mut self, look: Option<PieceKind>) -> bool {
        let index = self.kinds.len();
        let line = &self.lines[index];
        let words = line.words();
        if line.is_blank() {
            // Whoever gets it may stand in blocks.
            self.open = self.open.filter(|kind| matches!(kind, PieceKind::To | PieceKind::Info));
            self.put(PieceKind::Blank, false);
        } else if let Some(kind) = look.filter(|_| index < self.end) {
            self.from = self.from.or(Some(index));
            self.put(kind, matches!(kind, PieceKind::Reference | PieceKind::Transmission));
            self.groups |=
                matches!(kind, PieceKind::ExecutiveOrder | PieceKind::Tags | PieceKind::Subject | PieceKind::Reference);
            self.open = Some(kind);
        } else if let Some(begins) = self.goes_on(index) {
            let kind = self.open.unwrap_or(PieceKind::NotUnderstood);
            self.put(kind, begins);
        } else if is_lettered(words) && words.len() < 120 && self.follows(PieceKind::Reference) {
            self.open = Some(PieceKind::Reference);
            self.put(PieceKind::Reference, true);
        } else if index < self.end && !self.groups && lines::message_number(words).is_some() {
            self.open = Some(PieceKind::Classification);
            self.put(PieceKind::Classification, false);
        } else if index < self.end {
            self.open = None;
            let attention = self.from.is_some() && !self.groups;
            self.put(if attention { PieceKind::Attention } else { PieceKind::NotUnderstood }, false);
        } else {
            self.open = None;
            return self.loose(index);
        }
        true
    }

    /// Whether the last line that is not blank is of this kind.
    fn follows(&self, kind: PieceKind) -> bool {
        self.kinds.iter().rev().find(|(found, _)| *found != PieceKind::Blank).is_some_and(|(found, _)| *found == kind)
    }

    /// Whether a line goes on with the group above it, and whether it begins a part of it.
    fn goes_on(&self, index: usize) -> Option<bool> {
        let kind = self.open?;
        let words = self.lines[index].words();
        let after_blank = index.checked_sub(1).is_some_and(|above| self.lines[above].is_blank());
        let directly = !after_blank && (index < self.end || !self.is_heading(index));
        let goes_on = match kind {
            PieceKind::Classification => lines::message_number(words).is_some(),
            PieceKind::From | PieceKind::To | PieceKind::Info => {
                lines::is_office(words) || (!after_blank && is_addressee(words))
            }
            PieceKind::Tags => {
                directly
                    && words.split([' ', ',']).all(|tag| tag.len() <= 5 && !tag.bytes().any(|b| b.is_ascii_lowercase()))
            }
            PieceKind::Subject => directly,
            PieceKind::ExecutiveOrder => {
                !after_blank
                    && ["DECL", "REASON", "CLASSIFIED BY", "DERIVED"].iter().any(|word| words.starts_with(word))
            }
            PieceKind::Reference => {
                return (directly || (!after_blank && is_lettered(words))).then(|| is_lettered(words));
            }
            _ => false,
        };
        goes_on.then_some(false)
    }

    /// Where a site took the blank lines out: whether what stands right above the first paragraph is its heading, and
    /// not the end of the group above. A group that goes on has filled its line, ends it with a joining word, or is set
    /// in.
    fn is_heading(&self, index: usize) -> bool {
        let lines = self.lines;
        let no_blanks = self.from.is_some_and(|from| lines[from..].iter().all(|line| !line.words().is_empty()));
        let above = lines[index - 1].words();
        let next = lines::first_word(lines[index].words()).0;
        let joins = above.ends_with([',', ':', ';', '-', '/', '&'])
            || ["AND", "OF", "FOR", "ON", "THE", "TO", "IN", "BY"]
                .iter()
                .any(|word| above.to_ascii_uppercase().ends_with(&format!(" {word}")));
        let set_in = lines[index].text.starts_with(' ') && !lines[index - 1].text.starts_with(' ');
        let filled = above.len() + next.len() > 60;
        let named =
            self.open == Some(PieceKind::Reference) && lines[index].words().bytes().any(|byte| byte.is_ascii_digit());
        let to = (index..lines.len()).find(|at| lines[*at].is_blank()).unwrap_or(lines.len());
        no_blanks && !joins && !set_in && !filled && !named && is_titled(&lines[index..to])
    }

    /// Text in front of the first numbered paragraph that no header knows: a heading, a title of the site, or running
    /// text without a number. Gives false when running text begins, which the body takes on.
    fn loose(&mut self, index: usize) -> bool {
        let block_end = (index..self.first).find(|at| self.lines[*at].is_blank()).unwrap_or(self.first);
        let block = &self.lines[index..block_end];
        let prose = is_prose(block);
        let numbered_next = self.first < self.all.len() && self.lines[block_end..].iter().all(Line::is_blank);
        let heading = !prose && numbered_next && block.len() <= 4;
        if !heading && (prose || (self.from.is_some() && !numbered_next)) {
            return false;
        }
        let kind = if heading { PieceKind::Heading } else { PieceKind::NotUnderstood };
        for _ in index..block_end {
            self.put(kind, false);
        }
        true
    }
}

/// The kind of a header's line by its look.
pub fn look(words: &str) -> Option<PieceKind> {
    if words.is_empty() || words.len() > 400 {
        return None;
    }
    Some(match words {
        _ if lines::is_routing(words) => PieceKind::Routing,
        _ if lines::is_transmission(words) => PieceKind::Transmission,
        _ if lines::is_date_time_group(words) => PieceKind::DateTimeGroup,
        _ if lines::captions(words).is_some() => PieceKind::Caption,
        _ if is_classification_line(words) => PieceKind::Classification,
        _ => match (lines::keyword(words), lines::labelled(words)) {
            (Some((kind, _)), _) | (None, Some((kind, _))) => kind,
            _ if lines::is_page_line(words) => PieceKind::PageLine,
            _ if lines::is_attention(words) => PieceKind::Attention,
            _ => return None,
        },
    })
}

/// A classification alone, or with section, message number or captions.
fn is_classification_line(words: &str) -> bool {
    lines::classification(words).is_some_and(|(_, rest)| lines::message_line(rest.trim_start_matches('/')).is_some())
}

/// A line right below an address that goes on with it: `USMISSION GENEVA 0412`, `Bureau of Political-Military Affairs`.
fn is_addressee(words: &str) -> bool {
    words.len() <= 70
        && !words.ends_with(['.', ';'])
        && !words.contains(':')
        && words.starts_with(|c: char| c.is_uppercase() || c == '(')
}

/// `A. 08 STATE 63028`, `B) ...`, `(C) ...`: the next lettered reference; `2) ...` too.
pub fn is_lettered(words: &str) -> bool {
    (lines::list_item(words).is_some() && !words.starts_with(['-', '*']))
        || lines::numbered(words).is_some_and(|(_, mark, _)| mark.is_none())
}

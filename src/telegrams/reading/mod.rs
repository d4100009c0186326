//! Reading a telegram: pieces that together are the input, and proposals of what it says for a case file. Pure: rules
//! that can be read and tested, no database, no model. A wrong guess costs more than a missing one: what is not
//! understood is left in the text.

pub mod countries;
pub mod dates;
pub mod decode;
pub mod head;
pub mod header;
mod kinds;
pub mod lines;
pub mod matters;
pub mod proposals;
pub mod sentences;
pub mod structure;
pub mod told;
mod value;
pub mod warnings;
pub mod words;

pub use kinds::*;
pub use value::*;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{approvals::model::Signer, text::Question};

/// A stretch of the input, in bytes as they came, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    /// After the last byte.
    pub end: usize,
}

/// One piece of the input. Every byte is in exactly one piece; in order, they are the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub kind: PieceKind,
    pub span: Span,
    /// The label of the numbered paragraph it belongs to, such as `7`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<String>,
}

/// A message number: `GUATEMALA 000773` of 2008.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageNumber {
    /// Who sent it, upper case: `GUATEMALA`, `STATE`.
    pub originator: String,
    /// The number, without leading zeros.
    pub number: u32,
    /// The year where one was written (`08 STATE 63028`), in four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
}

/// What the header says. What is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The routing indicator of the `DE` line: `RUEHGT`.
    pub station: Option<String>,
    /// The serial of the `DE` line: the last four digits of the message number.
    pub serial: Option<u32>,
    /// The section of the `DE` line.
    pub section: Option<u32>,
    /// The Julian day of the `DE` line.
    pub julian_day: Option<u16>,
    /// The file time of the `DE` line: `2222`.
    pub file_time: Option<String>,
    /// The precedence letter: Z, O, P or R.
    pub precedence: Option<char>,
    /// The date-time group, always Zulu.
    #[serde(with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
    /// The date-time group as written.
    pub date_time_group: Option<String>,
    pub from: Option<String>,
    pub to: Vec<String>,
    pub info: Vec<String>,
    /// As written: `UNCLAS`, `UNCLASSIFIED`.
    pub classification: Option<String>,
    pub message: Option<MessageNumber>,
    /// How many sections the classification line says there are.
    pub sections: Option<u32>,
    pub captions: Vec<String>,
    pub attention: Vec<String>,
    /// What stands after `E.O. 12958:`.
    pub executive_order: Option<String>,
    pub tags: Vec<String>,
    /// Countries of the two-letter TAGS, as ISO 3166 codes.
    pub countries: Vec<String>,
    /// The subject, on one line.
    pub subject: Option<String>,
    /// References as written, on one line each.
    pub references: Vec<String>,
}

/// A numbered paragraph as people read it: line breaks and page lines taken out, what a section break repeated read
/// once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// `7`; empty for text before the first number.
    pub label: String,
    /// The heading it stands under.
    pub heading: Option<String>,
    /// Its portion mark as written: `U`, `SBU`.
    pub mark: Option<String>,
    /// The text without number and mark, each list item on a line of its own.
    pub text: String,
    pub span: Span,
    /// Where in the text each line of the input begins, and where that line's words began in the input.
    #[serde(skip)]
    pub places: Vec<(usize, usize)>,
    /// What the parts of the text are: running text, list items, quoted texts, comments, notes.
    #[serde(skip)]
    pub parts: Vec<(std::ops::Range<usize>, PieceKind)>,
}

/// A sentence of a telegram: what a person chooses to file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Where it stands in the input; its name: two readers give the same sentence the same name.
    pub span: Span,
    /// The label of its paragraph; empty: before the first number.
    pub paragraph: String,
    /// Its words on one line, site damage repaired.
    pub text: String,
    /// The portion mark that governs it, as written.
    pub mark: Option<String>,
    /// Whether an officer is likely to file it: such sentences are outlined.
    pub matters: bool,
}

/// Something the telegram says, for a person to accept, change or reject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its name within this telegram, such as `contact-2`: the same for the same text.
    pub key: String,
    #[serde(flatten)]
    pub value: Value,
    /// How sure it is.
    pub confidence: Confidence,
    /// The numbered paragraph it stands in; none: the header.
    pub paragraph: Option<String>,
    /// The words it rests on.
    pub source: Span,
}

/// A signature on a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub signer: Signer,
    pub name: String,
    pub on: Date,
    pub verified: bool,
}

/// Something that looks wrong; the reading goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub kind: WarningKind,
    /// In one sentence, without a classified word.
    pub text: String,
    /// Where, if at one place.
    pub span: Option<Span>,
}

/// Why nothing of a telegram is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Where the mark stands.
    pub span: Span,
    /// What to do, in the words of [`crate::text::storable`].
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// How the input was encoded.
    pub encoding: Encoding,
    /// Why nothing is taken; then the other parts are empty but for one `not_understood` piece that is the whole input.
    pub refused: Option<Refusal>,
    pub header: Header,
    pub pieces: Vec<Piece>,
    pub paragraphs: Vec<Paragraph>,
    /// The sentences of the body, in order, none within another.
    pub sentences: Vec<Sentence>,
    pub proposals: Vec<Proposal>,
    pub warnings: Vec<Warning>,
}

impl Paragraph {
    /// Where a stretch of the text stands in the input.
    pub fn place(&self, range: &std::ops::Range<usize>, encoding: Encoding) -> Span {
        let byte = |at: usize| {
            let index = self.places.partition_point(|(begin, _)| *begin <= at).saturating_sub(1);
            let Some((begin, input)) = self.places.get(index) else { return self.span.start };
            let words = self.text.get(*begin..at.max(*begin)).unwrap_or_default();
            input + if encoding == Encoding::Utf8 { words.len() } else { words.chars().count() }
        };
        let (start, end) = (byte(range.start), byte(range.end));
        Span { start, end: end.max(start) }
    }
}

/// Reads a telegram, in time linear in its length. For pages see [`crate::telegrams::readings`]: this holds its thread.
pub fn read(input: &[u8]) -> Reading {
    let decoded = decode::decode(input);
    let text = decoded.text.as_ref();
    if let Some(refusal) = refusal(&decoded) {
        return refused(decoded.encoding, input.len(), refusal);
    }
    let structure = structure::structure(&decoded);
    let refused_as = |span| {
        let text = crate::text::storable("(S//NF)").err().unwrap_or_default();
        refused(decoded.encoding, input.len(), Refusal { span, text })
    };
    let asked = crate::text::judge(text).asked;
    // Whatever a line looks like to the rule that refuses it, no paragraph with such a mark goes further.
    if let Some(paragraph) = structure.paragraphs.iter().find(|paragraph| is_marked(paragraph, &asked)) {
        return refused_as(paragraph.span);
    }
    // What a site or a mail program put before a line hides a mark that the line has by itself.
    if let Some(line) = structure.lines.iter().find(|line| is_hidden_mark(text, line, &asked)) {
        return refused_as(decoded.span(line.start, line.end));
    }
    let header = header::header(&structure);
    let pieces = structure::pieces(&decoded, &structure);
    let found = sentences::sentences(&structure.paragraphs, decoded.encoding);
    let mut warnings = warnings::warnings(&decoded, &structure, &header);
    warnings.extend(asked.iter().map(|line| Warning {
        kind: WarningKind::PerhapsAMark,
        text: format!("Is \"{}\" a classification mark? It was read as if it were none.", line.shown()),
        span: None,
    }));
    let (proposals, more) = proposals::propose(&decoded, &structure, &header, &found);
    warnings.extend(more);
    let paragraph = |found: &sentences::Found| &structure.paragraphs[found.paragraph];
    let sentences = found.iter().map(|found| Sentence {
        span: found.span,
        paragraph: paragraph(found).label.clone(),
        text: found.text.clone(),
        mark: paragraph(found).mark.clone(),
        matters: matters::matters(&found.text, found.kind),
    });
    let sentences = sentences.collect();
    Reading {
        encoding: decoded.encoding,
        refused: None,
        header,
        pieces,
        sentences,
        paragraphs: structure.paragraphs,
        proposals,
        warnings,
    }
}

/// How many letters of a paragraph tell its first line from others.
const BEGINS: usize = 12;

/// Whether a paragraph bears a mark that a person is not asked about.
fn is_marked(paragraph: &Paragraph, asked: &[Question]) -> bool {
    let Some(mark) = &paragraph.mark else { return false };
    let begins: String = paragraph.text.chars().take(BEGINS).collect();
    let is_asked = || asked.iter().any(|line| line.words.contains(&begins));
    crate::text::judge(&format!("1. ({mark}) Post")).marked.is_some() && !is_asked()
}

/// Whether a line has a mark at its head only once what a site or a mail program put there is taken off.
fn is_hidden_mark(text: &str, line: &lines::Line<'_>, asked: &[Question]) -> bool {
    let bare = line.text.trim_start_matches(['>', ' ', '\t']).trim_end();
    let raw = text.get(line.start..line.end).unwrap_or_default().trim();
    if raw.starts_with(bare) || asked.iter().any(|line| line.words == raw) {
        return false;
    }
    let judgement = crate::text::judge(bare);
    judgement.marked.is_some() || !judgement.asked.is_empty()
}

/// A classified mark anywhere: nothing is taken, and no word of the text is repeated. What may be a mark is for a
/// person to judge, where the telegram is taken in.
fn refusal(decoded: &decode::Decoded<'_>) -> Option<Refusal> {
    let text = decoded.text.as_ref();
    let sentence =
        crate::text::storable(text).err().filter(|sentence| crate::text::tells_of_classification(sentence))?;
    let at = lines::split(text).into_iter().find(|line| crate::text::judge(line.text).marked.is_some());
    let span = at.map_or_else(|| decoded.span(0, text.len()), |line| decoded.span(line.start, line.end));
    Some(Refusal { span, text: sentence })
}

fn refused(encoding: Encoding, length: usize, refusal: Refusal) -> Reading {
    let all = Span { start: 0, end: length };
    let piece = Piece { kind: PieceKind::NotUnderstood, span: all, paragraph: None };
    Reading {
        encoding,
        refused: Some(refusal),
        header: Header::default(),
        pieces: if length == 0 { Vec::new() } else { vec![piece] },
        paragraphs: Vec::new(),
        sentences: Vec::new(),
        proposals: Vec::new(),
        warnings: Vec::new(),
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;

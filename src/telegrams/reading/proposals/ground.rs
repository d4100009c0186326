//! What the rules stand on: the sentences, and the proposals found so far.

use std::collections::HashMap;

use time::Date;

use super::sentences::{Sentence, sentences};
use crate::telegrams::reading::{
    Confidence, MessageNumber, Proposal, Reading, Span, Value, Warning, WarningKind, decode::Decoded, structure::Stretch,
};

/// At most so many proposals of one kind; a telegram that has more is a register, and is filed by hand.
const MOST_OF_A_KIND: usize = 300;

/// What the rules read, and what they found.
pub struct Ground<'a> {
    /// The text.
    pub text: &'a str,
    /// Back to the bytes.
    pub decoded: &'a Decoded<'a>,
    /// The stretches of the text.
    pub stretches: &'a [Stretch],
    /// Header and paragraphs.
    pub reading: &'a Reading,
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// The day of the telegram.
    pub sent_on: Option<Date>,
    /// What was told happened by this day: the day of the telegram, else the last of its year.
    pub told_by: Option<Date>,
    /// Who speaks where.
    pub voices: super::voices::Voices,
    /// What was found.
    pub found: Vec<Proposal>,
    /// What looks wrong.
    pub warnings: Vec<Warning>,
    counts: HashMap<&'static str, usize>,
}

impl<'a> Ground<'a> {
    /// Before any rule.
    pub fn new(text: &'a str, decoded: &'a Decoded<'a>, stretches: &'a [Stretch], reading: &'a Reading) -> Self {
        let sentences = sentences(&reading.paragraphs, reading.encoding);
        let sent_on = reading.header.sent_at.map(time::OffsetDateTime::date);
        let mut ground = Self {
            text,
            decoded,
            stretches,
            reading,
            sentences,
            sent_on,
            told_by: None,
            voices: super::voices::Voices::default(),
            found: Vec::new(),
            warnings: Vec::new(),
            counts: HashMap::new(),
        };
        let year = reading.header.message.as_ref().and_then(|message| message.year);
        ground.sent_on = sent_on.or_else(|| super::dates::of_header(&ground.head_words()));
        ground.told_by = ground.sent_on.or_else(|| Date::from_calendar_date(year?, time::Month::December, 31).ok());
        ground
    }

    /// Proposes something that stands in the header.
    pub fn propose_header(&mut self, value: Value, confidence: Confidence, start: usize, end: usize) -> Option<String> {
        let source = self.decoded.span(start, end);
        self.push(value, confidence, None, source)
    }

    /// Proposes something that stands in sentences of one paragraph.
    pub fn propose(&mut self, value: Value, confidence: Confidence, first: usize, last: usize) -> Option<String> {
        let (from, to) = (&self.sentences[first], &self.sentences[last]);
        let source = Span { start: from.span.start, end: to.span.end.max(from.span.end) };
        let label = self.reading.paragraphs[from.paragraph].label.clone();
        self.push(value, confidence, Some(label), source)
    }

    /// Proposes something that stands in a stretch of a paragraph.
    pub fn propose_at(&mut self, value: Value, confidence: Confidence, paragraph: Option<usize>, start: usize, end: usize) {
        let source = self.decoded.span(start, end);
        let label = paragraph.map(|index| self.reading.paragraphs[index].label.clone());
        self.push(value, confidence, label, source);
    }

    fn push(&mut self, value: Value, confidence: Confidence, paragraph: Option<String>, source: Span) -> Option<String> {
        let kind = value.kind();
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count > MOST_OF_A_KIND {
            return None;
        }
        let key = format!("{}-{count}", kind.replace('_', "-"));
        self.found.push(Proposal { key: key.clone(), value, confidence, paragraph, source });
        Some(key)
    }

    /// Warns of something in a sentence.
    pub fn warn(&mut self, kind: WarningKind, text: impl Into<String>, sentence: Option<usize>) {
        let span = sentence.map(|index| self.sentences[index].span);
        self.warnings.push(Warning { kind, text: text.into(), span });
    }

    /// The words of the header that a rule may look at: subject, references, and a title that the site put in front.
    pub fn head_words(&self) -> String {
        let first = self.reading.paragraphs.first().map_or(self.reading.pieces.len(), |paragraph| {
            self.reading.pieces.partition_point(|piece| piece.span.start < paragraph.span.start)
        });
        let pieces = &self.stretches[..first.min(self.stretches.len()).min(200)];
        pieces.iter().map(|stretch| self.text[stretch.start..stretch.end].chars().take(2_000).collect::<String>()).collect()
    }

    /// The mark of the paragraph a sentence stands in.
    pub fn mark(&self, sentence: usize) -> Option<&str> {
        self.reading.paragraphs[self.sentences[sentence].paragraph].mark.as_deref()
    }
}

/// `08 STATE 63028`, `GUATEMALA 000773`.
pub fn message(words: &str) -> Option<MessageNumber> {
    super::words::patterns! {
        NUMBER = r"^(?:(\d{2}|\d{4})\s+)?([A-Z][A-Z .'-]{1,30}?)\s+0*(\d{1,7})(?:\b|$)";
    }
    let captures = NUMBER.captures(words)?;
    let originator = captures.get(2)?.as_str();
    if (originator != "State" && originator.chars().any(|c| c.is_ascii_lowercase()))
        || matches!(originator, "NO" | "BL" | "CASE" | "LICENSE")
    {
        return None;
    }
    let year = captures.get(1).and_then(|year| year.as_str().parse::<i32>().ok()).map(|year| match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        _ => year,
    });
    Some(MessageNumber { originator: originator.trim().to_uppercase(), number: captures[3].parse().ok()?, year })
}

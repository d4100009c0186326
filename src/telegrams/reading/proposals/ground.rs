//! What the rules stand on: the sentences, and the proposals found so far.

use std::collections::HashMap;

use crate::telegrams::reading::{
    Confidence, Header, PieceKind, Proposal, Span, Value, Warning, WarningKind, decode::Decoded, sentences::Found,
    structure::Structure,
};

/// At most so many proposals of one kind; a telegram that has more is a register, and is filed by hand.
const MOST_OF_A_KIND: usize = 300;

/// What the rules read, and what they found.
pub struct Ground<'a> {
    /// Text, and back to the bytes.
    pub decoded: &'a Decoded<'a>,
    pub structure: &'a Structure<'a>,
    pub header: &'a Header,
    pub sentences: &'a [Found],
    pub found: Vec<Proposal>,
    pub warnings: Vec<Warning>,
    counts: HashMap<&'static str, usize>,
}

impl<'a> Ground<'a> {
    pub fn new(
        decoded: &'a Decoded<'a>,
        structure: &'a Structure<'a>,
        header: &'a Header,
        sentences: &'a [Found],
    ) -> Self {
        Self { decoded, structure, header, sentences, found: Vec::new(), warnings: Vec::new(), counts: HashMap::new() }
    }

    /// Proposes something that stands in the header.
    pub fn propose_header(&mut self, value: Value, confidence: Confidence, start: usize, end: usize) {
        self.push(value, confidence, None, self.decoded.span(start, end));
    }

    /// Proposes something that stands in a sentence.
    pub fn propose(&mut self, value: Value, confidence: Confidence, sentence: usize) {
        let label = self.structure.paragraphs[self.sentences[sentence].paragraph].label.clone();
        self.push(value, confidence, Some(label), self.sentences[sentence].span);
    }

    /// Proposes something that stands in a stretch of a paragraph.
    pub fn propose_at(
        &mut self,
        value: Value,
        confidence: Confidence,
        paragraph: Option<usize>,
        start: usize,
        end: usize,
    ) {
        let label = paragraph.map(|index| self.structure.paragraphs[index].label.clone());
        self.push(value, confidence, label, self.decoded.span(start, end));
    }

    fn push(&mut self, value: Value, confidence: Confidence, paragraph: Option<String>, source: Span) {
        let kind = value.kind();
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= MOST_OF_A_KIND {
            self.found.push(Proposal {
                key: format!("{}-{count}", kind.replace('_', "-")),
                value,
                confidence,
                paragraph,
                source,
            });
        }
    }

    /// Warns of something in a sentence.
    pub fn warn(&mut self, kind: WarningKind, text: impl Into<String>, sentence: Option<usize>) {
        let span = sentence.map(|index| self.sentences[index].span);
        self.warnings.push(Warning { kind, text: text.into(), span });
    }

    /// The words before the first paragraph that tell what it is about: the subject, and a title that a site put in
    /// front.
    pub fn title(&self) -> String {
        let pieces = self.structure.stretches.iter().take_while(|stretch| stretch.paragraph.is_none()).take(200);
        let told = pieces.filter(|stretch| {
            matches!(stretch.kind, PieceKind::Subject | PieceKind::NotUnderstood | PieceKind::Heading)
        });
        told.map(|stretch| self.structure.words_of(stretch).chars().take(2_000).collect::<String>() + " ").collect()
    }

    /// The sentences of the telegram itself, and not of a letter that it quotes.
    pub fn own(&self) -> impl Iterator<Item = (usize, &'a Found)> + use<'a> {
        self.sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind != PieceKind::Quotation)
    }
}

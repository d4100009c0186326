//! The paragraphs, put together as people read them.

use super::{Stretch, joined, within};
use crate::telegrams::reading::{Paragraph, PieceKind, Span, decode::Decoded, lines::Line};

/// The paragraphs with their numbers, marks and headings, and no words yet.
fn headed(
    lines: &[Line<'_>],
    labels: &[(String, Option<String>, usize)],
    headings: &[Option<(usize, usize)>],
) -> Vec<Paragraph> {
    let heading = |(from, to): (usize, usize)| joined(lines[from..to].iter().filter(|line| !line.is_blank()).copied());
    let headed = labels.iter().zip(headings).map(|((label, mark, _), above)| Paragraph {
        label: label.clone(),
        heading: above.map(heading),
        mark: mark.as_ref().map(|mark| mark.to_ascii_uppercase()),
        text: String::new(),
        span: Span { start: usize::MAX, end: 0 },
        places: Vec::new(),
        parts: Vec::new(),
    });
    headed.collect()
}

/// Puts the paragraphs together as people read them.
pub(super) fn paragraphs(
    decoded: &Decoded<'_>,
    lines: &[Line<'_>],
    stretches: &[Stretch],
    labels: &[(String, Option<String>, usize)],
    headings: &[Option<(usize, usize)>],
) -> Vec<Paragraph> {
    let mut paragraphs = headed(lines, labels, headings);
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

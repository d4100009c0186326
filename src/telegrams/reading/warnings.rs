//! What looks wrong in the structure of a telegram. The reading goes on; a person looks.

use std::collections::BTreeSet;

use super::{Header, Paragraph, PieceKind, Span, Warning, WarningKind, decode::Decoded, structure::Structure};

/// At most so many warnings of one kind are told one by one.
const MOST: usize = 20;

pub fn warnings(decoded: &Decoded<'_>, structure: &Structure<'_>, header: &Header) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |kind, text: String, span| found.push(Warning { kind, text, span });
    if !structure.has_header {
        warn(WarningKind::NoHeader, "There is no telegram header: number, date and sender are unknown.".into(), None);
    }
    if let (Some(day), Some(sent)) = (header.julian_day, header.sent_at)
        && day != sent.ordinal()
    {
        warn(
            WarningKind::DayMismatch,
            format!("The routing line says day {day} of the year, the date-time group is day {}.", sent.ordinal()),
            piece(decoded, structure, PieceKind::Routing),
        );
    }
    if let (Some(serial), Some(message)) = (header.serial, &header.message)
        && serial != message.number % 10_000
    {
        let ends = if message.number < 10_000 {
            format!("is {}", message.number)
        } else {
            format!("{} ends in {:04}", message.number, message.number % 10_000)
        };
        let text = format!("The routing line has serial {serial:04}, the message number {ends}.");
        warn(WarningKind::SerialMismatch, text, piece(decoded, structure, PieceKind::Routing));
    }
    if header.date_time_group.is_some() && header.sent_at.is_none() {
        warn(
            WarningKind::ImpossibleDate,
            "The date-time group is a day or time that does not exist.".into(),
            piece(decoded, structure, PieceKind::DateTimeGroup),
        );
    }
    unclear(decoded, structure, header, &mut warn);
    sensitive(structure, header, &mut warn);
    sections(structure, header, &mut warn);
    numbers(&structure.paragraphs, &mut warn);
    for at in structure.repeated.iter().take(MOST) {
        warn(
            WarningKind::RepeatedText,
            "Words at a section break stand twice; they were read once.".into(),
            line(decoded, structure, *at),
        );
    }
    for paragraph in structure.paragraphs.iter().filter(|paragraph| is_cut_off(paragraph)).take(MOST) {
        let which = if paragraph.label.is_empty() {
            "A paragraph without a number".to_owned()
        } else {
            format!("Paragraph {}", paragraph.label)
        };
        warn(
            WarningKind::CutOff,
            format!("{which} ends in the middle of a sentence: something may be missing."),
            Some(paragraph.span),
        );
    }
    found
}

fn piece(decoded: &Decoded<'_>, structure: &Structure<'_>, kind: PieceKind) -> Option<Span> {
    structure
        .stretches
        .iter()
        .find(|stretch| stretch.kind == kind)
        .map(|stretch| decoded.span(stretch.start, stretch.end))
}

fn line(decoded: &Decoded<'_>, structure: &Structure<'_>, index: usize) -> Option<Span> {
    let line = structure.lines.get(index)?;
    Some(decoded.span(line.start, line.end))
}

/// What is not in the header or was not understood there, and what after the last paragraph was not read.
fn unclear(
    decoded: &Decoded<'_>,
    structure: &Structure<'_>,
    header: &Header,
    warn: &mut impl FnMut(WarningKind, String, Option<Span>),
) {
    let parts = [
        ("message number", header.message.is_none()),
        ("date-time group", header.date_time_group.is_none()),
        ("subject", header.subject.is_none()),
    ];
    let missing: Vec<&str> = parts.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
    if structure.has_header && !missing.is_empty() {
        let text = format!("The header has no {} that Lantern can read. Look at it.", missing.join(", no "));
        warn(WarningKind::HeaderUnclear, text, None);
    }
    let head = structure.stretches.iter().take_while(|stretch| stretch.paragraph.is_none());
    let mut unknown = head
        .skip_while(|stretch| matches!(stretch.kind, PieceKind::NotUnderstood | PieceKind::Blank | PieceKind::Heading));
    if structure.has_header
        && let Some(stretch) = unknown.find(|stretch| stretch.kind == PieceKind::NotUnderstood)
    {
        let text = "A line of the header was not understood. Look whether anything is missing.".to_owned();
        warn(WarningKind::HeaderUnclear, text, Some(decoded.span(stretch.start, stretch.end)));
    }
    if let Some(span) = structure.tail.and_then(|at| line(decoded, structure, at)) {
        let text =
            "What stands after the last paragraph was not read. Look whether it belongs to the telegram.".to_owned();
        warn(WarningKind::NotRead, text, Some(span));
    }
}

/// SBU in a paragraph, and no SENSITIVE above it.
fn sensitive(structure: &Structure<'_>, header: &Header, warn: &mut impl FnMut(WarningKind, String, Option<Span>)) {
    let sensitive = |mark: &str| mark.contains("SBU") || mark.contains("SENSITIVE");
    let plain = header.classification.as_deref().is_some_and(|mark| mark.starts_with('U') && !sensitive(mark));
    let captioned = header.captions.iter().any(|caption| matches!(caption.as_str(), "SENSITIVE" | "NOFORN"));
    let marked = |paragraph: &&Paragraph| {
        paragraph.mark.as_deref().is_some_and(|mark| mark.starts_with("SBU") || mark.starts_with("FOUO"))
    };
    if plain
        && !captioned
        && let Some(paragraph) = structure.paragraphs.iter().find(marked)
    {
        let text = "Paragraphs are marked SBU, but the header says UNCLAS without the caption SENSITIVE.".into();
        warn(WarningKind::SensitiveUnderUnclas, text, Some(paragraph.span));
    }
}

fn sections(structure: &Structure<'_>, header: &Header, warn: &mut impl FnMut(WarningKind, String, Option<Span>)) {
    let said = header.sections.or_else(|| structure.sections.iter().max().copied()).unwrap_or(0).min(99);
    let seen: BTreeSet<u32> = structure.sections.iter().copied().collect();
    let numbered = header.section.is_some() && header.sections.is_none() && seen.len() <= 1;
    if said < 2 && !numbered {
        return;
    }
    let missing: Vec<String> =
        (1..=said).filter(|section| !seen.contains(section)).map(|section| format!("{section:02}")).collect();
    if !missing.is_empty() {
        let (are, s) = if missing.len() == 1 { ("is", "") } else { ("are", "s") };
        warn(
            WarningKind::MissingSection,
            format!("Section{s} {} of {said:02} {are} not here.", missing.join(", ")),
            None,
        );
    }
}

fn numbers(paragraphs: &[Paragraph], warn: &mut impl FnMut(WarningKind, String, Option<Span>)) {
    let mut last = 0_u32;
    let mut told = 0;
    for paragraph in paragraphs {
        let Ok(number) = paragraph.label.parse::<u32>() else { continue };
        let text = if number == last {
            Some(format!("Paragraph {number} stands twice."))
        } else if number < last {
            Some(format!("Paragraph {number} stands after paragraph {last}."))
        } else if number > last + 1 && last > 0 {
            Some(format!("Between paragraph {last} and {number} something is missing."))
        } else if number > 1 && last == 0 {
            Some(format!("The text begins with paragraph {number}."))
        } else {
            None
        };
        if let Some(text) = text.filter(|_| told < MOST) {
            told += 1;
            warn(WarningKind::ParagraphNumbers, text, Some(paragraph.span));
        }
        last = number;
    }
}

/// A paragraph whose last words are no end of a sentence, a list item or a label.
fn is_cut_off(paragraph: &Paragraph) -> bool {
    let text = paragraph.text.trim_end();
    let closed = text.ends_with(['.', '!', '?', ':', ')', '"', '\u{201d}', '\'', '\u{2019}']);
    let last_kind = paragraph.parts.iter().rev().find(|(range, _)| !range.is_empty()).map(|(_, kind)| *kind);
    let last_line = text.rsplit('\n').next().unwrap_or(text);
    let end_cut = text.ends_with("End") || text.ends_with("END");
    let long = last_line.split_whitespace().count() > 5;
    end_cut || (!closed && long && !matches!(last_kind, Some(PieceKind::ListItem | PieceKind::Quotation)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telegrams::reading::read;

    fn told(head: &str, body: &str) -> Vec<WarningKind> {
        let text =
            format!("{head}\n\nSENSITIVE\n\nE.O. 12958: N/A\nTAGS: ETTC PE\nSUBJECT: BLUE LANTERN CHECK\n\n{body}");
        read(text.as_bytes()).warnings.into_iter().map(|warning| warning.kind).collect()
    }

    #[test]
    fn a_section_is_here_where_a_page_line_shows_it() {
        let head = "P 192222Z JUN 08\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC\nUNCLAS SECTION 01 OF 02 LIMA 000501";
        let both =
            "1. (SBU) Post checked the firm.\n\nLIMA 00000501  002 OF 002\n\n2. (SBU) The firm is known to post.\n";
        assert_eq!(told(head, both), []);
        let first =
            "1. (SBU) Post checked the firm.\n\nLIMA 00000501  001.2 OF 002\n\n2. (SBU) The firm is known to post.\n";
        assert_eq!(told(head, first), [WarningKind::MissingSection]);
    }

    #[test]
    fn attention_lines_and_written_out_marks_are_understood() {
        let understood =
            |text: &str| read(text.as_bytes()).pieces.iter().all(|piece| piece.kind != PieceKind::NotUnderstood);
        let body = "E.O. 12958: N/A\nTAGS: ETTC PE\nSUBJECT: ARMORED CARS\nFOR UNMIL\n\nREF: STATE 48811\n\n1. (SBU) Post checked the firm.\n";
        let head = "UNCLAS LIMA 000501\n\nSENSITIVE\n\nPM/DTCC FOR BLUE LANTERN\nBOGOTA FOR RSO\n\nC O R R E C T E D  C O P Y (PARA 1)\n\n";
        assert!(understood(&format!("{head}{body}")));
        let marked = "UNCLASSIFIED//SENSITIVE BUT UNCLASSIFIED\n\nMRN: 14 LIMA 501\nFrom: AMEMBASSY LIMA\n\n";
        assert!(understood(&format!("{marked}{body}")));
        let header = read(format!("{head}{body}").as_bytes()).header;
        assert_eq!(header.attention, ["PM/DTCC FOR BLUE LANTERN", "BOGOTA FOR RSO"]);
        assert_eq!(header.subject.as_deref(), Some("ARMORED CARS FOR UNMIL"));
    }
}

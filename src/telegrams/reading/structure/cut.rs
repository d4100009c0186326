//! What stands inside a paragraph is cut out of it: notes, comments, quoted texts.

use super::{Stretch, Structure, find};
use crate::telegrams::reading::{
    Piece, PieceKind,
    decode::Decoded,
    lines::{self, Line},
};

/// What may open and close inside a paragraph.
const INSIDE: [(&str, &str, PieceKind); 5] = [
    ("BEGIN TEXT", "END TEXT", PieceKind::Quotation),
    ("BEGIN QUOTE", "END QUOTE", PieceKind::Quotation),
    ("QUOTE", "UNQUOTE", PieceKind::Quotation),
    ("COMMENT", "END COMMENT", PieceKind::Comment),
    ("NOTE", "END NOTE", PieceKind::Note),
];

/// Cuts the lines into stretches, and what stands inside paragraphs out of them.
pub(super) fn cut(lines: &[Line<'_>], kinds: &[(PieceKind, Option<usize>, bool)]) -> Vec<Stretch> {
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

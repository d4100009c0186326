//! The text of a telegram as the page shows it, cut where sentences and the words of proposals begin and end, and
//! what became of each sentence.

use std::ops::Range;

use serde::Deserialize;

use super::{View, here, part, part_of, rows::became, span_of};
use crate::{
    addresses::Address,
    telegrams::{
        desk::{Desk, name},
        model::Answer,
        reading::{PieceKind, Proposal, Sentence, Span, Value},
    },
};

/// How many sentences the list of what is left shows.
const LEFT: usize = 40;

/// A piece of the telegram, with the words that proposals rest on marked.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: PieceKind,
    /// The number of the paragraph that begins here.
    pub(super) begins: Option<String>,
    pub(super) runs: Vec<Run>,
}

/// Words of a piece that the same proposals rest on.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) marked: bool,
    /// The proposals whose words begin here.
    pub(super) keys: Vec<String>,
    /// The sentence they are of.
    pub(super) of: Option<Told>,
}

/// A sentence, as it stands in the text.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// The name by which it is linked to.
    pub(super) id: String,
    /// The name by which it is chosen.
    pub(super) value: String,
    pub(super) begins: bool,
    pub(super) ends: bool,
    pub(super) tone: &'static str,
    /// What it was filed as, and where that stands.
    pub(super) became: Vec<(String, Option<Address>)>,
    pub(super) is_aside: bool,
}

/// What became of a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Fate {
    pub(super) became: Vec<(String, Option<Address>)>,
    pub(super) is_aside: bool,
}

/// The outlined sentences that nobody dealt with yet.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// How many sentences are outlined.
    pub(super) outlined: usize,
    /// How many of those were filed.
    pub(super) filed: usize,
    /// How many were set aside.
    pub(super) aside: usize,
    /// The first of those that are left: where each stands, its paragraph, its words.
    pub(super) first: Vec<(String, String, String)>,
}

impl Left {
    /// How many are left.
    pub(super) fn count(&self) -> usize {
        self.outlined - self.filed - self.aside
    }

    pub(super) fn is_done(&self) -> bool {
        self.count() == 0
    }

    /// How many are left beyond the first ones.
    pub(super) fn more(&self) -> usize {
        self.count() - self.first.len()
    }
}

/// What became of each sentence, in the file beside the telegram.
pub(super) fn fates(desk: &Desk) -> Vec<Fate> {
    let sentences = &desk.reading.sentences;
    let mut fates = vec![Fate::default(); sentences.len()];
    let here = desk.file.as_ref().map(|file| file.check.id);
    let mut add = |span: Span, answer: Answer, kind: Option<&str>, row: Option<uuid::Uuid>| {
        let first = sentences.partition_point(|sentence| sentence.span.end <= span.start);
        for (fate, _) in fates[first..]
            .iter_mut()
            .zip(&sentences[first..])
            .take_while(|(_, sentence)| sentence.span.start < span.end)
        {
            if answer == Answer::Rejected {
                fate.is_aside = true;
            } else {
                fate.became.push((kind.unwrap_or("noted").replace('_', " "), became(desk, kind, row)));
            }
        }
    };
    for answered in desk.telegram.answers.iter().filter(|answered| answered.check_id == here) {
        let (kind, row) = (answered.subject_kind.as_deref(), answered.subject_id);
        if let Some(spans) =
            answered.proposed.get("spans").and_then(|spans| Vec::<(usize, usize)>::deserialize(spans).ok())
        {
            for (start, end) in spans {
                add(Span { start, end }, answered.answer, kind, row);
            }
        }
    }
    for proposal in desk.reading.proposals.iter().filter(|proposal| says_it_all(proposal)) {
        let accepted = desk
            .answered(&proposal.key)
            .filter(|answered| answered.answer != Answer::Rejected && answered.check_id == here);
        if let Some(answered) = accepted {
            add(proposal.source, answered.answer, answered.subject_kind.as_deref(), answered.subject_id);
        }
    }
    fates
}

/// How long a line of items is at most that says nothing else.
const ITEM_LINE: usize = 120;

/// Whether a proposal takes what its sentence says: a number or the purpose is only named in it.
fn says_it_all(proposal: &Proposal) -> bool {
    match &proposal.value {
        Value::Check { .. } | Value::Message { .. } | Value::Reference { .. } | Value::License { .. } => false,
        Value::ItemGroup { .. } => proposal.source.end - proposal.source.start <= ITEM_LINE,
        _ => true,
    }
}

/// The outlined sentences that are neither filed nor set aside.
pub(super) fn left(desk: &Desk, view: View, fates: &[Fate]) -> Left {
    let mut left = Left::default();
    let pieces = part(desk, view.from);
    for (sentence, fate) in desk.reading.sentences.iter().zip(fates).filter(|(sentence, _)| sentence.matters) {
        left.outlined += 1;
        if !fate.became.is_empty() {
            left.filed += 1;
        } else if fate.is_aside {
            left.aside += 1;
        } else if left.first.len() < LEFT {
            let piece = desk.reading.pieces.partition_point(|piece| piece.span.end <= sentence.span.start);
            let place = if pieces.contains(&piece) {
                String::new()
            } else {
                here(desk.telegram.id, View { from: part_of(desk, piece), ..view }).into()
            };
            left.first.push((
                format!("{place}#{}", name(sentence.span)),
                sentence.paragraph.clone(),
                sentence.text.clone(),
            ));
        }
    }
    left
}

pub(super) fn blocks(desk: &Desk, pieces: Range<usize>, fates: &[Fate]) -> Vec<Block> {
    let bytes = desk.telegram.original.as_deref().unwrap_or_default();
    let shown = span_of(desk, &pieces);
    let here =
        desk.reading.proposals.iter().filter(|found| found.source.start < shown.end && found.source.end > shown.start);
    let mut sources: Vec<(Span, &str)> = here.map(|found| (found.source, found.key.as_str())).collect();
    sources.sort_unstable();
    let first = desk.reading.sentences.partition_point(|sentence| sentence.span.start < shown.start);
    let of: Vec<(&Sentence, &Fate)> = desk.reading.sentences[first..].iter().zip(&fates[first..]).collect();
    let mut label = pieces.start.checked_sub(1).and_then(|before| desk.reading.pieces[before].paragraph.clone());
    let mut blocks = Vec::new();
    for piece in &desk.reading.pieces[pieces] {
        let begins = piece.paragraph.clone().filter(|own| !own.is_empty() && Some(own) != label.as_ref());
        if piece.paragraph.is_some() {
            label.clone_from(&piece.paragraph);
        }
        blocks.push(Block { kind: piece.kind, begins, runs: runs(bytes, piece.span, &sources, &of) });
    }
    blocks
}

/// A piece cut where sentences and the words of proposals begin and end.
fn runs(bytes: &[u8], piece: Span, sources: &[(Span, &str)], of: &[(&Sentence, &Fate)]) -> Vec<Run> {
    let within: Vec<&(Span, &str)> =
        sources.iter().filter(|(span, _)| span.start < piece.end && span.end > piece.start).collect();
    let first = of.partition_point(|(sentence, _)| sentence.span.end <= piece.start);
    let of: Vec<_> = of[first..].iter().take_while(|(sentence, _)| sentence.span.start < piece.end).collect();
    let mut cuts = vec![piece.start, piece.end];
    for span in within.iter().map(|(span, _)| *span).chain(of.iter().map(|(sentence, _)| sentence.span)) {
        cuts.extend([span.start, span.end].into_iter().filter(|cut| (piece.start..piece.end).contains(cut)));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let run = |pair: &[usize]| {
        let (start, end) = (pair[0], pair[1]);
        let keys = within.iter().filter(|(span, _)| span.start.max(piece.start) == start && span.start >= piece.start);
        let of = of.iter().find(|(sentence, _)| sentence.span.start <= start && sentence.span.end >= end);
        let text = String::from_utf8_lossy(bytes.get(start..end).unwrap_or_default()).into_owned();
        Run {
            marked: !text.trim().is_empty() && within.iter().any(|(span, _)| span.start <= start && span.end >= end),
            keys: keys.map(|(_, key)| (*key).to_owned()).collect(),
            text,
            of: of.map(|(sentence, fate)| as_told(sentence, fate, start, end)),
        }
    };
    cuts.windows(2).map(run).collect()
}

/// A stretch of a sentence.
fn as_told(sentence: &Sentence, fate: &Fate, start: usize, end: usize) -> Told {
    let tone = match (fate.became.is_empty(), fate.is_aside, sentence.matters) {
        (false, ..) => "filed",
        (true, true, _) => "aside",
        (true, false, true) => "matters",
        (true, false, false) => "plain",
    };
    Told {
        id: name(sentence.span),
        value: format!("{}-{}", sentence.span.start, sentence.span.end),
        begins: start == sentence.span.start,
        ends: end == sentence.span.end,
        tone,
        became: fate.became.clone(),
        is_aside: fate.is_aside && fate.became.is_empty(),
    }
}

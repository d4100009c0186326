//! Certificates that somebody signed: who, for which party, on which day. Without all three nothing is proposed.

use super::{
    answers::is_supposed,
    dates,
    ground::Ground,
    parties::Known,
    persons,
    words::{NEGATED, patterns},
};
use crate::{
    approvals::model::Signer,
    parties::model::PartyRole,
    telegrams::reading::{Confidence, PieceKind, Signed, Value},
};

patterns! {
    SIGNED = r"\b(?:signed|executed) (?:the |a )?(DSP-?83|non-?transfer and use certificate|end-?use certificate)(?: (?:for|on behalf of) (?:the )?([^.;]{2,80}?))? on ";
    PRONOUN = r"^\W*(?:he|she)\b";
}

/// Proposes the certificates.
pub fn propose(ground: &mut Ground<'_>, parties: &[Known]) {
    for index in 0..ground.sentences.len() {
        let Some((form, signed)) = signed(ground, parties, index) else { continue };
        let value = Value::Certificate { license: None, form, signatures: vec![signed] };
        ground.propose(value, Confidence::Likely, index, index);
    }
}

fn signed(ground: &Ground<'_>, parties: &[Known], index: usize) -> Option<(String, Signed)> {
    let sentence = &ground.sentences[index];
    let captures = SIGNED.captures(&sentence.text)?;
    let (start, end) = captures.get(0).map(|found| (found.start(), found.end()))?;
    let before = &sentence.text[..start];
    if NEGATED.is_match(before) || is_supposed(&sentence.lower) || matches!(sentence.kind, PieceKind::Comment | PieceKind::Quotation) {
        return None;
    }
    let days = dates::days(&sentence.text[end..], ground.told_by);
    let (_, on) = days.into_iter().find(|(range, _)| range.start == 0)?;
    let party = captures.get(2).and_then(|party| parties.iter().find(|known| known.is_in(party.as_str())))?;
    let signer = [
        (PartyRole::EndUser, Signer::ForeignEndUser),
        (PartyRole::ForeignConsignee, Signer::ForeignConsignee),
        (PartyRole::Applicant, Signer::Applicant),
    ];
    let signer = signer.into_iter().find(|(role, _)| party.roles.contains(role)).map(|(_, signer)| signer)?;
    let name = if PRONOUN.is_match(before) { last_speaker(ground, index)? } else { persons::person(before)?.0 };
    Some((captures[1].to_owned(), Signed { signer, name, on, verified: false }))
}

/// Who spoke or was met last in the paragraph, before a sentence.
fn last_speaker(ground: &Ground<'_>, index: usize) -> Option<String> {
    let here = ground.sentences[index].paragraph;
    let before = (0..index).rev().take(12).take_while(|at| ground.sentences[*at].paragraph == here);
    before
        .into_iter()
        .find_map(|at| ground.voices.speaks.get(at).copied().flatten())
        .map(|person| ground.voices.persons[person].name.clone())
}

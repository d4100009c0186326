//! Post's recommendation, wherever it stands: in the summary, in the comment, in a paragraph of its own. What one sentence says is read in
//! `verdicts.rs`; here the sentences of a telegram are put together.

use super::{
    ground::Ground,
    verdicts::{self, Verdict},
};
use crate::{
    checks::model::RecommendationWord,
    telegrams::reading::{Confidence, PieceKind, Value},
};

/// Whether a sentence is one of recommending, whatever it recommends.
pub fn recommends(lower: &str) -> bool {
    verdicts::speaks(lower)
}

/// Whether a telegram recommends anything.
pub fn is_there(ground: &Ground<'_>) -> bool {
    ground.sentences.iter().any(|sentence| sentence.kind != PieceKind::Quotation && !verdicts::verdicts(&sentence.text).is_empty())
}

/// What is recommended in a sentence.
struct Said {
    index: usize,
    verdict: Verdict,
}

impl Said {
    const fn favors(&self) -> bool {
        favors(self.verdict.word)
    }
}

const fn favors(word: RecommendationWord) -> bool {
    matches!(word, RecommendationWord::Support | RecommendationWord::SupportWithConditions | RecommendationWord::NoObjection)
}

/// Whether two words are one recommendation, told once with its conditions and once without.
const fn agree(one: RecommendationWord, other: RecommendationWord) -> bool {
    use RecommendationWord::{Support, SupportWithConditions};
    one as u8 == other as u8 || matches!((one, other), (Support, SupportWithConditions) | (SupportWithConditions, Support))
}

/// Proposes the recommendation: one, or one for each license where they differ.
pub fn propose(ground: &mut Ground<'_>) {
    let mut all: Vec<Said> = Vec::new();
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if sentence.kind == PieceKind::Quotation || ground.voices.who(index).is_some() {
            continue;
        }
        all.extend(verdicts::verdicts(&sentence.text).into_iter().map(|verdict| Said { index, verdict }));
    }
    for said in &mut all {
        if said.verdict.word == RecommendationWord::Support && is_part(ground, &said.verdict.object) {
            said.verdict.confidence = Confidence::Possible;
        }
    }
    let mut numbers: Vec<&Vec<String>> = all.iter().map(|said| &said.verdict.licenses).filter(|licenses| !licenses.is_empty()).collect();
    numbers.dedup();
    if numbers.len() > 1 {
        of_each_license(ground, &all);
        return;
    }
    // Where its words do not agree a person chooses.
    if all.iter().any(Said::favors) && !all.iter().all(Said::favors) {
        for said in &all {
            told(ground, said, Confidence::Possible);
        }
        return;
    }
    together(ground, &all);
}

/// Whether an object names some of the items of the telegram and not the others.
fn is_part(ground: &Ground<'_>, object: &str) -> bool {
    let object = object.to_lowercase();
    let words: Vec<&str> = object.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let labels = ground.found.iter().filter_map(|found| match &found.value {
        Value::ItemGroup { label, .. } => Some(label.to_lowercase()),
        _ => None,
    });
    let named: Vec<bool> = labels.map(|label| words.contains(&label.rsplit(' ').next().unwrap_or_default())).collect();
    named.contains(&true) && named.contains(&false)
}

/// One recommendation for each license; what is said of none of them stands for itself.
fn of_each_license(ground: &mut Ground<'_>, all: &[Said]) {
    let mut seen: Vec<(Option<String>, RecommendationWord)> = Vec::new();
    for said in all {
        let licenses: Vec<Option<String>> = match said.verdict.licenses.as_slice() {
            [] => vec![None],
            some => some.iter().cloned().map(Some).collect(),
        };
        for license in licenses {
            let cell = (license.clone(), said.verdict.word);
            if seen.contains(&cell) {
                continue;
            }
            let of_it = |other: &&Said| {
                license.as_ref().is_none_or(|number| other.verdict.licenses.is_empty() || other.verdict.licenses.contains(number))
            };
            let agreed = all.iter().filter(of_it).all(|other| other.favors() == said.favors());
            let least = if agreed { Confidence::Likely } else { Confidence::Possible };
            seen.push(cell);
            put(ground, said, license, said.verdict.confidence.max(least));
        }
    }
}

/// All say the same, more or less: the last word counts, and the conditions are those of all that agree with it.
fn together(ground: &mut Ground<'_>, all: &[Said]) {
    let Some(last) = all.last() else { return };
    let mut verdict = last.verdict.clone();
    if !all.iter().all(|said| agree(said.verdict.word, last.verdict.word)) {
        verdict.confidence = Confidence::Possible;
    }
    for said in all {
        if said.verdict.word == RecommendationWord::SupportWithConditions && agree(said.verdict.word, last.verdict.word) {
            verdict.word = RecommendationWord::SupportWithConditions;
            if verdict.conditions.is_empty() {
                verdict.conditions.clone_from(&said.verdict.conditions);
            }
        }
    }
    let confidence = verdict.confidence;
    let licenses = all.iter().map(|said| &said.verdict.licenses).find(|licenses| !licenses.is_empty());
    verdict.licenses = licenses.cloned().unwrap_or_default();
    told(ground, &Said { index: last.index, verdict }, confidence);
}

/// Proposes a recommendation, with its license where the telegram has others beside it.
fn told(ground: &mut Ground<'_>, said: &Said, confidence: Confidence) {
    let licenses = ground.found.iter().filter(|found| matches!(found.value, Value::License { .. })).count();
    let license = match said.verdict.licenses.as_slice() {
        [one] if licenses > 1 => Some(one.clone()),
        _ => None,
    };
    put(ground, said, license, confidence);
}

fn put(ground: &mut Ground<'_>, said: &Said, license: Option<String>, confidence: Confidence) {
    let text = ground.sentences[said.index].text.clone();
    let value = Value::Recommendation { word: said.verdict.word, conditions: said.verdict.conditions.clone(), license, text };
    ground.propose(value, confidence, said.index, said.index);
}

//! Post's recommendation, wherever it stands: in the summary, in the comment, in a paragraph of its own. What must be true first is a
//! condition.

use super::{ground::Ground, heads, words::patterns};
use crate::{
    checks::model::RecommendationWord,
    telegrams::reading::{Confidence, PieceKind, Value},
};

patterns! {
    POST = r"\b(?:post|embassy|mission|we|consulate|country team)\b";
    PAST = r"\bhad (?:\w+ )?(?:recommended|supported|endorsed)|\bwithdr[ae]ws?\b|\brescinds?\b|\bno longer\b|\b(?:could|would|might|may) (?:\w+ )?(?:recommend|support|endorse)|\brecommended in\b";
    OPPOSES = r"\b(?:does not|do not|cannot|can not|would not|is not prepared to)(?:\s+\w+){0,2}\s+(?:support|recommend|endorse)\b[^.]{0,60}\b(?:approv|licen[sc]|issu|export|sale|transfer|transaction|application)|\brecommends?\b[^.]{0,60}\b(?:be |is )(?:denied|disapproved|rejected|refused)|\bopposes?\b|\brecommends?\b[^.]{0,40}\b(?:denial|denying|disapproval|against|rejection|that [^.]{0,40}\b(?:be )?(?:denied|disapproved|not be approved))|\bobjects? to\b";
    UNDECIDED = r"(?:cannot|unable to|not able to|not in a position to) (?:\w+ ){0,4}?(?:recommend|make a recommendation|endorse|provide a recommendation|offer a recommendation)|no recommendation|defers? (?:a|any|its) recommendation|cannot determine whether (?:to|the (?:license|export|sale))";
    SUPPORTS = r"\b(?:supports?|recommends?|endorses?|favou?rs?|concurs? (?:with|in))\b[^.]{0,80}\b(?:approv|licen[sc]e|issuance|export|application|transaction|sale|transfer|request|case|shipment)|\brecommend(?:s|ed)? (?:immediate |favorable |its )?approval\b";
    /// What is neither for nor against.
    OTHERWISE = r"\breturned without action\b|\b(?:recommends?|suggests?)\b[^.]{0,80}\b(?:returned|be held|held in abeyance|suspended|delay(?:ed|ing)?|deferred|postponed|second visit|further (?:information|inquiries|review))\b";
    NOT_FOR = r"\b(?:not|cannot|never|n't|unable to)(?:\s+\w+){0,3}\s+(?:recommend|support|endorse|favou?r)";
    UNFAVORABLE = r"\brecommends?\b[^.]{0,60}\bunfavou?rabl[ey]\b";
    FAVORABLE = r"\brecommends?\b[^.]{0,60}\bfavou?rabl[ey]\b";
    NO_OBJECTION = r"\b(?:has|have|sees?|perceives?|interposes?|poses?) no (?:\w+ ){0,2}?objections?\b|\bno objections? to\b|\bdoes not object\b";
    TURNS = r"\b(?:although|however|but|unless|except|despite|not|no (?:more|longer|other)|only|returned)\b";
    CONDITION = r"\b(as soon as|once|provided(?: that)?|contingent (?:up)?on|conditioned (?:up)?on|conditional (?:up)?on|subject to|on condition that|only after|only if|on the condition that|only when|pending|after|when|if|with the (?:following )?conditions?(?: that)?|with the proviso(?: that)?)\b[:,]?\s*([^.;]{4,300})";
}

/// The word of one sentence.
fn word(lower: &str) -> Option<RecommendationWord> {
    let named = POST.is_match(lower) || lower.trim_start().starts_with("recommend");
    if !named {
        return None;
    }
    if PAST.is_match(lower) {
        // What the post said once, or would say, is not its word.
        None
    } else if UNDECIDED.is_match(lower) {
        Some(RecommendationWord::CannotDetermine)
    } else if OPPOSES.is_match(lower) {
        Some(RecommendationWord::Oppose)
    } else if OTHERWISE.is_match(lower) {
        None
    } else if UNFAVORABLE.is_match(lower) && !NOT_FOR.is_match(lower) {
        Some(RecommendationWord::Oppose)
    } else if NOT_FOR.is_match(lower) {
        None
    } else if SUPPORTS.is_match(lower) || FAVORABLE.is_match(lower) {
        Some(RecommendationWord::Support)
    } else if NO_OBJECTION.is_match(lower) {
        Some(RecommendationWord::NoObjection)
    } else {
        None
    }
}

/// Whether a sentence recommends something.
pub fn recommends(lower: &str) -> bool {
    word(lower).is_some()
}

/// Whether a telegram recommends anything.
pub fn is_there(ground: &Ground<'_>) -> bool {
    ground.sentences.iter().any(|sentence| sentence.kind != PieceKind::Quotation && recommends(&sentence.lower))
}

/// The conditions of a sentence.
fn conditions(text: &str) -> Vec<String> {
    let found = CONDITION.captures(text).and_then(|found| found.get(2));
    found.map(|clause| clause.as_str().trim().trim_end_matches([',', '"']).to_owned()).into_iter().collect()
}

/// Proposes the recommendation: one, or one for each license where they differ.
pub fn propose(ground: &mut Ground<'_>) {
    let mut found: Vec<(usize, RecommendationWord, Vec<String>, Option<String>)> = Vec::new();
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if sentence.kind == PieceKind::Quotation || ground.voices.who(index).is_some() {
            continue;
        }
        let Some(said) = word(&sentence.lower) else { continue };
        let conditions = if matches!(said, RecommendationWord::Support | RecommendationWord::NoObjection) {
            conditions(&sentence.text)
        } else {
            Vec::new()
        };
        let said = if conditions.is_empty() { said } else { RecommendationWord::SupportWithConditions };
        let license = match heads::numbers(&sentence.text).as_slice() {
            [(_, one)] => Some(one.clone()),
            _ => None,
        };
        found.push((index, said, conditions, license));
    }
    let Some((_, _, _, first)) = found.first().cloned() else { return };
    let several = found.iter().any(|(_, _, _, license)| license.is_some() && *license != first) && first.is_some();
    if several {
        for (index, said, conditions, license) in found {
            let text = ground.sentences[index].text.clone();
            ground.propose(Value::Recommendation { word: said, conditions, license, text }, Confidence::Likely, index, index);
        }
        return;
    }
    // Where its words do not agree a person chooses.
    let favors = |word: RecommendationWord| {
        matches!(word, RecommendationWord::Support | RecommendationWord::SupportWithConditions | RecommendationWord::NoObjection)
    };
    let sides: Vec<bool> = found.iter().map(|(_, word, _, _)| favors(*word)).collect();
    if sides.contains(&true) && sides.contains(&false) {
        for (index, said, conditions, license) in found {
            let text = ground.sentences[index].text.clone();
            ground.propose(Value::Recommendation { word: said, conditions, license, text }, Confidence::Possible, index, index);
        }
        return;
    }
    // The last word counts; the conditions are those of all that agree with it.
    let Some((at, mut said, mut all, _)) = found.last().cloned() else { return };
    // A sentence that turns itself round is looked at by a person.
    let turns = TURNS.is_match(&ground.sentences[at].lower) && said == RecommendationWord::Support;
    let last = said;
    let agrees = |other: RecommendationWord| {
        other == last
            || matches!(
                (other, last),
                (RecommendationWord::Support, RecommendationWord::SupportWithConditions)
                    | (RecommendationWord::SupportWithConditions, RecommendationWord::Support)
            )
    };
    let confidence = if turns {
        Confidence::Possible
    } else if found.iter().all(|(_, other, _, _)| agrees(*other)) {
        Confidence::Certain
    } else {
        Confidence::Possible
    };
    for (_, other, more, _) in &found {
        if *other == RecommendationWord::SupportWithConditions && agrees(*other) {
            said = RecommendationWord::SupportWithConditions;
            for condition in more.iter().filter(|_| all.is_empty()).cloned().collect::<Vec<_>>() {
                all.push(condition);
            }
        }
    }
    let text = ground.sentences[at].text.clone();
    ground.propose(Value::Recommendation { word: said, conditions: all, license: None, text }, confidence, at, at);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_recommendation() {
        for (said, wanted) in [
            ("post recommends approval of the license", Some(RecommendationWord::Support)),
            ("post has no derogatory information on subject firm and recommends approval", Some(RecommendationWord::Support)),
            ("post has no objection to the export", Some(RecommendationWord::NoObjection)),
            ("post recommends denial of the license", Some(RecommendationWord::Oppose)),
            ("post does not recommend approval", Some(RecommendationWord::Oppose)),
            ("post cannot recommend approval at this time", Some(RecommendationWord::CannotDetermine)),
            ("post is unable to make a recommendation", Some(RecommendationWord::CannotDetermine)),
            ("post recommends that the license be returned without action until the numbers agree", None),
            ("post does not recommend closing the check as favorable", None),
            ("post recommends closing the case favorably", Some(RecommendationWord::Support)),
            ("post recommends an unfavorable finding", Some(RecommendationWord::Oppose)),
            ("the manager recommends approval", None),
            ("post met with the manager", None),
        ] {
            assert_eq!(word(said), wanted, "{said}");
        }
        assert_eq!(conditions("Post supports approval as soon as X provides the permits."), ["X provides the permits"]);
        assert_eq!(conditions("Post supports approval."), Vec::<String>::new());
    }
}

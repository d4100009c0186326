//! Post's own recommendation on issuing, in plain words for or against. Somebody else's view, an earlier telegram's and
//! a mere opinion are none: they are sentences that a person points at.

use std::sync::LazyLock;

use regex::Regex;

use super::{ground::Ground, licenses};
use crate::{
    checks::model::RecommendationWord::{self, CannotDetermine, NoObjection, Oppose, Support, SupportWithConditions},
    telegrams::reading::{
        Confidence, Value,
        words::{pattern, patterns},
    },
};

const POST: &str = r"(?:post|the embassy|embassy \w+|embassy|we|this embassy|the mission|mission)(?: \w+ly| therefore| thus| also| again| still| fully| strongly| accordingly| hence| has decided to| wishes to| would| continues to| remains?| is| can| does| do| did| must| at this time| for now|,)*,?";

/// What is to happen with a license.
const ISSUE: &str =
    r"(?:approv(?:al|ing|es?)|issu(?:ance|ing|e)|grant(?:ing)?|release|favorable (?:action|consideration))";
/// What is to happen against it.
const DENY: &str = r"(?:deni(?:al|ed)|deny(?:ing)?|disapprov(?:al|e|ed|ing)|reject(?:ion|ed|ing)?|return(?:ed|ing)? without action|refus(?:al|ed|ing)|withh(?:old|eld)(?:ing)?)";

/// What may stand between the verb and what is to happen.
const FILL: &str = r"(?:(?:that|the|this|these|both|all|its|subject|license|licenses|application|applications|applicant's|case|cases|request|and|in question|export|proposed|number|no\.|for|of|DSP-?\d+|#?[\d-]{5,}|it|they|be|should|department|ddtc|dtcc|washington|immediate|prompt|early|full|favorable|unconditional|conditional|now|firm's|sale) )*";

/// Words of a recommendation: `POST`, `FILL`, `ISSUE` and `DENY` stand for those above. With an example, and a
/// counter-example.
const WORDS: &[(&str, RecommendationWord, &str, &str)] = &[
    (
        r"POST (?:has|have|is|are|finds?|sees?|knows?|believes?|considers?) [ -:<-~]{1,160}? and (?:therefore |thus |strongly |accordingly )*recommends? (?:against|FILL(?:DENY|not (?:be )?(?:ISSUE|approved|issued|granted)))",
        Oppose,
        "Post has no confidence in the firm and recommends denial.",
        "Post has met the director and recommends a visit.",
    ),
    (
        r"POST (?:has|have|is|are|finds?|sees?|knows?|believes?|considers?) [ -:<-~]{1,160}? and (?:therefore |thus |strongly |accordingly )*(?:recommends?|supports?) FILL(?:ISSUE|(?:be |go |should be )(?:approved|issued|granted|forward|ahead))",
        Support,
        "Post has no derogatory information on the firm and recommends approval.",
        "Post has met the director and recommends a visit.",
    ),
    (
        r"POST (?:(?:recommends?|advises?|urges?|counsels?) (?:\w+ )?against|opposes?|objects? to|not believe (?:that )?(?:the |this |these )?(?:\w+ ){0,2}?(?:licen[sc]es?|applications?|case) (?:\S+ )?(?:should|ought to|can) be|believes? (?:that )?(?:the |this |these )?(?:\w+ ){0,2}?(?:licen[sc]es?|applications?) (?:\S+ )?(?:should not|ought not to) be|(?:cannot|can not|not|unable to) (?:support|endorse|recommend) (?:the |this |these |both |its )*(?:\w+ ){0,3}?(?:ISSUE|licen|application|export|sale|transfer|transaction|case|request|shipment|purchase))",
        Oppose,
        "Post recommends against approval.",
        "The ministry recommends against approval.",
    ),
    (
        r"POST recommends? FILL(?:DENY|not (?:be )?(?:ISSUE|approved|issued|granted))",
        Oppose,
        "Post recommends that the license not be issued.",
        "Post recommends that the license be issued.",
    ),
    (
        r"(?:POST (?:(?:not|unable|not able|in no position|not in a position) (?:\w+ )?(?:to )?(?:make|offer|give|reach|form) (?:a |an |any )?(?:\w+ )?(?:recommendation|judgment|conclusion|determination)|(?:cannot|can not|not|unable to) (?:now |yet |at this time )?(?:make|offer|give|reach) (?:a |any )?(?:\w+ )?recommendation|unable to (?:determine|recommend)|makes? no recommendation|(?:has|have) no recommendation|(?:offer|offers|give|make|makes)(?: the department)? no recommendation|(?:cannot|can not|not|unable to) say,?[ -,/-:<-~]{0,60} whether))",
        CannotDetermine,
        "Post is unable to make a recommendation.",
        "The ministry is unable to make a recommendation.",
    ),
    (
        r"POST (?:(?:has|have|sees?|had|knows? of|finds?|perceives?|raises?|interposes?) no (?:\w+ )?(?:objections?|reason to object)|(?:does|do|would)?,? ?not object)",
        NoObjection,
        "Post has no objection to the export.",
        "The ministry has no objection.",
    ),
    (
        r"POST (?:recommends?|supports?|favou?rs?|endorses?|concurs? (?:in|with)|urges?|advises?|in favor of|prepared to (?:recommend|support)|comfortable recommending|able to (?:recommend|support)) FILL(?:ISSUE|(?:be |go |should be )(?:approved|issued|granted|forward|ahead)|licen[sc]es?|applications?|export|sale|transfer|transaction)",
        Support,
        "Post recommends approval of the license.",
        "Post recommends a second visit.",
    ),
];

patterns! {
    /// What must be true first, after the recommendation.
    CONDITION = r",? ?\b(?:once|as soon as|provided(?: that)?|providing(?: that)?|subject to|on (?:the )?condition(?: that)?|conditioned (?:up)?on|conditional (?:up)?on|contingent (?:up)?on|pending|after|until|unless|only (?:if|when|after|once)|if|when|with the (?:proviso|condition|conditions|understanding)(?: that)?|so long as|as long as|assuming(?: that)?)\b:? ?";
    /// A condition that stands before it.
    FIRST = r"^\W*(?:once|as soon as|provided(?: that)?|subject to|on (?:the )?condition(?: that)?|pending|if|when|after|assuming(?: that)?|until)\b";
    /// An earlier telegram, somebody's supposition, or a question.
    NOT_NOW = r"^\W*(?:until|before|pending)\b[^.;]* (?:makes?|has|have|offers?) no recommendation|\b(?:in|per|by|see) ref(?:tel|s)?\b(?: [a-z]\b)?[^.]{0,20}\bpost\b|\b(?:earlier|previously|last year|in (?:19|20)\d\d)\b|\b(?:before|whether|until|unless|if) (?:post|the embassy|embassy|we) (?:can |could |would |will )?(?:recommend|support|oppos|make|object)|\bwould have\b|\bmight\b";
    BOTH = r"\b(?:both|all|either|neither|each|these|the two|the three) (?:of )?(?:the |these )?(?:\w+ )?(?:licen[sc]es?|applications?|cases)\b|\bthe (?:licen[sc]es|applications)\b";
}

static SHAPES: LazyLock<Vec<(Regex, RecommendationWord)>> = LazyLock::new(|| {
    WORDS
        .iter()
        .map(|(words, word, _, _)| {
            (
                pattern(&format!(
                    r"\b{}",
                    words.replace("POST", POST).replace("FILL", FILL).replace("ISSUE", ISSUE).replace("DENY", DENY)
                )),
                *word,
            )
        })
        .collect()
});

/// What a sentence recommends.
#[derive(Debug, Clone)]
pub struct Said {
    pub index: usize,
    pub word: RecommendationWord,
    /// What must be true first.
    conditions: Vec<String>,
    /// The licenses it is about.
    licenses: Vec<String>,
    /// Whether it is about all there are.
    all: bool,
}

/// What the sentences recommend.
pub fn said(ground: &Ground<'_>) -> Vec<Said> {
    ground
        .own()
        .flat_map(|(index, sentence)| verdicts(&sentence.text).into_iter().map(move |said| Said { index, ..said }))
        .collect()
}

/// The recommendations of a sentence: each from its verb to the next one.
fn verdicts(text: &str) -> Vec<Said> {
    if NOT_NOW.is_match(text) {
        return Vec::new();
    }
    let mut found: Vec<(usize, usize, RecommendationWord)> = Vec::new();
    for (shape, word) in SHAPES.iter() {
        for verb in shape.find_iter(text) {
            if found.iter().all(|(from, to, _)| verb.end() <= *from || verb.start() >= *to) {
                found.push((verb.start(), verb.end(), *word));
            }
        }
    }
    found.sort_unstable_by_key(|(from, _, _)| *from);
    let ends: Vec<usize> = found.iter().skip(1).map(|(from, _, _)| *from).chain([text.len()]).collect();
    found.into_iter().zip(ends).map(|((from, to, word), end)| verdict(text, from, to, end, word)).collect()
}

fn verdict(text: &str, from: usize, to: usize, end: usize, word: RecommendationWord) -> Said {
    let (clause, rest) = (&text[from..end], &text[to..end]);
    let mut conditions = Vec::new();
    if matches!(word, Support | NoObjection) {
        let after = CONDITION.find(rest).map(|found| rest[found.end()..].trim_end_matches(['.', ' ', '"', ')']));
        let before = FIRST.find(&text[..from]).map(|found| text[found.end()..from].trim_end_matches([',', ' ']));
        conditions.extend(after.or(before).map(str::trim).filter(|words| words.contains(' ')).map(str::to_owned));
    }
    let word = if word == Support && !conditions.is_empty() { SupportWithConditions } else { word };
    let conditions = if word == SupportWithConditions { conditions } else { Vec::new() };
    let licenses = licenses::numbers(clause).into_iter().map(|(_, number)| number).collect();
    Said { index: 0, word, conditions, licenses, all: BOTH.is_match(clause) }
}

const fn favors(word: RecommendationWord) -> bool {
    matches!(word, Support | SupportWithConditions | NoObjection)
}

/// Proposes one recommendation, or one for each license. Where its words do not agree a person points at them.
pub fn propose(ground: &mut Ground<'_>, said: Vec<Said>, all: &[String]) {
    let of_license = |said: &Said, license: &str| {
        said.all || said.licenses.iter().any(|number| licenses::same_license(number, license))
    };
    let mut said = said;
    if all.len() > 1 {
        for said in said.iter_mut().filter(|said| !said.all && said.licenses.is_empty()) {
            said.licenses.extend(license_above(ground, said.index));
        }
    }
    let several = all.len() > 1 && said.iter().any(|said| said.all || !said.licenses.is_empty());
    if !several {
        together(ground, said.iter().collect(), None);
        return;
    }
    for license in all {
        together(ground, said.iter().filter(|said| of_license(said, license)).collect(), Some(license.clone()));
    }
}

/// The license that the heading of a sentence's paragraph names, else the one that was named last in the paragraph.
fn license_above(ground: &Ground<'_>, index: usize) -> Option<String> {
    let here = ground.sentences[index].paragraph;
    let heading = ground.structure.paragraphs[here].heading.as_deref().map(licenses::numbers).unwrap_or_default();
    let above = (0..index).rev().take(20).take_while(|at| ground.sentences[*at].paragraph == here);
    let last = above.into_iter().find_map(|at| licenses::numbers(&ground.sentences[at].text).pop());
    heading.into_iter().next().or(last).map(|(_, number)| number)
}

/// All say the same, more or less: the last word counts, with the conditions of any.
fn together(ground: &mut Ground<'_>, all: Vec<&Said>, license: Option<String>) {
    let Some(last) = all.last() else { return };
    let agree = all.iter().all(|said| said.word == last.word || (favors(said.word) && favors(last.word)));
    if !agree {
        return;
    }
    let with = all.iter().rev().find(|said| said.word == SupportWithConditions);
    let support = all.iter().rev().find(|said| said.word == Support);
    let chosen = with.or(support).copied().unwrap_or(last);
    let value = Value::Recommendation {
        word: chosen.word,
        conditions: chosen.conditions.clone(),
        license,
        text: ground.sentences[chosen.index].text.clone(),
    };
    ground.propose(value, Confidence::Certain, chosen.index);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<RecommendationWord> {
        verdicts(text).into_iter().map(|said| said.word).collect()
    }

    #[test]
    fn every_example_recommends_and_no_counter_example_does() {
        for (_, word, example, counter) in WORDS {
            assert_eq!(of(example), [*word], "{example}");
            assert!(!of(counter).contains(word), "{counter}");
        }
    }

    #[test]
    fn a_condition_stands_before_or_after() {
        for (text, conditions) in [
            ("Post supports approval as soon as the firm provides the permit.", vec!["the firm provides the permit"]),
            ("Once the permit is issued, post recommends approval of the license.", vec!["the permit is issued"]),
            ("Post recommends approval.", vec![]),
        ] {
            let found = verdicts(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].conditions, conditions, "{text}");
        }
    }

    #[test]
    fn what_others_say_and_what_was_said_once_is_none() {
        for other in [
            "The director recommended approval.",
            "In ref B post recommended approval of the license.",
            "Post cannot say whether we support approval.",
            "He supports approval of the license.",
        ] {
            assert_eq!(of(other), [], "{other}");
        }
    }

    #[test]
    fn each_license_has_its_own() {
        let found =
            verdicts("Post recommends approval of license 050111111 and post recommends denial of license 050222222.");
        let told: Vec<_> = found.iter().map(|said| (said.word, said.licenses.join(" "))).collect();
        assert_eq!(told, [(Support, "050111111".to_owned()), (Oppose, "050222222".to_owned())]);
    }
}

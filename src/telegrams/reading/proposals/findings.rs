//! Findings: what the post says in its own voice, by topic. Where only a contact speaks to a topic the answer is at most `partly`, and the
//! text says whose word it is. A sentence that says no, or that nothing could be found out, is never a yes.

use std::collections::BTreeMap;

use super::{
    ground::Ground,
    items,
    parties::Known,
    recommendation,
    words::{IN_PART, NEGATED, NO_BAD_WORD, UNESTABLISHED, topic, topics},
};
use crate::{
    checks::model::CheckType,
    evidence::model::{FindingAnswer, PortionMark},
    parties::model::PartyRole,
    telegrams::reading::{Confidence, Direction, PieceKind, Value},
};

/// At most so many sentences make the text of a finding.
const MOST_SENTENCES: usize = 5;

/// What a sentence answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
    Partly,
    Unknown,
}

/// What is found on one topic, of one party.
#[derive(Default)]
struct Draft {
    own: Vec<(usize, Says)>,
    told: Vec<usize>,
}

fn says(lower: &str) -> Says {
    let bare = NO_BAD_WORD.replace_all(lower, "good");
    if UNESTABLISHED.is_match(&bare) {
        Says::Unknown
    } else if NEGATED.is_match(&bare) {
        Says::No
    } else if IN_PART.is_match(&bare) {
        Says::Partly
    } else {
        Says::Yes
    }
}

/// Proposes the findings of an answer.
pub fn propose(ground: &mut Ground<'_>, parties: &[Known], direction: Direction) {
    if !matches!(direction, Direction::Reply | Direction::Interim | Direction::Other) {
        return;
    }
    let shipped = ground.found.iter().any(|found| matches!(found.value, Value::Check { check_type: Some(CheckType::PostShipment), .. }));
    let mut drafts: BTreeMap<(usize, &'static str, Option<String>), Draft> = BTreeMap::new();
    let mut order = 0;
    let mut places: BTreeMap<(&'static str, Option<String>), usize> = BTreeMap::new();
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        // That the post met or visited somebody is no answer.
        let event =
            ground.voices.persons.iter().any(|person| person.sentence == index && person.is_met) && ground.voices.who(index).is_none();
        let opinion = event || matches!(sentence.kind, PieceKind::Comment | PieceKind::Quotation | PieceKind::Note);
        if opinion || items::is_separate(&sentence.lower) || is_plan(&sentence.lower) {
            continue;
        }
        let told = ground.voices.who(index).is_some();
        let recommends = recommendation::recommends(&sentence.lower);
        let mut found = if told { vec![topic(&sentence.lower)] } else { topics(&sentence.lower) };
        if recommends {
            found.retain(|topic| *topic == "import_approvals");
        }
        // Receipt is asked of what was shipped.
        for topic in found.into_iter().filter(|topic| *topic != "other" && (*topic != "receipt" || shipped)) {
            let Some(of) = party_of(topic, &sentence.text, parties) else { continue };
            let key = (topic, of);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                order += 1;
                order
            });
            let draft = drafts.entry((place, key.0, key.1)).or_default();
            if told {
                draft.told.push(index);
            } else {
                let said = if topic == "import_approvals" { approvals(&sentence.lower) } else { Some(says(&sentence.lower)) };
                draft.own.extend(said.map(|said| (index, said)));
            }
        }
    }
    for ((_, topic, party), draft) in drafts {
        settle(ground, topic, party, &draft);
    }
}

/// A sentence on what is still to be done, or on how the post went about it, answers nothing.
fn is_plan(lower: &str) -> bool {
    [
        "following findings",
        "this is an answer",
        "this is a response",
        "this is an interim",
        "this responds",
        "post will ",
        "embassy will ",
        "poloff will ",
        "post is awaiting",
        "post awaits",
        "post requests",
        "please ",
        "point of contact",
        "post would appreciate",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

/// Whether import approvals are there: a condition or a need says no.
fn approvals(lower: &str) -> Option<Says> {
    let open = [
        "as soon as",
        "once ",
        "provided that",
        "contingent",
        "subject to",
        "need",
        "require",
        "yet to",
        "pending",
        "will provide",
        "must obtain",
        "await",
    ];
    if UNESTABLISHED.is_match(lower) {
        Some(Says::Unknown)
    } else if open.iter().any(|word| lower.contains(word)) || NEGATED.is_match(lower) {
        Some(Says::No)
    } else if ["issued", "granted", "obtained", "approved", "holds", "has the"].iter().any(|word| lower.contains(word)) {
        Some(Says::Yes)
    } else {
        None
    }
}

/// The party a topic is about: none where the topic is of the whole check; `None` where it needs one and none is named.
#[expect(clippy::option_option, reason = "no party named, none needed, and which one are three answers")]
fn party_of(topic: &str, text: &str, parties: &[Known]) -> Option<Option<String>> {
    let go_between = |party: &&Known| party.role.is_some_and(PartyRole::is_go_between);
    let one = |found: Option<&Known>| found.map(|party| Some(party.name.clone()));
    match topic {
        "bona_fides" => one(parties
            .iter()
            .find(|party| party.role.is_some() && party.role != Some(PartyRole::Applicant) && party.is_in(text))
            .or(match parties {
                [only]
                    if text.to_lowercase().contains("firm")
                        || text.to_lowercase().contains("company")
                        || text.to_lowercase().contains("subject") =>
                {
                    Some(only)
                }
                _ => None,
            })),
        "intermediaries" => one(parties.iter().find(|party| go_between(party) && party.is_in(text)).or_else(|| {
            let mut all = parties.iter().filter(go_between);
            all.next().filter(|_| all.next().is_none())
        })),
        "nontransfer" => one(parties.iter().find(|party| party.role == Some(PartyRole::EndUser))),
        _ => Some(None),
    }
}

fn settle(ground: &mut Ground<'_>, topic: &'static str, party: Option<String>, draft: &Draft) {
    let (answer, used, confidence, by) = if draft.own.is_empty() {
        let Some(first) = draft.told.first().copied() else { return };
        // Only claimed: at most in part.
        let by = ground.voices.who(first);
        let denied = draft.told.iter().any(|index| says(&ground.sentences[*index].lower) == Says::No);
        let answer = if topic == "import_approvals" && denied { FindingAnswer::No } else { FindingAnswer::Partly };
        (answer, draft.told.clone(), Confidence::Possible, by)
    } else {
        let all: Vec<Says> = draft.own.iter().map(|(_, said)| *said).collect();
        let has = |said| all.contains(&said);
        let answer = match (has(Says::Yes), has(Says::No), has(Says::Partly), has(Says::Unknown)) {
            (_, true, _, _) if topic == "import_approvals" => FindingAnswer::No,
            (true, false, false, false) => FindingAnswer::Yes,
            (false, true, false, false) => FindingAnswer::No,
            (false, false, false, true) => FindingAnswer::CouldNotEstablish,
            _ => FindingAnswer::Partly,
        };
        let sure = answer != FindingAnswer::Partly || has(Says::Partly);
        (answer, draft.own.iter().map(|(index, _)| *index).collect(), if sure { Confidence::Likely } else { Confidence::Possible }, None)
    };
    let used: Vec<usize> = used.into_iter().take(MOST_SENTENCES).collect();
    let Some(first) = used.first().copied() else { return };
    let words: Vec<&str> = used.iter().map(|index| ground.sentences[*index].text.as_str()).collect();
    let words = words.join(" ");
    let text = match by {
        Some(by) if !words.to_lowercase().contains("according to") => format!("According to {by}: {words}"),
        _ => words,
    };
    let mark = match ground.mark(first) {
        Some("U") => PortionMark::U,
        _ => PortionMark::Sbu,
    };
    let last =
        used.iter().rev().find(|index| ground.sentences[**index].paragraph == ground.sentences[first].paragraph).copied().unwrap_or(first);
    let value = Value::Finding { topic: topic.to_owned(), party, answer, text, mark };
    ground.propose(value, confidence, first, if last == first + 1 { last } else { first });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposite_words_are_never_a_yes() {
        for (said, wanted) in [
            ("the firm has a secure armory", Says::Yes),
            ("post has no derogatory information on the firm", Says::Yes),
            ("post cannot confirm the address", Says::Unknown),
            ("post was unable to locate the firm", Says::Unknown),
            ("the firm does not exist at the address", Says::No),
            ("storage was partially complete", Says::Partly),
            ("there is no record of the firm", Says::No),
            ("the ministry refused to confirm the order", Says::No),
        ] {
            assert_eq!(says(said), wanted, "{said}");
        }
    }

    #[test]
    fn an_approval_that_is_a_condition_is_not_there() {
        assert_eq!(approvals("post supports approval as soon as it provides the import approval"), Some(Says::No));
        assert_eq!(approvals("the ministry has issued the import permit"), Some(Says::Yes));
        assert_eq!(approvals("the import procedure is simple"), None);
    }
}

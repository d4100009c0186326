//! Findings: what the post says in its own voice, by topic. Where only a contact speaks to a topic the answer is at most `partly`, and the
//! text says whose word it is. A sentence that says no, or that nothing could be found out, is never a yes.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    items,
    parties::{Known, meant},
    recommendation, requests,
    words::{IN_PART, NEGATED, NO_BAD_WORD, UNESTABLISHED, pattern, patterns, topic, topics},
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

patterns! {
    /// Words of a bad answer that no negative has.
    BAD = r"\b(?:inconsistent|suspicious|suspects?|suspected|divert(?:ed|s)?|diversion|doubts?|doubtful|contrary to|excessive|disproportionate|too (?:many|much|large)|front company|shell company|fraud\w*|forged|fake|debarred|convicted|under (?:criminal )?investigation|unreliable|insecure|unsecured|unlocked|unguarded|broken|derogatory|unfavou?rable)\b";
}

/// Words by which a sentence with the words of a topic answers yes to it; without them it answers nothing.
const YES: [(&str, &str); 9] = [
    (
        "bona_fides",
        r"\bgood\b|legitimate|bona ?fide|reputable|reliable|well[- ]known|well[- ]established|known to (?:post|the embassy)|\bregistered\b|incorporated|in business|has operated|has been operating|established in|long[- ]standing|trusted|credible|good standing|valid (?:business |trade )?licen[sc]e|holds (?:a |an )?(?:\w+ )?(?:permit|licen[sc]e)|exists\b",
    ),
    (
        "order",
        r"\bconfirm|\bverif|\bplaced\b|\b(?:was|were|has|have|had|it|firm|company|ministry) ordered\b|\bsigned\b|has (?:a|the) (?:\w+ )?(?:contract|order)|(?:contract|order|invoice|purchase)[^.]{0,40}(?:genuine|authentic|matches|agrees|is real)|(?:saw|seen|provided|showed|shown)[^.]{0,40}(?:contract|order|invoice)",
    ),
    (
        "end_use",
        r"consistent with|\bwill (?:be used|use|equip|arm|protect)|\bused (?:by|for|to)\b|for the purpose of|\bintended (?:for|use)|end[- ]use (?:is|was|as)|\bto (?:protect|equip|arm|train|guard|provide)|\bconfirm|\bgood\b",
    ),
    (
        "need",
        r"consistent with|commensurate|appropriate|reasonable|in line with|justif|proportion|\bneeds?\b|\bneeded\b|necessary|security force|guard force|force of|\d+-(?:man|person|member|officer)|shortage|replac|sufficient",
    ),
    (
        "storage",
        r"\b(?:has|have|had|with|contains?|keeps?|kept|uses?) (?:\w+ ){0,2}?(?:a|an|its|the|two|three|in)\b|\b(?:secured?|securely|adequate|good|excellent|sound|meets?|locked|guarded|fenced|alarm\w*|steel|concrete|sufficient|satisfactory|suitable|standards?|proper|controlled|cctv|cameras?|u\.s\.-standard)\b|stored (?:in|at)",
    ),
    (
        "inventory",
        r"\b(?:has|have|keeps?|kept|maintain\w*|implement\w*|signed|match\w*|reconcil\w*|accurate|modeled|complete|up[- ]to[- ]date|showed|shown|daily|weekly|records?|recorded|logs?|adopt\w*|good|adequate|uses?)\b",
    ),
    (
        "nontransfer",
        r"\b(?:familiar|aware|understands?|understood|acknowledg\w*|commit\w*|agrees?|agreed|assur\w*|abide|signed|pledg\w*|good)\b",
    ),
    ("intermediaries", r"\b(?:good|legitimate|reputable|reliable|bona ?fide|registered|well[- ]known)\b"),
    (
        "receipt",
        r"\breceived (?:all|the|its)\b|\b(?:confirm\w*|verif\w*|acknowledg\w*) [^.]{0,40}\b(?:receipt|received|delivery|delivered)|\ball (?:of the )?(?:\w+ ){0,5}?(?:were|was|are|is|have been) (?:\w+ )?(?:accounted for|seen|sighted|present|delivered|received|located|inspected|verified|there)|\b(?:saw|sighted|inspected|counted|verified) (?:all|each|every)|\b(?:were|was) (?:delivered|received)\b",
    ),
];

/// Whether a sentence with no bad word says yes to a topic.
fn affirms(topic: &str, lower: &str) -> bool {
    static COMPILED: LazyLock<Vec<(&'static str, Regex)>> =
        LazyLock::new(|| YES.iter().map(|(topic, words)| (*topic, pattern(words))).collect());
    COMPILED.iter().any(|(of, words)| *of == topic && words.is_match(lower))
}

/// What a sentence with the words of a topic answers to it, if it answers.
fn says(topic: &str, lower: &str) -> Option<Says> {
    patterns! {
        POLICE = r"\bpolice\b[^.]{0,60}\bno (?:\w+ )?records?\b|\bno (?:criminal|police|arrest) records?\b";
        ONLY = r"\bonly (?:\w+ )?(?:of|\d+)\b|\b\w+ of (?:the )?(?:\d+|\w+) [^.]{0,40}\b(?:not|missing)\b";
    }
    let bare = NO_BAD_WORD.replace_all(lower, "good");
    if UNESTABLISHED.is_match(&bare) {
        return Some(Says::Unknown);
    }
    // That the police have no record of somebody may be good or bad.
    if topic == "bona_fides" && POLICE.is_match(&bare) {
        return None;
    }
    let turned = NEGATED.is_match(&bare) || BAD.is_match(&bare);
    let affirmed = affirms(topic, &bare);
    if turned {
        return Some(Says::No);
    }
    if IN_PART.is_match(&bare) || ONLY.is_match(&bare) {
        return Some(Says::Partly);
    }
    affirmed.then_some(Says::Yes)
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
                let answers = matches!(topic, "import_approvals" | "intermediaries") || says(topic, &sentence.lower).is_some();
                draft.told.extend(answers.then_some(index));
            } else {
                let said = if topic == "import_approvals" { approvals(&sentence.lower) } else { says(topic, &sentence.lower) };
                draft.own.extend(said.map(|said| (index, said)));
            }
        }
    }
    // Where items are missing, what was received is so in part.
    let missing = (0..ground.sentences.len())
        .any(|index| requests::tells_missing(&ground.sentences[index].lower) && ground.sentences[index].kind != PieceKind::Quotation);
    for ((_, topic, party), draft) in drafts {
        settle(ground, topic, party, &draft, missing);
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
        "bona_fides" => {
            one(meant(parties, text).filter(|party| !matches!(party.role, Some(PartyRole::Applicant | PartyRole::Manufacturer))).or(
                // Of the only party, whatever it is called.
                match parties {
                    [only]
                        if text
                            .to_lowercase()
                            .split(|c: char| !c.is_alphanumeric())
                            .any(|word| matches!(word, "firm" | "company" | "subject" | "it" | "owner" | "address" | "premises")) =>
                    {
                        Some(only)
                    }
                    _ => None,
                },
            ))
        }
        "intermediaries" => one(parties.iter().find(|party| go_between(party) && party.is_in(text)).or_else(|| {
            let mut all = parties.iter().filter(go_between);
            all.next().filter(|_| all.next().is_none())
        })),
        "nontransfer" => one(parties.iter().find(|party| party.role == Some(PartyRole::EndUser))),
        _ => Some(None),
    }
}

fn settle(ground: &mut Ground<'_>, topic: &'static str, party: Option<String>, draft: &Draft, missing: bool) {
    let (answer, used, confidence, by) = if draft.own.is_empty() {
        let Some(first) = draft.told.first().copied() else { return };
        // Only claimed: at most in part.
        let by = ground.voices.who(first);
        let denied = draft.told.iter().any(|index| says(topic, &ground.sentences[*index].lower) == Some(Says::No));
        let affirmed = draft.told.iter().any(|index| says(topic, &ground.sentences[*index].lower) == Some(Says::Yes));
        let unknown = draft.told.iter().any(|index| says(topic, &ground.sentences[*index].lower) == Some(Says::Unknown));
        let answer = match topic {
            "import_approvals" if denied => FindingAnswer::No,
            // That a broker never holds the items is no bad word.
            "intermediaries" if !unknown => FindingAnswer::Partly,
            // What somebody denies of the order or of receipt is no part of a yes.
            _ if (denied || unknown) && !affirmed => FindingAnswer::CouldNotEstablish,
            _ => FindingAnswer::Partly,
        };
        (answer, draft.told.clone(), Confidence::Possible, by)
    } else {
        let all: Vec<Says> = draft.own.iter().map(|(_, said)| *said).collect();
        let has = |said| all.contains(&said);
        let answer = match (has(Says::Yes), has(Says::No), has(Says::Partly), has(Says::Unknown)) {
            (_, true, _, _) if topic == "import_approvals" => FindingAnswer::No,
            (true, _, _, _) if topic == "receipt" && missing => FindingAnswer::Partly,
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
    let value = Value::Finding { topic: topic.to_owned(), party, answer, text, mark, basis: Vec::new() };
    ground.propose(value, confidence, first, if last == first + 1 { last } else { first });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposite_words_are_never_a_yes() {
        for (topic, said, wanted) in [
            ("storage", "the firm has a secure armory", Some(Says::Yes)),
            ("bona_fides", "post has no derogatory information on the firm", Some(Says::Yes)),
            ("bona_fides", "post cannot confirm the address", Some(Says::Unknown)),
            ("bona_fides", "post was unable to locate the firm", Some(Says::Unknown)),
            ("bona_fides", "the firm does not exist at the address", Some(Says::No)),
            ("storage", "storage was partially complete", Some(Says::Partly)),
            ("bona_fides", "there is no record of the firm", Some(Says::No)),
            ("order", "the ministry refused to confirm the order", Some(Says::No)),
            ("order", "the firm failed to confirm the order", Some(Says::No)),
            ("need", "the quantity seems excessive for a force of ten", Some(Says::No)),
            ("bona_fides", "the police have no record of the firm", None),
            ("bona_fides", "poloff drove to the address of the firm", None),
            ("storage", "the warehouse lies by the river", None),
            ("order", "the order was placed by the firm", Some(Says::Yes)),
        ] {
            assert_eq!(says(topic, said), wanted, "{said}");
        }
    }

    #[test]
    fn an_approval_that_is_a_condition_is_not_there() {
        assert_eq!(approvals("post supports approval as soon as it provides the import approval"), Some(Says::No));
        assert_eq!(approvals("the ministry has issued the import permit"), Some(Says::Yes));
        assert_eq!(approvals("the import procedure is simple"), None);
    }
}

//! Findings: what the post says in its own voice, by topic. Where only a contact speaks to a topic the answer is at most `partly`, and the
//! text says whose word it is. A sentence that says no, or that nothing could be found out, is never a yes.

use std::collections::{BTreeMap, HashSet};

use super::{
    answers::{self, Says, approvals, says},
    ground::Ground,
    items,
    parties::{Known, meant},
    recommendation, requests,
    words::{topic, topics},
};
use crate::{
    evidence::model::{FindingAnswer, PortionMark, SourceGrade},
    parties::model::PartyRole,
    telegrams::reading::{Confidence, Direction, PieceKind, Value},
};

/// At most so many sentences make the text of a finding.
const MOST_SENTENCES: usize = 5;

/// What is found on one topic, of one party.
#[derive(Default)]
struct Draft {
    own: Vec<(usize, Says)>,
    /// Who told it.
    told: Vec<(usize, String)>,
}

/// Proposes the findings of an answer.
pub fn propose(ground: &mut Ground<'_>, parties: &[Known], direction: Direction) {
    if !matches!(direction, Direction::Reply | Direction::Interim | Direction::Other) {
        return;
    }
    let shipped = requests::is_shipped(ground);
    let officials = officials(ground);
    let mut drafts: BTreeMap<(usize, &'static str, Option<String>), Draft> = BTreeMap::new();
    let mut order = 0;
    let mut places: BTreeMap<(&'static str, Option<String>), usize> = BTreeMap::new();
    let mut last: Option<(usize, String)> = None;
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let heard = ground.voices.who(index);
        if let Some(name) = &heard {
            last = Some((sentence.paragraph, name.clone()));
        }
        if is_no_answer(ground, index) {
            continue;
        }
        let goes_on = || {
            let here = last.as_ref().filter(|(paragraph, _)| *paragraph == sentence.paragraph);
            here.filter(|_| answers::is_reported(&sentence.lower)).map(|(_, name)| name.clone())
        };
        let by = heard.or_else(goes_on);
        // What would be so, and nobody said, is no finding.
        if by.is_none() && answers::is_reported(&sentence.lower) && !sentence.lower.contains("permit") {
            continue;
        }
        // Receipt is asked of what was shipped.
        for topic in spoken_of(&sentence.lower, by.is_some()).into_iter().filter(|topic| *topic != "receipt" || shipped) {
            let Some(of) = party_of(topic, &sentence.text, parties) else { continue };
            let Some(answer) = answered(topic, &sentence.lower, by.as_deref(), &officials) else { continue };
            let key = (topic, of);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                order += 1;
                order
            });
            let draft = drafts.entry((place, key.0, key.1)).or_default();
            match (by.clone(), answer) {
                (Some(by), _) => draft.told.push((index, by)),
                (None, Some(said)) => draft.own.push((index, said)),
                (None, None) => {}
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

/// Who was heard as an official: only their word on an approval is one.
fn officials(ground: &Ground<'_>) -> HashSet<String> {
    let official = |value: &Value| match value {
        Value::Statement { said_by, grade: SourceGrade::OfficialOral | SourceGrade::OfficialRecord, .. } => Some(said_by.clone()),
        _ => None,
    };
    ground.found.iter().filter_map(|found| official(&found.value)).collect()
}

/// That the post met or visited somebody is no answer, nor is its opinion, a quoted text, an earlier purchase, a plan.
fn is_no_answer(ground: &Ground<'_>, index: usize) -> bool {
    let sentence = &ground.sentences[index];
    let met = ground.voices.persons.iter().any(|person| person.sentence == index && person.is_met);
    let aside = matches!(sentence.kind, PieceKind::Comment | PieceKind::Quotation | PieceKind::Note);
    (met && ground.voices.who(index).is_none()) || aside || items::is_separate(&sentence.lower) || is_plan(&sentence.lower)
}

/// The topics a sentence speaks of: what somebody said is of one.
fn spoken_of(lower: &str, told: bool) -> Vec<&'static str> {
    let plain = answers::without_idioms(lower);
    let mut found = if told { vec![topic(&plain)] } else { topics(&plain) };
    if recommendation::recommends(lower) {
        found.retain(|topic| *topic == "import_approvals");
    }
    found.retain(|topic| *topic != "other");
    found
}

/// What a sentence answers to a topic; none: it answers nothing. What a party says of an approval is no answer.
#[expect(clippy::option_option, reason = "no answer, and somebody's word that says neither yes nor no, are two things")]
fn answered(topic: &str, lower: &str, by: Option<&str>, officials: &HashSet<String>) -> Option<Option<Says>> {
    let said = if topic == "import_approvals" { approvals(lower) } else { says(topic, lower) };
    let counts = match by {
        Some(by) if topic == "import_approvals" => said.is_some() && officials.contains(by),
        Some(_) if topic == "intermediaries" => !answers::is_supposed(lower),
        None if topic != "import_approvals" && answers::is_hedged(topic, lower) => false,
        _ => said.is_some(),
    };
    counts.then_some(said)
}

/// A sentence on what is still to be done, or on how the post went about it, answers nothing.
fn is_plan(lower: &str) -> bool {
    [
        "following findings",
        "reftel asked",
        "reftel requests",
        "reftel requested",
        "asked post ",
        "asks post ",
        "question:",
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
        "nontransfer" => one(parties.iter().find(|party| party.role == Some(PartyRole::EndUser)).or_else(|| only_buyer(parties))),
        _ => Some(None),
    }
}

/// Where no party is called end-user: the only consignee, or the only one that sells nothing.
fn only_buyer(parties: &[Known]) -> Option<&Known> {
    let sells = |role| matches!(role, PartyRole::Applicant | PartyRole::Manufacturer | PartyRole::Seller) || PartyRole::is_go_between(role);
    let one = |buys: &dyn Fn(&&Known) -> bool| {
        let mut all = parties.iter().filter(buys);
        all.next().filter(|_| all.next().is_none())
    };
    one(&|party| party.role == Some(PartyRole::ForeignConsignee)).or_else(|| one(&|party| !party.role.is_some_and(sells)))
}

/// The answer where only somebody's word is there: at most in part.
fn only_told(ground: &Ground<'_>, topic: &str, told: &[(usize, String)]) -> FindingAnswer {
    let said = |index: usize| {
        let lower = &ground.sentences[index].lower;
        if topic == "import_approvals" { approvals(lower) } else { says(topic, lower) }
    };
    let has = |wanted| told.iter().any(|(index, _)| said(*index) == Some(wanted));
    match (has(Says::Yes), has(Says::No), has(Says::Unknown)) {
        (false, true, false) if topic == "import_approvals" && !has(Says::Partly) => FindingAnswer::No,
        (false, false, true) if topic == "import_approvals" => FindingAnswer::CouldNotEstablish,
        // That a broker never holds the items is no bad word.
        (_, _, false) if topic == "intermediaries" => FindingAnswer::Partly,
        // What somebody denies of the order or of receipt is no part of a yes.
        (false, true, _) | (false, _, true) => FindingAnswer::CouldNotEstablish,
        _ => FindingAnswer::Partly,
    }
}

/// The answer of what the post says itself. Sentences that differ are in part.
fn own_answer(topic: &str, own: &[(usize, Says)], missing: bool) -> (FindingAnswer, Confidence) {
    let has = |wanted| own.iter().any(|(_, said)| *said == wanted);
    let answer = match (has(Says::Yes), has(Says::No), has(Says::Partly), has(Says::Unknown)) {
        (true, _, _, _) if topic == "receipt" && missing => FindingAnswer::Partly,
        (true, false, false, false) => FindingAnswer::Yes,
        (false, true, false, false) => FindingAnswer::No,
        (false, false, false, true) => FindingAnswer::CouldNotEstablish,
        _ => FindingAnswer::Partly,
    };
    let sure = answer != FindingAnswer::Partly || has(Says::Partly);
    (answer, if sure { Confidence::Likely } else { Confidence::Possible })
}

fn settle(ground: &mut Ground<'_>, topic: &'static str, party: Option<String>, draft: &Draft, missing: bool) {
    let mut own = draft.own.clone();
    // What an authority says of its approvals stands beside what the post saw of them.
    if topic == "import_approvals" && !own.is_empty() {
        own.extend(draft.told.iter().filter_map(|(index, _)| Some((*index, approvals(&ground.sentences[*index].lower)?))));
        own.sort_by_key(|(index, _)| *index);
    }
    let (answer, used, confidence, by) = if own.is_empty() {
        let Some((_, by)) = draft.told.first() else { return };
        let used: Vec<usize> = draft.told.iter().map(|(index, _)| *index).collect();
        (only_told(ground, topic, &draft.told), used, Confidence::Possible, Some(by.clone()))
    } else {
        let (answer, confidence) = own_answer(topic, &own, missing);
        (answer, own.iter().map(|(index, _)| *index).collect(), confidence, None)
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

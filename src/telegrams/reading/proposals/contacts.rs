//! Contacts and what they asserted. Everything a contact says is proposed as a claim, with the grade of its source; sentences of one
//! speaker on one topic that follow each other are one statement.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    ground::Ground,
    items,
    names::Named,
    parties::{Known, meant},
    persons,
    subjects::GOVERNMENT,
    voices::{NOBODY, Person},
    words::{AUTHORITY_WORDS, NEGATED, exact, patterns, topic},
};
use crate::{
    evidence::model::{ContactKind, SourceGrade},
    parties::model::PartyRole,
    telegrams::reading::{Confidence, PieceKind, Standing, Value, WarningKind},
};

patterns! {
    /// The firm that the sentences speak of.
    OF_THE_FIRM = r"\b(?:its|the (?:company|firm|dealer|end-?user|consignee|broker|importer)'s|of the (?:company|firm))\b";
    WITHIN = r"\b(?:owner|manager|director|president|chief|officer|representative|partner|proprietor|proprietress|chairman|ceo|employee|dealer|importer|firm|company|end-?user|consignee|broker)\b";
    /// Whoever speaks as a party.
    AS_PARTY = r"^\W*(?:the )?(?:listed |named )?(?:(?:foreign|intermediate) )?(?:end-?user|consignee|broker|applicant|seller|freight forwarder|dealer|importer|company|firm)(?: of record)?(?:'s\b|\W*$)";
    /// Ranks of armed forces and police.
    RANK = r"^(?:(?:chief|senior|deputy|assistant|acting|warrant|detective|staff|petty) )?(?:commissaire|intendente|commandant|comandante|capitaine|coronel|lt|col|gen|capt|maj|brig|cmdr|insp|supt|sgt|adm|lieutenant|sergeant|corporal|colonel|brigadier|general|major|captain|commander|commodore|admiral|commissioner|inspector|superintendent)\b";
    /// Somebody of an office that is not named as one of the government.
    OFFICIAL = r"\bofficials? (?:of|at|from|with|in) the\b";
    /// Lines of a letter that say nothing.
    FORMAL = r"^\W*(?:dear\b|(?:we|i) refer to|[\w .]{2,30}, \w+ \d{1,2},? \d{4}\W*$|yours\b|sincerely|respectfully|with (?:best|kind) regards|ref(?:erence)?\b|subject\b|to whom it|please accept|[\w .]{2,30}, (?:the )?\d{1,2}(?:st|nd|rd|th)? \w+ \d{4}\b|signed\b|[\d/ .-]+$|no\. [\w/-]+$|(?:begin text )?of (?:the )?(?:letter|note|e-?mail)\b[^.]{0,40}:?$|[^.]{0,200}\bno\.$|[^,.;]{0,20}\d\S* [a-z][a-z ]{2,29}, \d{1,2} [a-z]+ \d{4}\b|(?:a )?cop(?:y|ies) (?:is|are) (?:attached|enclosed))";
}

/// Bodies of a government by how their names end: case matters.
static BODY: LazyLock<regex::Regex> =
    LazyLock::new(|| exact(r"\b(?:[A-Z][\w-]+ (?:and |of |for )?){1,5}(?:Administration|Committee|Commission|Secretariat)\b"));

/// At most so many sentences are looked through for what somebody is.
const LOOKED_THROUGH: usize = 1_000;

/// At most so many sentences are joined to one statement.
const JOINED: usize = 6;

/// Who asserts a sentence.
pub fn speaker(ground: &Ground<'_>, sentence: usize) -> Option<String> {
    ground.voices.who(sentence)
}

/// Proposes contacts, statements and separate facts.
pub fn propose(ground: &mut Ground<'_>, parties: &[Known], names: &[Named]) {
    let persons = ground.voices.persons.clone();
    let mut keys = Vec::new();
    for (index, person) in persons.iter().enumerate() {
        let turns = ground.voices.turns.iter().flatten().any(|(_, person)| *person == index);
        let speaks = turns || ground.voices.speaks.contains(&Some(index));
        if (!person.is_met && !speaks) || is_told_again(&persons, index, names) {
            keys.push(None);
            continue;
        }
        let authority = authority_of(person, names);
        let summary = summary(ground, index);
        let value = Value::Contact {
            contact_kind: person.kind,
            with_whom: with_whom(person),
            authority,
            on: person.on,
            place: person.place.clone(),
            summary,
        };
        let confidence = if person.is_met { Confidence::Likely } else { Confidence::Possible };
        keys.push(ground.propose(value, confidence, person.sentence, person.sentence));
    }
    let mut grades: Vec<SourceGrade> = persons.iter().map(|person| grade(ground, person, parties, names)).collect();
    alike(&persons, &mut grades);
    statements(ground, parties, names, &persons, &keys, &grades);
    contradictions(ground);
}

/// Whether a contact with an office, of which neither day, place nor person is told, is one with its people that is told elsewhere.
fn is_told_again(persons: &[Person], index: usize, names: &[Named]) -> bool {
    let office = &persons[index];
    if office.on.is_some() || office.place.is_some() || office.kind != ContactKind::Meeting || persons::person(&office.name).is_some() {
        return false;
    }
    // `the end-user` names nobody.
    if AS_PARTY.is_match(&office.name) {
        return true;
    }
    let short = names.iter().find(|name| name.name == office.name).and_then(|name| name.short.clone());
    let called = [Some(office.name.clone()), short];
    persons.iter().enumerate().any(|(at, other)| {
        let of = format!("{} {}", other.described, other.place.as_deref().unwrap_or_default());
        at != index && other.is_met && called.iter().flatten().any(|name| super::names::is_in(&of, name))
    })
}

/// `Col. Bautista Corral, DECAM director`.
fn with_whom(person: &Person) -> String {
    if person.described.is_empty() { person.name.clone() } else { format!("{}, {}", person.name, person.described) }
}

fn authority_of(person: &Person, names: &[Named]) -> Option<String> {
    let text = format!("{} {}", person.described, person.name).to_lowercase();
    let called = |name: &Named| name.short.clone().unwrap_or_else(|| name.name.clone());
    let is_theirs = |name: &&Named| {
        name.is_authority
            && (text.contains(&name.name.to_lowercase())
                || name.short.as_ref().is_some_and(|short| text.split(' ').any(|word| word == short.to_lowercase())))
    };
    names.iter().find(is_theirs).map(called)
}

/// The grade of a source. Whoever speaks for a party is that party; an official of another body is an official; anybody else is a third
/// party.
fn grade(ground: &Ground<'_>, person: &Person, parties: &[Known], names: &[Named]) -> SourceGrade {
    let text = format!("{}, {}", person.described, person.name);
    let of_party = |party: &&Known| party.role.is_some() && party.is_in(&text);
    let ranked = RANK.is_match(&person.name) && !WITHIN.is_match(&person.described);
    let official = authority_of(person, names).is_some()
        || AUTHORITY_WORDS.is_match(&text)
        || GOVERNMENT.is_match(&text)
        || OFFICIAL.is_match(&text)
        || BODY.is_match(&text)
        || (ranked && !armed_end_user(parties));
    let written = matches!(person.kind, ContactKind::Letter | ContactKind::DiplomaticNote);
    let place = person.place.as_deref().unwrap_or_default();
    let serves = || RANK.is_match(&person.name) && super::names::mentioned(names, &text).is_none() && armed_end_user(parties);
    if parties.iter().any(|party| of_party(&party)) || AS_PARTY.is_match(&person.name) {
        return SourceGrade::PartyItself;
    }
    match (official, written) {
        (true, true) => SourceGrade::OfficialRecord,
        (true, false) => SourceGrade::OfficialOral,
        _ if meant(parties, &text).is_some()
            || meant(parties, place).is_some()
            || is_within(ground, person, &text, parties, names)
            || serves()
            || is_officer_of(ground, person, parties) =>
        {
            SourceGrade::PartyItself
        }
        _ => SourceGrade::ThirdParty,
    }
}

/// Whether a sentence names somebody as one of a party's own: `Ardal Arms has two directors: Lind Arno and ...`.
fn is_officer_of(ground: &Ground<'_>, person: &Person, parties: &[Known]) -> bool {
    patterns! {
        OFFICERS = r"\b(?:directors?|owners?|partners?|shareholders?|managers?|proprietors?|president)(?: is| are| were| was)?:? [^.;]{0,80}$";
    }
    let (surname, text_of) = (persons::surname(&person.name), ground.sentences.iter().take(LOOKED_THROUGH));
    surname.len() > 2
        && text_of.filter_map(|sentence| Some((sentence, sentence.text.find(surname)?))).take(20).any(|(sentence, at)| {
            OFFICERS.is_match(&sentence.text[..at]) && parties.iter().any(|party| party.role.is_some() && party.is_in(&sentence.text[..at]))
        })
}

/// One person is graded alike in the whole telegram.
fn alike(persons: &[Person], grades: &mut [SourceGrade]) {
    let itself: HashSet<String> = persons
        .iter()
        .zip(grades.iter())
        .filter(|(person, grade)| **grade == SourceGrade::PartyItself && persons::person(&person.name).is_some())
        .map(|(person, _)| person.name.to_lowercase())
        .collect();
    for (person, grade) in persons.iter().zip(grades.iter_mut()).filter(|(person, _)| itself.contains(&person.name.to_lowercase())) {
        let party = !matches!(*grade, SourceGrade::OfficialOral | SourceGrade::OfficialRecord) || person.described.is_empty();
        *grade = if party { SourceGrade::PartyItself } else { *grade };
    }
}

/// Whether the end-user is an army or police, whose officers speak for it.
fn armed_end_user(parties: &[Known]) -> bool {
    patterns! {
        ARMED = r"\b(?:police|army|navy|air force|coast guard|border guard|national guard|armed forces|gendarmerie|military|prison\w*)\b";
    }
    let armed = |party: &Known| ARMED.is_match(&party.name);
    parties.iter().any(|party| party.roles.contains(&PartyRole::EndUser) && armed(party))
}

/// `the firm's owner`, `its director`, or somebody within the only firm there is.
fn is_within(ground: &Ground<'_>, person: &Person, text: &str, parties: &[Known], names: &[Named]) -> bool {
    let around = &ground.sentences[person.sentence];
    if !WITHIN.is_match(text) || super::names::mentioned(names, text).is_some() {
        return false;
    }
    // Whom the embassy visited for the check is of a party.
    if person.kind == ContactKind::SiteVisit && person.is_met && !parties.is_empty() {
        return true;
    }
    let foreign = |party: &&Known| !matches!(party.role, Some(PartyRole::Applicant | PartyRole::Manufacturer));
    let mut all = parties.iter().filter(foreign);
    let only = all.next().is_some() && all.next().is_none();
    let near = person.sentence.saturating_sub(1)..(person.sentence + 2).min(ground.sentences.len());
    let mut near = ground.sentences[near].iter().filter(|sentence| sentence.paragraph == around.paragraph);
    only || OF_THE_FIRM.is_match(&around.text)
        || near.any(|sentence| parties.iter().any(|party| party.role.is_some() && party.is_in(&sentence.text)))
}

/// What the first speaker of a sentence says, without the word that joins the other's.
fn until_turn(text: &str) -> String {
    let end = text.rfind([',', ';']).unwrap_or(text.len());
    format!("{}.", &text[..end])
}

/// What a contact was about: the first words of who speaks in it.
fn summary(ground: &Ground<'_>, person: usize) -> String {
    let first = ground.voices.speaks.iter().position(|speaks| *speaks == Some(person)).unwrap_or(ground.voices.persons[person].sentence);
    ground.sentences[first].text.chars().take(300).collect()
}

/// A statement that is being put together.
struct Said {
    who: Option<usize>,
    name: String,
    topic: &'static str,
    first: usize,
    last: usize,
    text: String,
}

fn statements(
    ground: &mut Ground<'_>,
    parties: &[Known],
    names: &[Named],
    persons: &[Person],
    keys: &[Option<String>],
    grades: &[SourceGrade],
) {
    let mut open: Option<Said> = None;
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let formal = sentence.kind == PieceKind::Quotation && FORMAL.is_match(&sentence.text);
        let speaks = |name: &String| name != NOBODY && sentence.kind != PieceKind::Comment && !formal;
        let name = ground.voices.who(index).filter(speaks);
        let Some(name) = name else {
            close(ground, &mut open, parties, names, persons, keys, grades);
            continue;
        };
        let who = ground.voices.speaks[index];
        let separate = items::is_separate(&sentence.lower);
        let topic = if separate { "separate" } else { topic(&sentence.lower) };
        let turn = ground.voices.turns.get(index).copied().flatten();
        let text = turn.map_or_else(|| sentence.text.clone(), |(at, _)| until_turn(&sentence.text[..at]));
        let goes_on = open.as_ref().is_some_and(|said| {
            said.name == name
                && said.topic == topic
                && NEGATED.is_match(&said.text) == NEGATED.is_match(&text)
                && said.last + 1 == index
                && said.last - said.first + 1 < JOINED
                && ground.sentences[said.last].paragraph == sentence.paragraph
        });
        if goes_on {
            if let Some(said) = open.as_mut() {
                said.text.push(' ');
                said.text.push_str(&text);
                said.last = index;
            }
        } else {
            close(ground, &mut open, parties, names, persons, keys, grades);
            open = Some(Said { who, name, topic, first: index, last: index, text });
        }
        if let Some((at, person)) = turn {
            close(ground, &mut open, parties, names, persons, keys, grades);
            let text = ground.sentences[index].text[at..].to_owned();
            let (name, topic) = (persons[person].name.clone(), super::words::topic(&text.to_lowercase()));
            open = Some(Said { who: Some(person), name, topic, first: index, last: index, text });
        }
    }
    close(ground, &mut open, parties, names, persons, keys, grades);
}

fn close(
    ground: &mut Ground<'_>,
    open: &mut Option<Said>,
    parties: &[Known],
    names: &[Named],
    persons: &[Person],
    keys: &[Option<String>],
    grades: &[SourceGrade],
) {
    let Some(said) = open.take() else { return };
    let grade = said.who.map_or_else(|| grade(ground, &unmet(&said), parties, names), |who| grades[who]);
    if said.topic == "separate" {
        let value = Value::SeparateFact { said_by: Some(said.name), grade: Some(grade), text: said.text };
        ground.propose(value, Confidence::Likely, said.first, said.last);
        return;
    }
    let about = about(parties, &said.text);
    let value = Value::Statement {
        contact_key: said.who.and_then(|who| keys[who].clone()),
        said_by: said.who.map_or(said.name, |who| persons[who].name.clone()),
        grade,
        standing: Standing::Claimed,
        topic: Some(said.topic.to_owned()),
        about: about.map(|party| party.name.clone()),
        text: said.text,
    };
    let confidence = if said.who.is_some() { Confidence::Likely } else { Confidence::Possible };
    ground.propose(value, confidence, said.first, said.last);
}

/// Somebody who speaks and was not met.
fn unmet(said: &Said) -> Person {
    let (name, described) = (said.name.clone(), String::new());
    Person { name, described, kind: ContactKind::Meeting, on: None, place: None, sentence: said.first, is_met: false }
}

/// The party a statement is about: whom its words name, where they name one alone, and not as somebody's counterpart.
fn about<'a>(parties: &'a [Known], text: &str) -> Option<&'a Known> {
    patterns! {
        COUNTERPART = r"\b(?:from|with|by|through|via|for|against|different end-?user,?)(?: the)?\s+$|\b(?:from|by|through|via)(?: (?:the|its|an?))?(?: [\w.]+)? (?:exporter|seller|broker|dealer|firm|company|supplier|vendor|importer|consignee|end-?user|manufacturer|applicant|agent),?\s+$";
        FIRM = r"\b(?:the|this|that|his|her|its|their) (?:[\w-]+ )?(?:firm|company|dealer|business)\b";
    }
    let (at, party) = parties.iter().filter_map(|party| party.at(text).map(|at| (at, party))).min_by_key(|(at, _)| *at).or_else(|| {
        let party = meant(parties, text)?;
        Some((usize::MAX, party))
    })?;
    if at == usize::MAX {
        return Some(party);
    }
    let others = parties.iter().filter(|other| other.name != party.name && other.is_in(text)).count();
    let counterpart = COUNTERPART.is_match(&text[..at]) || FIRM.find(text).is_some_and(|firm| firm.start() < at);
    (others == 0 && !counterpart).then_some(party)
}

/// One speaker who says a thing and its opposite.
fn contradictions(ground: &mut Ground<'_>) {
    let said: Vec<(usize, String, &'static str, bool)> = (0..ground.sentences.len())
        .filter(|index| ground.sentences[*index].kind != PieceKind::Comment)
        .filter_map(|index| {
            let name = ground.voices.who(index)?;
            let lower = &ground.sentences[index].lower;
            Some((index, name, topic(lower), NEGATED.is_match(lower)))
        })
        .collect();
    let opposite = [
        "contradict",
        "inconsistent with",
        "conflict",
        "earlier said",
        "earlier stated",
        "had previously said",
        "had previously stated",
        "had told",
    ];
    for index in 0..ground.sentences.len() {
        if opposite.iter().any(|word| ground.sentences[index].lower.contains(word)) && ground.sentences[index].kind != PieceKind::Quotation
        {
            ground.warn(
                WarningKind::Contradiction,
                "The telegram itself says that two of its sources or statements do not agree.",
                Some(index),
            );
            return;
        }
    }
    let pair = said.iter().enumerate().find_map(|(at, (index, name, topic, negated))| {
        let other = said[at + 1..]
            .iter()
            .take(30)
            .find(|(_, other, of, not)| other == name && of == topic && not != negated && *topic == "import_approvals")?;
        let (one, two) = (&ground.sentences[*index].lower, &ground.sentences[other.0].lower);
        let same = |word: &str| one.contains(word) && two.contains(word);
        (same("issued") || same("received") || same("application") && same("permit")).then_some(other.0)
    });
    if let Some(at) = pair {
        ground.warn(WarningKind::Contradiction, "One source says of an approval both that it is there and that it is not.", Some(at));
    }
}

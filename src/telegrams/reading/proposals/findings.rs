//! Findings: what the post says in its own voice, by topic. Where only a contact speaks to a topic the answer is at most `partly`, and the
//! text says whose word it is. A sentence that says no, or that nothing could be found out, is never a yes.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
};

use super::{
    about::About,
    answers::{self, Says, approvals, says},
    ground::Ground,
    items,
    parties::Known,
    recommendation, requests,
};
use crate::{
    evidence::model::{ContactKind, FindingAnswer, PortionMark, SourceGrade},
    telegrams::reading::{Confidence, Direction, PieceKind, Value},
};

/// At most so many sentences make the text of a finding.
const MOST_SENTENCES: usize = 5;

/// What is found on one topic, of one party.
#[derive(Default)]
struct Draft {
    own: Vec<(usize, Says)>,
    /// Who told it.
    told: Vec<Told>,
}

/// Somebody's word.
struct Told {
    index: usize,
    by: String,
    said: Option<Says>,
    /// Whether it is the end-user who speaks.
    is_end_user: bool,
}

/// Proposes the findings of an answer.
pub fn propose(ground: &mut Ground<'_>, parties: &[Known], direction: Direction) {
    if !matches!(direction, Direction::Reply | Direction::Interim | Direction::Other) {
        return;
    }
    let drafts = drafts(ground, &About::new(ground, parties), requests::is_shipped(ground));
    // Where items are missing, what was received is so in part.
    let missing = (0..ground.sentences.len())
        .any(|index| requests::tells_missing(&ground.sentences[index].lower) && ground.sentences[index].kind != PieceKind::Quotation);
    for ((_, topic, party), draft) in drafts {
        settle(ground, topic, party, &draft, missing);
    }
}

type Drafts = BTreeMap<(usize, &'static str, Option<String>), Draft>;

/// What the sentences say, by topic and party, in order of appearance.
fn drafts(ground: &Ground<'_>, about: &About<'_>, shipped: bool) -> Drafts {
    let officials = officials(ground);
    let mut drafts = Drafts::new();
    let mut places: BTreeMap<(&'static str, Option<String>), usize> = BTreeMap::new();
    let mut scene = Scene::default();
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let Some(heard) = hear(ground, index, &mut scene) else { continue };
        let by = heard.by.as_deref();
        // Receipt is asked of what was shipped.
        for topic in spoken_of(&heard, scene.open).into_iter().filter(|topic| *topic != "receipt" || shipped) {
            scene.open = Some(topic).filter(|topic| *topic == "storage").or(scene.open);
            let Some(of) = about.party(topic, index, by.or(scene.speaker(sentence.paragraph))) else { continue };
            let Some(said) = answered(topic, &heard.words, by, &officials) else { continue };
            let next = places.len();
            let place = *places.entry((topic, of.clone())).or_insert(next);
            let draft = drafts.entry((place, topic, of)).or_default();
            match (&heard.by, said) {
                (Some(by), said) => {
                    let is_end_user = topic == "order" && about.is_of_end_user(index, by);
                    draft.told.push(Told { index, by: by.clone(), said, is_end_user });
                }
                (None, Some(said)) => draft.own.push((index, said)),
                (None, None) => {}
            }
        }
    }
    drafts
}

/// What the sentences before in the paragraph leave open.
#[derive(Default)]
struct Scene {
    paragraph: usize,
    /// The topic they go on with.
    open: Option<&'static str>,
    /// Who spoke last, and in which paragraph.
    last: Option<(usize, String)>,
}

impl Scene {
    fn speaker(&self, paragraph: usize) -> Option<&str> {
        self.last.as_ref().filter(|(at, _)| *at == paragraph).map(|(_, name)| name.as_str())
    }
}

/// A sentence that may answer something.
struct Heard<'a> {
    /// Whole, in small letters.
    lower: &'a str,
    /// Without what is only the visit.
    words: Cow<'a, str>,
    by: Option<String>,
    /// Whether it tells of a visit.
    visit: bool,
}

/// Reads who says a sentence; nothing where it answers nothing.
fn hear<'a>(ground: &'a Ground<'_>, index: usize, scene: &mut Scene) -> Option<Heard<'a>> {
    let sentence = &ground.sentences[index];
    if scene.paragraph != sentence.paragraph {
        (scene.open, scene.paragraph) = (None, sentence.paragraph);
    }
    let heard = ground.voices.who(index);
    if let Some(name) = &heard {
        scene.last = Some((sentence.paragraph, name.clone()));
    }
    let lower = sentence.lower.as_str();
    if is_no_answer(ground, index) {
        return None;
    }
    let goes_on = || scene.speaker(sentence.paragraph).filter(|_| answers::is_reported(lower)).map(str::to_owned);
    let by = heard.or_else(goes_on);
    // What would be so, and nobody said, is no finding.
    if by.is_none() && answers::is_reported(lower) && !lower.contains("permit") {
        return None;
    }
    let mut met = ground.voices.persons.iter().filter(|person| person.sentence == index && person.is_met).peekable();
    if by.is_some() || met.peek().is_none() {
        return Some(Heard { lower, words: Cow::Borrowed(lower), by, visit: false });
    }
    // That the post met somebody is no answer; what it saw at a place is.
    let of_store = answers::topics_of(lower, false).contains(&"storage");
    scene.open = scene.open.or(of_store.then_some("storage"));
    let words = answers::seen(lower).filter(|_| met.all(|person| person.kind == ContactKind::SiteVisit))?;
    Some(Heard { lower, words: Cow::Owned(words), by, visit: true })
}

/// Who was heard as an official: only their word on an approval is one.
fn officials(ground: &Ground<'_>) -> HashSet<String> {
    let official = |value: &Value| match value {
        Value::Statement { said_by, grade: SourceGrade::OfficialOral | SourceGrade::OfficialRecord, .. } => Some(said_by.clone()),
        _ => None,
    };
    ground.found.iter().filter_map(|found| official(&found.value)).collect()
}

/// An opinion is no answer, nor is a quoted text, an earlier purchase, a plan.
fn is_no_answer(ground: &Ground<'_>, index: usize) -> bool {
    let sentence = &ground.sentences[index];
    let aside = matches!(sentence.kind, PieceKind::Comment | PieceKind::Quotation | PieceKind::Note);
    aside || items::is_separate(&sentence.lower) || is_plan(&sentence.lower)
}

/// The topics a sentence speaks of: what somebody said is of one, and what was seen is of what a place shows.
fn spoken_of(heard: &Heard<'_>, open: Option<&'static str>) -> Vec<&'static str> {
    let mut found = answers::topics_of(heard.lower, heard.by.is_some());
    if recommendation::recommends(heard.lower) {
        found.retain(|topic| *topic == "import_approvals");
    } else if let Some(topic) = answers::goes_on(open, &heard.words).filter(|topic| !found.contains(topic) && heard.by.is_none()) {
        found.push(topic);
    }
    found.retain(|topic| !heard.visit || answers::is_seen_on_site(topic));
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

/// The answer where only somebody's word is there: at most in part.
fn only_told(topic: &str, told: &[Told]) -> FindingAnswer {
    let has = |wanted| told.iter().any(|one| one.said == Some(wanted));
    let denied = |one: &&Told| one.is_end_user && one.said == Some(Says::No);
    let affirmed = |one: &&Told| one.is_end_user && matches!(one.said, Some(Says::Yes | Says::Partly));
    // Who is to have ordered knows it best.
    if topic == "order" && told.iter().any(|one| denied(&one)) && !told.iter().any(|one| affirmed(&one)) {
        return FindingAnswer::No;
    }
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
        own.extend(draft.told.iter().filter_map(|one| Some((one.index, one.said?))));
        own.sort_by_key(|(index, _)| *index);
    }
    let (answer, used, confidence, by) = if own.is_empty() {
        let Some(first) = draft.told.first() else { return };
        let used: Vec<usize> = draft.told.iter().map(|one| one.index).collect();
        (only_told(topic, &draft.told), used, Confidence::Possible, Some(first.by.clone()))
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

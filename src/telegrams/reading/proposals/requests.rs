//! What Washington asks for; what a count found; what keeps a check from its end; days that matter.

use std::sync::LazyLock;

use regex::Regex;
use time::Date;

use super::{
    dates,
    ground::Ground,
    sentences::{NUMBERS, number},
    words::{NEGATED, pattern, patterns},
};
use crate::{
    approvals::model::SerialState,
    checks::model::{CheckType, SiteVisit},
    telegrams::reading::{Confidence, Direction, PieceKind, Value},
};

patterns! {
    ASKED = r"(?:post|embassy|mission|consulate) is (?:requested|asked|instructed) to|(?:requests?|asks?) (?:that )?(?:post|embassy|mission)|^\W*please\b|post should\b|action request";
    REASON = r"\b(?:because|reason|due to|concerns?|unknown to|no (?:prior )?(?:record|history)|first[- ]time|unfamiliar|in order to|seeks to (?:confirm|establish|verify)|to (?:confirm|establish|verify|determine) (?:the )?bona fides)\b";
    DAYS = r"within ([\w-]+(?: [\w-]+)?) (?:\(\d+\) )?(?:calendar |working |business )?days";
    DUE = r"\b(?:no later than|not later than|nlt|by c\.?o\.?b\.?|by|deadline of|due(?: on)?)\b";
    WAS_DUE = r"\b(?:was|were|had been) due\b";
    NONE_MISSING = r"\b(?:no|none|not one|nothing)\b[^.]{0,40}\b(?:missing|lost|stolen|unaccounted)\b|\b(?:license|paper|certificate|letter|page|signature)s? (?:was|were|is|are) (?:missing|lost)\b";
    VISIT = r"(?:site|on-?site|physical) (?:visit|inspection)|visit (?:to )?the (?:premises|facility|site)";
    REQUIRED = r"\b(?:must|required|mandatory|shall)\b";
    OPTIONAL = r"\b(?:if possible|as post sees fit|optional|at post's discretion|if feasible|where practical)\b";
    SERIALS = r"serials?(?: (?:numbers?|nos?\.?))?[ :]*((?:[A-Z]{0,5}-?\d[\w-]*)(?:(?:, and |, | and |; |/| through | thru | to )(?:[A-Z]{0,5}-?\d[\w-]*))*)";
    MISSING = r"\b(?:missing|could not be (?:located|found|produced)|not (?:located|found|produced|accounted)|unaccounted|lost|stolen)\b";
    ELSEWHERE = r"\b(?:elsewhere|on loan|at the branch|at (?:the )?(?:regional|other)|in repair|under repair|deployed (?:to|in|at)|transferred to|kept at|issued to)\b";
    SEEN = r"\b(?:sighted|seen|saw|inspected|verified|counted|accounted for|located|matched|present)\b";
    OBSTACLE = r"\b(?:refused|declined|denied|would not (?:allow|permit)|did not (?:allow|permit)|turned away|not (?:allowed|permitted))\b[^.]{0,80}\b(?:visit|access|inspect|inspection|entry|enter|see the|premises|photograph|tour|admit)|\b(?:visit|access|inspection|entry)\b[^.]{0,50}\b(?:was|were|been) (?:refused|denied|declined|postponed|cancell?ed)|\b(?:visit|inspection)\b[^.]{0,30}\b(?:did not|could not|never) (?:take place|happen|occur)";
    DATED = r"\b(?:deliver(?:y|ed)|ship(?:ment|ped)|arriv(?:e|al|ed)|expires?|valid (?:until|through)|contract|invoice|dated)\b";
}

/// `22 pistols`, `40 of the 44 sights`.
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    let noun = r"(pistols?|rifles?|revolvers?|weapons?|handguns?|shotguns?|goggles|carbines?|units?|items?|machine ?guns?|devices?|vests|helmets|optics|scopes|sights|cameras|launchers)";
    pattern(&format!(r"\b({NUMBERS}) (?:of (?:the |these )?(?:\d+ )?)?(?:\w+ ){{0,3}}?{noun}\b"))
});

/// `Of 25 pistols licensed, 22 were seen and three are missing`.
static OF_THEM: LazyLock<Regex> = LazyLock::new(|| {
    let part = format!(r"({NUMBERS}) (?:were|was|are|is|have been|could) ([^,.;]{{0,40}}?)");
    pattern(&format!(
        r"\bof (?:the |these |all )?(?:{NUMBERS}) (?:[\w-]+ ){{0,3}}?(\w+s)\b[^.;]{{0,60}}?, (?:only |a total of )?{part}(?:[,.;]|$|,? (?:and|but) (?:(?:the other |another )?{part}(?:[,.;]|$))?)"
    ))
});

/// Proposes what a request or reminder asks.
pub fn propose(ground: &mut Ground<'_>, direction: Direction) {
    if matches!(direction, Direction::Request | Direction::Reminder) {
        request(ground);
        return;
    }
    serials(ground);
    obstacles(ground);
    days_that_matter(ground);
}

fn request(ground: &mut Ground<'_>) {
    let (mut reason, mut days, mut due_on, mut site_visit, mut steps) = (None, None, None, None, Vec::new());
    let (mut first, mut asking) = (None, false);
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let asks = ASKED.is_match(&sentence.text);
        if let Some(captures) = DAYS.captures(&sentence.lower) {
            days = days.or(number(&captures[1]).and_then(|days| u32::try_from(days).ok()));
        }
        due_on = due_on.or_else(|| due(ground, &sentence.text));
        if VISIT.is_match(&sentence.lower) && site_visit.is_none() {
            site_visit = Some(if OPTIONAL.is_match(&sentence.lower) {
                SiteVisit::Optional
            } else if REQUIRED.is_match(&sentence.lower) {
                SiteVisit::Required
            } else {
                SiteVisit::Requested
            });
        }
        if asks || (asking && sentence.kind == PieceKind::ListItem) {
            first = first.or(Some(index));
            asking = true;
            let intro = asks && sentence.text.trim_end().ends_with(':');
            if !intro && steps.len() < 40 {
                steps.push(
                    sentence.text.trim_start_matches(['-', ' ']).trim_end_matches([';', ',', '.', ' ']).trim_end_matches(" and").to_owned(),
                );
            }
        } else if REASON.is_match(&sentence.lower) && reason.is_none() {
            reason = Some(sentence.text.clone());
            first = first.or(Some(index));
        }
    }
    let Some(first) = first.or((!ground.sentences.is_empty() && days.is_some()).then_some(0)) else { return };
    let value = Value::Request { reason, steps, days, due_on, site_visit };
    ground.propose(value, Confidence::Likely, first, first);
}

/// The day a sentence sets: right after its words, and not before the telegram.
fn due(ground: &Ground<'_>, text: &str) -> Option<Date> {
    if WAS_DUE.is_match(text) {
        return None;
    }
    let is_near = |(range, _): &(std::ops::Range<usize>, Date)| range.start < 30;
    DUE.find_iter(text).find_map(|found| {
        let after = &text[found.end()..];
        let whole = dates::days(after, None).into_iter().find(is_near).map(|(_, day)| day);
        let open = || dates::days(after, ground.sent_on).first().filter(|found| is_near(found)).and_then(|_| next(ground, after));
        whole.or_else(open).filter(|day| ground.sent_on.is_none_or(|sent| *day >= sent))
    })
}

/// Whether the check is of what was shipped.
pub fn is_shipped(ground: &Ground<'_>) -> bool {
    ground.found.iter().any(|found| matches!(found.value, Value::Check { check_type: Some(CheckType::PostShipment), .. }))
}

/// Whether a sentence says that something is missing.
pub fn tells_missing(lower: &str) -> bool {
    MISSING.is_match(lower) && !NONE_MISSING.is_match(lower)
}

/// A day without a year that is still to come: the next such day after the telegram.
fn next(ground: &Ground<'_>, text: &str) -> Option<time::Date> {
    let sent = ground.sent_on?;
    let (_, day) = dates::days(text, Some(sent)).into_iter().next()?;
    if day > sent { Some(day) } else { day.replace_year(day.year() + 1).ok() }
}

fn serials(ground: &mut Ground<'_>) {
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        if sentence.kind == PieceKind::Quotation {
            continue;
        }
        let (text, lower) = (sentence.text.clone(), sentence.lower.clone());
        let state_in = |words: &str| {
            if NONE_MISSING.is_match(words) {
                None
            } else if MISSING.is_match(words) {
                Some(SerialState::Missing)
            } else if ELSEWHERE.is_match(words) {
                Some(SerialState::Elsewhere)
            } else if SEEN.is_match(words) && !NEGATED.is_match(words) {
                Some(SerialState::Seen)
            } else {
                None
            }
        };
        let mut numbered = listed(ground, index, state_in(&lower));
        for captures in SERIALS.captures_iter(&text) {
            let Some(list) = captures.get(1) else { continue };
            let numbers: Vec<String> = list
                .as_str()
                .split([',', ';', '/'])
                .flat_map(|part| part.split(" and "))
                .map(|part| part.trim().trim_start_matches("and ").to_owned())
                .filter(|part| part.bytes().any(|byte| byte.is_ascii_digit()))
                .collect();
            // The clause around the numbers says what became of them, else the sentence.
            let clause_start = text[..list.start()].rfind([';', '.']).map_or(0, |at| at + 1);
            let clause_end = text[list.end()..].find([';', '.']).map_or(text.len(), |at| list.end() + at);
            let Some(state) = state_in(&text[clause_start..clause_end].to_lowercase()).or_else(|| state_in(&lower)) else { continue };
            numbered = true;
            // A range is kept as written, and counted by whoever reads it.
            let is_range = numbers.iter().any(|number| number.contains(' '));
            let count = i64::try_from(numbers.len()).ok().filter(|_| !is_range);
            ground.propose(Value::Serials { state, numbers, count, items: None }, Confidence::Likely, index, index);
        }
        if numbered || !(lower.contains("serial") || super::items::COUNTED.is_match(&lower)) {
            continue;
        }
        if let Some(captures) = OF_THEM.captures(&text) {
            for (many, what) in [(2, 3), (4, 5)] {
                let (Some(many), Some(what)) = (captures.get(many), captures.get(what)) else { continue };
                let (Some(many), Some(state)) = (number(many.as_str()), state_in(&what.as_str().to_lowercase())) else { continue };
                let value = Value::Serials { state, numbers: Vec::new(), count: Some(many), items: Some(captures[1].to_owned()) };
                ground.propose(value, Confidence::Likely, index, index);
            }
            continue;
        }
        for captures in COUNT.captures_iter(&text) {
            let (Some(many), Some(noun)) = (number(&captures[1]), captures.get(2)) else { continue };
            let whole = captures.get(0).map_or(0, |found| found.start());
            let clause_start = text[..whole].rfind([',', ';']).map_or(0, |at| at + 1);
            let clause_end = text[noun.end()..].find([',', ';', '.']).map_or(text.len(), |at| noun.end() + at);
            let Some(state) = state_in(&text[clause_start..clause_end].to_lowercase()) else { continue };
            let value = Value::Serials { state, numbers: Vec::new(), count: Some(many), items: Some(noun.as_str().to_owned()) };
            if ground.found.iter().all(|found| found.value != value) {
                ground.propose(value, Confidence::Possible, index, index);
            }
        }
    }
}

/// Serial numbers in a list below a sentence that says what became of them.
fn listed(ground: &mut Ground<'_>, index: usize, state: Option<SerialState>) -> bool {
    let Some(state) = state.filter(|_| ground.sentences[index].text.ends_with(':')) else { return false };
    let of = ground.sentences[index].paragraph;
    let mut numbers = Vec::new();
    for sentence in ground.sentences[index + 1..].iter().take(200) {
        let number = sentence.text.trim_start_matches(['-', ' ', '*']).trim_end_matches(['.', ';', ',']);
        let is_one = sentence.kind == PieceKind::ListItem
            && sentence.paragraph == of
            && !number.contains(' ')
            && number.bytes().any(|byte| byte.is_ascii_digit());
        if !is_one {
            break;
        }
        numbers.push(number.to_owned());
    }
    if numbers.is_empty() {
        return false;
    }
    let (last, count) = (index + numbers.len(), i64::try_from(numbers.len()).ok());
    ground.propose(Value::Serials { state, numbers, count, items: None }, Confidence::Likely, index, last);
    true
}

fn obstacles(ground: &mut Ground<'_>) {
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        if OBSTACLE.is_match(&sentence.lower) && !matches!(sentence.kind, PieceKind::Quotation) {
            let text = sentence.text.clone();
            ground.propose(Value::Obstacle { text }, Confidence::Likely, index, index);
        }
    }
}

fn days_that_matter(ground: &mut Ground<'_>) {
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        if !DATED.is_match(&sentence.lower) || ground.voices.persons.iter().any(|person| person.sentence == index && person.is_met) {
            continue;
        }
        let (text, days) = (sentence.text.clone(), dates::days(&sentence.text, ground.sent_on));
        for (_, on) in days.into_iter().take(3) {
            ground.propose(Value::Dated { on, what: text.clone() }, Confidence::Possible, index, index);
        }
    }
}

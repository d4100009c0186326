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
    /// What tells how to answer, and is no step of the check.
    NO_STEP = r"\b(?:see|refer to) (?:para|ref|section)|\bslug\b|\bpoints? of contact\b|^\W*(?:this is an )?action request\b[^:]{0,30}$|\b(?:reply|repl(?:y|ies)|respond|responses?|answers?)\b[^.;]{0,40}\b(?:within|by|no later|nlt|before)\b|\bsubject line\b|^\W*please (?:reply|respond|advise)\b[^.;]{0,40}$";
    LETTERED = r"^\(?[A-Za-z0-9]{1,2}[.)]\s*";
    REASON = r"\b(?:because|reason|due to|concerns?|unknown to|no (?:prior )?(?:record|history)|first[- ]time|unfamiliar|in order to|seeks to (?:confirm|establish|verify)|to (?:confirm|establish|verify|determine) (?:the )?bona fides)\b";
    DAYS = r"within ([\w-]+(?: [\w-]+)?) (?:\(\d+\) )?(?:calendar |working |business )?days";
    DUE = r"\b(?:no later than|not later than|nlt|by c\.?o\.?b\.?|by|deadline of|due(?: on)?)\b";
    WAS_DUE = r"\b(?:was|were|had been) due\b";
    NONE_MISSING = r"\b(?:no|none|not one|nothing)\b[^.]{0,40}\b(?:missing|lost|stolen|unaccounted)\b|\b(?:license|paper|certificate|letter|page|signature)s? (?:was|were|is|are) (?:missing|lost)\b";
    VISIT = r"(?:site|on-?site|physical) (?:visit|inspection)|visit (?:to )?the (?:premises|facility|site)";
    REQUIRED = r"\b(?:must|required|mandatory|shall)\b";
    NOT_REQUIRED = r"\b(?:not|nor) (?:be )?(?:strictly )?(?:required|mandatory|necessary|a must)\b|\bneed not\b|\bno (?:\w+ )?(?:visit|inspection) is (?:required|necessary)\b";
    OPTIONAL = r"\b(?:if possible|as post sees fit|optional|at post's discretion|if feasible|where practical)\b";
    SERIALS = r"serials?(?: (?:numbers?|nos?\.?))?[ :]*((?:[A-Z]{0,5}-?\d[\w-]*)(?:(?:, and |, | and |; |/| through | thru | to )(?:[A-Z]{0,5}-?\d[\w-]*))*)";
    MISSING = r"\b(?:missing|could not be (?:located|found|produced|accounted)|not (?:located|found|produced|accounted)|unaccounted|lost|stolen|neither in [^.;]{2,40} nor|not in (?:the|its|their) (?:racks?|armou?ry|store\w*|vault|room|depot|warehouse))\b";
    ELSEWHERE = r"\b(?:elsewhere|on loan|at the branch|at (?:the )?(?:regional|other)|(?:with|to) (?:a|the|its|another|one) (?:\w+ )?(?:patrol|team|unit|detachment)|on patrol|in the field|in repair|under repair|deployed (?:to|in|at)|assigned to|transferred to|kept at|issued to)\b";
    DELIVERED = r"\b(?:licensed|shipped|delivered|received|exported|serials?)\b";
    SEEN = r"\b(?:sighted|seen|saw|inspected|verified|counted|accounted for|located|matched|present)\b";
    OBSTACLE = r"\b(?:refused|declined|denied|would not (?:allow|permit)|did not (?:allow|permit)|turned away|not (?:allowed|permitted))\b[^.]{0,80}\b(?:visit|access|inspect|inspection|entry|enter|see the|premises|photograph|tour|admit)|\b(?:visit|access|inspection|entry)\b[^.]{0,50}\b(?:was|were|been) (?:refused|denied|declined|postponed|cancell?ed)|\b(?:visit|inspection)\b[^.]{0,30}\b(?:did not|could not|never) (?:take place|happen|occur)";
    /// More time to answer.
    EXTENSION = r"\b(?:extension|extend\w*|more time|additional time)\b[^.;]{0,60}\b(?:to|until|till|through)\b|\b(?:final|full|complete|substantive) (?:response|reply|report|answer)\b[^.;]{0,40}\b(?:by|no later than)\b";
    /// What a day that is still to come follows.
    TO_COME = r"\b(?:expires?|valid (?:until|through|to)|until|till|no later than|will (?:be )?[\w ]{0,30}|is due|are due)(?: (?:on|by|in))?\s+$";
    WAS_THEN = r"\b(?:was|were|had|waited|remained|worked|stayed)\b[^.;]{0,40}$";
    DATED = r"\b(?:deliver(?:y|ed)|ship(?:ment|ped)|arriv(?:e|al|ed)|expires?|valid (?:until|through)|contract|invoice|dated)\b";
}

/// Nouns of what is counted.
const NOUN: &str = "pistols?|rifles?|revolvers?|weapons?|handguns?|shotguns?|goggles|carbines?|units?|items?|machine ?guns?|devices?|vests|helmets|optics|scopes|sights|cameras|launchers|tubes|radios|headsets|mounts|intercoms|shields";

/// `22 pistols`, `40 of the 44 sights`.
static COUNT: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\b({NUMBERS}) (?:of (?:the |these )?(?:\d+ )?)?(?:\w+ ){{0,3}}?({NOUN})\b")));

/// `Of 25 pistols licensed`: what the counts that follow are of.
static OF_THEM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"\b(?:of|(?P<all>all)) (?:the |these |all )?(?P<many>{NUMBERS}) (?:[\w-]+ ){{0,3}}?(?P<noun>{NOUN})\b"))
});

/// A count whose noun was told before: `22 were seen`, `emboffs saw 231`, `three are missing`.
static COUNT_OF_THEM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^\W*(?:and |but |while |only |a total of |the other |another |the remaining )*({NUMBERS}) (?:more |others )?(?:of (?:them|these|those) )?(?:were|was|are|is|have been|could) |\b(?:saw|sighted|inspected|counted|located|verified|found|accounted for) (?:only |all |a total of )?({NUMBERS})(?: of (?:them|these|those))?(?:\W*$| (?:and|at|in|on) )"
    ))
});

/// Where a new count may begin.
static CLAUSES: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"[,;]\s|,? (?:and|but) (?:(?:the other |another |only )?(?:{NUMBERS}) )")));

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
    let (mut first, mut asking) = (None, None);
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let asks = ASKED.is_match(&sentence.text);
        if let Some(captures) = DAYS.captures(&sentence.lower) {
            days = days.or(number(&captures[1]).and_then(|days| u32::try_from(days).ok()));
        }
        due_on = due_on.or_else(|| due(ground, &sentence.text));
        if VISIT.is_match(&sentence.lower) && site_visit.is_none() {
            let need_not = NOT_REQUIRED.is_match(&sentence.lower);
            site_visit = Some(if OPTIONAL.is_match(&sentence.lower) || (need_not && !sentence.lower.contains("requested")) {
                SiteVisit::Optional
            } else if REQUIRED.is_match(&sentence.lower) && !need_not {
                SiteVisit::Required
            } else {
                SiteVisit::Requested
            });
        }
        if asks || (asking == Some(sentence.paragraph) && sentence.kind == PieceKind::ListItem) {
            first = first.or(Some(index));
            asking = Some(sentence.paragraph);
            steps.extend(step(sentence, asks).filter(|_| steps.len() < 40));
        } else if REASON.is_match(&sentence.lower) && reason.is_none() {
            reason = Some(sentence.text.clone());
            first = first.or(Some(index));
        }
    }
    let Some(first) = first.or((!ground.sentences.is_empty() && days.is_some()).then_some(0)) else { return };
    let value = Value::Request { reason, steps, days, due_on, site_visit };
    ground.propose(value, Confidence::Likely, first, first);
}

/// What a sentence asks the post to look into. Words that only begin a list, lines of items, and how to answer are no steps.
fn step(sentence: &super::sentences::Sentence, asks: bool) -> Option<String> {
    let text = sentence.text.trim_start_matches(['-', ' ', '*']);
    let words = LETTERED.replace(text, "");
    let words = words.trim_end_matches([';', ',', '.', ' ']).trim_end_matches(" and");
    let begins_list = asks && text.trim_end().ends_with(':');
    let is_item = sentence.kind == PieceKind::ListItem && super::items::lines(words).first().is_some_and(|line| line.at == 0);
    let is_step = !begins_list && !is_item && words.contains(' ') && !NO_STEP.is_match(words);
    is_step.then(|| words.to_owned())
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

/// What words say became of items.
fn state_in(words: &str) -> Option<SerialState> {
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
}

/// What a count found, before it is seen beside the others.
struct Counted {
    /// The sentences it stands in.
    place: (usize, usize),
    state: SerialState,
    /// The serial numbers, where they are named.
    numbers: Vec<String>,
    count: Option<i64>,
    items: Option<String>,
    /// Of how many, where its sentence tells.
    of: Option<i64>,
    /// Whether it is of all there are, perhaps at one place.
    is_all: bool,
    sure: Confidence,
}

fn serials(ground: &mut Ground<'_>) {
    for told in once(all_counts(ground)) {
        let Counted { place, state, numbers, count, items, sure, .. } = told;
        let value = Value::Serials { state, numbers, count, items };
        if ground.found.iter().all(|found| found.value != value) {
            ground.propose(value, sure, place.0, place.1);
        }
    }
}

/// Every count of a telegram, in order.
fn all_counts(ground: &Ground<'_>) -> Vec<Counted> {
    let shipped = is_shipped(ground);
    let mut all = Vec::new();
    // What was counted last, and in which paragraph.
    let mut counted: Option<(usize, String)> = None;
    for (index, sentence) in ground.sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind != PieceKind::Quotation) {
        let (text, lower, paragraph) = (&sentence.text, &sentence.lower, sentence.paragraph);
        let state = state_in(lower);
        let numbered = listed(ground, index, state).into_iter().chain(named(index, text, state)).collect::<Vec<_>>();
        if !numbered.is_empty() {
            all.extend(numbered);
            continue;
        }
        // What was stolen from a store once is no count of these items.
        let of_these = shipped || DELIVERED.is_match(lower);
        let known = counted.as_ref().filter(|(of, _)| *of == paragraph).map(|(_, noun)| noun.clone());
        if !of_these || !(lower.contains("serial") || known.is_some() || super::items::COUNTED.is_match(lower)) {
            continue;
        }
        let whole = OF_THEM.captures(text);
        let of = whole.as_ref().and_then(|captures| number(&captures["many"]));
        let is_all = whole.as_ref().is_some_and(|captures| captures.name("all").is_some());
        let noun = whole.map(|captures| captures["noun"].to_owned()).or(known);
        counted = noun.clone().map(|noun| (paragraph, noun)).or(counted);
        let sure = if noun.is_some() { Confidence::Likely } else { Confidence::Possible };
        for (state, count, items) in counts(text, noun.as_deref()) {
            counted = Some((paragraph, items.clone()));
            let (count, items) = (Some(count), Some(items));
            all.push(Counted { place: (index, index), state, numbers: Vec::new(), count, items, of, is_all, sure });
        }
    }
    all
}

/// Counts without those that are told a second time: in a total and in its parts, in figures and by serial number.
fn once(all: Vec<Counted>) -> Vec<Counted> {
    let named: Vec<(SerialState, Option<i64>)> =
        all.iter().filter(|told| !told.numbers.is_empty()).map(|told| (told.state, told.count)).collect();
    let mut whole = Whole::default();
    let mut kept: Vec<Counted> = Vec::new();
    for told in all {
        if told.numbers.is_empty() {
            let again = kept.iter().any(|known| known.state == told.state && known.count == told.count && alike(known, &told));
            if again || !whole.has_room_for(&told) || named.contains(&(told.state, told.count)) {
                continue;
            }
        }
        kept.push(told);
    }
    without_sums(kept)
}

/// Whether two counts are of one noun.
fn alike(one: &Counted, other: &Counted) -> bool {
    let noun = |told: &Counted| told.items.as_deref().map(|items| items.to_lowercase().trim_end_matches('s').to_owned());
    noun(one) == noun(other)
}

/// Of how many the counts are, and how many were counted.
#[derive(Default)]
struct Whole {
    noun: String,
    of: Option<i64>,
    counted: i64,
}

impl Whole {
    /// Whether a count may be of those that were not counted yet; then it is.
    fn has_room_for(&mut self, told: &Counted) -> bool {
        let noun = told.items.as_deref().unwrap_or_default().to_lowercase().trim_end_matches('s').to_owned();
        let is_whole = told.of.is_some() && !(told.is_all && self.of.is_some());
        if told.of.is_some() && (noun != self.noun || (is_whole && told.of != self.of)) {
            *self = Self { noun: noun.clone(), of: told.of, counted: 0 };
        }
        let Some(of) = self.of.filter(|_| noun == self.noun) else { return true };
        let count = told.count.unwrap_or(0);
        let counted = self.counted.saturating_add(count);
        // What its own sentence gets wrong, a person looks at.
        let fits = counted <= of || count > of || (told.of == self.of && is_whole);
        if fits {
            self.counted = counted;
        }
        fits
    }
}

/// Leaves out what is the sum of all other counts of its state and noun.
fn without_sums(all: Vec<Counted>) -> Vec<Counted> {
    let is_sum = |at: usize| {
        let told = &all[at];
        let Some(count) = told.count.filter(|_| told.numbers.is_empty() && told.of.is_none()) else { return false };
        let others = all.iter().enumerate().filter(|(other, one)| *other != at && one.state == told.state && alike(one, told));
        let parts: Vec<i64> = others.filter_map(|(_, one)| one.count).collect();
        parts.len() > 1 && parts.iter().fold(0_i64, |sum, part| sum.saturating_add(*part)) == count
    };
    let sums: Vec<bool> = (0..all.len()).map(is_sum).collect();
    all.into_iter().zip(sums).filter(|(_, is_sum)| !is_sum).map(|(told, _)| told).collect()
}

/// The counts of a sentence, clause by clause; `of`: what is counted where a clause does not tell.
fn counts(text: &str, of: Option<&str>) -> Vec<(SerialState, i64, String)> {
    let mut begins = vec![0];
    begins.extend(CLAUSES.find_iter(text).map(|found| found.start()));
    let ends = begins.iter().skip(1).copied().chain([text.len()]);
    let mut found = Vec::new();
    for (begin, end) in begins.iter().zip(ends) {
        let clause = text[*begin..end].trim_start_matches([',', ';', ' ']);
        let Some(state) = state_in(&clause.to_lowercase()) else { continue };
        if let Some(captures) = COUNT.captures(clause).filter(|captures| !is_of_all(clause, captures)) {
            found.extend(number(&captures[1]).map(|many| (state, many, captures[2].to_owned())));
        } else if let (Some(captures), Some(noun)) = (COUNT_OF_THEM.captures(clause), of) {
            let many = captures.get(1).or(captures.get(2)).and_then(|many| number(many.as_str()));
            found.extend(many.map(|many| (state, many, noun.to_owned())));
        }
    }
    found
}

/// `of the 250 rifles`: how many there should be.
fn is_of_all(clause: &str, captures: &regex::Captures<'_>) -> bool {
    let before = captures.get(0).map_or("", |found| &clause[..found.start()]).to_lowercase();
    before.trim_end().ends_with(" of the") || before.trim_end().ends_with(" of") || before.trim() == "of" || before.trim() == "of the"
}

/// Serial numbers in a sentence that says what became of them.
fn named(index: usize, text: &str, state: Option<SerialState>) -> Vec<Counted> {
    let mut all = Vec::new();
    for captures in SERIALS.captures_iter(text) {
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
        let Some(state) = state_in(&text[clause_start..clause_end].to_lowercase()).or(state) else { continue };
        // A range is kept as written, and counted by whoever reads it.
        let is_range = numbers.iter().any(|number| number.contains(' '));
        let count = i64::try_from(numbers.len()).ok().filter(|_| !is_range);
        all.push(Counted { place: (index, index), state, numbers, count, items: None, of: None, is_all: false, sure: Confidence::Likely });
    }
    all
}

/// Serial numbers in a list below a sentence that says what became of them.
fn listed(ground: &Ground<'_>, index: usize, state: Option<SerialState>) -> Option<Counted> {
    let state = state.filter(|_| ground.sentences[index].text.ends_with(':'))?;
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
    let (last, count) = (index + numbers.len(), i64::try_from(numbers.len()).ok());
    let told = Counted { place: (index, last), state, numbers, count, items: None, of: None, is_all: false, sure: Confidence::Likely };
    Some(told).filter(|told| !told.numbers.is_empty())
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
        let extended = EXTENSION.find(&sentence.text).filter(|_| sentence.kind != PieceKind::Quotation).map(|found| found.end());
        let is_met = ground.voices.persons.iter().any(|person| person.sentence == index && person.is_met);
        if extended.is_none() && (!DATED.is_match(&sentence.lower) || is_met) {
            continue;
        }
        let text = sentence.text.clone();
        for on in days_of(ground, &text, extended).into_iter().take(3) {
            ground.propose(Value::Dated { on, what: text.clone() }, Confidence::Possible, index, index);
        }
    }
}

/// The days of a sentence; `extended`: where words of more time end, the day right after which is to come.
fn days_of(ground: &Ground<'_>, text: &str, extended: Option<usize>) -> Vec<Date> {
    let whole: Vec<_> = dates::days(text, None).into_iter().map(|(range, _)| range.start).collect();
    let days = dates::days(text, ground.sent_on).into_iter().filter_map(|(range, day)| {
        let asked = extended.is_some_and(|end| range.start >= end && range.start <= end + 20);
        let without_year = !whole.contains(&range.start);
        let before = &text[..range.start];
        if asked || (TO_COME.is_match(before) && !WAS_THEN.is_match(before)) {
            let day = if without_year { next(ground, &text[range])? } else { day };
            return ground.sent_on.is_none_or(|sent| !asked || day >= sent).then_some(day);
        }
        extended.is_none().then_some(day)
    });
    days.collect()
}

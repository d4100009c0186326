//! Item groups: a number, at most a few words, and a noun of items. An earlier purchase and a count are no item groups.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    heads, requests,
    sentences::{NUMBERS, number},
    words::{ITEM_NOUNS, LOOSE_NOUNS, pattern, patterns},
};
use crate::{
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
    text::folded,
};

patterns! {
    /// An earlier or other purchase, and no part of this one.
    SEPARATE = r"\b(?:previously|earlier|separately|separate|prior|other) (?:\w+ ){0,4}?(?:approved|purchased?|bought|licen[sc]e|permit|import|order|shipment|request)|\balready (?:\w+ ){0,5}?(?:purchased?|bought|owns?)\b|\b(?:purchased?|buy|bought|acquired?)\b[^.]{0,60}\blocally\b|local (?:purchase|market) of|\b(?:bought|purchased|acquired|imported|received) (?:\w+ ){0,6}in (?:19|20)\d\d\b|\b(?:last|the previous) (?:year|month|summer|spring|fall|winter)\b[^.;]{0,60}\b(?:approved|issued|licensed|authori[sz]ed|bought|purchased|imported|exported|sold)\b|\b(?:approved|issued|licensed|authori[sz]ed|imported)\b[^.;]{0,60}\bfor (?:another|a different) (?:company|firm|importer|end-?user|customer|buyer|dealer)\b";
    /// A count of what is there.
    COUNTED = r"\b(?:sighted|seen|saw|inspected|counted|located|missing|unaccounted|accounted for|physically verified|could not be (?:located|found)|not found|stolen|lost|on hand|were present|were found|arrived|deployed|in repair|in the field|on patrol|with (?:a|the|its|another) (?:\w+ )?(?:patrol|team|detachment))\b";
    /// In a count: how many there should be.
    LICENSED = r"^\W*(?:that (?:were|was) )?(?:licensed|authorized|authorised|exported|shipped|ordered|approved|covered|sold|on (?:the |this )?(?:licen[sc]e|application|\d)|under (?:the )?licen[sc]e|delivered under)";
    OF_LICENSE = r"^\W*(?:on|under|of|covered by|licensed (?:on|under)|exported under|shipped under) (?:the )?(?:licen[sc]e |application |case |number |no\. |DSP-\d+ )*#?$";
    OF_ALL = r"\b(?:of|all) (?:the |all )?$";
    /// Words that put what follows on the license.
    ON_LICENSE = r"\b(?:licen[sc]e[sd]?|applications?|order(?:s|ed)?|purchase[sd]?|purchasing|procure\w*|bought|export(?:s|ed)?|approval|shipped|shipment|contract(?:ed)?|sale)\b[^;]{0,120}$";
    AFTER_IT = r"^[^.;]{0,40}\b(?:on|under|in) (?:the |this )?(?:ref \w+ )?(?:licen[sc]e|application|DSP-?\s?\d+)\b|^ (?:(?:were|was|are|is) )?(?:ordered|licensed|exported|shipped)\b";
    CASE = r"\b(?:order|applicant|licen[sc]e|application)";
    /// What is spoken of as known: `the 30 pistols`.
    DEFINITE = r"\b(?:the|all|both|these|those)\s+$";
    /// How many a permit is for, or a request for one.
    OF_PERMIT = r"\b(?:import (?:permits?|authori[sz]ations?|approvals?|licen[sc]es?|requests?)|permits?|(?:applied|application|request|asked) for (?:an? )?(?:\w+ )?(?:permit|licen[sc]e|authori[sz]ation)|quota)\b[^.;:]{0,70}$";
    /// What is kept from the license, or was never on it.
    TURNED_DOWN = r"\b(?:turned down|rejected|refused|denied|withdr\w+|removed)\b[^.;:]{0,60}$";
    IS_FOR = r"\bpermits?\b.*\b(?:was|is|were|are) (?:only )?for\s+$";
    APPROVED = r"\b(?:approved|issued|granted)\b";
    OTHERS = r"\b(?:other|another|further|additional)\s+$";
    OF_ITS_OWN = r"\bof (?:its|their|his|her) own\b|\bin stock\b|\bown stocks?\b";
    STOCKED = r"\b(?:armou?ry|store|storeroom|vault|warehouse|depot|force|unit|guards|company|firm|police|it|they) (?:already |currently |now |still )*(?:has|have|holds?|owns?|contains?|possess\w*|stocks?)\s+(?:about |some |roughly |nearly |over |only )?$|\b(?:owns?|possess\w*)\s+(?:about |some |roughly |nearly |over |only )?$";
    /// A part of the line: one of several shipments, what is in a crate.
    PART_OF_IT = r"\b(?:first|second|third|last|partial) (?:of \w+ )?shipments?\b[^.;]{0,30}$|\b(?:crates?|boxes|cases|packs|pallets|batch(?:es)?|lots) of\s+$";
    MAGAZINE = r"\bmagazines?\b[^.;]{0,20}$";
    /// From the second license on, the first one's number says nothing.
    ANOTHER = r"\b(?:second|third|fourth|latter|other)\b";
    TOTAL = r"\b(?:a |in )?total(?:s|ing)?(?: of)?\b|\baltogether\b|\bin all\b|\btogether\b(?: \w+){0,2} (?:come|comes|came|make|makes|made|are|give|gives|cover|covers|amount|amounts)\b|\bcombined\b";
    /// A sum of what stands elsewhere.
    SUM = r"\b(?:come|comes|came|add|adds|added|amount|amounts|amounted)(?: up)? to (?:a total of |just |exactly |some |about )?$";
    /// `one rifle in three`.
    RATIO = r"^ (?:in|out of|of)(?: every| each)? (\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty)(?: (?:is|are|was|were|has|have|had|needs?|does|do|did|can|could|will|cannot|no|fails?|failed)\b|[,.;:]|\W*$)";
    /// How many in a time, or for each.
    RATE = r"^(?: [\w./'-]+){0,4}? (?:an? |per |each |every )(?:hour|day|week|month|quarter|year|annum|shift)s?\b|^(?: [\w./'-]+){0,4}? (?:per|for (?:each|every)) (?:\w+ )?(?:person|man|guard|officer|agent|ranger|soldier|member|vehicle|weapon|rifle|pistol|firearm|team|shooter|student|trainee|patrol|boat|post)\b|^(?: \w+)? (?:annually|monthly|weekly|daily|yearly|apiece)\b|^ each(?:[.,;]|$)";
    EACH = r"\b(?:each|every) ([\w-]+) (?:[\w-]+ ){0,3}$";
    /// Things that give way to those of the license.
    REPLACED = r"\b(?:replac(?:e|es|ed|ing)|in place of|replacements? (?:for|of))\s+(?:(?:about|some|roughly|approximately|up|to|nearly|over|at|least|all|the|its|their|his|her|our|another|of|existing) )*$";
    TO_GO = r"^ (?:(?:that|which) )?(?:will be|would be|are to be|are being|were being|to be) (?:replaced|retired|scrapped|destroyed|phased out|turned in)\b";
    AGED = r"^(?:older|old|ag(?:e)?ing|obsolete|outdated|worn-?out|unserviceable|broken|existing|present|current)\b";
    ASKED = r"\b(?:applications?|requests?|orders?|bids?)\b[^.;]{0,60}$";
    REFUSED = r"^[\w ,]{0,30}?\b(?:was|were|had been|has been|have been) (?:refused|rejected|denied|turned down|withdrawn|cancell?ed)\b";
    /// What joins a line to the one before it.
    JOINING = r"^\s*(?:,|,? and|,? plus|,? as well as)(?: the)?(?: spare)? *$";
    USER_OF = r"\bend-?users? of (?:the )?$";
    /// Words before the noun that tell how many there are already, and not what they are.
    MORE = r"^(?:more|additional|further|other)\s+";
    CALIBER = r"(?:\d+(?:\.\d+)?\s?x\s?\d+(?:\.\d+)?(?:\s?mm)?|\d+(?:\.\d+)?\s?-?mm|\.\d{2,3}|\b\d\d-(?:gauge|caliber))";
    /// A caliber after the noun.
    CALIBER_AFTER = r"^(?:,? (?:in|of)|,)?(?: (?:caliber|calibre|cal\.?))? ((?:\d+(?:\.\d+)?x\d+(?:\.\d+)?(?: ?mm)?|\d+(?:\.\d+)? ?mm|\.\d{2,3})(?: (?:special|magnum|long rifle|lr|acp|auto|nato|parabellum|luger|winchester|remington|short|ball|blank|match)\b)*)";
}

/// A line of items in a text.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it stands in the sentence.
    pub at: usize,
    /// Where it ends.
    pub end: usize,
    /// The noun alone.
    pub noun: String,
    /// How many.
    pub quantity: i64,
    /// The words: `9mm pistols`.
    pub label: String,
    /// The class, or nothing.
    pub class: &'static str,
    /// Of what.
    pub unit: &'static str,
    /// The caliber and the model, where they are told.
    pub make: Make,
    /// Whether the noun is one of those that mostly are no items of a license.
    pub is_loose: bool,
}

/// What tells one line of a noun from another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Make {
    caliber: String,
    model: String,
}

impl Make {
    /// Of a label, and of a caliber after it.
    fn of(label: &str, after: Option<&str>) -> Self {
        let caliber = after.or_else(|| CALIBER.find(label).map(|found| found.as_str())).unwrap_or_default();
        let is_model = |word: &&str| {
            let mixed = word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic());
            let name = word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase);
            (mixed || name) && !CALIBER.is_match(word)
        };
        let model: Vec<&str> = label.split(' ').filter(is_model).collect();
        Self { caliber: folded(&caliber.replace(' ', "")), model: folded(&model.join(" ")) }
    }

    /// Whether two are not of one line.
    fn differs(&self, other: &Self) -> bool {
        let differ = |one: &str, other: &str| !one.is_empty() && !other.is_empty() && one != other;
        differ(&self.caliber, &other.caliber) || differ(&self.model, &other.model)
    }
}

/// The nouns, those that are always items before the others.
fn nouns() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    ITEM_NOUNS.iter().chain(&LOOSE_NOUNS)
}

/// `magazines` after `rifle`: the noun is the last.
static COMPOUND: LazyLock<Regex> = LazyLock::new(|| {
    let nouns: Vec<String> = nouns().enumerate().map(|(index, (noun, _, _))| format!("(?P<n{index}>{noun})")).collect();
    pattern(&format!(r"^\s+(?:{})\b", nouns.join("|")))
});

static LINES: LazyLock<Regex> = LazyLock::new(|| {
    let nouns: Vec<String> = nouns().enumerate().map(|(index, (noun, _, _))| format!("(?P<n{index}>{noun})")).collect();
    pattern(&format!(
        r"\b(?P<many>{NUMBERS})(?:\s*\(\s*\d[\d,]*\s*\))?(?:\s+(?:each|units?|ea\.?|pieces|pcs\.?|x))?(?:\s+of)?(?:\s+the)?(?P<words>(?:\s+[\w./&'-]+){{0,4}}?)\s+(?:{})\b",
        nouns.join("|")
    ))
});

/// Words that part a number from the noun: `45 agents will carry pistols`.
const PARTING: [&str; 31] = [
    "concerned",
    "covered",
    "involved",
    "included",
    "will",
    "would",
    "for",
    "and",
    "or",
    "with",
    "to",
    "who",
    "are",
    "were",
    "have",
    "has",
    "that",
    "carry",
    "members",
    "officers",
    "agents",
    "guards",
    "men",
    "percent",
    "days",
    "weeks",
    "months",
    "years",
    "when",
    "their",
    "his",
];

/// Whether words between a number and a noun part them: `40 of the 44 sights`; the number of a model, `six Bell 206 mounts`, does not.
fn is_parted(words: &str) -> bool {
    let mut between = words.split_whitespace().peekable();
    let mut last = "";
    while let Some(word) = between.next() {
        let model = last.starts_with(char::is_uppercase) && !matches!(last.to_lowercase().as_str(), "the" | "of" | "these" | "those");
        let caliber = between.peek().is_some_and(|next| next.eq_ignore_ascii_case("mm"));
        if PARTING.contains(&word.to_lowercase().as_str()) || (word.bytes().all(|byte| byte.is_ascii_digit()) && !model && !caliber) {
            return true;
        }
        last = word;
    }
    false
}

/// Whether a noun is of several: `30 round` and `200 rifle` are none of their own.
fn is_plural(noun: &str) -> bool {
    let lower = noun.to_lowercase();
    let mass = ["armor", "equipment", "ammunition", "explosive", "propellant", "powder", "rdx", "tnt", "optics"];
    mass.iter().any(|end| lower.ends_with(end)) || lower.split(' ').any(|word| word.ends_with('s'))
}

/// The noun that a pattern found, as its index.
fn noun_of(captures: &regex::Captures<'_>) -> Option<usize> {
    (0..nouns().count()).find(|index| captures.name(&format!("n{index}")).is_some())
}

/// The lines of items in a text.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = LINES.captures_at(text, at) {
        let (Some(many), Some(words), Some(whole)) = (captures.name("many"), captures.name("words"), captures.get(0)) else { break };
        // A number that is not of the noun may hide the one that is.
        at = many.end();
        let Some(mut index) = noun_of(&captures) else { continue };
        let mut noun = captures.name(&format!("n{index}")).map_or("", |noun| noun.as_str()).to_owned();
        let Some(quantity) = number(many.as_str()).filter(|quantity| *quantity > 0) else { continue };
        let lower = words.as_str().to_lowercase();
        let caliber =
            lower.trim_start().starts_with("mm") || lower.trim_start().starts_with("caliber") || text[many.end()..].starts_with(" mm");
        let after_point = text[..many.start()].ends_with(['.', '#', '-', '/', '$']);
        if is_parted(words.as_str()) || caliber || after_point {
            continue;
        }
        let mut end = whole.end();
        if !is_plural(&noun) {
            let property = noun.to_lowercase().starts_with("round");
            let compound = COMPOUND.captures(&text[end..]).filter(|_| !property);
            let more = compound.and_then(|found| Some((noun_of(&found)?, found.get(0)?.as_str().to_owned())));
            match more.filter(|(_, more)| quantity == 1 || is_plural(more)) {
                Some((last, more)) => {
                    (index, end) = (last, end + more.len());
                    noun.push_str(&more);
                }
                None if quantity == 1 && !property => {}
                None => continue,
            }
        }
        let (times, words) = times(words.as_str().trim());
        let (label, quantity) = (format!("{words} {noun}"), quantity.saturating_mul(times));
        at = end;
        found.extend(line(text, whole.start()..end, index, noun, quantity, label.trim()));
    }
    for line in counted_after(text) {
        if found.iter().all(|known| known.end <= line.at || line.end <= known.at) {
            found.push(line);
        }
    }
    found.sort_by_key(|line| line.at);
    found
}

/// What a number in words is multiplied by, and the words after that: `ten thousand rounds`.
fn times(words: &str) -> (i64, &str) {
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    match first.to_lowercase().as_str() {
        "hundred" => (100, rest),
        "thousand" => (1_000, rest),
        "million" => (1_000_000, rest),
        "dozen" => (12, rest),
        _ => (1, words),
    }
}

/// The line of a noun, by its index.
fn line(text: &str, mut range: Range<usize>, index: usize, noun: String, quantity: i64, label: &str) -> Option<Line> {
    let (_, class, unit) = nouns().nth(index)?;
    let label = MORE.replace(label, "").into_owned();
    let after = CALIBER_AFTER.captures(&text[range.end..]).filter(|_| !CALIBER.is_match(&label));
    let caliber = after.as_ref().map(|captures| captures[1].to_owned());
    let make = Make::of(&label, caliber.as_deref());
    // The noun stays the last word: other rules know a line by it.
    let label = caliber.map_or_else(|| label.clone(), |caliber| format!("{caliber} {label}"));
    if let Some(whole) = after.as_ref().and_then(|captures| captures.get(0)) {
        range.end += whole.end();
    }
    Some(Line { at: range.start, end: range.end, noun, quantity, label, class, unit, make, is_loose: index >= ITEM_NOUNS.len() })
}

/// `hydraulic pumps, quantity 16`.
static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let nouns: Vec<String> = nouns().enumerate().map(|(index, (noun, _, _))| format!("(?P<n{index}>{noun})")).collect();
    pattern(&format!(
        r"(?:^|[.,;:)-] +)(?P<words>(?:[\w/'-]+ ){{0,4}}?)(?:{})(?:\s*[,(:-]\s*|\s+)(?:quantity|qty)\b\.?(?: of)?[:=]?\s*(?P<many>{NUMBERS})\b",
        nouns.join("|")
    ))
});

/// The lines whose number stands after the noun.
fn counted_after(text: &str) -> Vec<Line> {
    let read = |captures: regex::Captures<'_>| {
        let (whole, words) = (captures.get(0)?, captures.name("words")?);
        let index = noun_of(&captures)?;
        let noun = captures.name(&format!("n{index}"))?.as_str().to_owned();
        let quantity = number(&captures["many"]).filter(|quantity| *quantity > 0)?;
        let label = format!("{}{noun}", words.as_str());
        line(text, words.start()..whole.end(), index, noun, quantity, label.trim())
    };
    QUANTITY.captures_iter(text).filter_map(read).collect()
}

/// A group that was proposed: its key, class, quantity, label, license.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its key.
    pub key: String,
    /// Its class, or nothing.
    pub class: &'static str,
    /// How many.
    pub quantity: i64,
    /// Its label.
    pub label: String,
    /// The license it is on, where there are several.
    pub license: Option<String>,
    /// The caliber and the model.
    make: Make,
    /// The sentence that names it.
    sentence: usize,
}

/// A sentence whose lines are looked at.
struct Seen {
    index: usize,
    kind: PieceKind,
    text: String,
    lower: String,
    /// License numbers in it.
    numbers: Vec<(usize, String)>,
    /// The last license that was named before it in its paragraph.
    here: Option<String>,
    /// Whether it stands in a list of a license.
    is_listed: bool,
}

/// What was read of items so far.
struct Lists {
    licenses: Vec<String>,
    shipped: bool,
    groups: Vec<Group>,
    totals: Vec<Total>,
    /// What only a permit names.
    permitted: Vec<(usize, Line, Option<String>)>,
}

/// Proposes the item groups.
pub fn propose(ground: &mut Ground<'_>) -> Vec<Group> {
    let licenses =
        ground.found.iter().filter_map(|found| if let Value::License { number, .. } = &found.value { Some(number.clone()) } else { None });
    let mut lists = Lists {
        licenses: licenses.collect(),
        shipped: requests::is_shipped(ground),
        groups: Vec::new(),
        totals: Vec::new(),
        permitted: Vec::new(),
    };
    let mut current: Option<(usize, String)> = None;
    let mut list = None;
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let (paragraph, kind) = (sentence.paragraph, sentence.kind);
        let numbers = heads::numbers(&sentence.text);
        let here = current.clone().filter(|(of, _)| *of == paragraph).map(|(_, number)| number);
        // Where several are named, what stands below is of none of them for sure.
        if let Some((_, last)) = numbers.last() {
            let is_one = numbers.iter().all(|(_, number)| heads::same_license(number, last));
            current = is_one.then(|| (paragraph, last.clone()));
        }
        if matches!(kind, PieceKind::Quotation) || is_separate(&sentence.lower) {
            continue;
        }
        if sentence.text.ends_with(':') {
            list = ON_LICENSE.is_match(&sentence.lower).then_some(paragraph);
        }
        let is_listed = kind == PieceKind::ListItem && list == Some(paragraph);
        let seen = Seen { index, kind, text: sentence.text.clone(), lower: sentence.lower.clone(), numbers, here, is_listed };
        contrast(ground, &seen);
        let mut taken = None;
        for line in lines(&seen.text) {
            let joined = taken.is_some_and(|end: usize| end <= line.at && JOINING.is_match(&seen.text[end..line.at]));
            taken = lists.take(ground, &seen, &line, joined).then_some(line.end);
        }
    }
    add_up(ground, &lists.groups, &lists.totals);
    let Lists { mut groups, permitted, .. } = lists;
    // Items that no other words name are perhaps those of the permit.
    for (index, line, license) in permitted {
        let own = treated_alike(line.class, &line.label);
        if !groups.iter().any(|group| treated_alike(group.class, &group.label) == own || is_kin(&group.label, &line.label)) {
            keep(ground, &mut groups, index, &line, license, PieceKind::Note);
        }
    }
    if groups.is_empty() {
        quoted(ground, &mut groups);
    }
    groups
}

/// `40 pistols, not 60`: a person looks which it is.
fn contrast(ground: &mut Ground<'_>, seen: &Seen) {
    static NOT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(r"(\w+\.? )?\b({NUMBERS})((?: [\w-]+){{0,3}}?),? (?:and |but )?not (?:the |for )?({NUMBERS})\b"))
    });
    let Some(captures) = NOT.captures(&seen.text).filter(|_| CASE.is_match(&seen.lower) || seen.lower.contains("permit")) else { return };
    let value = |index: usize| captures.get(index).and_then(|found| number(found.as_str()));
    let day = captures.get(1).is_some_and(|before| {
        let before = before.as_str().to_uppercase();
        crate::telegrams::reading::lines::MONTHS.iter().any(|month| before.starts_with(month))
    });
    if let (Some(one), Some(other), false) = (value(2), value(4), day)
        && one != other
    {
        ground.warn(WarningKind::DoesNotAddUp, format!("The telegram says {one}, and not {other}."), Some(seen.index));
    }
}

impl Lists {
    /// Takes a line, where it is one; `joined`: whether it follows one that is.
    fn take(&mut self, ground: &mut Ground<'_>, seen: &Seen, line: &Line, joined: bool) -> bool {
        let license = self.license_of(seen, line);
        let general = is_general(line);
        let total = TOTAL.find(&seen.lower).map(|found| found.start());
        let is_sum = total.is_some_and(|at| at <= line.at + 20) || SUM.is_match(&seen.text[..line.at]);
        if is_sum || (general && seen.text.ends_with(':')) {
            let (sentence, quantity, class, first) = (seen.index, line.quantity, line.class, self.groups.len());
            self.totals.push(Total { sentence, quantity, class, license, first });
            return false;
        }
        // In a count, and for weapons in general, the number is no line of the license.
        let after = &seen.text[line.end..];
        let is_of_line = OF_ALL.is_match(&seen.text[..line.at]) && (LICENSED.is_match(after) || after.starts_with(','));
        if general
            || (COUNTED.is_match(&seen.lower) && !is_of_line)
            || is_beside(seen, line)
            || is_no_amount(seen, line)
            || (line.is_loose && !joined && !is_on_license(seen, line))
        {
            return false;
        }
        if is_of_permit(seen, line) {
            self.permitted.push((seen.index, line.clone(), license));
        } else if !self.is_again(seen, line, license.as_ref()) {
            self.add(ground, seen, line, license);
        }
        true
    }

    /// The license a line is on, where there are several.
    fn license_of(&self, seen: &Seen, line: &Line) -> Option<String> {
        if self.licenses.len() < 2 {
            return None;
        }
        let listed = |number: &String| self.licenses.iter().find(|license| heads::same_license(license, number)).unwrap_or(number).clone();
        let numbers = &seen.numbers;
        let told = numbers.iter().find(|(at, _)| *at >= line.end && *at <= line.end + 40 && OF_LICENSE.is_match(&seen.text[line.end..*at]));
        if let Some((_, number)) = told {
            return Some(listed(number));
        }
        let before = numbers.iter().rev().find(|(at, _)| *at < line.at);
        if let Some((_, number)) = before.filter(|(at, _)| ANOTHER.is_match(&seen.text[*at..line.at])) {
            let others = self.licenses.iter().filter(|license| !heads::same_license(license, number));
            return others.clone().next().filter(|_| others.count() == 1).cloned();
        }
        before.or(numbers.first()).map(|(_, number)| number).or(seen.here.as_ref()).map(listed)
    }

    /// Items that stand under a license are spoken of again, perhaps with another noun.
    fn is_again(&self, seen: &Seen, line: &Line, license: Option<&String>) -> bool {
        let (noun, own) = (line.label.to_lowercase(), treated_alike(line.class, &line.label));
        let in_list = seen.kind == PieceKind::ListItem;
        let renamed = |group: &Group| {
            let open = group.class.is_empty() || line.class.is_empty();
            open && !in_list && !group.make.differs(&line.make) && group.sentence != seen.index && is_kin(&group.label, &line.label)
        };
        let again = |group: &Group| {
            let same = treated_alike(group.class, &group.label) == own || group.label.to_lowercase().ends_with(&noun) || renamed(group);
            same && group.quantity == line.quantity && !group.make.differs(&line.make)
        };
        let is_told = seen.numbers.iter().any(|(_, number)| license.is_some_and(|license| heads::same_license(license, number)));
        (license.is_none() || !(is_told || in_list)) && self.groups.iter().any(again)
    }

    fn add(&mut self, ground: &mut Ground<'_>, seen: &Seen, line: &Line, license: Option<String>) {
        let own = treated_alike(line.class, &line.label);
        let alike: Vec<&Group> =
            self.groups.iter().filter(|group| treated_alike(group.class, &group.label) == own && group.license == license).collect();
        let Some(known) = alike.iter().find(|group| !group.make.differs(&line.make)) else {
            keep(ground, &mut self.groups, seen.index, line, license, seen.kind);
            return;
        };
        if alike.iter().any(|group| group.quantity == line.quantity && !group.make.differs(&line.make)) {
            return;
        }
        if seen.kind == PieceKind::ListItem && license.is_none() {
            keep(ground, &mut self.groups, seen.index, line, None, seen.kind);
            return;
        }
        // Several lines of one noun may be spoken of together, and a number that is not said to be the license's is no other line.
        if alike.len() > 1 || (!is_on_license(seen, line) && seen.numbers.is_empty()) {
            return;
        }
        // A count after shipment has parts of its lines.
        let text =
            format!("The telegram says {} and {} {} for what looks like one line of items.", known.quantity, line.quantity, known.label);
        if !self.shipped && ground.warnings.iter().all(|warning| warning.text != text) {
            ground.warn(WarningKind::DoesNotAddUp, text, Some(seen.index));
        }
    }
}

/// Weapons in general are no line.
fn is_general(line: &Line) -> bool {
    line.class.is_empty()
        && ["weapon", "firearm", "gun"]
            .iter()
            .any(|noun| line.noun.to_lowercase() == *noun || line.noun.to_lowercase() == format!("{noun}s"))
}

/// Whether words say that a thing is on the license.
fn is_on_license(seen: &Seen, line: &Line) -> bool {
    let (before, after) = (&seen.lower[..floor(&seen.lower, line.at)], &seen.text[line.end..]);
    seen.is_listed
        || ON_LICENSE.is_match(before)
        || USER_OF.is_match(before)
        || AFTER_IT.is_match(after)
        || (DEFINITE.is_match(before) && CASE.is_match(&seen.lower))
}

/// Where a text may be cut, at a place of its other case.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// What stands beside the license: others, what was turned down, what is in stock, what a magazine holds.
fn is_beside(seen: &Seen, line: &Line) -> bool {
    let before = &seen.text[..line.at];
    (OTHERS.is_match(before) && is_turned_down(before))
        || (seen.numbers.is_empty() && (OF_ITS_OWN.is_match(&seen.lower) || STOCKED.is_match(before)))
        || PART_OF_IT.is_match(before)
        || (line.class == "ammunition" && line.quantity <= 200 && MAGAZINE.is_match(before))
}

/// A ratio, a rate, or things that give way: no amount of the license.
fn is_no_amount(seen: &Seen, line: &Line) -> bool {
    let (before, after) = (&seen.text[..line.at], &seen.text[line.end..]);
    let is_ratio = RATIO.captures(after).and_then(|captures| number(&captures[1])).is_some_and(|of| line.quantity < of && of <= 100);
    let is_each = EACH.captures(before).is_some_and(|captures| !CASE.is_match(&captures[0]));
    is_ratio || is_each || RATE.is_match(after) || REPLACED.is_match(before) || TO_GO.is_match(after) || AGED.is_match(&line.label)
}

/// Whether the last word on what stands below is that it was turned down: `rejected 30 pistols but approved six rifles`.
fn is_turned_down(before: &str) -> bool {
    let last = TURNED_DOWN.find(before).map(|found| found.start());
    last.is_some_and(|at| !APPROVED.is_match(&before[at..]))
}

/// Whether a number is of a permit, or of what an authority turned down, and not of the license.
fn is_of_permit(seen: &Seen, line: &Line) -> bool {
    let before = &seen.text[..line.at];
    if !DEFINITE.is_match(before) && is_turned_down(before) {
        return true;
    }
    if seen.numbers.is_empty() && ASKED.is_match(before) && REFUSED.is_match(&seen.text[line.end..]) {
        return true;
    }
    let permit = OF_PERMIT.find(before).or_else(|| IS_FOR.find(before));
    permit.is_some_and(|found| !DEFINITE.is_match(before) && seen.numbers.iter().all(|(at, _)| *at < found.start() || *at > line.at))
}

/// Nouns of one thing, of which one is more general or another name.
const KIN: [&[&str]; 3] = [&["rifle", "carbine"], &["sight", "scope", "optic"], &["goggle", "device"]];

/// Whether two labels may name one thing.
fn is_kin(one: &str, other: &str) -> bool {
    let last = |label: &str| label.rsplit(' ').next().unwrap_or_default().to_lowercase().trim_end_matches('s').to_owned();
    let (one, other) = (last(one), last(other));
    KIN.iter().any(|names| names.contains(&one.as_str()) && names.contains(&other.as_str()))
}

/// What a total is of: the lines of its license, or those that stand below it.
struct Total {
    sentence: usize,
    quantity: i64,
    class: &'static str,
    license: Option<String>,
    /// How many lines stood before it.
    first: usize,
}

/// The words that make two lines of one treatment: the class, and the noun where a class holds many things.
fn treated_alike(class: &str, label: &str) -> String {
    let noun = || folded(label.rsplit(' ').next().unwrap_or_default()).trim_end_matches(['s', 'S']).to_owned();
    match class {
        "" => folded(CALIBER.replace(label, "").trim()),
        "body_armor" | "other" | "electronics" | "aircraft_part" | "vessel_part" | "less_lethal" | "explosive" | "optic" => {
            format!("{class} {}", noun())
        }
        _ => class.to_owned(),
    }
}

/// Where only a quoted text names the items, a person looks.
fn quoted(ground: &mut Ground<'_>, groups: &mut Vec<Group>) {
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        if sentence.kind != PieceKind::Quotation || is_separate(&sentence.lower) || COUNTED.is_match(&sentence.lower) {
            continue;
        }
        for line in lines(&sentence.text.clone()) {
            let own = treated_alike(line.class, &line.label);
            if !groups.iter().any(|group| treated_alike(group.class, &group.label) == own) {
                keep(ground, groups, index, &line, None, PieceKind::Quotation);
            }
        }
    }
}

fn keep(ground: &mut Ground<'_>, groups: &mut Vec<Group>, index: usize, line: &Line, license: Option<String>, kind: PieceKind) {
    let class = (!line.class.is_empty()).then(|| line.class.to_owned());
    let confidence = match (&class, kind) {
        (Some(_), PieceKind::ListItem) => Confidence::Certain,
        (Some(_), PieceKind::Comment | PieceKind::Note | PieceKind::Quotation) | (None, _) => Confidence::Possible,
        (Some(_), _) => Confidence::Likely,
    };
    let value = Value::ItemGroup {
        license: license.clone(),
        label: line.label.clone(),
        item_class: class,
        quantity: line.quantity,
        unit: line.unit.to_owned(),
    };
    if let Some(key) = ground.propose(value, confidence, index, index) {
        groups.push(Group {
            key,
            class: line.class,
            quantity: line.quantity,
            label: line.label.clone(),
            license,
            make: line.make.clone(),
            sentence: index,
        });
    }
}

/// Classes that no total of weapons counts.
const NO_WEAPON: [&str; 5] = ["ammunition", "optic", "body_armor", "night_vision", "electronics"];

fn add_up(ground: &mut Ground<'_>, groups: &[Group], totals: &[Total]) {
    for total in totals {
        let own = |group: &&Group| group.class == total.class || (total.class.is_empty() && !NO_WEAPON.contains(&group.class));
        let counts = |group: &&Group| own(group) && (group.class != "other" || group.label.to_lowercase().contains("pistol"));
        let of_license: Vec<&Group> = groups.iter().filter(|group| total.license.is_some() && group.license == total.license).collect();
        let lines = if !of_license.is_empty() {
            of_license
        } else if groups.len() > total.first + 1 {
            groups[total.first..].iter().collect()
        } else {
            groups.iter().collect()
        };
        let summed = |lines: &[&Group]| lines.iter().fold(0_i64, |sum, group| sum.saturating_add(group.quantity));
        let lines: Vec<&Group> = lines.into_iter().filter(counts).collect();
        // The total of several lists that stand above it.
        let all: Vec<&Group> = groups.iter().filter(counts).collect();
        let sum = summed(&lines);
        if lines.len() > 1 && sum != total.quantity && summed(&all) != total.quantity {
            let text = format!("The lines of items come to {sum}, the text says {} in all.", total.quantity);
            ground.warn(WarningKind::DoesNotAddUp, text, Some(total.sentence));
        }
    }
}

/// Whether a sentence speaks of an earlier or other purchase.
pub fn is_separate(lower: &str) -> bool {
    SEPARATE.is_match(lower) && !lines(lower).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(i64, String, &'static str)> {
        lines(text).into_iter().map(|line| (line.quantity, line.label, line.class)).collect()
    }

    #[test]
    fn items_are_a_number_and_a_noun() {
        assert_eq!(
            of("to cover the 30 pistols and six automatic rifles"),
            [(30, "pistols".into(), "pistol"), (6, "automatic rifles".into(), "automatic_rifle")]
        );
        assert_eq!(of("TWENTY-FIVE (25) 9MM PISTOLS"), [(25, "9MM PISTOLS".into(), "pistol")]);
        assert_eq!(of("10,000 rounds of 9mm ammunition"), [(10_000, "rounds of 9mm ammunition".into(), "ammunition")]);
        assert_eq!(of("forty night vision goggles"), [(40, "night vision goggles".into(), "night_vision")]);
        assert_eq!(of("only 40 of the 44 night sights"), [(44, "night sights".into(), "optic")]);
        assert_eq!(of("fifteen thousand rounds"), [(15_000, "rounds".into(), "ammunition")]);
        assert_eq!(of("six signal pistols"), [(6, "signal pistols".into(), "other")]);
    }

    #[test]
    fn other_numbers_are_no_items() {
        for none in [
            "a 45-man force with pistols",
            "the 9 mm pistols",
            "45 agents will carry pistols",
            "in 2008 for pistols",
            "1.5 pistols",
            "the pistols",
        ] {
            assert_eq!(of(none), [], "{none}");
        }
    }

    #[test]
    fn an_earlier_purchase_is_told_apart() {
        assert!(is_separate("decam had already approved a request to purchase ten handguns locally"));
        assert!(is_separate("the firm bought 20 pistols in 2005"));
        assert!(!is_separate("the end-user needs 30 pistols"));
        assert!(!is_separate("the ministry has already approved the import of the 30 pistols"));
    }
}

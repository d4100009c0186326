//! Item groups: a number, at most a few words, and a noun of items. An earlier purchase and a count are no item groups.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    heads,
    sentences::{NUMBERS, number},
    words::{ITEM_NOUNS, pattern, patterns},
};
use crate::{
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
    text::folded,
};

patterns! {
    /// An earlier or other purchase, and no part of this one.
    SEPARATE = r"\b(?:previously|earlier|separately|separate|prior|other) (?:\w+ ){0,4}?(?:approved|purchased?|bought|licen[sc]e|permit|import|order|shipment|request)|\balready (?:\w+ ){0,5}?(?:purchased?|bought|owns?)\b|\b(?:purchased?|buy|bought|acquired?)\b[^.]{0,60}\blocally\b|local (?:purchase|market) of|\b(?:bought|purchased|acquired|imported|received) (?:\w+ ){0,6}in (?:19|20)\d\d\b";
    /// A count of what is there.
    COUNTED = r"\b(?:sighted|seen|saw|inspected|counted|located|missing|unaccounted|accounted for|physically verified|could not be (?:located|found)|not found|stolen|lost|on hand|were present|were found|deployed|in repair)\b";
    /// In a count: how many there should be.
    LICENSED = r"^\W*(?:that (?:were|was) )?(?:licensed|authorized|authorised|exported|shipped|ordered|approved|covered|sold|on (?:the |this )?(?:licen[sc]e|application|\d)|under (?:the )?licen[sc]e|delivered under)";
    OF_LICENSE = r"^\W*(?:on|under|of|covered by|licensed (?:on|under)|exported under|shipped under) (?:the )?(?:licen[sc]e |application |case |number |no\. |DSP-\d+ )*#?$";
    OF_ALL = r"\b(?:of|all) (?:the |all )?$";
    TOTAL = r"\b(?:a |in )?total(?:s|ing)?(?: of)?\b|\baltogether\b|\bin all\b";
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
}

static LINES: LazyLock<Regex> = LazyLock::new(|| {
    let nouns: Vec<String> = ITEM_NOUNS.iter().enumerate().map(|(index, (noun, _, _))| format!("(?P<n{index}>{noun})")).collect();
    pattern(&format!(
        r"\b(?P<many>{NUMBERS})(?:\s*\(\s*\d[\d,]*\s*\))?(?:\s+(?:each|units?|ea\.?|pieces|pcs\.?|x))?(?:\s+of)?(?:\s+the)?(?P<words>(?:\s+[\w./&'-]+){{0,4}}?)\s+(?:{})\b",
        nouns.join("|")
    ))
});

/// The lines of items in a text.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = LINES.captures_at(text, at) {
        let (Some(many), Some(words), Some(whole)) = (captures.name("many"), captures.name("words"), captures.get(0)) else { break };
        // A number that is not of the noun may hide the one that is.
        at = many.end();
        let Some(index) = (0..ITEM_NOUNS.len()).find(|index| captures.name(&format!("n{index}")).is_some()) else { continue };
        let noun = captures.name(&format!("n{index}")).map_or("", |noun| noun.as_str());
        let Some(quantity) = number(many.as_str()).filter(|quantity| *quantity > 0) else { continue };
        let lower = words.as_str().to_lowercase();
        // `45 agents will carry pistols`, `2008 for pistols`, `9 mm pistols`: the number is not of the noun.
        let verbs = [
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
        let mut between = lower.split_whitespace().peekable();
        let mut interrupted = false;
        while let Some(word) = between.next() {
            // `40 of the 44 sights`: the second number is theirs; `10 9 mm pistols`: it is a caliber.
            let other_number = word.bytes().all(|byte| byte.is_ascii_digit()) && between.peek() != Some(&"mm");
            interrupted |= other_number || verbs.contains(&word);
        }
        let caliber =
            lower.trim_start().starts_with("mm") || lower.trim_start().starts_with("caliber") || text[many.end()..].starts_with(" mm");
        let after_point = text[..many.start()].ends_with(['.', '#', '-', '/', '$']);
        if interrupted || caliber || after_point {
            continue;
        }
        let label = format!("{} {noun}", words.as_str().trim());
        at = whole.end();
        let (_, class, unit) = ITEM_NOUNS[index];
        let (end, noun) = (whole.end(), noun.to_owned());
        found.push(Line { at: whole.start(), end, noun, quantity, label: label.trim().to_owned(), class, unit });
    }
    found
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
}

/// Proposes the item groups.
pub fn propose(ground: &mut Ground<'_>) -> Vec<Group> {
    let licenses: Vec<String> = ground
        .found
        .iter()
        .filter_map(|found| if let Value::License { number, .. } = &found.value { Some(number.clone()) } else { None })
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut totals: Vec<Total> = Vec::new();
    let mut other: BTreeMap<(String, &'static str), i64> = BTreeMap::new();
    let mut current: Option<(usize, String)> = None;
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let numbers = heads::numbers(&sentence.text);
        let here = current.clone().filter(|(paragraph, _)| *paragraph == sentence.paragraph).map(|(_, number)| number);
        if let Some((_, last)) = numbers.last() {
            current = Some((sentence.paragraph, last.clone()));
        }
        if matches!(sentence.kind, PieceKind::Quotation) || is_separate(&sentence.lower) {
            continue;
        }
        let introduces = sentence.text.ends_with(':');
        let counted = COUNTED.is_match(&sentence.lower);
        let total = TOTAL.find(&sentence.lower).map(|found| found.start());
        let (text, kind) = (sentence.text.clone(), sentence.kind);
        for line in lines(&text) {
            let told = numbers.iter().find(|(at, _)| *at >= line.end && *at <= line.end + 40 && OF_LICENSE.is_match(&text[line.end..*at]));
            let near = told.map(|(_, number)| number.clone());
            let near =
                near.or_else(|| numbers.iter().rev().find(|(at, _)| *at < line.at).or(numbers.first()).map(|(_, number)| number.clone()));
            let license = if licenses.len() > 1 { near.or(here.clone()) } else { None };
            let general =
                line.class.is_empty() && ["weapon", "firearm", "gun"].iter().any(|noun| line.noun.to_lowercase().starts_with(noun));
            if total.is_some_and(|at| at <= line.at + 20) || (general && introduces) {
                totals.push(Total { sentence: index, quantity: line.quantity, class: line.class, license, first: groups.len() });
                continue;
            }
            // In a count, and for weapons in general, the number is no line of the license.
            let of_all = OF_ALL.is_match(&text[..line.at]);
            let is_of_line = of_all && (LICENSED.is_match(&text[line.end..]) || text[line.end..].starts_with(','));
            if (counted && !is_of_line) || general {
                continue;
            }
            // Items that stand under a license are spoken of again.
            let noun = line.label.to_lowercase();
            let again = |group: &&Group| {
                group.quantity == line.quantity
                    && (group.class == line.class && !line.class.is_empty() || group.label.to_lowercase().ends_with(&noun))
            };
            if license.is_none() && groups.iter().any(|group| again(&group)) {
                continue;
            }
            let own = treated_alike(line.class, &line.label);
            let same = groups.iter().find(|group| treated_alike(group.class, &group.label) == own && group.license == license);
            if let Some(known) = same {
                if known.quantity != line.quantity {
                    other.entry((own, line.class)).or_insert(line.quantity);
                    if kind == PieceKind::ListItem && license.is_none() {
                        keep(ground, &mut groups, index, &line, None, kind);
                    } else {
                        let text = format!(
                            "The telegram says {} and {} {} for what looks like one line of items.",
                            known.quantity, line.quantity, known.label
                        );
                        if ground.warnings.iter().all(|warning| warning.text != text) {
                            ground.warn(WarningKind::DoesNotAddUp, text, Some(index));
                        }
                    }
                }
                continue;
            }
            keep(ground, &mut groups, index, &line, license, kind);
        }
    }
    add_up(ground, &groups, &totals);
    if groups.is_empty() {
        quoted(ground, &mut groups);
    }
    groups
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
        "" => folded(label),
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
        groups.push(Group { key, class: line.class, quantity: line.quantity, label: line.label.clone(), license });
    }
}

fn add_up(ground: &mut Ground<'_>, groups: &[Group], totals: &[Total]) {
    for total in totals {
        let own = |group: &&Group| total.class.is_empty() || group.class == total.class;
        let of_license: Vec<&Group> = groups.iter().filter(|group| total.license.is_some() && group.license == total.license).collect();
        let lines = if !of_license.is_empty() {
            of_license
        } else if groups.len() > total.first + 1 {
            groups[total.first..].iter().collect()
        } else {
            groups.iter().collect()
        };
        let lines: Vec<i64> = lines.into_iter().filter(own).map(|group| group.quantity).collect();
        let sum: i64 = lines.iter().fold(0, |sum, quantity| sum.saturating_add(*quantity));
        if lines.len() > 1 && sum != total.quantity {
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

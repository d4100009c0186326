//! Item groups: a number, at most a few words, and a noun of items. An earlier purchase and a count are no item groups.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    heads,
    sentences::number,
    words::{ITEM_NOUNS, pattern, patterns},
};
use crate::{
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
    text::folded,
};

patterns! {
    /// An earlier or other purchase, and no part of this one.
    SEPARATE = r"\b(?:already|previously|earlier|separately|separate|prior|other) (?:\w+ ){0,4}?(?:approved|purchased?|bought|licen[sc]e|permit|import|order|shipment|request)|\b(?:purchased?|buy|bought|acquired?)\b[^.]{0,60}\blocally\b|local (?:purchase|market) of|\b(?:bought|purchased|acquired|imported|received) (?:\w+ ){0,6}in (?:19|20)\d\d\b";
    /// A count of what is there.
    COUNTED = r"\b(?:sighted|seen|saw|inspected|counted|located|missing|unaccounted|accounted for|physically verified|could not be (?:located|found)|not found|stolen|lost|on hand|were present|were found|deployed|in repair)\b";
    TOTAL = r"\b(?:a |in )?total(?:s|ing)?(?: of)?\b|\baltogether\b|\bin all\b";
}

/// A line of items in a text.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it stands in the sentence.
    pub at: usize,
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
    let words = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|two|three|four|five|six|seven|eight|nine) hundred";
    pattern(&format!(
        r"\b(?P<many>\d{{1,3}}(?:,\d{{3}})+|\d+|{words})(?:\s*\(\s*\d[\d,]*\s*\))?(?:\s+(?:each|units?|ea\.?|pieces|pcs\.?|x))?(?:\s+of)?(?:\s+the)?(?P<words>(?:\s+[\w./&'-]+){{0,4}}?)\s+(?:{})\b",
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
        let interrupted = lower.split_whitespace().any(|word| verbs.contains(&word));
        let caliber =
            lower.trim_start().starts_with("mm") || lower.trim_start().starts_with("caliber") || text[many.end()..].starts_with(" mm");
        let after_point = text[..many.start()].ends_with(['.', '#', '-', '/', '$']);
        if interrupted || caliber || after_point {
            continue;
        }
        let label = format!("{} {noun}", words.as_str().trim());
        at = whole.end();
        let (_, class, unit) = ITEM_NOUNS[index];
        found.push(Line { at: whole.start(), quantity, label: label.trim().to_owned(), class, unit });
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
    let mut totals: Vec<(usize, i64, &'static str)> = Vec::new();
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
        let counted = COUNTED.is_match(&sentence.lower);
        let total = TOTAL.find(&sentence.lower).map(|found| found.start());
        let (text, kind) = (sentence.text.clone(), sentence.kind);
        for line in lines(&text) {
            if total.is_some_and(|at| at <= line.at + 20) {
                totals.push((index, line.quantity, line.class));
                continue;
            }
            let near = numbers.iter().rev().find(|(at, _)| *at < line.at).or(numbers.first()).map(|(_, number)| number.clone());
            let license = if licenses.len() > 1 { near.or(here.clone()) } else { None };
            // In a count, and for weapons in general, the number is no line of the license.
            if counted || (line.class.is_empty() && line.label.to_lowercase().contains("weapon")) {
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
            let class_of = |class: &str, label: &str| if class.is_empty() { folded(label) } else { class.to_owned() };
            let own = class_of(line.class, &line.label);
            let same = groups.iter().find(|group| class_of(group.class, &group.label) == own && group.license == license);
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
                        ground.warn(WarningKind::DoesNotAddUp, text, Some(index));
                    }
                }
                continue;
            }
            keep(ground, &mut groups, index, &line, license, kind);
        }
    }
    add_up(ground, &groups, &totals);
    groups
}

fn keep(ground: &mut Ground<'_>, groups: &mut Vec<Group>, index: usize, line: &Line, license: Option<String>, kind: PieceKind) {
    let class = (!line.class.is_empty()).then(|| line.class.to_owned());
    let confidence = match (&class, kind) {
        (Some(_), PieceKind::ListItem) => Confidence::Certain,
        (Some(_), PieceKind::Comment | PieceKind::Note) | (None, _) => Confidence::Possible,
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

fn add_up(ground: &mut Ground<'_>, groups: &[Group], totals: &[(usize, i64, &'static str)]) {
    for (index, total, class) in totals {
        let lines: Vec<i64> = groups.iter().filter(|group| class.is_empty() || group.class == *class).map(|group| group.quantity).collect();
        let sum: i64 = lines.iter().fold(0, |sum, quantity| sum.saturating_add(*quantity));
        if lines.len() > 1 && sum != *total {
            let text = format!("The lines of items come to {sum}, the text says {total} in all.");
            ground.warn(WarningKind::DoesNotAddUp, text, Some(*index));
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
    }
}

//! Item groups of a license: lines of a list below words that say what is listed, and numbers of things in the words of
//! a license or beside a total that they come to. A count, a stock and an earlier purchase are none.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{ground::Ground, licenses};
use crate::telegrams::reading::{
    Confidence, PieceKind, Value, WarningKind,
    sentences::{Found, NUMBERS, number},
    words::{pattern, patterns},
};

/// Nouns of items: the pattern, the class's code (empty: it does not tell), the unit. The first that fits counts.
const NOUNS: [(&str, &str, &str); 40] = [
    (
        r"(?:automatic|assault|select[- ]fire|battle|M-?16\w*|M-?4\w*) (?:rifles?|carbines?)",
        "automatic_rifle",
        "pieces",
    ),
    (r"semi-?automatic rifles?", "semiautomatic_rifle", "pieces"),
    (r"(?:sniper|bolt-action|precision) rifles?", "sniper_rifle", "pieces"),
    (r"sub-?machine ?guns?", "submachine_gun", "pieces"),
    (r"machine ?guns?", "machine_gun", "pieces"),
    (r"(?:signal|flare|starting|blank) pistols?", "other", "pieces"),
    (r"(?:pistols?|handguns?)", "pistol", "pieces"),
    (r"revolvers?", "revolver", "pieces"),
    (r"shotguns?", "shotgun", "pieces"),
    (r"grenade launchers?", "grenade_launcher", "pieces"),
    (r"(?:tear gas|riot control|smoke|stun) (?:grenades?|canisters?|cartridges?|launchers?)", "less_lethal", "pieces"),
    (r"(?:rounds|cartridges)(?: of [\w. ]{0,20}ammunition)?|ammunition", "ammunition", "rounds"),
    (
        r"night[- ]vision (?:goggles|devices?|monoculars?|scopes?|binoculars|equipment|sights?)",
        "night_vision",
        "pieces",
    ),
    (r"image intensifier tubes?|intensifier tubes?", "night_vision", "pieces"),
    (r"thermal(?:[- ]imaging)? (?:cameras?|imagers?|binoculars|weapon sights?|sights?|monoculars?)", "", "pieces"),
    (r"gas masks?", "", "pieces"),
    (r"sights?|scopes?|riflescopes?|optics", "optic", "pieces"),
    (r"vests?|body armor|plates?|helmets?|shields?", "body_armor", "pieces"),
    (r"armou?red (?:[\w-]+ ){0,2}?(?:vehicles?|cars?|trucks?|vans?|carriers?)", "armored_vehicle", "pieces"),
    (r"boat engines?|outboard (?:engines?|motors?)", "vessel_part", "pieces"),
    (
        r"(?:helicopter|aircraft|engine|rotor|turbine|landing gear|propeller) (?:parts|blades?|engines?|components|spares|heads?|hubs?|assemblies)",
        "aircraft_part",
        "pieces",
    ),
    (r"unmanned aerial vehicles?|UAVs?|drones?", "unmanned_aircraft", "pieces"),
    (r"patrol boats?|vessels?", "vessel_part", "pieces"),
    (r"missiles?|rocket motors?", "missile_part", "pieces"),
    (r"radio sets?|radios?|transceivers?|antennas?|headsets?|intercoms?", "electronics", "pieces"),
    (r"(?:radar|jammer|encryption) (?:sets?|units?|systems?|modules?)", "electronics", "pieces"),
    (r"detonators?|detonating cord", "explosive", "pieces"),
    (r"(?:kilograms?|kg|kilos) of [\w -]{0,20}?(?:explosives?|propellant|RDX|TNT|powder|emulsion)", "explosive", "kg"),
    (r"silencers?|suppressors?", "other", "pieces"),
    (r"rifles?|carbines?", "", "pieces"),
    (r"magazines?|holsters?|bayonets?|barrels?", "other", "pieces"),
    (r"goggles|binoculars|monoculars?", "", "pieces"),
    (r"lasers?|illuminators?|rangefinders?", "", "pieces"),
    (r"cameras?|gimbals?|turrets?", "", "pieces"),
    (r"mounts?|launchers?|tubes?", "", "pieces"),
    (r"gyroscopes?|accelerometers?|actuators?|valves?|pumps?|bearings?", "", "pieces"),
    (r"engines?|rotors?|blades?|gearboxes", "", "pieces"),
    (r"parachutes?|harnesses", "other", "pieces"),
    (r"(?:spare[- ]parts?|repair|cleaning|conversion|maintenance) kits?|kits?", "", "pieces"),
    (r"bipods?|tripods?|slings?|chargers?|batteries", "", "pieces"),
];

patterns! {
    /// A lead of a list that says its lines are those of the license.
    LEAD = r"\b(?:licen[sc]es?|applications?|order(?:ed|s)?|purchase[ds]?|consignment|shipment|transaction|contract|invoice|request)\b|\bitems?\b|\b(?:as follows|the following|consists? of|comprises?|covers?|includes?|lists?)\b[^.]{0,60}$";
    /// A lead, or words, of what is no line of the license.
    OTHER = r"\b(?:counted|sighted|seen|saw|inspected|located|missing|unaccounted|accounted for|found|stolen|lost|on hand|in stock|stocks?|holds|already (?:has|have|owns?|holds)|owns?|previous(?:ly)?|earlier|prior|past|last year|inventory (?:shows|lists|holds)|serial numbers?|steps|questions?|asked to|requested to|points|findings|documents|guards|employees|deployed|issued to)\b";
    /// What puts the number behind it on the license.
    ON_LICENSE = r"\b(?:licen[sc]es?|applications?|DSP-?(?:5|73|61|85)|case|order|contract|purchase order)\b[^;]{0,90}?\b(?:for|of|covers|covering|authori[sz](?:es|ing)|to export|involv(?:es|ing)|is for|concerns|includ(?:es|ing))\b[^;]{0,160}$|\b(?:export|sale|purchase|shipment|transfer|delivery|acquisition|procurement|supply) of (?:\w+ ){0,4}$|\b(?:export|sell|ship) (?:up to |a total of )?$";
    /// What keeps a number off the license although words of one stand before it.
    OFF_LICENSE = r"\b(?:previous(?:ly)?|earlier|prior|past|last year|another|separate|local(?:ly)?|already|each|every|per|missing|stolen|lost|stocks?|owns?|holds|counted|sighted|saw|seen|inspected|found|permits?|replac\w+|old(?:er)?|remaining|other|rejected|refused|of the)\b";
    TOTAL = r"\b(?:sub-?|grand )?total(?:s|ing|ed)?\b|^\W*\d[\d,]* (?:weapons|firearms|pieces|items|units|articles|arms)\W*$|\bin all\b|\baltogether\b";
    CALIBER = r"^,? (?:in )?(?:(?:caliber|cal\.?) )?(?:\.\d{2,3}|\d+(?:\.\d+)? ?mm|\d+(?:\.\d+)?x\d+(?:mm)?|\d{2}[- ](?:gauge|ga))\b(?: (?:special|magnum|spl|acp|auto)\b)?";
    ROW = r"^\d{1,2} \d[\d,]* +[a-z.(]";
    COST = r"(?:,? (?:value[ds]?|worth|at|unit price|total)\b.*|(?: \$? ?[\d,]+\.\d\d)+)$";
    /// What no line of items begins with.
    NO_ITEM = r"^(?:%|percent|per cent|days?|weeks?|months?|years?|hours?|minutes?|km|kilometers?|meters?|miles?|st|nd|rd|th|mm|officers?|men|guards?|agents?|rangers?|employees|staff|persons?|people|members|of the|january|february|march|april|may|june|july|august|september|october|november|december|[a-z]+ (?:street|road|avenue))\b";
}

/// A number and what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    at: usize,
    end: usize,
    quantity: i64,
    label: String,
    /// The noun, as an index.
    noun: Option<usize>,
}

static NOUN: LazyLock<Regex> = LazyLock::new(|| {
    let nouns: Vec<String> =
        NOUNS.iter().enumerate().map(|(index, (noun, _, _))| format!("(?P<n{index}>{noun})")).collect();
    pattern(&format!(r"\b(?:{})\b", nouns.join("|")))
});

/// A number and, at most a few words on, a noun of several.
static IN_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let nouns: Vec<&str> = NOUNS.iter().map(|(noun, _, _)| *noun).collect();
    pattern(&format!(
        r"\b(?P<many>{NUMBERS})(?: ?\( ?\d[\d,]* ?\))?(?P<words>(?: (?:hundred|thousand|million|dozen)\b)?(?: (?:each|units?|ea\.?|pieces|pcs\.?|x))?(?: of)?(?: the)?(?: [\w./&'-]+){{0,6}}?) (?P<noun>{})\b",
        nouns.join("|")
    ))
});

/// A line of a list: `30 each, 9mm pistols`, or `9mm pistols: 30`.
static FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?P<many>{NUMBERS})\b(?: ?\( ?\d[\d,]* ?\))?(?P<times> (?:hundred|thousand|million|dozen)\b)?(?:(?: ?(?:each|units?|ea\.?|pieces|pcs\.?|x|sets of|no\.|nos\.)\b\.?)|,|:| -+| of\b)* ?(?P<label>[A-Za-z0-9.][^;($]*)"
    ))
});
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?P<label>[A-Za-z0-9.][^;:]*?[A-Za-z)\d])(?:,|:| -+|;)? ?(?:\(?(?:qty\.?|quantity)[:.]? ?|x ?|: ?|, ?|- ?|\(|\.{{2,}} ?)(?P<many>{NUMBERS})(?: (?:each|units?|pieces|pcs\.?|ea\.?|rounds))?\)?[.;,]*(?: and)?$"
    ))
});

/// How the words of a list item begin: its sign, letter or number.
static SIGN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:[-*\x{2022}\x{2013}\x{2014}]+ *|\(?[a-z][.)] +|\(?\d{1,2}[.)] +|(?:item|line|lot) \d{1,2}[:.)-]+ *)+")
});

fn times(word: &str) -> i64 {
    match word.trim().to_lowercase().as_str() {
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        "dozen" => 12,
        _ => 1,
    }
}

/// The noun of a label: the last one in it.
fn noun_of(label: &str) -> Option<usize> {
    let last = NOUN.captures_iter(label).last()?;
    let end = last.get(0)?.end();
    // `rifle magazines` is no rifle; of two nouns of the same words the first in the table counts.
    let whole =
        NOUN.captures_iter(label).find(|found| found.get(0).is_some_and(|noun| noun.end() == end)).unwrap_or(last);
    (0..NOUNS.len()).find(|index| whole.name(&format!("n{index}")).is_some())
}

/// The line that a list item is.
fn in_list(text: &str) -> Option<Line> {
    let sign = SIGN.find(text).map_or(0, |sign| sign.end());
    let words = text[sign..].trim_end_matches([';', ',', '.', ' ']);
    let words = words.strip_suffix(" and").unwrap_or(words).trim_end_matches([';', ',']);
    // The number of a row before its quantity, and what it costs after it.
    let words = if ROW.is_match(words) { words.split_once(' ').map_or(words, |(_, rest)| rest) } else { words };
    let words = COST.find(words).map_or(words, |cost| &words[..cost.start()]);
    let words = words.trim_start();
    let line = |many: &str, by: i64, label: &str| {
        let label = label.trim_end_matches([' ', '.', ',', '-']).trim_start_matches(['-', ' ']);
        let quantity = number(many).filter(|quantity| *quantity > 0)?.checked_mul(by)?;
        let fits = label.chars().filter(|c| c.is_alphabetic()).count() > 2
            && !NO_ITEM.is_match(label)
            && label.split(' ').count() <= 14;
        fits.then(|| Line { at: 0, end: text.len(), quantity, label: label.to_owned(), noun: noun_of(label) })
    };
    if let Some(found) = FIRST
        .captures(words)
        .filter(|found| !found["label"].starts_with('.') || found["label"].len() > 3 && words.contains(" ."))
    {
        let by = found.name("times").map_or(1, |word| times(word.as_str()));
        return line(&found["many"], by, &found["label"]);
    }
    let found = LAST.captures(words)?;
    line(&found["many"], 1, &found["label"])
}

/// Words that part a number from the noun: `45 agents will carry pistols`.
const PARTING: [&str; 38] = [
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
    "its",
    "in",
    "on",
    "by",
    "from",
    "at",
    "rangers",
    "soldiers",
    "policemen",
    "year",
    "employees",
];

/// The numbers of things in running text.
fn in_text(text: &str) -> Vec<Line> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(captures) = IN_TEXT.captures_at(text, from) {
        let (Some(many), Some(words), Some(noun)) =
            (captures.name("many"), captures.name("words"), captures.name("noun"))
        else {
            break;
        };
        from = many.end();
        let Some(quantity) = number(many.as_str()).filter(|quantity| *quantity > 0) else { continue };
        let between = words.as_str().trim();
        let caliber = between.to_lowercase().starts_with("mm") || between.to_lowercase().starts_with("caliber");
        let after_point = text[..many.start()].ends_with(['.', '#', '-', '/', '$']);
        let parted =
            between.starts_with('.') || between.split(' ').any(|word| PARTING.contains(&word.to_lowercase().as_str()));
        let several = noun.as_str().to_lowercase();
        let is_plural = several.ends_with('s')
            || several.contains("ammunition")
            || several.contains("armor")
            || several.contains(" of ");
        if parted || caliber || after_point || (!is_plural && quantity != 1) || text[noun.end()..].starts_with('-') {
            continue;
        }
        let first = between.split(' ').next().unwrap_or_default();
        let by = times(first);
        let label = if by > 1 { between[first.len()..].trim_start() } else { between };
        let label =
            ["of the ", "of ", "the ", "each ", "units of ", "units ", "pieces of ", "more ", "additional ", "new "]
                .iter()
                .find_map(|lead| label.strip_prefix(lead))
                .unwrap_or(label);
        let caliber = CALIBER.find(&text[noun.end()..]).map_or("", |caliber| caliber.as_str());
        let label = format!("{label} {}{caliber}", noun.as_str());
        let Some(quantity) = quantity.checked_mul(by) else { continue };
        from = noun.end() + caliber.len();
        found.push(Line {
            at: many.start(),
            end: from,
            quantity,
            noun: noun_of(&label),
            label: label.trim().to_owned(),
        });
    }
    found
}

/// The number that words call a total.
fn total(text: &str) -> Option<i64> {
    static NEAR: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(
            r"\b(?:total(?:s|ing|ed)?(?: of)?:? (?:is |are |of )?(?P<a>{NUMBERS})\b|(?P<b>{NUMBERS})(?: [\w-]+){{0,3}} (?:in all|in total|altogether)\b|(?P<c>{NUMBERS}) (?:weapons|firearms|pieces|items|units|arms)\b[^.;]{{0,20}}:)"
        ))
    });
    let found = NEAR.captures(text)?;
    ["a", "b", "c"].iter().find_map(|name| found.name(name)).and_then(|many| number(many.as_str()))
}

/// A line that is proposed, and where.
struct Kept {
    sentence: usize,
    line: Line,
    license: Option<String>,
    confidence: Confidence,
}

/// Proposes the item groups.
pub fn propose(ground: &mut Ground<'_>, all: &[String]) {
    let mut kept = listed(ground, all);
    if kept.is_empty() {
        kept = told(ground, all);
    }
    let mut seen: Vec<(i64, String, Option<String>)> = Vec::new();
    for Kept { sentence, line, license, confidence } in kept {
        let key = (line.quantity, last_word(&line.label), license.clone());
        if seen.iter().any(|known| known.0 == key.0 && known.1 == key.1 && (known.2 == key.2 || key.2.is_none())) {
            continue;
        }
        seen.push(key);
        let (class, unit) = line.noun.map_or(("", "pieces"), |index| (NOUNS[index].1, NOUNS[index].2));
        let item_class = (!class.is_empty()).then(|| class.to_owned());
        let value =
            Value::ItemGroup { license, label: line.label, item_class, quantity: line.quantity, unit: unit.to_owned() };
        ground.propose(value, confidence, sentence);
    }
}

fn last_word(label: &str) -> String {
    crate::text::folded(label.rsplit(' ').next().unwrap_or_default()).trim_end_matches('s').to_owned()
}

/// The lists of a telegram: sentences that follow each other in one paragraph.
fn lists(sentences: &[Found]) -> Vec<Range<usize>> {
    let mut lists: Vec<Range<usize>> = Vec::new();
    for (index, _) in sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind == PieceKind::ListItem) {
        match lists.last_mut() {
            Some(list) if list.end == index && sentences[index].paragraph == sentences[list.start].paragraph => {
                list.end += 1;
            }
            _ => lists.push(index..index + 1),
        }
    }
    lists
}

/// Lines of lists below words of a license, or that come to the total that is told beside them.
fn listed(ground: &mut Ground<'_>, all: &[String]) -> Vec<Kept> {
    let sentences = ground.sentences;
    let mut kept = Vec::new();
    for list in lists(sentences) {
        let here = sentences[list.start].paragraph;
        let above = list
            .start
            .checked_sub(1)
            .filter(|above| sentences[*above].paragraph == here)
            .map(|above| sentences[above].text.as_str());
        let heading = ground.structure.paragraphs[here].heading.as_deref();
        let lead = above.or(heading).unwrap_or_default();
        let (mut lines, mut sum, mut told, mut others) = (Vec::new(), 0_i64, above.and_then(total), 0);
        for index in list.clone() {
            let text = &sentences[index].text;
            match in_list(text).filter(|_| !TOTAL.is_match(text)) {
                Some(line) => {
                    sum = sum.saturating_add(line.quantity);
                    lines.push((index, line));
                }
                None if TOTAL.is_match(text) => {
                    told = total(text).or_else(|| in_text(text).first().map(|line| line.quantity)).or(told);
                }
                None => others += 1,
            }
        }
        told = told.or_else(|| {
            sentences.get(list.end).filter(|next| next.paragraph == here).and_then(|next| total(&next.text))
        });
        let nouns = lines.iter().filter(|(_, line)| line.noun.is_some()).count();
        let agrees = lines.len() > 1 && told == Some(sum);
        let says_so = LEAD.is_match(lead) && !OTHER.is_match(lead);
        if !(agrees
            || (says_so && nouns * 2 >= lines.len())
            || (nouns > 1 && nouns == lines.len() && !OTHER.is_match(lead)))
            || others > lines.len()
        {
            continue;
        }
        if let Some(told) = told.filter(|told| *told != sum && nouns > 1) {
            let text = format!("The lines of items come to {sum}, the text says {told} in all.");
            ground.warn(WarningKind::DoesNotAddUp, text, above.map(|_| list.start - 1));
        }
        let sure = if told.is_none_or(|told| told == sum) { Confidence::Certain } else { Confidence::Possible };
        let license =
            license_of(all, above.unwrap_or_default(), usize::MAX).or_else(|| above_all(sentences, list.start, all));
        for (index, line) in lines {
            let own = license_of(all, &sentences[index].text, usize::MAX).or_else(|| license.clone());
            let sure = if line.noun.is_some() || agrees { sure } else { Confidence::Likely };
            kept.push(Kept { sentence: index, line, license: own, confidence: sure });
        }
    }
    kept
}

/// Numbers of things in sentences of a license, or beside the total that they come to.
fn told(ground: &Ground<'_>, all: &[String]) -> Vec<Kept> {
    let mut kept = Vec::new();
    for (index, sentence) in ground.own() {
        let text = &sentence.text;
        let lines = in_text(text);
        let sum = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.quantity));
        let agrees = lines.len() > 1 && total(text) == Some(sum);
        let mut joined: Option<usize> = None;
        for line in lines {
            let before = &text[..line.at];
            let clause = before.rfind([';', '.']).map_or(before, |at| &before[at..]);
            let goes_on =
                joined.is_some_and(|end| text[end..line.at].len() <= 40 && !OFF_LICENSE.is_match(&text[end..line.at]));
            if !(agrees || goes_on || (ON_LICENSE.is_match(before) && !OFF_LICENSE.is_match(clause))) {
                continue;
            }
            joined = Some(line.end);
            let license = license_of(all, text, line.at);
            kept.push(Kept {
                sentence: index,
                license,
                confidence: if agrees { Confidence::Certain } else { Confidence::Likely },
                line,
            });
        }
    }
    kept
}

/// The license of several that a text names last before a place.
fn license_of(all: &[String], text: &str, at: usize) -> Option<String> {
    if all.len() < 2 {
        return None;
    }
    let numbers = licenses::numbers(text);
    let (_, number) = numbers.iter().rev().find(|(begins, _)| *begins < at).or(numbers.first())?;
    all.iter().find(|license| licenses::same_license(license, number)).cloned()
}

/// The license that the sentences right above a list speak of, in its paragraph.
fn above_all(sentences: &[Found], list: usize, all: &[String]) -> Option<String> {
    let here = sentences[list].paragraph;
    let above = (0..list).rev().take(12).take_while(|at| sentences[*at].paragraph == here);
    above.into_iter().find_map(|at| license_of(all, &sentences[at].text, usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_list_is_a_number_and_a_label() {
        for (text, quantity, label, class) in [
            ("-- 30 9mm pistols", 30, "9mm pistols", "pistol"),
            ("A. Twelve (12) each, 12-gauge shotguns;", 12, "12-gauge shotguns", "shotgun"),
            ("-- 10,000 rounds of 9mm ammunition", 10_000, "rounds of 9mm ammunition", "ammunition"),
            ("(b) Night vision goggles, AN/PVS-14: 15", 15, "Night vision goggles, AN/PVS-14", "night_vision"),
            ("-- Bell 206 rotor blades, quantity 4", 4, "Bell 206 rotor blades", "aircraft_part"),
            ("1) 6 x rifle magazines (30-round)", 6, "rifle magazines", "other"),
        ] {
            let line = in_list(text).expect(text);
            let found = line.noun.map_or("", |noun| NOUNS[noun].1);
            assert_eq!((line.quantity, line.label.as_str(), found), (quantity, label, class), "{text}");
        }
        for other in ["-- 30 days to answer", "-- confirm the order", "-- 45 officers of the unit"] {
            assert_eq!(in_list(other), None, "{other}");
        }
    }

    #[test]
    fn a_number_in_running_text_is_of_a_noun() {
        let of = |text: &str| in_text(text).into_iter().map(|line| (line.quantity, line.label)).collect::<Vec<_>>();
        assert_eq!(
            of("to cover the 30 pistols and six automatic rifles"),
            [(30, "pistols".into()), (6, "automatic rifles".into())]
        );
        assert_eq!(of("TWENTY-FIVE (25) 9MM PISTOLS"), [(25, "9MM PISTOLS".into())]);
        assert_eq!(of("fifteen thousand rounds"), [(15_000, "rounds".into())]);
        for none in [
            "a 45-man force with pistols",
            "the 9 mm pistols",
            "45 agents will carry pistols",
            "in 2008 for pistols",
            "1.5 pistols",
        ] {
            assert_eq!(of(none), [], "{none}");
        }
    }

    #[test]
    fn a_total_is_told_in_several_ways() {
        for (text, many) in [
            ("a total of 36", Some(36)),
            ("Total: 36 weapons", Some(36)),
            ("36 pieces in all", Some(36)),
            ("36 rifles", None),
        ] {
            assert_eq!(total(text), many, "{text}");
        }
    }
}

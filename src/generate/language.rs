//! Words: names that nobody has, and sentences of the trade. A sentence is written with its variants, `the
//! {order|contract} is {real|theirs}`, and drawn from them.

use super::dice::Dice;
use crate::parties::model::PartyKind;

const SYLLABLES: &[&str] = &[
    "ar", "ba", "bel", "bro", "cal", "cor", "da", "dre", "el", "fa", "fen", "gal", "gri", "ha", "hol", "im", "jor",
    "ka", "kel", "la", "lin", "lo", "ma", "mer", "mo", "na", "nim", "ol", "or", "pa", "per", "qua", "ra", "rel", "ro",
    "sa", "sel", "ta", "tam", "tor", "ul", "va", "ven", "wen", "xa", "yel", "za", "zor",
];
const ENDS: &[&str] = &[
    "ba", "dan", "dor", "fin", "go", "ka", "len", "mar", "na", "nor", "ran", "rik", "ros", "sen", "ta", "tis", "vik",
    "zan",
];
const TRADES: &[&str] = &[
    "Trading",
    "Defense Supply",
    "Security Services",
    "Arms Import",
    "Logistics",
    "Aviation Parts",
    "Industries",
    "Procurement",
    "Sporting Arms",
    "Protection",
    "Optics",
    "Marine",
    "Technical Services",
    "Freight",
    "Brokers",
    "Holding",
];
const FORMS: &[&str] = &["Ltd.", "S.A.", "GmbH", "LLC", "Inc.", "Co.", "and Sons", "Group", ""];
const BODIES: &[&str] = &[
    "Ministry of Interior",
    "National Police",
    "Border Guard",
    "Coast Guard",
    "Prison Service",
    "Army Logistics Command",
    "Presidential Guard",
    "Customs Service",
    "Air Force Supply Directorate",
    "Police Academy",
];

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// A word that means nothing.
pub fn word(dice: &mut Dice) -> String {
    let mut word = capital(dice.pick(SYLLABLES));
    if dice.chance(350) {
        word.push_str(dice.pick(SYLLABLES));
    }
    word + dice.pick(ENDS)
}

pub fn person(dice: &mut Dice) -> String {
    format!("{} {}", capital(&(dice.pick(SYLLABLES).to_owned() + dice.pick(ENDS))), word(dice))
}

pub fn party(dice: &mut Dice, kind: PartyKind, country: &str) -> String {
    match kind {
        PartyKind::Company => {
            let (name, trade, form) = (word(dice), dice.pick(TRADES), dice.pick(FORMS));
            if dice.chance(150) { format!("{name}-{} {form}", word(dice)) } else { format!("{name} {trade} {form}") }
                .trim_end()
                .to_owned()
        }
        PartyKind::GovernmentBody => {
            format!(
                "{} of {country}, {} {}",
                dice.pick(BODIES),
                word(dice),
                dice.pick(&["District", "Depot", "Office"])
            )
        }
        PartyKind::InternationalOrganization => {
            format!("International {} for {}", dice.pick(&["Commission", "Panel", "Mission"]), word(dice))
        }
        PartyKind::Person => person(dice),
    }
}

/// A name as somebody else writes it.
pub fn respelled(dice: &mut Dice, name: &str) -> String {
    let first = name.split(' ').next().unwrap_or(name);
    match dice.below(4) {
        0 => name.to_uppercase(),
        1 => format!("{first} {}", dice.pick(TRADES)),
        2 => {
            name.split(' ').filter_map(|word| word.chars().next()).filter(|c| c.is_alphanumeric()).collect::<String>()
                + " "
                + first
        }
        _ => format!("The {name}"),
    }
}

/// A street and a town.
pub fn address(dice: &mut Dice) -> String {
    let (number, street, town) = (dice.between(1, 380), word(dice), word(dice));
    match dice.below(3) {
        0 => format!("{number} {street} Street, {town}"),
        1 => format!("Avenida {street} {number}, Zona {}, {town}", dice.between(1, 19)),
        _ => format!("{street}straat {number}, {town}"),
    }
}

/// A sentence with its variants drawn.
pub fn drawn(dice: &mut Dice, template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, inside)) = rest.split_once('{') {
        text.push_str(before);
        let (choices, after) = inside.split_once('}').unwrap_or((inside, ""));
        match choices {
            "n" => text.push_str(&dice.between(2, 90).to_string()),
            "name" => text.push_str(&person(dice)),
            "town" => text.push_str(&word(dice)),
            _ => {
                let all: Vec<&str> = choices.split('|').collect();
                text.push_str(dice.pick(&all));
            }
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A text that begins with one of `openings`: mostly a sentence, sometimes a page.
pub fn text(dice: &mut Dice, openings: &[&str]) -> String {
    let opening = dice.pick(openings);
    let mut text = drawn(dice, opening);
    let more = dice.weighed(
        &[(760, 0..=0), (190, 1..=2), (42, 5..=14), (7, 25..=60), (1, 70..=75)]
            .map(|(weight, range)| (weight, (*range.start(), *range.end()))),
    );
    for sentence in 0..dice.between(more.0, more.1) {
        text.push_str(if sentence % 5 == 4 { "\n\n" } else { " " });
        let next = dice.pick(FURTHER);
        text.push_str(&drawn(dice, next));
    }
    text
}

/// What a longer text goes on with.
const FURTHER: &[&str] = &[
    "The {manager|director|owner|clerk} {said|stated|added} that the {order|contract|purchase} was {placed|signed|agreed} {n} days before.",
    "Post {saw|was shown|read} the {ledger|register|file} and {counted|compared|noted} {n} entries.",
    "{name} {confirmed|repeated} this {on the telephone|in writing|in person}, and named {name} as the {buyer|guard|keeper}.",
    "The {store|warehouse|armory} in {town} has {one door|two doors|a steel door}, {a guard|two guards|a camera} and a {safe|cage|locked room}.",
    "The {police|registry|ministry} {knows|has a file on} the {firm|office} and has {nothing|no complaint|one old complaint} against it.",
    "It was {n} months {ago|earlier} that the {last|first} {shipment|delivery} {came|was counted}.",
    "{name} could not say who {holds the keys|signs for the items|pays the freight}, and will {write|call} again.",
    "The {invoice|letter|receipt} of {town} bears the {same|other} {stamp|signature|address}.",
    "Post {asked|wrote to} the {customs office|port|bank} in {town}, which {answered at once|has not answered|answered after a week}.",
    "Nothing {speaks against|contradicts} what the application says of the {quantity|end-use|storage}.",
    "The {neighbor|chamber of commerce|landlord} {knows|remembers} the firm since {n} years.",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn what_is_drawn_can_be_stored_and_has_no_variant_left() {
        let mut dice = Dice::new(7);
        let mut longest = 0;
        for _ in 0..3000 {
            let text = text(&mut dice, FURTHER);
            assert!(!text.contains(['{', '}', '|']), "{text}");
            assert_eq!(text.parse::<Text>().map(String::from), Ok(text.clone()));
            longest = longest.max(text.len());
            let name = party(&mut dice, PartyKind::ALL[longest % 4], "Guatemala");
            assert!(
                !crate::text::folded_name(&name).is_empty() && name.trim() == name && !name.contains("  "),
                "{name:?}"
            );
        }
        assert!(longest > 3000, "{longest}");
    }
}

//! Names: of firms and offices with their abbreviations, of authorities, of persons. In running text a name is known by its capitals; in a
//! text that is all capitals only by what stands beside it.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    ground::Ground,
    words::{AUTHORITY_WORDS, pattern},
};
use crate::parties::model::PartyKind;

/// A name that is explained once.
#[derive(Debug, Clone)]
pub struct Named {
    /// The full name; the abbreviation where no name stands before it.
    pub name: String,
    /// The abbreviation.
    pub short: Option<String>,
    /// Whether it is a host-country authority.
    pub is_authority: bool,
    /// The sentence it is explained in.
    pub sentence: usize,
}

/// Case matters in these: a name begins with capitals.
macro_rules! exact {
    ($($name:ident = $text:expr;)*) => {$(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("it is a pattern"));)*};
}

exact! {
    EXPLAINED = r"\(([A-Z][A-Z&.-]{1,9})\)";
    FIRM = r"\b((?:[A-Z][\w&.'-]*,? (?:& |and |de |of )?){1,6}(?:Inc|INC|Ltd|LTD|LLC|S\.A|S\.R\.L|s\.r\.o|GmbH|Corp|CORP|Corporation|Company|COMPANY|Limited|LIMITED|PLC|Plc|BV|N\.V|Pty|S\.p\.A|a\.s|Group|Industries|INDUSTRIES|Trading|TRADING|Enterprises|ENTERPRISES|Holdings|Brokers|BROKERS)\b\.?(?:,? (?:Inc|INC|Ltd|LTD|LLC|S\.A|Limited|LIMITED)\b\.?)?)";
    AUTHORITY = r"\b((?:Ministry|MINISTRY|Ministries) (?:of|OF) (?:the |THE )?[A-Z][\w-]*(?: (?:and|AND|of|OF) (?:the |THE )?[A-Z][\w-]*)*(?: [A-Z][a-z]\w+)?|(?:National|NATIONAL|Federal|FEDERAL) (?:Police|POLICE|Guard|GUARD|Firearms \w+)|[A-Z]\w+ (?:Arms|Firearms|Weapons) (?:Registry|Bureau|Directorate|Authority|Office)|(?:Directorate|DIRECTORATE)(?: General| GENERAL)? (?:of|OF|for|FOR) [A-Z]\w+(?: (?:and|AND) [A-Z]\w+)*|(?:General|GENERAL) (?:Staff|STAFF)|(?:Customs|CUSTOMS)(?: (?:Service|Authority|Administration|SERVICE|AUTHORITY))?|(?:Arms|ARMS|Firearms) (?:Registry|REGISTRY|Control Office))\b";
    TITLED = r"\b((?:Col|COL|Gen|GEN|Lt|LT|Capt|CAPT|Maj|MAJ|Mr|MR|Mrs|MRS|Ms|MS|Dr|DR|Brig|BRIG|Cmdr|CDR|Eng|Ing|Insp|Supt|Lic)\.?(?: (?:Col|COL|Gen|GEN|Cmdr)\.?)?|(?:Colonel|General|Major|Captain|Minister|Director|Commissioner|Inspector|Superintendent|Ambassador)) ((?:[A-Z]\.? ?){0,2}[A-Z][\w'-]+(?: (?:de|del|la|van|von|da|dos|bin|al|DE|DEL|VAN|AL))?(?: [A-Z][\w'-]+){0,2})";
    PERSON = r"\b([A-Z][a-z]+(?:-[A-Z][a-z]+)?(?: [A-Z]\.)?(?: (?:de|del|la|van|von|da|dos|bin|al))?(?: [A-Z][a-z'\x{2019}]+(?:-[A-Z]?[a-z]+)?){1,2})\b";
}

/// Words that stand before a name and are no part of it.
const BEFORE: &[&str] = &[
    "the",
    "a",
    "an",
    "of",
    "by",
    "by",
    "from",
    "with",
    "to",
    "for",
    "and",
    "that",
    "is",
    "was",
    "are",
    "in",
    "on",
    "at",
    "subject",
    "firm",
    "company",
    "end-user",
    "end",
    "user",
    "consignee",
    "broker",
    "applicant",
    "seller",
    "manufacturer",
    "post",
    "embassy",
    "reftel",
    "local",
    "contacted",
    "visited",
    "foreign",
    "intermediate",
    "owner",
    "representative",
    "manager",
    "director",
    "according",
    "as",
    "dealer",
    "supplier",
    "vendor",
    "through",
    "via",
    "u.s.",
    "says",
    "when",
    "while",
    "because",
    "although",
    "license",
    "application",
    "both",
    "via",
    "called",
    "named",
    "between",
];

/// The firms, offices and authorities that are explained or named in full.
pub fn named(ground: &Ground<'_>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut keep = |named: Named| {
        let same =
            |known: &&mut Named| known.name.eq_ignore_ascii_case(&named.name) || (known.short.is_some() && known.short == named.short);
        let many = found.len();
        match found.iter_mut().find(same) {
            Some(known) if known.short.is_none() => known.short = named.short,
            None if many < 60 && named.name.len() > 1 => found.push(named),
            _ => {}
        }
    };
    for (index, sentence) in ground.sentences.iter().enumerate() {
        for captures in EXPLAINED.captures_iter(&sentence.text) {
            let (Some(whole), Some(short)) = (captures.get(0), captures.get(1)) else { continue };
            let before = sentence.text[..whole.start()].trim_end();
            let name = name_before(before);
            let near: String = before.chars().rev().take(110).collect::<Vec<_>>().into_iter().rev().collect();
            let is_authority = AUTHORITY_WORDS.is_match(if name.is_empty() { &near } else { &name })
                || (name.is_empty() && AUTHORITY_WORDS.is_match(&near));
            if matches!(short.as_str(), "SBU" | "U" | "USG" | "TDY" | "AMCIT") || (name.is_empty() && !is_authority) {
                continue;
            }
            let name = if name.is_empty() { short.as_str().to_owned() } else { name };
            keep(Named { name, short: Some(short.as_str().to_owned()), is_authority, sentence: index });
        }
        for captures in AUTHORITY.captures_iter(&sentence.text) {
            keep(Named { name: title_case(&captures[1]), short: None, is_authority: true, sentence: index });
        }
        for captures in FIRM.captures_iter(&sentence.text) {
            let name = stripped(captures[1].trim());
            let name = if name.ends_with(".A.") || name.ends_with(".o.") { name } else { name.trim_end_matches('.').to_owned() };
            if name.split(' ').count() > 1 && !AUTHORITY_WORDS.is_match(&name) {
                keep(Named { name, short: None, is_authority: false, sentence: index });
            }
        }
    }
    found
}

/// The name that ends a text: words with capitals, and small words between them.
fn name_before(before: &str) -> String {
    let shouting = !before.chars().any(|c| c.is_ascii_lowercase());
    let small = ["of", "the", "and", "for", "against", "in", "on", "de", "del", "la", "&", "to", "y"];
    let mut words: Vec<&str> = Vec::new();
    for word in before.rsplit(' ') {
        let lower = word.to_lowercase();
        let capital = word.starts_with(|c: char| c.is_uppercase());
        let stops = word.ends_with([',', ';', ':', '.', ')']) && !words.is_empty() && !word.ends_with("Inc.,");
        if stops
            || words.len() >= 10
            || (shouting && BEFORE.contains(&lower.as_str()) && !small.contains(&lower.as_str()))
            || !(capital || small.contains(&lower.as_str()))
        {
            break;
        }
        if shouting && matches!(lower.as_str(), "the" | "in") && !words.is_empty() {
            break;
        }
        words.push(word);
    }
    words.reverse();
    stripped(&words.join(" "))
}

/// A name without the words that only stand before it.
fn stripped(name: &str) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    while words.len() > 1 && BEFORE.contains(&words[0].trim_end_matches(',').to_lowercase().as_str()) {
        words.remove(0);
    }
    if words.first().is_some_and(|word| BEFORE.contains(&word.to_lowercase().as_str())) {
        return String::new();
    }
    words.join(" ").trim_end_matches([',', ';', ':']).to_owned()
}

fn title_case(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_lowercase()) {
        return name.to_owned();
    }
    let word = |word: &str| match word {
        "OF" | "AND" | "FOR" | "THE" => word.to_lowercase(),
        _ => word.chars().take(1).chain(word.chars().skip(1).flat_map(char::to_lowercase)).collect(),
    };
    name.split(' ').map(word).collect::<Vec<String>>().join(" ")
}

/// A person who is named in a text: the name as written, with a title, and where it stands.
pub fn person(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    if let Some(captures) = TITLED.captures(text) {
        let whole = captures.get(0)?;
        return Some((whole.as_str().trim_end_matches('.').to_owned(), whole.range()));
    }
    if !text.chars().any(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let not_names = [
        "United",
        "Embassy",
        "Ministry",
        "National",
        "General",
        "Blue",
        "New",
        "State",
        "Department",
        "Foreign",
        "Post",
        "Police",
        "Customs",
        "U.S",
        "Arms",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "International",
        "Security",
        "Marine",
        "Defense",
        "South",
        "North",
        "Federal",
        "Republic",
        "Upon",
        "Local",
        "According",
        "While",
        "When",
        "After",
        "Although",
        "Because",
        "However",
        "Both",
        "The",
        "In",
        "On",
        "At",
        "He",
        "She",
        "They",
        "His",
        "Her",
        "Their",
        "This",
        "That",
        "These",
        "Those",
        "An",
        "As",
        "If",
        "It",
        "No",
        "Each",
        "Since",
        "Poloff",
        "Econoff",
        "Emboff",
        "Washington",
        "Action",
        "Summary",
    ];
    PERSON.captures_iter(text).filter_map(|captures| captures.get(1)).find_map(|found| {
        let first = found.as_str().split(' ').next().unwrap_or_default();
        let firm = FIRM.find_iter(text).any(|firm| firm.range().contains(&found.start()));
        let short = text[found.end()..].trim_start().starts_with('(');
        (!not_names.contains(&first) && !firm && !short).then(|| (found.as_str().to_owned(), found.range()))
    })
}

/// As [`person`]; where a firm's name and a function stand before a person's (`Acacia Ridge manager Tobias Lengwasha`), the person.
pub fn person_named(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    let (name, range) = person(text)?;
    let after = &text[range.end..];
    let function = [" manager ", " director ", " owner ", " president ", " chief ", " officer ", " representative "];
    let Some(word) = function.iter().find(|word| after.starts_with(**word)) else { return Some((name, range)) };
    let from = range.end + word.len();
    match person(&text[from..]) {
        Some((other, place)) if place.start == 0 => Some((other, from..from + place.end)),
        _ => Some((name, range)),
    }
}

/// The surname of a person as written.
pub fn surname(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

/// What a name says of what it is.
pub fn kind(name: &str) -> Option<PartyKind> {
    static KINDS: LazyLock<[(Regex, PartyKind); 3]> = LazyLock::new(|| {
        [
            (
                pattern(r"\b(?:commission|united nations|mission|organi[sz]ation|international committee|international court)\b"),
                PartyKind::InternationalOrganization,
            ),
            (
                pattern(
                    r"\b(?:ministry|police|army|armed forces|navy|air force|coast guard|department|government|prison|presidential|national guard|customs|directorate)\b",
                ),
                PartyKind::GovernmentBody,
            ),
            (
                pattern(
                    r"\b(?:inc|ltd|llc|s\.a|s\.r\.l|s\.r\.o|gmbh|corp|corporation|company|limited|plc|group|industries|trading|systems|enterprises|holdings|security|services|brokers|supply|arms|imports?|exports?)\b",
                ),
                PartyKind::Company,
            ),
        ]
    });
    KINDS.iter().find(|(words, _)| words.is_match(name)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_before_its_abbreviation_is_found_whole() {
        assert_eq!(
            name_before("was ordered by the International Commission for Fair Courts in Guatemala"),
            "International Commission for Fair Courts in Guatemala"
        );
        assert_eq!(name_before("he has known the owner of Northgate Security & Defense Systems"), "Northgate Security & Defense Systems");
        assert_eq!(name_before("the agency responsible for the registration of weapons"), "");
    }

    #[test]
    fn persons_are_told_from_offices_and_firms() {
        assert_eq!(person("Ivo Castellan, a career officer, stated").map(|found| found.0).as_deref(), Some("Ivo Castellan"));
        assert_eq!(
            person("met with DECAM director Col. Bautista Corral, who").map(|found| found.0).as_deref(),
            Some("Col. Bautista Corral")
        );
        assert_eq!(person("MET WITH MR. HALVORD PRENTIS").map(|found| found.0).as_deref(), Some("MR. HALVORD PRENTIS"));
        for none in
            ["The Ministry of Defense stated", "United Nations New York", "Brightwater Trading Ltd said", "POST MET WITH THE DIRECTOR"]
        {
            assert_eq!(person(none), None, "{none}");
        }
    }
}

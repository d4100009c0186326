//! Names of persons: with a title anywhere, without one by their capitals and by what they are not.

use std::sync::LazyLock;

use regex::Regex;

use super::{names, words::exact};

/// A person's name by its capitals.
static PERSON: LazyLock<Regex> = LazyLock::new(|| {
    exact(
        r"\b([A-Z][a-z]+(?:-[A-Z][a-z]+)?(?: [A-Z]\.)?(?: (?:de|del|la|van|von|da|dos|bin|al))?(?:(?: (?:al|el|ul|ad|as)-[A-Z][\w'-]+)|(?: [A-Z][a-z'\x{2019}]+(?:-[A-Z]?[a-z]+)?){1,3}))\b",
    )
});

/// Titles of persons; all of them also in capitals.
const TITLES: &[&str] = &[
    "Col",
    "Gen",
    "Lt",
    "Capt",
    "Maj",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Brig",
    "Cmdr",
    "CDR",
    "Eng",
    "Ing",
    "Insp",
    "Supt",
    "Lic",
    "Sgt",
    "Adm",
    "Commissaire",
    "Commissario",
    "Comisario",
    "Intendente",
    "Commandant",
    "Comandante",
    "Capitaine",
    "Coronel",
    "Senior Sergeant",
    "Senior Superintendent",
    "Senior Inspector",
    "Assistant Commissioner",
    "Deputy Commissioner",
    "Petty Officer",
    "Deputy Minister",
    "Vice Minister",
    "Deputy Director",
    "Chief Inspector",
    "Chief Superintendent",
    "Warrant Officer",
    "Lieutenant Colonel",
    "Brigadier General",
    "Major General",
    "Lieutenant General",
    "Lieutenant",
    "Sergeant",
    "Corporal",
    "Colonel",
    "Brigadier",
    "General",
    "Major",
    "Captain",
    "Commander",
    "Commodore",
    "Admiral",
    "Minister",
    "Director",
    "Commissioner",
    "Inspector",
    "Superintendent",
    "Ambassador",
    "Judge",
    "Professor",
];

/// A title and a name; in case matters.
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    let mut titles: Vec<String> = TITLES.iter().flat_map(|title| [(*title).to_owned(), title.to_uppercase()]).collect();
    titles.sort_by_key(|title| std::cmp::Reverse(title.len()));
    titles.dedup();
    let title = format!(r"(?:{})\.?", titles.join("|"));
    let name = r"(?:[A-Z]\.? ?){0,2}[A-Z][\w'-]+(?:(?: (?:de|del|la|van|von|da|dos|bin|al|DE|DEL|VAN|AL))? (?:(?:al|el|ul|ad|as)-)?[A-Z][\w'-]+){0,2}";
    exact(&format!(r"\b({title}(?: {title})?) ({name})"))
});

/// Words of firms and offices, which no person is called.
pub(super) const NO_PERSON: &[&str] = &[
    "attache",
    "office",
    "service",
    "control",
    "authority",
    "administration",
    "guard",
    "force",
    "command",
    "directorate",
    "ministry",
    "supply",
    "trust",
    "club",
    "trade",
    "freight",
    "forwarding",
    "cargo",
    "company",
    "association",
    "foundation",
    "university",
    "bank",
    "airport",
    "port",
    "museum",
    "institute",
    "council",
    "committee",
    "commission",
    "court",
    "house",
    "street",
    "avenue",
    "road",
    "section",
    "division",
    "department",
    "unit",
    "house",
    "registry",
    "board",
    "bureau",
    "agency",
    "brigade",
    "battalion",
    "regiment",
    "patrol",
    "hotel",
    "school",
    "center",
    "centre",
    "mechanical",
    "aviation",
    "marine",
    "sports",
    "arms",
    "defense",
    "defence",
    "procurement",
    "purchasing",
    "engineering",
    "customs",
    "gulf",
    "forces",
    "assistant",
    "law",
    "act",
];

/// Words with a capital that no person's name begins with.
const NO_FIRST_NAME: &[&str] = &[
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
    "Assistant",
    "Deputy",
    "Managing",
    "Export",
    "Import",
    "Chief",
    "Head",
    "Manager",
    "Owner",
    "President",
    "Commercial",
    "Secretary",
    "Sao",
    "San",
    "Santa",
    "Saint",
    "Puerto",
    "Port",
    "Fort",
];

/// A person who is named in a text: the name as written, with a title, and where it stands.
pub fn person(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    if let Some(titled) = person_titled(text) {
        return Some(titled);
    }
    untitled(text)
}

/// A person who is named without a title.
fn untitled(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    super::words::patterns! {
        /// What a word belongs to that stands before a name: `Deputy Director of Parks Lind Arno`.
        HEAD_OF = r"\b(?:director|head|chief|minister|commissioner|registrar|superintendent|secretary|manager) (?:of|for)\s+$";
        THERE = r"\b(?:in|near|outside)\s+$";
    }
    if !text.chars().any(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let firms: Vec<std::ops::Range<usize>> = names::FIRM.find_iter(text).map(|firm| firm.range()).collect();
    let mut from = 0;
    while let Some(found) = PERSON.find_at(text, from) {
        let first = found.as_str().split(' ').next().unwrap_or_default();
        from = found.start() + first.len();
        let whole = FUNCTION_FIRST.contains(&first) || HEAD_OF.is_match(&text[..found.start()]);
        if whole {
            continue;
        }
        from = found.end();
        let firm = firms.iter().any(|firm| firm.contains(&found.start())) || THERE.is_match(&text[..found.start()]);
        let bracket = text[found.end()..].trim_start().strip_prefix('(').unwrap_or_default();
        let short = bracket.chars().take(2).filter(|c| c.is_uppercase()).count() == 2;
        let next = text[found.end()..].trim_start().split([' ', ',', '.']).next().unwrap_or_default();
        let office = found.as_str().split([' ', '-']).any(|word| NO_PERSON.contains(&word.to_lowercase().as_str()));
        let office = office || (next.starts_with(char::is_uppercase) && NO_PERSON.contains(&next.to_lowercase().as_str()));
        if !NO_FIRST_NAME.contains(&first) && !firm && !short && !office {
            return Some((found.as_str().to_owned(), found.range()));
        }
    }
    None
}

/// Functions that stand with a capital before a name.
const FUNCTION_FIRST: &[&str] =
    &["Manager", "Owner", "President", "Secretary", "Partner", "Proprietor", "Chairman", "Spokesman", "Armorer"];

/// A person who is named with a title.
pub(super) fn person_titled(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    let titled = TITLED.find(text)?;
    let name = titled.as_str();
    let name = ["'s", "\u{2019}s", "'S"].iter().find_map(|own| name.strip_suffix(own)).unwrap_or(name);
    let range = titled.start()..titled.start() + unsaid(name);
    Some((text[range.clone()].trim_end_matches('.').to_owned(), range))
}

/// How long a name with its title is: in a text that is all capitals, without the verb that follows (`MR. LIND ARNO STATED`).
fn unsaid(name: &str) -> usize {
    let said = super::words::SAID.find_iter(name).map(|found| found.start()).find(|at| *at > 0);
    said.filter(|_| !name.bytes().any(|byte| byte.is_ascii_lowercase())).map_or(name.len(), |at| name[..at].trim_end().len())
}

/// Every person who is named in a text; at most six.
pub fn persons(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut from = 0;
    let first = |text: &str| {
        let (one, other) = (person_titled(text), untitled(text));
        match (one, other) {
            (Some(titled), Some(plain)) if plain.1.end <= titled.1.start => Some(plain),
            (titled, plain) => titled.or(plain),
        }
    };
    while let Some((name, range)) = first(&text[from..]).filter(|_| found.len() < 6) {
        let range = from + range.start..from + range.end;
        from = range.end;
        found.push((name, range));
    }
    found
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
    let mut words = name.rsplit(' ');
    let last = words.next().unwrap_or(name);
    // `Ryo Han-sol`: the surname stands first.
    let given = last.split_once('-').is_some_and(|(one, two)| {
        one.starts_with(char::is_uppercase)
            && two.starts_with(char::is_lowercase)
            && !two.contains('-')
            && one.chars().any(char::is_lowercase)
    });
    words.next().filter(|_| given).unwrap_or(last)
}

/// Whether a word is the surname of a person as written, or its last part: `Arno` of `Lind al-Sabi-Arno`.
pub fn is_surname(name: &str, word: &str) -> bool {
    let (surname, word) = (surname(name).to_lowercase(), word.to_lowercase());
    surname == word || (word.len() > 2 && surname.starts_with("al-") && surname.rsplit('-').next() == Some(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! Names of firms and offices with their abbreviations, and of authorities. In running text a name is known by its capitals; in a text that
//! is all capitals only by what stands beside it.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    ground::Ground,
    persons,
    words::{AUTHORITY_WORDS, exact, pattern},
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
    ($($name:ident = $text:expr;)*) => {$(static $name: LazyLock<Regex> = LazyLock::new(|| exact($text));)*};
}

exact! {
    EXPLAINED = r"\(([A-Z][A-Z&.-]{1,9})\)";
    AUTHORITY = r"\b((?:Ministry|MINISTRY|Ministries) (?:of|OF) (?:the |THE )?[A-Z][\w-]*(?: (?:and|AND|of|OF) (?:the |THE )?[A-Z][\w-]*)*(?: [A-Z][a-z]\w+(?: (?:Relations|Affairs|Cooperation|Development|Planning|Security|Trade|Industry|Commerce|Services|Resources|Protection|Communications|Transport|Infrastructure)\b)?)?|(?:State|National) (?:[A-Z][a-z]+ ){1,3}(?:Committee|Commission)|(?:[A-Z][a-z]+ ){1,3}(?:Border|Coast) Guard(?: (?:Administration|Service|Agency|Command))?|(?:[A-Z][a-z]+ )?(?:National|NATIONAL|Federal|FEDERAL) (?:Police|POLICE|Guard|GUARD)|(?:State|National|Federal) Service (?:for|of) [A-Z][a-z]+(?: (?:and )?[A-Z][a-z]+){0,3}|(?:[A-Z][a-z]+ (?:(?:and|of|for) )?){1,5}(?:Authority|Bureau|Registry|Directorate|Agency|Inspectorate|Board)(?: of [A-Z][a-z]+(?: and [A-Z][a-z]+)?)?|(?:Firearms|Arms|Weapons|Explosives|FIREARMS|ARMS|WEAPONS|EXPLOSIVES)(?: (?:and|AND) (?:Firearms|Arms|Weapons|Explosives|Ammunition|FIREARMS|ARMS|EXPLOSIVES|AMMUNITION))?(?: (?:Control|Licensing|CONTROL|LICENSING))? (?:Office|Unit|Registry|Authority|Bureau|Board|OFFICE|UNIT|REGISTRY|AUTHORITY|BUREAU|BOARD)|(?:Directorate|DIRECTORATE)(?: General| GENERAL)? (?:of|OF|for|FOR) [A-Z]\w+(?: (?:and|AND) [A-Z]\w+)*|(?:Registrar|REGISTRAR|Commissioner|COMMISSIONER) (?:of|OF) [A-Z]\w+|(?:Department|DEPARTMENT) (?:of|OF) (?:Economic|Defen[cs]e|Customs|Trade|Justice|Commerce|Police|DEFEN[CS]E|CUSTOMS|TRADE)(?: [A-Z]\w+)?|(?:General|GENERAL|Joint|JOINT) (?:Staff|STAFF|Command|COMMAND)|(?:Customs|CUSTOMS)(?: (?:Service|Authority|Administration|SERVICE|AUTHORITY))?)\b";
    ACRONYM = r"\b([A-Z]{3,9})(?:['\x{2019}]s)? (?:(?:had|has|have|already|never|also|then|later|not|yet|to|would|will|must|did|does) ){0,3}(?:issued?|grant(?:ed)?|approved?|licenses|regulates|import office|import licensing|licensing office|registry)\b";
}

/// How names of firms end. Those after the bar say so by themselves only where a capital stands before them.
const FIRM_ENDS: &[&str] = &[
    "Inc",
    "Ltd",
    "Ltda",
    "Lda",
    "LLC",
    "LLP",
    "S.A.C",
    "SAC",
    "SAS",
    "S.A.S",
    "S.A.R.L",
    "S.A",
    "S.R.L",
    "S.r.l",
    "s.r.o",
    "S.p.A",
    "SARL",
    "SRL",
    "SpA",
    "GmbH",
    "AG",
    "AB",
    "Oy",
    "A/S",
    "OU",
    "CC",
    "A.S",
    "a.s",
    "N.V",
    "NV",
    "B.V",
    "BV",
    "Pty",
    "Pvt",
    "PLC",
    "Plc",
    "JSC",
    "FZE",
    "DOOEL",
    "d.o.o",
    "EOOD",
    "OOD",
    "Kft",
    "Zrt",
    "Sp. z o.o",
    "S. de R.L",
    "de C.V",
    "C.A",
    "Cia. Ltda",
    "Sdn. Bhd",
    "Bhd",
    "Co",
    "Corp",
    "Corporation",
    "Company",
    "Limited",
    "Group",
    "Industries",
    "Trading",
    "Enterprises",
    "Holdings",
    "Brokers",
    "Ventures",
    "Services",
    "Logistics",
    "Technologies",
    "Aviation",
    "Shipping",
    "Traders",
    "Outfitters",
    "Systems",
    "Conservancy",
];

/// A firm: words with capitals, and an end as firms have it.
pub(super) static FIRM: LazyLock<Regex> = LazyLock::new(|| {
    let mut ends: Vec<String> = FIRM_ENDS.iter().flat_map(|end| [(*end).to_owned(), end.to_uppercase()]).collect();
    ends.sort_by_key(|end| std::cmp::Reverse(end.len()));
    ends.dedup();
    let ends = ends.iter().map(|end| regex::escape(end)).collect::<Vec<_>>().join("|");
    let word = r"[A-Z\x{C0}-\x{DE}][\w&.'-]*,? (?:& |and |de |del |of |y |e |et |und |og )?";
    exact(&format!(r"\b((?:{word}){{1,6}}(?:{ends})\b\.?(?:,? (?:{ends})\b\.?){{0,2}})"))
});

/// The authority in a text whose name begins with a word: `Ministry` is `Ministry of Trade`.
pub fn authority_called(text: &str, word: &str) -> Option<String> {
    AUTHORITY.captures_iter(text).map(|found| found[1].to_owned()).find(|name| name.len() > word.len() && name.starts_with(word))
}

/// A firm whose form stands before its name: `PT Lembah Merapi`.
static AFTER_FORM: LazyLock<Regex> =
    LazyLock::new(|| exact(r"\b((?:PT|UAB|OOO|OAO|ZAO|SIA|CV|TOV|TOO) (?:[A-Z][a-z][\w&'-]*)(?: [A-Z][\w&'-]+){0,4})\b"));

/// Abbreviations that are no host-country authority.
const OUR_OWN: &[&str] = &[
    "USG", "DOS", "ATF", "DHS", "FBI", "DEA", "RSO", "DAO", "ODC", "DATT", "DTCC", "DDTC", "DTC", "CEO", "CFO", "LES", "FSN", "NATO",
    "POST", "USML", "ITAR", "AMCIT", "TDY",
];

/// Whether a word is a common one of firms' and offices' names.
pub fn is_of_firms(lower: &str) -> bool {
    persons::NO_PERSON.contains(&lower) || FIRM_ENDS.iter().any(|end| end.eq_ignore_ascii_case(lower))
}

/// A name without the full stop of its sentence; that of `S.R.L.` is its own.
pub fn tidy(name: &str) -> String {
    let name = name.trim().trim_end_matches([',', ';', ':']);
    let last = name.rsplit(' ').next().unwrap_or_default().trim_end_matches('.');
    if last.contains('.') { name.to_owned() } else { name.trim_end_matches('.').to_owned() }
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
    "president",
    "chairman",
    "officials",
    "met",
    "told",
    "concerning",
    "regarding",
    "about",
    "reviewed",
    "checked",
    "case",
    "per",
    "firms",
    "its",
    "their",
    "his",
];

/// Where a text names authorities. `The` begins no name.
fn authorities(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(office) = AUTHORITY.find_at(text, from).filter(|_| found.len() < 40) {
        from = office.end();
        if let Some(rest) = office.as_str().strip_prefix("The ") {
            let at = office.end() - rest.len();
            match AUTHORITY.find_at(text, at).filter(|office| office.start() == at) {
                Some(office) => {
                    from = office.end();
                    found.push(office.range());
                }
                None => found.push(at..office.end()),
            }
        } else {
            found.push(office.range());
        }
    }
    found
}

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
            let name = without_person(&name_before(before)).to_owned();
            let name = whole_firm(before, listed_before(before, name));
            let near: String = before.chars().rev().take(110).collect::<Vec<_>>().into_iter().rev().collect();
            let is_authority = AUTHORITY_WORDS.is_match(if name.is_empty() { &near } else { &name })
                || (name.is_empty() && AUTHORITY_WORDS.is_match(&near))
                || is_licensing(&name);
            if matches!(short.as_str(), "SBU" | "U" | "USG" | "TDY" | "AMCIT") || (name.is_empty() && !is_authority) {
                continue;
            }
            let name = if name.is_empty() { short.as_str().to_owned() } else { name };
            keep(Named { name, short: Some(short.as_str().to_owned()), is_authority, sentence: index });
        }
        let offices = authorities(&sentence.text);
        for name in offices.iter().map(|office| &sentence.text[office.clone()]) {
            if !matches!(name, "Border Guard" | "Coast Guard") {
                keep(Named { name: title_case(name), short: None, is_authority: true, sentence: index });
            }
        }
        for captures in AFTER_FORM.captures_iter(&sentence.text) {
            let name = tidy(captures[1].trim_end_matches("'s"));
            keep(Named { name, short: None, is_authority: false, sentence: index });
        }
        for captures in FIRM.captures_iter(&sentence.text) {
            // `Civil Aviation` of `Civil Aviation Safety Authority`.
            let within =
                captures.get(1).is_some_and(|firm| offices.iter().any(|office| office.start <= firm.start() && firm.end() < office.end));
            let after = captures.get(1).map_or("", |firm| &sentence.text[firm.end()..]);
            let name = tidy(&stripped(without_person(&unshouted(captures[1].trim()))));
            if !within && !continues(after) && name.split(' ').count() > 1 && !AUTHORITY_WORDS.is_match(&name) {
                keep(Named { name, short: None, is_authority: false, sentence: index });
            }
        }
    }
    // Unexplained abbreviations of whoever issues permits.
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if !sentence.text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            continue;
        }
        for captures in ACRONYM.captures_iter(&sentence.text) {
            let short = captures[1].to_owned();
            let known = found.iter().any(|named| named.name == short || named.short.as_ref() == Some(&short));
            if !known && !OUR_OWN.contains(&short.as_str()) && found.len() < 60 {
                found.push(Named { name: short.clone(), short: Some(short), is_authority: true, sentence: index });
            }
        }
    }
    found
}

/// Of words that are all capitals, those after the last that stands before names: `MET WITH PRESIDENT OF MABINI REEF` is `MABINI REEF`.
fn unshouted(name: &str) -> String {
    if name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return name.to_owned();
    }
    let words: Vec<&str> = name.split(' ').collect();
    let before = |word: &&str| {
        let lower = word.trim_end_matches(',').to_lowercase();
        BEFORE.contains(&lower.as_str()) && !matches!(lower.as_str(), "and" | "of" | "for" | "company" | "dealer" | "broker" | "supplier")
    };
    let from = words[..words.len().saturating_sub(1)].iter().rposition(before).map_or(0, |at| at + 1);
    words[from..].join(" ")
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

static LISTED: LazyLock<Regex> = LazyLock::new(|| exact(LIST));

/// Names of ministries have lists.
const LIST: &str = r"(?:Department|Ministry|Directorate|Office|Bureau|Agency|Secretariat) (?:of|for) (?:the )?[A-Z][\w-]+(?: [A-Z][\w-]+)?(?:, [A-Z][\w-]+(?: [A-Z][\w-]+)?){1,3},? and [A-Z][\w-]+(?: [A-Z][\w-]+)?";

/// `Department for Trade, Crafts and Skills`: a name that goes on after the commas of its list.
fn listed_before(before: &str, name: String) -> String {
    let list = LISTED.find_iter(before).last().filter(|list| list.end() == before.len());
    match list {
        Some(list) if !name.is_empty() && list.as_str().ends_with(&name) => list.as_str().to_owned(),
        _ => name,
    }
}

/// `Arno, Lind e Filho, Lda. (ALF)`: a firm whose name has commas.
fn whole_firm(before: &str, name: String) -> String {
    let ends = |word: &str| FIRM_ENDS.iter().any(|end| end.eq_ignore_ascii_case(word.trim_end_matches('.')));
    if name.is_empty() || !name.split(' ').all(ends) {
        return name;
    }
    let firm = FIRM.find_iter(before).last().filter(|firm| firm.end() == before.len());
    firm.map_or(name, |firm| tidy(&stripped(firm.as_str())))
}

/// `Mr. Lind Arno of Ardal Logistics` is a person of the firm `Ardal Logistics`.
fn without_person(name: &str) -> &str {
    let Some((_, person)) = persons::person_titled(name).filter(|(_, range)| range.start <= 4) else { return name };
    let rest = name[person.end..].trim_start_matches([',', ' ']);
    let of = ["of the ", "from the ", "at the ", "of ", "from ", "at "].iter().find_map(|word| rest.strip_prefix(word));
    of.unwrap_or(name)
}

/// Whether a name goes on after what looks like the name of a firm: `Air Force Logistics` of `Air Force Logistics Command`.
fn continues(after: &str) -> bool {
    const GOES_ON: [&str; 18] = [
        "command",
        "authority",
        "administration",
        "directorate",
        "agency",
        "office",
        "service",
        "board",
        "commission",
        "ministry",
        "division",
        "department",
        "bureau",
        "corps",
        "center",
        "centre",
        "inspectorate",
        "registry",
    ];
    let next = after.strip_prefix(' ').and_then(|rest| rest.split([' ', ',', '.', ';', ')']).next()).unwrap_or_default();
    next.starts_with(char::is_uppercase) && GOES_ON.contains(&next.to_lowercase().as_str())
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

/// Whether a name is one of a body of the host government that licenses or polices, by its words.
fn is_licensing(name: &str) -> bool {
    super::words::patterns! {
        BODY = r"\b(?:division|office|organi[sz]ation|unit|section|department|ministry|directorate|administration|service|command|bureau|secretariat)\b";
        LICENSES = r"\b(?:firearms?|explosives?|arms|police|export control|customs|trade|licensing|weapons|business|interior|defen[cs]e|ministry)\b";
    }
    BODY.is_match(name) && LICENSES.is_match(name)
}

/// Where the name of a firm or office that a text begins with ends.
pub fn organization_at(text: &str) -> Option<usize> {
    let begins = |found: &regex::Match<'_>| found.start() <= 4;
    let first = |shape: &Regex| shape.find(text).filter(begins).map(|found| found.end());
    let office = authorities(text).into_iter().next().filter(|office| office.start <= 4).map(|office| office.end);
    [&*FIRM, &*AFTER_FORM, &*LISTED].into_iter().filter_map(first).chain(office).max()
}

/// The authority a text ends with.
pub fn organization_before(text: &str) -> Option<String> {
    let last = AUTHORITY.find_iter(text).last()?;
    (last.end() == text.len()).then(|| last.as_str().to_owned())
}

/// The firm or office of several that a text names first, and where.
pub fn mentioned(names: &[Named], text: &str) -> Option<(String, usize)> {
    let part_of_word = |c: char| c.is_alphanumeric();
    let at = |name: &str| {
        let own = |at: &usize| !text[..*at].ends_with(part_of_word) && !text[at + name.len()..].starts_with(part_of_word);
        text.match_indices(name).map(|(at, _)| at).find(own)
    };
    let called = |name: &Named| {
        let first_two = name.name.match_indices(' ').nth(1).map(|(end, _)| &name.name[..end]);
        [Some(name.name.as_str()), name.short.as_deref(), first_two].into_iter().flatten().filter_map(at).min()
    };
    names.iter().filter_map(|name| called(name).map(|at| (name.name.clone(), at))).min_by_key(|(name, at)| (*at, usize::MAX - name.len()))
}

/// Whether a text has a name as words of its own.
pub fn is_in(text: &str, name: &str) -> bool {
    let own = |at: usize| !text[..at].ends_with(char::is_alphanumeric) && !text[at + name.len()..].starts_with(char::is_alphanumeric);
    !name.is_empty() && text.match_indices(name).any(|(at, _)| own(at))
}

/// The two names that a sentence ends with: `Kestrel Trust and Ostrava Mechanical.`
pub fn last_two(text: &str) -> Option<(String, String)> {
    static TWO: LazyLock<Regex> = LazyLock::new(|| {
        let name = r"([A-Z][\w&'-]*(?: [A-Z][\w&'-]*){0,5})";
        exact(&format!(r"{name} and {name}\W*$"))
    });
    let two = TWO.captures(text)?;
    Some((two[1].to_owned(), two[2].to_owned()))
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
                    r"\b(?:ministry|police|army|armed forces|navy|air force|coast guard|department|government|prison|presidential|national guard|customs|directorate|ministries|border guard|gendarmerie|armed forces|command|bureau|authority|registry|inspectorate)\b",
                ),
                PartyKind::GovernmentBody,
            ),
            (
                pattern(
                    r"\b(?:inc|ltd|llc|s\.a|s\.r\.l|s\.r\.o|gmbh|corp|corporation|company|limited|plc|group|industries|trading|systems|enterprises|holdings|security|services|brokers|supply|arms|imports?|exports?|ltda|lda|s\.a\.c|n\.v|b\.v|dooel|d\.o\.o|a\.s|ag|ab|oy|bhd|pvt|pty|co|logistics|ventures|outfitters|aviation|shipping|technologies)\b",
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
    fn firms_are_known_by_their_ends() {
        let firm = |text: &str| FIRM.captures(text).map(|found| tidy(&stripped(&unshouted(&found[1]))));
        for (text, wanted) in [
            ("the end-user, Seguridad Frailejon S.A. The end-user", "Seguridad Frailejon S.A."),
            ("PER REFTEL ECON/C MET WITH PRESIDENT OF MABINI REEF ARMS CORP., MR. X", "MABINI REEF ARMS CORP"),
            ("Rimba Selatan Aero Sdn. Bhd. has a sister firm", "Rimba Selatan Aero Sdn. Bhd"),
            ("The broker, Paramo Nieblina Cia. Ltda., told", "Paramo Nieblina Cia. Ltda"),
            ("Post reviewed Vardar Hedgerow DOOEL as asked", "Vardar Hedgerow DOOEL"),
        ] {
            assert_eq!(firm(text).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(firm("the company met with the Ministry of Defense"), None);
    }
}

//! Parties and their roles: by a label (`END-USER: ...`), by what stands beside the name, by what the party is said to do. What somebody
//! says of possession is kept as their claim.

use super::{
    ground::Ground,
    names::{Named, kind, named},
    words::{SAID, patterns},
};
use crate::{
    parties::model::{PartyKind, PartyRole, TakesPossession},
    telegrams::reading::{Confidence, PieceKind, Value},
};

patterns! {
    LABELLED = r"(?:^|[\n;(-])\s*(?:the )?(?P<role>(?:foreign |ultimate )?end[- ]?user|(?:foreign |ultimate )consignee|intermediate consignee|consignee|u\.?s\.? applicant|applicant|(?:u\.?s\.? )?manufacturer|seller|vendor|supplier|freight forwarder|forwarder|broker|agent)s?\s*(?:\([^)]*\)\s*)?(?::|--| - )\s*(?P<name>[A-Z][^;:()\n]{2,100})";
    NEVER_TAKES = r"(?:\bnever\b|\bat no (?:time|point)\b|\bnot\b|n't\b|\bwithout\b)[^.;]{0,50}\b(?:take|takes|taking|took|have|has|hold)\s+(?:physical\s+)?(?:possession|custody)";
    TAKES = r"\b(?:take|takes|taking|took)\s+(?:physical\s+)?(?:possession|custody)|\bwill (?:store|hold|warehouse) the";
}

/// A party that was proposed.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its abbreviation.
    pub short: Option<String>,
    /// What it does.
    pub role: Option<PartyRole>,
}

impl Known {
    /// Whether a text names it.
    pub fn is_in(&self, text: &str) -> bool {
        has_name(text, &self.name) || self.short.as_ref().is_some_and(|short| has_name(text, short))
    }
}

/// Whether a text has a name as words of its own.
fn has_name(text: &str, name: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric();
    text.match_indices(name).any(|(at, _)| !text[..at].ends_with(part_of_word) && !text[at + name.len()..].starts_with(part_of_word))
}

fn role_of(label: &str) -> PartyRole {
    let label = label.to_lowercase();
    match label.as_str() {
        _ if label.contains("end") => PartyRole::EndUser,
        _ if label.contains("intermediate") => PartyRole::IntermediateConsignee,
        _ if label.contains("consignee") => PartyRole::ForeignConsignee,
        _ if label.contains("applicant") => PartyRole::Applicant,
        _ if label.contains("manufacturer") => PartyRole::Manufacturer,
        _ if label.contains("forwarder") => PartyRole::FreightForwarder,
        _ if label.contains("broker") || label.contains("agent") => PartyRole::Broker,
        _ => PartyRole::Seller,
    }
}

/// What stands beside a name tells its role: `{}` is the name.
const BESIDE: &[(&str, PartyRole, bool)] = &[
    (r"end[- ]?users?(?: of [\w -]{3,40}?)?,? (?:is |was |the |are )*{}", PartyRole::EndUser, true),
    (r"{}[^.]{0,30},? (?:is|as|was) (?:the |a )?(?:ultimate |intended |legitimate )*end[- ]?user", PartyRole::EndUser, true),
    (r"{}, (?:the )?end[- ]?user", PartyRole::EndUser, true),
    (
        r"intermediate consignees?,? (?:is |was |the )*{}|{}[^.]{0,20}(?:is|as|,) (?:the |an )?intermediate consignee",
        PartyRole::IntermediateConsignee,
        true,
    ),
    (r"consignees?,? (?:is |was |the )*{}|{}[^.]{0,20}(?:is|as|,) (?:the |a )?(?:foreign )?consignee", PartyRole::ForeignConsignee, true),
    (
        r"brokers?,? (?:is |was |the |firm |company )*{}|{}[^.]{0,40}(?:is|as|acts? as|,) (?:the |a |an )?(?:\w+ )?broker",
        PartyRole::Broker,
        true,
    ),
    (
        r"applicant,? (?:is |was |the |firm |company )*{}|{}[^.]{0,20}(?:is|as|,) (?:the |an? )?(?:u\.?s\.? )?applicant",
        PartyRole::Applicant,
        true,
    ),
    (
        r"(?:seller|vendor|supplier),? (?:is |was |the )*{}|{}[^.]{0,20}(?:is|as|,) (?:the |a |an )?(?:\w+ )?(?:seller|vendor|supplier)",
        PartyRole::Seller,
        true,
    ),
    (r"freight forwarder,? (?:is |was |the )*{}|{}[^.]{0,20}(?:is|as|,) (?:the |a )?freight forwarder", PartyRole::FreightForwarder, true),
    (r"manufacturer,? (?:is |was |the )*{}|{}[^.]{0,20}(?:is|as|,) (?:the |a )?manufacturer", PartyRole::Manufacturer, true),
    (r"(?:ordered|purchased|requested|placed) by (?:the )?{}", PartyRole::EndUser, false),
    (r"{}(?:'s)? (?:intent|intention|plans?|wishes|intends) to (?:import|buy|purchase|acquire)", PartyRole::EndUser, false),
    (r"(?:over|delivered|handed|transferred|shipped) (?:directly |over )*to (?:the )?{}", PartyRole::EndUser, false),
    (r"(?:for use by|to equip|to arm|used by|end[- ]?use by) (?:the )?{}", PartyRole::EndUser, false),
    (r"(?:buys?|bought|ordered|purchased?) (?:\w+ ){0,3}(?:through|via) {}", PartyRole::Broker, false),
    (r"(?:transaction|dealings?|business|purchase) (?:\w+ ){0,4}(?:with|through|via) {}", PartyRole::Broker, false),
    (r"{}[^.]{0,60}(?:was|is) the (?:company|firm) recommended|{} has (?:provided|supplied|brokered|arranged)", PartyRole::Broker, false),
];

/// A party that is being put together.
struct Draft {
    name: String,
    short: Option<String>,
    role: Option<PartyRole>,
    confidence: Confidence,
    address: Option<String>,
    sentence: usize,
}

/// Proposes the parties.
pub fn propose(ground: &mut Ground<'_>) -> (Vec<Known>, Vec<Named>) {
    let names = named(ground);
    let mut drafts = labelled(ground);
    for name in names.iter().filter(|name| !name.is_authority) {
        let known = drafts.iter_mut().find(|draft| draft.name.eq_ignore_ascii_case(&name.name) || starts_alike(&draft.name, &name.name));
        match known {
            Some(draft) => draft.short = draft.short.take().or(name.short.clone()),
            None => drafts.push(Draft {
                name: name.name.clone(),
                short: name.short.clone(),
                role: None,
                confidence: Confidence::Possible,
                address: None,
                sentence: name.sentence,
            }),
        }
    }
    for draft in &mut drafts {
        if draft.role.is_none() {
            beside(ground, draft);
        }
    }
    let mut known = Vec::new();
    for draft in drafts {
        let (takes, claimed_by) = possession(ground, &draft);
        let role = draft.role.or((takes == TakesPossession::Never).then_some(PartyRole::Broker));
        let confidence = if draft.role.is_none() && role.is_some() { Confidence::Possible } else { draft.confidence };
        let party_kind = kind(&draft.name).or(draft.short.as_ref().filter(|short| short.len() > 6).and(Some(PartyKind::Company)));
        let country = country(ground, role);
        let value = Value::Party {
            name: draft.name.clone(),
            short_name: draft.short.clone(),
            party_kind,
            role,
            country,
            address: draft.address.clone(),
            takes_possession: takes,
            possession_claimed_by: claimed_by,
        };
        ground.propose(value, confidence, draft.sentence, draft.sentence);
        known.push(Known { name: draft.name, short: draft.short, role });
    }
    (known, names)
}

fn starts_alike(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    one.len().min(other.len()) > 8 && (one.starts_with(&other) || other.starts_with(&one))
}

/// `END-USER: NATIONAL PARKS SERVICE, 12 HARBOR ROAD`.
fn labelled(ground: &Ground<'_>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, sentence) in ground.sentences.iter().enumerate() {
        for captures in LABELLED.captures_iter(&sentence.text) {
            let (role, rest) = (role_of(&captures["role"]), captures["name"].trim().trim_end_matches('.').to_owned());
            let (name, address) = match rest.split_once(", ") {
                Some((name, more)) if matches!(more.trim_end_matches('.'), "Inc" | "INC" | "Ltd" | "LTD" | "S.A" | "LLC") => {
                    (format!("{name}, {more}"), None)
                }
                Some((name, address)) => (name.to_owned(), Some(address.to_owned())),
                None => (rest.clone(), None),
            };
            let told = [" is ", " are ", " was ", " has ", " will ", " were "].iter().any(|verb| name.to_lowercase().contains(verb));
            let is_name = !told && name.split(' ').count() <= 10 && name.len() > 2;
            if is_name && !drafts.iter().any(|draft| draft.name == name && draft.role == Some(role)) && drafts.len() < 60 {
                drafts.push(Draft { name, short: None, role: Some(role), confidence: Confidence::Certain, address, sentence: index });
            }
        }
    }
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if !sentence.text.chars().any(|c| c.is_ascii_lowercase()) {
            continue;
        }
        for captures in CALLED.captures_iter(&sentence.text) {
            let (role, name) = (role_of(&captures["role"]), captures["name"].trim().to_owned());
            let name = name.trim_end_matches(" of").trim_end_matches(" and").trim_end_matches(" the").to_owned();
            if name.split(' ').count() > 1 && !drafts.iter().any(|draft| starts_alike(&draft.name, &name)) && drafts.len() < 60 {
                drafts.push(Draft { name, short: None, role: Some(role), confidence: Confidence::Likely, address: None, sentence: index });
            }
        }
    }
    drafts
}

/// `the end-user, the Jasan Mountain Service,`: case matters, a name has capitals.
static CALLED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(
        r"\b(?P<role>[Ee]nd-?[Uu]ser|(?:[Ff]oreign |[Ii]ntermediate )?[Cc]onsignee|[Aa]pplicant|[Ff]reight forwarder)(?: of [\w -]{3,40}?)?(?:,| is| was)? (?:the )?(?P<name>(?:[A-Z][\w&'-]+)(?: (?:of|and|the|for|&|de)(?: the)?)?(?: [A-Z][\w&'-]+(?: (?:of|and|for|&|de)(?: the)?)?){1,6})",
    )
    .expect("it is a pattern")
});

/// The role that stands beside a name, the plainest first.
fn beside(ground: &Ground<'_>, draft: &mut Draft) {
    let names =
        [Some(&draft.name), draft.short.as_ref()].into_iter().flatten().map(|name| regex::escape(name)).collect::<Vec<_>>().join("|");
    let known = Known { name: draft.name.clone(), short: draft.short.clone(), role: None };
    let mentions: Vec<(usize, &str)> = ground
        .sentences
        .iter()
        .enumerate()
        .filter(|(_, sentence)| known.is_in(&sentence.text))
        .map(|(index, sentence)| (index, sentence.text.as_str()))
        .take(40)
        .collect();
    for (shape, role, plain) in BESIDE {
        let Ok(shape) = regex::Regex::new(&format!(
            "(?i){}",
            shape.replace("{}", &format!(r"(?:[\w.,& ()-]{{0,60}}?\(?)?(?:{names})\)?").replace(r"(?:[\w.,& ()-]{0,60}?\(?)?", ""))
        )) else {
            continue;
        };
        if mentions.iter().any(|(_, text)| shape.is_match(text)) {
            draft.role = Some(*role);
            draft.confidence = if *plain { Confidence::Certain } else { Confidence::Likely };
            return;
        }
    }
}

/// Whether a party takes possession, by a sentence that names it first; and who says so, if it is somebody's word.
fn possession(ground: &Ground<'_>, draft: &Draft) -> (TakesPossession, Option<String>) {
    let known = Known { name: draft.name.clone(), short: draft.short.clone(), role: None };
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if !sentence.lower.contains("possession") && !sentence.lower.contains("custody") {
            continue;
        }
        let (never, takes) = (NEVER_TAKES.find(&sentence.text), TAKES.find(&sentence.text));
        let Some(verb) = never.or(takes) else { continue };
        if !known.is_in(&sentence.text[..verb.start()]) {
            continue;
        }
        let by = super::contacts::speaker(ground, index).or_else(|| SAID.is_match(&sentence.lower).then(|| "a contact".to_owned()));
        let word = if never.is_some() { TakesPossession::Never } else { TakesPossession::Takes };
        return (word, by.filter(|_| sentence.kind != PieceKind::Comment));
    }
    (TakesPossession::Unknown, None)
}

/// The country of an end-user or consignee is the telegram's, where it has one alone.
fn country(ground: &Ground<'_>, role: Option<PartyRole>) -> Option<String> {
    if !matches!(role, Some(PartyRole::EndUser | PartyRole::ForeignConsignee)) {
        return None;
    }
    let header = &ground.reading.header;
    match header.countries.as_slice() {
        [one] => Some(one.clone()),
        [] => header.station_country(),
        _ => None,
    }
}

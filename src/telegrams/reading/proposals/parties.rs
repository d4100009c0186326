//! Parties and their roles: by a label (`END-USER: ...`), by what stands beside the name, by what the party is said to do. What somebody
//! says of possession is kept as their claim.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    ground::Ground,
    names::{Named, kind, named, tidy},
    words::{SAID, pattern, patterns},
};
use crate::{
    parties::model::{PartyRole, TakesPossession},
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
};

patterns! {
    LABELLED = r"(?:^|[\n;(-])\s*(?:the )?(?P<role>(?:foreign |ultimate )?end[- ]?user|(?:foreign |ultimate )consignee|intermediate consignee|consignee|u\.?s\.? applicant|applicant|(?:u\.?s\.? )?manufacturer|seller|vendor|supplier|freight forwarder|forwarder|broker|agent)s?\s*(?:\([^)]*\)\s*)?(?::|--| - )\s*(?P<name>[A-Z][^;:()\n]{2,100})";
    /// What is only asked.
    ASKED = r"\b(?:whether|if|asks?|asked|determine|who)\s+(?:\w+\s+){0,3}$";
    /// The subject of a clause stands before the clause.
    IT = r"^ that (?:it|they|he|she|neither)\b";
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
    /// The first words of its name, by which it is called where they are its own.
    pub stem: Option<String>,
    /// What it does, the plainest first.
    pub role: Option<PartyRole>,
    /// Everything it is said to do.
    pub roles: Vec<PartyRole>,
}

impl Known {
    /// Where a text names it first.
    pub fn at(&self, text: &str) -> Option<usize> {
        let called = [Some(&self.name), self.short.as_ref(), self.stem.as_ref()];
        called.into_iter().flatten().filter_map(|name| has_name(text, name)).min()
    }

    /// Whether a text names it.
    pub fn is_in(&self, text: &str) -> bool {
        self.at(text).is_some()
    }
}

/// Where a text has a name as words of its own.
fn has_name(text: &str, name: &str) -> Option<usize> {
    let part_of_word = |c: char| c.is_alphanumeric();
    let own = |at: &usize| !text[..*at].ends_with(part_of_word) && !text[at + name.len()..].starts_with(part_of_word);
    text.match_indices(name).map(|(at, _)| at).find(own)
}

/// The words a name begins with, where they are no common ones: `Tamarind Hill` of `Tamarind Hill Guard Services Ltd`.
fn stem(name: &str) -> Option<String> {
    const COMMON: [&str; 16] = [
        "international",
        "national",
        "general",
        "united",
        "royal",
        "security",
        "ministry",
        "the",
        "federal",
        "central",
        "defense",
        "first",
        "american",
        "global",
        "new",
        "department",
    ];
    let words: Vec<&str> = name.split(' ').collect();
    let [first, second, _, ..] = words.as_slice() else { return None };
    let plain = |word: &str| word.len() > 2 && word.starts_with(char::is_uppercase) && !word.ends_with(['.', ',']);
    let own = plain(first) && plain(second) && !COMMON.contains(&first.to_lowercase().as_str());
    own.then(|| format!("{first} {second}"))
}

/// Whom a text means: the party it names first, the one of a role (`the broker`), or, of a single foreign party, `the firm`.
pub fn meant<'a>(parties: &'a [Known], text: &str) -> Option<&'a Known> {
    patterns! {
        FIRM = r"\b(?:the|this|that|said|subject) (?:firm|company|corporation|dealer|organi[sz]ation|business)\b";
        ROLE = r"\b(?:the|this) (end[- ]?user|intermediate consignee|(?:foreign )?consignee|broker|freight forwarder|forwarder|seller|vendor|supplier|applicant)\b";
    }
    let named = parties.iter().filter_map(|party| party.at(text).map(|at| (at, party))).min_by_key(|(at, _)| *at);
    if let Some((_, party)) = named {
        return Some(party);
    }
    let only = |fits: &dyn Fn(&Known) -> bool| {
        let mut all = parties.iter().filter(|party| fits(party));
        all.next().filter(|_| all.next().is_none())
    };
    if let Some(role) = ROLE.captures(text).map(|found| role_of(&found[1])) {
        return only(&|party| party.roles.contains(&role));
    }
    let foreign = |party: &Known| !matches!(party.role, Some(PartyRole::Applicant | PartyRole::Manufacturer));
    FIRM.is_match(text).then(|| only(&foreign)).flatten()
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

/// What stands beside a name tells its role: `@` is the name, and everything is in lower case.
const BESIDE: &[(&str, PartyRole, Confidence)] = &[
    (r"end[- ]?users?(?: of [\w -]{3,40}?)?,? (?:is |was |the |are |subject |firm )*@", PartyRole::EndUser, Confidence::Certain),
    (
        r"@[^.]{0,30},? (?:is|as|was) (?:the |a |an )?(?:ultimate |intended |legitimate |foreign |actual )*end[- ]?user",
        PartyRole::EndUser,
        Confidence::Certain,
    ),
    (
        r"@,? (?:is |was )?(?:the |a )?(?:(?:foreign |ultimate )?consignee and )?(?:the )?end[- ]?user",
        PartyRole::EndUser,
        Confidence::Certain,
    ),
    (
        r"intermediate consignees?,? (?:is |was |the |firm )*@|@[^.]{0,20}(?:is|as|,) (?:the |an )?intermediate consignee",
        PartyRole::IntermediateConsignee,
        Confidence::Certain,
    ),
    (
        r"(?:^|foreign |the |ultimate )consignees?,? (?:is |was |the |firm |company )*@|@[^.]{0,20}(?:is|as|,) (?:the |a )?(?:end[- ]?user and )?(?:the )?(?:foreign |ultimate )?consignee",
        PartyRole::ForeignConsignee,
        Confidence::Certain,
    ),
    (
        r"brokers?,? (?:is |was |the |firm |company )*@|@[^.]{0,40}(?:is|as|acts? as|,) (?:the |a |an )?(?:\w+ )?broker|@[^.]{0,60}(?:registered|register) as (?:a |an )?(?:\w+ )?broker|broker(?:s|ing)? (?:inquiry|registration|check|review) (?:on|of|about|for|regarding|concerning) @",
        PartyRole::Broker,
        Confidence::Certain,
    ),
    (
        r"applicant,? (?:is |was |the |firm |company )*@|@[^.]{0,20}(?:is|as|,) (?:the |an? )?(?:u\.?s\.? )?applicant",
        PartyRole::Applicant,
        Confidence::Certain,
    ),
    (
        r"(?:seller|vendor|supplier),? (?:is |was |the )*@|@[^.]{0,20}(?:is|as|,) the (?:\w+ )?(?:seller|vendor|supplier)\b",
        PartyRole::Seller,
        Confidence::Certain,
    ),
    (
        r"freight forwarder,? (?:is |was |the )*@|@[^.]{0,20}(?:is|as|,) (?:the |a )?freight forwarder",
        PartyRole::FreightForwarder,
        Confidence::Certain,
    ),
    (r"manufacturer,? (?:is |was |the )*@|@[^.]{0,20}(?:is|as|,) the manufacturer", PartyRole::Manufacturer, Confidence::Certain),
    (r"(?:ordered|purchased|requested|placed) by (?:the )?@", PartyRole::EndUser, Confidence::Likely),
    (r"@(?:'s)? (?:intent|intention|plans?|wishes|intends) to (?:import|buy|purchase|acquire)", PartyRole::EndUser, Confidence::Likely),
    (r"(?:over|delivered|handed|transferred|shipped) (?:directly |over )*to (?:the )?@", PartyRole::EndUser, Confidence::Possible),
    (r"(?:for use by|to equip|to arm|used by|end[- ]?use by) (?:the )?@", PartyRole::EndUser, Confidence::Likely),
    (
        r"(?:pistols?|rifles?|revolvers?|shotguns?|weapons|firearms|ammunition|vests|goggles|scopes) for (?:the )?@",
        PartyRole::EndUser,
        Confidence::Possible,
    ),
    (r"(?:transaction|dealings?|business|purchase) (?:\w+ ){0,4}(?:with|through|via) @", PartyRole::Broker, Confidence::Likely),
    (
        r"@[^.]{0,60}(?:was|is) the (?:company|firm) recommended|@ has (?:provided|supplied|brokered|arranged)",
        PartyRole::Broker,
        Confidence::Possible,
    ),
];

/// A party that is being put together.
struct Draft {
    name: String,
    short: Option<String>,
    roles: Vec<(PartyRole, Confidence)>,
    address: Option<String>,
    sentence: usize,
}

/// Proposes the parties: each once, or once for each of its roles.
pub fn propose(ground: &mut Ground<'_>) -> (Vec<Known>, Vec<Named>) {
    let names = named(ground);
    let mut drafts = labelled(ground);
    for name in names.iter().filter(|name| !name.is_authority) {
        let known: Vec<&mut Draft> = drafts
            .iter_mut()
            .filter(|draft| draft.name.eq_ignore_ascii_case(&name.name) || starts_alike(&draft.name, &name.name))
            .collect();
        if known.is_empty() {
            let (name, short, sentence) = (name.name.clone(), name.short.clone(), name.sentence);
            drafts.push(Draft { name, short, roles: Vec::new(), address: None, sentence });
            continue;
        }
        for draft in known {
            draft.short = draft.short.take().or(name.short.clone());
            if name.name.len() > draft.name.len() && name.name.starts_with(&draft.name) {
                draft.name.clone_from(&name.name);
            }
        }
    }
    let subject = ground.reading.header.subject.as_deref().map(str::to_lowercase);
    for draft in drafts.iter_mut().filter(|draft| draft.roles.is_empty()) {
        beside(ground, subject.as_deref(), draft);
    }
    let known: Vec<Known> = drafts
        .iter()
        .map(|draft| Known {
            name: draft.name.clone(),
            short: draft.short.clone(),
            stem: stem(&draft.name),
            role: draft.roles.first().map(|(role, _)| *role),
            roles: draft.roles.iter().map(|(role, _)| *role).collect(),
        })
        .collect();
    let mut known = known;
    let held = possessions(ground, &known);
    for ((draft, party), (takes, claimed_by)) in drafts.iter_mut().zip(&mut known).zip(held) {
        if draft.roles.is_empty() && takes == TakesPossession::Never {
            draft.roles.push((PartyRole::Broker, Confidence::Possible));
            (party.role, party.roles) = (Some(PartyRole::Broker), vec![PartyRole::Broker]);
        }
        let roles = if draft.roles.is_empty() {
            vec![(None, Confidence::Possible)]
        } else {
            draft.roles.iter().map(|(role, sure)| (Some(*role), *sure)).collect()
        };
        for (role, confidence) in roles {
            let value = Value::Party {
                name: draft.name.clone(),
                short_name: draft.short.clone(),
                party_kind: kind(&draft.name),
                role,
                country: country(ground, role),
                address: draft.address.clone(),
                takes_possession: takes,
                possession_claimed_by: claimed_by.clone(),
            };
            ground.propose(value, confidence, draft.sentence, draft.sentence);
        }
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
            let (role, rest) = (role_of(&captures["role"]), tidy(&captures["name"]));
            let (name, address) = match rest.split_once(", ") {
                Some((name, more)) if matches!(more.trim_end_matches('.'), "Inc" | "INC" | "Ltd" | "LTD" | "S.A" | "LLC") => {
                    (format!("{name}, {more}"), None)
                }
                Some((name, address)) => (name.to_owned(), Some(address.to_owned())),
                None => (rest.clone(), None),
            };
            let told = [" is ", " are ", " was ", " has ", " will ", " were "].iter().any(|verb| name.to_lowercase().contains(verb));
            let is_name = !told && name.split(' ').count() <= 10 && name.len() > 2;
            let again = drafts.iter().any(|draft| draft.name == name && draft.roles.iter().any(|(known, _)| *known == role));
            if is_name && !again && drafts.len() < 60 {
                drafts.push(Draft { name, short: None, roles: vec![(role, Confidence::Certain)], address, sentence: index });
            }
        }
    }
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if !sentence.text.chars().any(|c| c.is_ascii_lowercase()) {
            continue;
        }
        let called = CALLED.captures_iter(&sentence.text).map(|found| (role_of(&found["role"]), Confidence::Likely, found));
        let meant = FOR.captures_iter(&sentence.text).map(|found| (PartyRole::EndUser, Confidence::Possible, found));
        let first = NAME_FIRST.captures_iter(&sentence.text).filter(|found| !found["after"].starts_with(['\'', '\u{2019}']));
        let first = first.map(|found| (role_of(&found["role"]), Confidence::Likely, found));
        for (role, confidence, captures) in called.chain(first).chain(meant).take(20) {
            let mut name = tidy(&captures["name"]);
            // `Seguridad Pinares del`: what joins words ends no name.
            while let Some(at) = name.rfind(' ').filter(|at| name[at + 1..].chars().all(char::is_lowercase)) {
                name.truncate(at);
            }
            if name.contains(' ') && !drafts.iter().any(|draft| starts_alike(&draft.name, &name)) && drafts.len() < 60 {
                drafts.push(Draft { name, short: None, roles: vec![(role, confidence)], address: None, sentence: index });
            }
        }
    }
    drafts
}

const CAPITALS: &str = r"(?P<name>(?:[A-Z\x{C0}-\x{DE}][\w&'-]+)(?: (?:of|and|the|for|&|del?|y)(?: the)?)?(?: [A-Z\x{C0}-\x{DE}][\w&'-]+(?: (?:of|and|for|&|del?|y)(?: the)?)?){1,6})";

/// `the end-user, the Jasan Mountain Service,`: case matters, a name has capitals.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    let role = r"\b(?P<role>[Ee]nd-?[Uu]ser|(?:[Ff]oreign |[Ii]ntermediate )?[Cc]onsignee|[Aa]pplicant|[Ff]reight forwarder)";
    Regex::new(&format!(r"{role}(?: of [\w -]{{3,40}}?)?(?:,| is| was)? (?:the )?{CAPITALS}")).expect("it is a pattern")
});

/// `The Jasan Mountain Service, the end-user,`.
static NAME_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    let role = r"(?P<role>end-?user|(?:foreign |intermediate )?consignee|applicant|freight forwarder)";
    Regex::new(&format!(r"(?:^|[.,;] |\b(?:of|by|with|that|to|from|at|and) )(?:[Tt]he )?{CAPITALS}, (?:the|a) {role}(?P<after>.?)"))
        .expect("it is a pattern")
});

/// `8 rifles for the Jasan Mountain Service`: a person looks.
static FOR: LazyLock<Regex> = LazyLock::new(|| {
    let items = r"\b\d[\d,]* (?:[\w.-]+ ){0,3}(?:pistols|rifles|revolvers|shotguns|carbines|weapons|vests|helmets|goggles|scopes|radios)";
    Regex::new(&format!(r"{items} for (?:use by )?(?:the )?{CAPITALS}")).expect("it is a pattern")
});

/// The roles that stand beside a name: all that are plainly told, else the first that may be meant.
fn beside(ground: &Ground<'_>, subject: Option<&str>, draft: &mut Draft) {
    static SHAPES: LazyLock<Vec<(Regex, PartyRole, Confidence)>> =
        LazyLock::new(|| BESIDE.iter().map(|(shape, role, sure)| (pattern(shape), *role, *sure)).collect());
    let called: Vec<String> =
        [Some(draft.name.clone()), draft.short.clone(), stem(&draft.name)].into_iter().flatten().map(|name| name.to_lowercase()).collect();
    let lowers = subject.into_iter().chain(ground.sentences.iter().map(|sentence| sentence.lower.as_str()));
    let mentions: Vec<String> = lowers.filter_map(|lower| marked(lower, &called)).take(40).collect();
    let fits = |shape: &Regex| mentions.iter().any(|text| shape.is_match(text));
    for (shape, role, sure) in SHAPES.iter() {
        let plain = *sure == Confidence::Certain;
        let known = draft.roles.iter().any(|(known, _)| known == role);
        if (plain || draft.roles.is_empty()) && !known && draft.roles.len() < 3 && fits(shape) {
            draft.roles.push((*role, *sure));
        }
    }
}

/// A text with `@` for the name of a party, if it has it: `the parks service ltd. (psl)` is one `@`.
fn marked(lower: &str, called: &[String]) -> Option<String> {
    called.iter().find(|name| has_name(lower, name).is_some())?;
    let mut text = lower.to_owned();
    for name in called {
        while let Some(at) = has_name(&text, name).filter(|_| text.len() < 20_000) {
            text.replace_range(at..at + name.len(), "@");
        }
    }
    Some(text.replace("@.,", "@,").replace("@. ", "@ ").replace("@ (@)", "@"))
}

/// Whether each party takes possession, by the sentences that say so of it; and who says so, if it is somebody's word. Where they do not
/// agree nobody knows.
fn possessions(ground: &mut Ground<'_>, parties: &[Known]) -> Vec<(TakesPossession, Option<String>)> {
    let mut held = vec![(TakesPossession::Unknown, None); parties.len()];
    let mut disputed = vec![None; parties.len()];
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let (never, takes) = (NEVER_TAKES.find(&sentence.text), TAKES.find(&sentence.text));
        let Some(verb) = never.or(takes) else { continue };
        if ASKED.is_match(&sentence.text[..verb.start()]) {
            continue;
        }
        // The party that is named last before the verb, or is meant there.
        let before = &sentence.text[..verb.end()];
        let clause = before.rfind(" that ").map_or(before, |at| &before[at..]);
        let it = IT.is_match(clause);
        let Some(party) = meant(parties, clause).or_else(|| it.then(|| meant(parties, before)).flatten()) else { continue };
        let Some(at) = parties.iter().position(|known| known.name == party.name && known.role == party.role) else { continue };
        let own = super::words::OWN_PEOPLE.is_match(before);
        let by =
            super::contacts::speaker(ground, index).or_else(|| (!own && SAID.is_match(&sentence.lower)).then(|| "a contact".to_owned()));
        let word = if never.is_some() { TakesPossession::Never } else { TakesPossession::Takes };
        if held[at].0 == TakesPossession::Unknown {
            held[at] = (word, by.filter(|_| sentence.kind != PieceKind::Comment));
        } else if held[at].0 != word {
            disputed[at] = Some(index);
        }
    }
    for (at, index) in disputed.iter().enumerate().filter_map(|(at, index)| index.map(|index| (at, index))) {
        held[at] = (TakesPossession::Unknown, None);
        let text = format!("{} is said to take possession, and never to.", parties[at].name);
        ground.warn(WarningKind::Contradiction, text, Some(index));
    }
    held
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

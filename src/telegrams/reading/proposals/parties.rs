//! Parties and their roles: by a label (`END-USER: ...`), by what stands beside the name, by what the party is said to do. What somebody
//! says of possession is kept as their claim.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    ground::Ground,
    names::{Named, is_of_firms, kind, tidy},
    words::{SAID, exact, pattern, patterns},
};
use crate::{
    parties::model::{PartyKind, PartyRole, TakesPossession},
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
};

patterns! {
    LABELLED = r"(?:^|[\n;(-])\s*(?:the )?(?P<role>(?:foreign |ultimate )?end[- ]?user|(?:foreign |ultimate )consignee|intermediate consignee|consignee|u\.?s\.? applicant|applicant|(?:source ?/ ?)?(?:u\.?s\.? )?manufacturer|seller|vendor|supplier|freight forwarder|forwarder|broker|agent)s?\s*(?:\([^)]*\)\s*)?(?::|--| - )\s*(?P<name>[A-Z][^;:()\n]{2,100})";
    /// What is only asked.
    ASKED = r"\b(?:whether|if)\b[^.;]*$|\b(?:asks?|asked|determine|who)\s+(?:\w+\s+){0,3}$|\b(?:confirm|verify|ascertain)\s+that\s+(?:\w+\s+){0,5}$";
    /// Who is named so is not the one of the license.
    OTHER_ROLE = r"\b(?:customs|insurance|shipping|different|another|other|new|proposed|possible|potential|former|alleged|alternative|previous)\s+(?:foreign |ultimate |intermediate )?(?:end[- ]?users?|consignees?|brokers?|applicants?|sellers?|forwarders?)";
    /// What might be, and is not.
    SUPPOSED = r"\brather than\b|\b(?:revised|new|different) (?:licen[sc]e )?application\b|\bin fact\b|^were\b|\bas if\b|\bclaims? to be\b";
    /// What was not ordered.
    NOT_ORDERED = r"\b(?:never|not|denied having) (?:yet )?(?:ordered|bought|purchased|order|buy|purchase)\b";
    /// `it is both consignee and end-user`.
    BOTH = r"\b(?:it|the (?:firm|company|dealer)) is both (?:the )?(?:foreign )?consignee and (?:the )?end[- ]?user\b|\b(?:it|the (?:firm|company|dealer)) is both (?:the )?end[- ]?user and (?:the )?(?:foreign )?consignee\b";
    /// The subject of a clause stands before the clause.
    IT = r"^ that (?:it|they|he|she|neither)\b";
    /// By whom, from whom or with whom is not who does it: `suggested by the U.S. exporter, `.
    COUNTERPART = r"\b(?:by|from|with|through|via|for|against)(?: (?:the|its|an?))?(?:(?: [\w.]+)? (?:exporter|seller|broker|dealer|firm|company|supplier|vendor|importer|consignee|end-?user|manufacturer|applicant|agent))?,?\s+$";
    NEVER_TAKES = r"(?:\bnever\b|\bat no (?:time|point)\b|\bnot\b|n't\b|\bwithout\b)[^.;]{0,50}\b(?:take|takes|taking|took|have|has|hold)\s+(?:physical\s+)?(?:possession|custody|delivery)|\bnever\b[^.;]{0,12}\b(?:handles?|stores?|holds?)\b[^.;]{0,20}\b(?:goods|items|weapons|merchandise|shipments?)\b";
    TAKES = r"\b(?:take|takes|taking|took)\s+(?:physical\s+)?(?:possession|custody|delivery)|\b(?:will|would) (?:store|hold|warehouse) the\b|\bkeeps? (?:them|the goods|the weapons|the items) for\b";
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

/// At most so many sentences are looked through for how a party is called.
const LOOKED_THROUGH: usize = 1_000;

/// The words a party is called by where its name is not said in full: `Tamarind Hill` or `Tamarind` of `Tamarind Hill Guard Services Ltd`. A
/// word alone is only taken where it stands alone in the text and is no common word.
fn called(name: &str, ground: &Ground<'_>) -> Option<String> {
    patterns! {
        FORM = r"^(?:pt|uab|ooo|oao|zao|sia|cv|tov|too)$";
    }
    let two = stem(name);
    let others =
        |short: &str| ground.sentences.iter().take(LOOKED_THROUGH).any(|sentence| stands_alone(&sentence.text.replace(name, ""), short));
    let alone = |short: &String| {
        ground.sentences.iter().take(LOOKED_THROUGH).any(|sentence| has_name(&sentence.text.replace(name, ""), short).is_some())
    };
    if two.as_ref().is_some_and(alone) {
        return two;
    }
    let words: Vec<&str> = name.split(' ').filter(|word| !FORM.is_match(word)).collect();
    let shouts = name.chars().all(|c| !c.is_lowercase());
    let fits = |short: &&str| {
        let lower = short.to_lowercase();
        let is_word = || !shouts && ground.sentences.iter().take(LOOKED_THROUGH).any(|sentence| has_name(&sentence.text, &lower).is_some());
        let own = short.len() >= 4 && short.chars().all(char::is_alphabetic) && !COMMON.contains(&lower.as_str());
        own && !is_of_firms(&lower) && *short != name && !is_word() && others(short)
    };
    // Of two words alone the other may be its own: `Armeria Lempira`.
    let last = words.last().filter(|_| words.len() == 2);
    words.first().into_iter().chain(last).copied().find(fits).map(str::to_owned).or(two)
}

/// Whether a text has a name that no other word with a capital goes on.
fn stands_alone(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let goes_on = after.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase));
        let within = before.strip_suffix(' ').and_then(|words| words.rsplit(' ').next());
        let within =
            within.is_some_and(|word| word.starts_with(char::is_uppercase) && before.len() > word.len() + 1 && !word.ends_with(['.', ',']));
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric) && !goes_on && !within
    })
}

/// Words that are nobody's own.
const COMMON: [&str; 24] = [
    "state",
    "public",
    "southern",
    "northern",
    "western",
    "eastern",
    "army",
    "police",
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

/// The words a name begins with, where they are no common ones: `Tamarind Hill` of `Tamarind Hill Guard Services Ltd`.
fn stem(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let [first, second, _, ..] = words.as_slice() else { return None };
    let plain = |word: &str| word.len() > 1 && word.starts_with(char::is_uppercase) && !word.ends_with(['.', ',']);
    let own = plain(first) && plain(second) && second.len() > 2 && !COMMON.contains(&first.to_lowercase().as_str());
    own.then(|| format!("{first} {second}"))
}

/// Whom a text means: the party it names first, the one of a role (`the broker`), or, of a single foreign party, `the firm`.
pub fn meant<'a>(parties: &'a [Known], text: &str) -> Option<&'a Known> {
    patterns! {
        FIRM = r"\b(?:the|this|that|said|subject) (?:firm|company|corporation|dealer|organi[sz]ation|business)\b";
        ROLE = r"\b(?:the|this) (?:listed |named |stated |proposed )?(end[- ]?user|intermediate consignee|(?:foreign )?consignee|broker|freight forwarder|forwarder|seller|vendor|supplier|applicant)\b";
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
        _ if label.contains("consignee") || label.contains("importer") => PartyRole::ForeignConsignee,
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
    (
        r"\bimporter(?: of record)?,? (?:is |was |the )*@|@[^.]{0,20}(?:is|as|,) the importer\b",
        PartyRole::ForeignConsignee,
        Confidence::Likely,
    ),
    (
        r"\b(?:licen[sc]e applications?(?: (?:no\. )?[\w-]*\d[\w-]*)?|applications? (?:no\. )?[\w-]*\d[\w-]*|(?:two|three|both|these) applications) (?:of|from|by|(?:(?:was|were|has been|is) )?(?:submitted|filed) by) (?:the )?@",
        PartyRole::Applicant,
        Confidence::Certain,
    ),
    (r"\bbroker,? (?:mr|ms|mrs|dr)\.? [^.,;]{3,40} of (?:the )?@", PartyRole::Broker, Confidence::Likely),
    (r"@ ordered [^.;]{3,60} and is (?:the )?(?:ultimate )?end[- ]?user", PartyRole::EndUser, Confidence::Certain),
    (r"\b(?:(?:orders?|purchase) of|ordered|purchased|bought)\b[^.;]{1,70}? from (?:the )?@", PartyRole::Seller, Confidence::Likely),
    (r"\b(?:placed|place) an order\b[^.;]{0,30} with (?:the )?@", PartyRole::Seller, Confidence::Likely),
    (r"\bapplications?\b[^.;]{1,60} for (?:the )?(?:\w+ ){0,3}dealer,? @", PartyRole::ForeignConsignee, Confidence::Possible),
    (
        r"\b(?:orders?|ordered|placed|purchased|bought)\b[^.;]{0,40} through (?:the )?(?:\w+ ){0,2}(?:firm|company|dealer),? @",
        PartyRole::Broker,
        Confidence::Possible,
    ),
    (r"\b(?:exported|sold|sales? of [^.;]{1,60}|exports? of [^.;]{1,60}) to (?:the )?@", PartyRole::EndUser, Confidence::Possible),
    (r"\b(?:shipped|exported) under (?:subject )?license(?: \S+)? to (?:the )?@", PartyRole::EndUser, Confidence::Possible),
    (r"@ (?:confirmed|said|stated)\. it (?:has |had )?(?:ordered|purchased|bought)\b", PartyRole::EndUser, Confidence::Possible),
    (r"(?:ordered|purchased|requested|placed) by (?:the )?@", PartyRole::EndUser, Confidence::Likely),
    (r"@(?:'s)? (?:intent|intention|plans?|wishes|intends) to (?:import|buy|purchase|acquire)", PartyRole::EndUser, Confidence::Likely),
    (r"(?:over|delivered|handed|transferred|shipped) (?:directly |over )*to (?:the )?@", PartyRole::EndUser, Confidence::Possible),
    (r"(?:for use by|to equip|to arm|used by|end[- ]?use by) (?:the )?@", PartyRole::EndUser, Confidence::Likely),
    (
        r"(?:pistols?|rifles?|revolvers?|shotguns?|weapons|firearms|ammunition|vests|goggles|scopes|sights|radios|helmets|detectors|vehicles) for (?:the )?@",
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

/// What roles are called, where a paper names them.
const ROLES: &[(&str, PartyRole)] = &[
    (r"(?:ultimate |foreign )?end[- ]?user", PartyRole::EndUser),
    (r"intermediate consignee", PartyRole::IntermediateConsignee),
    (r"(?:foreign |ultimate )?consignee", PartyRole::ForeignConsignee),
    (r"(?:freight )?forwarder", PartyRole::FreightForwarder),
    (r"broker", PartyRole::Broker),
    (r"(?:u\.?s\.? )?applicant", PartyRole::Applicant),
    (r"(?:seller|vendor|supplier)", PartyRole::Seller),
    (r"manufacturer", PartyRole::Manufacturer),
];

/// `the application lists X as the seller`, `X, shown on the application as broker`, `X (end-user)`, `the end-user on the license, the X`,
/// `X, the consignee,`.
fn on_paper(role: &str) -> String {
    let shown = r"(?:shown|listed|named|identified|given)(?: on [^.;]{0,50}?)? as (?:an? |the )?";
    let license =
        r"(?: on| of| for) (?:the |this |subject |both )?licen[sc]es?(?: application)?(?: [\w-]*\d[\w-]*)?,? (?:is |was )?(?:the )?@";
    format!(
        r"\b(?:lists?|listed|shows?|names?|identif(?:y|ies)) (?:the )?@ as (?:an? |the )?{role}\b|@(?: of [\w ]{{2,20}})?,? (?:is |was )?{shown}{role}\b|@ \((?:the )?{role}(?: (?:on|of|for) [^()]{{1,40}})?\)|(?:^|[^\w ] ?|\bthe ){role}{license}|@, the {role}[,.;?]"
    )
}

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
    let names = ground.voices.names.clone();
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
    for name in names.iter().filter(|name| name.is_authority && name.short.is_some()) {
        for draft in drafts.iter_mut().filter(|draft| draft.short.is_none() && draft.name.eq_ignore_ascii_case(&name.name)) {
            draft.short.clone_from(&name.short);
        }
    }
    let subject = ground.reading.header.subject.as_deref().map(str::to_lowercase);
    for draft in drafts.iter_mut().filter(|draft| draft.roles.is_empty()) {
        beside(ground, subject.as_deref(), draft);
    }
    governments(ground, subject.as_deref(), &names, &mut drafts);
    both(ground, &mut drafts);
    let known: Vec<Known> = drafts
        .iter()
        .map(|draft| Known {
            name: draft.name.clone(),
            short: draft.short.clone(),
            stem: called(&draft.name, ground),
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
        let is_authority = names.iter().any(|name| name.is_authority && name.name == draft.name);
        let roles = if draft.roles.is_empty() {
            vec![(None, Confidence::Possible)]
        } else {
            draft.roles.iter().map(|(role, sure)| (Some(*role), *sure)).collect()
        };
        for (role, confidence) in roles {
            let value = Value::Party {
                name: draft.name.clone(),
                short_name: draft.short.clone(),
                party_kind: kind(&draft.name).filter(|_| !is_authority).or(is_authority.then_some(PartyKind::GovernmentBody)),
                role,
                country: country(ground, &draft.name, role),
                address: draft.address.clone(),
                takes_possession: takes,
                possession_claimed_by: claimed_by.clone(),
            };
            ground.propose(value, confidence, draft.sentence, draft.sentence);
        }
    }
    (known, names)
}

/// A body of the government is a party where a role is plainly told of it.
fn governments(ground: &Ground<'_>, subject: Option<&str>, names: &[Named], drafts: &mut Vec<Draft>) {
    for name in names.iter().filter(|name| name.is_authority) {
        if drafts.len() >= 60 || drafts.iter().any(|draft| draft.name.contains(&name.name) || name.name.contains(&draft.name)) {
            continue;
        }
        let (full, short, sentence) = (name.name.clone(), name.short.clone(), name.sentence);
        let mut draft = Draft { name: full, short, roles: Vec::new(), address: None, sentence };
        beside(ground, subject, &mut draft);
        draft.roles.retain(|(role, sure)| {
            *role == PartyRole::EndUser && *sure != Confidence::Likely
                || *role == PartyRole::ForeignConsignee && *sure == Confidence::Certain
        });
        if !draft.roles.is_empty() {
            drafts.push(draft);
        }
    }
}

/// `it is both consignee and end-user`, of the only consignee or end-user there is.
fn both(ground: &Ground<'_>, drafts: &mut [Draft]) {
    if !ground.sentences.iter().any(|sentence| BOTH.is_match(&sentence.text)) {
        return;
    }
    let pair = [PartyRole::ForeignConsignee, PartyRole::EndUser];
    let mut fits = drafts.iter_mut().filter(|draft| draft.roles.iter().any(|(role, _)| pair.contains(role)));
    let (Some(draft), None) = (fits.next(), fits.next()) else { return };
    for role in pair {
        if draft.roles.iter().all(|(known, _)| *known != role) {
            draft.roles.push((role, Confidence::Certain));
        }
    }
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
    for index in 0..ground.sentences.len() {
        in_words(ground, index, &mut drafts);
        under_heading(ground, index, &mut drafts);
    }
    drafts
}

/// `Consignee`, and below it `Jasan Mountain is a dealer`: the role is the heading's.
fn under_heading(ground: &Ground<'_>, index: usize, drafts: &mut Vec<Draft>) {
    patterns! {
        HEADING = r"^(?:the )?((?:foreign |ultimate )?(?:end[- ]?user|consignee)|intermediate consignee|applicant|broker|freight forwarder|seller)$";
    }
    let sentence = &ground.sentences[index];
    if index.checked_sub(1).is_some_and(|at| ground.sentences[at].paragraph == sentence.paragraph) {
        return;
    }
    let heading = ground.reading.paragraphs.get(sentence.paragraph).and_then(|paragraph| paragraph.heading.as_deref());
    let Some(role) = heading.and_then(|heading| HEADING.captures(heading.trim())).map(|found| role_of(&found[1])) else { return };
    let Some(found) = IS_SOMETHING.captures(&sentence.text) else { return };
    let name = tidy(&found["name"]);
    let known = drafts.iter().any(|draft| starts_alike(&draft.name, &name));
    if name.contains(' ') && !known && drafts.len() < 60 && super::persons::person(&name).is_none_or(|(_, range)| range.len() < name.len())
    {
        drafts.push(Draft { name, short: None, roles: vec![(role, Confidence::Likely)], address: None, sentence: index });
    }
}

/// `Jasan Mountain Arms is a dealer`, at the head of a paragraph.
static IS_SOMETHING: LazyLock<Regex> =
    LazyLock::new(|| exact(&format!(r"^\W*(?:The )?{CAPITALS} (?:is (?:an?|the)|has|occupies|operates|employs)\b")));

/// Roles that running text tells of names with capitals.
fn in_words(ground: &Ground<'_>, index: usize, drafts: &mut Vec<Draft>) {
    let text = &ground.sentences[index].text;
    let shouts = !text.chars().any(|c| c.is_ascii_lowercase());
    if SUPPOSED.is_match(text) {
        return;
    }
    let told = |shape: &'static Regex, sure: Confidence| {
        shape.captures_iter(text).filter(|found| !is_other(text, found)).map(move |found| (role_of(&found["role"]), sure, found))
    };
    let mut all: Vec<(PartyRole, Confidence, regex::Captures<'_>)> = Vec::new();
    if shouts {
        all.extend(told(&SHOUTED, Confidence::Likely).chain(told(&SHOUTED_FIRST, Confidence::Likely)).take(20));
    } else {
        let first = NAME_FIRST.captures_iter(text).filter(|found| !found["after"].starts_with(['\'', '\u{2019}']));
        let first = first.filter(|found| !is_part(text, found)).map(|found| (role_of(&found["role"]), Confidence::Likely, found));
        let meant = FOR.captures_iter(text).map(|found| (PartyRole::EndUser, Confidence::Possible, found));
        let as_role =
            |shape: &'static Regex, role: PartyRole, sure: Confidence| shape.captures_iter(text).map(move |found| (role, sure, found));
        let traded =
            as_role(&APPLIED, PartyRole::Applicant, Confidence::Certain).chain(as_role(&BOUGHT, PartyRole::Seller, Confidence::Likely));
        let bought_not = NOT_ORDERED.is_match(text);
        let meant = meant.chain(traded.filter(|(role, _, _)| *role == PartyRole::Applicant || !bought_not));
        all.extend(
            told(&LISTED, Confidence::Certain)
                .chain(told(&SHOWN, Confidence::Certain))
                .chain(told(&CALLED, Confidence::Likely))
                .chain(told(&NAMED_BY, Confidence::Likely))
                .chain(told(&VERIFIED, Confidence::Certain))
                .chain(first)
                .chain(meant)
                .take(20),
        );
    }
    for (role, confidence, captures) in all {
        let mut name = own_words(&tidy(&captures["name"])).to_owned();
        // `Seguridad Pinares del`: what joins words ends no name.
        while let Some(at) = name.rfind(' ').filter(|at| name[at + 1..].chars().all(char::is_lowercase)) {
            name.truncate(at);
        }
        // `Ardal Arms of Georgia` is `Ardal Arms`.
        let place = name.split_once(" of ").filter(|(firm, _)| firm.contains(' ') && firm.rsplit(' ').next().is_some_and(ends_firm));
        let end = place.map_or(name.len(), |(firm, _)| firm.len());
        name.truncate(end);
        if let Some(known) = drafts.iter_mut().find(|draft| starts_alike(&draft.name, &name)) {
            let plain = confidence == Confidence::Certain && role == PartyRole::Applicant && known.roles.len() < 3;
            if plain && known.roles.iter().all(|(known, _)| *known != role) {
                known.roles.push((role, confidence));
            }
        } else if name.contains(' ') && drafts.len() < 60 {
            drafts.push(Draft { name, short: None, roles: vec![(role, confidence)], address: None, sentence: index });
        }
    }
}

/// Whether a name is the end of a longer one: `New Jasan` of `the Fire Service of New Jasan`.
fn is_part(text: &str, found: &regex::Captures<'_>) -> bool {
    let before = found.name("name").map_or("", |name| &text[..name.start()]);
    let before = before.strip_suffix("the ").unwrap_or(before);
    let owner = before.strip_suffix(" of ").and_then(|before| before.rsplit(' ').next());
    owner.is_some_and(|word| word.starts_with(char::is_uppercase) && !word.ends_with(['.', ',']))
}

/// Whether a word ends the name of a firm, and none of a body of a government: such a name goes on with its place.
fn ends_firm(word: &str) -> bool {
    let lower = word.to_lowercase();
    is_of_firms(&lower)
        && kind(word) != Some(PartyKind::GovernmentBody)
        && !matches!(lower.as_str(), "service" | "guard" | "force" | "office")
}

/// A name without what only stands before it: `Orsk-based Jasan Mountain` is `Jasan Mountain`; of capitals alone the words after the last
/// small one.
fn own_words(name: &str) -> &str {
    const SMALL: [&str; 10] = ["THE", "TO", "BY", "FROM", "WITH", "THAT", "ONLY", "IS", "WAS", "AT"];
    let name = name.split_once("-based ").filter(|(place, _)| !place.contains(' ')).map_or(name, |(_, name)| name);
    let last = SMALL.iter().filter_map(|word| name.rfind(&format!(" {word} ")).map(|at| at + word.len() + 2)).max();
    last.map_or(name, |at| &name[at..])
}

/// `a different end-user, ...`.
fn is_other(text: &str, found: &regex::Captures<'_>) -> bool {
    found.name("role").is_some_and(|role| OTHER_ROLE.find_iter(text).any(|other| other.range().contains(&role.start())))
}

const CAPITALS: &str = r"(?P<name>(?:[A-Z\x{C0}-\x{DE}][\w&'-]+)(?: (?:of|and|the|for|&|del?|y)(?: the)?)?(?: [A-Z\x{C0}-\x{DE}][\w&'-]+(?: (?:of|and|for|&|del?|y)(?: the)?)?){1,6})";

/// Roles as running text has them.
const ROLE_WORDS: &str = r"(?P<role>[Ee]nd-?[Uu]ser|(?:[Ff]oreign |[Ii]ntermediate )?[Cc]onsignee|[Aa]pplicant|[Ff]reight forwarder|[Ii]mporter(?: of record)?|[Ss]eller)";

/// `the end-user, the Jasan Mountain Service,`: case matters, a name has capitals.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    let license = r"(?:,? (?:listed|named|shown|identified))?(?: (?:on|in) (?:the |this |subject |both )?(?:licenses?(?: applications?)?|applications?)(?: \d\S*)?)?";
    exact(&format!(r"\b{ROLE_WORDS}(?: of [a-z][\w -]{{3,40}}?)?{license}(?:,| is| was)? (?:the )?{CAPITALS}"))
});

/// `lists the Jasan Mountain Service as the seller`.
static LISTED: LazyLock<Regex> =
    LazyLock::new(|| exact(&format!(r"\b(?:lists|shows|names|identifies) (?:the )?{CAPITALS} as (?:the |an? )?{ROLE_WORDS}")));

/// `The Jasan Mountain Service, shown on the application as consignee`.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    exact(&format!(r"{CAPITALS}, (?:shown|listed|named|identified)(?: on [^.,;]{{0,50}}?)? as (?:the |an? )?{ROLE_WORDS}"))
});

/// `two applications of Jasan Mountain Arms`: the applicant.
static APPLIED: LazyLock<Regex> = LazyLock::new(|| {
    exact(&format!(
        r"\b(?:[Ll]icense applications?(?: [\w-]*\d[\w-]*)?|[Aa]pplications? [\w-]*\d[\w-]*|(?:two|three|both) applications) (?:of|from|by|(?:(?:was|were|has been|is) )?(?:submitted|filed) by) {CAPITALS}"
    ))
});

/// `its order of 120 shotguns from Jasan Mountain Arms`: the seller.
static BOUGHT: LazyLock<Regex> =
    LazyLock::new(|| exact(&format!(r"\b(?:(?:orders?|purchase) of|ordered|purchased|bought)\b[^.;,]{{1,70}}? from {CAPITALS}")));

/// `THE FREIGHT FORWARDER, JASAN CARGO,`: in a text that is all capitals a name ends at its comma.
static SHOUTED: LazyLock<Regex> = LazyLock::new(|| {
    let role = r"(?P<role>END[- ]?USER|(?:FOREIGN |INTERMEDIATE )?CONSIGNEE|APPLICANT|FREIGHT FORWARDER|IMPORTER(?: OF RECORD)?|SELLER)";
    exact(&format!(r"\bTHE {role}, (?:THE )?(?P<name>[A-Z][A-Z&'./-]+(?: [A-Z&][A-Z&'./-]*){{1,5}})(?:,|\.(?: |$))"))
});

/// `The Jasan Mountain Service, the end-user,`.
static NAME_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    let role = r"(?P<role>end-?user|(?:foreign |intermediate )?consignee|applicant|freight forwarder)";
    exact(&format!(r"(?:^|[.,;] |\b(?:of|by|with|that|to|from|at|and|for) )(?:[Tt]he )?{CAPITALS}, (?:the|a) {role}(?P<after>.?)"))
});

/// `Jasan Mountain Service, which he named as the end-user`: somebody says so.
static NAMED_BY: LazyLock<Regex> = LazyLock::new(|| {
    let named = r"(?:named|identified|described|gave|listed|called)";
    exact(&format!(r"{CAPITALS}, (?:which|whom|that) (?:[\w'-]+ ){{1,3}}{named} as (?:the |an? )?{ROLE_WORDS}"))
});

/// `verified with the Jasan Mountain Service (JMS) that it is the end-user`.
static VERIFIED: LazyLock<Regex> = LazyLock::new(|| {
    exact(&format!(
        r"\b(?:verified|confirmed|established) with (?:the )?{CAPITALS}(?: \([A-Z]{{2,9}}\))? that (?:it|they) (?:is|are) (?:the |an? )?{ROLE_WORDS}"
    ))
});

/// `THE JASAN MOUNTAIN CLUB, THE END-USER,`: in a text that is all capitals only after an article.
static SHOUTED_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    let role = r"(?P<role>END[- ]?USER|(?:FOREIGN |INTERMEDIATE )?CONSIGNEE|APPLICANT|FREIGHT FORWARDER)";
    exact(&format!(r"\bTHE (?P<name>[A-Z][A-Z&'./-]+(?: [A-Z&][A-Z&'./-]*){{1,8}}), THE {role}(?:[,.;]|$)"))
});

/// `8 rifles for the Jasan Mountain Service`: a person looks.
static FOR: LazyLock<Regex> = LazyLock::new(|| {
    let items = r"\b\d[\d,]* (?:[\w.-]+ ){0,3}(?:pistols|rifles|revolvers|shotguns|carbines|weapons|vests|helmets|goggles|scopes|radios)";
    exact(&format!(r"{items} for (?:use by )?(?:the )?{CAPITALS}"))
});

/// The roles that stand beside a name: all that are plainly told, else the first that may be meant.
fn beside(ground: &Ground<'_>, subject: Option<&str>, draft: &mut Draft) {
    static SHAPES: LazyLock<Vec<(Regex, PartyRole, Confidence)>> = LazyLock::new(|| {
        let on_paper = ROLES.iter().map(|(words, role)| (pattern(&on_paper(words)), *role, Confidence::Certain));
        on_paper.chain(BESIDE.iter().map(|(shape, role, sure)| (pattern(shape), *role, *sure))).collect()
    });
    let called: Vec<String> = [Some(draft.name.clone()), draft.short.clone(), called(&draft.name, ground)]
        .into_iter()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    let lowers = subject.into_iter().chain(ground.sentences.iter().map(|sentence| sentence.lower.as_str()));
    let told = lowers.filter_map(|lower| marked(lower, &called)).filter(|text| !SUPPOSED.is_match(text)).take(40);
    let mentions: Vec<String> =
        told.map(|text| NOT_ORDERED.replace_all(&OTHER_ROLE.replace_all(&text, "somebody"), "did").into_owned()).collect();
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
    // What follows `that` is said of somebody else.
    Some(text.replace(" that ", ". ").replace("@.,", "@,").replace("@. ", "@ ").replace("@ (@)", "@"))
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
        if party.at(before).is_some_and(|at| COUNTERPART.is_match(&before[..at])) {
            continue;
        }
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

/// What people, firms and bodies of a country are called, and its ISO code.
const OF_COUNTRY: &[(&str, &str)] = &[
    ("Afghan", "AF"),
    ("Argentine", "AR"),
    ("Armenian", "AM"),
    ("Australian", "AU"),
    ("Austrian", "AT"),
    ("Azerbaijani", "AZ"),
    ("Bahraini", "BH"),
    ("Bangladeshi", "BD"),
    ("Belgian", "BE"),
    ("Bolivian", "BO"),
    ("Brazilian", "BR"),
    ("British", "GB"),
    ("Bulgarian", "BG"),
    ("Canadian", "CA"),
    ("Chilean", "CL"),
    ("Chinese", "CN"),
    ("Colombian", "CO"),
    ("Croatian", "HR"),
    ("Cypriot", "CY"),
    ("Czech", "CZ"),
    ("Danish", "DK"),
    ("Dutch", "NL"),
    ("Ecuadorian", "EC"),
    ("Egyptian", "EG"),
    ("Emirati", "AE"),
    ("Estonian", "EE"),
    ("Ethiopian", "ET"),
    ("Finnish", "FI"),
    ("French", "FR"),
    ("Gambian", "GM"),
    ("Georgian", "GE"),
    ("German", "DE"),
    ("Ghanaian", "GH"),
    ("Greek", "GR"),
    ("Guatemalan", "GT"),
    ("Honduran", "HN"),
    ("Hungarian", "HU"),
    ("Indian", "IN"),
    ("Indonesian", "ID"),
    ("Iraqi", "IQ"),
    ("Irish", "IE"),
    ("Israeli", "IL"),
    ("Italian", "IT"),
    ("Jamaican", "JM"),
    ("Japanese", "JP"),
    ("Jordanian", "JO"),
    ("Kazakh", "KZ"),
    ("Kenyan", "KE"),
    ("Kuwaiti", "KW"),
    ("Latvian", "LV"),
    ("Lebanese", "LB"),
    ("Lithuanian", "LT"),
    ("Malaysian", "MY"),
    ("Mexican", "MX"),
    ("Moroccan", "MA"),
    ("Namibian", "NA"),
    ("Nigerian", "NG"),
    ("Norwegian", "NO"),
    ("Omani", "OM"),
    ("Pakistani", "PK"),
    ("Panamanian", "PA"),
    ("Paraguayan", "PY"),
    ("Peruvian", "PE"),
    ("Philippine", "PH"),
    ("Polish", "PL"),
    ("Portuguese", "PT"),
    ("Qatari", "QA"),
    ("Romanian", "RO"),
    ("Russian", "RU"),
    ("Salvadoran", "SV"),
    ("Saudi", "SA"),
    ("Senegalese", "SN"),
    ("Serbian", "RS"),
    ("Slovak", "SK"),
    ("Slovenian", "SI"),
    ("Spanish", "ES"),
    ("Swedish", "SE"),
    ("Swiss", "CH"),
    ("Syrian", "SY"),
    ("Tanzanian", "TZ"),
    ("Thai", "TH"),
    ("Tunisian", "TN"),
    ("Turkish", "TR"),
    ("Ugandan", "UG"),
    ("Ukrainian", "UA"),
    ("Uruguayan", "UY"),
    ("Uzbek", "UZ"),
    ("Venezuelan", "VE"),
    ("Vietnamese", "VN"),
    ("Yemeni", "YE"),
];

/// The country of an end-user or consignee: that of its own name, else the telegram's, where it has one alone.
fn country(ground: &Ground<'_>, name: &str, role: Option<PartyRole>) -> Option<String> {
    let first = name.split(' ').next().unwrap_or_default();
    if let Some((_, code)) = OF_COUNTRY.iter().find(|(word, _)| word.eq_ignore_ascii_case(first)).filter(|_| role.is_some()) {
        return Some((*code).to_owned());
    }
    if !matches!(role, Some(PartyRole::EndUser | PartyRole::ForeignConsignee)) {
        return None;
    }
    let header = &ground.reading.header;
    match header.countries.as_slice() {
        [one] => Some(one.clone()),
        // The letters of a station are those of a country only where words bear it out.
        [] => header.station_country().filter(|code| {
            let called = |name: &str| ground.sentences.iter().take(LOOKED_THROUGH).any(|sentence| has_name(&sentence.text, name).is_some());
            OF_COUNTRY.iter().any(|(name, of)| of == code && called(name))
        }),
        _ => None,
    }
}

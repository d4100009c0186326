//! Import approvals: which authority has to consent to which items, and how far that is. A promise is no paper: what will be approved is
//! needed. What was approved for other items is a separate fact.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    items::{self, Group},
    names::Named,
    permits::{self, Told},
    persons,
    voices::Person,
    words::{AUTHORITY_WORDS, SAID, exact, patterns},
};
use crate::{
    approvals::model::ApprovalState,
    parties::model::PartyRole,
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
};

patterns! {
    IMPORT = r"import(?:ation)?s?\b[^.]{0,40}\b(?:licen[sc]es?|permits?|approvals?|authori[sz]ations?|certificates?|requests?|applications?)|(?:licen[sc]es?|permits?|approvals?|authori[sz]ations?|certificates?)\b[^.]{0,40}\bimport|\bimport (?:procedures?|requirements?)|(?:end-?user|delivery) certificate";
    PERMITS = r"\bpermits?\b[^.]{0,60}\b(?:issued|granted|refused|denied|revoked|cancell?ed|expires?|expired|pending|required|exists?|covers?)|\b(?:issued?|grant(?:ed)?|refused|denied|revoked|cancell?ed|requires?|showed|gave|saw|applied for)\b[^.]{0,60}\bpermits?\b";
    /// Of a request at an office, where the word `import` is not said.
    REQUEST = r"\b(?:request|application)\b[^.]{0,60}\b(?:under review|stamped|approved|rejected|refused|turned down)\b|\brejected\b";
    /// Who has to agree, whatever it is called.
    CONSENT = r"\b(?:needs?|requires?) (?:also )?(?:no |the |an? |prior |written |separate ){0,3}(?:\w+ )?(?:consent|approvals?|permits?|authori[sz]ation)\b|\b(?:consent|approval|permit)s?\b[^.;]{0,30}\b(?:necessary|required|needed)\b";
    /// Consent of the United States to what is done with the items.
    LATER = r"\bre-?(?:transfer|export|sell|sale)\w*|\bresale\b|\bthird part|\b(?:u\.s\.|usg|american|washington|state department|department of state)\b|\bthe department's\b";
    /// Everything on the license.
    THESE = r"\bthese (?:parts|items|goods|components|articles|weapons|spares)\b";
    /// Ranks that are of an office.
    RANKED = r"^(?:(?:chief|deputy|senior|assistant|acting) )*(?:inspector|superintendent|commissioner|constable|sergeant|lieutenant|colonel|major|captain|brigadier|commander|registrar)\b";
    OPEN = r"\byet to\b|\bnever\b|\bnot\b|n't\b|\bno [a-z]|\bas soon as\b";
    WAITS_FOR_IT = r"(?:as soon as|once|when|until|after)\s+((?:the )?serial numbers?[\w ]{0,40}?) (?:reach|arrive|are (?:given|known|sent|received)|come|have been)";
    WAITS = r"(?:as soon as|once|when|until|after)\s+(?:\w+\s+){1,4}?(?:receives?|received|gets?|obtains?|is given|are given|has|have)\s+(the [\w ]{4,60}?|serial numbers?[\w ]{0,40}?)(?:,| (?:he|she|it|they)\b| (?:will|would|can)\b|[.;]|$)";
    /// What an office has in its name that may license.
    OFFICE = r"\b(?:division|service|office|command|section|department|committee|board|council|agency|administration|directorate|ministry|police|registry|bureau|authority|inspectorate|commission)\b";
    /// What stands before the name of who grants permits.
    GRANTED_BY = r"\b(?:permits?|licen[sc]es?|approvals?|authori[sz]ations?|consents?|required|issued|granted|approved|authori[sz]ed|refused|rejected|applied|asked)(?:\s+[\w.,/-]+){0,4}?\s+(?:of|from|by|to|with)\s+(?:the\s+)?$";
    /// What comes between them where it is no grant.
    BOUGHT = r"\b(?:purchas\w+|order\w*|bought|sold|used|delivered|exported)\b";
    /// What stands after it.
    GRANTS = r"^(?:['\x{2019}]s [\w ]{0,30}?)?(?: \([A-Z]+\))?(?: of the [A-Z]+)?,?(?: (?:has|had|have|did|does|will|would|must|should|already|also|never|not|yet|to|no longer|on \w+ \d+))* (?:issued?|issues|grant(?:s|ed)?|approv(?:es?|ed)|authori[sz](?:es?|ed)|refus(?:es|ed)|reject(?:s|ed)|turned down|revok(?:es|ed)|cancel\w+|licenses|regulates|requires?|sent back|import (?:permit|licen[sc]e|authori[sz]ation|approval))\b|^(?: \([A-Z]+\))?(?: of the [A-Z]+)? (?:gave|showed|handed) [^.]{0,60}\b(?:permit|licen[sc]e|authori[sz]ation)\b";
    /// Who orders the items, by what stands after the name and before it.
    ORDERS = r"^(?:['\x{2019}]s [\w ]{0,30}?)?(?: \([A-Z]+\))?,?(?: (?:has|had|have|also))* (?:confirm(?:s|ed) (?:its|that it|that they|having|the order|an? order)|order(?:s|ed)|placed (?:an?|the|its)|purchas(?:es|ed)|bought)\b";
    ORDERED_BY = r"\b(?:purchased|ordered|bought|order (?:of|from)|end-?user(?: (?:is|on the license is))?,?)(?: by)?\s+(?:the\s+)?$";
}

/// At most so many sentences and lines that speak against a permit.
const MOST_AGAINST: usize = 40;
/// At most so many cells of one sentence.
const MOST_OF_SENTENCE: usize = 60;
/// A name is looked at with so many bytes before it.
const BEFORE: usize = 120;

/// Words for several kinds of items together.
const TOGETHER: [(&str, &[&str]); 3] = [
    ("handguns", &["pistols", "revolvers", "handguns"]),
    ("side arms", &["pistols", "revolvers", "handguns"]),
    ("long guns", &["rifles", "shotguns", "carbines"]),
];

/// Offices that only their deeds or a common noun name: `the arms registry`, `INDUMIL import authorization`.
static OFFICES: LazyLock<[Regex; 6]> = LazyLock::new(|| {
    [
        exact(
            r"\b((?:arms|firearms|weapons|explosives) (?:registry|licensing office|control department|control office|bureau|authority))\b",
        ),
        exact(
            r"\b([A-Z]{4,10})(?:['\x{2019}]s)? (?:(?:import|IMPORT) (?:permit|licen[sc]e|authori[sz]ation|approval)|(?:rejected|refused|turned down|authorized) (?:the|a|an|\d))",
        ),
        exact(
            r"\b((?:State|National|Federal|Central) (?:Service|Agency|Office|Committee|Board) (?:for|of) (?:the )?[A-Z]\w+(?: (?:and )?[A-Z]\w+){0,3})",
        ),
        exact(
            r"\b(?:The|the) ([A-Z]\w+(?: (?:of|and|for|[A-Z]\w+)){0,6}? (?:Department|Directorate|Office|Bureau|Commission|Registry|Division|Section|Agency))(?: (?:of|at|in) (?:the )?[A-Z]\w*(?: \w+){0,4}?)?(?: confirmed(?: (?:on )?[A-Z][a-z]{2,8} \d{1,2})? that it)?(?: has| had)? (?:issued|granted) (?:(?:an?|the|its) )?import (?:permit|licen[sc]e|authori[sz]ation)",
        ),
        exact(
            r"\b((?:[A-Z][a-z]\w+ ){1,3}Ministry) (?:import )?(?:approval|consent|permits?|authori[sz]ation) (?:is|was|are|were|would|will|must)\b",
        ),
        exact(
            r"\b(?:THE|The|the) ([A-Z]\w+(?: (?:of|OF|and|AND|for|FOR|[A-Z]\w+)){0,5}) (?:has|had|have|HAS|HAD|HAVE) (?:also |already |ALSO |ALREADY )?(?:issued|granted|refused|ISSUED|GRANTED|REFUSED) (?:an?|the|AN?|THE) (?:import |IMPORT )?(?:permit|license|authorization|PERMIT|LICENSE|AUTHORIZATION)",
        ),
    ]
});

/// What is known of one cell.
struct Cell {
    group: usize,
    authority: String,
    told: Vec<(Told, usize)>,
    number: Option<String>,
}

/// What a sentence says of an authority, and of items where it names some.
struct Says {
    group: Option<usize>,
    authority: String,
    told: Told,
    number: Option<String>,
}

/// Proposes the cells of the permit matrix.
pub fn propose(ground: &mut Ground<'_>, groups: &[Group], names: &[Named]) {
    let others = offices(ground, names);
    let all: Vec<&Named> = names.iter().chain(&others).collect();
    let granters: Vec<bool> = all.iter().map(|name| licenses_imports(ground, name)).collect();
    let authorities: Vec<&Named> = all.into_iter().zip(granters).filter_map(|(name, licenses)| licenses.then_some(name)).collect();
    separate(ground);
    if authorities.is_empty() {
        return;
    }
    if groups.is_empty() {
        without_items(ground, &authorities);
        return;
    }
    let waits = waits_for(ground);
    let mut cells: BTreeMap<(usize, String), Cell> = BTreeMap::new();
    let mut general: Vec<(Says, usize)> = Vec::new();
    for index in 0..ground.sentences.len() {
        for said in sentence(ground, index, groups, &authorities) {
            match said.group {
                Some(group) => keep(&mut cells, group, said, index),
                None => general.push((said, index)),
            }
        }
    }
    // An authority that speaks of its approval without items speaks of all its cells, or, where nobody named items, of the only group.
    for (said, index) in general {
        let mine: Vec<usize> = cells.keys().filter(|(_, name)| *name == said.authority).map(|(group, _)| *group).collect();
        let only = mine.is_empty() && groups.len() == 1 && said.told.state != ApprovalState::NotRequired;
        for group in if only { vec![0] } else { mine } {
            let said = Says { group: Some(group), authority: said.authority.clone(), told: said.told.clone(), number: said.number.clone() };
            keep(&mut cells, group, said, index);
        }
    }
    let against = Against { denials: denials(ground, groups, &authorities), parts: parts(ground) };
    for cell in cells.into_values() {
        settle(ground, groups, &cell, waits.as_deref(), &against);
    }
}

fn keep(cells: &mut BTreeMap<(usize, String), Cell>, group: usize, said: Says, index: usize) {
    let authority = said.authority;
    let cell = cells.entry((group, authority.clone())).or_insert_with(|| Cell { group, authority, told: Vec::new(), number: None });
    cell.number = cell.number.take().or(said.number);
    cell.told.push((said.told, index));
}

/// Whether a sentence speaks of import approvals.
fn speaks(lower: &str, text: &str) -> bool {
    IMPORT.is_match(lower)
        || (lower.contains("permit") && PERMITS.is_match(lower))
        || (has_items(text) && (["approv", "application", "permit"].iter().any(|word| lower.contains(word)) || REQUEST.is_match(lower)))
        || (lower.contains("request") && REQUEST.is_match(lower))
        || (CONSENT.is_match(lower) && !LATER.is_match(lower))
        || permits::is_forbidden(lower)
}

/// What one sentence says of approvals.
fn sentence(ground: &Ground<'_>, index: usize, groups: &[Group], authorities: &[&Named]) -> Vec<Says> {
    let sentence = &ground.sentences[index];
    let kind = sentence.kind;
    let other = items::is_separate(&sentence.lower) || permits::is_other_case(&sentence.lower) || permits::is_not_known(&sentence.lower);
    if other || matches!(kind, PieceKind::Comment) || !speaks(&sentence.lower, &sentence.text) {
        return Vec::new();
    }
    let nobody = mentioned(&sentence.text, authorities).is_empty();
    // In a letter `we` is who wrote it, and what an official says without a name is of the official's own office.
    let writer = ground.voices.who(index).filter(|_| nobody && kind == PieceKind::Quotation);
    let office = || speaker_office(ground, index, authorities).or_else(|| it(ground, index, authorities));
    let office = if nobody && writer.is_none() { office() } else { None };
    let text = match writer.or(office) {
        Some(name) => format!("{name}: {}", sentence.text),
        None => sentence.text.clone(),
    };
    // Paper that was shown is more than a word.
    let shown = permits::is_shown(&sentence.lower) && !SAID.is_match(&sentence.lower);
    let claimed = (!shown && is_claim(ground, index, authorities)).then(|| ground.voices.who(index)).flatten();
    let mut found = by_pieces(&text, groups, authorities);
    // Two permits of one sentence belong to items that it does not name.
    let mut numbers: Vec<&String> = found.iter().filter(|said| said.group.is_none()).filter_map(|said| said.number.as_ref()).collect();
    numbers.dedup();
    if numbers.len() > 1 {
        found.iter_mut().filter(|said| said.group.is_none()).for_each(|said| said.number = None);
    }
    // That nothing is needed is only an authority's word.
    found.retain(|said| !said.authority.is_empty() || claimed.is_none());
    for said in &mut found {
        if said.told.state == ApprovalState::Issued && (claimed.is_some() || kind == PieceKind::Note) {
            said.told.lacks = claimed.as_ref().map(|by| format!("claimed by {by}"));
        }
        if claimed.is_some() || (kind == PieceKind::Note && said.told.state == ApprovalState::Issued) {
            said.told.state = ApprovalState::Needed;
            said.number = None;
        }
    }
    found
}

/// What a text says piece by piece; a piece without authority or items has those of the piece before.
fn by_pieces(text: &str, groups: &[Group], authorities: &[&Named]) -> Vec<Says> {
    let mut found: Vec<Says> = Vec::new();
    let mut last_names: Vec<String> = Vec::new();
    let mut last_groups: Vec<usize> = Vec::new();
    let everyone = mentioned(text, authorities);
    let mut last: Option<Told> = None;
    let whole = text.to_lowercase();
    for range in permits::pieces(text) {
        let piece = &text[range];
        let names: Vec<String> = mentioned(piece, authorities).into_iter().map(|(_, name)| name).collect();
        let mut here: Vec<usize> = spoken_of(piece, groups).into_iter().map(|(_, group)| group).collect();
        let bare = !super::words::NEGATED.is_match(piece);
        let Some(told) = permits::told_within(&piece.to_lowercase(), &whole).or_else(|| last.clone().filter(|_| bare)) else {
            last_names = if names.is_empty() { last_names } else { names };
            last_groups = if here.is_empty() { last_groups } else { here };
            continue;
        };
        if here.is_empty() {
            here = together(piece, groups, told.state);
        }
        let counts = matches!(told.state, ApprovalState::Issued | ApprovalState::Revoked) || told.lacks.is_some();
        let number = permits::number(piece).filter(|_| counts);
        let lines = items::lines(piece);
        let says = |group: Option<usize>, authority: &String| {
            let told = group.and_then(|group| in_part(&lines, &groups[group], groups, &told)).unwrap_or_else(|| told.clone());
            Says { group, authority: authority.clone(), told, number: number.clone() }
        };
        let paired = clauses(piece, groups, authorities);
        if paired.is_empty() {
            let single = || if everyone.len() == 1 { vec![everyone[0].1.clone()] } else { Vec::new() };
            let names = if !names.is_empty() {
                names.clone()
            } else if last_names.is_empty() {
                single()
            } else {
                last_names.clone()
            };
            let of = if here.is_empty() { &last_groups } else { &here };
            // An office that is not named has nothing to say; that nobody has is said of the items.
            if names.is_empty() && told.state == ApprovalState::NotRequired {
                found.extend(here.iter().map(|group| says(Some(*group), &String::new())));
            }
            for name in names.iter().take(MOST_OF_SENTENCE / 4) {
                found.extend(of.iter().map(|group| says(Some(*group), name)));
                found.extend(of.is_empty().then(|| says(None, name)));
            }
        } else {
            found.extend(paired.iter().take(MOST_OF_SENTENCE).map(|(group, name)| says(Some(*group), name)));
        }
        last_names = if names.is_empty() { last_names } else { names };
        last_groups = if here.is_empty() { last_groups } else { here };
        last = Some(told);
        if found.len() > MOST_OF_SENTENCE {
            break;
        }
    }
    found
}

/// The office of an official who speaks, where it is an authority.
fn speaker_office(ground: &Ground<'_>, index: usize, authorities: &[&Named]) -> Option<String> {
    let person = ground.voices.speaks.get(index).copied().flatten().and_then(|at| ground.voices.persons.get(at));
    let name = person.map_or_else(|| ground.voices.who(index), |person| Some(person.name.clone()))?;
    let described = person.map_or("", |person| person.described.as_str());
    let own = mentioned(&format!("{name}, {described}"), authorities);
    let surname = persons::surname(&name);
    let is_name = surname.len() > 2 && surname.starts_with(char::is_uppercase);
    let introduced = || {
        let before = (0..index).rev().take(12).filter(|_| is_name).map(|at| &ground.sentences[at].text);
        before.map(|text| mentioned(after_name(text, surname), authorities)).find(|found| !found.is_empty()).unwrap_or_default()
    };
    let others = || [introduced(), ranked(ground, person, authorities)].into_iter().find(|found| !found.is_empty());
    let all = if own.is_empty() { others()? } else { own };
    let first = all.first()?.1.clone();
    all.iter().all(|(_, name)| *name == first).then_some(first)
}

/// The office that `it` is, where the sentence before begins with one.
fn it(ground: &Ground<'_>, index: usize, authorities: &[&Named]) -> Option<String> {
    let before = ground.sentences.get(index.checked_sub(1)?)?;
    let here = &ground.sentences[index];
    let goes_on = here.lower.starts_with("it ") && here.paragraph == before.paragraph;
    // `Directorate` of `Directorate General of Posts` is not its name.
    let is_whole = |(place, name): &(usize, String)| {
        let after = before.text.get(*place..).and_then(|text| text.strip_prefix(name.as_str()));
        after.is_some_and(|after| !after.strip_prefix(' ').is_some_and(|word| word.starts_with(char::is_uppercase)))
    };
    let first = mentioned(&before.text, authorities).into_iter().find(|(place, _)| *place <= 4);
    first.filter(is_whole).filter(|_| goes_on).map(|(_, name)| name)
}

/// Who has a rank, and is introduced right after a sentence that an office is the subject of, is of that office.
fn ranked(ground: &Ground<'_>, person: Option<&Person>, authorities: &[&Named]) -> Vec<(usize, String)> {
    let known = person.filter(|person| person.described.is_empty() && person.sentence > 0 && RANKED.is_match(&person.name));
    let Some(at) = known.map(|person| person.sentence) else { return Vec::new() };
    let before = Some(&ground.sentences[at - 1]).filter(|before| before.paragraph == ground.sentences[at].paragraph);
    let found = before.map(|before| mentioned(&before.text, authorities)).unwrap_or_default();
    if found.iter().any(|(place, _)| *place <= 4) { found } else { Vec::new() }
}

/// What stands right after a name in the sentence that introduces it: `of the Joint Command's arms control department`.
fn after_name<'a>(text: &'a str, name: &str) -> &'a str {
    patterns! {
        OF = r"^,?(?: [\w-]+){0,5}? (?:of|from|at) (?:the )?[^,;.]{2,80}";
        ENDS = r",? and (?:on |in |at |with )?[A-Z0-9]|, (?:the|who)\b|\b(?:who|which)\b";
    }
    let Some(after) = text.find(name).map(|at| &text[at + name.len()..]) else { return "" };
    let found = OF.find(after).map_or("", |found| found.as_str());
    ENDS.find(found).map_or(found, |end| &found[..end.start()])
}

/// A permit of another time or buyer is a fact beside the case; what somebody says of it is told with the statements.
fn separate(ground: &mut Ground<'_>) {
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let about_permits = speaks(&sentence.lower, &sentence.text);
        let told = sentence.kind == PieceKind::Paragraph && ground.voices.who(index).is_none();
        if told && about_permits && permits::is_other_case(&sentence.lower) && permits::state(&sentence.lower).is_some() {
            let text = sentence.text.clone();
            ground.propose(Value::SeparateFact { said_by: None, grade: None, text }, Confidence::Likely, index, index);
        }
    }
}

/// Offices that are authorities by what they do, beside those that are named as such.
fn offices(ground: &Ground<'_>, names: &[Named]) -> Vec<Named> {
    let mut found = writers(ground, names);
    for (index, sentence) in ground.sentences.iter().enumerate() {
        let shouts = !sentence.text.bytes().any(|byte| byte.is_ascii_lowercase());
        for (at, pattern) in OFFICES.iter().enumerate() {
            // In a text of capitals every word looks like an abbreviation.
            if at == 1 && (shouts || !speaks(&sentence.lower, &sentence.text)) {
                continue;
            }
            for captures in pattern.captures_iter(&sentence.text).take(3) {
                let name = captures[1].to_owned();
                let known = |named: &Named| {
                    let (known, lower) = (named.name.to_lowercase(), name.to_lowercase());
                    named.short.as_deref() == Some(name.as_str()) || known.contains(&lower) || lower.contains(&known)
                };
                // `the Joint Command's arms control department` is the Joint Command.
                let before = captures.get(1).map_or("", |found| &sentence.text[..found.start()]);
                let parent = before.trim_end().trim_end_matches("'s").trim_end_matches("\u{2019}s");
                let is_part =
                    parent.len() < before.trim_end().len() && names.iter().any(|named| named.is_authority && parent.ends_with(&named.name));
                let fits = !is_part && (at != 5 || OFFICE.is_match(&name));
                if fits && found.len() < 30 && !names.iter().any(known) && !found.iter().any(known) {
                    found.push(Named { name, short: None, is_authority: true, sentence: index });
                }
            }
        }
    }
    found
}

/// Whether a name is of an authority that licenses imports: who orders the items, and customs, only where they are said to grant something.
fn licenses_imports(ground: &Ground<'_>, name: &Named) -> bool {
    if !name.is_authority && !OFFICE.is_match(&name.name) {
        return false;
    }
    let (mut grants, mut orders) = (false, has_a_role(ground, name));
    for sentence in &ground.sentences {
        let text = sentence.lower.as_str();
        for (at, length) in places(text, name) {
            let from = (at.saturating_sub(BEFORE)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
            let (before, after) = (&text[from..at], &text[at + length..]);
            let granted = GRANTED_BY.find(before).is_some_and(|found| !BOUGHT.is_match(found.as_str()));
            grants |= granted || GRANTS.is_match(after);
            orders |= ORDERS.is_match(after) || ORDERED_BY.is_match(before);
        }
    }
    let doubtful = orders || !name.is_authority || name.name.to_lowercase().starts_with("customs");
    grants || !doubtful
}

/// Whether a name is of a party of the license.
fn has_a_role(ground: &Ground<'_>, name: &Named) -> bool {
    let known = |of: &str| of.eq_ignore_ascii_case(&name.name) || name.short.as_deref().is_some_and(|short| of.eq_ignore_ascii_case(short));
    ground.found.iter().any(|found| match &found.value {
        Value::Party { name: party, short_name, role: Some(role), .. } => {
            *role != PartyRole::Manufacturer && (known(party) || short_name.as_deref().is_some_and(known))
        }
        _ => false,
    })
}

/// Where a name or its abbreviation stands in a text of small letters, as whole words, and how long it is.
fn places(text: &str, name: &Named) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for called in [Some(&name.name), name.short.as_ref()].into_iter().flatten().map(|called| called.to_lowercase()) {
        for (at, words) in text.match_indices(called.as_str()).take(20) {
            let whole = !text[..at].ends_with(char::is_alphanumeric) && !text[at + words.len()..].starts_with(char::is_alphanumeric);
            found.extend(whole.then_some((at, words.len())));
        }
    }
    found
}

/// Authorities that wrote a quoted text and are named nowhere else as such.
fn writers(ground: &Ground<'_>, names: &[Named]) -> Vec<Named> {
    let known = |name: &str| names.iter().any(|named| named.is_authority && (named.name == name || named.short.as_deref() == Some(name)));
    let mut writers: Vec<Named> = Vec::new();
    for (index, _) in ground.sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind == PieceKind::Quotation) {
        let Some(name) = ground.voices.who(index).filter(|name| AUTHORITY_WORDS.is_match(name) && !known(name)) else { continue };
        if writers.len() < 20 && writers.iter().all(|writer| writer.name != name) {
            writers.push(Named { name, short: None, is_authority: true, sentence: index });
        }
    }
    writers
}

/// What an authority did about a permit in a telegram that names no items; what is only needed is left to the findings.
fn without_items(ground: &mut Ground<'_>, authorities: &[&Named]) {
    let mut told: Vec<(String, ApprovalState, Option<String>)> = Vec::new();
    let about_permits = |lower: &str| IMPORT.is_match(lower) || PERMITS.is_match(lower);
    // Where anything is said against it, nothing is issued.
    let denied = ground.sentences.iter().any(|sentence| about_permits(&sentence.lower) && OPEN.is_match(&sentence.lower));
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        if !about_permits(&sentence.lower)
            || sentence.kind == PieceKind::Comment
            || items::is_separate(&sentence.lower)
            || permits::is_other_case(&sentence.lower)
            || permits::is_not_known(&sentence.lower)
            || is_claim(ground, index, authorities)
        {
            continue;
        }
        let Some(Told { state: said, .. }) = permits::told_within(&sentence.lower, &sentence.lower) else { continue };
        let text = sentence.text.clone();
        let said = if denied && said == ApprovalState::Issued { ApprovalState::Needed } else { said };
        for (_, authority) in mentioned(&text, authorities).into_iter().take(3).filter(|_| said != ApprovalState::Needed) {
            let number = permits::number(&text).filter(|_| matches!(said, ApprovalState::Issued | ApprovalState::Revoked));
            let cell = (authority, said, number);
            if told.contains(&cell) {
                continue;
            }
            let value = Value::ImportApproval {
                items_key: None,
                items: "the items".into(),
                authority: cell.0.clone(),
                state: said,
                number: cell.2.clone(),
                waits_for: None,
                lacks: None,
                note: text.clone(),
            };
            told.push(cell);
            ground.propose(value, Confidence::Possible, index, index);
        }
    }
}

/// Whether a sentence is the word of somebody who is no authority: a claim moves no approval.
fn is_claim(ground: &Ground<'_>, index: usize, authorities: &[&Named]) -> bool {
    let Some(by) = ground.voices.who(index) else { return false };
    let person = ground.voices.speaks.get(index).copied().flatten().map(|at| &ground.voices.persons[at]);
    let words = person.map_or_else(|| by.clone(), |person| format!("{by}, {}", person.described));
    let office = || speaker_office(ground, index, authorities).or_else(|| it(ground, index, authorities));
    mentioned(&words, authorities).is_empty() && !AUTHORITY_WORDS.is_match(&words) && office().is_none()
}

fn has_items(text: &str) -> bool {
    !items::lines(text).is_empty()
}

/// What belongs together in a piece: the items, and the authorities named since the items before.
fn clauses(text: &str, groups: &[Group], authorities: &[&Named]) -> Vec<(usize, String)> {
    let mut marks: Vec<(usize, Option<usize>, Option<String>)> = Vec::new();
    for (at, name) in mentioned(text, authorities) {
        marks.push((at, None, Some(name)));
    }
    for (at, group) in spoken_of(text, groups) {
        marks.push((at, Some(group), None));
    }
    marks.sort_by_key(|(at, _, _)| *at);
    let has_both = marks.iter().any(|(_, group, _)| group.is_some()) && marks.iter().any(|(_, _, name)| name.is_some());
    if !has_both {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut groups_here: Vec<usize> = Vec::new();
    let mut used = false;
    let names_first = marks.first().is_some_and(|(_, _, name)| name.is_some());
    for (_, group, name) in marks {
        match (group, name) {
            (Some(group), _) if names_first => {
                found.extend(names.iter().map(|name| (group, name.clone())));
                used = true;
            }
            (Some(group), _) => {
                if used {
                    groups_here.clear();
                    used = false;
                }
                groups_here.push(group);
            }
            (None, Some(name)) if names_first => {
                if used {
                    names.clear();
                    used = false;
                }
                names.push(name);
            }
            (None, Some(name)) => {
                found.extend(groups_here.iter().map(|group| (*group, name.clone())));
                used = true;
            }
            (None, None) => {}
        }
    }
    found.dedup();
    found
}

/// Where authorities are named in a text, by their short name where they have one.
fn mentioned(text: &str, authorities: &[&Named]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let lower = text.to_lowercase();
    for authority in authorities {
        let called = authority.short.clone().unwrap_or_else(|| authority.name.clone());
        for name in [Some(&authority.name), authority.short.as_ref()].into_iter().flatten() {
            let name = name.to_lowercase();
            let whole =
                |at: usize| !lower[..at].ends_with(char::is_alphanumeric) && !lower[at + name.len()..].starts_with(char::is_alphanumeric);
            let all: Vec<usize> = lower.match_indices(&name).map(|(at, _)| at).filter(|at| whole(*at)).collect();
            // `Directorate of Arms (DGA)` names it once.
            let again = |at: usize| {
                found.iter().any(|(known, other)| *other == called && at.abs_diff(*known) < name.len() + 6 + authority.name.len())
            };
            let all: Vec<usize> = all.into_iter().filter(|at| !again(*at)).collect();
            found.extend(all.into_iter().map(|at| (at, called.clone())));
        }
    }
    // `The Ministry`, where one alone is named in the telegram.
    let mut ministries = authorities.iter().filter(|authority| authority.name.to_lowercase().starts_with("ministry of"));
    if let (Some(only), None) = (ministries.next(), ministries.next()) {
        let called = only.short.clone().unwrap_or_else(|| only.name.clone());
        let bare = lower.match_indices("the ministry").filter(|(at, words)| !lower[at + words.len()..].starts_with(" of"));
        let bare: Vec<usize> = bare.map(|(at, _)| at).filter(|_| !found.iter().any(|(_, name)| *name == called)).take(1).collect();
        found.extend(bare.into_iter().map(|at| (at, called.clone())));
    }
    found
}

/// Whether a line speaks of a group's kind of items: by the class where both have one, else by the noun.
fn is_of(line: &items::Line, group: &Group) -> bool {
    const ALIKE: [&str; 6] = ["weapons", "firearms", "guns", "arms", "rifles", "carbines"];
    if !line.class.is_empty() && !group.class.is_empty() {
        return line.class == group.class;
    }
    let noun = line.noun.to_lowercase();
    let noun = noun.rsplit(' ').next().unwrap_or_default();
    let label = group.label.to_lowercase();
    let own = label.rsplit(' ').next().unwrap_or_default();
    let alike = |word: &str| ALIKE.contains(&word);
    noun.trim_end_matches('s') == own.trim_end_matches('s') || (alike(noun) && (alike(own) || ALIKE[..4].contains(&noun)))
}

/// Where item groups are spoken of: with their number, or by their class alone where one group has it.
fn spoken_of(text: &str, groups: &[Group]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for line in items::lines(text) {
        let fits = |group: &Group| is_of(&line, group);
        let exact = groups.iter().position(|group| group.quantity == line.quantity && fits(group));
        found.extend(exact.map(|group| (line.at, group)));
    }
    if !found.is_empty() {
        return found;
    }
    let lower = text.to_lowercase();
    for (words, nouns) in TOGETHER {
        let Some(at) = lower.find(words) else { continue };
        let is_one = |group: &Group| nouns.iter().any(|noun| group.label.to_lowercase().ends_with(noun));
        found.extend(groups.iter().enumerate().filter(|(_, group)| is_one(group)).map(|(index, _)| (at, index)));
    }
    for (index, group) in groups.iter().enumerate() {
        let noun = group.label.to_lowercase();
        let last = noun.rsplit(' ').next().unwrap_or_default().to_owned();
        let alone = groups.iter().filter(|other| other.label.to_lowercase().ends_with(&last)).count() == 1;
        let at = lower.find(&noun).or_else(|| alone.then(|| lower.find(&last)).flatten());
        found.extend(at.map(|at| (at, index)));
    }
    found
}

/// All the groups that a piece speaks of together: `these parts`, or `the rifles` of several kinds where nothing is there yet.
fn together(piece: &str, groups: &[Group], state: ApprovalState) -> Vec<usize> {
    let lower = piece.to_lowercase();
    if THESE.is_match(&lower) {
        return (0..groups.len()).collect();
    }
    let open = matches!(state, ApprovalState::Applied | ApprovalState::Needed);
    let is_one = |group: &Group| {
        let label = group.label.to_lowercase();
        let noun = label.rsplit(' ').next().unwrap_or_default();
        noun.len() > 3 && noun.ends_with('s') && lower.contains(&format!(" the {noun}"))
    };
    groups.iter().enumerate().filter(|(_, group)| open && is_one(group)).map(|(at, _)| at).collect()
}

/// What the end-user waits for before applying.
fn waits_for(ground: &Ground<'_>) -> Option<String> {
    let applies =
        |lower: &str| lower.contains("submit") || lower.contains("apply") || lower.contains("application") || lower.contains("file ");
    ground.sentences.iter().filter(|sentence| applies(&sentence.lower) && sentence.kind != PieceKind::Comment).find_map(|sentence| {
        let found = WAITS.captures(&sentence.text).or_else(|| WAITS_FOR_IT.captures(&sentence.text))?;
        let what = found[1].trim().to_owned();
        (!what.to_lowercase().contains("paperwork")).then(|| what.replace(" in question", ""))
    })
}

fn settle(ground: &mut Ground<'_>, groups: &[Group], cell: &Cell, waits: Option<&str>, against: &Against) {
    let group = &groups[cell.group];
    let speaks = |told: &Told| told.state != ApprovalState::Needed || told.lacks.is_some();
    let last = cell.told.iter().rev().find(|(told, _)| speaks(told)).or(cell.told.last());
    let Some((told, at)) = last.cloned() else { return };
    let denied = told.state == ApprovalState::Issued
        && against.denials.iter().any(|(index, of)| *index != at && (of.is_empty() || of.contains(&cell.group)));
    let contradicts = told.lacks.is_none()
        && cell.told.iter().any(|(other, _)| other.state == ApprovalState::Issued)
        && cell.told.iter().any(|(other, index)| {
            other.state == ApprovalState::Needed && *index != at && super::words::NEGATED.is_match(&ground.sentences[*index].lower)
        });
    let short = if told.state == ApprovalState::Issued { covers_less(&against.parts, groups, cell) } else { None };
    let (state, confidence, lacks) = if contradicts || denied {
        let text = format!("{} is said to have issued the approval for {}, and not to have.", cell.authority, group.label);
        ground.warn(WarningKind::Contradiction, text, Some(at));
        (ApprovalState::Needed, Confidence::Possible, None)
    } else if short.is_some() {
        (ApprovalState::Needed, Confidence::Possible, short)
    } else {
        let doubtful = told.state == ApprovalState::Issued || told.lacks.is_some();
        (told.state, if doubtful { Confidence::Possible } else { Confidence::Likely }, told.lacks)
    };
    let first = cell.told.first().map_or(at, |(_, index)| *index);
    let said = if state == ApprovalState::Needed && lacks.is_none() { first } else { at };
    let has_paper = matches!(state, ApprovalState::Issued | ApprovalState::Revoked) || lacks.is_some();
    let value = Value::ImportApproval {
        items_key: Some(group.key.clone()),
        items: format!("{} {}", group.quantity, group.label),
        authority: cell.authority.clone(),
        state,
        number: cell.number.clone().filter(|_| has_paper),
        waits_for: waits.map(str::to_owned).filter(|_| state == ApprovalState::Needed && lacks.is_none()),
        lacks,
        note: ground.sentences[said].text.clone(),
    };
    ground.propose(value, confidence, said, said);
}

/// What a telegram says against an issued permit: sentences that none was issued, with the groups they name, and the lines of items that
/// permits are told to cover.
struct Against {
    denials: Vec<(usize, Vec<usize>)>,
    parts: Vec<items::Line>,
}

/// How many of a group some lines speak of, where that is fewer than all.
fn fewer(lines: &[items::Line], group: &Group, groups: &[Group]) -> Option<i64> {
    let noun = |label: &str| label.to_lowercase().rsplit(' ').next().unwrap_or_default().to_owned();
    let own = noun(&group.label);
    lines.iter().find_map(|line| {
        let same = noun(&line.noun) == own && (line.class == group.class || group.class.is_empty());
        let beside = |other: &&Group| {
            other.class == line.class && other.quantity == line.quantity && other.license.is_some() == group.license.is_some()
        };
        let is_less = same && line.quantity < group.quantity;
        let whole = || groups.iter().filter(beside).any(|other| noun(&other.label) == own);
        (is_less && !whole()).then_some(line.quantity)
    })
}

/// What a piece says of a group where it speaks of a part of it: a part that is issued or refused is not the group.
fn in_part(lines: &[items::Line], group: &Group, groups: &[Group], told: &Told) -> Option<Told> {
    let verb = match told.state {
        ApprovalState::Issued => "covers",
        ApprovalState::Refused => "refused for",
        _ => return None,
    };
    let part = fewer(lines, group, groups)?;
    Some(Told { state: ApprovalState::Needed, lacks: Some(format!("{verb} {part} of {}", group.quantity)) })
}

/// Whether a permit is told anywhere to cover less than the group: `covers only 25 shotguns` of 40.
fn covers_less(parts: &[items::Line], groups: &[Group], cell: &Cell) -> Option<String> {
    let group = &groups[cell.group];
    fewer(parts, group, groups).map(|part| format!("covers {part} of {}", group.quantity))
}

/// The lines of items that permits are told to cover.
fn parts(ground: &Ground<'_>) -> Vec<items::Line> {
    let covered = |piece: &&str| {
        let lower = piece.to_lowercase();
        lower.contains("cover") || permits::state(&lower) == Some(ApprovalState::Issued)
    };
    let told = ground.sentences.iter().filter(|sentence| {
        speaks(&sentence.lower, &sentence.text) && !permits::is_other_case(&sentence.lower) && !items::is_separate(&sentence.lower)
    });
    told.flat_map(|sentence| {
        let pieces = permits::pieces(&sentence.text).into_iter().map(|range| &sentence.text[range]).filter(covered);
        pieces.flat_map(items::lines).collect::<Vec<_>>()
    })
    .take(MOST_AGAINST)
    .collect()
}

/// Sentences that say no approval was given and do not say whose.
fn denials(ground: &Ground<'_>, groups: &[Group], authorities: &[&Named]) -> Vec<(usize, Vec<usize>)> {
    let denies = |index: &usize| {
        let sentence = &ground.sentences[*index];
        let lower = &sentence.lower;
        let other = items::is_separate(lower) || permits::is_other_case(lower) || permits::is_not_known(lower);
        let is_own = !matches!(sentence.kind, PieceKind::Comment | PieceKind::Note);
        is_own
            && !other
            && speaks(lower, &sentence.text)
            && super::words::NEGATED.is_match(lower)
            && permits::told(lower).is_some_and(|told| told.state == ApprovalState::Needed && told.lacks.is_none())
            && mentioned(&sentence.text, authorities).is_empty()
    };
    let of = |index: usize| spoken_of(&ground.sentences[index].text, groups).into_iter().map(|(_, group)| group).collect();
    (0..ground.sentences.len()).filter(denies).take(MOST_AGAINST).map(|index| (index, of(index))).collect()
}

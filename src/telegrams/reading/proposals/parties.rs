//! Parties whose role is told in so many words: the name stands beside the role, and nothing else between them.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    names::{self, Called},
};
use crate::{
    parties::model::{PartyRole, TakesPossession},
    telegrams::reading::{
        Confidence, PieceKind, Value, lines,
        sentences::Found,
        words::{pattern, patterns},
    },
};

/// What a role is called.
const ROLE: &str = r"(?:(?:ultimate |foreign |final )*end[- ]?users?|(?:foreign |ultimate )*consignees?|intermediate consignees?|(?:u\.?s\.? |license )?applicants?|manufacturers?|sellers?|vendors?|suppliers?|freight[- ]?forwarders?|forwarders?|forwarding agents?|brokers?)";

/// What stands between a role and the name after it, with a sentence that has it and one that has not.
const AFTER: &[(&str, &str, &str)] = &[
    (r"", "End-user Kestrel Trust has it.", "The end-user told Kestrel Trust."),
    (r",", "The end-user, Kestrel Trust, has it.", "The end-user; Kestrel Trust has it."),
    (
        r"(?: is| was|:| --?|, namely|, identified as)",
        "The consignee is the Kestrel Trust.",
        "The consignee is near Kestrel Trust.",
    ),
    (
        r"(?: of| on| for| under| in) (?:the |this |both |these |subject |all )*(?:\w+ )?(?:licen[sc]es?|applications?|items|weapons|goods|shipment|transaction|case|request|order)(?: \(?#?[\d-]+\)?)?,?(?: is| was|:)?",
        "The end-user of both licenses is the Kestrel Trust.",
        "The end-user of the store is Kestrel Trust.",
    ),
    (
        r",? (?:listed|named|shown|identified|given|stated)(?: (?:on|in) [^.,;:()]{1,40})?(?: as|,| is)",
        "The broker named on the license, Kestrel Trust, is known.",
        "The broker named Kestrel Trust's store.",
    ),
    (r"(?: \([^()]{1,30}\))(?: is|:|,)?", "Consignee (foreign): Kestrel Trust", "Consignee (who met Kestrel Trust)"),
];

/// What stands between a name and the role after it.
const BEFORE: &[(&str, &str, &str)] = &[
    (r",", "Kestrel Trust, the end-user, has it.", "Kestrel Trust asked the end-user."),
    (r",? --?", "Kestrel Trust -- end-user", "Kestrel Trust - not an end-user"),
    (r" \(", "Kestrel Trust (end-user) has it.", "Kestrel Trust (near the end-user) has it."),
    (
        r",?(?: which| that| who)?(?: is| was| are| acts| acted| serves| will be)(?: also| both| only| in fact| indeed)?(?: listed| named| shown| identified| described| given)?(?: (?:on|in) [^.,;:()]{1,40})?(?: as)?",
        "Kestrel Trust is listed on the license as the end-user.",
        "Kestrel Trust is not the end-user.",
    ),
    (
        r",?(?: is| was)?(?: listed| named| shown| identified| described| given| designated)?(?: (?:on|in) [^.,;:()]{1,40})? as",
        "The application names Kestrel Trust as the end-user.",
        "Kestrel Trust said that it is not as big as the end-user.",
    ),
];

/// What stands right before a name and tells its role.
const BEFORE_NAME: &[(&str, PartyRole, &str, &str)] = &[
    (
        r"\bapplications?(?: (?:no\.? |number )?#?[\d-]{5,})?,? (?:by|from|(?:which )?(?:(?:was|were|has been|is) )?(?:submitted|filed|made|lodged) by) (?:the )?(?:u\.?s\.? )?(?:firm |company |exporter |manufacturer )*$",
        PartyRole::Applicant,
        "The application was filed by Kestrel Trust.",
        "The application was known to Kestrel Trust.",
    ),
    (
        r"\b(?:manufactured|made|produced|built) by (?:the )?(?:u\.?s\.? |american )?(?:firm |company )*$",
        PartyRole::Manufacturer,
        "Pistols made by Kestrel Trust.",
        "Pistols held by Kestrel Trust.",
    ),
    (
        r"\b(?:sold|supplied) by (?:the )?(?:u\.?s\.? |american )?(?:firm |company |dealer )*$",
        PartyRole::Seller,
        "Pistols sold by Kestrel Trust.",
        "Pistols sold to Kestrel Trust.",
    ),
    (
        r"\bbrokered by (?:the )?(?:firm |company )*$",
        PartyRole::Broker,
        "It was brokered by Kestrel Trust.",
        "It was seen by Kestrel Trust.",
    ),
];

/// Words that may stand right before a name.
const LEAD: &str = r",? ?(?:the |an? |its |firm |company |local |u\.?s\.? |state-owned |[a-z]+-based |messrs\.? )*";

patterns! {
    ROLES = r"\b(?:(?:ultimate |foreign |final )*end[- ]?users?|(?:foreign |ultimate )*consignees?|intermediate consignees?|(?:u\.?s\.? |license )?applicants?|manufacturers?|sellers?|vendors?|suppliers?|freight[- ]?forwarders?|forwarders?|forwarding agents?|brokers?)\b";
    /// Who is named so is not the one of the license.
    OTHER = r"\b(?:customs|insurance|shipping|ship|usual|regular|main|different|another|other|new|possible|potential|former|alleged|alternative|alternate|previous|earlier|second|true|real|actual|would-be|licensed|registered|approved|no|any|each|every|either|neither|not an?|not the) $";
    PERSON = r"^(?:mr|mrs|ms|dr|col|gen|lt|capt|maj|brig|sgt|supt|director|minister|president|managing|general manager|owner|deputy|chief|commander|superintendent|inspector|colonel|major|captain|general)\b";
    OF_ANOTHER = r"\b(?:earlier|previous(?:ly)?|past|prior|former|another|different|other|separate) (?:\w+ )?(?:licen[sc]es?|applications?|orders?|shipments?|cases?|checks?|transactions?)\b";
    /// What is not told, but wondered.
    PERHAPS = r"\b(?:if|suspect\w*|rumou?r\w*|may|might|could|alleg\w*|perhaps|possibly|apparently)\b[^.;]*$";
    /// An application to the host country is not that for the license.
    IMPORT = r"\b(?:imports?|importation|permits?|no) [^.;]{0,60}$";
    /// What was sold elsewhere or before is not what the license is for.
    SOLD_BEFORE = r"\b(?:before|previously|years? ago|in the past|other (?:offices?|customers?|clients?|missions?))\b";
    OURS = r"\b(?:defense trade controls|ddtc|dtcc|department of state|embassy|consulate)\b";
    /// `Consignee, both licenses: Kestrel Trust, 12 Harbor Road`.
    LABELLED = r"^(?:[-*\x{2022}]+ *|\(?[a-z0-9]{1,2}[.)] +)?(?:the )?(?P<role>(?:(?:ultimate |foreign |final )*end[- ]?users?|(?:foreign |ultimate )*consignees?|intermediate consignees?|(?:u\.?s\.? |license )?applicants?|manufacturers?|sellers?|vendors?|suppliers?|freight[- ]?forwarders?|forwarders?|brokers?))\b(?P<of>[^:.;]{0,45}?)(?::| --| -) *(?:the )?(?P<name>[^;(]+)";
    NO_LABEL = r"\b(?:is|was|are|were|said|told|has|had)\b";
    NOBODY = r"^(?:same|none|n/a|not |unknown|as above|see |to be|various|self|itself)";
    PLACE = r"^(?:DSP|BL|REF|STATE|TAGS|USML|ITAR)\b";
}

/// The patterns of the gaps, compiled once.
static GAP_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    let gaps = AFTER.iter().map(|(gap, _, _)| format!("(?:{gap})")).collect::<Vec<_>>().join("|");
    pattern(&format!(r"^(?:(?:,|/| and| and/or)?(?: also)? ?(?:the )?{ROLE})?(?:{gaps}){LEAD}$"))
});
static GAP_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    let gaps = BEFORE.iter().map(|(gap, _, _)| format!("(?:{gap})")).collect::<Vec<_>>().join("|");
    let adjectives =
        r"(?:ultimate |sole |only |intended |stated |listed |named |proposed |designated |declared |licensed |local )*";
    pattern(&format!(
        r"^(?:,? \([^()]{{2,14}}\))?(?:{gaps}) ?(?:both )?(?:the |an? |its )?{adjectives}(?:{ROLE}(?: \([^()]{{1,30}}\))?(?:,| and|/| as well as)(?: as)? ?(?:also )?(?:the |an? )?{adjectives})?$"
    ))
});
static NAMED_AFTER: LazyLock<Vec<(Regex, PartyRole)>> =
    LazyLock::new(|| BEFORE_NAME.iter().map(|(words, role, _, _)| (pattern(words), *role)).collect());

fn role_of(label: &str) -> PartyRole {
    let label = label.to_lowercase();
    match label.as_str() {
        _ if label.contains("end") => PartyRole::EndUser,
        _ if label.contains("intermediate") => PartyRole::IntermediateConsignee,
        _ if label.contains("consignee") => PartyRole::ForeignConsignee,
        _ if label.contains("applicant") => PartyRole::Applicant,
        _ if label.contains("manufacturer") => PartyRole::Manufacturer,
        _ if label.contains("forward") => PartyRole::FreightForwarder,
        _ if label.contains("broker") => PartyRole::Broker,
        _ => PartyRole::Seller,
    }
}

/// The names and roles that a sentence tells.
fn told(text: &str) -> Vec<(Range<usize>, PartyRole)> {
    if OF_ANOTHER.is_match(text) {
        return Vec::new();
    }
    let shouted = lines::is_shouted(text);
    if LABELLED.captures(text).is_some_and(|found| !NO_LABEL.is_match(&found["name"])) {
        return labelled(text).into_iter().collect();
    }
    let unlabelled = |name: Range<usize>| match ROLES.find(&text[name.clone()]).filter(|role| role.start() == 0) {
        Some(role) => (name.start + role.end() + 1).min(name.end)..name.end,
        None => name,
    };
    let names: Vec<Range<usize>> =
        names::names(text).into_iter().map(unlabelled).filter(|name| is_party(&text[name.clone()])).take(60).collect();
    let mut found: Vec<(Range<usize>, PartyRole)> = Vec::new();
    for role in ROLES.find_iter(text).take(60) {
        let (from, to) = (role.start(), role.end());
        let before = &text[..from];
        if OTHER.is_match(before) || text[to..].starts_with(['\'', '\u{2019}', '-']) {
            continue;
        }
        let near = |name: &&Range<usize>| name.start >= to && name.start - to < 110;
        let after = names.iter().find(near).filter(|name| GAP_AFTER.is_match(&text[to..name.start]));
        let left = names.iter().rev().find(|name| name.end <= from).filter(|name| from - name.end < 110);
        let left = left.filter(|name| GAP_BEFORE.is_match(text[name.end..from].trim_start_matches('.')));
        let left = left.map(|name| head_of(text, &names, name)).filter(|name| !PERHAPS.is_match(&text[..name.start]));
        // `X, consignee Y`: a role that stands right before a name is that name's.
        let name = match (after, left) {
            (Some(after), Some(left)) => {
                let verb = text[left.end..from].contains([' ', '('])
                    && !text[left.end..from].trim_start_matches('.').starts_with(',');
                if verb { left } else { after }
            }
            (Some(name), None) | (None, Some(name)) => name,
            (None, None) => continue,
        };
        let ends = text[name.end..].trim_start_matches('.').starts_with([',', ';', '(', ')', ':', ' '])
            && !text[name.end..].starts_with(" A");
        let firm = text[name.clone()].split(' ').any(names::is_end);
        let apart = text[name.end..].is_empty() || text[name.end..].starts_with([',', ';', '(', ')', '.']);
        if shouted && !(firm && ends || apart) {
            continue;
        }
        let pair = (name.clone(), role_of(role.as_str()));
        if !found.contains(&pair) {
            found.push(pair);
        }
    }
    for name in &names {
        found.extend(told_before(text, name).map(|role| (name.clone(), role)));
    }
    found
}

/// The roles that the words before a name give it.
fn told_before(text: &str, name: &Range<usize>) -> impl Iterator<Item = PartyRole> {
    let before = &text[..name.start];
    let begin = before.char_indices().rev().nth(90).map_or(0, |(at, _)| at);
    let of_this = move |role: PartyRole| match role {
        PartyRole::Applicant => !IMPORT.is_match(before),
        PartyRole::Seller => !SOLD_BEFORE.is_match(text),
        _ => true,
    };
    let told = NAMED_AFTER.iter().filter(move |(words, role)| of_this(*role) && words.is_match(&before[begin..]));
    told.map(|(_, role)| *role)
}

/// The party of a line that begins with the label of its role.
fn labelled(text: &str) -> Option<(Range<usize>, PartyRole)> {
    let found = LABELLED.captures(text)?;
    let (role, name) = (found.name("role")?, found.name("name")?);
    let mut end = name.end();
    for (at, _) in name.as_str().match_indices([',', '.']) {
        let rest = name.as_str()[at + 1..].trim_start();
        let word = rest.split([' ', ',', ';']).next().unwrap_or_default();
        let short = name.as_str()[..at].rsplit(' ').next().unwrap_or_default();
        let within = !name.as_str()[at + 1..].starts_with(' ') && !rest.is_empty();
        if !(within
            || names::is_end(word)
            || (name.as_str()[at..].starts_with('.') && names::is_end(short) && !rest.is_empty()))
        {
            end = name.start() + at;
            break;
        }
    }
    let mut name = name.start()..end;
    // `Manufacturer: the old works of Kestrel Trust Ltd`: what names the firm in other words.
    let plain = |word: &str| word.starts_with(char::is_lowercase) && !names::WITHIN.contains(&word);
    if text[name.clone()].split(' ').any(plain) {
        let firm =
            |range: &Range<usize>| text[name.start + range.start..name.start + range.end].split(' ').any(names::is_end);
        let last = names::names(&text[name.clone()]).into_iter().rfind(firm)?;
        name = name.start + last.start..name.start + last.end;
    }
    let words = text[name.clone()].trim();
    let fits = words.starts_with(char::is_uppercase)
        && words.split(' ').count() <= 12
        && !NOBODY.is_match(words)
        && !NO_LABEL.is_match(&found["of"]);
    (fits && is_party(words)).then(|| (name, role_of(role.as_str())))
}

/// The name that a place stands behind: `Kestrel Trust of Porto` and `Kestrel Trust, Porto` are `Kestrel Trust`.
fn head_of<'a>(text: &str, names: &'a [Range<usize>], name: &'a Range<usize>) -> &'a Range<usize> {
    let mut name = name;
    while let Some(before) = names.iter().rev().find(|before| before.end <= name.start) {
        if !matches!(text[before.end..name.start].trim_start_matches('.'), ", " | " of " | " in " | ", of ") {
            break;
        }
        name = before;
    }
    name
}

/// Whether a name may be a party's.
fn is_party(name: &str) -> bool {
    let role = ROLES.find(name).is_some_and(|role| role.start() == 0);
    !role
        && !OURS.is_match(name)
        && !PERSON.is_match(name)
        && !PLACE.is_match(name)
        && !name.ends_with(|end: char| end.is_ascii_digit())
        && name.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// Proposes the parties: each once for each of its roles.
pub fn propose(ground: &mut Ground<'_>) {
    let called = Called::of(ground.sentences);
    let mut known: Vec<(String, PartyRole)> = Vec::new();
    let sentences: &[Found] = ground.sentences;
    for (index, sentence) in sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind != PieceKind::Quotation)
    {
        for (range, role) in told(&sentence.text) {
            let name = called.full(&names::without_place(&names::tidy(&sentence.text[range])));
            let is_whole = name.contains(' ')
                || (name.len() > 2 && called.short(&name).is_none() && name.chars().all(char::is_uppercase));
            let again = known.iter().any(|(known, of)| *of == role && is_same(known, &name));
            if !is_whole || again || known.len() >= 60 {
                continue;
            }
            known.push((name.clone(), role));
            let foreign = matches!(role, PartyRole::EndUser | PartyRole::ForeignConsignee);
            let country = match ground.header.countries.as_slice() {
                [one] if foreign => Some(one.clone()),
                _ => None,
            };
            let value = Value::Party {
                short_name: called.short(&name),
                party_kind: names::kind(&name),
                role: Some(role),
                country,
                address: None,
                takes_possession: TakesPossession::Unknown,
                possession_claimed_by: None,
                name,
            };
            ground.propose(value, Confidence::Certain, index);
        }
    }
}

/// Whether two names are one's: the same, or one the beginning of the other.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (crate::text::folded(one), crate::text::folded(other));
    one.starts_with(&other) || other.starts_with(&one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, role: Option<PartyRole>) -> bool {
        told(text).iter().any(|(name, of)| {
            names::tidy(&text[name.clone()]) == "Kestrel Trust" && role.is_none_or(|role| role == *of)
        })
    }

    #[test]
    fn every_example_tells_a_party_and_no_counter_example_does() {
        for (gap, example, counter) in AFTER.iter().chain(BEFORE) {
            assert!(has(example, None), "{gap:?}: {example}");
            assert!(!has(counter, None), "{gap:?}: {counter}");
        }
        for (words, role, example, counter) in BEFORE_NAME {
            assert!(has(example, Some(*role)), "{words:?}: {example}");
            assert!(!has(counter, None), "{words:?}: {counter}");
        }
    }

    #[test]
    fn a_party_may_have_several_roles() {
        let text = "Kestrel Trust is both the foreign consignee and the end-user.";
        assert!(has(text, Some(PartyRole::ForeignConsignee)) && has(text, Some(PartyRole::EndUser)));
        assert!(!has("The previous end-user, Kestrel Trust, is known.", None));
        assert!(!has("The end-user's agent, Kestrel Trust, is known.", None));
        assert!(
            !has("No import application was filed by Kestrel Trust.", None)
                && !has("No application from Kestrel Trust came.", None)
        );
        assert!(!has("Other offices were supplied by Kestrel Trust before.", None));
    }
}

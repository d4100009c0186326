//! Import approvals: which authority has to consent to which items, and how far that is. A promise is no paper: what will be approved is
//! needed. What was approved for other items is a separate fact.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    ground::Ground,
    heads,
    items::{self, Group},
    names::Named,
    words::{AUTHORITY_WORDS, patterns},
};
use crate::{
    approvals::model::ApprovalState,
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind},
};

patterns! {
    IMPORT = r"import(?:ation)?s?\b[^.]{0,40}\b(?:licen[sc]es?|permits?|approvals?|authori[sz]ations?|certificates?|requests?|applications?)|(?:licen[sc]es?|permits?|approvals?|authori[sz]ations?|certificates?)\b[^.]{0,40}\bimport|\bimport (?:procedures?|requirements?)|(?:end-?user|delivery) certificate";
    NEEDED = r"\b(?:needs?|requires?|required|must (?:obtain|get|have|receive|apply)|will need|would need|necessary|has to obtain|have to obtain|remains? outstanding|outstanding)\b";
    ISSUED = r"\b(?:has|have|had|was|were|been)?\s*(?:already )?(?:issued|granted|approved|signed)\b";
    NOT_YET = r"\b(?:has|have|had) (?:not|yet)\b|\bnot (?:yet )?(?:been )?(?:issued|granted|approved|received|applied)|\byet to\b|\bno (?:application|request|permit|licen[sc]e|approval)|\bpending\b|\bonce\b|\bas soon as\b|\bwould be\b|\bwill be\b|\bwill (?:issue|approve|grant)\b|\bwhen\b|\bonly after\b|\bintends to\b|\bexpects? to\b";
    APPLIED = r"\b(?:has |had |have )?(?:already )?(?:applied|submitted|filed|lodged)\b[^.]{0,60}\b(?:application|request|import|permit|licen[sc]e)|\bapplication (?:is|was|has been) (?:pending|under review|received|submitted|filed)|\bunder (?:review|consideration)\b";
    REFUSED = r"\b(?:refused|denied|rejected)\b[^.]{0,60}\b(?:import|permit|licen[sc]e|approval|application|request)|\b(?:permit|licen[sc]e|application|request)\b[^.]{0,30}\b(?:was|were|been) (?:refused|denied|rejected)";
    REVOKED = r"\b(?:revoked|cancell?ed|withdrew|withdrawn)\b[^.]{0,60}\b(?:permit|licen[sc]e|approval)|\b(?:permit|licen[sc]e|approval)\b[^.]{0,30}\b(?:revoked|cancell?ed|withdrawn)";
    NOT_REQUIRED = r"\bno import (?:permit|licen[sc]e|approval|authori[sz]ation)s? (?:is|are|was|were) (?:required|needed)|does not require (?:an? )?import (?:permit|licen[sc]e|approval)";
    WAITS_FOR_IT = r"(?:as soon as|once|when|until|after)\s+((?:the )?serial numbers?[\w ]{0,40}?) (?:reach|arrive|are (?:given|known|sent|received)|come|have been)";
    WAITS = r"(?:as soon as|once|when|until|after)\s+(?:\w+\s+){1,4}?(?:receives?|received|gets?|obtains?|is given|are given|has|have)\s+(the [\w ]{4,60}?|serial numbers?[\w ]{0,40}?)(?:,| (?:he|she|it|they)\b| (?:will|would|can)\b|[.;]|$)";
    /// What is only supposed.
    IF = r"^\W*(?:were|had|should) |\b(?:if|unless|whether|in case|assuming|would have)\b";
    OPEN = r"\byet to\b|\bnever\b|\bnot\b|n't\b|\bno [a-z]|\bas soon as\b";
    PERMITS = r"\bpermits?\b[^.]{0,60}\b(?:issued|granted|refused|denied|revoked|cancell?ed|expires?|pending|required)|\b(?:issued?|grant(?:ed)?|refused|denied|revoked|cancell?ed|requires?)\b[^.]{0,60}\bpermits?\b";
    DECIDED = r"(?:has |have |had |is |was |were )?(?:but )?not (?:yet )?(?:been )?(?:decided|processed|acted|completed|finished|reviewed)(?: (?:on|upon))?";
    RECEIVED = r"\bapplications?\b[^.]{0,60}\b(?:is|was|were|has been|have been) (?:pending|under review|received|submitted|filed|lodged|before)\b|\b(?:received|has) (?:an?|the|its|his|their) [^.]{0,40}\bapplication\b|\basked (?:us|the [\w ]{3,30}) for an import (?:licen[sc]e|permit)";
}

/// Numbers of permits: `KDN-7781`, `CFB 2013/0077`; what stands before the figures is in capitals.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?i:permits?|licen[sc]es?|approvals?|certificates?|authori[sz]ations?)(?i: numbers?| nos?\.?)? ?#?((?:[A-Z]{1,5}[ /-]?){0,3}\d[\w/-]{2,20})").expect("it is a pattern")
});

/// The number of a permit in a text; a year and a license number are none.
fn permit(text: &str) -> Option<String> {
    let number = NUMBER.captures(text)?.get(1)?.as_str();
    let word = number.split([' ', '-', '/']).next().unwrap_or_default();
    let is_year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let small = matches!(word, "OF" | "ON" | "IN" | "FOR" | "NO" | "DATED" | "AND" | "WITH");
    let is_license = heads::numbers(text).iter().any(|(_, license)| license.contains(number));
    (!is_year && !small && !is_license).then(|| number.to_owned())
}

/// How far an approval is by one sentence.
fn state(lower: &str) -> ApprovalState {
    let decided = DECIDED.replace_all(lower, "");
    let lower = decided.as_ref();
    let open = OPEN.is_match(lower);
    let applied = (APPLIED.is_match(lower) || RECEIVED.is_match(lower)) && !open;
    if IF.is_match(lower) {
        ApprovalState::Needed
    } else if NOT_REQUIRED.is_match(lower) {
        ApprovalState::NotRequired
    } else if REVOKED.is_match(lower) && !open {
        ApprovalState::Revoked
    } else if REFUSED.is_match(lower) && !lower.contains("not denied") {
        ApprovalState::Refused
    } else if applied {
        ApprovalState::Applied
    } else if NOT_YET.is_match(lower) || NEEDED.is_match(lower) || open || !ISSUED.is_match(lower) {
        ApprovalState::Needed
    } else {
        ApprovalState::Issued
    }
}

/// What is known of one cell.
struct Cell {
    group: usize,
    authority: String,
    states: Vec<(ApprovalState, usize)>,
    number: Option<String>,
}

/// Proposes the cells of the permit matrix.
pub fn propose(ground: &mut Ground<'_>, groups: &[Group], names: &[Named]) {
    let writers = writers(ground, names);
    let authorities: Vec<&Named> = names.iter().filter(|name| name.is_authority).chain(&writers).collect();
    if authorities.is_empty() {
        return;
    }
    if groups.is_empty() {
        without_items(ground, &authorities);
        return;
    }
    let waits = waits_for(ground);
    let mut cells: BTreeMap<(usize, String), Cell> = BTreeMap::new();
    let mut general: Vec<(String, ApprovalState, usize)> = Vec::new();
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let of_items = ["approv", "application", "permit"].iter().any(|word| sentence.lower.contains(word)) && has_items(&sentence.text);
        let speaks =
            of_items || IMPORT.is_match(&sentence.lower) || (sentence.lower.contains("permit") && PERMITS.is_match(&sentence.lower));
        if !speaks || matches!(sentence.kind, PieceKind::Comment) || items::is_separate(&sentence.lower) {
            continue;
        }
        let kind = sentence.kind;
        // In a letter `we` is who wrote it.
        let writer =
            ground.voices.who(index).filter(|_| kind == PieceKind::Quotation && mentioned(&sentence.text, &authorities).is_empty());
        let text = writer.map_or_else(|| sentence.text.clone(), |writer| format!("{writer}: {}", sentence.text));
        let number = permit(&text);
        let claimed = is_claim(ground, index, &authorities);
        let clauses = clauses(&text, groups, &authorities);
        if clauses.is_empty() {
            let said = if claimed { ApprovalState::Needed } else { state(&sentence.lower) };
            general.extend(mentioned(&text, &authorities).into_iter().map(|(_, name)| (name, said, index)));
        }
        for (group, authority, said) in clauses {
            let said = if claimed || (kind == PieceKind::Note && said == ApprovalState::Issued) { ApprovalState::Needed } else { said };
            let cell =
                cells.entry((group, authority.clone())).or_insert_with(|| Cell { group, authority, states: Vec::new(), number: None });
            cell.states.push((said, index));
            cell.number = cell.number.take().or_else(|| number.clone().filter(|_| said == ApprovalState::Issued));
        }
    }
    // An authority that speaks of its approval without items speaks of all its cells, or, where nobody named items, of the only group.
    for (authority, said, index) in general {
        let mine: Vec<(usize, String)> = cells.keys().filter(|(_, name)| *name == authority).cloned().collect();
        let targets =
            if mine.is_empty() && groups.len() == 1 && said != ApprovalState::NotRequired { vec![(0, authority.clone())] } else { mine };
        for (group, authority) in targets {
            let cell =
                cells.entry((group, authority.clone())).or_insert_with(|| Cell { group, authority, states: Vec::new(), number: None });
            cell.states.push((said, index));
        }
    }
    for cell in cells.into_values() {
        settle(ground, groups, &cell, waits.as_deref());
    }
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
            || is_claim(ground, index, authorities)
        {
            continue;
        }
        let (text, said) = (sentence.text.clone(), state(&sentence.lower));
        let said = if denied && said == ApprovalState::Issued { ApprovalState::Needed } else { said };
        for (_, authority) in mentioned(&text, authorities).into_iter().take(3).filter(|_| said != ApprovalState::Needed) {
            let number = permit(&text).filter(|_| matches!(said, ApprovalState::Issued | ApprovalState::Revoked));
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
    mentioned(&words, authorities).is_empty() && !AUTHORITY_WORDS.is_match(&words)
}

fn has_items(text: &str) -> bool {
    !items::lines(text).is_empty()
}

/// What a sentence says clause by clause: the items, the authorities named since the items before, and the state.
fn clauses(text: &str, groups: &[Group], authorities: &[&Named]) -> Vec<(usize, String, ApprovalState)> {
    let mut marks: Vec<(usize, Option<usize>, Option<String>)> = Vec::new();
    for (at, name) in mentioned(text, authorities) {
        marks.push((at, None, Some(name)));
    }
    for (at, group) in spoken_of(text, groups) {
        marks.push((at, Some(group), None));
    }
    marks.sort_by_key(|(at, _, _)| *at);
    let lower = text.to_lowercase();
    let said = state(&lower);
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
                found.extend(names.iter().map(|name| (group, name.clone(), said)));
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
                found.extend(groups_here.iter().map(|group| (*group, name.clone(), said)));
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

/// Where item groups are spoken of: with their number, or by their class alone where one group has it.
fn spoken_of(text: &str, groups: &[Group]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for line in items::lines(text) {
        let fits = |group: &Group| group.class == line.class || line.class.is_empty() || group.class.is_empty();
        let exact = groups.iter().position(|group| group.quantity == line.quantity && fits(group));
        found.extend(exact.map(|group| (line.at, group)));
    }
    if !found.is_empty() {
        return found;
    }
    let lower = text.to_lowercase();
    for (index, group) in groups.iter().enumerate() {
        let noun = group.label.to_lowercase();
        let last = noun.rsplit(' ').next().unwrap_or_default().to_owned();
        let alone = groups.iter().filter(|other| other.label.to_lowercase().ends_with(&last)).count() == 1;
        let at = lower.find(&noun).or_else(|| alone.then(|| lower.find(&last)).flatten());
        found.extend(at.map(|at| (at, index)));
    }
    found
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

fn settle(ground: &mut Ground<'_>, groups: &[Group], cell: &Cell, waits: Option<&str>) {
    let group = &groups[cell.group];
    let last = cell.states.iter().rev().find(|(state, _)| *state != ApprovalState::Needed).or(cell.states.last());
    let Some((state, at)) = last.copied() else { return };
    let contradicts = cell.states.iter().any(|(other, _)| *other == ApprovalState::Issued)
        && cell.states.iter().any(|(other, index)| {
            *other == ApprovalState::Needed && *index != at && super::words::NEGATED.is_match(&ground.sentences[*index].lower)
        });
    let (state, confidence) = if contradicts {
        let text = format!("{} is said to have issued the approval for {}, and not to have.", cell.authority, group.label);
        ground.warn(WarningKind::Contradiction, text, Some(at));
        (ApprovalState::Needed, Confidence::Possible)
    } else {
        (state, if state == ApprovalState::Issued { Confidence::Possible } else { Confidence::Likely })
    };
    let first = cell.states.first().map_or(at, |(_, index)| *index);
    let said = if state == ApprovalState::Needed { first } else { at };
    let value = Value::ImportApproval {
        items_key: Some(group.key.clone()),
        items: format!("{} {}", group.quantity, group.label),
        authority: cell.authority.clone(),
        state,
        number: cell.number.clone().filter(|_| state == ApprovalState::Issued),
        waits_for: waits.map(str::to_owned).filter(|_| state == ApprovalState::Needed),
        lacks: None,
        note: ground.sentences[said].text.clone(),
    };
    ground.propose(value, confidence, said, said);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_needed_and_a_negative_is_never_issued() {
        for (said, wanted) in [
            ("the import permit would be approved in under two weeks", ApprovalState::Needed),
            ("the registry had yet to receive the import request", ApprovalState::Needed),
            ("the ministry has not issued the import permit", ApprovalState::Needed),
            ("the ministry issued import permit 44-b on may 3", ApprovalState::Issued),
            ("the firm has applied for an import permit", ApprovalState::Applied),
            ("the ministry denied the import permit", ApprovalState::Refused),
            ("no import permit is required for body armor", ApprovalState::NotRequired),
            ("if the ministry had issued a permit, post would support the license", ApprovalState::Needed),
            ("the application for 18 shotguns was received but not yet decided", ApprovalState::Applied),
            ("no import permit was requested or issued", ApprovalState::Needed),
            ("the ministry revoked import permit kdn-7781 on may 14", ApprovalState::Revoked),
            ("the bureau never issued a permit for the rifles", ApprovalState::Needed),
            ("it is not known whether the permit was issued", ApprovalState::Needed),
        ] {
            assert_eq!(state(said), wanted, "{said}");
        }
    }

    #[test]
    fn permit_numbers_are_no_years_and_no_licenses() {
        assert_eq!(permit("issued import permit CFB 2013/0077 for the eight rifles").as_deref(), Some("CFB 2013/0077"));
        assert_eq!(permit("revoked import permit KDN-7781 on May 14").as_deref(), Some("KDN-7781"));
        assert_eq!(permit("import permits FLA/IMP/0231 for the handguns").as_deref(), Some("FLA/IMP/0231"));
        for none in ["THE PERMIT OF 2007", "a permit 2008", "license 050107211 and its permit", "the permit for 18 shotguns"] {
            assert_eq!(permit(none), None, "{none}");
        }
    }
}

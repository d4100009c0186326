//! Import approvals: which authority has to consent to which items, and how far that is. A promise is no paper: what will be approved is
//! needed. What was approved for other items is a separate fact.

use std::collections::BTreeMap;

use super::{
    ground::Ground,
    items::{self, Group},
    names::Named,
    words::patterns,
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
    NUMBER = r"\b(?:permit|licen[sc]e|approval|certificate|authori[sz]ation)(?: (?:number|no\.?))? ?(?:#\s?)?([A-Z]{0,4}[-/]?\d[\w/-]{2,20})";
}

/// How far an approval is by one sentence.
fn state(lower: &str) -> ApprovalState {
    if NOT_REQUIRED.is_match(lower) {
        ApprovalState::NotRequired
    } else if REVOKED.is_match(lower) {
        ApprovalState::Revoked
    } else if REFUSED.is_match(lower) && !lower.contains("not denied") {
        ApprovalState::Refused
    } else if NOT_YET.is_match(lower) || NEEDED.is_match(lower) {
        if APPLIED.is_match(lower) && !lower.contains("yet to") && !lower.contains("not ") && !lower.contains("as soon as") {
            ApprovalState::Applied
        } else {
            ApprovalState::Needed
        }
    } else if APPLIED.is_match(lower) {
        ApprovalState::Applied
    } else if ISSUED.is_match(lower) {
        ApprovalState::Issued
    } else {
        ApprovalState::Needed
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
    let authorities: Vec<&Named> = names.iter().filter(|name| name.is_authority).collect();
    if authorities.is_empty() || groups.is_empty() {
        return;
    }
    let waits = waits_for(ground);
    let mut cells: BTreeMap<(usize, String), Cell> = BTreeMap::new();
    let mut general: Vec<(String, ApprovalState, usize)> = Vec::new();
    for index in 0..ground.sentences.len() {
        let sentence = &ground.sentences[index];
        let speaks = IMPORT.is_match(&sentence.lower) || (sentence.lower.contains("approv") && has_items(&sentence.text));
        if !speaks || matches!(sentence.kind, PieceKind::Comment) || items::is_separate(&sentence.lower) {
            continue;
        }
        let (text, kind) = (sentence.text.clone(), sentence.kind);
        let number = NUMBER.captures(&text).map(|found| found[1].to_owned());
        let clauses = clauses(&text, groups, &authorities);
        if clauses.is_empty() {
            let said = state(&sentence.lower);
            general.extend(mentioned(&text, &authorities).into_iter().map(|(_, name)| (name, said, index)));
        }
        for (group, authority, said) in clauses {
            let said = if kind == PieceKind::Note && said == ApprovalState::Issued { ApprovalState::Needed } else { said };
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
    found
}

/// Where item groups are spoken of: with their number, or by their class alone where one group has it.
fn spoken_of(text: &str, groups: &[Group]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for line in items::lines(text) {
        let exact = groups.iter().position(|group| group.quantity == line.quantity && (group.class == line.class || line.class.is_empty()));
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

/// What the applicant waits for before applying.
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
        ] {
            assert_eq!(state(said), wanted, "{said}");
        }
    }
}

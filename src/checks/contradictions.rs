//! Contradictions: what in a file cannot all be true. Each rule has a stable key; an explanation names the key and a
//! fingerprint of the facts, and lapses when they change.

use super::model::{CaseFile, CheckType, Explanation};
use crate::{
    approvals::model::{CustodyStage, Permit, SerialState},
    licenses::model::{LicenseFile, LicenseParty},
    parties::model::{PartyRole, TakesPossession},
    text::{LicenseNumber, Likeness, name_key},
};

/// Something in the file that cannot be true together with something else.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// Rule and row: `possession:<party>`.
    pub key: String,
    /// The facts, so that a changed fact asks again.
    pub fingerprint: String,
    pub sentence: String,
    /// The post explains it, before it replies; else the case officer.
    pub by_post: bool,
    /// It blocks the reply until explained (guard 9).
    pub blocks_reply: bool,
    /// It blocks a favorable result until explained (guards 9 and 13).
    pub blocks_favorable: bool,
    /// The explanation that fits the present facts.
    pub explanation: Option<Explanation>,
    /// Else the last one that fitted other facts: it lapsed.
    pub lapsed: Option<Explanation>,
}

/// Every contradiction in a file.
pub fn find(file: &CaseFile) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for license in &file.licenses {
        possession(license, &mut found);
        totals(file, license, &mut found);
        delivered(license, &mut found);
        spellings_of_permits(license, &mut found);
    }
    spellings_of_licenses(file, &mut found);
    statements(file, &mut found);
    for contradiction in &mut found {
        let fits = |known: &&Explanation| {
            known.contradiction == contradiction.key && known.fingerprint == contradiction.fingerprint
        };
        contradiction.explanation = file.check.explanations.iter().find(fits).cloned();
        if contradiction.explanation.is_none() {
            let last = file.check.explanations.iter().find(|known| known.contradiction == contradiction.key);
            contradiction.lapsed = last.cloned();
        }
    }
    found
}

fn contradiction(key: String, fingerprint: String, sentence: String, by_post: bool) -> Contradiction {
    Contradiction {
        key,
        fingerprint,
        sentence,
        by_post,
        blocks_reply: by_post,
        blocks_favorable: true,
        explanation: None,
        lapsed: None,
    }
}

/// Guard 9: recorded as never taking possession, and yet holding the items.
fn possession(license: &LicenseFile, found: &mut Vec<Contradiction>) {
    for party in license
        .parties
        .iter()
        .filter(|party| party.role.is_go_between() && party.takes_possession == TakesPossession::Never)
    {
        let held = holds(license, party);
        if held.is_empty() {
            continue;
        }
        let places = held.join(", ");
        let sentence = holds_though_never(&party.name, party.role, &places);
        found.push(contradiction(format!("possession:{}:{}", license.id, party.party_id), places, sentence, true));
    }
}

/// What guard 9 says of a go-between.
pub fn holds_though_never(name: &str, role: PartyRole, places: &str) -> String {
    format!("{name} ({}) is recorded as never taking possession, but holds items: {places}", role.label())
}

/// Where a party holds items: custody steps, also those that only name it, and serial numbers.
fn holds(license: &LicenseFile, party: &LicenseParty) -> Vec<String> {
    let named = |holder: &str| party.folded.contains(&name_key(holder));
    let steps = license
        .custody
        .iter()
        .filter(|step| step.party_id == Some(party.party_id) || step.party_id.is_none() && named(&step.holder));
    let steps = steps.map(|step| on_step(step.stage, step.position));
    let serials: i64 = license
        .serials
        .iter()
        .filter(|serial| serial.holder_party_id == Some(party.party_id))
        .map(|serial| serial.count)
        .sum();
    steps.chain((serials > 0).then(|| format!("{serials} serial numbers"))).collect()
}

/// A step of the custody path, in words.
pub fn on_step(stage: CustodyStage, position: i32) -> String {
    format!("{} step {position}", stage.label().to_lowercase())
}

/// Guard 13: what was counted does not add up to what was licensed.
fn totals(file: &CaseFile, license: &LicenseFile, found: &mut Vec<Contradiction>) {
    for item in &license.items {
        let of = |state: Option<SerialState>| -> i64 {
            let counted = license.serials.iter().filter(|serial| serial.item_group_id == item.id);
            counted.filter(|serial| state.is_none_or(|state| serial.state == state)).map(|serial| serial.count).sum()
        };
        let (all, missing, waiting) = (of(None), of(Some(SerialState::Missing)), of(Some(SerialState::NotCounted)));
        let expected = all > 0 || (file.check.check_type == CheckType::PostShipment && !file.check.findings.is_empty());
        let mut add = |rule: &str, sentence: String| {
            let facts = format!("{all}/{missing}/{waiting}/{}", item.quantity);
            found.push(contradiction(format!("{rule}:{}", item.id), facts, sentence, false));
        };
        if expected && all != item.quantity {
            add("totals", format!("{}: {all} serial numbers are recorded for {} licensed", item.label, item.quantity));
        }
        if waiting > 0 && file.check.check_type == CheckType::PostShipment {
            add("uncounted", format!("{}: {waiting} of {} are not yet counted", item.label, item.quantity));
        }
        if missing > 0 {
            add("missing", are_missing(&item.label, missing, item.quantity));
        }
    }
}

/// What guard 13 says of items that were looked for and not found.
pub fn are_missing(label: &str, missing: i64, quantity: i64) -> String {
    format!("{label}: {missing} of {quantity} are missing")
}

/// More was delivered than licensed.
fn delivered(license: &LicenseFile, found: &mut Vec<Contradiction>) {
    for item in &license.items {
        let steps = || {
            license
                .custody
                .iter()
                .filter(|step| step.stage == CustodyStage::Actual && step.item_group_id == Some(item.id))
        };
        // What one holder received in several deliveries adds up; what passes from holder to holder does not.
        let received = |holder: &str| -> i64 {
            steps().filter(|step| name_key(&step.holder) == name_key(holder)).filter_map(|step| step.quantity).sum()
        };
        let most = steps().map(|step| received(&step.holder)).max().unwrap_or_default();
        if most > item.quantity {
            let sentence = format!("{}: {most} were delivered, {} are licensed", item.label, item.quantity);
            found.push(contradiction(
                format!("delivered:{}", item.id),
                format!("{most}/{}", item.quantity),
                sentence,
                false,
            ));
        }
    }
}

/// One permit written in two ways.
fn spellings_of_permits(license: &LicenseFile, found: &mut Vec<Contradiction>) {
    let permits: Vec<&Permit> = license.permits.iter().filter(|permit| !permit.is_withdrawn()).collect();
    for (index, permit) in permits.iter().enumerate() {
        let same = |other: &&&Permit| {
            other.authority_id == permit.authority_id
                && other.number_normalized == permit.number_normalized
                && other.number != permit.number
        };
        if let Some(other) = permits.iter().skip(index).find(same) {
            let sentence = format!(
                "One permit of {} is written in two ways: {} and {}",
                permit.issuer, permit.number, other.number
            );
            found.push(contradiction(
                format!("spelling:{}", permit.id),
                format!("{}|{}", permit.number, other.number),
                sentence,
                false,
            ));
        }
    }
}

/// One license number, spelled in two ways under two forms.
fn spellings_of_licenses(file: &CaseFile, found: &mut Vec<Contradiction>) {
    for (index, license) in file.licenses.iter().enumerate() {
        let same = |other: &&LicenseFile| {
            let is_it = LicenseNumber::new(&other.number).compare(&LicenseNumber::new(&license.number));
            is_it == Likeness::Same && other.number != license.number
        };
        if let Some(other) = file.licenses.iter().skip(index).find(same) {
            let sentence =
                format!("One license number is written in two ways: {} and {}", license.number, other.number);
            found.push(contradiction(
                format!("license:{}", license.id),
                format!("{}|{}", license.number, other.number),
                sentence,
                false,
            ));
        }
    }
}

/// Two statements a person linked as contradicting.
fn statements(file: &CaseFile, found: &mut Vec<Contradiction>) {
    for statement in &file.check.statements {
        let Some(other) =
            statement.contradicted_by.and_then(|id| file.check.statements.iter().find(|other| other.id == id))
        else {
            continue;
        };
        let sentence = format!("{} and {} said the opposite", statement.with_whom, other.with_whom);
        let fingerprint = format!("{}/{}", statement.version, other.version);
        found.push(contradiction(format!("statements:{}", statement.id), fingerprint, sentence, false));
    }
}

#[cfg(test)]
#[path = "contradictions_tests.rs"]
mod tests;

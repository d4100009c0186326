//! Contradictions: what in a file cannot all be true. Each rule has a stable key; an explanation names the key and a
//! fingerprint of the facts, and lapses when they change.

use super::model::{CaseFile, CheckType, Explanation};
use crate::{
    approvals::model::{CustodyStage, Permit, SerialState},
    evidence::model::FindingAnswer,
    licenses::model::{ItemGroup, LicenseFile, Other},
    parties::model::{PartyRole, TakesPossession},
    reference::model::ReferenceKind,
    text::{LicenseNumber, Likeness, dollars, is, many, name_key},
};

/// Something in the file that cannot be true together with something else.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// Rule and row: `possession:<party>`.
    pub key: String,
    /// The facts, so that a changed fact asks again.
    pub fingerprint: String,
    /// The same facts as a program of before wrote them: what was explained by that stays explained.
    pub formerly: Option<String>,
    pub sentence: String,
    /// The post explains it, before it replies; else the case officer.
    pub by_post: bool,
    /// It blocks the reply until explained (guard 9).
    pub blocks_reply: bool,
    /// It blocks a favorable result until explained (guards 9 and 13).
    pub blocks_favorable: bool,
    /// The other licenses that it is about.
    pub others: Vec<Other>,
    /// The explanation that fits the present facts.
    pub explanation: Option<Explanation>,
    /// Else the last one that fitted other facts: it lapsed.
    pub lapsed: Option<Explanation>,
}

impl Contradiction {
    /// Whether it is about what a license says of its items, before anybody looked at them.
    pub fn is_of_items(&self) -> bool {
        self.key.starts_with(VALUE) || self.key.starts_with(OUTDATED)
    }
}

/// The rules, by the beginning of their keys.
pub const RULES: [&str; 15] = [
    "delivered",
    "license",
    "missing",
    "outdated",
    "possession",
    "receipt",
    "seen_twice",
    "spelling",
    "statements",
    "totals",
    "twice",
    "unapproved",
    "uncounted",
    "value",
    "weapon",
];

const VALUE: &str = "value:";
const OUTDATED: &str = "outdated:";
/// The topic on which a post says that the items came, with their serial numbers.
const RECEIPT: &str = "receipt";

/// Every contradiction in a file.
pub fn find(file: &CaseFile) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for license in &file.licenses {
        possession(license, &mut found);
        totals(file, license, &mut found);
        twice(license, &mut found);
        elsewhere(file, license, &mut found);
        delivered(license, &mut found);
        unapproved(file, license, &mut found);
        values(license, &mut found);
        outdated(license, &mut found);
        spellings_of_permits(license, &mut found);
    }
    received(file, &mut found);
    spellings_of_licenses(file, &mut found);
    statements(file, &mut found);
    for contradiction in &mut found {
        let fits = |known: &&Explanation| {
            let facts = Some(&known.fingerprint);
            known.contradiction == contradiction.key
                && [Some(&contradiction.fingerprint), contradiction.formerly.as_ref()].contains(&facts)
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
        formerly: None,
        sentence,
        by_post,
        blocks_reply: by_post,
        blocks_favorable: true,
        others: Vec::new(),
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
        let held = license.held_by(party);
        if held.is_nothing() {
            continue;
        }
        let sentence = holds_though_never(&party.name, party.role, &held.places());
        let key = format!("possession:{}:{}", license.id, party.party_id);
        let contradiction = contradiction(key, held.facts(), sentence, true);
        found.push(Contradiction { formerly: held.formerly(), ..contradiction });
    }
}

/// What guard 9 says of a go-between.
pub fn holds_though_never(name: &str, role: PartyRole, places: &str) -> String {
    format!("{name} ({}) is recorded as never taking possession, but holds items: {places}", role.label())
}

/// What a count found of an item group: all of it, what is missing, what nobody looked for yet.
fn counted(license: &LicenseFile, item: &ItemGroup) -> (i64, i64, i64) {
    let of = |state: Option<SerialState>| -> i64 {
        let counted = license.serials.iter().filter(|serial| serial.item_group_id == item.id);
        counted.filter(|serial| state.is_none_or(|state| serial.state == state)).map(|serial| serial.count).sum()
    };
    (of(None), of(Some(SerialState::Missing)), of(Some(SerialState::NotCounted)))
}

/// Guard 13: what was counted does not add up to what was licensed.
fn totals(file: &CaseFile, license: &LicenseFile, found: &mut Vec<Contradiction>) {
    for item in &license.items {
        let (all, missing, waiting) = counted(license, item);
        let expected = all > 0 || (file.check.check_type == CheckType::PostShipment && !file.check.findings.is_empty());
        let mut add = |rule: &str, sentence: String| {
            let facts = format!("{all}/{missing}/{waiting}/{}", item.quantity);
            found.push(contradiction(format!("{rule}:{}", item.id), facts, sentence, true));
        };
        if expected && all != item.quantity {
            add(
                "totals",
                format!(
                    "{}: {} {} recorded for {} licensed",
                    item.label,
                    many(all, "serial number"),
                    is(all),
                    item.quantity
                ),
            );
        }
        if waiting > 0 && file.check.check_type == CheckType::PostShipment {
            add("uncounted", are_not_counted(&item.label, waiting, item.quantity));
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

/// Guard 13: one weapon in two places.
fn twice(license: &LicenseFile, found: &mut Vec<Contradiction>) {
    let mut numbers: Vec<&str> = license.serials.iter().flat_map(|serial| &serial.twice).map(String::as_str).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if let [first, more @ ..] = numbers.as_slice() {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let sentence = stands_twice(&license.number, first, &more);
        found.push(contradiction(format!("twice:{}", license.id), numbers.join(" "), sentence, true));
    }
}

/// What guard 13 says of a serial number in two item groups.
pub fn stands_twice(license: &str, number: &str, more: &str) -> String {
    format!("License {license}: serial number {number}{more} counted in two lines of items")
}

/// Guard 13: one weapon on two licenses, or before two posts at once.
fn elsewhere(file: &CaseFile, license: &LicenseFile, found: &mut Vec<Contradiction>) {
    for item in &license.items {
        if let Some(told) = license.elsewhere(item, file.check.post_id) {
            let contradiction = contradiction(format!("weapon:{}", item.id), told.facts, told.sentence, true);
            found.push(Contradiction { others: told.others, ..contradiction });
        }
        if let Some(told) = license.seen_at_once(item) {
            found.push(contradiction(format!("seen_twice:{}", item.id), told.facts, told.sentence, true));
        }
    }
}

fn are_not_counted(label: &str, waiting: i64, quantity: i64) -> String {
    format!("{label}: {waiting} of {quantity} are not yet counted")
}

/// Guard 13: the post says that the items came with their serial numbers, and its count says otherwise.
fn received(file: &CaseFile, found: &mut Vec<Contradiction>) {
    let yes = |answer: FindingAnswer| answer == FindingAnswer::Yes;
    if !file.check.findings.iter().any(|finding| finding.topic == RECEIPT && yes(finding.answer)) {
        return;
    }
    let mut short = Vec::new();
    for (license, item) in
        file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item)))
    {
        let (_, missing, waiting) = counted(license, item);
        short.extend((missing > 0).then(|| are_missing(&item.label, missing, item.quantity)));
        short.extend((waiting > 0).then(|| are_not_counted(&item.label, waiting, item.quantity)));
    }
    if !short.is_empty() {
        let (topic, short) = (file.reference.label(ReferenceKind::Topic, RECEIPT), short.join("; "));
        let sentence = says_yes_though(topic, &short);
        found.push(contradiction(RECEIPT.to_owned(), short, sentence, true));
    }
}

/// What guard 13 says of an answer "yes" beside items that are missing.
pub fn says_yes_though(topic: &str, short: &str) -> String {
    format!("{topic}: the answer is yes, and yet: {short}")
}

/// Items that are there under an issued license, and nothing on paper shows that their country let them in.
fn unapproved(file: &CaseFile, license: &LicenseFile, found: &mut Vec<Contradiction>) {
    if license.status.is_open() {
        return;
    }
    let here = |item: &ItemGroup| {
        let arrived = |serial: SerialState| matches!(serial, SerialState::Seen | SerialState::Elsewhere);
        license.serials.iter().any(|serial| serial.item_group_id == item.id && arrived(serial.state))
            || license
                .custody
                .iter()
                .any(|step| step.stage == CustodyStage::Actual && step.item_group_id.is_none_or(|of| of == item.id))
    };
    for item in license.items.iter().filter(|item| here(item)) {
        let lacks = license.without_paper(item, file.today()).join("; ");
        if !lacks.is_empty() {
            let sentence = format!("{}: delivered, and the matrix has nothing on paper: {lacks}", item.named());
            found.push(contradiction(format!("unapproved:{}", item.id), lacks, sentence, false));
        }
    }
}

/// A value of the license that its lines do not come to.
fn values(license: &LicenseFile, found: &mut Vec<Contradiction>) {
    if let Some(lines) = license.lines_off_value() {
        let (value, lines) = (dollars(license.value_usd), dollars(lines));
        let sentence = format!("License {}: its value is {value}, and its lines come to {lines}", license.number);
        found.push(contradiction(format!("{VALUE}{}", license.id), format!("{value}/{lines}"), sentence, false));
    }
}

/// Items under a class or a category that did not hold on the day of the application.
fn outdated(license: &LicenseFile, found: &mut Vec<Contradiction>) {
    for item in &license.items {
        if let Some(row) = &item.outdated {
            let sentence = format!("{}: {row} did not hold on the day of the application", item.named());
            found.push(contradiction(format!("{OUTDATED}{}", item.id), row.clone(), sentence, false));
        }
    }
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

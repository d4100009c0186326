//! What the license owns: its number, parties, items, import approvals, custody path and serial numbers.

use super::{
    Desk,
    act::{ANOTHER_ANSWER, Act, Form, Plan, WHICH_LICENSE, day, later, line, some, text},
    takes_no_contacts,
};
use crate::{
    approvals::model::{Approval, ApprovalState, CustodyStep, Pasted},
    checks::model::{CaseFile, CheckState, Refusal},
    id::PartyId,
    licenses::model::{ItemGroup, Jurisdiction, LicenseFile},
    parties::model::{PartyKind, PartyRole, TakesPossession},
    telegrams::{
        reading::{Proposal, Value},
        store::NamedAuthority,
    },
    text::{LicenseNumber, Likeness, folded, folded_name, name_key},
};

/// Whether two spellings are of one license.
pub(super) fn is_it(one: &str, other: &str) -> bool {
    LicenseNumber::new(one).compare(&LicenseNumber::new(other)) == Likeness::Same
}

impl Desk {
    pub(super) fn license(&self, file: &CaseFile, number: &str) -> Plan {
        let written = LicenseNumber::new(number);
        let same = |license: &&LicenseFile| is_it(&license.number, number);
        if let Some(license) = file.licenses.iter().find(same).or_else(|| self.accepted_license(file, number)) {
            return Plan::Known(format!("License {} is on {}.", license.number, file.check.reference));
        }
        if !file.check.check_type.has_licenses() {
            return later(Refusal::TakesNoLicense);
        }
        if file.check.state != CheckState::Draft {
            return later(Refusal::SentWith("licenses"));
        }
        let known = self.known.licenses.iter().any(|(_, folded)| written.spellings().contains(folded));
        let form = if known { Form::PutOn(file.check.id) } else { Form::Register(file.check.id) };
        Plan::Act(Act::new(
            form,
            vec![("number", number.to_owned()), ("destination", self.telegram.post_country.clone())],
        ))
    }

    /// The license that this telegram's number was accepted as, perhaps corrected.
    pub(super) fn accepted_license<'a>(&self, file: &'a CaseFile, number: &str) -> Option<&'a LicenseFile> {
        let named =
            |proposal: &&Proposal| matches!(&proposal.value, Value::License { number: of, .. } if is_it(of, number));
        let key = &self.reading.proposals.iter().find(named)?.key;
        let id = self.row_of(key, "license")?;
        file.licenses.iter().find(|license| license.id.0 == id)
    }

    /// The license of that number on the check; without a number its first.
    pub(super) fn target<'a>(&self, file: &'a CaseFile, number: Option<&str>) -> Option<&'a LicenseFile> {
        let Some(number) = number else { return file.licenses.first() };
        let of_number = file.licenses.iter().find(|license| is_it(&license.number, number));
        of_number.or_else(|| self.accepted_license(file, number))
    }

    /// The one known party of these names, if it is one.
    fn one_known(&self, named: impl Fn(&[String]) -> bool) -> Option<PartyId> {
        let of_the_name = self.known.parties.iter().filter(|known| named(std::slice::from_ref(&known.folded)));
        let mut records: Vec<PartyId> = of_the_name.map(|known| known.id).collect();
        records.sort_unstable();
        records.dedup();
        if let [one] = records.as_slice() { Some(*one) } else { None }
    }

    pub(super) fn party(&self, file: &CaseFile, proposal: &Proposal) -> Plan {
        let Value::Party {
            name,
            short_name,
            party_kind,
            role,
            country,
            address,
            takes_possession,
            possession_claimed_by,
        } = &proposal.value
        else {
            return Plan::Note;
        };
        let named = |known: &[String]| {
            [Some(name), short_name.as_ref()].into_iter().flatten().any(|name| known.contains(&name_key(name)))
        };
        let on_license = |license: &&LicenseFile| {
            license.parties.iter().any(|party| named(&party.folded) && role.is_none_or(|role| party.role == role))
        };
        if let Some(license) = file.licenses.iter().find(on_license) {
            return Plan::Known(format!("It stands on license {} in this role.", license.number));
        }
        let is_subject = |subject: &&crate::checks::model::CheckSubject| named(&[name_key(&subject.name)]);
        if file.check.subjects.iter().any(|subject| is_subject(&subject)) {
            return Plan::Known("It is a subject of this check.".into());
        }
        // A claim is no fact: what somebody says of a party's possession stays a statement.
        let takes = if possession_claimed_by.is_some() { TakesPossession::Unknown } else { *takes_possession };
        let mut answers = vec![
            ("name", line(name)),
            ("kind", some(party_kind.map(PartyKind::code))),
            ("country", some(country.as_deref())),
            ("address", some(address.as_deref())),
            ("role", some(role.map(PartyRole::code))),
            ("takes_possession", takes.code().to_owned()),
            ("source", self.cited(proposal.paragraph.as_deref())),
        ];
        if self.at_post {
            return if file.check.state.is_judged() || file.check.state == CheckState::Draft {
                later("A post records a party it found while the check is open.")
            } else {
                Plan::Act(Act::new(Form::Found(file.check.id), answers))
            };
        }
        if let Some(one) = self.one_known(named) {
            answers.push(("party", one.to_string()));
        }
        let form = match file.licenses.iter().find(|license| license.changeable().is_ok()).or(file.licenses.first()) {
            Some(license) => match license.changeable() {
                Ok(()) => Form::Party(license.id),
                Err(refusal) => return later(refusal),
            },
            None if file.check.check_type.has_licenses() => return later("Put the license on the check first."),
            None => Form::Subject(file.check.id),
        };
        let mut act = Act::new(form, answers);
        act.by_hand = (file.licenses.len() > 1).then_some(WHICH_LICENSE);
        Plan::Act(act)
    }

    pub(super) fn items(&self, file: &CaseFile, value: &Value) -> Plan {
        let Value::ItemGroup { license, label, item_class, quantity, unit } = value else { return Plan::Note };
        let Some(license) = self.target(file, license.as_deref()) else {
            return later("Put the license on the check first.");
        };
        if let Some(known) = item_on(license, label, item_class.as_deref(), Some(*quantity)) {
            return Plan::Known(format!("License {} has {}.", license.number, known.named()));
        }
        if let Err(refusal) = license.changeable() {
            return later(refusal);
        }
        let answers = vec![
            ("label", line(label)),
            ("item_class", some(item_class.as_deref())),
            ("quantity", quantity.to_string()),
            ("unit", unit.clone()),
            ("jurisdiction", Jurisdiction::Itar.code().to_owned()),
        ];
        Plan::Act(Act::new(Form::Items(license.id), answers))
    }

    pub(super) fn approval(&self, file: &CaseFile, value: &Value) -> Plan {
        let Value::ImportApproval { items_key, items, authority, state, number, waits_for, note, .. } = value else {
            return Plan::Note;
        };
        let told = items_key.as_deref().and_then(|key| self.proposal(key)).map(|proposal| &proposal.value);
        let (of, label, class, quantity) = match told {
            Some(Value::ItemGroup { license, label, item_class, quantity, .. }) => {
                (license.as_deref(), label.as_str(), item_class.as_deref(), Some(*quantity))
            }
            _ => (None, items.as_str(), None, None),
        };
        let accepted = items_key.as_deref().and_then(|key| self.row_of(key, "item_group"));
        let accepted = accepted.and_then(|id| {
            let all = || file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item)));
            all().find(|(_, item)| item.id.0 == id)
        });
        let Some(license) = accepted.map(|(license, _)| license).or_else(|| self.target(file, of)) else {
            return later("Put the license on the check first.");
        };
        let Some(item) = accepted.map(|(_, item)| item).or_else(|| item_on(license, label, class, quantity)) else {
            return later(format!("License {} has no such items yet: accept them first.", license.number));
        };
        let Some(known) = self.authority(authority, &license.destination) else {
            return later(format!(
                "No authority of {} is called so here. An administrator adds it.",
                license.destination_name
            ));
        };
        if !license.status.is_open() {
            return later(format!(
                "The license is {}; its approvals can no longer be changed.",
                license.status.label().to_lowercase()
            ));
        }
        if !file.check.takes_contacts() {
            return later("Send the request first: the post records import approvals.");
        }
        let cell =
            license.approvals.iter().find(|row| row.item_group_id == item.id && row.authority_id == Some(known.id));
        if let Some(cell) = cell.filter(|cell| {
            cell.state == *state
                && waits_for.as_ref().is_none_or(|waits| !cell.waits_for.is_empty() || waits.is_empty())
        }) {
            return Plan::Known(format!(
                "The matrix has it: {} for {}, {}.",
                known.short_name,
                item.named(),
                cell.state.label().to_lowercase()
            ));
        }
        let paper = number.as_ref().map(|number| format!("Permit {number}. ")).unwrap_or_default();
        let told = [
            ("state", state.code().to_owned()),
            ("waits_for", line(waits_for.as_deref().unwrap_or_default())),
            ("proof", if *state == ApprovalState::NotRequired { text(note) } else { String::new() }),
            ("note", line(&format!("{paper}{note}"))),
        ];
        let form = Form::Cell(license.id, item.id, known.id);
        let Some(cell) = cell else { return Plan::Act(Act::new(form, told.to_vec())) };
        // What an officer wrote in the cell stays, unless it is the state itself; a telegram's paragraph is shown
        // beside the cell anyway.
        let mut answers = recorded(cell);
        for (name, answer) in told {
            let written = answers.iter_mut().find(|(known, _)| *known == name);
            match written {
                Some((_, written)) if name != "state" && !written.is_empty() => {}
                Some((_, written)) => *written = answer,
                None => answers.push((name, answer)),
            }
        }
        let other =
            |told: &str, written: &str| !told.is_empty() && !written.is_empty() && folded(told) != folded(written);
        let mut act = Act::new(form, answers);
        act.version = cell.version;
        let differs =
            cell.state != ApprovalState::Needed || other(waits_for.as_deref().unwrap_or_default(), &cell.waits_for);
        act.by_hand = differs.then_some(ANOTHER_ANSWER);
        Plan::Act(act)
    }

    /// The one authority of a country that a telegram calls so: by its short name, its name, or words of which the name
    /// has all. Where another does its work by now, that one.
    pub(super) fn authority(&self, called: &str, country: &str) -> Option<&NamedAuthority> {
        let called = folded_name(called);
        let small = |word: &&str| !matches!(*word, "of" | "the" | "and" | "for" | "de" | "la");
        let words: Vec<&str> = called.split(' ').filter(small).collect();
        let here = || self.known.authorities.iter().filter(|known| known.country == country);
        let exact =
            |known: &&NamedAuthority| folded_name(&known.short_name) == called || folded_name(&known.name) == called;
        let has_all = |known: &&NamedAuthority| {
            let name = folded_name(&known.name);
            !words.is_empty() && words.iter().all(|word| name.split(' ').any(|part| part == *word))
        };
        let one = |found: Vec<&'_ NamedAuthority>| match found.as_slice() {
            [one] => Some(one.id),
            _ => None,
        };
        let id = one(here().filter(exact).collect()).or_else(|| one(here().filter(has_all).collect()))?;
        let found = here().find(|known| known.id == id)?;
        Some(here().find(|known| Some(known.id) == found.successor).unwrap_or(found))
    }

    pub(super) fn custody(&self, file: &CaseFile, value: &Value) -> Plan {
        let Value::CustodyStep { license, stage, holder, what, on, quantity, items } = value else { return Plan::Note };
        let Some(license) = self.target(file, license.as_deref()) else {
            return later("Put the license on the check first.");
        };
        let same = |known: &CustodyStep| {
            known.stage == *stage && folded(&known.holder) == folded(holder) && folded(&known.what) == folded(what)
        };
        if license.custody.iter().any(same) {
            return Plan::Known(format!("It stands on the custody path of license {}.", license.number));
        }
        if !file.check.takes_contacts() {
            return later(takes_no_contacts(file));
        }
        let item = items.as_deref().and_then(|label| item_on(license, label, None, None));
        let party = license.parties.iter().find(|party| party.folded.contains(&name_key(holder)));
        let mut answers = vec![
            ("stage", stage.code().to_owned()),
            ("holder", line(holder)),
            ("party", party.map(|party| party.party_id.to_string()).unwrap_or_default()),
            ("what", line(what)),
            ("item", item.map(|item| item.id.to_string()).unwrap_or_default()),
            ("quantity", quantity.map(|quantity| quantity.to_string()).unwrap_or_default()),
        ];
        answers.extend(day("on_date", *on));
        Plan::Act(Act::new(Form::Custody(license.id), answers))
    }
}

/// What stands in a cell, as the answers of its form.
fn recorded(cell: &Approval) -> Vec<(&'static str, String)> {
    let mut answers = vec![
        ("state", cell.state.code().to_owned()),
        ("permit", cell.permit_id.map(|id| id.to_string()).unwrap_or_default()),
        ("waits_for", cell.waits_for.clone()),
        ("proof", cell.proof.clone()),
        ("contact", cell.contact_id.map(|id| id.to_string()).unwrap_or_default()),
        ("note", cell.note.clone()),
    ];
    answers.extend(day("applied_on", cell.applied_on));
    answers.extend(day("given_on", cell.given_on));
    answers
}

/// The items of a license that a telegram speaks of: of the same class and number, else the only ones of the class or
/// label.
fn item_on<'a>(
    license: &'a LicenseFile,
    label: &str,
    class: Option<&str>,
    quantity: Option<i64>,
) -> Option<&'a ItemGroup> {
    let alike = |item: &&ItemGroup| {
        class.is_some_and(|class| item.item_class == class) || folded_name(&item.label).contains(&folded_name(label))
    };
    let alike: Vec<&ItemGroup> = license.items.iter().filter(alike).collect();
    match quantity {
        Some(quantity) => alike.into_iter().find(|item| item.quantity == quantity),
        None => match alike.as_slice() {
            [one] => Some(one),
            _ => None,
        },
    }
}

pub(super) fn serials(file: &CaseFile, value: &Value) -> Plan {
    let Value::Serials { state, numbers, items, .. } = value else { return Plan::Note };
    if numbers.is_empty() {
        return Plan::Note;
    }
    if !file.check.takes_contacts() {
        return later(takes_no_contacts(file));
    }
    // The items that are named, on whichever license they are; unnamed, the only ones there are.
    let all: Vec<(&LicenseFile, &ItemGroup)> =
        file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item))).collect();
    let named = |label: &str| {
        let on: Vec<_> = file
            .licenses
            .iter()
            .filter_map(|license| item_on(license, label, None, None).map(|item| (license, item)))
            .collect();
        if let [one] = on.as_slice() { Some(*one) } else { None }
    };
    let found = match (items.as_deref(), all.as_slice()) {
        (Some(label), _) => named(label),
        (None, [only]) => Some(*only),
        _ => None,
    };
    let (license, item) = match (found, file.licenses.as_slice()) {
        (Some((license, item)), _) => (license, Some(item)),
        (None, [license]) => (license, None),
        (None, []) => return later("Put the license on the check first."),
        (None, _) => {
            return later("It does not say on which license these items are; count them on the license's page.");
        }
    };
    let numbers = numbers.join("\n");
    let answers = vec![
        ("item", item.map(|item| item.id.to_string()).unwrap_or_default()),
        ("state", state.code().to_owned()),
        // They stand one by one in what is accepted.
        ("seen", Pasted::read(&numbers).seen()),
        ("numbers", numbers),
    ];
    Plan::Act(Act::new(Form::Serials(license.id), answers))
}

//! What a telegram says, from the case file: the same values that a telegram is read into. A claim stays a claim: everything a contact
//! stated is a statement of theirs.

use crate::{
    checks::model::CaseFile,
    evidence::model::{PortionMark, Statement},
    licenses::model::LicenseFile,
    parties::model::PartyRole,
    telegrams::reading::{Direction, Value},
    web::filters::day_words,
};

/// What one telegram says, in the order it says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The check's reference.
    pub reference: String,
    /// What it is for.
    pub direction: Direction,
    /// One line on what it is about.
    pub subject: String,
    /// What it says.
    pub values: Vec<Value>,
}

impl Content {
    /// What a telegram of that direction says of a case file.
    pub fn of(file: &CaseFile, direction: Direction) -> Self {
        let check = &file.check;
        let mut values = vec![Value::Check { check_type: Some(check.check_type), direction }];
        values.extend(file.licenses.iter().map(|license| Value::License { number: license.number.clone(), also: Vec::new() }));
        parties(file, &mut values);
        items(file, &mut values);
        match direction {
            Direction::Request | Direction::Reminder => asked(file, direction, &mut values),
            Direction::Reply => answered(file, &mut values),
            Direction::Interim | Direction::Other => interim(file, &mut values),
        }
        Self { reference: check.reference.clone(), direction, subject: check.subject.clone(), values }
    }
}

fn parties(file: &CaseFile, values: &mut Vec<Value>) {
    for party in file.licenses.iter().flat_map(|license| &license.parties) {
        let value = Value::Party {
            name: party.name.clone(),
            short_name: None,
            party_kind: None,
            role: Some(party.role),
            country: Some(party.country.clone()),
            address: None,
            takes_possession: party.takes_possession,
            possession_claimed_by: None,
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.extend(file.check.subjects.iter().map(|subject| Value::Party {
        name: subject.name.clone(),
        short_name: None,
        party_kind: None,
        role: Some(subject.role),
        country: None,
        address: None,
        takes_possession: crate::parties::model::TakesPossession::Unknown,
        possession_claimed_by: None,
    }));
}

/// The licenses' lines of items, in the order that gives them their keys.
fn lines(file: &CaseFile) -> impl Iterator<Item = (&LicenseFile, &crate::licenses::model::ItemGroup)> {
    file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item)))
}

fn items(file: &CaseFile, values: &mut Vec<Value>) {
    let several = file.licenses.len() > 1;
    values.extend(lines(file).map(|(license, item)| Value::ItemGroup {
        license: several.then(|| license.number.clone()),
        label: item.label.clone(),
        item_class: Some(item.item_class.clone()),
        quantity: item.quantity,
        unit: item.unit.clone(),
    }));
}

fn asked(file: &CaseFile, direction: Direction, values: &mut Vec<Value>) {
    let check = &file.check;
    let step = |asked: &crate::reference::model::Asked| match &asked.party {
        Some((_, name)) => format!("{} of {name}", asked.label),
        None => asked.label.clone(),
    };
    values.push(Value::Request {
        reason: Some(check.reason.clone()).filter(|reason| !reason.trim().is_empty()),
        steps: file.asked().iter().map(step).collect(),
        days: u32::try_from(check.days_to_answer).ok(),
        due_on: check.due_on,
        site_visit: Some(check.site_visit),
    });
    if direction == Direction::Reminder {
        let sent = check.requested_at.map(|at| format!("The request went out on {}.", day_words(at.date())));
        let late = check.due_on.map(|_| format!("The answer is {}.", check.due_words(file.now)));
        values.extend(sent.into_iter().chain(late).map(|text| Value::Remark { text }));
    }
}

fn answered(file: &CaseFile, values: &mut Vec<Value>) {
    findings(file, values);
    approvals(file, values);
    said(file, values);
    if file.check.recommendation.as_ref().is_some_and(|word| word.post_of_one) {
        values.push(Value::Remark { text: "One officer alone serves at this post, and both signed and cleared this reply.".into() });
    }
    if !file.check.has_firm_basis() {
        values.push(Value::Remark { text: "No finding rests on anything in person, in writing or observed.".into() });
    }
    if let Some(word) = &file.check.recommendation {
        values.push(Value::Recommendation {
            word: word.word,
            conditions: file.open_conditions().into_iter().map(|(_, open)| open.text).collect(),
            license: None,
            text: word.text.clone(),
        });
    }
}

fn interim(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(file.check.interim_replies.first().map(|note| Value::Remark { text: note.text.clone() }));
    findings(file, values);
    approvals(file, values);
    let open = file.unanswered().iter().map(|asked| asked.label.to_lowercase()).collect::<Vec<_>>().join(", ");
    if !open.is_empty() {
        values.push(Value::Remark { text: format!("Still to be answered: {open}.") });
    }
}

fn findings(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(file.check.findings.iter().map(|finding| Value::Finding {
        topic: finding.topic.clone(),
        party: finding.party_name.clone(),
        answer: finding.answer,
        text: finding.text.clone(),
        mark: finding.portion_mark,
    }));
}

fn approvals(file: &CaseFile, values: &mut Vec<Value>) {
    let keys: Vec<(crate::id::ItemGroupId, String, String)> =
        lines(file).enumerate().map(|(index, (_, item))| (item.id, format!("item-group-{}", index + 1), item.named())).collect();
    for license in &file.licenses {
        for row in license.approvals.iter().filter(|row| row.authority.is_some()) {
            let Some((_, key, items)) = keys.iter().find(|(id, _, _)| *id == row.item_group_id) else { continue };
            let permit = row.permit_id.and_then(|id| license.permits.iter().find(|permit| permit.id == id));
            values.push(Value::ImportApproval {
                items_key: Some(key.clone()),
                items: items.clone(),
                authority: row.authority.clone().unwrap_or_default(),
                state: row.state,
                number: permit.map(|permit| permit.number.clone()),
                waits_for: Some(row.waits_for.clone()).filter(|waits| !waits.is_empty()),
                note: row.note.clone(),
            });
        }
    }
}

/// Contacts in the order they took place, each with what it asserted.
fn said(file: &CaseFile, values: &mut Vec<Value>) {
    let contacts: Vec<_> = file.check.contacts.iter().rev().collect();
    for contact in &contacts {
        values.push(Value::Contact {
            contact_kind: contact.kind,
            with_whom: contact.with_whom.clone(),
            authority: None,
            on: contact.occurred_on,
            place: Some(contact.place.clone()).filter(|place| !place.is_empty()),
            summary: contact.summary.clone(),
        });
    }
    let of = |statement: &&Statement| contacts.iter().position(|contact| contact.id == statement.contact_id);
    let mut statements: Vec<_> = file.check.statements.iter().rev().collect();
    statements.sort_by_key(of);
    for statement in statements {
        values.push(Value::Statement {
            contact_key: of(&statement).map(|index| format!("contact-{}", index + 1)),
            said_by: statement.with_whom.clone(),
            grade: statement.source_grade,
            topic: statement.topic.clone(),
            about: statement.about.clone(),
            text: statement.text.clone(),
        });
    }
}

/// The mark of what is said: what post found has its own, what the license says is unclassified, everything else is sensitive.
pub fn mark(value: &Value) -> PortionMark {
    match value {
        Value::Finding { mark, .. } => *mark,
        Value::Check { .. }
        | Value::License { .. }
        | Value::ItemGroup { .. }
        | Value::Party { role: Some(PartyRole::Applicant | PartyRole::Manufacturer), .. } => PortionMark::U,
        _ => PortionMark::Sbu,
    }
}

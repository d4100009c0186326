//! What a telegram says, from the case file: the same values that a telegram is read into. A claim stays a claim:
//! everything a contact stated is a statement of theirs.

use time::Date;

use crate::{
    approvals::model::{ApprovalState, Cell},
    checks::model::{CaseFile, RecommendationWord},
    evidence::model::{Contact, Finding, PortionMark, Statement},
    licenses::model::{ConditionKind, ItemGroup, LicenseFile, OpenCondition},
    parties::model::{PartyRole, TakesPossession},
    reference::model::Asked,
    telegrams::reading::{Direction, Signed, Standing, Value},
    text::many,
};

/// What a reply says of itself when one officer signed and cleared it.
pub const POST_OF_ONE: &str = "One officer alone serves at this post, and both signed and cleared this reply.";
/// What a reply says of itself when it was all told on the telephone.
pub const NOTHING_FIRM: &str = "No finding rests on anything in person, in writing or observed.";

/// What one telegram says, in the order it says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    pub reference: String,
    /// What it is for.
    pub direction: Direction,
    /// One line on what it is about.
    pub subject: String,
    pub values: Vec<Value>,
}

impl Content {
    /// What a telegram of that direction says of a case file.
    pub fn of(file: &CaseFile, direction: Direction) -> Self {
        let check = &file.check;
        let mut values = vec![Value::Check { check_type: Some(check.check_type), direction }];
        values.extend(
            file.licenses.iter().map(|license| Value::License { number: license.number.clone(), also: Vec::new() }),
        );
        parties(file, &mut values);
        items(file, &mut values);
        match direction {
            Direction::Request => asked(file, &mut values),
            Direction::Reminder => reminded(file, &mut values),
            Direction::Reply => answered(file, &mut values),
            Direction::Interim | Direction::Other => interim(file, &mut values),
        }
        Self { reference: check.reference.clone(), direction, subject: check.subject.clone(), values }
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn party(name: &str, role: PartyRole, country: Option<&str>, takes_possession: TakesPossession) -> Value {
    Value::Party {
        name: name.to_owned(),
        short_name: None,
        party_kind: None,
        role: Some(role),
        country: country.map(str::to_owned),
        address: None,
        takes_possession,
        possession_claimed_by: None,
    }
}

fn parties(file: &CaseFile, values: &mut Vec<Value>) {
    for known in file.licenses.iter().flat_map(|license| &license.parties) {
        let value = party(&known.name, known.role, Some(&known.country), known.takes_possession);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let subjects = file.check.subjects.iter();
    values.extend(subjects.map(|subject| party(&subject.name, subject.role, None, TakesPossession::Unknown)));
}

/// The licenses' lines of items, in the order that gives them their keys.
fn lines(file: &CaseFile) -> impl Iterator<Item = (&LicenseFile, &ItemGroup)> {
    file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item)))
}

fn items(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(lines(file).map(|(license, item)| Value::ItemGroup {
        license: of_several(file, license),
        label: item.label.clone(),
        item_class: Some(item.item_class.clone()),
        quantity: item.quantity,
        unit: item.unit.clone(),
    }));
}

/// A topic that is asked about, with the party where it is per party.
fn step(asked: &Asked) -> String {
    match &asked.party {
        Some((_, name)) => format!("{} of {name}", asked.label.to_lowercase()),
        None => asked.label.to_lowercase(),
    }
}

fn asked(file: &CaseFile, values: &mut Vec<Value>) {
    let check = &file.check;
    let own = check.own_questions.lines().map(str::trim).filter(|line| !line.is_empty());
    values.push(Value::Request {
        reason: filled(&check.reason),
        steps: file.asked().iter().map(step).chain(own.map(str::to_owned)).collect(),
        days: u32::try_from(check.days_to_answer).ok(),
        due_on: check.due_on,
        site_visit: Some(check.site_visit),
    });
}

fn reminded(file: &CaseFile, values: &mut Vec<Value>) {
    asked(file, values);
    let check = &file.check;
    values.extend(
        check.requested_at.map(|at| Value::Dated { on: check.post_day(at), what: "The request went out.".into() }),
    );
    values.extend(check.due_on.map(|due| Value::Remark { text: late(due, check.post_day(file.now)) }));
}

/// How late an answer is.
fn late(due: Date, today: Date) -> String {
    match (today - due).whole_days() {
        0 => "The answer is due today.".into(),
        -1 => "The answer is due tomorrow.".into(),
        days if days > 0 => format!("The answer is {} late.", many(days, "day")),
        days => format!("The answer is due in {}.", many(-days, "day")),
    }
}

fn answered(file: &CaseFile, values: &mut Vec<Value>) {
    found(file, values);
    let explained = file.contradictions().into_iter().map(|contradiction| Value::Remark {
        text: match contradiction.explanation {
            Some(explanation) => format!("{}. Explained: {}", contradiction.sentence, explanation.text),
            None => format!("{}. This is not explained.", contradiction.sentence),
        },
    });
    values.extend(explained);
    if let Some(word) = &file.check.recommendation {
        values.push(Value::Recommendation {
            word: word.word,
            conditions: match word.word {
                RecommendationWord::SupportWithConditions => {
                    file.open_conditions().into_iter().map(|(_, open)| condition(open)).collect()
                }
                _ => Vec::new(),
            },
            license: None,
            text: word.text.clone(),
        });
    }
    if !file.check.findings.is_empty() && !file.check.has_firm_basis() {
        values.push(Value::Remark { text: NOTHING_FIRM.into() });
    }
    if file.check.recommendation.as_ref().is_some_and(|word| word.post_of_one) {
        values.push(Value::Remark { text: POST_OF_ONE.into() });
    }
}

/// An open condition, as what must become true.
fn condition(open: OpenCondition) -> String {
    match open.kind {
        ConditionKind::Approval => format!("an import approval that counts ({})", open.text),
        ConditionKind::Certificate => format!("a complete certificate ({})", open.text),
        ConditionKind::Items | ConditionKind::Notification | ConditionKind::Worded(_) => open.text,
    }
}

fn interim(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(file.check.interim_replies.first().map(|note| Value::Remark { text: note.text.clone() }));
    // What is answered, but rests on nothing yet, is not told as unanswered: the answer stands below.
    let is_open = |asked: &Asked| file.check.finding(&asked.topic, asked.party.as_ref().map(|(id, _)| *id)).is_none();
    let open = file.asked().iter().filter(|asked| is_open(asked)).map(step).collect::<Vec<_>>().join("; ");
    if !open.is_empty() {
        values.push(Value::Remark { text: format!("Still to be answered: {open}.") });
    }
    found(file, values);
}

/// What the post found so far.
fn found(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(file.check.found.iter().map(|party| Value::Party {
        name: party.name.clone(),
        short_name: None,
        party_kind: None,
        role: Some(party.role),
        country: None,
        address: filled(&party.address),
        takes_possession: TakesPossession::Unknown,
        possession_claimed_by: None,
    }));
    findings(file, values);
    serials(file, values);
    approvals(file, values);
    certificates(file, values);
    custody(file, values);
    said(file, values);
    documents(file, values);
}

/// The license's number, where there are several to tell apart.
fn of_several(file: &CaseFile, license: &LicenseFile) -> Option<String> {
    (file.licenses.len() > 1).then(|| license.number.clone())
}

fn certificates(file: &CaseFile, values: &mut Vec<Value>) {
    for license in &file.licenses {
        values.extend(license.certificate.as_ref().map(|certificate| {
            Value::Certificate {
                license: of_several(file, license),
                form: certificate.form.clone(),
                signatures: certificate
                    .signatures
                    .iter()
                    .map(|signature| Signed {
                        signer: signature.signer,
                        name: signature.signer_name.clone(),
                        on: signature.signed_on,
                        verified: signature.verified_by.is_some(),
                    })
                    .collect(),
            }
        }));
    }
}

fn custody(file: &CaseFile, values: &mut Vec<Value>) {
    for license in &file.licenses {
        values.extend(license.custody.iter().map(|step| Value::CustodyStep {
            license: of_several(file, license),
            stage: step.stage,
            holder: step.holder.clone(),
            what: step.what.clone(),
            on: step.on_date,
            quantity: step.quantity,
            items: step.item_group_id.and_then(|id| license.item(id)).map(|item| item.label.clone()),
        }));
    }
}

/// The check's documents, in the order in which a telegram counts them.
fn documents(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(file.check.documents.iter().map(|document| Value::Document {
        what: document.kind.clone(),
        issuer: document.issuer.clone(),
        number: filled(&document.number),
        dated: document.dated,
        kept_at: document.kept_at.clone(),
        text: filled(&document.description),
    }));
}

/// The keys of what a finding rests on, as the telegram counts contacts and documents.
fn basis(file: &CaseFile, finding: &Finding) -> Vec<String> {
    let contacts =
        file.check.contacts.iter().rev().enumerate().filter(|(_, contact)| finding.contacts.contains(&contact.id));
    let documents =
        file.check.documents.iter().enumerate().filter(|(_, document)| finding.documents.contains(&document.id));
    let contacts = contacts.map(|(index, _)| format!("contact-{}", index + 1));
    contacts.chain(documents.map(|(index, _)| format!("document-{}", index + 1))).collect()
}

fn findings(file: &CaseFile, values: &mut Vec<Value>) {
    values.extend(file.check.findings.iter().map(|finding| Value::Finding {
        basis: basis(file, finding),
        topic: finding.topic.clone(),
        party: finding.party_name.clone(),
        answer: finding.answer,
        text: finding.text.clone(),
        mark: finding.portion_mark,
    }));
}

fn serials(file: &CaseFile, values: &mut Vec<Value>) {
    for count in file.licenses.iter().flat_map(|license| &license.serials) {
        let items = lines(file).find(|(_, item)| item.id == count.item_group_id).map(|(_, item)| item.label.clone());
        values.push(Value::Serials {
            state: count.state,
            numbers: count.numbers.clone(),
            count: Some(count.count),
            items,
        });
    }
}

/// Every item group and authority alone (guard 4), also where only a country rule asks for the approval.
fn approvals(file: &CaseFile, values: &mut Vec<Value>) {
    let today = file.today();
    for (index, (license, item)) in lines(file).enumerate() {
        let key = format!("item-group-{}", index + 1);
        for (authority, name) in license.authorities() {
            let cell = license.cell(item, authority, today);
            values.extend(cell.map(|cell| approval(&key, item, name, &cell)));
        }
        values.extend(license.exempt(item).map(|row| Value::ImportApproval {
            items_key: Some(key.clone()),
            items: item.named(),
            authority: String::new(),
            state: ApprovalState::NotRequired,
            number: None,
            waits_for: None,
            lacks: None,
            note: row.proof.clone(),
        }));
    }
}

fn approval(key: &str, item: &ItemGroup, authority: &str, cell: &Cell<'_>) -> Value {
    let row = cell.approval;
    let proof = row.filter(|row| row.state == ApprovalState::NotRequired).map(|row| row.proof.as_str());
    Value::ImportApproval {
        items_key: Some(key.to_owned()),
        items: item.named(),
        authority: authority.to_owned(),
        state: row.map_or(ApprovalState::Needed, |row| row.state),
        number: cell.permit.map(|permit| permit.number.clone()),
        waits_for: row.and_then(|row| filled(&row.waits_for)),
        lacks: filled(&cell.why_not()),
        note: proof.or(row.map(|row| row.note.as_str())).unwrap_or_default().to_owned(),
    }
}

/// Contacts in the order they took place, each with what it asserted.
fn said(file: &CaseFile, values: &mut Vec<Value>) {
    for (index, contact) in file.check.contacts.iter().rev().enumerate() {
        let key = format!("contact-{}", index + 1);
        values.push(met(contact));
        let of = file.check.statements.iter().rev().filter(|statement| statement.contact_id == contact.id);
        values.extend(of.map(|statement| stated(statement, &key)));
    }
}

fn met(contact: &Contact) -> Value {
    Value::Contact {
        contact_kind: contact.kind,
        with_whom: contact.with_whom.clone(),
        authority: contact.authority.clone(),
        on: contact.occurred_on,
        place: filled(&contact.place),
        summary: contact.summary.clone(),
    }
}

fn stated(statement: &Statement, contact: &str) -> Value {
    Value::Statement {
        contact_key: Some(contact.to_owned()),
        said_by: statement.with_whom.clone(),
        grade: statement.source_grade,
        standing: match (statement.contradicted_by, statement.confirmed_by) {
            (Some(_), _) => Standing::Contradicted,
            (None, Some(_)) => Standing::Confirmed,
            (None, None) => Standing::Claimed,
        },
        topic: statement.topic.clone(),
        about: statement.about.clone(),
        text: statement.text.clone(),
    }
}

/// The mark of what is said: what post found has its own, what the license says is unclassified, everything else is
/// sensitive.
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

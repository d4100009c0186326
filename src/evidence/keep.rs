//! What one save of a contact's page keeps: the contact, its statements, the findings that rest on it, the papers it
//! verifies. Each by the rule that its own page has; one that is refused keeps all of it from being kept.

use super::{
    contact::Recorded,
    interview::{InterviewForm, Interviewed, MOST, known},
    model::{Contact, Refusal},
    statement::{Said, SaidForm},
    store::{self, ContactData},
};
use crate::{
    access::Actor,
    approvals::{self, model::Refusal as OfPapers},
    audit::{Event, Events, Made, Subject},
    checks::{
        self,
        model::{CaseFile, FindingRecorded, Verified},
        then::leads,
    },
    db::Change,
    error::{AppError, Refuses, Result},
    id::{CheckId, ContactId},
    licenses::{self, model::LicenseFile},
    reference::model::ReferenceKind,
    text::many,
    web::{Blocks, Fields, Sent, form::Ticked},
};

/// Records a contact with all of its page within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    row: Option<ContactId>,
    sent: &mut Sent<InterviewForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    let before = row.map(|row| known(&file, row)).transpose()?;
    let contact = row.unwrap_or_else(ContactId::new);
    read.contact.judge(can, &file, before, &mut sent.form.contact).await?;
    judge(&file, before, &read.said, &mut sent.form.said);
    let rested = rested(&file, contact, &read, &mut sent.form.supports);
    let verified = verified(can, &file, contact, &read, &mut sent.form.verifies);
    sent.read()?;

    let with = with(read.said.len(), rested.len(), verified.len());
    let is_all = with.is_empty();
    let own = write(change, &file, (contact, before), (&read.contact, sent.version, is_all), &with).await?;
    let mut events = Vec::new();
    for said in &read.said {
        let row = store::insert_statement(change, id, &said.data(contact)).await?;
        let row = Subject::Row("statement", row.0);
        events.push(said.event(None, read.contact.with_whom.as_str(), row).on_check(id));
    }
    for (recorded, version) in rested {
        let row = Subject::Row("finding", store::save_finding(change, &recorded, version).await?.0);
        events.push(Event::from(recorded).about(row));
    }
    events.extend(note(change, verified).await?);
    checks::store::touch(change, id).await?;
    // The whole of it is said last: it is what one reads first.
    events.extend(own);
    let mut events = events.into_iter();
    let first = events.next().ok_or(AppError::Invalid)?;
    let row = Subject::Row("contact", contact.0);
    Ok(Made::new(row, Events::from(first).and_all(events), leads(sent, id, "contacts")))
}

/// Refuses statements that the contact cannot have.
fn judge(file: &CaseFile, before: Option<&Contact>, said: &[Said], blocks: &mut Blocks<SaidForm>) {
    if said.len() > MOST {
        blocks.refuse(Refusal::TooMany(MOST));
    }
    let ended = before.and_then(|contact| file.check.takes_statement(contact).err());
    if let Some(refusal) = ended.filter(|_| !said.is_empty()) {
        blocks.refuse(refusal);
    }
    for (said, form) in said.iter().zip(blocks.answered()) {
        said.judge(file, form);
    }
}

/// The findings that were ticked, each resting on the contact too, with the version that was read.
fn rested(
    file: &CaseFile,
    contact: ContactId,
    read: &Interviewed,
    field: &mut Fields<Ticked>,
) -> Vec<(FindingRecorded, i32)> {
    let named = read.contact.named();
    let mut all = Vec::new();
    for ticked in &read.supports {
        let found = file.check.findings.iter().find(|found| Ticked::new(found.id, found.version) == *ticked);
        let rested = found.ok_or(Refusal::ChangedSince).and_then(|found| {
            let label = file.reference.label(ReferenceKind::Topic, &found.topic);
            file.check.rest_finding(found, label, (contact, &named))
        });
        all.extend(field.judged(rested).map(|rested| (rested, ticked.version)));
    }
    all
}

type Noted<'a> = (&'a LicenseFile, Verified, i32);

/// The papers that were ticked, each judged by the rule of its own page.
fn verified<'a>(
    can: &Actor,
    file: &'a CaseFile,
    contact: ContactId,
    read: &Interviewed,
    field: &mut Fields<Ticked>,
) -> Vec<Noted<'a>> {
    let (papers, contact) = (file.unverified_papers(), read.contact.as_confirming(contact));
    let (mut all, mut refused) = (Vec::new(), Vec::new());
    for ticked in &read.verifies {
        let Some(paper) = papers.iter().find(|paper| Ticked::new(paper.id(), paper.version()) == *ticked) else {
            field.refuse(Refusal::ChangedSince);
            return Vec::new();
        };
        match paper.verify(can.id, &contact) {
            Ok(verified) => all.push((paper.license(), verified, ticked.version)),
            Err(why) => refused.push(why.to_string()),
        }
    }
    if !refused.is_empty() {
        field.refuse(refused.join(" "));
    }
    all
}

/// Keeps the contact itself; one that stays as it was is left alone where something else is kept.
async fn write(
    change: &mut Change,
    file: &CaseFile,
    (id, before): (ContactId, Option<&Contact>),
    (read, version, is_all): (&Recorded, i32, bool),
    with: &str,
) -> Result<Vec<Event>> {
    let (check, data) = (file.check.id, read.data());
    let mut events = Vec::new();
    match before {
        None => store::insert_contact(change, check, id, &data).await?,
        Some(before) if data == ContactData::of(before) && !is_all => return Ok(events),
        Some(before) => {
            events = read.lapse(change, file, before).await?;
            store::save_contact(change, check, id, &data, version).await?;
        }
    }
    events.push(read.event(before, with, Subject::Row("contact", id.0)).on_check(check));
    Ok(events)
}

/// Notes papers as genuine, and tells which licenses that made ready to issue.
async fn note(change: &mut Change, verified: Vec<Noted<'_>>) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut licenses: Vec<&LicenseFile> = Vec::new();
    for (license, verified, version) in verified {
        let is_saved = match &verified {
            Verified::Permit(verified) => {
                approvals::store::verify_permit(change, verified, version).await.map_err(OfPapers::said)?
            }
            Verified::Signature(verified) => {
                approvals::store::verify_signature(change, verified, version).await.map(|()| true)?
            }
        };
        if !is_saved {
            return Err(AppError::Stale);
        }
        events.push(verified.into());
        if licenses.iter().all(|known| known.id != license.id) {
            licenses.push(license);
        }
    }
    for license in licenses {
        events.extend(licenses::store::settle(change, license).await?);
    }
    Ok(events)
}

/// What one save recorded beside the contact.
fn with(said: usize, rested: usize, verified: usize) -> String {
    let rest = if rested == 1 { "rests" } else { "rest" };
    let parts = [
        (said, many(said, "statement")),
        (rested, format!("{} {rest} on it", many(rested, "finding"))),
        (verified, format!("{} verified", many(verified, "paper"))),
    ];
    let told = parts.into_iter().filter(|(count, _)| *count > 0);
    told.fold(String::new(), |all, (_, words)| all + "; " + &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_says_what_one_save_recorded() {
        assert_eq!(with(0, 0, 0), "");
        assert_eq!(with(1, 1, 1), "; 1 statement; 1 finding rests on it; 1 paper verified");
        assert_eq!(with(4, 2, 3), "; 4 statements; 2 findings rest on it; 3 papers verified");
    }
}

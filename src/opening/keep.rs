//! What one save of the page keeps: the check, its license, the lines and the parties. Each by the rule that its own
//! page has; one that is refused keeps all of it from being kept.

use std::collections::BTreeSet;

use super::{
    beside::day,
    open::{Opening, OpeningForm},
    refusal::Refusal,
};
use crate::{
    access::Actor,
    addresses as at,
    audit::{Event, Events, Made, Subject, Verb},
    checks::{self, model::CaseFile},
    db::Change,
    error::{AppError, Result},
    id::{LicenseId, PartyId},
    licenses::{
        self,
        items::ItemForm,
        model::{LicenseFile, Refusal as OfLicenses},
        parties::{Chosen, InRole, RoleForm},
        subjects,
    },
    parties::model::PartyRole,
    reference::{self, model::Reference},
    text::{LicenseNumber, many},
    web::{Sent, form::Block},
};

/// Opens a check with all of its page within a change.
pub(super) async fn enter(can: &Actor, change: &mut Change, sent: &mut Sent<OpeningForm>) -> Result<Made> {
    let read = sent.read()?;
    let today = can.washington_today();
    belongs_together(&read, &mut sent.form);
    let follows = read.request.judge(change, &mut sent.form.request).await?;
    let of_today = reference::store::on(change.conn(), today).await?;
    let known = known(can, change, &read, &mut sent.form).await?;
    let others = application(change, &read, (&of_today, today), &mut sent.form).await?;
    let day = day(known.as_ref(), &sent.form.application, can);
    let reference = reference::store::on(change.conn(), day).await?;
    for block in sent.form.items.answered() {
        block.judge(&reference);
    }
    let parties = parties(can, change, &read, known.as_ref(), &mut sent.form).await?;
    sent.read()?;

    let (id, called) = read.request.open(change, follows, today.year()).await?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    let (license, mut events) = put_on(can, change, (&read, &of_today, &others), (&file, known), sent).await?;
    if let Some(license) = license {
        events.extend(lines(change, license, &read, &reference).await?);
    }
    for (chosen, read) in parties.into_iter().zip(&read.parties) {
        events.extend(put(change, &file, license, &chosen, read).await?);
        events.extend(chosen.event);
    }
    if let Some(license) = license {
        touch(change, license, &read).await?;
    }
    // The whole of it is said last: it is what one reads first.
    let event = read.request.event(id, &called, &with(license.is_some(), &read));
    let mut events = events.into_iter().chain([event]);
    let first = events.next().ok_or(AppError::Invalid)?;
    Ok(Made::new(Subject::Check(id), Events::from(first).and_all(events), at::check(id)))
}

/// Refuses what does not go together on one page.
fn belongs_together(read: &Opening, form: &mut OpeningForm) {
    let has_license = read.license.0.is_some() || read.application.is_some();
    let takes_licenses = read.request.check_type.has_licenses();
    if read.license.0.is_some() && !takes_licenses {
        form.license.refuse(Refusal::OfNoLicense);
    } else if has_license && !takes_licenses {
        form.application.number.refuse(Refusal::OfNoLicense);
    }
    if !has_license && !read.items.is_empty() {
        form.items.refuse(Refusal::NoLicenseForLines);
    }
    if !has_license && takes_licenses && !read.parties.is_empty() {
        form.parties.refuse(Refusal::NoLicenseForParties);
    }
    if read.items.len() > ItemForm::MOST {
        form.items.refuse(Refusal::TooManyLines { most: ItemForm::MOST, pasted: read.items.len() });
    }
    if read.parties.len() > RoleForm::MOST {
        form.parties.refuse(Refusal::TooManyParties(RoleForm::MOST));
    }
}

/// The license that was chosen, locked; what is added to it has to be possible.
async fn known(
    can: &Actor,
    change: &mut Change,
    read: &Opening,
    form: &mut OpeningForm,
) -> Result<Option<LicenseFile>> {
    let Some(id) = read.license.0 else { return Ok(None) };
    let license = match licenses::store::find_for_update(change, can.scope(), id).await {
        Err(AppError::NotFound) => {
            form.license.refuse(OfLicenses::UnknownNumber);
            return Ok(None);
        }
        found => found?,
    };
    // Its number may have been changed since it was found.
    form.license.judged(is_of(form.application.number.raw(), &license.number));
    if !read.items.is_empty() || !read.parties.is_empty() {
        form.license.judged(license.changeable());
    }
    Ok(Some(license))
}

/// Whether the license that was chosen has the number that was typed.
fn is_of(typed: &str, on_file: &str) -> std::result::Result<(), Refusal> {
    if LicenseNumber::new(typed).is_spelled(on_file) { Ok(()) } else { Err(Refusal::OfAnotherNumber) }
}

/// Judges what describes a new license; gives what was said of those that it perhaps is.
async fn application(
    change: &mut Change,
    read: &Opening,
    (reference, today): (&Reference, time::Date),
    form: &mut OpeningForm,
) -> Result<String> {
    let Some(described) = &read.application else { return Ok(String::new()) };
    described.judge(reference, today, &mut form.application);
    match described.judge_number(change, None, &mut form.application).await {
        // It stands at its field.
        Err(AppError::Invalid) => Ok(String::new()),
        judged => judged,
    }
}

/// The parties of each block: known ones, or new records. What is refused of one stands at its field.
async fn parties(
    can: &Actor,
    change: &mut Change,
    read: &Opening,
    known: Option<&LicenseFile>,
    form: &mut OpeningForm,
) -> Result<Vec<Chosen>> {
    let there = known.into_iter().flat_map(|license| &license.parties);
    let mut taken: BTreeSet<(PartyId, PartyRole)> = there.map(|party| (party.party_id, party.role)).collect();
    let mut all = Vec::new();
    for (read, block) in read.parties.iter().zip(form.parties.answered()) {
        let chosen = change.attempt(async |change| licenses::parties::party(can, change, read, block).await).await;
        let chosen = match chosen {
            Err(AppError::Invalid) => continue,
            chosen => chosen?,
        };
        if read.role.iter().any(|role| !taken.insert((chosen.id, *role))) {
            block.role.refuse(OfLicenses::InRole);
        }
        all.push(chosen);
    }
    Ok(all)
}

/// Puts the license on the check: the one that is on file, or the one that is registered for it.
async fn put_on(
    can: &Actor,
    change: &mut Change,
    (read, reference, others): (&Opening, &Reference, &str),
    (file, known): (&CaseFile, Option<LicenseFile>),
    sent: &mut Sent<OpeningForm>,
) -> Result<(Option<LicenseId>, Vec<Event>)> {
    let check = &file.check;
    if let Some(license) = known {
        check.takes_known_licenses()?;
        checks::store::add_license(change, check.id, license.id).await?;
        let sentence = format!("added license {}", license.number);
        let event = Event::new(Verb::CheckChanged, check.id, sentence).on_license(license.id);
        return Ok((Some(license.id), vec![event]));
    }
    let Some(described) = &read.application else { return Ok((None, Vec::new())) };
    let form = &mut sent.form.application;
    let (id, event) = described.register(can, change, (reference, others), Some(check), form).await?;
    Ok((Some(id), vec![event]))
}

async fn lines(change: &mut Change, license: LicenseId, read: &Opening, reference: &Reference) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for item in &read.items {
        let row = licenses::store::insert_item(change, license, &item.data(), None).await?;
        events.push(item.event(None, (license, row), reference));
    }
    Ok(events)
}

/// Puts a party on the license, or makes it a subject of a check without one.
async fn put(
    change: &mut Change,
    file: &CaseFile,
    license: Option<LicenseId>,
    chosen: &Chosen,
    read: &InRole,
) -> Result<Vec<Event>> {
    if let Some(license) = license {
        let rows = licenses::parties::put(change, license, chosen, read).await?;
        return Ok(rows.into_iter().map(|(_, event)| event).collect());
    }
    file.takes_subject(Some(chosen.id))?;
    subjects::make(change, file.check.id, chosen, read).await
}

/// Raises the license's revision, as each of its own pages does.
async fn touch(change: &mut Change, license: LicenseId, read: &Opening) -> Result<()> {
    if !read.items.is_empty() || !read.parties.is_empty() {
        licenses::store::touch_facts(change, license).await?;
    }
    Ok(())
}

/// What one save recorded beside the check.
fn with(license: bool, read: &Opening) -> String {
    let roles = read.parties.len();
    let parts = [
        (usize::from(license), "its license".to_owned()),
        (read.items.len(), many(read.items.len(), "line")),
        (roles, many(roles, "party")),
    ];
    let told = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words);
    told.fold(String::new(), |all, words| all + "; " + &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_license_that_was_chosen_has_the_number_that_was_typed_in_any_spelling() {
        for typed in ["050123777", "05-0123777"] {
            assert_eq!(is_of(typed, "050123777"), Ok(()), "{typed}");
        }
        for typed in ["", "-", "050123778"] {
            assert_eq!(is_of(typed, "050123777"), Err(Refusal::OfAnotherNumber), "{typed}");
        }
    }
}

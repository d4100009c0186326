//! What is looked up for what was typed, before it is read: a choice holds for the number or the name that it was made
//! for, and goes with it.

use super::{
    act::Answers,
    beside::{chosen, day, is_offered},
    open::OpeningForm,
    refusal::Refusal,
};
use crate::{
    access::Actor,
    error::Result,
    id::{LicenseId, PartyId},
    licenses::{self, parties::RoleForm},
    reference,
    text::folded,
    web::form::{Block, Marks},
};

/// What says more of a license than its number; a draft of before has a day in three parts.
const DESCRIBED: &[&str] = &[
    "value_usd",
    "destination",
    "license_form",
    "purpose",
    "received_on",
    "received_on.day",
    "approved_on",
    "approved_on.day",
];

/// Settles what was chosen, and reads what was pasted as if it had been typed, unless something in it is asked about:
/// then it stays as it was pasted until that is answered.
pub async fn found(can: &Actor, answers: &mut Answers, marks: &Marks) -> Result<Option<Refusal>> {
    license(can, answers).await?;
    parties(can, answers).await?;
    if answers.last("pasted").is_empty() || marks.settled().is_err() {
        return Ok(None);
    }
    let form = OpeningForm::of(answers, can);
    let license = chosen(can, &form).await?;
    let mut conn = can.reads().acquire().await?;
    let reference = reference::store::on(&mut conn, day(license.as_ref(), &form.application, can)).await?;
    Ok(answers.read_pasted(&reference).err())
}

/// Takes back a license of another number, and takes the one of a number that is all that was said of it; whoever said
/// that it is none of those on file was asked.
async fn license(can: &Actor, answers: &mut Answers) -> Result<()> {
    let number = answers.last("number").to_owned();
    let mut known = Vec::new();
    if !folded(&number).is_empty() {
        let mut conn = can.reads().acquire().await?;
        known = licenses::store::by_number(&mut conn, &number).await?;
    }
    if !answers.last("license").is_empty() {
        let chosen: Option<LicenseId> = answers.last("license").parse().ok();
        if known.iter().all(|known| Some(known.id) != chosen) {
            answers.forget("license");
        }
    }
    let is_alone = !answers.has("license") && DESCRIBED.iter().all(|field| answers.last(field).is_empty());
    if let Some(only) = known.first().filter(|_| known.len() == 1 && is_alone) {
        answers.set("license", only.id);
    }
    Ok(())
}

/// Takes back each party that is none of its name.
async fn parties(can: &Actor, answers: &mut Answers) -> Result<()> {
    for at in answers.numbers("parties").into_iter().take(2 * RoleForm::MOST) {
        let party = format!("parties.{at}.party");
        let Ok(id) = answers.last(&party).parse::<PartyId>() else { continue };
        let name = answers.last(&format!("parties.{at}.name")).to_owned();
        if !is_offered(can, &name, id).await? {
            answers.forget(&party);
        }
    }
    Ok(())
}

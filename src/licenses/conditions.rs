//! Conditions in words: raised by a case officer, met with evidence. And the day of certification to Congress (guard
//! 8).

use askama::Template;
use axum::response::Response;

use super::{
    model::{Condition, LicenseFile, Refusal},
    store, verbs,
};
use crate::{
    access::{Can, permission::RaiseConditions},
    addresses as at,
    audit::Events,
    error::{AppError, Result},
    form,
    id::{ConditionId, LicenseId},
    text::{Day, Line, Optional, Reasons, Text},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    pub struct ConditionForm reads Raised {
        text: Field<Line>,
        who_acts: Field<Line>,
    }
}

form! {
    /// That it is met.
    pub struct MeetForm reads Met {
        evidence: Field<Reasons>,
    }
}

form! {
    /// The day the certification went to Congress.
    pub struct CertifyForm reads Certified {
        certified_on: Dated<Optional<Day>>,
        source: Field<Text>,
    }
}

#[derive(Template)]
#[template(path = "licenses/condition.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    sent: Sent<ConditionForm>,
}

#[derive(Template)]
#[template(path = "licenses/meet.html")]
struct MeetPage {
    layout: Layout,
    license: LicenseFile,
    condition: Condition,
    sent: Sent<MeetForm>,
}

#[derive(Template)]
#[template(path = "licenses/certify.html")]
struct CertifyPage {
    layout: Layout,
    license: LicenseFile,
    sent: Sent<CertifyForm>,
}

/// The form of a condition.
pub async fn show(can: Can<verbs::Raise>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let sent = can.form(ConditionForm::blank(), 0).await?;
    html(&Page { layout: can.layout(), license, sent })
}

pub async fn submit(can: Can<verbs::Raise>, Path(id): Path<LicenseId>, sent: Sent<ConditionForm>) -> Result<Response> {
    let done = raise(&can, id, &sent).await;
    sent.answer(done, async |sent| html(&Page { layout: can.layout(), license: store::find(&can, id).await?, sent }))
        .await
}

async fn raise(can: &Can<verbs::Raise>, id: LicenseId, sent: &Sent<ConditionForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    let raised = license.raise(ConditionId::new(), read.text.as_str(), read.who_acts.as_str())?;
    store::raise(&mut change, &raised).await?;
    store::touch(&mut change, id).await?;
    change.commit(raised, &at::license(id).at("conditions")).await
}

async fn open_condition(
    can: &Can<RaiseConditions>,
    id: LicenseId,
    condition: ConditionId,
) -> Result<(LicenseFile, Condition)> {
    let license = store::find(can, id).await?;
    let condition = license.conditions.iter().find(|row| row.id == condition).cloned().ok_or(AppError::NotFound)?;
    Ok((license, condition))
}

/// The form that says a condition is met.
pub async fn show_meet(
    can: Can<RaiseConditions>,
    Path((id, condition)): Path<(LicenseId, ConditionId)>,
) -> Result<Response> {
    let (license, condition) = open_condition(&can, id, condition).await?;
    let sent = can.form(MeetForm::blank(), condition.version).await?;
    html(&MeetPage { layout: can.layout(), license, condition, sent })
}

pub async fn submit_meet(
    can: Can<RaiseConditions>,
    Path((id, condition)): Path<(LicenseId, ConditionId)>,
    sent: Sent<MeetForm>,
) -> Result<Response> {
    let done = meet(&can, id, condition, &sent).await;
    sent.answer(done, async |sent| {
        let (license, condition) = open_condition(&can, id, condition).await?;
        html(&MeetPage { layout: can.layout(), license, condition, sent })
    })
    .await
}

async fn meet(
    can: &Can<RaiseConditions>,
    id: LicenseId,
    condition: ConditionId,
    sent: &Sent<MeetForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    let known = license.conditions.iter().find(|row| row.id == condition).ok_or(AppError::NotFound)?;
    let met = license.meet(can.id, known, read.evidence.as_str())?;
    store::meet(&mut change, &met, sent.version).await?;
    let ready = store::settle(&mut change, &license).await?;
    change.commit(Events::from(met).and_all(ready), &at::license(id).at("conditions")).await
}

/// The form of the certification.
pub async fn show_certify(can: Can<verbs::Certify>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let mut form = CertifyForm::blank();
    form.certified_on.set(license.certified_on.map(|day| Day(day).to_string()).unwrap_or_default());
    let sent = can.form(form, license.version).await?;
    html(&CertifyPage { layout: can.layout(), license, sent })
}

pub async fn submit_certify(
    can: Can<verbs::Certify>,
    Path(id): Path<LicenseId>,
    mut sent: Sent<CertifyForm>,
) -> Result<Response> {
    let done = certify(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        html(&CertifyPage { layout: can.layout(), license: store::find(&can, id).await?, sent })
    })
    .await
}

async fn certify(can: &Can<verbs::Certify>, id: LicenseId, sent: &mut Sent<CertifyForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    let day = read.certified_on.0.map(|day| day.0);
    license.may_certify()?;
    let certified = license.certify(day, read.source.as_str(), can.washington_today());
    let certified = sent.form.certified_on.judged(certified).ok_or(AppError::Invalid)?;
    if license.version != sent.version {
        return Err(Refusal::ChangedSince.into());
    }
    store::certify(&mut change, &certified).await?;
    let ready = store::settle(&mut change, &license).await?;
    change.commit(Events::from(certified).and_all(ready), &at::license(id)).await
}

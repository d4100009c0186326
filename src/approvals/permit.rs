//! Permits: recorded with the cells they fill, verified through a contact that was not taken from the paper, revoked.

use askama::Template;
use axum::response::Response;

use super::{
    back::Back,
    cell::recordable,
    model::{LongValid, NewPermit, OtherPermit, Permit, Refusal},
    store,
};
use crate::{
    access::{Can, permission::WorkChecks},
    addresses::{self as at, Address},
    audit::{Event, Events},
    checks::then::Then,
    db::Change,
    duties::model::Duty,
    error::{AppError, Refuses, Result},
    faults::Fault,
    form,
    id::{AuthorityId, ContactId, ItemGroupId, LicenseId, PermitId},
    licenses::{
        self,
        model::{LicenseCheck, LicenseFile},
    },
    text::{Day, Line, Optional, Quantity, Reasons},
    web::{Dated, Form, Layout, Path, Query, Sent, html},
    words::Choice,
};

form! {
    pub struct PermitForm reads Paper {
        issuer: Field<AuthorityId>,
        authorities: Fields<AuthorityId>,
        number: Field<Line>,
        issued_on: Dated<Optional<Day>>,
        valid_from: Dated<Optional<Day>>,
        valid_until: Dated<Optional<Day>>,
        items: Fields<ItemGroupId>,
        quantity: Field<Quantity>,
        unit: Field<Optional<Line>>,
        named_party: Field<Line>,
        kept_at: Field<Optional<Line>>,
        other_permit: Fields<OtherPermit>,
        validity: Fields<LongValid>,
    }
}

form! {
    /// Through which contact it was confirmed.
    pub struct VerifyForm reads Verified {
        contact: Field<ContactId>,
    }
}

form! {
    /// When the authority took it back, and how it is known.
    pub struct RevokeForm reads Revoked {
        revoked_on: Dated<Day>,
        how: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "approvals/permit.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    authorities: Vec<Choice>,
    items: Vec<Choice>,
    /// The permit of that number that is on the license already.
    known: Option<Permit>,
    back: Address,
    thens: &'static [Then],
    sent: Sent<PermitForm>,
}

#[derive(Template)]
#[template(path = "approvals/verify.html")]
struct VerifyPage {
    layout: Layout,
    license: LicenseFile,
    permit: Permit,
    contacts: Vec<Choice>,
    checks: Vec<LicenseCheck>,
    sent: Sent<VerifyForm>,
}

#[derive(Template)]
#[template(path = "approvals/revoke.html")]
struct RevokePage {
    layout: Layout,
    license: LicenseFile,
    permit: Permit,
    sent: Sent<RevokeForm>,
}

async fn page(can: &Can<WorkChecks>, id: LicenseId, from: Back, sent: Sent<PermitForm>) -> Result<Response> {
    let license = licenses::store::find(can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let authorities = store::authorities(&mut conn, &license.destination).await?;
    let items = license.items.iter().map(|item| Choice::new(item.id, item.named())).collect();
    let known = sent
        .form
        .issuer
        .raw()
        .parse()
        .ok()
        .and_then(|issuer| license.live_permit(issuer, sent.form.number.raw()))
        .cloned();
    let (back, thens) = (from.to(can, &license, "approvals"), from.thens(can, &license));
    html(&Page { layout: can.layout(), license, authorities, items, known, back, thens, sent })
}

/// The form of a permit.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<LicenseId>, Query(from): Query<Back>) -> Result<Response> {
    let sent = can.form(PermitForm::blank(), 0).await?;
    page(&can, id, from, sent).await
}

/// Records it, and lets it fill its cells.
pub async fn submit(
    can: Can<WorkChecks>,
    Path(id): Path<LicenseId>,
    Query(from): Query<Back>,
    mut sent: Sent<PermitForm>,
) -> Result<Response> {
    let done = record(&can, id, from, &mut sent).await;
    sent.answer(done, async |sent| page(&can, id, from, sent).await).await
}

async fn record(can: &Can<WorkChecks>, id: LicenseId, from: Back, sent: &mut Sent<PermitForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    let known = store::authorities(change.conn(), &license.destination).await?;
    let named =
        |id: AuthorityId| known.iter().find(|choice| choice.value == id.to_string()).map(|choice| choice.label.clone());
    let alike = store::alike_permit(&mut change, can.scope(), read.issuer, read.number.as_str()).await?;
    let new = NewPermit {
        alike,
        is_another: !read.other_permit.is_empty(),
        is_long_valid: !read.validity.is_empty(),
        issuer: read.issuer,
        authorities: read.authorities,
        number: read.number.to_string(),
        issued_on: read.issued_on.0.map(|day| day.0),
        valid_from: read.valid_from.0.map(|day| day.0),
        valid_until: read.valid_until.0.map(|day| day.0),
        unit: read.unit.0.map_or_else(|| license.unit_of(&read.items), String::from),
        items: read.items,
        quantity: read.quantity.0,
        named_party: read.named_party.to_string(),
        kept_at: read.kept_at.or_empty(),
    };
    let days = (can.today(), can.washington_today());
    let recorded = license.record_permit(PermitId::new(), new, named, |post| can.sees_post(post), days);
    let recorded = recorded.map_err(|refusals| refuse(&mut sent.form, refusals))?;
    store::record_permit(&mut change, &recorded).await?;
    let ready = licenses::store::settle(&mut change, &license).await?;
    let to = from.leads(sent, can, &license, "approvals");
    change.commit(Events::from(recorded).and_all(ready), &to).await
}

/// Where refusals stand on the form.
fn refuse(form: &mut PermitForm, refusals: Vec<Refusal>) -> AppError {
    for refusal in refusals {
        let sentence = refusal.to_string();
        match refusal {
            Refusal::Issuer => form.issuer.refuse(sentence),
            Refusal::Authorities => form.authorities.refuse(sentence),
            Refusal::NoItems | Refusal::WordOn { .. } | Refusal::Filled { .. } => form.items.refuse(sentence),
            Refusal::Known { .. } | Refusal::Fault(Fault::NoNumber) => form.number.refuse(sentence),
            Refusal::Alike { .. } => form.other_permit.refuse(sentence),
            Refusal::LongValid { .. } => form.validity.refuse(sentence),
            Refusal::Fault(Fault::EndsFirst) => form.valid_until.refuse(sentence),
            Refusal::Fault(Fault::ToCome) => form.issued_on.refuse(sentence),
            other => return other.into(),
        }
    }
    AppError::Invalid
}

async fn paper(can: &Can<WorkChecks>, id: LicenseId, permit: PermitId) -> Result<(LicenseFile, Permit)> {
    let license = licenses::store::find(can, id).await?;
    let permit = license.permit(Some(permit)).cloned().ok_or(AppError::NotFound)?;
    Ok((license, permit))
}

async fn verify_page(
    can: &Can<WorkChecks>,
    id: LicenseId,
    permit: PermitId,
    sent: Sent<VerifyForm>,
) -> Result<Response> {
    let (license, permit) = paper(can, id, permit).await?;
    let mut conn = can.reads().acquire().await?;
    let known = store::contacts(&mut conn, can, id).await?;
    let able = known.iter().filter(|contact| permit.confirmed_by(contact.confirmation()).is_ok());
    let contacts = able.map(|contact| Choice::new(contact.id, contact.named())).collect();
    let checks = license.checks.iter().filter(|check| can.sees_post(check.post_id)).cloned().collect();
    html(&VerifyPage { layout: can.layout(), license, permit, contacts, checks, sent })
}

/// The contacts that may have confirmed it.
pub async fn show_verify(can: Can<WorkChecks>, Path((id, permit)): Path<(LicenseId, PermitId)>) -> Result<Response> {
    let version = paper(&can, id, permit).await?.1.version;
    let sent = can.form(VerifyForm::blank(), version).await?;
    verify_page(&can, id, permit, sent).await
}

/// Notes that it is genuine (guard 5).
pub async fn submit_verify(
    can: Can<WorkChecks>,
    Path((id, permit)): Path<(LicenseId, PermitId)>,
    mut sent: Sent<VerifyForm>,
) -> Result<Response> {
    let done = verify(&can, id, permit, &mut sent).await;
    sent.answer(done, async |mut sent| {
        sent.renew(paper(&can, id, permit).await?.1.version);
        verify_page(&can, id, permit, sent).await
    })
    .await
}

async fn verify(
    can: &Can<WorkChecks>,
    id: LicenseId,
    permit: PermitId,
    sent: &mut Sent<VerifyForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    let paper = license.permit(Some(permit)).ok_or(AppError::NotFound)?;
    license.may_verify(can.id, Duty::VerifyPermit)?;
    let contacts = store::contacts(change.conn(), can, id).await?;
    let Some(contact) = contacts.iter().find(|contact| contact.id == read.contact) else {
        sent.form.contact.refuse(Refusal::Contact);
        return Err(AppError::Invalid);
    };
    let verified = license.verify_permit(can.id, paper, contact)?;
    let saved = store::verify_permit(&mut change, &verified, sent.version).await;
    if !saved.map_err(Refusal::said)? {
        return Err(AppError::Stale);
    }
    let ready = licenses::store::settle(&mut change, &license).await?;
    change.commit(Events::from(verified).and_all(ready), &at::license(id).at("approvals")).await
}

/// The form of a revocation.
pub async fn show_revoke(can: Can<WorkChecks>, Path((id, permit)): Path<(LicenseId, PermitId)>) -> Result<Response> {
    let (license, permit) = paper(&can, id, permit).await?;
    let sent = can.form(RevokeForm::blank(), permit.version).await?;
    html(&RevokePage { layout: can.layout(), license, permit, sent })
}

/// Notes that the authority took it back.
pub async fn submit_revoke(
    can: Can<WorkChecks>,
    Path((id, permit)): Path<(LicenseId, PermitId)>,
    mut sent: Sent<RevokeForm>,
) -> Result<Response> {
    let done = revoke(&can, id, permit, &mut sent).await;
    sent.answer(done, async |sent| {
        let (license, permit) = paper(&can, id, permit).await?;
        html(&RevokePage { layout: can.layout(), license, permit, sent })
    })
    .await
}

async fn revoke(
    can: &Can<WorkChecks>,
    id: LicenseId,
    permit: PermitId,
    sent: &mut Sent<RevokeForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    let paper = license.permit(Some(permit)).ok_or(AppError::NotFound)?;
    let revoked = license.revoke_permit(paper, read.revoked_on.0, read.how.as_str(), can.today());
    let revoked = revoked.map_err(|refusal| at_day(&mut sent.form.revoked_on, refusal))?;
    let sharing = licenses::store::open_with_same_permits(&mut change, id, Some(permit)).await?;
    store::revoke_permit(&mut change, &revoked, sent.version).await?;
    let ready = settle(&mut change, &license, &sharing).await?;
    change.commit(Events::from(revoked).and_all(ready), &at::license(id).at("approvals")).await
}

/// A refusal on a form with one day: what is wrong with the day stands at it.
fn at_day(field: &mut Dated<Day>, refusal: Refusal) -> AppError {
    let Refusal::Fault(fault) = refusal else { return refusal.into() };
    field.refuse(fault.to_string());
    AppError::Invalid
}

/// Settles the license and every other one that has the paper's number: for one that waited for it, it may count now.
async fn settle(change: &mut Change, license: &LicenseFile, sharing: &[LicenseFile]) -> Result<Vec<Event>> {
    let mut ready = licenses::store::settle_all(change, sharing).await?;
    ready.extend(licenses::store::settle(change, license).await?);
    Ok(ready)
}

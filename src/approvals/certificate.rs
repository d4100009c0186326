//! The nontransfer and use certificate: the paper, its signatures, and each signature's verification (guard 6; 22 CFR
//! 123.10).

use askama::Template;
use axum::response::Response;

use super::{
    cell::recordable,
    model::{Certificate, Refusal, Signature, Signer},
    permit::at_day,
    store,
};
use crate::{
    access::{Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Events, Subject, Values, Verb, says},
    duties::model::Duty,
    error::{AppError, Result},
    form,
    id::{ContactId, LicenseId, SignatureId},
    licenses::{
        self,
        model::{LicenseCheck, LicenseFile},
    },
    text::{Day, Line, Optional},
    web::{Form, Layout, Path, Sent, filters, html},
    words,
    words::Choice,
};

words! {
    pub enum YesNo {
        Yes = "yes", "Yes";
        No = "no", "No";
    }
}

form! {
    pub struct CertificateForm reads Paper {
        paper_form: Field<Line>,
        kept_at: Field<Optional<Line>>,
        host_government_needed: Field<YesNo>,
    }
}

form! {
    /// A signature on it.
    pub struct SignatureForm reads Signed {
        signer: Field<Signer>,
        signer_name: Field<Line>,
        signed_on: Dated<Day>,
    }
}

form! {
    /// Through which contact a signature was confirmed.
    pub struct ConfirmForm reads Confirmed {
        contact: Field<ContactId>,
    }
}

#[derive(Template)]
#[template(path = "approvals/certificate.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    sent: Sent<CertificateForm>,
}

#[derive(Template)]
#[template(path = "approvals/signature.html")]
struct SignaturePage {
    layout: Layout,
    license: LicenseFile,
    /// Who has not signed yet.
    signers: Vec<Choice>,
    sent: Sent<SignatureForm>,
}

#[derive(Template)]
#[template(path = "approvals/confirm.html")]
struct ConfirmPage {
    layout: Layout,
    license: LicenseFile,
    signature: Signature,
    contacts: Vec<Choice>,
    checks: Vec<LicenseCheck>,
    sent: Sent<ConfirmForm>,
}

fn filled(certificate: Option<&Certificate>) -> (CertificateForm, i32) {
    let mut form = CertificateForm::blank();
    form.paper_form.set("DSP-83");
    if let Some(certificate) = certificate {
        form.paper_form.set(&certificate.form);
        form.kept_at.set(&certificate.kept_at);
        form.host_government_needed.set(if certificate.host_government_needed { YesNo::Yes } else { YesNo::No });
    }
    (form, certificate.map_or(0, |certificate| certificate.version))
}

/// The form of the paper.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let (form, version) = filled(license.certificate.as_ref());
    let sent = can.form(form, version).await?;
    html(&Page { layout: can.layout(), license, sent })
}

pub async fn submit(can: Can<WorkChecks>, Path(id): Path<LicenseId>, sent: Sent<CertificateForm>) -> Result<Response> {
    let done = record(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let license = licenses::store::find(&can, id).await?;
        let (saved, version) = filled(license.certificate.as_ref());
        html(&Page { layout: can.layout(), license, sent: sent.against(&saved, version) })
    })
    .await
}

/// A certificate as the log shows it.
pub(crate) fn told(kept_at: &str, host_government_signs: bool) -> Values {
    says("Kept at", kept_at).and("The host government has to sign", host_government_signs)
}

async fn record(can: &Can<WorkChecks>, id: LicenseId, sent: &Sent<CertificateForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    let kept_at = read.kept_at.or_empty();
    let host = read.host_government_needed == YesNo::Yes;
    let row = store::save_certificate(&mut change, id, read.paper_form.as_str(), &kept_at, host, sent.version).await?;
    let ready = licenses::store::settle(&mut change, &license).await?;
    let event = Event::new(
        Verb::CertificateRecorded,
        Subject::Row("certificate", row.0),
        format!("recorded the certificate {}", read.paper_form),
    );
    change
        .commit(
            Events::from(event.on_license(id).after(told(&kept_at, host))).and_all(ready),
            &at::license(id).at("certificate"),
        )
        .await
}

/// The form of a signature.
pub async fn show_signature(can: Can<WorkChecks>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let sent = can.form(SignatureForm::blank(), 0).await?;
    signature_page(&can, license, sent)
}

fn signature_page(can: &Can<WorkChecks>, license: LicenseFile, sent: Sent<SignatureForm>) -> Result<Response> {
    let unsigned = license.certificate.iter().flat_map(Certificate::unsigned);
    let signers = unsigned.map(|signer| Choice::new(signer, signer.label())).collect();
    html(&SignaturePage { layout: can.layout(), license, signers, sent })
}

pub async fn submit_signature(
    can: Can<WorkChecks>,
    Path(id): Path<LicenseId>,
    mut sent: Sent<SignatureForm>,
) -> Result<Response> {
    let done = sign(&can, id, &mut sent).await;
    sent.answer(done, async |sent| signature_page(&can, licenses::store::find(&can, id).await?, sent)).await
}

async fn sign(can: &Can<WorkChecks>, id: LicenseId, sent: &mut Sent<SignatureForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    let new = (read.signer, read.signer_name.as_str(), read.signed_on.0);
    let recorded = license.record_signature(SignatureId::new(), new, can.today());
    let recorded = recorded.map_err(|refusal| match refusal {
        Refusal::SignedAlready { .. } => {
            sent.form.signer.refuse(refusal.to_string());
            AppError::Invalid
        }
        other => at_day(&mut sent.form.signed_on, other),
    })?;
    store::save_signature(&mut change, &recorded).await?;
    licenses::store::touch(&mut change, id).await?;
    change.commit(recorded, &at::license(id).at("certificate")).await
}

async fn confirm_page(
    can: &Can<WorkChecks>,
    id: LicenseId,
    row: SignatureId,
    sent: Sent<ConfirmForm>,
) -> Result<Response> {
    let license = licenses::store::find(can, id).await?;
    let signature = signature(&license, row)?.clone();
    let mut conn = can.reads().acquire().await?;
    let known = store::contacts(&mut conn, can, id).await?;
    let able = known.iter().filter(|contact| license.confirms(&signature, contact).is_ok());
    let contacts = able.map(|contact| Choice::new(contact.id, contact.named())).collect();
    let checks = license.checks.iter().filter(|check| can.sees_post(check.post_id)).cloned().collect();
    html(&ConfirmPage { layout: can.layout(), license, signature, contacts, checks, sent })
}

fn signature(license: &LicenseFile, row: SignatureId) -> Result<&Signature> {
    let mut signatures = license.certificate.iter().flat_map(|certificate| &certificate.signatures);
    signatures.find(|signature| signature.id == row).ok_or(AppError::NotFound)
}

/// The contacts that may have confirmed a signature.
pub async fn show_confirm(can: Can<WorkChecks>, Path((id, row)): Path<(LicenseId, SignatureId)>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let version = signature(&license, row)?.version;
    let sent = can.form(ConfirmForm::blank(), version).await?;
    confirm_page(&can, id, row, sent).await
}

/// Notes that it is genuine.
pub async fn submit_confirm(
    can: Can<WorkChecks>,
    Path((id, row)): Path<(LicenseId, SignatureId)>,
    mut sent: Sent<ConfirmForm>,
) -> Result<Response> {
    let done = confirm(&can, id, row, &mut sent).await;
    sent.answer(done, async |sent| confirm_page(&can, id, row, sent).await).await
}

async fn confirm(
    can: &Can<WorkChecks>,
    id: LicenseId,
    row: SignatureId,
    sent: &mut Sent<ConfirmForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    let known = signature(&license, row)?;
    license.may_verify(can.id, Duty::VerifySignature)?;
    let contacts = store::contacts(change.conn(), can, id).await?;
    let Some(contact) = contacts.iter().find(|contact| contact.id == read.contact) else {
        sent.form.contact.refuse(Refusal::Contact);
        return Err(AppError::Invalid);
    };
    let verified = license.verify_signature(can.id, known, contact)?;
    store::verify_signature(&mut change, &verified, sent.version).await?;
    let ready = licenses::store::settle(&mut change, &license).await?;
    change.commit(Events::from(verified).and_all(ready), &at::license(id).at("certificate")).await
}

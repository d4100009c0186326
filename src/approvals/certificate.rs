//! The nontransfer and use certificate: the paper with its signatures, by one save, and each signature's verification
//! (guard 6; 22 CFR 123.10).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use super::{
    back::Back,
    cell::recordable,
    model::{Certificate, Refusal, Signature, Signer},
    store,
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses::{self as at, Address},
    audit::{Event, Events, Subject, Values, Verb, says},
    db::Change,
    duties::model::Duty,
    error::{AppError, Result},
    form,
    id::{CertificateId, CheckId, ContactId, LicenseId, SignatureId},
    licenses::{
        self,
        model::{LicenseCheck, LicenseFile, SignatureRecorded},
    },
    text::{self, Day, Line, Optional, many},
    web::{
        Blocks, Form, Layout, Path, Query, Sent, filters,
        form::{Block, Spare},
        html,
    },
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
    /// The certificate, with those who signed it.
    pub struct SignedForm reads Signed {
        // The check on whose desk one was.
        check: Field<Optional<CheckId>>,
        paper: Part<CertificateForm>,
        signed: Blocks<SignatureForm>,
    }
}

form! {
    pub struct CertificateForm reads Paper {
        // The one of which the page was made; blank: none was there.
        certificate: Field<Optional<CertificateId>>,
        paper_form: Field<Line>,
        kept_at: Field<Optional<Line>>,
        host_government_needed: Field<YesNo>,
    }
}

form! {
    /// A signature on it.
    pub struct SignatureForm reads Signing {
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

impl Spare for SignatureForm {
    /// Whose signature it would be is preset: it says nothing.
    fn is_blank(&self) -> bool {
        self.signer_name.raw().trim().is_empty() && self.signed_on.raw().trim().is_empty()
    }
}

impl Block for SignatureForm {
    const ONE: &'static str = "Signature";
    const MOST: usize = Signer::ALL.len();

    fn named(&self, number: usize) -> String {
        self.signer
            .raw()
            .parse()
            .map_or_else(|_| format!("{} {number}", Self::ONE), |signer: Signer| signer.label().into())
    }
}

#[derive(Template)]
#[template(path = "approvals/certificate.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    /// Where one came from.
    back: Address,
    sent: Sent<SignedForm>,
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

impl CertificateForm {
    fn of(certificate: Option<&Certificate>) -> Self {
        let mut form = Self::blank();
        form.paper_form.set("DSP-83");
        if let Some(certificate) = certificate {
            form.certificate.set(certificate.id);
            form.paper_form.set(&certificate.form);
            form.kept_at.set(&certificate.kept_at);
            form.host_government_needed.set(if certificate.host_government_needed { YesNo::Yes } else { YesNo::No });
        }
        form
    }
}

impl SignedForm {
    fn of(certificate: Option<&Certificate>) -> (Self, i32) {
        let mut form = Self::blank();
        form.paper.0 = CertificateForm::of(certificate);
        (form, certificate.map_or(0, |certificate| certificate.version))
    }

    /// Asks for each signature that is missing; what was typed of one that is there meanwhile stays.
    fn ask(&mut self, certificate: Option<&Certificate>) {
        let missing: Vec<Signer> = certificate.map_or_else(|| Signer::ALL.to_vec(), |known| known.unsigned().collect());
        for typed in self.signed.take() {
            if !typed.is_blank() {
                self.signed.add(typed);
            }
        }
        for signer in missing {
            if self.signed.each().any(|(_, typed)| typed.signer.is(signer.code())) {
                continue;
            }
            let mut block = SignatureForm::blank();
            block.signer.set(signer.code());
            self.signed.add(block);
        }
    }
}

fn page(can: &Actor, license: LicenseFile, mut sent: Sent<SignedForm>) -> Result<Response> {
    sent.form.ask(license.certificate.as_ref());
    for text in license.certificate.iter().flat_map(|known| [&known.form, &known.kept_at]) {
        sent.marks.know(text);
    }
    let back = Back::from(&sent.form.check).to(can, &license, "certificate");
    html(&Page { layout: can.layout_at(&at::certificate(license.id)), back, license, sent })
}

/// The form of the paper.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<LicenseId>, Query(back): Query<Back>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let (form, version) = SignedForm::of(license.certificate.as_ref());
    // From wherever one comes, what one typed is the same.
    let mut sent = can.form_at(&at::certificate(id), form, version).await?;
    back.told_by(&mut sent.form.check);
    page(&can, license, sent)
}

/// Keeps it with the signatures that were given, or nothing of it.
pub async fn submit(can: Can<WorkChecks>, Path(id): Path<LicenseId>, mut sent: Sent<SignedForm>) -> Result<Response> {
    let done = record(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let license = licenses::store::find(&can, id).await?;
        let (saved, version) = SignedForm::of(license.certificate.as_ref());
        page(&can, license, sent.against(&saved, version))
    })
    .await
}

/// Where programs of before asked for a signature: its page is the certificate's now, with what was typed and kept.
pub async fn show_signature(can: Can<WorkChecks>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let typed: Sent<SignatureForm> = can.form(SignatureForm::blank(), 0).await?;
    if typed.restored.is_none() {
        return Ok(Redirect::to(&at::certificate(id)).into_response());
    }
    let sent = with_the_paper(&license, typed);
    page(&can, license, sent)
}

/// A signature from an open page of a program of before: nothing is saved, and nothing that was typed is lost.
pub async fn submit_signature(
    can: Can<WorkChecks>,
    Path(id): Path<LicenseId>,
    typed: Sent<SignatureForm>,
) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let sent = with_the_paper(&license, typed);
    sent.answer(Err(Refusal::SignedWithThePaper.into()), async |sent| page(&can, license, sent)).await
}

/// The certificate's form with a signature that was typed alone.
fn with_the_paper(license: &LicenseFile, typed: Sent<SignatureForm>) -> Sent<SignedForm> {
    let (form, version) = SignedForm::of(license.certificate.as_ref());
    let (signature, mut sent) = typed.turned_into(form, version);
    sent.form.signed.add(signature);
    sent
}

/// A certificate as the log shows it.
pub(crate) fn told(kept_at: &str, host_government_signs: bool) -> Values {
    says("Kept at", kept_at).and("The host government has to sign", host_government_signs)
}

/// Whether the page was made of the certificate that is on file. If not, that is what is saved next, knowingly.
fn is_there(license: &LicenseFile, read: &Paper, sent: &mut Sent<SignedForm>) -> Result<()> {
    let (shown, on_file) = (read.certificate.0, license.certificate.as_ref().map(|known| known.id));
    if let Err(gone) = license.certificate_stays(shown.is_some() || sent.version > 0) {
        sent.version = 0;
        sent.form.paper.certificate.set("");
        sent.form.paper.paper_form.refuse(gone);
        return Err(AppError::Invalid);
    }
    if let Some(another) = on_file.filter(|_| shown.is_some() && shown != on_file) {
        sent.form.paper.certificate.set(another);
        return Err(AppError::Stale);
    }
    Ok(())
}

async fn record(can: &Can<WorkChecks>, id: LicenseId, sent: &mut Sent<SignedForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, can)?;
    is_there(&license, &read.paper, sent)?;
    let certificate = license.certificate.as_ref().map_or_else(CertificateId::new, |known| known.id);
    let signed = sign(can, &license, certificate, &read, &mut sent.form.signed);
    sent.read()?;
    let own = write(&mut change, &license, certificate, (&read.paper, sent.version), signed.len()).await?;
    // What was said of a line is logged with what holds it.
    let said = std::mem::take(&mut change.unmarked);
    let mut events = Vec::new();
    for recorded in signed {
        store::save_signature(&mut change, &recorded).await?;
        let denied = text::denied(&said, [recorded.name().as_str()], []);
        events.push(Events::from(recorded).and_unmarked(&denied));
    }
    // The whole of it is said last: it is what one reads first.
    let before = license.certificate.iter().flat_map(|known| [known.form.as_str(), known.kept_at.as_str()]);
    let kept_at = read.paper.kept_at.0.as_ref().map(Line::as_str);
    let denied = text::denied(&said, kept_at.into_iter().chain([read.paper.paper_form.as_str()]), before);
    events.extend(own.map(|own| Events::from(own).and_unmarked(&denied)));
    let events = events.into_iter().reduce(Events::join).ok_or(AppError::Invalid)?;
    let ready = licenses::store::settle(&mut change, &license).await?;
    let to = Back::from(&sent.form.check).leads(sent, can, &license, "certificate");
    change.commit(events.and_all(ready), &to).await
}

/// Judges each signature; what is refused stands at its field.
fn sign(
    can: &Actor,
    license: &LicenseFile,
    certificate: CertificateId,
    read: &Signed,
    blocks: &mut Blocks<SignatureForm>,
) -> Vec<SignatureRecorded> {
    let mut all = Vec::new();
    for (read, block) in read.signed.iter().zip(blocks.answered()) {
        let new = (read.signer, read.signer_name.as_str(), read.signed_on.0);
        match license.record_signature((certificate, SignatureId::new()), new, &all, can.today()) {
            Ok(recorded) => all.push(recorded),
            Err(refusal @ Refusal::Fault(_)) => block.signed_on.refuse(refusal),
            Err(refusal) => block.signer_name.refuse(refusal),
        }
    }
    all
}

/// Keeps the paper itself; one that stays as it was is left alone where signatures are recorded on it.
async fn write(
    change: &mut Change,
    license: &LicenseFile,
    certificate: CertificateId,
    (read, version): (&Paper, i32),
    signed: usize,
) -> Result<Option<Event>> {
    let (form, kept_at) = (read.paper_form.as_str(), read.kept_at.clone().or_empty());
    let host = read.host_government_needed == YesNo::Yes;
    let row = Subject::Row("certificate", certificate.0);
    let before = license.certificate.as_ref();
    let stays = before.is_some_and(|known| {
        (known.form.as_str(), &known.kept_at, known.host_government_needed) == (form, &kept_at, host)
    });
    if stays && signed > 0 {
        let sentence = format!("recorded {} on the certificate {form}", many(signed, "signature"));
        // One alone is told by its own entry.
        return Ok((signed > 1).then(|| Event::new(Verb::CertificateRecorded, row, sentence).on_license(license.id)));
    }
    store::save_certificate(change, (certificate, license.id), form, &kept_at, host, version).await?;
    let with = if signed > 0 { format!("; {}", many(signed, "signature")) } else { String::new() };
    let event = Event::new(Verb::CertificateRecorded, row, format!("recorded the certificate {form}{with}"));
    let before = before.map(|known| told(&known.kept_at, known.host_government_needed));
    Ok(Some(event.on_license(license.id).before(before).after(told(&kept_at, host))))
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

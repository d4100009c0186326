//! Signatures on the nontransfer and use certificate: each signer's once, confirmed by their own side (guard 6).

use time::Date;

use super::file::LicenseFile;
use crate::{
    approvals::model::{LicenseContact, Refusal, Signature, Signer, signed},
    audit::{Event, Subject, Verb},
    duties::model::Duty,
    faults::has_come,
    id::{CertificateId, ContactId, PersonId, SignatureId},
    proof,
};

proof! {
    /// Proof that a signature may be recorded on the certificate.
    pub struct SignatureRecorded {
        certificate: CertificateId,
        signature: SignatureId,
        signer: Signer,
        name: String,
        day: Date,
    }
}

proof! {
    /// Proof that a person may note a signature as genuine, through that contact (guards 6 and 11).
    pub struct SignatureVerified {
        signature: SignatureId,
        contact: ContactId,
    }
}

impl LicenseFile {
    /// Whether the certificate of which a page was made, if it was of one, is there still: it is not recorded anew
    /// unseen.
    pub fn certificate_stays(&self, was_there: bool) -> Result<(), Refusal> {
        if was_there && self.certificate.is_none() { Err(Refusal::CertificateGone) } else { Ok(()) }
    }

    /// Recording a signature on the certificate, the one that is there or the one that is recorded with it: it takes
    /// the place of none, not of one of the same save either.
    pub fn record_signature(
        &self,
        (certificate, signature): (CertificateId, SignatureId),
        (signer, name, day): (Signer, &str, Date),
        with: &[SignatureRecorded],
        today: Date,
    ) -> Result<SignatureRecorded, Refusal> {
        self.takes_papers()?;
        has_come(day, today)?;
        let word = signer.label().to_lowercase();
        let on_file = self.certificate.as_ref().and_then(|known| known.signature(signer));
        let beside = with.iter().find(|known| known.signer == signer);
        let there = on_file.map(|known| &known.signer_name).or_else(|| beside.map(|known| &known.name));
        if let Some(there) = there {
            return Err(Refusal::SignedAlready { signer: word, name: there.clone() });
        }
        let sentence = format!("recorded a signature on the certificate: {word}, {name}");
        let row = Subject::Row("certificate_signature", signature.0);
        let event = Event::new(Verb::CertificateRecorded, row, sentence).on_license(self.id).after(signed(name, day));
        Ok(SignatureRecorded { certificate, signature, signer, name: name.to_owned(), day, event })
    }

    /// Whether a contact is one through which a signature is noted as genuine.
    pub fn confirms(&self, signature: &Signature, contact: &LicenseContact) -> Result<(), Refusal> {
        Ok(signature.confirmed_by(contact.confirmation(), &self.signing(signature.signer))?)
    }

    /// Noting that a signature is genuine, through a contact (guards 6 and 11).
    pub fn verify_signature(
        &self,
        by: PersonId,
        known: &Signature,
        contact: &LicenseContact,
    ) -> Result<SignatureVerified, Refusal> {
        self.takes_papers()?;
        self.may_verify(by, Duty::VerifySignature)?;
        self.confirms(known, contact)?;
        let sentence =
            format!("verified the signature of the {}: {}", known.signer.label().to_lowercase(), contact.named());
        let row = Subject::Row("certificate_signature", known.id.0);
        let event = Event::new(Verb::SignatureVerified, row, sentence).on_license(self.id);
        Ok(SignatureVerified { signature: known.id, contact: contact.id, event })
    }
}

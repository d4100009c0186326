//! The certificate of a story's license, and who signed it.

use time::Duration;

use crate::{
    approvals::{
        certificate::told,
        model::{Certificate, Signature, Signer, signed},
    },
    audit::{Event, Subject, Verb},
    error::Result,
    evidence::model::ContactKind,
    generate::{language, story::Story},
    id::{CertificateId, ContactId, PartyId, SignatureId},
};

impl Story<'_> {
    /// Records the certificate that significant military equipment needs, and its signatures; `whole`: all verified.
    pub(super) fn certify_use(&mut self, index: usize, whole: bool) -> Result<()> {
        let license = self.license(index);
        let is_needed = license.items.iter().any(|item| item.significant_military_equipment);
        if !is_needed || (license.certificate.is_some() && !whole) {
            return Ok(());
        }
        if license.certificate.is_none() {
            self.record_certificate(index)?;
        }
        for signer in [Signer::Applicant, Signer::ForeignConsignee, Signer::ForeignEndUser] {
            self.sign_certificate(index, signer)?;
            if !whole {
                return Ok(());
            }
        }
        self.verify_signatures(index)
    }

    /// Each at a contact with who gave it.
    fn verify_signatures(&mut self, index: usize) -> Result<()> {
        let mut asked: Vec<(PartyId, ContactId)> = Vec::new();
        let signers: Vec<Signer> = self
            .license(index)
            .certificate
            .iter()
            .flat_map(|paper| &paper.signatures)
            .map(|known| known.signer)
            .collect();
        for (place, signer) in signers.into_iter().enumerate() {
            let license = self.license(index);
            let signing = license.signing(signer);
            let Some(party) = license.parties.iter().find(|party| signing.contains(&party.party_id)) else { continue };
            let side = (party.party_id, party.name.clone());
            let known = asked.iter().find(|(party, _)| *party == side.0).map(|(_, contact)| *contact);
            let contact = match known {
                Some(contact) => contact,
                None => self.contact_with(ContactKind::Letter, (None, Some(side.clone())), SIGNED)?,
            };
            asked.push((side.0, contact));
            self.verify_signature(index, place, contact)?;
        }
        Ok(())
    }

    fn record_certificate(&mut self, index: usize) -> Result<()> {
        self.soon();
        let by = self.officer();
        let id = CertificateId(self.id());
        let license = &mut self.file.licenses[index];
        let event =
            Event::new(Verb::CertificateRecorded, Subject::Row("certificate", id.0), "recorded the certificate DSP-83");
        let event = event.on_license(license.id).after(told("Post's file", false));
        license.certificate = Some(Certificate {
            id,
            form: "DSP-83".to_owned(),
            kept_at: "Post's file".to_owned(),
            host_government_needed: false,
            signatures: Vec::new(),
            version: 1,
        });
        self.records[index].certificate = Some((self.person(by), self.file.now));
        self.settle_license(index, by, false, event)
    }

    fn sign_certificate(&mut self, index: usize, signer: Signer) -> Result<()> {
        let known = self
            .license(index)
            .certificate
            .as_ref()
            .is_some_and(|paper| paper.signatures.iter().any(|known| known.signer == signer));
        if known {
            return Ok(());
        }
        self.soon();
        let by = self.officer();
        let (id, person, post) = (SignatureId(self.id()), self.person(by), self.file.check.post_id);
        let signer_name = language::person(&mut self.world.dice);
        let signed_on = self.post_day() - Duration::days(self.world.dice.between(2, 40));
        let license = &mut self.file.licenses[index];
        let sentence =
            format!("recorded a signature on the certificate: {}, {signer_name}", signer.label().to_lowercase());
        let event = Event::new(Verb::CertificateRecorded, Subject::Row("certificate_signature", id.0), sentence)
            .on_license(license.id);
        let event = event.after(signed(&signer_name, signed_on));
        if let Some(paper) = license.certificate.as_mut() {
            paper.signatures.push(Signature {
                id,
                signer,
                signer_name,
                signed_on,
                verified_by: None,
                verified_contact_id: None,
                lapsed: None,
                recorded_by: person,
                recorded_at_post: Some(post),
                version: 1,
            });
        }
        self.records[index].signatures.push(None);
        self.settle_license(index, by, false, event)
    }

    fn verify_signature(&mut self, index: usize, place: usize, contact: ContactId) -> Result<()> {
        self.soon();
        let (by, was_ready) = (self.officer(), self.is_ready(index));
        let (person, now, named) = (self.person(by), self.file.now, self.contact_named(contact));
        let license = &mut self.file.licenses[index];
        let license_id = license.id;
        let Some(signature) = license.certificate.as_mut().and_then(|paper| paper.signatures.get_mut(place)) else {
            return Ok(());
        };
        if signature.verified_by.is_some() {
            return Ok(());
        }
        (signature.verified_by, signature.version) = (Some(person), signature.version + 1);
        let sentence = format!("verified the signature of the {}: {named}", signature.signer.label().to_lowercase());
        let row = Subject::Row("certificate_signature", signature.id.0);
        let event = Event::new(Verb::SignatureVerified, row, sentence).on_license(license_id);
        self.records[index].signatures[place] = Some((contact, now));
        self.settle_license(index, by, was_ready, event)
    }
}

const SIGNED: &[&str] = &["{Confirmed|Knows} the signature on the certificate as {theirs|the firm's}."];

//! What a contact settles: the findings that what was said there bears on, and the papers it verifies (guards 5 and 6).

use uuid::Uuid;

use super::file::{CaseFile, CheckFile};
use crate::{
    approvals::model::{ApprovalState, Certificate, LicenseContact, Permit, Refusal, Signature, Sketch, ToldBy},
    audit::Event,
    duties::model::Duty,
    evidence::model::{Contact, Finding, Refusal as OfEvidence, Statement},
    id::{ContactId, PartyId, PersonId},
    licenses::model::{LicenseFile, PermitVerified, SignatureVerified},
    reference::model::Asked,
    text::{day_words, grouped},
};

/// A paper of a license that waits for a contact that confirms it.
#[derive(Debug, Clone, Copy)]
pub enum Paper<'a> {
    Permit(&'a LicenseFile, &'a Permit),
    Signature(&'a LicenseFile, &'a Certificate, &'a Signature),
}

/// A paper that may be noted as genuine, by the proof that its own rule gives.
#[derive(Debug)]
pub enum Verified {
    Permit(PermitVerified),
    Signature(SignatureVerified),
}

impl From<Verified> for Event {
    fn from(verified: Verified) -> Self {
        match verified {
            Verified::Permit(verified) => verified.into(),
            Verified::Signature(verified) => verified.into(),
        }
    }
}

/// Why a contact does not verify a paper. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{paper}: {why}")]
pub struct Unverified {
    pub paper: String,
    pub why: Refusal,
}

impl<'a> Paper<'a> {
    pub fn license(&self) -> &'a LicenseFile {
        match self {
            Self::Permit(license, _) | Self::Signature(license, ..) => license,
        }
    }

    pub fn id(&self) -> Uuid {
        match self {
            Self::Permit(_, permit) => permit.id.0,
            Self::Signature(.., signature) => signature.id.0,
        }
    }

    pub fn version(&self) -> i32 {
        match self {
            Self::Permit(_, permit) => permit.version,
            Self::Signature(.., signature) => signature.version,
        }
    }

    /// `Permit 4471-B of DIGECAM`.
    pub fn named(&self) -> String {
        match self {
            Self::Permit(_, permit) => format!("Permit {} of {}", permit.number, permit.issuer),
            Self::Signature(_, certificate, signature) => {
                let signer = signature.signer.label().to_lowercase();
                format!("Signature on the {}, {signer}: {}", certificate.form, signature.signer_name)
            }
        }
    }

    /// What it says beside its name.
    pub fn says(&self) -> String {
        match self {
            Self::Permit(_, permit) => {
                let until = permit.valid_until.map(|day| format!(", until {}", day_words(day))).unwrap_or_default();
                let quantity = grouped(&permit.quantity.to_string());
                format!("{quantity} {} for {}{until}", permit.unit, permit.named_party)
            }
            Self::Signature(.., signature) => format!("Signed on {}", day_words(signature.signed_on)),
        }
    }

    /// Whether a contact as far as it is written down may verify it, for that person.
    pub fn may_be_verified(&self, by: PersonId, sketch: &Sketch) -> Result<(), Refusal> {
        self.license().takes_papers()?;
        match self {
            Self::Permit(license, permit) => {
                license.may_verify(by, Duty::VerifyPermit)?;
                Ok(permit.may_be_confirmed_by(sketch)?)
            }
            Self::Signature(license, _, signature) => {
                license.may_verify(by, Duty::VerifySignature)?;
                Ok(signature.may_be_confirmed_by(sketch, &license.signing(signature.signer))?)
            }
        }
    }

    /// Noting that it is genuine, through a contact.
    pub fn verify(&self, by: PersonId, contact: &LicenseContact) -> Result<Verified, Unverified> {
        let verified = match self {
            Self::Permit(license, permit) => license.verify_permit(by, permit, contact).map(Verified::Permit),
            Self::Signature(license, _, signature) => {
                license.verify_signature(by, signature, contact).map(Verified::Signature)
            }
        };
        verified.map_err(|why| Unverified { paper: self.named(), why })
    }
}

impl CaseFile {
    /// Whether a contact may become one of that kind, with that authority: while a license is open, what shows that no
    /// approval of it is required stays a written word, of whom it was (guards 4 and 11).
    pub fn still_shows(&self, contact: &Contact, now: ToldBy) -> Result<(), OfEvidence> {
        let unwritten = contact.kind.is_written() && !now.kind.is_written();
        let of_another = contact.authority_id.is_some() && contact.authority_id != now.authority;
        let open = self.licenses.iter().filter(|license| license.status.is_open());
        let rests = open.flat_map(|license| &license.approvals).find(|row| {
            let shown = row.state == ApprovalState::NotRequired && row.country_rule_id.is_none();
            shown && row.contact_id == Some(contact.id)
        });
        match rests.filter(|_| unwritten || of_another) {
            Some(row) => {
                Err(OfEvidence::ShowsNoneRequired(row.authority.as_deref().unwrap_or("the country").to_owned()))
            }
            None => Ok(()),
        }
    }

    /// The papers of its licenses that nobody verified yet.
    pub fn unverified_papers(&self) -> Vec<Paper<'_>> {
        let mut papers = Vec::new();
        for license in &self.licenses {
            let waits = |permit: &&Permit| {
                permit.verified_at.is_none() && permit.revoked_on.is_none() && !permit.is_withdrawn()
            };
            papers.extend(license.permits.iter().filter(waits).map(|permit| Paper::Permit(license, permit)));
            if let Some(certificate) = &license.certificate {
                let signatures = certificate.signatures.iter().filter(|signature| signature.verified_by.is_none());
                papers.extend(signatures.map(|signature| Paper::Signature(license, certificate, signature)));
            }
        }
        papers
    }

    /// What of its topics a statement bears on: those it is on, where they are of a party of the party it is about, and
    /// of a topic that is asked of one party only also if it names none.
    pub fn asked_by(&self, topic: &str, about: Option<PartyId>) -> Vec<Asked> {
        let of_topic: Vec<Asked> = self.asked().into_iter().filter(|asked| asked.topic == topic).collect();
        let alone = of_topic.len() == 1;
        let bears = |asked: &Asked| {
            let party = asked.party.as_ref().map(|(party, _)| *party);
            party.is_none() || party == about || (about.is_none() && alone)
        };
        of_topic.into_iter().filter(bears).collect()
    }

    /// The contacts at which something was said that bears on a topic, in the order of the file.
    pub fn said_on(&self, topic: &str, party: Option<PartyId>) -> Vec<ContactId> {
        let bears = |said: &&Statement| {
            let asked = self.asked_by(said.topic.as_deref().unwrap_or_default(), said.about_party_id);
            let is_it = |asked: &Asked| asked.topic == topic && asked.party.as_ref().map(|(party, _)| *party) == party;
            asked.iter().any(is_it)
        };
        let said: Vec<&Statement> = self.check.statements.iter().filter(bears).collect();
        let contacts = self.check.contacts.iter().map(|contact| contact.id);
        contacts.filter(|contact| said.iter().any(|said| said.contact_id == *contact)).collect()
    }
}

impl CheckFile {
    /// The finding that an asked topic has.
    pub fn finding_on(&self, asked: &Asked) -> Option<&Finding> {
        self.finding(&asked.topic, asked.party.as_ref().map(|(party, _)| *party))
    }
}

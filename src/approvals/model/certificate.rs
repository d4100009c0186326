//! The nontransfer and use certificate, and who signed it.

use serde::Deserialize;
use time::Date;

use super::{
    confirmation::{Confirmation, Lapsed, Sketch, Unconfirmed},
    words::Signer,
};
use crate::{
    audit::{Values, says},
    id::{CertificateId, ContactId, PartyId, PersonId, PostId, SignatureId},
    mistakes::model::{Recorded, Side},
    text::day_words,
};

/// A nontransfer and use certificate (DSP-83; 22 CFR 123.10).
#[derive(Debug, Clone, Deserialize)]
pub struct Certificate {
    pub id: CertificateId,
    pub form: String,
    /// Where it is kept.
    pub kept_at: String,
    /// Whether the host government has to sign.
    pub host_government_needed: bool,
    pub signatures: Vec<Signature>,
    pub version: i32,
}

/// A signature as the log shows it.
pub fn signed(name: &str, day: Date) -> Values {
    says("Signed by", name).and("Signed on", day)
}

/// A signature on a certificate.
#[derive(Debug, Clone, Deserialize)]
pub struct Signature {
    pub id: SignatureId,
    pub signer: Signer,
    pub signer_name: String,
    pub signed_on: Date,
    pub verified_by: Option<PersonId>,
    /// The contact it was verified through.
    pub verified_contact_id: Option<ContactId>,
    /// The verification that lapsed, until it is verified again.
    pub lapsed: Option<Lapsed>,
    pub recorded_by: PersonId,
    /// Whose word it is.
    pub recorded_at_post: Option<PostId>,
    pub version: i32,
}

impl Signature {
    /// What it says, in one line.
    pub fn said(&self, form: &str) -> String {
        let verified = if self.verified_by.is_some() { ", verified" } else { "" };
        format!(
            "{form}, {}: {}, {}{verified}",
            self.signer.label().to_lowercase(),
            self.signer_name,
            day_words(self.signed_on)
        )
    }

    /// Who recorded it, and whether a verification rests on it.
    pub fn recorded(&self) -> Recorded {
        let (by, at_post) = (Some(self.recorded_by), self.recorded_at_post);
        Recorded { by, side: Side::Post, at_post, carries: self.verified_by.is_some() }
    }

    /// Whether a contact confirms that it is genuine (guard 6): with the side that gave it, one of those parties or an
    /// authority for the host government; through a channel not taken from the paper, not before it was given.
    pub fn confirmed_by(&self, contact: Confirmation, signing: &[PartyId]) -> Result<(), Unconfirmed> {
        let with = match self.signer {
            Signer::HostGovernment => contact.authority.is_some(),
            _ => contact.party.is_some_and(|party| signing.contains(&party)),
        };
        if !with {
            return Err(Unconfirmed::Signer(self.signer.label().to_lowercase()));
        }
        contact.after(Some(self.signed_on))
    }
}

impl Signature {
    /// Whether a contact may still turn out to confirm it.
    pub fn may_be_confirmed_by(&self, sketch: &Sketch, signing: &[PartyId]) -> Result<(), Unconfirmed> {
        let best = sketch.at_best();
        let may_be_anybody = self.signer == Signer::HostGovernment || !signing.is_empty();
        if sketch.is_open() && may_be_anybody {
            best.after(Some(self.signed_on))
        } else {
            self.confirmed_by(best, signing)
        }
    }
}

impl Certificate {
    /// Who has not signed it yet: each signs once.
    pub fn unsigned(&self) -> impl Iterator<Item = Signer> {
        Signer::ALL.iter().copied().filter(|signer| self.signature(*signer).is_none())
    }

    /// The signature of a signer.
    pub fn signature(&self, signer: Signer) -> Option<&Signature> {
        self.signatures.iter().find(|signature| signature.signer == signer)
    }

    /// The signatures still missing or unverified, of those it needs (guard 6).
    pub fn lacking(&self) -> Vec<(Signer, bool)> {
        let needed = Signer::ALL
            .iter()
            .copied()
            .filter(|signer| *signer != Signer::HostGovernment || self.host_government_needed);
        needed
            .filter_map(|signer| match self.signature(signer) {
                None => Some((signer, false)),
                Some(signature) if signature.verified_by.is_none() => Some((signer, true)),
                Some(_) => None,
            })
            .collect()
    }
}

//! Permits, and whether one counts.

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use super::confirmation::{Confirmation, Lapsed, Sketch, Unconfirmed};
use crate::{
    id::{AuthorityId, ContactId, PermitId, PersonId, PostId},
    mistakes::model::{Recorded, Side},
    text::{day_words, folded, grouped, name_key},
};

/// One paper of a host-country authority.
#[derive(Debug, Clone, Deserialize)]
pub struct Permit {
    pub id: PermitId,
    pub authority_id: AuthorityId,
    pub issuer: String,
    /// The authority above the issuer.
    pub issuer_parent: Option<AuthorityId>,
    pub number: String,
    pub number_normalized: String,
    /// When it was issued.
    pub issued_on: Option<Date>,
    pub valid_from: Option<Date>,
    /// Its last day, included.
    pub valid_until: Option<Date>,
    pub quantity: i64,
    /// As people read it, however it was typed.
    pub unit: String,
    /// What it is known by.
    pub unit_code: String,
    /// The party it names.
    pub named_party: String,
    /// Where the paper is kept.
    pub kept_at: String,
    /// Whether its number counts for this license.
    pub holds_number: bool,
    /// The license its number counts for instead.
    pub used_for: Option<String>,
    /// Every authority whose consent it carries.
    pub authorities: Vec<AuthorityId>,
    pub verified_by: Option<PersonId>,
    /// When it was verified.
    #[serde(with = "time::serde::rfc3339::option")]
    pub verified_at: Option<OffsetDateTime>,
    /// The post of the contact that verified it.
    pub verified_post: Option<PostId>,
    pub verified_post_name: Option<String>,
    /// The kind of that contact, in words.
    pub verified_kind: Option<String>,
    /// The contact it was verified through.
    pub verified_contact_id: Option<ContactId>,
    /// The verification that lapsed, until it is verified again.
    pub lapsed: Option<Lapsed>,
    pub recorded_by: PersonId,
    /// Whose word it is.
    pub recorded_at_post: Option<PostId>,
    /// When the authority took the paper back, whichever license it is recorded for.
    pub revoked_on: Option<Date>,
    /// When it was taken back as recorded by mistake.
    #[serde(with = "time::serde::rfc3339::option")]
    pub withdrawn_at: Option<OffsetDateTime>,
    pub withdrawn_reason: Option<String>,
    pub version: i32,
}

/// What stands before the reasons in the matrix.
pub const DOES_NOT_COUNT: &str = "does not count";

/// Why a paper does not count. Its words are what the cell says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Shortfall {
    /// Nothing was asked for.
    #[error("not applied for")]
    NotAppliedFor,
    /// Asked for, no paper yet.
    #[error("applied for, not issued")]
    NotIssued,
    /// The authority said no.
    #[error("refused by the authority")]
    Refused,
    /// The authority took it back.
    #[error("revoked by the authority")]
    Revoked,
    /// No authority confirmed the paper.
    #[error("permit {0} is not verified")]
    NotVerified(String),
    /// The paper carries no consent of this authority.
    #[error("permit {0} does not carry this authority's consent")]
    OtherAuthority(String),
    #[error("covers {covered} of {needed}")]
    TooFew { covered: i64, needed: i64 },
    #[error("is for {0}")]
    OtherUnit(String),
    #[error("valid from {0}")]
    NotYet(String),
    #[error("expired {0}")]
    Expired(String),
    #[error("names another party ({0})")]
    OtherParty(String),
    /// Its number counts for another license.
    #[error("used for license {0}")]
    Used(String),
    /// Not in hand when the application was made (15 CFR 748.12).
    #[error("issued {issued}, after the application of {received}")]
    AfterApplication {
        /// When the paper was issued.
        issued: String,
        /// When the application came.
        received: String,
    },
    /// Nothing shows that it was in hand when the application was made (15 CFR 748.12).
    #[error("permit {0} has no day of issue, and has to be older than the application")]
    NoDayOfIssue(String),
}

/// What a permit is held against.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Whose consent is needed.
    pub authority: Option<AuthorityId>,
    /// How many, over all item groups that rest on the paper.
    pub quantity: i64,
    /// What its unit is known by.
    pub unit: &'a str,
    /// Names and aliases of the license's parties, as [`name_key`] has them.
    pub names: &'a [String],
    /// The day of decision, in Washington.
    pub today: Date,
    /// The day of the application, where the paper has to be in hand by then.
    pub in_hand_by: Option<Date>,
}

impl Permit {
    /// Whether a contact confirms that it is genuine (guard 5): with the authority that issued it, or the one above,
    /// through a channel not taken from the paper, not before it was issued.
    pub fn confirmed_by(&self, contact: Confirmation) -> Result<(), Unconfirmed> {
        let with = contact.authority.is_some_and(|with| with == self.authority_id || Some(with) == self.issuer_parent);
        if !with {
            return Err(Unconfirmed::Authority(self.issuer.clone()));
        }
        contact.after(self.issued_on)
    }

    /// Whether a contact may still turn out to confirm it.
    pub fn may_be_confirmed_by(&self, sketch: &Sketch) -> Result<(), Unconfirmed> {
        let best = sketch.at_best();
        if sketch.is_open() { best.after(self.issued_on) } else { self.confirmed_by(best) }
    }

    /// What it says, in one line.
    pub fn said(&self) -> String {
        let until = self.valid_until.map(|day| format!(", until {}", day_words(day))).unwrap_or_default();
        let quantity = grouped(&self.quantity.to_string());
        format!("Permit {} of {}: {quantity} {} for {}{until}", self.number, self.issuer, self.unit, self.named_party)
    }

    /// Who recorded it, and whether a verification rests on it.
    pub fn recorded(&self) -> Recorded {
        let (by, at_post) = (Some(self.recorded_by), self.recorded_at_post);
        Recorded { by, side: Side::Post, at_post, carries: self.verified_at.is_some() }
    }

    /// Whether it was recorded by mistake.
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn_reason.is_some()
    }

    /// Why the paper does not count for a claim, or nothing if it counts (guard 5).
    pub fn shortfalls(&self, claim: Claim<'_>) -> Vec<Shortfall> {
        let mut found = Vec::new();
        if self.revoked_on.is_some() {
            found.push(Shortfall::Revoked);
        }
        if let Some(last) = self.valid_until.filter(|last| *last < claim.today) {
            found.push(Shortfall::Expired(day_words(last)));
        }
        if let Some(first) = self.valid_from.filter(|first| *first > claim.today) {
            found.push(Shortfall::NotYet(day_words(first)));
        }
        if self.verified_at.is_none() {
            found.push(Shortfall::NotVerified(self.number.clone()));
        }
        if claim.authority.is_some_and(|authority| !self.authorities.contains(&authority)) {
            found.push(Shortfall::OtherAuthority(self.number.clone()));
        }
        if self.quantity < claim.quantity {
            found.push(Shortfall::TooFew { covered: self.quantity, needed: claim.quantity });
        }
        if folded(&self.unit_code) != folded(claim.unit) {
            found.push(Shortfall::OtherUnit(self.unit.clone()));
        }
        if !claim.names.contains(&name_key(&self.named_party)) {
            found.push(Shortfall::OtherParty(self.named_party.clone()));
        }
        if let Some(received) = claim.in_hand_by {
            match self.issued_on {
                None => found.push(Shortfall::NoDayOfIssue(self.number.clone())),
                Some(issued) if issued > received => {
                    found
                        .push(Shortfall::AfterApplication { issued: day_words(issued), received: day_words(received) });
                }
                Some(_) => {}
            }
        }
        if !self.holds_number && self.revoked_on.is_none() {
            found.push(Shortfall::Used(self.used_for.clone().unwrap_or_else(|| "unknown".into())));
        }
        found
    }
}

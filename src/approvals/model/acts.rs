//! What recording, verifying and counting ask of a license and its papers.

use time::Date;

use super::{Approval, ApprovalState, Certificate, Confirmation, CountryRule, CustodyStage, Permit, Refusal, Signer};
use crate::{
    checks::model::CheckState,
    duties::model::{self as duties, Duty},
    evidence::model::ContactKind,
    faults::{has_come, in_order, is_number},
    id::{AuthorityId, ContactId, ItemGroupId, PartyId, PermitId, PersonId, PostId},
    licenses::model::{ItemGroup, LicenseCheck, LicenseFile},
};

/// What a cell of the matrix is to say.
#[derive(Debug)]
pub struct NewCell<'a> {
    pub state: ApprovalState,
    pub applied_on: Option<Date>,
    pub permit: Option<PermitId>,
    pub given_on: Option<Date>,
    pub proof: &'a str,
    pub contact: Option<ContactId>,
}

/// What a permit is to say.
#[derive(Debug)]
pub struct NewPermit<'a> {
    pub issuer: AuthorityId,
    pub authorities: &'a [AuthorityId],
    pub number: &'a str,
    pub issued_on: Option<Date>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    pub items: &'a [ItemGroupId],
}

impl LicenseFile {
    /// Whether its papers may be recorded now: while it is pending or approved on conditions.
    pub fn takes_papers(&self) -> Result<(), Refusal> {
        if self.status.is_open() { Ok(()) } else { Err(Refusal::Settled(self.status.label().to_lowercase())) }
    }

    /// Whether custody and counts go on: also after issue, the license lives on, and a check on it is open.
    pub fn takes_counts(&self, serves: impl Fn(PostId) -> bool) -> Result<(), Refusal> {
        let open = |check: &LicenseCheck| serves(check.post_id) && check.state != CheckState::Closed;
        if self.status.is_open() || self.checks.iter().any(open) { Ok(()) } else { Err(Refusal::NoOpenCheck) }
    }

    /// The row of an item group and an authority; of none, that the country asks for no approval at all.
    pub fn approval(&self, item: ItemGroupId, of: Option<AuthorityId>) -> Option<&Approval> {
        self.approvals.iter().find(|row| row.item_group_id == item && row.authority_id == of)
    }

    /// What a cell's state asks for (guard 4): issued needs a permit, not required needs proof on paper or a confirmed
    /// country rule; a spoken promise is neither.
    pub fn judge_cell(
        &self,
        group: &ItemGroup,
        of: Option<AuthorityId>,
        new: &NewCell<'_>,
        told_by: impl Fn(ContactId) -> Option<ContactKind>,
    ) -> Vec<Refusal> {
        let mut refused = Vec::new();
        let told_by = new.contact.map(told_by);
        if told_by == Some(None) {
            refused.push(Refusal::Contact);
        }
        let by_rule = of.is_none() && self.none_needed(group).is_some_and(|rule| rule.confirmed_on.is_some());
        let proven = by_rule || told_by.flatten().is_some_and(ContactKind::is_written);
        match new.state {
            ApprovalState::Issued if new.permit.is_none() => refused.push(Refusal::NoPermit),
            ApprovalState::NotRequired if new.proof.is_empty() => refused.push(Refusal::NoProof),
            ApprovalState::NotRequired if !proven => refused.push(Refusal::Spoken),
            ApprovalState::Applied if new.applied_on.is_none() => refused.push(Refusal::NotDated),
            _ => {}
        }
        if of.is_none() {
            let asks =
                self.rules.iter().find(|rule| rule.item_class == group.item_class && rule.authority_id.is_some());
            match (new.state, asks) {
                (ApprovalState::NotRequired, Some(rule)) => {
                    let authority = rule.authority.as_deref().unwrap_or("an authority");
                    refused.push(Refusal::Asked(authority.to_owned()));
                }
                (ApprovalState::NotRequired, None) => {}
                (ApprovalState::Needed, _) if self.exempt(group).is_some() => {}
                _ => refused.push(Refusal::NoAuthority),
            }
        }
        match new.permit.map(|id| self.permit(Some(id))) {
            Some(None) => refused.push(Refusal::OtherPermit),
            Some(Some(permit)) if permit.is_withdrawn() => refused.push(Refusal::WithdrawnPermit),
            _ => {}
        }
        refused
    }

    /// The country rule that says none is needed for these items.
    pub fn none_needed(&self, group: &ItemGroup) -> Option<&CountryRule> {
        self.rules.iter().find(|rule| rule.item_class == group.item_class && rule.authority_id.is_none())
    }

    /// What keeps a permit from being recorded: what it lacks, and what stands where it would.
    pub fn judge_permit(
        &self,
        new: &NewPermit<'_>,
        of_the_destination: impl Fn(AuthorityId) -> bool,
        serves: impl Fn(PostId) -> bool,
        (today, washington_today): (Date, Date),
    ) -> Vec<Refusal> {
        if !of_the_destination(new.issuer) {
            return vec![Refusal::Issuer];
        }
        let mut refused = Vec::new();
        if !new.authorities.iter().all(|authority| of_the_destination(*authority)) {
            refused.push(Refusal::Authorities);
        }
        if new.items.is_empty() || new.items.iter().any(|item| self.item(*item).is_none()) {
            refused.push(Refusal::NoItems);
        }
        let plain = [is_number(new.number), in_order(new.valid_from, new.valid_until), has_come(new.issued_on, today)];
        refused.extend(plain.into_iter().filter_map(|judged| judged.err().map(Refusal::Fault)));
        if let Some(known) = self.live_permit(new.issuer, new.number) {
            refused.push(Refusal::Known { number: known.number.clone(), issuer: known.issuer.clone() });
        }
        refused.extend(self.in_the_way_of(new, serves, washington_today));
        refused
    }

    /// A cell that is another post's word, or rests on a paper that counts, is not taken over by another one.
    fn in_the_way_of(&self, new: &NewPermit<'_>, serves: impl Fn(PostId) -> bool, today: Date) -> Option<Refusal> {
        let cells = self.cells_of(new.issuer, new.authorities, new.items, today);
        cells.into_iter().find_map(|(item, of)| {
            let item = self.item(item)?;
            let cell = self.cell(item, of, today)?;
            if let Some(post) = cell.approval.and_then(|row| row.word_of_another(&serves)) {
                return Some(Refusal::WordOn { item: item.named(), post: post.to_owned() });
            }
            let permit = cell.permit.filter(|_| cell.counts())?;
            let (number, issuer) = (permit.number.clone(), permit.issuer.clone());
            Some(Refusal::Filled { item: item.named(), number, issuer })
        })
    }

    /// Whether a person may note that a permit is genuine (guards 5 and 11), through that contact.
    pub fn judge_verification(&self, by: PersonId, permit: &Permit, contact: Confirmation) -> Result<(), Refusal> {
        self.apart_from_papers(by, Duty::VerifyPermit)?;
        permit.confirmed_by(contact)?;
        permit.is_standing()
    }

    /// Whether an earlier act of a person keeps them from verifying (guard 11).
    pub fn apart_from_papers(&self, by: PersonId, duty: Duty) -> Result<(), Refusal> {
        Ok(duties::judge(duty, by, &self.duties)?)
    }

    /// The certificate on which a signature may be recorded: one that is verified stays.
    pub fn takes_signature(&self, signer: Signer) -> Result<&Certificate, Refusal> {
        let certificate = self.certificate.as_ref().ok_or(Refusal::NoCertificate)?;
        let known = certificate.signatures.iter().find(|known| known.signer == signer);
        match known.filter(|known| known.verified_by.is_some()) {
            None => Ok(certificate),
            Some(known) => Err(Refusal::SignatureVerified {
                signer: known.signer.label().to_lowercase(),
                name: known.signer_name.clone(),
            }),
        }
    }

    /// Whether a party is one of this license.
    pub fn its_party(&self, party: Option<PartyId>) -> Result<(), Refusal> {
        let known = |party| self.parties.iter().any(|known| known.party_id == party);
        if party.is_none_or(known) { Ok(()) } else { Err(Refusal::Party) }
    }

    /// Whether an item group is one of this license.
    pub fn its_item(&self, item: Option<ItemGroupId>) -> Result<(), Refusal> {
        if item.is_none_or(|item| self.item(item).is_some()) { Ok(()) } else { Err(Refusal::Item) }
    }
}

impl Permit {
    /// One that was taken back is neither verified nor revoked.
    pub fn is_standing(&self) -> Result<(), Refusal> {
        if self.is_withdrawn() { Err(Refusal::TakenBack) } else { Ok(()) }
    }
}

impl CustodyStage {
    /// What is to come is planned.
    pub fn holds_on(self, day: Option<Date>, today: Date) -> Result<(), Refusal> {
        if self == Self::Actual { has_come(day, today).map_err(|_| Refusal::Planned) } else { Ok(()) }
    }
}

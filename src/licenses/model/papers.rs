//! What recording, verifying and counting papers asks of a license.

use time::Date;

use super::file::{ItemGroup, LicenseCheck, LicenseFile};
use crate::{
    approvals::model::{
        Approval, ApprovalState, AskedCell, CountryRule, LicenseContact, NewCell, NewPermit, Permit, Refusal, ToldBy,
        Whose, valid,
    },
    audit::{self, Event, Subject, Verb},
    duties::model::{self as duties, Duty},
    faults::{has_come, in_order, is_number},
    id::{
        ApprovalId, AuthorityId, CheckId, ContactId, CountryRuleId, ItemGroupId, LicenseId, PartyId, PermitId,
        PersonId, PostId,
    },
    proof,
    text::{day_words, many},
    vocabulary::CheckState,
};

proof! {
    /// Proof that a cell may say so (guard 4).
    pub struct CellRecorded {
        license: LicenseId,
        /// The cell: the one that is there, or a new one.
        approval: ApprovalId,
        item: ItemGroupId,
        authority: Option<AuthorityId>,
        says: NewCell,
        /// The country rule that none is required, where that is what it says.
        rule: Option<CountryRuleId>,
    }
}

proof! {
    /// Proof that it may be taken back that the country asks for no approval of an item group at all.
    pub struct ExemptionWithdrawn {
        approval: ApprovalId,
        item: ItemGroupId,
    }
}

proof! {
    /// Proof that the country rules ask for cells that nobody recorded.
    pub struct CellsProposed {
        license: LicenseId,
        cells: Vec<AskedCell>,
    }
}

proof! {
    /// Proof that a permit may be recorded, with the cells it fills.
    pub struct PermitRecorded {
        license: LicenseId,
        permit: PermitId,
        says: NewPermit,
        cells: Vec<(ItemGroupId, AuthorityId)>,
    }
}

proof! {
    /// Proof that a person may note a permit as genuine, through that contact (guards 5 and 11).
    pub struct PermitVerified {
        permit: PermitId,
        contact: ContactId,
    }
}

proof! {
    /// Proof that a permit may be noted as revoked by its authority.
    pub struct PermitRevoked {
        permit: PermitId,
        day: Date,
    }
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

    /// The check of a post that it counts on: its newest that is not closed, or else its newest.
    pub fn counted_on(&self, serves: impl Fn(PostId) -> bool) -> Option<CheckId> {
        let of_post = || self.checks.iter().filter(|check| serves(check.post_id));
        of_post()
            .rfind(|check| check.state != CheckState::Closed)
            .or_else(|| of_post().next_back())
            .map(|check| check.id)
    }

    /// The row of an item group and an authority; of none, that the country asks for no approval at all.
    pub fn approval(&self, item: ItemGroupId, of: Option<AuthorityId>) -> Option<&Approval> {
        self.approvals.iter().find(|row| row.item_group_id == item && row.authority_id == of)
    }

    /// The cells that the country rules ask for and nobody recorded.
    pub fn propose_cells(&self) -> Result<CellsProposed, Refusal> {
        self.takes_papers()?;
        let mut cells = Vec::new();
        for item in &self.items {
            let rules = self.rules.iter().filter(|rule| rule.item_class == item.item_class);
            for (rule, authority) in rules.filter_map(|rule| Some((rule, rule.authority_id?))) {
                if self.approval(item.id, Some(authority)).is_none() {
                    cells.push(AskedCell { item: item.id, authority, rule: rule.id, days: rule.usual_days });
                }
            }
        }
        if cells.is_empty() {
            return Err(Refusal::NothingToPropose);
        }
        let sentence = format!("proposed {} from the country rules", many(cells.len(), "import approval"));
        let event = Event::new(Verb::ApprovalRecorded, self.id, sentence);
        Ok(CellsProposed { license: self.id, cells, event })
    }

    /// Recording a cell: another post's word stays theirs, and its state asks for what shows it (guard 4).
    pub fn record_cell(
        &self,
        (new_row, group): (ApprovalId, &ItemGroup),
        of: Option<Whose<'_>>,
        new: NewCell,
        told_by: impl Fn(ContactId) -> Option<ToldBy>,
        serves: impl Fn(PostId) -> bool,
        today: Date,
    ) -> Result<CellRecorded, Vec<Refusal>> {
        let authority = of.map(|whose| whose.id);
        self.judge_cell(group, of, &new, told_by, serves, today)?;
        let rule = self.none_needed(group).map(|rule| rule.id).filter(|_| new.state == ApprovalState::NotRequired);
        let says = NewCell { permit: new.permit.filter(|_| new.state == ApprovalState::Issued), ..new };
        let (whose, state) = (of.map_or("any authority", |whose| whose.name), says.state.label().to_lowercase());
        let sentence = format!("import approval of {whose} for {}: {state}", group.named());
        let known = self.approval(group.id, authority);
        let approval = known.map_or(new_row, |known| known.id);
        let event = Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", approval.0), sentence);
        let event = event.before(known.map(|was| was.values(self.permit(was.permit_id))));
        let event = event.on_license(self.id).after(says.values(self.permit(says.permit)));
        Ok(CellRecorded { license: self.id, approval, item: group.id, authority, says, rule, event })
    }

    /// Whether a cell is the reader's to change.
    fn its_own_word(
        &self,
        item: ItemGroupId,
        of: Option<AuthorityId>,
        serves: impl Fn(PostId) -> bool,
    ) -> Result<(), Refusal> {
        match self.approval(item, of).and_then(|row| row.word_of_another(serves)) {
            Some(post) => Err(Refusal::WordOf(post.to_owned())),
            None => Ok(()),
        }
    }

    /// Taking back that the country asks for no approval of an item group at all: its cell, needed again. What else the
    /// form says is judged as in any cell.
    pub fn withdraw_exemption(
        &self,
        group: &ItemGroup,
        new: &NewCell,
        told_by: impl Fn(ContactId) -> Option<ToldBy>,
        serves: impl Fn(PostId) -> bool,
        today: Date,
    ) -> Result<ExemptionWithdrawn, Vec<Refusal>> {
        self.judge_cell(group, None, new, told_by, serves, today)?;
        let known = self.exempt(group).ok_or_else(|| vec![Refusal::NoAuthority])?;
        let sentence = format!("took back that no import approval is required for {}", group.named());
        let event = Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", known.id.0), sentence);
        let event = event.on_license(self.id).before(audit::says("Proof", &known.proof));
        Ok(ExemptionWithdrawn { approval: known.id, item: group.id, event })
    }

    fn judge_cell(
        &self,
        group: &ItemGroup,
        whose: Option<Whose<'_>>,
        new: &NewCell,
        told_by: impl Fn(ContactId) -> Option<ToldBy>,
        serves: impl Fn(PostId) -> bool,
        today: Date,
    ) -> Result<(), Vec<Refusal>> {
        let of = whose.map(|whose| whose.id);
        let theirs = self.takes_papers().and_then(|()| self.its_own_word(group.id, of, serves));
        theirs.map_err(|refusal| vec![refusal])?;
        let mut refused = Vec::new();
        refused.extend(has_come(new.applied_on, today).err().map(Refusal::AppliedOn));
        refused.extend(has_come(new.given_on, today).err().map(Refusal::GivenOn));
        let told_by = new.contact.map(told_by);
        if matches!(told_by, Some(None)) {
            refused.push(Refusal::Contact);
        }
        let by_rule = of.is_none() && self.none_needed(group).is_some_and(|rule| rule.confirmed_on.is_some());
        let proven = told_by.flatten().ok_or(Refusal::Spoken).and_then(|told| told.shows_none_required(whose));
        match new.state {
            ApprovalState::Issued if new.permit.is_none() => refused.push(Refusal::NoPermit),
            ApprovalState::NotRequired if new.proof.is_empty() => refused.push(Refusal::NoProof),
            ApprovalState::NotRequired if !by_rule => refused.extend(proven.err()),
            ApprovalState::Applied if new.applied_on.is_none() => refused.push(Refusal::NotDated),
            _ => {}
        }
        if let Some(row) = self.approval(group.id, of).filter(|row| row.is_waited_for()) {
            let explained = !new.note.is_empty() && new.note != row.note;
            if new.waits_for.is_empty() && new.given_on.is_none() && !explained {
                refused.push(Refusal::StillWaits(row.waits_for.clone()));
            }
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
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    }

    /// The country rule that says none is needed for these items.
    fn none_needed(&self, group: &ItemGroup) -> Option<&CountryRule> {
        self.rules.iter().find(|rule| rule.item_class == group.item_class && rule.authority_id.is_none())
    }

    /// Recording a permit, and letting it fill its cells.
    pub fn record_permit(
        &self,
        permit: PermitId,
        new: NewPermit,
        named: impl Fn(AuthorityId) -> Option<String>,
        serves: impl Fn(PostId) -> bool,
        (today, washington_today): (Date, Date),
    ) -> Result<PermitRecorded, Vec<Refusal>> {
        self.takes_papers().map_err(|refusal| vec![refusal])?;
        let issuer = named(new.issuer).ok_or_else(|| vec![Refusal::Issuer])?;
        let mut refused = Vec::new();
        if new.authorities.iter().any(|authority| named(*authority).is_none()) {
            refused.push(Refusal::Authorities);
        }
        if new.items.is_empty() || new.items.iter().any(|item| self.item(*item).is_none()) {
            refused.push(Refusal::NoItems);
        }
        let plain = [is_number(&new.number), in_order(new.valid_from, new.valid_until), has_come(new.issued_on, today)];
        refused.extend(plain.into_iter().filter_map(|judged| judged.err().map(Refusal::Fault)));
        if let Some(known) = self.live_permit(new.issuer, &new.number) {
            refused.push(Refusal::Known { number: known.number.clone(), issuer: known.issuer.clone() });
        } else if let Some(other) = new.alike.clone().filter(|_| !new.is_another) {
            refused.push(Refusal::Alike { number: new.number.clone(), other, issuer: issuer.clone() });
        }
        if let (Some(years), Some(until), false) = (new.long_valid(today), new.valid_until, new.is_long_valid) {
            refused.push(Refusal::LongValid { until: day_words(until), years });
        }
        let cells = self.cells_of(new.issuer, &new.authorities, &new.items, washington_today);
        refused.extend(self.in_the_way(&cells, serves, washington_today));
        if !refused.is_empty() {
            return Err(refused);
        }
        let (number, answered) = (&new.number, new.answered(today));
        let sentence = format!("recorded permit {number} of {issuer} for {} {}{answered}", new.quantity, new.unit);
        let event = Event::new(Verb::PermitRecorded, Subject::Row("permit", permit.0), sentence).on_license(self.id);
        let event = event.after(valid(&new.named_party, new.valid_from, new.valid_until));
        Ok(PermitRecorded { license: self.id, permit, says: new, cells, event })
    }

    /// A cell that is another post's word, or rests on a paper that counts, is not taken over by another one.
    fn in_the_way(
        &self,
        cells: &[(ItemGroupId, AuthorityId)],
        serves: impl Fn(PostId) -> bool,
        today: Date,
    ) -> Option<Refusal> {
        cells.iter().find_map(|(item, of)| {
            let item = self.item(*item)?;
            let cell = self.cell(item, *of, today)?;
            if let Some(post) = cell.approval.and_then(|row| row.word_of_another(&serves)) {
                return Some(Refusal::WordOn { item: item.named(), post: post.to_owned() });
            }
            let permit = cell.permit.filter(|_| cell.counts())?;
            let (number, issuer) = (permit.number.clone(), permit.issuer.clone());
            Some(Refusal::Filled { item: item.named(), number, issuer })
        })
    }

    /// Noting that a permit is genuine, through a contact (guards 5 and 11).
    pub fn verify_permit(
        &self,
        by: PersonId,
        permit: &Permit,
        contact: &LicenseContact,
    ) -> Result<PermitVerified, Refusal> {
        self.takes_papers()?;
        self.may_verify(by, Duty::VerifyPermit)?;
        permit.confirmed_by(contact.confirmation())?;
        permit.is_standing()?;
        let sentence = format!("verified permit {} of {}: {}", permit.number, permit.issuer, contact.named());
        let event = Event::new(Verb::PermitVerified, Subject::Row("permit", permit.id.0), sentence);
        let event = event.on_license(self.id);
        Ok(PermitVerified { permit: permit.id, contact: contact.id, event })
    }

    /// Whether an earlier act of a person keeps them from verifying (guard 11).
    pub fn may_verify(&self, by: PersonId, duty: Duty) -> Result<(), Refusal> {
        Ok(duties::judge(duty, by, &self.duties)?)
    }

    /// Noting that the authority took a permit back.
    pub fn revoke_permit(&self, permit: &Permit, day: Date, how: &str, today: Date) -> Result<PermitRevoked, Refusal> {
        self.takes_papers()?;
        has_come(day, today)?;
        permit.is_standing()?;
        let sentence = format!("recorded that {} revoked permit {}", permit.issuer, permit.number);
        let event = Event::new(Verb::PermitRevoked, Subject::Row("permit", permit.id.0), sentence);
        Ok(PermitRevoked {
            permit: permit.id,
            day,
            event: event.on_license(self.id).after(audit::says("Day", day).and("How it is known", how)),
        })
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

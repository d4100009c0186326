//! The consent of a story's host country: permits and the cells they fill.

use time::{Date, Duration};

use crate::{
    approvals::model::{Approval, ApprovalState, Permit, valid},
    audit::{Event, Subject, Verb, says},
    duties::model::Duty,
    error::{AppError, Result},
    evidence::model::{Contact, ContactKind},
    generate::{
        language,
        story::{Story, refused},
        world::Hand,
    },
    id::{ApprovalId, AuthorityId, ContactId, ItemGroupId, PermitId},
    licenses::model::ItemGroup,
    parties::model::PartyRole,
    text::folded,
};

impl Story<'_> {
    /// Notes that the country asks for no approval of an item group, as a letter says.
    fn exempt(&mut self, index: usize, item: ItemGroupId) -> Result<()> {
        let destination = &self.file.licenses[index].destination;
        let authority = self.world.book.authorities.get(destination).and_then(|known| known.first()).cloned();
        let contacts = &self.file.check.contacts;
        let written = |contact: &&Contact| contact.kind.is_written() && contact.authority_id.is_some();
        let contact = match contacts.iter().find(written).map(|contact| contact.id) {
            Some(contact) => contact,
            None => self.contact(ContactKind::Letter, authority, ASKED_FOR_NONE)?,
        };
        let proof = language::text(&mut self.world.dice, ASKED_FOR_NONE);
        self.cell(
            index,
            item,
            None,
            Cell { state: ApprovalState::NotRequired, permit: None, proof, contact: Some(contact), ..Cell::default() },
        )
    }

    /// Records that an approval was applied for, or is still to be.
    pub(super) fn apply(&mut self, index: usize, item: ItemGroupId, authority: &(AuthorityId, String)) -> Result<()> {
        let day = self.post_day();
        let dice = &mut self.world.dice;
        let waits = dice.chance(200);
        let cell = Cell {
            state: if waits { ApprovalState::Needed } else { ApprovalState::Applied },
            applied_on: (!waits).then(|| day - Duration::days(dice.between(0, 20))),
            waits_for: if waits { "serial numbers" } else { "" },
            given_on: Some(day).filter(|_| waits && dice.chance(500)),
            ..Cell::default()
        };
        self.cell(index, item, Some(authority), cell)
    }

    fn cell(
        &mut self,
        index: usize,
        item: ItemGroupId,
        authority: Option<&(AuthorityId, String)>,
        cell: Cell,
    ) -> Result<()> {
        self.soon();
        let (by, was_ready) = (self.officer(), self.is_ready(index));
        let id = ApprovalId(self.id());
        let (person, now, post) = (self.person(by), self.file.now, self.file.check.post_id);
        let post_name = self.file.check.post_name.clone();
        let license = &mut self.file.licenses[index];
        let named = license.item(item).map(ItemGroup::named).unwrap_or_default();
        let whose = authority.map_or("any authority", |(_, name)| name.as_str());
        let sentence = format!("import approval of {whose} for {named}: {}", cell.state.label().to_lowercase());
        let event =
            Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", id.0), sentence).on_license(license.id);
        let row = Approval {
            id,
            item_group_id: item,
            authority_id: authority.map(|(id, _)| *id),
            authority: authority.map(|(_, name)| name.clone()),
            state: cell.state,
            applied_on: cell.applied_on,
            permit_id: cell.permit,
            waits_for: cell.waits_for.to_owned(),
            given_on: cell.given_on,
            usual_days: None,
            proof: cell.proof,
            contact_id: cell.contact,
            told_by_post: None,
            told_on: None,
            told_by_kind: None,
            recorded_at_post: Some(post),
            recorded_at_post_name: Some(post_name),
            country_rule_id: None,
            note: String::new(),
            version: 1,
        };
        let permit = license.permits.iter().find(|permit| Some(permit.id) == row.permit_id);
        let event = event.after(row.values(permit));
        license.approvals.push(row);
        self.records[index].approvals.push((person, now));
        self.settle_license(index, by, was_ready, event)
    }

    /// Notes that the end-user was given what was waited for, if anything is.
    fn give(&mut self, index: usize, item: ItemGroupId, authority: &(AuthorityId, String)) -> Result<()> {
        let of = |row: &Approval| row.item_group_id == item && row.authority_id == Some(authority.0);
        let waits = |row: &Approval| of(row) && row.is_waited_for();
        let Some(place) = self.license(index).approvals.iter().position(waits) else { return Ok(()) };
        self.soon();
        let (by, was_ready, day) = (self.officer(), self.is_ready(index), self.post_day());
        let (person, now) = (self.person(by), self.file.now);
        let license = &mut self.file.licenses[index];
        let named = license.item(item).map(ItemGroup::named).unwrap_or_default();
        let row = &mut license.approvals[place];
        (row.given_on, row.version) = (Some(day), row.version + 1);
        let state = row.state.label().to_lowercase();
        let sentence = format!("import approval of {} for {named}: {state}", authority.1);
        let event = Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", row.id.0), sentence);
        let event = event.on_license(license.id).after(row.values(None));
        self.records[index].approvals[place] = (person, now);
        self.settle_license(index, by, was_ready, event)
    }

    fn permit_number(&mut self) -> String {
        self.world.numbers.permits += 1;
        format!("{}-{}", self.world.numbers.permits, self.world.dice.pick(&["A", "B", "C", "IMP"]))
    }

    /// Lets a paper fill a cell, which is recorded if it was not.
    fn fill_cell(
        &mut self,
        index: usize,
        item: ItemGroupId,
        authority: &(AuthorityId, String),
        id: PermitId,
        by: Hand,
    ) {
        let (person, now) = (self.person(by), self.file.now);
        let license = &mut self.file.licenses[index];
        let known =
            license.approvals.iter().position(|row| row.item_group_id == item && row.authority_id == Some(authority.0));
        if let Some(place) = known {
            let row = &mut license.approvals[place];
            (row.state, row.permit_id, row.version) = (ApprovalState::Issued, Some(id), row.version + 1);
            self.records[index].approvals[place] = (person, now);
        } else {
            let row = ApprovalId(self.world.dice.id(now));
            license.approvals.push(Approval {
                id: row,
                item_group_id: item,
                authority_id: Some(authority.0),
                authority: Some(authority.1.clone()),
                state: ApprovalState::Issued,
                applied_on: None,
                permit_id: Some(id),
                waits_for: String::new(),
                given_on: None,
                usual_days: None,
                proof: String::new(),
                contact_id: None,
                told_by_post: None,
                told_on: None,
                told_by_kind: None,
                recorded_at_post: Some(self.file.check.post_id),
                recorded_at_post_name: Some(self.file.check.post_name.clone()),
                country_rule_id: None,
                note: String::new(),
                version: 1,
            });
            self.records[index].approvals.push((person, now));
        }
    }

    /// Records the permit of an authority for an item group. Gives its place.
    pub(super) fn permit(
        &mut self,
        index: usize,
        item: ItemGroupId,
        authority: &(AuthorityId, String),
        short: bool,
    ) -> Result<usize> {
        self.soon();
        let (by, was_ready, id) = (self.officer(), self.is_ready(index), PermitId(self.id()));
        let (person, now, day, post) = (self.person(by), self.file.now, self.post_day(), self.file.check.post_id);
        let number = self.permit_number();
        let license = &mut self.file.licenses[index];
        let of = license.items.iter().find(|known| known.id == item).ok_or_else(|| AppError::internal("no items"))?;
        let quantity = if short { (of.quantity - 1).max(1) } else { of.quantity };
        let user = license.parties.iter().find(|party| party.role == PartyRole::EndUser);
        let early = license.in_hand_before(of).and(license.received_on);
        let dice = &mut self.world.dice;
        let issued_on = (day - Duration::days(dice.between(1, 12))).min(early.unwrap_or(day));
        let permit = Permit {
            id,
            authority_id: authority.0,
            issuer: authority.1.clone(),
            issuer_parent: None,
            number_normalized: folded(&number),
            number,
            issued_on: Some(issued_on),
            valid_from: Some(issued_on),
            valid_until: Some(day + Duration::days(dice.between(240, 700))),
            quantity,
            unit: of.unit.clone(),
            unit_code: of.unit_code.clone(),
            named_party: user.map(|user| user.name.clone()).unwrap_or_default(),
            kept_at: "Post's file".to_owned(),
            holds_number: true,
            used_for: None,
            authorities: vec![authority.0],
            verified_by: None,
            verified_at: None,
            verified_post: None,
            verified_post_name: None,
            verified_kind: None,
            verified_contact_id: None,
            lapsed: None,
            recorded_by: person,
            recorded_at_post: Some(post),
            revoked_on: None,
            withdrawn_at: None,
            withdrawn_reason: None,
            version: 1,
        };
        let sentence = format!("recorded permit {} of {} for {quantity} {}", permit.number, permit.issuer, permit.unit);
        let event = Event::new(Verb::PermitRecorded, Subject::Row("permit", id.0), sentence).on_license(license.id);
        let event = event.after(valid(&permit.named_party, permit.valid_from, permit.valid_until));
        let place = license.permits.len();
        license.permits.push(permit);
        self.records[index].permits.push((now, None, None));
        self.fill_cell(index, item, authority, id, by);
        self.settle_license(index, by, was_ready, event)?;
        Ok(place)
    }

    /// Verifies a permit, through a call at the authority that issued it.
    pub(super) fn verify(&mut self, index: usize, place: usize) -> Result<()> {
        let permit = &self.license(index).permits[place];
        let authority = (permit.authority_id, permit.issuer.clone());
        let kind = self.world.dice.weighed(&[
            (500, ContactKind::Call),
            (250, ContactKind::Meeting),
            (250, ContactKind::Letter),
        ]);
        let contact = self.contact(kind, Some(authority), GENUINE)?;
        self.soon();
        let (by, was_ready) = (self.officer(), self.is_ready(index));
        let (person, now) = (self.person(by), self.file.now);
        refused(self.license(index).apart(person, Duty::VerifyPermit))?;
        let named = self.contact_named(contact);
        let license = &mut self.file.licenses[index];
        let permit = &mut license.permits[place];
        (permit.verified_by, permit.verified_at, permit.version) = (Some(person), Some(now), permit.version + 1);
        let sentence = format!("verified permit {} of {}: {named}", permit.number, permit.issuer);
        let event =
            Event::new(Verb::PermitVerified, Subject::Row("permit", permit.id.0), sentence).on_license(license.id);
        self.records[index].permits[place].1 = Some(contact);
        self.settle_license(index, by, was_ready, event)
    }

    /// Notes that the authority took a permit back, if there is one.
    pub(super) fn revoke_a_permit(&mut self, index: usize) -> Result<()> {
        if self.license(index).permits.is_empty() {
            return Ok(());
        }
        self.soon();
        let by = self.officer();
        let day = self.post_day();
        let how = language::text(&mut self.world.dice, REVOKED);
        self.records[index].permits[0].2 = Some(self.person(by));
        let license = &mut self.file.licenses[index];
        let permit = &mut license.permits[0];
        (permit.revoked_on, permit.version) = (Some(day), permit.version + 1);
        let sentence = format!("recorded that {} revoked permit {}", permit.issuer, permit.number);
        let event =
            Event::new(Verb::PermitRevoked, Subject::Row("permit", permit.id.0), sentence).on_license(license.id);
        let event = event.after(says("Day", day).and("How it is known", &how));
        self.settle_license(index, by, false, event)
    }

    /// What the country's rules ask for an item group, or the first of its authorities where they say nothing of it.
    fn asked_for(&mut self, index: usize, item: ItemGroupId) -> Vec<(AuthorityId, String)> {
        let license = self.license(index);
        let of = license.item(item);
        let class = of.map(|item| item.item_class.clone()).unwrap_or_default();
        let is_always = of.and_then(|item| license.in_hand_before(item)).is_some_and(|asked| asked.always);
        let rules = license.rules.iter().filter(|rule| rule.item_class == class);
        let asked: Vec<_> = rules.filter_map(|rule| Some((rule.authority_id?, rule.authority.clone()?))).collect();
        if !asked.is_empty() {
            return asked;
        }
        let known = self.world.book.authorities.get(&license.destination);
        let first = known.and_then(|known| known.first()).cloned();
        first.filter(|_| is_always || self.world.dice.chance(500)).into_iter().collect()
    }

    /// Gets what the host country has to say to a license; `whole`: all of it, else some is still open.
    pub(super) fn consent(&mut self, index: usize, whole: bool) -> Result<()> {
        let items: Vec<ItemGroupId> = self.license(index).items.iter().map(|item| item.id).collect();
        for item in items {
            let asked = self.asked_for(index, item);
            let settled =
                self.license(index).exempt(self.license(index).item(item).ok_or(AppError::NotFound)?).is_some();
            if asked.is_empty() && !settled {
                self.exempt(index, item)?;
            }
            for authority in asked {
                self.consent_of(index, item, &authority, whole)?;
            }
        }
        Ok(())
    }

    fn consent_of(
        &mut self,
        index: usize,
        item: ItemGroupId,
        authority: &(AuthorityId, String),
        whole: bool,
    ) -> Result<()> {
        let license = self.license(index);
        let row =
            license.approvals.iter().find(|row| row.item_group_id == item && row.authority_id == Some(authority.0));
        let paper =
            row.and_then(|row| row.permit_id).and_then(|id| license.permits.iter().position(|permit| permit.id == id));
        let (is_recorded, counts) = (
            row.is_some(),
            license
                .items
                .iter()
                .find(|known| known.id == item)
                .and_then(|item| license.cell(item, authority.0, self.file.today()))
                .is_some_and(|cell| cell.counts()),
        );
        if counts {
            return Ok(());
        }
        if !is_recorded && (!whole || self.world.dice.chance(350)) {
            self.apply(index, item, authority)?;
        }
        if !whole {
            return Ok(());
        }
        self.give(index, item, authority)?;
        self.pass(1, 10);
        let place = match paper {
            Some(place) => place,
            None => self.permit(index, item, authority, false)?,
        };
        self.pass(0, 4);
        self.verify(index, place)
    }
}

/// What a cell of the permit matrix says.
#[derive(Debug)]
struct Cell {
    pub(super) state: ApprovalState,
    pub(super) applied_on: Option<Date>,
    pub(super) permit: Option<PermitId>,
    pub(super) waits_for: &'static str,
    pub(super) given_on: Option<Date>,
    pub(super) proof: String,
    pub(super) contact: Option<ContactId>,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            state: ApprovalState::Needed,
            applied_on: None,
            permit: None,
            waits_for: "",
            given_on: None,
            proof: String::new(),
            contact: None,
        }
    }
}

const ASKED_FOR_NONE: &[&str] = &[
    "The {ministry|registry} {writes|answers} that {no approval|no permit} is asked for such items.",
    "{Customs|The ministry} lets such items in without a permit, says its letter.",
];
const GENUINE: &[&str] = &[
    "The {clerk|duty officer} found the permit in the register and {read its number back|confirmed number and quantity}.",
];
const REVOKED: &[&str] =
    &["The authority {wrote|said} that it took the permit back {after an audit|for want of a fee}."];

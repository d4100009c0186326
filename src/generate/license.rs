//! The license's side of a story: items, parties, consent of the host country, certificate, custody, decisions.

use rust_decimal::Decimal;
use serde_json::json;
use time::{Date, Duration, OffsetDateTime};

use super::{
    language, rows,
    story::{Kept, Records, Story, cents, refused},
    world::{Hand, World},
};
use crate::{
    access::Role,
    approvals::{
        cell::contact_named,
        model::{
            Approval, ApprovalState, Certificate, CustodyStage, CustodyStep, Permit, SerialCount, SerialState,
            Signature, Signer,
        },
        store::LicenseContact,
    },
    audit::{Event, Subject, Verb},
    checks::model::CheckState,
    duties::model::Duty,
    error::{AppError, Result},
    evidence::model::ContactKind,
    id::{
        ApprovalId, AuthorityId, CertificateId, ConditionId, ContactId, CustodyStepId, DecisionId, ExceptionId,
        ItemGroupId, LicenseId, LicensePartyId, PartyId, PermitId, ProvisoId, SerialId, SignatureId,
    },
    licenses::{
        model::{
            Act, Condition, Decider, Decision, Exception, ItemGroup, Jurisdiction, LicenseCheck, LicenseFile,
            LicenseParty, LicenseStatus,
        },
        register::described,
        store::LicenseData,
        verbs::LicenseVerb,
    },
    parties::model::{PartyRole, TakesPossession},
    reference::model::ReferenceKind,
    text::{folded, folded_name},
};

/// What is bought, and how much it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Good {
    pub(super) class: &'static str,
    labels: &'static [&'static str],
    pub(super) category: &'static str,
    significant: bool,
    unit: &'static str,
    /// Of one, in cents.
    price: (i64, i64),
    most: i64,
}

const fn good(
    class: &'static str,
    labels: &'static [&'static str],
    category: &'static str,
    significant: bool,
    price: (i64, i64),
    most: i64,
) -> Good {
    Good { class, labels, category, significant, unit: "pieces", price, most }
}

impl Good {
    /// One of its names, at the head of a line.
    pub(super) fn label(&self, place: usize) -> String {
        let label = self.labels[place % self.labels.len()];
        let mut letters = label.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// What is bought, the more often the greater its weight.
pub(super) const GOODS: &[(usize, Good)] = &[
    (260, good("pistol", &["9 mm pistols", ".45 pistols", "9 mm compact pistols"], "I", false, (35_000, 95_000), 260)),
    (40, good("revolver", &[".38 revolvers"], "I", false, (30_000, 80_000), 120)),
    (90, good("semiautomatic_rifle", &["5.56 mm rifles", "7.62 mm rifles"], "I", false, (70_000, 190_000), 160)),
    (60, good("automatic_rifle", &["5.56 mm automatic rifles", "carbines"], "I", true, (90_000, 210_000), 150)),
    (15, good("machine_gun", &["7.62 mm machine guns"], "II", true, (700_000, 1_600_000), 24)),
    (45, good("sniper_rifle", &["bolt-action rifles", "sniper rifles"], "I", false, (250_000, 900_000), 40)),
    (50, good("shotgun", &["12 gauge shotguns"], "I", false, (30_000, 90_000), 200)),
    (
        120,
        Good {
            unit: "rounds",
            ..good(
                "ammunition",
                &["9 mm cartridges", "5.56 mm cartridges", ".38 cartridges"],
                "III",
                false,
                (20, 110),
                400_000,
            )
        },
    ),
    (70, good("optic", &["holographic sights", "telescopic sights"], "XII", false, (40_000, 150_000), 300)),
    (45, good("night_vision", &["night vision goggles", "thermal sights"], "XII", true, (280_000, 900_000), 60)),
    (60, good("body_armor", &["ballistic vests", "helmets"], "X", false, (40_000, 160_000), 900)),
    (25, good("armored_vehicle", &["armored utility vehicles"], "VII", false, (9_000_000, 26_000_000), 12)),
    (
        60,
        good(
            "aircraft_part",
            &["rotor assemblies", "landing gear struts", "fuel controls"],
            "VIII",
            false,
            (120_000, 4_000_000),
            20,
        ),
    ),
    (25, good("unmanned_aircraft", &["small unmanned aircraft"], "VIII", false, (1_500_000, 9_000_000), 10)),
    (15, good("vessel_part", &["patrol boat engines"], "VI", false, (2_000_000, 9_000_000), 8)),
    (60, good("electronics", &["tactical radios", "radar modules"], "XI", false, (90_000, 900_000), 120)),
    (
        20,
        Good {
            unit: "kilograms",
            ..good("explosive", &["blasting charges", "propellant"], "V", false, (900, 6_000), 9_000)
        },
    ),
    (30, good("less_lethal", &["riot control grenades"], "XIV", false, (1_500, 6_000), 3_000)),
];

/// Forms of a license; each is a `license_form` code.
const FORMS: &[(usize, &str)] = &[(800, "dsp_5"), (60, "dsp_73"), (40, "taa"), (30, "bis"), (20, "dsp_61")];

/// What a license is to be like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// What it is about first.
    pub(super) good: Good,
    /// Worth more than Congress has to be told of.
    pub(super) dear: bool,
    /// To a party that stands on a list.
    pub(super) listed: bool,
    /// With somebody in between who never takes possession.
    pub(super) never: bool,
}

impl Story<'_> {
    fn license(&self, index: usize) -> &LicenseFile {
        &self.file.licenses[index]
    }

    /// Raises the revisions: something beneath the license changed.
    fn touch_license(&mut self, index: usize) {
        self.file.licenses[index].revision += 1;
        if self.file.check.state != CheckState::Closed {
            self.touch();
        }
    }

    /// The check, as a license knows it that is on it.
    fn as_known(&self) -> LicenseCheck {
        let check = &self.file.check;
        LicenseCheck {
            id: check.id,
            reference: check.reference.clone(),
            check_type: check.check_type,
            state: check.state,
            held_state: None,
            post_id: check.post_id,
            post_name: check.post_name.clone(),
            result_id: None,
            result: None,
            result_signed_at: None,
        }
    }

    /// Registers a license on the draft, with its items and parties. Gives its place in the file.
    pub(super) fn register(&mut self, wanted: Wanted) -> Result<usize> {
        self.soon();
        let (by, now, day) = (self.case_officer(), self.file.now, self.file.now.date());
        let id = LicenseId(self.id());
        let issued = self.file.check.check_type.follows_issue();
        let world = &mut *self.world;
        world.numbers.licenses += 1;
        let number = license_number(world.numbers.licenses, world.dice.below(10));
        let (quantity, price) = lot(world, wanted);
        let destination = self.file.check.post_country.clone();
        let approved_on = issued.then(|| day - Duration::days(world.dice.between(20, 900)));
        let received_on = Some(approved_on.unwrap_or(day) - Duration::days(world.dice.between(3, 60)));
        let purpose = language::text(&mut world.dice, PURPOSES);
        let rules = world.book.rules.get(&destination).cloned().unwrap_or_default();
        let before_application = world.book.before.get(&destination).cloned().unwrap_or_default();
        let destination_name = world.book.country(&destination).map(|country| country.name.clone()).unwrap_or_default();
        let form = world.dice.weighed(FORMS);
        let value = cents(quantity * price);
        let data = LicenseData {
            number: &number,
            form,
            destination: &destination,
            value,
            received_on,
            purpose: &purpose,
            approved_on,
        };
        let event =
            Event::new(Verb::LicenseRegistered, id, format!("registered license {number}")).after(described(&data));
        let check = &self.file.check;
        let event = event.on_check(check.id);
        let known = self.as_known();
        self.file.licenses.push(LicenseFile {
            id,
            number_normalized: folded(&number),
            form: form.to_owned(),
            status: if issued { LicenseStatus::Approved } else { LicenseStatus::Pending },
            registered_approved_on: approved_on,
            destination,
            destination_name,
            value_usd: value,
            received_on,
            purpose,
            certified_on: None,
            facts_changed_at: None,
            revision: 1,
            version: 1,
            items: Vec::new(),
            parties: Vec::new(),
            rules,
            before_application,
            approvals: Vec::new(),
            permits: Vec::new(),
            certificate: None,
            custody: Vec::new(),
            serials: Vec::new(),
            conditions: Vec::new(),
            decisions: Vec::new(),
            exceptions: Vec::new(),
            checks: vec![known],
            duties: check.duties.clone(),
            mistakes: Vec::new(),
            number,
        });
        let registered = (self.person(by), now);
        self.records.push(Records {
            registered,
            permits: Vec::new(),
            approvals: Vec::new(),
            certificate: None,
            signatures: Vec::new(),
            conditions: Vec::new(),
        });
        let index = self.file.licenses.len() - 1;
        self.join(id)?;
        self.touch();
        self.log(by, event)?;
        self.add_item(index, wanted.good, quantity, Some(cents(quantity * price)))?;
        self.add_parties(index, wanted)?;
        Ok(index)
    }

    /// Puts a license that is known on the draft.
    pub(super) fn take_up(&mut self, kept: Kept) -> Result<usize> {
        self.soon();
        let by = self.case_officer();
        let Kept { mut file, records, .. } = kept;
        let check = &self.file.check;
        file.checks.push(self.as_known());
        file.duties.extend(check.duties.iter().cloned());
        let form = self.file.reference.label(ReferenceKind::LicenseForm, &file.form);
        let event = Event::new(Verb::CheckChanged, check.id, format!("added license {} ({form})", file.number))
            .on_license(file.id);
        self.join(file.id)?;
        self.file.licenses.push(file);
        self.records.push(records);
        self.touch();
        self.log(by, event)?;
        Ok(self.file.licenses.len() - 1)
    }

    /// Adds a line of items.
    pub(super) fn add_item(&mut self, index: usize, good: Good, quantity: i64, value: Option<Decimal>) -> Result<()> {
        self.soon();
        let by = self.case_officer();
        let id = ItemGroupId(self.id());
        let license = &self.file.licenses[index];
        let item = ItemGroup {
            id,
            label: self.world.dice.pick(good.labels).to_owned(),
            item_class: good.class.to_owned(),
            usml_category: Some(good.category.to_owned()),
            significant_military_equipment: good.significant,
            major_defense_equipment: false,
            quantity,
            unit: good.unit.to_owned(),
            value_usd: value,
            jurisdiction: if good.category == "I" && !good.significant && self.file.now.year() > 2020 {
                Jurisdiction::Ear
            } else {
                Jurisdiction::Itar
            },
            position: i32::try_from(license.items.len() + 1).unwrap_or(1),
            version: 1,
        };
        let row = rows::ItemGroup {
            id,
            license_id: license.id,
            label: &item.label,
            item_class: &item.item_class,
            usml_category: item.usml_category.as_deref(),
            significant_military_equipment: item.significant_military_equipment,
            major_defense_equipment: item.major_defense_equipment,
            quantity,
            unit: &item.unit,
            value_usd: value,
            jurisdiction: item.jurisdiction,
            position: item.position,
        };
        self.world.ledger.put(self.file.now, &row)?;
        let event = Event::new(
            Verb::ItemsChanged,
            Subject::Row("item_group", id.0),
            format!("added items: {}, {quantity}", item.label),
        );
        let event = event.on_license(license.id).after((&item.label, quantity, &item.item_class));
        let now = self.file.now;
        self.file.licenses[index].items.push(item);
        self.file.licenses[index].facts_changed_at = Some(now);
        self.touch_license(index);
        self.log(by, event)
    }

    /// Who takes part: an applicant and an end-user always, others now and then.
    fn add_parties(&mut self, index: usize, wanted: Wanted) -> Result<()> {
        self.add_party(index, PartyRole::Applicant, TakesPossession::Takes, false)?;
        self.add_party(index, PartyRole::EndUser, TakesPossession::Takes, wanted.listed)?;
        let dice = &mut self.world.dice;
        let consignee = dice.chance(420);
        let between = dice.weighed(&[
            (560, None),
            (180, Some(PartyRole::FreightForwarder)),
            (110, Some(PartyRole::Broker)),
            (80, Some(PartyRole::Seller)),
            (70, Some(PartyRole::IntermediateConsignee)),
        ]);
        let between = between.or(wanted.never.then_some(PartyRole::Broker));
        let takes = match (wanted.never, between) {
            (true, _) => TakesPossession::Never,
            (_, Some(PartyRole::Broker | PartyRole::Seller)) => dice.weighed(&[
                (600, TakesPossession::Never),
                (250, TakesPossession::Unknown),
                (150, TakesPossession::Takes),
            ]),
            _ => TakesPossession::Takes,
        };
        if consignee {
            self.add_party(index, PartyRole::ForeignConsignee, TakesPossession::Takes, false)?;
        }
        between.map_or(Ok(()), |role| self.add_party(index, role, takes, false))
    }

    fn add_party(&mut self, index: usize, role: PartyRole, takes: TakesPossession, listed: bool) -> Result<()> {
        self.soon();
        let (by, now) = (self.case_officer(), self.file.now);
        let destination = self.license(index).destination.clone();
        let blocks = |story: &Self, party: usize| {
            let known = &story.world.parties.all[party];
            known.listed.is_some_and(|(_, from, until)| from <= now.date() && now.date() <= until)
                || story.file.reference.proscription(&known.country).is_some()
        };
        let mut party = self.world.party(now, by, role, &destination)?;
        // Few licenses name somebody who is on a list or from a proscribed country: who asks for one looks first.
        for _ in 0..3 {
            if !blocks(self, party) || listed {
                break;
            }
            party = self.world.party(now, by, role, &destination)?;
        }
        if listed {
            self.world.list(party, now)?;
        }
        let id = LicensePartyId(self.id());
        let known = &self.world.parties.all[party];
        let license = &mut self.file.licenses[index];
        if license.parties.iter().any(|other| other.party_id == known.id) {
            return Ok(());
        }
        let listings = known.listed.iter().filter(|(_, from, until)| *from <= now.date() && now.date() <= *until);
        license.parties.push(LicenseParty {
            id,
            party_id: known.id,
            name: known.name.clone(),
            folded: known.aliases.iter().chain([&known.name]).map(|name| folded_name(name)).collect(),
            country: known.country.clone(),
            country_name: self
                .world
                .book
                .country(&known.country)
                .map(|country| country.name.clone())
                .unwrap_or_default(),
            role,
            takes_possession: takes,
            listings: listings.map(|(list, ..)| (*list).to_owned()).collect(),
            version: 1,
        });
        license.facts_changed_at = Some(now);
        let sentence =
            format!("added {} as {} ({})", known.name, role.label().to_lowercase(), takes.label().to_lowercase());
        let event = Event::new(Verb::RolesChanged, license.id, sentence).on_party(known.id);
        self.touch_license(index);
        self.log(by, event)
    }

    /// Records of the go-betweens of whom it is unknown whether they take possession.
    pub(super) fn learn_possession(&mut self) -> Result<()> {
        for index in 0..self.file.licenses.len() {
            let unknown =
                |party: &LicenseParty| party.takes_possession == TakesPossession::Unknown && party.role.is_go_between();
            while let Some(place) = self.license(index).parties.iter().position(unknown) {
                self.soon();
                let by = self.case_officer();
                let takes = if self.world.dice.chance(700) { TakesPossession::Never } else { TakesPossession::Takes };
                let now = self.file.now;
                let license = &mut self.file.licenses[index];
                // What is recorded while the application is pending is a changed fact; the result is signed after it.
                license.facts_changed_at = Some(now);
                let party = &mut license.parties[place];
                let sentence = format!("recorded of {}: {}", party.name, takes.label().to_lowercase());
                let event = Event::new(Verb::RolesChanged, license.id, sentence).on_party(party.party_id);
                let event = event
                    .before(json!({ "possession": party.takes_possession.label() }))
                    .after(json!({ "possession": takes.label() }));
                (party.takes_possession, party.version) = (takes, party.version + 1);
                self.touch_license(index);
                self.log(by, event)?;
            }
        }
        Ok(())
    }

    /// Logs what was done to a license, and that this made it ready if it did.
    fn settle_license(&mut self, index: usize, by: Hand, was_ready: bool, event: Event) -> Result<()> {
        self.touch_license(index);
        self.log(by, event)?;
        if was_ready || !self.is_ready(index) {
            return Ok(());
        }
        let license = self.license(index);
        let event =
            Event::new(Verb::BecameReady, license.id, format!("license {} became ready to issue", license.number));
        self.log(by, event)
    }

    /// Whether a license may issue now.
    pub(super) fn is_ready(&self, index: usize) -> bool {
        self.license(index).is_ready(&self.file.reference, self.file.today())
    }

    /// Notes that the country asks for no approval of an item group, as a letter says.
    fn exempt(&mut self, index: usize, item: ItemGroupId) -> Result<()> {
        let written =
            self.file.check.contacts.iter().find(|contact| contact.kind.is_written()).map(|contact| contact.id);
        let contact = match written {
            Some(contact) => contact,
            None => self.contact(ContactKind::Letter, None, ASKED_FOR_NONE)?,
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
        let event = Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", item.0), sentence)
            .on_license(license.id);
        let event = event.after((cell.state, cell.permit, &cell.proof, cell.waits_for, cell.given_on, ""));
        license.approvals.push(Approval {
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
        });
        self.records[index].approvals.push((person, now));
        self.settle_license(index, by, was_ready, event)
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
        let (by, was_ready) = (self.officer(), self.is_ready(index));
        let id = PermitId(self.id());
        let (person, now, day, post) = (self.person(by), self.file.now, self.post_day(), self.file.check.post_id);
        let post_name = self.file.check.post_name.clone();
        self.world.numbers.permits += 1;
        let number = format!("{}-{}", self.world.numbers.permits, self.world.dice.pick(&["A", "B", "C", "IMP"]));
        let license = &mut self.file.licenses[index];
        let Some(of) = license.items.iter().find(|known| known.id == item) else {
            return Err(AppError::internal("no such items"));
        };
        let quantity = if short { (of.quantity - 1).max(1) } else { of.quantity };
        let user = license.parties.iter().find(|party| party.role == PartyRole::EndUser);
        let early = license.in_hand_before(of).and(license.received_on);
        let issued_on = day - Duration::days(self.world.dice.between(1, 12));
        let issued_on = early.map_or(issued_on, |received| issued_on.min(received));
        let valid_until = day + Duration::days(self.world.dice.between(240, 700));
        let permit = Permit {
            id,
            authority_id: authority.0,
            issuer: authority.1.clone(),
            issuer_parent: None,
            number_normalized: folded(&number),
            number,
            issued_on: Some(issued_on),
            valid_from: Some(issued_on),
            valid_until: Some(valid_until),
            quantity,
            unit: of.unit.clone(),
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
            recorded_by: person,
            recorded_at_post: Some(post),
            revoked_on: None,
            withdrawn_at: None,
            withdrawn_reason: None,
            version: 1,
        };
        let sentence = format!("recorded permit {} of {} for {quantity} {}", permit.number, permit.issuer, permit.unit);
        let event = Event::new(Verb::PermitRecorded, Subject::Row("permit", id.0), sentence).on_license(license.id);
        let event = event.after((permit.named_party.as_str(), permit.valid_from, permit.valid_until));
        license.permits.push(permit);
        self.records[index].permits.push((now, None, None));
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
                recorded_at_post: Some(post),
                recorded_at_post_name: Some(post_name),
                country_rule_id: None,
                note: String::new(),
                version: 1,
            });
            self.records[index].approvals.push((person, now));
        }
        let place = license.permits.len() - 1;
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
        let event = Event::new(Verb::PermitVerified, Subject::Row("permit", permit.id.0), sentence)
            .on_license(license.id)
            .after(contact);
        self.records[index].permits[place].1 = Some(contact);
        self.settle_license(index, by, was_ready, event)
    }

    fn contact_named(&self, contact: ContactId) -> String {
        let known = self.file.check.contacts.iter().find(|known| known.id == contact);
        let known = known.map(|known| LicenseContact {
            id: known.id,
            kind: known.kind,
            with_whom: known.with_whom.clone(),
            occurred_on: known.occurred_on,
            channel: known.channel_source,
            authority: known.authority_id,
        });
        known.as_ref().map(contact_named).unwrap_or_default()
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
        let event = event.after((day, how.as_str()));
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
        self.pass(1, 10);
        let place = match paper {
            Some(place) => place,
            None => self.permit(index, item, authority, false)?,
        };
        self.pass(0, 4);
        self.verify(index, place)
    }

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
        let contact = self.contact(ContactKind::Letter, None, SIGNED)?;
        if self
            .file
            .check
            .contacts
            .first()
            .is_some_and(|contact| !contact.channel_source.verifies() || contact.occurred_on.is_none())
        {
            // Its number came from the paper: somebody else is asked.
            return self.certify_use(index, whole);
        }
        let count = self.license(index).certificate.as_ref().map_or(0, |certificate| certificate.signatures.len());
        for place in 0..count {
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
        let event = event.on_license(license.id).after(("Post's file", false));
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
        let event = event.before(None::<(String, Date)>).after((signer_name.as_str(), signed_on));
        if let Some(paper) = license.certificate.as_mut() {
            paper.signatures.push(Signature {
                id,
                signer,
                signer_name,
                signed_on,
                verified_by: None,
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
        let event =
            Event::new(Verb::SignatureVerified, Subject::Row("certificate_signature", signature.id.0), sentence)
                .on_license(license_id);
        self.records[index].signatures[place] = Some((contact, now));
        self.settle_license(index, by, was_ready, event)
    }

    /// Notes the certification to Congress, where one is asked for and the waiting is over.
    pub(super) fn notify(&mut self, index: usize) -> Result<()> {
        self.soon();
        let (by, was_ready) = (self.case_officer(), self.is_ready(index));
        let day = self.file.now.date() - Duration::days(40);
        let license = &mut self.file.licenses[index];
        let event = LicenseVerb::Certify.event(license.id, "").before(license.certified_on);
        let event = event.after((Some(day), "The letter to the committees"));
        (license.certified_on, license.version) = (Some(day), license.version + 1);
        self.settle_license(index, by, was_ready, event)
    }

    /// Raises a condition in words.
    pub(super) fn raise(&mut self, index: usize) -> Result<()> {
        self.soon();
        let by = self.case_officer();
        let (id, now, person) = (ConditionId(self.id()), self.file.now, self.person(by));
        let text = language::text(&mut self.world.dice, CONDITIONS);
        let who_acts = self.world.dice.pick(&["the end-user", "the applicant", "the post"]);
        let license = &mut self.file.licenses[index];
        let event = LicenseVerb::Raise.event(license.id, &text).about(Subject::Row("condition", id.0)).after(who_acts);
        license.conditions.push(Condition {
            id,
            text,
            who_acts: who_acts.to_owned(),
            met_at: None,
            met_by_name: None,
            evidence: None,
            version: 1,
        });
        self.records[index].conditions.push((person, now, None));
        self.settle_license(index, by, true, event)
    }

    /// Meets every condition in words.
    pub(super) fn meet(&mut self, index: usize) -> Result<()> {
        for place in 0..self.license(index).conditions.len() {
            self.soon();
            let (by, was_ready) = (self.case_officer(), self.is_ready(index));
            let (person, name, now) = (self.person(by), self.name(by), self.file.now);
            let evidence = language::text(&mut self.world.dice, MET);
            let license = &mut self.file.licenses[index];
            let condition = &mut license.conditions[place];
            if condition.met_at.is_some() {
                continue;
            }
            let event = Event::new(
                Verb::ConditionChanged,
                Subject::Row("condition", condition.id.0),
                format!("condition met: {}", condition.text),
            );
            let event = event.on_license(license.id).after(evidence.as_str());
            (condition.met_at, condition.met_by_name, condition.evidence) = (Some(now), Some(name), Some(evidence));
            condition.version += 1;
            self.records[index].conditions[place].2 = Some(person);
            self.settle_license(index, by, was_ready, event)?;
        }
        Ok(())
    }

    /// Closes whatever is open before a license may issue.
    pub(super) fn fulfil(&mut self, index: usize) -> Result<()> {
        self.consent(index, true)?;
        self.certify_use(index, true)?;
        if self
            .license(index)
            .open_conditions(&self.file.reference, self.file.today())
            .iter()
            .any(|open| open.kind == crate::licenses::model::ConditionKind::Notification)
        {
            self.notify(index)?;
        }
        self.meet(index)
    }

    /// A supervisor excepts every party that blocks a license.
    pub(super) fn except(&mut self, index: usize) -> Result<()> {
        for (party, name, _) in self.license(index).blocked_parties(&self.file.reference) {
            self.pass(0, 3);
            self.soon();
            let by = self.washington(Role::Supervisor, |story, hand| {
                story.license(index).may_except(story.person(hand)).is_ok()
            })?;
            let (id, now, person) = (ExceptionId(self.id()), self.file.now, self.person(by));
            let reason = language::text(&mut self.world.dice, EXCEPTED);
            let license_id = self.license(index).id;
            let row = rows::Exception {
                id,
                license_id,
                guard: 7,
                party_id: Some(party),
                reason: &reason,
                excepted_by: person,
                excepted_at: now,
                result_id: None,
            };
            self.put(&row)?;
            let event = LicenseVerb::Except.event(license_id, &name).after(reason.as_str());
            let exception = Exception {
                guard: 7,
                party_id: Some(party),
                result_id: None,
                reason,
                excepted_by: person,
                excepted_by_name: self.name(by),
                excepted_at: now,
            };
            self.file.licenses[index].exceptions.push(exception);
            self.touch_license(index);
            self.log(by, event.on_party(party))?;
        }
        Ok(())
    }

    /// Decides on a license.
    pub(super) fn decide(&mut self, index: usize, act: Act) -> Result<()> {
        self.pass(0, 9);
        self.soon();
        let today = self.file.today();
        let judged = |story: &Self, hand: Hand| {
            let human = &story.world.people[hand.person];
            story.license(index).decide(
                Decider { id: human.id, authority: human.authority },
                act,
                &story.file.reference,
                today,
            )
        };
        let hands = self.world.in_washington(Role::Reviewer, self.file.now.date());
        let mut why = None;
        let found = hands.into_iter().find_map(|hand| match judged(self, hand) {
            Ok(decided) => Some((hand, decided)),
            Err(refusal) => {
                why = Some(refusal);
                None
            }
        });
        let Some((by, decided)) = found else {
            return Err(AppError::Refused(format!(
                "{}: {}",
                self.file.check.reference,
                why.map(|why| why.to_string()).unwrap_or_default()
            )));
        };
        let (id, now, person) = (DecisionId(self.id()), self.file.now, self.person(by));
        let reasons = language::text(&mut self.world.dice, if act.releases() { APPROVED } else { REFUSED });
        let count = if act.releases() { self.world.dice.weighed(&[(700, 0), (220, 1), (80, 3)]) } else { 0 };
        let provisos: Vec<String> = (0..count).map(|_| language::text(&mut self.world.dice, PROVISOS)).collect();
        let license_id = decided.license();
        let row = rows::Decision {
            id,
            license_id,
            number: decided.number(),
            act,
            reasons: &reasons,
            decided_by: person,
            decided_at: now,
            revision_read: decided.revision(),
            value_usd: decided.amount(),
        };
        self.put(&row)?;
        for (number, text) in (1..).zip(&provisos) {
            let row = ProvisoId(self.world.dice.id(now));
            self.put(&rows::Proviso { id: row, decision_id: id, number, text })?;
        }
        let name = self.name(by);
        let license = &mut self.file.licenses[index];
        let sentence = format!("{} license {} (decision {})", act.participle(), license.number, decided.number());
        let event = LicenseVerb::Decide.event(license_id, sentence).before(license.status);
        let event = event.after((decided.status(), reasons.as_str(), &provisos, decided.revision()));
        license.status = decided.status();
        license.version += 1;
        license.revision += 1;
        license.decisions.push(Decision {
            id,
            number: decided.number(),
            act,
            reasons,
            decided_by: person,
            decided_by_name: name,
            decided_at: now,
            provisos,
        });
        if matches!(license.status, LicenseStatus::Returned | LicenseStatus::Denied) {
            for permit in &mut license.permits {
                permit.holds_number = false;
            }
        }
        self.touch_license(index);
        self.log(by, event)?;
        self.close(by)
    }

    /// Adds a step of the custody path.
    pub(super) fn custody(&mut self, index: usize, stage: CustodyStage, party: Option<PartyId>) -> Result<()> {
        self.soon();
        let by = self.officer();
        let (id, person, day) = (CustodyStepId(self.id()), self.person(by), self.post_day());
        let license = &self.file.licenses[index];
        let named = license.parties.iter().find(|known| Some(known.party_id) == party).map(|known| known.name.clone());
        let holder = named.unwrap_or_else(|| format!("Customs of {}", self.file.check.post_name));
        let position =
            i32::try_from(license.custody.iter().filter(|step| step.stage == stage).count() + 1).unwrap_or(1);
        let what = language::text(&mut self.world.dice, HANDED);
        let on_date = Some(if stage == CustodyStage::Actual { day } else { day + Duration::days(20) });
        let (item, license_id) = (license.items.first().map(|item| (item.id, item.quantity)), license.id);
        let step = CustodyStep {
            id,
            stage,
            position,
            holder,
            party_id: party,
            what,
            on_date,
            quantity: item.map(|(_, quantity)| quantity),
            item_group_id: item.map(|(id, _)| id),
            version: 1,
        };
        let row = rows::CustodyStep {
            id,
            license_id,
            stage,
            position,
            holder: &step.holder,
            party_id: party,
            what: &step.what,
            on_date,
            quantity: step.quantity,
            item_group_id: step.item_group_id,
            recorded_by: person,
        };
        self.world.ledger.put(self.file.now, &row)?;
        let sentence = format!("added a {} custody step: {}", stage.label().to_lowercase(), step.holder);
        let event = Event::new(Verb::CustodyChanged, Subject::Row("custody_step", id.0), sentence)
            .on_license(license_id)
            .after(&step.what);
        self.file.licenses[index].custody.push(step);
        self.touch_license(index);
        self.log(by, event)
    }

    /// A go-between that never takes possession, if there is one.
    pub(super) fn never(&self) -> Option<(usize, PartyId)> {
        let is_never =
            |party: &&LicenseParty| party.role.is_go_between() && party.takes_possession == TakesPossession::Never;
        let of =
            |(index, license): (usize, &LicenseFile)| Some((index, license.parties.iter().find(is_never)?.party_id));
        self.file.licenses.iter().enumerate().find_map(of)
    }

    /// Counts the serial numbers of the items that have such and are few enough to be counted.
    pub(super) fn count(&mut self) -> Result<()> {
        for index in 0..self.file.licenses.len() {
            let few = |item: &&ItemGroup| item.unit == "pieces" && item.quantity <= 24;
            let items: Vec<(ItemGroupId, i64)> =
                self.license(index).items.iter().filter(few).map(|item| (item.id, item.quantity)).collect();
            for (item, quantity) in items {
                if self.license(index).serials.iter().any(|known| known.item_group_id == item) {
                    continue;
                }
                let missing = self.world.dice.weighed(&[(880, 0), (90, 1), (30, 2)]).min(quantity);
                self.count_some(index, item, SerialState::Seen, quantity - missing)?;
                self.count_some(index, item, SerialState::Missing, missing)?;
            }
        }
        Ok(())
    }

    fn count_some(&mut self, index: usize, item: ItemGroupId, state: SerialState, count: i64) -> Result<()> {
        if count <= 0 {
            return Ok(());
        }
        self.soon();
        let by = self.officer();
        let (person, now, check, license_id) =
            (self.person(by), self.file.now, self.file.check.id, self.license(index).id);
        let location = language::address(&mut self.world.dice);
        let mut numbers = Vec::new();
        for _ in 0..count {
            self.world.numbers.serials += 1;
            let number = format!("{}{:07}", self.world.dice.pick(&["A", "BH", "KX"]), self.world.numbers.serials);
            let row = rows::Serial {
                id: SerialId(self.world.dice.id(now)),
                item_group_id: item,
                license_id,
                number: &number,
                number_normalized: &folded(&number),
                state,
                location: &location,
                holder_party_id: None,
                check_id: Some(check),
                recorded_by: person,
                recorded_at: now,
            };
            self.world.ledger.put(now, &row)?;
            numbers.push(number);
        }
        let license = &mut self.file.licenses[index];
        let label = license.item(item).map(|item| item.label.clone()).unwrap_or_default();
        let sentence = format!("counted {count} serial numbers of {label}: {}", state.label().to_lowercase());
        let event = Event::new(Verb::SerialsCounted, license_id, sentence).after((&numbers, &location));
        let told = if state == SerialState::Missing { numbers } else { Vec::new() };
        license.serials.push(SerialCount { item_group_id: item, state, holder_party_id: None, count, numbers: told });
        self.touch_license(index);
        self.log(by, event)
    }
}

/// What a cell of the permit matrix says.
#[derive(Debug)]
struct Cell {
    state: ApprovalState,
    applied_on: Option<Date>,
    permit: Option<PermitId>,
    waits_for: &'static str,
    given_on: Option<Date>,
    proof: String,
    contact: Option<ContactId>,
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

/// Numbers as they are really written: no two fold alike.
fn license_number(number: u32, style: usize) -> String {
    match style {
        0..=4 => format!("05{number:07}"),
        5 | 6 => format!("05-{number:09}"),
        7 | 8 => format!("05-{number:06}"),
        _ => format!("#{number:06}"),
    }
}

/// How many, and what one costs in cents.
fn lot(world: &mut World, wanted: Wanted) -> (i64, i64) {
    let Good { category, price, most, .. } = wanted.good;
    let price = world.dice.between(price.0, price.1);
    let quantity = world.dice.between(1, most).min(world.dice.between(1, most)) + 1;
    // Congress is told of firearms from a million dollars on, of other articles from fifty.
    let limit = if category == "I" { 95_000_000 } else { 4_500_000_000 };
    if wanted.dear { (limit * 2 / price, price) } else { (quantity.min(limit / price).max(1), price) }
}

impl World {
    /// The rows of a license that change until its last check is over.
    pub(super) fn write_license(&mut self, kept: &Kept, at: OffsetDateTime) -> Result<()> {
        let (license, records) = (&kept.file, &kept.records);
        let row = rows::License {
            id: license.id,
            number: &license.number,
            number_normalized: &license.number_normalized,
            form: &license.form,
            status: license.status,
            registered_approved_on: license.registered_approved_on,
            destination: &license.destination,
            value_usd: license.value_usd,
            received_on: license.received_on,
            purpose: &license.purpose,
            certified_on: license.certified_on,
            registered_by: records.registered.0,
            registered_at: records.registered.1,
            facts_changed_at: license.facts_changed_at,
            revision: license.revision,
            version: license.version,
        };
        self.ledger.put(at, &row)?;
        for party in &license.parties {
            let row = rows::LicenseParty {
                id: party.id,
                license_id: license.id,
                party_id: party.party_id,
                role: party.role,
                takes_possession: party.takes_possession,
                version: party.version,
            };
            self.ledger.put(at, &row)?;
        }
        for (condition, (raised_by, raised_at, met_by)) in license.conditions.iter().zip(&records.conditions) {
            let row = rows::Condition {
                id: condition.id,
                license_id: license.id,
                text: &condition.text,
                who_acts: &condition.who_acts,
                raised_by: *raised_by,
                raised_at: *raised_at,
                met_at: condition.met_at,
                met_by: *met_by,
                evidence: condition.evidence.as_deref(),
                version: condition.version,
            };
            self.ledger.put(at, &row)?;
        }
        self.write_papers(kept, at)
    }

    fn write_papers(&mut self, kept: &Kept, at: OffsetDateTime) -> Result<()> {
        let (license, records) = (&kept.file, &kept.records);
        for (permit, (recorded_at, contact, revoked_by)) in license.permits.iter().zip(&records.permits) {
            let row = rows::Permit {
                id: permit.id,
                license_id: license.id,
                authority_id: permit.authority_id,
                number: &permit.number,
                number_normalized: &permit.number_normalized,
                issued_on: permit.issued_on,
                valid_from: permit.valid_from,
                valid_until: permit.valid_until,
                quantity: permit.quantity,
                unit: &permit.unit,
                named_party: &permit.named_party,
                kept_at: &permit.kept_at,
                holds_number: permit.holds_number,
                verified_by: permit.verified_by,
                verified_at: permit.verified_at,
                verified_contact_id: *contact,
                revoked_on: permit.revoked_on,
                revoked_by: *revoked_by,
                recorded_by: permit.recorded_by,
                recorded_at_post: permit.recorded_at_post,
                recorded_at: *recorded_at,
                version: permit.version,
            };
            self.ledger.put(at, &row)?;
            self.ledger.put(at, &rows::PermitAuthority { permit_id: permit.id, authority_id: permit.authority_id })?;
        }
        for (row, (recorded_by, recorded_at)) in license.approvals.iter().zip(&records.approvals) {
            let row = rows::Approval {
                id: row.id,
                license_id: license.id,
                item_group_id: row.item_group_id,
                authority_id: row.authority_id,
                state: row.state,
                applied_on: row.applied_on,
                permit_id: row.permit_id,
                waits_for: &row.waits_for,
                given_on: row.given_on,
                usual_days: row.usual_days,
                proof: &row.proof,
                country_rule_id: row.country_rule_id,
                contact_id: row.contact_id,
                note: &row.note,
                recorded_by: *recorded_by,
                recorded_at_post: row.recorded_at_post,
                recorded_at: *recorded_at,
                version: row.version,
            };
            self.ledger.put(at, &row)?;
        }
        let (Some(paper), Some((recorded_by, recorded_at))) = (&license.certificate, records.certificate) else {
            return Ok(());
        };
        let row = rows::Certificate {
            id: paper.id,
            license_id: license.id,
            form: &paper.form,
            kept_at: &paper.kept_at,
            host_government_needed: paper.host_government_needed,
            recorded_by,
            recorded_at,
        };
        self.ledger.put(at, &row)?;
        for (signature, verified) in paper.signatures.iter().zip(&records.signatures) {
            let row = rows::Signature {
                id: signature.id,
                certificate_id: paper.id,
                signer: signature.signer,
                signer_name: &signature.signer_name,
                signed_on: signature.signed_on,
                verified_contact_id: verified.map(|(contact, _)| contact),
                verified_by: signature.verified_by,
                verified_at: verified.map(|(_, at)| at),
                recorded_by: signature.recorded_by,
                recorded_at_post: signature.recorded_at_post,
                version: signature.version,
            };
            self.ledger.put(at, &row)?;
        }
        Ok(())
    }
}

const PURPOSES: &[&str] = &[
    "For the {guard force|patrol unit|training school} of the end-user.",
    "{Replacement|Spare parts|First equipment} for {a unit|guards|crews} of {n}.",
    "{Sporting|Hunting|Private security} use, resold in {town} to licensed {owners|firms}.",
];
const ASKED_FOR_NONE: &[&str] = &[
    "The {ministry|registry} {writes|answers} that {no approval|no permit} is asked for such items.",
    "{Customs|The ministry} lets such items in without a permit, says its letter.",
];
const GENUINE: &[&str] = &[
    "The {clerk|duty officer} found the permit in the register and {read its number back|confirmed number and quantity}.",
];
const REVOKED: &[&str] =
    &["The authority {wrote|said} that it took the permit back {after an audit|for want of a fee}."];
const SIGNED: &[&str] = &["{All|The three} signers {confirmed|know} their signatures."];
const CONDITIONS: &[&str] =
    &["The {store|armory} has {a second lock|a guard at night}.", "The end-user {names|trains} a {keeper|custodian}."];
const MET: &[&str] = &["Seen by the officer on {a visit|photographs}.", "A letter of {name}, kept at post."];
const EXCEPTED: &[&str] = &[
    "The {party|firm} {carries|forwards} nothing but {spare parts|medical vests} of its own.",
    "Policy {allows|asks for} this sale, as the desk wrote.",
];
const APPROVED: &[&str] = &[
    "The result is {favorable|good} and nothing {speaks against it|is open}.",
    "{Policy|Regional stability} and {end-use|need} were weighed.",
];
const REFUSED: &[&str] = &[
    "The {application|order} was {withdrawn|not confirmed}.",
    "The {findings|answers} do not {bear|carry} an approval.",
    "Returned without action; the applicant may {apply again|ask anew}.",
];
const PROVISOS: &[&str] = &[
    "Post {visits|counts} within {a year|six months} of delivery.",
    "No {resale|transfer} to {private buyers|other units}.",
    "Delivery in {two|three} lots.",
];
const HANDED: &[&str] =
    &["{Takes|Took} the crates over and {counted|sealed} them.", "{Ballistic test|Registration} of each piece."];

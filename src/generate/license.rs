//! The license's side of a story: items, parties, consent of the host country, certificate, custody, decisions.

use rust_decimal::Decimal;
use time::{Date, Duration};

use super::goods::Good;
use crate::{
    audit::{Event, Subject, Verb, says},
    checks::model::CheckState,
    error::Result,
    generate::{
        language, rows,
        story::{Kept, Records, Story, cents},
        world::{Hand, World},
    },
    id::{ItemGroupId, LicenseId, LicensePartyId},
    licenses::{
        items::told,
        model::{ItemGroup, Jurisdiction, LicenseCheck, LicenseFile, LicenseParty, LicenseStatus},
        register::described,
        store::{ItemData, LicenseData},
    },
    parties::model::{PartyRole, TakesPossession},
    reference::model::ReferenceKind,
    text::{folded, name_key},
};

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

/// The file of a license on which nothing but its application is.
fn as_registered(id: LicenseId, data: &LicenseData<'_>, known: LicenseCheck, today: Date) -> LicenseFile {
    LicenseFile {
        id,
        number: data.number.to_owned(),
        number_normalized: folded(data.number),
        form: data.form.to_owned(),
        status: if data.approved_on.is_some() { LicenseStatus::Approved } else { LicenseStatus::Pending },
        registered_approved_on: data.approved_on,
        applied_on: data.received_on.unwrap_or(today),
        destination: data.destination.to_owned(),
        destination_name: String::new(),
        value_usd: data.value.unwrap_or_default(),
        value_stated: data.value.is_some(),
        received_on: data.received_on,
        purpose: data.purpose.to_owned(),
        certified_on: None,
        facts_changed_at: None,
        revision: 1,
        version: 1,
        items: Vec::new(),
        parties: Vec::new(),
        rules: Vec::new(),
        before_application: Vec::new(),
        approvals: Vec::new(),
        permits: Vec::new(),
        certificate: None,
        custody: Vec::new(),
        serials: Vec::new(),
        shared: Vec::new(),
        recounted: Vec::new(),
        conditions: Vec::new(),
        decisions: Vec::new(),
        exceptions: Vec::new(),
        checks: vec![known],
        duties: Vec::new(),
        mistakes: Vec::new(),
        corrections: Vec::new(),
    }
}

impl Story<'_> {
    pub(super) fn license(&self, index: usize) -> &LicenseFile {
        &self.file.licenses[index]
    }

    /// Raises the revisions: something beneath the license changed.
    pub(super) fn touch_license(&mut self, index: usize) {
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
            value: Some(value),
            received_on,
            purpose: &purpose,
            approved_on,
        };
        let event = Event::new(Verb::LicenseRegistered, id, format!("registered license {number}")).after(described(
            &data,
            &self.file.reference,
            &destination_name,
        ));
        let check = &self.file.check;
        let event = event.on_check(check.id);
        let known = self.as_known();
        let mut license = as_registered(id, &data, known, self.file.today());
        (license.destination_name, license.rules, license.before_application) =
            (destination_name, rules, before_application);
        license.duties.clone_from(&check.duties);
        self.file.licenses.push(license);
        let registered = (self.person(by), now);
        self.records.push(Records::of(registered));
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
            unit_code: good.unit.to_owned(),
            unit_typed: good.unit.to_owned(),
            value_usd: value,
            jurisdiction: if good.category == "I" && !good.significant && self.file.now.year() > 2020 {
                Jurisdiction::Ear
            } else {
                Jurisdiction::Itar
            },
            outdated: None,
            split_from: None,
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
        let event = event.on_license(license.id).after(told(&ItemData::of(&item), &self.file.reference));
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
        license.parties.push(LicenseParty {
            id,
            party_id: known.id,
            name: known.name.clone(),
            called: known.name.clone(),
            folded: known.aliases.iter().chain([&known.name]).map(|name| name_key(name)).collect(),
            country: known.country.clone(),
            country_name: self.world.country_name(&known.country),
            role,
            takes_possession: takes,
            listings: self.world.on_lists(known, now.date()),
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
                let event = event.before(says("Possession", party.takes_possession)).after(says("Possession", takes));
                (party.takes_possession, party.version) = (takes, party.version + 1);
                self.touch_license(index);
                self.log(by, event)?;
            }
        }
        Ok(())
    }

    /// Logs what was done to a license, and that this made it ready if it did.
    pub(super) fn settle_license(&mut self, index: usize, by: Hand, was_ready: bool, event: Event) -> Result<()> {
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

const PURPOSES: &[&str] = &[
    "For the {guard force|patrol unit|training school} of the end-user.",
    "{Replacement|Spare parts|First equipment} for {a unit|guards|crews} of {n}.",
    "{Sporting|Hunting|Private security} use, resold in {town} to licensed {owners|firms}.",
];

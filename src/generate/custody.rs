//! Who holds the items of a story on their way, and how many were counted.

use time::Duration;

use crate::{
    approvals::model::{CustodyStage, CustodyStep, SerialCount, SerialState},
    audit::{Event, Verb, says},
    error::Result,
    generate::{
        language, rows,
        story::{Story, refused},
    },
    id::{CustodyStepId, ItemGroupId, PartyId, SerialId},
    licenses::model::{ItemGroup, LicenseFile, LicenseParty},
    parties::model::TakesPossession,
    text::{folded, many},
};

impl Story<'_> {
    /// Adds a step of the custody path.
    pub(super) fn custody(&mut self, index: usize, stage: CustodyStage, party: Option<PartyId>) -> Result<()> {
        self.soon();
        let by = self.officer();
        let (id, person, day) = (CustodyStepId(self.id()), self.person(by), self.post_day());
        let (post, post_name) = (self.file.check.post_id, self.file.check.post_name.clone());
        let license = &self.file.licenses[index];
        let named = license.parties.iter().find(|known| Some(known.party_id) == party).map(|known| known.name.clone());
        let holder = named.clone().unwrap_or_else(|| format!("Customs of {}", self.file.check.post_name));
        let position =
            i32::try_from(license.custody.iter().filter(|step| step.stage == stage).count() + 1).unwrap_or(1);
        let what = language::text(&mut self.world.dice, HANDED);
        let on_date = Some(if stage == CustodyStage::Actual { day } else { day + Duration::days(20) });
        let (item, license_id) = (license.items.first().map(|item| (item.id, item.quantity)), license.id);
        let step = CustodyStep {
            id,
            stage,
            position,
            first_position: position,
            holder,
            party_id: party,
            party: named,
            what,
            on_date,
            quantity: item.map(|(_, quantity)| quantity),
            item_group_id: item.map(|(id, _)| id),
            recorded_by: person,
            recorded_at_post: Some(post),
            recorded_at_post_name: Some(post_name),
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
            recorded_at_post: step.recorded_at_post,
        };
        self.world.ledger.put(self.file.now, &row)?;
        let recorded = refused(self.file.licenses[index].record_step(id, step.says(), |_| true, day))?;
        self.file.licenses[index].custody.push(step);
        self.touch_license(index);
        self.log(by, recorded.into())
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
        let sentence =
            format!("counted {} of {label}: {}", many(numbers.len(), "serial number"), state.label().to_lowercase());
        let event = Event::new(Verb::SerialsCounted, license_id, sentence)
            .after(says("Serial numbers", &numbers).and("Where", &location));
        let told = if state == SerialState::Missing { numbers } else { Vec::new() };
        license.serials.push(SerialCount {
            item_group_id: item,
            state,
            holder_party_id: None,
            count,
            numbers: told,
            twice: Vec::new(),
        });
        self.touch_license(index);
        self.log(by, event)
    }
}

const HANDED: &[&str] =
    &["{Takes|Took} the crates over and {counted|sealed} them.", "{Ballistic test|Registration} of each piece."];

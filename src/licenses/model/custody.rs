//! What recording, changing and ordering the steps of the custody path asks of a license.

use time::Date;

use super::file::{LicenseFile, LicenseParty};
use crate::{
    approvals::model::{CustodyStage, CustodyStep, NewStep, Refusal, SerialCount},
    audit::{Event, Subject, Values, Verb, says},
    id::{CustodyStepId, ItemGroupId, LicenseId, PartyId, PostId},
    proof,
    text::{grouped, many, name_key},
};

proof! {
    /// Proof that a step of the custody path may say so: the one that is there, or a new one.
    pub struct StepRecorded {
        license: LicenseId,
        step: CustodyStepId,
        says: NewStep,
    }
}

proof! {
    /// Proof that the steps of a stage may stand in that order.
    pub struct PathOrdered {
        license: LicenseId,
        stage: CustodyStage,
        steps: Vec<CustodyStepId>,
    }
}

impl LicenseFile {
    /// The steps of a stage, in their order.
    pub fn path(&self, stage: CustodyStage) -> impl Iterator<Item = &CustodyStep> {
        self.custody.iter().filter(move |step| step.stage == stage)
    }

    /// Recording a step, or that one of the reader's post says something else from now on.
    pub fn record_step(
        &self,
        step: CustodyStepId,
        says: NewStep,
        serves: impl Fn(PostId) -> bool,
        today: Date,
    ) -> Result<StepRecorded, Refusal> {
        let before = self.custody.iter().find(|known| known.id == step);
        before.map_or(Ok(()), |known| known.is_own_word(serves))?;
        self.steps_party(before, says.party)?;
        self.steps_item(before, says.item)?;
        says.stage.holds_on(says.on_date, today)?;
        let did = if before.is_some() { "changed" } else { "added" };
        let sentence = format!("{did} a custody step ({}): {}", says.stage.label().to_lowercase(), says.holder);
        let event = Event::new(Verb::CustodyChanged, Subject::Row("custody_step", step.0), sentence);
        let event = event.on_license(self.id).before(before.map(|known| self.told(&known.says())));
        let event = event.after(self.told(&says));
        Ok(StepRecorded { license: self.id, step, says, event })
    }

    /// Whether a step may name that party: one of this license, or the one that stood there.
    pub fn steps_party(&self, before: Option<&CustodyStep>, party: Option<PartyId>) -> Result<(), Refusal> {
        if before.is_some_and(|known| known.party_id == party) { Ok(()) } else { self.its_party(party) }
    }

    /// As [`Self::steps_party`], of the items.
    pub fn steps_item(&self, before: Option<&CustodyStep>, item: Option<ItemGroupId>) -> Result<(), Refusal> {
        if before.is_some_and(|known| known.item_group_id == item) { Ok(()) } else { self.its_item(item) }
    }

    /// What a party that a step names is called, also once it is off the license.
    pub fn party_on_path(&self, party: PartyId) -> Option<&str> {
        let here = self.parties.iter().find(|known| known.party_id == party).map(|known| known.name.as_str());
        let of = |step: &&CustodyStep| step.party_id == Some(party);
        here.or_else(|| self.custody.iter().find(of).and_then(|step| step.party.as_deref()))
    }

    /// Where a party holds items: on which steps, also those that only name it, and how many serial numbers.
    pub fn held_by(&self, party: &LicenseParty) -> Held<'_> {
        let named = |holder: &str| party.folded.contains(&name_key(holder));
        let is_its = |step: &CustodyStep| {
            step.party_id == Some(party.party_id) || step.party_id.is_none() && named(&step.holder)
        };
        let placed = |stage: &CustodyStage| (1..).zip(self.path(*stage));
        let steps = CustodyStage::ALL.iter().flat_map(placed).filter(|(_, step)| is_its(step)).collect();
        let holds = |serial: &&SerialCount| serial.holder_party_id == Some(party.party_id);
        Held { steps, serials: self.serials.iter().filter(holds).map(|serial| serial.count).sum() }
    }

    /// A step as the log shows it.
    fn told(&self, step: &NewStep) -> Values {
        let party = step.party.and_then(|party| self.party_on_path(party));
        let items = step.item.and_then(|item| self.item(item)).map(|item| item.label.clone());
        let values = says("Who holds the items", step.holder.as_str()).and("What happens", step.what.as_str());
        let values = values.and("Party", party.unwrap_or_default());
        let values = values.and("Day", step.on_date).and("Items", items.unwrap_or_default());
        values.and("How many", step.quantity.map(|quantity| grouped(&quantity.to_string())).unwrap_or_default())
    }

    /// Putting the steps of a stage in the order that they have there, the new ones among them; none is left out, and
    /// those that the order does not know follow.
    ///
    /// # Errors
    /// [`Refusal::OrderChanged`] where those that are on file stand otherwise than they were shown.
    pub fn order_path(
        &self,
        stage: CustodyStage,
        shown: &[CustodyStepId],
        order: &[CustodyStepId],
    ) -> Result<PathOrdered, Refusal> {
        let known: Vec<CustodyStepId> = self.path(stage).map(|step| step.id).collect();
        let (there, behind): (Vec<CustodyStepId>, Vec<CustodyStepId>) =
            known.iter().copied().partition(|step| shown.contains(step));
        if there != shown {
            return Err(Refusal::OrderChanged);
        }
        let steps: Vec<CustodyStepId> = order.iter().copied().chain(behind).collect();
        // By the places that they had, and in nobody's words: this entry stays whatever becomes of a step's own.
        let place = |step: &CustodyStepId| known.iter().position(|known| known == step).map(|at| stage.step(at + 1));
        let told = |steps: &[CustodyStepId]| {
            let words = steps.iter().map(|step| place(step).unwrap_or_else(|| format!("new {}", stage.a_step())));
            says("In order", words.collect::<Vec<_>>().join("; "))
        };
        let sentence = format!("put the custody path ({}) in order", stage.label().to_lowercase());
        let event = Event::new(Verb::CustodyChanged, self.id, sentence).before(Some(told(&known)));
        let event = event.after(told(&steps));
        Ok(PathOrdered { license: self.id, stage, steps, event })
    }
}

/// What a party holds of the items of a license.
#[derive(Debug)]
pub struct Held<'a> {
    /// Steps of the custody path, also those that only name it, each with its place.
    steps: Vec<(usize, &'a CustodyStep)>,
    serials: i64,
}

impl Held<'_> {
    pub fn is_nothing(&self) -> bool {
        self.steps.is_empty() && self.serials == 0
    }

    fn joined(&self, steps: impl IntoIterator<Item = String>, counted: String) -> String {
        steps.into_iter().chain((self.serials > 0).then_some(counted)).collect::<Vec<_>>().join(", ")
    }

    /// In words, by the places that pages show.
    pub fn places(&self) -> String {
        let steps = self.steps.iter().map(|(place, step)| step.stage.step(*place));
        self.joined(steps, many(self.serials, "serial number"))
    }

    /// As explanations know it: which steps, and what they say. Where they stand on the path, and other words for the
    /// same facts, lapse none.
    pub fn facts(&self) -> String {
        let mut steps: Vec<String> =
            self.steps.iter().map(|(_, step)| format!("{} {}.{}", step.stage.code(), step.id, step.version)).collect();
        steps.sort_unstable();
        self.joined(steps, self.counted())
    }

    /// As programs of before wrote it: by places that nothing could move, of steps that nothing could change.
    pub fn formerly(&self) -> Option<String> {
        if self.steps.iter().any(|(_, step)| step.version > 1) {
            return None;
        }
        let mut steps: Vec<&CustodyStep> = self.steps.iter().map(|(_, step)| *step).collect();
        steps.sort_by_key(|step| (!step.stage.is_foreseen(), step.first_position));
        let steps = steps.into_iter().map(|step| step.stage.step(usize::try_from(step.first_position).unwrap_or(0)));
        Some(self.joined(steps, self.counted()))
    }

    fn counted(&self) -> String {
        [&self.serials.to_string(), "serial numbers"].join(" ")
    }
}

#[cfg(test)]
#[path = "custody_tests.rs"]
mod tests;

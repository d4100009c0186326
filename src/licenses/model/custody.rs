//! What recording, changing and ordering the steps of the custody path asks of a license.

use time::Date;

use super::file::LicenseFile;
use crate::{
    approvals::model::{CustodyStage, CustodyStep, NewStep, Refusal},
    audit::{Event, Subject, Values, Verb, says},
    id::{CustodyStepId, LicenseId},
    proof,
    text::grouped,
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

    /// Recording a step, or that one says something else from now on.
    pub fn record_step(&self, step: CustodyStepId, says: NewStep, today: Date) -> Result<StepRecorded, Refusal> {
        self.its_party(says.party)?;
        self.its_item(says.item)?;
        says.stage.holds_on(says.on_date, today)?;
        let before = self.custody.iter().find(|known| known.id == step);
        let did = if before.is_some() { "changed" } else { "added" };
        let sentence = format!("{did} a custody step ({}): {}", says.stage.label().to_lowercase(), says.holder);
        let event = Event::new(Verb::CustodyChanged, Subject::Row("custody_step", step.0), sentence);
        let event = event.on_license(self.id).before(before.map(|known| self.told(&known.says())));
        let event = event.after(self.told(&says));
        Ok(StepRecorded { license: self.id, step, says, event })
    }

    /// A step as the log shows it.
    fn told(&self, step: &NewStep) -> Values {
        let party = self.parties.iter().find(|known| Some(known.party_id) == step.party);
        let items = step.item.and_then(|item| self.item(item)).map(|item| item.label.clone());
        let values = says("Who holds the items", step.holder.as_str()).and("What happens", step.what.as_str());
        let values = values.and("Party", party.map(|known| known.name.clone()).unwrap_or_default());
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
        order: &[(CustodyStepId, &str)],
    ) -> Result<PathOrdered, Refusal> {
        let known: Vec<&CustodyStep> = self.path(stage).collect();
        let (there, behind): (Vec<&CustodyStep>, Vec<&CustodyStep>) =
            known.into_iter().partition(|step| shown.contains(&step.id));
        if !there.iter().map(|step| step.id).eq(shown.iter().copied()) {
            return Err(Refusal::OrderChanged);
        }
        let behind = behind.iter().map(|step| (step.id, step.holder.as_str()));
        let (steps, holders): (Vec<CustodyStepId>, Vec<&str>) = order.iter().copied().chain(behind).unzip();
        let sentence = format!("put the custody path ({}) in order", stage.label().to_lowercase());
        let event = Event::new(Verb::CustodyChanged, self.id, sentence).after(says("In order", holders.join("; ")));
        Ok(PathOrdered { license: self.id, stage, steps, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{ItemGroupId, PartyId},
        sample::{self, TODAY, logged},
    };

    fn license() -> LicenseFile {
        let mut license = sample::license();
        license.custody = vec![
            sample::step(CustodyStage::Planned, "Customs"),
            sample::step(CustodyStage::Planned, "Registry"),
            sample::step(CustodyStage::Planned, "End-user"),
            sample::step(CustodyStage::Actual, "Customs"),
        ];
        license
    }

    #[test]
    fn a_step_is_of_this_license_and_one_to_come_is_planned() {
        let license = license();
        let tomorrow = TODAY.next_day();
        let step = license.custody[3].says();
        let recorded = |says: NewStep| license.record_step(CustodyStepId::new(), says, TODAY).map(drop);
        assert_eq!(recorded(step.clone()), Ok(()));
        assert_eq!(recorded(NewStep { party: Some(PartyId::new()), ..step.clone() }), Err(Refusal::Party));
        assert_eq!(recorded(NewStep { item: Some(ItemGroupId::new()), ..step.clone() }), Err(Refusal::Item));
        assert_eq!(recorded(NewStep { on_date: tomorrow, ..step.clone() }), Err(Refusal::Planned));
        let planned = NewStep { stage: CustodyStage::Planned, on_date: tomorrow, ..step };
        assert_eq!(recorded(planned), Ok(()));
    }

    #[test]
    fn the_entry_of_a_step_says_what_stood_there() {
        let license = license();
        let known = &license.custody[0];
        let new = NewStep { holder: "Port customs".into(), quantity: Some(1_200), ..known.says() };
        let changed = license.record_step(known.id, new.clone(), TODAY).expect("it may say so");
        assert_eq!((*changed.license(), *changed.step(), changed.says()), (license.id, known.id, &new));
        let row = Subject::Row("custody_step", known.id.0);
        let entry = Event::new(Verb::CustodyChanged, row, "changed a custody step (planned): Port customs");
        let told = |holder: &str, many: &str| {
            let values = says("Who holds the items", holder).and("What happens", "Holds the items").and("Party", "");
            values.and("Day", None::<Date>).and("Items", "").and("How many", many)
        };
        let entry = entry.on_license(license.id).before(told("Customs", "")).after(told("Port customs", "1,200"));
        assert_eq!(logged(changed), logged(entry));
        let added = license.record_step(CustodyStepId::new(), new, TODAY).expect("it may say so");
        assert!(format!("{:?}", Event::from(added)).contains("added a custody step (planned): Port customs"));
    }

    #[test]
    fn steps_are_ordered_as_they_were_shown_and_none_is_left_out() {
        let license = license();
        let [customs, registry, user] = [0, 1, 2].map(|at| license.custody[at].id);
        let new = CustodyStepId::new();
        let order = [(user, "End-user"), (new, "Depot"), (customs, "Customs")];
        let ordered = license.order_path(CustodyStage::Planned, &[customs, user], &order).expect("as shown");
        assert_eq!(ordered.steps(), &[user, new, customs, registry], "who was not shown follows");
        let entry = Event::new(Verb::CustodyChanged, license.id, "put the custody path (planned) in order");
        assert_eq!(logged(ordered), logged(entry.after(says("In order", "End-user; Depot; Customs; Registry"))));
        for shown in [&[user, customs][..], &[customs, new]] {
            let refused = license.order_path(CustodyStage::Planned, shown, &order).map(drop);
            assert_eq!(refused, Err(Refusal::OrderChanged));
        }
    }
}

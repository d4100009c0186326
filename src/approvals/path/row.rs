//! A row of the custody path: a step that is there, with what the page showed of it, or a new one. What was not touched
//! is passed over.

use crate::{
    approvals::{
        custody::HeldForm,
        model::{CustodyStep, Refusal},
    },
    form,
    id::CustodyStepId,
    text::{Line, Optional, Quantity, folded},
    web::{
        Form,
        form::{Answer, Block, Spare, Ticked, fingerprint},
    },
};

form! {
    /// A step in its place.
    pub struct RowForm reads Row {
        // The step that it is, in the version that was shown; blank: a new one.
        step: Field<Optional<Ticked>>,
        // A fingerprint of what was shown of it.
        shown: Field<Optional<Line>>,
        // Where it is to stand; blank: where it does.
        position: Field<Optional<Quantity>>,
        held: Part<HeldForm>,
    }
}

impl Spare for RowForm {
    /// Nothing is added or changed by it; where it stands is for all of them to say.
    fn is_blank(&self) -> bool {
        let is_blank = if self.is_new() { !self.says() } else { self.fingerprint() == self.shown.raw() };
        is_blank && self.position.error().is_none()
    }
}

impl Block for RowForm {
    const ONE: &'static str = "Step";
    /// More than any path has; of each stage as many fit into what one form may send.
    const MOST: usize = 40;

    fn named(&self, number: usize) -> String {
        let list = if self.position.name().starts_with("actual") { "Actual" } else { "Planned" };
        format!("{list} step {number}")
    }
}

impl RowForm {
    pub(super) fn of(step: &CustodyStep) -> Self {
        let mut form = Self::blank();
        form.step.set(Ticked::new(step.id, step.version));
        let held = &mut form.held;
        held.holder.set(&step.holder);
        held.what.set(&step.what);
        if let Some(party) = step.party_id {
            held.party.set(party);
        }
        if let Some(day) = step.on_date {
            held.on_date.set(crate::text::Day(day));
        }
        if let Some(item) = step.item_group_id {
            held.item.set(item);
        }
        if let Some(quantity) = step.quantity {
            held.quantity.set(quantity);
        }
        form.shown.set(form.fingerprint());
        form
    }

    /// The step that it is.
    pub(super) fn id(&self) -> Option<CustodyStepId> {
        self.ticked().map(|ticked| CustodyStepId(ticked.row))
    }

    pub(super) fn ticked(&self) -> Option<Ticked> {
        self.step.raw().parse().ok()
    }

    pub(super) fn is_new(&self) -> bool {
        self.step.raw().is_empty()
    }

    /// Whether anything stands in it.
    pub(super) fn says(&self) -> bool {
        self.answers().iter().any(|answer| !answer.is_empty())
    }

    /// Whether it says of the same holder what another one says.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let told = |row: &Self| (folded(row.held.holder.raw()), folded(row.held.what.raw()));
        told(self) == told(other)
    }

    /// A planned step as one that happened; nobody said when yet.
    pub(super) fn as_happened(&self) -> Self {
        let mut form = Self::blank();
        form.held.holder.set(self.held.holder.raw());
        form.held.party.set(self.held.party.raw());
        form.held.what.set(self.held.what.raw());
        form.held.item.set(self.held.item.raw());
        form.held.quantity.set(self.held.quantity.raw());
        form
    }

    /// Its number, as a place, says nothing.
    pub(super) fn stay_in_place(&mut self, at: usize) {
        if self.position.raw().trim() == at.to_string() {
            self.position.set("");
        }
    }

    /// Sets what somebody else saved beside this one and takes it for read, so that saving again overwrites it
    /// knowingly, where the rule lets it.
    pub(super) fn set_against(&mut self, step: &CustodyStep, refusal: Refusal) {
        let saved = Self::of(step);
        self.held.beside(&saved.held);
        self.step.set(saved.step.raw());
        self.shown.set(saved.shown.raw());
        self.held.holder.refuse(refusal);
    }

    /// The step was taken back meanwhile: what was typed stays, as a new one.
    pub(super) fn set_anew(&mut self) {
        self.step.set("");
        self.shown.set("");
        self.held.holder.refuse(Refusal::StepGone);
    }

    /// What is answered, without what a browser adds around it.
    fn answers(&self) -> [&str; 6] {
        let held = &self.held;
        let fields = [
            held.holder.raw(),
            held.party.raw(),
            held.what.raw(),
            held.on_date.raw(),
            held.item.raw(),
            held.quantity.raw(),
        ];
        fields.map(str::trim)
    }

    fn fingerprint(&self) -> String {
        fingerprint(self.answers())
    }

    /// What stands in it, for a draft.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let held = &self.held;
        let whole = [
            (self.step.name(), self.step.raw()),
            (self.shown.name(), self.shown.raw()),
            (self.position.name(), self.position.raw()),
            (held.holder.name(), held.holder.raw()),
            (held.party.name(), held.party.raw()),
            (held.what.name(), held.what.raw()),
            (held.item.name(), held.item.raw()),
            (held.quantity.name(), held.quantity.raw()),
            (held.on_date.name(), held.on_date.raw()),
        ];
        whole.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }
}

/// In which order rows stand that are numbered and some of which have another place: who moves up stands before the one
/// whose place they take, who moves down behind it.
pub(super) fn in_order(rows: &[(usize, Option<usize>)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| {
        let (number, place) = rows[*at];
        let place = place.unwrap_or(number);
        (place, place.cmp(&number) as i8, number)
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{approvals::model::CustodyStage, sample, web::form::Pairs};

    #[test]
    fn a_row_moves_to_the_place_that_it_is_given() {
        let moved = |moves: &[(usize, usize)]| {
            let place = |number: usize| moves.iter().find(|(from, _)| *from == number).map(|(_, to)| *to);
            let rows: Vec<_> = (1..=5).map(|number| (number, place(number))).collect();
            in_order(&rows).into_iter().map(|at| at + 1).collect::<Vec<_>>()
        };
        assert_eq!(moved(&[]), [1, 2, 3, 4, 5]);
        assert_eq!(moved(&[(5, 2)]), [1, 5, 2, 3, 4]);
        assert_eq!(moved(&[(1, 3)]), [2, 3, 1, 4, 5]);
        assert_eq!(moved(&[(2, 99)]), [1, 3, 4, 5, 2]);
        assert_eq!(moved(&[(1, 2), (2, 1)]), [2, 1, 3, 4, 5]);
        assert_eq!(moved(&[(4, 1), (5, 1)]), [4, 5, 1, 2, 3]);
    }

    #[test]
    fn what_was_not_touched_is_passed_over_whatever_a_browser_makes_of_it() {
        let mut step = sample::step(CustodyStage::Planned, "Customs");
        (step.on_date, step.quantity) = (Some(sample::TODAY), Some(30));
        let shown = RowForm::of(&step);
        let mut pairs = shown.pairs();
        let back = |pairs: &[(String, String)]| {
            let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            RowForm::sent(&Pairs::of(&pairs))
        };
        assert!(back(&pairs).is_blank() && !back(&pairs).is_new());
        for (name, value) in
            [("holder", ""), ("what", "Clears them"), ("quantity", "6"), ("on_date", "1 Jun 2026"), ("position", "x")]
        {
            let mut other = pairs.clone();
            other.iter_mut().find(|(known, _)| known == name).expect("it is a field").1 = value.into();
            assert!(!back(&other).is_blank(), "{name}");
        }
        pairs.iter_mut().find(|(known, _)| known == "position").expect("it is a field").1 = "7".into();
        assert!(back(&pairs).is_blank(), "where it stands is not what it says");
        assert!(RowForm::blank().is_blank() && RowForm::blank().is_new());
    }

    #[test]
    fn what_somebody_else_saved_stands_beside_and_is_overwritten_knowingly() {
        let mut step = sample::step(CustodyStage::Planned, "Customs");
        let mut mine = RowForm::of(&step);
        mine.held.holder.set("Port customs");
        (step.holder, step.version) = ("The port".into(), 2);
        mine.set_against(&step, Refusal::StepChanged);
        assert_eq!(
            (mine.held.holder.theirs(), mine.ticked().map(|ticked| ticked.version)),
            (Some("The port"), Some(2))
        );
        assert!(!mine.is_blank());
        mine.set_anew();
        assert!(mine.is_new() && mine.says());
    }
}

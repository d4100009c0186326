//! The custody path on one page, by one save: its steps are rows that are added, changed and put in order. All of it is
//! kept, or nothing. The buttons that add and take out rows send the page too, and it comes back with everything typed.

mod keep;
mod row;

use std::{borrow::Borrow, str::FromStr};

use askama::Template;
use axum::{Extension, response::Response};

use self::{keep::enter, row::RowForm};
use super::{
    back::Back,
    custody::choices,
    model::{CustodyStage, CustodyStep},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses::{self as at, Address},
    error::Result,
    form,
    id::{CheckId, CustodyStepId, ItemGroupId, LicenseId, PartyId},
    licenses::{
        self,
        model::{ItemGroup, LicenseFile},
    },
    text::{Day, Optional, day_words, many},
    web::{
        Blocks, Form, Layout, Path, Query, Sent,
        body::Typed,
        form::{Answer, Block, Marks, Spare},
        html,
    },
    words::Choice,
};

form! {
    /// The steps as they are foreseen, and as they happened.
    pub struct PathForm reads Steps {
        // The check on whose desk one was.
        check: Field<Optional<CheckId>>,
        planned: Blocks<RowForm>,
        actual: Blocks<RowForm>,
        act: Field<Optional<Act>>,
    }
}

/// How many rows wait to be filled in where nothing is foreseen yet: about as many as a path has.
const BEGUN: usize = 5;

/// What a button of the page does; nothing is saved by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One more step is begun.
    Add(CustodyStage),
    Remove(CustodyStage, usize),
    /// What was planned is taken over as what happened.
    Happened,
}

impl FromStr for Act {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || match text.split('.').collect::<Vec<_>>().as_slice() {
            ["happened"] => Some(Self::Happened),
            ["add", stage] => Some(Self::Add(stage.parse().ok()?)),
            ["remove", stage, at] => Some(Self::Remove(stage.parse().ok()?, at.parse().ok()?)),
            _ => None,
        };
        read().ok_or("Press one of the buttons of this page.")
    }
}

#[derive(Template)]
#[template(path = "approvals/path.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    parties: Vec<Choice>,
    items: Vec<Choice>,
    /// Where one came from.
    back: Address,
    /// The row one goes on with.
    goes_on: Option<(CustodyStage, usize)>,
    /// The steps that are another post's word, with what is said of that.
    theirs: Vec<(CustodyStepId, String)>,
    sent: Sent<PathForm>,
}

impl Page {
    fn lists(&self) -> [(CustodyStage, &Blocks<RowForm>); 2] {
        [CustodyStage::Planned, CustodyStage::Actual].map(|stage| (stage, self.sent.form.list(stage)))
    }

    /// Whether a row is found open: finished ones are closed to a line.
    fn is_open(&self, stage: impl Borrow<CustodyStage>, at: impl Borrow<usize>, row: &RowForm) -> bool {
        let (stage, at) = (*stage.borrow(), *at.borrow());
        // Where one begins: what is foreseen, and once that stands, what happened.
        let begins = if self.license.custody.is_empty() { CustodyStage::Planned } else { CustodyStage::Actual };
        let is_first =
            self.sent.form.list(stage).each().find(|(_, row)| !row.says()).is_some_and(|(first, _)| first == at);
        let is_begun = self.goes_on.is_none() && self.sent.errors().is_empty() && stage == begins && is_first;
        self.is_gone_on_with(stage, at) || is_begun || !row.faults().is_empty()
    }

    fn is_gone_on_with(&self, stage: impl Borrow<CustodyStage>, at: impl Borrow<usize>) -> bool {
        self.goes_on == Some((*stage.borrow(), *at.borrow()))
    }

    /// Why a step that nobody touched is not to be changed here.
    fn theirs(&self, row: &RowForm) -> Option<&str> {
        let id = row.id().filter(|_| row.is_blank())?;
        self.theirs.iter().find(|(step, _)| *step == id).map(|(_, told)| told.as_str())
    }

    /// The parties that a row offers: those of the license, and the one that stands there already.
    fn parties(&self, row: &RowForm) -> Vec<Choice> {
        let own = self.step(row).and_then(|step| step.party_id);
        let called = |party: PartyId| self.license.party_on_path(party).unwrap_or_default().to_owned();
        with_own(&self.parties, own.map(|party| (party.to_string(), called(party))))
    }

    /// As [`Self::parties`], of the items.
    fn items(&self, row: &RowForm) -> Vec<Choice> {
        let own = self.step(row).and_then(|step| step.item_group_id);
        let called = |item: ItemGroupId| self.license.item(item).map(ItemGroup::named).unwrap_or_default();
        with_own(&self.items, own.map(|item| (item.to_string(), called(item))))
    }

    fn step(&self, row: &RowForm) -> Option<&CustodyStep> {
        let id = row.id()?;
        self.license.custody.iter().find(|step| step.id == id)
    }

    /// What else is said of a step that is only shown: whose it is, of which items, how many.
    fn besides(&self, row: &RowForm) -> String {
        let step = self.step(row);
        let party = step.and_then(|step| self.license.party_on_path(step.party_id?)).map(str::to_owned);
        let items = step.and_then(|step| self.license.item(step.item_group_id?)).map(ItemGroup::named);
        let pieces = step.and_then(|step| step.quantity).map(|pieces| many(pieces, "piece"));
        [party, items, pieces].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// What happens there, and when.
    fn in_short(row: &RowForm) -> String {
        let day = row.held.on_date.raw().parse().ok().map(|day: Day| day_words(day.0));
        let what = Some(row.held.what.raw().to_owned()).filter(|what| !what.is_empty());
        [what, day].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// How many steps of a stage one save takes.
    fn most() -> usize {
        RowForm::MOST
    }

    /// How many steps of a stage have no room on the page, once those that are on file fill it.
    fn beyond(&self, stage: impl Borrow<CustodyStage>) -> Option<usize> {
        self.license.path(*stage.borrow()).count().checked_sub(RowForm::MOST)
    }

    /// Whether there is something foreseen that could be taken over as what happened.
    fn is_foreseen(&self) -> bool {
        self.sent.form.planned.each().any(|(_, row)| row.says())
    }
}

impl PathForm {
    fn list(&self, stage: CustodyStage) -> &Blocks<RowForm> {
        if stage.is_foreseen() { &self.planned } else { &self.actual }
    }

    fn list_mut(&mut self, stage: CustodyStage) -> &mut Blocks<RowForm> {
        if stage.is_foreseen() { &mut self.planned } else { &mut self.actual }
    }

    /// Takes back the places of rows that stand where they are numbered to.
    fn settle_places(&mut self) {
        for stage in CustodyStage::ALL {
            for (at, row) in (1..).zip(self.list_mut(*stage).each_mut()) {
                row.stay_in_place(at);
            }
        }
    }

    fn does(&mut self, act: Act) -> Option<(CustodyStage, usize)> {
        match act {
            Act::Add(stage) if !self.list(stage).is_full() => {
                self.list_mut(stage).add(RowForm::blank());
                Some((stage, self.list(stage).len()))
            }
            Act::Add(_) => None,
            Act::Remove(stage, at) => {
                // One that is on file is taken back on a page of its own, with its reason.
                if self.list(stage).each().any(|(number, row)| number == at && row.is_new()) {
                    self.list_mut(stage).remove(at);
                }
                None
            }
            Act::Happened => {
                let first = self.actual.each().filter(|(_, row)| row.says()).count() + 1;
                self.take_over();
                Some((CustodyStage::Actual, first)).filter(|_| self.actual.len() >= first)
            }
        }
    }

    /// Sets each planned step among those that happened, unless it is there; when it did is for the person to say.
    fn take_over(&mut self) {
        let rows = self.actual.take();
        let (said, _): (Vec<RowForm>, Vec<RowForm>) = rows.into_iter().partition(RowForm::says);
        for row in said {
            self.actual.add(row);
        }
        for (_, planned) in self.planned.each().filter(|(_, row)| row.says()) {
            if !self.actual.is_full() && !self.actual.each().any(|(_, row)| row.is_same(planned)) {
                self.actual.add(planned.as_happened());
            }
        }
    }

    /// Sets the rows beside what is on file now: what was not touched says that, in that order; what was typed stays.
    fn set_beside(&mut self, license: &LicenseFile, marks: &mut Marks) {
        for stage in CustodyStage::ALL {
            let list = self.list_mut(*stage);
            let mut typed = list.take();
            let shown: Vec<_> = typed.iter().filter_map(RowForm::id).collect();
            let steps: Vec<_> = license.path(*stage).collect();
            let is_as_shown =
                steps.iter().map(|step| step.id).filter(|id| shown.contains(id)).eq(shown.iter().copied());
            for step in steps.into_iter().take(RowForm::MOST) {
                let own = typed.iter().position(|row| row.id() == Some(step.id)).map(|at| typed.remove(at));
                let mut row = match own {
                    Some(row) if !row.is_blank() => row,
                    own => {
                        let mut row = RowForm::of(step);
                        if let Some(own) = own {
                            row.position.set(own.position.raw());
                        }
                        row
                    }
                };
                if !is_as_shown {
                    row.position.set("");
                }
                marks.know(&step.holder);
                marks.know(&step.what);
                list.add(row);
            }
            for row in typed.into_iter().filter(|row| row.is_new() || !row.is_blank()) {
                list.add(row);
            }
            let is_begun = !stage.is_foreseen() || !list.is_empty();
            while !list.is_full()
                && list.each().filter(|(_, row)| !row.says()).count() < if is_begun { 1 } else { BEGUN }
            {
                list.add(RowForm::blank());
            }
        }
    }
}

pub async fn show(can: Can<WorkChecks>, Path(id): Path<LicenseId>, Query(back): Query<Back>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    // From wherever one comes, what one typed is the same.
    let mut sent = can.form_at(&at::custody(id), PathForm::blank(), 0).await?;
    back.told_by(&mut sent.form.check);
    sent.form.settle_places();
    page(&can, license, sent, None)
}

/// Keeps what was added, changed and put in order.
pub async fn submit(
    can: Can<WorkChecks>,
    Path(id): Path<LicenseId>,
    Extension(typed): Extension<Typed>,
    mut sent: Sent<PathForm>,
) -> Result<Response> {
    if let Some(act) = sent.form.act.value().and_then(|act| act.0) {
        return again(&can, id, (act, typed.as_str()), sent).await;
    }
    let done = can.make(&mut sent, async |change, sent| enter(&can, change, id, sent).await).await;
    sent.answer(done, async |mut sent| {
        let license = licenses::store::find(&can, id).await?;
        sent.form.settle_places();
        page(&can, license, sent, None)
    })
    .await
}

/// The page again, with what a button made of it. It is kept as a draft too: a browser without scripts has no other.
async fn again(
    can: &Can<WorkChecks>,
    id: LicenseId,
    (act, typed): (Act, &str),
    mut sent: Sent<PathForm>,
) -> Result<Response> {
    let license = licenses::store::find(can, id).await?;
    sent.form.quiet();
    sent.form.settle_places();
    let goes_on = sent.form.does(act);
    let (body, title) = (kept(typed, &sent.form), format!("Custody path - license {}", license.number));
    can.keep_typed(&sent, &title, &body).await?;
    page(can, license, sent, goes_on)
}

/// What the page knows of itself as it was sent, and its rows as the button left them.
fn kept(typed: &str, form: &PathForm) -> String {
    let is_own = |name: &str| name != "act" && !["planned.", "actual."].iter().any(|list| name.starts_with(list));
    let own = form_urlencoded::parse(typed.as_bytes()).into_owned().filter(|(name, _)| is_own(name));
    let rows = CustodyStage::ALL.iter().flat_map(|stage| form.list(*stage).each().flat_map(|(_, row)| row.pairs()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(own.chain(rows)).finish()
}

fn page(
    can: &Actor,
    license: LicenseFile,
    mut sent: Sent<PathForm>,
    goes_on: Option<(CustodyStage, usize)>,
) -> Result<Response> {
    let (parties, items) = choices(&license);
    let refused = |step: &CustodyStep| Some((step.id, step.is_own_word(|post| can.sees_post(post)).err()?.to_string()));
    let theirs = license.custody.iter().filter_map(refused).collect();
    let Sent { form, marks, .. } = &mut sent;
    form.set_beside(&license, marks);
    let back = Back::from(&sent.form.check).to(can, &license, "custody");
    let layout = can.layout_at(&at::custody(license.id));
    html(&Page { layout, license, parties, items, back, goes_on, theirs, sent })
}

/// What is offered, with what stands there already.
fn with_own(offered: &[Choice], own: Option<(String, String)>) -> Vec<Choice> {
    let own = own.filter(|(value, _)| !offered.iter().any(|choice| choice.is(value)));
    offered.iter().cloned().chain(own.map(|(value, label)| Choice::new(value, label))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, web::form::Pairs};

    fn filled(pairs: &[(&str, &str)]) -> PathForm {
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        PathForm::sent(&Pairs::of(&pairs))
    }

    fn holders(list: &Blocks<RowForm>) -> Vec<&str> {
        list.each().map(|(_, row)| row.held.holder.raw()).collect()
    }

    #[test]
    fn a_button_of_the_page_is_told_from_any_other() {
        let read = |text: &str| text.parse::<Act>().ok();
        assert_eq!(
            [read("add.planned"), read("remove.actual.2"), read("happened")],
            [Some(Act::Add(CustodyStage::Planned)), Some(Act::Remove(CustodyStage::Actual, 2)), Some(Act::Happened)]
        );
        for other in ["", "add", "add.", "add.x", "remove.planned", "remove.planned.x", "remove.1", "save"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_blank_path_waits_with_rows_and_one_with_steps_with_one_more() {
        let mut license = sample::license();
        license.custody.clear();
        let mut form = PathForm::blank();
        form.set_beside(&license, &mut Marks::default());
        assert_eq!((form.planned.len(), form.actual.len()), (BEGUN, 1));
        license.custody = vec![sample::step(CustodyStage::Planned, "Customs")];
        let mut form = PathForm::blank();
        form.set_beside(&license, &mut Marks::default());
        assert_eq!((holders(&form.planned), form.actual.len()), (vec!["Customs", ""], 1));
    }

    #[test]
    fn what_was_planned_is_taken_over_once_as_what_happened() {
        let mut form = filled(&[
            ("planned.1.holder", "Customs"),
            ("planned.1.what", "Clears them"),
            ("planned.1.on_date", "3/11/2026"),
            ("planned.2.holder", "Registry"),
            ("planned.2.what", "Ballistic test"),
            ("actual.1.holder", "CUSTOMS"),
            ("actual.1.what", "clears them"),
            ("actual.2.holder", ""),
        ]);
        assert_eq!(form.does(Act::Happened), Some((CustodyStage::Actual, 2)));
        assert_eq!(holders(&form.actual), ["CUSTOMS", "Registry"]);
        assert!(form.actual.each().all(|(_, row)| row.held.on_date.raw().is_empty()), "when is for the person to say");
        assert_eq!(form.does(Act::Happened), None);
    }

    #[test]
    fn only_a_new_row_is_removed_here_and_a_draft_has_what_is_left() {
        let step = sample::step(CustodyStage::Planned, "Customs");
        let mut form = PathForm::blank();
        form.planned.add(RowForm::of(&step));
        form.planned.add(RowForm::blank());
        form.does(Act::Remove(CustodyStage::Planned, 1));
        assert_eq!(form.planned.len(), 2);
        form.does(Act::Remove(CustodyStage::Planned, 2));
        assert_eq!(form.planned.len(), 1);
        let body = kept("form_id=1&act=remove.planned.2&planned.2.holder=Depot", &form);
        assert!(body.starts_with("form_id=1&") && body.contains("planned.1.holder=Customs"), "{body}");
        assert!(!body.contains("Depot") && !body.contains("act="), "{body}");
        let mut back = PathForm::sent(&Pairs::parse(&body));
        back.settle_places();
        assert!(back.planned.each().all(|(_, row)| row.is_blank() && row.id() == Some(step.id)), "it was not touched");
    }

    #[test]
    fn what_was_not_touched_says_what_is_on_file_now() {
        let mut license = sample::license();
        license.custody =
            vec![sample::step(CustodyStage::Planned, "Customs"), sample::step(CustodyStage::Planned, "Registry")];
        let mut form = PathForm::blank();
        form.set_beside(&license, &mut Marks::default());
        form.planned.each_mut().nth(1).expect("it is there").held.holder.set("The arms registry");
        license.custody.swap(0, 1);
        license.custody[1].holder = "Port customs".into();
        license.custody.push(sample::step(CustodyStage::Planned, "End-user"));
        form.set_beside(&license, &mut Marks::default());
        assert_eq!(holders(&form.planned), ["The arms registry", "Port customs", "End-user", ""]);
    }
}

//! Opening a check on one page, by one save: the request, its license with lines and parties, or its subjects. All of
//! it is kept, or nothing. A license that is on file is found by its number, parties by their names; lines are typed
//! or pasted. The buttons that look for something send the page too, and it comes back with everything typed.

use std::borrow::Borrow;

use askama::Template;
use axum::{Extension, response::Response};
use serde::Deserialize;

use super::{
    act::{Act, Answers},
    beside::Beside,
    earlier::Earlier,
    found::found,
    keep::enter,
    refusal::Refusal,
};
use crate::{
    access::{Actor, Can, permission::OpenChecks},
    addresses as at,
    checks::{
        edit::OpenForm,
        model::{Priority, SiteVisit},
    },
    error::Result,
    form,
    id::LicenseId,
    licenses::{
        items::{Designation, ItemForm},
        model::Jurisdiction,
        parties::RoleForm,
        register::LicenseForm,
    },
    parties::model::{PartyRole, TakesPossession},
    text::{Line, List, Optional},
    web::{
        Form, Layout, Query, Sent,
        body::Typed,
        form::{Answer, Marks, Pairs, Spare},
        html,
    },
    words::Choice,
};

form! {
    /// A check with all that is sent to the post with it.
    pub struct OpeningForm reads Opening {
        request: Part<OpenForm>,
        // The one that is on file: then nothing that describes a new one counts.
        license: Field<Optional<LicenseId>>,
        application: Maybe<LicenseForm>,
        items: Blocks<ItemForm>,
        pasted: Field<Optional<List>>,
        parties: Blocks<RoleForm>,
        copy: Field<Optional<Line>>,
        act: Field<Optional<Act>>,
    }
}

/// What another page knows of the check to be opened.
#[derive(Debug, Deserialize)]
pub struct Known {
    /// The reference of the check it follows.
    #[serde(default)]
    follows: String,
}

#[derive(Template)]
#[template(path = "opening/open.html")]
struct Page {
    layout: Layout,
    beside: Beside,
    /// The block one goes on with.
    goes_on: Option<(&'static str, usize)>,
    sent: Sent<OpeningForm>,
}

impl Page {
    /// Whether a line is found open: finished ones are closed to a line.
    fn is_line_open(&self, at: impl Borrow<usize>, block: &ItemForm) -> bool {
        let at = *at.borrow();
        let is_begun = if block.is_blank() { at == 1 } else { block.item_class.raw().is_empty() };
        self.goes_on == Some(("items", at)) || is_begun || !block.faults().is_empty()
    }

    /// Whether a party is found open: it is looked for, or one says what it does.
    fn is_party_open(&self, at: impl Borrow<usize>, block: &RoleForm) -> bool {
        let at = *at.borrow();
        let is_settled = !block.party.raw().is_empty() && block.role.is_answered();
        let is_begun = if block.is_blank() { at == 1 } else { !is_settled };
        self.goes_on == Some(("parties", at)) || is_begun || !block.faults().is_empty()
    }

    /// A line's class and quantity.
    fn in_short(&self, block: &ItemForm) -> String {
        let class = self.beside.classes.iter().find(|class| block.item_class.is(&class.value));
        let class = class.map(|class| class.label.as_str());
        let quantity = Some(block.quantity.raw().trim()).filter(|quantity| !quantity.is_empty());
        [quantity, class].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// What was pasted as a designation of a line and is none.
    fn no_designations(block: &ItemForm) -> Vec<&str> {
        let choices = Designation::choices();
        let raws = block.designations.raws().iter().map(String::as_str);
        raws.filter(|raw| is_beyond(raw, &choices)).collect()
    }

    /// Whether what describes a new party is found open.
    fn is_new(&self, at: impl Borrow<usize>, block: &RoleForm) -> bool {
        let is_begun =
            !block.kind.raw().is_empty() || !block.country.raw().is_empty() || block.namesake.error().is_some();
        block.party.raw().is_empty() && (is_begun || self.beside.matches(at).is_empty())
    }
}

/// What a party does, as far as it is ticked.
pub fn roles(block: &RoleForm) -> String {
    let ticked = PartyRole::ALL.iter().filter(|role| block.role.has(role.code()));
    ticked.map(|role| role.label()).collect::<Vec<_>>().join(", ")
}

/// Whether what stands in a field is none of the choices.
pub fn is_beyond(raw: &str, choices: &[Choice]) -> bool {
    !raw.is_empty() && choices.iter().all(|choice| !choice.is(raw))
}

impl OpeningForm {
    fn begun(known: Known) -> Self {
        let mut form = Self::blank();
        form.request.priority.set(Priority::Routine);
        form.request.site_visit.set(SiteVisit::Optional);
        form.request.follows.set(known.follows);
        for _ in 0..2 {
            form.items.add(line());
        }
        for _ in 0..4 {
            form.parties.add(party());
        }
        form
    }

    /// As a page sent it: what describes a new license does not count beside one that is on file.
    pub(super) fn of(answers: &Answers, can: &Actor) -> Self {
        let mut form = Self::sent(&Pairs::parse(&answers.body()).typed_on(Some(can.today())));
        if !form.license.raw().is_empty() {
            form.application.leave();
        }
        form
    }
}

/// A line that is begun as on its own page.
fn line() -> ItemForm {
    let mut form = ItemForm::blank();
    form.jurisdiction.set(Jurisdiction::Itar);
    form
}

/// A party of which nobody knows yet whether it takes possession.
fn party() -> RoleForm {
    let mut form = RoleForm::blank();
    form.takes_possession.set(TakesPossession::Unknown);
    form
}

pub async fn show(can: Can<OpenChecks>, Query(known): Query<Known>) -> Result<Response> {
    let mut sent = can.form(OpeningForm::begun(known), 0).await?;
    if !sent.form.license.raw().is_empty() {
        sent.form.application.leave();
    }
    page(&can, sent, None).await
}

pub async fn submit(
    can: Can<OpenChecks>,
    Extension(typed): Extension<Typed>,
    mut sent: Sent<OpeningForm>,
) -> Result<Response> {
    let act = sent.form.act.value().and_then(|act| act.0);
    let mut answers = Answers::of(typed.as_str());
    if let Some(act) = act {
        answers.without(act);
    }
    let refused = Box::pin(found(&can, &mut answers, &sent.marks)).await?;
    if let Some(act) = act {
        return Box::pin(again(&can, act, answers, refused, sent)).await;
    }
    take(&can, &mut sent, &answers);
    if let Some(refusal) = refused {
        sent.form.pasted.refuse(refusal);
    }
    let done = can.make(&mut sent, async |change, sent| enter(&can, change, sent).await).await;
    Box::pin(sent.answer(done, async |sent| page(&can, sent, None).await)).await
}

/// Takes what was made of the answers as what was sent; of a cell that was pasted, it is asked as of what is typed.
fn take(can: &Actor, sent: &mut Sent<OpeningForm>, answers: &Answers) {
    sent.form = OpeningForm::of(answers, can);
    sent.marks = Marks::of(&answers.body());
}

/// The page again, with what a button made of it. It is kept as a draft too: a browser without scripts has no other.
async fn again(
    can: &Can<OpenChecks>,
    act: Act,
    mut answers: Answers,
    refused: Option<Refusal>,
    mut sent: Sent<OpeningForm>,
) -> Result<Response> {
    let mut copied = Ok(());
    if act == Act::Copy {
        copied = copy(can, &mut answers).await?;
    }
    take(can, &mut sent, &answers);
    sent.form.quiet();
    sent.form.copy.judged(copied);
    if let Some(refusal) = refused {
        sent.form.pasted.refuse(refusal);
    }
    let goes_on = match act {
        Act::AddLine if !sent.form.items.is_full() => {
            sent.form.items.add(line());
            Some(("items", sent.form.items.len()))
        }
        Act::AddParty if !sent.form.parties.is_full() => {
            sent.form.parties.add(party());
            Some(("parties", sent.form.parties.len()))
        }
        _ => None,
    };
    can.keep_typed(&sent, TITLE, &answers.body()).await?;
    page(can, sent, goes_on).await
}

async fn copy(can: &Actor, answers: &mut Answers) -> Result<Result<(), Refusal>> {
    let Some(earlier) = Earlier::find(can, answers.last("copy")).await? else { return Ok(Err(Refusal::NothingToCopy)) };
    let filled = earlier.fill(answers);
    if filled.is_ok() {
        answers.set("copy", "");
    }
    Ok(filled)
}

const TITLE: &str = "Open a check";

async fn page(can: &Actor, mut sent: Sent<OpeningForm>, goes_on: Option<(&'static str, usize)>) -> Result<Response> {
    if sent.form.items.is_empty() {
        sent.form.items.add(line());
    }
    if sent.form.parties.is_empty() {
        sent.form.parties.add(party());
    }
    let beside = Beside::of(can, &mut sent.form).await?;
    html(&Page { layout: can.layout(), beside, goes_on, sent })
}

//! The custody path: who physically holds the items, planned and actual; and the counting of serial numbers (guards 9
//! and 13).

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use time::Date;

use super::{
    model::{CustodyStage, CustodyStep, NewStep, OtherWeapons, Pasted, Refusal, SerialState, Tally, recounted},
    store,
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Made, Subject, Verb, says},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CustodyStepId, ItemGroupId, LicenseId, PartyId},
    licenses::{self, model::LicenseFile},
    text::{Day, Line, List, Optional, Quantity, folded, grouped, many},
    web::{Form, Layout, Path, Query, Sent, filters, html},
    words::Choice,
};

form! {
    pub struct StepForm reads Step {
        stage: Field<CustodyStage>,
        held: Part<HeldForm>,
    }
}

form! {
    /// What a step says, planned or actual.
    pub struct HeldForm reads Held {
        holder: Field<Line>,
        party: Field<Optional<PartyId>>,
        what: Field<Line>,
        on_date: Dated<Optional<Day>>,
        item: Field<Optional<ItemGroupId>>,
        quantity: Field<Optional<Quantity>>,
    }
}

form! {
    pub struct SerialsForm reads Count {
        item: Field<ItemGroupId>,
        state: Field<SerialState>,
        location: Field<Optional<Line>>,
        holder: Field<Optional<PartyId>>,
        numbers: Field<List>,
        // The reading of them that the person saw.
        seen: Field<Optional<Line>>,
        other_weapons: Fields<OtherWeapons>,
    }
}

impl Held {
    /// Judges a step, in place of what stands there; what is refused stands at its field.
    pub(super) fn judge(
        &self,
        (license, before): (&LicenseFile, Option<&CustodyStep>),
        stage: CustodyStage,
        today: Date,
        form: &mut HeldForm,
    ) {
        form.party.judged(license.steps_party(before, self.party.0));
        form.item.judged(license.steps_item(before, self.item.0));
        form.on_date.judged(stage.holds_on(self.on_date.0.map(|day| day.0), today));
    }

    pub(super) fn says(&self, stage: CustodyStage) -> NewStep {
        NewStep {
            stage,
            holder: self.holder.to_string(),
            party: self.party.0,
            what: self.what.to_string(),
            on_date: self.on_date.0.map(|day| day.0),
            quantity: self.quantity.0.map(|quantity| quantity.0),
            item: self.item.0,
        }
    }
}

#[derive(Template)]
#[template(path = "approvals/custody.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    parties: Vec<Choice>,
    items: Vec<Choice>,
    sent: Sent<StepForm>,
}

#[derive(Template)]
#[template(path = "approvals/serials.html")]
struct SerialsPage {
    layout: Layout,
    license: LicenseFile,
    parties: Vec<Choice>,
    items: Vec<Choice>,
    /// How the numbers are read, once there are any.
    pasted: Option<Pasted>,
    /// What is looked for among those that were counted, and what is found.
    looked_for: String,
    found: Vec<store::FoundSerial>,
    /// The last counts, each of which can be taken back whole.
    counts: Vec<store::Count>,
    sent: Sent<SerialsForm>,
}

/// How many lines a page shows that are to be looked at, and how much of each.
const LINES: usize = 200;
const LETTERS: usize = 300;

impl SerialsPage {
    /// What the button does.
    fn button(&self) -> &'static str {
        if self.pasted.is_some() { "Save the count" } else { "Read the numbers" }
    }

    /// What they come to.
    fn counted(&self) -> String {
        let (numbers, plain) =
            self.pasted.as_ref().map_or((0, 0), |pasted| (pasted.numbers.len(), pasted.as_they_stand()));
        let (numbers, plain) = (many(numbers, "different serial number"), grouped(&plain.to_string()));
        format!("{numbers}. Lines that are one number as they stand: {plain}.")
    }

    /// The lines that are no number as they stand: where, what was typed, and how it is read.
    fn lines(&self) -> Vec<(usize, String, String)> {
        let shown = |text: &str| match text.char_indices().nth(LETTERS) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_owned(),
        };
        let lines = self.pasted.iter().flat_map(Pasted::to_look_at).take(LINES);
        lines.map(|line| (line.at, shown(&line.typed), shown(&line.said()))).collect()
    }

    /// How many more there are than are shown.
    fn more(&self) -> usize {
        self.pasted.as_ref().map_or(0, |pasted| pasted.to_look_at().count().saturating_sub(LINES))
    }
}

/// A license of whose items the reader's post may record custody and counts now.
pub(super) fn trackable(license: &LicenseFile, actor: &Actor) -> Result<()> {
    if !license.checks.iter().any(|check| actor.sees_post(check.post_id)) {
        return Err(AppError::NotFound);
    }
    Ok(license.takes_counts(|post| actor.sees_post(post))?)
}

pub(super) fn choices(license: &LicenseFile) -> (Vec<Choice>, Vec<Choice>) {
    let mut parties: Vec<Choice> = Vec::new();
    for party in &license.parties {
        if parties.iter().all(|choice| choice.value != party.party_id.to_string()) {
            parties.push(Choice::new(party.party_id, format!("{} ({})", party.name, party.role.label())));
        }
    }
    (parties, license.items.iter().map(|item| Choice::new(item.id, item.named())).collect())
}

async fn page(can: &Can<WorkChecks>, id: LicenseId, sent: Sent<StepForm>) -> Result<Response> {
    let license = licenses::store::find(can, id).await?;
    let (parties, items) = choices(&license);
    html(&Page { layout: can.layout(), license, parties, items, sent })
}

/// The form of a step.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<LicenseId>) -> Result<Response> {
    let sent = can.form(StepForm::blank(), 0).await?;
    page(&can, id, sent).await
}

/// Adds it at the end of its path.
pub async fn submit(can: Can<WorkChecks>, Path(id): Path<LicenseId>, mut sent: Sent<StepForm>) -> Result<Response> {
    let done = add(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page(&can, id, sent).await).await
}

async fn add(can: &Can<WorkChecks>, id: LicenseId, sent: &mut Sent<StepForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, sent).await).await
}

/// Adds a step within a change.
pub(crate) async fn enter(can: &Actor, change: &mut Change, id: LicenseId, sent: &mut Sent<StepForm>) -> Result<Made> {
    let read = sent.read()?;
    let license = licenses::store::find_for_update(change, can.scope(), id).await?;
    trackable(&license, can)?;
    read.held.judge((&license, None), read.stage, can.today(), &mut sent.form.held);
    sent.read()?;
    let says = read.held.says(read.stage);
    let recorded = license.record_step(CustodyStepId::new(), says, |post| can.sees_post(post), can.today())?;
    store::insert_steps(change, id, &[&recorded]).await?;
    licenses::store::touch(change, id).await?;
    let row = Subject::Row("custody_step", recorded.step().0);
    Ok(Made::new(row, recorded, at::license(id).at("custody")))
}

async fn serials_page(
    can: &Can<WorkChecks>,
    id: LicenseId,
    looked_for: String,
    mut sent: Sent<SerialsForm>,
) -> Result<Response> {
    let license = licenses::store::find(can, id).await?;
    let (parties, items) = choices(&license);
    let pasted = sent.form.numbers.raw().parse::<List>().ok().map(|typed| Pasted::read(typed.as_str()));
    let mut pasted = pasted.filter(|pasted| !pasted.lines.is_empty());
    let item = sent.form.item.raw().parse().ok().filter(|item| license.item(*item).is_some());
    let counted = item.zip(sent.form.state.raw().parse().ok());
    if let Some((read, (item, state))) = pasted.take_if(|_| counted.is_some()).zip(counted) {
        let mut conn = can.reads().acquire().await?;
        let before = store::counted_before(&mut conn, item, &read.numbers).await?;
        pasted = Some(read.changing(recounted(&before, state)));
    }
    sent.form.seen.set(pasted.as_ref().map(Pasted::seen).unwrap_or_default());
    let mut conn = can.reads().acquire().await?;
    let is_looked_for = !folded(&looked_for).is_empty();
    let found = if is_looked_for { store::find_serials(&mut conn, id, &looked_for).await? } else { Vec::new() };
    let counts = store::counts(&mut conn, id).await?;
    html(&SerialsPage { layout: can.layout(), license, parties, items, pasted, looked_for, found, counts, sent })
}

/// Which serial number is looked for.
#[derive(Debug, Deserialize)]
pub struct Find {
    #[serde(default)]
    find: String,
}

/// The form of a count, and where a number is found that should not be there.
pub async fn show_serials(
    can: Can<WorkChecks>,
    Path(id): Path<LicenseId>,
    Query(asked): Query<Find>,
) -> Result<Response> {
    let sent = can.form(SerialsForm::blank(), 0).await?;
    serials_page(&can, id, asked.find, sent).await
}

/// Keeps what was counted.
pub async fn submit_serials(
    can: Can<WorkChecks>,
    Path(id): Path<LicenseId>,
    mut sent: Sent<SerialsForm>,
) -> Result<Response> {
    let done = count(&can, id, &mut sent).await;
    sent.answer(done, async |sent| serials_page(&can, id, String::new(), sent).await).await
}

async fn count(can: &Can<WorkChecks>, id: LicenseId, sent: &mut Sent<SerialsForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter_serials(can, change, id, sent).await).await
}

/// Keeps what was counted, within a change.
pub(crate) async fn enter_serials(
    can: &Actor,
    change: &mut Change,
    id: LicenseId,
    sent: &mut Sent<SerialsForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let license = licenses::store::find_for_update(change, can.scope(), id).await?;
    trackable(&license, can)?;
    let Some(item) = license.item(read.item) else {
        sent.form.item.refuse(Refusal::Item);
        return Err(AppError::Invalid);
    };
    sent.form.holder.judged(license.its_party(read.holder.0));
    let pasted = Pasted::read(read.numbers.as_str());
    let before = store::counted_before(change.conn(), read.item, &pasted.numbers).await?;
    let pasted = pasted.changing(recounted(&before, read.state));
    sent.form.numbers.judged(pasted.judge(read.seen.0.as_ref().map(Line::as_str)));
    let changes = if pasted.changes.is_empty() { String::new() } else { format!("; {}", pasted.changes) };
    let numbers = pasted.numbers;
    let alike = store::alike_serials(change, id, &numbers).await?.join("; ");
    if !alike.is_empty() && read.other_weapons.is_empty() {
        sent.form.other_weapons.refuse(Refusal::AlikeSerials(alike.clone()));
    }
    sent.read()?;
    let location = read.location.or_empty();
    let mine = license.counted_on(|post| can.sees_post(post));
    let kept = store::save_serials(change, id, read.item, &numbers, read.state, &location, read.holder.0, mine).await?;
    licenses::store::touch(change, id).await?;
    let others = if alike.is_empty() { String::new() } else { format!("; these are other weapons: {alike}") };
    let found = Tally { item: item.label.clone(), state: read.state, numbers: kept };
    let sentence = format!("counted {found}{changes}{others}");
    let event = Event::new(Verb::SerialsCounted, id, sentence);
    let event = event.after(says("Serial numbers", numbers).and("Where", location));
    Ok(Made::new(Subject::License(id), event, at::license(id).at("serials")))
}

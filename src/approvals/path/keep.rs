//! What one save of the custody path keeps: steps that are new, steps that say something else, their order. Each by its
//! rule; one that is refused keeps all of it from being kept.

use super::{
    PathForm,
    row::{Row, RowForm, in_order},
};
use crate::{
    access::Actor,
    approvals::{
        back::Back,
        custody::trackable,
        model::{CustodyStage, Refusal},
        store,
    },
    audit::{Event, Events, Made, Subject, Verb},
    db::Change,
    error::{AppError, Result},
    id::{CustodyStepId, LicenseId},
    licenses::{
        self,
        model::{LicenseFile, PathOrdered, StepRecorded},
    },
    text::{self, Quantity, many},
    web::{
        Blocks, Sent,
        form::{Block, Spare},
    },
};

/// Keeps the page within a change.
pub(super) async fn enter(can: &Actor, change: &mut Change, id: LicenseId, sent: &mut Sent<PathForm>) -> Result<Made> {
    let read = sent.read()?;
    let license = licenses::store::find_for_update(change, can.scope(), id).await?;
    trackable(&license, can)?;
    let of = |stage| Where { license: &license, stage, reader: can };
    for (stage, rows) in [(CustodyStage::Planned, &read.planned), (CustodyStage::Actual, &read.actual)] {
        of(stage).judge(rows, sent.form.list_mut(stage));
    }
    sent.read()?;
    let mut stages = Vec::new();
    for (stage, rows) in [(CustodyStage::Planned, read.planned), (CustodyStage::Actual, read.actual)] {
        stages.push(of(stage).laid_out(rows, sent.form.list_mut(stage))?);
    }
    sent.read()?;
    if stages.iter().all(Laid::is_empty) {
        sent.form.planned.refuse(Refusal::NoSteps);
    }
    sent.read()?;
    write(change, id, &stages).await?;
    licenses::store::touch(change, id).await?;
    // What was said of a line is logged with the step that holds it; of lines that stood on the path nobody was asked.
    let said = std::mem::take(&mut change.unmarked);
    let before = || license.custody.iter().flat_map(|step| [step.holder.as_str(), step.what.as_str()]);
    let whole = whole(&license, &stages).map(Events::from);
    let mut events = Vec::new();
    for laid in stages {
        for (recorded, _) in laid.steps {
            let denied =
                text::denied(&said, [recorded.says().holder.as_str(), recorded.says().what.as_str()], before());
            events.push(Events::from(recorded).and_unmarked(&denied));
        }
        events.extend(laid.ordered.map(Events::from));
    }
    // The whole of it is said last: it is what one reads first.
    let events = events.into_iter().chain(whole).reduce(Events::join).ok_or(AppError::Invalid)?;
    let to = Back::from(&sent.form.check).leads(sent, can, &license, "custody");
    Ok(Made::new(Subject::License(id), events, &*to))
}

/// A stage of a license's path, and who works on it.
#[derive(Clone, Copy)]
struct Where<'a> {
    license: &'a LicenseFile,
    stage: CustodyStage,
    reader: &'a Actor,
}

impl Where<'_> {
    /// Judges the rows in which something is said; what is refused stands at its field.
    fn judge(self, rows: &[Row], list: &mut Blocks<RowForm>) {
        if list.len() > RowForm::MOST {
            list.refuse(Refusal::TooManySteps(RowForm::MOST));
        }
        for (read, row) in rows.iter().zip(list.answered()) {
            let ticked = read.step.0;
            let known = ticked.and_then(|ticked| self.license.path(self.stage).find(|step| step.id.0 == ticked.row));
            read.held.judge((self.license, known), self.stage, self.reader.today(), &mut row.held);
            let Some(ticked) = ticked else { continue };
            let Some(step) = known else {
                row.set_anew();
                continue;
            };
            if let Err(refusal) = step.is_own_word(|post| self.reader.sees_post(post)) {
                row.set_against(step, refusal);
            } else if step.version != ticked.version {
                row.set_against(step, Refusal::StepChanged);
            }
        }
    }

    /// What one save makes of the rows, each judged.
    fn laid_out(self, rows: Vec<Row>, list: &mut Blocks<RowForm>) -> Result<Laid> {
        let (mut read, mut all, mut places) = (rows.into_iter(), Vec::new(), Vec::new());
        for (number, row) in list.each() {
            let ticked = row.ticked();
            let id = row.id().unwrap_or_else(CustodyStepId::new);
            let mut standing = Standing { id, is_new: ticked.is_none(), recorded: None };
            if !row.is_blank() {
                let Some(read) = read.next() else { continue };
                let (says, serves) = (read.held.says(self.stage), |post| self.reader.sees_post(post));
                let recorded = self.license.record_step(id, says, serves, self.reader.today())?;
                standing.recorded = Some((recorded, ticked.map(|ticked| ticked.version)));
            } else if !self.license.path(self.stage).any(|step| step.id == id) {
                // Blank, or taken back by somebody else meanwhile.
                continue;
            }
            let place: Option<Quantity> = row.position.raw().parse().ok();
            places.push((number, place.and_then(|place| usize::try_from(place.0).ok())));
            all.push(Some(standing));
        }
        let shown: Vec<CustodyStepId> = all.iter().flatten().filter(|row| !row.is_new).map(|row| row.id).collect();
        let order: Vec<Standing> = in_order(&places).into_iter().filter_map(|at| all[at].take()).collect();
        let ordered = if is_moved(&order, &shown) {
            let wanted: Vec<CustodyStepId> = order.iter().map(|row| row.id).collect();
            let ordered = self.license.order_path(self.stage, &shown, &wanted);
            ordered.map_err(|refusal| list.refuse(refusal)).ok()
        } else {
            None
        };
        Ok(Laid { steps: order.into_iter().filter_map(|row| row.recorded).collect(), ordered })
    }
}

/// What one save makes of the steps of a stage.
struct Laid {
    /// In their order, with the version that was read of what is changed.
    steps: Vec<(StepRecorded, Option<i32>)>,
    ordered: Option<PathOrdered>,
}

impl Laid {
    fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.ordered.is_none()
    }
}

/// A row as it is to stand.
struct Standing {
    id: CustodyStepId,
    is_new: bool,
    recorded: Option<(StepRecorded, Option<i32>)>,
}

/// Keeps all of it, a statement for each kind of thing.
async fn write(change: &mut Change, id: LicenseId, stages: &[Laid]) -> Result<()> {
    let steps = || stages.iter().flat_map(|laid| &laid.steps);
    let new: Vec<&StepRecorded> = steps().filter(|(_, read)| read.is_none()).map(|(step, _)| step).collect();
    if !new.is_empty() {
        store::insert_steps(change, id, &new).await?;
    }
    let changed: Vec<(&StepRecorded, i32)> = steps().filter_map(|(step, read)| Some((step, (*read)?))).collect();
    if !changed.is_empty() {
        store::save_steps(change, &changed).await?;
    }
    let ordered: Vec<&PathOrdered> = stages.iter().filter_map(|laid| laid.ordered.as_ref()).collect();
    if !ordered.is_empty() {
        store::order_steps(change, id, &ordered).await?;
    }
    Ok(())
}

/// Whether steps that are there stand otherwise than they were shown, or behind a new one.
fn is_moved(order: &[Standing], shown: &[CustodyStepId]) -> bool {
    let there = order.iter().filter(|row| !row.is_new).map(|row| row.id);
    let is_behind_a_new_one = order.iter().skip_while(|row| !row.is_new).any(|row| !row.is_new);
    !there.eq(shown.iter().copied()) || is_behind_a_new_one
}

/// Says what one save recorded, if it is more than one thing.
fn whole(license: &LicenseFile, stages: &[Laid]) -> Option<Event> {
    let steps =
        |is_new: bool| stages.iter().flat_map(|laid| &laid.steps).filter(|(_, read)| read.is_none() == is_new).count();
    let ordered = stages.iter().filter(|laid| laid.ordered.is_some()).count();
    let (added, changed) = (steps(true), steps(false));
    if added + changed + ordered < 2 {
        return None;
    }
    let parts = [
        (added, format!("{} added", many(added, "step"))),
        (changed, format!("{} changed", many(changed, "step"))),
        (ordered, "put in order".to_owned()),
    ];
    let told: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    Some(Event::new(Verb::CustodyChanged, license.id, format!("changed the custody path: {}", told.join("; "))))
}

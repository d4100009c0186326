//! What one save of the custody path keeps: steps that are new, steps that say something else, their order. Each by its
//! rule; one that is refused keeps all of it from being kept.

use time::Date;

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
    text::{Quantity, many},
    web::{
        Blocks, Sent,
        form::{Block, Spare},
    },
};

/// Keeps the page within a change.
pub(super) async fn enter(
    can: &Actor,
    change: &mut Change,
    (id, back): (LicenseId, Back),
    sent: &mut Sent<PathForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let license = licenses::store::find_for_update(change, can.scope(), id).await?;
    trackable(&license, can)?;
    let mut stages = Vec::new();
    for (stage, rows) in [(CustodyStage::Planned, &read.planned), (CustodyStage::Actual, &read.actual)] {
        judge((&license, stage, can.today()), rows, sent.form.list_mut(stage));
    }
    sent.read()?;
    for (stage, rows) in [(CustodyStage::Planned, read.planned), (CustodyStage::Actual, read.actual)] {
        stages.push(Laid::out((&license, stage, can.today()), rows, sent.form.list_mut(stage))?);
    }
    sent.read()?;
    if stages.iter().all(Laid::is_empty) {
        sent.form.planned.refuse(Refusal::NoSteps);
    }
    sent.read()?;
    let whole = whole(&license, &stages);
    let mut events = Vec::new();
    for laid in stages {
        events.extend(laid.write(change).await?);
    }
    licenses::store::touch(change, id).await?;
    // The whole of it is said last: it is what one reads first.
    events.extend(whole);
    let mut events = events.into_iter();
    let first = events.next().ok_or(AppError::Invalid)?;
    Ok(Made::new(
        Subject::License(id),
        Events::from(first).and_all(events),
        &*back.leads(sent, can, &license, "custody"),
    ))
}

type Where<'a> = (&'a LicenseFile, CustodyStage, Date);

/// Judges the rows in which something is said; what is refused stands at its field.
fn judge((license, stage, today): Where<'_>, rows: &[Row], list: &mut Blocks<RowForm>) {
    if list.len() > RowForm::MOST {
        list.refuse(Refusal::TooManySteps(RowForm::MOST));
    }
    for (read, row) in rows.iter().zip(list.answered()) {
        read.held.judge(license, stage, today, &mut row.held);
        let Some(ticked) = read.step.0 else { continue };
        match license.path(stage).find(|step| step.id.0 == ticked.row) {
            None => row.set_anew(),
            Some(step) if step.version != ticked.version => row.set_against(step),
            Some(_) => {}
        }
    }
}

/// What one save makes of the steps of a stage.
struct Laid {
    /// In their order, with the version that was read of what is changed.
    steps: Vec<(StepRecorded, Option<i32>)>,
    ordered: Option<PathOrdered>,
}

/// A row as it is to stand.
struct Standing {
    id: CustodyStepId,
    holder: String,
    is_new: bool,
    recorded: Option<(StepRecorded, Option<i32>)>,
}

impl Laid {
    fn out((license, stage, today): Where<'_>, rows: Vec<Row>, list: &mut Blocks<RowForm>) -> Result<Self> {
        let (mut read, mut all, mut places) = (rows.into_iter(), Vec::new(), Vec::new());
        for (number, row) in list.each() {
            let ticked = row.ticked();
            let id = row.id().unwrap_or_else(CustodyStepId::new);
            let mut standing =
                Standing { id, holder: row.held.holder.raw().to_owned(), is_new: ticked.is_none(), recorded: None };
            if !row.is_blank() {
                let Some(read) = read.next() else { continue };
                let recorded = license.record_step(id, read.held.says(stage), today)?;
                standing.recorded = Some((recorded, ticked.map(|ticked| ticked.version)));
            } else if !license.path(stage).any(|step| step.id == id) {
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
            let wanted: Vec<(CustodyStepId, &str)> = order.iter().map(|row| (row.id, row.holder.as_str())).collect();
            let ordered = license.order_path(stage, &shown, &wanted);
            ordered.map_err(|refusal| list.refuse(refusal)).ok()
        } else {
            None
        };
        Ok(Self { steps: order.into_iter().filter_map(|row| row.recorded).collect(), ordered })
    }

    fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.ordered.is_none()
    }

    async fn write(self, change: &mut Change) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for (recorded, read) in self.steps {
            match read {
                None => store::insert_step(change, &recorded).await?,
                Some(version) => store::save_step(change, &recorded, version).await?,
            }
            events.push(Event::from(recorded));
        }
        if let Some(ordered) = self.ordered {
            store::order_steps(change, &ordered).await?;
            events.push(Event::from(ordered));
        }
        Ok(events)
    }
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

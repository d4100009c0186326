//! Settling a report: a second person removes the text for good, or puts it back. The words are shown to nobody.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Outcome, Side, Spill},
    refusal::Refusal,
    store,
};
use crate::{
    access::{Can, permission::SettleSpills},
    addresses as at,
    error::{AppError, Refuses, Result},
    form,
    id::SpillId,
    text::Reasons,
    web::{Form, Layout, Path, Sent, filters, html},
};

form! {
    /// What becomes of it, and why.
    pub struct SettleForm reads Settling {
        outcome: Field<Outcome>,
        because: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "spills/list.html")]
struct List {
    layout: Layout,
    spills: Vec<Spill>,
}

#[derive(Template)]
#[template(path = "spills/settle.html")]
struct Page {
    layout: Layout,
    spill: Spill,
    /// Why the reader cannot settle it, if so.
    refused: Option<String>,
    sent: Sent<SettleForm>,
}

/// What was reported on the reader's side.
pub async fn list(can: Can<SettleSpills>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let side = Side::of(&can.reader()).ok_or(AppError::NotFound)?;
    let spills = store::spills(&mut conn, side, None).await?;
    html(&List { layout: can.layout(), spills })
}

pub async fn show(can: Can<SettleSpills>, Path(id): Path<SpillId>) -> Result<Response> {
    let sent = can.form(SettleForm::blank(), 0).await?;
    page(&can, id, sent).await
}

pub async fn submit(can: Can<SettleSpills>, Path(id): Path<SpillId>, sent: Sent<SettleForm>) -> Result<Response> {
    let done = settle(&can, id, &sent).await;
    sent.answer(done, async |sent| page(&can, id, sent).await).await
}

async fn page(can: &Can<SettleSpills>, id: SpillId, sent: Sent<SettleForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let spill = own(can, store::find(&mut conn, id).await?)?;
    let refused = spill.may_settle(can.id).err().map(|refusal| refusal.to_string());
    html(&Page { layout: can.layout(), spill, refused, sent })
}

/// A report of another side is not there.
fn own(can: &Can<SettleSpills>, spill: Spill) -> Result<Spill> {
    Some(spill).filter(|spill| spill.is_of(&can.reader())).ok_or(AppError::NotFound)
}

async fn settle(can: &Can<SettleSpills>, id: SpillId, sent: &Sent<SettleForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let spill = own(can, store::find_for_update(&mut change, id).await?)?;
    let settled = spill.settle(can.id, read.outcome, read.because.as_str())?;
    store::settle(&mut change, &settled).await.map_err(Refusal::said)?;
    change.commit(settled, &at::spills()).await
}

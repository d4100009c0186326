//! Changing how urgent a check is, with a reason.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, Priority},
    store::{self, Texts},
    verbs,
};
use crate::{
    access::Can,
    addresses as at,
    error::{AppError, Result},
    form,
    id::CheckId,
    text::Reasons,
    web::{Form, Layout, Path, Sent, filters, html},
};

form! {
    /// The new priority and why.
    pub struct PriorityForm reads Prioritize {
        priority: Field<Priority>,
        reason: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "checks/prioritize.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    sent: Sent<PriorityForm>,
}

pub async fn show(can: Can<verbs::Prioritize>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Left).await?;
    let mut form = PriorityForm::blank();
    form.priority.set(file.check.priority);
    let sent = can.form(form, file.check.version).await?;
    html(&Page { layout: can.layout(), file: &file, sent })
}

pub async fn submit(
    can: Can<verbs::Prioritize>,
    Path(id): Path<CheckId>,
    mut sent: Sent<PriorityForm>,
) -> Result<Response> {
    let done = prioritize(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        sent.renew(file.check.version);
        html(&Page { layout: can.layout(), file: &file, sent })
    })
    .await
}

async fn prioritize(can: &Can<verbs::Prioritize>, id: CheckId, sent: &mut Sent<PriorityForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    if sent.version != file.check.version {
        return Err(AppError::Stale);
    }
    file.may_prioritize()?;
    let prioritized = file.prioritize(read.priority, read.reason.as_str());
    let prioritized = sent.form.priority.judged(prioritized).ok_or(AppError::Invalid)?;
    store::prioritize(&mut change, &prioritized).await?;
    change.commit(prioritized, &at::check(id)).await
}

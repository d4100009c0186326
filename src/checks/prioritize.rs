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
    text::Line,
    web::{Form, Layout, Path, Sent, filters, html},
};

form! {
    /// The new priority and why.
    pub struct PriorityForm reads Prioritize {
        priority: Field<Priority>,
        reason: Field<Line>,
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
    let sent = can.form(filled(&file), as_read(&file)).await?;
    html(&Page { layout: can.layout(), file: &file, sent })
}

pub async fn submit(
    can: Can<verbs::Prioritize>,
    Path(id): Path<CheckId>,
    mut sent: Sent<PriorityForm>,
) -> Result<Response> {
    let done = prioritize(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        let sent = sent.against(&filled(&file), as_read(&file));
        html(&Page { layout: can.layout(), file: &file, sent })
    })
    .await
}

/// The form as it stands on file.
fn filled(file: &CaseFile) -> PriorityForm {
    let mut form = PriorityForm::blank();
    form.priority.set(file.check.priority);
    form
}

/// What a form was read from: the priority alone. Nothing else that happens to the check stands against changing it.
fn as_read(file: &CaseFile) -> i32 {
    1 + file.check.priority as i32
}

async fn prioritize(can: &Can<verbs::Prioritize>, id: CheckId, sent: &mut Sent<PriorityForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    file.may_prioritize()?;
    if sent.version != as_read(&file) {
        return Err(AppError::Stale);
    }
    let prioritized = file.prioritize(read.priority, read.reason.as_str());
    let prioritized = sent.form.priority.judged(prioritized).ok_or(AppError::Invalid)?;
    store::prioritize(&mut change, &prioritized).await?;
    change.commit(prioritized, &at::check(id)).await
}

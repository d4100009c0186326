//! Moving the due date, with a reason.

use askama::Template;
use axum::response::Response;

use super::{
    model::CaseFile,
    store::{self, Texts},
    verbs,
};
use crate::{
    access::Can,
    addresses as at,
    error::{AppError, Result},
    form,
    id::CheckId,
    text::{Day, Reasons},
    web::{Form, Layout, Path, Sent, filters, html},
};

form! {
    /// The new date and why.
    pub struct ExtendForm reads Extend {
        due: Dated<Day>,
        reason: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "checks/extend.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    sent: Sent<ExtendForm>,
}

pub async fn show(can: Can<verbs::Extend>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Left).await?;
    let sent = can.form(ExtendForm::blank(), file.check.revision).await?;
    html(&Page { layout: can.layout(), file: &file, sent })
}

pub async fn submit(can: Can<verbs::Extend>, Path(id): Path<CheckId>, mut sent: Sent<ExtendForm>) -> Result<Response> {
    let done = extend(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        sent.renew(file.check.revision);
        html(&Page { layout: can.layout(), file: &file, sent })
    })
    .await
}

async fn extend(can: &Can<verbs::Extend>, id: CheckId, sent: &mut Sent<ExtendForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    file.may_extend(can.id)?;
    let extended = file.extend(can.id, read.due.0, read.reason.as_str());
    let extended = sent.form.due.judged(extended).ok_or(AppError::Invalid)?;
    store::extend(&mut change, &extended).await?;
    change.commit(extended, &at::check(id)).await
}

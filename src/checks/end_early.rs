//! Ending a check early: a reviewer signs `not completed`, with why.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, EndedBecause},
    steps,
    store::{self, Texts},
    verbs,
};
use crate::{
    access::Can,
    addresses as at,
    audit::Events,
    error::Result,
    form,
    id::{CheckId, ResultId},
    text::Reasons,
    web::{Form, Layout, Path, Sent, html},
};

form! {
    pub struct EndForm reads End {
        because: Field<EndedBecause>,
        text: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "checks/end.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    sent: Sent<EndForm>,
}

pub async fn show(can: Can<verbs::EndEarly>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Left).await?;
    let sent = can.form(EndForm::blank(), file.check.revision).await?;
    html(&Page { layout: can.layout(), file: &file, sent })
}

pub async fn submit(can: Can<verbs::EndEarly>, Path(id): Path<CheckId>, sent: Sent<EndForm>) -> Result<Response> {
    let done = end(&can, id, &sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        sent.renew(file.check.revision);
        html(&Page { layout: can.layout(), file: &file, sent })
    })
    .await
}

async fn end(can: &Can<verbs::EndEarly>, id: CheckId, sent: &Sent<EndForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, Some(sent.version)).await?;
    let ended = file.end_early(can.id, ResultId::new(), read.because, read.text.as_str())?;
    store::end_early(&mut change, &ended).await?;
    let closed = steps::close(&mut change, &file, Some(ended.step())).await?;
    change.commit(Events::from(ended).and_all(closed), &at::check(id)).await
}

//! Ending a check early: a reviewer signs `not completed`, with why.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, EndedBecause},
    sign,
    store::{self, Texts},
    verbs::{self, CheckVerb},
};
use crate::{
    access::Can,
    addresses as at,
    audit::Events,
    error::Result,
    form,
    id::{CheckId, ResultId},
    signing::{Head, Sheet, heads},
    text::Reasons,
    web::{Form, Layout, Path, Sent, filters, html},
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
    title: &'static str,
    heads: Vec<Head>,
    sheet: Sheet<'a>,
    says: [&'static str; 1],
    /// Whether the form is there: it is possible, or something typed would be lost.
    is_offered: bool,
    sent: Sent<EndForm>,
}

pub async fn show(can: Can<verbs::EndEarly>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Read).await?;
    let sent = can.form(EndForm::blank(), file.check.revision).await?;
    page(&can, &file, sent).await
}

async fn page(can: &Can<verbs::EndEarly>, file: &CaseFile, sent: Sent<EndForm>) -> Result<Response> {
    let sheet = sign::sheet(can, file, CheckVerb::EndEarly).await?;
    html(&Page {
        layout: can.layout(),
        title: CheckVerb::EndEarly.title(),
        heads: heads(file),
        says: ["A later check can take the matter up again."],
        is_offered: sheet.hand.refused.is_none() || !sent.form.text.raw().is_empty(),
        sheet,
        file,
        sent,
    })
}

pub async fn submit(can: Can<verbs::EndEarly>, Path(id): Path<CheckId>, sent: Sent<EndForm>) -> Result<Response> {
    let done = end(&can, id, &sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Read).await?;
        sent.renew(file.check.revision);
        page(&can, &file, sent).await
    })
    .await
}

async fn end(can: &Can<verbs::EndEarly>, id: CheckId, sent: &Sent<EndForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, Some(sent.version)).await?;
    let ended = file.end_early(can.id, ResultId::new(), read.because, read.text.as_str())?;
    store::end_early(&mut change, &ended).await?;
    let closed = sign::close(&mut change, &file, Some(ended.step())).await?;
    change.commit(Events::from(ended).and_all(closed), &at::check(id)).await
}

//! Explaining a contradiction. The post explains what blocks its reply, the case officer the rest.

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
    text::{Line, Reasons},
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// Which, and why it stands or does not matter.
    pub struct ExplainForm reads Explain {
        contradiction: Field<Line>,
        text: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "checks/explain.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    choices: Vec<Choice>,
    sent: Sent<ExplainForm>,
}

/// The contradictions that wait for the reader.
pub async fn show(can: Can<verbs::Explain>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Left).await?;
    let mut form = ExplainForm::blank();
    if let [only] = file.waiting(can.post().is_some()).as_slice() {
        form.contradiction.set(&only.key);
    }
    let sent = can.form(form, file.check.revision).await?;
    page(&can, &file, sent)
}

pub async fn submit(
    can: Can<verbs::Explain>,
    Path(id): Path<CheckId>,
    mut sent: Sent<ExplainForm>,
) -> Result<Response> {
    let done = explain(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        sent.renew(file.check.revision);
        page(&can, &file, sent)
    })
    .await
}

fn page(can: &Can<verbs::Explain>, file: &CaseFile, sent: Sent<ExplainForm>) -> Result<Response> {
    let choices =
        file.waiting(can.post().is_some()).into_iter().map(|found| Choice::new(found.key, found.sentence)).collect();
    html(&Page { layout: can.layout(), file, choices, sent })
}

async fn explain(can: &Can<verbs::Explain>, id: CheckId, sent: &mut Sent<ExplainForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, Some(sent.version)).await?;
    file.may_explain()?;
    let explained = file.explain(can.post().is_some(), read.contradiction.as_str(), read.text.as_str());
    let explained = sent.form.contradiction.judged(explained).ok_or(AppError::Invalid)?;
    store::explain(&mut change, &explained).await?;
    change.commit(explained, &at::check(id).at("contradictions")).await
}

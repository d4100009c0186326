//! Writing post's recommendation. A new text takes the place of the old one, and a signature under the old one falls away.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, RecommendationWord},
    store::{self, Texts},
};
use crate::{
    access::{Can, permission::WorkChecks},
    audit::{Event, Verb},
    error::{AppError, Result},
    form,
    id::CheckId,
    text::Text,
    web::{Form, Layout, Path, Sent, filters, html},
};

form! {
    /// Post's word, and why.
    pub struct RecommendForm reads Recommend {
        word: Field<RecommendationWord>,
        text: Field<Text>,
    }
}

#[derive(Template)]
#[template(path = "checks/recommend.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    sent: Sent<RecommendForm>,
}

/// The form, with what is still open beside it.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    let sent = can.form(filled(&file), version(&file)).await?;
    html(&Page { layout: can.layout(), file: &file, sent })
}

/// Writes it.
pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, sent: Sent<RecommendForm>) -> Result<Response> {
    let done = recommend(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        let sent = sent.against(&filled(&file), version(&file));
        html(&Page { layout: can.layout(), file: &file, sent })
    })
    .await
}

fn filled(file: &CaseFile) -> RecommendForm {
    let mut form = RecommendForm::blank();
    if let Some(word) = file.check.recommendation.as_ref().or(file.check.earlier_recommendation.as_ref()) {
        form.word.set(word.word);
        form.text.set(&word.text);
    }
    form
}

/// There is one live recommendation; who writes the first one read none.
fn version(file: &CaseFile) -> i32 {
    file.check.recommendation.as_ref().map_or(0, |word| i32::try_from(word.id.0.as_u128() % 1_000_000_007).unwrap_or(1) + word.version)
}

async fn recommend(can: &Can<WorkChecks>, id: CheckId, sent: &Sent<RecommendForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    if !file.check.is_workable() {
        return Err(AppError::Refused("A recommendation is written while the check is in progress.".into()));
    }
    if version(&file) != sent.version {
        return Err(AppError::Stale);
    }
    store::save_recommendation(&mut change, id, read.word, read.text.as_str()).await?;
    let sentence = format!("wrote the recommendation: {}", read.word.label().to_lowercase());
    let mut event = Event::new(Verb::RecommendationWritten, id, sentence).after((read.word, read.text.as_str()));
    if let Some(word) = &file.check.recommendation {
        event = event.before((word.word, &word.text));
    }
    change.commit(event, &format!("/checks/{id}#recommendation")).await
}

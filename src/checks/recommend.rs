//! Writing the recommendation of the post: a new text takes the place of the old one, until somebody signed it.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, RecommendationWord},
    store::{self, Texts},
    then::{Then, leads},
    verbs,
};
use crate::{
    access::{Actor, Can},
    addresses as at,
    audit::{Made, Subject},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, RecommendationId},
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
    /// What the save may lead on to.
    thens: &'static [Then],
    sent: Sent<RecommendForm>,
}

/// The form, with what is still open beside it.
pub async fn show(can: Can<verbs::Recommend>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    let sent = can.form(filled(&file), file.recommendation_version()).await?;
    html(&Page { layout: can.layout(), file: &file, thens: &[Then::Signature], sent })
}

pub async fn submit(
    can: Can<verbs::Recommend>,
    Path(id): Path<CheckId>,
    mut sent: Sent<RecommendForm>,
) -> Result<Response> {
    let done = recommend(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        let sent = sent.against(&filled(&file), file.recommendation_version());
        html(&Page { layout: can.layout(), file: &file, thens: &[Then::Signature], sent })
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

async fn recommend(can: &Can<verbs::Recommend>, id: CheckId, sent: &mut Sent<RecommendForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, sent).await).await
}

/// Writes the recommendation within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    sent: &mut Sent<RecommendForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = store::find_for_update(change, can, id, None).await?;
    file.may_recommend()?;
    if file.recommendation_version() != sent.version {
        return Err(AppError::Stale);
    }
    let row = RecommendationId::new();
    let recommended = sent.form.word.judged(file.recommend(row, read.word, read.text.as_str()));
    let recommended = recommended.ok_or(AppError::Invalid)?;
    store::recommend(change, &recommended).await?;
    Ok(Made::new(Subject::Row("recommendation", row.0), recommended, leads(sent, id, "recommendation")))
}

//! Giving a check to another officer of the post.

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
    id::{CheckId, PersonId},
    posts,
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// Who has it from now on.
    pub struct ReassignForm reads Reassign {
        officer: Field<PersonId>,
    }
}

#[derive(Template)]
#[template(path = "checks/reassign.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    officers: Vec<Choice>,
    sent: Sent<ReassignForm>,
}

/// The officers of the post, with what they have open.
pub async fn show(can: Can<verbs::Reassign>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Left).await?;
    let sent = can.form(ReassignForm::blank(), file.check.version).await?;
    page(&can, &file, sent).await
}

pub async fn submit(
    can: Can<verbs::Reassign>,
    Path(id): Path<CheckId>,
    mut sent: Sent<ReassignForm>,
) -> Result<Response> {
    let done = reassign(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Left).await?;
        page(&can, &file, sent).await
    })
    .await
}

async fn page(can: &Can<verbs::Reassign>, file: &CaseFile, sent: Sent<ReassignForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let officers = posts::store::officers(&mut conn, file.check.post_id, can.at).await?;
    let here = officers.into_iter().filter(|officer| file.check.serves(officer.id));
    let officers =
        here.map(|officer| Choice::new(officer.id, format!("{} ({} open)", officer.name, officer.open))).collect();
    html(&Page { layout: can.layout(), file, officers, sent })
}

async fn reassign(can: &Can<verbs::Reassign>, id: CheckId, sent: &mut Sent<ReassignForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    file.may_reassign()?;
    let officers = posts::store::officers(change.conn(), file.check.post_id, can.at).await?;
    let name = officers.iter().find(|officer| officer.id == read.officer).map_or("", |officer| officer.name.as_str());
    let to = sent.form.officer.judged(file.reassign((read.officer, name))).ok_or(AppError::Invalid)?;
    store::reassign(&mut change, &to).await?;
    change.commit(to, &at::check(id)).await
}

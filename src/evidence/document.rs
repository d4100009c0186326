//! Describing a document: what it is, who issued it, where it is kept. The file itself is not kept here.

use askama::Template;
use axum::response::Response;

use super::store::{self, DocumentData};
use crate::{
    access::{Can, permission::WorkChecks},
    audit::{Event, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    error::Result,
    form,
    id::CheckId,
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    /// A document.
    pub struct DocumentForm reads Described {
        kind: Field<Line>,
        issuer: Field<Line>,
        number: Field<Optional<Line>>,
        dated: Field<Optional<Day>>,
        kept_at: Field<Line>,
        description: Field<Optional<Text>>,
    }
}

#[derive(Template)]
#[template(path = "evidence/document.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    sent: Sent<DocumentForm>,
}

/// The form.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(DocumentForm::blank(), 0).await?;
    html(&Page { layout: can.layout(), file: &file, sent })
}

/// Describes it.
pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, sent: Sent<DocumentForm>) -> Result<Response> {
    let done = describe(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        html(&Page { layout: can.layout(), file: &file, sent })
    })
    .await
}

async fn describe(can: &Can<WorkChecks>, id: CheckId, sent: &Sent<DocumentForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    checks::store::find_for_update(&mut change, can, id, None).await?;
    let (number, description) = (read.number.or_empty(), read.description.or_empty());
    let data = DocumentData {
        kind: read.kind.as_str(),
        issuer: read.issuer.as_str(),
        number: &number,
        dated: read.dated.0.map(|day| day.0),
        kept_at: read.kept_at.as_str(),
        description: &description,
    };
    let row = store::insert_document(&mut change, id, &data).await?;
    checks::store::touch(&mut change, id).await?;
    let sentence = format!("described a document: {} of {}", data.kind, data.issuer);
    let event =
        Event::new(Verb::DocumentRecorded, Subject::Row("document", row.0), sentence).on_check(id).after((number.as_str(), data.kept_at));
    change.commit(event, &format!("/checks/{id}#documents")).await
}

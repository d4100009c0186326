//! Describing a document: what it is, who issued it, where it is kept. The file itself is not kept here.

use askama::Template;
use axum::response::Response;

use super::{
    model::Document,
    store::{self, DocumentData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    audit::{Event, Made, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, DocumentId},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Sent, html},
};

form! {
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
    changes: bool,
    sent: Sent<DocumentForm>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        if self.changes { "Change a document" } else { "Describe a document" }
    }
}

pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(DocumentForm::blank(), 0).await?;
    html(&Page { layout: can.layout(), file: &file, changes: false, sent })
}

pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, mut sent: Sent<DocumentForm>) -> Result<Response> {
    let done = describe(&can, id, None, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        html(&Page { layout: can.layout(), file: &file, changes: false, sent })
    })
    .await
}

/// The form of a described document.
pub async fn show_edit(can: Can<WorkChecks>, Path((id, document)): Path<(CheckId, DocumentId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = find(&file, document)?;
    let sent = can.form(filled(found), found.version).await?;
    html(&Page { layout: can.layout(), file: &file, changes: true, sent })
}

pub async fn submit_edit(
    can: Can<WorkChecks>,
    Path((id, document)): Path<(CheckId, DocumentId)>,
    mut sent: Sent<DocumentForm>,
) -> Result<Response> {
    let done = describe(&can, id, Some(document), &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let found = find(&file, document)?;
        let sent = sent.against(&filled(found), found.version);
        html(&Page { layout: can.layout(), file: &file, changes: true, sent })
    })
    .await
}

fn find(file: &CaseFile, id: DocumentId) -> Result<&Document> {
    file.check.documents.iter().find(|document| document.id == id).ok_or(AppError::NotFound)
}

fn filled(document: &Document) -> DocumentForm {
    let mut form = DocumentForm::blank();
    form.kind.set(&document.kind);
    form.issuer.set(&document.issuer);
    form.number.set(&document.number);
    form.dated.set(document.dated.map(|day| Day(day).to_string()).unwrap_or_default());
    form.kept_at.set(&document.kept_at);
    form.description.set(&document.description);
    form
}

async fn describe(
    can: &Can<WorkChecks>,
    id: CheckId,
    document: Option<DocumentId>,
    sent: &mut Sent<DocumentForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, document, sent).await).await
}

/// Describes a document within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    document: Option<DocumentId>,
    sent: &mut Sent<DocumentForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    if read.dated.0.is_some_and(|day| day.0 > can.today()) {
        sent.form.dated.refuse("This day is still to come.");
        return Err(AppError::Invalid);
    }
    let before = document.map(|document| find(&file, document)).transpose()?;
    let (number, description) = (read.number.or_empty(), read.description.or_empty());
    let data = DocumentData {
        kind: read.kind.as_str(),
        issuer: read.issuer.as_str(),
        number: &number,
        dated: read.dated.0.map(|day| day.0),
        kept_at: read.kept_at.as_str(),
        description: &description,
    };
    let row = match before {
        None => store::insert_document(change, id, &data).await?,
        Some(before) => {
            store::save_document(change, before.id, &data, sent.version).await?;
            before.id
        }
    };
    checks::store::touch(change, id).await?;
    let verb = if before.is_some() { "changed the description of" } else { "described" };
    let sentence = format!("{verb} a document: {} of {}", data.kind, data.issuer);
    let mut event = Event::new(Verb::DocumentRecorded, Subject::Row("document", row.0), sentence)
        .on_check(id)
        .after((number.as_str(), data.kept_at));
    if let Some(before) = before {
        event = event.before((&before.number, &before.kept_at));
    }
    Ok(Made::new(Subject::Row("document", row.0), event, format!("/checks/{id}#documents")))
}

//! Describing a document: what it is, who issued it, where it is kept. The file itself is not kept here.

use askama::Template;
use axum::response::Response;

use super::{
    model::Document,
    record::Kind,
    store::{self, DocumentData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Subject, Verb, says},
    checks::model::CaseFile,
    db::Change,
    error::Result,
    faults::has_come,
    form,
    id::{CheckId, DocumentId},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Sent, html},
};

form! {
    pub struct DocumentForm reads Described {
        kind: Field<Line>,
        issuer: Field<Line>,
        number: Field<Optional<Line>>,
        dated: Dated<Optional<Day>>,
        kept_at: Field<Line>,
        description: Field<Optional<Text>>,
    }
}

#[derive(Template)]
#[template(path = "evidence/document.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    /// The one that is changed, if one is.
    changes: Option<DocumentId>,
    sent: Sent<DocumentForm>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        if self.changes.is_some() { "Change a document" } else { "Describe a document" }
    }
}

impl Kind for Document {
    const NAMES: (&'static str, &'static str) = ("document", "documents");
    type Id = DocumentId;
    type Form = DocumentForm;
    type Read = Described;

    fn of(file: &CaseFile) -> &[Self] {
        &file.check.documents
    }

    fn key(&self) -> (DocumentId, i32) {
        (self.id, self.version)
    }

    fn filled(&self) -> DocumentForm {
        let mut form = DocumentForm::blank();
        form.kind.set(&self.kind);
        form.issuer.set(&self.issuer);
        form.number.set(&self.number);
        form.dated.set(self.dated.map(|day| Day(day).to_string()).unwrap_or_default());
        form.kept_at.set(&self.kept_at);
        form.description.set(&self.description);
        form
    }

    async fn page(
        can: &Can<WorkChecks>,
        file: &CaseFile,
        before: Option<&Self>,
        sent: Sent<DocumentForm>,
    ) -> Result<Response> {
        html(&Page { layout: can.layout(), file, changes: before.map(|document| document.id), sent })
    }

    async fn judge(
        can: &Actor,
        _: &CaseFile,
        _: Option<&Self>,
        read: &Described,
        form: &mut DocumentForm,
    ) -> Result<()> {
        form.dated.judged(has_come(read.dated.0.as_ref().map(|day| day.0), can.today()));
        Ok(())
    }

    async fn save(
        change: &mut Change,
        check: CheckId,
        before: Option<&Self>,
        read: &Described,
        version: i32,
    ) -> Result<DocumentId> {
        let data = DocumentData {
            kind: read.kind.as_str(),
            issuer: read.issuer.as_str(),
            number: number(read),
            dated: read.dated.0.map(|day| day.0),
            kept_at: read.kept_at.as_str(),
            description: read.description.0.as_ref().map_or("", Text::as_str),
        };
        let Some(before) = before else { return store::insert_document(change, check, &data).await };
        store::save_document(change, before.id, &data, version).await?;
        Ok(before.id)
    }

    fn event(_: &CaseFile, before: Option<&Self>, read: &Described, row: Subject) -> Event {
        let verb = if before.is_some() { "changed the description of" } else { "described" };
        let sentence = format!("{verb} a document: {} of {}", read.kind, read.issuer);
        let told = |number: &str, kept_at: &str| says("Number", number).and("Kept at", kept_at);
        let before = before.map(|before| told(&before.number, &before.kept_at));
        Event::new(Verb::DocumentRecorded, row, sentence)
            .before(before)
            .after(told(number(read), read.kept_at.as_str()))
    }
}

fn number(read: &Described) -> &str {
    read.number.0.as_ref().map_or("", Line::as_str)
}

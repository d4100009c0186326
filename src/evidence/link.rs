//! Linking a statement to what bears it out or says the opposite.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Refusal, Statement},
    record::Kind,
    store,
};
use crate::{
    access::{Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Subject, Values, Verb, says},
    checks::{self, model::CaseFile, store::Texts},
    error::Result,
    form,
    id::{CheckId, StatementId},
    text::Optional,
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// What bears a statement out, or says the opposite.
    pub struct LinkForm reads Linked {
        confirmed_by: Field<Optional<StatementId>>,
        contradicted_by: Field<Optional<StatementId>>,
    }
}

#[derive(Template)]
#[template(path = "evidence/link.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    statement: &'a Statement,
    better: Vec<Choice>,
    others: Vec<Choice>,
    sent: Sent<LinkForm>,
}

/// The form that links a statement to others.
pub async fn show(can: Can<WorkChecks>, Path((id, statement)): Path<(CheckId, StatementId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = Statement::find(&file, statement)?;
    let sent = can.form(filled(found), found.version).await?;
    page(&can, &file, found, sent)
}

pub async fn submit(
    can: Can<WorkChecks>,
    Path((id, statement)): Path<(CheckId, StatementId)>,
    mut sent: Sent<LinkForm>,
) -> Result<Response> {
    let done = link(&can, id, statement, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let found = Statement::find(&file, statement)?;
        let sent = sent.against(&filled(found), found.version);
        page(&can, &file, found, sent)
    })
    .await
}

fn filled(statement: &Statement) -> LinkForm {
    let mut form = LinkForm::blank();
    form.confirmed_by.set(statement.confirmed_by.map(|id| id.to_string()).unwrap_or_default());
    form.contradicted_by.set(statement.contradicted_by.map(|id| id.to_string()).unwrap_or_default());
    form
}

fn page(can: &Can<WorkChecks>, file: &CaseFile, statement: &Statement, sent: Sent<LinkForm>) -> Result<Response> {
    let others = || file.check.statements.iter().filter(|other| other.id != statement.id);
    let named = |other: &Statement| {
        Choice::new(
            other.id,
            format!(
                "{} ({}): {}",
                other.with_whom,
                other.source_grade.label(),
                other.text.chars().take(80).collect::<String>()
            ),
        )
    };
    let better = others().filter(|other| other.source_grade.is_above(statement.source_grade)).map(named).collect();
    html(&Page { layout: can.layout(), file, statement, better, others: others().map(named).collect(), sent })
}

async fn link(
    can: &Can<WorkChecks>,
    id: CheckId,
    statement: StatementId,
    sent: &mut Sent<LinkForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    let found = Statement::find(&file, statement)?;
    if let Some(by) = read.confirmed_by.0
        && !Statement::find(&file, by).is_ok_and(|other| other.source_grade.is_above(found.source_grade))
    {
        sent.form.confirmed_by.refuse(Refusal::NoBetterSource);
    }
    if let Some(by) = read.contradicted_by.0
        && (by == statement || Statement::find(&file, by).is_err())
    {
        sent.form.contradicted_by.refuse(Refusal::OtherStatement);
    }
    sent.read()?;
    store::link_statement(&mut change, statement, read.confirmed_by.0, read.contradicted_by.0, sent.version).await?;
    checks::store::touch(&mut change, id).await?;
    let word = match (read.contradicted_by.0, read.confirmed_by.0) {
        (Some(_), _) => "contradicted",
        (None, Some(_)) => "confirmed",
        (None, None) => "claimed",
    };
    let event = Event::new(
        Verb::StatementRecorded,
        Subject::Row("statement", statement.0),
        format!("marked what {} stated as {word}", found.with_whom),
    );
    let event = event.on_check(id).before(linked(&file, found.confirmed_by, found.contradicted_by)).after(linked(
        &file,
        read.confirmed_by.0,
        read.contradicted_by.0,
    ));
    change.commit(event, &at::check(id).at("statements")).await
}

/// How a statement stands to others, in their words.
pub(crate) fn linked(
    file: &CaseFile,
    confirmed_by: Option<StatementId>,
    contradicted_by: Option<StatementId>,
) -> Values {
    let words = |id: Option<StatementId>| {
        let other = id.and_then(|id| Statement::find(file, id).ok());
        other.map(|other| format!("{}: {}", other.with_whom, other.text))
    };
    says("Confirmed by", words(confirmed_by)).and("Contradicted by", words(contradicted_by))
}

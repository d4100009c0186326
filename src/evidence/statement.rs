//! Recording what a contact asserted, and linking it to what bears it out or says the opposite.

use askama::Template;
use axum::response::Response;

use super::{
    model::{SourceGrade, Statement},
    store::{self, StatementData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    audit::{Event, Made, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, ContactId, PartyId, StatementId},
    reference::model::ReferenceKind,
    text::{Line, Optional, Text},
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    pub struct StatementForm reads Stated {
        contact: Field<ContactId>,
        source_grade: Field<SourceGrade>,
        topic: Field<Optional<Line>>,
        about: Field<Optional<PartyId>>,
        text: Field<Text>,
    }
}

form! {
    /// What bears a statement out, or says the opposite.
    pub struct LinkForm reads Linked {
        confirmed_by: Field<Optional<StatementId>>,
        contradicted_by: Field<Optional<StatementId>>,
    }
}

#[derive(Template)]
#[template(path = "evidence/statement.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    contacts: Vec<Choice>,
    topics: Vec<Choice>,
    parties: Vec<Choice>,
    changes: bool,
    sent: Sent<StatementForm>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        if self.changes { "Change a statement" } else { "Record a statement" }
    }
}

#[derive(Template)]
#[template(path = "evidence/link.html")]
struct LinkPage<'a> {
    layout: Layout,
    file: &'a CaseFile,
    statement: &'a Statement,
    better: Vec<Choice>,
    others: Vec<Choice>,
    sent: Sent<LinkForm>,
}

/// The form of a new statement.
pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let mut form = StatementForm::blank();
    if let Some(last) = file.check.contacts.first() {
        form.contact.set(last.id);
    }
    let sent = can.form(form, 0).await?;
    page(&can, &file, false, sent)
}

pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, mut sent: Sent<StatementForm>) -> Result<Response> {
    let done = record(&can, id, None, &mut sent).await;
    sent.answer(done, async |sent| page(&can, &checks::store::find(&can, id, Texts::Left).await?, false, sent)).await
}

/// The form of a recorded statement.
pub async fn show_edit(can: Can<WorkChecks>, Path((id, statement)): Path<(CheckId, StatementId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = find(&file, statement)?;
    let sent = can.form(as_recorded(found), found.version).await?;
    page(&can, &file, true, sent)
}

pub async fn submit_edit(
    can: Can<WorkChecks>,
    Path((id, statement)): Path<(CheckId, StatementId)>,
    mut sent: Sent<StatementForm>,
) -> Result<Response> {
    let done = record(&can, id, Some(statement), &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let found = find(&file, statement)?;
        let sent = sent.against(&as_recorded(found), found.version);
        page(&can, &file, true, sent)
    })
    .await
}

fn as_recorded(statement: &Statement) -> StatementForm {
    let mut form = StatementForm::blank();
    form.contact.set(statement.contact_id);
    form.source_grade.set(statement.source_grade);
    form.topic.set(statement.topic.as_deref().unwrap_or_default());
    form.about.set(statement.about_party_id.map(|id| id.to_string()).unwrap_or_default());
    form.text.set(&statement.text);
    form
}

fn page(can: &Can<WorkChecks>, file: &CaseFile, changes: bool, sent: Sent<StatementForm>) -> Result<Response> {
    let contacts = file.check.contacts.iter().map(|contact| Choice::new(contact.id, contact.named())).collect();
    let topics = file.reference.choices(ReferenceKind::Topic);
    html(&Page { layout: can.layout(), file, contacts, topics, parties: parties(file), changes, sent })
}

/// The parties of the file, each once.
pub(super) fn parties(file: &CaseFile) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for (id, name, _) in file.parties() {
        if choices.iter().all(|choice| choice.value != id.to_string()) {
            choices.push(Choice::new(id, name));
        }
    }
    choices
}

async fn record(
    can: &Can<WorkChecks>,
    id: CheckId,
    statement: Option<StatementId>,
    sent: &mut Sent<StatementForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, statement, sent).await).await
}

/// Records a statement within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    statement: Option<StatementId>,
    sent: &mut Sent<StatementForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    if file.check.contacts.iter().all(|contact| contact.id != read.contact) {
        sent.form.contact.refuse("Choose a contact of this check.");
    }
    if read.topic.0.as_ref().is_some_and(|topic| !file.reference.knows(ReferenceKind::Topic, topic.as_str())) {
        sent.form.topic.refuse("Choose a topic from the list.");
    }
    if read.about.0.is_some_and(|about| file.parties().iter().all(|(party, _, _)| *party != about)) {
        sent.form.about.refuse("Choose a party of this check.");
    }
    let before = statement.map(|statement| find(&file, statement)).transpose()?;
    if let Some(Err(sentence)) = before.map(|before| before.may_be_graded(read.source_grade, &file.check.statements)) {
        sent.form.source_grade.refuse(sentence);
    }
    sent.read()?;
    let topic = read.topic.0.as_ref().map(Line::as_str);
    let data = StatementData {
        contact: read.contact,
        text: read.text.as_str(),
        topic,
        about: read.about.0,
        grade: read.source_grade,
    };
    let row = match before {
        None => store::insert_statement(change, id, &data).await?,
        Some(before) => {
            store::save_statement(change, before.id, &data, sent.version).await?;
            before.id
        }
    };
    checks::store::touch(change, id).await?;
    let whom = file
        .check
        .contacts
        .iter()
        .find(|contact| contact.id == read.contact)
        .map_or("", |contact| contact.with_whom.as_str());
    let verb = if before.is_some() { "changed" } else { "recorded" };
    let mut event =
        Event::new(Verb::StatementRecorded, Subject::Row("statement", row.0), format!("{verb} what {whom} stated"));
    if let Some(before) = before {
        event = event.before(&before.text);
    }
    let event = event.on_check(id).after(data.text);
    Ok(Made::new(Subject::Row("statement", row.0), event, format!("/checks/{id}#statements")))
}

/// The form that links a statement to others.
pub async fn show_link(can: Can<WorkChecks>, Path((id, statement)): Path<(CheckId, StatementId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = find(&file, statement)?;
    let sent = can.form(filled(found), found.version).await?;
    link_page(&can, &file, found, sent)
}

pub async fn submit_link(
    can: Can<WorkChecks>,
    Path((id, statement)): Path<(CheckId, StatementId)>,
    mut sent: Sent<LinkForm>,
) -> Result<Response> {
    let done = link(&can, id, statement, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let found = find(&file, statement)?;
        let sent = sent.against(&filled(found), found.version);
        link_page(&can, &file, found, sent)
    })
    .await
}

fn find(file: &CaseFile, id: StatementId) -> Result<&Statement> {
    file.check.statements.iter().find(|statement| statement.id == id).ok_or(AppError::NotFound)
}

fn filled(statement: &Statement) -> LinkForm {
    let mut form = LinkForm::blank();
    form.confirmed_by.set(statement.confirmed_by.map(|id| id.to_string()).unwrap_or_default());
    form.contradicted_by.set(statement.contradicted_by.map(|id| id.to_string()).unwrap_or_default());
    form
}

fn link_page(can: &Can<WorkChecks>, file: &CaseFile, statement: &Statement, sent: Sent<LinkForm>) -> Result<Response> {
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
    html(&LinkPage { layout: can.layout(), file, statement, better, others: others().map(named).collect(), sent })
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
    let found = find(&file, statement)?;
    if let Some(by) = read.confirmed_by.0
        && !find(&file, by).is_ok_and(|other| other.source_grade.is_above(found.source_grade))
    {
        sent.form.confirmed_by.refuse("Only a statement from a better source bears this one out.");
    }
    if let Some(by) = read.contradicted_by.0
        && (by == statement || find(&file, by).is_err())
    {
        sent.form.contradicted_by.refuse("Choose another statement of this check.");
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
        format!("marked a statement as {word}"),
    );
    let event = event
        .on_check(id)
        .before((found.confirmed_by, found.contradicted_by))
        .after((read.confirmed_by.0, read.contradicted_by.0));
    change.commit(event, &format!("/checks/{id}#statements")).await
}

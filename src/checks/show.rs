//! The check page: the case file on one page, with its next step on top and every section's state as a task list. It
//! shows the latest five of each section and the beginning of each text; `print` shows everything.

use askama::Template;
use axum::response::Response;

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckFile, CheckState},
    store::{self, Texts},
    tasks::{Task, tasks},
    turn::{Turn, may_explain, turn},
    verbs::CheckVerb,
};
use crate::{
    access::{Actor, Can, Permission, Role, permission::ReadChecks},
    addresses::{self as at, Address},
    audit::{self, store::Entry},
    error::Result,
    evidence::model::{Contact, Document, Finding, Statement},
    id::{CheckId, PersonId},
    licenses::{
        model::{LicenseFile, Other},
        view::LicenseView,
    },
    posts,
    reference::model::{Asked, ReferenceKind},
    telegrams::{
        self,
        model::{Origins, Telegram},
        reading::Direction,
    },
    web::{Layout, Path, filters, html},
};

/// How many rows of a section the page shows.
const LATEST: usize = 5;
/// How many of what was accepted from telegrams it shows beside the sections.
const OTHERS: usize = 10;

/// How many characters of a telegram's paragraph stand beside the row it became: most have fewer.
const PARAGRAPH: i32 = 1_200;

#[derive(Template)]
#[template(path = "checks/show.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    turn: Turn,
    late: bool,
    path: Vec<Station>,
    acts: Vec<(String, &'static str)>,
    tasks: Vec<Task>,
    licenses: Vec<LicenseView<'a>>,
    contradictions: Vec<Contradiction>,
    findings: Vec<FindingRow<'a>>,
    contacts: &'a [Contact],
    statements: &'a [Statement],
    documents: &'a [Document],
    events: Vec<Entry>,
    telegrams: Vec<Telegram>,
    /// The paragraphs that rows of the file came from.
    origins: &'a [Origins],
    /// What came from telegrams and does not say so beside its row: as many as the page shows.
    others: &'a [&'a Origins],
    /// How many there are of them.
    others_in_all: usize,
    /// The telegrams the reader may write now.
    may_write: Vec<Direction>,
    may_file: bool,
    whole: bool,
    may_work: bool,
    may_add: bool,
    may_direct: bool,
    /// Whether the reader takes a subject back that the request should not have named.
    may_correct: bool,
    may_note: bool,
    may_explain: bool,
    may_link: bool,
}

/// A finding the reply needs, with what the post found.
#[derive(Debug)]
struct FindingRow<'a> {
    asked: Asked,
    href: Address,
    found: Option<&'a Finding>,
    basis: String,
}

/// A station of the check's path: `complete`, `current` or still ahead.
#[derive(Debug)]
struct Station {
    label: &'static str,
    place: &'static str,
}

pub async fn show(can: Can<ReadChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    page(&can, id, Texts::Begun).await
}

/// The whole file, for paper.
pub async fn print(can: Can<ReadChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    page(&can, id, Texts::Whole).await
}

async fn page(can: &Actor, id: CheckId, texts: Texts) -> Result<Response> {
    let file = store::find(can, id, texts).await?;
    let whole = texts == Texts::Whole;
    let events = timeline(can, &file, if whole { 10_000 } else { 8 }).await?;
    let mut conn = can.reads().acquire().await?;
    let on_it = telegrams::store::of_check(&mut conn, can.scope(), id).await?;
    let ids: Vec<_> = file.licenses.iter().map(|license| license.id).collect();
    let origins =
        telegrams::store::origins(&mut conn, can.scope(), Some(id), &ids, texts.characters().max(PARAGRAPH)).await?;
    let serving = if whole { Vec::new() } else { serving(&mut conn, can, &file).await? };
    drop(conn);
    let others: Vec<&Origins> = origins.iter().filter(|origin| !origin.stands_beside_its_row()).collect();
    let latest = |count: usize| if whole { count } else { count.min(LATEST) };
    let check = &file.check;
    let mut licenses: Vec<LicenseView<'_>> = file
        .licenses
        .iter()
        .map(|license| LicenseView::new(license, &file.reference, can, file.today()).served_by(&serving))
        .collect();
    if whole {
        licenses.iter_mut().for_each(LicenseView::only_read);
    }
    let (reader, contradictions) = (can.reader(), contradictions(can, &file));
    let turn = turn(&reader, &file);
    let stands_above = |href: &String| [&turn.act, &turn.beside].into_iter().flatten().any(|(own, _)| own == href);
    let acts = acts(can, &file).into_iter().filter(|(href, _)| !stands_above(href)).collect();
    html(&Page {
        layout: can.layout(),
        turn,
        late: check.due().is_over(file.now),
        path: path(&file),
        acts,
        tasks: tasks(&file, &licenses, &contradictions),
        may_work: !whole && can.may(Permission::WorkChecks) && check.is_workable(),
        may_add: !whole && can.may(Permission::WorkChecks) && check.takes_contacts(),
        may_correct: !whole && may_correct(can, check),
        may_note: !whole && can.may(Permission::NoteCorrections),
        may_direct: !whole && can.may(Permission::OpenChecks) && check.state == CheckState::Draft,
        may_explain: !whole && may_explain(&reader, &file),
        may_link: !whole && can.may(Permission::EditParties) && check.state != CheckState::Closed,
        findings: findings(&file),
        contacts: &check.contacts[..latest(check.contacts.len())],
        statements: &check.statements[..latest(check.statements.len())],
        documents: &check.documents[..latest(check.documents.len())],
        licenses,
        contradictions,
        telegrams: on_it,
        origins: &origins,
        others: &others[..if whole { others.len() } else { others.len().min(OTHERS) }],
        others_in_all: others.len(),
        may_write: if whole { Vec::new() } else { telegrams::model::writable(can, &file) },
        may_file: !whole && can.may(Permission::FileTelegrams) && check.state != CheckState::Closed,
        events,
        whole,
        file: &file,
    })
}

/// What contradicts, with the other licenses that the reader sees.
fn contradictions(can: &Actor, file: &CaseFile) -> Vec<Contradiction> {
    let sees = |other: &Other| can.scope().all || other.is_seen_at_post;
    let mut found = file.contradictions();
    for contradiction in &mut found {
        contradiction.others.retain(sees);
    }
    found
}

/// Whether the reader takes a subject back that the request should not have named: until the post has answered.
fn may_correct(can: &Actor, check: &CheckFile) -> bool {
    let open = matches!(check.state, CheckState::Requested | CheckState::InProgress);
    open && can.may(Permission::TakeBackRecords) && can.post().is_none()
}

/// Who serves at the reader's post, where papers may be taken back that were recorded by mistake.
async fn serving(conn: &mut sqlx::PgConnection, can: &Actor, file: &CaseFile) -> Result<Vec<(PersonId, Role)>> {
    let has_papers = |license: &LicenseFile| !license.permits.is_empty() || license.certificate.is_some();
    let papers = file.licenses.iter().any(|license| license.status.is_open() && has_papers(license));
    match can.post().filter(|_| papers) {
        Some(post) => posts::store::serving(conn, post.id, can.at).await,
        None => Ok(Vec::new()),
    }
}

impl Page<'_> {
    /// The paragraphs a row came from.
    fn came_from<'b>(&'b self, row: &uuid::Uuid) -> impl Iterator<Item = &'b Origins> + use<'b> {
        let row = *row;
        self.origins.iter().filter(move |origin| origin.row == Some(row))
    }

    fn is_open(&self) -> bool {
        self.file.check.state != CheckState::Closed
    }

    /// Whether the questions it was given back with stand beside the next step: the post answers them now.
    fn is_asked_again(&self) -> bool {
        self.file.check.state == CheckState::InProgress
    }
}

/// The path from draft to closed, and where the check is on it; on hold, it stands where it was.
fn path(file: &CaseFile) -> Vec<Station> {
    let stations = [
        CheckState::Draft,
        CheckState::Requested,
        CheckState::InProgress,
        CheckState::Replied,
        CheckState::Resulted,
        CheckState::Closed,
    ];
    let state = file.check.held_state.unwrap_or(file.check.state);
    let here = stations.iter().position(|station| *station == state).unwrap_or_default();
    let place = |index: usize| match index.cmp(&here) {
        std::cmp::Ordering::Less => "complete",
        std::cmp::Ordering::Equal => "current",
        std::cmp::Ordering::Greater => "",
    };
    stations
        .iter()
        .enumerate()
        .map(|(index, station)| Station { label: station.label(), place: place(index) })
        .collect()
}

/// The log of the check and its licenses, as the reader may see it.
async fn timeline(can: &Actor, file: &CaseFile, limit: i64) -> Result<Vec<Entry>> {
    let mut conn = can.reads().acquire().await?;
    let licenses: Vec<_> = file.licenses.iter().map(|license| license.id).collect();
    audit::store::timeline(&mut conn, Some(file.check.id), &licenses, can.post().map(|post| post.id), limit).await
}

fn findings(file: &CaseFile) -> Vec<FindingRow<'_>> {
    let check = &file.check;
    let row = |asked: &Asked, found: Option<&Finding>| {
        let basis = found.map(|found| basis(file, found)).unwrap_or_default();
        let party = asked.party.as_ref().map(|(id, _)| id);
        (at::finding(check.id, &asked.topic).with_some("party", party), basis)
    };
    let mut rows: Vec<FindingRow<'_>> = Vec::new();
    for asked in file.asked() {
        let found = check.finding(&asked.topic, asked.party.as_ref().map(|(id, _)| *id));
        let (href, basis) = row(&asked, found);
        rows.push(FindingRow { asked, href, found, basis });
    }
    // What is no longer asked stays, and so does the second of two answers about records that became one.
    for found in &check.findings {
        if rows.iter().any(|row| row.found.is_some_and(|shown| shown.id == found.id)) {
            continue;
        }
        let label = file.reference.label(ReferenceKind::Topic, &found.topic).to_owned();
        let asked = Asked { topic: found.topic.clone(), label, party: found.party_id.zip(found.party_name.clone()) };
        let (href, basis) = row(&asked, Some(found));
        rows.push(FindingRow { asked, href, found: Some(found), basis });
    }
    rows
}

fn basis(file: &CaseFile, finding: &Finding) -> String {
    let contacts =
        finding.contacts.iter().filter_map(|id| file.check.contacts.iter().find(|contact| contact.id == *id));
    let documents =
        finding.documents.iter().filter_map(|id| file.check.documents.iter().find(|document| document.id == *id));
    let named = contacts
        .map(Contact::named)
        .chain(documents.map(|document| format!("{} of {}", document.kind, document.issuer)));
    named.collect::<Vec<_>>().join("; ")
}

/// What the reader may do now, and where it leads from here.
fn acts(can: &Actor, file: &CaseFile) -> Vec<(String, &'static str)> {
    let check = &file.check;
    let mut acts: Vec<_> =
        CheckVerb::offered(&can.reader(), file).map(|verb| (verb.address(check.id).into(), verb.label())).collect();
    if can.may(Permission::OpenChecks) && check.state.is_judged() {
        acts.push((at::check_open().with("follows", &check.reference).into(), "Open a follow-up check"));
    }
    if can.may(Permission::ReadLog) {
        acts.push((
            at::log().with("text", &check.reference).with("order", "oldest").into(),
            "The whole story in the log",
        ));
    }
    acts
}

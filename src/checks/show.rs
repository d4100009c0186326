//! The check page is a desk: the next step on top, an outline of what the check needs that stays in view, and beside it
//! the file, each section closed to one line unless work is there. It shows the latest five of each section and the
//! beginning of each text; `print` shows everything.

use askama::Template;
use axum::response::Response;

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckFile, CheckState},
    onward::{Onward, onward},
    recalled,
    saved::{Saved, saved},
    store::{self, Texts},
    tasks::{Task, tasks},
    topics::{Topic, topics},
    turn::{Turn, may_explain, turn},
    verbs::CheckVerb,
};
use crate::{
    access::{Actor, Can, Permission, Role, permission::ReadChecks},
    addresses as at,
    approvals::{self, counted},
    audit::{self, store::Entry},
    error::{AppError, Result},
    evidence::model::{Contact, Document},
    id::{CheckId, LicenseId, PersonId},
    licenses::{model::Other, view::LicenseView},
    reference::model::ReferenceKind,
    remarks::{
        self,
        model::{Line, Remark, lines, may_write, why_not},
    },
    telegrams::{
        self,
        model::{Origins, Telegram},
        reading::Direction,
    },
    web::{
        Layout, Path,
        filters::{self, many},
        html,
    },
};

/// How many rows of a section the page shows.
const LATEST: usize = 5;
/// How many threads of its remarks.
const THREADS: i64 = 5;
/// How many entries of its log.
const EVENTS: i64 = 5;
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
    sections: Vec<Task>,
    /// The section of the next step.
    here: &'static str,
    saved: Option<Saved>,
    /// What the reader signs next, after a signature.
    onward: Option<Onward>,
    licenses: Vec<LicenseView<'a>>,
    contradictions: Vec<Contradiction>,
    topics: Vec<Topic<'a>>,
    contacts: &'a [Contact],
    documents: &'a [Document],
    events: &'a [Entry],
    /// The threads in which something was written last.
    remarks: Vec<Line<'a>>,
    at_post: bool,
    may_remark: bool,
    /// Why who writes remarks writes none now.
    no_remark: Option<remarks::refusal::Refusal>,
    telegrams: &'a [Telegram],
    /// The paragraphs that rows of the file came from.
    origins: &'a [Origins],
    /// What came from telegrams and does not say so beside its row: as many as the page shows.
    others: Vec<&'a Origins>,
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
    /// Whether the reader may make the check their own.
    may_take: bool,
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
    let file = match store::find(can, id, texts).await {
        // It was recalled from the reader's post.
        Err(AppError::Refused(_)) => return recalled::page(can, id).await,
        found => found?,
    };
    let around = Around::read(can, &file, texts).await?;
    let mut page = laid_out(can, &file, &around, texts == Texts::Whole);
    if let Some(queue) = page.saved.as_ref().and_then(|saved| saved.queue) {
        page.onward = Some(onward(can, queue).await?);
    }
    html(&page)
}

/// What stands around the file.
struct Around {
    events: Vec<Entry>,
    remarks: Vec<Remark>,
    telegrams: Vec<Telegram>,
    origins: Vec<Origins>,
    runs: Vec<counted::Run>,
}

impl Around {
    async fn read(can: &Actor, file: &CaseFile, texts: Texts) -> Result<Self> {
        let whole = texts == Texts::Whole;
        let events = timeline(can, file, if whole { 10_000 } else { EVENTS }).await?;
        let mut conn = can.reads().acquire().await?;
        let (check, which) = (&file.check, remarks::store::Which::Latest(THREADS));
        // Remarks are no part of what is printed.
        let (mut remarks, mut telegrams) = (Vec::new(), Vec::new());
        if check.has_remarks && !whole {
            remarks = remarks::store::of_check(&mut conn, can.scope(), check.id, which).await?;
        }
        if check.has_telegrams {
            telegrams = telegrams::store::of_check(&mut conn, can.scope(), check.id).await?;
        }
        let ids: Vec<_> = file.licenses.iter().map(|license| license.id).collect();
        let most = texts.characters().max(PARAGRAPH);
        let origins = telegrams::store::origins(&mut conn, can.scope(), Some(check.id), &ids, most).await?;
        // With all of these the numbers would be a statement too many: the license has them.
        let is_full = !whole && check.has_remarks && check.has_telegrams;
        let most = if whole { i64::MAX } else { counted::RUNS };
        let runs = if is_full { Vec::new() } else { numbers(&mut conn, file, most).await? };
        Ok(Self { events, remarks, telegrams, origins, runs })
    }
}

fn laid_out<'a>(can: &Actor, file: &'a CaseFile, around: &'a Around, whole: bool) -> Page<'a> {
    let (check, reader, layout) = (&file.check, can.reader(), can.layout());
    let (licenses, contradictions) = (views(can, file, around, whole), contradictions(can, file));
    let others = around.origins.iter().filter(|origin| !origin.stands_beside_its_row());
    let latest = |count: usize| if whole { count } else { count.min(LATEST) };
    let turn = turn(&reader, file);
    let stands_above =
        |href: &String| [&turn.act, &turn.beside, &turn.assign].into_iter().flatten().any(|(own, _)| own == href);
    let name = layout.person.as_ref().map_or("", |person| person.name.as_str());
    let saved = if whole { None } else { saved(file, &around.events, name) };
    let remarks = lines(check, &reader, &around.remarks);
    let waiting = remarks.iter().filter(|line| line.waits).count();
    let in_all = around.remarks.first().map_or(0, |remark| usize::try_from(remark.in_all).unwrap_or_default());
    let kept = (around.telegrams.len(), in_all, waiting);
    let mut sections = tasks(file, &licenses, &contradictions, &turn.next, kept);
    sections.retain(|section| !whole || section.anchor != "remarks");
    for section in &mut sections {
        section.open |= saved.as_ref().is_some_and(|saved| saved.section == Some(section.anchor));
    }
    Page {
        late: check.due().is_over(file.now),
        path: path(file),
        acts: acts(can, file).into_iter().filter(|(href, _)| !stands_above(href)).collect(),
        here: turn.next.section(),
        sections,
        topics: topics(file, whole, saved.as_ref().is_some_and(|saved| saved.is_statement)),
        saved,
        onward: None,
        layout,
        may_work: !whole && can.may(Permission::WorkChecks) && check.is_workable(),
        may_add: !whole && can.may(Permission::WorkChecks) && check.takes_contacts(),
        may_correct: !whole && may_correct(can, check),
        may_note: !whole && can.may(Permission::NoteCorrections),
        may_direct: !whole && can.may(Permission::OpenChecks) && check.state == CheckState::Draft,
        may_explain: !whole && may_explain(&reader, file),
        may_link: !whole && can.may(Permission::EditParties) && check.state != CheckState::Closed,
        may_take: !whole && can.may(Permission::TakeChecks) && file.may_take_on(&reader),
        turn,
        contacts: &check.contacts[..latest(check.contacts.len())],
        documents: &check.documents[..latest(check.documents.len())],
        licenses,
        contradictions,
        remarks,
        at_post: can.post().is_some(),
        may_remark: !whole && may_write(check, &reader),
        no_remark: why_not(check, &reader),
        telegrams: &around.telegrams,
        origins: &around.origins,
        others: others.clone().take(if whole { usize::MAX } else { OTHERS }).collect(),
        others_in_all: others.count(),
        may_write: if whole { Vec::new() } else { telegrams::model::writable(can, file) },
        may_file: !whole && can.may(Permission::FileTelegrams) && check.state != CheckState::Closed,
        events: &around.events,
        whole,
        file,
    }
}

/// The licenses as the reader sees them; on paper there is nothing to press.
fn views<'a>(can: &Actor, file: &'a CaseFile, around: &Around, whole: bool) -> Vec<LicenseView<'a>> {
    let view = |license| {
        let view = LicenseView::new(license, &file.reference, can, file.today());
        let contacts = file.check.contacts.iter().map(Into::into);
        view.served_by(serving(can, file)).counted_by(&around.runs).beside(file.check.id, contacts)
    };
    let mut views: Vec<_> = file.licenses.iter().map(view).collect();
    if whole {
        views.iter_mut().for_each(LicenseView::only_read);
    }
    views
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

/// Who serves at the reader's post, which has the check: papers may be taken back that were recorded by mistake.
fn serving<'a>(can: &Actor, file: &'a CaseFile) -> &'a [(PersonId, Role)] {
    if can.post().is_some() { &file.check.serving } else { &[] }
}

/// Each number that counts found.
async fn numbers(conn: &mut sqlx::PgConnection, file: &CaseFile, limit: i64) -> Result<Vec<counted::Run>> {
    let counted = file.licenses.iter().filter(|license| !license.serials.is_empty());
    let counted: Vec<LicenseId> = counted.map(|license| license.id).collect();
    if counted.is_empty() {
        return Ok(Vec::new());
    }
    approvals::store::runs(conn, &counted, limit).await
}

impl Page<'_> {
    /// A section, where the file has it.
    fn section(&self, anchor: &str) -> Option<&Task> {
        self.sections.iter().find(|section| section.anchor == anchor)
    }

    /// How many of the sections that the check needs are done.
    fn done(&self) -> String {
        let needed = self.sections.iter().filter(|section| section.is_needed());
        let done = needed.clone().filter(|section| section.is_done());
        format!("{} of {} done", done.count(), many(needed.count(), "section"))
    }

    /// The paragraphs a row came from.
    fn came_from<'b>(&'b self, row: &uuid::Uuid) -> impl Iterator<Item = &'b Origins> + use<'b> {
        let row = *row;
        self.origins.iter().filter(move |origin| origin.row == Some(row))
    }

    /// What was saved, where it belongs to this section.
    fn saved_in(&self, section: &Task) -> Option<&str> {
        let is_here = |saved: &&Saved| !saved.is_above() && saved.section == Some(section.anchor);
        self.saved.as_ref().filter(is_here).map(|saved| saved.says.as_str())
    }

    /// What was saved, where it belongs to none, or leads on from here.
    fn saved_above(&self) -> Option<&str> {
        let has = |anchor| self.section(anchor).is_some();
        let is_above = |saved: &&Saved| saved.is_above() || !saved.section.is_some_and(has);
        self.saved.as_ref().filter(is_above).map(|saved| saved.says.as_str())
    }

    /// Whether more than one topic waits for its answer: they are answered together.
    fn has_several_open(&self) -> bool {
        self.topics.iter().filter(|topic| topic.is_missing).count() > 1
    }

    fn is_here(&self, section: &Task) -> bool {
        self.is_open() && section.anchor == self.here
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

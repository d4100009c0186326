//! A license, with everything it owns, what is open and what was decided; and the list of licenses.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::LicenseStatus,
    store::{self, DraftCheck, LicenseRow, Sibling},
    view::LicenseView,
};
use crate::{
    access::{Can, Permission, permission::ReadLicenses},
    addresses::{self as at, Address},
    approvals::{self, counted},
    audit::{self, Verb, store::Entry},
    checks::{
        next_step::Queue,
        onward::{Onward, onward},
        saved::{self, last_act},
        standing::{self, again::UNREAD},
    },
    error::{AppError, Result},
    id::LicenseId,
    reference,
    web::{
        Layout, Path, Query, filters, html,
        pagination::{PAGE, Slice},
    },
    words::Choice,
};

#[derive(Template)]
#[template(path = "licenses/show.html")]
struct Page<'a> {
    layout: Layout,
    l: LicenseView<'a>,
    may_edit_parties: bool,
    may_track: bool,
    may_meet: bool,
    /// Whether the reader takes conditions back that were raised by mistake.
    may_take_back: bool,
    /// Whether the reader notes a correction beside what stays.
    may_correct: bool,
    events: Vec<Entry>,
    /// What the reader saved a moment ago, and in which section it stands; none: above all of them.
    saved: Option<(&'static str, String)>,
    /// What the reader decided a moment ago, and what they decide next.
    decided: Option<(String, Onward)>,
    /// The drafts it is on, for Washington.
    drafts: Vec<DraftCheck>,
    /// Licenses of the same check whose parties can be taken over.
    takes: Vec<Sibling>,
}

/// The page of a license.
pub async fn show(can: Can<ReadLicenses>, Path(id): Path<LicenseId>) -> Result<Response> {
    let file = store::find(&can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let today = can.washington_today();
    let reference = reference::store::on(&mut conn, today).await?;
    let runs = approvals::store::runs(&mut conn, &[id], counted::RUNS).await?;
    let events = audit::store::timeline(&mut conn, None, &[id], can.post().map(|post| post.id), 30).await?;
    let around = store::around(&mut conn, can.scope(), id, can.at).await?;
    let l = LicenseView::new(&file, &reference, &can, today).served_by(&around.serving).counted_by(&runs);
    let may_edit_parties = can.may(Permission::RegisterLicenses) && (file.status.is_open() || l.may_register);
    let may_track = can.may(Permission::WorkChecks);
    let may_meet = can.may(Permission::RaiseConditions) && file.may_meet(can.id).is_ok();
    drop(conn);
    let last = last_act(&events, &can.name, can.at);
    let (saved, decided) = match last {
        Some((Verb::LicenseDecided, act)) => (None, Some((act.summary.clone(), onward(&can, Queue::Decide).await?))),
        Some((verb, act)) => (Some((section(verb), act.summary.clone())), None),
        None => (None, None),
    };
    let takes = around.siblings.into_iter().filter(|sibling| l.may_register && sibling.lacking > 0).collect();
    html(&Page {
        layout: can.layout(),
        l,
        may_edit_parties,
        may_track,
        may_meet,
        may_take_back: can.may(Permission::TakeBackRecords) && can.post().is_none() && file.may_raise().is_ok(),
        may_correct: can.may(Permission::NoteCorrections),
        events,
        saved,
        decided,
        drafts: around.drafts,
        takes,
    })
}

/// Where on the page it stands that was saved.
fn section(verb: Verb) -> &'static str {
    match verb {
        Verb::ItemsChanged => "items",
        verb => saved::section(verb).filter(|section| SECTIONS.contains(section)).unwrap_or_default(),
    }
}

/// The sections in which something is saved.
const SECTIONS: &[&str] = &["approvals", "parties", "certificate", "custody", "serials", "decisions", "corrections"];

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct Filter {
    #[serde(default)]
    number: String,
    #[serde(default)]
    status: String,
    /// `changed`: those that are to be decided again.
    #[serde(default)]
    basis: String,
    before: Option<LicenseId>,
}

#[derive(Template)]
#[template(path = "licenses/list.html")]
struct ListPage {
    layout: Layout,
    number: String,
    status: String,
    basis: String,
    /// Whether the reader may ask for those that are to be decided again; and whether they did.
    may_ask: bool,
    again: bool,
    /// What is still being looked at, which may add to the list.
    unread: &'static str,
    slice: Slice<LicenseRow>,
    /// What lies beyond the page.
    more: &'static str,
    may_register: bool,
}

impl ListPage {
    /// The list with its filters.
    fn asked(&self) -> Address {
        at::licenses().with_filled(&[("number", &self.number), ("status", &self.status), ("basis", &self.basis)])
    }
}

/// The licenses, the newest first; those whose number begins so, by their numbers.
pub async fn list(can: Can<ReadLicenses>, Query(filter): Query<Filter>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let status: Option<LicenseStatus> = filter.status.parse().ok();
    standing::store::settle(&can).await?;
    // A basis may be a result of another post.
    let may_ask = can.scope().all;
    let again = may_ask && filter.basis == "changed";
    let unread = if !again || standing::store::bring_up(&can).await? { "" } else { UNREAD };
    let search = store::Search { status, number: &filter.number, again, beyond: filter.before };
    let rows = store::list(&can, &search, limit).await.map_err(AppError::of_search)?;
    let slice = Slice::of(rows, |row| row.id.to_string());
    let may_register = can.may(Permission::RegisterLicenses);
    let more = if filter.number.trim().is_empty() { "Older licenses" } else { "More licenses" };
    let (layout, Filter { number, status, basis, .. }) = (can.layout(), filter);
    html(&ListPage { layout, number, status, basis, may_ask, again, unread, slice, more, may_register })
}

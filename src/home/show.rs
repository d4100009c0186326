//! The home page: another one for each role, and each answers "what do I do now?".

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use time::OffsetDateTime;

use super::{
    groups::{Group, SHOWN, groups},
    store::{self, Begun},
    upkeep::Upkeep,
};
use crate::{
    access::{Actor, Permission, Role},
    addresses as at,
    audit::{self, store::Entry},
    checks::{
        model::CheckState,
        next_step::Who,
        standing::store::{IssuedAgain, Line, issued, open},
    },
    error::Result,
    id::PostId,
    remarks::model::Part,
    spills::model::Side,
    text::wait,
    web::{
        Layout,
        filters::{self, many, weekday_words},
        html,
    },
};

/// What the page says first where there is nothing to do.
pub(super) const NOTHING: &str = "Nothing waits for you.";
/// How long a telegram on no check is told of.
const LATELY: time::Duration = time::Duration::days(90);

/// A post with late checks.
#[derive(Debug)]
struct Late {
    post: PostId,
    name: String,
    count: usize,
    oldest: i64,
}

impl Late {
    /// `1 day`, `12 days`.
    fn oldest_in_words(&self) -> String {
        many(usize::try_from(self.oldest).unwrap_or_default(), "day")
    }
}

/// Checks in one state that wait for the same people.
#[derive(Debug)]
struct Waiting {
    who: Who,
    state: CheckState,
    count: usize,
    all: usize,
}

#[derive(Template)]
#[template(path = "home/show.html")]
struct Page {
    layout: Layout,
    today: String,
    sentence: String,
    groups: Vec<Group>,
    overdue: Vec<Late>,
    waiting: Vec<Waiting>,
    events: Vec<Entry>,
    begun: Begun,
    /// How many texts that others reported as classified wait for the reader, if any do.
    reported: Option<String>,
    may_open: bool,
    /// An administrator sees no check: what waits for them is what they keep.
    upkeep: Option<Upkeep>,
    searches_the_log: bool,
}

/// The page of the reader's role.
pub async fn show(actor: Actor) -> Result<Response> {
    let has_checks = actor.role != Role::Admin;
    let open = if has_checks { open(&actor).await? } else { Vec::new() };
    let washington = actor.post().is_none();
    let overdue = if washington { overdue_by_post(&open, actor.at) } else { Vec::new() };
    let waiting = if washington { waiting_on(&open) } else { Vec::new() };
    let judges = actor.may(Permission::DecideLicenses) || actor.may(Permission::MakeExceptions);
    let again = if judges { issued(&actor, i64::from(SHOWN)).await? } else { IssuedAgain::default() };
    let groups = groups(&actor, &open, &again);
    let mut conn = actor.reads().acquire().await?;
    let events = match actor.role {
        Role::Auditor => audit::store::newest(&mut conn, 12).await?,
        _ => Vec::new(),
    };
    let since = actor.may(Permission::FileTelegrams).then(|| actor.at - LATELY);
    let begun = if actor.role == Role::Auditor {
        Begun::default()
    } else {
        store::begun(
            &mut conn,
            actor.id,
            actor.scope(),
            6,
            since,
            (Side::of(&actor.reader()), Part::of(actor.role), actor.at),
        )
        .await?
    };
    let reported = begun.reported;
    let reported =
        (reported > 0).then(|| format!("{} {} to be settled", many(reported, "reported text"), wait(reported)));
    let upkeep = if actor.role == Role::Admin { Some(store::upkeep(&mut conn, &actor).await?) } else { None };
    drop(conn);
    html(&Page {
        layout: actor.layout(),
        today: weekday_words(actor.today()),
        sentence: upkeep.as_ref().map_or_else(|| sentence(&groups, begun.all_remarks), Upkeep::sentence),
        overdue,
        waiting,
        groups,
        events,
        begun,
        reported,
        may_open: actor.role == Role::CaseOfficer,
        upkeep,
        searches_the_log: actor.role == Role::Auditor,
    })
}

fn overdue_by_post(open: &[Arc<Line>], now: OffsetDateTime) -> Vec<Late> {
    let mut posts: Vec<Late> = Vec::new();
    for check in open.iter().filter(|check| check.due().is_over(now)) {
        let days = check.due().days_late(now);
        match posts.iter_mut().find(|late| late.post == check.post) {
            Some(late) => (late.count, late.oldest) = (late.count + 1, late.oldest.max(days)),
            None => posts.push(Late { post: check.post, name: check.post_name.clone(), count: 1, oldest: days }),
        }
    }
    posts.sort_by(|a, b| (b.count, b.oldest, &a.name).cmp(&(a.count, a.oldest, &b.name)));
    posts
}

fn waiting_on(open: &[Arc<Line>]) -> Vec<Waiting> {
    let steps: Vec<(Who, CheckState)> = open.iter().map(|check| (check.ahead.who, check.state)).collect();
    let pairs = Who::ALL.iter().flat_map(|who| CheckState::ALL.iter().map(move |state| (*who, *state)));
    pairs
        .filter(|(who, _)| *who != Who::Nobody)
        .map(|(who, state)| Waiting {
            who,
            state,
            count: steps.iter().filter(|step| **step == (who, state)).count(),
            all: steps.iter().filter(|(_, other)| *other == state).count(),
        })
        .filter(|waiting| waiting.count > 0)
        .collect()
}

/// One sentence that sums the page up.
fn sentence(groups: &[Group], remarks: i64) -> String {
    let asked = (remarks > 0).then(|| format!("{} {} for you", many(remarks, "remark"), wait(remarks)));
    let all = asked.into_iter().chain(groups.iter().filter_map(Group::summed_up)).collect::<Vec<_>>().join("; ");
    let mut letters = all.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => NOTHING.into(),
    }
}

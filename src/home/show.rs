//! The home page: another one for each role, and each answers "what do I do now?".

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use time::OffsetDateTime;

use super::{
    rows::{self, Row},
    store::{self, Begun},
};
use crate::{
    access::{Actor, Permission, Role},
    audit::{self, store::Entry},
    checks::{
        model::CheckState,
        next_step::Who,
        standing::{
            model::Mark,
            store::{Line, open},
        },
    },
    error::Result,
    id::PostId,
    web::{
        Layout,
        filters::{self, many, weekday_words},
        html,
    },
};

/// How long a telegram on no check is told of.
const LATELY: time::Duration = time::Duration::days(90);
/// How many rows of a group it shows.
const SHOWN: usize = 8;

/// A group of checks under a heading; a few of them stand on the page.
#[derive(Debug)]
pub struct Group {
    id: &'static str,
    title: &'static str,
    /// What its card says under the number.
    card: &'static str,
    /// The card's color class.
    tone: &'static str,
    /// What stands there when it is empty; nothing: the group is left out.
    empty: &'static str,
    /// The list that shows them all.
    all: &'static str,
    heads: [&'static str; 4],
    count: usize,
    /// How many of them the reader may take on now.
    mine: usize,
    rows: Vec<Row>,
}

/// A post with late checks.
#[derive(Debug)]
struct Late {
    post: PostId,
    name: String,
    count: usize,
    oldest: i64,
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
    may_open: bool,
    role: Role,
}

/// The page of the reader's role.
pub async fn show(actor: Actor) -> Result<Response> {
    let has_checks = actor.role != Role::Admin;
    let open = if has_checks { open(&actor).await? } else { Vec::new() };
    let washington = actor.post().is_none();
    let overdue = if washington { overdue_by_post(&open, actor.at) } else { Vec::new() };
    let waiting = if washington { waiting_on(&open) } else { Vec::new() };
    let groups = groups(&actor, &open);
    let mut conn = actor.reads().acquire().await?;
    let events = match actor.role {
        Role::Auditor => audit::store::newest(&mut conn, 12).await?,
        _ => Vec::new(),
    };
    let since = actor.may(Permission::FileTelegrams).then(|| actor.at - LATELY);
    let begun =
        if actor.role == Role::Auditor { Begun::default() } else { store::begun(&mut conn, actor.id, actor.scope(), 6, since).await? };
    drop(conn);
    html(&Page {
        layout: actor.layout(),
        today: weekday_words(actor.today()),
        sentence: sentence(&groups),
        overdue,
        waiting,
        groups,
        events,
        begun,
        may_open: actor.role == Role::CaseOfficer,
        role: actor.role,
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
fn sentence(groups: &[Group]) -> String {
    let parts: Vec<String> = groups.iter().filter_map(phrase).collect();
    let all = parts.join("; ");
    let mut letters = all.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => "Nothing waits for you.".into(),
    }
}

fn phrase(group: &Group) -> Option<String> {
    // What asks for a signature counts only where the reader may give it.
    let signing = ["sign", "issue", "decide", "countersign"].contains(&group.id);
    let count = if signing { group.mine } else { group.count };
    if count == 0 {
        return None;
    }
    let checks = many(count, "check");
    let (is, s, come, them) = if count == 1 { ("is", "s", "comes", "itself") } else { ("are", "", "come", "themselves") };
    let replies = if count == 1 { "1 reply".to_owned() } else { format!("{count} replies") };
    Some(match group.id {
        "back" => format!("{checks} came back with questions"),
        "new" => format!("{} wait{s} to be acknowledged", many(count, "new request")),
        "mine" => format!("{checks} {is} yours"),
        "clear" => format!("{replies} wait{s} to be cleared"),
        "permits" => format!("{} wait{s} for permits", many(count, "license")),
        "contradictions" => format!("{checks} contradict{s} {them}"),
        "propose" => format!("{replies} wait{s} for a proposed result"),
        "drafts" => format!("{} {is} not sent", many(count, "draft")),
        "sign" => format!("{} {is} ready for your signature", many(count, "result")),
        "issue" => format!("{} {is} ready to issue", many(count, "license")),
        "decide" => format!("{} {come} up for decision", many(count, "license")),
        "countersign" => format!("{} wait{s} for a second signature", many(count, "result")),
        "except" => format!("{} {is} blocked by a party", many(count, "license")),
        "late" => format!("{checks} {is} overdue at post"),
        "open" => format!("{checks} {is} open"),
        _ => return None,
    })
}

/// What a group is made of: its words, which checks stand in it, and how a check becomes a row.
struct Kind {
    id: &'static str,
    title: &'static str,
    card: &'static str,
    tone: &'static str,
    empty: &'static str,
    all: &'static str,
    heads: [&'static str; 4],
    fits: fn(&Actor, &Line) -> bool,
    row: fn(&Actor, &Line) -> Row,
}

const STEP: [&str; 4] = ["Next step", "Who", "Due", ""];
const AT_POST: [&str; 4] = ["Next step", "State", "Due", ""];
const SENTENCE: [&str; 4] = ["What does not fit", "Who explains it", "Post", ""];
const CONDITIONS: [&str; 4] = ["Open", "Who has to act", "Waiting", ""];

const LATE: Kind = Kind {
    id: "late",
    title: "Overdue at post",
    card: "overdue at post",
    tone: "bad",
    empty: "Nothing is overdue.",
    all: "/checks?due=overdue&sort=due",
    heads: STEP,
    fits: |actor, check| check.due().is_over(actor.at),
    row: rows::step,
};
const WAITING: Kind = Kind {
    id: "conditions",
    title: "Approved on conditions: who has to move",
    card: "approved on conditions",
    tone: "",
    empty: "",
    all: "/licenses?status=approved_on_conditions",
    heads: CONDITIONS,
    fits: |_, check| check.marks.has(Mark::Conditional) && !check.marks.has(Mark::Ready),
    row: rows::conditions,
};
const REST: Kind = Kind {
    id: "rest",
    title: "Everything else that is open",
    card: "waiting on others",
    tone: "",
    empty: "",
    all: "/checks",
    heads: STEP,
    fits: |_, _| true,
    row: rows::step,
};
const CONTRADICTIONS: Kind = Kind {
    id: "contradictions",
    title: "Contradictions",
    card: "contradictions",
    tone: "warn",
    empty: "No file contradicts itself.",
    all: "/checks?state=replied",
    heads: SENTENCE,
    fits: |_, check| check.marks.has(Mark::Contradictory),
    row: rows::contradiction,
};

const POST: &[Kind] = &[
    Kind {
        id: "back",
        title: "Came back with questions",
        card: "came back with questions",
        tone: "warn",
        empty: "",
        all: "/checks?state=in_progress",
        heads: AT_POST,
        fits: |_, check| check.state == CheckState::InProgress && check.marks.has(Mark::Questioned),
        row: rows::at_post,
    },
    Kind {
        id: "clear",
        title: "Replies to clear",
        card: "replies to clear",
        tone: "",
        empty: "",
        all: "/checks?state=in_progress",
        heads: AT_POST,
        fits: |actor, check| check.state == CheckState::InProgress && check.marks.has(Mark::Clearable) && check.ahead.allows(actor.id),
        row: rows::at_post,
    },
    Kind {
        id: "new",
        title: "New requests",
        card: "new requests",
        tone: "",
        empty: "No new request waits to be acknowledged. What Washington sends appears here.",
        all: "/checks?state=requested",
        heads: AT_POST,
        fits: |_, check| check.state == CheckState::Requested,
        row: rows::at_post,
    },
    Kind {
        id: "mine",
        title: "My checks, by due date",
        card: "my checks",
        tone: "",
        empty: "You have no check in progress. Acknowledge a new request to begin one.",
        all: "/checks?state=in_progress&sort=due",
        heads: AT_POST,
        fits: |actor, check| check.state == CheckState::InProgress && check.officer == Some(actor.id),
        row: rows::at_post,
    },
    Kind {
        id: "post",
        title: "Other checks of the post",
        card: "others of the post",
        tone: "",
        empty: "",
        all: "/checks?state=in_progress&sort=due",
        heads: STEP,
        fits: |_, check| check.state == CheckState::InProgress,
        row: rows::step,
    },
    Kind { id: "permits", title: "Waiting for permits", card: "waiting for permits", tone: "warn", ..WAITING },
    Kind { id: "washington", title: "In Washington", card: "in Washington", all: "/checks?state=replied", ..REST },
];

const CASE_OFFICER: &[Kind] = &[
    Kind { fits: |_, check| check.ahead.who == Who::CaseOfficer && check.marks.has(Mark::Contradictory), empty: "", ..CONTRADICTIONS },
    Kind {
        id: "propose",
        title: "Results to propose",
        card: "results to propose",
        tone: "",
        empty: "No reply waits for a result.",
        all: "/checks?state=replied",
        heads: ["Post says", "Rests on", "Since", ""],
        fits: |_, check| check.state == CheckState::Replied && check.ahead.who == Who::CaseOfficer,
        row: rows::replied,
    },
    Kind {
        id: "drafts",
        title: "Drafts",
        card: "drafts",
        tone: "",
        empty: "No draft. Open a check to begin one.",
        all: "/checks?state=draft",
        heads: STEP,
        fits: |_, check| check.state == CheckState::Draft,
        row: rows::step,
    },
    Kind {
        id: "found",
        title: "Parties found by posts, to be linked",
        card: "with found parties",
        tone: "warn",
        all: "/checks?state=in_progress",
        fits: |_, check| check.marks.has(Mark::Found) && !check.state.is_judged(),
        ..REST
    },
    LATE,
    WAITING,
    Kind {
        id: "held",
        title: "On hold",
        card: "on hold",
        all: "/checks?state=on_hold",
        fits: |_, check| check.state == CheckState::OnHold,
        ..REST
    },
    REST,
];

const REVIEWER: &[Kind] = &[
    Kind {
        id: "sign",
        title: "Ready to sign",
        card: "ready to sign",
        tone: "",
        empty: "No result waits for a signature.",
        all: "/checks?state=replied",
        heads: ["Post says", "Rests on", "Since", ""],
        fits: |_, check| check.state == CheckState::Replied && check.ahead.who == Who::Reviewer,
        row: rows::replied,
    },
    Kind {
        id: "issue",
        title: "Ready to issue",
        card: "ready to issue",
        tone: "",
        empty: "No license is ready to issue.",
        all: "/licenses?status=approved_on_conditions",
        heads: ["What was open", "Post", "Waiting", ""],
        fits: |_, check| check.marks.has(Mark::Ready),
        row: rows::ready,
    },
    Kind {
        id: "decide",
        title: "Licenses to decide",
        card: "to decide",
        tone: "",
        empty: "No license waits for a decision.",
        all: "/licenses?status=pending",
        heads: ["Open before it may issue", "Result", "Since", ""],
        fits: |_, check| check.state == CheckState::Resulted && check.ahead.who == Who::Reviewer,
        row: rows::decide,
    },
    CONTRADICTIONS,
    WAITING,
    LATE,
    REST,
];

const SUPERVISOR: &[Kind] = &[
    Kind {
        id: "countersign",
        title: "Second signatures",
        card: "second signatures",
        tone: "",
        empty: "No result waits for a countersignature.",
        all: "/checks?state=replied",
        heads: ["Post says", "Rests on", "Since", ""],
        fits: |_, check| check.ahead.who == Who::Supervisor,
        row: rows::replied,
    },
    Kind {
        id: "except",
        title: "Blocked, perhaps excepted",
        card: "blocked by a party",
        tone: "warn",
        empty: "No license is blocked by a party.",
        all: "/licenses?status=pending",
        heads: ["Why", "License", "Post", ""],
        fits: |_, check| check.marks.has(Mark::Blocked),
        row: rows::blocked,
    },
    LATE,
    WAITING,
    REST,
];

const AUDITOR: &[Kind] = &[Kind {
    id: "open",
    title: "Open checks",
    card: "open checks",
    empty: "No check is open.",
    heads: ["Next step", "Who", "Due", ""],
    ..REST
}];

/// Splits the open checks into the groups of a role; a check stands in the first group it fits, and in those that show what is wrong.
fn groups(actor: &Actor, open: &[Arc<Line>]) -> Vec<Group> {
    let kinds: &'static [Kind] = match actor.role {
        Role::PostOfficer | Role::PostSupervisor => POST,
        Role::CaseOfficer => CASE_OFFICER,
        Role::Reviewer => REVIEWER,
        Role::Supervisor => SUPERVISOR,
        Role::Auditor => AUDITOR,
        Role::Admin => &[],
    };
    let reader = actor.reader();
    let mut left: Vec<&Line> = open.iter().map(Arc::as_ref).collect();
    let group = |kind: &'static Kind| {
        let (inside, outside): (Vec<_>, Vec<_>) = left.iter().partition(|check| (kind.fits)(actor, check));
        // These wait whatever else the check waits for, so it stands in its other group too.
        if !matches!(kind.id, "found" | "contradictions") {
            left = outside;
        }
        Group {
            id: kind.id,
            title: kind.title,
            card: kind.card,
            tone: if inside.is_empty() { "none" } else { kind.tone },
            empty: kind.empty,
            all: kind.all,
            heads: kind.heads,
            count: inside.len(),
            mine: inside.iter().filter(|check| check.ahead.act(&reader).is_some()).count(),
            rows: inside.iter().take(SHOWN).map(|check| (kind.row)(actor, check)).collect(),
        }
    };
    kinds.iter().map(group).filter(|group| group.count > 0 || !group.empty.is_empty()).collect()
}

//! For each role a table of what the groups of its home page are called, which checks stand in them, and what they say.

use super::rows::{self, Row};
use crate::{
    access::Actor,
    addresses::{self as at, Address},
    checks::{
        model::CheckState,
        next_step::Who,
        standing::{model::Mark, store::Line},
    },
    text::{is, many, wait},
};

/// What a group is made of.
#[derive(Debug)]
pub struct Kind {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What its card says under the number one, and under any other.
    pub(super) card: [&'static str; 2],
    /// The card's color class, where there are any.
    pub(super) tone: &'static str,
    /// What stands there when it is empty; nothing: the group is left out.
    pub(super) empty: &'static str,
    /// The list that shows them all.
    pub(super) all: fn() -> Address,
    /// What a row is of.
    pub(super) of: &'static str,
    pub(super) heads: [&'static str; 4],
    pub(super) sum: Option<Sum>,
    /// What it shows is wrong whatever else the check waits for, so the check stands in its other group too.
    pub(super) stands_elsewhere_too: bool,
    pub(super) fits: fn(&Actor, &Line) -> bool,
    pub(super) row: fn(&Actor, &Line) -> Row,
}

/// What a group adds to the sentence that sums the page up, from how many there are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sum {
    Every(fn(usize) -> String),
    /// What asks for a signature counts only where the reader may give it.
    TheirsToAct(fn(usize) -> String),
}

const CHECK: &str = "Check";
const STEP: [&str; 4] = ["Next step", "Who", "Due", ""];
const AT_POST: [&str; 4] = ["Next step", "State", "Due", ""];
const SENTENCE: [&str; 4] = ["What does not fit", "Explained by", "Post", ""];
const CONDITIONS: [&str; 4] = ["Open", "Who has to act", "Waiting", ""];

const LATE: Kind = Kind {
    id: "late",
    title: "Overdue at post",
    card: ["overdue at post", "overdue at post"],
    tone: "bad",
    empty: "Nothing is overdue.",
    all: || at::checks().with("due", "overdue").with("sort", "due"),
    of: CHECK,
    heads: STEP,
    sum: Some(Sum::Every(|n| format!("{} {} overdue at post", many(n, "check"), is(n)))),
    stands_elsewhere_too: false,
    fits: |actor, check| check.due().is_over(actor.at),
    row: rows::step,
};
const WAITING: Kind = Kind {
    id: "conditions",
    title: "Approved on conditions: who has to move",
    card: ["approved on conditions", "approved on conditions"],
    tone: "",
    empty: "",
    all: || at::licenses().with("status", "approved_on_conditions"),
    of: CHECK,
    heads: CONDITIONS,
    sum: None,
    stands_elsewhere_too: false,
    fits: |_, check| check.marks.has(Mark::Conditional) && !check.marks.has(Mark::Ready),
    row: rows::conditions,
};
const REST: Kind = Kind {
    id: "rest",
    title: "Everything else that is open",
    card: ["waiting on others", "waiting on others"],
    tone: "",
    empty: "",
    all: at::checks,
    of: CHECK,
    heads: STEP,
    sum: None,
    stands_elsewhere_too: false,
    fits: |_, _| true,
    row: rows::step,
};
const CONTRADICTIONS: Kind = Kind {
    id: "contradictions",
    title: "Contradictions",
    card: ["contradiction", "contradictions"],
    tone: "warn",
    empty: "No file contradicts itself.",
    all: || at::checks_in("replied"),
    of: CHECK,
    heads: SENTENCE,
    sum: Some(Sum::Every(|n| {
        format!("{} {}", many(n, "check"), if n == 1 { "contradicts itself" } else { "contradict themselves" })
    })),
    stands_elsewhere_too: true,
    fits: |_, check| check.marks.has(Mark::Contradictory),
    row: rows::contradiction,
};

/// Of licenses: no check stands in it.
pub(super) const AGAIN: Kind = Kind {
    id: "again",
    title: "Issued, and the basis changed: decide again",
    card: ["to decide again", "to decide again"],
    tone: "warn",
    empty: "",
    all: || at::licenses().with("basis", "changed").with("status", "approved"),
    of: "License",
    heads: ["What changed", "Destination", "Since", ""],
    sum: Some(Sum::Every(|n| format!("{} {} to be decided again", many(n, "issued license"), wait(n)))),
    stands_elsewhere_too: false,
    fits: |_, _| false,
    row: rows::step,
};

const YOURS: Kind = Kind {
    id: "yours",
    title: "Waits for you",
    card: ["waits for you", "wait for you"],
    tone: "",
    empty: "",
    all: || at::checks().with("whose", "next"),
    of: CHECK,
    heads: AT_POST,
    sum: Some(Sum::Every(|n| format!("{} {} for you", many(n, "check"), wait(n)))),
    stands_elsewhere_too: false,
    fits: |actor, check| check.ahead.waits_for(&actor.reader()),
    row: rows::yours,
};
const NOBODYS: Kind = Kind {
    id: "nobodys",
    title: "Nobody has these: assign them",
    card: ["has nobody", "have nobody"],
    tone: "warn",
    all: || at::checks().with("whose", "nobody"),
    sum: Some(Sum::Every(|n| format!("{} {} to be assigned to somebody", many(n, "check"), is(n)))),
    fits: rows::is_to_assign,
    row: rows::nobodys,
    ..YOURS
};

pub(super) const POST: &[Kind] = &[
    NOBODYS,
    Kind {
        id: "back",
        title: "Came back with questions",
        card: ["came back with questions", "came back with questions"],
        tone: "warn",
        empty: "",
        all: || at::checks_in("in_progress"),
        of: CHECK,
        heads: AT_POST,
        sum: Some(Sum::Every(|n| format!("{} came back with questions", many(n, "check")))),
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::InProgress && check.marks.has(Mark::Questioned),
        row: rows::at_post,
    },
    Kind {
        id: "clear",
        title: "Replies to clear",
        card: ["reply to clear", "replies to clear"],
        tone: "",
        empty: "",
        all: || at::checks_in("in_progress"),
        of: CHECK,
        heads: AT_POST,
        sum: Some(Sum::Every(|n| format!("{} {} to be cleared", many(n, "reply"), wait(n)))),
        stands_elsewhere_too: false,
        fits: |actor, check| {
            check.state == CheckState::InProgress && check.marks.has(Mark::Clearable) && check.ahead.allows(actor.id)
        },
        row: rows::at_post,
    },
    Kind {
        id: "new",
        title: "New requests",
        card: ["new request", "new requests"],
        tone: "",
        empty: "No new request waits to be acknowledged. What Washington sends appears here.",
        all: || at::checks_in("requested"),
        of: CHECK,
        heads: AT_POST,
        sum: Some(Sum::Every(|n| format!("{} {} to be acknowledged", many(n, "new request"), wait(n)))),
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::Requested,
        row: rows::at_post,
    },
    Kind {
        id: "mine",
        title: "My checks, by due date",
        card: ["check of mine", "checks of mine"],
        tone: "",
        empty: "You have no check in progress. Acknowledge a new request to begin one.",
        all: || at::checks_in("in_progress").with("sort", "due"),
        of: CHECK,
        heads: AT_POST,
        sum: Some(Sum::Every(|n| format!("{} {} yours", many(n, "check"), is(n)))),
        stands_elsewhere_too: false,
        fits: |actor, check| check.state == CheckState::InProgress && check.officer == Some(actor.id),
        row: rows::at_post,
    },
    Kind {
        id: "post",
        title: "Other checks of the post",
        card: ["other of the post", "others of the post"],
        tone: "",
        empty: "",
        all: || at::checks_in("in_progress").with("sort", "due"),
        of: CHECK,
        heads: STEP,
        sum: None,
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::InProgress,
        row: rows::step,
    },
    Kind {
        id: "permits",
        sum: Some(Sum::Every(|n| format!("{} {} for permits", many(n, "license"), wait(n)))),
        title: "Waiting for permits",
        card: ["waiting for permits", "waiting for permits"],
        tone: "warn",
        ..WAITING
    },
    Kind {
        id: "washington",
        title: "In Washington",
        card: ["in Washington", "in Washington"],
        all: || at::checks_in("replied"),
        ..REST
    },
];

pub(super) const CASE_OFFICER: &[Kind] = &[
    YOURS,
    Kind {
        fits: |_, check| check.ahead.who == Who::CaseOfficer && check.marks.has(Mark::Contradictory),
        empty: "",
        ..CONTRADICTIONS
    },
    Kind {
        id: "propose",
        title: "Results to propose",
        card: ["result to propose", "results to propose"],
        tone: "",
        empty: "No other reply waits for a result.",
        all: || at::checks_in("replied"),
        of: CHECK,
        heads: ["Post says", "Rests on", "Since", ""],
        sum: Some(Sum::Every(|n| format!("{} {} for a proposed result", many(n, "reply"), wait(n)))),
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::Replied && check.ahead.who == Who::CaseOfficer,
        row: rows::replied,
    },
    Kind {
        id: "drafts",
        title: "Drafts",
        card: ["draft", "drafts"],
        tone: "",
        empty: "No other draft. Open a check to begin one.",
        all: || at::checks_in("draft"),
        of: CHECK,
        heads: STEP,
        sum: Some(Sum::Every(|n| format!("{} {} not sent", many(n, "draft"), is(n)))),
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::Draft,
        row: rows::step,
    },
    Kind {
        id: "found",
        title: "Parties found by posts, to be linked",
        card: ["with found parties", "with found parties"],
        tone: "warn",
        all: || at::checks_in("in_progress"),
        stands_elsewhere_too: true,
        fits: |_, check| check.marks.has(Mark::Found) && !check.state.is_judged(),
        ..REST
    },
    LATE,
    WAITING,
    Kind {
        id: "held",
        title: "On hold",
        card: ["on hold", "on hold"],
        all: || at::checks_in("on_hold"),
        fits: |_, check| check.state == CheckState::OnHold,
        ..REST
    },
    REST,
];

pub(super) const REVIEWER: &[Kind] = &[
    YOURS,
    Kind {
        id: "sign",
        title: "Ready to sign",
        card: ["ready to sign", "ready to sign"],
        tone: "",
        empty: "No other result waits for a signature.",
        all: || at::checks_in("replied"),
        of: CHECK,
        heads: ["Post says", "Rests on", "Since", ""],
        sum: Some(Sum::TheirsToAct(|n| format!("{} {} ready for your signature", many(n, "result"), is(n)))),
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::Replied && check.ahead.who == Who::Reviewer,
        row: rows::replied,
    },
    Kind {
        id: "issue",
        title: "Ready to issue",
        card: ["ready to issue", "ready to issue"],
        tone: "",
        empty: "No other license is ready to issue.",
        all: || at::licenses().with("status", "approved_on_conditions"),
        of: CHECK,
        heads: ["What was open", "Post", "Waiting", ""],
        sum: Some(Sum::TheirsToAct(|n| format!("{} {} ready to issue", many(n, "license"), is(n)))),
        stands_elsewhere_too: false,
        // What is to be decided again comes to whoever decides.
        fits: |_, check| check.marks.has(Mark::Ready) && !check.marks.has(Mark::Again),
        row: rows::ready,
    },
    AGAIN,
    Kind {
        id: "decide",
        title: "Licenses to decide",
        card: ["to decide", "to decide"],
        tone: "",
        empty: "No other license waits for a decision.",
        all: || at::licenses().with("status", "pending"),
        of: CHECK,
        heads: ["Open before it may issue", "Result", "Since", ""],
        sum: Some(Sum::TheirsToAct(|n| {
            format!("{} {} up for decision", many(n, "license"), if n == 1 { "comes" } else { "come" })
        })),
        stands_elsewhere_too: false,
        fits: |_, check| check.state == CheckState::Resulted && check.ahead.who == Who::Reviewer,
        row: rows::decide,
    },
    CONTRADICTIONS,
    WAITING,
    LATE,
    REST,
];

pub(super) const SUPERVISOR: &[Kind] = &[
    Kind {
        id: "countersign",
        title: "Second signatures",
        card: ["second signature", "second signatures"],
        tone: "",
        empty: "No result waits for a countersignature.",
        all: || at::checks_in("replied"),
        of: CHECK,
        heads: ["Post says", "Rests on", "Since", ""],
        sum: Some(Sum::TheirsToAct(|n| format!("{} {} for a second signature", many(n, "result"), wait(n)))),
        stands_elsewhere_too: false,
        fits: |_, check| check.ahead.who == Who::Supervisor,
        row: rows::replied,
    },
    Kind {
        id: "except",
        title: "Blocked, perhaps excepted",
        card: ["blocked by a party", "blocked by a party"],
        tone: "warn",
        empty: "No license is blocked by a party.",
        all: || at::licenses().with("status", "pending"),
        of: CHECK,
        heads: ["Why", "License", "Post", ""],
        sum: Some(Sum::Every(|n| format!("{} {} blocked by a party", many(n, "license"), is(n)))),
        stands_elsewhere_too: false,
        fits: |_, check| check.marks.has(Mark::Blocked),
        row: rows::blocked,
    },
    NOBODYS,
    AGAIN,
    LATE,
    WAITING,
    REST,
];

pub(super) const AUDITOR: &[Kind] = &[Kind {
    id: "open",
    title: "Open checks",
    card: ["open check", "open checks"],
    empty: "No check is open.",
    heads: ["Next step", "Who", "Due", ""],
    sum: Some(Sum::Every(|n| format!("{} {} open", many(n, "check"), is(n)))),
    ..REST
}];

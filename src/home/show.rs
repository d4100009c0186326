//! The home page: another one for each role, and each answers "what do I do now?".

use askama::Template;
use axum::response::Response;

use crate::{
    access::{Actor, Role},
    audit::{self, store::Entry},
    checks::{
        self,
        model::{CaseFile, CheckState},
        next_step::{Who, next_step},
        store::Texts,
    },
    error::Result,
    licenses::model::LicenseStatus,
    web::{Layout, filters, html},
};

/// How many open checks a home page reads; beyond it, the list filters.
const MOST: i64 = 300;
/// How many rows of a group it shows.
const SHOWN: usize = 8;

/// A group of checks under a heading; a few of them stand on the page.
#[derive(Debug)]
pub struct Group {
    id: &'static str,
    title: &'static str,
    empty: &'static str,
    count: usize,
    all: String,
    cases: Vec<CaseFile>,
}

#[derive(Template)]
#[template(path = "home/show.html")]
struct Page {
    layout: Layout,
    groups: Vec<Group>,
    overdue: Vec<(String, usize)>,
    waiting: Vec<(&'static str, usize)>,
    events: Vec<Entry>,
    may_open: bool,
    role: Role,
}

/// The page of the reader's role.
pub async fn show(actor: Actor) -> Result<Response> {
    let mut conn = actor.reads().acquire().await?;
    let cases = if actor.role == Role::Admin {
        Vec::new()
    } else {
        let ids = checks::store::open_ids(&mut conn, &actor, MOST).await?;
        checks::store::cases(&mut conn, actor.scope(), &ids, Texts::Left, actor.at).await?
    };
    let events = match actor.role {
        Role::Auditor => audit::store::list(&mut conn, &audit::store::Filter::default(), 12).await?,
        _ => Vec::new(),
    };
    let washington = actor.post().is_none();
    html(&Page {
        layout: actor.layout(),
        overdue: if washington { overdue_by_post(&cases) } else { Vec::new() },
        waiting: if washington { waiting_on(&cases) } else { Vec::new() },
        groups: groups(&actor, cases),
        events,
        may_open: actor.role == Role::CaseOfficer,
        role: actor.role,
    })
}

fn overdue_by_post(cases: &[CaseFile]) -> Vec<(String, usize)> {
    let mut posts: Vec<(String, usize)> = Vec::new();
    for case in cases.iter().filter(|case| case.check.is_overdue(case.now)) {
        match posts.iter_mut().find(|(name, _)| *name == case.check.post_name) {
            Some((_, count)) => *count += 1,
            None => posts.push((case.check.post_name.clone(), 1)),
        }
    }
    posts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    posts
}

fn waiting_on(cases: &[CaseFile]) -> Vec<(&'static str, usize)> {
    let steps: Vec<Who> = cases.iter().map(|case| next_step(case).who).collect();
    let count = |who: &Who| steps.iter().filter(|step| *step == who).count();
    Who::ALL.iter().filter(|who| **who != Who::Nobody).map(|who| (who.label(), count(who))).filter(|(_, count)| *count > 0).collect()
}

fn is_ready(case: &CaseFile) -> bool {
    case.licenses.iter().any(|license| license.is_ready(&case.reference, case.today()))
}

fn is_contradictory(case: &CaseFile) -> bool {
    case.contradictions().iter().any(|found| found.explanation.is_none())
}

/// Splits the cases into the groups of a role; a case stands in the first group it fits.
fn groups(actor: &Actor, mut cases: Vec<CaseFile>) -> Vec<Group> {
    let found: Vec<CaseFile> = cases.iter().filter(|case| !case.check.found.is_empty()).cloned().collect();
    let mut take = |id, title, empty, all: &str, fits: &dyn Fn(&CaseFile) -> bool| {
        let (inside, outside): (Vec<_>, Vec<_>) = std::mem::take(&mut cases).into_iter().partition(|case| fits(case));
        cases = outside;
        let count = inside.len();
        Group { id, title, empty, count, all: all.to_owned(), cases: inside.into_iter().take(SHOWN).collect() }
    };
    let next = |case: &CaseFile| next_step(case).who;
    match actor.role {
        Role::PostOfficer | Role::PostSupervisor => vec![
            take("back", "Came back with questions", "", "/checks?state=in_progress", &|case| {
                case.check.state == CheckState::InProgress && !case.check.questions.is_empty()
            }),
            take("new", "New requests", "No new request waits to be acknowledged.", "/checks?state=requested", &|case| {
                case.check.state == CheckState::Requested
            }),
            take("mine", "My checks, by due date", "You have no check in progress.", "/checks?state=in_progress&sort=due", &|case| {
                case.check.state == CheckState::InProgress && case.check.officer_id == Some(actor.id)
            }),
            take("post", "Other checks of the post", "", "/checks?state=in_progress&sort=due", &|case| {
                case.check.state == CheckState::InProgress
            }),
            take("permits", "Waiting for permits", "", "/checks?state=resulted", &|case| {
                case.licenses.iter().any(|license| license.status == LicenseStatus::ApprovedOnConditions) && !is_ready(case)
            }),
            take("washington", "In Washington", "", "/checks?state=replied", &|_| true),
        ],
        Role::CaseOfficer => vec![
            take("contradictions", "Contradictions", "", "/checks", &|case| next(case) == Who::CaseOfficer && is_contradictory(case)),
            take("propose", "Results to propose", "No reply waits for a result.", "/checks?state=replied", &|case| {
                case.check.state == CheckState::Replied && next(case) == Who::CaseOfficer
            }),
            take("drafts", "Drafts", "No draft.", "/checks?state=draft", &|case| case.check.state == CheckState::Draft),
            take("late", "Overdue at post", "Nothing is overdue.", "/checks?due=overdue&sort=due", &|case| case.check.is_overdue(case.now)),
            take("held", "On hold", "", "/checks?state=on_hold", &|case| case.check.state == CheckState::OnHold),
            take("rest", "Everything else that is open", "", "/checks", &|_| true),
            // A found party waits whatever else the check waits for, so these checks stand in their own group too.
            Group {
                id: "found",
                title: "Parties found by posts, to be linked",
                empty: "",
                count: found.len(),
                all: "/checks".into(),
                cases: found.into_iter().take(SHOWN).collect(),
            },
        ],
        Role::Reviewer => vec![
            take("sign", "Ready to sign", "No result waits for a signature.", "/checks?state=replied", &|case| {
                case.check.state == CheckState::Replied && next(case) == Who::Reviewer
            }),
            take("issue", "Ready to issue", "No license is ready to issue.", "/licenses?status=approved_on_conditions", &is_ready),
            take("decide", "Licenses to decide", "No license waits for a decision.", "/checks?state=resulted", &|case| {
                case.check.state == CheckState::Resulted && next(case) == Who::Reviewer
            }),
            take("contradictions", "Contradictions", "No file contradicts itself.", "/checks", &is_contradictory),
            take("late", "Overdue at post", "Nothing is overdue.", "/checks?due=overdue&sort=due", &|case| case.check.is_overdue(case.now)),
            take("rest", "Everything else that is open", "", "/checks", &|_| true),
        ],
        Role::Supervisor => vec![
            take("countersign", "Second signatures", "No result waits for a countersignature.", "/checks?state=replied", &|case| {
                next(case) == Who::Supervisor
            }),
            take("except", "Blocked, perhaps excepted", "No license is blocked.", "/licenses?status=pending", &|case| {
                case.licenses.iter().any(|license| license.status.is_open() && !license.blocked_parties(&case.reference).is_empty())
            }),
            take("late", "Overdue at post", "Nothing is overdue.", "/checks?due=overdue&sort=due", &|case| case.check.is_overdue(case.now)),
            take("rest", "Everything else that is open", "", "/checks", &|_| true),
        ],
        Role::Auditor => vec![take("open", "Open checks", "No check is open.", "/checks", &|_| true)],
        Role::Admin => Vec::new(),
    }
}

//! The check page: the case file on one page, with its next step on top and every section's state as a task list. It shows the
//! latest five of each section and the beginning of each text; `print` shows everything.

use askama::Template;
use axum::response::Response;

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckState, CheckVerb, SiteVisit},
    next_step::{NextStep, Who, next_step},
    store::{self, Texts},
};
use crate::{
    access::{Actor, Can, Permission, permission::ReadChecks},
    audit::{self, store::Entry},
    error::Result,
    evidence::model::{Contact, Document, Finding, Statement},
    id::CheckId,
    licenses::view::LicenseView,
    reference::model::{Asked, ReferenceKind},
    web::{Layout, Path, filters, html},
};

/// How many rows of a section the page shows.
const LATEST: usize = 5;

#[derive(Template)]
#[template(path = "checks/show.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    next: NextStep,
    late: bool,
    acts: Vec<(String, &'static str)>,
    tasks: Vec<Task>,
    licenses: Vec<LicenseView<'a>>,
    contradictions: Vec<Contradiction>,
    findings: Vec<FindingRow<'a>>,
    contacts: &'a [Contact],
    statements: &'a [Statement],
    documents: &'a [Document],
    events: Vec<Entry>,
    whole: bool,
    may_work: bool,
    may_add: bool,
    may_direct: bool,
    may_explain: bool,
    may_link: bool,
}

/// A line of the task list.
#[derive(Debug)]
pub struct Task {
    anchor: &'static str,
    label: &'static str,
    state: String,
    tone: &'static str,
}

/// A finding the reply needs, with what the post found.
#[derive(Debug)]
struct FindingRow<'a> {
    asked: Asked,
    href: String,
    found: Option<&'a Finding>,
    basis: String,
}

/// The page.
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
    let latest = |count: usize| if whole { count } else { count.min(LATEST) };
    let check = &file.check;
    let licenses: Vec<LicenseView<'_>> =
        file.licenses.iter().map(|license| LicenseView::new(license, &file.reference, can, file.today())).collect();
    let contradictions = file.contradictions();
    html(&Page {
        layout: can.layout(),
        next: next_step(&file),
        late: check.is_overdue(file.now),
        acts: acts(can, &file),
        tasks: tasks(&file, &licenses, &contradictions),
        may_work: can.may(Permission::WorkChecks) && check.is_workable(),
        may_add: can.may(Permission::WorkChecks) && check.takes_contacts(),
        may_direct: can.may(Permission::OpenChecks) && check.state == CheckState::Draft,
        may_explain: can.may(Permission::ExplainContradictions) && !check.state.is_judged(),
        may_link: can.may(Permission::EditParties) && check.state != CheckState::Closed,
        findings: findings(&file),
        contacts: &check.contacts[..latest(check.contacts.len())],
        statements: &check.statements[..latest(check.statements.len())],
        documents: &check.documents[..latest(check.documents.len())],
        licenses,
        contradictions,
        events,
        whole,
        file: &file,
    })
}

/// The log of the check and its licenses. A post reads its own people's acts and Washington's, not another post's.
async fn timeline(can: &Actor, file: &CaseFile, limit: i64) -> Result<Vec<Entry>> {
    let mut conn = can.reads().acquire().await?;
    let licenses = file.licenses.iter().map(|license| license.id).collect();
    let filter = audit::store::Filter { check: Some(file.check.id), licenses, ..Default::default() };
    let mut events = audit::store::list(&mut conn, &filter, limit).await?;
    if let Some(own) = can.post() {
        let foreign = |event: &Entry| event.check_id != Some(file.check.id) && event.post.as_ref().is_some_and(|post| *post != own.name);
        events.retain(|event| !foreign(event));
    }
    Ok(events)
}

fn findings(file: &CaseFile) -> Vec<FindingRow<'_>> {
    let check = &file.check;
    let row = |asked: &Asked, found: Option<&Finding>| {
        let of = asked.party.as_ref().map(|(id, _)| format!("?party={id}")).unwrap_or_default();
        let basis = found.map(|found| basis(file, found)).unwrap_or_default();
        (format!("/checks/{}/findings/{}{of}", check.id, asked.topic), basis)
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
    let contacts = finding.contacts.iter().filter_map(|id| file.check.contacts.iter().find(|contact| contact.id == *id));
    let documents = finding.documents.iter().filter_map(|id| file.check.documents.iter().find(|document| document.id == *id));
    let named = contacts.map(Contact::named).chain(documents.map(|document| format!("{} of {}", document.kind, document.issuer)));
    named.collect::<Vec<_>>().join("; ")
}

/// What the reader may do now, the next step's own first.
fn acts(can: &Actor, file: &CaseFile) -> Vec<(String, &'static str)> {
    let check = &file.check;
    let unsigned = check.result.as_ref().is_none_or(|result| result.signed_by.is_none());
    let signed_word =
        check.recommendation.as_ref().is_some_and(|word| word.signed_by.is_some() && word.signed_revision == Some(check.revision));
    let possible = [
        (Permission::OpenChecks, check.is_open_to(CheckVerb::Request), "request", "Send to the post"),
        (Permission::OpenChecks, check.state == CheckState::Draft, "edit", "Change the draft"),
        (Permission::OpenChecks, check.is_open_to(CheckVerb::Discard) && can.id == check.opened_by, "discard", "Discard"),
        (Permission::WorkChecks, check.is_open_to(CheckVerb::Acknowledge), "acknowledge", "Acknowledge"),
        (Permission::ClearReplies, check.is_workable() && signed_word, "clear", "Clear the reply"),
        (Permission::WorkChecks, check.is_workable() && check.recommendation.is_some() && !signed_word, "sign", "Sign the recommendation"),
        (Permission::WorkChecks, check.is_workable(), "recommend", "Write the recommendation"),
        (Permission::WorkChecks, check.is_open_to(CheckVerb::InterimReply), "interim", "Interim reply"),
        (Permission::ReassignChecks, check.state.is_at_post() || check.state == CheckState::Replied, "reassign", "Reassign"),
        (Permission::ProposeResults, check.is_open_to(CheckVerb::ProposeResult) && unsigned, "propose", "Propose a result"),
        (
            Permission::SignResults,
            check.is_open_to(CheckVerb::SignResult) && check.result.is_some() && unsigned,
            "sign-result",
            "Sign the result",
        ),
        (Permission::CountersignResults, check.is_open_to(CheckVerb::SignResult) && !unsigned, "countersign", "Countersign"),
        (Permission::DirectChecks, check.is_open_to(CheckVerb::GiveBack) && unsigned, "give-back", "Give back with questions"),
        (Permission::DirectChecks, check.state.is_at_post(), "extend", "Extend"),
        (
            Permission::DirectChecks,
            check.site_visit == SiteVisit::Required && check.site_visit_waiver.is_none() && check.state.is_at_post(),
            "waive",
            "Waive the site visit",
        ),
        (Permission::DirectChecks, check.is_open_to(CheckVerb::Hold), "hold", "Put on hold"),
        (Permission::DirectChecks, check.is_open_to(CheckVerb::Resume), "resume", "Resume"),
        (Permission::SignResults, check.is_open_to(CheckVerb::EndEarly) && unsigned, "end", "End early"),
    ];
    let mut acts: Vec<(String, &'static str)> = possible
        .into_iter()
        .filter(|(permission, possible, _, _)| *possible && can.may(*permission))
        .map(|(_, _, verb, label)| (format!("/checks/{}/{verb}", check.id), label))
        .collect();
    if can.may(Permission::OpenChecks) && check.state.is_judged() {
        acts.push((format!("/checks/open?follows={}", check.reference), "Open a follow-up check"));
    }
    if can.may(Permission::ReadLog) {
        acts.push((format!("/log?text={}&order=oldest", check.reference), "The whole story in the log"));
    }
    acts
}

fn task(anchor: &'static str, label: &'static str, state: impl Into<String>, tone: &'static str) -> Task {
    Task { anchor, label, state: state.into(), tone }
}

fn tasks(file: &CaseFile, licenses: &[LicenseView<'_>], contradictions: &[Contradiction]) -> Vec<Task> {
    let check = &file.check;
    let begun = |done: bool, any: bool| match (done, any) {
        (true, _) => ("done", "good"),
        (false, true) => ("in progress", "busy"),
        (false, false) => ("not started", ""),
    };
    let mut tasks = vec![if check.state == CheckState::Draft {
        task("request", "Request", "in progress", "busy")
    } else {
        task("request", "Request", "done", "good")
    }];
    if check.check_type.has_licenses() {
        let items = !file.licenses.is_empty() && file.licenses.iter().all(|license| !license.items.is_empty());
        let (state, tone) = begun(items, !file.licenses.is_empty());
        tasks.push(task("licenses", "Licenses and items", state, tone));
    }
    let (state, tone) = begun(!file.parties().is_empty(), false);
    tasks.push(task("parties", "Parties", state, tone));
    if !licenses.is_empty() {
        let open = |kind: crate::licenses::model::ConditionKind| {
            licenses.iter().flat_map(|license| &license.open).filter(|open| open.kind == kind).count()
        };
        let (approvals, certificate) =
            (open(crate::licenses::model::ConditionKind::Approval), open(crate::licenses::model::ConditionKind::Certificate));
        tasks.push(match approvals {
            0 => task("approvals", "Permit matrix", "done", "good"),
            open => task("approvals", "Permit matrix", format!("{open} open"), "warn"),
        });
        tasks.push(if certificate == 0 {
            task("certificate", "Certificate", "done", "good")
        } else {
            task("certificate", "Certificate", "open", "warn")
        });
        let steps = file.licenses.iter().any(|license| !license.custody.is_empty());
        let (state, tone) = begun(false, steps);
        tasks.push(task("custody", "Custody path", state, tone));
    }
    let (state, tone) = begun(false, !check.contacts.is_empty());
    tasks.push(task(
        "contacts",
        "Contacts and statements",
        if check.contacts.is_empty() { state.to_owned() } else { format!("{} contacts", check.contacts.len()) },
        tone,
    ));
    let (asked, lacking) = (file.asked().len(), file.unanswered().len());
    let (_, tone) = begun(lacking == 0, lacking < asked);
    tasks.push(task("findings", "Findings", format!("{} of {asked}", asked - lacking), tone));
    let unexplained = contradictions.iter().filter(|found| found.explanation.is_none()).count();
    if !contradictions.is_empty() {
        let (words, tone) = if unexplained == 0 { ("explained".to_owned(), "good") } else { (format!("{unexplained} to explain"), "bad") };
        tasks.push(task("contradictions", "Contradictions", words, tone));
    }
    tasks.push(match &check.recommendation {
        None if unexplained > 0
            && check.is_workable()
            && contradictions.iter().any(|found| found.blocks_reply && found.explanation.is_none()) =>
        {
            task("recommendation", "Recommendation", "blocked: a contradiction is not explained", "bad")
        }
        None if lacking > 0 && check.is_workable() => {
            task("recommendation", "Recommendation", format!("blocked: {lacking} findings are missing"), "warn")
        }
        None => task("recommendation", "Recommendation", "not started", ""),
        Some(word) if word.cleared_by.is_some() => task("recommendation", "Recommendation", "done", "good"),
        Some(word) if word.signed_by.is_some() => task("recommendation", "Recommendation", "signed, to be cleared", "busy"),
        Some(_) => task("recommendation", "Recommendation", "written, to be signed", "busy"),
    });
    let (state, tone) = begun(check.state.is_judged(), check.result.is_some());
    tasks.push(task("result", "Result", state, tone));
    if !licenses.is_empty() {
        let (state, tone) = begun(
            !file.licenses.iter().any(|license| license.status.is_open()),
            file.licenses.iter().any(|license| !license.decisions.is_empty()),
        );
        tasks.push(task("decisions", "Decision", state, tone));
    }
    tasks
}

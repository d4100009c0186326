//! The sections of a case file as a list of needs: what is there in one line, how far it is, what it is blocked by, and
//! whether one finds it open.

mod judgement;

use std::fmt::Write as _;

use judgement::{contradicting, decision, recommendation, result};

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckState, CheckType},
    next_step::{NextStep, REQUEST},
};
use crate::{
    approvals::model::{CustodyStage, SerialState},
    evidence::model::Statement,
    licenses::{
        model::{ConditionKind, LicenseFile},
        rows::MatrixRow,
        view::LicenseView,
    },
    parties::model::{PartyRole, TakesPossession},
    text::wait,
    web::filters::{day_words, dollars, many},
};

/// A section of the file, and what the check needs of it.
#[derive(Debug)]
pub struct Task {
    pub anchor: &'static str,
    pub label: &'static str,
    /// The section in one line.
    pub detail: String,
    /// How far it is; empty where nothing is needed of it.
    pub state: &'static str,
    pub tone: &'static str,
    /// How much of it there is, or how far it is, in the outline.
    pub count: String,
    /// Whether the section is found open: the next step or what stands in the way is there.
    pub open: bool,
}

impl Task {
    /// Whether the check needs something of it.
    pub fn is_needed(&self) -> bool {
        !self.state.is_empty()
    }

    pub fn is_done(&self) -> bool {
        self.tone == "done"
    }

    fn counting(mut self, count: impl ToString) -> Self {
        self.count = count.to_string();
        self
    }
}

const DONE: (&str, &str) = ("Done", "done");
const BEGUN: (&str, &str) = ("In progress", "busy");
const NOT_YET: (&str, &str) = ("Not started", "none");
const BLOCKED: (&str, &str) = ("Blocked", "open");
const BLOCKS: (&str, &str) = ("Blocks approval", "bad");
/// Nothing of the check stops by it; who judges is to know.
const FLAGGED: (&str, &str) = ("Flagged", "bad");
const RECORD: (&str, &str) = ("On record", "na");
const NOT_NEEDED: (&str, &str) = ("Not needed", "na");
/// Of a section of which nothing is needed.
const KEPT: (&str, &str) = ("", "");

/// Every section, in the order of the page; the one of the next step is open, and so is what stands in the way.
pub fn tasks(
    file: &CaseFile,
    licenses: &[LicenseView<'_>],
    contradictions: &[Contradiction],
    next: &NextStep,
    (telegrams, remarks, waiting): (usize, usize, usize),
) -> Vec<Task> {
    let mut tasks = needs(file, licenses, contradictions);
    let said = if waiting > 0 {
        format!("{} {} for you", many(waiting, "remark"), wait(waiting))
    } else {
        in_all(remarks, "remark")
    };
    tasks.push(task("remarks", "Remarks", said, KEPT).counting(remarks));
    tasks.push(task("telegrams", "Telegrams", in_all(telegrams, "telegram"), KEPT).counting(telegrams));
    if !file.check.corrections.is_empty() {
        let notes = file.check.corrections.len();
        tasks.push(task("corrections", "Notes of correction", in_all(notes, "note"), KEPT).counting(notes));
    }
    tasks.push(task("timeline", "Timeline", "", KEPT));
    for task in &mut tasks {
        task.open = task.anchor == next.section() || task.tone == "bad" || task.anchor == "timeline";
        task.open |= task.anchor == "remarks" && waiting > 0;
    }
    tasks
}

fn in_all(count: usize, one: &str) -> String {
    if count == 0 { "None".into() } else { many(count, one) }
}

fn needs(file: &CaseFile, licenses: &[LicenseView<'_>], contradictions: &[Contradiction]) -> Vec<Task> {
    let mut tasks = vec![request(file)];
    if file.check.check_type.has_licenses() {
        tasks.push(items(file, contradictions));
    }
    tasks.push(parties(file));
    if !licenses.is_empty() {
        tasks.extend([approvals(licenses), certificate(licenses), custody(&file.licenses)]);
        tasks.extend(serials(file));
    }
    tasks.push(contacts(file));
    tasks.push(findings(file));
    if !contradictions.is_empty() {
        tasks.push(contradicting(contradictions));
    }
    tasks.push(recommendation(file, contradictions));
    tasks.push(result(file, contradictions));
    if !licenses.is_empty() {
        tasks.push(decision(licenses));
    }
    tasks.push(documents(file));
    tasks
}

fn task(
    anchor: &'static str,
    label: &'static str,
    detail: impl Into<String>,
    (state, tone): (&'static str, &'static str),
) -> Task {
    Task { anchor, label, detail: detail.into(), state, tone, count: String::new(), open: false }
}

fn request(file: &CaseFile) -> Task {
    let check = &file.check;
    let visit = format!("site visit {}", check.site_visit.label().to_lowercase());
    let times = check.recalled.len() + usize::from(check.is_sent());
    let again = if times > 1 { format!(", {}", many(times, "time")) } else { String::new() };
    match check.requested_at {
        Some(at) if check.state == CheckState::Draft => {
            let detail = format!("Sent {}{again}, and recalled; {visit}", day_words(at.date()));
            task(REQUEST, "Request", detail, BEGUN)
        }
        Some(at) => {
            let extended = if check.extensions.is_empty() { "" } else { ", extended" };
            task(
                REQUEST,
                "Request",
                format!(
                    "Sent {}{again}; {visit}; {} to answer{extended}",
                    day_words(at.date()),
                    many(check.days_to_answer, "day")
                ),
                DONE,
            )
        }
        None => task(REQUEST, "Request", format!("Not sent; {visit}"), BEGUN),
    }
}

fn items(file: &CaseFile, contradictions: &[Contradiction]) -> Task {
    let lines: usize = file.licenses.iter().map(|license| license.items.len()).sum();
    let off = contradictions.iter().find(|found| found.is_of_items() && found.explanation.is_none());
    if let Some(off) = off {
        return task("licenses", "Licenses and items", off.sentence.clone(), BEGUN);
    }
    let state = match file.licenses.iter().all(|license| !license.items.is_empty()) {
        true if lines > 0 => DONE,
        _ if file.licenses.is_empty() => NOT_YET,
        _ => BEGUN,
    };
    let detail = if file.licenses.is_empty() {
        "Add the licenses this check is about".into()
    } else {
        let value: Option<rust_decimal::Decimal> = file.licenses.iter().map(LicenseFile::value).sum();
        let value = value.map_or_else(|| "value not stated".to_owned(), dollars);
        format!("{}, {} of items, {value}", many(file.licenses.len(), "license"), many(lines, "line"))
    };
    task("licenses", "Licenses and items", detail, state)
}

fn parties(file: &CaseFile) -> Task {
    let all = file.parties();
    let mut names: Vec<_> = all.iter().map(|(id, _, _)| *id).collect();
    names.sort_unstable();
    names.dedup();
    if all.is_empty() {
        return task("parties", "Parties", "Nobody named yet", NOT_YET);
    }
    let parties = many(names.len(), "party");
    let blocks = |license: &LicenseFile| license.blocked_parties(&file.reference);
    let blocked = file.licenses.iter().filter(|license| license.status.is_open()).flat_map(blocks).next();
    let blocked = blocked.map(|(_, name, why)| (name, why, BLOCKS));
    let flagged = || file.flagged().into_iter().next().map(|(subject, why)| (subject.name.clone(), why, FLAGGED));
    if let Some((name, why, state)) = blocked.or_else(flagged) {
        return task("parties", "Parties", format!("{name} is {why}"), state);
    }
    let unknown = file.licenses.iter().flat_map(|license| &license.parties);
    let unknown = unknown
        .filter(|party| party.role.is_go_between() && party.takes_possession == TakesPossession::Unknown)
        .count();
    let no_end_user = |license: &&LicenseFile| license.parties.iter().all(|party| party.role != PartyRole::EndUser);
    if let Some(license) = file.licenses.iter().find(no_end_user) {
        let detail = format!("{parties} in {}; no end-user is on license {}", many(all.len(), "role"), license.number);
        return task("parties", "Parties", detail, BEGUN);
    }
    match unknown {
        0 => task("parties", "Parties", format!("{parties} in {}", many(all.len(), "role")), DONE),
        _ => task(
            "parties",
            "Parties",
            format!("{parties} in {}; possession unknown for {unknown}", many(all.len(), "role")),
            BEGUN,
        ),
    }
}

fn approvals(licenses: &[LicenseView<'_>]) -> Task {
    let label = "Permit matrix";
    if let Some(bare) = licenses.iter().find(|view| view.rows.is_empty()) {
        let state = if bare.file.status.is_open() { BLOCKS } else { RECORD };
        return task("approvals", label, format!("License {} has no items", bare.file.number), state);
    }
    let settled = licenses.iter().flat_map(|view| &view.rows).all(MatrixRow::is_settled);
    let (count, all) =
        licenses.iter().fold((0, 0), |sum, view| (sum.0 + view.counted_cells(), sum.1 + view.all_cells()));
    let pending = licenses.iter().filter(|view| view.file.status.is_open());
    let open: Vec<_> =
        pending.flat_map(|view| &view.open).filter(|open| open.kind == ConditionKind::Approval).collect();
    let because = licenses.iter().find_map(|view| view.deadlock.as_ref()).map(|(what, _)| format!(" - {what}"));
    let because = because.or_else(|| open.first().map(|first| format!(" - {}", first.text))).unwrap_or_default();
    let told = match (open.is_empty(), all) {
        (true, 0) if settled => task("approvals", label, "None is required, as recorded with its proof", DONE),
        (true, 0) => task("approvals", label, "No import approval is on record; the license is decided", RECORD),
        (true, _) if !settled => {
            task("approvals", label, format!("{count} of {all} count; the license is decided"), RECORD)
        }
        (true, _) => task("approvals", label, format!("{count} of {all} count"), DONE),
        (false, 0) => task("approvals", label, format!("Nothing recorded{because}"), BLOCKS),
        (false, _) => task("approvals", label, format!("{count} of {all} count{because}"), BLOCKS),
    };
    if all == 0 { told } else { told.counting(format!("{count} of {all}")) }
}

fn certificate(licenses: &[LicenseView<'_>]) -> Task {
    let label = "Certificate";
    let pending = licenses.iter().filter(|view| view.file.status.is_open());
    let open = pending.flat_map(|view| &view.open).find(|open| open.kind == ConditionKind::Certificate);
    let recorded = licenses.iter().find_map(|view| view.file.certificate.as_ref());
    match (open, recorded) {
        (Some(open), Some(_)) => task("certificate", label, open.text.clone(), BEGUN),
        (Some(open), None) => task("certificate", label, open.text.clone(), BLOCKS),
        (None, Some(certificate)) => {
            let signed = many(certificate.signatures.len(), "signature");
            if certificate.lacking().is_empty() {
                task("certificate", label, format!("{} complete: {signed}", certificate.form), DONE)
            } else {
                task("certificate", label, format!("{} not complete: {signed}", certificate.form), RECORD)
            }
        }
        (None, None) if licenses.iter().any(|view| view.file.items.is_empty()) => {
            task("certificate", label, "The items say whether one is asked for", NOT_YET)
        }
        (None, None) if licenses.iter().any(|view| view.file.asks_for_certificate()) => {
            task("certificate", label, "None is on record; the license is decided", RECORD)
        }
        (None, None) => task("certificate", label, "None is asked for", NOT_NEEDED),
    }
}

fn custody(licenses: &[LicenseFile]) -> Task {
    let of = |stage| licenses.iter().flat_map(|license| &license.custody).filter(|step| step.stage == stage).count();
    let (planned, actual) = (of(CustodyStage::Planned), of(CustodyStage::Actual));
    match (planned, actual) {
        (0, 0) => task("custody", "Custody path", "Who holds the items, from the port to the end-user", NOT_YET),
        (_, 0) => {
            task("custody", "Custody path", format!("{} planned, none happened yet", many(planned, "step")), BEGUN)
        }
        _ => task("custody", "Custody path", format!("{planned} planned, {actual} happened"), BEGUN),
    }
}

/// What a count of serial numbers found: of a check after shipment it is needed.
pub fn serials(file: &CaseFile) -> Option<Task> {
    let (anchor, label) = ("serials", "Serial numbers");
    let counts = || file.licenses.iter().flat_map(|license| &license.serials);
    let of = |state| counts().filter(|count| count.state == state).map(|count| count.count).sum::<i64>();
    let all: i64 = counts().map(|count| count.count).sum();
    if all == 0 {
        let needed = file.check.check_type == CheckType::PostShipment;
        return needed.then(|| task(anchor, label, "Which of the items are there, by their numbers", NOT_YET));
    }
    let found = [SerialState::Missing, SerialState::NotCounted, SerialState::Elsewhere, SerialState::Seen];
    let found = found.into_iter().filter(|state| of(*state) > 0);
    let detail: Vec<String> = found.map(|state| format!("{} {}", of(state), state.label().to_lowercase())).collect();
    let (missing, open) = (of(SerialState::Missing), of(SerialState::NotCounted));
    let state = match (missing, open) {
        (0, 0) => DONE,
        (0, _) => BEGUN,
        _ => ("Missing", "bad"),
    };
    let seen = format!("{} of {all}", of(SerialState::Seen));
    Some(task(anchor, label, format!("{}, of {all}", detail.join(", ")), state).counting(seen))
}

fn contacts(file: &CaseFile) -> Task {
    let (check, label) = (&file.check, "Contacts");
    let Some(last) = check.contacts.first() else {
        return task("contacts", label, "Calls, meetings, visits, letters, and what was said", NOT_YET);
    };
    let all = many(check.contacts.len(), "contact");
    let state = if check.state.is_at_post() { BEGUN } else { DONE };
    task("contacts", label, format!("{all}; the last: {}", last.named()), state).counting(check.contacts.len())
}

fn findings(file: &CaseFile) -> Task {
    let label = "Topics";
    let (asked, lacking) = (file.asked().len(), file.unanswered());
    let missing = lacking.iter().map(|asked| match &asked.party {
        Some((_, name)) => format!("{} of {name}", asked.label.to_lowercase()),
        None => asked.label.to_lowercase(),
    });
    let missing: Vec<String> = missing.take(2).collect();
    let more = lacking.len().saturating_sub(missing.len());
    let also = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (answered, topics) = (asked - lacking.len(), many(asked, "topic"));
    let said = &file.check.statements;
    let of = |status: &str| said.iter().filter(|statement: &&Statement| statement.status().0 == status).count();
    let mut stated = many(said.len(), "statement");
    for (count, word) in [(of("Contradicted"), "contradicted"), (of("Claimed"), "only claimed")] {
        if count > 0 {
            let _ = write!(stated, ", {count} {word}");
        }
    }
    let told = match lacking.len() {
        0 if asked == 0 => return task("findings", label, "The topics follow from the parties and items", NOT_YET),
        0 => task("findings", label, format!("{answered} of {topics}; {stated}"), DONE),
        _ => {
            let detail = format!("{answered} of {topics} - missing: {}{also}; {stated}", missing.join(", "));
            task("findings", label, detail, if answered == 0 { NOT_YET } else { BEGUN })
        }
    };
    told.counting(format!("{answered} of {asked}"))
}

fn documents(file: &CaseFile) -> Task {
    match file.check.documents.len() {
        0 => task("documents", "Documents", "None described: papers and where they are kept", KEPT).counting("none"),
        count => task("documents", "Documents", format!("{} described", many(count, "document")), KEPT).counting(count),
    }
}

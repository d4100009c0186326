//! The sections of a case file as a task list: what is there in one line, how far it is, and what it is blocked by.

use std::fmt::Write as _;

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckState, RecommendationWord},
};
use crate::{
    evidence::model::Statement,
    licenses::{
        model::{ConditionKind, LicenseFile},
        view::{LicenseView, MatrixRow},
    },
    parties::model::{PartyRole, TakesPossession},
    web::filters::{day_words, dollars, many},
};

/// A line of the task list.
#[derive(Debug)]
pub struct Task {
    pub anchor: &'static str,
    pub label: &'static str,
    pub detail: String,
    /// How far it is.
    pub state: &'static str,
    pub tone: &'static str,
}

const DONE: (&str, &str) = ("Done", "good");
const BEGUN: (&str, &str) = ("In progress", "busy");
const NOT_YET: (&str, &str) = ("Not started", "");
const BLOCKED: (&str, &str) = ("Blocked", "bad");
const BLOCKS: (&str, &str) = ("Blocks approval", "bad");
const RECORD: (&str, &str) = ("On record", "");
const NOT_NEEDED: (&str, &str) = ("Not needed", "");

/// Every section, in the order of the page.
pub fn tasks(file: &CaseFile, licenses: &[LicenseView<'_>], contradictions: &[Contradiction]) -> Vec<Task> {
    let mut tasks = vec![request(file)];
    if file.check.check_type.has_licenses() {
        tasks.push(items(file, contradictions));
    }
    tasks.push(parties(file));
    if !licenses.is_empty() {
        tasks.extend([approvals(licenses), certificate(licenses), custody(&file.licenses)]);
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
    Task { anchor, label, detail: detail.into(), state, tone }
}

fn request(file: &CaseFile) -> Task {
    let check = &file.check;
    let visit = format!("site visit {}", check.site_visit.label().to_lowercase());
    match check.requested_at {
        Some(at) => {
            let extended = if check.extensions.is_empty() { "" } else { ", extended" };
            task(
                "request",
                "Request",
                format!(
                    "Sent {}; {visit}; {} to answer{extended}",
                    day_words(at.date()),
                    many(check.days_to_answer, "day")
                ),
                DONE,
            )
        }
        None => task("request", "Request", format!("Not sent; {visit}"), BEGUN),
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
        let value = file.licenses.iter().map(|license| license.value_usd).sum();
        format!("{}, {} of items, {}", many(file.licenses.len(), "license"), many(lines, "line"), dollars(value))
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
    match (open.is_empty(), all) {
        (true, 0) if settled => task("approvals", label, "None is required, as recorded with its proof", DONE),
        (true, 0) => task("approvals", label, "No import approval is on record; the license is decided", RECORD),
        (true, _) if !settled => {
            task("approvals", label, format!("{count} of {all} count; the license is decided"), RECORD)
        }
        (true, _) => task("approvals", label, format!("{count} of {all} count"), DONE),
        (false, 0) => task("approvals", label, format!("Nothing recorded{because}"), BLOCKS),
        (false, _) => task("approvals", label, format!("{count} of {all} count{because}"), BLOCKS),
    }
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
    let (planned, actual) =
        (of(crate::approvals::model::CustodyStage::Planned), of(crate::approvals::model::CustodyStage::Actual));
    match (planned, actual) {
        (0, 0) => task("custody", "Custody path", "Who holds the items, from the port to the end-user", NOT_YET),
        (_, 0) => {
            task("custody", "Custody path", format!("{} planned, none happened yet", many(planned, "step")), BEGUN)
        }
        _ => task("custody", "Custody path", format!("{planned} planned, {actual} happened"), BEGUN),
    }
}

fn contacts(file: &CaseFile) -> Task {
    let check = &file.check;
    if check.contacts.is_empty() {
        return task(
            "contacts",
            "Contacts and statements",
            "Calls, meetings, visits, letters, and what was said",
            NOT_YET,
        );
    }
    let of =
        |status: &str| check.statements.iter().filter(|statement: &&Statement| statement.status().0 == status).count();
    let mut detail =
        format!("{}, {}", many(check.contacts.len(), "contact"), many(check.statements.len(), "statement"));
    for (count, word) in [(of("Claimed"), "only claimed"), (of("Contradicted"), "contradicted")] {
        if count > 0 {
            let _ = write!(detail, ", {count} {word}");
        }
    }
    task("contacts", "Contacts and statements", detail, if check.state.is_at_post() { BEGUN } else { DONE })
}

fn findings(file: &CaseFile) -> Task {
    let (asked, lacking) = (file.asked().len(), file.unanswered());
    let missing = lacking.iter().map(|asked| match &asked.party {
        Some((_, name)) => format!("{} of {name}", asked.label.to_lowercase()),
        None => asked.label.to_lowercase(),
    });
    let missing: Vec<String> = missing.take(2).collect();
    let more = lacking.len().saturating_sub(missing.len());
    let also = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (answered, topics) = (asked - lacking.len(), many(asked, "topic"));
    match lacking.len() {
        0 if asked == 0 => task("findings", "Findings", "The topics follow from the parties and items", NOT_YET),
        0 => task("findings", "Findings", format!("{answered} of {topics}"), DONE),
        _ => {
            let detail = format!("{answered} of {topics} - missing: {}{also}", missing.join(", "));
            task("findings", "Findings", detail, if answered == 0 { NOT_YET } else { BEGUN })
        }
    }
}

fn contradicting(contradictions: &[Contradiction]) -> Task {
    match contradictions.iter().filter(|found| found.explanation.is_none()).collect::<Vec<_>>().as_slice() {
        [] => task("contradictions", "Contradictions", format!("{} explained", contradictions.len()), DONE),
        [one] => task("contradictions", "Contradictions", one.sentence.clone(), ("Unexplained", "bad")),
        [one, rest @ ..] => task(
            "contradictions",
            "Contradictions",
            format!("{}, and {} more", one.sentence, rest.len()),
            ("Unexplained", "bad"),
        ),
    }
}

fn recommendation(file: &CaseFile, contradictions: &[Contradiction]) -> Task {
    let label = "Recommendation";
    let lacking = file.unanswered().len();
    let blocking = contradictions.iter().any(|found| found.blocks_reply && found.explanation.is_none());
    match &file.check.recommendation {
        Some(word) if word.cleared_by.is_some() => task("recommendation", label, word.word.label(), DONE),
        Some(word) if file.check.state == CheckState::InProgress && file.fits(word.word).is_err() => {
            task("recommendation", label, format!("{}: no longer fits what is open", word.word.label()), BLOCKED)
        }
        Some(word) if word.signed_by.is_some() => task(
            "recommendation",
            label,
            format!("{}: signed, to be cleared by another person", word.word.label()),
            BEGUN,
        ),
        Some(word) => task("recommendation", label, format!("{}: written, to be signed", word.word.label()), BEGUN),
        None if !file.check.is_workable() => task("recommendation", label, "The post writes it", NOT_YET),
        None if blocking => task("recommendation", label, "Because a contradiction is not explained", BLOCKED),
        None if lacking > 0 => {
            task("recommendation", label, format!("Because {} missing", are(lacking, "finding")), BLOCKED)
        }
        None => {
            let open = file.open_conditions().len();
            let word = if open > 0 { RecommendationWord::SupportWithConditions } else { RecommendationWord::Support };
            let fits = format!("\"{}\" is possible: {} open", word.label(), are(open, "condition"));
            task("recommendation", label, fits, NOT_YET)
        }
    }
}

fn are(count: usize, one: &str) -> String {
    format!("{} {}", many(count, one), if count == 1 { "is" } else { "are" })
}

fn result(file: &CaseFile, contradictions: &[Contradiction]) -> Task {
    let unexplained =
        contradictions.iter().filter(|found| found.blocks_favorable && found.explanation.is_none()).count();
    match &file.check.result {
        Some(result) if file.check.state.is_judged() => task("result", "Result", result.word.label(), DONE),
        Some(result) if file.half_signed().is_some() => {
            task("result", "Result", format!("{}: signed, waits for the countersignature", result.word.label()), BEGUN)
        }
        Some(result) => {
            task("result", "Result", format!("{}: proposed by {}", result.word.label(), result.proposed_by_name), BEGUN)
        }
        None if file.check.state == CheckState::Replied && unexplained > 0 => {
            task("result", "Result", "A favorable one is blocked because a contradiction is not explained", BLOCKED)
        }
        None if file.check.state == CheckState::Replied => {
            task("result", "Result", "A case officer proposes it", NOT_YET)
        }
        None => task("result", "Result", "After the reply of the post", NOT_YET),
    }
}

fn decision(licenses: &[LicenseView<'_>]) -> Task {
    let open: usize = licenses.iter().map(|view| view.open.len()).sum();
    let mut words: Vec<String> = licenses.iter().map(|view| view.file.status.label().to_owned()).collect();
    words.dedup();
    let words = words.join(", ");
    match licenses.iter().any(|view| view.file.status.is_open()) {
        false => task("decisions", "Decision", words, DONE),
        true if licenses.iter().any(|view| view.ready) => {
            task("decisions", "Decision", format!("{words}; ready to issue"), BEGUN)
        }
        true if open > 0 => task("decisions", "Decision", format!("{words}; {} open", are(open, "condition")), BLOCKED),
        true => task("decisions", "Decision", format!("{words}; no condition is open"), NOT_YET),
    }
}

fn documents(file: &CaseFile) -> Task {
    match file.check.documents.len() {
        0 => task("documents", "Documents", "Papers and where they are kept", NOT_YET),
        count => task("documents", "Documents", format!("{} described", many(count, "document")), DONE),
    }
}

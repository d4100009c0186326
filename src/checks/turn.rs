//! Whose turn it is, as a reader sees it: the next step as a button where the rules let them take it; else whom they wait for, why it
//! is not theirs, and what they can do meanwhile.

use super::{
    contradictions::Contradiction,
    model::CaseFile,
    next_step::{NextStep, Who, next_step},
};
use crate::{
    access::{Permission, Reader},
    licenses::model::{Act, Decider, LicenseFile, LicenseStatus},
};

/// The next step of a check, for a reader.
#[derive(Debug)]
pub struct Turn {
    /// Who and what.
    pub next: NextStep,
    /// Who, in words; `you` for the reader.
    pub who: String,
    /// The button of the step itself: address and label.
    pub act: Option<(String, &'static str)>,
    /// Why it is not the reader's, or empty.
    pub why_not: String,
    /// What the reader can do meanwhile: address and label.
    pub beside: Option<(String, &'static str)>,
}

/// Whose turn it is.
pub fn turn(reader: &Reader, file: &CaseFile) -> Turn {
    let next = next_step(file);
    let judged = theirs(reader, file, &next);
    let act = judged.as_ref().ok().and_then(|()| next.door(file));
    let who = if act.is_some() { "you".to_owned() } else { others(reader, file, &next) };
    let beside = next.beside(file).filter(|(permission, _, _)| act.is_none() && reader.may(*permission));
    let beside = beside.filter(|_| next.allows_beside(file, reader.id)).map(|(_, href, label)| (href, label));
    Turn { who, act, why_not: judged.err().unwrap_or_default(), beside, next }
}

/// Whether the step is the reader's to take.
fn theirs(reader: &Reader, file: &CaseFile, next: &NextStep) -> Result<(), String> {
    let Some(permission) = next.permission() else { return Err(next.meanwhile().into()) };
    if !reader.may(permission) {
        return Err(permission.refusal().into());
    }
    match next {
        NextStep::Explain(_, true) if reader.post.is_none() => Err("The post explains this.".into()),
        NextStep::Explain(_, false) if reader.post.is_some() => Err("A case officer explains this.".into()),
        _ => next.judge(file, reader.id),
    }
}

fn others(reader: &Reader, file: &CaseFile, next: &NextStep) -> String {
    let check = &file.check;
    let another = |named: &str| {
        let theirs = next.permission().is_some_and(|permission| reader.may(permission));
        if theirs { format!("another {named}") } else { format!("a {named}") }
    };
    let writer = match next {
        NextStep::ChangeRecommendation(_, writer, name) if check.people_at_post.contains(writer) => Some(name),
        _ => None,
    };
    match next.who() {
        Who::Post if reader.post.is_some() && next.judge(file, reader.id).is_err() => "another person of the post".into(),
        Who::Post => match writer.or(check.officer_name.as_ref()) {
            Some(name) => format!("{name}, {}", check.post_name),
            None => check.post_name.clone(),
        },
        Who::CaseOfficer if matches!(next, NextStep::Explain(..)) => "a case officer".into(),
        Who::CaseOfficer => another("case officer"),
        Who::Reviewer => another("reviewer"),
        Who::Supervisor => another("supervisor"),
        Who::Outside | Who::Nobody => next.outside(),
    }
}

/// Whether a contradiction waits for the reader's explanation: the post's before it replies, the case officer's until the result.
pub fn may_explain(reader: &Reader, file: &CaseFile) -> bool {
    let at_post = reader.post.is_some();
    let waits = |found: &Contradiction| found.explanation.is_none() && found.by_post == at_post;
    reader.may(Permission::ExplainContradictions) && !file.check.state.is_judged() && file.contradictions().iter().any(waits)
}

/// What a reviewer may decide on a license now. The amount is judged when they sign.
pub fn decision(reader: &Reader, file: &CaseFile, license: &LicenseFile) -> Option<(String, &'static str)> {
    let by = Decider { id: reader.id, authority: rust_decimal::Decimal::MAX };
    let allowed = |act: Act| license.decide(by, act, &file.reference, file.today()).is_ok();
    let at = |verb: &str, label| Some((format!("/licenses/{}/{verb}", license.id), label));
    match license.status {
        LicenseStatus::Pending if Act::at(license.status).any(allowed) => at("decide", "Decide"),
        LicenseStatus::ApprovedOnConditions if allowed(Act::Confirm) => at("confirm", "Confirm"),
        _ => None,
    }
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;

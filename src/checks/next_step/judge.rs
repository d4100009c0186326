//! Which step is next.

use super::{Lacking, NextStep, OnLicense, Proposal, Who};
use crate::{
    checks::{
        contradictions::Contradiction,
        model::{CaseFile, CheckState, Recommendation, Refusal, SiteVisit},
    },
    evidence::model::ContactKind,
    licenses::{
        self,
        model::{LicenseFile, LicenseStatus, Mover, OpenCondition},
    },
};

/// The next step of a check.
pub fn next_step(file: &CaseFile) -> NextStep {
    let step = step(file);
    let may = |(person, _): &(_, _)| step.judge(file, *person).is_ok();
    if step.who() == Who::Post && !file.check.serving.iter().any(may) {
        return NextStep::Unstaffed(file.check.post_name.clone(), Box::new(step));
    }
    step
}

pub(super) fn step(file: &CaseFile) -> NextStep {
    let check = &file.check;
    match check.state {
        CheckState::Draft => draft(file),
        CheckState::Requested => NextStep::Acknowledge,
        CheckState::InProgress => at_post(file),
        CheckState::Replied => in_washington(file),
        CheckState::OnHold => NextStep::Resume(check.held_reason.clone().unwrap_or_else(|| "-".into())),
        CheckState::Resulted => after_result(file),
        CheckState::Closed => NextStep::Closed,
    }
}

fn draft(file: &CaseFile) -> NextStep {
    let check = &file.check;
    let Err(refusal) = file.request() else {
        return NextStep::SendRequest(check.post_name.clone(), check.was_sent() && file.ends_as_sent().is_ok());
    };
    let bare = file.licenses.iter().find(|license| license.items.is_empty() && license.changeable().is_ok());
    let lacking = match (&refusal, bare) {
        (Refusal::NoLicense, Some(license)) => Lacking::Items(license.id),
        (Refusal::NoLicense, None) => Lacking::License,
        (Refusal::NoSubject, _) => Lacking::Subject,
        _ => Lacking::Fit,
    };
    NextStep::CompleteRequest(refusal, lacking)
}

pub(super) fn at_post(file: &CaseFile) -> NextStep {
    let check = &file.check;
    if let Some(word) = check.signed_reply() {
        return signed(file, word);
    }
    if check.contacts.is_empty() {
        return NextStep::RecordContact;
    }
    let visited = check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
    if check.site_visit == SiteVisit::Required && !visited && check.site_visit_waiver.is_none() {
        return NextStep::Visit;
    }
    if let Some(asked) = file.unanswered().into_iter().next() {
        return NextStep::RecordFinding(asked);
    }
    if let Some(found) = unexplained(file, |found| found.blocks_reply) {
        return NextStep::Explain(found.sentence, true);
    }
    let Some(word) = &check.recommendation else { return NextStep::WriteRecommendation(!check.questions.is_empty()) };
    if let Err(refusal) = file.fits(word.word) {
        return NextStep::ChangeRecommendation(refusal, word.written_by, word.written_by_name.clone());
    }
    match check.returned() {
        Some(back) if word.written_at <= back.at => NextStep::AnswerRemark,
        back => NextStep::SignRecommendation(back.is_some()),
    }
}

/// A signed reply is cleared. What only the signer's own words can answer brings it back.
fn signed(file: &CaseFile, word: &Recommendation) -> NextStep {
    let signer = word.signed_by_name.clone().unwrap_or_else(|| "the officer".into());
    let waits = unexplained(file, |found| found.blocks_reply);
    match (file.is_complete(word.word), waits) {
        (Ok(()), _) => NextStep::ClearReply(signer),
        (Err(Refusal::Unexplained(_)), Some(found)) => NextStep::Explain(found.sentence, true),
        (Err(refusal), _) => NextStep::ReturnReply(signer, refusal),
    }
}

fn unexplained(file: &CaseFile, relevant: impl Fn(&Contradiction) -> bool) -> Option<Contradiction> {
    file.contradictions().into_iter().find(|found| found.explanation.is_none() && relevant(found))
}

fn in_washington(file: &CaseFile) -> NextStep {
    // What the post would have to explain and cannot, because nobody serves there, does not hold Washington up.
    let explainable = |found: &Contradiction| !found.by_post || !file.check.serving.is_empty();
    let explain = |found: Contradiction| NextStep::Explain(found.sentence, found.by_post);
    let declined = file.check.earlier_result.as_ref().is_some_and(|result| result.declined_because.is_some());
    match &file.check.result {
        Some(_) if file.half_signed().is_some() => NextStep::Countersign,
        Some(result) => match file.bears(result.word, &result.reasons) {
            Ok(()) => NextStep::SignResult(result.word, result.signed_by.is_some()),
            Err(Refusal::Unexplained(sentence)) => {
                unexplained(file, |found| found.blocks_favorable && explainable(found))
                    .map_or_else(|| NextStep::ProposeResult(Proposal::Unborne(Refusal::Unexplained(sentence))), explain)
            }
            Err(refusal) => NextStep::ProposeResult(Proposal::Unborne(refusal)),
        },
        None => match unexplained(file, explainable) {
            Some(found) => explain(found),
            None if declined => NextStep::ProposeResult(Proposal::Declined),
            None => NextStep::ProposeResult(Proposal::First),
        },
    }
}

/// Of its open licenses, the first on which somebody here can act; else the first.
fn after_result(file: &CaseFile) -> NextStep {
    let steps: Vec<NextStep> = file.licenses.iter().filter_map(|license| on_license(file, license)).collect();
    let ours = steps.iter().position(|step| !matches!(step.who(), Who::Outside | Who::Nobody)).unwrap_or_default();
    steps.into_iter().nth(ours).unwrap_or(NextStep::CloseByItself)
}

fn on_license(file: &CaseFile, license: &LicenseFile) -> Option<NextStep> {
    use licenses::model::Refusal as No;
    let on = OnLicense::of(license);
    match license.status {
        LicenseStatus::Pending => Some(NextStep::Decide(on)),
        LicenseStatus::ApprovedOnConditions if license.items.is_empty() => Some(NextStep::GiveUp(on, No::NoItems)),
        LicenseStatus::ApprovedOnConditions => {
            let open = license.open_conditions(&file.reference, file.today()).into_iter();
            let mut steps = open.map(|condition| meet(file, on.clone(), condition)).peekable();
            if steps.peek().is_some() {
                let steps: Vec<NextStep> = steps.collect();
                let ours = steps.iter().position(|step| step.who() != Who::Outside).unwrap_or_default();
                return steps.into_iter().nth(ours);
            }
            let changed = license.changed_beneath(&file.reference, true);
            Some(match license.releasable(&file.reference) {
                // Of other posts' results nothing is told here.
                Ok(()) if !changed.is_empty() => {
                    NextStep::DecideAgain(on, license.changed_beneath(&file.reference, false))
                }
                Ok(()) => NextStep::Confirm(on),
                Err(No::CheckRunning(_)) => NextStep::AwaitCheck(on),
                Err(why @ (No::NoFavorable | No::Lapsed(_) | No::Party { .. })) => NextStep::Except(on, why),
                Err(why) => NextStep::GiveUp(on, why),
            })
        }
        _ => None,
    }
}

/// What an open condition asks of whom. A cell that is this post's own word is simply the post's.
fn meet(file: &CaseFile, on: OnLicense, mut condition: OpenCondition) -> NextStep {
    if matches!(&condition.who, Mover::PostOf(post, _) if *post == file.check.post_id) {
        condition.who = Mover::Post;
    }
    NextStep::Meet(on, condition)
}

//! What a person did on a file, by the entry of the log that tells it.

use crate::{
    audit::{Event, Verb},
    duties::model::{Done, Duty},
};

/// What an entry says that a person did: on the check, or else on the license.
pub(super) fn duty_of(event: &Event) -> Option<(Duty, bool)> {
    let (_, duty, on_check, begins) = DUTIES.iter().find(|(verb, ..)| *verb == event.verb)?;
    event.summary.starts_with(begins).then_some((*duty, *on_check))
}

pub(super) fn note(duties: &mut Vec<Done>, done: &Done) {
    let same = |known: &Done| {
        (known.person_id, known.duty, known.check_id, known.license_id)
            == (done.person_id, done.duty, done.check_id, done.license_id)
    };
    if !duties.iter().any(same) {
        duties.push(done.clone());
    }
}

/// What a person did on a file, by the entry that tells it: its verb, the duty, whether on the check or on the license,
/// how it begins.
pub(super) const DUTIES: &[(Verb, Duty, bool, &str)] = &[
    (Verb::CheckOpened, Duty::Open, true, ""),
    (Verb::CheckRequested, Duty::Request, true, ""),
    (Verb::SiteVisitWaived, Duty::Waive, true, ""),
    (Verb::CheckGivenBack, Duty::GiveBack, true, ""),
    (Verb::DueDateExtended, Duty::Extend, true, ""),
    (Verb::CheckRecalled, Duty::Recall, true, ""),
    (Verb::CheckHeld, Duty::Hold, true, ""),
    (Verb::CheckResumed, Duty::Resume, true, ""),
    (Verb::ContradictionExplained, Duty::Explain, true, ""),
    (Verb::ContactRecorded, Duty::Work, true, ""),
    (Verb::StatementRecorded, Duty::Work, true, ""),
    (Verb::DocumentRecorded, Duty::Work, true, ""),
    (Verb::FindingRecorded, Duty::Work, true, ""),
    (Verb::InterimReplySigned, Duty::Work, true, ""),
    (Verb::RecommendationWritten, Duty::Work, true, ""),
    (Verb::RecommendationSigned, Duty::SignReply, true, ""),
    (Verb::ReplyCleared, Duty::ClearReply, true, ""),
    (Verb::ResultProposed, Duty::Propose, true, ""),
    (Verb::ResultDeclined, Duty::Decline, true, ""),
    (Verb::ResultSigned, Duty::SignResult, true, ""),
    (Verb::ResultCountersigned, Duty::Countersign, true, ""),
    (Verb::CheckEnded, Duty::EndEarly, true, ""),
    (Verb::LicenseRegistered, Duty::Register, false, ""),
    (Verb::ConditionChanged, Duty::MeetCondition, false, "condition met"),
    (Verb::ExceptionMade, Duty::Except, false, ""),
    (Verb::LicenseDecided, Duty::Decide, false, ""),
    (Verb::PermitRecorded, Duty::RecordPaper, false, ""),
    (Verb::PermitVerified, Duty::VerifyPermit, false, ""),
    (Verb::PermitRevoked, Duty::RecordPaper, false, ""),
    (Verb::ApprovalRecorded, Duty::RecordPaper, false, ""),
    (Verb::CertificateRecorded, Duty::RecordPaper, false, ""),
    (Verb::SignatureVerified, Duty::VerifySignature, false, ""),
    (Verb::CustodyChanged, Duty::RecordPaper, false, ""),
    (Verb::SerialsCounted, Duty::RecordPaper, false, ""),
];

//! What a check is opened with, and its file then.

use time::OffsetDateTime;

use crate::{
    checks::model::{CheckFile, CheckState, CheckType, Priority, SiteVisit},
    generate::world::{Human, Place},
    id::CheckId,
};

/// What a check is opened with.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) at: OffsetDateTime,
    pub(super) post: usize,
    pub(super) check_type: CheckType,
    pub(super) priority: Priority,
    pub(super) site_visit: SiteVisit,
    pub(super) subject: String,
    pub(super) reason: String,
    pub(super) days: i32,
    pub(super) follows: Option<(CheckId, String)>,
    /// How long things take, in thousandths of what is usual.
    pub(super) pace: i64,
}

/// The file of a check as it is opened.
pub(super) fn drafted((id, reference): (CheckId, String), opening: Opening, place: &Place, by: &Human) -> CheckFile {
    let Opening { at, check_type, priority, site_visit, subject, reason, days, follows, .. } = opening;
    CheckFile {
        id,
        reference,
        check_type,
        state: CheckState::Draft,
        held_state: None,
        held_at: None,
        held_reason: None,
        post_id: place.id,
        post_name: place.name.clone(),
        post_country: place.country.clone(),
        post_zone: place.zone.clone(),
        subject,
        reason,
        priority,
        site_visit,
        site_visit_waiver: None,
        own_questions: String::new(),
        days_to_answer: days,
        due_on: None,
        opened_by: by.id,
        opened_by_name: by.name.clone(),
        opened_at: at,
        requested_at: None,
        worked_at_post: false,
        officer_id: None,
        officer_name: None,
        replied_at: None,
        resulted_at: None,
        closed_at: None,
        follows: follows.as_ref().map(|(_, reference)| reference.clone()),
        follows_check_id: follows.map(|(check, _)| check),
        revision: 1,
        version: 1,
        subjects: Vec::new(),
        found: Vec::new(),
        recalled: Vec::new(),
        questions: Vec::new(),
        interim_replies: Vec::new(),
        extensions: Vec::new(),
        contacts: Vec::new(),
        statements: Vec::new(),
        documents: Vec::new(),
        findings: Vec::new(),
        recommendation: None,
        earlier_recommendation: None,
        returned: Vec::new(),
        result: None,
        earlier_result: None,
        explanations: Vec::new(),
        people_at_post: Vec::new(),
        serving: Vec::new(),
        has_remarks: false,
        has_telegrams: false,
        older_serves: false,
        duties: Vec::new(),
        mistakes: Vec::new(),
        corrections: Vec::new(),
    }
}

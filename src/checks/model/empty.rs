//! A check of which nothing is known but who opened it, where and when: what makes one up sets the rest.

use time::OffsetDateTime;

use super::{
    file::CheckFile,
    words::{CheckState, CheckType, Priority, SiteVisit},
};
use crate::id::{CheckId, PersonId, PostId};

impl CheckFile {
    /// A draft that asks nothing yet.
    pub fn empty(id: CheckId, post: PostId, by: PersonId, at: OffsetDateTime) -> Self {
        Self {
            id,
            reference: String::new(),
            check_type: CheckType::PreLicense,
            state: CheckState::Draft,
            held_state: None,
            held_at: None,
            held_reason: None,
            post_id: post,
            post_name: String::new(),
            post_country: String::new(),
            post_zone: String::new(),
            subject: String::new(),
            reason: String::new(),
            own_questions: String::new(),
            priority: Priority::Routine,
            site_visit: SiteVisit::Optional,
            site_visit_waiver: None,
            days_to_answer: 0,
            due_on: None,
            opened_by: by,
            opened_by_name: String::new(),
            opened_at: at,
            requested_at: None,
            worked_at_post: false,
            words_hidden: false,
            officer_id: None,
            officer_name: None,
            replied_at: None,
            resulted_at: None,
            closed_at: None,
            follows: None,
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
            holders: Vec::new(),
            serving: Vec::new(),
            has_remarks: false,
            has_telegrams: false,
            older_serves: false,
            duties: Vec::new(),
            mistakes: Vec::new(),
            corrections: Vec::new(),
        }
    }
}

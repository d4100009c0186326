//! The next step: one pure function of the file that says who, and what in one sentence. Home, header and lists all use it.

use super::model::{CaseFile, CheckState, SiteVisit};
use crate::{
    evidence::model::ContactKind,
    licenses::model::{ConditionKind, LicenseStatus, OpenCondition},
    words,
};

words! {
    /// Who has to act.
    pub enum Who {
        /// A case officer in Washington.
        CaseOfficer = "case_officer", "Case officer";
        /// The post.
        Post = "post", "Post";
        /// A reviewer.
        Reviewer = "reviewer", "Reviewer";
        /// A supervisor.
        Supervisor = "supervisor", "Supervisor";
        /// Somebody outside: an authority, the end-user, the applicant.
        Outside = "outside", "Outside";
        /// Nobody.
        Nobody = "nobody", "Nobody";
    }
}

/// Who has to do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// Who.
    pub who: Who,
    /// What, in one sentence.
    pub text: String,
}

fn step(who: Who, text: impl Into<String>) -> NextStep {
    NextStep { who, text: text.into() }
}

/// The next step of a check.
pub fn next_step(file: &CaseFile) -> NextStep {
    let check = &file.check;
    match check.state {
        CheckState::Draft => match file.request() {
            Ok(_) => step(Who::CaseOfficer, format!("Send the request to {}", check.post_name)),
            Err(refusal) => step(Who::CaseOfficer, refusal.to_string()),
        },
        CheckState::Requested => step(Who::Post, "Acknowledge the request"),
        CheckState::InProgress => at_post(file),
        CheckState::Replied => in_washington(file),
        CheckState::OnHold => step(Who::CaseOfficer, format!("Resume: on hold because {}", check.held_reason.as_deref().unwrap_or("-"))),
        CheckState::Resulted => after_result(file),
        CheckState::Closed => step(Who::Nobody, "Closed"),
    }
}

fn at_post(file: &CaseFile) -> NextStep {
    let check = &file.check;
    if check.contacts.is_empty() {
        return step(Who::Post, "Record the first contact");
    }
    let visited = check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
    if check.site_visit == SiteVisit::Required && !visited && check.site_visit_waiver.is_none() {
        return step(Who::Post, "Visit the site, or ask the case officer for a waiver");
    }
    if let Some(asked) = file.unanswered().first() {
        let about = asked.party.as_ref().map(|(_, name)| format!(" of {name}")).unwrap_or_default();
        return step(Who::Post, format!("Record the finding on {}{about}", asked.label.to_lowercase()));
    }
    let unexplained = file.contradictions().into_iter().find(|found| found.blocks_reply && found.explanation.is_none());
    if let Some(found) = unexplained {
        return step(Who::Post, format!("Explain: {}", found.sentence));
    }
    match &check.recommendation {
        None if !check.questions.is_empty() => step(Who::Post, "Answer the questions in the recommendation, and sign it again"),
        None => step(Who::Post, "Write the recommendation"),
        Some(word) if word.signed_by.is_none() => step(Who::Post, "Sign the recommendation"),
        Some(word) if word.signed_revision != Some(check.revision) => step(Who::Post, "Sign again: the file changed after the signature"),
        Some(word) => step(Who::Post, format!("Clear the reply that {} signed", word.signed_by_name.as_deref().unwrap_or("the officer"))),
    }
}

fn in_washington(file: &CaseFile) -> NextStep {
    let unexplained = file.contradictions().into_iter().find(|found| found.explanation.is_none());
    match &file.check.result {
        None if unexplained.is_some() => {
            let found = unexplained.map(|found| (found.by_post, found.sentence)).unwrap_or_default();
            step(if found.0 { Who::Post } else { Who::CaseOfficer }, format!("Explain: {}", found.1))
        }
        None if file.check.earlier_result.as_ref().is_some_and(|result| result.declined_because.is_some()) => {
            step(Who::CaseOfficer, "Propose another result, or ask the post: the signature was declined")
        }
        None => step(Who::CaseOfficer, "Propose the result"),
        Some(result) if result.signed_by.is_none() => {
            step(Who::Reviewer, format!("Sign the result: {}", result.word.label().to_lowercase()))
        }
        Some(_) => step(Who::Supervisor, "Countersign the unfavorable result"),
    }
}

fn after_result(file: &CaseFile) -> NextStep {
    for license in &file.licenses {
        match license.status {
            LicenseStatus::Pending => return step(Who::Reviewer, format!("Decide license {}", license.number)),
            LicenseStatus::ApprovedOnConditions => {
                let open = license.open_conditions(&file.reference, file.today());
                return match open.first() {
                    None => step(Who::Reviewer, format!("Confirm and issue license {}", license.number)),
                    Some(condition) => waiting_for(condition),
                };
            }
            _ => {}
        }
    }
    step(Who::Nobody, "Nothing: it closes by itself")
}

/// What an open condition asks of whom.
pub fn waiting_for(condition: &OpenCondition) -> NextStep {
    match (condition.kind, condition.who.as_str()) {
        (ConditionKind::Approval | ConditionKind::Certificate, "the post") => step(Who::Post, format!("Settle {}", condition.text)),
        (ConditionKind::Notification, _) => step(Who::Outside, condition.text.clone()),
        (_, who) => step(Who::Outside, format!("Waiting for {who}: {}", condition.text)),
    }
}

#[cfg(test)]
#[path = "next_step_tests.rs"]
mod tests;

//! The next step: one pure function of the file. Who acts, which step and what about; its sentence, its button, who may
//! press it and why somebody may not are methods of it. Home, header, lists and exports all use it.

mod judge;
mod sentence;

pub use judge::*;
pub use sentence::*;

use crate::{
    basis::Changed,
    checks::model::{Refusal, ResultWord},
    id::{LicenseId, PersonId},
    licenses::{
        self,
        model::{LicenseFile, OpenCondition},
    },
    reference::model::Asked,
    words,
};

words! {
    /// Who has to act.
    pub enum Who {
        /// A case officer in Washington.
        CaseOfficer = "case_officer", "Case officer";
        Post = "post", "Post";
        Reviewer = "reviewer", "Reviewer";
        Supervisor = "supervisor", "Supervisor";
        /// Somebody outside: an authority, the end-user, the applicant; another post; the administrator who staffs one.
        Outside = "outside", "Outside";
        Nobody = "nobody", "Nobody";
    }

    /// What people sign one after the other.
    pub enum Queue {
        /// Replies of the post.
        Clear = "to_clear", "Next to clear";
        /// Results that are proposed.
        Sign = "to_sign", "Next to sign";
        /// Results that are signed once.
        Countersign = "to_countersign", "Next to countersign";
        /// Licenses, in every act on them.
        Decide = "to_decide", "Next to decide";
    }
}

impl Who {
    pub const fn is_somebody(self) -> bool {
        !matches!(self, Self::Nobody)
    }
}

/// Which step comes next, and what about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The draft lacks something, which is added there.
    CompleteRequest(Refusal, Lacking),
    /// The draft goes to the post of that name; whether it had gone to one, was recalled, and may end as it was.
    SendRequest(String, bool),
    /// The post takes it up.
    Acknowledge,
    /// Nobody was asked yet.
    RecordContact,
    /// A visit is required.
    Visit,
    /// A finding is missing.
    RecordFinding(Asked),
    /// Something contradicts itself: what, and whether the post explains it.
    Explain(String, bool),
    /// The recommendation is written; whether it answers questions.
    WriteRecommendation(bool),
    /// Its word no longer fits: why, and who wrote it.
    ChangeRecommendation(Refusal, PersonId, String),
    /// The reply was returned with a remark, and its text is as it was.
    AnswerRemark,
    /// It is signed; whether because the reply was returned with a remark.
    SignRecommendation(bool),
    /// The reply that this person signed can no longer be cleared: why.
    ReturnReply(String, Refusal),
    /// The reply that this person signed is cleared.
    ClearReply(String),
    /// A result is proposed: because there is none, because the last was declined, or because the facts do not bear the
    /// proposed one.
    ProposeResult(Proposal),
    /// The proposed result is signed; whether because the file changed after a first signature.
    SignResult(ResultWord, bool),
    /// The unfavorable result is countersigned.
    Countersign,
    /// The clock is let run again; why it was stopped.
    Resume(String),
    /// A license is decided.
    Decide(OnLicense),
    /// A license that waits for nothing is decided again, because of what changed beneath its decision.
    DecideAgain(OnLicense, Vec<Changed>),
    /// A license that waits for nothing is issued.
    Confirm(OnLicense),
    /// A license that waits for nothing lacks an exception.
    Except(OnLicense, licenses::model::Refusal),
    /// A license that cannot be issued is returned or denied.
    GiveUp(OnLicense, licenses::model::Refusal),
    /// Another check on the license has no result yet.
    AwaitCheck(OnLicense),
    /// An open condition of a license.
    Meet(OnLicense, OpenCondition),
    /// Nobody who serves at the post may take the step.
    Unstaffed(String, Box<NextStep>),
    /// Its licenses are settled.
    CloseByItself,
    Closed,
}

/// What a draft lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    License,
    /// Items of a license.
    Items(LicenseId),
    Subject,
    /// Another type, or other licenses.
    Fit,
}

/// Why a result is to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    First,
    /// The last one was declined.
    Declined,
    /// The facts no longer bear the one that is proposed.
    Unborne(Refusal),
}

/// A license as a step names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLicense {
    pub id: LicenseId,
    pub number: String,
}

impl OnLicense {
    fn of(license: &LicenseFile) -> Self {
        Self { id: license.id, number: license.number.clone() }
    }
}

#[cfg(test)]
mod tests;

//! A request that went to a post is taken back until the post acknowledged it; its draft is never discarded.

use super::{
    file::{CaseFile, CheckFile},
    path::{Stepped, Taken},
    refusal::Refusal,
};
use crate::{
    audit::says,
    checks::verbs::CheckVerb,
    duties::model::Duty,
    id::{PersonId, PostId},
    proof,
};

proof! {
    /// Proof that a request that nobody acknowledged is a draft again.
    pub struct Recalled {
        step: Stepped,
        reason: String,
        /// The licenses or subjects that it was about.
        about: String,
    }
}

impl CheckFile {
    /// Whether it went to a post, if only to be recalled.
    pub fn was_sent(&self) -> bool {
        self.requested_at.is_some()
    }

    /// Whether its draft goes to that post from now on. What people of a post wrote on it is no other post's.
    pub fn goes_to(&self, post: PostId) -> Result<(), Refusal> {
        let stays = self.was_sent() && self.worked_at_post && post != self.post_id;
        if stays { Err(Refusal::WorkedAtPost(self.post_name.clone())) } else { Ok(()) }
    }

    pub fn discard(&self, by: PersonId) -> Result<Taken, Refusal> {
        if by != self.opened_by {
            return Err(Refusal::NotOpener);
        }
        let step = self.step(CheckVerb::Discard)?;
        if self.was_sent() {
            return Err(Refusal::OnceSent);
        }
        let event = CheckVerb::Discard.event(self, "").before(says("Subject", &self.subject));
        Ok(Taken::of(step, self, event))
    }
}

impl CaseFile {
    /// Recalling a request: until the post acknowledged it. What was asked stays in the entry as it was; a waived visit
    /// is asked for anew.
    pub fn recall(&self, by: PersonId, reason: &str) -> Result<Recalled, Refusal> {
        let (check, step) = (&self.check, self.may_recall(by)?);
        let numbers = self.licenses.iter().map(|license| format!("license {}", license.number));
        let subjects = check.subjects.iter().map(|who| format!("{} as {}", who.name, who.role.label().to_lowercase()));
        let about = numbers.chain(subjects).collect::<Vec<_>>().join("; ");
        let event = CheckVerb::Recall.event(check, format!(" from {}", check.post_name));
        let sent = says("Subject", &check.subject).and("Why", &check.reason).and("About", &about);
        let sent = sent.and("Site visit", check.site_visit).and("Waiver", &check.site_visit_waiver);
        let event = event.before(sent.and("Due", check.due_on)).after(says("Reason", reason));
        Ok(Recalled { step, reason: reason.to_owned(), about, event })
    }

    /// Whether it may be recalled.
    pub fn may_recall(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::Recall)?;
        self.apart(by, Duty::Recall)?;
        Ok(step)
    }
}

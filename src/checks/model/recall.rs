//! A request that went to a post is taken back until the post acknowledged it; its draft is never discarded.

use std::collections::BTreeSet;

use super::{
    file::{CaseFile, CheckFile, Recall},
    path::{Stepped, Taken},
    refusal::Refusal,
    words::CheckState,
};
use crate::{
    audit::says,
    checks::verbs::CheckVerb,
    duties::model::Duty,
    id::{PersonId, PostId},
    proof,
    text::is_spill_mark,
};

proof! {
    /// Proof that a request that nobody acknowledged is a draft again.
    pub struct Recalled {
        step: Stepped,
        reason: String,
        /// The licenses or subjects that it was about.
        about: String,
        /// The same by their ids.
        about_ids: String,
    }
}

/// What stands between two licenses or subjects.
const BETWEEN: &str = "; ";

impl CheckFile {
    /// Whether it went to a post, if only to be recalled.
    pub fn was_sent(&self) -> bool {
        self.requested_at.is_some()
    }

    /// Whether it is at a post, or ended there, by a request that nobody recalled.
    pub fn is_sent(&self) -> bool {
        self.requested_at.is_some_and(|at| self.recalled.first().is_none_or(|last| last.requested_at < at))
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
        let about = self.about().join(BETWEEN);
        let event = CheckVerb::Recall.event(check, format!(" from {}", check.post_name));
        let sent = says("Subject", &check.subject).and("Why", &check.reason);
        let asked = !check.own_questions.is_empty();
        let sent = if asked { sent.and("Questions", &check.own_questions) } else { sent };
        let sent =
            sent.and("About", &about).and("Site visit", check.site_visit).and("Waiver", &check.site_visit_waiver);
        let event = event.before(sent.and("Due", check.due_on)).after(says("Reason", reason));
        Ok(Recalled { step, reason: reason.to_owned(), about, about_ids: self.about_ids(), event })
    }

    /// The licenses or subjects that it is about.
    fn about(&self) -> Vec<String> {
        let subjects = self.check.subjects.iter();
        let subjects = subjects.map(|who| format!("{} as {}", who.name, who.role.label().to_lowercase()));
        let numbers = self.licenses.iter().map(|license| format!("license {}", license.number));
        numbers.chain(subjects).collect()
    }

    /// The same by their ids, each after `license` or a subject's role, and the check that it follows: what they are
    /// called changes meanwhile.
    pub fn about_ids(&self) -> String {
        let subjects = self.check.subjects.iter().map(|who| format!("{} {}", who.role.code(), who.party_id));
        let licenses = self.licenses.iter().map(|license| format!("license {}", license.id));
        let follows = self.check.follows.iter().map(|(check, _)| format!("follows {check}"));
        licenses.chain(subjects).chain(follows).collect::<Vec<_>>().join(BETWEEN)
    }

    /// Whether it may be recalled.
    pub fn may_recall(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::Recall)?;
        if self.check.older_serves {
            return Err(Refusal::OlderServes);
        }
        self.apart(by, Duty::Recall)?;
        Ok(step)
    }

    /// The request that its draft was, as it stands since: who had it reads the check again once that ends, and nothing
    /// of the draft. What is hidden on both sides was changed by nobody, once its report is settled.
    pub fn ends_as_sent(&self) -> Result<Option<&Recall>, Refusal> {
        let check = &self.check;
        let Some(sent) = check.recalled.first().filter(|_| check.state == CheckState::Draft) else { return Ok(None) };
        check.goes_to(sent.post_id)?;
        if check.words_hidden {
            return Err(Refusal::WordsHidden);
        }
        let differs = |now: &str, was: &str| now != was && !(is_spill_mark(now) && is_spill_mark(was));
        let sorted = |ids: &str| ids.split(BETWEEN).map(str::to_owned).collect::<BTreeSet<_>>();
        let changed = [
            ("the type", check.check_type != sent.check_type),
            ("the subject", differs(&check.subject, &sent.subject)),
            ("why it was opened", differs(&check.reason, &sent.why)),
            ("the questions", differs(&check.own_questions, &sent.own_questions)),
            ("what it is about or follows", sorted(&self.about_ids()) != sorted(&sent.about_ids)),
            ("the priority", check.priority != sent.priority),
            ("the site visit", check.site_visit != sent.site_visit),
            ("the days to answer", check.days_to_answer != sent.days_to_answer),
        ];
        let changed: Vec<&str> = changed.iter().filter(|(_, is_other)| *is_other).map(|(what, _)| *what).collect();
        if changed.is_empty() {
            return Ok(Some(sent));
        }
        Err(Refusal::NotAsSent { post: sent.post.clone(), changed: changed.join(", ") })
    }
}

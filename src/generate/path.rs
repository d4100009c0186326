//! A story along its path: sent, acknowledged, held, asked again, ended.

use time::Duration;

use super::story::{Story, refused};
use crate::{
    access::Role,
    checks::{
        model::{CheckState, EndedBecause, Note, Recall, Stepped},
        verbs::CheckVerb,
    },
    duties::model::Duty,
    error::{AppError, Result},
    generate::{language, rows, world::Hand},
    id::{ExtensionId, InterimReplyId, QuestionId, RecallId, ResultId},
    text::day_words,
};

impl Story<'_> {
    pub(super) fn step(&mut self, step: &Stepped, by: Hand) {
        let now = self.file.now;
        let person = self.person(by);
        let check = &mut self.file.check;
        check.held_state = Some(check.state).filter(|_| step.to() == CheckState::OnHold);
        check.held_at = check.held_state.map(|_| now);
        self.beside.held_by = check.held_state.map(|_| person);
        check.due_on = step.due().or(check.due_on);
        match step.verb() {
            CheckVerb::Request => {
                check.requested_at = Some(now);
                self.beside.requested_by = Some(person);
            }
            CheckVerb::Acknowledge => {
                check.officer_id = Some(person);
                check.officer_name = Some(self.world.people[by.person].name.clone());
                self.beside.acknowledged_at = Some(now);
            }
            CheckVerb::Clear => check.replied_at = Some(now),
            CheckVerb::GiveBack => check.replied_at = None,
            CheckVerb::Resume => self.beside.resumed = Some((person, now)),
            _ => {}
        }
        if step.to() == CheckState::Resulted {
            check.resulted_at = Some(now);
        }
        check.state = step.to();
        check.revision += 1;
        check.version += 1;
        self.tell_licenses();
    }

    /// Sends it to the post.
    pub(super) fn request(&mut self) -> Result<()> {
        self.pass(0, 3);
        self.soon();
        let by = self.case_officer();
        let taken = refused(self.file.request())?;
        self.step(taken.step(), by);
        self.log(by, taken.into())
    }

    /// Takes the request back before the post acknowledged it.
    pub(super) fn recall(&mut self) -> Result<()> {
        self.pass(0, 4);
        self.soon();
        let by = self.director(Duty::Recall)?;
        let reason = language::text(&mut self.world.dice, RECALLED);
        let recalled = refused(self.file.recall(self.person(by), &reason))?;
        let (id, now, person, name) = (RecallId(self.id()), self.file.now, self.person(by), self.name(by));
        let (check, requested_by) = (self.file.check.clone(), self.beside.requested_by);
        let sent = check.due_on.zip(check.requested_at);
        let (due_on, requested_at) = sent.ok_or_else(|| AppError::internal("it was sent"))?;
        self.put(&rows::Recall {
            id,
            check_id: check.id,
            post_id: check.post_id,
            r#type: check.check_type,
            subject: &check.subject,
            why: &check.reason,
            own_questions: &check.own_questions,
            about: recalled.about(),
            about_ids: recalled.about_ids(),
            priority: check.priority,
            site_visit: check.site_visit,
            days_to_answer: check.days_to_answer,
            due_on,
            requested_by,
            requested_at,
            reason: &reason,
            recalled_by: person,
            recalled_at: now,
        })?;
        self.step(recalled.step(), by);
        let (about, about_ids) = (recalled.about().clone(), recalled.about_ids().clone());
        self.file.check.due_on = None;
        self.file.check.recalled.insert(
            0,
            Recall {
                id,
                post_id: check.post_id,
                post: check.post_name,
                check_type: check.check_type,
                subject: check.subject,
                why: check.reason,
                own_questions: check.own_questions,
                about,
                about_ids,
                priority: check.priority,
                site_visit: check.site_visit,
                days_to_answer: check.days_to_answer,
                due_on,
                requested_at,
                reason,
                by: name,
                at: now,
            },
        );
        self.log(by, recalled.into())
    }

    /// Takes it back, and sends it again.
    pub(super) fn recall_and_send(&mut self) -> Result<()> {
        self.recall()?;
        self.request()
    }

    /// Takes it up at post.
    pub(super) fn acknowledge(&mut self) -> Result<()> {
        self.pass(0, 5);
        self.soon();
        let by = self.officer();
        let taken = refused(self.file.take(self.person(by), CheckVerb::Acknowledge, ""))?;
        self.step(taken.step(), by);
        self.log(by, taken.into())
    }

    /// Moves the due date.
    pub(super) fn extend(&mut self) -> Result<()> {
        self.soon();
        let by = self.director(Duty::Extend)?;
        let before = refused(self.file.may_extend(self.person(by)))?;
        let after = before + Duration::days(self.world.dice.between(10, 40));
        let reason = language::text(&mut self.world.dice, EXTENDED);
        let extended = refused(self.file.extend(self.person(by), after, &reason))?;
        let (id, now, check_id, person) = (ExtensionId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let row = rows::Extension {
            id,
            check_id,
            due_before: before,
            due_after: after,
            reason: &reason,
            extended_by: person,
            extended_at: now,
        };
        self.put(&row)?;
        self.file.check.due_on = Some(after);
        self.touch();
        let text = format!("Due {} instead of {}: {reason}", day_words(after), day_words(before));
        let note = Note { id: id.0, text, by: self.name(by), at: now };
        self.file.check.extensions.insert(0, note);
        self.log(by, extended.into())
    }

    /// Signs an interim reply.
    pub(super) fn interim(&mut self) -> Result<()> {
        self.soon();
        let by = self.officer();
        let text = language::text(&mut self.world.dice, INTERIM);
        let taken = refused(self.file.take(self.person(by), CheckVerb::Interim, &text))?;
        let (id, now, check_id, person) =
            (InterimReplyId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let revision_read = self.file.check.revision;
        self.put(&rows::InterimReply { id, check_id, text: &text, signed_by: person, signed_at: now, revision_read })?;
        self.step(taken.step(), by);
        self.file.check.interim_replies.insert(0, Note { id: id.0, text, by: self.name(by), at: now });
        self.log(by, taken.into())
    }

    /// Waives a required site visit.
    pub(super) fn waive(&mut self) -> Result<()> {
        self.soon();
        let by = self.director(Duty::Waive)?;
        let text = language::text(&mut self.world.dice, WAIVED);
        let waived = refused(self.file.waive(self.person(by), &text))?;
        self.beside.waived = Some((self.person(by), self.file.now));
        self.file.check.site_visit_waiver = Some(text);
        self.touch();
        self.log(by, waived.into())
    }

    pub(super) fn hold(&mut self) -> Result<()> {
        self.soon();
        let by = self.director(Duty::Hold)?;
        let text = language::text(&mut self.world.dice, HELD);
        let taken = refused(self.file.take(self.person(by), CheckVerb::Hold, &text))?;
        self.step(taken.step(), by);
        self.file.check.held_reason = Some(text);
        self.log(by, taken.into())
    }

    /// Lets the clock run again.
    pub(super) fn resume(&mut self) -> Result<()> {
        self.pass(5, 40);
        self.soon();
        let by = self.director(Duty::Resume)?;
        let taken = refused(self.file.take(self.person(by), CheckVerb::Resume, ""))?;
        self.step(taken.step(), by);
        self.file.check.held_reason = None;
        self.log(by, taken.into())
    }

    /// Asks the post again.
    pub(super) fn give_back(&mut self) -> Result<()> {
        self.pass(2, 12);
        self.soon();
        let by = self.director(Duty::GiveBack)?;
        let text = language::text(&mut self.world.dice, ASKED);
        let taken = refused(self.file.give_back(self.person(by), &text))?;
        let (id, now, check_id, person) = (QuestionId(self.id()), self.file.now, self.file.check.id, self.person(by));
        self.put(&rows::Question { id, check_id, text: &text, asked_by: person, asked_at: now })?;
        self.withdraw_recommendation()?;
        self.step(taken.step(), by);
        let note = Note { id: id.0, text, by: self.world.people[by.person].name.clone(), at: now };
        self.file.check.questions.insert(0, note);
        self.log(by, taken.into())
    }

    pub(super) fn end_early(&mut self, because: EndedBecause) -> Result<()> {
        self.pass(1, 15);
        self.soon();
        let by = self.washington(Role::Reviewer, |story, hand| story.file.may_end_early(story.person(hand)).is_ok())?;
        let person = self.person(by);
        let text = language::text(&mut self.world.dice, ENDED);
        let revision = self.file.check.revision;
        let id = ResultId(self.id());
        let ended = refused(self.file.end_early(person, id, because, &text))?;
        self.new_result(by, id, ended.says(), Some(because))?;
        let (name, now) = (self.name(by), self.file.now);
        if let Some(result) = self.file.check.result.as_mut() {
            (result.signed_by, result.signed_by_name, result.signed_at) = (Some(person), Some(name), Some(now));
            (result.signed_revision, result.version) = (Some(revision), result.version + 1);
        }
        self.beside.signed = Some((revision, None));
        self.file.check.held_reason = None;
        let step = ended.step().clone();
        self.log(by, ended.into())?;
        self.settle(by, Some(&step))
    }

    /// The last signature takes it to its result, and closes it if none of its licenses is open.
    pub(super) fn settle(&mut self, by: Hand, step: Option<&Stepped>) -> Result<()> {
        if let Some(step) = step {
            self.step(step, by);
        }
        self.close(by)
    }

    /// It closes by itself, in the change of whoever settled the last of it.
    pub(super) fn close(&mut self, by: Hand) -> Result<()> {
        let Some(closed) = self.file.close() else { return Ok(()) };
        let now = self.file.now;
        let check = &mut self.file.check;
        (check.state, check.closed_at) = (CheckState::Closed, Some(now));
        check.revision += 1;
        self.tell_licenses();
        self.log(by, closed.into())
    }
}

const RECALLED: &[&str] = &[
    "The {applicant|exporter} {changes|corrects} the {quantity|consignee}; {it is sent again then|the request waits for that}.",
    "The request names the wrong {license|consignee}.",
];
const EXTENDED: &[&str] = &[
    "The {ministry|registry} {answers|sees visitors} only in {May|June|October}.",
    "The officer {was away|is alone at post}.",
    "{Floods|Elections|Holidays} in {town}.",
];
const INTERIM: &[&str] = &[
    "{The visit is set for next week|The ministry has been asked}; the {registry|police} {has not answered|wants a note}.",
    "Post has {seen|called} the {end-user|consignee} and waits for {a paper|the permit|an answer}.",
];
const WAIVED: &[&str] = &[
    "The host government does not let {officers|visitors} in.",
    "The {road|province} is {closed|not safe} until further notice.",
];
const HELD: &[&str] = &[
    "The applicant {changes|corrects} the {application|quantity}.",
    "{Another agency|The desk} {looks at|asks about} the {end-user|broker} first.",
];

const ASKED: &[&str] = &[
    "Who {holds the keys|signs for the items|pays the freight}?",
    "How many {guards|pilots|officers} {are there|are trained}?",
    "{Where|How} were the old {weapons|parts} {kept|destroyed}?",
];

const ENDED: &[&str] = &[
    "The application was {withdrawn|taken back} by the {applicant|exporter}.",
    "{The order was cancelled|Nothing was shipped}.",
    "The host country does not {allow|answer} such checks.",
];

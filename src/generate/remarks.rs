//! What people write to one another on a check.

use rust_decimal::Decimal;

use super::story::{Story, refused};
use crate::{
    access::{Reader, Role},
    error::{AppError, Result},
    generate::{language, rows},
    id::RemarkId,
    remarks::model::{MOST, Part, Remark, Said, To, times_recalled, write},
};

impl Story<'_> {
    /// The officer asks the case officers; they answer, or it still waits.
    pub(super) fn remark(&mut self, answered: bool) -> Result<()> {
        self.soon();
        let by = self.officer();
        let post = Some(self.file.check.post_id);
        let officer = Reader { id: self.person(by), role: Role::PostOfficer, post, authority: Decimal::ZERO };
        let (asked_at, to) = (self.file.now, To::Part(Part::CaseOfficer));
        let (id, text) = (RemarkId(self.id()), said(&language::text(&mut self.world.dice, ASKED))?);
        let written =
            refused(write((&self.file.check, &officer), id, (to, times_recalled(&self.file.check)), &text, &[]))?;
        let asked = Remark {
            id,
            thread: id,
            answers: None,
            post: *written.post(),
            post_name: None,
            to,
            to_name: String::new(),
            text: written.text().clone(),
            by: officer.id,
            by_name: self.name(by),
            by_post: None,
            at: asked_at,
            settled_at: None,
            settled_by: None,
            is_answered: false,
            in_all: 1,
        };
        self.log(by, written.into())?;
        let settled = if answered { Some(self.answer(&asked)?) } else { None };
        let row = rows::Remark {
            id,
            check_id: self.file.check.id,
            thread_id: id,
            answers_id: None,
            post_id: post,
            to_part: Some(Part::CaseOfficer),
            to_person: None,
            text: &asked.text,
            written_by: officer.id,
            written_at_post: post,
            written_at: asked_at,
            settled_at: settled.map(|(_, at)| at),
            settled_by: settled.map(|(person, _)| person),
        };
        self.world.ledger.put(asked_at, &row)
    }

    fn answer(&mut self, asked: &Remark) -> Result<(crate::id::PersonId, time::OffsetDateTime)> {
        self.soon();
        let by = self.case_officer();
        let reader = Reader { id: self.person(by), role: Role::CaseOfficer, post: None, authority: Decimal::ZERO };
        let (id, text) = (RemarkId(self.id()), said(&language::text(&mut self.world.dice, ANSWERED))?);
        let written = refused(asked.answer(&self.file.check, &reader, id, &text))?;
        let row = rows::Remark {
            id,
            check_id: self.file.check.id,
            thread_id: asked.thread,
            answers_id: Some(asked.id),
            post_id: asked.post,
            to_part: None,
            to_person: Some(asked.by),
            text: written.text(),
            written_by: reader.id,
            written_at_post: None,
            written_at: self.file.now,
            // Most people look at an answer and leave it.
            settled_at: Some(self.file.now),
            settled_by: Some(asked.by),
        };
        self.put(&row)?;
        self.log(by, written.into())?;
        Ok((reader.id, self.file.now))
    }
}

/// A remark is shorter than what people else write.
fn said(text: &str) -> Result<Said> {
    let short: String = text.chars().take(MOST).collect();
    short.parse().map_err(|fault: String| AppError::internal(fault))
}

const ASKED: &[&str] = &[
    "Is the {certificate|import permit} expected {before the visit|with the reply}?",
    "The {consignee|end-user} names {another address|a second store}: {shall we see both|is that on the application}?",
];
const ANSWERED: &[&str] = &[
    "{It is|Not yet}; {the applicant was asked|ask again in a week}.",
    "{Yes|No}, {see the license|it was corrected}.",
];

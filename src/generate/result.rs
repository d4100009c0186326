//! A story's result: proposed, declined, signed, countersigned.

use time::OffsetDateTime;

use super::story::{Story, length, refused};
use crate::{
    access::Role,
    checks::model::{CheckResult, EndedBecause, NewResult, ResultReason, ResultWord},
    duties::model::Duty,
    error::Result,
    evidence::model::FindingAnswer,
    generate::{language, rows, world::Hand},
    id::ResultId,
};

impl Story<'_> {
    pub(super) fn propose(&mut self, word: ResultWord) -> Result<()> {
        self.pass(1, 9);
        self.soon();
        let by = self.director(Duty::Propose)?;
        let reasons = if word == ResultWord::Unfavorable { self.reasons() } else { Vec::new() };
        let dice = &mut self.world.dice;
        let text = language::text(dice, if word.is_favorable() { RESULTED } else { NOT_BORNE_OUT });
        let caveat =
            if word == ResultWord::FavorableWithCaveat { language::text(dice, CAVEATS) } else { String::new() };
        let (id, says) = (ResultId(self.id()), NewResult { word, text, caveat, reasons });
        let proposed = refused(self.file.propose(self.person(by), id, says.clone()))?;
        self.new_result(by, id, says, None)?;
        self.log(by, proposed.into())
    }

    /// Why a result is unfavorable: the first stands for a finding.
    fn reasons(&mut self) -> Vec<ResultReason> {
        const CODES: &[&str] = &[
            "derogatory",
            "order_not_confirmed",
            "existence",
            "no_cooperation",
            "diversion",
            "end_use",
            "storage",
            "other",
        ];
        let first = self.world.dice.below(CODES.len());
        let count = self.world.dice.weighed(&[(700, 1), (250, 2), (50, 3)]);
        let bad = self.file.check.findings.iter().find(|finding| finding.answer != FindingAnswer::Yes);
        let finding_id = bad.or(self.file.check.findings.first()).map(|finding| finding.id);
        let reason = |place: usize| ResultReason {
            code: CODES[(first + place) % CODES.len()].to_owned(),
            is_primary: place == 0,
            finding_id: finding_id.filter(|_| place == 0),
        };
        (0..count).map(reason).collect()
    }

    pub(super) fn new_result(
        &mut self,
        by: Hand,
        id: ResultId,
        says: NewResult,
        ended_because: Option<EndedBecause>,
    ) -> Result<()> {
        let (now, proposed_by) = (self.file.now, self.person(by));
        if self.file.check.result.is_some() {
            self.write_result(Some(now))?;
            self.file.check.earlier_result = self.file.check.result.take();
        }
        for reason in &says.reasons {
            self.put(&rows::Reason {
                result_id: id,
                code: &reason.code,
                is_primary: reason.is_primary,
                finding_id: reason.finding_id,
            })?;
        }
        self.beside.signed = None;
        self.file.check.result = Some(CheckResult {
            id,
            word: says.word,
            text_length: length(&says.text),
            text: says.text,
            caveat: says.caveat,
            ended_because,
            proposed_by,
            proposed_by_name: self.name(by),
            proposed_at: now,
            signed_by: None,
            signed_by_name: None,
            signed_at: None,
            signed_revision: None,
            rests_on: None,
            countersigned_by_name: None,
            countersigned_at: None,
            declined_because: None,
            reasons: says.reasons,
            version: 1,
        });
        self.touch();
        Ok(())
    }

    pub(super) fn write_result(&mut self, withdrawn_at: Option<OffsetDateTime>) -> Result<()> {
        let check = &self.file.check;
        let Some(result) = &check.result else { return Ok(()) };
        let countersigned = self.beside.signed.and_then(|(_, countersigned)| countersigned);
        let row = rows::CheckResult {
            id: result.id,
            check_id: check.id,
            word: result.word,
            text: &result.text,
            caveat: &result.caveat,
            ended_because: result.ended_because,
            proposed_by: result.proposed_by,
            proposed_at: result.proposed_at,
            signed_by: result.signed_by,
            signed_at: result.signed_at,
            signed_revision: self.beside.signed.map(|(revision, _)| revision),
            countersigned_by: countersigned.map(|(person, _)| person),
            countersigned_at: result.countersigned_at,
            countersigned_revision: countersigned.map(|(_, revision)| revision),
            withdrawn_at,
            declined_because: result.declined_because.as_deref(),
            declined_by: self.beside.declined_by.filter(|_| result.declined_because.is_some()),
            version: result.version,
        };
        self.world.ledger.put(result.proposed_at, &row)
    }

    /// Declines the proposed result.
    pub(super) fn decline(&mut self) -> Result<()> {
        self.pass(1, 5);
        self.soon();
        let by = self.washington(Role::Reviewer, |story, hand| story.file.may_decline(story.person(hand)).is_ok())?;
        self.beside.declined_by = Some(self.person(by));
        let text = language::text(&mut self.world.dice, DECLINED);
        let now = self.file.now;
        let declined = refused(self.file.decline(self.person(by), &text))?;
        if let Some(result) = self.file.check.result.as_mut() {
            result.declined_because = Some(text);
        }
        self.write_result(Some(now))?;
        self.file.check.earlier_result = self.file.check.result.take();
        self.touch();
        self.log(by, declined.into())
    }

    /// Signs the proposed result.
    pub(super) fn sign_result(&mut self) -> Result<()> {
        self.pass(1, 7);
        self.soon();
        let by = self.washington(Role::Reviewer, |story, hand| story.file.sign_result(story.person(hand)).is_ok())?;
        let signed = refused(self.file.sign_result(self.person(by)))?;
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        let check = &mut self.file.check;
        let Some(result) = check.result.as_mut() else { return Ok(()) };
        (result.signed_by, result.signed_by_name, result.signed_at) = (Some(person), Some(name), Some(now));
        result.signed_revision = Some(revision);
        result.version += 1;
        self.beside.signed = Some((revision, None));
        self.tell_licenses();
        let step = signed.step().clone();
        self.log(by, signed.into())?;
        self.settle(by, step.as_ref())
    }

    pub(super) fn countersign(&mut self) -> Result<()> {
        self.pass(1, 5);
        self.soon();
        let by = self.washington(Role::Supervisor, |story, hand| story.file.countersign(story.person(hand)).is_ok())?;
        let signed = refused(self.file.countersign(self.person(by)))?;
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        let check = &mut self.file.check;
        if let (Some(result), Some((_, countersigned))) = (check.result.as_mut(), self.beside.signed.as_mut()) {
            (result.countersigned_by_name, result.countersigned_at) = (Some(name), Some(now));
            result.version += 1;
            *countersigned = Some((person, revision));
        }
        let step = signed.step().clone();
        self.log(by, signed.into())?;
        self.settle(by, Some(&step))
    }
}

const RESULTED: &[&str] = &[
    "Post {confirmed|answered} {every question|what was asked}.",
    "The {answers|findings} bear out the application.",
    "{Order|End-use} and {storage|control} {were confirmed|are as stated} by {post|two sources}.",
];
const NOT_BORNE_OUT: &[&str] = &[
    "The {answers|findings} do not bear out the application.",
    "{Order|End-use|Storage} could not be {confirmed|shown}, and the post {says so|found nobody who knows}.",
];
const CAVEATS: &[&str] = &[
    "The {store|armory} is to be {visited|locked} {before shipment|within a year}.",
    "Only for the {unit|office} in {town}.",
];
const DECLINED: &[&str] = &[
    "The {finding|answer} on {storage|the broker} does not {bear|carry} this word.",
    "{Ask|Let} the post {again|say who holds the keys}.",
];

//! What is decided on a story's license, and on which conditions.

use time::Duration;

use crate::{
    access::Role,
    audit::{Event, Subject, Verb, says},
    error::Result,
    generate::{
        language,
        refusal::Refusal,
        rows,
        story::{Story, refused},
        world::Hand,
    },
    id::{ConditionId, DecisionId, ExceptionId, ProvisoId},
    licenses::{
        model::{Act, Condition, Decider, Decision, Exception, LicenseStatus},
        verbs::LicenseVerb,
    },
};

impl Story<'_> {
    /// Notes the certification to Congress, where one is asked for and the waiting is over.
    pub(super) fn notify(&mut self, index: usize) -> Result<()> {
        self.soon();
        let (by, was_ready) = (self.case_officer(), self.is_ready(index));
        let day = self.file.now.date() - Duration::days(40);
        let license = &mut self.file.licenses[index];
        let event = LicenseVerb::Certify.event(license.id, "").before(says("Certified on", license.certified_on));
        let event = event.after(says("Certified on", day).and("Source", "The letter to the committees"));
        (license.certified_on, license.version) = (Some(day), license.version + 1);
        self.settle_license(index, by, was_ready, event)
    }

    /// Raises a condition in words.
    pub(super) fn raise(&mut self, index: usize) -> Result<()> {
        self.soon();
        let by = self.case_officer();
        let (id, now, person) = (ConditionId(self.id()), self.file.now, self.person(by));
        let text = language::text(&mut self.world.dice, CONDITIONS);
        let who_acts = self.world.dice.pick(&["the end-user", "the applicant", "the post"]);
        let license = &mut self.file.licenses[index];
        let event = LicenseVerb::Raise.event(license.id, &text).about(Subject::Row("condition", id.0));
        let event = event.after(says("Who acts", who_acts));
        license.conditions.push(Condition {
            id,
            text,
            who_acts: who_acts.to_owned(),
            met_at: None,
            met_by_name: None,
            evidence: None,
            version: 1,
        });
        self.records[index].conditions.push((person, now, None));
        self.settle_license(index, by, true, event)
    }

    /// Meets every condition in words.
    pub(super) fn meet(&mut self, index: usize) -> Result<()> {
        for place in 0..self.license(index).conditions.len() {
            self.soon();
            let (by, was_ready) = (self.case_officer(), self.is_ready(index));
            let (person, name, now) = (self.person(by), self.name(by), self.file.now);
            let evidence = language::text(&mut self.world.dice, MET);
            let license = &mut self.file.licenses[index];
            let condition = &mut license.conditions[place];
            if condition.met_at.is_some() {
                continue;
            }
            let event = Event::new(
                Verb::ConditionChanged,
                Subject::Row("condition", condition.id.0),
                format!("condition met: {}", condition.text),
            );
            let event = event.on_license(license.id).after(says("Evidence", &evidence));
            (condition.met_at, condition.met_by_name, condition.evidence) = (Some(now), Some(name), Some(evidence));
            condition.version += 1;
            self.records[index].conditions[place].2 = Some(person);
            self.settle_license(index, by, was_ready, event)?;
        }
        Ok(())
    }

    /// Closes whatever is open before a license may issue.
    pub(super) fn fulfil(&mut self, index: usize) -> Result<()> {
        self.consent(index, true)?;
        self.certify_use(index, true)?;
        if self
            .license(index)
            .open_conditions(&self.file.reference, self.file.today())
            .iter()
            .any(|open| open.kind == crate::licenses::model::ConditionKind::Notification)
        {
            self.notify(index)?;
        }
        self.meet(index)
    }

    /// A supervisor excepts every party that blocks a license.
    pub(super) fn except(&mut self, index: usize) -> Result<()> {
        for (party, ..) in self.license(index).blocked_parties(&self.file.reference) {
            self.pass(0, 3);
            self.soon();
            let by = self.washington(Role::Supervisor, |story, hand| {
                story.license(index).may_except(story.person(hand), &story.file.reference).is_ok()
            })?;
            let (id, now, person) = (ExceptionId(self.id()), self.file.now, self.person(by));
            let reason = language::text(&mut self.world.dice, EXCEPTED);
            let license_id = self.license(index).id;
            let excepted = self.license(index).except(person, &party.to_string(), &reason, &self.file.reference);
            let excepted = refused(excepted)?;
            let row = rows::Exception {
                id,
                license_id,
                guard: 7,
                party_id: Some(party),
                reason: &reason,
                excepted_by: person,
                excepted_at: now,
                result_id: None,
            };
            self.put(&row)?;
            let exception = Exception {
                guard: 7,
                party_id: Some(party),
                result_id: None,
                reason,
                excepted_by: person,
                excepted_by_name: self.name(by),
                excepted_at: now,
                basis: None,
            };
            self.file.licenses[index].exceptions.push(exception);
            self.touch_license(index);
            self.log(by, excepted.into())?;
        }
        Ok(())
    }

    /// The first reviewer who may decide so.
    fn decider(&mut self, index: usize, act: Act) -> Result<(Hand, Decider)> {
        let today = self.file.today();
        let hands = self.world.in_washington(Role::Reviewer, self.file.now.date());
        let mut why = None;
        for hand in hands {
            let human = &self.world.people[hand.person];
            let decider = Decider { id: human.id, authority: human.authority };
            match self.license(index).may_decide(decider, act, &self.file.reference, today) {
                Ok(_) => return Ok((hand, decider)),
                Err(refusal) => why = Some(refusal),
            }
        }
        let why = why.map(|why| why.to_string()).unwrap_or_default();
        Err(Refusal::of(format!("{}: {why}", self.file.check.reference)).into())
    }

    /// Decides on a license.
    pub(super) fn decide(&mut self, index: usize, act: Act) -> Result<()> {
        self.pass(0, 9);
        self.soon();
        let (by, reviewer) = self.decider(index, act)?;
        let (id, now, person) = (DecisionId(self.id()), self.file.now, self.person(by));
        let reasons = language::text(&mut self.world.dice, if act.releases() { APPROVED } else { REFUSED });
        let count = if act.releases() { self.world.dice.weighed(&[(700, 0), (220, 1), (80, 3)]) } else { 0 };
        let provisos: Vec<String> = (0..count).map(|_| language::text(&mut self.world.dice, PROVISOS)).collect();
        let (words, today) = ((act, reasons.as_str(), provisos.clone()), self.file.today());
        let decided = refused(self.license(index).decide(reviewer, words, &self.file.reference, today))?;
        let license_id = *decided.license();
        let row = rows::Decision {
            id,
            license_id,
            number: *decided.number(),
            act,
            reasons: &reasons,
            decided_by: person,
            decided_at: now,
            revision_read: *decided.revision(),
            value_usd: *decided.amount(),
        };
        self.put(&row)?;
        for (number, text) in (1..).zip(&provisos) {
            let row = ProvisoId(self.world.dice.id(now));
            self.put(&rows::Proviso { id: row, decision_id: id, number, text })?;
        }
        let name = self.name(by);
        let license = &mut self.file.licenses[index];
        license.status = *decided.status();
        license.version += 1;
        license.revision += 1;
        license.decisions.push(Decision {
            id,
            number: *decided.number(),
            act,
            reasons,
            decided_by: person,
            decided_by_name: name,
            decided_at: now,
            basis: None,
            provisos,
        });
        if matches!(license.status, LicenseStatus::Returned | LicenseStatus::Denied) {
            for permit in &mut license.permits {
                permit.holds_number = false;
            }
        }
        self.touch_license(index);
        self.log(by, decided.into())?;
        self.close(by)
    }
}

const CONDITIONS: &[&str] =
    &["The {store|armory} has {a second lock|a guard at night}.", "The end-user {names|trains} a {keeper|custodian}."];
const MET: &[&str] = &["Seen by the officer on {a visit|photographs}.", "A letter of {name}, kept at post."];
const EXCEPTED: &[&str] = &[
    "The {party|firm} {carries|forwards} nothing but {spare parts|medical vests} of its own.",
    "Policy {allows|asks for} this sale, as the desk wrote.",
];
const APPROVED: &[&str] = &[
    "The result is {favorable|good} and nothing {speaks against it|is open}.",
    "{Policy|Regional stability} and {end-use|need} were weighed.",
];
const REFUSED: &[&str] = &[
    "The {application|order} was {withdrawn|not confirmed}.",
    "The {findings|answers} do not {bear|carry} an approval.",
    "Returned without action; the applicant may {apply again|ask anew}.",
];
const PROVISOS: &[&str] = &[
    "Post {visits|counts} within {a year|six months} of delivery.",
    "No {resale|transfer} to {private buyers|other units}.",
    "Delivery in {two|three} lots.",
];

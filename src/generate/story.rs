//! One check as it goes its way: each act changes the case file that the program's own rules judge, writes its row and
//! adds its entry to the log. What a rule refuses is not written: it ends the generation with the rule's sentence.

use rust_decimal::Decimal;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use super::{
    opening::{Opening, drafted},
    refusal::Refusal,
};
use crate::{
    access::Role,
    audit::{Event, Verb, says},
    checks::model::{CaseFile, CheckSubject},
    clock::Zone,
    duties::model::{Done, Duty},
    error::{AppError, Result},
    generate::{
        duties::{duty_of, note},
        rows,
        world::{Hand, World},
    },
    id::{CheckId, ContactId, LicenseId, PersonId, SubjectId},
    licenses::model::LicenseFile,
    parties::model::PartyRole,
};

/// What the row of a check has that its file has not.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) year: i32,
    pub(super) number: i32,
    pub(super) opener: Hand,
    pub(super) requested_by: Option<PersonId>,
    pub(super) acknowledged_at: Option<OffsetDateTime>,
    pub(super) waived: Option<(PersonId, OffsetDateTime)>,
    pub(super) held_by: Option<PersonId>,
    pub(super) resumed: Option<(PersonId, OffsetDateTime)>,
    pub(super) written: Option<(OffsetDateTime, i32)>,
    pub(super) reply_read: Option<i32>,
    pub(super) signed: Option<(i32, Option<(PersonId, i32)>)>,
    pub(super) declined_by: Option<PersonId>,
}

/// What the rows beneath a license have that its file has not: who recorded what, and when.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) registered: (PersonId, OffsetDateTime),
    /// When it was recorded, what verified it, who noted that it was revoked.
    pub(super) permits: Vec<(OffsetDateTime, Option<ContactId>, Option<PersonId>)>,
    pub(super) approvals: Vec<(PersonId, OffsetDateTime)>,
    pub(super) certificate: Option<(PersonId, OffsetDateTime)>,
    /// What verified it, and when.
    pub(super) signatures: Vec<Option<(ContactId, OffsetDateTime)>>,
    pub(super) conditions: Vec<(PersonId, OffsetDateTime, Option<PersonId>)>,
}

impl Records {
    pub(super) fn of(registered: (PersonId, OffsetDateTime)) -> Self {
        Self {
            registered,
            permits: Vec::new(),
            approvals: Vec::new(),
            certificate: None,
            signatures: Vec::new(),
            conditions: Vec::new(),
        }
    }
}

/// A license with its records.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) file: LicenseFile,
    pub(super) records: Records,
    pub(super) post: usize,
    pub(super) check: CheckId,
    pub(super) reference: String,
    pub(super) subject: String,
}

/// A check under way.
#[derive(Debug)]
pub(super) struct Story<'w> {
    pub(super) world: &'w mut World,
    pub(super) file: CaseFile,
    pub(super) post: usize,
    pub(super) records: Vec<Records>,
    pub(super) beside: Beside,
    pub(super) pace: i64,
}

pub(super) fn refused<T>(judged: Result<T, impl std::fmt::Display>) -> Result<T> {
    judged.map_err(|refusal| Refusal::of(refusal).into())
}

impl Beside {
    fn of(year: i32, number: i32, opener: Hand) -> Self {
        Self {
            year,
            number,
            opener,
            requested_by: None,
            acknowledged_at: None,
            waived: None,
            held_by: None,
            resumed: None,
            written: None,
            reply_read: None,
            signed: None,
            declined_by: None,
        }
    }
}

impl<'w> Story<'w> {
    pub(super) fn open(world: &'w mut World, opening: Opening) -> Result<Self> {
        let (at, post, pace) = (opening.at, opening.post, opening.pace);
        let opener = world.in_washington(Role::CaseOfficer, at.date())[0];
        let year = Zone::named(Zone::WASHINGTON).day(at).year();
        let number = world.numbers.checks.entry(year).or_default();
        *number += 1;
        let number = *number;
        let id = CheckId(world.dice.id(at));
        let reference = format!("BL-{year}-{number:04}");
        let check = drafted((id, reference), opening, &world.posts[post], &world.people[opener.person]);
        let beside = Beside::of(year, number, opener);
        let reference = std::mem::take(&mut world.book.reference);
        let event = Event::new(Verb::CheckOpened, check.id, format!("opened {}: {}", check.reference, check.subject))
            .after(says("Reason", &check.reason));
        let file = CaseFile { check, licenses: Vec::new(), reference, now: at };
        let mut story = Self { world, file, post, records: Vec::new(), beside, pace };
        story.log(opener, event)?;
        Ok(story)
    }

    /// Time goes by, in days; the beginning of today is never reached.
    pub(super) fn pass(&mut self, least: i64, most: i64) {
        let seconds = self.world.dice.between(least * 86_400, most * 86_400) * self.pace / 1000;
        let room = (self.world.today.midnight().assume_utc() - self.file.now).whole_seconds();
        let now = self.file.now + Duration::seconds(seconds.min(room / 4).max(0));
        // People act while offices are open, if it is another day at all.
        let second = u32::try_from(self.world.dice.between(12 * 3600, 22 * 3600)).unwrap_or_default();
        let office = Time::MIDNIGHT + Duration::seconds(i64::from(second));
        let open = now.replace_time(office);
        self.file.now = if now.date() > self.file.now.date() && now.date() < self.world.today { open } else { now };
    }

    /// What came later to these stories draws from dice of its own: the world around it stays as it was.
    pub(super) fn aside(&mut self, act: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let dice = self.world.dice.clone();
        act(self)?;
        self.world.dice.back_to(dice);
        Ok(())
    }

    /// Some minutes go by.
    pub(super) fn soon(&mut self) {
        let room = (self.world.today.midnight().assume_utc() - self.file.now).whole_seconds();
        let seconds = self.world.dice.between(60, 2400).min(room / 4).max(0);
        self.file.now += Duration::seconds(seconds);
    }

    pub(super) fn id(&mut self) -> Uuid {
        self.world.dice.id(self.file.now)
    }

    pub(super) fn person(&self, hand: Hand) -> PersonId {
        self.world.people[hand.person].id
    }

    pub(super) fn name(&self, hand: Hand) -> String {
        self.world.people[hand.person].name.clone()
    }

    /// Adds an entry, and what it says that the person did on the file.
    pub(super) fn log(&mut self, by: Hand, event: Event) -> Result<()> {
        if let Some((duty, on_check)) = duty_of(&event) {
            let check = &mut self.file.check;
            let license = self
                .file
                .licenses
                .iter_mut()
                .position(|license| Some(license.id) == event.license)
                .filter(|_| !on_check);
            let place = license.map_or_else(
                || check.reference.clone(),
                |index| format!("license {}", self.file.licenses[index].number),
            );
            let license_id = event.license.filter(|_| !on_check);
            let done = Done {
                person_id: self.world.people[by.person].id,
                duty,
                check_id: Some(check.id).filter(|_| on_check),
                license_id,
                place,
            };
            if on_check {
                note(&mut check.duties, &done);
            }
            for license in self.file.licenses.iter_mut().filter(|license| on_check || Some(license.id) == event.license)
            {
                note(&mut license.duties, &done);
            }
        }
        self.world.log(self.file.now, by, event)
    }

    /// A row of this moment.
    pub(super) fn put<R: rows::Row>(&mut self, row: &R) -> Result<()> {
        self.world.ledger.put(self.file.now, row)
    }

    pub(super) fn touch(&mut self) {
        self.file.check.revision += 1;
    }

    /// The calendar day at the post.
    pub(super) fn post_day(&self) -> Date {
        self.file.check.post_day(self.file.now)
    }

    /// Who may do something in Washington now.
    pub(super) fn washington(&mut self, role: Role, may: impl Fn(&Self, Hand) -> bool) -> Result<Hand> {
        let hands = self.world.in_washington(role, self.file.now.date());
        let found = hands.into_iter().find(|hand| may(self, *hand));
        found.ok_or_else(|| {
            AppError::internal(format!("no {} may act on {} as it is", role.code(), self.file.check.reference))
        })
    }

    /// A case officer: mostly who opened it.
    pub(super) fn case_officer(&mut self) -> Hand {
        let hands = self.world.in_washington(Role::CaseOfficer, self.file.now.date());
        let opener = self.beside.opener;
        if hands.contains(&opener) { opener } else { hands[0] }
    }

    /// A case officer whom no earlier act on the file keeps from this one: mostly who opened it.
    pub(super) fn director(&mut self, duty: Duty) -> Result<Hand> {
        let opener = self.case_officer();
        if self.file.apart(self.person(opener), duty).is_ok() {
            return Ok(opener);
        }
        self.washington(Role::CaseOfficer, |story, hand| story.file.apart(story.person(hand), duty).is_ok())
    }

    pub(super) fn at_post(&mut self) -> Vec<Hand> {
        let hands = self.world.at_post(self.post, self.post_day());
        self.file.check.serving = hands.iter().map(|hand| (self.world.people[hand.person].id, hand.role)).collect();
        hands
    }

    /// The post's officer of this check, or whoever is there now.
    pub(super) fn officer(&mut self) -> Hand {
        let hands = self.at_post();
        let known = hands.iter().find(|hand| Some(self.person(**hand)) == self.file.check.officer_id);
        known.copied().unwrap_or_else(|| hands[self.world.dice.below(hands.len())])
    }

    /// What its licenses know of the check.
    pub(super) fn tell_licenses(&mut self) {
        let check = &self.file.check;
        for known in
            self.file.licenses.iter_mut().flat_map(|license| &mut license.checks).filter(|known| known.id == check.id)
        {
            (known.state, known.held_state) = (check.state, check.held_state);
            let result = check.result.as_ref();
            known.result_id = result.map(|result| result.id);
            known.result_signed_at = result.and_then(|result| result.signed_at);
            known.result = result.filter(|result| result.signed_by.is_some()).map(|result| result.word);
        }
    }

    /// Makes a party the subject of the draft.
    pub(super) fn add_subject(&mut self, role: PartyRole) -> Result<()> {
        self.soon();
        let (by, country) = (self.case_officer(), self.file.check.post_country.clone());
        let party = self.world.party(self.file.now, by, role, &country)?;
        let known = &self.world.parties.all[party];
        let (party_id, name) = (known.id, known.name.clone());
        if self.file.check.subjects.iter().any(|subject| subject.party_id == party_id) {
            return Ok(());
        }
        let listings = self.world.on_lists(known, self.file.now.date());
        let (country, country_name) = (known.country.clone(), self.world.country_name(&known.country));
        let id = SubjectId(self.id());
        let called = name.clone();
        let subject = CheckSubject { id, party_id, name, called, role, country, country_name, listings };
        let check_id = self.file.check.id;
        self.put(&rows::CheckSubject { id, check_id, party_id, role })?;
        let sentence = format!("added {} as a subject ({})", subject.name, role.label().to_lowercase());
        self.file.check.subjects.push(subject);
        self.touch();
        self.log(by, Event::new(Verb::CheckChanged, check_id, sentence).on_party(party_id))
    }

    /// Puts a license on the file; what it is on the check by.
    pub(super) fn join(&mut self, license: LicenseId) -> Result<()> {
        let check_id = self.file.check.id;
        self.put(&rows::CheckLicense { check_id, license_id: license })
    }

    /// Writes the rows that changed until now, and gives the licenses back.
    pub(super) fn finish(mut self) -> Result<Vec<Kept>> {
        self.write_recommendation(None)?;
        self.write_result(None)?;
        let (check, beside) = (&self.file.check, &self.beside);
        let row = rows::Check {
            id: check.id,
            year: beside.year,
            number: beside.number,
            r#type: check.check_type,
            state: check.state,
            held_state: check.held_state,
            held_at: check.held_at,
            held_reason: check.held_reason.as_deref(),
            held_by: beside.held_by,
            resumed_by: beside.resumed.map(|(person, _)| person),
            resumed_at: beside.resumed.map(|(_, at)| at),
            post_id: check.post_id,
            subject: &check.subject,
            reason: &check.reason,
            priority: check.priority,
            site_visit: check.site_visit,
            site_visit_waived_by: beside.waived.map(|(person, _)| person),
            site_visit_waived_at: beside.waived.map(|(_, at)| at),
            site_visit_waiver: check.site_visit_waiver.as_deref(),
            days_to_answer: check.days_to_answer,
            due_on: check.due_on,
            opened_by: check.opened_by,
            opened_at: check.opened_at,
            requested_by: beside.requested_by,
            requested_at: check.requested_at,
            officer_id: check.officer_id,
            acknowledged_at: beside.acknowledged_at,
            replied_at: check.replied_at,
            resulted_at: check.resulted_at,
            closed_at: check.closed_at,
            follows_check_id: check.follows.as_ref().map(|(earlier, _)| *earlier),
            revision: check.revision,
            version: check.version,
        };
        self.world.ledger.put(check.opened_at, &row)?;
        let (id, reference, subject) = (check.id, check.reference.clone(), check.subject.clone());
        self.world.book.reference = std::mem::take(&mut self.file.reference);
        let kept = std::mem::take(&mut self.file.licenses).into_iter().zip(std::mem::take(&mut self.records));
        let (post, named) = (self.post, (id, reference, subject));
        let kept = kept.map(|(file, records)| {
            let (check, reference, subject) = named.clone();
            Kept { file, records, post, check, reference, subject }
        });
        Ok(kept.collect())
    }
}

pub(super) fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

/// An amount of so many cents.
pub(super) fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

//! One check as it goes its way: each act changes the case file that the program's own rules judge, writes its row and
//! adds its entry to the log. What a rule refuses is not written: it ends the generation with the rule's sentence.

use rust_decimal::Decimal;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use super::{
    language, rows,
    world::{Hand, World},
};
use crate::{
    access::Role,
    audit::{Event, Subject, Verb},
    checks::{
        model::{
            CaseFile, CheckFile, CheckResult, CheckState, CheckSubject, CheckType, EndedBecause, Explanation,
            FoundParty, Note, Priority, Recommendation, RecommendationWord, ResultReason, ResultWord, SiteVisit,
            Stepped,
        },
        verbs::CheckVerb,
    },
    clock::Zone,
    duties::model::{Done, Duty},
    error::{AppError, Result},
    evidence::model::{
        ChannelSource, Contact, ContactKind, Document, Finding, FindingAnswer, PortionMark, SourceGrade, Statement,
    },
    id::{
        AuthorityId, CheckId, ContactId, DocumentId, ExplanationId, ExtensionId, FindingId, InterimReplyId, LicenseId,
        PartyId, PersonId, QuestionId, RecommendationId, ResultId, StatementId, SubjectId,
    },
    licenses::model::LicenseFile,
    parties::model::PartyRole,
    reference::model::Asked,
    web::filters::day_words,
};

/// What the row of a check has that its file has not.
#[derive(Debug)]
struct Beside {
    year: i32,
    number: i32,
    opener: Hand,
    requested_by: Option<PersonId>,
    acknowledged_at: Option<OffsetDateTime>,
    waived: Option<(PersonId, OffsetDateTime)>,
    held_by: Option<PersonId>,
    resumed: Option<(PersonId, OffsetDateTime)>,
    written: Option<(OffsetDateTime, i32)>,
    signed: Option<(i32, Option<(PersonId, i32)>)>,
    declined_by: Option<PersonId>,
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

/// What a check is opened with.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) at: OffsetDateTime,
    pub(super) post: usize,
    pub(super) check_type: CheckType,
    pub(super) priority: Priority,
    pub(super) site_visit: SiteVisit,
    pub(super) subject: String,
    pub(super) reason: String,
    pub(super) days: i32,
    pub(super) follows: Option<(CheckId, String)>,
    /// How long things take, in thousandths of what is usual.
    pub(super) pace: i64,
}

/// A check under way.
#[derive(Debug)]
pub(super) struct Story<'w> {
    pub(super) world: &'w mut World,
    pub(super) file: CaseFile,
    pub(super) post: usize,
    pub(super) records: Vec<Records>,
    beside: Beside,
    pace: i64,
}

pub(super) fn refused<T>(judged: Result<T, impl std::fmt::Display>) -> Result<T> {
    judged.map_err(|refusal| AppError::Refused(refusal.to_string()))
}

impl<'w> Story<'w> {
    pub(super) fn open(world: &'w mut World, opening: Opening) -> Result<Self> {
        let Opening { at, post, check_type, priority, site_visit, subject, reason, days, follows, pace } = opening;
        let opener = world.in_washington(Role::CaseOfficer, at.date())[0];
        let year = Zone::named(Zone::WASHINGTON).day(at).year();
        let number = world.numbers.checks.entry(year).or_default();
        *number += 1;
        let number = *number;
        let (place, person) = (&world.posts[post], &world.people[opener.person]);
        let check = CheckFile {
            id: CheckId(world.dice.id(at)),
            reference: format!("BL-{year}-{number:04}"),
            check_type,
            state: CheckState::Draft,
            held_state: None,
            held_at: None,
            held_reason: None,
            post_id: place.id,
            post_name: place.name.clone(),
            post_country: place.country.clone(),
            post_zone: place.zone.clone(),
            subject,
            reason,
            priority,
            site_visit,
            site_visit_waiver: None,
            days_to_answer: days,
            due_on: None,
            opened_by: person.id,
            opened_by_name: person.name.clone(),
            opened_at: at,
            requested_at: None,
            officer_id: None,
            officer_name: None,
            replied_at: None,
            resulted_at: None,
            closed_at: None,
            follows: follows.as_ref().map(|(_, reference)| reference.clone()),
            follows_check_id: follows.map(|(check, _)| check),
            revision: 1,
            version: 1,
            subjects: Vec::new(),
            found: Vec::new(),
            questions: Vec::new(),
            interim_replies: Vec::new(),
            extensions: Vec::new(),
            contacts: Vec::new(),
            statements: Vec::new(),
            documents: Vec::new(),
            findings: Vec::new(),
            recommendation: None,
            earlier_recommendation: None,
            result: None,
            earlier_result: None,
            explanations: Vec::new(),
            people_at_post: Vec::new(),
            duties: Vec::new(),
        };
        let beside = Beside {
            year,
            number,
            opener,
            requested_by: None,
            acknowledged_at: None,
            waived: None,
            held_by: None,
            resumed: None,
            written: None,
            signed: None,
            declined_by: None,
        };
        let reference = std::mem::take(&mut world.book.reference);
        let event = Event::new(Verb::CheckOpened, check.id, format!("opened {}: {}", check.reference, check.subject))
            .after(check.reason.as_str());
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
    fn director(&mut self, duty: Duty) -> Result<Hand> {
        let opener = self.case_officer();
        if self.file.apart(self.person(opener), duty).is_ok() {
            return Ok(opener);
        }
        self.washington(Role::CaseOfficer, |story, hand| story.file.apart(story.person(hand), duty).is_ok())
    }

    fn at_post(&mut self) -> Vec<Hand> {
        let hands = self.world.at_post(self.post, self.post_day());
        self.file.check.people_at_post = hands.iter().map(|hand| self.world.people[hand.person].id).collect();
        hands
    }

    /// The post's officer of this check, or whoever is there now.
    pub(super) fn officer(&mut self) -> Hand {
        let hands = self.at_post();
        let known = hands.iter().find(|hand| Some(self.person(**hand)) == self.file.check.officer_id);
        known.copied().unwrap_or_else(|| hands[self.world.dice.below(hands.len())])
    }

    fn step(&mut self, step: &Stepped, by: Hand) {
        let now = self.file.now;
        let person = self.person(by);
        let check = &mut self.file.check;
        check.held_state = Some(check.state).filter(|_| step.to() == CheckState::OnHold);
        check.held_at = check.held_state.map(|_| now);
        self.beside.held_by = check.held_state.map(|_| person);
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

    /// What its licenses know of the check.
    fn tell_licenses(&mut self) {
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
        let id = SubjectId(self.id());
        let check_id = self.file.check.id;
        self.put(&rows::CheckSubject { id, check_id, party_id, role })?;
        let sentence = format!("added {name} as a subject ({})", role.label().to_lowercase());
        self.file.check.subjects.push(CheckSubject { id, party_id, name, role });
        self.touch();
        self.log(by, Event::new(Verb::CheckChanged, check_id, sentence).on_party(party_id))
    }

    /// Sends it to the post.
    pub(super) fn request(&mut self) -> Result<()> {
        self.pass(0, 3);
        self.soon();
        let by = self.case_officer();
        let step = refused(self.file.request())?;
        let due = self.file.check.due_when_sent(self.file.now);
        self.step(&step, by);
        let check = &mut self.file.check;
        check.due_on = Some(due);
        let event = CheckVerb::Request.event(check, format!(" to {}, due {}", check.post_name, day_words(due)));
        self.log(by, event)
    }

    /// Takes it up at post.
    pub(super) fn acknowledge(&mut self) -> Result<()> {
        self.pass(0, 5);
        self.soon();
        let by = self.officer();
        let step = refused(self.file.take(self.person(by), CheckVerb::Acknowledge))?;
        self.step(&step, by);
        self.log(by, CheckVerb::Acknowledge.event(&self.file.check, ""))
    }

    pub(super) fn contact(
        &mut self,
        kind: ContactKind,
        authority: Option<(AuthorityId, String)>,
        openings: &[&str],
    ) -> Result<ContactId> {
        self.soon();
        let by = self.officer();
        let dice = &mut self.world.dice;
        let with_whom = match &authority {
            Some((_, name)) => format!("{}, {name}", language::person(dice)),
            None => language::drawn(dice, "{name}, {manager|director|owner|clerk|guard|deputy}"),
        };
        let channel_source = match authority {
            Some(_) => ChannelSource::Directory,
            None => dice.weighed(&[
                (450, ChannelSource::Directory),
                (200, ChannelSource::EarlierFile),
                (200, ChannelSource::Embassy),
                (100, ChannelSource::Paper),
                (50, ChannelSource::NotStated),
            ]),
        };
        let place =
            if kind == ContactKind::SiteVisit || dice.chance(200) { language::address(dice) } else { String::new() };
        let undated = authority.is_none() && dice.chance(30);
        let summary = language::text(dice, openings);
        let (id, now, check_id) = (ContactId(self.id()), self.file.now, self.file.check.id);
        let occurred_on = Some(self.post_day()).filter(|_| !undated);
        let recorded_by = self.person(by);
        let row = rows::Contact {
            id,
            check_id,
            kind,
            occurred_on,
            with_whom: &with_whom,
            authority_id: authority.as_ref().map(|(id, _)| *id),
            place: &place,
            channel_source,
            summary: &summary,
            recorded_by,
            recorded_at: now,
        };
        self.put(&row)?;
        let sentence = format!("recorded a contact: {} with {with_whom}", kind.label().to_lowercase());
        let event = Event::new(Verb::ContactRecorded, Subject::Row("contact", id.0), sentence)
            .on_check(check_id)
            .after(&summary);
        let contact = Contact {
            id,
            kind,
            occurred_on,
            with_whom,
            authority_id: authority.as_ref().map(|(id, _)| *id),
            authority: authority.map(|(_, name)| name),
            channel_source,
            place,
            summary_length: length(&summary),
            summary,
            recorded_by_name: self.name(by),
            recorded_at: now,
            version: 1,
        };
        self.file.check.contacts.insert(0, contact);
        self.touch();
        self.log(by, event)?;
        Ok(id)
    }

    /// Records what a contact stated; `bears` is how it stands to another statement of the file.
    pub(super) fn statement(
        &mut self,
        contact: ContactId,
        grade: SourceGrade,
        about: Option<PartyId>,
        bears: Bears,
    ) -> Result<StatementId> {
        self.soon();
        let by = self.officer();
        let topic = self.world.dice.pick(&["order", "end_use", "need", "storage", "other"]);
        let text = language::text(&mut self.world.dice, STATED);
        let (id, now, check_id) = (StatementId(self.id()), self.file.now, self.file.check.id);
        let with_whom = self
            .file
            .check
            .contacts
            .iter()
            .find(|known| known.id == contact)
            .map(|known| known.with_whom.clone())
            .unwrap_or_default();
        let event = Event::new(
            Verb::StatementRecorded,
            Subject::Row("statement", id.0),
            format!("recorded what {with_whom} stated"),
        );
        let event = event.on_check(check_id).after(&text);
        self.touch();
        self.log(by, event)?;
        let (confirmed_by, contradicted_by) = match bears {
            Bears::Alone => (None, None),
            Bears::ConfirmedBy(other) => (Some(other), None),
            Bears::ContradictedBy(other) => (None, Some(other)),
        };
        if bears != Bears::Alone {
            self.soon();
            let word = if contradicted_by.is_some() { "contradicted" } else { "confirmed" };
            let event = Event::new(
                Verb::StatementRecorded,
                Subject::Row("statement", id.0),
                format!("marked a statement as {word}"),
            );
            let event = event
                .on_check(check_id)
                .before((None::<StatementId>, None::<StatementId>))
                .after((confirmed_by, contradicted_by));
            self.touch();
            self.log(by, event)?;
        }
        let version = if bears == Bears::Alone { 1 } else { 2 };
        let recorded_by = self.person(by);
        let row = rows::Statement {
            id,
            check_id,
            contact_id: contact,
            text: &text,
            topic: Some(topic),
            about_party_id: about,
            source_grade: grade,
            confirmed_by,
            contradicted_by,
            recorded_by,
            recorded_at: now,
            version,
        };
        self.put(&row)?;
        let about_name = about.and_then(|id| {
            self.file.parties().iter().find(|(party, ..)| *party == id).map(|(_, name, _)| (*name).to_owned())
        });
        let statement = Statement {
            id,
            contact_id: contact,
            with_whom,
            text_length: length(&text),
            text,
            topic: Some(topic.to_owned()),
            about_party_id: about,
            about: about_name,
            source_grade: grade,
            confirmed_by,
            contradicted_by,
            version,
        };
        self.file.check.statements.insert(0, statement);
        Ok(id)
    }

    pub(super) fn document(&mut self) -> Result<DocumentId> {
        self.soon();
        let by = self.officer();
        let dice = &mut self.world.dice;
        let kind = dice.pick(&[
            "Invoice",
            "Purchase order",
            "Register extract",
            "Letter",
            "Photographs of the store",
            "Contract",
        ]);
        let issuer = if dice.chance(500) { language::word(dice) } else { language::person(dice) };
        let number = if dice.chance(600) {
            format!("{}-{}", dice.between(10, 99), dice.between(1000, 99_999))
        } else {
            String::new()
        };
        let kept_at = dice.pick(&["Post's file", "Post's safe", "With the firm; seen by the officer"]);
        let dated = Some(dice.between(1, 200))
            .filter(|days| *days < 180)
            .map(|days| self.file.now.date() - Duration::days(days));
        let description = if dice.chance(400) { language::text(dice, DESCRIBED) } else { String::new() };
        let (id, now, check_id, recorded_by) =
            (DocumentId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let row = rows::Document {
            id,
            check_id,
            kind,
            issuer: &issuer,
            number: &number,
            dated,
            kept_at,
            description: &description,
            recorded_by,
            recorded_at: now,
        };
        self.put(&row)?;
        let event = Event::new(
            Verb::DocumentRecorded,
            Subject::Row("document", id.0),
            format!("described a document: {kind} of {issuer}"),
        );
        let event = event.on_check(check_id).after((number.as_str(), kept_at));
        let document = Document {
            id,
            kind: kind.to_owned(),
            issuer,
            number,
            dated,
            kept_at: kept_at.to_owned(),
            description,
            version: 1,
        };
        self.file.check.documents.insert(0, document);
        self.touch();
        self.log(by, event)?;
        Ok(id)
    }

    /// Records a finding that rests on these.
    pub(super) fn finding(
        &mut self,
        asked: &Asked,
        answer: FindingAnswer,
        contacts: Vec<ContactId>,
        documents: Vec<DocumentId>,
    ) -> Result<()> {
        self.soon();
        let by = self.officer();
        let openings = match (answer, asked.topic.as_str()) {
            (FindingAnswer::Yes, "storage" | "inventory" | "receipt") => KEPT_SAFE,
            (FindingAnswer::Yes, "bona_fides" | "intermediaries") => EXISTS,
            (FindingAnswer::Yes, _) => FOUND,
            (FindingAnswer::No, "storage" | "inventory" | "receipt") => KEPT_BADLY,
            (FindingAnswer::No, _) => FOUND_NOT,
            (FindingAnswer::Partly | FindingAnswer::CouldNotEstablish, _) => FOUND_PARTLY,
        };
        let text = language::text(&mut self.world.dice, openings);
        let portion_mark = if self.world.dice.chance(820) { PortionMark::Sbu } else { PortionMark::U };
        let (id, now, check_id, recorded_by) =
            (FindingId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let party_id = asked.party.as_ref().map(|(id, _)| *id);
        let row = rows::Finding {
            id,
            check_id,
            topic: &asked.topic,
            party_id,
            answer,
            text: &text,
            portion_mark,
            recorded_by,
            recorded_at: now,
        };
        self.put(&row)?;
        for contact in &contacts {
            self.put(&rows::Basis { finding_id: id, contact_id: Some(*contact), document_id: None })?;
        }
        for document in &documents {
            self.put(&rows::Basis { finding_id: id, contact_id: None, document_id: Some(*document) })?;
        }
        let about = asked.party.as_ref().map(|(_, name)| format!(" ({name})")).unwrap_or_default();
        let sentence = format!("found on {}{about}: {}", asked.label.to_lowercase(), answer.label().to_lowercase());
        let event = Event::new(Verb::FindingRecorded, Subject::Row("finding", id.0), sentence)
            .on_check(check_id)
            .after((answer, &text));
        let finding = Finding {
            id,
            topic: asked.topic.clone(),
            party_id,
            party_name: asked.party.as_ref().map(|(_, name)| name.clone()),
            answer,
            text_length: length(&text),
            text,
            portion_mark,
            contacts,
            documents,
            recorded_by,
            version: 1,
        };
        self.file.check.findings.push(finding);
        self.touch();
        self.log(by, event)
    }

    /// Records a party that the post came across.
    pub(super) fn find_party(&mut self) -> Result<()> {
        self.soon();
        let (by, check, country) = (self.officer(), self.file.check.id, self.file.check.post_country.clone());
        let role = self.world.dice.weighed(&[
            (1, PartyRole::Broker),
            (1, PartyRole::FreightForwarder),
            (1, PartyRole::Seller),
        ]);
        let source = "Named by the end-user's purchasing office";
        let party = self.world.found(self.file.now, by, &country, super::parties::Found { check, role, source })?;
        let known = &self.world.parties.all[party];
        let found = FoundParty {
            id: known.id,
            name: known.name.clone(),
            role,
            country,
            address: String::new(),
            source: source.to_owned(),
            by: self.name(by),
            at: self.file.now,
        };
        self.file.check.found.push(found);
        self.touch();
        Ok(())
    }

    /// Moves the due date.
    pub(super) fn extend(&mut self) -> Result<()> {
        self.soon();
        let by = self.director(Duty::Extend)?;
        let before = refused(self.file.extend(self.person(by)))?;
        let after = before + Duration::days(self.world.dice.between(10, 40));
        let reason = language::text(&mut self.world.dice, EXTENDED);
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
        let note = Note { text: format!("Due {after} instead of {before}: {reason}"), by: self.name(by), at: now };
        self.file.check.extensions.insert(0, note);
        let event = CheckVerb::Extend.event(&self.file.check, format!(" to {}", day_words(after)));
        self.log(by, event.before(before).after((after, reason.as_str())))
    }

    /// Signs an interim reply.
    pub(super) fn interim(&mut self) -> Result<()> {
        self.soon();
        let by = self.officer();
        let step = refused(self.file.take(self.person(by), CheckVerb::Interim))?;
        let text = language::text(&mut self.world.dice, INTERIM);
        let (id, now, check_id, person) =
            (InterimReplyId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let revision_read = self.file.check.revision;
        self.put(&rows::InterimReply { id, check_id, text: &text, signed_by: person, signed_at: now, revision_read })?;
        self.step(&step, by);
        let event = CheckVerb::Interim.event(&self.file.check, "").after(text.as_str());
        self.file.check.interim_replies.insert(0, Note { text, by: self.name(by), at: now });
        self.log(by, event)
    }

    /// Waives a required site visit.
    pub(super) fn waive(&mut self) -> Result<()> {
        self.soon();
        let by = self.director(Duty::Waive)?;
        refused(self.file.waive(self.person(by)))?;
        let text = language::text(&mut self.world.dice, WAIVED);
        self.beside.waived = Some((self.person(by), self.file.now));
        let event = CheckVerb::Waive.event(&self.file.check, "").after(text.as_str());
        self.file.check.site_visit_waiver = Some(text);
        self.touch();
        self.log(by, event)
    }

    pub(super) fn hold(&mut self) -> Result<()> {
        self.soon();
        let by = self.director(Duty::Hold)?;
        let step = refused(self.file.take(self.person(by), CheckVerb::Hold))?;
        let text = language::text(&mut self.world.dice, HELD);
        self.step(&step, by);
        let check = &mut self.file.check;
        let event = CheckVerb::Hold.event(check, "").after(text.as_str());
        check.held_reason = Some(text);
        self.log(by, event)
    }

    /// Lets the clock run again.
    pub(super) fn resume(&mut self) -> Result<()> {
        self.pass(5, 40);
        self.soon();
        let by = self.director(Duty::Resume)?;
        let step = refused(self.file.take(self.person(by), CheckVerb::Resume))?;
        let check = &self.file.check;
        let (held, due) = (check.days_held(self.file.now), check.due_after_hold(self.file.now));
        self.step(&step, by);
        let check = &mut self.file.check;
        check.held_reason = None;
        check.due_on = due.or(check.due_on);
        let event = CheckVerb::Resume.event(check, format!(" after {held} days on hold"));
        self.log(by, event)
    }

    /// Explains every contradiction that waits for the post, or for Washington.
    pub(super) fn explain(&mut self, by_post: bool) -> Result<()> {
        let waiting: Vec<_> = self
            .file
            .contradictions()
            .into_iter()
            .filter(|found| found.explanation.is_none() && found.by_post == by_post)
            .collect();
        for found in waiting {
            self.soon();
            let by = if by_post { self.officer() } else { self.case_officer() };
            let text = language::text(&mut self.world.dice, EXPLAINED);
            let (id, now, check_id, person) =
                (ExplanationId(self.id()), self.file.now, self.file.check.id, self.person(by));
            let row = rows::Explanation {
                id,
                check_id,
                contradiction: &found.key,
                fingerprint: &found.fingerprint,
                text: &text,
                explained_by: person,
                explained_at: now,
            };
            self.put(&row)?;
            self.touch();
            let event =
                CheckVerb::Explain.event(&self.file.check, format!(": {}", found.sentence)).after(text.as_str());
            let explanation = Explanation {
                id,
                contradiction: found.key,
                fingerprint: found.fingerprint,
                text,
                explained_by_name: self.name(by),
                explained_at: now,
            };
            self.file.check.explanations.insert(0, explanation);
            self.log(by, event)?;
        }
        Ok(())
    }

    /// Writes the recommendation, in place of one that was withdrawn.
    pub(super) fn recommend(&mut self, word: RecommendationWord) -> Result<()> {
        self.soon();
        let by = self.officer();
        let against = matches!(word, RecommendationWord::Oppose | RecommendationWord::CannotDetermine);
        let text = language::text(&mut self.world.dice, if against { OPPOSED } else { RECOMMENDED });
        let (id, now, person) = (RecommendationId(self.id()), self.file.now, self.person(by));
        self.touch();
        let event = CheckVerb::Recommend.event(&self.file.check, format!(": {}", word.label().to_lowercase()));
        let event = event.after((word, text.as_str()));
        self.beside.written = Some((now, 0));
        self.file.check.recommendation = Some(Recommendation {
            id,
            word,
            text_length: length(&text),
            text,
            written_by: person,
            written_by_name: self.name(by),
            signed_by: None,
            signed_by_name: None,
            signed_at: None,
            signed_revision: None,
            cleared_by: None,
            cleared_by_name: None,
            cleared_at: None,
            post_of_one: false,
            version: 1,
        });
        self.log(by, event)
    }

    pub(super) fn sign(&mut self) -> Result<()> {
        self.soon();
        let by = self.officer();
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        refused(self.file.sign(person))?;
        let check = &mut self.file.check;
        let Some(word) = check.recommendation.as_mut() else { return Ok(()) };
        (word.signed_by, word.signed_by_name, word.signed_at, word.signed_revision) =
            (Some(person), Some(name), Some(now), Some(revision));
        word.version += 1;
        let word = word.word.label().to_lowercase();
        let event = CheckVerb::Sign.event(check, format!(": {word}")).after(revision);
        self.tell_licenses();
        self.log(by, event)
    }

    /// Clears the reply: another person of the post, or the signer where nobody else is there.
    pub(super) fn clear(&mut self) -> Result<()> {
        self.pass(0, 2);
        self.soon();
        let hands = self.at_post();
        let fits = hands.into_iter().find_map(|hand| Some((hand, self.file.clear(self.person(hand)).ok()?)));
        let Some((by, cleared)) = fits else {
            let why = self.file.check.people_at_post.iter().find_map(|person| self.file.clear(*person).err());
            return Err(AppError::Refused(why.map(|why| why.to_string()).unwrap_or_default()));
        };
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        if let (Some(word), Some((_, read))) = (self.file.check.recommendation.as_mut(), self.beside.written.as_mut()) {
            (word.cleared_by, word.cleared_by_name, word.cleared_at) = (Some(person), Some(name), Some(now));
            word.post_of_one = cleared.post_of_one;
            word.version += 1;
            *read = revision;
        }
        let alone = if cleared.post_of_one { " as the only person of the post" } else { "" };
        let event = CheckVerb::Clear.event(&self.file.check, alone).after(revision);
        self.step(&cleared.step, by);
        self.log(by, event)
    }

    /// Asks the post again.
    pub(super) fn give_back(&mut self) -> Result<()> {
        self.pass(2, 12);
        self.soon();
        let by = self.director(Duty::GiveBack)?;
        let step = refused(self.file.give_back(self.person(by)))?;
        let text = language::text(&mut self.world.dice, ASKED);
        let (id, now, check_id, person) = (QuestionId(self.id()), self.file.now, self.file.check.id, self.person(by));
        self.put(&rows::Question { id, check_id, text: &text, asked_by: person, asked_at: now })?;
        self.withdraw_recommendation()?;
        let (before, due) = (self.file.check.due_on, self.file.check.due_after_washington(now));
        self.step(&step, by);
        let check = &mut self.file.check;
        check.due_on = due.or(check.due_on);
        let until = due.map(|due| format!(", due {}", day_words(due))).unwrap_or_default();
        let event = CheckVerb::GiveBack.event(check, until).before(before).after((text.as_str(), due));
        let note = Note { text, by: self.world.people[by.person].name.clone(), at: now };
        check.questions.insert(0, note);
        self.log(by, event)
    }

    fn withdraw_recommendation(&mut self) -> Result<()> {
        let now = self.file.now;
        self.write_recommendation(Some(now))?;
        let check = &mut self.file.check;
        check.earlier_recommendation = check.recommendation.take();
        Ok(())
    }

    fn write_recommendation(&mut self, withdrawn_at: Option<OffsetDateTime>) -> Result<()> {
        let (check, Some((written_at, read))) = (&self.file.check, self.beside.written) else { return Ok(()) };
        let Some(word) = &check.recommendation else { return Ok(()) };
        let row = rows::Recommendation {
            id: word.id,
            check_id: check.id,
            word: word.word,
            text: &word.text,
            written_by: word.written_by,
            written_at,
            signed_by: word.signed_by,
            signed_at: word.signed_at,
            signed_revision: word.signed_revision,
            cleared_by: word.cleared_by,
            cleared_at: word.cleared_at,
            cleared_revision: word.cleared_by.map(|_| read),
            post_of_one: word.post_of_one,
            withdrawn_at,
            version: word.version,
        };
        self.world.ledger.put(written_at, &row)
    }

    pub(super) fn propose(&mut self, word: ResultWord) -> Result<()> {
        self.pass(1, 9);
        self.soon();
        let by = self.director(Duty::Propose)?;
        refused(self.file.propose(self.person(by)))?;
        let reasons = if word == ResultWord::Unfavorable { self.reasons() } else { Vec::new() };
        refused(self.file.bears(word, &reasons))?;
        let dice = &mut self.world.dice;
        let text = language::text(dice, if word.is_favorable() { RESULTED } else { NOT_BORNE_OUT });
        let caveat =
            if word == ResultWord::FavorableWithCaveat { language::text(dice, CAVEATS) } else { String::new() };
        let id = self.new_result(by, word, &text, &caveat, None, reasons)?;
        let event = CheckVerb::Propose.event(&self.file.check, format!(": {}", word.label().to_lowercase()));
        self.log(by, event.about(Subject::Row("result", id.0)).after((word, text.as_str(), caveat)))
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

    fn new_result(
        &mut self,
        by: Hand,
        word: ResultWord,
        text: &str,
        caveat: &str,
        ended_because: Option<EndedBecause>,
        reasons: Vec<ResultReason>,
    ) -> Result<ResultId> {
        let (id, now, proposed_by) = (ResultId(self.id()), self.file.now, self.person(by));
        if self.file.check.result.is_some() {
            self.write_result(Some(now))?;
            self.file.check.earlier_result = self.file.check.result.take();
        }
        for reason in &reasons {
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
            word,
            text: text.to_owned(),
            text_length: length(text),
            caveat: caveat.to_owned(),
            ended_because,
            proposed_by,
            proposed_by_name: self.name(by),
            proposed_at: now,
            signed_by: None,
            signed_by_name: None,
            signed_at: None,
            countersigned_by_name: None,
            countersigned_at: None,
            declined_because: None,
            reasons,
            version: 1,
        });
        self.touch();
        Ok(id)
    }

    fn write_result(&mut self, withdrawn_at: Option<OffsetDateTime>) -> Result<()> {
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
        let by = self.washington(Role::Reviewer, |story, hand| story.file.decline(story.person(hand)).is_ok())?;
        self.beside.declined_by = Some(self.person(by));
        let text = language::text(&mut self.world.dice, DECLINED);
        let now = self.file.now;
        let check = &mut self.file.check;
        let word = check.result.as_ref().map_or("", |result| result.word.label()).to_lowercase();
        let event = CheckVerb::Decline.event(check, format!(": {word}")).after(text.as_str());
        if let Some(result) = check.result.as_mut() {
            result.declined_because = Some(text);
        }
        self.write_result(Some(now))?;
        self.file.check.earlier_result = self.file.check.result.take();
        self.touch();
        self.log(by, event)
    }

    /// Signs the proposed result.
    pub(super) fn sign_result(&mut self) -> Result<()> {
        self.pass(1, 7);
        self.soon();
        let by = self.washington(Role::Reviewer, |story, hand| story.file.sign_result(story.person(hand)).is_ok())?;
        let proof = refused(self.file.sign_result(self.person(by)))?;
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        let check = &mut self.file.check;
        let Some(result) = check.result.as_mut() else { return Ok(()) };
        (result.signed_by, result.signed_by_name, result.signed_at) = (Some(person), Some(name), Some(now));
        result.version += 1;
        self.beside.signed = Some((revision, None));
        let word = result.word.label().to_lowercase();
        let event = CheckVerb::SignResult.event(check, format!(": {word}")).after(revision);
        self.tell_licenses();
        self.log(by, event)?;
        self.settle(by, proof.step.as_ref())
    }

    pub(super) fn countersign(&mut self) -> Result<()> {
        self.pass(1, 5);
        self.soon();
        let by = self.washington(Role::Supervisor, |story, hand| story.file.countersign(story.person(hand)).is_ok())?;
        let proof = refused(self.file.countersign(self.person(by)))?;
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        let check = &mut self.file.check;
        if let (Some(result), Some((_, countersigned))) = (check.result.as_mut(), self.beside.signed.as_mut()) {
            (result.countersigned_by_name, result.countersigned_at) = (Some(name), Some(now));
            result.version += 1;
            *countersigned = Some((person, revision));
        }
        let event = CheckVerb::Countersign.event(check, "").after(revision);
        self.log(by, event)?;
        self.settle(by, proof.step.as_ref())
    }

    pub(super) fn end_early(&mut self, because: EndedBecause) -> Result<()> {
        self.pass(1, 15);
        self.soon();
        let by = self.washington(Role::Reviewer, |story, hand| story.file.end_early(story.person(hand)).is_ok())?;
        let person = self.person(by);
        let step = refused(self.file.end_early(person))?;
        let text = language::text(&mut self.world.dice, ENDED);
        let revision = self.file.check.revision;
        self.new_result(by, ResultWord::NotCompleted, &text, "", Some(because), Vec::new())?;
        let (name, now) = (self.name(by), self.file.now);
        if let Some(result) = self.file.check.result.as_mut() {
            (result.signed_by, result.signed_by_name, result.signed_at) = (Some(person), Some(name), Some(now));
            result.version += 1;
        }
        self.beside.signed = Some((revision, None));
        self.file.check.held_reason = None;
        let event = CheckVerb::EndEarly.event(&self.file.check, format!(": {}", because.label().to_lowercase()));
        self.log(by, event.after(text.as_str()))?;
        self.settle(by, Some(&step))
    }

    /// The last signature takes it to its result, and closes it if none of its licenses is open.
    fn settle(&mut self, by: Hand, step: Option<&Stepped>) -> Result<()> {
        if let Some(step) = step {
            self.step(step, by);
        }
        self.close(by)
    }

    /// It closes by itself, in the change of whoever settled the last of it.
    pub(super) fn close(&mut self, by: Hand) -> Result<()> {
        if !self.file.closes() {
            return Ok(());
        }
        let now = self.file.now;
        let check = &mut self.file.check;
        (check.state, check.closed_at) = (CheckState::Closed, Some(now));
        check.revision += 1;
        let event =
            Event::new(Verb::CheckClosed, check.id, format!("closed {}: no license of it is open", check.reference));
        self.tell_licenses();
        self.log(by, event)
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
            follows_check_id: check.follows_check_id,
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

/// What an entry says that a person did: on the check, or else on the license.
fn duty_of(event: &Event) -> Option<(Duty, bool)> {
    let (_, duty, on_check, begins) = DUTIES.iter().find(|(verb, ..)| *verb == event.verb)?;
    event.summary.starts_with(begins).then_some((*duty, *on_check))
}

fn note(duties: &mut Vec<Done>, done: &Done) {
    let same = |known: &Done| {
        (known.person_id, known.duty, known.check_id, known.license_id)
            == (done.person_id, done.duty, done.check_id, done.license_id)
    };
    if !duties.iter().any(same) {
        duties.push(done.clone());
    }
}

/// What a person did on a file, by the entry that tells it: its verb, the duty, whether on the check or on the license,
/// how it begins.
pub(super) const DUTIES: &[(Verb, Duty, bool, &str)] = &[
    (Verb::CheckOpened, Duty::Open, true, ""),
    (Verb::CheckRequested, Duty::Request, true, ""),
    (Verb::SiteVisitWaived, Duty::Waive, true, ""),
    (Verb::CheckGivenBack, Duty::GiveBack, true, ""),
    (Verb::DueDateExtended, Duty::Extend, true, ""),
    (Verb::CheckHeld, Duty::Hold, true, ""),
    (Verb::CheckResumed, Duty::Resume, true, ""),
    (Verb::ContradictionExplained, Duty::Explain, true, ""),
    (Verb::ContactRecorded, Duty::Work, true, ""),
    (Verb::StatementRecorded, Duty::Work, true, ""),
    (Verb::DocumentRecorded, Duty::Work, true, ""),
    (Verb::FindingRecorded, Duty::Work, true, ""),
    (Verb::InterimReplySigned, Duty::Work, true, ""),
    (Verb::RecommendationWritten, Duty::Work, true, ""),
    (Verb::RecommendationSigned, Duty::SignReply, true, ""),
    (Verb::ReplyCleared, Duty::ClearReply, true, ""),
    (Verb::ResultProposed, Duty::Propose, true, ""),
    (Verb::ResultDeclined, Duty::Decline, true, ""),
    (Verb::ResultSigned, Duty::SignResult, true, ""),
    (Verb::ResultCountersigned, Duty::Countersign, true, ""),
    (Verb::CheckEnded, Duty::EndEarly, true, ""),
    (Verb::LicenseRegistered, Duty::Register, false, ""),
    (Verb::ConditionChanged, Duty::MeetCondition, false, "condition met"),
    (Verb::ExceptionMade, Duty::Except, false, ""),
    (Verb::LicenseDecided, Duty::Decide, false, ""),
    (Verb::PermitRecorded, Duty::RecordPaper, false, ""),
    (Verb::PermitVerified, Duty::VerifyPermit, false, ""),
    (Verb::PermitRevoked, Duty::RecordPaper, false, ""),
    (Verb::ApprovalRecorded, Duty::RecordPaper, false, ""),
    (Verb::CertificateRecorded, Duty::RecordPaper, false, ""),
    (Verb::SignatureVerified, Duty::VerifySignature, false, ""),
    (Verb::CustodyChanged, Duty::RecordPaper, false, ""),
    (Verb::SerialsCounted, Duty::RecordPaper, false, ""),
];

/// How a statement stands to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bears {
    Alone,
    /// The other one, of a better source, bears it out.
    ConfirmedBy(StatementId),
    /// The other one says the opposite.
    ContradictedBy(StatementId),
}

pub(super) fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

/// An amount of so many cents.
pub(super) fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

const STATED: &[&str] = &[
    "The {order|contract} is {theirs|ours|genuine}.",
    "{The weapons|The items|All of it} {stay|stays} in the {armory|store|depot}.",
    "They {know|have signed} the rules on {nontransfer|resale}.",
    "They never {sold|lent|moved} {anything|a piece} of it.",
    "The {guard force|unit|squadron} has {n} people.",
    "The {price|amount} was {paid|agreed} with the {broker|seller|ministry}.",
];
const DESCRIBED: &[&str] = &["{One page|Two pages}, {signed|stamped} by {name}.", "Names {name} as {buyer|consignee}."];
const FOUND: &[&str] = &[
    "As {stated|the application says}.",
    "Confirmed {on site|in writing|by the manager}.",
    "{Records|Papers|Registers} are {complete|in order}; {n} entries were compared.",
    "Yes, says {name}, and {showed|sent} the {paper|order|contract}.",
];
const KEPT_SAFE: &[&str] = &[
    "{Steel door, two locks, a guard|A cage and a register|An armory with a duty officer}.",
    "{Every piece|The lot} was {shown|counted}; {records|registers} are in order.",
    "As {stated|the application says}.",
];
const EXISTS: &[&str] = &[
    "{The firm|The office} {exists|is known} and {answered|showed} everything that was asked.",
    "{Registered|At this address} since {n} years, {says the register|says the landlord}.",
    "Confirmed {on site|in writing|by the manager}.",
];
const FOUND_NOT: &[&str] = &[
    "{Nobody|No firm} of this name is {known|registered} at the address.",
    "The {order|contract} {was never placed|is not theirs}, says {name}.",
];
const KEPT_BADLY: &[&str] = &[
    "{The store is|Both rooms are} {open|without a lock|used by others}.",
    "{n} pieces {could not be shown|are not in the register}.",
];
const FOUND_PARTLY: &[&str] = &[
    "{n} of the pieces were {seen|shown}; the others are {on duty|in another depot}.",
    "{The firm|The office} {did not answer|gave two answers}; post {could not learn|was not told} more.",
    "The {register|ledger} is kept, but not {signed|up to date}.",
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
const EXPLAINED: &[&str] = &[
    "{A slip of the pen|A typing error}: the {ledger|invoice} has it right.",
    "The {lot|crate} was {counted|sealed} as a whole; its pieces have no numbers of their own.",
    "Both are {right|true}: the {first|second} speaks of {last|next} year.",
    "It {signed|held the keys} for {one night|two days} while customs was closed.",
];
const ASKED: &[&str] = &[
    "Who {holds the keys|signs for the items|pays the freight}?",
    "How many {guards|pilots|officers} {are there|are trained}?",
    "{Where|How} were the old {weapons|parts} {kept|destroyed}?",
];
const RECOMMENDED: &[&str] = &[
    "Post {supports|has no objection to} the {license|sale} {as asked|for the reasons above}.",
    "{The need is real|The end-user is known to post}, and {storage|control} is {good|sufficient}.",
];
const OPPOSED: &[&str] = &[
    "Post {cannot|could not} {say more|see the store}; {see the findings|the host government did not answer}.",
    "Post {advises against|opposes} the {license|sale}: {nobody answers for the items|the end-user is not what it says}.",
];
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
const ENDED: &[&str] = &[
    "The application was {withdrawn|taken back} by the {applicant|exporter}.",
    "{The order was cancelled|Nothing was shipped}.",
    "The host country does not {allow|answer} such checks.",
];

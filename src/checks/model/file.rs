//! A check with everything it owns, as a rule or a page reads it.

use serde::Deserialize;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    answers::{CheckResult, Explanation, Recommendation, Returned},
    owners::Holder,
    words::{CheckState, CheckType, Priority, SiteVisit},
};
use crate::{
    access::Role,
    checks::{
        contradictions::{self, Contradiction},
        due::Due,
    },
    clock::Zone,
    corrections::model::{self as corrections, Correction},
    duties::model::Done,
    evidence::model::{Contact, Document, Finding, Refusal as OfEvidence, Statement},
    id::{CheckId, LicenseId, PartyId, PersonId, PostId, RecallId, SubjectId},
    licenses::model::{LicenseFile, Listing, OpenCondition, Screened},
    mistakes::model::{self as mistakes, Mistake},
    parties::model::PartyRole,
    reference::model::{Asked, Reference, ReferenceKind},
    text::is_cut,
};

/// A party as the subject of a check without a license.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckSubject {
    pub id: SubjectId,
    pub party_id: PartyId,
    pub name: String,
    /// What it was called when the check was answered for good, with today's name beside it where that is another one.
    pub called: String,
    pub role: PartyRole,
    pub country: String,
    pub country_name: String,
    /// The screening lists it stands on today.
    pub listings: Vec<Listing>,
}

impl CheckSubject {
    /// As guard 7 would read it on a license.
    pub fn screened(&self) -> Screened<'_> {
        Screened {
            id: self.party_id,
            name: &self.name,
            country: &self.country,
            country_name: &self.country_name,
            listings: &self.listings,
        }
    }
}

/// A party the post found, until a case officer links it, establishes it or merges it into a known record.
#[derive(Debug, Clone, Deserialize)]
pub struct FoundParty {
    pub id: PartyId,
    pub name: String,
    /// What it does here, as the post sees it.
    pub role: PartyRole,
    pub country: String,
    pub address: String,
    /// How the post knows.
    pub source: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A text somebody wrote at a moment: a question, an interim reply, an extension.
#[derive(Debug, Clone, Deserialize)]
pub struct Note {
    pub id: Uuid,
    pub text: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A request that was recalled, as it had been sent.
#[derive(Debug, Clone, Deserialize)]
pub struct Recall {
    pub id: RecallId,
    /// The post that had it: its people go on reading this.
    pub post_id: PostId,
    pub post: String,
    pub check_type: CheckType,
    pub subject: String,
    /// Why the check had been opened.
    pub why: String,
    pub own_questions: String,
    /// The licenses or subjects that it was about.
    pub about: String,
    /// The same as [`CaseFile::about_ids`] says it, by what the parties are merged into today.
    pub about_ids: String,
    pub priority: Priority,
    pub site_visit: SiteVisit,
    pub days_to_answer: i32,
    pub due_on: Date,
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    pub reason: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A check with everything it owns.
#[derive(Debug, Clone)]
pub struct CheckFile {
    pub id: CheckId,
    pub reference: String,
    pub check_type: CheckType,
    pub state: CheckState,
    /// On hold: where it was.
    pub held_state: Option<CheckState>,
    /// On hold: since when.
    pub held_at: Option<OffsetDateTime>,
    pub held_reason: Option<String>,
    /// Where it is asked.
    pub post_id: PostId,
    pub post_name: String,
    pub post_country: String,
    pub post_zone: String,
    /// What it is about, in one line.
    pub subject: String,
    /// Why it was opened.
    pub reason: String,
    /// What the post is asked beside the topics, in Washington's own words; a question a line.
    pub own_questions: String,
    pub priority: Priority,
    /// How a site visit is asked for.
    pub site_visit: SiteVisit,
    /// Why a required visit was waived.
    pub site_visit_waiver: Option<String>,
    pub days_to_answer: i32,
    /// Due at the end of that day at the post.
    pub due_on: Option<Date>,
    pub opened_by: PersonId,
    pub opened_by_name: String,
    pub opened_at: OffsetDateTime,
    /// When it was sent last. A draft that has one was recalled.
    pub requested_at: Option<OffsetDateTime>,
    /// Whether people of the post wrote anything on it, taken back or not.
    pub worked_at_post: bool,
    /// Of a recalled draft, whether a report that nobody settled hides words of it.
    pub words_hidden: bool,
    /// The officer who has it.
    pub officer_id: Option<PersonId>,
    pub officer_name: Option<String>,
    /// When the post answered.
    pub replied_at: Option<OffsetDateTime>,
    /// When the result was signed.
    pub resulted_at: Option<OffsetDateTime>,
    pub closed_at: Option<OffsetDateTime>,
    /// The earlier check it follows, and its reference, where the reader reads that one too.
    pub follows: Option<(CheckId, String)>,
    /// Raised by every change beneath it.
    pub revision: i32,
    pub version: i32,
    pub subjects: Vec<CheckSubject>,
    /// Parties the post found, not linked yet.
    pub found: Vec<FoundParty>,
    /// Requests that were recalled, the last first: at a post, those that it had.
    pub recalled: Vec<Recall>,
    /// Questions it was given back with, the last first.
    pub questions: Vec<Note>,
    /// Interim replies, the last first.
    pub interim_replies: Vec<Note>,
    pub extensions: Vec<Note>,
    pub contacts: Vec<Contact>,
    pub statements: Vec<Statement>,
    pub documents: Vec<Document>,
    pub findings: Vec<Finding>,
    pub recommendation: Option<Recommendation>,
    /// The last recommendation before it, withdrawn by a new text or by questions.
    pub earlier_recommendation: Option<Recommendation>,
    /// Signed replies that came back within the post, the last one first.
    pub returned: Vec<Returned>,
    pub result: Option<CheckResult>,
    /// The last result before it, withdrawn by questions, by another proposal, or declined.
    pub earlier_result: Option<CheckResult>,
    pub explanations: Vec<Explanation>,
    pub holders: Vec<Holder>,
    /// Who serves at the post today, each in their role.
    pub serving: Vec<(PersonId, Role)>,
    /// Whether a remark is on it that the reader reads.
    pub has_remarks: bool,
    /// Whether a telegram is on it that the reader reads.
    pub has_telegrams: bool,
    /// Whether an older program may be serving, which would show a post what is not for it.
    pub older_serves: bool,
    /// What each person did on it, declined, withdrawn or not.
    pub duties: Vec<Done>,
    /// What was recorded by mistake and taken back, the first first.
    pub mistakes: Vec<Mistake>,
    /// Notes of correction, the first first.
    pub corrections: Vec<Correction>,
}

/// A check with its licenses and the reference data of the day: all that a rule about it reads.
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub check: CheckFile,
    pub licenses: Vec<LicenseFile>,
    /// Reference data of the day.
    pub reference: Reference,
    pub now: OffsetDateTime,
}

impl Recommendation {
    /// Whether the text was cut.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.text, self.text_length)
    }
}

impl CheckResult {
    /// Whether the text was cut.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.text, self.text_length)
    }
}

impl CheckFile {
    /// Whether somebody serves at its post today.
    pub fn serves(&self, person: PersonId) -> bool {
        self.serving.iter().any(|(one, _)| *one == person)
    }

    /// The calendar day at the post.
    pub fn post_day(&self, now: OffsetDateTime) -> Date {
        Zone::named(&self.post_zone).day(now)
    }

    /// Its due date as people read it.
    pub fn due(&self) -> Due<'_> {
        Due { state: self.state, on: self.due_on, requested_at: self.requested_at, zone: &self.post_zone }
    }

    /// The due date when the check goes back to the post: the days it was in Washington do not count.
    pub fn due_after_washington(&self, now: OffsetDateTime) -> Option<Date> {
        let away = (self.post_day(now) - self.post_day(self.replied_at?)).whole_days();
        Some(self.due_on? + time::Duration::days(away))
    }

    /// How many days a hold has lasted.
    pub fn days_held(&self, now: OffsetDateTime) -> i64 {
        self.held_at.map_or(0, |since| (self.post_day(now) - self.post_day(since)).whole_days())
    }

    /// The due date of a check that is sent now, counted from the post's own day.
    pub fn due_when_sent(&self, now: OffsetDateTime) -> Date {
        Zone::named(&self.post_zone).day(now) + time::Duration::days(i64::from(self.days_to_answer))
    }

    /// The due date when a hold ends: the days on hold do not count. Of a check that the post had answered it stays,
    /// because the clock was not running; when that one goes back to the post, [`Self::due_after_washington`] counts
    /// those days.
    pub fn due_after_hold(&self, now: OffsetDateTime) -> Option<Date> {
        self.held_state.filter(|held| held.is_at_post())?;
        Some(self.due_on? + time::Duration::days(self.days_held(now)))
    }

    /// Whether the post's own words may be changed.
    pub fn is_workable(&self) -> bool {
        self.state == CheckState::InProgress && self.signed_reply().is_none()
    }

    /// Whether contacts may still be added.
    pub fn takes_contacts(&self) -> bool {
        !matches!(self.state, CheckState::Draft | CheckState::Closed)
    }

    /// Whether something more may have been said at a contact: what a reply rests on gains no statement once that reply
    /// is signed.
    pub fn takes_statement(&self, at: &Contact) -> Result<(), OfEvidence> {
        let signed_at = self.signed_reply().and_then(|word| word.signed_at);
        let rested = self.replied_at.or(signed_at).is_some_and(|replied| at.recorded_at <= replied);
        if rested { Err(OfEvidence::RepliedOn) } else { Ok(()) }
    }

    /// What was taken back of a kind, by its code.
    pub fn struck(&self, kind: &str) -> impl Iterator<Item = &Mistake> {
        mistakes::of_kind(&self.mistakes, kind)
    }

    /// The notes of correction beside a row.
    pub fn corrected<'a>(&'a self, row: &Uuid) -> impl Iterator<Item = &'a Correction> + use<'a> {
        corrections::beside(&self.corrections, *row)
    }

    /// The finding on a topic, for a party.
    pub fn finding(&self, topic: &str, party: Option<PartyId>) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.topic == topic && finding.party_id == party)
    }

    /// Whether any finding rests on something in person, in writing or observed (guard 12).
    pub fn has_firm_basis(&self) -> bool {
        let firm = |finding: &Finding| {
            let contacts =
                finding.contacts.iter().filter_map(|id| self.contacts.iter().find(|contact| contact.id == *id));
            !finding.documents.is_empty() || contacts.into_iter().any(|contact| contact.kind.is_firm())
        };
        self.findings.iter().any(firm)
    }
}

impl CaseFile {
    /// The calendar day in Washington, by which licenses are decided.
    pub fn today(&self) -> Date {
        Zone::named(Zone::WASHINGTON).day(self.now)
    }

    /// What is open on its licenses, each with the license's number.
    pub fn open_conditions(&self) -> Vec<(&LicenseFile, OpenCondition)> {
        let today = self.today();
        let of = |license| {
            LicenseFile::open_conditions(license, &self.reference, today).into_iter().map(move |open| (license, open))
        };
        self.licenses.iter().flat_map(of).collect()
    }

    /// Every party of the file in its roles.
    pub fn parties(&self) -> Vec<(PartyId, &str, PartyRole)> {
        let licensed = self.licenses.iter().flat_map(|license| &license.parties);
        let licensed = licensed.map(|party| (party.party_id, party.name.as_str(), party.role));
        licensed
            .chain(self.check.subjects.iter().map(|subject| (subject.party_id, subject.name.as_str(), subject.role)))
            .collect()
    }

    /// The subjects that whoever judges reads of first: in a proscribed destination, or on a list.
    pub fn flagged(&self) -> Vec<(&CheckSubject, String)> {
        let flag = |subject: &'_ CheckSubject| subject.screened().flag(&self.reference);
        self.check.subjects.iter().filter_map(|subject| Some((subject, flag(subject)?))).collect()
    }

    /// The version of the live recommendation; who writes the first one read none.
    pub fn recommendation_version(&self) -> i32 {
        self.check.recommendation.as_ref().map_or(0, |word| word.version)
    }

    /// The findings the reply needs. Where no topic is asked of a check that was sent, the post says in its own words
    /// what it found: a reply to nothing would be complete without anybody having looked.
    pub fn asked(&self) -> Vec<Asked> {
        let items = self.licenses.iter().flat_map(|license| &license.items);
        let classes: Vec<&str> = items.map(|item| item.item_class.as_str()).collect();
        let mut asked = self.reference.asked(self.check.check_type, &classes, &self.parties());
        if asked.is_empty() && self.check.state != CheckState::Draft {
            let other = self.reference.of(ReferenceKind::Topic).find(|topic| topic.code == "other");
            asked.extend(other.map(|topic| Asked {
                topic: topic.code.clone(),
                label: topic.label.clone(),
                party: None,
            }));
        }
        asked
    }

    /// Those without a finding, or whose finding has no basis.
    pub fn unanswered(&self) -> Vec<Asked> {
        let answered = |asked: &Asked| {
            let party = asked.party.as_ref().map(|(id, _)| *id);
            self.check.finding(&asked.topic, party).is_some_and(Finding::has_basis)
        };
        self.asked().into_iter().filter(|asked| !answered(asked)).collect()
    }

    /// The contradictions in the file, explained or not.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        contradictions::find(self)
    }

    /// Whether it closes by itself: its result stands, and none of its licenses is open.
    pub fn closes(&self) -> bool {
        self.check.state == CheckState::Resulted && !self.licenses.iter().any(|license| license.status.is_open())
    }

    /// What is printed beside a result: telephone only, post of one.
    pub fn caveats(&self) -> Vec<&'static str> {
        let mut caveats = Vec::new();
        if !self.check.findings.is_empty() && !self.check.has_firm_basis() {
            caveats.push("No finding rests on a visit, a meeting or a paper.");
        }
        if self.check.recommendation.as_ref().is_some_and(|word| word.post_of_one) {
            caveats.push("Signed and cleared by one person: the post had no other.");
        }
        caveats
    }

    /// Its license of that id.
    pub fn license(&self, id: LicenseId) -> Option<&LicenseFile> {
        self.licenses.iter().find(|license| license.id == id)
    }
}

//! Checks: the file that goes to a post and comes back, its path, and the rules of each step.

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use super::{
    contradictions::{self, Contradiction},
    due::Due,
    verbs::CheckVerb,
};
use crate::{
    clock::Zone,
    duties::model::{self as duties, Done, Duty, Separated},
    error::AppError,
    evidence::model::{Contact, ContactKind, Document, Finding, Statement},
    id::{CheckId, ExplanationId, FindingId, LicenseId, PartyId, PersonId, PostId, RecommendationId, ResultId, SubjectId},
    licenses::model::{LicenseFile, LicenseStatus, OpenCondition},
    parties::model::{PartyRole, TakesPossession},
    reference::model::{Asked, Reference},
    text::is_cut,
    words,
};

words! {
    /// What a check is for.
    pub enum CheckType {
        /// Before the license is decided.
        PreLicense = "pre_license", "Pre-license";
        /// Issued, not shipped.
        PostLicense = "post_license", "Post-license";
        /// Shipped.
        PostShipment = "post_shipment", "Post-shipment";
        /// A broker, no license.
        BrokerInquiry = "broker_inquiry", "Broker inquiry";
        /// A company, no license.
        CompanyReview = "company_review", "Company review";
    }

    /// Where a check is on its path.
    pub enum CheckState {
        /// In Washington, not sent.
        Draft = "draft", "Draft";
        /// Sent to the post.
        Requested = "requested", "Requested";
        /// The post works on it.
        InProgress = "in_progress", "In progress";
        /// The post answered.
        Replied = "replied", "Replied";
        /// The result is signed.
        Resulted = "resulted", "Resulted";
        /// The clock is stopped.
        OnHold = "on_hold", "On hold";
        /// Read-only for everyone.
        Closed = "closed", "Closed";
    }

    /// How urgent a check is.
    pub enum Priority {
        /// As the others.
        Routine = "routine", "Routine";
        /// Before the others.
        Priority = "priority", "Priority";
        /// At once.
        Urgent = "urgent", "Urgent";
    }

    /// How a site visit is asked for.
    pub enum SiteVisit {
        /// The reply waits for it, or for a waiver.
        Required = "required", "Required";
        /// If it can be done.
        Requested = "requested", "Requested";
        /// As the post sees fit.
        Optional = "optional", "Optional";
    }

    /// Post's word.
    pub enum RecommendationWord {
        /// Without conditions.
        Support = "support", "Support";
        /// Once what is open is closed.
        SupportWithConditions = "support_with_conditions", "Support with conditions";
        /// Neither for nor against.
        NoObjection = "no_objection", "No objection";
        /// Against.
        Oppose = "oppose", "Oppose";
        /// The post cannot tell.
        CannotDetermine = "cannot_determine", "Cannot determine";
    }

    /// Compliance's word.
    pub enum ResultWord {
        /// As the application says.
        Favorable = "favorable", "Favorable";
        /// Favorable, with a caveat.
        FavorableWithCaveat = "favorable_with_caveat", "Favorable with caveat";
        /// Not as the application says.
        Unfavorable = "unfavorable", "Unfavorable";
        /// It could not be told.
        Inconclusive = "inconclusive", "Inconclusive";
        /// Ended early.
        NotCompleted = "not_completed", "Not completed";
    }

    /// Why a check was ended early.
    pub enum EndedBecause {
        /// The application was taken back.
        Withdrawn = "withdrawn", "Application withdrawn";
        /// It no longer matters.
        Moot = "moot", "Moot";
        /// The host country does not allow it.
        RefusedByHost = "refused_by_host", "Refused by the host country";
        /// Something else, in the text.
        Other = "other", "Other";
    }
}

impl CheckType {
    /// Whether it is about licenses; else about subjects.
    pub fn has_licenses(self) -> bool {
        matches!(self, Self::PreLicense | Self::PostLicense | Self::PostShipment)
    }

    /// Whether its licenses are already issued.
    pub fn follows_issue(self) -> bool {
        matches!(self, Self::PostLicense | Self::PostShipment)
    }

    /// The days a post has to answer, unless the case officer says otherwise.
    pub fn days(self) -> i64 {
        match self {
            Self::PreLicense => 30,
            Self::PostLicense => 45,
            Self::PostShipment | Self::BrokerInquiry | Self::CompanyReview => 60,
        }
    }
}

impl CheckState {
    /// Where a verb leads from here; `None` where the path has no such step. A hold remembers where it was, so resuming
    /// needs `held`.
    pub fn after(self, verb: CheckVerb, held: Option<Self>) -> Option<Self> {
        use CheckState as S;
        use CheckVerb as V;
        match (self, verb) {
            (S::Draft, V::Request) => Some(S::Requested),
            (S::Draft, V::Discard) => Some(S::Draft),
            (S::Requested, V::Acknowledge) | (S::InProgress, V::Interim) | (S::Replied, V::GiveBack) => Some(S::InProgress),
            (S::InProgress, V::Clear) | (S::Replied, V::Propose | V::Decline) => Some(S::Replied),
            (S::Requested | S::InProgress | S::Replied, V::Hold) => Some(S::OnHold),
            (S::OnHold, V::Resume) => held,
            (S::Replied, V::SignResult) | (S::Requested | S::InProgress | S::Replied | S::OnHold, V::EndEarly) => Some(S::Resulted),
            _ => None,
        }
    }

    /// Whether its result stands.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Resulted | Self::Closed)
    }

    /// Whether the post has it and the clock runs.
    pub fn is_at_post(self) -> bool {
        matches!(self, Self::Requested | Self::InProgress)
    }

    /// Its color class.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Closed => "",
            Self::Requested | Self::InProgress | Self::Replied => "busy",
            Self::Resulted => "good",
            Self::OnHold => "warn",
        }
    }
}

impl RecommendationWord {
    /// Its color class.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Support | Self::NoObjection => "good",
            Self::SupportWithConditions | Self::CannotDetermine => "warn",
            Self::Oppose => "bad",
        }
    }
}

impl ResultWord {
    /// Its color class.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Favorable => "good",
            Self::FavorableWithCaveat | Self::Inconclusive => "warn",
            Self::Unfavorable => "bad",
            Self::NotCompleted => "",
        }
    }

    /// Favorable, also with a caveat.
    pub fn is_favorable(self) -> bool {
        matches!(self, Self::Favorable | Self::FavorableWithCaveat)
    }

    /// Whether a supervisor has to countersign (guard 10).
    pub fn needs_countersignature(self) -> bool {
        self == Self::Unfavorable
    }
}

/// A party as the subject of a check without a license.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckSubject {
    /// The row.
    pub id: SubjectId,
    /// The party.
    pub party_id: PartyId,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: PartyRole,
}

/// A party the post found, until a case officer links it, establishes it or merges it into a known record.
#[derive(Debug, Clone, Deserialize)]
pub struct FoundParty {
    /// The party.
    pub id: PartyId,
    /// Its name.
    pub name: String,
    /// What it does here, as the post sees it.
    pub role: PartyRole,
    /// Its country's name.
    pub country: String,
    /// Its address.
    pub address: String,
    /// How the post knows.
    pub source: String,
    /// Who recorded it.
    pub by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A text somebody wrote at a moment: a question, an interim reply, an extension.
#[derive(Debug, Clone, Deserialize)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Who.
    pub by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// Post's recommendation.
#[derive(Debug, Clone, Deserialize)]
pub struct Recommendation {
    /// The row.
    pub id: RecommendationId,
    /// The word.
    pub word: RecommendationWord,
    /// The text, perhaps cut.
    pub text: String,
    /// How long the whole text is.
    pub text_length: i32,
    /// Who wrote it.
    pub written_by: PersonId,
    /// Their name.
    pub written_by_name: String,
    /// Who signed it.
    pub signed_by: Option<PersonId>,
    /// Their name.
    pub signed_by_name: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub signed_at: Option<OffsetDateTime>,
    /// The revision of the check they read.
    pub signed_revision: Option<i32>,
    /// Who cleared it.
    pub cleared_by: Option<PersonId>,
    /// Their name.
    pub cleared_by_name: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub cleared_at: Option<OffsetDateTime>,
    /// The signer cleared alone, being alone at the post.
    pub post_of_one: bool,
    /// The row's version.
    pub version: i32,
}

/// A reason of a result.
#[derive(Debug, Clone, Deserialize)]
pub struct ResultReason {
    /// A `reason_code` code.
    pub code: String,
    /// The main one.
    pub is_primary: bool,
    /// The finding behind it.
    pub finding_id: Option<FindingId>,
}

/// Compliance's result.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckResult {
    /// The row.
    pub id: ResultId,
    /// The word.
    pub word: ResultWord,
    /// Why, perhaps cut.
    pub text: String,
    /// How long the whole text is.
    pub text_length: i32,
    /// The caveat.
    pub caveat: String,
    /// Why it was ended early.
    pub ended_because: Option<EndedBecause>,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// Their name.
    pub proposed_by_name: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub proposed_at: OffsetDateTime,
    /// Who signed it.
    pub signed_by: Option<PersonId>,
    /// Their name.
    pub signed_by_name: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub signed_at: Option<OffsetDateTime>,
    /// Who countersigned it.
    pub countersigned_by_name: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub countersigned_at: Option<OffsetDateTime>,
    /// Why a signature was declined, of an earlier one.
    pub declined_because: Option<String>,
    /// Its reasons.
    pub reasons: Vec<ResultReason>,
    /// The row's version.
    pub version: i32,
}

/// Why a contradiction stands or does not matter.
#[derive(Debug, Clone, Deserialize)]
pub struct Explanation {
    /// The row.
    pub id: ExplanationId,
    /// The contradiction's key.
    pub contradiction: String,
    /// The fingerprint of the facts it explained.
    pub fingerprint: String,
    /// The words.
    pub text: String,
    /// Who.
    pub explained_by_name: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub explained_at: OffsetDateTime,
}

/// A check with everything it owns.
#[derive(Debug, Clone)]
pub struct CheckFile {
    /// The check.
    pub id: CheckId,
    /// `BL-2026-0042`.
    pub reference: String,
    /// Its type.
    pub check_type: CheckType,
    /// Its state.
    pub state: CheckState,
    /// On hold: where it was.
    pub held_state: Option<CheckState>,
    /// On hold: since when.
    pub held_at: Option<OffsetDateTime>,
    /// On hold: why.
    pub held_reason: Option<String>,
    /// Where it is asked.
    pub post_id: PostId,
    /// The post's name.
    pub post_name: String,
    /// The post's country.
    pub post_country: String,
    /// The post's zone.
    pub post_zone: String,
    /// What it is about, in one line.
    pub subject: String,
    /// Why it was opened.
    pub reason: String,
    /// How urgent.
    pub priority: Priority,
    /// How a site visit is asked for.
    pub site_visit: SiteVisit,
    /// Why a required visit was waived.
    pub site_visit_waiver: Option<String>,
    /// Days to answer.
    pub days_to_answer: i32,
    /// Due at the end of that day at the post.
    pub due_on: Option<Date>,
    /// Who opened it.
    pub opened_by: PersonId,
    /// Their name.
    pub opened_by_name: String,
    /// When.
    pub opened_at: OffsetDateTime,
    /// When it was sent.
    pub requested_at: Option<OffsetDateTime>,
    /// The officer who has it.
    pub officer_id: Option<PersonId>,
    /// Their name.
    pub officer_name: Option<String>,
    /// When the post answered.
    pub replied_at: Option<OffsetDateTime>,
    /// When the result was signed.
    pub resulted_at: Option<OffsetDateTime>,
    /// When it closed.
    pub closed_at: Option<OffsetDateTime>,
    /// The earlier check it follows.
    pub follows: Option<String>,
    /// That check's id.
    pub follows_check_id: Option<CheckId>,
    /// Raised by every change beneath it.
    pub revision: i32,
    /// The row's version.
    pub version: i32,
    /// Its subjects.
    pub subjects: Vec<CheckSubject>,
    /// Parties the post found, not linked yet.
    pub found: Vec<FoundParty>,
    /// Questions it was given back with, the last first.
    pub questions: Vec<Note>,
    /// Interim replies, the last first.
    pub interim_replies: Vec<Note>,
    /// Extensions, the last first.
    pub extensions: Vec<Note>,
    /// Contacts, the last first.
    pub contacts: Vec<Contact>,
    /// Statements, the last first.
    pub statements: Vec<Statement>,
    /// Documents, the last first.
    pub documents: Vec<Document>,
    /// Findings.
    pub findings: Vec<Finding>,
    /// The live recommendation.
    pub recommendation: Option<Recommendation>,
    /// The last recommendation before it, withdrawn by a new text or by questions.
    pub earlier_recommendation: Option<Recommendation>,
    /// The live result.
    pub result: Option<CheckResult>,
    /// The last result before it, withdrawn by questions, by another proposal, or declined.
    pub earlier_result: Option<CheckResult>,
    /// Explanations.
    pub explanations: Vec<Explanation>,
    /// Who serves at the post today.
    pub people_at_post: Vec<PersonId>,
    /// What each person did on it, declined, withdrawn or not.
    pub duties: Vec<Done>,
}

/// A check with its licenses and the reference data of the day: all that a rule about it reads.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The check.
    pub check: CheckFile,
    /// Its licenses, by number.
    pub licenses: Vec<LicenseFile>,
    /// Reference data of the day.
    pub reference: Reference,
    /// The present moment.
    pub now: OffsetDateTime,
}

/// Why a step of a check is refused. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path has no such step.
    #[error("The check is {state}; {verb} is not possible from there.")]
    Path {
        /// Where it is.
        state: String,
        /// What was asked.
        verb: &'static str,
    },
    /// Guard 1: licenses.
    #[error("This check needs at least one license with an item group before it goes to the post.")]
    NoLicense,
    /// Guard 1: a license that stands elsewhere than the type asks.
    #[error("License {number} is {status}; a {check_type} check is about {wanted}. Take it off, or change the type.")]
    LicenseStands {
        /// The license.
        number: String,
        /// Where it stands.
        status: String,
        /// The check's type.
        check_type: String,
        /// What the type is about.
        wanted: &'static str,
    },
    /// Guard 1: a type without licenses.
    #[error("A check of this type is about no license; take {0} off first.")]
    HasLicense(String),
    /// Guard 1: subjects.
    #[error("This check needs at least one subject (a party in a role) before it goes to the post.")]
    NoSubject,
    /// Only the opener discards.
    #[error("Only who opened a draft may discard it.")]
    NotOpener,
    /// Guard 2: findings.
    #[error("The reply still needs: {0}.")]
    Unanswered(String),
    /// Guard 2: the visit.
    #[error("A site visit is required: record a site-visit contact, or ask the case officer for a waiver.")]
    NoSiteVisit,
    /// Guard 3.
    #[error("\"Support with conditions\" needs at least one open condition, and none is open. Choose another word.")]
    NothingOpen,
    /// Guard 3.
    #[error("\"Support\" needs no open condition: {0}. Choose \"support with conditions\".")]
    StillOpen(String),
    /// Guards 9 and 13.
    #[error("Explain first: {0}.")]
    Unexplained(String),
    /// No recommendation yet.
    #[error("Write the recommendation first.")]
    NoRecommendation,
    /// Signed already.
    #[error("The recommendation is signed already; another person of the post clears it.")]
    AlreadySigned,
    /// Nothing to clear.
    #[error("The recommendation is not signed yet.")]
    NotSigned,
    /// The file changed under a signature.
    #[error("The file changed after the recommendation was signed. Read it and sign again.")]
    ChangedSinceSigned,
    /// Guard 2: the clearer.
    #[error("Another person of the post has to clear what you signed; a supervisor first.")]
    OwnClearance,
    /// Guard 9: unknown possession.
    #[error("{0}: whether it takes possession is unknown. Record it before a favorable result.")]
    PossessionUnknown(String),
    /// Guard 12.
    #[error("No finding rests on a visit, a meeting or a paper; a post-shipment check cannot be favorable on telephone calls alone.")]
    NoFirmBasis,
    /// Guard 10: reasons.
    #[error("An unfavorable result needs a reason code, one of them primary, and a finding behind it.")]
    NoReason,
    /// No result yet.
    #[error("No result is proposed.")]
    NoResult,
    /// Guard 11: an earlier act of the same person.
    #[error(transparent)]
    Separated(#[from] Separated),
    /// Changing a draft that is none.
    #[error("The request was sent; it can no longer be changed.")]
    Sent,
    /// Recommending too early or too late.
    #[error("A recommendation is written while the check is in progress.")]
    NotInProgress,
    /// Giving it to somebody who has nothing to do with it any more.
    #[error("The result of this check stands; nobody works on it any more.")]
    Judged,
    /// Explaining what was judged.
    #[error("The file is frozen; its contradictions can no longer be explained here.")]
    Frozen,
    /// Nothing to waive.
    #[error("No site visit is required.")]
    NoVisitToWaive,
    /// Nothing to extend.
    #[error("Only a check that is at the post can be extended.")]
    NotAtPost,
    /// The result stands.
    #[error("The result is signed already.")]
    ResultSigned,
    /// The post's officer is there.
    #[error("{0} has this check and serves at the post; your supervisor reassigns it.")]
    OfficerIsThere(String),
    /// It waits for the countersignature.
    #[error("The result is signed and waits for a supervisor's countersignature.")]
    WaitsForCountersignature,
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
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

/// Proof that a check may take a step. Only the rules of [`CaseFile`] make one.
#[derive(Debug)]
pub struct Stepped {
    check: CheckId,
    verb: CheckVerb,
    from: CheckState,
    to: CheckState,
}

impl Stepped {
    /// The check.
    pub fn check(&self) -> CheckId {
        self.check
    }

    /// The step.
    pub fn verb(&self) -> CheckVerb {
        self.verb
    }

    /// Where it was.
    pub fn from(&self) -> CheckState {
        self.from
    }

    /// Where it is now.
    pub fn to(&self) -> CheckState {
        self.to
    }
}

/// Proof that a reply may be cleared.
#[derive(Debug)]
pub struct Cleared {
    /// The step.
    pub step: Stepped,
    /// The signer clears alone, being alone at the post.
    pub post_of_one: bool,
}

/// Proof that a result may be signed.
#[derive(Debug)]
pub struct ResultSigned {
    /// Which result.
    pub result: ResultId,
    /// The step, if this is the last signature.
    pub step: Option<Stepped>,
}

impl CheckFile {
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

    /// The due date when a hold ends: the days on hold do not count. Of a check that the post had answered it stays, because the
    /// clock was not running; when that one goes back to the post, [`Self::due_after_washington`] counts those days.
    pub fn due_after_hold(&self, now: OffsetDateTime) -> Option<Date> {
        self.held_state.filter(|held| held.is_at_post())?;
        Some(self.due_on? + time::Duration::days(self.days_held(now)))
    }

    fn step(&self, verb: CheckVerb) -> Result<Stepped, Refusal> {
        let to = self.state.after(verb, self.held_state).ok_or_else(|| self.off_the_path(verb))?;
        Ok(Stepped { check: self.id, verb, from: self.state, to })
    }

    fn off_the_path(&self, verb: CheckVerb) -> Refusal {
        Refusal::Path { state: self.state.label().to_lowercase(), verb: verb.label() }
    }

    /// Discarding a draft.
    ///
    /// # Errors
    /// Only its opener may.
    pub fn discard(&self, by: PersonId) -> Result<Stepped, Refusal> {
        if by == self.opened_by { self.step(CheckVerb::Discard) } else { Err(Refusal::NotOpener) }
    }

    /// Whether the post's own words may be changed.
    pub fn is_workable(&self) -> bool {
        self.state == CheckState::InProgress
    }

    /// Whether contacts may still be added.
    pub fn takes_contacts(&self) -> bool {
        !matches!(self.state, CheckState::Draft | CheckState::Closed)
    }

    /// The finding on a topic, for a party.
    pub fn finding(&self, topic: &str, party: Option<PartyId>) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.topic == topic && finding.party_id == party)
    }

    /// Whether any finding rests on something in person, in writing or observed (guard 12).
    pub fn has_firm_basis(&self) -> bool {
        let firm = |finding: &Finding| {
            let contacts = finding.contacts.iter().filter_map(|id| self.contacts.iter().find(|contact| contact.id == *id));
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
        let of = |license| LicenseFile::open_conditions(license, &self.reference, today).into_iter().map(move |open| (license, open));
        self.licenses.iter().flat_map(of).collect()
    }

    /// Every party of the file in its roles.
    pub fn parties(&self) -> Vec<(PartyId, &str, PartyRole)> {
        let licensed = self.licenses.iter().flat_map(|license| &license.parties);
        let licensed = licensed.map(|party| (party.party_id, party.name.as_str(), party.role));
        licensed.chain(self.check.subjects.iter().map(|subject| (subject.party_id, subject.name.as_str(), subject.role))).collect()
    }

    /// The version of the live recommendation, whichever it is: each new text is a row of its own, and who writes the first one read none.
    pub fn recommendation_version(&self) -> i32 {
        let version = |word: &Recommendation| i32::try_from(word.id.0.as_u128() % 1_000_000_007).unwrap_or(1) + word.version;
        self.check.recommendation.as_ref().map_or(0, version)
    }

    /// The findings the reply needs.
    pub fn asked(&self) -> Vec<Asked> {
        let items = self.licenses.iter().flat_map(|license| &license.items);
        let classes: Vec<&str> = items.map(|item| item.item_class.as_str()).collect();
        self.reference.asked(self.check.check_type, &classes, &self.parties())
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

    /// Whether an earlier act of a person on the check or on a license of it keeps them from this one (guard 11).
    ///
    /// # Errors
    /// What they did, and who has to act.
    pub fn apart(&self, by: PersonId, duty: Duty) -> Result<(), Refusal> {
        let of = |license: &LicenseFile| license.duties.iter().filter(|done| done.license_id.is_some()).cloned().collect::<Vec<_>>();
        let on_licenses: Vec<Done> = self.licenses.iter().flat_map(of).collect();
        Ok(duties::judge(duty, by, self.check.duties.iter().chain(&on_licenses))?)
    }

    /// A step that asks nothing but the path and the table of duties: acknowledge, interim reply, hold, resume.
    ///
    /// # Errors
    /// When the path has no such step, or who has to take it.
    pub fn take(&self, by: PersonId, verb: CheckVerb) -> Result<Stepped, Refusal> {
        let step = self.check.step(verb)?;
        let duty = match verb {
            CheckVerb::Hold => Duty::Hold,
            CheckVerb::Resume => Duty::Resume,
            _ => Duty::Work,
        };
        self.apart(by, duty)?;
        Ok(step)
    }

    /// Giving it back with questions. A result that a reviewer signed is not withdrawn; it waits for its countersignature.
    ///
    /// # Errors
    /// Why not, or who has to.
    pub fn give_back(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::GiveBack)?;
        self.waits_for_no_countersignature()?;
        self.apart(by, Duty::GiveBack)?;
        Ok(step)
    }

    /// Proposing a result, in place of an earlier proposal.
    ///
    /// # Errors
    /// Why not, or who has to.
    pub fn propose(&self, by: PersonId) -> Result<(), Refusal> {
        self.check.step(CheckVerb::Propose)?;
        if self.check.result.as_ref().is_some_and(|result| result.signed_by.is_some()) {
            return Err(Refusal::ResultSigned);
        }
        self.apart(by, Duty::Propose)
    }

    /// Waiving a required site visit (guard 2).
    ///
    /// # Errors
    /// When none is required, or who has to.
    pub fn waive(&self, by: PersonId) -> Result<(), Refusal> {
        let check = &self.check;
        let required = check.site_visit == SiteVisit::Required && check.site_visit_waiver.is_none();
        if !required || check.state.is_judged() {
            return Err(Refusal::NoVisitToWaive);
        }
        self.apart(by, Duty::Waive)
    }

    /// Moving the due date of a check that is at the post; gives the present one.
    ///
    /// # Errors
    /// When it is elsewhere, or who has to.
    pub fn extend(&self, by: PersonId) -> Result<Date, Refusal> {
        let due = self.check.due_on.filter(|_| self.check.state.is_at_post()).ok_or(Refusal::NotAtPost)?;
        self.apart(by, Duty::Extend)?;
        Ok(due)
    }

    fn waits_for_no_countersignature(&self) -> Result<(), Refusal> {
        match &self.check.result {
            Some(result) if result.signed_by.is_some() => Err(Refusal::WaitsForCountersignature),
            _ => Ok(()),
        }
    }

    fn unexplained(&self, relevant: impl Fn(&Contradiction) -> bool) -> Result<(), Refusal> {
        let found = self.contradictions().into_iter().find(|contradiction| contradiction.explanation.is_none() && relevant(contradiction));
        found.map_or(Ok(()), |contradiction| Err(Refusal::Unexplained(contradiction.sentence)))
    }

    /// Sending the request (guard 1). Type, post, reason and site-visit level are given by the form and the table.
    ///
    /// # Errors
    /// What is missing.
    pub fn request(&self) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::Request)?;
        let check_type = self.check.check_type;
        if let Some(license) = self.licenses.first().filter(|_| !check_type.has_licenses()) {
            return Err(Refusal::HasLicense(license.number.clone()));
        }
        let issued = |license: &LicenseFile| matches!(license.status, LicenseStatus::Approved | LicenseStatus::Suspended);
        let fits = |license: &&LicenseFile| if check_type.follows_issue() { issued(license) } else { license.status.is_open() };
        if let Some(license) = self.licenses.iter().find(|license| !fits(license)) {
            return Err(Refusal::LicenseStands {
                number: license.number.clone(),
                status: license.status.label().to_lowercase(),
                check_type: check_type.label().to_lowercase(),
                wanted: if check_type.follows_issue() { "issued licenses" } else { "licenses that are not decided" },
            });
        }
        let licensed = self.licenses.iter().any(|license| !license.items.is_empty());
        match check_type.has_licenses() {
            true if !licensed => Err(Refusal::NoLicense),
            false if self.check.subjects.is_empty() => Err(Refusal::NoSubject),
            _ => Ok(step),
        }
    }

    /// What the reply needs (guards 2, 3, 9).
    fn is_complete(&self, word: RecommendationWord) -> Result<(), Refusal> {
        let lacking = self.unanswered();
        if !lacking.is_empty() {
            let named =
                |asked: &Asked| asked.party.as_ref().map_or_else(|| asked.label.clone(), |(_, name)| format!("{} ({name})", asked.label));
            return Err(Refusal::Unanswered(lacking.iter().map(named).collect::<Vec<_>>().join("; ")));
        }
        let visited = self.check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
        if self.check.site_visit == SiteVisit::Required && !visited && self.check.site_visit_waiver.is_none() {
            return Err(Refusal::NoSiteVisit);
        }
        self.fits(word)?;
        self.unexplained(|contradiction| contradiction.blocks_reply)
    }

    /// Whether a recommendation's word fits what is open on the licenses (guard 3).
    ///
    /// # Errors
    /// Why it does not.
    pub fn fits(&self, word: RecommendationWord) -> Result<(), Refusal> {
        let open = self.open_conditions();
        match word {
            RecommendationWord::SupportWithConditions if open.is_empty() => Err(Refusal::NothingOpen),
            RecommendationWord::Support if !open.is_empty() => {
                let all = open.iter().map(|(_, open)| open.text.as_str()).collect::<Vec<_>>().join("; ");
                Err(Refusal::StillOpen(all))
            }
            _ => Ok(()),
        }
    }

    /// Signing the recommendation (guards 2, 3, 9, 11). A signature falls away when the file changes under it: whoever read the
    /// file as it is now signs again.
    ///
    /// # Errors
    /// What is missing.
    pub fn sign(&self, by: PersonId) -> Result<RecommendationId, Refusal> {
        if !self.check.is_workable() {
            return Err(self.check.off_the_path(CheckVerb::Sign));
        }
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        if recommendation.signed_revision == Some(self.check.revision) {
            return Err(Refusal::AlreadySigned);
        }
        self.apart(by, Duty::SignReply)?;
        self.is_complete(recommendation.word)?;
        Ok(recommendation.id)
    }

    /// Clearing the reply (guard 2): another person of the post, or the signer where only one is there.
    ///
    /// # Errors
    /// What is missing, or who has to.
    pub fn clear(&self, by: PersonId) -> Result<Cleared, Refusal> {
        let step = self.check.step(CheckVerb::Clear)?;
        let recommendation = self.check.recommendation.as_ref().ok_or(Refusal::NoRecommendation)?;
        let signer = recommendation.signed_by.ok_or(Refusal::NotSigned)?;
        if recommendation.signed_revision != Some(self.check.revision) {
            return Err(Refusal::ChangedSinceSigned);
        }
        self.is_complete(recommendation.word)?;
        let alone = self.check.people_at_post == [signer];
        if by == signer && !alone {
            return Err(Refusal::OwnClearance);
        }
        self.apart(by, Duty::ClearReply)?;
        Ok(Cleared { step, post_of_one: by == signer })
    }

    /// Whether the facts bear a result's word (guards 9, 10, 12, 13).
    ///
    /// # Errors
    /// Why they do not.
    pub fn bears(&self, word: ResultWord, reasons: &[ResultReason]) -> Result<(), Refusal> {
        if word.is_favorable() {
            let unknown = self.licenses.iter().flat_map(|license| &license.parties);
            let unknown =
                unknown.into_iter().find(|party| party.role.is_go_between() && party.takes_possession == TakesPossession::Unknown);
            if let Some(party) = unknown {
                return Err(Refusal::PossessionUnknown(party.name.clone()));
            }
            if self.check.check_type == CheckType::PostShipment && !self.check.has_firm_basis() {
                return Err(Refusal::NoFirmBasis);
            }
            self.unexplained(|contradiction| contradiction.blocks_favorable)?;
        }
        let founded = reasons.iter().any(|reason| reason.is_primary) && reasons.iter().any(|reason| reason.finding_id.is_some());
        if word == ResultWord::Unfavorable && !founded {
            return Err(Refusal::NoReason);
        }
        Ok(())
    }

    /// Signing the proposed result (guards 10, 11).
    ///
    /// # Errors
    /// Why not, or who has to.
    pub fn sign_result(&self, by: PersonId) -> Result<ResultSigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let result = self.check.result.as_ref().ok_or(Refusal::NoResult)?;
        if result.signed_by.is_some() {
            return Err(Refusal::WaitsForCountersignature);
        }
        self.apart(by, Duty::SignResult)?;
        self.bears(result.word, &result.reasons)?;
        Ok(ResultSigned { result: result.id, step: (!result.word.needs_countersignature()).then_some(step) })
    }

    /// Countersigning it (guards 10, 11): the last signature on the result.
    ///
    /// # Errors
    /// Why not, or who has to.
    pub fn countersign(&self, by: PersonId) -> Result<ResultSigned, Refusal> {
        let step = self.check.step(CheckVerb::SignResult)?;
        let result = self.check.result.as_ref().filter(|result| result.signed_by.is_some()).ok_or(Refusal::NoResult)?;
        self.apart(by, Duty::Countersign)?;
        Ok(ResultSigned { result: result.id, step: Some(step) })
    }

    /// Ending it early.
    ///
    /// # Errors
    /// Who has to.
    pub fn end_early(&self, by: PersonId) -> Result<Stepped, Refusal> {
        let step = self.check.step(CheckVerb::EndEarly)?;
        self.waits_for_no_countersignature()?;
        self.apart(by, Duty::EndEarly)?;
        Ok(step)
    }

    /// Declining to sign or to countersign the proposed result: the case officer proposes another one, or asks the post. Who signed
    /// it leaves that to another.
    ///
    /// # Errors
    /// When none is proposed, or who has to.
    pub fn decline(&self, by: PersonId) -> Result<ResultId, Refusal> {
        self.check.step(CheckVerb::Decline)?;
        let result = self.check.result.as_ref().ok_or(Refusal::NoResult)?;
        if result.signed_by == Some(by) {
            let place = self.check.reference.clone();
            return Err(Separated { later: Duty::Decline, earlier: Duty::SignResult, place }.into());
        }
        self.apart(by, Duty::Decline)?;
        Ok(result.id)
    }

    /// Taking over a check at a post: when its officer no longer serves there.
    ///
    /// # Errors
    /// When the officer is there; then the post's supervisor reassigns it.
    pub fn take_over(&self, by: PersonId) -> Result<(), Refusal> {
        let check = &self.check;
        let there = check.officer_id.is_some_and(|officer| officer == by || check.people_at_post.contains(&officer));
        match (check.state.is_at_post() || check.state == CheckState::Replied, there) {
            (false, _) => Err(check.off_the_path(CheckVerb::TakeOver)),
            (true, true) => Err(Refusal::OfficerIsThere(check.officer_name.clone().unwrap_or_default())),
            (true, false) => Ok(()),
        }
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

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;

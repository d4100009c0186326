//! What can happen, and how it is said.

use serde_json::Value;
use uuid::Uuid;

use super::Values;
use crate::{
    id::{
        AssignmentId, AuthorityId, CheckId, LicenseId, PartyId, PersonId, PostId, ReferenceId, SessionId, TelegramId,
    },
    text::Question,
    words,
};

words! {
    /// Every fact the log can hold, in the past tense.
    pub enum Verb {
        /// A person came in.
        SignedIn = "signed_in", "Signed in";
        SignedOut = "signed_out", "Signed out";
        /// A session was ended by its owner or the administrator.
        SessionEnded = "session_ended", "Ended a session";
        /// A person chose a password.
        PasswordChanged = "password_changed", "Changed the password";
        /// An account was made.
        PersonAdded = "person_added", "Added a person";
        /// Name, authority or account state changed.
        PersonChanged = "person_changed", "Changed a person";
        /// An account was disabled.
        PersonDisabled = "person_disabled", "Disabled a person";
        /// An account was enabled again.
        PersonEnabled = "person_enabled", "Enabled a person";
        /// A new first password was given.
        PasswordReset = "password_reset", "Gave a new first password";
        /// A dated role began or was ended.
        AssignmentChanged = "assignment_changed", "Changed an assignment";
        /// A post was added.
        PostAdded = "post_added", "Added a post";
        /// A post was changed.
        PostChanged = "post_changed", "Changed a post";
        /// Reference data came with the program.
        ReferenceLoaded = "reference_loaded", "Loaded reference data";
        /// A reference row was added, ended or confirmed.
        ReferenceChanged = "reference_changed", "Changed reference data";
        /// Whom the checks of a region go to.
        RegionOwnersChanged = "region_owners_changed", "Changed who has the checks of a region";
        /// A country rule was added, ended or confirmed.
        CountryRuleChanged = "country_rule_changed", "Changed a country rule";
        /// An authority was added or changed.
        AuthorityChanged = "authority_changed", "Changed an authority";
        /// Somebody took data out.
        Exported = "exported", "Exported";
        /// A party was recorded.
        PartyRecorded = "party_recorded", "Recorded a party";
        /// A party was changed.
        PartyChanged = "party_changed", "Changed a party";
        /// A sourced fact, alias or listing was added.
        PartyFactAdded = "party_fact_added", "Added a fact about a party";
        /// Two records of one party became one.
        PartiesMerged = "parties_merged", "Merged parties";
        /// They are two again.
        PartiesUnmerged = "parties_unmerged", "Undid a merge of parties";
        LicenseRegistered = "license_registered", "Registered a license";
        LicenseChanged = "license_changed", "Changed a license";
        /// An item group was added, changed or split.
        ItemsChanged = "items_changed", "Changed the items";
        /// A party's role on a license was added, changed or removed.
        RolesChanged = "roles_changed", "Changed the parties";
        /// A worded condition was added or met.
        ConditionChanged = "condition_changed", "Changed a condition";
        /// The last open condition closed.
        BecameReady = "became_ready", "Became ready to issue";
        ExceptionMade = "exception_made", "Made an exception";
        LicenseDecided = "license_decided", "Decided a license";
        CheckOpened = "check_opened", "Opened a check";
        CheckChanged = "check_changed", "Changed a check";
        CheckDiscarded = "check_discarded", "Discarded a draft check";
        CheckRequested = "check_requested", "Sent a check to the post";
        CheckAcknowledged = "check_acknowledged", "Acknowledged a check";
        /// A request that was sent is a draft again.
        CheckRecalled = "check_recalled", "Recalled a request";
        /// Another officer took it.
        CheckReassigned = "check_reassigned", "Reassigned a check";
        /// Somebody in Washington took a check, or was given it.
        OwnerChanged = "owner_changed", "Changed who has a check";
        /// The due date moved.
        DueDateExtended = "due_date_extended", "Extended the due date";
        PriorityChanged = "priority_changed", "Changed the priority";
        /// A required site visit was waived.
        SiteVisitWaived = "site_visit_waived", "Waived the site visit";
        /// The clock was stopped.
        CheckHeld = "check_held", "Put a check on hold";
        /// The clock runs again.
        CheckResumed = "check_resumed", "Resumed a check";
        InterimReplySigned = "interim_reply_signed", "Signed an interim reply";
        /// A contact was recorded or changed.
        ContactRecorded = "contact_recorded", "Recorded a contact";
        /// A statement was recorded, confirmed or contradicted.
        StatementRecorded = "statement_recorded", "Recorded a statement";
        DocumentRecorded = "document_recorded", "Described a document";
        /// A finding was recorded or changed.
        FindingRecorded = "finding_recorded", "Recorded a finding";
        RecommendationWritten = "recommendation_written", "Wrote the recommendation";
        RecommendationSigned = "recommendation_signed", "Signed the recommendation";
        /// A signed reply came back within the post.
        ReplyReturned = "reply_returned", "Returned a signed reply";
        /// The reply was cleared and went to Washington.
        ReplyCleared = "reply_cleared", "Cleared the reply";
        /// The check was given back with questions.
        CheckGivenBack = "check_given_back", "Gave a check back";
        /// A result was proposed.
        ResultProposed = "result_proposed", "Proposed a result";
        /// A signature was declined.
        ResultDeclined = "result_declined", "Declined a result";
        /// A result was signed.
        ResultSigned = "result_signed", "Signed a result";
        /// A result was countersigned.
        ResultCountersigned = "result_countersigned", "Countersigned a result";
        /// A check was ended early.
        CheckEnded = "check_ended", "Ended a check early";
        /// A check closed by itself.
        CheckClosed = "check_closed", "Closed a check";
        /// A contradiction was explained.
        ContradictionExplained = "contradiction_explained", "Explained a contradiction";
        /// A permit was recorded or changed.
        PermitRecorded = "permit_recorded", "Recorded a permit";
        /// A permit was verified.
        PermitVerified = "permit_verified", "Verified a permit";
        /// A permit was revoked.
        PermitRevoked = "permit_revoked", "Recorded a permit's revocation";
        /// A permit recorded by mistake was taken back.
        PermitWithdrawn = "permit_withdrawn", "Took a permit back";
        /// A verification of a paper fell, because the contact behind it was changed.
        VerificationLapsed = "verification_lapsed", "Lapsed a verification";
        /// An import approval was recorded or changed.
        ApprovalRecorded = "approval_recorded", "Recorded an import approval";
        /// A certificate or one of its signatures was recorded.
        CertificateRecorded = "certificate_recorded", "Recorded the certificate";
        /// A signature recorded by mistake was taken back.
        SignatureWithdrawn = "signature_withdrawn", "Took a signature back";
        /// Somebody wrote to others on a check, or answered them.
        RemarkWritten = "remark_written", "Wrote a remark";
        RemarkRead = "remark_read", "Marked a remark as read";
        /// A supervisor noted what is right beside what stays.
        CorrectionNoted = "correction_noted", "Noted a correction";
        /// Any other row recorded by mistake was taken back.
        RowTakenBack = "row_taken_back", "Took a record back";
        /// A signature on a certificate was verified.
        SignatureVerified = "signature_verified", "Verified a signature";
        /// A custody step was recorded, changed or removed.
        CustodyChanged = "custody_changed", "Changed the custody path";
        /// A telegram came in and was filed.
        TelegramFiled = "telegram_filed", "Filed a telegram";
        /// A telegram was put on a check.
        TelegramJoined = "telegram_joined", "Put a telegram on a check";
        /// A telegram was taken off a check.
        TelegramLeft = "telegram_left", "Took a telegram off a check";
        /// What a telegram says was accepted, changed or rejected.
        TelegramAnswered = "telegram_answered", "Went through a telegram";
        /// A telegram was written.
        TelegramWritten = "telegram_written", "Wrote a telegram";
        /// A telegram was made final.
        TelegramSent = "telegram_sent", "Sent a telegram";
        /// A telegram that was not sent was discarded.
        TelegramDiscarded = "telegram_discarded", "Discarded a telegram";
        /// Serial numbers were recorded or counted.
        SerialsCounted = "serials_counted", "Counted serial numbers";
        /// A text was reported as classified, and hidden with what repeats it.
        TextReported = "text_reported", "Reported a text as classified";
        TextHidden = "text_hidden", "Hid a text";
        /// A second person decided about it: it was removed for good, or put back.
        TextJudged = "text_judged", "Settled a report of classified text";
        TextRemoved = "text_removed", "Removed a text";
        TextRestored = "text_restored", "Put a text back";
        /// Of a line that was asked about, in what was written at the same moment.
        MarkDenied = "mark_denied", "Said that a line bears no classification mark";
    }
}

/// One fact: what happened, to what, in one sentence, with the values before and after.
#[derive(Debug)]
pub struct Event {
    pub(crate) verb: Verb,
    pub(crate) summary: String,
    pub(crate) subject: (&'static str, Uuid),
    pub(crate) check: Option<CheckId>,
    pub(crate) license: Option<LicenseId>,
    pub(crate) party: Option<PartyId>,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

impl Event {
    /// A fact about `subject`; `summary` is a sentence without its actor ("verified permit 4471-B of DECAM"), with no
    /// full stop.
    pub fn new(verb: Verb, subject: impl Into<Subject>, summary: impl Into<String>) -> Self {
        let subject = subject.into();
        let mut event = Self {
            verb,
            summary: summary.into(),
            subject: subject.named(),
            check: None,
            license: None,
            party: None,
            before: None,
            after: None,
        };
        match subject {
            Subject::Check(id) => event.check = Some(id),
            Subject::License(id) => event.license = Some(id),
            Subject::Party(id) => event.party = Some(id),
            _ => {}
        }
        event
    }

    /// The check whose timeline shows it.
    #[must_use]
    pub fn on_check(mut self, check: CheckId) -> Self {
        self.check = Some(check);
        self
    }

    /// The license whose timeline shows it.
    #[must_use]
    pub fn on_license(mut self, license: LicenseId) -> Self {
        self.license = Some(license);
        self
    }

    /// The party whose record shows it.
    #[must_use]
    pub fn on_party(mut self, party: PartyId) -> Self {
        self.party = Some(party);
        self
    }

    /// The row it is about, beneath the file.
    #[must_use]
    pub fn about(mut self, row: Subject) -> Self {
        self.subject = row.named();
        self
    }

    /// The values as they were, where there were any.
    #[must_use]
    pub fn before(mut self, values: impl Into<Option<Values>>) -> Self {
        self.before = values.into().map(Value::from);
        self
    }

    /// The values as they are now.
    #[must_use]
    pub fn after(mut self, values: Values) -> Self {
        self.after = Some(values.into());
        self
    }

    /// Two facts of one change.
    pub fn and(self, other: Self) -> Events {
        Events(vec![self, other])
    }
}

/// What an event is about. Rows beneath a file (a contact, a permit) are named by [`Subject::Row`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    Post(PostId),
    Session(SessionId),
    Assignment(AssignmentId),
    /// A row of reference data.
    Reference(ReferenceId),
    Authority(AuthorityId),
    Party(PartyId),
    License(LicenseId),
    Check(CheckId),
    Telegram(TelegramId),
    /// A row beneath one of those, by the singular of its table's name.
    Row(&'static str, Uuid),
}

impl Subject {
    /// The singular of its table's name, and its id.
    pub fn named(self) -> (&'static str, Uuid) {
        match self {
            Self::Person(id) => ("person", id.0),
            Self::Post(id) => ("post", id.0),
            Self::Session(id) => ("session", id.0),
            Self::Assignment(id) => ("assignment", id.0),
            Self::Reference(id) => ("reference", id.0),
            Self::Authority(id) => ("authority", id.0),
            Self::Party(id) => ("party", id.0),
            Self::License(id) => ("license", id.0),
            Self::Check(id) => ("check", id.0),
            Self::Telegram(id) => ("telegram", id.0),
            Self::Row(kind, id) => (kind, id),
        }
    }
}

macro_rules! subjects {
    ($($id:ident => $subject:ident,)*) => {$(
        impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Self::$subject(id)
            }
        }
    )*};
}
subjects! {
    PersonId => Person, PostId => Post, SessionId => Session, AssignmentId => Assignment, ReferenceId => Reference,
    AuthorityId => Authority, PartyId => Party, LicenseId => License, CheckId => Check,
}

/// The facts of one change: at least one.
#[derive(Debug)]
pub struct Events(pub(super) Vec<Event>);

impl Events {
    /// One more fact of the same change.
    #[must_use]
    pub fn and(mut self, event: Event) -> Self {
        self.0.push(event);
        self
    }

    /// The facts of two acts of one change.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// That these lines of what was written bear no classification mark, as was said of them: of the same row and
    /// files as the first fact.
    #[must_use]
    pub(crate) fn and_unmarked(mut self, lines: &[Question]) -> Self {
        let Some(first) = self.0.first() else { return self };
        let (subject, check, license, party) = (first.subject, first.check, first.license, first.party);
        self.0.extend(lines.iter().map(|line| Event {
            verb: Verb::MarkDenied,
            summary: format!("said that \"{}\" is no classification mark", line.shown()),
            subject,
            check,
            license,
            party,
            before: None,
            after: None,
        }));
        self
    }

    /// More facts of the same change, or none.
    #[must_use]
    pub fn and_all(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.0.extend(events);
        self
    }
}

/// What an act made, not yet committed: its own page commits it alone, a filed telegram together with others.
#[derive(Debug)]
pub struct Made {
    pub row: Subject,
    pub events: Events,
    pub to: String,
}

impl Made {
    /// An act that made `row`, is logged as `events` and leads on to `to`.
    pub fn new(row: Subject, events: impl Into<Events>, to: impl Into<String>) -> Self {
        Self { row, events: events.into(), to: to.into() }
    }

    /// The check and the license whose files it changed.
    pub fn files(&self) -> (Option<CheckId>, Option<LicenseId>) {
        self.events.0.first().map_or((None, None), |event| (event.check, event.license))
    }

    /// What was done, in one sentence without its actor.
    pub fn says(&self) -> &str {
        self.events.0.first().map_or("", |event| &event.summary)
    }

    /// The check, if it made one.
    pub fn opened(&self) -> Option<CheckId> {
        match self.row {
            Subject::Check(id) => Some(id),
            _ => None,
        }
    }
}

impl From<Event> for Events {
    fn from(event: Event) -> Self {
        Self(vec![event])
    }
}

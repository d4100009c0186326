//! Why a step of a check is refused: each sentence once.

use crate::{
    duties::model::Separated,
    error::Refuses,
    evidence::model::ReplySigned,
    text::{NEEDED, many},
};

/// Why a step of a check is refused. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path has no such step.
    #[error("The check is {state}; {verb} is not possible from there.")]
    Path { state: String, verb: &'static str },
    #[error("This check needs at least one license with an item group before it goes to the post.")]
    NoLicense,
    /// Guard 1: a license that stands elsewhere than the type asks.
    #[error(
        "License {number} is {status}, and a check of the type {check_type} is about {wanted}. Take it off, or change the type."
    )]
    LicenseStands {
        number: String,
        status: String,
        check_type: String,
        /// What the type is about.
        wanted: &'static str,
    },
    /// Guard 1: a type without licenses.
    #[error("A check of this type is about no license; take {0} off first.")]
    HasLicense(String),
    #[error("This check needs at least one subject (a party in a role) before it goes to the post.")]
    NoSubject,
    #[error("The post has answered about this subject; it stays as it is.")]
    SubjectAnswered,
    /// Only the opener discards.
    #[error("Only who opened a draft may discard it.")]
    NotOpener,
    /// Discarding what a post has read.
    #[error("The request was sent once and recalled: it is sent again or ended early, never discarded.")]
    OnceSent,
    /// Ending early what no post ever got.
    #[error("This draft was never sent; who opened it may discard it.")]
    NeverSent,
    /// Ending early what the post that had it would read for the first time.
    #[error(
        "Since the recall this was changed: {changed}. At {post} they read the check once it is ended: put it back as it was sent, or send it again."
    )]
    NotAsSent { post: String, changed: String },
    /// Ending a draft early whose words may come back.
    #[error(
        "A text of this check is reported as classified, and nobody settled the report: until then nobody can say whether it ends as it was sent."
    )]
    WordsHidden,
    /// Recalling while the program of before may be serving.
    #[error(
        "Nothing is recalled while an older Lantern may be serving too: it would show one post what was done at another. Whoever runs the server says when the upgrade is over."
    )]
    OlderServes,
    /// Another post for a draft that people of one worked on.
    #[error(
        "People of {0} worked on this check before it was recalled, so it goes to no other post. Send it there again, or end it early there, and open another one."
    )]
    WorkedAtPost(String),
    /// What a post is told that looks for its request.
    #[error("Washington recalled {reference} on {day}, and your post no longer has it. Why: {reason}")]
    Recalled { reference: String, day: String, reason: String },
    #[error("The reply still needs: {0}.")]
    Unanswered(String),
    /// Guard 2: no topic is asked, and nothing was found.
    #[error("The reply rests on no finding. Ask an administrator which topics are asked of such checks.")]
    NothingFound,
    /// Guard 2: the visit.
    #[error("A site visit is required: record a site-visit contact, or ask the case officer for a waiver.")]
    NoSiteVisit,
    #[error("\"Support with conditions\" needs at least one open condition, and none is open. Choose another word.")]
    NothingOpen,
    #[error("\"Support\" needs no open condition: {0}. Choose \"support with conditions\".")]
    StillOpen(String),
    /// Guards 9 and 13.
    #[error("Explain first: {0}.")]
    Unexplained(String),
    #[error("Write the recommendation first.")]
    NoRecommendation,
    #[error("The recommendation is signed already; another person of the post clears it.")]
    AlreadySigned,
    #[error("The recommendation is not signed yet.")]
    NotSigned,
    /// Changing what a signed reply says.
    #[error(transparent)]
    Signed(#[from] ReplySigned),
    /// Guard 2: the clearer.
    #[error("Another person of the post has to clear what you signed; a supervisor first.")]
    OwnClearance,
    /// Guard 9: unknown possession.
    #[error("{0}: whether it takes possession is unknown. Record it before a favorable result.")]
    PossessionUnknown(String),
    #[error(
        "No finding rests on a visit, a meeting or a paper; a post-shipment check cannot be favorable on telephone calls alone."
    )]
    NoFirmBasis,
    #[error("An unfavorable result needs a reason code, one of them primary, and a finding behind it.")]
    NoReason,
    #[error("No result is proposed.")]
    NoResult,
    /// Guard 11: an earlier act of the same person.
    #[error(transparent)]
    Separated(#[from] Separated),
    #[error("There is no check of this reference.")]
    NoSuchCheck,
    #[error("At most {}.", many(.0, "day"))]
    TooManyDays(i64),
    /// Changing what hangs on a draft that is none.
    #[error("The request was sent; its {0} can no longer be changed.")]
    SentWith(&'static str),
    #[error("A check of this type is about no license.")]
    TakesNoLicense,
    #[error("Licenses are put on a check while it is a draft of a type that has licenses.")]
    LicensesOfDrafts,
    #[error("License {0} is on this check already.")]
    LicenseThere(String),
    #[error("This check comes before the license is issued: leave the day of approval blank.")]
    BeforeIssue,
    #[error("This check is about an issued license: give the day it was approved.")]
    AfterIssue,
    #[error(
        "Subjects are added while the check is a draft of a type without licenses; afterwards those that the post found."
    )]
    SubjectsOfDrafts,
    /// Adding to what was judged.
    #[error("The result of this check stands.")]
    ResultStands,
    #[error("Say what the caveat is.")]
    NoCaveat,
    #[error("A reviewer ends a check early.")]
    EndedByReviewers,
    #[error("Choose reasons and a finding from the lists.")]
    UnknownReasons,
    #[error("Choose a contradiction that waits for you.")]
    NotWaiting,
    #[error("Choose somebody who serves at the post today.")]
    NotServing,
    /// Having a check that nobody works on.
    #[error("The check is closed; nobody has it any more.")]
    NobodysAnyMore,
    #[error("A check has a reviewer once the post has answered it.")]
    NotAnswered,
    /// Taking a check in a role that has none.
    #[error("Your role has no checks of its own.")]
    NotTaken,
    /// Whose it is already.
    #[error("{0} this check already.")]
    HasIt(String),
    #[error("Who has a check hands it over, or a supervisor in Washington.")]
    NotTheirs,
    #[error("Choose somebody who is {0} today.")]
    NotInRole(String),
    /// Guard 11, of somebody else.
    #[error("{0} had another part in this check, and may not judge it. Choose somebody else.")]
    Barred(String),
    #[error("Choose who is to have it.")]
    NobodyChosen,
    #[error("It is {0} already: choose another priority.")]
    SamePriority(String),
    #[error("The new date has to be after {0}.")]
    NotLater(String),
    #[error("{NEEDED}")]
    NoAnswer,
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
    #[error("No site visit is required.")]
    NoVisitToWaive,
    #[error("Only a check that is at the post can be extended.")]
    NotAtPost,
    #[error("The result is signed already.")]
    ResultSigned,
    /// The post's officer is there.
    #[error("{0} has this check and serves at the post; your supervisor reassigns it.")]
    OfficerIsThere(String),
    /// The file changed under its first signature.
    #[error(
        "The file changed after the result was signed, so the signature lapsed ({0}). A reviewer reads the file and signs again."
    )]
    ResultLapsed(String),
    /// It waits for the countersignature.
    #[error("The result is signed and waits for a supervisor's countersignature.")]
    WaitsForCountersignature,
}

impl Refuses for Refusal {
    fn of_constraint(name: &str, detail: Option<&str>) -> Option<Self> {
        Separated::of_constraint(name, detail).map(Self::from)
    }
}

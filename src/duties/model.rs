//! Who may still do what on a file (guard 11). Nobody judges, ends or stops what rests on their own act; an act that
//! was declined, withdrawn or taken back counts as well. The database keeps what each person did (`duties`, filled by
//! triggers) and the same table (`separated_duties`), and a test holds the two against each other.

use serde::Deserialize;

use crate::{
    error::Refuses,
    id::{CheckId, LicenseId, PersonId},
    words,
};

words! {
    /// An act of a person on a check or a license, the weightiest first: that one is named where several stand in the
    /// way.
    pub enum Duty {
        /// The check was opened.
        Open = "open", "Open a check";
        /// The request was sent.
        Request = "request", "Send the request";
        /// A result was proposed.
        Propose = "propose", "Propose a result";
        /// The recommendation was signed.
        SignReply = "sign_reply", "Sign the recommendation";
        /// The reply was cleared.
        ClearReply = "clear_reply", "Clear the reply";
        /// A result was signed.
        SignResult = "sign_result", "Sign a result";
        /// The check was ended early.
        EndEarly = "end_early", "End a check early";
        /// A result was countersigned.
        Countersign = "countersign", "Countersign a result";
        /// The license was decided, in any of the acts on it.
        Decide = "decide", "Decide a license";
        /// An exception was made.
        Except = "except", "Make an exception";
        /// A permit was verified.
        VerifyPermit = "verify_permit", "Verify a permit";
        /// A signature on the certificate was verified.
        VerifySignature = "verify_signature", "Verify a signature";
        /// A condition in words was noted as met.
        MeetCondition = "meet_condition", "Note that a condition is met";
        /// A proposed result was declined.
        Decline = "decline", "Decline a result";
        /// The site visit was waived.
        Waive = "waive", "Waive the site visit";
        /// The post was asked again.
        GiveBack = "give_back", "Give a check back";
        /// The due date was moved.
        Extend = "extend", "Extend the due date";
        /// The request was taken back.
        Recall = "recall", "Recall the request";
        /// The clock was stopped.
        Hold = "hold", "Put a check on hold";
        /// The clock was let run.
        Resume = "resume", "Resume a check";
        /// A contradiction was explained.
        Explain = "explain", "Explain a contradiction";
        /// The license was registered.
        Register = "register", "Register a license";
        /// A paper was taken back as recorded by mistake.
        TakeBack = "take_back", "Take a paper back";
        /// A paper, a cell of the matrix, a custody step or a count was recorded.
        RecordPaper = "record_paper", "Record a paper";
        /// A contact, a statement, a document, a finding or the recommendation's text was written.
        Work = "work", "Work on a check";
    }
}

use Duty as D;

/// What the post answers with.
const POST: &[Duty] =
    &[D::SignReply, D::ClearReply, D::VerifyPermit, D::VerifySignature, D::TakeBack, D::RecordPaper, D::Work];
/// How Washington conducts the check.
const CASE: &[Duty] = &[
    D::Open,
    D::Request,
    D::Propose,
    D::Waive,
    D::GiveBack,
    D::Extend,
    D::Recall,
    D::Hold,
    D::Resume,
    D::Explain,
    D::Register,
];
/// The signatures on a result. Ending early is one.
const RESULT: &[Duty] = &[D::SignResult, D::EndEarly, D::Countersign];

/// The acts that go together, as people call them.
pub const GROUPS: [(&str, &[Duty]); 3] =
    [("acts of the post", POST), ("acts of the case", CASE), ("signatures on a result", RESULT)];

/// How an earlier act of the same person stands in the way of a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    No,
    /// On the same reply or result: its own row says so, and for a reply the post of one is excepted (guard 2).
    SamePaper,
    /// On the same check, on a license of it, or on a check of the license.
    Always,
}

impl Duty {
    /// The table: whether an earlier act keeps the same person from this one.
    pub fn after(self, earlier: Self) -> Apart {
        let groups: &[&[Self]] = match self {
            D::SignReply | D::ClearReply => &[RESULT, &[D::Decide]],
            D::VerifyPermit | D::VerifySignature | D::MeetCondition => &[&[D::Decide]],
            D::Waive | D::GiveBack | D::Extend | D::Recall | D::Hold | D::Resume => &[POST, RESULT],
            D::Propose => &[POST, RESULT, &[D::Except, D::Decide]],
            D::SignResult | D::EndEarly => &[POST, CASE, &[D::Countersign, D::Except, D::Decide]],
            D::Countersign => &[POST, CASE, &[D::SignResult, D::EndEarly, D::Decide]],
            D::Decline => &[POST, CASE, &[D::Decide]],
            D::Except => &[POST, CASE, RESULT, &[D::Decide]],
            D::Decide => &[POST, CASE, RESULT, &[D::Except, D::MeetCondition]],
            // What only records or asks judges nothing.
            D::Open | D::Request | D::Explain | D::Register | D::TakeBack | D::RecordPaper | D::Work => &[],
        };
        match (self, earlier) {
            (D::ClearReply, D::SignReply) | (D::Decline, D::SignResult) => Apart::SamePaper,
            _ if groups.iter().any(|group| group.contains(&earlier)) => Apart::Always,
            _ => Apart::No,
        }
    }

    /// What keeps the same person from it, as people call it: whole groups by their names, then what stands alone.
    pub fn kept_by(self) -> Vec<String> {
        let keeps = |earlier: &Self| self.after(*earlier) == Apart::Always;
        let groups = GROUPS.iter().filter(|(_, acts)| acts.iter().all(keeps));
        let in_group = |act: &Self| GROUPS.iter().any(|(_, acts)| acts.iter().all(keeps) && acts.contains(act));
        let alone = Self::ALL.iter().filter(|act| keeps(act) && !in_group(act));
        let named = alone.map(|act| match act {
            D::Decide => "decisions".to_owned(),
            D::Except => "exceptions".to_owned(),
            D::SignResult => "signatures on a result".to_owned(),
            D::EndEarly => "checks ended early".to_owned(),
            D::Countersign => "countersignatures".to_owned(),
            D::MeetCondition => "conditions noted as met".to_owned(),
            other => other.label().to_lowercase(),
        });
        groups.map(|(name, _)| (*name).to_owned()).chain(named).collect()
    }

    /// What somebody did, of a place.
    fn did(self, place: &str) -> String {
        match self {
            D::Open => format!("opened {place}"),
            D::Request => format!("sent {place} to the post"),
            D::Propose => format!("proposed a result of {place}"),
            D::SignReply => format!("signed the reply of {place}"),
            D::ClearReply => format!("cleared the reply of {place}"),
            D::SignResult => format!("signed a result of {place}"),
            D::EndEarly => format!("ended {place} early"),
            D::Countersign => format!("countersigned a result of {place}"),
            D::Decide => format!("decided {place}"),
            D::Except => format!("made an exception on {place}"),
            D::VerifyPermit => format!("verified a permit of {place}"),
            D::VerifySignature => format!("verified a signature on the certificate of {place}"),
            D::MeetCondition => format!("noted that a condition of {place} is met"),
            D::Decline => format!("declined a result of {place}"),
            D::Waive => format!("waived the site visit of {place}"),
            D::GiveBack => format!("gave {place} back to the post"),
            D::Extend => format!("extended the due date of {place}"),
            D::Recall => format!("recalled {place}"),
            D::Hold => format!("put {place} on hold"),
            D::Resume => format!("resumed {place}"),
            D::Explain => format!("explained a contradiction in {place}"),
            D::Register => format!("registered {place}"),
            D::TakeBack => format!("took a paper of {place} back"),
            D::RecordPaper => format!("recorded a paper of {place}"),
            D::Work => format!("worked on {place} at the post"),
        }
    }

    /// Who does it instead, and what.
    fn instead(self) -> &'static str {
        match self {
            D::SignReply => "another officer must sign the reply",
            D::ClearReply => "another person of the post must clear the reply",
            D::VerifyPermit => "another officer must verify its permits",
            D::VerifySignature => "another officer must verify the signature",
            D::MeetCondition => "another person must note that the condition is met",
            D::Waive => "another case officer must waive the visit",
            D::GiveBack => "another case officer must give it back",
            D::Extend => "another case officer must extend it",
            D::Recall => "another case officer must recall it",
            D::Hold => "another case officer must put it on hold",
            D::Resume => "another case officer must resume it",
            D::Propose => "another case officer must propose the result",
            D::SignResult => "another reviewer must sign the result",
            D::EndEarly => "another reviewer must end the check",
            D::Countersign => "another supervisor must countersign the result",
            D::Decline => "another person must decline the result",
            D::Except => "another supervisor must make the exception",
            D::Decide => "another reviewer must decide the license",
            D::Open | D::Request | D::Explain | D::Register | D::TakeBack | D::RecordPaper | D::Work => {
                "another person must do this"
            }
        }
    }
}

/// What somebody did on a file.
#[derive(Debug, Clone, Deserialize)]
pub struct Done {
    pub person_id: PersonId,
    pub duty: Duty,
    /// On which check, if on one.
    pub check_id: Option<CheckId>,
    /// On which license, if on one.
    pub license_id: Option<LicenseId>,
    /// The file, as people call it: `BL-2026-0042`, `license 050107211`.
    pub place: String,
}

/// Why somebody else has to act. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("You {}; {}.", .earlier.did(.place), .later.instead())]
pub struct Separated {
    pub later: Duty,
    /// What the person did before.
    pub earlier: Duty,
    pub place: String,
}

impl Separated {
    /// What a trigger refused: the constraint it names, and the file.
    pub fn by_the_database(constraint: &str, place: &str) -> Option<Self> {
        let (later, earlier) = constraint.strip_prefix("duties_")?.split_once("_after_")?;
        Some(Self { later: later.parse().ok()?, earlier: earlier.parse().ok()?, place: place.to_owned() })
    }
}

impl Refuses for Separated {
    fn of_constraint(name: &str, detail: Option<&str>) -> Option<Self> {
        Self::by_the_database(name, detail.unwrap_or("this file"))
    }
}

/// Whether a person may still do it, after what was done on the file.
///
/// # Errors
/// What they did before, and who has to act instead.
pub fn judge<'a>(later: Duty, by: PersonId, done: impl IntoIterator<Item = &'a Done>) -> Result<(), Separated> {
    let own = done.into_iter().filter(|done| done.person_id == by && later.after(done.duty) == Apart::Always);
    match own.min_by_key(|done| done.duty) {
        Some(done) => Err(Separated { later, earlier: done.duty, place: done.place.clone() }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;

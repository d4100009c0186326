//! Telegrams as Lantern keeps them: what came in stays as it came (a file in a single-byte encoding as the same
//! characters in UTF-8), what goes out is written as a draft and then sent. Which check one belongs to follows from
//! what it names; where two answers are possible a person is asked.

use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::{
    reading::{Direction, Reading},
    refusal::Refusal,
    writing::lines::fitted,
};
use crate::{
    access::{Actor, Permission},
    addresses::{self as at, Address},
    checks::model::{CaseFile, CheckState},
    error::{AppError, Result},
    id::{CheckId, LicenseId, PostId, TelegramId},
    text::{at_most, storable},
    words,
};

words! {
    /// Which way a telegram goes.
    pub enum Way {
        In = "in", "Came in";
        /// It goes or went.
        Out = "out", "Written here";
    }

    /// How far a telegram is.
    pub enum TelegramState {
        /// It came in and is kept.
        Filed = "filed", "Filed";
        /// It is still written.
        Draft = "draft", "Draft";
        /// It is final: numbered, dated, kept as sent.
        Sent = "sent", "Sent";
    }

    /// What a person made of a proposal.
    pub enum Answer {
        /// Taken as it was.
        Accepted = "accepted", "Accepted";
        Changed = "changed", "Accepted with changes";
        Rejected = "rejected", "Rejected";
    }
}

/// The most characters a telegram may have that is pasted or uploaded; `lantern telegram read` takes any.
const TELEGRAM_LIMIT: usize = 300_000;

/// The text of a telegram, as it was pasted or uploaded, line ends as they came. Whoever files it reads it first, and
/// may refuse it still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelegramText(String);

impl TelegramText {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TelegramText {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let length = raw.chars().count();
        if raw.trim().is_empty() {
            return Err(Refusal::Nothing.to_string());
        }
        if length > TELEGRAM_LIMIT {
            return Err(format!("{} Paste its sections one by one.", at_most(TELEGRAM_LIMIT, length)));
        }
        storable(raw).map(|()| Self(raw.to_owned()))
    }
}

impl std::fmt::Display for TelegramText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The body of a telegram that goes out, made to fit: lines of at most 65 characters of plain ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written(String);

/// The most characters a body may have.
const WRITTEN_LIMIT: usize = 100_000;

impl Written {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Written {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let text = raw.replace("\r\n", "\n");
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err("Write what the telegram says.".into());
        }
        if length > WRITTEN_LIMIT {
            return Err(at_most(WRITTEN_LIMIT, length));
        }
        storable(&text)?;
        let fitted = fitted(&text);
        storable(&fitted).map(|()| Self(fitted))
    }
}

/// A telegram of Lantern's.
#[derive(Debug, Clone)]
pub struct Telegram {
    pub id: TelegramId,
    pub way: Way,
    /// How far it is.
    pub state: TelegramState,
    /// What it is for.
    pub direction: Direction,
    /// The post that sent it or that it was sent to.
    pub post_id: PostId,
    pub post_name: String,
    pub post_country: String,
    /// As it came or was sent; none while it is written.
    pub original: Option<Vec<u8>>,
    /// Whether a person said that what may be a classification mark in it is none.
    pub unmarked: bool,
    /// What this program's reader read in it before, if that is kept.
    pub reading: Option<String>,
    /// What a person writes of one that goes out.
    pub body: Option<String>,
    /// Of what the case file said when that was written, the digest of [`super::writing::composed`].
    pub composed: Option<String>,
    /// Who sent it: `GUATEMALA`.
    pub originator: Option<String>,
    pub number: Option<i32>,
    /// The year of that number.
    pub year: Option<i32>,
    pub sent_at: Option<OffsetDateTime>,
    pub subject: String,
    /// Who filed or wrote it.
    pub recorded_by_name: String,
    pub recorded_at: OffsetDateTime,
    /// Who made it final.
    pub sent_by_name: Option<String>,
    /// The checks it is on, with their references.
    pub checks: Vec<(CheckId, String)>,
    /// What people made of its proposals, where its text was read too.
    pub answers: Vec<Answered>,
    /// The same telegram, filed at another time.
    pub same: Vec<TelegramId>,
    pub version: i32,
}

impl Telegram {
    /// This telegram, if it came in: what goes out is on the check it was written for, and proposes nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that goes out.
    pub fn came_in(self) -> Result<Self> {
        if self.way == Way::In { Ok(self) } else { Err(AppError::NotFound) }
    }

    /// Whether it is written for the post that the check is at: once its request was recalled, another one may have it.
    pub fn is_for(&self, post: PostId) -> Result<(), Refusal> {
        if self.post_id == post { Ok(()) } else { Err(Refusal::ForAnotherPost(self.post_name.clone())) }
    }

    /// `Telegram GUATEMALA 773`, or what there is, at the head of a page or sentence.
    pub fn titled(&self) -> String {
        if self.number.is_some() && self.originator.is_some() {
            format!("Telegram {}", self.named())
        } else {
            self.named()
        }
    }

    /// `GUATEMALA 773`, or what there is.
    pub fn named(&self) -> String {
        match (&self.originator, self.number) {
            (Some(originator), Some(number)) => format!("{originator} {number}"),
            _ if self.state == TelegramState::Draft => format!("{}, not sent", self.direction.label()),
            _ => "Telegram without a number".to_owned(),
        }
    }
}

/// What a person made of a proposal of a telegram.
#[derive(Debug, Clone, Deserialize)]
pub struct Answered {
    pub key: String,
    /// What they made of it.
    pub answer: Answer,
    /// What was proposed. A reader that has learned may give the key to something else.
    pub proposed: Json,
    /// The check it went into.
    pub check_id: Option<CheckId>,
    /// The kind of the row it became.
    pub subject_kind: Option<String>,
    /// The row it became.
    pub subject_id: Option<uuid::Uuid>,
    pub by: String,
}

/// Where a row of a file came from: a paragraph of a telegram.
#[derive(Debug, Clone)]
pub struct Origins {
    pub telegram: TelegramId,
    pub named: String,
    pub kind: String,
    /// The paragraph's number; empty: the header.
    pub paragraph: String,
    /// The paragraph's words, perhaps cut.
    pub words: String,
    /// Whether they are cut.
    pub is_cut: bool,
    /// What was proposed, in one line.
    pub says: String,
    /// The row it became; none: it is only noted.
    pub row: Option<uuid::Uuid>,
    pub row_kind: Option<String>,
}

impl Origins {
    /// `GUATEMALA 773, paragraph 7`.
    pub fn cited(&self) -> String {
        if self.paragraph.is_empty() {
            format!("{}, header", self.named)
        } else {
            format!("{}, paragraph {}", self.named, self.paragraph)
        }
    }

    /// The address of the paragraph, on the part of the telegram that has it.
    pub fn address(&self) -> Address {
        let label = form_urlencoded::byte_serialize(self.paragraph.as_bytes()).collect::<String>();
        at::telegram(self.telegram).with("paragraph", &self.paragraph).at(format_args!("p{label}"))
    }

    /// Whether the row shows where it came from by itself; what does not is listed with the telegrams.
    pub fn stands_beside_its_row(&self) -> bool {
        matches!(self.row_kind.as_deref(), Some("contact" | "statement" | "document" | "finding"))
    }
}

/// A check that a telegram may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: CheckId,
    pub reference: String,
    /// What it is about.
    pub subject: String,
    /// Whether it is sealed.
    pub is_closed: bool,
    /// A reference of the telegram names it, or a telegram that is on it.
    pub by_reference: bool,
    /// It is about a license the telegram names.
    pub by_license: bool,
}

/// What follows from the candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joining {
    /// It belongs to this check.
    One(CheckId),
    /// A person says which: the reference and the license point elsewhere, or at several.
    Ask,
    /// To none of those there are.
    None,
}

/// Which check a telegram joins: the one that its reference and its license name alike; the one its reference names,
/// where no license of it is known; the one open check on its license, where its reference is unknown. A closed check
/// takes nothing.
pub fn joining(candidates: &[Candidate]) -> Joining {
    let open: Vec<&Candidate> = candidates.iter().filter(|candidate| !candidate.is_closed).collect();
    let both: Vec<&&Candidate> =
        open.iter().filter(|candidate| candidate.by_reference && candidate.by_license).collect();
    match (both.as_slice(), open.as_slice()) {
        ([one], _) if open.iter().all(|other| other.id == one.id || !other.by_reference) => Joining::One(one.id),
        ([], [one]) => Joining::One(one.id),
        _ if candidates.is_empty() => Joining::None,
        _ => Joining::Ask,
    }
}

/// Whose telegrams these are: Washington asks, the post answers.
pub fn may_write(actor: &Actor, direction: Direction) -> bool {
    actor.may(match direction {
        Direction::Request | Direction::Reminder => Permission::DirectChecks,
        _ => Permission::WorkChecks,
    })
}

/// The telegrams that a person may write on a check now: Washington asks, and asks again while the post has it; the
/// post says where it stands, and answers.
pub fn writable(actor: &Actor, file: &CaseFile) -> Vec<Direction> {
    let state = file.check.state;
    let possible = [
        (Direction::Request, matches!(state, CheckState::Draft | CheckState::Requested)),
        (Direction::Reminder, state.is_at_post()),
        (Direction::Interim, state == CheckState::InProgress),
        (Direction::Reply, matches!(state, CheckState::InProgress | CheckState::Replied | CheckState::Resulted)),
    ];
    let possible = possible.map(|(direction, possible)| (direction, possible && may_write(actor, direction)));
    possible.into_iter().filter(|(_, possible)| *possible).map(|(direction, _)| direction).collect()
}

/// A hash of a text without its blank space and case: the same telegram again.
pub fn fingerprint(text: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for word in text.split_whitespace() {
        hash.update(word.to_lowercase().as_bytes());
    }
    hash.finalize().to_vec()
}

/// What is stored of a telegram's header, so that it can be found by it.
#[derive(Debug)]
pub struct Headed<'a> {
    pub originator: Option<String>,
    pub number: Option<i32>,
    /// The year of the number: as written, else of the date-time group.
    pub year: Option<i32>,
    pub sent_at: Option<OffsetDateTime>,
    pub subject: &'a str,
}

impl<'a> Headed<'a> {
    /// From what was read.
    pub fn of(reading: &'a Reading) -> Self {
        let header = &reading.header;
        let message = header.message.as_ref();
        Self {
            originator: message.map(|message| message.originator.clone()),
            number: message.and_then(|message| i32::try_from(message.number).ok()),
            year: message.and_then(|message| message.year).or(header.sent_at.map(OffsetDateTime::year)),
            sent_at: header.sent_at,
            subject: header.subject.as_deref().unwrap_or_default(),
        }
    }

    /// A header that has only its routing line is named by the station's post and the serial, which is the number's
    /// last four digits.
    #[must_use]
    pub fn named_by_its_station(mut self, reading: &Reading, post: &str, country: &str) -> Self {
        if self.number.is_none() && reading.header.station_country().as_deref() == Some(country) {
            self.number = reading.header.serial.and_then(|serial| i32::try_from(serial).ok());
            self.originator = self.number.map(|_| post.to_uppercase());
        }
        self
    }
}

/// A telegram to be kept as it came.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// The post it is of.
    pub post: PostId,
    /// What it is for.
    pub direction: Direction,
    pub text: &'a str,
    /// Whether a person said that what may be a classification mark in it is none.
    pub unmarked: bool,
    pub head: Headed<'a>,
}

/// An answer to be kept.
#[derive(Debug)]
pub struct NewAnswer<'a> {
    pub telegram: TelegramId,
    pub key: &'a str,
    pub kind: &'a str,
    /// What the person made of it.
    pub answer: Answer,
    /// The number of its paragraph, or nothing.
    pub paragraph: &'a str,
    /// The words of its paragraph.
    pub words: &'a str,
    /// What was proposed, in one line.
    pub says: &'a str,
    /// What was proposed, in full.
    pub proposed: Json,
    /// The check it went into.
    pub check: Option<CheckId>,
    /// The license it went into.
    pub license: Option<LicenseId>,
    pub row: Option<(&'static str, uuid::Uuid)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(by_reference: bool, by_license: bool, is_closed: bool) -> Candidate {
        Candidate {
            id: CheckId::new(),
            reference: "BL-2026-0001".into(),
            subject: "x".into(),
            is_closed,
            by_reference,
            by_license,
        }
    }

    #[test]
    fn a_telegram_joins_the_check_that_reference_and_license_name_alike() {
        let both = candidate(true, true, false);
        let follow_up = candidate(false, true, false);
        assert_eq!(joining(&[both.clone(), follow_up]), Joining::One(both.id));
    }

    #[test]
    fn one_of_the_two_is_enough_where_the_other_is_unknown() {
        for only in [candidate(true, false, false), candidate(false, true, false)] {
            assert_eq!(joining(std::slice::from_ref(&only)), Joining::One(only.id));
        }
    }

    #[test]
    fn a_person_is_asked_when_reference_and_license_point_elsewhere_or_at_several() {
        assert_eq!(joining(&[candidate(true, false, false), candidate(false, true, false)]), Joining::Ask);
        assert_eq!(joining(&[candidate(false, true, false), candidate(false, true, false)]), Joining::Ask);
        assert_eq!(joining(&[candidate(true, true, false), candidate(true, false, false)]), Joining::Ask);
    }

    #[test]
    fn a_closed_check_takes_nothing() {
        assert_eq!(joining(&[candidate(true, true, true)]), Joining::Ask);
        let open = candidate(false, true, false);
        assert_eq!(joining(&[candidate(false, true, true), open.clone()]), Joining::One(open.id));
        assert_eq!(joining(&[]), Joining::None);
    }

    #[test]
    fn the_same_telegram_is_known_again_with_other_white_space() {
        assert_eq!(
            fingerprint("1. (U) POST HAS\r\nNO INFORMATION"),
            fingerprint(" 1. (U)  Post has no\n\n information\n")
        );
        assert_ne!(fingerprint("1. (U) Post has information"), fingerprint("1. (U) Post has no information"));
    }
}

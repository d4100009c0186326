//! Who writes a remark on a check, to whom, who reads it, and when it waits no more.
//!
//! A check has two circles of readers. What somebody at the post writes, or what is written to somebody there, is read
//! by the people of that post and in Washington; what Washington writes to Washington is read there alone. A thread
//! stays in the circle that its first remark chose, and in the post's circle of the post that had the check then.

use std::str::FromStr;

use time::OffsetDateTime;

use super::refusal::Refusal;
use crate::{
    access::{Permission, Reader, Role},
    audit::{Event, Subject, Verb, says},
    checks::model::{CheckFile, CheckState},
    id::{CheckId, PersonId, PostId, RemarkId},
    proof,
    text::{LINE_LIMIT, Text, at_most},
    words,
};

words! {
    /// Whom a remark is for, where it is for whoever has that part.
    pub enum Part {
        /// Whoever serves at the check's post.
        Post = "post", "The post";
        CaseOfficer = "case_officer", "The case officers";
        Reviewer = "reviewer", "The reviewers";
        Supervisor = "supervisor", "The supervisors";
    }
}

impl Part {
    /// The part of a role, if it has one: who only reads, or sees no check, is written nothing.
    pub fn of(role: Role) -> Option<Self> {
        match role {
            Role::PostOfficer | Role::PostSupervisor => Some(Self::Post),
            Role::CaseOfficer => Some(Self::CaseOfficer),
            Role::Reviewer => Some(Self::Reviewer),
            Role::Supervisor => Some(Self::Supervisor),
            Role::Auditor | Role::Admin => None,
        }
    }
}

/// Whom a remark is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    Part(Part),
    Person(PersonId),
}

impl FromStr for To {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let part = || text.parse().map(Self::Part).map_err(|_| Refusal::NobodyNamed);
        text.parse().map(Self::Person).or_else(|_| part())
    }
}

impl std::fmt::Display for To {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Part(part) => f.write_str(part.code()),
            Self::Person(person) => person.fmt(f),
        }
    }
}

/// What a remark says: a few sentences. What is longer is a contact, a finding, a telegram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said(String);

/// The most characters that a remark has.
pub const MOST: usize = 10 * LINE_LIMIT;

impl FromStr for Said {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let text = raw.parse::<Text>()?;
        match text.as_str().chars().count() {
            length if length > MOST => Err(at_most(MOST, length)),
            _ => Ok(Self(text.into())),
        }
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Said {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody whom a remark may be for by name: who serves at the post, or who did something on the check.
#[derive(Debug, Clone)]
pub struct Somebody {
    pub id: PersonId,
    pub name: String,
    pub part: Part,
}

/// A remark as it stands on its check.
#[derive(Debug, Clone)]
pub struct Remark {
    pub id: RemarkId,
    /// The first remark of its thread.
    pub thread: RemarkId,
    /// The one that it answers.
    pub answers: Option<RemarkId>,
    /// The post whose people read it beside Washington; none: Washington alone.
    pub post: Option<PostId>,
    /// That post, as it is called.
    pub post_name: Option<String>,
    pub to: To,
    /// Whom it is for, as people call them.
    pub to_name: String,
    pub text: String,
    pub by: PersonId,
    pub by_name: String,
    /// The writer's post, if they wrote there.
    pub by_post: Option<String>,
    pub at: OffsetDateTime,
    /// When it was answered or marked as read, or its check closed.
    pub settled_at: Option<OffsetDateTime>,
    pub settled_by: Option<String>,
    /// Whether it was an answer that settled it.
    pub is_answered: bool,
    /// How many remarks the check has that the reader reads.
    pub in_all: i64,
}

proof! {
    /// Proof that a remark may be written.
    pub struct Written {
        check: CheckId,
        id: RemarkId,
        thread: RemarkId,
        /// The one that it answers, and whether that waits no more.
        answers: Option<(RemarkId, bool)>,
        post: Option<PostId>,
        to: To,
        text: String,
    }
}

proof! {
    /// Proof that a remark that waited for somebody was read by them.
    pub struct Read {
        id: RemarkId,
    }
}

/// Whether remarks are written on a check now.
pub fn are_taken(check: &CheckFile) -> Result<(), Refusal> {
    match check.state {
        CheckState::Closed => Err(Refusal::Closed),
        CheckState::Draft if !check.was_sent() => Err(Refusal::NotSent),
        _ if check.older_serves => Err(Refusal::OlderServes),
        _ => Ok(()),
    }
}

/// The post that reads what is written with it, if it has the check now.
fn at_post(check: &CheckFile) -> Option<PostId> {
    Some(check.post_id).filter(|_| check.state != CheckState::Draft)
}

/// Whom a reader may write to: the parts, then people by name; each with whether the post reads it.
pub fn offered<'a>(check: &CheckFile, reader: &Reader, people: &'a [Somebody]) -> Vec<(To, &'a str, bool)> {
    let with_post = |part| reader.post.is_some() || part == Part::Post;
    let there = at_post(check).is_some();
    let parts = Part::ALL.iter().map(|part| (To::Part(*part), part.label(), with_post(*part)));
    let others = people.iter().filter(|somebody| somebody.id != reader.id);
    let people = others.map(|somebody| (To::Person(somebody.id), somebody.name.as_str(), with_post(somebody.part)));
    parts.chain(people).filter(|(.., with_post)| there || !with_post).collect()
}

/// How often a check was recalled, as far as its reader knows: another post may have it since.
pub fn times_recalled(check: &CheckFile) -> i32 {
    i32::try_from(check.recalled.len()).unwrap_or(i32::MAX)
}

/// Writing a remark to one of those who are offered, on a page that was made when the check had been recalled so often.
pub fn write(
    (check, reader): (&CheckFile, &Reader),
    id: RemarkId,
    (to, recalled): (To, i32),
    text: &Said,
    people: &[Somebody],
) -> Result<Written, Refusal> {
    are_taken(check)?;
    let offered = offered(check, reader, people);
    let (to, name, with_post) = offered.into_iter().find(|(one, ..)| *one == to).ok_or(Refusal::NobodyNamed)?;
    let post = at_post(check).filter(|_| with_post);
    if post.is_some() && recalled != times_recalled(check) {
        return Err(Refusal::AnotherPost(check.post_name.clone()));
    }
    let sentence = format!("wrote a remark to {}", called(to, name));
    let event = entry(check.id, id, sentence, text.as_str());
    Ok(Written { check: check.id, id, thread: id, answers: None, post, to, text: text.0.clone(), event })
}

/// As a sentence goes on with it: `the case officers`, a name.
fn called(to: To, name: &str) -> String {
    match to {
        To::Part(part) => part.label().to_lowercase(),
        To::Person(_) => name.to_owned(),
    }
}

/// Its row is what it is about: who does not read the remark does not read the entry.
fn entry(check: CheckId, id: RemarkId, sentence: String, text: &str) -> Event {
    Event::new(Verb::RemarkWritten, check, sentence).about(Subject::Row("remark", id.0)).after(says("Text", text))
}

impl Remark {
    /// Whether the reader reads it.
    pub fn is_seen_by(&self, reader: &Reader) -> bool {
        reader.post.is_none_or(|post| self.post == Some(post))
    }

    /// Whether its circle still has the check: of a post's thread, that post.
    fn is_with(&self, check: &CheckFile) -> Result<(), Refusal> {
        if self.post.is_none_or(|post| at_post(check) == Some(post)) { Ok(()) } else { Err(Refusal::PostGone) }
    }

    /// Answering it. The answer is for its writer, and settles it where it waits for who answers; others may say
    /// something to it, and it goes on waiting. What one adds to one's own goes to whom that went.
    pub fn answer(&self, check: &CheckFile, reader: &Reader, id: RemarkId, text: &Said) -> Result<Written, Refusal> {
        self.may_answer(check)?;
        let own = self.by == reader.id;
        let to = if own { self.to } else { To::Person(self.by) };
        let sentence =
            if own { "added to an own remark".into() } else { format!("answered the remark of {}", self.by_name) };
        let event = entry(check.id, id, sentence, text.as_str());
        let answers = Some((self.id, self.waits_for(reader)));
        Ok(Written {
            check: check.id,
            id,
            thread: self.thread,
            answers,
            post: self.post,
            to,
            text: text.0.clone(),
            event,
        })
    }

    /// Whether it may be answered.
    pub fn may_answer(&self, check: &CheckFile) -> Result<(), Refusal> {
        are_taken(check)?;
        self.is_with(check)
    }

    /// Whether it waits for the reader: for them by name, or for a part that is theirs.
    pub fn waits_for(&self, reader: &Reader) -> bool {
        let theirs = match self.to {
            To::Person(person) => person == reader.id,
            To::Part(part) => Part::of(reader.role) == Some(part),
        };
        self.settled_at.is_none() && theirs && self.by != reader.id && self.is_seen_by(reader)
    }

    /// Marking it as read, where no answer is needed.
    pub fn read(&self, check: &CheckFile, reader: &Reader) -> Result<Read, Refusal> {
        are_taken(check)?;
        if !self.waits_for(reader) {
            return Err(Refusal::NotWaiting);
        }
        let event = Event::new(Verb::RemarkRead, check.id, format!("marked the remark of {} as read", self.by_name));
        Ok(Read { id: self.id, event: event.about(Subject::Row("remark", self.id.0)) })
    }
}

/// A remark as a reader sees it: with what they can do about it.
#[derive(Debug)]
pub struct Line<'a> {
    pub remark: &'a Remark,
    /// Whether it begins a thread.
    pub is_first: bool,
    /// Whether it waits for the reader.
    pub waits: bool,
    pub may_answer: bool,
}

/// Remarks as a reader sees them.
pub fn lines<'a>(check: &CheckFile, reader: &Reader, remarks: &'a [Remark]) -> Vec<Line<'a>> {
    let writes = reader.may(Permission::WriteRemarks);
    let line = |remark: &'a Remark| Line {
        is_first: remark.answers.is_none(),
        waits: writes && remark.read(check, reader).is_ok(),
        may_answer: writes && remark.may_answer(check).is_ok(),
        remark,
    };
    remarks.iter().map(line).collect()
}

/// Whether a reader writes a remark on the check now.
pub fn may_write(check: &CheckFile, reader: &Reader) -> bool {
    reader.may(Permission::WriteRemarks) && are_taken(check).is_ok()
}

/// Why a reader who writes remarks writes none on the check now.
pub fn why_not(check: &CheckFile, reader: &Reader) -> Option<Refusal> {
    are_taken(check).err().filter(|_| reader.may(Permission::WriteRemarks))
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;

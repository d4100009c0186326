//! Who settles a report, and what becomes of the text.

use std::str::FromStr;

use time::OffsetDateTime;
use uuid::Uuid;

use super::refusal::Refusal;
use crate::{
    access::{Reader, Role},
    audit::{Event, Subject, Verb, says},
    id::{PersonId, PostId, SpillId},
    proof, words,
};

words! {
    /// Whose text it is.
    pub enum SpillFile {
        Check = "check", "Check";
        License = "license", "License";
        Party = "party", "Party";
        Telegram = "telegram", "Telegram";
    }

    /// What becomes of what is hidden.
    pub enum Outcome {
        Removed = "removed", "It is classified: remove it for good";
        Restored = "restored", "It is not classified: put it back";
    }
}

impl Outcome {
    /// What became of it.
    pub fn past(self) -> &'static str {
        match self {
            Self::Removed => "Removed",
            Self::Restored => "Put back",
        }
    }
}

/// A row of a file, as a form names it: its kind and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub kind: String,
    pub row: Uuid,
}

impl FromStr for Place {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (kind, row) = text.split_once('.').ok_or(Refusal::NotThere)?;
        Ok(Self { kind: kind.to_owned(), row: row.parse().map_err(|_| Refusal::NotThere)? })
    }
}

/// A text that was reported: where it stood and how much it was, never what it said.
#[derive(Debug)]
pub struct Spill {
    pub id: SpillId,
    pub called: String,
    pub file: SpillFile,
    /// Whose supervisor settles it; else Washington's.
    pub post: Option<PostId>,
    pub post_name: Option<String>,
    pub characters: i32,
    /// How its reporter knows.
    pub why: String,
    pub reported_by: PersonId,
    pub reporter: String,
    pub reported_at: OffsetDateTime,
    pub outcome: Option<Outcome>,
    pub settled_because: Option<String>,
    pub settler: Option<String>,
}

/// Whose reports a person settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those about the files of a post: its supervisor.
    Post(PostId),
    /// All of them: a supervisor in Washington, or an administrator, who does not see the files.
    Every,
}

impl Side {
    /// The reader's, if any is theirs.
    pub fn of(reader: &Reader) -> Option<Self> {
        match reader.role {
            Role::Supervisor | Role::Admin => Some(Self::Every),
            Role::PostSupervisor => reader.post.map(Self::Post),
            _ => None,
        }
    }

    /// The only post whose reports it has.
    pub fn post(self) -> Option<PostId> {
        match self {
            Self::Post(post) => Some(post),
            Self::Every => None,
        }
    }
}

proof! {
    /// Proof that a report is settled by a second person whose it is to settle.
    pub struct SpillSettled {
        spill: SpillId,
        outcome: Outcome,
        because: String,
    }
}

impl Spill {
    /// Whether its side is the reader's.
    pub fn is_of(&self, reader: &Reader) -> bool {
        match Side::of(reader) {
            Some(Side::Every) => true,
            Some(Side::Post(post)) => self.post == Some(post),
            None => false,
        }
    }

    /// Two persons: who reported it does not settle it.
    pub fn may_settle(&self, by: PersonId) -> Result<(), Refusal> {
        if self.outcome.is_some() {
            return Err(Refusal::Settled);
        }
        if self.reported_by == by { Err(Refusal::OwnReport) } else { Ok(()) }
    }

    pub fn settle(&self, by: PersonId, outcome: Outcome, because: &str) -> Result<SpillSettled, Refusal> {
        self.may_settle(by)?;
        let said = match outcome {
            Outcome::Removed => "had a text removed for good that was reported as classified",
            Outcome::Restored => "had a text put back that was reported as classified",
        };
        let event = Event::new(Verb::TextJudged, Subject::Row("spill", self.id.0), said).after(says("Why", because));
        Ok(SpillSettled { spill: self.id, outcome, because: because.to_owned(), event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spill(post: Option<PostId>) -> Spill {
        Spill {
            id: SpillId::new(),
            called: "Contact".into(),
            file: SpillFile::Check,
            post,
            post_name: None,
            characters: 40,
            why: "The office of security says so".into(),
            reported_by: PersonId::new(),
            reporter: "Ada".into(),
            reported_at: OffsetDateTime::UNIX_EPOCH,
            outcome: None,
            settled_because: None,
            settler: None,
        }
    }

    #[test]
    fn a_report_is_settled_by_a_supervisor_of_its_side_or_an_administrator() {
        let (own, other) = (PostId::new(), PostId::new());
        for (role, post, of, settles) in [
            (Role::PostSupervisor, Some(own), Some(own), true),
            (Role::PostSupervisor, Some(other), Some(own), false),
            (Role::PostSupervisor, Some(own), None, false),
            (Role::PostOfficer, Some(own), Some(own), false),
            (Role::Supervisor, None, None, true),
            (Role::Supervisor, None, Some(own), true),
            (Role::Admin, None, Some(own), true),
            (Role::CaseOfficer, None, None, false),
            (Role::Reviewer, None, None, false),
            (Role::Auditor, None, Some(own), false),
        ] {
            let reader = Reader { id: PersonId::new(), role, post, authority: rust_decimal::Decimal::MAX };
            assert_eq!(spill(of).is_of(&reader), settles, "{} {post:?} {of:?}", role.label());
        }
    }

    #[test]
    fn two_persons_take_a_text_out_and_once() {
        let mut spill = spill(None);
        assert_eq!(spill.may_settle(spill.reported_by), Err(Refusal::OwnReport));
        assert!(spill.settle(PersonId::new(), Outcome::Removed, "It was marked in the source").is_ok());
        spill.outcome = Some(Outcome::Removed);
        assert_eq!(spill.may_settle(PersonId::new()), Err(Refusal::Settled));
    }

    #[test]
    fn a_row_is_named_by_its_kind_and_its_id() {
        let row = Uuid::from_u128(7);
        assert_eq!(format!("contact.{row}").parse(), Ok(Place { kind: "contact".into(), row }));
        for wrong in ["", "contact", "contact.", "contact.x"] {
            assert_eq!(wrong.parse::<Place>(), Err(Refusal::NotThere), "{wrong:?}");
        }
    }

    /// It stands in texts that are typed again, and is not itself taken for a mark.
    #[test]
    fn what_stands_there_instead_can_be_typed() {
        let instead = "[removed on 30 Nov 2026: reported as classified]";
        let judged = crate::text::judge(instead);
        assert!(judged.marked.is_none() && judged.asked.is_empty());
    }
}

//! Undoing a merge of two records that was a mistake: what moved goes back, and of each row recorded since somebody
//! says whose it is.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use super::PartyRole;
use crate::{
    access::Reader,
    audit::{Event, Events, Verb, says},
    id::{CheckId, LicenseId, MergeId, PartyId, PersonId},
    mistakes::model::{MistakeKind, Recorded, Serving, Side},
    parties::refusal::Refusal,
    proof,
    text::{many, moment_words},
    words,
};

words! {
    /// Whose a row is that was recorded since.
    pub enum Whose {
        Stays = "stays", "Of the record that stands";
        Goes = "goes", "Of the record that is its own again";
    }

    /// What somebody judged by since.
    pub enum Judgement {
        Exception = "exception", "Exception";
        Explanation = "explanation", "Explanation";
        Decision = "decision", "Decision";
        Result = "result", "Result";
        /// A permit that was verified through a contact.
        Permit = "permit", "Permit";
        /// A signature on a certificate that was.
        Signature = "signature", "Signature";
    }
}

/// A row of the record that stands: one that moved there, or one that was recorded since.
#[derive(Debug, Clone)]
pub struct Row {
    /// What its answer is known by: another one where other rows are in it.
    pub key: Uuid,
    pub kind: MistakeKind,
    /// Several of serial numbers that were counted together.
    pub ids: Vec<Uuid>,
    /// What stands there, where that is no role.
    pub what: String,
    pub role: Option<PartyRole>,
    /// The license or check it is in.
    pub of_file: Option<String>,
    /// Whether the other record has it already, in its words.
    pub of_other: bool,
    /// Whether its check is one that its post does not write in.
    pub is_frozen: bool,
    /// Whether the other record has the same.
    pub twice: bool,
    /// Who recorded it, and when, where that is kept.
    pub by: Option<String>,
    pub at: Option<OffsetDateTime>,
}

/// What was judged since.
#[derive(Debug, Clone)]
pub struct Judged {
    pub kind: Judgement,
    /// Of which paper, where it is one's.
    pub what: String,
    /// On which license or check.
    pub of_file: String,
    pub by: String,
    pub at: OffsetDateTime,
}

/// How a merge stands.
#[derive(Debug, Clone)]
pub enum State {
    /// It does, and what moved was kept.
    Stands {
        id: MergeId,
        by: PersonId,
        /// The merge that came after it: which record, and into which.
        later: Option<(String, String)>,
    },
    /// It does, and is from before.
    NotKept,
    Undone,
}

/// A merge of two records, before it is undone.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The record that went.
    pub from: (PartyId, String),
    /// The record that stands.
    pub into: (PartyId, String),
    pub state: State,
    /// Another one with each merge of the record and each that was undone.
    pub version: i32,
    pub moved: Vec<Row>,
    /// What else goes back, in words.
    pub also: Vec<String>,
    pub since: Vec<Row>,
    pub judged: Vec<Judged>,
}

/// Rows that go to one of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub kind: MistakeKind,
    pub ids: Vec<Uuid>,
    pub to: PartyId,
}

proof! {
    /// Proof that a merge may be undone, and whose each row is. Only [`Merge::undo`] makes one.
    pub struct Unmerged {
        merge: MergeId,
        /// The record that is its own again.
        went: PartyId,
        stays: PartyId,
        /// What was recorded since and is the other record's than it stands in.
        moves: Vec<Move>,
        reason: String,
        sentence: String,
    }
}

impl Unmerged {
    /// That it was undone, on both records and in the timeline of each open file.
    pub fn told(self, licenses: &[LicenseId], checks: &[CheckId]) -> Events {
        let event = || Event::new(Verb::PartiesUnmerged, self.stays, &*self.sentence);
        let mut told = vec![Event::new(Verb::PartiesUnmerged, self.went, &*self.sentence)];
        told.extend(licenses.iter().map(|license| event().on_license(*license)));
        told.extend(checks.iter().map(|check| event().on_check(*check)));
        Events::from(self).and_all(told)
    }
}

impl Merge {
    /// Undoing it: by who merged the two while nothing was recorded or judged since, else by a supervisor in
    /// Washington; the last merge first. Each row that was recorded since is said to be of one of the two. What is
    /// frozen stays where it is, and no record has the same twice.
    pub fn undo(
        &self,
        whose: &BTreeMap<Uuid, Whose>,
        reason: &str,
        reader: &Reader,
        serving: &Serving,
    ) -> Result<Unmerged, Refusal> {
        let merge = self.may_undo(reader, serving)?;
        let (mut moves, mut said) = (Vec::new(), Vec::new());
        for row in &self.since {
            let whose = *whose.get(&row.key).ok_or(Refusal::Unsaid)?;
            let (to, name) = self.owner(whose);
            said.push(format!("{} is {name}'s", row.says()));
            if (whose == Whose::Goes) == row.of_other {
                continue;
            }
            if row.is_frozen {
                let check = row.of_file.clone().unwrap_or_default();
                return Err(Refusal::Frozen { check, says: row.says() });
            }
            if row.twice {
                return Err(Refusal::Twice { party: name.clone(), says: row.says() });
            }
            moves.push(Move { kind: row.kind, ids: row.ids.clone(), to: *to });
        }
        let sentence = format!("undid the merge of {} into {}", self.from.1, self.into.1);
        let event = Event::new(Verb::PartiesUnmerged, self.into.0, &*sentence)
            .before(says("Name", &self.into.1).and("What lapses", self.lapses()))
            .after(says("Reason", reason).and("What goes back", self.goes_back()).and("Recorded since", said));
        let (went, stays, reason) = (self.from.0, self.into.0, reason.to_owned());
        Ok(Unmerged { merge, went, stays, moves, reason, sentence, event })
    }

    /// Whether it can be undone, and is the reader's to undo.
    pub fn may_undo(&self, reader: &Reader, serving: &Serving) -> Result<MergeId, Refusal> {
        let (id, by) = match &self.state {
            State::NotKept => return Err(Refusal::NotKept),
            State::Undone => return Err(Refusal::Undone),
            State::Stands { later: Some((from, into)), .. } => {
                return Err(Refusal::Later { from: from.clone(), into: into.clone() });
            }
            State::Stands { id, by, later: None } => (*id, *by),
        };
        let carries = !self.since.is_empty() || !self.judged.is_empty();
        Recorded { by: Some(by), side: Side::Washington, at_post: None, carries }.taken_back_by(reader, serving)?;
        Ok(id)
    }

    /// Whether it is known what undoing it does.
    pub const fn is_whole(&self) -> bool {
        matches!(self.state, State::Stands { later: None, .. })
    }

    /// Of the rows recorded since, those that nobody said whose they are.
    pub fn unsaid(&self, whose: impl Fn(&Uuid) -> bool) -> Vec<Uuid> {
        self.since.iter().map(|row| row.key).filter(|key| !whose(key)).collect()
    }

    fn owner(&self, whose: Whose) -> &(PartyId, String) {
        match whose {
            Whose::Stays => &self.into,
            Whose::Goes => &self.from,
        }
    }

    /// What goes back by itself, in words.
    pub fn goes_back(&self) -> Vec<String> {
        self.moved.iter().map(Row::says).chain(self.also.iter().cloned()).collect()
    }

    /// What was judged since and lapses, or may, in words.
    pub fn lapses(&self) -> Vec<String> {
        self.judged.iter().map(|judged| judged.says(&self.from.1)).collect()
    }
}

impl Row {
    /// What stands there, in one line.
    pub fn says(&self) -> String {
        let count = self.ids.len();
        let kind = match self.kind {
            MistakeKind::Serial => many(count, "serial number"),
            kind => kind.label().to_owned(),
        };
        let what = self.role.map_or_else(|| self.what.clone(), |role| role.label().to_lowercase());
        match &self.of_file {
            Some(file) => format!("{kind}, {file}: {what}"),
            None => format!("{kind}: {what}"),
        }
    }

    /// Who recorded it and when, if that is kept.
    pub fn recorded(&self) -> String {
        match (&self.by, self.at) {
            (Some(by), Some(at)) => format!("{by}, {}", moment_words(at)),
            (by, at) => by.clone().or_else(|| at.map(moment_words)).unwrap_or_default(),
        }
    }
}

impl Judged {
    /// What becomes of it, where `from` is a party of its own again.
    fn says(&self, from: &str) -> String {
        let Self { what, of_file, by, .. } = self;
        let when = format!("{by}, {}", moment_words(self.at));
        match self.kind {
            Judgement::Exception => format!(
                "The exception on license {of_file} ({when}) lapses where the name, country or list entries of the party are others than it \
                 rested on"
            ),
            Judgement::Explanation => format!(
                "The explanation of a contradiction on {of_file} ({when}) lapses where what it explained is no longer so"
            ),
            Judgement::Decision => format!(
                "The decision on license {of_file} ({when}) stands, and says that its basis changed where it rested on what goes"
            ),
            Judgement::Result => format!(
                "The result of {of_file} ({when}) no longer bears the approval of a license whose parties are others than it spoke of"
            ),
            Judgement::Permit => format!(
                "The verification of permit {what} on license {of_file} ({when}) lapses if the contact it was made through is {from}'s"
            ),
            Judgement::Signature => format!(
                "The verification of the signature of {what} on license {of_file} ({when}) lapses if the contact it was made through is {from}'s"
            ),
        }
    }
}

#[cfg(test)]
#[path = "unmerge_tests.rs"]
mod tests;

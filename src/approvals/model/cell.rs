//! A cell of the permit matrix, judged.

use super::{
    approval::Approval,
    permit::{Permit, Shortfall},
    words::ApprovalState,
};
use crate::text::day_words;

#[derive(Debug, Clone)]
pub struct Cell<'a> {
    /// The row, or none where a country rule asks for one that nobody recorded.
    pub approval: Option<&'a Approval>,
    /// The paper it rests on.
    pub permit: Option<&'a Permit>,
    /// Why it does not count; empty: it counts.
    pub shortfalls: Vec<Shortfall>,
}

impl Cell<'_> {
    pub fn counts(&self) -> bool {
        self.shortfalls.is_empty()
    }

    /// Why it does not, in words.
    pub fn why_not(&self) -> String {
        self.shortfalls.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    /// The state as people read it: `verified` is an issued approval whose permit was verified.
    pub fn state(&self) -> &'static str {
        match (self.approval, self.permit) {
            (None, _) => "Needed",
            (Some(approval), Some(permit))
                if approval.state == ApprovalState::Issued && permit.verified_at.is_some() =>
            {
                "Verified"
            }
            (Some(approval), _) => approval.state.label(),
        }
    }

    /// The color of the state: green is only what counts, red what will not without somebody doing something about a
    /// paper or a refusal that is there.
    pub fn tone(&self) -> &'static str {
        let takes_its_time = |why: &Shortfall| {
            matches!(
                why,
                Shortfall::NotVerified(_) | Shortfall::NotAppliedFor | Shortfall::NotYet(_) | Shortfall::NotIssued
            )
        };
        let waits = |why: &Shortfall| matches!(why, Shortfall::NotYet(_) | Shortfall::NotIssued);
        match self.approval.map(|approval| approval.state) {
            Some(ApprovalState::NotRequired) => "na",
            _ if self.counts() => "good",
            _ if !self.shortfalls.iter().all(takes_its_time) => "bad",
            _ if self.shortfalls.iter().any(waits) => "busy",
            _ => "open",
        }
    }

    /// Whether it is what one looks at first: nothing that merely takes its time.
    pub fn is_exception(&self) -> bool {
        self.tone() == "bad"
    }

    /// The deadlock a cell stands in: "waits for serial numbers; given on 3 May". What was given is told until there is
    /// a paper; what was not, until it is closed.
    pub fn waiting(&self) -> Option<String> {
        let applies = self.permit.is_none() && !self.counts();
        let tells = |row: &&Approval| row.is_waited_for() || (applies && !row.waits_for.is_empty());
        let approval = self.approval.filter(tells)?;
        let given =
            approval.given_on.map_or_else(|| "not given yet".to_owned(), |day| format!("given on {}", day_words(day)));
        Some(format!("Waits for {}: {given}", approval.waits_for))
    }
}

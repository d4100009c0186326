//! The groups of a home page: the open checks, split by what a role has to do with them, and beside them licenses.

use std::sync::Arc;

use super::{
    kinds::{AGAIN, AUDITOR, CASE_OFFICER, Kind, POST, REVIEWER, SUPERVISOR, Sum},
    rows::{self, Row},
};
use crate::{
    access::{Actor, Role},
    checks::standing::{
        again::UNREAD,
        store::{IssuedAgain, Line},
    },
};

/// How many rows of a group the page shows.
pub const SHOWN: u8 = 8;

/// A group of checks, or of licenses, under a heading; a few of them stand on the page.
#[derive(Debug)]
pub struct Group {
    pub(super) kind: &'static Kind,
    pub(super) count: usize,
    /// Whether there may be more of them.
    pub(super) is_cut: bool,
    /// How many of them the reader may take on now.
    pub(super) mine: usize,
    pub(super) rows: Vec<Row>,
    /// What is still being looked at, which may add to it.
    pub(super) unread: &'static str,
}

impl Group {
    /// What its card says under the number.
    pub fn card(&self) -> &'static str {
        self.kind.card[usize::from(self.count != 1)]
    }

    /// How many, as people read it: `12`, or `1000 or more`.
    pub fn counted(&self) -> String {
        if self.is_cut { format!("{} or more", self.count) } else { self.count.to_string() }
    }

    /// The card's color class.
    pub fn tone(&self) -> &'static str {
        if self.count == 0 { "none" } else { self.kind.tone }
    }

    /// Its part of the sentence that sums the page up.
    pub fn summed_up(&self) -> Option<String> {
        let (count, sum) = match self.kind.sum? {
            Sum::Every(sum) => (self.count, sum),
            Sum::TheirsToAct(sum) => (self.mine, sum),
        };
        (count > 0).then(|| sum(count))
    }
}

/// Splits the open checks into the groups of a role; a check stands in the first group it fits, and in those that show
/// what is wrong. Among them stand the licenses that are to be decided again.
pub fn groups(actor: &Actor, open: &[Arc<Line>], again: &IssuedAgain) -> Vec<Group> {
    let kinds: &'static [Kind] = match actor.role {
        Role::PostOfficer | Role::PostSupervisor => POST,
        Role::CaseOfficer => CASE_OFFICER,
        Role::Reviewer => REVIEWER,
        Role::Supervisor => SUPERVISOR,
        Role::Auditor => AUDITOR,
        Role::Admin => &[],
    };
    let reader = actor.reader();
    let mut left: Vec<&Line> = open.iter().map(Arc::as_ref).collect();
    let group = |kind: &'static Kind| {
        if kind.id == AGAIN.id {
            return licenses(actor, kind, again);
        }
        let all = || open.iter().map(Arc::as_ref).collect();
        let among: Vec<&Line> = if kind.stands_elsewhere_too { all() } else { left.clone() };
        let (mut inside, outside): (Vec<_>, Vec<_>) = among.into_iter().partition(|check| (kind.fits)(actor, check));
        if matches!(kind.sum, Some(Sum::TheirsToAct(_))) {
            // Few are shown: those that the reader takes on stand before those that wait for others.
            inside.sort_by_key(|check: &&Line| check.ahead.asked(&reader).is_none());
        }
        if !kind.stands_elsewhere_too {
            left = outside;
        }
        Group {
            kind,
            count: inside.len(),
            is_cut: false,
            mine: inside.iter().filter(|check| check.ahead.asked(&reader).is_some()).count(),
            rows: inside.iter().take(usize::from(SHOWN)).map(|check| (kind.row)(actor, check)).collect(),
            unread: "",
        }
    };
    let is_shown = |group: &Group| group.count > 0 || !group.kind.empty.is_empty() || !group.unread.is_empty();
    kinds.iter().map(group).filter(is_shown).collect()
}

/// The group of the licenses that are to be decided again.
fn licenses(actor: &Actor, kind: &'static Kind, again: &IssuedAgain) -> Group {
    let rows: Vec<Row> = again.rows.iter().map(|license| rows::again(actor, license)).collect();
    let mine = rows.iter().filter(|row| row.act.is_some()).count();
    let unread = if again.is_whole { "" } else { UNREAD };
    Group { kind, count: again.count, is_cut: again.is_cut, mine, rows, unread }
}

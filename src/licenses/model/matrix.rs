//! The permit matrix: item groups by authorities. Each cell is judged alone (guard 4), by the row that was recorded,
//! the paper it rests on and the country rules of the day.

use time::Date;

use super::{
    file::{ItemGroup, LicenseFile},
    open::Mover,
    words::Jurisdiction,
};
use crate::{
    approvals::model::{Approval, ApprovalState, BeforeApplication, Cell, Claim, Permit, Shortfall},
    evidence::model::ContactKind,
    id::{AuthorityId, ItemGroupId},
};

const NOTHING_ASKED: &str = "no country rule; nothing recorded";

impl LicenseFile {
    /// The authorities of the matrix's columns, with their names: those recorded, then those the country rules ask for.
    pub fn authorities(&self) -> Vec<(AuthorityId, &str)> {
        let recorded =
            self.approvals.iter().filter_map(|approval| Some((approval.authority_id?, approval.authority.as_deref()?)));
        let classes: Vec<&str> = self.items.iter().map(|item| item.item_class.as_str()).collect();
        let asked = self.rules.iter().filter(|rule| classes.contains(&rule.item_class.as_str()));
        let asked = asked.filter_map(|rule| Some((rule.authority_id?, rule.authority.as_deref()?)));
        let mut columns: Vec<(AuthorityId, &str)> = Vec::new();
        for (id, name) in asked.chain(recorded) {
            if columns.iter().all(|(known, _)| *known != id) {
                columns.push((id, name));
            }
        }
        columns
    }

    /// The cell of an item group and an authority, if a row or a country rule puts one there.
    pub fn cell(&self, item: &ItemGroup, authority: AuthorityId, today: Date) -> Option<Cell<'_>> {
        let row = self.approvals.iter().find(|row| row.item_group_id == item.id && row.authority_id == Some(authority));
        let asked =
            self.rules.iter().any(|rule| rule.item_class == item.item_class && rule.authority_id == Some(authority));
        match row {
            Some(row) => Some(self.judged(item, row, today)),
            None if asked && self.exempt(item).is_none() => {
                Some(Cell { approval: None, permit: None, shortfalls: vec![Shortfall::NotAppliedFor] })
            }
            None => None,
        }
    }

    /// The cells a paper fills: its items, for its issuer and for every other authority whose consent it carries, as
    /// far as the matrix asks for that one. Where no rule says who is asked, the paper itself says so.
    pub fn cells_of(
        &self,
        issuer: AuthorityId,
        others: &[AuthorityId],
        items: &[ItemGroupId],
        today: Date,
    ) -> Vec<(ItemGroupId, AuthorityId)> {
        let mut cells = Vec::new();
        for item in items.iter().filter_map(|id| self.item(*id)) {
            let ruled = self.rules.iter().any(|rule| rule.item_class == item.item_class && rule.authority_id.is_some());
            for authority in std::iter::once(issuer).chain(others.iter().copied()) {
                let asked = authority == issuer || !ruled || self.cell(item, authority, today).is_some();
                if asked && !cells.contains(&(item.id, authority)) {
                    cells.push((item.id, authority));
                }
            }
        }
        cells
    }

    /// The row that says the country asks for no approval of these items at all. One that rests on a country rule alone
    /// stands as long as the rule does, until the license is decided.
    pub fn exempt(&self, item: &ItemGroup) -> Option<&Approval> {
        let mut rows = self.approvals.iter().filter(|row| row.item_group_id == item.id);
        let written = |row: &Approval| row.told_by_kind.is_some_and(ContactKind::is_written);
        let holds = |row: &Approval| row.country_rule_id.is_none_or(|id| self.rules.iter().any(|rule| rule.id == id));
        let stands = |row: &Approval| !self.status.is_open() || written(row) || holds(row);
        rows.find(|row| row.authority_id.is_none() && row.state == ApprovalState::NotRequired && stands(row))
    }

    /// What an item group lacks where nothing is asked of anybody for it: no rule, or one that says that none is needed
    /// and that nobody recorded with its proof.
    pub fn unasked(&self, item: &ItemGroup) -> Option<&'static str> {
        let asked = self.rules.iter().any(|rule| rule.item_class == item.item_class && rule.authority_id.is_some());
        let recorded = self.approvals.iter().any(|row| row.item_group_id == item.id && row.authority_id.is_some());
        if asked || recorded || self.exempt(item).is_some() {
            return None;
        }
        let none = self.rules.iter().any(|rule| rule.item_class == item.item_class);
        Some(if none {
            "a country rule says that none is needed; nobody recorded it with its proof"
        } else {
            NOTHING_ASKED
        })
    }

    /// What the matrix has nothing on paper of for an item group: whose consent, and why.
    pub fn without_paper(&self, item: &ItemGroup, today: Date) -> Vec<String> {
        let lacks = |(id, name): &(AuthorityId, &str)| {
            let cell = self.cell(item, *id, today)?;
            (cell.permit.is_none() && !cell.counts()).then(|| format!("{name}: {}", cell.why_not()))
        };
        let cells = self.authorities();
        cells.iter().filter_map(lacks).chain(self.unasked(item).map(str::to_owned)).collect()
    }

    pub(crate) fn judged<'a>(&'a self, item: &ItemGroup, row: &'a Approval, today: Date) -> Cell<'a> {
        let permit = self.permit(row.permit_id);
        let shortfalls = match (row.state, permit) {
            (ApprovalState::NotRequired, _) => Vec::new(),
            (ApprovalState::Needed, _) => vec![Shortfall::NotAppliedFor],
            (ApprovalState::Applied, _) | (ApprovalState::Issued, None) => vec![Shortfall::NotIssued],
            (ApprovalState::Refused, _) => vec![Shortfall::Refused],
            (ApprovalState::Revoked, _) => vec![Shortfall::Revoked],
            (ApprovalState::Issued, Some(permit)) => {
                let names = self.names();
                let quantity = self.resting_on(permit);
                let in_hand_by = self.received_on.filter(|_| self.in_hand_before(item).is_some());
                permit.shortfalls(Claim {
                    authority: row.authority_id,
                    quantity,
                    unit: &item.unit_code,
                    names: &names,
                    today,
                    in_hand_by,
                })
            }
        };
        Cell { approval: Some(row), permit, shortfalls }
    }

    /// Who has to act for a cell to count. A permit for a part of one item group: the group is split; over several, the
    /// post brings another permit.
    pub fn mover(&self, item: &ItemGroup, cell: &Cell<'_>, authority: &str) -> Mover {
        let post = cell.approval.map_or(Mover::Post, Mover::of_word);
        let alone = |permit: &Permit| {
            self.approvals.iter().all(|row| row.permit_id != Some(permit.id) || row.item_group_id == item.id)
        };
        match (cell.shortfalls.first(), cell.approval) {
            (Some(Shortfall::NotAppliedFor), Some(approval))
                if !approval.waits_for.is_empty() && approval.given_on.is_none() =>
            {
                Mover::Applicant
            }
            (Some(Shortfall::NotAppliedFor), _) => Mover::EndUser,
            (Some(Shortfall::NotIssued), _) => Mover::Authority(authority.to_owned()),
            (Some(Shortfall::NotYet(_)), _) => Mover::Day,
            (Some(Shortfall::TooFew { .. }), _) if cell.permit.is_some_and(alone) => Mover::Splitter(item.id),
            _ => post,
        }
    }

    /// Why a paper of the destination has to be in hand before the application: for firearms under Commerce (15 CFR
    /// 748.12).
    pub fn in_hand_before(&self, item: &ItemGroup) -> Option<&BeforeApplication> {
        let mut asked = self.before_application.iter().filter(|asked| asked.item_classes.contains(&item.item_class));
        asked.find(|_| item.jurisdiction == Jurisdiction::Ear)
    }

    /// How many items rest on a paper: each item group once, however many cells it fills.
    fn resting_on(&self, permit: &Permit) -> i64 {
        let rests = |item: &&ItemGroup| {
            self.approvals.iter().any(|row| row.item_group_id == item.id && row.permit_id == Some(permit.id))
        };
        self.items.iter().filter(rests).map(|item| item.quantity).sum()
    }
}

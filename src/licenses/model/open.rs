//! What must still be true before a license may issue: one list, computed.

use std::fmt;

use rust_decimal::Decimal;
use time::{Date, Duration};

use super::{
    file::{ItemGroup, LicenseFile},
    words::LicenseStatus,
};
use crate::{
    approvals::model::{Approval, ApprovalState, Cell, Shortfall, Signer},
    duties::model::Duty,
    id::{ConditionId, ItemGroupId, PostId},
    reference::model::{Reference, ThresholdItems},
    text::day_words,
};

/// Something that must be true before the license may issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCondition {
    /// What is open, such as `DECAM, 30 pistols: not applied for`.
    pub text: String,
    pub who: Mover,
    pub kind: ConditionKind,
    /// What has to be done, where not everybody of the right role may.
    pub duty: Option<Duty>,
}

/// The kinds of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionKind {
    /// Items, without which there is nothing to judge.
    Items,
    /// A host-country import approval (guard 4).
    Approval,
    /// The certificate (guard 6).
    Certificate,
    /// The notification period (guard 8).
    Notification,
    Worded(ConditionId),
}

/// Who has to act for a condition to be met. Its words are what pages say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mover {
    /// The post of a check on the license.
    Post,
    /// The post whose word the cell is; another one does not change it.
    PostOf(PostId, String),
    /// A case officer, who splits the item group that a permit covers in part.
    Splitter(ItemGroupId),
    /// A case officer, who records the certification to Congress.
    Certifier,
    /// A case officer, who registers what is licensed.
    Registrar,
    Applicant,
    EndUser,
    Authority(String),
    /// Nobody: a day has to come.
    Day,
    /// Whoever the condition in words names.
    Named(String),
}

impl fmt::Display for Mover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Post => "the post",
            Self::Splitter(_) => "a case officer, who splits the items; or the post, with another permit",
            Self::Certifier | Self::Registrar => "a case officer",
            Self::Applicant => "the applicant",
            Self::EndUser => "the end-user",
            Self::Day => "nobody: the day has to come",
            Self::PostOf(_, name) | Self::Authority(name) | Self::Named(name) => name,
        })
    }
}

impl Mover {
    /// The post whose word a cell is; what the country rules propose is nobody's yet.
    pub fn of_word(row: &Approval) -> Self {
        let recorded = Some(row).filter(|row| row.state != ApprovalState::Needed);
        let word_of = recorded.and_then(|row| row.recorded_at_post.zip(row.recorded_at_post_name.clone()));
        word_of.map_or(Self::Post, |(post, name)| Self::PostOf(post, name))
    }
}

/// What is open where no items are on file (guard 4).
pub const NO_ITEMS: &str = "No items are recorded";

/// What is open where nothing is on file of the certificate (guard 6).
pub const NO_CERTIFICATE: &str = "Nontransfer and use certificate (DSP-83): not recorded";

/// What is open where an authority's approval of items does not count (guard 4).
pub fn not_counting(authority: &str, items: &str, why: &str) -> String {
    format!("{authority} ({items}): {why}")
}

/// What is open where an approval counts and something that the end-user waited for was never noted as given (guard 4).
pub fn still_waited_for(authority: &str, items: &str, what: &str) -> String {
    format!("{authority} ({items}): it is not noted when the end-user was given {what}")
}

/// What is open until the days after the certification have passed (guard 8).
pub fn waits_until(day: Date) -> String {
    format!("Congressional notification: waiting period runs until {}", day_words(day))
}

impl LicenseFile {
    /// What must still be true before the license may issue: one list, computed. A settled license waits for nothing.
    pub fn open_conditions(&self, reference: &Reference, today: Date) -> Vec<OpenCondition> {
        if self.status.is_open() { self.open_now(reference, today) } else { Vec::new() }
    }

    /// What is open of what an issue needs, wherever the license stands.
    pub(super) fn open_now(&self, reference: &Reference, today: Date) -> Vec<OpenCondition> {
        let mut open = self.open_items();
        open.extend(self.open_approvals(today));
        open.extend(self.open_certificate());
        open.extend(self.open_notification(reference, today));
        let worded = self.conditions.iter().filter(|condition| condition.met_at.is_none());
        open.extend(worded.map(|condition| OpenCondition {
            text: condition.text.clone(),
            who: Mover::Named(condition.who_acts.clone()),
            kind: ConditionKind::Worded(condition.id),
            duty: None,
        }));
        open
    }

    /// Approved on conditions, and nothing open.
    pub fn is_ready(&self, reference: &Reference, today: Date) -> bool {
        self.status == LicenseStatus::ApprovedOnConditions && self.open_conditions(reference, today).is_empty()
    }

    /// Without items nothing is asked for, and nothing is settled.
    fn open_items(&self) -> Vec<OpenCondition> {
        let none = self.items.is_empty().then(|| OpenCondition {
            text: NO_ITEMS.to_owned(),
            who: Mover::Registrar,
            kind: ConditionKind::Items,
            duty: None,
        });
        none.into_iter().collect()
    }

    /// Every item group and authority counts alone (guard 4).
    fn open_approvals(&self, today: Date) -> Vec<OpenCondition> {
        let mut open = Vec::new();
        let columns = self.authorities();
        let condition = |text: String, who, duty| OpenCondition { text, who, kind: ConditionKind::Approval, duty };
        for item in &self.items {
            let cells: Vec<(&str, Cell<'_>)> =
                columns.iter().filter_map(|(id, name)| Some((*name, self.cell(item, *id, today)?))).collect();
            let early = self.in_hand_before(item);
            let when = early
                .map(|asked| format!("; it has to be in hand before the application ({})", asked.source))
                .unwrap_or_default();
            let paper = cells.iter().any(|(_, cell)| cell.permit.is_some());
            if cells.is_empty() && self.exempt(item).is_none() {
                open.push(condition(
                    format!("{}: no import approval is recorded{when}", item.named()),
                    Mover::Post,
                    None,
                ));
            } else if early.is_some_and(|asked| asked.always) && !paper && cells.iter().all(|(_, cell)| cell.counts()) {
                let text = format!("{}: no import certificate or permit is recorded{when}", item.named());
                open.push(condition(text, Mover::Post, None));
            }
            for (authority, cell) in cells.iter().filter(|(_, cell)| !cell.counts()) {
                let when = if cell.permit.is_none() { &when } else { "" };
                let unverified = matches!(cell.shortfalls.first(), Some(Shortfall::NotVerified(_)));
                let text = format!("{}{when}", not_counting(authority, &item.named(), &cell.why_not()));
                open.push(condition(text, self.mover(item, cell, authority), unverified.then_some(Duty::VerifyPermit)));
            }
            let counting = cells.iter().filter(|(_, cell)| cell.counts());
            let rows = counting.filter_map(|(name, cell)| Some((*name, cell.approval?)));
            let rows = rows.chain(self.exempt(item).map(|row| ("No approval", row)));
            for (authority, row) in rows.filter(|(_, row)| row.is_waited_for()) {
                let text = still_waited_for(authority, &item.named(), &row.waits_for);
                open.push(condition(text, Mover::of_word(row), None));
            }
        }
        open
    }

    /// Whether any of its items is significant military equipment.
    pub fn asks_for_certificate(&self) -> bool {
        self.items.iter().any(|item| item.significant_military_equipment)
    }

    /// Significant military equipment needs a complete certificate (guard 6; 22 CFR 123.10).
    fn open_certificate(&self) -> Option<OpenCondition> {
        if !self.asks_for_certificate() {
            return None;
        }
        let text = match &self.certificate {
            None => NO_CERTIFICATE.to_owned(),
            Some(certificate) => {
                let lacking = certificate.lacking();
                if lacking.is_empty() {
                    return None;
                }
                let says = |(signer, signed): &(Signer, bool)| {
                    format!("{} {}", signer.label(), if *signed { "signed, not verified" } else { "not signed" })
                };
                format!("Certificate {}: {}", certificate.form, lacking.iter().map(says).collect::<Vec<_>>().join(", "))
            }
        };
        let signed = self
            .certificate
            .as_ref()
            .is_some_and(|certificate| certificate.lacking().iter().all(|(_, signed)| *signed));
        let duty = signed.then_some(Duty::VerifySignature);
        Some(OpenCondition { text, who: Mover::Post, kind: ConditionKind::Certificate, duty })
    }

    /// Above a threshold, approval waits for certification and the waiting period (guard 8; 22 USC 2776(c)).
    fn open_notification(&self, reference: &Reference, today: Date) -> Option<OpenCondition> {
        let notification = reference.notification(&self.destination, |items| self.counted_value(items))?;
        let wait = i64::from(notification.entry.waiting_days.unwrap_or_default());
        let (text, who) = match self.certified_on {
            None => {
                (format!("Congressional notification ({}): not certified", notification.entry.label), Mover::Certifier)
            }
            Some(day) if today < day + Duration::days(wait) => (waits_until(day + Duration::days(wait)), Mover::Day),
            Some(_) => return None,
        };
        Some(OpenCondition { text, who, kind: ConditionKind::Notification, duty: None })
    }

    /// The value a threshold counts. Where item values are missing, the license's own value stands for all of it.
    fn counted_value(&self, items: ThresholdItems) -> Decimal {
        let counted: Vec<&ItemGroup> = self
            .items
            .iter()
            .filter(|item| match items {
                ThresholdItems::MajorDefenseEquipment => item.major_defense_equipment,
                ThresholdItems::Firearms => item.usml_category.as_deref() == Some("I"),
                ThresholdItems::DefenseArticles => true,
            })
            .collect();
        match items {
            _ if counted.is_empty() => Decimal::ZERO,
            ThresholdItems::DefenseArticles => self.value_usd,
            _ if counted.iter().any(|item| item.value_usd.is_none()) => self.value_usd,
            _ => counted.iter().filter_map(|item| item.value_usd).sum(),
        }
    }
}

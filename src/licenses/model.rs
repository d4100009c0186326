//! Licenses: the file that lives as long as the license does, its open conditions, and the acts on it.

use std::fmt;

use rust_decimal::Decimal;
use serde::Deserialize;
use time::{Date, Duration, OffsetDateTime};

use crate::{
    access::Reader,
    approvals::model::{
        Approval, ApprovalState, BeforeApplication, Certificate, Claim, CountryRule, CustodyStep, Permit, SerialCount, Shortfall, Signature,
    },
    checks::model::{CheckState, CheckType, ResultWord},
    duties::model::{self as duties, Done, Duty, Separated},
    error::AppError,
    id::{AuthorityId, CheckId, ConditionId, DecisionId, ItemGroupId, LicenseId, LicensePartyId, PartyId, PersonId, PostId, ResultId},
    mistakes::model::{self as mistakes, Mistake, Recorded, Serving},
    parties::model::{PartyRole, TakesPossession},
    reference::model::{Reference, ThresholdItems},
    text::{folded, folded_name},
    web::filters::day_words,
    words,
};

words! {
    /// Where a license stands. Approved means issued.
    pub enum LicenseStatus {
        /// Not decided.
        Pending = "pending", "Pending";
        /// Approved once nothing is open.
        ApprovedOnConditions = "approved_on_conditions", "Approved on conditions";
        /// Issued.
        Approved = "approved", "Approved";
        /// Returned without action.
        Returned = "returned", "Returned";
        /// Denied.
        Denied = "denied", "Denied";
        /// Issued and stopped for now.
        Suspended = "suspended", "Suspended";
        /// Issued and taken back.
        Revoked = "revoked", "Revoked";
    }

    /// An act on a license.
    pub enum Act {
        /// Issue it.
        Approve = "approve", "Approve";
        /// Issue it once nothing is open.
        ApproveOnConditions = "approve_on_conditions", "Approve on conditions";
        /// Return it without action.
        Return = "return", "Return";
        /// Deny it.
        Deny = "deny", "Deny";
        /// Issue what was approved on conditions.
        Confirm = "confirm", "Confirm and issue";
        /// Stop it for now.
        Suspend = "suspend", "Suspend";
        /// Let it run again.
        Reinstate = "reinstate", "Reinstate";
        /// Take it back.
        Revoke = "revoke", "Revoke";
    }

    /// Whose rules an item is under.
    pub enum Jurisdiction {
        /// 22 CFR 120 to 130.
        Itar = "itar", "ITAR";
        /// An item under 15 CFR 730 to 774, licensed with it.
        Ear = "ear", "EAR";
    }
}

/// One line of items that share a treatment.
#[derive(Debug, Clone, Deserialize)]
pub struct ItemGroup {
    /// The row.
    pub id: ItemGroupId,
    /// Such as `9 mm pistols`.
    pub label: String,
    /// An `item_class` code.
    pub item_class: String,
    /// A `usml_category` code.
    pub usml_category: Option<String>,
    /// 22 CFR 120.36.
    pub significant_military_equipment: bool,
    /// 22 CFR 120.37.
    pub major_defense_equipment: bool,
    /// How many.
    pub quantity: i64,
    /// Of what.
    pub unit: String,
    /// In U.S. dollars.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub value_usd: Option<Decimal>,
    /// Whose rules.
    pub jurisdiction: Jurisdiction,
    /// Its place in the list.
    pub position: i32,
    /// The row's version.
    pub version: i32,
}

/// A party in a role on a license.
#[derive(Debug, Clone, Deserialize)]
pub struct LicenseParty {
    /// The row.
    pub id: LicensePartyId,
    /// The party.
    pub party_id: PartyId,
    /// Its name.
    pub name: String,
    /// Name and aliases, folded.
    pub folded: Vec<String>,
    /// Its country's code.
    pub country: String,
    /// Its country's name.
    pub country_name: String,
    /// The role.
    pub role: PartyRole,
    /// Whether it ever holds the items.
    pub takes_possession: TakesPossession,
    /// The screening lists it stands on today.
    pub listings: Vec<String>,
    /// The row's version.
    pub version: i32,
}

/// A condition written in words.
#[derive(Debug, Clone, Deserialize)]
pub struct Condition {
    /// The row.
    pub id: ConditionId,
    /// What must be true.
    pub text: String,
    /// Who acts.
    pub who_acts: String,
    /// When it was met.
    #[serde(with = "time::serde::rfc3339::option")]
    pub met_at: Option<OffsetDateTime>,
    /// Who saw that it was met.
    pub met_by_name: Option<String>,
    /// By what.
    pub evidence: Option<String>,
    /// The row's version.
    pub version: i32,
}

/// A decided act.
#[derive(Debug, Clone, Deserialize)]
pub struct Decision {
    /// The row.
    pub id: DecisionId,
    /// Its number on the license.
    pub number: i32,
    /// What was decided.
    pub act: Act,
    /// Why.
    pub reasons: String,
    /// By whom.
    pub decided_by: PersonId,
    /// Their name.
    pub decided_by_name: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub decided_at: OffsetDateTime,
    /// The terms attached.
    pub provisos: Vec<String>,
}

/// A supervisor's exception to guard 7 (a party) or 15 (the result).
#[derive(Debug, Clone, Deserialize)]
pub struct Exception {
    /// Which guard.
    pub guard: i32,
    /// The party, for guard 7.
    pub party_id: Option<PartyId>,
    /// The result it excepts, for guard 15; none where there was none.
    pub result_id: Option<ResultId>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub excepted_by: PersonId,
    /// Their name.
    pub excepted_by_name: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub excepted_at: OffsetDateTime,
}

/// A check on the license, as far as a decision reads it.
#[derive(Debug, Clone, Deserialize)]
pub struct LicenseCheck {
    /// The check.
    pub id: CheckId,
    /// `BL-2026-0042`.
    pub reference: String,
    /// Its type.
    pub check_type: CheckType,
    /// Its state.
    pub state: CheckState,
    /// On hold: where it was.
    pub held_state: Option<CheckState>,
    /// Its post.
    pub post_id: PostId,
    /// The post's name.
    pub post_name: String,
    /// The live result.
    pub result_id: Option<ResultId>,
    /// The live result's word.
    pub result: Option<ResultWord>,
    /// When it was signed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub result_signed_at: Option<OffsetDateTime>,
}

/// A license with everything it owns.
#[derive(Debug, Clone)]
pub struct LicenseFile {
    /// The license.
    pub id: LicenseId,
    /// As typed.
    pub number: String,
    /// Folded, for comparison.
    pub number_normalized: String,
    /// A `license_form` code.
    pub form: String,
    /// Where it stands.
    pub status: LicenseStatus,
    /// First seen when already issued, on that day.
    pub registered_approved_on: Option<Date>,
    /// The country's code.
    pub destination: String,
    /// The country's name.
    pub destination_name: String,
    /// In U.S. dollars.
    pub value_usd: Decimal,
    /// When the application came.
    pub received_on: Option<Date>,
    /// What it is for, as the application says.
    pub purpose: String,
    /// When the notification was certified to Congress.
    pub certified_on: Option<Date>,
    /// When items, parties, destination or value last changed.
    pub facts_changed_at: Option<OffsetDateTime>,
    /// Raised by every change beneath it.
    pub revision: i32,
    /// The row's version.
    pub version: i32,
    /// Its items, in order.
    pub items: Vec<ItemGroup>,
    /// Its parties in their roles.
    pub parties: Vec<LicenseParty>,
    /// The destination's country rules for its classes.
    pub rules: Vec<CountryRule>,
    /// What Commerce asks to be in hand before an application to the destination.
    pub before_application: Vec<BeforeApplication>,
    /// The cells of the permit matrix.
    pub approvals: Vec<Approval>,
    /// The papers.
    pub permits: Vec<Permit>,
    /// The nontransfer and use certificate.
    pub certificate: Option<Certificate>,
    /// The custody path, planned steps first.
    pub custody: Vec<CustodyStep>,
    /// Serial numbers, counted.
    pub serials: Vec<SerialCount>,
    /// Conditions in words.
    pub conditions: Vec<Condition>,
    /// What was decided, the first first.
    pub decisions: Vec<Decision>,
    /// A supervisor's exceptions.
    pub exceptions: Vec<Exception>,
    /// The checks on it.
    pub checks: Vec<LicenseCheck>,
    /// What each person did on it and on the checks on it, declined, withdrawn, taken back or not.
    pub duties: Vec<Done>,
    /// What was recorded by mistake and taken back, the first first.
    pub mistakes: Vec<Mistake>,
}

/// Something that must be true before the license may issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCondition {
    /// What is open, such as `DECAM, 30 pistols: not applied for`.
    pub text: String,
    /// Who has to act.
    pub who: Mover,
    /// What kind of condition.
    pub kind: ConditionKind,
    /// What has to be done, where not everybody of the right role may.
    pub duty: Option<Duty>,
}

/// The kinds of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionKind {
    /// A host-country import approval (guard 4).
    Approval,
    /// The certificate (guard 6).
    Certificate,
    /// The notification period (guard 8).
    Notification,
    /// One in words.
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
    /// The applicant.
    Applicant,
    /// The end-user.
    EndUser,
    /// A host-country authority.
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
            Self::Certifier => "a case officer",
            Self::Applicant => "the applicant",
            Self::EndUser => "the end-user",
            Self::Day => "nobody: the day has to come",
            Self::PostOf(_, name) | Self::Authority(name) | Self::Named(name) => name,
        })
    }
}

/// A cell of the permit matrix, judged.
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
    /// Whether it counts.
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
            (Some(approval), Some(permit)) if approval.state == ApprovalState::Issued && permit.verified_at.is_some() => "Verified",
            (Some(approval), _) => approval.state.label(),
        }
    }

    /// Its color class.
    pub fn tone(&self) -> &'static str {
        match self.approval.map(|approval| approval.state) {
            _ if self.counts() => "good",
            Some(ApprovalState::Refused | ApprovalState::Revoked) => "bad",
            Some(ApprovalState::Applied) => "busy",
            _ => "warn",
        }
    }
}

/// Who decides, and with what authority.
#[derive(Debug, Clone, Copy)]
pub struct Decider {
    /// The person.
    pub id: PersonId,
    /// The largest value they may decide.
    pub authority: Decimal,
}

/// Proof that the rules allow this act. Only [`LicenseFile::decide`] makes one.
#[derive(Debug)]
pub struct Decided {
    license: LicenseId,
    number: i32,
    act: Act,
    status: LicenseStatus,
    amount: Decimal,
    revision: i32,
}

impl Decided {
    /// The amount that was held against the decider's authority, in U.S. dollars.
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// The license.
    pub fn license(&self) -> LicenseId {
        self.license
    }

    /// The number of the decision on the license.
    pub fn number(&self) -> i32 {
        self.number
    }

    /// What was decided.
    pub fn act(&self) -> Act {
        self.act
    }

    /// Where the license stands now.
    pub fn status(&self) -> LicenseStatus {
        self.status
    }

    /// The revision that was read.
    pub fn revision(&self) -> i32 {
        self.revision
    }
}

/// Why an act on a license is refused. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The license stands elsewhere.
    #[error("The license is {now}; it cannot be {wanted}.")]
    Status {
        /// Where it stands, in words.
        now: String,
        /// What was asked, as a participle.
        wanted: &'static str,
    },
    /// Guard 4.
    #[error("Cannot {verb}: {}", Listed(.open))]
    Open {
        /// What was asked.
        verb: &'static str,
        /// What is open.
        open: Vec<OpenCondition>,
    },
    /// Approving on conditions with none.
    #[error("No condition is open: approve the license instead.")]
    NothingOpen,
    /// Guard 7.
    #[error("Cannot approve: {party} is {why}. A supervisor may make an exception with a reason.")]
    Party {
        /// Its name.
        party: String,
        /// In or from a proscribed country, or on a list.
        why: String,
    },
    /// Guard 11: an earlier act of the same person.
    #[error(transparent)]
    Separated(#[from] Separated),
    /// What is for an open license alone.
    #[error("The license is decided; {0}.")]
    Settled(&'static str),
    /// Guard 11: the amount.
    #[error("The license is worth ${value}; your authority is ${authority}. A reviewer with more authority must decide it.")]
    Amount {
        /// Of the license.
        value: Decimal,
        /// Of the person.
        authority: Decimal,
    },
    /// Guard 15: checks.
    #[error("Check {0} has no signed result yet; wait for it, or end the check early.")]
    CheckRunning(String),
    /// Guard 15: result.
    #[error("No pre-license check on this license has a favorable result. A supervisor may make an exception with a reason.")]
    NoFavorable,
    /// Guard 15: the license changed after its result.
    #[error(
        "Items, parties or value of the license changed after the result of {0} was signed, so the result speaks of another license. \
         Open a new check on it; a supervisor may make an exception with a reason."
    )]
    Lapsed(String),
    /// The license has no items.
    #[error("The license has no items; record them first.")]
    NoItems,
    /// The license has no end-user.
    #[error("The license has no end-user; record the parties first.")]
    NoEndUser,
    /// The post answered about the license as it is.
    #[error("The post has replied in {0} about the license as it is. Give the check back first, then change the license.")]
    Replied(String),
    /// Taking back what is not the reader's to take back.
    #[error(transparent)]
    Mistake(#[from] mistakes::Refusal),
    /// Taking back what a decision rested on.
    #[error("The license is {0}, and its decision rested on this: it stays as it is.")]
    Rested(String),
    /// What was issued stays as it was issued.
    #[error("The license is {0}; what it says can no longer be changed.")]
    Sealed(String),
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

struct Listed<'a>(&'a [OpenCondition]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "condition is" } else { "conditions are" };
        let all = self.0.iter().map(|open| open.text.as_str()).collect::<Vec<_>>().join("; ");
        write!(f, "{} {plural} open - {all}.", self.0.len())
    }
}

impl LicenseStatus {
    /// Its color class.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Approved => "good",
            Self::Denied | Self::Revoked => "bad",
            Self::Suspended | Self::Returned => "warn",
            Self::Pending | Self::ApprovedOnConditions => "busy",
        }
    }

    /// Whether the matter is open: pending or approved on conditions. A check closes once no license of it is.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::ApprovedOnConditions)
    }

    /// Where an act leads from here, if the path has that step.
    pub fn after(self, act: Act) -> Option<Self> {
        use LicenseStatus as S;
        match (self, act) {
            (S::Pending, Act::Approve) | (S::ApprovedOnConditions, Act::Confirm) | (S::Suspended, Act::Reinstate) => Some(S::Approved),
            (S::Pending, Act::ApproveOnConditions) => Some(S::ApprovedOnConditions),
            (S::Pending | S::ApprovedOnConditions, Act::Return) => Some(S::Returned),
            (S::Pending | S::ApprovedOnConditions, Act::Deny) => Some(S::Denied),
            (S::Approved, Act::Suspend) => Some(S::Suspended),
            (S::Approved | S::Suspended, Act::Revoke) => Some(S::Revoked),
            _ => None,
        }
    }
}

impl Act {
    /// Whether it lets items go.
    pub fn releases(self) -> bool {
        matches!(self, Self::Approve | Self::ApproveOnConditions | Self::Confirm)
    }

    /// What a license is after it.
    pub fn participle(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::ApproveOnConditions => "approved on conditions",
            Self::Return => "returned",
            Self::Deny => "denied",
            Self::Confirm => "confirmed",
            Self::Suspend => "suspended",
            Self::Reinstate => "reinstated",
            Self::Revoke => "revoked",
        }
    }
}

impl ItemGroup {
    /// `30 9 mm pistols` reads badly; `9 mm pistols, 30` does not.
    pub fn named(&self) -> String {
        format!("{}, {}", self.label, self.quantity)
    }
}

impl LicenseFile {
    /// Names and aliases of every party, folded.
    fn names(&self) -> Vec<String> {
        self.parties.iter().flat_map(|party| party.folded.iter().cloned()).collect()
    }

    /// The checks on it that a reader may see: another post's are not there for them.
    pub fn seen_by<'a>(&'a self, reader: &crate::access::Actor) -> impl Iterator<Item = &'a LicenseCheck> + use<'a> {
        let seen = |check: &&LicenseCheck| reader.sees_post(check.post_id);
        self.checks.iter().filter(seen).collect::<Vec<_>>().into_iter()
    }

    /// The permit of that id.
    pub fn permit(&self, id: Option<crate::id::PermitId>) -> Option<&Permit> {
        id.and_then(|id| self.permits.iter().find(|permit| permit.id == id))
    }

    /// The permit of an issuer and a number that is on the license, in any spelling; not one that was taken back.
    pub fn live_permit(&self, issuer: AuthorityId, number: &str) -> Option<&Permit> {
        let number = folded(number);
        let same = |permit: &&Permit| permit.authority_id == issuer && permit.number_normalized == number && !permit.is_withdrawn();
        self.permits.iter().find(same)
    }

    /// Taking back what was recorded by mistake: on an open license, by whom the post has for it. What a decision that issued or ended
    /// the license rested on stays.
    ///
    /// # Errors
    /// Why not, or who has to.
    pub fn takes_back(&self, row: Recorded, reader: &Reader, serving: &Serving) -> Result<(), Refusal> {
        if !self.status.is_open() {
            return Err(Refusal::Rested(self.status.label().to_lowercase()));
        }
        let post = reader.post.ok_or(mistakes::Refusal::AnotherPost)?;
        Ok(row.taken_back_by(reader.id, post, serving)?)
    }

    /// What lapses when a permit is taken back.
    pub fn lapses_with_permit(&self, permit: &Permit, today: Date) -> Vec<String> {
        let mut lapses = Vec::new();
        let rows = self.approvals.iter().filter(|row| row.permit_id == Some(permit.id));
        for (row, item) in rows.filter_map(|row| Some((row, self.item(row.item_group_id)?))) {
            let counts = if self.judged(item, row, today).counts() { ", which counts today" } else { "" };
            lapses.push(format!("{} of {}{counts}: open again", item.named(), row.authority.as_deref().unwrap_or("the authority")));
        }
        if permit.verified_at.is_some() {
            let post = permit.verified_post_name.as_deref().unwrap_or("the post");
            lapses.push(format!("Its verification by {post}"));
        }
        lapses.push(format!("Its hold on the number {}: the number is free for this license and for others", permit.number));
        lapses.extend(self.lapses_around(permit.verified_at));
        lapses
    }

    /// What lapses when a signature on the certificate is taken back.
    pub fn lapses_with_signature(&self, signature: &Signature) -> Vec<String> {
        let mut lapses = vec![format!("The certificate lacks the signature of the {} again", signature.signer.label().to_lowercase())];
        if signature.verified_by.is_some() {
            lapses.push("Its verification".into());
        }
        lapses.extend(self.lapses_around(None));
        lapses
    }

    /// What a change of the papers does to a reply under way and to a decision on conditions.
    fn lapses_around(&self, verified_at: Option<OffsetDateTime>) -> Option<String> {
        if self.decisions.iter().any(|decision| verified_at.is_some_and(|at| at < decision.decided_at)) {
            return Some("The decision that rested on it stands, marked as such".into());
        }
        let replying = self.checks.iter().any(|check| check.state == CheckState::InProgress);
        replying.then(|| "A signature under a recommendation that is not cleared yet: it is given again".into())
    }

    /// What a decision rested on and what was taken back since: it stands, marked (guard 11).
    pub fn changed_beneath(&self, decision: &Decision) -> Vec<String> {
        let beneath = |permit: &&Permit| {
            permit.verified_at.is_some_and(|at| at < decision.decided_at) && permit.withdrawn_at.is_some_and(|at| at > decision.decided_at)
        };
        let says = |permit: &Permit| format!("permit {} of {} was taken back as recorded by mistake", permit.number, permit.issuer);
        self.permits.iter().filter(beneath).map(says).collect()
    }

    /// The authorities of the matrix's columns, with their names: those recorded, then those the country rules ask for.
    pub fn authorities(&self) -> Vec<(AuthorityId, &str)> {
        let recorded = self.approvals.iter().filter_map(|approval| Some((approval.authority_id?, approval.authority.as_deref()?)));
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
        let asked = self.rules.iter().any(|rule| rule.item_class == item.item_class && rule.authority_id == Some(authority));
        match row {
            Some(row) => Some(self.judged(item, row, today)),
            None if asked && self.exempt(item).is_none() => {
                Some(Cell { approval: None, permit: None, shortfalls: vec![Shortfall::NotAppliedFor] })
            }
            None => None,
        }
    }

    /// The cells a paper fills: its items, for its issuer and for every other authority whose consent it carries, as far as the
    /// matrix asks for that one. Where no rule says who is asked, the paper itself says so.
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

    /// The row that says the country asks for no approval of these items at all.
    pub fn exempt(&self, item: &ItemGroup) -> Option<&Approval> {
        let mut rows = self.approvals.iter().filter(|row| row.item_group_id == item.id);
        rows.find(|row| row.authority_id.is_none() && row.state == ApprovalState::NotRequired)
    }

    fn judged<'a>(&'a self, item: &ItemGroup, row: &'a Approval, today: Date) -> Cell<'a> {
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
                permit.shortfalls(Claim { authority: row.authority_id, quantity, unit: &item.unit, names: &names, today, in_hand_by })
            }
        };
        Cell { approval: Some(row), permit, shortfalls }
    }

    /// Who has to act for a cell to count. A permit for a part of one item group: the group is split; over several, the post brings
    /// another permit.
    pub fn mover(&self, item: &ItemGroup, cell: &Cell<'_>, authority: &str) -> Mover {
        let recorded = cell.approval.filter(|row| row.state != ApprovalState::Needed);
        let word_of = recorded.and_then(|row| row.recorded_at_post.zip(row.recorded_at_post_name.clone()));
        let post = word_of.map_or(Mover::Post, |(post, name)| Mover::PostOf(post, name));
        let alone = |permit: &Permit| {
            self.approvals.iter().all(|row| row.permit_id != Some(permit.id) || row.item_group_id == item.id)
                && permit.quantity < item.quantity
        };
        match (cell.shortfalls.first(), cell.approval) {
            (Some(Shortfall::NotAppliedFor), Some(approval)) if !approval.waits_for.is_empty() && approval.given_on.is_none() => {
                Mover::Applicant
            }
            (Some(Shortfall::NotAppliedFor), _) => Mover::EndUser,
            (Some(Shortfall::NotIssued), _) => Mover::Authority(authority.to_owned()),
            (Some(Shortfall::NotYet(_)), _) => Mover::Day,
            (Some(Shortfall::TooFew { .. }), _) if cell.permit.is_some_and(alone) => Mover::Splitter(item.id),
            _ => post,
        }
    }

    /// Why a paper of the destination has to be in hand before the application: for firearms under Commerce (15 CFR 748.12).
    pub fn in_hand_before(&self, item: &ItemGroup) -> Option<&BeforeApplication> {
        let mut asked = self.before_application.iter().filter(|asked| asked.item_classes.contains(&item.item_class));
        asked.find(|_| item.jurisdiction == Jurisdiction::Ear)
    }

    /// How many items rest on a paper: each item group once, however many cells it fills.
    fn resting_on(&self, permit: &Permit) -> i64 {
        let rests = |item: &&ItemGroup| self.approvals.iter().any(|row| row.item_group_id == item.id && row.permit_id == Some(permit.id));
        self.items.iter().filter(rests).map(|item| item.quantity).sum()
    }

    /// What must still be true before the license may issue: one list, computed. A settled license waits for nothing.
    pub fn open_conditions(&self, reference: &Reference, today: Date) -> Vec<OpenCondition> {
        if !self.status.is_open() {
            return Vec::new();
        }
        let mut open = self.open_approvals(today);
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

    /// Every item group and authority counts alone (guard 4).
    pub fn open_approvals(&self, today: Date) -> Vec<OpenCondition> {
        let mut open = Vec::new();
        let columns = self.authorities();
        let condition = |text: String, who, duty| OpenCondition { text, who, kind: ConditionKind::Approval, duty };
        for item in &self.items {
            let cells: Vec<(&str, Cell<'_>)> =
                columns.iter().filter_map(|(id, name)| Some((*name, self.cell(item, *id, today)?))).collect();
            let early = self.in_hand_before(item);
            let when = early.map(|asked| format!("; it has to be in hand before the application ({})", asked.source)).unwrap_or_default();
            let paper = cells.iter().any(|(_, cell)| cell.permit.is_some());
            if cells.is_empty() && self.exempt(item).is_none() {
                open.push(condition(format!("{}: no import approval is recorded{when}", item.named()), Mover::Post, None));
            } else if early.is_some_and(|asked| asked.always) && !paper && cells.iter().all(|(_, cell)| cell.counts()) {
                let text = format!("{}: no import certificate or permit is recorded{when}", item.named());
                open.push(condition(text, Mover::Post, None));
            }
            for (authority, cell) in cells.iter().filter(|(_, cell)| !cell.counts()) {
                let when = if cell.permit.is_none() { &when } else { "" };
                let unverified = matches!(cell.shortfalls.first(), Some(Shortfall::NotVerified(_)));
                let text = format!("{authority} ({}): {}{when}", item.named(), cell.why_not());
                open.push(condition(text, self.mover(item, cell, authority), unverified.then_some(Duty::VerifyPermit)));
            }
        }
        open
    }

    /// Significant military equipment needs a complete certificate (guard 6; 22 CFR 123.10).
    fn open_certificate(&self) -> Option<OpenCondition> {
        if !self.items.iter().any(|item| item.significant_military_equipment) {
            return None;
        }
        let text = match &self.certificate {
            None => "Nontransfer and use certificate (DSP-83): not recorded".to_owned(),
            Some(certificate) => {
                let lacking = certificate.lacking();
                if lacking.is_empty() {
                    return None;
                }
                let says = |(signer, signed): &(crate::approvals::model::Signer, bool)| {
                    format!("{} {}", signer.label(), if *signed { "signed, not verified" } else { "not signed" })
                };
                format!("Certificate {}: {}", certificate.form, lacking.iter().map(says).collect::<Vec<_>>().join(", "))
            }
        };
        let signed = self.certificate.as_ref().is_some_and(|certificate| certificate.lacking().iter().all(|(_, signed)| *signed));
        let duty = signed.then_some(Duty::VerifySignature);
        Some(OpenCondition { text, who: Mover::Post, kind: ConditionKind::Certificate, duty })
    }

    /// Above a threshold, approval waits for certification and the waiting period (guard 8; 22 USC 2776(c)).
    fn open_notification(&self, reference: &Reference, today: Date) -> Option<OpenCondition> {
        let notification = reference.notification(&self.destination, |items| self.counted_value(items))?;
        let wait = i64::from(notification.entry.waiting_days.unwrap_or_default());
        let (text, who) = match self.certified_on {
            None => (format!("Congressional notification ({}): not certified", notification.entry.label), Mover::Certifier),
            Some(day) if today < day + Duration::days(wait) => {
                (format!("Congressional notification: waiting period runs until {}", day_words(day + Duration::days(wait))), Mover::Day)
            }
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

    /// Approved on conditions, and nothing open.
    pub fn is_ready(&self, reference: &Reference, today: Date) -> bool {
        self.status == LicenseStatus::ApprovedOnConditions && self.open_conditions(reference, today).is_empty()
    }

    /// Parties that block approval and are not excepted (guard 7): who, and why.
    pub fn blocked_parties(&self, reference: &Reference) -> Vec<(PartyId, String, String)> {
        let mut blocked: Vec<(PartyId, String, String)> = Vec::new();
        for party in &self.parties {
            let excepted = self.exceptions.iter().any(|except| except.guard == 7 && except.party_id == Some(party.party_id));
            let known = blocked.iter().any(|(id, _, _)| *id == party.party_id);
            let proscribed = reference.proscription(&party.country);
            let why = proscribed.map(|entry| format!("in {}, a proscribed destination ({})", party.country_name, entry.source));
            let receives = matches!(party.role, PartyRole::EndUser | PartyRole::ForeignConsignee);
            let bound = reference.proscription(&self.destination).filter(|_| receives);
            let to = |entry: &crate::reference::model::Entry| {
                format!("to receive the items in {}, a proscribed destination ({})", self.destination_name, entry.source)
            };
            let why = why.or_else(|| bound.map(to));
            let why = why.or_else(|| (!party.listings.is_empty()).then(|| format!("on a list: {}", party.listings.join(", "))));
            if let Some(why) = why.filter(|_| !excepted && !known) {
                blocked.push((party.party_id, party.name.clone(), why));
            }
        }
        blocked
    }

    /// Decides. Every guard is checked again at a confirmation.
    ///
    /// # Errors
    /// The first rule that says no.
    pub fn decide(&self, by: Decider, act: Act, reference: &Reference, today: Date) -> Result<Decided, Refusal> {
        let refused = || Refusal::Status { now: self.status.label().to_lowercase(), wanted: act.participle() };
        let status = self.status.after(act).ok_or_else(refused)?;
        self.apart(by.id, Duty::Decide)?;
        if act.releases() {
            self.release(by, act, reference, today)?;
        }
        let number = self.decisions.last().map_or(1, |last| last.number + 1);
        Ok(Decided { license: self.id, number, act, status, amount: self.amount(), revision: self.revision })
    }

    /// Whether an earlier act of a person on the license or on a check on it keeps them from this one (guard 11).
    ///
    /// # Errors
    /// What they did, and who has to act.
    pub fn apart(&self, by: PersonId, duty: Duty) -> Result<(), Refusal> {
        Ok(duties::judge(duty, by, &self.duties)?)
    }

    fn release(&self, by: Decider, act: Act, reference: &Reference, today: Date) -> Result<(), Refusal> {
        if self.amount() > by.authority || by.authority.is_zero() {
            return Err(Refusal::Amount { value: self.amount(), authority: by.authority });
        }
        self.releasable(reference)?;
        let open = self.open_conditions(reference, today);
        match act {
            Act::ApproveOnConditions if open.is_empty() => Err(Refusal::NothingOpen),
            Act::Approve if !open.is_empty() => Err(Refusal::Open { verb: "approve", open }),
            Act::Confirm if !open.is_empty() => Err(Refusal::Open { verb: "confirm", open }),
            _ => Ok(()),
        }
    }

    /// Whether it may be approved at all, whoever does and whatever is still open (guards 7 and 15).
    ///
    /// # Errors
    /// The first rule that says no.
    pub fn releasable(&self, reference: &Reference) -> Result<(), Refusal> {
        if self.items.is_empty() {
            return Err(Refusal::NoItems);
        }
        if self.parties.iter().all(|party| party.role != PartyRole::EndUser) {
            return Err(Refusal::NoEndUser);
        }
        if let Some(check) = self.checks.iter().find(|check| !check.state.is_judged()) {
            return Err(Refusal::CheckRunning(check.reference.clone()));
        }
        if !self.is_excepted_result() {
            self.bears_approval()?;
        }
        match self.blocked_parties(reference).into_iter().next() {
            Some((_, party, why)) => Err(Refusal::Party { party, why }),
            None => Ok(()),
        }
    }

    /// The amount held against a decider's authority: the license's value, or what its items come to if that is more (guard 11).
    pub fn amount(&self) -> Decimal {
        self.items.iter().filter_map(|item| item.value_usd).sum::<Decimal>().max(self.value_usd)
    }

    /// The judged pre-license checks.
    fn judged_checks(&self) -> impl Iterator<Item = &LicenseCheck> {
        self.checks.iter().filter(|check| check.state.is_judged() && check.check_type == CheckType::PreLicense)
    }

    /// Whether the results bear an approval (guard 15): a pre-license check has a favorable one that speaks of the license as it
    /// is, and none has an unfavorable or inconclusive one.
    ///
    /// # Errors
    /// Why they do not.
    pub fn bears_approval(&self) -> Result<(), Refusal> {
        let bad = |check: &LicenseCheck| matches!(check.result, Some(ResultWord::Unfavorable | ResultWord::Inconclusive));
        if self.judged_checks().any(bad) {
            return Err(Refusal::NoFavorable);
        }
        let mut favorable = self.judged_checks().filter(|check| check.result.is_some_and(ResultWord::is_favorable)).peekable();
        let first = favorable.peek().map(|check| check.reference.clone()).ok_or(Refusal::NoFavorable)?;
        let fits = |check: &LicenseCheck| self.facts_changed_at <= check.result_signed_at;
        if favorable.any(fits) { Ok(()) } else { Err(Refusal::Lapsed(first)) }
    }

    /// The last result of a pre-license check; an exception to guard 15 is for this one.
    pub fn last_result(&self) -> Option<ResultId> {
        self.judged_checks().filter(|check| check.result.is_some()).max_by_key(|check| check.result_signed_at)?.result_id
    }

    /// Whether a supervisor excepted guard 15 for the last result. The exception lapses with a later result or changed facts.
    pub fn is_excepted_result(&self) -> bool {
        let fits = |exception: &Exception| {
            exception.guard == 15 && exception.result_id == self.last_result() && self.facts_changed_at <= Some(exception.excepted_at)
        };
        self.exceptions.iter().any(fits)
    }

    /// Whether items, parties, destination and value may be changed: while the application is pending and no answer of a post about
    /// it waits in Washington, also on hold, or, for a license registered as already approved, until a post has answered.
    ///
    /// # Errors
    /// Why not.
    pub fn changeable(&self) -> Result<(), Refusal> {
        let answered = |check: &&LicenseCheck| check.held_state.unwrap_or(check.state) == CheckState::Replied;
        if let Some(check) = self.checks.iter().find(answered) {
            return Err(Refusal::Replied(check.reference.clone()));
        }
        let registered = self.registered_approved_on.is_some() && self.decisions.is_empty();
        match self.status {
            LicenseStatus::Pending => Ok(()),
            _ if registered && self.checks.iter().all(|check| !check.state.is_judged()) => Ok(()),
            status => Err(Refusal::Sealed(status.label().to_lowercase())),
        }
    }

    /// Making an exception (guards 7, 11, 15) on an open license.
    ///
    /// # Errors
    /// Why not, or who has to.
    pub fn may_except(&self, by: PersonId) -> Result<(), Refusal> {
        self.while_open("an exception would change nothing")?;
        self.apart(by, Duty::Except)
    }

    /// Raising a condition in words on an open license.
    ///
    /// # Errors
    /// When it is decided.
    pub fn may_raise(&self) -> Result<(), Refusal> {
        self.while_open("a condition would change nothing")
    }

    /// Noting on an open license that a condition is met.
    ///
    /// # Errors
    /// When it is decided, or who has to.
    pub fn may_meet(&self, by: PersonId) -> Result<(), Refusal> {
        self.while_open("its conditions stand as they are")?;
        self.apart(by, Duty::MeetCondition)
    }

    /// Noting the certification of an open license (guard 8).
    ///
    /// # Errors
    /// When it is decided.
    pub fn may_certify(&self) -> Result<(), Refusal> {
        self.while_open("its certification stands as it is")
    }

    fn while_open(&self, stands: &'static str) -> Result<(), Refusal> {
        if self.status.is_open() { Ok(()) } else { Err(Refusal::Settled(stands)) }
    }

    /// Whether a name or an alias is a party's of this license.
    pub fn names_party(&self, name: &str) -> bool {
        self.names().contains(&folded_name(name))
    }

    /// The item group of that id.
    pub fn item(&self, id: ItemGroupId) -> Option<&ItemGroup> {
        self.items.iter().find(|item| item.id == id)
    }
}

impl Cell<'_> {
    /// The deadlock a cell stands in: "waits for serial numbers; given on 3 May".
    pub fn waiting(&self) -> Option<String> {
        let approval = self.approval.filter(|approval| !approval.waits_for.is_empty() && !self.counts())?;
        let given = approval.given_on.map_or_else(|| "not given yet".to_owned(), |day| format!("given on {}", day_words(day)));
        Some(format!("Waits for {}: {given}", approval.waits_for))
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;

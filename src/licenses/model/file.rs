//! A license with everything it owns, as a rule or a page reads it.

use rust_decimal::Decimal;
use serde::Deserialize;
use time::{Date, OffsetDateTime};

use super::words::{Act, Jurisdiction, LicenseStatus};
use crate::{
    approvals::model::{Approval, BeforeApplication, Certificate, CountryRule, CustodyStep, Permit, SerialCount},
    checks::model::{CheckState, CheckType, ResultWord},
    duties::model::Done,
    id::{AuthorityId, CheckId, ConditionId, DecisionId, ItemGroupId, LicenseId, LicensePartyId, PartyId, PersonId, PostId, ResultId},
    mistakes::model::Mistake,
    parties::model::{PartyRole, TakesPossession},
    text::{folded, folded_name},
};

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

impl ItemGroup {
    /// `30 9 mm pistols` reads badly; `9 mm pistols, 30` does not.
    pub fn named(&self) -> String {
        format!("{}, {}", self.label, self.quantity)
    }
}

impl LicenseFile {
    /// The item group of that id.
    pub fn item(&self, id: ItemGroupId) -> Option<&ItemGroup> {
        self.items.iter().find(|item| item.id == id)
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

    /// The checks on it that a reader may see: another post's are not there for them.
    pub fn seen_by<'a>(&'a self, reader: &crate::access::Actor) -> impl Iterator<Item = &'a LicenseCheck> + use<'a> {
        let seen = |check: &&LicenseCheck| reader.sees_post(check.post_id);
        self.checks.iter().filter(seen).collect::<Vec<_>>().into_iter()
    }

    /// Whether a name or an alias is a party's of this license.
    pub fn names_party(&self, name: &str) -> bool {
        self.names().contains(&folded_name(name))
    }

    /// Names and aliases of every party, folded.
    pub(crate) fn names(&self) -> Vec<String> {
        self.parties.iter().flat_map(|party| party.folded.iter().cloned()).collect()
    }

    /// The amount held against a decider's authority: the license's value, or what its items come to if that is more (guard 11).
    pub fn amount(&self) -> Decimal {
        self.items.iter().filter_map(|item| item.value_usd).sum::<Decimal>().max(self.value_usd)
    }
}

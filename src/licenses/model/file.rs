//! A license with everything it owns, as a rule or a page reads it.

use rust_decimal::Decimal;
use serde::Deserialize;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    refusal::Refusal,
    screened::Screened,
    weapon::{Recounted, Shared},
    words::{Act, Jurisdiction, LicenseStatus},
};
use crate::{
    approvals::model::{
        Approval, BeforeApplication, Certificate, CountryRule, CustodyStep, Permit, SerialCount, Signer,
    },
    basis::Basis,
    corrections::model::{self as corrections, Correction},
    duties::model::Done,
    id::{
        AuthorityId, CheckId, ConditionId, DecisionId, ItemGroupId, LicenseId, LicensePartyId, PartyId, PersonId,
        PostId, ResultId,
    },
    mistakes::model::{self as mistakes, Mistake},
    parties::model::{PartyRole, TakesPossession},
    text::{Likeness, PermitNumber, dollars},
    vocabulary::{CheckState, CheckType, ResultWord},
};

/// One line of items that share a treatment.
#[derive(Debug, Clone, Deserialize)]
pub struct ItemGroup {
    pub id: ItemGroupId,
    /// Such as `9 mm pistols`.
    pub label: String,
    pub item_class: String,
    pub usml_category: Option<String>,
    pub significant_military_equipment: bool,
    pub major_defense_equipment: bool,
    pub quantity: i64,
    /// As people read it, however it was typed.
    pub unit: String,
    /// What it is known by.
    pub unit_code: String,
    pub unit_typed: String,
    #[serde(with = "rust_decimal::serde::str_option")]
    pub value_usd: Option<Decimal>,
    pub jurisdiction: Jurisdiction,
    /// Its class or category, where no row of that code held on the day of the application.
    pub outdated: Option<String>,
    /// The group it was split off.
    pub split_from: Option<ItemGroupId>,
    /// Its place in the list.
    pub position: i32,
    pub version: i32,
}

/// A party in a role on a license.
#[derive(Debug, Clone, Deserialize)]
pub struct LicenseParty {
    pub id: LicensePartyId,
    pub party_id: PartyId,
    pub name: String,
    /// What it was called when the license was decided, with today's name beside it where that is another one.
    pub called: String,
    pub folded: Vec<String>,
    pub country: String,
    pub country_name: String,
    pub role: PartyRole,
    /// Whether it ever holds the items.
    pub takes_possession: TakesPossession,
    /// The screening lists it stands on today.
    pub listings: Vec<Listing>,
    pub version: i32,
}

/// A screening list on which a party stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listing {
    /// What it is known by, whatever it is called.
    pub list: String,
    /// As people call it.
    pub label: String,
    /// Of which record of the same name that is recorded, where it is another one.
    pub of: Option<String>,
}

impl LicenseParty {
    /// As guard 7 reads it.
    pub fn screened(&self) -> Screened<'_> {
        Screened {
            id: self.party_id,
            name: &self.name,
            country: &self.country,
            country_name: &self.country_name,
            listings: &self.listings,
        }
    }
}

impl Listing {
    /// What a judgement knows it by: no wording of a list changes it.
    pub(super) fn key(&self) -> String {
        self.of(&self.list)
    }

    /// As people read it.
    pub fn said(&self) -> String {
        self.of(&self.label)
    }

    fn of(&self, list: &str) -> String {
        self.of.as_ref().map_or_else(|| list.to_owned(), |name| format!("{list} (recorded of {name})"))
    }
}

/// A condition written in words.
#[derive(Debug, Clone, Deserialize)]
pub struct Condition {
    pub id: ConditionId,
    /// What must be true.
    pub text: String,
    pub who_acts: String,
    /// When it was met.
    #[serde(with = "time::serde::rfc3339::option")]
    pub met_at: Option<OffsetDateTime>,
    /// Who saw that it was met.
    pub met_by_name: Option<String>,
    pub evidence: Option<String>,
    pub version: i32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Decision {
    pub id: DecisionId,
    /// Its number on the license.
    pub number: i32,
    pub act: Act,
    pub reasons: String,
    pub decided_by: PersonId,
    pub decided_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub decided_at: OffsetDateTime,
    pub provisos: Vec<String>,
    /// What it rested on, if that was kept.
    pub basis: Option<Basis>,
}

/// A supervisor's exception to guard 7 (a party) or 15 (the result).
#[derive(Debug, Clone, Deserialize)]
pub struct Exception {
    pub guard: i32,
    /// The party, for guard 7.
    pub party_id: Option<PartyId>,
    /// The result it excepts, for guard 15; none where there was none.
    pub result_id: Option<ResultId>,
    pub reason: String,
    pub excepted_by: PersonId,
    pub excepted_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub excepted_at: OffsetDateTime,
    /// What it rested on, if that was kept.
    pub basis: Option<Basis>,
}

impl Exception {
    /// What it is an exception to: the result that is missing (guard 15), or a party (guard 7).
    pub fn to(&self) -> &'static str {
        if self.guard == 15 { "to the missing favorable result" } else { "for a party" }
    }
}

/// A check on the license, as far as a decision reads it.
#[derive(Debug, Clone, Deserialize)]
pub struct LicenseCheck {
    pub id: CheckId,
    pub reference: String,
    pub check_type: CheckType,
    pub state: CheckState,
    /// On hold: where it was.
    pub held_state: Option<CheckState>,
    pub post_id: PostId,
    pub post_name: String,
    pub result_id: Option<ResultId>,
    pub result: Option<ResultWord>,
    /// When it was signed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub result_signed_at: Option<OffsetDateTime>,
}

/// A license with everything it owns.
#[derive(Debug, Clone)]
pub struct LicenseFile {
    pub id: LicenseId,
    pub number: String,
    pub number_normalized: String,
    pub form: String,
    pub status: LicenseStatus,
    /// First seen when already issued, on that day.
    pub registered_approved_on: Option<Date>,
    /// The day by whose classes and categories its items are judged.
    pub applied_on: Date,
    pub destination: String,
    pub destination_name: String,
    /// Nothing, if the application does not state it.
    pub value_usd: Decimal,
    pub value_stated: bool,
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
    pub version: i32,
    pub items: Vec<ItemGroup>,
    /// Its parties in their roles.
    pub parties: Vec<LicenseParty>,
    /// The destination's country rules for its classes.
    pub rules: Vec<CountryRule>,
    /// What Commerce asks to be in hand before an application to the destination.
    pub before_application: Vec<BeforeApplication>,
    /// The cells of the permit matrix.
    pub approvals: Vec<Approval>,
    pub permits: Vec<Permit>,
    /// The nontransfer and use certificate.
    pub certificate: Option<Certificate>,
    /// The custody path, planned steps first.
    pub custody: Vec<CustodyStep>,
    pub serials: Vec<SerialCount>,
    /// Serial numbers of it that stand on another license too.
    pub shared: Vec<Shared>,
    /// Those that a post counted after another post had.
    pub recounted: Vec<Recounted>,
    pub conditions: Vec<Condition>,
    /// What was decided, the first first.
    pub decisions: Vec<Decision>,
    pub exceptions: Vec<Exception>,
    pub checks: Vec<LicenseCheck>,
    /// What each person did on it and on the checks on it, declined, withdrawn, taken back or not.
    pub duties: Vec<Done>,
    /// What was recorded by mistake and taken back, the first first.
    pub mistakes: Vec<Mistake>,
    /// Notes of correction, the first first.
    pub corrections: Vec<Correction>,
}

/// A value in words, if an application states one.
pub fn stated(value: Option<Decimal>) -> String {
    value.map_or_else(|| "not stated".to_owned(), dollars)
}

/// The unit that is proposed for items of a class.
pub fn usual_unit(item_class: &str) -> &'static str {
    if item_class == "ammunition" { "rounds" } else { "pieces" }
}

impl ItemGroup {
    /// `30 9 mm pistols` reads badly; `9 mm pistols, 30` does not.
    pub fn named(&self) -> String {
        format!("{}, {}", self.label, self.quantity)
    }

    /// Whether so many may be split off it: some stay.
    pub fn leaves_some(&self, taken: i64) -> Result<(), Refusal> {
        if taken < self.quantity { Ok(()) } else { Err(Refusal::TooMany(self.quantity)) }
    }
}

impl LicenseFile {
    /// The item group of that id.
    pub fn item(&self, id: ItemGroupId) -> Option<&ItemGroup> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The unit of the first of some items.
    pub fn unit_of(&self, items: &[ItemGroupId]) -> String {
        let first = items.first().and_then(|item| self.item(*item));
        first.map_or_else(|| usual_unit("").to_owned(), |item| item.unit.clone())
    }

    /// The permit of that id.
    pub fn permit(&self, id: Option<crate::id::PermitId>) -> Option<&Permit> {
        id.and_then(|id| self.permits.iter().find(|permit| permit.id == id))
    }

    /// What was taken back of a kind, by its code.
    pub fn struck(&self, kind: &str) -> impl Iterator<Item = &Mistake> {
        mistakes::of_kind(&self.mistakes, kind)
    }

    /// The notes of correction beside a row.
    pub fn corrected<'a>(&'a self, row: &Uuid) -> impl Iterator<Item = &'a Correction> + use<'a> {
        corrections::beside(&self.corrections, *row)
    }

    /// The permit of an issuer and a number that is on the license, in any spelling; not one that was taken back.
    pub fn live_permit(&self, issuer: AuthorityId, number: &str) -> Option<&Permit> {
        let number = PermitNumber::new(number);
        let same = |permit: &&Permit| {
            permit.authority_id == issuer
                && PermitNumber::new(&permit.number).compare(&number) == Likeness::Same
                && !permit.is_withdrawn()
        };
        self.permits.iter().find(same)
    }

    /// Names and aliases of every party, folded.
    pub(crate) fn names(&self) -> Vec<String> {
        self.parties.iter().flat_map(|party| party.folded.iter().cloned()).collect()
    }

    /// Its value, if the application states it.
    pub fn value(&self) -> Option<Decimal> {
        self.value_stated.then_some(self.value_usd)
    }

    /// Its value in words.
    pub fn value_said(&self) -> String {
        stated(self.value())
    }

    /// What its lines come to, where that is not its value. Lines without a value leave open how much they are worth,
    /// and not that the others are worth more than the whole.
    pub fn lines_off_value(&self) -> Option<Decimal> {
        self.value()?;
        let known: Decimal = self.items.iter().filter_map(|item| item.value_usd).sum();
        let all_known = !self.items.is_empty() && self.items.iter().all(|item| item.value_usd.is_some());
        let off = if all_known { (known - self.value_usd).abs() } else { known - self.value_usd };
        (off >= Decimal::ONE).then_some(known)
    }

    /// The parties on whose side a signature is: those in the role. Where nobody is named as foreign consignee, the
    /// end-user receives the items itself. The host government is no party.
    pub fn signing(&self, signer: Signer) -> Vec<PartyId> {
        let in_role = |role| -> Vec<PartyId> {
            self.parties.iter().filter(|party| party.role == role).map(|party| party.party_id).collect()
        };
        match signer {
            Signer::Applicant => in_role(PartyRole::Applicant),
            Signer::ForeignConsignee => {
                let named = in_role(PartyRole::ForeignConsignee);
                if named.is_empty() { in_role(PartyRole::EndUser) } else { named }
            }
            Signer::ForeignEndUser => in_role(PartyRole::EndUser),
            Signer::HostGovernment => Vec::new(),
        }
    }

    /// The amount held against a decider's authority: the license's value, or what its items come to if that is more
    /// (guard 11).
    pub fn amount(&self) -> Decimal {
        self.items.iter().filter_map(|item| item.value_usd).sum::<Decimal>().max(self.value_usd)
    }
}

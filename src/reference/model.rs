//! Reference data: what changes by law or by country and never by release. Rows are dated, ended and replaced, never edited.

use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;

use crate::{
    checks::model::CheckType,
    id::{PartyId, ReferenceId},
    parties::model::PartyRole,
    words,
    words::Choice,
};

words! {
    /// The kinds of reference rows.
    pub enum ReferenceKind {
        /// Pistol, automatic rifle.
        ItemClass = "item_class", "Item classes";
        /// 22 CFR 121.1.
        UsmlCategory = "usml_category", "USML categories";
        /// DSP-5 and the others.
        LicenseForm = "license_form", "License forms";
        /// Why a result is unfavorable.
        ReasonCode = "reason_code", "Reason codes";
        /// What a check asks.
        Topic = "topic", "Topics";
        /// 22 CFR 126.1.
        ProscribedCountry = "proscribed_country", "Proscribed countries";
        /// For notification thresholds.
        CountryGroup = "country_group", "Country groups";
        /// 22 USC 2776(c).
        NotificationThreshold = "notification_threshold", "Notification thresholds";
        /// Debarment and denial lists.
        ScreeningList = "screening_list", "Screening lists";
    }

    /// What a notification threshold counts.
    pub enum ThresholdItems {
        /// Major defense equipment (22 CFR 120.37).
        MajorDefenseEquipment = "major_defense_equipment", "Major defense equipment";
        /// All defense articles and services.
        DefenseArticles = "defense_articles", "Defense articles";
        /// Firearms of USML category I.
        Firearms = "firearms", "Category I firearms";
    }
}

/// A dated row, as the rules read it.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// The row.
    pub id: ReferenceId,
    /// Its kind.
    pub kind: ReferenceKind,
    /// The code that other tables store.
    pub code: String,
    /// What people read.
    pub label: String,
    /// More about it.
    pub detail: String,
    /// The country, of a proscribed country or a country group.
    pub country: Option<String>,
    /// The group a threshold is for.
    pub country_group: Option<String>,
    /// What the threshold counts.
    pub items: Option<ThresholdItems>,
    /// The threshold, in U.S. dollars.
    pub amount: Option<Decimal>,
    /// The days to wait after certification.
    pub waiting_days: Option<i32>,
    /// A topic's check types.
    pub check_types: Vec<CheckType>,
    /// The roles of the parties a topic is asked for; empty: once for the check.
    pub party_roles: Vec<PartyRole>,
    /// The item classes a topic is asked for; empty: all.
    pub item_classes: Vec<String>,
    /// Statute, regulation or standard.
    pub source: String,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Option<Date>,
    /// Whether an administrator has looked at it.
    pub confirmed: bool,
}

/// The rows of reference data that hold on a day.
#[derive(Debug, Clone, Default)]
pub struct Reference(pub Vec<Entry>);

/// A finding a reply needs: a topic, for one party where the topic is per party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The topic's code.
    pub topic: String,
    /// What people read.
    pub label: String,
    /// The party, with its name.
    pub party: Option<(PartyId, String)>,
}

/// A congressional notification that a license needs (guard 8; 22 USC 2776(c)).
#[derive(Debug, Clone)]
pub struct Notification<'a> {
    /// The threshold it reaches.
    pub entry: &'a Entry,
    /// The value that reaches it.
    pub value: Decimal,
}

impl Reference {
    /// The rows of a kind.
    pub fn of(&self, kind: ReferenceKind) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| entry.kind == kind)
    }

    /// The rows of a kind as a form offers them.
    pub fn choices(&self, kind: ReferenceKind) -> Vec<Choice> {
        self.of(kind).map(|entry| Choice::new(&entry.code, &entry.label)).collect()
    }

    /// What people read for a code; the code itself once its row has ended.
    pub fn label<'a>(&'a self, kind: ReferenceKind, code: &'a str) -> &'a str {
        self.of(kind).find(|entry| entry.code == code).map_or(code, |entry| entry.label.as_str())
    }

    /// Whether the code stands in a row of that kind.
    pub fn knows(&self, kind: ReferenceKind, code: &str) -> bool {
        self.of(kind).any(|entry| entry.code == code)
    }

    /// The row that proscribes a country (guard 7; 22 CFR 126.1).
    pub fn proscription(&self, country: &str) -> Option<&Entry> {
        self.of(ReferenceKind::ProscribedCountry).find(|entry| entry.country.as_deref() == Some(country))
    }

    /// The notification a license needs: value by what is counted, against the rows for the destination's country group. A
    /// country in no group counts as `others`.
    pub fn notification(&self, destination: &str, value: impl Fn(ThresholdItems) -> Decimal) -> Option<Notification<'_>> {
        let mut groups = self.of(ReferenceKind::CountryGroup);
        let group = groups.find(|entry| entry.country.as_deref() == Some(destination)).map_or("others", |entry| entry.code.as_str());
        let rows = self.of(ReferenceKind::NotificationThreshold).filter(|entry| entry.country_group.as_deref() == Some(group));
        let reached = rows.filter_map(|entry| {
            let value = value(entry.items?);
            (value >= entry.amount?).then_some(Notification { entry, value })
        });
        reached.max_by_key(|notification| notification.entry.waiting_days)
    }

    /// The findings a check needs, given its type, the classes of its items and its parties in their roles.
    pub fn asked(&self, check: CheckType, classes: &[&str], parties: &[(PartyId, &str, PartyRole)]) -> Vec<Asked> {
        let mut asked = Vec::new();
        for topic in self.of(ReferenceKind::Topic).filter(|topic| topic.check_types.contains(&check)) {
            let fits = topic.item_classes.is_empty() || topic.item_classes.iter().any(|class| classes.contains(&class.as_str()));
            if !fits {
                continue;
            }
            let mut add = |party: Option<(PartyId, String)>| {
                let row = Asked { topic: topic.code.clone(), label: topic.label.clone(), party };
                if !asked.contains(&row) {
                    asked.push(row);
                }
            };
            if topic.party_roles.is_empty() {
                add(None);
            }
            // A check without a license is about its subjects, whatever their roles.
            let concerns = |role: &PartyRole| topic.party_roles.contains(role) || !check.has_licenses();
            for (id, name, _) in parties.iter().filter(|(_, _, role)| !topic.party_roles.is_empty() && concerns(role)) {
                add(Some((*id, (*name).to_owned())));
            }
        }
        asked
    }
}

//! Reference data: what changes by law or by country and never by release. Rows are dated, ended and replaced, never
//! edited.

mod wording;

pub use wording::{asked_words, class_words, described, since_words, under_words};

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;

use self::wording::group_words;
use super::refusal::Refusal;
use crate::{
    audit::Values,
    faults::in_order,
    id::{PartyId, ReferenceId},
    parties::model::PartyRole,
    text::{day_words, dollars, many},
    vocabulary::CheckType,
    words,
    words::Choice,
};

words! {
    /// The kinds of reference rows.
    pub enum ReferenceKind {
        ItemClass = "item_class", "Item classes";
        UsmlCategory = "usml_category", "USML categories";
        /// DSP-5 and the others.
        LicenseForm = "license_form", "License forms";
        /// Why a result is unfavorable.
        ReasonCode = "reason_code", "Reason codes";
        /// What a check asks.
        Topic = "topic", "Topics";
        ProscribedCountry = "proscribed_country", "Proscribed countries";
        CountryGroup = "country_group", "Country groups";
        NotificationThreshold = "notification_threshold", "Notification thresholds";
        /// Debarment and denial lists.
        ScreeningList = "screening_list", "Screening lists";
        /// What Commerce asks for firearms (15 CFR 748.12).
        CommerceFirearms = "commerce_firearms", "Commerce rules for firearms";
        /// What quantities are of; what else a unit is written as stands in its detail.
        Unit = "unit", "Units";
        /// What a post asks under a topic.
        Question = "question", "Questions to ask";
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

impl ReferenceKind {
    /// Whether its rows are about one country each.
    pub const fn is_by_country(self) -> bool {
        matches!(self, Self::ProscribedCountry | Self::CountryGroup)
    }

    /// Whether its rows are for the countries of a group.
    pub const fn has_group(self) -> bool {
        matches!(self, Self::NotificationThreshold | Self::CommerceFirearms)
    }

    /// Whether its rows are for some classes of items.
    pub const fn has_classes(self) -> bool {
        matches!(self, Self::Topic | Self::CommerceFirearms | Self::Question)
    }

    /// Whether its rows are for checks of some types.
    pub const fn has_check_types(self) -> bool {
        matches!(self, Self::Topic | Self::Question)
    }

    /// Whether posts answer its rows on checks, perhaps of each party in a role.
    pub const fn is_asked_of_posts(self) -> bool {
        matches!(self, Self::Topic)
    }

    /// Whether its rows stand under a topic each.
    pub const fn has_topic(self) -> bool {
        matches!(self, Self::Question)
    }

    /// Whether its rows have an amount above which approval waits.
    pub const fn is_a_threshold(self) -> bool {
        matches!(self, Self::NotificationThreshold)
    }
}

/// A dated row, as the rules read it.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    pub id: ReferenceId,
    pub kind: ReferenceKind,
    /// The code that other tables store.
    pub code: String,
    pub label: String,
    pub detail: String,
    /// The country, of a proscribed country or a country group.
    pub country: Option<String>,
    /// The group a threshold is for.
    pub country_group: Option<String>,
    /// The topic that a question is asked under.
    pub topic: Option<String>,
    /// What the threshold counts.
    pub items: Option<ThresholdItems>,
    /// The threshold, in U.S. dollars.
    pub amount: Option<Decimal>,
    /// The days to wait after certification.
    pub waiting_days: Option<i32>,
    pub check_types: Vec<CheckType>,
    /// The roles of the parties a topic is asked for; empty: once for the check.
    pub party_roles: Vec<PartyRole>,
    /// The item classes a topic is asked for; empty: all.
    pub item_classes: Vec<String>,
    /// Statute, regulation or standard.
    pub source: String,
    pub starts_on: Date,
    /// Whether it began on that day; else nobody knows when it began, and it held before.
    pub beginning_known: bool,
    pub ends_on: Option<Date>,
    /// When an administrator looks whether the law is still so.
    pub look_again_on: Option<Date>,
    /// Whether an administrator has looked at it.
    pub confirmed: bool,
}

impl Entry {
    /// Whether another row was ended the day before this one began, in the same place.
    pub fn took_the_place_of(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.code == other.code
            && self.country == other.country
            && other.ends_on.is_some()
            && other.ends_on == self.starts_on.previous_day()
    }

    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        (self.starts_on <= day || !self.beginning_known) && self.ends_on.is_none_or(|last| day <= last)
    }

    /// Whether it is for checks of a type, on items of those classes.
    fn is_for(&self, check: CheckType, classes: &[&str]) -> bool {
        let fits = |class: &String| classes.contains(&class.as_str());
        self.check_types.contains(&check) && (self.item_classes.is_empty() || self.item_classes.iter().any(fits))
    }

    /// From when to when it holds, in words.
    pub fn held(&self) -> String {
        let since = since_words(self.starts_on, self.beginning_known);
        self.ends_on.map_or_else(|| since.clone(), |last| format!("{since} to {}", day_words(last)))
    }

    /// Whether the day has come on which an administrator looks at it again.
    pub fn is_to_look_at(&self, today: Date) -> bool {
        self.ends_on.is_none_or(|last| last >= today) && self.look_again_on.is_some_and(|day| day <= today)
    }

    /// Whether it holds or will, and no administrator has compared it with its source.
    pub fn waits_for_confirmation(&self, today: Date) -> bool {
        !self.confirmed && self.ends_on.is_none_or(|last| last >= today)
    }

    /// Whether it waits for an administrator: to be confirmed, or to be looked at again.
    pub fn waits(&self, today: Date) -> bool {
        self.waits_for_confirmation(today) || self.is_to_look_at(today)
    }

    /// Whether another row may take its place from `from` on.
    pub fn may_be_replaced(&self, from: Date, today: Date) -> Result<(), Refusal> {
        may_be_replaced((self.starts_on, self.ends_on), from, today)
    }

    /// Whether `last` may be its last day.
    pub fn may_end(&self, last: Date, today: Date) -> Result<(), Refusal> {
        may_end((self.starts_on, self.ends_on), last, today)
    }

    /// What it says beside its label: the amount and days of a threshold, when a topic is asked.
    pub fn says(&self) -> String {
        let mut parts = Vec::new();
        if !self.detail.is_empty() {
            parts.push(self.detail.clone());
        }
        if let Some(amount) = self.amount {
            parts.push(dollars(amount));
        }
        if let Some(days) = self.waiting_days {
            parts.push(many(days, "day"));
        }
        if self.kind == ReferenceKind::Topic {
            parts.push(asked_words(&self.check_types, &self.party_roles, &self.item_classes));
        }
        if let Some(topic) = &self.topic {
            parts.push(under_words(topic, &self.check_types, &self.item_classes));
        }
        if self.kind == ReferenceKind::CommerceFirearms && !self.item_classes.is_empty() {
            parts.push(class_words(&self.item_classes));
        }
        parts.join("; ")
    }

    /// What its code says, in words: of a country its group, of a threshold the group that it is for.
    pub fn coded(&self) -> String {
        match (self.kind, &self.country_group) {
            (ReferenceKind::CountryGroup, _) => group_words(&self.code),
            (ReferenceKind::NotificationThreshold, Some(group)) => format!("for {}", group_words(group)),
            _ => self.code.replace('_', " "),
        }
    }

    /// As the log shows it.
    pub fn described(&self) -> Values {
        described(&self.label, &self.says(), &self.source, self.starts_on)
    }
}

/// Whether a code may be stored, and stand in an address.
pub fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The rows of reference data that hold on a day. The rows themselves are shared with whoever else reads them.
#[derive(Debug, Clone, Default)]
pub struct Reference(pub Vec<Arc<Entry>>);

/// A finding a reply needs: a topic, for one party where the topic is per party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub topic: String,
    pub label: String,
    /// The party, with its name.
    pub party: Option<(PartyId, String)>,
}

/// A topic, and its party where it is per party, in one word: its place on the worksheet.
pub fn topic_key(topic: &str, party: &str) -> String {
    if party.is_empty() { topic.to_owned() } else { format!("{topic}.{party}") }
}

impl Asked {
    /// Its place on the worksheet.
    pub fn key(&self) -> String {
        topic_key(&self.topic, &self.party.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default())
    }
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
        self.0.iter().map(Arc::as_ref).filter(move |entry| entry.kind == kind)
    }

    /// The rows of a kind as a form offers them.
    pub fn choices(&self, kind: ReferenceKind) -> Vec<Choice> {
        self.of(kind).map(|entry| Choice::new(&entry.code, &entry.label)).collect()
    }

    /// The groups of countries a threshold may be for; a country in none counts as `others`.
    pub fn country_groups(&self) -> Vec<Choice> {
        let mut groups: Vec<&str> = self.of(ReferenceKind::CountryGroup).map(|entry| entry.code.as_str()).collect();
        groups.push("others");
        groups.sort_unstable();
        groups.dedup();
        groups.into_iter().map(|code| Choice::new(code, group_words(code))).collect()
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

    /// Whether a country is in a group.
    fn is_in(&self, country: &str, group: &str) -> bool {
        self.of(ReferenceKind::CountryGroup)
            .any(|entry| entry.code == group && entry.country.as_deref() == Some(country))
    }

    /// What has to be in hand of a country before an application for firearms under Commerce (15 CFR 748.12): what is
    /// asked of its group, or else of every country.
    pub fn before_application(&self, country: &str) -> Vec<&Entry> {
        let all = || self.of(ReferenceKind::CommerceFirearms).filter(|entry| !entry.item_classes.is_empty());
        let of_its_group: Vec<&Entry> = all()
            .filter(|entry| entry.country_group.as_deref().is_some_and(|group| self.is_in(country, group)))
            .collect();
        if of_its_group.is_empty() {
            all().filter(|entry| entry.country_group.is_none()).collect()
        } else {
            of_its_group
        }
    }

    /// The notification a license needs: value by what is counted, against the rows for the destination's country
    /// group. A country in no group that has a threshold counts as `others`.
    pub fn notification(
        &self,
        destination: &str,
        value: impl Fn(ThresholdItems) -> Decimal,
    ) -> Option<Notification<'_>> {
        let of = |group: &dyn Fn(&str) -> bool| -> Vec<&Entry> {
            self.of(ReferenceKind::NotificationThreshold)
                .filter(|entry| entry.country_group.as_deref().is_some_and(group))
                .collect()
        };
        let mut rows = of(&|group| self.is_in(destination, group));
        if rows.is_empty() {
            rows = of(&|group| group == "others");
        }
        let reached = rows.into_iter().filter_map(|entry| {
            let value = value(entry.items?);
            (value >= entry.amount?).then_some(Notification { entry, value })
        });
        reached.max_by_key(|notification| notification.entry.waiting_days)
    }

    /// What a post asks under a topic on a check of that type, for items of those classes.
    pub fn questions(&self, topic: &str, check: CheckType, classes: &[&str]) -> Vec<&Entry> {
        let under = |entry: &&Entry| entry.topic.as_deref() == Some(topic) && entry.is_for(check, classes);
        self.of(ReferenceKind::Question).filter(under).collect()
    }

    /// The findings a check needs, given its type, the classes of its items and its parties in their roles.
    pub fn asked(&self, check: CheckType, classes: &[&str], parties: &[(PartyId, &str, PartyRole)]) -> Vec<Asked> {
        let mut asked = Vec::new();
        for topic in self.of(ReferenceKind::Topic).filter(|topic| topic.is_for(check, classes)) {
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

/// Whether another row may take the place of one of these days from `from` on: of reference data, of a country's rules.
/// What held on a past day stays what it was, or an old decision could not be read with the rules of its day.
pub fn may_be_replaced(held: (Date, Option<Date>), from: Date, today: Date) -> Result<(), Refusal> {
    match held {
        (_, Some(_)) => Err(Refusal::EndsBeforeReplaced),
        _ if from < today => Err(Refusal::BeginsInThePast),
        (first, None) if from <= first => Err(Refusal::BeginsTooEarly),
        _ => Ok(()),
    }
}

/// Whether `last` may be the last day of a row of these days.
pub fn may_end(held: (Date, Option<Date>), last: Date, today: Date) -> Result<(), Refusal> {
    match held {
        (_, Some(_)) => Err(Refusal::Ends),
        _ if today.previous_day().is_some_and(|yesterday| last < yesterday) => Err(Refusal::EndsInThePast),
        (first, None) => Ok(in_order(first, last)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn row(starts_on: Date) -> Entry {
        Entry {
            id: ReferenceId::new(),
            kind: ReferenceKind::Topic,
            code: "order".into(),
            label: "Order".into(),
            detail: String::new(),
            country: None,
            country_group: None,
            topic: None,
            items: None,
            amount: None,
            waiting_days: None,
            check_types: vec![CheckType::PreLicense],
            party_roles: vec![PartyRole::Broker, PartyRole::EndUser],
            item_classes: vec!["automatic_rifle".into()],
            source: "Practice".into(),
            starts_on,
            beginning_known: true,
            ends_on: None,
            look_again_on: None,
            confirmed: false,
        }
    }

    #[test]
    fn what_held_on_a_past_day_is_not_rewritten() {
        let (today, old) = (date!(2026 - 11 - 23), row(date!(1990 - 01 - 01)));
        assert!(old.may_be_replaced(today, today).is_ok());
        assert!(old.may_be_replaced(date!(2026 - 11 - 22), today).is_err());
        assert!(old.may_end(date!(2026 - 11 - 22), today).is_ok(), "it does not hold today");
        assert!(old.may_end(date!(2026 - 11 - 21), today).is_err());
        let new = row(today);
        assert!(new.may_be_replaced(today, today).is_err());
        assert!(new.may_end(date!(2026 - 11 - 22), today).is_err());
        let ended = Entry { ends_on: Some(date!(2030 - 01 - 01)), ..row(today) };
        assert!(
            ended.may_end(date!(2029 - 01 - 01), today).is_err()
                && ended.may_be_replaced(date!(2029 - 01 - 01), today).is_err()
        );
        assert!(
            ended.waits_for_confirmation(today)
                && !Entry { ends_on: Some(date!(2026 - 11 - 22)), ..ended }.waits_for_confirmation(today)
        );
    }

    #[test]
    fn a_group_without_thresholds_leaves_a_country_with_those_of_the_others() {
        let mut reference = crate::sample::reference();
        let value = |_| Decimal::from(60_000_000);
        let threshold = |reference: &Reference, country| {
            reference.notification(country, value).map(|found| found.entry.country_group.clone())
        };
        for (country, group) in [("GT", "others"), ("CA", "allies")] {
            let member = Entry {
                country: Some(country.into()),
                ..crate::sample::entry(ReferenceKind::CountryGroup, "a_group_of_states")
            };
            reference.0.insert(0, member.into());
            assert_eq!(threshold(&reference, country), Some(Some(group.into())), "{country}");
        }
    }

    #[test]
    fn a_row_whose_beginning_nobody_knows_says_so() {
        let known = row(date!(2024 - 03 - 15));
        assert_eq!(known.held(), "15 Mar 2024");
        let unknown = Entry { beginning_known: false, ends_on: Some(date!(2025 - 07 - 06)), ..known };
        assert_eq!(unknown.held(), "in force before 15 Mar 2024 to 6 Jul 2025");
    }

    #[test]
    fn a_row_holds_from_its_first_day_to_its_last() {
        let row = Entry { ends_on: Some(date!(2025 - 07 - 06)), ..row(date!(2024 - 03 - 15)) };
        let days = [date!(2024 - 03 - 14), date!(2024 - 03 - 15), date!(2025 - 07 - 06), date!(2025 - 07 - 07)];
        assert_eq!(days.map(|day| row.holds_on(day)), [false, true, true, false]);
        let unknown = Entry { beginning_known: false, ..row.clone() };
        assert_eq!(days.map(|day| unknown.holds_on(day)), [true, true, true, false]);
        assert!(Entry { ends_on: None, ..row }.holds_on(Date::MAX));
    }

    #[test]
    fn an_administrator_looks_again_on_the_day_and_not_before() {
        let row = Entry { look_again_on: Some(date!(2027 - 02 - 01)), ..row(date!(2003 - 09 - 30)) };
        assert!(!row.is_to_look_at(date!(2027 - 01 - 31)) && row.is_to_look_at(date!(2027 - 02 - 01)));
        assert!(!Entry { ends_on: Some(date!(2027 - 01 - 15)), ..row }.is_to_look_at(date!(2027 - 02 - 01)));
    }

    #[test]
    fn a_topic_says_of_what_it_is_asked() {
        assert_eq!(
            row(date!(1990 - 01 - 01)).says(),
            "asked of each broker, end-user on pre-license; only for automatic rifle"
        );
    }

    #[test]
    fn a_code_fits_into_an_address() {
        assert!(is_code("order_and-contract2"));
        for bad in ["", "a b", "a/b", "ü", &"x".repeat(41)] {
            assert!(!is_code(bad), "{bad}");
        }
    }

    fn of(kind: ReferenceKind) -> Entry {
        Entry { kind, check_types: Vec::new(), party_roles: Vec::new(), item_classes: Vec::new(), ..row(Date::MIN) }
    }

    #[test]
    fn a_row_says_beside_its_label_what_its_kind_has() {
        let classes = vec!["pistol".to_owned(), "automatic_rifle".to_owned()];
        let threshold = Entry {
            amount: Some(Decimal::from(14_000_000)),
            waiting_days: Some(30),
            ..of(ReferenceKind::NotificationThreshold)
        };
        assert_eq!(threshold.says(), "$14,000,000; 30 days");
        let detail = "Before the application".to_owned();
        let firearms = Entry { detail, item_classes: classes.clone(), ..of(ReferenceKind::CommerceFirearms) };
        assert_eq!(firearms.says(), "Before the application; only for pistol, automatic rifle");
        assert_eq!(of(ReferenceKind::CommerceFirearms).says(), "");
        let topic =
            Entry { check_types: vec![CheckType::PreLicense, CheckType::PostShipment], ..of(ReferenceKind::Topic) };
        assert_eq!(topic.says(), "asked once on pre-license, post-shipment");
        assert_eq!(Entry { item_classes: classes, ..of(ReferenceKind::ItemClass) }.says(), "");
        let entry = Entry { label: "Order".into(), source: "Practice".into(), ..threshold };
        assert_eq!(entry.described(), described("Order", "$14,000,000; 30 days", "Practice", Date::MIN));
    }

    #[test]
    fn an_administrator_confirms_what_is_not_confirmed_and_did_not_end() {
        let today = date!(2026 - 11 - 23);
        for (confirmed, ends_on, waits) in [
            (false, None, true),
            (true, None, false),
            (false, Some(today), true),
            (true, Some(today), false),
            (false, today.previous_day(), false),
        ] {
            let row = Entry { ends_on, confirmed, ..row(date!(1990 - 01 - 01)) };
            assert_eq!(row.waits_for_confirmation(today), waits, "{confirmed} {ends_on:?}");
        }
    }

    #[test]
    fn codes_are_known_and_read_by_the_rows_of_their_kind() {
        let mut reference = crate::sample::reference();
        let topics = ["existence", "order", "need", "receipt", "other"].map(|topic| (topic, topic));
        let choices = reference.choices(ReferenceKind::Topic);
        assert!(choices.iter().map(|choice| (choice.value.as_str(), choice.label.as_str())).eq(topics));
        let order = Entry { label: "Order and contract".into(), ..of(ReferenceKind::ItemClass) };
        reference.0.push(order.into());
        assert_eq!(reference.label(ReferenceKind::ItemClass, "order"), "Order and contract");
        assert_eq!(reference.label(ReferenceKind::Topic, "order"), "order", "of its own kind");
        assert_eq!(reference.label(ReferenceKind::Topic, "ended"), "ended", "the code, once its row has ended");
        for (kind, code, known) in [
            (ReferenceKind::Topic, "need", true),
            (ReferenceKind::Topic, "ended", false),
            (ReferenceKind::ItemClass, "need", false),
        ] {
            assert_eq!(reference.knows(kind, code), known, "{code}");
        }
        let member =
            Entry { country: Some("FR".into()), ..crate::sample::entry(ReferenceKind::CountryGroup, "allies") };
        reference.0.push(member.into());
        let groups = reference.country_groups();
        assert!(groups.iter().map(|group| group.value.as_str()).eq(["allies", "others"]), "each once, and the others");
        assert!(groups.iter().map(|group| group.label.as_str()).eq(["allies", "every other country"]));
    }

    #[test]
    fn codes_are_told_in_words() {
        for (kind, code, group, says) in [
            (ReferenceKind::CountryGroup, "nato_plus", None, "NATO and partners"),
            (ReferenceKind::CountryGroup, "major_non_nato_ally", None, "major non-NATO allies"),
            (ReferenceKind::CountryGroup, "oas", None, "members of the Organization of American States"),
            (ReferenceKind::CountryGroup, "near_allies", None, "near allies"),
            (ReferenceKind::NotificationThreshold, "nato_plus_mde", Some("nato_plus"), "for NATO and partners"),
            (ReferenceKind::NotificationThreshold, "others_mde", Some("others"), "for every other country"),
            (ReferenceKind::ScreeningList, "entity_list", None, "entity list"),
        ] {
            let entry = Entry { country_group: group.map(Into::into), ..crate::sample::entry(kind, code) };
            assert_eq!(entry.coded(), says, "{code}");
        }
    }

    /// 15 CFR 748.12: what is asked of the country's group, or else of every country.
    #[test]
    fn what_commerce_asks_for_is_that_of_the_group_or_else_of_every_country() {
        let mut reference = crate::sample::reference();
        let asked = |group: Option<&str>, class: Option<&str>| {
            let row = Entry {
                country_group: group.map(Into::into),
                item_classes: class.into_iter().map(Into::into).collect(),
                ..of(ReferenceKind::CommerceFirearms)
            };
            Arc::new(row)
        };
        let (of_allies, of_all) = (asked(Some("allies"), Some("pistol")), asked(None, Some("shotgun")));
        reference.0.extend([of_allies.clone(), of_all.clone(), asked(Some("oas"), Some("pistol")), asked(None, None)]);
        let rows = |country| reference.before_application(country).into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(rows("CA"), [of_allies.id]);
        assert_eq!(rows("GT"), [of_all.id], "of no items nothing is asked");
    }

    /// A topic is asked once, or of each party in its roles, whatever else the party does; a check without a license is
    /// about its subjects.
    #[test]
    fn a_topic_is_asked_of_each_party_once() {
        let reference = crate::sample::reference();
        let [broker, maker] = [PartyId::new(), PartyId::new()];
        let parties = [
            (broker, "Meridian", PartyRole::Broker),
            (broker, "Meridian", PartyRole::EndUser),
            (maker, "Harrow", PartyRole::Manufacturer),
        ];
        let asked = |check, classes: &[&str]| {
            let asked = reference.asked(check, classes, &parties);
            asked.into_iter().map(|asked| (asked.topic, asked.party.map(|(id, _)| id))).collect::<Vec<_>>()
        };
        let topic = |topic: &str, party| (topic.to_owned(), party);
        let existence = topic("existence", Some(broker));
        assert_eq!(asked(CheckType::PreLicense, &["pistol"]), [existence.clone(), topic("order", None)]);
        let rifles = [existence.clone(), topic("order", None), topic("need", None)];
        assert_eq!(asked(CheckType::PreLicense, &["pistol", "automatic_rifle"]), rifles);
        assert_eq!(asked(CheckType::PostShipment, &[]), [existence.clone(), topic("receipt", None)]);
        assert_eq!(asked(CheckType::BrokerInquiry, &[]), [existence, topic("existence", Some(maker))]);
    }

    /// A question stands under its topic, on checks of its types, for items of its classes.
    #[test]
    fn a_question_is_asked_under_its_topic_on_checks_of_its_types() {
        let question = |code: &str, types: &[CheckType], classes: &[&str]| Entry {
            topic: Some("need".into()),
            check_types: types.to_vec(),
            item_classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            ..crate::sample::entry(ReferenceKind::Question, code)
        };
        let mut reference = crate::sample::reference();
        let before = [CheckType::PreLicense, CheckType::PostLicense];
        let rows = [question("people", &before, &[]), question("rifles", &before, &["automatic_rifle"])];
        reference.0.extend(rows.into_iter().map(Arc::new));
        let asked = |topic, check, classes: &[&str]| {
            reference.questions(topic, check, classes).iter().map(|entry| entry.code.clone()).collect::<Vec<_>>()
        };
        assert_eq!(asked("need", CheckType::PreLicense, &["pistol"]), ["people"]);
        assert_eq!(asked("need", CheckType::PostLicense, &["automatic_rifle"]), ["people", "rifles"]);
        assert!(asked("need", CheckType::PostShipment, &["pistol"]).is_empty());
        assert!(asked("order", CheckType::PreLicense, &["pistol"]).is_empty());
        let row = question("rifles", &before, &["automatic_rifle"]);
        assert_eq!(row.says(), "asked under need on pre-license, post-license; only for automatic rifle");
    }

    /// What the form of each kind asks beside code, label and source: what the rules read of its rows.
    #[test]
    fn a_row_is_asked_for_what_the_rules_read_of_its_kind() {
        use ReferenceKind as K;
        for kind in K::ALL.iter().copied() {
            let expected: &[&str] = match kind {
                K::ProscribedCountry | K::CountryGroup => &["country"],
                K::NotificationThreshold => &["group", "amount"],
                K::CommerceFirearms => &["group", "classes"],
                K::Topic => &["classes", "types of checks", "roles"],
                K::Question => &["classes", "types of checks", "topic"],
                K::ItemClass | K::UsmlCategory | K::LicenseForm | K::ReasonCode | K::ScreeningList | K::Unit => &[],
            };
            let asked = [
                (kind.is_by_country(), "country"),
                (kind.has_group(), "group"),
                (kind.has_classes(), "classes"),
                (kind.has_check_types(), "types of checks"),
                (kind.is_asked_of_posts(), "roles"),
                (kind.has_topic(), "topic"),
                (kind.is_a_threshold(), "amount"),
            ];
            let asked: Vec<_> = asked.into_iter().filter(|(asks, _)| *asks).map(|(_, what)| what).collect();
            assert_eq!(asked, expected, "{}", kind.label());
        }
    }
}

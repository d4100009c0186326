//! What a proposal says, for people: the section it stands in, what it is, and one line of words.

use super::reading::{Confidence, Value};
use crate::{parties::model::TakesPossession, text::many, web::filters::day_words, words};

words! {
    /// The sections of the review page, in its order.
    pub enum Section {
        /// The telegram itself and what it is for.
        Telegram = "telegram", "The telegram";
        Licenses = "licenses", "Licenses";
        /// Parties in their roles.
        Parties = "parties", "Parties";
        Items = "items", "Items";
        Approvals = "approvals", "Import approvals";
        /// Contacts and what they stated, and documents.
        Contacts = "contacts", "Contacts, statements and documents";
        Findings = "findings", "Findings";
        /// Who holds the items, their serial numbers, the certificate.
        Custody = "custody", "Certificate, custody and serial numbers";
        Recommendation = "recommendation", "Recommendation";
    }
}

impl Section {
    /// The section of a proposal.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Check { .. }
            | Value::Message { .. }
            | Value::Reference { .. }
            | Value::Dated { .. }
            | Value::Request { .. } => Self::Telegram,
            Value::License { .. } => Self::Licenses,
            Value::Party { .. } => Self::Parties,
            Value::ItemGroup { .. } => Self::Items,
            Value::ImportApproval { .. } => Self::Approvals,
            Value::Contact { .. }
            | Value::Document { .. }
            | Value::Statement { .. }
            | Value::SeparateFact { .. }
            | Value::Obstacle { .. }
            | Value::Remark { .. } => Self::Contacts,
            Value::Finding { .. } => Self::Findings,
            Value::Serials { .. } | Value::Certificate { .. } | Value::CustodyStep { .. } => Self::Custody,
            Value::Recommendation { .. } => Self::Recommendation,
        }
    }

    /// Its place: what rests on another section comes after it.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|section| *section == self).unwrap_or_default()
    }
}

impl Confidence {
    pub fn tone(self) -> &'static str {
        match self {
            Self::Certain => "good",
            Self::Likely => "busy",
            Self::Possible => "warn",
        }
    }
}

/// What a proposal is, and what it says.
pub fn says(value: &Value) -> (String, String) {
    let (label, words) = match value {
        Value::Check { check_type, direction } => {
            let kind = check_type.map_or_else(|| "a check".into(), |kind| format!("{} check", kind.label()));
            ("Purpose", format!("{}, {}", direction.label(), kind.to_lowercase()))
        }
        Value::Message { message, date_time_group, sent_at } => {
            ("Message", message_words(message.as_ref(), date_time_group.as_deref(), *sent_at))
        }
        Value::Reference { letter, points_at, text, .. } => {
            let letter = letter.map(|letter| format!("{letter}: ")).unwrap_or_default();
            ("Reference", format!("{letter}{text} ({})", points_at.label().to_lowercase()))
        }
        Value::Dated { on, what } => ("Date", format!("{}: {what}", day_words(*on))),
        Value::License { number, also } if also.is_empty() => ("License", number.clone()),
        Value::License { number, also } => ("License", format!("{number} (also written {})", also.join(", "))),
        Value::Party { .. } => return (party_label(value), party_words(value)),
        Value::ItemGroup { license, label, quantity, unit, item_class } => {
            let of = license.as_ref().map(|number| format!(" on {number}")).unwrap_or_default();
            let class = item_class
                .as_ref()
                .map_or_else(|| ", class not told".to_owned(), |class| format!(", class {}", class.replace('_', " ")));
            ("Items", format!("{label}: {quantity} {unit}{of}{class}"))
        }
        Value::ImportApproval { items, authority, state, number, waits_for, lacks, .. } => {
            let number = number.as_ref().map(|number| format!(", number {number}")).unwrap_or_default();
            let waits = waits_for.as_ref().map(|what| format!("; the end-user waits for {what}")).unwrap_or_default();
            let lacks = lacks.as_ref().map(|why| format!("; does not count: {why}")).unwrap_or_default();
            (
                "Import approval",
                format!("{authority} for {items}: {}{number}{waits}{lacks}", state.label().to_lowercase()),
            )
        }
        Value::Contact { contact_kind, with_whom, on, place, .. } => {
            let on = on.map_or_else(|| "date not stated".to_owned(), day_words);
            let place = place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
            ("Contact", format!("{} with {with_whom}, {on}{place}", contact_kind.label()))
        }
        Value::Statement { said_by, grade, about, text, .. } => {
            let about = about.as_ref().map(|about| format!(", about {about}")).unwrap_or_default();
            (grade.alone(), format!("{said_by} ({}{about}): {text}", grade.label().to_lowercase()))
        }
        Value::Finding { topic, party, answer, text, .. } => {
            let party = party.as_ref().map(|party| format!(", {party}")).unwrap_or_default();
            ("Finding", format!("{}{party}: {}. {text}", topic.replace('_', " "), answer.label().to_lowercase()))
        }
        Value::Document { what, issuer, number, dated, text, .. } => {
            let number = number.as_ref().map(|number| format!(", number {number}")).unwrap_or_default();
            let dated = dated.map(|on| format!(", {}", day_words(on))).unwrap_or_default();
            let text = text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
            ("Document", format!("{what} of {issuer}{number}{dated}{text}"))
        }
        Value::Certificate { form, signatures, .. } => {
            let signed =
                signatures.iter().map(|signed| format!("{} as {}", signed.name, signed.signer.label().to_lowercase()));
            ("Certificate", format!("{form}, signed by: {}", signed.collect::<Vec<_>>().join("; ")))
        }
        Value::CustodyStep { stage, holder, what, on, .. } => {
            let on = on.map(|on| format!(", {}", day_words(on))).unwrap_or_default();
            ("Custody step", format!("{holder}, {}{on}: {what}", stage.label().to_lowercase()))
        }
        Value::Recommendation { word, conditions, license, text } => {
            let of = license.as_ref().map(|number| format!(" (license {number})")).unwrap_or_default();
            let conditions =
                if conditions.is_empty() { String::new() } else { format!(" Conditions: {}.", conditions.join("; ")) };
            ("Recommendation", format!("{}{of}. {text}{conditions}", word.label()))
        }
        Value::SeparateFact { said_by, text, .. } => {
            let by = said_by.as_ref().map(|by| format!("{by}: ")).unwrap_or_default();
            ("Separate fact", format!("{by}{text}"))
        }
        Value::Request { reason, steps, days, due_on, site_visit } => {
            let mut parts: Vec<String> = reason.iter().cloned().collect();
            parts.extend(steps.iter().map(|step| format!("asked: {step}")));
            parts.extend(days.map(|days| format!("{} to answer", many(days, "day"))));
            parts.extend(due_on.map(|due| format!("due {}", day_words(due))));
            parts.extend(site_visit.map(|visit| format!("site visit {}", visit.label().to_lowercase())));
            ("Request", parts.join("; "))
        }
        Value::Serials { state, numbers, count, items } => {
            let count = count.map(|count| format!("{count} ")).unwrap_or_default();
            let items = items.as_ref().map(|items| format!(" of {items}")).unwrap_or_default();
            ("Serial numbers", format!("{count}{}{items}: {}", state.label().to_lowercase(), numbers.join(", ")))
        }
        Value::Obstacle { text } => ("Obstacle", text.clone()),
        Value::Remark { text } => ("Remark", text.clone()),
    };
    (label.to_owned(), words)
}

fn message_words(
    message: Option<&super::reading::MessageNumber>,
    group: Option<&str>,
    sent_at: Option<time::OffsetDateTime>,
) -> String {
    let number = message.map(|message| format!("{} {}", message.originator, message.number));
    let moment = sent_at.map(crate::web::filters::moment_words).or(group.map(str::to_owned));
    number.into_iter().chain(moment).collect::<Vec<_>>().join(", ")
}

fn party_label(value: &Value) -> String {
    match value {
        Value::Party { role: Some(role), .. } => role.label().to_owned(),
        _ => "Party".to_owned(),
    }
}

fn party_words(value: &Value) -> String {
    let Value::Party {
        name, short_name, party_kind, country, address, takes_possession, possession_claimed_by, ..
    } = value
    else {
        return String::new();
    };
    let mut words = name.clone();
    if let Some(short) = short_name {
        words = format!("{words} ({short})");
    }
    let mut parts = vec![words];
    parts.extend(party_kind.map(|kind| kind.label().to_lowercase()));
    parts.extend(country.clone());
    parts.extend(address.clone());
    match (takes_possession, possession_claimed_by) {
        (TakesPossession::Unknown, _) => {}
        (takes, Some(who)) => parts.push(format!("claimed by {who}: {}", takes.label().to_lowercase())),
        (takes, None) => parts.push(takes.label().to_lowercase()),
    }
    parts.join(", ")
}

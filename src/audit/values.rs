//! What an entry says of before and after: each value with what it is called.

use serde_json::{Value, json};

use crate::words::InWords;

/// Labels and what stood there, in the order in which people read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values(Vec<(&'static str, String)>);

/// The first of an entry's values, or its only one.
pub fn says(label: &'static str, value: impl InWords) -> Values {
    Values(Vec::new()).and(label, value)
}

impl Values {
    /// And what stands or stood beside it.
    #[must_use]
    pub fn and(mut self, label: &'static str, value: impl InWords) -> Self {
        self.0.push((label, value.in_words()));
        self
    }
}

impl From<Values> for Value {
    fn from(values: Values) -> Self {
        json!(values.0)
    }
}

/// Logged values as people read them, one a line.
pub(super) fn lines(value: &Value) -> Vec<String> {
    match serde_json::from_value::<Vec<(String, String)>>(value.clone()) {
        Ok(values) if !values.is_empty() => {
            values.into_iter().map(|(label, words)| format!("{label}: {words}")).collect()
        }
        _ => unlabeled(value),
    }
}

/// What was logged before each value had its label.
fn unlabeled(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{}: {}", capitalized(name), plain(value))).collect()
        }
        Value::Array(values) => values.iter().filter(|value| !value.is_null()).map(plain).collect(),
        value => vec![plain(value)],
    }
}

/// One value: a code without its underscores, a day as people write it, a list with commas, nothing as `none`.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::Bool(is) => is.in_words(),
        Value::String(text) if text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
            text.replace('_', " ").in_words()
        }
        Value::String(text) if text.parse::<uuid::Uuid>().is_ok() => format!("the record {text}"),
        Value::String(text) => day(text).map_or_else(|| text.clone(), |day| day.in_words()),
        Value::Array(values) if values.is_empty() => "none".into(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(_) => unlabeled(value).join("; "),
        Value::Number(number) => number.to_string(),
    }
}

fn day(text: &str) -> Option<time::Date> {
    time::Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).ok()
}

fn capitalized(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::licenses::model::LicenseStatus;

    #[test]
    fn logged_values_are_read_with_their_labels_in_the_order_they_were_logged() {
        let values = says("Status", LicenseStatus::ApprovedOnConditions)
            .and("Last day", None::<time::Date>)
            .and("First day", date!(2026 - 05 - 01))
            .and("Numbers", vec!["A1".to_owned(), "A2".to_owned()])
            .and("Provisos", Vec::new())
            .and("Note", "")
            .and("Pieces", 1500_i64)
            .and("Asked of the host government", true);
        let expected = [
            "Status: Approved on conditions",
            "Last day: none",
            "First day: 1 May 2026",
            "Numbers: A1; A2",
            "Provisos: none",
            "Note: none",
            "Pieces: 1,500",
            "Asked of the host government: yes",
        ];
        assert_eq!(lines(&values.into()), expected);
    }

    /// The log cannot be written anew: its older entries are read as well as they can be.
    #[test]
    fn values_that_were_logged_without_labels_are_still_read() {
        let value = json!({ "last_day": null, "possession": "Takes possession", "numbers": ["A1", "A2"], "status": "approved_on_conditions" });
        let expected =
            ["Last day: none", "Numbers: A1, A2", "Possession: Takes possession", "Status: approved on conditions"];
        assert_eq!(lines(&value), expected);
        let id = "0190a6f0-0000-7000-8000-000000000000";
        assert_eq!(
            lines(&json!(["approved", "Because of this.", [], null, true, "", "2026-05-01", id])),
            ["approved", "Because of this.", "none", "yes", "none", "1 May 2026", &format!("the record {id}")]
        );
        assert_eq!(lines(&json!(51)), ["51"]);
        assert_eq!(lines(&json!([["A1", "A2"], "The store"])), ["A1, A2", "The store"]);
    }
}

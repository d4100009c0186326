//! An entry of the log as people read it.

use serde_json::Value;
use time::OffsetDateTime;

use crate::id::{CheckId, EventId, LicenseId};

/// An entry as people read it.
#[derive(Debug, sqlx::FromRow)]
pub struct Entry {
    pub id: EventId,
    pub at: OffsetDateTime,
    /// Who: a person's name, or the job's.
    pub who: String,
    /// In which role, by its code.
    pub role: Option<String>,
    pub post: Option<String>,
    pub address: Option<String>,
    pub verb: String,
    /// What happened, in one sentence without its actor.
    pub summary: String,
    /// The check, by its reference.
    pub check: Option<String>,
    pub check_id: Option<CheckId>,
    pub license_id: Option<LicenseId>,
    pub license: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Entry {
    /// What people read for the role.
    pub fn role_label(&self) -> &str {
        let role = self.role.as_deref().unwrap_or_default();
        role.parse::<crate::access::Role>().map_or("", crate::access::Role::label)
    }

    /// The values before and after, one `name: value` a line.
    pub fn values(&self) -> (String, String) {
        let text = |value: &Option<Value>| value.as_ref().map(|value| lines(value).join("\n")).unwrap_or_default();
        (text(&self.before), text(&self.after))
    }
}

/// A logged value as people read it, in lines.
fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{}: {}", capitalized(name), plain(value))).collect()
        }
        Value::Array(values) => values.iter().filter(|value| !value.is_null()).map(plain).collect(),
        value => vec![plain(value)],
    }
}

/// One value: a code without its underscores, a list with commas, nothing as `none`.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) if text.is_empty() => "none".into(),
        Value::String(text) if text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => text.replace('_', " "),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".into(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(_) => lines(value).join("; "),
        Value::Number(number) => number.to_string(),
    }
}

fn capitalized(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn logged_values_are_read_as_names_and_values() {
        let value = json!({ "last_day": null, "possession": "Takes possession", "numbers": ["A1", "A2"], "status": "approved_on_conditions" });
        let expected =
            ["Last day: none", "Numbers: A1, A2", "Possession: Takes possession", "Status: approved on conditions"];
        assert_eq!(lines(&value), expected);
        assert_eq!(
            lines(&json!(["approved", "Because of this.", [], null, true])),
            ["approved", "Because of this.", "none", "yes"]
        );
        assert_eq!(lines(&json!(51)), ["51"]);
    }
}

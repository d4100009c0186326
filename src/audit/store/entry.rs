//! An entry of the log as people read it.

use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    audit::values::lines,
    id::{CheckId, EventId, LicenseId},
};

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

    /// The values before and after, one a line.
    pub fn values(&self) -> (String, String) {
        let text = |value: &Option<Value>| value.as_ref().map(|value| lines(value).join("\n")).unwrap_or_default();
        (text(&self.before), text(&self.after))
    }
}

//! Reading the log.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    error::Result,
    id::{CheckId, EventId, LicenseId, PostId},
};

/// An entry as people read it.
#[derive(Debug)]
pub struct Entry {
    /// The entry.
    pub id: EventId,
    /// When.
    pub at: OffsetDateTime,
    /// Who: a person's name, or the job's.
    pub who: String,
    /// In which role, by its code.
    pub role: Option<String>,
    /// The person's post.
    pub post: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// The verb's code.
    pub verb: String,
    /// What happened, in one sentence without its actor.
    pub summary: String,
    /// The check, by its reference.
    pub check: Option<String>,
    /// The check's id.
    pub check_id: Option<CheckId>,
    /// The license's id.
    pub license_id: Option<LicenseId>,
    /// The license's number.
    pub license: Option<String>,
    /// The values before.
    pub before: Option<serde_json::Value>,
    /// The values after.
    pub after: Option<serde_json::Value>,
}

/// What the log is searched by; what is `None` is not asked.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// On this check, or on one of `licenses`.
    pub check: Option<CheckId>,
    /// On one of these licenses.
    pub licenses: Vec<LicenseId>,
    /// As people of this post may read it: of their checks everything, of a shared license their own acts and Washington's.
    pub post: Option<PostId>,
    /// Whose name or account contains this.
    pub who: String,
    /// Whose sentence contains this.
    pub text: String,
    /// The verb's code.
    pub verb: Option<String>,
    /// From this day (UTC).
    pub from: Option<Date>,
    /// Until this day (UTC), included.
    pub until: Option<Date>,
    /// Older than this entry.
    pub before: Option<EventId>,
}

/// Entries that fit, the newest first.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> Result<Vec<Entry>> {
    let licenses: Vec<Uuid> = filter.licenses.iter().map(|id| id.0).collect();
    let of_file = filter.check.is_some() || !licenses.is_empty();
    let rows = sqlx::query_as!(
        Entry,
        r#"select e.id as "id: EventId", e.at, coalesce(p.name, e.job, '') as "who!", e.role, o.name as "post?", e.address, e.verb, e.summary,
               c.reference as "check?", e.check_id as "check_id: CheckId", e.license_id as "license_id: LicenseId", l.number as "license?",
               e.before, e.after
           from audit_events e left join people p on p.id = e.actor_id left join posts o on o.id = e.post_id
           left join checks c on c.id = e.check_id left join licenses l on l.id = e.license_id
           where (not $1 or e.check_id = $2 or e.license_id = any($3))
               and ($4 = '' or p.name ilike '%' || $4 || '%' or p.account = lower($4) or e.job = $4)
               and ($5 = '' or e.summary ilike '%' || $5 || '%' or c.reference = upper($5) or l.number = $5)
               and ($6::text is null or e.verb = $6)
               and ($7::date is null or e.at >= $7::date::timestamp at time zone 'UTC')
               and ($8::date is null or e.at < ($8::date + 1)::timestamp at time zone 'UTC')
               and ($9::uuid is null or (e.at, e.id) < (select at, id from audit_events where id = $9))
               and ($11::uuid is null or c.post_id = $11 or (e.check_id is null and (e.post_id is null or e.post_id = $11)))
           order by e.at desc, e.id desc limit $10"#,
        of_file,
        filter.check.map(|id| id.0),
        &licenses,
        escaped(&filter.who),
        escaped(&filter.text),
        filter.verb,
        filter.from,
        filter.until,
        filter.before.map(|id| id.0),
        limit,
        filter.post.map(|id| id.0)
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The text as a pattern that means itself.
fn escaped(text: &str) -> String {
    text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

impl Entry {
    /// What people read for the role.
    pub fn role_label(&self) -> &str {
        let role = self.role.as_deref().unwrap_or_default();
        role.parse::<crate::access::Role>().map_or("", crate::access::Role::label)
    }

    /// The values before and after, as text.
    pub fn values(&self) -> (String, String) {
        let text = |value: &Option<serde_json::Value>| match value {
            None => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        (text(&self.before), text(&self.after))
    }
}

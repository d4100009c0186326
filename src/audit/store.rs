//! Reading the log; writing and reading security events.

use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{SecurityEvent, SecurityKind};
use crate::{
    error::Result,
    id::{CheckId, EventId, LicenseId, PostId},
    web::filters::moment_words,
};

/// An entry as people read it.
#[derive(Debug, sqlx::FromRow)]
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
    pub before: Option<Value>,
    /// The values after.
    pub after: Option<Value>,
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
    /// Whose sentence contains this, or whose license has this number. The reference of a check asks for its whole story, with
    /// that of its licenses.
    pub text: String,
    /// The verb's code.
    pub verb: Option<String>,
    /// From this day (UTC).
    pub from: Option<Date>,
    /// Until this day (UTC), included.
    pub until: Option<Date>,
    /// The oldest first.
    pub oldest_first: bool,
    /// Beyond this entry in that order.
    pub beyond: Option<EventId>,
}

/// Entries that fit, the newest first unless asked otherwise.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> Result<Vec<Entry>> {
    let mut query = sqlx::QueryBuilder::new(
        "select e.id, e.at, coalesce(p.name, e.job, '') as who, e.role, o.name as post, e.address, e.verb, e.summary,
             c.reference as \"check\", e.check_id, e.license_id, l.number as license, e.before, e.after
         from audit_events e left join people p on p.id = e.actor_id left join posts o on o.id = e.post_id
         left join checks c on c.id = e.check_id left join licenses l on l.id = e.license_id where true",
    );
    if filter.check.is_some() || !filter.licenses.is_empty() {
        let licenses: Vec<Uuid> = filter.licenses.iter().map(|id| id.0).collect();
        query.push(" and e.id in (select id from audit_events where check_id = ").push_bind(filter.check.map(|id| id.0));
        query.push(" union all select id from audit_events where license_id = any(").push_bind(licenses).push("))");
    }
    if !filter.who.trim().is_empty() {
        query.push(" and (p.name ilike ").push_bind(format!("%{}%", escaped(&filter.who)));
        query.push(" or p.account = lower(").push_bind(filter.who.trim().to_owned());
        query.push(") or e.job = ").push_bind(filter.who.trim().to_owned()).push(")");
    }
    let text = filter.text.trim();
    if !text.is_empty() {
        query.push(" and (e.summary ilike ").push_bind(format!("%{}%", escaped(text)));
        query.push(" or e.check_id = (select id from checks where reference = upper(").push_bind(text.to_owned());
        query.push(")) or e.license_id in (select k.license_id from check_licenses k join checks s on s.id = k.check_id where s.reference = upper(");
        query.push_bind(text.to_owned()).push("))");
        query.push(" or e.license_id in (select id from licenses where number_normalized = ");
        query.push_bind(crate::text::folded(text)).push("))");
    }
    if let Some(post) = filter.post {
        query.push(" and (c.post_id = ").push_bind(post.0);
        query.push(" or (e.check_id is null and (e.post_id is null or e.post_id = ").push_bind(post.0).push(")))");
    }
    if let Some(verb) = &filter.verb {
        query.push(" and e.verb = ").push_bind(verb.clone());
    }
    if let Some(from) = filter.from {
        query.push(" and e.at >= ").push_bind(from).push("::date::timestamp at time zone 'UTC'");
    }
    if let Some(until) = filter.until {
        query.push(" and e.at < (").push_bind(until).push("::date + 1)::timestamp at time zone 'UTC'");
    }
    if let Some(beyond) = filter.beyond {
        query.push(if filter.oldest_first { " and (e.at, e.id) > " } else { " and (e.at, e.id) < " });
        query.push("(select at, id from audit_events where id = ").push_bind(beyond.0).push(")");
    }
    query.push(if filter.oldest_first { " order by e.at, e.id limit " } else { " order by e.at desc, e.id desc limit " });
    query.push_bind(limit);
    Ok(query.build_query_as().fetch_all(conn).await?)
}

/// Counts a refusal with the same ones of the hour, or begins a row. The function bounds the table.
pub async fn note_security_event(pool: &PgPool, event: &SecurityEvent, at: OffsetDateTime, times: i64) -> Result<()> {
    sqlx::query!(
        "select note_security_event($1, $2, $3, $4, $5, $6, $7)",
        event.kind.code(),
        event.person.map(|id| id.0),
        event.account,
        event.address,
        event.detail,
        at,
        times
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// A security event as people read it.
#[derive(Debug)]
pub struct Refusal {
    /// The row.
    pub id: Uuid,
    /// What was refused.
    pub kind: SecurityKind,
    /// The account, if there is such a one.
    pub account: Option<String>,
    /// The name of its person.
    pub name: Option<String>,
    /// From where.
    pub address: String,
    /// What was asked for.
    pub detail: String,
    /// The first time within the hour.
    pub first_at: OffsetDateTime,
    /// The last time within the hour.
    pub last_at: OffsetDateTime,
    /// How often within the hour.
    pub times: i64,
}

impl Refusal {
    /// Whether it counts what came after the first thousand different ones of an hour.
    pub fn is_rest(&self) -> bool {
        self.address.is_empty()
    }

    /// The last time, where people read it as another than the first.
    pub fn last(&self) -> Option<String> {
        let last = moment_words(self.last_at);
        (last != moment_words(self.first_at)).then_some(last)
    }

    /// What people read for the account where none is named.
    pub fn nobody(&self) -> &'static str {
        match self.kind {
            _ if self.is_rest() => "many accounts",
            SecurityKind::OtherSite => "nobody known",
            _ => "no such account",
        }
    }
}

/// What security events are searched by; what is empty is not asked.
#[derive(Debug, Default)]
pub struct RefusalFilter<'a> {
    /// This kind.
    pub kind: Option<SecurityKind>,
    /// This account.
    pub account: &'a str,
    /// This address, as addresses are counted.
    pub address: &'a str,
    /// Beyond this row.
    pub beyond: Option<Uuid>,
}

/// Security events that fit, the newest first.
pub async fn refusals(pool: &PgPool, filter: &RefusalFilter<'_>, limit: i64) -> Result<Vec<Refusal>> {
    let rows = sqlx::query_as!(
        Refusal,
        r#"select e.id, e.kind as "kind: SecurityKind", p.account as "account?", p.name as "name?", e.address, e.detail, e.first_at, e.last_at,
               e.times
           from security_events e left join people p on p.id = e.person_id
           where ($1::text is null or e.kind = $1) and ($2 = '' or e.person_id = (select id from people where account = lower($2)))
               and ($3 = '' or e.address = $3)
               and ($4::uuid is null or (e.first_at, e.id) < (select first_at, id from security_events where id = $4))
           order by e.first_at desc, e.id desc limit $5"#,
        filter.kind.map(SecurityKind::code),
        filter.account,
        filter.address,
        filter.beyond,
        limit
    );
    Ok(rows.fetch_all(pool).await?)
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

    /// The values before and after, one `name: value` a line.
    pub fn values(&self) -> (String, String) {
        let text = |value: &Option<Value>| value.as_ref().map(|value| lines(value).join("\n")).unwrap_or_default();
        (text(&self.before), text(&self.after))
    }
}

/// A logged value as people read it, in lines.
fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| format!("{}: {}", capitalized(name), plain(value))).collect(),
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
        let value =
            json!({ "last_day": null, "possession": "Takes possession", "numbers": ["A1", "A2"], "status": "approved_on_conditions" });
        let expected = ["Last day: none", "Numbers: A1, A2", "Possession: Takes possession", "Status: approved on conditions"];
        assert_eq!(lines(&value), expected);
        assert_eq!(lines(&json!(["approved", "Because of this.", [], null, true])), ["approved", "Because of this.", "none", "yes"]);
        assert_eq!(lines(&json!(51)), ["51"]);
    }
}

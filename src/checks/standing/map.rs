//! Which files a changed row concerns: one map, from which the triggers are made that mark them. A trigger only inserts a mark, so that
//! nothing is locked, and a change made by hand or by an older program is seen too.

/// What a mark names; [`super::store::refresh`] finds the checks it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A check, and those that share a license with it.
    Check(&'static str),
    /// A license: the checks on it.
    License(&'static str),
    /// A party: the checks it is on, itself or through a license, and those of the records merged with it.
    Party(&'static str),
    /// A permit: its license, and every license with a permit of the same issuer and number. The columns of issuer and number.
    Number(&'static str, &'static str),
    /// A row whose parent says the check or license.
    Parent {
        /// The column that names the parent.
        column: &'static str,
        /// The parent's kind: `finding`, `result`, `permit`, `certificate`.
        kind: &'static str,
    },
    /// The post at which somebody serves.
    Post(&'static str),
    /// Every open check.
    Everything,
}

/// A table, what its rows concern, and the columns that matter where not all do.
#[derive(Debug)]
pub struct Marked {
    /// The table.
    pub table: &'static str,
    /// What a row of it concerns.
    pub keys: &'static [Key],
    /// An update that leaves these as they are marks nothing; empty: every update marks.
    pub only: &'static [&'static str],
}

const fn marked(table: &'static str, keys: &'static [Key]) -> Marked {
    Marked { table, keys, only: &[] }
}

const OF_CHECK: &[Key] = &[Key::Check("check_id")];
const OF_LICENSE: &[Key] = &[Key::License("license_id")];

/// The map.
pub const MAP: &[Marked] = &[
    marked("checks", &[Key::Check("id")]),
    marked("check_licenses", &[Key::Check("check_id"), Key::License("license_id")]),
    marked("check_subjects", OF_CHECK),
    marked("check_questions", OF_CHECK),
    marked("contacts", OF_CHECK),
    marked("statements", OF_CHECK),
    marked("documents", OF_CHECK),
    marked("findings", OF_CHECK),
    marked("finding_basis", &[Key::Parent { column: "finding_id", kind: "finding" }]),
    marked("recommendations", OF_CHECK),
    marked("results", OF_CHECK),
    marked("result_reasons", &[Key::Parent { column: "result_id", kind: "result" }]),
    marked("explanations", OF_CHECK),
    marked("licenses", &[Key::License("id")]),
    marked("item_groups", OF_LICENSE),
    marked("license_parties", OF_LICENSE),
    marked("permits", &[Key::License("license_id"), Key::Number("authority_id", "number_normalized")]),
    marked("permit_authorities", &[Key::Parent { column: "permit_id", kind: "permit" }]),
    marked("import_approvals", OF_LICENSE),
    marked("certificates", OF_LICENSE),
    marked("certificate_signatures", &[Key::Parent { column: "certificate_id", kind: "certificate" }]),
    marked("custody_steps", OF_LICENSE),
    marked("serials", OF_LICENSE),
    marked("conditions", OF_LICENSE),
    marked("decisions", OF_LICENSE),
    marked("exceptions", OF_LICENSE),
    marked("duties", &[Key::Check("check_id"), Key::License("license_id")]),
    marked("mistakes", OF_LICENSE),
    marked("parties", &[Key::Party("id"), Key::Check("found_on_check")]),
    marked("party_aliases", &[Key::Party("party_id")]),
    marked("party_listings", &[Key::Party("party_id")]),
    marked("assignments", &[Key::Post("post_id")]),
    Marked { table: "people", keys: &[Key::Everything], only: &["name", "disabled_at"] },
    marked("posts", &[Key::Everything]),
    marked("countries", &[Key::Everything]),
    marked("authorities", &[Key::Everything]),
    marked("country_rules", &[Key::Everything]),
    marked("reference_entries", &[Key::Everything]),
];

/// Other tables: no rule of a check reads their rows, each with the reason.
pub const UNMARKED: &[(&str, &str)] = &[
    ("audit_events", "the log is read, never judged by"),
    ("check_numbers", "counts references"),
    ("check_standings", "what is computed"),
    ("standing_marks", "the marks"),
    ("drafts", "what is typed and not sent"),
    ("submissions", "what was sent once"),
    ("sessions", "who is signed in"),
    ("known_browsers", "how people sign in"),
    ("login_attempts", "how people sign in"),
    ("security_events", "how people sign in"),
    ("readiness", "whether the database takes what is written"),
    ("separated_duties", "only a migration changes it"),
    ("extensions", "the due date stands on the check"),
    ("interim_replies", "told, and asks nothing of anybody"),
    ("party_facts", "told, and judged by no rule"),
    ("provisos", "part of a decision, which marks"),
    ("telegrams", "what is filed from them marks"),
    ("telegram_checks", "as telegrams"),
    ("telegram_answers", "as telegrams"),
    ("telegram_readings", "as telegrams"),
];

impl Key {
    /// The mark's kind, its key and its number, as columns of the changed row.
    fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Check(column) => ("check", column, "null"),
            Self::License(column) => ("license", column, "null"),
            Self::Party(column) => ("party", column, "null"),
            Self::Number(issuer, number) => ("number", issuer, number),
            Self::Parent { column, kind } => (kind, column, "null"),
            Self::Post(column) => ("post", column, "null"),
            Self::Everything => ("everything", "null", "null"),
        }
    }
}

impl Marked {
    /// The statements that make a table's function and triggers, as its migration has them.
    pub fn sql(&self) -> String {
        let table = self.table;
        let rows = |from: &str| {
            let of = |key: &Key| {
                let (kind, key, number) = key.columns();
                let given = if key == "null" { String::new() } else { format!(" where {key} is not null") };
                format!("select '{kind}', {key}::uuid, {number}::text from {from}{given}")
            };
            self.keys.iter().map(of).collect::<Vec<_>>().join(" union ")
        };
        let changed = if self.only.is_empty() {
            String::new()
        } else {
            let all = |side: &str| self.only.iter().map(|column| format!("{side}.{column}")).collect::<Vec<_>>().join(", ");
            let (before, after) = (all("o"), all("n"));
            format!(
                "        if not exists (select from old_rows o join new_rows n on n.id = o.id where ({before}) is distinct from ({after})) then\n            return null;\n        end if;\n"
            )
        };
        let insert = "insert into standing_marks (kind, key, number)";
        let (new, old) = (rows("new_rows"), rows("old_rows"));
        format!(
            "create or replace function mark_{table}() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$\n\
             begin\n    if tg_op = 'INSERT' then\n        {insert} {new};\n    elsif tg_op = 'DELETE' then\n        {insert} {old};\n    else\n\
             {changed}        {insert} {new} union {old};\n    end if;\n    return null;\nend $$;\n\
             create or replace trigger marks_new after insert on {table} referencing new table as new_rows\n    for each statement execute function mark_{table}();\n\
             create or replace trigger marks_gone after delete on {table} referencing old table as old_rows\n    for each statement execute function mark_{table}();\n\
             create or replace trigger marks_changed after update on {table} referencing old table as old_rows new table as new_rows\n    for each statement execute function mark_{table}();\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every migration, the last first.
    fn migrations() -> Vec<String> {
        let mut found: Vec<_> = crate::db::MIGRATIONS.iter().map(|migration| migration.sql.as_str().to_owned()).collect();
        found.reverse();
        found
    }

    #[test]
    fn the_triggers_are_those_of_the_map() {
        let migrations = migrations();
        let missing: Vec<String> = MAP
            .iter()
            .filter(|marked| {
                let head = format!("function mark_{}()", marked.table);
                let last = migrations.iter().find(|sql| sql.contains(&head));
                last.is_none_or(|sql| !sql.contains(&marked.sql()))
            })
            .map(Marked::sql)
            .collect();
        assert!(missing.is_empty(), "a migration has to make these:\n\n{}", missing.join("\n"));
    }
}

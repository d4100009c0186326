//! While servers are replaced one after the other, the program of the version before serves the schema of this one. So
//! a migration expands; what nobody uses any more goes in a later one, when no running program knows it.

use crate::architecture::sources;

/// Migrations up to this one were made before servers were replaced one after the other.
const BEFORE: &str = "migrations/0026";
/// How a statement says that it is borne all the same, in the comment above it, with the reason.
const BORNE: &str = "An older program bears this:";

/// What is built while rows are written.
const BESIDE: &str = "create index concurrently";

/// What an older program cannot bear, by the words of a statement, and what to do instead.
const UNBEARABLE: &[(&[&str], &str)] = &[
    (&["drop table"], "take a table away when no running program reads it any more"),
    (&["drop view"], "take a view away when no running program reads it any more"),
    (&["drop function"], "take a function away when no running program or trigger calls it any more"),
    (&["drop type"], "take a type away when no running program names it any more"),
    (&["drop schema"], "the schema is the program's own"),
    (&["alter table", "drop column"], "take a column away when no running program names it any more"),
    (&["alter table", "rename"], "add the new name beside the old one"),
    (&["alter view", "rename"], "add the new name beside the old one"),
    (&["alter table", "alter column", "type"], "add a column of the new type, and fill both"),
    (&["alter table", "set not null"], "an older program still writes null; refuse it in the next version"),
    (&["alter table", "drop default"], "an older program leaves it to the default"),
    (&["alter table", "add constraint"], "an older program may write what it refuses"),
    (&["alter table", "add check"], "an older program may write what it refuses, and a constraint has a name"),
    (&["create unique index"], "an older program may write what it refuses"),
    (&["create trigger"], "an older program may write what it refuses"),
    (&["create constraint trigger"], "an older program may write what it refuses"),
    (&["create or replace function"], "an older program calls it as it was"),
    (&["create or replace view"], "an older program reads it as it was"),
    (&["revoke"], "an older program still needs the right"),
    (&["truncate"], "an older program reads the rows"),
    (&["delete from"], "an older program reads the rows"),
    (&["update"], "an older program reads the rows as they were"),
    (&["create index"], "writing waits while it is built; use -- no-transaction and create index concurrently"),
    (&["lock table"], "an older program waits for it"),
];

/// The statements of a migration, on one line and in lower case, each with the comment above it; what stands between
/// dollars is left out.
fn statements(text: &str) -> Vec<(String, String)> {
    let (mut found, mut comment, mut statement, mut body) = (Vec::new(), String::new(), String::new(), None::<String>);
    for line in text.lines() {
        let mut rest = line;
        if body.is_none() && statement.is_empty() && rest.trim_start().starts_with("--") {
            comment.push_str(rest.trim_start().trim_start_matches('-'));
            continue;
        }
        if body.is_none() && statement.is_empty() && rest.trim().is_empty() {
            comment.clear();
            continue;
        }
        loop {
            if let Some(mark) = &body {
                let Some((_, after)) = rest.split_once(mark.as_str()) else { break };
                (rest, body) = (after, None);
            }
            let code = rest.split("--").next().unwrap_or_default();
            let (ends, opens) = (code.find(';'), code.find("$$"));
            match (ends, opens) {
                (Some(end), opens) if opens.is_none_or(|open| end < open) => {
                    statement.push_str(&rest[..end]);
                    found.push((std::mem::take(&mut comment), one_line(&std::mem::take(&mut statement))));
                    rest = &rest[end + 1..];
                }
                (_, Some(open)) => {
                    statement.push_str(&rest[..open]);
                    (rest, body) = (&rest[open + 2..], Some("$$".to_owned()));
                }
                _ => {
                    statement.push_str(code);
                    statement.push(' ');
                    break;
                }
            }
        }
    }
    found.retain(|(_, statement)| !statement.is_empty());
    found
}

fn one_line(statement: &str) -> String {
    statement.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What of a migration an older program cannot bear, with what to do instead. What it makes itself it may do anything
/// with.
fn faults(text: &str) -> Vec<String> {
    let all = statements(text);
    let made = |statement: &str| {
        let rest = statement.strip_prefix("create table ")?;
        rest.split([' ', '(']).next().map(str::to_owned)
    };
    let own: Vec<String> = all.iter().filter_map(|(_, statement)| made(statement)).collect();
    let is_on_own = |statement: &str| {
        let words: Vec<&str> = statement.split([' ', '(', ',']).collect();
        let named =
            |before: &str| words.windows(2).any(|pair| pair[0] == before && own.iter().any(|table| table == pair[1]));
        named("on")
            || named("table")
            || named("from")
            || words.first() == Some(&"update") && own.iter().any(|table| Some(&table.as_str()) == words.get(1))
    };
    // Its own word that older programs are no longer served.
    if all.iter().any(|(_, statement)| statement.starts_with("create or replace function oldest_borne()")) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (comment, statement) in &all {
        if comment.split_once(BORNE).is_some_and(|(_, reason)| reason.split_whitespace().count() >= 4)
            || is_on_own(statement)
        {
            continue;
        }
        let begins = |parts: &[&str]| {
            statement.starts_with(parts[0])
                && !statement.starts_with(BESIDE)
                && parts[1..].iter().all(|part| statement.contains(part))
        };
        faults.extend(
            UNBEARABLE.iter().filter(|(parts, _)| begins(parts)).map(|(_, instead)| format!("{statement}: {instead}")),
        );
        let added = statement.split("add column ").skip(1);
        let needed = added.filter(|column| {
            let column = column.split(", add ").next().unwrap_or_default();
            column.contains("not null") && !column.contains("default") && !column.contains("generated")
        });
        faults.extend(needed.map(|column| {
            format!("add column {column}: an older program does not fill it; give it a default, or let it be null")
        }));
    }
    faults
}

#[test]
fn a_migration_is_borne_by_the_program_of_the_version_before() {
    let ours = sources("migrations", ".sql")
        .into_iter()
        .filter(|(path, _)| path.as_str() > BEFORE && !path.starts_with(BEFORE));
    for (path, text) in ours.filter(|(path, _)| !path.ends_with("roles.sql")) {
        let faults = faults(&text);
        assert!(
            faults.is_empty(),
            "{path}: {}\nIf it is borne all the same, say why in the comment above the statement: \"{BORNE} ...\"; if not, wait for the \
             version after, and have oldest_borne() say from which migration on a program bears it",
            faults.join("\n")
        );
    }
}

#[test]
fn what_an_older_program_cannot_bear_is_refused() {
    let unbearable = [
        "drop table permits;",
        "alter table permits drop column number;",
        "alter table permits\n    rename column number to paper;",
        "alter table permits alter column quantity type bigint;",
        "alter table permits alter column quantity set not null;",
        "alter table permits add column origin text not null;",
        "alter table permits add column a text, add column origin text not null, add column b text;",
        "alter table permits add constraint permits_some check (quantity > 0);",
        "create unique index permits_once on permits (number);",
        "create index permits_by_day on permits (issued_on);",
        "create trigger kept before update on permits for each row execute function keep();",
        "create or replace function refuse(text, text) returns void language sql as $$ select 1; $$;",
        "revoke insert on permits from lantern_app;",
        "update permits set number = 'x' where number = '';",
        "delete from permits where number = '';",
        "-- Nothing reads it.\ndrop view marked;",
        // A reason is a reason.
        "-- An older program bears this: yes\ndrop view marked;",
        // What stands above another statement is no reason of this one.
        "-- An older program bears this: it writes none of those rows.\ncreate table a (id int);\ndrop view marked;",
        "-- An older program bears this: it writes none of those rows.\n\ndrop view marked;",
        "create table a (id int); drop view marked;",
        "do $$ begin; end $$; drop view marked;",
    ];
    for text in unbearable {
        assert_eq!(faults(text).len(), 1, "{text}: {:?}", faults(text));
    }
}

#[test]
fn what_an_older_program_does_not_notice_is_borne() {
    let bearable = [
        "create table origins (id uuid primary key, text text not null);\ncreate unique index origins_once on origins (text);\n\
         create trigger kept before update on origins for each row execute function keep();\nupdate origins set text = '';",
        "alter table permits add column origin text;",
        "alter table permits add column origin text not null default '';",
        "alter table permits drop constraint permits_some;",
        "create view newest as select 1;",
        "create function keep() returns trigger language plpgsql as $$\nbegin\n    delete from permits;\n    drop table x;\nend $$;",
        "-- no-transaction\ncreate index concurrently permits_by_day on permits (issued_on);",
        "grant select on permits to lantern_app;",
        "insert into countries (code) values ('XX');",
        "-- It was never written.\n-- An older program bears this: it never wrote a row with an empty number.\nalter table permits add constraint permits_some check (number <> '');",
        "-- drop table permits;\nselect 1;",
        "drop index permits_by_day;",
        "alter table permits drop column number;\ncreate or replace function oldest_borne() returns bigint language sql as $$ select 30 $$;",
    ];
    for text in bearable {
        assert_eq!(faults(text), [""; 0], "{text}");
    }
}

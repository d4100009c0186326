//! While servers are replaced one after the other, the program of the version before serves the schema of this one. So
//! a migration expands; what nobody uses any more goes in a later one, when no running program knows it. This file
//! needs nothing else: `scripts/migrations.sh` compiles and runs it by itself.

use std::{fs, num::ParseIntError, path::Path};

/// Migrations up to this one were made before servers were replaced one after the other.
const BEFORE: u32 = 26;
/// The first one that says which programs it bears, and its answer.
const FIRST_BORNE: u32 = 28;
/// How a statement says that it is borne all the same, in the comment above it, with the reason.
const BORNE: &str = "An older program bears this:";
/// The first line of a migration that is no transaction.
const NO_TRANSACTION: &str = "-- no-transaction";

/// How a migration says from which program on it is borne.
const OLDEST_BORNE: &str = "create or replace function oldest_borne(";

/// What an older program cannot bear, by how a statement begins, and what to do instead.
const UNBEARABLE: &[(&str, &str)] = &[
    ("drop table", "take a table away when no running program reads it any more"),
    ("drop view", "take a view away when no running program reads it any more"),
    ("drop materialized view", "take a view away when no running program reads it any more"),
    ("drop function", "take a function away when no running program or trigger calls it any more"),
    ("drop procedure", "take a procedure away when no running program calls it any more"),
    ("drop type", "take a type away when no running program names it any more"),
    ("drop domain", "take a type away when no running program names it any more"),
    ("drop schema", "the schema is the program's own"),
    ("drop trigger", "an older program may rest on what it does"),
    ("drop index", "an older program's `on conflict` may need it"),
    ("alter view", "add the new one beside the old one"),
    ("alter type", "add the new one beside the old one"),
    ("alter function", "add the new one beside the old one"),
    ("alter index", "an older program knows it by its name"),
    ("create unique index", "an older program may write what it refuses"),
    ("create trigger", "an older program may write what it refuses"),
    ("create or replace trigger", "an older program may write what it refuses"),
    ("create constraint trigger", "an older program may write what it refuses"),
    ("create rule", "an older program writes as it did"),
    ("create policy", "an older program reads and writes as it did"),
    ("create or replace function", "an older program calls it as it was"),
    ("create or replace view", "an older program reads it as it was"),
    ("create index", "writing waits while it is built; use -- no-transaction and create index concurrently"),
    ("revoke", "an older program still needs the right"),
    ("truncate", "an older program reads the rows"),
    ("delete from", "an older program reads the rows"),
    ("update", "an older program reads the rows as they were"),
    ("with", "say in one statement what is changed, or why an older program does not notice"),
    ("do", "what it does is not seen here"),
    ("lock", "an older program waits for it"),
];

/// What an older program bears as it is; an `alter table` is judged by what it does. Anything else needs a reason.
const BORNE_AS_IT_IS: &[&str] = &[
    "create table",
    "create view",
    "create function",
    "create type",
    "create domain",
    "create sequence",
    "create index concurrently",
    "grant",
    "comment",
    "insert into",
    "alter table",
];

/// The same, of what an `alter table` does.
const BORNE_OF_TABLES: &[&str] = &["add column", "alter column", "validate constraint"];

/// The same, of one thing that an `alter table` does.
const UNBEARABLE_OF_TABLES: &[(&str, &str)] = &[
    ("drop column", "take a column away when no running program names it any more"),
    ("drop constraint", "an older program's `on conflict` or its sentence for who comes second may need it"),
    ("rename", "add the new name beside the old one"),
    ("set schema", "an older program finds it where it was"),
    ("disable", "an older program rests on the rule"),
    ("add constraint", "an older program may write what it refuses"),
    ("add check", "an older program may write what it refuses, and a constraint has a name"),
    ("add unique", "an older program may write what it refuses, and a constraint has a name"),
    ("add primary", "an older program may write what it refuses, and a constraint has a name"),
    ("add foreign", "an older program may write what it refuses, and a constraint has a name"),
    ("add exclude", "an older program may write what it refuses, and a constraint has a name"),
];

/// A statement of a migration.
#[derive(Debug, Default)]
struct Statement {
    /// What stands above it, without a blank line in between.
    comment: String,
    /// In lower case and on one line; of what stands between quotes or dollars, nothing.
    text: String,
    /// What stands between dollars.
    body: String,
    /// Whether it does nothing where a thing of that name is there already.
    perhaps: bool,
}

impl Statement {
    /// Whether the comment above it gives a reason why an older program bears it.
    fn is_explained(&self) -> bool {
        self.comment.split_once(BORNE).is_some_and(|(_, reason)| reason.split_whitespace().count() >= 4)
    }

    fn words(&self) -> Vec<&str> {
        self.text.split([' ', '(', ',']).filter(|word| !word.is_empty()).collect()
    }

    /// The table it changes, or hangs something on.
    fn target(&self) -> Option<&str> {
        let words = self.words();
        let after = |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1)).copied();
        match words.as_slice() {
            ["alter" | "drop" | "create" | "lock" | "truncate", "table", table, ..]
            | ["delete", "from", table, ..]
            | ["update" | "truncate" | "lock", table, ..] => Some(table),
            ["create", ..] => after("on"),
            _ => None,
        }
    }

    /// What an `alter table` does, one after the other, with the words that may be left out.
    fn alterations(&self) -> Vec<String> {
        let Some(rest) = self.text.strip_prefix("alter table ").and_then(|rest| rest.split_once(' ')) else {
            return Vec::new();
        };
        let (mut depth, mut parts) = (0, vec![String::new()]);
        for letter in rest.1.chars() {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            match letter {
                ',' if depth == 0 => parts.push(String::new()),
                _ => parts.last_mut().expect("one is there").push(letter),
            }
        }
        let whole = |part: &String| {
            let part = part.trim();
            let (verb, rest) = part.split_once(' ').unwrap_or((part, ""));
            let named = ["column", "constraint", "check", "unique", "primary", "foreign", "exclude"];
            let is_named = rest.split([' ', '(']).next().is_some_and(|word| named.contains(&word));
            match verb {
                "add" | "drop" | "alter" if !is_named => format!("{verb} column {rest}"),
                _ => part.to_owned(),
            }
        };
        parts.iter().map(whole).collect()
    }
}

/// The statements of a migration.
///
/// # Panics
/// Where a comment is written as `/* … */`: it would hide what stands after it from this reader.
fn statements(text: &str) -> Vec<Statement> {
    let (mut found, mut now, mut rest) = (Vec::new(), Statement::default(), text);
    let skipped = |rest: &str, end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    while let Some(letter) = rest.chars().next() {
        let is_between = now.text.trim().is_empty();
        let mut taken = letter.len_utf8();
        if rest.starts_with("--") {
            taken = rest.find('\n').unwrap_or(rest.len());
            if is_between {
                now.comment.push_str(rest[..taken].trim_start_matches('-'));
            }
            now.text.push(' ');
        } else if rest.starts_with("/*") {
            panic!("write comments with --: {}", rest.lines().next().unwrap_or_default());
        } else if letter == '\'' {
            taken = 1 + skipped(&rest[1..], "'");
        } else if letter == '$' && rest[1..].find('$').is_some_and(|end| is_tag(&rest[1..=end])) {
            let tag = &rest[..rest[1..].find('$').map_or(1, |end| end + 2)];
            let body = skipped(&rest[tag.len()..], tag);
            now.body.push_str(&rest[tag.len()..tag.len() + body]);
            taken = tag.len() + body;
        } else if letter == ';' {
            found.push(std::mem::take(&mut now));
        } else if is_between && rest.starts_with("\n\n") {
            now.comment.clear();
        } else {
            now.text.push(letter);
        }
        rest = &rest[taken..];
    }
    found.push(now);
    for statement in &mut found {
        let plain = statement.text.to_lowercase().replace(['\n', '\t'], " ");
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        statement.perhaps = plain.contains(" if not exists");
        statement.text = plain.replace(" if not exists", "").replace(" if exists", "").replace("table only ", "table ");
    }
    found.retain(|statement| !statement.text.is_empty());
    found
}

/// What may stand between two dollars.
fn is_tag(text: &str) -> bool {
    text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// From which program on a migration is borne, where it says so anew; an error where what it says is no number.
fn borne_from(all: &[Statement]) -> Option<Result<u32, ParseIntError>> {
    let said = all.iter().find(|statement| statement.text.starts_with(OLDEST_BORNE))?;
    Some(said.body.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(';').parse())
}

/// What of a migration of this number an older program cannot bear, with what to do instead. What it makes itself it
/// may do anything with. `before`: from which program on the migrations before it are borne.
fn faults(text: &str, number: u32, before: u32) -> Vec<String> {
    let all = statements(text);
    let mut faults = Vec::new();
    if text.starts_with(NO_TRANSACTION) && all.len() != 1 {
        faults.push(format!("{NO_TRANSACTION}: a file that is no transaction has one statement"));
    }
    match borne_from(&all) {
        // Its own word that older programs are no longer served.
        Some(Ok(from)) if before < from && from <= number => return faults,
        Some(from) => faults.push(format!("oldest_borne() says {from:?}, and is more than {before}, at most {number}")),
        None => {}
    }
    let made = |statement: &Statement| {
        (statement.text.starts_with("create table ") && !statement.perhaps)
            .then(|| statement.target().unwrap_or_default().to_owned())
    };
    let own: Vec<String> = all.iter().filter_map(made).collect();
    let is_on_own = |statement: &Statement| statement.target().is_some_and(|table| own.iter().any(|own| own == table));
    let is_judged = |statement: &&Statement| {
        !statement.is_explained() && !is_on_own(statement) && !statement.text.starts_with(OLDEST_BORNE)
    };
    for statement in all.iter().filter(is_judged) {
        let text = &statement.text;
        let begins = |with: &str| text == with || text.starts_with(&format!("{with} "));
        let is_plain = BORNE_AS_IT_IS.iter().any(|with| begins(with));
        let unbearable = UNBEARABLE.iter().find(|(with, _)| begins(with) && !(is_plain && *with == "create index"));
        match unbearable {
            Some((_, instead)) => faults.push(format!("{text}: {instead}")),
            None if text.contains(" on conflict ") && text.contains(" do update") => {
                faults.push(format!("{text}: an older program reads the rows as they were"));
            }
            None if !is_plain => {
                faults.push(format!("{text}: not known to be borne"));
            }
            None => {}
        }
        faults.extend(statement.alterations().iter().filter_map(|does| of_a_table(does)));
    }
    if all.iter().any(|statement| statement.text.starts_with("create index concurrently"))
        && !text.starts_with(NO_TRANSACTION)
    {
        faults.push(format!("create index concurrently: its file begins with {NO_TRANSACTION}"));
    }
    faults
}

/// What an older program cannot bear of one thing that is done to a table.
fn of_a_table(does: &str) -> Option<String> {
    if let Some((_, instead)) = UNBEARABLE_OF_TABLES.iter().find(|(with, _)| does.starts_with(with)) {
        return Some(format!("{does}: {instead}"));
    }
    let has = |words: &str| does.contains(words);
    let instead = match does.split_once(' ').unwrap_or((does, "")) {
        ("add", _) if has(" not null") && !has(" default") && !has(" generated") => {
            "an older program does not fill it; give it a default, or let it be null"
        }
        ("add", _) if has(" unique") && has(" default") => {
            "an older program leaves it to the default, each time the same"
        }
        ("alter", _) if has(" type ") => "add a column of the new type, and fill both",
        ("alter", _) if has(" set not null") => "an older program still writes null; refuse it in the next version",
        ("alter", _) if has(" drop not null") => "an older program cannot read null there",
        ("alter", _) if has(" drop default") => "an older program leaves it to the default",
        _ if BORNE_OF_TABLES.iter().any(|with| does.starts_with(with)) => return None,
        _ => "not known to be borne",
    };
    Some(format!("{does}: {instead}"))
}

#[test]
fn a_migration_is_borne_by_the_program_of_the_version_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("it is there").map(|file| file.expect("it is ours").path()).collect();
    files.sort();
    let (mut before, mut judged) = (FIRST_BORNE, 0);
    for path in &files {
        let name = path.file_name().and_then(|name| name.to_str()).expect("it has a name");
        let Some(number) = name.split('_').next().and_then(|number| number.parse().ok()) else { continue };
        if number <= BEFORE {
            continue;
        }
        judged += 1;
        let text = fs::read_to_string(path).expect("it is text");
        let faults = faults(&text, number, before);
        assert!(
            faults.is_empty(),
            "{name}: {}\nIf it is borne all the same, say why in the comment above the statement: \"{BORNE} ...\"; if not, \
             wait for the version after, and have oldest_borne() say from which migration on a program bears it",
            faults.join("\n")
        );
        before = borne_from(&statements(&text)).and_then(Result::ok).unwrap_or(before);
    }
    assert!(judged >= 2, "the migrations are somewhere else");
}

/// As migration 30, where programs from 28 on are served.
fn judged(text: &str) -> Vec<String> {
    faults(text, 30, 28)
}

#[test]
fn what_an_older_program_cannot_bear_is_found() {
    let unbearable = [
        "alter table permits enable row level security;",
        "alter table permits owner to somebody;",
        "alter domain amount add check (value > 0);",
        "drop sequence numbers;",
        "drop policy own on permits;",
        "merge into permits using papers on true when matched then delete;",
        "create or replace procedure p() language sql as $$ select 1 $$;",
        "insert into permits (id) select 1 on conflict (id) do update set number = 'x';",
        "select settle_all();",
        "call settle_all();",
        "create table if not exists permits (id int); alter table permits drop column number;",
        "drop table permits;",
        "drop table permits",
        "drop table if exists permits;",
        "drop materialized view marked;",
        "drop trigger kept on permits;",
        "drop index permits_by_day;",
        "alter table permits drop column number;",
        "alter table permits drop number;",
        "alter table permits drop constraint permits_some;",
        "alter table permits\n    rename column number to paper;",
        "alter table permits alter column quantity type bigint;",
        "alter table permits alter quantity type bigint;",
        "alter table permits alter column quantity set not null;",
        "alter table permits alter column quantity drop not null;",
        "alter table only permits alter column quantity drop default;",
        "alter table if exists permits disable trigger all;",
        "alter table permits add column origin text not null;",
        "alter table permits add origin text not null;",
        "alter table permits add column a text, add column origin text not null, add column b text;",
        "alter table permits add column origin text unique default 'x';",
        "alter table permits add constraint permits_some check (quantity > 0);",
        "alter table permits add unique (number);",
        "alter table permits add primary key (number, authority_id);",
        "alter type color add value 'red';",
        "alter function keep() rename to kept;",
        "create unique index permits_once on permits (number);",
        "create index permits_by_day on permits (issued_on);",
        "create index concurrently permits_by_day on permits (issued_on);",
        "-- no-transaction\ncreate table a (id int);\ncreate table b (id int);",
        "create trigger kept before update on permits for each row execute function keep();",
        "create or replace trigger kept before update on permits for each row execute function keep();",
        "create or replace function refuse(text, text) returns void language sql as $body$ select 1; $body$;",
        "revoke insert on permits from lantern_app;",
        "update permits set number = 'x' where number = '';",
        "delete from permits where number = '';",
        "with gone as (delete from permits returning id) select 1;",
        "lock table permits;",
        "comment on table permits is 'a -- b'; drop view marked;",
        "comment on table permits is ';'; drop view marked;",
        "do $$ begin drop table permits; end $$;",
        "-- Nothing reads it.\ndrop view marked;",
        // What it makes itself it may change; what it reads of it, it does not make.
        "create table origins (id int);\nupdate permits set number = o.id from origins o;",
        "create table if not exists a (id int);\ndrop table if exists permits;",
        // A reason is a reason.
        "-- An older program bears this: yes\ndrop view marked;",
        // What stands above another statement is no reason of this one.
        "-- An older program bears this: it writes none of those rows.\ncreate table a (id int);\ndrop view marked;",
        "-- An older program bears this: it writes none of those rows.\n\ndrop view marked;",
        "create table a (id int); drop view marked;",
        // From which program on it is borne is more than before, and no program that is still to come.
        "create or replace function oldest_borne() returns bigint language sql as $$ select 31 $$;",
    ];
    for text in unbearable {
        assert_eq!(judged(text).len(), 1, "{text}: {:?}", judged(text));
    }
}

#[test]
fn what_an_older_program_does_not_notice_is_borne() {
    let bearable = [
        "create table origins (id uuid primary key, text text not null);\ncreate unique index origins_once on origins (text);\n\
         create trigger kept before update on origins for each row execute function keep();\nupdate origins set text = '';",
        "create table origins (id int);\nalter table origins add constraint origins_some check (id > 0);",
        "alter table permits add column origin text;",
        "alter table permits add column origin text unique;",
        "alter table permits add column origin text not null default '';",
        "create view newest as select 1;",
        "create function keep() returns trigger language plpgsql as $$\nbegin\n    delete from permits;\n    drop table x;\nend $$;",
        "-- no-transaction\ncreate index concurrently permits_by_day on permits (issued_on);",
        "grant select on permits to lantern_app;",
        "insert into countries (code) values ('XX; drop table permits');",
        "-- It was never written.\n-- An older program bears this: it never wrote a row with an empty number.\nalter table permits add constraint permits_some check (number <> '');",
        "create table a (id int);\n-- An older program bears this: it reads none of its rows.\ndrop view marked;",
        "-- drop table permits;\ngrant select on permits to lantern_app;",
        "alter table permits drop column number;\ncreate or replace function oldest_borne() returns bigint language sql as $$ select 30 $$;",
    ];
    for text in bearable {
        assert_eq!(judged(text), [""; 0], "{text}");
    }
}

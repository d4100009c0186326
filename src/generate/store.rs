//! How rows come into an empty database: the reference tables are read, the tables are laid bare, `COPY` fills them,
//! and indexes, constraints and triggers come back, all in one transaction. The role that migrates owns the tables, and
//! may.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection, types::Json};
use time::Date;

use super::{
    duties::DUTIES,
    parties::LISTS,
    recheck::{self, Recheck},
    rows::{TABLES, Table},
    world::{Book, Country},
};
use crate::{
    approvals::model::{BeforeApplication, CountryRule},
    audit::Verb,
    duties::model::Duty,
    error::{AppError, Result},
    id::AuthorityId,
    reference::{self, model::ReferenceKind},
};

/// What is begun by every stream of rows, and what ends it.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TAIL: &[u8] = &[0xff, 0xff];

/// Indexes and constraints, by how they are made again.
#[derive(Debug, Default)]
pub struct Bare {
    again: Vec<String>,
}

async fn run(conn: &mut PgConnection, statement: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await?;
    Ok(())
}

fn names() -> Vec<String> {
    TABLES.iter().map(|table| table.name).chain(["duties"]).map(str::to_owned).collect()
}

/// Locks the tables against everybody else until the transaction ends.
pub async fn lock(conn: &mut PgConnection) -> Result<()> {
    run(conn, format!("lock table {} in access exclusive mode", names().join(", "))).await
}

/// A table that has rows besides what the migrations bring.
pub async fn filled(conn: &mut PgConnection) -> Result<Option<&'static str>> {
    for table in TABLES {
        let own = if table.name == "audit_events" { "where job is distinct from 'migration'" } else { "" };
        let statement = format!("select exists (select from {} {own})", table.name);
        let found: bool = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut *conn).await?;
        if found {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// How a table differs from what is written of it: a sentence.
pub async fn misfit(conn: &mut PgConnection) -> Result<Option<String>> {
    for table in TABLES {
        let columns = sqlx::query!(
            r#"select a.attname::text as "name!", t.typname::text as "type_name!" from pg_attribute a join pg_type t on t.oid = a.atttypid
               where a.attrelid = to_regclass('public.' || $1) and a.attnum > 0 and not a.attisdropped"#,
            table.name
        );
        let columns: BTreeMap<String, String> =
            columns.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.name, row.type_name)).collect();
        if let Some(fault) = fault(table, &columns) {
            return Ok(Some(format!(
                "table {}: {fault}; src/generate/rows.rs has to say what is written there",
                table.name
            )));
        }
    }
    Ok(None)
}

fn fault(table: &Table, columns: &BTreeMap<String, String>) -> Option<String> {
    let written = (table.columns)();
    for (name, type_name) in &written {
        match columns.get(*name) {
            None => return Some(format!("there is no column {name}")),
            Some(found) if found != type_name => return Some(format!("{name} is {found}, not {type_name}")),
            Some(_) => {}
        }
    }
    let known = |name: &String| written.iter().any(|(known, _)| known == name) || table.left.contains(&name.as_str());
    let gone =
        table.left.iter().find(|left| !columns.contains_key(**left)).map(|left| format!("there is no column {left}"));
    gone.or_else(|| columns.keys().find(|name| !known(name)).map(|name| format!("the column {name} is new")))
}

/// What stands in the reference tables.
pub async fn book(conn: &mut PgConnection, today: Date) -> Result<Book> {
    let reference = reference::store::on(conn, today).await?;
    let countries = sqlx::query_as!(Country, "select code, name, region from countries order by code")
        .fetch_all(&mut *conn)
        .await?;
    let rules = sqlx::query!(
        r#"select r.country, jsonb_agg(jsonb_build_object('id', r.id, 'item_class', r.item_class, 'authority_id', r.authority_id,
               'authority', a.short_name, 'usual_days', r.usual_days, 'days_kind', r.days_kind, 'confirmed_on', r.confirmed_on)
               order by r.item_class, r.usual_days, a.short_name) as "rules!: Json<Vec<CountryRule>>"
           from country_rules r left join authorities a on a.id = r.authority_id
           where (r.starts_on <= $1 or not r.beginning_known) and $1 <= coalesce(r.ends_on, 'infinity') group by r.country"#,
        today
    );
    let rules = rules.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.country, row.rules.0)).collect();
    let mut authorities: BTreeMap<String, Vec<(AuthorityId, String)>> = BTreeMap::new();
    let known = sqlx::query!(
        r#"select id as "id: AuthorityId", country, short_name from authorities
           where ended_on is null order by country, short_name"#
    );
    for row in known.fetch_all(&mut *conn).await? {
        authorities.entry(row.country).or_default().push((row.id, row.short_name));
    }
    let before = sqlx::query!(
        r#"select c.code, jsonb_agg(jsonb_build_object('item_classes', e.item_classes, 'always', e.country_group is not null,
               'source', e.source) order by e.position, e.code) as "asked!: Json<Vec<BeforeApplication>>"
           from countries c join reference_entries e on e.kind = 'commerce_firearms' and (e.country_group is null
               or exists (select from reference_entries g where g.kind = 'country_group' and g.code = e.country_group and g.country = c.code
                   and (g.starts_on <= $1 or not g.beginning_known) and $1 <= coalesce(g.ends_on, 'infinity')))
           where (e.starts_on <= $1 or not e.beginning_known) and $1 <= coalesce(e.ends_on, 'infinity') group by c.code"#,
        today
    );
    let before = before.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.code, row.asked.0)).collect();
    let label = |code: &&str| ((*code).to_owned(), reference.label(ReferenceKind::ScreeningList, code).to_owned());
    let lists = LISTS.iter().map(label).collect();
    Ok(Book { reference, lists, rules, before, authorities, countries })
}

/// A constraint, as it is taken off and made again.
struct Constraint {
    table_name: String,
    name: String,
    definition: String,
}

/// Takes triggers, constraints and indexes off the tables. An exclusion stays: its table is small.
pub async fn lay_bare(conn: &mut PgConnection) -> Result<Bare> {
    let constraints = sqlx::query_as!(
        Constraint,
        r#"select k.conrelid::regclass::text as "table_name!", quote_ident(k.conname) as "name!", pg_get_constraintdef(k.oid) as "definition!"
           from pg_constraint k join pg_class t on t.oid in (k.conrelid, k.confrelid)
           where k.contype in ('f', 'p', 'u') and k.connamespace = 'public'::regnamespace and t.relname = any($1)
           group by k.oid order by k.contype = 'f' desc, 1, 2"#,
        &names()
    );
    let constraints = constraints.fetch_all(&mut *conn).await?;
    let indexes = sqlx::query!(
        r#"select i.indexrelid::regclass::text as "name!", pg_get_indexdef(i.indexrelid) as "definition!"
           from pg_index i join pg_class t on t.oid = i.indrelid
           where t.relnamespace = 'public'::regnamespace and t.relname = any($1)
               and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')) order by 1"#,
        &names()
    );
    let indexes = indexes.fetch_all(&mut *conn).await?;
    // Foreign keys go before what they point at, and come back after it.
    for Constraint { table_name, name, .. } in &constraints {
        run(conn, format!("alter table {table_name} drop constraint {name}")).await?;
    }
    for row in &indexes {
        run(conn, format!("drop index {}", row.name)).await?;
    }
    for name in names() {
        run(conn, format!("alter table {name} disable trigger user")).await?;
    }
    // A table that is begun anew in the transaction that fills it is not written to the write-ahead log as well.
    let anew = "create temporary table migrated on commit drop as table audit_events";
    run(conn, format!("{anew}; truncate {}; insert into audit_events table migrated", names().join(", "))).await?;
    let added =
        |row: &Constraint| format!("alter table {} add constraint {} {}", row.table_name, row.name, row.definition);
    let is_foreign = |row: &&Constraint| row.definition.starts_with("FOREIGN KEY");
    let own = constraints.iter().filter(|row| !is_foreign(row)).map(added);
    let foreign = constraints.iter().filter(is_foreign).map(added);
    Ok(Bare { again: own.chain(indexes.into_iter().map(|row| row.definition)).chain(foreign).collect() })
}

/// Puts indexes and constraints back, over what came in.
pub async fn dress(conn: &mut PgConnection, bare: Bare) -> Result<()> {
    run(conn, "set local maintenance_work_mem = '512MB'; set local work_mem = '256MB'; set local jit = off".into())
        .await?;
    for statement in bare.again {
        run(conn, statement).await?;
    }
    for name in names() {
        run(conn, format!("alter table {name} enable trigger user; analyze {name}")).await?;
    }
    Ok(())
}

/// Adds rows to a table, as `COPY` reads them in binary.
pub async fn copy(conn: &mut PgConnection, table: usize, rows: &[u8]) -> Result<()> {
    let table = &TABLES[table];
    let columns: Vec<String> = (table.columns)().into_iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let statement = format!("copy {} ({}) from stdin (format binary)", table.name, columns.join(", "));
    let mut stream = conn.copy_in_raw(&statement).await?;
    stream.send(HEAD).await?.send(rows).await?.send(TAIL).await?;
    stream.finish().await?;
    Ok(())
}

/// A trigger of a table that is filled.
#[derive(Debug)]
pub struct Trigger {
    pub table_name: String,
    pub name: String,
    /// Its arguments, each ended by `\000`.
    arguments: String,
}

/// Every trigger of the tables that are filled.
pub async fn triggers(conn: &mut PgConnection) -> Result<Vec<Trigger>> {
    let triggers = sqlx::query_as!(
        Trigger,
        r#"select c.relname::text as "table_name!", t.tgname::text as "name!", encode(t.tgargs, 'escape') as "arguments!" from pg_trigger t join pg_class c on c.oid = t.tgrelid
           where not t.tgisinternal and c.relnamespace = 'public'::regnamespace and c.relname = any($1) order by 1, 2"#,
        &names()
    );
    Ok(triggers.fetch_all(conn).await?)
}

/// Finds out from the log who did what on which file, the first time and the last.
async fn acts(conn: &mut PgConnection) -> Result<()> {
    let row = |(verb, duty, on_check, begins): &(Verb, Duty, bool, &str)| {
        format!("('{}', '{}', {on_check}, '{begins}')", verb.code(), duty.code())
    };
    let known: Vec<String> = DUTIES.iter().map(row).collect();
    let statement = format!(
        "set local work_mem = '256MB';
         create temporary table if not exists acts on commit drop as
         select e.actor_id as person_id, v.duty, case when v.on_check then e.check_id end as check_id,
             case when not v.on_check then e.license_id end as license_id, min(e.at) as first_at, max(e.at) as last_at
         from audit_events e join (values {}) as v (verb, duty, on_check, begins) on v.verb = e.verb and starts_with(e.summary, v.begins)
         where e.actor_id is not null group by 1, 2, 3, 4;
         analyze acts",
        known.join(", ")
    );
    run(conn, statement).await
}

/// Fills what the triggers would have noted: what people did, where lists look, and that every check is to be looked
/// at.
pub async fn note(conn: &mut PgConnection) -> Result<()> {
    acts(conn).await?;
    run(
        conn,
        "insert into duties select person_id, duty, check_id, license_id from acts order by first_at;
         select fill_lists();
         analyze post_licenses, post_parties, loose_telegrams;
         insert into standing_marks (kind) values ('everything'), ('licenses')"
            .into(),
    )
    .await
}

/// Finds who did on a file what an earlier act of theirs, on it or beside it, keeps them from.
async fn barred(conn: &mut PgConnection) -> Result<()> {
    acts(conn).await?;
    let beside = [
        "a.check_id = b.check_id",
        "a.license_id = b.license_id",
        "k.check_id = a.check_id and k.license_id = b.license_id",
        "k.license_id = a.license_id and k.check_id = b.check_id",
    ];
    let pairs = beside.map(|files| {
        let links = if files.starts_with('k') { "check_licenses k, " } else { "" };
        format!(
            "select a.* from separated_duties s, {links}acts a, acts b where {files} and a.person_id = b.person_id
                 and s.later = a.duty and s.earlier = b.duty and b.first_at < a.last_at"
        )
    });
    run(conn, format!("create temporary table if not exists barred on commit drop as {}", pairs.join(" union all ")))
        .await
}

/// The statement that finds rows of a trigger of `separate_duties` whose act is not noted, or was barred: read off its
/// arguments.
fn of_duties(trigger: &Trigger, condition: &str) -> String {
    let mut arguments = trigger.arguments.split("\\000").filter(|argument| !argument.is_empty());
    let file = match arguments.next().unwrap_or_default() {
        "id" if trigger.table_name == "licenses" => "license_id = t.id",
        "id" => "check_id = t.id",
        "certificate_id" => "license_id = (select license_id from certificates c where c.id = t.certificate_id)",
        "license_id" => "license_id = t.license_id",
        _ => "check_id = t.check_id",
    };
    let one = |told: &str| {
        let mut words = told.split(' ');
        let (duty, doer) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let same = format!("person_id = t.{doer} and duty = '{duty}' and {file}");
        format!(
            "select t.id::text from TABLE t where {condition} and t.{doer} is not null
                 and (not exists (select from duties where {same}) or exists (select from barred where {same}))"
        )
    };
    arguments.map(one).collect::<Vec<_>>().join(" union all ")
}

/// The statement that finds rows of a table that came in without an entry of the log that fits them. By whom it is is
/// not asked here: nobody is signed in. What may fit otherwise is looked for by itself, so that each way has its plan.
async fn of_entries(conn: &mut PgConnection, table: &str) -> Result<String> {
    let told = sqlx::query_as("select names, verbs::text from audited_paths() where of_table = $1").bind(table);
    let told: Option<(String, String)> = told.fetch_optional(conn).await?;
    let (names, verbs) = told.ok_or_else(|| AppError::internal(format!("audited_paths() says nothing of {table}")))?;
    let none = |way: &str| {
        format!(
            "not exists (select from audit_events e where e.xact = pg_current_xact_id() and e.recorded_at = now()
                 and e.verb = any ('{verbs}'::text[]) and {way})"
        )
    };
    let ways: Vec<String> = ways(&names).into_iter().map(none).collect();
    Ok(format!("select t::text from {table} t where {}", ways.join(" and ")))
}

/// What stands between the `or`s of a condition that are in no brackets.
fn ways(condition: &str) -> Vec<&str> {
    let (mut found, mut begun, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in condition.char_indices() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth == 0 && condition[at..].starts_with(" or ") {
            found.push(&condition[begun..at]);
            begun = at + " or ".len();
        }
    }
    found.push(&condition[begun..]);
    found
}

/// What a trigger would have refused of what came in: a sentence. One that nobody has said anything of refuses it all.
pub async fn refused(conn: &mut PgConnection) -> Result<Option<String>> {
    barred(conn).await?;
    for trigger in triggers(conn).await? {
        let Trigger { table_name, name, .. } = &trigger;
        let statement = match recheck::of(table_name, name) {
            Some(Recheck::Finds(statement)) => statement.replace("TABLE", table_name),
            Some(Recheck::Entries) if names().contains(table_name) => of_entries(conn, table_name).await?,
            Some(Recheck::Duties(condition)) => of_duties(&trigger, condition).replace("TABLE", table_name),
            Some(Recheck::NoRow | Recheck::Entries) => continue,
            None => {
                return Ok(Some(format!(
                    "the trigger {name} of {table_name} is new; src/generate/recheck.rs has to say what it refuses"
                )));
            }
        };
        let found: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("{statement} limit 1"))).fetch_optional(&mut *conn).await?;
        if let Some(row) = found {
            return Ok(Some(format!("the trigger {name} of {table_name} refuses a row that was generated ({row})")));
        }
    }
    Ok(None)
}

/// Marks what is visible to everybody, after all of it was committed.
pub async fn vacuum(conn: &mut PgConnection) -> Result<()> {
    for name in names().into_iter().chain(["post_licenses", "post_parties"].map(str::to_owned)) {
        run(conn, format!("vacuum {name}")).await?;
    }
    Ok(())
}

//! The entry that lets a change through fits it: of its subject, its verb, its person and its moment.

use std::collections::{BTreeMap, BTreeSet};

use lantern::{
    audit::Verb,
    db::{self, Beside},
};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{FILL, application, column, person, refusal, run, session, superuser, tables_with};
use crate::support::TestApp;

/// For each table, which column of an entry names the file of a row `t`, and by what. A change of the others is a
/// migration's.
const NAMED: &[(&str, &str, &str)] = &[
    ("posts", "subject_id", "t.id"),
    ("people", "subject_id", "t.id"),
    ("assignments", "subject_id", "t.id"),
    ("reference_entries", "subject_id", "t.id"),
    ("authorities", "subject_id", "t.id"),
    ("country_rules", "subject_id", "t.id"),
    ("parties", "party_id", "t.id"),
    ("party_aliases", "party_id", "t.party_id"),
    ("party_facts", "party_id", "t.party_id"),
    ("party_listings", "party_id", "t.party_id"),
    ("licenses", "license_id", "t.id"),
    ("item_groups", "license_id", "t.license_id"),
    ("license_parties", "license_id", "t.license_id"),
    ("conditions", "license_id", "t.license_id"),
    ("decisions", "license_id", "t.license_id"),
    ("provisos", "license_id", "(select d.license_id from decisions d where d.id = t.decision_id)"),
    ("exceptions", "license_id", "t.license_id"),
    ("permits", "license_id", "t.license_id"),
    ("permit_authorities", "license_id", "(select p.license_id from permits p where p.id = t.permit_id)"),
    ("import_approvals", "license_id", "t.license_id"),
    ("certificates", "license_id", "t.license_id"),
    ("certificate_signatures", "license_id", "(select c.license_id from certificates c where c.id = t.certificate_id)"),
    ("custody_steps", "license_id", "t.license_id"),
    ("serials", "license_id", "t.license_id"),
    ("mistakes", "subject_id", "t.row_id"),
    ("check_numbers", "check_id", "(select c.id from checks c where c.year = t.year and c.number = t.last)"),
    ("checks", "check_id", "t.id"),
    ("region_owners", "subject_id", "t.id"),
    ("check_licenses", "check_id", "t.check_id"),
    ("check_subjects", "check_id", "t.check_id"),
    ("check_questions", "check_id", "t.check_id"),
    ("interim_replies", "check_id", "t.check_id"),
    ("recalls", "check_id", "t.check_id"),
    ("remarks", "check_id", "t.check_id"),
    ("extensions", "check_id", "t.check_id"),
    ("contacts", "check_id", "t.check_id"),
    ("statements", "check_id", "t.check_id"),
    ("documents", "check_id", "t.check_id"),
    ("findings", "check_id", "t.check_id"),
    ("finding_basis", "check_id", "(select f.check_id from findings f where f.id = t.finding_id)"),
    ("recommendations", "check_id", "t.check_id"),
    ("results", "check_id", "t.check_id"),
    ("result_reasons", "check_id", "(select r.check_id from results r where r.id = t.result_id)"),
    ("explanations", "check_id", "t.check_id"),
    ("duties", "check_id", "t.check_id"),
    ("telegrams", "subject_id", "t.id"),
    ("telegram_checks", "subject_id, check_id", "t.telegram_id, t.check_id"),
    ("telegram_answers", "subject_id", "t.telegram_id"),
    ("spills", "subject_id", "t.row_id"),
    ("corrections", "check_id", "t.check_id"),
    ("merges", "party_id", "t.into_party"),
    ("spill_words", "subject_id", "(select s.row_id from spills s where s.id = t.spill_id)"),
    ("spill_texts", "subject_id", "(select s.row_id from spills s where s.id = t.spill_id)"),
];

/// What only a migration changes.
const OF_MIGRATIONS: &[&str] = &["countries", "separated_duties"];

/// What is logged and changes no row of the record, or only together with a verb that does.
const CHANGES_NOTHING: &[Verb] = &[
    Verb::SignedIn,
    Verb::SignedOut,
    Verb::SessionEnded,
    Verb::ReferenceLoaded,
    Verb::Exported,
    Verb::BecameReady,
    Verb::TextReported,
    Verb::TextJudged,
    Verb::MarkDenied,
];

/// The verbs of each table.
async fn paths(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let rows: Vec<(String, Vec<String>)> = sqlx::query_as("select of_table, verbs from audited_paths()")
        .fetch_all(&mut superuser(app).await)
        .await
        .expect("they are read");
    let lines = rows.len();
    let paths: BTreeMap<_, _> = rows.into_iter().collect();
    assert_eq!(paths.len(), lines, "one line a table");
    paths
}

#[tokio::test]
async fn every_logged_table_has_its_path_and_every_verb_that_changes_rows_stands_in_one() {
    let app = TestApp::empty().await;
    let paths = paths(&app).await;
    let tables: BTreeSet<String> = paths.keys().cloned().collect();
    assert_eq!(tables, tables_with(&app, "audited").await);
    let named: BTreeSet<String> =
        NAMED.iter().map(|(table, ..)| *table).chain(OF_MIGRATIONS.iter().copied()).map(str::to_owned).collect();
    assert_eq!(tables, named, "the test names a row of each");
    let all = |of: &dyn Fn(&Verb) -> bool| -> BTreeSet<String> {
        Verb::ALL.iter().filter(|verb| of(verb)).map(|verb| verb.code().to_owned()).collect()
    };
    let verbs: BTreeSet<String> = paths.values().flatten().cloned().collect();
    assert_eq!(verbs, all(&|verb| !CHANGES_NOTHING.contains(verb)));
    for (table, verbs) in &paths {
        assert_eq!(verbs.is_empty(), OF_MIGRATIONS.contains(&table.as_str()), "{table}");
    }
}

/// A migration that changes the list and forgets to have the trigger written anew would change nothing.
#[tokio::test]
async fn the_trigger_is_what_the_list_makes_it() {
    let app = TestApp::empty().await;
    let stands = "select pg_get_functiondef('refuse_unaudited_change'::regproc)";
    let before = app.value(stands).await;
    app.run("select hold_to_paths()").await;
    assert_eq!(app.value(stands).await, before);
}

/// An entry, as a forger may write it.
#[derive(Debug, Clone)]
struct Entry<'a> {
    verb: &'a str,
    /// The column that names the file, and by what.
    named: (&'a str, &'a str),
    /// A person's account; none: a job's.
    by: Option<&'a str>,
    /// What the change carries.
    carries: &'a str,
    xact: &'a str,
    recorded: &'a str,
}

impl<'a> Entry<'a> {
    fn right(verb: &'a str, named: (&'a str, &'a str), session: &'a str) -> Self {
        Self { verb, named, by: Some("case"), carries: session, xact: "pg_current_xact_id()", recorded: "now()" }
    }

    /// The statements of a change with this entry, to a row of a table.
    fn of(&self, table: &str, change: &str) -> String {
        let Self { verb, named: (column, by_what), by, carries, xact, recorded } = self;
        let who = by.map_or_else(|| "null, 'test'".to_owned(), |account| format!("{}, null", person(account)));
        let (columns, named) = if column.starts_with("subject_id") {
            ((*column).to_owned(), (*by_what).to_owned())
        } else {
            (format!("subject_id, {column}"), format!("gen_random_uuid(), {by_what}"))
        };
        format!(
            "select set_config('lantern.session', '{carries}', true);
             insert into audit_events (id, at, actor_id, job, verb, subject_kind, summary, xact, recorded_at, {columns})
                 select gen_random_uuid(), now(), {who}, '{verb}', 'test', 'tried it', {xact}, {recorded}, {named}
                 from {table} t where t.ctid = (select ctid from {table} limit 1);
             {change}"
        )
    }
}

/// Statements with no rule of a table but this one in their way.
fn alone(table: &str, statements: &str) -> String {
    format!("alter table {table} disable trigger user; alter table {table} enable trigger audited; {statements}")
}

/// As [`alone`], as the program could send them with all rights on the table.
fn bare(table: &str, statements: &str) -> String {
    alone(table, &format!("grant all on {table} to lantern_app; set local role lantern_app; {statements}"))
}

async fn touched(connection: &mut PgConnection, table: &str) -> String {
    let first = format!("select attname::text from pg_attribute where attrelid = '{table}'::regclass and attnum = 1");
    let first: String = sqlx::query_scalar(AssertSqlSafe(first)).fetch_one(connection).await.expect("a column");
    format!("update {table} set {first} = {first} where ctid = (select ctid from {table} limit 1)")
}

/// A demonstration with a row in every table, and a connection that may do everything.
async fn filled() -> (TestApp, PgConnection) {
    let app = TestApp::demonstration().await;
    let mut above = superuser(&app).await;
    run(&mut above, "set session_replication_role = replica").await.expect("the superuser may");
    for row in FILL {
        run(&mut above, row).await.unwrap_or_else(|error| panic!("{row}: {error}"));
    }
    run(&mut above, "delete from duties where check_id is null").await.expect("the superuser may");
    run(&mut above, "set session_replication_role = origin").await.expect("the superuser may");
    (app, above)
}

#[tokio::test]
async fn an_entry_of_another_subject_verb_person_or_moment_lets_nothing_through() {
    let (app, mut above) = filled().await;
    let (own, others) = (session(&app, "case", "null").await, session(&app, "case2", "null").await);
    let (over, paths) = (session(&app, "case", "now()").await, paths(&app).await);
    for (table, column, by_what) in NAMED {
        let change = touched(&mut above, table).await;
        let named = (*column, *by_what);
        let another = column.split(", ").map(|_| "gen_random_uuid()").collect::<Vec<_>>().join(", ");
        let misfit = format!("change to {table} without a log entry that fits it");
        let mut tries = Vec::new();
        for verb in &paths[*table] {
            tries.push((Entry::right(verb, named, &own), "nothing".to_owned()));
        }
        let right = Entry::right(&paths[*table][0], named, &own);
        tries.extend([
            (Entry { named: (column, &another), ..right.clone() }, misfit.clone()),
            (Entry { named: ("subject_id", "gen_random_uuid()"), ..right.clone() }, misfit.clone()),
            (Entry { verb: "exported", ..right.clone() }, misfit.clone()),
            (Entry { verb: "mark_denied", ..right.clone() }, misfit.clone()),
            (Entry { by: Some("case2"), ..right.clone() }, misfit.clone()),
            (Entry { carries: &others, ..right.clone() }, misfit.clone()),
            (Entry { by: None, ..right.clone() }, misfit.clone()),
            (Entry { carries: "", ..right.clone() }, misfit.clone()),
            (Entry { by: None, carries: "", ..right.clone() }, "nothing".to_owned()),
            (Entry { carries: &over, ..right.clone() }, "sessions_live".to_owned()),
            (Entry { carries: "00", ..right.clone() }, "sessions_live".to_owned()),
            (
                Entry { recorded: "now() - interval '1 microsecond'", ..right.clone() },
                misfit.replace(" that fits it", ""),
            ),
            (Entry { xact: "'3'", ..right.clone() }, misfit.replace(" that fits it", "")),
        ]);
        for (entry, expected) in tries {
            let said = refusal(&mut above, &bare(table, &entry.of(table, &change))).await;
            assert_eq!(said, expected, "{table}: {entry:?}");
        }
    }
    for table in OF_MIGRATIONS {
        let change = touched(&mut above, table).await;
        let entry = Entry::right("reference_changed", ("subject_id", "gen_random_uuid()"), &own);
        let said = refusal(&mut above, &bare(table, &entry.of(table, &change))).await;
        assert_eq!(said, format!("change to {table} without a log entry that fits it"));
        // As a migration, which says that it was there.
        let entry = Entry { verb: "reference_loaded", by: None, carries: "", ..entry };
        let said = refusal(&mut above, &alone(table, &entry.of(table, &change))).await;
        assert_eq!(said, "nothing", "{table}");
    }
}

/// A verb lets through what it changes: of each table, the verbs of all others do not.
#[tokio::test]
async fn a_verb_lets_through_nothing_but_what_it_changes() {
    let (app, mut above) = filled().await;
    let (own, paths) = (session(&app, "case", "null").await, paths(&app).await);
    for (table, column, by_what) in [NAMED[0], NAMED[10], NAMED[17], NAMED[26], NAMED[35]] {
        let change = touched(&mut above, table).await;
        for verb in
            Verb::ALL.iter().map(|verb| verb.code()).filter(|verb| !paths[table].iter().any(|fits| fits == verb))
        {
            let said =
                refusal(&mut above, &bare(table, &Entry::right(verb, (column, by_what), &own).of(table, &change)))
                    .await;
            assert_eq!(said, format!("change to {table} without a log entry that fits it"), "{verb}");
        }
    }
}

/// A row that is taken from one file to another is logged in both.
#[tokio::test]
async fn what_is_moved_is_named_where_it_was_and_where_it_is() {
    let (app, mut above) = filled().await;
    let own = session(&app, "case", "null").await;
    let other = "(select id from checks c where c.id <> contacts.check_id order by id limit 1)";
    let moved = format!("update contacts set check_id = {other} where ctid = (select ctid from contacts limit 1)");
    let was = Entry::right("contact_recorded", ("check_id", "t.check_id"), &own);
    let other = other.replace("contacts.", "t.");
    let is = Entry { named: ("check_id", &other), ..was.clone() };
    for one in [&was, &is] {
        let said = refusal(&mut above, &bare("contacts", &one.of("contacts", &moved))).await;
        assert_eq!(said, "change to contacts without a log entry that fits it", "{one:?}");
    }
    let both = format!("{}; {}", was.of("contacts", ""), is.of("contacts", &moved));
    assert_eq!(refusal(&mut above, &bare("contacts", &both)).await, "nothing");
}

/// What a change raises in other files is their revision and nothing else.
#[tokio::test]
async fn a_revision_alone_is_raised_by_an_entry_of_another_file() {
    let (app, mut above) = filled().await;
    let (own, others) = (session(&app, "case", "null").await, session(&app, "case2", "null").await);
    for table in ["checks", "licenses"] {
        let elsewhere = Entry::right("contact_recorded", ("check_id", "gen_random_uuid()"), &own);
        for (set, entry, fits) in [
            ("revision = revision + 1", &elsewhere, true),
            ("revision = revision + 1", &Entry { carries: &others, ..elsewhere.clone() }, false),
            ("revision = revision - 1", &elsewhere, false),
            ("revision = revision", &elsewhere, false),
            ("revision = revision + 1, version = version + 1", &elsewhere, false),
        ] {
            let change = format!("update {table} set {set} where ctid = (select ctid from {table} limit 1)");
            let said = refusal(&mut above, &bare(table, &entry.of(table, &change))).await;
            let misfit = format!("change to {table} without a log entry that fits it");
            assert_eq!(said, if fits { "nothing".to_owned() } else { misfit }, "{table}: {set} by {entry:?}");
        }
    }
}

/// A program of before carries no session, and is served while servers are replaced: until the upgrade after that.
#[tokio::test]
async fn whose_entry_it_is_is_asked_of_everybody_once_no_older_program_is_served() {
    let (app, mut above) = filled().await;
    let (own, change) = (session(&app, "case", "null").await, touched(&mut above, "posts").await);
    let right = Entry::right("post_changed", ("subject_id", "t.id"), &own);
    let said = async |above: &mut PgConnection, entry: &Entry<'_>| {
        refusal(above, &bare("posts", &entry.of("posts", &change))).await
    };
    let misfit = "change to posts without a log entry that fits it";
    let silent = Entry { carries: "", ..right.clone() };
    assert_eq!(app.value("select oldest_borne()").await, "71", "nobody was there when it was migrated");
    assert_eq!(said(&mut above, &silent).await, misfit);
    app.run("create or replace function oldest_borne() returns bigint language sql stable as 'select 28::bigint'")
        .await;
    assert_eq!(said(&mut above, &silent).await, "nothing");
    assert_eq!(
        said(&mut above, &Entry { by: Some("case2"), ..right.clone() }).await,
        misfit,
        "a session speaks for its person"
    );
    app.run("select bear_from(53)").await;
    assert_eq!(said(&mut above, &silent).await, misfit);
    assert_eq!(said(&mut above, &right).await, "nothing");
    for (from, oldest) in [(71, "71"), (53, "71")] {
        app.run(&format!("select bear_from({from})")).await;
        assert_eq!(
            app.value("select oldest_borne()").await,
            oldest,
            "from {from}: what is served no more is never served again"
        );
    }
    assert!(run(&mut application(&app).await, "select bear_from(99)").await.is_err(), "it is the operator who says so");
}

/// Who upgrades a database replaced its servers since the upgrade before, or says that they are replaced.
#[test]
fn an_upgrade_ends_what_the_one_before_still_bore() {
    let (older, nothing) = (Beside::Older, Beside::Nothing);
    let up_to = |last: i64| (1..=last).collect::<Vec<_>>();
    for (before, newest, beside, oldest) in [
        (0, 60, older, None),
        (52, 60, older, None),
        (53, 53, older, None),
        (53, 54, older, Some(53)),
        (60, 71, older, Some(53)),
        (71, 71, older, None),
        (71, 72, older, Some(71)),
        (76, 77, older, Some(71)),
        (0, 71, nothing, Some(71)),
        (69, 71, nothing, Some(71)),
        (71, 71, nothing, Some(71)),
        (60, 60, nothing, Some(53)),
    ] {
        let served = db::oldest_served(&up_to(before), &up_to(newest), beside);
        assert_eq!(served, oldest, "{before} to {newest}, {beside:?}");
    }
    let served = db::oldest_served(&[], &up_to(999), nothing).expect("it counts on some");
    for (document, says) in [
        ("docs/operating.md", "written after migration {}"),
        ("docs/decisions/0061-a-request-can-be-recalled.md", "`oldest_borne()` below {}"),
    ] {
        let text = std::fs::read_to_string(document).expect("it is there");
        assert!(text.contains(&says.replace("{}", &served.to_string())), "{document} speaks of another migration");
    }
    // A later number that landed first says nothing of those before it.
    let landed_first = [up_to(63), vec![74]].concat();
    assert_eq!(db::oldest_served(&landed_first, &up_to(74), older), Some(53));
    assert_eq!(db::oldest_served(&landed_first, &landed_first, nothing), Some(53));
    assert_eq!(db::oldest_served(&up_to(74), &up_to(75), older), Some(71));
}

/// A piece that a function holds twice is replaced nowhere: one of the two places was not meant.
#[tokio::test]
async fn a_migration_replaces_one_piece_of_a_function() {
    let app = TestApp::empty().await;
    let mut above = superuser(&app).await;
    let amends = |before: &str| format!("select amend('spill_places()', '{before}', '{before} ')");
    for (before, refused) in
        [("(''recall'', ''check'',", None), ("''check''", Some("times")), ("''nowhere''", Some("does not hold"))]
    {
        let tried = run(&mut above, &amends(before)).await.map_err(|error| error.to_string());
        match refused {
            None => assert!(tried.is_ok(), "{tried:?}"),
            Some(why) => assert!(tried.unwrap_err().contains(why), "{before}"),
        }
    }
}

/// As the program itself connects, at its own commit.
#[tokio::test]
async fn the_program_commits_only_what_its_person_logged() {
    let app = TestApp::demonstration().await;
    let own = session(&app, "admin", "null").await;
    let mut program = application(&app).await;
    let change = "update posts set version = version where ctid = (select ctid from posts limit 1)";
    let right = Entry { by: Some("admin"), ..Entry::right("post_changed", ("subject_id", "t.id"), &own) };
    for (entry, commits) in [
        (&Entry { by: Some("case"), ..right.clone() }, false),
        (&Entry { verb: "post_added", by: None, ..right.clone() }, false),
        (&right, true),
    ] {
        let done = run(&mut program, &format!("begin; {}; commit", entry.of("posts", change))).await;
        assert_eq!(done.is_ok(), commits, "{entry:?}: {done:?}");
        let _ = run(&mut program, "rollback").await;
    }
    assert_eq!(column(&app, "select summary from audit_events where subject_kind = 'test'").await.len(), 1);
    // Who ends their own session by what they change, as by a new password, was still there.
    let ends = format!("update sessions set ended_at = now() where key_hash = decode('{own}', 'hex'); {change}");
    run(&mut program, &format!("begin; {}; commit", right.of("posts", &ends))).await.expect("it is of this change");
    let late = run(&mut program, &format!("begin; {}; commit", right.of("posts", change))).await;
    let late = late.expect_err("it is over");
    assert_eq!(late.as_database_error().and_then(|error| error.constraint()), Some("sessions_live"));
}

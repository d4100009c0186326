//! What holds of the schema as a whole: names that no other table can take, and a way by an index to every row.

use std::collections::BTreeSet;

use lantern::db;
use sqlx::PgConnection;

use crate::{
    database::{
        CHECK, LICENSE, LOG, RESULT, TELEGRAM, application, column, decided, person, proposed, run, signed, verified,
    },
    support::{TestApp, program::until},
};

/// Of what refers to these, an index may be missing: they are few, no row of them is ever taken away, and what refers
/// to them is found by its own file or by the log.
pub const VOCABULARIES: &[&str] = &["authorities", "countries", "country_rules", "people", "posts"];

const OURS: &str =
    "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')";

#[tokio::test]
async fn every_function_names_the_schemas_that_it_looks_into() {
    let app = TestApp::empty().await;
    let loose = "select p.oid::regprocedure || coalesce(array_to_string(p.proconfig, ', '), '') from pg_proc p
        where not p.pronamespace::regnamespace::text = any ('{pg_catalog,information_schema}')
            and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            and not coalesce('search_path=pg_catalog, public, pg_temp' = any (p.proconfig), false)";
    assert_eq!(
        column(&app, loose).await,
        BTreeSet::new(),
        "end it with: set search_path = pg_catalog, public, pg_temp"
    );
}

/// What was added without reading the rows that stand there was validated after.
#[tokio::test]
async fn every_constraint_holds_of_every_row() {
    let app = TestApp::empty().await;
    let loose = "select conname::text from pg_constraint where not convalidated";
    assert_eq!(column(&app, loose).await, BTreeSet::new());
}

/// A function that sets its search path is never written into the statement that asks it, and one in SQL is planned
/// each time.
#[tokio::test]
async fn what_is_asked_of_each_row_keeps_its_plan() {
    let app = TestApp::empty().await;
    let told = "select p.proname || ' ' || l.lanname from pg_proc p join pg_language l on l.oid = p.prolang where p.proname ~ '^told_'";
    let expected = ["told_since plpgsql", "told_to plpgsql", "told_when plpgsql"];
    assert_eq!(column(&app, told).await, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn every_reference_has_an_index_of_all_its_rows() {
    let app = TestApp::empty().await;
    let missing = format!(
        "select k.conrelid::regclass || ' ' || pg_get_constraintdef(k.oid) from pg_constraint k
         where k.contype = 'f' and not k.confrelid::regclass::text = any ('{{{}}}') and not exists (
             select from pg_index i where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
                 and (select array_agg(c order by c) from unnest((i.indkey::smallint[])[0:cardinality(k.conkey) - 1]) as c)
                     = (select array_agg(c order by c) from unnest(k.conkey) as c))",
        VOCABULARIES.join(",")
    );
    assert_eq!(column(&app, &missing).await, BTreeSet::new());
}

#[tokio::test]
async fn the_program_creates_nothing() {
    let app = TestApp::empty().await;
    let mut application = application(&app).await;
    let mut tried = vec![
        "create schema elsewhere".to_owned(),
        "create table public.notes (text text)".into(),
        "create view public.notes as select 1".into(),
        "create function public.now() returns timestamptz language sql as 'select null::timestamptz'".into(),
        "create temporary view audit_events as select 1".into(),
        "create temporary sequence audit_events".into(),
        "create function pg_temp.now() returns timestamptz language sql as 'select null::timestamptz'".into(),
        "create type pg_temp.uuid as (text text)".into(),
        "select 1 as xact into temporary audit_events".into(),
    ];
    tried.extend(
        column(&app, OURS).await.iter().map(|table| format!("create temporary table {table} (like public.{table})")),
    );
    for statement in tried {
        let refused = run(&mut application, &statement).await.expect_err(&statement).to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn a_database_that_lets_the_program_create_tables_is_not_served() {
    let app = TestApp::empty().await;
    let visitor = app.nobody();
    assert_eq!(visitor.get("/readyz").await.status, 200);
    let name = app.value("select current_database()").await;
    for right in [
        format!("temporary on database \"{name}\""),
        format!("create on database \"{name}\""),
        "create on schema public".into(),
    ] {
        for role in ["public", "lantern_app"] {
            app.run(&format!("grant {right} to {role}")).await;
            // An answer stands for a second, so the next one is waited for.
            until("the database lets the program create tables", async || {
                let unready = visitor.get("/readyz").await;
                unready.status == 503
                    && ["lets the program create tables", "lantern migrate"]
                        .iter()
                        .all(|said| unready.body.contains(said))
            })
            .await;
            db::migrate(&app.superuser(), db::Beside::Older).await.expect("migrating again takes it away");
            until("it is ready again", async || visitor.get("/readyz").await.status == 200).await;
        }
    }
}

/// A function of a trigger, what stands in the tables that hide ours, the change that it refuses, and its refusal.
type Attack = (&'static str, &'static str, String, &'static str);

fn on_the_log_and_people() -> Vec<Attack> {
    let another_admin = "insert into assignments select gen_random_uuid(), id, 'admin', null, '2020-01-01', null from people where account = 'auditor'";
    vec![
        (
            "refuse_unaudited_change",
            LOG,
            "update posts set version = version + 1".into(),
            "change to posts without a log entry",
        ),
        ("refuse_rewriting", "", "update audit_events set summary = 'Another'".into(), "audit_events is append-only"),
        (
            "keep_an_administrator",
            another_admin,
            format!(
                "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
                     values (gen_random_uuid(), now(), 'test', 'person_disabled', 'person', {0}, 'tried it');
                 update people set disabled_at = now() where id = {0}",
                person("admin")
            ),
            "people_one_administrator",
        ),
    ]
}

fn on_what_is_closed() -> Vec<Attack> {
    let sealed = "(select c.id from checks c join results r on r.check_id = c.id join result_reasons n on n.result_id = r.id
        join contacts t on t.check_id = c.id join findings f on f.check_id = c.id join finding_basis b on b.finding_id = f.id
        where c.state = 'closed' limit 1)";
    let opened = "update checks set state = 'in_progress', closed_at = null;
        update recommendations set withdrawn_at = now() where withdrawn_at is null";
    vec![
        (
            "refuse_change_to_closed_check",
            opened,
            format!("update checks set subject = 'Another' where id = {sealed}"),
            "checks_closed_is_final",
        ),
        (
            "refuse_writing_when_frozen",
            opened,
            format!("update contacts set summary = 'Another' where check_id = {sealed}"),
            "contacts_not_frozen",
        ),
        (
            "refuse_basis_when_frozen",
            opened,
            format!(
                "delete from finding_basis where finding_id in (select id from findings where check_id = {sealed})"
            ),
            "finding_basis_not_frozen",
        ),
        // Something more said at a contact that a reply rests on.
        (
            "refuse_statement_of_replied_contact",
            "update checks set replied_at = null",
            format!(
                "insert into statements (id, check_id, contact_id, text, source_grade, recorded_by, recorded_at)
                 select {RESULT}, t.check_id, t.id, 'A', 'observed', {}, now() from contacts t join checks c on c.id = t.check_id
                 where c.state = 'replied' and t.recorded_at < c.replied_at limit 1",
                person("guatemala")
            ),
            "statements_contact_replied",
        ),
        // A closed result rewritten.
        (
            "refuse_change_to_sealed_file",
            opened,
            format!("update results set word = 'inconclusive' where check_id = {sealed}"),
            "results_sealed",
        ),
        (
            "refuse_change_to_sealed_reasons",
            opened,
            format!(
                "update result_reasons set finding_id = null where result_id in (select id from results where check_id = {sealed})"
            ),
            "result_reasons_sealed",
        ),
    ]
}

fn on_separate_duties() -> Vec<Attack> {
    let verifying = "(select verified_contact_id from certificate_signatures where verified_by is not null limit 1)";
    let off_paper = format!(
        "insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
             values ({RESULT}, {CHECK}, 'call', 'A', 'paper', 'tried', {}, now());
         update certificate_signatures set verified_contact_id = {RESULT} where verified_by is not null",
        person("guatemala")
    );
    let of_another = off_paper.replace("'paper'", "'embassy'");
    vec![
        // An own result signed.
        ("separate_duties", "delete from duties", format!("{}; {}", proposed("case2"), signed("case")), "duties_sign_result_after_open"),
        ("hold_amount_within_authority", "delete from people", decided("approve", "auditor"), "duties_amount_within_authority"),
        ("judge_permit", "delete from contacts", verified("guatemala", "paper"), "permits_verified_off_paper"),
        ("refuse_paper_taken_back", "delete from permits", rests_on_a_paper_taken_back(), "import_approvals_on_live_paper"),
        ("refuse_signature_off_paper", "delete from contacts", off_paper, "certificate_signatures_verified_off_paper"),
        ("refuse_signature_of_another", "delete from contacts", of_another, "certificate_signatures_verified_by_signer"),
        (
            "keep_verifying_channel",
            "delete from permits; delete from certificate_signatures",
            format!(
                "update checks set state = 'in_progress' where id = (select check_id from contacts where id = {verifying});
                 update recommendations set withdrawn_at = now() where withdrawn_at is null and check_id = (select check_id from contacts where id = {verifying});
                 update contacts set channel_source = 'paper' where id = {verifying}"
            ),
            "contacts_channel_verified",
        ),
    ]
}

/// What was sent is made a draft by hand, and somebody writes on a draft that no post got.
fn on_what_was_sent() -> Vec<Attack> {
    let as_if = "insert into recalls select gen_random_uuid(), id, post_id, type, subject, reason, '', 'A', '', priority, site_visit, days_to_answer, due_on,
        requested_by, requested_at, 'A', opened_by, now() from checks where state = 'requested'";
    let written = format!(
        "insert into remarks (id, check_id, thread_id, to_part, text, written_by, written_at)
         select {RESULT}, id, {RESULT}, 'reviewer', 'A', opened_by, now() from checks where requested_at is null limit 1"
    );
    vec![
        (
            "keep_what_was_sent",
            as_if,
            "update checks set state = 'draft' where state = 'requested'".into(),
            "checks_recalled",
        ),
        ("keep_remarks", "update checks set requested_at = now()", written, "remarks_once_sent"),
    ]
}

/// A merge that says of its record what is not so, and one that is undone twice.
fn on_merges() -> Vec<Attack> {
    let (from, into) = ("(select min(id::text)::uuid from parties)", "(select max(id::text)::uuid from parties)");
    let stands = format!(
        "insert into merges values ({RESULT}, {from}, {into}, 'A', {}, now(), 'found', '{{}}', '{{}}', '[]', null, '{{}}', '{{}}', null, null, null)",
        person("case")
    );
    let undone = format!("update merges set undone_by = {}, undone_at = now(), undone_reason = 'A'", person("case"));
    vec![
        ("keep_merge", "delete from merges", format!("{stands}; {undone}; {undone}"), "merges_kept"),
        ("hold_merge", "update parties set standing = 'merged'", stands, "merges_as_the_record"),
    ]
}

fn on_telegrams() -> Vec<Attack> {
    let answer = |telegram: &str, check: &str| {
        format!(
            "insert into telegram_answers values ({telegram}, 'a-1', 'a', 'accepted', '', 'A', 'A', '{{}}', {check}, null, null, null, {}, now())",
            person("case")
        )
    };
    let sent = format!(
        "insert into telegrams (id, way, state, direction, post_id, subject, recorded_by, recorded_at, body)
         select {RESULT}, 'out', 'draft', 'request', post_id, '', {}, now(), 'A' from checks where id = {CHECK}",
        person("case")
    );
    vec![
        ("keep_telegram", "", "update telegrams set subject = 'Another'".into(), "telegrams_kept"),
        (
            "keep_telegram_answer",
            "update checks set state = 'draft'",
            format!("{}; delete from telegram_answers", answer(TELEGRAM, CHECK)),
            "telegram_answers_kept",
        ),
        (
            "keep_telegram_on_its_post",
            "delete from telegrams",
            format!(
                "insert into telegram_checks values ({TELEGRAM}, (select c.id from checks c join telegrams t on t.post_id <> c.post_id
                     where c.state = 'in_progress' limit 1), {}, now())",
                person("case")
            ),
            "telegram_checks_of_its_post",
        ),
        ("answer_what_came_in", "delete from telegrams", format!("{sent}; {}", answer(RESULT, CHECK)), "telegram_answers_to_what_came_in"),
    ]
}

/// A cell that comes to rest on a permit that was recorded by mistake.
fn rests_on_a_paper_taken_back() -> String {
    let (permit, by) = ("'01900000-0000-7000-8000-00000000000d'", person("guatemala"));
    format!(
        "insert into permits (id, license_id, authority_id, number, number_normalized, quantity, unit, named_party, holds_number, withdrawn_at,
             withdrawn_reason, recorded_by, recorded_at) values ({permit}, {LICENSE}, (select id from authorities where short_name = 'DIGECAM'),
             'T-2', 't2', 30, 'pieces', 'A', false, now(), 'A', {by}, now());
         update import_approvals set permit_id = {permit} where id = (select id from import_approvals where license_id = {LICENSE} limit 1)"
    )
}

/// A statement whose tables are named with their schema.
fn qualified(statement: &str, tables: &BTreeSet<String>) -> String {
    let named = regex::Regex::new(r"\b(from|into|update|join) (\w+)").expect("a pattern");
    let ours = |found: &regex::Captures<'_>| {
        let schema = if tables.contains(&found[2]) { "public." } else { "" };
        format!("{} {schema}{}", &found[1], &found[2])
    };
    named.replace_all(statement, ours).into_owned()
}

/// What refuses a change with its log entry, with names looked up by this path: the constraint's name, or PostgreSQL's
/// words.
async fn refusal(connection: &mut PgConnection, path: &str, hidden: &str, change: &str) -> String {
    let change =
        format!("begin; set local search_path = {path}; {hidden}; {change}; set constraints all immediate; rollback");
    let tried = run(connection, &change).await;
    let _ = run(connection, "rollback").await;
    let Err(error) = tried else { return "nothing".into() };
    let error = error.as_database_error().unwrap_or_else(|| panic!("{change}: {error}"));
    error.constraint().map_or_else(|| error.message().to_owned(), str::to_owned)
}

/// Even where the program's role has been given rights that it must not have: temporary tables stand before ours
/// without being asked for, those of another schema where the session says so.
#[tokio::test]
async fn no_rule_is_misled_by_a_table_that_hides_ours() {
    let app = TestApp::demonstration().await;
    // Of what was reported as classified the program's role can copy nothing.
    let tables: BTreeSet<String> = column(&app, OURS)
        .await
        .into_iter()
        .filter(|table| !["spill_texts", "spill_words"].contains(&table.as_str()))
        .collect();
    let name = app.value("select current_database()").await;
    let copies = |schema: &str| {
        let copy = |table: &String| {
            format!(
                "create table {schema}.{table} (like public.{table} including defaults); insert into {schema}.{table} select * from public.{table};"
            )
        };
        tables.iter().map(copy).collect::<String>()
    };
    app.run(&format!(
        "grant temporary on database \"{name}\" to lantern_app; grant update on audit_events to lantern_app; create schema elsewhere; {}
         grant usage on schema elsewhere to lantern_app; grant all on all tables in schema elsewhere to lantern_app",
        copies("elsewhere")
    ))
    .await;
    let mut application = application(&app).await;
    run(&mut application, &copies("pg_temp")).await.expect("the role was given the right");

    let attacks = [
        on_the_log_and_people(),
        on_what_is_closed(),
        on_what_was_sent(),
        on_separate_duties(),
        on_telegrams(),
        on_merges(),
    ]
    .concat();
    let tried: BTreeSet<String> = attacks.iter().map(|(function, ..)| (*function).to_owned()).collect();
    // What refuses nothing is tried elsewhere: what leaves marks in `standings`, what renews a version in `reference`,
    // what notes where to look in `searches`, that a value was stated in `opening`.
    let all = "select distinct tgfoid::regproc::text from pg_trigger where not tgisinternal and tgname !~ '^(marks|version|note)_'";
    assert_eq!(tried, column(&app, all).await, "every trigger");
    for (function, hidden, change, rule) in attacks {
        let log = if function == "refuse_unaudited_change" { "" } else { LOG };
        let change = qualified(&format!("{log}; {change}"), &tables);
        for (path, hidden) in [("public, pg_temp", ""), ("pg_temp, public", hidden), ("elsewhere, public", hidden)] {
            assert_eq!(
                refusal(&mut application, path, hidden, &change).await,
                rule,
                "{function}, path {path}: {change}"
            );
        }
    }
}

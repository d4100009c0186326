//! Generated data: it is what the program itself could have written, the same for the same seed, and comes into an
//! empty database only.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use lantern::{
    checks::{
        model::{CaseFile, CheckState, ResultWord},
        next_step::{Who, next_step},
        store::{Texts, cases},
    },
    generate::{self, Order, Situation, recheck, store},
    id::CheckId,
    licenses::store::EVERYTHING,
    text::{Line, Text},
};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::support::{
    TestApp,
    app::{NOW, ORDER},
};

async fn connection(app: &TestApp) -> PgConnection {
    app.superuser().connect().await.expect("PostgreSQL answers")
}

async fn rows(connection: &mut PgConnection, statement: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
        .fetch_all(connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"))
}

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// Every case file, as the rules read it.
async fn files(app: &TestApp) -> Vec<CaseFile> {
    let mut connection = connection(app).await;
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select id from checks order by id")
        .fetch_all(&mut connection)
        .await
        .expect("there are checks");
    let ids: Vec<CheckId> = ids.into_iter().map(CheckId).collect();
    cases(&mut connection, EVERYTHING, &ids, Texts::Whole, NOW).await.expect("they are read")
}

#[tokio::test]
async fn every_page_opens_on_generated_data_for_each_role() {
    let app = TestApp::generated().await;
    for account in ["guatemala", "guatemala2", "kingston", "apia", "case", "reviewer", "supervisor", "auditor", "admin"]
    {
        let costs = crate::pages::walk(&app, account, 2, false).await;
        assert!(costs.len() > 10, "{account} reaches {} pages", costs.len());
    }
}

/// A closed check came to its end by the rules.
fn is_sealed_in_order(file: &CaseFile) {
    let (check, name) = (&file.check, &file.check.reference);
    assert!(
        check.closed_at.is_some() && file.licenses.iter().all(|license| !license.status.is_open()),
        "{name} is not settled"
    );
    let result = check.result.as_ref().unwrap_or_else(|| panic!("{name} has no result"));
    assert!(result.signed_by.is_some(), "{name}: nobody signed the result");
    assert!(!result.word.needs_countersignature() || result.countersigned_at.is_some(), "{name}: nobody countersigned");
    if result.word == ResultWord::NotCompleted {
        return;
    }
    assert!(file.unanswered().is_empty(), "{name}: {:?}", file.unanswered());
    assert!(
        check.recommendation.as_ref().is_some_and(|word| word.cleared_by.is_some()),
        "{name}: the reply is not cleared"
    );
    // A second check on a license may have found what the first one did not.
    if file.licenses.iter().all(|license| license.checks.len() == 1) {
        let unexplained =
            file.contradictions().into_iter().filter(|found| found.explanation.is_none()).map(|found| found.sentence);
        assert_eq!(unexplained.collect::<Vec<_>>(), Vec::<String>::new(), "{name}");
        assert_eq!(file.bears(result.word, &result.reasons), Ok(()), "{name}");
    }
}

#[tokio::test]
async fn the_rules_agree_with_every_file() {
    let app = TestApp::generated().await;
    let files = files(&app).await;
    assert_eq!(files.len(), ORDER.checks);
    let open: Vec<&CaseFile> = files.iter().filter(|file| file.check.state != CheckState::Closed).collect();
    assert_eq!(open.len(), ORDER.checks / 2, "half of a few; of many, {}", generate::OPEN);
    files.iter().filter(|file| file.check.state == CheckState::Closed).for_each(is_sealed_in_order);
    let steps: Vec<_> = open.iter().map(|file| (file, next_step(file))).collect();
    assert!(steps.iter().all(|(_, step)| step.who() != Who::Nobody), "an open check waits for somebody");
    let some = |what: &str, is: &dyn Fn(&CaseFile) -> bool| assert!(open.iter().any(|file| is(file)), "none is {what}");
    for state in CheckState::ALL.iter().filter(|state| **state != CheckState::Closed) {
        some(state.label(), &|file| file.check.state == *state);
    }
    for who in [Who::CaseOfficer, Who::Post, Who::Reviewer, Who::Supervisor, Who::Outside] {
        assert!(steps.iter().any(|(_, step)| step.who() == who), "nothing waits for {}", who.label());
    }
    some("late", &|file| file.check.due().is_over(NOW));
    some("contradictory", &|file| {
        file.contradictions().iter().any(|found| found.explanation.is_none() && !found.by_post)
    });
    some("contradictory at post", &|file| {
        file.contradictions().iter().any(|found| found.explanation.is_none() && found.by_post)
    });
    some("ready to sign", &|file| {
        file.check
            .result
            .as_ref()
            .is_some_and(|result| file.sign_result(lantern::id::PersonId::new()).is_ok() && result.signed_by.is_none())
    });
    some("ready to issue", &|file| file.licenses.iter().any(|license| license.is_ready(&file.reference, file.today())));
    some("blocked", &|file| {
        file.licenses
            .iter()
            .any(|license| license.status.is_open() && !license.blocked_parties(&file.reference).is_empty())
    });
    some("given back", &|file| !file.check.questions.is_empty() && file.check.state == CheckState::InProgress);
    some("declined", &|file| {
        file.check.earlier_result.as_ref().is_some_and(|result| result.declined_because.is_some())
    });
    assert!(Situation::ALL.len() <= open.len(), "each situation has its check");
}

/// Streams of rows by table, hashed.
fn digest(book: generate::Book, order: Order) -> BTreeMap<&'static str, Vec<u8>> {
    let hashes = Arc::new(Mutex::new(BTreeMap::<usize, Sha256>::new()));
    let into = Arc::clone(&hashes);
    let out = Box::new(move |table: usize, rows: Vec<u8>| {
        into.lock().unwrap().entry(table).or_default().update(&rows);
        Ok(())
    });
    generate::make(order, book, out, |_| {}).expect("it is made");
    let hashes = std::mem::take(&mut *hashes.lock().unwrap());
    hashes.into_iter().map(|(table, hash)| (generate::rows::TABLES[table].name, hash.finalize().to_vec())).collect()
}

#[tokio::test]
async fn a_seed_makes_the_same_rows_and_another_seed_others() {
    let app = TestApp::empty().await;
    let mut connection = connection(&app).await;
    let mut made = Vec::new();
    for seed in [3, 3, 4] {
        let book = store::book(&mut connection, ORDER.today).await.expect("it is read");
        made.push(digest(book, Order { seed, checks: 200, ..ORDER }));
    }
    assert_eq!(made[0], made[1]);
    let same: Vec<_> = made[0]
        .iter()
        .filter(|(table, hash)| made[2].get(*table) == Some(hash) && **table != "check_numbers")
        .map(|(table, _)| *table)
        .collect();
    assert_eq!(same, Vec::<&str>::new(), "another seed, other rows");
}

#[tokio::test]
async fn only_an_empty_database_is_filled() {
    let person = "insert into people (id, account, name, password_hash, created_at) values (gen_random_uuid(), 'somebody', 'S', 'x', now())";
    let check = "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, opened_by, opened_at)
        values (gen_random_uuid(), 2026, 1, 'pre_license', 'draft', gen_random_uuid(), 'A', 'B', 'routine', 'optional', 30, gen_random_uuid(), now())";
    let entry = "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
        values (gen_random_uuid(), now(), 'terminal', 'exported', 'person', gen_random_uuid(), 'exported')";
    for (table, row) in [("people", person), ("checks", check), ("audit_events", entry)] {
        let app = TestApp::empty().await;
        run(&mut connection(&app).await, &format!("set session_replication_role = replica; {row}")).await;
        let refused = generate::fill(&app.superuser(), ORDER, |_| {}).await.expect_err("it is refused");
        let sentence =
            format!("the database is not empty ({table} has rows); generate fills only one that was just migrated");
        assert_eq!(refused.to_string(), format!("refused: {sentence}"));
        let triggers = app.value("select count(*) from pg_trigger where not tgisinternal and tgenabled = 'D'").await;
        assert_eq!(
            (triggers.as_str(), app.value(&format!("select count(*) > 0 from {table}")).await.as_str()),
            ("0", "true")
        );
    }
}

#[tokio::test]
async fn a_schema_that_it_does_not_know_is_refused_in_a_sentence() {
    for (change, says) in [
        ("alter table contacts add column mood text", "table contacts: the column mood is new"),
        ("alter table contacts drop column place", "table contacts: there is no column place"),
        (
            "alter table documents alter column dated type timestamptz",
            "table documents: dated is timestamptz, not date",
        ),
    ] {
        let app = TestApp::empty().await;
        run(&mut connection(&app).await, change).await;
        let refused = generate::fill(&app.superuser(), ORDER, |_| {}).await.expect_err("it is refused").to_string();
        assert!(refused.contains(says), "{refused}");
    }
}

/// Everything that the schema says of its tables.
async fn schema(app: &TestApp) -> BTreeSet<String> {
    let mut connection = connection(app).await;
    let mut all = BTreeSet::new();
    for statement in [
        "select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated from pg_constraint where connamespace = 'public'::regnamespace",
        "select indrelid::regclass || ' ' || pg_get_indexdef(indexrelid) || indisvalid from pg_index join pg_class c on c.oid = indrelid where relnamespace = 'public'::regnamespace",
        "select tgrelid::regclass || ' ' || pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where not tgisinternal",
        "select relname || ' ' || coalesce(relacl::text, '') || relowner::regrole from pg_class where relnamespace = 'public'::regnamespace",
    ] {
        all.extend(rows(&mut connection, statement).await);
    }
    all
}

#[tokio::test]
async fn indexes_constraints_triggers_and_rights_are_what_they_were() {
    let (empty, filled) = (TestApp::empty().await, TestApp::generated().await);
    let (before, after) = (schema(&empty).await, schema(&filled).await);
    assert!(before.len() > 300);
    assert_eq!(before.symmetric_difference(&after).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn every_trigger_says_what_it_would_have_refused() {
    let app = TestApp::empty().await;
    let triggers = store::triggers(&mut connection(&app).await).await.expect("they are read");
    let unsaid: Vec<String> = triggers
        .iter()
        .filter(|trigger| recheck::of(&trigger.table_name, &trigger.name).is_none())
        .map(|trigger| format!("{} of {}", trigger.name, trigger.table_name))
        .collect();
    assert_eq!(unsaid, Vec::<String>::new(), "src/generate/recheck.rs says nothing of these");
}

/// For each trigger that refuses rows: its table, its name, and what brings such a row in.
const BROKEN: &[(&str, &str, &str)] = &[
    ("telegrams", "audited", "update audit_events set xact = '1'"),
    ("findings", "audited", "update audit_events set verb = 'contact_recorded' where verb = 'finding_recorded'"),
    ("provisos", "audited", "update audit_events set license_id = null"),
    ("check_numbers", "audited", "update check_numbers set last = last + 2"),
    ("posts", "audited", "update audit_events set recorded_at = recorded_at + interval '1 second'"),
    ("people", "one_administrator", "update assignments set ends_on = starts_on where role = 'admin'"),
    (
        "contacts",
        "frozen",
        "update contacts t set recorded_at = c.closed_at + interval '1 hour' from checks c where c.id = t.check_id and c.closed_at is not null",
    ),
    (
        "statements",
        "frozen",
        "update statements t set recorded_at = c.requested_at - interval '1 hour' from checks c where c.id = t.check_id",
    ),
    (
        "statements",
        "replied",
        "update statements t set recorded_at = c.replied_at + interval '1 hour' from checks c where c.id = t.check_id and c.replied_at is not null",
    ),
    ("documents", "frozen", "update checks set state = 'draft' where id in (select check_id from documents)"),
    (
        "findings",
        "frozen",
        "update findings t set recorded_at = c.replied_at + interval '1 hour' from checks c where c.id = t.check_id and c.replied_at is not null",
    ),
    (
        "finding_basis",
        "frozen",
        "update checks set acknowledged_at = null; delete from findings where id not in (select finding_id from finding_basis)",
    ),
    (
        "contacts",
        "keeps_channel",
        "update contacts set channel_source = 'paper' where id in (select verified_contact_id from certificate_signatures)",
    ),
    ("recommendations", "sealed", "update recommendations set written_at = now() + interval '9 years'"),
    ("results", "sealed", "update results set signed_at = now() + interval '9 years'"),
    ("result_reasons", "sealed", "update results set proposed_at = now() + interval '9 years'"),
    ("explanations", "sealed", "update explanations set explained_at = now() + interval '9 years'"),
    ("check_questions", "sealed", "update check_questions set asked_at = now() + interval '9 years'"),
    ("interim_replies", "sealed", "update interim_replies set signed_at = now() + interval '9 years'"),
    ("extensions", "sealed", "update extensions set extended_at = now() + interval '9 years'"),
    ("recalls", "sealed", "update checks set closed_at = '2001-01-01' where id in (select check_id from recalls)"),
    ("remarks", "sealed", "update checks set closed_at = '2001-01-01' where id in (select check_id from remarks)"),
    ("remarks", "kept", "update remarks set written_at = '2001-01-01'"),
    (
        "checks",
        "note_settled_remarks",
        "update remarks set settled_at = null; update checks set state = 'closed' where id in (select check_id from remarks)",
    ),
    ("check_licenses", "sealed", "update licenses set registered_at = now() + interval '9 years'"),
    ("check_subjects", "sealed", "update parties set created_at = now() + interval '9 years'"),
    ("telegram_checks", "sealed", "update telegram_checks set joined_at = now() + interval '9 years'"),
    ("telegram_answers", "sealed", "update telegram_answers set answered_at = now() + interval '9 years'"),
    ("decisions", "within_authority", "update people set decision_authority = 0"),
    ("permits", "judged", "update permits set verified_contact_id = null"),
    (
        "permits",
        "judged",
        "update permits p set number_normalized = 'A', license_id = o.license_id, authority_id = o.authority_id, holds_number = false from permits o",
    ),
    ("import_approvals", "on_live_paper", "update permits set withdrawn_at = recorded_at"),
    (
        "results",
        "duties",
        "update audit_events e set actor_id = r.signed_by from results r where r.check_id = e.check_id and e.verb = 'check_opened'",
    ),
    (
        "results",
        "duties_of_ending",
        "update audit_events e set actor_id = r.signed_by from results r where r.check_id = e.check_id and e.verb = 'check_opened'",
    ),
    (
        "decisions",
        "duties",
        "update audit_events e set actor_id = d.decided_by from decisions d join check_licenses k on k.license_id = d.license_id
             where k.check_id = e.check_id and e.verb = 'result_signed'",
    ),
    (
        "exceptions",
        "duties",
        "insert into exceptions select gen_random_uuid(), d.license_id, 15, null, 'A', d.decided_by, d.decided_at, null from decisions d limit 1",
    ),
    (
        "recommendations",
        "duties",
        "update audit_events e set actor_id = r.signed_by, verb = 'license_decided', license_id = k.license_id
             from recommendations r join check_licenses k using (check_id) where k.check_id = e.check_id and e.verb = 'check_opened'",
    ),
    ("certificate_signatures", "verified_off_paper", "update contacts set channel_source = 'not_stated'"),
    ("certificate_signatures", "verified_own_side", "update contacts set party_id = null, authority_id = null"),
    ("telegram_checks", "within_its_post", "update telegrams set post_id = (select id from posts where name = 'Apia')"),
    ("telegram_answers", "to_what_came_in", "update telegrams set way = 'out'"),
];

#[tokio::test]
async fn what_a_trigger_refuses_is_found_among_rows_that_are_there() {
    let app = TestApp::generated().await;
    let mut connection = connection(&app).await;
    // Constraints of the tables themselves are nobody's business here.
    let constraints =
        "select format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint
        where contype = 'c' and connamespace = 'public'::regnamespace";
    for drop in rows(&mut connection, constraints).await {
        run(&mut connection, &drop).await;
    }
    run(&mut connection, "begin").await;
    let refused = store::refused(&mut connection).await.expect("it is asked");
    assert!(refused.is_some(), "outside of its own transaction no row has its entry");
    run(&mut connection, "rollback").await;
    let now = "set local session_replication_role = replica; update audit_events set xact = pg_current_xact_id(), recorded_at = now()";
    let all = store::triggers(&mut connection).await.expect("they are read");
    let forgotten =
        all.iter().filter(|trigger| trigger.name.starts_with("duties") && trigger.table_name != "exceptions");
    let forgotten = forgotten.map(|trigger| (trigger.table_name.as_str(), trigger.name.as_str(), "delete from duties"));
    for (table, trigger, change) in BROKEN.iter().copied().chain(forgotten.clone()) {
        run(&mut connection, &format!("begin; {now}; {change}")).await;
        // Only the trigger that is tried is asked.
        run(&mut connection, &format!("do $$ declare t record; begin for t in select tgrelid::regclass as of, tgname from pg_trigger where not tgisinternal and (tgrelid::regclass::text, tgname) <> ('{table}', '{trigger}') loop execute format('drop trigger %I on %s', t.tgname, t.of); end loop; end $$")).await;
        let refused = store::refused(&mut connection).await.expect("it is asked");
        run(&mut connection, "rollback").await;
        assert!(
            refused.as_ref().is_some_and(|said| said.contains(&format!("{trigger} of {table} refuses a row"))),
            "{trigger} of {table}: {refused:?}"
        );
    }
    let tried: BTreeSet<(&str, &str)> =
        BROKEN.iter().copied().chain(forgotten).map(|(table, trigger, _)| (table, trigger)).collect();
    let finds = |table: &str, trigger: &str| recheck::of(table, trigger) != Some(recheck::Recheck::NoRow);
    let untried: Vec<String> = all
        .iter()
        .filter(|t| finds(&t.table_name, &t.name) && !tried.contains(&(t.table_name.as_str(), t.name.as_str())))
        .filter(|t| {
            t.name != "audited" && (t.table_name.as_str(), t.name.as_str()) != ("assignments", "one_administrator")
        })
        .map(|t| format!("{} of {}", t.name, t.table_name))
        .collect();
    assert_eq!(untried, Vec::<String>::new());
}

/// How a row is found in the log: by itself, or by its file at its moment.
const ENTRIES: &[(&str, &str)] = &[
    ("posts", "e.subject_id = r.id"),
    ("people", "e.subject_id = r.id and e.at = r.created_at"),
    ("assignments", "e.subject_id = r.id"),
    ("parties", "e.party_id = r.id and e.at = r.created_at"),
    ("party_aliases", "e.party_id = r.party_id and e.at = r.recorded_at"),
    ("party_facts", "e.party_id = r.party_id and e.at = r.recorded_at"),
    ("party_listings", "e.party_id = r.party_id and e.at = r.recorded_at"),
    ("licenses", "e.license_id = r.id and e.at = r.registered_at"),
    ("item_groups", "e.subject_id = r.id"),
    ("license_parties", "e.license_id = r.license_id and e.party_id = r.party_id"),
    ("conditions", "e.subject_id = r.id and e.at = r.raised_at"),
    ("decisions", "e.license_id = r.license_id and e.at = r.decided_at"),
    ("checks", "e.check_id = r.id and e.at = r.opened_at"),
    ("check_licenses", "e.check_id = r.check_id"),
    ("check_subjects", "e.check_id = r.check_id and e.party_id = r.party_id"),
    ("check_questions", "e.check_id = r.check_id and e.at = r.asked_at"),
    ("interim_replies", "e.check_id = r.check_id and e.at = r.signed_at"),
    ("extensions", "e.check_id = r.check_id and e.at = r.extended_at"),
    ("contacts", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("statements", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("documents", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("findings", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("permits", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("import_approvals", "e.license_id = r.license_id and e.at = r.recorded_at"),
    ("certificates", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("certificate_signatures", "e.subject_id = r.id"),
    ("custody_steps", "e.subject_id = r.id"),
    ("serials", "e.license_id = r.license_id and e.at = r.recorded_at"),
    ("recommendations", "e.check_id = r.check_id and e.at = r.written_at"),
    ("results", "e.check_id = r.check_id and e.at = r.proposed_at"),
    ("explanations", "e.check_id = r.check_id and e.at = r.explained_at"),
    ("telegrams", "e.subject_id = r.id and e.at = r.recorded_at"),
    ("telegram_checks", "e.subject_id = r.telegram_id and e.check_id = r.check_id"),
    ("telegram_answers", "e.subject_id = r.telegram_id and e.at = r.answered_at"),
];

#[tokio::test]
async fn every_row_has_its_own_entry() {
    let app = TestApp::generated().await;
    let mut connection = connection(&app).await;
    for (table, fits) in ENTRIES {
        let statement = format!(
            "select to_jsonb(r)::text from {table} r where not exists (select from audit_events e where {fits}) limit 1"
        );
        assert_eq!(rows(&mut connection, &statement).await, Vec::<String>::new(), "{table}");
        assert_ne!(app.value(&format!("select count(*) from {table}")).await, "0", "{table} is empty");
    }
}

/// The shapes of entries: verb, subject, files, and what stands before and after, each with how its sentence begins.
const SHAPES: &str = "select distinct concat_ws(' | ', verb, subject_kind, case when check_id is null then '' else 'check' end,
        case when license_id is null then '' else 'license' end, case when party_id is null then '' else 'party' end,
        'before ' || coalesce(jsonb_typeof(before) || case jsonb_typeof(before) when 'array' then jsonb_array_length(before)::text
            when 'object' then (select string_agg(k, ',' order by k) from jsonb_object_keys(before) k) else '' end, 'nothing'),
        'after ' || coalesce(jsonb_typeof(after) || case jsonb_typeof(after) when 'array' then jsonb_array_length(after)::text
            when 'object' then (select string_agg(k, ',' order by k) from jsonb_object_keys(after) k) else '' end, 'nothing'),
        split_part(summary, ' ', 1))
    from audit_events";

type Act = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What people do on the generated data that nobody does in the demonstration: who (`post`: an officer of the check's),
/// where, and with what; `=` begins a statement.
const ACTS: &[Act] = &[
    (
        "case",
        "select '/checks/' || r.check_id || '/remarks/' || r.id || '/answer' from remarks r join checks c on c.id = r.check_id
             where c.state not in ('draft', 'closed') and r.answers_id is null order by r.id limit 1",
        &[("text", "It is, and comes with the reply.")],
    ),
    (
        "case",
        "select '/licenses/' || license_id || '/parties/' || id || '/edit' from license_parties where role = 'applicant' and license_id in
             (select id from licenses where status = 'pending') limit 1",
        &[("takes_possession", "never")],
    ),
    (
        "post",
        "select '/checks/' || s.check_id || '/statements/' || s.id || '/link' from statements s join checks c on c.id = s.check_id
             where c.state = 'in_progress' and s.confirmed_by is null and s.contradicted_by is null and s.check_id in
             (select check_id from statements group by 1 having count(*) > 1) order by s.id limit 1",
        &[(
            "contradicted_by",
            "=select t.id from statements s join checks c on c.id = s.check_id join statements t on t.check_id = s.check_id and t.id <> s.id
                 where c.state = 'in_progress' and s.confirmed_by is null and s.contradicted_by is null order by s.id limit 1",
        )],
    ),
    (
        "case",
        "select '/checks/' || id || '/extend' from checks where state = 'requested' limit 1",
        &[("due", "1 Feb 2029"), ("reason", "The ministry is slow.")],
    ),
    ("case", "select '/checks/' || id || '/hold' from checks where state = 'requested' limit 1", &[("text", "The desk looks at it.")]),
    ("case", "select '/checks/' || id || '/resume' from checks where state = 'on_hold' limit 1", &[]),
    (
        "case",
        "select '/checks/' || id || '/waive' from checks where state = 'in_progress' and site_visit = 'required' limit 1",
        &[("text", "No visitors.")],
    ),
    (
        "case",
        "select '/checks/' || c.id || '/explain' from checks c join statements s on s.check_id = c.id where c.state = 'replied' and s.contradicted_by is not null and not exists (select from explanations e where e.check_id = c.id) order by s.id limit 1",
        &[
            (
                "contradiction",
                "=select 'statements:' || s.id from checks c join statements s on s.check_id = c.id where c.state = 'replied' and s.contradicted_by is not null and not exists (select from explanations e where e.check_id = c.id) order by s.id limit 1",
            ),
            ("text", "Both are true."),
        ],
    ),
    (
        "case",
        "select '/checks/' || id || '/licenses/add' from checks where state = 'draft' and type = 'pre_license' limit 1",
        &[("number", "=select number from licenses where status = 'pending' limit 1")],
    ),
    (
        "case",
        "select '/licenses/' || license_id || '/conditions/' || id || '/meet' from conditions where met_at is null limit 1",
        &[("evidence", "A letter, kept at post.")],
    ),
    (
        "case",
        "select '/licenses/' || id || '/certify' from licenses where status = 'pending' limit 1",
        &[("certified_on", "1 Sep 2026"), ("source", "The letter.")],
    ),
    (
        "case",
        "select '/parties/' || id || '/fact' from parties where standing = 'established' limit 1",
        &[("kind", "owner"), ("text", "A. Nobody"), ("source", "A register")],
    ),
    (
        "case",
        "select '/parties/' || id || '/alias' from parties where standing = 'established' limit 1",
        &[("name", "Another"), ("source", "A letter")],
    ),
    (
        "case",
        "select '/parties/' || id || '/listing' from parties where standing = 'established' limit 1",
        &[("list", "sdn"), ("starts_on", "1 Jan 2020"), ("source", "A list")],
    ),
    (
        "case",
        "select '/parties/' || id || '/merge' from parties p where standing = 'established' and id not in (select party_id from license_parties) and id not in (select party_id from check_subjects) or created_at = (select max(created_at) from parties where standing = 'established') order by created_at desc limit 1",
        &[
            ("into", "=select id from parties where standing = 'established' order by created_at limit 1"),
            ("source", "The same register entry"),
        ],
    ),
    (
        "post",
        "select '/checks/' || c.id || '/parties/found' from checks c where c.state = 'in_progress' limit 1",
        &[("name", "Nobody Knew It"), ("kind", "company"), ("country", "GT"), ("role", "broker"), ("source", "A card")],
    ),
    (
        "post",
        "select '/checks/' || c.id || '/contacts/record' from checks c where c.state = 'in_progress' limit 1",
        &[
            ("kind", "call"),
            ("with_whom", "Somebody"),
            ("channel_source", "directory"),
            ("occurred_on", "20 Nov 2026"),
            ("summary", "About it."),
        ],
    ),
    (
        "admin",
        "select '/people/' || id || '/assign' from people p where id not in (select person_id from assignments where coalesce(ends_on, 'infinity') > '2026-01-01') limit 1",
        &[("role", "auditor"), ("starts_on", "1 Dec 2026")],
    ),
    ("admin", "select '/posts/add'", &[("name", "Newly"), ("country", "GT"), ("zone", "America/Guatemala")]),
    (
        "supervisor",
        "select '/licenses/' || p.license_id || '/except' from license_parties p join party_listings t on t.party_id = p.party_id join licenses l on l.id = p.license_id where l.status = 'pending' limit 1",
        &[
            (
                "what",
                "=select t.party_id from license_parties p join party_listings t on t.party_id = p.party_id join licenses l on l.id = p.license_id where l.status = 'pending' limit 1",
            ),
            ("reason", "Policy asks for this sale."),
        ],
    ),
    (
        "reviewer",
        "select '/licenses/' || id || '/suspend' from licenses where status = 'approved' and registered_approved_on is not null order by id limit 1",
        &[("act", "suspend"), ("reasons", "Something was found.")],
    ),
    (
        "reviewer",
        "select '/licenses/' || id || '/reinstate' from licenses where status = 'suspended' order by id desc limit 1",
        &[("act", "reinstate"), ("reasons", "Nothing was found after all.")],
    ),
    (
        "reviewer",
        "select '/licenses/' || id || '/revoke' from licenses where status = 'approved' and registered_approved_on is not null order by id limit 1",
        &[("act", "revoke"), ("reasons", "Something was found again.")],
    ),
    (
        "supervisor",
        "select '/checks/' || c.id || '/decline' from checks c join results r on r.check_id = c.id where c.state = 'replied' and r.withdrawn_at is null limit 1",
        &[("text", "The store was not seen.")],
    ),
];

/// An officer of the post of the check of that address.
fn at_post(path: &str) -> String {
    format!(
        "select p.account from people p join assignments a on a.person_id = p.id join checks c on c.post_id = a.post_id
             where '{path}' like '/checks/' || c.id || '/%' and a.role = 'post_officer' and a.starts_on <= '{0}'
                 and coalesce(a.ends_on, 'infinity') >= '{0}' order by 1 limit 1",
        ORDER.today
    )
}

async fn site_acts(app: &TestApp) {
    for (account, path, fields) in ACTS {
        let path = app.value(path).await;
        let account = if *account == "post" { app.value(&at_post(&path)).await } else { (*account).to_owned() };
        assert!(!path.is_empty(), "nothing to do for {account}: {fields:?}");
        let mut answers = Vec::new();
        for (name, value) in *fields {
            let value = match value.strip_prefix('=') {
                Some(statement) => app.value(statement).await,
                None => (*value).to_owned(),
            };
            answers.push((*name, value));
        }
        let mut visitor = app.enter(&account).await;
        if matches!(visitor.get(&path).await.status, 403 | 404) {
            visitor = app.enter("case2").await;
        }
        let answers: Vec<(&str, &str)> = answers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.done(&path, &answers).await;
    }
}

#[tokio::test]
async fn entries_have_the_shapes_that_the_site_gives_them() {
    let (site, app) = (TestApp::demonstration().await, TestApp::generated().await);
    crate::access::scene(&site).await;
    let made: BTreeSet<String> = rows(&mut connection(&app).await, SHAPES).await.into_iter().collect();
    site_acts(&app).await;
    let mut by_site: BTreeSet<String> = rows(&mut connection(&site).await, SHAPES).await.into_iter().collect();
    by_site.extend(rows(&mut connection(&app).await, &format!("{SHAPES} where at >= '{}'", ORDER.today)).await);
    // The jobs that fill a database say so in their own words; telegrams that come in by another way have tests of
    // their own.
    let verb = |shape: &str| shape.split(' ').next().unwrap_or_default().to_owned();
    let left = ["reference_loaded", "telegram_sent", "telegram_joined", "telegram_answered", "permit_revoked"];
    let other: Vec<&String> = made.difference(&by_site).filter(|shape| !left.contains(&verb(shape).as_str())).collect();
    assert_eq!(other, Vec::<&String>::new(), "the site writes otherwise: {by_site:#?}");
}

#[tokio::test]
async fn what_people_read_could_have_been_typed() {
    let app = TestApp::generated().await;
    let mut connection = connection(&app).await;
    let columns = "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atttypid = 'text'::regtype and a.attnum > 0 and not a.attisdropped
            and c.relname not in ('audit_events', 'reference_entries', 'countries', 'authorities', 'country_rules', 'telegrams', '_sqlx_migrations')";
    for column in rows(&mut connection, columns).await {
        let (table, name) = column.split_once('.').expect("a table and a column");
        for text in rows(
            &mut connection,
            &format!("select distinct {name} from {table} where {name} is not null and {name} <> ''"),
        )
        .await
        {
            assert!(text.parse::<Text>().is_ok_and(|read| read.as_str() == text), "{column}: {text:?}");
            assert!(
                !text.contains(['{', '}', '|']) || matches!(name, "fingerprint" | "contradiction"),
                "{column}: {text:?}"
            );
            let is_line = matches!(
                name,
                "name" | "subject" | "with_whom" | "label" | "number" | "issuer" | "kind" | "holder" | "named_party"
            );
            assert!(!is_line || text.parse::<Line>().is_ok(), "{column}: {text:?}");
        }
    }
}

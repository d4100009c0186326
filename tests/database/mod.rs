//! What PostgreSQL itself refuses, whoever asks and whatever the program forgot: connected as the program is, with its
//! rights.

mod duties;
mod paths;
mod recalled;
mod remarks;
mod signed;

use std::collections::{BTreeMap, BTreeSet};

use lantern::{
    access::Role,
    approvals::model::{ApprovalState, Certainty, CustodyStage, DaysKind, SerialState, Signer},
    audit::By,
    checks::model::{CheckState, CheckType, EndedBecause, Priority, RecommendationWord, ResultWord, SiteVisit},
    db::Db,
    duties::model::Duty,
    evidence::model::{ChannelSource, ContactKind, FindingAnswer, PortionMark, SourceGrade},
    licenses::model::{Act, Jurisdiction, LicenseStatus},
    mistakes::model::{MistakeKind, Side},
    parties::model::{FactKind, PartyKind, PartyRole, Standing, TakesPossession},
    reference::model::{ReferenceKind, ThresholdItems},
    spills::model::{Outcome, SpillFile},
    telegrams::{
        model::{Answer, TelegramState, Way},
        reading::Direction,
    },
};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::support::{TestApp, app::NOW};

/// Tables that change without a log entry: what is typed and not submitted, sessions, and what follows from the record
/// (readings, former names). This list may only shrink.
pub const UNLOGGED: &[&str] = &[
    "_sqlx_migrations",
    "audit_events",
    "bases_read",
    "bases_to_read",
    "changed_bases",
    "check_standings",
    "draft_sources",
    "drafts",
    "former_names",
    "kept_versions",
    "known_browsers",
    "login_attempts",
    "loose_telegrams",
    "post_licenses",
    "post_parties",
    "readiness",
    "security_events",
    "sessions",
    "standing_marks",
    "submissions",
    "telegram_readings",
];

/// Tables of which no row is ever changed or taken away. This list may only grow.
const APPEND_ONLY: &[&str] = &[
    "audit_events",
    "check_questions",
    "corrections",
    "decisions",
    "duties",
    "exceptions",
    "explanations",
    "extensions",
    "interim_replies",
    "mistakes",
    "provisos",
    "recalls",
    "separated_duties",
];

pub const LOG: &str = "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
    values (gen_random_uuid(), now(), 'test', 'tried', 'test', gen_random_uuid(), 'tried it')";

pub async fn application(app: &TestApp) -> PgConnection {
    app.application().connect().await.expect("PostgreSQL answers")
}

/// With the program's rights, for rules other than that an entry fits: what ends a change is judged as of the owner,
/// for whom any entry does once the role is reset.
pub async fn program(app: &TestApp) -> PgConnection {
    let mut connection = superuser(app).await;
    run(&mut connection, "set role lantern_app").await.expect("the superuser may");
    connection
}

pub async fn superuser(app: &TestApp) -> PgConnection {
    app.superuser().connect().await.expect("PostgreSQL answers")
}

pub async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(connection).await.map(|_| ())
}

/// What refuses a change that ends here, deferred rules included: the constraint's name, or PostgreSQL's words. Nothing
/// is kept.
async fn refusal(connection: &mut PgConnection, change: &str) -> String {
    let tried = run(connection, &format!("begin; {change}; set constraints all immediate; rollback")).await;
    let _ = run(connection, "rollback").await;
    let Err(error) = tried else { return "nothing".into() };
    let error = error.as_database_error().unwrap_or_else(|| panic!("{change}: {error}"));
    error.constraint().map_or_else(|| error.message().to_owned(), str::to_owned)
}

/// As [`refusal`], for a change with its log entry.
pub async fn logged(connection: &mut PgConnection, change: &str) -> String {
    refusal(connection, &format!("{LOG}; {change}; reset role")).await
}

/// A session of a person; gives what a change under it carries.
pub async fn session(app: &TestApp, account: &str, ended: &str) -> String {
    app.run(&format!(
        "insert into sessions (id, key_hash, person_id, started_at, seen_at, ended_at, address, agent)
         values (gen_random_uuid(), sha256('{account}{ended}'), {}, now(), now(), {ended}, 'here', 'a test')",
        person(account)
    ))
    .await;
    app.value(&format!("select encode(sha256('{account}{ended}'), 'hex')")).await
}

pub async fn column(app: &TestApp, statement: &str) -> BTreeSet<String> {
    let mut connection = superuser(app).await;
    let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
        .fetch_all(&mut connection)
        .await
        .expect("it is a statement");
    rows.into_iter().collect()
}

async fn tables_with(app: &TestApp, trigger: &str) -> BTreeSet<String> {
    column(
        app,
        &format!(
            "select c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = '{trigger}'"
        ),
    )
    .await
}

pub fn names(listed: &[&str]) -> BTreeSet<String> {
    listed.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn every_table_is_logged_but_a_list_that_only_shrinks() {
    let app = TestApp::empty().await;
    let all = column(
        &app,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')",
    )
    .await;
    // After insert, update and delete, a row at a time, at the end of the transaction, and on.
    let whole = column(
        &app,
        "select c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
         where t.tgname = 'audited' and p.proname = 'refuse_unaudited_change' and t.tgtype = 1 + 4 + 8 + 16
             and t.tgdeferrable and t.tginitdeferred and t.tgenabled = 'O' and t.tgqual is null",
    )
    .await;
    assert_eq!(whole, tables_with(&app, "audited").await);
    assert_eq!(all.difference(&whole).cloned().collect::<BTreeSet<_>>(), names(UNLOGGED));
}

/// One row for every table the demonstration leaves empty; their references are nobody's business here.
const FILL: &[&str] = &[
    "insert into party_aliases values (gen_random_uuid(), gen_random_uuid(), 'A', 'a', 'A register', gen_random_uuid(), now())",
    "insert into party_facts values (gen_random_uuid(), gen_random_uuid(), 'owner', 'A', 'A register', null, gen_random_uuid(), now())",
    "insert into party_listings values (gen_random_uuid(), gen_random_uuid(), 'a', 'A list', now(), null, gen_random_uuid(), now())",
    "insert into conditions (id, license_id, text, who_acts, raised_by, raised_at) values (gen_random_uuid(), gen_random_uuid(), 'A', 'B', gen_random_uuid(), now())",
    "insert into exceptions values (gen_random_uuid(), gen_random_uuid(), 15, null, 'A', gen_random_uuid(), now())",
    "insert into extensions values (gen_random_uuid(), gen_random_uuid(), '2026-01-01', '2026-01-02', 'A', gen_random_uuid(), now())",
    "insert into documents (id, check_id, kind, issuer, kept_at, recorded_by, recorded_at) values (gen_random_uuid(), gen_random_uuid(), 'A', 'B', 'C', gen_random_uuid(), now())",
    "insert into explanations values (gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'A', gen_random_uuid(), now())",
    "insert into telegram_checks values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())",
    "insert into telegram_answers values (gen_random_uuid(), 'license-1', 'license', 'accepted', '1', 'A', 'A', '{}', null, null, null, null, gen_random_uuid(), now())",
    "insert into spills (id, place, row_id, file, file_id, characters, hash, why, reported_by, reported_at)
         values ('01900000-0000-7000-8000-00000000005b', 'contact', gen_random_uuid(), 'check', gen_random_uuid(), 1, '', 'A', gen_random_uuid(), now())",
    "insert into spill_texts values ('01900000-0000-7000-8000-00000000005b', 1, 'contacts', '{}', 'summary', 'A', 'B')",
    "insert into spill_words values ('01900000-0000-7000-8000-00000000005b', 1, 'A')",
    "insert into corrections (id, place, row_id, check_id, said, text, noted_by, noted_at)
         values (gen_random_uuid(), 'result', gen_random_uuid(), gen_random_uuid(), 'A', 'B', gen_random_uuid(), now())",
    "insert into merges values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'A', gen_random_uuid(), now(), 'found', '{}', '{}', '[]', null, '{}', '{}')",
    "insert into mistakes values (gen_random_uuid(), 'permit', gen_random_uuid(), gen_random_uuid(), 'A', 'B', gen_random_uuid(), now())",
    "insert into custody_steps (id, license_id, stage, position, holder, what, recorded_by) values (gen_random_uuid(), gen_random_uuid(), 'planned', 1, 'A', 'B', gen_random_uuid())",
];

#[tokio::test]
async fn no_change_commits_without_its_log_entry() {
    let app = TestApp::demonstration().await;
    let mut superuser = superuser(&app).await;
    run(&mut superuser, "set session_replication_role = replica").await.expect("the superuser may");
    for row in FILL {
        run(&mut superuser, row).await.unwrap_or_else(|error| panic!("{row}: {error}"));
    }
    run(&mut superuser, "set session_replication_role = origin").await.expect("the superuser may");
    let tables = tables_with(&app, "audited").await;
    assert!(tables.len() > 35);
    for table in &tables {
        // Every other rule of the table is off, so that only this one answers.
        let others = format!("alter table {table} disable trigger user; alter table {table} enable trigger audited");
        let same = "execute (select format('update %1$I set %2$I = %2$I where ctid = (select ctid from %1$I limit 1)', relname, attname)
            from pg_attribute a join pg_class c on c.oid = a.attrelid where c.oid = 'TABLE'::regclass and attnum = 1)"
            .replace("TABLE", table);
        let change = format!(
            "{others}; do $$ begin {same}; if not exists (select from {table}) then raise 'no row in {table}'; end if; end $$"
        );
        let refused = refusal(&mut superuser, &change).await;
        assert_eq!(refused, format!("change to {table} without a log entry"));
        assert_eq!(refusal(&mut superuser, &format!("{LOG}; {change}")).await, "nothing", "{table} with its entry");
    }
    // As the program, at its own commit.
    let mut application = application(&app).await;
    let bare = run(&mut application, "begin; update posts set version = version + 1; commit")
        .await
        .expect_err("no entry, no change");
    assert!(bare.to_string().contains("change to posts without a log entry"), "{bare}");
    let _ = run(&mut application, "rollback").await;
    // The entry of an earlier transaction is none.
    run(&mut application, &format!("begin; {LOG}; commit")).await.expect("an entry alone is fine");
    assert_eq!(
        refusal(&mut application, "update posts set version = version + 1").await,
        "change to posts without a log entry"
    );
}

#[tokio::test]
async fn what_is_append_only_is_neither_changed_nor_taken_away() {
    let app = TestApp::demonstration().await;
    assert_eq!(tables_with(&app, "append_only").await, names(APPEND_ONLY));
    let (mut application, mut superuser) = (program(&app).await, superuser(&app).await);
    for table in APPEND_ONLY {
        let first =
            format!("select attname::text from pg_attribute where attrelid = '{table}'::regclass and attnum = 1");
        let first = column(&app, &first).await.pop_first().expect("it has a column");
        for change in [
            format!("update {table} set {first} = {first}"),
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
        ] {
            assert_eq!(
                logged(&mut application, &change).await,
                format!("permission denied for table {table}"),
                "{change}"
            );
            if !change.starts_with("truncate") {
                assert_eq!(logged(&mut superuser, &change).await, format!("{table} is append-only"), "{change}");
            }
        }
        assert!(logged(&mut superuser, &format!("truncate {table} cascade")).await.ends_with("is append-only"));
    }
}

/// What moved with a merge is kept as it was, and its record is one with another exactly while it stands.
#[tokio::test]
async fn a_merge_is_kept_and_undone_once() {
    const FROM: &str = "(select id from parties where name = 'Pelago Trading Ltd.')";
    const INTO: &str = "(select id from parties where name = 'Calder Ridge Arms Co.')";
    let app = TestApp::demonstration().await;
    let (mut application, mut superuser) = (program(&app).await, superuser(&app).await);
    let kept = |from: &str, into: &str, undone: &str| {
        let (case, id) = (person("case"), "gen_random_uuid()");
        format!(
            "insert into merges values ({id}, {from}, {into}, 'A', {case}, now(), 'found', '{{}}', '{{}}', '[]', null, '{{}}', '{{}}', {undone})"
        )
    };
    let merged = format!("update parties set standing = 'merged', merged_into = {INTO} where id = {FROM}");
    let apart = format!("update parties set standing = 'found', merged_into = null where id = {FROM}");
    let stands = kept(FROM, INTO, "null, null, null");
    let undone = format!("update merges set undone_by = {}, undone_at = now(), undone_reason = 'A'", person("case"));
    for (change, rule) in [
        (format!("{stands}; {merged}"), "nothing"),
        (format!("{stands}; {merged}; {undone}; {apart}"), "nothing"),
        (format!("{stands}; {merged}; {undone}; {apart}; {stands}; {merged}"), "nothing"),
        // As programs merged before, and do while servers are replaced.
        (merged.clone(), "nothing"),
        (stands.clone(), "merges_as_the_record"),
        (format!("{stands}; {merged}; {apart}"), "merges_as_the_record"),
        (format!("{stands}; {merged}; {undone}"), "merges_as_the_record"),
        (format!("{merged}; {stands}; {stands}"), "merges_one_stands"),
        (format!("{merged}; {}", kept(FROM, FROM, "null, null, null")), "merges_not_into_itself"),
        (kept(FROM, INTO, "null, now(), 'A'"), "merges_undone_whole"),
        (kept(FROM, INTO, &format!("{}, '2001-01-01', 'A'", person("case"))), "merges_undone_after"),
        (format!("{stands}; {merged}; {undone}; {undone}"), "merges_kept"),
    ] {
        assert_eq!(logged(&mut application, &change).await, rule, "{change}");
    }
    for change in ["update merges set moved = '[]'", "delete from merges", "truncate merges"] {
        let change = format!("{merged}; {stands}; {change}");
        assert_eq!(logged(&mut application, &change).await, "permission denied for table merges", "{change}");
    }
    for change in ["update merges set moved = '[]'", "delete from merges"] {
        assert_eq!(logged(&mut superuser, &format!("{merged}; {stands}; {change}")).await, "merges_kept", "{change}");
    }
    app.run(&format!("{LOG}; {stands}; {merged}; {undone}; {apart}")).await;
    assert_eq!(logged(&mut application, &merged).await, "nothing", "as an older program merges it again");
}

#[tokio::test]
async fn the_program_cannot_switch_the_rules_off() {
    let app = TestApp::empty().await;
    let mut application = application(&app).await;
    for change in [
        "alter table licenses disable trigger audited",
        "alter table audit_events disable trigger append_only",
        "drop trigger duties on decisions",
        "insert into duties (person_id, duty, check_id) values (gen_random_uuid(), 'work', gen_random_uuid())",
        "insert into separated_duties values ('decide', 'decide')",
        "alter table results drop constraint results_not_by_its_proposer",
        "create or replace function refuse_unaudited_change() returns trigger language plpgsql as 'begin return null; end'",
        "drop function separate_duties() cascade",
        "set session_replication_role = replica",
        "set role lantern_owner",
        "drop table audit_events",
        "alter role lantern_app superuser",
        "create table notes (text text)",
    ] {
        let refused = refusal(&mut application, change).await;
        let denied =
            ["must be owner of", "permission denied", "must be superuser"].iter().any(|words| refused.contains(words));
        assert!(denied, "{change}: {refused}");
    }
    assert_eq!(app.value("select count(*) from pg_class where relowner = 'lantern_app'::regrole").await, "0");
    let owners = column(
        &app,
        "select distinct relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace",
    )
    .await;
    assert_eq!(owners, names(&["lantern_owner"]));
}

pub fn person(account: &str) -> String {
    format!("(select id from people where account = '{account}')")
}

pub const CHECK: &str = "(select id from checks where subject like '36 weapons%')";
pub const LICENSE: &str = "(select id from licenses where number = '050107211')";
pub const RESULT: &str = "'01900000-0000-7000-8000-00000000000a'";

pub fn proposed(by: &str) -> String {
    let by = person(by);
    format!(
        "insert into results (id, check_id, word, text, proposed_by, proposed_at) values ({RESULT}, {CHECK}, 'unfavorable', 'A', {by}, now())"
    )
}

pub fn signed(by: &str) -> String {
    format!("update results set signed_by = {}, signed_at = now(), signed_revision = 1 where id = {RESULT}", person(by))
}

fn countersigned(by: &str) -> String {
    format!(
        "update results set countersigned_by = {}, countersigned_at = now(), countersigned_revision = 1 where id = {RESULT}",
        person(by)
    )
}

pub fn decided(act: &str, by: &str) -> String {
    let by = person(by);
    format!("insert into decisions values (gen_random_uuid(), {LICENSE}, 77, '{act}', 'A', {by}, now(), 1, 48200)")
}

pub fn verified(by: &str, channel: &str) -> String {
    let contact = "(select id from contacts where summary = 'tried')";
    let registry = "(select id from authorities where short_name = 'DIGECAM')";
    format!(
        "insert into contacts (id, check_id, kind, with_whom, authority_id, channel_source, summary, recorded_by, recorded_at)
             values (gen_random_uuid(), {CHECK}, 'call', 'The registry', {registry}, '{channel}', 'tried', {0}, now());
         insert into permits (id, license_id, authority_id, number, number_normalized, quantity, unit, named_party, holds_number, verified_by,
             verified_at, verified_contact_id, recorded_by, recorded_at)
             values (gen_random_uuid(), {LICENSE}, {registry}, 'T-1', 't1', 30, 'pieces', 'A', true, {0}, now(), {contact}, {0}, now())",
        person(by)
    )
}

#[tokio::test]
async fn who_verifies_a_paper_asks_its_issuer_and_not_over_the_paper() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    for (change, rule) in [
        (verified("guatemala", "paper"), "permits_verified_off_paper"),
        (verified("guatemala", "not_stated"), "permits_verified_off_paper"),
        (
            verified("guatemala", "embassy").replace("with_whom, authority_id", "with_whom, place"),
            "permits_verified_by_issuer",
        ),
        (verified("guatemala", "embassy"), "nothing"),
    ] {
        assert_eq!(logged(&mut application, &change).await, rule, "{change}");
    }
}

#[tokio::test]
async fn a_permit_that_was_taken_back_stays_so_and_its_number_is_free() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let first = verified("guatemala", "embassy");
    let again = "insert into permits (id, license_id, authority_id, number, number_normalized, quantity, unit, named_party, holds_number,
            recorded_by, recorded_at)
        select gen_random_uuid(), license_id, authority_id, 't 1', number_normalized, 30, 'pieces', 'A', true, recorded_by, now()
        from permits where number = 'T-1'";
    assert_eq!(logged(&mut application, &format!("{first}; {again}")).await, "permits_once_on_license");
    let back = "update permits set withdrawn_at = now(), withdrawn_reason = 'Mistyped', holds_number = false where number = 'T-1'";
    assert_eq!(logged(&mut application, &format!("{first}; {back}; {again}")).await, "nothing");
    let change = format!("{first}; {back}; update permits set quantity = 31 where number = 'T-1'");
    assert_eq!(logged(&mut application, &change).await, "permits_taken_back_stays");
    let rests = format!(
        "update import_approvals set state = 'issued', permit_id = (select id from permits where number = 'T-1') where license_id = {LICENSE}"
    );
    assert_eq!(logged(&mut application, &format!("{first}; {rests}")).await, "nothing");
    assert_eq!(logged(&mut application, &format!("{first}; {back}; {rests}")).await, "import_approvals_on_live_paper");
}

#[tokio::test]
async fn a_contact_that_verified_a_paper_stays_as_it_was() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let contact = "(select verified_contact_id from certificate_signatures s join certificates c on c.id = s.certificate_id limit 1)";
    let signature = "(select id from certificate_signatures where verified_by is not null limit 1)";
    // The file is given back, so that its contacts may be changed at all.
    let open = format!(
        "update checks set state = 'in_progress' where id = (select check_id from contacts where id = {contact});
         update recommendations set withdrawn_at = now() where withdrawn_at is null and check_id = (select check_id from contacts where id = {contact})"
    );
    for (change, held) in [
        ("channel_source = 'paper'", "contacts_channel_verified"),
        ("channel_source = 'not_stated'", "contacts_channel_verified"),
        ("kind = 'letter'", "contacts_channel_verified"),
        ("occurred_on = '2026-01-02'", "contacts_channel_verified"),
        ("with_whom = 'B'", "contacts_channel_verified"),
        ("authority_id = (select id from authorities where short_name = 'MINDEF')", "contacts_channel_verified"),
        ("(summary, place) = ('B', 'C')", "nothing"),
    ] {
        let change = format!("{open}; update contacts set {change} where id = {contact}");
        assert_eq!(logged(&mut application, &change).await, held, "{change}");
    }
    let off_paper = format!(
        "insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
             values ({RESULT}, {CHECK}, 'call', 'A', 'paper', 'tried', {}, now());
         update certificate_signatures set verified_contact_id = {RESULT} where id = {signature}",
        person("guatemala")
    );
    assert_eq!(logged(&mut application, &off_paper).await, "certificate_signatures_verified_off_paper");
}

/// Whoever confirms a signature speaks for its signer: each signer x a contact with each side, and with nobody.
#[tokio::test]
async fn a_signature_is_confirmed_by_its_own_side_alone() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let certificate = format!("(select id from certificates where license_id = {LICENSE})");
    let in_role =
        |role: &str| format!("(select party_id from license_parties where license_id = {LICENSE} and role = '{role}')");
    let authority = "(select id from authorities where short_name = 'DIGECAM')".to_owned();
    let none = || "null".to_owned();
    let sides = [
        ("the applicant", in_role("applicant"), none()),
        ("the end-user", in_role("end_user"), none()),
        ("the broker", in_role("broker"), none()),
        ("an authority", none(), authority),
        ("nobody", none(), none()),
    ];
    // The end-user is the consignee too; stands in for one who is not named; and is another one.
    let roles = format!("license_parties where license_id = {LICENSE} and role = 'foreign_consignee'");
    let other = format!(
        "update license_parties set party_id = {} where license_id = {LICENSE} and role = 'foreign_consignee'",
        in_role("broker")
    );
    for (changed, consignee) in [
        ("select 1".to_owned(), "the end-user"),
        (format!("delete from {roles}"), "the end-user"),
        (other, "the broker"),
    ] {
        for (signer, own) in [
            ("applicant", "the applicant"),
            ("foreign_consignee", consignee),
            ("foreign_end_user", "the end-user"),
            ("host_government", "an authority"),
        ] {
            for (side, party, authority) in &sides {
                let verified = format!(
                    "{changed}; delete from certificate_signatures where certificate_id = {certificate};
                     insert into contacts (id, check_id, kind, with_whom, occurred_on, channel_source, summary, party_id, authority_id, recorded_by, recorded_at)
                         values ({RESULT}, {CHECK}, 'call', 'A', current_date, 'embassy', 'asked', {party}, {authority}, {0}, now());
                     insert into certificate_signatures (id, certificate_id, signer, signer_name, signed_on, recorded_by)
                         values ({RESULT}, {certificate}, '{signer}', 'A', current_date, {0});
                     update certificate_signatures set verified_contact_id = {RESULT}, verified_by = {0}, verified_at = now() where id = {RESULT}",
                    person("guatemala")
                );
                let held = if *side == own { "nothing" } else { "certificate_signatures_verified_by_signer" };
                assert_eq!(logged(&mut application, &verified).await, held, "{signer} by {side}");
            }
        }
    }
}

/// The telegram of the demonstration.
pub const TELEGRAM: &str = "(select id from telegrams limit 1)";

#[tokio::test]
async fn a_telegram_stays_as_it_came_and_what_was_accepted_stays() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let who = person("case");
    for change in
        ["update telegrams set subject = 'Another'", "update telegrams set original = '1'", "delete from telegrams"]
    {
        assert_eq!(logged(&mut application, change).await, "telegrams_kept", "{change}");
    }
    let open = "(select id from checks where state = 'in_progress' limit 1)";
    let answer = |key: &str, word: &str, check: &str| {
        format!(
            "insert into telegram_answers values ({TELEGRAM}, '{key}', 'a', '{word}', '', 'A', 'A', '{{}}', {check}, null, null, null, {who}, now())"
        )
    };
    for after in ["update telegram_answers set answer = 'rejected'", "delete from telegram_answers"] {
        let change = format!("{}; {after}", answer("a-1", "accepted", open));
        assert_eq!(logged(&mut application, &change).await, "telegram_answers_kept", "{change}");
        let change = format!("{}; {after}", answer("a-1", "rejected", open));
        assert_eq!(logged(&mut application, &change).await, "nothing", "{change}");
    }
    let halfway = "insert into telegrams (id, way, state, direction, post_id, subject, recorded_by, recorded_at, body)
        select gen_random_uuid(), 'out', 'sent', 'reply', post_id, '', recorded_by, now(), 'A' from telegrams limit 1";
    assert_eq!(logged(&mut application, halfway).await, "telegrams_kept_whole");
}

/// What is added to a closed check, row by row.
fn added(check: &str, who: &str) -> Vec<(String, &'static str)> {
    vec![
        (
            format!("insert into explanations values (gen_random_uuid(), '{check}', 'a', 'b', 'A', {who}, now())"),
            "explanations_sealed",
        ),
        (
            format!("insert into check_questions values (gen_random_uuid(), '{check}', 'A', {who}, now())"),
            "check_questions_sealed",
        ),
        (
            format!("insert into interim_replies values (gen_random_uuid(), '{check}', 'A', {who}, now(), 1)"),
            "interim_replies_sealed",
        ),
        (
            format!(
                "insert into extensions values (gen_random_uuid(), '{check}', '2026-01-01', '2026-01-02', 'A', {who}, now())"
            ),
            "extensions_sealed",
        ),
        (
            format!(
                "insert into mistakes (id, kind, row_id, check_id, said, reason, taken_back_by, taken_back_at)
                 values (gen_random_uuid(), 'contact', gen_random_uuid(), '{check}', 'A', 'B', {who}, now())"
            ),
            "mistakes_sealed",
        ),
        (
            format!(
                "insert into recalls select gen_random_uuid(), id, post_id, type, subject, reason, '', 'A', '', priority, site_visit, days_to_answer, due_on,
                     requested_by, requested_at, 'A', {}, now() from checks where id = '{check}'",
                person("apia")
            ),
            "recalls_sealed",
        ),
        (
            format!(
                "insert into remarks (id, check_id, thread_id, to_part, text, written_by, written_at)
                 values ({RESULT}, '{check}', {RESULT}, 'reviewer', 'A', {who}, now())"
            ),
            "remarks_sealed",
        ),
        (format!("insert into telegram_checks values ({TELEGRAM}, '{check}', {who}, now())"), "telegram_checks_sealed"),
        (
            format!(
                "insert into telegram_answers values ({TELEGRAM}, 'a-1', 'a', 'accepted', '', 'A', 'A', '{{}}', '{check}', null, null, null, {who}, now())"
            ),
            "telegram_answers_sealed",
        ),
    ]
}

#[tokio::test]
async fn a_closed_check_is_sealed_with_everything_it_owns() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    // One that has a contact, a finding with its basis, and a result with its reasons.
    let check = app
        .value("select c.id from checks c join results r on r.check_id = c.id join result_reasons n on n.result_id = r.id where c.state = 'closed' limit 1")
        .await;
    assert!(!check.is_empty(), "the demonstration has a closed unfavorable check");
    let who = person("guatemala");
    let of_finding = format!("(select id from findings where check_id = '{check}' limit 1)");
    let of_result = format!("(select id from results where check_id = '{check}' limit 1)");
    let rewritten = vec![
        (format!("update checks set subject = 'Another' where id = '{check}'"), "checks_closed_is_final"),
        (
            format!("update checks set state = 'in_progress', closed_at = null where id = '{check}'"),
            "checks_closed_is_final",
        ),
        (format!("delete from checks where id = '{check}'"), "checks_closed_is_final"),
        (
            format!(
                "insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
            values (gen_random_uuid(), '{check}', 'call', 'A', 'embassy', 'A', {who}, now())"
            ),
            "contacts_not_frozen",
        ),
        (format!("update contacts set summary = 'Another' where check_id = '{check}'"), "contacts_not_frozen"),
        (format!("update statements set text = 'Another' where check_id = '{check}'"), "statements_not_frozen"),
        (
            format!(
                "insert into documents (id, check_id, kind, issuer, kept_at, recorded_by, recorded_at)
            values (gen_random_uuid(), '{check}', 'A', 'B', 'C', {who}, now())"
            ),
            "documents_not_frozen",
        ),
        (format!("update findings set answer = 'yes' where check_id = '{check}'"), "findings_not_frozen"),
        (
            format!(
                "delete from finding_basis where finding_id in (select id from findings where check_id = '{check}')"
            ),
            "finding_basis_not_frozen",
        ),
        (
            format!("insert into finding_basis values ({of_finding}, (select id from contacts limit 1), null)"),
            "finding_basis_not_frozen",
        ),
        (format!("update recommendations set text = 'Another' where check_id = '{check}'"), "recommendations_sealed"),
        (format!("delete from recommendations where check_id = '{check}'"), "recommendations_sealed"),
        (format!("update results set word = 'inconclusive' where check_id = '{check}'"), "results_sealed"),
        (format!("update result_reasons set finding_id = null where result_id = {of_result}"), "result_reasons_sealed"),
        (format!("delete from check_licenses where check_id = '{check}'"), "check_licenses_sealed"),
        (
            format!(
                "insert into check_subjects values (gen_random_uuid(), '{check}', (select id from parties limit 1), 'broker')"
            ),
            "check_subjects_sealed",
        ),
    ];
    let changes = [rewritten, added(&check, &who)].concat();
    for (change, rule) in &changes {
        assert_eq!(logged(&mut application, change).await, *rule, "{change}");
    }
    let shown: BTreeSet<String> =
        changes.iter().filter_map(|(_, rule)| rule.strip_suffix("_sealed")).map(str::to_owned).collect();
    assert_eq!(shown, tables_with(&app, "sealed").await);
    let shown: BTreeSet<String> =
        changes.iter().filter_map(|(_, rule)| rule.strip_suffix("_not_frozen")).map(str::to_owned).collect();
    assert_eq!(shown, tables_with(&app, "frozen").await);
}

#[tokio::test]
async fn what_the_post_wrote_is_frozen_once_it_replied_but_contacts_are_added() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let who = person("guatemala");
    let contact = format!(
        "insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
         values (gen_random_uuid(), {CHECK}, 'call', 'A', 'embassy', 'A', {who}, now())"
    );
    let at = |state: &str| match state {
        "on_hold" => {
            format!(
                "update checks set state = 'on_hold', held_state = 'replied', held_at = now(), held_reason = 'A' where id = {CHECK}"
            )
        }
        "in_progress" => format!(
            "update checks set state = '{state}' where id = {CHECK}; update recommendations set withdrawn_at = now() where check_id = {CHECK}"
        ),
        _ => format!("update checks set state = '{state}' where id = {CHECK}"),
    };
    for state in ["requested", "in_progress", "replied", "resulted", "on_hold"] {
        assert_eq!(
            logged(&mut application, &format!("{}; {contact}", at(state))).await,
            "nothing",
            "a contact is added: {state}"
        );
        let change = format!("{}; update findings set answer = 'no' where check_id = {CHECK}", at(state));
        let rule = if state == "in_progress" { "nothing" } else { "findings_not_frozen" };
        assert_eq!(logged(&mut application, &change).await, rule, "{state}");
        for table in ["contacts", "statements"] {
            let change = format!("{}; update {table} set version = version + 1 where check_id = {CHECK}", at(state));
            let rule = if state == "in_progress" { "nothing".to_owned() } else { format!("{table}_not_frozen") };
            assert_eq!(logged(&mut application, &change).await, rule, "{state}");
        }
    }
    let on_a_draft = contact.replace(CHECK, "(select id from checks where state = 'draft' limit 1)");
    assert_eq!(logged(&mut application, &on_a_draft).await, "contacts_not_frozen");
}

#[tokio::test]
async fn the_last_administrator_stays_and_nobody_has_two_roles() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let who = person("admin");
    for change in [
        format!("update people set disabled_at = now() where id = {who}"),
        format!("update assignments set ends_on = starts_on where person_id = {who}"),
        format!("update assignments set ends_on = current_date + 400 where person_id = {who}"),
        format!("delete from assignments where person_id = {who}"),
        format!("update assignments set role = 'auditor' where person_id = {who}"),
    ] {
        assert_eq!(logged(&mut application, &change).await, "people_one_administrator", "{change}");
    }
    let another = format!("update assignments set role = 'admin' where person_id = {}", person("auditor"));
    let change = format!("{another}; update people set disabled_at = now() where id = {who}");
    assert_eq!(logged(&mut application, &change).await, "nothing", "another administrator is there");
    let second = |role: &str, post: &str| {
        format!(
            "insert into assignments values (gen_random_uuid(), {}, '{role}', {post}, current_date, null)",
            person("guatemala")
        )
    };
    let apia = "(select id from posts where name = 'Apia')";
    assert_eq!(logged(&mut application, &second("reviewer", "null")).await, "assignments_one_at_a_time");
    assert_eq!(logged(&mut application, &second("post_officer", apia)).await, "assignments_one_at_a_time");
    assert_eq!(logged(&mut application, &second("post_officer", "null")).await, "assignments_post_with_role");
    assert_eq!(logged(&mut application, &second("reviewer", apia)).await, "assignments_post_with_role");
}

/// What a row may not say, by the constraint that says so.
#[tokio::test]
async fn rows_that_cannot_be_are_refused() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let result = |set: &str| format!("{}; update results set {set} where id = {RESULT}", proposed("case2"));
    let recommendation = |set: &str| format!("update recommendations set {set} where check_id = {CHECK}");
    let check = |set: &str| format!("update checks set {set} where id = {CHECK}");
    let who = person("guatemala");
    let mut wrong = Vec::new();
    for (change, rule) in [
        (check("state = 'on_hold'"), "checks_hold_whole"),
        (check("held_reason = 'A'"), "checks_hold_whole"),
        (check("due_on = null"), "checks_requested_whole"),
        (check("requested_at = null"), "checks_requested_whole"),
        (check("state = 'closed'"), "checks_closed_whole"),
        (check("closed_at = now()"), "checks_closed_whole"),
        (check("site_visit_waiver = 'A'"), "checks_waiver_whole"),
        (check("days_to_answer = 0"), "checks_days_positive"),
        (check("days_to_answer = 731"), "checks_days_positive"),
        (check("(year, number) = (select year, number from checks where state = 'closed' limit 1)"), "checks_reference_key"),
        (result("signed_at = now()"), "results_signed_whole"),
        (result("countersigned_at = now()"), "results_countersigned_whole"),
        (countersigned_unsigned(), "results_countersigned_after_signing"),
        (result("word = 'not_completed'"), "results_ended_whole"),
        (result("ended_because = 'moot'"), "results_ended_whole"),
        (result("word = 'favorable_with_caveat', caveat = ' '"), "results_caveat_given"),
        (format!("{}; {}", proposed("case2"), proposed("case2").replace(RESULT, "gen_random_uuid()")), "results_one_live"),
        (two_primary_reasons(), "result_reasons_one_primary"),
        (recommendation("signed_at = null"), "recommendations_signed_whole"),
        (recommendation("cleared_at = null"), "recommendations_cleared_whole"),
        (recommendation("signed_by = null, signed_at = null, signed_revision = null"), "recommendations_cleared_after_signing"),
        (
            format!("insert into recommendations (id, check_id, word, text, written_by, written_at) values (gen_random_uuid(), {CHECK}, 'oppose', 'A', {who}, now())"),
            "recommendations_one_live",
        ),
        (format!("insert into extensions values (gen_random_uuid(), {CHECK}, '2026-01-02', '2026-01-02', 'A', {}, now())", person("case")), "extensions_later"),
        (format!("insert into exceptions values (gen_random_uuid(), {LICENSE}, 8, null, 'A', {}, now())", person("supervisor")), "exceptions_guard_known"),
        (format!("{}; {}", decided("return", "reviewer2"), decided("deny", "reviewer2")), "decisions_number_key"),
        (format!("update item_groups set quantity = 0 where license_id = {LICENSE}"), "item_groups_quantity_positive"),
        (format!("update licenses set value_usd = -1 where id = {LICENSE}"), "licenses_value_not_negative"),
        (format!("update licenses set value_stated = false, status = 'approved_on_conditions' where id = {LICENSE}"), "licenses_value_stated"),
        (format!("update licenses set (form, number_normalized) = (select form, number_normalized from licenses where id = {LICENSE}) where number = '050106402'"), "licenses_number_key"),
        (format!("update people set decision_authority = -1 where id = {who}"), "people_authority_not_negative"),
        (format!("update import_approvals set state = 'issued' where license_id = {LICENSE}"), "import_approvals_issued_on_paper"),
        (format!("update import_approvals set state = 'not_required', proof = ' ' where license_id = {LICENSE}"), "import_approvals_proof_given"),
        (format!("update import_approvals set authority_id = null where id = (select id from import_approvals where license_id = {LICENSE} limit 1)"), "import_approvals_authority_given"),
        (format!("{0}; update permits set verified_at = null where number = 'T-1'", verified("guatemala", "embassy")), "permits_verified_whole"),
        (format!("{0}; update permits set valid_from = '2026-02-01', valid_until = '2026-01-01' where number = 'T-1'", verified("guatemala", "embassy")), "permits_in_order"),
        ("update certificate_signatures set verified_at = null where verified_by is not null".into(), "certificate_signatures_verified_whole"),
        ("update parties set merged_into = id, standing = 'merged' where name like 'Harrow%'".into(), "parties_not_into_itself"),
        ("update parties set standing = 'merged' where name like 'Harrow%'".into(), "parties_merged_whole"),
        ("update reference_entries set source = ' '".into(), "reference_entries_source_given"),
        ("update country_rules set source = ''".into(), "country_rules_source_given"),
        ("update reference_entries set country = null where kind = 'proscribed_country'".into(), "reference_entries_country_given"),
        ("update reference_entries set amount = null where kind = 'notification_threshold'".into(), "reference_entries_threshold_whole"),
        ("update reference_entries set topic = null where kind = 'question'".into(), "reference_entries_topic_given"),
        (
            "insert into reference_entries (id, kind, code, label, source, starts_on)
                 select gen_random_uuid(), kind, code, label, source, starts_on from reference_entries where kind = 'topic' limit 1".into(),
            "reference_entries_one_at_a_time",
        ),
        ("update statements set confirmed_by = id where id = (select s.id from statements s join checks c on c.id = s.check_id where c.state = 'in_progress' limit 1)".into(), "statements_not_by_itself"),
    ] {
        let found = logged(&mut application, &change).await;
        if found != rule {
            wrong.push((change, rule, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn countersigned_unsigned() -> String {
    format!("{}; {}", proposed("case2"), countersigned("supervisor"))
}

fn two_primary_reasons() -> String {
    format!(
        "{}; insert into result_reasons values ({RESULT}, 'a', true, null), ({RESULT}, 'b', true, null)",
        proposed("case2")
    )
}

#[tokio::test]
async fn a_permit_number_is_held_for_one_license_at_a_time() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let first = verified("guatemala", "embassy");
    let other = "(select id from licenses where number = '050106402')";
    let second = |holds: &str, number: &str| {
        format!(
            "{first}; insert into permits (id, license_id, authority_id, number, number_normalized, quantity, unit, named_party, holds_number,
                 recorded_by, recorded_at)
             select gen_random_uuid(), {other}, authority_id, 'T 1', '{number}', 30, 'pieces', 'A', {holds}, recorded_by, now()
             from permits where number = 'T-1'"
        )
    };
    assert_eq!(logged(&mut application, &second("true", "t1")).await, "permits_number_held");
    assert_eq!(logged(&mut application, &second("false", "t1")).await, "nothing");
    assert_eq!(logged(&mut application, &second("true", "t2")).await, "nothing");
}

macro_rules! codes {
    ($($column:literal: $word:ty,)*) => { vec![$(($column, <$word>::ALL.iter().map(|word| word.code().to_owned()).collect::<BTreeSet<String>>()),)*] };
}

/// The database knows every word the program stores, and no other: both say the same closed vocabularies.
#[tokio::test]
async fn closed_vocabularies_are_the_same_on_both_sides() {
    let app = TestApp::empty().await;
    let mut stored: BTreeMap<&str, BTreeSet<String>> = codes![
        "assignments.role": Role,
        "certificate_signatures.signer": Signer,
        "check_subjects.role": PartyRole,
        "checks.priority": Priority,
        "checks.site_visit": SiteVisit,
        "checks.state": CheckState,
        "checks.type": CheckType,
        "contacts.channel_source": ChannelSource,
        "contacts.kind": ContactKind,
        "country_rules.certainty": Certainty,
        "country_rules.days_kind": DaysKind,
        "custody_steps.stage": CustodyStage,
        "decisions.act": Act,
        "duties.duty": Duty,
        "findings.answer": FindingAnswer,
        "findings.portion_mark": PortionMark,
        "import_approvals.state": ApprovalState,
        "item_groups.jurisdiction": Jurisdiction,
        "license_parties.role": PartyRole,
        "license_parties.takes_possession": TakesPossession,
        "licenses.status": LicenseStatus,
        "mistakes.kind": MistakeKind,
        "mistakes.side": Side,
        "parties.kind": PartyKind,
        "parties.standing": Standing,
        "party_facts.kind": FactKind,
        "recommendations.word": RecommendationWord,
        "reference_entries.items": ThresholdItems,
        "reference_entries.kind": ReferenceKind,
        "region_owners.region": lantern::vocabulary::Region,
        "remarks.to_part": lantern::remarks::model::Part,
        "results.ended_because": EndedBecause,
        "results.word": ResultWord,
        "security_events.kind": lantern::audit::SecurityKind,
        "serials.state": SerialState,
        "spills.file": SpillFile,
        "spills.outcome": Outcome,
        "statements.source_grade": SourceGrade,
        "telegram_answers.answer": Answer,
        "telegrams.direction": Direction,
        "telegrams.state": TelegramState,
        "telegrams.way": Way,
    ]
    .into_iter()
    .collect();
    // From where a check is put on hold, how far a record was established before it was merged; and the regions, which
    // are no enum.
    let holdable = CheckState::ALL
        .iter()
        .filter(|state| matches!(state, CheckState::Requested | CheckState::InProgress | CheckState::Replied));
    stored.insert("checks.held_state", holdable.map(|state| state.code().to_owned()).collect());
    stored.insert("merges.standing", names(&["established", "found"]));
    stored.insert("countries.region", names(&["AF", "EAP", "EUR", "NEA", "SCA", "WHA", "US"]));
    let mut superuser = superuser(&app).await;
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select c.relname || '.' || a.attname, a.attname::text, pg_get_expr(k.conbin, k.conrelid) from pg_constraint k
         join pg_class c on c.oid = k.conrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
         where k.contype = 'c' and cardinality(k.conkey) = 1 and a.atttypid = 'text'::regtype
             and pg_get_expr(k.conbin, k.conrelid) like '%= ANY (ARRAY[%'",
    )
    .fetch_all(&mut superuser)
    .await
    .expect("the catalogue answers");
    let constrained: BTreeSet<&str> = rows.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(constrained, stored.keys().copied().collect::<BTreeSet<_>>());
    for (name, attribute, expression) in &rows {
        let mut listed = expression.split('\'').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(&listed, &stored[name.as_str()], "{name}");
        // Asked of the constraint itself, one word at a time, and one that is none.
        listed.insert("none_of_these".into());
        for word in &listed {
            let asked = format!("select {expression} from (values ('{word}'::text)) as v ({})", quoted(attribute));
            let accepted: Option<bool> =
                sqlx::query_scalar(AssertSqlSafe(asked)).fetch_one(&mut superuser).await.expect("it is an expression");
            assert_eq!(accepted, Some(word != "none_of_these"), "{name} {word}");
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// People are told in time that the database does not answer; the program's own work takes the time it needs.
#[tokio::test]
async fn the_programs_own_work_has_no_limit_of_time() {
    let app = TestApp::empty().await;
    let limits = async |db: Db| {
        let reading: String = sqlx::query_scalar("show statement_timeout").fetch_one(db.reads()).await.unwrap();
        let read_only: String =
            sqlx::query_scalar("show default_transaction_read_only").fetch_one(db.reads()).await.unwrap();
        let mut change = db.change(By::Job("test"), NOW).await.unwrap();
        let locking: String = sqlx::query_scalar("show lock_timeout").fetch_one(change.conn()).await.unwrap();
        drop(change);
        let connecting = db.reads().options().get_acquire_timeout();
        (reading, locking, read_only, connecting > std::time::Duration::from_hours(1))
    };
    assert_eq!(limits(Db::lazy(&app.application(), 2)).await, ("4s".into(), "4s".into(), "on".into(), false));
    assert_eq!(limits(Db::unhurried(&app.application())).await, ("0".into(), "0".into(), "on".into(), true));
    // The people of the demonstration come in by a door of its own: nothing is delayed there, and nobody's attempts are
    // counted.
    let demonstration = TestApp::demonstration().await;
    assert_eq!(demonstration.value("select count(*) from login_attempts").await, "0");
    assert_ne!(demonstration.value("select count(*) from audit_events where verb = 'signed_in'").await, "0");
}

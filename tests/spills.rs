//! A classified text that was found too late is taken out, by two persons: out of its row, and of everything that
//! repeats it.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

use crate::{
    database::{application, column, run, superuser},
    log::cells,
    support::{Filled, Page, TestApp, Visitor},
};

const FIRST: &str = "The source in the ministry said that the crates never left the depot";
const SECOND: &str = "and that the colonel's brother drove them over the border at night";
const INSTEAD: &str = "[removed on 23 Nov 2026: reported as classified]";
const REASON: &str = "The office of security told us so.";

/// Columns that hold no text of a person's, or a name that a file is known by.
const NO_TEXT: &[(&str, &str)] = &[
    ("_sqlx_migrations.", "the migrations"),
    ("assignments.role", "a closed word"),
    ("audit_events.address", "an address of the network"),
    ("audit_events.job", "the program's own"),
    ("audit_events.role", "a closed word"),
    ("audit_events.subject_kind", "the program's own"),
    ("audit_events.verb", "a closed word"),
    ("authorities.", "reference data, which an administrator ends and replaces"),
    ("certificate_signatures.signer", "a closed word"),
    ("certificates.form", "a code"),
    ("check_standings.rules", "a hash"),
    ("check_subjects.role", "a closed word"),
    ("checks.", "closed words, and the reference"),
    ("contacts.channel_source", "a closed word"),
    ("contacts.kind", "a closed word"),
    ("countries.", "reference data"),
    ("country_rules.", "reference data, which an administrator ends and replaces"),
    ("custody_steps.stage", "a closed word"),
    ("decisions.act", "a closed word"),
    ("draft_sources.path", "an address, which bears no mark"),
    ("drafts.path", "an address, which bears no mark"),
    ("duties.", "closed words"),
    ("explanations.contradiction", "a key"),
    ("explanations.fingerprint", "a key"),
    ("findings.answer", "a closed word"),
    ("findings.portion_mark", "a closed word"),
    ("findings.topic", "a code"),
    ("former_names.", "names of people and posts, which an administrator changes"),
    ("import_approvals.state", "a closed word"),
    ("item_groups.", "codes and units"),
    ("kept_versions.", "the program's own"),
    ("known_browsers.", "how people sign in"),
    ("license_parties.", "closed words"),
    ("licenses.", "its number, and codes"),
    ("login_attempts.", "how people sign in"),
    ("mistakes.kind", "a closed word"),
    ("parties.", "codes and closed words"),
    ("party_facts.kind", "a closed word"),
    ("party_listings.list", "a code"),
    ("people.", "accounts and names, which an administrator changes"),
    ("permits.", "its number, and a unit"),
    ("posts.", "names, which an administrator changes"),
    ("recommendations.word", "a closed word"),
    ("reference_entries.", "reference data, which an administrator ends and replaces"),
    ("result_reasons.code", "a code"),
    ("results.", "closed words"),
    ("security_events.", "addresses and names of what was refused"),
    ("separated_duties.", "closed words"),
    ("serials.", "its number, and a closed word"),
    ("sessions.", "how people sign in"),
    ("spill_texts.", "what is hidden; the program cannot read it"),
    ("spills.", "what was reported, without the words"),
    ("standing_marks.", "keys"),
    ("statements.source_grade", "a closed word"),
    ("statements.topic", "a code"),
    ("submissions.", "addresses and hashes"),
    ("telegram_answers.", "keys, numbers and closed words"),
    ("telegram_readings.", "read anew"),
    ("telegrams.", "numbers, hashes and closed words"),
    ("unit_names.", "reference data"),
    ("units.", "reference data"),
];

/// Where else hidden words are taken out.
const TAKEN_OUT: &[&str] = &[
    "audit_events.summary",
    "audit_events.before",
    "audit_events.after",
    "drafts.title",
    "drafts.body",
    "draft_sources.title",
    "draft_sources.body",
    "draft_sources.shown",
    "draft_sources.noted",
    "check_standings.ahead",
    "check_standings.words",
];

/// Columns of text in all tables.
const COLUMNS: &str = "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
        and t.typname in ('text', 'jsonb', 'bytea', '_text')";

/// A new table or column is a place where a text is taken out, or is decided about here.
#[tokio::test]
async fn every_column_that_a_person_types_into_is_a_place_where_a_text_is_taken_out() {
    let app = TestApp::empty().await;
    let places = column(&app, "select of_table || '.' || unnest(texts) from spill_places()").await;
    let columns = column(&app, COLUMNS).await;
    assert_eq!(places.difference(&columns).collect::<Vec<_>>(), Vec::<&String>::new(), "there is no such column");
    let is_known = |column: &String| {
        places.contains(column)
            || TAKEN_OUT.contains(&column.as_str())
            || NO_TEXT.iter().any(|(known, _)| column == known || (known.ends_with('.') && column.starts_with(known)))
    };
    let unknown: Vec<&String> = columns.iter().filter(|column| !is_known(column)).collect();
    assert!(unknown.is_empty(), "is it a text? {unknown:?}");
}

/// Tables in which the words stand, in whatever writing, but for where they are kept from the program.
async fn tables_with(app: &TestApp, words: &str) -> BTreeSet<String> {
    let columns = column(app, COLUMNS).await;
    let mut found = BTreeSet::new();
    for column in columns.iter().filter(|column| !column.starts_with("spill_texts.")) {
        let (table, name) = column.split_once('.').expect("a table and a column");
        let encoded = words.replace(' ', "+").replace('\'', "%27");
        let hex = words.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let is_there = format!(
            "select count(*) from {table} where {name}::text like '%{0}%' or {name}::text like '%{1}%' or {name}::text like '%{hex}%'",
            words.replace('\'', "''"),
            encoded.replace('%', "\\%")
        );
        if app.value(&is_there).await != "0" {
            found.insert(table.to_owned());
        }
    }
    found
}

async fn guards_that_are_off(app: &TestApp) -> String {
    app.value("select count(*) from pg_trigger where tgenabled = 'D'").await
}

/// Everything that people wrote, and the log but for what it says of this.
async fn everything(app: &TestApp) -> String {
    app.value(
        "select md5(concat((select string_agg(t::text, '' order by id) from contacts t), (select string_agg(t::text, '' order by id) from findings t),
             (select string_agg(body, '' order by form_id) from drafts), (select string_agg(t::text, '' order by id) from checks t),
             (select string_agg(t::text, '' order by id) from statements t), (select string_agg(t::text, '' order by id) from telegrams t),
             (select string_agg(t::text, '' order by telegram_id, key) from telegram_answers t),
             (select string_agg(t::text, '' order by id) from audit_events t where verb !~ '^(text|signed)_')))",
    )
    .await
}

struct Scene {
    app: TestApp,
    check: String,
    post: Visitor,
    supervisor: Visitor,
    contact: String,
}

impl Scene {
    /// A contact of the officer of Guatemala with the words, another that repeats a line, a draft of a third person
    /// that does, and an earlier wording.
    async fn new() -> Self {
        let app = TestApp::demonstration().await;
        let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
        let (post, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
        let record = format!("/checks/{check}/contacts/record");
        for (summary, with) in [
            (format!("Before it was put in order: {SECOND}."), "The mill's manager"),
            (format!("He repeats: {FIRST}, no more."), "The mill's foreman"),
        ] {
            let form = post.open(&record).await.with_first_choices().set("with_whom", with).set("summary", &summary);
            form.send(&post).await.is(303);
        }
        let contact = app.value("select id from contacts where summary like 'Before it was%'").await;
        let edit = post.open(&format!("/checks/{check}/contacts/{contact}/edit")).await;
        edit.set("summary", &format!("{FIRST}\r\n{SECOND}")).send(&post).await.is(303);
        let page = supervisor.open(&record).await.with_first_choices().set("summary", &format!("As told: {FIRST}."));
        let draft = page.set("path", &record).set("title", "Record a contact");
        let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
        let body = crate::support::client::encoded(&draft.pairs());
        supervisor.send(reqwest::Method::POST, "/drafts", body, &headers).await.is(204);
        Self { app, check, post, supervisor, contact }
    }

    async fn report(&self, visitor: &Visitor) -> Page {
        let path = format!("/checks/{}/spill", self.check);
        let form = visitor.open(&path).await.set("what", &format!("contact.{}", self.contact)).set("why", REASON);
        form.send(visitor).await
    }

    async fn spill(&self) -> String {
        self.app.value("select id from spills order by reported_at desc, id desc limit 1").await
    }

    async fn settle(&self, visitor: &Visitor, outcome: &str) -> Page {
        let path = format!("/spills/{}/settle", self.spill().await);
        visitor.open(&path).await.set("outcome", outcome).set("because", REASON).send(visitor).await
    }

    async fn is_hidden(&self) {
        for words in [FIRST, SECOND] {
            assert_eq!(tables_with(&self.app, words).await, BTreeSet::new(), "{words}");
        }
        assert_eq!(guards_that_are_off(&self.app).await, "0");
    }
}

#[tokio::test]
async fn a_text_that_is_reported_is_hidden_at_once_wherever_it_stands() {
    let scene = Scene::new().await;
    let (app, check) = (&scene.app, &scene.check);
    let there: BTreeSet<String> = ["audit_events", "contacts", "drafts"].map(str::to_owned).into();
    assert!(tables_with(app, FIRST).await.is_superset(&there), "{:?}", tables_with(app, FIRST).await);
    scene.report(&scene.post).await.is(303);
    scene.is_hidden().await;
    scene
        .post
        .get(&format!("/checks/{check}/print"))
        .await
        .is(200)
        .says(INSTEAD)
        .says(&format!("He repeats: {INSTEAD}, no more."));
    let record = format!("/checks/{check}/contacts/record");
    assert_eq!(scene.supervisor.open(&record).await.value("summary"), format!("As told: {INSTEAD}."));
    // What was hidden is told by its hash and its places, and by whom; the words are nowhere.
    let auditor = app.enter("auditor").await;
    let rows = cells(&auditor.get("/log.csv?verb=text_hidden").await.body);
    let row = rows.last().expect("the entry");
    let hash = app
        .value(&format!(
            "select encode(sha256(convert_to(string_agg(was, e'\\n' order by number), 'UTF8')), 'hex') from spill_texts
        where row_key ->> 'id' = '{}'",
            scene.contact
        ))
        .await;
    assert!(row[5].contains(&format!("SHA-256 {hash}")) && row[1] == "Jonas Merrit", "{row:?}");
    for place in ["contacts", "drafts", "audit events"] {
        assert!(row[9].to_lowercase().replace('_', " ").contains(place), "{place}: {row:?}");
    }
    assert_eq!(
        cells(&auditor.get("/log.csv?verb=text_reported").await.body).last().expect("the entry")[9],
        format!("Why: {REASON}")
    );
    // Once.
    let form = scene.post.get(&format!("/checks/{check}/spill")).await;
    form.says(INSTEAD);
    scene.report(&scene.supervisor).await.is(409).says("There is no text in this row any more");
}

#[tokio::test]
async fn a_second_person_removes_it_for_good_without_reading_it() {
    let scene = Scene::new().await;
    // A supervisor may report, and then not settle.
    scene.report(&scene.supervisor).await.is(303);
    let spill = scene.spill().await;
    let path = format!("/spills/{spill}/settle");
    scene.supervisor.get(&path).await.is(200).says("You reported it. Another person removes it or puts it back.");
    let form = [
        ("form_id", lantern::id::FormId::new().to_string()),
        ("outcome", "removed".into()),
        ("because", REASON.into()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.supervisor.post(&path, &form).await.refused("You reported it.");
    // Who reports and works at the post does not, nor a supervisor of another one.
    scene.post.get(&path).await.is(403);
    scene.app.enter("reviewer").await.get(&path).await.is(403);
    let admin = scene.app.enter("admin").await;
    let list = admin.get("/spills").await;
    list.is(200).says("Contact").says("Remove it, or put it back");
    admin.get(&path).await.is(200).says("The words are shown to nobody").says_not(&scene.check);
    scene.settle(&admin, "removed").await.is(303);
    assert_eq!(scene.app.value("select count(*) from spill_texts").await, "0");
    scene.is_hidden().await;
    admin.get("/spills").await.says("Removed");
    // What is removed cannot be put back, by nobody.
    let again = admin.get(&path).await;
    again.says("It is settled already");
    let told =
        scene.app.value("select string_agg(verb, ' ' order by id) from audit_events where verb like 'text\\_%'").await;
    let told: BTreeSet<&str> = told.split(' ').collect();
    assert_eq!(told, ["text_hidden", "text_judged", "text_removed", "text_reported"].into());
}

#[tokio::test]
async fn what_is_not_classified_is_put_back_as_it_was() {
    let scene = Scene::new().await;
    let before = everything(&scene.app).await;
    scene.report(&scene.post).await.is(303);
    assert_ne!(everything(&scene.app).await, before);
    scene.settle(&scene.supervisor, "restored").await.is(303);
    assert_eq!(everything(&scene.app).await, before);
    assert_eq!(scene.app.value("select count(*) from spill_texts").await, "0");
    assert_eq!(guards_that_are_off(&scene.app).await, "0");
    // And it may be reported anew.
    scene.report(&scene.post).await.is(303);
    scene.is_hidden().await;
}

async fn texts(connection: &mut PgConnection, statement: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
        .fetch_all(connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"))
}

/// Every kind of row, also of what is closed, signed or only added to: hidden whole, and put back whole.
#[tokio::test]
async fn every_kind_of_text_is_taken_out_and_put_back_whatever_keeps_it() {
    let app = TestApp::generated().await;
    let (mut program, mut above) = (application(&app).await, superuser(&app).await);
    let (one, two) = (
        app.value("select id from people where account = 'guatemala'").await,
        app.value("select id from people where account = 'admin'").await,
    );
    let places = texts(
        &mut above,
        "select place || ' ' || of_table || ' ' || array_to_string(texts, ',') from spill_places() where called <> ''",
    )
    .await;
    let mut tried = Vec::new();
    for told in &places {
        let [place, table, columns] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
        let columns: Vec<&str> = columns.split(',').collect();
        let holds =
            columns.iter().map(|name| format!("coalesce(t.{name}::text, '') <> ''")).collect::<Vec<_>>().join(" or ");
        let sealed = if table == "checks" {
            "state = 'closed' desc, "
        } else if columns.contains(&"original") {
            "state = 'sent' desc, "
        } else {
            ""
        };
        let Some(row) =
            texts(&mut above, &format!("select id::text from {table} t where {holds} order by {sealed} id limit 1"))
                .await
                .pop()
        else {
            continue;
        };
        let whole = format!("select t::text from {table} t where id = '{row}'");
        let before = texts(&mut above, &whole).await;
        let id = uuid::Uuid::now_v7();
        run(
            &mut program,
            &format!(
                "select hide_text('{id}', '{place}', '{row}', '{REASON}', '{one}', null, null, 'x', '2026-11-23Z')"
            ),
        )
        .await
        .unwrap_or_else(|error| panic!("{place}: {error}"));
        for name in &columns {
            let said = texts(&mut above, &format!("select coalesce(case when pg_typeof({name}) = 'bytea'::regtype then legible({name}::text::bytea) else {name}::text end, '') from {table} where id = '{row}'")).await.remove(0);
            assert!(said.is_empty() || said.starts_with(INSTEAD), "{place} {name}: {said}");
        }
        let settle = |by: &str| {
            format!("select settle_text('{id}', 'restored', '{REASON}', '{by}', null, null, 'x', '2026-11-23Z')")
        };
        let refused = run(&mut program, &settle(&one)).await.expect_err("two persons");
        assert_eq!(refused.as_database_error().and_then(|error| error.constraint()), Some("spills_settled_by_another"));
        run(&mut program, &settle(&two)).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(texts(&mut above, &whole).await, before, "{place}");
        assert_eq!(guards_that_are_off(&app).await, "0", "{place}");
        tried.push(place);
    }
    assert!(tried.len() >= 20, "{} of {} kinds: {tried:?}", tried.len(), places.len());
}

/// Nobody who holds the program's role does more by it than that.
#[tokio::test]
async fn the_program_passes_the_guards_by_these_functions_alone() {
    let scene = Scene::new().await;
    scene.report(&scene.post).await.is(303);
    let mut program = application(&scene.app).await;
    for tried in [
        "select was from spill_texts",
        "delete from spill_texts",
        "update spills set why = 'Something else'",
        "delete from spills",
        "insert into spills select * from spills",
        "select stand_guard('audit_events', false)",
        "select take_text(gen_random_uuid(), 'contacts', 'summary', '$2', 'true', '{}', 'x', '{}')",
        "alter table contacts disable trigger user",
        "update audit_events set summary = 'x'",
    ] {
        let refused = run(&mut program, tried).await.expect_err(tried).to_string();
        assert!(
            ["permission denied", "must be owner"].iter().any(|words| refused.contains(words)),
            "{tried}: {refused}"
        );
    }
    // A report that is not committed leaves every guard as it was.
    let other = scene
        .app
        .value(&format!(
            "select id from contacts where id <> '{}' and check_id = '{}' limit 1",
            scene.contact, scene.check
        ))
        .await;
    let one = scene.app.value("select id from people where account = 'guatemala'").await;
    run(&mut program, &format!("begin; select hide_text(gen_random_uuid(), 'contact', '{other}', '{REASON}', '{one}', null, null, 'x', now()); rollback"))
        .await
        .expect("it is rolled back");
    assert_eq!(guards_that_are_off(&scene.app).await, "0");
    for nothing in ["telegram_answer", "people", "nothing"] {
        let hide = format!(
            "select hide_text(gen_random_uuid(), '{nothing}', '{other}', '{REASON}', '{one}', null, null, 'x', now())"
        );
        assert!(run(&mut program, &hide).await.is_err(), "{nothing}");
    }
}

/// A telegram: its text as it came, what was read in it, and what was filed from it.
#[tokio::test]
async fn a_telegram_is_taken_out_with_what_was_filed_from_it() {
    let app = TestApp::demonstration().await;
    let telegram = app.value("select id from telegrams where way = 'in' limit 1").await;
    // What was filed from it repeats it, its lines put together.
    let answered = format!(
        "insert into telegram_answers (telegram_id, key, kind, answer, paragraph, words, says, proposed, answered_by, answered_at)
         select t.id, 'contact-9', 'contact', 'accepted', '1', w, 'A contact', jsonb_build_object('summary', w), recorded_by, recorded_at
         from telegrams t, regexp_replace(legible(t.original), '\\s+', ' ', 'g') w where t.id = '{telegram}'"
    );
    app.run(&format!("{}; {answered}", crate::database::LOG)).await;
    let line = app
        .value(&format!(
            "select btrim(l) from telegrams t, regexp_split_to_table(legible(t.original), '\\s*[\\r\\n]+\\s*') l where t.id = '{telegram}' and length(l) > 50 limit 1"
        ))
        .await;
    let there: BTreeSet<String> = ["telegram_answers", "telegrams"].map(str::to_owned).into();
    assert!(tables_with(&app, &line).await.is_superset(&there), "{line}");
    let case = app.enter("case").await;
    let form = case.open(&format!("/telegrams/{telegram}/spill")).await;
    form.set("what", &format!("telegram.{telegram}")).set("why", REASON).send(&case).await.is(303);
    assert_eq!(tables_with(&app, &line).await, BTreeSet::new(), "{line}");
    case.get(&format!("/telegrams/{telegram}")).await.is(200);
    case.get(&format!("/telegrams/{telegram}/text")).await.is(200);
    let spill = app.value("select id from spills").await;
    let supervisor = app.enter("supervisor").await;
    let settle = supervisor.open(&format!("/spills/{spill}/settle")).await;
    settle.set("outcome", "restored").set("because", REASON).send(&supervisor).await.is(303);
    assert!(tables_with(&app, &line).await.is_superset(&there));
    case.get(&format!("/telegrams/{telegram}")).await.is(200);
}

/// Whoever sees a file reports its texts, and nobody else learns that there is one.
#[tokio::test]
async fn a_text_is_reported_by_whoever_sees_it() {
    let app = TestApp::demonstration().await;
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let license = app.value("select license_id from check_licenses limit 1").await;
    let party = app.value("select id from parties where standing = 'established' limit 1").await;
    for (account, path, status) in [
        ("guatemala", format!("/checks/{check}/spill"), 200),
        ("auditor", format!("/checks/{check}/spill"), 200),
        ("reviewer", format!("/licenses/{license}/spill"), 200),
        ("case", format!("/parties/{party}/spill"), 200),
        ("kingston", format!("/checks/{check}/spill"), 404),
        ("admin", format!("/checks/{check}/spill"), 403),
    ] {
        let page = app.enter(account).await.get(&path).await;
        assert_eq!(page.status, status, "{account} {path}: {}", page.text());
        assert!(status != 200 || Filled::of(&path, &page).is_some(), "{path}");
    }
    let case = app.enter("case").await;
    let other = app.value(&format!("select id from contacts where check_id <> '{check}' limit 1")).await;
    let form = case.open(&format!("/checks/{check}/spill")).await;
    form.set("what", &format!("contact.{other}"))
        .set("why", REASON)
        .send(&case)
        .await
        .is(422)
        .says("Choose one of the texts");
}

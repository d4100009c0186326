//! A classified text that was found too late is taken out, by two persons: out of its row, and of everything that
//! repeats it.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

use crate::{
    database::{application, column, run, session, superuser},
    log::cells,
    support::{Filled, Page, TestApp, Visitor},
};

const FIRST: &str = "The source in the ministry said that the crates never left the depot";
const SECOND: &str = "and that the colonel's brother drove them over the border at night";
const INSTEAD: &str = "[removed on 23 Nov 2026: reported as classified]";
const REASON: &str = "The office of security told us so.";

/// Columns that hold no text of a person's, or a name that a file is known by.
const NO_TEXT: &[(&str, &str, &str)] = &[
    ("_sqlx_migrations", "description checksum", "the migrations"),
    ("assignments", "role", "a closed word"),
    ("audit_events", "address", "an address of the network"),
    ("audit_events", "job", "the program's own"),
    ("audit_events", "role", "a closed word"),
    ("audit_events", "subject_kind", "the program's own"),
    ("audit_events", "verb", "a closed word"),
    ("authorities", "country name short_name", "reference data, which an administrator ends and replaces"),
    ("bases_read", "rules", "a hash"),
    ("bases_to_read", "rules", "a hash"),
    ("certificate_signatures", "signer", "a closed word"),
    ("certificates", "form", "a code"),
    ("changed_bases", "acts grounds rules", "addresses and buttons, closed words, a hash"),
    ("check_standings", "rules", "a hash"),
    ("check_subjects", "role", "a closed word"),
    ("corrections", "place", "a closed word"),
    ("checks", "held_state priority reference site_visit state type", "closed words, and the reference"),
    ("contacts", "channel_source kind", "a closed word"),
    ("countries", "code name region", "reference data"),
    (
        "country_rules",
        "certainty country days_kind detail item_class source source_day",
        "reference data, which an administrator ends and replaces",
    ),
    ("custody_steps", "stage", "a closed word"),
    ("decisions", "act", "a closed word"),
    ("draft_sources", "path", "an address, which bears no mark"),
    ("drafts", "path", "an address, which bears no mark"),
    ("duties", "duty", "closed words"),
    ("explanations", "contradiction fingerprint", "a key"),
    ("findings", "answer portion_mark", "a closed word"),
    ("findings", "topic", "a code"),
    ("import_approvals", "state", "a closed word"),
    ("item_groups", "item_class jurisdiction unit usml_category", "codes and units"),
    ("kept_versions", "of_what", "the program's own"),
    ("known_browsers", "key_hash", "how people sign in"),
    ("license_parties", "role takes_possession", "closed words"),
    ("licenses", "destination form number number_normalized status", "its number, and codes"),
    ("login_attempts", "account address", "how people sign in"),
    ("merges", "learned moved standing taken", "keys, and rows of closed words"),
    ("mistakes", "kind other_file side", "closed words and a key"),
    ("parties", "country found_role kind standing", "codes and closed words"),
    ("party_facts", "kind", "a closed word"),
    ("party_listings", "list", "a code"),
    ("people", "account name password_hash", "accounts and names, which an administrator changes"),
    ("permits", "number number_normalized unit", "its number, and a unit"),
    ("posts", "country name zone", "names, which an administrator changes"),
    ("recalls", "about_ids priority site_visit type", "closed words, and ids"),
    ("recommendations", "word", "a closed word"),
    (
        "reference_entries",
        "check_types code country country_group detail item_classes items kind label party_roles source topic",
        "reference data, which an administrator ends and replaces",
    ),
    ("remarks", "to_part", "a closed word"),
    ("result_reasons", "code", "a code"),
    ("results", "ended_because word", "closed words"),
    ("region_owners", "region", "a closed word"),
    ("security_events", "address detail kind", "addresses and names of what was refused"),
    ("separated_duties", "earlier later", "closed words"),
    ("serials", "number number_normalized state", "its number, and a closed word"),
    ("sessions", "address agent key_hash", "how people sign in"),
    ("spill_texts", "became of_column of_table row_key was", "what is hidden; the program cannot read it"),
    ("spill_words", "word", "what is looked for; the program cannot read it"),
    ("spills", "file hash outcome place settled_because why", "what was reported, without the words"),
    ("standing_marks", "kind number", "keys"),
    ("statements", "source_grade", "a closed word"),
    ("statements", "topic", "a code"),
    ("submissions", "address answers_hash redirect", "addresses and hashes"),
    ("telegram_answers", "answer key kind paragraph proposed_digest subject_kind", "keys, numbers and closed words"),
    ("telegram_readings", "reader reading", "read anew"),
    ("telegrams", "composed_digest direction fingerprint originator state way", "numbers, hashes and closed words"),
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
    let no_text: BTreeSet<String> = NO_TEXT
        .iter()
        .flat_map(|(table, names, _)| names.split(' ').map(move |name| format!("{table}.{name}")))
        .collect();
    let is_known =
        |column: &String| places.contains(column) || TAKEN_OUT.contains(&column.as_str()) || no_text.contains(column);
    let unknown: Vec<&String> = columns.iter().filter(|column| !is_known(column)).collect();
    assert!(unknown.is_empty(), "is it a text? {unknown:?}");
    let gone: Vec<&String> =
        no_text.iter().filter(|column| !columns.contains(*column) || places.contains(*column)).collect();
    assert!(gone.is_empty(), "there is no such column, or it is a place: {gone:?}");
}

/// Tables in which the words stand, in whatever writing, but for where they are kept from the program.
async fn tables_with(app: &TestApp, words: &str) -> BTreeSet<String> {
    let columns = column(app, COLUMNS).await;
    let mut found = BTreeSet::new();
    for column in
        columns.iter().filter(|column| !column.starts_with("spill_texts.") && !column.starts_with("spill_words."))
    {
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
const EVERYTHING: &str = "select md5(concat((select string_agg(t::text, '' order by id) from contacts t), (select string_agg(t::text, '' order by id) from findings t),
         (select string_agg(body, '' order by form_id) from drafts), (select string_agg(t::text, '' order by id) from checks t),
         (select string_agg(t::text, '' order by id) from statements t), (select string_agg(t::text, '' order by id) from telegrams t),
         (select string_agg(t::text, '' order by telegram_id, key) from telegram_answers t),
         (select string_agg(t::text, '' order by id) from audit_events t where verb !~ '^(text|signed)_')))";

async fn everything(app: &TestApp) -> String {
    app.value(EVERYTHING).await
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
    let characters = app.value("select characters from spills").await;
    let said = format!("hid a text of {characters} characters (contact), SHA-256 {hash}");
    assert!(row[5] == said && row[1] == "Jonas Merrit", "{said}: {row:?}");
    for place in ["Contact: ", "Drafts: ", "Entries of the log: "] {
        assert!(row[9].contains(place), "{place}: {row:?}");
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

/// Where a text is written over, or its entries are its file's: the page, and which text it is there.
async fn written_over(app: &TestApp) -> Vec<(&'static str, String, &'static str, String, String)> {
    let (mill, draft) = (
        app.value("select id from checks where subject like 'Cartridges for a sugar%'").await,
        app.value("select id from checks where state = 'draft' limit 1").await,
    );
    let license = app.value(&format!("select license_id from check_licenses where check_id = '{mill}'")).await;
    let party =
        app.value(&format!("select party_id from license_parties where license_id = '{license}' limit 1")).await;
    let on = |file: &str, id: &str, page: &str| format!("/{file}/{id}{page}");
    vec![
        ("guatemala", on("checks", &mill, "/findings/other"), "text", on("checks", &mill, ""), "finding".to_owned()),
        ("case", on("checks", &draft, "/edit"), "subject", on("checks", &draft, ""), format!("check.{draft}")),
        (
            "case",
            on("licenses", &license, "/edit"),
            "purpose",
            on("licenses", &license, ""),
            format!("license.{license}"),
        ),
        (
            "guatemala",
            on("licenses", &license, "/custody"),
            "planned.1.holder",
            on("licenses", &license, ""),
            "custody_step".to_owned(),
        ),
        ("case", on("parties", &party, "/edit"), "address", on("parties", &party, ""), format!("party.{party}")),
    ]
}

/// An earlier wording goes out of the log with the text that took its place, and so does one that is too short to be
/// looked for in other sentences.
#[tokio::test]
async fn what_was_written_over_and_what_is_short_goes_out_of_the_log_too() {
    let app = TestApp::demonstration().await;
    for (account, page, field, file, what) in written_over(&app).await {
        let (visitor, words) =
            (app.enter(account).await, ["Depot 7 at the kingfisher's bend of the river", "Kingfisher 7"]);
        for said in words {
            let form = visitor.open(&page).await;
            let form = if field.ends_with("holder") { form.set("planned.1.what", "Keeps them") } else { form };
            let form = if field == "text" { form.set("answer", "yes").set("portion_mark", "SBU") } else { form };
            form.set(field, said).send(&visitor).await.is(303);
        }
        for said in words {
            assert!(tables_with(&app, said).await.contains("audit_events"), "{page}: {said}");
        }
        let before = everything(&app).await;
        let row = match what.as_str() {
            "finding" => Some(("findings", "text")),
            "custody_step" => Some(("custody_steps", "holder")),
            _ => None,
        };
        let row = match row {
            Some((table, column)) => {
                let id = app.value(&format!("select id from {table} where {column} = '{}'", words[1])).await;
                format!("{what}.{id}")
            }
            None => what,
        };
        let report = || async {
            let form = visitor.open(&format!("{file}/spill")).await.set("what", &row).set("why", REASON);
            form.send(&visitor).await.is(303);
        };
        report().await;
        for said in words {
            assert_eq!(tables_with(&app, said).await, BTreeSet::new(), "{page}: {said}");
        }
        let settle = async |outcome: &str| {
            let spill = app.value("select id from spills order by reported_at desc, id desc limit 1").await;
            let admin = app.enter("admin").await;
            let page = admin.open(&format!("/spills/{spill}/settle")).await;
            page.set("outcome", outcome).set("because", REASON).send(&admin).await.is(303);
        };
        settle("restored").await;
        assert_eq!(everything(&app).await, before, "{page}: it is put back as it was");
        report().await;
        settle("removed").await;
        for said in words {
            assert_eq!(tables_with(&app, said).await, BTreeSet::new(), "{page}: {said}");
        }
    }
    assert_eq!(guards_that_are_off(&app).await, "0");
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
    // What nobody does in generated data.
    app.run(
        "insert into former_names (of, name, until) select id, 'Another name of before', now() from parties limit 1",
    )
    .await;
    let (mut program, mut above) = (application(&app).await, superuser(&app).await);
    let (one, two) = (
        app.value("select id from people where account = 'guatemala'").await,
        app.value("select id from people where account = 'admin'").await,
    );
    let (first, second) = (session(&app, "guatemala", "null").await, session(&app, "admin", "null").await);
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
        let under = |key: &str| format!("select set_config('lantern.session', '{key}', true)");
        run(
            &mut program,
            &format!(
                "{}; select hide_text('{id}', '{place}', '{row}', '{REASON}', '{one}', null, null, 'x', '2026-11-23Z')",
                under(&first)
            ),
        )
        .await
        .unwrap_or_else(|error| panic!("{place}: {error}"));
        for name in &columns {
            let said = texts(&mut above, &format!("select coalesce(case when pg_typeof({name}) = 'bytea'::regtype then legible({name}::text::bytea) else {name}::text end, '') from {table} where id = '{row}'")).await.remove(0);
            assert!(said.is_empty() || said.starts_with(INSTEAD), "{place} {name}: {said}");
        }
        let settle = |by: &str, key: &str| {
            let settles =
                format!("select settle_text('{id}', 'restored', '{REASON}', '{by}', null, null, 'x', '2026-11-23Z')");
            format!("{}; {settles}", under(key))
        };
        let refused = run(&mut program, &settle(&one, &first)).await.expect_err("two persons");
        assert_eq!(refused.as_database_error().and_then(|error| error.constraint()), Some("spills_settled_by_another"));
        run(&mut program, &settle(&two, &second)).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(texts(&mut above, &whole).await, before, "{place}");
        assert_eq!(guards_that_are_off(&app).await, "0", "{place}");
        tried.push(place);
    }
    assert!(tried.contains(&"former_name"), "a name that a party had");
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
        "select word from spill_words",
        "select put_back(k, s) from spill_texts k, spills s",
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

/// What a function of the database gives, which the program may not call.
async fn given(connection: &mut PgConnection, call: &str) -> String {
    texts(connection, call).await.remove(0)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// One rule for every kind of column: however the words are wrapped there, and as long as a telegram.
#[tokio::test]
async fn words_are_found_however_long_they_are_and_however_they_are_wrapped() {
    let app = TestApp::empty().await;
    let mut above = superuser(&app).await;
    let long = (0..6000).map(|n| format!("word-{n} (a+b)*{}", n % 7)).collect::<Vec<_>>().join(" ");
    for (words, others) in [
        ("He said that a|b, {2} of [them], were sold.", "And \\1 \n more\tof it"),
        (long.as_str(), "A line\r\n\r\nof it"),
    ] {
        for between in [" ", "\n", "\r\n", "\t", " \r\n  "] {
            let wrapped = words.split(' ').collect::<Vec<_>>().join(between);
            for (before, after) in [("", ""), (others, ""), ("", others), (others, others), ("(", ").")] {
                let (stands, expected) = (format!("{before}{wrapped}{after}"), format!("{before}[x]{after}"));
                let (flat, stands_quoted) = (quoted(words), quoted(&stands));
                let case = format!("{} characters, {between:?}, {before:?}, {after:?}", words.len());
                let text = format!("select cleared({stands_quoted}, array[flat({flat})], '[x]')");
                assert_eq!(given(&mut above, &text).await, expected, "{case}");
                let bytes =
                    format!("select legible(cleared(convert_to({stands_quoted}, 'UTF8'), array[flat({flat})], '[x]'))");
                assert_eq!(given(&mut above, &bytes).await, expected, "{case}");
                let json = format!(
                    "select cleared(jsonb_build_object('a', jsonb_build_array({stands_quoted}::text, 7)), array[flat({flat})], '[x]') #>> '{{a,0}}'"
                );
                assert_eq!(given(&mut above, &json).await, expected, "{case}");
                let body = crate::support::client::encoded(&[("a", "b c"), ("typed", &stands), ("z", "%")]);
                let cleared = crate::support::client::encoded(&[("a", "b c"), ("typed", &expected), ("z", "%")]);
                let form = format!("select cleared_form({}, array[flat({flat})], '[x]')", quoted(&body));
                assert_eq!(given(&mut above, &form).await, cleared, "{case}");
            }
        }
    }
}

/// What else stands there stays as it is, to the letter; what was cut off goes.
#[tokio::test]
async fn of_a_text_only_the_words_are_taken_out() {
    let app = TestApp::empty().await;
    let mut above = superuser(&app).await;
    let word = "the crates never left the depot, and nobody asked";
    for (stands, expected) in [
        (" \r\n a  b\tc \n", " \r\n a  b\tc \n"),
        ("", ""),
        ("  the  crates never left the depot, and nobody asked  again ", "  [x]  again "),
        (
            "the crates never left the depot, and nobody asked\nthe crates never left the depot, and nobody asked",
            "[x]\n[x]",
        ),
        ("recorded: the crates never left the depot, and nob...", "recorded: [x]"),
        ("recorded: the crates\nnever left the depot, and nobody as…", "recorded: [x]"),
        ("the crates never left the depot, and nobody came", "the crates never left the depot, and nobody came"),
        (
            "said that \"...left the depot...\" is no classification mark",
            "said that \"...[x]...\" is no classification mark",
        ),
    ] {
        let call = format!("select cleared({}, array[{}], '[x]')", quoted(stands), quoted(word));
        assert_eq!(given(&mut above, &call).await, expected, "{stands:?}");
    }
}

/// A browser ends the lines of what is typed otherwise than the record does, and no line of it is long.
#[tokio::test]
async fn a_draft_is_cleared_whatever_ends_its_lines() {
    let scene = Scene::new().await;
    let (app, check) = (&scene.app, &scene.check);
    let lines = ["The depot is empty.", "The guard saw it.", "Tell nobody here."];
    let edit = format!("/checks/{check}/contacts/{}/edit", scene.contact);
    scene.post.open(&edit).await.set("summary", &lines.join("\r\n")).send(&scene.post).await.is(303);
    let record = format!("/checks/{check}/contacts/record");
    let typed = format!("As told:\r\n{}\r\nSo far.", lines.join("\r\n"));
    let page = scene.supervisor.open(&record).await.with_first_choices().set("summary", &typed);
    let draft = page.set("path", &record).set("title", "Record a contact");
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
    scene
        .supervisor
        .send(reqwest::Method::POST, "/drafts", crate::support::client::encoded(&draft.pairs()), &headers)
        .await
        .is(204);
    scene.report(&scene.post).await.is(303);
    for line in lines {
        assert_eq!(tables_with(app, line).await, BTreeSet::new(), "{line}");
    }
    let mut above = superuser(app).await;
    let bodies = "select string_agg(form_decoded(body), '' order by saved_at) from drafts";
    assert!(given(&mut above, bodies).await.contains(&format!("As told:\r\n{INSTEAD}\r\nSo far.")));
}

/// Whoever reports a row second learns that it is done, as long as nobody wrote into it since; then both are open.
#[tokio::test]
async fn two_reports_of_one_row_are_both_taken_while_there_is_a_text_in_it() {
    let scene = Scene::new().await;
    let (app, check) = (&scene.app, &scene.check);
    // At the same moment, too.
    let both = tokio::join!(scene.report(&scene.post), scene.report(&scene.supervisor));
    let (taken, late) = if both.0.status == 303 { both } else { (both.1, both.0) };
    taken.is(303);
    late.is(409).says("There is no text in this row any more");
    let first = scene.spill().await;
    let later = "The driver said that he was paid by the sergeant of the gate";
    let edit = format!("/checks/{check}/contacts/{}/edit", scene.contact);
    scene.post.open(&edit).await.set("summary", later).send(&scene.post).await.is(303);
    app.clock.advance(time::Duration::minutes(1));
    scene.report(&scene.post).await.is(303);
    assert_eq!(app.value("select count(*) from spills where settled_at is null").await, "2");
    assert_eq!(tables_with(app, later).await, BTreeSet::new());
    scene.is_hidden().await;
    let second = scene.spill().await;
    assert_ne!(first, second);
    // The first is put back wherever nobody wrote since; the second stays hidden.
    let washington = app.enter("supervisor").await;
    let settle = async |spill: &str, outcome: &str| {
        let form = washington.open(&format!("/spills/{spill}/settle")).await;
        form.set("outcome", outcome).set("because", REASON).send(&washington).await.is(303);
    };
    settle(&first, "restored").await;
    assert_eq!(tables_with(app, later).await, BTreeSet::new());
    assert_eq!(app.value(&format!("select summary from contacts where id = '{}'", scene.contact)).await, INSTEAD);
    let told = "select summary from audit_events where verb = 'text_restored' order by id desc limit 1";
    let told = app.value(told).await;
    assert!(told.contains(" places of a text of ") && told.ends_with("; 1 was changed since"), "{told}");
    settle(&second, "restored").await;
    assert_eq!(app.value(&format!("select summary from contacts where id = '{}'", scene.contact)).await, later);
    assert_eq!(guards_that_are_off(app).await, "0");
}

/// Two reports of rows that repeat each other, in each order of reporting and settling, each removed or put back: of
/// each is there what was put back of it, and nothing that the other one covers.
#[tokio::test]
async fn what_is_put_back_brings_nothing_else_back() {
    const TAIL: &str = "no more.";
    let scene = Scene::new().await;
    let app = &scene.app;
    let mut program = application(app).await;
    let other = app.value("select id from contacts where summary like 'He repeats:%'").await;
    let [one, two] =
        ["guatemala", "admin"].map(|account| format!("(select id from people where account = '{account}')"));
    let stands = |words: &str| {
        let encoded = words.replace(' ', "+").replace('\'', "%27");
        let words = words.replace('\'', "''");
        format!(
            "select (exists (select from contacts where summary like '%{words}%') or exists (select from drafts where body like '%{encoded}%')
                 or exists (select from audit_events where concat(summary, before, after) like '%{words}%'))::text"
        )
    };
    let before = given(&mut program, EVERYTHING).await;
    for case in 0..16 {
        let is = |bit: i32| case & bit != 0;
        let (a, b) = (("a", &scene.contact, is(1)), ("b", &other, is(2)));
        let reported = if is(4) { [a, b] } else { [b, a] };
        let settled = if is(8) { [a, b] } else { [b, a] };
        run(&mut program, "begin").await.expect("it begins");
        for (index, (name, row, _)) in reported.iter().enumerate() {
            let id = format!("md5('{name}{case}')::uuid");
            let hide = format!(
                "select hide_text({id}, 'contact', '{row}', '{REASON}', {one}, null, null, 'x', '2026-11-23 10:0{index}Z')"
            );
            run(&mut program, &hide).await.unwrap_or_else(|error| panic!("{case}: {error}"));
        }
        let mut back = Vec::new();
        for (name, _, restored) in settled {
            let (id, how) = (format!("md5('{name}{case}')::uuid"), if restored { "restored" } else { "removed" });
            let settle =
                format!("select settle_text({id}, '{how}', '{REASON}', {two}, null, null, 'x', '2026-11-23 11:00Z')");
            run(&mut program, &settle).await.unwrap_or_else(|error| panic!("{case}: {error}"));
            if restored {
                back.push(name);
            }
            for (words, of) in [(FIRST, "a"), (SECOND, "a"), (TAIL, "b")] {
                let is_there = given(&mut program, &stands(words)).await == "true";
                assert_eq!(is_there, back.contains(&of), "{case:04b} after {name} {how}: {words}");
            }
        }
        if back.len() == 2 {
            assert_eq!(given(&mut program, EVERYTHING).await, before, "{case:04b}");
        }
        run(&mut program, "rollback").await.expect("it ends");
    }
}

/// What a name was folded to goes with the name, and comes back with it.
#[tokio::test]
async fn a_name_that_is_taken_out_is_not_found_by_its_letters() {
    let app = TestApp::generated().await;
    let mut program = crate::database::superuser(&app).await;
    let name = "Brotherhood of the Southern Gate Import Company";
    let party = app.value("select id from parties where merged_into is null order by id limit 1").await;
    app.run(&format!(
        "{}; update parties set name = '{name}', name_folded = lower('{name}') where id = '{party}';
         insert into party_aliases (id, party_id, name, name_folded, source, recorded_by, recorded_at)
         select gen_random_uuid(), id, name || ' (Lagos)', name_folded || ' lagos', 'Its letterhead', created_by, now() from parties where id = '{party}'",
        crate::database::LOG
    ))
    .await;
    let folded = "select string_agg(name_folded, ' ' order by name_folded) from (
        select name_folded from parties union all select name_folded from party_aliases) n";
    let before = given(&mut program, folded).await;
    let people = |account: &str| format!("(select id from people where account = '{account}')");
    let hide = format!(
        "select hide_text(md5('x')::uuid, 'party', '{party}', '{REASON}', {}, null, null, 'x', '2026-11-23Z')",
        people("guatemala")
    );
    run(&mut program, &hide).await.expect("it is hidden");
    assert!(before.contains("brotherhood of the southern gate import company lagos"));
    assert!(!given(&mut program, folded).await.contains("brotherhood of the southern gate"));
    let alias =
        app.value(&format!("select name from party_aliases where party_id = '{party}' and name like '%(Lagos)'")).await;
    assert_eq!(alias, format!("{INSTEAD} (Lagos)"));
    let settle = format!(
        "select settle_text(md5('x')::uuid, 'restored', '{REASON}', {}, null, null, 'x', '2026-11-23Z')",
        people("admin")
    );
    run(&mut program, &settle).await.expect("it is put back");
    assert_eq!(given(&mut program, folded).await, before);
}

/// However much was reported elsewhere: a supervisor of a post finds the post's own, and is told at home that it waits.
#[tokio::test]
async fn what_waits_for_a_supervisor_is_counted_and_listed_among_hundreds_of_others() {
    let scene = Scene::new().await;
    let app = &scene.app;
    scene.report(&scene.post).await.is(303);
    app.run(&format!(
        "{}; insert into spills (id, place, row_id, file, file_id, post_id, characters, hash, why, reported_by, reported_at)
         select gen_random_uuid(), 'contact', gen_random_uuid(), 'check', s.file_id, p.id, 7, '', 'Told elsewhere', s.reported_by, s.reported_at + interval '1 hour'
         from spills s, (select id from posts where id <> (select post_id from spills) limit 1) p, generate_series(1, 250)",
        crate::database::LOG
    ))
    .await;
    scene.supervisor.get("/").await.says("1 reported text waits to be settled");
    scene.supervisor.get("/spills").await.says(REASON).says_not("Told elsewhere");
    app.enter("supervisor").await.get("/").await.says("251 reported texts wait to be settled");
    app.enter("reviewer").await.get("/").await.says_not("reported text");
}

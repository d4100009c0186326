//! The log: who did what, when, from where, before and after; complete, unchangeable, for the auditor.

use lantern::{audit::Verb, text::many};
use reqwest::Method;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::{
    database::UNLOGGED,
    support::{TestApp, client::encoded},
};

/// A file's cells, row by row, without its heading.
pub fn cells(body: &str) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(body.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn the_log_says_who_when_what_before_and_after_and_from_where() {
    let app = TestApp::demonstration().await;
    let (post, auditor) = (app.enter("guatemala").await, app.enter("auditor").await);
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let contact = app.value(&format!("select id from contacts where check_id = '{check}' limit 1")).await;
    let form = post.open(&format!("/checks/{check}/contacts/{contact}/edit")).await;
    let before = form.value("summary").to_owned();
    form.set("summary", "He corrected the month of delivery.").send(&post).await.is(303);
    let rows = cells(&auditor.get("/log.csv?text=changed+a+contact").await.body);
    let is_it = |row: &&Vec<String>| row[9].ends_with("\nSummary: He corrected the month of delivery.");
    let row = rows.iter().find(is_it).expect("the entry");
    let reference = app.value(&format!("select reference from checks where id = '{check}'")).await;
    assert_eq!(row[..5], ["23 Nov 2026 18:00Z", "Jonas Merrit", "Post officer", "Guatemala", "127.0.0.1"]);
    assert!(row[5].starts_with("changed a contact: "), "{row:?}");
    assert_eq!(row[6], reference);
    assert!(row[8].starts_with("Day: ") && row[8].ends_with(&format!("\nSummary: {before}")), "{row:?}");
    let page = auditor.get("/log?text=changed+a+contact").await;
    page.says("23 Nov 2026 18:00Z")
        .says("Jonas Merrit")
        .says("He corrected the month of delivery.")
        .says("127.0.0.1")
        .says(&reference);
}

#[tokio::test]
async fn the_log_is_searched_by_person_word_kind_and_day() {
    let app = TestApp::demonstration().await;
    let auditor = app.enter("auditor").await;
    let search = async |pairs: &[(&str, &str)]| cells(&auditor.get(&format!("/log.csv?{}", encoded(pairs))).await.body);
    let count = async |condition: &str| {
        app.value(&format!("select count(*) from audit_events e where {condition}")).await.parse::<usize>().unwrap()
    };
    let jonas = "actor_id = (select id from people where account = 'guatemala')";
    for (pairs, condition) in [
        (vec![("who", "guatemala")], jonas.to_owned()),
        (vec![("who", "jonas mer")], jonas.to_owned()),
        (vec![("who", "demonstration")], "job = 'demonstration'".to_owned()),
        (vec![("verb", "permit_verified")], "verb = 'permit_verified'".to_owned()),
        (vec![("who", "guatemala"), ("verb", "contact_recorded")], format!("{jonas} and verb = 'contact_recorded'")),
        (vec![("text", "acknowledged")], "summary ilike '%acknowledged%'".to_owned()),
        (
            vec![("text", "050107211")],
            "summary ilike '%050107211%' or license_id = (select id from licenses where number = '050107211')"
                .to_owned(),
        ),
        (
            vec![("from", "1 Oct 2026"), ("until", "31/10/2026")],
            "at >= '2026-10-01Z' and at < '2026-11-01Z'".to_owned(),
        ),
        (vec![("until", "23/11/2025")], "at < '2025-11-24Z'".to_owned()),
    ] {
        let (found, there) = (search(&pairs).await.len(), count(&condition).await);
        assert!(there > 0, "nothing to find by {pairs:?}");
        assert_eq!(found, there, "{pairs:?}");
    }
    let reference = app.value("select reference from checks where state = 'closed' limit 1").await;
    assert!(!search(&[("text", &reference.to_lowercase())]).await.is_empty());
    for nothing in [[("who", "%")], [("text", "%")], [("text", "_______________________________________________")]] {
        assert_eq!(search(&nothing).await.len(), 0, "{nothing:?} means itself");
    }
    for unclear in ["some+day", "1/10/2026"] {
        auditor.get(&format!("/log?from={unclear}")).await.is(400).says("Write the days of the search as 18 Jun 2026");
    }
    auditor.get("/log?text=no+such+words+anywhere").await.is(200).says("No entry fits");
    let page = auditor.get("/log").await.body;
    for verb in Verb::ALL {
        assert!(page.contains(&format!("value=\"{}\"", verb.code())), "{verb} cannot be searched for");
    }
}

#[tokio::test]
async fn only_the_auditor_reads_the_log_and_every_export_is_in_it() {
    let app = TestApp::demonstration().await;
    for account in ["guatemala", "guatemala2", "case", "reviewer", "supervisor", "admin"] {
        let visitor = app.enter(account).await;
        for path in ["/log", "/log.csv", "/log?text=a"] {
            visitor.get(path).await.is(403).says("Only an auditor reads the log");
        }
        assert!(!visitor.get("/").await.body.contains("href=\"/log\""), "{account}");
    }
    let exports =
        async || app.value("select count(*) from audit_events where verb = 'exported'").await.parse::<i64>().unwrap();
    let before = exports().await;
    let (auditor, post) = (app.enter("auditor").await, app.enter("guatemala").await);
    for (visitor, path, says) in [
        (&auditor, "/log.csv?who=kingston", "log entry"),
        (&auditor, "/checks.csv?state=closed", "check"),
        (&post, "/checks.csv", "check"),
    ] {
        let page = visitor.get(path).await;
        page.is(200);
        assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
        assert!(page.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let entry = app
            .value(
                "select summary || ' at ' || (after -> 0 ->> 1) from audit_events where verb = 'exported' order by at desc, id desc limit 1",
            )
            .await;
        let rows = cells(&page.body).len();
        assert_eq!(entry, format!("exported {} at {path}", many(rows, says)));
    }
    assert_eq!(exports().await, before + 3);
    // Every address that gives a file is one of those.
    let files: Vec<&str> =
        lantern::server::record().iter().map(|route| route.path).filter(|path| path.contains(".csv")).collect();
    assert_eq!(files, ["/checks.csv", "/log.csv"], "a new export needs its entry in the log, and a line above");
    // An export whose entry cannot be written gives no file.
    app.run(
        "create function stop() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
         create trigger stop before insert on audit_events for each row execute function stop()",
    )
    .await;
    for path in ["/log.csv", "/checks.csv"] {
        let page = auditor.get(path).await;
        page.is(500);
        assert!(!page.body.contains("BL-"), "a file left without its entry");
    }
}

#[tokio::test]
async fn views_and_refusals_are_not_in_the_legal_log() {
    let app = TestApp::demonstration().await;
    let (post, auditor) = (app.enter("guatemala").await, app.enter("auditor").await);
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let before = app.value("select count(*) from audit_events").await;
    for path in [
        format!("/checks/{check}"),
        format!("/checks/{check}/print"),
        "/checks".into(),
        "/people".into(),
        "/none".into(),
    ] {
        post.get(&path).await;
        auditor.get(&path).await;
    }
    app.nobody().sign_in("guatemala", "not the password").await.is(422);
    post.post(&format!("/checks/{check}/hold"), &[]).await.is(403);
    post.send(Method::POST, "/sign-out", String::new(), &[]).await.is(403);
    assert_eq!(app.value("select count(*) from audit_events").await, before);
}

/// What PostgreSQL says to statements of the application's role.
async fn refusal(app: &TestApp, statements: &str) -> String {
    let mut connection = app.application().connect().await.expect("PostgreSQL answers");
    let all = format!("begin; {statements}; set constraints all immediate; rollback");
    let said = sqlx::raw_sql(AssertSqlSafe(all)).execute(&mut connection).await;
    connection.close().await.ok();
    said.err().map_or_else(|| "allowed".to_owned(), |error| error.to_string())
}

#[tokio::test]
async fn the_application_can_neither_rewrite_the_log_nor_change_anything_without_it() {
    let app = TestApp::demonstration().await;
    for statement in [
        "update audit_events set summary = 'nothing happened'",
        "delete from audit_events",
        "truncate audit_events",
        "alter table audit_events disable trigger all",
        "alter table checks disable trigger all",
        "drop trigger audited on checks",
        "create or replace function refuse_unaudited_change() returns trigger language plpgsql as 'begin return null; end'",
        "set session_replication_role = replica",
        "set role lantern_owner",
        "create table elsewhere (x int)",
    ] {
        let said = refusal(&app, statement).await;
        assert!(
            said.contains("permission denied") || said.contains("must be owner") || said.contains("append-only"),
            "{statement}: {said}"
        );
    }
    // Every table of the record refuses a change that has no entry; these hold no part of the record.
    let tables = app
        .value("select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'")
        .await;
    let mut free = Vec::new();
    for table in tables.split(' ') {
        let guarded = app
            .value(&format!("select count(*) from pg_trigger where tgrelid = '{table}'::regclass and tgname in ('audited', 'append_only') and tgenabled <> 'D'"))
            .await;
        if guarded == "0" {
            free.push(table.to_owned());
        }
    }
    // The log guards itself.
    let expected: Vec<&str> = UNLOGGED.iter().copied().filter(|table| *table != "audit_events").collect();
    assert_eq!(free, expected, "a table without its guard");
    for statement in [
        "update people set name = 'Nobody'",
        "update checks set subject = 'x' where state = 'draft'",
        "update posts set zone = 'UTC'",
    ] {
        let said = refusal(&app, statement).await;
        assert!(said.contains("without a log entry"), "{statement}: {said}");
    }
    // An entry of another transaction does not do.
    let entry = "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
        select gen_random_uuid(), now(), 'test', 'person_changed', 'person', id, 'x' from people where account = 'case'";
    let change = "update people set name = 'Somebody' where account = 'case'";
    assert_eq!(refusal(&app, &format!("{entry}; {change}")).await, "allowed");
    app.run(entry).await;
    assert!(refusal(&app, change).await.contains("without a log entry"));
}

#[tokio::test]
async fn a_checks_timeline_is_told_to_everybody_who_sees_the_check_and_to_nobody_else() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    // The newest stands first.
    let mut story = [
        "acknowledged",
        "signed the recommendation",
        "cleared the reply",
        "proposed the result",
        "signed the result",
        "approved on conditions license",
    ];
    story.reverse();
    for account in ["guatemala", "guatemala2", "case", "reviewer", "supervisor", "auditor"] {
        let page = app.enter(account).await.get(&format!("{check}/print")).await;
        let timeline = page.text().split(" Timeline ").last().expect("a timeline").to_owned();
        let mut from = 0;
        for fact in story {
            let at = timeline[from..].find(fact);
            from += at.unwrap_or_else(|| panic!("{account} does not read {fact:?} in its place: {timeline}"));
        }
    }
    for account in ["kingston", "apia", "admin"] {
        let page = app.enter(account).await.get(&format!("{check}/print")).await;
        assert!(matches!(page.status, 403 | 404) && !page.body.contains("acknowledged"), "{account}");
    }
    // A second post gets a check on the same license: it reads the license's story, and nothing of the first check.
    let case = app.enter("case2").await;
    let post = case.get("/checks/open").await.choice("post", "Apia");
    let form = case.open("/checks/open").await.set("check_type", "pre_license").set("post", &post);
    let form = form
        .set("subject", "The consignee's branch")
        .set("reason", "The branch in Apia takes delivery.")
        .set("follows", "")
        .set("days", "");
    let opened = form.send(&case).await;
    opened.is(303);
    let second = opened.location.split('#').next().unwrap().to_owned();
    case.done(&format!("{second}/licenses/add"), &[("number", "050107211"), ("license_form", "dsp_5")]).await;
    case.done(&format!("{second}/request"), &[("text", "")]).await;
    let officer = app.enter("apia").await;
    let reference =
        app.value(&format!("select reference from checks where id = '{}'", check.trim_start_matches("/checks/"))).await;
    for path in [format!("{second}/print"), second.clone(), license.clone(), "/".into(), "/checks".into()] {
        let page = officer.get(&path).await;
        page.is(200);
        assert!(!page.body.contains(&reference), "{path} names the other post's check");
        assert!(!page.body.contains(check.trim_start_matches("/checks/")), "{path} links to the other post's check");
        page.says_not("cleared the reply").says_not("signed the recommendation").says_not("Jonas Merrit");
    }
    officer.get(&format!("{second}/print")).await.says("approved on conditions license 050107211");
    officer.get(&check).await.is(404);
}

//! Guessing passwords: how it is slowed without keeping anybody out who knows theirs, and the trace it leaves.

use std::collections::BTreeMap;

use lantern::{app::Site, audit::SecurityKind, demo::PASSWORD, id::FormId};
use reqwest::Method;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use time::Duration;

use crate::support::{Page, TestApp, Visitor, app::NOW, client::encoded};

const WRONG: &str = "not the password";

/// Fails so often on an account from the browser of `visitor`; all are compared.
async fn fail(visitor: &Visitor, account: &str, times: usize) {
    for _ in 0..times {
        visitor.clone().sign_in(account, WRONG).await.is(422).says("do not fit together");
    }
}

/// When an answer says to come again.
#[track_caller]
fn told(page: &Page) -> i64 {
    let seconds = page.is(429).headers["retry-after"].to_str().unwrap().parse().unwrap();
    page.says("Too many attempts").says(&if seconds == 1 {
        "Wait 1 second".to_owned()
    } else {
        format!("Wait {seconds} seconds")
    });
    assert!(page.headers.get("set-cookie").is_none());
    seconds
}

/// Failed attempts that were made elsewhere.
fn failures(account: &str, address: &str, count: usize) -> String {
    format!(
        "insert into login_attempts (id, account, address, at, succeeded)
         select gen_random_uuid(), {account}, '{address}', '{NOW}', false from generate_series(1, {count}) n"
    )
}

async fn person(app: &TestApp, account: &str) -> String {
    app.value(&format!("select id from people where account = '{account}'")).await
}

async fn press(visitor: &Visitor, path: &str) -> Page {
    visitor.post(path, &[("form_id", &FormId::new().to_string())]).await
}

#[tokio::test]
async fn a_hundred_guesses_at_once_keep_a_known_browser_out_for_no_moment() {
    let app = TestApp::demonstration().await;
    let known = app.enter("prague").await;
    let before = app.comparisons();
    let mut guesses = tokio::task::JoinSet::new();
    for turn in 0..120 {
        let mut visitor = app.nobody();
        guesses.spawn(async move { visitor.sign_in("prague", &format!("guess number {turn}")).await });
    }
    assert_eq!(known.clone().sign_in("prague", PASSWORD).await.status, 303, "in the midst of them");
    let (compared, refused): (Vec<Page>, Vec<Page>) =
        guesses.join_all().await.into_iter().partition(|page| page.status == 422);
    assert_eq!((compared.len(), refused.len()), (5, 115));
    assert!(refused.iter().all(|page| told(page) > 0));
    assert_eq!(app.comparisons() - before, 6, "what is told to wait is not compared");
    // Another browser is told when, keeps what it brought, and comes in then.
    let fields = [
        ("account", "prague"),
        ("password", PASSWORD),
        ("next", "/checks?due=week"),
        ("carried", "reason=The+text+of+a+late+form"),
    ];
    let page = app.nobody().post("/sign-in", &fields).await;
    let seconds = told(&page);
    assert_eq!(app.comparisons() - before, 6);
    for (name, value) in fields.into_iter().filter(|(name, _)| *name != "password") {
        assert_eq!(page.input(name).as_deref(), Some(value), "{name} is lost");
    }
    assert!(!page.body.contains(PASSWORD), "a password is shown");
    assert_eq!(known.clone().sign_in("prague", PASSWORD).await.status, 303, "and afterwards");
    app.clock.advance(Duration::seconds(seconds) - Duration::milliseconds(1));
    told(&app.nobody().sign_in("prague", PASSWORD).await);
    app.clock.advance(Duration::milliseconds(1));
    app.enter("prague").await;
}

/// What an answer says, but for what every answer has of its own and for the account typed.
fn words(page: &Page, account: &str) -> (u16, String, BTreeMap<String, String>) {
    let form = page.input("form_id").expect("a form");
    let body = page.body.replace(&form, "").replace(&format!("value=\"{account}\""), "value=\"\"");
    let own = ["date", "content-length", "server-timing"];
    let headers = page.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    (page.status, body, headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect())
}

#[tokio::test]
async fn an_unknown_a_disabled_an_expired_and_a_wrong_account_get_the_same_answers_for_the_same_work() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    press(&admin, &format!("/people/{}/disable", person(&app, "apia").await)).await.is(303);
    app.run(
        "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
             select gen_random_uuid(), now(), 'test', 'person_changed', 'person', id, 'x' from people where account = 'manila';
         update people set temporary_until = '2026-11-20' where account = 'manila'",
    )
    .await;
    let mut stories = Vec::new();
    for (account, password) in
        [("kingston", WRONG), ("nobody.here", PASSWORD), ("apia", PASSWORD), ("manila", PASSWORD)]
    {
        let mut story = Vec::new();
        for attempt in 0..8 {
            let before = app.comparisons();
            let page = app.nobody().sign_in(account, password).await;
            let compared = app.comparisons() - before;
            assert_eq!((page.status, compared), if attempt < 5 { (422, 1) } else { (429, 0) }, "{account}");
            story.push((words(&page, account), compared));
            if attempt == 6 {
                app.clock.advance(Duration::milliseconds(400));
            }
        }
        stories.push((account, story));
    }
    for (account, story) in &stories {
        assert!(*story == stories[0].1, "an answer tells {account} from another account");
    }
}

#[tokio::test]
async fn officers_behind_one_address_come_in_beside_those_who_mistype() {
    let app = TestApp::demonstration().await;
    let known = app.enter("lima").await;
    app.run(&failures("'slip' || n", "127.0.0.1", 80)).await;
    let accounts = [
        "guatemala",
        "guatemala2",
        "kingston",
        "kingston2",
        "paramaribo",
        "prague",
        "prague2",
        "madrid",
        "madrid2",
        "lima",
    ];
    let others = [
        "lima2",
        "santiago",
        "santiago2",
        "nairobi",
        "nairobi2",
        "bangkok",
        "bangkok2",
        "manila",
        "manila2",
        "abudhabi",
    ];
    let washington = ["abudhabi2", "apia", "case", "case2", "reviewer"];
    let fifty: Vec<&str> = accounts.into_iter().chain(others).chain(washington).cycle().take(50).collect();
    for five in fifty.chunks(5) {
        let mut coming = tokio::task::JoinSet::new();
        for account in five {
            let (mut visitor, account) = (app.nobody(), (*account).to_owned());
            coming.spawn(async move { visitor.sign_in(&account, PASSWORD).await.status });
        }
        assert_eq!(coming.join_all().await, vec![303; 5]);
    }
    // An address that tries every account waits; a browser that is known does not.
    app.run(&failures("'slip' || n", "127.0.0.1", 20)).await;
    assert_eq!(told(&app.nobody().sign_in("lima2", PASSWORD).await), 1);
    assert_eq!(known.clone().sign_in("lima", PASSWORD).await.status, 303);
    app.clock.advance(Duration::seconds(1));
    app.enter("lima2").await;
}

#[tokio::test]
async fn servers_of_one_database_count_together_and_nobody_is_locked_out() {
    let app = TestApp::demonstration().await;
    app.run(&failures("'prague'", "192.0.2.9", 9)).await;
    app.enter("prague").await;
    app.run(&failures("'prague'", "192.0.2.9", 2000)).await;
    assert_eq!(told(&app.nobody().sign_in("prague", PASSWORD).await), 30, "after two thousand failures");
    let other = Visitor::new(&app.also_serve(Site::default()).await);
    assert_eq!(told(&other.clone().sign_in("prague", PASSWORD).await), 30, "a second server knows");
    app.clock.advance(Duration::seconds(30));
    assert_eq!(other.clone().sign_in("prague", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn the_password_page_is_as_slow_and_as_counted_as_signing_in() {
    let app = TestApp::demonstration().await;
    let (desk, phone) = (app.enter("lima").await, app.enter("lima").await.unknown());
    let guess = async |visitor: &Visitor, present: &str| {
        visitor.fill("/password", &[("present_password", present), ("new_password", "three calm otters")]).await
    };
    // From a browser that is not known any more the account's own count holds, on both pages.
    for _ in 0..5 {
        guess(&phone, WRONG).await.is(422).says("This is not the present password");
    }
    let before = app.comparisons();
    told(&guess(&phone, PASSWORD).await);
    told(&app.nobody().sign_in("lima", PASSWORD).await);
    assert_eq!(app.comparisons(), before);
    // A known browser has its own, on both pages too.
    for _ in 0..10 {
        guess(&desk, WRONG).await.is(422);
    }
    let before = app.comparisons();
    told(&guess(&desk, PASSWORD).await);
    told(&desk.clone().sign_in("lima", PASSWORD).await);
    assert_eq!(app.comparisons(), before);
    app.clock.advance(Duration::seconds(1));
    guess(&desk, PASSWORD).await.is(303);
}

#[tokio::test]
async fn a_browser_is_known_until_the_password_is_changed_or_reset() {
    let app = TestApp::demonstration().await;
    let (mut desk, admin) = (app.enter("lima").await, app.enter("admin").await);
    let lima = person(&app, "lima").await;
    let known = async || {
        app.value(&format!("select count(*) from known_browsers where person_id = '{lima}' and used_at = '{NOW}'"))
            .await
    };
    assert_eq!(known().await, "1");
    // Only a hash is stored; a person's browser is not known of another.
    desk.sign_in("lima", PASSWORD).await.is(303);
    assert_eq!(known().await, "1", "the same browser");
    fail(&app.nobody(), "kingston", 5).await;
    told(&desk.clone().sign_in("kingston", PASSWORD).await);
    fail(&app.nobody(), "lima", 5).await;
    desk.sign_in("lima", PASSWORD).await.is(303);
    desk.fill("/password", &[("present_password", PASSWORD), ("new_password", "three calm otters")]).await.is(303);
    assert_eq!(known().await, "0");
    told(&desk.sign_in("lima", "three calm otters").await);
    app.clock.advance(Duration::seconds(1));
    desk.sign_in("lima", "three calm otters").await.is(303);
    press(&admin, &format!("/people/{lima}/reset")).await.is(200);
    assert_eq!(app.value(&format!("select count(*) from known_browsers where person_id = '{lima}'")).await, "0");
}

#[tokio::test]
async fn a_browsers_key_is_given_by_the_server_and_forgotten_in_time() {
    let app = TestApp::demonstration().await;
    let planted = format!("lantern-browser={}", "a".repeat(64));
    let body = encoded(&[("account", "lima"), ("password", PASSWORD), ("next", "/"), ("carried", "")]);
    let headers = [("cookie", planted.as_str()), ("sec-fetch-site", "same-origin"), ("accept", "text/html")];
    let page = app.nobody().send(Method::POST, "/sign-in", body, &headers).await;
    let set = page
        .is(303)
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().to_owned())
        .collect::<Vec<_>>();
    assert!(!set.iter().any(|cookie| cookie.starts_with(&planted)), "{set:?}");
    let key = set[1].split(['=', ';']).nth(1).unwrap();
    assert_eq!(
        app.value(&format!("select count(*) from known_browsers where key_hash = sha256('{key}'::bytea)")).await,
        "1"
    );
    assert_eq!(app.value(&format!("select count(*) from known_browsers b where b::text like '%{key}%'")).await, "0");
    // Two people at one computer are both known there.
    let mut shared = app.enter("prague").await;
    shared.sign_in("prague2", PASSWORD).await.is(303);
    fail(&app.nobody(), "prague", 5).await;
    fail(&app.nobody(), "prague2", 5).await;
    shared.clone().sign_in("prague", PASSWORD).await.is(303);
    shared.clone().sign_in("prague2", PASSWORD).await.is(303);
    // The twenty used last are known, for 400 days.
    for _ in 0..3 {
        app.enter("madrid").await;
    }
    let madrid = person(&app, "madrid").await;
    app.run(&format!(
        "insert into known_browsers (id, person_id, key_hash, since, used_at)
         select gen_random_uuid(), '{madrid}', sha256(n::text::bytea), '2026-11-01', '2026-11-01' from generate_series(1, 30) n;
         update known_browsers set used_at = '2025-10-01' where person_id = (select id from people where account = 'prague')"
    ))
    .await;
    app.enter("madrid").await;
    assert_eq!(app.value(&format!("select count(*) from known_browsers where person_id = '{madrid}'")).await, "20");
    told(&shared.clone().sign_in("prague", PASSWORD).await);
}

/// The sign-in as a program sends it, with headers of its own.
async fn send(visitor: &Visitor, account: &str, forwarded: &[&str]) -> Page {
    let body = encoded(&[("account", account), ("password", WRONG), ("next", "/"), ("carried", "")]);
    let headers = forwarded.iter().map(|line| ("x-forwarded-for", *line));
    let headers: Vec<(&str, &str)> =
        headers.chain([("sec-fetch-site", "same-origin"), ("accept", "text/html")]).collect();
    visitor.send(Method::POST, "/sign-in", body, &headers).await
}

#[tokio::test]
async fn no_header_of_a_browser_gives_it_a_fresh_count() {
    let app = TestApp::demonstration().await;
    let proxied = Visitor::new(&app.also_serve(Site { behind_proxy: true, ..Site::default() }).await);
    for turn in 0..5 {
        let invented = format!("203.0.113.{turn}");
        send(&app.nobody(), "lima", &[&invented]).await.is(422);
        // A proxy that adds a line of its own, and one that adds to the browser's.
        let lines = [&[invented.as_str(), "198.51.100.4"][..], &[&format!("{invented}, 198.51.100.4")]];
        send(&proxied, "kingston", lines[turn % 2]).await.is(422);
        // A machine that changes its address within its network.
        send(&proxied, "apia", &[&format!("2001:db8:1:2:{turn}::1")]).await.is(422);
    }
    told(&send(&app.nobody(), "lima", &["203.0.113.77"]).await);
    told(&send(&proxied, "kingston", &["203.0.113.77", "198.51.100.4"]).await);
    told(&send(&proxied, "apia", &["2001:db8:1:2:ffff::9"]).await);
    send(&proxied, "apia", &["2001:db8:1:3::1"]).await.is(422);
    let addresses = app
        .value("select string_agg(distinct address, ' ' order by address) from login_attempts where not succeeded")
        .await;
    assert_eq!(addresses, "127.0.0.1 198.51.100.4 2001:db8:1:2::/64 2001:db8:1:3::/64");
}

#[tokio::test]
async fn attempts_that_find_no_place_are_told_at_once_and_none_is_compared() {
    let app = TestApp::demonstration().await;
    // The database holds the first back; behind it so many wait, and no more.
    let mut connection = app.superuser().connect().await.expect("PostgreSQL answers");
    let mut lock = connection.begin().await.expect("a transaction begins");
    sqlx::raw_sql("lock table login_attempts in access exclusive mode").execute(&mut *lock).await.expect("it locks");
    let before = app.comparisons();
    let mut waiting = tokio::task::JoinSet::new();
    for turn in 0..60 {
        let mut visitor = app.nobody();
        waiting.spawn(async move { visitor.sign_in(&format!("account{turn}"), WRONG).await });
    }
    for _ in 0..8 {
        let page = waiting.join_next().await.expect("an answer").expect("no panic");
        assert_eq!(told(&page), 1);
    }
    assert_eq!(app.comparisons(), before);
    waiting.abort_all();
    lock.rollback().await.expect("it lets go");
}

#[tokio::test]
async fn what_was_refused_is_on_the_auditors_page() {
    let app = TestApp::demonstration().await;
    let (auditor, officer) = (app.enter("auditor").await, app.enter("lima").await);
    press(&app.enter("admin").await, &format!("/people/{}/disable", person(&app, "apia").await)).await.is(303);
    auditor.get("/log/security").await.is(200).says("Nothing was refused yet");
    let typed = "my-own-word-4711";
    fail(&app.nobody(), "kingston", 5).await;
    fail(&app.nobody(), typed, 2).await;
    for _ in 0..3 {
        told(&app.nobody().sign_in("kingston", PASSWORD).await);
    }
    app.nobody().sign_in("apia", PASSWORD).await.is(422);
    officer.fill("/password", &[("present_password", typed), ("new_password", "three calm otters")]).await.is(422);
    officer.get("/people").await.is(403);
    officer.get("/people?q=zebra").await.is(403);
    officer.send(Method::POST, "/sign-out", String::new(), &[("sec-fetch-site", "cross-site")]).await.is(403);
    let rows = async |query: &str| {
        let page = auditor.get(&format!("/log/security{query}")).await;
        let document = scraper::Html::parse_document(&page.is(200).body);
        let (rows, cells) = (scraper::Selector::parse("tbody tr").unwrap(), scraper::Selector::parse("td").unwrap());
        let text = |cell: scraper::ElementRef<'_>| {
            cell.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        document
            .select(&rows)
            .map(|row| row.select(&cells).map(text).collect::<Vec<_>>()[1..].join(" | "))
            .collect::<Vec<_>>()
    };
    let expected = [
        "Sent from another site, refused POST /sign-out: This was sent from another site. Open Lantern itself and send it from there. | 1 | nobody known | 127.0.0.1",
        "Right refused GET /people: Only an administrator manages people. | 2 | lima Rosalind Achterberg | 127.0.0.1",
        "Present password wrong | 1 | lima Rosalind Achterberg | 127.0.0.1",
        "Right password, account not in use | 1 | apia Tamsin Kell | 127.0.0.1",
        "Too many attempts, told to wait | 3 | kingston Devon Ashby | 127.0.0.1",
        "Sign-in failed | 2 | no such account | 127.0.0.1",
        "Sign-in failed | 5 | kingston Devon Ashby | 127.0.0.1",
    ];
    let sorted = |mut rows: Vec<String>| {
        rows.sort();
        rows
    };
    assert_eq!(sorted(rows("").await), sorted(expected.map(str::to_owned).to_vec()));
    assert_eq!(rows("?kind=told_to_wait").await, [expected[4]]);
    assert_eq!(sorted(rows("?account=Kingston").await), sorted([expected[4], expected[6]].map(str::to_owned).to_vec()));
    assert_eq!(rows("?address=192.0.2.1").await.len() + rows("?account=nobody").await.len(), 0);
    assert_eq!(rows("?address=127.0.0.1&kind=right_refused&account=lima").await, [expected[1]]);
    let page = auditor.get("/log/security").await.body;
    for kind in SecurityKind::ALL {
        assert!(page.contains(&format!("value=\"{}\"", kind.code())), "{kind} cannot be searched for");
    }
    assert!(auditor.get("/log").await.links().contains(&"/log/security".to_owned()));
    // What was typed is nowhere, not even as the name of an account that nobody has.
    for table in ["security_events", "login_attempts", "audit_events"] {
        assert_eq!(
            app.value(&format!("select count(*) from {table} t where t::text like '%{typed}%'")).await,
            "0",
            "{table}"
        );
    }
    officer.get("/log/security").await.is(403).says("Only an auditor reads the log");
}

#[tokio::test]
async fn older_security_events_are_a_link_away() {
    let app = TestApp::demonstration().await;
    app.run(&format!(
        "insert into security_events (id, kind, address, detail, hour, first_at, last_at, times)
         select gen_random_uuid(), 'other_site', '192.0.2.1', 'event ' || n || '.', '{NOW}', '{NOW}'::timestamptz - n / 2 * interval '1 minute', '{NOW}', 1
         from generate_series(1, 120) n"
    ))
    .await;
    let auditor = app.enter("auditor").await;
    let (mut path, mut seen) = ("/log/security?kind=other_site".to_owned(), Vec::new());
    loop {
        let page = auditor.get(&path).await;
        seen.extend(
            page.is(200)
                .text()
                .split("event ")
                .skip(1)
                .map(|rest| rest.split('.').next().unwrap().parse::<i32>().unwrap()),
        );
        let Some(next) = page.links().into_iter().find(|link| link.contains("beyond=")) else { break };
        path = next;
    }
    assert!(seen.is_sorted_by_key(|n| n / 2), "the newest first: {seen:?}");
    seen.sort_unstable();
    assert_eq!(seen, (1..=120).collect::<Vec<_>>());
}

#[tokio::test]
async fn security_events_are_bounded_and_nobody_takes_one_away() {
    let app = TestApp::empty().await;
    let mut application = app.application().connect().await.expect("PostgreSQL answers");
    for statement in [
        "insert into security_events (id, kind, address, detail, hour, first_at, last_at, times) values (gen_random_uuid(), 'other_site', '', '', now(), now(), now(), 1)",
        "update security_events set times = 1",
        "delete from security_events",
        "truncate security_events",
    ] {
        let refused = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut application).await;
        let refused = refused.expect_err(statement).to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
    }
    let mut note = async |statement: String| {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut application).await.expect("the application adds events");
    };
    let each = |kind: &str, count: usize, address: &str, moment: &str| {
        format!(
            "select count(note_security_event('{kind}', null, null, {address}, '', {moment}, 2)) from generate_series(1, {count}) n"
        )
    };
    note(each("sign_in_failed", 1200, "'address ' || n", &format!("'{NOW}'"))).await;
    note(each("sign_in_failed", 1200, "'address ' || n", &format!("'{NOW}'"))).await;
    let kept = async |kind: &str| {
        app.value(&format!("select count(*) || ' ' || sum(times) from security_events where kind = '{kind}'")).await
    };
    assert_eq!(kept("sign_in_failed").await, "1001 4800", "a thousand rows an hour, the rest in one");
    // Of a kind twenty thousand stay, whatever a flood of another kind does.
    note(each("right_refused", 1, "'address'", &format!("'{NOW}'"))).await;
    app.run(&format!(
        "insert into security_events (id, kind, address, detail, hour, first_at, last_at, times)
         select gen_random_uuid(), 'other_site', n::text, '', '{NOW}', '{NOW}'::timestamptz - n * interval '1 minute', '{NOW}', 1
         from generate_series(1, 20500) n"
    ))
    .await;
    note(each("other_site", 1, "'address'", &format!("'{NOW}'::timestamptz + interval '1 hour'"))).await;
    assert_eq!((kept("right_refused").await.as_str(), kept("other_site").await.as_str()), ("1 2", "20000 20001"));
    // And for a year; a moment that is yet to come makes nothing old.
    app.run("update security_events set first_at = first_at - interval '1 year' where kind = 'right_refused'").await;
    note(each("told_to_wait", 1, "'address'", &format!("'{NOW}'::timestamptz + interval '1 hour'"))).await;
    assert_eq!(kept("right_refused").await, "");
    note(each("right_refused", 1, "'address'", "now()")).await;
    note(each("told_to_wait", 1, "'address'", "now() + interval '10 years'")).await;
    assert_eq!(kept("right_refused").await, "1 2");
}

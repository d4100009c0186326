//! What other sites, other posts and other people's texts cannot do.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use lantern::{app::Site, demo::PASSWORD, id::FormId};
use reqwest::Method;

use crate::support::{Page, TestApp, Visitor, app::service_log, client::encoded};

const UNKNOWN: &str = "01900000-0000-7000-8000-000000000000";

#[tokio::test]
async fn another_site_can_post_nothing_in_anybodys_name() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let path = format!("/checks/{check}/contacts/record");
    let form = post.open(&path).await.with_first_choices().set("with_whom", "A stranger").set("summary", "Planted.");
    let own = app.origin.clone();
    let foreign: [&[(&str, &str)]; 9] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("sec-fetch-site", "surprise")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost")],
        &[("origin", &*format!("{own}.evil.example"))],
        &[],
    ];
    let sign_in = encoded(&[("account", "lima"), ("password", PASSWORD), ("next", "/"), ("carried", "")]);
    for headers in foreign {
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("accept", "text/html")]).collect();
        let page = post.send(Method::POST, &path, encoded(&form.pairs()), &headers).await;
        page.is(403).says("This was sent from another site");
        let page = app.nobody().send(Method::POST, "/sign-in", sign_in.clone(), &headers).await;
        page.is(403);
        assert!(page.headers.get("set-cookie").is_none(), "{headers:?}");
        post.send(Method::POST, "/sign-out", String::new(), &headers).await.is(403);
        post.send(Method::POST, "/drafts", encoded(&form.clone().set("path", &path).pairs()), &headers).await.is(403);
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            post.send(method, &path, String::new(), &headers).await.is(403);
        }
    }
    post.get("/").await.is(200);
    assert_eq!(app.value("select count(*) from contacts where with_whom = 'A stranger'").await, "0");
    assert_eq!(app.value("select count(*) from drafts").await, "0");
    // Our own pages may, however the browser says so.
    for headers in
        [[("sec-fetch-site", "same-origin"), ("accept", "text/html")], [("origin", &*own), ("accept", "text/html")]]
    {
        let form = form.clone().set("form_id", &FormId::new().to_string());
        post.send(Method::POST, &path, encoded(&form.pairs()), &headers).await.is(303);
    }
}

#[track_caller]
fn guarded(page: &Page, what: &str, cached: bool) {
    let header = |name: &str| {
        page.headers.get(name).unwrap_or_else(|| panic!("{what} ({}) has no {name}", page.status)).to_str().unwrap()
    };
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(policy.contains("script-src 'self'; style-src 'self'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{what}: {policy}");
    let cache = header("cache-control");
    assert_eq!(cache == "no-store", !cached, "{what}: {cache}");
    assert_eq!(cached, cache.contains("immutable"), "{what}: {cache}");
}

#[tokio::test]
async fn every_kind_of_answer_says_what_the_browser_may_do() {
    let app = TestApp::demonstration().await;
    let (auditor, post, nobody) = (app.enter("auditor").await, app.enter("guatemala").await, app.nobody());
    let sheet =
        auditor.get("/").await.body.split("href=\"/static/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for (what, status, page) in [
        ("a page", 200, auditor.get("/").await),
        ("a redirect", 303, nobody.get("/checks").await),
        ("sign-in", 200, nobody.get("/sign-in").await),
        ("a sheet for computing", 200, auditor.get("/checks.csv").await),
        ("the log as a file", 200, auditor.get("/log.csv").await),
        ("a missing row", 404, auditor.get(&format!("/checks/{UNKNOWN}")).await),
        ("an unknown address", 404, auditor.get("/no/such/place").await),
        ("an unknown address, to nobody", 404, nobody.get("/no/such/place").await),
        ("a missing file", 404, nobody.get("/static/none.css").await),
        ("not the role's", 403, auditor.get("/people").await),
        ("another site", 403, post.send(Method::POST, "/sign-out", String::new(), &[("accept", "text/html")]).await),
        ("a method that is not taken", 405, post.post("/checks", &[]).await),
        ("a bad request", 400, post.post("/drafts", &[]).await),
        ("a wrong form", 422, nobody.post("/sign-in", &[("account", ""), ("password", "")]).await),
        ("a refused form", 409, post.post("/drafts", &[("form_id", UNKNOWN), ("path", "/x"), ("t", "SECRET")]).await),
        ("a text from nobody", 401, nobody.post("/checks/open", &[("form_id", UNKNOWN), ("reason", "x")]).await),
        ("too large", 413, post.post("/drafts", &[("t", &"x".repeat(1_100_000))]).await),
        ("alive", 200, nobody.get("/healthz").await),
        ("ready", 200, nobody.get("/readyz").await),
        ("head", 200, auditor.send(Method::HEAD, "/", String::new(), &[]).await),
        (
            "problem",
            404,
            auditor.send(Method::GET, "/no", String::new(), &[("accept", "application/problem+json")]).await,
        ),
    ] {
        assert_eq!(page.status, status, "{what}: {}", page.text());
        guarded(&page, what, false);
        assert!(page.headers.get("strict-transport-security").is_none(), "{what}: plain http on this machine");
    }
    guarded(&nobody.get(&format!("/static/{sheet}")).await, "the style sheet", true);
    // That of another version, asked while servers are replaced: ours, and not to be kept under that name.
    let another = nobody.get("/static/lantern-0000.css").await;
    assert_eq!(another.is(200).body, nobody.get(&format!("/static/{sheet}")).await.body);
    guarded(&another, "another version's style sheet", false);
    let site = Site { origin: "https://lantern.example".into(), behind_proxy: true, demonstration: false };
    let secure = Visitor::new(&app.also_serve(site).await);
    for path in ["/", "/sign-in", "/none", "/healthz"] {
        let page = secure.get(path).await;
        guarded(&page, path, false);
        assert_eq!(page.headers["strict-transport-security"], "max-age=63072000; includeSubDomains", "{path}");
        assert!(page.headers.get("server-timing").is_none(), "only the demonstration tells its statements");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_sent() {
    let app = TestApp::demonstration().await;
    let host = app.origin.trim_start_matches("http://").to_owned();
    for path in ["/sign-in", "/drafts", "/checks/open", "/no/such/place"] {
        let host = host.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000000\r\n\r\nform_id="
            );
            stream.write_all(head.as_bytes()).unwrap();
            let mut answer = vec![0; 1024];
            let read = stream.read(&mut answer).unwrap();
            String::from_utf8_lossy(&answer[..read]).into_owned()
        });
        let answer = answer.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
    }
    // Without an announced length it is read up to the limit and no further.
    let big = "text=".to_owned() + &"x".repeat(1_048_576);
    app.nobody().post("/sign-in", &[("account", &big)]).await.is(413).says("up to one megabyte").says_not("xxxx");
}

#[tokio::test]
async fn a_malformed_address_is_the_same_as_a_missing_one() {
    let app = TestApp::demonstration().await;
    let values = crate::access::scene(&app).await;
    let mut visitors = Vec::new();
    for account in ["guatemala", "case", "admin"] {
        visitors.push(app.enter(account).await);
    }
    let missing = visitors[1].get(&format!("/checks/{UNKNOWN}")).await;
    missing.is(404);
    let routes = lantern::server::record();
    for route in routes.iter().filter(|route| route.path.contains('{')) {
        let parameters: Vec<&str> = route.path.split('/').filter(|part| part.starts_with('{')).collect();
        for parameter in parameters {
            for junk in ["x", "%00", "1%27%20or%201=1", "%ff"] {
                let path =
                    crate::access::address(&route.path.replace(parameter, "JUNK").replace("JUNK", "~junk~"), &values);
                let path = path.replace("~junk~", junk);
                for visitor in &visitors {
                    let page = if route.method == "GET" {
                        visitor.get(&path).await
                    } else {
                        visitor.post(&path, &[("form_id", &FormId::new().to_string())]).await
                    };
                    assert!(
                        matches!(page.status, 404 | 403 | 422),
                        "{} {path}: {} {}",
                        route.method,
                        page.status,
                        page.text()
                    );
                    if page.status == 404 {
                        page.says("There is nothing at this address that you may see");
                    }
                }
            }
        }
    }
}

/// What a page says besides who reads it and what its filters were.
fn body_without(page: &Page, words: &[&str]) -> String {
    words.iter().fold(page.body.clone(), |body, word| body.replace(word, ""))
}

#[tokio::test]
async fn another_posts_things_are_as_good_as_missing() {
    let app = TestApp::demonstration().await;
    let values = crate::access::scene(&app).await;
    let stranger = app.enter("apia").await;
    let license_id = values["license"].clone();
    let story = app.value(&format!("select check_id from check_licenses where license_id = '{license_id}'")).await;
    let (check, license) = (format!("/checks/{story}"), format!("/licenses/{license_id}"));
    // Every address beneath the check, the license, the party and the post, read and written.
    for route in lantern::server::record() {
        let head = route.path.split('/').nth(1).unwrap_or_default();
        if !matches!(head, "checks" | "licenses" | "parties" | "posts") || !route.path.contains('{') {
            continue;
        }
        let mut theirs = crate::access::address(route.path, &values);
        for (name, id) in [("check", &story), ("license", &license_id)] {
            theirs = theirs.replace(&values[name], id);
        }
        let own = theirs.split('/').nth(2).unwrap().to_owned();
        let missing = theirs.replace(&own, UNKNOWN);
        let form = FormId::new().to_string();
        let ask = async |path: &str| {
            if route.method == "GET" {
                stranger.get(path).await
            } else {
                stranger.post(path, &[("form_id", &form)]).await
            }
        };
        let (theirs, missing) = (ask(&theirs).await, ask(&missing).await);
        assert!(
            matches!(theirs.status, 404 | 403 | 422),
            "{} {}: {} {}",
            route.method,
            route.path,
            theirs.status,
            theirs.text()
        );
        assert_eq!(theirs.status, missing.status, "{} {}", route.method, route.path);
        if theirs.status == 404 {
            assert_eq!(theirs.body, missing.body, "{} {}", route.method, route.path);
            let mut names: Vec<String> = theirs.headers.keys().map(ToString::to_string).collect();
            let mut others: Vec<String> = missing.headers.keys().map(ToString::to_string).collect();
            names.sort();
            others.sort();
            assert_eq!(names, others, "{} {}", route.method, route.path);
        }
    }
    // Search, filters, counts and suggestions: what is there and what is not answer alike.
    let reference = app.value(&format!("select reference from checks where id = '{story}'")).await;
    let guatemala = app.value("select id from posts where name = 'Guatemala'").await;
    let pairs = [
        (
            format!("/checks?text={reference}"),
            "/checks?text=BL-1999-9999".to_owned(),
            vec![reference.as_str(), "BL-1999-9999"],
        ),
        ("/checks?party=Judicial".to_owned(), "/checks?party=Zebrafinch".to_owned(), vec!["Judicial", "Zebrafinch"]),
        ("/checks?country=GT".to_owned(), "/checks?country=ZZ".to_owned(), vec!["GT", "ZZ"]),
        (format!("/checks?post={guatemala}"), format!("/checks?post={UNKNOWN}"), vec![&*guatemala, UNKNOWN]),
        (
            format!("/checks?sort=due&after={story}"),
            format!("/checks?sort=due&after={UNKNOWN}"),
            vec![&*story, UNKNOWN],
        ),
        (
            "/licenses?number=050107211".to_owned(),
            "/licenses?number=999999999".to_owned(),
            vec!["050107211", "999999999"],
        ),
        (
            "/parties?q=International+Commission".to_owned(),
            "/parties?q=Zebrafinch+Zebrafinch".to_owned(),
            vec!["International Commission", "Zebrafinch Zebrafinch"],
        ),
    ];
    for (theirs, missing, words) in pairs {
        let (one, other) = (stranger.get(&theirs).await, stranger.get(&missing).await);
        assert_eq!((one.status, other.status), (200, 200), "{theirs}");
        assert_eq!(body_without(&one, &words), body_without(&other, &words), "{theirs} tells that something is there");
    }
    let sheet = async |query: &str| stranger.get(&format!("/checks.csv?{query}")).await;
    assert_eq!(sheet(&format!("text={reference}")).await.body, sheet("text=BL-1999-9999").await.body);
    let all = sheet("").await.body;
    let of_others = app
        .value(
            "select string_agg(c.reference, ' ') from checks c join posts o on o.id = c.post_id where o.name <> 'Apia'",
        )
        .await;
    assert!(of_others.split(' ').count() > 20, "there are others");
    for reference in of_others.split(' ') {
        assert!(!all.contains(reference), "{reference} is in another post's file");
        for path in ["/", "/checks"] {
            assert!(!stranger.get(path).await.body.contains(reference), "{reference} is on {path}");
        }
    }
    stranger.get("/posts").await.is(200).says_not("Guatemala");
    stranger.get("/countries/GT").await.is(200).says_not("BL-");
    // The administrator sees people, posts and reference data, and no count of checks.
    let admin = app.enter("admin").await;
    for path in ["/checks", "/licenses", "/parties", "/log", "/checks.csv", "/log.csv", &check, &license] {
        admin.get(path).await.is(403).says_not("BL-");
    }
    admin.get(&format!("/posts/{guatemala}")).await.is(200).says_not("overdue");
}

#[tokio::test]
async fn of_another_posts_closed_check_a_shared_party_shows_year_type_and_result_only() {
    let app = TestApp::demonstration().await;
    // The story's end-user becomes a subject of a check at Apia too; one check of Guatemala with it is closed, one
    // open.
    let case = app.enter("case").await;
    let party = app.value("select party_id from license_parties lp join licenses l on l.id = lp.license_id where l.number = '050107211' and lp.role = 'end_user'").await;
    let apia = case.open("/checks/open").await;
    let post = case.get("/checks/open").await.choice("post", "Apia");
    let form = apia.set("check_type", "company_review").set("post", &post).set("subject", "The same body in Apia");
    let opened = form.set("reason", "It asked there as well.").set("follows", "").set("days", "").send(&case).await;
    opened.is(303);
    let there = opened.location.split('#').next().unwrap().to_owned();
    let subject = case.open(&format!("{there}/subjects/add?q=Commission")).await.with_first_choices();
    subject.set("party", &party).set("name", "").set("country", "").send(&case).await.is(303);
    case.done(&format!("{there}/request"), &[("text", "Please look.")]).await;
    let officer = app.enter("apia").await;
    let page = officer.get(&format!("/parties/{party}")).await;
    let own =
        app.value(&format!("select reference from checks where id = '{}'", there.trim_start_matches("/checks/"))).await;
    page.is(200).says(&own).says("Apia");
    let open = app.value("select string_agg(distinct c.reference, ' ') from checks c join check_licenses k on k.check_id = c.id join licenses l on l.id = k.license_id where l.number = '050107211'").await;
    for reference in open.split(' ') {
        assert!(!page.body.contains(reference), "an open check of another post is on the party's page");
    }
    page.says_not("another post's, closed").says_not("License 050107211").says_not("050107211");
    // Closed, it shows as year, type and result.
    let reviewer = app.enter("reviewer").await;
    let check =
        app.value("select k.check_id from check_licenses k join licenses l on l.id = k.license_id where l.number = '050107211'").await;
    let end = reviewer
        .open(&format!("/checks/{check}/end"))
        .await
        .with_first_choices()
        .set("text", "The commission withdrew its order.");
    end.send(&reviewer).await.is(303);
    let license = app.value("select id from licenses where number = '050107211'").await;
    let path = format!("/licenses/{license}/decide");
    reviewer.get(&path).await.says("You ended BL-").says_not("Sign the decision");
    let other = app.enter("reviewer2").await;
    let decide = other.open(&path).await.with_first_choices();
    decide.set("act", "return").set("reasons", "Withdrawn by the applicant.").send(&other).await.is(303);
    assert_eq!(app.value(&format!("select state from checks where id = '{check}'")).await, "closed");
    let page = officer.get(&format!("/parties/{party}")).await;
    page.says("another post's, closed").says("2026").says("Pre-license").says("Not completed");
    assert!(!page.body.contains(&check) && !page.body.contains(&license), "a link leads to another post");
    for reference in open.split(' ') {
        page.says_not(reference);
    }
}

#[tokio::test]
async fn script_in_any_field_is_text_only() {
    let app = TestApp::demonstration().await;
    let hostile = "<script>alert('zebra')</script><img src=x onerror=alert(1)>\" onmouseover=\"x";
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let (post, case, admin) = (app.enter("guatemala").await, app.enter("case").await, app.enter("admin").await);
    let party = case
        .open("/parties/register")
        .await
        .with_first_choices()
        .set("name", hostile)
        .set("address", hostile)
        .send(&case)
        .await;
    party.is(303);
    let contact = post.open(&format!("/checks/{check}/contacts/record")).await.with_first_choices();
    contact.set("with_whom", hostile).set("summary", hostile).set("place", hostile).send(&post).await.is(303);
    let document = post.open(&format!("/checks/{check}/documents/describe")).await.with_first_choices();
    let document = document.texts.clone().iter().fold(document, |form, name| form.set(name, hostile));
    document.send(&post).await.is(303);
    let person = app.value("select id from people where account = 'lima'").await;
    admin.open(&format!("/people/{person}/edit")).await.set("name", hostile).send(&admin).await.is(303);
    let auditor = app.enter("auditor").await;
    let officer = app.enter("lima").await;
    let query = encoded(&[
        ("text", hostile),
        ("q", hostile),
        ("who", hostile),
        ("party", hostile),
        ("number", hostile),
        ("next", hostile),
    ]);
    let page =
        post.open(&format!("/checks/{check}/contacts/record")).await.set("with_whom", hostile).set("summary", "");
    for (what, page) in [
        ("the party", case.get(&party.location).await),
        ("the parties", case.get("/parties?q=script").await),
        ("the check", post.get(&format!("/checks/{check}")).await),
        ("the print", post.get(&format!("/checks/{check}/print")).await),
        ("the log", auditor.get("/log").await),
        ("the person's frame", officer.get("/").await),
        ("the people", admin.get("/people").await),
        ("a form redisplayed", page.send(&post).await),
        (
            "a text from nobody",
            app.nobody().post(&format!("/checks/{check}/contacts/record"), &[("summary", hostile)]).await,
        ),
        ("a search for checks", auditor.get(&format!("/checks?{query}")).await),
        ("a search for parties", auditor.get(&format!("/parties?{query}")).await),
        ("a search for licenses", auditor.get(&format!("/licenses?{query}")).await),
        ("a search of the log", auditor.get(&format!("/log?{query}")).await),
        ("the sign-in", app.nobody().get(&format!("/sign-in?{query}")).await),
    ] {
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{what} has a live tag");
        let document = scraper::Html::parse_document(&page.body);
        let live = scraper::Selector::parse("[onmouseover], [onerror], img, script:not([src^='/static/'])").unwrap();
        assert_eq!(document.select(&live).count(), 0, "{what} has something live");
    }
    case.get(&party.location).await.says("<script>alert('zebra')</script>");
}

#[tokio::test]
async fn the_service_log_has_one_json_line_an_event_and_neither_secrets_nor_case_text() {
    let app = TestApp::demonstration().await;
    let needle = "zebrafinch4711";
    let injected = format!("{needle}\r\n{{\"level\":\"ERROR\",\"message\":\"{needle}\"}}");
    let (post, nobody) = (app.enter("guatemala").await, app.nobody());
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let record = format!("/checks/{check}/contacts/record");
    let body = encoded(&[("account", &injected), ("password", needle), ("next", "/"), ("carried", needle)]);
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("user-agent", needle),
        ("x-forwarded-for", needle),
    ];
    nobody.send(Method::POST, "/sign-in", body, &headers).await;
    let body = encoded(&[("account", needle), ("password", needle), ("next", "/"), ("carried", needle)]);
    nobody.send(Method::POST, "/sign-in", body, &headers).await.is(422);
    let key = post.cookie().split('=').nth(1).unwrap().to_owned();
    for path in [
        format!("/{needle}"),
        format!("/checks/{needle}"),
        format!("/checks?{}", encoded(&[("text", &injected)])),
        format!("/checks/%0d%0a{needle}"),
        format!("/static/{needle}"),
    ] {
        post.get(&path).await;
        nobody.get(&path).await;
    }
    let contact = post.open(&record).await.with_first_choices().set("with_whom", needle).set("summary", &injected);
    let done = contact.send(&post).await;
    assert!(done.status == 303 && !done.location.contains(needle), "{}", done.location);
    post.post("/drafts", &contact.clone().set("path", &record).pairs()).await;
    nobody.post(&record, &contact.pairs()).await;
    // Of a classified text the log has the fact alone, whether it was sent or kept while typing.
    let refused = "a text that looks classified was refused";
    let secret = post
        .open(&record)
        .await
        .with_first_choices()
        .set("with_whom", "A source")
        .set("summary", &format!("3. (S) {needle}"));
    let before = service_log().matches(refused).count();
    secret.send(&post).await.is(422);
    post.post("/drafts", &secret.clone().set("path", &record).pairs()).await.is(409);
    assert!(service_log().matches(refused).count() >= before + 2, "the fact is in the log");
    // A failure of the database, and one of the program, name the fault and not the row.
    app.run("alter table contacts add constraint broken check (place <> 'zebrafinch4711')").await;
    let broken = post
        .open(&record)
        .await
        .with_first_choices()
        .set("with_whom", needle)
        .set("summary", needle)
        .set("place", needle);
    let page = broken.send(&post).await;
    page.is(500).says("Something failed on our side");
    assert!(page.body.contains(needle), "what was typed is on the page");
    page.says_not("broken").says_not("constraint");
    let log = service_log();
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let events: Vec<serde_json::Value> = log.lines().map(read).collect();
    for event in &events {
        assert!(event.get("level").is_some() && event.get("timestamp").is_some(), "{event}");
    }
    assert!(log.contains("broken"), "the fault is in the log");
    assert!(
        !log.contains(needle),
        "a text is in the log: {}",
        log.lines().find(|line| line.contains(needle)).unwrap_or_default()
    );
    assert!(!log.contains(PASSWORD) && !log.contains(&key), "a secret is in the log");
    let person = app.value("select id from people where account = 'guatemala'").await;
    let saved = |event: &&serde_json::Value| {
        event["method"] == "POST"
            && event["route"] == "/checks/{id}/contacts/record"
            && event["status"] == 303
            && event["person"] == *person
    };
    let event = events.iter().find(saved).expect("the request's line");
    assert!(event["milliseconds"].is_u64() && event["span"]["id"].is_string(), "{event}");
}

#[tokio::test]
async fn no_pages_address_carries_a_text_but_a_search() {
    let app = TestApp::demonstration().await;
    // Every form with a text to keep is posted; what is searched for is all that an address may hold.
    let values = crate::access::scene(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    for route in lantern::server::record().iter().filter(|route| route.method == "GET") {
        let path = crate::access::address(route.path, &values);
        for visitor in [&case, &post] {
            let page = visitor.get(&path).await;
            let document = scraper::Html::parse_document(&page.body);
            let reading = scraper::Selector::parse(
                "form:not([method='post']) textarea, form:not([method='post']) input[type='password']",
            )
            .unwrap();
            assert_eq!(document.select(&reading).count(), 0, "{path} puts a text into an address");
        }
    }
}

#[tokio::test]
async fn a_crash_in_the_database_tells_nobody_what_it_was() {
    let app = TestApp::demonstration().await;
    let auditor = app.enter("auditor").await;
    app.run("alter table parties rename column address to address_gone").await;
    let party = app.value("select id from parties limit 1").await;
    let page = auditor.get(&format!("/parties/{party}")).await;
    page.is(500).says("Something failed on our side").says_not("column").says_not("address_gone");
    let page =
        auditor.send(Method::GET, &format!("/parties/{party}"), String::new(), &[("accept", "application/json")]).await;
    assert_eq!(page.status, 500);
    assert!(!page.body.contains("column"), "{}", page.body);
    auditor.get("/countries").await.is(200);
}

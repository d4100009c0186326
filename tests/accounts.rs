//! People, how they come in, what ends a session, and what the administrator does.

use lantern::{app::Site, demo::PASSWORD, id::FormId};
use reqwest::Method;
use time::Duration as Span;

use crate::support::{Page, TestApp, Visitor};

async fn person(app: &TestApp, account: &str) -> String {
    app.value(&format!("select id from people where account = '{account}'")).await
}

/// Presses a button that stands alone on a page.
async fn press(visitor: &Visitor, path: &str) -> Page {
    visitor.post(path, &[("form_id", &FormId::new().to_string())]).await
}

#[tokio::test]
async fn notice_and_consent_stand_before_the_account() {
    let app = TestApp::demonstration().await;
    let page = app.nobody().get("/").await;
    assert_eq!((page.status, page.location.as_str()), (303, "/sign-in?next=%2F"));
    let page = app.nobody().get(&page.location).await;
    page.is(200).says("Notice and consent").says("authorized use only").says("I consent, sign in");
    let (notice, account) =
        (page.body.find("Notice and consent").unwrap(), page.body.find("name=\"account\"").unwrap());
    assert!(notice < account, "the notice stands first");
}

#[tokio::test]
async fn nobody_can_sign_in_to_a_fresh_installation() {
    let app = TestApp::empty().await;
    assert_eq!(app.value("select count(*) from people").await, "0");
    for account in ["admin", "lantern", "postgres", "root"] {
        app.nobody().sign_in(account, PASSWORD).await.is(422).says("do not fit together");
    }
}

#[tokio::test]
async fn after_signing_in_only_local_paths_are_led_to() {
    let app = TestApp::demonstration().await;
    let elsewhere = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/sign-out",
        "javascript:alert(1)",
        "",
    ];
    for next in elsewhere {
        let page = app.nobody().get(&format!("/sign-in?{}", crate::support::client::encoded(&[("next", next)]))).await;
        assert_eq!(page.input("next").as_deref(), Some("/"), "{next:?}");
        let fields = [("account", "lima"), ("password", PASSWORD), ("next", next), ("carried", "")];
        let page = app.nobody().post("/sign-in", &fields).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/"), "{next:?}");
    }
    let fields = [("account", "lima"), ("password", PASSWORD), ("next", "/checks?due=week"), ("carried", "")];
    assert_eq!(app.nobody().post("/sign-in", &fields).await.location, "/checks?due=week");
}

#[tokio::test]
async fn a_key_given_before_sign_in_opens_nothing_afterwards() {
    let app = TestApp::demonstration().await;
    let visitor = app.nobody();
    let given = "a".repeat(64);
    let body =
        crate::support::client::encoded(&[("account", "lima"), ("password", PASSWORD), ("next", "/"), ("carried", "")]);
    let headers =
        [("cookie", &*format!("lantern={given}")), ("sec-fetch-site", "same-origin"), ("accept", "text/html")];
    let page = visitor.send(Method::POST, "/sign-in", body.clone(), &headers).await;
    page.is(303);
    let set = page.headers["set-cookie"].to_str().unwrap().to_owned();
    let key = set.split(';').next().unwrap().strip_prefix("lantern=").expect("the session's cookie").to_owned();
    assert_ne!(key, given);
    assert_eq!(key.len(), 64);
    let with = async |key: &str| {
        visitor
            .send(Method::GET, "/", String::new(), &[("cookie", &*format!("lantern={key}")), ("accept", "text/html")])
            .await
    };
    assert_eq!(with(&given).await.status, 303, "the key that was planted");
    assert_eq!(with(&key).await.status, 200);
    // Only a hash is stored.
    let stored = app.value("select encode(key_hash, 'hex') from sessions order by started_at desc limit 1").await;
    assert_ne!(stored, key);
    assert_eq!(stored, app.value(&format!("select encode(sha256('{key}'::bytea), 'hex')")).await);
    assert_eq!(app.value(&format!("select count(*) from sessions s where s::text like '%{key}%'")).await, "0");
    // Signing in again in the same browser ends the session it had.
    let headers = [("cookie", &*format!("lantern={key}")), ("sec-fetch-site", "same-origin"), ("accept", "text/html")];
    visitor.send(Method::POST, "/sign-in", body, &headers).await.is(303);
    assert_eq!(with(&key).await.status, 303, "the session before");
}

#[tokio::test]
async fn after_signing_out_the_key_opens_nothing() {
    let app = TestApp::demonstration().await;
    let visitor = app.enter("lima").await;
    visitor.get("/").await.is(200);
    let page = visitor.post("/sign-out", &[]).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/sign-in"));
    let taken = page.headers["set-cookie"].to_str().unwrap();
    assert!(taken.starts_with("lantern=;") && taken.contains("Max-Age=0"), "{taken}");
    for path in ["/", "/checks", "/sessions"] {
        assert_eq!(visitor.get(path).await.status, 303, "{path}");
    }
}

#[tokio::test]
async fn the_cookies_are_bound_to_the_site() {
    let app = TestApp::demonstration().await;
    let set = |page: &Page| -> Vec<String> {
        page.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
    };
    let plain = set(&app.nobody().sign_in("lima", PASSWORD).await);
    let site = Site { origin: "https://lantern.example".into(), behind_proxy: true, demonstration: false };
    let secure = set(&Visitor::new(&app.also_serve(site).await).sign_in("lima", PASSWORD).await);
    for (cookies, names, tls) in [
        (plain, ["lantern=", "lantern-browser="], false),
        (secure, ["__Host-lantern=", "__Host-lantern-browser="], true),
    ] {
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for (cookie, name) in cookies.iter().zip(names) {
            assert!(cookie.starts_with(name), "{cookie}");
            assert_eq!(cookie.contains("Secure"), tls, "{cookie}");
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
                "{cookie}"
            );
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
        assert!(
            !cookies[0].contains("Max-Age") && cookies[1].contains("Max-Age=34560000"),
            "the session ends with the browser: {cookies:?}"
        );
    }
}

#[tokio::test]
async fn a_session_ends_after_a_quarter_of_an_hour_and_after_twelve_hours() {
    let app = TestApp::demonstration().await;
    let visitor = app.enter("lima").await;
    app.clock.advance(Span::minutes(14));
    visitor.get("/").await.is(200);
    app.clock.advance(Span::minutes(14));
    visitor.get("/").await.is(200);
    app.clock.advance(Span::minutes(15));
    assert_eq!(visitor.get("/").await.status, 303, "idle");
    let visitor = app.enter("lima").await;
    for _ in 0..51 {
        app.clock.advance(Span::minutes(14));
        visitor.get("/sessions").await.is(200);
    }
    app.clock.advance(Span::minutes(6));
    assert_eq!(visitor.get("/").await.status, 303, "twelve hours in all");
}

#[tokio::test]
async fn who_is_disabled_or_changes_duty_is_judged_by_the_new_facts_at_once() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let officer = app.enter("lima").await;
    let check =
        app.value("select id from checks where post_id = (select id from posts where name = 'Lima') limit 1").await;
    officer.get(&format!("/checks/{check}")).await.is(200);
    // The role at Lima ends; from the next day on the person serves at Santiago.
    let id = person(&app, "lima").await;
    let row = app.value(&format!("select id from assignments where person_id = '{id}'")).await;
    let day = [("ends_on", "23 Nov 2026")];
    admin.done(&format!("/people/{id}/assignments/{row}/end"), &day).await;
    officer.get(&format!("/checks/{check}")).await.is(200);
    let post = admin.get(&format!("/people/{id}/assign")).await.choice("post", "Santiago");
    let role = [("role", "post_officer"), ("post", &post), ("starts_on", "24 Nov 2026"), ("ends_on", "30 Nov 2026")];
    admin.done(&format!("/people/{id}/assign"), &role).await;
    for _ in 0..2 {
        app.clock.advance(Span::hours(6));
        let officer = app.enter("lima").await;
        let (seen, home) = (officer.get(&format!("/checks/{check}")).await.status, officer.get("/").await);
        let there = app.clock.now() > time::macros::datetime!(2026-11-24 03:00 UTC);
        assert_eq!(
            (seen, home.body.contains("Santiago")),
            if there { (404, true) } else { (200, false) },
            "{}",
            app.clock.now()
        );
    }
    // A session that is open while the role changes loses what the role gave.
    let reviewer = app.enter("reviewer").await;
    let result = app.value("select id from checks where state = 'replied' limit 1").await;
    reviewer.get(&format!("/checks/{result}/sign-result")).await.is(200);
    let admin = app.enter("admin").await;
    let (id, row) = (
        person(&app, "reviewer").await,
        app.value("select a.id from assignments a join people p on p.id = a.person_id where p.account = 'reviewer'")
            .await,
    );
    admin.done(&format!("/people/{id}/assignments/{row}/end"), &[("ends_on", "22 Nov 2026")]).await;
    reviewer.get(&format!("/checks/{result}/sign-result")).await.is(403).says("You have no assignment today");
    reviewer.get("/checks").await.is(403);
    // Disabled in mid-session: out at once, and not in again.
    let officer = app.enter("santiago").await;
    officer.get("/").await.is(200);
    press(&admin, &format!("/people/{}/disable", person(&app, "santiago").await)).await.is(303);
    assert_eq!(officer.get("/").await.status, 303);
    app.nobody().sign_in("santiago", PASSWORD).await.is(422);
    press(&admin, &format!("/people/{}/enable", person(&app, "santiago").await)).await.is(303);
    assert_eq!(officer.get("/").await.status, 303, "the old session stays ended");
    app.enter("santiago").await.get("/").await.is(200);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_and_by_the_administrator() {
    let app = TestApp::demonstration().await;
    let (desk, phone, admin) = (app.enter("lima").await, app.enter("lima").await, app.enter("admin").await);
    let page = desk.get("/sessions").await;
    page.is(200).says("127.0.0.1").says("this one");
    let end = page.links().into_iter().find(|link| link.ends_with("/end")).expect("the other session can be ended");
    // Nobody else can, and learns nothing.
    let stranger = app.enter("kingston").await;
    let (theirs, missing) =
        (press(&stranger, &end).await, press(&stranger, "/sessions/01900000-0000-7000-8000-000000000000/end").await);
    assert_eq!((theirs.status, theirs.body), (404, missing.body));
    phone.get("/").await.is(200);
    let form = FormId::new().to_string();
    let first = desk.post(&end, &[("form_id", &form)]).await;
    let again = desk.post(&end, &[("form_id", &form)]).await;
    assert_eq!((first.status, first.location.as_str()), (303, "/sessions"));
    assert_eq!((again.status, again.location), (303, first.location), "the same submit twice");
    assert_eq!(phone.get("/").await.status, 303);
    desk.get("/").await.is(200);
    let id = person(&app, "lima").await;
    let page = admin.get(&format!("/people/{id}")).await;
    let end = page.links().into_iter().find(|link| link.contains("/sessions/")).expect("the administrator can end it");
    press(&admin, &end.replace(&id, &person(&app, "kingston").await)).await.is(404);
    desk.get("/").await.is(200);
    press(&admin, &end).await.is(303);
    assert_eq!(desk.get("/").await.status, 303);
    assert_eq!(app.value("select count(*) from audit_events where verb = 'session_ended'").await, "2");
}

#[tokio::test]
async fn a_password_is_long_uncommon_and_ends_the_other_sessions() {
    let app = TestApp::demonstration().await;
    let (desk, phone) = (app.enter("lima").await, app.enter("lima").await);
    let choose = async |present: &str, new: &str| {
        desk.fill("/password", &[("present_password", present), ("new_password", new)]).await
    };
    for (new, why) in [
        ("eleven chrs", "at least 12 characters"),
        (&*"x1".repeat(65), "at most 128 characters"),
        ("Password1234", "built on words that attackers try first"),
        ("zzzzzzzzzzzzzz", "repeats itself"),
        ("lima-lima-2026", "built on your name, your account, your post or this site"),
        ("Achterberg 1970", "built on your name, your account, your post or this site"),
        (PASSWORD, "built on your name, your account, your post or this site"),
    ] {
        let page = choose(PASSWORD, new).await;
        page.is(422).says(why);
        assert!(!page.body.contains(new), "a password is shown again");
    }
    choose("not the present one", "four words in a row").await.is(422).says("not the present password");
    phone.get("/").await.is(200);
    let long = format!("три спокойные выдры{}", "x".repeat(109));
    choose(PASSWORD, &long).await.is(303);
    desk.get("/").await.is(200);
    assert_eq!(phone.get("/").await.status, 303, "the other session ends");
    app.nobody().sign_in("lima", PASSWORD).await.is(422);
    app.nobody().sign_in("lima", &long).await.is(303);
    assert!(app.value("select password_hash from people where account = 'lima'").await.starts_with("$argon2id$"));
    assert_eq!(
        app.value("select count(*) from audit_events e where verb = 'password_changed' and e::text like '%выдры%'")
            .await,
        "0"
    );
}

/// Adds a person; gives their id and the first password.
async fn added(admin: &Visitor, account: &str, name: &str) -> (String, String) {
    let page = admin.fill("/people/add", &[("account", account), ("name", name)]).await;
    page.is(200);
    let id = page.link("Go on to the person's roles").trim_start_matches("/people/").to_owned();
    (id, first_password(&page))
}

fn first_password(page: &Page) -> String {
    let text = page.text();
    let word = text.split_whitespace().find(|word| word.len() == 19 && word.split('-').all(|group| group.len() == 4));
    word.unwrap_or_else(|| panic!("no first password: {text}")).to_owned()
}

#[tokio::test]
async fn a_first_password_is_shown_once_and_replaced_before_anything_else() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let form = admin.get("/people/add").await.input("form_id").unwrap();
    let sent = [("form_id", form.as_str()), ("account", "New.Officer"), ("name", "Vera Holm")];
    let page = admin.post("/people/add", &sent).await;
    page.is(200).says("new.officer");
    let password = first_password(&page);
    let again = admin.post("/people/add", &sent).await;
    let id = person(&app, "new.officer").await;
    assert_eq!((again.status, again.location.as_str()), (303, &*format!("/people/{id}")), "a repeat adds nobody");
    assert!(!again.body.contains(&password) && !admin.get(&again.location).await.body.contains(&password));
    assert_eq!(app.value(&format!("select count(*) from audit_events e where e::text like '%{password}%'")).await, "0");
    admin
        .fill("/people/add", &[("account", "new.officer"), ("name", "Somebody Else")])
        .await
        .is(422)
        .says("This account name is taken");
    admin
        .fill("/people/add", &[("account", "No Spaces!"), ("name", "")])
        .await
        .is(422)
        .says("2 to 40 lower-case letters");
    admin.done(&format!("/people/{id}/assign"), &[("role", "auditor"), ("starts_on", "1 Nov 2026")]).await;

    let mut visitor = app.nobody();
    visitor.sign_in("new.officer", &password).await.is(303);
    let open = lantern::server::record().into_iter().filter(|route| route.method == "GET" && !route.path.contains('{'));
    for route in open.filter(|route| !matches!(route.path, "/password" | "/sign-in" | "/about")) {
        let page = visitor.get(route.path).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/password"), "{}", route.path);
    }
    let draft = visitor.post("/drafts", &[("form_id", &form), ("path", "/checks/open")]).await;
    assert_eq!((draft.status, draft.location.as_str()), (303, "/password"));
    visitor.get("/password").await.is(200).says("Your first password was made for you");
    visitor.fill("/password", &[("present_password", &password), ("new_password", "three calm otters")]).await.is(303);
    visitor.get("/").await.is(200);
    app.nobody().sign_in("new.officer", &password).await.is(422);

    // A reset shows a new one once, and ends what was open.
    let reset = press(&admin, &format!("/people/{id}/reset")).await;
    reset.is(200);
    let second = first_password(&reset);
    assert_ne!(second, password);
    assert_eq!(visitor.get("/").await.status, 303);
    app.nobody().sign_in("new.officer", "three calm otters").await.is(422);
    app.clock.advance(Span::hours(72));
    app.nobody().sign_in("new.officer", &second).await.is(303);
    app.clock.advance(Span::seconds(1));
    app.nobody().sign_in("new.officer", &second).await.is(422).says("do not fit together");
}

/// Somebody whose role begins in two weeks can use what they were given.
#[tokio::test]
async fn a_first_password_is_good_from_the_first_day_of_a_role_that_is_to_come() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let (early, early_password) = added(&admin, "early.officer", "Vera Holm").await;
    let (late, late_password) = added(&admin, "late.officer", "Anders Moe").await;
    let post = admin.get(&format!("/people/{late}/assign")).await.choice("post", "Apia");
    let role = [("role", "post_officer"), ("post", &*post), ("starts_on", "7 Dec 2026"), ("ends_on", "")];
    admin.get(&format!("/people/{late}")).await.says("good until 26 Nov 2026 18:00Z");
    admin.done(&format!("/people/{late}/assign"), &role).await;
    // The day begins at the post: in Apia, half a day before it does in Washington.
    admin.get(&format!("/people/{late}")).await.says("good until 9 Dec 2026 11:00Z");
    let begun = [("role", "auditor"), ("post", ""), ("starts_on", "2 Nov 2026"), ("ends_on", "")];
    admin.done(&format!("/people/{early}/assign"), &begun).await;
    admin.get(&format!("/people/{early}")).await.says("good until 26 Nov 2026 18:00Z");
    // Before the day it opens nothing, as for everybody who has no role.
    app.clock.set(time::macros::datetime!(2026-12-05 18:00 UTC));
    let mut visitor = app.nobody();
    visitor.sign_in("late.officer", &late_password).await.is(303);
    assert_eq!(visitor.get("/checks").await.location, "/password");
    app.nobody().sign_in("early.officer", &early_password).await.is(422).says("do not fit together");
    app.clock.set(time::macros::datetime!(2026-12-09 11:00 UTC));
    let mut visitor = app.nobody();
    visitor.sign_in("late.officer", &late_password).await.is(303);
    app.clock.advance(Span::seconds(1));
    app.nobody().sign_in("late.officer", &late_password).await.is(422).says("do not fit together");
    let chosen = [("present_password", &*late_password), ("new_password", "three calm otters")];
    visitor.fill("/password", &chosen).await.is(422).says("This is not the present password");
    // Who has no role on the day that they choose a password is told so.
    let admin = app.enter("admin").await;
    let (_, password) = added(&admin, "no.role", "Tora Lind").await;
    let mut visitor = app.nobody();
    visitor.sign_in("no.role", &password).await.is(303);
    visitor.fill("/password", &[("present_password", &password), ("new_password", "three calm otters")]).await.is(303);
    visitor.get("/").await.is(403);
}

#[tokio::test]
async fn the_last_active_administrator_stays() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let id = person(&app, "admin").await;
    let row = app.value(&format!("select id from assignments where person_id = '{id}'")).await;
    press(&admin, &format!("/people/{id}/disable")).await.refused("No administrator would remain");
    let end = format!("/people/{id}/assignments/{row}/end");
    for day in ["22 Nov 2026", "today", "1 Jun 2027"] {
        admin.fill(&end, &[("ends_on", day)]).await.refused("No administrator would remain");
    }
    assert_eq!(app.value("select count(*) from people where disabled_at is not null").await, "0");
    // Once there is another, the first may go; two who disable each other at once do not both succeed.
    let (second, password) = added(&admin, "admin2", "Corin Hale").await;
    let role = [("role", "admin"), ("starts_on", "1 Nov 2026")];
    admin.done(&format!("/people/{second}/assign"), &role).await;
    let mut other = app.nobody();
    other.sign_in("admin2", &password).await.is(303);
    other.fill("/password", &[("present_password", &password), ("new_password", "three calm otters")]).await.is(303);
    let (first, second) = (format!("/people/{id}/disable"), format!("/people/{second}/disable"));
    let (one, two) = tokio::join!(press(&admin, &second), press(&other, &first));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [303, 303 | 401 | 409]), "{statuses:?}");
    let left = "select count(*) from people p join assignments a on a.person_id = p.id where a.role = 'admin' and p.disabled_at is null";
    assert_eq!(app.value(left).await, "1");
}

#[tokio::test]
async fn roles_have_dates_and_one_person_has_one_role_at_a_time() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let (id, password) = added(&admin, "traveler", "Vera Holm").await;
    let path = format!("/people/{id}/assign");
    let post = admin.get(&path).await.choice("post", "Nairobi");
    let assign = async |role: &str, post: &str, from: &str, to: &str| {
        let fields = [("role", role), ("post", post), ("starts_on", from), ("ends_on", to)];
        admin.fill(&path, &fields).await
    };
    let open = "";
    assign("post_officer", "", "1 Sep 2026", open).await.is(422).says("Choose the post.");
    assign("reviewer", &post, "1 Sep 2026", open).await.is(422).says("This role is in Washington");
    assign("reviewer", "", "1 Sep 2026", "1 Aug 2026").await.is(422).says("The last day is before the first");
    assign("overlord", "", "31 Feb 2026", open).await.is(422).says("Choose one of the answers").says("has no day 31");
    let nowhere = "01900000-0000-7000-8000-000000000000";
    assign("post_officer", nowhere, "1 Sep 2026", open).await.refused("Choose a post from the list");
    // Past, present, future; none may overlap.
    assign("auditor", "", "1 Sep 2025", "30 Sep 2026").await.is(303);
    assign("post_officer", &post, "1 Oct 2026", "30 Nov 2026").await.is(303);
    assign("reviewer", "", "30 Nov 2026", open)
        .await
        .refused("One role at a time: Vera Holm is post officer, Nairobi, from 1 Oct 2026 to 30 Nov 2026.");
    assign("reviewer", "", "1 Dec 2026", open).await.is(303);
    admin
        .get(&format!("/people/{id}"))
        .await
        .says("Auditor: from 1 Sep 2025 to 30 Sep 2026")
        .says("Reviewer: from 1 Dec 2026");
    let enter = async |password: &str| {
        let mut visitor = app.nobody();
        visitor.sign_in("traveler", password).await.is(303);
        visitor
    };
    let visitor = enter(&password).await;
    visitor.fill("/password", &[("present_password", &password), ("new_password", "three calm otters")]).await.is(303);
    visitor.get("/log").await.is(403);
    visitor.get("/").await.is(200);
    assert!(visitor.get("/").await.body.contains("Nairobi"));
    app.clock.set(time::macros::datetime!(2026-12-02 12:00 UTC));
    let visitor = enter("three calm otters").await;
    assert!(visitor.get("/").await.body.contains("Reviewer"));
    // A role ends once, and not before it began.
    let admin = app.enter("admin").await;
    let row = app.value(&format!("select id from assignments where person_id = '{id}' and role = 'reviewer'")).await;
    let end = format!("/people/{id}/assignments/{row}/end");
    let last = |day| [("ends_on", day)];
    let early = [("ends_on", "30 Nov 2026")];
    admin.fill(&end, &early).await.is(422).says("The last day is before the first");
    admin.done(&end, &last("5 Dec 2026")).await;
    admin.fill(&end, &last("9 Dec 2026")).await.refused("This role ends on that day or before already.");
    app.clock.set(time::macros::datetime!(2026-12-07 12:00 UTC));
    enter("three calm otters").await.get("/").await.is(403).says("You have no assignment today");
    let gone = format!("/people/{}/assignments/{row}/end", person(&app, "lima").await);
    app.enter("admin").await.get(&gone).await.is(404);
}

//! What is typed: never lost, never stored twice, never stored where it may not be.

use std::collections::BTreeSet;

use lantern::{demo::PASSWORD, id::FormId};
use reqwest::Method;
use time::Duration as Span;

use crate::support::{Filled, Page, TestApp, Visitor, client::encoded};

const UNKNOWN: &str = "01900000-0000-7000-8000-000000000000";

/// The check on which the officer of Guatemala works.
pub async fn check(app: &TestApp) -> String {
    format!("/checks/{}", app.value("select id from checks where subject like 'Cartridges for a sugar%'").await)
}

/// The license of that check.
async fn license(app: &TestApp) -> String {
    let check = check(app).await;
    let of =
        format!("select license_id from check_licenses where check_id = '{}'", check.trim_start_matches("/checks/"));
    format!("/licenses/{}", app.value(&of).await)
}

async fn count(app: &TestApp, what: &str) -> i64 {
    app.value(&format!("select count(*) from {what}")).await.parse().expect("a count")
}

/// Every table that has a text with these words in any of its rows.
pub async fn tables_with(app: &TestApp, words: &str) -> Vec<String> {
    let tables = app.value("select string_agg(tablename, ' ') from pg_tables where schemaname = 'public'").await;
    let mut found = Vec::new();
    for table in tables.split(' ') {
        if count(app, &format!("{table} r where r::text ilike '%{words}%'")).await > 0 {
            found.push(table.to_owned());
        }
    }
    found
}

/// Every form that somebody can open in the story after its decision or on another check of the demonstration, each
/// with who opened it.
pub async fn every_form(app: &TestApp) -> Vec<(String, Visitor, Filled)> {
    let values = crate::access::scene(app).await;
    let mut checks = vec![values["check"].clone()];
    for state in ["draft", "requested", "in_progress", "on_hold", "replied"] {
        let some = app
            .value(&format!("select string_agg(id::text, ' ' order by id) from checks where state = '{state}'"))
            .await;
        checks.extend(some.split(' ').map(str::to_owned));
    }
    let mut visitors = Vec::new();
    for account in ["guatemala", "guatemala2", "case", "reviewer2", "supervisor", "admin"] {
        visitors.push(app.enter(account).await);
    }
    // The story's license waits for conditions; others are ready, issued, or stopped.
    let issued = app.value("select id from licenses where status = 'approved' order by id desc limit 1").await;
    let stop = [("act", "suspend"), ("reasons", "Stopped until it is looked into.")];
    visitors[3].done(&format!("/licenses/{issued}/suspend"), &stop).await;
    let others = "select string_agg(id::text, ' ') from licenses where status in ('approved_on_conditions', 'approved', 'suspended')";
    let licenses: Vec<String> = app.value(others).await.split(' ').map(str::to_owned).collect();
    let posts: BTreeSet<&str> =
        lantern::server::record().iter().filter(|route| route.method == "POST").map(|route| route.path).collect();
    let (mut forms, mut closed) = (Vec::new(), Vec::new());
    for route in lantern::server::record().iter().filter(|route| route.method == "GET" && posts.contains(route.path)) {
        if matches!(route.path, "/sign-in" | "/password" | "/drafts") {
            continue;
        }
        let path = crate::access::address(route.path, &values);
        let (own, all) =
            if path.contains(&values["check"]) { (&values["check"], &checks) } else { (&values["license"], &licenses) };
        match first_form(&visitors, &path, own, all).await {
            Some(found) => forms.push(found),
            None => closed.push(route.path),
        }
    }
    // In no file of the demonstration can these be sent; of them only the exception has a text, which is looked at by
    // itself.
    assert_eq!(closed, CLOSED);
    forms
}

/// The last leads to the certificate: it is kept for what an open page of a program of before sends there.
const CLOSED: &[&str] = &[
    "/checks/{id}/clear",
    "/checks/{id}/return",
    "/checks/{id}/sign",
    "/licenses/{id}/except",
    "/licenses/{id}/certificate/sign",
];

async fn first_form(
    visitors: &[Visitor],
    path: &str,
    own: &str,
    files: &[String],
) -> Option<(String, Visitor, Filled)> {
    for visitor in visitors {
        for other in std::iter::once(own).chain(files.iter().map(String::as_str)) {
            let path = path.replace(own, other);
            let page = visitor.get(&path).await;
            if let Some(form) = Filled::of(&path, &page).filter(|_| page.status == 200) {
                return Some((path, visitor.clone(), form));
            }
            if page.status == 403 || !path.contains(other) {
                break;
            }
        }
    }
    None
}

/// Puts a text into everything a person types text into.
pub fn with_text(form: &Filled, text: &str) -> Filled {
    form.texts.iter().fold(form.clone().with_first_choices(), |form, name| form.set(name, text))
}

/// What no phone may mend is not mended, and numbers get the keyboard for them.
#[tokio::test]
async fn numbers_and_references_are_typed_as_they_are() {
    use scraper::{Html, Selector};
    const EXACT: &[&str] = &["number", "numbers", "reference", "references", "code", "account", "serial"];
    const COUNTED: &[&str] = &["quantity", "many", "days", "dollars"];
    let app = TestApp::demonstration().await;
    let (mut wrong, mut exact, mut counted) = (BTreeSet::new(), 0, 0);
    let labels = Selector::parse("main form[data-draft] label[for]").expect("a selector");
    for (path, visitor, _) in every_form(&app).await {
        let page = Html::parse_document(&visitor.get(&path).await.body);
        for label in page.select(&labels) {
            let words = label.text().collect::<String>().to_lowercase();
            let words: Vec<&str> = words.split(|c: char| !c.is_alphabetic()).collect();
            let control = format!("[id=\"{}\"]", label.value().attr("for").unwrap_or_default());
            let control = page.select(&Selector::parse(&control).expect("a selector")).next();
            let Some(control) = control.map(|control| control.value()) else { continue };
            if !matches!((control.name(), control.attr("type")), ("input", None) | ("textarea", _)) {
                continue;
            }
            let has = |of: &[&str]| words.iter().any(|word| of.contains(word));
            if has(COUNTED) || matches!(words.as_slice(), ["day" | "month" | "year"]) {
                counted += 1;
                if !matches!(control.attr("inputmode"), Some("numeric" | "decimal")) {
                    wrong.insert(format!("{path}: {words:?} has no keyboard of digits"));
                }
            } else if has(EXACT) {
                exact += 1;
                let off = [("autocapitalize", "off"), ("autocorrect", "off"), ("spellcheck", "false")];
                if off.iter().any(|(name, value)| control.attr(name) != Some(value)) {
                    wrong.insert(format!("{path}: {words:?} may be mended"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(exact >= 8 && counted >= 20, "{exact} and {counted} were looked at");
}

/// The page's script goes itself where a form leads: it is told the address, and that Lantern answered.
#[tokio::test]
async fn a_form_that_the_script_sends_is_told_where_it_leads() {
    let app = TestApp::demonstration().await;
    let officer = app.enter("guatemala").await;
    let path = format!("{}/findings/order", check(&app).await);
    let form = officer.open(&path).await.with_first_choices();
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "text/html"), ("lantern-form", "sent")];
    let sent = async |form: &Filled| officer.send(Method::POST, &path, encoded(&form.pairs()), &headers).await;
    let refused = sent(&form.clone().set("text", "")).await;
    assert!(refused.headers.contains_key("lantern-form"));
    refused.is(422).says("Nothing was saved yet");
    let form = form.set("text", "The contract was shown.");
    let led = sent(&form).await;
    assert_eq!((led.status, led.body.as_str(), led.headers.contains_key("lantern-form")), (204, "", true));
    let repeat = form.send(&officer).await;
    assert_eq!((repeat.status, repeat.location), (303, led.location), "as the browser itself is led");
    assert!(!repeat.headers.contains_key("lantern-form"));
    let nobody = app.nobody().send(Method::POST, &path, encoded(&form.pairs()), &headers).await;
    assert!(nobody.headers.contains_key("lantern-form"));
    nobody.is(401).says("goes with you when you sign in");
}

#[tokio::test]
async fn every_form_refuses_a_classified_text_and_keeps_none() {
    let app = TestApp::demonstration().await;
    let forms = every_form(&app).await;
    let (license, supervisor) = (license(&app).await, app.enter("supervisor").await);
    let before = count(&app, "audit_events").await;
    let mut silent = BTreeSet::new();
    for (path, visitor, form) in forms.iter().filter(|(_, _, form)| !form.texts.is_empty()) {
        let page = with_text(form, "3. (S//NF) Post learned zebrafinch").send(visitor).await;
        assert!(matches!(page.status, 409 | 422), "{path}: {} {}", page.status, page.text());
        let told = page
            .text()
            .contains("This looks classified ((S//NF)). Lantern takes no classified text and has not stored it.")
            && page.text().contains("report it to your information security officer");
        if !told {
            silent.insert(kind(path));
        }
        let draft = with_text(form, "3. (S//NF) Post learned zebrafinch")
            .set("path", "/checks/open")
            .set("form_id", &FormId::new().to_string());
        let page = visitor.post("/drafts", &draft.pairs()).await;
        page.is(409).says("This looks classified");
    }
    let except = [
        ("form_id", &*FormId::new().to_string()),
        ("version", "1"),
        ("what", "party"),
        ("reason", "(S//NF) Post learned zebrafinch"),
    ];
    let page = supervisor.post(&format!("{license}/except"), &except).await;
    assert!(matches!(page.status, 409 | 422), "{} {}", page.status, page.text());
    assert_eq!(silent, BTreeSet::new(), "these said nothing of it");
    assert_eq!(count(&app, "audit_events").await, before);
    assert_eq!(tables_with(&app, "zebrafinch").await, Vec::<String>::new());
}

/// The summary of faults calls each field what its page calls it, never by the name it is stored under.
#[tokio::test]
async fn every_form_calls_its_fields_in_the_summary_what_they_are_called_below() {
    let app = TestApp::demonstration().await;
    let (mut told, mut strange) = (0, BTreeSet::new());
    for (path, visitor, form) in every_form(&app).await {
        let blank = form.texts.iter().fold(form.clone(), |form, name| form.set(name, ""));
        let page = blank.send(&visitor).await;
        let document = scraper::Html::parse_document(&page.body);
        let all = |selector: &str| {
            let selector = scraper::Selector::parse(selector).unwrap();
            // What the page asks, the summary names.
            let words = |element: scraper::ElementRef<'_>| {
                element.text().collect::<String>().trim().trim_end_matches('?').to_owned()
            };
            document.select(&selector).map(words).collect::<Vec<_>>()
        };
        let labels = all("label, legend");
        let called = all("#faults [data-called]");
        told += called.len();
        strange.extend(called.into_iter().filter(|name| !labels.contains(name)).map(|name| (kind(&path), name)));
    }
    assert!(told > 40, "{told} faults told");
    assert_eq!(strange, BTreeSet::new());
}

fn kind(path: &str) -> String {
    path.split('/').map(|part| if part.len() == 36 { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_text_brings_a_form_down() {
    let app = TestApp::demonstration().await;
    let forms = every_form(&app).await;
    for (path, visitor, form) in &forms {
        for (offered, _) in form.offered.iter().filter(|(_, value)| value.len() == 36) {
            let page = with_text(form, "55")
                .set(offered, UNKNOWN)
                .set("form_id", &FormId::new().to_string())
                .send(visitor)
                .await;
            assert!(
                matches!(page.status, 303 | 404 | 409 | 422),
                "{path}, an unknown {offered}: {} {}",
                page.status,
                page.text()
            );
        }
        if form.texts.is_empty() {
            continue;
        }
        let page = with_text(form, "a\0b").send(visitor).await;
        let told = page.text().contains("This has a character that cannot be stored (NUL)");
        assert!(matches!(page.status, 409 | 422) && told, "{path}, NUL: {} {}", page.status, page.text());
        assert!(!page.body.contains('\0'));
        // A telegram may be longer than an answer.
        let many = if path == "/telegrams/read" { 300_001 } else { 10_001 };
        let page = with_text(form, &"x".repeat(many)).send(visitor).await;
        let told = page.text().contains("At most");
        assert!(matches!(page.status, 409 | 422) && told, "{path}, 10,001 characters: {} {}", page.status, page.text());
        assert!(page.body.contains(&"x".repeat(many)), "{path} lost the text");
        for strange in [
            "\u{202e}txet\u{202c} пo\u{200b}st \u{feff}",
            "'; drop table checks; --",
            "%_\\",
            "\u{1f52b}\u{301}\u{301}",
            "{{ 7*7 }}",
        ] {
            let page = with_text(form, strange).set("form_id", &FormId::new().to_string()).send(visitor).await;
            assert!(
                matches!(page.status, 200 | 303 | 404 | 409 | 422),
                "{path}, {strange:?}: {} {}",
                page.status,
                page.text()
            );
        }
    }
}

#[tokio::test]
async fn the_same_submit_twice_does_one_thing() {
    let app = TestApp::demonstration().await;
    let mut accepted = BTreeSet::new();
    for (path, visitor, _) in every_form(&app).await {
        // What went before may have changed the file: the form is read again.
        let page = visitor.get(&path).await;
        let Some(form) = Filled::of(&path, &page) else { continue };
        let mut form = form.with_first_choices();
        for name in form.texts.clone() {
            let long = matches!(name.as_str(), "reason" | "reasons" | "text" | "questions");
            let typed = if long { "Fifty-five reasons." } else { "55" };
            if form.value(&name).is_empty() && !matches!(name.as_str(), "follows" | "zone" | "amount") {
                form = form.set(&name, typed);
            }
        }
        let first = form.send(&visitor).await;
        assert!(matches!(first.status, 200 | 303 | 404 | 409 | 422), "{path}: {} {}", first.status, first.text());
        if first.status != 303 {
            continue;
        }
        let events = count(&app, "audit_events").await;
        let second = form.send(&visitor).await;
        assert_eq!((second.status, &second.location), (303, &first.location), "{path}: {}", second.text());
        assert_eq!(count(&app, "audit_events").await, events, "{path} did it twice");
        accepted.insert(kind(&path));
    }
    assert!(accepted.len() >= 25, "only these were accepted: {accepted:#?}");
}

#[tokio::test]
async fn the_same_contact_twenty_times_at_once_is_one_contact() {
    let app = TestApp::demonstration().await;
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let form = post.open(&format!("{check}/contacts/record")).await.with_first_choices();
    let form = form.set("with_whom", "The mill's manager").set("summary", "He showed the order book.");
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (form, post) = (form.clone(), post.clone());
        sending.spawn(async move {
            let page = form.send(&post).await;
            (page.status, page.location)
        });
    }
    let answers = sending.join_all().await;
    assert!(answers.iter().all(|answer| *answer == (303, format!("{check}#contacts"))), "{answers:?}");
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 1);
    assert_eq!(count(&app, "audit_events where summary like '%The mill''s manager%'").await, 1);
}

#[tokio::test]
async fn a_form_of_another_person_or_without_its_id_does_nothing() {
    let app = TestApp::demonstration().await;
    let (check, post, other) = (check(&app).await, app.enter("guatemala").await, app.enter("guatemala2").await);
    let path = format!("{check}/contacts/record");
    let form =
        post.open(&path).await.with_first_choices().set("with_whom", "The mayor").set("summary", "He knows the firm.");
    form.send(&post).await.is(303);
    // The supervisor of the post sends the officer's form again: not led to the officer's answer, and nothing is done.
    let page = form.clone().set("with_whom", "Somebody else").send(&other).await;
    page.is(409).says("This form was sent or discarded before");
    let given = Filled::of(&path, &page).expect("the form again");
    assert_eq!(given.value("with_whom"), "Somebody else", "the text is kept");
    assert_ne!(given.value("form_id"), form.value("form_id"), "under an id that can be sent");
    let nameless = form.without("form_id").set("with_whom", "Somebody else");
    for page in [nameless.send(&post).await, nameless.clone().set("form_id", "none").send(&post).await] {
        page.is(422).says("Nothing was saved yet").says("Send it again");
        assert!(page.body.contains("Somebody else"), "the text is kept");
        Filled::of(&path, &page).expect("a form").value("form_id").parse::<FormId>().expect("and sending again works");
    }
    assert_eq!(count(&app, "contacts where with_whom = 'Somebody else'").await, 0);
    for (account, path, fields) in [
        ("case", format!("{check}/hold"), &[("text", "A reason of ten")][..]),
        ("admin", "/people/add".into(), &[("account", "jdoe"), ("name", "Jane Doe")]),
    ] {
        app.enter(account).await.post(&path, fields).await.is(422).says("Send it again");
    }
    assert_eq!(count(&app, "people where account = 'jdoe'").await, 0);
}

#[tokio::test]
async fn a_save_in_between_shows_both_versions_and_loses_none() {
    let app = TestApp::demonstration().await;
    let (check, license) = (check(&app).await, license(&app).await);
    let post = app.enter("guatemala").await;
    let blank = post.open(&format!("{check}/findings/order")).await;
    if blank.value("version") == "0" {
        blank.with_first_choices().set("text", "The order stands.").send(&post).await.is(303);
    }
    let id = async |statement: &str| app.value(statement).await;
    let of_license = |table: &str| {
        format!(
            "select id from {table} where license_id = '{}' order by id limit 1",
            license.trim_start_matches("/licenses/")
        )
    };
    let item = id(&of_license("item_groups")).await;
    let decam = id("select id from authorities where short_name = 'DIGECAM'").await;
    let contact =
        id(&format!("select id from contacts where check_id = '{}' limit 1", check.trim_start_matches("/checks/")))
            .await;
    let party = id("select party_id from license_parties where role = 'end_user' limit 1").await;
    let draft = id("select id from checks where state = 'draft' limit 1").await;
    let person = id("select id from people where account = 'lima'").await;
    let place = id("select id from posts where name = 'Lima'").await;
    let rows = [
        ("guatemala", "guatemala2", format!("{check}/contacts/{contact}/edit"), "summary"),
        ("guatemala", "guatemala2", format!("{check}/findings/order"), "text"),
        ("case", "case2", format!("/parties/{party}/edit"), "address"),
        ("case", "case2", format!("{license}/edit"), "purpose"),
        ("case", "case2", format!("{license}/items/{item}/edit"), "label"),
        ("guatemala", "guatemala2", format!("{license}/approvals/{item}/{decam}"), "note"),
        ("guatemala", "guatemala2", format!("{license}/certificate"), "TEXT"),
        ("admin", "admin", format!("/people/{person}/edit"), "name"),
        ("admin", "admin", format!("/posts/{place}/edit"), "name"),
        ("case", "case2", format!("/checks/{draft}/edit"), "subject"),
    ];
    for (one, another, path, field) in rows {
        let (one, another) = (app.enter(one).await, app.enter(another).await);
        let first = one.open(&path).await.with_first_choices().without_blocks("signed");
        let field = if field == "TEXT" { first.texts.first().expect("a text").clone() } else { field.to_owned() };
        let second = another.open(&path).await.with_first_choices().without_blocks("signed");
        assert_eq!(first.value("version"), second.value("version"), "{path}");
        let saved = second.set(&field, "Theirs, saved first").send(&another).await;
        assert_eq!(saved.status, 303, "{path}: {}", saved.text());
        let events = count(&app, "audit_events").await;
        let page = first.set(&field, "Mine, typed meanwhile").send(&one).await;
        page.refused("Changed in between").says("Both versions are below").says("On file now: Theirs, saved first");
        let again = Filled::of(&path, &page).expect("the form again");
        assert_eq!(again.value(&field), "Mine, typed meanwhile", "{path}");
        assert_eq!(count(&app, "audit_events").await, events, "{path} saved a stale form");
        // A version nobody read saves nothing either.
        for version in ["0", "-1", "2147483647", "99999999999", "abc", ""] {
            let page =
                again.clone().set("version", version).set("form_id", &FormId::new().to_string()).send(&one).await;
            page.refused("Changed in between");
        }
        assert_eq!(count(&app, "audit_events").await, events, "{path} saved an invented version");
        let saved = again.send(&one).await;
        assert_eq!(saved.status, 303, "{path}, sent again: {}", saved.text());
        assert_eq!(one.open(&path).await.value(&field), "Mine, typed meanwhile", "{path}");
    }
}

#[tokio::test]
async fn each_text_of_a_recommendation_is_a_version_of_its_own() {
    let app = TestApp::demonstration().await;
    let path = format!("{}/recommend", check(&app).await);
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let first = post.open(&path).await.set("word", "cannot_determine").set("text", "The mill burned down.");
    first.send(&post).await.is(303);
    let (mine, theirs) = (post.open(&path).await, other.open(&path).await);
    assert_eq!(mine.value("version"), theirs.value("version"));
    theirs.set("text", "The mill was sold.").send(&other).await.is(303);
    mine.set("text", "The mill stands.").send(&post).await.refused("Changed in between").says("The mill was sold.");
}

#[tokio::test]
async fn two_people_answer_a_topic_at_once_and_neither_answer_is_lost() {
    let app = TestApp::demonstration().await;
    let check = check(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let mut path = String::new();
    for link in post.get(&check).await.links().into_iter().filter(|link| link.contains("/findings/")) {
        if post.open(&link).await.value("version") == "0" {
            path = link;
        }
    }
    let (first, second) = (post.open(&path).await.with_first_choices(), other.open(&path).await.with_first_choices());
    assert_eq!(first.value("version"), "0");
    second.set("text", "The mill burned down.").send(&other).await.is(303);
    let page = first.set("text", "The mill was sold.").send(&post).await;
    page.refused("Changed in between").says("On file now: The mill burned down.").says("The mill was sold.");
}

#[tokio::test]
async fn what_is_signed_is_what_was_read() {
    let app = TestApp::demonstration().await;
    // A decision on a license whose evidence changed meanwhile.
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let reviewer = app.enter("reviewer2").await;
    let form = reviewer
        .open(&format!("{license}/decide"))
        .await
        .with_first_choices()
        .set("reasons", "Everything looks right to me.");
    crate::guatemala::a_permit(&app, &license).await;
    let page = form.send(&reviewer).await;
    page.is(409).says("The file changed after you opened this page");
    assert!(page.body.contains("Everything looks right to me."), "the reasons are kept");
    // A result whose proposal changed meanwhile.
    let replied = app
        .value("select c.id from checks c join results r on r.check_id = c.id where c.state = 'replied' and r.signed_by is null and r.withdrawn_at is null limit 1")
        .await;
    let reviewer = app.enter("reviewer").await;
    let form = reviewer.open(&format!("/checks/{replied}/sign-result")).await.with_first_choices();
    let proposer = app.value(&format!("select p.account from results r join people p on p.id = r.proposed_by where r.check_id = '{replied}' and r.withdrawn_at is null")).await;
    let case = app.enter(&proposer).await;
    let again = case
        .open(&format!("/checks/{replied}/propose"))
        .await
        .with_first_choices()
        .set("text", "On reflection, another reason.");
    again.send(&case).await.is(303);
    form.send(&reviewer).await.is(409).says("The file changed after you opened this page");
    assert_eq!(count(&app, &format!("results where check_id = '{replied}' and signed_by is not null")).await, 0);
}

#[tokio::test]
async fn a_reply_is_signed_and_cleared_as_it_was_read() {
    let app = TestApp::demonstration().await;
    let (case, post, supervisor) =
        (app.enter("case2").await, app.enter("guatemala").await, app.enter("guatemala2").await);
    let id = app.value("select k.check_id from check_licenses k join licenses l on l.id = k.license_id where l.number = '050107211'").await;
    let check = format!("/checks/{id}");
    case.done(&format!("{check}/give-back"), &[("text", "Who vouches for the broker?")]).await;
    let word = post.open(&format!("{check}/recommend")).await.set("word", "support_with_conditions");
    word.set("text", "Support once the three approvals are there.").send(&post).await.is(303);
    let contact = async |visitor: &Visitor, with: &str| {
        let form = typed(visitor, &check, "A late doubt.").await.set("with_whom", with);
        form.send(visitor).await.is(303);
    };
    let form = post.open(&format!("{check}/sign")).await;
    contact(&supervisor, "The broker's neighbour").await;
    let page = form.send(&post).await;
    page.refused("The file changed after you opened this page");
    assert_eq!(
        count(
            &app,
            &format!("recommendations where check_id = '{id}' and withdrawn_at is null and signed_by is not null")
        )
        .await,
        0
    );
    Filled::of(&format!("{check}/sign"), &page).expect("the form, of what stands there now").send(&post).await.is(303);
    let form = supervisor.open(&format!("{check}/clear")).await;
    contact(&post, "The broker's landlord").await;
    let page = form.send(&supervisor).await;
    page.refused("The file changed after you opened this page");
    assert_eq!(app.value(&format!("select state from checks where id = '{id}'")).await, "in_progress");
    // What came in since it was signed is told; clearing again clears what stands there now.
    page.says("Changed since it was signed: new: contact:").says("The broker's landlord");
    let again = Filled::of(&format!("{check}/clear"), &page).expect("the form");
    again.send(&supervisor).await.is(303);
    assert_eq!(app.value(&format!("select state from checks where id = '{id}'")).await, "replied");
}

#[tokio::test]
async fn what_is_kept_by_itself_after_the_session_ended_does_not_stand_in_the_way_of_the_late_submit() {
    let app = TestApp::demonstration().await;
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let form = typed(&post, &check, "He showed the order b").await;
    app.clock.advance(Span::minutes(16));
    let kept = form.clone().set("path", &path).set("title", "Record a contact");
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
    let page = post.send(Method::POST, "/drafts", encoded(&kept.pairs()), &headers).await;
    assert_eq!(page.status, 401, "the script is told");
    let back = app.enter("guatemala").await;
    assert_eq!(back.open(&path).await.value("summary"), "He showed the order b", "kept for the page it was typed on");
    form.set("summary", "He showed the order book.").send(&post).await.is(303);
    assert_eq!(back.open(&path).await.value("summary"), "He showed the order book.", "the last word is kept");
    assert_eq!(count(&app, "drafts").await, 1);
}

#[tokio::test]
async fn fields_that_a_form_does_not_have_are_never_stored() {
    let app = TestApp::demonstration().await;
    let (case, post, admin) = (app.enter("case").await, app.enter("guatemala").await, app.enter("admin").await);
    let (check, license) = (check(&app).await, license(&app).await);
    let draft = app.value("select id from checks where state = 'draft' limit 1").await;
    let contact = app
        .value(&format!("select id from contacts where check_id = '{}' limit 1", check.trim_start_matches("/checks/")))
        .await;
    let party = app.value("select party_id from license_parties where role = 'end_user' limit 1").await;
    let person = app.value("select id from people where account = 'lima'").await;
    let of_license =
        format!("select id from item_groups where license_id = '{}' limit 1", license.trim_start_matches("/licenses/"));
    let item = app.value(&of_license).await;
    let smuggled = [
        ("id", UNKNOWN),
        ("status", "approved"),
        ("state", "closed"),
        ("post_id", UNKNOWN),
        ("check_id", UNKNOWN),
        ("license_id", UNKNOWN),
        ("opened_by", UNKNOWN),
        ("recorded_by", UNKNOWN),
        ("created_by", UNKNOWN),
        ("officer_id", UNKNOWN),
        ("revision", "900"),
        ("opened_at", "1999-01-01"),
        ("reference", "BL-1999-0001"),
        ("year", "1999"),
        ("standing", "merged"),
        ("merged_into", UNKNOWN),
        ("account", "owner"),
        ("role", "admin"),
        ("disabled_at", "1999-01-01"),
        ("temporary_until", "1999-01-01"),
        ("password_hash", "x"),
        ("signed_by", UNKNOWN),
        ("verified_by", UNKNOWN),
    ];
    let forms = [
        (&case, format!("/checks/{draft}/edit"), "checks", draft.clone(), "subject", "subject,version,revision"),
        (
            &case,
            format!("{license}/edit"),
            "licenses",
            license.trim_start_matches("/licenses/").to_owned(),
            "purpose",
            "purpose,version,revision,facts_changed_at",
        ),
        (&case, format!("{license}/items/{item}/edit"), "item_groups", item.clone(), "label", "label,version"),
        (&case, format!("/parties/{party}/edit"), "parties", party.clone(), "address", "address,version"),
        (&post, format!("{check}/contacts/{contact}/edit"), "contacts", contact.clone(), "summary", "summary,version"),
        (&admin, format!("/people/{person}/edit"), "people", person.clone(), "name", "name,version"),
    ];
    for (visitor, path, table, id, field, may_change) in forms {
        let row = format!("select to_jsonb(r) - string_to_array('{may_change}', ',') from {table} r where id = '{id}'");
        let before = app.value(&row).await;
        let mut form = visitor.open(&path).await;
        let own: BTreeSet<String> = form.pairs().iter().map(|(name, _)| (*name).to_owned()).collect();
        for (name, value) in smuggled.iter().filter(|(name, _)| !own.contains(*name)) {
            form = form.set(name, value);
        }
        let page = form.set(field, "Honestly changed").send(visitor).await;
        assert_eq!(page.status, 303, "{path}: {}", page.text());
        assert_eq!(app.value(&row).await, before, "{path} stored a field it does not have");
        assert_eq!(count(&app, &format!("{table} where {field} = 'Honestly changed'")).await, 1, "{path}");
    }
    assert_eq!(count(&app, &format!("people where id = '{UNKNOWN}'")).await, 0);
}

/// A contact as an officer typed it, ready to be sent.
async fn typed(post: &Visitor, check: &str, summary: &str) -> Filled {
    let form = post.open(&format!("{check}/contacts/record")).await.with_first_choices();
    form.set("with_whom", "The mill's manager").set("summary", summary)
}

#[tokio::test]
async fn a_late_submit_of_a_session_that_ended_waits_for_its_person_and_for_nobody_else() {
    let app = TestApp::demonstration().await;
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let form = typed(&post, &check, "He showed the order book, page by page.").await;
    app.clock.advance(Span::minutes(16));
    let page = form.send(&post).await;
    assert_eq!((page.status, page.location.as_str()), (303, &*format!("/sign-in?{}", encoded(&[("next", &path)]))));
    assert!(!page.location.contains("order"), "no text in an address");
    let person = app.value("select id from people where account = 'guatemala'").await;
    assert_eq!(app.value("select person_id from drafts").await, person);
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 0);
    // A colleague of the post sees nothing of it, nor does another draft under the same id take it over.
    let colleague = app.enter("guatemala2").await;
    let page = colleague.get(&path).await;
    page.is(200).says_not("This is what you typed before");
    assert!(!page.body.contains("page by page"));
    let stolen = form.clone().set("summary", "Mine now").set("path", &path);
    colleague.post("/drafts", &stolen.pairs()).await.is(409);
    assert_eq!(
        app.value("select person_id || ' ' || (body like '%page+by+page%') from drafts").await,
        format!("{person} true")
    );
    // The person finds it in the same form, and sends it.
    let mut back = app.nobody();
    let fields = [("account", "guatemala"), ("password", PASSWORD), ("next", &path), ("carried", "")];
    let page = back.post("/sign-in", &fields).await;
    assert_eq!(page.location, path);
    back.sign_in("guatemala", PASSWORD).await.is(303);
    back.get(&path).await.says("This is what you typed before, kept on 23 Nov 2026 18:16Z");
    let restored = back.open(&path).await;
    let answers = |form: &Filled| {
        let pairs = form.pairs().into_iter().filter(|(name, _)| !matches!(*name, "form_id" | "continues"));
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<BTreeSet<_>>()
    };
    assert_eq!(answers(&restored), answers(&form), "every answer is there");
    restored.send(&back).await.is(303);
    assert_eq!(count(&app, "drafts").await, 0, "a submit ends its draft");
    assert_eq!(count(&app, "contacts where summary = 'He showed the order book, page by page.'").await, 1);
    back.get(&path).await.says_not("This is what you typed before");
    // The form it was typed into first was sent with it.
    back.post("/drafts", &form.set("path", &path).pairs()).await.is(409);
    assert_eq!(count(&app, "drafts").await, 0);
}

#[tokio::test]
async fn an_unknown_key_gets_a_page_that_carries_the_text_and_nothing_is_stored_for_nobody() {
    let app = TestApp::demonstration().await;
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let form = typed(&post, &check, "He showed \"the order book\" & <more>.").await;
    let strangers = [app.nobody(), {
        app.clock.advance(Span::hours(25));
        post
    }];
    for visitor in strangers {
        let page = form.send(&visitor).await;
        page.is(401)
            .says("Sign in to go on")
            .says("goes with you when you sign in")
            .says("He showed \"the order book\" & <more>.");
        assert_eq!(count(&app, "drafts").await, 0, "kept for nobody");
        // The page's own button leads to the sign-in page, which carries the form on.
        let carried: Vec<(String, String)> = inputs(&page);
        let pairs: Vec<(&str, &str)> = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let sign_in = visitor.post(&format!("/sign-in?{}", encoded(&[("next", &path)])), &pairs).await;
        sign_in.is(200).says("Notice and consent").says("What you typed");
        assert_eq!(sign_in.input("next").as_deref(), Some(path.as_str()));
        let kept = sign_in.input("carried").expect("the text");
        let wrong = [("account", "guatemala"), ("password", "wrong"), ("next", &*path), ("carried", &*kept)];
        let wrong = visitor.post("/sign-in", &wrong).await;
        assert_eq!(wrong.is(422).input("carried").as_deref(), Some(&*kept), "a mistyped password loses nothing");
        let right = [("account", "guatemala"), ("password", PASSWORD), ("next", &*path), ("carried", &*kept)];
        let page = visitor.post("/sign-in", &right).await;
        assert_eq!((page.status, page.location.as_str()), (303, &*path));
        let mut back = app.nobody();
        back.sign_in("guatemala", PASSWORD).await.is(303);
        assert_eq!(back.open(&path).await.value("summary"), "He showed \"the order book\" & <more>.");
        crate::drafts::discard(&back, &path).await;
    }
    assert_eq!(count(&app, "drafts").await, 0, "discarded");
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 0);
}

fn inputs(page: &Page) -> Vec<(String, String)> {
    let document = scraper::Html::parse_document(&page.body);
    let kept = scraper::Selector::parse("main input[type=hidden], main textarea[readonly]").expect("a selector");
    let pairs = document.select(&kept).map(|input| {
        let shown: String = input.text().collect();
        let attribute = |name| input.value().attr(name).unwrap_or_default().to_owned();
        (attribute("name"), attribute("value") + shown.strip_prefix('\n').unwrap_or(&shown))
    });
    pairs.collect()
}

#[tokio::test]
async fn a_late_submit_keeps_neither_classified_text_nor_a_password() {
    let app = TestApp::demonstration().await;
    let (check, post, disabled) = (check(&app).await, app.enter("guatemala").await, app.enter("guatemala2").await);
    let classified = typed(&post, &check, "(C//NF) The source said zebrafinch.").await;
    let honest = typed(&disabled, &check, "An honest line.").await;
    let password =
        post.open("/password").await.set("present_password", PASSWORD).set("new_password", "zebrafinch and more");
    let admin = app.enter("admin").await;
    let id = app.value("select id from people where account = 'guatemala2'").await;
    admin.post(&format!("/people/{id}/disable"), &[("form_id", &FormId::new().to_string())]).await.is(303);
    honest.send(&disabled).await.is(401);
    app.clock.advance(Span::minutes(16));
    for visitor in [post.clone(), app.nobody()] {
        let page = classified.send(&visitor).await;
        page.refused("This looks classified ((C//NF))").says("report it to your information security officer");
        assert!(page.body.contains("zebrafinch"), "only the page that refused it has it");
        let page = password.send(&visitor).await;
        assert_eq!(page.status, 303);
        assert!(page.location.starts_with("/sign-in") && !page.location.contains("zebrafinch"), "{}", page.location);
    }
    // Nor does a sign-in file it, whatever page is made to carry it.
    let carried = encoded(&classified.pairs());
    let fields = [("account", "guatemala"), ("password", PASSWORD), ("next", "/"), ("carried", &carried)];
    app.nobody().post("/sign-in", &fields).await.is(303);
    let carried = encoded(&password.pairs());
    let fields = [("account", "guatemala"), ("password", PASSWORD), ("next", "/password"), ("carried", &carried)];
    app.nobody().post("/sign-in", &fields).await.is(303);
    let again = app.enter("guatemala").await;
    again.post("/drafts", &password.set("path", "/password").pairs()).await.is(400);
    assert_eq!(count(&app, "drafts").await, 0);
    assert_eq!(tables_with(&app, "zebrafinch").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_typed_is_kept_as_a_draft_until_it_is_sent_or_discarded() {
    let app = TestApp::demonstration().await;
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let form = post.open(&path).await.set("with_whom", "The may").set("path", &path);
    assert_eq!(post.post("/drafts", &form.pairs()).await.status, 204);
    assert_eq!(post.post("/drafts", &form.clone().set("with_whom", "The mayor").pairs()).await.status, 204);
    assert_eq!(count(&app, "drafts").await, 1, "one draft a form");
    assert_eq!(post.open(&path).await.value("with_whom"), "The mayor");
    // On another browser of the same person too; and not in the form of another check.
    assert_eq!(app.enter("guatemala").await.open(&path).await.value("with_whom"), "The mayor");
    assert_eq!(app.enter("guatemala2").await.open(&path).await.value("with_whom"), "");
    assert_eq!(post.open(&format!("{check}/documents/describe")).await.value("issuer"), "");
    crate::drafts::discard(&post, &path).await;
    assert_eq!(post.open(&path).await.value("with_whom"), "");
    // A draft says where it belongs, on this site.
    let id = FormId::new().to_string();
    for path in
        ["", "//evil.example", "https://evil.example", "checks", "/\\evil.example", "/\t/evil.example", "/checks#a"]
    {
        post.post("/drafts", &[("form_id", &id), ("path", path)]).await.is(400);
        post.post("/drafts/discard", &[("path", path)]).await.is(400);
    }
    post.post("/drafts", &[("form_id", "none"), ("path", "/checks")]).await.is(400);
    let nul = [("form_id", &*id), ("path", "/checks"), ("text", "a\0b")];
    post.post("/drafts", &nul).await.refused("a character that cannot be stored");
    let page = app
        .nobody()
        .send(
            Method::POST,
            "/drafts",
            encoded(&form.pairs()),
            &[("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")],
        )
        .await;
    assert_eq!(page.status, 401, "the script is told that the session ended");
    assert_eq!(count(&app, "drafts").await, 0);
}

#[tokio::test]
async fn names_in_every_script_and_texts_of_ten_thousand_characters_come_back_as_typed() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    for name in [
        "Société Générale-Armes d'Été",
        "ОАО «Восток»",
        "東京貿易株式会社",
        "شركة السلام للتجارة",
        "חברת הגנה",
        "บริษัท สยาม",
        "Ιωάννης",
        "भारत ट्रेडिंग",
        "한국무역",
        "O'Neill & Söhne <GmbH>",
    ] {
        let form = case.open("/parties/register").await.with_first_choices().set("name", name).set("address", name);
        let page = form.send(&case).await;
        page.is(303);
        let page = case.get(&page.location).await;
        page.says(name).says_not("This name");
        case.get(&format!("/parties?{}", encoded(&[("q", name)]))).await.says(name);
        assert_eq!(
            count(&app, &format!("parties where name = '{0}' and address = '{0}'", name.replace('\'', "''"))).await,
            1
        );
    }
    for (name, caution) in [
        ("\u{410}lpha Trading", "This name mixes Cyrillic and Latin letters"),
        ("Alpha\u{200b} Trading", "This name has invisible characters"),
        ("Alpha \u{202e}gnidarT\u{202c} Ltd", "This name has invisible characters"),
    ] {
        let form = case.open("/parties/register").await.with_first_choices().set("name", name).set("address", "");
        let page = form.send(&case).await;
        page.is(303);
        case.get(&page.location).await.says(caution).says("It is kept as it was typed");
        assert_eq!(count(&app, &format!("parties where name = '{name}'")).await, 1, "stored as typed");
    }
    case.get("/parties?q=alpha").await.says("has invisible characters");
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let long = "语".repeat(9_999) + "!";
    typed(&post, &check, &long).await.send(&post).await.is(303);
    assert_eq!(count(&app, &format!("contacts where summary = '{long}'")).await, 1);
    typed(&post, &check, &(long.clone() + "x"))
        .await
        .send(&post)
        .await
        .is(422)
        .says("At most 10,000 characters; this has 10,001.");
}

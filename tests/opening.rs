//! Opening a check on one page: its license, lines and parties, kept by one save or not at all. As a browser without
//! scripts does it.

use lantern::id::FormId;
use reqwest::Method;

use crate::support::{Filled, Page, TestApp, Visitor};

const PATH: &str = "/checks/open";
const NUMBER: &str = "050123777";

/// The page with its own answers and those of a license.
async fn asked(case: &Visitor, check_type: &str) -> Filled {
    let page = case.get(PATH).await;
    let post = page.choice("post", "Apia");
    let form = Filled::of(PATH, &page).expect("a form");
    form.set("check_type", check_type)
        .set("post", &post)
        .set("subject", "Forty rifles for a ranger service")
        .set("reason", "A new end-user; confirm the order and the need.")
}

fn licensed(form: Filled, number: &str) -> Filled {
    form.set("number", number).set("license_form", "dsp_5").set("destination", "GT").set("value_usd", "48200")
}

fn line(form: Filled, at: usize, (label, class, quantity): (&str, &str, &str)) -> Filled {
    let name = |field: &str| format!("items.{at}.{field}");
    form.set(&name("label"), label)
        .set(&name("item_class"), class)
        .set(&name("quantity"), quantity)
        .set(&name("jurisdiction"), "itar")
}

/// The pairs with several roles of one party ticked.
fn ticked(form: &Filled, roles: &[(usize, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> =
        form.pairs().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    pairs.extend(roles.iter().map(|(at, role)| (format!("parties.{at}.role"), (*role).to_owned())));
    pairs
}

async fn send(visitor: &Visitor, pairs: &[(String, String)]) -> Page {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(PATH, &pairs).await
}

/// Presses a button of the page.
async fn press(visitor: &Visitor, form: &Filled, act: &str) -> (Page, Filled) {
    let page = form.clone().set("act", act).send(visitor).await;
    page.is(200);
    let form = Filled::of(PATH, &page).expect("the form again");
    (page, form)
}

async fn counts(app: &TestApp) -> String {
    let tables = ["checks", "licenses", "item_groups", "license_parties", "check_subjects", "parties", "audit_events"];
    let of = tables.map(|table| format!("(select count(*) from {table})")).join(" || ' ' || ");
    app.value(&format!("select {of}")).await
}

async fn party(app: &TestApp, name: &str) -> String {
    app.value(&format!("select id from parties where name = '{name}'")).await
}

#[tokio::test]
async fn one_save_keeps_all_of_it_and_a_second_one_nothing_more() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER);
    let form = line(line(form, 1, ("Hunting rifles", "semiautomatic_rifle", "36")), 2, ("9 mm pistols", "pistol", "4"));
    let form = form.set("parties.1.name", "Pelago").set("parties.2.name", "Tikal Ranger Service");
    let (page, form) = press(&case, &form, "find").await;
    page.says("Pelago Trading Ltd.").says("A new party: its kind and country");
    let pelago = page.choice("parties.1.party", "Pelago");
    let form = form.set("parties.1.party", &pelago).set("parties.2.kind", "government_body");
    let form = form.set("parties.2.country", "GT");
    let pairs = ticked(&form, &[(1, "applicant"), (1, "seller"), (2, "end_user")]);
    let events: i64 = app.value("select count(*) from audit_events").await.parse().expect("a count");
    let page = send(&case, &pairs).await;
    page.is(303);
    let check = app.value("select id from checks order by id desc limit 1").await;
    assert_eq!(page.location, format!("/checks/{check}"));
    let license = app.value(&format!("select id from licenses where number = '{NUMBER}'")).await;
    for (what, expected) in [
        (format!("check_licenses where check_id = '{check}' and license_id = '{license}'"), 1),
        (format!("item_groups where license_id = '{license}'"), 2),
        (format!("license_parties where license_id = '{license}'"), 3),
        (format!("license_parties where license_id = '{license}' and takes_possession = 'unknown'"), 3),
        // The check, its license, two lines, three roles, a new party.
        ("audit_events".into(), usize::try_from(events).expect("not below nothing") + 1 + 1 + 2 + 3 + 1),
    ] {
        assert_eq!(app.value(&format!("select count(*) from {what}")).await, expected.to_string(), "{what}");
    }
    let desk = case.get(&page.location).await;
    desk.says("Forty rifles for a ranger service; its license; 2 lines; 2 parties");
    let kept = counts(&app).await;
    let again = send(&case, &pairs).await;
    assert_eq!((again.status, again.location), (303, page.location), "a repeat is led there too");
    assert_eq!(counts(&app).await, kept);
    case.get(PATH).await.says_not("This is what you typed before");
    // What goes out is seen before it is sent.
    let request = format!("/checks/{check}/request");
    let sheet = case.get(&request).await;
    sheet.says("What goes out").says("Hunting rifles, 36 pieces").says("Tikal Ranger Service, end-user").says("Apia");
    case.done(&request, &[]).await;
    assert_eq!(app.value(&format!("select state from checks where id = '{check}'")).await, "requested");
}

#[tokio::test]
async fn what_one_part_is_refused_for_stands_at_its_field_and_nothing_is_kept() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let before = counts(&app).await;
    let pelago = party(&app, "Pelago Trading Ltd.").await;
    let good = licensed(asked(&case, "pre_license").await, NUMBER);
    let good = line(good, 1, ("Hunting rifles", "semiautomatic_rifle", "36"));
    let good = good.set("parties.1.party", &pelago).set("parties.1.role", "end_user");
    for (name, value, said) in [
        ("subject", "", "This answer is needed."),
        ("follows", "BL-1999-0001", "There is no check of this reference."),
        ("days", "900", "At most 730 days."),
        ("license_form", "dsp_0", "Choose a form from the list."),
        ("destination", "", "This answer is needed."),
        ("value_usd", "much", "Give an amount in U.S. dollars"),
        ("items.1.quantity", "none", "Line 1, Quantity : Give a whole number"),
        ("items.1.item_class", "raygun", "Line 1, Class : Choose a class from the list."),
        ("items.2.label", "Sights", "Line 2, Class : This answer is needed."),
        ("parties.1.role", "", "Tick at least one role."),
        ("parties.2.name", "Nobody Knows Ltd", "Tick at least one role."),
        ("check_type", "company_review", "A check of this type is about a party alone"),
        ("number", "-", "The number has letters or digits."),
        // What only the database says.
        ("destination", "XX", "Choose a country from the list."),
    ] {
        let page = good.clone().set(name, value).send(&case).await;
        page.is(422).says(said).says("Hunting rifles");
        assert_eq!(
            page.input("reason").as_deref().map(str::trim),
            Some("A new end-user; confirm the order and the need."),
            "{name}"
        );
        assert_eq!(counts(&app).await, before, "{name}: nothing of it is kept");
    }
    // Faults of several parts are told together.
    let page = good.clone().set("items.1.quantity", "0").set("subject", "").set("value_usd", "?").send(&case).await;
    page.says("This answer is needed.").says("Line 1, Quantity").says("Give an amount");
    let page = good.clone().set("follows", "BL-1999-0001").set("items.1.item_class", "raygun").send(&case).await;
    page.says("There is no check of this reference.").says("Line 1, Class");
    let new = good.clone().set("parties.1.party", "").set("parties.1.name", "Pelago Trading Ltd");
    new.clone().send(&case).await.is(422).says("Choose a party, or give the name");
    let new = new.set("parties.1.kind", "company").set("parties.1.country", "MT");
    new.clone().send(&case).await.is(422).says("Party 1, ").says("It is another party of the same name");
    assert_eq!(counts(&app).await, before);
    good.send(&case).await.is(303);
}

#[tokio::test]
async fn lines_and_parties_stand_on_a_license_and_a_party_alone_is_a_subject() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let before = counts(&app).await;
    let pelago = party(&app, "Pelago Trading Ltd.").await;
    let bare = asked(&case, "pre_license").await;
    line(bare.clone(), 1, ("Rifles", "semiautomatic_rifle", "3"))
        .send(&case)
        .await
        .is(422)
        .says("Lines stand on a license");
    let subject = bare.set("parties.1.party", &pelago).set("parties.1.role", "broker");
    subject.send(&case).await.is(422).says("its parties stand on one: give its number above");
    assert_eq!(counts(&app).await, before);
    let review = subject.set("check_type", "company_review");
    send(&case, &ticked(&review, &[(1, "seller")])).await.is(303);
    let check = app.value("select id from checks order by id desc limit 1").await;
    let roles = format!("select string_agg(role, ' ' order by role) from check_subjects where check_id = '{check}'");
    assert_eq!(app.value(&roles).await, "broker seller");
    case.done(&format!("/checks/{check}/request"), &[]).await;
}

#[tokio::test]
async fn a_license_on_file_is_found_by_its_number_and_gets_more_lines() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let first =
        line(licensed(asked(&case, "pre_license").await, NUMBER), 1, ("Hunting rifles", "semiautomatic_rifle", "36"));
    first.send(&case).await.is(303);
    let licenses = app.value("select count(*) from licenses").await;
    // In another spelling, and nothing else of it: its lines are shown.
    let form = asked(&case, "pre_license").await.set("number", "05-0123777");
    let (page, form) = press(&case, &form, "find").await;
    page.says(&format!("It is license {NUMBER}")).says("Hunting rifles, 36").says_not("Application received");
    let form = line(form, 1, ("Sights", "optic", "2"));
    form.send(&case).await.is(303);
    assert_eq!(app.value("select count(*) from licenses").await, licenses);
    let lines = format!(
        "select count(*) || ' ' || (select count(*) from check_licenses k where k.license_id = l.id)
         from item_groups g join licenses l on l.id = g.license_id where l.number = '{NUMBER}' group by l.id"
    );
    assert_eq!(app.value(&lines).await, "2 2");
    // So it is without looking first.
    asked(&case, "pre_license").await.set("number", NUMBER).send(&case).await.is(303);
    assert_eq!(app.value(&lines).await, "2 3");
    // Who describes it anew is told that it is there, and offered it; nothing is kept.
    let before = counts(&app).await;
    let page = licensed(asked(&case, "pre_license").await, NUMBER).send(&case).await;
    page.is(422).says("This number is known under this form").says(&format!("It is license {NUMBER}"));
    assert_eq!(counts(&app).await, before);
}

#[tokio::test]
async fn two_windows_make_one_license_and_one_check() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let whole = |form: Filled| line(licensed(form, NUMBER), 1, ("Hunting rifles", "semiautomatic_rifle", "36"));
    let (one, other) = (whole(asked(&case, "pre_license").await), whole(asked(&case, "pre_license").await));
    let checks: i64 = app.value("select count(*) from checks").await.parse().expect("a count");
    let twice = one.clone();
    let (a, b, c) = tokio::join!(one.send(&case), other.send(&case), twice.send(&case));
    let mut answers = [a.status, b.status, c.status];
    answers.sort_unstable();
    // Whichever window was first: its own repeat is led where it led, the other one is told of the license.
    assert!(matches!(answers, [303, 303 | 422, 422]), "{answers:?}");
    assert_eq!(app.value("select count(*) from checks").await, (checks + 1).to_string());
    assert_eq!(app.value(&format!("select count(*) from licenses where number = '{NUMBER}'")).await, "1");
}

fn many(lines: usize) -> String {
    let line = |at: usize| format!("Rifle model {at}\tsemi-automatic rifles\t\t{at}\tpieces\t{at}00\n");
    (1..=lines).fold(String::new(), |all, at| all + &line(at))
}

#[tokio::test]
async fn twenty_five_pasted_lines_are_kept_and_each_fault_stands_at_its_line() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER).set("value_usd", "32500");
    let wrong = many(25).replace("Rifle model 7\tsemi-automatic rifles\t\t7", "Rifle model 7\tRaygun\t\tseven");
    let (page, shown) = press(&case, &form.clone().set("pasted", &wrong), "find").await;
    page.says("Line 7, Class : Choose a class from the list.").says("Line 7, Quantity : Give a whole number");
    page.says_not("Line 8, ");
    assert_eq!((shown.value("items.25.label"), shown.value("items.25.quantity")), ("Rifle model 25", "25"));
    assert_eq!((shown.value("pasted"), shown.value("items.7.item_class")), ("", "Raygun"));
    assert_eq!(app.value(&format!("select count(*) from licenses where number = '{NUMBER}'")).await, "0");
    // The draft has them too.
    let kept = case.open(PATH).await;
    assert_eq!(kept.value("items.25.label"), "Rifle model 25");
    // Without a look before: what is wrong keeps all of it from being kept; what is right is kept.
    let page = form.clone().set("pasted", &wrong).send(&case).await;
    page.is(422).says("Line 7, Quantity : Give a whole number");
    let mended = Filled::of(PATH, &page).expect("a form").set("items.7.item_class", "semiautomatic_rifle");
    mended.set("items.7.quantity", "7").send(&case).await.is(303);
    let lines = format!(
        "select count(*) || ' ' || sum(quantity) || ' ' || string_agg(distinct unit, ',') from item_groups g
         join licenses l on l.id = g.license_id where l.number = '{NUMBER}'"
    );
    assert_eq!(app.value(&lines).await, "25 325 pieces");
}

#[tokio::test]
async fn a_hostile_paste_is_refused_or_read_and_never_brings_the_page_down() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER);
    let before = counts(&app).await;
    let page = form.clone().set("pasted", &many(51)).send(&case).await;
    page.is(422).says("One save takes 50 lines; this is 51.");
    assert!(page.input("pasted").is_some_and(|pasted| pasted.contains("Rifle model 51")), "it is still there");
    let long = "x".repeat(5_000);
    for (pasted, said) in [
        (format!("{long}\tPistol\t\t1"), "At most 200 characters"),
        ("\u{202e}\t\t\t\t\0\t".to_owned(), "Line 1, Class"),
        (";;;;;;;;;;;;;".into(), ""),
        ("<script>alert(1)</script>;pistol;;3;;;;;;;extra".into(), "Line 1, Designations : Choose one of the answers."),
        ("\t".repeat(9_000) + "tail", "Line 1, "),
        (many(4_000), "One save takes 50 lines; this is 4000."),
    ] {
        let page = form.clone().set("pasted", &pasted).set("form_id", &FormId::new().to_string()).send(&case).await;
        if said.is_empty() {
            continue;
        }
        page.is(422).says(said);
        assert!(!page.body.contains("<script>alert"), "it is text");
    }
    let before = before.split(' ').next().map(str::to_owned);
    let after = counts(&app).await.split(' ').next().map(str::to_owned);
    // A paste of blank cells is nothing pasted: that one opened its check.
    assert_eq!(after.and_then(|n| n.parse::<i64>().ok()), before.and_then(|n| n.parse::<i64>().ok()).map(|n| n + 1));
}

#[tokio::test]
async fn an_earlier_check_or_license_fills_in_what_is_blank() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let reference = app.value("select reference from checks where subject like '36 weapons%'").await;
    let (page, form) =
        press(&case, &case.open(PATH).await.set("subject", "Mine").set("copy", &reference), "copy").await;
    page.says_not("Nothing was saved yet");
    assert_eq!((form.value("subject"), form.value("check_type")), ("Mine", "pre_license"));
    assert_eq!((form.value("number"), form.value("destination"), form.value("copy")), ("", "GT", ""));
    let license = "(select id from licenses where number = '050107211')";
    let lines = app.value(&format!("select count(*) from item_groups where license_id = {license}")).await;
    let last: usize = lines.parse().expect("a count");
    assert!(!form.value(&format!("items.{last}.label")).is_empty());
    assert!(form.value(&format!("items.{}.label", last + 1)).is_empty());
    let roles = app.value(&format!("select count(*) from license_parties where license_id = {license}")).await;
    let form = form.set("number", NUMBER);
    let post = page.choice("post", "Apia");
    form.set("post", &post).send(&case).await.is(303);
    let new = format!("(select id from licenses where number = '{NUMBER}')");
    assert_eq!(app.value(&format!("select count(*) from item_groups where license_id = {new}")).await, lines);
    assert_eq!(app.value(&format!("select count(*) from license_parties where license_id = {new}")).await, roles);
    // A license by its number; and what is neither is told.
    let (_, form) = press(&case, &case.open(PATH).await.set("copy", "050-107211"), "copy").await;
    assert_eq!((form.value("destination"), form.value("subject")), ("GT", ""));
    let (page, _) = press(&case, &case.open(PATH).await.set("copy", "BL-1999-0001"), "copy").await;
    page.says("There is no license of this number, and no check of this reference.");
}

#[tokio::test]
async fn blocks_come_and_go_and_the_whole_is_kept_as_a_draft() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let before = counts(&app).await;
    let form = asked(&case, "pre_license").await.set("number", NUMBER);
    let form = line(line(form, 1, ("A", "semiautomatic_rifle", "1")), 2, ("B", "pistol", "2"));
    let (_, form) = press(&case, &form, "add.line").await;
    let (page, form) = press(&case, &line(form, 3, ("C", "pistol", "3")), "remove.items.2").await;
    page.says("Remove line 2").says_not("Remove line 3").says_not("Nothing was saved yet");
    assert_eq!((form.value("items.1.label"), form.value("items.2.label")), ("A", "C"));
    let (_, form) = press(&case, &form.set("parties.2.name", "Pelago"), "remove.parties.1").await;
    assert_eq!(form.value("parties.1.name"), "Pelago");
    let (page, _) = press(&case, &form, "add.party").await;
    page.says("Remove party 4").says_not("Remove party 5");
    assert_eq!(counts(&app).await, before, "nothing is saved");
    let again = case.get(PATH).await;
    again.says("This is what you typed before").says("Pelago Trading Ltd.");
    let kept = Filled::of(PATH, &again).expect("a form");
    assert_eq!((kept.value("items.2.label"), kept.value("number")), ("C", NUMBER));
    assert_eq!(kept.value("subject"), "Forty rifles for a ranger service");
}

#[tokio::test]
async fn nobody_but_a_case_officer_opens_or_looks_for_anything_there() {
    let app = TestApp::demonstration().await;
    let kept = async || counts(&app).await.rsplit_once(' ').map(|(rows, _)| rows.to_owned());
    // Signing in is logged.
    let before = kept().await;
    for account in ["guatemala", "reviewer", "supervisor", "auditor", "admin"] {
        let visitor = app.enter(account).await;
        visitor.get(PATH).await.is(403);
        for act in ["find", "copy", ""] {
            let id = FormId::new().to_string();
            let sent = [("form_id", id.as_str()), ("act", act), ("parties.1.name", "Pelago"), ("copy", "050107211")];
            let page = visitor.send(Method::POST, PATH, crate::support::client::encoded(&sent), &[]).await;
            assert_eq!(page.status, 403, "{account}");
            page.says_not("Pelago Trading Ltd.");
        }
    }
    assert_eq!(kept().await, before);
}

#[tokio::test]
async fn a_value_that_is_not_stated_holds_up_the_approval_and_not_the_registration() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER).set("value_usd", "");
    let page = line(form, 1, ("Hunting rifles", "semiautomatic_rifle", "36")).send(&case).await;
    page.is(303);
    let license = app.value(&format!("select id from licenses where number = '{NUMBER}'")).await;
    let license = format!("/licenses/{license}");
    case.get(&license).await.says("not stated").says_not("$0");
    case.get(&page.location).await.says("value not stated");
    case.get("/licenses").await.says("not stated");
    let kept = format!("select value_stated || ' ' || value_usd from licenses where number = '{NUMBER}'");
    assert_eq!(app.value(&kept).await, "false 0.00");
    let logged = "select after::text from audit_events where verb = 'license_registered' order by id desc limit 1";
    assert!(app.value(logged).await.contains("not stated"));
    // It is recorded on the license's own page, which shows none before.
    let edit = case.open(&format!("{license}/edit")).await;
    assert_eq!(edit.value("value_usd"), "");
    edit.set("value_usd", "48200").send(&case).await.is(303);
    assert_eq!(app.value(&kept).await, "true 48200.00");
    case.get(&license).await.says("$48,200");
}

#[tokio::test]
async fn own_questions_go_out_with_the_request_and_its_telegram() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER);
    let form = form.set("questions", "Who guards the store at night?\nIs the second range in use?").set("days", "21");
    let check = line(form, 1, ("Hunting rifles", "semiautomatic_rifle", "36")).send(&case).await.location;
    for page in [&check, &format!("{check}/request")] {
        case.get(page).await.says("Who guards the store at night?").says("Is the second range in use?").says("21");
    }
    // A draft's questions are changed on its page.
    let edit = case.open(&format!("{check}/edit")).await;
    assert!(edit.value("questions").starts_with("Who guards"));
    edit.set("questions", "Who guards the store at night?").send(&case).await.is(303);
    case.done(&format!("{check}/request"), &[]).await;
    let telegram = case.get(&format!("{check}/telegrams/write/request")).await;
    telegram.says("Who guards the store at night?");
    assert!(!telegram.body.contains("second range"));
}

const OTHER: &str = "050456123";

/// Registers a license with a check of its own; gives its id.
async fn on_file(app: &TestApp, case: &Visitor, number: &str) -> String {
    let form = licensed(asked(case, "pre_license").await, number);
    line(form, 1, ("Hunting rifles", "semiautomatic_rifle", "36")).send(case).await.is(303);
    app.value(&format!("select id from licenses where number = '{number}'")).await
}

#[tokio::test]
async fn whoever_says_that_it_is_none_on_file_is_believed_and_loses_nothing_typed() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let license = on_file(&app, &case, NUMBER).await;
    let before = counts(&app).await;
    // The number is all that was typed: it is found, and declined.
    let (_, form) = press(&case, &asked(&case, "pre_license").await.set("number", NUMBER), "find").await;
    assert_eq!(form.value("license"), license);
    let (page, declined) = press(&case, &form.set("license", ""), "find").await;
    page.says("Application received").says("None of these");
    let page = declined.send(&case).await;
    page.is(422).says("This answer is needed.");
    assert_eq!(counts(&app).await, before, "nothing stands on the license that was declined");
    // A new one of the same number under another form: what was typed of it outlives a look at the one on file.
    let typed = [
        ("number", NUMBER),
        ("license_form", "dsp_61"),
        ("destination", "GT"),
        ("value_usd", "900"),
        ("purpose", "For patrols\nby night."),
        ("received_on", "3 Nov 2026"),
    ];
    let asked = asked(&case, "pre_license").await;
    let form = typed.iter().fold(asked, |form, (name, value)| form.set(name, value));
    let (page, form) = press(&case, &form, "find").await;
    assert_eq!(form.value("license"), "", "nothing is chosen for who describes one");
    let chosen = page.choice("license", NUMBER);
    let (page, form) = press(&case, &form.set("license", &chosen), "find").await;
    page.says("Lines and parties below are added to it").says_not("Application received");
    let (page, form) = press(&case, &form.set("license", ""), "find").await;
    page.says("Application received");
    for (name, value) in typed {
        assert_eq!(form.value(name).replace("\r\n", "\n"), value, "{name}");
    }
    let page = form.send(&case).await;
    page.is(422).says("Another one than");
    let another = page.choice("other_license", "Another one than");
    let form = Filled::of(PATH, &page).expect("the form again").set("other_license", &another);
    form.send(&case).await.is(303);
    assert_eq!(app.value(&format!("select count(*) from licenses where number = '{NUMBER}'")).await, "2");
}

#[tokio::test]
async fn a_license_goes_with_the_number_it_was_chosen_for() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let (license, other) = (on_file(&app, &case, NUMBER).await, on_file(&app, &case, OTHER).await);
    let (_, form) = press(&case, &asked(&case, "pre_license").await.set("number", NUMBER), "find").await;
    assert_eq!(form.value("license"), license);
    let before = counts(&app).await;
    for number in ["", "050999444"] {
        let form = form.clone().set("number", number);
        let (page, _) = press(&case, &form, "find").await;
        page.says_not(&format!("It is license {NUMBER}"));
        if !number.is_empty() {
            form.send(&case).await.is(422).says("This answer is needed.");
        }
        assert_eq!(counts(&app).await, before, "{number}");
    }
    // As a script kept it, before anybody looked again.
    let form_id = FormId::new().to_string();
    let kept =
        form.clone().set("number", OTHER).set("path", PATH).set("form_id", &form_id).set("title", "Open a check");
    let kept = case.post("/drafts", &kept.pairs()).await;
    assert!(kept.status < 300, "{}", kept.status);
    case.get(PATH).await.says_not(&format!("It is license {NUMBER}"));
    // In another spelling it is the same; another one on file is found by its own number.
    for (number, license) in [("05-0123777", &license), (OTHER, &other)] {
        form.clone().set("number", number).set("form_id", &FormId::new().to_string()).send(&case).await.is(303);
        let on = "select license_id from check_licenses order by check_id desc limit 1";
        assert_eq!(&app.value(on).await, license, "{number}");
    }
}

#[tokio::test]
async fn a_party_goes_with_the_name_it_was_chosen_for() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER).set("parties.1.name", "Pelago");
    let (page, form) = press(&case, &form.set("parties.1.role", "applicant"), "find").await;
    let form = form.set("parties.1.party", &page.choice("parties.1.party", "Pelago"));
    let before = counts(&app).await;
    let page = form.clone().set("parties.1.name", "Meridian").send(&case).await;
    page.is(422).says("Choose a party, or give the name").says("Meridian").says_not("Pelago Trading");
    let (page, again) = press(&case, &form.clone().set("parties.1.name", "Meridian"), "find").await;
    page.says_not("Pelago Trading");
    assert_eq!(again.value("parties.1.party"), "");
    let nobody = form.clone().set("parties.1.party", &FormId::new().to_string()).set("parties.1.name", "");
    nobody.send(&case).await.is(422).says("Choose a party from the list.");
    assert_eq!(counts(&app).await, before);
    form.set("parties.1.name", "PELAGO trading").send(&case).await.is(303);
    let name = "select p.name from license_parties l join parties p on p.id = l.party_id order by l.id desc limit 1";
    assert_eq!(app.value(name).await, "Pelago Trading Ltd.");
}

#[tokio::test]
async fn a_pasted_cell_is_asked_about_as_if_it_had_been_typed() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER);
    let form = form.set("pasted", "Quantity;Description;Class\n3;(S) Santiago office rifles;Pistol");
    let before = counts(&app).await;
    let (page, _) = press(&case, &form, "find").await;
    page.says("Is this a classification mark?");
    let page = form.send(&case).await;
    page.is(422).says("Is this a classification mark?").says("(S) Santiago office rifles");
    assert_eq!(counts(&app).await, before);
    let none = page.choice("a_mark", "It is not a classification mark");
    Filled::of(PATH, &page).expect("the form again").set("a_mark", &none).send(&case).await.is(303);
}

#[tokio::test]
async fn whatever_is_said_in_a_block_is_kept_or_told_of() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER);
    let form = line(form, 1, ("Hunting rifles", "semiautomatic_rifle", "36"));
    let bare = asked(&case, "company_review").await;
    let before = counts(&app).await;
    for (name, value, said) in [
        ("items.2.item_class", "pistol", "Line 2, "),
        ("items.2.usml_category", "I", "Line 2, "),
        ("items.2.unit", "boxes", "Line 2, "),
        ("items.2.value_usd", "12", "Line 2, "),
        ("items.2.designations", "major_defense_equipment", "Line 2, "),
        ("parties.2.kind", "company", "Party 2, "),
        ("parties.2.country", "GT", "Party 2, "),
        ("parties.2.address", "A street", "Party 2, "),
        ("parties.2.role", "broker", "Party 2, "),
    ] {
        form.clone().set(name, value).send(&case).await.is(422).says(said);
    }
    for name in ["license_form", "destination", "purpose", "received_on", "approved_on"] {
        bare.clone().set(name, "1").send(&case).await.is(422).says("Number : This answer is needed.");
    }
    assert_eq!(counts(&app).await, before);
    // What was pasted as a designation and is none stays to be seen.
    let page = form.set("pasted", "Lasers;Pistol;;2;;;;see the annex").send(&case).await;
    page.is(422).says("Line 2, Designations").says("see the annex");
    assert_eq!(Filled::of(PATH, &page).expect("a form").value("items.2.designations"), "see the annex");
}

#[tokio::test]
async fn no_pasted_or_copied_line_is_lost_to_a_button_or_for_want_of_room() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = line(licensed(asked(&case, "pre_license").await, NUMBER), 1, ("A", "pistol", "1"));
    let (_, removed) = press(&case, &form.clone().set("pasted", "P;Pistol;;3"), "remove.items.2").await;
    assert_eq!((removed.value("items.1.label"), removed.value("items.2.label")), ("A", "P"));
    let (_, form) = press(&case, &form.set("pasted", &many(30)), "find").await;
    let (page, full) = press(&case, &form.clone().set("pasted", &many(20)), "find").await;
    page.says("One save takes 50 lines; this is 51.");
    assert!(full.value("pasted").contains("Rifle model 20"), "it is still there");
    let (_, form) = press(&case, &form.set("pasted", &many(19)), "find").await;
    assert_eq!((form.value("items.50.label"), form.value("pasted")), ("Rifle model 19", ""));
    let (page, form) = press(&case, &form.set("copy", "050107211").set("purpose", ""), "copy").await;
    page.says("One save takes 50 lines; this is ");
    assert_eq!((form.value("copy"), form.value("purpose")), ("050107211", ""), "nothing of it is filled in");
    // A name that PostgreSQL cannot even be asked for is nobody's.
    press(&case, &form.set("copy", "BL\0"), "copy").await;
}

#[tokio::test]
async fn classes_are_offered_read_and_judged_by_the_day_of_the_application() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let label = app.value("select label from reference_entries where kind = 'item_class' and code = 'optic'").await;
    app.run(&format!(
        "{ENTRY}; update reference_entries set ends_on = '2026-11-10' where kind = 'item_class' and code = 'optic'"
    ))
    .await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER).set("pasted", &format!("Sights;{label};;2"));
    let (page, today) = press(&case, &form, "find").await;
    page.says("Line 1, Class : Choose a class from the list.");
    today.send(&case).await.is(422);
    let form = form.set("received_on", "3 Nov 2026");
    let (page, form) = press(&case, &form, "find").await;
    page.says_not("Choose a class from the list.");
    assert_eq!(form.value("items.1.item_class"), "optic");
    form.send(&case).await.is(303);
    // On a license on file, by its day.
    let form =
        asked(&case, "pre_license").await.set("number", NUMBER).set("pasted", &format!("More sights;{label};;2"));
    let (page, form) = press(&case, &form, "find").await;
    page.says("Sights, 2").says_not("Choose a class from the list.");
    form.send(&case).await.is(303);
}

const ENTRY: &str = "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
    values (gen_random_uuid(), '2026-11-23 17:00Z', 'test', 'exported', 'person', gen_random_uuid(), 'a change')";

/// A program that knows no value that is not stated writes the amount alone.
#[tokio::test]
async fn a_value_that_an_older_program_records_is_stated() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = licensed(asked(&case, "pre_license").await, NUMBER).set("value_usd", "");
    line(form, 1, ("Hunting rifles", "semiautomatic_rifle", "36")).send(&case).await.is(303);
    let kept = format!("select value_stated || ' ' || value_usd from licenses where number = '{NUMBER}'");
    for (value, then) in [("value_usd", "false 0.00"), ("0", "false 0.00"), ("48200", "true 48200.00")] {
        let write = format!("update licenses set value_usd = {value} where number = '{NUMBER}'");
        app.run(&format!("{ENTRY}; {write}")).await;
        assert_eq!(app.value(&kept).await, then, "{value}");
    }
    // What this one takes back is not stated again.
    app.run(&format!("{ENTRY}; update licenses set value_usd = 0, value_stated = false where number = '{NUMBER}'"))
        .await;
    assert_eq!(app.value(&kept).await, "false 0.00");
}

//! A contact on one page: what was said, what rests on it, what it verifies, kept by one save or not at all. As a
//! browser without scripts does it.

use lantern::id::FormId;
use reqwest::Method;

use crate::support::{Filled, Page, TestApp, Visitor, client::encoded};

const DIRECTOR: &str = "Col. Bautista Corral, director of DIGECAM";

/// The check of the story, back at the post, and its license with three permits that nobody verified.
pub async fn waiting(app: &TestApp) -> (String, String) {
    let check = format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await);
    let license = format!("/licenses/{}", app.value("select id from licenses where number = '050107211'").await);
    let questions = [("text", "Has the registry received the request meanwhile?")];
    app.enter("case").await.done(&format!("{check}/give-back"), &questions).await;
    crate::guatemala::give_the_serials(app, &license).await;
    let post = app.enter("guatemala").await;
    for (issuer, number, items) in
        [("(DIGECAM)", "D-881", "pistols"), ("(DIGECAM)", "D-882", "rifles"), ("(MINDEF)", "MD/17", "rifles")]
    {
        let page = post.get(&format!("{license}/permits/record")).await;
        let (issuer, items) = (page.choice("issuer", issuer), page.choice("items", items));
        let form = Filled::of(&format!("{license}/permits/record"), &page).expect("a form");
        let form = form.set("issuer", &issuer).set("number", number).set("items", &items).set("unit", "pieces");
        let quantity = if number == "D-881" { "30" } else { "6" };
        let form =
            form.set("quantity", quantity).set("named_party", "International Commission for Judicial Protection");
        // The day before the contacts below.
        dated(form, "issued_on", "19").send(&post).await.is(303);
    }
    (check, license)
}

fn dated(form: Filled, name: &str, day: &str) -> Filled {
    form.set(name, &format!("{day} Nov 2026"))
}

/// The page of a contact, its own answers filled in.
async fn met(post: &Visitor, path: &str) -> Filled {
    let page = post.get(path).await;
    let authority = page.choice("authority", "(DIGECAM)");
    let form = Filled::of(path, &page).expect("a form");
    let form = form.set("kind", "meeting").set("with_whom", DIRECTOR).set("authority", &authority);
    dated(form.set("channel_source", "directory").set("summary", "The permits."), "occurred_on", "20")
}

fn said(form: Filled, at: usize, topic: &str, text: &str) -> Filled {
    let name = |field: &str| format!("said.{at}.{field}");
    form.set(&name("text"), text).set(&name("topic"), topic).set(&name("source_grade"), "official_oral")
}

/// Presses a button of the page.
async fn press(post: &Visitor, form: &Filled, act: &str) -> (Page, Filled) {
    let page = form.clone().set("act", act).send(post).await;
    page.is(200);
    let form = Filled::of(&form.action, &page).expect("the form again");
    (page, form)
}

async fn counts(app: &TestApp) -> String {
    let of = |table: &str| format!("(select count(*) from {table})");
    let papers = "(select count(*) from permits where verified_at is not null)";
    let tables = ["contacts", "statements", "finding_basis", "audit_events"].map(of).join(" || ' ' || ");
    app.value(&format!("select {tables} || ' ' || {papers}")).await
}

/// The value of a tick, of what is called so.
fn tick(page: &Page, field: &str, label: &str) -> String {
    page.choice(field, label)
}

fn ticked(page: &Page, field: &str) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.body);
    let boxes = scraper::Selector::parse(&format!("input[name={field}][checked]")).unwrap();
    document.select(&boxes).filter_map(|input| input.value().attr("value").map(str::to_owned)).collect()
}

#[tokio::test]
async fn statements_come_and_go_without_scripts_and_nothing_typed_is_lost() {
    let app = TestApp::demonstration().await;
    let (check, post) = (crate::forms::check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let before = counts(&app).await;
    let form = post.open(&path).await;
    assert!(form.value("said.1.text").is_empty(), "one is there to be filled in");
    let (page, form) = press(&post, &said(form, 1, "order", "He ordered them himself."), "add").await;
    page.says_not("Nothing was saved yet").says("Statement 2");
    assert!(page.body.contains("autofocus"), "one goes on in the new one");
    assert_eq!(form.value("said.1.text"), "He ordered them himself.");
    assert_eq!(form.value("said.1.topic"), "order");
    assert_eq!(form.value("said.2.source_grade"), "official_oral", "as the one before");
    let (_, form) =
        press(&post, &said(form.set("with_whom", "The mill's manager"), 2, "storage", "In a steel room."), "add").await;
    let (page, form) = press(&post, &said(form, 3, "", "He will write."), "remove.2").await;
    page.says("Remove statement 2").says_not("Remove statement 3");
    assert_eq!((form.value("said.1.text"), form.value("said.2.text")), ("He ordered them himself.", "He will write."));
    assert_eq!(form.value("with_whom"), "The mill's manager");
    // What is wrong is told at once, what is missing is not.
    let (page, _) = press(&post, &form.clone().set("occurred_on", "40 Jan 2026"), "look").await;
    page.says("Nothing was saved yet");
    assert_eq!(counts(&app).await, before, "nothing is saved");
    // It is kept as a draft all the same, without what was taken out.
    let again = post.get(&path).await;
    again.says("This is what you typed before").says_not("In a steel room.");
    assert_eq!(Filled::of(&path, &again).expect("a form").value("said.2.text"), "He will write.");
}

#[tokio::test]
async fn a_finding_is_ticked_as_long_as_something_is_said_on_its_topic() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let post = app.enter("guatemala").await;
    let mut form = met(&post, &format!("{check}/contacts/record")).await;
    for (topic, on, off) in [
        ("order", "Order and contract", "Need against"),
        ("need", "Need against", "Order and contract"),
        ("order", "Order and contract", "Need against"),
    ] {
        let (page, next) = press(&post, &said(form, 1, topic, "He knows of it."), "look").await;
        let ticked = ticked(&page, "supports");
        assert!(ticked.contains(&tick(&page, "supports", on)), "{topic}: {ticked:?}");
        assert!(!ticked.contains(&tick(&page, "supports", off)), "{topic}: {ticked:?}");
        form = next;
    }
}

#[tokio::test]
async fn one_save_keeps_all_of_it_and_a_second_one_nothing_more() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{check}/contacts/record");
    let mut form = met(&post, &path).await;
    for (at, topic, text) in [(1, "order", "He knows of the order."), (2, "import_approvals", "Both permits are his.")]
    {
        form = press(&post, &said(form, at, topic, text), "add").await.1;
    }
    let (page, form) = press(&post, &said(form, 3, "", "The minister helps."), "add").await;
    let form = said(form, 4, "need", "Ten handguns were bought locally.");
    page.says("1 paper not offered").says("It was not with MINDEF, the authority that issued the paper");
    let order = tick(&page, "supports", "Order and contract");
    assert!(ticked(&page, "supports").contains(&order), "the findings on the topics are ticked");
    let papers = [tick(&page, "verifies", "D-881"), tick(&page, "verifies", "D-882")];
    let mut pairs = form.pairs();
    pairs.extend(papers.iter().map(|paper| ("verifies", paper.as_str())));
    let supports = ticked(&page, "supports");
    pairs.retain(|(name, _)| *name != "supports");
    pairs.extend(supports.iter().map(|finding| ("supports", finding.as_str())));
    let events: i64 = app.value("select count(*) from audit_events").await.parse().expect("a count");
    let page = post.post(&form.action, &pairs).await;
    assert_eq!((page.status, page.location.as_str()), (303, format!("{check}#contacts").as_str()), "{}", page.text());
    let contact =
        app.value(&format!("select id from contacts where with_whom = '{DIRECTOR}' order by id desc limit 1")).await;
    for (what, expected) in [
        (format!("statements where contact_id = '{contact}'"), 4),
        (format!("permits where verified_contact_id = '{contact}'"), 2),
        (format!("finding_basis where contact_id = '{contact}'"), supports.len()),
        // A row, an entry.
        ("audit_events".into(), usize::try_from(events).expect("not below nothing") + 1 + 4 + 2 + supports.len()),
    ] {
        assert_eq!(app.value(&format!("select count(*) from {what}")).await, expected.to_string(), "{what}");
    }
    let desk = post.get(&check).await;
    desk.says(&format!("You recorded a contact: meeting with {DIRECTOR}; 4 statements; "));
    desk.says("2 papers verified");
    let kept = counts(&app).await;
    let again = post.post(&form.action, &pairs).await;
    assert_eq!((again.status, again.location), (303, format!("{check}#contacts")), "a repeat is led there too");
    assert_eq!(counts(&app).await, kept);
    post.get(&path).await.says_not("This is what you typed before");
}

#[tokio::test]
async fn what_one_part_is_refused_for_keeps_the_whole_from_being_saved() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{check}/contacts/record");
    let before = counts(&app).await;
    let first = post.get(&path).await;
    let ministry = tick(&first, "verifies", "MD/17");
    let registry = tick(&first, "verifies", "D-881");
    let form = said(met(&post, &path).await, 1, "order", "He knows of the order.");
    let both = |form: &Filled| {
        let mut pairs: Vec<(String, String)> =
            form.pairs().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        pairs.extend([&ministry, &registry].map(|paper| ("verifies".to_owned(), paper.clone())));
        pairs
    };
    let send = async |pairs: &[(String, String)]| {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        post.post(&path, &pairs).await
    };
    let page = send(&both(&form)).await;
    page.is(422).says("Verifies these papers : Permit MD/17 of MINDEF: It was not with MINDEF");
    page.says_not("Permit D-881 of DIGECAM: It");
    assert_eq!(page.input("said.1.text").as_deref().map(str::trim), Some("He knows of the order."));
    // A channel from the paper verifies neither, and every other fault is told beside it.
    let wrong = said(form.clone(), 2, "no_topic", "He said so.").set("said.2.about", &FormId::new().to_string());
    let wrong = wrong.set("channel_source", "paper").set("occurred_on", "30 Dec 2026");
    let page = send(&both(&wrong)).await;
    page.is(422).says("When : This day is still to come at the post.");
    page.says("Statement 2, Topic : Choose a topic from the list.");
    page.says("Statement 2, About : Choose a party of this check.");
    page.says("Permit D-881 of DIGECAM: Its number or address was taken from the paper");
    assert!(page.body.contains("href=\"#said.2.topic\"") && page.body.contains("id=\"said.2.topic\""));
    assert_eq!(counts(&app).await, before, "nothing of it is kept");
}

#[tokio::test]
async fn what_changed_since_it_was_ticked_is_not_settled_unseen() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let path = format!("{check}/contacts/record");
    let page = post.get(&path).await;
    let (finding, paper) = (tick(&page, "supports", "Order and contract"), tick(&page, "verifies", "D-881"));
    let form = met(&post, &path).await;
    // The other one answers otherwise, and verifies the permit.
    other.open(&format!("{check}/findings/order")).await.set("answer", "no").send(&other).await.is(303);
    met(&other, &path).await.set("verifies", &paper).send(&other).await.is(303);
    let before = counts(&app).await;
    let again = "Something ticked here changed after you opened this page.";
    for form in [form.clone().set("supports", &finding), form.clone().set("verifies", &paper)] {
        let page = form.send(&post).await;
        page.is(422).says(again);
        let ticks = [ticked(&page, "supports"), ticked(&page, "verifies")].concat();
        assert_eq!(ticks, Vec::<String>::new(), "it is for the person to tick it as it is now");
    }
    assert_eq!(counts(&app).await, before);
    for made_up in ["x", "", "1.2"] {
        let page = form.clone().set("form_id", &FormId::new().to_string()).set("supports", made_up).send(&post).await;
        page.is(if made_up.is_empty() { 303 } else { 422 });
    }
}

#[tokio::test]
async fn more_than_one_save_takes_is_told_before_and_refused_behind() {
    let app = TestApp::demonstration().await;
    let (check, post) = (crate::forms::check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    post.get(&path).await.says("Up to 20 in one save");
    let mut form = met(&post, &path).await;
    for at in 1..=20 {
        form = said(form, at, "order", "He said so.");
    }
    let (page, full) = press(&post, &form, "look").await;
    page.says("This is as much as one save takes").says_not("Add another statement");
    let before = counts(&app).await;
    let page = said(full.clone(), 21, "order", "And this.").send(&post).await;
    page.is(422).says("One save takes 20 statements at most.").says("And this.");
    assert_eq!(counts(&app).await, before);
    full.send(&post).await.is(303);
}

#[tokio::test]
async fn a_contact_gets_more_statements_later_and_stays_as_it_was() {
    let app = TestApp::demonstration().await;
    let (check, post) = (crate::forms::check(&app).await, app.enter("guatemala").await);
    let form = said(met(&post, &format!("{check}/contacts/record")).await, 1, "order", "He knows of the order.");
    form.send(&post).await.is(303);
    let edit = post.get(&check).await.link("Add or change what is recorded of the meeting with Col. Bautista");
    let row = "select version || ' ' || (select count(*) from statements s where s.contact_id = c.id) from contacts c \
               order by id desc limit 1";
    assert_eq!(app.value(row).await, "1 1");
    let page = post.get(&edit).await;
    page.says("He knows of the order.");
    let form = said(Filled::of(&edit, &page).expect("a form"), 1, "need", "They are few.");
    form.send(&post).await.is(303);
    assert_eq!(app.value(row).await, "1 2", "the contact itself was not changed");
    let last = "select summary from audit_events where check_id is not null order by at desc, id desc limit 1";
    let last = app.value(last).await;
    assert_eq!(last, format!("recorded what {DIRECTOR} stated"));
    post.open(&edit).await.set("place", "At the gate").send(&post).await.is(303);
    assert_eq!(app.value(row).await, "2 2");
}

#[tokio::test]
async fn what_a_reply_rests_on_gains_no_statement() {
    let app = TestApp::demonstration().await;
    let check = format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await);
    let post = app.enter("guatemala").await;
    let old = app.value("select id from contacts where with_whom like '%director of DIGECAM' limit 1").await;
    let edit = format!("{check}/contacts/{old}/edit");
    let page = post.get(&edit).await;
    page.says("The reply rests on this contact as it was.").says_not("Add another statement");
    let before = counts(&app).await;
    let form = said(Filled::of(&edit, &page).expect("a form"), 1, "order", "And this.");
    form.send(&post).await.is(422).says("The reply rests on this contact as it was.").says("And this.");
    assert_eq!(counts(&app).await, before);
}

#[tokio::test]
async fn a_classified_text_in_any_statement_is_refused_or_asked_about() {
    let app = TestApp::demonstration().await;
    let (check, post) = (crate::forms::check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let form = said(met(&post, &path).await, 1, "order", "He knows of the order.");
    let before = counts(&app).await;
    let marked = said(form.clone(), 2, "", "3. (S//NF) Post learned zebrafinch");
    for act in [None, Some("add"), Some("look")] {
        let sent = act.map_or_else(|| marked.clone(), |act| marked.clone().set("act", act));
        let page = sent.send(&post).await;
        page.says("Statement 2, What was stated : This looks classified ((S//NF)).");
    }
    let maybe = said(form, 2, "", "(C) Calle 14");
    for act in [None, Some("add")] {
        let sent = act.map_or_else(|| maybe.clone(), |act| maybe.clone().set("act", act));
        sent.send(&post).await.says("Is this a classification mark?");
    }
    assert_eq!(counts(&app).await, before);
    for word in ["zebrafinch", "Calle 14"] {
        assert_eq!(crate::forms::tables_with(&app, word).await, Vec::<String>::new(), "{word}");
    }
}

#[tokio::test]
async fn verify_opens_the_page_of_a_contact_filled_in_for_that_paper() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let post = app.enter("guatemala").await;
    // Nobody has met the ministry since it issued the permit.
    let verify = post.get(&check).await.link("Verify MD/17");
    assert!(verify.starts_with(&format!("{check}/contacts/record?paper=")), "{verify}");
    let page = post.get(&verify).await;
    let paper = tick(&page, "verifies", "MD/17");
    assert_eq!(ticked(&page, "verifies"), [paper]);
    let form = Filled::of(&verify, &page).expect("a form");
    assert_eq!(form.value("authority"), page.choice("authority", "(MINDEF)"));
    let form = form.set("kind", "letter").set("with_whom", "The licensing desk").set("channel_source", "embassy");
    dated(form.set("summary", "It is genuine."), "occurred_on", "20").send(&post).await.is(303);
    post.get(&check).await.says("You recorded a contact: letter with The licensing desk; 1 paper verified");
    met(&post, &format!("{check}/contacts/record")).await.send(&post).await.is(303);
    // Where somebody who may have confirmed a paper was met, their page asks which of them it was.
    let verify = post.get(&check).await.link("Verify D-881");
    assert!(verify.ends_with("/verify"), "{verify}");
    for nothing in ["x", "01900000-0000-7000-8000-000000000000"] {
        let page = post.get(&format!("{check}/contacts/record?paper={nothing}")).await;
        assert!(matches!(page.status, 200 | 400), "{nothing}: {}", page.status);
    }
}

#[tokio::test]
async fn a_finding_that_nobody_wrote_is_offered_the_contacts_it_was_talked_about_with() {
    let app = TestApp::demonstration().await;
    let (check, post) = (crate::forms::check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let id = check.trim_start_matches("/checks/");
    let answered = format!("select count(*) from findings where check_id = '{id}' and topic = 'end_use'");
    assert_eq!(app.value(&answered).await, "0", "nobody answered that yet");
    let (page, form) = press(&post, &said(met(&post, &path).await, 1, "end_use", "For the guards."), "look").await;
    page.says("To answer next, once this contact is saved; it is ticked there: End-use");
    assert!(page.link("End-use").ends_with(&format!("{check}/worksheet#end_use")));
    form.send(&post).await.is(303);
    let page = post.get(&format!("{check}/findings/end_use")).await;
    let contact = page.choice("contacts", DIRECTOR);
    assert!(ticked(&page, "contacts").contains(&contact));
}

/// One initial window of TCP, as for every page.
const WINDOW: usize = 14 * 1024;

#[tokio::test]
async fn a_contact_on_a_check_of_many_topics_and_papers_is_still_a_small_page() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let id = check.trim_start_matches("/checks/").to_owned();
    // Behind the back of every rule: nobody clicks 22 permits and 40 findings together.
    app.run(&format!(
        "set local session_replication_role = replica;
         insert into permits select (jsonb_populate_record(p, jsonb_build_object('id', md5('permit' || n), 'number', 'Q' || n * 7919,
             'number_normalized', 'q' || n * 7919))).* from permits p, generate_series(1, 22) n where p.number = 'D-881';
         insert into permit_authorities select md5('permit' || n)::uuid, p.authority_id from permits p, generate_series(1, 22) n
             where p.number = 'D-881';
         insert into findings select (jsonb_populate_record(f, jsonb_build_object('id', md5('finding' || n), 'topic',
             'existence and bona fides of party ' || n))).* from findings f, generate_series(1, 40) n
             where f.check_id = '{id}' and f.topic = 'order'"
    ))
    .await;
    let post = app.enter("guatemala").await;
    let path = format!("{check}/contacts/record");
    let headers = [("accept", "text/html"), ("accept-encoding", "br"), ("sec-fetch-site", "same-origin")];
    let blank = post.send(Method::GET, &path, String::new(), &headers).await;
    let page = post.get(&path).await;
    page.says("51 findings").says("19 more");
    let timing = page.headers["server-timing"].to_str().unwrap().to_owned();
    let statements: usize = timing.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
    assert!(statements <= 8, "{statements} statements");
    let mut form = met(&post, &path).await.set("act", "look");
    for at in 1..=20 {
        let text = format!(
            "He stated as number {at} that what was asked of him in question {} is as it was said before.",
            at * 7
        );
        form = said(form, at, "order", &text);
    }
    let full = post.send(Method::POST, &path, encoded(&form.pairs()), &headers).await;
    println!("{} bytes blank, {} bytes with 20 statements", blank.raw, full.raw);
    for page in [&blank, &full] {
        assert!(page.status == 200 && page.raw <= WINDOW, "{}: {} bytes", page.status, page.raw);
    }
}

/// Today is the day at the post, not in Washington nor by the clock of the world, also when it comes back as a draft.
#[tokio::test]
async fn today_is_the_day_at_the_post() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    app.clock.set(time::macros::datetime!(2026-11-25 05:30 UTC));
    let (post, path) = (app.enter("guatemala").await, format!("{check}/contacts/record"));
    let form = met(&post, &path).await.set("occurred_on", "Today");
    let page = form.clone().set("with_whom", "").send(&post).await;
    assert_eq!(page.input("occurred_on").as_deref(), Some("24 Nov 2026"), "what it means is shown");
    // A draft says it of the day on which it was kept.
    let pairs = [form.pairs(), vec![("path", path.as_str())]].concat();
    post.post("/drafts", &pairs).await.is(204);
    app.clock.set(time::macros::datetime!(2026-11-26 14:00 UTC));
    let post = app.enter("guatemala").await;
    let again = post.open(&path).await;
    assert_eq!(again.value("occurred_on"), "24 Nov 2026");
    again.send(&post).await.is(303);
    assert_eq!(app.value("select max(occurred_on) from contacts").await, "2026-11-24");
}

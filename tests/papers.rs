//! A certificate with its signatures, and a custody path with its steps: one page and one save each, kept whole or not
//! at all. As a browser without scripts does it.

use lantern::id::FormId;
use reqwest::Method;

use crate::support::{Filled, Page, TestApp, Visitor, client::encoded};

const SIGNERS: [(&str, &str); 3] =
    [("Applicant", "R. Olmedo, president"), ("Foreign consignee", "T. Ixcot"), ("Foreign end-user", "Col. Paz Robles")];

/// The check that the post works on, and its license.
async fn mill(app: &TestApp) -> (String, String) {
    let check = crate::forms::check(app).await;
    let id = check.trim_start_matches("/checks/").to_owned();
    let license = app.value(&format!("select license_id from check_licenses where check_id = '{id}'")).await;
    app.run(&format!(
        "set local session_replication_role = replica;
         delete from certificate_signatures where certificate_id in (select id from certificates where license_id = '{license}');
         delete from certificates where license_id = '{license}';
         delete from custody_steps where license_id = '{license}'"
    ))
    .await;
    (check, format!("/licenses/{license}"))
}

fn dated(form: Filled, name: &str, (day, month): (&str, &str)) -> Filled {
    form.set(name, &format!("2026-{month:0>2}-{day:0>2}"))
}

/// Which block of a list has that answer.
fn at(form: &Filled, list: &str, field: &str, value: &str) -> usize {
    (1..=100).find(|at| form.value(&format!("{list}.{at}.{field}")) == value).expect("there is one")
}

fn signed(form: Filled, signer: &str, name: &str, day: (&str, &str)) -> Filled {
    let at = at(&form, "signed", "signer", &signer.to_lowercase().replace([' ', '-'], "_"));
    dated(form.set(&format!("signed.{at}.signer_name"), name), &format!("signed.{at}.signed_on"), day)
}

async fn counts(app: &TestApp) -> String {
    let of = |table: &str| format!("(select count(*) from {table})");
    app.value(&format!(
        "select {}",
        ["certificates", "certificate_signatures", "custody_steps", "audit_events"].map(of).join(" || ' ' || ")
    ))
    .await
}

async fn blank(post: &Visitor, path: &str) -> Filled {
    post.open(path).await.set("host_government_needed", "no").set("kept_at", "At the post")
}

#[tokio::test]
async fn a_certificate_with_its_signatures_is_one_save() {
    let app = TestApp::demonstration().await;
    let (check, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = post.get(&check).await.link("Record the DSP-83 with its signatures");
    assert_eq!(path, format!("{license}/certificate?check={}", check.trim_start_matches("/checks/")));
    let mut form = blank(&post, &path).await;
    for (signer, name) in SIGNERS {
        form = signed(form, signer, name, ("18", "11"));
    }
    let before: i64 = app.value("select count(*) from audit_events").await.parse().expect("a count");
    let page = form.send(&post).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, format!("{check}#certificate").as_str()),
        "{}",
        page.text()
    );
    assert_eq!(app.value("select count(*) from audit_events").await, (before + 4).to_string(), "a row, an entry");
    let kept = counts(&app).await;
    let desk = post.get(&check).await;
    desk.says("You recorded the certificate DSP-83; 3 signatures");
    for (signer, name) in SIGNERS {
        desk.says(&format!("{signer}: {name}, 18 Nov 2026 Not verified"));
    }
    let again = form.send(&post).await;
    assert_eq!((again.status, again.location), (303, format!("{check}#certificate")), "a repeat is led there too");
    assert_eq!(counts(&app).await, kept);
    // A signature that comes later is added on the same page, which leaves the paper as it was.
    let path = post.get(&check).await.link("Add signatures, or change the certificate");
    let page = post.get(&path).await;
    page.says("Applicant: R. Olmedo, president").says("Host government");
    let form = Filled::of(&path, &page).expect("a form");
    assert_eq!((form.value("signed.1.signer"), form.value("signed.2.signer")), ("host_government", ""));
    signed(form, "Host government", "The ministry", ("19", "11")).send(&post).await.is(303);
    post.get(&check).await.says("You recorded a signature on the certificate: host government, The ministry");
    let id = license.trim_start_matches("/licenses/");
    let version = format!("select version from certificates where license_id = '{id}'");
    assert_eq!(app.value(&version).await, "1", "the paper was not changed");
    let page = post.get(&path).await;
    page.says("Everybody who signs a certificate has signed this one.");
    // From the license itself one is led back there.
    let form = post.open(&format!("{license}/certificate")).await.set("kept_at", "In Washington");
    let page = form.send(&post).await;
    assert_eq!((page.status, page.location), (303, format!("{license}#certificate")));
    assert_eq!(app.value(&version).await, "2");
}

#[tokio::test]
async fn one_faulty_signature_keeps_all_of_the_certificate_from_being_saved() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{license}/certificate");
    let before = counts(&app).await;
    let form = signed(blank(&post, &path).await, "Applicant", "R. Olmedo", ("18", "11"));
    let wrong = signed(form.clone(), "Foreign consignee", "", ("18", "11"));
    let wrong = signed(wrong, "Foreign end-user", "Col. Paz", ("40", "11"));
    let page = wrong.send(&post).await;
    page.is(422).says("Foreign consignee, Signed by").says("Foreign end-user, Signed on");
    assert_eq!(page.input("signed.1.signer_name").as_deref(), Some("R. Olmedo"), "nothing typed is lost");
    let page = signed(form.clone(), "Foreign end-user", "Col. Paz", ("30", "12")).send(&post).await;
    page.is(422).says("Foreign end-user, Signed on : This day is still to come.");
    assert_eq!(counts(&app).await, before, "nothing of it is kept");
    // Nobody signs twice, in one save either.
    let twice = dated(
        form.clone().set("signed.5.signer", "applicant").set("signed.5.signer_name", "Another"),
        "signed.5.signed_on",
        ("18", "11"),
    );
    twice.send(&post).await.is(422).says("The applicant (R. Olmedo) signed already.");
    assert_eq!(counts(&app).await, before);
    form.send(&post).await.is(303);
}

#[tokio::test]
async fn what_somebody_else_recorded_meanwhile_is_not_overwritten_unseen() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let path = format!("{license}/certificate");
    let mine = signed(blank(&post, &path).await, "Applicant", "Mine, R. Olmedo", ("18", "11"));
    let mine = signed(mine, "Foreign end-user", "Col. Paz", ("18", "11"));
    let theirs = signed(blank(&other, &path).await.set("kept_at", "Elsewhere"), "Applicant", "Theirs", ("17", "11"));
    theirs.send(&other).await.is(303);
    let before = counts(&app).await;
    let page = mine.send(&post).await;
    page.is(422).says("The applicant (Theirs) signed already.");
    assert_eq!(page.input("signed.1.signer_name").as_deref(), Some("Mine, R. Olmedo"));
    assert_eq!(counts(&app).await, before);
    // Without that one, the paper itself is stale: both are shown, and sending again keeps mine knowingly.
    let mine = Filled::of(&path, &page).expect("a form").set("signed.1.signer_name", "");
    let mine = mine.set("signed.1.signed_on", "");
    let page = mine.send(&post).await;
    page.is(409).says("On file now: Elsewhere").says("Changed in between");
    assert_eq!(counts(&app).await, before);
    Filled::of(&path, &page).expect("a form").send(&post).await.is(303);
    let id = license.trim_start_matches("/licenses/");
    let row = format!(
        "select kept_at || ' ' || (select count(*) from certificate_signatures s where s.certificate_id = c.id)
        from certificates c where license_id = '{id}'"
    );
    assert_eq!(app.value(&row).await, "At the post 2");
}

#[tokio::test]
async fn a_certificate_that_was_taken_back_meanwhile_is_recorded_again_knowingly() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{license}/certificate");
    blank(&post, &path).await.send(&post).await.is(303);
    let mine = signed(post.open(&path).await, "Applicant", "R. Olmedo", ("18", "11"));
    let id = app.value("select id from certificates order by recorded_at desc limit 1").await;
    post.done(&format!("{license}/mistakes/certificate/{id}"), &[("reason", "It is of another license.")]).await;
    let before = counts(&app).await;
    let page = mine.send(&post).await;
    assert!(page.status == 422 || page.status == 409, "{}", page.status);
    assert_eq!(page.input("signed.1.signer_name").as_deref(), Some("R. Olmedo"));
    assert_eq!(counts(&app).await, before, "nothing is recorded unseen");
    Filled::of(&path, &page).expect("a form").send(&post).await.is(303);
}

/// Where a program of before asked for one signature.
#[tokio::test]
async fn the_page_of_a_signature_is_that_of_the_certificate_and_loses_nothing() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let (path, old) = (format!("{license}/certificate"), format!("{license}/certificate/sign"));
    blank(&post, &path).await.send(&post).await.is(303);
    let led = post.get(&old).await;
    assert_eq!((led.status, led.location.as_str()), (303, path.as_str()));
    let before = counts(&app).await;
    let form = FormId::new().to_string();
    let typed = [
        ("form_id", form.as_str()),
        ("version", "0"),
        ("signer", "foreign_consignee"),
        ("signer_name", "T. Ixcot"),
        ("signed_on", "18 Nov 2026"),
    ];
    let page = post.post(&old, &typed).await;
    assert_eq!(counts(&app).await, before, "{}", page.text());
    let filled = Filled::of(&path, &page).expect("the certificate's form");
    let place = at(&filled, "signed", "signer", "foreign_consignee");
    assert_eq!(filled.value(&format!("signed.{place}.signer_name")), "T. Ixcot");
    filled.send(&post).await.is(303);
    assert_eq!(app.value("select signer_name from certificate_signatures order by id desc limit 1").await, "T. Ixcot");
}

#[tokio::test]
async fn what_was_typed_is_one_text_from_wherever_one_comes() {
    let app = TestApp::demonstration().await;
    let (check, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let (path, from) = (format!("{license}/custody"), post.get(&check).await.link("Put down the custody path"));
    assert!(from.starts_with(&format!("{path}?check=")), "{from}");
    press(&post, &step(post.open(&from).await, "planned", 1, PATH[0]), "add.planned").await;
    let there = post.open(&path).await;
    assert_eq!(there.value("planned.1.holder"), PATH[0].0);
    // And the way back is still known.
    let saved = there.send(&post).await;
    assert_eq!((saved.status, saved.location), (303, format!("{check}#custody")));
    post.open(&from).await;
    assert_eq!(app.value("select count(*) from drafts where body like '%Customs+of+the+port%'").await, "0");
}

#[tokio::test]
async fn the_step_of_another_post_is_shown_and_not_written_over() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{license}/custody");
    laid(&post, &path).await.send(&post).await.is(303);
    let mine = post.open(&path).await;
    app.run("set local session_replication_role = replica;
             update custody_steps set recorded_at_post = (select id from posts where name = 'Lima') where what = 'Ballistic test'")
        .await;
    let before = counts(&app).await;
    let page = mine.set("planned.3.what", "No test at all").send(&post).await;
    page.is(422).says("Lima");
    assert_eq!(counts(&app).await, before);
    let page = post.get(&path).await;
    page.says("Lima").says("The laboratory");
    // The others are changed beside it.
    post.open(&path).await.set("planned.2.what", "Weighs them").send(&post).await.is(303);
    assert!(standing(&app, &license, "planned").await.contains("2 Weighs them, 3 Ballistic test"));
}

/// A step in a row of the page.
fn step(form: Filled, list: &str, at: usize, (holder, what): (&str, &str)) -> Filled {
    form.set(&format!("{list}.{at}.holder"), holder).set(&format!("{list}.{at}.what"), what)
}

const PATH: [(&str, &str); 5] = [
    ("Customs of the port", "Clears them"),
    ("The arms registry", "Takes them in"),
    ("The laboratory", "Ballistic test"),
    ("The arms registry", "Stamps and enters them"),
    ("The mill", "Keeps them in its store"),
];

async fn press(post: &Visitor, form: &Filled, act: &str) -> (Page, Filled) {
    let page = form.clone().set("act", act).send(post).await;
    page.is(200);
    let form = Filled::of(&form.action, &page).expect("the form again");
    (page, form)
}

/// The path of a license as it stands.
async fn standing(app: &TestApp, license: &str, stage: &str) -> String {
    let id = license.trim_start_matches("/licenses/");
    app.value(&format!(
        "select string_agg(position || ' ' || what, ', ' order by position) from custody_steps where license_id = '{id}' and stage = '{stage}'"
    ))
    .await
}

/// The page with the whole path typed into its rows, and not sent.
async fn laid(post: &Visitor, path: &str) -> Filled {
    let mut form = post.open(path).await;
    for (at, said) in (1..).zip(PATH) {
        form = step(form, "planned", at, said);
    }
    form
}

const AS_PLANNED: &str =
    "1 Clears them, 2 Takes them in, 3 Ballistic test, 4 Stamps and enters them, 5 Keeps them in its store";

#[tokio::test]
async fn five_steps_are_one_save_and_are_changed_and_put_in_order_by_another() {
    let app = TestApp::demonstration().await;
    let (check, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = post.get(&check).await.link("Put down the custody path");
    assert!(path.starts_with(&format!("{license}/custody?check=")), "{path}");
    let form = laid(&post, &path).await;
    let before: i64 = app.value("select count(*) from audit_events").await.parse().expect("a count");
    let page = form.send(&post).await;
    assert_eq!((page.status, page.location.as_str()), (303, format!("{check}#custody").as_str()), "{}", page.text());
    assert_eq!(standing(&app, &license, "planned").await, AS_PLANNED);
    assert_eq!(app.value("select count(*) from audit_events").await, (before + 6).to_string(), "a row, an entry");
    post.get(&check).await.says("You changed the custody path: 5 steps added");
    let kept = counts(&app).await;
    let again = form.send(&post).await;
    assert_eq!((again.status, again.location), (303, format!("{check}#custody")), "a repeat is led there too");
    assert_eq!(counts(&app).await, kept);
    // One changes, one moves, one comes between: one save.
    let path = post.get(&check).await.link("Add, change or order steps");
    let form = post.open(&path).await;
    assert_eq!((form.value("planned.3.what"), form.value("planned.6.holder")), ("Ballistic test", ""));
    let form = form.set("planned.3.what", "Fires each once").set("planned.4.position", "2");
    let form = step(form, "planned", 6, ("The carrier", "Brings them")).set("planned.6.position", "2");
    form.send(&post).await.is(303);
    let moved = "1 Clears them, 2 Stamps and enters them, 3 Brings them, 4 Takes them in, 5 Fires each once, 6 Keeps them in its store";
    assert_eq!(standing(&app, &license, "planned").await, moved);
    post.get(&check).await.says("You changed the custody path: 1 step added; 1 step changed; put in order");
    let versions = "select string_agg(distinct version::text, ' ') from custody_steps where what <> 'Fires each once'";
    assert_eq!(app.value(versions).await, "1", "who only moves says what they said");
    // One alone is told by its own sentence.
    post.open(&path).await.set("planned.1.holder", "Port customs").send(&post).await.is(303);
    post.get(&check).await.says("You changed a custody step (planned): Port customs");
    post.open(&path).await.send(&post).await.is(422).says("Nothing here was added or changed.");
}

#[tokio::test]
async fn rows_come_and_go_without_scripts_and_what_was_planned_is_taken_over() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{license}/custody");
    let before = counts(&app).await;
    let form = laid(&post, &path).await;
    let (page, form) = press(&post, &form, "add.planned").await;
    page.says_not("Nothing was saved yet");
    assert!(page.body.contains("autofocus"), "one goes on in the new one");
    assert_eq!((form.value("planned.5.holder"), form.value("planned.6.position")), ("The mill", "6"));
    let (_, form) = press(&post, &form, "remove.planned.3").await;
    assert_eq!((form.value("planned.3.what"), form.value("planned.3.position")), ("Stamps and enters them", "3"));
    let (_, form) = press(&post, &form, "happened").await;
    assert_eq!((form.value("actual.1.what"), form.value("actual.4.what")), ("Clears them", "Keeps them in its store"));
    assert_eq!(counts(&app).await, before, "nothing is saved");
    // What is wrong is told at once, what is missing is not.
    let (page, _) = press(&post, &form.clone().set("actual.1.quantity", "some"), "add.actual").await;
    page.says("Actual step 1, How many");
    // It is kept as a draft all the same.
    let again = post.get(&path).await;
    again.says("This is what you typed before").says_not("Ballistic test");
    let form = Filled::of(&path, &again).expect("a form").set("actual.1.quantity", "");
    assert_eq!(form.value("actual.4.what"), "Keeps them in its store");
    dated(form, "actual.1.on_date", ("20", "11")).send(&post).await.is(303);
    assert_eq!(
        standing(&app, &license, "actual").await,
        "1 Clears them, 2 Takes them in, 3 Stamps and enters them, 4 Keeps them in its store"
    );
    for nonsense in ["", "add", "remove.planned.x", "save"] {
        let page = post.open(&path).await.set("act", nonsense).send(&post).await;
        page.is(422);
    }
}

#[tokio::test]
async fn one_faulty_step_keeps_all_of_them_from_being_saved() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{license}/custody");
    let before = counts(&app).await;
    let form = laid(&post, &path).await;
    let wrong = form.clone().set("planned.2.what", "").set("planned.3.party", &FormId::new().to_string());
    let wrong = dated(step(wrong, "actual", 1, PATH[0]), "actual.1.on_date", ("30", "12"));
    let page = wrong.set("planned.5.position", "last").send(&post).await;
    page.is(422).says("Planned step 2, What happens there").says("Planned step 5, Position");
    assert_eq!(page.input("planned.1.holder").as_deref(), Some(PATH[0].0), "nothing typed is lost");
    let wrong = form
        .clone()
        .set("planned.3.party", &FormId::new().to_string())
        .set("planned.4.item", &FormId::new().to_string());
    let page = dated(step(wrong, "actual", 1, PATH[0]), "actual.1.on_date", ("30", "12")).send(&post).await;
    page.is(422).says("Planned step 3, If it is a party of the license : Choose a party of this license.");
    page.says("Planned step 4, Which items : Choose items of this license.");
    page.says("Actual step 1, When : This day is still to come; a step to come is planned.");
    assert!(page.body.contains("href=\"#planned.3.party\"") && page.body.contains("id=\"planned.3.party\""));
    assert_eq!(counts(&app).await, before, "nothing of it is kept");
    form.send(&post).await.is(303);
}

#[tokio::test]
async fn what_somebody_else_did_to_a_step_meanwhile_is_seen_before_it_is_overwritten() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let path = format!("{license}/custody");
    laid(&post, &path).await.send(&post).await.is(303);
    let mine = post.open(&path).await;
    // Another one changes the second step, and takes nothing of what this one does on the third.
    other.open(&path).await.set("planned.2.what", "Theirs").send(&other).await.is(303);
    mine.clone().set("planned.3.what", "Mine").send(&post).await.is(303);
    assert_eq!(
        standing(&app, &license, "planned").await.matches("Theirs, 3 Mine").count(),
        1,
        "what was not touched stays theirs"
    );
    // Both change the same.
    let mine = post.open(&path).await;
    other.open(&path).await.set("planned.2.what", "Theirs again").send(&other).await.is(303);
    let before = counts(&app).await;
    let page = mine.set("planned.2.what", "Mine again").send(&post).await;
    page.is(422).says("Somebody else changed this step after you opened the page.").says("On file now: Theirs again");
    assert_eq!(counts(&app).await, before);
    Filled::of(&path, &page).expect("a form").send(&post).await.is(303);
    assert!(standing(&app, &license, "planned").await.contains("2 Mine again"));
    // Both put them in order.
    let mine = post.open(&path).await.set("planned.5.position", "1");
    other.open(&path).await.set("planned.1.position", "2").send(&other).await.is(303);
    let before = counts(&app).await;
    let page = mine.send(&post).await;
    page.is(422).says("Somebody else put these steps in another order");
    assert_eq!(counts(&app).await, before);
    assert_eq!(page.input("planned.1.what").as_deref(), Some("Mine again"), "in the order that they have now");
    // One is taken back.
    let mine = post.open(&path).await.set("planned.1.what", "Mine, later");
    let id = mine.value("planned.1.step").split('.').next().unwrap_or_default().to_owned();
    other.done(&format!("{license}/mistakes/custody_step/{id}"), &[("reason", "It is of another shipment.")]).await;
    let page = mine.send(&post).await;
    page.is(422).says("Somebody else took this step back.");
    let again = Filled::of(&path, &page).expect("a form");
    let place = at(&again, "planned", "what", "Mine, later");
    assert_eq!(again.value(&format!("planned.{place}.step")), "", "it would be a new one");
    again.send(&post).await.is(303);
    assert!(standing(&app, &license, "planned").await.ends_with("Mine, later"));
}

#[tokio::test]
async fn who_has_nothing_to_do_with_a_license_reaches_neither_page() {
    let app = TestApp::demonstration().await;
    let (check, license) = mill(&app).await;
    let id = check.trim_start_matches("/checks/");
    for (who, status) in [("lima", 404), ("case", 403), ("reviewer", 403), ("auditor", 403), ("admin", 403)] {
        let visitor = app.enter(who).await;
        for page in ["certificate", "custody"] {
            let path = format!("{license}/{page}?check={id}");
            let got = (
                visitor.get(&path).await.status,
                visitor.post(&path, &[("form_id", &FormId::new().to_string())]).await.status,
            );
            assert!(got.0 == status && [status, 422].contains(&got.1), "{who} {page}: {got:?}");
        }
    }
    // A check that has nothing to do with it leads nobody away.
    let post = app.enter("guatemala").await;
    let strange = app.value(&format!("select id from checks where id <> '{id}' limit 1")).await;
    let page = laid(&post, &format!("{license}/custody?check={strange}")).await.send(&post).await;
    assert_eq!((page.status, page.location), (303, format!("{license}#custody")));
    post.get(&format!("{license}/custody?check=x")).await.is(400);
    // What is decided takes no papers, and a license without an open check no steps.
    app.run(&format!(
        "set local session_replication_role = replica; update licenses set status = 'denied' where id = '{}'; update checks set state = 'closed', closed_at = now() where id = '{id}'",
        license.trim_start_matches("/licenses/")
    ))
    .await;
    let before = counts(&app).await;
    let form = signed(blank(&post, &format!("{license}/certificate")).await, "Applicant", "R. Olmedo", ("18", "11"));
    form.send(&post).await.refused("The license is denied; its approvals can no longer be changed.");
    laid(&post, &format!("{license}/custody"))
        .await
        .set("planned.7.holder", "x")
        .set("planned.7.what", "y")
        .send(&post)
        .await
        .refused("No check of your post on this license is open.");
    assert_eq!(counts(&app).await, before);
}

#[tokio::test]
async fn a_classified_text_in_any_row_is_refused_or_asked_about() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let before = counts(&app).await;
    let paper = format!("{license}/certificate");
    let form = signed(blank(&post, &paper).await, "Applicant", "3. (S//NF) Post learned zebrafinch", ("18", "11"));
    form.send(&post).await.is(422).says("Applicant, Signed by : This looks classified ((S//NF)).");
    let form = signed(blank(&post, &paper).await, "Applicant", "(C) Calle 14", ("18", "11"));
    form.send(&post).await.is(422).says("Is this a classification mark?");
    let path = format!("{license}/custody");
    let form = laid(&post, &path).await;
    let marked = form.clone().set("planned.2.what", "3. (S//NF) Post learned zebrafinch");
    let maybe = form.set("planned.2.holder", "(C) Calle 14");
    for act in [None, Some("add.planned"), Some("happened")] {
        let of = |form: &Filled| act.map_or_else(|| form.clone(), |act| form.clone().set("act", act));
        of(&marked).send(&post).await.says("Planned step 2, What happens there : This looks classified ((S//NF)).");
        of(&maybe).send(&post).await.says("Is this a classification mark?");
    }
    assert_eq!(counts(&app).await, before);
    for word in ["zebrafinch", "Calle 14"] {
        assert_eq!(crate::forms::tables_with(&app, word).await, Vec::<String>::new(), "{word}");
    }
    // What was said to be none is not asked about again with the next save.
    let page = maybe.send(&post).await;
    let mut pairs: Vec<(String, String)> = Filled::of(&path, &page)
        .expect("a form")
        .pairs()
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    let document = scraper::Html::parse_document(&page.body);
    let none = scraper::Selector::parse("input[type=radio][name=a_mark]").unwrap();
    let none =
        document.select(&none).next().and_then(|radio| radio.value().attr("value")).expect("it is asked").to_owned();
    pairs.push(("a_mark".into(), none));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post.post(&path, &pairs).await.is(303);
    post.open(&path).await.set("planned.1.what", "Clears them at night").send(&post).await.is(303);
}

#[tokio::test]
async fn hostile_text_is_text() {
    let app = TestApp::demonstration().await;
    let (check, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let hostile = "\"><script>alert(1)</script> '; drop table custody_steps; -- {{ 7 }} \u{202e}";
    let form = step(post.open(&format!("{license}/custody")).await, "planned", 1, (hostile, hostile));
    let page = form.send(&post).await;
    assert!([303, 422].contains(&page.status), "{}", page.text());
    let form = step(post.open(&format!("{license}/custody")).await, "planned", 1, ("<b>Depot</b> & \"sons\"", "<i>"));
    form.send(&post).await.is(303);
    for path in [check, format!("{license}/custody"), license] {
        let page = post.get(&path).await;
        page.is(200);
        assert!(!page.body.contains("<b>Depot") && !page.body.contains("<script>alert"), "{path}");
    }
}

/// One initial window of TCP, as for every page.
const WINDOW: usize = 14 * 1024;

#[tokio::test]
async fn as_many_steps_as_one_save_takes_are_a_small_page_and_a_hundred_are_told() {
    let app = TestApp::demonstration().await;
    let (_, license) = mill(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{license}/custody");
    let mut form = post.open(&path).await;
    for at in 1..=40 {
        let said = (format!("Store {at} of the carrier"), format!("Keeps them for {} days", at * 7));
        form = step(form, "planned", at, (&said.0, &said.1));
        form = step(form, "actual", at, (&said.0, &said.1));
    }
    let over = step(form.clone(), "planned", 41, ("One more", "Too many"));
    over.send(&post).await.is(422).says("One save takes 40 steps at most.");
    form.send(&post).await.is(303);
    let headers = [("accept", "text/html"), ("accept-encoding", "br"), ("sec-fetch-site", "same-origin")];
    let page = post.send(Method::GET, &path, String::new(), &headers).await;
    let shown = post.get(&path).await;
    shown.says("Others are added one by one");
    let timing = shown.headers["server-timing"].to_str().unwrap().to_owned();
    let statements: usize = timing.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
    println!("{} bytes with 80 steps, {statements} statements", page.raw);
    assert!(page.raw <= WINDOW && statements <= 6, "{} bytes, {statements} statements", page.raw);
    // Whatever is moved among them, none is lost.
    Filled::of(&path, &shown).expect("a form").set("planned.40.position", "1").send(&post).await.is(303);
    let all = standing(&app, &license, "planned").await;
    assert!(all.starts_with("1 Keeps them for 280 days, 2 Keeps them for 7 days"), "{all}");
    assert!(all.ends_with("40 Keeps them for 273 days"), "{all}");
    // One by one there may be more: they stay behind what is shown.
    let id = license.trim_start_matches("/licenses/");
    app.run(&format!(
        "set local session_replication_role = replica;
         insert into custody_steps select (jsonb_populate_record(s, jsonb_build_object('id', md5('step' || n), 'position', 40 + n,
             'what', 'Waits as ' || n))).* from custody_steps s, generate_series(1, 60) n
             where s.license_id = '{id}' and s.stage = 'planned' and s.position = 1"
    ))
    .await;
    let page = post.get(&path).await;
    page.is(200).says("Behind these on file: 60 steps more.").says_not("Waits as");
    Filled::of(&path, &page).expect("a form").set("planned.2.position", "1").send(&post).await.is(303);
    let all = standing(&app, &license, "planned").await;
    assert!(all.starts_with("1 Keeps them for 7 days") && all.ends_with("100 Waits as 60"), "{all}");
    // What no page of this form would send is given back as far as a page shows it.
    let blank = post.send(Method::POST, &path, encoded(&[("act", "add.planned")]), &headers).await;
    assert_eq!(blank.status, 200);
}

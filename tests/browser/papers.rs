//! A certificate with its signatures and a custody path, as they are typed and clicked; with scripts and without.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::judge::Faults;
use crate::support::{Browser, TestApp, browser::Scripts};

/// What a browser loads and what its person presses, at most, from the check's page to the save and back: a page to
/// open and one to save. A page a signature and a page a step were eight loads and ten.
const LOADS: u32 = 2;
const CLICKS: u32 = 3;

const SIGNERS: [(&str, &str); 3] =
    [("Applicant", "R. Olmedo, president"), ("Foreign consignee", "T. Ixcot"), ("Foreign end-user", "Col. Paz Robles")];
const STEPS: [(&str, &str); 5] = [
    ("Customs of the port", "Clears them"),
    ("The arms registry", "Takes them in"),
    ("The laboratory", "Ballistic test"),
    ("The registry again", "Stamps and enters them"),
    ("The mill", "Keeps them in its store"),
];

/// The check of a post whose license has neither.
async fn blank(app: &TestApp) -> String {
    let check = crate::forms::check(app).await;
    let id = check.trim_start_matches("/checks/").to_owned();
    let of = format!("(select license_id from check_licenses where check_id = '{id}')");
    app.run(&format!(
        "set local session_replication_role = replica;
         delete from certificate_signatures where certificate_id in (select id from certificates where license_id in {of});
         delete from certificates where license_id in {of};
         delete from custody_steps where license_id in {of}"
    ))
    .await;
    check
}

fn within_budget(post: &Browser, what: &str) {
    let (clicks, loads, choices) = post.effort.so_far();
    println!("{what}: {loads} loads, {clicks} clicks, {choices} choices");
    assert!(loads <= LOADS && clicks <= CLICKS, "{what}: {loads} loads, {clicks} clicks");
}

#[tokio::test]
async fn a_certificate_with_three_signatures_is_one_save() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        let check = blank(&app).await;
        let post = Browser::with(&app, scripts).await;
        post.go("/").await;
        post.sign_in("guatemala").await;
        post.go(&check).await;
        post.effort.begin();
        post.press("Record the DSP-83 with its signatures").await;
        post.write("Where it is kept", "At the post").await;
        post.tick("Does the host government have to sign?", "No").await;
        for (signer, name) in SIGNERS {
            post.write_in(signer, "Signed by", name).await;
            post.write_in(signer, "Signed on", "18 Nov 2026").await;
        }
        post.press("Save the certificate").await;
        post.says("You recorded the certificate DSP-83; 3 signatures").await;
        within_budget(&post, &format!("a certificate, scripts {scripts:?}"));
        let seen = "return document.getElementById('certificate').checkVisibility()";
        assert_eq!(post.run(seen, &[]).await, json!(true), "one is back in place");
        assert_eq!(app.value("select count(*) from certificate_signatures where signed_on = '2026-11-18'").await, "3");
        assert_eq!(post.errors().await, Vec::<String>::new());
        post.leave().await;
    }
}

/// Opens a row that is folded to a line.
async fn unfold(post: &Browser, list: &str, at: usize) {
    let open = format!("document.getElementById('{list}.{at}.holder').closest('details').open = true");
    post.run(&open, &[]).await;
}

#[tokio::test]
async fn five_custody_steps_are_one_save() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        let check = blank(&app).await;
        let post = Browser::with(&app, scripts).await;
        post.go("/").await;
        post.sign_in("guatemala").await;
        post.go(&check).await;
        post.effort.begin();
        post.press("Put down the custody path").await;
        for (at, (holder, what)) in (1..).zip(STEPS) {
            unfold(&post, "planned", at).await;
            let group = format!("Planned step {at}");
            post.write_in(&group, "Who holds the items", holder).await;
            post.write_in(&group, "What happens there", what).await;
        }
        post.press("Save the custody path").await;
        post.says("You changed the custody path: 5 steps added").await;
        within_budget(&post, &format!("five steps, scripts {scripts:?}"));
        assert_eq!(app.value("select count(*) from custody_steps where what = 'Ballistic test'").await, "1");
        // The last becomes the second by its number alone.
        post.press("Add, change or order steps").await;
        post.run("document.getElementById('planned.5.position').value = '2'", &[]).await;
        post.press("Save the custody path").await;
        post.says("You put the custody path (planned) in order").await;
        let second = "select holder from custody_steps where position = 2 and what = 'Keeps them in its store'";
        assert_eq!(app.value(second).await, "The mill");
        assert_eq!(post.errors().await, Vec::<String>::new());
        post.leave().await;
    }
}

#[tokio::test]
async fn one_more_step_is_there_at_once_and_the_pages_are_accessible() {
    let app = TestApp::demonstration().await;
    let check = blank(&app).await;
    let post = Browser::enter(&app, "guatemala").await;
    let mut faults = Faults::default();
    post.go(&check).await;
    post.press("Record the DSP-83 with its signatures").await;
    faults.judge(&post, "a blank certificate").await;
    post.press("Save the certificate").await;
    post.says("Nothing was saved yet").await;
    faults.judge(&post, "a certificate with faults").await;
    post.go(&check).await;
    post.press("Put down the custody path").await;
    faults.judge(&post, "a blank path").await;
    post.effort.begin();
    for at in 6..=7 {
        post.run("document.querySelector('[data-more=planned]').click()", &[]).await;
        post.effort.clicks.fetch_add(1, Ordering::Relaxed);
        let focused = format!("return document.activeElement.id === 'planned.{at}.holder'");
        assert_eq!(post.run(&focused, &[]).await, json!(true), "one goes on in the new one");
        let group = format!("Planned step {at}");
        post.write_in(&group, "Who holds the items", "The carrier").await;
    }
    assert_eq!(post.effort.so_far().1, 0, "no page was loaded for it");
    let rows = "return [...document.querySelectorAll('#planned [name$=\".position\"]')].map(e => e.value)";
    assert_eq!(post.run(rows, &[]).await, json!(["1", "2", "3", "4", "5", "6", "7"]));
    let line =
        "return document.getElementById('planned.6.holder').closest('details').querySelector('.begun').textContent";
    post.until(&format!("return ({}) === 'The carrier'", line.trim_start_matches("return ")), "its line says it").await;
    faults.judge(&post, "more rows, by the script").await;
    post.press("Save the custody path").await;
    post.says("Nothing was saved yet").await;
    faults.judge(&post, "a path with faults").await;
    faults.none();
    post.leave().await;
}

//! The parts that the story leaves out, each found by what the pages say: no address is typed.

use serde_json::json;

use crate::support::{Browser, TestApp};

/// What waits on the home page is confirmed; somebody comes, gets a role and signs in; a country's rule changes.
#[tokio::test]
async fn an_administrators_day_is_found_by_what_the_pages_say() {
    let app = TestApp::demonstration().await;
    let admin = Browser::enter(&app, "admin").await;
    admin.says("Reference data to confirm").await;
    admin.press("Compare").await;
    admin.tick_found("return document.querySelector('table input[type=checkbox]')", &[]).await;
    admin.press("Confirm the ticked rows").await;
    let confirmed = "select count(*) from audit_events e join people p on p.id = e.actor_id
        where p.account = 'admin' and e.verb = 'reference_changed' and e.summary like 'confirmed %'";
    assert_eq!(app.value(confirmed).await, "1");

    admin.press("People").await;
    admin.press("Add a person").await;
    admin.write("Account", "n.osei").await;
    admin.write("Name", "Nana Osei").await;
    admin.press("Add the person").await;
    let first = admin.run("return document.getElementById('first-password').textContent", &[]).await;
    admin.press("Go on to the person's roles").await;
    admin.press("Give a role").await;
    admin.tick("Role", "Case officer").await;
    admin.write("First day", "today").await;
    admin.press("Give the role").await;
    admin.says("Case officer").await;

    admin.press("Countries").await;
    admin.press("Guatemala").await;
    admin.press("Replace").await;
    admin.write("Source", "Decree of the ministry on the import of pistols").await;
    admin.tick("How sure is it?", "Official text seen").await;
    admin.write("From", "1 Jan 2027").await;
    admin.press("Replace the rule").await;
    admin.says("Decree of the ministry on the import of pistols").await;

    // Who came chooses a password of their own, and has work to do.
    admin.press("Sign out").await;
    admin.write("Account", "n.osei").await;
    admin.write("Password", first.as_str().expect("a password")).await;
    admin.press("I consent, sign in").await;
    admin.write("Present password", first.as_str().expect("a password")).await;
    admin.write("New password", "the heron waits at the mill").await;
    admin.press("Change the password").await;
    admin.says("Open a check").await;
    let in_view = admin.run("return document.querySelector('header').innerText.includes('Nana Osei')", &[]).await;
    assert_eq!(in_view, json!(true));
    assert_eq!(admin.errors().await, Vec::<String>::new());
    admin.leave().await;
}

/// A second signature, and a check that changes hands at its post.
#[tokio::test]
async fn what_supervisors_do_is_found_by_what_the_pages_say() {
    let app = TestApp::demonstration().await;
    let browser = Browser::enter(&app, "supervisor").await;
    browser.press("Countersign").await;
    browser.says("Read, then sign").await;
    browser.press("Countersign the result").await;
    browser.says("Saved You countersigned the result of BL-").await;

    browser.hand_over("guatemala2").await;
    browser.press_within("BL-", "Cartridges for a sugar mill").await;
    browser.press("Reassign").await;
    browser.tick("Officer", "Alma Reyes-Hart").await;
    browser.press("Reassign").await;
    browser.says("reassigned BL-").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.leave().await;
}

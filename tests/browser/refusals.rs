//! The pages nobody wants to see are as good as the others, and keep what was typed.

use super::judge::Faults;
use crate::support::{Browser, TestApp};

const TYPED: &str = "The director of the registry states that he knows of the purchase.";

async fn focus_is_on(browser: &Browser, words: &str) {
    let focused = browser.focused().await.text().await.expect("something has the focus");
    assert!(focused.contains(words), "the focus is on {focused:?}");
}

/// The address of a finding of a check the officer works on.
async fn finding(app: &TestApp) -> String {
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    format!("/checks/{check}/findings/order")
}

#[tokio::test]
async fn refusals_are_accessible_and_keep_what_was_typed() {
    let app = TestApp::demonstration().await;
    let mut faults = Faults::default();
    let browser = Browser::open(&app).await;
    browser.go("/").await;
    browser.write("Account", "guatemala").await;
    browser.write("Password", "not the password at all").await;
    browser.press("I consent, sign in").await;
    focus_is_on(&browser, "do not fit together").await;
    faults.judge(&browser, "sign-in refused").await;
    browser.sign_in("guatemala").await;

    // A form with faults.
    let path = finding(&app).await;
    browser.go(&path).await;
    browser.write("What post found", "").await;
    browser.press("Save the finding").await;
    focus_is_on(&browser, "Nothing was saved yet").await;
    faults.judge(&browser, "422").await;

    // Two people save the same finding.
    browser.go(&path).await;
    browser.tick("Post's answer", "Yes").await;
    browser.write("What post found", TYPED).await;
    let theirs = "The contract of the mill was shown; it names another quantity.";
    app.enter("guatemala2").await.done(&path, &[("answer", "partly"), ("text", theirs), ("portion_mark", "U")]).await;
    browser.press("Save the finding").await;
    browser.says(theirs).await;
    assert_eq!(browser.written("What post found").await, TYPED);
    focus_is_on(&browser, "in between").await;
    faults.judge(&browser, "stale").await;

    // The session ends in the meantime.
    app.enter("guatemala").await.post("/sign-out", &[]).await;
    browser.go(&path).await;
    browser.write("What post found", TYPED).await;
    browser.take_over("").await;
    browser.press("Save the finding").await;
    assert_eq!(browser.written("Text").await, TYPED);
    faults.judge(&browser, "signed out").await;
    browser.press("Sign in").await;
    browser.sign_in("guatemala").await;
    browser.says("This is what you typed before").await;
    assert_eq!(browser.written("What post found").await, TYPED);

    // A text over the limit.
    browser.run("document.querySelector('textarea').value = 'a'.repeat(1100000)", &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("Too large").await;
    faults.judge(&browser, "413").await;

    // The database goes while a form is open.
    browser.go(&path).await;
    browser.write("What post found", TYPED).await;
    app.db.close().await;
    browser.press_here("Save the finding").await;
    browser.says("The database does not answer").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    faults.judge(&browser, "503 of a form").await;
    browser.go("/").await;
    browser.says("The database does not answer").await;
    faults.judge(&browser, "503 of a page").await;
    browser.leave().await;
    faults.none();
}

#[tokio::test]
async fn a_refused_decision_takes_the_focus_and_keeps_its_reasons() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::judged(&app).await;
    let mut faults = Faults::default();
    let browser = Browser::enter(&app, "reviewer2").await;
    browser.go(&format!("{license}/decide")).await;
    browser.tick("Decision", "Approve on conditions").await;
    browser.write("Reasons", "Everything looks right to me.").await;
    app.run(
        "set session_replication_role = replica; update people set decision_authority = 0 where account = 'reviewer2'",
    )
    .await;
    browser.press("Sign the decision").await;
    focus_is_on(&browser, "your authority is $0").await;
    assert_eq!(browser.written("Reasons").await, "Everything looks right to me.");
    faults.judge(&browser, "409").await;
    browser.leave().await;
    faults.none();
}

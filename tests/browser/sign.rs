//! Who signs has the file before their eyes, and comes from one signature to the next.

use serde_json::json;

use crate::support::{
    Browser, TestApp,
    browser::{DESK, Scripts},
};

const PHONE: (u32, u32) = (390, 844);
const WIDER: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
const IN_VIEW: &str =
    "const r = document.querySelector(arguments[0]).getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight";

/// The story, proposed: beside another result that waits for the same reviewer.
async fn two_results(app: &TestApp) {
    let check = app.value("select '/checks/' || id from checks where subject like '36 weapons%'").await;
    let text = "Post confirmed the order, the need and the storage.";
    app.enter("case2").await.done(&format!("{check}/propose"), &[("word", "favorable"), ("text", text)]).await;
}

/// From the home page: each signature is a page read and a button, and nothing lies between two of them.
#[tokio::test]
async fn two_results_are_signed_one_after_the_other() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        two_results(&app).await;
        let browser = Browser::with(&app, scripts).await;
        browser.go("/").await;
        browser.sign_in("reviewer").await;
        browser.effort.begin();
        browser.press("Sign result").await;
        browser.says("If the file changes first, nothing is signed").await;
        browser.press("Sign the result").await;
        browser.says("Saved You signed the result of BL-").await;
        assert_eq!(browser.run(IN_VIEW, &[json!(".onward a")]).await, json!(true), "the next one is seen at once");
        browser.press("Next to sign: BL-").await;
        browser.press("Sign the result").await;
        browser.says("Saved You signed the result of BL-").await;
        let (clicks, loads, choices) = browser.effort.so_far();
        println!("{clicks} clicks, {loads} loads");
        assert!((clicks, loads, choices) <= (4, 4, 0), "{clicks} clicks, {loads} loads, {choices} choices");
        browser.leave().await;
    }
}

#[tokio::test]
async fn what_is_signed_is_read_at_both_widths() {
    let app = TestApp::demonstration().await;
    two_results(&app).await;
    let check = app.value("select '/checks/' || id from checks where subject like '36 weapons%'").await;
    let browser = Browser::enter(&app, "reviewer").await;
    for (width, height) in [DESK, PHONE] {
        browser.size(width, height).await;
        browser.go(&format!("{check}/sign-result")).await;
        assert_eq!(browser.run(WIDER, &[]).await, json!(0), "nothing is wider than a screen of {width}");
        browser.until(&IN_VIEW.replace("arguments[0]", "'#open'"), "what is open stands first").await;
        if (width, height) == PHONE {
            browser.press("To the signature").await;
        } else {
            browser.press("Signature").await;
        }
        browser.until(&IN_VIEW.replace("arguments[0]", "'#signature'"), "the signature is a press away").await;
    }
    // Declining is folded beneath, and asks why.
    browser.press("Decline, with a reason").await;
    browser.write("Why", "The broker's history rests on one man's word.").await;
    browser.press("Decline the result").await;
    browser.says("Saved You declined the result of BL-").await;
    browser.leave().await;
}

/// What a reviewer loads at most for five results signed, one declined, and two licenses issued.
const DAY: u32 = 24;

/// A reviewer's day: from the home page, one file after the other.
#[tokio::test]
async fn five_results_are_signed_one_is_declined_and_two_licenses_are_issued() {
    let app = TestApp::generated().await;
    let count = async |verb: &str| {
        let theirs = format!(
            "select count(*) from audit_events e join people p on p.id = e.actor_id where p.account = 'reviewer2' and e.verb = '{verb}'"
        );
        app.value(&theirs).await.parse::<u32>().expect("a count")
    };
    let before = [count("result_signed").await, count("result_declined").await, count("license_decided").await];
    let browser = Browser::enter(&app, "reviewer2").await;
    browser.effort.begin();
    browser.press("Sign result").await;
    for _ in 0..5 {
        browser.press("Sign the result").await;
        browser.says("Saved You signed the result of BL-").await;
        browser.press("Next to sign: BL-").await;
    }
    browser.press("Decline, with a reason").await;
    browser.write("Why", "The broker's history rests on one man's word.").await;
    browser.press("Decline the result").await;
    browser.says("Saved You declined the result of BL-").await;
    for _ in 0..2 {
        browser.press("My work").await;
        browser.press_within("Confirm", "All conditions are met").await;
        browser.write("Reasons", "Nothing is open any more.").await;
        browser.press("Sign the decision").await;
        browser.says("Saved You confirmed").await;
    }
    let (clicks, loads, choices) = browser.effort.so_far();
    println!("a reviewer's day: {loads} loads, {clicks} clicks, {choices} choices");
    assert!(loads <= DAY, "{loads} loads");
    let after = [count("result_signed").await, count("result_declined").await, count("license_decided").await];
    assert_eq!(after, [before[0] + 5, before[1] + 1, before[2] + 2]);
    browser.leave().await;
}

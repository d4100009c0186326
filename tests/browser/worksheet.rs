//! The worksheet as it is typed and clicked: ten findings in one sitting.

use fantoccini::key::Key;
use serde_json::json;

use super::judge::Faults;
use crate::{
    support::{Browser, TestApp, browser::Scripts},
    worksheet::unanswered,
};

/// What a browser loads for ten findings, from the check's page to the save.
const LOADS: u32 = 3;
const FINDINGS: usize = 10;

/// What the topics of the page are called, those first that are answered first.
const TOPICS: &str = "return [...document.querySelectorAll('.sheet-topic .in > .mine > fieldset > legend')].map(e => e.textContent.trim())";
const OPEN: &str = "return [...document.querySelectorAll('.sheet-topic[open]')].length";

async fn topics(post: &Browser) -> Vec<String> {
    let all = post.run(TOPICS, &[]).await;
    all.as_array().into_iter().flatten().filter_map(|topic| topic.as_str().map(str::to_owned)).collect()
}

/// Opens a topic, as a person does who presses its line.
async fn unfold(post: &Browser, topic: &str) {
    let closed = "return [...document.querySelectorAll('.sheet-topic:not([open])')].some(e => e.querySelector('.mine legend').textContent.trim() === arguments[0])";
    if post.run(closed, &[json!(topic)]).await == json!(true) {
        let line = "return [...document.querySelectorAll('.sheet-topic')].find(e => e.querySelector('.mine legend').textContent.trim() === arguments[0]).querySelector('h2').innerText";
        let words = post.run(line, &[json!(topic)]).await.as_str().expect("a heading").replace('\n', " ");
        post.press(&words).await;
    }
}

#[tokio::test]
async fn ten_findings_are_answered_in_one_sitting() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        let check = unanswered(&app).await;
        let post = Browser::with(&app, scripts).await;
        post.go("/").await;
        post.sign_in("guatemala").await;
        post.go(&check).await;
        post.effort.begin();
        post.press("Worksheet").await;
        let all = topics(&post).await;
        assert!(all.len() >= FINDINGS, "{all:?}");
        for topic in all.iter().take(FINDINGS) {
            unfold(&post, topic).await;
            post.tick(topic, "Yes").await;
            post.write_in(topic, "What post found", &format!("As the application says: {topic}.")).await;
        }
        if scripts == Scripts::On {
            post.says("Changed and not saved: 10").await;
        }
        post.press("Save the worksheet").await;
        post.says(&format!("Saved {FINDINGS} answers:")).await;
        let (clicks, loads, choices) = post.effort.so_far();
        println!("{scripts:?}: {loads} loads, {clicks} clicks, {choices} choices");
        assert!(loads <= LOADS, "{scripts:?}: {loads} loads");
        let focus = post.run("return document.activeElement.id || document.querySelector(':target')?.id", &[]).await;
        assert_eq!(focus, json!("saved"), "{scripts:?}: the sentence has the focus");
        let id = check.trim_start_matches("/checks/");
        let written = app.value(&format!("select count(*) from findings where check_id = '{id}'")).await;
        assert_eq!(written, FINDINGS.to_string());
        assert_eq!(post.errors().await, Vec::<String>::new());
        post.leave().await;
    }
}

#[tokio::test]
async fn a_topic_is_reached_by_its_address_and_saved_by_its_own_button() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = Browser::with(&app, Scripts::Off).await;
    post.go("/").await;
    post.sign_in("guatemala").await;
    post.go(&format!("{check}/worksheet#storage")).await;
    let seen = "const e = document.getElementById('storage'), r = e.getBoundingClientRect(); return e.checkVisibility() && r.top < innerHeight && r.bottom > 0";
    assert_eq!(post.run(seen, &[]).await, json!(true), "a browser opens what an address leads to");
    let topic = "Storage and physical security";
    post.tick(topic, "Partly").await;
    post.write_in(topic, "What post found", "A safe, and one lock.").await;
    post.press_within("Save this topic", topic).await;
    post.says("Saved Storage and physical security, partly.").await;
    assert_eq!(post.run("return document.querySelector(':target').id", &[]).await, json!("saved"));
    let folded = "return !document.getElementById('storage').closest('details').open";
    assert_eq!(post.run(folded, &[]).await, json!(true), "what is answered is one line");
    post.leave().await;
}

#[tokio::test]
async fn the_worksheet_is_accessible_folded_open_saved_and_refused() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = Browser::enter(&app, "guatemala").await;
    let mut faults = Faults::default();
    post.go(&format!("{check}/worksheet")).await;
    faults.judge(&post, "folded").await;
    assert_eq!(post.run(OPEN, &[]).await, json!(1), "one is open to begin with");
    post.run("document.querySelectorAll('main details').forEach(e => e.open = true)", &[]).await;
    faults.judge(&post, "open").await;
    let topic = topics(&post).await.remove(0);
    post.tick(&topic, "No").await;
    // Enter saves, and adds nothing: what is missing is told.
    post.run("document.querySelector('.mine input[type=radio]:checked').focus()", &[]).await;
    post.keys(&[Key::Enter]).await;
    post.says("Nothing was saved yet").await;
    faults.judge(&post, "with faults").await;
    post.write_in(&topic, "What post found", "It is not.").await;
    post.press("Save the worksheet").await;
    post.says("Saved").await;
    faults.judge(&post, "saved").await;
    faults.none();
    post.leave().await;
}

//! A telegram from pasting to the answer: read in, gone through by Washington and the post, signed, and answered by telegram.

use serde_json::json;

use crate::support::{Browser, TestApp};

/// The telegram of the demonstration, about another license of another panel.
fn telegram() -> String {
    let text = include_str!("../../src/demo/telegram.txt");
    text.replace("050107388", "050107401")
        .replace("International Panel for Judicial", "Regional Panel for Judicial")
        .replace("IPJPG", "RPJPG")
        .replace("#0815", "#0822")
}

/// Pastes a text into the field of a label.
async fn paste(browser: &Browser, label: &str, text: &str) {
    let field = browser.field("", label).await;
    let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(script, &[json!(field), json!(text)]).await;
}

#[tokio::test]
async fn a_telegram_is_pasted_gone_through_and_answered() {
    let app = TestApp::demonstration().await;
    let washington = Browser::enter(&app, "case").await;
    washington.press("Telegrams").await;
    washington.press("Read a telegram in").await;
    paste(&washington, "The telegram", &telegram()).await;
    washington.press("Read it in").await;
    washington.says("Telegram GUATEMALA 822").await;
    washington.says("It is on no check yet").await;
    washington.says("Words at a section break stand twice").await;
    washington.press("the one that is ready of the telegram").await;
    washington.says("Filed into BL-2026-").await;

    // The license is not told whole: its form and value are completed.
    washington.press_within("Change", "License 050107401").await;
    washington.choose("Form", "DSP-5").await;
    washington.write("Value", "48200").await;
    washington.press("Save").await;
    washington.says("Accepted with changes Nora Ellery").await;
    washington.press("all 2 that are ready of items").await;
    washington.press_within("Change", "End-user Regional Panel").await;
    washington.tick("Kind", "International organization").await;
    washington.press("Add the party").await;
    washington.press("the one that is ready of parties").await;
    washington.says("Broker Meridian Security Brokers (MSB), company, claimed by Ivo Castellan: never takes possession").await;
    washington.says("Send the request first").await;
    washington.press("BL-2026-").await;
    washington.says("What else was accepted from telegrams").await;
    washington.press("Send to the post").await;
    washington.press("Send to the post").await;
    washington.says("Requested").await;

    let post = Browser::enter(&app, "guatemala").await;
    post.press("Telegrams").await;
    post.press("GUATEMALA 822").await;
    post.press("BL-2026-").await;
    post.press("Acknowledge").await;
    post.press("Acknowledge").await;
    post.press("GUATEMALA 822").await;
    post.press("all 3 that are ready of import approvals").await;
    // That Castellan was met is only likely: how he and the post spoke is for the officer to say.
    post.press_within("Change", "Contact Meeting with Ivo Castellan").await;
    post.says("GUATEMALA 822, paragraph 3").await;
    post.tick("What it was", "Meeting").await;
    post.press("Save the contact").await;
    post.press("of contacts, statements and documents").await;
    post.says("Accepted Jonas Merrit").await;
    post.press("of findings").await;
    post.press("the one that is ready of recommendation").await;
    post.press("BL-2026-").await;
    post.says("GUATEMALA 822, paragraph 7").await;
    post.says("Claimed").await;
    post.says("Support with conditions: written, to be signed").await;

    // And the answer goes out as a telegram.
    post.press("Write a reply telegram").await;
    let body = post.written("Text").await;
    assert!(body.contains("RECOMMENDATION:") && body.contains("Claimed by \"Ivo Castellan"), "{body}");
    assert!(body.lines().all(|line| line.len() <= 65 && line.is_ascii()), "{body}");
    post.press("Keep the draft").await;
    post.press("Send it").await;
    post.press("Send it").await;
    post.says("The reply is not cleared yet").await;
    assert_eq!(post.errors().await, Vec::<String>::new());
    assert_eq!(washington.errors().await, Vec::<String>::new());
}

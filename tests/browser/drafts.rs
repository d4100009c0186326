//! What is typed is kept: by itself while a person types, and by the form itself without scripts.

use serde_json::json;

use crate::support::{Browser, TestApp, browser::Scripts};

const TYPED: &str = "The mill's contract was shown. It names the quantity of the license.";
/// Whether leaving the page would ask first.
pub const ASKS: &str = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";

async fn finding(app: &TestApp) -> String {
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    format!("/checks/{check}/findings/order")
}

#[tokio::test]
async fn a_closed_window_loses_nothing() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(false), "nothing is typed yet");
    browser.tick("Post's answer", "Partly").await;
    browser.write("What post found", TYPED).await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(true), "leaving typed text behind asks first");
    browser.says("Kept as a draft").await;
    browser.leave().await;

    let later = Browser::enter(&app, "guatemala").await;
    later.go(&path).await;
    later.says("This is what you typed before").await;
    assert_eq!(later.written("What post found").await, TYPED);
    assert_eq!(later.field("Post's answer", "Partly").await.prop("checked").await.unwrap().as_deref(), Some("true"));
    later.press("Save the finding").await;
    later.says(TYPED).await;
    later.go(&path).await;
    later.says_not("This is what you typed before").await;
    later.leave().await;
    assert_eq!(app.value("select count(*) from drafts").await, "0");
}

/// A browser refuses to send so much for a page that may be closed; that is no lost link.
#[tokio::test]
async fn a_long_text_is_kept_and_one_that_is_too_long_is_called_so() {
    const WRITE: &str =
        "const area = document.querySelector('textarea[name=text]'); area.value = 'word '.repeat(arguments[0]);
        area.dispatchEvent(new Event('input', { bubbles: true }))";
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.run(WRITE, &[json!(20_000)]).await;
    browser.says("Kept as a draft").await;
    browser.run(WRITE, &[json!(300_000)]).await;
    browser.says("in parts").await;
    browser.says_not("No connection").await;
    browser.leave().await;
}

#[tokio::test]
async fn a_lost_link_is_said_and_made_up_for() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.link(false).await;
    browser.write("What post found", TYPED).await;
    browser.says("No connection. What you typed is still here").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    assert_eq!(browser.run(ASKS, &[]).await, json!(true), "leaving text that is not kept asks first");
    assert_eq!(app.value("select count(*) from drafts").await, "0");
    browser.link(true).await;
    browser.says("Kept as a draft").await;
    assert_eq!(app.value("select count(*) from drafts").await, "1");
    assert_eq!(browser.run(ASKS, &[]).await, json!(false), "what is kept may be left");
    browser.leave().await;
}

#[tokio::test]
async fn a_form_that_was_sent_meanwhile_goes_on_as_another() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.write("What post found", "The first words.").await;
    browser.says("Kept as a draft").await;
    // Another window sends what was typed so far: this one goes on under an id of its own.
    let other = app.enter("guatemala").await;
    let form = other.open(&path).await.with_first_choices();
    form.send(&other).await.is(303);
    assert_eq!(app.value("select count(*) from drafts").await, "0");
    let first = browser.run("return document.querySelector('[name=form_id]').value", &[]).await;
    browser.write("What post found", TYPED).await;
    browser
        .until(
            "return document.querySelector('[name=form_id]').value !== arguments[0]"
                .replace("arguments[0]", &first.to_string())
                .as_str(),
            "a new id",
        )
        .await;
    browser.says("Kept as a draft").await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(false), "what is kept may be left");
    assert_eq!(other.open(&path).await.value("text"), TYPED);
    // And sending it asks to look at what was sent first.
    browser.press("Save the finding").await;
    browser.says("This form was sent or discarded before").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    browser.leave().await;
}

#[tokio::test]
async fn what_is_not_kept_is_never_called_kept() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    app.run(
        "insert into drafts (form_id, person_id, path, title, body, saved_at)
             select gen_random_uuid(), p.id, '/checks/open', 'Open a check', 'subject=' || n, '2026-11-20'
             from people p, generate_series(1, 200) n where p.account = 'guatemala'",
    )
    .await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.write("What post found", TYPED).await;
    browser.says("Not kept: there is room for 200 texts, so discard one under My work, Typed and not sent").await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(true), "leaving text that is not kept asks first");
    browser.says_not("Kept as a draft").await;
    // Nor is it when something else answers, such as the page that a redirect leads to.
    app.run("delete from drafts").await;
    browser.run("window.asked = 0; window.fetch = async () => { asked += 1; return new Response('a page', { status: 200 }) }", &[]).await;
    browser.write("What post found", TYPED).await;
    browser.until("return asked > 0", "it is saved").await;
    browser.says("Not kept; Lantern tries again.").await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(true), "leaving it asks first");
    browser.leave().await;
}

#[tokio::test]
async fn forms_work_with_scripts_turned_off() {
    let app = TestApp::demonstration().await;
    let browser = Browser::with(&app, Scripts::Off).await;
    browser.go("/").await;
    browser.sign_in("guatemala").await;
    browser.press("Checks").await;
    browser.write("Reference, words, license", "Cartridges for a sugar").await;
    browser.press("Filter").await;
    browser.press("BL-").await;
    browser.press("Answer Order and contract").await;
    // The draft script is the only thing that could have written here.
    browser.write("What post found", TYPED).await;
    browser.press("Save the finding").await;
    browser.says("Nothing was saved yet").await;
    let focused = browser.focused().await.text().await.unwrap();
    assert!(focused.contains("Nothing was saved yet"), "the focus is on {focused:?}");
    assert_eq!(browser.written("What post found").await, TYPED);
    browser.tick("Post's answer", "Yes").await;
    browser.choose("Portion mark", "(U)").await;
    browser.press("Save the finding").await;
    browser.says(TYPED).await;
    assert_eq!(app.value("select count(*) from findings where text like 'The mill''s contract%'").await, "1");
    assert_eq!(app.value("select count(*) from drafts").await, "0");
    browser.leave().await;
}

//! What is sent without an answer is said in place, stays in this browser for its account, and is done once.

use serde_json::{Value, json};
use time::Duration;

use crate::support::{Browser, TestApp};

pub const TYPED: &str = "The mill's contract was shown. It names the quantity of the license.";
/// All that the browser keeps.
const KEPT: &str = "return JSON.stringify(localStorage)";
/// The requests of a page get lost, and the next page's do not: what a person loses who goes while the link is down.
pub const LOSE: &str = "window.real = window.fetch; window.fetch = async () => { throw new TypeError('lost') }";
/// What is sent arrives, and its answer does not.
const LOSE_ANSWERS: &str = "window.real = window.fetch; window.fetch = async (...asked) => { await real(...asked); throw new TypeError('lost') }";
pub const FORM_ID: &str = "return document.querySelector('form[data-draft] [name=form_id]').value";

pub async fn finding(app: &TestApp) -> String {
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    format!("/checks/{check}/findings/order")
}

pub async fn findings(app: &TestApp) -> String {
    app.value("select count(*) from findings where text like 'The mill''s contract%'").await
}

async fn entries(app: &TestApp) -> u32 {
    app.value("select count(*) from audit_events").await.parse().expect("a count")
}

pub async fn kept(browser: &Browser) -> String {
    browser.run(KEPT, &[]).await.as_str().unwrap_or_default().to_owned()
}

pub async fn fill(browser: &Browser, path: &str) {
    browser.go(path).await;
    browser.tick("Post's answer", "Yes").await;
    browser.choose("Portion mark", "(U)").await;
    browser.write("What post found", TYPED).await;
}

/// A finding that was sent while the link was down.
pub async fn unsent(app: &TestApp) -> (Browser, String) {
    let path = finding(app).await;
    let browser = Browser::enter(app, "guatemala").await;
    fill(&browser, &path).await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("No answer from Lantern It may not have arrived.").await;
    assert!(kept(&browser).await.contains(TYPED));
    (browser, path)
}

#[tokio::test]
async fn without_a_link_nothing_is_lost_and_trying_again_saves_once() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.link(false).await;
    browser.tick("Post's answer", "Yes").await;
    browser.choose("Portion mark", "(U)").await;
    browser.write("What post found", TYPED).await;
    let form = browser.run(FORM_ID, &[]).await;
    browser.press_here("Save the finding").await;
    browser
        .says("Nothing was sent There is no connection to Lantern. What you filled in is kept in this browser until")
        .await;
    assert!(browser.focused().await.text().await.unwrap().contains("Nothing was sent"), "it has the focus");
    assert_eq!(browser.written("What post found").await, TYPED, "the page is still there");
    assert!(kept(&browser).await.contains(TYPED));
    browser.press_here("Try again").await;
    browser.says("Nothing was sent").await;
    assert_eq!(findings(&app).await, "0");

    browser.link(true).await;
    assert_eq!(browser.run(FORM_ID, &[]).await, form, "it is the same form");
    browser.press("Try again").await;
    browser.says(TYPED).await;
    assert_eq!(findings(&app).await, "1");
    assert!(!kept(&browser).await.contains(TYPED), "what was saved is kept no more");
    browser.go(&path).await;
    browser.says_not("What you sent").await;
    browser.leave().await;
    assert_eq!(app.value("select count(*) from drafts").await, "0");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_found_again_and_nothing_is_done_twice() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    let logged = entries(&app).await;
    fill(&browser, &path).await;
    browser.run(LOSE_ANSWERS, &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("It may not have arrived.").await;
    let other = kept(&browser).await;
    browser.run("window.fetch = real", &[]).await;
    browser.press("Try again").await;
    browser.says(TYPED).await;
    assert_ne!(browser.path().await, path, "it leads where the save led");
    assert!(!kept(&browser).await.contains(TYPED));
    assert_eq!((findings(&app).await.as_str(), entries(&app).await - logged), ("1", 1));
    // A page that shows it as it was sent, on file, offers nothing.
    let put = "Object.assign(localStorage, JSON.parse(arguments[0]))";
    browser.run(put, &[json!(other)]).await;
    browser.go(&path).await;
    browser.says_not("What you sent").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    assert!(!kept(&browser).await.contains(TYPED), "what is on file is kept no more");
    browser.leave().await;
}

#[tokio::test]
async fn what_arrived_without_its_answer_is_not_made_twice_when_it_is_put_back() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await.replace("findings/order", "documents/describe");
    let browser = Browser::enter(&app, "guatemala").await;
    let logged = entries(&app).await;
    browser.go(&path).await;
    browser.write("What it is", "purchase order").await;
    browser.write("Issued by", "The mill").await;
    browser.write("What it says", TYPED).await;
    browser.write("Where it is kept", "post's file 2026/14").await;
    browser.run(LOSE_ANSWERS, &[]).await;
    browser.press_here("Save the document").await;
    browser.says("It may not have arrived.").await;
    browser.go(&path).await;
    browser.says("got no answer").await;
    browser.press("Put it back").await;
    assert_ne!(browser.path().await, path, "it leads where the save led");
    assert!(!kept(&browser).await.contains(TYPED));
    let documents = app.value("select count(*) from documents where description like 'The mill''s contract%'").await;
    assert_eq!((documents.as_str(), entries(&app).await - logged), ("1", 1));
    assert_eq!(app.value("select count(*) from drafts").await, "0");
    browser.leave().await;
}

#[tokio::test]
async fn a_new_visit_offers_what_was_kept() {
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    browser.go(&path).await;
    browser.press_here("Drop it").await;
    browser.says_not("What you sent").await;
    assert!(!kept(&browser).await.contains(TYPED));
    browser.go(&path).await;
    browser.says_not("What you sent").await;
    browser.leave().await;

    let (browser, path) = unsent(&app).await;
    browser.go("/").await;
    browser.says("may not have arrived").await;
    browser.go(&path).await;
    browser.says("got no answer It is kept in this browser until").await;
    assert_eq!(browser.written("What post found").await, "", "it is offered, and not put back unasked");
    browser.press("Put it back").await;
    browser.says("This is what you typed before").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    assert!(!kept(&browser).await.contains(TYPED), "it is a draft on the server now");
    browser.says_not("What you sent").await;
    browser.press("Save the finding").await;
    browser.says(TYPED).await;
    assert_eq!(findings(&app).await, "1");
    browser.leave().await;
}

#[tokio::test]
async fn what_two_windows_sent_is_offered_twice() {
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    fill(&browser, &path).await;
    browser.write("What post found", "Another window's words.").await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("may not have arrived").await;
    browser.go(&path).await;
    browser.says("What you sent").await;
    assert_eq!(browser.run("return document.querySelectorAll('main .unsent').length", &[]).await, json!(2));
    browser.leave().await;
}

#[tokio::test]
async fn signing_out_drops_it_after_asking() {
    let app = TestApp::demonstration().await;
    let (browser, _) = unsent(&app).await;
    browser.go("/").await;
    browser.run("window.confirm = (text) => { window.asked = text; return false }", &[]).await;
    browser.press_here("Sign out").await;
    browser.until("return !!window.asked", "it is asked").await;
    assert!(kept(&browser).await.contains(TYPED), "whoever thinks better of it keeps it");
    browser.run("window.confirm = () => true", &[]).await;
    browser.press("Sign out").await;
    browser.says("Notice and consent").await;
    assert_eq!(kept(&browser).await, "{}");
    browser.leave().await;
}

/// Whatever ended the session: the text goes with its person, and signing in stands before it.
#[tokio::test]
async fn a_session_that_ended_meanwhile_loses_no_text() {
    const FIRST: &str = "const [button, text] = ['main button', 'main textarea'].map(e => document.querySelector(e));
        return !!(button.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)";
    for aged in [true, false] {
        let app = TestApp::demonstration().await;
        let (browser, _) = unsent(&app).await;
        browser.run("window.fetch = real", &[]).await;
        if aged {
            app.clock.advance(Duration::minutes(16));
            browser.press("Try again").await;
        } else {
            browser.take_over("").await;
            browser.press("Try again").await;
            browser.says("goes with you when you sign in").await;
            assert_eq!(browser.run(FIRST, &[]).await, json!(true));
            browser.press("Sign in").await;
        }
        browser.sign_in("guatemala").await;
        browser.says("This is what you typed before").await;
        assert_eq!(browser.written("What post found").await, TYPED);
        browser.says_not("What you sent").await;
        assert!(!kept(&browser).await.contains(TYPED), "it is a draft on the server");
        assert_eq!(findings(&app).await, "0");
        browser.leave().await;
    }
}

#[tokio::test]
async fn another_account_finds_nothing_and_a_visitor_sees_nothing() {
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    // The session is over, and nobody signed out: the text waits for its account, and shows itself to nobody.
    browser.take_over("").await;
    for page in ["/sign-in", "/about"] {
        browser.go(page).await;
        browser.says_not("What you sent").await;
        browser.says_not(TYPED).await;
        assert!(kept(&browser).await.contains(TYPED));
    }
    browser.go(&path).await;
    browser.sign_in("guatemala").await;
    browser.says("got no answer").await;

    browser.take_over("").await;
    browser.go("/").await;
    browser.sign_in("guatemala2").await;
    assert!(!kept(&browser).await.contains(TYPED));
    browser.go(&path).await;
    browser.says_not("What you sent").await;
    browser.leave().await;
}

/// A window of somebody who has signed out in another one keeps nothing.
#[tokio::test]
async fn a_window_left_open_keeps_nothing_after_signing_out() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    fill(&browser, &path).await;
    browser.run("localStorage.removeItem('lantern.who')", &[]).await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("This browser keeps nothing").await;
    assert_eq!(kept(&browser).await, "{}");
    browser.leave().await;
}

#[tokio::test]
async fn after_a_day_it_is_gone() {
    const AGE: &str = "const key = Object.keys(localStorage).find(key => key.startsWith('lantern.unsent.'));
        const text = JSON.parse(localStorage[key]); text.at -= arguments[0] * 60000; localStorage[key] = JSON.stringify(text)";
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    browser.run(AGE, &[json!(23 * 60 + 50)]).await;
    browser.go(&path).await;
    browser.says("What you sent on ").await;
    browser.run(AGE, &[json!(11)]).await;
    browser.go(&path).await;
    browser.says_not("What you sent").await;
    assert!(!kept(&browser).await.contains(TYPED));
    browser.leave().await;
}

#[tokio::test]
async fn a_full_or_forbidden_browser_is_said_to_keep_nothing() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    fill(&browser, &path).await;
    browser
        .run("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }", &[])
        .await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("This browser keeps nothing: what you filled in is on this page alone, so leave it open.").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    browser.leave().await;
}

#[tokio::test]
async fn no_password_is_kept() {
    const SECRET: &str = "a proof nobody may keep";
    let app = TestApp::demonstration().await;
    let check = app.value("select '/checks/' || id from checks where subject like '36 weapons%'").await;
    let text = "Post confirmed the order, the need and the storage.";
    app.enter("case2").await.done(&format!("{check}/propose"), &[("word", "favorable"), ("text", text)]).await;
    let browser = Browser::enter(&app, "reviewer").await;
    for _ in 0..2 {
        app.clock.advance(Duration::minutes(10));
        browser.go(&format!("{check}/sign-result")).await;
    }
    browser.write("Your password", SECRET).await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Sign the result").await;
    browser.says("What you filled in is kept in this browser").await;
    let kept = kept(&browser).await;
    assert!(kept.contains("lantern.unsent."), "{kept}");
    assert!(!kept.contains(SECRET) && !kept.contains("password"), "{kept}");
    // Forms that are about passwords are sent by the browser itself.
    browser.go("/password").await;
    let left = "return document.querySelector('main form').dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))";
    assert_eq!(browser.run(left, &[]).await, json!(true));
    browser.leave().await;
}

#[tokio::test]
async fn a_slow_answer_is_no_lost_one() {
    const SLOW: &str = "window.real = window.fetch; const wait = window.setTimeout;
        window.setTimeout = (act, after, ...with_) => wait(act, after === 15000 ? 50 : after, ...with_);
        window.fetch = (to, how) => new Promise((then, fail) => {
            window.arrive = () => real(to, how).then(then, fail);
            how.signal?.addEventListener('abort', () => fail(new TypeError('aborted')));
        })";
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    for again in [false, true] {
        fill(&browser, &path).await;
        browser.run(SLOW, &[]).await;
        browser.press_here("Save the finding").await;
        browser.says("Lantern has not answered yet").await;
        let line = "return document.querySelector('[data-saved]').textContent";
        assert_eq!(browser.run(line, &[]).await, json!("Still sending. Lantern has not answered yet."));
        assert!(kept(&browser).await.contains(TYPED));
        // A second press of the same button sends nothing; what is typed meanwhile would be lost, so nothing can be.
        let held = "return document.querySelector('textarea[name=text]').closest('[inert]') !== null";
        assert_eq!(browser.run(held, &[]).await, Value::Bool(true));
        if again {
            browser.run("window.fetch = real", &[]).await;
            browser.press("Try again").await;
        } else {
            browser.run("document.documentElement.pressed = true; arrive()", &[]).await;
            browser
                .until("return !document.documentElement.pressed && document.readyState === 'complete'", "it leads on")
                .await;
        }
        browser.says(TYPED).await;
        assert_eq!(findings(&app).await, "1");
        assert!(!kept(&browser).await.contains(TYPED));
    }
    browser.leave().await;
}

#[tokio::test]
async fn what_a_browser_kept_is_text_whatever_stands_in_it() {
    const HOSTILE: &str = "const key = Object.keys(localStorage).find(key => key.startsWith('lantern.unsent.'));
        const text = JSON.parse(localStorage[key]); text.title = '<img src=x onerror=owned()> Title'; text.path = '/about';
        localStorage[key] = JSON.stringify(text); localStorage['lantern.unsent.broken'] = '{'";
    let app = TestApp::demonstration().await;
    let (browser, _) = unsent(&app).await;
    browser.run(HOSTILE, &[]).await;
    browser.errors().await;
    browser.go("/").await;
    browser.says("<img src=x onerror=owned()> Title").await;
    assert_eq!(browser.run("return document.querySelectorAll('main img').length", &[]).await, json!(0));
    assert!(!kept(&browser).await.contains("broken"), "what is not ours to read is dropped");
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.leave().await;
}

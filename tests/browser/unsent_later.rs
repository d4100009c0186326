//! What is sent without an answer, when something else has changed meanwhile: the link, the day, the form, the account,
//! the program that answers.

use serde_json::json;
use time::{Duration, UtcOffset};

use super::{
    drafts::ASKS,
    unsent::{FORM_ID, LOSE, TYPED, fill, finding, findings, kept, unsent},
};
use crate::support::{Browser, TestApp};

/// The requests of the page go as they are again.
const MEND: &str = "window.fetch = window.real";
/// Another account signs in, in another window.
const ANOTHER: &str = "localStorage.setItem('lantern.who', 'another')";
/// As far as the browser knows there is no link from the moment on at which an answer gets lost.
const LOSE_LINK: &str = "window.real = window.fetch; window.fetch = async (...asked) => {
    await real(...asked);
    Object.defineProperty(navigator, 'onLine', { get: () => false });
    throw new TypeError('lost');
}";

#[tokio::test]
async fn nothing_was_sent_is_said_only_where_nothing_can_have_arrived() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    // The link goes after the form has gone.
    fill(&browser, &path).await;
    browser.run(LOSE_LINK, &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("It may not have arrived.").await;
    assert_eq!(findings(&app).await, "1", "it has");
    assert!(kept(&browser).await.contains(r#"\"sure\":false"#));
    // Nor does a later attempt without a link say what became of the first.
    browser.press_here("Try again").await;
    browser.says("It may not have arrived.").await;
    browser.says_not("Nothing was sent").await;
    assert!(kept(&browser).await.contains(r#"\"sure\":false"#));

    // What never had a link is sure, until it is sent again with one.
    browser.go(&path).await;
    browser.write("What post found", "Other words.").await;
    browser.link(false).await;
    browser.press_here("Save the finding").await;
    browser.says("Nothing was sent There is no connection to Lantern.").await;
    assert!(kept(&browser).await.contains(r#"\"sure\":true"#));
    browser.link(true).await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Try again").await;
    browser.says("It may not have arrived.").await;
    assert!(kept(&browser).await.contains(r#"\"sure\":false"#));
    browser.leave().await;
}

async fn describe(browser: &Browser, path: &str) {
    browser.go(path).await;
    browser.write("What it is", "purchase order").await;
    browser.write("Issued by", "The mill").await;
    browser.write("What it says", TYPED).await;
    browser.write("Where it is kept", "post's file 2026/14").await;
}

#[tokio::test]
async fn today_is_the_day_of_the_page_on_which_it_was_typed() {
    let app = TestApp::demonstration().await;
    let path = finding(&app).await.replace("findings/order", "documents/describe");
    // Five minutes before midnight in Guatemala.
    let guatemala = UtcOffset::from_hms(-6, 0, 0).unwrap();
    let evening = app.clock.now().to_offset(guatemala).replace_time(time::macros::time!(23:55));
    app.clock.set(evening.to_offset(UtcOffset::UTC));
    let words = |day: time::Date| {
        format!("{} {} {}", day.day(), day.month().to_string().get(..3).unwrap_or_default(), day.year())
    };
    let (today, yesterday) = (words(evening.date()), words(evening.date().previous_day().unwrap()));
    let browser = Browser::enter(&app, "guatemala").await;
    describe(&browser, &path).await;
    // What is kept of a word that is still being typed says the day.
    browser.write("Dated", " Yesterday ").await;
    let dated = yesterday.replace(' ', "+");
    let says = format!("select count(*) from drafts where body like '%dated={dated}&%'");
    for _ in 0..200 {
        if app.value(&says).await == "1" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(app.value(&says).await, "1", "{}", app.value("select body from drafts").await);
    // Whoever goes on sees which day that is.
    app.clock.advance(Duration::minutes(10));
    browser.write("Dated", "TODAY").await;
    browser.field("", "What it says").await.click().await.unwrap();
    assert_eq!(browser.written("Dated").await, today);
    browser.run("document.querySelector('input.day').value = 'today'", &[]).await;
    browser.run(LOSE, &[]).await;
    browser.press_here("Save the document").await;
    browser.says("It may not have arrived.").await;
    let text = kept(&browser).await;
    assert!(text.contains(&today) && !text.contains("today"), "{text}");
    browser.run(MEND, &[]).await;
    browser.press("Try again").await;
    browser.says(TYPED).await;
    let dated = app.value("select dated from documents where description like 'The mill''s contract%'").await;
    assert_eq!(dated, evening.date().to_string(), "a page that stood open over midnight keeps its day");
    browser.leave().await;
}

/// What a page with faults gives back is on that page alone, until it is a draft.
#[tokio::test]
async fn a_page_with_faults_is_kept_at_once_and_not_left_before() {
    const KEEP_NONE: &str = "window.real = window.fetch;
        window.fetch = (to, how) => (to === '/drafts' ? Promise.reject(new TypeError('lost')) : real(to, how))";
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.run(KEEP_NONE, &[]).await;
    browser.write("What post found", TYPED).await;
    browser.press_here("Save the finding").await;
    browser.says("Nothing was saved yet").await;
    browser.until(ASKS, "leaving it asks first").await;
    assert_eq!(app.value("select count(*) from drafts").await, "0");
    browser.run(MEND, &[]).await;
    browser.says("Kept as a draft").await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(false), "what is kept may be left");
    browser.go(&path).await;
    browser.says("This is what you typed before").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    browser.leave().await;
}

/// As above, where the page has no form of its own but only shows what was typed.
#[tokio::test]
async fn a_page_that_only_shows_what_was_typed_is_kept_too() {
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    app.run(
        "set session_replication_role = replica; delete from drafts;
         delete from assignments where person_id in (select id from people where account = 'guatemala')",
    )
    .await;
    browser.run(MEND, &[]).await;
    browser.press_here("Try again").await;
    browser.says("You have no assignment today").await;
    browser.says("Kept as a draft").await;
    assert_eq!(browser.run(ASKS, &[]).await, json!(false), "what is kept may be left");
    assert!(!kept(&browser).await.contains("lantern.unsent."), "it is a draft");
    assert_eq!(app.value("select path from drafts").await, path);
    assert!(app.value("select body from drafts").await.contains("The+mill"));
    browser.leave().await;
}

/// The form of this browser is sent by another window of its person, with other words.
async fn send_meanwhile(app: &TestApp, browser: &Browser, path: &str) {
    let id = browser.run(FORM_ID, &[]).await;
    let other = app.enter("guatemala").await;
    let form = other.open(path).await.with_first_choices().set("text", "What another window said.");
    form.set("form_id", id.as_str().unwrap()).send(&other).await.is(303);
}

#[tokio::test]
async fn what_was_kept_under_the_id_of_before_is_forgotten_too() {
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    let before = browser.run(FORM_ID, &[]).await;
    send_meanwhile(&app, &browser, &path).await;
    browser.run(MEND, &[]).await;
    browser.write("What post found", &format!("{TYPED} And more.")).await;
    let renewed = format!("return {FORM} !== {before}", FORM = FORM_ID.trim_start_matches("return "));
    browser.until(&renewed, "it goes on as another form").await;
    browser.says("Kept as a draft").await;
    browser.press_here("Save the finding").await;
    browser.says("This form was sent or discarded before").await;
    assert!(!kept(&browser).await.contains("lantern.unsent."), "{}", kept(&browser).await);
    browser.leave().await;
}

/// A save that was answered may be left, whatever becomes of a draft that is still under way; and whoever stops the
/// page that it leads to finds the way there.
#[tokio::test]
async fn a_save_that_was_answered_is_left_without_asking_and_leads_on_after_a_stop() {
    const STOP: &str = "window.real = window.fetch; window.fetch = async (to, how) => {
        const failed = (then) => () => then(new Response('', { status: 500 }));
        if (to === '/drafts') return new Promise((then) => { window.late = failed(then); });
        const answer = await real(to, how), says = () => document.body.innerText.includes('opening the next page');
        const stop = setInterval(() => says() && window.stop(), 0);
        setTimeout(() => clearInterval(stop), 2000);
        return answer;
    }";
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.run(STOP, &[]).await;
    browser.tick("Post's answer", "Yes").await;
    browser.choose("Portion mark", "(U)").await;
    browser.write("What post found", TYPED).await;
    browser.until("return !!window.late", "a draft is under way").await;
    browser.press_here("Save the finding").await;
    browser.says("Saved; opening the next page").await;
    browser.run_later("late(); setTimeout(arguments[arguments.length - 1], 2200)", &[]).await;
    assert_eq!(browser.path().await, path, "it was stopped");
    assert_eq!(browser.run(ASKS, &[]).await, json!(false), "what is saved may be left");
    browser.press("the next page").await;
    browser.says(TYPED).await;
    assert_eq!(findings(&app).await, "1");
    browser.leave().await;
}

#[tokio::test]
async fn what_has_no_form_any_more_is_sent_shown_or_dropped() {
    // As of a check that was closed: its page answers, and has no form.
    const CLOSED: &str = "const key = Object.keys(localStorage).find(key => key.startsWith('lantern.unsent.'));
        localStorage[key] = localStorage[key].replace(/\"path\":\"[^\"]*\"/, '\"path\":\"/about\"')";
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    for dropped in [true, false] {
        fill(&browser, &path).await;
        browser.write("What post found", "The mill's contract was <b>shown</b>.").await;
        browser.run(LOSE, &[]).await;
        browser.press_here("Save the finding").await;
        browser.says("It may not have arrived.").await;
        browser.run(CLOSED, &[]).await;
        browser.go("/").await;
        browser.says("may not have arrived").await;
        browser.says_not("The mill's contract").await;
        browser.press_here("Show the text").await;
        browser.says("Post's answer Yes").await;
        browser.says("What post found The mill's contract was <b>shown</b>.").await;
        browser.press_here("Hide the text").await;
        browser.says_not("The mill's contract").await;
        browser.go("/about").await;
        browser.says("What you sent").await;
        if dropped {
            browser.press_here("Drop it").await;
            browser.says_not("What you sent").await;
        } else {
            browser.press("Send it again").await;
            browser.says("The mill's contract was <b>shown</b>.").await;
        }
        assert!(!kept(&browser).await.contains("lantern.unsent."));
        assert_eq!(findings(&app).await, if dropped { "0" } else { "1" });
    }
    browser.leave().await;
}

/// Whoever signs in in another window gets nothing of this one's.
#[tokio::test]
async fn a_window_of_one_account_puts_nothing_into_anothers() {
    // A document of its own, as another window is.
    const ELSEWHERE: &str = "const other = document.createElement('iframe'); document.body.append(other);
        const localStorage = other.contentWindow.localStorage;";
    const OFFERED: &str = "return document.querySelectorAll('main .unsent').length === 1";
    const WITHDRAWN: &str = "return !document.querySelector('main .unsent')";
    const OTHERS: &str = "Another account is signed in in this browser now, so nothing is sent or kept from this page.";
    const DRAFTS: &str = "select coalesce(string_agg(body, ' '), '') from drafts";
    const GONE: &str = "for (const key of Object.keys(localStorage))
        if (key.startsWith('lantern.unsent.')) localStorage.removeItem(key)";
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    let saved = kept(&browser).await;
    // What is tried again, and what is saved or kept as a draft.
    browser.run(MEND, &[]).await;
    browser.write("What post found", "Words of before.").await;
    browser.says("Kept as a draft").await;
    let drafts = app.value(DRAFTS).await;
    browser.run(ANOTHER, &[]).await;
    browser.press_here("Try again").await;
    browser.says("Your account is no longer signed in in this browser: it is on this page alone.").await;
    browser.press_here("Save the finding").await;
    browser.says(OTHERS).await;
    browser.run("document.querySelector('[data-saved]').textContent = ''", &[]).await;
    browser.write("What post found", "More words.").await;
    browser.says(OTHERS).await;
    assert_eq!(findings(&app).await, "0");
    assert_eq!(app.value(DRAFTS).await, drafts);

    let put = "localStorage.clear(); Object.assign(localStorage, JSON.parse(arguments[0]))";
    for place in [&path, "/"] {
        for (words, meanwhile) in [("", ANOTHER), ("", GONE), ("act", ANOTHER), ("act", GONE)] {
            browser.run(put, &[json!(saved)]).await;
            browser.go(place).await;
            browser.until(OFFERED, "it is offered").await;
            if words.is_empty() {
                browser.run(&format!("{ELSEWHERE} {meanwhile}"), &[]).await;
            } else {
                browser.run(meanwhile, &[]).await;
                browser.press_here(if place == "/" { "Send it again" } else { "Put it back" }).await;
            }
            browser.until(WITHDRAWN, "it is withdrawn").await;
        }
    }
    assert_eq!(findings(&app).await, "0");
    assert_eq!(app.value(DRAFTS).await, drafts);
    browser.leave().await;
}

/// While programs are replaced one after the other, one of before the header may answer. Of anything else that answers,
/// nothing is believed.
#[tokio::test]
async fn an_older_program_is_known_by_its_pages_and_where_they_lead() {
    const OLDER: &str = "window.real = window.fetch; window.fetch = (to, how) => {
        const { 'Lantern-Form': none, ...headers } = how.headers;
        return real(to, { ...how, headers });
    }";
    let app = TestApp::demonstration().await;
    let path = finding(&app).await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&path).await;
    browser.write("What post found", TYPED).await;
    browser.run("window.real = window.fetch; window.fetch = () => real('/healthz')", &[]).await;
    browser.press_here("Save the finding").await;
    browser.says("Something else on the way answered").await;
    browser.run(MEND, &[]).await;
    browser.run(OLDER, &[]).await;
    browser.press_here("Try again").await;
    browser.says("Nothing was saved yet").await;
    browser.tick("Post's answer", "Yes").await;
    browser.choose("Portion mark", "(U)").await;
    browser.press("Save the finding").await;
    browser.says("found on order and contract: yes").await;
    assert_ne!(browser.path().await, path, "it leads where the save led");
    assert_eq!(findings(&app).await, "1");
    assert!(!kept(&browser).await.contains("lantern.unsent."));
    browser.leave().await;
}

#[tokio::test]
async fn what_was_just_typed_is_kept_before_another_text_is_put_back() {
    let app = TestApp::demonstration().await;
    let (browser, path) = unsent(&app).await;
    browser.go(&path).await;
    browser.says("got no answer").await;
    // The newest text is shown first: time goes on between the two.
    let clock = app.clock.clone();
    let goes_on = tokio::spawn(async move {
        loop {
            clock.advance(Duration::milliseconds(5));
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    });
    browser.write("What post found", "Words of this moment.").await;
    browser.press("Put it back").await;
    browser.says("Another text of yours for this page is kept too").await;
    assert_eq!(browser.written("What post found").await, TYPED);
    let kept = app.value("select string_agg(body, ' ') from drafts").await;
    assert!(kept.contains("Words+of+this+moment"), "{kept}");
    goes_on.abort();
    browser.leave().await;
}

#[tokio::test]
async fn trying_again_leaves_the_focus_where_it_is_said_what_goes_on() {
    let app = TestApp::demonstration().await;
    let (browser, _) = unsent(&app).await;
    browser.run("window.fetch = () => new Promise(() => {})", &[]).await;
    browser.press_here("Try again").await;
    assert_eq!(browser.focused().await.text().await.unwrap(), "Sending ...");
    browser.leave().await;
}

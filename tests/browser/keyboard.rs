//! The keyboard alone is enough.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::support::{Browser, TestApp, browser::Scripts};

/// What has the focus: the button's or link's words, or the name of the field.
const FOCUS: &str = "const e = document.activeElement; return e.name || e.innerText || e.tagName";

async fn focus(browser: &Browser) -> String {
    browser.run(FOCUS, &[]).await.as_str().unwrap_or_default().trim().to_owned()
}

/// Presses Tab until the focus is on this; gives what it passed on the way.
async fn tab_to(browser: &Browser, wanted: &str) -> Vec<String> {
    let mut passed = Vec::new();
    for _ in 0..80 {
        browser.keys(&[Key::Tab]).await;
        let now = focus(browser).await;
        if now == wanted {
            return passed;
        }
        passed.push(now);
    }
    panic!("Tab never comes to {wanted:?}: {passed:?}");
}

#[tokio::test]
async fn a_finding_is_written_with_the_keyboard_alone() {
    let app = TestApp::demonstration().await;
    let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.go(&format!("/checks/{check}/findings/order")).await;

    browser.keys(&[Key::Tab]).await;
    assert_eq!(focus(&browser).await, "Skip to the page");
    browser
        .until(
            "return document.activeElement.getBoundingClientRect().top >= 0",
            "the skip link is seen when it has the focus",
        )
        .await;
    browser.keys(&[Key::Enter]).await;
    assert_eq!(browser.run("return document.activeElement.id", &[]).await, json!("main"));

    // An empty form: the summary has the focus, Tab comes to its links, and a link gives the focus to the field.
    let passed = tab_to(&browser, "Save the finding").await;
    let fields: Vec<&String> =
        passed.iter().filter(|name| ["answer", "text", "portion_mark", "contacts"].contains(&name.as_str())).collect();
    assert!(fields.starts_with(&[&"answer".to_owned(), &"text".into(), &"portion_mark".into()]), "{passed:?}");
    browser.run("document.documentElement.pressed = true", &[]).await;
    browser.keys(&[Key::Enter]).await;
    browser
        .until("return !document.documentElement.pressed && document.readyState === 'complete'", "the form is answered")
        .await;
    assert_eq!(browser.run("return document.activeElement.id", &[]).await, json!("faults"));
    browser.keys(&[Key::Tab, Key::Enter]).await;
    assert_eq!(focus(&browser).await, "answer");

    browser.keys(&[Key::Space]).await;
    assert_eq!(
        browser.run("return document.querySelector('input[name=answer]:checked')?.value", &[]).await,
        json!("yes")
    );
    tab_to(&browser, "text").await;
    browser.focused().await.send_keys("The contract was shown.").await.unwrap();
    tab_to(&browser, "portion_mark").await;
    browser.focused().await.send_keys("(U)").await.unwrap();
    tab_to(&browser, "Save the finding").await;
    browser.keys(&[Key::Enter]).await;
    browser.says("The contract was shown.").await;
    assert_eq!(browser.path().await, format!("/checks/{check}"));

    // Wherever the focus is, it is seen.
    browser.go(&format!("/checks/{check}")).await;
    let mut unseen = Vec::new();
    for _ in 0..40 {
        browser.keys(&[Key::Tab]).await;
        let style = "const e = document.activeElement, s = getComputedStyle(e); return e === document.body || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0";
        if browser.run(style, &[]).await != Value::Bool(true) {
            unseen.push(focus(&browser).await);
        }
    }
    assert!(unseen.is_empty(), "the focus is not seen on {unseen:?}");
    browser.leave().await;
}

/// Wherever the focus is, its label's or its own words.
const WORDS: &str = "const e = document.activeElement; return [...(e.labels || [])].map(l => l.innerText).join(' ') || e.innerText || ''";
/// Whether what has the focus is behind the bar that stays in view.
const HIDDEN: &str =
    "const b = document.querySelector('.pointing').getBoundingClientRect(), e = document.activeElement.getBoundingClientRect();
    return !document.activeElement.closest('.pointing') && e.top < b.bottom && e.bottom > b.top + 2";

#[tokio::test]
async fn a_sentence_is_pointed_at_with_the_keyboard_alone_without_scripts_on_a_phone() {
    let app = TestApp::demonstration().await;
    let (at, check) = crate::filing::plain(&app, &app.enter("guatemala").await, 961).await;
    let browser = Browser::with(&app, Scripts::Off).await;
    browser.size(390, 844).await;
    browser.go("/").await;
    browser.sign_in("guatemala").await;
    browser.go(&at).await;
    let come_to = async |wanted: &str| {
        for _ in 0..80 {
            browser.keys(&[Key::Tab]).await;
            assert_eq!(browser.run(HIDDEN, &[]).await, json!(false), "the focus is behind the bar");
            let words = browser
                .run(WORDS, &[])
                .await
                .as_str()
                .unwrap_or_default()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            if words == wanted {
                return;
            }
        }
        panic!("Tab never comes to {wanted:?}");
    };
    come_to("Maes stated that the store has two locks.").await;
    browser.keys(&[Key::Space]).await;
    // The key that sends a form says what is missing, and accepts nothing.
    browser.keys(&[Key::Enter]).await;
    browser.says("Press what the ticked sentences are").await;
    come_to("Contact").await;
    browser.keys(&[Key::Enter]).await;
    browser.says("GUATEMALA 961, paragraph 1").await;
    assert_eq!(browser.path().await, format!("{check}/contacts/record"));
    assert_eq!(browser.written("What it was about").await, "Maes stated that the store has two locks.");
    // Nothing is wider than the phone.
    browser.go(&at).await;
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.run(wide, &[]).await, json!(0));
    browser.leave().await;
}

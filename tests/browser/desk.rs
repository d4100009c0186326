//! The check's page as a desk: how much one sees at once, how one comes to what is folded, and that paper has all.

use serde_json::{Value, json};

use crate::support::{
    Browser, TestApp,
    browser::{DESK, Scripts},
};

const PHONE: (u32, u32) = (390, 844);
/// How high the folded page of the Guatemala file may be: in pixels at a desk, in screens on a phone.
const AT_A_DESK: f64 = 2_500.0;
const SCREENS: u32 = 6;
/// How many sizes of type a page has at most.
const SIZES: usize = 5;

const HEIGHT: &str = "return document.documentElement.getBoundingClientRect().height";
/// The sizes of everything that is read, folded or not.
const TYPE: &str = r"
    const read = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const all = [...document.querySelectorAll('body *')].filter(e => read(e) && !['SCRIPT', 'STYLE'].includes(e.tagName));
    return [...new Set(all.map(e => getComputedStyle(e).fontSize))];";
/// Everything of the page that is folded away.
const FOLDED: &str = r"
    return [...document.querySelectorAll('main details > :not(summary)')].filter(e => e.textContent.trim() && !e.checkVisibility())
        .map(e => e.id || e.textContent.trim().slice(0, 40));";
const WIDER: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

async fn guatemala(app: &TestApp) -> String {
    format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await)
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Opens the check at both widths, and holds it to its measures.
async fn measure(browser: &Browser, check: &str, who: &str) {
    for ((width, height), most) in [(DESK, AT_A_DESK), (PHONE, f64::from(SCREENS * PHONE.1))] {
        browser.size(width, height).await;
        browser.go(check).await;
        let high = browser.run(HEIGHT, &[]).await.as_f64().expect("a number");
        println!("{who} at {width}: {high} px");
        assert!(high <= most, "{who} at {width}: {high} px");
        let sizes = texts(&browser.run(TYPE, &[]).await);
        assert!(sizes.len() <= SIZES, "{who} at {width}: {sizes:?}");
        assert_eq!(browser.run(WIDER, &[]).await, json!(0), "{who} at {width}: nothing is wider than the screen");
    }
}

#[tokio::test]
async fn the_file_is_seen_at_once_by_everybody_who_works_on_it() {
    let app = TestApp::demonstration().await;
    let check = guatemala(&app).await;
    for who in ["guatemala", "case", "reviewer"] {
        let browser = Browser::enter(&app, who).await;
        measure(&browser, &check, who).await;
        let linked = "return document.querySelectorAll('summary a, summary button').length";
        assert_eq!(browser.run(linked, &[]).await, json!(0), "no link stands in what opens a section");
        browser.leave().await;
    }
    // Back at the post, with its work to do.
    let questions = [("text", "Has the registry received the request meanwhile?")];
    app.enter("case").await.done(&format!("{check}/give-back"), &questions).await;
    let browser = Browser::enter(&app, "guatemala").await;
    measure(&browser, &check, "guatemala, asked again").await;
    browser.leave().await;
}

#[tokio::test]
async fn the_address_of_what_is_folded_opens_it_without_scripts() {
    let app = TestApp::demonstration().await;
    let check = guatemala(&app).await;
    let browser = Browser::with(&app, Scripts::Off).await;
    browser.go("/").await;
    browser.sign_in("guatemala").await;
    browser.go(&check).await;
    let rows = "return [...document.querySelectorAll('main details [id]')].map(e => e.id)";
    let all = texts(&browser.run(rows, &[]).await);
    let kinds = ["request", "parties", "custody", "contact-", "finding-", "statement-", "documents", "timeline"];
    for kind in kinds {
        assert!(all.iter().any(|id| id.starts_with(kind)), "there is a {kind}: {all:?}");
    }
    for id in all {
        browser.go("/about").await;
        browser.go(&format!("{check}#{id}")).await;
        // A page has come before its browser went to the place.
        let seen = format!(
            "const e = document.getElementById({}), r = e.getBoundingClientRect();
            return e.checkVisibility() && r.top < innerHeight && r.bottom > 0",
            json!(id)
        );
        browser.until(&seen, &format!("#{id} is seen")).await;
    }
    browser.leave().await;
}

#[tokio::test]
async fn the_outline_stays_in_view_and_is_a_menu_on_a_phone_without_scripts() {
    let app = TestApp::demonstration().await;
    let check = guatemala(&app).await;
    let browser = Browser::with(&app, Scripts::Off).await;
    browser.go("/").await;
    browser.sign_in("guatemala").await;
    browser.go(&check).await;
    let in_view = "const r = document.getElementById('outline').getBoundingClientRect();
        return r.height > 0 && r.top >= 0 && r.top < innerHeight";
    browser.run("scrollTo(0, document.body.scrollHeight / 2)", &[]).await;
    assert_eq!(browser.run(in_view, &[]).await, json!(true), "the outline stays in view");
    browser.size(PHONE.0, PHONE.1).await;
    browser.go(&check).await;
    assert_eq!(browser.run(in_view, &[]).await, json!(false), "it is not in the way on a phone");
    browser.press("Sections").await;
    browser.until(in_view, "the menu opens").await;
    browser.press("Custody path").await;
    browser.until("return document.getElementById('custody').checkVisibility()", "its section opens").await;
    assert_eq!(browser.run(in_view, &[]).await, json!(false), "and the menu closes");
    browser.leave().await;
}

#[tokio::test]
async fn paper_has_all_of_the_page_without_scripts() {
    let app = TestApp::demonstration().await;
    let check = guatemala(&app).await;
    let browser = Browser::with(&app, Scripts::Off).await;
    browser.go("/").await;
    browser.sign_in("guatemala").await;
    browser.go(&check).await;
    assert!(!texts(&browser.run(FOLDED, &[]).await).is_empty(), "much of it is folded on the screen");
    browser.on_paper(true).await;
    assert_eq!(texts(&browser.run(FOLDED, &[]).await), Vec::<String>::new(), "and nothing on paper");
    browser.on_paper(false).await;
    browser.go(&format!("{check}/print")).await;
    assert_eq!(texts(&browser.run(FOLDED, &[]).await), Vec::<String>::new(), "the page for print folds nothing");
    browser.leave().await;
}

#[tokio::test]
async fn after_a_save_one_is_back_in_place_and_told_what_was_saved() {
    let app = TestApp::demonstration().await;
    let check =
        format!("/checks/{}", app.value("select id from checks where subject like 'Cartridges for a sugar%'").await);
    for scripts in [Scripts::On, Scripts::Off] {
        let browser = Browser::with(&app, scripts).await;
        browser.go("/").await;
        browser.sign_in("guatemala").await;
        browser.go(&format!("{check}/documents/describe")).await;
        browser.write("What it is", "Letter").await;
        browser.write("Issued by", "The registry").await;
        browser.write("Where it is kept", "At the post").await;
        browser.press("Save the document").await;
        browser.says("Saved You described").await;
        let place =
            "const said = document.querySelector('.saved'); return [said.closest('.in').id, said.checkVisibility()]";
        assert_eq!(browser.run(place, &[]).await, json!(["documents", true]));
        let focus = browser.run("return document.activeElement.className", &[]).await;
        assert!(scripts == Scripts::Off || focus == json!("saved"), "the focus is there: {focus}");
        browser.leave().await;
    }
}

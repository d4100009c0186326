//! Each kind of page once per role, its fullest and its emptiest example, and each form sent empty.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::judge::{Faults, Judged};
use crate::{
    access,
    support::{Browser, TestApp, Visitor},
};

/// A role's people: one with much to do, and where there is one, another with little.
const ROLES: &[(&str, &[&str])] = &[
    ("officer", &["guatemala", "apia"]),
    ("post supervisor", &["guatemala2"]),
    ("case officer", &["case"]),
    ("reviewer", &["reviewer2"]),
    ("supervisor", &["supervisor"]),
    ("auditor", &["auditor"]),
    ("admin", &["admin"]),
    ("nobody", &[""]),
];
/// How many addresses of a kind are looked at in the search for the fullest and the emptiest.
const MOST: usize = 10;
/// How many browsers share the work.
const BROWSERS: usize = 2;

/// An address to be looked at, as somebody.
#[derive(Debug, Clone)]
struct Stop {
    role: &'static str,
    cookie: String,
    kind: String,
    path: String,
}

/// The route a path belongs to: a page added to the site is a kind of its own.
fn kind(routes: &[&'static str], path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split(['?', '#']).next().unwrap_or(path).split('/').collect();
    let fits = |route: &&&'static str| {
        let asked: Vec<&str> = route.split('/').collect();
        asked.len() == parts.len()
            && asked.iter().zip(&parts).all(|(asked, part)| asked.starts_with('{') || asked == part)
    };
    let words = |route: &&&'static str| route.split('/').filter(|part| !part.starts_with('{')).count();
    routes.iter().filter(fits).max_by_key(words).copied()
}

/// The pages that are opened: not the files for spreadsheets.
fn routes() -> Vec<&'static str> {
    let all = lantern::server::record();
    all.iter().filter(|route| route.method == "GET" && !route.path.contains(".csv")).map(|route| route.path).collect()
}

/// Of every kind a person reaches by links, the longest and the shortest page.
async fn reach(
    visitor: &Visitor,
    routes: &[&'static str],
    found: &mut BTreeMap<&'static str, Vec<(usize, String, String)>>,
) {
    let (mut seen, mut counts) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
    let mut waiting = VecDeque::from(["/".to_owned(), "/about".to_owned(), "/sign-in".to_owned()]);
    while let Some(path) = waiting.pop_front() {
        let page = visitor.get(&path).await;
        if page.status != 200 {
            continue;
        }
        if let Some(kind) = kind(routes, &path) {
            found.entry(kind).or_default().push((page.body.len(), path, visitor.cookie().to_owned()));
        }
        for link in page.links() {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let acts = page.body.contains(&format!("action=\"{link}\""));
            let Some(kind) = kind(routes, &link).filter(|_| !acts && seen.insert(link.clone())) else { continue };
            let count = counts.entry(kind).or_default();
            *count += 1;
            if *count <= MOST {
                waiting.push_back(link);
            }
        }
    }
}

/// Everything to look at, by role.
async fn itinerary(app: &TestApp) -> Vec<Stop> {
    let routes = routes();
    let values = access::scene(app).await;
    let mut stops = Vec::new();
    for (role, accounts) in ROLES {
        let mut found = BTreeMap::new();
        let mut visitors = Vec::new();
        for account in *accounts {
            let visitor = if account.is_empty() { app.nobody() } else { app.enter(account).await };
            reach(&visitor, &routes, &mut found).await;
            visitors.push(visitor);
        }
        let stop = |kind: &str, path: &str, cookie: &str| Stop {
            role,
            cookie: cookie.into(),
            kind: kind.into(),
            path: path.into(),
        };
        for (kind, mut pages) in found {
            pages.sort();
            let (shortest, longest) = (pages.first().expect("a page"), pages.last().expect("a page"));
            stops.push(stop(kind, &longest.1, &longest.2));
            if shortest.1 != longest.1 {
                stops.push(stop(kind, &shortest.1, &shortest.2));
            }
        }
        let cookie = visitors[0].cookie();
        stops.push(stop("not found", "/nothing/here", cookie));
        let mut refused = None;
        for route in &routes {
            if visitors[0].get(&access::address(route, &values)).await.status == 403 {
                refused = Some(access::address(route, &values));
                break;
            }
        }
        stops.extend(refused.map(|path| stop("forbidden", &path, cookie)));
        // What no link of the demonstration leads to, such as the form that reinstates a license.
        for route in &routes {
            let known = stops.iter().any(|stop| stop.kind == *route);
            let path = access::address(route, &values);
            if !known && !path.contains('{') && visitors[0].get(&path).await.status == 200 {
                stops.push(stop(route, &path, cookie));
            }
        }
    }
    // One page leads on to another, for programs of before.
    let led = "/licenses/{id}/certificate/sign";
    let missed = routes.iter().filter(|route| **route != led);
    let missed: Vec<&&str> = missed.filter(|route| !stops.iter().any(|stop| stop.kind == **route)).collect();
    assert!(missed.is_empty(), "nobody opened {missed:?}");
    stops
}

/// Lets the browsers take one stop after the other.
async fn tour<F, Fut>(app: &TestApp, stops: Vec<Stop>, look: F) -> Faults
where
    F: Fn(Arc<Browser>, Stop) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Faults> + Send,
{
    let stops = Arc::new(Mutex::new(VecDeque::from(stops)));
    let mut browsers = tokio::task::JoinSet::new();
    for _ in 0..BROWSERS {
        let browser = Arc::new(Browser::open(app).await);
        let (stops, look) = (Arc::clone(&stops), look.clone());
        browsers.spawn(async move {
            let (mut faults, mut signed_in) = (Faults::default(), None);
            browser.go("/about").await;
            loop {
                let next = stops.lock().expect("nobody panics with it").pop_front();
                let Some(stop) = next else { break };
                if signed_in.as_ref() != Some(&stop.cookie) {
                    browser.take_over(&stop.cookie).await;
                    signed_in = Some(stop.cookie.clone());
                }
                faults.take(look(Arc::clone(&browser), stop).await);
            }
            Arc::try_unwrap(browser).expect("every look is over").leave().await;
            faults
        });
    }
    let mut faults = Faults::default();
    while let Some(done) = browsers.join_next().await {
        faults.take(done.expect("a browser went its way"));
    }
    faults
}

/// What lies in the bar above a page and is pressed there, with its width and height.
const BAR: &str = "return [...document.querySelectorAll('header a, header button, header summary')].filter(e => e.checkVisibility()).map(e => {
    const r = e.getBoundingClientRect(); return [e.innerText, r.width, r.height] })";

#[tokio::test]
async fn on_a_phone_the_bar_leaves_the_page_its_room_and_is_pressed_with_a_finger() {
    let app = TestApp::demonstration().await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.size(390, 844).await;
    browser.go("/checks").await;
    let height = browser.run("return document.querySelector('header').getBoundingClientRect().height", &[]).await;
    assert!(height.as_f64().expect("a height") < 60.0, "{height}");
    browser.press("Menu").await;
    let bar = browser.run(BAR, &[]).await;
    let bar = bar.as_array().expect("a list").clone();
    assert!(bar.len() >= 10, "the menu has the way everywhere: {bar:?}");
    for target in bar {
        assert!(target[1].as_f64() >= Some(44.0) && target[2].as_f64() >= Some(44.0), "{target}");
    }
    browser.press("Licenses").await;
    browser.says("Licenses").await;
    browser.leave().await;
}

/// Empties the form of a page and presses its button; says whether there is one.
const SEND_EMPTY: &str = r"
    const form = document.querySelector('main form[data-draft]');
    if (!form || !form.querySelector('input:not([type=hidden]), textarea, select')) return false;
    for (const e of form.elements) {
        if (e.type === 'radio' || e.type === 'checkbox') e.checked = false;
        else if (e.tagName === 'SELECT') e.selectedIndex = 0;
        else if (e.type !== 'hidden' && e.tagName !== 'BUTTON' && e.tagName !== 'FIELDSET') e.value = '';
    }
    document.documentElement.pressed = true;
    form.querySelector('button').click();
    return true;";

/// The summary of faults has the focus, and each of its links gives it to a field, or to the table of several.
const SUMMARY: &str = r"
    const [done] = [...arguments].slice(-1);
    (async () => {
        const summary = document.getElementById('faults'), told = [];
        if (!summary) return done(told);
        if (document.activeElement !== summary) told.push('the summary of faults does not have the focus');
        for (const link of summary.querySelectorAll('a')) {
            link.click();
            await new Promise(then => setTimeout(then, 30));
            if (!document.activeElement.matches('input, select, textarea, [role=region]'))
                told.push('the fault ' + link.getAttribute('href') + ' leads to no field but ' + document.activeElement.tagName);
        }
        done(told);
    })();";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_page_is_accessible_to_every_role() {
    let app = TestApp::demonstration().await;
    let stops = itinerary(&app).await;
    println!("{} pages", stops.len());
    let mut forms = stops.clone();
    let mut seen = BTreeSet::new();
    forms.retain(|stop| stop.kind.starts_with('/') && seen.insert(stop.kind.clone()));
    let judged = Judged::default();
    let shapes = judged.clone();
    let mut faults = tour(&app, stops, move |browser, stop| {
        let shapes = shapes.clone();
        async move {
            let mut faults = Faults::default();
            browser.go(&stop.path).await;
            faults.judge_new(&browser, &format!("{}: {}", stop.role, stop.path), &shapes).await;
            faults
        }
    })
    .await;
    println!("{} shapes", judged.count());
    faults.take(
        tour(&app, forms, move |browser, stop| {
            let judged = judged.clone();
            async move {
                let mut faults = Faults::default();
                browser.go(&stop.path).await;
                if browser.run(SEND_EMPTY, &[]).await != json!(true) {
                    return faults;
                }
                browser
                    .until(
                        "return !document.documentElement.pressed && document.readyState === 'complete'",
                        "the form is answered",
                    )
                    .await;
                let page = format!("{}: {} sent empty", stop.role, stop.path);
                if let Value::Array(told) = browser.run_later(SUMMARY, &[]).await {
                    told.iter().filter_map(Value::as_str).for_each(|fault| faults.note(&page, fault));
                }
                faults.judge_new(&browser, &page, &judged).await;
                faults
            }
        })
        .await,
    );
    faults.none();
}

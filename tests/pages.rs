//! Every page of the demonstration that a role can reach by links: status, headers, size, statements.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reqwest::Method;

use crate::support::{Page, TestApp, Visitor};

/// One initial window of TCP: a page's HTML, compressed.
const HTML: usize = 14 * 1024;
/// The style sheet, compressed.
const SHEET: usize = 16 * 1024;
const SCRIPT: usize = 10 * 1024;
/// Statements a page may send; the check page and the pages of its forms two more.
const STATEMENTS: usize = 6;

/// What one page cost.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    path: String,
    bytes: usize,
    statements: usize,
    /// What is wrong with its sentences.
    faults: Vec<String>,
}

fn statements(page: &Page) -> usize {
    let timing = page.headers.get("server-timing").and_then(|value| value.to_str().ok()).unwrap_or_default();
    timing.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(usize::MAX)
}

async fn compressed(visitor: &Visitor, path: &str) -> Page {
    visitor.send(Method::GET, path, String::new(), &[("accept", "text/html"), ("accept-encoding", "br")]).await
}

/// Addresses without what only tells rows apart: `/checks/{id}/edit`.
fn kind(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.split('/').map(|part| if part.len() == 36 { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Walks every link from the home page on; at most `most` addresses of each kind of page. What a page weighs is asked
/// again, as a browser asks for it; where nobody looks at that, a page is asked for once.
pub async fn walk(app: &TestApp, account: &str, most: usize, weighed: bool) -> Vec<Cost> {
    let visitor = app.enter(account).await;
    let (mut seen, mut kinds) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut costs = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, 200, "{account} {path}: {}", page.text());
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), ("cache-control", "no-store")]
        {
            assert_eq!(page.headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{path}");
        }
        assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"), "{path}");
        if !path.contains(".csv") && !path.ends_with("/text") {
            let faults = crate::sentences::faults_on(&page.body);
            let bytes = if weighed { compressed(&visitor, &path).await.raw } else { page.raw };
            costs.push(Cost { path: path.clone(), bytes, statements: statements(&page), faults });
        }
        for link in page.links() {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let acts = page.body.contains(&format!("action=\"{link}\""));
            if link.is_empty() || acts || !seen.insert(link.clone()) {
                continue;
            }
            let count = kinds.entry(kind(&link)).or_default();
            *count += 1;
            if *count <= most {
                waiting.push_back(link);
            }
        }
    }
    costs
}

#[tokio::test]
async fn every_page_a_role_can_reach_opens_within_its_budgets() {
    let app = TestApp::demonstration().await;
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    for account in ["guatemala", "guatemala2", "kingston", "apia", "case", "reviewer", "supervisor", "auditor", "admin"]
    {
        let costs = walk(&app, account, 12, true).await;
        assert!(costs.len() > 10, "{account} reaches {} pages", costs.len());
        for cost in &costs {
            let whole = cost.path.ends_with("/print");
            // A telegram lies beside its check.
            let beneath_check =
                (cost.path.starts_with("/checks/") || cost.path.starts_with("/telegrams/")) && cost.path.len() > 40;
            // Who keeps the reference data sees the codes of its rows, as what is stored.
            let kept = |fault: &&String| cost.path.starts_with("/reference") && fault.contains(" is a code: ");
            let faults = cost.faults.iter().filter(|fault| !kept(fault));
            wrong.extend(faults.map(|fault| format!("{account} {}: {fault}", cost.path)));
            assert!(whole || cost.bytes <= HTML, "{account} {}: {} bytes", cost.path, cost.bytes);
            assert!(
                cost.statements <= STATEMENTS + if beneath_check { 2 } else { 0 },
                "{account} {}: {} statements",
                cost.path,
                cost.statements
            );
        }
        all.extend(costs);
    }
    assert!(wrong.is_empty(), "{} faults in sentences\n{}", wrong.len(), wrong.join("\n"));
    let (bytes, statements) = (
        all.iter().max_by_key(|cost| if cost.path.ends_with("/print") { 0 } else { cost.bytes }),
        all.iter().max_by_key(|cost| cost.statements),
    );
    println!("{} pages; largest {bytes:?}; most statements {statements:?}", all.len());
}

/// What the process keeps from one request to the next is read again by whoever comes first after a change.
#[tokio::test]
async fn a_home_page_opens_within_its_budget_when_nothing_is_kept() {
    let app = TestApp::demonstration().await;
    for account in ["guatemala", "guatemala2", "case", "reviewer", "supervisor", "auditor", "admin"] {
        let visitor = app.enter(account).await;
        visitor.get("/").await.is(200);
        app.run("update kept_versions set version = gen_random_uuid()").await;
        let cold = statements(&visitor.get("/").await);
        let warm = statements(&visitor.get("/").await);
        assert!(warm <= cold && cold <= STATEMENTS, "{account}: {cold} statements, then {warm}");
        println!("{account}: {cold} statements, then {warm}");
    }
}

#[tokio::test]
async fn a_first_visit_asks_three_times_and_a_second_one_once() {
    let app = TestApp::demonstration().await;
    let visitor = app.enter("guatemala").await;
    let page = visitor.get("/").await;
    let files: Vec<&str> = page.body.split('"').filter(|part| part.starts_with("/static/")).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for (file, most) in files.iter().zip([SHEET, SCRIPT]) {
        let answer = compressed(&visitor, file).await;
        assert_eq!(answer.status, 200);
        assert!(answer.raw <= most, "{file}: {} bytes", answer.raw);
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
        println!("{file}: {} bytes", answer.raw);
    }
}

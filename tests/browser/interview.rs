//! A contact on one page, as it is typed and clicked; with scripts and without.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::judge::Faults;
use crate::{
    interview::waiting,
    support::{Browser, TestApp, browser::Scripts},
};

/// What a browser loads and what its person presses, at most, for two contacts with seven statements that verify three
/// permits: one page and one save a contact; without scripts a page a statement more.
const LOADS: (u32, u32) = (4, 9);
const CLICKS: u32 = 10;

const REGISTRY: &[(&str, &str)] = &[
    ("Order and contract", "He knows that the commission intends to import weapons."),
    ("Need against quantity", "Ten handguns were bought locally."),
    ("Import approvals", "Rifles also need the ministry."),
    ("Import approvals", "The minister has asked him to assist."),
];
const MINISTRY: &[(&str, &str)] = &[
    ("Import approvals", "The ministry approved the rifles."),
    ("End-use", "They are for the guards of the commission."),
    ("Order and contract", "The order is known to the ministry."),
];

/// Asks for one more statement: it is there at once, or, without scripts, with the page that comes.
async fn another(post: &Browser, scripts: Scripts) {
    if scripts == Scripts::Off {
        return post.press("Add another statement").await;
    }
    post.run("document.querySelector('[data-most]').click()", &[]).await;
    post.effort.clicks.fetch_add(1, Ordering::Relaxed);
}

/// Types a contact with what was said, from the check's page to the save.
async fn interview(
    (post, scripts): (&Browser, Scripts),
    authority: (&str, &str),
    said: &[(&str, &str)],
    papers: &[&str],
) {
    post.press("Record a contact").await;
    post.tick("What it was", "Meeting").await;
    post.write("When", "20 Nov 2026").await;
    post.write("With whom", authority.1).await;
    post.choose("With which authority", authority.0).await;
    post.tick("Where the number, address or name came from", "A directory").await;
    post.write("What it was about", "The permits.").await;
    for (index, (topic, text)) in said.iter().enumerate() {
        let group = format!("Statement {}", index + 1);
        post.write_in(&group, "What was stated", text).await;
        post.choose_in(&group, "Topic", topic).await;
        if index == 0 {
            post.choose_in(&group, "Source", "Official, orally").await;
        }
        if index + 1 < said.len() {
            another(post, scripts).await;
        }
    }
    for paper in papers {
        post.tick("Verifies these papers", &format!("Permit {paper}")).await;
    }
    post.press("Save the contact").await;
}

async fn both(app: &TestApp, post: &Browser, check: &str, scripts: Scripts) {
    post.go(check).await;
    post.effort.begin();
    let as_typed = (post, scripts);
    interview(as_typed, ("(DIGECAM)", "Col. Bautista Corral of the registry"), REGISTRY, &["D-881", "D-882"]).await;
    post.says("4 statements").await;
    post.says("2 papers verified").await;
    interview(as_typed, ("(MINDEF)", "The licensing desk"), MINISTRY, &["MD/17"]).await;
    post.says("1 paper verified").await;
    let (clicks, loads, choices) = post.effort.so_far();
    println!("{scripts:?}: {loads} loads, {clicks} clicks, {choices} choices");
    let most = if scripts == Scripts::On { LOADS.0 } else { LOADS.1 };
    assert!(loads <= most && clicks <= CLICKS, "{scripts:?}: {loads} loads, {clicks} clicks");
    let verified = "select count(*) from permits p join licenses l on l.id = p.license_id
        where l.number = '050107211' and p.verified_at is not null";
    assert_eq!(app.value(verified).await, "3");
}

#[tokio::test]
async fn two_contacts_with_seven_statements_and_three_permits_are_two_saves() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        let (check, _) = waiting(&app).await;
        let post = Browser::with(&app, scripts).await;
        post.go("/").await;
        post.sign_in("guatemala").await;
        both(&app, &post, &check, scripts).await;
        let rows = "select string_agg(n::text, ' ' order by n) from (select count(*) as n from statements s
            join contacts c on c.id = s.contact_id where c.summary = 'The permits.' group by c.id) k";
        assert_eq!(app.value(rows).await, "3 4", "{scripts:?}");
        assert_eq!(post.errors().await, Vec::<String>::new());
        post.leave().await;
    }
}

#[tokio::test]
async fn the_page_of_a_contact_is_accessible_however_much_is_on_it() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let post = Browser::enter(&app, "guatemala").await;
    let mut faults = Faults::default();
    post.go(&format!("{check}/contacts/record")).await;
    faults.judge(&post, "blank").await;
    // Each statement is a line once the next one is begun, and its finding is ticked with its topic.
    for (index, (topic, text)) in REGISTRY.iter().enumerate() {
        let group = format!("Statement {}", index + 1);
        post.write_in(&group, "What was stated", text).await;
        post.choose_in(&group, "Topic", topic).await;
        another(&post, Scripts::On).await;
    }
    let lines = "return [...document.querySelectorAll('[data-block]:not([open])')].map(e => e.innerText.split('\\n').filter(t => t.trim()).length)";
    assert_eq!(post.run(lines, &[]).await, json!([3, 3, 3, 3]), "number, text, topic");
    let ticked = "return [...document.querySelectorAll('[name=supports]:checked')].length";
    assert_eq!(post.run(ticked, &[]).await, json!(3), "of three topics");
    faults.judge(&post, "with statements, by the script").await;
    post.press("Show what fits this contact").await;
    assert_eq!(post.run(ticked, &[]).await, json!(3));
    faults.judge(&post, "with statements, by the server").await;
    // Enter saves, and adds nothing.
    post.run("document.getElementById('with_whom').focus()", &[]).await;
    post.keys(&[fantoccini::key::Key::Enter]).await;
    post.says("Nothing was saved yet").await;
    faults.judge(&post, "with faults").await;
    faults.none();
    post.leave().await;
}

#[tokio::test]
async fn a_topic_chosen_by_mistake_leaves_no_finding_ticked() {
    let app = TestApp::demonstration().await;
    let (check, _) = waiting(&app).await;
    let post = Browser::enter(&app, "guatemala").await;
    post.go(&format!("{check}/contacts/record")).await;
    let ticked = "return [...document.querySelectorAll('[name=supports]:checked')].map(e => e.labels[0].innerText.split('\\n')[0].trim())";
    let shown = "return document.querySelectorAll('[name=shown]').length";
    for topic in ["Order and contract", "Need against quantity", "Order and contract"] {
        post.choose_in("Statement 1", "Topic", topic).await;
        assert_eq!((post.run(ticked, &[]).await, post.run(shown, &[]).await), (json!([topic]), json!(1)));
    }
    // What somebody ticked is theirs.
    post.run("[...document.querySelectorAll('[name=supports]:not(:checked)')][0].click()", &[]).await;
    post.choose_in("Statement 1", "Topic", "Need against quantity").await;
    assert_eq!(post.run("return document.querySelectorAll('[name=supports]:checked').length", &[]).await, json!(2));
    post.leave().await;
}

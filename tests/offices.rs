//! The administrator's people and reference data, and the auditor's log.

use lantern::text::Day;
use time::{Date, macros::date};

use crate::support::{Page, TestApp, Visitor};

/// The day of every test, in Washington.
const TODAY: Date = date!(2026 - 11 - 23);

async fn press(visitor: &Visitor, page: &str, address: &str) -> Page {
    let form = visitor.get(page).await.input("form_id").expect("the page has a form");
    visitor.post(address, &[("form_id", &form)]).await
}

async fn fill(visitor: &Visitor, path: &str, fields: &[(&str, &str)], days: &[(&str, Date)]) -> Page {
    let days: Vec<(&str, String)> = days.iter().map(|(name, day)| (*name, Day(*day).to_string())).collect();
    let days = days.iter().map(|(name, day)| (*name, day.as_str()));
    let all: Vec<(&str, &str)> = fields.iter().copied().chain(days).collect();
    visitor.fill(path, &all).await
}

async fn person(app: &TestApp, account: &str) -> String {
    format!("/people/{}", app.value(&format!("select id from people where account = '{account}'")).await)
}

async fn assignment(app: &TestApp, account: &str) -> String {
    let row = format!(
        "select a.id from assignments a join people p on p.id = a.person_id where p.account = '{account}' order by a.starts_on desc limit 1"
    );
    format!("{}/assignments/{}", person(app, account).await, app.value(&row).await)
}

#[tokio::test]
async fn a_role_given_by_mistake_is_taken_back_before_it_begins_and_not_after() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let kingston = person(&app, "kingston").await;
    let (last, first) = (date!(2026 - 12 - 31), date!(2027 - 01 - 01));
    fill(&admin, &format!("{}/end", assignment(&app, "kingston").await), &[], &[("ends_on", last)]).await.is(303);
    fill(&admin, &format!("{kingston}/assign"), &[("role", "reviewer"), ("post", "")], &[("starts_on", first)])
        .await
        .is(303);
    admin.get(&kingston).await.says("Reviewer: from 1 Jan 2027 Not begun").says("to 31 Dec 2026 Change the last day");
    let row = assignment(&app, "kingston").await;
    let back = |row: &str| row.replace("/assignments/", "/mistakes/assignment/");
    admin.done(&back(&row), &[("reason", "It was meant for somebody else.")]).await;
    admin.get(&kingston).await.says_not("Reviewer:");
    let logged = "select count(*) from audit_events where summary = 'took back as recorded by mistake: Devon Ashby: reviewer, from 1 Jan 2027'";
    assert_eq!(app.value(logged).await, "1");
    let begun = assignment(&app, "kingston").await;
    admin.get(&back(&begun)).await.says("This role has begun");
    // The end set too late is brought forward.
    fill(&admin, &format!("{begun}/end"), &[], &[("ends_on", TODAY)]).await.is(303);
    admin.get(&kingston).await.says("to 23 Nov 2026 Change the last day");
}

#[tokio::test]
async fn a_change_of_role_on_one_day_says_what_to_do() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let case = person(&app, "case2").await;
    let reviewer = [("role", "reviewer"), ("post", "")];
    let refused = fill(&admin, &format!("{case}/assign"), &reviewer, &[("starts_on", TODAY)]).await;
    refused
        .refused("One role at a time: Tobias Renn is case officer")
        .says("End it first with 22 Nov 2026 as its last day");
    fill(&admin, &format!("{}/end", assignment(&app, "case2").await), &[], &[("ends_on", date!(2026 - 11 - 22))])
        .await
        .is(303);
    fill(&admin, &format!("{case}/assign"), &reviewer, &[("starts_on", TODAY)]).await.is(303);
    admin.get(&case).await.says("Role today Reviewer");
    // A second one that would begin while it lasts.
    let later = [("starts_on", date!(2027 - 01 - 01))];
    fill(&admin, &format!("{case}/assign"), &[("role", "auditor"), ("post", "")], &later)
        .await
        .refused("31 Dec 2026 as its last day");
}

#[tokio::test]
async fn an_administrator_whose_role_has_begun_and_does_not_end_always_remains() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let (own, other) = (assignment(&app, "admin").await, person(&app, "reviewer2").await);
    for last in [TODAY, date!(2027 - 06 - 30)] {
        let refused = fill(&admin, &format!("{own}/end"), &[], &[("ends_on", last)]).await;
        refused.refused("No administrator would remain").says("Give another person that role first");
    }
    // One who begins tomorrow is none yet.
    fill(&admin, &format!("{}/end", assignment(&app, "reviewer2").await), &[], &[("ends_on", TODAY)]).await.is(303);
    let tomorrow = date!(2026 - 11 - 24);
    fill(&admin, &format!("{other}/assign"), &[("role", "admin"), ("post", "")], &[("starts_on", tomorrow)])
        .await
        .is(303);
    fill(&admin, &format!("{own}/end"), &[], &[("ends_on", tomorrow)]).await.refused("No administrator would remain");
    app.clock.set(time::macros::datetime!(2026-11-24 18:00 UTC));
    let admin = app.enter("admin").await;
    fill(&admin, &format!("{own}/end"), &[], &[("ends_on", date!(2026 - 11 - 30))]).await.is(303);
    let second = app.enter("reviewer2").await;
    press(&second, &person(&app, "admin").await, &format!("{}/disable", person(&app, "admin").await)).await.is(303);
    press(&second, &other, &format!("{other}/disable")).await.refused("No administrator would remain");
}

#[tokio::test]
async fn the_people_stand_with_role_post_last_visit_and_disabled_ones_marked() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let apia = person(&app, "apia").await;
    press(&admin, &apia, &format!("{apia}/disable")).await.is(303);
    let page = admin.get("/people?q=apia").await;
    page.says("Tamsin Kell Disabled Post officer, Apia");
    admin.get("/people?q=admin").await.says("Administrator $0 23 Nov 2026 18:00Z");
}

const TOPIC: &[(&str, &str)] = &[
    ("code", "tracking"),
    ("label", "Markings and tracking"),
    ("source", "Guidance to posts of November 2026"),
    ("check_types", "pre_license"),
    ("party_roles", "end_user"),
    ("item_classes", "ammunition"),
];

#[tokio::test]
async fn a_topic_is_added_with_what_it_is_asked_of_and_changed_by_replacing_it() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let lacking = fill(&admin, "/reference/topic/add", &TOPIC[..3], &[("starts_on", TODAY)]).await;
    lacking.is(422).says("Choose at least one type of check");
    fill(&admin, "/reference/topic/add", TOPIC, &[("starts_on", TODAY)]).await.is(303);
    admin.get("/reference/topic").await.says("asked of each end-user on pre-license; only for ammunition");
    let post = app.enter("guatemala").await;
    let mill =
        format!("/checks/{}", app.value("select id from checks where subject like 'Cartridges for a sugar%'").await);
    post.get(&mill).await.says("Markings and tracking: Ingenio Santa Marcela");
    let story = format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await);
    post.get(&story).await.says_not("Markings and tracking");

    let row = app.value("select id from reference_entries where code = 'tracking'").await;
    let path = format!("/reference/topic/{row}/replace");
    let changed =
        [("label", "Markings and tracking"), ("source", "Guidance of December"), ("check_types", "post_shipment")];
    fill(&admin, &path, &changed, &[("starts_on", TODAY)])
        .await
        .is(422)
        .says("after the first day of the one it replaces");
    let tomorrow = date!(2026 - 11 - 24);
    fill(&admin, &path, &changed, &[("starts_on", tomorrow)]).await.is(303);
    post.get(&mill).await.says("Markings and tracking: Ingenio Santa Marcela");
    app.clock.set(time::macros::datetime!(2026-11-24 18:00 UTC));
    app.enter("guatemala").await.get(&mill).await.says_not("Markings and tracking");
    let says = |when: &str| format!("(select v ->> 1 from jsonb_array_elements({when}) v where v ->> 0 = 'Says')");
    let entry = "audit_events where summary like 'replaced in topics%'";
    let logged = app.value(&format!("select {} || ' / ' || {} from {entry}", says("before"), says("after"))).await;
    assert_eq!(logged, "asked of each end-user on pre-license; only for ammunition / asked once on post-shipment");
}

#[tokio::test]
async fn a_threshold_is_added_whole_or_not_at_all() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let words = [("code", "others_new"), ("label", "Others: articles, new"), ("source", "22 USC 2776(c)(1)")];
    let path = "/reference/notification_threshold/add";
    let refused = fill(&admin, path, &words, &[("starts_on", TODAY)]).await;
    refused
        .is(422)
        .says("Choose the group of countries")
        .says("Choose what the threshold counts")
        .says("Give the amount")
        .says("Give the days to wait");
    let rest =
        [("country_group", "others"), ("items", "defense_articles"), ("amount", "40000000"), ("waiting_days", "30")];
    fill(&admin, path, &[words.as_slice(), rest.as_slice()].concat(), &[("starts_on", TODAY)]).await.is(303);
    admin
        .get("/reference/notification_threshold")
        .await
        .says("Others: articles, new for ")
        .says("$40,000,000; 30 days");
}

#[tokio::test]
async fn reference_data_is_not_rewritten_for_days_that_have_passed() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let row = app.value("select id from reference_entries where kind = 'item_class' and code = 'revolver'").await;
    let path = format!("/reference/item_class/{row}");
    let new = [("label", "Revolver or single-shot pistol"), ("source", "22 CFR 121.1")];
    let yesterday = date!(2026 - 11 - 22);
    let refused = fill(&admin, &format!("{path}/replace"), &new, &[("starts_on", yesterday)]).await;
    refused.is(422).says("begins today in Washington or later");
    fill(&admin, &format!("{path}/end"), &[], &[("ends_on", date!(2026 - 11 - 21))])
        .await
        .is(422)
        .says("yesterday in Washington or later");
    fill(&admin, &format!("{path}/replace"), &new, &[("starts_on", TODAY)]).await.is(303);
    assert_eq!(app.value(&format!("select ends_on from reference_entries where id = '{row}'")).await, "2026-11-22");
    let other = app.value("select id from reference_entries where kind = 'item_class' and code = 'pistol'").await;
    fill(&admin, &format!("/reference/item_class/{other}/end"), &[], &[("ends_on", yesterday)]).await.is(303);
}

#[tokio::test]
async fn several_rows_are_confirmed_at_once_and_each_is_logged() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let page = admin.get("/reference/license_form").await;
    page.says("8 to confirm");
    let ids = ["DSP-5", "DSP-61", "DSP-73"].map(|label| page.choice("rows", label));
    let form = page.input("form_id").unwrap();
    let none = admin.post("/reference/license_form/confirm", &[("form_id", &form)]).await;
    none.is(422).says("Tick the rows you compared");
    let mut sent = vec![("form_id", form.as_str())];
    sent.extend(ids.iter().map(|id| ("rows", id.as_str())));
    admin.post("/reference/license_form/confirm", &sent).await.is(303);
    admin.get("/reference/license_form").await.says("5 to confirm");
    assert_eq!(
        app.value("select count(*) from audit_events where summary like 'confirmed of license forms%'").await,
        "3"
    );
    let again = admin.get("/reference/license_form").await.input("form_id").unwrap();
    sent[0] = ("form_id", &again);
    admin.post("/reference/license_form/confirm", &sent).await.refused("confirmed already");
}

/// Where each of some words first stands in a text.
fn order(text: &str, words: &[&str]) -> Vec<usize> {
    words.iter().map(|word| text.find(word).unwrap_or_else(|| panic!("{word} in {text}"))).collect()
}

#[tokio::test]
async fn the_auditor_reads_the_whole_story_of_a_check_in_order_with_one_click() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    crate::guatemala::a_permit(&app, &license).await;
    let auditor = app.enter("auditor").await;
    let check = format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await);
    let link = auditor.get(&check).await.link("The whole story in the log");
    let mut page = auditor.get(&link).await;
    let mut text = page.text();
    while page.body.contains("Newer entries") {
        page = auditor.get(&page.link("Newer entries")).await;
        text.push_str(&page.text());
    }
    let places = order(
        &text,
        &[
            "opened BL-",
            "registered license 050107211",
            "cleared the reply",
            "signed the result",
            "approved on conditions license",
            "permit D-700",
        ],
    );
    assert!(places.is_sorted(), "{places:?}");
    // The other order, by the reference typed.
    let reference = app.value("select reference from checks where subject like '36 weapons%'").await;
    let newest = auditor.get(&format!("/log?text={}", reference.to_lowercase())).await;
    newest.says("permit D-700");
    assert!(!order(&newest.text(), &["permit D-700", "signed the result"]).is_empty());
    assert!(order(&newest.text(), &["permit D-700", "signed the result"]).is_sorted());
    app.enter("guatemala").await.get(&check).await.says_not("The whole story in the log");
}

#[tokio::test]
async fn what_the_log_keeps_is_read_as_names_and_values() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let pelago = app.value("select id from parties where name = 'Pelago Trading Ltd.'").await;
    let form =
        [("name", "Pelago Trading Limited"), ("kind", "company"), ("country", "MT"), ("address", "12 Quay Street")];
    case.done(&format!("/parties/{pelago}/edit"), &form).await;
    let row = "select lp.id from license_parties lp join licenses l on l.id = lp.license_id where l.number = '050105560' and lp.role = 'broker'";
    let (number, row) = (app.value("select id from licenses where number = '050105560'").await, app.value(row).await);
    case.done(&format!("/licenses/{number}/parties/{row}/edit"), &[("takes_possession", "takes")]).await;
    let log = app.enter("auditor").await.get("/log").await;
    log.says("Name: Pelago Trading Ltd.")
        .says("Name: Pelago Trading Limited")
        .says("Address: 12 Quay Street")
        .says("Address: none");
    log.says("Possession: Never takes possession").says("Possession: Takes possession").says_not("{\"");
}

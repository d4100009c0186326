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

/// What was given wrongly today goes today, whatever its first day, unless something was done in it.
#[tokio::test]
async fn a_role_given_today_is_taken_back_today_while_nothing_was_done_in_it() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let give = async |account: &str, name: &str, from: Date| {
        admin.fill("/people/add", &[("account", account), ("name", name)]).await.is(200);
        let person = person(&app, account).await;
        let role = [("role", "case_officer"), ("post", "")];
        fill(&admin, &format!("{person}/assign"), &role, &[("starts_on", from)]).await.is(303);
        (person, assignment(&app, account).await.replace("/assignments/", "/mistakes/assignment/"))
    };
    let why = [("reason", "It was meant for somebody else.")];
    let (vera, of_vera) = give("vera", "Vera Holm", date!(2026 - 11 - 02)).await;
    admin.get(&vera).await.says("Case officer: from 2 Nov 2026 End Case officer Given by mistake");
    admin.done(&of_vera, &why).await;
    admin.get(&vera).await.says("Role today none");
    let logged = "select string_agg(summary, '; ' order by at, id) from audit_events e where verb in ('assignment_changed', 'row_taken_back')
        and summary like '%Vera Holm%'";
    assert_eq!(
        app.value(logged).await,
        "made Vera Holm case officer from 2 Nov 2026; took back as recorded by mistake: Vera Holm: case officer, from 2 Nov 2026"
    );
    // Coming in and going is nothing done; whatever is recorded is.
    let (anders, of_anders) = give("anders", "Anders Moe", TODAY).await;
    let acts = async |verb: &str| {
        app.run(&format!(
            "insert into audit_events (id, at, actor_id, role, verb, subject_kind, subject_id, summary)
                 select gen_random_uuid(), '{}', id, 'case_officer', '{verb}', 'person', id, 'x' from people where account = 'anders'",
            app.clock.now()
        ))
        .await;
    };
    acts("password_changed").await;
    admin.get(&anders).await.says("Given by mistake");
    acts("party_recorded").await;
    admin.get(&anders).await.says_not("Given by mistake").says("Case officer: from 23 Nov 2026 End");
    let used = "Something was done in this role already: end it with a last day instead.";
    admin.get(&of_anders).await.says(used);
    // From the next day on a role that has begun is ended.
    let (tora, of_tora) = give("tora", "Tora Lind", TODAY).await;
    app.clock.set(time::macros::datetime!(2026-11-24 18:00 UTC));
    let admin = app.enter("admin").await;
    admin.get(&tora).await.says_not("Given by mistake");
    admin.get(&of_tora).await.says("This role has begun");
}

/// The rows of reference data that hold or will, and that nobody confirmed.
const WAITS: &str =
    "from reference_entries where confirmed_at is null and coalesce(ends_on, 'infinity') >= '2026-11-23'";

async fn waiting_rows(app: &TestApp) -> String {
    app.value(&format!("select count(*) {WAITS}")).await
}

/// An administrator's home says what waits for them, and each line leads to where it is mended.
#[tokio::test]
async fn the_administrators_home_says_what_waits_and_where_it_is_mended() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let home = admin.get("/").await;
    let rows = waiting_rows(&app).await;
    home.says("2 places lack somebody; ")
        .says(&format!("{rows} rows of reference data wait to be confirmed."))
        .says("Where nobody serves (2)")
        .says("Apia : no post supervisor")
        .says("Paramaribo : no post supervisor")
        .says_not("Roles that end soon");
    // Just the rows that wait, by list.
    let waiting = format!("{WAITS} and kind = 'item_class'");
    let list = home.link("Compare Item classes");
    assert_eq!(list, "/reference/item_class?only=waiting");
    let classes: usize = app.value(&format!("select count(*) {waiting}")).await.parse().unwrap();
    home.says(&format!("Item classes: {classes} to confirm"));
    let one = app.value(&format!("select id {waiting} limit 1")).await;
    let form = admin.get(&list).await.input("form_id").expect("the page has a form");
    admin.post("/reference/item_class/confirm", &[("form_id", &form), ("rows", &one)]).await.is(303);
    let page = admin.get(&list).await;
    assert!(!page.body.contains(&one), "it does not wait any more");
    page.says(&format!("looked at again: {} of {classes}.", classes - 1));
    assert!(admin.get("/reference/item_class").await.body.contains(&one));
    // A row whose day has come waits again.
    app.run(&format!(
        "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
             values (gen_random_uuid(), now(), 'test', 'reference_changed', 'reference_entry', '{one}', 'x');
         update reference_entries set look_again_on = '2026-11-23' where id = '{one}'"
    ))
    .await;
    admin.get("/").await.says(&format!("Item classes: {} to confirm; 1 to look at again", classes - 1));
    admin.get(&list).await.says(&format!("looked at again: {classes} of {classes}."));

    // Roles that end: who follows, and who does not.
    let days =
        [("auditor", date!(2026 - 12 - 23)), ("kingston2", date!(2026 - 12 - 04)), ("case2", date!(2026 - 12 - 24))];
    for (account, last) in days {
        fill(&admin, &format!("{}/end", assignment(&app, account).await), &[], &[("ends_on", last)]).await.is(303);
    }
    admin.fill("/people/add", &[("account", "vera"), ("name", "Vera Holm")]).await.is(200);
    let vera = person(&app, "vera").await;
    let post = admin.get(&format!("{vera}/assign")).await.choice("post", "Kingston");
    let role = [("role", "post_supervisor"), ("post", &*post)];
    fill(&admin, &format!("{vera}/assign"), &role, &[("starts_on", date!(2026 - 12 - 05))]).await.is(303);
    let home = admin.get("/").await;
    home.says("2 roles end within 30 days; 2 places lack somebody;")
        .says("Ruth Pell Post supervisor, Kingston, until 4 Dec 2026 Somebody else has the part on the day after.")
        .says("Piet Lindqvist Auditor, Washington, until 23 Dec 2026 Nobody has the part on the day after.")
        .says_not("Tobias Renn");
    assert_eq!(home.link("Give another role to Ruth Pell"), format!("{}/assign", person(&app, "kingston2").await));
    // On the day after, nobody audits; in Kingston the one who follows serves, and serves no more once disabled.
    app.clock.set(time::macros::datetime!(2026-12-24 18:00 UTC));
    let admin = app.enter("admin").await;
    let home = admin.get("/").await;
    home.says("Washington : no auditor (Piet Lindqvist until 23 Dec 2026)").says_not("Kingston no");
    assert_eq!(home.link("Choose somebody for Washington"), "/people");
    press(&admin, &vera, &format!("{vera}/disable")).await.is(303);
    admin.get("/").await.says("Kingston : no post supervisor (Ruth Pell until 4 Dec 2026)");
}

/// Few lines of each, and how many more there are; a place that is closed lacks nobody.
#[tokio::test]
async fn the_administrators_home_stays_short_and_says_when_nothing_is_left() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let log = |kind: &str, table: &str| {
        format!(
            "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
                 select gen_random_uuid(), now(), 'test', 'post_changed', '{kind}', id, 'x' from {table};"
        )
    };
    let rows = waiting_rows(&app).await;
    let posts: i32 = app.value("select count(*) from posts").await.parse().unwrap();
    let serve = "(select id from people where account not in ('admin', 'case', 'reviewer', 'supervisor', 'auditor'))";
    app.run(&format!(
        "{} {} update assignments set ends_on = '2026-11-22' where person_id in {serve}",
        log("person", "people").replace("post_changed", "person_added"),
        log("assignment", "assignments").replace("post_changed", "assignment_changed")
    ))
    .await;
    let home = admin.get("/").await;
    home.says(&format!("Where nobody serves ({posts})")).says(&format!("and {} more places", posts - 6));
    home.says(
        "no post officer (Felix Norcross until 22 Nov 2026); no post supervisor (Irene Salter until 22 Nov 2026)",
    );
    app.run(&format!("{} update posts set closed_on = '2026-11-22'", log("post", "posts"))).await;
    admin
        .get("/")
        .await
        .says_not("Where nobody serves")
        .says(&format!("{rows} rows of reference data wait to be confirmed."));
    app.run(&format!(
        "{} update reference_entries set confirmed_at = '2026-11-22', confirmed_by = (select id from people where account = 'admin'),
             look_again_on = null",
        log("reference_entry", "reference_entries").replace("post_changed", "reference_changed")
    ))
    .await;
    app.run("set session_replication_role = replica; update check_standings set ahead = ahead - 'whose'").await;
    admin.get("/").await.says("Nothing waits for you.").says_not("Compare Item");
    admin.get("/reference/item_class?only=waiting").await.says("No row of this list waits.");
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

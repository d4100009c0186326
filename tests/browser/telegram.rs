//! A telegram from pasting to the answer: read in, gone through by Washington and the post, signed, and answered by
//! telegram.

use serde_json::json;

use crate::support::{Browser, TestApp};

/// The telegram of the demonstration, about another license of another panel.
fn telegram() -> String {
    let text = include_str!("../../src/demo/telegram.txt");
    text.replace("050107388", "050107401")
        .replace("International Panel for Judicial", "Regional Panel for Judicial")
        .replace("IPJPG", "RPJPG")
        .replace("#0815", "#0822")
}

/// Pastes a text into the field of a label.
async fn paste(browser: &Browser, label: &str, text: &str) {
    let field = browser.field("", label).await;
    let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(script, &[json!(field), json!(text)]).await;
}

/// The check that Washington opened before the post answered: its license, the applicant, the items of the application;
/// sent to the post, which acknowledged it. Gives the addresses of the check and of the license.
async fn asked(app: &TestApp) -> (String, String) {
    let case = app.enter("case").await;
    let form = case.get("/checks/open").await;
    let post = form.choice("post", "Guatemala");
    let opening = [
        ("check_type", "pre_license"),
        ("post", post.as_str()),
        ("subject", "36 weapons for the guard force of a regional panel"),
        ("reason", "A new end-user without a record, and a broker with no office in the country."),
        ("priority", "priority"),
        ("site_visit", "optional"),
    ];
    let check = case.done("/checks/open", &opening).await;
    let id = check.trim_start_matches("/checks/");
    let application =
        [("number", "050107401"), ("license_form", "dsp_5"), ("destination", "GT"), ("value_usd", "48200")];
    let license = case.done(&format!("/licenses/register?check={id}"), &application).await;
    for (label, class, quantity) in
        [("9 mm pistols", "pistol", "30"), ("5.56 mm automatic rifles", "automatic_rifle", "6")]
    {
        let items = [
            ("label", label),
            ("item_class", class),
            ("usml_category", "I"),
            ("quantity", quantity),
            ("unit", "pieces"),
            ("jurisdiction", "itar"),
        ];
        case.done(&format!("{license}/items/add"), &items).await;
    }
    let applicant = [
        ("name", "Larkfield Defense Supply, Inc."),
        ("kind", "company"),
        ("country", "US"),
        ("role", "applicant"),
        ("takes_possession", "takes"),
    ];
    case.done(&format!("{license}/parties/add"), &applicant).await;
    case.done(&format!("{check}/request"), &[]).await;
    app.enter("guatemala").await.done(&format!("{check}/acknowledge"), &[]).await;
    (check, license)
}

/// Ticks the sentences of the text that say this.
async fn point(browser: &Browser, sentences: &[&str]) {
    for sentence in sentences {
        browser.tick("", sentence).await;
    }
}

/// Saves a statement with its source and its topic, told by whom.
async fn stated(post: &Browser, says: &str, whom: &str, source: &str, topic: &str) {
    assert!(post.written("What was stated").await.contains(says), "{}", post.written("What was stated").await);
    post.choose("Said at", whom).await;
    post.tick("Source", source).await;
    post.choose("Topic", topic).await;
    post.press("Save the statement").await;
}

/// What Washington files: what the telegram answers, and the parties, which are its to register.
async fn by_washington(washington: &Browser) {
    washington.tick("The telegram", "Reference STATE 61544").await;
    washington.press("Accept what is ticked").await;
    washington.says("Gone through just now: 1").await;
    point(washington, &["were ordered by the Regional Panel", "met Anselm Dorrit"]).await;
    washington.press("Party").await;
    washington.says("GUATEMALA 822, paragraph 1").await;
    washington.write("Name", "Regional Panel for Judicial Protection").await;
    washington.tick("Kind", "International organization").await;
    washington.choose("Country", "Guatemala").await;
    washington.tick("Roles", "End-user").await;
    washington.tick("Does it ever hold the items?", "Takes possession").await;
    washington.press("Add the party").await;
    // The broker is known here: its record is offered.
    washington.says("GUATEMALA 822, paragraph 5").await;
    washington.tick("A known party", "Meridian Security Brokers").await;
    washington.tick("Roles", "Broker").await;
    washington.tick("Does it ever hold the items?", "Unknown").await;
    washington.press("Add the party").await;
    washington.says("Telegram GUATEMALA 822").await;
}

/// What the post files.
async fn by_the_post(post: &Browser) {
    post.press("Telegrams").await;
    post.press("GUATEMALA 822").await;
    point(post, &["Ivo Castellan, a career security officer", "On June 18, Poloff met with"]).await;
    post.press("Contact").await;
    post.says("GUATEMALA 822, paragraph 3").await;
    post.tick("What it was", "Meeting").await;
    post.write("With whom", "Ivo Castellan, security officer of the panel").await;
    post.tick("Where the number, address or name came from", "The embassy").await;
    post.press("Save the contact").await;
    post.says("GUATEMALA 822, paragraph 7").await;
    assert_eq!(post.run("return document.getElementById('occurred_on').value", &[]).await, json!("18 Jun 2008"));
    post.tick("What it was", "Meeting").await;
    post.write("With whom", "Col. Bautista Corral, director of the registry").await;
    post.choose("With which authority", "(DIGECAM)").await;
    post.tick("Where the number, address or name came from", "A directory").await;
    post.press("Save the contact").await;

    point(
        post,
        &[
            "Ivo Castellan, a career security officer",
            "He added that about half of the 45-person",
            "Castellan stated that he chose to import",
            "Castellan was given the right forms",
            "met Anselm Dorrit",
            "has neither an office nor an",
            "He added that the usual import",
        ],
    )
    .await;
    post.press("Statement").await;
    stated(post, "begun to interview candidates", "Castellan", "The party itself", "Need").await;
    stated(
        post,
        "once the serial numbers of the weapons reach him",
        "Castellan",
        "The party itself",
        "Import approvals",
    )
    .await;
    stated(post, "now buys through MSB for the first time", "Castellan", "The party itself", "Intermediaries").await;
    stated(post, "never take possession", "Castellan", "The party itself", "Intermediaries").await;
    stated(post, "no application from", "Corral", "Official, orally", "Import approvals").await;

    point(post, &["Two import licenses"]).await;
    post.choose("Items and authority of the approval", "all 3 that the country asks for").await;
    post.press("Approval").await;
    for _ in 0..3 {
        post.says("Import approval").await;
        post.tick("How far it is", "Needed").await;
        post.write("The end-user waits for", "the serial numbers").await;
        post.press("Save the approval").await;
    }

    point(post, &["RPJPG has a storage room that meets"]).await;
    post.choose("Topic of the finding", "Storage").await;
    post.press("Finding").await;
    post.tick("Post's answer", "Yes").await;
    post.tick("Rests on these contacts", "Meeting with Ivo Castellan").await;
    post.press("Save the finding").await;
    point(post, &["Two import licenses"]).await;
    post.choose("Topic of the finding", "Import approvals").await;
    post.press("Finding").await;
    post.tick("Post's answer", "No").await;
    // What he said on that topic is filed: his contact is ticked.
    let rests = post.field("Rests on these contacts", "Meeting with Col. Bautista Corral").await;
    assert_eq!(rests.prop("checked").await.expect("a box").as_deref(), Some("true"));
    post.press("Save the finding").await;

    point(post, &["Post is confident that this is a"]).await;
    post.press("Recommendation").await;
    post.tick("Post's word", "Support with conditions").await;
    post.press("Save the recommendation").await;
    post.says("Telegram GUATEMALA 822").await;
}

/// What stands in the file then.
async fn stands(app: &TestApp, check: &str, license: &str) {
    let (check, license) = (check.trim_start_matches("/checks/"), license.trim_start_matches("/licenses/"));
    let rows = async |statement: &str| {
        let statement = statement.replace("{check}", check).replace("{license}", license);
        let listed =
            app.value(&format!("select string_agg(row, E'\\n' order by row) from ({statement}) r (row)")).await;
        listed.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        rows("select p.role || ': ' || q.name from license_parties p join parties q on q.id = p.party_id where license_id = '{license}'")
            .await,
        [
            "applicant: Larkfield Defense Supply, Inc.",
            "broker: Meridian Security Brokers",
            "end_user: Regional Panel for Judicial Protection",
        ]
    );
    assert_eq!(
        rows("select quantity || ' ' || label from item_groups where license_id = '{license}'").await,
        ["30 9 mm pistols", "6 5.56 mm automatic rifles"]
    );
    assert_eq!(
        rows("select kind || ' with ' || with_whom || ', ' || coalesce(occurred_on::text, 'not stated') from contacts where check_id = '{check}'").await,
        [
            "meeting with Col. Bautista Corral, director of the registry, 2008-06-18",
            "meeting with Ivo Castellan, security officer of the panel, not stated",
        ]
    );
    assert_eq!(
        rows(
            "select s.topic || ', ' || s.source_grade || ', ' || split_part(c.with_whom, ',', 1) from statements s join contacts c on c.id = s.contact_id
             where s.check_id = '{check}'"
        )
        .await,
        [
            "import_approvals, official_oral, Col. Bautista Corral",
            "import_approvals, party_itself, Ivo Castellan",
            "intermediaries, party_itself, Ivo Castellan",
            "intermediaries, party_itself, Ivo Castellan",
            "need, party_itself, Ivo Castellan",
        ]
    );
    assert_eq!(
        rows(
            "select a.short_name || ' for ' || g.label || ': ' || p.state || ', waits for ' || p.waits_for from import_approvals p
             join item_groups g on g.id = p.item_group_id join authorities a on a.id = p.authority_id where g.license_id = '{license}'"
        )
        .await,
        [
            "DIGECAM for 5.56 mm automatic rifles: needed, waits for the serial numbers",
            "DIGECAM for 9 mm pistols: needed, waits for the serial numbers",
            "MINDEF for 5.56 mm automatic rifles: needed, waits for the serial numbers",
        ]
    );
    assert_eq!(
        rows(
            "select f.topic || ': ' || f.answer || ', on ' || count(b.contact_id) from findings f join finding_basis b on b.finding_id = f.id
             where f.check_id = '{check}' group by f.id"
        )
        .await,
        ["import_approvals: no, on 2", "storage: yes, on 1"]
    );
    let word = rows("select word || ': ' || text from recommendations where check_id = '{check}'").await.join(" ");
    assert!(
        word.starts_with("support_with_conditions: ")
            && word.contains("as soon as RPJPG provides the host country import"),
        "{word}"
    );
    // And each of them says where it came from.
    let told =
        rows("select distinct subject_kind from telegram_answers where check_id = '{check}' and kind = 'sentence'")
            .await;
    assert_eq!(told, ["contact", "finding", "import_approval", "license_party", "recommendation", "statement"]);
}

#[tokio::test]
async fn the_twin_of_the_guatemala_telegram_is_filed_whole_by_pointing() {
    let app = TestApp::demonstration().await;
    let (check, license) = asked(&app).await;
    let washington = Browser::enter(&app, "case").await;
    washington.effort.begin();
    washington.press("Telegrams").await;
    washington.press("Read a telegram in").await;
    paste(&washington, "The telegram", &telegram()).await;
    washington.press("Read it in").await;
    washington.says("Telegram GUATEMALA 822").await;
    washington.says("Filed into BL-2026-").await;
    println!("reading it in: {:?} clicks, loads, choices", washington.effort.so_far());

    // From here on it is filed.
    washington.effort.begin();
    by_washington(&washington).await;

    let post = Browser::enter(&app, "guatemala").await;
    post.effort.begin();
    by_the_post(&post).await;

    let (one, other) = (washington.effort.so_far(), post.effort.so_far());
    let (clicks, loads, choices) = (one.0 + other.0, one.1 + other.1, one.2 + other.2);
    println!("filing it whole: {clicks} clicks, {loads} loads, {choices} choices");
    assert!(clicks <= 60 && loads <= 25, "{clicks} clicks, {loads} loads");

    stands(&app, &check, &license).await;

    // The answer goes out as a telegram.
    post.press("BL-2026-").await;
    post.says("Support with conditions: written, to be signed").await;
    post.press("Write a reply telegram").await;
    let body = post.written("Text").await;
    assert!(body.contains("RECOMMENDATION:") && body.contains("Claimed by \"Ivo Castellan"), "{body}");
    assert!(body.lines().all(|line| line.len() <= 65 && line.is_ascii()), "{body}");
    assert_eq!(post.errors().await, Vec::<String>::new());
    assert_eq!(washington.errors().await, Vec::<String>::new());
}

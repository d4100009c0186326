//! The story of the telegram, from the reply to the issued license, as four people live it in their browsers.

use crate::{
    rules::sent as sent_anyway,
    support::{Page, TestApp, Visitor},
};

/// The check and the license of the story.
async fn story(visitor: &Visitor) -> (String, String) {
    let check = visitor.get("/checks?text=36+weapons").await.link("BL-");
    let license = visitor.get(&check).await.link("License 050107211");
    (check, license)
}

pub async fn judged(app: &TestApp) -> (String, String) {
    let case = app.enter("case2").await;
    let (check, license) = story(&case).await;
    let text = "Post confirmed the order, the need and the storage; the approvals are on their way.";
    case.done(&format!("{check}/propose"), &[("word", "favorable"), ("text", text)]).await;
    app.enter("reviewer").await.done(&format!("{check}/sign-result"), &[]).await;
    (check, license)
}

pub async fn approved_on_conditions(app: &TestApp) -> (String, String) {
    let (check, license) = judged(app).await;
    let sent = [
        ("act", "approve_on_conditions"),
        ("reasons", "Released when the three approvals count."),
        ("provisos", "No retransfer\nDelivery within a year"),
    ];
    app.enter("reviewer2").await.done(&format!("{license}/decide"), &sent).await;
    give_the_serials(app, &license).await;
    (check, license)
}

/// The post notes in every cell that the end-user was given what it waited for.
pub async fn give_the_serials(app: &TestApp, license: &str) {
    let post = app.enter("guatemala").await;
    let cells = format!("{license}/approvals/");
    for cell in
        post.get(license).await.links().iter().filter(|link| link.starts_with(&cells) && !link.ends_with("/ask"))
    {
        let form = post.open(cell).await;
        let given = form.set("given_on", "20 Nov 2026");
        given.send(&post).await.is(303);
    }
}

struct Permit<'a> {
    issuer: &'a str,
    also: &'a [&'a str],
    number: &'a str,
    quantity: &'a str,
    items: &'a [&'a str],
    year: &'a str,
}

async fn record(post: &Visitor, license: &str, permit: &Permit<'_>) -> String {
    let path = format!("{license}/permits/record");
    let form = post.get(&path).await;
    let issuer = form.choice("issuer", permit.issuer);
    let also: Vec<String> = permit.also.iter().map(|name| form.choice("authorities", name)).collect();
    let items: Vec<String> = permit.items.iter().map(|name| form.choice("items", name)).collect();
    let until = format!("3 May {}", permit.year);
    let mut sent = vec![
        ("issuer", issuer.as_str()),
        ("number", permit.number),
        ("quantity", permit.quantity),
        ("unit", "pieces"),
        ("named_party", "INTERNATIONAL COMMISSION for Judicial Protection"),
        ("valid_until", &until),
    ];
    sent.extend(also.iter().map(|id| ("authorities", id.as_str())));
    sent.extend(items.iter().map(|id| ("items", id.as_str())));
    post.done(&path, &sent).await;
    post.get(license).await.body
}

/// Verifies every permit that is not verified yet, each with the authority that issued it.
async fn verify(post: &Visitor, license: &str) {
    let links = post.get(license).await.links();
    for path in links.iter().filter(|link| link.contains("/permits/") && link.ends_with("/verify")) {
        let page = post.get(path).await;
        let ministry = page.text().contains("of MINDEF");
        let contact =
            page.choice("contact", if ministry { "licensing desk of the ministry" } else { "director of DIGECAM" });
        post.done(path, &[("contact", &contact)]).await;
    }
}

/// The post asks the ministry, over a number of the embassy.
async fn ask_the_ministry(post: &Visitor, check: &str) {
    let path = format!("{check}/contacts/record");
    let authority = post.get(&path).await.choice("authority", MINISTRY);
    let sent = [
        ("kind", "letter"),
        ("with_whom", "licensing desk of the ministry"),
        ("authority", authority.as_str()),
        ("channel_source", "embassy"),
        ("summary", "The ministry confirms its approval of the rifles."),
        ("occurred_on", "20 Nov 2026"),
    ];
    post.done(&path, &sent).await;
}

async fn page(post: &Visitor, license: &str) -> Page {
    post.get(license).await
}

/// Records one permit that is not verified.
pub async fn a_permit(app: &TestApp, license: &str) {
    let post = app.enter("guatemala").await;
    record(
        &post,
        license,
        &Permit { issuer: DIGECAM, also: &[], number: "D-700", quantity: "30", items: &["pistols"], year: "2027" },
    )
    .await;
}

/// The license of the story approved on conditions, with a permit that is not verified, and a condition in words.
pub async fn with_everything_open(app: &TestApp) {
    let (_, license) = approved_on_conditions(app).await;
    let sent = [("text", "The insurer confirms cover"), ("who_acts", "the applicant")];
    app.enter("case").await.done(&format!("{license}/conditions/raise"), &sent).await;
    a_permit(app, &license).await;
}

const DIGECAM: &str = "(DIGECAM)";
const MINISTRY: &str = "(MINDEF)";

#[tokio::test]
async fn three_approvals_release_the_license_and_nothing_less_does() {
    let app = TestApp::demonstration().await;
    let (check, license) = judged(&app).await;
    let reviewer = app.enter("reviewer2").await;
    let outright = [("act", "approve"), ("reasons", "Everything looks right to me.")];
    let refused = reviewer.fill(&format!("{license}/decide"), &outright).await;
    refused
        .refused("3 conditions are open")
        .says("DIGECAM (9 mm pistols, 30)")
        .says("DIGECAM (5.56 mm automatic rifles, 6)")
        .says("MINDEF (5.56 mm automatic rifles, 6)");
    let sent = [
        ("act", "approve_on_conditions"),
        ("reasons", "Released when the three approvals count."),
        ("provisos", "No retransfer"),
    ];
    reviewer.done(&format!("{license}/decide"), &sent).await;
    give_the_serials(&app, &license).await;

    let post = app.enter("guatemala").await;
    record(
        &post,
        &license,
        &Permit { issuer: DIGECAM, also: &[], number: "D-881", quantity: "30", items: &["pistols"], year: "2027" },
    )
    .await;
    page(&post, &license).await.says("permit D-881 is not verified");
    verify(&post, &license).await;
    page(&post, &license).await.says("2 open before license").says_not("Ready to issue");
    let path = format!("{license}/confirm");
    reviewer.get(&path).await.says("2 conditions are open").says_not("Sign the decision");
    let early = [("act", "confirm"), ("reasons", "The pistols are settled.")];
    sent_anyway(&app, &reviewer, &license, "confirm", &early).await.refused("2 conditions are open");

    record(
        &post,
        &license,
        &Permit { issuer: DIGECAM, also: &[], number: "D-882", quantity: "6", items: &["rifles"], year: "2027" },
    )
    .await;
    verify(&post, &license).await;
    page(&post, &license)
        .await
        .says("1 open before license")
        .says("MINDEF (5.56 mm automatic rifles, 6): not applied for");

    record(
        &post,
        &license,
        &Permit { issuer: MINISTRY, also: &[], number: "MD/17", quantity: "6", items: &["rifles"], year: "2027" },
    )
    .await;
    ask_the_ministry(&post, &check).await;
    verify(&post, &license).await;
    page(&post, &license).await.says("Ready to issue");
    assert_eq!(
        app.value("select count(*) from audit_events where verb = 'became_ready' and summary like '%050107211%'").await,
        "1"
    );

    let signer = app.enter("reviewer").await;
    let last = [("act", "confirm"), ("reasons", "Nothing is open any more.")];
    let own = sent_anyway(&app, &signer, &license, "confirm", &last).await;
    own.refused("You signed a result of BL-").says("another reviewer must decide the license");
    signer.get(&path).await.says("You signed a result of BL-").says_not("Sign the decision");
    reviewer.done(&format!("{license}/confirm"), &[("act", "confirm"), ("reasons", "Nothing is open any more.")]).await;
    page(&post, &license).await.says("Approved");
    post.get(&check).await.says("Closed");
    let story = app.enter("auditor").await.get(&format!("{check}/print")).await;
    for fact in [
        "opened BL-",
        "acknowledged",
        "signed the recommendation",
        "cleared the reply",
        "proposed the result",
        "signed the result",
        "approved on conditions license",
        "verified permit MD/17",
        "became ready to issue",
        "confirmed license",
        "closed BL-",
    ] {
        story.says(fact);
    }
}

#[tokio::test]
async fn a_permit_that_does_not_count_says_why() {
    let app = TestApp::demonstration().await;
    let (_, license) = approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    record(
        &post,
        &license,
        &Permit { issuer: DIGECAM, also: &[], number: "D-1", quantity: "29", items: &["pistols"], year: "2027" },
    )
    .await;
    verify(&post, &license).await;
    page(&post, &license).await.says("covers 29 of 30");
    record(
        &post,
        &license,
        &Permit { issuer: DIGECAM, also: &[], number: "D-2", quantity: "30", items: &["pistols"], year: "2026" },
    )
    .await;
    verify(&post, &license).await;
    page(&post, &license).await.says("expired 3 May 2026");

    // Another live license of the post uses the number first.
    let other = post.get("/licenses?number=050106402").await.link("050106402");
    record(
        &post,
        &other,
        &Permit { issuer: DIGECAM, also: &[], number: "D 3", quantity: "50000", items: &["cartridges"], year: "2027" },
    )
    .await;
    record(
        &post,
        &license,
        &Permit { issuer: DIGECAM, also: &[], number: "d-3", quantity: "30", items: &["pistols"], year: "2027" },
    )
    .await;
    page(&post, &license).await.says("used for license 050106402");
}

#[tokio::test]
async fn one_permit_of_two_authorities_fills_both_cells() {
    let app = TestApp::demonstration().await;
    let (_, license) = approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    let both = Permit {
        issuer: DIGECAM,
        also: &[MINISTRY],
        number: "D-900",
        quantity: "36",
        items: &["pistols", "rifles"],
        year: "2027",
    };
    record(&post, &license, &both).await;
    verify(&post, &license).await;
    page(&post, &license).await.says("Ready to issue");
    // A day after its last one it is not ready again, by itself.
    app.clock.set(time::macros::datetime!(2027-05-04 12:00 UTC));
    let later = app.enter("guatemala").await;
    page(&later, &license).await.says("expired 3 May 2027").says_not("Ready to issue");
    let reviewer = app.enter("reviewer2").await;
    let late = [("act", "confirm"), ("reasons", "It was ready yesterday.")];
    sent_anyway(&app, &reviewer, &license, "confirm", &late).await.refused("expired 3 May 2027");
}

#[tokio::test]
async fn another_post_finds_nothing_of_the_check() {
    let app = TestApp::demonstration().await;
    let (check, license) = story(&app.enter("case").await).await;
    let stranger = app.enter("kingston").await;
    for path in [
        check.clone(),
        format!("{check}/print"),
        format!("{check}/contacts/record"),
        format!("{check}/recommend"),
        license.clone(),
        format!("{license}/permits/record"),
    ] {
        let page = stranger.get(&path).await;
        page.is(404);
        let id = path.split('/').nth(2).expect("an id").to_owned();
        let missing = stranger.get(&path.replace(&id, "01900000-0000-7000-8000-000000000000")).await;
        assert_eq!(page.body, missing.body, "{path} tells that something is there");
    }
    stranger.get("/checks?text=36+weapons").await.says("No check fits");
    stranger.get("/parties?q=International+Commission").await.says("No party has that name");
}

#[tokio::test]
async fn the_same_decision_twenty_times_is_one_decision() {
    let app = TestApp::demonstration().await;
    let (_, license) = judged(&app).await;
    let reviewer = app.enter("reviewer2").await;
    let path = format!("{license}/decide");
    let form = reviewer.get(&path).await;
    let (id, version) = (form.input("form_id").unwrap(), form.input("version").unwrap());
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (reviewer, path, id, version) = (reviewer.clone(), path.clone(), id.clone(), version.clone());
        sending.spawn(async move {
            let sent = [
                ("form_id", id.as_str()),
                ("version", &version),
                ("act", "approve_on_conditions"),
                ("reasons", "Released when all three count."),
            ];
            let page = reviewer.post(&path, &sent).await;
            (page.status, page.location)
        });
    }
    let answers = sending.join_all().await;
    assert!(answers.iter().all(|answer| *answer == (303, format!("{license}#decisions"))), "{answers:?}");
    assert_eq!(
        app.value(
            "select count(*) from decisions d join licenses l on l.id = d.license_id where l.number = '050107211'"
        )
        .await,
        "1"
    );
    assert_eq!(app.value("select count(*) from audit_events e join licenses l on l.id = e.license_id where l.number = '050107211' and e.verb = 'license_decided'").await, "1");
}

#[tokio::test]
async fn twenty_forms_of_two_people_are_one_decision_and_refusals_in_words() {
    let app = TestApp::demonstration().await;
    let (_, license) = judged(&app).await;
    let path = format!("{license}/decide");
    let people = [app.enter("reviewer2").await, app.enter("reviewer2").await];
    let mut sending = tokio::task::JoinSet::new();
    for turn in 0..20 {
        let (reviewer, path) = (people[turn % 2].clone(), path.clone());
        sending.spawn(async move {
            let page = reviewer
                .fill(&path, &[("act", "approve_on_conditions"), ("reasons", "Released when all three count.")])
                .await;
            (page.status, page.text())
        });
    }
    let answers = sending.join_all().await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 303).count(), 1, "{answers:?}");
    assert!(
        answers
            .iter()
            .filter(|(status, _)| *status != 303)
            .all(|(status, text)| *status == 409 && text.contains("approved on conditions")),
        "{answers:?}"
    );
    assert_eq!(
        app.value(
            "select count(*) from decisions d join licenses l on l.id = d.license_id where l.number = '050107211'"
        )
        .await,
        "1"
    );
}

//! The rules end to end: each refusal that a person can meet in the browser, with its sentence, and what goes through
//! beside it.

use lantern::id::FormId;
use sqlx::{AssertSqlSafe, ConnectOptions};
use time::{Duration, macros::datetime};

use crate::support::{Page, TestApp, Visitor};

async fn check_about(app: &TestApp, subject: &str) -> String {
    let id = app.value(&format!("select id from checks where subject like '{subject}%'")).await;
    assert!(!id.is_empty(), "no check about {subject}");
    format!("/checks/{id}")
}

async fn license_numbered(app: &TestApp, number: &str) -> String {
    let id = app.value(&format!("select id from licenses where number = '{number}'")).await;
    assert!(!id.is_empty(), "no license {number}");
    format!("/licenses/{id}")
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an address has an end")
}

async fn state(app: &TestApp, check: &str) -> String {
    app.value(&format!("select state from checks where id = '{}'", id_of(check))).await
}

async fn status(app: &TestApp, license: &str) -> String {
    app.value(&format!("select status from licenses where id = '{}'", id_of(license))).await
}

async fn logged(app: &TestApp, verb: &str, file: &str) -> i64 {
    let id = id_of(file);
    let statement = format!(
        "select count(*) from audit_events where verb = '{verb}' and '{id}' in (check_id, license_id, subject_id)"
    );
    app.value(&statement).await.parse().expect("a number")
}

/// Changes the database behind the program's back, every rule of it switched off.
async fn behind_the_back(app: &TestApp, change: &str) {
    let mut connection = app.superuser().connect().await.expect("PostgreSQL answers");
    let change = format!("set session_replication_role = replica; {change}");
    sqlx::raw_sql(AssertSqlSafe(change)).execute(&mut connection).await.expect("it is a statement");
}

fn dated<'a>(name: &str, day: &'a (String, String, String)) -> [(String, &'a str); 3] {
    [
        (format!("{name}.day"), day.0.as_str()),
        (format!("{name}.month"), day.1.as_str()),
        (format!("{name}.year"), day.2.as_str()),
    ]
}

async fn fill_dated(visitor: &Visitor, path: &str, name: &str, day: time::Date, others: &[(&str, &str)]) -> Page {
    let day = (day.day().to_string(), u8::from(day.month()).to_string(), day.year().to_string());
    let day = dated(name, &day);
    let mut sent: Vec<(&str, &str)> = day.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    sent.extend_from_slice(others);
    visitor.fill(path, &sent).await
}

/// The administrator ends everybody's present role today, and gives each a new one from tomorrow on.
async fn move_people(app: &TestApp, moves: &[(&str, &str, &str)]) {
    let admin = app.enter("admin").await;
    let today = app.clock.now().date();
    for (account, _, _) in moves {
        let person = app.value(&format!("select id from people where account = '{account}'")).await;
        let row =
            app.value(&format!("select id from assignments where person_id = '{person}' and ends_on is null")).await;
        fill_dated(&admin, &format!("/people/{person}/assignments/{row}/end"), "ends_on", today, &[]).await.is(303);
    }
    app.clock.advance(Duration::days(1));
    let admin = app.enter("admin").await;
    for (account, role, post) in moves {
        let person = app.value(&format!("select id from people where account = '{account}'")).await;
        let post = app.value(&format!("select id from posts where name = '{post}'")).await;
        let sent = [("role", *role), ("post", post.as_str())];
        fill_dated(&admin, &format!("/people/{person}/assign"), "starts_on", app.clock.now().date(), &sent)
            .await
            .is(303);
    }
}

/// Sends a form of a check as if its page, which says why it is not possible, had a button.
async fn sent(app: &TestApp, visitor: &Visitor, check: &str, verb: &str, fields: &[(&str, &str)]) -> Page {
    let revision = app.value(&format!("select revision from checks where id = '{}'", id_of(check))).await;
    let form = FormId::new().to_string();
    let mut all = vec![("form_id", form.as_str()), ("version", revision.as_str())];
    all.extend_from_slice(fields);
    visitor.post(&format!("{check}/{verb}"), &all).await
}

async fn step(app: &TestApp, visitor: &Visitor, check: &str, verb: &str, text: &str) -> Page {
    sent(app, visitor, check, verb, &[("text", text)]).await
}

async fn call(post: &Visitor, check: &str, whom: &str, channel: &str) -> Page {
    let sent = [
        ("kind", "call"),
        ("with_whom", whom),
        ("place", ""),
        ("channel_source", channel),
        ("summary", "About the paper."),
    ];
    post.fill(&format!("{check}/contacts/record"), &sent).await
}

/// Records a contact with an authority, on a day at the post; gives its row.
async fn ask(app: &TestApp, post: &Visitor, check: &str, whom: &str, authority: &str, how: (&str, &str)) -> String {
    let path = format!("{check}/contacts/record");
    let authority = post.get(&path).await.choice("authority", authority);
    let (kind, channel) = how;
    let sent = [
        ("kind", kind),
        ("with_whom", whom),
        ("authority", authority.as_str()),
        ("place", ""),
        ("channel_source", channel),
        ("summary", "About the paper."),
    ];
    fill_dated(post, &path, "occurred_on", app.clock.now().date() - Duration::days(1), &sent).await.is(303);
    app.value(&format!("select id from contacts where with_whom = '{whom}' and check_id = '{}'", id_of(check))).await
}

/// Writes every finding the check still asks for.
async fn find_everything(post: &Visitor, check: &str, whom: &str) {
    for path in post.get(check).await.links().into_iter().filter(|link| link.contains("/findings/")) {
        let contact = post.get(&path).await.choice("contacts", whom);
        let sent = [
            ("answer", "yes"),
            ("text", "As the application says."),
            ("portion_mark", "SBU"),
            ("contacts", contact.as_str()),
        ];
        post.done(&path, &sent).await;
    }
}

async fn recommend(post: &Visitor, check: &str, word: &str) {
    post.done(&format!("{check}/recommend"), &[("word", word), ("text", "As post sees it.")]).await;
}

/// Records a permit of Guatemala for the items of those labels.
async fn permit(
    post: &Visitor,
    license: &str,
    number: &str,
    quantity: &str,
    items: &[&str],
    authorities: &[&str],
) -> Page {
    let path = format!("{license}/permits/record");
    let form = post.get(&path).await;
    let party = if items == ["cartridges"] {
        "Ingenio Santa Marcela"
    } else {
        "International Commission for Judicial Protection"
    };
    let issuer = form.choice("issuer", "(DIGECAM)");
    let items: Vec<String> = items.iter().map(|name| form.choice("items", name)).collect();
    let authorities: Vec<String> = authorities.iter().map(|name| form.choice("authorities", name)).collect();
    let mut sent = vec![
        ("issuer", issuer.as_str()),
        ("number", number),
        ("quantity", quantity),
        ("unit", "pieces"),
        ("named_party", party),
    ];
    sent.extend(items.iter().map(|id| ("items", id.as_str())));
    sent.extend(authorities.iter().map(|id| ("authorities", id.as_str())));
    post.fill(&path, &sent).await
}

async fn verify_all(post: &Visitor, license: &str, whom: &str) {
    for path in
        post.get(license).await.links().iter().filter(|link| link.contains("/permits/") && link.ends_with("/verify"))
    {
        let contact = post.get(path).await.choice("contact", whom);
        post.done(path, &[("contact", &contact)]).await;
    }
}

async fn decide(reviewer: &Visitor, license: &str, verb: &str, act: &str) -> Page {
    reviewer
        .fill(&format!("{license}/{verb}"), &[("act", act), ("reasons", "As the file shows."), ("provisos", "")])
        .await
}

fn opening<'a>(kind: &'a str, post: &'a str, visit: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("check_type", kind),
        ("post", post),
        ("subject", "Something new"),
        ("reason", "A new end-user without a record."),
        ("priority", "routine"),
        ("site_visit", visit),
        ("days", ""),
        ("follows", ""),
    ]
}

async fn open(case: &Visitor, kind: &str, post: &str) -> String {
    let post = case.get("/checks/open").await.choice("post", post);
    case.done("/checks/open", &opening(kind, &post, "optional")).await
}

fn registering(number: &str) -> [(&str, &str); 5] {
    [("number", number), ("license_form", "dsp_5"), ("destination", "GT"), ("value_usd", "22000"), ("purpose", "")]
}

#[tokio::test]
async fn guard_1_a_request_without_what_its_type_asks_for_stays_a_draft() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let check = open(&case, "pre_license", "Guatemala").await;
    step(&app, &case, &check, "request", "").await.refused("This check needs at least one license with an item group");
    let register = format!("/licenses/register?check={}", id_of(&check));
    fill_dated(&case, &register, "approved_on", app.clock.now().date(), &registering("050199001"))
        .await
        .is(422)
        .says("This check comes before the license is issued");
    let license = case.done(&register, &registering("050199001")).await;
    step(&app, &case, &check, "request", "").await.refused("with an item group");
    // The same number in another spelling offers that license.
    case.fill(&register, &registering("#05-0199001")).await.is(422).says("This number is known under this form");
    let second = open(&case, "pre_license", "Guatemala").await;
    case.done(&format!("{second}/licenses/add"), &[("number", "05 0199001")]).await;
    case.get(&second).await.says("050199001");
    case.fill(&format!("{second}/licenses/add"), &[("number", "05-971941")])
        .await
        .is(422)
        .says("No license has this number yet");
    assert_eq!(status(&app, &license).await, "pending");

    let inquiry = open(&case, "broker_inquiry", "Guatemala").await;
    step(&app, &case, &inquiry, "request", "").await.refused("This check needs at least one subject");
    case.fill(&format!("/licenses/register?check={}", id_of(&inquiry)), &registering("050199002"))
        .await
        .refused("A check of this type is about no license");
    let post = case.get("/checks/open").await.choice("post", "Apia");
    let mut many = opening("pre_license", &post, "optional");
    many[6].1 = "731";
    case.fill("/checks/open", &many).await.is(422).says("At most 730 days");
    let unasked = opening("pre_license", &post, "");
    case.fill("/checks/open", &unasked).await.is(422).says("Choose one of the answers");

    // Only its opener takes a draft away.
    step(&app, &app.enter("case2").await, &check, "discard", "")
        .await
        .refused("Only who opened a draft may discard it");
    case.done(&format!("{check}/discard"), &[]).await;
    assert_eq!(logged(&app, "check_discarded", &check).await, 1);
    case.get(&check).await.is(404);
}

#[tokio::test]
async fn guards_2_and_3_a_reply_is_complete_and_signed_as_it_is_and_cleared_by_another() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Goggles and armor").await;
    let officer = app.enter("prague").await;
    // Guard 3, as soon as it is written.
    let word = [("word", "support"), ("text", "As post sees it.")];
    officer
        .fill(&format!("{check}/recommend"), &word)
        .await
        .is(422)
        .says("\"Support\" needs no open condition")
        .says("Choose \"support with");
    recommend(&officer, &check, "support_with_conditions").await;
    step(&app, &officer, &check, "sign", "").await.refused("The reply still needs:");
    find_everything(&officer, &check, "head of procurement").await;
    step(&app, &officer, &check, "sign", "").await.refused("A site visit is required");
    app.enter("case")
        .await
        .done(&format!("{check}/waive"), &[("text", "The border zone is closed to diplomats.")])
        .await;
    step(&app, &officer, &check, "clear", "").await.refused("The recommendation is not signed yet");
    // A fact changes beneath it: whoever is at the post is sent to change the word, and nobody to sign or clear it.
    behind_the_back(&app, &format!("update recommendations set word = 'support' where check_id = '{}'", id_of(&check)))
        .await;
    for account in ["prague", "prague2"] {
        let page = app.enter(account).await.get(&check).await;
        page.says("Next: you.")
            .says("Change the recommendation: \"Support\" needs no open condition")
            .says_not("Sign the recommendation");
        assert_eq!(page.link("Change it"), format!("{check}/recommend"));
    }
    let washington = app.enter("case").await.get(&check).await;
    washington.says("Next: Emil Farrow, Prague.").says("Only the officers of the post work a check.");
    step(&app, &officer, &check, "sign", "").await.refused("\"Support\" needs no open condition");
    behind_the_back(
        &app,
        &format!("update recommendations set word = 'support_with_conditions' where check_id = '{}'", id_of(&check)),
    )
    .await;
    officer.done(&format!("{check}/sign"), &[]).await;
    officer
        .get(&check)
        .await
        .says("Next: another person of the post.")
        .says("has to clear what you signed; a supervisor first");
    app.enter("prague2").await.get(&check).await.says("Next: you.").link("Clear the reply");
    step(&app, &officer, &check, "sign", "").await.refused("The recommendation is signed already");
    step(&app, &officer, &check, "clear", "").await.refused("Another person of the post has to clear what you signed");

    // The file changes under the signature, also when the license does.
    let supervisor = app.enter("prague2").await;
    call(&officer, &check, "A neighbor", "directory").await.is(303);
    step(&app, &supervisor, &check, "clear", "").await.refused("The file changed after the recommendation was signed");
    officer.get(&check).await.says("Sign again: the file changed after the signature");
    officer.done(&format!("{check}/sign"), &[]).await;
    supervisor.done(&format!("{check}/clear"), &[]).await;
    assert_eq!(state(&app, &check).await, "replied");
    assert_eq!(
        app.value(&format!(
            "select count(*) from recommendations where check_id = '{}' and signed_by is not null",
            id_of(&check)
        ))
        .await,
        "2"
    );

    // Frozen, but contacts are added.
    let finding = app
        .value(&format!(
            "select '{check}/findings/' || topic from findings where check_id = '{}' and party_id is null limit 1",
            id_of(&check)
        ))
        .await;
    let contact = officer.get(&finding).await.choice("contacts", "A neighbor");
    let sent = [("answer", "no"), ("text", "Not so."), ("portion_mark", "U"), ("contacts", contact.as_str())];
    officer.fill(&finding, &sent).await.refused("Findings are written while the check is in progress");
    officer
        .fill(&format!("{check}/recommend"), &[("word", "oppose"), ("text", "Not so.")])
        .await
        .refused("while the check is in progress");
    call(&officer, &check, "The ministry", "embassy").await.is(303);

    // Given back, everything opens, and the reply is signed again.
    app.enter("case2").await.done(&format!("{check}/give-back"), &[("text", "Who owns the firm?")]).await;
    officer.get(&check).await.says("Who owns the firm?");
    officer.done(&finding, &sent).await;
    step(&app, &officer, &check, "sign", "").await.refused("Write the recommendation first");
    recommend(&officer, &check, "no_objection").await;
    officer.done(&format!("{check}/sign"), &[]).await;
    supervisor.done(&format!("{check}/clear"), &[]).await;
    step(&app, &app.enter("case").await, &check, "waive", "Once more.").await.refused("No site visit is required");
}

#[tokio::test]
async fn guard_2_the_only_person_of_a_post_clears_alone_and_it_is_printed() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a mining company").await;
    let reviewer = app.enter("reviewer").await;
    reviewer.get(&format!("{check}/print")).await.says("Signed and cleared by one person: the post had no other.");
    reviewer
        .get(&format!("{check}/sign-result"))
        .await
        .says("Signed and cleared by one person: the post had no other.");
}

#[tokio::test]
async fn guard_5_only_a_channel_not_taken_from_the_paper_verifies_and_it_stays() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Cartridges for a sugar mill").await, license_numbered(&app, "050106402").await);
    let post = app.enter("guatemala").await;
    let paper = ask(&app, &post, &check, "The number on the paper", "(DIGECAM)", ("call", "paper")).await;
    let ministry = ask(&app, &post, &check, "The ministry", "(MINDEF)", ("call", "directory")).await;
    let directory = ask(&app, &post, &check, "The switchboard", "(DIGECAM)", ("call", "directory")).await;
    permit(&post, &license, "D-41", "50000", &["cartridges"], &[]).await.is(303);
    let path = post
        .get(&license)
        .await
        .links()
        .into_iter()
        .find(|link| link.ends_with("/verify"))
        .expect("it waits to be verified");
    let form = post.get(&path).await;
    form.says_not("The number on the paper").says_not("The ministry");
    post.fill(&path, &[("contact", &paper)]).await.refused("was taken from the paper");
    post.fill(&path, &[("contact", &ministry)]).await.refused("It was not with DIGECAM");
    post.done(&path, &[("contact", &directory)]).await;
    let sent = [
        ("kind", "call"),
        ("with_whom", "The switchboard"),
        ("place", ""),
        ("channel_source", "paper"),
        ("summary", "About the paper."),
    ];
    post.fill(&format!("{check}/contacts/{directory}/edit"), &sent)
        .await
        .refused("A paper was verified through this contact");
}

#[tokio::test]
async fn guards_4_and_5_partial_permits_and_none_required() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-29", "29", &["pistols"], &[]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("covers 29 of 30").says("3 open before license");
    // A permit for too few is somebody's turn: a case officer splits the items, or the post records another one.
    let seen = post.get(&check).await;
    seen.says("Next: a case officer.")
        .says("Split the items, or have the post record another permit: DIGECAM (9 mm pistols, 30): covers 29 of 30");
    assert_eq!(seen.link("Record another permit"), format!("{license}#approvals"));
    let pistols = app
        .value(&format!(
            "select id from item_groups where license_id = '{}' and label like '%pistols'",
            id_of(&license)
        ))
        .await;
    let case = app.enter("case").await;
    let split = format!("{license}/items/{pistols}/split");
    assert_eq!(case.get(&check).await.says("Next: you.").link("Split the items"), split);
    case.fill(&split, &[("quantity", "30"), ("label", "9 mm pistols, rest")])
        .await
        .is(422)
        .says("Take fewer than the 30 there are");
    case.done(&split, &[("quantity", "1"), ("label", "9 mm pistols, rest")]).await;
    let values = format!(
        "select string_agg(quantity || ' for ' || value_usd, ', ' order by position) from item_groups where license_id = '{}'",
        id_of(&license)
    );
    assert_eq!(app.value(&values).await, "29 for 17980.00, 6 for 29600.00, 1 for 620.00");
    post.get(&license).await.says_not("covers 29 of 30").says("DIGECAM (9 mm pistols, rest, 1): not applied for");

    // A promise is no permit, and none is required only with proof.
    let rest = app
        .value(&format!("select id from item_groups where license_id = '{}' and label like '%rest'", id_of(&license)))
        .await;
    let registry = app.value("select id from authorities where short_name = 'DIGECAM'").await;
    let cell = format!("{license}/approvals/{rest}/{registry}");
    post.fill(&cell, &[("state", "issued")]).await.is(422).says("A spoken promise is no permit");
    post.fill(&cell, &[("state", "applied")]).await.is(422).says("Give the day it was applied for");
    post.fill(&cell, &[("state", "not_required")]).await.is(422).says("Say what shows that none is required");
    post.fill(&format!("{license}/approvals/{rest}/none"), &[("state", "needed")])
        .await
        .is(422)
        .says("the only answers are: not required");
    post.done(&cell, &[("state", "refused")]).await;
    post.get(&license).await.says("DIGECAM (9 mm pistols, rest, 1): refused by the authority");
    let (state, proof) = (("state", "not_required"), ("proof", "The registry says that single pieces need none."));
    let spoken = ask(&app, &post, &check, "The desk", "(DIGECAM)", ("call", "directory")).await;
    post.fill(&cell, &[state, proof]).await.is(422).says("A spoken word is no proof");
    post.fill(&cell, &[state, proof, ("contact", &spoken)]).await.is(422).says("A spoken word is no proof");
    let none = format!("{license}/approvals/{rest}/none");
    let letter = ask(&app, &post, &check, "The registry by letter", "(DIGECAM)", ("letter", "directory")).await;
    post.fill(&none, &[state, proof, ("contact", &letter)]).await.is(422).says("The country's rules ask for DIGECAM");
    post.done(&cell, &[state, proof, ("contact", &letter)]).await;
    post.get(&license).await.says_not("rest, 1): ").says("2 open before license");
    // Revoked by the authority, a paper that counted does not.
    let revoke = post
        .get(&license)
        .await
        .links()
        .into_iter()
        .find(|link| link.contains("/permits/") && link.ends_with("/revoke"))
        .unwrap();
    fill_dated(&post, &revoke, "revoked_on", app.clock.now().date(), &[("how", "The registry wrote to the embassy.")])
        .await
        .is(303);
    post.get(&license).await.says("DIGECAM (9 mm pistols, 29): revoked by the authority");
}

#[tokio::test]
async fn guard_5_a_number_counts_for_one_license_and_is_released_with_the_first() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let other = license_numbered(&app, "050106402").await;
    let post = app.enter("guatemala").await;
    permit(&post, &other, "D 900", "50000", &["cartridges"], &[]).await.is(303);
    permit(&post, &license, "d-900", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("used for license 050106402").says("3 open before license");
    assert_eq!(logged(&app, "became_ready", &license).await, 0);
    let reviewer = app.enter("reviewer2").await;
    decide(&reviewer, &other, "decide", "return").await.is(303);
    post.get(&license).await.says("Ready to issue").says_not("used for license");
    assert_eq!(logged(&app, "became_ready", &license).await, 1, "the change that closed the last condition says so");
    post.get(&other).await.says("used for license 050107211");
}

#[tokio::test]
async fn guard_5_a_permit_taken_back_makes_the_license_ready_that_waited_for_its_number() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let other = license_numbered(&app, "050106402").await;
    let post = app.enter("guatemala").await;
    permit(&post, &other, "D 900", "50000", &["cartridges"], &[]).await.is(303);
    permit(&post, &license, "d-900", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("used for license 050106402").says("3 open before license");
    let paper = app.value("select id from permits where number = 'D 900'").await;
    post.done(&format!("{other}/permits/{paper}/withdraw"), &[("reason", "It was of another mill.")]).await;
    post.get(&license).await.says("Ready to issue").says_not("used for license");
    assert_eq!(logged(&app, "became_ready", &license).await, 1, "the change that closed the last condition says so");

    // A revocation concerns whoever has the paper's number: what they read before is stale. It gives the number to
    // nobody.
    permit(&post, &other, "d900", "50000", &["cartridges"], &[]).await.is(303);
    let revision = format!("select revision from licenses where id = '{}'", id_of(&other));
    let before: i32 = app.value(&revision).await.parse().unwrap();
    let paper = app.value("select id from permits where number = 'd-900'").await;
    let how = [("how", "Letter of the registry, 20 November.")];
    fill_dated(&post, &format!("{license}/permits/{paper}/revoke"), "revoked_on", app.clock.now().date(), &how)
        .await
        .is(303);
    assert_eq!(app.value(&revision).await, (before + 1).to_string());
    post.get(&license).await.says("revoked by the authority");
    post.get(&other).await.says("revoked by the authority").says_not("used for license");
    // Nor when the license that held it is denied: a paper that its authority revoked counts for nobody.
    decide(&app.enter("reviewer2").await, &license, "decide", "deny").await.is(303);
    post.get(&other).await.says("revoked by the authority");
}

/// A verified permit with a typo: a supervisor of the post takes it back, sees before what lapses, and the true paper
/// makes the license ready under the same number.
#[tokio::test]
async fn a_verified_permit_that_was_mistyped_is_taken_back_and_its_number_is_free() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let (officer, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    permit(&officer, &license, "4471-B", "30", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    // The same number once more, in any spelling, leads to the row that has it.
    let twice = permit(&officer, &license, "4471 b", "36", &["pistols"], &[]).await;
    twice.is(422).says(
        "Permit 4471-B of DIGECAM is on this license already. If it was recorded by mistake, take it back first.",
    );
    let paper = app.value("select id from permits where number = '4471-B'").await;
    assert_eq!(twice.link("Permit 4471-B of DIGECAM as it stands on the license"), format!("{license}#permit-{paper}"));

    let back = format!("{license}/permits/{paper}/withdraw");
    let officers = officer.get(&license).await;
    officers.says_not("Recorded by mistake");
    let told = officer.get(&back).await;
    told.says("Not yours to take back").says("A supervisor of the post takes it back");
    let reason = [("reason", "The paper says 36 pieces, not 30.")];
    let version = app.value(&format!("select version from permits where id = '{paper}'")).await;
    let form = FormId::new().to_string();
    officer
        .post(&back, &[("form_id", &form), ("version", &version), reason[0]])
        .await
        .refused("A supervisor of the post takes it back");
    // Not by another post, though it has a check on the license.
    let other = open(&app.enter("case").await, "pre_license", "Kingston").await;
    app.enter("case").await.done(&format!("{other}/licenses/add"), &[("number", "050107211")]).await;
    app.enter("case").await.done(&format!("{other}/request"), &[]).await;
    app.enter("kingston").await.get(&back).await.says("Another post recorded this. Its own people take it back.");

    assert_eq!(supervisor.get(&license).await.link("Recorded by mistake"), back);
    let page = supervisor.get(&back).await;
    for lapses in [
        "9 mm pistols, 30 of DIGECAM: open again",
        "5.56 mm automatic rifles, 6 of MINDEF: open again",
        "Its verification by Guatemala",
        "the number is free for this license and for others",
    ] {
        page.says(lapses);
    }
    supervisor.fill(&back, &[("reason", "typo")]).await.is(422).says("at least ten characters");
    supervisor.done(&back, &reason).await;
    assert_eq!(logged(&app, "permit_withdrawn", &license).await, 1);
    supervisor.get(&back).await.is(404);

    // It stays readable, struck through, in the file, on paper and in the log; its cells are open.
    let auditor = app.enter("auditor").await;
    for path in [license.clone(), check.clone(), format!("{check}/print")] {
        let page = auditor.get(&path).await;
        assert!(page.body.contains("<s>Permit 4471-B of DIGECAM: 30 pieces"), "{path}");
        page.says("Recorded by mistake The paper says 36 pieces, not 30. (");
    }
    auditor
        .get("/log?verb=permit_withdrawn")
        .await
        .says("took back as recorded by mistake: Permit 4471-B of DIGECAM: 30 pieces");
    auditor.get("/log.csv?verb=permit_withdrawn").await.says("The paper says 36 pieces, not 30.");
    officer.get(&license).await.says("3 open before license").says_not("used for license");

    // The true paper, under the same number.
    permit(&officer, &license, "4471-B", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    officer.get(&license).await.says("Ready to issue");
}

/// Who takes a permit back: its recorder while it is not verified, and no other officer; and what it verified still
/// counts.
#[tokio::test]
async fn acts_on_a_permit_that_was_taken_back_still_count() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let other = license_numbered(&app, "050106402").await;
    move_people(&app, &[("kingston", "post_officer", "Guatemala")]).await;
    let (officer, guest) = (app.enter("guatemala").await, app.enter("kingston").await);
    permit(&officer, &license, "D-77", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    let paper = app.value("select id from permits where number = 'D-77'").await;
    let back = format!("{license}/permits/{paper}/withdraw");
    guest.get(&back).await.says("Somebody else at your post recorded this");
    let page = officer.get(&license).await;
    assert_eq!(page.link("Recorded by mistake"), back);
    verify_all(&guest, &license, "director of DIGECAM").await;
    // For another license the number is free once it is taken back.
    permit(&officer, &other, "d 77", "50000", &["cartridges"], &[]).await.is(303);
    officer.get(&other).await.says("used for license 050107211");
    app.enter("guatemala2").await.done(&back, &[("reason", "It is the sugar mill's permit.")]).await;
    officer.get(&other).await.says_not("used for license");
    permit(&officer, &license, "D-78", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    move_people(&app, &[("kingston", "reviewer", "")]).await;
    decide(&app.enter("kingston").await, &license, "confirm", "confirm")
        .await
        .refused("You verified a permit of license 050107211");
    // A decision that rested on a paper stands, marked; what it issued is not touched any more.
    decide(&app.enter("reviewer2").await, &license, "confirm", "confirm").await.is(303);
    let paper = app.value("select id from permits where number = 'D-78'").await;
    let supervisor = app.enter("guatemala2").await;
    let refused = supervisor.get(&format!("{license}/permits/{paper}/withdraw")).await;
    refused.says("The license is approved, and its decision rested on this: it stays as it is.");
}

/// A decision on conditions that a permit had a part in stands and is marked; confirming asks again.
#[tokio::test]
async fn a_decision_that_rested_on_a_permit_taken_back_stands_marked() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::judged(&app).await;
    let officer = app.enter("guatemala").await;
    permit(&officer, &license, "D-79", "36", &["pistols"], &[]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    app.clock.advance(Duration::minutes(1));
    decide(&app.enter("reviewer2").await, &license, "decide", "approve_on_conditions").await.is(303);
    app.clock.advance(Duration::minutes(1));
    let paper = app.value("select id from permits where number = 'D-79'").await;
    let (supervisor, back) = (app.enter("guatemala2").await, format!("{license}/permits/{paper}/withdraw"));
    supervisor.get(&back).await.says("The decision that rested on it stands, marked as such");
    supervisor.done(&back, &[("reason", "The registry confirmed another paper.")]).await;
    app.enter("auditor")
        .await
        .get(&license)
        .await
        .says("Basis changed permit D-79 of DIGECAM was taken back as recorded by mistake");
    decide(&app.enter("reviewer2").await, &license, "confirm", "confirm").await.refused("3 conditions are open");
}

/// Others of the kind: a signature that was verified by mistake, and a cell that points at the wrong paper.
#[tokio::test]
async fn a_verified_signature_and_a_cell_of_the_wrong_paper_have_a_way_back() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let (officer, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let row = app
        .value(&format!(
            "select s.id from certificate_signatures s join certificates c on c.id = s.certificate_id
             where c.license_id = '{}' and s.signer = 'applicant' and s.verified_by is not null",
            id_of(&license)
        ))
        .await;
    let sent = [("signer", "applicant"), ("signer_name", "R. Olmedo, Harrow Defense Supply")];
    let day = app.clock.now().date();
    let sign = format!("{license}/certificate/sign");
    fill_dated(&officer, &sign, "signed_on", day, &sent)
        .await
        .refused("is verified. If it was recorded by mistake, take it back first");
    let back = format!("{license}/certificate/{row}/withdraw");
    officer.get(&back).await.says("A supervisor of the post takes it back");
    let page = supervisor.get(&back).await;
    page.says("The certificate lacks the signature of the applicant again").says("Its verification");
    supervisor.done(&back, &[("reason", "The applicant's lawyer had signed, not the applicant.")]).await;
    let seen = officer.get(&license).await;
    assert!(seen.body.contains("<s>DSP-83, applicant: H. Marsh, Harrow Defense Supply"), "{}", seen.text());
    seen.says("The applicant's lawyer had signed").says("Applicant not signed");
    assert_eq!(logged(&app, "signature_withdrawn", &license).await, 1);
    fill_dated(&officer, &sign, "signed_on", day, &sent).await.is(303);
    officer.get(&license).await.says("Applicant signed, not verified");
    app.enter("auditor").await.get(&format!("{check}/print")).await.says("The applicant's lawyer had signed");

    // A cell may point at another permit of the license, but not at one that was taken back.
    permit(&officer, &license, "D-1", "30", &["pistols"], &[]).await.is(303);
    permit(&officer, &license, "D-2", "36", &["pistols"], &[]).await.is(303);
    let id = |number: &str| format!("select id from permits where number = '{number}'");
    let (wrong, right) = (app.value(&id("D-2")).await, app.value(&id("D-1")).await);
    let cell = format!(
        "{license}/approvals/{}/{}",
        app.value(&format!("select item_group_id from import_approvals where permit_id = '{wrong}'")).await,
        app.value("select id from authorities where short_name = 'DIGECAM'").await
    );
    officer.done(&cell, &[("state", "issued"), ("permit", &right)]).await;
    assert_eq!(app.value(&format!("select count(*) from import_approvals where permit_id = '{right}'")).await, "1");
    officer.done(&format!("{license}/permits/{wrong}/withdraw"), &[("reason", "It is of another license.")]).await;
    officer
        .fill(&cell, &[("state", "issued"), ("permit", &wrong)])
        .await
        .is(422)
        .says("taken back as recorded by mistake");
}

#[tokio::test]
async fn an_alias_may_make_a_permit_count_and_the_log_says_so() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-901", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    behind_the_back(&app, "update permits set named_party = 'CIPJ' where number = 'D-901'").await;
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("names another party (CIPJ)");
    let party = app.value("select id from parties where name like 'International Commission%'").await;
    app.enter("case")
        .await
        .done(&format!("/parties/{party}/alias"), &[("name", "C.I.P.J."), ("source", "Its letterhead")])
        .await;
    post.get(&license).await.says("Ready to issue");
    assert_eq!(logged(&app, "became_ready", &license).await, 1);
}

#[tokio::test]
async fn guard_7_a_listed_party_blocks_approval_until_a_supervisor_excepts_it() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050104007").await;
    let (case, reviewer, supervisor) =
        (app.enter("case2").await, app.enter("reviewer2").await, app.enter("supervisor").await);
    let party = app
        .value(&format!(
            "select party_id from license_parties where license_id = '{}' and role = 'end_user'",
            id_of(&license)
        ))
        .await;
    let listing = format!("/parties/{party}/listing");
    let list = app.value("select code from reference_entries where kind = 'screening_list' limit 1").await;
    let source = [("list", list.as_str()), ("source", "Federal Register, 3 May 2026")];
    fill_dated(&case, &listing, "starts_on", datetime!(2026-05-03 0:00 UTC).date(), &source).await.is(303);
    let refused = decide(&reviewer, &license, "decide", "approve_on_conditions").await;
    refused
        .refused("Cannot approve: Policía Municipal de Valdeparra is on a list:")
        .says("A supervisor may make an exception with a reason");
    let except = format!("{license}/except");
    supervisor.fill(&except, &[("what", &party), ("reason", "short")]).await.is(422).says("at least ten characters");
    supervisor
        .fill(&except, &[("what", "result"), ("reason", "There is nothing to except.")])
        .await
        .is(422)
        .says("Choose what to except");
    supervisor.done(&except, &[("what", &party), ("reason", "Another firm of the same name; compared.")]).await;
    decide(&reviewer, &license, "decide", "approve_on_conditions").await.is(303);
    assert_eq!(logged(&app, "exception_made", &license).await, 1);
}

#[tokio::test]
async fn guard_8_and_11_a_large_license_waits_and_needs_authority() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050104007").await;
    let case = app.enter("case").await;
    let mut sent = registering("050104007");
    (sent[2].1, sent[3].1) = ("ES", "200000000");
    case.done(&format!("{license}/edit"), &sent).await;
    case.get(&license).await.says("Congressional notification").says("not certified");
    let reviewer = app.enter("reviewer2").await;
    decide(&reviewer, &license, "decide", "approve")
        .await
        .refused("The license is worth $200000000.00; your authority is $5000000");
    behind_the_back(&app, "update people set decision_authority = 1000000000 where account = 'reviewer2'").await;
    decide(&reviewer, &license, "decide", "approve").await.refused("Congressional notification");
    let tomorrow = app.clock.now().date() + Duration::days(1);
    fill_dated(&case, &format!("{license}/certify"), "certified_on", tomorrow, &[("source", "Letter 26-041")])
        .await
        .is(422)
        .says("still to come");
    fill_dated(
        &case,
        &format!("{license}/certify"),
        "certified_on",
        app.clock.now().date(),
        &[("source", "Letter 26-041")],
    )
    .await
    .is(303);
    case.get(&license).await.says("waiting period runs until");
    app.clock.advance(Duration::days(31));
    app.enter("case").await.get(&license).await.says_not("Congressional notification");
}

#[tokio::test]
async fn guard_9_possession_unknown_and_a_go_between_that_holds() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Pistols for an airport authority").await, license_numbered(&app, "050104977").await);
    let case = app.enter("case2").await;
    // The post answered about the license as it is: nobody is added behind its back.
    let pelago = app.value("select id from parties where name = 'Pelago Trading Ltd.'").await;
    let forwarder = [("party", pelago.as_str()), ("role", "freight_forwarder"), ("takes_possession", "unknown")];
    case.fill(&format!("{license}/parties/add"), &forwarder)
        .await
        .refused("Give the check back first, then change the license");
    behind_the_back(
        &app,
        &format!(
            "insert into license_parties (id, license_id, party_id, role, takes_possession)
             values (gen_random_uuid(), '{}', '{pelago}', 'freight_forwarder', 'unknown')",
            id_of(&license)
        ),
    )
    .await;
    let favorable = [("word", "favorable"), ("text", "Post confirmed it.")];
    case.fill(&format!("{check}/propose"), &favorable)
        .await
        .refused("Pelago Trading Ltd.: whether it takes possession is unknown");
    let row = app
        .value(&format!(
            "select id from license_parties where license_id = '{}' and role = 'freight_forwarder'",
            id_of(&license)
        ))
        .await;
    case.done(&format!("{license}/parties/{row}/edit"), &[("takes_possession", "takes")]).await;
    case.done(&format!("{check}/propose"), &favorable).await;

    let check = check_about(&app, "Pistols for a private guard firm").await;
    let license = license_numbered(&app, "050105560").await;
    let post = app.enter("lima").await;
    find_everything(&post, &check, "head of procurement").await;
    let pelago = |what: &'static str| {
        [
            ("stage", "planned"),
            ("holder", "PELAGO trading ltd"),
            ("party", ""),
            ("what", what),
            ("item", ""),
            ("quantity", ""),
        ]
    };
    post.done(&format!("{license}/custody/add"), &pelago("Stores them for a week")).await;
    recommend(&post, &check, "no_objection").await;
    let sentence =
        "Pelago Trading Ltd. (Broker) is recorded as never taking possession, but holds items: planned step 1";
    step(&app, &post, &check, "sign", "").await.refused("Explain first:").says(sentence);
    post.get(&check).await.says(sentence);
    // It is the post's to explain, not the case officer's.
    let key = app
        .value(&format!(
            "select 'possession:' || license_id || ':' || party_id from license_parties where license_id = '{}' and role = 'broker'",
            id_of(&license)
        ))
        .await;
    let explanation = [("contradiction", key.as_str()), ("text", "It rents the yard to customs and has no key.")];
    case.fill(&format!("{check}/explain"), &explanation)
        .await
        .is(422)
        .says("No contradiction waits for your explanation");
    post.done(&format!("{check}/explain"), &explanation).await;
    post.done(&format!("{check}/sign"), &[]).await;
    // Another step is another fact: the explanation lapses.
    post.done(&format!("{license}/custody/add"), &pelago("And for another week")).await;
    step(&app, &post, &check, "sign", "").await.refused("Explain first:").says("planned step 1, planned step 2");
}

#[tokio::test]
async fn guard_10_an_unfavorable_result_is_founded_and_countersigned() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Pistols for an airport authority").await;
    let case = app.enter("case2").await;
    let propose = format!("{check}/propose");
    let text = ("text", "The consignee could not be found.");
    case.fill(&propose, &[("word", "unfavorable"), text])
        .await
        .refused("An unfavorable result needs a reason code, one of them primary, and a finding behind it");
    let form = case.get(&propose).await;
    let finding = form.choice("finding", "bona fides");
    case.fill(&propose, &[("word", "unfavorable"), text, ("primary", "existence")])
        .await
        .refused("a finding behind it");
    case.fill(&propose, &[("word", "unfavorable"), text, ("primary", "no such reason"), ("finding", &finding)])
        .await
        .refused("Choose reasons and a finding from the lists");
    case.fill(&propose, &[("word", "not_completed"), text]).await.is(422).says("A reviewer ends a check early");
    case.fill(&propose, &[("word", "favorable_with_caveat"), text]).await.is(422).says("Say what the caveat is");
    case.done(&propose, &[("word", "unfavorable"), text, ("primary", "existence"), ("finding", &finding)]).await;
    let (reviewer, supervisor) = (app.enter("reviewer").await, app.enter("supervisor").await);
    step(&app, &supervisor, &check, "countersign", "").await.refused("No result is proposed");
    reviewer.done(&format!("{check}/sign-result"), &[]).await;
    assert_eq!(state(&app, &check).await, "replied");
    step(&app, &reviewer, &check, "sign-result", "").await.refused("waits for a supervisor's countersignature");
    step(&app, &case, &check, "give-back", "Ask again.").await.refused("waits for a supervisor's countersignature");
    case.fill(&propose, &[("word", "favorable"), text]).await.refused("The result is signed already");
    supervisor.done(&format!("{check}/countersign"), &[]).await;
    assert_eq!(state(&app, &check).await, "resulted");
    let license = license_numbered(&app, "050104977").await;
    decide(&app.enter("reviewer2").await, &license, "decide", "approve")
        .await
        .refused("No pre-license check on this license has a favorable result");
}

/// Whatever role or post a person moved to, what they did on a file keeps them from judging it.
#[tokio::test]
async fn guard_11_is_by_person_also_after_a_move() {
    let app = TestApp::demonstration().await;
    let port = check_about(&app, "Rifles for a port guard, again").await;
    let (_, story) = crate::guatemala::approved_on_conditions(&app).await;
    let judged = license_numbered(&app, "050104007").await;
    decide(&app.enter("reviewer").await, &judged, "decide", "return").await.refused("You signed a result of BL-");
    let supervisor = app.enter("supervisor").await;
    let ended = license_numbered(&app, "050099051").await;
    supervisor
        .done(&format!("{ended}/except"), &[("what", "result"), ("reason", "The ranger service is known for years.")])
        .await;
    move_people(
        &app,
        &[
            ("case", "reviewer", ""),
            ("case2", "reviewer", ""),
            ("santiago", "reviewer", ""),
            ("santiago2", "case_officer", ""),
            ("reviewer", "supervisor", ""),
            ("supervisor", "reviewer", ""),
            ("kingston", "post_officer", "Guatemala"),
            ("madrid", "reviewer", ""),
        ],
    )
    .await;
    // Who opened the check, proposed its result, or answered for the post: neither by signing, nor by ending or
    // declining it alone.
    for (account, did) in [
        ("case", "You opened BL-"),
        ("case2", "You proposed a result of BL-"),
        ("santiago", "You signed the reply of BL-"),
    ] {
        let reviewer = app.enter(account).await;
        step(&app, &reviewer, &port, "sign-result", "")
            .await
            .refused(did)
            .says("another reviewer must sign the result");
        step(&app, &reviewer, &port, "decline", "It is not founded.")
            .await
            .refused(did)
            .says("another person must decline the result");
        let ending = [("because", "moot"), ("text", "It no longer matters.")];
        reviewer.fill(&format!("{port}/end"), &ending).await.refused(did).says("another reviewer must end the check");
        // Their page shows no such button, and says whose turn it is and why it is not theirs.
        let page = reviewer.get(&port).await;
        page.says("Next: another reviewer.").says(did).says_not("Decline the result").says_not("End early");
        reviewer.get(&format!("{port}/decline")).await.says("Not possible now").says(did);
    }
    // Nor do they conduct it in Washington.
    let cleared = app.enter("santiago2").await;
    for (verb, instead) in [("give-back", "give it back"), ("hold", "put it on hold")] {
        step(&app, &cleared, &port, verb, "Wait.").await.refused("You cleared the reply of BL-").says(instead);
    }
    let another = [("word", "inconclusive"), ("text", "It cannot be told.")];
    cleared.fill(&format!("{port}/propose"), &another).await.refused("another case officer must propose the result");
    cleared.get(&port).await.says_not("Give back with questions").says_not("Put on hold");
    let madrid = app.enter("madrid").await;
    decide(&madrid, &judged, "decide", "deny").await.refused("You signed the reply of BL-");
    let waiting = check_about(&app, "Cartridges for a distributor").await;
    step(&app, &app.enter("reviewer").await, &waiting, "countersign", "")
        .await
        .refused("You signed a result of BL-")
        .says("another supervisor must countersign the result");
    decide(&app.enter("supervisor").await, &ended, "decide", "approve_on_conditions")
        .await
        .refused("You made an exception on license 050099051");

    // Who verified a permit at Guatemala and moves on does not issue its license.
    let guest = app.enter("kingston").await;
    permit(&guest, &story, "D-902", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&guest, &story, "director of DIGECAM").await;
    move_people(&app, &[("kingston", "reviewer", ""), ("reviewer2", "post_officer", "Guatemala")]).await;
    let guest = app.enter("kingston").await;
    decide(&guest, &story, "confirm", "confirm")
        .await
        .refused("You verified a permit of license 050107211; another reviewer must decide the license");
    // And who decided it verifies nothing on it.
    let decider = app.enter("reviewer2").await;
    permit(&decider, &story, "D-903", "36", &["pistols"], &[])
        .await
        .is(422)
        .says("rests on permit D-902 of DIGECAM, which counts");
    let revoke = decider
        .get(&story)
        .await
        .links()
        .into_iter()
        .find(|link| link.contains("/permits/") && link.ends_with("/revoke"))
        .unwrap();
    fill_dated(
        &decider,
        &revoke,
        "revoked_on",
        app.clock.now().date(),
        &[("how", "The registry wrote to the embassy.")],
    )
    .await
    .is(303);
    permit(&decider, &story, "D-903", "36", &["pistols"], &[]).await.is(303);
    assert!(decider.get(&story).await.links().iter().all(|link| !link.ends_with("/verify")), "a locked door");
    let path = format!("{story}/permits/{}/verify", app.value("select id from permits where number = 'D-903'").await);
    let contact = decider.get(&path).await.choice("contact", "director of DIGECAM");
    decider
        .fill(&path, &[("contact", &contact)])
        .await
        .refused("You decided license 050107211; another officer must verify its permits");
}

#[tokio::test]
async fn guards_12_and_13_a_post_shipment_check_rests_on_something_firm_and_adds_up() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "40 pistols delivered, count them").await;
    let case = app.enter("case2").await;
    let favorable = [("word", "favorable"), ("text", "Post counted the pistols.")];
    case.fill(&format!("{check}/propose"), &favorable)
        .await
        .refused("Explain first: 9 mm pistols: 2 of 40 are missing");
    case.done(&format!("{check}/propose"), &[("word", "inconclusive"), ("text", "Two pistols are missing.")]).await;
    let form = case.get(&format!("{check}/explain")).await;
    let contradiction = form.input("contradiction").unwrap_or_default();
    let contradiction =
        if contradiction.is_empty() { form.choice("contradiction", "are missing") } else { contradiction };
    // The case officer explains it, not the post.
    let explanation =
        [("contradiction", contradiction.as_str()), ("text", "Both were handed to the court as evidence.")];
    sent(&app, &app.enter("kingston").await, &check, "explain", &explanation)
        .await
        .is(422)
        .says("No contradiction waits for your explanation");
    case.done(&format!("{check}/explain"), &explanation).await;
    behind_the_back(&app, &format!("update contacts set kind = 'call' where check_id = '{}'", id_of(&check))).await;
    case.fill(&format!("{check}/propose"), &favorable).await.refused("cannot be favorable on telephone calls alone");
    behind_the_back(&app, &format!("update contacts set kind = 'site_visit' where check_id = '{}'", id_of(&check)))
        .await;
    case.done(&format!("{check}/propose"), &favorable).await;
    app.enter("reviewer").await.done(&format!("{check}/sign-result"), &[]).await;
    assert_eq!(state(&app, &check).await, "closed", "its license was issued long ago: it closes at once");
}

#[tokio::test]
async fn guard_15_approval_waits_for_every_check_and_a_favorable_result_or_an_exception() {
    let app = TestApp::demonstration().await;
    let reviewer = app.enter("reviewer2").await;
    let running = license_numbered(&app, "050105560").await;
    decide(&reviewer, &running, "decide", "approve")
        .await
        .refused("has no signed result yet; wait for it, or end the check early");
    reviewer
        .fill(&format!("{running}/decide"), &[("act", "deny"), ("reasons", ""), ("provisos", "")])
        .await
        .is(422)
        .says("Give the reasons");
    decide(&reviewer, &running, "decide", "deny").await.is(303);
    let ended = license_numbered(&app, "050099051").await;
    decide(&reviewer, &ended, "decide", "approve_on_conditions")
        .await
        .refused("No pre-license check on this license has a favorable result");
    // Never by who opened the check, whatever they are now.
    move_people(&app, &[("case", "supervisor", "")]).await;
    let except = [("what", "result"), ("reason", "The ranger service is known for years.")];
    app.enter("case")
        .await
        .fill(&format!("{ended}/except"), &except)
        .await
        .refused("You opened BL-")
        .says("another supervisor must make the exception");
    let (supervisor, case) = (app.enter("supervisor").await, app.enter("case2").await);
    supervisor.done(&format!("{ended}/except"), &except).await;
    supervisor
        .fill(&format!("{ended}/except"), &except)
        .await
        .is(422)
        .says("Nothing on this license needs an exception");
    // It lapses with changed facts, and may be made again.
    app.clock.advance(Duration::minutes(1));
    case.open(&format!("{ended}/edit")).await.set("value_usd", "32000").send(&case).await.is(303);
    let reviewer = app.enter("reviewer2").await;
    decide(&reviewer, &ended, "decide", "approve_on_conditions").await.refused("has a favorable result");
    supervisor.done(&format!("{ended}/except"), &except).await;
    decide(&reviewer, &ended, "decide", "approve_on_conditions").await.is(303);
    assert_eq!(logged(&app, "exception_made", &ended).await, 2);
    supervisor
        .fill(&format!("{ended}/except"), &except)
        .await
        .is(422)
        .says("Nothing on this license needs an exception");
}

#[tokio::test]
async fn guard_15_a_save_that_changes_no_fact_leaves_the_result_standing() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::judged(&app).await;
    app.clock.advance(Duration::minutes(1));
    let case = app.enter("case").await;
    let id = id_of(&license);
    let facts = format!("select coalesce(facts_changed_at::text, 'never') from licenses where id = '{id}'");
    let before = app.value(&facts).await;
    let item =
        app.value(&format!("select id from item_groups where license_id = '{id}' order by position limit 1")).await;
    let party =
        app.value(&format!("select id from license_parties where license_id = '{id}' and role = 'end_user'")).await;
    let (edit, item, party) =
        (format!("{license}/edit"), format!("{license}/items/{item}/edit"), format!("{license}/parties/{party}/edit"));
    case.open(&edit).await.set("purpose", "For the guards of the commission.").send(&case).await.is(303);
    for unchanged in [&edit, &item, &party] {
        case.open(unchanged).await.send(&case).await.is(303);
        assert_eq!(app.value(&facts).await, before, "{unchanged}");
    }
    let reviewer = app.enter("reviewer2").await;
    decide(&reviewer, &license, "decide", "approve").await.refused("3 conditions are open");
    case.open(&item).await.set("quantity", "31").send(&case).await.is(303);
    assert_ne!(app.value(&facts).await, before);
    decide(&reviewer, &license, "decide", "approve").await.refused("changed after the result of");
}

#[tokio::test]
async fn a_hold_stops_the_clock_and_an_extension_needs_a_later_day_and_a_reason() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let due = format!("select due_on from checks where id = '{}'", id_of(&check));
    let before: String = app.value(&due).await;
    let case = app.enter("case").await;
    case.fill(&format!("{check}/hold"), &[("text", "")]).await.is(422).says("This answer is needed");
    case.done(&format!("{check}/hold"), &[("text", "The applicant changes the quantity.")]).await;
    let post = app.enter("guatemala").await;
    post.get(&check).await.says("The applicant changes the quantity.");
    step(&app, &post, &check, "interim", "Where it stands.")
        .await
        .refused("The check is on hold; Interim reply is not possible from there");
    call(&post, &check, "The mill's manager", "directory").await.is(303);
    step(&app, &case, &check, "hold", "Again.").await.refused("The check is on hold");
    // The post has not answered: the license may be changed meanwhile, which is what the check is on hold for.
    let edit = format!("{}/edit", license_numbered(&app, "050106402").await);
    case.open(&edit).await.set("value_usd", "9000").send(&case).await.is(303);
    app.clock.advance(Duration::days(5));
    let case = app.enter("case").await;
    case.done(&format!("{check}/resume"), &[]).await;
    assert_eq!(state(&app, &check).await, "in_progress");
    assert_eq!(app.value(&format!("select ({due}) - date '{before}'")).await, "5");
    let late = app.clock.now().date() - Duration::days(40);
    fill_dated(&case, &format!("{check}/extend"), "due", late, &[("reason", "The registry is on strike.")])
        .await
        .is(422)
        .says("The new date has to be after");
    let later = app.clock.now().date() + Duration::days(90);
    fill_dated(&case, &format!("{check}/extend"), "due", later, &[("reason", "")])
        .await
        .is(422)
        .says("Give the reasons");
    fill_dated(&case, &format!("{check}/extend"), "due", later, &[("reason", "The registry is on strike.")])
        .await
        .is(303);
    assert_eq!(app.value(&format!("select ({due}) = date '{later}'")).await, "true");
    case.get(&check).await.says("The registry is on strike.");
    // Once the post answered, its clock does not run: a hold in Washington moves nothing, and giving back counts those
    // days once.
    let replied = check_about(&app, "Pistols for an airport authority").await;
    let due = format!("select due_on from checks where id = '{}'", id_of(&replied));
    let before: String = app.value(&due).await;
    case.done(&format!("{replied}/hold"), &[("text", "Another agency reads the answer.")]).await;
    let edit = format!("{}/edit", license_numbered(&app, "050104977").await);
    let sent = case.open(&edit).await.set("value_usd", "9000").send(&case).await;
    sent.refused("Give the check back first, then change the license");
    app.clock.advance(Duration::days(5));
    let case = app.enter("case").await;
    case.done(&format!("{replied}/resume"), &[]).await;
    assert_eq!((state(&app, &replied).await.as_str(), app.value(&due).await), ("replied", before));
    fill_dated(&case, &format!("{replied}/extend"), "due", later, &[("reason", "The registry is on strike.")])
        .await
        .refused("Only a check that is at the post can be extended");
}

#[tokio::test]
async fn ended_early_closed_by_itself_sealed_and_followed_up() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Pistols for a hotel group").await, license_numbered(&app, "050105233").await);
    let (reviewer, post) = (app.enter("reviewer").await, app.enter("bangkok").await);
    reviewer
        .done(&format!("{check}/end"), &[("because", "withdrawn"), ("text", "The applicant withdrew by letter.")])
        .await;
    assert_eq!(state(&app, &check).await, "resulted");
    post.get(&check).await.says("Not completed");
    call(&post, &check, "The hotel's manager", "directory").await.is(303);
    decide(&reviewer, &license, "decide", "return").await.refused("You ended BL-");
    decide(&app.enter("reviewer2").await, &license, "decide", "return").await.is(303);
    assert_eq!(state(&app, &check).await, "closed", "in the same change");
    assert_eq!(logged(&app, "check_closed", &check).await, 1);

    // Read-only for everyone.
    let revision = format!("select revision || '/' || version from checks where id = '{}'", id_of(&check));
    let sealed = app.value(&revision).await;
    call(&post, &check, "Once more", "directory").await.refused("may still be added until it closes");
    let supervisor = app.enter("bangkok2").await;
    for (visitor, verb, fields) in [
        (&post, "interim", &[("text", "Where it stands.")][..]),
        (&post, "sign", &[]),
        (&supervisor, "clear", &[]),
        (&post, "recommend", &[("word", "oppose"), ("text", "Not so.")]),
        (&reviewer, "end", &[("because", "moot"), ("text", "It no longer matters.")]),
        (&reviewer, "sign-result", &[]),
    ] {
        sent(&app, visitor, &check, verb, fields).await.is(409);
    }
    let case = app.enter("case").await;
    for (verb, text) in
        [("give-back", "Ask again."), ("hold", "Wait."), ("resume", ""), ("waive", "Why not."), ("request", "")]
    {
        step(&app, &case, &check, verb, text).await.is(409);
    }
    case.fill(&format!("{check}/propose"), &[("word", "inconclusive"), ("text", "Another result.")]).await.is(409);
    assert_eq!(app.value(&revision).await, sealed);

    // A new, linked check takes the matter up again.
    let follow = case.get(&check).await.link("Open a follow-up check");
    let form = case.get(&follow).await;
    let reference = form.input("follows").expect("it names the earlier check");
    let place = form.choice("post", "Bangkok");
    let mut sent = opening("company_review", &place, "optional");
    sent[7].1 = &reference;
    let next = case.done("/checks/open", &sent).await;
    case.get(&next).await.says(&reference);
    sent[7].1 = "BL-1999-0001";
    case.fill("/checks/open", &sent).await.is(422).says("There is no check of this reference");
}

#[tokio::test]
async fn an_issued_license_is_suspended_reinstated_and_revoked() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050098114").await;
    let reviewer = app.enter("reviewer2").await;
    decide(&reviewer, &license, "reinstate", "reinstate")
        .await
        .refused("The license is approved; it cannot be reinstated");
    decide(&reviewer, &license, "confirm", "confirm").await.refused("The license is approved; it cannot be confirmed");
    decide(&reviewer, &license, "decide", "deny").await.refused("The license is approved; it cannot be denied");
    // An act that another page offers is none here.
    decide(&reviewer, &license, "suspend", "revoke").await.is(422).says("Choose one of the acts offered");
    for (act, wanted) in
        [("suspend", "suspended"), ("reinstate", "approved"), ("suspend", "suspended"), ("revoke", "revoked")]
    {
        decide(&reviewer, &license, act, act).await.is(303);
        assert_eq!(status(&app, &license).await, wanted);
    }
    decide(&reviewer, &license, "suspend", "suspend").await.refused("The license is revoked; it cannot be suspended");
    let numbers = format!(
        "select string_agg(number::text || act, ' ' order by number) from decisions where license_id = '{}'",
        id_of(&license)
    );
    assert_eq!(app.value(&numbers).await, "1approve_on_conditions 2confirm 3suspend 4reinstate 5suspend 6revoke");
}

#[tokio::test]
async fn a_condition_in_words_holds_a_license_until_it_is_met_with_evidence() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050103118").await;
    let (case, reviewer) = (app.enter("case").await, app.enter("reviewer2").await);
    case.get(&license).await.says("Ready to issue");
    case.done(
        &format!("{license}/conditions/raise"),
        &[("text", "The insurer confirms cover"), ("who_acts", "the applicant")],
    )
    .await;
    case.get(&license).await.says("The insurer confirms cover").says_not("Ready to issue");
    decide(&reviewer, &license, "confirm", "confirm").await.refused("1 condition is open - The insurer confirms cover");
    let condition = app.value("select id from conditions where text = 'The insurer confirms cover'").await;
    let meet = format!("{license}/conditions/{condition}/meet");
    case.fill(&meet, &[("evidence", "yes")]).await.is(422).says("at least ten characters");
    let ready = logged(&app, "became_ready", &license).await;
    case.done(&meet, &[("evidence", "Letter of the insurer, 3 May, in the license file.")]).await;
    assert_eq!(logged(&app, "became_ready", &license).await, ready + 1);
    decide(&reviewer, &license, "confirm", "confirm").await.is(303);
    case.fill(&format!("{license}/conditions/raise"), &[("text", "Too late"), ("who_acts", "nobody")])
        .await
        .refused("The license is decided");
}

#[tokio::test]
async fn two_posts_see_one_license_and_neither_the_others_check() {
    let app = TestApp::demonstration().await;
    let (theirs, license) = crate::guatemala::approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-904", "6", &["rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    let case = app.enter("case").await;
    let check = open(&case, "pre_license", "Kingston").await;
    let stranger = app.enter("kingston").await;
    stranger.get(&license).await.is(404);
    case.done(&format!("{check}/licenses/add"), &[("number", "#05-0107211")]).await;
    stranger.get(&license).await.is(404);
    case.done(&format!("{check}/request"), &[]).await;
    let seen = stranger.get(&license).await;
    seen.is(200).says("verified by Guatemala, ").says("meeting").says_not("director of DIGECAM");
    assert!(!seen.body.contains(id_of(&theirs)), "the page leads to the other post's check");
    stranger.get(&theirs).await.is(404);
    stranger.get(&check).await.is(200);
    // It may record evidence of its own, through its own contacts only.
    permit(&stranger, &license, "D-905", "36", &["pistols"], &[]).await.is(303);
    // What one post recorded, the other does not overwrite: neither cell by cell nor with a permit.
    let cells = format!(
        "select string_agg(state || version, ' ' order by id) from import_approvals where license_id = '{}'",
        id_of(&license)
    );
    let before = app.value(&cells).await;
    permit(&post, &license, "D-906", "30", &["pistols"], &[])
        .await
        .is(422)
        .says("pistols, 30 is the word of Kingston. Untick it");
    permit(&stranger, &license, "D-906", "6", &["rifles"], &[])
        .await
        .is(422)
        .says("rifles, 6 is the word of Guatemala. Untick it");
    assert_eq!(app.value(&cells).await, before);
    let path = stranger.get(&license).await.links().into_iter().find(|link| link.ends_with("/verify")).unwrap();
    stranger.get(&path).await.says_not("director of DIGECAM");
    ask(&app, &stranger, &check, "The embassy in Guatemala", "(DIGECAM)", ("email", "embassy")).await;
    let foreign = app.value("select verified_contact_id from permits where number = 'D-904'").await;
    stranger.fill(&path, &[("contact", &foreign)]).await.is(422).says("Choose a contact of your post");
}

#[tokio::test]
async fn a_statement_stays_of_a_grade_that_its_links_need() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let post = app.enter("guatemala").await;
    call(&post, &check, "The mill's manager", "directory").await.is(303);
    let record = format!("{check}/statements/record");
    let contact = post.get(&record).await.choice("contact", "The mill's manager");
    let stated = |grade: &'static str, text: &'static str| {
        [("contact", contact.as_str()), ("source_grade", grade), ("topic", ""), ("about", ""), ("text", text)]
    };
    post.done(&record, &stated("party_itself", "The mill ordered them.")).await;
    post.done(&record, &stated("official_oral", "The mill's order is known here.")).await;
    let claim = app.value("select id from statements where text = 'The mill ordered them.'").await;
    let better = app.value("select id from statements where text = 'The mill''s order is known here.'").await;
    let (of_claim, of_better) = (format!("{check}/statements/{claim}"), format!("{check}/statements/{better}"));
    post.done(&format!("{of_claim}/link"), &[("confirmed_by", &better), ("contradicted_by", "")]).await;
    post.fill(&format!("{of_better}/edit"), &stated("party_itself", "The mill's order is known here."))
        .await
        .is(422)
        .says("It bears out another statement, and has to stay of a better source than that one");
    post.fill(&format!("{of_claim}/edit"), &stated("official_record", "The mill ordered them."))
        .await
        .is(422)
        .says("The statement that bears it out would no longer be of a better source");
    post.done(&format!("{of_better}/edit"), &stated("third_party", "The mill's order is known here.")).await;
    post.done(&format!("{of_claim}/link"), &[("confirmed_by", ""), ("contradicted_by", "")]).await;
    post.done(&format!("{of_better}/edit"), &stated("party_itself", "The mill's order is known here.")).await;
}

#[tokio::test]
async fn a_party_is_found_named_listed_and_merged_into_one_record() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Pistols for a private guard firm").await, license_numbered(&app, "050105560").await);
    let (post, case) = (app.enter("lima").await, app.enter("case").await);
    let found = [
        ("name", "Pelago Trading Limited"),
        ("kind", "company"),
        ("country", "MT"),
        ("address", ""),
        ("role", "broker"),
        ("source", "The manager's card"),
    ];
    post.done(&format!("{check}/parties/found"), &found).await;
    let new = app.value("select id from parties where name = 'Pelago Trading Limited' and standing = 'found'").await;
    case.get(&format!("/parties/{new}")).await.says("Found by a post").says("The manager's card");
    post.done(
        &format!("/parties/{new}/fact"),
        &[("kind", "telephone"), ("text", "+356 5550 0147"), ("source", "Directory of Valletta")],
    )
    .await;
    post.get(&format!("/parties/{new}/merge")).await.is(403).says("Only a case officer edits parties");
    app.enter("kingston").await.get(&format!("/parties/{new}")).await.is(404);

    // A custody step of the found record comes along, and contradicts what is recorded of the broker.
    let old = app
        .value(&format!(
            "select party_id from license_parties where license_id = '{}' and role = 'broker'",
            id_of(&license)
        ))
        .await;
    let forwarder = [("party", new.as_str()), ("role", "freight_forwarder"), ("takes_possession", "unknown")];
    case.done(&format!("{license}/parties/add"), &forwarder).await;
    case.fill(&format!("{license}/parties/add"), &forwarder)
        .await
        .refused("This party has this role on the license already");
    let step = [
        ("stage", "planned"),
        ("holder", "The forwarder's yard"),
        ("party", new.as_str()),
        ("what", "Stores them"),
        ("item", ""),
        ("quantity", ""),
    ];
    post.done(&format!("{license}/custody/add"), &step).await;
    post.get(&check).await.says_not("never taking possession");
    case.fill(&format!("/parties/{new}/merge"), &[("into", &new), ("source", "The same")])
        .await
        .is(422)
        .says("Choose another record");
    case.done(&format!("/parties/{new}/merge"), &[("into", &old), ("source", "Same register number")]).await;
    post.get(&check).await.says("is recorded as never taking possession, but holds items: planned step 1");
    case.get(&format!("/parties/{old}")).await.says("Pelago Trading Limited").says("+356 5550 0147");
    assert_eq!(app.value(&format!("select merged_into from parties where id = '{new}'")).await, old);
}

#[tokio::test]
async fn a_license_first_seen_after_issue_is_registered_as_approved() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let check = open(&case, "post_shipment", "Guatemala").await;
    let register = format!("/licenses/register?check={}", id_of(&check));
    case.fill(&register, &registering("050090777"))
        .await
        .is(422)
        .says("This check is about an issued license: give the day it was approved");
    let tomorrow = app.clock.now().date() + Duration::days(1);
    fill_dated(&case, &register, "approved_on", tomorrow, &registering("050090777"))
        .await
        .is(422)
        .says("This day is still to come");
    let day = datetime!(2026-02-03 0:00 UTC).date();
    let license = fill_dated(&case, &register, "approved_on", day, &registering("050090777")).await;
    let license = license.is(303).location.clone();
    assert_eq!(status(&app, &license).await, "approved");
    let items = [
        ("label", "9 mm pistols"),
        ("item_class", "pistol"),
        ("usml_category", "I"),
        ("quantity", "3"),
        ("unit", "pieces"),
        ("value_usd", ""),
        ("jurisdiction", "itar"),
    ];
    case.done(&format!("{license}/items/add"), &items).await;
    case.done(&format!("{check}/request"), &[]).await;
    let post = app.enter("guatemala").await;
    post.done(&format!("{check}/acknowledge"), &[]).await;
    // Nothing is open on what is issued: the post may support, and records no approvals on it any more.
    post.get(&format!("{check}/recommend")).await.says_not("Still open");
    permit(&post, &license, "D-1", "3", &["pistols"], &[])
        .await
        .refused("The license is approved; its approvals can no longer be changed");
}

#[tokio::test]
async fn a_classified_paragraph_is_kept_only_on_the_page_that_refused_it() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    let secret = "3. (S) A source close to the mill said otherwise";
    let refused = "This looks classified ((S)). Lantern takes no classified text and has not stored it.";
    let contact = [
        ("kind", "call"),
        ("with_whom", "A source"),
        ("place", ""),
        ("channel_source", "embassy"),
        ("summary", secret),
    ];
    let page = post.fill(&format!("{check}/contacts/record"), &contact).await;
    page.is(422).says(refused).says("report it to your information security officer");
    assert!(page.body.contains("A source close to the mill"), "the text stays on the page");
    post.fill(&format!("{check}/interim"), &[("text", secret)]).await.is(422).says(refused);
    post.fill(&format!("{check}/recommend"), &[("word", "oppose"), ("text", secret)]).await.is(422).says(refused);
    post.fill(&format!("{check}/documents/describe"), &[("kind", secret), ("issuer", "A"), ("kept_at", "B")])
        .await
        .is(422)
        .says(refused);
    case.fill(&format!("{check}/hold"), &[("text", secret)]).await.is(422).says(refused);
    let list = [
        ("kind", "call"),
        ("with_whom", "A"),
        ("place", ""),
        ("channel_source", "embassy"),
        ("summary", "(A) pistols\n(B) rifles\n(C) magazines"),
    ];
    post.fill(&format!("{check}/contacts/record"), &list)
        .await
        .is(422)
        .says("Is (C) in line 3 the third entry of a list");
    let form = FormId::new().to_string();
    let draft = [("form_id", form.as_str()), ("path", "/checks"), ("summary", secret)];
    post.post("/drafts", &draft).await.refused(refused);
    for (table, text) in [
        ("drafts", "body"),
        ("contacts", "summary"),
        ("interim_replies", "text"),
        ("audit_events", "coalesce(after::text, '') || summary"),
    ] {
        let found = app.value(&format!("select count(*) from {table} where {text} like '%close%to%the%mill%'")).await;
        assert_eq!(found, "0", "{table} has it");
    }
    // The weapon(s) of honest text go through.
    let honest = [
        ("kind", "call"),
        ("with_whom", "A guard"),
        ("place", ""),
        ("channel_source", "embassy"),
        ("summary", "The weapon(s) and (C) parts"),
    ];
    post.done(&format!("{check}/contacts/record"), &honest).await;
}

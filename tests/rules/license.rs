//! What a license is refused: deciding, excepting, issuing, stopping.

use lantern::text::Day;
use time::{Duration, macros::datetime};

use super::{
    behind_the_back, check_about, decide, fill_dated, id_of, license_numbered, logged, move_people, open, permit,
    registering, status,
};
use crate::support::TestApp;

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
    let refused = decide(&app, &reviewer, &license, "decide", "approve_on_conditions").await;
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
    decide(&app, &reviewer, &license, "decide", "approve_on_conditions").await.is(303);
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
    decide(&app, &reviewer, &license, "decide", "approve")
        .await
        .refused("The license is worth $200,000,000; your authority is $5,000,000");
    behind_the_back(&app, "update people set decision_authority = 1000000000 where account = 'reviewer2'").await;
    decide(&app, &reviewer, &license, "decide", "approve").await.refused("Congressional notification");
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
async fn guard_15_approval_waits_for_every_check_and_a_favorable_result_or_an_exception() {
    let app = TestApp::demonstration().await;
    let reviewer = app.enter("reviewer2").await;
    let running = license_numbered(&app, "050105560").await;
    decide(&app, &reviewer, &running, "decide", "approve")
        .await
        .refused("has no signed result yet; wait for it, or end the check early");
    reviewer
        .fill(&format!("{running}/decide"), &[("act", "deny"), ("reasons", ""), ("provisos", "")])
        .await
        .is(422)
        .says("Give the reasons");
    decide(&app, &reviewer, &running, "decide", "deny").await.is(303);
    let ended = license_numbered(&app, "050099051").await;
    decide(&app, &reviewer, &ended, "decide", "approve_on_conditions")
        .await
        .refused("No pre-license check on this license has a favorable result");
    // Never by who opened the check, whatever they are now.
    move_people(&app, &[("case", "supervisor", "")]).await;
    let except = [("what", "result"), ("reason", "The ranger service is known for years.")];
    let opener = app.enter("case").await;
    let refused = super::sent(&app, &opener, &ended, "except", &except).await;
    refused.refused("You opened BL-").says("another supervisor must make the exception");
    opener.get(&format!("{ended}/except")).await.says("You opened BL-").says_not("Reason");
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
    decide(&app, &reviewer, &ended, "decide", "approve_on_conditions").await.refused("has a favorable result");
    supervisor.done(&format!("{ended}/except"), &except).await;
    decide(&app, &reviewer, &ended, "decide", "approve_on_conditions").await.is(303);
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
    decide(&app, &reviewer, &license, "decide", "approve").await.refused("3 conditions are open");
    case.open(&item).await.set("quantity", "31").send(&case).await.is(303);
    assert_ne!(app.value(&facts).await, before);
    decide(&app, &reviewer, &license, "decide", "approve").await.refused("changed after the result of");
}

/// Guard 14: items are judged by the classes and categories of the day of their application: offered by them, refused
/// by them, and named where they no longer fit.
#[tokio::test]
async fn guard_14_an_item_of_today_does_not_stand_under_a_category_that_ended() {
    let app = TestApp::demonstration().await;
    let (case, today) = (app.enter("case").await, app.clock.now().date());
    let category = app.value("select id from reference_entries where kind = 'usml_category' and code = 'I'").await;
    let end = format!("/reference/usml_category/{category}/end");
    let yesterday = today - Duration::days(1);
    fill_dated(&app.enter("admin").await, &end, "ends_on", yesterday, &[]).await.is(303);
    let check = open(&case, "pre_license", "Guatemala").await;
    let license = case.done(&format!("/licenses/register?check={}", id_of(&check)), &registering("050190008")).await;
    let add = format!("{license}/items/add");
    let item = [
        ("label", "9 mm pistols"),
        ("item_class", "pistol"),
        ("usml_category", "I"),
        ("quantity", "3"),
        ("unit", "pieces"),
        ("value_usd", "22000"),
        ("jurisdiction", "itar"),
    ];
    assert!(!case.get(&add).await.body.contains("I Firearms and related articles"));
    case.fill(&add, &item).await.is(422).says("Choose a category from the list");
    // An application of the time of the category has it.
    let edit = format!("{license}/edit");
    let received = async |day: time::Date| {
        case.open(&edit).await.set("received_on", &Day(day).to_string()).send(&case).await.is(303);
    };
    received(yesterday).await;
    case.done(&add, &item).await;
    let outdated = "9 mm pistols, 3: the category I did not hold on the day of the application";
    case.get(&check).await.says_not(outdated);
    received(today).await;
    case.get(&check).await.says(outdated);
    case.done(&format!("{check}/request"), &[]).await;
    assert_eq!(case.get(&format!("{check}/explain")).await.says(outdated).is(200).status, 200);
}

/// What the license says it is worth, and its lines do not come to, is named; as are items that came under a license
/// whose matrix is empty. Nothing of it reads as done.
#[tokio::test]
async fn what_nobody_judged_is_not_done() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let license = license_numbered(&app, "050106402").await;
    case.open(&format!("{license}/edit")).await.set("value_usd", "2500000").send(&case).await.is(303);
    let value = "License 050106402: its value is $2,500,000, and its lines come to $15,000";
    case.get(&check).await.says(value);
    app.enter("reviewer").await.get("/").await.says(value);
    let bare = open(&case, "pre_license", "Guatemala").await;
    let register = format!("/licenses/register?check={}", id_of(&bare));
    let empty = case.done(&register, &registering("050190009")).await;
    case.get(&bare)
        .await
        .says("Permit matrix Blocks approval License 050190009 has no items")
        .says("Certificate Not started The items say whether one is asked for");
    case.get(&empty).await.says("No items are recorded").says_not("No condition is open");
    // Issued before Lantern kept its approvals: on record, not done, and nobody has to act on it any more.
    for subject in ["25 rifles delivered to a port guard", "40 pistols delivered", "Pistols issued and not shipped"] {
        let page = case.get(&check_about(&app, subject).await).await;
        page.says("Permit matrix On record").says("the license is decided").says_not("To act:");
    }
}

#[tokio::test]
async fn an_issued_license_is_suspended_reinstated_and_revoked() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050098114").await;
    let reviewer = app.enter("reviewer2").await;
    decide(&app, &reviewer, &license, "reinstate", "reinstate")
        .await
        .refused("The license is approved; it cannot be reinstated");
    decide(&app, &reviewer, &license, "confirm", "confirm")
        .await
        .refused("The license is approved; it cannot be confirmed");
    decide(&app, &reviewer, &license, "decide", "deny").await.refused("The license is approved; it cannot be denied");
    // An act that another page offers is none here.
    decide(&app, &reviewer, &license, "suspend", "revoke").await.is(422).says("Choose one of the acts offered");
    for (act, wanted) in
        [("suspend", "suspended"), ("reinstate", "approved"), ("suspend", "suspended"), ("revoke", "revoked")]
    {
        decide(&app, &reviewer, &license, act, act).await.is(303);
        assert_eq!(status(&app, &license).await, wanted);
    }
    decide(&app, &reviewer, &license, "suspend", "suspend")
        .await
        .refused("The license is revoked; it cannot be suspended");
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
    decide(&app, &reviewer, &license, "confirm", "confirm")
        .await
        .refused("1 condition is open - The insurer confirms cover");
    let condition = app.value("select id from conditions where text = 'The insurer confirms cover'").await;
    let meet = format!("{license}/conditions/{condition}/meet");
    case.fill(&meet, &[("evidence", "yes")]).await.is(422).says("at least ten characters");
    let ready = logged(&app, "became_ready", &license).await;
    case.done(&meet, &[("evidence", "Letter of the insurer, 3 May, in the license file.")]).await;
    assert_eq!(logged(&app, "became_ready", &license).await, ready + 1);
    decide(&app, &reviewer, &license, "confirm", "confirm").await.is(303);
    case.fill(&format!("{license}/conditions/raise"), &[("text", "Too late"), ("who_acts", "nobody")])
        .await
        .refused("The license is decided");
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

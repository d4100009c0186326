//! A request that was sent is taken back until the post acknowledged it: what each side reads then, what becomes of the
//! draft, and who comes second.

use lantern::id::FormId;
use time::Duration;

use crate::support::{Page, TestApp, Visitor};

/// A request that waits at Guatemala.
async fn requested(app: &TestApp) -> String {
    let id = app.value("select id from checks where subject = 'Pistols issued and not shipped'").await;
    assert_eq!(state(app, &id).await, "requested");
    format!("/checks/{id}")
}

async fn state(app: &TestApp, check: &str) -> String {
    let id = check.rsplit('/').next().unwrap_or_default();
    app.value(&format!("select state from checks where id = '{id}'")).await
}

async fn recall(case: &Visitor, check: &str, why: &str) {
    case.done(&format!("{check}/recall"), &[("text", why)]).await;
}

/// Sends the draft to another post.
async fn move_to(case: &Visitor, check: &str, post: &str) -> Page {
    let form = case.open(&format!("{check}/edit")).await;
    let post = case.get(&format!("{check}/edit")).await.choice("post", post);
    form.set("post", &post).send(case).await
}

const WHY: &str = "Meant for the embassy in Kingston.";

#[tokio::test]
async fn a_recalled_request_is_a_draft_again_and_its_post_reads_what_became_of_it() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    post.get("/").await.says("Pistols issued and not shipped");
    case.fill(&format!("{check}/recall"), &[("text", "")]).await.is(422).says("This answer is needed.");
    case.get(&format!("{check}/recall")).await.says("The post reads that it was recalled, by whom and why");
    let reference = app.value(&format!("select reference from checks where '/checks/' || id = '{check}'")).await;
    let due = app
        .value(&format!("select to_char(due_on, 'FMDD Mon YYYY') from checks where '/checks/' || id = '{check}'"))
        .await;
    recall(&case, &check, WHY).await;
    assert_eq!(state(&app, &check).await, "draft");
    case.get(&check)
        .await
        .says(&format!("You recalled {reference} from Guatemala"))
        .says("Send the recalled request to Guatemala again, or have a reviewer end the check early")
        .says(WHY)
        .says(&format!("to Guatemala, due {due}"))
        .says("set when it is sent");
    case.get(&format!("{check}/print")).await.says(WHY).says(&format!("recalled {reference} from Guatemala"));
    case.get("/checks/recalled").await.says(&reference).says("Guatemala").says(WHY);
    assert_eq!(
        app.value(&format!(
            "select due_on is null and officer_id is null from checks where '/checks/' || id = '{check}'"
        ))
        .await,
        "true"
    );

    // It is gone from the post's lists, and not without a trace.
    post.get("/").await.says("Recalled by Washington: nothing is to be done").says(&reference).says(WHY);
    post.get("/checks?state=requested").await.says_not("Pistols issued and not shipped");
    post.get("/checks/recalled").await.says(&reference).says(WHY);
    for page in [check.clone(), format!("{check}/print")] {
        let page = post.get(&page).await;
        page.is(200).says("Washington recalled this request. Nothing is to be done.").says(WHY);
        page.says("Nora Ellery").says("Chosen for a check after shipment").says(&format!("to Guatemala, due {due}"));
    }
    app.enter("guatemala2").await.get(&check).await.is(200).says(WHY);
    post.get(&format!("{check}/acknowledge")).await.refused(&format!("Washington recalled {reference}"));
    let other = app.enter("kingston").await;
    other.get(&check).await.is(404).says_not(WHY);
    other.get("/checks/recalled").await.says_not(&reference);
    app.clock.advance(Duration::days(31));
    let post = app.enter("guatemala").await;
    post.get("/").await.says_not(WHY);
    post.get("/checks/recalled").await.says(WHY);

    // Sent again it is due from that day, and says what came before.
    let case = app.enter("case").await;
    case.get(&format!("{check}/request")).await.says("It went to Guatemala on").says(WHY);
    case.done(&format!("{check}/request"), &[]).await;
    let days = "select due_on - (requested_at at time zone 'America/Guatemala')::date = days_to_answer from checks";
    assert_eq!(app.value(&format!("{days} where '/checks/' || id = '{check}'")).await, "true");
    post.get("/").await.says("Pistols issued and not shipped").says_not("Recalled by Washington");
    let page = post.get(&check).await;
    page.says("Acknowledge the request").says("Sent to Guatemala on").says(WHY).says(", 2 times");
    post.done(&format!("{check}/acknowledge"), &[]).await;
    case.get(&format!("{check}/recall")).await.says("The check is in progress; Recall is not possible from there");
}

#[tokio::test]
async fn what_was_sent_is_never_discarded_and_ends_as_it_was_sent() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let case = app.enter("case").await;
    recall(&case, &check, WHY).await;
    let once = "it is sent again or ended early, never discarded";
    case.get(&format!("{check}/discard")).await.says(once);
    let (form, id) = (FormId::new().to_string(), check.rsplit('/').next().unwrap_or_default());
    let revision = app.value(&format!("select revision from checks where id = '{id}'")).await;
    case.post(&format!("{check}/discard"), &[("form_id", &form), ("version", &revision)]).await.refused(once);
    move_to(&case, &check, "Kingston").await.is(303);
    let why = [("because", "moot"), ("text", "The order was cancelled before anybody asked.")];
    let reviewer = app.enter("reviewer").await;
    reviewer.get(&check).await.link("End early");
    reviewer.done(&format!("{check}/end"), &why).await;
    // It is the post's that had it, due as it was, and nobody else's.
    let stands = format!(
        "select concat_ws(' ', c.state, p.name, c.due_on = r.due_on) from checks c join posts p on p.id = c.post_id join recalls r on r.check_id = c.id
         where c.id = '{id}'"
    );
    assert_eq!(app.value(&stands).await, "closed Guatemala t");
    app.enter("guatemala").await.get(&check).await.is(200).says("Not completed");
    app.enter("kingston").await.get(&check).await.is(404);
    let draft =
        app.value("select '/checks/' || id from checks where state = 'draft' and requested_at is null limit 1").await;
    reviewer.fill(&format!("{draft}/end"), &why).await.refused("This draft was never sent");
}

/// Of another post's time with a check nothing is told, to neither of them.
#[tokio::test]
async fn a_request_that_went_to_another_post_first_says_nothing_of_it() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let case = app.enter("case").await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let later = (app.clock.now().date() + Duration::days(90), "Guatemala asked for time.");
    let (day, month, year) =
        (later.0.day().to_string(), u8::from(later.0.month()).to_string(), later.0.year().to_string());
    let extended = [("due.day", day.as_str()), ("due.month", &month), ("due.year", &year), ("reason", later.1)];
    case.done(&format!("{check}/extend"), &extended).await;
    app.clock.advance(Duration::minutes(1));
    recall(&case, &check, WHY).await;
    app.clock.advance(Duration::minutes(1));
    move_to(&case, &check, "Kingston").await.is(303);
    case.done(&format!("{check}/request"), &[]).await;
    let kingston = app.enter("kingston").await;
    for page in [check.clone(), format!("{check}/print")] {
        let page = kingston.get(&page).await;
        page.is(200).says("sent BL-").says_not("recalled").says_not(WHY).says_not(later.1).says_not(", 2 times");
        assert!(!page.text().contains("to Guatemala"), "{}", page.text());
    }
    kingston.get(&format!("{check}/spill")).await.is(200).says_not("Recalled request").says_not(later.1);
    case.get(&format!("{check}/spill")).await.is(200).says("Recalled request").says(later.1);
    let guatemala = app.enter("guatemala").await;
    guatemala.get(&check).await.is(200).says("Washington recalled this request").says_not("Kingston office");
    guatemala.get("/").await.says(WHY);
    case.get(&check).await.says("Sent to Guatemala on").says(WHY).says("Guatemala asked for time.");
    // It came to the second post and left it: the first one reads no more than before.
    app.clock.advance(Duration::minutes(1));
    recall(&case, &check, "Once more.").await;
    guatemala.get(&check).await.says(WHY).says_not("Once more.");
    kingston.get(&check).await.is(200).says("Once more.").says_not(WHY);
    let seen = app.value(&format!("select count(*) from recalls where check_id = '{id}'")).await;
    assert_eq!(seen, "2");
}

/// What people of a post wrote on a check is no other post's: it ends there.
#[tokio::test]
async fn a_check_that_people_of_a_post_worked_on_goes_to_no_other_post() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let call =
        [("kind", "call"), ("with_whom", "The bank"), ("channel_source", "directory"), ("summary", "They expect us.")];
    post.done(&format!("{check}/contacts/record"), &call).await;
    recall(&case, &check, WHY).await;
    move_to(&case, &check, "Kingston")
        .await
        .is(422)
        .says("People of Guatemala worked on this check before it was recalled");
    case.done(&format!("{check}/request"), &[]).await;
    post.get(&check).await.says("The bank");
}

/// Whoever comes second is told why, and loses nothing that was typed.
#[tokio::test]
async fn of_a_recall_and_an_acknowledgement_one_wins_and_the_other_is_told() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let recalling = case.open(&format!("{check}/recall")).await.set("text", WHY);
    let acknowledging = post.open(&format!("{check}/acknowledge")).await;
    let calling = post.open(&format!("{check}/contacts/record")).await;
    let summary = "They expect us on Monday, and asked for a list of what we want to see.";
    let calling = calling
        .set("kind", "call")
        .set("with_whom", "The bank")
        .set("channel_source", "directory")
        .set("summary", summary);

    // The post was first.
    acknowledging.send(&post).await.is(303);
    let late = recalling.send(&case).await;
    late.is(409).says("Changed in between").says("The check is in progress; Recall is not possible from there");
    assert_eq!(late.input("text").map(|text| text.trim().to_owned()).as_deref(), Some(WHY));
    assert_eq!(state(&app, &check).await, "in_progress");

    // Washington was first.
    app.run(&format!(
        "set local session_replication_role = replica; update checks set state = 'requested', officer_id = null, acknowledged_at = null where '/checks/' || id = '{check}'"
    ))
    .await;
    let acknowledging = post.open(&format!("{check}/acknowledge")).await;
    recall(&case, &check, WHY).await;
    acknowledging.send(&post).await.refused("and your post no longer has it. Why: Meant for the embassy in Kingston.");
    let lost = calling.send(&post).await;
    lost.refused("Washington recalled BL-");
    assert!(lost.body.contains(summary), "what was typed is on the page: {}", lost.body);
    assert_eq!(state(&app, &check).await, "draft");
}

/// Both at the same moment, again and again: one of the two is done, whichever it is.
#[tokio::test]
async fn a_recall_and_an_acknowledgement_at_the_same_moment_are_one_of_the_two() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    for turn in 0..4 {
        let recalling = case.open(&format!("{check}/recall")).await.set("text", WHY);
        let acknowledging = post.open(&format!("{check}/acknowledge")).await;
        let (recalled, acknowledged) = tokio::join!(recalling.send(&case), acknowledging.send(&post));
        let stands = match (recalled.status, acknowledged.status) {
            (303, 409) => "draft",
            (409, 303) => "in_progress",
            both => panic!("turn {turn}: {both:?}"),
        };
        assert_eq!(state(&app, &check).await, stands);
        app.run(&format!(
            "set local session_replication_role = replica; update checks set state = 'requested', officer_id = null, due_on = '2027-01-01',
                 requested_at = requested_at + interval '1 hour' where '/checks/' || id = '{check}'"
        ))
        .await;
    }
}

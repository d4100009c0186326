//! Remarks on a check: who writes, who reads, for whom one waits, and what it is no part of.

use crate::support::{Filled, TestApp, Visitor};

/// A check in progress at Guatemala.
async fn begun(app: &TestApp) -> String {
    let id = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    format!("/checks/{id}")
}

async fn write(visitor: &Visitor, check: &str, to: &str, text: &str) -> String {
    visitor.done(&format!("{check}/remarks/write"), &[("to", to), ("text", text)]).await
}

/// The page on which a remark is answered.
async fn answering(app: &TestApp, check: &str, text: &str) -> String {
    let id = app.value(&format!("select id from remarks where text = '{text}'")).await;
    assert!(!id.is_empty(), "no remark {text}");
    format!("{check}/remarks/{id}/answer")
}

const ASKED: &str = "Is the certificate on form DSP-83 expected?";
const ANSWER: &str = "It is; the applicant was asked for it today.";
const INSIDE: &str = "The finding on storage is thin, shall we ask again?";

#[tokio::test]
async fn a_remark_to_a_role_waits_on_its_homes_until_it_is_answered() {
    let app = TestApp::demonstration().await;
    let check = begun(&app).await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    post.get(&format!("{check}/remarks/write"))
        .await
        .says("People of Guatemala and of Washington who see this check read it, auditors too; no other post does.");
    let led = write(&post, &check, "case_officer", ASKED).await;
    assert_eq!(led, format!("{check}#remarks"));
    post.get(&check)
        .await
        .says("You wrote a remark to the case officers.")
        .says(ASKED)
        .says("Waits for the case officers");
    for account in ["case", "case2"] {
        app.enter(account).await.get("/").await.says("Remarks to you").says(ASKED).says("remarks wait for you");
    }
    for account in ["reviewer", "supervisor", "guatemala2", "kingston"] {
        app.enter(account).await.get("/").await.says_not(ASKED);
    }
    for account in ["reviewer", "auditor", "guatemala2"] {
        app.enter(account).await.get(&check).await.says(ASKED).says_not("Waits for you");
    }
    case.get(&check).await.says("Waits for you").says("1 remark waits for you");
    let answer = case.get("/").await.links().into_iter().find(|link| link.ends_with("/answer"));
    assert!(answer.is_some_and(|link| link.starts_with("/checks/")));
    let answer = answering(&app, &check, ASKED).await;
    case.get(&answer).await.says(ASKED).says("This thread is read by people of Guatemala and of Washington");
    case.done(&answer, &[("text", ANSWER)]).await;
    case.get(&check).await.says("You answered the remark of").says(ANSWER).says_not("Waits for you");
    case.get("/").await.says_not(ASKED);
    // The answer is for whoever asked, by name, and needs none itself.
    app.enter("guatemala2").await.get("/").await.says_not(ANSWER);
    post.get("/").await.says(ANSWER).says("to you by name");
    let read = answering(&app, &check, ANSWER).await.replace("/answer", "/read");
    app.enter("guatemala2")
        .await
        .post(&read, &[("form_id", &lantern::id::FormId::new().to_string())])
        .await
        .refused("does not wait for you");
    post.post(&read, &[("form_id", &lantern::id::FormId::new().to_string())]).await.is(303);
    post.get("/").await.says_not(ANSWER);
    post.get(&format!("{check}/remarks")).await.says(ASKED).says(ANSWER).says("Read by");
    let log = app.enter("auditor").await;
    log.get("/log?text=remark").await.says("wrote a remark to the case officers").says(ANSWER);
    for stranger in ["kingston", "admin"] {
        let visitor = app.enter(stranger).await;
        let status = if stranger == "admin" { 403 } else { 404 };
        visitor.get(&answer).await.is(status);
        visitor.get(&format!("{check}/remarks")).await.is(status);
    }
    app.enter("auditor").await.get(&answer).await.is(403);
}

/// Whoever else says something to it: it goes on waiting for whom it is for.
#[tokio::test]
async fn what_a_bystander_answers_settles_nothing() {
    let app = TestApp::demonstration().await;
    let check = begun(&app).await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    write(&post, &check, "case_officer", ASKED).await;
    let answer = answering(&app, &check, ASKED).await;
    app.clock.advance(time::Duration::minutes(1));
    app.enter("reviewer").await.done(&answer, &[("text", "I think so.")]).await;
    post.get("/").await.says("I think so.");
    case.get("/").await.says(ASKED);
    case.get(&check).await.says("Waits for you").says_not("Read by");
    let read = answer.replace("/answer", "/read");
    case.post(&read, &[("form_id", &lantern::id::FormId::new().to_string())]).await.is(303);
    case.get("/").await.says_not(ASKED);
    case.get(&check).await.says("Read by");
}

/// What Washington writes to Washington is on no page of the post, in whatever form.
#[tokio::test]
async fn what_washington_writes_to_washington_is_not_the_posts_to_read() {
    let app = TestApp::demonstration().await;
    let check = begun(&app).await;
    let (reviewer, case, post) = (app.enter("reviewer").await, app.enter("case").await, app.enter("guatemala").await);
    reviewer
        .get(&format!("{check}/remarks/write"))
        .await
        .says("The case officers (read in Washington alone)")
        .says("Guatemala, whoever is there (read by Guatemala and in Washington)");
    write(&reviewer, &check, "case_officer", INSIDE).await;
    let answer = answering(&app, &check, INSIDE).await;
    case.get(&answer).await.says("This thread is read in Washington alone");
    case.done(&answer, &[("text", "I asked them by telephone.")]).await;
    for page in ["", "/print", "/remarks", "/spill", "/telegrams/write/interim"] {
        let page = post.get(&format!("{check}{page}")).await;
        page.is(200)
            .says_not(INSIDE)
            .says_not("by telephone")
            .says_not("wrote a remark")
            .says_not("answered the remark");
    }
    post.get(&answer).await.is(404);
    let form = lantern::id::FormId::new().to_string();
    post.post(&answer, &[("form_id", &form), ("text", "Seen.")]).await.is(404);
    case.get(&format!("{check}/remarks")).await.says(INSIDE).says("Washington alone");
    app.enter("auditor").await.get(&check).await.says(INSIDE);
    case.get(&format!("{check}/spill")).await.says(INSIDE);
    // To the post, the post reads it.
    write(&case, &check, "post", "Please look at the second store too.").await;
    post.get("/").await.says("Please look at the second store too.");
    app.enter("guatemala2").await.get("/").await.says("Please look at the second store too.");
}

/// A report of it is of the side that reads it, and hides it from no list that the other side counts.
#[tokio::test]
async fn a_report_of_what_is_for_washington_is_washingtons() {
    let app = TestApp::demonstration().await;
    let check = begun(&app).await;
    let (reviewer, post, above) =
        (app.enter("reviewer").await, app.enter("guatemala").await, app.enter("guatemala2").await);
    let before = (post.get(&check).await.text(), post.get(&format!("{check}/print")).await.text());
    write(&reviewer, &check, "case_officer", INSIDE).await;
    let report = async |visitor: &Visitor, text: &str| {
        let row = app.value(&format!("select id from remarks where text = '{text}'")).await;
        let form = visitor.open(&format!("{check}/spill")).await.set("what", &format!("remark.{row}"));
        form.set("why", "The office of security told us so.").send(visitor).await.is(303);
    };
    report(&reviewer, INSIDE).await;
    for visitor in [&post, &above] {
        for page in ["", "/print", "/remarks", "/spill"] {
            let page = visitor.get(&format!("{check}{page}")).await;
            page.is(200)
                .says_not("removed on")
                .says_not("reported a text")
                .says_not("hid a text")
                .says_not("told us so");
        }
    }
    assert_eq!(
        (post.get(&check).await.text(), post.get(&format!("{check}/print")).await.text()),
        before,
        "not one number is another"
    );
    above.get("/spills").await.says("Nothing was reported.");
    app.enter("supervisor").await.get("/spills").await.says("Remark").says("office of security");
    app.enter("auditor").await.get(&check).await.says("reported a text as classified: remark");
    let spill = app.value("select id from spills").await;
    above.get(&format!("/spills/{spill}/settle")).await.is(404);
    // What is written to the post, the post is told of.
    write(&reviewer, &check, "post", "Please look at the second store too.").await;
    report(&post, "Please look at the second store too.").await;
    above.get("/spills").await.says("Remark (Guatemala)");
    post.get(&check).await.says("reported a text as classified: remark");
}

/// It is in the log, and in nothing that goes out or is printed.
#[tokio::test]
async fn a_remark_goes_out_with_nothing() {
    let app = TestApp::demonstration().await;
    let check = begun(&app).await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    write(&post, &check, "case_officer", ASKED).await;
    for (visitor, page) in [
        (&post, "/print"),
        (&case, "/print"),
        (&post, "/telegrams/write/reply"),
        (&post, "/telegrams/write/interim"),
        (&case, "/telegrams/write/reminder"),
    ] {
        let page = visitor.get(&format!("{check}{page}")).await;
        page.is(200);
        assert!(!page.body.contains("DSP-83 expected"), "{}", page.text());
    }
    post.get(&format!("{check}/print")).await.says("wrote a remark to the case officers");
}

#[tokio::test]
async fn a_remark_is_short_unclassified_sent_once_and_kept_while_it_is_typed() {
    let app = TestApp::demonstration().await;
    let check = begun(&app).await;
    let (page, post) = (format!("{check}/remarks/write"), app.enter("guatemala").await);
    post.fill(&page, &[("to", ""), ("text", ASKED)]).await.is(422).says("Choose whom the remark is for.");
    let somebody = lantern::id::PersonId::new().to_string();
    let refused = post.fill(&page, &[("to", &somebody), ("text", ASKED)]).await;
    refused.is(422).says("Choose whom the remark is for.");
    assert_eq!(
        refused.input("text").map(|text| text.trim().to_owned()).as_deref(),
        Some(ASKED),
        "nothing typed is lost"
    );
    post.fill(&page, &[("to", "case_officer"), ("text", &"a".repeat(2001))])
        .await
        .is(422)
        .says("At most 2,000 characters; this has 2,001.");
    post.fill(&page, &[("to", "case_officer"), ("text", "SECRET//NOFORN")]).await.is(422).says("This looks classified");
    let form = post.open(&page).await.set("to", "case_officer").set("text", ASKED);
    let (first, second) = (form.send(&post).await, form.send(&post).await);
    assert_eq!((first.status, second.status, first.location.clone()), (303, 303, second.location));
    assert_eq!(app.value(&format!("select count(*) from remarks where text = '{ASKED}'")).await, "1");
}

/// A closed check is read-only for everyone, and nobody waits on it; a draft that no post got has no remarks.
#[tokio::test]
async fn nothing_is_written_on_what_is_closed_or_was_never_sent() {
    let app = TestApp::demonstration().await;
    let id = app.value("select id from checks where subject = 'Pistols issued and not shipped'").await;
    let check = format!("/checks/{id}");
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    write(&post, &check, "case_officer", ASKED).await;
    case.get("/").await.says(ASKED);
    let answer = answering(&app, &check, ASKED).await;
    let why = [("because", "moot"), ("text", "The order was cancelled.")];
    app.enter("reviewer").await.done(&format!("{check}/end"), &why).await;
    assert_eq!(app.value(&format!("select state from checks where id = '{id}'")).await, "closed");
    let closed = "The check is closed: nothing is written on it any more.";
    case.get("/").await.says_not(ASKED);
    case.get(&answer).await.is(200).says(closed);
    case.get(&format!("{check}/remarks/write")).await.says(closed);
    case.get(&check).await.says(ASKED).says_not("Write a remark");
    let form = lantern::id::FormId::new().to_string();
    case.post(&answer, &[("form_id", &form), ("text", "Seen.")]).await.refused(closed);
    let draft =
        app.value("select '/checks/' || id from checks where state = 'draft' and requested_at is null limit 1").await;
    case.get(&format!("{draft}/remarks/write")).await.says("Remarks are written once the request was sent.");
}

/// A thread with a post stays with that post, whoever has the check by then.
#[tokio::test]
async fn another_post_reads_nothing_of_what_the_first_one_wrote() {
    let app = TestApp::demonstration().await;
    let id = app.value("select id from checks where subject = 'Pistols issued and not shipped'").await;
    let check = format!("/checks/{id}");
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    write(&post, &check, "case_officer", "Is this meant for us?").await;
    let answer = answering(&app, &check, "Is this meant for us?").await;
    app.clock.advance(time::Duration::minutes(1));
    case.done(&format!("{check}/recall"), &[("text", "Meant for Kingston.")]).await;
    app.clock.advance(time::Duration::minutes(1));
    case.get(&answer).await.says("The post that reads these remarks does not have the check now");
    let kingston = case.get(&format!("{check}/edit")).await.choice("post", "Kingston");
    case.open(&format!("{check}/edit")).await.set("post", &kingston).send(&case).await.is(303);
    case.done(&format!("{check}/request"), &[]).await;
    case.get(&check).await.says("With Guatemala");
    case.get(&format!("{check}/remarks")).await.says("With Guatemala").says_not("With Kingston");
    let other = app.enter("kingston").await;
    for page in ["", "/remarks", "/spill", "/print"] {
        other.get(&format!("{check}{page}")).await.is(200).says_not("Is this meant for us?").says_not("wrote a remark");
    }
    other.get(&answer).await.is(404);
    post.get("/").await.says_not("Is this meant for us?");
    let read = answer.replace("/answer", "/read");
    case.post(&read, &[("form_id", &lantern::id::FormId::new().to_string())]).await.is(303);
    case.get("/").await.says_not("Is this meant for us?");
}

/// What was written to the people of one post is read at no other that has the check by now.
#[tokio::test]
async fn a_remark_to_a_post_goes_to_the_post_that_its_page_named() {
    let app = TestApp::demonstration().await;
    let id = app.value("select id from checks where subject = 'Pistols issued and not shipped'").await;
    let check = format!("/checks/{id}");
    let (case, other) = (app.enter("case").await, app.enter("case2").await);
    let written =
        case.open(&format!("{check}/remarks/write")).await.set("to", "post").set("text", "Their source asked us.");
    other.done(&format!("{check}/recall"), &[("text", "Meant for Kingston.")]).await;
    let edit = format!("{check}/edit");
    let kingston = other.get(&edit).await.choice("post", "Kingston");
    other.open(&edit).await.set("post", &kingston).send(&other).await.is(303);
    other.done(&format!("{check}/request"), &[]).await;
    let page = written.send(&case).await;
    page.is(422).says("This check was recalled meanwhile, and by now Kingston has it").says("Their source asked us.");
    app.enter("kingston").await.get(&check).await.says_not("Their source asked us.");
    // Whoever sends it again read that.
    Filled::of(&format!("{check}/remarks/write"), &page).expect("its form").send(&case).await.is(303);
    app.enter("kingston").await.get(&check).await.says("Their source asked us.");
}

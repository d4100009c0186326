//! A request that was sent is taken back until the post acknowledged it: what each side reads then, what becomes of the
//! draft, and who comes second.

use lantern::{id::FormId, text::Day};
use sqlx::{ConnectOptions, Connection};
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
    let never = "This draft was never sent";
    let page = reviewer.get(&format!("{draft}/end")).await;
    page.is(200).says(never);
    assert!(page.input("text").is_none(), "what is not possible has no form");
    send_anyway(&app, &reviewer, &draft, "end", &why).await.refused(never);
    assert_eq!(state(&app, &draft).await, "draft");
}

/// As a page that was open too long, or somebody's own program, sends it.
async fn send_anyway(app: &TestApp, by: &Visitor, check: &str, verb: &str, fields: &[(&str, &str)]) -> Page {
    let (form, id) = (FormId::new().to_string(), check.rsplit('/').next().unwrap_or_default());
    let revision = app.value(&format!("select revision from checks where id = '{id}'")).await;
    let fields = [&[("form_id", form.as_str()), ("version", revision.as_str())], fields].concat();
    by.post(&format!("{check}/{verb}"), &fields).await
}

/// Changes one answer of a draft.
async fn change(case: &Visitor, check: &str, field: &str, to: &str) {
    case.open(&format!("{check}/edit")).await.set(field, to).send(case).await.is(303);
}

/// The post that had it reads the check again once it is ended: what was changed since the recall is put back, or sent.
#[tokio::test]
async fn a_draft_that_was_changed_since_the_recall_ends_neither_as_it_is_nor_before_the_post_that_had_it() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, reviewer) = (app.enter("case").await, app.enter("reviewer").await);
    recall(&case, &check, WHY).await;
    app.clock.advance(Duration::minutes(1));
    let (subject, secret) = ("Pistols issued and not shipped", "What the source in the ministry said");
    change(&case, &check, "subject", secret).await;
    let why = [("because", "moot"), ("text", "The order was cancelled before anybody asked.")];
    let changed = "Since the recall this was changed: the subject. At Guatemala they read the check once it is ended";
    let page = reviewer.get(&format!("{check}/end")).await;
    page.is(200).says(changed);
    assert!(page.input("text").is_none(), "what is not possible has no form");
    assert!(!reviewer.get(&check).await.links().contains(&format!("{check}/end")), "nor is it offered");
    send_anyway(&app, &reviewer, &check, "end", &why).await.refused(changed);
    assert_eq!(state(&app, &check).await, "draft");
    case.get(&check).await.says("Send the request to Guatemala").says_not("have a reviewer end the check early");
    app.clock.advance(Duration::minutes(1));
    change(&case, &check, "subject", subject).await;
    app.clock.advance(Duration::minutes(1));
    change(&case, &check, "questions", secret).await;
    send_anyway(&app, &reviewer, &check, "end", &why)
        .await
        .refused("Since the recall this was changed: the questions.");
    app.clock.advance(Duration::minutes(1));
    change(&case, &check, "questions", "").await;
    app.clock.advance(Duration::minutes(1));
    reviewer.done(&format!("{check}/end"), &why).await;
    assert_eq!(state(&app, &check).await, "closed");
    // Of what was changed meanwhile it reads nothing, neither then nor in the log.
    let post = app.enter("guatemala").await;
    for page in [check.clone(), format!("{check}/print")] {
        let page = post.get(&page).await;
        page.is(200).says("Not completed").says_not(", 2 times").says("recalled BL-").says("ended BL-");
        page.says_not(secret).says_not("changed the draft");
    }
    let auditor = app.enter("auditor").await;
    auditor.get(&format!("{check}/print")).await.says("changed the draft");
    auditor.get("/log?verb=check_changed").await.says(secret);
}

/// Sent again, it says what it asks, and not what was written in between.
#[tokio::test]
async fn what_was_written_on_a_recalled_draft_is_washingtons() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    recall(&case, &check, WHY).await;
    let secret = "What the source in the ministry said";
    for subject in [secret, "Pistols, and what they are for"] {
        app.clock.advance(Duration::minutes(1));
        change(&case, &check, "subject", subject).await;
        post.get(&check).await.says_not(subject);
    }
    app.clock.advance(Duration::minutes(1));
    case.done(&format!("{check}/request"), &[]).await;
    for page in ["", "/print", "/spill"] {
        let page = post.get(&format!("{check}{page}")).await;
        page.is(200).says_not(secret).says_not("changed the draft");
    }
    post.get(&format!("{check}/print")).await.says("Pistols, and what they are for").says("recalled BL-");
    case.get(&format!("{check}/print")).await.says("changed the draft");
}

/// What stands beside what one post had is no other post's: notes of correction, what was taken back, reports.
#[tokio::test]
async fn nothing_that_stands_beside_another_posts_request_is_read_at_the_next_one() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let (case, washington) = (app.enter("case").await, app.enter("supervisor").await);
    let until = app.clock.now().date() + Duration::days(90);
    let until = Day(until).to_string();
    let extended = [("due", until.as_str()), ("reason", "They asked for time.")];
    case.done(&format!("{check}/extend"), &extended).await;
    let correct = async |place: &str, row: &str, text: &str| {
        let row = app.value(&format!("select id from {row}")).await;
        let noted = [("what", format!("{place}.{row}")), ("text", text.to_owned())];
        let noted: Vec<(&str, &str)> = noted.iter().map(|(name, value)| (*name, value.as_str())).collect();
        washington.done(&format!("{check}/correct"), &noted).await;
        app.clock.advance(Duration::minutes(1));
    };
    let (of_request, of_extension) = ("The purpose is police work.", "They asked for two weeks.");
    correct("check", &format!("checks where id = '{id}'"), of_request).await;
    correct("extension", &format!("extensions where check_id = '{id}'"), of_extension).await;
    app.run(&format!(
        "set local session_replication_role = replica;
         insert into mistakes (id, kind, row_id, check_id, said, reason, side, taken_back_by, taken_back_at)
         select gen_random_uuid(), 'check_subject', gen_random_uuid(), '{id}', 'A broker', 'Named for another request', 'washington', opened_by,
             requested_at + interval '1 second' from checks where id = '{id}'"
    ))
    .await;
    recall(&case, &check, WHY).await;
    app.clock.advance(Duration::minutes(1));
    let of_recall = "It was meant for nobody.";
    correct("recall", &format!("recalls where check_id = '{id}'"), of_recall).await;
    move_to(&case, &check, "Kingston").await.is(303);
    case.done(&format!("{check}/request"), &[]).await;
    for text in [of_request, of_extension, of_recall] {
        case.get(&check).await.says(text);
    }
    let report = async |place: &str, row: &str| {
        let row = app.value(&format!("select id from {row}")).await;
        let path = format!("{check}/spill");
        let form = case.open(&path).await.set("what", &format!("{place}.{row}"));
        form.set("why", "The office of security told us so.").send(&case).await.is(303);
        app.clock.advance(Duration::minutes(1));
    };
    report("recall", &format!("recalls where check_id = '{id}'")).await;
    report("extension", &format!("extensions where check_id = '{id}'")).await;
    report("correction", &format!("corrections where check_id = '{id}' and place = 'check'")).await;
    let texts = [
        "Notes of correction",
        "noted a correction",
        of_request,
        of_extension,
        of_recall,
        "Named for another request",
        "A broker",
        "reported a text",
        "hid a text",
    ];
    for account in ["kingston", "kingston2"] {
        let visitor = app.enter(account).await;
        for page in ["", "/print", "/spill"] {
            let page = visitor.get(&format!("{check}{page}")).await;
            page.is(200);
            for text in texts {
                page.says_not(text);
            }
        }
    }
    let kingston = app.enter("kingston2").await;
    kingston.get("/spills").await.is(200).says("Nothing was reported.");
    kingston.get(&format!("{check}/correct")).await.is(200).says_not("Recalled request").says_not("extension");
    // The report of the recall is of the post that reads it; the others, of what nobody there reads any more, are
    // Washington's.
    let told = app.value("select string_agg(place || ' ' || coalesce((select name from posts p where p.id = post_id), 'Washington'), ', ' order by reported_at) from spills").await;
    assert_eq!(told, "recall Guatemala, extension Washington, correction Washington");
    app.enter("guatemala2").await.get("/spills").await.says("Recalled request").says_not("extension");
    washington.get("/spills").await.says("Recalled request").says("Reason of an extension").says("Note of correction");
    app.enter("auditor")
        .await
        .get(&format!("{check}/print"))
        .await
        .says("reported a text as classified: recalled request");
}

/// Servers are replaced one after the other: what an older program would show to others waits until none serves.
#[tokio::test]
async fn nothing_is_recalled_and_no_remark_is_written_while_an_older_program_may_be_serving() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let case = app.enter("case").await;
    let (recalling, writing) = (format!("{check}/recall"), format!("{check}/remarks/write"));
    let offered = case.get(&check).await.links();
    assert!(offered.contains(&recalling) && offered.contains(&writing), "{offered:?}");
    app.run("create or replace function oldest_borne() returns bigint language sql stable as 'select 70::bigint'")
        .await;
    let offered = case.get(&check).await.links();
    assert!(!offered.contains(&recalling) && !offered.contains(&writing), "{offered:?}");
    let (not_recalled, not_written) =
        ("Nothing is recalled while an older Lantern", "No remarks are written while an older Lantern");
    case.get(&recalling).await.is(200).says(not_recalled);
    send_anyway(&app, &case, &check, "recall", &[("text", WHY)]).await.refused(not_recalled);
    case.get(&writing).await.is(200).says(not_written);
    // Who would write one is told on the check too, and nobody else.
    case.get(&check).await.says(not_written);
    case.get(&format!("{check}/remarks")).await.says(not_written);
    app.enter("auditor").await.get(&check).await.says_not(not_written);
    let remark = [("to", "reviewer"), ("text", "Shall we ask again?")];
    send_anyway(&app, &case, &check, "remarks/write", &remark).await.refused(not_written);
    let id = check.rsplit('/').next().unwrap_or_default();
    let done = format!(
        "select (select count(*) from recalls where check_id = '{id}') + (select count(*) from remarks where text = 'Shall we ask again?')"
    );
    assert_eq!(app.value(&done).await, "0");
    // As the operator says it once each server is replaced, or the next upgrade.
    app.run("select bear_from(71)").await;
    case.done(&writing, &remark).await;
    recall(&case, &check, WHY).await;
}

/// Of another post's time with a check nothing is told, to neither of them.
#[tokio::test]
async fn a_request_that_went_to_another_post_first_says_nothing_of_it() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let case = app.enter("case").await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let later = (app.clock.now().date() + Duration::days(90), "Guatemala asked for time.");
    let due = Day(later.0).to_string();
    let extended = [("due", due.as_str()), ("reason", later.1)];
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

/// Both at the same moment: one of the two is done, whichever it is.
#[tokio::test]
async fn a_recall_and_an_acknowledgement_at_the_same_moment_are_one_of_the_two() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let waiting = async |many: &str| {
        let waits =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while app.value(waits).await != many {
            tokio::task::yield_now().await;
        }
    };
    // Each is under way before the other is done: both wait for the check, once in this order, once in that.
    for recall_is_first in [true, false, true] {
        let recalling = case.open(&format!("{check}/recall")).await.set("text", WHY);
        let acknowledging = post.open(&format!("{check}/acknowledge")).await;
        let mut holding = app.superuser().connect().await.expect("PostgreSQL answers");
        let held = format!("begin; select from checks where '/checks/' || id = '{check}' for update");
        sqlx::raw_sql(sqlx::AssertSqlSafe(held)).execute(&mut holding).await.expect("nobody else holds it");
        let (recalled, acknowledged, ()) = tokio::join!(
            async {
                if !recall_is_first {
                    waiting("1").await;
                }
                recalling.send(&case).await
            },
            async {
                if recall_is_first {
                    waiting("1").await;
                }
                acknowledging.send(&post).await
            },
            async {
                waiting("2").await;
                holding.close().await.expect("the connection closes");
            },
        );
        let stands = if recall_is_first { ((303, 409), "draft") } else { ((409, 303), "in_progress") };
        assert_eq!(((recalled.status, acknowledged.status), state(&app, &check).await.as_str()), stands);
        app.run(&format!(
            "set local session_replication_role = replica; update checks set state = 'requested', officer_id = null, due_on = '2027-01-01',
                 requested_at = requested_at + interval '1 hour' where '/checks/' || id = '{check}'"
        ))
        .await;
    }
}

/// What was written for one post is not sent while another one has the check, and the other one's names none of it.
#[tokio::test]
async fn a_telegram_goes_to_the_post_that_it_was_written_for() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let case = app.enter("case").await;
    let write = format!("{check}/telegrams/write/request");
    let told = case.open(&write).await.send(&case).await.location;
    case.done(&format!("{told}/send"), &[("number", "")]).await;
    let named = format!("select originator || ' ' || number from telegrams where '/telegrams/' || id = '{told}'");
    let named = app.value(&named).await;
    let draft = case.open(&write).await.send(&case).await.location;
    case.get(&format!("{draft}/send")).await.says(&named);
    let (edit, send) = (format!("{draft}/edit"), format!("{draft}/send"));
    let (changing, sending) = (case.open(&edit).await, case.open(&send).await);
    recall(&case, &check, WHY).await;
    move_to(&case, &check, "Kingston").await.is(303);
    case.done(&format!("{check}/request"), &[]).await;
    let refused = "This draft is for Guatemala, and the check is another post's now.";
    let page = case.get(&draft).await;
    page.is(200).says(refused);
    assert!(!page.links().iter().any(|link| *link == edit || *link == send), "neither is offered");
    for page in [case.get(&edit).await, case.get(&send).await, changing.send(&case).await, sending.send(&case).await] {
        page.refused(refused);
    }
    let stands = format!("select state || ' ' || version from telegrams where '/telegrams/' || id = '{draft}'");
    assert_eq!(app.value(&stands).await, "draft 1");
    let other = case.open(&write).await.send(&case).await.location;
    case.get(&format!("{other}/send")).await.is(200).says_not(&named);
    case.done(&format!("{other}/send"), &[("number", "")]).await;
    app.enter("kingston").await.get(&other).await.is(200).says("Telegram STATE").says_not(&named);
    let form = FormId::new().to_string();
    case.post(&format!("{draft}/discard"), &[("form_id", &form), ("version", "1")]).await.is(303);
}

/// A contradiction that Washington explains while nobody at post has the check is explained in Washington; that it was
/// keeps the check from no post.
#[tokio::test]
async fn what_is_explained_on_a_recalled_draft_is_washingtons() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let case = app.enter("case").await;
    let explain = async |value: u32, text: &str| {
        app.run(&format!(
            "set local session_replication_role = replica;
             update item_groups set value_usd = {value} where license_id in (select license_id from check_licenses where check_id = '{id}')"
        ))
        .await;
        app.clock.advance(Duration::minutes(1));
        let page = format!("{check}/explain");
        let key = case.get(&page).await.choice("contradiction", "its value is");
        case.done(&page, &[("contradiction", &key), ("text", text)]).await;
        app.clock.advance(Duration::minutes(1));
    };
    recall(&case, &check, WHY).await;
    let (first, second) = ("The source in the ministry said so.", "The source said so a second time.");
    explain(9_000_000, first).await;
    move_to(&case, &check, "Kingston").await.is(303);
    explain(8_000_000, second).await;
    move_to(&case, &check, "Guatemala").await.is(303);
    move_to(&case, &check, "Kingston").await.is(303);
    let why = [("because", "moot"), ("text", "The order was cancelled before anybody asked.")];
    app.enter("reviewer").await.done(&format!("{check}/end"), &why).await;
    assert_eq!(state(&app, &check).await, "closed");
    let (post, auditor) = (app.enter("guatemala").await, app.enter("auditor").await);
    for page in ["", "/print", "/spill"] {
        let page = post.get(&format!("{check}{page}")).await;
        page.is(200).says_not(first).says_not(second).says_not("explained: License");
    }
    post.get(&format!("{check}/print")).await.says("Not completed").says("its value is");
    auditor.get(&format!("{check}/print")).await.says(second).says("explained: License");
    auditor.get(&format!("{check}/spill")).await.says(first).says(second);
}

/// What people of one post settle while another one has the check is theirs.
#[tokio::test]
async fn what_another_post_settles_is_not_told_where_the_check_is_by_then() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let form = post.open(&format!("{check}/spill")).await.set("what", &format!("check.{id}"));
    form.set("why", "The office of security told us so.").send(&post).await.is(303);
    app.clock.advance(Duration::minutes(1));
    recall(&case, &check, WHY).await;
    move_to(&case, &check, "Kingston").await.is(303);
    app.clock.advance(Duration::minutes(1));
    case.done(&format!("{check}/request"), &[]).await;
    app.clock.advance(Duration::minutes(1));
    let settle = format!("/spills/{}/settle", app.value("select id from spills").await);
    let settled = [("outcome", "restored"), ("because", "It was published.")];
    app.enter("guatemala2").await.done(&settle, &settled).await;
    for page in ["", "/print"] {
        app.enter("kingston").await.get(&format!("{check}{page}")).await.is(200).says_not("put back");
    }
    app.enter("auditor").await.get(&format!("{check}/print")).await.says("put back");
}

/// What a report hides may come back: a recalled request ends early once the report is settled, and as it was sent, if
/// its words went out on both sides.
#[tokio::test]
async fn a_recalled_request_whose_words_were_hidden_ends_early_once_the_report_is_settled() {
    for (place, outcome) in [("recall", "removed"), ("check", "restored")] {
        let app = TestApp::demonstration().await;
        let check = requested(&app).await;
        let id = check.rsplit('/').next().unwrap_or_default();
        // A subject of a few words is looked for in no sentence; here it is the whole text.
        app.run(&format!("set local session_replication_role = replica; update checks set subject = 'Rifles for Bravo' where id = '{id}'"))
            .await;
        let (case, reviewer) = (app.enter("case").await, app.enter("reviewer").await);
        recall(&case, &check, WHY).await;
        let row = if place == "recall" {
            app.value("select id from recalls order by recalled_at desc limit 1").await
        } else {
            id.to_owned()
        };
        let form = case.open(&format!("{check}/spill")).await.set("what", &format!("{place}.{row}"));
        form.set("why", "The office of security told us so.").send(&case).await.is(303);
        let (guatemala, stands) = (app.enter("guatemala").await, "Rifles for Bravo");
        for page in [check.as_str(), "/", "/checks/recalled"] {
            guatemala.get(page).await.says_not(stands);
            case.get(page).await.says_not(stands);
        }
        let why = [("because", "moot"), ("text", "The order was cancelled before anybody asked.")];
        send_anyway(&app, &reviewer, &check, "end", &why).await.refused("nobody settled the report");
        let settle = format!("/spills/{}/settle", app.value("select id from spills where settled_at is null").await);
        let settled = [("outcome", outcome), ("because", "It was looked at.")];
        let washington = app.enter("supervisor").await;
        let by = if app.value("select coalesce(post_id::text, '') from spills").await.is_empty() {
            &washington
        } else {
            &app.enter("guatemala2").await
        };
        by.done(&settle, &settled).await;
        reviewer.done(&format!("{check}/end"), &why).await;
        assert_eq!(state(&app, &check).await, "closed", "{place}");
        let page = guatemala.get(&check).await;
        if outcome == "restored" {
            page.says(stands)
        } else {
            page.says_not(stands)
        };
    }
}

/// Whoever rewrites a draft whose words were hidden sends it again: the post that had it reads none of that.
#[tokio::test]
async fn what_was_typed_where_a_text_was_hidden_is_not_what_was_sent() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, reviewer) = (app.enter("case").await, app.enter("reviewer").await);
    recall(&case, &check, WHY).await;
    let row = app.value("select id from recalls order by recalled_at desc limit 1").await;
    let form = case.open(&format!("{check}/spill")).await.set("what", &format!("recall.{row}"));
    form.set("why", "The office of security told us so.").send(&case).await.is(303);
    app.clock.advance(Duration::minutes(1));
    change(&case, &check, "subject", "What the source in the ministry said").await;
    let why = [("because", "moot"), ("text", "The order was cancelled before anybody asked.")];
    for outcome in ["nobody settled the report", "Since the recall this was changed: the subject"] {
        send_anyway(&app, &reviewer, &check, "end", &why).await.refused(outcome);
        let Some(open) =
            Some(app.value("select coalesce(max(id::text), '') from spills where settled_at is null").await)
                .filter(|id| !id.is_empty())
        else {
            break;
        };
        let settled = [("outcome", "removed"), ("because", "It was looked at.")];
        app.enter("guatemala2").await.done(&format!("/spills/{open}/settle"), &settled).await;
    }
    assert_eq!(state(&app, &check).await, "draft");
}

/// A post that had a request reads it on, and so it reports what is classified in it.
#[tokio::test]
async fn a_post_reports_a_request_that_was_recalled() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    recall(&case, &check, WHY).await;
    let page = post.get(&check).await;
    assert!(page.links().contains(&format!("{check}/spill")), "{:?}", page.links());
    let row = app.value("select id from recalls order by recalled_at desc limit 1").await;
    let form = post.open(&format!("{check}/spill")).await;
    assert_eq!(form.offered.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), [format!("recall.{row}")]);
    form.set("what", &format!("recall.{row}"))
        .set("why", "Our office of security told us so.")
        .send(&post)
        .await
        .is(303);
    post.get(&check).await.says_not("Pistols issued and not shipped").says("reported as classified");
    case.get(&check).await.says_not("Pistols issued and not shipped");
    app.enter("kingston").await.get(&format!("{check}/spill")).await.is(404);
}

/// What another check is called is told to who reads that one: a draft is read by no post.
#[tokio::test]
async fn a_post_is_not_told_which_draft_a_check_follows() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let draft = app.value("select min(reference) from checks where state = 'draft'").await;
    app.run(&format!("set local session_replication_role = replica; update checks set post_id = (select post_id from checks where id = '{id}') where reference = '{draft}'; update checks set follows_check_id = (select id from checks where reference = '{draft}') where id = '{id}'"))
        .await;
    app.enter("case").await.get(&check).await.says(&draft);
    app.enter("guatemala").await.get(&check).await.says_not(&draft);
}

/// A party that is reported goes out of what a recalled request was about, and out of its entry.
#[tokio::test]
async fn a_party_that_is_reported_goes_out_of_recalled_requests() {
    let app = TestApp::demonstration().await;
    let check = requested(&app).await;
    let id = check.rsplit('/').next().unwrap_or_default();
    let (party, name) =
        (app.value("select min(id::text) from parties where standing = 'established'").await, "Norte SA");
    app.run(&format!(
        "set local session_replication_role = replica; update parties set name = '{name}', name_folded = 'norte sa' where id = '{party}';
         delete from check_licenses where check_id = '{id}';
         insert into check_subjects (id, check_id, party_id, role) select gen_random_uuid(), '{id}', '{party}', 'broker'"
    ))
    .await;
    let case = app.enter("case").await;
    recall(&case, &check, WHY).await;
    assert!(app.value("select about from recalls order by recalled_at desc limit 1").await.contains(name));
    let form = case.open(&format!("/parties/{party}/spill")).await.set("what", &format!("party.{party}"));
    form.set("why", "The office of security told us so.").send(&case).await.is(303);
    let left = format!(
        "select (select count(*) from recalls where about like '%{name}%') || ' ' ||
        (select count(*) from audit_events where verb = 'check_recalled' and before::text like '%{name}%')"
    );
    assert_eq!(app.value(&left).await, "0 0");
}

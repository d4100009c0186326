//! Telegrams over HTTP: put on the check they name, filed without losing what stands in the file, written, sent and read again.

use lantern::telegrams::reading::{Value, read};

use crate::support::{Page, TestApp, Visitor};

/// The officer's check in progress: its address and its reference.
pub async fn sugar(app: &TestApp) -> (String, String) {
    let check = "from checks where subject like 'Cartridges for a sugar%'";
    (format!("/checks/{}", app.value(&format!("select id {check}")).await), app.value(&format!("select reference {check}")).await)
}

/// A telegram of a post in Lantern's own wording, so that what it proposes is known to the letter.
pub fn telegram(number: u32, references: &str, items: &[&str]) -> String {
    let items = items.iter().fold(String::new(), |text, item| text + "-- " + item + "\n\n");
    format!(
        "R 201200Z NOV 26\nFM AMEMBASSY GUATEMALA\nTO SECSTATE WASHDC\n\nUNCLAS GUATEMALA {number:06}\n\nSENSITIVE\nSIPDIS\n\n\
         E.O. 13526: N/A\nTAGS: ETTC KOMC GT\nSUBJECT: NUMBER {number}\nREF: A. {references}\n\n1. (SBU) SUMMARY:\n\n{items}"
    )
}

/// Reads a telegram in; gives its page.
pub async fn file(visitor: &Visitor, text: &str) -> (String, Page) {
    let at = visitor.done("/telegrams/read", &[("text", text)]).await;
    let at = at.trim_end_matches("/join").to_owned();
    let page = visitor.get(&at).await;
    (at, page)
}

#[tokio::test]
async fn what_goes_out_is_numbered_kept_and_reads_back() {
    let app = TestApp::demonstration().await;
    let post = app.enter("nairobi").await;
    let check = format!("/checks/{}", app.value("select id from checks where subject = 'Pistols for an airport authority'").await);
    let form = post.open(&format!("{check}/telegrams/write/reply")).await;
    assert!(form.value("body").contains("RECOMMENDATION:"), "{}", form.value("body"));
    let longer =
        format!("{}\nÀ line that Señor Žižka wrote on and on, far beyond the sixty-five characters of a line.\n", form.value("body"));
    let draft = form.set("body", &longer).send(&post).await;
    assert_eq!(draft.status, 303, "{}", draft.text());
    let first = draft.location;
    post.get(&first).await.says("A line that Senor Zizka wrote on and on").says_not("The case file says something else");
    let second = post.open(&format!("{check}/telegrams/write/reply")).await.send(&post).await.location;
    assert_ne!(first, second);

    post.fill(&format!("{first}/send"), &[("number", "1000000")]).await.is(422).says("at most six digits");
    post.done(&format!("{first}/send"), &[("number", "7")]).await;
    post.fill(&format!("{second}/send"), &[("number", "7")]).await.is(422).says("Another telegram of this year has this number");
    post.done(&format!("{second}/send"), &[("number", "")]).await;
    post.get(&second).await.says("Telegram NAIROBI 8");

    let text = post.get(&format!("{first}/text")).await;
    assert!(text.body.lines().all(|line| line.len() <= 65 && line.is_ascii()), "{}", text.body);
    let reading = read(text.body.as_bytes());
    assert_eq!(reading.header.message.as_ref().map(|message| message.number), Some(7));
    let has = |kind: &str| reading.proposals.iter().filter(|proposal| proposal.value.kind() == kind).count();
    assert!(has("party") > 0 && has("finding") > 2 && has("contact") > 0 && has("recommendation") == 1, "{:#?}", reading.proposals);

    // Kept as sent, seen by who may see the check, and known again.
    post.get(&format!("{first}/edit")).await.refused("kept as it is");
    post.post(&format!("{first}/discard"), &[("form_id", &lantern::id::FormId::new().to_string()), ("version", "2")]).await.refused("kept");
    app.enter("kingston").await.get(&first).await.is(404);
    let case = app.enter("case").await;
    case.get("/telegrams").await.says("NAIROBI 7");
    case.fill("/telegrams/read", &[("text", &text.body)]).await.is(422).says("This telegram was filed before");
    case.get(&format!("{first}/join")).await.is(404);
}

#[tokio::test]
async fn a_draft_is_not_sent_behind_its_case_file() {
    let app = TestApp::demonstration().await;
    let (check, _) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let draft = post.open(&format!("{check}/telegrams/write/interim")).await.send(&post).await.location;
    post.get(&draft).await.says_not("The case file says something else");
    let call = [
        ("kind", "call"),
        ("with_whom", "The registrar"),
        ("channel_source", "directory"),
        ("summary", "Asked when the registry is open."),
    ];
    post.done(&format!("{check}/contacts/record"), &call).await;
    post.get(&draft).await.says("The case file says something else than when this was written");
    post.fill(&format!("{draft}/send"), &[("number", "")]).await.refused("The case file says something else");

    let form = post.open(&format!("{draft}/edit")).await;
    assert!(!form.value("body").contains("The registrar"));
    post.get(&format!("{draft}/edit")).await.says("What the case file says now").says("\"The registrar\"");
    assert_eq!(form.send(&post).await.status, 303);
    post.get(&draft).await.says_not("The case file says something else");

    // Of two who have the same draft before them, the second to discard it is told.
    let old = app.value("select version from telegrams where state = 'draft'").await;
    let (id, other) = (lantern::id::FormId::new().to_string(), lantern::id::FormId::new().to_string());
    post.open(&format!("{draft}/edit")).await.set("subject", "Where it stands now").send(&post).await.is(303);
    assert_ne!(app.value("select version from telegrams where state = 'draft'").await, old);
    let discarded = post.post(&format!("{draft}/discard"), &[("form_id", &id), ("version", &old)]).await;
    assert_eq!(discarded.status, 409, "{}", discarded.text());
    let now = app.value("select version from telegrams where state = 'draft'").await;
    assert_eq!(post.post(&format!("{draft}/discard"), &[("form_id", &other), ("version", &now)]).await.status, 303);
    post.get(&draft).await.is(404);
}

#[tokio::test]
async fn the_drafts_of_a_discarded_check_go_with_it() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let check = format!(
        "/checks/{}",
        app.value("select id from checks where state = 'draft' and opened_by = (select id from people where account = 'case') limit 1")
            .await
    );
    let draft = case.open(&format!("{check}/telegrams/write/request")).await.send(&case).await;
    assert_eq!(draft.status, 303, "{}", draft.text());
    assert_eq!(app.value("select count(*) from telegrams where state = 'draft'").await, "1");
    case.done(&format!("{check}/discard"), &[]).await;
    assert_eq!(app.value("select count(*) from telegrams where state = 'draft'").await, "0");
}

#[tokio::test]
async fn a_number_names_a_telegram_of_its_own_year_and_post() {
    let app = TestApp::demonstration().await;
    let (_, reference) = sugar(&app).await;
    let case = app.enter("case").await;
    let (_, page) = file(&case, &telegram(901, &format!("LANTERN {reference}"), &["A site visit is optional."])).await;
    page.says(&format!("Filed into {reference}"));
    let dated = |number: u32, month_and_year: &str, told: &str| telegram(number, told, &[]).replace("NOV 26", month_and_year);
    let (_, page) = file(&case, &dated(31, "JAN 27", "GUATEMALA 901")).await;
    page.says(&format!("Filed into {reference}"));
    let (_, page) = file(&case, &dated(32, "FEB 28", "GUATEMALA 901")).await;
    page.says("It is on no check yet");
    let (_, page) = file(&case, &dated(33, "FEB 28", "26 GUATEMALA 901")).await;
    page.says(&format!("Filed into {reference}"));
    let (_, page) = file(&case, &dated(34, "FEB 28", "25 GUATEMALA 901")).await;
    page.says("It is on no check yet");

    // Another post's telegram is not put on this post's check, not even by hand.
    let lima = telegram(35, &format!("LANTERN {reference}"), &[]).replace("GUATEMALA", "LIMA").replace("KOMC GT", "KOMC PE");
    let (at, page) = file(&case, &lima).await;
    page.says("It is on no check yet");
    case.fill(&format!("{at}/join"), &[("reference", &reference)]).await.refused("This check is at another post");
}

#[tokio::test]
async fn an_accepted_proposal_takes_nothing_from_what_stands_in_the_file() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let id = check.trim_start_matches("/checks/");
    let license = app.value(&format!("select license_id from check_licenses where check_id = '{id}' limit 1")).await;
    let (item, label, quantity) = (
        app.value(&format!("select id from item_groups where license_id = '{license}' limit 1")).await,
        app.value(&format!("select label from item_groups where license_id = '{license}' limit 1")).await,
        app.value(&format!("select quantity from item_groups where license_id = '{license}' limit 1")).await,
    );
    let authority = app.value("select id from authorities where short_name = 'DIGECAM'").await;
    let post = app.enter("guatemala").await;
    let cell = format!("/licenses/{license}/approvals/{item}/{authority}");
    let written = post.open(&cell).await.set("state", "needed").set("waits_for", "the serial numbers").set("note", "Asked twice.");
    written.send(&post).await.is(303);

    let line = format!("Line 1: {quantity} rounds of \"{label}\".");
    let refused = format!("The import approval of \"DIGECAM\" for \"{label}\" (line 1) is refused. Note: \"The quota is used up.\"");
    let (at, page) = file(&post, &telegram(902, &format!("LANTERN {reference}"), &[&line, &refused])).await;
    page.says("DIGECAM for");
    post.done(&at, &[("tick", "import-approval-1"), ("act", "accept")]).await;
    let kept = post.open(&cell).await;
    assert_eq!((kept.value("state"), kept.value("waits_for"), kept.value("note")), ("refused", "the serial numbers", "Asked twice."));

    // What stands in the file in another state is looked at beside it.
    // It calls the registry as it was called in 2008: the one that does its work by now is meant.
    let needed = format!("The import approval of \"DECAM\" for \"{label}\" (line 1) is applied for. Note: \"Filed anew.\"");
    let (at, page) = file(&post, &telegram(903, &format!("LANTERN {reference}"), &[&line, &needed])).await;
    page.says("Another answer stands in the file");
    post.fill(&at, &[("tick", "import-approval-1"), ("act", "accept")]).await.refused("Another answer stands in the file");
    let change = page.link("Change Import approval");
    post.get(&change).await.says("On file now: refused");

    // A rejection may be thought over; what was accepted stays.
    post.done(&at, &[("tick", "import-approval-1"), ("act", "reject")]).await;
    post.get(&at).await.says("Rejected");
    let thought_over = post.open(&change).await.set("applied_on.day", "20").set("applied_on.month", "11").set("applied_on.year", "2026");
    thought_over.send(&post).await.is(303);
    post.get(&at).await.says("Accepted with changes");
    post.fill(&at, &[("tick", "import-approval-1"), ("act", "reject")]).await.refused("What was accepted stays");
}

#[tokio::test]
async fn a_form_notes_on_a_telegram_only_what_it_did() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let finding = "(SBU) Post's finding on storage is: yes. \"A vault with two locks.\"";
    let (at, _) = file(&post, &telegram(904, &format!("LANTERN {reference}"), &[finding])).await;
    let id = at.trim_start_matches("/telegrams/");
    let call = [
        ("kind", "call"),
        ("with_whom", "The registrar"),
        ("channel_source", "directory"),
        ("summary", "Asked when the registry is open."),
    ];
    post.fill(&format!("{check}/contacts/record?from={id}.finding-1"), &call).await.is(404);
    assert_eq!(app.value("select count(*) from telegram_answers where key = 'finding-1'").await, "0");
    assert_eq!(app.value("select count(*) from contacts where with_whom = 'The registrar'").await, "0");
}

#[tokio::test]
async fn documents_and_what_rests_on_them_come_in_by_telegram() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let items = [
        "(SBU) Post's finding on storage is: yes. \"A vault with two locks.\" It rests on contact 1, document 1.",
        "Contact 1: site visit on 18 Nov 2026 with \"the storekeeper\" at \"the mill\". \"The store was seen.\"",
        "Document 1: \"Store ledger\" of \"the mill\", number \"L-9\", dated 3 Nov 2026, kept at \"Post's file\". It says: \"Every round.\"",
        "Custody step, planned, 20 Nov 2026: \"Customs\". \"Clears the rounds.\"",
    ];
    let (at, page) = file(&post, &telegram(905, &format!("LANTERN {reference}"), &items)).await;
    page.says("Document Store ledger of the mill, number L-9").says("Custody step Customs, planned");
    let all = [("tick", "finding-1"), ("tick", "contact-1"), ("tick", "document-1"), ("tick", "custody-step-1"), ("act", "accept")];
    post.done(&at, &all).await;
    post.get(&check).await.says("Store ledger").says("GUATEMALA 905, paragraph 1").says("Rests on: Site visit with the storekeeper");
    // And the next telegram tells of them.
    let form = post.open(&format!("{check}/telegrams/write/interim")).await;
    let told = form.value("body").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("\"Store ledger\" of \"the mill\", number \"L-9\", dated 3 Nov 2026"), "{told}");
    assert!(told.contains("Post's finding on storage is: yes. \"A vault with two locks.\" It rests on contact"), "{told}");
    assert!(told.contains("Custody step, planned, 20 Nov 2026: \"Customs\"."), "{told}");
    let basis = "from finding_basis b join findings f on f.id = b.finding_id where f.text like 'A vault%'";
    assert_eq!(app.value(&format!("select count(b.contact_id) || '+' || count(b.document_id) {basis}")).await, "1+1");
    let steps = app.value("select count(*) from custody_steps where holder = 'Customs' and what = 'Clears the rounds.'").await;
    assert_eq!(steps, "1");
    assert!(read(telegram(1, "x", &items).as_bytes()).proposals.iter().all(|found| !matches!(found.value, Value::Document { .. })));
}

#[tokio::test]
async fn a_closed_check_takes_nothing_from_a_telegram() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let closed = app.value("select reference from checks where state = 'closed' limit 1").await;
    let post = app.value("select upper(p.name) from checks c join posts p on p.id = c.post_id where c.state = 'closed' limit 1").await;
    assert!(!closed.is_empty() && !post.is_empty());
    let text = telegram(906, &format!("LANTERN {closed}"), &["\"A remark.\""]).replace("GUATEMALA", &post);
    let (at, page) = file(&case, &text).await;
    page.says("It is on no check yet");
    case.fill(&format!("{at}/join"), &[("reference", &closed)]).await.refused("This check is closed");
    case.fill(&at, &[("tick", "remark-1"), ("act", "accept")]).await.refused("Open a check for it");
}

#[tokio::test]
async fn a_telegram_that_does_not_belong_is_taken_off_until_something_of_it_was_accepted() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let id = check.trim_start_matches("/checks/");
    let post = app.enter("guatemala").await;
    let (at, page) = file(&post, &telegram(907, &format!("LANTERN {reference}"), &["\"A remark.\"", "\"Another.\""])).await;
    page.says(&format!("take it off {reference}"));
    let off = |form: lantern::id::FormId| [("form_id".to_owned(), form.to_string())];
    let leave = async |visitor: &Visitor| {
        let form = off(lantern::id::FormId::new());
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        visitor.post(&format!("{at}/leave/{id}"), &fields).await
    };
    leave(&app.enter("kingston").await).await.is(404);
    post.done(&at, &[("tick", "remark-1"), ("act", "reject")]).await;
    leave(&post).await.is(303);
    post.get(&at).await.says("It is on no check yet");
    post.get("/").await.says("2 telegrams are on no check yet");
    post.done(&format!("{at}/join"), &[("reference", &reference)]).await;
    post.done(&at, &[("tick", "remark-2"), ("act", "accept")]).await;
    post.get(&at).await.says_not("take it off");
    leave(&post).await.refused("Something of it was accepted into this check");
    post.get(&check).await.says("Remark: Another.");
}

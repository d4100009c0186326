//! Telegrams over HTTP: put on the check they name, filed without losing what stands in the file, written, sent and
//! read again.

use lantern::telegrams::reading::{Value, read};

use crate::support::{Filled, Page, TestApp, Visitor};

/// The officer's check in progress: its address and its reference.
pub async fn sugar(app: &TestApp) -> (String, String) {
    let check = "from checks where subject like 'Cartridges for a sugar%'";
    (
        format!("/checks/{}", app.value(&format!("select id {check}")).await),
        app.value(&format!("select reference {check}")).await,
    )
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
    let check = format!(
        "/checks/{}",
        app.value("select id from checks where subject = 'Pistols for an airport authority'").await
    );
    let form = post.open(&format!("{check}/telegrams/write/reply")).await;
    assert!(form.value("body").contains("RECOMMENDATION:"), "{}", form.value("body"));
    let longer = format!(
        "{}\nÀ line that Señor Žižka wrote on and on, far beyond the sixty-five characters of a line.\n",
        form.value("body")
    );
    let draft = form.set("body", &longer).send(&post).await;
    assert_eq!(draft.status, 303, "{}", draft.text());
    let first = draft.location;
    post.get(&first)
        .await
        .says("A line that Senor Zizka wrote on and on")
        .says_not("The case file says something else");
    let second = post.open(&format!("{check}/telegrams/write/reply")).await.send(&post).await.location;
    assert_ne!(first, second);

    post.fill(&format!("{first}/send"), &[("number", "1000000")]).await.is(422).says("at most six digits");
    post.done(&format!("{first}/send"), &[("number", "7")]).await;
    post.fill(&format!("{second}/send"), &[("number", "7")])
        .await
        .is(422)
        .says("Another telegram of this year has this number");
    post.done(&format!("{second}/send"), &[("number", "")]).await;
    post.get(&second).await.says("Telegram NAIROBI 8");

    let text = post.get(&format!("{first}/text")).await;
    assert!(text.body.lines().all(|line| line.len() <= 65 && line.is_ascii()), "{}", text.body);
    let reading = read(text.body.as_bytes());
    assert_eq!(reading.header.message.as_ref().map(|message| message.number), Some(7));
    let has = |kind: &str| reading.proposals.iter().filter(|proposal| proposal.value.kind() == kind).count();
    assert!(
        has("party") > 0 && has("finding") > 2 && has("contact") > 0 && has("recommendation") == 1,
        "{:#?}",
        reading.proposals
    );

    // Kept as sent, seen by who may see the check, and known again.
    post.get(&format!("{first}/edit")).await.refused("kept as it is");
    post.post(&format!("{first}/discard"), &[("form_id", &lantern::id::FormId::new().to_string()), ("version", "2")])
        .await
        .refused("kept");
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
        app.value("select id from checks where state = 'draft' and requested_at is null and opened_by = (select id from people where account = 'case') limit 1")
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
    let dated =
        |number: u32, month_and_year: &str, told: &str| telegram(number, told, &[]).replace("NOV 26", month_and_year);
    let (_, page) = file(&case, &dated(31, "JAN 27", "GUATEMALA 901")).await;
    page.says(&format!("Filed into {reference}"));
    let (_, page) = file(&case, &dated(32, "FEB 28", "GUATEMALA 901")).await;
    page.says("It is on no check yet");
    let (_, page) = file(&case, &dated(33, "FEB 28", "26 GUATEMALA 901")).await;
    page.says(&format!("Filed into {reference}"));
    let (_, page) = file(&case, &dated(34, "FEB 28", "25 GUATEMALA 901")).await;
    page.says("It is on no check yet");

    // Another post's telegram is not put on this post's check, not even by hand.
    let lima =
        telegram(35, &format!("LANTERN {reference}"), &[]).replace("GUATEMALA", "LIMA").replace("KOMC GT", "KOMC PE");
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
    let written = post
        .open(&cell)
        .await
        .set("state", "needed")
        .set("waits_for", "the serial numbers")
        .set("note", "Asked twice.");
    written.send(&post).await.is(303);

    let line = format!("Line 1: {quantity} rounds of \"{label}\".");
    let refused = format!(
        "The import approval of \"DIGECAM\" for \"{label}\" (line 1) is refused. Note: \"The quota is used up.\""
    );
    let (at, page) = file(&post, &telegram(902, &format!("LANTERN {reference}"), &[&line, &refused])).await;
    page.says("DIGECAM for");
    post.done(&at, &[("tick", "import-approval-1"), ("act", "accept")]).await;
    let kept = post.open(&cell).await;
    assert_eq!(
        (kept.value("state"), kept.value("waits_for"), kept.value("note")),
        ("refused", "the serial numbers", "Asked twice.")
    );

    // What stands in the file in another state is looked at beside it.
    // It calls the registry as it was called in 2008: the one that does its work by now is meant.
    let needed =
        format!("The import approval of \"DECAM\" for \"{label}\" (line 1) is applied for. Note: \"Filed anew.\"");
    let (at, page) = file(&post, &telegram(903, &format!("LANTERN {reference}"), &[&line, &needed])).await;
    page.says("Another answer stands in the file");
    post.fill(&at, &[("tick", "import-approval-1"), ("act", "accept")])
        .await
        .refused("Another answer stands in the file");
    let change = post.done(&at, &[("act", "change:import-approval-1")]).await;
    assert_eq!(change, cell, "the plain page");
    post.get(&change).await.says("On file now: Refused").says("GUATEMALA 903, paragraph 1");

    // A rejection may be thought over; what was accepted stays.
    post.done(&at, &[("tick", "import-approval-1"), ("act", "reject")]).await;
    post.get(&at).await.says("Rejected");
    let thought_over = post.open(&change).await.set("applied_on", "20 Nov 2026");
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
    let page = post.done(&at, &[("act", "change:finding-1")]).await;
    let continues = post.open(&page).await.value("continues").to_owned();
    let call = [
        ("kind", "call"),
        ("with_whom", "The registrar"),
        ("channel_source", "directory"),
        ("summary", "Asked when the registry is open."),
    ];
    // Another page's form that says it goes on with that text is what it is, and nothing of the telegram.
    let mut sent = vec![("continues", continues.as_str())];
    sent.extend(call);
    assert_eq!(post.done(&format!("{check}/contacts/record"), &sent).await, format!("{check}#contacts"));
    assert_eq!(app.value("select count(*) from telegram_answers where key = 'finding-1'").await, "0");
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
    let all = [
        ("tick", "finding-1"),
        ("tick", "contact-1"),
        ("tick", "document-1"),
        ("tick", "custody-step-1"),
        ("act", "accept"),
    ];
    post.done(&at, &all).await;
    post.get(&check)
        .await
        .says("Store ledger")
        .says("GUATEMALA 905, paragraph 1")
        .says("Rests on: Site visit with the storekeeper");
    // And the next telegram tells of them.
    let form = post.open(&format!("{check}/telegrams/write/interim")).await;
    let told = form.value("body").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("\"Store ledger\" of \"the mill\", number \"L-9\", dated 3 Nov 2026"), "{told}");
    assert!(
        told.contains("Post's finding on storage is: yes. \"A vault with two locks.\" It rests on contact"),
        "{told}"
    );
    assert!(told.contains("Custody step, planned, 20 Nov 2026: \"Customs\"."), "{told}");
    let basis = "from finding_basis b join findings f on f.id = b.finding_id where f.text like 'A vault%'";
    assert_eq!(app.value(&format!("select count(b.contact_id) || '+' || count(b.document_id) {basis}")).await, "1+1");
    let steps =
        app.value("select count(*) from custody_steps where holder = 'Customs' and what = 'Clears the rounds.'").await;
    assert_eq!(steps, "1");
    // What was accepted wrongly is taken back, and proposed again; what was accepted beside it stays.
    let answers =
        |kind: &str| format!("select count(*) from telegram_answers where kind = '{kind}' and answer = 'accepted'");
    let document = app.value("select id from documents where number = 'L-9'").await;
    assert_eq!(app.value(&answers("document")).await, "1");
    app.enter("guatemala2")
        .await
        .done(&format!("{check}/mistakes/document/{document}"), &[("reason", "It is of another mill.")])
        .await;
    assert_eq!(app.value(&answers("document")).await + &app.value(&answers("contact")).await, "01");
    post.done(&at, &[("tick", "document-1"), ("act", "accept")]).await;
    assert_eq!(app.value(&answers("document")).await, "1");
    assert!(
        read(telegram(1, "x", &items).as_bytes())
            .proposals
            .iter()
            .all(|found| !matches!(found.value, Value::Document { .. }))
    );
}

/// As on the page of a count: what changes an earlier one is told, and saved by whoever saw it.
#[tokio::test]
async fn a_recount_by_telegram_says_what_it_changes_and_is_saved_on_its_page() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let id = check.trim_start_matches("/checks/");
    let license = app.value(&format!("select license_id from check_licenses where check_id = '{id}' limit 1")).await;
    let label = app.value(&format!("select label from item_groups where license_id = '{license}' limit 1")).await;
    let post = app.enter("guatemala").await;
    let count = |state: &str| format!("Serial numbers {state} of \"{label}\": \"KX-1\" \"KX-2\".");
    let states = format!("select string_agg(state, ' ') from serials where license_id = '{license}'");
    let (at, _) = file(&post, &telegram(906, &format!("LANTERN {reference}"), &[&count("seen")])).await;
    post.done(&at, &[("tick", "serials-1"), ("act", "accept")]).await;
    assert_eq!(app.value(&states).await, "seen seen");
    app.clock.advance(time::Duration::seconds(1));
    let (at, _) = file(&post, &telegram(907, &format!("LANTERN {reference}"), &[&count("missing")])).await;
    post.fill(&at, &[("tick", "serials-1"), ("act", "accept")])
        .await
        .refused("This changes an earlier count: 2 seen before, now missing.")
        .says_not("See below");
    assert_eq!(app.value(&states).await, "seen seen");
    let page = post.done(&at, &[("act", "change:serials-1")]).await;
    post.get(&page).await.says("2 seen before, now missing");
    post.open(&page).await.send(&post).await.is(303);
    assert_eq!(app.value(&states).await, "missing missing");
    // Taken back whole, each count lets the one before hold, and is proposed again.
    let filed = "select count(*) from telegram_answers where kind = 'serials'";
    assert_eq!(app.value(filed).await, "2");
    for (left, held) in [("1", "seen seen"), ("0", "")] {
        let row =
            app.value(&format!("select id from serials where license_id = '{license}' order by id limit 1")).await;
        let reason = [("reason", "It is the list of another shipment.")];
        post.done(&format!("/licenses/{license}/mistakes/count/{row}"), &reason).await;
        assert_eq!((app.value(filed).await.as_str(), app.value(&states).await.as_str()), (left, held));
    }
    post.get(&at).await.says("missing of");
}

#[tokio::test]
async fn a_closed_check_takes_nothing_from_a_telegram() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let closed = app.value("select reference from checks where state = 'closed' limit 1").await;
    let post = app
        .value("select upper(p.name) from checks c join posts p on p.id = c.post_id where c.state = 'closed' limit 1")
        .await;
    assert!(!closed.is_empty() && !post.is_empty());
    let text = telegram(906, &format!("LANTERN {closed}"), &["\"A remark.\""]).replace("GUATEMALA", &post);
    let (at, page) = file(&case, &text).await;
    page.says("It is on no check yet");
    case.fill(&format!("{at}/join"), &[("reference", &closed)]).await.refused("This check is closed");
    case.fill(&at, &[("tick", "remark-1"), ("act", "accept")]).await.refused("Open a check for it");
}

/// A telegram in nobody's wording, put on the officer's check in progress: its page, and the check.
pub async fn plain(app: &TestApp, visitor: &Visitor, number: u32) -> (String, String) {
    let (check, reference) = sugar(app).await;
    let text = telegram(number, &format!("LANTERN {reference}"), &[]).replace(
        "1. (SBU) SUMMARY:\n\n",
        "1. (SBU) On November 18, Poloff met with Jan Maes, manager of\nthe mill. Maes stated that the store has two locks.\n\n\
         2. (U) He added that a guard walks the yard at night. Post\nthanks the mill.\n\n",
    );
    let (at, page) = file(visitor, &text).await;
    page.says(&format!("Filed into {reference}"));
    (at, check)
}

/// The values of the sentences that say this.
async fn sentences<'a>(visitor: &Visitor, at: &str, words: &[&'a str]) -> Vec<(&'a str, String)> {
    let page = visitor.get(at).await;
    words.iter().map(|words| (*words, page.choice("sentence", words))).collect()
}

/// Points at the sentences that say this, as something; gives the page that this leads to.
async fn point(visitor: &Visitor, at: &str, words: &[&str], more: &[(&str, &str)]) -> Page {
    let found = sentences(visitor, at, words).await;
    let mut sent: Vec<(&str, &str)> = found.iter().map(|(_, value)| ("sentence", value.as_str())).collect();
    sent.extend_from_slice(more);
    visitor.fill(at, &sent).await
}

#[tokio::test]
async fn what_a_person_points_at_fills_the_page_of_what_they_say_it_is() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let (at, check) = plain(&app, &post, 921).await;
    // A contact: the words, and the one day. How the post and they spoke is for the officer to say.
    let to = point(&post, &at, &["Poloff met with", "two locks"], &[("act", "file:contact")]).await;
    assert_eq!((to.status, to.location.clone()), (303, format!("{check}/contacts/record")));
    let page = post.get(&to.location).await;
    page.says("GUATEMALA 921, paragraph 1").says("Filled in from the words above").says_not("Nothing was saved yet");
    assert!(page.body.contains("<option value=\"Jan Maes\"></option>"), "the name is offered: {}", page.body);
    let form = post.open(&to.location).await;
    let words =
        "On November 18, Poloff met with Jan Maes, manager of the mill. Maes stated that the store has two locks.";
    assert_eq!(form.value("summary"), words);
    assert_eq!(form.value("occurred_on"), "18 Nov 2026");
    assert_eq!((form.value("kind"), form.value("with_whom"), form.value("channel_source")), ("", "", ""));
    // What is missing is told, beside the words still.
    post.get(&to.location).await.says_not("This answer is needed");
    form.send(&post).await.is(422).says("This answer is needed").says("GUATEMALA 921, paragraph 1");
    let form = form.set("kind", "meeting").set("with_whom", "Jan Maes").set("channel_source", "directory");
    let back = form.send(&post).await;
    assert!(back.status == 303 && back.location.starts_with(&at), "{} {}", back.status, back.location);
    post.get(&back.location).await.says("contact").says("2 filed");
    post.get(&check).await.says("GUATEMALA 921, paragraph 1");

    // A statement of each paragraph, one after the other, and one more from the same words.
    let to = point(&post, &at, &["two locks", "walks the yard"], &[("act", "file:statement")]).await.location;
    let form = post.open(&to).await;
    assert_eq!((form.value("text"), form.value("source_grade")), ("Maes stated that the store has two locks.", ""));
    let maes = form.value("contact").to_owned();
    assert_ne!(maes, "", "who was met in this paragraph said it");
    let next = form.set("source_grade", "party_itself").set("one_more", "yes").send(&post).await;
    assert_eq!(next.location, to, "one more from these words");
    post.get(&to).await.says("Saved: recorded what Jan Maes stated").says("Now another from the same words");
    let form = post.open(&to).await;
    assert_eq!(form.value("text"), "Maes stated that the store has two locks.");
    let next = form.set("text", "The store is locked.").set("source_grade", "party_itself").send(&post).await;
    assert_eq!(next.location, to, "the next paragraph");
    let form = post.open(&to).await;
    assert_eq!(
        (form.value("text"), form.value("contact")),
        ("He added that a guard walks the yard at night.", ""),
        "nobody was met in this one"
    );
    let back = form.set("contact", &maes).set("source_grade", "party_itself").send(&post).await;
    assert!(back.location.starts_with(&at), "{}", back.location);
    let rows = "select count(*) from telegram_answers where kind = 'sentence' and subject_kind = 'statement' and answer = 'accepted'";
    assert_eq!(app.value(rows).await, "3");
    assert_eq!(
        app.value("select count(*) from drafts").await + &app.value("select count(*) from draft_sources").await,
        "00"
    );

    // Pointed at again before it was sent, it is the same text, with what was typed into it.
    let begun = "select (select count(*) from drafts) || ' ' || (select count(*) from draft_sources)";
    let to = point(&post, &at, &["walks the yard"], &[("act", "file:statement")]).await.location;
    let form = post.open(&to).await.set("text", "A guard walks there.");
    let kept = form.set("path", &to).set("title", "Record a statement");
    post.post("/drafts", &kept.pairs()).await.is(204);
    let again = point(&post, &at, &["walks the yard"], &[("act", "file:statement")]).await.location;
    assert_eq!((again, post.open(&to).await.value("text")), (to.clone(), "A guard walks there."));
    assert_eq!(app.value(begun).await, "1 1");
    post.open(&to).await.set("contact", &maes).set("source_grade", "party_itself").send(&post).await.is(303);
    assert_eq!(app.value(begun).await, "0 0");

    // A finding, on what is in the file already.
    point(&post, &at, &["two locks"], &[("act", "file:finding")]).await.refused("Choose the topic");
    let to = point(&post, &at, &["walks the yard"], &[("act", "file:finding"), ("topic", "storage")]).await.location;
    let form = post.open(&to).await;
    assert_eq!((form.value("answer"), form.value("portion_mark")), ("", "U"));
    form.set("answer", "yes").send(&post).await.is(303);
    let to = point(&post, &at, &["two locks"], &[("act", "file:finding"), ("topic", "storage")]).await.location;
    post.get(&to).await.says("On file now: He added that a guard walks the yard at night.");

    // What does not matter is set aside, and may be thought over.
    point(&post, &at, &["thanks the mill"], &[("act", "aside")]).await.is(303);
    post.get(&at).await.says("set aside");
    let to = point(&post, &at, &["thanks the mill"], &[("act", "file:recommendation")]).await.location;
    post.open(&to).await.set("word", "support").set("text", "Post supports it.").send(&post).await;
    let said = app
        .value("select string_agg(summary, '; ' order by id) from audit_events where verb = 'telegram_answered'")
        .await;
    for sentence in [
        "filed from telegram GUATEMALA 921, paragraph 1: Contact: On November 18",
        "set aside from telegram GUATEMALA 921, paragraph 2",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
}

#[tokio::test]
async fn a_telegram_on_no_check_opens_one_and_registers_its_license() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let text = include_str!("../src/demo/telegram.txt").replace("050107388", "050107401").replace("#0815", "#0822");
    let (at, page) = file(&case, &text).await;
    page.says("It is on no check yet").says_not("File the ticked sentences as");
    let to = case.done(&at, &[("act", "change:check-1")]).await;
    assert_eq!(to, "/checks/open");
    let form = case.open(&to).await;
    assert!(!form.value("subject").is_empty() && form.value("reason").contains("GUATEMALA 822"), "{:?}", form.pairs());
    let opened = form.set("check_type", "pre_license").send(&case).await;
    assert!(
        opened.status == 303 && opened.location.starts_with(&format!("{at}?check=")),
        "{} {}",
        opened.location,
        opened.text()
    );
    case.get(&opened.location).await.says("Filed into BL-2026-").says("Accepted with changes");
    let to = case.done(&at, &[("act", "change:license-1")]).await;
    let form = case.open(&to).await;
    assert_eq!((form.value("number"), form.value("destination")), ("050107401", "GT"));
    let saved = form.set("license_form", "dsp_5").set("value_usd", "48200").send(&case).await;
    assert!(saved.location.starts_with(&at), "{} {}", saved.location, saved.text());
    case.fill(&at, &[("act", "change:license-1")]).await.refused("is on BL-2026-");
    case.get(&at).await.says("Send the request first");
}

#[tokio::test]
async fn a_filled_form_settles_in_its_change_or_not_at_all() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let (at, check) = plain(&app, &post, 922).await;
    let contacts = app.value("select count(*) from contacts").await;
    let to = point(&post, &at, &["Poloff met with"], &[("act", "file:contact")]).await.location;
    let form =
        post.open(&to).await.set("kind", "meeting").set("with_whom", "Jan Maes").set("channel_source", "directory");
    // Taken off the check meanwhile: nothing is recorded, and nothing is lost.
    let id = check.trim_start_matches("/checks/");
    let leave =
        async || post.post(&format!("{at}/leave/{id}"), &[("form_id", &lantern::id::FormId::new().to_string())]).await;
    leave().await.is(303);
    let refused = form.send(&post).await;
    refused.refused("was taken off this check meanwhile");
    assert!(refused.body.contains("On November 18, Poloff met with Jan Maes"));
    assert_eq!(app.value("select count(*) from contacts").await, contacts);
    let reference = app.value(&format!("select reference from checks where id = '{id}'")).await;
    post.done(&format!("{at}/join"), &[("reference", &reference)]).await;
    // The act refused: the telegram notes nothing.
    form.clone().set("occurred_on", "18 Nov 2031").send(&post).await.is(422);
    assert_eq!(app.value("select count(*) from telegram_answers where kind = 'sentence'").await, "0");
    form.send(&post).await.is(303);
    assert_eq!(app.value("select count(*) from telegram_answers where kind = 'sentence'").await, "1");

    // Discarded, the text takes what it was filled from along.
    let to = point(&post, &at, &["two locks"], &[("act", "file:contact")]).await.location;
    let discard = async |to: &str| {
        let (form, page) = (post.open(to).await, post.get(to).await);
        let [back, go_on] = ["path", "go_on"].map(|name| page.input(name).expect("it says where that leads"));
        let draft = form.value("continues").split_once('.').map(|(_, draft)| draft.to_owned()).unwrap_or_default();
        let own = form.value("form_id");
        let discarded = [("path", back.as_str()), ("go_on", &go_on), ("draft", own), ("draft", &draft)];
        post.post("/drafts/discard", &discarded).await.is(303).location.clone()
    };
    let leads_back = |to: &str| assert!(to.starts_with(&format!("{at}?")), "it leads back to the telegram: {to}");
    leads_back(&discard(&to).await);
    assert_eq!(app.value("select count(*) from draft_sources").await, "0");
    post.get(&to).await.says_not("GUATEMALA 922, paragraph 1");
    // Two paragraphs fill two texts of the page: the first discarded, the second is offered.
    let to = point(&post, &at, &["two locks", "thanks the mill"], &[("act", "file:contact")]).await.location;
    post.get(&to).await.says("GUATEMALA 922, paragraph 1");
    assert_eq!(discard(&to).await, to);
    post.get(&to).await.says("GUATEMALA 922, paragraph 2");
    leads_back(&discard(&to).await);
    // Whoever clears the list of what is not sent stays on it.
    point(&post, &at, &["two locks", "thanks the mill"], &[("act", "file:contact")]).await.is(303);
    let list = post.get("/drafts").await;
    let draft = list.input("draft").expect("a text is listed");
    assert_eq!(
        post.post("/drafts/discard", &[("path", "/drafts"), ("draft", &draft)]).await.is(303).location,
        "/drafts"
    );
    discard(&to).await;

    // Nobody else sees it, nor makes it theirs.
    let to = point(&post, &at, &["two locks"], &[("act", "file:contact")]).await.location;
    let (own, other) = (post.open(&to).await, app.enter("guatemala2").await);
    let theirs = other.open(&to).await;
    assert_eq!((theirs.value("summary"), theirs.value("continues")), ("", ""));
    other.get(&to).await.says_not("GUATEMALA 922, paragraph 1");
    let call = [
        ("kind", "call"),
        ("with_whom", "x"),
        ("channel_source", "directory"),
        ("summary", "Asked."),
        ("continues", own.value("continues")),
    ];
    other.fill(&to, &call).await.refused("sent or discarded before");
    // Two windows on one sentence are two texts of one beginning: the second is asked.
    let again = post.open(&to).await.set("summary", "Another word.");
    own.set("kind", "meeting")
        .set("with_whom", "Jan Maes")
        .set("channel_source", "directory")
        .send(&post)
        .await
        .is(303);
    again
        .set("kind", "meeting")
        .set("with_whom", "Jan Maes")
        .set("channel_source", "directory")
        .send(&post)
        .await
        .refused("sent or discarded before");
}

#[tokio::test]
async fn only_sentences_of_a_telegram_in_reach_are_filed() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let (at, check) = plain(&app, &post, 923).await;
    let real = sentences(&post, &at, &["two locks"]).await[0].1.clone();
    let (start, end) = real
        .split_once('-')
        .map(|(start, end)| (start.parse::<usize>().unwrap(), end.parse::<usize>().unwrap()))
        .unwrap();
    let hostile = [
        "0-1".to_owned(),
        format!("{start}-{}", end - 1),
        format!("{}-{end}", start + 1),
        format!("{start}-{}", end + 3),
        format!("{start}-99999999"),
        format!("{end}-{start}"),
        "18446744073709551615-18446744073709551616".to_owned(),
        format!("{start}"),
        "-".to_owned(),
        "a-b".to_owned(),
        format!(" {real}x"),
    ];
    for value in &hostile {
        for act in ["file:contact", "aside"] {
            post.fill(&at, &[("sentence", &real), ("sentence", value), ("act", act)])
                .await
                .refused("read otherwise by now");
        }
    }
    let many: Vec<(&str, &str)> =
        std::iter::repeat_n(("sentence", real.as_str()), 10_000).chain([("act", "file:contact")]).collect();
    post.fill(&at, &many).await.is(413);
    let twice = [("sentence", real.as_str()), ("sentence", real.as_str()), ("act", "file:contact")];
    let to = post.done(&at, &twice).await;
    assert_eq!(post.open(&to).await.value("summary"), "Maes stated that the store has two locks.");
    for (act, why) in
        [("file:", "cannot be filed so"), ("file:open", "cannot be filed so"), ("file:items:x", "cannot be filed so")]
    {
        post.fill(&at, &[("sentence", &real), ("act", act)]).await.refused(why);
    }
    post.fill(&at, &[("act", "file:contact")]).await.refused("Tick the sentences");
    post.fill(&at, &[("sentence", &real), ("act", "file:approval"), ("cell", "x.y.z")])
        .await
        .refused("cannot be filed so");
    // What is Washington's is not the post's, and the other way round; another post has none of it.
    let license = app
        .value(&format!(
            "select license_id from check_licenses where check_id = '{}'",
            check.trim_start_matches("/checks/")
        ))
        .await;
    let items = format!("file:items:{license}");
    let refused = post.fill(&at, &[("sentence", &real), ("act", &items)]).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    app.enter("case").await.fill(&at, &[("sentence", &real), ("act", "file:contact")]).await.is(409);
    let id = lantern::id::FormId::new().to_string();
    app.enter("kingston")
        .await
        .post(&at, &[("form_id", &id), ("sentence", &real), ("act", "file:contact")])
        .await
        .is(404);
    // Closed, the check takes nothing more; what was begun stays a text.
    let done =
        post.open(&to).await.set("kind", "meeting").set("with_whom", "Jan Maes").set("channel_source", "directory");
    app.run(&format!(
        "set local session_replication_role = replica; update checks set state = 'closed', closed_at = now() where id = '{}'",
        check.trim_start_matches("/checks/")
    ))
    .await;
    assert!(post.fill(&at, &[("sentence", &real), ("act", "file:contact")]).await.status == 409);
    assert!(done.send(&post).await.status == 409);
    post.get(&at).await.is(200).says_not("File the ticked sentences as");
}

#[tokio::test]
async fn what_is_not_complete_holds_up_nothing_else() {
    let app = TestApp::demonstration().await;
    let (_, reference) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let items = [
        "\"A remark.\"",
        "(SBU) Post's finding on storage is: yes. \"A vault with two locks.\"",
        "Contact 1: site visit on 18 Nov 2031 with \"the storekeeper\" at \"the mill\". \"The store was seen.\"",
    ];
    let (at, page) = file(&post, &telegram(931, &format!("LANTERN {reference}"), &items)).await;
    page.says("that are certain and complete");
    // The day of the contact is still to come: its page refuses it, and the others are filed.
    let to = post.done(&at, &[("act", "ready")]).await;
    assert!(to.contains("not=1"), "{to}");
    let page = post.get(to.split('#').next().unwrap()).await;
    page.says("Not accepted: 1");
    assert_eq!(app.value("select count(*) from findings where text like 'A vault%'").await, "1");
    assert_eq!(app.value("select count(*) from contacts where with_whom = 'the storekeeper'").await, "0");
    assert_eq!(app.value("select count(*) from telegram_answers where key = 'contact-1'").await, "0");
    post.fill(&at, &[("act", "section:contacts")]).await.refused("still to come");
}

#[tokio::test]
async fn what_names_another_check_is_said_before_anything_is_filed() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let case = app.enter("case").await;
    let stray = telegram(941, &format!("LANTERN {reference}"), &["License: 05-999999."]).replace("KOMC GT", "KOMC PE");
    let to = case.done("/telegrams/read", &[("text", &stray)]).await;
    assert!(to.ends_with("/join"), "it is asked: {to}");
    let at = to.trim_end_matches("/join").to_owned();
    let refused = case.fill(&to, &[("reference", &reference)]).await;
    refused.is(422).says("Its TAGS name other countries (PE)").says("It belongs there all the same");
    case.done(&to, &[("reference", &reference), ("anyway", "yes")]).await;
    case.get(&at)
        .await
        .says("This may be another check's")
        .says("Its TAGS name other countries (PE)")
        .says_not("Accept all");
    case.fill(&at, &[("act", "ready")]).await.refused("may be another check's");
    // Another post's, on no check yet, filed by whoever pasted it.
    let of_lusaka = include_str!("telegrams/frozen/01-lusaka-wildlife.txt");
    let kept = app.enter("guatemala").await.done("/telegrams/read", &[("text", of_lusaka)]).await;
    case.get(&kept)
        .await
        .says("This may be another post's")
        .says("It was sent by LUSAKA, and is kept as a telegram of Guatemala.");
    let fits = telegram(942, &format!("LANTERN {reference}"), &[]);
    let (at, page) = file(&case, &fits).await;
    page.says("Filed into").says_not("another check's");
    assert!(case.get(&at).await.body.contains(check.as_str()));
}

#[tokio::test]
async fn what_may_be_a_mark_in_a_telegram_is_asked_about_once_and_filed_as_it_came() {
    let app = TestApp::demonstration().await;
    let (_, reference) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let list = "1. (SBU) Maes of the mill told Poloff that the store holds:\n\n(A) cartridges\n\n(B) two shotguns\n\n(C) spare magazines\n\n";
    let text = telegram(951, &format!("LANTERN {reference}"), &[]).replace("1. (SBU) SUMMARY:\n\n", list);
    let asked = post.fill("/telegrams/read", &[("text", &text)]).await;
    asked.is(422).says("Is this a classification mark?").says("(C) spare magazines");
    let no = Filled::of("/telegrams/read", &asked).expect("the form").offered;
    let no = no.into_iter().find(|(name, value)| name == "a_mark" && value.starts_with("no.")).expect("an answer").1;
    post.fill("/telegrams/read", &[("text", &text), ("a_mark", "yes")])
        .await
        .is(422)
        .says("Take it to a classified system");
    assert_eq!(app.value("select count(*) from telegrams where number = 951").await, "0");
    let to = post.done("/telegrams/read", &[("text", &text), ("a_mark", &no)]).await;
    assert_eq!(app.value("select has_list from telegrams where number = 951").await, "true");
    assert_eq!(post.get(&format!("{to}/text")).await.body, text, "not a letter is altered");
    let logged = "select string_agg(summary, '; ') from audit_events where verb = 'mark_denied'";
    assert_eq!(app.value(logged).await, "said that \"(C) spare magazines\" is no classification mark");
    // Its entries can be filed, one and all, as they stand there: of them it was said.
    let whole = point(&post, &to, &["cartridges", "two shotguns", "spare magazines"], &[("act", "file:contact")]).await;
    let form = post.open(&whole.location).await;
    assert!(form.value("summary").ends_with("\n(C) spare magazines"), "{}", form.value("summary"));
    form.clone()
        .set("kind", "meeting")
        .set("with_whom", "Jan Maes")
        .set("channel_source", "directory")
        .send(&post)
        .await
        .is(303);
    assert_eq!(app.value(logged).await, "said that \"(C) spare magazines\" is no classification mark", "once");
    let one = point(&post, &to, &["spare magazines"], &[("act", "file:statement")]).await;
    let form = post.open(&one.location).await.set("source_grade", "party_itself");
    assert_eq!(form.value("text"), "(C) spare magazines");
    // And nothing else passes by that.
    for marked in ["3. (C) The source", "(A) x\n(B) y\n(C) z\n(S//NF) The source"] {
        form.clone().set("text", marked).send(&post).await.is(422).says("This looks classified");
    }
    for perhaps in ["(C) The source", "(C) spare magazines\n(S) The source"] {
        form.clone().set("text", perhaps).send(&post).await.is(422).says("Is this a classification mark?");
    }
    form.send(&post).await.is(303);
    // What was answered stays while something else is wrong.
    let again = post.fill("/telegrams/read", &[("text", &text), ("a_mark", &no)]).await;
    again.is(422).says("filed before");
    assert_eq!(Filled::of("/telegrams/read", &again).expect("the form").value("a_mark"), no);
    // The answer names the lines: another one, or a mark beside them, does not pass by it.
    for (entry, beside, says) in [
        ("(C) spare", "(C) z\n\n2. (C) The source\n\n(C) spare", "This looks classified"),
        ("(C) spare magazines", "(C) spare magazines\n\n<br>3. (C) The source says so.", "This looks classified"),
        ("(C) spare magazines", "(C) spare magazines\n\n> 3. (C) The source says so.", "This looks classified"),
        ("(C) spare magazines", "(C) spare magazines\n\n(C) The source says so.", "Is this a classification mark?"),
    ] {
        let beside = text.replace(entry, beside).replace("000951", "000953");
        post.fill("/telegrams/read", &[("text", &beside), ("a_mark", &no)]).await.is(422).says(says);
    }
    assert_eq!(app.value("select count(*) from telegrams where number = 953").await, "0");
}

#[tokio::test]
async fn a_telegram_that_does_not_belong_is_taken_off_until_something_of_it_was_accepted() {
    let app = TestApp::demonstration().await;
    let (check, reference) = sugar(&app).await;
    let id = check.trim_start_matches("/checks/");
    let post = app.enter("guatemala").await;
    let (at, page) =
        file(&post, &telegram(907, &format!("LANTERN {reference}"), &["\"A remark.\"", "\"Another.\""])).await;
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

/// A page of two tools: what was ticked for the one is there again after the other was used, in any order.
#[tokio::test]
async fn what_was_ticked_for_another_button_is_ticked_again() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let (check, reference) = sugar(&app).await;
    let two = ["The buyer was told that the store has one lock.", "Nobody else was seen there that day."];
    let text = telegram(977, &format!("{reference} B. 26 STATE 4711"), &two);
    let (at, page) = file(&post, &text).await;
    let at = if page.body.contains(&check) { at } else { post.get(&at).await.location };
    let key = page.input("tick").expect("the telegram that it names can be accepted");
    let found = sentences(&post, &at, &two).await;
    let [(_, first), (_, second)] = found.as_slice() else { panic!("two sentences: {found:?}") };
    let ticked = async |at: &str| {
        let form = post.open(at).await;
        ["tick", "sentence"].map(|name| form.value(name).to_owned())
    };
    // A sentence is set aside: the proposal and nothing else is ticked still.
    let form = post.open(&at).await.set("sentence", first).set("tick", &key);
    let to = form.set("act", "aside").send(&post).await;
    assert_eq!(ticked(&to.is(303).location).await, [key.as_str(), ""]);
    // One that becomes a contact leads to another page; once that is saved, the same, where it leads back to and where
    // one comes from a list.
    let form = post.open(&at).await.set("sentence", second);
    let to = form.set("act", "file:contact").send(&post).await;
    assert_ne!(to.is(303).location, at);
    let contact =
        post.open(&to.location).await.with_first_choices().set("with_whom", "The storekeeper").send(&post).await;
    assert!(contact.is(303).location.contains("paragraph="), "{}", contact.location);
    let alone = at.split('?').next().unwrap_or_default();
    for back in [contact.location.as_str(), at.as_str(), alone] {
        assert_eq!(ticked(back).await, [key.as_str(), ""], "{back}");
    }
    // What is typed there is kept under the one address too, whatever the page was opened under.
    let shown = post.get(&contact.location).await;
    assert!(shown.body.contains(&format!("data-draft=\"{alone}?check=")), "{}", shown.body);
    // The proposal is accepted: the other sentence is ticked still, under whatever address one comes back to it.
    let form = post.open(&at).await.set("sentence", second);
    let to = form.set("act", "accept").send(&post).await;
    for at in [to.is(303).location.as_str(), at.as_str()] {
        assert_eq!(ticked(at).await, ["", second.as_str()], "{at}");
    }
    // Of what is accepted all at once nothing stays ticked.
    let other = post.open(&at).await.value("tick").to_owned();
    assert_eq!(other, "");
    post.open(&at).await.without("sentence").set("act", "ready").send(&post).await.is(303);
    assert_eq!(ticked(&at).await, ["", ""]);
    post.open(&at).await.set("sentence", second).set("act", "accept").send(&post).await.is(409);
    // Once nothing is left, nothing is kept.
    post.open(&at).await.set("sentence", second).set("act", "aside").send(&post).await.is(303);
    assert_eq!(app.value("select count(*) from drafts where path like '/telegrams/%'").await, "0");
}

/// What is typed or ticked is kept under the address that a page's form names: one for each part of a long telegram.
#[tokio::test]
async fn a_part_of_a_long_telegram_is_one_page_whatever_leads_into_it() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let (check, reference) = sugar(&app).await;
    let said =
        |week: u32| format!("{week}. (U) The clerk said in week {week} that the store has two locks and a guard.");
    let weeks: Vec<String> = (2..400).map(said).collect();
    let text = telegram(978, &format!("LANTERN {reference}"), &[]) + &weeks.join("\n\n") + "\n\n";
    let (at, page) = file(&post, &text).await;
    let kept_under = |page: &Page| {
        page.body.split("data-draft=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    let first = kept_under(&page).expect("its form keeps a draft");
    let next = page.link("The next part");
    let beyond = post.get(&next).await;
    let second = kept_under(&beyond).expect("its form keeps a draft");
    assert_ne!(first, second);
    let id = check.trim_start_matches("/checks/");
    let alone = at.split('?').next().unwrap_or_default();
    // What is left stands in the first part, and is listed in the second.
    let left: Vec<String> =
        beyond.links().into_iter().filter(|link| link.starts_with(alone) && link.contains("#s")).collect();
    assert!(left.len() > 5, "{:?}", beyond.links());
    let into_second = [next.clone(), format!("{alone}?paragraph=250"), format!("{alone}?check={id}&paragraph=260")];
    for (under, addresses) in [
        (&first, &[alone.to_owned(), format!("{alone}?paragraph=3"), format!("{alone}?from=2")][..]),
        (&second, &into_second),
    ] {
        for address in addresses {
            assert_eq!(kept_under(&post.get(address).await).as_ref(), Some(under), "{address}");
        }
    }
    for link in left {
        assert_eq!(kept_under(&post.get(&link).await).as_ref(), Some(&first), "{link}");
    }
}

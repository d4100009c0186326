//! Reading takes long: it holds nobody up, and is done once.

use std::sync::mpsc;

use lantern::{
    aside::{THREADS, aside},
    telegrams::readings::READER,
};

use crate::{
    filing::{file, sugar, telegram},
    support::TestApp,
};

/// A telegram as long as it may be, and honest.
fn long() -> String {
    let text = include_str!("../src/demo/telegram.txt");
    let (head, paragraphs) = text.split_at(text.find("\n1. ").expect("a first paragraph"));
    let all = (1..).map(|number| paragraphs.replace("\n1. ", &format!("\n{number}1. ")));
    all.scan(head.len(), |length, paragraphs| {
        *length += paragraphs.len();
        (*length < 300_000).then_some(paragraphs)
    })
    .fold(head.to_owned(), |text, paragraphs| text + &paragraphs)
}

#[tokio::test(flavor = "current_thread")]
async fn whoever_signs_in_does_not_wait_for_a_telegram_that_is_read() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let form = case.open("/telegrams/read").await.set("text", &long()).without("file");
    // Every thread that reads is held at a gate: the telegram is not read before it opens.
    let (told, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let gates: Vec<mpsc::Sender<()>> = (0..THREADS)
        .map(|_| {
            let (open, opened) = mpsc::channel();
            let told = told.clone();
            tokio::spawn(aside(move || {
                told.send(()).expect("it is waited for");
                let _ = opened.recv();
            }));
            open
        })
        .collect();
    for _ in &gates {
        begun.recv().await.expect("a thread is held");
    }
    let reading = tokio::spawn(async move { form.send(&case).await });
    // The server and this test share one thread, so that reading on it would let neither go on.
    let mut other = app.nobody();
    other.get("/sign-in").await.is(200).says("Sign in to Lantern");
    assert_eq!(other.sign_in("auditor", lantern::demo::PASSWORD).await.status, 303);
    other.get("/checks").await.is(200);
    assert!(!reading.is_finished(), "it was read on the server's own thread");
    drop(gates);
    reading.await.expect("it is sent").is(303);
}

#[tokio::test]
async fn a_telegram_is_read_once_and_again_only_by_another_reader() {
    let app = TestApp::demonstration().await;
    let (_, reference) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let (at, page) = file(
        &post,
        &telegram(911, &format!("LANTERN {reference}"), &["\"The mill has a vault.\"", "\"Another remark.\""]),
    )
    .await;
    page.says("The mill has a vault.");
    let kept = format!("from telegram_readings where telegram_id = '{}'", at.trim_start_matches("/telegrams/"));
    assert_eq!(app.value(&format!("select reader {kept}")).await, READER, "kept as it was filed");
    // What is kept is what is shown, filled in, and filed: nothing reads the text again.
    let set = async |to: &str| app.run(&format!("update telegram_readings set {to}")).await;
    set("reading = replace(reading, 'The mill has a vault', 'The mill has a marked vault')").await;
    post.get(&at).await.says("The mill has a marked vault.");
    post.done(&at, &[("tick", "remark-1"), ("act", "accept")]).await;
    assert!(app.value("select says from telegram_answers where key = 'remark-1'").await.contains("a marked vault"));
    post.get(&format!("{at}/join")).await.is(200);
    assert_eq!(
        app.value(&format!("select count(*) {kept} and reading like '%a marked vault%'")).await,
        "1",
        "nothing read it again"
    );
    // Another reader, as after an upgrade, reads it when it is looked at, and keeps that.
    set("reader = 'an earlier one'").await;
    post.get(&at).await.says("The mill has a vault.").says_not("marked vault");
    assert_eq!(app.value(&format!("select reader {kept} and reading not like '%marked vault%'")).await, READER);
    // It need not be a page that is looked at.
    set("reader = 'an earlier one'").await;
    post.done(&at, &[("tick", "remark-2"), ("act", "reject")]).await;
    assert_eq!(app.value(&format!("select reader {kept}")).await, READER);
    // What cannot be read as a reading is as good as none.
    set("reading = '{}'").await;
    post.get(&at).await.says("The mill has a vault.");
    assert_eq!(
        app.value("select count(*) from audit_events where verb = 'telegram_filed' and summary like '%911%'").await,
        "1"
    );
}

#[tokio::test]
async fn a_refused_telegram_leaves_no_reading() {
    let app = TestApp::demonstration().await;
    let (_, reference) = sugar(&app).await;
    let post = app.enter("guatemala").await;
    let before = app.value("select count(*) from telegram_readings").await;
    let classified = telegram(912, &format!("LANTERN {reference}"), &["A remark."])
        .replace("1. (SBU)", "1. (S) Zebrafinch.\n\n2. (SBU)");
    post.fill("/telegrams/read", &[("text", &classified)]).await.is(422).says("This looks classified ((S) in line");
    assert_eq!(app.value("select count(*) from telegram_readings").await, before);
    // Nor one that an earlier reader took, and this one refuses.
    let (at, _) = file(&post, &telegram(913, &format!("LANTERN {reference}"), &["\"A remark.\""])).await;
    assert_ne!(app.value("select count(*) from telegram_readings").await, before);
    let refused = format!(
        "set local session_replication_role = replica; update telegrams set original = '{}' where number = 913;
         update telegram_readings set reader = 'an earlier one'",
        classified.replace('\'', "''")
    );
    app.run(&refused).await;
    post.get(&at).await.is(200).says("Nothing here that a rule is sure of");
    assert_eq!(app.value("select count(*) from telegram_readings").await, before);
    assert_eq!(app.value("select count(*) from telegram_readings where reading like '%Zebrafinch%'").await, "0");
}

#[tokio::test]
async fn a_telegram_is_shown_where_its_reading_cannot_be_kept() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let (at, _) = file(&post, &telegram(914, "STATE 1", &["\"A remark.\""])).await;
    app.run("update telegram_readings set reader = 'an earlier one'; revoke insert, update on telegram_readings from lantern_app").await;
    post.get(&at).await.is(200).says("A remark.");
}

//! `kill -9` of the server or the database in the middle of a hundred saves: what was answered as saved is there once,
//! what is sent again is done once, and nothing is half done.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lantern::id::FormId;
use reqwest::{Client, redirect::Policy};

use super::demonstration::contact;
use crate::support::{
    Visitor,
    client::encoded,
    program::{Folder, Running, copy_of_filled, runs, signal, until},
};

const SAVES: usize = 100;
/// How many are saved when the power goes.
const STRIKE: usize = 40;
/// How many people save at the same time.
const HANDS: usize = 8;

/// The same hundred forms, whichever time they are sent.
struct Hundred {
    address: String,
    cookie: String,
    bodies: Vec<String>,
}

impl Hundred {
    async fn new(running: &Running) -> (Arc<Self>, Visitor) {
        let check = running.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
        let officer = running.enter("guatemala").await;
        let bodies = (0..SAVES).map(|save| {
            let (summary, form) = (format!("Save {save:03}"), FormId::new().to_string());
            let mut fields = contact(&summary);
            fields.push(("form_id", &form));
            encoded(&fields)
        });
        let address = format!("{}/checks/{check}/contacts/record", running.origin);
        (Arc::new(Self { address, cookie: officer.cookie().to_owned(), bodies: bodies.collect() }), officer)
    }

    /// Sends all; gives the status of each, or nothing where nobody answered. `saved` counts along.
    async fn send(self: &Arc<Self>, saved: &Arc<AtomicUsize>) -> BTreeMap<usize, Option<u16>> {
        let next = Arc::new(AtomicUsize::new(0));
        let mut hands = tokio::task::JoinSet::new();
        for _ in 0..HANDS {
            let (hundred, next, saved) = (Arc::clone(self), Arc::clone(&next), Arc::clone(saved));
            let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
            hands.spawn(async move {
                let mut answers = Vec::new();
                loop {
                    let save = next.fetch_add(1, Ordering::Relaxed);
                    let Some(body) = hundred.bodies.get(save) else { return answers };
                    let request =
                        client.post(&hundred.address).header("cookie", &hundred.cookie).header("accept", "text/html");
                    let request = request
                        .header("sec-fetch-site", "same-origin")
                        .header("content-type", "application/x-www-form-urlencoded");
                    let status = request.body(body.clone()).send().await.ok().map(|answer| answer.status().as_u16());
                    if status == Some(303) {
                        saved.fetch_add(1, Ordering::Relaxed);
                    }
                    answers.push((save, status));
                }
            });
        }
        hands.join_all().await.into_iter().flatten().collect()
    }
}

/// Sends the hundred, and strikes when some are saved.
async fn send_and_strike(hundred: &Arc<Hundred>, strike: impl AsyncFnOnce()) -> BTreeMap<usize, Option<u16>> {
    let saved = Arc::new(AtomicUsize::new(0));
    let sending = {
        let (hundred, saved) = (Arc::clone(hundred), Arc::clone(&saved));
        tokio::spawn(async move { hundred.send(&saved).await })
    };
    while saved.load(Ordering::Relaxed) < STRIKE {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    strike().await;
    let answers = sending.await.unwrap();
    let done = answers.values().filter(|status| **status == Some(303)).count();
    assert!((STRIKE..SAVES).contains(&done), "the strike came in the middle: {done} were saved");
    answers
}

/// Every save that was answered is there once, and no change is half done.
async fn nothing_is_lost_or_half_done(running: &Running, answers: &BTreeMap<usize, Option<u16>>) {
    for (save, status) in answers {
        let count = running.value(&format!("select count(*) from contacts where summary = 'Save {save:03}'")).await;
        if *status == Some(303) {
            assert_eq!(count, "1", "save {save} was answered 303");
        } else {
            assert!(count == "0" || count == "1", "save {save} is there {count} times");
        }
    }
    let rows = "(select id, summary from contacts where summary like 'Save %')";
    let entries =
        "(select subject_id from audit_events where verb = 'contact_recorded' and after::text like '%Save %')";
    let bare = format!(
        "select count(*) from {rows} c where (select count(*) from {entries} e where e.subject_id = c.id) <> 1"
    );
    assert_eq!(running.value(&bare).await, "0", "a row without its log entry");
    let orphans =
        format!("select count(*) from {entries} e where not exists (select from {rows} c where c.id = e.subject_id)");
    assert_eq!(running.value(&orphans).await, "0", "a log entry without its row");
    assert_eq!(
        running.value("select count(*) from submissions where redirect = ''").await,
        "0",
        "a form that was claimed and not done"
    );
}

/// The same forms once more: each succeeds, and each is done once.
async fn everything_is_done_once(running: &Running, hundred: &Arc<Hundred>) {
    let again = hundred.send(&Arc::default()).await;
    assert!(again.values().all(|status| *status == Some(303)), "{again:?}");
    let all = "select string_agg(n::text, ',') from (select count(*) n from contacts where summary like 'Save %' group by summary) c";
    assert_eq!(running.value(all).await, vec!["1"; SAVES].join(","));
    nothing_is_lost_or_half_done(running, &again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_killed_in_the_middle_of_a_hundred_saves() {
    let folder = Folder::new();
    let data = copy_of_filled(&folder, "server").await;
    let running = Running::demo(&data, 0).await;
    let (hundred, officer) = Hundred::new(&running).await;
    let (port, postmaster) = (running.port(), running.postmaster());
    let answers = send_and_strike(&hundred, async || running.kill().await).await;
    assert!(runs(&postmaster), "the cluster was left behind: the next start has to deal with it");

    let running = Running::demo(&data, port).await;
    assert!(!runs(&postmaster), "the cluster that was left behind is stopped");
    nothing_is_lost_or_half_done(&running, &answers).await;
    everything_is_done_once(&running, &hundred).await;
    assert_eq!(officer.get("/").await.status, 200, "the session is as it was");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_is_killed_in_the_middle_of_a_hundred_saves() {
    let folder = Folder::new();
    let data = copy_of_filled(&folder, "database").await;
    let running = Running::demo(&data, 0).await;
    let (hundred, officer) = Hundred::new(&running).await;
    let postmaster = running.postmaster();
    // All of its processes at once, as when the power goes.
    let all = format!("kill -KILL {postmaster} $(pgrep -P {postmaster})");
    let strike =
        async || assert!(tokio::process::Command::new("sh").args(["-c", &all]).status().await.unwrap().success());
    let answers = send_and_strike(&hundred, strike).await;
    until("Lantern has started PostgreSQL again", async || officer.get("/readyz").await.status == 200).await;
    assert_ne!(running.postmaster(), postmaster);
    nothing_is_lost_or_half_done(&running, &answers).await;
    everything_is_done_once(&running, &hundred).await;

    // Only its first process: the others hold its memory for a moment. Requests wait, and need not notice.
    let postmaster = running.postmaster();
    signal("KILL", &postmaster).await;
    until("Lantern has started PostgreSQL again", async || running.has_another(&postmaster)).await;
    until("it is ready again", async || officer.get("/readyz").await.status == 200).await;
    officer.get("/").await.is(200).says("My checks");
    running.stop().await;
}

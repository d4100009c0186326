//! The benchmark: generated data of several sizes, the program as it is shipped, every kind of page under load, and
//! beside each what PostgreSQL alone makes of the very same statements. `make bench` runs it; docs/performance.md says
//! how to read its table.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench is read from its table")]

mod compare;
#[path = "../support/judge.rs"]
mod judge;
mod load;
mod pages;
mod place;
mod report;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use load::Ask;
use pages::{Kind, Page, People};
use place::{MARK, Place, Request};
use report::{Line, Size, median};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// What is measured, as the environment says.
struct Wanted {
    sizes: Vec<u64>,
    pages: Vec<String>,
    rounds: usize,
    lasting: Duration,
    connections: usize,
}

/// As many connections ask at once before memory is read.
const MANY: usize = 64;

impl Wanted {
    fn read() -> Self {
        let list = |name: &str| -> Vec<String> {
            let value = env::var(name).unwrap_or_default();
            value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let number =
            |name: &str, usual: usize| env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual);
        let mut sizes: Vec<u64> = list("SIZES").iter().filter_map(|size| size.replace('_', "").parse().ok()).collect();
        sizes.sort_unstable();
        Self {
            sizes: if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes },
            pages: list("PAGES"),
            rounds: number("ROUNDS", 5).max(1),
            lasting: Duration::from_secs(number("SECONDS", 10).max(1) as u64),
            connections: number("CONNECTIONS", 16).max(1),
        }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let (wanted, begun, machine) = (Wanted::read(), Instant::now(), report::machine());
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target");
    let mut sizes = Vec::new();
    for checks in &wanted.sizes {
        sizes.push(one_size(&wanted, *checks, &target.join(format!("bench/{checks}"))).await);
    }
    let report = json!({ "machine": machine, "connections": wanted.connections, "seconds": wanted.lasting.as_secs(), "rounds": wanted.rounds,
        "took_s": begun.elapsed().as_secs(), "sizes": report::json(&sizes) });
    fs::write(target.join("bench.json"), serde_json::to_string_pretty(&report).expect("JSON"))
        .expect("target is writable");
    report::print(&sizes);
    let took = begun.elapsed().as_secs_f64() / 60.0;
    println!("\nThe whole run took {took:.1} minutes; all figures and the machine's facts are in target/bench.json.");
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
async fn one_size(wanted: &Wanted, checks: u64, folder: &Path) -> Size {
    eprintln!("bench: {checks} checks");
    let place = Place::open(folder, checks).await;
    let mut conn = place.look().await;
    let people = People::find(&mut conn).await;
    let mut pages = pages::all(&mut conn, &people, wanted.connections, &wanted.pages).await;
    let (ready, _) = place.memory();
    let mut cookies = Vec::new();
    for page in &pages {
        cookies.push(if page.account.is_empty() {
            String::new()
        } else {
            pages::sign_in(place.port, &page.account).await
        });
    }
    let (requests, since) = requests(&place, &mut conn, &pages, &cookies).await;
    let types = compare::Types::read();
    let scripts = requests
        .iter()
        .enumerate()
        .map(|(page, requests)| compare::Script::write(&place, page, requests, since, &types));
    let bare: Vec<_> = scripts.collect();
    let mut lines: Vec<Line> = pages.iter().map(|page| Line::new(page.name, page.kind, checks)).collect();
    for (line, requests) in lines.iter_mut().zip(&requests) {
        let counts: Vec<f64> = requests.iter().map(|request| request.statements.len() as f64).collect();
        // The same fault of several requests differs in its figures alone.
        let faults = requests.iter().flat_map(|request| &request.faults);
        let kinds: BTreeMap<String, String> =
            faults.map(|fault| (fault.replace(char::is_numeric, ""), fault.clone())).collect();
        line.plans = kinds.into_values().collect();
        line.own_statements = (!counts.is_empty()).then(|| median(&counts));
    }
    for ((page, cookie), line) in pages.iter_mut().zip(&cookies).zip(&mut lines) {
        alone(&place, &mut conn, page, cookie, line).await;
    }
    for number in 1..=wanted.rounds {
        for (((page, cookie), line), bare) in pages.iter_mut().zip(&cookies).zip(&mut lines).zip(&bare) {
            eprintln!("bench: {checks} checks, round {number} of {}: {}", wanted.rounds, page.name);
            round(&place, &mut conn, page, cookie, line, wanted.lasting).await;
            line.bare.extend(match (page.kind, bare) {
                (Kind::SignIn, _) => Some(compare::argon2(wanted.lasting)),
                (_, Some(script)) => script.rate(&place, wanted.connections, wanted.lasting),
                (_, None) => None,
            });
            if page.kind == Kind::Save {
                sqlx::raw_sql(compare::UNDO).execute(&mut conn).await.expect("it is undone");
            }
        }
    }
    crowd(&place, &pages, &cookies, wanted.lasting).await;
    let (rest, peak) = place.memory();
    conn.close().await.expect("it closes");
    let peak = lines.iter().map(|line| line.peak).fold(peak, f64::max);
    let size = Size {
        checks,
        generated_s: place.generated_in.map(|took| took.as_secs_f64()),
        ready_s: place.ready_after.as_secs_f64(),
        memory: [ready, rest, peak],
        lines,
    };
    place.close();
    size
}

/// What PostgreSQL did for some requests of every page, and an identifier made just before them.
async fn requests(
    place: &Place,
    conn: &mut PgConnection,
    pages: &[Page],
    cookies: &[String],
) -> (Vec<Vec<Request>>, Uuid) {
    // Whatever a first request does once is done before.
    for (page, cookie) in pages.iter().zip(cookies).filter(|(page, _)| page.kind != Kind::Save) {
        let mut browser = load::Browser::new(place.port, cookie).await;
        for ask in &page.samples {
            browser.ask(ask).await;
        }
    }
    let since = Uuid::now_v7();
    place.log_statements(true).await;
    let mut counts = Vec::new();
    sqlx::raw_sql(MARK).execute(&mut *conn).await.expect("it is logged");
    for (page, cookie) in pages.iter().zip(cookies) {
        let mut browser = load::Browser::new(place.port, cookie).await;
        // An export is compared with nothing.
        let samples = if page.kind == Kind::Export { &[] } else { page.samples.as_slice() };
        for ask in samples {
            let answer = browser.ask(ask).await;
            if !answer.is_done() {
                eprintln!("bench: {}: {} {}", page.name, answer.status, ask.path);
            }
            sqlx::raw_sql(MARK).execute(&mut *conn).await.expect("it is logged");
        }
        counts.push(samples.len());
    }
    place.log_statements(false).await;
    let mut requests = place.logged().into_iter().skip(1);
    (counts.into_iter().map(|count| requests.by_ref().take(count).collect()).collect(), since)
}

/// One request at a time: the middle of forty, or of ten seconds, in milliseconds. Of an export, the first byte of one,
/// and whether it has every row.
async fn alone(place: &Place, conn: &mut PgConnection, page: &mut Page, cookie: &str, line: &mut Line) {
    let mut browser = load::Browser::new(place.port, cookie).await;
    if page.kind == Kind::Export {
        let ask = (page.scripts[0])();
        line.alone = browser.ask(&ask).await.first_byte.as_secs_f64() * 1000.0;
        let whole = browser.ask(&Ask { compressed: false, ..ask.clone() }).await;
        let rows = csv::Reader::from_reader(whole.body.as_ref()).byte_records().count();
        line.rows = Some((i64::try_from(rows).unwrap_or_default(), pages::rows(conn, &ask).await));
        return;
    }
    let (mut round, begun) = (load::Round::default(), Instant::now());
    while round.latencies.len() < 40 && begun.elapsed() < Duration::from_secs(10) {
        let ask = (page.scripts[0])();
        round.count(&ask, &browser.ask(&ask).await);
    }
    line.alone = round.within(0.5);
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
async fn round(
    place: &Place,
    conn: &mut PgConnection,
    page: &mut Page,
    cookie: &str,
    line: &mut Line,
    lasting: Duration,
) {
    place.forget_peak();
    let (before, counted) = (place.used(), counters(conn).await);
    let (round, scripts) = load::run(place.port, cookie, std::mem::take(&mut page.scripts), lasting).await;
    let (after, counts) = (place.used(), counters(conn).await);
    page.scripts = scripts;
    let answers = (round.latencies.len() as f64).max(1.0);
    line.rates.push(round.rate());
    line.middle.push(round.within(0.5));
    line.slow.push(round.within(0.99));
    line.server.push((after.server - before.server) * 1000.0 / answers);
    line.database.push((after.database - before.database) * 1000.0 / answers);
    line.bytes = round.bytes as f64 / answers;
    line.statements = line.own_statements.unwrap_or((counts.0 - counted.0) / answers);
    line.buffers = (counts.1 - counted.1) / answers;
    line.failed += round.failed;
    line.peak = line.peak.max(place.memory().1);
    if let Some(failure) = round.failure {
        eprintln!("bench: {} of {answers} failed, such as {failure}", round.failed);
    }
}

/// Every page that is read, by as many as come at once in the morning; then ten seconds of rest.
async fn crowd(place: &Place, pages: &[Page], cookies: &[String], lasting: Duration) {
    place.forget_peak();
    let read = pages.iter().zip(cookies).filter(|(page, _)| matches!(page.kind, Kind::File | Kind::List | Kind::Log));
    let runs = read.clone().count().max(1);
    let mut tasks = Vec::new();
    for (number, (page, cookie)) in read.enumerate() {
        let connections = MANY / runs + usize::from(number < MANY % runs);
        let (port, cookie, scripts) = (place.port, cookie.clone(), load::around(&page.samples, connections));
        tasks.push(tokio::spawn(async move { load::run(port, &cookie, scripts, lasting).await.0 }));
    }
    for task in tasks {
        if let Some(failure) = task.await.expect("it does not panic").failure {
            eprintln!("bench: with {MANY} connections: {failure}");
        }
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
}

/// Statements and buffers of the program's role so far.
async fn counters(conn: &mut PgConnection) -> (f64, f64) {
    let counted = "select coalesce(sum(calls), 0)::float8, coalesce(sum(shared_blks_hit + shared_blks_read), 0)::float8
        from pg_stat_statements where userid = 'lantern_app'::regrole";
    sqlx::query_as(counted).fetch_one(conn).await.expect("it is counted")
}

//! The benchmark: generated data of several sizes, the program as it is shipped, every kind of page under load, and beside each what
//! PostgreSQL alone makes of the very same statements. `make bench` runs it; docs/performance.md says how to read its table.
//!
//! Nothing here judges: the figures of one machine are compared with those of the same machine.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench is read from its table")]

mod compare;
mod load;
mod pages;
mod place;

use std::{env, fs, path::PathBuf, time::Duration};

use pages::{Kind, Page, People};
use place::Place;
use serde_json::json;
use sqlx::Connection;
use uuid::Uuid;

/// What is measured, as the environment says.
struct Wanted {
    sizes: Vec<u64>,
    pages: Vec<String>,
    rounds: usize,
    seconds: u64,
    connections: usize,
}

impl Wanted {
    fn read() -> Self {
        let list = |name: &str| -> Vec<String> {
            let value = env::var(name).unwrap_or_default();
            value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let number = |name: &str, usual: u64| env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual);
        let sizes: Vec<u64> = list("SIZES").iter().filter_map(|size| size.replace('_', "").parse().ok()).collect();
        Self {
            sizes: if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes },
            pages: list("PAGES"),
            rounds: usize::try_from(number("ROUNDS", 5)).unwrap_or(5),
            seconds: number("SECONDS", 10),
            connections: usize::try_from(number("CONNECTIONS", 16)).unwrap_or(16),
        }
    }
}

/// What the rounds of a page came to.
#[derive(Default)]
struct Line {
    name: &'static str,
    /// One request alone, in milliseconds.
    alone: f64,
    rates: Vec<f64>,
    middle: Vec<f64>,
    slow: Vec<f64>,
    server: Vec<f64>,
    database: Vec<f64>,
    bytes: f64,
    statements: f64,
    buffers: f64,
    failed: u64,
    pgbench: Vec<f64>,
}

fn main() {
    let wanted = Wanted::read();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(bench(&wanted));
}

async fn bench(wanted: &Wanted) {
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target");
    let begun = std::time::Instant::now();
    let mut sizes = Vec::new();
    for checks in &wanted.sizes {
        sizes.push(one_size(wanted, *checks, &target.join(format!("bench/{checks}"))).await);
    }
    let report = json!({ "machine": machine(), "connections": wanted.connections, "seconds": wanted.seconds, "rounds": wanted.rounds, "sizes": sizes });
    let text = serde_json::to_string_pretty(&report).expect("JSON");
    fs::write(target.join("bench.json"), text).expect("target is writable");
    println!("\nThe whole run took {:.0} minutes; all figures are in target/bench.json.", begun.elapsed().as_secs_f64() / 60.0);
}

async fn one_size(wanted: &Wanted, checks: u64, folder: &std::path::Path) -> serde_json::Value {
    let place = Place::open(folder, checks).await;
    println!(
        "\n{checks} checks{}; ready in {:.2} s",
        place.generated_in.map(|took| format!(" (made in {:.0} s)", took.as_secs_f64())).unwrap_or_default(),
        place.ready_after.as_secs_f64()
    );
    let mut conn = place.look().await;
    let people = People::find(&mut conn).await;
    let mut pages = pages::all(&place, &people, wanted.connections, &wanted.pages).await;
    let mut lines = Vec::new();
    let mut cookies = Vec::new();
    for page in &pages {
        cookies.push(if page.account.is_empty() { String::new() } else { pages::sign_in(place.port, &page.account).await });
        lines.push(Line { name: page.name, ..Line::default() });
    }
    let mut statements = Vec::new();
    for (page, cookie) in pages.iter_mut().zip(&cookies) {
        statements.push(captured(&place, page, cookie).await);
    }
    for (at, page) in pages.iter_mut().enumerate() {
        lines[at].alone = alone(&place, page, &cookies[at]).await;
    }
    for _ in 0..wanted.rounds {
        for (at, page) in pages.iter_mut().enumerate() {
            round(&place, page, &cookies[at], &mut lines[at], wanted).await;
            let (statements, since) = &statements[at];
            if !matches!(page.kind, Kind::SignIn | Kind::Export) {
                lines[at].pgbench.extend(compare::rate(&place, statements, *since, wanted.connections, wanted.seconds.min(5)));
            }
        }
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (rest, peak) = place.memory();
    print(&lines);
    println!("server memory: {rest:.0} MB at rest after the bench, {peak:.0} MB at its peak");
    conn.close().await.expect("it closes");
    let report = json!({ "checks": checks, "ready_s": place.ready_after.as_secs_f64(), "memory_mb": rest, "memory_peak_mb": peak,
        "pages": lines.iter().map(Line::json).collect::<Vec<_>>() });
    place.close().await;
    report
}

/// The statements of one request, with their parameters, and an identifier made just before it.
async fn captured(place: &Place, page: &mut Page, cookie: &str) -> (Vec<place::Logged>, Uuid) {
    let mut browser = load::Browser::new(place.port, cookie).await;
    // Whatever a first request does once is done before.
    browser.ask(&(page.scripts[0])()).await;
    place.log_statements(true).await;
    let (_, end) = place.logged(0);
    let since = Uuid::now_v7();
    browser.ask(&(page.scripts[0])()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    place.log_statements(false).await;
    (place.logged(end).0, since)
}

/// One request at a time: the middle of twenty.
async fn alone(place: &Place, page: &mut Page, cookie: &str) -> f64 {
    let mut browser = load::Browser::new(place.port, cookie).await;
    let many = if page.kind == Kind::Export { 1 } else { 20 };
    let mut round = load::Round::default();
    for _ in 0..many {
        let answer = browser.ask(&(page.scripts[0])()).await;
        let took = if page.kind == Kind::Export { answer.first_byte } else { answer.whole };
        round.latencies.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }
    round.within(0.5)
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
async fn round(place: &Place, page: &mut Page, cookie: &str, line: &mut Line, wanted: &Wanted) {
    let connections = if page.kind == Kind::Export { 1 } else { page.scripts.len() };
    let scripts: Vec<load::Script> = std::mem::take(&mut page.scripts);
    let (scripts, kept) = shared(scripts);
    let mut scripts = scripts;
    scripts.truncate(connections);
    let (before, counted) = (place.used(), counters(place).await);
    let round = load::run(place.port, &[cookie.to_owned()], scripts, Duration::from_secs(wanted.seconds)).await;
    let (after, counts) = (place.used(), counters(place).await);
    page.scripts = kept;
    let answers = (round.latencies.len() as f64).max(1.0);
    line.rates.push(round.rate());
    line.middle.push(round.within(0.5));
    line.slow.push(round.within(0.99));
    line.server.push((after.server - before.server) * 1000.0 / answers);
    line.database.push((after.database - before.database) * 1000.0 / answers);
    line.bytes = round.bytes as f64 / answers;
    line.statements = (counts.0 - counted.0) / answers;
    line.buffers = (counts.1 - counted.1) / answers;
    line.failed += round.failed;
}

/// The same scripts twice: to run, and to go on with in the next round.
fn shared(scripts: Vec<load::Script>) -> (Vec<load::Script>, Vec<load::Script>) {
    use std::sync::{Arc, Mutex};
    let twice = scripts.into_iter().map(|script| {
        let one = Arc::new(Mutex::new(script));
        let two = Arc::clone(&one);
        let next = |of: Arc<Mutex<load::Script>>| Box::new(move || (of.lock().unwrap())()) as load::Script;
        (next(one), next(two))
    });
    twice.unzip()
}

/// Statements and buffers of the program's role so far.
async fn counters(place: &Place) -> (f64, f64) {
    let mut conn = place.look().await;
    let counted = "select coalesce(sum(calls), 0)::float8, coalesce(sum(shared_blks_hit + shared_blks_read), 0)::float8
        from pg_stat_statements where userid = 'lantern_app'::regrole";
    let counts = sqlx::query_as(counted).fetch_one(&mut conn).await.expect("it is counted");
    conn.close().await.expect("it closes");
    counts
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Line {
    fn json(&self) -> serde_json::Value {
        json!({ "page": self.name, "alone_ms": self.alone, "requests_per_s": median(&self.rates), "p50_ms": median(&self.middle),
            "p99_ms": median(&self.slow), "server_cpu_ms": median(&self.server), "database_cpu_ms": median(&self.database),
            "statements": self.statements, "buffers": self.buffers, "bytes": self.bytes, "failed": self.failed,
            "pgbench_per_s": median(&self.pgbench), "rounds": self.rates })
    }
}

fn print(lines: &[Line]) {
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>6} {:>8} {:>8} {:>8} {:>6} {:>6}",
        "page", "alone ms", "req/s", "p50 ms", "p99 ms", "srv ms", "db ms", "stmts", "buffers", "bytes", "pgbench", "share", "failed"
    );
    for line in lines {
        let (rate, alone) = (median(&line.rates), median(&line.pgbench));
        println!(
            "{:<34} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>7.2} {:>7.2} {:>6.1} {:>8.0} {:>8.0} {:>8.1} {:>6.2} {:>6}",
            line.name,
            line.alone,
            rate,
            median(&line.middle),
            median(&line.slow),
            median(&line.server),
            median(&line.database),
            line.statements,
            line.buffers,
            line.bytes,
            alone,
            rate / alone,
            line.failed
        );
    }
}

/// The machine's facts, beside every figure.
fn machine() -> serde_json::Value {
    let read = |path: &str, name: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':').map(|(_, value)| value.trim().to_owned())).unwrap_or_default()
    };
    json!({ "processors": std::thread::available_parallelism().map_or(0, usize::from), "model": read("/proc/cpuinfo", "model name"),
        "memory": read("/proc/meminfo", "MemTotal"), "kernel": fs::read_to_string("/proc/version").unwrap_or_default().trim() })
}

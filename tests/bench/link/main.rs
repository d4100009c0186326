//! A whole check at post through a slow and distant link, in Chromium: from the sign-in to the cleared reply,
//! through 64 kbit/s and 600 ms, beside what that link allows at best. `make bench-link` runs it; docs/performance.md
//! says how to read its table.
#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    reason = "a bench is read from its table, and uses half of the tests' harness"
)]

#[path = "../../support/mod.rs"]
mod support;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{
    Browser, TestApp,
    journey::{self, Walker},
    link::{BITS, Counts, Kind, Link, ROUND_TRIP},
};

/// How much longer than the link needs the whole path may take.
const REACH: f64 = 1.3;

/// One step: what the officer pressed, and what it came to.
struct Step {
    name: &'static str,
    /// Request and answer, one after the other, at least.
    turns: u32,
    counts: Counts,
    took: Duration,
}

impl Step {
    /// What the link alone needs: its turns, and every byte at its rate.
    fn limit(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "bytes of some pages")]
        let bits = (self.counts.up + self.counts.down) as f64 * 8.0;
        f64::from(self.turns) * ROUND_TRIP.as_secs_f64() + bits / BITS
    }
}

/// Who walks, and over which link.
struct Walk<'a> {
    link: &'a Link,
    browser: Browser,
    steps: Vec<Step>,
    /// What went over the link between the steps: drafts, while the officer typed, and who signed in.
    typing: Counts,
}

impl Walker for Walk<'_> {
    fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Waits until nothing is under way any more, then measures from the press until the page is complete.
    async fn step(&mut self, name: &'static str, turns: u32, press: impl AsyncFnOnce(&Browser)) {
        self.link.quiet().await;
        self.typing += self.link.counted();
        let begun = Instant::now();
        press(&self.browser).await;
        let took = begun.elapsed();
        let counts = self.link.counted();
        eprintln!("bench: {name}: {:.1} s", took.as_secs_f64());
        self.steps.push(Step { name, turns, counts, took });
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut runs = Vec::new();
    for (name, kind) in
        [("64 kbit/s, 600 ms", Kind::Slow), ("the same, every fiftieth segment one round trip late", Kind::Lossy)]
    {
        let steps = walk(kind).await;
        runs.push(report(name, &steps));
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench-link.json");
    fs::write(file, serde_json::to_string_pretty(&json!(runs)).expect("JSON")).expect("target is writable");
    println!("\nAll figures are in target/bench-link.json.");
}

async fn walk(kind: Kind) -> (Vec<Step>, Counts) {
    let mut app = TestApp::demonstration().await;
    // Washington asks, over no link.
    journey::ask(&app).await;
    let link = Link::to(&app.origin, kind).await;
    app.origin.clone_from(&link.origin);
    let mut walk =
        Walk { link: &link, browser: Browser::open(&app).await, steps: Vec::new(), typing: Counts::default() };
    // A connection, where to sign in, the page, its files.
    walk.step("open the site", 4, async |post| {
        post.go("/").await;
        post.until("return document.readyState === 'complete' && !!document.getElementById('password')", "it opens")
            .await;
    })
    .await;
    walk.browser.write("Account", "guatemala").await;
    walk.browser.write("Password", lantern::demo::PASSWORD).await;
    walk.step("sign in: home", 2, async |post| post.press("I consent, sign in").await).await;
    journey::walk(&mut walk).await;
    let Walk { browser, steps, typing, .. } = walk;
    browser.leave().await;
    (steps, typing)
}

fn report(name: &str, (steps, typing): &(Vec<Step>, Counts)) -> Value {
    println!("\n{name}");
    println!(
        "{:<28} {:>8} {:>6} {:>6} {:>8} {:>8} {:>5} {:>8} {:>8} {:>6}",
        "step", "requests", "conns", "turns", "up", "down", "late", "seconds", "limit", "ratio"
    );
    let line = |name: &str, turns: u32, counts: &Counts, took: f64, limit: f64| {
        println!(
            "{name:<28} {:>8} {:>6} {turns:>6} {:>8} {:>8} {:>5} {took:>8.1} {limit:>8.1} {:>6.2}",
            counts.requests,
            counts.connections,
            counts.up,
            counts.down,
            counts.late,
            took / limit
        );
        json!({ "step": name, "requests": counts.requests, "connections": counts.connections, "turns": turns, "bytes_up": counts.up,
            "bytes_down": counts.down, "late": counts.late, "seconds": took, "limit": limit })
    };
    let mut rows: Vec<Value> = steps
        .iter()
        .map(|step| line(step.name, step.turns, &step.counts, step.took.as_secs_f64(), step.limit()))
        .collect();
    let mut all = Counts::default();
    for step in steps {
        all += step.counts;
    }
    let took = steps.iter().map(|step| step.took.as_secs_f64()).sum::<f64>();
    let limit = steps.iter().map(Step::limit).sum::<f64>();
    rows.push(line("the whole path", steps.iter().map(|step| step.turns).sum(), &all, took, limit));
    let reach = if took <= REACH * limit { "held" } else { "not held" };
    println!(
        "within {REACH} of the limit: {reach}; while typing, {} bytes went up and {} came down",
        typing.up, typing.down
    );
    json!({ "link": name, "reach": reach, "typing_up": typing.up, "typing_down": typing.down, "steps": rows })
}

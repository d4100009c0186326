//! The figures: a line for each page and size, the bars they are held against, one table and one file.

use std::fs;

use serde_json::{Value, json};

use super::pages::Kind;

/// What the rounds of a page at one size came to. Of several rounds, the middle one is told.
#[derive(Default)]
pub struct Line {
    pub name: &'static str,
    pub kind: Kind,
    pub checks: u64,
    /// One request alone, in milliseconds; of an export, its first byte.
    pub alone: f64,
    pub rates: Vec<f64>,
    pub middle: Vec<f64>,
    pub slow: Vec<f64>,
    pub server: Vec<f64>,
    pub database: Vec<f64>,
    pub bytes: f64,
    pub statements: f64,
    /// Those that were logged of one request, if any were.
    pub own_statements: Option<f64>,
    /// What of its statements' plans would grow with the number of checks, one a kind.
    pub plans: Vec<String>,
    pub buffers: f64,
    pub failed: u64,
    /// The server's memory at its peak while this page was asked for, in MB.
    pub peak: f64,
    /// How many rows an export had, and how many it has to have.
    pub rows: Option<(i64, i64)>,
    /// What PostgreSQL alone, or Argon2 alone, makes of it.
    pub bare: Vec<f64>,
}

/// What holds of a whole size.
pub struct Size {
    pub checks: u64,
    pub generated_s: Option<f64>,
    pub ready_s: f64,
    /// The server's memory in MB when it was ready, at rest after the bench, and at its peak.
    pub memory: [f64; 3],
    pub lines: Vec<Line>,
}

/// The most that a page may cost; `None` where nothing is asked.
struct Bar {
    /// CPU of server and database a request, in milliseconds.
    cpu: Option<f64>,
    /// One request alone, in milliseconds.
    alone: Option<f64>,
    /// The share of what PostgreSQL alone makes.
    share: Option<f64>,
    statements: Option<f64>,
}

/// Memory of the server at rest, in MB.
const MEMORY: f64 = 64.0;
/// Ready after so many seconds.
const READY: f64 = 0.3;
/// From so many checks on, PostgreSQL reads growing tables as it will for good.
const JUDGED_FROM: u64 = 100_000;
/// How much longer the slow ones may take at the largest size than at the smallest.
const SLOWER: f64 = 1.5;

impl Bar {
    fn of(kind: Kind) -> Self {
        let page = |cpu| Self { cpu: Some(cpu), alone: Some(30.0), share: Some(0.5), statements: None };
        match kind {
            Kind::File => page(3.0),
            Kind::List | Kind::Log => page(2.0),
            Kind::Save => Self { share: Some(0.6), statements: Some(20.0), ..page(5.0) },
            Kind::SignIn => Self { cpu: None, alone: None, share: Some(0.5), statements: None },
            Kind::Export => Self { cpu: None, alone: Some(200.0), share: None, statements: None },
        }
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Line {
    pub fn new(name: &'static str, kind: Kind, checks: u64) -> Self {
        Self { name, kind, checks, ..Self::default() }
    }

    fn share(&self) -> f64 {
        median(&self.rates) / median(&self.bare)
    }

    /// What does not hold the bar, in words; `smallest` is the same page at the smallest size.
    fn misses(&self, smallest: &Self) -> Vec<String> {
        let bar = Bar::of(self.kind);
        let mut misses = Vec::new();
        let mut over = |what: &str, value: f64, most: Option<f64>| {
            if let Some(most) = most.filter(|most| value > *most) {
                misses.push(format!("{what} {value:.1} > {most}"));
            }
        };
        over("cpu", median(&self.server) + median(&self.database), bar.cpu);
        over(if self.kind == Kind::Export { "first byte" } else { "alone" }, self.alone, bar.alone);
        over("statements", self.statements, bar.statements);
        if !matches!(self.kind, Kind::Export | Kind::SignIn) {
            over("p99 growth", median(&self.slow) / median(&smallest.slow), Some(SLOWER));
        }
        if bar.share.is_some_and(|least| self.share() < least) {
            misses.push(format!("share {:.2} < {}", self.share(), bar.share.unwrap_or_default()));
        }
        if let Some((rows, all)) = self.rows.filter(|(rows, all)| rows < all) {
            misses.push(format!("{rows} rows of {all}"));
        }
        if self.checks >= JUDGED_FROM && !self.plans.is_empty() {
            misses.push(format!("{} plans grow", self.plans.len()));
        }
        if self.failed > 0 {
            misses.push(format!("{} failed", self.failed));
        }
        misses
    }

    fn json(&self, smallest: &Self) -> Value {
        json!({ "page": self.name, "alone_ms": self.alone, "requests_per_s": median(&self.rates), "p50_ms": median(&self.middle),
            "p99_ms": median(&self.slow), "server_cpu_ms": median(&self.server), "database_cpu_ms": median(&self.database),
            "statements": self.statements, "buffers": self.buffers, "bytes": self.bytes, "failed": self.failed, "peak_mb": self.peak,
            "plans_that_grow": self.plans, "rows": self.rows.map(|(rows, _)| rows),
            "bare_per_s": (!self.bare.is_empty()).then(|| median(&self.bare)), "rounds": self.rates, "misses": self.misses(smallest) })
    }
}

/// One table: the sizes of a page below each other.
pub fn print(sizes: &[Size]) {
    let Some(smallest) = sizes.first() else { return };
    println!(
        "\n{:<32} {:>9} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>6} {:>8} {:>8} {:>8} {:>6}  reach",
        "page",
        "checks",
        "alone ms",
        "req/s",
        "p50 ms",
        "p99 ms",
        "srv ms",
        "db ms",
        "stmts",
        "buffers",
        "bytes",
        "bare/s",
        "share"
    );
    for first in &smallest.lines {
        for line in sizes.iter().flat_map(|size| size.lines.iter().filter(|line| line.name == first.name)) {
            let misses = line.misses(first);
            let name = if line.checks == smallest.checks { line.name } else { "" };
            let dash = |text: String| if text.contains("NaN") { "-".to_owned() } else { text };
            println!(
                "{name:<32} {:>9} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>7.2} {:>7.2} {:>6.1} {:>8.0} {:>8.0} {:>8} {:>6}  {}",
                line.checks,
                line.alone,
                median(&line.rates),
                median(&line.middle),
                median(&line.slow),
                median(&line.server),
                median(&line.database),
                line.statements,
                line.buffers,
                line.bytes,
                dash(format!("{:.1}", median(&line.bare))),
                dash(format!("{:.2}", line.share())),
                if misses.is_empty() { "held".to_owned() } else { misses.join(", ") }
            );
        }
    }
    for size in sizes {
        let [begun, rest, peak] = size.memory;
        let made = size.generated_s.map(|took| format!(", made in {took:.0} s")).unwrap_or_default();
        println!("\n{} checks{made}:", size.checks);
        println!("  ready in {:.2} s ({})", size.ready_s, held(size.ready_s <= READY, &format!("> {READY}")));
        println!(
            "  memory of the server: {begun:.0} MB when ready, {peak:.0} at its peak, {rest:.0} at rest afterwards ({})",
            held(rest <= MEMORY, &format!("> {MEMORY}"))
        );
        for line in size.lines.iter().filter(|_| size.checks >= JUDGED_FROM) {
            for plan in &line.plans {
                println!("  {}: {}", line.name, plan.chars().take(400).collect::<String>());
            }
        }
        for export in size.lines.iter().filter(|line| line.kind == Kind::Export) {
            println!(
                "  {}: {} rows, the server at {:.0} MB at its peak",
                export.name,
                export.rows.unwrap_or_default().0,
                export.peak
            );
        }
    }
}

fn held(is: bool, otherwise: &str) -> String {
    if is { "held".to_owned() } else { otherwise.to_owned() }
}

pub fn json(sizes: &[Size]) -> Value {
    let size = |size: &Size| {
        let same =
            |line: &Line| sizes[0].lines.iter().find(|first| first.name == line.name).unwrap_or(line).slow.clone();
        let lines = size.lines.iter().map(|line| {
            let smallest = Line { slow: same(line), ..Line::new(line.name, line.kind, sizes[0].checks) };
            line.json(&smallest)
        });
        json!({ "checks": size.checks, "generated_s": size.generated_s, "ready_s": size.ready_s,
            "memory_mb": { "ready": size.memory[0], "rest": size.memory[1], "peak": size.memory[2] }, "pages": lines.collect::<Vec<_>>() })
    };
    sizes.iter().map(size).collect()
}

/// The machine's facts, beside every figure.
pub fn machine() -> Value {
    let read = |path: &str, name: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.split_once(':').map(|(_, value)| value.trim().to_owned()))
            .unwrap_or_default()
    };
    json!({ "processors": std::thread::available_parallelism().map_or(0, usize::from), "model": read("/proc/cpuinfo", "model name"),
        "memory": read("/proc/meminfo", "MemTotal"), "kernel": fs::read_to_string("/proc/version").unwrap_or_default().trim(),
        "load": fs::read_to_string("/proc/loadavg").unwrap_or_default().trim() })
}

//! How PostgreSQL does what a page asks of it: the plans of the very statements that the page issued, as they ran.
//! PostgreSQL's own `auto_explain` writes them to its log, those inside functions too.

use std::{
    fmt::Write,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
};

use lantern::db::Db;
use serde_json::Value;

use super::{TestApp, Visitor, judge};

/// PostgreSQL plans a statement anew for each of its first five runs, and then settles.
const SETTLED: usize = 6;

/// A statement as it ran.
#[derive(Debug)]
pub struct Plan {
    pub statement: String,
    root: Value,
}

/// Where the plans of a server are read. It has one connection for reading and one for searches, so that what was
/// settled once stays so.
pub struct Plans<'a> {
    app: &'a TestApp,
    pub one: TestApp,
    log: PathBuf,
}

impl<'a> Plans<'a> {
    /// Of a server of its own on the database of `app`.
    pub async fn of(app: &'a TestApp) -> Self {
        let settings = [
            ("session_preload_libraries", "'auto_explain'"),
            ("auto_explain.log_min_duration", "0"),
            ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_timing", "off"),
            ("auto_explain.log_nested_statements", "on"),
            ("auto_explain.log_format", "'json'"),
        ];
        let mut statements = String::new();
        for (setting, value) in settings {
            let _ = writeln!(statements, "alter database {} set {setting} = {value};", app.name());
        }
        app.run(&statements).await;
        let one = TestApp::on(Db::lazy(&app.application(), 1), "plans").await;
        Self { app, one, log: super::app::server_log() }
    }

    /// Opens a page until PostgreSQL has settled how it does its statements.
    pub async fn settle(&self, visitor: &Visitor, path: &str) {
        for _ in 0..SETTLED {
            visitor.get(path).await.is(200);
        }
    }

    /// The statements of one page.
    pub async fn page(&self, visitor: &Visitor, path: &str) -> Vec<Plan> {
        let from = std::fs::metadata(&self.log).expect("PostgreSQL writes a log").len();
        visitor.get(path).await.is(200);
        // A statement is told before its connection is idle again.
        let busy =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            and backend_type = 'client backend' and state <> 'idle'";
        while self.app.value(busy).await != "0" {
            tokio::task::yield_now().await;
        }
        let plans = parse(&self.text(from), self.app.name());
        assert!(!plans.is_empty(), "no plan of {path}: is auto_explain there?");
        plans
    }

    fn text(&self, from: u64) -> String {
        let (mut log, mut text) = (File::open(&self.log).expect("PostgreSQL writes a log"), Vec::new());
        log.seek(SeekFrom::Start(from)).expect("it has grown");
        log.read_to_end(&mut text).expect("it is read");
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// The plans of one database in PostgreSQL's log, whose lines begin with the database's name.
fn parse(log: &str, database: &str) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !(line.starts_with(&format!("{database}|")) && line.ends_with("plan:")) {
            continue;
        }
        let mut text = String::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            text.push_str(more);
        }
        let value: Value = serde_json::from_str(&text.replace('\t', " ")).expect("a plan is JSON");
        let statement =
            value["Query Text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        // What the test itself asks.
        if statement.contains("pg_stat_activity") {
            continue;
        }
        plans.push(Plan { statement, root: value["Plan"].clone() });
    }
    plans
}

impl Plan {
    /// What would grow with the number of checks: each step that reads a growing table without an index condition, or
    /// reads so many rows that it looks for no page, or throws many away that it read.
    pub fn faults(&self) -> Vec<String> {
        judge::faults(&self.root).into_iter().map(|fault| format!("{fault} in {}", self.statement)).collect()
    }

    /// The indexes that it read.
    pub fn indexes(&self) -> Vec<String> {
        let (mut found, mut steps) = (Vec::new(), vec![&self.root]);
        while let Some(step) = steps.pop() {
            found.extend(step["Index Name"].as_str().map(str::to_owned));
            steps.extend(step["Plans"].as_array().into_iter().flatten());
        }
        found
    }
}

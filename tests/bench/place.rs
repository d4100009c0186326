//! Where it is measured: a private cluster with generated data, the program beside it, and what both use of the
//! machine.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use lantern::db::local::Cluster;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use super::judge;

/// The program, as it is shipped.
const LANTERN: &str = env!("CARGO_BIN_EXE_lantern");
/// PostgreSQL as docs/performance.md advises for two cores, and what the bench reads from it.
const SETTINGS: &[&str] = &[
    "shared_buffers=1GB",
    "effective_cache_size=4GB",
    "random_page_cost=1.1",
    "max_wal_size=4GB",
    "shared_preload_libraries=pg_stat_statements,auto_explain",
    "auto_explain.log_analyze=on",
    "auto_explain.log_timing=off",
    "auto_explain.log_nested_statements=on",
    "auto_explain.log_format=json",
    "pg_stat_statements.track_utility=on",
    "pg_stat_statements.max=5000",
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_filename=statements",
    "log_parameter_max_length=-1",
];
/// The system's memory allocator as docs/operating.md sets it: two pools, and what is large is given back at once.
const MEMORY: [(&str, &str); 3] =
    [("MALLOC_ARENA_MAX", "2"), ("MALLOC_MMAP_THRESHOLD_", "1048576"), ("MALLOC_TRIM_THRESHOLD_", "1048576")];
/// The file of its log, in the cluster.
const LOG: &str = "cluster/log/statements.json";
/// What chance begins with.
const SEED: &str = "1";
/// Taken away before it is served: the mark of data whose passwords everybody knows, which `serve` refuses. And a log
/// entry is not changed but with its triggers off.
const PREPARED: &str = "set session_replication_role = replica;
    update audit_events set job = 'generated' where job = 'demonstration';
    set session_replication_role = origin;
    create extension if not exists pg_stat_statements;
    delete from login_attempts";
/// One file as heavy as the heaviest in life: a closed check of 300 contacts, and 60 permits on its license.
const HEAVY: &str = "set session_replication_role = replica;
    create temp table heavy as select k.check_id, p.id as permit_id from permits p join check_licenses k using (license_id)
        join checks c on c.id = k.check_id where c.state = 'closed' and exists (select from contacts t where t.check_id = k.check_id)
        order by p.id limit 1;
    insert into contacts select (jsonb_populate_record(null::contacts, to_jsonb(t) || jsonb_build_object('id', md5('contact' || n)::uuid))).*
        from (select t.* from contacts t join heavy using (check_id) order by t.id limit 1) t, generate_series(1, 300) n on conflict do nothing;
    insert into permits select (jsonb_populate_record(null::permits, to_jsonb(p) || jsonb_build_object('id', md5('permit' || n)::uuid,
            'holds_number', false, 'number', number || '-' || n, 'number_normalized', number_normalized || n))).*
        from permits p join heavy on p.id = permit_id, generate_series(1, 60) n on conflict do nothing;
    insert into permit_authorities select md5('permit' || n)::uuid, a.authority_id
        from permit_authorities a join heavy using (permit_id), generate_series(1, 60) n on conflict do nothing;
    set session_replication_role = origin";

/// Generated data of one size, served.
pub struct Place {
    cluster: Option<Cluster>,
    pub folder: PathBuf,
    pub port: u16,
    pub ready_after: Duration,
    /// How long making the data took, if it was not there.
    pub generated_in: Option<Duration>,
    server: Child,
}

impl Place {
    /// Generates data unless that of this schema and this generator is there, starts PostgreSQL and the program.
    pub async fn open(folder: &Path, checks: u64) -> Self {
        let (mut generated_in, made_by) = (None, made_by());
        if fs::read(folder.join("made-by")).ok().as_ref() != Some(&made_by) {
            let _ = fs::remove_dir_all(folder);
            fs::create_dir_all(folder.parent().expect("it is in target")).expect("target is writable");
            let begun = Instant::now();
            let done = Command::new(LANTERN)
                .args(["generate", "--seed", SEED, "--checks", &checks.to_string(), "--data"])
                .arg(folder)
                .status();
            assert!(done.expect("the program runs").success(), "the data is generated");
            fs::write(folder.join("made-by"), made_by).expect("the folder is writable");
            generated_in = Some(begun.elapsed());
        }
        let _ = fs::remove_file(folder.join(LOG));
        let cluster = Cluster::start_with(folder, SETTINGS).await.expect("PostgreSQL starts");
        let mut conn = cluster.superuser("lantern").connect().await.expect("PostgreSQL answers");
        for statement in [PREPARED, HEAVY, "vacuum analyze", "checkpoint"] {
            sqlx::raw_sql(statement).execute(&mut conn).await.expect("it is prepared");
        }
        conn.close().await.expect("it closes");
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port is free").port();
        let begun = Instant::now();
        let server = serve(&cluster, port);
        let ready_after = ready(port, begun).await;
        Self { cluster: Some(cluster), folder: folder.to_owned(), port, ready_after, generated_in, server }
    }

    fn cluster(&self) -> &Cluster {
        self.cluster.as_ref().expect("it runs until it is closed")
    }

    /// The folder of PostgreSQL's socket.
    pub fn socket(&self) -> &Path {
        self.cluster().socket()
    }

    /// A connection as superuser.
    pub async fn look(&self) -> PgConnection {
        self.cluster().superuser("lantern").connect().await.expect("PostgreSQL answers")
    }

    /// What server and database have used so far.
    pub fn used(&self) -> Used {
        let postmaster = self.cluster().process();
        loop {
            // What has ended counts too; read again if something ended meanwhile, for it would count twice.
            let ended = ended_children(postmaster);
            let running: f64 = children(postmaster).into_iter().map(cpu).sum();
            #[expect(clippy::float_cmp, reason = "the same reading of the same file")]
            if ended == ended_children(postmaster) {
                return Used { server: cpu(self.server.id()), database: running + ended };
            }
        }
    }

    /// The server's memory now and at its peak, in MB.
    pub fn memory(&self) -> (f64, f64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default() / 1024.0
        };
        (field("VmRSS:"), field("VmHWM:"))
    }

    /// Begins the peak of the server's memory anew.
    pub fn forget_peak(&self) {
        let _ = fs::write(format!("/proc/{}/clear_refs", self.server.id()), "5");
    }

    /// Has PostgreSQL write every statement with its parameters and its plan as it ran, or stop doing so.
    pub async fn log_statements(&self, on: bool) {
        let mut conn = self.look().await;
        for setting in ["log_min_duration_statement", "auto_explain.log_min_duration"] {
            let statement =
                if on { format!("alter system set {setting} = 0") } else { format!("alter system reset {setting}") };
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut conn).await.expect("it is set");
        }
        sqlx::raw_sql("select pg_reload_conf()").execute(&mut conn).await.expect("it is read anew");
        conn.close().await.expect("it closes");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    /// What was logged of `lantern_app`, request by request: each ends where a superuser said [`MARK`]. Without what
    /// the connection did that keeps where checks stand, beside the requests.
    pub fn logged(&self) -> Vec<Request> {
        let text = fs::read(self.folder.join(LOG))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default();
        let rows: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let says = |row: &Value, words: &str| row["message"].as_str().is_some_and(|said| said.contains(words));
        let keeping: Vec<&Value> = rows
            .iter()
            .filter(|row| says(row, "hashtextextended('check_standings', 0)"))
            .map(|row| &row["pid"])
            .collect();
        let mut requests = vec![Request::default()];
        for row in &rows {
            if says(row, MARK) && !says(row, "plan:") {
                requests.push(Request::default());
            } else if row["user"] == "lantern_app" && !keeping.contains(&&row["pid"]) && !says(row, BESIDE) {
                let request = requests.last_mut().expect("it is not empty");
                request.statements.extend(Logged::of(row));
                request.faults.extend(plan_of(row).into_iter().flat_map(|plan| faults(&plan)));
            }
        }
        requests.pop();
        requests
    }

    pub fn close(mut self) {
        self.stop_server();
        self.cluster.take().expect("it runs").stop();
    }

    fn stop_server(&mut self) {
        let _ = Command::new("kill").arg(self.server.id().to_string()).status();
        let _ = self.server.wait();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A bench that failed leaves nothing running; the cluster stops by its own drop.
        if self.cluster.is_some() {
            self.stop_server();
        }
    }
}

/// What the server asks once a second, beside all requests: whether an open check has no row.
const BESIDE: &str = "not exists (select from check_standings s";
/// A statement that ends a stretch of the log.
pub const MARK: &str = "select 'the bench goes on'";

/// What decides which data are made: the migrations, the generator, the seed.
fn made_by() -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(SEED);
    for folder in ["migrations", "src/generate"] {
        let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the sources are there");
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            hash.update(fs::read(file).expect("a file"));
        }
    }
    hash.finalize().to_vec()
}

#[derive(Debug, Clone, Copy)]
pub struct Used {
    pub server: f64,
    pub database: f64,
}

/// What PostgreSQL did for a request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub statements: Vec<Logged>,
    /// What of their plans would grow with the number of checks.
    pub faults: Vec<String>,
}

/// A statement as PostgreSQL ran it.
#[derive(Debug, Clone)]
pub struct Logged {
    pub text: String,
    /// `$1`'s value first; `None`: null.
    pub values: Vec<Option<String>>,
}

impl Logged {
    /// From a line `duration: 0.1 ms  execute sqlx_s_3: select ...`; parsing and binding are no statements of their
    /// own.
    fn of(row: &Value) -> Option<Self> {
        let message = row["message"].as_str()?;
        let (_, said) = message.split_once(" ms  ")?;
        let (kind, text) = said.split_once(": ")?;
        if !(kind.starts_with("execute") || kind == "statement") {
            return None;
        }
        let detail = row["detail"].as_str().unwrap_or_default();
        Some(Self { text: text.to_owned(), values: values(detail.strip_prefix("parameters: ").unwrap_or_default()) })
    }
}

/// From a line `duration: 0.1 ms  plan:`: the plan, and the statement beside each of its faults.
fn plan_of(row: &Value) -> Option<Value> {
    let (_, plan) = row["message"].as_str()?.split_once(" ms  plan:")?;
    serde_json::from_str(plan.trim()).ok()
}

fn faults(plan: &Value) -> Vec<String> {
    let text = plan["Query Text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    judge::faults(&plan["Plan"]).into_iter().map(|fault| format!("{fault}: {text}")).collect()
}

/// Reads `$1 = 'it''s', $2 = NULL`.
fn values(detail: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = detail;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(quoted) = after.strip_prefix('\'') {
            let mut value = String::new();
            let mut letters = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, letter)) = letters.next() {
                if letter != '\'' {
                    value.push(letter);
                } else if letters.peek().is_some_and(|(_, next)| *next == '\'') {
                    letters.next();
                    value.push('\'');
                } else {
                    end = at + 1;
                    break;
                }
            }
            values.push(Some(value));
            rest = &quoted[end..];
        } else {
            values.push(None);
            rest = after.split_once(", ").map_or("", |(_, rest)| rest);
        }
    }
    values
}

fn serve(cluster: &Cluster, port: u16) -> Child {
    let socket = cluster.socket().display().to_string().replace('/', "%2F");
    Command::new(LANTERN)
        .arg("serve")
        .env("DATABASE_URL", format!("postgres://lantern_app@{socket}/lantern"))
        .env("LANTERN_LISTEN", format!("127.0.0.1:{port}"))
        .env("LANTERN_ORIGIN", format!("http://localhost:{port}"))
        .env("LANTERN_LOG", "warn")
        .envs(MEMORY)
        .stdin(Stdio::null())
        .spawn()
        .expect("the program runs")
}

async fn ready(port: u16, begun: Instant) -> Duration {
    use super::load::{Ask, Browser};
    while begun.elapsed() < Duration::from_secs(20) {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            let mut browser = Browser::new(port, "").await;
            if browser.ask(&Ask::get("/readyz")).await.status.is_success() {
                return begun.elapsed();
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the server is not ready");
}

/// The fields of a process's `stat` after its name.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

/// Clock ticks of Linux: a hundredth of a second, on every machine that Lantern runs on.
const TICK: f64 = 0.01;

fn ticks(process: u32, fields: [usize; 2]) -> f64 {
    let Some(stat) = stat(process) else { return 0.0 };
    fields.iter().filter_map(|field| stat.get(*field)?.parse::<f64>().ok()).sum::<f64>() * TICK
}

fn cpu(process: u32) -> f64 {
    ticks(process, [11, 12])
}

fn ended_children(process: u32) -> f64 {
    ticks(process, [13, 14])
}

fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("this is Linux").flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| stat(*id).is_some_and(|stat| stat.get(1).and_then(|of| of.parse().ok()) == Some(parent))).collect()
}

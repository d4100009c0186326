//! One private cluster a test run, one database and one server a test. The cluster goes when the test process does,
//! whatever way it ends: a shell that waits on a pipe removes it.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use lantern::{
    accounts::Gate,
    app::{App, Site},
    clock::Clock,
    db::{self, Db, local::Cluster},
    demo,
    generate::{self, Order},
    server,
    web::log::CountStatements,
};
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use time::OffsetDateTime;
use tokio::{net::TcpListener, sync::OnceCell};
use tracing_subscriber::{EnvFilter, Layer, filter::Targets, layer::SubscriberExt};

use super::{client::Visitor, watchdog::Watchdog};

/// When every test takes place, unless it moves the clock: shortly after the demonstration was loaded.
pub const NOW: OffsetDateTime = time::macros::datetime!(2026-11-23 18:00 UTC);

struct Ground {
    cluster: Cluster,
    _watchdog: Watchdog,
}

static GROUND: OnceCell<Ground> = OnceCell::const_new();
static EMPTY: OnceCell<()> = OnceCell::const_new();
static DEMONSTRATION: OnceCell<()> = OnceCell::const_new();
static GENERATED: OnceCell<()> = OnceCell::const_new();
static MANY: OnceCell<()> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

static SERVICE_LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Service;

impl std::io::Write for Service {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        SERVICE_LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What every server of this run wrote to its log so far, as `--log-format json` writes it.
pub fn service_log() -> String {
    String::from_utf8_lossy(&SERVICE_LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// Where the cluster stands: in memory where there is room, since a database a test is a thousand files, whose names a
/// disk's file system takes longer to find than PostgreSQL takes to fill them.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let room = if in_memory() { PathBuf::from(MEMORY) } else { std::env::temp_dir() };
    room.join(format!("lantern-test-{}", std::process::id()))
});
const MEMORY: &str = "/dev/shm";
/// What the databases of the tests that run at once, and what was written before them, may take: in KiB.
const ROOM: u64 = 4 << 20;

fn in_memory() -> bool {
    let told = Command::new("df").args(["--output=fstype,avail", MEMORY]).output();
    let told = told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).unwrap_or_default();
    let fields: Vec<&str> = told.lines().nth(1).unwrap_or_default().split_whitespace().collect();
    let is_free = |free: Option<u64>| free.is_some_and(|free| free >= ROOM);
    let number = |text: &str| text.split_whitespace().find_map(|word| word.parse::<u64>().ok());
    let [kind, free] = fields[..] else { return false };
    // The file system knows nothing of what else fills memory, or of a limit on this container.
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().find(|line| line.starts_with("MemAvailable:")).and_then(number);
    let limit = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|limit| number(&limit));
    kind == "tmpfs" && is_free(number(free)) && is_free(memory) && limit.is_none_or(|limit| limit / 1024 >= 2 * ROOM)
}

/// Where PostgreSQL itself writes its log.
pub fn server_log() -> PathBuf {
    FOLDER.join("postgres.log")
}

/// The databases of tests that are over.
static LEFT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A test's own database. Memory has room for those in use only, so it goes once its test is over.
struct Own(String);

impl Drop for Own {
    fn drop(&mut self) {
        LEFT.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut self.0));
    }
}

/// Takes away what tests left, where it stands in memory.
async fn clear(ground: &Ground) {
    let left = std::mem::take(&mut *LEFT.lock().unwrap_or_else(PoisonError::into_inner));
    for name in left.into_iter().filter(|_| FOLDER.starts_with(MEMORY)) {
        if let Err(error) = ground.cluster.drop_database(&name).await {
            eprintln!("database {name} of a test that is over stays: {error}");
        }
    }
}

async fn ground() -> &'static Ground {
    GROUND
        .get_or_init(|| async {
            // The driver's own lines, counted a request and shown in `Server-Timing`.
            let counted = CountStatements.with_filter(Targets::new().with_target("sqlx::query", tracing::Level::DEBUG));
            let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(|| Service);
            let lines = lines.with_filter(EnvFilter::new("info,sqlx=error"));
            // Without the bridge from `log`: the reader of pages would write down every tag of them.
            let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(counted).with(lines));
            // Each line of its log begins with the database it is of. What a plan is chosen by changes when a test says
            // so, and not because a busy machine gave the vacuum time to come by.
            let settings = &[
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "log_line_prefix=%d|",
                "autovacuum=off",
            ];
            let cluster = Cluster::start_with(&FOLDER, settings).await.expect("PostgreSQL starts");
            let watchdog = Watchdog::new(&cluster.removal());
            Ground { cluster, _watchdog: watchdog }
        })
        .await
}

async fn empty() -> &'static Ground {
    let ground = ground().await;
    EMPTY
        .get_or_init(|| async {
            ground.cluster.make_database("empty").await.expect("a database is made");
            db::migrate(&ground.cluster.superuser("empty"), db::Beside::Older).await.expect("the migrations apply");
            look_at(ground, "empty").await;
        })
        .await;
    ground
}

async fn demonstration() -> &'static Ground {
    let ground = empty().await;
    DEMONSTRATION
        .get_or_init(|| async {
            copy(ground, "empty", "demonstration").await;
            let site = Site { origin: "http://localhost".into(), behind_proxy: false, demonstration: true };
            let database = ground.cluster.application("demonstration");
            demo::load(&database, &site, NOW, |_, _| ()).await.expect("the demonstration loads");
            // As the server does by itself within a second.
            lantern::checks::standing::store::keep_up_now(&Db::unhurried(&database), NOW)
                .await
                .expect("it is computed");
            look_at(ground, "demonstration").await;
        })
        .await;
    ground
}

/// What the tests generate.
pub const ORDER: Order = Order { checks: 300, seed: 7, today: NOW.date() };

async fn generated() -> &'static Ground {
    let ground = empty().await;
    GENERATED
        .get_or_init(|| async {
            copy(ground, "empty", "generated").await;
            generate::fill(&ground.cluster.superuser("generated"), ORDER, |_| {}).await.expect("it is filled");
            let database = ground.cluster.application("generated");
            lantern::checks::standing::store::keep_up_now(&Db::unhurried(&database), NOW)
                .await
                .expect("it is computed");
        })
        .await;
    ground
}

async fn many() -> &'static Ground {
    let ground = demonstration().await;
    MANY.get_or_init(|| async {
        copy(ground, "demonstration", "many").await;
        let mut connection = ground.cluster.superuser("many").connect().await.expect("PostgreSQL answers");
        let statements = format!("begin; {}; commit", include_str!("skewed.sql"));
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut connection).await.expect("the rows are loaded");
        connection.close().await.expect("the connection closes");
        let database = ground.cluster.application("many");
        lantern::checks::standing::store::keep_up_now(&Db::unhurried(&database), NOW).await.expect("it is computed");
        look_at(ground, "many").await;
    })
    .await;
    ground
}

/// PostgreSQL counts what is in a database, to choose plans by.
async fn look_at(ground: &Ground, database: &str) {
    let mut connection = ground.cluster.superuser(database).connect().await.expect("PostgreSQL answers");
    sqlx::raw_sql("vacuum analyze").execute(&mut connection).await.expect("it is looked at");
    connection.close().await.expect("the connection closes");
}

async fn copy(ground: &Ground, from: &str, to: &str) {
    let mut connection = ground.cluster.superuser("postgres").connect().await.expect("PostgreSQL answers");
    // As `lantern migrate` leaves a database; a copy has not these rights of its original.
    for statement in [
        format!("create database \"{to}\" template \"{from}\" owner lantern_owner strategy wal_log"),
        format!("revoke create, temporary on database \"{to}\" from public"),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.expect("the database is copied");
    }
    connection.close().await.expect("the connection closes");
}

/// A server with a database of its own.
pub struct TestApp {
    pub origin: String,
    /// The server's clock, standing at [`NOW`] until it is moved.
    pub clock: Clock,
    pub db: Db,
    gate: Arc<Gate>,
    name: String,
    _own: Option<Own>,
}

impl TestApp {
    /// A server whose database has the schema and the reference data.
    pub async fn empty() -> Self {
        Self::with(empty().await, "empty").await
    }

    /// A server whose database has the demonstration.
    pub async fn demonstration() -> Self {
        Self::with(demonstration().await, "demonstration").await
    }

    /// A server whose database has the data of [`ORDER`].
    pub async fn generated() -> Self {
        Self::with(generated().await, "generated").await
    }

    /// A server whose database has the demonstration, and twenty thousand checks beside it with everything that belongs
    /// to them.
    pub async fn many() -> Self {
        Self::with(many().await, "many").await
    }

    async fn with(ground: &Ground, template: &str) -> Self {
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        clear(ground).await;
        copy(ground, template, &name).await;
        let app = Self::on(Db::lazy(&ground.cluster.application(&name), 8), &name).await;
        Self { _own: Some(Own(name)), ..app }
    }

    /// A server on that database.
    pub async fn on(db: Db, name: &str) -> Self {
        let clock = Clock::fixed(NOW);
        let site = Site { origin: String::new(), behind_proxy: false, demonstration: true };
        let (origin, gate) = serve(&db, &clock, site).await;
        Self { origin, clock, db, gate, name: name.to_owned(), _own: None }
    }

    /// A second server on the same database, reached under another address; gives where it listens.
    pub async fn also_serve(&self, site: Site) -> String {
        serve(&self.db, &self.clock, site).await.0
    }

    /// How many passwords the server compared so far.
    pub fn comparisons(&self) -> u64 {
        self.gate.comparisons()
    }

    /// Runs statements as the superuser, in one transaction.
    pub async fn run(&self, statements: &str) {
        let mut connection = self.superuser().connect().await.expect("PostgreSQL answers");
        let statements = format!("begin; {statements}; commit");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut connection).await.expect("the statements hold");
        connection.close().await.expect("the connection closes");
    }

    /// The name of its database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A browser in which nobody is signed in.
    pub fn nobody(&self) -> Visitor {
        Visitor::new(&self.origin)
    }

    /// Signs a person of the demonstration in.
    pub async fn enter(&self, account: &str) -> Visitor {
        let mut visitor = self.nobody();
        let page = visitor.sign_in(account, demo::PASSWORD).await;
        assert_eq!(page.status, 303, "{account} signs in: {}", page.text());
        visitor
    }

    /// The database as its superuser, for what a test has to look at or to break.
    pub fn superuser(&self) -> PgConnectOptions {
        GROUND.get().expect("the cluster runs").cluster.superuser(&self.name)
    }

    /// The database as the program itself connects to it.
    pub fn application(&self) -> PgConnectOptions {
        GROUND.get().expect("the cluster runs").cluster.application(&self.name)
    }

    /// The first value of a statement's first row, as text.
    pub async fn value(&self, statement: &str) -> String {
        let mut connection = self.superuser().connect().await.expect("PostgreSQL answers");
        let found: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select ({statement})::text")))
            .fetch_one(&mut connection)
            .await
            .expect("it is a statement");
        connection.close().await.expect("the connection closes");
        found.unwrap_or_default()
    }
}

async fn serve(db: &Db, clock: &Clock, mut site: Site) -> (String, Arc<Gate>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let origin = format!("http://localhost:{}", listener.local_addr().expect("it listens").port());
    if site.origin.is_empty() {
        site.origin.clone_from(&origin);
    }
    let app = App::new(db.clone(), clock.clone(), site);
    let gate = Arc::clone(&app.gate);
    tokio::spawn(server::serve(app, listener, std::future::pending()));
    (origin, gate)
}

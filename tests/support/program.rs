//! The program itself, as an operator runs it: `lantern` in a process of its own, with folders of its own.

use std::{
    ffi::OsStr,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::OnceCell,
};

use super::{Visitor, Watchdog};

/// The program under test.
pub const LANTERN: &str = env!("CARGO_BIN_EXE_lantern");
/// How long a start, a stop or a recovery may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(5);

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder that goes with the test, and with it what still runs in it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _watchdog: Watchdog,
}

impl Folder {
    /// An empty folder, which every account may pass through.
    pub fn new() -> Self {
        let name = format!("lantern-program-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        let run =
            |command: &mut std::process::Command| assert!(command.status().expect("it runs").success(), "{command:?}");
        run(std::process::Command::new("chmod").arg("755").arg(&path));
        // What was left running in it: the postmasters of clusters that were not stopped.
        // A Lantern that would start them again is gone by then.
        let kill = format!(
            "sleep 0.3; for f in '{0}'/*/cluster/postmaster.pid; do kill -QUIT $(head -n 1 \"$f\"); done; sleep 0.2; rm -rf '{0}'",
            path.display()
        );
        Self { path, _watchdog: Watchdog::new(&kill) }
    }

    /// A path in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// The account that is no special one, where the tests run as root.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").expect("this is Linux").uid() == 0
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port is free").port()
}

/// The filled demonstration, stopped; filled once a test run.
async fn filled() -> PathBuf {
    static FILLED: OnceCell<Folder> = OnceCell::const_new();
    let folder = FILLED.get_or_init(|| async {
        let folder = Folder::new();
        let running = Running::demo(&folder.join("filled"), 0).await;
        running.stop().await;
        folder
    });
    folder.await.join("filled")
}

/// A copy of the filled demonstration.
pub async fn copy_of_filled(folder: &Folder, name: &str) -> PathBuf {
    let to = folder.join(name);
    let copied = Command::new("cp").arg("-a").arg(filled().await).arg(&to).status().await.expect("cp runs");
    assert!(copied.success(), "the folder is copied");
    to
}

/// Runs the program to its end, with no setting but these.
pub async fn lantern<I: AsRef<OsStr>>(arguments: &[I], variables: &[(&str, &str)]) -> Output {
    lantern_at(LANTERN, arguments, variables).await
}

/// As [`lantern`], a program that stands elsewhere.
pub async fn lantern_at<I: AsRef<OsStr>>(program: &str, arguments: &[I], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(variables.iter().copied());
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    tokio::time::timeout(PATIENCE, output).await.expect("it ends").expect("it runs")
}

/// What a program said, both channels.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Sends a signal to a process.
pub async fn signal(name: &str, process: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(process).status().await.expect("kill runs");
    assert!(sent.success(), "process {process} is there");
}

/// Whether a process runs; one that ended and was not waited for does not.
pub fn runs(process: &str) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Waits until something is so.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[derive(Debug)]
pub struct Running {
    child: Child,
    _watchdog: Watchdog,
    // Kept open: a program whose output nobody reads any more may stop.
    _output: Option<Lines<BufReader<ChildStdout>>>,
    folder: PathBuf,
    /// What it printed until it was ready.
    pub said: String,
    pub origin: String,
}

impl Running {
    /// Starts the demonstration, and waits until it says that it is ready.
    pub async fn demo(data: &Path, port: u16) -> Self {
        Self::ready(Command::new(LANTERN), data, port).await
    }

    /// As [`Running::demo`], under the account `nobody` where the tests run as root.
    pub async fn demo_as_nobody(program: &Path, data: &Path, port: u16) -> Self {
        Self::ready(as_nobody(program), data, port).await
    }

    async fn ready(command: Command, data: &Path, port: u16) -> Self {
        let mut child = demonstration(command, data, port);
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut said = String::new();
        let begun = Instant::now();
        // The last line: by then, all is said.
        while !said.contains("Ctrl-C") {
            let line = tokio::time::timeout(PATIENCE.saturating_sub(begun.elapsed()), lines.next_line()).await;
            match line.expect("it is ready in time").expect("it prints text") {
                Some(line) => said = said + &line + "\n",
                None => {
                    panic!(
                        "it ended without being ready: {said} {}",
                        fs::read_to_string(data.with_extension("log")).unwrap_or_default()
                    )
                }
            }
        }
        let origin = said.split_whitespace().find(|word| word.starts_with("http://localhost:"));
        let origin = origin.expect("it prints its address").to_owned();
        Self { _watchdog: watchdog(&child), _output: Some(lines), child, folder: data.to_owned(), said, origin }
    }

    /// Starts `serve`, and waits until it answers.
    pub async fn serve(folder: &Path, variables: &[(&str, &str)]) -> Self {
        Self::serve_by(LANTERN, folder, variables).await
    }

    /// As [`Running::serve`], a program that stands elsewhere.
    pub async fn serve_by(program: &str, folder: &Path, variables: &[(&str, &str)]) -> Self {
        let port = free_port();
        let (listen, origin) = (format!("127.0.0.1:{port}"), format!("http://localhost:{port}"));
        let mut command = Command::new(program);
        command
            .arg("serve")
            .env_clear()
            .env("LANTERN_LISTEN", &listen)
            .env("LANTERN_ORIGIN", &origin)
            .envs(variables.iter().copied());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).kill_on_drop(true).spawn();
        let child = child.expect("it starts");
        let running = Self {
            _watchdog: watchdog(&child),
            _output: None,
            child,
            folder: folder.to_owned(),
            said: String::new(),
            origin,
        };
        until("it listens", async || tokio::net::TcpStream::connect(&listen).await.is_ok()).await;
        running
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.origin.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an origin has a port")
    }

    pub fn process(&self) -> String {
        self.child.id().expect("it runs").to_string()
    }

    /// A browser in which a person of the demonstration is signed in.
    pub async fn enter(&self, account: &str) -> Visitor {
        let mut visitor = Visitor::new(&self.origin);
        let page = visitor.sign_in(account, lantern::demo::PASSWORD).await;
        assert_eq!(page.status, 303, "{account} signs in: {}", page.text());
        visitor
    }

    /// The first process of its cluster.
    pub fn postmaster(&self) -> String {
        postmaster(&self.folder).expect("its cluster runs")
    }

    /// Whether its cluster has another first process by now.
    pub fn has_another(&self, than: &str) -> bool {
        postmaster(&self.folder).is_some_and(|now| now != than && runs(&now))
    }

    /// The first value of a statement's first row, as text, read past Lantern.
    pub async fn value(&self, statement: &str) -> String {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(self.folder.join("socket"))
            .username("postgres")
            .database("lantern");
        let mut connection = options.connect().await.expect("PostgreSQL answers");
        let statement = sqlx::AssertSqlSafe(format!("select ({statement})::text"));
        let found: Option<String> =
            sqlx::query_scalar(statement).fetch_one(&mut connection).await.expect("it is a statement");
        connection.close().await.expect("the connection closes");
        found.unwrap_or_default()
    }

    /// Tells it to stop; it does, with exit 0, and leaves no cluster behind.
    pub async fn stop(self) {
        signal("TERM", &self.process()).await;
        self.stopped().await;
    }

    /// Waits for the end of one that was told to stop.
    pub async fn stopped(mut self) {
        let postmaster = postmaster(&self.folder);
        let ended =
            tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it stops in time").expect("it is ours");
        assert_eq!(ended.code(), Some(0), "it stops in order");
        if let Some(postmaster) = postmaster {
            assert!(!runs(&postmaster), "PostgreSQL is left running");
        }
        assert!(!self.folder.join("cluster/postmaster.pid").exists(), "PostgreSQL did not end in order");
    }

    /// Ends it as a power cut does, its cluster left alone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it is ours");
    }
}

/// Starts the demonstration and does not wait.
pub fn demonstration(mut command: Command, data: &Path, port: u16) -> Child {
    let log = fs::File::create(data.with_extension("log")).expect("the folder is writable");
    command.args(["demo", "--port", &port.to_string(), "--data"]).arg(data);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANTERN_LOG", "warn");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
    command.spawn().expect("the program starts")
}

/// Ends a Lantern whose test process ended; only if the process is still a Lantern.
fn watchdog(child: &Child) -> Watchdog {
    let process = child.id().expect("it runs");
    Watchdog::new(&format!("case \"$(readlink /proc/{process}/exe)\" in */lantern) kill -KILL {process};; esac"))
}

/// A program under the account `nobody`, where the tests run as root.
pub fn as_nobody(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
    command
}

/// The first process of the cluster in a folder, if it runs.
pub fn postmaster(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("cluster/postmaster.pid")).ok()?;
    text.lines().next().map(str::to_owned)
}

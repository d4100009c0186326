//! The private PostgreSQL cluster of the demonstration and the tests: one folder, one Unix socket, no network. The
//! folder is locked by one Lantern at a time. A cluster that runs under a free lock belongs to a Lantern that died, and
//! is stopped first; a cluster that dies under Lantern is started again. Nobody waits for a page here: a busy machine
//! makes a start late, not wrong.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom},
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};

/// The oldest major version of PostgreSQL that Lantern works with.
const OLDEST: u32 = 15;
/// How long PostgreSQL may be silent while it starts; after a crash it replays what it had promised.
const STARTING: Duration = Duration::from_mins(10);
/// How often it may end at once before that is taken for its answer.
const STARTS: u32 = 5;
/// The roles, as an operator makes them too.
const ROLES: &str = include_str!("../../migrations/roles.sql");
/// Where a cluster stands while it is made.
const UNFINISHED: &str = "cluster.unfinished";
/// The longest path of a socket's folder: the system allows 107 bytes, and PostgreSQL adds the file's name.
const SOCKET_PATH: usize = 85;

/// Why the private cluster does not run: one sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL's programs are not there.
    #[error(
        "PostgreSQL {OLDEST} or newer is needed and was not found on PATH or under /usr/lib/postgresql; on Debian: apt install postgresql"
    )]
    NoPrograms,
    /// Another Lantern has the folder.
    #[error("another Lantern is using {0}; stop it, or choose another folder with --data")]
    InUse(PathBuf),
    /// The folder was made by another major version.
    #[error(
        "{folder} was made by PostgreSQL {made}, and only version {found} is installed; install PostgreSQL {made}, or move the folder away to begin anew"
    )]
    OtherVersion {
        folder: PathBuf,
        /// The version that made it.
        made: u32,
        /// The version that is installed.
        found: u32,
    },
    /// One of PostgreSQL's programs failed.
    #[error("PostgreSQL cannot work in {folder}: {said}; {next}")]
    Failed { folder: PathBuf, said: String, next: &'static str },
    /// It ended by itself, or dropped a connection.
    #[error("the private PostgreSQL stopped working; what it said last is in {0}; start Lantern again")]
    Ended(PathBuf),
    /// It does not answer.
    #[error("the private PostgreSQL did not answer in time; what it said last is in {0}; start Lantern again")]
    Silent(PathBuf),
    /// The folder cannot be used.
    #[error("{folder} cannot be used: {}; choose another folder with --data", plain(.error))]
    Folder { folder: PathBuf, error: io::Error },
    /// PostgreSQL answers, and refuses.
    #[error("the private PostgreSQL refused: {}; start Lantern again", .0.as_database_error().map_or_else(|| .0.to_string(), |said| said.message().to_owned()))]
    Sql(#[from] sqlx::Error),
}

impl ClusterError {
    /// From what a program of PostgreSQL printed: the line that names the error.
    fn said(folder: &Path, output: &str) -> Self {
        let telling = ["PANIC:", "FATAL:", "error:"];
        let named =
            output.lines().rev().find_map(|line| telling.iter().find_map(|word| Some(line.split_once(word)?.1.trim())));
        let said = named.or_else(|| output.lines().last()).unwrap_or("it gives no reason").to_owned();
        let next = if output.contains(NO_SPACE) {
            "make room on its disk, then start Lantern again"
        } else if said.contains("Permission denied") {
            "every folder above it must let PostgreSQL's account through, or choose another folder with --data"
        } else {
            "move the folder away to begin anew, or choose another folder with --data"
        };
        let said = if output.contains(NO_SPACE) { NO_SPACE.to_owned() } else { said };
        Self::Failed { folder: folder.to_owned(), said, next }
    }
}

/// What the system says of a full disk, in the language that PostgreSQL is started with.
const NO_SPACE: &str = "No space left on device";

/// What the system says of an error, without its number.
pub fn plain(error: &io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or_default().to_owned()
}

/// Whether a start of Lantern has begun to make a cluster in that folder.
pub fn is_begun(folder: &Path) -> bool {
    ["cluster", UNFINISHED].iter().any(|name| folder.join(name).exists())
}

/// A running private cluster. Dropped without [`Cluster::stop`], it is stopped at once and recovers at the next start.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    socket: PathBuf,
    programs: Programs,
    account: Option<Account>,
    settings: &'static [&'static str],
    postmaster: Mutex<Child>,
    /// Where the log of this start begins.
    log_begins: u64,
    lock: File,
}

impl Cluster {
    /// Starts the cluster in `folder`, making it if there is none.
    ///
    /// # Errors
    /// See [`ClusterError`]; nothing is left running.
    pub async fn start(folder: &Path) -> Result<Self, ClusterError> {
        Self::start_with(folder, &[]).await
    }

    /// As [`Cluster::start`], with settings of PostgreSQL such as `fsync=off`.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub async fn start_with(folder: &Path, settings: &'static [&'static str]) -> Result<Self, ClusterError> {
        let unusable = |error| ClusterError::Folder { folder: folder.to_owned(), error };
        let account = Account::for_postgres().map_err(unusable)?;
        own_folder(folder, account).map_err(unusable)?;
        let folder = &folder.canonicalize().map_err(unusable)?;
        let lock = lock(folder)?;
        let programs = programs_for(folder)?;
        let socket = socket_folder(folder, account).map_err(unusable)?;
        if !folder.join("cluster/PG_VERSION").exists() {
            make(folder, &programs, account).await?;
        }
        stop_orphan(folder, &programs, account).await?;
        let log_begins = fs::metadata(folder.join("postgres.log")).map_or(0, |log| log.len());
        let postmaster = Mutex::new(launch(folder, &socket, &programs, account, settings).map_err(unusable)?);
        let cluster =
            Self { folder: folder.clone(), socket, programs, account, settings, postmaster, log_begins, lock };
        cluster.answering().await?;
        let mut connection = cluster.superuser("postgres").connect().await?;
        sqlx::raw_sql(ROLES).execute(&mut connection).await?;
        connection.close().await?;
        Ok(cluster)
    }

    /// The address of a database as the application's role.
    pub fn application(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.socket).username("lantern_app").database(database)
    }

    /// The address of a database as the superuser.
    pub fn superuser(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.socket).username("postgres").database(database)
    }

    /// Makes a database owned by `lantern_owner`, unless it is there. Says whether it was made.
    pub async fn make_database(&self, name: &str) -> Result<bool, ClusterError> {
        let mut connection = self.superuser("postgres").connect().await?;
        let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
        if !there {
            let quoted = name.replace('"', "\"\"");
            let statement = format!("create database \"{quoted}\" owner lantern_owner");
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        connection.close().await?;
        Ok(!there)
    }

    /// Takes a database away.
    pub async fn drop_database(&self, name: &str) -> Result<(), ClusterError> {
        let mut connection = self.superuser("postgres").connect().await?;
        let quoted = name.replace('"', "\"\"");
        let statement = format!("drop database if exists \"{quoted}\" with (force)");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// The folder of the socket; `psql -h <folder> -U postgres` opens it.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The command that stops this cluster at once and removes its folder, for a watchdog in another process.
    pub fn removal(&self) -> String {
        let kill = self.process();
        format!("kill -QUIT {kill}; sleep 0.3; rm -rf '{}' '{}'", self.folder.display(), self.socket.display())
    }

    /// The process id of PostgreSQL's first process.
    pub fn process(&self) -> u32 {
        self.postmaster().id()
    }

    /// Resolves when PostgreSQL has ended by itself.
    pub async fn ended(&self) {
        while self.runs() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What keeps it from working, as far as it shows: it ended, or its disk is full.
    pub fn trouble(&self) -> Option<ClusterError> {
        let said = self.said();
        if said.contains(NO_SPACE) {
            return Some(ClusterError::said(&self.folder, &said));
        }
        (!self.runs()).then(|| ClusterError::Ended(self.log()))
    }

    /// The file of its log.
    pub fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// What it wrote to its log since this Lantern started it.
    fn said(&self) -> String {
        let mut said = Vec::new();
        let read = File::open(self.log()).and_then(|mut log| {
            log.seek(SeekFrom::Start(self.log_begins))?;
            log.read_to_end(&mut said)
        });
        if let Err(error) = read {
            tracing::debug!(%error, "reading the log of the private PostgreSQL");
        }
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Starts PostgreSQL again whenever it ends by itself, at most every ten seconds when it ends again at once. Never
    /// resolves.
    pub async fn keep_running(&self) {
        const AT_ONCE: Duration = Duration::from_millis(200);
        let mut pause = AT_ONCE;
        loop {
            tokio::time::sleep(pause).await;
            if self.runs() {
                pause = AT_ONCE;
                continue;
            }
            pause = (pause * 2).min(Duration::from_secs(10));
            tracing::warn!("the private PostgreSQL ended; starting it again");
            match launch(&self.folder, &self.socket, &self.programs, self.account, self.settings) {
                Ok(postmaster) => *self.postmaster() = postmaster,
                Err(error) => tracing::error!(%error, "the private PostgreSQL did not start"),
            }
        }
    }

    /// Stops it, with everything it promised on disk.
    pub fn stop(self) {
        self.shut_down("fast");
    }

    fn shut_down(&self, mode: &str) {
        let mut stop = self.programs.command("pg_ctl", self.account);
        stop.args(["stop", "--wait", "--timeout=20", "--mode", mode, "--silent", "-D"])
            .arg(self.folder.join("cluster"));
        if let Err(error) = stop.output() {
            tracing::debug!(%error, "stopping the private PostgreSQL");
        }
        let _ = self.postmaster().wait();
    }

    fn postmaster(&self) -> MutexGuard<'_, Child> {
        self.postmaster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn runs(&self) -> bool {
        matches!(self.postmaster().try_wait(), Ok(None))
    }

    async fn answering(&self) -> Result<(), ClusterError> {
        let begun = Instant::now();
        let mut ends = 0;
        while begun.elapsed() < STARTING {
            if let Ok(connection) = self.superuser("postgres").connect().await {
                connection.close().await?;
                return Ok(());
            }
            if !self.runs() {
                // After a crash, the children of the dead one hold its memory for a moment. Any other reason stays one.
                let said = self.said();
                ends += u32::from(!said.contains("shared memory") && !said.contains("lock file"));
                if ends == STARTS {
                    return Err(ClusterError::said(&self.folder, &said));
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
                let relaunched = launch(&self.folder, &self.socket, &self.programs, self.account, self.settings);
                *self.postmaster() =
                    relaunched.map_err(|error| ClusterError::Folder { folder: self.folder.clone(), error })?;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(ClusterError::Silent(self.log()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.runs() {
            self.shut_down("immediate");
        }
        // Closing the file is not enough: a program that another thread starts at this moment holds a copy until it
        // runs.
        let _ = self.lock.unlock();
    }
}

/// The account PostgreSQL runs under when Lantern runs as root, which PostgreSQL refuses.
#[derive(Debug, Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// `None` for an ordinary user; `postgres` or else `nobody` for root.
    fn for_postgres() -> io::Result<Option<Self>> {
        if fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd")?;
        let named = |name: &str| {
            let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut parts = line.split(':').skip(2).map(str::parse);
            Some(Self { user: parts.next()?.ok()?, group: parts.next()?.ok()? })
        };
        let found = named("postgres").or_else(|| named("nobody"));
        found.map(Some).ok_or_else(|| io::Error::other("no account named postgres or nobody to run PostgreSQL under"))
    }
}

/// PostgreSQL's programs of one version.
#[derive(Debug, Clone)]
struct Programs {
    folder: PathBuf,
    version: u32,
}

impl Programs {
    fn in_folder(folder: PathBuf) -> Option<Self> {
        let said = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let said = String::from_utf8(said.stdout).ok()?;
        let version = said.split_whitespace().last()?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        let whole = ["initdb", "pg_ctl"].iter().all(|name| folder.join(name).exists());
        (whole && version >= OLDEST).then_some(Self { folder, version })
    }

    /// Every version found, the newest first.
    fn installed() -> Vec<Self> {
        let on_path =
            std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
        let packaged =
            fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
        let mut found: Vec<Self> = on_path.into_iter().chain(packaged).filter_map(Self::in_folder).collect();
        found.sort_by_key(|programs| std::cmp::Reverse(programs.version));
        found
    }

    fn command(&self, program: &str, account: Option<Account>) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").current_dir("/").process_group(0);
        if let Some(account) = account {
            command.uid(account.user).gid(account.group);
        }
        command
    }
}

/// The programs of the version that made the folder, or of the newest for a new one.
fn programs_for(folder: &Path) -> Result<Programs, ClusterError> {
    let installed = Programs::installed();
    let newest = installed.first().cloned().ok_or(ClusterError::NoPrograms)?;
    let Ok(made) = fs::read_to_string(folder.join("cluster/PG_VERSION")) else { return Ok(newest) };
    let made = made.trim().parse().unwrap_or_default();
    let fitting = installed.into_iter().find(|programs| programs.version == made);
    fitting.ok_or(ClusterError::OtherVersion { folder: folder.to_owned(), made, found: newest.version })
}

fn own_folder(folder: &Path, account: Option<Account>) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    account.map_or(Ok(()), |account| chown(folder, Some(account.user), Some(account.group)))
}

fn lock(folder: &Path) -> Result<File, ClusterError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.map_err(|error| ClusterError::Folder { folder: folder.to_owned(), error })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ClusterError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(ClusterError::Folder { folder: folder.to_owned(), error }),
    }
}

/// A folder only the account can enter: beside the data, or where paths are short and plain (PostgreSQL takes a list of
/// them).
fn socket_folder(folder: &Path, account: Option<Account>) -> io::Result<PathBuf> {
    let beside = folder.join("socket");
    let plain = |path: &[u8]| path.len() <= SOCKET_PATH && !path.iter().any(|byte| matches!(byte, b',' | b'"'));
    let socket = if plain(beside.as_os_str().as_encoded_bytes()) {
        beside
    } else {
        let name = short_name(folder);
        std::env::temp_dir().join(format!("lantern-{name}"))
    };
    own_folder(&socket, account)?;
    let owner = account.map_or(fs::metadata("/proc/self")?.uid(), |account| account.user);
    let found = fs::symlink_metadata(&socket)?;
    if !found.is_dir() || found.uid() != owner || found.mode() & 0o077 != 0 {
        return Err(io::Error::other(format!("{} belongs to somebody else", socket.display())));
    }
    Ok(socket)
}

/// Makes the cluster under another name first: a start that was cut short leaves nothing that looks finished.
async fn make(folder: &Path, programs: &Programs, account: Option<Account>) -> Result<(), ClusterError> {
    let unusable = |error| ClusterError::Folder { folder: folder.to_owned(), error };
    let unfinished = folder.join(UNFINISHED);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(unusable)?;
    }
    let mut init = programs.command("initdb", account);
    init.args([
        "--username=postgres",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "-D",
    ]);
    init.arg(&unfinished);
    run(init, folder).await?;
    fs::rename(&unfinished, folder.join("cluster")).map_err(unusable)
}

/// Stops the cluster of a Lantern that died. Its lock is ours, so nobody uses it.
async fn stop_orphan(folder: &Path, programs: &Programs, account: Option<Account>) -> Result<(), ClusterError> {
    let cluster = folder.join("cluster");
    let running = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    if cluster.join("postmaster.pid").exists()
        && running(programs.command("pg_ctl", account).args(["status", "-D"]).arg(&cluster))
    {
        let mut stop = programs.command("pg_ctl", account);
        stop.args(["stop", "--wait", "--timeout=600", "--mode=fast", "--silent", "-D"]).arg(&cluster);
        run(stop, folder).await?;
    }
    Ok(())
}

fn launch(
    folder: &Path,
    socket: &Path,
    programs: &Programs,
    account: Option<Account>,
    settings: &[&str],
) -> io::Result<Child> {
    let log = OpenOptions::new().create(true).append(true).mode(0o600).open(folder.join("postgres.log"))?;
    let mut command = programs.command("postgres", account);
    command.arg("-D").arg(folder.join("cluster")).arg("-k").arg(socket);
    let always =
        ["listen_addresses=", "unix_socket_permissions=0700", "max_connections=100", "log_min_messages=warning"];
    for setting in always.iter().chain(settings) {
        command.arg("-c").arg(setting);
    }
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()
}

/// Runs a program to its end; it ends with whoever waits for it.
async fn run(command: Command, folder: &Path) -> Result<(), ClusterError> {
    let output = tokio::process::Command::from(command).kill_on_drop(true).output().await;
    let output = output.map_err(|error| ClusterError::said(folder, &error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(ClusterError::said(folder, &String::from_utf8_lossy(&output.stderr)))
}

fn short_name(folder: &Path) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    format!("{:012x}", digest.iter().take(6).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
}

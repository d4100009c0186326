//! The private PostgreSQL cluster of the demonstration and the tests: one folder, one Unix socket, no network. The
//! folder is locked by one Lantern at a time. A cluster that runs under a free lock belongs to a Lantern that died, and
//! is stopped first; a cluster that dies under Lantern is started again. Nobody waits for a page here: a busy machine
//! makes a start late, not wrong.

mod error;
mod programs;

pub use error::*;

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};

use self::{
    error::NO_SPACE,
    programs::{Account, Programs, own_folder, programs_for, run, socket_folder},
};

/// The oldest major version of PostgreSQL that Lantern works with.
const OLDEST: u32 = 15;
/// How long PostgreSQL may be silent while it starts; after a crash it replays what it had promised.
const STARTING: Duration = Duration::from_mins(10);
/// How often it may end at once before that is taken for its answer.
const STARTS: u32 = 5;
/// The roles, as an operator makes them too.
const ROLES: &str = include_str!("../../../migrations/roles.sql");
/// Where a cluster stands while it is made.
const UNFINISHED: &str = "cluster.unfinished";

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

//! The programs of PostgreSQL, the account that runs them, and the folders they need.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use super::{OLDEST, error::ClusterError};

/// The longest path of a socket's folder: the system allows 107 bytes, and PostgreSQL adds the file's name.
const SOCKET_PATH: usize = 85;

/// The account PostgreSQL runs under when Lantern runs as root, which PostgreSQL refuses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// `None` for an ordinary user; `postgres` or else `nobody` for root.
    pub(super) fn for_postgres() -> io::Result<Option<Self>> {
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
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    pub(super) version: u32,
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

    pub(super) fn command(&self, program: &str, account: Option<Account>) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").current_dir("/").process_group(0);
        if let Some(account) = account {
            command.uid(account.user).gid(account.group);
        }
        command
    }
}

/// The programs of the version that made the folder, or of the newest for a new one.
pub(super) fn programs_for(folder: &Path) -> Result<Programs, ClusterError> {
    let installed = Programs::installed();
    let newest = installed.first().cloned().ok_or(ClusterError::NoPrograms)?;
    let Ok(made) = fs::read_to_string(folder.join("cluster/PG_VERSION")) else { return Ok(newest) };
    let made = made.trim().parse().unwrap_or_default();
    let fitting = installed.into_iter().find(|programs| programs.version == made);
    fitting.ok_or(ClusterError::OtherVersion { folder: folder.to_owned(), made, found: newest.version })
}

pub(super) fn own_folder(folder: &Path, account: Option<Account>) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    account.map_or(Ok(()), |account| chown(folder, Some(account.user), Some(account.group)))
}

/// A folder only the account can enter: beside the data, or where paths are short and plain (PostgreSQL takes a list of
/// them).
pub(super) fn socket_folder(folder: &Path, account: Option<Account>) -> io::Result<PathBuf> {
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

/// Runs a program to its end; it ends with whoever waits for it.
pub(super) async fn run(command: Command, folder: &Path) -> Result<(), ClusterError> {
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

//! Why there is no cluster, in words that say what to do.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::OLDEST;

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
    pub(super) fn said(folder: &Path, output: &str) -> Self {
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
pub(super) const NO_SPACE: &str = "No space left on device";

/// What the system says of an error, without its number.
pub fn plain(error: &io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or_default().to_owned()
}

//! `lantern demo`: a private cluster, filled once, served on this machine. It says what it does, a line a stage; what
//! goes wrong is one sentence with what to do, and whatever cut a first start short, the next one begins it again.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;

use super::{PASSWORD, is_complete, is_loaded, load, people};
use crate::{
    app::{App, Site},
    clock::Clock,
    commands::{Stop, failed, served, told_to_stop},
    config::Demo,
    db::{
        self, Db,
        local::{self, Cluster, ClusterError},
    },
    error::AppError,
};

/// The private cluster's one database.
pub(crate) const DATABASE: &str = "lantern";
/// What is said when a first start is stopped.
const NOT_DONE: &str = "Stopped before the demonstration was complete. The next start begins it again.";
/// A line after so many checks.
const STEP: usize = 4;

/// Serves the demonstration, with a cluster of its own.
///
/// # Errors
/// One sentence for the terminal: what keeps it from starting, and what to do.
pub async fn run(settings: Demo) -> Result<(), Stop> {
    let started = Instant::now();
    let folder = settings.data.clone().unwrap_or_else(default_folder);
    let listener = listen(settings.port).await?;
    let port = listener.local_addr().map_err(failed)?.port();
    let site = Site { origin: format!("http://localhost:{port}"), behind_proxy: false, demonstration: true };
    let stop = told_to_stop()?;
    tokio::pin!(stop);
    let begun = local::is_begun(&folder);
    if !begun {
        say(
            "First start: making a private database and filling it with the demonstration. This takes about a quarter of a minute.",
        );
    }
    let cluster = tokio::select! {
        cluster = Cluster::start(&folder) => cluster.map_err(refused)?,
        () = &mut stop => {
            say(NOT_DONE);
            return Ok(());
        }
    };
    tokio::select! {
        filled = prepare(&cluster, &site, &folder, begun) => filled?,
        () = cluster.ended() => return Err(failed(ClusterError::Ended(cluster.log()))),
        () = &mut stop => {
            cluster.stop();
            say(NOT_DONE);
            return Ok(());
        }
    }
    let db = Db::lazy(&cluster.application(DATABASE), 10);
    announce(&site, &folder, &cluster, started.elapsed());
    let app = App::new(db.clone(), Clock::system(), site);
    tokio::select! {
        served = served(app, listener, stop) => served.map_err(failed)?,
        () = cluster.keep_running() => {}
    }
    db.close().await;
    cluster.stop();
    Ok(())
}

/// Makes what is not there yet. What a start before this one left half filled is thrown away with its database.
async fn prepare(cluster: &Cluster, site: &Site, folder: &Path, begun: bool) -> Result<(), Stop> {
    let cut_short = |error| cut_short(cluster, &error);
    let refused = |error| refused(cluster.trouble().unwrap_or(error));
    let mine = Db::unhurried(&cluster.application(DATABASE));
    let made = cluster.make_database(DATABASE).await.map_err(refused)?;
    let complete = !made && is(is_complete(&mine).await).map_err(cut_short)?;
    let half = !made && !complete && is(is_loaded(&mine).await).map_err(cut_short)?;
    mine.close().await;
    if begun && !complete {
        say("The last first start did not come to its end: beginning it again.");
    }
    if half {
        cluster.drop_database(DATABASE).await.map_err(refused)?;
        cluster.make_database(DATABASE).await.map_err(refused)?;
    }
    db::migrate(&cluster.superuser(DATABASE), db::Beside::Nothing).await.map_err(|error| match error {
        error if db::is_of_another_version(&error) => Stop::Setting(format!(
            "LANTERN_DATA (--data): {} was filled by another version of Lantern; start that version, move the folder, or name another one",
            folder.display()
        )),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => cut_short(error.into()),
        error => cut_short(AppError::internal(error)),
    })?;
    if complete {
        return Ok(());
    }
    let tell = |done: usize, all: usize| {
        if done.is_multiple_of(STEP) || done == all {
            say(&format!("Filling the demonstration: {done} of {all} checks"));
        }
    };
    load(&cluster.application(DATABASE), site, Clock::system().now(), tell).await.map_err(cut_short)
}

/// What is asked of a database that may have no tables yet: then it is not so.
fn is(answer: Result<bool, AppError>) -> Result<bool, AppError> {
    match answer {
        Err(AppError::Internal(_)) => Ok(false),
        answer => answer,
    }
}

/// What keeps the private cluster from running, as the end of the program.
pub(crate) fn refused(error: ClusterError) -> Stop {
    match error {
        ClusterError::Folder { .. } => Stop::Setting(format!("LANTERN_DATA (--data): {error}")),
        ClusterError::NoPrograms | ClusterError::InUse(_) | ClusterError::OtherVersion { .. } => {
            Stop::Setting(error.to_string())
        }
        error => failed(error),
    }
}

/// What cut the filling short, as the end of the program.
fn cut_short(cluster: &Cluster, error: &AppError) -> Stop {
    if let Some(trouble) = cluster.trouble() {
        return refused(trouble);
    }
    match error {
        AppError::Unavailable(_) | AppError::Late(_) => failed(ClusterError::Ended(cluster.log())),
        error => {
            tracing::error!(%error, "filling the demonstration");
            Stop::Failed(
                "the demonstration does not fit this Lantern, a fault of its makers; report it with the line above"
                    .into(),
            )
        }
    }
}

fn announce(site: &Site, folder: &Path, cluster: &Cluster, took: Duration) {
    say(&format!("\nLantern is ready at {}  (after {:.1} s)\n", site.origin, took.as_secs_f64()));
    say(&format!("Sign in as one of these; the password of all is: {PASSWORD}\n"));
    people().for_each(|(account, what)| say(&format!("  {account:<10} {what}")));
    say(&format!(
        "\nIts data: {}. Move or delete the folder while Lantern is stopped; --data names another.",
        folder.display()
    ));
    say(&format!("Its database: psql -h {} -U postgres lantern", cluster.socket().display()));
    say("Stop it with Ctrl-C.\n");
}

async fn listen(port: u16) -> Result<TcpListener, Stop> {
    for port in port..=port.saturating_add(19) {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => {
                return Err(Stop::Setting(format!("LANTERN_PORT (--port): {}; choose another", local::plain(&error))));
            }
        }
    }
    Err(Stop::Setting(format!("LANTERN_PORT (--port): the twenty ports from {port} on are in use; choose another")))
}

/// Where a user's programs keep their data; for root, where the account of PostgreSQL can reach it.
fn default_folder() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let root = home.as_deref().is_none_or(|home| home == Path::new("/root"));
    let named = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(|| Some(home?.join(".local/share")));
    match named {
        Some(folder) if !root => folder.join("lantern"),
        _ => PathBuf::from("/var/lib/lantern-demo"),
    }
}

/// A line for the terminal, or for the log it goes to. That nobody reads it any more is no reason to end.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

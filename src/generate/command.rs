//! `lantern generate`: fills an empty database, of a private cluster or of the operator's own.

use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

use sqlx::postgres::PgConnectOptions;

use super::Order;
use crate::{
    clock::{Clock, Zone},
    commands::{Stop, failed},
    config::Generate,
    db::{self, local::Cluster},
    demo::{
        PASSWORD,
        command::{DATABASE, refused},
    },
    error::AppError,
};

/// How a private cluster is started that is filled: what is written in one transaction needs no log of its own.
const CLUSTER: &[&str] = &["wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB", "checkpoint_timeout=30min"];

/// Fills an empty database with invented data.
///
/// # Errors
/// One sentence for the terminal: what is wrong with a setting or the database.
pub async fn run(settings: Generate) -> Result<(), Stop> {
    let started = Instant::now();
    let today = Zone::named(Zone::WASHINGTON).day(Clock::system().now());
    let order = Order { checks: usize::try_from(settings.checks).map_err(failed)?, seed: settings.seed, today };
    match (&settings.data, &settings.migrate_url) {
        (Some(folder), _) => in_folder(folder, order).await?,
        (None, Some(url)) => {
            let options = db::address(url)
                .map_err(|error| Stop::Setting(format!("LANTERN_MIGRATE_URL (--migrate-url): {error}")))?;
            fill(&options, order, "LANTERN_MIGRATE_URL (--migrate-url)").await?;
        }
        (None, None) => {
            let sentence = "LANTERN_DATA (--data) or LANTERN_MIGRATE_URL (--migrate-url): one of them is needed; --help says what they mean";
            return Err(Stop::Setting(sentence.into()));
        }
    }
    say(&format!(
        "{} checks after {:.0} s; the password of everybody is: {PASSWORD}",
        order.checks,
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

async fn in_folder(folder: &Path, order: Order) -> Result<(), Stop> {
    let cluster = Cluster::start_with(folder, CLUSTER).await.map_err(refused)?;
    cluster.make_database(DATABASE).await.map_err(refused)?;
    let options = cluster.superuser(DATABASE);
    db::migrate(&options, db::Beside::Nothing).await.map_err(failed)?;
    let done = fill(&options, order, "LANTERN_DATA (--data)").await;
    cluster.stop();
    done?;
    say(&format!("Serve it with: lantern demo --data {}", folder.display()));
    Ok(())
}

async fn fill(options: &PgConnectOptions, order: Order, setting: &str) -> Result<(), Stop> {
    let started = Instant::now();
    let done =
        super::fill(options, order, move |stage| say(&format!("{:>5.0} s  {stage}", started.elapsed().as_secs_f64())));
    done.await.map_err(|error| match error {
        AppError::Refused(sentence) => Stop::Setting(format!("{setting}: {sentence}")),
        error => failed(error),
    })
}

/// A line for the terminal. That nobody reads it any more is no reason to end.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

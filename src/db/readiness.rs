//! Whether people can be sent here: the database answers, has this program's schema, and takes what is written. It is
//! found out by writing, at most once a second, whoever asks how often.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{Db, unfit};
use crate::error::{AppError, Result};

/// Ready, or why not, in words after "the database".
pub type Ready = Result<(), &'static str>;

const NO_ANSWER: &str = "does not answer";
/// How long the database is given.
const IN_TIME: Duration = Duration::from_secs(4);
/// How long an answer stands.
const STANDS: Duration = Duration::from_secs(1);

/// What was found out last, and when that was begun.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Ready)>>);

impl Readiness {
    /// What was found out within this second, else what `probe` finds out. Those who ask meanwhile wait for the same
    /// answer; that whoever asked goes away changes nothing.
    pub async fn ask(self: Arc<Self>, probe: impl Future<Output = Ready> + Send + 'static) -> Ready {
        let asked = tokio::spawn(async move {
            let mut last = self.0.lock().await;
            match *last {
                Some((begun, ready)) if begun.elapsed() < STANDS => ready,
                _ => {
                    let begun = Instant::now();
                    let ready = probe.await;
                    *last = Some((begun, ready));
                    ready
                }
            }
        });
        asked.await.unwrap_or(Err(NO_ANSWER))
    }
}

/// Finds out by writing.
pub async fn probe(db: Db) -> Ready {
    match timeout(IN_TIME, write(&db)).await {
        Ok(Ok(ready)) => ready,
        Ok(Err(error)) => Err(why(&error)),
        Err(_) => Err(NO_ANSWER),
    }
}

/// Writes a row, and asks for the tables without which nobody does anything, if this program serves this database at
/// all.
async fn write(db: &Db) -> Result<Ready> {
    if let Some(why) = unfit(db).await? {
        return Ok(Err(why));
    }
    let mut tx = db.scratch().begin().await?;
    sqlx::query!("update readiness set written_at = now()").execute(&mut *tx).await?;
    sqlx::query!("set local lock_timeout = '2s'").execute(&mut *tx).await?;
    sqlx::query!("lock table people, sessions, submissions, audit_events in row exclusive mode")
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Ok(()))
}

fn why(error: &AppError) -> &'static str {
    let code = match error {
        AppError::Unavailable(cause) => cause.as_database_error().and_then(sqlx::error::DatabaseError::code),
        _ => None,
    };
    match code.as_deref() {
        Some("25006") => "only reads",
        Some("53100") => "has no place left on its disk",
        Some("53300") => "takes no more connections",
        Some("55P03" | "57014") => "is locked",
        _ => {
            tracing::warn!(%error, "not ready");
            NO_ANSWER
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_how_often_it_is_found_out_once_a_second() {
        let (readiness, probes) = (Arc::new(Readiness::default()), Arc::new(AtomicUsize::new(0)));
        let ask = |ready: Ready| {
            let probes = Arc::clone(&probes);
            Arc::clone(&readiness).ask(async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                probes.fetch_add(1, Ordering::Relaxed);
                ready
            })
        };
        let mut at_once = tokio::task::JoinSet::new();
        for _ in 0..20 {
            at_once.spawn(ask(Err("it only reads")));
        }
        assert_eq!(at_once.join_all().await, [Err("it only reads"); 20]);
        assert_eq!(probes.load(Ordering::Relaxed), 1, "all share one answer");
        assert_eq!(ask(Ok(())).await, Err("it only reads"), "it stands for a second");
        tokio::time::advance(STANDS).await;
        // Whoever asked has gone: what was begun goes on, and is the next one's answer.
        drop(tokio::time::timeout(Duration::from_millis(1), ask(Ok(()))).await);
        assert_eq!(ask(Err("it is asked again")).await, Ok(()));
        assert_eq!(probes.load(Ordering::Relaxed), 2);
    }
}

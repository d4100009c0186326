//! Connections that are dead without the pool's knowing: the database was started again, or somebody ended them. They
//! are not asked before each use. A request that meets a dead one before it wrote anything is run again, and asks then;
//! so does one that has written, which is never run again.

use std::{cell::Cell, time::Duration};

use sqlx::{Connection, postgres::PgPoolOptions};

/// A connection that lay unused for so long is asked: what stands between may have forgotten it without a word to
/// either end.
const LONG_UNUSED: Duration = Duration::from_mins(1);
/// How long an answer may take; a forgotten connection gives none at all.
const ANSWER: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// Whether the request of this task can no longer be run again.
    static FINAL: Cell<bool>;
}

/// Runs a request, and says whether it may be run again: it has written nothing.
pub(crate) async fn repeatable<F: Future>(request: F) -> (F::Output, bool) {
    let running = async {
        let answer = request.await;
        (answer, !is_final())
    };
    FINAL.scope(Cell::new(false), running).await
}

/// Runs what is never run again: every connection that it takes is asked first.
pub(crate) async fn once<F: Future>(work: F) -> F::Output {
    FINAL.scope(Cell::new(true), work).await
}

/// From now on the request is not run again.
pub(super) fn make_final() {
    let _ = FINAL.try_with(|last| last.set(true));
}

/// What runs within no request, such as a command, is not run again either.
fn is_final() -> bool {
    FINAL.try_with(Cell::get).unwrap_or(true)
}

/// A pool that asks a connection whether it lives only where an error would come too late, or not at all.
pub(super) fn asking_rarely(pool: PgPoolOptions) -> PgPoolOptions {
    pool.test_before_acquire(false).before_acquire(|connection, meta| {
        Box::pin(async move {
            let asks = is_final() || meta.idle_for > LONG_UNUSED;
            Ok(!asks || matches!(tokio::time::timeout(ANSWER, connection.ping()).await, Ok(Ok(()))))
        })
    })
}

//! Connections that are dead without the pool's knowing: the database was started again, or somebody ended them. No use of a connection
//! is preceded by a question whether it lives; a request that meets a dead one before it wrote anything is simply run again. A question
//! comes first where that cannot be done, or where the answer is in doubt.

use std::{
    cell::Cell,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection, pool::PoolConnectionMetadata, postgres::PgPoolOptions};

/// A connection that lay unused for so long is asked: what stands between may have forgotten it without a word to either end.
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

/// Since when connections are in doubt: all that lay unused when a dead one was found last.
#[derive(Debug, Clone, Default)]
pub(super) struct Doubt(Arc<Mutex<Option<Instant>>>);

impl Doubt {
    /// A dead connection was found.
    pub(super) fn raise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// A pool whose connections are asked where it is needed.
    pub(super) fn watch(&self, pool: PgPoolOptions) -> PgPoolOptions {
        let doubt = self.clone();
        pool.test_before_acquire(false).before_acquire(move |connection, meta| {
            let doubt = doubt.clone();
            Box::pin(async move { Ok(!doubt.wants_answer(&meta) || doubt.answers(connection).await) })
        })
    }

    fn wants_answer(&self, meta: &PoolConnectionMetadata) -> bool {
        let raised = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let in_doubt = raised.is_some_and(|raised| meta.idle_for >= raised.elapsed());
        in_doubt || meta.idle_for > LONG_UNUSED || is_final()
    }

    async fn answers(&self, connection: &mut PgConnection) -> bool {
        let lives = matches!(tokio::time::timeout(ANSWER, connection.ping()).await, Ok(Ok(())));
        if !lives {
            self.raise();
        }
        lives
    }
}

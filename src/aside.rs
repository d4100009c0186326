//! Work that would hold one of the server's threads for more than some twenty milliseconds is done aside: by a few
//! threads of its own, in the order it came, so that nobody's page waits for another's. Few threads also hold few
//! copies of what each keeps to work with.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;

use crate::error::{AppError, Result};

/// How many are at work at once.
pub const THREADS: usize = 2;
/// How many wait before whoever comes next is told to come again: as long as a person waits for an answer.
const WAITING: usize = 32;

type Work = Box<dyn FnOnce() + Send>;

/// A few threads, and the line before them.
#[derive(Debug)]
pub struct Aside(mpsc::SyncSender<Work>);

impl Aside {
    /// So many threads, and a line of at most so many.
    pub fn new(threads: usize, waiting: usize) -> Self {
        let (line, next) = mpsc::sync_channel::<Work>(waiting);
        let next = Arc::new(Mutex::new(next));
        for _ in 0..threads {
            let next = Arc::clone(&next);
            let at_work = move || {
                loop {
                    let work = next.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(work) = work else { break };
                    work();
                }
            };
            if let Err(error) = thread::Builder::new().name("aside".into()).spawn(at_work) {
                tracing::error!(%error, "the system gives no thread");
            }
        }
        Self(line)
    }

    /// Does work in its turn. What nobody waits for any more when its turn comes is left.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the line is full.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (tell, told) = oneshot::channel();
        let work = move || {
            if !tell.is_closed()
                && let Ok(done) = catch_unwind(AssertUnwindSafe(work))
            {
                let _ = tell.send(done);
            }
        };
        self.0.try_send(Box::new(work)).map_err(|_| AppError::Busy)?;
        told.await.map_err(AppError::internal)
    }
}

/// Does work aside.
///
/// # Errors
/// [`AppError::Busy`] when too much waits already.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    static ALL: LazyLock<Aside> = LazyLock::new(|| Aside::new(THREADS, WAITING));
    ALL.run(work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gate that keeps a thread until it is opened.
    fn gate() -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
        let (open, opened) = mpsc::channel();
        (open, move || opened.recv().expect("it is opened"))
    }

    #[tokio::test(flavor = "current_thread")]
    async fn work_aside_holds_nobody_up_who_does_not_ask_for_it() {
        let few = Aside::new(1, 8);
        let (open, until_opened) = gate();
        // On the one thread there is, the second is done before the first.
        let ((), ()) = tokio::join!(async { few.run(until_opened).await.expect("it is done") }, async {
            open.send(()).expect("it waits");
        });
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_full_line_says_so_at_once_and_goes_on_afterwards() {
        let few = Aside::new(1, 2);
        let (begun, begins) = oneshot::channel();
        let (open, until_opened) = gate();
        let first = few.run(move || {
            begun.send(()).expect("it is waited for");
            until_opened();
            1
        });
        let rest = async {
            begins.await.expect("the first has begun");
            let (second, third) = (few.run(|| 2), few.run(|| 3));
            let after = async {
                assert!(matches!(few.run(|| 4).await, Err(AppError::Busy)), "two wait already");
                open.send(()).expect("the first waits");
            };
            tokio::join!(second, third, after)
        };
        let (first, (second, third, ())) = tokio::join!(first, rest);
        assert_eq!([first, second, third].map(|done| done.expect("it is done")), [1, 2, 3]);
        assert_eq!(few.run(|| 5).await.expect("the line is short again"), 5);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_nobody_waits_for_any_more_is_left_and_a_panic_takes_no_thread() {
        let few = Aside::new(1, 8);
        let (open, until_opened) = gate();
        let (did, done) = mpsc::channel();
        let give_up = async {
            // Asked for, and given up before its turn.
            let asked = few.run(move || did.send(()));
            assert!(tokio::time::timeout(std::time::Duration::ZERO, asked).await.is_err());
            open.send(()).expect("the first waits");
        };
        let (first, ()) = tokio::join!(few.run(until_opened), give_up);
        first.expect("it is done");
        assert!(few.run(|| panic!("as it happens")).await.is_err_and(|error| matches!(error, AppError::Internal(_))));
        few.run(|| ()).await.expect("the thread is there still");
        assert!(done.try_recv().is_err(), "it was done for nobody");
    }
}

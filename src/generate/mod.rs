//! Invented data at any size, to try and to measure pages at real size: posts, people, parties, licenses, checks with
//! everything in them, and the log, as skewed as life. It is made by the program's own types and judged by its own
//! rules, and the same seed, size and day make the same rows. Nothing of it is real.

mod certificate;
pub mod command;
mod consent;
mod custody;
mod decide;
mod dice;
mod duties;
mod evidence;
mod findings;
mod goods;
mod investigate;
mod kept;
mod language;
mod license;
mod opening;
mod parties;
mod path;
mod plot;
pub mod recheck;
pub mod refusal;
mod remarks;
mod reply;
mod result;
pub mod rows;
mod situation;
mod stand;
pub mod store;
mod story;
mod telegram;
mod world;

use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use time::Date;

use crate::{
    error::{AppError, Result},
    web::filters::grouped,
};
pub use plot::OPEN;
use refusal::Refusal;
pub use situation::Situation;
pub use world::Book;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    pub checks: usize,
    /// What chance begins with.
    pub seed: u64,
    /// The day before whose beginning all of it lies.
    pub today: Date,
}

/// Makes the rows of an order, table by table in the order of time, without a database.
///
/// # Errors
/// With the sentence of a rule that says no, which is a fault of the generator; or when `out` fails.
pub fn make(order: Order, book: Book, out: rows::Out, told: impl FnMut(usize)) -> Result<()> {
    let world = world::World::new(order.seed, order.today, book, out)?;
    plot::Plot::play(world, order, told)
}

/// Fills an empty database, as a role that may `set role lantern_owner`: all of it, or nothing.
///
/// # Errors
/// [`AppError::Refused`] with one sentence when the database is not empty or has another schema.
pub async fn fill(
    options: &PgConnectOptions,
    order: Order,
    mut tell: impl FnMut(String) + Send + 'static,
) -> Result<()> {
    use sqlx::ConnectOptions;
    let mut conn = options.clone().options([("role", "lantern_owner")]).connect().await?;
    conn.execute("begin").await?;
    if let Err(error) = filled(&mut conn, order, &mut tell).await {
        let _ = conn.execute("rollback").await;
        return Err(error);
    }
    tell("Committed; marking what everybody may see.".into());
    store::vacuum(&mut conn).await?;
    Ok(conn.close().await?)
}

async fn filled(conn: &mut PgConnection, order: Order, tell: &mut (impl FnMut(String) + Send)) -> Result<()> {
    store::lock(conn).await?;
    if let Some(misfit) = store::misfit(conn).await? {
        return Err(Refusal::Told(misfit).into());
    }
    if let Some(table) = store::filled(conn).await? {
        return Err(Refusal::NotEmpty(table.to_string()).into());
    }
    let book = store::book(conn, order.today).await?;
    let bare = store::lay_bare(conn).await?;
    // Rows are made on a thread of their own while PostgreSQL takes those before them.
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<(usize, Vec<u8>)>(8);
    let (say, mut said) = tokio::sync::mpsc::unbounded_channel();
    let making = tokio::task::spawn_blocking(move || {
        let out = move |table, rows| {
            sender.blocking_send((table, rows)).map_err(|_| AppError::internal("the database takes no more rows"))
        };
        make(order, book, Box::new(out), |played| {
            let _ = say.send(played);
        })
    });
    while let Some((table, rows)) = receiver.recv().await {
        store::copy(conn, table, &rows).await?;
        while let Ok(played) = said.try_recv() {
            if played > 0 && played % (order.checks / 10).next_multiple_of(1000) == 0 {
                tell(format!("{} of {} checks.", grouped(&played.to_string()), grouped(&order.checks.to_string())));
            }
        }
    }
    making.await.map_err(AppError::internal)??;
    store::note(conn).await?;
    tell("All rows are in; building indexes and checking every constraint.".into());
    store::dress(conn, bare).await?;
    tell("Asking of every trigger what it would have refused.".into());
    if let Some(refused) = store::refused(conn).await? {
        return Err(AppError::internal(refused));
    }
    conn.execute("commit").await?;
    Ok(())
}

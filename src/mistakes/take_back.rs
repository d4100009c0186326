//! Taking a row back that was recorded by mistake: one page for every kind of row in every kind of file. It says what
//! stands there, what lapses, and why it is not the reader's to take back if it is not.

use askama::Template;
use axum::response::Response;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    model::{InFile, MistakeKind, Row, TakenBack},
    store,
};
use crate::{
    access::{Actor, Can, Role, permission::Permitted},
    addresses::{self as at, Address},
    audit::{Event, Events},
    db::Change,
    error::{AppError, Result},
    form,
    id::PersonId,
    posts,
    text::Reasons,
    web::{Form, Layout, Path, Sent, html},
};

form! {
    pub struct MistakeForm reads Reason {
        reason: Field<Reasons>,
    }
}

/// A kind of file whose rows can be taken back.
pub trait File: Sized + Send + Sync {
    /// Who opens the page; whose the row is, the rule says.
    type May: Permitted;
    /// What its address has for it.
    type Key: DeserializeOwned + Send + Sync + 'static;

    fn read(can: &Actor, key: &Self::Key) -> impl Future<Output = Result<Self>> + Send;

    /// The same, locked until the change ends.
    fn lock(change: &mut Change, can: &Actor, key: &Self::Key) -> impl Future<Output = Result<Self>> + Send;

    fn file(&self) -> InFile;

    /// The list it stands in, and what it is called.
    fn place(&self) -> (Address, &'static str, String);

    /// Its page, at a section of it.
    fn at(&self, section: &'static str) -> Address;

    /// The row, as it stands; none that was taken back already.
    fn row(
        &self,
        change: &mut sqlx::PgConnection,
        can: &Actor,
        kind: MistakeKind,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<Row>>> + Send;

    /// Takes it out: what rests on it is open again, its number or name is free. Gives the other facts of it.
    fn strike(self, change: &mut Change, taken: &TakenBack) -> impl Future<Output = Result<Vec<Event>>> + Send;

    /// What the database refuses at the end of the change.
    fn refused(error: AppError) -> AppError {
        error
    }
}

#[derive(Template)]
#[template(path = "mistakes/take_back.html")]
struct Page {
    layout: Layout,
    list: (Address, &'static str),
    file: (Address, String),
    row: Row,
    refused: Option<String>,
    sent: Sent<MistakeForm>,
}

pub async fn show<F: File>(
    can: Can<F::May>,
    Path((key, kind, row)): Path<(F::Key, MistakeKind, Uuid)>,
) -> Result<Response> {
    let file = F::read(&can, &key).await?;
    let row = find(&file, can.reads().acquire().await?.as_mut(), &can, kind, row).await?;
    let sent = can.form(MistakeForm::blank(), row.version).await?;
    page(&can, &file, row, sent).await
}

pub async fn submit<F: File>(
    can: Can<F::May>,
    Path((key, kind, row)): Path<(F::Key, MistakeKind, Uuid)>,
    sent: Sent<MistakeForm>,
) -> Result<Response> {
    let done = take_back::<F>(&can, &key, kind, row, &sent).await;
    sent.answer(done, async |mut sent| {
        let file = F::read(&can, &key).await?;
        let row = find(&file, can.reads().acquire().await?.as_mut(), &can, kind, row).await?;
        sent.renew(row.version);
        page(&can, &file, row, sent).await
    })
    .await
}

/// The row, with who recorded it where only the log knows.
async fn find<F: File>(
    file: &F,
    conn: &mut sqlx::PgConnection,
    can: &Actor,
    kind: MistakeKind,
    id: Uuid,
) -> Result<Row> {
    let mut row = file.row(conn, can, kind, id).await?.ok_or(AppError::NotFound)?;
    if row.recorded.by.is_none() {
        row.recorded.by = store::recorded(conn, file.file(), id).await?.and_then(|(by, _)| by);
    }
    Ok(row)
}

async fn page<F: File>(can: &Can<F::May>, file: &F, row: Row, sent: Sent<MistakeForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let serving = serving(&mut conn, can).await?;
    let refused = row.may_take_back(&can.reader(), &serving).err().map(|refusal| refusal.to_string());
    let (list, listed, called) = file.place();
    let at = file.at(row.section);
    html(&Page { layout: can.layout(), list: (list, listed), file: (at, called), row, refused, sent })
}

/// Who serves on the reader's side today.
async fn serving(conn: &mut sqlx::PgConnection, reader: &Actor) -> Result<Vec<(PersonId, Role)>> {
    match reader.post() {
        Some(post) => posts::store::serving(conn, post.id, reader.at).await,
        None => store::serving_in_washington(conn, reader.washington_today()).await,
    }
}

async fn take_back<F: File>(
    can: &Can<F::May>,
    key: &F::Key,
    kind: MistakeKind,
    row: Uuid,
    sent: &Sent<MistakeForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = F::lock(&mut change, can, key).await?;
    let row = find(&file, change.conn(), can, kind, row).await?;
    if row.version != sent.version {
        return Err(AppError::Stale);
    }
    let serving = serving(change.conn(), can).await?;
    let taken = row.take_back(file.file(), read.reason.as_str(), &can.reader(), &serving)?;
    let back = file.at(row.section);
    let events = file.strike(&mut change, &taken).await?;
    change.commit(Events::from(taken).and_all(events), &back).await.map_err(F::refused)
}

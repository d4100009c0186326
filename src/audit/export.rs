//! What leaves as a file: whole, in steps, however slowly the browser takes it; and what the log says of it.
//!
//! Nothing leaves before the log says so, and a file ends only after the log says how many rows it has. One that fits
//! into a single step has one entry. A longer one has one when it begins, and another when it ends or breaks off; if
//! the server itself stops in between, the first stands alone.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::{Event, Subject, Verb, says};
use crate::{
    access::Actor,
    error::{AppError, Result},
    text::{many, of_many},
    web::{csv::Sheet, log::within_request},
};

/// How long a browser may leave a piece of the file untaken before it is given up.
const STALLED: Duration = Duration::from_mins(10);

/// A file to be exported.
#[derive(Debug, Clone)]
pub struct File {
    pub name: &'static str,
    /// What one row of it is, as in "exported 12 log entries".
    pub row: &'static str,
    /// The heading of each column.
    pub columns: &'static [&'static str],
    /// The address that was asked, with its search.
    pub address: String,
}

/// One step of a file.
#[derive(Debug)]
pub struct Part<K> {
    pub sheet: Sheet,
    /// How many they are.
    pub count: usize,
    /// Where to go on; `None`: this was the last.
    pub next: Option<K>,
}

/// Sends a file; `step` makes each part of it.
///
/// # Errors
/// When the first part cannot be read, or the log cannot say that it leaves. Nothing has left then.
pub async fn send<K, S, F>(actor: Arc<Actor>, file: File, step: S) -> Result<Response>
where
    K: Send + 'static,
    S: Fn(Option<K>) -> F + Send + 'static,
    F: Future<Output = Result<Part<K>>> + Send + 'static,
{
    let first = step(None).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
    ];
    let heading = Sheet::headed(file.columns).finish().map_err(AppError::internal)?;
    let rows = first.sheet.finish().map_err(AppError::internal)?;
    let Some(next) = first.next else {
        note(&actor, &file, format!("exported {}", many(first.count, file.row)), Some(first.count)).await?;
        return Ok((headers, [heading, rows].concat()).into_response());
    };
    note(&actor, &file, format!("began to export {}", of_many("", file.row)), None).await?;
    let (sender, receiver) = mpsc::channel(1);
    let begun = Begun { actor, file, sender, count: first.count };
    tokio::spawn(within_request(begun.go_on([heading, rows].concat(), next, step)));
    Ok((headers, Body::new(Pieces::new(receiver))).into_response())
}

async fn note(actor: &Actor, file: &File, sentence: String, count: Option<usize>) -> Result<()> {
    let search = says("Search", file.address.as_str());
    let event = Event::new(Verb::Exported, Subject::Person(actor.id), sentence)
        .after(count.map_or(search.clone(), |count| search.and("Rows", count)));
    actor.change_unprompted().await?.finish(event).await
}

/// A piece of the file; `None`: its end, once the log has it.
type Piece = Option<Bytes>;

/// A file of which the first part has been read.
struct Begun {
    actor: Arc<Actor>,
    file: File,
    sender: mpsc::Sender<Piece>,
    count: usize,
}

impl Begun {
    /// Reads and sends the rest, and says in the log how it ended.
    async fn go_on<K, S, F>(mut self, first: Vec<u8>, next: K, step: S)
    where
        S: Fn(Option<K>) -> F,
        F: Future<Output = Result<Part<K>>>,
    {
        let ended = self.rest(first, next, step).await;
        let (count, rows) = (self.count, many(self.count, self.file.row));
        let sentence = match &ended {
            Ok(()) => format!("exported {rows}"),
            Err(_) => format!("an export broke off after at most {rows}"),
        };
        let noted = note(&self.actor, &self.file, sentence, Some(count)).await;
        // The file ends well only if the log says so. However this ends otherwise, the browser is told by a connection
        // that breaks off.
        match ended.and(noted) {
            Ok(()) => {
                let _ = self.sender.send(None).await;
            }
            Err(error) => tracing::warn!(%error, "an export broke off"),
        }
    }

    async fn rest<K, S, F>(&mut self, first: Vec<u8>, next: K, step: S) -> Result<()>
    where
        S: Fn(Option<K>) -> F,
        F: Future<Output = Result<Part<K>>>,
    {
        self.hand_over(first).await?;
        let mut from = Some(next);
        while let Some(key) = from {
            // Whoever has gone waits for no step: dropping it gives its statement up.
            let part = tokio::select! {
                part = step(Some(key)) => part?,
                () = self.sender.closed() => return Err(gone()),
            };
            self.count += part.count;
            self.hand_over(part.sheet.finish().map_err(AppError::internal)?).await?;
            from = part.next;
        }
        // The connection has taken the last piece when there is room for another.
        match tokio::time::timeout(STALLED, self.sender.reserve()).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(gone()),
        }
    }

    async fn hand_over(&self, piece: Vec<u8>) -> Result<()> {
        if piece.is_empty() {
            return Ok(());
        }
        match tokio::time::timeout(STALLED, self.sender.send(Some(piece.into()))).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(gone()),
        }
    }
}

fn gone() -> AppError {
    AppError::internal("the browser has gone")
}

/// The body of a file: its pieces as they come.
struct Pieces {
    coming: mpsc::Receiver<Piece>,
    /// Its end was said; whoever compresses it asks once more.
    is_whole: bool,
}

impl Pieces {
    fn new(coming: mpsc::Receiver<Piece>) -> Self {
        Self { coming, is_whole: false }
    }
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.is_whole {
            return Poll::Ready(None);
        }
        self.coming.poll_recv(context).map(|piece| match piece {
            Some(Some(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(None) => {
                self.is_whole = true;
                None
            }
            // Whoever read it is gone without having said that this was all.
            None => Some(Err(std::io::Error::other("the export broke off"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_file_is_whole_only_once_its_end_was_said() {
        for said in [true, false] {
            let (sender, receiver) = mpsc::channel(2);
            sender.send(Some(Bytes::from("a row"))).await.expect("there is room");
            if said {
                sender.send(None).await.expect("there is room");
            }
            drop(sender);
            let mut pieces = Pieces::new(receiver);
            assert!(pieces.frame().await.is_some_and(|row| row.is_ok()));
            assert_eq!(pieces.frame().await.is_none(), said);
            // Asked once more, as by whoever compresses it.
            assert_eq!(pieces.frame().await.is_none(), said);
        }
    }
}

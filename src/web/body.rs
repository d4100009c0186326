//! The body of a post is read once, within its bounds and at least at its pace, before anything else happens: an answer
//! that fails can give it back.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::{Instant, timeout_at};

use crate::{
    error::{AppError, Result},
    web::{bounds, unmarked},
};

/// The urlencoded body of a post.
#[derive(Debug, Clone, Default)]
pub struct Typed(pub Bytes);

impl Typed {
    /// The body as text; forms are ASCII by their encoding.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// What a person typed beside a form to prove who they are before they sign. It is no part of the form: nothing that
/// keeps, compares or gives back a form's answers ever sees it.
#[derive(Clone)]
pub struct Proof(String);

impl Proof {
    /// Its name in a form.
    pub const NAME: &str = "proof_password";

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes it out of a form's pairs.
    fn taken_from(pairs: Bytes) -> (Bytes, Option<Self>) {
        let is_proof = |pair: &&[u8]| form_urlencoded::parse(pair).next().is_some_and(|(name, _)| name == Self::NAME);
        let (proofs, others): (Vec<&[u8]>, Vec<&[u8]>) = pairs.split(|byte| *byte == b'&').partition(is_proof);
        let typed = proofs.iter().flat_map(|pair| form_urlencoded::parse(pair)).map(|(_, value)| value.into_owned());
        match typed.last() {
            None => (pairs, None),
            Some(typed) => (others.join(&b'&').into(), Some(Self(typed)).filter(|proof| !proof.0.is_empty())),
        }
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof")
    }
}

/// How slowly a body may arrive. An honest sender at 16 kbit/s, whose link stands still for some seconds now and then,
/// is four times as fast.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For so long nothing may arrive.
    pub standstill: Duration,
    /// In each such stretch ...
    pub stretch: Duration,
    /// ... so many bytes arrive at least.
    pub bytes: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { standstill: Duration::from_secs(30), stretch: Duration::from_mins(1), bytes: 30_000 }
    }
}

/// Reads the body of every request that has one, and hands it on as [`Typed`].
pub async fn read(request: Request, next: Next) -> Response {
    if let Err(error) = bounds::address(request.uri()).and_then(|()| unmarked::address(request.uri())) {
        return error.into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let pace = parts.extensions.get().copied().unwrap_or_default();
    match typed(body, announced, kind, pace).await {
        Ok((typed, proof)) => {
            parts.extensions.insert(typed);
            if let Some(proof) = proof {
                parts.extensions.insert(proof);
            }
        }
        Err(error) => return error.into_response(),
    }
    next.run(Request::from_parts(parts, Body::empty())).await
}

/// What was typed, however it was sent.
async fn typed(body: Body, announced: Option<usize>, kind: &str, pace: Pace) -> Result<(Typed, Option<Proof>)> {
    if announced.is_some_and(|length| length > bounds::BODY) {
        return Err(TOO_LARGE);
    }
    let bytes = arrived(body, pace).await?;
    let came = bytes.len();
    let pairs = match multer::parse_boundary(kind) {
        Err(_) => bytes,
        Ok(boundary) => pairs(bytes, boundary).await?,
    };
    bounds::answers(&pairs, came)?;
    unmarked::names(&pairs)?;
    let (pairs, proof) = Proof::taken_from(pairs);
    Ok((Typed(pairs), proof))
}

const TOO_LARGE: AppError =
    AppError::TooLarge("Lantern takes forms of up to one megabyte. Shorten the text, or send it in parts.");
const BROKEN: AppError = AppError::BadRequest("The form came broken. Go back and send it again.");

/// All of a body, unless it is too large or too slow.
async fn arrived(mut body: Body, pace: Pace) -> Result<Bytes> {
    let mut all = Vec::new();
    let (mut ends, mut in_stretch) = (Instant::now() + pace.stretch, 0);
    loop {
        let piece = timeout_at(ends.min(Instant::now() + pace.standstill), next_piece(&mut body)).await;
        match &piece {
            Ok(None) => return Ok(all.into()),
            Ok(Some(Err(_))) => return Err(BROKEN),
            Ok(Some(Ok(bytes))) if all.len() + bytes.len() > bounds::BODY => return Err(TOO_LARGE),
            Ok(Some(Ok(bytes))) => {
                all.extend_from_slice(bytes);
                in_stretch += bytes.len();
            }
            Err(_) => {}
        }
        if Instant::now() >= ends {
            if in_stretch < pace.bytes {
                return Err(AppError::TooSlow);
            }
            (ends, in_stretch) = (Instant::now() + pace.stretch, 0);
        } else if piece.is_err() {
            return Err(AppError::TooSlow);
        }
    }
}

/// What of a body arrives next.
async fn next_piece(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// A form with files as the pairs of a form without: a file is the answer of its name, as text; no file is no answer.
/// So everything that keeps what was typed keeps what was uploaded too.
async fn pairs(body: Bytes, boundary: String) -> Result<Bytes> {
    let mut parts = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
    let mut pairs: Vec<(String, String)> = Vec::new();
    // One more than there may be is one too many.
    while let Some(part) = parts.next_field().await.map_err(|_| BROKEN)?.filter(|_| pairs.len() <= bounds::ANSWERS) {
        let (name, is_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
        let bytes = part.bytes().await.map_err(|_| BROKEN)?;
        if !is_file || !bytes.is_empty() {
            pairs.push((name, decoded(&bytes).into_owned()));
        }
    }
    Ok(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into())
}

/// The text of a file: UTF-16 where it says so, UTF-8, else Windows-1252, of which Latin-1 is a part; none of it lost.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return encoding_rs::UTF_16LE.decode(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::VecDeque,
        task::{Context, Poll},
    };

    use hyper::body::Frame;
    use tokio::time::{Sleep, sleep};

    use super::*;

    /// A body whose pieces come each after some seconds.
    struct Slowly {
        pieces: VecDeque<(f64, usize)>,
        waits: Option<Pin<Box<Sleep>>>,
    }

    impl HttpBody for Slowly {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            let Some((seconds, bytes)) = self.pieces.front().copied() else { return Poll::Ready(None) };
            let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(Duration::from_secs_f64(seconds))));
            std::task::ready!(waits.as_mut().poll(context));
            self.pieces.pop_front();
            self.waits = None;
            Poll::Ready(Some(Ok(Frame::data(vec![b'x'; bytes].into()))))
        }
    }

    /// What becomes of a body, and after how many seconds of a clock that goes as fast as nothing happens.
    async fn becomes(pieces: impl IntoIterator<Item = (f64, usize)>) -> (Result<usize>, u64) {
        let begun = Instant::now();
        let body = Body::new(Slowly { pieces: pieces.into_iter().collect(), waits: None });
        let arrived = arrived(body, Pace::default()).await;
        (arrived.map(|bytes| bytes.len()), begun.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn an_honest_sender_on_a_poor_link_is_waited_for() {
        // A megabyte at 16 kbit/s, a piece each 600 ms, and now and then the link stands still for twelve seconds.
        let pieces = (0..870).map(|piece| (if piece % 50 == 7 { 12.0 } else { 0.6 }, 1_200));
        let (arrived, seconds) = becomes(pieces).await;
        assert!(matches!(arrived, Ok(1_044_000)) && seconds > 700, "{arrived:?} after {seconds} s");
        assert!(matches!(becomes([(29.0, 10), (29.0, 10)]).await, (Ok(20), 58)), "so little needs no pace");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_keeps_a_form_waiting_is_not_waited_for() {
        let drip = |seconds: f64, bytes: usize| std::iter::repeat_n((seconds, bytes), 10_000);
        for (what, pieces, at_most) in [
            ("nothing at all", vec![(4_000.0, 1)], 30),
            ("a standstill after much", vec![(0.0, 500_000), (4_000.0, 1)], 30),
            ("a byte at a time", drip(20.0, 1).collect(), 60),
            ("too little each time", drip(1.0, 400).collect(), 60),
            ("much, and then a byte at a time", [(0.0, 500_000)].into_iter().chain(drip(10.0, 1)).collect(), 120),
        ] {
            let (arrived, seconds) = becomes(pieces).await;
            assert!(
                matches!(arrived, Err(AppError::TooSlow)) && seconds <= at_most,
                "{what}: {arrived:?} after {seconds} s"
            );
        }
    }
}

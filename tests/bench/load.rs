//! Load: so many connections that each ask, read the whole answer, and ask again.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// One request: what a browser would send.
#[derive(Debug, Clone)]
pub struct Ask {
    pub path: String,
    /// The form's body, of a submit.
    pub body: Option<String>,
}

impl Ask {
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: Bytes,
    pub first_byte: Duration,
    pub whole: Duration,
}

/// A kept connection of a signed-in browser.
#[derive(Debug)]
pub struct Browser {
    port: u16,
    cookie: String,
    sender: http1::SendRequest<Full<Bytes>>,
    /// Compressed answers, as browsers take them.
    pub compressed: bool,
}

impl Browser {
    pub async fn new(port: u16, cookie: &str) -> Self {
        Self { port, cookie: cookie.to_owned(), sender: connect(port).await, compressed: true }
    }

    /// Asks and reads the whole answer. `keep` keeps its body; else only its length is counted, in a body of zeroes' place.
    pub async fn ask(&mut self, ask: &Ask) -> Answer {
        if self.sender.is_closed() {
            self.sender = connect(self.port).await;
        }
        let origin = format!("http://localhost:{}", self.port);
        let mut request = Request::builder().uri(&ask.path).header(header::HOST, format!("localhost:{}", self.port));
        request = request.header(header::COOKIE, &self.cookie).header(header::ACCEPT, "text/html").header("sec-fetch-site", "same-origin");
        if self.compressed {
            request = request.header(header::ACCEPT_ENCODING, "br");
        }
        let request = match &ask.body {
            None => request.method("GET").body(Full::default()),
            Some(body) => request
                .method("POST")
                .header(header::ORIGIN, origin)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::CONTENT_LENGTH, body.len())
                .body(Full::from(body.clone())),
        };
        let begun = Instant::now();
        let response = self.sender.send_request(request.expect("a request")).await.expect("the server answers");
        let first_byte = begun.elapsed();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the answer is whole").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body, first_byte, whole: begun.elapsed() }
    }
}

async fn connect(port: u16) -> http1::SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
    stream.set_nodelay(true).expect("a TCP socket");
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(async move {
        let _ = connection.await;
    });
    sender
}

/// What a round of load came to.
#[derive(Debug, Default, Clone)]
pub struct Round {
    /// How long each answer took, in microseconds.
    pub latencies: Vec<u32>,
    pub seconds: f64,
    pub bytes: u64,
    /// Answers that were neither a page nor a redirect.
    pub failed: u64,
}

/// Asks again and again for a while, on as many connections as there are scripts; a script says what its connection asks next.
pub async fn run(port: u16, cookies: &[String], scripts: Vec<Script>, lasting: Duration) -> Round {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for (place, mut script) in scripts.into_iter().enumerate() {
        let cookie = cookies[place % cookies.len()].clone();
        tasks.push(tokio::spawn(async move {
            let mut browser = Browser::new(port, &cookie).await;
            let mut round = Round::default();
            while begun.elapsed() < lasting {
                let answer = browser.ask(&script()).await;
                round.latencies.push(u32::try_from(answer.whole.as_micros()).unwrap_or(u32::MAX));
                round.bytes += answer.body.len() as u64;
                round.failed += u64::from(!(answer.status.is_success() || answer.status.is_redirection()));
            }
            round
        }));
    }
    let mut all = Round::default();
    for task in tasks {
        let round = task.await.expect("it does not panic");
        all.latencies.extend(round.latencies);
        all.bytes += round.bytes;
        all.failed += round.failed;
    }
    all.seconds = begun.elapsed().as_secs_f64();
    all
}

/// What a connection asks, one after the other.
pub type Script = Box<dyn FnMut() -> Ask + Send>;

/// A script for each of so many connections, each walking the same asks from another place on.
pub fn around(asks: &[Ask], connections: usize) -> Vec<Script> {
    let asks: Arc<[Ask]> = asks.into();
    (0..connections)
        .map(|connection| {
            let (asks, mut at) = (Arc::clone(&asks), connection * asks.len() / connections);
            Box::new(move || {
                at = (at + 1) % asks.len();
                asks[at].clone()
            }) as Script
        })
        .collect()
}

impl Round {
    /// The latency that a share of the answers kept within, in milliseconds.
    pub fn within(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a list")]
        let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }

    /// Answers a second.
    #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }
}

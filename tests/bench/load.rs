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
    /// Compressed, as browsers take it.
    pub compressed: bool,
}

impl Ask {
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None, compressed: true }
    }

    pub fn post(path: impl Into<String>, body: String) -> Self {
        Self { body: Some(body), ..Self::get(path) }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    /// As it came: compressed.
    pub body: Bytes,
    pub first_byte: Duration,
    pub whole: Duration,
}

impl Answer {
    /// A page, or where a submit leads on.
    pub fn is_done(&self) -> bool {
        self.status.is_success() || self.status.is_redirection()
    }
}

/// A kept connection of a signed-in browser.
#[derive(Debug)]
pub struct Browser {
    port: u16,
    cookie: String,
    sender: http1::SendRequest<Full<Bytes>>,
}

impl Browser {
    pub async fn new(port: u16, cookie: &str) -> Self {
        Self { port, cookie: cookie.to_owned(), sender: connect(port).await }
    }

    /// Asks and reads the whole answer.
    pub async fn ask(&mut self, ask: &Ask) -> Answer {
        if self.sender.ready().await.is_err() {
            self.sender = connect(self.port).await;
        }
        let origin = format!("http://localhost:{}", self.port);
        let mut request = Request::builder().uri(&ask.path).header(header::HOST, format!("localhost:{}", self.port));
        request = request
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin");
        request =
            request.header(header::ACCEPT_ENCODING, if ask.compressed { "gzip, deflate, br" } else { "identity" });
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
        let (parts, mut body) = response.into_parts();
        let (mut first_byte, mut whole) = (None, Vec::new());
        while let Some(frame) = body.frame().await {
            first_byte.get_or_insert_with(|| begun.elapsed());
            whole.extend_from_slice(frame.expect("the answer is whole").data_ref().unwrap_or(&Bytes::new()));
        }
        let took = begun.elapsed();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: whole.into(),
            first_byte: first_byte.unwrap_or(took),
            whole: took,
        }
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

/// What a round of load came to.
#[derive(Debug, Default, Clone)]
pub struct Round {
    /// How long each answer took, in microseconds.
    pub latencies: Vec<u32>,
    pub seconds: f64,
    pub bytes: u64,
    /// Answers that were neither a page nor a redirect, and one of them.
    pub failed: u64,
    pub failure: Option<String>,
}

/// Asks again and again for a while, on a connection for each script. Gives the scripts back, to go on with in the next
/// round.
pub async fn run(port: u16, cookie: &str, scripts: Vec<Script>, lasting: Duration) -> (Round, Vec<Script>) {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for mut script in scripts {
        let cookie = cookie.to_owned();
        tasks.push(tokio::spawn(async move {
            let (mut browser, mut round) = (Browser::new(port, &cookie).await, Round::default());
            while begun.elapsed() < lasting {
                let ask = script();
                round.count(&ask, &browser.ask(&ask).await);
            }
            (round, script)
        }));
    }
    let (mut all, mut scripts) = (Round::default(), Vec::new());
    for task in tasks {
        let (round, script) = task.await.expect("it does not panic");
        all.latencies.extend(round.latencies);
        all.bytes += round.bytes;
        all.failed += round.failed;
        all.failure = all.failure.or(round.failure);
        scripts.push(script);
    }
    all.seconds = begun.elapsed().as_secs_f64();
    (all, scripts)
}

impl Round {
    pub fn count(&mut self, ask: &Ask, answer: &Answer) {
        self.latencies.push(u32::try_from(answer.whole.as_micros()).unwrap_or(u32::MAX));
        self.bytes += answer.body.len() as u64;
        if !answer.is_done() {
            self.failed += 1;
            self.failure.get_or_insert_with(|| format!("{} {}", answer.status, ask.path));
        }
    }

    /// The latency that a share of the answers kept within, in milliseconds.
    pub fn within(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }
}

//! A slow head holds nothing up, nor does a body that stands still or an answer that nobody takes; a slow honest body
//! is waited for.

use std::time::{Duration, Instant};

use lantern::{
    app::{App, Site},
    server::{self, Patience},
    web::body::Pace,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::TestApp;

const SLOW_HEAD: Duration = Duration::from_millis(400);
const PATIENCE: Patience = Patience {
    head: SLOW_HEAD,
    body: Pace { standstill: Duration::from_millis(600), stretch: Duration::from_secs(2), bytes: 40 },
    unread: Duration::from_millis(400),
};

async fn listening(app: &TestApp) -> (std::net::SocketAddr, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let origin = format!("http://localhost:{}", address.port());
    let site = Site { origin: origin.clone(), behind_proxy: false, demonstration: true };
    let app = App::new(app.db.clone(), app.clock.clone(), site);
    tokio::spawn(server::serve_patiently(app, listener, std::future::pending(), PATIENCE));
    (address, origin)
}

#[tokio::test]
async fn a_slow_head_is_cut_off() {
    let app = TestApp::empty().await;
    let (address, _) = listening(&app).await;
    let mut link = TcpStream::connect(address).await.unwrap();
    let begun = Instant::now();
    // One header after the other, never the last: what counts is the whole head, not the pause between two pieces.
    let mut sent = link.write_all(b"GET /about HTTP/1.1\r\nHost: localhost\r\n").await;
    let mut answer = Vec::new();
    while sent.is_ok() && begun.elapsed() < Duration::from_secs(20) {
        let mut piece = [0; 1024];
        match tokio::time::timeout(SLOW_HEAD / 8, link.read(&mut piece)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(count)) => answer.extend_from_slice(&piece[..count]),
            Err(_) => sent = link.write_all(b"X-More: and more\r\n").await,
        }
    }
    assert!(begun.elapsed() >= SLOW_HEAD, "it was given its time");
    assert!(begun.elapsed() < Duration::from_secs(20), "it was never cut off");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_slow_honest_body_is_waited_for() {
    let app = TestApp::empty().await;
    let (address, origin) = listening(&app).await;
    let body = "account=nobody&password=a+wrong+password&next=%2F&carried=";
    let mut link = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nAccept: text/html\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    link.write_all(head.as_bytes()).await.unwrap();
    // Four times what a head is given, in small pieces.
    for piece in body.as_bytes().chunks(body.len().div_ceil(8)) {
        tokio::time::sleep(SLOW_HEAD / 2).await;
        link.write_all(piece).await.unwrap();
    }
    let mut answer = String::new();
    link.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
}

#[tokio::test]
async fn a_body_that_stands_still_is_told_and_cut_off() {
    let app = TestApp::empty().await;
    let (address, origin) = listening(&app).await;
    let mut link = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nAccept: text/html\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\naccount=nobody&"
    );
    link.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // The end comes without another byte sent.
    tokio::time::timeout(Duration::from_secs(20), link.read_to_string(&mut answer))
        .await
        .expect("it is cut off")
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(
        answer.contains("The form did not arrive: the connection stood still. Go back and send it again."),
        "{answer}"
    );
}

#[tokio::test]
async fn whoever_does_not_take_their_answers_is_not_waited_for() {
    let app = TestApp::empty().await;
    let (address, _) = listening(&app).await;
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut link = socket.connect(address).await.unwrap();
    // Asks and asks and reads nothing: soon no more can be asked, and then there is nobody to ask.
    let asking = async { while link.write_all(b"GET /about HTTP/1.1\r\nHost: localhost\r\n\r\n").await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(20), asking).await.expect("it is cut off");
}

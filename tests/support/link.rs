//! A link in user space that counts what goes over it. A slow and distant one has one wire a direction that all
//! connections share, a delay each way, and, if wanted, segments that come late, as after a loss. No rights of the
//! kernel are needed.

use std::{
    ops::AddAssign,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};

/// The rate of each direction, in bits a second.
pub const BITS: f64 = 64_000.0;
/// From a request's first byte to its answer's, if both were nothing.
pub const ROUND_TRIP: Duration = Duration::from_millis(600);
/// What goes over the wire at once.
const SEGMENT: usize = 1460;
/// Every so many segments of a direction, one comes a round trip late.
const LATE: u64 = 50;

/// What a link is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As fast as the machine.
    Counting,
    Slow,
    /// Slow, and some of it comes late.
    Lossy,
}

/// What went over the link.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub up: u64,
    pub down: u64,
    pub requests: u64,
    pub connections: u64,
    pub late: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.up += other.up;
        self.down += other.down;
        self.requests += other.requests;
        self.connections += other.connections;
        self.late += other.late;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

#[derive(Debug)]
struct State {
    counts: Counts,
    /// When the wire of each direction is free.
    free: [Instant; 2],
    segments: [u64; 2],
    /// When the last byte under way arrives.
    arrived: Instant,
}

/// The link, and the address that it is entered at.
#[derive(Debug, Clone)]
pub struct Link {
    pub origin: String,
    state: Arc<Mutex<State>>,
    kind: Kind,
}

impl Link {
    /// A link to the server of that origin.
    pub async fn to(origin: &str, kind: Kind) -> Self {
        let port: u16 = origin.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("the origin has a port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://localhost:{}", listener.local_addr().expect("it listens").port());
        let now = Instant::now();
        let state = State { counts: Counts::default(), free: [now; 2], segments: [0; 2], arrived: now };
        let link = Self { origin, state: Arc::new(Mutex::new(state)), kind };
        let serving = link.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                serving.connect(near, port).await;
            }
        });
        link
    }

    /// What was counted since it was last asked.
    pub fn counted(&self) -> Counts {
        std::mem::take(&mut self.state().counts)
    }

    /// Waits until nothing has been under way for a second.
    pub async fn quiet(&self) {
        loop {
            let until = self.state().arrived + Duration::from_secs(1);
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }

    async fn connect(&self, near: TcpStream, port: u16) {
        let far = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
        for end in [&near, &far] {
            end.set_nodelay(true).expect("a TCP socket");
        }
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        let set_up = Instant::now() + self.round_trip();
        let (up, down) = (self.clone(), self.clone());
        tokio::spawn(async move {
            // The handshake: nothing goes up before it came back.
            sleep_until(set_up).await;
            up.carry(Way::Up, near_in, far_out).await;
        });
        tokio::spawn(async move { down.carry(Way::Down, far_in, near_out).await });
    }

    /// Carries one direction of a connection until it ends.
    async fn carry(&self, way: Way, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let (under_way, mut arriving) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        tokio::spawn(async move {
            while let Some((at, segment)) = arriving.recv().await {
                sleep_until(at).await;
                if to.write_all(&segment).await.is_err() {
                    return;
                }
            }
        });
        let (mut segment, mut first) = (vec![0; SEGMENT], true);
        while let Ok(length) = from.read(&mut segment).await {
            if length == 0 {
                break;
            }
            let (sent, arrives) = self.reserve(way, &segment[..length], first);
            first = false;
            if under_way.send((arrives, segment[..length].to_vec())).is_err() {
                break;
            }
            // The next segment of this connection waits its turn among those of the others.
            sleep_until(sent).await;
        }
        // Its end is under way too.
        sleep(self.round_trip() / 2).await;
    }

    /// Gives a segment its time on the wire: when it has left, and when it arrives.
    fn reserve(&self, way: Way, segment: &[u8], first: bool) -> (Instant, Instant) {
        let mut guard = self.state();
        let state = &mut *guard;
        let length = segment.len() as u64;
        #[expect(clippy::cast_precision_loss, reason = "a segment is short")]
        let taking = Duration::from_secs_f64(length as f64 * 8.0 / BITS);
        let taking = if self.kind == Kind::Counting { Duration::ZERO } else { taking };
        let sent = state.free[way as usize].max(Instant::now()) + taking;
        state.free[way as usize] = sent;
        state.segments[way as usize] += 1;
        let late = self.kind == Kind::Lossy && state.segments[way as usize].is_multiple_of(LATE);
        let arrives = sent + self.round_trip() / 2 + if late { ROUND_TRIP } else { Duration::ZERO };
        state.arrived = state.arrived.max(arrives);
        state.counts.late += u64::from(late);
        match way {
            Way::Up => {
                state.counts.up += length;
                state.counts.connections += u64::from(first);
                state.counts.requests +=
                    u64::from([&b"GET "[..], b"POST "].iter().any(|verb| segment.starts_with(verb)));
            }
            Way::Down => state.counts.down += length,
        }
        (sent, arrives)
    }

    fn round_trip(&self) -> Duration {
        if self.kind == Kind::Counting { Duration::ZERO } else { ROUND_TRIP }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! A wire between the program and PostgreSQL that notes what goes over it: each message that is waited for, connection
//! by connection.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream, unix::OwnedWriteHalf},
};

/// What the program waited for an answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Statement,
    /// Whether the connection lives.
    Alive,
}

/// A socket that leads to another one.
pub struct Wire {
    folder: PathBuf,
    noted: Arc<Mutex<Vec<Vec<Asked>>>>,
}

impl Wire {
    /// A wire to the PostgreSQL whose socket lies in that folder.
    pub fn to(socket: &Path) -> Self {
        let folder = std::env::temp_dir().join(format!("lantern-wire-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).expect("a folder is made");
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket is made");
        let noted = Arc::new(Mutex::new(Vec::new()));
        let (far, book) = (socket.join(".s.PGSQL.5432"), Arc::clone(&noted));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = UnixStream::connect(&far).await.expect("PostgreSQL listens");
                tokio::spawn(carry(near, far, Arc::clone(&book)));
            }
        });
        Self { folder, noted }
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// What was asked so far, connection by connection.
    pub fn noted(&self) -> Vec<Vec<Asked>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn carry(near: UnixStream, far: UnixStream, book: Arc<Mutex<Vec<Vec<Asked>>>>) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = far.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut far_in, &mut near_out).await });
    let index = {
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        book.push(Vec::new());
        book.len() - 1
    };
    let note = |asked| book.lock().unwrap_or_else(PoisonError::into_inner)[index].push(asked);
    // The first messages have no kind: may this be encrypted, and who is there.
    let mut opening = [0; 8];
    while opening[4..] != [0, 3, 0, 0] {
        if near_in.read_exact(&mut opening).await.is_err() {
            return;
        }
        let [a, b, c, d, ..] = opening;
        if pass(&mut near_in, &mut far_out, &opening, u32::from_be_bytes([a, b, c, d]) - 8).await.is_none() {
            return;
        }
    }
    let mut said = false;
    let mut head = [0; 5];
    while near_in.read_exact(&mut head).await.is_ok() {
        match head[0] {
            b'Q' => note(Asked::Statement),
            b'S' => note(if std::mem::take(&mut said) { Asked::Statement } else { Asked::Alive }),
            _ => said = true,
        }
        if pass(&mut near_in, &mut far_out, &head, u32::from_be_bytes([head[1], head[2], head[3], head[4]]) - 4)
            .await
            .is_none()
        {
            return;
        }
    }
}

/// Hands on a message of which so many bytes are still to be read.
async fn pass(from: &mut (impl AsyncReadExt + Unpin), to: &mut OwnedWriteHalf, begun: &[u8], rest: u32) -> Option<()> {
    let mut rest = vec![0; usize::try_from(rest).ok()?];
    from.read_exact(&mut rest).await.ok()?;
    to.write_all(begun).await.ok()?;
    to.write_all(&rest).await.ok()
}

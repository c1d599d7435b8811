//! Clients that count frames and understand nothing: all of them in one thread.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout_at,
};

use crate::client::{frame, place, upgrade};

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Lets so many clients listen to all books; gives how many frames came.
pub(crate) fn listen(url: &str, clients: usize, length: Duration) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let end = Instant::now() + length;
        let mut all = JoinSet::new();
        for _ in 0..clients {
            all.spawn(count(url.to_owned(), end));
        }
        all.join_all().await.into_iter().sum()
    })
}

/// Connects as often as it is closed.
async fn count(url: String, end: Instant) -> u64 {
    let mut frames = 0;
    while Instant::now() < end {
        frames += count_until_closed(&url, end).await;
    }
    frames
}

async fn count_until_closed(url: &str, end: Instant) -> u64 {
    let mut stream = TcpStream::connect(place(url)).await.expect("it listens");
    stream.write_all(upgrade(url).as_bytes()).await.expect("it is sent");
    let pairs: Vec<_> = crate::markets().map(|rules| format!(r#""{}""#, rules.pair)).collect();
    let subscribe = format!(
        r#"{{"method":"subscribe","params":{{"channel":"book","symbol":[{}]}}}}"#,
        pairs.join(",")
    );
    let mut bytes = Vec::with_capacity(2 * CHUNK_BYTES);
    let mut head = 0;
    while head == 0 {
        let read = stream.read_buf(&mut bytes).await.expect("a head");
        assert!(0 < read, "the server has closed the connection");
        head = bytes.windows(4).position(|it| it == b"\r\n\r\n").map_or(0, |at| at + 4);
    }
    bytes.drain(..head);
    // Where it is closed already, the loop finds that out.
    let _ = stream.write_all(&frame(&subscribe)).await;
    let mut frames = 0;
    while let Ok(Ok(1..)) = timeout_at(end.into(), stream.read_buf(&mut bytes)).await {
        let mut at = 0;
        while let Some(length) = frame_length(&bytes[at..]) {
            frames += 1;
            at += length;
        }
        bytes.drain(..at);
        bytes.reserve(CHUNK_BYTES);
    }
    frames
}

/// The length of the first frame, if all of it is there.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let length = match *bytes.get(1)? {
        126 => 4 + usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        127 => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            10 + usize::try_from(length).ok()?
        }
        length => 2 + usize::from(length),
    };
    (length <= bytes.len()).then_some(length)
}

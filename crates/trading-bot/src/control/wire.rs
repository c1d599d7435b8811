//! Lines on a socket: none is longer than its reader allows, and none is waited for without end.

use std::io;

use serde::Serialize;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A whole line, or all there was before the other end closed.
    Text(Vec<u8>),
    /// More than the reader allows.
    TooLong,
    /// The other end has closed.
    End,
}

/// The next line, of at most `bytes_max` bytes.
pub(super) async fn read_line(
    from: &mut (impl AsyncBufRead + Unpin),
    bytes_max: usize,
) -> io::Result<Line> {
    let mut line = Vec::new();
    // One byte more than the longest line with its end: so what is longer shows.
    let mut bounded = from.take(bytes_max as u64 + 2);
    bounded.read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Ok(Line::End);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(if bytes_max < line.len() { Line::TooLong } else { Line::Text(line) })
}

/// Writes a value as a line.
pub(super) async fn write_line(
    to: &mut (impl AsyncWrite + Unpin),
    value: &impl Serialize,
) -> io::Result<()> {
    to.write_all(&line_of(value)).await?;
    to.flush().await
}

/// A value as a line. JSON has no line break inside.
pub(super) fn line_of(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("what we say is always JSON");
    line.push(b'\n');
    line
}

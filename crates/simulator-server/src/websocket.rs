//! One WebSocket: frames in, frames out, and every way to end. What waits is written together and
//! then flushed once; while it is written nothing is read, so a client that does not read is not
//! listened to either.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::time::{interval, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::CapacityError,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use crate::{
    counts::count,
    hub::{Guest, Hub},
    limits::ListenerLimits,
    line::{Abrupt, Line, Next},
    wire::Wire,
};

/// Messages that are heard before what waits is said.
const HEARD_PER_TURN: usize = 64;
/// Bytes that are put together before they are flushed.
const BYTES_PER_FLUSH: usize = 64 << 10;
/// The buffer of each connection for what it says: larger messages grow it.
const READ_BUFFER_BYTES: usize = 8 << 10;
/// How often a connection that hangs is looked at: the client may have given up.
const HANG_LOOK: Duration = Duration::from_secs(1);

/// How a conversation ended.
#[derive(Debug)]
enum End {
    /// The connection is gone.
    Lost,
    /// The client has said goodbye.
    TheirGoodbye,
    /// It is on us to say goodbye.
    OurGoodbye(CloseCode, Utf8Bytes),
    Abrupt(Abrupt),
}

impl End {
    const fn goodbye(code: CloseCode, reason: &'static str) -> Self {
        Self::OurGoodbye(code, Utf8Bytes::from_static(reason))
    }
}

type Stream = WebSocketStream<Wire>;

/// Serves a WebSocket to its end. `read_ahead` is what came behind the request.
pub(crate) async fn serve((wire, read_ahead): (Wire, Bytes), guest: Guest, hub: &Hub) {
    let config = Some(config(&hub.limits));
    let read_ahead = read_ahead.to_vec();
    let mut stream =
        WebSocketStream::from_partially_read(wire, read_ahead, Role::Server, config).await;
    let end = converse(&mut stream, &guest, hub).await;
    drop(guest);
    finish(stream, end, &hub.limits).await;
}

fn config(limits: &ListenerLimits) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(BYTES_PER_FLUSH)
        .max_message_size(Some(limits.message_bytes_max))
        .max_frame_size(Some(limits.message_bytes_max))
}

async fn converse(stream: &mut Stream, guest: &Guest, hub: &Hub) -> End {
    let line = &*guest.line;
    let mut heard = 0;
    loop {
        tokio::select! {
            biased;
            end = line.abrupt_end() => return End::Abrupt(end),
            message = stream.next(), if heard < HEARD_PER_TURN => {
                heard += 1;
                match hear(message, hub) {
                    Heard::Text(text) => guest.say(text.as_str().to_owned()),
                    Heard::Nothing => {}
                    Heard::End(end) => return end,
                }
            }
            () = line.something_to_say() => {
                heard = 0;
                let said = tokio::select! {
                    biased;
                    end = line.abrupt_end() => Some(End::Abrupt(end)),
                    end = say(stream, line) => end,
                };
                if let Some(end) = said {
                    return end;
                }
            }
            () = tokio::task::yield_now(), if HEARD_PER_TURN <= heard => heard = 0,
        }
    }
}

/// What a client said.
enum Heard {
    Text(Utf8Bytes),
    /// Something that is answered below us.
    Nothing,
    End(End),
}

fn hear(message: Option<Result<Message, Error>>, hub: &Hub) -> Heard {
    match message {
        Some(Ok(Message::Text(text))) => Heard::Text(text),
        // Some clients send their text in binary frames (kraken-async-rs), and Kraken reads it.
        Some(Ok(Message::Binary(bytes))) => match Utf8Bytes::try_from(bytes) {
            Ok(text) => Heard::Text(text),
            Err(_) => Heard::End(End::goodbye(CloseCode::Invalid, "a text is not UTF-8")),
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Nothing,
        Some(Ok(Message::Close(_))) => Heard::End(End::TheirGoodbye),
        Some(Err(Error::Utf8(_))) => {
            Heard::End(End::goodbye(CloseCode::Invalid, "a text is not UTF-8"))
        }
        Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
            count(&hub.counts.oversized);
            Heard::End(End::goodbye(CloseCode::Size, "a message is too large"))
        }
        Some(Err(Error::Protocol(error))) => {
            tracing::debug!(%error, "a client breaks the protocol");
            Heard::End(End::goodbye(CloseCode::Protocol, "protocol error"))
        }
        // Whatever else happens to a socket that is open is its end.
        Some(Err(_)) | None => Heard::End(End::Lost),
    }
}

/// Says what waits, as much as is flushed in one go.
async fn say(stream: &mut Stream, line: &Line) -> Option<End> {
    let mut bytes = 0;
    while bytes < BYTES_PER_FLUSH {
        let frame = match line.pop() {
            None => break,
            Some(Next::Frame(frame)) => frame,
            Some(Next::Close { code, reason }) => {
                return Some(End::OurGoodbye(code.into(), reason.into()));
            }
        };
        bytes += frame.0.len();
        let text = Utf8Bytes::try_from(frame.0).expect("a frame is made from a text");
        if stream.feed(Message::Text(text)).await.is_err() {
            return Some(End::Lost);
        }
    }
    stream.flush().await.err().map(|_| End::Lost)
}

async fn finish(mut stream: Stream, end: End, limits: &ListenerLimits) {
    match end {
        End::Lost => {}
        End::Abrupt(Abrupt::Reset) => stream.into_inner().reset(),
        End::Abrupt(Abrupt::Hang) => {
            let wire = stream.into_inner();
            let _ = timeout(limits.hang_time_max, hang(&wire)).await;
        }
        End::TheirGoodbye => {
            // The answer to it is written below us while we wait for the end.
            let _ = timeout(limits.farewell_time_max, to_the_end(stream)).await;
        }
        End::OurGoodbye(code, reason) => {
            let farewell = async {
                let goodbye = CloseFrame { code, reason };
                if stream.close(Some(goodbye)).await.is_ok() {
                    to_the_end(stream).await;
                }
            };
            let _ = timeout(limits.farewell_time_max, farewell).await;
        }
    }
}

/// Waits for the client's part of the goodbye.
async fn to_the_end(mut stream: Stream) {
    while let Some(Ok(_)) = stream.next().await {}
    stream.into_inner().end().await;
}

/// Neither reads nor writes until the client gives up.
async fn hang(wire: &Wire) {
    let mut looks = interval(HANG_LOOK);
    loop {
        looks.tick().await;
        if wire.is_abandoned().await {
            return;
        }
    }
}

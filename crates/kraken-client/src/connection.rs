//! One WebSocket to Kraken: opened the same way as a call, read and written frame by frame, and no
//! frame longer than a limit. Why it ended is told, and nothing is done about it here.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use kraken_protocol::stream::subscription::SocketKind;
use reqwest::{
    Response, Upgraded,
    header::{
        CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
        UPGRADE,
    },
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message, Utf8Bytes,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};

use crate::{
    clock::Clock,
    http::{Http, described},
};

/// The longest frame that is read. The snapshot of all instruments has about 2 MiB.
const FRAME_BYTES_MAX: usize = 16 << 20;
/// How long the answer to the opening may take, and how long a frame may take to leave.
const PATIENCE: Duration = Duration::from_secs(10);
/// HTTP's word for "go on with the other protocol".
const SWITCHING_PROTOCOLS: u16 = 101;

/// An open WebSocket.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: WebSocketStream<Upgraded>,
    clock: Clock,
}

/// Why no WebSocket was opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DialError {
    /// The other side answered, and said no.
    #[error("a connection was refused with HTTP status {status}")]
    Refused {
        /// What it answered.
        status: u16,
    },
    /// The other side answered something that is no WebSocket.
    #[error("what answered speaks no WebSocket")]
    NotWebSocket,
    /// Nothing answered.
    #[error("a connection cannot be made ({0})")]
    NotReached(String),
}

/// What came from the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// A frame of text.
    Frame(Utf8Bytes),
    /// The end: the connection is of no more use.
    Closed(Closed),
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection ended ({reason})")]
pub(crate) struct Closed {
    /// The code that the other side gave, if it said goodbye.
    pub(crate) code: Option<u16>,
    /// Its reason, or ours.
    pub(crate) reason: String,
}

impl Connection {
    /// Opens a WebSocket. This is one connection attempt; Kraken counts them.
    pub(crate) async fn dial(http: &Http, host: SocketKind) -> Result<Self, DialError> {
        let key = generate_key();
        let request = http
            .upgrade(host)
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key);
        let clock = http.clock().clone();
        let opened = async {
            let response = request.send().await.map_err(|error| not_reached(&error))?;
            check(&response, &key)?;
            response.upgrade().await.map_err(|error| not_reached(&error))
        };
        let stream = tokio::select! {
            biased;
            stream = opened => stream?,
            () = clock.give_up_at(clock.now() + PATIENCE) => {
                let waited = PATIENCE.as_secs();
                return Err(DialError::NotReached(format!("nothing came within {waited} s")));
            }
        };
        let limits = WebSocketConfig::default()
            .max_frame_size(Some(FRAME_BYTES_MAX))
            .max_message_size(Some(FRAME_BYTES_MAX));
        let stream = WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await;
        Ok(Self { stream, clock })
    }

    /// Waits for what comes next. Waiting may be given up at any time, and nothing is lost.
    pub(crate) async fn next(&mut self) -> Arrival {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Arrival::Frame(text),
                // Answered by the library, or answers to what we never ask.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => (),
                Some(Ok(Message::Binary(_))) => return Arrival::ended("it sent a binary frame"),
                Some(Ok(Message::Close(frame))) => return Arrival::Closed(goodbye(frame.as_ref())),
                Some(Err(error)) => return Arrival::Closed(broken(&error)),
                None => return Arrival::ended("it went away without a word"),
            }
        }
    }

    /// Sends a frame. After an error the connection is of no more use.
    pub(crate) async fn send(&mut self, text: String) -> Result<(), Closed> {
        let patience = self.clock.give_up_at(self.clock.now() + PATIENCE);
        tokio::select! {
            biased;
            sent = self.stream.send(Message::text(text)) => sent.map_err(|error| broken(&error)),
            () = patience => {
                let reason = format!("it took no frame for {} s", PATIENCE.as_secs());
                Err(Closed { code: None, reason })
            }
        }
    }

    /// Says goodbye and does not wait for an answer.
    pub(crate) async fn close(mut self) {
        let patience = self.clock.give_up_at(self.clock.now() + PATIENCE);
        tokio::select! {
            biased;
            // It ends either way.
            _ = self.stream.close(None) => (),
            () = patience => (),
        }
    }
}

impl Arrival {
    fn ended(reason: &str) -> Self {
        Self::Closed(Closed { code: None, reason: reason.to_owned() })
    }
}

fn check(response: &Response, key: &str) -> Result<(), DialError> {
    let status = response.status().as_u16();
    if status != SWITCHING_PROTOCOLS {
        return Err(DialError::Refused { status });
    }
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
    let expected = derive_accept_key(key.as_bytes());
    if accepted == Some(expected.as_bytes()) { Ok(()) } else { Err(DialError::NotWebSocket) }
}

fn not_reached(error: &reqwest::Error) -> DialError {
    DialError::NotReached(described(error))
}

fn goodbye(frame: Option<&CloseFrame>) -> Closed {
    const REASON_CHARACTERS_MAX: usize = 120;
    let reason = |frame: &CloseFrame| frame.reason.chars().take(REASON_CHARACTERS_MAX).collect();
    Closed {
        code: frame.map(|frame| frame.code.into()),
        reason: frame.map_or("it said goodbye".to_owned(), reason),
    }
}

fn broken(error: &tungstenite::Error) -> Closed {
    Closed { code: None, reason: described(error) }
}

#[cfg(test)]
mod tests;

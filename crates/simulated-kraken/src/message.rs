//! What goes in and out of the simulated Kraken: HTTP requests and answers, connections, frames.
//!
//! The invariant: each request is answered exactly once, by [`Output::Answer`]; each connection
//! that knocks is let in or refused exactly once.

use bytes::Bytes;

/// The listener's number of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// The listener's number of a WebSocket connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// Something that reaches the simulated Kraken.
#[derive(Clone, Debug)]
pub enum Input {
    /// A whole HTTP request.
    Request {
        /// Its number.
        id: RequestId,
        /// What it says.
        request: HttpRequest,
    },
    /// A client asks for a WebSocket.
    Knock {
        /// The number of the connection.
        id: ConnectionId,
        /// Where it comes from, without a port.
        address: String,
        /// At which door.
        door: Door,
    },
    /// A text frame from a client.
    Frame {
        /// On which connection.
        id: ConnectionId,
        /// What it says.
        text: String,
    },
    /// A connection has ended from the client's side, or was cut off by the listener.
    Gone {
        /// Which.
        id: ConnectionId,
    },
}

/// An HTTP request.
#[derive(Clone, Debug, Default)]
pub struct HttpRequest {
    /// Where it comes from, without a port.
    pub address: String,
    /// In capitals: `GET`, `POST`.
    pub method: String,
    /// From the first slash to the question mark.
    pub path: String,
    /// What follows the question mark, undecoded.
    pub query: String,
    /// Headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body, as it came.
    pub body: Bytes,
}

impl HttpRequest {
    /// The value of a header, whose name is given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status, for instance 200.
    pub status: u16,
    /// Headers, names in small letters, `content-type` included.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is answered.
    Http(HttpAnswer),
    /// The connection is closed without a word.
    Nothing,
    /// The answer is begun and breaks off in the middle of its body.
    Torn(HttpAnswer),
}

/// Where a client asks for a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `/v2`: market data, and with a token everything else; Kraken has two hosts for this.
    Public,
    /// `/private/v2`: what needs a token; refuses market data like Kraken's private host.
    Private,
}

/// A text that goes to any number of connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame(pub Bytes);

impl Frame {
    /// A frame of this text.
    pub fn new(text: String) -> Self {
        Self(Bytes::from(text))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made from a text")
    }
}

/// How a connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a close frame.
    Close {
        /// Its code, for instance 1001.
        code: u16,
        /// Its reason.
        reason: String,
    },
    /// Without one, in the middle of whatever was said.
    Reset,
    /// Not at all: the client hears nothing any more and is not told.
    Hang,
}

/// Something the listener has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Answer a request.
    Answer {
        /// Which.
        id: RequestId,
        /// How.
        answer: Answer,
    },
    /// Let a client in that knocked.
    LetIn {
        /// Which.
        id: ConnectionId,
    },
    /// Refuse a client that knocked.
    Refuse {
        /// Which.
        id: ConnectionId,
        /// With what; nothing closes the connection without a word.
        answer: Option<HttpAnswer>,
    },
    /// Send a frame.
    Send {
        /// To whom.
        id: ConnectionId,
        /// What.
        frame: Frame,
    },
    /// End a connection. Nothing is said of it afterwards.
    End {
        /// Which.
        id: ConnectionId,
        /// How.
        ending: Ending,
    },
}

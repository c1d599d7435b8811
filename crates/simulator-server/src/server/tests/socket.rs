//! A WebSocket from the client's side, with all that a polite library would keep us from sending.

use std::{
    io::{ErrorKind, Write},
    net::TcpStream,
};

use tokio_tungstenite::tungstenite::{
    Error, Message, WebSocket, client, error::ProtocolError, handshake::client::Response,
};

/// A client.
#[derive(Debug)]
pub(super) struct Socket(WebSocket<TcpStream>);

/// What a client hears.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Text(String),
    Pong(Vec<u8>),
    /// Goodbye, and for what reason.
    Close(u16, String),
    /// Neither a word nor an error.
    End,
    Reset,
}

impl Socket {
    /// Comes in by the public door and is greeted.
    pub(super) fn open(place: &str) -> Self {
        let (mut socket, response) = Self::knock(place, "/v2").unwrap();
        assert_eq!(response.status(), 101);
        assert_eq!(socket.hear(), Heard::Text("hello 127.0.0.1".to_owned()));
        socket
    }

    pub(super) fn knock(place: &str, path: &str) -> Result<(Self, Response), String> {
        let stream = TcpStream::connect(place).unwrap();
        let (socket, response) =
            client(format!("ws://{place}{path}"), stream).map_err(|error| error.to_string())?;
        Ok((Self(socket), response))
    }

    pub(super) fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).unwrap();
    }

    pub(super) fn send(&mut self, message: Message) {
        self.0.send(message).unwrap();
    }

    /// A frame of this first byte, masked with zeros.
    pub(super) fn send_raw(&mut self, first: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).unwrap();
        assert!(length < 126);
        let head = [first, 0x80 | length, 0, 0, 0, 0];
        self.stream().write_all(&[&head, payload].concat()).unwrap();
    }

    pub(super) fn stream(&mut self) -> &mut TcpStream {
        self.0.get_mut()
    }

    pub(super) fn hear(&mut self) -> Heard {
        match self.0.read() {
            Ok(Message::Text(text)) => Heard::Text(text.as_str().to_owned()),
            Ok(Message::Pong(payload)) => Heard::Pong(payload.to_vec()),
            Ok(Message::Close(Some(frame))) => {
                Heard::Close(frame.code.into(), frame.reason.as_str().to_owned())
            }
            Ok(Message::Close(None)) => Heard::Close(1_005, String::new()),
            Ok(other) => panic!("{other:?}"),
            Err(
                Error::ConnectionClosed
                | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake),
            ) => Heard::End,
            Err(Error::Io(error)) if error.kind() == ErrorKind::ConnectionReset => Heard::Reset,
            Err(error) => panic!("{error}"),
        }
    }

    #[track_caller]
    pub(super) fn check_alive(&mut self) {
        self.say("are you there");
        assert_eq!(self.hear(), Heard::Text("are you there".to_owned()));
    }

    #[track_caller]
    pub(super) fn check_closed(&mut self, code: u16, reason: &str) {
        assert_eq!(self.hear(), Heard::Close(code, reason.to_owned()));
        assert_eq!(self.hear(), Heard::End);
    }
}

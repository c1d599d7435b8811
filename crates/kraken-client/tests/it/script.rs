//! A server on this machine that plays a script: it hands each request to the test, and sends
//! back what the test says. It never acts by itself, so nothing depends on how fast anything is.
#![allow(dead_code, reason = "each of the two test binaries that share it uses a part")]

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use kraken_client::hosts::Base;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc, oneshot},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role},
    },
};

/// The server.
pub(crate) struct Script {
    address: SocketAddr,
    asked: Mutex<mpsc::UnboundedReceiver<Asked>>,
}

/// A request, waiting for what the test makes of it.
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    reply: oneshot::Sender<Reply>,
}

enum Reply {
    /// These bytes; the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, and then the connection is cut.
    Cut(Vec<u8>),
    /// The connection goes to the test, after an answer that opens a WebSocket.
    Socket(oneshot::Sender<ServerSocket>),
}

/// The server's end of a WebSocket.
pub(crate) struct ServerSocket(WebSocketStream<TcpStream>);

impl Script {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ask, asked) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, ask.clone()));
            }
        });
        Self { address, asked: Mutex::new(asked) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn base(&self) -> Base {
        let at = self.address;
        let (public, private) = (format!("ws://{at}/public"), format!("ws://{at}/private"));
        Base::simulated(&format!("http://{at}"), &public, &private).unwrap()
    }

    /// The next request on any connection.
    pub(crate) async fn asked(&self) -> Asked {
        self.asked.lock().await.recv().await.expect("the server runs as long as the test")
    }

    /// Whether nothing has been asked that the test has not seen.
    pub(crate) fn is_quiet(&self) -> bool {
        self.asked.try_lock().is_ok_and(|mut asked| asked.try_recv().is_err())
    }
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// A field of the body's form.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let fields = self.body.split('&').filter_map(|field| field.split_once('='));
        fields.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Answers as Kraken does.
    pub(crate) fn answer(self, body: &str) {
        self.answer_with(200, "content-type: application/json\r\n", body);
    }

    /// Answers with any status and headers, each ended by a line break.
    pub(crate) fn answer_with(self, status: u16, headers: &str, body: &str) {
        let length = body.len();
        self.raw(&format!(
            "HTTP/1.1 {status} Scripted\r\n{headers}content-length: {length}\r\n\r\n{body}"
        ));
    }

    /// Answers these bytes, whatever they mean.
    pub(crate) fn raw(self, text: &str) {
        self.send(Reply::Bytes(text.as_bytes().to_vec()));
    }

    /// Answers these bytes and cuts the connection.
    pub(crate) fn cut_after(self, text: &str) {
        self.send(Reply::Cut(text.as_bytes().to_vec()));
    }

    /// Opens a WebSocket.
    pub(crate) async fn open_socket(self) -> ServerSocket {
        let (give, socket) = oneshot::channel();
        self.send(Reply::Socket(give));
        socket.await.expect("the request asked for a WebSocket")
    }

    fn send(self, reply: Reply) {
        // The other end is gone when the client hung up.
        drop(self.reply.send(reply));
    }
}

impl ServerSocket {
    /// The next frame of text, or nothing once the client has closed.
    pub(crate) async fn received(&mut self) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(
                    Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Binary(_),
                )) => (),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            }
        }
    }

    pub(crate) async fn send(&mut self, frame: impl Into<String>) {
        self.0.send(Message::text(frame.into())).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self, bytes: &[u8]) {
        self.0.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    pub(crate) async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.0.close(Some(frame)).await.unwrap();
    }
}

/// Serves one connection until it is cut or becomes a WebSocket.
async fn serve(mut stream: TcpStream, ask: mpsc::UnboundedSender<Asked>) {
    while let Some((asked, reply)) = read_request(&mut stream).await {
        let key = asked.header("sec-websocket-key").map(str::to_owned);
        if ask.send(asked).is_err() {
            return;
        }
        match reply.await {
            Ok(Reply::Bytes(bytes)) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Ok(Reply::Cut(bytes)) => {
                drop(stream.write_all(&bytes).await);
                return;
            }
            Ok(Reply::Socket(give)) => {
                let accept = derive_accept_key(key.unwrap_or_default().as_bytes());
                let head = format!(
                    "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                     sec-websocket-accept: {accept}\r\n\r\n"
                );
                drop(stream.write_all(head.as_bytes()).await);
                let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
                drop(give.send(ServerSocket(socket)));
                return;
            }
            // The test dropped the request: cut without a word.
            Err(_) => return,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<(Asked, oneshot::Receiver<Reply>)> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        let mut byte = [0];
        if stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8(body).unwrap();
    let (reply, receive) = oneshot::channel();
    Some((Asked { method, path, headers, body, reply }, receive))
}

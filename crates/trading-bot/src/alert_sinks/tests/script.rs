//! Servers on this machine that play a script: each request is handed to the test, and answered
//! with what the test says.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
};

/// A web server.
pub(super) struct WebServer {
    pub(super) address: SocketAddr,
    asked: mpsc::UnboundedReceiver<Asked>,
}

/// A request, waiting for what the test makes of it. Dropped, it cuts the connection.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    reply: oneshot::Sender<String>,
}

impl WebServer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ask, asked) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve_web(stream, ask.clone()));
            }
        });
        Self { address, asked }
    }

    /// The next request.
    pub(super) async fn asked(&mut self) -> Asked {
        self.asked.recv().await.expect("the server runs as long as the test")
    }
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Answers with a status and headers, each ended by a line break.
    pub(super) fn answer(self, status: u16, headers: &str) {
        let text = format!("HTTP/1.1 {status} Scripted\r\n{headers}content-length: 0\r\n\r\n");
        drop(self.reply.send(text));
    }
}

async fn serve_web(stream: TcpStream, ask: mpsc::UnboundedSender<Asked>) {
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    while let Some((asked, reply)) = read_request(&mut from).await {
        drop(ask.send(asked));
        let Ok(text) = reply.await else { return };
        if to.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read_request(
    from: &mut (impl AsyncBufReadExt + Unpin),
) -> Option<(Asked, oneshot::Receiver<String>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let path = head[0].split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = head[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    from.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8(body).unwrap();
    let (reply, receive) = oneshot::channel();
    Some((Asked { path, headers, body, reply }, receive))
}

/// A mail server that says to each word what the script says, and else what a willing server does.
pub(super) struct MailServer {
    pub(super) port: u16,
    talks: mpsc::UnboundedReceiver<Vec<String>>,
}

impl MailServer {
    /// `script` has beginnings of lines and the answers to them.
    pub(super) async fn start(script: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, talks) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = talk(stream, script).await;
                drop(tell.send(talk));
            }
        });
        Self { port, talks }
    }

    /// All lines that a client said in one connection.
    pub(super) async fn talk(&mut self) -> Vec<String> {
        self.talks.recv().await.expect("the server runs as long as the test")
    }
}

const WILLING: [(&str, &str); 6] = [
    ("EHLO", "250-scripted\r\n250 AUTH PLAIN LOGIN"),
    ("AUTH", "235 welcome"),
    ("MAIL", "250 go on"),
    ("RCPT", "250 go on"),
    ("DATA", "354 go on"),
    ("QUIT", "221 bye"),
];

async fn talk(stream: TcpStream, script: &[(&str, &str)]) -> Vec<String> {
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    let mut said = Vec::new();
    let mut is_in_mail = false;
    let mut answer = "220 scripted";
    loop {
        if !answer.is_empty() {
            let line = format!("{answer}\r\n");
            if to.write_all(line.as_bytes()).await.is_err() {
                return said;
            }
        }
        let Ok(Some(line)) = lines.next_line().await else { return said };
        answer = if is_in_mail {
            is_in_mail = line != ".";
            if is_in_mail { "" } else { "250 taken" }
        } else {
            let known = script.iter().chain(&WILLING).find(|(word, _)| line.starts_with(word));
            let answer = known.map_or("500 what", |(_, answer)| answer);
            is_in_mail = answer.starts_with("354");
            answer
        };
        said.push(line);
    }
}

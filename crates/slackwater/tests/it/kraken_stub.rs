//! A server that gives prepared answers over real HTTP, one after another for each path, and keeps
//! what it was asked.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// A server on this machine. It ends with the test's process.
pub(crate) struct KrakenStub {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

type Answers = BTreeMap<&'static str, Vec<String>>;

impl KrakenStub {
    /// Answers calls of each endpoint with these bodies, the last one again and again.
    #[expect(clippy::disallowed_methods, reason = "a server beside the program under test")]
    pub(crate) fn start(answers: &[(&'static str, &[&str])]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let answers: Answers = answers
            .iter()
            .map(|(endpoint, bodies)| {
                (*endpoint, bodies.iter().rev().map(|body| (*body).to_owned()).collect())
            })
            .collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let answers = Arc::new(Mutex::new(answers));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &answers, &seen);
            }
        });
        Self { address, asked }
    }

    /// Every request line so far, and the body after it.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked with it").clone()
    }
}

/// One call a connection: what is tested is not how connections are kept.
fn serve(stream: TcpStream, answers: &Mutex<Answers>, seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    let mut length = 0;
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) <= 2 {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the whole body");
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let endpoint = path.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or("");
    let body = String::from_utf8_lossy(&body);
    seen.lock().expect("nobody panicked with it").push(format!("{path} {body}"));
    let mut answers = answers.lock().expect("nobody panicked with it");
    let answer = match answers.get_mut(endpoint) {
        Some(bodies) if 1 < bodies.len() => bodies.pop().expect("there is one"),
        Some(bodies) => bodies[0].clone(),
        None => r#"{"error":["EGeneral:Unknown method"]}"#.to_owned(),
    };
    let mut stream = reader.into_inner();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{answer}", answer.len());
}

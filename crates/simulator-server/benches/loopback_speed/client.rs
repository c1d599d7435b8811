//! A client that costs as little as possible: what is measured is the server.

use std::{
    cell::Cell,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use simulated_kraken::KeyDescription;

/// A key, and the last nonce it was used with.
pub(crate) struct Account {
    key: String,
    secret: Vec<u8>,
    nonce: Cell<u64>,
}

impl Account {
    pub(crate) fn new(key: &KeyDescription) -> Self {
        let secret = STANDARD.decode(&key.secret).expect("base64");
        Self { key: key.key.clone(), secret, nonce: Cell::new(0) }
    }

    /// A signed request.
    fn request(&self, path: &str, fields: &str) -> String {
        let nonce = self.nonce.get() + 1;
        self.nonce.set(nonce);
        let body = format!("nonce={nonce}{fields}");
        let digest = Sha256::digest(format!("{nonce}{body}"));
        let mut mac = Hmac::<Sha512>::new_from_slice(&self.secret).expect("any length");
        mac.update(path.as_bytes());
        mac.update(&digest);
        let sign = STANDARD.encode(mac.finalize().into_bytes());
        let (key, length) = (&self.key, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\napi-key: {key}\r\napi-sign: {sign}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n\
             {body}"
        )
    }
}

/// A connection that is kept.
pub(crate) struct Http(BufReader<TcpStream>);

impl Http {
    pub(crate) fn connect(rest: &str) -> Self {
        Self(BufReader::new(connect(rest)))
    }

    /// Places an order far below the market; gives its name.
    pub(crate) fn place(&mut self, account: &Account) -> String {
        let fields = "&pair=XBTUSD&type=buy&ordertype=limit&volume=0.1&price=500";
        let result = self.call(account, "/0/private/AddOrder", fields);
        result["txid"][0].as_str().expect("the order's name").to_owned()
    }

    pub(crate) fn cancel(&mut self, account: &Account, order: &str) {
        let result = self.call(account, "/0/private/CancelOrder", &format!("&txid={order}"));
        assert_eq!(result["count"], 1);
    }

    /// A token for a WebSocket.
    pub(crate) fn token(&mut self, account: &Account) -> String {
        let result = self.call(account, "/0/private/GetWebSocketsToken", "");
        result["token"].as_str().expect("a token").to_owned()
    }

    fn call(&mut self, account: &Account, path: &str, fields: &str) -> Value {
        let request = account.request(path, fields);
        self.0.get_mut().write_all(request.as_bytes()).expect("it is sent");
        let mut length = 0;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            self.0.read_line(&mut line).expect("a line of the head");
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a body");
        let mut answer: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(answer["error"], Value::Array(Vec::new()), "{path}");
        answer["result"].take()
    }
}

/// A WebSocket that trades.
pub(crate) struct Socket {
    reader: BufReader<TcpStream>,
    request: u64,
}

impl Socket {
    pub(crate) fn connect(url: &str) -> Self {
        let mut reader = BufReader::new(connect(url));
        reader.get_mut().write_all(upgrade(url).as_bytes()).expect("it is sent");
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).expect("a line of the head");
        }
        Self { reader, request: 0 }
    }

    /// Places an order far below the market.
    pub(crate) fn place(&mut self, token: &str) {
        let order = r#""order_type":"limit","side":"buy","symbol":"BTC/USD","order_qty":0.1"#;
        let params = format!(r#"{order},"limit_price":500,"token":"{token}""#);
        self.send("add_order", &params);
    }

    pub(crate) fn cancel(&mut self, token: &str, order: &str) {
        self.send("cancel_order", &format!(r#""order_id":["{order}"],"token":"{token}""#));
    }

    /// The next answer: the name of an order that was placed, or nothing for one that is canceled.
    pub(crate) fn answer(&mut self) -> Option<String> {
        loop {
            let message: Value = serde_json::from_slice(&self.next()).expect("JSON");
            let Some(method) = message["method"].as_str() else { continue };
            assert_eq!(message["success"], true, "{message}");
            let order = &message["result"]["order_id"];
            return (method == "add_order").then(|| order.as_str().expect("a name").to_owned());
        }
    }

    fn send(&mut self, method: &str, params: &str) {
        self.request += 1;
        let request = self.request;
        let text = format!(r#"{{"method":"{method}","params":{{{params}}},"req_id":{request}}}"#);
        self.reader.get_mut().write_all(&frame(&text)).expect("it is sent");
    }

    fn next(&mut self) -> Vec<u8> {
        let mut head = [0; 2];
        self.reader.read_exact(&mut head).expect("a frame");
        assert_eq!(head[0], 0x81, "a whole text");
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.reader.read_exact(&mut length).expect("a length");
                usize::from(u16::from_be_bytes(length))
            }
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        self.reader.read_exact(&mut payload).expect("a payload");
        payload
    }
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(place(url)).expect("it listens");
    stream.set_nodelay(true).expect("a setting");
    stream
}

/// Host and port of an address.
pub(crate) fn place(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address");
    rest.split('/').next().expect("there is a first part")
}

/// The request that opens a WebSocket.
pub(crate) fn upgrade(url: &str) -> String {
    let place = place(url);
    let (_, path) = url.split_once(place).expect("it is a part of it");
    format!(
        "GET {path} HTTP/1.1\r\nhost: {place}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// A text frame, masked with zeros.
pub(crate) fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    if let Ok(length @ ..126) = u8::try_from(text.len()) {
        frame.push(0x80 | length);
    } else {
        let length = u16::try_from(text.len()).expect("a short text");
        frame.push(0xfe);
        frame.extend(length.to_be_bytes());
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}

//! HTTP as bytes, for what no client library sends.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
};

/// An answer as it came.
#[derive(Debug)]
pub(super) struct RawAnswer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
    /// Whether the body is as long as was promised.
    pub(super) is_whole: bool,
}

pub(super) fn connect(place: &str) -> TcpStream {
    TcpStream::connect(place).unwrap()
}

/// Sends what can be sent: a server that has heard enough may have closed already.
pub(super) fn send(stream: &mut TcpStream, bytes: impl AsRef<[u8]>) {
    let _ = stream.write_all(bytes.as_ref());
}

/// The next answer; none where the connection ends before it.
pub(super) fn receive(stream: &mut TcpStream) -> Option<RawAnswer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(next_byte(stream)?);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head
        .split_once("content-length: ")
        .map_or(0, |(_, rest)| rest.split_once("\r\n").unwrap().0.parse().unwrap());
    let mut body = Vec::new();
    let is_whole = loop {
        if body.len() == length {
            break true;
        }
        match next_byte(stream) {
            Some(byte) => body.push(byte),
            None => break false,
        }
    };
    Some(RawAnswer { status, head, body, is_whole })
}

/// All bytes until the connection ends.
pub(super) fn receive_bytes(stream: &mut TcpStream) -> Vec<u8> {
    std::iter::from_fn(|| next_byte(stream)).collect()
}

fn next_byte(stream: &mut TcpStream) -> Option<u8> {
    let mut byte = [0];
    match stream.read(&mut byte) {
        Ok(1) => Some(byte[0]),
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
pub(super) fn check_answered(stream: &mut TcpStream, path: &str) {
    send(stream, format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
    let answer = receive(stream).expect("an answer");
    let body = String::from_utf8(answer.body).unwrap();
    assert!(answer.status == 200 && body.contains(path), "{} {body}", answer.head);
}

/// The server closes the connection and says nothing.
#[track_caller]
pub(super) fn check_closed(stream: &mut TcpStream) {
    assert_eq!(next_byte(stream), None);
}

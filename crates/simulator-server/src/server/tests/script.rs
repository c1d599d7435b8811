//! A machine that does what it is told, so that every kind of output can be seen on a socket.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use bytes::Bytes;
use serde_json::json;
use simulated_kraken::{
    Answer, ConnectionId, Door, Ending, Frame, HttpAnswer, HttpRequest, Input, Output,
};
use trading_types::Timestamp;

use crate::hub::Machine;

/// A machine that does what it is told.
pub(super) struct Script {
    outputs: VecDeque<Output>,
    later: BTreeMap<Timestamp, Vec<Output>>,
    inside: BTreeSet<ConnectionId>,
    private_door: Option<HttpAnswer>,
    gone: Sender<u64>,
    last: Timestamp,
}

impl Script {
    pub(super) fn new(private_door: Option<HttpAnswer>) -> (Self, Receiver<u64>) {
        let (gone, receive) = channel();
        let script = Self {
            outputs: VecDeque::new(),
            later: BTreeMap::new(),
            inside: BTreeSet::new(),
            private_door,
            gone,
            last: Timestamp::EPOCH,
        };
        (script, receive)
    }

    /// Time only goes forward.
    fn see(&mut self, now: Timestamp) {
        assert!(self.last <= now, "{now} after {}", self.last);
        self.last = now;
    }

    fn answer(&self, request: &HttpRequest) -> Answer {
        match request.path.as_str() {
            "/fail" => panic!("this machine was told to fail"),
            "/nothing" => Answer::Nothing,
            "/torn" => Answer::Torn(http(200, Bytes::from(vec![b'a'; 100]))),
            "/torn-at-once" => Answer::Torn(http(200, Bytes::new())),
            "/torn-large" => Answer::Torn(http(502, Bytes::from(vec![b'a'; 100_000]))),
            "/large" => Answer::Http(http(200, Bytes::from(vec![b'a'; 3_000_000]))),
            "/bad-gateway" => Answer::Http(http(522, Bytes::from_static(b"<html>"))),
            "/inside" => Answer::Http(http(200, self.inside.len().to_string().into())),
            _ => Answer::Http(http(200, echo(request).into())),
        }
    }

    fn obey(&mut self, id: ConnectionId, order: &str) {
        let (verb, number) = order.split_once(' ').unwrap_or((order, "0"));
        match verb {
            "close" => {
                self.send(id, "goodbye");
                let (code, reason) = (1_008, "told to".to_owned());
                self.end(id, Ending::Close { code, reason });
            }
            "reset" => self.end(id, Ending::Reset),
            "hang" => self.end(id, Ending::Hang),
            "flood" => {
                let frame = Frame::new("x".repeat(10_000));
                for _ in 0..number.parse().unwrap() {
                    let all = self.inside.iter().copied();
                    self.outputs.extend(all.map(|id| Output::Send { id, frame: frame.clone() }));
                }
            }
            _ => self.send(id, order),
        }
    }

    fn send(&mut self, id: ConnectionId, text: &str) {
        self.outputs.push_back(Output::Send { id, frame: Frame::new(text.to_owned()) });
    }

    fn end(&mut self, id: ConnectionId, ending: Ending) {
        self.inside.remove(&id);
        self.outputs.push_back(Output::End { id, ending });
    }

    fn open(&mut self, id: ConnectionId, address: &str, door: Door) {
        match door {
            Door::Public => {
                self.outputs.push_back(Output::LetIn { id });
                self.inside.insert(id);
                self.send(id, &format!("hello {address}"));
            }
            Door::Private => {
                self.outputs.push_back(Output::Refuse { id, answer: self.private_door.clone() });
            }
        }
    }
}

impl Machine for Script {
    fn save(&self, now: Timestamp) -> Vec<u8> {
        now.nanos().to_string().into_bytes()
    }

    fn changes(&self) -> u64 {
        0
    }

    fn handle(&mut self, input: Input, now: Timestamp) {
        self.see(now);
        match input {
            Input::Request { id, request } => {
                // `/late?60` is answered a minute later, with the time at which that is.
                let seconds = request.query.parse().ok().filter(|_| request.path == "/late");
                if let Some(seconds) = seconds {
                    let at = now + Duration::from_secs(seconds);
                    let answer = Answer::Http(http(200, at.nanos().to_string().into()));
                    self.later.entry(at).or_default().push(Output::Answer { id, answer });
                } else {
                    let answer = self.answer(&request);
                    self.outputs.push_back(Output::Answer { id, answer });
                }
            }
            Input::Knock { id, address, door } => self.open(id, &address, door),
            Input::Frame { id, text } => self.obey(id, &text),
            Input::Gone { id } => {
                assert!(self.inside.remove(&id), "nobody goes who was not there");
                // A test may have heard enough.
                let _ = self.gone.send(id.0);
            }
        }
    }

    fn handle_timeout(&mut self, now: Timestamp) {
        self.see(now);
        while let Some(entry) = self.later.first_entry().filter(|entry| *entry.key() <= now) {
            assert_eq!(*entry.key(), now, "every moment is shown");
            self.outputs.extend(entry.remove());
        }
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        self.later.keys().next().copied()
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}

pub(super) fn http(status: u16, body: Bytes) -> HttpAnswer {
    HttpAnswer { status, headers: vec![("content-type", "text/plain".to_owned())], body }
}

fn echo(request: &HttpRequest) -> String {
    json!({
        "address": request.address,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "header": request.header("x-test"),
        "body": String::from_utf8_lossy(&request.body),
    })
    .to_string()
}

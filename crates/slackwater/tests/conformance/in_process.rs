//! The line in process: our pure machines against the pure simulated Kraken, in virtual time and
//! without a net between them.
//!
//! The invariant: nothing happens between two moments at which somebody has something to do, so a
//! case that waits for an hour is as quick as one that waits for a second.

mod http;
mod socket;

use std::{collections::BTreeMap, time::Duration};

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    NonceSource, Request, Signer,
    key_audit::{self, KeyAudit, Wanted},
    limits::TradingAction,
    rest::key_info::key_info,
    stream::session::{Session, SessionEvent, SocketCommand},
    verdict::judge,
};
use serde_json::Value;
use simulated_kraken::{Answer, HttpRequest, Input, Output, RequestId, SimulatedKraken};
use trading_types::Timestamp;

use self::{http::Heard, socket::Connected};
use crate::{
    line::{Came, Key, Line, Wanting, Wire, session_settings},
    world::{World, beginning},
};

/// How long our client waits for an answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// How long a case waits for something to happen on a socket, in virtual time.
const PATIENCE: Duration = Duration::from_hours(2);
/// Where our client seems to be.
const ADDRESS: &str = "127.0.0.1";

/// Our machines, the simulated Kraken, and one clock for both.
pub(crate) struct InProcess {
    kraken: SimulatedKraken,
    now: Timestamp,
    keys: BTreeMap<Key, Credentials>,
    requests: u64,
    connections: u64,
    answers: BTreeMap<RequestId, Answer>,
    /// Requests for tokens under way, and which socket wants each.
    tokens: BTreeMap<RequestId, usize>,
    wires: Vec<Connected>,
}

/// A key, ready to sign.
struct Credentials {
    key: String,
    signer: Signer,
    nonces: NonceSource,
}

impl Line for InProcess {
    async fn start(world: World) -> Self {
        let now = beginning();
        let mut kraken = SimulatedKraken::new(world.settings, now);
        if let Some(scenario) = &world.scenario {
            kraken.follow(scenario, now);
        }
        let keys = Key::ALL.into_iter().map(|key| (key, Credentials::of(key, &kraken))).collect();
        Self {
            kraken,
            now,
            keys,
            requests: 0,
            connections: 0,
            answers: BTreeMap::new(),
            tokens: BTreeMap::new(),
            wires: Vec::new(),
        }
    }

    async fn audit(&mut self, key: Key, wanted: Wanted) -> KeyAudit {
        let result = self.call(key, Request::api_key_info(), None).await.result();
        key_audit::audit(&key_info(&result).expect("a description of a key"), wanted, self.now)
    }

    async fn call(&mut self, key: Key, request: Request, _: Option<TradingAction>) -> Came {
        let id = self.send(key, &request);
        let heard = self.answer(id);
        let headers = heard.budget();
        judge(request.asked(), &heard.as_heard(&headers), self.now).verdict.into()
    }

    async fn open(&mut self, key: Key, wanted: Wanting<'_>) -> Wire {
        let session = Session::new(session_settings(wanted.kind), 7, self.now);
        self.wires.push(Connected::new(key, session));
        let wire = Wire(self.wires.len() - 1);
        for subscription in wanted.subscriptions {
            self.wires[wire.0].want(*subscription, wanted.data_every, self.now);
        }
        self.settle();
        wire
    }

    async fn command(&mut self, wire: Wire, number: u64, command: SocketCommand) {
        self.handle(wire.0, SessionEvent::Command { request: number, command });
        self.settle();
    }

    async fn next(&mut self, wire: Wire) -> SocketEvent {
        let until = self.now + PATIENCE;
        loop {
            if let Some(event) = self.wires[wire.0].events.pop_front() {
                return event;
            }
            assert!(self.now < until, "nothing happened on {wire:?} for {PATIENCE:?}");
            self.pass(until);
        }
    }

    async fn statistics(&mut self) -> Value {
        let (method, path) = ("GET".to_owned(), "/simulator/stats".to_owned());
        let request = HttpRequest { method, path, address: ADDRESS.to_owned(), ..no_request() };
        let id = self.carry(request);
        match self.answer(id) {
            Heard::Answer(answer) => serde_json::from_slice(&answer.body).expect("JSON"),
            Heard::Nothing(nothing) => panic!("no statistics: {nothing:?}"),
        }
    }
}

fn no_request() -> HttpRequest {
    HttpRequest::default()
}

impl Credentials {
    fn of(key: Key, kraken: &SimulatedKraken) -> Self {
        let described = kraken.keys().iter().find(|described| described.name == key.name());
        let described = described.expect("every key is given out");
        let mut nonces = NonceSource::restore(0);
        // There is no crash to survive.
        nonces.saved(u64::MAX);
        let signer = Signer::new(&described.secret).expect("a private key");
        Self { key: described.key.clone(), signer, nonces }
    }
}

impl InProcess {
    /// Lets time go on to the next moment at which somebody has something to do, `until` at most.
    fn pass(&mut self, until: Timestamp) {
        let sessions = self.wires.iter().filter_map(|wire| wire.session.next_timeout());
        let due = sessions.chain(self.kraken.next_timeout()).min().unwrap_or(until);
        // Who is due already has been asked; a nanosecond later he is asked again.
        self.now = due.min(until).max(self.now + Duration::from_nanos(1));
        self.kraken.handle_timeout(self.now);
        for wire in 0..self.wires.len() {
            self.wires[wire].session.handle_timeout(self.now);
        }
        self.settle();
    }

    /// Has everybody do what he has been told, until nobody is told anything.
    fn settle(&mut self) {
        loop {
            let mut is_quiet = true;
            while let Some(output) = self.kraken.poll_output() {
                is_quiet = false;
                self.told(output);
            }
            for wire in 0..self.wires.len() {
                is_quiet &= !self.carry_out(wire);
            }
            if is_quiet {
                return;
            }
        }
    }

    /// The simulated Kraken has something done.
    fn told(&mut self, output: Output) {
        match output {
            Output::Answer { id, answer } => match self.tokens.remove(&id) {
                Some(wire) => self.token(wire, &answer),
                None => drop(self.answers.insert(id, answer)),
            },
            Output::LetIn { id } => self.heard(id, SessionEvent::Connected),
            Output::Refuse { id, answer } => {
                let http_status = answer.map(|answer| answer.status);
                self.heard(id, SessionEvent::ConnectFailed { http_status });
                self.hang_up(id);
            }
            Output::Send { id, frame } => self.heard(id, SessionEvent::Frame(frame.as_str())),
            Output::End { id, ending } => self.ended(id, &ending),
        }
    }

    fn carry(&mut self, request: HttpRequest) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.kraken.handle(Input::Request { id, request }, self.now);
        id
    }

    /// Waits for the answer to a request as long as our client does.
    fn answer(&mut self, id: RequestId) -> Heard {
        let until = self.now + ANSWER_TIME_MAX;
        self.settle();
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer.into();
            }
            if until <= self.now {
                return Heard::timed_out();
            }
            self.pass(until);
        }
    }
}

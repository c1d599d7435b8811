//! Somebody who comes, does what chance says over REST and on two sockets, and leaves.

use std::time::Duration;

use exchange_simulator::Prng;
use serde_json::Value;
use trading_types::Timestamp;

use super::SimulatedKraken;
use crate::{
    keys::TestSigner,
    message::{Answer, ConnectionId, Door, HttpRequest, Input, Output, RequestId},
};

/// A stop that follows the price.
pub(super) const TRAILING: &str = "pair=XBTUSD&type=sell&ordertype=trailing-stop&price=%2B1%25\
    &volume=0.1&cl_ord_id=trail";

/// What may be placed, each with a name of its own put behind it.
pub(super) const ORDERS: [&str; 9] = [
    "pair=XBTUSD&type=buy&ordertype=limit&price=49900&volume=0.01",
    "pair=XBTUSD&type=sell&ordertype=limit&price=50100&volume=0.02",
    "pair=XBTUSD&type=buy&ordertype=market&volume=0.03",
    "pair=XBTUSD&type=sell&ordertype=stop-loss&price=49700&volume=0.02",
    "pair=XBTUSD&type=sell&ordertype=stop-loss-limit&price=49800&price2=49790&volume=0.02",
    "pair=XBTUSD&type=sell&ordertype=trailing-stop&price=%2B0.3%25&volume=0.01",
    "pair=XBTUSD&type=buy&ordertype=iceberg&price=49990&volume=0.5&displayvol=0.04",
    "pair=XBTUSD&type=buy&ordertype=limit&price=50010&volume=0.05&close[ordertype]=limit\
        &close[price]=50300",
    "pair=XBTUSD&type=buy&ordertype=limit&price=49800&volume=0.01&timeinforce=GTD&expiretm=%2B90",
];

const LOOKS: [&str; 7] = [
    "Balance",
    "BalanceEx",
    "OpenOrders",
    "ClosedOrders",
    "TradesHistory",
    "Ledgers",
    "TradeVolume",
];

const CHANNELS: [&str; 5] = ["book", "ticker", "trade", "ohlc", "level3"];

/// Somebody, and the machine that they visit.
#[derive(Debug)]
pub(super) struct Visitor {
    pub(super) kraken: SimulatedKraken,
    pub(super) now: Timestamp,
    /// What was heard since the last cut, but for answers to what was asked before.
    pub(super) heard: Vec<(Timestamp, Output)>,
    nonces: [u64; 2],
    requests: u64,
    first_request: u64,
    connections: u64,
    first_connection: u64,
    token: String,
}

impl Visitor {
    pub(super) fn new(kraken: SimulatedKraken, now: Timestamp) -> Self {
        Self {
            kraken,
            now,
            heard: Vec::new(),
            nonces: [0; 2],
            requests: 0,
            first_request: 0,
            connections: 0,
            first_connection: 0,
            token: "none".to_owned(),
        }
    }

    /// The same visitor of another machine.
    pub(super) fn with(&self, kraken: SimulatedKraken) -> Self {
        Self { kraken, heard: Vec::new(), token: self.token.clone(), ..*self }
    }

    /// Hangs up, and forgets.
    pub(super) fn leave(&mut self) {
        for id in self.first_connection..self.connections {
            self.handle(Input::Gone { id: ConnectionId(id) });
        }
        // What waits for a venue that stands still would be lost at the cut, and here carried out.
        while !self.kraken.waiting.is_empty() {
            self.wait(Duration::from_secs(1));
        }
        self.first_request = self.requests;
        self.first_connection = self.connections;
        self.token = "none".to_owned();
        self.heard.clear();
    }

    /// Something that chance decides.
    pub(super) fn step(&mut self, chance: &mut Prng) {
        let pick = |chance: &mut Prng, count: usize| {
            usize::try_from(chance.below(u64::try_from(count).unwrap())).unwrap()
        };
        match chance.below(16) {
            0..5 => {
                let order = ORDERS[pick(chance, ORDERS.len())];
                let name = chance.below(40);
                self.private("AddOrder", &format!("{order}&cl_ord_id=name-{name}"));
            }
            5 => self.private("CancelOrder", &format!("cl_ord_id=name-{}", chance.below(40))),
            6 => {
                let name = chance.below(40);
                self.private("AmendOrder", &format!("cl_ord_id=name-{name}&order_qty=0.015"));
            }
            7 => self.private(LOOKS[pick(chance, LOOKS.len())], ""),
            8 => self.public("OHLC", "pair=XBTUSD&interval=5"),
            9 => self.public("Trades", "pair=XBTUSD&count=20"),
            10 => self.private("CancelAllOrdersAfter", &format!("timeout={}", chance.below(90))),
            11 => self.get_token(),
            12 => self.knock(chance.below(2) == 0),
            13 => {
                let channel = CHANNELS[pick(chance, CHANNELS.len())];
                self.subscribe(chance, &format!(r#""channel":"{channel}","symbol":["BTC/USD"]"#));
            }
            14 => {
                let token = self.token.clone();
                self.subscribe(chance, &format!(r#""channel":"executions","token":"{token}""#));
            }
            _ => self.wait(Duration::from_millis(chance.below(40_000))),
        }
        self.wait(Duration::from_millis(chance.below(900)));
    }

    pub(super) fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        let mut before = None;
        while let Some(due) = self.kraken.next_timeout().filter(|due| *due <= end) {
            if before.replace(due) == Some(due) {
                break;
            }
            self.now = self.now.max(due);
            self.kraken.handle_timeout(self.now);
            self.listen();
        }
        self.now = end;
        self.kraken.handle_timeout(end);
        self.listen();
    }

    fn listen(&mut self) {
        while let Some(output) = self.kraken.poll_output() {
            let is_old = match &output {
                Output::Answer { id, .. } => id.0 < self.first_request,
                Output::LetIn { id }
                | Output::Refuse { id, .. }
                | Output::Send { id, .. }
                | Output::End { id, .. } => id.0 < self.first_connection,
            };
            if !is_old {
                self.heard.push((self.now, output));
            }
        }
    }

    fn handle(&mut self, input: Input) {
        self.kraken.handle(input, self.now);
        self.listen();
    }

    fn request(&mut self, request: HttpRequest) -> RequestId {
        let id = RequestId(self.requests);
        self.requests += 1;
        self.handle(Input::Request { id, request });
        id
    }

    pub(super) fn public(&mut self, endpoint: &str, query: &str) {
        let request = HttpRequest {
            address: "127.0.0.1".to_owned(),
            method: "GET".to_owned(),
            path: format!("/0/public/{endpoint}"),
            query: query.to_owned(),
            ..HttpRequest::default()
        };
        self.request(request);
    }

    pub(super) fn private(&mut self, endpoint: &str, body: &str) {
        self.ask(endpoint, body);
    }

    /// Asks with the keys of the first account and of the second in turn.
    fn ask(&mut self, endpoint: &str, body: &str) -> RequestId {
        let place = usize::from(self.requests % 3 == 2);
        self.nonces[place] += 1;
        let (path, nonce) = (format!("/0/private/{endpoint}"), self.nonces[place].to_string());
        let body = format!("nonce={nonce}&{body}");
        let key = &self.kraken.keys()[6 * place];
        let signer = TestSigner::new(&key.secret).unwrap();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![
            header("api-key", &key.key),
            header("api-sign", &signer.sign(&path, &nonce, body.as_bytes())),
            header("content-type", "application/x-www-form-urlencoded"),
        ];
        let request = HttpRequest {
            address: "127.0.0.1".to_owned(),
            method: "POST".to_owned(),
            path,
            query: String::new(),
            headers,
            body: body.into(),
        };
        self.request(request)
    }

    fn get_token(&mut self) {
        let asked = self.ask("GetWebSocketsToken", "");
        for (_, output) in self.heard.iter().rev() {
            if let Output::Answer { id, answer: Answer::Http(answer) } = output
                && *id == asked
            {
                let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                let token = answer["result"]["token"].as_str();
                self.token = token.unwrap_or("none").to_owned();
            }
        }
    }

    fn knock(&mut self, is_public: bool) {
        let id = ConnectionId(self.connections);
        self.connections += 1;
        let door = if is_public { Door::Public } else { Door::Private };
        self.handle(Input::Knock { id, address: "127.0.0.1".to_owned(), door });
    }

    fn subscribe(&mut self, chance: &mut Prng, params: &str) {
        let open = self.connections - self.first_connection;
        if 0 < open {
            let id = ConnectionId(self.first_connection + chance.below(open));
            let text = format!(r#"{{"method":"subscribe","params":{{{params}}}}}"#);
            self.handle(Input::Frame { id, text });
        }
    }
}

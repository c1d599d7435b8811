//! A client with a little day: over REST, then on two sockets, with everything that the two
//! interfaces offer for orders; and all that it heard.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use trading_types::Timestamp;

use crate::{
    fixture,
    keys::TestSigner,
    message::{
        Answer, ConnectionId, Door, Ending, HttpAnswer, HttpRequest, Input, Output, RequestId,
    },
    scenario::Scenario,
    settings::Settings,
    simulated_kraken::SimulatedKraken,
};

/// The connection that hears the market, and the one that trades.
pub(super) const MARKET: u64 = 1;
pub(super) const TRADING: u64 = 2;

/// What a client heard, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    asked: BTreeMap<u64, (String, Timestamp)>,
    pub(super) heard: Vec<(Timestamp, Output)>,
    pub(super) statistics: String,
}

impl Run {
    /// What came of the requests to an endpoint in the order in which they were asked: when each
    /// was asked and answered, and how.
    pub(super) fn answers(&self, endpoint: &str) -> Vec<(Timestamp, Timestamp, &Answer)> {
        let mut all = Vec::new();
        for (heard_at, output) in &self.heard {
            if let Output::Answer { id, answer } = output {
                let (name, asked_at) = &self.asked[&id.0];
                all.extend((name == endpoint).then_some((*asked_at, *heard_at, answer)));
            }
        }
        all.sort_by_key(|(asked_at, ..)| *asked_at);
        all
    }

    /// The whole answers of an endpoint.
    pub(super) fn whole(&self, endpoint: &str) -> Vec<&HttpAnswer> {
        let mut all = Vec::new();
        for (_, _, answer) in self.answers(endpoint) {
            if let Answer::Http(answer) = answer {
                all.push(answer);
            }
        }
        all
    }

    /// The bodies of the whole answers of an endpoint.
    pub(super) fn bodies(&self, endpoint: &str) -> Vec<String> {
        let text = |answer: &HttpAnswer| String::from_utf8_lossy(&answer.body).into_owned();
        self.whole(endpoint).into_iter().map(text).collect()
    }

    /// Whether any answer of an endpoint has this text.
    pub(super) fn says(&self, endpoint: &str, text: &str) -> bool {
        self.bodies(endpoint).iter().any(|body| body.contains(text))
    }

    /// Whether some requests to an endpoint were never answered to their end.
    pub(super) fn lost(&self, endpoint: &str) -> bool {
        let is_lost = |(_, _, answer): &(_, _, &Answer)| !matches!(answer, Answer::Http(_));
        self.answers(endpoint).iter().any(is_lost)
    }

    /// The frames on a connection that have this text.
    pub(super) fn frames(&self, id: u64, text: &str) -> Vec<(Timestamp, String)> {
        let mut all = Vec::new();
        for (at, output) in &self.heard {
            if let Output::Send { id: to, frame } = output
                && to.0 == id
                && frame.as_str().contains(text)
            {
                all.push((*at, frame.as_str().to_owned()));
            }
        }
        all
    }

    /// Frames of a channel.
    pub(super) fn channel(&self, id: u64, channel: &str) -> Vec<(Timestamp, String)> {
        self.frames(id, &format!("\"channel\":\"{channel}\",\"type\""))
    }

    /// How connections ended.
    pub(super) fn endings(&self) -> Vec<&Ending> {
        let mut all = Vec::new();
        for (_, output) in &self.heard {
            if let Output::End { ending, .. } = output {
                all.push(ending);
            }
        }
        all
    }

    /// A counter of `GET /simulator/stats`.
    pub(super) fn counter(&self, name: &str) -> u64 {
        let statistics: Value = serde_json::from_str(&self.statistics).unwrap();
        statistics[name].as_u64().unwrap()
    }

    /// How often a fault has struck.
    pub(super) fn struck(&self, fault: &str) -> u64 {
        let statistics: Value = serde_json::from_str(&self.statistics).unwrap();
        statistics["faults"][fault].as_u64().unwrap()
    }
}

/// Somebody who calls.
pub(super) struct Client {
    machine: SimulatedKraken,
    now: Timestamp,
    nonce: u64,
    run: Run,
}

impl Client {
    pub(super) fn new(settings: Settings) -> Self {
        let now = fixture::start();
        Self { machine: SimulatedKraken::new(settings, now), now, nonce: 0, run: Run::default() }
    }

    pub(super) fn follow(&mut self, scenario: &Scenario) {
        self.machine.follow(scenario, self.now);
    }

    /// What was heard in all.
    pub(super) fn end(mut self) -> Run {
        self.wait(100);
        self.run.statistics = self.machine.statistics_json();
        self.run
    }

    /// So many seconds go by.
    pub(super) fn wait(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(due) = self.machine.next_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.machine.handle_timeout(self.now);
            if !self.listen() && self.machine.next_timeout() == Some(due) {
                break;
            }
        }
        self.now = end;
        self.machine.handle_timeout(end);
        self.listen();
    }

    fn listen(&mut self) -> bool {
        let before = self.run.heard.len();
        while let Some(output) = self.machine.poll_output() {
            self.run.heard.push((self.now, output));
        }
        before < self.run.heard.len()
    }

    fn handle(&mut self, input: Input) {
        self.machine.handle(input, self.now);
        self.listen();
        self.wait(1);
    }

    fn request(&mut self, endpoint: &str, request: HttpRequest) -> u64 {
        let id = u64::try_from(self.run.asked.len()).unwrap();
        self.run.asked.insert(id, (endpoint.to_owned(), self.now));
        self.handle(Input::Request { id: RequestId(id), request });
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
        self.request(endpoint, request);
    }

    /// A private call; its answer, if it came at once and was good.
    pub(super) fn private(&mut self, endpoint: &str, body: &str) -> Option<Value> {
        self.nonce += 1;
        let (path, nonce) = (format!("/0/private/{endpoint}"), self.nonce.to_string());
        let (body, kind) = match body.strip_prefix('{') {
            Some(rest) => (format!(r#"{{"nonce":{nonce},{rest}"#), "application/json"),
            None => (format!("nonce={nonce}&{body}"), "application/x-www-form-urlencoded"),
        };
        let key = &self.machine.keys()[0];
        let signer = TestSigner::new(&key.secret).unwrap();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![
            header("api-key", &key.key),
            header("api-sign", &signer.sign(&path, &nonce, body.as_bytes())),
            header("content-type", kind),
        ];
        let request = HttpRequest {
            address: "127.0.0.1".to_owned(),
            method: "POST".to_owned(),
            path,
            query: String::new(),
            headers,
            body: body.into(),
        };
        let id = self.request(endpoint, request);
        self.run.heard.iter().find_map(|(_, output)| {
            if let Output::Answer { id: RequestId(to), answer: Answer::Http(answer) } = output
                && *to == id
            {
                return serde_json::from_slice(&answer.body).ok();
            }
            None
        })
    }

    pub(super) fn knock(&mut self, id: u64) {
        let (id, address) = (ConnectionId(id), "127.0.0.1".to_owned());
        self.handle(Input::Knock { id, address, door: Door::Public });
    }

    pub(super) fn say(&mut self, id: u64, text: &str) {
        self.handle(Input::Frame { id: ConnectionId(id), text: text.to_owned() });
    }

    /// Says something with a token, whatever it is worth.
    pub(super) fn say_with(&mut self, token: &str, method: &str, fields: &str) {
        let params = format!(r#"{{"token":"{token}"{fields}}}"#);
        self.say(TRADING, &format!(r#"{{"method":"{method}","params":{params},"req_id":1}}"#));
    }

    /// A token, if one is to be had.
    pub(super) fn token(&mut self) -> String {
        let answer = self.private("GetWebSocketsToken", "").unwrap_or_default();
        answer["result"]["token"].as_str().unwrap_or("none").to_owned()
    }
}

/// The day of a client.
pub(super) fn day(mut client: Client) -> Run {
    before_sockets(&mut client);
    let token = client.token();
    for id in [MARKET, TRADING] {
        client.knock(id);
    }
    for channel in ["book", "ticker", "trade"] {
        let params = format!(r#"{{"channel":"{channel}","symbol":["BTC/USD","ETH/USD"]}}"#);
        client.say(MARKET, &format!(r#"{{"method":"subscribe","params":{params},"req_id":1}}"#));
    }
    client.say(MARKET, r#"{"method":"subscribe","params":{"channel":"instrument"}}"#);
    let executions = r#","channel":"executions","snap_orders":true,"snap_trades":true"#;
    client.say_with(&token, "subscribe", executions);
    client.say_with(&token, "subscribe", r#","channel":"balances""#);
    on_sockets(&mut client, &token);
    in_the_end(&mut client);
    client.end()
}

fn before_sockets(client: &mut Client) {
    client.public("Time", "");
    client.public("SystemStatus", "");
    client.public("AssetPairs", "");
    client.public("Ticker", "pair=XBTUSD");
    client.private("Balance", "");
    let order = "pair=XBTUSD&type";
    for fields in [
        "=sell&ordertype=stop-loss&price=45000&volume=0.1&cl_ord_id=stop",
        "=buy&ordertype=limit&price=49000&volume=0.01&cl_ord_id=rest",
        "=buy&ordertype=market&volume=0.4&cl_ord_id=take",
    ] {
        client.private("AddOrder", &format!("{order}{fields}"));
    }
    client.private("Balance", "");
    client.private("OpenOrders", "");
    client.private("ClosedOrders", "");
    client.private("TradesHistory", "consolidate_taker=false");
    client.private("AmendOrder", "cl_ord_id=rest&order_qty=0.02");
    client.wait(5);
}

fn on_sockets(client: &mut Client, token: &str) {
    let order = r#","symbol":"BTC/USD","side":"buy","order_qty":"#;
    let limit = |price: &str, name: &str| {
        format!(r#"0.01,"order_type":"limit","limit_price":{price},"cl_ord_id":"{name}""#)
    };
    client.say_with(token, "add_order", &format!("{order}{}", limit("49100", "socket-rest")));
    for quantity in ["0.1", "0.05", "0.05"] {
        let take = format!(r#"{quantity},"order_type":"market""#);
        client.say_with(token, "add_order", &format!("{order}{take}"));
    }
    let amend = r#","cl_ord_id":"socket-rest","order_qty":0.02"#;
    client.say_with(token, "amend_order", amend);
    client.say_with(token, "cancel_order", r#","cl_ord_id":["socket-rest"]"#);
    let row = r#"{"side":"buy","order_qty":0.01,"order_type":"limit","limit_price":48000}"#;
    let rows = format!(r#","symbol":"BTC/USD","orders":[{row},{row},{row}]"#);
    client.say_with(token, "batch_add", &rows);
    let row = r#"{"ordertype":"limit","type":"buy","price":"48500","volume":"0.01"}"#;
    let rows = format!(r#"{{"pair":"XBTUSD","orders":[{row},{row},{row}]}}"#);
    client.private("AddOrderBatch", &rows);
    client.say(MARKET, r#"{"method":"ping","req_id":5}"#);
}

fn in_the_end(client: &mut Client) {
    client.private("CancelOrder", "cl_ord_id=rest");
    client.private("ClosedOrders", "ofs=2");
    client.private("TradesHistory", "ofs=1&consolidate_taker=false");
    client.private("CancelAll", "");
    client.private("OpenOrders", "");
    let order = "pair=XBTUSD&type=buy&ordertype=limit&price=48000&volume=0.01&cl_ord_id";
    for name in ["late", "later"] {
        client.private("AddOrder", &format!("{order}={name}"));
    }
    client.private("CancelAllOrdersAfter", "timeout=20");
    client.wait(10);
    client.private("CancelAllOrdersAfter", "timeout=60");
    client.private("AddOrder", "pair=XBTUSD&type=sell&ordertype=market&volume=0.05");
    client.wait(80);
    for endpoint in ["Ledgers", "OpenOrders", "Balance", "TradesHistory"] {
        client.private(endpoint, "consolidate_taker=false");
    }
    for endpoint in ["Time", "AssetPairs", "Ticker", "Depth"] {
        client.public(endpoint, "pair=XBTUSD");
    }
}

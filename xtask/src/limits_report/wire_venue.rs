//! Kraken behind its whole wire: every call becomes a signed request or a frame, and the simulated
//! Kraken answers it as it would answer anybody.
//!
//! What the client is told comes out of those answers and of the stream of executions, and nothing
//! from inside; what Kraken counted is what `GET /simulator/stats` says.

use std::{collections::BTreeMap, fmt, time::Duration};

use kraken_protocol::{Endpoint, nonce::Nonce, signer::Signer};
use serde_json::{Value, json};
use simulated_kraken::{
    AccountSettings, Answer, ConnectionId, Door, HttpAnswer, HttpRequest, Input, KeyDescription,
    LimitProfile, MarketSettings, MarketSource, Output, RequestId, Settings, SimulatedKraken,
};
use simulated_limits::{Boundary, DecayMode, Exceeded, Points, Tier, private_cost};
use trading_types::{Amount, Asset, KrakenPairs, Pair, Price, Timestamp};

use super::{
    client::{Call, Fate, Notice, OrderNumber, Outcome, Purpose, Transport},
    venue::{Venue, article_budget, by_clock, millionths, private_budget},
    workload::some_pair,
};

/// Where the client under test comes from.
const ADDRESS: &str = "192.0.2.1";
/// Where the one comes from who fills its orders.
const OTHER_ADDRESS: &str = "192.0.2.2";
/// The client's socket, which hears of its orders and carries its commands.
const SOCKET: ConnectionId = ConnectionId(1);
/// What every order is for. Small, so that the money lasts for days.
const QUANTITY: &str = "0.00010000";
/// How long before a run the socket is opened.
const HEAD_START: Duration = Duration::from_mins(2);
/// Where the market stands still.
const MIDDLE: i64 = 60_000;

/// The simulated Kraken, as one client sees it.
#[derive(Debug)]
pub(crate) struct WireVenue {
    kraken: SimulatedKraken,
    tier: Tier,
    /// How far its clock is ahead, plus half a second, where the article's rules hold.
    article: Option<Duration>,
    trader: Keyed,
    /// The same account by another key, whose counter is not the one under test.
    listener: Keyed,
    other: Keyed,
    token: String,
    /// What orders rest at: better than the best bid, so that they are first in the queue.
    price: String,
    requests: u64,
    spent: Points,
    /// The client's names of the orders that are open, by Kraken's.
    open: BTreeMap<String, OrderNumber>,
    notices: Vec<Notice>,
    /// Answers to what was asked on the socket.
    replies: Vec<Value>,
}

/// A key and what signs for it.
struct Keyed {
    key: String,
    signer: Signer,
    nonce: u64,
    address: &'static str,
}

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyed({})", self.key)
    }
}

impl WireVenue {
    /// Kraken as documented.
    pub(crate) fn documented(tier: Tier, decay: DecayMode, now: Timestamp) -> Self {
        Self::new(tier, decay, None, now)
    }

    /// The article's windows. Their clock is `ahead` of ours, less half a second.
    pub(crate) fn article(tier: Tier, ahead: Duration, now: Timestamp) -> Self {
        Self::new(tier, DecayMode::Continuous, Some(ahead), now)
    }

    fn new(tier: Tier, decay: DecayMode, article: Option<Duration>, now: Timestamp) -> Self {
        // What it takes to listen must have left the budgets before the run begins.
        let now = article.map_or(now, |ahead| by_clock(now, ahead)) - HEAD_START;
        let kraken = SimulatedKraken::new(settings(tier, decay, article.is_some()), now);
        let keyed = |name: &str, address| {
            let found = kraken.keys().iter().find(|key| key.name == name);
            Keyed::new(found.expect("every account has this key"), address)
        };
        let mut venue = Self {
            trader: keyed("trade", ADDRESS),
            listener: keyed("no-ip-list", ADDRESS),
            other: keyed("second-trade", OTHER_ADDRESS),
            kraken,
            tier,
            article,
            token: String::new(),
            price: String::new(),
            requests: 0,
            spent: Points::ZERO,
            open: BTreeMap::new(),
            notices: Vec::new(),
            replies: Vec::new(),
        };
        venue.listen(now);
        venue
    }

    /// Opens the socket and finds the price at which an order is first in its queue.
    fn listen(&mut self, now: Timestamp) {
        let (_, book) = self.public(OTHER_ADDRESS, "Depth", "pair=XBTUSD&count=1", now);
        let best = book["result"]["XXBTZUSD"]["bids"][0][0].as_str().expect("there are bids");
        let best: Price = best.parse().expect("Kraken writes prices that can be read");
        self.price = (best + Price::from_units(10_i64.pow(9))).to_string();
        let (_, answer) = self.private(Whose::Listener, Endpoint::GetWebSocketsToken, "", now);
        let token = answer["result"]["token"].as_str().expect("the key may ask for tokens");
        token.clone_into(&mut self.token);
        let (address, door) = (ADDRESS.to_owned(), Door::Public);
        self.input(Input::Knock { id: SOCKET, address, door }, now);
        let params = json!({ "channel": "executions", "token": self.token, "snap_orders": true });
        let reply = self.ask(&json!({ "method": "subscribe", "params": params, "req_id": 1 }), now);
        assert_eq!(reply["success"], true, "{reply}");
    }

    /// Hands something in and takes what comes out, but for the answer to a request.
    fn input(&mut self, input: Input, now: Timestamp) -> Option<HttpAnswer> {
        self.kraken.handle(input, now);
        let mut answered = None;
        while let Some(output) = self.kraken.poll_output() {
            match output {
                Output::Answer { answer: Answer::Http(answer), .. } => answered = Some(answer),
                Output::Send { frame, .. } => self.hear(frame.as_str()),
                Output::LetIn { .. } => {}
                Output::Answer { answer: Answer::Nothing | Answer::Torn(_), .. }
                | Output::Refuse { .. }
                | Output::End { .. } => panic!("no fault is on: {output:?}"),
            }
        }
        answered
    }

    fn hear(&mut self, frame: &str) {
        let frame: Value = serde_json::from_str(frame).expect("a frame is JSON");
        if frame.get("method").is_some() {
            return self.replies.push(frame);
        }
        if frame["channel"] != "executions" {
            return;
        }
        for report in frame["data"].as_array().expect("reports are a list") {
            self.note(report);
        }
    }

    fn note(&mut self, report: &Value) {
        let name = report["order_id"].as_str().expect("a report names its order").to_owned();
        let pair = some_pair();
        match report["exec_type"].as_str().expect("a report says what happened") {
            "pending_new" => {
                let number = report["cl_ord_id"].as_str().expect("the order has a client id");
                let order = number.parse().expect("client ids are numbers here");
                self.open.insert(name, order);
                self.notices.push(Notice { pair, order, fate: Fate::Opened });
            }
            "filled" | "canceled" | "expired" => {
                if let Some(order) = self.open.remove(&name) {
                    self.notices.push(Notice { pair, order, fate: Fate::Closed });
                }
            }
            _ => {}
        }
    }

    fn public(
        &mut self,
        address: &str,
        endpoint: &str,
        query: &str,
        now: Timestamp,
    ) -> (HttpAnswer, Value) {
        let request = HttpRequest {
            address: address.to_owned(),
            method: "GET".to_owned(),
            path: format!("/0/public/{endpoint}"),
            query: query.to_owned(),
            ..HttpRequest::default()
        };
        self.request(request, now)
    }

    fn private(
        &mut self,
        whose: Whose,
        endpoint: Endpoint,
        fields: &str,
        now: Timestamp,
    ) -> (HttpAnswer, Value) {
        let keyed = match whose {
            Whose::Trader => &mut self.trader,
            Whose::Listener => &mut self.listener,
            Whose::Other => &mut self.other,
        };
        let request = keyed.sign(endpoint, fields);
        self.request(request, now)
    }

    fn request(&mut self, request: HttpRequest, now: Timestamp) -> (HttpAnswer, Value) {
        self.requests += 1;
        let input = Input::Request { id: RequestId(self.requests), request };
        let answer = self.input(input, now).expect("every request is answered");
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        (answer, body)
    }

    /// Says something on the socket; the last reply is its answer.
    fn ask(&mut self, frame: &Value, now: Timestamp) -> Value {
        self.replies.clear();
        self.input(Input::Frame { id: SOCKET, text: frame.to_string() }, now);
        self.replies.pop().expect("what is asked is answered")
    }

    fn call(&mut self, call: &Call, now: Timestamp) -> Outcome {
        let name = call.endpoint;
        if call.purpose == Purpose::Public {
            let query = if name == "Time" { "" } else { "pair=XBTUSD" };
            let (answer, body) = self.public(ADDRESS, name, query, now);
            return rest_outcome(call, &answer, &body, now);
        }
        let endpoint = Endpoint::from_name(name).expect("our client knows every endpoint");
        let order = call.order;
        let fields = match (call.purpose, order) {
            (Purpose::Place, Some(order)) => format!(
                "ordertype=limit&type=buy&volume={QUANTITY}&pair=XBTUSD&price={}&cl_ord_id={order}",
                self.price
            ),
            (Purpose::Amend, Some(order)) => {
                format!("cl_ord_id={order}&order_qty={QUANTITY}&limit_price={}", self.price)
            }
            (Purpose::Cancel, Some(order)) => format!("cl_ord_id={order}"),
            _ if name == "QueryOrders" => "txid=OAAAAA-AAAAA-AAAAAA".to_owned(),
            _ => String::new(),
        };
        let (answer, body) = self.private(Whose::Trader, endpoint, &fields, now);
        rest_outcome(call, &answer, &body, now)
    }

    fn command(&mut self, call: &Call, now: Timestamp) -> Outcome {
        let price = Value::Number(self.price.parse().expect("a price is a number"));
        let quantity = Value::Number(QUANTITY.parse().expect("a quantity is a number"));
        let order = call.order.map(|order| order.to_string());
        let token = &self.token;
        let (method, params) = match call.purpose {
            Purpose::Place => (
                "add_order",
                json!({ "order_type": "limit", "side": "buy", "symbol": "BTC/USD",
                    "order_qty": quantity, "limit_price": price, "cl_ord_id": order,
                    "token": token }),
            ),
            Purpose::Amend => (
                "amend_order",
                json!({ "cl_ord_id": order, "order_qty": quantity, "limit_price": price,
                    "token": token }),
            ),
            Purpose::Cancel => ("cancel_order", json!({ "cl_ord_id": [order], "token": token })),
            Purpose::Halt => ("cancel_all", json!({ "token": token })),
            Purpose::Account | Purpose::Public => unreachable!("asked over REST"),
        };
        let reply = self.ask(&json!({ "method": method, "params": params, "req_id": 2 }), now);
        match reply["error"].as_str() {
            None => Outcome::Accepted,
            Some(error) => exceeded(call, error).map_or(Outcome::Refused, Outcome::Exceeded),
        }
    }

    fn by_its_clock(&self, now: Timestamp) -> Timestamp {
        self.article.map_or(now, |ahead| by_clock(now, ahead))
    }
}

impl Venue for WireVenue {
    fn receive(&mut self, call: &Call, now: Timestamp) -> Outcome {
        let now = self.by_its_clock(now);
        let is_command = call.purpose.is_trading() && call.transport == Transport::Socket;
        if is_command {
            return self.command(call, now);
        }
        let outcome = self.call(call, now);
        if !matches!(outcome, Outcome::Exceeded(_)) {
            self.spent +=
                if self.article.is_some() { Points::whole(1) } else { private_cost(call.endpoint) };
        }
        outcome
    }

    /// Somebody else sells what one order buys: whichever is first in the queue.
    fn fill(&mut self, _pair: Pair, _order: OrderNumber, now: Timestamp) {
        if self.open.is_empty() {
            return;
        }
        let now = self.by_its_clock(now);
        let fields = format!(
            "ordertype=limit&type=sell&volume={QUANTITY}&pair=XBTUSD&price={}&timeinforce=IOC",
            self.price
        );
        let (_, answer) = self.private(Whose::Other, Endpoint::AddOrder, &fields, now);
        assert_eq!(answer["error"], json!([]), "the other account may trade");
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    fn private_peak(&self) -> Option<Points> {
        None
    }

    fn trading_peak(&self) -> Option<Points> {
        None
    }

    fn used_millionths(&self, start: Timestamp, length: Duration) -> u64 {
        let budget = match self.article {
            Some(ahead) => article_budget(ahead, start, length),
            None => private_budget(self.tier, length),
        };
        millionths(self.spent, budget)
    }

    fn traded_millionths(&self, _length: Duration) -> Option<u64> {
        None
    }

    fn statistics(&self) -> Option<Value> {
        Some(serde_json::from_str(&self.kraken.statistics_json()).expect("statistics are JSON"))
    }
}

/// Whose key a request is made with.
#[derive(Clone, Copy, Debug)]
enum Whose {
    Trader,
    Listener,
    Other,
}

impl Keyed {
    fn new(description: &KeyDescription, address: &'static str) -> Self {
        let signer = Signer::new(&description.secret).expect("a secret is base64");
        Self { key: description.key.clone(), signer, nonce: 0, address }
    }

    fn sign(&mut self, endpoint: Endpoint, fields: &str) -> HttpRequest {
        self.nonce += 1;
        let between = if fields.is_empty() { "" } else { "&" };
        let body = format!("nonce={}{between}{fields}", self.nonce);
        let sign = self.signer.sign(endpoint, Nonce::new(self.nonce), body.as_bytes());
        let form = "application/x-www-form-urlencoded";
        HttpRequest {
            address: self.address.to_owned(),
            method: "POST".to_owned(),
            path: endpoint.path().to_owned(),
            query: String::new(),
            headers: vec![
                ("api-key".to_owned(), self.key.clone()),
                ("api-sign".to_owned(), (*sign).to_owned()),
                ("content-type".to_owned(), form.to_owned()),
            ],
            body: body.into(),
        }
    }
}

fn settings(tier: Tier, decay: DecayMode, is_article: bool) -> Settings {
    let pair = some_pair();
    let rules = KrakenPairs::recorded().rules(pair).expect("a recorded pair");
    let price = Price::from_units(MIDDLE * 10_i64.pow(10));
    let account = |name: &str| AccountSettings { name: name.to_owned(), balances: plenty(pair) };
    Settings {
        seed: 1,
        tier,
        limits: if is_article { LimitProfile::Article } else { LimitProfile::Documented },
        refused_calls_count: true,
        decay,
        boundary: Boundary::Reached,
        markets: vec![MarketSettings { rules, source: MarketSource::Still { price } }],
        history: Duration::ZERO,
        accounts: vec![account(""), account("second")],
        faults: Vec::new(),
    }
}

fn plenty(pair: Pair) -> Vec<(Asset, Amount)> {
    let million = Amount::from_units(10_i128.pow(6) * 10_i128.pow(18));
    vec![(pair.base, million), (pair.quote, million)]
}

fn rest_outcome(call: &Call, answer: &HttpAnswer, body: &Value, now: Timestamp) -> Outcome {
    if answer.status == 429 {
        let until = now + Duration::from_secs(60 - now.seconds() % 60);
        return Outcome::Exceeded(match call.purpose {
            Purpose::Public => Exceeded::ArticlePublic { until },
            Purpose::Halt
            | Purpose::Cancel
            | Purpose::Amend
            | Purpose::Place
            | Purpose::Account => Exceeded::ArticlePrivate { until },
        });
    }
    match body["error"][0].as_str() {
        None => Outcome::Accepted,
        Some(error) => exceeded(call, error).map_or(Outcome::Refused, Outcome::Exceeded),
    }
}

/// Which limit a text speaks of, if any.
fn exceeded(call: &Call, error: &str) -> Option<Exceeded> {
    match error {
        "EAPI:Rate limit exceeded" if call.purpose == Purpose::Public => {
            Some(Exceeded::PublicCalls)
        }
        "EAPI:Rate limit exceeded" => Some(Exceeded::PrivateCalls),
        "EOrder:Rate limit exceeded" => Some(Exceeded::PairTransactions),
        "EOrder:Orders limit exceeded" => Some(Exceeded::OpenOrders),
        "Exceeded msg rate" => Some(Exceeded::Messages),
        _ => None,
    }
}

//! A client that does nothing but ask: it signs, sends and reads, and time passes when it says so.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use simulated_kraken::{
    AccountSettings, Answer, ConnectionId, Door, HttpAnswer, HttpRequest, Input, LimitProfile,
    MarketSettings, MarketSource, Output, RequestId, Settings, SimulatedKraken,
};
use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::{KrakenPairs, Timestamp};

/// Where the client is unless it says otherwise.
pub(crate) const HOME: &str = "127.0.0.1";
/// The keys that trade for the first account, one of them from any address.
pub(crate) const KEY: usize = 0;
pub(crate) const OTHER_KEY: usize = 2;
const FORM: &str = "application/x-www-form-urlencoded";

/// A simulated Kraken, and what a client of it has to remember.
pub(crate) struct Client {
    pub(crate) kraken: SimulatedKraken,
    now: Timestamp,
    nonce: u64,
    number: u64,
}

/// What a call came to.
pub(crate) struct Told {
    pub(crate) http: HttpAnswer,
    /// The first error; empty when there is none.
    pub(crate) error: String,
    pub(crate) result: Value,
}

impl Told {
    /// Whether it was done.
    pub(crate) fn is_done(&self) -> bool {
        self.error.is_empty()
    }

    /// A header of the answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.http.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Limits as documented, on the strict side.
pub(crate) fn settings(tier: Tier) -> Settings {
    let balances = ["USD 100000000", "BTC 10000"].map(|text| {
        let (asset, amount) = text.split_once(' ').expect("an asset and an amount");
        (asset.parse().expect("an asset"), amount.parse().expect("an amount"))
    });
    let account = |name: &str| AccountSettings { name: name.to_owned(), balances: balances.into() };
    let market = |pair: &str, price: &str| {
        let rules = KrakenPairs::recorded().rules(pair.parse().expect("a pair"));
        let source = MarketSource::Still { price: price.parse().expect("a price") };
        MarketSettings { rules: rules.expect("a pair of Kraken's"), source }
    };
    Settings {
        seed: 11,
        tier,
        limits: LimitProfile::Documented,
        refused_calls_count: true,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: vec![market("BTC/USD", "50000"), market("ETH/USD", "3000")],
        accounts: vec![account(""), account("second")],
        history: Duration::ZERO,
        faults: Vec::new(),
    }
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Self {
        let now = "2026-11-21T12:00:00Z".parse().expect("a time");
        Self { kraken: SimulatedKraken::new(settings, now), now, nonce: 0, number: 0 }
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
        self.kraken.handle_timeout(self.now);
        while self.kraken.poll_output().is_some() {}
    }

    /// The present moment.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    fn answer(&mut self, request: HttpRequest) -> Told {
        self.ask(request).expect("it is answered at once")
    }

    /// What a request came to, if its answer leaves at once.
    fn ask(&mut self, request: HttpRequest) -> Option<Told> {
        self.number += 1;
        let id = RequestId(self.number);
        self.kraken.handle(Input::Request { id, request }, self.now);
        let mut told = None;
        while let Some(output) = self.kraken.poll_output() {
            if let Output::Answer { id: of, answer: Answer::Http(answer) } = output
                && of == id
            {
                told = Some(answer);
            }
        }
        let http = told?;
        let body: Value = serde_json::from_slice(&http.body).expect("JSON");
        let error = body["error"][0].as_str().unwrap_or_default().to_owned();
        Some(Told { http, error, result: body["result"].clone() })
    }

    /// A public call from home.
    pub(crate) fn get(&mut self, endpoint: &str, query: &str) -> Told {
        self.get_from(HOME, endpoint, query)
    }

    /// A public call from somewhere.
    pub(crate) fn get_from(&mut self, address: &str, endpoint: &str, query: &str) -> Told {
        self.answer(HttpRequest {
            address: address.to_owned(),
            method: "GET".to_owned(),
            path: format!("/0/public/{endpoint}"),
            query: query.to_owned(),
            ..HttpRequest::default()
        })
    }

    /// A private call with the first key.
    pub(crate) fn post(&mut self, endpoint: &str, parameters: &str) -> Told {
        self.post_with(KEY, endpoint, parameters)
    }

    /// A private call with one of the keys.
    pub(crate) fn post_with(&mut self, key: usize, endpoint: &str, parameters: &str) -> Told {
        let secret = self.kraken.keys()[key].secret.clone();
        self.post_signed(key, &secret, endpoint, parameters)
    }

    /// A private call with one of the keys, signed with this secret.
    pub(crate) fn post_signed(
        &mut self,
        key: usize,
        secret: &str,
        endpoint: &str,
        parameters: &str,
    ) -> Told {
        let between = if parameters.is_empty() { "" } else { "&" };
        let body = format!("nonce={}{between}{parameters}", self.nonce + 1);
        let request = self.signed((key, secret), endpoint, FORM, body);
        self.answer(request)
    }

    /// A private call with the first key whose answer may take its time.
    pub(crate) fn begin(&mut self, endpoint: &str) -> Option<Told> {
        let secret = self.kraken.keys()[KEY].secret.clone();
        let body = format!("nonce={}", self.nonce + 1);
        let request = self.signed((KEY, &secret), endpoint, FORM, body);
        self.ask(request)
    }

    /// A private call with the first key, whose body is JSON with these fields.
    pub(crate) fn post_json(&mut self, endpoint: &str, fields: &str) -> Told {
        let secret = self.kraken.keys()[KEY].secret.clone();
        let body = format!("{{\"nonce\":{},{fields}}}", self.nonce + 1);
        let request = self.signed((KEY, &secret), endpoint, "application/json", body);
        self.answer(request)
    }

    fn signed(
        &mut self,
        (key, secret): (usize, &str),
        endpoint: &str,
        content_type: &str,
        body: String,
    ) -> HttpRequest {
        self.nonce += 1;
        let (path, nonce) = (format!("/0/private/{endpoint}"), self.nonce);
        let headers = vec![
            ("content-type".to_owned(), content_type.to_owned()),
            ("api-key".to_owned(), self.kraken.keys()[key].key.clone()),
            ("api-sign".to_owned(), sign(secret, &path, nonce, &body)),
        ];
        let (method, address) = ("POST".to_owned(), HOME.to_owned());
        let body = body.into_bytes().into();
        HttpRequest { address, method, path, headers, body, ..HttpRequest::default() }
    }

    /// Asks for a WebSocket; true if it is let in.
    pub(crate) fn knock(&mut self, address: &str) -> bool {
        self.number += 1;
        let id = ConnectionId(self.number);
        let door = Door::Public;
        self.kraken.handle(Input::Knock { id, address: address.to_owned(), door }, self.now);
        let mut is_in = None;
        while let Some(output) = self.kraken.poll_output() {
            match output {
                Output::LetIn { id: of } if of == id => is_in = Some(true),
                Output::Refuse { id: of, .. } if of == id => is_in = Some(false),
                Output::Answer { .. }
                | Output::LetIn { .. }
                | Output::Refuse { .. }
                | Output::Send { .. }
                | Output::End { .. } => {}
            }
        }
        is_in.expect("let in or refused at once")
    }

    /// What `GET /simulator/stats` tells at this place.
    pub(crate) fn statistic(&self, pointer: &str) -> Value {
        let all: Value = serde_json::from_str(&self.kraken.statistics_json()).expect("JSON");
        all.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {all}")).clone()
    }

    /// How many calls in a row are done before one is refused with this error.
    pub(crate) fn count_until(
        &mut self,
        error: &str,
        mut call: impl FnMut(&mut Self) -> Told,
    ) -> usize {
        for done in 0..1_000 {
            let told = call(self);
            if !told.is_done() {
                assert_eq!(told.error, error);
                return done;
            }
        }
        panic!("nothing is ever refused")
    }
}

/// `API-Sign`, written from Kraken's page once more
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
fn sign(secret: &str, path: &str, nonce: u64, body: &str) -> String {
    let key = STANDARD.decode(secret).expect("base64");
    let digest = Sha256::digest(format!("{nonce}{body}"));
    let mut mac = Hmac::<Sha512>::new_from_slice(&key).expect("any length will do");
    mac.update(path.as_bytes());
    mac.update(&digest);
    STANDARD.encode(mac.finalize().into_bytes())
}

//! The simulated Kraken: a client that says anything is answered, each request exactly once, and
//! every frame is JSON; never a panic.
//!
//! An input is a conversation, one line each: `F` and a frame (`TOKEN` stands for a real one), `G`
//! and a public call, `P` or `J` and a private one as form or JSON, signed as it should be, `R` and
//! anything that is to be a request.
#![no_main]

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256, Sha512};
use simulated_kraken::{
    AccountSettings, Answer, ConnectionId, Door, HttpRequest, Input, KeyDescription, LimitProfile,
    MarketSettings, MarketSource, Output, RequestId, Settings, SimulatedKraken,
};
use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::{Amount, KrakenPairs, Price, Timestamp};

/// 2026-11-21T12:00:00Z.
const START: u64 = 1_795_262_400_000_000_000;
/// From one line to the next.
const STEP: u64 = 100_000_000;
const LINES_MAX: usize = 64;
const SOCKET: ConnectionId = ConnectionId(1);

struct Client {
    kraken: SimulatedKraken,
    key: KeyDescription,
    token: String,
    now: u64,
}

fuzz_target!(|conversation: &[u8]| {
    let mut client = Client::new();
    for line in conversation.split(|byte| *byte == b'\n').take(LINES_MAX) {
        client.say(line);
    }
});

impl Client {
    fn new() -> Self {
        let pair = "BTC/USD".parse().expect("a pair");
        let rules = KrakenPairs::recorded().rules(pair).expect("a recorded pair");
        let price = Price::from_units(60_000 * 10_i64.pow(10));
        let plenty = Amount::from_units(10_i128.pow(23));
        let account = AccountSettings {
            name: String::new(),
            balances: vec![(pair.base, plenty), (pair.quote, plenty)],
        };
        let settings = Settings {
            seed: 1,
            tier: Tier::Pro,
            limits: LimitProfile::Off,
            refused_calls_count: true,
            decay: DecayMode::Continuous,
            boundary: Boundary::Reached,
            markets: vec![MarketSettings { rules, source: MarketSource::Still { price } }],
            accounts: vec![account],
            faults: Vec::new(),
        };
        let kraken = SimulatedKraken::new(settings, Timestamp::from_nanos(START));
        let key = kraken.keys().iter().find(|key| key.name == "trade");
        let key = key.expect("every account has this key").clone();
        let mut client = Self { kraken, key, token: String::new(), now: START };
        let body = client.private("GetWebSocketsToken", "application/x-www-form-urlencoded", "");
        let text = String::from_utf8(body).expect("answers are text");
        let start = text.find("token\":\"").expect("the key may ask for tokens") + 8;
        client.token = text[start..].split('"').next().expect("a text ends").to_owned();
        let (address, door) = ("192.0.2.1".to_owned(), Door::Public);
        client.input(Input::Knock { id: SOCKET, address, door });
        client
    }

    fn say(&mut self, line: &[u8]) {
        self.now += STEP;
        let Some((kind, rest)) = line.split_first() else { return };
        let text = String::from_utf8_lossy(rest).replace("TOKEN", &self.token);
        let (name, fields) = text.split_once('?').unwrap_or((&text, ""));
        match kind {
            b'F' => drop(self.input(Input::Frame { id: SOCKET, text: text.clone() })),
            b'G' => self.public(name, fields),
            b'P' => {
                let form = "application/x-www-form-urlencoded";
                self.private(name, form, &format!("&{fields}"));
            }
            b'J' => drop(self.private(name, "application/json", fields)),
            _ => {
                let request = HttpRequest {
                    method: "POST".to_owned(),
                    path: name.to_owned(),
                    headers: vec![("api-key".to_owned(), self.key.key.clone())],
                    body: rest.to_vec().into(),
                    ..HttpRequest::default()
                };
                self.request(request);
            }
        }
    }

    fn public(&mut self, name: &str, query: &str) {
        let request = HttpRequest {
            method: "GET".to_owned(),
            path: format!("/0/public/{name}"),
            query: query.to_owned(),
            ..HttpRequest::default()
        };
        self.request(request);
    }

    fn private(&mut self, name: &str, content_type: &str, fields: &str) -> Vec<u8> {
        let nonce = self.now;
        let body = if content_type.ends_with("json") {
            format!("{{\"nonce\":{nonce}{fields}}}")
        } else {
            format!("nonce={nonce}{fields}")
        };
        let path = format!("/0/private/{name}");
        let secret = STANDARD.decode(&self.key.secret).expect("a secret is base64");
        let mut mac = Hmac::<Sha512>::new_from_slice(&secret).expect("any key will do");
        mac.update(path.as_bytes());
        mac.update(&Sha256::digest(format!("{nonce}{body}")));
        let sign = STANDARD.encode(mac.finalize().into_bytes());
        self.request(HttpRequest {
            method: "POST".to_owned(),
            path,
            headers: vec![
                ("api-key".to_owned(), self.key.key.clone()),
                ("api-sign".to_owned(), sign),
                ("content-type".to_owned(), content_type.to_owned()),
            ],
            body: body.into(),
            ..HttpRequest::default()
        })
    }

    fn request(&mut self, request: HttpRequest) -> Vec<u8> {
        let mut answers = self.input(Input::Request { id: RequestId(self.now), request });
        assert_eq!(answers.len(), 1, "a request is answered once");
        answers.pop().expect("there is one")
    }

    /// Hands something in; gives back the bodies of answers.
    fn input(&mut self, input: Input) -> Vec<Vec<u8>> {
        self.kraken.handle(input, Timestamp::from_nanos(self.now));
        let mut bodies = Vec::new();
        while let Some(output) = self.kraken.poll_output() {
            match output {
                Output::Answer { answer: Answer::Http(answer), .. } => {
                    bodies.push(answer.body.to_vec());
                }
                Output::Send { frame, .. } => {
                    let read = serde_json::from_str::<serde_json::Value>(frame.as_str());
                    assert!(read.is_ok(), "no JSON: {}", frame.as_str());
                }
                _ => {}
            }
        }
        bodies
    }
}

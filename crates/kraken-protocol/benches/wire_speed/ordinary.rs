//! The same work as it is usually written: typed serde, floating numbers, formatted texts, a key
//! set up anew for each signature. It is what our numbers are compared with.
#![expect(clippy::float_arithmetic, reason = "the ordinary way is floating")]

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha512};

#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    data: Vec<Row>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "a client keeps what it is told")]
struct Row {
    symbol: String,
    bids: Vec<Level>,
    asks: Vec<Level>,
    checksum: u32,
    timestamp: String,
}

#[derive(Clone, Copy, Deserialize)]
struct Level {
    price: f64,
    qty: f64,
}

/// A book of floating numbers.
#[derive(Default)]
pub(crate) struct Book {
    bids: Vec<Level>,
    asks: Vec<Level>,
}

/// How many levels a frame changes.
pub(crate) fn read(frame: &str) -> Option<usize> {
    let frame: Frame = serde_json::from_str(frame).ok()?;
    frame.data.first().map(|row| row.bids.len() + row.asks.len())
}

impl Book {
    /// Reads, applies and proves a frame; the best bid.
    pub(crate) fn take(&mut self, frame: &str) -> Option<f64> {
        let frame: Frame = serde_json::from_str(frame).ok()?;
        let row = frame.data.first()?;
        if frame.kind == "snapshot" {
            *self = Self::default();
        }
        for level in &row.bids {
            set(&mut self.bids, *level, |one, other| one > other);
        }
        for level in &row.asks {
            set(&mut self.asks, *level, |one, other| one < other);
        }
        let digits = |number: String| number.replace('.', "").trim_start_matches('0').to_owned();
        let text: String = self
            .asks
            .iter()
            .chain(&self.bids)
            .map(|it| digits(format!("{:.1}", it.price)) + &digits(format!("{:.8}", it.qty)))
            .collect();
        (crc32fast::hash(text.as_bytes()) == row.checksum).then_some(self.bids[0].price)
    }
}

fn set(side: &mut Vec<Level>, level: Level, is_better: impl Fn(f64, f64) -> bool) {
    let same = |it: &Level| (it.price - level.price).abs() < 1e-9;
    match side.iter().position(same) {
        Some(at) if level.qty > 0.0 => side[at] = level,
        Some(at) => drop(side.remove(at)),
        None if level.qty > 0.0 => {
            let at = side.iter().position(|it| is_better(level.price, it.price));
            side.insert(at.unwrap_or(side.len()), level);
        }
        None => {}
    }
    side.truncate(10);
}

#[derive(Serialize)]
struct Request<'a> {
    method: &'a str,
    params: Params<'a>,
    req_id: u32,
}

#[derive(Serialize)]
struct Params<'a> {
    order_type: &'a str,
    side: &'a str,
    order_qty: f64,
    symbol: &'a str,
    limit_price: f64,
    time_in_force: &'a str,
    cl_ord_id: String,
    token: &'a str,
}

/// The frame of an order.
pub(crate) fn order(price: f64, token: &str, id: u32) -> String {
    let params = Params {
        order_type: "limit",
        side: "buy",
        order_qty: 1.25,
        symbol: "BTC/USD",
        limit_price: price,
        time_in_force: "gtc",
        cl_ord_id: format!("{id:032x}"),
        token,
    };
    serde_json::to_string(&Request { method: "add_order", params, req_id: id }).unwrap_or_default()
}

/// The body of an order and its signature.
pub(crate) fn signed(price: f64, secret: &str, nonce: u64) -> (String, String) {
    let body = format!(
        "nonce={nonce}&ordertype=limit&type=buy&pair=BTC%2FUSD&volume=1.25&price={price}&\
         timeinforce=GTC&cl_ord_id={nonce:032x}"
    );
    let secret = STANDARD.decode(secret).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(nonce.to_string());
    hash.update(&body);
    let mut mac = Hmac::<Sha512>::new_from_slice(&secret).expect("a key of any length");
    mac.update(b"/0/private/AddOrder");
    mac.update(&hash.finalize());
    (body, STANDARD.encode(mac.finalize().into_bytes()))
}

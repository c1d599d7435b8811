//! How long a frame takes from its text to an order's text, as ratios to the same work written the
//! ordinary way, in one run; and which part of it the checksum takes.
//!
//! `cargo bench -p kraken-protocol --bench wire_speed` makes its own frames.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times and ratios are floating")]

use std::{
    collections::{BTreeMap, VecDeque},
    hint::black_box,
};

use kraken_protocol::{
    nonce::Nonce,
    request::{Body, Request},
    rest::{PairName, PairNames},
    signer::{ApiSign, Signer},
    stream::{
        MessageKind,
        book::{BookApplied, BookDepth},
        book_checksum::PricePrecision,
        book_message::BookMessage,
        books::Books,
        envelope::Envelope,
        market::{MarketMessage, decode, decode_frame},
        order_writer::{Intent, write_add},
        token::Token,
    },
};
use rustix::time::{ClockId, clock_gettime};
use trading_types::{
    BookLevel, ClientOrderId, FeeCurrency, NewOrder, OrderKind, OrderQuantity, Pair, Price,
    Quantity, Quote, SelfTradePrevention, Side, TimeInForce, Timestamp,
};

#[path = "wire_speed/frames.rs"]
mod frames;
#[path = "wire_speed/ordinary.rs"]
mod ordinary;

/// So many frames are about five megabytes.
const FRAMES: usize = 20_000;
/// Each measurement is the median of this many passes.
const PASSES: usize = 9;
const SEED: u64 = 7;
const TOKEN: &str = "G38a1tGFzqGiUCmnegBcm8d4nfP3tytiNQz6tkCBYXY";
/// The private key of Kraken's own example, which signs nothing
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
const SECRET: &str =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`, on a small input.
    let is_test = std::env::args().any(|it| it == "--test");
    let frames = Frames::make(if is_test { FRAMES / 100 } else { FRAMES });
    frames.describe();
    let parts = frames.parts();
    frames.ends(&parts);
    frames.distributions();
}

struct Frames {
    snapshot: String,
    all: Vec<String>,
    /// Only those of the book.
    book: Vec<String>,
    pair: Pair,
}

/// Nanoseconds of each step of a book frame.
struct Parts {
    proved: f64,
    unproved: f64,
}

impl Frames {
    fn make(count: usize) -> Self {
        let mut market = frames::Market::new(SEED);
        let snapshot = market.snapshot();
        let all: Vec<String> = (0..count).map(|_| market.next_frame()).collect();
        let is_book = |frame: &&String| frame.starts_with(r#"{"channel":"book""#);
        let book = all.iter().filter(is_book).cloned().collect();
        Self { snapshot, all, book, pair: "BTC/USD".parse().expect("a pair") }
    }

    fn describe(&self) {
        let bytes: usize = self.book.iter().map(String::len).sum();
        println!(
            "{} frames, {} of them of the book with {:.0} bytes each",
            self.all.len(),
            self.book.len(),
            count(bytes) / count(self.book.len())
        );
    }

    /// The steps one by one.
    fn parts(&self) -> Parts {
        println!("\nbook frames, ns each (thread CPU time, median of {PASSES} passes)");
        let usual = self.time("read, the ordinary way", || {
            self.book.iter().filter_map(|frame| black_box(ordinary::read(frame))).count()
        });
        let whole = self.time("read through the envelope", || {
            let read = |frame: &String| Envelope::open(frame).and_then(|it| decode(&it));
            self.book.iter().filter(|frame| read(frame).is_ok()).count()
        });
        let read = self.time("read straight", || {
            self.book.iter().filter_map(|frame| black_box(decode_frame(frame))).count()
        });
        let mut plain = Unproved::new();
        let unproved = self.time("read, applied, not proved", || {
            plain.take(&self.snapshot);
            self.book.iter().filter(|frame| plain.take(frame).is_some()).count()
        });
        let mut books = books();
        let proved = self.time("read, applied, proved", || {
            self.start(&mut books);
            self.book.iter().filter(|frame| take(&mut books, frame).is_some()).count()
        });
        let share = 100.0 * (proved - unproved) / proved;
        println!("the proof is {share:.0} % of a frame (goal: at most 40)");
        println!("read straight: {:.1} times the ordinary way", usual / read);
        println!("and {:.1} times through the envelope", whole / read);
        Parts { proved, unproved }
    }

    /// From a frame to an order's bytes.
    fn ends(&self, parts: &Parts) {
        println!("\nfrom a book frame to the bytes of an order");
        let (socket, rest) = (self.to_socket(), self.to_rest());
        let ordinary_socket = self.time("ordinary, over the socket", || {
            let mut book = ordinary::Book::default();
            book.take(&self.snapshot);
            let mut order = |frame: &String| Some(ordinary::order(book.take(frame)?, TOKEN, 7));
            self.book.iter().filter_map(|frame| black_box(order(frame))).count()
        });
        let ordinary_rest = self.time("ordinary, signed for REST", || {
            let mut book = ordinary::Book::default();
            book.take(&self.snapshot);
            let mut order = |frame: &String| Some(ordinary::signed(book.take(frame)?, SECRET, 7));
            self.book.iter().filter_map(|frame| black_box(order(frame))).count()
        });
        println!("socket: {:.1} times the ordinary way", ordinary_socket / socket);
        println!("REST:   {:.1} times the ordinary way", ordinary_rest / rest);
        println!(
            "of which the order: {:.0} ns over the socket, {:.0} ns over REST",
            socket - parts.proved,
            rest - parts.proved
        );
        assert!(parts.unproved < parts.proved, "a proof costs something");
    }

    fn to_socket(&self) -> f64 {
        let (mut books, mut out) = (books(), String::new());
        let token = Token::new(TOKEN.to_owned()).expect("a token");
        self.time("ours, over the socket", || {
            self.start(&mut books);
            let orders = self.book.iter().filter_map(|frame| {
                let order = self.order(take(&mut books, frame)?)?;
                write_socket(&mut out, &order, &token)
            });
            orders.count()
        })
    }

    fn to_rest(&self) -> f64 {
        let (mut books, desk) = (books(), RestDesk::new(self.pair));
        let mut nonce = 1_795_219_200_000_000_000;
        self.time("ours, signed for REST", || {
            self.start(&mut books);
            let orders = self.book.iter().filter_map(|frame| {
                let order = self.order(take(&mut books, frame)?)?;
                nonce += 1;
                black_box(desk.write(&order, nonce))
            });
            orders.count()
        })
    }

    /// How long single frames take, trades included, until `write` has made the bytes of an order.
    fn distribution(&self, name: &str, mut write: impl FnMut(&NewOrder)) {
        let mut books = books();
        let mut nanos = Vec::new();
        for _ in 0..PASSES {
            self.start(&mut books);
            for frame in &self.all {
                let before = monotonic();
                if let Some(order) = take(&mut books, frame).and_then(|it| self.order(it)) {
                    write(&order);
                }
                nanos.push(monotonic() - before);
            }
        }
        let mut empty: Vec<u64> = (0..1_000).map(|_| monotonic().abs_diff(monotonic())).collect();
        let at = |nanos: &mut [u64], per_mille: usize| {
            nanos.sort_unstable();
            nanos[(nanos.len() - 1) * per_mille / 1_000]
        };
        let clock = at(&mut empty, 500);
        let mut at = |per_mille| at(&mut nanos, per_mille).saturating_sub(clock);
        let (half, most, nearly, all) = (at(500), at(900), at(990), at(999));
        println!("{name:28} p50 {half:5}  p90 {most:5}  p99 {nearly:5}  p99.9 {all:5}");
    }

    fn distributions(&self) {
        println!("\nsingle frames of all kinds, ns of wall time without reading the clock");
        let mut out = String::new();
        let token = Token::new(TOKEN.to_owned()).expect("a token");
        self.distribution("ours, over the socket", |order| {
            black_box(write_socket(&mut out, order, &token));
        });
        let desk = RestDesk::new(self.pair);
        self.distribution("ours, signed for REST", |order| {
            black_box(desk.write(order, 1_795_219_200_000_000_000));
        });
    }

    fn start(&self, books: &mut Books) {
        assert!(take(books, &self.snapshot).is_some(), "the snapshot is proved");
    }

    fn order(&self, applied: BookApplied) -> Option<NewOrder> {
        let price = applied.quote?.bid.price;
        Some(NewOrder {
            id: ClientOrderId::new(1, 2),
            pair: self.pair,
            side: Side::Buy,
            kind: OrderKind::Limit { price },
            quantity: OrderQuantity::Base(Quantity::from_units(125_000_000)),
            time_in_force: TimeInForce::GoodTilCanceled,
            post_only: false,
            fee_currency: FeeCurrency::Quote,
            self_trade: SelfTradePrevention::CancelNewest,
            deadline: None,
            start: None,
            close: None,
        })
    }

    /// Nanoseconds of one book frame; `pass` goes through all and says how many were good.
    fn time(&self, name: &str, mut pass: impl FnMut() -> usize) -> f64 {
        let mut times = Vec::new();
        for _ in 0..PASSES {
            let before = cpu_seconds();
            let good = black_box(pass());
            times.push((cpu_seconds() - before) / count(self.book.len()) * 1e9);
            assert!(good == self.book.len(), "{name}: {good} good");
        }
        times.sort_by(f64::total_cmp);
        println!("{name:28} {:8.0}", times[PASSES / 2]);
        times[PASSES / 2]
    }
}

/// A bot watches more than one pair.
const PAIRS: [&str; 6] = ["BTC/USD", "ETH/USD", "SOL/USD", "XRP/EUR", "ADA/EUR", "DOT/USD"];

fn books() -> Books {
    let mut books = Books::default();
    let precision = PricePrecision::new(1, 8).expect("decimals we hold");
    for text in PAIRS {
        books.track(text.parse().expect("a pair"), BookDepth::Ten, precision);
    }
    books
}

fn take(books: &mut Books, frame: &str) -> Option<BookApplied> {
    match decode_frame(frame)? {
        MarketMessage::Book(message) => books.apply(&message, Timestamp::EPOCH).ok(),
        MarketMessage::Trades(trades) => {
            black_box(trades);
            None
        }
        MarketMessage::Level3(_)
        | MarketMessage::Ticker(_)
        | MarketMessage::Candles(_)
        | MarketMessage::Instruments(_)
        | MarketMessage::Status(_)
        | MarketMessage::Heartbeat => None,
    }
}

fn write_socket(out: &mut String, order: &NewOrder, token: &Token) -> Option<usize> {
    out.clear();
    write_add(out, order, Intent::Place, token, 7).ok()?;
    Some(black_box(out.len()))
}

/// What makes signed calls.
struct RestDesk {
    signer: Signer,
    name: PairName,
}

impl RestDesk {
    fn new(pair: Pair) -> Self {
        let signer = Signer::new(SECRET).expect("a key");
        let name = PairNames::recorded().name(pair).expect("a recorded pair");
        Self { signer, name }
    }

    fn write(&self, order: &NewOrder, nonce: u64) -> Option<(Body, ApiSign)> {
        let (request, nonce) = (Request::add_order(order, self.name).ok()?, Nonce::new(nonce));
        let body = request.body(nonce);
        let sign = self.signer.sign(request.endpoint(), nonce, body.text.as_bytes());
        Some((body, sign))
    }
}

/// Books without proof: everything is as in ours, but for the digits and the checksum.
struct Unproved {
    books: BTreeMap<Pair, UnprovedBook>,
}

#[derive(Default)]
struct UnprovedBook {
    bids: VecDeque<(i64, Quantity)>,
    asks: VecDeque<(i64, Quantity)>,
}

impl Unproved {
    fn new() -> Self {
        let book = |text: &&str| (text.parse().expect("a pair"), UnprovedBook::default());
        Self { books: PAIRS.iter().map(book).collect() }
    }

    fn take(&mut self, frame: &str) -> Option<(Quote, bool)> {
        let Some(MarketMessage::Book(message)) = decode_frame(frame) else { return None };
        let BookMessage { kind, pair, bids, asks, .. } = black_box(&message);
        let book = self.books.get_mut(pair)?;
        let before = book.quote();
        if *kind == MessageKind::Snapshot {
            *book = UnprovedBook::default();
        }
        set(&mut book.bids, bids, |price| -price.units());
        set(&mut book.asks, asks, Price::units);
        let now = book.quote()?;
        (now.bid.price < now.ask.price).then_some(black_box((now, before != Some(now))))
    }
}

impl UnprovedBook {
    fn quote(&self) -> Option<Quote> {
        let ((bid, bought), (ask, sold)) = (*self.bids.front()?, *self.asks.front()?);
        let bid = BookLevel { price: Price::from_units(-bid), quantity: bought };
        let ask = BookLevel { price: Price::from_units(ask), quantity: sold };
        Some(Quote { bid, ask })
    }
}

fn set(side: &mut VecDeque<(i64, Quantity)>, changes: &[BookLevel], rank: impl Fn(Price) -> i64) {
    for change in changes {
        let rank = rank(change.price);
        let at = side.partition_point(|level| level.0 < rank);
        let is_there = side.get(at).is_some_and(|level| level.0 == rank);
        match (is_there, change.quantity.is_zero()) {
            (true, true) => drop(side.remove(at)),
            (true, false) => side[at].1 = change.quantity,
            (false, true) => {}
            (false, false) => side.insert(at, (rank, change.quantity)),
        }
    }
    side.truncate(10);
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn monotonic() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let (seconds, nanos) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.expect("after the start") * 1_000_000_000 + nanos.expect("a fraction")
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn count(of: usize) -> f64 {
    of as f64
}

//! How much a book exchange does in a second: events of an outside world, and orders that are
//! placed and canceled, with little and with much standing around.
//!
//! `cargo bench -p exchange-simulator --bench book_speed`. Under `cargo test` it runs on a small
//! input and only shows that it still runs.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "rates are floating")]
#![expect(clippy::cast_precision_loss, reason = "rates are approximate")]

use std::hint::black_box;

use exchange_simulator::{
    AccountId, BookExchange, BookSettings, Latency, MarketModel, MarketModelSettings,
};
use rustix::time::{ClockId, clock_gettime};
use trading_types::{
    Amount, BookUpdate, ClientOrderId, FeeSchedule, MarketEvent, NewOrder, OrderKind,
    OrderQuantity, Pair, PairRules, Price, Quantity, Side, Timestamp, Trigger, TriggerSource,
    VenueCommand,
};

/// Each measurement is the best of this many: the others were disturbed.
const RUNS: usize = 5;

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`.
    let is_test = std::env::args().any(|argument| argument == "--test");
    let count = if is_test { 500 } else { 100_000 };
    report("events of a model with a hundred levels a side", count, || made(count));
    for (waiting, markets) in [(0, 1), (0, 14), (4_000, 1)] {
        let name = format!("{markets} markets, {waiting} orders of each kind standing around");
        report(&format!("market events, {name}"), count, || outside(count, waiting, markets));
        report(&format!("place and cancel, {name}"), count, || orders(count, waiting, markets));
        report(&format!("place and fill, {name}"), count, || fills(count, waiting, markets));
    }
}

/// What a model with deep books makes.
fn made(count: u64) -> f64 {
    let now = Timestamp::EPOCH;
    let rules = rules(pairs(1)[0]);
    let settings = MarketModelSettings::demo(rules, price(60_000, 0), 1);
    let mut model = MarketModel::new(MarketModelSettings { levels: 100, ..settings }, now);
    let begin = cpu_seconds();
    for _ in 0..count {
        black_box(model.poll(model.next_event_at()));
    }
    cpu_seconds() - begin
}

fn report(name: &str, count: u64, mut run: impl FnMut() -> f64) {
    let best = (0..RUNS).map(|_| run()).fold(f64::INFINITY, f64::min);
    println!(
        "{:9.0} a second, {:6.0} ns each: {name}",
        count as f64 / best,
        best / count as f64 * 1e9
    );
}

const ALICE: AccountId = AccountId(0);
const BOB: AccountId = AccountId(1);

fn pairs(markets: usize) -> Vec<Pair> {
    let names = ["BTC", "ETH", "SOL", "XRP", "ADA", "LTC", "DOGE", "DOT", "XMR", "ZEC"];
    let quotes = ["USD", "EUR"];
    let all =
        quotes.iter().flat_map(|quote| names.iter().map(move |base| format!("{base}/{quote}")));
    all.take(markets).map(|name| name.parse().expect("it is a pair")).collect()
}

fn rules(pair: Pair) -> PairRules {
    PairRules {
        pair,
        tick: price(0, 1),
        lot: Quantity::from_units(1),
        quantity_min: Quantity::from_units(5_000),
        cost_min: dollars(1),
        cost_decimals: 5,
        fees: FeeSchedule::kraken_spot(),
    }
}

/// A price of so many dollars and tenths.
const fn price(whole: i64, tenths: i64) -> Price {
    Price::from_units((whole * 10 + tenths) * 1_000_000_000)
}

const fn dollars(whole: i128) -> Amount {
    Amount::from_units(whole * 10_i128.pow(18))
}

/// A stage with quoted books, and so many orders of each kind: resting, and waiting.
struct Stage {
    exchange: BookExchange,
    events: Vec<(Timestamp, MarketEvent)>,
    pairs: Vec<Pair>,
    placed: u64,
    now: Timestamp,
}

impl Stage {
    fn new(events: u64, waiting: u64, markets: usize) -> Self {
        let pairs = pairs(markets);
        let now = Timestamp::from_seconds(1_000_000).expect("it is before 2554");
        let settings = BookSettings {
            rules: pairs.iter().copied().map(rules).collect(),
            latency: Latency::NONE,
            intervals: Vec::new(),
            seed: 1,
        };
        let mut exchange = BookExchange::new(settings, now);
        for _ in [ALICE, BOB] {
            let assets = pairs.iter().flat_map(|pair| [pair.base, pair.quote]);
            let balances: Vec<_> = assets.map(|asset| (asset, dollars(10_i128.pow(12)))).collect();
            exchange.open_account(&balances);
        }
        let mut stage = Self { exchange, events: Vec::new(), pairs, placed: 0, now };
        stage.make_events(events);
        for number in 0..waiting {
            stage.stand_around(number);
        }
        stage
    }

    /// Events of all markets; the first book of each is told at once.
    fn make_events(&mut self, count: u64) {
        let model = |pair: &Pair| {
            let settings = MarketModelSettings::demo(rules(*pair), price(60_000, 0), 1);
            MarketModel::new(settings, self.now)
        };
        let mut models: Vec<MarketModel> = self.pairs.iter().map(model).collect();
        for model in &mut models {
            let event = model.poll(self.now).expect("it begins with its book");
            self.exchange.handle_market(&event, self.now);
        }
        let mut made = 0;
        while made < count {
            let first = models.iter_mut().min_by_key(|model| model.next_event_at());
            let model = first.expect("there is a market");
            let at = model.next_event_at();
            while let Some(event) = model.poll(at) {
                self.events.push((at, event));
                made += 1;
            }
        }
    }

    /// An order of Alice's that rests and two that wait, out of the market's reach.
    fn stand_around(&mut self, number: u64) {
        let away = i64::try_from(number).expect("it is small") % 1_000;
        let below = price(1_000 + away, 0);
        let trigger = Trigger { price: below, source: TriggerSource::Last };
        self.place(ALICE, Side::Buy, OrderKind::Limit { price: below });
        self.place(ALICE, Side::Sell, OrderKind::StopLoss { trigger });
        self.drain();
    }

    fn place(&mut self, account: AccountId, side: Side, kind: OrderKind) -> ClientOrderId {
        self.placed += 1;
        let id = ClientOrderId::new(0, self.placed);
        let which = usize::try_from(self.placed).expect("it is small") % self.pairs.len();
        let quantity = OrderQuantity::Base(Quantity::from_units(100_000));
        let order = NewOrder::new(id, self.pairs[which], side, kind, quantity);
        self.exchange.handle(account, VenueCommand::Place(order), self.now);
        id
    }

    fn drain(&mut self) -> usize {
        std::iter::from_fn(|| self.exchange.poll_output())
            .map(|output| drop(black_box(output)))
            .count()
    }
}

fn outside(count: u64, waiting: u64, markets: usize) -> f64 {
    let mut stage = Stage::new(count, waiting, markets);
    let events = std::mem::take(&mut stage.events);
    let begin = cpu_seconds();
    for (at, event) in &events {
        stage.exchange.handle_market(event, *at);
        stage.drain();
    }
    cpu_seconds() - begin
}

fn orders(count: u64, waiting: u64, markets: usize) -> f64 {
    let mut stage = Stage::new(0, waiting, markets);
    let begin = cpu_seconds();
    for number in 0..count {
        let away = i64::try_from(number % 1_000).expect("it is small");
        let id = stage.place(BOB, Side::Buy, OrderKind::Limit { price: price(50_000 + away, 0) });
        stage.exchange.handle(BOB, VenueCommand::Cancel(id), stage.now);
        stage.drain();
    }
    cpu_seconds() - begin
}

fn fills(count: u64, waiting: u64, markets: usize) -> f64 {
    let mut stage = Stage::new(0, waiting, markets);
    for pair in stage.pairs.clone() {
        let update = BookUpdate { is_snapshot: true, bids: Vec::new(), asks: Vec::new() };
        stage.exchange.handle_market(&MarketEvent::Book { pair, update }, stage.now);
    }
    let kind = OrderKind::Limit { price: price(60_000, 0) };
    let begin = cpu_seconds();
    for _ in 0..count / 2 {
        stage.place(BOB, Side::Sell, kind);
        // The next order goes to the next pair; this one must meet it.
        stage.placed += stage.pairs.len() as u64 - 1;
        stage.place(ALICE, Side::Buy, kind);
        stage.drain();
    }
    cpu_seconds() - begin
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

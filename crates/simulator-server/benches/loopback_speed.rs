//! How fast a simulated Kraken is over loopback: orders there and back, and book updates to many.
//!
//! `cargo bench -p simulator-server --bench loopback_speed`. The server has one thread; what it
//! used of a processor is shown beside each figure, because the clients need some, too.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times and ratios are floating")]
#![expect(clippy::cast_precision_loss, reason = "nothing here is counted beyond 2^52")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads clocks and files of the system")]

use std::time::{Duration, Instant};

use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, LimitProfile, MarketSettings, MarketSource, Settings,
    Tier,
};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings, start};
use trading_types::{KrakenPairs, Pair, PairRules};

#[path = "loopback_speed/client.rs"]
mod client;
#[path = "loopback_speed/crowd.rs"]
mod crowd;
#[path = "loopback_speed/meter.rs"]
mod meter;

use client::{Account, Http, Socket};
use meter::Meter;

/// So many markets, to have enough to tell where updates are counted.
const MARKETS: usize = 48;
/// Clients that place orders at once, each with an account of its own.
const TRADERS_MAX: usize = 8;
/// How many clients listen, and how much faster than real time the markets run for them: so that
/// there is always more to tell than one thread can. Much faster, and a client would be idle for a
/// minute of simulated time before it has said anything, and be closed for it.
const CROWDS: [(usize, u32); 3] = [(1, 1_000), (10, 500), (100, 200)];

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` runs this with `--test`, for a moment.
    let is_test = std::env::args().any(|it| it == "--test");
    let length = Duration::from_millis(if is_test { 20 } else { 3_000 });
    println!("{:<44} {:>10} {:>12} {:>10}", "", "per second", "server's CPU", "RSS, MB");
    for traders in [1, TRADERS_MAX] {
        rest_orders(traders, length);
    }
    for window in [1, 16] {
        socket_orders(window, length);
    }
    for (clients, speed) in CROWDS {
        book_updates(clients, speed, length);
    }
}

/// A server whose markets stand still or run.
fn server(speed: u32, is_still: bool) -> Server {
    let market = |rules: PairRules| {
        let price = "1000".parse().expect("a price");
        let source = if is_still {
            MarketSource::Still { price }
        } else {
            MarketSource::Model { start_price: price }
        };
        MarketSettings { rules, source }
    };
    let money = || {
        let (asset, amount) = ("USD".parse(), "1000000000".parse());
        vec![(asset.expect("an asset"), amount.expect("an amount"))]
    };
    let account = |number: usize| {
        let name = if number == 0 { String::new() } else { format!("account-{number}") };
        AccountSettings { name, balances: money() }
    };
    let kraken = Settings {
        seed: 1,
        tier: Tier::Pro,
        limits: LimitProfile::Off,
        refused_calls_count: true,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: markets().map(market).collect(),
        accounts: (0..TRADERS_MAX).map(account).collect(),
        history: Duration::ZERO,
        faults: Vec::new(),
    };
    start(ServerSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        security: Security::Plain,
        speed,
        start: None,
        kraken,
        scenario: None,
        state: None,
        limits: ListenerLimits::default(),
    })
    .expect("the server starts")
}

/// Bitcoin in dollars, which orders are for, and others that are paid in dollars.
fn markets() -> impl Iterator<Item = PairRules> {
    let table = KrakenPairs::recorded();
    let rules = |pair: Pair| table.rules(pair).expect("it is a row of the table");
    let all: Vec<_> =
        table.pairs().filter(|pair| pair.quote.as_str() == "USD").map(rules).collect();
    let bitcoin = table.find("BTC/USD").expect("Kraken has it");
    let others = all.into_iter().filter(move |rules| rules.pair.base.as_str() != "BTC");
    std::iter::once(bitcoin).chain(others).take(MARKETS)
}

/// The keys that may trade, one of each account.
fn accounts(server: &Server) -> Vec<Account> {
    let trade = server.keys.iter().filter(|key| key.name.ends_with("trade"));
    trade.map(Account::new).collect()
}

/// Orders are placed and canceled in turn over REST, each trader waiting for each answer.
fn rest_orders(traders: usize, length: Duration) {
    let server = server(1, true);
    let meter = Meter::start();
    let trade = |account: Account| {
        let mut http = Http::connect(&server.rest);
        let (began, mut count) = (Instant::now(), 0_u64);
        while began.elapsed() < length {
            let order = http.place(&account);
            http.cancel(&account, &order);
            count += 2;
        }
        count
    };
    let count = std::thread::scope(|scope| {
        let trade = &trade;
        let accounts = accounts(&server).into_iter().take(traders);
        let threads: Vec<_> = accounts.map(|account| scope.spawn(move || trade(account))).collect();
        threads.into_iter().map(|it| it.join().expect("a trader")).sum()
    });
    meter.show(&format!("order commands over REST, {traders} at once"), count);
}

/// The same over one WebSocket, with so many commands under way.
fn socket_orders(window: usize, length: Duration) {
    let server = server(1, true);
    let account = accounts(&server).into_iter().next().expect("there is one");
    let token = Http::connect(&server.rest).token(&account);
    let mut socket = Socket::connect(&server.ws_private);
    let meter = Meter::start();
    let (began, mut count) = (Instant::now(), 0_u64);
    for _ in 0..window {
        socket.place(&token);
    }
    while began.elapsed() < length {
        match socket.answer() {
            Some(order) => socket.cancel(&token, &order),
            None => socket.place(&token),
        }
        count += 1;
    }
    meter.show(&format!("order commands over WebSocket, {window} under way"), count);
}

/// Book updates of all markets to each of so many clients.
fn book_updates(clients: usize, speed: u32, length: Duration) {
    let server = server(speed, false);
    let meter = Meter::start();
    let count = crowd::listen(&server.ws_public, clients, length);
    let cut = server.counts().slow_readers_cut;
    meter.show(&format!("book updates to {clients} clients, {cut} cut off"), count);
}

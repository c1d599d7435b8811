//! The service over real sockets for a long time, while answers get lost and connections break.
//! With nothing said a short run; `cargo xtask endurance --orders 200000` is the same, longer.
//!
//! The invariant: whatever broke on the way, at the end every order is at the venue at most once,
//! none is lost, and the bot has what the venue says it has, to the last unit.

#![expect(clippy::disallowed_methods, reason = "real time is what is measured here")]
#![expect(clippy::print_stdout, reason = "a run of minutes says what came of it")]

#[path = "../support/arguments.rs"]
mod arguments;
mod bot;
#[path = "../it/churn.rs"]
mod churn;
#[path = "../support/folder.rs"]
mod folder;
mod lane;
mod pace;
#[path = "../support/plan.rs"]
mod plan;
mod run;
#[path = "../support/venue.rs"]
mod venue;

use std::time::Duration;

use crate::{
    arguments::{Asked, number},
    run::{Limits, endure},
};

const NAME: &str = "endurance";
/// The short run.
const ORDERS: u64 = 5_000;
const SECONDS: u64 = 80;
/// So many bots, each at a venue of its own.
const LANES: u64 = 20;
/// So many markets for each: all candles close at once, and a socket takes five orders a second, so
/// that more would wait past their deadline.
const MARKETS: u64 = 12;

fn main() {
    let known = ["orders", "seconds", "speed", "lanes", "markets", "seed"];
    let options = match arguments::read(NAME, &known, std::env::args().skip(1)) {
        Asked::List => return println!("{NAME}: test"),
        Asked::Nothing => return,
        Asked::Run(options) => options,
    };
    let orders = number(&options, "orders");
    // Who says how many orders wants as many, however long it takes.
    let seconds = number(&options, "seconds").or(orders.map(|_| u64::from(u32::MAX)));
    let limits = Limits {
        orders: orders.unwrap_or(ORDERS),
        time: Duration::from_secs(seconds.unwrap_or(SECONDS)),
        speed: number(&options, "speed").map(|it| u32::try_from(it).expect("a speed")),
        lanes: number(&options, "lanes").unwrap_or(LANES).max(1),
        markets: usize::try_from(number(&options, "markets").unwrap_or(MARKETS)).expect("a few"),
        seed: number(&options, "seed").unwrap_or(1),
    };
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let runtime = threads.worker_threads(2).enable_all().build().expect("threads");
    let outcome = runtime.block_on(endure(&limits));
    println!("{outcome:#}");
}

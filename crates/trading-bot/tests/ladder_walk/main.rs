//! A bot climbs from its backtest to scaled entries, is thrown back, and has to climb again: days
//! at a simulated Kraken, over real sockets, in minutes. `cargo xtask ladder-walk` runs it.
//!
//! The invariant: no rung is entered before what it asks for was shown, whoever asks; with real
//! money no entry is larger than its rung allows.
//!
//! What the backtest and the comparison of fills show is made up here; the days, the trades and the
//! trip of the kill switch are the bot's own. A rung asks for one clean day instead of weeks.

#![expect(clippy::print_stdout, reason = "a run of minutes says how far it is")]

#[path = "../support/arguments.rs"]
mod arguments;
#[path = "../it/churn.rs"]
mod churn;
#[path = "../support/climber.rs"]
mod climber;
#[path = "../it/run.rs"]
#[expect(dead_code, reason = "other tests want more of it")]
mod run;
mod walk;
#[path = "../it/world.rs"]
#[expect(dead_code, reason = "other tests want more of it")]
mod world;

use crate::arguments::{Asked, number};

const NAME: &str = "ladder_walk";
/// Times faster than real time: a day in a minute.
const SPEED: u64 = 1_440;

fn main() {
    let options = match arguments::read(NAME, &["speed"], std::env::args().skip(1)) {
        Asked::List => return println!("{NAME}: test"),
        Asked::Nothing => return,
        Asked::Run(options) => options,
    };
    let speed = number(&options, "speed").unwrap_or(SPEED);
    let speed = u32::try_from(speed).expect("a speed");
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("threads");
    runtime.block_on(walk::walk(speed));
}

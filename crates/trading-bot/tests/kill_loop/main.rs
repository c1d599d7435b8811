//! A bot that is killed again and again while it starts, trades and waits for answers. With nothing
//! said a short run; `cargo xtask kill-loop --kills 100000` is the same, longer.
//!
//! The invariant: whenever it is killed, the next start goes on from what is on the disk, no order
//! that the venue has is unknown to the journal, and none is at the venue twice.

#![expect(clippy::disallowed_methods, reason = "threads and real time are what is tried here")]
#![expect(clippy::print_stdout, reason = "a run of minutes says what came of it")]

#[path = "../support/arguments.rs"]
mod arguments;
mod child;
#[path = "../it/churn.rs"]
mod churn;
#[path = "../support/folder.rs"]
mod folder;
mod journal;
mod lane;
#[path = "../support/plan.rs"]
mod plan;
mod process;
#[path = "../support/venue.rs"]
mod venue;

use std::time::{Duration, Instant};

use kraken_protocol::chance::Chance;

use crate::{
    arguments::{Asked, number},
    lane::{Lane, Tally},
};

const NAME: &str = "kill_loop";
/// The word that makes this program the bot that is killed.
const CHILD: &str = "--child";
/// The short run: so many kills, or what a slow machine does in this time.
const KILLS: u64 = 2_000;
const SECONDS: u64 = 170;
/// So many bots, each at a venue of its own, are killed side by side.
const LANES: u64 = 4;

fn main() {
    if std::env::args().any(|word| word == CHILD) {
        return child::main();
    }
    let known = ["kills", "seconds", "lanes", "speed", "seed"];
    let options = match arguments::read(NAME, &known, std::env::args().skip(1)) {
        Asked::List => return println!("{NAME}: test"),
        Asked::Nothing => return,
        Asked::Run(options) => options,
    };
    let kills = number(&options, "kills");
    // Who says how many kills wants as many, however long it takes.
    let seconds = number(&options, "seconds").or(kills.map(|_| u64::from(u32::MAX)));
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(SECONDS));
    let kills = kills.unwrap_or(KILLS);
    let lanes = number(&options, "lanes").unwrap_or(LANES).max(1);
    let first = number(&options, "seed").unwrap_or(1);
    let speed = number(&options, "speed").unwrap_or(240);
    let speed = u32::try_from(speed).expect("a speed");
    let began = Instant::now();
    let running = (0..lanes).map(|number| {
        let mut lane = Lane::new(Chance::from_seed(first ^ (number << 32)), speed);
        std::thread::spawn(move || lane.kill(kills.div_ceil(lanes), end))
    });
    let running: Vec<_> = running.collect();
    // What a lane found wrong it has said.
    let tallies =
        running.into_iter().map(|lane| lane.join().unwrap_or_else(|_| std::process::exit(1)));
    let tally = tallies.fold(Tally::default(), Tally::and);
    println!("{:#}", tally.into_json(began.elapsed()));
}

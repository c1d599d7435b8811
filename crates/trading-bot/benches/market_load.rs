//! What a market costs: ten million messages of twenty pairs go through the machine of a bot that
//! watches, and what the process keeps in memory afterwards is what it kept before; then through
//! that of one that trades.
//!
//! `cargo bench -p trading-bot --bench market_load`. Under `cargo test` it runs on a few messages
//! and only shows that it still runs. What the same costs with sockets is measured by
//! `cargo bench -p trading-bot --bench idle_cost`.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times are floating")]
#![expect(clippy::cast_precision_loss, reason = "times are approximate")]

use std::time::Duration;

use crate::table::{Table, processor_seconds, resident};

#[path = "support/table.rs"]
mod table;

const PAIRS: usize = 20;
/// So many messages of each pair a second: a busy one has ten.
const EACH: u64 = 10;
/// What is kept is looked at so often.
const PARTS: u64 = 10;
/// How much more may be kept at the end than at half the way, in KiB.
const GROWTH_MAX: u64 = 64;

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` adds nothing.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let messages: u64 = if is_test { 20_000 } else { 10_000_000 };
    for (words, table) in [
        ("a bot that watches", Table::watching(PAIRS)),
        ("one that trades all the time", Table::new(PAIRS)),
    ] {
        println!("{words}:");
        let (kept, reports) = pass(table, messages);
        let (half, end) = (kept[kept.len() / 2], kept[kept.len() - 1]);
        println!("{reports} reports of the engine; {half} KiB at half the way, {end} at the end");
        // Trades are remembered up to 20,000 of them, and so are their orders at the made-up venue,
        // which is in this process too: what trades grows until then.
        if !is_test && reports == 0 {
            assert!(end <= half + GROWTH_MAX, "it grew from {half} to {end} KiB");
        }
    }
}

/// What is kept after each part of so many messages, and what the engine reported.
fn pass(mut table: Table, messages: u64) -> (Vec<u64>, u64) {
    let told = run(&mut table, messages / 10);
    println!("{told} messages to warm up, {} KiB resident", resident());
    let mut kept = Vec::new();
    for _ in 0..PARTS {
        let begin = processor_seconds();
        let told = run(&mut table, messages / PARTS);
        let rate = told as f64 / (processor_seconds() - begin);
        kept.push(resident());
        println!("{told} messages, {rate:.0} a second of processor; {} KiB resident", resident());
    }
    (kept, table.reports)
}

/// Tells so many messages; nine in ten change a book, the others are trades.
fn run(table: &mut Table, messages: u64) -> u64 {
    let mut told = 0;
    while told < messages {
        for index in 0..PAIRS {
            for number in 1..EACH {
                if number == 1 {
                    table.trade(index);
                } else {
                    table.quote(index);
                }
                told += 1;
            }
        }
        table.pass(Duration::from_millis(1));
        table.second();
        told += PAIRS as u64;
        table.records.clear();
    }
    told
}

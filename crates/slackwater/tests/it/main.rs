//! The program from outside: what is typed, what it prints on which of the two outputs, and with
//! which status it ends.

mod backtests;
mod bad_archives;
mod bad_arguments;
mod bad_candles;
mod bad_configs;
mod bad_journals;
mod bench;
mod bots;
mod candles;
mod checks;
mod configs;
mod data;
mod help;
mod history;
mod keys;
mod kraken_stub;
mod ladders;
mod limits;
mod recordings;
mod replays;
mod reports;
mod research;
mod running;
mod runs;
mod simulate;
mod simulate_arguments;
mod simulate_scenarios;
mod sizes;
mod store;
mod ticks;

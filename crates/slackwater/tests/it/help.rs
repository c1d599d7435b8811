//! Help, version, and outputs that nobody reads to the end.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
};

use crate::{
    bench::{Bench, Outcome},
    candles::{NAME, hourly},
};

#[test]
fn every_command_has_help() {
    let bench = Bench::new();
    for (command, words) in [
        ("", "Prove a strategy on Kraken's price history"),
        ("backtest", "slackwater backtest --data Kraken_OHLCVT.zip --pair BTC/USD"),
        (
            "sweep",
            "Every variant that is ever tried is remembered, and what is said counts them all",
        ),
        ("walk-forward", "What is chosen never sees the window it is traded in"),
        ("size", "slackwater size --equity 10000 --risk 1%"),
        ("run", "slackwater run --for 60s --speed 200"),
        ("status", "the most that can be lost now"),
        ("halt", "cancels every order at Kraken without it"),
        ("resume", "slackwater resume --reason 'looked through every order'"),
        ("why", "slackwater why --pair BTC/USD --at 2026-01-01T08:15:00Z"),
        ("history", "slackwater history trades --csv > trades.csv"),
        ("simulate", "slackwater simulate --fault lost_answer=0.05 --fault disconnect=0.01"),
        ("replay", "Exit status 0 when every decision is the same, 1 when one differs"),
        ("ladder", "slackwater ladder backtest --config bot.toml --data Kraken_OHLCVT.zip"),
        ("ladder advance", "each thing is named with what there is and what is needed"),
        ("check", "Exit status 0 when every row passed, 1 when one failed or is not known"),
        ("config", "slackwater config init bot.toml a commented file to begin with"),
        ("config schema", "Print the JSON Schema of the config file"),
        ("config init", "a file that exists is left alone"),
        ("config show", "without one, the built-in defaults"),
    ] {
        for asked in [format!("{command} --help"), format!("help {command}")] {
            let outcome = bench.run(&asked).done();
            assert!(outcome.stdout.contains("Usage: slackwater"), "{outcome:?}");
            let told = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains(words), "{asked} lacks `{words}`: {outcome:?}");
        }
        bench.run(&format!("{command} -h")).done();
    }
    assert!(bench.list(".").is_empty(), "help writes nothing");
}

#[test]
fn the_help_of_backtest_lists_the_strategies() {
    let help = Bench::new().run("backtest --help").done().stdout;
    for word in ["sma_cross", "fast=20 slow=50", "donchian", "rsi_reversion", "bollinger", "dca"] {
        assert!(help.contains(word), "{help}");
    }
}

#[test]
fn the_version() {
    for typed in ["--version", "-V"] {
        let version = Bench::new().run(typed).done().stdout;
        assert_eq!(version, concat!("slackwater ", env!("CARGO_PKG_VERSION"), "\n"));
    }
}

/// Reads one line and goes away, as `head -1` does.
#[track_caller]
fn check_one_line(bench: &Bench, typed: &str) {
    let mut child = bench.start(typed);
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    drop(stdout);
    let mut words = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("text");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0), "{typed}: {words}");
    assert!(!words.contains("error") && !words.contains("panicked"), "{typed}: {words}");
    assert!(!line.is_empty(), "{typed}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    bench.write(NAME, hourly(60));
    let backtest = format!("backtest --data {NAME} --pair BTC/USD --strategy sma_cross");
    for typed in [&backtest, "config schema", "config show", "config init", "backtest --help"] {
        check_one_line(&bench, typed);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_that_is_told() {
    let bench = Bench::new();
    for typed in ["config show", "config schema", "config init"] {
        let outcome: Outcome = bench.run_into(typed, Path::new("/dev/full"));
        assert_eq!(outcome.status, Some(2), "{outcome:?}");
        assert!(outcome.stderr.starts_with("error: cannot write to stdout"), "{outcome:?}");
    }
}

//! Kraken's own history, where it is at hand: figures that another program has computed, too.

use std::path::Path;

use crate::bench::Bench;

/// Candles as Kraken offers them. They are too large to lie among the sources.
const ARCHIVE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"
);

#[track_caller]
fn check(asked: &str, candles: u64, trades: u64, equity_end: &str) {
    if !Path::new(ARCHIVE).exists() {
        return;
    }
    let typed = format!(
        "backtest --data '{ARCHIVE}' {asked} --strategy sma_cross --set fast=20 --set slow=50 \
         --cash 10000 --size all-in --fee 0.40/0.25 --json"
    );
    let json = Bench::new().run(&typed).done().json();
    assert_eq!(json["candles"], candles);
    assert_eq!(json["trades"], trades);
    assert_eq!(json["equity_end"], equity_end);
}

#[test]
fn six_years_of_bitcoin() {
    check("--pair BTC/USD --interval 60", 43_802, 528, "23804.16021");
}

#[test]
fn four_years_of_ether() {
    check("--pair ETH/USD --interval 60", 35_112, 417, "112019.87966");
}

#[test]
fn two_years_of_ether_in_euro() {
    check("--pair ETH/EUR --interval 240", 4_383, 51, "5949.5461");
}

/// The archive goes through the same engine whether it is read as a whole or in parts.
#[test]
fn a_replay_of_years() {
    if !Path::new(ARCHIVE).exists() {
        return;
    }
    let bench = Bench::new();
    let typed = format!(
        "backtest --data '{ARCHIVE}' --pair ETH/EUR --interval 240 --strategy donchian \
         --size risk:1% --stop '2*atr(14)' --slippage 0.05% --journal journal --json"
    );
    let hash = bench.run(&typed).done().json()["journal_hash"].clone();
    let replayed = bench.run("replay journal --json").done().json();
    assert_eq!((&replayed["same"], &replayed["journal_hash"]), (&true.into(), &hash));
}

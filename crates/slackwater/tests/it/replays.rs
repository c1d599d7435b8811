//! `slackwater replay`: what was written down is decided again.

use crate::{
    bench::Bench,
    candles::{NAME, hourly},
};

#[test]
fn a_backtest_is_decided_again() {
    let bench = Bench::new();
    bench.write(NAME, hourly(600));
    for (at, more) in [
        "--strategy sma_cross --set fast=3 --set slow=8",
        "--strategy donchian --size risk:1% --stop '2*atr(14)' --take-profit 2%",
        "--strategy rsi_reversion --partial-fills 40% --seed 9 --slippage 0.1%",
        "--strategy bollinger --size kelly:25% --max-drawdown 5%",
        "--strategy dca --set amount=500 --fill close",
        "--strategy sma_cross --size volatility:40% --fee kraken",
    ]
    .iter()
    .enumerate()
    {
        let journal = format!("journals/{at}");
        let typed = format!("backtest --data {NAME} --pair BTC/USD {more}");
        let json = bench.run(&format!("{typed} --journal {journal} --json")).done().json();
        let replayed = bench.run(&format!("replay {journal} --json")).done().json();
        assert_eq!(replayed["same"], true, "{more}: {replayed}");
        assert_eq!(replayed["journal_hash"], json["journal_hash"], "{more}");
        assert!(replayed["torn_at"].is_null() && replayed["difference"].is_null(), "{replayed}");
        assert_eq!(replayed["halted"].is_null(), json["halted"].is_null(), "{more}");

        let words = bench.run(&format!("replay {journal}")).done().stdout;
        let hash = json["journal_hash"].as_str().expect("a hash");
        assert!(words.starts_with("the same: ") && words.contains(hash), "{words}");
    }
}

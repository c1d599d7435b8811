//! What cannot be typed: status 2, nothing on stdout, and words that say what to type instead.

use crate::{
    bench::Bench,
    candles::{NAME, hourly},
};

/// A backtest that works, but for what a test adds to it.
const GOOD: &str = "backtest --data XBTUSD_60.csv --pair BTC/USD --strategy sma_cross";

#[track_caller]
fn check_all(rows: &[(&str, &[&str])]) {
    let bench = Bench::new();
    bench.write(NAME, hourly(60)).write("a-file", "text");
    for (typed, parts) in rows {
        bench.run(&typed.replace("GOOD", GOOD)).wrong(parts);
    }
    assert_eq!(bench.list("."), [NAME, "a-file"], "nothing was written");
    assert_eq!(bench.read(NAME), hourly(60).as_bytes(), "nothing was overwritten");
}

#[test]
#[rustfmt::skip] // A table.
fn strategies_and_their_settings() {
    check_all(&[
        ("backtest --data XBTUSD_60.csv --pair BTC/USD --strategy sma_cros",
         &["there is no strategy `sma_cros`", "donchian", "did you mean `sma_cross`?"]),
        ("backtest --data XBTUSD_60.csv --pair BTC/USD --strategy moonshot",
         &["there is no strategy `moonshot`", "backtest --help"]),
        ("GOOD --set fats=5",          &["no setting `fats`", "did you mean `fast`?"]),
        ("GOOD --set window=5",        &["no setting `window`; it has fast, slow, stop"]),
        ("GOOD --set fast=0",          &["`fast` cannot be 0; give a whole number from 1"]),
        ("GOOD --set fast=100001",     &["`fast` cannot be 100001; give a whole number"]),
        ("GOOD --set fast=ten",        &["`fast` cannot be `ten`; give a whole number"]),
        ("GOOD --set fast=2.5",        &["`fast` cannot be `2.5`; give a whole number"]),
        ("GOOD --set fast=-3",         &["`fast` cannot be `-3`; give a whole number"]),
        ("GOOD --set fast=5 --set fast=6", &["`fast` is given more than once"]),
        ("GOOD --set fast=50 --set slow=20",
         &["`fast` (50) must be below `slow` (20)", "lower `fast` or raise `slow`"]),
        ("GOOD --set fast=50",         &["`fast` (50) must be below `slow` (50)"]),
        ("GOOD --set fast",            &["'--set <KEY=VALUE>'", "write it like fast=20"]),
        ("GOOD --set =5",              &["'--set <KEY=VALUE>'", "write it like fast=20"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn stops_and_targets() {
    check_all(&[
        ("GOOD --stop '2*art(14)'",    &["stop: expected `atr` at character 3, found `art`"]),
        ("GOOD --stop '2*atr(14'",     &["stop: expected `)` at character 9, found the end"]),
        ("GOOD --stop '2*atr(0)'",     &["stop: expected", "at character 7, found `0`"]),
        ("GOOD --stop 5",              &["stop: expected `%` or `*` at character 2"]),
        ("GOOD --stop ''",             &["stop: expected a number at character 1"]),
        ("GOOD --stop -5%",            &["stop: expected a number at character 1"]),
        ("GOOD --stop 0%",             &["stop: expected a percentage above 0"]),
        ("GOOD --stop 100%",           &["a stop 100% below the close can never be reached"]),
        ("GOOD --take-profit lots",    &["take_profit: expected a number at character 1"]),
        ("GOOD --stop 5% --set stop=4%", &["`stop` is given more than once"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn sizes_and_risk() {
    let forms = "write all-in, fixed:0.5, risk:1%, volatility:40% or kelly:25%";
    check_all(&[
        ("GOOD --size half",           &["--size: `half` is not a size", forms]),
        ("GOOD --size fixed",          &["--size: `fixed` is not a size", forms]),
        ("GOOD --size fixed:",         &["--size: `` is not a plain decimal number", forms]),
        ("GOOD --size fixed:0",        &["--size: a size of 0 buys nothing", forms]),
        ("GOOD --size fixed:-1",       &["--size: a size of -1 buys nothing", forms]),
        ("GOOD --size fixed:1e3",      &["--size: `1e3` is not a plain decimal number", forms]),
        ("GOOD --size fixed:0.000000001", &["has more than 8 decimals", forms]),
        ("GOOD --size kelly:0%",       &["--size: a size of 0% buys nothing", forms]),
        ("GOOD --size risk:1%",        &["where a loss is taken", "--stop '2*atr(14)'"]),
        ("GOOD --size risk:2% --stop 5%",
         &["a risk of 2 % is above the ceiling of 1 %", "--i-accept-more-risk"]),
        ("GOOD --size risk:11% --stop 5% --i-accept-more-risk",
         &["a risk of 11 % is above the ceiling of 10 %", "never accepted"]),
        ("GOOD --size risk:0% --stop 5%", &["a risk of 0 % is not above zero"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn money_and_fees() {
    check_all(&[
        ("GOOD --cash 0",              &["'--cash <AMOUNT>'", "0 is not above zero"]),
        ("GOOD --cash -5",             &["'--cash <AMOUNT>'", "-5 is not above zero"]),
        ("GOOD --cash plenty",         &["`plenty` is not a plain decimal number"]),
        ("GOOD --cash 1e4",            &["`1e4` is not a plain decimal number"]),
        ("GOOD --cash 1,000",          &["`1,000` is not a plain decimal number"]),
        ("GOOD --cash 170141183460469231731", &["is more than can be counted"]),
        ("GOOD --fee cheap",           &["`cheap` is not a fee; write taker/maker in percent"]),
        ("GOOD --fee 0.4/",            &["`0.4/` is not a fee"]),
        ("GOOD --fee 12/0.25",         &["`12/0.25` is not a fee", "below ten"]),
        ("GOOD --slippage much",       &["'--slippage <PERCENT>'", "like 0.5%"]),
        ("GOOD --slippage -1%",        &["`-1%` is not a slippage between 0% and 50%"]),
        ("GOOD --slippage 50%",        &["`50%` is not a slippage between 0% and 50%"]),
        ("GOOD --max-drawdown 0%",     &["`0%` is not between 0% and 100%"]),
        ("GOOD --max-daily-loss 120%", &["`120%` is not between 0% and 100%"]),
        ("GOOD --max-consecutive-losses 0", &["0 is not in 1..="]),
        ("GOOD --partial-fills 101%",  &["`101%` is not between 0% and 100%"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn pairs_intervals_and_times() {
    check_all(&[
        ("backtest --data XBTUSD_60.csv --pair BTC/USX --strategy sma_cross",
         &["`BTC/USX` is not a known pair; near it: BTC/USD"]),
        ("backtest --data XBTUSD_60.csv --pair money --strategy sma_cross",
         &["`money` is not a known pair", "write it like BTC/USD"]),
        ("GOOD --interval 7",          &["7 minutes is not a candle length of Kraken's", "1440"]),
        ("GOOD --interval 1h",         &["`1h` is not a number of minutes; write it like 60"]),
        ("GOOD --from 2017-02-30",     &["`2017-02-30` is not a date; write 2026-01-31"]),
        ("GOOD --from 2017-13-01",     &["`2017-13-01` is not a date"]),
        ("GOOD --to yesterday",        &["`yesterday` is not a date"]),
        ("GOOD --from 1960-01-01",     &["`1960-01-01` is not a date"]),
        ("GOOD --to '2017-01-02 00:00'", &["`2017-01-02 00:00` is not a date"]),
        ("GOOD --from 2018-01-01 --to 2017-01-01",
         &["--from 2018-01-01T00:00:00Z is not before --to 2017-01-01T00:00:00Z", "exchange"]),
        ("GOOD --from 2017-01-01 --to 2017-01-01", &["is not before"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn files_to_write() {
    check_all(&[
        ("GOOD --trades a-file/trades.csv",
         &["cannot create a-file", "a file stands where a folder is needed"]),
        ("GOOD --trades .",            &["cannot write .", "this is a folder; name a file"]),
        ("GOOD --journal a-file/it",   &["cannot create a-file", "choose another path"]),
        ("GOOD --trades XBTUSD_60.csv",
         &["--trades XBTUSD_60.csv is the file of --data", "a name of its own"]),
        ("GOOD --journal ./XBTUSD_60.csv", &["is the file of --data"]),
        ("backtest --data . --pair BTC/USD --strategy sma_cross --journal XBTUSD_60.csv",
         &["--journal XBTUSD_60.csv is the file of --data"]),
        ("GOOD --columns ./XBTUSD_60.csv", &["is the file of --data"]),
        ("GOOD --trades same --columns same", &["--columns same is the file of --trades"]),
        ("GOOD --columns .",           &["cannot write .", "this is a folder; name a file"]),
        ("GOOD --columns c.csv --column smaa(3)",
         &["column:1:1: there is no function `smaa`; did you mean `sma`?"]),
        ("GOOD --columns c.csv --column entry_price",
         &["column:1:1: a column cannot look at the position"]),
        ("sweep --data XBTUSD_60.csv --pair BTC/USD --strategy sma_cross --grid fast=2..3 \
           --columns c",
         &["--columns is about one backtest"]),
        ("GOOD --journal same --trades same", &["--journal same is the file of --trades"]),
        ("run --for 1s --data-dir a-file", &["cannot create a-file"]),
        ("config init a-file",         &["a-file exists already", "choose another name"]),
        ("config init a-file/b",       &["cannot create a-file"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn runs_and_sizes() {
    check_all(&[
        ("run --for soon",             &["`soon` is not a duration; write 90s, 10m, 2h or 7d"]),
        ("run --for 10",               &["`10` is not a duration"]),
        ("run --for 0s",               &["`0s` is not a duration"]),
        ("run --speed 0",              &["'--speed <SPEED>'", "0 is not in 1..="]),
        ("run --speed fast",           &["'--speed <SPEED>'"]),
        ("run --seed -1",              &["'-1'", "run [OPTIONS]"]),
        ("run --listen 127.0.0.1:0",   &["--listen: this version has no dashboard", "leave"]),
        ("run --listen here",          &["'--listen <ADDRESS>'"]),
        ("run --venue kracken",       &["'--venue <VENUE>'", "possible values: simulated, kraken"]),
        ("size --equity 10000 --entry high --stop 1 --pair BTC/USD", &["`high` is not a plain"]),
        ("size --equity 10000 --entry 1 --stop low --pair BTC/USD",  &["`low` is not a plain"]),
        ("size --equity lots --entry 2 --stop 1 --pair BTC/USD",     &["`lots` is not a plain"]),
        ("size --equity 1e4 --entry 2 --stop 1 --pair BTC/USD",      &["`1e4` is not a plain"]),
        ("size --equity 9 --entry 9999999999 --stop 1 --pair BTC/USD", &["is too large"]),
        ("size --equity 10000 --risk big --entry 2 --stop 1 --pair BTC/USD",
         &["`big` is not a plain decimal number; write a percentage like 0.5%"]),
        ("size --equity 10000 --entry 2 --stop 1 --pair BTC/EUX",
         &["`BTC/EUX` is not a known pair; near it: BTC/EUR"]),
        ("size --equity 10000 --entry 2 --stop 1", &["--pair <PAIR>"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn commands_and_options() {
    check_all(&[
        ("backtset",                   &["'backtset'", "'backtest'"]),
        ("backtest",                   &["--pair <PAIR>", "--strategy <NAME>"]),
        ("GOOD --trades-json",         &["--json"]),
        ("GOOD --column rsi(14)",      &["--columns <FILE.csv>"]),
        ("GOOD --fill never",          &["'--fill <FILL>'", "next-open, close"]),
        ("GOOD --seed x",              &["'--seed <SEED>'"]),
        ("GOOD --stratgy x",           &["'--stratgy'", "'--strategy'"]),
        ("GOOD surplus",               &["'surplus'"]),
        ("replay",                     &["<JOURNAL>"]),
        ("config shwo",                &["'shwo'", "'show'"]),
    ]);
}

/// Without a command there is nothing to do: help, and the status of something mistyped.
#[test]
fn nothing_typed() {
    for typed in ["", "config"] {
        let outcome = Bench::new().run(typed);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
        assert!(outcome.stderr.contains("Usage: slackwater"), "{outcome:?}");
    }
}

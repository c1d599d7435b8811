//! `slackwater backtest`: the JSON that scripts rely on, the table, and the files it writes.

use serde_json::{Map, Value};

use crate::{
    bench::Bench,
    candles::{NAME, hourly},
};

const RUN: &str = "backtest --data XBTUSD_60.csv --pair BTC/USD --strategy sma_cross --set fast=3 \
                   --set slow=8 --fee 0.40/0.25 --slippage 0.05%";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write(NAME, hourly(600));
    bench
}

/// What stands at a key of the JSON.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Money,
    MoneyAboveZero,
    Count,
    Ratio,
    RatioOrNull,
    Time,
    TimeOrNull,
    Text,
    TextOrNull,
    Settings,
    Trades,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Money => value.as_str().is_some_and(is_plain_decimal),
            Self::MoneyAboveZero => {
                Self::Money.fits(value) && !value.as_str().unwrap_or("-").starts_with('-')
            }
            Self::Count => value.is_u64(),
            Self::Ratio => value.is_f64(),
            Self::RatioOrNull => value.is_f64() || value.is_null(),
            Self::Time => value.as_str().is_some_and(is_time),
            Self::TimeOrNull => value.is_null() || Self::Time.fits(value),
            Self::Text => value.is_string(),
            Self::TextOrNull => value.is_null() || value.is_string(),
            Self::Settings => value.as_object().is_some_and(|it| it.values().all(Value::is_string)),
            Self::Trades => value.is_array(),
        }
    }
}

fn is_plain_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

fn is_time(text: &str) -> bool {
    text.len() >= 20 && text.ends_with('Z') && text.parse::<trading_types::Timestamp>().is_ok()
}

/// Every key that is printed. Taking one away or changing its kind breaks scripts.
#[rustfmt::skip] // A table.
const FIELDS: [(&str, Kind); 31] = [
    ("pair",                      Kind::Text),
    ("candles",                   Kind::Count),
    ("from",                      Kind::Time),
    ("to",                        Kind::Time),
    ("strategy",                  Kind::Text),
    ("settings",                  Kind::Settings),
    ("cash_start",                Kind::MoneyAboveZero),
    ("equity_end",                Kind::MoneyAboveZero),
    ("net_profit",                Kind::Money),
    ("gross_profit_before_costs", Kind::Money),
    ("fees",                      Kind::MoneyAboveZero),
    ("slippage_cost",             Kind::MoneyAboveZero),
    ("buy_and_hold_end",          Kind::MoneyAboveZero),
    ("trades",                    Kind::Count),
    ("wins",                      Kind::Count),
    ("max_drawdown",              Kind::Ratio),
    ("sharpe",                    Kind::RatioOrNull),
    ("sortino",                   Kind::RatioOrNull),
    ("exposure",                  Kind::Ratio),
    ("profit_factor",             Kind::RatioOrNull),
    ("orders",                    Kind::Count),
    ("fills",                     Kind::Count),
    ("refused",                   Kind::Count),
    ("ambiguous_candles",         Kind::Count),
    ("missing_candles",           Kind::Count),
    ("traded",                    Kind::MoneyAboveZero),
    ("halted",                    Kind::TextOrNull),
    ("halted_at",                 Kind::TimeOrNull),
    ("journal_hash",              Kind::Text),
    ("elapsed_cpu_s",             Kind::Ratio),
    ("trade_list",                Kind::Trades),
];

#[rustfmt::skip] // A table.
const TRADE_FIELDS: [(&str, Kind); 9] = [
    ("side",        Kind::Text),
    ("entry_time",  Kind::Time),
    ("entry_price", Kind::MoneyAboveZero),
    ("exit_time",   Kind::Time),
    ("exit_price",  Kind::MoneyAboveZero),
    ("quantity",    Kind::MoneyAboveZero),
    ("fees",        Kind::MoneyAboveZero),
    ("profit",      Kind::Money),
    ("exit_reason", Kind::Text),
];

#[track_caller]
fn check_fields(document: &Map<String, Value>, fields: &[(&str, Kind)]) {
    for (key, kind) in fields {
        let Some(value) = document.get(*key) else { panic!("{key} is missing: {document:#?}") };
        assert!(kind.fits(value), "{key} is {value}, and not {kind:?}");
    }
    assert_eq!(document.len(), fields.len(), "another key is there: {document:#?}");
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

#[test]
fn the_json_has_the_promised_fields() {
    let bench = bench();
    let without = bench.run(&format!("{RUN} --json")).done().json();
    let (_, all_but_trades) = FIELDS.split_last().expect("fields");
    check_fields(object(&without), all_but_trades);
    assert_eq!(without["settings"], serde_json::json!({"fast": "3", "slow": "8"}));
    assert_eq!(without["pair"], "BTC/USD");
    assert_eq!((&without["candles"], &without["cash_start"]), (&600.into(), &"10000".into()));
    assert_eq!(without["from"], "2017-01-01T00:00:00Z");
    assert_eq!(without["to"], "2017-01-25T23:00:00Z");
    assert!(without["journal_hash"].as_str().is_some_and(|it| it.len() == 32));

    let with = bench.run(&format!("{RUN} --json --trades-json")).done().json();
    check_fields(object(&with), &FIELDS);
    let trades = with["trade_list"].as_array().expect("a list");
    assert_eq!(with["trades"].as_u64(), Some(trades.len() as u64));
    assert!(20 < trades.len(), "{}", trades.len());
    for trade in trades {
        check_fields(object(trade), &TRADE_FIELDS);
        assert_eq!(trade["side"], "buy");
        let reason = trade["exit_reason"].as_str().unwrap_or_default();
        assert!(["signal", "end"].contains(&reason), "{trade}");
    }
    assert_eq!(without["journal_hash"], with["journal_hash"]);
}

#[test]
fn a_backtest_that_never_trades_has_no_ratios() {
    let bench = Bench::new();
    bench.write(NAME, hourly(5));
    let json = bench.run(&format!("{RUN} --json")).done().json();
    let (_, all_but_trades) = FIELDS.split_last().expect("fields");
    check_fields(object(&json), all_but_trades);
    for key in ["sharpe", "sortino", "profit_factor", "halted", "halted_at"] {
        assert!(json[key].is_null(), "{key}: {json}");
    }
    assert_eq!((&json["trades"], &json["net_profit"]), (&0.into(), &"0".into()));
}

#[test]
fn each_reason_to_sell_has_its_name() {
    let bench = bench();
    let reasons = |more: &str| {
        let json = bench.run(&format!("{RUN} {more} --json --trades-json")).done().json();
        let trades = json["trade_list"].as_array().expect("a list").clone();
        trades.iter().map(|it| it["exit_reason"].to_string()).collect::<Vec<_>>()
    };
    let has = |more: &str, reason: &str| {
        let reasons = reasons(more);
        assert!(reasons.contains(&format!("\"{reason}\"")), "{more}: {reasons:?}");
    };
    has("", "signal");
    has("--stop 0.2%", "stop");
    has("--take-profit 0.3%", "take_profit");
    has("--max-drawdown 2%", "kill");
    // Cut off where something is held.
    let ends: Vec<_> =
        (40..52).map(|hour| format!("--to 2017-01-02T{:02}:00:00Z", hour - 30)).collect();
    assert!(ends.iter().any(|to| reasons(to).contains(&"\"end\"".to_owned())), "{ends:?}");
}

#[test]
fn the_trades_file_has_the_rows_of_the_trade_list() {
    let bench = bench();
    let typed = format!("{RUN} --stop 1% --json --trades-json --trades new/folder/trades.csv");
    let json = bench.run(&typed).done().json();
    let csv = String::from_utf8(bench.read("new/folder/trades.csv")).expect("text");
    let mut lines = csv.lines();
    let names: Vec<_> = lines.next().expect("names").split(',').collect();
    assert_eq!(names, TRADE_FIELDS.map(|(name, _)| name));
    let trades = json["trade_list"].as_array().expect("a list");
    for trade in trades {
        let row = lines.next().expect("as many rows as trades");
        let expect: Vec<_> = names.iter().map(|it| trade[*it].as_str().expect("text")).collect();
        assert_eq!(row.split(',').collect::<Vec<_>>(), expect);
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn the_columns_file_has_a_row_for_each_candle() {
    let bench = bench();
    bench.write("up.toml", b"enter = 'close > sma(close, n)'\n[parameters]\nn = 5\n");
    let typed = "backtest --data XBTUSD_60.csv --pair BTC/USD --rules up.toml --set n=3 --json \
                 --columns new/columns.csv --column sma(close,n) --column close>sma(close,n) \
                 --column 1/(close-close)";
    let json = bench.run(typed).done().json();
    let csv = String::from_utf8(bench.read("new/columns.csv")).expect("text");
    let mut lines = csv.lines();
    let names = lines.next().expect("names");
    let always = "time,open,high,low,close,volume,equity,held";
    assert_eq!(names, format!("{always},\"sma(close,n)\",\"close>sma(close,n)\",1/(close-close)"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let candles = hourly(600);
    assert_eq!(rows.len(), candles.lines().count());
    for (row, candle) in rows.iter().zip(candles.lines()) {
        let candle: Vec<&str> = candle.split(',').collect();
        assert_eq!(row[1..6], candle[1..6]);
    }
    // What is undefined is empty, what is compared with it is false.
    assert_eq!((rows[1][8], rows[1][9], rows[600 - 1][10]), ("", "0", ""));
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let mean = rows[..3].iter().map(|it| number(it[4])).sum::<f64>() / 3.0;
    assert!((number(rows[2][8]) - mean).abs() < 1e-9 * mean);
    // Nothing is held before the first entry, and the cash is all there is.
    assert_eq!((rows[0][6], rows[0][7]), ("10000", "0"));
    let held = rows.iter().filter(|it| it[7] == "1").count();
    let exposure = json["exposure"].as_f64().expect("a number");
    let held = f64::from(u32::try_from(held).expect("a count"));
    assert!((exposure * 600.0 - held).abs() < 1e-9, "{exposure} {held}");
}

#[test]
fn the_same_backtest_is_the_same_to_the_byte() {
    let bench = bench();
    let run = |more: &str| {
        let mut json = bench.run(&format!("{RUN} --json --trades-json {more}")).done().json();
        json["elapsed_cpu_s"] = Value::Null;
        json
    };
    for more in ["", "--partial-fills 30% --seed 5", "--size risk:1% --stop '2*atr(14)'"] {
        assert_eq!(run(more), run(more), "{more}");
    }
    let hash = |more: &str| run(more)["journal_hash"].clone();
    assert_ne!(hash("--partial-fills 30% --seed 5"), hash("--partial-fills 30% --seed 6"));
    assert_ne!(hash(""), hash("--fill close"));
    // What is only written down does not change what is decided.
    assert_eq!(hash(""), hash("--journal kept"));
    assert_eq!(hash(""), hash("--columns kept.csv --column rsi(14)"));
}

#[test]
fn the_table_is_for_reading() {
    let outcome = bench().run(RUN).done();
    for words in [
        "sma_cross fast=3 slow=8 on BTC/USD, 600 candles of 60 min",
        "cash at the start",
        "10000.00 USD",
        "profit after all costs",
        "buy and hold would have",
        "deepest drawdown",
        "journal hash",
        "it made money after costs",
    ] {
        assert!(outcome.stdout.contains(words), "lacks `{words}`: {outcome:?}");
    }
    assert!(outcome.stdout.lines().all(|it| it.len() <= 120), "{outcome:?}");
}

#[test]
fn a_halt_is_told() {
    let bench = bench();
    let typed = format!("{RUN} --max-drawdown 2%");
    let json = bench.run(&format!("{typed} --json")).done().json();
    assert!(json["halted"].as_str().is_some_and(|it| it.contains("drawdown")), "{json}");
    assert!(json["halted_at"].as_str().is_some_and(is_time), "{json}");
    let table = bench.run(&typed).done().stdout;
    assert!(table.contains("halted at 2017-01-"), "{table}");
}

#[test]
fn a_part_of_the_file_is_a_part_of_the_candles() {
    let bench = bench();
    let range = "--from 2017-01-03 --to 2017-01-05";
    let json = bench.run(&format!("{RUN} {range} --json")).done().json();
    assert_eq!(json["candles"], 48);
    assert_eq!(json["from"], "2017-01-03T00:00:00Z");
    assert_eq!(json["to"], "2017-01-04T23:00:00Z");
}

#[test]
fn a_stop_among_the_settings_is_a_stop() {
    let bench = bench();
    let hash = |stop: &str| {
        let typed = format!("{RUN} --size risk:1% {stop} --json");
        bench.run(&typed).done().json()["journal_hash"].clone()
    };
    assert_eq!(hash("--stop 5%"), hash("--set stop=5%"));
}

#[test]
fn every_spelling_of_a_pair_is_understood() {
    let bench = bench();
    for pair in ["XBT/USD", "XBTUSD", "XXBTZUSD", "btc/usd"] {
        let json = bench.run(&RUN.replace("BTC/USD", &format!("{pair} --json"))).done().json();
        assert_eq!(json["pair"], "BTC/USD", "{pair}");
    }
}

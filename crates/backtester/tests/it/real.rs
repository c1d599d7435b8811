//! The program against its twin on what was really traded. The archive is not part of the project;
//! where it is absent these tests say so and pass over.

#![expect(clippy::disallowed_methods, reason = "the archive is read from the disk")]
#![expect(clippy::print_stderr, reason = "a test that passes over says so")]

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use backtester::{CandleFile, CandleRequest, ReadLimits};
use trading_types::Interval;

use crate::{
    case::Case,
    comparison::Comparison,
    twin::{Bar, When, decimal::units},
};

const ARCHIVE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"
);

/// A pair, the length of its candles in minutes, the name of the file, and how many rows it has.
type Source = (&'static str, u32, &'static str, usize);

const BITCOIN: Source = ("BTC/USD", 60, "XBTUSD_60.csv", 43_802);
const ETHER: Source = ("ETH/USD", 60, "ETHUSD_60.csv", 35_112);
const ETHER_EURO: Source = ("ETH/EUR", 240, "ETHEUR_240.csv", 4_383);

/// A line of a file: the candle, the volume in units of 10^-18, and the number of trades.
type Row = (Bar, i128, u32);

fn archive() -> Option<&'static Path> {
    let path = Path::new(ARCHIVE);
    if !path.exists() {
        eprintln!("passed over: there is no {ARCHIVE}");
        return None;
    }
    Some(path)
}

fn rows(path: &Path, source: Source) -> Vec<Row> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(source.2).unwrap().read_to_string(&mut text).unwrap();
    let rows: Vec<Row> = text.lines().map(row).collect();
    assert_eq!(rows.len(), source.3);
    rows
}

fn row(line: &str) -> Row {
    let fields: Vec<&str> = line.trim().split(',').collect();
    let [start, open, high, low, close, volume, trades] = fields[..] else {
        panic!("{line} has not seven fields");
    };
    let price = |text| units(text, 10);
    let (open, high, low, close) = (price(open), price(high), price(low), price(close));
    let bar = Bar { start: start.parse().unwrap(), open, high, low, close };
    (bar, scientific(volume), trades.parse().unwrap())
}

/// Volumes of some rows are written as `5.5E+2`.
fn scientific(text: &str) -> i128 {
    let Some((number, exponent)) = text.split_once('E') else { return units(text, 18) };
    let exponent: i32 = exponent.parse().unwrap();
    let power = 10_i128.pow(exponent.unsigned_abs());
    let number = units(number, 18);
    if exponent < 0 { number / power } else { number * power }
}

fn bars(path: &Path, source: Source) -> Vec<Bar> {
    rows(path, source).into_iter().map(|(bar, ..)| bar).collect()
}

/// Five years of hours, if they are there.
pub(crate) fn bitcoin() -> Option<Vec<Bar>> {
    archive().map(|path| bars(path, BITCOIN))
}

#[test]
fn files_are_read_as_they_stand() {
    let Some(path) = archive() else { return };
    for source in [BITCOIN, ETHER, ETHER_EURO] {
        let (pair, minutes, ..) = source;
        let request = CandleRequest {
            path: PathBuf::from(path),
            pair: pair.parse().unwrap(),
            interval: Interval::from_minutes(minutes).unwrap(),
            from: None,
            to: None,
        };
        let mut file = CandleFile::open(&request, &ReadLimits::default()).unwrap();
        for (bar, volume, trades) in rows(path, source) {
            let candle = file.next_candle().unwrap().unwrap();
            let price = |price: trading_types::Price| i128::from(price.units());
            let read = Bar {
                start: candle.start.seconds().into(),
                open: price(candle.open),
                high: price(candle.high),
                low: price(candle.low),
                close: price(candle.close),
            };
            assert_eq!((read, candle.volume.units(), candle.trades), (bar, volume, trades));
        }
        assert!(file.next_candle().unwrap().is_none());
    }
}

const STRATEGIES: [&str; 5] = ["sma_cross", "donchian", "rsi_reversion", "bollinger", "dca"];

/// Sizing, stop and target.
const EXITS: [(&str, &str, &str); 5] = [
    ("all_in", "5%", "10%"),
    ("all_in", "2*atr(14)", "3*atr(20)"),
    ("1%", "5%", "8%"),
    ("1%", "3.3%", ""),
    ("0.5%", "3*atr(14)", ""),
];

fn check(source: Source) {
    let Some(path) = archive() else { return };
    let bars = bars(path, source);
    let case = Case {
        pair: source.0,
        minutes: source.1,
        strategy: "",
        settings: Vec::new(),
        cash: "10000".to_owned(),
        sizing: "all_in".to_owned(),
        slippage: "0.05",
        when: When::NextOpen,
        fees: "0.40",
    };
    let mut comparison = Comparison::default();
    for strategy in STRATEGIES {
        let case = Case { strategy, ..case.clone() };
        comparison.run(&case, &bars);
        comparison.run(&Case { fees: "kraken", ..case.clone() }, &bars);
        let million = "1000000".to_owned();
        let case = Case { fees: "kraken", when: When::Close, cash: million, ..case };
        comparison.run(&case, &bars);
    }
    for strategy in &STRATEGIES[..4] {
        for (sizing, stop, target) in EXITS {
            let sizing = sizing.to_owned();
            let mut case = Case { strategy, sizing, ..case.clone() };
            case.settings.push(("stop", stop.to_owned()));
            if !target.is_empty() {
                case.settings.push(("take_profit", target.to_owned()));
            }
            comparison.run(&case, &bars);
        }
    }
    comparison.check(source.2);
}

#[test]
fn bitcoin_trades_as_the_twin() {
    check(BITCOIN);
}

#[test]
fn ether_trades_as_the_twin() {
    check(ETHER);
}

#[test]
fn ether_in_euro_trades_as_the_twin() {
    check(ETHER_EURO);
}

//! The markets of a simulated Kraken, and where their prices begin.

use std::{path::Path, time::Duration};

use backtester::{CandleFile, CandleRequest, ReadLimits};
use simulated_kraken::{MarketSettings, MarketSource};
use trading_types::{Candle, Interval, KrakenPairs, Pair, PairRules, Price, Rounding, Timestamp};

use super::once;
use crate::{arguments::simulate::SimulateArguments, config::check_start_price, failure::Failure};

/// The markets where none is asked for.
#[rustfmt::skip] // A table.
const PAIRS: [&str; 14] = [
    "BTC/USD", "BTC/EUR", "BTC/USDT", "ETH/USD", "ETH/EUR",  "ETH/BTC",  "ETH/USDT",
    "LTC/USD", "LTC/USDT", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "USDT/USD",
];

/// What assets cost in dollars at some time in 2024. Prices of pairs are made of them, so that at
/// the beginning no way round is worth more than another.
#[rustfmt::skip] // A table.
const DOLLARS: [(&str, &str); 30] = [
    ("BTC",  "60000"), ("ETH",  "3000"),  ("LTC",  "80"),    ("SOL",  "150"),   ("XRP", "0.55"),
    ("ADA",  "0.45"),  ("DOGE", "0.15"),  ("DOT",  "6.5"),   ("LINK", "14"),    ("BCH", "450"),
    ("XMR",  "160"),   ("XLM",  "0.11"),  ("ATOM", "8"),     ("AVAX", "30"),    ("TRX", "0.12"),
    ("UNI",  "9"),     ("AAVE", "95"),    ("ETC",  "26"),    ("FIL",  "5.5"),   ("ALGO", "0.16"),
    ("XTZ",  "0.9"),   ("USDT", "1"),     ("USDC", "1"),     ("USD",  "1"),     ("EUR", "1.08"),
    ("GBP",  "1.27"),  ("AUD",  "0.66"),  ("CAD",  "0.73"),  ("CHF",  "1.12"),  ("JPY", "0.0065"),
];

/// The most candles of one market: two years of minutes in a hundred megabytes.
const CANDLES_MAX: usize = 1_000_000;

/// How much later than the past that is asked for the candles of a file may begin.
const LATE_MAX: Duration = Duration::from_hours(1);

/// All markets that are asked for, those with a history first.
pub(super) fn all(arguments: &SimulateArguments) -> Result<Vec<MarketSettings>, Failure> {
    once("--pair", arguments.pairs.iter().map(|(rules, _)| rules.pair))?;
    let span = (arguments.from, arguments.warm_history.unwrap_or_default());
    let with_history: Result<Vec<_>, _> =
        arguments.history.iter().map(|path| following(path, span)).collect();
    let mut markets = with_history?;
    once("--history of", markets.iter().map(|market| market.rules.pair))?;
    let wanted = if arguments.pairs.is_empty() {
        let table = KrakenPairs::recorded();
        let rules = |pair: &str| table.find(pair).expect("Kraken has these pairs");
        PAIRS.iter().map(|pair| (rules(pair), None)).collect()
    } else {
        arguments.pairs.clone()
    };
    for (rules, price) in wanted {
        if markets.iter().all(|market| market.rules.pair != rules.pair) {
            let start_price = price.map_or_else(|| start_price(&rules), Ok)?;
            let source = if arguments.quiet_markets {
                MarketSource::Quiet { start_price }
            } else {
                MarketSource::Model { start_price }
            };
            markets.push(MarketSettings { rules, source });
        }
    }
    Ok(markets)
}

/// Where the price of a pair begins when nothing is said.
pub(super) fn start_price(rules: &PairRules) -> Result<Price, Failure> {
    let pair = rules.pair;
    let price = cross_rate(pair).map(|price| price.round_to(rules.tick, Rounding::Down));
    price.filter(|price| check_start_price(*price, rules).is_ok()).ok_or_else(|| {
        Failure::wrong_hint(
            format_args!("--pair {pair}: there is no first price for it"),
            format_args!("say one, for instance --pair {pair}=100"),
        )
    })
}

fn cross_rate(pair: Pair) -> Option<Price> {
    let dollars = |asset: &str| {
        let (_, price) = DOLLARS.iter().find(|(name, _)| *name == asset)?;
        let price: Price = price.parse().expect("a test reads the table");
        Some(i128::from(price.units()))
    };
    let one = 10_i128.pow(u32::try_from(Price::DECIMALS).expect("ten"));
    let units = dollars(pair.base.as_str())? * one / dollars(pair.quote.as_str())?;
    i64::try_from(units).ok().map(Price::from_units)
}

/// A market whose price follows the candles of a file from a moment on, and before it as long as it
/// has a past.
fn following(
    path: &Path,
    (from, past): (Option<Timestamp>, Duration),
) -> Result<MarketSettings, Failure> {
    let (rules, interval) = named(path)?;
    let begin = from.map(|from| from - past);
    let request =
        CandleRequest { path: path.to_owned(), pair: rules.pair, interval, from: begin, to: None };
    let candles = read(&request).map_err(|error| {
        // Here the length of candles is said by the name of their file, and there is no end.
        let hint = error.hint().replace("--interval", "the minutes in its name");
        let hint = hint.replace("--from and --to", "--from");
        Failure::wrong_hint(error, hint)
    })?;
    let first = candles.first().expect("a file without candles is an error").start;
    // An hour without a trade is no gap; more would put the past in the wrong place.
    let late = begin.map_or(Duration::ZERO, |begin| first.since(begin));
    if !past.is_zero() && LATE_MAX.max(interval.duration()) < late {
        return Err(Failure::wrong_hint(
            format_args!("--history {}: its candles begin at {first}", path.display()),
            "choose a later --from or a shorter --warm-history",
        ));
    }
    Ok(MarketSettings { rules, source: MarketSource::History { candles } })
}

fn read(request: &CandleRequest) -> Result<Vec<Candle>, backtester::ReadError> {
    let mut file = CandleFile::open(request, &ReadLimits::default())?;
    let mut candles = Vec::new();
    while candles.len() < CANDLES_MAX
        && let Some(candle) = file.next_candle()?
    {
        candles.push(candle);
    }
    Ok(candles)
}

/// The pair and the candle length in the name of a file, which is that of Kraken's archives.
fn named(path: &Path) -> Result<(PairRules, Interval), Failure> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let wrong = |what: String| {
        let what = format!("--history {}: {what}", path.display());
        Failure::wrong_hint(what, "name the file as Kraken does: XBTUSD_60.csv, minutes at the end")
    };
    let (pair, minutes) = name
        .rsplit_once('_')
        .ok_or_else(|| wrong("its name has no pair and minutes".to_owned()))?;
    let rules = KrakenPairs::recorded().find(pair).map_err(|error| wrong(error.to_string()))?;
    let interval = minutes.parse().map_err(|_| format!("`{minutes}` is not a number of minutes"));
    let interval = interval.map_err(wrong)?;
    let interval = Interval::from_minutes(interval).map_err(|error| wrong(error.to_string()))?;
    Ok((rules, interval))
}

#[cfg(test)]
mod tests;

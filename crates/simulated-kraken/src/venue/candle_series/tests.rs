//! Trades and shorter candles become candles.

use trading_types::Quantity;

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

fn trade(seconds: u64, price: &str, quantity: &str) -> FullCandle {
    let price: Price = price.parse().unwrap();
    let quantity: Quantity = quantity.parse().unwrap();
    FullCandle {
        start: at(seconds),
        open: price,
        high: price,
        low: price,
        close: price,
        vwap: price,
        volume: Amount::from(quantity),
        trades: 1,
        turnover: price * quantity,
    }
}

fn series(kept: usize) -> CandleSeries {
    CandleSeries::new(Interval::from_minutes(1).unwrap(), "0.1".parse().unwrap(), kept)
}

#[test]
fn trades_of_a_minute_are_one_candle() {
    let mut series = series(10);
    for piece in [trade(1, "100", "1"), trade(2, "103", "2"), trade(59, "99.9", "1")] {
        series.absorb(&piece);
        series.settle();
    }
    assert_eq!(series.last(1).next().unwrap().vwap.to_string(), "101.4");
    series.absorb(&trade(180, "100", "1"));
    let candles: Vec<&FullCandle> = series.last(10).collect();
    let [first, second] = candles.as_slice() else { panic!("a quiet minute has none") };
    let shown = |candle: &FullCandle| {
        [candle.open, candle.high, candle.low, candle.close, candle.vwap]
            .map(|price| price.to_string())
    };
    assert_eq!(shown(first), ["100", "103", "99.9", "99.9", "101.4"], "the mean is 101.475");
    assert_eq!((first.start, first.volume.to_string(), first.trades), (at(0), "4".to_owned(), 3));
    assert_eq!((second.start, second.trades), (at(180), 1));
}

#[test]
fn the_oldest_go() {
    let mut series = series(3);
    for minute in 0..5 {
        series.absorb(&trade(minute * 60, "100", "1"));
    }
    let starts = |count| series.last(count).map(|candle| candle.start).collect::<Vec<_>>();
    assert_eq!(starts(10), [at(120), at(180), at(240)]);
    assert_eq!(starts(2), [at(180), at(240)]);
}

#[test]
fn a_mean_of_more_than_a_quantity_can_hold() {
    let volume = Amount::from_units(10_i128.pow(18 + 12));
    let turnover = Amount::from_units(10_i128.pow(18 + 8));
    let unit = "0.0000000001".parse().unwrap();
    assert_eq!(mean_price(turnover, volume, Price::ZERO, unit).to_string(), "0.0001");
    assert_eq!(mean_price(turnover, Amount::ZERO, unit, unit), unit);
}

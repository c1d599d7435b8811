//! What was gathered is what was seen, in any number of buckets.

use std::time::Duration;

use trading_types::{Amount, Candle, Price, Timestamp};

use super::{Gatherer, Series, month_of};

const HOUR: u64 = 3_600;
const START: u64 = 1_577_836_800;

fn candle(hour: u64, open: &str, close: &str) -> Candle {
    let (open, close): (Price, Price) = (open.parse().unwrap(), close.parse().unwrap());
    Candle {
        start: Timestamp::from_seconds(START + hour * HOUR).unwrap(),
        open,
        high: open.max(close),
        low: open.min(close),
        close,
        volume: Amount::ZERO,
        trades: 1,
    }
}

fn gatherer(buckets_max: usize) -> Gatherer {
    let cash = "1000".parse().unwrap();
    Gatherer { buckets_max, ..Gatherer::new(Duration::from_secs(HOUR), cash, 2) }
}

fn amount(cents: i64) -> Amount {
    format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap()
}

/// What the script of the page reads, by another hand: rows of place, open, high, low, close,
/// equity, highest and lowest equity.
fn unpack(series: &Series) -> Vec<[i64; 8]> {
    let mut bytes = series.packed.iter().copied();
    let mut unsigned = || {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = bytes.next().expect("cut off");
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break i64::try_from(value).unwrap();
            }
        }
    };
    let signed = |value: i64| if value % 2 == 0 { value / 2 } else { -(value + 1) / 2 };
    let (mut place, mut close, mut equity) = (0, 0, 0);
    let mut rows = Vec::new();
    for _ in 0..series.count {
        place += unsigned();
        let open = close + signed(unsigned());
        close = open + signed(unsigned());
        let high = open.max(close) + unsigned();
        let low = open.min(close) - unsigned();
        equity += signed(unsigned());
        let (mut most, mut least) = (equity, equity);
        if 1 < series.factor {
            most += unsigned();
            least -= unsigned();
        }
        rows.push([place, open, high, low, close, equity, most, least]);
        place += 1;
    }
    assert_eq!(bytes.next(), None, "more than was read");
    rows
}

#[test]
fn few_candles_stay_as_they_are() {
    let mut gatherer = gatherer(10);
    gatherer.see(&candle(0, "100.5", "101"), amount(100_000));
    gatherer.see(&candle(1, "101", "99.25"), amount(99_950));
    gatherer.see(&candle(5, "99.25", "120"), amount(100_001));
    let series = gatherer.finish().unwrap();
    assert_eq!((series.factor, series.price_decimals, series.start), (1, 2, START));
    assert_eq!(
        unpack(&series),
        [
            [0, 10_050, 10_100, 10_050, 10_100, 100_000, 100_000, 100_000],
            [1, 10_100, 10_100, 9_925, 9_925, 99_950, 99_950, 99_950],
            [5, 9_925, 12_000, 9_925, 12_000, 100_001, 100_001, 100_001],
        ],
    );
}

#[test]
fn too_many_become_fewer() {
    let mut gatherer = gatherer(2);
    for (hour, close, cents) in
        [(0, "11", 100_000), (1, "9", 90_000), (2, "15", 95_000), (3, "12", 130_000)]
    {
        gatherer.see(&candle(hour, "10", close), amount(cents));
    }
    let series = gatherer.finish().unwrap();
    assert_eq!(series.factor, 2);
    let first = [0, 10, 11, 9, 9, 90_000, 100_000, 90_000];
    let second = [1, 10, 15, 10, 12, 130_000, 130_000, 95_000];
    assert_eq!(unpack(&series), [first, second]);
}

/// Halving on the way comes to the same as cutting into buckets at the end.
#[test]
fn halved_on_the_way_is_as_cut_at_the_end() {
    let mut gatherer = gatherer(50);
    let mut rows = Vec::new();
    let mut state = 7_u64;
    let mut hour = 0;
    for _ in 0..1_777 {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        hour += 1 + (state >> 60) / 12;
        let (open, close) = (1_000 + (state >> 40) % 500, 1_000 + (state >> 20) % 500);
        let cents = i64::try_from((state >> 30) % 1_000_000).unwrap();
        let candle = candle(hour, &open.to_string(), &close.to_string());
        gatherer.see(&candle, amount(cents));
        rows.push((hour, i64::try_from(open).unwrap(), i64::try_from(close).unwrap(), cents));
    }
    let series = gatherer.finish().unwrap();
    assert!(25 <= series.count && series.count <= 50, "{}", series.count);
    let first = rows[0].0;
    let step = 10_i64.pow(u32::from(series.price_decimals));
    let expected: Vec<[i64; 8]> = rows
        .chunk_by(|a, b| (a.0 - first) / series.factor == (b.0 - first) / series.factor)
        .map(|rows| {
            let prices = || rows.iter().flat_map(|it| [it.1, it.2]);
            let equities = || rows.iter().map(|it| it.3);
            [
                i64::try_from((rows[0].0 - first) / series.factor).unwrap(),
                rows[0].1 * step,
                prices().max().unwrap() * step,
                prices().min().unwrap() * step,
                rows.last().unwrap().2 * step,
                rows.last().unwrap().3,
                equities().max().unwrap(),
                equities().min().unwrap(),
            ]
        })
        .collect();
    assert_eq!(unpack(&series), expected);
}

#[test]
fn the_end_is_after_the_last_sale() {
    let mut gatherer = gatherer(10);
    gatherer.end(amount(1));
    gatherer.see(&candle(0, "10", "11"), amount(110_000));
    gatherer.end(amount(109_000));
    let series = gatherer.finish().unwrap();
    assert_eq!(unpack(&series)[0][5..], [109_000, 109_000, 109_000]);
    assert_eq!(format!("{:+.2}", series.months[0].gain), "+0.09");
}

#[test]
fn nothing_seen_is_no_series() {
    assert_eq!(gatherer(2).finish(), None);
}

#[test]
fn months_are_of_the_calendar() {
    let mut gatherer = gatherer(100);
    for (hour, cents) in
        [(0, 110_000), (24 * 31 - 1, 110_000), (24 * 31, 99_000), (24 * 70, 99_000)]
    {
        gatherer.see(&candle(hour, "10", "10"), amount(cents));
    }
    let months = gatherer.finish().unwrap().months;
    let shown: Vec<_> =
        months.iter().map(|it| format!("{}-{} {:+.3}", it.year, it.month, it.gain)).collect();
    assert_eq!(shown, ["2020-1 +0.100", "2020-2 -0.100", "2020-3 +0.000"]);
}

#[test]
fn a_leap_day_is_in_february() {
    let day = "2024-02-29".parse().unwrap();
    assert_eq!(month_of(day), (2024, 2));
}

//! Fees, parts and candles as the evidence has them.

use trading_types::{Candle, Fraction};

use super::{line, lowest_tier, part_up};

#[test]
fn the_lowest_tier_whatever_the_volume() {
    let check = |times: i64, taker: &str, maker: &str| {
        let fees = lowest_tier(Fraction::from_basis_points(times));
        let tier = fees.tier_at("100000000".parse().unwrap());
        assert_eq!((tier.taker.percent(), tier.maker.percent()), (taker.into(), maker.into()));
    };
    check(10_000, "0.4", "0.25");
    check(15_000, "0.6", "0.375");
}

#[test]
fn a_part_is_rounded_up_and_what_is_no_number_is_all() {
    for (part, units) in [
        (0.0, 0),
        (0.1, 10_000_000),
        (0.100_000_001, 10_000_001),
        (1.0, 100_000_000),
        (7.0, 100_000_000),
        (-1.0, 0),
        (f64::NAN, 100_000_000),
        (f64::INFINITY, 100_000_000),
    ] {
        assert_eq!(part_up(part), Fraction::from_units(units), "{part}");
    }
}

#[test]
fn a_candle_is_hashed_in_its_shortest_form() {
    let candle = Candle {
        start: "2026-11-22".parse().unwrap(),
        open: "1.10".parse().unwrap(),
        high: "2".parse().unwrap(),
        low: "1".parse().unwrap(),
        close: "1.5".parse().unwrap(),
        volume: "0.00000100".parse().unwrap(),
        trades: 3,
    };
    assert_eq!(line(&candle), "1795305600,1.1,2,1,1.5,0.000001,3\n");
}

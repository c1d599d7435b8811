//! The price moves as much in a year as it is told to, in clusters.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use super::*;
use crate::fixture::{price, rules};

fn fair(start: &str, volatility: Fraction, chance: &mut Chance) -> FairPrice {
    let settings = MarketModelSettings::demo(rules(), price(start), 1);
    FairPrice::new(&MarketModelSettings { volatility, ..settings }, chance)
}

/// Returns of `count` steps of `length`.
fn returns(count: u32, length: Duration) -> Vec<f64> {
    let mut chance = Chance::from_seed(11);
    let mut fair = fair("60000", Fraction::from_basis_points(6_000), &mut chance);
    let mut step = || {
        let before = fair.ticks;
        for _ in 0..60 {
            fair.wander(length / 60, &mut chance);
        }
        fair.ticks / before - 1.0
    };
    (0..count).map(|_| step()).collect()
}

fn variance(returns: &[f64]) -> f64 {
    returns.iter().map(|it| it * it).sum::<f64>() / f64::from(u32::try_from(returns.len()).unwrap())
}

#[test]
fn a_year_moves_as_much_as_it_is_told_to() {
    let hours = returns(5_000, Duration::from_hours(1));
    let year = (variance(&hours) * 24.0 * 365.25).sqrt();
    assert!((0.54..0.70).contains(&year), "{year}");
}

#[test]
fn wild_hours_follow_wild_hours() {
    let hours = returns(5_000, Duration::from_mins(10));
    let squares: Vec<f64> = hours.iter().map(|it| it * it).collect();
    let mean = variance(&hours);
    let product = |lag: usize| {
        let pairs = squares.iter().zip(&squares[lag..]);
        pairs.map(|(one, other)| (one - mean) * (other - mean)).sum::<f64>()
    };
    let correlation = product(1) / product(0);
    assert!(0.08 < correlation, "{correlation}");
}

#[test]
fn bid_is_below_ask() {
    let mut chance = Chance::from_seed(1);
    let mut fair = fair("10.1", Fraction::ONE, &mut chance);
    for _ in 0..10_000 {
        fair.wander(Duration::from_mins(10), &mut chance);
        let (bid, ask) = fair.quote(&mut chance);
        assert!(0 < bid && bid < ask, "{bid} {ask}");
    }
}

//! Random entries by hand, and what must be so.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;
use crate::functions::power;

fn entries<'a>(closes: &'a [f64], held: &'a [u32]) -> RandomEntries<'a> {
    RandomEntries { closes, held, kept_after_costs: 1.0, draws: 500, seed: 1 }
}

#[test]
fn a_steady_market_pays_for_time_alone() {
    let closes: Vec<f64> = (0..101_u32).map(|it| power(1.01, f64::from(it))).collect();
    let luck = entries(&closes, &[10, 20, 5]).run(power(1.01, 35.0) * 1.000_001).unwrap();
    assert!((luck.growth.p05 - power(1.01, 35.0)).abs() < 1e-9);
    assert!((luck.growth.p95 - power(1.01, 35.0)).abs() < 1e-9);
    assert!(1.0 <= luck.beaten);
    let costly = RandomEntries { kept_after_costs: 0.99, ..entries(&closes, &[10, 20, 5]) };
    let luck = costly.run(0.0).unwrap();
    assert!((luck.growth.p50 - power(1.01, 35.0) * power(0.99, 3.0)).abs() < 1e-9);
    assert!(luck.beaten <= 0.0);
}

#[test]
fn what_cannot_be_drawn_is_not() {
    let closes = [1.0, 2.0, 3.0];
    assert_eq!(entries(&closes, &[]).run(1.0), None);
    assert_eq!(entries(&closes, &[0, 0]).run(1.0), None);
    assert_eq!(entries(&closes, &[3]).run(1.0), None);
    assert_eq!(entries(&[], &[1]).run(1.0), None);
    assert_eq!(entries(&closes, &[2]).run(3.0).map(|it| it.beaten), Some(0.5));
}

proptest! {
    /// Positions never overlap and never leave the history: held all the time is buy and hold.
    #[test]
    fn everything_held_is_buy_and_hold(
        closes in prop::collection::vec(1.0..100.0, 3..50), at in any::<prop::sample::Index>()
    ) {
        let steps = closes.len() - 1;
        let first = u32::try_from(at.index(steps)).unwrap();
        let held = [first, u32::try_from(steps).unwrap() - first];
        let luck = entries(&closes, &held).run(1.0).unwrap();
        let whole = closes[steps] / closes[0];
        prop_assert!((luck.growth.p05 - whole).abs() < 1e-9 * whole);
        prop_assert!((luck.growth.p95 - whole).abs() < 1e-9 * whole);
    }
}

#[test]
fn deviations_are_counted_by_the_logarithm() {
    let closes: Vec<f64> = (0..400_u32).map(|it| if it % 7 < 3 { 100.0 } else { 103.0 }).collect();
    let luck = entries(&closes, &[5, 3, 4, 2, 6]).run(1.0).unwrap();
    let higher = entries(&closes, &[5, 3, 4, 2, 6]).run(1.2).unwrap();
    assert!(luck.deviations < higher.deviations);
    assert!(luck.deviations.abs() < 1.0 && 2.0 < higher.deviations);
}

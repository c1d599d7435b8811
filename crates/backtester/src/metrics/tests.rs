//! Metrics: against the definitions, computed over the whole curve.

use proptest::prelude::*;

use super::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn figures(curve: &[i64]) -> Figures {
    let hourly = Interval::from_minutes(60).unwrap();
    let mut metrics = Metrics::new(amount("1000"), hourly);
    for equity in curve {
        metrics.see(amount(&equity.to_string()), *equity % 2 == 0);
    }
    metrics.finish()
}

#[test]
fn a_flat_curve_has_no_ratios() {
    let flat = figures(&[1_000, 1_000, 1_000]);
    assert_eq!((flat.sharpe, flat.sortino), (None, None));
    assert_eq!((flat.max_drawdown, flat.exposure, flat.candles), (0.0, 1.0, 3));
}

#[test]
fn the_deepest_fall_counts_from_its_own_peak() {
    let fall = figures(&[900, 1_200, 1_100, 600, 1_500, 900]);
    assert!((fall.max_drawdown - 0.5).abs() < 1e-12);
}

proptest! {
    #[test]
    #[expect(clippy::cast_precision_loss, reason = "that is what is compared")]
    fn a_number_of_128_bits_is_the_nearest(units: i128, shift in 0_u32..128, low in 0_i128..3) {
        for units in [units, units >> shift, ((units >> shift) << (shift / 2)) + low - 1] {
            let found = approximate(Amount::from_units(units));
            prop_assert_eq!(found.to_bits(), (units as f64).to_bits(), "{}", units);
        }
    }

    #[test]
    fn equals_the_definitions(curve in prop::collection::vec(500_i64..2_000, 2..80)) {
        let whole: Vec<f64> = std::iter::once(1_000)
            .chain(curve.iter().copied())
            .map(|it| f64::from(i32::try_from(it).unwrap()))
            .collect();
        let returns: Vec<f64> = whole.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        let count = f64::from(u32::try_from(returns.len()).unwrap());
        let mean = returns.iter().sum::<f64>() / count;
        let variance = returns.iter().map(|it| (it - mean) * (it - mean)).sum::<f64>() / count;
        let below = returns.iter().map(|it| it.min(0.0) * it.min(0.0)).sum::<f64>() / count;
        let yearly = (24.0 * 365.0_f64).sqrt();
        let found = figures(&curve);
        let close = |found: Option<f64>, by: f64| match found {
            Some(found) => (found - mean / by * yearly).abs() < 1e-6 * (1.0 + found.abs()),
            None => by < 1e-9,
        };
        prop_assert!(close(found.sharpe, variance.sqrt()), "{:?}", found.sharpe);
        prop_assert!(close(found.sortino, below.sqrt()), "{:?}", found.sortino);
        let deepest = (0..whole.len())
            .map(|at| 1.0 - whole[at] / whole[..=at].iter().copied().fold(0.0, f64::max))
            .fold(0.0, f64::max);
        prop_assert!((found.max_drawdown - deepest).abs() < 1e-12);
        let held = curve.iter().filter(|it| **it % 2 == 0).count();
        let held = f64::from(u32::try_from(held).unwrap());
        prop_assert!((found.exposure - held / count).abs() < 1e-12);
    }
}

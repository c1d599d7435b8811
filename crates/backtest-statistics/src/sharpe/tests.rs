//! The examples that the papers print, and laws of the formulas.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;
use crate::random::Prng;

#[track_caller]
fn prints(value: f64, decimals: usize, text: &str) {
    assert_eq!(format!("{value:.decimals$}"), text, "{value}");
}

fn normal_returns(ratio: f64, observations: u64) -> SharpeEstimate {
    SharpeEstimate { ratio, observations, skewness: 0.0, kurtosis: 3.0 }
}

/// The numerical example of "The Deflated Sharpe Ratio": five years of daily returns, a yearly
/// ratio of 2.5, the yearly variance of the trials' ratios 1/2.
fn discovered(skewness: f64, kurtosis: f64, count: u64) -> Deflated {
    let ratio = 2.5 / 250.0_f64.sqrt();
    let estimate = SharpeEstimate { ratio, observations: 1_250, skewness, kurtosis };
    estimate.deflated(Trials { count, variance: 0.5 / 250.0 })
}

#[test]
fn the_example_of_the_deflated_sharpe_ratio() {
    let found = discovered(-3.0, 10.0, 100);
    prints(found.luck, 4, "0.1132");
    prints(found.probability, 4, "0.9004");
    // With more digits, as two independent programs print it.
    prints(found.probability, 12, "0.900396834449");
    prints(expected_maximum(100), 12, "2.530602893202");
    // "46 trials" would have been the most for 95 %, with normal returns 88.
    prints(discovered(-3.0, 10.0, 46).probability, 4, "0.9505");
    prints(discovered(0.0, 3.0, 88).probability, 4, "0.9505");
}

#[test]
fn the_example_of_the_probabilistic_sharpe_ratio() {
    // Two years of monthly returns with a yearly ratio of 1.585.
    let ratio = 1.585 / 12.0_f64.sqrt();
    let fund = SharpeEstimate { ratio, observations: 24, skewness: -2.448, kurtosis: 10.164 };
    prints(fund.probability_above(0.0), 3, "0.913");
    prints(fund.probability_above(0.0), 12, "0.913234306885");
    // Had the returns been normal.
    prints(normal_returns(ratio, 24).probability_above(0.0), 3, "0.982");
}

#[test]
fn the_examples_of_the_minimum_track_record() {
    // A yearly ratio of 2 must be watched so many years to prove one of 1, with 95 %.
    let years = |periods: f64| {
        let estimate = normal_returns(2.0 / periods.sqrt(), 0);
        estimate.minimum_track_record(1.0 / periods.sqrt(), 0.95).unwrap() / periods
    };
    prints(years(250.0), 2, "2.73");
    prints(years(52.0), 2, "2.83");
    let ratio = 3.0 / 12.0_f64.sqrt();
    let fund = SharpeEstimate { ratio, observations: 0, skewness: -0.72, kurtosis: 5.78 };
    let months = fund.minimum_track_record(2.5 / 12.0_f64.sqrt(), 0.95).unwrap();
    prints(months / 12.0, 9, "27.352920196");
}

#[test]
fn one_trial_is_not_deflated() {
    let estimate = normal_returns(0.05, 1_000);
    let deflated = estimate.deflated(Trials { count: 1, variance: 9.0 });
    assert_eq!(deflated, Deflated { luck: 0.0, probability: estimate.probability_above(0.0) });
    assert_eq!(normal_returns(-0.1, 10).minimum_track_record(0.0, 0.95), None);
}

#[test]
fn the_expected_maximum_is_what_drawing_gives() {
    for count in [2_u64, 10, 1_000] {
        let mut prng = Prng::from_seed(count);
        let repeats = 4_000;
        let sum: f64 = (0..repeats)
            .map(|_| {
                let numbers = (0..count)
                    .map(|_| normal::inverse((real(prng.below(1 << 52)) + 0.5) / real(1 << 52)));
                numbers.fold(f64::NEG_INFINITY, f64::max)
            })
            .sum();
        let drawn = sum / f64::from(repeats);
        // The formula is an approximation for many; for two the truth is 1/sqrt(pi) = 0.5642.
        assert!((drawn - expected_maximum(count)).abs() < 0.06, "{count}: {drawn}");
    }
}

proptest! {
    #[test]
    fn more_trials_leave_less(ratio in 0.0..0.2, count in 1_u64..100_000, more in 1_u64..100_000) {
        let estimate = normal_returns(ratio, 2_000);
        let variance = 1.0 / 2_000.0;
        let few = estimate.deflated(Trials { count, variance });
        let many = estimate.deflated(Trials { count: count + more, variance });
        prop_assert!(many.probability <= few.probability);
        prop_assert!((0.0..=1.0).contains(&many.probability));
    }

    /// The minimum track record is where the probability reaches the confidence.
    #[test]
    fn a_track_of_that_length_is_enough(
        ratio in 0.02..0.3, skewness in -1.0..1.0, kurtosis in 3.0..12.0,
    ) {
        let estimate = SharpeEstimate { ratio, observations: 0, skewness, kurtosis };
        let needed = estimate.minimum_track_record(0.01, 0.95).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let observations = needed.ceil() as u64;
        let with = |observations| SharpeEstimate { observations, ..estimate };
        prop_assert!(0.95 <= with(observations).probability_above(0.01) + 1e-9);
        if 3 < observations {
            prop_assert!(with(observations - 2).probability_above(0.01) < 0.95 + 1e-9);
        }
    }
}

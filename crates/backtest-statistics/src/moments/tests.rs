//! Moments against the slow and obvious way.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;
use crate::functions::real_len;

/// Two passes over all returns.
fn naive(returns: &[f64]) -> [f64; 4] {
    let count = real_len(returns.len());
    let mean = returns.iter().sum::<f64>() / count;
    let central = |power: i32| {
        let powers =
            returns.iter().map(|it| (0..power).fold(1.0, |product, _| product * (it - mean)));
        powers.sum::<f64>() / count
    };
    let deviation = central(2).sqrt();
    [mean, deviation, central(3) / (central(2) * deviation), central(4) / (central(2) * central(2))]
}

#[test]
fn of_numbers_that_can_be_checked_by_hand() {
    // 1, 2, 3, 4, 10: mean 4, variance 10, third moment 36, fourth 278.8.
    let moments = Sums::of(&[1.0, 2.0, 3.0, 4.0, 10.0]).moments().unwrap();
    assert!((moments.mean - 4.0).abs() < 1e-14);
    assert!((moments.deviation - 10.0_f64.sqrt()).abs() < 1e-14);
    assert!((moments.skewness - 36.0 / (10.0 * 10.0_f64.sqrt())).abs() < 1e-13);
    assert!((moments.kurtosis - 2.788).abs() < 1e-13);
}

#[test]
fn nothing_comes_of_too_little() {
    assert_eq!(Sums::default().moments(), None);
    assert_eq!(Sums::of(&[0.1]).moments(), None);
    assert_eq!(Sums::of(&[0.1; 50]).moments(), None);
    assert_eq!(Sums::of(&[0.0; 50]).moments(), None);
}

proptest! {
    #[test]
    fn are_those_of_two_passes(returns in prop::collection::vec(-0.1..0.1, 3..200)) {
        let moments = Sums::of(&returns).moments().unwrap();
        let Moments { mean, deviation, skewness, kurtosis, .. } = moments;
        let ours = [mean, deviation, skewness, kurtosis];
        for (ours, theirs) in ours.into_iter().zip(naive(&returns)) {
            prop_assert!((ours - theirs).abs() < 1e-6 * theirs.abs().max(1.0), "{ours} {theirs}");
        }
    }

    #[test]
    fn pieces_add_up(
        one in prop::collection::vec(-0.1..0.1, 0..50),
        zeros in 0_u64..50,
        two in prop::collection::vec(-0.1..0.1, 2..50),
    ) {
        let mut sums = Sums::of(&one);
        sums.add_nothing(zeros);
        sums.merge(&Sums::of(&two));
        let mut all = one;
        all.extend((0..zeros).map(|_| 0.0));
        all.extend(two);
        let (pieces, whole) = (sums.moments().unwrap(), Sums::of(&all).moments().unwrap());
        prop_assert!((pieces.kurtosis - whole.kurtosis).abs() < 1e-6 * whole.kurtosis);
        prop_assert_eq!(pieces.count, whole.count);
    }
}

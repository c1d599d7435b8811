//! The normal distribution against printed tables, and against itself.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;

#[track_caller]
fn close(left: f64, right: f64, error: f64) {
    assert!((left - right).abs() <= error * right.abs().max(1e-300), "{left} is not {right}");
}

#[test]
fn the_distribution_is_that_of_the_tables() {
    close(cumulative(0.0), 0.5, 0.0);
    close(cumulative(1.0), 0.841_344_746_068_542_9, 1e-15);
    close(cumulative(1.96), 0.975_002_104_851_779_5, 1e-15);
    close(cumulative(-3.0), 1.349_898_031_630_094_6e-3, 1e-14);
    close(cumulative(-10.0), 7.619_853_024_160_527e-24, 1e-13);
}

#[test]
fn the_inverse_is_that_of_the_tables() {
    close(inverse(0.5), 0.0, 0.0);
    close(inverse(0.95), 1.644_853_626_951_472_2, 1e-15);
    close(inverse(0.975), 1.959_963_984_540_054, 1e-15);
    close(inverse(0.99), 2.326_347_874_040_841, 1e-15);
    close(inverse(1e-10), -6.361_340_902_404_056, 1e-14);
    close(inverse(1e-300), -37.047_096_299_361_2, 1e-14);
}

#[test]
fn the_ends_are_infinite_and_beyond_them_is_nothing() {
    assert!(inverse(0.0) == f64::NEG_INFINITY);
    assert!(inverse(1.0) == f64::INFINITY);
    assert!(inverse(-0.1).is_nan() && inverse(1.1).is_nan() && inverse(f64::NAN).is_nan());
}

proptest! {
    #[test]
    fn each_undoes_the_other(x in -8.0..4.0) {
        let back: f64 = inverse(cumulative(x));
        prop_assert!((back - x).abs() < 1e-9, "{x} came back as {back}");
    }

    #[test]
    fn it_grows(x in -30.0..8.0, step in 1e-6..3.0) {
        prop_assert!(cumulative(x) <= cumulative(x + step));
    }
}

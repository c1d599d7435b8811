//! Quantiles against values that `NumPy` gives.

use super::*;

#[test]
fn are_linear_between_neighbors() {
    let sorted = [1.0, 2.0, 4.0, 8.0];
    assert_eq!(quantile(&sorted, 0.0), Some(1.0));
    assert_eq!(quantile(&sorted, 0.5), Some(3.0));
    assert_eq!(quantile(&sorted, 0.25), Some(1.75));
    assert_eq!(quantile(&sorted, 1.0), Some(8.0));
    assert_eq!(quantile(&[], 0.5), None);
    assert_eq!(quantile(&[5.0], 0.05), Some(5.0));
}

#[test]
fn the_five_figures_do_not_mind_the_order() {
    let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
    let expect = Quantiles { p05: 5.0, p25: 25.0, p50: 50.0, p75: 75.0, p95: 95.0 };
    assert_eq!(Quantiles::of(&mut values), Some(expect));
    assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
}

//! A shock runs as far as it is told to and comes back part of the way, however often one looks.

use super::*;

/// Where the price stands after so many seconds, looked at every `step` milliseconds.
fn level(change: &str, seconds: u64, step: u64) -> f64 {
    let mut shock = Shock::new(change.parse().unwrap());
    let steps = seconds * 1_000 / step;
    (0..steps).map(|_| shock.pass(Duration::from_millis(step))).product()
}

#[test]
fn it_runs_and_comes_back() {
    for step in [100, 1_000, 2_000] {
        for (change, seconds, expected) in [
            ("-0.2", 4, 0.9),
            ("-0.2", 8, 0.8),
            ("-0.2", 98, 0.86),
            ("-0.2", 188, 0.92),
            ("-0.2", 1_000, 0.92),
            ("0.1", 8, 1.1),
        ] {
            let level = level(change, seconds, step);
            assert!((level - expected).abs() < 1e-9, "{change} {seconds} {step}: {level}");
        }
    }
}

#[test]
fn takers_run_with_it() {
    let mut shock = Shock::new("-0.2".parse().unwrap());
    assert_eq!(shock.side(), Some(Side::Sell));
    shock.pass(RUN);
    assert_eq!((shock.side(), shock.is_over()), (None, false));
    shock.pass(RETURN);
    assert!(shock.is_over());
    assert_eq!(Shock::new("0.2".parse().unwrap()).side(), Some(Side::Buy));
}

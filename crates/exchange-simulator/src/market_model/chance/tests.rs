//! The draws have the means and shapes they claim.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use super::*;

const DRAWS: u32 = 200_000;

/// Mean and variance of many draws.
fn moments(draw: impl Fn(&mut Chance) -> f64) -> (f64, f64) {
    let mut chance = Chance::from_seed(3);
    let draws: Vec<f64> = (0..DRAWS).map(|_| draw(&mut chance)).collect();
    let mean = draws.iter().sum::<f64>() / f64::from(DRAWS);
    let square = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>();
    (mean, square / f64::from(DRAWS))
}

#[track_caller]
fn check(draw: impl Fn(&mut Chance) -> f64, mean: f64, variance: f64) {
    let actual = moments(draw);
    let is_near = |actual: f64, wanted: f64| (actual - wanted).abs() < 0.02 * (1.0 + wanted.abs());
    assert!(is_near(actual.0, mean) && is_near(actual.1, variance), "{actual:?}");
}

#[test]
fn moments_are_as_claimed() {
    check(Chance::uniform, 0.5, 1.0 / 12.0);
    check(Chance::normal, 0.0, 1.0);
    check(Chance::exponential, 1.0, 1.0);
    check(Chance::skewed, 1.0, 3.6 * 3.6 * (1.0 / 7.0 - 1.0 / 16.0));
    check(|chance| if chance.toss() { 1.0 } else { 0.0 }, 0.5, 0.25);
    assert!((moments(Chance::heavy_tail).0 - 1.0).abs() < 0.02);
}

#[test]
fn waiting_is_exponential_to_the_tail() {
    let mut chance = Chance::from_seed(3);
    let long = (0..DRAWS).filter(|_| 3.0 < chance.exponential()).count();
    // e^-3 of the draws are above three.
    assert!((9_600..10_300).contains(&long), "{long}");
    assert!(Duration::ZERO < chance.wait(Duration::ZERO));
}

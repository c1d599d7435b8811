//! Figures of curves by hand, and against the slow way.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;

fn curve(equity: &[f64]) -> Curve<'_> {
    Curve { start: 100.0, equity, per_year: 365.0 }
}

#[track_caller]
fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-12 * right.abs().max(1.0), "{left} is not {right}");
}

#[test]
fn a_curve_by_hand() {
    // Up to 120, down to 90 (a quarter), back at 120, down to 114, 118 at the end.
    let figures = curve(&[120.0, 90.0, 120.0, 114.0, 116.0, 118.0]).figures().unwrap();
    close(figures.growth, 1.18);
    close(figures.deepest.depth, 0.25);
    assert_eq!(figures.deepest.length, 1);
    assert_eq!(figures.longest.length, 3);
    close(figures.longest.depth, 0.05);
    close(figures.yearly_growth, 1.18_f64.powf(365.0 / 6.0) - 1.0);
    close(figures.calmar.unwrap(), figures.yearly_growth / 0.25);
}

#[test]
fn the_deepest_fall_is_as_long_as_it_lasted() {
    let (deepest, longest) = curve(&[80.0, 90.0, 95.0, 101.0]).drawdowns();
    close(deepest.depth, 0.2);
    assert_eq!((deepest.length, longest.length), (3, 3));
}

#[test]
fn nothing_to_divide_by_is_no_ratio() {
    let figures = curve(&[100.0; 20]).figures().unwrap();
    assert_eq!((figures.sharpe, figures.sortino, figures.calmar), (None, None, None));
    assert_eq!(figures.deepest, Drawdown::default());
    assert!(curve(&[]).figures().is_none());
    close(yearly_growth(0.0, 2.0), -1.0);
    close(yearly_growth(1.21, 2.0), 0.1);
}

/// Every pair of a moment and a later one.
fn naive_depth(equity: &[f64]) -> f64 {
    let all: Vec<f64> = std::iter::once(100.0).chain(equity.iter().copied()).collect();
    let falls = all
        .iter()
        .enumerate()
        .flat_map(|(at, peak)| all[at..].iter().map(move |later| 1.0 - later / peak));
    falls.fold(0.0, f64::max)
}

/// The longest stretch of moments below an earlier one.
fn naive_length(equity: &[f64]) -> usize {
    let all: Vec<f64> = std::iter::once(100.0).chain(equity.iter().copied()).collect();
    let below = |at: usize| all[..at].iter().any(|earlier| all[at] < *earlier);
    let flags: Vec<bool> = (0..all.len()).map(below).collect();
    flags.split(|flag| !flag).map(<[bool]>::len).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn falls_are_those_of_the_naive_twin(
        equity in prop::collection::vec(
            prop_oneof![60.0..160.0_f64, Just(100.0), Just(90.0)], 1..40,
        )
    ) {
        let (deepest, longest) = curve(&equity).drawdowns();
        prop_assert!((deepest.depth - naive_depth(&equity)).abs() < 1e-12);
        prop_assert_eq!(usize::try_from(longest.length).unwrap(), naive_length(&equity));
        prop_assert!(deepest.length <= longest.length);
    }

    /// Sharpe and Sortino do not care how much money it was.
    #[test]
    fn ratios_do_not_care_for_the_scale(
        equity in prop::collection::vec(60.0..160.0_f64, 3..40), scale in 0.01..1e6,
    ) {
        let scaled: Vec<f64> = equity.iter().map(|it| it * scale).collect();
        let one = curve(&equity).figures().unwrap();
        let other = Curve { start: 100.0 * scale, equity: &scaled, per_year: 365.0 };
        let other = other.figures().unwrap();
        prop_assert!((one.sharpe.unwrap_or(0.0) - other.sharpe.unwrap_or(0.0)).abs() < 1e-6);
        prop_assert!((one.sortino.unwrap_or(0.0) - other.sortino.unwrap_or(0.0)).abs() < 1e-6);
    }
}

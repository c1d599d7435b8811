//! The gate: each demand just met and just missed.

use trading_types::{Amount, Fraction};

use super::breached;
use crate::{
    BacktestEvidence, Demanded, Requirements, Rung, Tracking,
    test_values::{Bench, backtest, tracking},
};

#[test]
fn on_the_lowest_rung_everything_is_missing_at_first() {
    let bench = Bench::new();
    let gate = bench.ladder.gate(bench.now);
    assert!(gate.iter().all(|it| !it.is_met && it.have == "no evidence"), "{gate:?}");
    assert_eq!(gate.len(), 4);
    let words = gate[0].to_string();
    assert_eq!(words, "trades out of sample: have no evidence, need at least 100");
}

#[track_caller]
fn check_backtest(change: impl FnOnce(&mut BacktestEvidence), missing: &[Demanded]) {
    let mut bench = Bench::new();
    let mut evidence = backtest(bench.identity());
    change(&mut evidence);
    bench.file_backtest(evidence).advance();
    assert_eq!(bench.refused(), missing);
    let rung = if missing.is_empty() { Rung::Paper } else { Rung::Backtest };
    assert_eq!(bench.ladder.rung(), rung);
}

#[test]
fn a_backtest_must_show_each_of_these() {
    use Demanded as D;
    check_backtest(|_| (), &[]);
    check_backtest(|it| it.out_of_sample.trades = 99, &[D::OutOfSampleTrades]);
    check_backtest(|it| it.out_of_sample.net_profit = Amount::ZERO, &[D::OutOfSampleProfit]);
    check_backtest(|it| it.stressed.net_profit = Amount::ZERO, &[D::StressedProfit]);
    let less = Fraction::from_basis_points(14_999);
    check_backtest(|it| it.fee_stress = less, &[D::StressedProfit]);
    let deep = Fraction::from_units(15_000_001);
    check_backtest(|it| it.out_of_sample.max_drawdown = deep, &[D::BacktestDrawdown]);
    // What was shown in sample is looked at and not judged.
    check_backtest(|it| it.in_sample.net_profit = -Amount::from_units(1), &[]);
}

#[track_caller]
fn check_days(climb: impl FnOnce(&mut Bench), missing: &[Demanded]) {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Paper);
    climb(&mut bench);
    bench.advance();
    assert_eq!(bench.refused(), missing);
    let rung = if missing.is_empty() { Rung::Tiny } else { Rung::Paper };
    assert_eq!(bench.ladder.rung(), rung);
}

#[test]
fn paper_must_show_each_of_these() {
    use Demanded as D;
    let tracked = [D::TrackedOrders, D::SlippageMean, D::SlippageWorst, D::MismatchedOrders];
    check_days(
        |it| {
            it.live_days(14).file_tracking(tracking());
        },
        &[],
    );
    check_days(
        |it| {
            it.live_days(13).file_tracking(tracking());
        },
        &[D::CleanDays],
    );
    check_days(
        |it| {
            it.live_days(14);
        },
        &tracked,
    );
    let idle = |it: &mut Bench| {
        (0..14).for_each(|_| {
            it.live(|day| day.trades = 1);
        });
        it.file_tracking(tracking());
    };
    check_days(idle, &[D::Trades]);
    let late = |it: &mut Bench| {
        it.live_days(14).file_tracking(tracking());
        it.now = it.now + std::time::Duration::from_hours(31 * 24);
    };
    check_days(late, &[D::RecentDay]);
    let with = |change: fn(&mut Tracking)| {
        move |it: &mut Bench| {
            let mut tracking = tracking();
            change(&mut tracking);
            it.live_days(14).file_tracking(tracking);
        }
    };
    check_days(with(|it| (it.matched, it.missed) = (36, 3)), &[D::TrackedOrders]);
    check_days(with(|it| it.slippage_mean = Fraction::from_basis_points(11)), &[D::SlippageMean]);
    let worst = with(|it| it.slippage_worst = Fraction::from_basis_points(101));
    check_days(worst, &[D::SlippageWorst]);
    check_days(with(|it| it.extra = 1), &[D::MismatchedOrders]);
}

#[test]
fn only_what_is_far_off_takes_a_rung_away() {
    let needs = Requirements::default().tracking;
    let check = |change: fn(&mut Tracking), is_breach: bool| {
        let mut tracking = tracking();
        change(&mut tracking);
        assert_eq!(breached(&tracking, &needs).is_some(), is_breach, "{tracking:?}");
    };
    check(|_| (), false);
    check(|it| it.slippage_mean = Fraction::from_basis_points(20), false);
    check(|it| it.slippage_mean = Fraction::from_basis_points(21), true);
    check(|it| it.slippage_worst = Fraction::from_basis_points(201), true);
    check(|it| it.missed = 16, true);
    // Fewer than ten orders are chance.
    check(|it| (it.matched, it.missed) = (4, 5), false);
    check(|it| (it.matched, it.missed) = (4, 6), true);
    check(|it| (it.matched, it.missed, it.extra) = (4, 0, 6), true);
}

//! What must be so whatever chance does.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;

fn luck(resampling: Resampling, seed: u64, returns: &[f64]) -> Option<TradeLuck> {
    MonteCarlo { resampling, draws: 400, seed }.run(returns)
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(luck(Resampling::Shuffle, 1, &[]), None);
    assert_eq!(
        MonteCarlo { resampling: Resampling::Bootstrap, draws: 0, seed: 1 }.run(&[0.1]),
        None
    );
}

#[test]
fn one_trade_is_always_the_same() {
    let luck = luck(Resampling::Bootstrap, 1, &[-0.25]).unwrap();
    let all = |of: f64| Quantiles { p05: of, p25: of, p50: of, p75: of, p95: of };
    assert_eq!((luck.growth, luck.drawdown), (all(0.75), all(0.25)));
    assert!(1.0 <= luck.probability_of_loss);
}

/// Of a fair coin that doubles or halves, the bootstrap's end is binomial: the middle is one.
#[test]
fn the_bootstrap_is_binomial() {
    let returns: Vec<f64> = (0..20).map(|it| if it % 2 == 0 { 1.0 } else { -0.5 }).collect();
    let luck = MonteCarlo { resampling: Resampling::Bootstrap, draws: 20_000, seed: 3 };
    let luck = luck.run(&returns).unwrap();
    assert!((luck.growth.p50 - 1.0).abs() < 1e-12);
    // Fewer than ten heads of twenty: 0.41190.
    assert!((luck.probability_of_loss - 0.4119).abs() < 0.02, "{}", luck.probability_of_loss);
}

proptest! {
    #[test]
    fn an_order_does_not_change_the_end(
        returns in prop::collection::vec(-0.5..0.5, 1..30), seed in any::<u64>()
    ) {
        let luck = luck(Resampling::Shuffle, seed, &returns).unwrap();
        let end: f64 = returns.iter().map(|it| 1.0 + it).product();
        prop_assert!((luck.growth.p05 - end).abs() < 1e-9 * end.max(1.0));
        prop_assert!((luck.growth.p95 - end).abs() < 1e-9 * end.max(1.0));
        // No order is less deep than the worst single trade.
        let worst = returns.iter().fold(0.0_f64, |worst, it| worst.max(-it));
        prop_assert!(worst - 1e-12 <= luck.drawdown.p05);
    }

    #[test]
    fn a_seed_decides(returns in prop::collection::vec(-0.5..0.5, 1..30), seed in any::<u64>()) {
        let once = luck(Resampling::Bootstrap, seed, &returns);
        prop_assert_eq!(once, luck(Resampling::Bootstrap, seed, &returns));
    }
}

//! Rules candle by candle: wishes, exits, and the same numbers as the indicators.

mod exits;
mod indicators;

use super::*;
use crate::samples::{EMPTY, bar, interrupted, price, wishes};

fn set(toml: &str) -> RuleSet {
    RuleSet::from_toml(toml).unwrap_or_else(|error| panic!("{error}"))
}

fn hourly() -> Interval {
    Interval::from_minutes(60).unwrap()
}

fn strategy(toml: &str) -> RuleStrategy {
    RuleStrategy::new(set(toml), hourly(), price("0.01")).unwrap_or_else(|it| panic!("{it}"))
}

#[track_caller]
fn check(toml: &str, closes: &str, expected: &str) {
    assert_eq!(wishes(&mut strategy(toml), closes), expected, "{toml}");
}

#[test]
fn a_row_is_long_until_it_leaves() {
    check("enter = 'sma(close, 2) > sma(close, 3)'", "1 2 3 4 3 2 1 1 1", "..LLLFFFF");
    check("enter = 'cross_above(close, 10)'\nexit = 'close < 5'", "9 11 12 9 4 11", ".LkkFL");
    check("enter = 'close > 5'\nexit = 'close > 7'", "4 6 8 6", "kLFL");
    check("enter = 'true'", "1 2", "LL");
    check("enter = 'false'\nexit = 'false'", "1 2", "kk");
}

#[test]
fn a_comparison_with_an_undefined_number_is_false() {
    let flat = "5 5 5 5 5";
    for rule in ["1 / (close - 5) > 0", "1 / (close - 5) < 0", "rsi(2) < 101", "rsi(2) >= 0"] {
        check(&format!("enter = '{rule}'\nexit = 'false'"), flat, &rule_long(rule, 'k'));
    }
    for rule in ["not (1 / (close - 5) > 0)", "not (entry_price > 0)", "not (rsi(2) < 101)"] {
        check(&format!("enter = '{rule}'\nexit = 'false'"), flat, &rule_long(rule, 'L'));
    }
    check("enter = 'entry_price != entry_price'\nexit = 'false'", "5", "k");
}

/// Five wishes, of which the warm-up of two changes takes the first two.
fn rule_long(rule: &str, wish: char) -> String {
    let waits = if rule.contains("rsi") { 2 } else { 0 };
    (0..5).map(|at| if at < waits { '.' } else { wish }).collect()
}

#[test]
fn what_was_is_what_was() {
    check("enter = 'close[2] > close'\nexit = 'false'", "5 4 3 4 5", "..Lkk");
    check("enter = '(close > 4)[1]'\nexit = 'false'", "5 4 3 5 1", ".LkkL");
    check("enter = 'change(close, 2) > 1'\nexit = 'false'", "1 2 3 3 9", "..LkL");
    check("enter = 'cross_below(close, 3)'\nexit = 'false'", "3 2 3 4 1 1", ".LkkLk");
}

#[test]
fn ties_are_ties_whatever_the_lengths() {
    // A slow walk on ticks of ten cents around a price whose sums do not fit 53 bits.
    let rule = |relation: &str| strategy(&format!("enter = 'sma(20) {relation} sma(50)'"));
    let (mut above, mut equal) = (rule(">"), rule("=="));
    let (mut fast, mut slow) = (
        crate::indicators::SimpleMovingAverage::new(20).unwrap(),
        crate::indicators::SimpleMovingAverage::new(50).unwrap(),
    );
    let (mut ticks, mut chance, mut ties) = (431_234_i64, 7_u64, 0);
    for at in 0..30_000 {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        ticks += i64::try_from((chance >> 33) % 3).unwrap() - 1;
        let close = Price::from_units(ticks * 1_000_000_000);
        fast.update(close);
        slow.update(close);
        let Some(exact) = fast.compare(&slow) else { continue };
        ties += u32::from(exact.is_eq());
        let candle = bar(close, close, close);
        above.handle_candle(&candle, &EMPTY);
        equal.handle_candle(&candle, &EMPTY);
        if 49 <= at && above.is_warm() {
            let [above, equal] = [&above, &equal].map(|it| it.value(it.program.roots().enter));
            assert_eq!((0.5 < above, 0.5 < equal), (exact.is_gt(), exact.is_eq()), "at {at}");
        }
    }
    assert!(20 < ties, "{ties} ties are too few to say anything");
}

const MANY: &str = "enter = 'ema(3) > wma(4) and rsi(3) < 90 or d1.sma(2) > vwap(3)'
exit = 'macd_histogram(2, 4, 3) < 0 or stddev(4) > 5 or cross_below(close, h4.lowest(low, 2))'
stop = '2 * atr(3)'
trailing = '5%'
size = 'min(1, 0.1 * candles_held + 0.5)'";

#[test]
fn a_state_of_other_rules_is_refused() {
    let (one, mut other) = (strategy(MANY), strategy(&MANY.replace("rsi(3)", "rsi(4)")));
    let refused = other.restore(&one.save()).unwrap_err().to_string();
    assert!(refused.contains("it was stored with other settings"), "{refused}");
}

mod restarts {
    use proptest::prelude::*;
    use trading_engine::Strategy as Decides;

    use super::*;
    use crate::samples::any_candles;

    proptest! {
        #[test]
        fn a_restart_is_not_seen(candles in any_candles(), cut in 0_usize..80) {
            let (steady, broken) = interrupted(|| Box::new(strategy(MANY)), &candles, cut);
            prop_assert_eq!(steady, broken);
        }

        #[test]
        fn a_changed_byte_is_refused_or_harmless(
            candles in any_candles(),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut one = strategy(MANY);
            for candle in &candles {
                one.handle_candle(candle, &EMPTY);
            }
            let mut stored = one.save();
            let at = at.index(stored.len());
            stored[at] = byte;
            let mut other = strategy(MANY);
            if other.restore(&stored).is_ok() {
                for candle in &candles {
                    other.handle_candle(candle, &EMPTY);
                }
            }
        }
    }
}

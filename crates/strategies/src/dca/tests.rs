//! Cost averaging: when it buys, for how much, and that it does not lose count.

use proptest::{prop_assert_eq, proptest};

use super::*;
use crate::samples::{EMPTY, any_candles, interrupted, price, still, wishes};

fn strategy(every: usize, amount: &str) -> Result<Dca, BuildError> {
    Dca::new(every, amount.parse().unwrap())
}

#[test]
fn buys_at_every_such_candle() {
    assert_eq!(wishes(&mut strategy(3, "100").unwrap(), "1 1 1 1 1 1 1"), "..A..A.");
    assert_eq!(wishes(&mut strategy(1, "100").unwrap(), "1 2 3"), "AAA");
    let wish = strategy(1, "99.5").unwrap().handle_candle(&still(price("1")), &EMPTY);
    assert_eq!(wish, Wish::Add("99.5".parse().unwrap()));
    assert_eq!(strategy(24, "100").unwrap().warm_up(), 24);
}

#[test]
fn settings_have_limits() {
    let error = |every, amount| strategy(every, amount).unwrap_err().to_string();
    assert_eq!(error(0, "100"), "`every` cannot be 0; give a whole number from 1 to 100000");
    let amount = "give an amount from 0.00000001 to 1000000000000";
    assert_eq!(error(24, "0"), format!("`amount` cannot be 0; {amount}"));
    assert_eq!(error(24, "-5"), format!("`amount` cannot be -5; {amount}"));
}

#[test]
fn a_foreign_state_is_refused_and_changes_nothing() {
    let mut mine = strategy(3, "100").unwrap();
    wishes(&mut mine, "1 1");
    let stored = mine.save();
    assert!(strategy(3, "101").unwrap().restore(&stored).is_err());
    let forged = state::save(&mine, &3_usize);
    assert_eq!(mine.restore(&forged).unwrap_err().reason, "it waited 3 candles of 3");
    assert_eq!(mine.save(), stored);
}

proptest! {
    #[test]
    fn equals_its_naive_twin(candles in any_candles(), every in 1_usize..9) {
        let mut strategy = strategy(every, "100").unwrap();
        for (number, candle) in (1..).zip(&candles) {
            let buys = matches!(strategy.handle_candle(candle, &EMPTY), Wish::Add(_));
            prop_assert_eq!(buys, number % every == 0);
        }
    }

    #[test]
    fn restored_it_goes_on(candles in any_candles(), cut in 0_usize..40) {
        let build = || -> Box<dyn Strategy> { Box::new(strategy(7, "100").unwrap()) };
        let (steady, broken) = interrupted(build, &candles, cut);
        prop_assert_eq!(steady, broken);
    }
}

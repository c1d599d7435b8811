//! Added exits: where they are, whose are kept, and when there is no position instead.

use proptest::{prop_assert, prop_assert_eq, proptest};
use trading_types::Amount;

use super::*;
use crate::{
    SmaCross,
    samples::{EMPTY, any_candles, bar, interrupted, price, still},
};

const NAME: &str = "always";

/// A strategy that always wishes for the same.
struct Always(Wish);

impl Strategy for Always {
    fn name(&self) -> &str {
        NAME
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("own", "1".to_owned())]
    }

    fn warm_up(&self) -> usize {
        2
    }

    fn handle_candle(&mut self, _candle: &Candle, _view: &View) -> Wish {
        self.0
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &())
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        state::restore(self, bytes)
    }
}

fn protection(stop: &str, target: &str) -> Protection {
    let distance = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    Protection { stop: distance(stop), target: distance(target) }
}

fn protected(wish: Wish, stop: &str, target: &str) -> Protected {
    Protected::new(Box::new(Always(wish)), protection(stop, target), price("0.1")).unwrap()
}

fn exits(stop: &str, target: &str) -> Exits {
    let optional = |text: &str| (!text.is_empty()).then(|| price(text));
    Exits { stop: optional(stop), target: optional(target) }
}

const LONG: Wish = Wish::BeLong(Exits { stop: None, target: None });

/// Exits added to a wish without any at a close, with a tick of 0.1.
#[track_caller]
fn check(close: &str, [stop, target]: [&str; 2], expect: Option<[&str; 2]>) {
    let wish = protected(LONG, stop, target).handle_candle(&still(price(close)), &EMPTY);
    let expect = expect.map(|[stop, target]| Wish::BeLong(exits(stop, target)));
    assert_eq!(wish, expect.unwrap_or(Wish::Nothing));
}

#[test]
fn stops_are_rounded_down_and_targets_up() {
    check("100", ["5%", "10%"], Some(["95", "110"]));
    check("100", ["5%", ""], Some(["95", ""]));
    check("100", ["", "10%"], Some(["", "110"]));
    check("100", ["", ""], Some(["", ""]));
    // 95.38 and 110.44
    check("100.4", ["5%", "10%"], Some(["95.3", "110.5"]));
    // Exactly on a tick it stays there.
    check("102", ["5%", "5%"], Some(["96.9", "107.1"]));
    check("1", ["0.000001%", "0.000001%"], Some(["0.9", "1.1"]));
}

#[test]
fn what_cannot_be_protected_is_not_entered() {
    check("1", ["90%", ""], Some(["0.1", ""]));
    check("1", ["90.000001%", ""], None);
    check("0.05", ["1%", ""], None);
    check("922337203.6", ["", "0.000001%"], None);
    check("922337203.6", ["50%", ""], Some(["461168601.8", ""]));
}

#[test]
fn a_market_that_does_not_move_has_no_range_to_protect_with() {
    for [stop, target] in [["2*atr(1)", ""], ["", "2*atr(1)"]] {
        let mut strategy = protected(LONG, stop, target);
        for _ in 0..5 {
            let wish = strategy.handle_candle(&still(price("100")), &EMPTY);
            assert_eq!(wish, Wish::Nothing);
        }
    }
}

#[test]
fn waits_for_its_ranges() {
    let mut strategy = protected(LONG, "2*atr(2)", "1.5*atr(1)");
    assert_eq!(strategy.warm_up(), 3);
    let candle = |close: &str| bar(price("12"), price("8"), price(close));
    assert_eq!(strategy.handle_candle(&candle("10"), &EMPTY), Wish::Nothing);
    assert_eq!(strategy.handle_candle(&candle("10"), &EMPTY), Wish::Nothing);
    let wish = strategy.handle_candle(&candle("11.3"), &EMPTY);
    assert_eq!(wish, Wish::BeLong(exits("3.3", "17.3")));
    assert_eq!(protected(LONG, "5%", "1*atr(1)").warm_up(), 2);
    assert_eq!(protected(LONG, "5%", "1*atr(14)").warm_up(), 15);
}

#[test]
fn other_wishes_and_own_exits_are_kept() {
    let see = |wish, stop| protected(wish, stop, "10%").handle_candle(&still(price("100")), &EMPTY);
    let add = Wish::Add(Amount::from_units(5));
    for wish in [Wish::Nothing, Wish::BeFlat, add, Wish::BeLong(exits("1", "2"))] {
        assert_eq!(see(wish, "5%"), wish);
        assert_eq!(see(wish, "2*atr(14)"), Wish::Nothing);
    }
    assert_eq!(see(Wish::BeLong(exits("1", "")), "5%"), Wish::BeLong(exits("1", "110")));
    assert_eq!(see(Wish::BeLong(exits("", "2")), "5%"), Wish::BeLong(exits("95", "2")));
}

#[test]
fn tells_its_settings() {
    let strategy = protected(LONG, "2*atr(14)", "5%");
    let settings = [("own", "1"), ("stop", "2*atr(14)"), ("take_profit", "5%")];
    assert_eq!(strategy.name(), NAME);
    assert_eq!(strategy.settings(), settings.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(protected(LONG, "", "").settings(), [("own", "1".to_owned())]);
}

#[test]
fn impossible_protection_is_refused() {
    let error = |stop, tick: &str| {
        let inner = Box::new(Always(LONG));
        Protected::new(inner, protection(stop, ""), price(tick)).err().unwrap().to_string()
    };
    let zero = "a stop 100% below the close can never be reached; give less than 100%";
    assert_eq!(error("100%", "0.1"), zero);
    let tick = "the price step 0 is not above zero; take it from the rules of the pair";
    assert_eq!(error("5%", "0"), tick);
    assert!(Protected::new(Box::new(Always(LONG)), protection("", "100%"), price("1")).is_ok());
}

#[test]
fn a_foreign_state_is_refused_and_changes_nothing() {
    let mut strategy = protected(LONG, "2*atr(2)", "");
    strategy.handle_candle(&still(price("100")), &EMPTY);
    let stored = strategy.save();
    assert!(protected(LONG, "2*atr(3)", "").restore(&stored).is_err());
    assert!(protected(LONG, "", "").restore(&stored).is_err());

    let inner = Always(LONG).save();
    let none: Option<AverageTrueRange> = None;
    let other = AverageTrueRange::new(3).unwrap();
    let right = AverageTrueRange::new(2).unwrap();
    let mut forged = |state: (Vec<u8>, _, _)| {
        let bytes = state::save(&strategy, &state);
        strategy.restore(&bytes).unwrap_err().reason
    };
    let period = "an indicator in it has another period";
    assert_eq!(forged((inner.clone(), none.clone(), none.clone())), period);
    assert_eq!(forged((inner.clone(), Some(other.clone()), none.clone())), period);
    assert_eq!(forged((inner, Some(right.clone()), Some(other))), period);
    assert_eq!(forged((Vec::new(), Some(right), none)), "it cannot be decoded");
    assert_eq!(strategy.save(), stored);
}

proptest! {
    /// A stop is a tick below the close or more, a target a tick above or more; neither is further
    /// away than it must be.
    #[test]
    fn exits_surround_the_close(candles in any_candles()) {
        let tick = price("0.0000000007");
        let inner = Box::new(Always(LONG));
        let mut strategy = Protected::new(inner, protection("3%", "3%"), tick).unwrap();
        for candle in candles {
            let close = candle.close;
            let Wish::BeLong(Exits { stop, target }) = strategy.handle_candle(&candle, &EMPTY)
            else {
                // Either there is no room below, or none above.
                let room = close.units() / 100 * 3 + 7;
                prop_assert!(close.units() <= 7 || i64::MAX - room < close.units());
                continue;
            };
            let (stop, target) = (stop.unwrap(), target.unwrap());
            prop_assert!(stop.is_multiple_of(tick) && target.is_multiple_of(tick));
            let exact = i128::from(close.units()) * 3;
            let below = i128::from(close.units() - stop.units()) * 100;
            let above = i128::from(target.units() - close.units()) * 100;
            prop_assert!(exact <= below && below < exact + 700);
            prop_assert!(exact <= above && above < exact + 700);
        }
    }

    #[test]
    fn restored_it_goes_on(candles in any_candles(), cut in 0_usize..40) {
        let build = || -> Box<dyn Strategy> {
            let inner = Box::new(SmaCross::new(2, 4).unwrap());
            let protection = protection("2*atr(3)", "1.5*atr(5)");
            Box::new(Protected::new(inner, protection, price("0.0000000001")).unwrap())
        };
        let (steady, broken) = interrupted(build, &candles, cut);
        prop_assert_eq!(steady, broken);
    }
}

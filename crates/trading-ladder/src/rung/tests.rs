//! Rungs: their names, their neighbors, their caps.

use trading_types::Amount;

use super::{EntryCap, Rung, STEPS_LIMIT, TradingMode};

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

#[test]
fn texts_are_rungs_and_back() {
    let rungs = [Rung::Backtest, Rung::Paper, Rung::Tiny, Rung::Scaled { step: STEPS_LIMIT }];
    for rung in rungs {
        assert_eq!(rung.to_string().parse(), Ok(rung));
    }
    for text in ["", "Paper", "scaled", "scaled:0", "scaled:21", "scaled:+1", "scaled:01", "live"] {
        assert!(text.parse::<Rung>().is_err(), "{text}");
    }
}

#[test]
fn above_and_below_are_one_rung_away() {
    let mut rung = Rung::Backtest;
    for above in [Rung::Paper, Rung::Tiny, Rung::Scaled { step: 1 }, Rung::Scaled { step: 2 }] {
        assert_eq!(rung.above(), above);
        assert_eq!(above.below(), rung);
        assert!(rung < above);
        rung = above;
    }
    assert_eq!(Rung::Backtest.below(), Rung::Backtest);
}

#[test]
fn caps() {
    let tiny = amount("30");
    for (rung, cap) in [
        (Rung::Backtest, EntryCap::NoEntry),
        (Rung::Paper, EntryCap::NoEntry),
        (Rung::Tiny, EntryCap::UpTo(tiny)),
        (Rung::Scaled { step: 1 }, EntryCap::UpTo(amount("60"))),
        (Rung::Scaled { step: 3 }, EntryCap::UpTo(amount("240"))),
    ] {
        assert_eq!(rung.live_cap(tiny), cap, "{rung}");
        assert_eq!(rung.mode() == Some(TradingMode::Live), rung.is_live());
    }
    let huge = Amount::from_units(i128::MAX / 2);
    assert_eq!(Rung::Scaled { step: 20 }.live_cap(huge), EntryCap::UpTo(Amount::MAX));
}

#[test]
fn the_smaller_of_cap_and_wish_holds() {
    let (small, large) = (Some(amount("5")), Some(amount("50")));
    let cap = EntryCap::UpTo(amount("30"));
    assert_eq!(cap.at_most(None), cap);
    assert_eq!(cap.at_most(large), cap);
    assert_eq!(cap.at_most(small), EntryCap::UpTo(amount("5")));
    assert_eq!(EntryCap::NoEntry.at_most(small), EntryCap::NoEntry);
    assert_eq!(EntryCap::Unlimited.at_most(large), EntryCap::UpTo(amount("50")));
}

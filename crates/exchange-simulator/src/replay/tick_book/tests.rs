//! Books in words: what comes, goes and hides.

use trading_types::{Quantity, Side, Timestamp};

use super::TickBook;
use crate::{
    fixture::quantity,
    replay::tick::{Tick, TickKind},
};

/// A book after levels such as `b 100 2` and `a 101 0.5`, `clear`, or `forget b 100`.
fn book(told: &str) -> TickBook {
    let mut book = TickBook::default();
    for words in told.split(", ").map(|it| it.split(' ').collect::<Vec<_>>()) {
        let side = |word: &str| if word == "b" { Side::Buy } else { Side::Sell };
        let (kind, steps, offered) = match words[..] {
            ["clear"] => (TickKind::Clear, 0, Quantity::ZERO),
            ["forget", word, steps] => {
                (TickKind::Forget(side(word)), steps.parse().unwrap(), Quantity::ZERO)
            }
            [word, steps, offered] => {
                (TickKind::Level(side(word)), steps.parse().unwrap(), quantity(offered))
            }
            _ => panic!("{words:?}"),
        };
        book.apply(&Tick::new(kind, steps, offered, Timestamp::EPOCH));
    }
    book
}

fn check(told: &str, bids: &str, asks: &str) {
    let shown = |book: &TickBook, side| {
        let levels = book.levels(side).map(|(steps, offered)| format!("{steps}:{offered}"));
        levels.collect::<Vec<_>>().join(" ")
    };
    let book = book(told);
    assert_eq!((shown(&book, Side::Buy), shown(&book, Side::Sell)), (bids.into(), asks.into()));
}

#[test]
fn levels_come_change_and_go() {
    check("b 100 1, b 99 2, a 101 3, a 103 4", "100:1 99:2", "101:3 103:4");
    check("b 100 1, b 100 5", "100:5", "");
    check("b 100 1, b 99 2, b 100 0", "99:2", "");
    check("b 100 1, b 100 0", "", "");
    check("a 101 1, a 103 4, a 101 0", "", "103:4");
    check("b 100 1, forget b 100", "", "");
    check("b 100 1, a 101 1, clear, b 90 1", "90:1", "");
    check("b 100 0, a 50 0", "", "");
}

/// A side that reaches into the other hides what it reached, until that is told anew.
#[test]
fn what_is_reached_is_hidden() {
    check("a 101 1, a 102 2, a 103 3, b 102 1", "102:1", "103:3");
    check("a 101 1, a 102 2, b 105 1", "105:1", "");
    check("b 100 1, b 99 2, a 99 1", "", "99:1");
    // It does not come back by itself.
    check("a 101 1, a 102 2, b 101 1, b 101 0", "", "102:2");
    // It comes back when it is told, and what it hid behind stays hidden in turn.
    check("a 101 1, a 102 2, b 101 1, b 100 1, a 101 5", "100:1", "101:5 102:2");
}

#[test]
fn a_limit_crosses_at_the_best_price() {
    let book = book("b 100 1, a 101 1");
    let check = |side, limit, crosses| assert_eq!(book.is_crossed_by(side, limit), crosses);
    check(Side::Buy, 100, false);
    check(Side::Buy, 101, true);
    check(Side::Buy, 102, true);
    check(Side::Sell, 101, false);
    check(Side::Sell, 100, true);
    assert!(!TickBook::default().is_crossed_by(Side::Buy, 1 << 40));
    assert!(!TickBook::default().is_crossed_by(Side::Sell, 1));
}

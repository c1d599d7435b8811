//! The ledger: holds, conservation, what differs from the venue.

use super::*;
use crate::test_values::{amount, btc, fill, id, usd};

fn opened() -> Ledger {
    let mut ledger = Ledger::default();
    assert!(ledger.take_balances(&[(usd(), amount("1000")), (btc(), amount("0.5"))]).is_empty());
    ledger
}

#[test]
fn a_hold_makes_free_less_but_not_total() {
    let mut ledger = opened();
    ledger.set_hold(id(1), Some(Hold { asset: usd(), amount: amount("300") }));
    ledger.set_hold(id(2), Some(Hold { asset: usd(), amount: amount("500") }));
    assert_eq!((ledger.total(usd()), ledger.free(usd())), (amount("1000"), amount("200")));
    ledger.set_hold(id(1), Some(Hold { asset: usd(), amount: amount("100") }));
    assert_eq!(ledger.free(usd()), amount("400"));
    ledger.set_hold(id(1), None);
    ledger.set_hold(id(1), None);
    assert_eq!(ledger.free(usd()), amount("500"));
    ledger.set_hold(id(3), Some(Hold { asset: usd(), amount: amount("900") }));
    assert_eq!(ledger.free(usd()), Amount::ZERO, "never below nothing");
}

#[test]
fn fills_move_both_assets_and_the_fee() {
    let mut ledger = opened();
    ledger.book_fill(&fill(1, 1, Side::Buy, "100", "2"));
    assert_eq!(ledger.total(usd()), amount("799.2"));
    assert_eq!(ledger.total(btc()), amount("2.5"));
    ledger.book_fill(&fill(2, 2, Side::Sell, "110", "2"));
    assert_eq!(ledger.total(usd()), amount("1018.32"));
    assert_eq!((ledger.total(btc()), ledger.fees(usd())), (amount("0.5"), amount("1.68")));
}

#[test]
fn a_difference_from_the_venue_is_named() {
    let mut ledger = opened();
    ledger.book_move(usd(), amount("-10"));
    assert!(ledger.take_balances(&[(usd(), amount("990")), (btc(), amount("0.5"))]).is_empty());
    let eur = "EUR".parse().unwrap();
    let found = ledger.take_balances(&[(usd(), amount("990")), (eur, amount("1"))]);
    let named: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "the venue has 1 EUR where the ledger has 0",
            "the venue has 0 BTC where the ledger has 0.5"
        ]
    );
}

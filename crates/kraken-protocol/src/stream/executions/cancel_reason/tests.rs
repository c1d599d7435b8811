//! Tests of the reasons, one line per text.

use super::*;

#[test]
fn kraken_has_words_for_reasons() {
    let check = |text: &str, wanted| assert_eq!(cancel_reason(Some(text), false), wanted, "{text}");
    check("User requested", CancelReason::Requested);
    check("Post only order", CancelReason::PostOnlyWouldTake);
    check("Self trade prevention", CancelReason::SelfTrade);
    check("Insufficient funds", CancelReason::InsufficientFunds);
    check("Market price protection", CancelReason::NothingLeftToTake);
    check("IOC order not filled", CancelReason::NothingLeftToTake);
    check("Order replaced", CancelReason::Venue);
    check("something new", CancelReason::Venue);
    assert_eq!(cancel_reason(None, false), CancelReason::Venue);
}

#[test]
fn the_rest_of_an_immediate_order_has_nothing_left_to_take() {
    assert_eq!(cancel_reason(None, true), CancelReason::NothingLeftToTake);
    assert_eq!(cancel_reason(Some("User requested"), true), CancelReason::Requested);
}

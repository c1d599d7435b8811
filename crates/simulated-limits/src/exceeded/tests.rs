//! Kraken's words, byte for byte.

use super::*;

#[track_caller]
fn check(exceeded: Exceeded, expect: &str) {
    assert_eq!(exceeded.to_string(), expect);
}

#[test]
fn each_limit_has_its_words() {
    let until = Timestamp::from_seconds(1_700_000_000).unwrap();
    check(Exceeded::PrivateCalls, "EAPI:Rate limit exceeded");
    check(Exceeded::PublicCalls, "EAPI:Rate limit exceeded");
    check(Exceeded::Throttled { until }, "EService: Throttled: 1700000000");
    check(Exceeded::PairTransactions, "EOrder:Rate limit exceeded");
    check(Exceeded::OpenOrders, "EOrder:Orders limit exceeded");
    check(Exceeded::Messages, "Exceeded msg rate");
    check(Exceeded::Level3, "Exceeded msg rate");
    check(Exceeded::Connections { until }, "refused, come back at 2023-11-14T22:13:20Z");
    assert_eq!(Exceeded::ArticlePublic { until }.text(), None);
    assert_eq!(Exceeded::ArticlePrivate { until }.until(), Some(until));
    assert_eq!(Exceeded::PrivateCalls.until(), None);
}

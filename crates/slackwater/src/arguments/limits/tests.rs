//! How plans are typed.

use super::*;

#[test]
fn calls_and_cycles_are_read() {
    let poll = parse_call("openorders@1500ms").unwrap();
    let every = Duration::from_millis(1_500);
    assert_eq!(poll, PlannedCall::Poll { endpoint: Endpoint::OpenOrders, every });
    let PlannedCall::Cycle { pair, every, canceled_after } = parse_call("XBT/USD@10s/5s").unwrap()
    else {
        panic!()
    };
    assert_eq!(pair.to_string(), "BTC/USD");
    assert_eq!((every.as_secs(), canceled_after.as_secs()), (10, 5));
}

#[test]
fn what_is_no_plan_says_what_to_write() {
    #[rustfmt::skip] // A table.
    let cases = [
        ("Balance",         "`Balance` says not how often; write it like Balance@1s or"),
        ("Ballance@1s",     "`Ballance` is no endpoint this program calls; did you mean Balance?"),
        ("Withdraw@1s",     "`Withdraw` is no endpoint this program calls; did you mean"),
        ("BTC/USD@10s",     "says not when orders are canceled; write it like BTC/USD@10s/5s"),
        ("Balance@0s",      "a period of nothing never ends"),
        ("Balance@soon",    "soon"),
        ("BTC/NOTHING@1s/1s", "BTC/NOTHING"),
    ];
    for (text, expected) in cases {
        let error = parse_call(text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

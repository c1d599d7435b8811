//! All decoders together: recorded answers, a folder of inputs, and every wrong type everywhere.

mod corpus;
mod mutated;
mod recorded;

use super::*;

/// Results that no endpoint gives, or that are cut short.
const BAD: [&str; 12] = [
    "",
    "null",
    "5",
    "\"text\"",
    "true",
    "[1,",
    "{\"a\":",
    "{\"a\":1,\"a\":1,\"last\":1}",
    "{\"open\":5,\"closed\":5,\"trades\":5,\"ledger\":5,\"amends\":5,\"count\":[],\"last\":[]}",
    "{\"a\":{\"price\":{}},\"b\":5,\"last\":\"x\"}",
    "[[[]]]",
    "<html></html>",
];

#[test]
fn what_is_no_result_is_an_error_everywhere() {
    let names = PairNames::recorded();
    for endpoint in Endpoint::all() {
        for result in BAD {
            // A check of an order may come to nothing but a description; and assets and pairs of
            // unknown names are left out or set aside.
            let is_empty_ticker = endpoint == Endpoint::Ticker && result.starts_with("{\"");
            let read = can_read(endpoint, result, &names);
            assert!(read.is_err() || is_empty_ticker, "{endpoint}: {result}");
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_does_no_harm() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deeper = format!("{{\"a\":{deep},\"last\":1}}");
    for endpoint in Endpoint::all() {
        assert!(can_read(endpoint, &deep, &PairNames::default()).is_err(), "{endpoint}");
        // A ticker of a pair whose name is not known is left out unread.
        let is_left_out = endpoint == Endpoint::Ticker;
        let read = can_read(endpoint, &deeper, &PairNames::default());
        assert!(read.is_err() || is_left_out, "{endpoint}");
    }
}

//! Public calls, by address and by address and pair.

use std::time::Duration;

use simulated_limits::Tier;

use crate::client::{Client, HOME, settings};

const REFUSED: &str = "EAPI:Rate limit exceeded";
/// How many calls an idle address may make at once; Kraken names no number.
const BURST: usize = 5;

#[test]
fn an_address_has_a_burst_and_then_a_call_a_second() {
    for (endpoint, query) in
        [("Time", ""), ("Ticker", "pair=XBTUSD"), ("Depth", "pair=XBTUSD"), ("Assets", "")]
    {
        let mut client = Client::new(settings(Tier::Pro));
        let calls = client.count_until(REFUSED, |client| client.get(endpoint, query));
        assert_eq!(calls, BURST, "{endpoint}");
        client.pass(Duration::from_millis(999));
        assert!(!client.get(endpoint, query).is_done());
        // The refused call has filled the counter up again.
        client.pass(Duration::from_secs(1));
        assert!(client.get(endpoint, query).is_done());
        assert_eq!(client.statistic("/public_rejected_rate"), 2);
    }
}

#[test]
fn a_call_a_second_is_always_within_limits() {
    let mut client = Client::new(settings(Tier::Starter));
    for second in 0..300 {
        let (endpoint, query) = match second % 3 {
            0 => ("OHLC", "pair=XBTUSD"),
            1 => ("Trades", "pair=XBTUSD"),
            _ => ("Ticker", "pair=XBTUSD"),
        };
        assert!(client.get(endpoint, query).is_done(), "{second}");
        client.pass(Duration::from_secs(1));
    }
}

#[test]
fn addresses_do_not_share_and_pairs_of_an_address_do() {
    let mut client = Client::new(settings(Tier::Pro));
    let elsewhere = "203.0.113.9";
    let trades = |pair: &'static str, from: &'static str| {
        move |client: &mut Client| client.get_from(from, "Trades", &format!("pair={pair}"))
    };
    assert_eq!(client.count_until(REFUSED, trades("XBTUSD", HOME)), BURST);
    // Another pair is another counter, but the address is full all the same.
    assert_eq!(client.count_until(REFUSED, trades("ETHUSD", HOME)), 0);
    assert_eq!(client.count_until(REFUSED, trades("XBTUSD", elsewhere)), BURST);
    assert!(client.post("Balance", "").is_done(), "private calls are another matter");
}

//! Public calls by address and pair.

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

fn pair(text: &str) -> Pair {
    text.parse().unwrap()
}

#[test]
fn a_call_per_second_is_always_within_limits() {
    let mut calls = PublicCalls::new(PublicLimits { burst: 1, refused_calls_count: true });
    for second in 0..200 {
        assert_eq!(
            calls.call("192.0.2.1", "OHLC", Some(pair("BTC/USD")), at(second * 1_000)),
            Ok(())
        );
    }
}

#[test]
fn an_idle_address_has_a_burst_and_then_a_call_per_second() {
    let mut calls = PublicCalls::new(PublicLimits { burst: 5, refused_calls_count: false });
    let taken = |calls: &mut PublicCalls, millis| {
        (0..50).filter(|_| calls.call("192.0.2.1", "Ticker", None, at(millis)).is_ok()).count()
    };
    assert_eq!(taken(&mut calls, 0), 5);
    assert_eq!(taken(&mut calls, 999), 0);
    assert_eq!(taken(&mut calls, 1_000), 1);
    assert_eq!(taken(&mut calls, 60_000), 5);
}

#[test]
fn who_carries_on_while_refused_stays_refused() {
    let mut calls = PublicCalls::new(PublicLimits { burst: 5, refused_calls_count: true });
    let taken: Vec<u64> = (0..300)
        .filter(|tenth| calls.call("192.0.2.1", "Ticker", None, at(tenth * 100)).is_ok())
        .collect();
    assert_eq!(taken, [0, 1, 2, 3, 4], "at ten calls a second");
    assert_eq!(calls.call("192.0.2.1", "Ticker", None, at(31_000)), Ok(()));
}

#[test]
fn addresses_do_not_share() {
    let mut calls = PublicCalls::new(PublicLimits { burst: 1, refused_calls_count: true });
    assert!(calls.call("192.0.2.1", "Time", None, at(0)).is_ok());
    assert!(calls.call("192.0.2.1", "Time", None, at(0)).is_err());
    assert!(calls.call("192.0.2.2", "Time", None, at(0)).is_ok());
}

#[test]
fn history_of_a_pair_counts_for_the_address_and_for_the_pair() {
    let mut calls = PublicCalls::new(PublicLimits { burst: 2, refused_calls_count: false });
    assert!(calls.call("192.0.2.1", "Trades", Some(pair("BTC/USD")), at(0)).is_ok());
    assert!(calls.call("192.0.2.1", "OHLC", Some(pair("ETH/USD")), at(0)).is_ok());
    assert!(calls.call("192.0.2.1", "OHLC", Some(pair("SOL/USD")), at(0)).is_err());
    let counted = |calls: &PublicCalls, pair| {
        let key = Key { address: "192.0.2.1".to_owned(), pair };
        calls.counters.get(&key).map(|charges| charges.level(at(0)).to_string())
    };
    assert_eq!(counted(&calls, None).as_deref(), Some("2"));
    assert_eq!(counted(&calls, Some(pair("BTC/USD"))).as_deref(), Some("1"));
    assert!(calls.call("192.0.2.1", "Depth", Some(pair("LTC/USD")), at(9_000)).is_ok());
    assert_eq!(counted(&calls, Some(pair("LTC/USD"))), None, "depth counts for the address only");
}

#[test]
fn addresses_that_have_drained_are_forgotten() {
    let mut calls = PublicCalls::new(PublicLimits::default());
    for number in 0..5_000 {
        let _ = calls.call(&format!("host {number}"), "Time", None, at(number * 10));
    }
    assert!(calls.counters.len() <= COUNTERS_MAX + 1);
}

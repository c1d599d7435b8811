//! Numbers, pairs, times, ids and distances: what is read is written back the same, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strategies::Distance;
use trading_types::{
    Amount, ClientOrderId, Fraction, KrakenPairs, Pair, Price, Quantity, Timestamp,
};

fuzz_target!(|text: &str| {
    round_trip::<Price>(text);
    round_trip::<Quantity>(text);
    round_trip::<Amount>(text);
    round_trip::<Fraction>(text);
    round_trip::<Pair>(text);
    round_trip::<Timestamp>(text);
    round_trip::<ClientOrderId>(text);
    round_trip::<Distance>(text);
    let _ = Fraction::from_percent(text);
    let _ = backtester::parse_fees(text);
    if let Err(unknown) = KrakenPairs::recorded().find(text) {
        assert!(!unknown.to_string().is_empty());
    }
});

fn round_trip<T>(text: &str)
where
    T: std::str::FromStr + std::fmt::Display + PartialEq,
{
    if let Ok(value) = text.parse::<T>() {
        let again = value.to_string().parse::<T>();
        assert!(again.is_ok_and(|again| again == value), "{text}");
    }
}

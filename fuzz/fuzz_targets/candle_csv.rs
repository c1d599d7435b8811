//! Candle files: any bytes give candles that fit together and ascend in time, or an error with
//! advice; never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trading_types::Interval;

fuzz_target!(|bytes: &[u8]| {
    let interval = Interval::from_minutes(60).expect("a length of Kraken's");
    match backtester::read_all(bytes, interval) {
        Ok(candles) => {
            for pair in candles.windows(2) {
                assert!(pair[0].start < pair[1].start);
            }
            for candle in candles {
                candle.check().expect("a candle that was read fits together");
            }
        }
        Err(error) => assert!(!error.hint().is_empty()),
    }
});

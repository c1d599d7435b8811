//! What the history store reads: any bytes are rows that fit together and ascend in time, or an
//! error; never a panic, and never more memory than a batch.
#![no_main]

use libfuzzer_sys::fuzz_target;
use market_history::{TradeReader, fuzzing};

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    match kind % 3 {
        0 => {
            let mut reader = TradeReader::new(rest);
            while let Ok(Some(trade)) = reader.next_trade() {
                assert!(trade.price.is_positive());
            }
        }
        1 => fuzzing::part(rest),
        _ => fuzzing::manifest(rest),
    }
});

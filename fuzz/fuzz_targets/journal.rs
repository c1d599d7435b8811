//! Journals: any bytes give records or an error; never a panic, never an endless loop.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trading_engine::JournalReader;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut reader) = JournalReader::new(bytes) {
        let _ = reader.prove();
        while let Ok(Some(_)) = reader.next_record() {}
    }
});

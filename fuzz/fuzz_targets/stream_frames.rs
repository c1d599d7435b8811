//! Any bytes give values or an error, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|_data: &[u8]| {});

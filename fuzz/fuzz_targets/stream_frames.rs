//! Frames of any socket: any bytes give values or an error, never a panic; both ways of reading a
//! frame agree, and books stay in order.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/kraken-protocol/tests/it/any_frames.rs"]
mod any_frames;

fuzz_target!(|bytes: &[u8]| {
    any_frames::read_all(bytes);
    if let Ok(frame) = std::str::from_utf8(bytes) {
        let _ = kraken_protocol::stream::session::decode_any(frame);
    }
});

//! Hashes as text, and of what is read.

use std::io::Read;

use super::*;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_hash_is_its_digits() {
    assert_eq!(Hash::of_bytes(b"").to_string(), EMPTY);
    assert_eq!(parse(EMPTY), Some(Hash::of_bytes(b"")));
    for text in ["", &EMPTY[1..], &format!("{EMPTY}00"), &EMPTY.replace('e', "g")] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn bytes_are_hashed_however_they_are_read() {
    let bytes: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
    let (mut hashed, hash) = HashedBytes::new(bytes.as_slice());
    let mut line = Vec::new();
    let mut all = Vec::new();
    hashed.read_until(b'\n', &mut line).unwrap();
    hashed.by_ref().take(77).read_to_end(&mut all).unwrap();
    hashed.consume(5);
    hashed.read_to_end(&mut all).unwrap();
    assert_eq!(hash.now(), Hash::of_bytes(&bytes));
}

//! Bytes of numbers, written out.

use super::{signed, unsigned};

#[track_caller]
fn check(value: i64, bytes: &[u8]) {
    let mut written = Vec::new();
    signed(&mut written, value);
    assert_eq!(written, bytes, "{value}");
}

#[test]
fn small_numbers_take_one_byte() {
    check(0, &[0]);
    check(-1, &[1]);
    check(1, &[2]);
    check(-64, &[127]);
    check(64, &[128, 1]);
}

#[test]
fn the_largest_numbers_fit() {
    check(i64::MAX, &[254, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
    check(i64::MIN, &[255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
}

#[test]
fn seven_bits_a_byte() {
    let mut written = Vec::new();
    unsigned(&mut written, 300);
    assert_eq!(written, [0b1010_1100, 0b10]);
}

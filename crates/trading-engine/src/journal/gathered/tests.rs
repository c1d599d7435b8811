//! Numbers of variable length, against the plain way to write them.

use proptest::prelude::*;

use super::*;

/// Seven bits at a time.
fn plain(mut number: u128) -> Vec<u8> {
    let mut bytes = Vec::new();
    while 0x7f < number {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

fn check(number: u128) {
    let mut gathered = Gathered::default();
    gathered.put_slice(b"before");
    gathered.put_wide_number(number);
    assert_eq!(gathered.since(6), plain(number), "{number}");
    if let Ok(narrow) = u64::try_from(number) {
        let mut gathered = Gathered::default();
        gathered.put_number(narrow);
        assert_eq!(gathered.take(), plain(number), "{number}");
    }
}

#[test]
fn each_length_of_number_is_right_at_its_ends() {
    for bits in 0..128 {
        let power = 1_u128 << bits;
        for number in [power - 1, power, power + 1, power | (power >> 1)] {
            check(number);
        }
    }
    check(u128::MAX);
}

/// Short ones and long ones.
fn parts() -> impl Strategy<Value = Vec<u8>> {
    let part = |length: std::ops::Range<usize>| proptest::collection::vec(0_u8.., length);
    prop_oneof![part(0..20), part(0..700)]
}

proptest! {
    #[test]
    fn any_number_is_right(number: u128, shift in 0..128) {
        check(number >> shift);
    }

    #[test]
    fn what_is_put_in_is_what_is_there(
        parts in proptest::collection::vec(parts(), 0..20),
    ) {
        let mut gathered = Gathered::default();
        for (number, part) in parts.iter().enumerate() {
            match number % 2 {
                0 => gathered.put_slice(part),
                _ => gathered.put_short_slice(part),
            }
        }
        let whole = parts.concat();
        prop_assert_eq!(gathered.len(), whole.len());
        prop_assert_eq!(gathered.take(), whole);
        prop_assert_eq!(gathered.len(), 0);
    }
}

#[test]
fn bytes_are_written_over_in_their_place() {
    let mut gathered = Gathered::default();
    gathered.put_array(b"abcdef");
    gathered.replace(2, b"CD");
    assert_eq!(gathered.since(0), b"abCDef");
    gathered.clear();
    gathered.put_array(b"x");
    assert_eq!(gathered.take(), b"x");
}

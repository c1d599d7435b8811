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
    assert_eq!(gathered.bytes()[6..], plain(number), "{number}");
    if let Ok(narrow) = u64::try_from(number) {
        let mut gathered = Gathered::default();
        gathered.put_number(narrow);
        assert_eq!(gathered.bytes(), plain(number), "{number}");
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

proptest! {
    #[test]
    fn any_number_is_right(number: u128, shift in 0..128) {
        check(number >> shift);
    }

    #[test]
    fn what_is_put_in_is_what_is_there(
        parts in proptest::collection::vec(proptest::collection::vec(0_u8.., 0..70), 0..120),
    ) {
        let mut gathered = Gathered::default();
        for part in &parts {
            gathered.put_slice(part);
        }
        prop_assert_eq!(gathered.bytes(), parts.concat());
    }

    /// Whatever does not fit: what was there before stays as it was.
    #[test]
    fn a_record_that_is_too_long_is_not_there(before in 0..=CHUNK, parts in 0_usize..40) {
        let mut gathered = Gathered::default();
        (0..before).for_each(|_| gathered.put_byte(7));
        let start = gathered.start();
        let mut length = 0;
        for part in 0..parts {
            match part % 4 {
                0 => gathered.put_number(u64::MAX),
                1 => gathered.put_wide_number(u128::MAX),
                2 => gathered.put_slice(&[3; 25]),
                _ => gathered.put_slice(&[4; 300]),
            }
            length += [10, 19, 25, 300][part % 4];
        }
        let found = gathered.length_since(start);
        let has_room = before + length <= CHUNK + RECORD;
        if has_room {
            prop_assert_eq!(found, Some(length));
        }
        let there = found.unwrap_or(0);
        prop_assert_eq!(gathered.bytes().len(), before + there);
        prop_assert!(gathered.bytes()[..before].iter().all(|byte| *byte == 7));
        prop_assert!(found.is_none_or(|found| found == length));
        prop_assert_eq!(gathered.is_full(), CHUNK < before + there);
    }
}

#[test]
fn bytes_are_written_over_in_their_place() {
    let mut gathered = Gathered::default();
    gathered.put_array(b"ab");
    let start = gathered.start();
    gathered.put_array(b"cdef");
    gathered.replace(start, b"CD");
    assert_eq!(gathered.bytes(), b"abCDef");
    gathered.clear();
    gathered.put_array(b"x");
    assert_eq!(gathered.bytes(), b"x");
}

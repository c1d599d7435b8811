//! Headers and names: what is written is read back, and nothing else is.

use proptest::prelude::*;

use super::*;
use crate::{fixture::OURS, one_bit::flip};

fn header() -> Header {
    let chain = Chain::START.after(b"the segment before");
    Header { segment: 12, first_sequence: 3_456, identity: OURS, chain }
}

#[test]
fn a_header_is_read_back() {
    assert_eq!(Header::decode(&header().encode()), Ok(header()));
}

#[test]
fn every_changed_bit_of_a_header_is_refused() {
    for bit in 0..HEADER * 8 {
        let mut bytes = header().encode();
        flip(&mut bytes, bit);
        assert!(Header::decode(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn another_format_has_its_number() {
    let mut bytes = header().encode();
    bytes[8..12].copy_from_slice(&77_u32.to_le_bytes());
    assert_eq!(Header::decode(&bytes), Err(HeaderFault::OtherFormat(77)));
}

#[test]
fn names() {
    let check = |name: &str, number| assert_eq!(number_of(name), number, "{name}");
    check("00000001.journal", Some(1));
    check("99999999.journal", Some(SEGMENT_MAX));
    check("1.journal", None);
    check("000000001.journal", None);
    check("+0000001.journal", None);
    check("00000001.journal.new", None);
    check("00000001.journal~", None);
    check("HALT", None);
    assert_eq!(number_of(&name_of(42)), Some(42));
    assert!(is_leftover(&new_name_of(42)));
    assert!(!is_leftover(&name_of(42)));
    assert!(!is_leftover("other.journal.new"));
}

proptest! {
    #[test]
    fn any_bytes_are_a_header_or_an_error(bytes in proptest::array::uniform32(any::<u8>())) {
        let mut raw = header().encode();
        raw[40..72].copy_from_slice(&bytes);
        let is_same = raw == header().encode();
        prop_assert_eq!(Header::decode(&raw).is_ok(), is_same);
    }
}

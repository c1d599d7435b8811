//! Each single bit is found where it is; two bits, and a torn record, are not taken for one.

use proptest::prelude::*;
use trading_types::Timestamp;

use super::*;
use crate::{
    fixture::OURS,
    frame::{self, Head},
    record::RecordKind,
    segment::Header,
};

fn record(payload: &[u8], before: Chain) -> Vec<u8> {
    let head =
        Head { kind: RecordKind::Engine, place: 1, sequence: 9, time: Timestamp::from_nanos(8) };
    let mut bytes = Vec::new();
    frame::write(&mut bytes, head, payload, before);
    bytes
}

#[test]
fn every_bit_of_a_record_is_found() {
    let before = Chain::START.after(b"before");
    let mut bytes = record(b"payload of a record", before);
    let length = bytes.len();
    bytes.extend(record(b"the next one, long enough to be swallowed", before));
    assert_eq!(in_record(&bytes, before), None, "nothing is wrong with it");
    for bit in 0..length * 8 {
        flip(&mut bytes, bit);
        assert_eq!(in_record(&bytes, before), Some(bit));
        flip(&mut bytes, bit);
    }
}

#[test]
fn every_bit_of_a_header_is_found() {
    let header = Header { segment: 1, first_sequence: 1, identity: OURS, chain: Chain::START };
    let mut bytes = header.encode();
    assert_eq!(in_header(&bytes), None, "nothing is wrong with it");
    for bit in 0..HEADER * 8 {
        flip(&mut bytes, bit);
        assert_eq!(in_header(&bytes), Some(bit));
        flip(&mut bytes, bit);
    }
}

#[test]
fn a_record_cut_short_is_not_one_bit_away() {
    let bytes = record(b"payload", Chain::START);
    for end in 0..bytes.len() {
        assert_eq!(in_record(&bytes[..end], Chain::START), None, "cut at {end}");
    }
}

#[test]
fn a_record_of_another_journal_is_not_one_bit_away() {
    let bytes = record(b"payload", Chain::START);
    assert_eq!(in_record(&bytes, Chain::START.after(b"elsewhere")), None);
}

proptest! {
    #[test]
    fn two_bits_are_not_one(
        payload in proptest::collection::vec(any::<u8>(), 0..100),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let mut bytes = record(&payload, Chain::START);
        let bits = bytes.len() * 8;
        let (one, other) = (one.index(bits), other.index(bits));
        prop_assume!(one != other);
        flip(&mut bytes, one);
        flip(&mut bytes, other);
        prop_assert_eq!(in_record(&bytes, Chain::START), None);
    }
}

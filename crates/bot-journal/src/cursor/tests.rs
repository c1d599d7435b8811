//! A record is gone over only where it belongs: each of its numbers, right in itself, must fit.

use super::*;
use crate::{
    fixture::{OURS, at},
    frame::{self, Head},
    record::RecordKind,
};

/// A segment that begins with record 5, and a cursor after its header.
fn segment() -> (Vec<u8>, Cursor) {
    let header = Header { segment: 2, first_sequence: 5, identity: OURS, chain: Chain::START };
    let bytes = header.encode();
    (bytes.to_vec(), Cursor::after_header(&header, &bytes))
}

/// Whether records with these sequences and places, rightly chained, are gone over to the end.
fn is_gone_over(records: &[(u64, u32)]) -> bool {
    let (mut bytes, mut cursor) = segment();
    let mut chain = cursor.chain;
    for &(sequence, place) in records {
        let head = Head { kind: RecordKind::Note, place, sequence, time: at(1) };
        chain = frame::write(&mut bytes, head, b"payload", chain);
    }
    loop {
        let before = cursor;
        match cursor.step(&bytes) {
            Step::Record(_) => {}
            Step::End => return true,
            Step::Bad => {
                assert_eq!(cursor, before, "it stays where it was");
                return false;
            }
        }
    }
}

#[test]
fn records_in_their_order() {
    let check = |records: &[(u64, u32)], fits| assert_eq!(is_gone_over(records), fits);
    check(&[], true);
    check(&[(5, 0), (6, 0), (7, 0)], true);
    check(&[(5, 0), (6, 1), (7, 2), (8, 0), (9, 1)], true);
    check(&[(6, 0)], false);
    check(&[(5, 0), (7, 1)], false);
    check(&[(5, 0), (5, 1)], false);
    // A commit begins with place 0 and has no gap; none lies in two segments.
    check(&[(5, 1)], false);
    check(&[(5, 0), (6, 2)], false);
    check(&[(5, 0), (6, 1), (7, 1)], false);
}

#[test]
fn a_record_of_another_chain() {
    let (mut bytes, mut cursor) = segment();
    let head = Head { kind: RecordKind::Note, place: 0, sequence: 5, time: at(1) };
    frame::write(&mut bytes, head, b"payload", Chain::START);
    assert!(matches!(cursor.step(&bytes), Step::Bad));
}

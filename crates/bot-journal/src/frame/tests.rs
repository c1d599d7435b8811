//! Records in the file: what is written is read back; cut or changed, nothing is.

use proptest::prelude::*;

use super::*;
use crate::one_bit::flip;

fn written(payload: &[u8]) -> Vec<u8> {
    let head =
        Head { kind: RecordKind::Note, place: 3, sequence: 45, time: Timestamp::from_nanos(6) };
    let mut bytes = Vec::new();
    let chain = write(&mut bytes, head, payload, Chain::START);
    assert!(bytes.ends_with(&chain.bytes()));
    bytes
}

#[test]
fn a_record_cut_anywhere_is_none() {
    let bytes = written(b"so much");
    assert_eq!(bytes.len(), OVERHEAD + 7);
    for end in 0..bytes.len() {
        assert!(Frame::parse(&bytes[..end]).is_none(), "cut at {end}");
    }
}

#[test]
fn every_changed_bit_shows_in_crc_or_link() {
    let right = written(b"some payload");
    for bit in 0..right.len() * 8 {
        let mut bytes = right.clone();
        flip(&mut bytes, bit);
        let is_found =
            Frame::parse(&bytes).is_none_or(|frame| frame.chain != Chain::START.after(frame.body));
        assert!(is_found, "bit {bit}");
    }
}

#[test]
fn a_length_that_cannot_be_is_none() {
    let mut bytes = vec![0; 100];
    bytes[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(body_of(&bytes).is_none());
}

proptest! {
    #[test]
    fn a_record_is_read_back(payload in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = written(&payload);
        let length = bytes.len();
        bytes.extend(b"what follows");
        let frame = Frame::parse(&bytes).unwrap();
        prop_assert_eq!((frame.kind, frame.place), (2, 3));
        prop_assert_eq!((frame.sequence, frame.time.nanos()), (45, 6));
        prop_assert_eq!((frame.payload, frame.length()), (&payload[..], length));
        prop_assert_eq!(frame.commit(), 42);
        prop_assert_eq!(frame.chain, Chain::START.after(frame.body));
    }
}

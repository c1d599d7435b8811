//! A snapshot is what it says, or it does not count.

use super::*;
use crate::one_bit::flip;

#[test]
fn a_snapshot_is_read_back() {
    for state in [&b""[..], b"state", &[7; 10_000]] {
        let payload = Snapshot::encode(state, 42);
        let snapshot = Snapshot::decode(&payload, 42).unwrap();
        assert_eq!(snapshot.state, state);
        assert_eq!(snapshot.hash, *Sha256::digest(state));
    }
}

#[test]
fn one_of_another_place_does_not_count() {
    let payload = Snapshot::encode(b"state", 42);
    assert_eq!(Snapshot::decode(&payload, 41), None, "it is newer than the journal");
    assert_eq!(Snapshot::decode(&payload, 43), None);
}

#[test]
fn one_that_changed_or_is_cut_does_not_count() {
    let right = Snapshot::encode(b"state", 42);
    for bit in 0..right.len() * 8 {
        let mut payload = right.clone();
        flip(&mut payload, bit);
        assert_eq!(Snapshot::decode(&payload, 42), None, "bit {bit}");
    }
    for end in 0..right.len() {
        assert_eq!(Snapshot::decode(&right[..end], 42), None, "cut at {end}");
    }
}

//! In pieces or in one: the same hash, and the one that `twox-hash` makes.

use proptest::prelude::*;

use super::*;

/// Bytes that look like nothing.
fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_le_bytes()[7]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn hash(bytes: &[u8], pieces: &[usize]) -> u128 {
    let mut hash = RunningHash::new();
    let mut rest = bytes;
    for piece in pieces {
        let (now, later) = rest.split_at((*piece).min(rest.len()));
        hash.write(now);
        assert_eq!(hash.finish(), Hasher::oneshot(&bytes[..bytes.len() - later.len()]));
        rest = later;
    }
    hash.write(rest);
    hash.finish()
}

#[test]
fn every_length_has_the_hash_of_the_library() {
    let bytes = bytes(3_000, 7);
    for length in 0..bytes.len() {
        let part = &bytes[..length];
        assert_eq!(hash(part, &[]), Hasher::oneshot(part), "{length} bytes");
    }
}

proptest! {
    #[test]
    fn pieces_are_the_same_as_one(
        seed: u64,
        length in 0_usize..20_000,
        pieces in prop::collection::vec(prop_oneof![0_usize..130, 0_usize..3_000], 0..40),
    ) {
        let bytes = bytes(length, seed);
        prop_assert_eq!(hash(&bytes, &pieces), Hasher::oneshot(&bytes));
    }
}
